//! What a local part is made of: words of a name, words of the trade, digits.

mod words;

use words::{COMMON, EITHER, HONORIFICS, TECH};

/// The shortest word that can be a name here, letters.
const SHORTEST_NAME: usize = 3;

/// What a local part is made of, besides words of a name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Handle {
    /// Digits in it.
    pub digits: usize,
    /// Digits at its end.
    pub trailing_digits: usize,
    /// Whether one of its words begins or ends with a word of the trade, such as `dev`.
    pub tech_token: bool,
    /// Whether it ends in exactly four digits that are a month and a day.
    pub month_day: bool,
}

/// Reads a lower-case local part without its tag.
pub(super) fn read(local: &str) -> Handle {
    let trailing = trailing_digits(local);
    Handle {
        digits: local.bytes().filter(u8::is_ascii_digit).count(),
        trailing_digits: trailing.len(),
        tech_token: words(local).any(is_tech),
        month_day: is_month_day(trailing),
    }
}

/// Runs of letters.
fn words(local: &str) -> impl Iterator<Item = &str> {
    local
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
}

/// The two words of a local part that looks like a name; digits, separators and forms of address
/// are no words.
pub(super) fn name_tokens(local: &str) -> Option<[String; 2]> {
    let mut words = words(local).filter(|word| !HONORIFICS.contains(word));
    let (first, last) = (words.next()?, words.next()?);
    if words.next().is_some() {
        return None;
    }
    let folded = [first, last].map(|word| any_ascii::any_ascii(word).to_ascii_lowercase());
    let in_list = |list: &[&str], word: &String| list.binary_search(&word.as_str()).is_ok();
    if folded.iter().all(|word| in_list(&EITHER, word)) {
        return None;
    }
    folded
        .iter()
        .all(|word| {
            word.chars().count() >= SHORTEST_NAME
                && word.bytes().all(|byte| byte.is_ascii_lowercase())
                && !in_list(&COMMON, word)
        })
        .then_some(folded)
}

/// Whether a word begins or ends with a word of the trade: `johndev`, `cryptoada`; also `devon`,
/// so that a name must be looked for first.
fn is_tech(word: &str) -> bool {
    TECH.iter()
        .any(|tech| word.starts_with(tech) || word.ends_with(tech))
}

/// What is left of a word without the words of the trade at its ends: `li` of `lidev`, nothing of `blockdev`.
pub fn without_trade(mut word: &str) -> &str {
    loop {
        let cut = |tech| word.strip_prefix(tech).or_else(|| word.strip_suffix(tech));
        match TECH.into_iter().find_map(cut) {
            Some(rest) => word = rest,
            None => return word,
        }
    }
}

fn trailing_digits(local: &str) -> &str {
    let letters = local.trim_end_matches(|c: char| c.is_ascii_digit());
    &local[letters.len()..]
}

/// Whether exactly four digits are a month and a day, 31 days to each month: 372 of 10,000
/// (red-flags §7a).
fn is_month_day(digits: &str) -> bool {
    let Ok([a, b, c, d]) = <[u8; 4]>::try_from(digits.as_bytes()) else {
        return false;
    };
    let two = |tens: u8, ones: u8| (tens - b'0') * 10 + (ones - b'0');
    (1..=12).contains(&two(a, b)) && (1..=31).contains(&two(c, d))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_digits_are_a_day_or_not() {
        for (digits, day) in [
            ("0229", true),
            ("1231", true),
            ("1301", false),
            ("0000", false),
            ("0132", false),
            ("0100", false),
            ("229", false),
            ("00229", false),
            ("", false),
        ] {
            assert_eq!(is_month_day(digits), day, "{digits}");
        }
        let days = (0..10_000)
            .filter(|n| is_month_day(&format!("{n:04}")))
            .count();
        assert_eq!(days, 372);
    }

    #[test]
    fn words_of_the_trade_are_cut_off_a_word() {
        for (word, rest) in [
            ("lidev", "li"),
            ("codeli", "li"),
            ("blockdev", ""),
            ("devwebli", "li"),
            ("lopez", "lopez"),
        ] {
            assert_eq!(without_trade(word), rest, "{word}");
        }
    }

    #[test]
    fn two_words_that_can_be_names_are_a_name() {
        let name = |first: &str, last: &str| Some([first.to_owned(), last.to_owned()]);
        for (local, tokens) in [
            ("ada.lovelace", name("ada", "lovelace")),
            ("ada_lovelace1815", name("ada", "lovelace")),
            ("ada99lovelace", name("ada", "lovelace")),
            ("jürgen.müller", name("jurgen", "muller")),
            ("java.developer", None),
            ("maria.dev", None),
            ("jobs.acme", None),
            ("a.lovelace", None),
            ("adalovelace", None),
            ("ada.k.lovelace", None),
            ("1815", None),
            ("happy.feet", None),
            ("summer.rain", None),
            ("rose.garden", None),
            ("queen.bee", None),
            ("gamer.zone", None),
            ("grace.hope", None),
            ("mrs.smith", None),
            ("prof_keller", None),
            ("dr.ada.lovelace", name("ada", "lovelace")),
            ("ms.grace.miller", name("grace", "miller")),
            ("april.king", None),
            ("hope.lovelace", name("hope", "lovelace")),
        ] {
            assert_eq!(name_tokens(local), tokens, "{local}");
        }
        assert!(COMMON.is_sorted() && EITHER.is_sorted());
        assert!(!EITHER.iter().any(|word| COMMON.contains(word)));
    }

    #[test]
    fn digits_and_words_of_the_trade_are_counted() {
        for (local, digits, trailing, tech) in [
            ("johndev92", 2, 2, true),
            ("crypto.star0229", 4, 4, true),
            ("7ada7", 2, 1, false),
            ("ada", 0, 0, false),
            ("abitofada", 0, 0, false),
        ] {
            let handle = read(local);
            let seen = (handle.digits, handle.trailing_digits, handle.tech_token);
            assert_eq!(seen, (digits, trailing, tech), "{local}");
        }
    }
}
