//! Unicode tricks folded for matching, and kept as evidence.
//!
//! Folding follows NFKC (UAX 15); which scripts may stand together in a word and
//! which letters look alike is read from the data of UTS 39 (`unicode-security`).
//! A foreign script is never a trick: only what makes one word look like another is.

mod digits;
mod tricks;

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

pub use tricks::tricks;

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
pub fn fold(text: &str) -> Cow<'_, str> {
    if is_folded(text) {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    let mut space = false;
    for c in text.chars().filter(|c| !is_invisible(*c)).nfkc() {
        if c.is_whitespace() {
            space = true;
        } else if !c.is_control() {
            if space && !folded.is_empty() {
                folded.push(' ');
            }
            space = false;
            folded.push(digits::ascii(c));
        }
    }
    Cow::Owned(folded)
}

/// Whether folding certainly changes nothing: printable ASCII and [`is_ordinary`], spaces single and inside.
fn is_folded(text: &str) -> bool {
    let mut before = ' ';
    for c in text.chars() {
        let stays = matches!(c, ' '..='~') || is_ordinary(c);
        if !stays || (c == ' ' && before == ' ') {
            return false;
        }
        before = c;
    }
    text.is_empty() || before != ' '
}

/// The letters and marks of most Western text. NFKC leaves each as it is, and none combines with
/// what stands before it.
fn is_ordinary(c: char) -> bool {
    matches!(c, 'À'..='ÿ' | '–' | '—' | '‘' | '’' | '“' | '”' | '•')
}

/// A look-up key: folded, lower case, no marks, look-alike letters as the ASCII ones, letters and
/// digits only; `None` when nothing is left.
pub fn key(text: &str) -> Option<String> {
    let folded = fold(text);
    let key: String = if folded.is_ascii() {
        folded
            .bytes()
            .filter(u8::is_ascii_alphanumeric)
            .map(|byte| char::from(byte.to_ascii_lowercase()))
            .collect()
    } else {
        twin(&folded)
            .nfd()
            .filter(|c| !is_accent(*c))
            .nfc()
            .flat_map(char::to_lowercase)
            .filter(|c| c.is_alphanumeric())
            .collect()
    };
    (!key.is_empty()).then_some(key)
}

/// The text with look-alike letters replaced by their ASCII twins, word by word: in words that mix
/// scripts, and in words made of nothing but look-alikes. Words truly of another script stay.
pub fn twin(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !is_letter(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if word.is_ascii() || !(tricks::mixes_scripts(word) || word.chars().all(looks_ascii)) {
            plain.push_str(word);
        } else {
            plain.extend(word.chars().map(|c| ascii_twin(c).unwrap_or(c)));
        }
        let end = after.find(is_letter).unwrap_or(after.len());
        plain.push_str(&after[..end]);
        rest = &after[end..];
    }
    Cow::Owned(plain)
}

/// What a text looks like (UTS 39 skeleton of the folded text): two texts that look alike have
/// equal skeletons. For comparison only, never to be shown: `m` becomes `rn`, `1` becomes `l`.
pub fn skeleton(text: &str) -> String {
    unicode_security::skeleton(&fold(text)).collect()
}

/// The ASCII letter or digit that a letter of a related alphabet looks like.
fn ascii_twin(c: char) -> Option<char> {
    if !is_related_alphabet(c) {
        return None;
    }
    let mut buffer = [0; 4];
    let mut looks = unicode_security::skeleton(c.encode_utf8(&mut buffer));
    let twin = looks.next().filter(char::is_ascii_alphanumeric)?;
    looks.next().is_none().then_some(twin)
}

/// Whether a letter looks like an ASCII one in both cases: `МОСКВА` does in capitals only.
fn looks_ascii(c: char) -> bool {
    let mut cases = std::iter::once(c).chain(c.to_lowercase());
    cases.all(|c| c.is_ascii() || ascii_twin(c).is_some())
}

/// The alphabets that share shapes with the Latin one. Others (Arabic alef looks like `l`) share
/// a stroke by chance and stand beside Latin words in ordinary text.
fn is_related_alphabet(c: char) -> bool {
    matches!(c,
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' // Greek
        | '\u{400}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}' | '\u{a640}'..='\u{a69f}' // Cyrillic
        | '\u{530}'..='\u{58f}' // Armenian
        | '\u{13a0}'..='\u{13ff}' | '\u{ab70}'..='\u{abbf}' // Cherokee
        | '\u{2c80}'..='\u{2cff}' // Coptic
        | '\u{a4d0}'..='\u{a4ff}') // Lisu
}

/// A letter, a digit or a mark on one.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || is_accent(c)
}

/// Marks on letters of alphabets. Vowel signs of other scripts are letters in all but name and stay.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Characters that show nothing: of no width, of direction, and tags.
fn is_invisible(c: char) -> bool {
    is_zero_width(c)
        || is_direction(c)
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{fe00}'..='\u{fe0f}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Characters of no width. The soft hyphen is none: word processors set it by themselves.
fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{180e}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// Marks, embeddings, overrides and isolates of direction.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_folded_without_a_copy() {
        for text in ["", "Ada Lovelace", "(212) 736-5000", "• José’s – “ÿ”"] {
            assert!(matches!(fold(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn what_is_taken_for_folded_is_folded() {
        let ordinary = (' '..='\u{ffff}').filter(|c| is_folded(&format!("a{c}b")));
        for c in ordinary {
            for text in [format!("a{c}b"), format!("{c}{c}"), format!("é{c}")] {
                assert!(!is_folded(&text) || text.nfkc().eq(text.chars()), "{text}");
            }
            assert!(!is_invisible(c) && digits::ascii(c) == c, "{c}");
        }
    }

    #[test]
    fn folding_leaves_what_is_seen() {
        for (text, folded) in [
            ("  two   spaces ", "two spaces"),
            ("tab\tand\u{a0}nbsp\n", "tab and nbsp"),
            ("a\0b", "ab"),
            ("ｆｕｌｌ　ｗｉｄｔｈ １２", "full width 12"),
            ("٢١٢-٧٣٦", "212-736"),
            ("२१२", "212"),
            ("pass\u{200b}word", "password"),
            ("\u{202a}+1 212\u{202c}", "+1 212"),
            ("oﬃce", "office"),
            ("Jose\u{301}", "José"),
        ] {
            assert_eq!(fold(text), folded);
            assert_eq!(fold(&fold(text)), folded, "folding twice changes nothing");
        }
    }

    #[test]
    fn a_key_forgets_case_accents_spaces_and_look_alikes() {
        for (text, key_) in [
            ("Acme Staffing, Inc.", Some("acmestaffinginc")),
            ("José", Some("jose")),
            ("\u{410}cme", Some("acme")),
            ("МОСКВА", Some("москва")),
            ("दिल्ली", Some("दिलली")),
            ("—", None),
        ] {
            assert_eq!(key(text).as_deref(), key_, "{text}");
        }
    }

    #[test]
    fn look_alikes_get_their_ascii_twin_and_real_words_stay() {
        for (text, plain) in [
            ("ad\u{430}", "ada"),
            ("\u{440}\u{430}\u{441}\u{435}", "pace"),
            ("иван.pеtrov", "иван.petrov"),
            ("Ελένη", "Ελένη"),
            ("50 μs", "50 μs"),
        ] {
            assert_eq!(twin(text), plain);
        }
        assert_eq!(skeleton("p\u{430}ypal"), skeleton("paypal"));
        assert_ne!(skeleton("ada"), skeleton("eda"));
    }
}
