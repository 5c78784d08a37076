//! The hours of activity beside a working day on the clock of the claimed state.

use std::collections::BTreeSet;
use std::f64::consts::TAU;

use jiff::civil::Weekday;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{local, minutes};
use crate::normalise::address::Address;
use crate::normalise::place;
use crate::telemetry::{Kind, Record, Seen, Session};

/// The middle of a working day from nine to five.
const MIDDAY: f64 = 13.0;

/// Activity of the last month counts: hours change with the seasons of a job.
const WINDOW: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What was summed over more than this says little of the hour, minutes.
const LONGEST_MINUTES: f64 = 240.0;

/// Below this length of the mean, activity is spread round the clock and has no middle.
const LEAST_LENGTH: f64 = 0.3;

/// When somebody was active on workdays.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Hours {
    /// Hours from the middle of the activity to that of a working day, 0 to 12.
    pub hours_off: f64,
    /// Workdays with activity.
    pub workdays: usize,
    /// The middle of the activity on the claimed clock, 0 to 24.
    pub middle: f64,
}

/// Reads them; `None` without a claimed clock, and for activity that has no middle. Of a state with two
/// clocks the better one counts.
pub(super) fn of(record: &Record) -> Option<Hours> {
    let state = record.home.as_ref().and_then(Address::us_state)?;
    let moments = moments(record);
    let last = moments.iter().map(|(at, _)| *at).max()?;
    let recent = moments
        .into_iter()
        .filter(|(at, _)| last.duration_since(*at) < WINDOW);
    let recent: Vec<(Timestamp, f64)> = recent.collect();
    let first = |offsets: &[i16]| offsets.first().copied();
    let other = |offsets: &[i16]| offsets.last().copied();
    let by_clock = [
        mean(&recent, |at| first(&place::utc_offsets_minutes(state, at)?)),
        mean(&recent, |at| other(&place::utc_offsets_minutes(state, at)?)),
    ];
    let [one, another] = by_clock;
    let (one, another) = (one?, another?);
    Some(if another.hours_off < one.hours_off {
        another
    } else {
        one
    })
}

/// Times of activity and how much it was.
fn moments(record: &Record) -> Vec<(Timestamp, f64)> {
    let of_observations = record
        .observations
        .iter()
        .filter_map(|one| match &one.seen {
            Seen::Activity {
                active_minutes,
                online_minutes,
                ..
            } => {
                let span = online_minutes.unwrap_or(0.0).max(*active_minutes);
                (span <= LONGEST_MINUTES).then(|| (one.at, minutes(*active_minutes)))
            }
            Seen::RemoteSession { active_minutes, .. } if *active_minutes <= LONGEST_MINUTES => {
                Some((one.at, minutes(*active_minutes)))
            }
            _ => None,
        });
    // Paths are measured while nobody is there, too.
    let by_hand =
        |session: &&Session| matches!(session.kind, Kind::KeyToServer | Kind::EchoLoop | Kind::Iki);
    let of_sessions = record.sessions.iter().filter(by_hand).map(|session| {
        let long = session.ended_at.duration_since(session.started_at);
        let minutes = long.as_secs_f64() / 60.0;
        (session.started_at, minutes.clamp(0.0, LONGEST_MINUTES))
    });
    let all = of_observations.chain(of_sessions);
    all.filter(|(_, minutes)| *minutes > 0.0).collect()
}

/// The circular mean on one clock, over its workdays.
fn mean(moments: &[(Timestamp, f64)], clock: impl Fn(Timestamp) -> Option<i16>) -> Option<Hours> {
    let (mut east, mut north, mut weight) = (0.0, 0.0, 0.0);
    let mut workdays = BTreeSet::new();
    for (at, minutes) in moments {
        let shown = local(*at, clock(*at)?);
        if matches!(shown.weekday(), Weekday::Saturday | Weekday::Sunday) {
            continue;
        }
        workdays.insert(shown.date());
        let hour = f64::from(shown.hour()) + f64::from(shown.minute()) / 60.0;
        let angle = hour / 24.0 * TAU;
        east += minutes * angle.cos();
        north += minutes * angle.sin();
        weight += minutes;
    }
    let length = east.hypot(north) / weight; // NaN without activity
    if length.is_nan() || length < LEAST_LENGTH {
        return None;
    }
    let middle = north.atan2(east).rem_euclid(TAU) / TAU * 24.0;
    let apart = (middle - MIDDAY).abs();
    Some(Hours {
        hours_off: apart.min(24.0 - apart),
        workdays: workdays.len(),
        middle,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::devices::testing::{activity, home, record};

    /// Activity at these hours, UTC, of each day from the 1st to the 14th.
    fn hours(state: &str, month: u8, hours: &[u8]) -> Option<Hours> {
        let times: Vec<String> = (1..=14)
            .flat_map(|day: u8| {
                let hour = |hour: &u8| format!("2026-{month:02}-{day:02}T{hour:02}:00:00Z");
                hours.iter().map(hour).collect::<Vec<_>>()
            })
            .collect();
        let seen = times.iter().map(|time| (&**time, activity(30.0)));
        let mut record = record(seen.collect());
        record.home = Some(home("", state));
        of(&record)
    }

    #[test]
    fn the_middle_of_activity_is_held_against_a_working_day() {
        for (state, month, at, off) in [
            ("NY", 1, &[14, 18, 22][..], Some(0.0)), // 9, 13 and 17 in winter
            ("NY", 7, &[14, 18, 22], Some(1.0)),     // an hour later in summer
            ("CA", 1, &[14, 18, 22], Some(3.0)),
            ("TX", 1, &[15, 19, 23], Some(0.0)), // of two clocks the nearer
            ("NY", 1, &[2, 6, 10], Some(12.0)),
            ("AZ", 7, &[16, 20, 23], Some(0.3)),
            ("NY", 1, &[0, 6, 12, 18], None), // round the clock
            ("NY", 1, &[], None),
            ("", 1, &[14], None),
        ] {
            let found = hours(state, month, at).map(|hours| hours.hours_off);
            match (found, off) {
                (Some(found), Some(off)) => assert!((found - off).abs() < 0.11, "{state} {found}"),
                (found, off) => assert_eq!(found, off, "{state} {at:?}"),
            }
        }
        assert_eq!(hours("NY", 1, &[14, 18, 22]).unwrap().workdays, 10);
    }

    #[test]
    fn a_whole_days_sum_says_nothing_of_the_hour() {
        let mut record = record(vec![("2026-03-02T00:00:00Z", activity(400.0))]);
        record.home = Some(home("", "NY"));
        assert_eq!(of(&record), None);
    }
}
