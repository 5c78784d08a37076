//! Names of institutions as people write them, to one institution with a confidence.
//!
//! ```text
//! written ─ fold ─> words ─ find ─> a known row of words, the rest of them judged ─┐
//!                     └─ typo ─> the same with mistyped words put right ───────────┼─> LookUp
//!                     └─ near ─> how like the most like name is ───────────────────┘
//! ```
//!
//! Every step looks rows of words up by hash (`index`); none goes through all names. A name that
//! several institutions bear is decided by the place written beside it, or not at all.

mod find;
mod fold;
mod hash;
mod index;
mod names;
mod near;
mod rest;
mod slip;
mod typo;
mod words;

use std::sync::Arc;

use self::find::{Finder, Found};
use self::fold::Folded;
use self::hash::{Map, Set};
use self::index::Tables;
use super::Institution;

/// What came of looking a name up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LookUp {
    /// 0 to 1: how like the name is to the most like one of all known names.
    pub nearest: f64,
    /// The institution, if it is sure which one is meant.
    pub matched: Option<Match>,
}

/// An institution that a name surely means.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The institution.
    pub institution: Arc<Institution>,
    /// [`SURE`] to 1.
    pub confidence: f64,
    /// How the written name belongs to the institution.
    pub by: By,
}

/// How a written name belongs to the institution it means. A place, a faculty or a degree may stand
/// beside it in each case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// It is the institution's name or one of its other names, word by word. What is only true of
    /// the one institution, like the years it was open, is to be judged by such a name alone.
    Name,
    /// It is one of them but for mistakes in writing.
    Spelling,
    /// It is one of them cut short, turned round, or put into English.
    Cut,
}

/// What is less sure is no match. Of the matches above it at least 99 in 100 are right
/// (`tests/labelled/institutions.tsv`).
pub const SURE: f64 = 0.88;

/// The likeness of a name that is a known one but for its spelling, its place or a faculty.
const VARIANT: f64 = 0.97;

/// Names that our own table gives: of several institutions of a short name they say which one is
/// usually meant.
#[derive(Debug, Default)]
pub struct Usual {
    /// Names with the number of their institution.
    names: Set,
}

impl Usual {
    /// Adds the names of an institution, by its place in the index that they are for.
    pub fn add<'a>(&mut self, at: usize, names: impl IntoIterator<Item = &'a String>) {
        for name in names {
            let row = self::names::row(&Folded::read(name).words);
            self.names.insert(hash::then(row, at as u64));
        }
    }

    fn holds(&self, institution: usize, row: u64) -> bool {
        self.names.contains(&hash::then(row, institution as u64))
    }
}

/// All names, ready to be looked up.
#[derive(Debug)]
pub struct Index {
    institutions: Vec<Arc<Institution>>,
    /// By the hash of the [`key`]; `None` where several go by it.
    exact: Map<Option<u32>>,
    tables: Tables,
}

/// No name of an institution is longer, bytes.
const LONGEST_NAME: usize = 200;

impl Index {
    /// Of these institutions.
    pub fn new(institutions: &[Arc<Institution>], usual: &Usual) -> Self {
        let mut exact = Map::<Option<u32>>::default();
        for (at, institution) in (0..).zip(institutions) {
            for name in std::iter::once(&institution.name).chain(&institution.aliases) {
                let Some(key) = key(name) else { continue };
                exact
                    .entry(hash::word(&key))
                    .and_modify(|known| *known = known.filter(|known| *known == at))
                    .or_insert(Some(at));
            }
        }
        Self {
            institutions: institutions.to_vec(),
            exact,
            tables: Tables::new(institutions, usual),
        }
    }

    /// The institution that alone bears this name, folded.
    pub fn exact(&self, written: &str) -> Option<&Arc<Institution>> {
        let at = (*self.exact.get(&hash::word(&key(written)?))?)?;
        self.institutions.get(at as usize)
    }

    /// Whether one institution or several bear this name, folded.
    pub fn knows(&self, written: &str) -> bool {
        key(written).is_some_and(|key| self.exact.contains_key(&hash::word(&key)))
    }

    /// The institution of a name as people write it.
    pub fn look_up(&self, written: &str) -> LookUp {
        let folded = Folded::read(written);
        if folded.words.is_empty() {
            return LookUp::default();
        }
        let finder = Finder {
            tables: &self.tables,
            institutions: &self.institutions,
            strict: false,
            translated: false,
        };
        let mut found = finder.find(&folded, &folded.words);
        if found == Found::None {
            found = typo::find(&finder, &folded);
        }
        if let Found::One(hit) = found
            && hit.confidence >= SURE
        {
            return LookUp {
                nearest: hit.confidence.max(VARIANT),
                matched: Some(Match {
                    institution: self.institutions[hit.institution as usize].clone(),
                    confidence: hit.confidence,
                    by: hit.by,
                }),
            };
        }
        let nearest = near::nearest(&finder, &folded);
        LookUp {
            nearest: match found {
                Found::Several => nearest.max(VARIANT),
                _ => nearest,
            },
            matched: None,
        }
    }
}

/// A name folded for exact comparison: letters and digits in lower-case ASCII, without a leading
/// "the"; `None` when nothing is left or it is too long for a name.
pub fn key(name: &str) -> Option<String> {
    if name.len() > LONGEST_NAME {
        return None;
    }
    let name = name.trim();
    let the = name
        .get(..4)
        .is_some_and(|head| head.eq_ignore_ascii_case("the "));
    let name = if the { &name[4..] } else { name };
    let mut key = if name.is_ascii() {
        name.to_owned()
    } else {
        any_ascii::any_ascii(name)
    };
    key.retain(|c| c.is_ascii_alphanumeric());
    key.make_ascii_lowercase();
    (!key.is_empty()).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::By;
    use crate::reference::base;

    #[test]
    fn schools_are_found_as_people_write_them() {
        let cases = [
            ("UC Berkeley", Some(110_635)),
            ("University of California, Berkeley", Some(110_635)),
            ("The Ohio State University", Some(204_796)),
            ("georgia tech", Some(139_755)),
            ("Univ. of Texas @ Austin", Some(228_778)),
            ("Haas School of Business, UC Berkeley", Some(110_635)),
            ("B.S., Duke University, Durham, NC, 2014", Some(198_419)),
            ("Standford University", Some(243_744)),
            ("DUKE UNIVERSITY", Some(198_419)),
            ("University of California", None),
            ("Stanford University Online High School", None),
            ("Coursera - Stanford University", None),
            ("Harvard Summer School", None),
            ("MIT Pune", None),
            ("Duke University, Portland, Oregon", None),
            ("University", None),
            ("", None),
        ];
        for (name, expected) in cases {
            let found = base::shipped().look_up(name).matched;
            let found = found.and_then(|found| found.institution.unitid);
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn how_a_name_belongs_to_the_institution_is_told() {
        let cases = [
            ("Duke University", By::Name),
            ("Duke University, Durham, NC", By::Name),
            ("Standford University", By::Spelling),
            ("Duke Univeristy", By::Spelling),
            ("Harvey Mudd", By::Cut),
        ];
        for (name, expected) in cases {
            let found = base::shipped().look_up(name).matched;
            assert_eq!(found.map(|found| found.by), Some(expected), "{name}");
        }
    }

    #[test]
    fn only_what_is_surely_a_mistake_is_one() {
        let cases = [
            ("Standford University", true),
            ("Havard University", true),
            ("Massachussetts Institute of Technology", true),
            ("Carnegie Melon University", true),
            ("Carnegie Melon", true),
            ("John Hopkins University", true),
            ("Johns Hopkins University", true),
            ("Cornel University", true),
            ("Pepperdene University", true),
            ("Georgian College", false),
            ("Downing College", false),
            ("Stamford University", false),
            ("Regent's University", false),
            ("Strafford University", false),
            ("St. Catherine College", false),
            ("Alliance University", false),
            ("Holy Family College", false),
            ("Grace University", false),
            ("Judson College", false),
            ("Trinity Lutheran College", false),
            ("Independence University", false),
            ("Holy Family College, Manitowoc, WI", true),
            ("Dukes University", false),
            ("S. Thomas' College", false),
        ];
        let otherwise = cases.into_iter().filter(|(name, expected)| {
            let found = base::shipped().look_up(name).matched;
            let found = found.filter(|found| found.institution.unitid.is_some());
            found.is_some() != *expected
        });
        assert_eq!(otherwise.collect::<Vec<_>>(), []);
    }

    #[test]
    fn likeness_tells_variants_and_systems_from_what_nobody_bears() {
        let near = |name| base::shipped().look_up(name).nearest;
        for name in [
            "University of California",
            "CUNY",
            "Duke Univ",
            "Havard University",
        ] {
            assert!(near(name) >= 0.92, "{name} {}", near(name));
        }
        for name in [
            "Ashwick University",
            "University of Northmoor",
            "General Assembly",
            "",
        ] {
            assert!(near(name) < 0.92, "{name} {}", near(name));
        }
    }

    #[test]
    fn an_institution_abroad_is_not_taken_for_one_whose_name_it_translates() {
        let found = base::shipped().look_up("Universidad del Pacífico").matched;
        assert_eq!(found, None);
    }

    #[test]
    fn hostile_names_are_looked_up() {
        let long = "university college saint state technology north new san ".repeat(100);
        for name in [
            &long,
            &"a".repeat(9000),
            &"a,".repeat(9000),
            &"大學".repeat(900),
        ] {
            let found = base::shipped().look_up(name);
            assert_eq!(found.matched, None);
            assert!((0.0..=1.0).contains(&found.nearest));
        }
    }
}
