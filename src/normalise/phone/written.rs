//! From the way a number is written to its digits: labels, punctuation and extensions go.

use crate::normalise::unicode;

/// No number is longer, with all that people write around it; bytes.
const LONGEST: usize = 64;

/// An extension has at most this many digits.
const LONGEST_EXTENSION: usize = 7;

/// The shortest number that an extension can follow, digits.
const SHORTEST_BEFORE_EXTENSION: usize = 7;

/// A number's digits.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// The digits without `+`, `00`, `011`.
    pub digits: String,
    /// Whether the digits begin with a country code.
    pub international: bool,
}

/// The digits of a number, or `None` when the text is no number. `011` means "abroad" only within
/// the North American plan (`nanp_home`); elsewhere it begins ordinary numbers, Delhi's among them.
pub(super) fn read(raw: &str, nanp_home: bool) -> Option<Written> {
    if raw.len() > LONGEST * 4 {
        return None;
    }
    let folded = unicode::fold(raw);
    if folded.len() > LONGEST {
        return None;
    }
    // Parameters of RFC 3966: `;ext=44`, `;phone-context=…`.
    let text = folded.split(';').next().unwrap_or_default();
    let start = text.find(|c: char| c == '+' || c.is_ascii_digit())?;
    let (label, number) = text.split_at(start);
    if label.bytes().any(|byte| byte == b'@' || byte == b'/') {
        return None; // a mail address or a link with a number in it
    }
    let mut digits = String::with_capacity(number.len());
    let mut plus = false;
    for (at, c) in number.char_indices() {
        match c {
            '0'..='9' => digits.push(c),
            '+' if digits.is_empty() => plus = true,
            ' '
            | '-'
            | '.'
            | '('
            | ')'
            | '/'
            | '_'
            | '['
            | ']'
            | '*'
            | '~'
            | '\''
            | '·'
            | '•'
            | '‐'..='―'
            | '−' => {}
            _ => {
                let rest = &number[at..];
                let national = plus || digits.starts_with('1');
                if let Some(keyed) = vanity(rest, digits.len(), national) {
                    digits.push_str(&keyed);
                } else if !is_extension(rest, digits.len()) && !is_label(rest) {
                    return None;
                }
                break;
            }
        }
    }
    let (digits, international) = without_prefix(digits, plus, nanp_home);
    (!digits.is_empty()).then_some(Written {
        digits,
        international,
    })
}

/// Cuts the prefix for calls abroad.
fn without_prefix(mut digits: String, plus: bool, nanp_home: bool) -> (String, bool) {
    let abroad = if digits.starts_with("00") {
        Some("00")
    } else if nanp_home && !plus && digits.starts_with("011") {
        Some("011")
    } else {
        None
    };
    if let Some(prefix) = abroad {
        digits.drain(..prefix.len());
    }
    (digits, plus || abroad.is_some())
}

/// `x44`, `ext. 44`, `extension 44`, `#44`, `,44` to the end.
fn is_extension(rest: &str, digits_before: usize) -> bool {
    if digits_before < SHORTEST_BEFORE_EXTENSION {
        return false;
    }
    let word = rest.trim_start_matches([',', '#', ' ']);
    let letters = word
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(word.len());
    let (word, number) = word.split_at(letters);
    let known = ["", "x", "ex", "ext", "extn", "extension", "xtn"]
        .iter()
        .any(|name| word.eq_ignore_ascii_case(name));
    let number = number.trim_matches(['.', ':', ' ', '#', ')', '-']);
    known
        && (1..=LONGEST_EXTENSION).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Words after the number, `(mobile)`: no digits, and no second number.
fn is_label(rest: &str) -> bool {
    !rest.contains(|c: char| c.is_ascii_digit() || c == '@')
}

/// The digits of letters on a keypad, `1-800-FLOWERS`: capitals that make ten digits together with
/// those before, eleven with the country code 1.
fn vanity(rest: &str, digits_before: usize, with_code: bool) -> Option<String> {
    const KEYS: &[u8; 26] = b"22233344455566677778889999";
    let wanted = if with_code { 11 } else { 10 };
    let mut keyed = String::new();
    let mut letters = 0;
    for byte in rest.bytes() {
        match byte {
            b'A'..=b'Z' => {
                keyed.push(char::from(KEYS[usize::from(byte - b'A')]));
                letters += 1;
            }
            b'0'..=b'9' => keyed.push(char::from(byte)),
            b' ' | b'-' | b'.' => {}
            _ => return None,
        }
    }
    (letters >= 3 && digits_before >= 3 && digits_before + keyed.len() == wanted).then_some(keyed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(raw: &str) -> Option<(String, bool)> {
        read(raw, true).map(|written| (written.digits, written.international))
    }

    #[test]
    fn any_writing_of_a_number_gives_its_digits() {
        for raw in [
            "2127365000",
            "(212) 736-5000",
            "212.736.5000",
            "212–736–5000",
            "２１２ ７３６ ５０００",
            "٢١٢٧٣٦٥٠٠٠",
            "\u{202a}212-736-5000\u{202c}",
            "Phone: 212/736-5000",
            "Tel. (212) 736 5000 (mobile)",
            "212-736-5000 x12",
            "212-736-5000 ext. 5",
            "212 736 5000 Extension: 4411",
            "212-736-5000,,44#",
            "212-736-5000;ext=44",
        ] {
            assert_eq!(digits(raw), Some(("2127365000".to_owned(), false)), "{raw}");
        }
        for raw in [
            "+1 212 736 5000",
            "tel:+1-212-736-5000;ext=44",
            "(+1) 212-736-5000",
            "001 212 736 5000",
            "011 1 212 736 5000",
        ] {
            assert_eq!(digits(raw), Some(("12127365000".to_owned(), true)), "{raw}");
        }
    }

    #[test]
    fn letters_on_a_keypad_are_digits() {
        for (raw, number) in [
            ("1-800-FLOWERS", "18003569377"),
            ("800 GO FEDEX", "8004633339"),
            ("+1 800 FLOWERS", "18003569377"),
        ] {
            assert_eq!(
                digits(raw).map(|(digits, _)| digits).as_deref(),
                Some(number),
                "{raw}"
            );
        }
    }

    #[test]
    fn what_is_no_number_gives_nothing() {
        for raw in [
            "",
            "n/a",
            "call me",
            "ada1@example.com",
            "2127365000@example.com",
            "212-736-5000 or 917-736-5000",
            &"1".repeat(65),
            &"x".repeat(1 << 20),
        ] {
            assert_eq!(digits(raw), None, "{raw}");
        }
    }

    #[test]
    fn a_prefix_for_calls_abroad_depends_on_home() {
        let written = |digits: &str, international| {
            Some(Written {
                digits: digits.to_owned(),
                international,
            })
        };
        assert_eq!(read("011 2345 6789", true), written("23456789", true));
        assert_eq!(read("011 2345 6789", false), written("01123456789", false));
        assert_eq!(
            read("0044 20 7946 0018", false),
            written("442079460018", true)
        );
    }
}
