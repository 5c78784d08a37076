//! Small statistics that reports and pages share: shares with their intervals, agreement of two people.

/// The normal quantile of a 95 % interval.
const Z: f64 = 1.959_963_985;

/// A share with its 95 % Wilson interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// How many.
    pub hit: u64,
    /// Of how many; never 0.
    pub of: u64,
    /// `hit / of`.
    pub share: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// So many of so many, with the 95 % Wilson interval of the share; `None` of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts of records")]
pub fn wilson(hit: u64, of: u64) -> Option<Share> {
    if of == 0 {
        return None;
    }
    let (n, p) = (of as f64, hit as f64 / of as f64);
    let middle = p + Z * Z / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let whole = 1.0 + Z * Z / n;
    // None hit is a share of nothing, whatever rounding says; likewise all.
    let low = if hit == 0 {
        0.0
    } else {
        ((middle - half) / whole).max(0.0)
    };
    let high = if hit == of {
        1.0
    } else {
        ((middle + half) / whole).min(1.0)
    };
    Some(Share {
        hit,
        of,
        share: p,
        low,
        high,
    })
}

impl Share {
    /// `31 % (26–37 %)`: the share, and between which bounds it lies.
    pub fn words(&self) -> String {
        let percent = |share: f64| format!("{:.0}", share * 100.0);
        let (share, low) = (percent(self.share), percent(self.low));
        format!("{share} % ({low}–{} %)", percent(self.high))
    }
}

/// Cohen's kappa of two people who put the same things into the same classes: `table[a][b]` counts what one put
/// into class `a` and the other into `b`. `None` where there is nothing, or where chance alone agrees on everything.
#[expect(clippy::cast_precision_loss, reason = "counts of decisions")]
pub fn kappa<const N: usize>(table: &[[u64; N]; N]) -> Option<f64> {
    let all: u64 = table.iter().flatten().sum();
    if all == 0 {
        return None;
    }
    let all = all as f64;
    let (mut observed, mut chance) = (0.0, 0.0);
    for class in 0..N {
        let row: u64 = table[class].iter().sum();
        let column: u64 = table.iter().map(|row| row[class]).sum();
        observed += table[class][class] as f64 / all;
        chance += row as f64 / all * (column as f64 / all);
    }
    (chance < 1.0 - 1e-12).then(|| (observed - chance) / (1.0 - chance))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_wilson_s() {
        // Newcombe 1998, table I.
        for (hit, of, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
            (29, 29, 0.8830, 1.0),
        ] {
            let share = wilson(hit, of).unwrap();
            assert!((share.low - low).abs() < 5e-4, "{share:?}");
            assert!((share.high - high).abs() < 5e-4, "{share:?}");
        }
        assert_eq!(wilson(0, 0), None);
        assert_eq!(wilson(81, 263).unwrap().words(), "31 % (26–37 %)");
    }

    #[test]
    fn agreement_is_cohen_s() {
        // Two readers of 50 proposals, both yes 20, both no 15: 0.7 observed, 0.5 by chance.
        let kappa_of = |table| kappa::<2>(&table).map(|kappa| (kappa * 1_000.0).round() / 1_000.0);
        assert_eq!(kappa_of([[20, 5], [10, 15]]), Some(0.4));
        assert_eq!(kappa_of([[10, 0], [0, 10]]), Some(1.0));
        assert_eq!(kappa_of([[0, 10], [10, 0]]), Some(-1.0));
        assert_eq!(kappa_of([[0, 0], [0, 0]]), None);
        assert_eq!(kappa_of([[10, 0], [0, 0]]), None);
    }
}
