//! Contacts in running text: mail addresses, links and pieces that look like phone numbers.
//!
//! Byte and character scans, linear in the line. Numbers are cut out before
//! anything parses them, since a phone library reads prose as vanity digits.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// A longer local part is no address (RFC 5321), in characters.
const LONGEST_LOCAL: usize = 64;
/// A longer domain is none (RFC 1035), in characters.
const LONGEST_DOMAIN: usize = 253;
/// A longer link is cut off as none, in bytes.
const LONGEST_LINK: usize = 2048;

/// Where mail addresses stand in a line.
pub(super) fn emails(line: &str, mut found: impl FnMut(Range<usize>)) {
    let mut from = 0;
    for (at, sign) in line.match_indices(['@', '\u{ff20}']) {
        if at < from {
            continue;
        }
        let local: usize = line[from..at]
            .chars()
            .rev()
            .take(LONGEST_LOCAL + 1)
            .take_while(|&c| mailbox(c) || matches!(c, '+' | '%' | '\''))
            .map(char::len_utf8)
            .sum();
        let after = at + sign.len();
        let domain: usize = line[after..]
            .chars()
            .take(LONGEST_DOMAIN + 1)
            .take_while(|&c| mailbox(c) && c != '_')
            .map(char::len_utf8)
            .sum();
        let start = at - local;
        let start = at - line[start..at].trim_start_matches(['.', '-', '\'']).len();
        let end = after
            + line[after..after + domain]
                .trim_end_matches(['.', '-'])
                .len();
        let top = line[after..end].rsplit_once('.').map(|(_, top)| top);
        if start < at
            && local <= LONGEST_LOCAL * 4
            && top.is_some_and(|top| top.chars().count() >= 2 && !top.starts_with(digit))
        {
            found(start..end);
            from = end;
        }
    }
}

fn mailbox(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, '.' | '-' | '_')
        || (!c.is_ascii() && (c.is_alphanumeric() || invisible(c) || c == '\u{ff0e}'))
}

/// Characters without width: they hide in words and belong to what they stand in.
fn invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Starts of links: a scheme, `www.`, and sites of profiles that are written bare.
static LINKS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostFirst)
        .build([
            "https://",
            "http://",
            "www.",
            "linkedin.com/",
            "github.com/",
            "gitlab.com/",
            "bitbucket.org/",
            "stackoverflow.com/",
            "twitter.com/",
            "x.com/",
            "medium.com/",
            "behance.net/",
            "dribbble.com/",
            "kaggle.com/",
            "leetcode.com/",
            "hackerrank.com/",
            "huggingface.co/",
            "orcid.org/",
            "facebook.com/",
            "youtube.com/",
            "t.me/",
        ])
        .expect("constant patterns")
});

/// Patterns of [`LINKS`] that begin a link by themselves; the others are hosts.
const SCHEMES: usize = 2;

/// Where links stand in a line.
pub(super) fn links(line: &str, mut found: impl FnMut(Range<usize>)) {
    let mut from = 0;
    while let Some(hit) = LINKS.find(&line[from..]) {
        let mut start = from + hit.start();
        if hit.pattern().as_usize() >= SCHEMES {
            // a host's own subdomain: `in.linkedin.com/`
            let before = &line.as_bytes()[from..start];
            let sub = before.iter().rev().take(LONGEST_DOMAIN);
            start -= sub
                .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
                .count();
            let own = &line[start..from + hit.start()];
            let inside_word = !own.is_empty() && !own.ends_with('.');
            if inside_word || line[..start].ends_with(['@', '/']) {
                from += hit.end();
                continue;
            }
        }
        let rest = &line[start..];
        let end = rest
            .find(|c: char| {
                c.is_whitespace()
                    || matches!(
                        c,
                        '"' | '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | ',' | ';' | '•'
                    )
            })
            .unwrap_or(rest.len());
        let end = rest[..end]
            .trim_end_matches(['.', ':', '!', '?', '\'', '*', '_', '`'])
            .len();
        let hit_len = from + hit.end() - start;
        if end > hit_len && end <= LONGEST_LINK && rest[..end].contains('.') {
            found(start..start + end);
        }
        from = start + end.max(hit_len);
    }
}

/// How sure a place makes a number that carries no sign of being one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Contacts stand here: any grouping of ten digits will do.
    Contacts,
    /// Running text: a number needs the shape of one, or a label.
    Prose,
}

/// Digits of the longest number, the prefix for calls abroad included.
const MOST_DIGITS: usize = 18;
/// Groups of digits kept of a run.
const MOST_GROUPS: usize = 24;

/// A run of digits and phone punctuation: the groups' places in the line.
struct Run {
    plus: bool,
    paren: bool,
    groups: Vec<Range<usize>>,
    digits: usize,
    dots_only: bool,
    end: usize,
}

/// Where pieces that look like phone numbers stand in a line, outside `taken`, which is in order.
pub(super) fn phones(
    line: &str,
    taken: &[Range<usize>],
    place: Place,
    mut found: impl FnMut(Range<usize>),
) {
    let mut at = 0;
    let mut before = '\n';
    let mut taken = taken.iter().peekable();
    while let Some(c) = line[at..].chars().next() {
        while taken.next_if(|span| span.end <= at).is_some() {}
        if let Some(span) = taken.peek().filter(|span| span.contains(&at)) {
            at = span.end;
            before = 'x';
            continue;
        }
        if !(digit(c) || matches!(c, '+' | '\u{ff0b}' | '(')) {
            at += c.len_utf8();
            before = c;
            continue;
        }
        let run = run(line, at);
        let after = line[run.end..].chars().next().unwrap_or('\n');
        if run.digits >= 7 && outside(before) && ends(&line[run.end..], after) {
            judge(line, at, &run, place, &mut found);
        }
        let end = run.end.max(at + c.len_utf8());
        before = line[at..end].chars().next_back().unwrap_or(c);
        at = end;
    }
}

/// Reads a run from a start; it ends behind its last digit.
fn run(line: &str, start: usize) -> Run {
    let mut run = Run {
        plus: false,
        paren: false,
        groups: Vec::new(),
        digits: 0,
        dots_only: true,
        end: start,
    };
    let mut open = false;
    let mut gap = 0;
    for (offset, c) in line[start..].char_indices() {
        let at = start + offset;
        if digit(c) {
            let end = at + c.len_utf8();
            if !open && run.groups.len() <= MOST_GROUPS {
                run.groups.push(at..end);
            } else if let Some(group) = run.groups.last_mut() {
                group.end = end;
            }
            open = true;
            gap = 0;
            run.digits += 1;
            run.end = end;
        } else if invisible(c) {
            // hidden inside a number, it does not part the digits
        } else if matches!(c, '+' | '\u{ff0b}') && offset == 0 {
            run.plus = true;
        } else if matches!(
            c,
            ' ' | '\u{a0}' | '\u{202f}' | '-' | '\u{2010}'..='\u{2013}' | '.' | '(' | ')'
        ) && gap < 3
        {
            run.paren |= c == '(';
            run.dots_only &= c == '.';
            open = false;
            gap += 1;
        } else {
            break;
        }
    }
    run
}

/// Whether a number may follow this character: not inside a word, an amount, an id.
fn outside(before: char) -> bool {
    !(before.is_alphanumeric()
        || matches!(
            before,
            '$' | '€' | '£' | '#' | '/' | '.' | ',' | '-' | '_' | '=' | '@'
        ))
}

/// Whether a number may end here.
fn ends(rest: &str, after: char) -> bool {
    match after {
        ',' => !rest[1..].starts_with(digit),
        'x' | 'X' => rest[1..].trim_start_matches(['.', ' ']).starts_with(digit),
        'e' | 'E' => rest
            .get(..3)
            .is_some_and(|word| word.eq_ignore_ascii_case("ext")),
        '%' | '@' | '_' | '/' | '=' => false,
        _ => !after.is_alphanumeric(),
    }
}

fn judge(line: &str, start: usize, run: &Run, place: Place, found: &mut impl FnMut(Range<usize>)) {
    if run.groups.len() > MOST_GROUPS {
        return;
    }
    let lengths: Vec<usize> = run
        .groups
        .iter()
        .map(|group| line[group.clone()].chars().filter(|&c| digit(c)).count())
        .collect();
    if !run.plus && dates(line, run, &lengths) {
        return;
    }
    if run.digits > 15 && !(run.digits <= MOST_DIGITS && abroad(line, run)) {
        several(line, run, &lengths, start, found);
        return;
    }
    let addresses = run.dots_only && run.groups.len() == 4 && lengths.iter().all(|&n| n <= 3);
    let zip = lengths == [5, 4];
    if !run.plus && (addresses || zip) {
        return;
    }
    let before = line[..start].trim_end_matches([' ', ':', '.', '\t', '*', ')']);
    let word = before
        .rsplit(|c: char| !c.is_alphabetic())
        .next()
        .unwrap_or_default();
    if names_an_id(word) {
        return;
    }
    let labelled = labels_a_phone(word);
    let first = line[run.groups[0].clone()].chars().next();
    let national = match lengths.as_slice() {
        [10] | [3, 3, 4] | [3, 7] | [6, 4] => true,
        [11] | [1, 10] | [1, 3, 3, 4] | [1, 3, 7] | [1, 6, 4] => {
            first == Some('1') || first == Some('\u{ff11}')
        }
        _ => {
            (run.paren || lengths.len() > 1) && first == Some('0') && (9..=12).contains(&run.digits)
        }
    };
    let shaped = run.plus || labelled || national || (run.digits > 10 && abroad(line, run));
    if shaped || (place == Place::Contacts && run.digits >= 10) {
        found(start..run.end);
    }
}

/// Whether it starts with 00 or 011, as calls abroad do.
fn abroad(line: &str, run: &Run) -> bool {
    let first = &line[run.groups[0].clone()];
    first.starts_with("00") || first.starts_with("011")
}

/// Several American numbers in a row, parted by nothing but a space.
fn several(
    line: &str,
    run: &Run,
    lengths: &[usize],
    start: usize,
    found: &mut impl FnMut(Range<usize>),
) {
    let mut from = 0;
    let mut digits = 0;
    for (index, length) in lengths.iter().enumerate() {
        digits += length;
        let leading_one = lengths[from] == 1;
        if digits == if leading_one { 11 } else { 10 } {
            let begin = run.groups[from].start;
            let begin = if from == 0 {
                start
            } else {
                begin - usize::from(line[..begin].ends_with('('))
            };
            found(begin..run.groups[index].end);
            (from, digits) = (index + 1, 0);
            if from == lengths.len() {
                return;
            }
        } else if digits > 11 {
            return;
        }
    }
}

/// Whether the groups are years, months and days: `2012 - 2016`, `01.02.2012`.
fn dates(line: &str, run: &Run, lengths: &[usize]) -> bool {
    let mut years = 0;
    for (group, &length) in run.groups.iter().zip(lengths) {
        let text = &line[group.clone()];
        match length {
            1 | 2 => {}
            4 if text.starts_with("19") || text.starts_with("20") => years += 1,
            _ => return false,
        }
    }
    years > 0
}

fn labels_a_phone(word: &str) -> bool {
    [
        "phone",
        "tel",
        "telephone",
        "mobile",
        "cell",
        "fax",
        "call",
        "whatsapp",
        "m",
        "t",
        "p",
        "ph",
        "mob",
        "number",
    ]
    .iter()
    .any(|label| word.eq_ignore_ascii_case(label))
}

fn names_an_id(word: &str) -> bool {
    [
        "id",
        "isbn",
        "issn",
        "license",
        "licence",
        "certificate",
        "certification",
        "credential",
        "no",
        "nr",
        "ref",
        "doi",
        "patent",
        "order",
        "account",
        "ssn",
        "ein",
        "orcid",
        "invoice",
        "zip",
    ]
    .iter()
    .any(|label| word.eq_ignore_ascii_case(label))
}

/// Digits as people send them: ASCII, full-width, Arabic-Indic.
fn digit(c: char) -> bool {
    c.is_ascii_digit()
        || matches!(c, '\u{ff10}'..='\u{ff19}' | '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(line: &str, scan: impl FnOnce(&str, &mut dyn FnMut(Range<usize>))) -> Vec<String> {
        let mut pieces = Vec::new();
        scan(line, &mut |span| pieces.push(line[span].to_owned()));
        pieces
    }

    #[test]
    fn mail_addresses_are_cut_out_as_written() {
        let cases: &[(&str, &[&str])] = &[
            (
                "mailto:Ada.L+cv@Example.co.uk.",
                &["Ada.L+cv@Example.co.uk"],
            ),
            (
                "<a@example.org>, b_c@example.net;",
                &["a@example.org", "b_c@example.net"],
            ),
            ("ada\u{200b}.l@example.com", &["ada\u{200b}.l@example.com"]),
            ("ada＠example.com", &["ada＠example.com"]),
            ("a@b@c.org", &["b@c.org"]),
            ("@handle and user@host and a@1.2.3.4", &[]),
            ("lead @ Acme Inc.", &[]),
        ];
        for (line, expected) in cases {
            assert_eq!(all(line, |l, f| emails(l, f)), *expected, "{line}");
        }
    }

    #[test]
    fn links_are_cut_out_with_scheme_www_or_a_known_site() {
        let cases: &[(&str, &[&str])] = &[
            (
                "see https://ada.example.org/cv?x=1.",
                &["https://ada.example.org/cv?x=1"],
            ),
            ("[site](http://a.example.com/)", &["http://a.example.com/"]),
            (
                "linkedin.com/in/ada | github.com/ada",
                &["linkedin.com/in/ada", "github.com/ada"],
            ),
            (
                "uk.linkedin.com/in/ada, www.example.net",
                &["uk.linkedin.com/in/ada", "www.example.net"],
            ),
            (
                "https://www.linkedin.com/in/ada",
                &["https://www.linkedin.com/in/ada"],
            ),
            (
                "built mygithub.com/ clone; GitHub.com/Ada",
                &["GitHub.com/Ada"],
            ),
            ("node.js and example.com", &[]),
            ("http:// and www.", &[]),
        ];
        for (line, expected) in cases {
            assert_eq!(all(line, |l, f| links(l, f)), *expected, "{line}");
        }
    }

    #[test]
    fn phone_numbers_are_told_from_dates_ids_and_amounts() {
        let cases: &[(&str, Place, &[&str])] = &[
            ("(212) 555-0123 | x", Place::Prose, &["(212) 555-0123"]),
            ("call +1 212-736-5000.", Place::Prose, &["+1 212-736-5000"]),
            (
                "212.555.0123 2125550123",
                Place::Prose,
                &["212.555.0123", "2125550123"],
            ),
            (
                "+44 (0)20 7946 0000, +49-30-1234567",
                Place::Prose,
                &["+44 (0)20 7946 0000", "+49-30-1234567"],
            ),
            ("212-555-0123x44", Place::Prose, &["212-555-0123"]),
            ("212-555-0123 ext 44", Place::Prose, &["212-555-0123"]),
            (
                "(212) 555-0123 (646) 555-0100",
                Place::Prose,
                &["(212) 555-0123", "(646) 555-0100"],
            ),
            ("98765 43210", Place::Contacts, &["98765 43210"]),
            ("98765 43210", Place::Prose, &[]),
            ("Tel: 555-0123", Place::Prose, &["555-0123"]),
            ("２１２-555-0123", Place::Prose, &["２１２-555-0123"]),
            ("2012 - 2016", Place::Contacts, &[]),
            ("(2012-09 – 2016-05)", Place::Contacts, &[]),
            ("01.02.2012 - 03.04.2013", Place::Contacts, &[]),
            ("New York, NY 10118-0110", Place::Contacts, &[]),
            ("$1234567890 and #2125550123", Place::Prose, &[]),
            ("License 2125550123", Place::Prose, &[]),
            ("1,000,000,000 rows", Place::Prose, &[]),
            ("192.168.100.200", Place::Contacts, &[]),
            ("123-45-6789", Place::Contacts, &[]),
            ("10 000 000 000 users", Place::Prose, &[]),
            ("uuid 3f2504e0-4f89-11d3", Place::Contacts, &[]),
        ];
        for (line, place, expected) in cases {
            assert_eq!(
                all(line, |l, f| phones(l, &[], *place, f)),
                *expected,
                "{line}"
            );
        }
    }

    #[test]
    fn digits_of_a_link_are_no_phone() {
        let line = "https://example.org/2125550123";
        let taken = 0..line.len();
        assert_eq!(
            all(line, |l, f| phones(
                l,
                std::slice::from_ref(&taken),
                Place::Contacts,
                f
            )),
            Vec::<String>::new()
        );
    }
}
