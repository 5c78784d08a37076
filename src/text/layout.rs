//! How a résumé is set, without a word of it: forms of headings, markers of bullets, blank lines.

use std::hash::Hasher;

use siphasher::sip::SipHasher13;

/// Lines looked at.
const LINES: usize = 2000;
/// The longest line that may be a heading, characters.
const HEADING: usize = 40;

/// What a line looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Blank,
    /// In capitals, in a frame, or before a colon: by its frame.
    Heading(char),
    /// By its marker.
    Bullet(char),
    /// By what parts it: `|`, `·`, a tab, or nothing.
    Short(char),
    Long,
}

/// The hash of a layout; `None` where the text has no heading, so that there is none to speak of.
///
/// Between two headings, a shape counts once, where it first stands: who has more jobs has the same layout.
pub fn hash(text: &str) -> Option<u64> {
    let mut hasher = SipHasher13::new();
    let (mut headings, mut part) = (0, Vec::<Shape>::new());
    let mut blank_before = false;
    for line in text.lines().take(LINES) {
        let shape = Shape::of(line);
        if let Shape::Heading(form) = shape {
            headings += 1;
            write(&mut hasher, &part);
            part.clear();
            hasher.write_u32(u32::from(form));
            hasher.write_u8(u8::from(blank_before));
        } else if !part.contains(&shape) {
            part.push(shape);
        }
        blank_before = shape == Shape::Blank;
    }
    write(&mut hasher, &part);
    (headings > 1).then(|| hasher.finish())
}

fn write(hasher: &mut SipHasher13, part: &[Shape]) {
    // A blank line at the end belongs to what comes next, and of a text's last part to nothing.
    let part = part.strip_suffix(&[Shape::Blank]).unwrap_or(part);
    for shape in part {
        let (kind, form) = match shape {
            Shape::Blank => (0, ' '),
            Shape::Heading(form) => (1, *form),
            Shape::Bullet(form) => (2, *form),
            Shape::Short(form) => (3, *form),
            Shape::Long => (4, ' '),
        };
        hasher.write_u8(kind);
        hasher.write_u32(u32::from(form));
    }
    hasher.write_u8(u8::MAX);
}

impl Shape {
    fn of(line: &str) -> Self {
        /// Characters of the longest line that is no paragraph.
        const SHORT: usize = 70;
        let trimmed = line.trim();
        let Some(first) = trimmed.chars().next() else {
            return Self::Blank;
        };
        let rest = trimmed[first.len_utf8()..].starts_with([' ', '\t']);
        match first {
            '•' | '·' | '▪' | '◦' | '‣' | '●' | '○' | '■' | '□' | '➢' | '➤' | '►' | '✓' =>
            {
                return Self::Bullet(first);
            }
            '-' | '*' | '–' | '—' | '+' | 'o' if rest => return Self::Bullet(first),
            '#' | '=' | '~' => return Self::Heading(first),
            _ => {}
        }
        let short = trimmed.chars().nth(HEADING).is_none();
        let mut letters = trimmed.chars().filter(|c| c.is_alphabetic()).peekable();
        let plain = !trimmed.contains(|c: char| c.is_ascii_digit() || matches!(c, '|' | '@' | ','));
        if short && plain && letters.peek().is_some() {
            if letters.all(char::is_uppercase) {
                return Self::Heading('A');
            }
            if trimmed.ends_with(':') {
                return Self::Heading(':');
            }
        }
        if trimmed.chars().nth(SHORT).is_some() {
            return Self::Long;
        }
        let parts = ['|', '·', '\t', '•'];
        Self::Short(
            parts
                .into_iter()
                .find(|c| trimmed.contains(*c))
                .unwrap_or(' '),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::hash;

    const ONE: &str = "ADA MARSH\nTown | ada@example.com\n\nEXPERIENCE\n\nEngineer, North | 2019\n- One.\n- Two.\n\nEDUCATION\nSchool\n";

    #[test]
    fn words_and_the_number_of_jobs_make_no_other_layout() {
        let other = "BO LI\nElsewhere | bo@example.org\n\nWORK\n\nClerk | South\n- Else.\n\nTeacher | West\n- More.\n- And more.\n\nSTUDIES\nUniversity\n";
        assert!(hash(ONE).is_some());
        assert_eq!(hash(ONE), hash(other));
    }

    #[test]
    fn markers_headings_and_blank_lines_do() {
        for (from, to) in [
            ("- ", "* "),
            ("EDUCATION", "Education:"),
            ("\n\nEDUCATION", "\nEDUCATION"),
            (" | ", " · "),
        ] {
            assert_ne!(hash(ONE), hash(&ONE.replace(from, to)), "{from:?}");
        }
    }

    #[test]
    fn a_text_without_headings_has_no_layout() {
        for text in ["", "Ada Marsh\nI have worked here and there.\n", "ADA\n\n"] {
            assert_eq!(hash(text), None, "{text:?}");
        }
    }
}
