//! What is usual for one series: robust statistics of its first sessions (red-flags §3.5).
//!
//! Samples within a session hang together, so what is counted is sessions: those of at least
//! [`LEAST_SAMPLES`]. For baseline and change a session lasts at least [`LONG`]; where a sender has no
//! session that long, as with probes sent in bursts, the bursts of a quarter of a day are one unit.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::telemetry::Session;

/// Samples below which a session says nothing: of 59 at least one reaches the lowest twentieth with 95 %.
pub const LEAST_SAMPLES: u64 = 60;

/// Sessions below which a series says nothing.
pub const LEAST_SESSIONS: usize = 3;

/// Sessions of a baseline.
pub const BASELINE_SESSIONS: usize = 5;

/// Days that these are spread over.
pub const BASELINE_DAYS: usize = 3;

/// A session long enough to be a unit by itself.
pub const LONG: SignedDuration = SignedDuration::from_mins(10);

/// Makes a median absolute deviation comparable with a standard deviation.
pub const MAD_TO_SIGMA: f64 = 1.4826;

/// No line is steadier than this: below it every millisecond would be a shift.
pub const LEAST_SIGMA_MS: f64 = 5.0;

/// The median; `None` of nothing. Of an even count the middle of the two.
pub fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_unstable_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    Some(f64::midpoint(values[values.len() / 2 - 1], upper))
}

/// Median and median absolute deviation from it.
pub fn median_and_mad(values: &[f64]) -> Option<(f64, f64)> {
    let middle = median(values.iter().copied())?;
    let mad = median(values.iter().map(|value| (value - middle).abs()))?;
    Some((middle, mad))
}

/// The sigma of a median absolute deviation.
pub fn sigma_ms(mad_ms: f64) -> f64 {
    (MAD_TO_SIGMA * mad_ms).max(LEAST_SIGMA_MS)
}

/// The `rank`-th highest, counted from 1; `None` where there are fewer.
pub fn highest(values: impl IntoIterator<Item = f64>, rank: usize) -> Option<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_unstable_by(|a, b| b.total_cmp(a));
    values.get(rank.checked_sub(1)?).copied()
}

/// The day of a time, UTC.
pub fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// The quarter of the day of a time, UTC.
pub fn part_of_day(at: Timestamp) -> i8 {
    at.to_zoned(TimeZone::UTC).hour() / 6
}

/// Whether a session says anything.
pub fn counts(session: &Session) -> bool {
    session.n >= LEAST_SAMPLES && session.median_ms.is_finite()
}

/// What is counted in baseline and change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unit {
    /// When it began.
    pub at: Timestamp,
    /// Its median.
    pub ms: f64,
}

/// The units of sessions that count, the oldest first. Where most days have long sessions these alone are
/// units; else a quarter of a day without any is one too, so that one long session silences no bursts.
pub fn units(sessions: &[&Session]) -> Vec<Unit> {
    let long = |session: &&&Session| session.ended_at.duration_since(session.started_at) >= LONG;
    let unit = |session: &&Session| Unit {
        at: session.started_at,
        ms: session.median_ms,
    };
    let days = |some: &mut dyn Iterator<Item = &&Session>| {
        some.map(|session| day(session.started_at))
            .collect::<BTreeSet<Date>>()
            .len()
    };
    let long_days = days(&mut sessions.iter().filter(long));
    if 2 * long_days >= days(&mut sessions.iter()) {
        return sessions.iter().filter(long).map(unit).collect();
    }
    let quarter = |session: &Session| (day(session.started_at), part_of_day(session.started_at));
    let together = sessions.chunk_by(|a, b| quarter(a) == quarter(b));
    let of_quarter = together.flat_map(|group| {
        let long: Vec<Unit> = group.iter().filter(long).map(unit).collect();
        let pooled = group
            .first()
            .zip(median(group.iter().map(|session| session.median_ms)));
        let pooled = pooled.filter(|_| long.is_empty());
        let pooled = pooled.map(|(first, ms)| Unit {
            at: first.started_at,
            ms,
        });
        long.into_iter().chain(pooled)
    });
    of_quarter.collect()
}

/// What a series was like at first.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
pub struct Baseline {
    /// Median of its units.
    pub median_ms: f64,
    /// Their sigma.
    pub sigma_ms: f64,
    /// Units in it.
    pub sessions: usize,
    /// Days in it.
    pub days: usize,
    /// The first unit.
    pub from: Timestamp,
    /// The last.
    pub until: Timestamp,
}

impl Baseline {
    /// How far a value is above it, in sigmas.
    pub fn z(&self, ms: f64) -> f64 {
        (ms - self.median_ms) / self.sigma_ms
    }

    /// The baseline of a series and the units that came after; `None` while there are too few.
    pub fn of(units: &[Unit]) -> Option<(Self, &[Unit])> {
        let mut days: Vec<Date> = Vec::new();
        let enough = units.iter().enumerate().position(|(index, unit)| {
            let day = day(unit.at);
            if days.last() != Some(&day) {
                days.push(day);
            }
            index + 1 >= BASELINE_SESSIONS && days.len() >= BASELINE_DAYS
        })?;
        let (taken, after) = units.split_at(enough + 1);
        let medians: Vec<f64> = taken.iter().map(|unit| unit.ms).collect();
        let (median_ms, mad_ms) = median_and_mad(&medians)?;
        let baseline = Self {
            median_ms,
            sigma_ms: sigma_ms(mad_ms),
            sessions: taken.len(),
            days: days.len(),
            from: taken.first()?.at,
            until: taken.last()?.at,
        };
        Some((baseline, after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(hours: i64, ms: f64) -> Unit {
        Unit {
            at: Timestamp::from_second(hours * 3600).unwrap(),
            ms,
        }
    }

    #[test]
    fn medians_do_not_mind_an_outlier() {
        assert_eq!(median([]), None);
        assert_eq!(median([3.0, 1.0]), Some(2.0));
        assert_eq!(
            median_and_mad(&[40.0, 41.0, 39.0, 42.0, 900.0]),
            Some((41.0, 1.0))
        );
        assert_eq!(highest([1.0, 5.0, 3.0], 3), Some(1.0));
        assert_eq!(highest([1.0, 5.0], 3), None);
        assert!((sigma_ms(0.1) - 5.0).abs() < f64::EPSILON);
        assert!((sigma_ms(10.0) - 14.826).abs() < 1e-9);
    }

    #[test]
    fn a_baseline_takes_five_sessions_on_three_days() {
        // six on two days are too few days, the seventh is on the third
        let mut units: Vec<Unit> = [0, 1, 2, 24, 25, 26].map(|at| unit(at, 40.0)).to_vec();
        assert_eq!(Baseline::of(&units), None);
        units.extend([unit(48, 50.0), unit(49, 99.0)]);
        let (baseline, after) = Baseline::of(&units).unwrap();
        assert_eq!((baseline.sessions, baseline.days), (7, 3));
        assert_eq!(after, [unit(49, 99.0)]);
        assert!((baseline.z(65.0) - 5.0).abs() < 1e-9);
        // four on four days are too few sessions
        let units = [0, 24, 48, 72].map(|at| unit(at, 40.0));
        assert_eq!(Baseline::of(&units), None);
    }
}
