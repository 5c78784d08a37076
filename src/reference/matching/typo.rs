//! Words that were mistyped, to the words that they may have been.

use super::By;
use super::find::{Finder, Found, Hit};
use super::fold::{Folded, Word};
use super::hash;
use super::index::{SHORTEST_TYPO, Spelling};
use super::slip;
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
    let mut attempts = Attempts {
        finder,
        folded,
        left: MOST_ROWS,
        unsure: false,
    };
    for (row, named) in otherwise(finder, folded) {
        let found = attempts.of(&row, |hit| named || slip::is_named(finder, &row, hit));
        if found != Found::None {
            return found;
        }
    }
    let mut tried = words.clone();
    for (at, guesses) in &unknown {
        (tried[*at].hash, tried[*at].role) = guesses[0];
    }
    if !unknown.is_empty() {
        let found = attempts.of_guess(&tried);
        if found != Found::None {
            return found;
        }
    }
    let others = unknown.iter().map(|(at, guesses)| (at, &guesses[1..]));
    for (at, guesses) in others.chain(known.iter().map(|(at, guesses)| (at, &guesses[..]))) {
        let first = tried[*at];
        for guess in guesses {
            if attempts.left == 0 {
                return attempts.end();
            }
            (tried[*at].hash, tried[*at].role) = *guess;
            let found = attempts.of_guess(&tried);
            if found != Found::None {
                return found;
            }
        }
        tried[*at] = first;
    }
    attempts.end()
}

/// The words with usual mistakes put right (`Standford`), with two of them as one (`De Paul`), and
/// without initials (`M. V. Lomonosov`), each with whether it is surely the same name.
fn otherwise(finder: &Finder, folded: &Folded) -> Vec<(Vec<Word>, bool)> {
    let words = &folded.words;
    let mut rows = Vec::new();
    if let Some(row) = slip::put_right(folded) {
        rows.push((row, true));
    }
    let mut glued = 0;
    for (at, pair) in words.windows(2).enumerate() {
        let Some(letters) = folded.glued(&pair[0], &pair[1]) else {
            continue;
        };
        let word = hash::word(letters);
        if finder.tables.rows.word(word).is_some() && glued < MOST_GLUED {
            glued += 1;
            let mut row = words.clone();
            row[at].hash = word;
            row[at].role = Role::Plain;
            row.remove(at + 1);
            rows.push((row, true));
        }
    }
    let named = words.iter().filter(|word| !word.initials);
    if (2..words.len()).contains(&named.clone().count()) {
        rows.push((named.copied().collect(), false));
    }
    rows
}

/// The rows of words tried for one name.
struct Attempts<'a> {
    finder: &'a Finder<'a>,
    folded: &'a Folded,
    /// How many more may be.
    left: usize,
    /// Whether one was a name, but not surely meant.
    unsure: bool,
}

impl Attempts<'_> {
    /// Looks for other words, that are meant if a place agrees or `surely` says so.
    fn of(&mut self, words: &[Word], surely: impl Fn(&Hit) -> bool) -> Found {
        self.left = self.left.saturating_sub(1);
        match self.finder.find(self.folded, words) {
            Found::One(hit) if hit.agrees > 0 || surely(&hit) => Found::One(Hit {
                confidence: hit.confidence - DOUBT,
                by: By::Spelling,
                ..hit
            }),
            Found::One(_) => {
                self.unsure = true;
                Found::None
            }
            other => other,
        }
    }

    fn of_guess(&mut self, words: &[Word]) -> Found {
        let (finder, folded) = (self.finder, self.folded);
        self.of(words, |hit| slip::is_sure(finder, folded, words, hit))
    }

    /// What came of all of them: a name so like a known one is not called unknown.
    fn end(&self) -> Found {
        if self.unsure {
            Found::Several
        } else {
            Found::None
        }
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
