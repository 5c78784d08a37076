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
                    Some(Value::Flag(shared.agency_owned)),
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
    let shared = subject.shared.iter();
    let rows = shared
        .filter(|shared| kinds.contains(&shared.kind))
        .map(|shared| Row {
            field: shared.field.clone().into(),
            value: shared.value.clone().into(),
            related: None,
            cells: vec![
                Some(Value::text(shared.kind.word())),
                Some(Value::Flag(shared.agency_owned)),
            ],
        });
    Some(Value::Rows(rows.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise;
    use crate::signals::Shared;
    use crate::signals::testing::{cells, subject};

    #[test]
    fn an_earlier_contact_that_was_an_agency_s_is_told_too() {
        let application = crate::application::Application {
            phones: vec!["(212) 736-5000".into()],
            ..Default::default()
        };
        let before = normalise::candidate(&application, &normalise::Settings::default());
        let now = crate::candidate::Candidate::default();
        let shared: Vec<_> = keys::of(&before)
            .iter()
            .map(|key| Shared {
                agency_owned: true,
                field: "phones[0] of an earlier version".into(),
                ..Shared::among(key, None, Vec::new())
            })
            .collect();
        let earlier = [before];
        let value = contacts(&Subject {
            shared: &shared,
            ..subject(&now, &earlier)
        });
        let told = [Some(Value::text("phone")), Some(Value::Flag(true))];
        assert_eq!(cells(&value.unwrap()), [told]);
        assert_eq!(contacts(&subject(&now, &[])), None);
    }
}
