//! How alike two writings of one field are. No allocation: these run for millions of pairs.

use super::record::LONGEST;

/// How far a field agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Level {
    /// The same.
    Exact,
    /// A short form of the same name.
    Nickname,
    /// One is the initial of the other.
    Initial,
    /// A slip of the pen apart.
    Near,
    /// Something in common.
    Partial,
    /// In another field's place.
    Moved,
    /// Nothing in common.
    Differs,
    /// One of the two is missing.
    Missing,
}

/// Levels that a field can have, missing left out.
pub(super) const LEVELS: usize = 7;

/// A name's token as it is compared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub text: &'a [u8],
    pub sound: u32,
}

/// Likeness of two different tokens that are no nicknames.
pub(super) fn tokens(a: Token, b: Token) -> Level {
    let (short, long) = (
        a.text.len().min(b.text.len()),
        a.text.len().max(b.text.len()),
    );
    if short == 0 {
        return Level::Missing;
    }
    if short == 1 {
        let same = a.text[0] == b.text[0];
        return if same { Level::Initial } else { Level::Differs };
    }
    let slips = osa(a.text, b.text, 3);
    if slips <= 1 && long > 2 || slips <= 2 && short >= 6 {
        return Level::Near;
    }
    // Two letters left out of a name, or a name cut off.
    let begins = short >= 4 && (a.text.starts_with(b.text) || b.text.starts_with(a.text));
    if begins || slips <= 2 && short >= 4 || a.sound == b.sound || slips <= 3 && short >= 8 {
        return Level::Partial;
    }
    if jaro_winkler(a.text, b.text) >= 0.87 {
        Level::Partial
    } else {
        Level::Differs
    }
}

/// Likeness of two different texts of one or more words.
pub(super) fn texts(a: &[u8], b: &[u8]) -> Level {
    let (short, long) = (a.len().min(b.len()), a.len().max(b.len()));
    if short == 0 {
        return Level::Missing;
    }
    if short < 3 {
        return if osa(a, b, 1) <= 1 && long > 2 {
            Level::Near
        } else {
            Level::Differs
        };
    }
    let allowed = match short {
        0..6 => 1,
        6..11 => 2,
        _ => 3,
    };
    let slips = osa(a, b, 4);
    if slips <= allowed || same_letters(a, b) {
        return Level::Near;
    }
    if slips <= allowed + 1 && short >= 5 || shared_word(a, b) || jaro_winkler(a, b) >= 0.90 {
        Level::Partial
    } else {
        Level::Differs
    }
}

/// Likeness of two different numbers, house or postal.
pub(super) fn numbers(a: &[u8], b: &[u8]) -> Level {
    let (short, long) = (a.len().min(b.len()), a.len().max(b.len()));
    if short == 0 {
        return Level::Missing;
    }
    match osa(a, b, 2) {
        0 | 1 if long >= 2 => Level::Near,
        2 if short >= 4 => Level::Partial,
        _ => Level::Differs,
    }
}

/// The same but for spaces.
fn same_letters(a: &[u8], b: &[u8]) -> bool {
    let letters = |text| <[u8]>::iter(text).filter(|byte| **byte != b' ');
    letters(a).eq(letters(b))
}

/// A word of at least four letters in both.
fn shared_word(a: &[u8], b: &[u8]) -> bool {
    let words =
        |text| <[u8]>::split(text, |byte| *byte == b' ').filter(|word: &&[u8]| word.len() >= 4);
    words(a).any(|word| words(b).any(|other| word == other))
}

/// Letters inserted, left out, replaced or changed with their neighbour; more than `most` is
/// `most + 1`.
pub(super) fn osa(a: &[u8], b: &[u8], most: usize) -> usize {
    let start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    let (a, b) = (&a[..a.len().min(LONGEST)], &b[..b.len().min(LONGEST)]);
    if a.len().abs_diff(b.len()) > most {
        return most + 1;
    }
    if a.is_empty() || b.is_empty() {
        return a.len().max(b.len());
    }
    let mut before = [0_u8; LONGEST + 1];
    let mut last = [0_u8; LONGEST + 1];
    let mut row = [0_u8; LONGEST + 1];
    for (at, cell) in (0_u8..).zip(last[..=b.len()].iter_mut()) {
        *cell = at;
    }
    for i in 0..a.len() {
        row[0] = last[0] + 1;
        let mut lowest = row[0];
        for j in 0..b.len() {
            let replaced = last[j] + u8::from(a[i] != b[j]);
            let mut cell = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                cell = cell.min(before[j - 1] + 1);
            }
            row[j + 1] = cell;
            lowest = lowest.min(cell);
        }
        if usize::from(lowest) > most {
            return most + 1;
        }
        (before, last, row) = (last, row, before);
    }
    usize::from(last[b.len()]).min(most + 1)
}

/// Jaro-Winkler similarity, 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "lengths below 64")]
fn jaro_winkler(a: &[u8], b: &[u8]) -> f64 {
    let (a, b) = (&a[..a.len().min(LONGEST)], &b[..b.len().min(LONGEST)]);
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let window = (a.len().max(b.len()) / 2).saturating_sub(1);
    let (mut used_a, mut used_b) = (0_u64, 0_u64);
    for (i, letter) in a.iter().enumerate() {
        let from = i.saturating_sub(window);
        let to = (i + window + 1).min(b.len());
        for (j, other) in b.iter().enumerate().take(to).skip(from) {
            if used_b & (1 << j) == 0 && other == letter {
                used_a |= 1 << i;
                used_b |= 1 << j;
                break;
            }
        }
    }
    let matches = used_a.count_ones();
    if matches == 0 {
        return 0.0;
    }
    let picked = |text: &[u8], used: u64| {
        let mut letters = [0; LONGEST];
        let picked = (0..text.len()).filter(|i| used & (1 << i) != 0);
        for (slot, i) in letters.iter_mut().zip(picked) {
            *slot = text[i];
        }
        letters
    };
    let (from_a, from_b) = (picked(a, used_a), picked(b, used_b));
    let moved = from_a.iter().zip(&from_b).filter(|(a, b)| a != b).count() as f64 / 2.0;
    let matches = f64::from(matches);
    let jaro =
        (matches / a.len() as f64 + matches / b.len() as f64 + (matches - moved) / matches) / 3.0;
    let prefix = a.iter().zip(b).take(4).take_while(|(a, b)| a == b).count() as f64;
    jaro + prefix * 0.1 * (1.0 - jaro)
}

/// How a token sounds: consonants in classes, vowels left out but the first letter's class.
pub(super) fn sound(token: &str) -> u32 {
    let bytes = token.as_bytes();
    let mut code = 0_u32;
    let mut last = 0;
    let mut at = 0;
    let mut written = 0;
    while at < bytes.len() && written < 6 {
        let next = bytes.get(at + 1).copied().unwrap_or_default();
        let (class, step) = match (bytes[at], next) {
            (b'p', b'h') => (1, 2),
            (b'g' | b'k', b'n') if at == 0 => (5, 2),
            (b'w', b'r') if at == 0 => (6, 2),
            (b'g', b'h') => (0, 2),
            (b'c', b'k') => (2, 2),
            (b'b' | b'p' | b'f' | b'v' | b'w', _) => (1, 1),
            (b'c' | b'g' | b'j' | b'k' | b'q' | b's' | b'x' | b'z', _) => (2, 1),
            (b'd' | b't', _) => (3, 1),
            (b'l', _) => (4, 1),
            (b'm' | b'n', _) => (5, 1),
            (b'r', _) => (6, 1),
            (b'h', _) if at > 0 => (last, 1),
            _ => (0, 1),
        };
        if (class != 0 && class != last) || at == 0 {
            code = code * 8 + class + 1;
            written += 1;
        }
        last = class;
        at += step;
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_tokens(a: &str, b: &str) -> Level {
        let token = |text: &'static str| Token {
            text: text.as_bytes(),
            sound: sound(text),
        };
        let leak = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
        tokens(token(leak(a)), token(leak(b)))
    }

    #[test]
    fn slips_are_counted_with_a_bound() {
        for (a, b, slips) in [
            ("smith", "smith", 0),
            ("smith", "smiht", 1),
            ("smith", "smth", 1),
            ("smith", "smitth", 1),
            ("smith", "smyth", 1),
            ("smith", "jones", 3),
            ("", "ab", 2),
        ] {
            assert_eq!(osa(a.as_bytes(), b.as_bytes(), 2), slips, "{a} {b}");
        }
    }

    #[test]
    fn names_are_near_partly_alike_or_different() {
        for (a, b, level) in [
            ("neumann", "nuemann", Level::Near),
            ("neumann", "neuman", Level::Near),
            ("philip", "filip", Level::Partial),
            ("m", "maria", Level::Initial),
            ("christopher", "christophe", Level::Near),
            ("alexander", "alex", Level::Partial),
            ("maria", "peter", Level::Differs),
            ("lee", "lim", Level::Differs),
        ] {
            assert_eq!(of_tokens(a, b), level, "{a} {b}");
        }
    }

    #[test]
    fn places_are_near_partly_alike_or_different() {
        for (a, b, level) in [
            ("winston hills", "winstonhills", Level::Near),
            ("winston hills", "winton hils", Level::Near),
            ("winston hills", "winston", Level::Partial),
            ("winston hills", "port macquarie", Level::Differs),
        ] {
            assert_eq!(texts(a.as_bytes(), b.as_bytes()), level, "{a} {b}");
        }
        assert_eq!(numbers(b"4223", b"4232"), Level::Near);
        assert_eq!(numbers(b"8", b"9"), Level::Differs);
    }
}
