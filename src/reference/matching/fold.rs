//! A written name to words that can be compared: ASCII, small, marks and debris dropped.

use super::words::{self, Role};

/// What is read of a name, bytes: whoever writes more has pasted something else behind it.
const LONGEST: usize = 300;

/// Words read of a name.
pub(super) const MOST_WORDS: usize = 32;

/// One word.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each tells something else of the writing"
)]
pub(super) struct Word {
    /// Of the word that stands for it: `university` for `Univ.` and `Universidad`.
    pub hash: u64,
    /// Where it stands in [`Folded::text`].
    from: u16,
    to: u16,
    /// Between which commas, brackets or dashes it stands, from 0.
    pub part: u8,
    /// What it tells.
    pub role: Role,
    /// Whether it was written in letters in which one stroke is another word.
    pub solid: bool,
    /// Whether a dash without spaces, a comma or the like stands before it.
    pub dashed: bool,
    /// Whether `at` or `in` stands before it.
    pub joined: bool,
    /// Whether any silent word stands before it.
    pub linked: bool,
    /// Whether it is of single letters: `J. F.`, `A & M`.
    pub initials: bool,
}

/// A name as words.
#[derive(Clone, Debug, Default)]
pub(super) struct Folded {
    text: String,
    /// The words, without those that say nothing (`the`, `of`, `campus`).
    pub words: Vec<Word>,
}

impl Folded {
    /// The letters of a word as written.
    pub(super) fn text(&self, word: &Word) -> &str {
        &self.text[usize::from(word.from)..usize::from(word.to)]
    }

    /// Whether a word stands for what was written there.
    pub(super) fn wrote(&self, word: &Word) -> bool {
        let mut own = self.words.iter();
        own.any(|own| own.from == word.from && own.hash == word.hash)
    }

    /// The letters of two words as one, where nothing stands between them.
    pub(super) fn glued(&self, one: &Word, next: &Word) -> Option<&str> {
        let beside = one.to == next.from && one.part == next.part;
        beside.then(|| &self.text[usize::from(one.from)..usize::from(next.to)])
    }

    /// Reads a name.
    pub(super) fn read(written: &str) -> Self {
        let mut reader = Reader::new(written.len());
        reader.read(head(written));
        reader.finish()
    }
}

/// As much of a text as a name can be.
fn head(text: &str) -> &str {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// A word before its neighbours are known.
#[derive(Clone, Copy, Default)]
struct Raw {
    from: u16,
    to: u16,
    part: u8,
    solid: bool,
    dashed: bool,
}

struct Reader {
    text: String,
    raws: [Raw; MOST_WORDS],
    len: usize,
    from: usize,
    part: u8,
    /// Whether the part has a word.
    begun: bool,
    solid: bool,
    dashed: bool,
}

impl Reader {
    fn new(bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes.min(LONGEST) + 16),
            raws: [Raw::default(); MOST_WORDS],
            len: 0,
            from: 0,
            part: 0,
            begun: false,
            solid: false,
            dashed: false,
        }
    }

    fn read(&mut self, written: &str) {
        let mut rest = written;
        let mut before = ' ';
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            match c {
                'a'..='z' | '0'..='9' => self.text.push(c),
                'A'..='Z' => self.text.push(c.to_ascii_lowercase()),
                ' ' | '.' | '/' | '_' | '*' | '#' | '\u{200b}' | '\u{a0}' => self.end_word(),
                '\'' | '’' | '‘' | '`' | 'ʼ' | '´' => self.apostrophe(),
                '&' => {
                    let (c, after) = entity(rest);
                    rest = after;
                    match c {
                        '&' => self.and(),
                        '\'' => self.apostrophe(),
                        _ => self.end_word(),
                    }
                }
                '+' => self.and(),
                '<' => {
                    rest = tag(rest);
                    self.end_word();
                }
                '-' | '‐' | '‑' => {
                    if before.is_whitespace() || rest.starts_with(char::is_whitespace) {
                        self.end_part();
                    } else {
                        self.end_word();
                        self.dashed = true;
                    }
                }
                '@' => {
                    self.end_word();
                    self.dashed = true;
                }
                c if c.is_ascii() => self.end_part(),
                '\u{ff01}'..='\u{ff5e}' => self.full_width(c),
                '\u{ad}'
                | '\u{300}'..='\u{36f}'
                | '\u{200c}'..='\u{200f}'
                | '\u{2060}'
                | '\u{feff}' => {}
                c if c.is_alphanumeric() || c >= '\u{2e80}' => {
                    self.solid |= c >= '\u{2e80}';
                    let letters = any_ascii::any_ascii_char(c).bytes();
                    let letters = letters.filter(u8::is_ascii_alphanumeric);
                    self.text
                        .extend(letters.map(|byte| char::from(byte.to_ascii_lowercase())));
                }
                c if c.is_whitespace() => self.end_word(),
                // Marks of other scripts belong to the letter before them.
                c if any_ascii::any_ascii_char(c)
                    .bytes()
                    .all(|byte| byte.is_ascii_alphabetic()) =>
                {
                    self.text
                        .push_str(&any_ascii::any_ascii_char(c).to_ascii_lowercase());
                }
                _ => self.end_part(),
            }
            before = c;
        }
        self.end_word();
    }

    fn full_width(&mut self, c: char) {
        let byte = u8::try_from(u32::from(c) - 0xfee0).unwrap_or(b' ');
        if byte.is_ascii_alphanumeric() {
            self.text.push(char::from(byte.to_ascii_lowercase()));
        } else {
            self.end_part();
        }
    }

    /// `King's` is `kings`, `l'Université` is `Université`.
    fn apostrophe(&mut self) {
        if matches!(&self.text[self.from..], "l" | "d") {
            self.text.truncate(self.from);
        }
    }

    fn and(&mut self) {
        self.end_word();
        // A word without letters: what stands beside it may still be one (`A&M`).
        self.push();
    }

    fn end_word(&mut self) {
        if self.text.len() > self.from {
            self.push();
            self.begun = true;
        }
        self.from = self.text.len();
        self.solid = false;
    }

    fn push(&mut self) {
        if let (Some(raw), Ok(from), Ok(to)) = (
            self.raws.get_mut(self.len),
            u16::try_from(self.from),
            u16::try_from(self.text.len()),
        ) {
            *raw = Raw {
                from,
                to,
                part: self.part,
                solid: self.solid,
                dashed: self.dashed,
            };
            self.len += 1;
        }
        self.dashed = false;
    }

    fn end_part(&mut self) {
        self.end_word();
        if self.begun {
            self.part = self.part.saturating_add(1);
            self.begun = false;
            self.dashed = true;
        }
    }

    /// Joins initials, drops words that say nothing, and puts for every other the word that stands for it.
    fn finish(self) -> Folded {
        let raws = &self.raws[..self.len];
        let mut words = Vec::with_capacity(self.len + 2);
        let (mut at, mut joined, mut linked, mut dashed) = (0, false, false, false);
        while let Some(raw) = raws.get(at) {
            let mut to = raw.to;
            let first = at;
            at += 1;
            if to - raw.from == 1 {
                // `M.I.T.`, `A & M`, `W. P.`
                while let Some(next) = raws.get(at)
                    && next.part == raw.part
                    && next.to - next.from <= 1
                    && !next.solid
                {
                    to = next.to;
                    at += 1;
                }
            }
            dashed |= raw.dashed;
            let letters = &self.text[usize::from(raw.from)..usize::from(to)];
            if letters.is_empty() {
                linked = true;
                continue;
            }
            let next = raws.get(at).filter(|next| next.part == raw.part);
            let neighbours = words::Neighbours {
                first: first == 0 || raws[first - 1].part != raw.part,
                next: next.map(|next| &self.text[usize::from(next.from)..usize::from(next.to)]),
            };
            let mut word = Word {
                hash: 0,
                from: raw.from,
                to,
                part: raw.part,
                role: Role::Plain,
                solid: raw.solid,
                dashed,
                joined,
                linked,
                initials: at > first + 1 || raw.to - raw.from == 1,
            };
            let before = words.len();
            words::canonical(letters, neighbours, |hash, role| {
                (word.hash, word.role) = (hash, role);
                words.push(word);
                (word.dashed, word.joined, word.linked) = (false, false, false);
            });
            let dropped = words.len() == before;
            joined = dropped && (joined || matches!(letters, "at" | "in"));
            linked = dropped;
            dashed &= dropped;
        }
        Folded {
            text: self.text,
            words,
        }
    }
}

/// The character that an HTML entity stands for, and what follows it; `&` where there is none.
fn entity(rest: &str) -> (char, &str) {
    /// No name of an entity that stands in names is longer.
    const LONGEST: usize = 7;
    let end = rest.bytes().take(LONGEST).position(|byte| byte == b';');
    let Some((name, after)) = end.map(|end| (&rest[..end], &rest[end + 1..])) else {
        return ('&', rest);
    };
    let c = match name {
        "amp" | "#38" | "AMP" | "#x26" => '&',
        "#39" | "apos" | "rsquo" | "lsquo" | "#8217" | "#x27" => '\'',
        _ if name.is_empty() || name.contains(' ') => return ('&', rest),
        _ => ' ',
    };
    (c, after)
}

/// What follows an HTML tag.
fn tag(rest: &str) -> &str {
    /// Longer ones are no tags of texts.
    const LONGEST: usize = 20;
    let end = rest.bytes().take(LONGEST).position(|byte| byte == b'>');
    end.map_or(rest, |end| &rest[end + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(written: &str) -> Vec<u64> {
        let folded = Folded::read(written);
        folded.words.iter().map(|word| word.hash).collect()
    }

    #[test]
    fn ways_of_writing_a_name_are_the_same_words() {
        let cases = [
            (
                "Univ. of Texas at Austin",
                "The University of Texas - Austin",
            ),
            ("Texas A&amp;M University", "Texas A & M Univ"),
            ("Texas A&#38;M", "Texas A & M"),
            ("M.I.T.", "MIT"),
            ("King’s College", "KINGS COLLEGE"),
            ("St. John's University", "Saint Johns University"),
            ("Ohio St. Univ.", "Ohio State University"),
            ("Universidad Nacional", "<b>Universidad</b> Nacional"),
            (
                "Ｓｔａｎｆｏｒｄ Ｕｎｉｖｅｒｓｉｔｙ",
                "Stanford University",
            ),
            ("George\u{200b}Mason University", "George Mason University"),
            ("UniversityofWashington", "University of Washington"),
            ("Spokane Falls CC", "Spokane Falls Community College"),
            ("Université d'Ottawa", "UNIVERSITE OTTAWA"),
            ("國立臺灣大學", "国立台湾大学"),
            ("U of Oregon", "University of Oregon"),
        ];
        for (one, other) in cases {
            assert_eq!(words(one), words(other), "{one}");
            assert!(!words(one).is_empty());
        }
        assert_ne!(words("Miami University"), words("University of Miami"));
    }

    #[test]
    fn hostile_text_is_cut() {
        for text in [
            "a ".repeat(5000),
            "é".repeat(900),
            "&".repeat(900),
            "<".repeat(900),
        ] {
            assert!(words(&text).len() <= MOST_WORDS, "{}", &text[..4]);
        }
        assert!(words("., -- ()").is_empty());
    }
}
