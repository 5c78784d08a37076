//! The résumé's text: bullets, Unicode tricks, and what another person left in it.

use std::borrow::Cow;

use super::{Column, Kind, Row, Shape, Signal, Subject, Value};
use crate::candidate::{Candidate, Email, Name, Resume};
use crate::normalise::name;
use crate::normalise::unicode::TrickKind;

pub(super) const BULLETS: Signal = Signal {
    name: "resume.bullets",
    about: "Bullets of at least twelve words in the résumé",
    shape: Shape::One(Kind::Number),
    needs: &[],
    read: |subject| {
        let resume = subject.candidate.resume.as_ref()?;
        Some(Value::count(resume.bullets.len()))
    },
};

pub(super) const TRICKS: Signal = Signal {
    name: "resume.unicode_tricks",
    about: "Ways to make the résumé's text look like other text",
    shape: Shape::Rows(&TRICK_COLUMNS),
    needs: &[],
    read: tricks,
};

const TRICK_COLUMNS: [Column; 2] = [
    Column::new(
        "kind",
        "zero_width, direction, full_width or mixed_script",
        Kind::Text,
    ),
    Column::new("quoted", "The word it stands in, made visible", Kind::Quote),
];

/// Tricks listed.
const MOST_TRICKS: usize = 50;

fn tricks(subject: &Subject) -> Option<Value> {
    let tricks = &subject.candidate.resume.as_ref()?.tricks;
    let row = |trick: &crate::normalise::unicode::Trick| {
        let kind = match trick.kind {
            TrickKind::ZeroWidth => "zero_width",
            TrickKind::Direction => "direction",
            TrickKind::FullWidth => "full_width",
            TrickKind::MixedScript => "mixed_script",
        };
        line(
            &trick.quoted,
            [Value::text(kind), Value::quote(&trick.quoted)],
        )
    };
    Some(Value::Rows(
        tricks.iter().take(MOST_TRICKS).map(row).collect(),
    ))
}

pub(super) const OTHER_PERSON: Signal = Signal {
    name: "resume.other_person",
    about: "Leftovers in the résumé that belong to nobody or to somebody else",
    shape: Shape::Rows(&OTHER_COLUMNS),
    needs: &[],
    read: other_person,
};

const OTHER_COLUMNS: [Column; 2] = [
    Column::new(
        "kind",
        "mailbox: another person's name in the contact block; placeholder: a template's gap",
        Kind::Text,
    ),
    Column::new("quoted", "What was left", Kind::Quote),
];

fn other_person(subject: &Subject) -> Option<Value> {
    let candidate = subject.candidate;
    let resume = candidate.resume.as_ref()?;
    let mut rows: Vec<Row> = resume
        .placeholders
        .iter()
        .map(|left| row("placeholder", left))
        .collect();
    if let Some(name) = example_name(candidate, resume) {
        rows.push(row("placeholder", &name.raw));
    }
    if let Some(claimed) = &candidate.name {
        rows.extend(
            candidate
                .emails
                .iter()
                .filter(|email| foreign(email, claimed, candidate))
                .map(|email| row("mailbox", &email.raw)),
        );
    }
    Some(Value::Rows(rows))
}

/// Whether a further mailbox of the contact block spells a name that is neither the claimed one nor
/// that of a mailbox in the form. The mailbox given as the person's own is compared with the name
/// in [`super::emails`], and counts once.
fn foreign(email: &Email, claimed: &Name, candidate: &Candidate) -> bool {
    let Some(tokens) = &email.name_tokens else {
        return false;
    };
    let spelled = |tokens: &[String; 2]| name::read(&tokens.join(" "));
    let Some(spelt) = spelled(tokens) else {
        return false;
    };
    let differs = |other: &Name| {
        name::token_jaccard(&spelt, other).is_some_and(|share| share == 0.0)
            && name::distinct(&spelt, other)
    };
    let agency = candidate
        .agency
        .as_deref()
        .is_some_and(|agency| email.domain.split('.').any(|label| label == agency));
    email.seen.own
        && !super::emails::is_given(email, candidate)
        && !agency
        && differs(claimed)
        && candidate
            .emails
            .iter()
            .filter(|other| other.seen.in_form)
            .filter_map(|other| other.name_tokens.as_ref().and_then(spelled))
            .all(|other| differs(&other))
}

/// "John Doe" over the résumé of a candidate who is called otherwise.
fn example_name<'a>(candidate: &Candidate, resume: &'a Resume) -> Option<&'a Name> {
    let first = resume.name.as_ref()?;
    let claimed = candidate.name.as_ref()?;
    let example = ["john", "jane"]
        .iter()
        .any(|given| first.tokens == [*given, "doe"]);
    (example && name::distinct(first, claimed)).then_some(first)
}

fn row(kind: &'static str, quoted: &str) -> Row {
    line(quoted, [Value::text(kind), Value::quote(quoted)])
}

fn line(quoted: &str, cells: [Value; 2]) -> Row {
    Row {
        field: "resume_text".into(),
        value: Cow::Owned(quoted.to_owned()),
        related: None,
        cells: cells.map(Some).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::Seen;

    fn quoted(candidate: &Candidate) -> Option<Vec<String>> {
        let subject = Subject::alone(
            candidate,
            crate::reference::base::shipped(),
            jiff::Timestamp::UNIX_EPOCH,
        );
        match other_person(&subject)? {
            Value::Rows(rows) => Some(rows.into_iter().map(|row| row.value.into_owned()).collect()),
            other => panic!("{other:?}"),
        }
    }

    fn email(raw: &str, in_form: bool, own: bool) -> Email {
        let (local, domain) = raw.split_once('@').unwrap();
        let tokens: Vec<String> = local.split('.').map(str::to_owned).collect();
        Email {
            raw: raw.into(),
            domain: domain.into(),
            seen: Seen {
                in_form,
                own,
                in_resume_text: !in_form,
            },
            name_tokens: tokens.try_into().ok(),
            ..Email::default()
        }
    }

    fn candidate(emails: Vec<Email>) -> Candidate {
        Candidate {
            name: name::read("Maria Lopez"),
            emails,
            resume: Some(Resume::default()),
            ..Candidate::default()
        }
    }

    #[test]
    fn a_mailbox_of_somebody_else_in_the_contact_block_is_a_leftover() {
        let cases = [
            (
                "another name beside the one given",
                vec![
                    email("maria.lopez@example.org", false, true),
                    email("peter.quill@example.org", false, true),
                ],
                1,
            ),
            (
                "the one given, which another signal compares",
                vec![email("peter.quill@example.org", false, true)],
                0,
            ),
            (
                "the own name",
                vec![email("maria.lopez@example.org", false, true)],
                0,
            ),
            (
                "one token of the own name",
                vec![email("maria.gomez@example.org", false, true)],
                0,
            ),
            (
                "a referee's",
                vec![email("peter.quill@example.org", false, false)],
                0,
            ),
            (
                "in the form too",
                vec![email("peter.quill@example.org", true, true)],
                0,
            ),
            (
                "the form's other mailbox",
                vec![
                    email("petra.quill@example.net", true, true),
                    email("petra.quill@example.org", false, true),
                ],
                0,
            ),
        ];
        for (case, emails, count) in cases {
            assert_eq!(quoted(&candidate(emails)).unwrap().len(), count, "{case}");
        }
    }

    #[test]
    fn the_agencys_own_mailbox_is_no_leftover() {
        let mut candidate = candidate(vec![
            email("maria.lopez@example.org", false, true),
            email("peter.quill@brightstaff.example", false, true),
        ]);
        candidate.agency = Some("brightstaff".into());
        assert_eq!(quoted(&candidate), Some(vec![]));
    }

    #[test]
    fn the_example_name_of_a_template_is_a_leftover_unless_it_is_the_own() {
        let mut candidate = candidate(Vec::new());
        candidate.resume.as_mut().unwrap().name = name::read("JANE DOE");
        assert_eq!(quoted(&candidate), Some(vec!["JANE DOE".to_owned()]));
        candidate.name = name::read("Jane Doe");
        assert_eq!(quoted(&candidate), Some(vec![]));
        candidate.resume = None;
        assert_eq!(quoted(&candidate), None);
    }
}
