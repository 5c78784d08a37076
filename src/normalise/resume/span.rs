//! Spans of time in a line: `Jan 2020 – Present`, `09/2012 - 05/2016`, `2012 – 2016`, `May 2016`.

use std::ops::Range;

/// A month or a year, as read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Point {
    /// 1950 to 2059.
    pub(super) year: u16,
    /// 1 to 12.
    pub(super) month: Option<u8>,
}

impl Point {
    /// `2016-05` or `2016`.
    pub(super) fn written(self) -> String {
        match self.month {
            Some(month) => format!("{:04}-{month:02}", self.year),
            None => format!("{:04}", self.year),
        }
    }
}

/// The last point of a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// A point.
    At(Point),
    /// "Present".
    Open,
    /// Nothing: a single point.
    Missing,
}

/// A span and where it stands in the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) first: Point,
    pub(super) last: End,
    pub(super) at: Range<usize>,
}

/// The spans of a line, at most `MOST` of them.
pub(super) fn all(line: &str) -> Vec<Span> {
    let bytes = line.as_bytes();
    let mut spans = Vec::new();
    if !bytes.windows(2).any(|pair| pair == b"19" || pair == b"20") {
        return spans;
    }
    let mut at = 0;
    while at < bytes.len() && spans.len() < MOST {
        let starts = at == 0
            || !(bytes[at - 1].is_ascii_alphanumeric()
                || matches!(bytes[at - 1], b'$' | b'/' | b'#'));
        if starts
            && bytes[at].is_ascii_alphanumeric()
            && let Some((first, end)) = point(bytes, at)
        {
            let (last, end) = match last(line, end) {
                Some((last, end)) => (last, end),
                None => (End::Missing, end),
            };
            if !matches!(last, End::At(last) if before(last, first)) {
                spans.push(Span {
                    first,
                    last,
                    at: at..end,
                });
            }
            at = end;
        } else {
            at += 1;
        }
    }
    spans
}

/// No line with more spans is an entry.
const MOST: usize = 3;

/// Whether a point certainly lies before another.
fn before(a: Point, b: Point) -> bool {
    match (a.month, b.month) {
        (Some(_), Some(_)) => a < b,
        _ => a.year < b.year,
    }
}

/// The point that starts here, and where it ends.
fn point(bytes: &[u8], at: usize) -> Option<(Point, usize)> {
    if bytes[at].is_ascii_alphabetic() {
        let letters = run(bytes, at, u8::is_ascii_alphabetic);
        let word = &bytes[at..letters];
        let month = month(word);
        if month.is_none() && !season(word) {
            return None;
        }
        let mut next = letters;
        while next < bytes.len()
            && next < letters + 3
            && matches!(bytes[next], b'.' | b',' | b' ' | b'\t' | b'-')
        {
            next += 1;
        }
        // "May 15, 2016"
        let day = run(bytes, next, u8::is_ascii_digit);
        if (1..=2).contains(&(day - next)) && bytes.get(day..day + 2) == Some(b", ") {
            next = day + 2;
        }
        if matches!(bytes.get(next), Some(b'\'')) {
            let digits = run(bytes, next + 1, u8::is_ascii_digit);
            if digits - next - 1 == 2 {
                let short = number(&bytes[next + 1..digits]);
                let year = if short < 60 {
                    2000 + short
                } else {
                    1900 + short
                };
                return Some((Point { year, month }, digits));
            }
        }
        let (year, end) = year(bytes, next)?;
        return Some((Point { year, month }, end));
    }
    let digits = run(bytes, at, u8::is_ascii_digit);
    match digits - at {
        1 | 2 if matches!(bytes.get(digits), Some(b'/' | b'.' | b'-')) => {
            let month = u8::try_from(number(&bytes[at..digits])).ok()?;
            let (year, end) = year(bytes, digits + 1)?;
            (1..=12).contains(&month).then_some((
                Point {
                    year,
                    month: Some(month),
                },
                end,
            ))
        }
        4 => {
            let (year, end) = year(bytes, at)?;
            if matches!(bytes.get(end), Some(b'-' | b'/' | b'.')) {
                let digits = run(bytes, end + 1, u8::is_ascii_digit);
                let month =
                    u8::try_from(number(&bytes[(end + 1).min(digits)..digits])).unwrap_or(0);
                if digits - end == 3 && (1..=12).contains(&month) {
                    let day = run(bytes, digits + 1, u8::is_ascii_digit);
                    let has_day =
                        matches!(bytes.get(digits), Some(b'-' | b'/' | b'.')) && day == digits + 3;
                    return Some((
                        Point {
                            year,
                            month: Some(month),
                        },
                        if has_day { day } else { digits },
                    ));
                }
            }
            Some((Point { year, month: None }, end))
        }
        _ => None,
    }
}

/// What follows a dash or "to" behind a point.
fn last(line: &str, from: usize) -> Option<(End, usize)> {
    let rest = &line[from..];
    let trimmed = rest.trim_start_matches([' ', '\t', '\u{a0}', '.']);
    let dashless = trimmed.trim_start_matches(['-', '–', '—', '−', '‐', '‑', '~']);
    let dashes = trimmed.len() - dashless.len();
    let after = if dashes > 0 {
        dashless
    } else {
        ["to ", "until ", "till ", "through ", "thru "]
            .iter()
            .find_map(|word| {
                trimmed
                    .get(..word.len())
                    .filter(|head| head.eq_ignore_ascii_case(word))
                    .map(|_| &trimmed[word.len()..])
            })?
    };
    let after = after.trim_start_matches([' ', '\t', '\u{a0}']);
    let at = line.len() - after.len();
    let bytes = line.as_bytes();
    let word_end = run(bytes, at, u8::is_ascii_alphabetic);
    let word = &bytes[at..word_end];
    if [
        &b"present"[..],
        b"current",
        b"now",
        b"today",
        b"ongoing",
        b"date",
    ]
    .iter()
    .any(|open| word.eq_ignore_ascii_case(open))
    {
        return Some((End::Open, word_end));
    }
    if at == bytes.len() || !bytes[at].is_ascii_alphanumeric() {
        return None;
    }
    point(bytes, at).map(|(last, end)| (End::At(last), end))
}

/// A year of four digits that ends a word.
fn year(bytes: &[u8], at: usize) -> Option<(u16, usize)> {
    let end = run(bytes, at, u8::is_ascii_digit);
    let year = (end.checked_sub(at)? == 4).then(|| number(&bytes[at..end]))?;
    let inside_word = bytes.get(end).is_some_and(u8::is_ascii_alphabetic);
    ((1950..2060).contains(&year) && !inside_word).then_some((year, end))
}

/// Where a run of such bytes ends.
fn run(bytes: &[u8], from: usize, of: fn(&u8) -> bool) -> usize {
    let from = from.min(bytes.len());
    from + bytes[from..].iter().take_while(|byte| of(byte)).count()
}

/// At most four digits as a number.
fn number(digits: &[u8]) -> u16 {
    digits
        .iter()
        .take(4)
        .fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'))
}

/// A month's name or its short form.
fn month(word: &[u8]) -> Option<u8> {
    const NAMES: [&[u8]; 12] = [
        b"january",
        b"february",
        b"march",
        b"april",
        b"may",
        b"june",
        b"july",
        b"august",
        b"september",
        b"october",
        b"november",
        b"december",
    ];
    if word.len() < 3 {
        return None;
    }
    let at = NAMES.iter().position(|name| {
        word.eq_ignore_ascii_case(name)
            || (matches!(word.len(), 3 | 4)
                && word.len() < name.len()
                && word.eq_ignore_ascii_case(&name[..word.len()]))
    })?;
    u8::try_from(at + 1).ok()
}

/// A season names no month, and none is guessed.
fn season(word: &[u8]) -> bool {
    [&b"spring"[..], b"summer", b"fall", b"autumn", b"winter"]
        .iter()
        .any(|season| word.eq_ignore_ascii_case(season))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(line: &str) -> String {
        all(line)
            .iter()
            .map(|span| {
                let last = match span.last {
                    End::At(point) => point.written(),
                    End::Open => "now".to_owned(),
                    End::Missing => "-".to_owned(),
                };
                format!("{}..{last}", span.first.written())
            })
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn spans_are_read_in_the_usual_ways_of_writing() {
        let cases = [
            ("Jan 2020 – Present", "2020-01..now"),
            ("Engineer (January 2020 to March 2021)", "2020-01..2021-03"),
            ("Sept. 2016 - May, 2018", "2016-09..2018-05"),
            ("09/2012 - 05/2016", "2012-09..2016-05"),
            ("2012-09 – 2016-05", "2012-09..2016-05"),
            ("2012-09-01 – 2016-05-31", "2012-09..2016-05"),
            ("2012 - 2016", "2012..2016"),
            ("2012—now", "2012..now"),
            ("Fall 2012 - Spring 2016", "2012..2016"),
            ("Jan '18 - Feb '19", "2018-01..2019-02"),
            ("Graduated May 15, 2016", "2016-05..-"),
            ("Expected 2026", "2026..-"),
            ("2016 - 2012", ""),
            ("served 2000 users, $2000, v2.2016x", "2000..-"),
            ("13/2016", ""),
            ("call 2125550123", ""),
        ];
        for (line, expected) in cases {
            assert_eq!(written(line), expected, "{line}");
        }
    }
}
