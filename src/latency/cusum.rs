//! A sum that forgets good days and keeps bad ones: it sees a shift that lasts (red-flags §3.5).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Half of the shift that is looked for, in sigmas: what a session may be above without adding up.
pub const ALLOWANCE: f64 = 0.5;

/// One session counts no more than this, in sigmas, however wild it was.
pub const CLIP: f64 = 6.0;

/// The sum, and since when it has been above nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct Cusum {
    /// The sum, in sigmas.
    pub sum: f64,
    /// When the present run began.
    pub since: Option<Timestamp>,
}

impl Cusum {
    /// Adds a session's z. What is not a number says nothing.
    pub fn add(&mut self, z: f64, at: Timestamp) {
        if z.is_nan() {
            return;
        }
        self.sum = (self.sum + z.clamp(-CLIP, CLIP) - ALLOWANCE).max(0.0);
        self.since = (self.sum > 0.0).then(|| self.since.unwrap_or(at));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first session at which the sum is over 8.
    fn alarm(z: f64) -> Option<u32> {
        let mut cusum = Cusum::default();
        (1..=10_000).find(|_| {
            cusum.add(z, Timestamp::UNIX_EPOCH);
            cusum.sum > 8.0
        })
    }

    #[test]
    fn a_lasting_shift_is_seen_after_as_many_sessions_as_computed() {
        assert_eq!(alarm(2.0), Some(6));
        assert_eq!(alarm(1.0), Some(17));
        assert_eq!(alarm(0.5), None);
        assert_eq!(alarm(f64::NAN), None);
        // one wild session is no shift
        assert!(alarm(1e9).unwrap() > 1);
    }

    #[test]
    fn a_run_begins_with_its_first_session_and_ends_with_the_sum() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut cusum = Cusum::default();
        cusum.add(-1.0, at(1));
        assert_eq!(cusum.since, None);
        cusum.add(2.0, at(2));
        cusum.add(2.0, at(3));
        assert_eq!(cusum.since, Some(at(2)));
        cusum.add(-6.0, at(4));
        assert_eq!(cusum, Cusum::default());
    }
}
