//! Text for comparison: normalised words, bullets and five-word shingles.

use std::hash::Hasher;

use siphasher::sip::SipHasher13;

use super::unicode;

/// Words in a shingle.
pub const SHINGLE_WORDS: usize = 5;

/// Words of the shortest bullet that is kept (red-flags, `text.bullet_reuse`).
pub const BULLET_WORDS: usize = 12;

/// Key of the shingles' hash, `SipHash-1-3` over the five words joined by single spaces. Hashes are
/// stored: another key or another function is a new version of everything stored with them.
const SHINGLE_KEY: (u64, u64) = (0x7465_6c6c_7461_6c65, 0x7368_696e_676c_6531);

/// Normalised words: folded, lower case, punctuation dropped; words joined by single spaces.
#[derive(Clone, Debug, Default)]
pub struct Words {
    text: String,
    /// Where each word begins in `text`.
    starts: Vec<usize>,
}

impl Words {
    /// Room for the words of a text of so many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            starts: Vec::with_capacity(bytes / 6),
        }
    }

    /// Adds the words of a text. An apostrophe joins what it stands between, everything else that
    /// is neither letter nor digit parts words.
    pub fn push(&mut self, text: &str) {
        let folded;
        let mut rest = text;
        if !text.is_ascii() {
            folded = unicode::fold(text);
            rest = &folded;
        }
        let mut inside = false;
        while let Some(c) = rest.chars().next() {
            if !c.is_alphanumeric() {
                inside &= matches!(c, '\'' | '\u{2019}');
                rest = &rest[c.len_utf8()..];
                continue;
            }
            if !inside {
                self.begin();
                inside = true;
            }
            if c.is_ascii() {
                let run = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
                let from = self.text.len();
                self.text.push_str(&rest[..run]);
                self.text[from..].make_ascii_lowercase();
                rest = &rest[run..];
            } else {
                self.text.extend(c.to_lowercase());
                rest = &rest[c.len_utf8()..];
            }
        }
    }

    fn begin(&mut self) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.starts.push(self.text.len());
    }

    /// Number of words.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there is no word.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The words from one on, joined by single spaces.
    pub fn since(&self, word: usize) -> &str {
        self.starts
            .get(word)
            .map_or("", |&start| &self.text[start..])
    }

    /// Hashes of every five words in a row, sorted, without doubles.
    pub fn shingles(&self) -> Vec<u64> {
        let mut hashes = self.shingles_in_order();
        hashes.sort_unstable();
        hashes.dedup();
        hashes
    }

    /// Hashes of every five words in a row: the first is of the first five words.
    pub fn shingles_in_order(&self) -> Vec<u64> {
        let keyed = SipHasher13::new_with_keys(SHINGLE_KEY.0, SHINGLE_KEY.1);
        (0..(self.len() + 1).saturating_sub(SHINGLE_WORDS))
            .map(|first| {
                let end = self
                    .starts
                    .get(first + SHINGLE_WORDS)
                    .map_or(self.text.len(), |next| next - 1);
                let mut hasher = keyed;
                hasher.write(&self.text.as_bytes()[self.starts[first]..end]);
                hasher.finish()
            })
            .collect()
    }
}

/// Whether one of the words stands in a text, in any case.
pub fn says(text: &str, words: &[&str]) -> bool {
    text.split(|c: char| !c.is_alphanumeric())
        .any(|word| words.iter().any(|known| word.eq_ignore_ascii_case(known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Words {
        let mut words = Words::default();
        words.push(text);
        words
    }

    #[test]
    fn words_are_compared_without_case_and_punctuation() {
        let cases = [
            (
                "Led the company's  end-to-end Rewrite;",
                "led the companys end to end rewrite",
            ),
            ("École 42 – C++", "école 42 c"),
            ("  ", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(words(text).since(0), expected, "{text}");
        }
    }

    #[test]
    fn shingles_stay_the_same_from_version_to_version() {
        let five = words("one two three four five").shingles();
        assert_eq!(five.len(), 1);
        assert_eq!(five, words("One, two; THREE four\nfive!").shingles());
        let mut hasher = SipHasher13::new_with_keys(SHINGLE_KEY.0, SHINGLE_KEY.1);
        hasher.write(b"one two three four five");
        assert_eq!(five[0], hasher.finish());
    }

    #[test]
    fn shingles_are_sorted_without_doubles() {
        assert!(words("a b c d").shingles().is_empty());
        assert_eq!(words(&"same ".repeat(1000)).shingles().len(), 1);
        let many = words("a b c d e f g h i j").shingles();
        assert_eq!(many.len(), 6);
        assert!(many.is_sorted());
    }
}
