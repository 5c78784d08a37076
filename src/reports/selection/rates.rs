//! Rates of groups beside the highest of them.

use std::collections::BTreeMap;

use super::Measure;
use crate::reports::significance::{self, FEW, Test};

/// The four-fifths rule: a rate below this share of the highest asks for a look at the rules.
pub const FOUR_FIFTHS: f64 = 0.8;

/// Less chance than this asks for it too.
pub const SIGNIFICANT: f64 = 0.05;

/// Groups of less than this share of all may be left out.
const SMALL: f64 = 0.02;

/// One group.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// Its name.
    pub group: String,
    /// How many.
    pub n: u64,
    /// Of them selected.
    pub selected: u64,
    /// Less than 2 % of all: compared with nobody.
    pub small: bool,
    /// The rate as a share of the highest.
    pub ratio: Option<f64>,
    /// How likely so large a difference from the highest is by chance alone.
    pub p: Option<(f64, Test)>,
}

impl Rate {
    /// The rate.
    pub fn rate(&self) -> f64 {
        significance::share(self.selected, self.n)
    }

    /// Its 95 % interval.
    pub fn interval(&self) -> (f64, f64) {
        significance::interval(self.selected, self.n)
    }

    /// Whether these are too few for the rate to say much.
    pub const fn is_few(&self) -> bool {
        self.n < FEW
    }

    /// Whether the rules should be looked at: less than four fifths of the highest rate, or a difference that chance
    /// hardly makes.
    pub fn asks_for_review(&self) -> bool {
        self.ratio.is_some_and(|ratio| ratio < FOUR_FIFTHS)
            || self.p.is_some_and(|(p, _)| p < SIGNIFICANT)
    }
}

/// Rates by one grouping and measure.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The column, or both.
    pub grouping: String,
    /// What counts as selected.
    pub measure: Measure,
    /// The groups by name.
    pub rates: Vec<Rate>,
    /// The group with the highest rate, which the others are compared with.
    pub highest: Option<String>,
    /// Groups left out, and how many were in them.
    pub left_out: (u64, u64),
}

impl Table {
    /// Whether any group's rate asks for a look at the rules.
    pub fn asks_for_review(&self) -> bool {
        self.rates.iter().any(Rate::asks_for_review)
    }
}

#[expect(clippy::cast_precision_loss, reason = "no file has that many rows")]
const fn exact(product: u64) -> f64 {
    product as f64
}

/// Counts groups and compares each with the highest.
pub fn table(
    grouping: &str,
    measure: Measure,
    members: impl Iterator<Item = (String, bool)>,
    leave_out: bool,
) -> Table {
    let mut counts: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for (group, selected) in members {
        let (n, k) = counts.entry(group).or_default();
        *n += 1;
        *k += u64::from(selected);
    }
    let all: u64 = counts.values().map(|(n, _)| n).sum();
    let mut rates: Vec<Rate> = counts
        .into_iter()
        .map(|(group, (n, selected))| Rate {
            group,
            n,
            selected,
            small: significance::share(n, all) < SMALL,
            ratio: None,
            p: None,
        })
        .collect();
    let mut left_out = (0, 0);
    if leave_out {
        for rate in rates.iter().filter(|rate| rate.small) {
            left_out = (left_out.0 + 1, left_out.1 + rate.n);
        }
        rates.retain(|rate| !rate.small);
    }
    let compared = || rates.iter().filter(|rate| !rate.small);
    // Of equal rates that of the larger group.
    let order = |a: &&Rate, b: &&Rate| a.rate().total_cmp(&b.rate()).then(a.n.cmp(&b.n));
    let highest = compared().max_by(order).cloned();
    let highest = highest.filter(|highest| compared().count() > 1 && highest.selected > 0);
    if let Some(highest) = &highest {
        for rate in rates.iter_mut().filter(|rate| !rate.small) {
            // Of whole numbers, so that four fifths are four fifths.
            rate.ratio = Some(exact(rate.selected * highest.n) / exact(highest.selected * rate.n));
            if rate.group != highest.group {
                let p = significance::differ(rate.selected, rate.n, highest.selected, highest.n);
                rate.p = Some(p);
            }
        }
    }
    Table {
        grouping: grouping.to_owned(),
        measure,
        rates,
        highest: highest.map(|highest| highest.group),
        left_out,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(groups: &[(&str, u64, u64)], leave_out: bool) -> Table {
        let members = groups
            .iter()
            .flat_map(|(name, n, k)| (0..*n).map(move |at| ((*name).to_owned(), at < *k)));
        table("sex", Measure::WentOn, members, leave_out)
    }

    #[test]
    fn the_example_of_the_guidelines_comes_out() {
        // The way of 29 CFR 1607.4 D: 48 of 80 beside 12 of 40, half the rate.
        let table = of(&[("a", 80, 48), ("b", 40, 12)], false);
        assert_eq!(table.highest.as_deref(), Some("a"));
        let [a, b] = &table.rates[..] else { panic!() };
        assert_eq!((a.rate(), b.rate()), (0.6, 0.3));
        assert_eq!((a.ratio, b.ratio), (Some(1.0), Some(0.5)));
        assert!(!a.asks_for_review() && b.asks_for_review());
        let (p, test) = b.p.unwrap();
        assert!(test == Test::ChiSquare && p < 0.01, "{p}");
        assert_eq!(a.p, None);
    }

    #[test]
    fn equal_groups_ask_for_nothing_and_a_small_one_is_compared_with_nobody() {
        let groups = [("a", 500, 450), ("b", 480, 430), ("c", 10, 1)];
        let table = of(&groups, false);
        assert!(!table.asks_for_review(), "{table:?}");
        assert!(table.rates[2].small && table.rates[2].ratio.is_none() && table.rates[2].is_few());
        let without = of(&groups, true);
        assert_eq!((without.rates.len(), without.left_out), (2, (1, 10)));
        assert_eq!(of(&[("a", 10, 5)], false).highest, None);
        assert_eq!(of(&[("a", 10, 0), ("b", 10, 0)], false).highest, None);
        assert_eq!(of(&[], false).rates, []);
    }

    #[test]
    fn a_large_difference_in_a_ratio_and_a_sure_one_in_few_points_both_ask() {
        assert!(of(&[("a", 50, 50), ("b", 50, 39)], false).asks_for_review());
        assert!(of(&[("a", 10_000, 9_000), ("b", 10_000, 8_800)], false).asks_for_review());
        assert!(!of(&[("a", 100, 90), ("b", 100, 88)], false).asks_for_review());
    }
}
