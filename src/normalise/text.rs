//! Text for comparison: normalised bullets and five-word shingles.

/// Words in a shingle.
pub const SHINGLE_WORDS: usize = 5;
