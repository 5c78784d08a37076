//! The claimed place against round trips to probes at known places.
//!
//! A desktop in a data centre is not where its user is, so its timings are not held against the claim.
//! Of each day the lowest timings count: one good hour clears a day of queues, and what is too low for
//! the claim must be so on most days, so that a journey is none.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::baseline::{LEAST_SESSIONS, day, highest, median};
use super::physics::{self, Claim, Farther};
use super::place::Spot;
use super::track::Track;
use crate::telemetry::{Access, Probe, Session};

/// Days with timings that the place is read off.
const PLACE_DAYS: usize = 20;

/// Days among which an excess must last, and on how many of them.
const EXCESS_DAYS: (usize, usize) = (5, 3);

/// Farther probes are on another continent: ways there differ too much to be held against a claim. No two
/// places of the contiguous United States are farther apart.
const NEAR_KM: f64 = 4_700.0;

/// Probes to which an excess must be.
const EXCESS_PROBES: usize = 3;

/// What the timings to one probe come to.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct ProbeGauge {
    /// The other end.
    pub probe: Probe,
    /// The series.
    pub track: Track,
    /// Median over days of the day's lowest 5th percentile.
    pub p05_ms: Option<f64>,
    /// What the claimed place means for it.
    pub claim: Option<Claim>,
    /// Days on which the two were compared.
    pub compared_days: usize,
    /// How far the timings are below what the claimed place allows; below 0 where they are not.
    pub under_floor_ms: Option<f64>,
    /// How far they are above what is usual from there.
    pub over_expected_ms: Option<f64>,
    /// How much farther that would be, if it were distance.
    pub farther: Option<Farther>,
    /// The farthest from the probe that the device can be.
    pub bound_km: Option<f64>,
}

/// The lowest 5th percentile of each day.
type Lowest = BTreeMap<Date, f64>;

/// The lowest of each day, of sessions from where the user is.
fn lowest(sessions: &[&Session]) -> Lowest {
    let mut days = Lowest::new();
    let at_home = |session: &&&Session| session.access != Some(Access::Vdi);
    for session in sessions.iter().filter(at_home) {
        let of_day = days.entry(day(session.started_at)).or_insert(f64::INFINITY);
        *of_day = of_day.min(session.p05_ms);
    }
    days
}

/// Gauges the sessions to one probe.
pub fn probe(sessions: &[&Session], probe: &Probe, claim: Option<&Spot>) -> ProbeGauge {
    let days = lowest(sessions);
    let latest = || days.values().rev().take(PLACE_DAYS).copied();
    let enough = sessions.len() >= LEAST_SESSIONS && days.len() >= LEAST_SESSIONS;
    let p05_ms = median(latest()).filter(|_| enough);
    let claim = claim.map(|claim| Claim::of(claim, (probe.lat, probe.lon)));
    let over_expected_ms = p05_ms.zip(claim).map(|(ms, claim)| ms - claim.expected_ms);
    ProbeGauge {
        probe: probe.clone(),
        track: Track::of(sessions),
        p05_ms,
        claim,
        compared_days: latest().count(),
        under_floor_ms: p05_ms.zip(claim).map(|(ms, claim)| claim.floor_ms - ms),
        over_expected_ms,
        farther: over_expected_ms.and_then(physics::farther),
        bound_km: latest().min_by(f64::total_cmp).map(physics::bound_km),
    }
}

/// What the timings to at least three probes are above the expected on at least three of the last five
/// days: the third-highest over probes, then over days. `None` where fewer were seen.
pub fn excess_ms(series: &[(ProbeGauge, Vec<&Session>)]) -> Option<f64> {
    let mut excesses: BTreeMap<Date, Vec<f64>> = BTreeMap::new();
    for (gauge, sessions) in series {
        let claim = gauge.claim?;
        if claim.distance_km > NEAR_KM {
            continue;
        }
        for (day, ms) in lowest(sessions) {
            let of_day = excesses.entry(day).or_default();
            of_day.push(ms - claim.expected_ms);
        }
    }
    let of_days = excesses.into_values().rev();
    let of_days = of_days.filter_map(|excesses| highest(excesses, EXCESS_PROBES));
    highest(of_days.take(EXCESS_DAYS.0), EXCESS_DAYS.1)
}
