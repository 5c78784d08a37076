//! What a time, a timing, a number or a name may be, whichever format it came in.

use jiff::Timestamp;

use super::Fault;
use crate::intake::when::{quoted, timestamp};

/// How far a clock may run ahead of ours.
const AHEAD_SECONDS: i64 = 10 * 60;
/// The oldest that is taken: what a collector kept back over a year is history, not telemetry.
const OLDEST_DAYS: i64 = 400;
/// The longest timing: ten minutes. No network answers so late, and no gap between keys is rhythm then.
const LONGEST_MS: f64 = 600_000.0;
/// The longest session.
const LONGEST_SESSION_SECONDS: i64 = 48 * 3600;
/// The most samples of a session.
const MOST_SAMPLES: u64 = 100_000_000;
/// Characters of an id, so that it fits a database index.
pub(super) const ID: usize = 255;
/// Characters of a name or a string that a device gives of itself.
pub(super) const NAME: usize = 1_000;
/// Characters of a command line: Windows takes no longer one.
pub(super) const COMMAND_LINE: usize = 32_768;

const DAY_SECONDS: i64 = 24 * 3600;

/// A time as written, before it is held against ours.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Written<'a> {
    /// RFC 3339.
    Text(std::borrow::Cow<'a, str>),
    /// Milliseconds since 1970.
    Millis(i64),
}

/// A time of a field, near enough to now.
pub(super) fn time(field: &str, written: &Written<'_>, now: Timestamp) -> Result<Timestamp, Fault> {
    let at = match written {
        Written::Text(text) => timestamp(text).map_err(|refused| Fault::of(field, refused.reason)),
        Written::Millis(ms) => Timestamp::from_millisecond(*ms)
            .map_err(|_| Fault::of(field, format!("{ms} is no time in milliseconds since 1970"))),
    }?;
    near(field, at, now)
}

/// Refuses a time that only a wrong clock can give.
pub(super) fn near(field: &str, at: Timestamp, now: Timestamp) -> Result<Timestamp, Fault> {
    let back = now.as_second() - at.as_second();
    if back < -AHEAD_SECONDS {
        return Err(Fault::of(
            field,
            format!("lies {} ahead; a clock is wrong?", span(-back)),
        ));
    }
    if back > OLDEST_DAYS * DAY_SECONDS {
        return Err(Fault::of(
            field,
            format!("lies {} back; a clock is wrong?", span(back)),
        ));
    }
    Ok(at)
}

/// A span in its largest unit.
fn span(seconds: i64) -> String {
    const UNITS: [(i64, &str); 4] = [
        (365 * DAY_SECONDS, "year"),
        (DAY_SECONDS, "day"),
        (3600, "hour"),
        (60, "minute"),
    ];
    let (length, unit) = UNITS
        .into_iter()
        .find(|(length, _)| seconds >= *length)
        .unwrap_or((1, "second"));
    let n = seconds / length;
    let s = if n == 1 { "" } else { "s" };
    format!("{n} {unit}{s}")
}

/// When a session began and ended.
pub(super) fn session_span(started_at: Timestamp, ended_at: Timestamp) -> Result<(), Fault> {
    if ended_at < started_at {
        return Err(Fault::of("ended_at", "lies before started_at"));
    }
    let seconds = ended_at.as_second() - started_at.as_second();
    if seconds > LONGEST_SESSION_SECONDS {
        return Err(Fault::of(
            "ended_at",
            format!("lies {} after started_at; 48 hours at most", span(seconds)),
        ));
    }
    Ok(())
}

/// A timing in milliseconds.
pub(super) fn ms(field: &str, ms: f64) -> Result<f64, Fault> {
    within(field, ms, 0.0, LONGEST_MS)
}

/// How many samples a session has.
pub(super) fn samples(n: u64) -> Result<u64, Fault> {
    if (1..=MOST_SAMPLES).contains(&n) {
        return Ok(n);
    }
    Err(Fault::of(
        "n",
        format!("{n} is not within 1 to {MOST_SAMPLES}"),
    ))
}

/// A number within bounds.
pub(super) fn within(field: &str, number: f64, low: f64, high: f64) -> Result<f64, Fault> {
    if number.is_finite() && (low..=high).contains(&number) {
        return Ok(number);
    }
    Err(Fault::of(
        field,
        format!("{number} is not within {low} to {high}"),
    ))
}

/// A name in one line; trimmed.
pub(super) fn line<'a>(field: &str, text: &'a str, limit: usize) -> Result<&'a str, Fault> {
    let text = text.trim();
    if text.chars().any(char::is_control) {
        return Err(Fault::of(field, "holds a control character"));
    }
    short(field, text, limit)
}

/// Text within a limit of characters.
pub(super) fn short<'a>(field: &str, text: &'a str, limit: usize) -> Result<&'a str, Fault> {
    if text.chars().nth(limit).is_some() {
        return Err(Fault::of(
            field,
            format!("holds over {limit} characters; {limit} at most"),
        ));
    }
    Ok(text)
}

/// An id that must be there.
pub(super) fn id(field: &str, text: &str) -> Result<String, Fault> {
    match line(field, text, ID)? {
        "" => Err(Fault::of(field, "is missing")),
        id => Ok(id.to_owned()),
    }
}

/// A device's id that must be there.
pub(super) fn device(field: &str, text: &str) -> Result<super::DeviceId, Fault> {
    super::DeviceId::of(text).ok_or_else(|| {
        let reason = if text.trim().is_empty() {
            "is missing".to_owned()
        } else {
            format!(
                "{} is no device's id: 1 to 255 characters, none of them a control character",
                quoted(text)
            )
        };
        Fault::of(field, reason)
    })
}

/// One of known words.
pub(super) fn word<T>(
    field: &str,
    text: &str,
    of_word: fn(&str) -> Option<T>,
    words: &[&str],
) -> Result<T, Fault> {
    let known = of_word(text);
    known.ok_or_else(|| {
        Fault::of(
            field,
            format!("{} is none of {}", quoted(text), words.join(", ")),
        )
    })
}

/// What senders call what was pressed. It is refused, not dropped: whoever sends it should stop.
pub(super) fn names_a_key(key: &str) -> bool {
    const NAMES: [&str; 14] = [
        "key",
        "keys",
        "keycode",
        "keychar",
        "keysym",
        "char",
        "chars",
        "character",
        "text",
        "scancode",
        "vk",
        "vkcode",
        "virtualkey",
        "content",
    ];
    let folded = key.chars().filter(char::is_ascii_alphanumeric);
    let folded: String = folded.map(|c| c.to_ascii_lowercase()).collect();
    NAMES.contains(&folded.as_str())
}

/// The refusal of what was pressed.
pub(super) fn key_refused(key: &str) -> Fault {
    Fault::of(
        key.escape_debug().to_string(),
        "key codes and what was typed are never taken; send the timing alone",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_near_now_or_a_clock_is_wrong() {
        let now: Timestamp = "2026-06-01T12:00:00Z".parse().unwrap();
        for (text, want) in [
            ("2026-06-01T12:09:59Z", None),
            (
                "2026-06-01T12:11:00Z",
                Some("at: lies 11 minutes ahead; a clock is wrong?"),
            ),
            (
                "2029-06-02T12:00:00Z",
                Some("at: lies 3 years ahead; a clock is wrong?"),
            ),
            (
                "2023-05-01T12:00:00Z",
                Some("at: lies 3 years back; a clock is wrong?"),
            ),
            ("2025-04-28T12:00:00Z", None),
            (
                "2025-04-26T12:00:00Z",
                Some("at: lies 1 year back; a clock is wrong?"),
            ),
        ] {
            let said = time("at", &Written::Text(text.into()), now).err();
            let said = said.map(|fault| format!("{}: {}", fault.field.unwrap(), fault.reason));
            assert_eq!(said.as_deref(), want, "{text}");
        }
        assert!(time("at", &Written::Millis(now.as_millisecond()), now).is_ok());
        assert!(time("at", &Written::Millis(now.as_second()), now).is_err());
        assert!(time("at", &Written::Millis(i64::MAX), now).is_err());
    }

    #[test]
    fn whatever_it_is_called_a_key_is_a_key() {
        for key in [
            "key",
            "keyCode",
            "key_code",
            "KEY-CODE",
            "scan_code",
            "vk",
            "Text",
        ] {
            assert!(names_a_key(key), "{key}");
        }
        for key in ["kind", "key_to_server", "device_id", "keyboard"] {
            assert!(!names_a_key(key), "{key}");
        }
    }
}
