//! Names: tokens, nicknames, similarity. Names are only ever compared with names.

/// A name in its normal form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Name {
    /// As written.
    pub raw: String,
    /// Folded Latin tokens in the order written, titles and suffixes dropped.
    pub tokens: Vec<String>,
    /// Whether the tokens were transliterated from another script.
    pub transliterated: bool,
}

/// A name's normal form; `None` when nothing is left of it.
pub fn read(_raw: &str) -> Option<Name> {
    None
}

/// Similarity of two names, 0 to 1: Jaro-Winkler on tokens, whatever their order.
pub fn similarity(_a: &Name, _b: &Name) -> f64 {
    1.0
}

/// Whether two names are names of different people (red-flags §1: similarity below 0.80).
pub fn distinct(a: &Name, b: &Name) -> bool {
    similarity(a, b) < DISTINCT_BELOW
}

/// Below this similarity two records are two people.
pub const DISTINCT_BELOW: f64 = 0.80;
