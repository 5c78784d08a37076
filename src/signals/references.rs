//! Referees and the channel by which each can be reached.

use rapidfuzz::distance::osa;

use super::{Column, Kind, Row, Shape, Signal, Subject, Value};
use crate::candidate::{Candidate, Referee};
use crate::normalise::place;

/// A shorter name is a letter or two from too many others.
const SHORTEST_LABEL: usize = 5;

/// Employers and referees that are compared, at most.
const MOST: usize = 40;

pub(super) const SIGNAL: Signal = Signal {
    name: "references",
    about: "Referees",
    shape: Shape::Rows(&[
        Column::new("name", "The referee's name as written", Kind::Quote),
        Column::new(
            "mailbox",
            "The referee's mail address as written",
            Kind::Quote,
        ),
        Column::new(
            "domain",
            "The registrable domain of the referee's mail address",
            Kind::Domain,
        ),
        Column::new(
            "free",
            "The mail address is at a large free provider",
            Kind::Flag,
        ),
        Column::new(
            "corporate",
            "An employer is named, by the referee or in the work history, that is not self-employment",
            Kind::Flag,
        ),
        Column::new(
            "employer",
            "The named employer nearest to the domain",
            Kind::Quote,
        ),
        Column::new(
            "employer_edits",
            "Letters to change from the domain's name to that employer's; for names of at least five letters",
            Kind::Number,
        ),
    ]),
    needs: &[],
    read,
};

fn read(subject: &Subject) -> Option<Value> {
    let candidate = subject.candidate;
    if candidate.references.is_empty() {
        return None;
    }
    let references = candidate.references.iter().take(MOST);
    Some(Value::Rows(
        references.map(|referee| row(candidate, referee)).collect(),
    ))
}

fn row(candidate: &Candidate, referee: &Referee) -> Row {
    let email = referee.email.as_ref().filter(|e| e.canonical.is_some());
    let domain = email.and_then(|email| email.registrable.as_deref());
    let nearest = email
        .filter(|email| !email.free)
        .and_then(|_| nearest(domain?, candidate, referee));
    let written = referee.email.as_ref().map(|email| email.raw.as_str());
    let name = referee.name.as_deref();
    Row {
        field: match email {
            Some(email) => email.field.clone().into(),
            None => referee.field.clone().into(),
        },
        value: written.or(name).unwrap_or_default().to_owned().into(),
        related: None,
        cells: vec![
            name.map(Value::quote),
            written.map(Value::quote),
            domain.map(Value::quote),
            email.map(|email| Value::Flag(email.free)),
            corporate(candidate, referee).map(Value::Flag),
            nearest.map(|(employer, _)| Value::quote(employer)),
            nearest.map(|(_, edits)| Value::Number(f64::from(edits))),
        ],
    }
}

/// The employers of the history and the referee's own.
fn employers<'a>(candidate: &'a Candidate, referee: &'a Referee) -> impl Iterator<Item = &'a str> {
    let history = candidate.work.iter().filter_map(|w| w.employer.as_deref());
    referee
        .company
        .as_deref()
        .into_iter()
        .chain(history)
        .take(MOST)
}

/// Whether the referee speaks for a company; `None` when no employer is named at all.
fn corporate(candidate: &Candidate, referee: &Referee) -> Option<bool> {
    let mut employers = employers(candidate, referee).peekable();
    employers.peek()?;
    Some(employers.any(|employer| !is_self_employment(employer)))
}

fn is_self_employment(employer: &str) -> bool {
    const WORDS: [&str; 7] = [
        "selfemploy",
        "freelanc",
        "independentcontract",
        "independentconsult",
        "soleproprietor",
        "soletrader",
        "selfemp",
    ];
    place::squeezed(employer).is_none_or(|key| {
        key == "self" || key == "na" || WORDS.iter().any(|word| key.contains(word))
    })
}

/// The employer whose name is nearest to the domain's, and the letters between them.
fn nearest<'a>(
    domain: &str,
    candidate: &'a Candidate,
    referee: &'a Referee,
) -> Option<(&'a str, u16)> {
    /// What companies add to their names in domains.
    const BEFORE: [&str; 5] = ["get", "the", "my", "go", "try"];
    const AFTER: [&str; 16] = [
        "inc", "llc", "ltd", "corp", "co", "company", "group", "usa", "us", "hq", "tech", "labs",
        "global", "online", "app", "gmbh",
    ];
    let label = place::squeezed(domain.split('.').next()?)?;
    if label.len() < SHORTEST_LABEL {
        return None;
    }
    let stem = |name: &str| -> String {
        let name = BEFORE
            .iter()
            .find_map(|start| name.strip_prefix(start))
            .filter(|rest| rest.len() >= SHORTEST_LABEL)
            .unwrap_or(name);
        AFTER
            .iter()
            .find_map(|end| name.strip_suffix(end))
            .filter(|rest| rest.len() > 2)
            .unwrap_or(name)
            .to_owned()
    };
    employers(candidate, referee)
        .filter(|employer| !is_self_employment(employer))
        .filter_map(|employer| {
            let key = place::squeezed(employer)?;
            let same = key == label || stem(&key) == stem(&label);
            let edits = if same {
                0
            } else {
                let whole = osa::distance(key.bytes(), label.bytes());
                whole.min(osa::distance(stem(&key).bytes(), label.bytes()))
            };
            Some((employer, u16::try_from(edits).unwrap_or(u16::MAX)))
        })
        .min_by_key(|(_, edits)| *edits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::{Email, Work};
    use crate::signals::testing::{cells, subject};

    fn candidate(employers: &[&str], mailbox: &str, free: bool) -> Candidate {
        let domain = mailbox.split('@').nth(1).map(str::to_owned);
        Candidate {
            work: employers
                .iter()
                .map(|employer| Work {
                    employer: Some((*employer).to_owned()),
                    ..Work::default()
                })
                .collect(),
            references: vec![Referee {
                field: "references[0]".into(),
                name: Some("Dana Reed".into()),
                email: Some(Email {
                    field: "references[0].email".into(),
                    raw: mailbox.into(),
                    canonical: Some(mailbox.into()),
                    registrable: domain,
                    free,
                    ..Email::default()
                }),
                ..Referee::default()
            }],
            ..Candidate::default()
        }
    }

    #[test]
    fn a_domain_is_measured_against_the_employers() {
        for (employers, mailbox, edits) in [
            (&["Northwind"][..], "dana@northwind.example", Some(0.0)),
            (&["Northwind, Inc."], "dana@northwind.example", Some(0.0)),
            (&["Northwind"], "dana@northwindcorp.example", Some(0.0)),
            (&["Northwind"], "dana@northwlnd.example", Some(1.0)),
            (&["Northwind LLC"], "dana@nortwhind.example", Some(1.0)),
            (
                &["Contoso", "Northwind"],
                "dana@norrthwinds.example",
                Some(2.0),
            ),
            (&["Acme"], "dana@acne.example", None),
            (&["Self-employed"], "dana@northwind.example", None),
            (&[], "dana@northwind.example", None),
        ] {
            let candidate = candidate(employers, mailbox, false);
            let rows = read(&subject(&candidate, &[])).unwrap();
            assert_eq!(cells(&rows)[0][6], edits.map(Value::Number), "{mailbox}");
        }
    }

    #[test]
    fn a_company_is_an_employer_that_is_not_oneself() {
        for (employers, corporate) in [
            (&["Northwind"][..], Some(true)),
            (&["Self-Employed", "Freelance"], Some(false)),
            (&["Freelance", "Northwind"], Some(true)),
            (&[], None),
        ] {
            let candidate = candidate(employers, "dana@mail.example", true);
            let rows = read(&subject(&candidate, &[])).unwrap();
            assert_eq!(
                cells(&rows)[0][4],
                corporate.map(Value::Flag),
                "{employers:?}"
            );
            assert_eq!(cells(&rows)[0][3], Some(Value::Flag(true)));
        }
    }

    #[test]
    fn no_referee_is_not_known_and_one_without_a_mailbox_has_no_domain() {
        assert_eq!(read(&subject(&Candidate::default(), &[])), None);
        let mut candidate = candidate(&["Northwind"], "dana@mail.example", true);
        candidate.references[0].email = None;
        let rows = read(&subject(&candidate, &[])).unwrap();
        assert_eq!(cells(&rows)[0][2], None);
        assert_eq!(cells(&rows)[0][3], None);
    }
}
