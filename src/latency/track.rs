//! One series over time: what is usual, what is recent, and whether it has shifted.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::baseline::{self, Baseline, LEAST_SESSIONS, Unit, day, highest, median, part_of_day};
use super::cusum::{ALLOWANCE, Cusum};
use crate::telemetry::Session;

/// Days with timings that are the present: two weeks of work.
pub const PRESENT_DAYS: usize = 10;

/// Days with timings that are recent, and on how many of them a level must have been reached: a bad day
/// or two are none.
const RECENT_DAYS: (usize, usize) = (5, 3);

/// How much is known of a series.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Deserialize,
    Serialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Fewer than three sessions of sixty samples: nothing can be said.
    #[default]
    Insufficient,
    /// No baseline yet.
    Learning,
    /// Measured against its baseline.
    Steady,
}

impl State {
    /// The word in JSON and tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Insufficient => "insufficient",
            Self::Learning => "learning",
            Self::Steady => "steady",
        }
    }
}

/// What a series comes to.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct Track {
    /// How much is known.
    pub state: State,
    /// Sessions that count.
    pub sessions: usize,
    /// Samples in them.
    pub samples: u64,
    /// Days with any.
    pub days: usize,
    /// When the first began.
    pub first_at: Option<Timestamp>,
    /// When the last began.
    pub last_at: Option<Timestamp>,
    /// Median of session medians, of the present.
    pub median_ms: Option<f64>,
    /// The third-highest daily median of the present: what was reached on three days.
    pub three_days_ms: Option<f64>,
    /// What was usual at first.
    pub baseline: Option<Baseline>,
    /// The daily median that was reached on three of the last five days after the baseline.
    pub recent_ms: Option<f64>,
    /// That above the baseline.
    pub excess_ms: Option<f64>,
    /// The sum of what lasts, since the baseline.
    pub cusum: Cusum,
    /// Days of the present run with a session that added to it.
    pub run_days: usize,
    /// Quarters of the day, UTC, with such a session.
    pub run_parts: usize,
}

impl Track {
    /// Follows the sessions of one series that count, the oldest first.
    pub fn of(sessions: &[&Session]) -> Self {
        let Some((first, last)) = sessions.first().zip(sessions.last()) else {
            return Self::default();
        };
        let by_day = by_day(sessions);
        let present = || by_day.values().rev().take(PRESENT_DAYS);
        let units = baseline::units(sessions);
        let mut track = Self {
            state: State::Insufficient,
            sessions: sessions.len(),
            samples: sessions
                .iter()
                .fold(0, |sum, session| sum.saturating_add(session.n)),
            days: by_day.len(),
            first_at: Some(first.started_at),
            last_at: Some(last.started_at),
            median_ms: median(present().flatten().copied()),
            three_days_ms: highest(
                present().filter_map(|day| median(day.iter().copied())),
                LEAST_SESSIONS,
            ),
            ..Self::default()
        };
        if sessions.len() < LEAST_SESSIONS {
            return track;
        }
        track.state = State::Learning;
        if let Some((baseline, after)) = Baseline::of(&units) {
            track.state = State::Steady;
            track.measure(baseline, after);
        }
        track
    }

    /// Measures what came after the baseline against it.
    fn measure(&mut self, baseline: Baseline, after: &[Unit]) {
        for unit in after {
            self.cusum.add(baseline.z(unit.ms), unit.at);
        }
        let days = after.chunk_by(|a, b| day(a.at) == day(b.at)).rev();
        let medians = days.filter_map(|units| median(units.iter().map(|unit| unit.ms)));
        self.recent_ms = highest(medians.take(RECENT_DAYS.0), RECENT_DAYS.1);
        self.excess_ms = self.recent_ms.map(|ms| ms - baseline.median_ms);
        if let Some(since) = self.cusum.since {
            let above = |unit: &&Unit| unit.at >= since && baseline.z(unit.ms) > ALLOWANCE;
            let run: Vec<&Unit> = after.iter().filter(above).collect();
            self.run_days = distinct(run.iter().map(|unit| day(unit.at)));
            self.run_parts = distinct(run.iter().map(|unit| part_of_day(unit.at)));
        }
        self.baseline = Some(baseline);
    }
}

/// How many different ones there are.
fn distinct<T: Ord>(items: impl Iterator<Item = T>) -> usize {
    let mut items: Vec<T> = items.collect();
    items.sort_unstable();
    items.dedup();
    items.len()
}

/// Session medians by day.
fn by_day(sessions: &[&Session]) -> BTreeMap<Date, Vec<f64>> {
    let mut days: BTreeMap<Date, Vec<f64>> = BTreeMap::new();
    for session in sessions {
        let day = days.entry(day(session.started_at)).or_default();
        day.push(session.median_ms);
    }
    days
}
