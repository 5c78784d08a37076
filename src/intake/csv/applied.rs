//! The day somebody applied, as exports write it.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

use crate::intake::when::{midnight, timestamp};

/// Forms that can be read one way only. A time of day without a zone is taken for UTC.
const DATES: [&str; 9] = [
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%B %d, %Y",
    "%b %d, %Y",
    "%d %B %Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%B %d %Y",
];

/// Day first and month first: read only where one of the two is no date, or both the same.
const EITHER: [[&str; 2]; 3] = [
    ["%m/%d/%Y", "%d/%m/%Y"],
    ["%m-%d-%Y", "%d-%m-%Y"],
    ["%m.%d.%Y", "%d.%m.%Y"],
];

const TIMES: [&str; 4] = ["%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p"];

const ZONED: [&str; 3] = [
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%d %H:%M %z",
];

/// Longer than any time.
const LONGEST: usize = 64;

/// The point in time, where the text can mean one day only.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    if let Ok(time) = timestamp(text) {
        return Some(time);
    }
    let zoned = ZONED
        .iter()
        .find_map(|form| strtime::parse(form, text).ok()?.to_timestamp().ok());
    if zoned.is_some() {
        return zoned;
    }
    let utc = [" UTC", " GMT", "Z"];
    let zoneless = utc
        .iter()
        .find_map(|zone| text.strip_suffix(zone))
        .unwrap_or(text)
        .trim_end();
    if let Some(date) = date(zoneless) {
        return midnight(date);
    }
    // The time of day is behind the date's last part: try each place it could begin.
    let cuts = zoneless.match_indices([' ', 'T']).map(|(at, _)| at);
    cuts.into_iter().find_map(|at| {
        let day = date(zoneless[..at].trim_end_matches(','))?;
        let time = zoneless[at + 1..].trim_start();
        let time = TIMES
            .iter()
            .find_map(|form| strtime::parse(form, time).ok()?.to_time().ok())?;
        let zoned = DateTime::from_parts(day, time).to_zoned(TimeZone::UTC);
        Some(zoned.ok()?.timestamp())
    })
}

/// Why a text is read as no point in time, and what would be.
pub fn unread(text: &str) -> &'static str {
    let day = text
        .trim()
        .split([' ', 'T', ','])
        .next()
        .unwrap_or_default();
    let is_date = |form: &str| strtime::parse(form, day).is_ok_and(|read| read.to_date().is_ok());
    if EITHER
        .iter()
        .any(|forms| forms.iter().all(|form| is_date(form)))
    {
        "could be either of two days; write it as 2026-03-02"
    } else {
        "is no date that can be read; write it as 2026-03-02"
    }
}

fn date(text: &str) -> Option<Date> {
    let parse = |form: &str| strtime::parse(form, text).ok()?.to_date().ok();
    let plausible = |date: &Date| (1970..=2100).contains(&date.year());
    if let Some(date) = DATES.iter().find_map(|form| parse(form)) {
        return Some(date).filter(plausible);
    }
    EITHER.iter().find_map(|[month_first, day_first]| {
        match (parse(month_first), parse(day_first)) {
            (Some(one), Some(other)) => (one == other).then_some(one),
            (one, other) => one.or(other),
        }
        .filter(plausible)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_mean_one_day_only_is_read() {
        for (text, want) in [
            ("2026-03-02T14:05:00Z", Some("2026-03-02T14:05:00Z")),
            ("2026-03-02", Some("2026-03-02T00:00:00Z")),
            ("2026-03-02 14:05:00", Some("2026-03-02T14:05:00Z")),
            ("2026-03-02T14:05", Some("2026-03-02T14:05:00Z")),
            ("2026-03-02 14:05:00 UTC", Some("2026-03-02T14:05:00Z")),
            ("2026-03-02 14:05:00 -0500", Some("2026-03-02T19:05:00Z")),
            ("2026/03/02", Some("2026-03-02T00:00:00Z")),
            ("Mar 2, 2026", Some("2026-03-02T00:00:00Z")),
            ("March 2, 2026, 2:05 PM", Some("2026-03-02T14:05:00Z")),
            ("2 March 2026", Some("2026-03-02T00:00:00Z")),
            ("02-Mar-2026", Some("2026-03-02T00:00:00Z")),
            ("03/25/2026", Some("2026-03-25T00:00:00Z")),
            ("25.03.2026 09:30", Some("2026-03-25T09:30:00Z")),
            ("03/03/2026", Some("2026-03-03T00:00:00Z")),
            ("03/02/2026", None),
            ("31/02/2026", None),
            ("2026-13-02", None),
            ("03/25/26", None),
            ("last week", None),
            ("", None),
        ] {
            assert_eq!(read(text).map(|t| t.to_string()).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn what_is_not_read_is_told_why() {
        for (text, why) in [
            ("03.02.2026", "two days"),
            ("03/02/2026 09:30", "two days"),
            ("yesterday", "no date"),
            ("31/02/2026", "no date"),
            ("", "no date"),
        ] {
            assert!(unread(text).contains(why), "{text}");
        }
    }
}
