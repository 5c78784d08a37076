//! Each mail address: what kind of domain, and how the local part compares with the claimed name.

use std::borrow::Cow;

use super::{Column, Kind, Row, Shape, Signal, Subject, Value, column};
use crate::candidate::{Candidate, Email, Name};
use crate::normalise::email::handle;
use crate::normalise::name;

pub(super) const SIGNAL: Signal = Signal {
    name: "emails",
    about: "The mail addresses of form and résumé",
    shape: Shape::Rows(&COLUMNS),
    needs: &[],
    read,
};

const COLUMNS: [Column; 19] = [
    Column::new("raw", "the address as written", Kind::Quote),
    Column::new("domain", "its domain", Kind::Domain),
    Column::new(
        "registrable",
        "the domain that was registered",
        Kind::Domain,
    ),
    column::IN_FORM,
    column::IN_RESUME_TEXT,
    column::OWN,
    Column::new(
        "given",
        "it was given as the way to write to the person: in the form or, when that has none, first in the contact block",
        Kind::Flag,
    ),
    Column::new("valid", "it has the form of an address", Kind::Flag),
    Column::new("free", "the domain is a large free provider's", Kind::Flag),
    Column::new("relay", "the domain is a privacy relay's", Kind::Flag),
    Column::new("disposable", "the domain is a throw-away one", Kind::Flag),
    Column::new("words", "the two words of the local part", Kind::Quote),
    Column::new("claimed_name", "the name on the application", Kind::Quote),
    Column::new(
        "name_tokens_differ",
        "both words of the local part differ from every part of the claimed name",
        Kind::Flag,
    ),
    Column::new(
        "has_name_token",
        "a part of the claimed name is in the local part",
        Kind::Flag,
    ),
    Column::new(
        "has_tech_token",
        "a word of the trade, such as dev, is in the local part",
        Kind::Flag,
    ),
    Column::new("digits", "digits in the local part", Kind::Number),
    Column::new(
        "trailing_digits",
        "digits at the end of the local part",
        Kind::Number,
    ),
    Column::new(
        "mmdd",
        "it ends in exactly four digits that are a month and a day",
        Kind::Flag,
    ),
];

/// The shortest part of a name that is looked for inside a longer word, letters: two letters are
/// in half of all words.
const SHORTEST_INSIDE: usize = 3;

fn read(subject: &Subject) -> Option<Value> {
    let candidate = subject.candidate;
    if candidate.emails.is_empty() {
        return None;
    }
    let claimed = candidate.name.as_ref();
    let rows = candidate.emails.iter();
    Some(Value::Rows(
        rows.map(|email| row(email, claimed, is_given(email, candidate)))
            .collect(),
    ))
}

/// Whether a mailbox was given as the way to write to the person: it stands in the form or, when
/// the form has none, it is the first of the résumé's contact block.
pub(super) fn is_given(email: &Email, candidate: &Candidate) -> bool {
    let emails = || candidate.emails.iter();
    email.seen.in_form
        || (!emails().any(|other| other.seen.in_form)
            && emails()
                .find(|other| other.seen.own)
                .is_some_and(|first| std::ptr::eq(first, email)))
}

fn row(email: &Email, claimed: Option<&Name>, given: bool) -> Row {
    let valid = email.canonical.is_some();
    let fact = |flag| valid.then_some(Value::Flag(flag));
    let about_name = claimed.filter(|_| valid).map(Claimed::of);
    let handle = &email.handle;
    Row {
        field: Cow::Owned(email.field.clone()),
        value: Cow::Owned(email.raw.clone()),
        related: None,
        cells: vec![
            Some(Value::quote(&email.raw)),
            valid.then(|| Value::quote(&email.domain)),
            email.registrable.as_deref().map(Value::quote),
            Some(Value::Flag(email.seen.in_form)),
            Some(Value::Flag(email.seen.in_resume_text)),
            Some(Value::Flag(email.seen.own)),
            Some(Value::Flag(given)),
            Some(Value::Flag(valid)),
            fact(email.free),
            fact(email.relay),
            fact(email.disposable),
            email
                .name_tokens
                .as_ref()
                .map(|words| Value::text(words.join(" "))),
            claimed.map(|name| Value::quote(&name.raw)),
            about_name
                .as_ref()
                .and_then(|name| name.differs(email))
                .map(Value::Flag),
            about_name
                .as_ref()
                .and_then(|name| name.is_in(&email.local))
                .map(Value::Flag),
            fact(handle.tech_token),
            valid.then(|| Value::count(handle.digits)),
            valid.then(|| Value::count(handle.trailing_digits)),
            fact(handle.month_day),
        ],
    }
}

/// The claimed name, and its neighbouring parts as one word: `Xiao Ming` is `xiaoming` too.
struct Claimed<'a> {
    name: &'a Name,
    joined: Vec<String>,
}

impl<'a> Claimed<'a> {
    fn of(name: &'a Name) -> Self {
        let pairs = name.tokens.windows(2).map(<[String]>::concat);
        let joined = pairs.chain([name.tokens.concat()]).collect();
        Self { name, joined }
    }

    /// Whether the two words of a local part both differ from the name. `false` where the local
    /// part is not two words; `None` when names and words cannot be compared.
    fn differs(&self, email: &Email) -> Option<bool> {
        let Some(words) = &email.name_tokens else {
            return Some(false);
        };
        let mut comparable = true;
        for word in words {
            match self.has(word) {
                Some(true) => return Some(false),
                Some(false) => {}
                None => comparable = false,
            }
        }
        comparable.then_some(true)
    }

    /// Whether a part of the name is in a local part; `None` when that cannot be said, as with
    /// names of another script, which can be transliterated in many ways. Words of the trade alone
    /// hold no name, whatever the script.
    fn is_in(&self, local: &str) -> Option<bool> {
        let folded = any_ascii::any_ascii(local).to_ascii_lowercase();
        let words = folded
            .split(|c: char| !c.is_ascii_alphabetic())
            .filter(|word| !word.is_empty());
        let mut answer = Some(false);
        for word in words {
            let rest = handle::without_trade(word);
            match self.has(word) {
                Some(true) => return Some(true),
                _ if rest.is_empty() => {}
                _ if rest != word && self.is(rest) => return Some(true),
                Some(false) => {}
                None => answer = None,
            }
        }
        answer
    }

    /// Whether a word is a part of the name, or one part beside the initial of another: what is
    /// left beside a word of the trade can be that short, as in `dev.bli88` of Bo Li.
    fn is(&self, word: &str) -> bool {
        let tokens = &self.name.tokens;
        let beside_initial = |(at, part): (usize, &String)| {
            let rest = word
                .strip_prefix(part.as_str())
                .into_iter()
                .chain(word.strip_suffix(part.as_str()));
            let others = || tokens.iter().enumerate().filter(move |(n, _)| *n != at);
            let mut rest = rest.filter(|rest| rest.len() == 1);
            rest.any(|initial| others().any(|(_, other)| other.starts_with(initial)))
        };
        tokens.iter().chain(&self.joined).any(|part| part == word)
            || tokens.iter().enumerate().any(beside_initial)
    }

    /// Whether a word is a part of the name: the part itself, a short or similar form, several
    /// parts in one, or a part with something around it.
    fn has(&self, word: &str) -> Option<bool> {
        let parts = || self.name.tokens.iter().chain(&self.joined);
        let long = |part: &str| part.len() >= SHORTEST_INSIDE;
        if parts().any(|part| {
            part == word
                || (long(part) && word.contains(part.as_str()))
                || (long(word) && part.starts_with(word))
        }) {
            return Some(true);
        }
        let word = name::read(word)?;
        Some(!name::compare(&word, self.name).map(|likeness| likeness < name::DISTINCT_BELOW)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::Application;
    use crate::normalise::{self, Settings};

    /// A cell of the only row.
    fn cell(name: Option<&str>, email: &str, column: &str) -> Option<Value> {
        let application = Application {
            name: name.map(str::to_owned),
            emails: vec![email.to_owned()],
            ..Application::default()
        };
        let candidate = normalise::candidate(&application, &Settings::default());
        let Some(Value::Rows(rows)) = read(&subject(&candidate)) else {
            panic!("no rows");
        };
        assert_eq!(rows[0].cells.len(), COLUMNS.len());
        let at = COLUMNS.iter().position(|known| known.name == column);
        rows[0].cells[at.expect("a column")].clone()
    }

    fn subject(candidate: &Candidate) -> Subject<'_> {
        Subject::alone(
            candidate,
            crate::reference::base::shipped(),
            jiff::Timestamp::UNIX_EPOCH,
        )
    }

    #[test]
    fn no_address_is_not_known_rather_than_empty() {
        assert_eq!(read(&subject(&Candidate::default())), None);
    }

    #[test]
    fn the_mailbox_given_is_the_forms_or_else_the_contact_blocks_first() {
        let resume = "Maria Lopez\na@example.org b@example.org\n\nReferences\nc@example.org\n";
        for (form, wanted) in [
            (&[][..], ["a@example.org"].as_slice()),
            (&["d@example.org"], &["d@example.org"]),
            (
                &["c@example.org", "b@example.org"],
                &["c@example.org", "b@example.org"],
            ),
        ] {
            let application = Application {
                emails: form.iter().map(|&raw| raw.to_owned()).collect(),
                resume_text: Some(resume.to_owned()),
                ..Application::default()
            };
            let candidate = normalise::candidate(&application, &Settings::default());
            let given: Vec<&str> = candidate
                .emails
                .iter()
                .filter(|email| is_given(email, &candidate))
                .map(|email| email.raw.as_str())
                .collect();
            assert_eq!(given, wanted);
        }
    }

    #[test]
    fn two_words_differ_only_when_neither_is_of_the_name() {
        for (name, email, differ) in [
            (
                Some("Maria Lopez"),
                "daniel.whitfield@example.com",
                Some(true),
            ),
            (
                Some("Maria Lopez"),
                "maria.whitfield@example.com",
                Some(false),
            ),
            (Some("María López"), "maria.lopez@example.com", Some(false)),
            (Some("Robert Smith"), "bob.jones@example.com", Some(false)),
            (Some("Alexander Berg"), "alex.star@example.com", Some(false)),
            (
                Some("Jürgen Müller"),
                "juergen.mueller@example.com",
                Some(false),
            ),
            (Some("Li Na Wong"), "lina.wilson@example.com", Some(false)),
            (
                Some("Ada Lovelace"),
                "mrs.alovelace@example.com",
                Some(false),
            ),
            (
                Some("Ada Lovelace"),
                "java.developer@example.com",
                Some(false),
            ),
            (Some("Ada Lovelace"), "sunshine@example.com", Some(false)),
            (None, "daniel.whitfield@example.com", None),
            (Some("王小明"), "daniel.whitfield@example.com", None),
            (Some("Maria Lopez"), "not an address", None),
        ] {
            let value = cell(name, email, "name_tokens_differ");
            assert_eq!(value, differ.map(Value::Flag), "{name:?} {email}");
        }
    }

    #[test]
    fn a_part_of_the_name_is_found_in_any_form() {
        for (name, email, found) in [
            (Some("Maria Lopez"), "mlopez99@example.com", Some(true)),
            (Some("Maria Lopez"), "marialopezdev@example.com", Some(true)),
            (Some("Dev Patel"), "dev22@example.com", Some(true)),
            (Some("Bo Li"), "boli88@example.com", Some(true)),
            (Some("Bo Li"), "cryptoli88@example.com", Some(true)),
            (Some("Bo Li"), "dev.bli88@example.com", Some(true)),
            (Some("Bo Li"), "cryptolinda88@example.com", Some(false)),
            (Some("Maria Lopez"), "cryptostar99@example.com", Some(false)),
            (Some("Maria Lopez"), "1234@example.com", Some(false)),
            (Some("王小明"), "cryptostar99@example.com", None),
            (Some("王小明"), "blockdev42@example.com", Some(false)),
            (None, "cryptostar99@example.com", None),
        ] {
            let value = cell(name, email, "has_name_token");
            assert_eq!(value, found.map(Value::Flag), "{name:?} {email}");
        }
    }

    #[test]
    fn the_domain_and_the_digits_are_facts() {
        for (email, column, value) in [
            (
                "a@mail.example.co.uk",
                "registrable",
                Some(Value::text("example.co.uk")),
            ),
            ("a@guerrillamail.com", "disposable", Some(Value::Flag(true))),
            ("a@duck.com", "disposable", Some(Value::Flag(false))),
            ("a@duck.com", "relay", Some(Value::Flag(true))),
            ("a@gmail.com", "free", Some(Value::Flag(true))),
            ("devada0229@example.com", "mmdd", Some(Value::Flag(true))),
            ("devada0229@example.com", "digits", Some(Value::Number(4.0))),
            (
                "devada0229@example.com",
                "has_tech_token",
                Some(Value::Flag(true)),
            ),
            ("nobody", "valid", Some(Value::Flag(false))),
            ("nobody", "disposable", None),
        ] {
            assert_eq!(cell(None, email, column), value, "{email} {column}");
        }
    }
}
