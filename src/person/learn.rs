//! Expectation maximisation: what one person's records are like in this file, learnt from the file.

use rayon::prelude::*;

use super::compare::{Compared, Field};
use super::likeness::{LEVELS, Level};
use super::model::Model;

/// Rounds: it changes little after these.
const ROUNDS: usize = 8;

/// One person's pairs that the expert's word counts for.
const EXPERT_COUNTS: f64 = 60.0;

/// Sums over pairs, weighed by the probability that they are of one person.
#[derive(Clone, Debug, Default)]
struct Sums {
    levels: [[f64; LEVELS]; 9],
    matches: f64,
    households: f64,
    moved: f64,
    settled: f64,
    swapped: f64,
}

/// Learns from compared pairs, of which there are `times` as many in the file as are given, out of
/// `records`.
pub(super) fn learn(pairs: &[Compared], times: f64, records: f64) -> Model {
    let expert = Model::expert(records);
    let mut model = expert.clone();
    let all_pairs = (records * (records - 1.0) / 2.0).max(1.0);
    for _ in 0..ROUNDS {
        let sums = pairs
            .par_chunks(4096)
            .map(|pairs| expect(&model, pairs))
            .reduce(Sums::default, |one, other| one.plus(&other));
        for (field, learnt) in model.same.iter_mut().enumerate() {
            let all = sums.levels[field].iter().sum::<f64>() + EXPERT_COUNTS;
            for (level, share) in learnt.iter_mut().enumerate() {
                let prior = expert.same[field][level] * EXPERT_COUNTS;
                *share = (sums.levels[field][level] + prior) / all;
            }
        }
        let part =
            |sum: f64, prior: f64, of: f64| (sum + prior * EXPERT_COUNTS) / (of + EXPERT_COUNTS);
        model.moves = part(sums.moved, expert.moves, sums.settled);
        model.swaps = part(sums.swapped, expert.swaps, sums.matches).max(0.001);
        // A file may hold no pair of one person, or of one household, at all: some doubt remains.
        let least = 0.5 / all_pairs;
        model.matches = (sums.matches * times / all_pairs).clamp(least, 0.5);
        model.households = (sums.households * times / all_pairs).clamp(least, 0.3);
    }
    model
}

fn expect(model: &Model, pairs: &[Compared]) -> Sums {
    let mut sums = Sums::default();
    for pair in pairs {
        let judged = model.judge(pair);
        let p = judged.probability;
        sums.matches += p;
        sums.households += judged.household;
        if p < 1e-4 {
            continue;
        }
        sums.swapped += if pair.swapped { p } else { 0.0 };
        let addressed = pair.levels[Field::Street as usize..]
            .iter()
            .any(|level| *level != Level::Missing);
        if addressed {
            sums.settled += p;
            sums.moved += p * (1.0 - judged.stayed);
        }
        for (at, level) in pair.levels.iter().enumerate() {
            // Who moved says nothing of how addresses are misspelt.
            let weight = if at >= Field::Street as usize {
                p * judged.stayed
            } else {
                p
            };
            if let Some(sum) = sums.levels[at].get_mut(*level as usize) {
                *sum += weight;
            }
        }
    }
    sums
}

impl Sums {
    fn plus(mut self, other: &Self) -> Self {
        for (field, of_other) in self.levels.iter_mut().zip(&other.levels) {
            for (sum, more) in field.iter_mut().zip(of_other) {
                *sum += more;
            }
        }
        self.matches += other.matches;
        self.households += other.households;
        self.moved += other.moved;
        self.settled += other.settled;
        self.swapped += other.swapped;
        self
    }
}
