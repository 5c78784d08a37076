//! How often strangers' fields agree by chance.

use super::compare::{Comparer, FIELDS};
use super::likeness::{LEVELS, Level};
use super::table::{Id, Row, Table};

/// Shares of two strangers at each level of each field, 0 to 1.
#[derive(Clone, Debug)]
pub(super) struct Rates {
    fields: [[f64; LEVELS]; FIELDS],
    /// Likewise of the postal codes of strangers in one city, and of the cities in one postal code.
    postal_in_city: [f64; LEVELS],
    city_in_postal: [f64; LEVELS],
}

/// Exact, nickname, initial, near, partial, moved, differs.
const NAME: [f64; LEVELS] = [0.002, 0.002, 0.0015, 0.001, 0.015, 0.001, 0.977];
const TEXT: [f64; LEVELS] = [0.001, 0.001, 0.001, 0.001, 0.01, 0.001, 0.985];
const DIGITS: [f64; LEVELS] = [0.005, 0.001, 0.001, 0.05, 0.05, 0.001, 0.89];
const POSTAL: [f64; LEVELS] = [0.001, 0.001, 0.001, 0.01, 0.04, 0.001, 0.95];
const REGION: [f64; LEVELS] = [0.07, 0.001, 0.001, 0.001, 0.001, 0.001, 0.93];

impl Rates {
    /// What is usual.
    pub const EXPERT: Self = Self {
        fields: [NAME, NAME, TEXT, TEXT, TEXT, DIGITS, POSTAL, REGION, DIGITS],
        postal_in_city: [0.05, 0.001, 0.001, 0.4, 0.3, 0.001, 0.25],
        city_in_postal: [0.8, 0.001, 0.001, 0.01, 0.02, 0.001, 0.15],
    };

    /// Learnt from random pairs of a table; what is usual counts for a few hundred of them.
    pub fn learnt(table: &Table) -> Self {
        let mut rates = Self::EXPERT;
        let mut comparer = Comparer::new(table, &Self::EXPERT);
        let mut counts = [Counts::default(); FIELDS];
        let mut dice = Dice(table.rows.len() as u64);
        for _ in 0..RANDOM_PAIRS {
            let (a, b) = (dice.below(table.len()), dice.below(table.len()));
            if a == b {
                continue;
            }
            let (a, b) = (&table.rows[a], &table.rows[b]);
            let token = |row: &Row, at: u8| row.tokens[usize::from(at)];
            if a.count > 1 && b.count > 1 {
                counts[0].add(comparer.token(token(a, a.given), token(b, b.given)).0);
                counts[1].add(comparer.token(token(a, a.family), token(b, b.family)).0);
            }
            for (at, (x, y)) in (2..).zip(a.texts.iter().zip(b.texts)) {
                counts[at].add(comparer.text(*x, y).0);
            }
            counts[5].add(comparer.number(a.number, b.number).0);
            counts[6].add(comparer.number(a.postal, b.postal).0);
            counts[7].add(same(a.region, b.region));
            counts[8].add(same(a.unit, b.unit));
        }
        for (field, counts) in rates.fields.iter_mut().zip(counts) {
            counts.mix_into(field);
        }
        let postals = within(
            table,
            &mut dice,
            |row| row.texts[2],
            |a, b| comparer.number(a.postal, b.postal).0,
        );
        postals.mix_into(&mut rates.postal_in_city);
        let cities = within(
            table,
            &mut dice,
            |row| row.postal,
            |a, b| comparer.text(a.texts[2], b.texts[2]).0,
        );
        cities.mix_into(&mut rates.city_in_postal);
        rates
    }

    pub fn of(&self, field: usize, level: Level) -> f64 {
        self.fields[field]
            .get(level as usize)
            .copied()
            .unwrap_or(1.0)
    }

    pub fn postal_in_city(&self, level: Level) -> f64 {
        self.postal_in_city
            .get(level as usize)
            .copied()
            .unwrap_or(1.0)
    }

    pub fn city_in_postal(&self, level: Level) -> f64 {
        self.city_in_postal
            .get(level as usize)
            .copied()
            .unwrap_or(1.0)
    }
}

/// Pairs looked at.
const RANDOM_PAIRS: usize = 100_000;

/// Pairs that what is usual counts for.
const USUAL_COUNTS: f64 = 300.0;

fn same(a: Id, b: Id) -> Level {
    match (a, b) {
        (0, _) | (_, 0) => Level::Missing,
        _ if a == b => Level::Exact,
        _ => Level::Differs,
    }
}

/// Levels of random pairs that share a value: of a random record and another of its group. Small groups,
/// which records of one person make, come rarely.
fn within(
    table: &Table,
    dice: &mut Dice,
    group: impl Fn(&Row) -> Id,
    mut level: impl FnMut(&Row, &Row) -> Level,
) -> Counts {
    let mut order: Vec<usize> = (0..table.len()).collect();
    order.sort_unstable_by_key(|at| group(&table.rows[*at]));
    let mut counts = Counts::default();
    for _ in 0..RANDOM_PAIRS / 4 {
        if order.is_empty() {
            break;
        }
        let one = order[dice.below(order.len())];
        let of = group(&table.rows[one]);
        let start = order.partition_point(|at| group(&table.rows[*at]) < of);
        let end = order.partition_point(|at| group(&table.rows[*at]) <= of);
        if of == 0 || end - start < 10 {
            continue;
        }
        let other = order[start + dice.below(end - start)];
        if one != other {
            counts.add(level(&table.rows[one], &table.rows[other]));
        }
    }
    counts
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts([f64; LEVELS]);

impl Counts {
    fn add(&mut self, level: Level) {
        if let Some(count) = self.0.get_mut(level as usize) {
            *count += 1.0;
        }
    }

    fn mix_into(&self, shares: &mut [f64; LEVELS]) {
        let all = self.0.iter().sum::<f64>() + USUAL_COUNTS;
        for (share, count) in shares.iter_mut().zip(self.0) {
            *share = (*share * USUAL_COUNTS + count) / all;
        }
    }
}

/// `SplitMix64` (Steele, Lea and Flood, 2014): the same pairs at every run.
pub(super) struct Dice(pub u64);

impl Dice {
    /// A number below `n`, which must not be 0.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % n as u64).unwrap_or_default()
    }
}
