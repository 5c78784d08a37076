//! Gaps between keys: batches and frames, which a person's hands do not make (red-flags §3.5).
//!
//! The spread of the gaps says nothing of distance, and how fast somebody types is nobody's business:
//! what is looked at is gaps no finger can make, and gaps that fall into step with a screen's frames.

use std::f64::consts::TAU;

use serde::{Deserialize, Serialize};

use super::number;
use crate::telemetry::Rhythm;

/// Gaps below this are two keys at once or text that came in one piece, microseconds.
pub const SHORT_US: u32 = 5_000;

/// Gaps beyond this are pauses, microseconds.
pub const PAUSE_US: u32 = 1_000_000;

/// A frame of a screen that shows sixty in a second, microseconds.
pub const FRAME_US: f64 = 1_000_000.0 / 60.0;

/// Gaps below which neither share nor step is told.
pub const LEAST_GAPS: u64 = 60;

impl Rhythm {
    /// The sums of gaps in microseconds.
    pub fn of_gaps(gaps: impl IntoIterator<Item = u32>) -> Self {
        let mut rhythm = Self::default();
        for us in gaps {
            rhythm.add(us);
        }
        rhythm
    }

    /// Takes one more gap.
    pub fn add(&mut self, us: u32) {
        self.n += 1;
        if us < SHORT_US {
            self.short += 1;
        } else if us <= PAUSE_US {
            let (sin, cos) = (TAU * f64::from(us) / FRAME_US).sin_cos();
            self.framed += 1;
            self.cos += cos;
            self.sin += sin;
        }
    }

    /// Both together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            n: self.n.saturating_add(other.n),
            short: self.short.saturating_add(other.short),
            framed: self.framed.saturating_add(other.framed),
            cos: self.cos + other.cos,
            sin: self.sin + other.sin,
        }
    }

    /// The share of gaps that no finger makes.
    pub fn short_share(&self) -> Option<f64> {
        (self.n >= LEAST_GAPS).then(|| (number(self.short) / number(self.n)).min(1.0))
    }

    /// How far the gaps are in step with frames, by Rayleigh's test.
    pub fn step(&self) -> Option<Step> {
        if self.framed < LEAST_GAPS {
            return None;
        }
        let framed = number(self.framed);
        let resultant = (self.cos.hypot(self.sin) / framed).min(1.0);
        // The exponent, not the power: of many gaps p is too small for a number, and 0 is right then.
        let p = (-framed * resultant * resultant).exp();
        (resultant.is_finite()).then_some(Step { resultant, p })
    }
}

/// The result of Rayleigh's test.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
pub struct Step {
    /// 0 for gaps of any length alike, 1 for whole frames only.
    pub resultant: f64,
    /// How likely so much is by chance.
    pub p: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gaps of 80 to 480 ms, spread evenly.
    fn even() -> impl Iterator<Item = u32> {
        (0..1000_u32).map(|i| 80_000 + (i * 7_919) % 400_000)
    }

    #[test]
    fn hands_are_in_step_with_nothing() {
        let rhythm = Rhythm::of_gaps(even());
        assert_eq!(rhythm.short_share(), Some(0.0));
        let step = rhythm.step().unwrap();
        assert!(step.resultant < 0.05 && step.p > 0.01, "{step:?}");
    }

    #[test]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "gaps are below a second"
    )]
    fn gaps_of_whole_frames_are_in_step() {
        let frames = even().map(|us| ((f64::from(us) / FRAME_US).round() * FRAME_US) as u32);
        let step = Rhythm::of_gaps(frames).step().unwrap();
        assert!(step.resultant > 0.99 && step.p < 1e-100, "{step:?}");
        // keyboards that are asked every 8 ms are not
        let polled = even().map(|us| us / 8_000 * 8_000);
        assert!(Rhythm::of_gaps(polled).step().unwrap().resultant < 0.1);
    }

    #[test]
    fn batches_are_counted_and_pauses_are_in_no_sum() {
        let gaps = even().take(92).chain([0, 4_999, 1_000, 4, 5, 6, 7, 8]);
        let rhythm = Rhythm::of_gaps(gaps.chain([5_000, 2_000_000]));
        assert_eq!((rhythm.n, rhythm.short, rhythm.framed), (102, 8, 93));
        assert!((rhythm.short_share().unwrap() - 8.0 / 102.0).abs() < 1e-12);
    }

    #[test]
    fn few_gaps_say_nothing_and_sums_add_up() {
        assert_eq!(Rhythm::of_gaps(even().take(59)).short_share(), None);
        assert_eq!(Rhythm::of_gaps(even().take(59)).step(), None);
        let (one, two) = (
            Rhythm::of_gaps(even().take(300)),
            Rhythm::of_gaps(even().skip(300)),
        );
        let (sum, all) = (one.with(two), Rhythm::of_gaps(even()));
        assert_eq!((sum.n, sum.framed), (all.n, all.framed));
        assert!((sum.cos - all.cos).abs() < 1e-9);
        let odd = Rhythm {
            framed: 100,
            cos: f64::INFINITY,
            ..Rhythm::default()
        };
        assert!(odd.step().is_some_and(|step| step.resultant <= 1.0));
    }
}
