//! Text of strangers made visible: what cannot be seen, or disturbs what stands around it, is named instead.
//!
//! An invisible letter is evidence, and a right-to-left override could rearrange
//! the page. Neither reaches the page as itself. Markup is the template's to escape.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;

/// More marks than this on one letter climb over the neighbouring lines; no script needs as many.
const MARKS_ON_A_LETTER: usize = 6;

/// A stretch of text as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Shown as it is.
    Text(Cow<'a, str>),
    /// A character that cannot be seen, by its code: `U+202E`, or `U+0301 ×24` where it is repeated.
    Hidden(String),
}

/// The text in pieces: visible stretches as they are, and a code for each character that is not.
///
/// Line breaks of every kind become `\n`; tabs stay.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut repeated = 1;
    let mut before: Option<char> = None;
    let mut marks = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map(|&(_, next)| next);
        marks = if is_combining_mark(c) { marks + 1 } else { 0 };
        let hidden = is_hidden(c, before, after) || marks > MARKS_ON_A_LETTER;
        let same = before == Some(c);
        before = Some(c);
        if c != '\r' && !hidden {
            continue;
        }
        if start < at {
            pieces.push(Piece::Text(text[start..at].into()));
        }
        if hidden && c != '\r' {
            let code = format!("U+{:04X}", u32::from(c));
            match pieces.last_mut() {
                Some(Piece::Hidden(last)) if same && start == at => {
                    repeated += 1;
                    *last = format!("{code} ×{repeated}");
                }
                _ => {
                    repeated = 1;
                    pieces.push(Piece::Hidden(code));
                }
            }
        } else if after != Some('\n') {
            // One break, whether written \r\n or \r.
            pieces.push(Piece::Text("\n".into()));
        }
        start = at + c.len_utf8();
    }
    if start < text.len() {
        pieces.push(Piece::Text(text[start..].into()));
    }
    pieces
}

/// Whether some of it cannot be seen or would begin another line: in names and mailboxes that is never meant.
pub fn has_hidden(text: &str) -> bool {
    let hidden = |piece: &Piece<'_>| matches!(piece, Piece::Hidden(_));
    text.chars().any(char::is_control) || pieces(text).iter().any(hidden)
}

/// The text with codes in the place of what cannot be seen, where markup has no place: titles.
pub fn plain(text: &str) -> String {
    pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text,
            Piece::Hidden(code) => format!("[{code}]").into(),
        })
        .collect()
}

/// The first `most` characters, with an ellipsis where that is less than all.
pub fn short(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

/// Characters without a shape of their own: controls, direction marks, zero-width and filler letters, tags.
fn is_hidden(c: char, before: Option<char>, after: Option<char>) -> bool {
    match c {
        '\n' | '\t' => false,
        // Persian, Hindi and emoji are written with joiners; between such letters they are no trick.
        '\u{200C}' | '\u{200D}' => {
            !(before.is_some_and(|c| !c.is_ascii()) && after.is_some_and(|c| !c.is_ascii()))
        }
        '\u{00AD}'
        | '\u{034F}'
        | '\u{061C}'
        | '\u{115F}'
        | '\u{1160}'
        | '\u{17B4}'
        | '\u{17B5}'
        | '\u{180B}'..='\u{180F}'
        | '\u{200B}'
        | '\u{200E}'
        | '\u{200F}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{3164}'
        | '\u{FEFF}'
        | '\u{FFA0}'
        | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E0FFF}' => true,
        c => c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_named() {
        for (text, shown) in [
            ("Ada Lovelace", "Ada Lovelace"),
            ("Ada\u{202E}ecalevoL", "Ada[U+202E]ecalevoL"),
            ("pay\u{200B}pal", "pay[U+200B]pal"),
            ("a\0b\u{1b}[31m", "a[U+0000]b[U+001B][31m"),
            ("one\r\ntwo\rthree\tfour", "one\ntwo\nthree\tfour"),
            ("tag\u{E0041}", "tag[U+E0041]"),
            ("\u{200B}\u{200B}\u{200B}x\u{200B}", "[U+200B ×3]x[U+200B]"),
            ("a\r\r\nb", "a\n\nb"),
            ("ad\u{200D}min", "ad[U+200D]min"),
            ("می\u{200C}خواهم", "می\u{200C}خواهم"),
            ("", ""),
        ] {
            assert_eq!(plain(text), shown, "{text:?}");
        }
    }

    #[test]
    fn marks_do_not_climb_out_of_their_line() {
        let tower = format!("a{}b", "\u{301}".repeat(40));
        let shown = pieces(&tower);
        assert_eq!(shown.len(), 3);
        assert_eq!(shown[1], Piece::Hidden("U+0301 ×34".to_owned()));
    }

    #[test]
    fn a_cut_never_splits_a_letter() {
        assert_eq!(short("größe", 3), "grö…");
        assert_eq!(short("größe", 5), "größe");
    }
}
