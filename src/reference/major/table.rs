//! The tables of codes and fields, and the words of the latter with one letter left out.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::LazyLock;

use super::{Fields, code, words};
use crate::reference::base::{Table, entries};

/// Four-digit codes by family.
static FAMILIES: LazyLock<HashMap<u16, Vec<u16>>> = LazyLock::new(|| {
    let mut families = HashMap::<u16, Vec<u16>>::new();
    let cip = Table::read(include_str!("../base/cip.tsv"));
    for code in cip.rows().filter_map(|cell| cell("code").and_then(code)) {
        families.entry(code / 100).or_default().push(code);
    }
    families
});

/// A field of the table.
#[derive(Clone, Debug)]
pub(super) struct Entered {
    /// Its usual name.
    pub name: &'static str,
    /// Where its awards may be reported.
    pub fields: Fields,
}

/// Every field by every folded way of writing it. Ways that two fields share mean both.
static BY_KEY: LazyLock<HashMap<String, Entered>> = LazyLock::new(|| {
    let mut by_key = HashMap::<String, Entered>::new();
    let majors = Table::read(include_str!("../base/majors.tsv"));
    for cell in majors.rows() {
        let Some(name) = cell("major") else { continue };
        let codes = cell("codes").unwrap_or_default();
        let fields = Fields::of_codes(codes.split_whitespace().flat_map(expand));
        let synonyms = entries(cell("synonyms"));
        for way in std::iter::once(name).chain(synonyms.iter().map(String::as_str)) {
            let Some(key) = words::key(words::parts(way).iter().flatten()) else {
                continue;
            };
            if words::is_vague(&key) {
                continue;
            }
            match by_key.entry(key) {
                Entry::Vacant(place) => {
                    place.insert(Entered {
                        name,
                        fields: fields.clone(),
                    });
                }
                Entry::Occupied(mut known) if known.get().name != name => {
                    known.get_mut().fields.join(&fields);
                }
                Entry::Occupied(_) => {}
            }
        }
    }
    by_key
});

/// A code, or all codes of a family.
fn expand(text: &str) -> Vec<u16> {
    match code(text) {
        Some(code) => vec![code],
        None => (text.parse().ok())
            .and_then(|family| FAMILIES.get(&family).cloned())
            .unwrap_or_default(),
    }
}

/// Words of the table of at least this many letters can be told from a misspelling of theirs.
const SHORTEST: usize = 5;

/// The long words of the table, by what is left of them without one letter.
static VOCABULARY: LazyLock<HashMap<String, Vec<&'static str>>> = LazyLock::new(|| {
    let mut vocabulary = HashMap::<String, Vec<&'static str>>::new();
    let mut known: Vec<&'static str> = BY_KEY
        .keys()
        .flat_map(|key| key.split(' '))
        .filter(|word| word.len() >= SHORTEST)
        .collect();
    known.sort_unstable();
    known.dedup();
    for word in known {
        for short in shortened(word) {
            vocabulary.entry(short).or_default().push(word);
        }
    }
    vocabulary
});

/// A word, and the word without each of its letters.
fn shortened(word: &str) -> impl Iterator<Item = String> + '_ {
    let without = (0..word.len()).map(|at| format!("{}{}", &word[..at], &word[at + 1..]));
    std::iter::once(word.to_owned()).chain(without)
}

/// The field of a key.
pub(super) fn named(key: &str) -> Option<&'static Entered> {
    BY_KEY.get(key)
}

/// A key written without spaces finds the one with them: "computerscience".
static SQUEEZED: LazyLock<HashMap<String, &'static Entered>> = LazyLock::new(|| {
    let several = BY_KEY.iter().filter(|(key, _)| key.contains(' '));
    several
        .map(|(key, entered)| (key.replace(' ', ""), entered))
        .collect()
});

/// The field of a word that is several written as one.
pub(super) fn squeezed(word: &str) -> Option<&'static Entered> {
    SQUEEZED.get(word).copied()
}

/// Known words that a misspelt one can be, at most.
const NEAREST: usize = 3;

/// The field of words of which some are misspelt, and how like the least like word is to what was
/// written; `None` if it could be several fields, or nothing was misspelt.
pub(super) fn put_right(written: &[String]) -> Option<(&'static Entered, f64)> {
    let mut keys = vec![(String::new(), 1.0_f64)];
    for word in written.iter().filter(|word| !words::is_filler(word)) {
        let near = nearest(word);
        if near.is_empty() {
            return None;
        }
        keys = keys
            .iter()
            .flat_map(|(key, likeness)| {
                near.iter().map(move |(known, like)| {
                    let space = if key.is_empty() { "" } else { " " };
                    (format!("{key}{space}{known}"), likeness.min(*like))
                })
            })
            .take(NEAREST * NEAREST * NEAREST)
            .collect();
    }
    let mut found = keys
        .iter()
        .filter_map(|(key, likeness)| Some((named(key)?, *likeness)))
        .collect::<Vec<_>>();
    found.sort_by(|a, b| b.1.total_cmp(&a.1));
    let (best, likeness) = *found.first()?;
    let rival = |(other, like): &(&Entered, f64)| *like >= likeness && other.fields != best.fields;
    (likeness < 1.0 && !found.iter().any(rival)).then_some((best, likeness))
}

/// The words of the table that a word can be, the most like one first, each with its likeness.
fn nearest(word: &str) -> Vec<(Cow<'_, str>, f64)> {
    let folded = words::folded(word);
    let known = |word: &str| {
        VOCABULARY
            .get(word)
            .is_some_and(|near| near.contains(&word))
    };
    if word.len() < SHORTEST || known(&folded) {
        return vec![(folded, 1.0)];
    }
    let mut near: Vec<&'static str> = [word, &*folded]
        .into_iter()
        .flat_map(shortened)
        .filter_map(|short| VOCABULARY.get(&short))
        .flatten()
        .copied()
        .collect();
    near.sort_unstable();
    near.dedup();
    let mut near: Vec<(Cow<str>, f64)> = near
        .into_iter()
        .map(|known| {
            let like = |written: &str| strsim::normalized_damerau_levenshtein(written, known);
            (known.into(), like(word).max(like(&folded)).min(0.99))
        })
        .collect();
    near.sort_by(|a, b| b.1.total_cmp(&a.1));
    near.truncate(NEAREST);
    near
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_fields_is_one_of_the_classification() {
        let majors = Table::read(include_str!("../base/majors.tsv"));
        for cell in majors.rows() {
            let name = cell("major").unwrap();
            let codes = cell("codes").unwrap();
            for text in codes.split_whitespace() {
                let known = expand(text);
                assert!(!known.is_empty(), "{name}: {text}");
                for code in known {
                    assert!(FAMILIES[&(code / 100)].contains(&code), "{name}: {text}");
                }
            }
        }
        assert!(BY_KEY.len() > 1000);
    }

    #[test]
    fn a_misspelt_word_is_put_right_only_if_it_means_one_field() {
        for (written, right) in [
            ("compter science", Some("Computer science")),
            ("computer sciense", Some("Computer science")),
            ("busines administration", Some("Business administration")),
            ("nurisng", Some("Nursing")),
            ("computer science", None),
            ("zzzzzzz", None),
        ] {
            let written: Vec<String> = written.split(' ').map(str::to_owned).collect();
            let found = put_right(&written).map(|(found, _)| found.name);
            assert_eq!(found, right, "{written:?}");
        }
    }
}
