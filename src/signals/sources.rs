//! What agencies send: the same identifiers under several names, and their own in place of a
//! candidate's.

use super::shared::{self, DAYS_APART, DISTINCT, HOUSEHOLD};
use super::{Column, Kind, Row, Shape, Signal, Subject, Value};
use crate::keys;

/// The kinds that belong to one person.
const HARD: [keys::Kind; 3] = [keys::Kind::Phone, keys::Kind::Email, keys::Kind::Link];

const BY: Column = Column::new("by", "phone, email or link", Kind::Text);

/// A row for each identifier and other candidate, where agencies sent both.
pub(super) const IDENTIFIERS: Signal = Signal {
    name: "src.identifiers",
    about: "Phones, mailboxes and profiles that agencies have sent with another candidate too",
    shape: Shape::Rows(&[
        BY,
        DISTINCT,
        DAYS_APART,
        Column::new("same_agency", "one agency sent both candidates", Kind::Flag),
        Column::new(
            "agency_owned",
            "it belongs to a staffing agency",
            Kind::Flag,
        ),
        HOUSEHOLD,
    ]),
    needs: &[],
    read: identifiers,
};

/// A row for each contact that somebody other than the candidate may own.
pub(super) const CONTACTS: Signal = Signal {
    name: "src.contacts",
    about: "Phones and mailboxes given as the candidate's, now or before, that others use too",
    shape: Shape::Rows(&[
        BY,
        Column::new(
            "agency_owned",
            "it belongs to a staffing agency",
            Kind::Flag,
        ),
    ]),
    needs: &[],
    read: contacts,
};

fn identifiers(subject: &Subject) -> Option<Value> {
    // Who came without an agency was sent by none.
    subject.candidate.agency.as_ref()?;
    let mut rows = Vec::new();
    for shared in subject.shared.iter().filter(|one| HARD.contains(&one.kind)) {
        for other in shared.others.iter().filter(|other| other.agency.is_some()) {
            rows.push(Row {
                field: shared.field.clone().into(),
                value: shared.value.clone().into(),
                related: Some(other.id.clone()),
                cells: vec![
                    Some(Value::text(shared.kind.word())),
                    shared::distinct(subject, other).map(Value::Flag),
                    Some(Value::Number(shared::days_apart(subject, other))),
                    Some(Value::Flag(shared::same_agency(subject, other))),
                    Some(Value::Flag(shared::agencys(subject, shared))),
                    Some(Value::Flag(shared::household(subject, other))),
                ],
            });
        }
    }
    Some(Value::Rows(rows))
}

fn contacts(subject: &Subject) -> Option<Value> {
    let kinds = [keys::Kind::Phone, keys::Kind::Email];
    if !kinds.into_iter().any(|kind| shared::given(subject, kind)) {
        return None;
    }
    let row = |by: &'static str, field: &str, value: &str, agencys: bool| Row {
        field: field.to_owned().into(),
        value: value.to_owned().into(),
        related: None,
        cells: vec![Some(Value::text(by)), Some(Value::Flag(agencys))],
    };
    let shared = subject.shared.iter();
    let shared = shared.filter(|shared| kinds.contains(&shared.kind));
    let mut rows: Vec<_> = shared
        .map(|one| {
            let agencys = shared::agencys(subject, one);
            row(one.kind.word(), &one.field, &one.value, agencys)
        })
        .collect();
    // What nobody else uses can still be listed.
    for listed in subject.listed.iter().filter(|listed| listed.agency) {
        let by = match &listed.field {
            field if field.starts_with("phones") => keys::Kind::Phone.word(),
            field if field.starts_with("emails") => keys::Kind::Email.word(),
            _ => continue,
        };
        let known = |one: &Row| one.field == listed.field && one.value == listed.value;
        if !rows.iter().any(known) {
            rows.push(row(by, &listed.field, &listed.value, true));
        }
    }
    Some(Value::Rows(rows))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise;
    use crate::signals::testing::{cells, subject};
    use crate::signals::{Listed, Shared};

    #[test]
    fn a_contact_is_an_agency_s_by_use_or_by_a_list() {
        let application = crate::application::Application {
            phones: vec!["(212) 736-5000".into()],
            emails: vec!["desk@agency.example".into()],
            ..Default::default()
        };
        let candidate = normalise::candidate(&application, &normalise::Settings::default());
        let own = keys::of(&candidate);
        let shared: Vec<_> = own
            .iter()
            .map(|key| Shared {
                agency_owned: key.kind == keys::Kind::Phone,
                ..Shared::among(key, None, Vec::new())
            })
            .collect();
        let listed = |agency| Listed {
            field: "emails[0]".into(),
            value: "desk@agency.example".into(),
            list: "agencies".into(),
            source: String::new(),
            confidence: None,
            confirmed: true,
            months: None,
            agency,
        };
        let flags = |shared: &[Shared], listed: &[Listed]| -> Vec<bool> {
            let subject = Subject {
                shared,
                listed,
                ..subject(&candidate, &[])
            };
            let value = contacts(&subject).unwrap();
            let flags = cells(&value)
                .into_iter()
                .map(|row| row[1] == Some(Value::Flag(true)));
            flags.collect()
        };
        assert_eq!(flags(&shared, &[]), [true, false]);
        assert_eq!(flags(&shared, &[listed(true)]), [true, true]);
        assert_eq!(flags(&[], &[listed(true)]), [true]);
        assert_eq!(flags(&[], &[listed(false)]), [false; 0]);
    }
}
