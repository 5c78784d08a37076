//! Identifiers that the operator has listed: those of known cases, and those that belong to agencies.
//!
//! A list comes from the operator's own file ([`mod@import`]) or, for agencies, value by value
//! ([`agency`]). Of an identifier only the keyed hash of its normal form is kept, so a list says
//! nothing without the installation's key, and finds by the same keys that find reuse. Names of
//! people are never listed. What is in force stands in memory ([`force`]).

pub mod agency;
pub mod force;
pub mod import;
pub mod mark;
pub mod value;

use std::sync::Arc;

use jiff::Timestamp;

use crate::keys;

/// What a list is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Identifiers of known cases.
    Indicator,
    /// Identifiers that are an agency's own, so that sharing them means nothing.
    Agency,
    /// Identifiers that are not an agency's own, however many of its candidates use them.
    NotAgency,
}

impl Purpose {
    /// The word in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Indicator => "indicator",
            Self::Agency => "agency",
            Self::NotAgency => "not_agency",
        }
    }

    /// The purpose of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Indicator, Self::Agency, Self::NotAgency]
            .into_iter()
            .find(|purpose| purpose.word() == word)
    }
}

/// A list as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// What it is for.
    pub purpose: Purpose,
    /// Its name, one of its purpose.
    pub name: String,
    /// Where it is from, in the operator's or the file's words.
    pub source: String,
    /// SHA-256 of the file and what was said about it; of agencies, another one after each change.
    pub digest: String,
    /// Identifiers in it.
    pub rows: i64,
    /// When it was imported, or last changed.
    pub imported_at: Timestamp,
}

/// One identifier of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Keyed hash of its kind and normal form.
    pub hash: i64,
    /// What it is: a number or mailbox is listed once as a candidate's own and once as a referee's.
    pub kind: keys::Kind,
    /// Of what it is a part, such as a case's or a publisher's name; empty where the list does not say.
    pub label: Arc<str>,
    /// 0 to 100, where the list says it.
    pub confidence: Option<i64>,
    /// Whether the list says that the case was confirmed.
    pub confirmed: bool,
    /// When it was last seen, where the list says it.
    pub seen_at: Option<Timestamp>,
    /// From when on it weighs nothing.
    pub expires_at: Option<Timestamp>,
}

/// The longest name, source or label that is kept, characters.
pub const LONGEST_NAME: usize = 100;

/// The name of a list or of an agency as it is kept; `Err` says what is wrong with it.
pub fn name(written: &str) -> Result<String, String> {
    let name = plain(written);
    if name.is_empty() {
        Err("a name is needed".to_owned())
    } else if name.chars().count() > LONGEST_NAME {
        Err(format!(
            "a name may have {LONGEST_NAME} characters at the most"
        ))
    } else {
        Ok(name)
    }
}

/// Words as they may be shown in one line: no control characters, single blanks.
fn plain(text: &str) -> String {
    let folded = crate::normalise::unicode::fold(text);
    let shown = folded.split(|c: char| c.is_control() || c.is_whitespace());
    let words: Vec<&str> = shown.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// As [`plain`], cut to the longest that is kept.
fn cut(text: &str) -> String {
    plain(text).chars().take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_line_and_not_too_long() {
        assert_eq!(
            name(" Acme \n Staffing\u{0}").as_deref(),
            Ok("Acme Staffing")
        );
        assert!(name(" \t ").is_err());
        assert!(name(&"x".repeat(101)).is_err());
        assert_eq!(cut(&"é".repeat(300)).chars().count(), LONGEST_NAME);
    }

    #[test]
    fn purposes_have_words() {
        for purpose in [Purpose::Indicator, Purpose::Agency, Purpose::NotAgency] {
            assert_eq!(Purpose::of_word(purpose.word()), Some(purpose));
        }
        assert_eq!(Purpose::of_word("other"), None);
    }
}
