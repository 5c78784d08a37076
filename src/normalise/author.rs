//! Authors of documents: which of them are people, and whether one is the candidate.

use crate::normalise::name::{self, Name};
use crate::normalise::text::says;

/// Words of programs, accounts, companies and trades, which are no people.
const GENERIC: &[&str] = &[
    "microsoft",
    "office",
    "user",
    "windows",
    "admin",
    "administrator",
    "owner",
    "guest",
    "default",
    "unknown",
    "author",
    "inc",
    "llc",
    "ltd",
    "corp",
    "corporation",
    "company",
    "group",
    "staffing",
    "recruiting",
    "recruitment",
    "solutions",
    "services",
    "consulting",
    "technologies",
    "systems",
    "software",
    "resume",
    "résumé",
    "resumes",
    "cv",
    "writer",
    "templates",
    "template",
    "google",
    "docs",
    "apple",
    "pages",
    "canva",
    "adobe",
    "acrobat",
    "word",
    "libreoffice",
    "latex",
    "chrome",
    "home",
    "hp",
    "dell",
    "lenovo",
    "acer",
    "asus",
    "pc",
    "laptop",
    "desktop",
    "computer",
    "university",
    "college",
    "school",
    "library",
    "team",
    "hr",
    "career",
    "careers",
    "center",
    "centre",
    "student",
    "test",
    "agency",
    "partners",
    "talent",
];

/// A name of two or three words of letters, none of them a program's or a company's.
pub fn person(written: &str) -> Option<Name> {
    const LONGEST: usize = 80;
    let letters =
        |c: char| c.is_alphabetic() || matches!(c, ' ' | '.' | ',' | '-' | '\'' | '\u{2019}');
    if written.len() > LONGEST || !written.chars().all(letters) || says(written, GENERIC) {
        return None;
    }
    let name = name::read(written)?;
    let words = written
        .split([' ', ','])
        .filter(|word| !word.is_empty())
        .count();
    (matches!(words, 2 | 3) && name.tokens.len() >= 2).then_some(name)
}

/// Whether two names share no word and are not alike; `None` when they cannot be compared.
pub fn differs(person: &Name, claimed: &Name) -> Option<bool> {
    let shared = name::token_jaccard(person, claimed)?;
    Some(shared == 0.0 && name::distinct(person, claimed))
}

#[cfg(test)]
mod tests {
    use super::{differs, name, person};

    #[test]
    fn people_have_two_or_three_words_and_are_no_program() {
        for (written, is) in [
            ("Peter Quill", true),
            ("Quill, Peter", true),
            ("Peter J. Quill", true),
            ("Microsoft Office User", false),
            ("Brightwater Staffing", false),
            ("pquill", false),
            ("user 1", false),
            ("The Peter Quill Writing Club", false),
        ] {
            assert_eq!(person(written).is_some(), is, "{written}");
        }
    }

    #[test]
    fn one_word_in_common_is_enough_to_be_the_same() {
        let of = |raw: &str| name::read(raw).unwrap();
        let maria = of("Maria Lopez");
        assert_eq!(differs(&of("Peter Quill"), &maria), Some(true));
        assert_eq!(differs(&of("Maria Quill"), &maria), Some(false));
    }
}
