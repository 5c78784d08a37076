//! The institution whose name stands in a row of words, whatever else stands there.

use std::sync::Arc;

use super::By;
use super::fold::{Folded, Word};
use super::hash;
use super::index::{Owner, Tables};
use super::names::{self, Sort};
use super::rest::{Rest, Side};
use super::words;
use crate::reference::Institution;

/// An institution that a name means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Hit {
    /// Which.
    pub institution: u32,
    /// 0 to 1.
    pub confidence: f64,
    /// How the name belongs to it.
    pub by: By,
    /// How much of what stands beside the name is the institution's: above 0 a place, or more of its
    /// name.
    pub agrees: u8,
    /// Where among the words the name stands.
    pub span: (usize, usize),
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Found {
    /// One institution.
    One(Hit),
    /// A known name that does not tell which.
    Several,
    /// No known name.
    None,
}

/// No more institutions of one name are told apart: the surest.
const MOST_OWNERS: usize = 48;

/// The names looked into.
#[derive(Clone, Copy)]
pub(super) struct Finder<'a> {
    pub tables: &'a Tables,
    pub institutions: &'a [Arc<Institution>],
    /// Whether only a name and its place may stand there: the words are a guess already.
    pub strict: bool,
    /// Whether the words were put into English.
    pub translated: bool,
}

/// An owner that the rest of the words does not speak against.
struct Fitting {
    owner: Owner,
    rest: Rest,
}

impl Finder<'_> {
    /// Looks for a name among the words, as written and in English.
    pub(super) fn find(&self, folded: &Folded, words: &[Word]) -> Found {
        let found = self.as_written(folded, words);
        let foreign = |word: &Word| words::translated(word.hash) != word.hash;
        if found != Found::None || !words.iter().any(foreign) {
            return found;
        }
        let mut english = words.to_vec();
        for word in &mut english {
            word.hash = words::translated(word.hash);
        }
        let translated = Self {
            translated: true,
            ..*self
        };
        translated.as_written(folded, &english)
    }

    /// Looks for the longest row of the words that is a name, where the rest does not speak against it.
    fn as_written(&self, folded: &Folded, words: &[Word]) -> Found {
        let whole = self.whole(folded, words, names::row(words));
        if whole != Found::None {
            return whole;
        }
        if words.len() < 2 {
            return Found::None;
        }
        let mut found = Found::None;
        for (from, to) in spans(words) {
            let key = names::row(&words[from..to]);
            found = self.among(folded, words, (from, to), key);
            if found != Found::None {
                break;
            }
        }
        found
    }

    fn whole(&self, folded: &Folded, words: &[Word], key: u64) -> Found {
        self.among(folded, words, (0, words.len()), key)
    }

    /// The one of the owners that the rest of the words lets be.
    fn among(
        &self,
        folded: &Folded,
        words: &[Word],
        (from, to): (usize, usize),
        key: u64,
    ) -> Found {
        let owners = self.tables.keys.owners(key);
        let whole = from == 0 && to == words.len();
        let mut fitting = Vec::new();
        for owner in owners
            .iter()
            .take(MOST_OWNERS)
            .filter(|owner| !self.is_bare(**owner))
        {
            let rest = if whole {
                Rest::default()
            } else {
                let side = Side {
                    finder: self,
                    folded,
                    words,
                    span: (from, to),
                    owner: *owner,
                    shared: owners.iter().any(|other| {
                        other.institution != owner.institution
                            && matches!(other.sort, Sort::Cut | Sort::Campus)
                    }),
                };
                match side.rest() {
                    Some(rest) if !(self.strict && rest.doubt > 0.0) => rest,
                    _ => continue,
                }
            };
            fitting.push(Fitting {
                owner: *owner,
                rest,
            });
        }
        let Some(agreeing) = fitting.iter().map(|one| one.rest.agrees).max() else {
            return Found::None;
        };
        fitting.retain(|one| one.rest.agrees == agreeing);
        // Where the surest owner was spoken against, a less sure one needs a place that speaks for it.
        let surest = owners.first().map(|owner| owner.sort);
        let fits = fitting.iter().map(|one| one.owner.sort).min();
        if agreeing == 0 && surest < Some(Sort::Main) && fits >= Some(Sort::Main) && surest != fits
        {
            return Found::None;
        }
        let usual = fitting.iter().any(|one| one.owner.sort == Sort::Usual);
        let name = &words[from..to];
        let common = !usual && (names::is_common(name) || is_initials(folded, name));
        if agreeing == 0
            && (common || self.tables.shared.contains(&key) || self.is_anyones(&fitting, name))
        {
            return Found::Several;
        }
        self.resolve(&fitting, (from, to), whole, agreeing)
    }

    /// Whether a name is one that schools everywhere are given, and the one that is known by it is
    /// closed, or goes by another form of it: another school, that no list has, may well be meant.
    fn is_anyones(&self, fitting: &[Fitting], name: &[Word]) -> bool {
        let closed = |owner: Owner| {
            let institution = &self.institutions[owner.institution as usize];
            institution.closed.is_some()
        };
        let surest = fitting
            .iter()
            .map(|one| one.owner)
            .min_by_key(|one| one.sort);
        let given = surest.filter(|_| names::is_given_often(name));
        given.is_some_and(|surest| surest.sort > Sort::Short || closed(surest))
    }

    /// Whether a list names an American institution that the federal directory does not: it is one of
    /// those there, spelled otherwise, or nothing is known of it.
    fn is_bare(&self, owner: Owner) -> bool {
        let institution = &self.institutions[owner.institution as usize];
        self.tables.federal
            && institution.unitid.is_none()
            && institution.is_american()
            && institution.city.is_none()
            && institution.opened.or(institution.closed).is_none()
    }

    /// The one institution that a name means, by how it belongs to each.
    fn resolve(
        &self,
        fitting: &[Fitting],
        span: (usize, usize),
        whole: bool,
        agreeing: u8,
    ) -> Found {
        let placed = agreeing > 0;
        let count = |sort: Sort| fitting.iter().filter(|one| one.owner.sort == sort).count();
        let cut = count(Sort::Cut) + count(Sort::Campus);
        let weak = count(Sort::Turned) + count(Sort::Translated) + count(Sort::Hint);
        let Some(best) = fitting.iter().map(|one| one.owner.sort).min() else {
            return Found::None;
        };
        let Some(one) = fitting.iter().find(|one| one.owner.sort == best) else {
            return Found::None;
        };
        let others = fitting.len() - 1;
        let alone = count(best) == 1;
        // A translation is a guess: another may be called so in its own language.
        let sure = alone
            && (!self.translated || others == 0 && self.tables.full)
            && match best {
                Sort::Usual => self.is_usual(one, fitting),
                // A system's name is no campus's name.
                Sort::Official => placed || cut < 2 && count(Sort::Other) == 0,
                Sort::Other => others == 0 || placed && cut == 0,
                Sort::Main => others == count(Sort::Short) + cut + weak,
                Sort::Short => others == weak || placed && others == cut + weak,
                // Where only the best known are listed, another may well be called so.
                Sort::Cut | Sort::Translated => others == 0 && self.tables.full,
                Sort::Turned => others == 0 && self.tables.full && !self.strict && whole,
                Sort::Campus => others == 0 && placed,
                // `HCC Houston`, `SNU, Seoul`
                Sort::Hint if placed => others == 0,
                Sort::Hint => return if whole { Found::Several } else { Found::None },
            };
        if !sure || self.tables.traits[one.owner.institution as usize].office {
            return Found::Several;
        }
        let confidence: f64 = match best {
            Sort::Usual => 1.0,
            Sort::Official => 0.99,
            Sort::Other => 0.97,
            Sort::Main | Sort::Short => 0.95,
            _ => 0.94,
        };
        Found::One(Hit {
            institution: one.owner.institution,
            confidence: confidence - one.rest.doubt,
            by: match best {
                Sort::Usual | Sort::Official | Sort::Other if !self.translated => By::Name,
                _ => By::Cut,
            },
            agrees: agreeing,
            span,
        })
    }

    /// Whether no other institution's own name stands against the usual one; that of the same
    /// institution on another list, or of one that became it, does not.
    fn is_usual(&self, one: &Fitting, others: &[Fitting]) -> bool {
        let institution = |one: &Fitting| &self.institutions[one.owner.institution as usize];
        let own = institution(one);
        others
            .iter()
            .filter(|other| other.owner.sort == Sort::Official)
            .map(institution)
            .all(|other| {
                let listed_twice = other.unitid.is_none() && other.country == own.country;
                listed_twice
                    || other
                        .domains
                        .iter()
                        .any(|domain| own.domains.contains(domain))
            })
    }

    /// Whether a single word is a short name of the institution.
    pub(super) fn goes_by(&self, institution: u32, word: u64) -> bool {
        let owners = self.tables.keys.owners(hash::row([word]));
        owners.iter().any(|owner| owner.institution == institution)
    }
}

/// Whether a name is of so few letters that others will have the same: `AAMU`, and systems (`SUNY`).
fn is_initials(folded: &Folded, name: &[Word]) -> bool {
    /// Of the initials of most names.
    const LONGEST: usize = 4;
    matches!(name, [word] if folded.text(word).len() <= LONGEST && !word.solid)
}

/// Rows of words that can be a name, the longest first: from the first word, to the last, and from
/// part to part.
fn spans(words: &[Word]) -> Vec<(usize, usize)> {
    let len = words.len();
    let mut spans = Vec::with_capacity(len * 3);
    spans.extend((1..len).map(|to| (0, to)));
    spans.extend((1..len).map(|from| (from, len)));
    let begins = |at: usize| at > 0 && words[at].part != words[at - 1].part;
    for from in (1..len).filter(|from| begins(*from)) {
        spans.extend((from + 1..len).map(|to| (from, to)));
    }
    spans.sort_by_key(|(from, to)| std::cmp::Reverse(to - from));
    spans
}
