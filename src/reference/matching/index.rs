//! All names by their words, by words that are alike, and by single words.

use std::hash::BuildHasherDefault;
use std::ops::Range;
use std::sync::Arc;

use super::fold::{Folded, Word};
use super::hash::{self, Map, Set};
use super::names::{self, Sort};
use super::words::{self, Role};
use crate::normalise::place;
use crate::reference::Institution;

/// An institution that goes by a form of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Owner {
    /// Which.
    pub institution: u32,
    /// How.
    pub sort: Sort,
}

/// Forms of names, each with the institutions that go by it.
#[derive(Debug, Default)]
pub(super) struct Keys {
    ranges: Map<(u32, u32)>,
    owners: Vec<Owner>,
}

impl Keys {
    fn new(mut entries: Vec<(u64, Owner)>, institutions: &[Arc<Institution>]) -> Self {
        entries.sort_unstable();
        entries.dedup_by_key(|(key, owner)| (*key, owner.institution));
        let mut keys = Self {
            ranges: Map::with_capacity_and_hasher(entries.len(), BuildHasherDefault::default()),
            owners: Vec::with_capacity(entries.len()),
        };
        for chunk in entries.chunk_by(|a, b| a.0 == b.0) {
            let from = keys.owners.len();
            // The American one of a list without unit ids is one of the others, spelled otherwise.
            let of = |owner: &Owner| &institutions[owner.institution as usize];
            let federal = chunk.len() > 1
                && chunk
                    .iter()
                    .any(|(_, owner)| of(owner).unitid.is_some() && owner.sort <= Sort::Main);
            let owners = chunk.iter().map(|(_, owner)| *owner);
            keys.owners.extend(owners.filter(|owner| {
                !(federal && of(owner).unitid.is_none() && of(owner).is_american())
            }));
            keys.owners[from..].sort_by_key(|owner| owner.sort);
            if let (Ok(from), Ok(to)) = (u32::try_from(from), u32::try_from(keys.owners.len())) {
                keys.ranges.insert(chunk[0].0, (from, to));
            }
        }
        keys
    }

    /// Who goes by a form.
    pub(super) fn owners(&self, key: u64) -> &[Owner] {
        self.ranges
            .get(&key)
            .map_or(&[], |(from, to)| &self.owners[*from as usize..*to as usize])
    }
}

/// A spelling that stands in names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spelling {
    from: u32,
    to: u32,
    /// The word that stands for it.
    pub word: u64,
    /// What it tells.
    pub role: Role,
}

/// Spellings, found again with a letter too few, too many, wrong, or in the wrong place.
#[derive(Debug, Default)]
pub(super) struct Spellings {
    text: String,
    all: Vec<Spelling>,
    /// By the hash of the spelling without one letter, and of the whole; sorted.
    without: Vec<(u32, u32)>,
}

/// Words of fewer letters have too many neighbours.
pub(super) const SHORTEST_TYPO: usize = 4;
/// Longer words are no words.
const LONGEST_WORD: usize = 24;

impl Spellings {
    fn add(&mut self, letters: &str, word: u64, role: Role) {
        let (Ok(from), Ok(number)) = (
            u32::try_from(self.text.len()),
            u32::try_from(self.all.len()),
        ) else {
            return;
        };
        self.text.push_str(letters);
        let to = from + u32::try_from(letters.len()).unwrap_or_default();
        self.all.push(Spelling {
            from,
            to,
            word,
            role,
        });
        without(letters, |hash| self.without.push((hash, number)));
    }

    /// The letters of a spelling.
    pub(super) fn text(&self, spelling: &Spelling) -> &str {
        &self.text[spelling.from as usize..spelling.to as usize]
    }

    /// Spellings that may be a typing mistake away.
    pub(super) fn near(&self, letters: &str, mut give: impl FnMut(&Spelling)) {
        if !(SHORTEST_TYPO..=LONGEST_WORD).contains(&letters.len()) {
            return;
        }
        without(letters, |hash| {
            let from = self.without.partition_point(|(other, _)| *other < hash);
            let same = self.without[from..].iter();
            for (_, number) in same.take_while(|(other, _)| *other == hash) {
                give(&self.all[*number as usize]);
            }
        });
    }
}

/// The hash of a word, and of the word without each of its letters.
fn without(letters: &str, mut give: impl FnMut(u32)) {
    let letters = letters.as_bytes();
    if !(SHORTEST_TYPO..=LONGEST_WORD).contains(&letters.len()) {
        return;
    }
    let mut short = [0; LONGEST_WORD];
    for skipped in 0..=letters.len() {
        if skipped > 0 && letters.get(skipped) == letters.get(skipped - 1) {
            continue; // the same as without the letter before
        }
        let mut len = 0;
        for (at, letter) in letters.iter().enumerate() {
            if at != skipped {
                short[len] = *letter;
                len += 1;
            }
        }
        let hash = std::str::from_utf8(&short[..len]).map_or(0, hash::word);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "half of the hash is enough"
        )]
        give(hash as u32);
    }
}

/// What a word tells apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// In how many names it stands.
    pub count: u32,
    /// Some of them.
    pub names: Vec<u32>,
}

/// No word brings more names to be compared.
pub(super) const MOST_NAMES: usize = 256;

/// Names by their single words.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// The words of all names, one name after the other.
    words: Vec<u64>,
    ends: Vec<u32>,
    known: Map<Known>,
}

impl Rows {
    fn add(&mut self, folded: &Folded) {
        let Ok(name) = u32::try_from(self.ends.len()) else {
            return;
        };
        for word in &folded.words {
            let word = words::translated(word.hash);
            let known = self.known.entry(word).or_default();
            known.count += 1;
            if known.names.len() < MOST_NAMES && known.names.last() != Some(&name) {
                known.names.push(name);
            }
            self.words.push(word);
        }
        self.ends
            .push(u32::try_from(self.words.len()).unwrap_or(u32::MAX));
    }

    /// The words of a name.
    pub(super) fn name(&self, name: u32) -> &[u64] {
        let name = name as usize;
        let from = name.checked_sub(1).map_or(0, |before| self.ends[before]);
        let range: Range<usize> = from as usize..self.ends[name] as usize;
        &self.words[range]
    }

    /// What is known of a word.
    pub(super) fn word(&self, word: u64) -> Option<&Known> {
        self.known.get(&words::translated(word))
    }

    /// How much a word tells apart: more, the rarer it is.
    pub(super) fn weight(&self, word: u64) -> f64 {
        let count = self.word(word).map_or(0.5, |known| f64::from(known.count));
        let names = f64::from(u32::try_from(self.ends.len()).unwrap_or(u32::MAX));
        (1.0 + names / count).ln()
    }
}

/// All that is looked into.
#[derive(Debug, Default)]
pub(super) struct Tables {
    /// By whole forms.
    pub keys: Keys,
    /// By spellings.
    pub spellings: Spellings,
    /// By single words.
    pub rows: Rows,
    /// By number of the institution.
    pub traits: Vec<Traits>,
    /// Names that a list says several institutions share.
    pub shared: Set,
    /// Whether a federal directory of all American institutions is among the lists.
    pub federal: bool,
    /// Whether a list of the institutions of the world is, too: what is not known then is rare.
    pub full: bool,
}

/// From that many institutions on they are a directory of all, not only of the best known: the federal
/// one has 6,000, lists of the world 10,000.
const MANY: usize = 4000;

/// What an institution's name tells of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Traits {
    /// It is one campus of several.
    pub campus: bool,
    /// It is an office that awards nothing.
    pub office: bool,
}

impl Tables {
    /// Of these institutions; the usual names are known by the hashes of their words.
    pub(super) fn new(institutions: &[Arc<Institution>], usual: &super::Usual) -> Self {
        let mut entries = Vec::with_capacity(institutions.len() * 12);
        let mut tables = Self::default();
        let mut spelled = Set::default();
        for (at, institution) in institutions.iter().enumerate() {
            let Ok(number) = u32::try_from(at) else { break };
            let mut traits = Traits {
                office: names::is_office(institution),
                ..Traits::default()
            };
            let city = institution
                .city
                .as_deref()
                .map(Folded::read)
                .unwrap_or_default();
            let city = names::row(&city.words);
            let others = institution.aliases.iter().map(|alias| (alias, Sort::Other));
            for (name, sort) in std::iter::once((&institution.name, Sort::Official)).chain(others) {
                let folded = Folded::read(name);
                if folded.words.is_empty() {
                    continue;
                }
                let key = names::row(&folded.words);
                let sort = if usual.holds(at, key) {
                    Sort::Usual
                } else {
                    sort
                };
                if let Some(bare) = names::shared(name) {
                    tables.shared.insert(bare);
                }
                if sort == Sort::Usual
                    && let Some(short) = names::bracketed(name)
                {
                    let owner = Owner {
                        institution: number,
                        sort,
                    };
                    entries.push((short, owner));
                }
                let is_place = |words: &[Word]| {
                    let text: String = words.iter().map(|word| folded.text(word)).collect();
                    names::row(words) == city
                        || place::us_state(&text).is_some()
                        || place::country::of(&text).is_some()
                };
                names::forms(&folded, sort, is_place, |key, form| {
                    traits.campus |= form == Sort::Campus && sort <= Sort::Official;
                    let owner = Owner {
                        institution: number,
                        sort: form,
                    };
                    entries.push((key, owner));
                });
                tables.rows.add(&folded);
                for word in &folded.words {
                    let letters = folded.text(word);
                    if !word.solid && spelled.insert(hash::word(letters)) {
                        tables.spellings.add(letters, word.hash, word.role);
                    }
                }
            }
            tables.traits.push(traits);
        }
        tables.spellings.without.sort_unstable();
        let american = institutions
            .iter()
            .filter(|one| one.unitid.is_some())
            .count();
        tables.federal = american > MANY;
        tables.full = tables.federal && institutions.len() - american > MANY;
        tables.keys = Keys::new(entries, institutions);
        tables
    }
}
