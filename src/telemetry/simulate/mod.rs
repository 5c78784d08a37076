//! Made-up workers whose timings waver like real ones: for tests, for the false-alarm figures of
//! `examples/workers`, and for the demo. The same plan gives the same trace.
//!
//! Three probes in the US, a server for keys at the eastern one, three or four sessions of each kind a
//! workday. A sample is the path's floor with a detour, the line's base, what the day, the evening and
//! the session add, and a wait of its own with a heavy tail. Days off, bad days, spells of bad days,
//! journeys and calls to a helpdesk happen to everybody.

mod day;
pub mod line;
pub mod noise;
mod session;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use super::{DeviceId, Observation, Probe, Session};
pub use line::Line;
use noise::Noise;

/// Where made-up workers live: city, state, degrees north and east.
pub const HOMES: [(&str, &str, f64, f64); 16] = [
    ("New York", "NY", 40.71, -74.01),
    ("Boston", "MA", 42.36, -71.06),
    ("Atlanta", "GA", 33.75, -84.39),
    ("Miami", "FL", 25.76, -80.19),
    ("Chicago", "IL", 41.88, -87.63),
    ("Minneapolis", "MN", 44.98, -93.27),
    ("Columbus", "OH", 39.96, -83.00),
    ("Nashville", "TN", 36.16, -86.78),
    ("Austin", "TX", 30.27, -97.74),
    ("Houston", "TX", 29.76, -95.37),
    ("Denver", "CO", 39.74, -104.99),
    ("Phoenix", "AZ", 33.45, -112.07),
    ("Seattle", "WA", 47.61, -122.33),
    ("Portland", "OR", 45.52, -122.68),
    ("San Francisco", "CA", 37.77, -122.42),
    ("Los Angeles", "CA", 34.05, -118.24),
];

/// Name and place of the probes; the server for keys stands beside the first.
const PROBES: [(&str, f64, f64); 3] = [
    ("us-east", 39.04, -77.49),
    ("us-south", 32.78, -96.80),
    ("us-west", 45.54, -122.96),
];

/// The probes of every trace.
pub fn probes() -> [Probe; 3] {
    PROBES.map(|(name, lat, lon)| Probe {
        name: name.to_owned(),
        lat,
        lon,
    })
}

/// What happens to a worker.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Story {
    /// Nothing out of the ordinary.
    Plain,
    /// Another home of [`HOMES`] from this day on.
    Move {
        /// Days since the first.
        day: u16,
        /// Which home.
        to: usize,
    },
    /// Another line from this day on.
    NewLine {
        /// Days since the first.
        day: u16,
        /// Which line.
        line: Line,
    },
    /// Everything leaves by a tunnel that ends far away, from this day on.
    Tunnel {
        /// Days since the first.
        day: u16,
        /// What the tunnel adds.
        extra_ms: f64,
    },
    /// Somebody works from afar over remote control.
    Remote {
        /// How far away.
        distance_km: f64,
        /// Share of sessions that are from afar.
        share: f64,
        /// Share of those that go through a relay nearby.
        relayed: f64,
    },
    /// A box at keyboard and screen, from this day on: the device sees no connection.
    Kvm {
        /// Days since the first.
        day: u16,
        /// What its picture takes.
        extra_ms: f64,
    },
    /// Keys are stamped far away before they are injected, from this day on.
    Upstream {
        /// Days since the first.
        day: u16,
        /// One way.
        extra_ms: f64,
    },
    /// Much of the text comes in pieces.
    Paste {
        /// Share of gaps within a piece.
        share: f64,
    },
}

/// A made-up worker.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Everything by chance follows from it.
    pub seed: u64,
    /// The device.
    pub device: DeviceId,
    /// Which of [`HOMES`].
    pub home: usize,
    /// The line at home.
    pub line: Line,
    /// What happens.
    pub story: Story,
}

impl Plan {
    /// Somebody to whom nothing out of the ordinary happens.
    pub fn plain(seed: u64, home: usize, line: Line) -> Self {
        Self {
            seed,
            device: DeviceId::of(&format!("lt-{seed:05}")).unwrap_or_default(),
            home,
            line,
            story: Story::Plain,
        }
    }

    /// The same with a story.
    #[must_use]
    pub fn with(self, story: Story) -> Self {
        Self { story, ..self }
    }
}

/// What the worker's machine says, the oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// Timings.
    pub sessions: Vec<Session>,
    /// Who sat where.
    pub observations: Vec<Observation>,
}

/// What happens to anybody: drawn once, from the plan's seed.
struct Fate {
    /// Detours to the probes.
    detours: [f64; 3],
    /// Where in the city.
    offset: (f64, f64),
    /// From key to network: hardware and agents.
    processing_ms: f64,
    /// From when on an agent adds so much.
    agent: Option<(u16, f64)>,
    /// First day, days and home of a journey.
    journey: Option<(u16, u16, usize)>,
    /// First day and days of leave.
    leave: (u16, u16),
    /// Share of gaps that a text expander makes.
    expander: f64,
    /// How far the helpdesk is.
    helpdesk_km: f64,
    /// Works late now and then.
    late: f64,
}

impl Fate {
    fn draw(days: u16, noise: &mut Noise) -> Self {
        let day = |noise: &mut Noise| {
            u16::try_from(noise.below(usize::from(days.max(1)))).unwrap_or_default()
        };
        let few = |noise: &mut Noise, from: u16, more: usize| {
            from + u16::try_from(noise.below(more)).unwrap_or_default()
        };
        Self {
            detours: [0; 3].map(|_| noise.between(1.3, 1.95)),
            offset: (noise.between(-0.2, 0.2), noise.between(-0.2, 0.2)),
            processing_ms: noise.log_normal(18.0, 0.35),
            agent: (noise.chance(0.02)).then(|| (day(noise), noise.log_normal(15.0, 0.7))),
            journey: (noise.chance(0.15))
                .then(|| (day(noise), few(noise, 2, 6), noise.below(HOMES.len()))),
            // nobody goes on leave in the first weeks of a job
            leave: (day(noise).max(21), few(noise, 0, 12)),
            expander: if noise.chance(0.02) {
                noise.log_normal(0.03, 0.6).min(0.5)
            } else {
                noise.log_normal(0.008, 0.4)
            },
            helpdesk_km: noise.between(500.0, 13_000.0),
            late: if noise.chance(0.1) { 0.6 } else { 0.05 },
        }
    }
}

/// The trace of so many days from this day on.
pub fn trace(plan: &Plan, from: Date, days: u16) -> Trace {
    let mut noise = Noise::new(plan.seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
    let fate = Fate::draw(days, &mut noise);
    let houses = [0; 8].map(|_| noise.normal());
    let mut trace = Trace::default();
    let mut spell = (0_u16, 0.0);
    for index in 0..days {
        let Ok(date) = from.checked_add(i32::from(index).days()) else {
            break;
        };
        let mut noise = Noise::new(noise_of_day(plan.seed, index));
        if spell.0 > 0 {
            spell.0 -= 1;
        } else if noise.chance(0.001) {
            let length = 2 + u16::try_from(noise.below(7)).unwrap_or_default();
            spell = (length, noise.log_normal(8.0, 1.0));
        }
        let bad_ms = if noise.chance(0.015) {
            noise.log_normal(25.0, 0.8)
        } else {
            0.0
        };
        let spell_ms = if spell.0 > 0 { spell.1 } else { 0.0 };
        let mut today = day::Today {
            plan,
            fate: &fate,
            houses: &houses,
            index,
            date,
            extra_ms: bad_ms + spell_ms,
            noise,
        };
        today.work(&mut trace);
    }
    trace.sessions.sort_by_key(|session| session.started_at);
    trace.observations.sort_by_key(|seen| seen.at);
    trace
}

/// Days have chance of their own, so that a story changes only what it is about.
const fn noise_of_day(seed: u64, index: u16) -> u64 {
    seed.wrapping_mul(0x9e37_79b9)
        .wrapping_add(index as u64 * 7_919 + 1)
}

/// The end of a day, when it is judged.
pub fn end_of(date: Date) -> Timestamp {
    let end = date.tomorrow().unwrap_or(date).at(6, 0, 0, 0);
    end.to_zoned(jiff::tz::TimeZone::UTC)
        .map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}
