//! Finding the tricks in a text, and quoting them so that they can be seen.

use std::fmt::Write as _;

use unicode_security::MixedScript as _;

use super::{Trick, TrickKind, ascii_twin, is_direction, is_letter, is_zero_width};

/// More tricks than this say nothing more: a whole text is then written in them.
const MOST: usize = 200;

/// The longest piece of a word that is quoted, characters.
const LONGEST_QUOTE: usize = 60;

/// The tricks in a text, the first of each kind in each word; at most 200.
pub fn tricks(text: &str) -> Vec<Trick> {
    let mut found = Vec::new();
    if text.is_ascii() {
        return found;
    }
    let script = Script::of(text);
    for word in foreign_words(text) {
        for (kind, is_there) in [
            (TrickKind::ZeroWidth, hides_zero_width(word)),
            (TrickKind::Direction, !script.right_to_left && turns(word)),
            (TrickKind::FullWidth, is_wide(word, script)),
            (TrickKind::MixedScript, has_mixed_token(word)),
        ] {
            if is_there {
                let quoted = visible(word, kind);
                found.push(Trick { kind, quoted });
            }
        }
        if found.len() >= MOST {
            found.truncate(MOST);
            break;
        }
    }
    found
}

/// The words that are not plain ASCII.
fn foreign_words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let at = rest.bytes().position(|byte| !byte.is_ascii())?;
        // Everything before is ASCII, so only the last word of it can go on here.
        let start = rest[..at].rfind(char::is_whitespace).map_or(0, |at| at + 1);
        let foreign = rest[at..].chars().next().map_or(1, char::len_utf8);
        let end = at + foreign + length(&rest[at + foreign..]);
        let piece = &rest[start..end];
        rest = &rest[end..];
        Some(piece)
    })
    .flat_map(str::split_whitespace) // what is not ASCII may be a space
    .filter(|word| !word.is_ascii())
}

/// Where the first word of a text ends.
fn length(text: &str) -> usize {
    text.find(char::is_whitespace).unwrap_or(text.len())
}

/// What kinds of writing a text has: some characters are tricks only where no writing needs them.
#[derive(Clone, Copy)]
struct Script {
    right_to_left: bool,
    east_asian: bool,
}

impl Script {
    fn of(text: &str) -> Self {
        let mut script = Self {
            right_to_left: false,
            east_asian: false,
        };
        for c in foreign_words(text).flat_map(str::chars) {
            script.right_to_left |= is_right_to_left(c);
            script.east_asian |= is_east_asian(c);
        }
        script
    }
}

/// A character of no width between two letters, where no writing has a use for it: joiners shape
/// Arabic and Indic letters and build emoji, the zero-width space parts words in scripts without
/// spaces.
fn hides_zero_width(word: &str) -> bool {
    let mut before = None;
    let mut hidden = false;
    for c in word.chars() {
        if is_zero_width(c) {
            hidden = before.is_some_and(is_plain);
        } else {
            if hidden && is_plain(c) {
                return true;
            }
            hidden = false;
            before = Some(c);
        }
    }
    false
}

/// A letter or digit of an alphabet that neither joins letters nor leaves out spaces, or an at sign.
fn is_plain(c: char) -> bool {
    c == '@'
        || c.is_ascii_alphanumeric()
        || (is_letter(c) && matches!(c, '\u{c0}'..='\u{58f}' | '\u{1e00}'..='\u{1fff}'))
}

/// Whether direction marks stand in a word with letters. Phones wrap the numbers they copy in
/// such marks by themselves, so a number is no trick.
fn turns(word: &str) -> bool {
    word.chars().any(is_direction) && word.chars().any(char::is_alphabetic)
}

/// Full-width letters or digits where no East Asian text explains them, or beside plain ones.
fn is_wide(word: &str, script: Script) -> bool {
    let wide = word.chars().any(is_full_width_letter);
    wide && (!script.east_asian
        || (word.bytes().any(|byte| byte.is_ascii_alphanumeric())
            && !word.chars().any(is_east_asian)))
}

/// Whether a token of the word mixes scripts to look like another word.
fn has_mixed_token(word: &str) -> bool {
    word.split(|c| !is_letter(c) && !is_zero_width(c))
        .any(|token| !token.is_ascii() && mixes_scripts(token))
}

/// Whether a token mixes scripts, and a letter in it looks like an ASCII one. Kana with kanji,
/// Hangul with Han, either with Latin, and `50μs` are ordinary writing.
pub(super) fn mixes_scripts(token: &str) -> bool {
    token.chars().any(|c| ascii_twin(c).is_some()) && !token.is_single_script()
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{61b}' | '\u{61d}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}'
        | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{2fff}' | '\u{3001}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

fn is_full_width_letter(c: char) -> bool {
    matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '＠')
}

/// The word with the characters of the trick written out: `ad⟨U+0430⟩`.
fn visible(word: &str, kind: TrickKind) -> String {
    let mut quoted = String::with_capacity(word.len() + 16);
    for (i, c) in word.chars().enumerate() {
        if i == LONGEST_QUOTE {
            quoted.push('…');
            break;
        }
        let hidden = is_zero_width(c) || is_direction(c);
        if hidden || (kind == TrickKind::MixedScript && ascii_twin(c).is_some()) {
            let _ = write!(quoted, "⟨U+{:04X}⟩", u32::from(c));
        } else {
            quoted.push(c);
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use TrickKind::{Direction, FullWidth, MixedScript, ZeroWidth};

    #[test]
    fn tricks_are_found_and_made_visible() {
        for (text, kind, quoted) in [
            ("my pass\u{200b}word", ZeroWidth, "pass⟨U+200B⟩word"),
            (
                "ada\u{2060}@example.com",
                ZeroWidth,
                "ada⟨U+2060⟩@example.com",
            ),
            ("a\u{200d}\u{200c}da", ZeroWidth, "a⟨U+200D⟩⟨U+200C⟩da"),
            ("evil\u{202e}txt.exe", Direction, "evil⟨U+202E⟩txt.exe"),
            ("at Ｇｏｏｇｌｅ", FullWidth, "Ｇｏｏｇｌｅ"),
            ("p\u{430}ypal", MixedScript, "p⟨U+0430⟩ypal"),
            (
                "ad\u{430}@example.com",
                MixedScript,
                "ad⟨U+0430⟩@example.com",
            ),
            ("αlpha", MixedScript, "⟨U+03B1⟩lpha"),
        ] {
            let quoted = quoted.to_owned();
            assert_eq!(tricks(text), [Trick { kind, quoted }], "{text}");
        }
    }

    #[test]
    fn ordinary_writing_of_any_language_is_no_trick() {
        for text in [
            "plain text",
            "naïve café résumé",
            "Иван Петров, Москва",
            "Ελένη Παππά",
            "東京タワーのエンジニア",
            "株式会社ＩＴシステム",
            "漢字와 한글漢字",
            "Web開発 IT企業 Java개발자 T恤",
            "50μs at 10kΩ, Δt",
            "می\u{200c}خواهم",
            "क्\u{200d}ष श्री\u{200c}मान्",
            "👩\u{200d}💻 👨\u{200d}👩\u{200d}👧",
            "\u{feff}begins with a byte order mark",
            "\u{202a}+12127365000\u{202c}",
            "שלום\u{200f} (abc)\u{200e}",
            "ภาษา\u{200b}ไทย",
            "soft\u{ad}hyphen",
            "الAPI SQL-запрос",
        ] {
            assert_eq!(tricks(text), [], "{text}");
        }
    }

    #[test]
    fn foreign_words_are_those_that_are_not_ascii() {
        for text in [
            "",
            "plain text\n",
            "é",
            "naïve café\tréfléchi plain\nend é",
            "no\u{a0}break\u{3000}spaces\u{a0}\u{a0} é",
            "\u{2003}\u{2003}",
            " •  bullets – and\u{2028}lines",
        ] {
            let plainly = text.split_whitespace().filter(|word| !word.is_ascii());
            assert!(foreign_words(text).eq(plainly), "{text:?}");
        }
    }

    #[test]
    fn a_text_full_of_tricks_is_read_to_the_limit() {
        assert_eq!(tricks(&"p\u{430}ypal ".repeat(10_000)).len(), MOST);
        let quoted = &tricks(&"p\u{430}".repeat(10_000))[0].quoted;
        assert!(quoted.chars().count() < 600);
    }
}
