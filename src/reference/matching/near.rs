//! How like a name is to the most like one of all known names.

use super::find::Finder;
use super::fold::{Folded, Word};
use super::names;
use super::typo;
use super::words::{self, Role};

/// Words whose names are compared: the rarest.
const MOST_RARE: usize = 3;
/// Names compared.
const MOST_NAMES: usize = 512;
/// A mistyped word is worth that much of the word.
const MISTYPED: f64 = 0.9;

/// A word of a query: what it may be, and what it tells.
struct Asked {
    word: u64,
    guesses: Vec<u64>,
    weight: f64,
}

/// 0 to 1: the share of what the words tell that a known name has in common; of the whole, or of the
/// part of it that can be a name.
pub(super) fn nearest(finder: &Finder, folded: &Folded) -> f64 {
    let words = &folded.words[..];
    let mut nearest = of(finder, folded, words);
    let last = words.last().map_or(0, |word| word.part);
    for part in 0..=last.min(8) {
        if nearest >= 1.0 || last == 0 {
            break;
        }
        let from = words.iter().position(|word| word.part == part);
        let to = words.iter().rposition(|word| word.part == part);
        let Some((from, to)) = from.zip(to) else {
            continue;
        };
        // From the first part on, and each part that can be a name.
        let part = &words[from..=to];
        if names::is_whole(part) {
            nearest = nearest.max(of(finder, folded, part));
        }
        if from > 0 {
            nearest = nearest.max(of(finder, folded, &words[..=to]));
        }
    }
    nearest
}

fn of(finder: &Finder, folded: &Folded, words: &[Word]) -> f64 {
    if words.is_empty() {
        return 0.0;
    }
    let keys = &finder.tables.keys;
    let known = |row| !keys.owners(row).is_empty();
    if known(names::row(words)) || known(names::translated(words)) {
        return 1.0;
    }
    let rows = &finder.tables.rows;
    let asked: Vec<Asked> = words
        .iter()
        .filter(|word| word.role != Role::Number)
        .map(|word| {
            let guesses = typo::guesses(finder, folded, word);
            Asked {
                word: words::translated(word.hash),
                guesses: guesses
                    .into_iter()
                    .map(|(word, _)| words::translated(word))
                    .collect(),
                weight: rows.weight(word.hash),
            }
        })
        .collect();
    let mut rare: Vec<(u32, &[u32])> = asked
        .iter()
        .flat_map(|asked| std::iter::once(&asked.word).chain(&asked.guesses))
        .filter_map(|word| rows.word(*word))
        .map(|known| (known.count, &known.names[..]))
        .collect();
    rare.sort_unstable_by_key(|(count, _)| *count);
    let mut candidates: Vec<u32> = rare
        .iter()
        .take(MOST_RARE)
        .flat_map(|(_, names)| names.iter().copied())
        .collect();
    candidates.sort_unstable();
    candidates.dedup();
    candidates.truncate(MOST_NAMES);
    candidates
        .into_iter()
        .map(|name| likeness(finder, &asked, rows.name(name)))
        .fold(0.0, f64::max)
}

/// Twice the weight of the common words by the weight of all.
fn likeness(finder: &Finder, asked: &[Asked], name: &[u64]) -> f64 {
    let (mut common, mut all) = (0.0, 0.0);
    for asked in asked {
        let word = name
            .iter()
            .find(|word| **word == asked.word)
            .map(|word| (word, 1.0))
            .or_else(|| {
                let mistyped = name.iter().find(|word| asked.guesses.contains(word));
                mistyped.map(|word| (word, MISTYPED))
            });
        if let Some((word, share)) = word {
            let weight = finder.tables.rows.weight(*word);
            common += 2.0 * weight * share;
            all += weight;
        } else {
            all += asked.weight;
        }
    }
    all += name
        .iter()
        .map(|word| finder.tables.rows.weight(*word))
        .sum::<f64>();
    if all > 0.0 {
        (common / all).min(1.0)
    } else {
        0.0
    }
}
