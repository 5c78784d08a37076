//! Timings day by day, for a reader's eye; nothing is judged by them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::baseline::{day, median};
use crate::telemetry::{Kind, Record, Session};

/// How far back it goes.
const DAYS: i64 = 90;

/// One kind, and of paths one probe.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Series {
    /// What is measured.
    pub kind: Kind,
    /// The probe's name, of `path_rtt`.
    pub probe: Option<String>,
    /// The days with timings, the oldest first.
    pub days: Vec<Day>,
}

/// One day, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Day {
    /// Which.
    pub date: Date,
    /// Median of the session medians.
    pub median_ms: f64,
    /// Median of their 5th percentiles.
    pub p05_ms: f64,
    /// Median of their 95th.
    pub p95_ms: f64,
    /// Samples.
    pub n: u64,
    /// Whether all of them ended at a relay.
    pub relayed: bool,
}

/// Sessions by day.
type Sessions<'a> = BTreeMap<Date, Vec<&'a Session>>;

/// The days of every series in the last 90 days; all sessions, also those too small to count.
pub fn series(record: &Record) -> Vec<Series> {
    let span = SignedDuration::from_hours(24 * DAYS);
    let from = record.now.checked_sub(span).unwrap_or(Timestamp::MIN);
    let recent = |session: &&Session| session.started_at >= from;
    let mut kinds: BTreeMap<(Kind, Option<&str>), Sessions> = BTreeMap::new();
    for session in record.sessions.iter().filter(recent) {
        let probe = session.probe.as_ref().map(|probe| &*probe.name);
        let days = kinds.entry((session.kind, probe)).or_default();
        days.entry(day(session.started_at))
            .or_default()
            .push(session);
    }
    let series = kinds.into_iter().map(|((kind, probe), days)| Series {
        kind,
        probe: probe.map(str::to_owned),
        days: days
            .into_iter()
            .filter_map(|(date, sessions)| of_day(date, &sessions))
            .collect(),
    });
    series.collect()
}

fn of_day(date: Date, sessions: &[&Session]) -> Option<Day> {
    let middle = |of: fn(&Session) -> f64| median(sessions.iter().map(|session| of(session)));
    Some(Day {
        date,
        median_ms: middle(|session| session.median_ms)?,
        p05_ms: middle(|session| session.p05_ms)?,
        p95_ms: middle(|session| session.p95_ms)?,
        n: sessions
            .iter()
            .fold(0, |sum, session| sum.saturating_add(session.n)),
        relayed: sessions
            .iter()
            .all(|session| session.peer_is_relay == Some(true)),
    })
}
