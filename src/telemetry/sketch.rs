//! Quantiles of timings that keep coming, without keeping the timings: a histogram of microseconds with
//! three significant digits (`HdrHistogram`, V2 format at rest).

use std::io::Cursor;

use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Deserializer, Serializer, V2Serializer};

/// Digits that a quantile is good for.
const DIGITS: u8 = 3;

/// What was timed so far.
#[derive(Clone, Debug)]
pub struct Sketch(Histogram<u32>);

/// A sketch's figures, milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    /// Timings.
    pub n: u64,
    /// 5th percentile.
    pub p05_ms: f64,
    /// Median.
    pub median_ms: f64,
    /// Median absolute deviation from the median.
    pub mad_ms: f64,
    /// 95th percentile.
    pub p95_ms: f64,
}

impl Default for Sketch {
    fn default() -> Self {
        Self(Histogram::new(DIGITS).expect("three digits are possible"))
    }
}

impl Sketch {
    /// Reads what [`Sketch::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let read = Deserializer::new().deserialize(&mut Cursor::new(bytes));
        let mut read = read.ok()?;
        // Written out it forgets that it may grow.
        read.auto(true);
        Some(Self(read))
    }

    /// As it is kept.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let written = V2Serializer::new().serialize(&self.0, &mut bytes);
        written.expect("memory can be written to");
        bytes
    }

    /// Adds a timing, microseconds.
    pub fn add(&mut self, us: u32) {
        self.0.record(us.into()).expect("it grows as needed");
    }

    /// Its figures; all zero while it is empty.
    pub fn figures(&self) -> Figures {
        #[expect(
            clippy::cast_precision_loss,
            reason = "ten minutes are 6e8 microseconds"
        )]
        let ms = |us: u64| us as f64 / 1000.0;
        let at = |quantile| self.0.value_at_quantile(quantile);
        let median = at(0.5);
        let mut apart: Vec<(u64, u64)> = (self.0.iter_recorded())
            .map(|one| {
                (
                    one.value_iterated_to().abs_diff(median),
                    one.count_at_value().into(),
                )
            })
            .collect();
        apart.sort_unstable();
        let half = self.0.len().div_ceil(2);
        let mut seen = 0;
        let mad = apart.into_iter().find(|(_, count)| {
            seen += count;
            seen >= half
        });
        Figures {
            n: self.0.len(),
            p05_ms: ms(at(0.05)),
            median_ms: ms(median),
            mad_ms: ms(mad.map_or(0, |(apart, _)| apart)),
            p95_ms: ms(at(0.95)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_timed_has_no_figures() {
        assert_eq!(Sketch::default().figures().n, 0);
        assert!(Sketch::from_bytes(b"no sketch").is_none());
    }

    proptest! {
        #[test]
        fn figures_are_within_a_thousandth_of_exact_ones(
            all in prop::collection::vec(0_u32..600_000_000, 1..400), cut in 0_usize..400,
        ) {
            // Written and read in between, as between two batches.
            let cut = cut.min(all.len());
            let mut sketch = Sketch::default();
            all[..cut].iter().for_each(|us| sketch.add(*us));
            let mut sketch = Sketch::from_bytes(&sketch.to_bytes()).unwrap();
            all[cut..].iter().for_each(|us| sketch.add(*us));
            let mut sorted = all.clone();
            sorted.sort_unstable();
            let exact = |percent: usize| {
                let rank = (percent * all.len()).div_ceil(100).max(1);
                f64::from(sorted[rank - 1]) / 1000.0
            };
            let figures = sketch.figures();
            prop_assert_eq!(figures.n, all.len() as u64);
            for (found, exact) in [
                (figures.p05_ms, exact(5)), (figures.median_ms, exact(50)), (figures.p95_ms, exact(95)),
            ] {
                prop_assert!((found - exact).abs() <= exact / 1000.0 + 0.001, "{found} {exact}");
            }
            let mut apart: Vec<f64> =
                sorted.iter().map(|us| (f64::from(*us) / 1000.0 - exact(50)).abs()).collect();
            apart.sort_by(f64::total_cmp);
            let mad = apart[all.len().div_ceil(2) - 1];
            let most = f64::from(sorted[all.len() - 1]) / 1000.0;
            prop_assert!((figures.mad_ms - mad).abs() <= most / 400.0 + 0.01, "{} {mad}", figures.mad_ms);
        }
    }
}
