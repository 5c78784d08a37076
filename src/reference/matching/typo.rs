//! Words that were mistyped, to the words that they may have been.

use super::find::{Finder, Found};
use super::fold::{Folded, Word};
use super::hash;
use super::index::{SHORTEST_TYPO, Spelling};
use super::words::{self, Role};

/// Other words tried for one word.
const MOST_GUESSES: usize = 3;
/// Rows of words tried.
const MOST_ROWS: usize = 12;
/// Words that may be mistyped in one name.
const MOST_MISTYPED: usize = 4;
/// Pairs of words tried as one.
const MOST_GLUED: usize = 2;
/// In shorter words another letter makes another word: `Hunan` is not `Henan`.
const SHORTEST_WRONG_LETTER: usize = 7;
/// A shorter one only when it stands in no more names.
const RARE: u32 = 12;
/// A known word may still be a mistake for another when it is that long: `Colombia`.
const SHORTEST_KNOWN: usize = 6;

/// What is taken off the confidence for mistyped words.
const DOUBT: f64 = 0.03;

/// Looks for a name as if some of its words were mistyped: all that are not known, then with one
/// more that is.
pub(super) fn find(finder: &Finder, folded: &Folded) -> Found {
    let finder = &Finder {
        strict: true,
        ..*finder
    };
    let words = &folded.words;
    let rows = &finder.tables.rows;
    let mut unknown: Vec<(usize, Vec<(u64, Role)>)> = Vec::new();
    let mut known = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let count = rows.word(word.hash).map_or(0, |known| known.count);
        let letters = folded.text(word).len();
        if count > 0 && letters < SHORTEST_KNOWN && count > RARE {
            continue;
        }
        let guesses = guesses(finder, folded, word);
        if guesses.is_empty() {
            continue;
        }
        if count > 0 {
            known.push((at, guesses));
        } else if unknown.len() < MOST_MISTYPED {
            unknown.push((at, guesses));
        }
    }
    let mut left = MOST_ROWS;
    for row in otherwise(finder, folded) {
        let found = attempt(finder, folded, &row, &mut left);
        if found != Found::None {
            return found;
        }
    }
    let mut tried = words.clone();
    for (at, guesses) in &unknown {
        (tried[*at].hash, tried[*at].role) = guesses[0];
    }
    if !unknown.is_empty() {
        let found = attempt(finder, folded, &tried, &mut left);
        if found != Found::None {
            return found;
        }
    }
    let others = unknown.iter().map(|(at, guesses)| (at, &guesses[1..]));
    for (at, guesses) in others.chain(known.iter().map(|(at, guesses)| (at, &guesses[..]))) {
        let first = tried[*at];
        for guess in guesses {
            if left == 0 {
                return Found::None;
            }
            (tried[*at].hash, tried[*at].role) = *guess;
            let found = attempt(finder, folded, &tried, &mut left);
            if found != Found::None {
                return found;
            }
        }
        tried[*at] = first;
    }
    Found::None
}

/// The words with two of them as one (`De Paul`), and without initials (`M. V. Lomonosov`).
fn otherwise(finder: &Finder, folded: &Folded) -> Vec<Vec<Word>> {
    let words = &folded.words;
    let mut rows = Vec::new();
    for (at, pair) in words.windows(2).enumerate() {
        let Some(letters) = folded.glued(&pair[0], &pair[1]) else {
            continue;
        };
        let word = hash::word(letters);
        if finder.tables.rows.word(word).is_some() && rows.len() < MOST_GLUED {
            let mut row = words.clone();
            row[at].hash = word;
            row[at].role = Role::Plain;
            row.remove(at + 1);
            rows.push(row);
        }
    }
    let named = words.iter().filter(|word| !word.initials);
    if (2..words.len()).contains(&named.clone().count()) {
        rows.push(named.copied().collect());
    }
    rows
}

fn attempt(finder: &Finder, folded: &Folded, words: &[Word], left: &mut usize) -> Found {
    *left = left.saturating_sub(1);
    match finder.find(folded, words) {
        Found::One(institution, confidence) => Found::One(institution, confidence - DOUBT),
        other => other,
    }
}

/// The known words that a word may be, the most frequent first.
pub(super) fn guesses(finder: &Finder, folded: &Folded, word: &Word) -> Vec<(u64, Role)> {
    let letters = folded.text(word);
    if word.solid || word.role == Role::Number || letters.len() < SHORTEST_TYPO {
        return Vec::new();
    }
    let tables = finder.tables;
    let mut found: Vec<(u32, u64, Role)> = Vec::new();
    tables.spellings.near(letters, |spelling: &Spelling| {
        if spelling.word != word.hash
            && !(words::is_direction(letters)
                && words::is_direction(tables.spellings.text(spelling)))
            && is_mistake(letters, tables.spellings.text(spelling), tables.full)
            && words::translated(spelling.word) == spelling.word
            && !found.iter().any(|(_, known, _)| *known == spelling.word)
        {
            let count = tables
                .rows
                .word(spelling.word)
                .map_or(0, |known| known.count);
            found.push((count, spelling.word, spelling.role));
        }
    });
    // A frequent word is no mistake for a rarer one.
    let own = tables.rows.word(word.hash).map_or(0, |known| known.count);
    found.retain(|(count, ..)| *count >= own);
    found.sort_unstable_by_key(|(count, word, _)| (std::cmp::Reverse(*count), *word));
    found.truncate(MOST_GUESSES);
    found
        .into_iter()
        .map(|(_, word, role)| (word, role))
        .collect()
}

/// Whether one word, that differs in one letter or is the same without one, may be the other
/// mistyped. In short words a wrong letter makes another word, and a last one more or less another
/// name (`Clark`, `Clarke`), unless all names are known.
fn is_mistake(written: &str, meant: &str, full: bool) -> bool {
    if written.len() >= SHORTEST_WRONG_LETTER {
        let wrong = written.len() == meant.len() && sorted(written) != sorted(meant);
        return !wrong || written.as_bytes()[0] == meant.as_bytes()[0];
    }
    if written.len() == meant.len() {
        return sorted(written) == sorted(meant);
    }
    full || !(written.starts_with(meant) || meant.starts_with(written))
}

fn sorted(word: &str) -> Vec<u8> {
    let mut letters = word.as_bytes().to_vec();
    letters.sort_unstable();
    letters
}
