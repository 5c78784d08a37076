//! Names: tokens, nicknames, similarity. Names are only ever compared with names.
//!
//! One person writes the own name in many ways: shortened, with an initial, with
//! or without marks, in another order or script. All of these must come out as
//! one name, and most of all for short names, where a single letter weighs much.

mod compare;
pub(crate) mod nickname;

use unicode_normalization::UnicodeNormalization;

pub use compare::{DISTINCT_BELOW, Overlap, compare, distinct, overlap, similarity, token_jaccard};

/// Names longer than this are cut for comparison, characters.
const LONGEST: usize = 200;

/// Tokens kept for comparison; the rest of a longer name is left out.
const MOST_TOKENS: usize = 8;

/// Letters of a token kept for comparison.
const LONGEST_TOKEN: usize = 40;

/// A name in its normal form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Name {
    /// As written.
    pub raw: String,
    /// Folded Latin tokens in the order written, titles and suffixes dropped.
    pub tokens: Vec<String>,
    /// Whether the tokens were transliterated from another script: all of the name was in it.
    pub transliterated: bool,
    /// Whether the surname came first, as in `Lopez, Maria`.
    pub family_first: bool,
    /// The script of a transliterated name.
    script: Script,
    /// Names that each token is a form of.
    groups: Vec<nickname::Groups>,
}

/// Scripts, as far apart as the ways to write them in Latin letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Script {
    #[default]
    Latin,
    /// Any other, by the block of its letters: Cyrillic, Han, Kana.
    Block(u16),
}

impl Script {
    fn of(letter: char) -> Self {
        match u32::from(letter) {
            0..0x370 | 0x1E00..0x1F00 | 0x2C60..0x2C80 | 0xA720..0xA800 | 0xAB30..0xAB70 => {
                Self::Latin
            }
            0x370..0x400 | 0x1F00..0x2000 => Self::Block(0x370),
            0x400..0x530 => Self::Block(0x400),
            0x600..0x780 | 0xFB50..0xFF00 => Self::Block(0x600),
            0x1100..0x1200 | 0x3130..0x3190 | 0xAC00..0xD7B0 => Self::Block(0x1100),
            0x3040..0x3100 | 0x31F0..0x3200 => Self::Block(0x3040),
            0x2E80..0x3040 | 0x3400..0xA000 | 0xF900..0xFB00 | 0x20000..0x40000 => {
                Self::Block(0x3400)
            }
            // Indic and the like stand in blocks of 128.
            other => Self::Block(u16::try_from(other / 0x80).unwrap_or(u16::MAX)),
        }
    }

    /// Whether every letter is a syllable, and so a token of its own.
    fn is_syllabic(self) -> bool {
        matches!(self, Self::Block(0x1100 | 0x3400))
    }
}

/// A name's normal form; `None` when nothing is left of it.
pub fn read(raw: &str) -> Option<Name> {
    let written: String = raw.trim().chars().take(LONGEST).nfkc().collect();
    let mut tokens = Vec::new();
    let mut script = None;
    let mut latin = false;
    let mut family_first = false;
    for (at, part) in without_pronouns(&written).split(',').enumerate() {
        let before = tokens.len();
        for word in part.split(is_separator) {
            push_tokens(word, &mut tokens, &mut script, &mut latin);
        }
        if at > 0 && before > 0 && tokens[before..].iter().all(|t| is_credential(t)) {
            tokens.truncate(before);
        } else if at == 1 && before > 0 {
            family_first = true;
        }
    }
    drop_titles(&mut tokens);
    split_initials(&mut tokens, &written);
    tokens.truncate(MOST_TOKENS);
    for token in &mut tokens {
        token.truncate(LONGEST_TOKEN);
    }
    let script = script.filter(|_| !latin).unwrap_or_default();
    (!tokens.is_empty()).then(|| Name {
        raw: raw.trim().to_owned(),
        groups: tokens.iter().map(|t| nickname::groups(t)).collect(),
        tokens,
        transliterated: script != Script::Latin,
        family_first,
        script,
    })
}

/// Folds one word into tokens: one, or one to a syllable where the script writes syllables.
fn push_tokens(
    word: &str,
    tokens: &mut Vec<String>,
    script: &mut Option<Script>,
    latin: &mut bool,
) {
    let mut token = String::with_capacity(word.len());
    for c in word.chars() {
        if c.is_ascii() {
            if c.is_ascii_alphabetic() {
                *latin = true;
                token.push(c.to_ascii_lowercase());
            }
            continue;
        }
        let of = Script::of(c);
        if c.is_alphabetic() {
            match of {
                Script::Latin => *latin = true,
                Script::Block(_) => *script = Some(of),
            }
        }
        if of.is_syllabic() && !token.is_empty() {
            tokens.push(std::mem::take(&mut token));
        }
        let letters = any_ascii::any_ascii_char(c).bytes();
        token.extend(
            letters
                .filter(u8::is_ascii_alphabetic)
                .map(|b| char::from(b.to_ascii_lowercase())),
        );
        if of.is_syllabic() && !token.is_empty() {
            tokens.push(std::mem::take(&mut token));
        }
    }
    if !token.is_empty() {
        tokens.push(token);
    }
}

/// What stands between tokens. Apostrophes and marks are part of a token.
fn is_separator(c: char) -> bool {
    match c {
        '\'' | '`' | '’' | '‘' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' => {
            false
        }
        '·' | '\u{2000}'..='\u{206F}' | '\u{3000}'..='\u{303F}' | '\u{30FB}' => true,
        _ => c.is_whitespace() || c.is_ascii_punctuation(),
    }
}

/// The text without a bracket like `(she/her)`.
fn without_pronouns(text: &str) -> std::borrow::Cow<'_, str> {
    if let Some((before, rest)) = text.split_once('(')
        && let Some((inside, after)) = rest.split_once(')')
        && inside.contains('/')
    {
        return format!("{before} {after}").into();
    }
    text.into()
}

/// Letters after a name that follow a comma; some are surnames elsewhere.
fn is_credential(token: &str) -> bool {
    const AFTER_A_COMMA: [&str; 24] = [
        "ba", "bs", "bsc", "ma", "ms", "msc", "me", "meng", "rn", "pe", "do", "llm", "llb", "edd",
        "phr", "shrm", "cp", "cissp", "csm", "cfa", "ph", "d", "m", "aws",
    ];
    is_suffix(token) || AFTER_A_COMMA.contains(&token)
}

/// Words after a name that are no part of it.
fn is_suffix(token: &str) -> bool {
    const SUFFIXES: [&str; 14] = [
        "jr", "sr", "ii", "iii", "iv", "phd", "md", "mba", "cpa", "pmp", "esq", "dds", "jd", "dvm",
    ];
    SUFFIXES.contains(&token)
}

/// Drops titles before the name and suffixes behind it, as long as a name remains.
fn drop_titles(tokens: &mut Vec<String>) {
    const TITLES: [&str; 18] = [
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "prof",
        "professor",
        "sir",
        "dame",
        "rev",
        "hon",
        "herr",
        "frau",
        "monsieur",
        "madame",
        "senor",
        "senora",
    ];
    let titles = tokens
        .iter()
        .take(tokens.len().saturating_sub(1))
        .take_while(|token| TITLES.contains(&token.as_str()))
        .count();
    tokens.drain(..titles);
    while tokens.len() > 2 && tokens.last().is_some_and(|token| is_suffix(token)) {
        tokens.pop();
    }
}

/// `JR Smith`: two capitals before a name are two initials.
fn split_initials(tokens: &mut Vec<String>, written: &str) {
    let Some(first) = tokens.first().filter(|first| first.len() == 2) else {
        return;
    };
    let capitals = |word: &str| word.bytes().all(|byte| byte.is_ascii_uppercase());
    let initials = tokens.len() > 1
        && !first.ends_with(['a', 'e', 'i', 'o', 'u', 'y'])
        && written.bytes().any(|byte| byte.is_ascii_lowercase())
        && written
            .split(is_separator)
            .any(|word| capitals(word) && word.eq_ignore_ascii_case(first));
    if initials {
        let second = tokens[0].split_off(1);
        tokens.insert(1, second);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folded_to_latin_tokens() {
        for (raw, tokens) in [
            ("Maria Lopez", "maria lopez"),
            ("  MARÍA   LÓPEZ ", "maria lopez"),
            ("Lopez, Maria", "lopez maria"),
            ("Dr. Maria Lopez, PhD", "maria lopez"),
            ("John Smith, Jr.", "john smith"),
            ("John Smith III", "john smith"),
            ("Yo-Yo Ma", "yo yo ma"),
            ("Naosuke Ii", "naosuke ii"),
            ("Seán O’Brien", "sean obrien"),
            ("Anne-Marie D'Arcy", "anne marie darcy"),
            ("Jürgen Groß", "jurgen gross"),
            ("Søren Ångström", "soren angstrom"),
            ("Łukasz Żak", "lukasz zak"),
            ("J.R. Smith", "j r smith"),
            ("JR Smith", "j r smith"),
            ("XU Wei", "xu wei"),
            ("Sam Doe (they/them)", "sam doe"),
            ("William \"Bill\" Hart", "william bill hart"),
            ("张伟", "zhang wei"),
            ("Иван Петров", "ivan petrov"),
            ("Ｊｏｈｎ Ｄｏｅ", "john doe"),
            ("Jo\u{200B}hn Doe", "john doe"),
            ("Dr", "dr"),
        ] {
            assert_eq!(read(raw).unwrap().tokens.join(" "), tokens, "{raw}");
        }
        for raw in ["", "   ", "123", "…", "(1/2)"] {
            assert_eq!(read(raw), None, "{raw}");
        }
    }

    #[test]
    fn another_script_is_noted_and_a_single_foreign_letter_is_none() {
        for (raw, transliterated) in [
            ("张伟", true),
            ("Иван Петров", true),
            ("김민수", true),
            ("محمد علي", true),
            ("Nguyễn Văn An", false),
            ("Jürgen Groß", false),
            // A Cyrillic letter in a Latin name.
            ("M\u{0430}ria Lopez", false),
            ("张伟 (William)", false),
        ] {
            assert_eq!(read(raw).unwrap().transliterated, transliterated, "{raw}");
        }
        assert!(read("Lopez, Maria").unwrap().family_first);
        assert!(!read("Maria Lopez, MBA").unwrap().family_first);
    }

    #[test]
    fn a_hostile_name_is_cut() {
        for raw in [
            "a ".repeat(500_000),
            "ab".repeat(500_000),
            "ﷺ".repeat(300_000),
        ] {
            let name = read(&raw).unwrap();
            assert!(name.tokens.len() <= MOST_TOKENS);
            assert!(name.tokens.iter().all(|token| token.len() <= LONGEST_TOKEN));
        }
    }
}
