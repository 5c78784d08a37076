//! The résumé's text with the passages that findings quote.
//!
//! A quote is found however its white space and ASCII letter case are written, but
//! not inside a longer word. The work grows with the text, not with the square of anything.

use aho_corasick::{AhoCorasick, MatchKind};

use super::visible::{self, Piece};

/// More text than this is not shown on a page, bytes.
const SHOWN_BYTES: usize = 200_000;

/// Shorter quotes stand everywhere and point nowhere, bytes.
const QUOTE_BYTES_AT_LEAST: usize = 3;

/// Longer quotes are looked for by their beginning, bytes.
const QUOTE_BYTES_AT_MOST: usize = 2_000;

/// More quotes than this are not looked for.
const QUOTES_AT_MOST: usize = 100;

/// More passages than this are not marked.
const PASSAGES_AT_MOST: usize = 5_000;

/// A text to show, in order and without gaps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Highlighted<'a> {
    /// The text in stretches, quoted and not.
    pub segments: Vec<Segment<'a>>,
    /// Bytes of the text that are not shown because it is too long.
    pub hidden_bytes: usize,
}

/// A stretch of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment<'a> {
    /// What stands there, safe to show.
    pub pieces: Vec<Piece<'a>>,
    /// The findings that quote it, by number; empty for ordinary text.
    pub quoted_by: Vec<Mention>,
}

/// A finding at a passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The finding's number.
    pub finding: usize,
    /// Whether this is the finding's first passage, the one that links lead to.
    pub first: bool,
}

impl Highlighted<'_> {
    /// Whether a finding has a passage.
    pub fn has(&self, finding: impl std::borrow::Borrow<usize>) -> bool {
        self.segments
            .iter()
            .flat_map(|segment| &segment.quoted_by)
            .any(|mention| mention.finding == *finding.borrow())
    }
}

/// Marks in `text` what the findings quote: pairs of a finding's number and a quoted value.
pub fn mark<'a, 'q>(
    text: &'a str,
    quotes: impl IntoIterator<Item = (usize, &'q str)>,
) -> Highlighted<'a> {
    let shown = beginning(text, SHOWN_BYTES);
    let mut seen = std::collections::HashSet::new();
    let mut segments = Vec::new();
    let mut end = 0;
    for passage in passages(shown, quotes) {
        if end < passage.start {
            segments.push(Segment {
                pieces: visible::pieces(&shown[end..passage.start]),
                quoted_by: Vec::new(),
            });
        }
        segments.push(Segment {
            pieces: visible::pieces(&shown[passage.start..passage.end]),
            quoted_by: passage
                .findings
                .into_iter()
                .map(|finding| Mention {
                    finding,
                    first: seen.insert(finding),
                })
                .collect(),
        });
        end = passage.end;
    }
    if end < shown.len() {
        segments.push(Segment {
            pieces: visible::pieces(&shown[end..]),
            quoted_by: Vec::new(),
        });
    }
    Highlighted {
        segments,
        hidden_bytes: text.len() - shown.len(),
    }
}

/// At most `bytes` of the text, to the end of a line where one is near.
fn beginning(text: &str, bytes: usize) -> &str {
    if text.len() <= bytes {
        return text;
    }
    let whole = &text[..text.floor_char_boundary(bytes)];
    match whole.rfind('\n') {
        Some(line) if line > bytes / 10 * 9 => &whole[..=line],
        _ => whole,
    }
}

/// Where a quote stands, overlapping ones as one.
struct Passage {
    start: usize,
    end: usize,
    findings: Vec<usize>,
}

fn passages<'q>(text: &str, quotes: impl IntoIterator<Item = (usize, &'q str)>) -> Vec<Passage> {
    let mut patterns: Vec<String> = Vec::new();
    let mut owners: Vec<Vec<usize>> = Vec::new();
    let mut known = std::collections::HashMap::new();
    for (finding, quote) in quotes {
        let pattern = Spaced::of(beginning(quote.trim(), QUOTE_BYTES_AT_MOST)).text;
        if pattern.len() < QUOTE_BYTES_AT_LEAST {
            continue;
        }
        if let Some(&at) = known.get(&pattern) {
            let owners: &mut Vec<usize> = &mut owners[at];
            if owners.last() != Some(&finding) {
                owners.push(finding);
            }
        } else if patterns.len() < QUOTES_AT_MOST {
            known.insert(pattern.clone(), patterns.len());
            patterns.push(pattern);
            owners.push(vec![finding]);
        }
    }
    let Ok(quotes) = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::Standard)
        .build(&patterns)
    else {
        return Vec::new();
    };
    let spaced = Spaced::of(text);
    let mut found: Vec<(usize, usize, usize)> = quotes
        .find_overlapping_iter(&spaced.text)
        .filter(|found| stands_alone(&spaced.text, found.start(), found.end()))
        .take(PASSAGES_AT_MOST)
        .map(|found| {
            let (start, end) = spaced.origin(found.start(), found.end());
            (start, end, found.pattern().as_usize())
        })
        .collect();
    found.sort_unstable();
    merged(&found, &owners)
}

fn merged(found: &[(usize, usize, usize)], owners: &[Vec<usize>]) -> Vec<Passage> {
    let mut passages: Vec<Passage> = Vec::new();
    for &(start, end, pattern) in found {
        match passages.last_mut() {
            Some(last) if start < last.end => {
                last.end = last.end.max(end);
                last.findings.extend(&owners[pattern]);
            }
            _ => passages.push(Passage {
                start,
                end,
                findings: owners[pattern].clone(),
            }),
        }
    }
    for passage in &mut passages {
        passage.findings.sort_unstable();
        passage.findings.dedup();
    }
    passages
}

/// Whether no word goes on across either end.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let goes_on = |left: Option<char>, right: Option<char>| {
        left.is_some_and(char::is_alphanumeric) && right.is_some_and(char::is_alphanumeric)
    };
    !goes_on(
        text[..start].chars().next_back(),
        text[start..].chars().next(),
    ) && !goes_on(text[..end].chars().next_back(), text[end..].chars().next())
}

/// Text with one blank for each run of white space, and the way back.
struct Spaced {
    text: String,
    /// Where runs were shortened: from this byte of `text` on, the original is that much further.
    shifts: Vec<(usize, usize)>,
}

impl Spaced {
    fn of(text: &str) -> Self {
        let mut spaced = Self {
            text: String::with_capacity(text.len()),
            shifts: Vec::new(),
        };
        let mut in_run = false;
        for (at, c) in text.char_indices() {
            let white = c.is_whitespace();
            if !(white && in_run) {
                // Written before the letter, so that a passage starts where its letter does.
                let (here, shift) = (spaced.text.len(), at - spaced.text.len());
                if spaced.shifts.last().map_or(0, |&(_, shift)| shift) != shift {
                    spaced.shifts.push((here, shift));
                }
                spaced.text.push(if white { ' ' } else { c });
            }
            in_run = white;
        }
        spaced
    }

    /// A stretch in the original; it neither begins nor ends with white space.
    fn origin(&self, start: usize, end: usize) -> (usize, usize) {
        let shift = |at: usize| {
            let after = self.shifts.partition_point(|&(from, _)| from <= at);
            after.checked_sub(1).map_or(0, |last| self.shifts[last].1)
        };
        // The end is where the last byte goes, plus one.
        (start + shift(start), end + shift(end - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with quotes in brackets, each with its findings.
    fn shown(text: &str, quotes: &[(usize, &str)]) -> String {
        let mut out = String::new();
        for segment in mark(text, quotes.iter().copied()).segments {
            let words: String = segment
                .pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Text(text) => text.to_string(),
                    Piece::Hidden(code) => format!("<{code}>"),
                })
                .collect();
            if segment.quoted_by.is_empty() {
                out += &words;
            } else {
                let by: Vec<String> = segment
                    .quoted_by
                    .iter()
                    .map(|by| format!("{}{}", by.finding, if by.first { "!" } else { "" }))
                    .collect();
                out.extend(["[", &words, "|", &by.join(","), "]"]);
            }
        }
        out
    }

    #[test]
    fn quotes_are_marked_where_they_stand() {
        type Case = (&'static str, &'static [(usize, &'static str)], &'static str);
        let cases: [Case; 14] = [
            ("no quotes", &[], "no quotes"),
            ("", &[(1, "abc")], ""),
            (
                "call 212-736-5000 now",
                &[(1, "212-736-5000")],
                "call [212-736-5000|1!] now",
            ),
            ("a b  c\n\td e", &[(1, "b c d")], "a [b  c\n\td|1!] e"),
            (
                "B. Sc.\u{a0}Nursing",
                &[(1, "b. sc.  nursing")],
                "[B. Sc.\u{a0}Nursing|1!]",
            ),
            ("ada and Ada", &[(2, "Ada")], "[ada|2!] and [Ada|2]"),
            ("Annual Ann", &[(1, "Ann")], "Annual [Ann|1!]"),
            (
                "one two three",
                &[(1, "one two"), (2, "two three")],
                "[one two three|1!,2!]",
            ),
            ("one two", &[(2, "one"), (1, "two")], "[one|2!] [two|1!]"),
            (
                "same",
                &[(1, "same"), (3, "same"), (3, "same")],
                "[same|1!,3!]",
            ),
            ("in US at", &[(1, "US")], "in US at"),
            (
                "the whole",
                &[(1, "the whole"), (2, "whole")],
                "[the whole|1!,2!]",
            ),
            ("straße 5", &[(1, "straße 5")], "[straße 5|1!]"),
            (
                "ab\u{202E}cd <script>",
                &[(1, "ab\u{202E}cd")],
                "[ab<U+202E>cd|1!] <script>",
            ),
        ];
        for (text, quotes, marked) in cases {
            assert_eq!(shown(text, quotes), marked, "{text:?}");
        }
    }

    #[test]
    fn nothing_is_lost_between_the_segments() {
        let text = "  Ada   Lovelace\n\n212  736 5000 \u{a0} Ada Lovelace  ";
        let marked = mark(text, [(1, "Ada Lovelace"), (2, "212 736 5000")]);
        let whole: String = marked
            .segments
            .iter()
            .flat_map(|segment| &segment.pieces)
            .map(|piece| match piece {
                Piece::Text(text) => text.as_ref(),
                Piece::Hidden(_) => unreachable!("nothing hidden in it"),
            })
            .collect();
        assert_eq!(whole, text);
        assert!(marked.has(1) && marked.has(2) && !marked.has(3));
    }

    #[test]
    fn a_megabyte_of_hostile_text_is_cut_and_marked_in_time() {
        let text = "- ".repeat(500_000);
        let quotes: Vec<String> = (2..200).map(|n| "- ".repeat(n)).collect();
        let marked = mark(&text, quotes.iter().map(|quote| (1, quote.as_str())));
        assert_eq!(marked.hidden_bytes, text.len() - SHOWN_BYTES);
        assert!(marked.has(1));
    }

    #[test]
    fn a_long_text_is_cut_at_a_line_and_between_letters() {
        let lines = "größer\n".repeat(40_000);
        let marked = mark(&lines, []);
        let Piece::Text(last) = marked.segments[0].pieces.last().unwrap() else {
            panic!("text");
        };
        assert!(last.ends_with("größer\n"));
        assert_eq!(marked.hidden_bytes, lines.len() - last.len());
    }
}
