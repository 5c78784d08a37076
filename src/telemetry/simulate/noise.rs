//! Chance that falls the same way at every start.

use std::f64::consts::TAU;

/// `SplitMix64` (Steele, Lea and Flood, 2014) with the distributions that timings have.
#[derive(Clone, Debug)]
pub struct Noise(u64);

impl Noise {
    /// Chance that depends on `seed` alone.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Evenly above 0 and below 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are exact")]
    pub fn unit(&mut self) -> f64 {
        ((self.throw() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Evenly between two numbers.
    pub fn between(&mut self, from: f64, to: f64) -> f64 {
        self.unit().mul_add(to - from, from)
    }

    /// One of `0..count`; 0 where there is none.
    pub fn below(&mut self, count: usize) -> usize {
        let count = u64::try_from(count).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.throw() % count).unwrap_or(0)
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Normal, of mean 0 and deviation 1.
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.unit().ln()).sqrt();
        radius * (TAU * self.unit()).cos()
    }

    /// Log-normal by its median and the deviation of its logarithm: what queues are like.
    pub fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        median * (sigma * self.normal()).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::Noise;
    use crate::latency::baseline::median;

    #[test]
    fn the_same_seed_falls_the_same_and_distributions_are_themselves() {
        let (mut one, mut two) = (Noise::new(7), Noise::new(7));
        assert!((0..100).all(|_| one.below(1000) == two.below(1000)));
        let middle = median((0..10_000).map(|_| one.log_normal(20.0, 0.5))).unwrap();
        assert!((middle - 20.0).abs() < 0.5, "{middle}");
        let mean = (0..10_000).map(|_| one.normal()).sum::<f64>() / 10_000.0;
        assert!(mean.abs() < 0.05, "{mean}");
    }
}
