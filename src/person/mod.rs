//! Same person or same operator: two questions about two records.
//!
//! - *Same person*: who applied before, under a name written otherwise, from another address, with a
//!   slip of the pen. A probability by weighed comparisons ([`Model`]), and never a red flag.
//! - *Same operator*: different people behind whom one hand seems to be, since they share what
//!   different people do not share ([`mod@operator`]).
//!
//! [`link`] answers the first for a whole file: candidates for comparison by cheap keys, comparison of
//! fields with the rarity of what agrees, probabilities learnt from the file, then clusters. In the
//! service [`between`] answers it for a few records with what is usual.

mod blocking;
mod cluster;
mod compare;
mod learn;
mod likeness;
mod model;
pub mod operator;
mod rates;
mod record;
mod table;
pub mod words;

use rayon::prelude::*;

pub use compare::{Compared, Field};
pub use likeness::Level;
pub use model::{Judged, Model};
pub use record::Record;
pub use table::Table;

use compare::Comparer;
use rates::Rates;

/// From this probability on two records are put together.
pub const THRESHOLD: f64 = 0.5;

/// From this many records on, a file is learnt from.
const LEARN_FROM: usize = 500;

/// A smaller file is taken for a part of a population of so many.
const SMALL: f64 = 5_000.0;

/// Pairs that one thread compares in one go.
const TOGETHER: usize = 1 << 15;

/// Pairs that are learnt from.
const LESSONS: usize = 150_000;

/// Two records of one person, the first before the second in the file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// Place of the one.
    pub a: u32,
    /// Place of the other.
    pub b: u32,
    /// That they are of one person, 0 to 1, by themselves; their cluster may know more.
    pub probability: f64,
}

/// Who is who in a file.
#[derive(Clone, Debug, Default)]
pub struct Linked {
    /// Every two records of one cluster, in the order of the file.
    pub pairs: Vec<Pair>,
    /// Each record's cluster: the place of its first record.
    pub clusters: Vec<u32>,
    /// Pairs that were compared.
    pub compared: usize,
}

/// Finds the records of one person in a whole file.
pub fn link(records: &[Record], threshold: f64) -> Linked {
    let table = if records.len() < LEARN_FROM {
        Table::of_some(records, SMALL)
    } else {
        Table::of_all(records)
    };
    let pairs = blocking::pairs(&table);
    let (rates, model) = if records.len() < LEARN_FROM {
        (Rates::EXPERT, Model::expert(table.population))
    } else {
        let rates = Rates::learnt(&table);
        let step = pairs.len().div_ceil(LESSONS).max(1);
        let lessons: Vec<blocking::Pair> = pairs.iter().step_by(step).copied().collect();
        let lessons = compared(&table, &rates, &lessons);
        #[expect(clippy::cast_precision_loss, reason = "a count of pairs")]
        let model = learn::learn(&lessons, step as f64, table.population);
        (rates, model)
    };
    let floor = threshold.clamp(1e-6, 1.0 - 1e-9);
    let mut edges: Vec<(f64, u32, u32)> = pairs
        .par_chunks(TOGETHER)
        .flat_map_iter(|pairs| {
            let mut comparer = Comparer::new(&table, &rates);
            let mut sure = Vec::new();
            for (a, b) in pairs {
                let judged = model.judge(&comparer.compare(*a, *b));
                if judged.probability >= floor {
                    sure.push((judged.log_odds, *a, *b));
                }
            }
            sure
        })
        .collect();
    let mut comparer = Comparer::new(&table, &rates);
    let mut odds = |a, b| model.judge(&comparer.compare(a, b)).log_odds;
    let clusters = cluster::clusters(records.len(), &mut edges, &mut odds);
    Linked {
        pairs: within(&clusters, |a, b| {
            model.judge(&comparer.compare(a, b)).probability
        }),
        clusters,
        compared: pairs.len(),
    }
}

fn compared(table: &Table, rates: &Rates, pairs: &[blocking::Pair]) -> Vec<Compared> {
    pairs
        .par_chunks(TOGETHER)
        .flat_map_iter(|pairs| {
            let mut comparer = Comparer::new(table, rates);
            let compare = |(a, b): &(u32, u32)| comparer.compare(*a, *b);
            pairs.iter().map(compare).collect::<Vec<_>>()
        })
        .collect()
}

/// Records of one cluster whose pairs are all listed; of more, each with those next to it.
const LISTED: usize = 200;

/// Every two records of one cluster.
fn within(clusters: &[u32], mut probability: impl FnMut(u32, u32) -> f64) -> Vec<Pair> {
    let mut order: Vec<(u32, u32)> = clusters.iter().copied().zip(0..).collect();
    order.sort_unstable();
    let mut pairs = Vec::new();
    for run in order.chunk_by(|x, y| x.0 == y.0) {
        for (at, (_, a)) in run.iter().enumerate() {
            for (_, b) in run[at + 1..].iter().take(LISTED) {
                pairs.push(Pair {
                    a: *a,
                    b: *b,
                    probability: probability(*a, *b),
                });
            }
        }
    }
    pairs.sort_unstable_by_key(|pair| (pair.a, pair.b));
    pairs
}

/// What one record and each of some others come to in a population of so many.
pub fn between(one: &Record, others: &[Record], population: f64) -> Vec<(Compared, Judged)> {
    let mut all = Vec::with_capacity(others.len() + 1);
    all.push(one.clone());
    all.extend_from_slice(others);
    let table = Table::of_some(&all, population);
    let model = Model::expert(table.population);
    let rates = Rates::EXPERT;
    let mut comparer = Comparer::new(&table, &rates);
    (1_u32..)
        .take(others.len())
        .map(|other| {
            let pair = comparer.compare(0, other);
            (pair, model.judge(&pair))
        })
        .collect()
}
