//! Lines to the internet and how they waver. The figures are round ones from general knowledge of
//! 2025 and red-flags §3.2, chosen before anything was judged by them.

use super::noise::Noise;
use crate::telemetry::Access;

/// A kind of line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Glass to the house.
    Fibre,
    /// Television cable.
    Cable,
    /// Cable, and behind it radio that loses much.
    Wifi,
    /// The desktop runs in a data centre.
    Vdi,
    /// Low satellites that are changed every 15 seconds.
    Starlink,
    /// A satellite far out.
    Geostationary,
    /// A mobile network.
    Cellular,
    /// A hotel's radio.
    Hotel,
}

/// How a line behaves; milliseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Character {
    /// To the provider's network and back.
    pub base: f64,
    /// How much that differs between houses, of its logarithm.
    pub spread: f64,
    /// What a sample waits besides, at its median.
    pub jitter: f64,
    /// How many samples wait long.
    pub tail: f64,
    /// How long these wait, at their median.
    pub tail_ms: f64,
    /// What the evening adds, at its median.
    pub evening: f64,
    /// How much days differ, deviation.
    pub day: f64,
    /// How much sessions of a day differ, deviation.
    pub session: f64,
}

const fn character(of: [f64; 8]) -> Character {
    let [base, spread, jitter, tail, tail_ms, evening, day, session] = of;
    Character {
        base,
        spread,
        jitter,
        tail,
        tail_ms,
        evening,
        day,
        session,
    }
}

impl Line {
    /// What a sender would say of it.
    pub const fn access(self) -> Access {
        match self {
            Self::Fibre | Self::Cable => Access::Wired,
            Self::Wifi | Self::Hotel => Access::Wifi,
            Self::Vdi => Access::Vdi,
            Self::Starlink | Self::Geostationary => Access::Satellite,
            Self::Cellular => Access::Cellular,
        }
    }

    pub(super) const fn character(self) -> Character {
        match self {
            Self::Fibre => character([4.0, 0.3, 1.0, 0.01, 20.0, 1.0, 1.0, 0.7]),
            Self::Cable => character([12.0, 0.3, 3.0, 0.03, 30.0, 6.0, 2.0, 2.0]),
            Self::Wifi => character([14.0, 0.3, 6.0, 0.08, 60.0, 8.0, 6.0, 6.0]),
            Self::Vdi => character([1.0, 0.3, 0.5, 0.01, 10.0, 0.2, 0.5, 0.5]),
            Self::Starlink => character([24.0, 0.15, 4.0, 0.01, 40.0, 5.0, 3.0, 3.0]),
            Self::Geostationary => character([590.0, 0.04, 20.0, 0.10, 150.0, 40.0, 20.0, 15.0]),
            Self::Cellular => character([40.0, 0.25, 12.0, 0.08, 80.0, 12.0, 8.0, 8.0]),
            Self::Hotel => character([22.0, 0.4, 8.0, 0.06, 60.0, 12.0, 8.0, 8.0]),
        }
    }

    /// What one sample at this second of a session waits besides the base.
    pub(super) fn wait_ms(self, second: f64, noise: &mut Noise) -> f64 {
        let character = self.character();
        let mut ms = noise.log_normal(character.jitter, 0.7);
        if noise.chance(character.tail) {
            ms += noise.log_normal(character.tail_ms, 0.8);
        }
        if self == Self::Starlink {
            // the satellites are handed over: about 140 ms at the start of a cycle, 75 at its end
            let phase = second.rem_euclid(15.0);
            ms += match phase {
                phase if phase < 0.4 => noise.between(80.0, 120.0),
                phase if phase > 14.6 => noise.between(30.0, 55.0),
                _ => 0.0,
            };
        }
        ms
    }
}
