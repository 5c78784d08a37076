//! What light in glass allows, beside what was seen: per probe, and of remote control.
//!
//! A round trip bounds a distance from above. What is low proves nearness; what is high proves nothing, as
//! queues, radio and detours do the same. Nothing else may be shown (red-flags §3.3).

use super::chart::{step, tenths};
use crate::explain::visible;
use crate::latency::path::ProbeGauge;
use crate::latency::physics::{self, Farther, LAST_MILE_MS};
use crate::telemetry::{Kind, Session};
use crate::web::pages::words;

/// From row to row, pixels.
const ROW: f64 = 62.0;

/// Base line of a row's name.
const LABEL: f64 = 14.0;

/// Upper edge of a row's bars; its figures stand between.
const BAR: f64 = 37.0;

/// Below the rows: the scale.
const FOOT: f64 = 20.0;

/// The plot goes so far to the right, percent: half a dot is beyond.
const PLOT: f64 = 97.0;

/// Timings that a session has at the least to count.
const ENOUGH: u64 = 60;

/// Sessions below which nothing is said.
const LEAST_SESSIONS: usize = 3;

/// So little above the usual is still usual, milliseconds.
const STILL_USUAL_MS: f64 = 5.0;

/// The latest sessions that are looked at.
const LATEST: usize = 20;

/// What is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Physics {
    /// Round trips to probes.
    pub probes: Vec<ProbeRow>,
    /// Height of their picture, pixels.
    pub height: f64,
    /// Levels below it: percent, label.
    pub levels: Vec<(f64, String)>,
    /// Remote-control connections that end at no relay.
    pub control: Option<Control>,
    /// Whether all remote control ended at relays.
    pub relayed: bool,
}

/// One probe.
#[derive(Clone, Debug, PartialEq)]
pub struct ProbeRow {
    /// Its name.
    pub name: String,
    /// From the claimed place to it, kilometres.
    pub distance_km: Option<f64>,
    /// The least that light needs, milliseconds.
    pub floor_ms: Option<f64>,
    /// What is usual.
    pub expected_ms: Option<f64>,
    /// What was seen: the lowest of a day, in the middle of days.
    pub seen_ms: Option<f64>,
    /// The farthest from the probe that the device can be.
    pub bound_km: Option<f64>,
    /// How much farther an excess would be, if distance caused it.
    pub farther: Option<Farther>,
    /// Where its label stands.
    pub label_y: f64,
    /// Upper edge of its bars.
    pub y: f64,
    /// Up to where light alone needs, percent.
    pub floor_x: Option<f64>,
    /// How wide the usual is behind that, percent.
    pub usual_width: Option<f64>,
    /// What was seen, percent.
    pub seen_x: Option<f64>,
}

/// Remote-control connections.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Control {
    /// Sessions.
    pub sessions: usize,
    /// The middle of their 5th percentiles.
    pub p05_ms: f64,
    /// The farthest that their other end can be.
    pub bound_km: f64,
    /// How far it would be if distance caused all of it.
    pub estimate: Option<Farther>,
}

impl Physics {
    /// Of the gauges of probes, and of a worker's sessions, the oldest first.
    pub fn of(probes: &[ProbeGauge], sessions: &[Session]) -> Self {
        let mut rows: Vec<ProbeRow> = probes.iter().map(ProbeRow::of).collect();
        rows.sort_by(|a, b| {
            let near = |row: &ProbeRow| row.expected_ms.or(row.seen_ms).unwrap_or(f64::MAX);
            near(a).total_cmp(&near(b))
        });
        let figures = rows
            .iter()
            .flat_map(|row| [row.expected_ms, row.seen_ms, row.floor_ms]);
        let highest = figures.flatten().fold(1.0, f64::max);
        let step = step(highest);
        let top = (highest / step).ceil() * step;
        let across = |ms: f64| tenths(ms / top * PLOT);
        for (n, row) in (0_u32..).zip(&mut rows) {
            let y = f64::from(n) * ROW;
            row.label_y = y + LABEL;
            row.y = y + BAR;
            row.floor_x = row.floor_ms.map(across);
            row.seen_x = row.seen_ms.map(across);
            let usual = row.floor_ms.zip(row.expected_ms);
            row.usual_width = usual.map(|(floor, expected)| across((expected - floor).max(0.0)));
        }
        let height = rows.iter().map(|row| row.y + ROW - BAR).fold(0.0, f64::max);
        let levels = (0..=5)
            .map(|n| f64::from(n) * step)
            .take_while(|ms| *ms <= top);
        let (control, relayed) = control(sessions);
        Self {
            levels: levels.map(|ms| (across(ms), format!("{ms:.0}"))).collect(),
            height: height + FOOT,
            probes: rows,
            control,
            relayed,
        }
    }

    /// Whether there is anything to show.
    pub fn is_empty(&self) -> bool {
        self.probes.is_empty() && self.control.is_none() && !self.relayed
    }

    /// Whether it can be compared with a claimed place.
    pub fn has_claim(&self) -> bool {
        self.probes.iter().any(|row| row.floor_ms.is_some())
    }

    /// The picture in words.
    pub fn about(&self) -> String {
        let told = |row: &ProbeRow| format!("{}: {}", row.short(), row.figures());
        let rows: Vec<String> = self.probes.iter().map(told).collect();
        format!("{}.", rows.join("; "))
    }

    /// Where the levels of the scale stand.
    pub fn scale_y(&self) -> f64 {
        self.height - 6.0
    }

    /// How far down the lines of the scale go.
    pub fn lines_to(&self) -> f64 {
        self.height - FOOT
    }
}

impl ProbeRow {
    fn of(gauge: &ProbeGauge) -> Self {
        let claim = gauge.claim.as_ref();
        Self {
            name: gauge.probe.name.clone(),
            distance_km: claim.map(|claim| claim.distance_km),
            floor_ms: claim.map(|claim| claim.floor_ms),
            expected_ms: claim.map(|claim| claim.expected_ms),
            seen_ms: gauge.p05_ms,
            bound_km: gauge.bound_km,
            farther: gauge.farther,
            label_y: 0.0,
            y: 0.0,
            floor_x: None,
            usual_width: None,
            seen_x: None,
        }
    }

    /// The probe's name, cut to what a phone has room for.
    pub fn short(&self) -> String {
        visible::plain(&visible::short(&self.name, 30))
    }

    /// The figures, short.
    pub fn figures(&self) -> String {
        let Some(seen) = self.seen_ms else {
            return "too little seen".to_owned();
        };
        match self.floor_ms.zip(self.expected_ms) {
            Some((floor, expected)) => {
                format!("seen {seen:.0}, least {floor:.0}, usual up to {expected:.0} ms")
            }
            None => format!("seen {seen:.0} ms"),
        }
    }

    /// Base line of its figures.
    pub fn figures_y(&self) -> f64 {
        self.label_y + 15.0
    }

    /// How far it is from the claimed place.
    pub fn from_claim(&self) -> String {
        self.distance_km.map_or_else(String::new, |km| {
            format!(", about {} from the claimed place", kilometres(km))
        })
    }

    /// What it can and cannot show.
    pub fn sentence(&self) -> String {
        let Some(seen) = self.seen_ms else {
            return "Too few sessions to say anything.".to_owned();
        };
        let bound = match self.bound_km {
            Some(km) => format!("The device is at most {} from this probe.", kilometres(km)),
            None => String::new(),
        };
        let Some((floor, expected)) = self.floor_ms.zip(self.expected_ms) else {
            return format!("{bound} No claimed place is known to compare it with.");
        };
        if seen < floor {
            return format!(
                "{bound} Light alone needs {floor:.0} ms from the claimed place, and {seen:.0} ms were seen: the device is nearer to the probe than the claimed place is."
            );
        }
        let farther = match (seen > expected + STILL_USUAL_MS, self.farther) {
            (false, _) => {
                " That is what the claimed place lets expect; other places would fit as well."
                    .to_owned()
            }
            (true, Some(far)) => format!(
                " It is {:.0} ms above the usual. If distance caused that, it would be about {} more ({} to {}): an estimate that may be off by a factor of two, and no proof, since queues, radio and VPNs do the same.",
                seen - expected,
                kilometres(far.km),
                kilometres(far.from_km),
                kilometres(far.to_km),
            ),
            (true, None) => {
                " It is above the usual, by more than distance on earth explains.".to_owned()
            }
        };
        format!("{bound}{farther}")
    }
}

impl Control {
    /// What it can and cannot show.
    pub fn sentence(&self) -> String {
        let seen = format!(
            "Direct remote-control connections ({}) have a lowest round trip of {:.0} ms. Whoever is at the other end is at most {} away: an upper bound.",
            words::count(self.sessions, "session"),
            self.p05_ms,
            kilometres(self.bound_km),
        );
        match self.estimate {
            Some(far) => format!(
                "{seen} If distance caused all of it, that would be about {} ({} to {}): an estimate that may be off by a factor of two, and no proof.",
                kilometres(far.km),
                kilometres(far.from_km),
                kilometres(far.to_km),
            ),
            None => format!("{seen} It says no more."),
        }
    }
}

/// Kilometres to two figures that count: more would be false.
fn kilometres(km: f64) -> String {
    let step = if km < 100.0 {
        10.0
    } else {
        10_f64.powf(km.log10().floor() - 1.0)
    };
    let km = (km / step).round() * step;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number of kilometres on earth"
    )]
    let km = km.max(0.0) as u64;
    format!("{} km", words::thousands(km))
}

/// What direct remote control comes to, and whether all there was ended at relays.
fn control(sessions: &[Session]) -> (Option<Control>, bool) {
    let all = || sessions.iter().filter(|one| one.kind == Kind::ControlRtt);
    let direct = || all().filter(|one| one.peer_is_relay != Some(true));
    let latest = direct().rev().filter(|one| one.n >= ENOUGH).take(LATEST);
    let mut lowest: Vec<f64> = latest.map(|one| one.p05_ms).collect();
    lowest.sort_by(f64::total_cmp);
    let relayed = all().next().is_some() && direct().next().is_none();
    if lowest.len() < LEAST_SESSIONS {
        return (None, relayed);
    }
    let p05_ms = lowest[lowest.len() / 2];
    // Of the same value as the estimate: who drives the device now need not be who did when it was lower.
    let bound_km = physics::bound_km(p05_ms);
    let estimate = physics::farther(p05_ms - LAST_MILE_MS).map(|far| Farther {
        // Nothing is farther than light goes.
        km: far.km.min(bound_km),
        from_km: far.from_km.min(bound_km),
        to_km: far.to_km.min(bound_km),
    });
    let control = Control {
        sessions: lowest.len(),
        p05_ms,
        bound_km,
        estimate,
    };
    (Some(control), relayed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(seen_ms: f64, floor_ms: f64, expected_ms: f64) -> ProbeRow {
        ProbeRow {
            name: "us-west".into(),
            distance_km: Some(floor_ms * 102.0),
            floor_ms: Some(floor_ms),
            expected_ms: Some(expected_ms),
            seen_ms: Some(seen_ms),
            bound_km: Some(physics::bound_km(seen_ms)),
            farther: physics::farther(seen_ms - expected_ms),
            label_y: 0.0,
            y: 0.0,
            floor_x: None,
            usual_width: None,
            seen_x: None,
        }
    }

    #[test]
    fn a_low_value_shows_nearness_and_a_high_one_shows_nothing() {
        for (row, says) in [
            (
                row(31.0, 18.0, 39.0),
                "at most 3,200 km from this probe. That is what the claimed place lets expect",
            ),
            (
                row(12.0, 18.0, 39.0),
                "nearer to the probe than the claimed place is",
            ),
            (
                row(139.0, 18.0, 39.0),
                "about 6,000 km more (3,000 km to 12,000 km): an estimate",
            ),
            (
                row(639.0, 18.0, 39.0),
                "by more than distance on earth explains",
            ),
        ] {
            assert!(row.sentence().contains(says), "{}", row.sentence());
            assert!(
                row.sentence().contains("at most"),
                "the bound always stands first"
            );
        }
    }

    #[test]
    fn an_estimate_never_goes_beyond_the_bound() {
        let session = |n: u64, p05_ms: f64, relay| Session {
            id: String::new(),
            device: crate::telemetry::DeviceId::default(),
            kind: Kind::ControlRtt,
            started_at: jiff::Timestamp::UNIX_EPOCH,
            ended_at: jiff::Timestamp::UNIX_EPOCH,
            n,
            p05_ms,
            median_ms: p05_ms + 10.0,
            mad_ms: 3.0,
            p95_ms: p05_ms + 40.0,
            peer_is_relay: relay,
            probe: None,
            access: None,
            rhythm: None,
        };
        let direct = vec![session(400, 108.0, Some(false)); 5];
        let physics = Physics::of(&[], &direct);
        let control = physics.control.unwrap();
        let estimate = control.estimate.unwrap();
        assert!(estimate.to_km <= control.bound_km && estimate.from_km < estimate.km);
        assert!(
            control.sentence().contains("at most 11,000 km away"),
            "{}",
            control.sentence()
        );
        for (sessions, relayed) in [
            (vec![session(400, 20.0, Some(true)); 5], true),
            (vec![session(40, 108.0, None); 5], false),
            (vec![session(400, 108.0, None); 2], false),
        ] {
            let physics = Physics::of(&[], &sessions);
            assert_eq!((physics.control, physics.relayed), (None, relayed));
        }
    }
}
