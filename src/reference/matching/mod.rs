//! Names of institutions as people write them, to one institution with a confidence.

use std::collections::HashMap;
use std::sync::Arc;

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
    /// 0 to 1.
    pub confidence: f64,
}

/// All names, ready to be looked up.
#[derive(Debug)]
pub struct Index {
    institutions: Vec<Arc<Institution>>,
    exact: HashMap<String, Option<usize>>,
}

/// No name of an institution is longer, bytes.
const LONGEST_NAME: usize = 200;

impl Index {
    /// Of these institutions.
    pub fn new(institutions: &[Arc<Institution>]) -> Self {
        let mut exact = HashMap::<String, Option<usize>>::new();
        for (at, institution) in institutions.iter().enumerate() {
            for name in std::iter::once(&institution.name).chain(&institution.aliases) {
                let Some(key) = key(name) else { continue };
                exact
                    .entry(key)
                    .and_modify(|known| *known = known.filter(|known| *known == at))
                    .or_insert(Some(at));
            }
        }
        Self {
            institutions: institutions.to_vec(),
            exact,
        }
    }

    /// The institution that alone bears this name, folded.
    pub fn exact(&self, written: &str) -> Option<&Arc<Institution>> {
        let at = (*self.exact.get(&key(written)?)?)?;
        self.institutions.get(at)
    }

    /// The institution of a name as people write it.
    pub fn look_up(&self, written: &str) -> LookUp {
        match self.exact(written) {
            Some(institution) => LookUp {
                nearest: 1.0,
                matched: Some(Match {
                    institution: institution.clone(),
                    confidence: 1.0,
                }),
            },
            None => LookUp::default(),
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
    use crate::reference::base;

    #[test]
    fn schools_are_found_by_names_and_aliases() {
        let cases = [
            ("UC Berkeley", Some(110_635)),
            ("University of California, Berkeley", Some(110_635)),
            ("The Ohio State University", Some(204_796)),
            ("georgia tech", Some(139_755)),
            ("University of California", None),
            ("Stanford University Online High School", None),
            ("", None),
        ];
        for (name, expected) in cases {
            let found = base::shipped().look_up(name).matched;
            let found = found.and_then(|found| found.institution.unitid);
            assert_eq!(found, expected, "{name}");
        }
    }
}
