//! Lines that speak of somebody who can be asked about the person: contacts on them are that one's.

/// Words that speak of a referee wherever they stand.
const REFEREES: [&str; 9] = [
    "recommend",
    "recommendation",
    "recommendations",
    "recommended",
    "recommender",
    "recommenders",
    "referee",
    "referees",
    "references",
];

/// Words that are titles of one's own too: they speak of another person behind one of [`WHOSE`], or
/// in front of a colon.
const ROLES: [&str; 11] = [
    "supervisor",
    "supervisors",
    "advisor",
    "advisors",
    "adviser",
    "advisers",
    "manager",
    "managers",
    "reference",
    "mentor",
    "boss",
];

/// Words that make the role behind them another person's.
const WHOSE: [&str; 18] = [
    "my",
    "his",
    "her",
    "former",
    "previous",
    "past",
    "last",
    "current",
    "direct",
    "immediate",
    "line",
    "hiring",
    "reporting",
    "thesis",
    "academic",
    "doctoral",
    "phd",
    "dissertation",
];

/// Whether a line speaks of a referee.
pub(super) fn is_spoken_of(line: &str) -> bool {
    let mut before = "";
    let mut rest = line;
    while let Some(start) = rest.find(|c: char| c.is_alphabetic()) {
        let word = &rest[start..];
        let end = word
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(word.len());
        let (word, behind) = word.split_at(end);
        let is_in =
            |words: &[&str], word: &str| words.iter().any(|known| word.eq_ignore_ascii_case(known));
        // no other word begins or ends so
        let candidate = matches!(
            word.as_bytes()[0] | 0x20,
            b'r' | b's' | b'a' | b'm' | b'b' | b'p'
        );
        if candidate
            && (is_in(&REFEREES, word)
                || (word.eq_ignore_ascii_case("person") && before.eq_ignore_ascii_case("contact"))
                || (is_in(&ROLES, word) && (is_in(&WHOSE, before) || behind.starts_with(':'))))
        {
            return true;
        }
        (before, rest) = (word, behind);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_speaks_of_a_referee_or_of_the_persons_own_title() {
        for (line, spoken) in [
            ("Contact for recommendation: Prof. John Keller", true),
            ("Recommended by John Keller", true),
            ("References available on request", true),
            ("Referee: John Keller", true),
            ("Thesis advisor John Keller", true),
            ("PhD Supervisor - John Keller", true),
            ("Supervisor: John Keller", true),
            ("Reporting Manager John Keller", true),
            ("Contact person: John Keller", true),
            ("Reference: John Keller", true),
            (
                "Maria Lopez, Product Manager | maria.lopez@example.org",
                false,
            ),
            ("Manager | maria.lopez@example.org", false),
            ("Financial Advisor, Austin", false),
            ("Reference Librarian", false),
            ("Shift Supervisor", false),
            ("maria.lopez@example.org", false),
            ("مريم", false),
            ("", false),
        ] {
            assert_eq!(is_spoken_of(line), spoken, "{line}");
        }
    }
}
