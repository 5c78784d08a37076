//! Whether two shares differ by more than chance.

use std::f64::consts::{FRAC_2_SQRT_PI, PI};

use crate::statistics;

/// Below this many a share says little, and is said to.
pub const FEW: u64 = 30;

/// From this many in each cell on, as expected, the approximation of a test holds; below, Fisher's exact test is made.
const EXPECTED: f64 = 5.0;

#[expect(clippy::cast_precision_loss, reason = "nobody counts beyond 2^53")]
const fn real(n: u64) -> f64 {
    n as f64
}

/// A share; nothing of nothing is 0.
pub fn share(k: u64, n: u64) -> f64 {
    if n == 0 { 0.0 } else { real(k) / real(n) }
}

/// The 95 % interval of a share of `k` in `n`: from 0 to 1 where there is nothing to count.
pub fn interval(k: u64, n: u64) -> (f64, f64) {
    statistics::wilson(k, n).map_or((0.0, 1.0), |share| (share.low, share.high))
}

/// Which test told two shares apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Test {
    /// Fisher's, exact, of both sides.
    Fisher,
    /// Chi-square of one degree of freedom, with Yates' correction.
    ChiSquare,
}

impl Test {
    /// What it is called.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fisher => "Fisher's exact",
            Self::ChiSquare => "chi-square",
        }
    }
}

/// How likely shares at least this different would be if there were no difference, by the test that fits the numbers:
/// `k` in `n` beside `other_k` in `other_n`.
pub fn differ(k: u64, n: u64, other_k: u64, other_n: u64) -> (f64, Test) {
    let (all_k, all) = (real(k + other_k), real(n + other_n));
    let smallest = real(n.min(other_n)) * all_k.min(all - all_k);
    if all < 1.0 || smallest / all < EXPECTED {
        (fisher(k, n, other_k, other_n), Test::Fisher)
    } else {
        (chi_square(k, n, other_k, other_n), Test::ChiSquare)
    }
}

/// Fisher's exact test of both sides: all tables with these margins that are no likelier than this one.
pub fn fisher(k: u64, n: u64, other_k: u64, other_n: u64) -> f64 {
    let all_k = k + other_k;
    let least = all_k.saturating_sub(other_n);
    let most = all_k.min(n);
    let log_choose = |n: u64, k: u64| log_factorial(n) - log_factorial(k) - log_factorial(n - k);
    let whole = log_choose(n + other_n, all_k);
    let of = |k: u64| (log_choose(n, k) + log_choose(other_n, all_k - k) - whole).exp();
    let this = of(k);
    // As likely is as likely, whatever the last digits say.
    let p: f64 = (least..=most)
        .map(of)
        .filter(|p| *p <= this * (1.0 + 1e-7))
        .sum();
    p.min(1.0)
}

/// The chi-square test of two shares, one degree of freedom, with Yates' correction.
pub fn chi_square(k: u64, n: u64, other_k: u64, other_n: u64) -> f64 {
    let (hit, missed) = (real(k), real(n - k));
    let (other_hit, other_missed) = (real(other_k), real(other_n - other_k));
    let (here, there) = (hit + missed, other_hit + other_missed);
    let margins = here * there * (hit + other_hit) * (missed + other_missed);
    if margins <= 0.0 {
        return 1.0;
    }
    let all = here + there;
    let apart = ((hit * other_missed - missed * other_hit).abs() - all / 2.0).max(0.0);
    let statistic = all * apart * apart / margins;
    // The square of a normal variable.
    erfc((statistic / 2.0).sqrt())
}

/// The logarithm of `n!`: summed while that is short, then Stirling's series, whose error is below 1e-13 there.
fn log_factorial(n: u64) -> f64 {
    if n < 32 {
        return (2..=n).map(|i| real(i).ln()).sum();
    }
    let x = real(n);
    let (i, i3, i5) = (1.0 / x, x.powi(-3), x.powi(-5));
    x.mul_add(x.ln(), -x) + 0.5 * (2.0 * PI * x).ln() + i / 12.0 - i3 / 360.0 + i5 / 1260.0
}

/// The complementary error function of what is not negative.
fn erfc(x: f64) -> f64 {
    if x < 2.5 {
        // erf's series.
        let (mut term, mut sum, mut n) = (x, x, 0.0);
        while term.abs() > 1e-17 {
            n += 1.0;
            term *= -x * x / n;
            sum += term / 2.0_f64.mul_add(n, 1.0);
        }
        return 1.0 - FRAC_2_SQRT_PI * sum;
    }
    // The continued fraction, from its end on.
    let fraction = (1..=80)
        .rev()
        .fold(x, |rest, n| x + f64::from(n) / 2.0 / rest);
    (-x * x).exp() / PI.sqrt() / fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64) {
        let apart = (found - expected).abs();
        assert!(apart <= expected.abs() * 1e-6 + 1e-12, "{found} {expected}");
    }

    #[test]
    fn fisher_gives_the_known_probabilities() {
        // The lady tasting tea: 3 of 4 right is 34/70, all right 2/70.
        near(fisher(3, 4, 1, 4), 34.0 / 70.0);
        near(fisher(4, 4, 0, 4), 2.0 / 70.0);
        // Agresti's and R's examples: fisher.test(matrix(c(1, 9, 11, 3), 2)), and (10, 2, 3, 15).
        near(fisher(1, 12, 9, 12), 0.002_759_456_185);
        near(fisher(10, 13, 2, 17), 0.000_536_724_119);
        near(fisher(0, 0, 5, 10), 1.0);
        near(fisher(2, 4, 2, 4), 1.0);
    }

    #[test]
    fn chi_square_gives_the_known_probabilities() {
        // erfc is known: erfc(0.5), erfc(1), erfc(2), erfc(3).
        near(erfc(0.5), 0.479_500_122_186_953);
        near(erfc(1.0), 0.157_299_207_050_285);
        near(erfc(2.0), 0.004_677_734_981_063);
        near(erfc(3.0), 0.000_022_090_496_998_585);
        near(erfc(0.0), 1.0);
        // 40 of 100 beside 60 of 100: 200 * (2000 - 100)^2 / 10^8 = 7.22, p = 0.00720957...
        near(chi_square(40, 100, 60, 100), 0.007_209_570_764_745);
        near(chi_square(50, 100, 50, 100), 1.0);
        near(chi_square(0, 10, 0, 20), 1.0);
    }

    #[test]
    fn small_numbers_get_the_exact_test() {
        assert_eq!(differ(1, 10, 9, 12).1, Test::Fisher);
        assert_eq!(differ(40, 100, 60, 100).1, Test::ChiSquare);
        assert_eq!(differ(0, 0, 0, 0), (1.0, Test::Fisher));
        // Few of very many are exact too, and done in no time.
        let (p, test) = differ(1, 8, 25_000, 50_000);
        assert_eq!(test, Test::Fisher);
        assert!(p > 0.05 && p < 0.08, "{p}");
    }

    #[test]
    fn a_factorial_is_the_same_on_both_sides_of_where_it_is_summed() {
        let summed: f64 = (2..=40_u64).map(|i| real(i).ln()).sum();
        near(log_factorial(40), summed);
    }
}
