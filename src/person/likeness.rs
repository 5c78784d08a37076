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

/// A text as it is compared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub text: &'a [u8],
    pub sound: u32,
    /// Which letters are in it, as [`letters`] says.
    pub letters: u64,
}

/// Which letters a text has, each a bit; letters and digits have bits of their own.
pub(super) fn letters(text: &str) -> u64 {
    text.bytes()
        .fold(0, |letters, byte| letters | 1 << (byte % 39))
}

impl Token<'_> {
    /// Letters of the one that the other does not have at all, each counted once, and the reverse.
    fn missing(self, other: Self) -> (usize, usize) {
        let only = |one: Self, other: Self| (one.letters & !other.letters).count_ones() as usize;
        (only(self, other), only(other, self))
    }

    /// [`osa`], done without looking where the letters alone say more than `most`.
    fn slips(self, other: Self, most: usize) -> usize {
        let (ours, theirs) = self.missing(other);
        if ours.max(theirs) > most {
            return most + 1;
        }
        osa(self.text, other.text, most)
    }

    /// Whether the Jaro-Winkler similarity is so much at least.
    #[expect(clippy::cast_precision_loss, reason = "lengths below 64")]
    fn alike(self, other: Self, least: f64) -> bool {
        let (ours, theirs) = self.missing(other);
        let (a, b) = (self.text.len(), other.text.len());
        let most = a.saturating_sub(ours).min(b.saturating_sub(theirs)) as f64;
        let jaro = (most / a as f64 + most / b as f64 + 1.0) / 3.0;
        let bound = jaro + prefix(self.text, other.text) * 0.1 * (1.0 - jaro);
        // A longer text is cut off before it is compared.
        let whole = a.max(b) <= LONGEST;
        !(whole && bound < least) && jaro_winkler(self.text, other.text) >= least
    }
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
    let slips = a.slips(b, 3);
    if slips <= 1 && long > 2 || slips <= 2 && short >= 6 {
        return Level::Near;
    }
    // Two letters left out of a name, or a name cut off.
    let begins = short >= 4 && (a.text.starts_with(b.text) || b.text.starts_with(a.text));
    if begins || slips <= 2 && short >= 4 || a.sound == b.sound || slips <= 3 && short >= 8 {
        return Level::Partial;
    }
    if a.alike(b, 0.87) {
        Level::Partial
    } else {
        Level::Differs
    }
}

/// Likeness of two different texts of one or more words.
pub(super) fn texts(one: Token, other: Token) -> Level {
    let (a, b) = (one.text, other.text);
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
    let slips = one.slips(other, 4);
    if slips <= allowed || same_letters(a, b) {
        return Level::Near;
    }
    if slips <= allowed + 1 && short >= 5 || shared_word(a, b) || one.alike(other, 0.90) {
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
    // Only cells near the diagonal can be at most `most`; those beside them are far off.
    let mut rows = [[FAR; LONGEST + 2]; 3];
    for (cell, slips) in rows[0][..=b.len()].iter_mut().zip(0..) {
        *cell = slips;
    }
    let mut last = 0;
    for (i, letter) in a.iter().enumerate() {
        let (before, row) = ((last + 2) % 3, (last + 1) % 3);
        let (from, to) = (i.saturating_sub(most), (i + most + 1).min(b.len()));
        let mut left = if from == 0 { rows[last][0] + 1 } else { FAR };
        rows[row][from] = left;
        let mut lowest = left;
        for (j, theirs) in b.iter().enumerate().take(to).skip(from) {
            let replaced = rows[last][j] + u8::from(letter != theirs);
            let mut cell = replaced.min(rows[last][j + 1] + 1).min(left + 1);
            if i > 0 && j > 0 && *letter == b[j - 1] && a[i - 1] == *theirs {
                cell = cell.min(rows[before][j - 1] + 1);
            }
            rows[row][j + 1] = cell;
            left = cell;
            lowest = lowest.min(cell);
        }
        rows[row][to + 1] = FAR;
        if usize::from(lowest) > most {
            return most + 1;
        }
        last = row;
    }
    usize::from(rows[last][b.len()]).min(most + 1)
}

/// More slips than anybody asks for.
const FAR: u8 = 200;

/// Letters that two texts begin with in common, 4 at the most.
#[expect(clippy::cast_precision_loss, reason = "at most 4")]
fn prefix(a: &[u8], b: &[u8]) -> f64 {
    a.iter().zip(b).take(4).take_while(|(a, b)| a == b).count() as f64
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
        for (j, theirs) in b.iter().enumerate().take(to).skip(from) {
            if used_b & (1 << j) == 0 && theirs == letter {
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
    jaro + prefix(a, b) * 0.1 * (1.0 - jaro)
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

    fn token(text: &str) -> Token<'_> {
        Token {
            text: text.as_bytes(),
            sound: sound(text),
            letters: letters(text),
        }
    }

    #[test]
    fn what_letters_say_beforehand_changes_no_answer() {
        let words = [
            "smith",
            "smiht",
            "smyth",
            "smithson",
            "jones",
            "johnson",
            "winston hills",
            "hills",
            "port macquarie",
            "port macquari",
            "8th",
            "12",
            "a",
            "aa",
            "alexandria",
            "alexander",
        ];
        for one in words.map(token) {
            for other in words.map(token) {
                for most in 0..5 {
                    let slips = osa(one.text, other.text, 40);
                    assert_eq!(one.slips(other, most), slips.min(most + 1));
                }
                for least in [0.5, 0.7, 0.87, 0.9] {
                    let alike = jaro_winkler(one.text, other.text) >= least;
                    assert_eq!(one.alike(other, least), alike);
                }
            }
        }
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
            assert_eq!(tokens(token(a), token(b)), level, "{a} {b}");
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
            assert_eq!(texts(token(a), token(b)), level, "{a} {b}");
        }
        assert_eq!(numbers(b"4223", b"4232"), Level::Near);
        assert_eq!(numbers(b"8", b"9"), Level::Differs);
    }
}
