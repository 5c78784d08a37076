//! What became of a candidate's claims since the first version.
//!
//! Every version is compared with the first: contacts, name, place, and (in
//! [`history`]) studies and jobs. What was added is no change, and without an
//! earlier version nothing is known.

mod history;
mod steady;

use super::{Column, Kind, Row, Shape, Signal, Subject, Value};
use crate::candidate::{Candidate, Seen};
use crate::normalise::name;

pub(super) use history::{EDUCATION, EMPLOYMENT, alike};
pub(super) use steady::STEADY;

/// The column of what a claim was.
const BEFORE: Column = Column::new("before", "As written in the first version", Kind::Quote);

/// The column of what it is.
const AFTER: Column = Column::new("after", "As written now", Kind::Quote);

/// How many contacts changed.
pub(super) const CONTACTS_CHANGED: Signal = Signal {
    name: "drift.contacts_changed",
    about: "How many of phone, e-mail and address are others than in the first version",
    shape: Shape::One(Kind::Number),
    needs: &[],
    read: |subject| match contacts(subject)? {
        Value::Rows(rows) => Some(Value::count(rows.len())),
        _ => None,
    },
};

/// The contacts that changed.
pub(super) const CONTACTS: Signal = Signal {
    name: "drift.contacts",
    about: "Contacts of the first version that were replaced",
    shape: Shape::Rows(&[
        Column::new("kind", "phone, e-mail or address", Kind::Text),
        BEFORE,
        AFTER,
    ]),
    needs: &[],
    read: contacts,
};

/// The name, where it changed in any way.
pub(super) const NAMES: Signal = Signal {
    name: "drift.names",
    about: "The name of the first version beside the present one",
    shape: Shape::Rows(&[
        BEFORE,
        AFTER,
        Column::new(
            "distinct",
            "The two are names of different people by their similarity",
            Kind::Flag,
        ),
    ]),
    needs: &[],
    read: names,
};

/// How often the claimed state changed.
pub(super) const STATE_CHANGES: Signal = Signal {
    name: "drift.state_changes",
    about: "How often the claimed state changed over all versions",
    shape: Shape::One(Kind::Number),
    needs: &[],
    read: |subject| Some(Value::count(states(subject)?.len() - 1)),
};

/// The states claimed one after the other.
pub(super) const STATES: Signal = Signal {
    name: "drift.states",
    about: "The claimed states one after the other",
    shape: Shape::One(Kind::Quote),
    needs: &[],
    read: |subject| Some(Value::Text(states(subject)?.join(", then ").into())),
};

/// The contacts that are others now: a contact changed when both versions have some of the
/// candidate's own and none is in both.
fn contacts(subject: &Subject) -> Option<Value> {
    let (first, now) = (subject.earlier.first()?, subject.candidate);
    let changes = [
        change("phone", &phones(first), &phones(now)),
        change("e-mail", &emails(first), &emails(now)),
        address(first, now),
    ];
    if changes.iter().all(Option::is_none) {
        return None;
    }
    Some(Value::Rows(
        changes.into_iter().flatten().flatten().collect(),
    ))
}

/// A contact for comparison: its key, its field and its writing.
type Contact<'a> = (&'a str, &'a str, &'a str);

fn phones(candidate: &Candidate) -> Vec<Contact<'_>> {
    let own = candidate.phones.iter().filter(|phone| is_own(phone.seen));
    own.filter_map(|phone| Some((phone.e164.as_deref()?, &*phone.field, &*phone.raw)))
        .collect()
}

fn emails(candidate: &Candidate) -> Vec<Contact<'_>> {
    let own = candidate.emails.iter().filter(|email| is_own(email.seen));
    own.filter_map(|email| Some((email.canonical.as_deref()?, &*email.field, &*email.raw)))
        .collect()
}

fn is_own(seen: Seen) -> bool {
    seen.own || seen.in_form
}

/// `None`: cannot be compared. `Some(None)`: no change.
#[expect(clippy::option_option, reason = "three answers, none of them an error")]
fn change(kind: &'static str, first: &[Contact], now: &[Contact]) -> Option<Option<Row>> {
    let before = first.first()?.2;
    let (_, field, after) = *now.first()?;
    let keys: std::collections::HashSet<&str> = first.iter().map(|contact| contact.0).collect();
    let kept = now.iter().any(|contact| keys.contains(contact.0));
    Some((!kept).then(|| changed(kind, field, before, after)))
}

#[expect(clippy::option_option, reason = "as in change")]
fn address(first: &Candidate, now: &Candidate) -> Option<Option<Row>> {
    let (first, now) = (first.address.as_ref()?, now.address.as_ref()?);
    let moved = first.moved_to(now)?;
    Some(moved.then(|| changed("address", "address", &first.written(), &now.written())))
}

fn changed(kind: &'static str, field: &str, before: &str, after: &str) -> Row {
    Row {
        field: field.to_owned().into(),
        value: after.to_owned().into(),
        related: None,
        cells: vec![
            Some(Value::text(kind)),
            Some(Value::quote(before)),
            Some(Value::quote(after)),
        ],
    }
}

fn names(subject: &Subject) -> Option<Value> {
    let first = subject.earlier.first()?.name.as_ref()?;
    let now = subject.candidate.name.as_ref()?;
    if first.tokens == now.tokens {
        return Some(Value::Rows(Vec::new()));
    }
    let similarity = name::compare(first, now)?;
    Some(Value::Rows(vec![Row {
        field: "name".into(),
        value: now.raw.clone().into(),
        related: None,
        cells: vec![
            Some(Value::quote(&first.raw)),
            Some(Value::quote(&now.raw)),
            Some(Value::Flag(similarity < name::DISTINCT_BELOW)),
        ],
    }]))
}

/// The claimed states without repetition; `None` where fewer than two versions claim one.
fn states<'a>(subject: &Subject<'a>) -> Option<Vec<&'a str>> {
    let versions = subject.earlier.iter().chain([subject.candidate]);
    let mut claimed: Vec<&str> = versions
        .filter_map(|version| version.address.as_ref()?.us_state())
        .collect();
    if claimed.len() < 2 {
        return None;
    }
    claimed.dedup();
    Some(claimed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::Address;
    use crate::candidate::{Email, Phone};
    use crate::normalise::address;
    use crate::signals::testing::{cells, subject};

    fn version(phone: &str, email: &str, line1: &str, state: &str) -> Candidate {
        let own = Seen::FORM;
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Candidate {
            phones: given(phone)
                .map(|raw| Phone {
                    field: "phones[0]".into(),
                    e164: Some(raw.clone()),
                    raw,
                    seen: own,
                    ..Phone::default()
                })
                .into_iter()
                .collect(),
            emails: given(email)
                .map(|raw| Email {
                    field: "emails[0]".into(),
                    canonical: Some(raw.clone()),
                    raw,
                    seen: own,
                    ..Email::default()
                })
                .into_iter()
                .collect(),
            address: given(state).map(|state| {
                address::read(&Address {
                    line1: given(line1),
                    city: Some("Springfield".into()),
                    region: Some(state),
                    country: Some("US".into()),
                    ..Address::default()
                })
            }),
            ..Candidate::default()
        }
    }

    #[test]
    fn a_contact_changed_when_none_of_the_first_is_left() {
        let first = version("+12125550100", "a@example.com", "1 Oak St", "IL");
        let both = {
            let mut both = version("+12125550111", "a@example.com", "1 Oak St", "IL");
            both.phones.extend(first.phones.clone());
            both
        };
        for (now, changed) in [
            (first.clone(), &[][..]),
            (both, &[]),
            (version("", "", "", ""), &["nothing to compare"]),
            (version("", "a@example.com", "", ""), &[]),
            (
                version("+12125550111", "a@example.com", "1 Oak Street", "IL"),
                &["phone"],
            ),
            (
                version("+12125550111", "b@example.com", "2 Elm St", "IL"),
                &["phone", "e-mail", "address"],
            ),
            (version("", "", "1 Oak St", "TX"), &["address"]),
        ] {
            let earlier = [first.clone()];
            let subject = subject(&now, &earlier);
            let found = contacts(&subject);
            if changed == ["nothing to compare"] {
                assert_eq!(found, None);
                continue;
            }
            let found = found.unwrap();
            let kinds: Vec<_> = cells(&found).iter().map(|row| row[0].clone()).collect();
            let expected: Vec<_> = changed
                .iter()
                .map(|kind| Some(Value::Text((*kind).into())))
                .collect();
            assert_eq!(kinds, expected);
            let count = u32::try_from(changed.len()).unwrap();
            assert_eq!(
                (CONTACTS_CHANGED.read)(&subject),
                Some(Value::Number(f64::from(count)))
            );
        }
    }

    #[test]
    fn without_an_earlier_version_nothing_is_known() {
        let only = version("+12125550100", "a@example.com", "1 Oak St", "IL");
        let subject = subject(&only, &[]);
        for signal in [
            CONTACTS,
            CONTACTS_CHANGED,
            NAMES,
            STATES,
            STATE_CHANGES,
            EDUCATION,
            EMPLOYMENT,
        ] {
            assert_eq!((signal.read)(&subject), None, "{}", signal.name);
        }
    }

    #[test]
    fn a_name_is_another_only_when_it_is_no_writing_of_the_first() {
        let named = |raw: &str| Candidate {
            name: name::read(raw),
            ..Candidate::default()
        };
        for (first, now, distinct) in [
            ("Maria Lopez", "Maria Lopez", None),
            ("Maria Lopez", "López, Maria", Some(false)),
            ("Maria Lopez", "Maria Lopez Garcia", Some(false)),
            ("Maria Lopez", "John Smith", Some(true)),
        ] {
            let (now, earlier) = (named(now), [named(first)]);
            let found = names(&subject(&now, &earlier)).unwrap();
            let found = cells(&found).first().map(|row| row[2].clone());
            assert_eq!(found, distinct.map(|d| Some(Value::Flag(d))), "{first}");
        }
        let (now, earlier) = (named("Taro Yamada"), [named("山田太郎")]);
        assert_eq!(names(&subject(&now, &earlier)), None);
    }

    #[test]
    fn changes_of_state_are_counted_over_all_versions() {
        for (states, changes, written) in [
            (&["IL", "IL"][..], Some(0.0), Some("IL")),
            (&["IL", "", "IL"], Some(0.0), Some("IL")),
            (&["IL", "TX", "IL"], Some(2.0), Some("IL, then TX, then IL")),
            (&["", "IL"], None, None),
        ] {
            let versions: Vec<_> = states.iter().map(|s| version("", "", "", s)).collect();
            let (now, earlier) = versions.split_last().unwrap();
            let subject = subject(now, earlier);
            assert_eq!((STATE_CHANGES.read)(&subject), changes.map(Value::Number));
            let written = written.map(|text| Value::Text(text.into()));
            assert_eq!((STATES.read)(&subject), written);
        }
    }
}
