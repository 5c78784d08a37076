//! The browser's clock beside the clocks of the claimed state.
//!
//! Each submission counts with the state claimed in it. Zones that name no place
//! (UTC and its like) say nothing; neither does a copy of the same submission.

use std::borrow::Cow;

use jiff::{Timestamp, tz::TimeZone};

use super::{Column, Kind, Row, Shape, Signal, Subject, Value};
use crate::candidate::Candidate;
use crate::normalise::place;

/// How many submissions cannot come from the claimed state's clocks.
pub(super) const IMPOSSIBLE: Signal = Signal {
    name: "app.tz_impossible_events",
    about: "Submissions whose clock no place in the claimed state has",
    shape: Shape::One(Kind::Number),
    needs: &[],
    read: impossible,
};

/// The submissions with a clock.
pub(super) const SUBMISSIONS: Signal = Signal {
    name: "app.submissions",
    about: "Submissions with the browser's clock and the state claimed at the time",
    shape: Shape::Rows(&[
        Column::new("zone", "The browser's time zone as sent", Kind::Quote),
        Column::new(
            "state",
            "Two-letter code of the state claimed in this version",
            Kind::Text,
        ),
        Column::new(
            "utc_offset_hours",
            "The zone's offset at the time, hours east of UTC",
            Kind::Number,
        ),
        Column::new(
            "possible",
            "A clock in the claimed state can show this offset at the time",
            Kind::Flag,
        ),
    ]),
    needs: &[],
    read: rows,
};

/// One submission with a clock.
struct Event<'a> {
    /// Number of the version from the oldest; none is the present one.
    version: Option<usize>,
    zone: &'a str,
    at: Timestamp,
    state: &'a str,
    offset_minutes: i16,
    possible: bool,
}

/// The submissions of all versions, oldest first, each once; `None` when no clock is known.
fn events<'a>(subject: &Subject<'a>) -> Option<Vec<Event<'a>>> {
    let mut events: Vec<Event> = Vec::new();
    let earlier = subject.earlier.iter().enumerate();
    let versions = earlier.map(|(at, candidate)| (Some(at), candidate));
    for (version, candidate) in versions.chain([(None, subject.candidate)]) {
        let Some(event) = event(version, candidate) else {
            continue;
        };
        // The newest copy stays: its field is the one that the record still shows.
        events.retain(|known| (known.zone, known.at) != (event.zone, event.at));
        events.push(event);
    }
    (!events.is_empty()).then_some(events)
}

fn event(version: Option<usize>, candidate: &Candidate) -> Option<Event<'_>> {
    let submission = candidate.submission.as_ref()?;
    let zone = submission.time_zone.as_deref()?;
    let at = submission.submitted_at?;
    let state = candidate.address.as_ref()?.us_state()?;
    let offset_minutes = offset_minutes(zone, at)?;
    let possible = place::utc_offsets_minutes(state, at)?.contains(&offset_minutes);
    Some(Event {
        version,
        zone,
        at,
        state,
        offset_minutes,
        possible,
    })
}

/// Minutes east of UTC in an IANA zone at a time; `None` for unknown zones and those of no place.
fn offset_minutes(zone: &str, at: Timestamp) -> Option<i16> {
    const NO_PLACE: [&str; 8] = [
        "UTC",
        "GMT",
        "UCT",
        "Zulu",
        "Universal",
        "Greenwich",
        "GMT0",
        "Factory",
    ];
    /// No zone of the database has a longer name, bytes.
    const LONGEST: usize = 64;
    let zone = zone.trim();
    let etc = zone
        .get(..4)
        .is_some_and(|s| s.eq_ignore_ascii_case("etc/"));
    if zone.len() > LONGEST || etc || NO_PLACE.iter().any(|no| zone.eq_ignore_ascii_case(no)) {
        return None;
    }
    let offset = TimeZone::get(zone).ok()?.to_offset(at);
    i16::try_from(offset.seconds() / 60).ok()
}

fn impossible(subject: &Subject) -> Option<Value> {
    let impossible = events(subject)?.iter().filter(|e| !e.possible).count();
    Some(Value::count(impossible))
}

fn rows(subject: &Subject) -> Option<Value> {
    let rows = events(subject)?.into_iter().map(|event| Row {
        field: event.version.map_or("submission.time_zone".into(), |at| {
            Cow::Owned(format!("earlier[{at}].submission.time_zone"))
        }),
        value: event.zone.to_owned().into(),
        related: None,
        cells: vec![
            Some(Value::quote(event.zone)),
            Some(Value::quote(event.state)),
            Some(Value::Number(f64::from(event.offset_minutes) / 60.0)),
            Some(Value::Flag(event.possible)),
        ],
    });
    Some(Value::Rows(rows.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::{Address, Submission};
    use crate::normalise::address;
    use crate::signals::testing::{cells, subject};

    fn version(state: &str, zone: &str, at: &str) -> Candidate {
        Candidate {
            address: Some(address::read(&Address {
                region: Some(state.into()),
                country: Some("US".into()),
                ..Address::default()
            })),
            submission: Some(Submission {
                time_zone: Some(zone.into()),
                submitted_at: at.parse().ok(),
                ..Submission::default()
            }),
            ..Candidate::default()
        }
    }

    #[test]
    fn a_clock_that_the_state_can_show_is_possible() {
        for (state, zone, at, possible) in [
            ("NY", "America/New_York", "2026-01-15T12:00:00Z", true),
            ("NY", "America/New_York", "2026-07-15T12:00:00Z", true),
            ("NY", "America/Toronto", "2026-07-15T12:00:00Z", true),
            ("NY", "Europe/Berlin", "2026-07-15T12:00:00Z", false),
            ("NY", "America/Los_Angeles", "2026-07-15T12:00:00Z", false),
            ("TX", "America/Denver", "2026-01-15T12:00:00Z", true),
            ("AZ", "America/Phoenix", "2026-07-15T12:00:00Z", true),
            ("HI", "Pacific/Honolulu", "2026-07-15T12:00:00Z", true),
            ("AK", "America/Adak", "2026-01-15T12:00:00Z", true),
            ("PR", "America/Puerto_Rico", "2026-01-15T12:00:00Z", true),
            ("NY", "Asia/Kathmandu", "2026-01-15T12:00:00Z", false),
        ] {
            let candidate = version(state, zone, at);
            let found = rows(&subject(&candidate, &[])).unwrap();
            let possible = Some(Value::Flag(possible));
            assert_eq!(cells(&found)[0][3], possible, "{state} {zone} {at}");
        }
    }

    #[test]
    fn a_zone_of_no_place_a_missing_time_or_state_is_not_known() {
        let at = "2026-01-15T12:00:00Z";
        for (state, zone, at) in [
            ("NY", "UTC", at),
            ("NY", "Etc/GMT+5", at),
            ("NY", "GMT", at),
            ("NY", "Mars/Olympus", at),
            ("NY", "", at),
            ("NY", "../../etc/passwd", at),
            ("", "America/New_York", at),
            ("NY", "America/New_York", "never"),
        ] {
            let candidate = version(state, zone, at);
            assert_eq!(impossible(&subject(&candidate, &[])), None, "{zone}");
        }
    }

    #[test]
    fn submissions_count_once_each_over_all_versions() {
        let first = version("NY", "Asia/Tokyo", "2026-01-15T12:00:00Z");
        let copy = first.clone();
        let second = version("NY", "Asia/Tokyo", "2026-02-15T12:00:00Z");
        let count = |candidate: &Candidate, earlier: &[Candidate]| {
            impossible(&subject(candidate, earlier)).unwrap()
        };
        assert_eq!(
            count(&copy, std::slice::from_ref(&first)),
            Value::Number(1.0)
        );
        assert_eq!(count(&second, &[first.clone(), copy]), Value::Number(2.0));
        let rows = rows(&subject(&second, &[first])).unwrap();
        let Value::Rows(rows) = rows else { panic!() };
        assert_eq!(rows[0].field, "earlier[0].submission.time_zone");
        assert_eq!(rows[1].field, "submission.time_zone");
    }
}
