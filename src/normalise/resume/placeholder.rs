//! What a template leaves behind: `[Your Name]`, "Lorem ipsum", `your.email@…`.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// The longest text between brackets that is looked at, in bytes.
const LONGEST: usize = 60;

/// Fixed texts of templates.
static FIXED: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build([
            "lorem ipsum",
            "xxx company",
            "xxx-xxx-xxxx",
            "(xxx) xxx-xxxx",
        ])
        .expect("constant patterns")
});

/// Whether one of the fixed texts may begin here: a doubled x, perhaps behind a bracket, or "lorem".
pub(super) fn begins(bytes: &[u8]) -> bool {
    ["xx", "lorem"].iter().any(|text| {
        bytes
            .get(..text.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(text.as_bytes()))
    })
}

/// Where placeholders stand in a line.
pub(super) fn all(line: &str, mut found: impl FnMut(Range<usize>)) {
    for hit in FIXED.find_iter(line) {
        found(hit.range());
    }
    for (start, open) in line.match_indices(['[', '<']) {
        let close = if open == "[" { ']' } else { '>' };
        let inside = &line.as_bytes()[start + 1..];
        let inside = &inside[..inside.len().min(LONGEST)];
        let Some(length) = inside.iter().position(|&byte| char::from(byte) == close) else {
            continue;
        };
        let end = start + 1 + length + 1;
        // `[Company](https://…)` is a link of markdown
        if asks(&line[start + 1..end - 1]) && !line[end..].starts_with('(') {
            found(start..end);
        }
    }
}

/// Whether a text between brackets asks for something to be filled in. What an agency blacked out
/// ("[phone removed]") is no leftover.
fn asks(inside: &str) -> bool {
    let inside = inside.trim().to_lowercase();
    inside.starts_with("your ")
        || inside.starts_with("insert ")
        || matches!(
            inside.as_str(),
            "name"
                | "full name"
                | "first name"
                | "last name"
                | "first name last name"
                | "candidate name"
                | "company"
                | "company name"
                | "employer"
                | "employer name"
                | "job title"
                | "position"
                | "position title"
                | "city, state"
                | "city, st"
                | "email address"
                | "phone"
                | "phone number"
                | "address"
                | "street address"
                | "degree"
                | "degree name"
                | "university"
                | "university name"
                | "school name"
                | "start date"
                | "end date"
                | "start date - end date"
                | "linkedin url"
        )
}

/// Whether a mailbox is a template's: `your.email@example.com`.
pub(super) fn mailbox(email: &str) -> bool {
    let local = email.split('@').next().unwrap_or_default();
    let bare: String = local
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    matches!(
        bare.as_str(),
        "youremail" | "yourname" | "youremailaddress" | "yourmail" | "firstnamelastname"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leftovers_of_templates_are_found_and_black_outs_are_not() {
        let cases: &[(&str, &[&str])] = &[
            (
                "[Your Name] | [City, State]",
                &["[Your Name]", "[City, State]"],
            ),
            (
                "Worked at <Company Name> on Lorem Ipsum",
                &["Lorem Ipsum", "<Company Name>"],
            ),
            ("XXX Company, 212-555-0123", &["XXX Company"]),
            (
                "[email protected] [phone removed] [1] Vec<u8> [Company](https://a.example)",
                &[],
            ),
            ("[[[[[[", &[]),
            ("[é… your name", &[]),
        ];
        for (line, expected) in cases {
            let mut pieces = Vec::new();
            all(line, |span| pieces.push(&line[span]));
            assert_eq!(pieces, *expected, "{line}");
        }
        assert!(mailbox("your.email@example.com"));
        assert!(!mailbox("ada.lovelace@example.com"));
    }
}
