//! Points in time as sources write them.

use jiff::{Timestamp, civil, tz::TimeZone};

use super::Refused;
use crate::normalise::date::PartialDate;

/// Refuses what is no `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; the text itself stays as it is.
pub(super) fn check_date(text: &str) -> Result<(), Refused> {
    match PartialDate::parse(text.trim()) {
        Ok(_) => Ok(()),
        Err(error) => Err(Refused::whole(error.to_string())),
    }
}

/// A time of RFC 3339, or a date alone, which means its midnight in UTC.
pub(crate) fn timestamp(text: &str) -> Result<Timestamp, Refused> {
    let trimmed = text.trim();
    let read = if trimmed.len() == 10 {
        trimmed.parse().ok().and_then(midnight)
    } else {
        trimmed.parse().ok()
    };
    read.ok_or_else(|| {
        Refused::whole(format!(
            "{} is no time; RFC 3339 such as 2026-03-02T14:05:00Z, or a date, is wanted",
            quoted(text)
        ))
    })
}

/// The first moment of a day in UTC.
pub(super) fn midnight(date: civil::Date) -> Option<Timestamp> {
    Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// What was written, short enough for a message.
pub(crate) fn quoted(text: &str) -> String {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("\"{}…\"", text[..end].escape_debug()),
        None => format!("\"{}\"", text.escape_debug()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_dates_the_calendar_has_pass() {
        for good in ["2016", "2016-05", "2016-05-31", "2016-02-29"] {
            assert_eq!(check_date(good), Ok(()), "{good}");
        }
        for bad in [
            "2016-13",
            "31/02/2016",
            "2016-02-30",
            "2015-02-29",
            "May 2016",
            "16",
            "2016-5",
            "٢٠١٦",
            "2016/05",
            "Present",
        ] {
            let refused = check_date(bad).expect_err(bad);
            assert!(refused.reason.contains(bad), "{refused}");
        }
    }

    #[test]
    fn a_time_is_rfc_3339_and_a_date_is_its_midnight() {
        for (text, want) in [
            ("2026-03-02T14:05:00Z", Some("2026-03-02T14:05:00Z")),
            (
                "2026-03-02T14:05:00.5+02:00",
                Some("2026-03-02T12:05:00.5Z"),
            ),
            ("2026-03-02", Some("2026-03-02T00:00:00Z")),
            ("2026-03-02T14:05:00", None),
            ("2026-02-30", None),
            ("yesterday", None),
            ("1700000000", None),
        ] {
            let read = timestamp(text).ok().map(|t| t.to_string());
            assert_eq!(read.as_deref(), want, "{text}");
        }
    }

    #[test]
    fn a_quotation_is_cut_at_a_character() {
        assert_eq!(quoted(&"é".repeat(50)).chars().count(), 43);
        assert_eq!(quoted("a\nb"), "\"a\\nb\"");
    }
}
