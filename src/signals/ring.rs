//! The ring a candidate is in: a row for each other member it names.

use std::borrow::Cow;

use super::{Column, Kind, Row, Shape, Signal, Subject, Value};
use crate::candidate::Candidate;
use crate::keys;
use crate::rings::{self, Bond};

const COLUMNS: &[Column] = &[
    Column::new(
        "identities",
        "distinct people in the ring, this one counted",
        Kind::Number,
    ),
    Column::new("kinds", "the kinds of what ties the ring", Kind::Texts),
    Column::new("ties", "what ties the ring, in words", Kind::Text),
];

pub(super) const SIGNAL: Signal = Signal {
    name: "x.ring",
    about: "Others to whom identifiers or texts in common lead, also by way of third ones",
    shape: Shape::Rows(COLUMNS),
    needs: &[],
    read,
};

fn read(subject: &Subject) -> Option<Value> {
    let Some(ring) = subject.ring else {
        // Who gave nothing that could be shared is in no ring, and is not cleared by that.
        let gives = |version: &Candidate| {
            let tying = |key: &keys::Key| Bond::of(key.kind).is_some();
            version.resume.is_some() || keys::of(version).iter().any(tying)
        };
        let gave = gives(subject.candidate) || subject.earlier.iter().any(gives);
        return gave.then(|| Value::Rows(Vec::new()));
    };
    let bonds = ring.kinds.iter().filter_map(|kind| Bond::of_word(kind));
    let ties = rings::labels(&bonds.collect::<Vec<_>>());
    let row = |other| Row {
        field: Cow::Borrowed("ring"),
        value: Cow::Owned(ties.clone()),
        related: other,
        cells: vec![
            Some(Value::count(ring.identities)),
            Some(Value::Texts(
                ring.kinds.iter().map(|kind| Cow::Borrowed(*kind)).collect(),
            )),
            Some(Value::text(ties.clone())),
        ],
    };
    if ring.members.is_empty() {
        return Some(Value::Rows(vec![row(None)]));
    }
    let rows = ring.members.iter().map(|other| row(Some(other.clone())));
    Some(Value::Rows(rows.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::CandidateId;
    use crate::signals::Ring;
    use crate::signals::testing::subject;

    #[test]
    fn a_ring_is_told_by_its_members() {
        let candidate = Candidate::default();
        let ring = Ring {
            id: "r".into(),
            identities: 4,
            members: ["b", "c"].map(|id| CandidateId(id.into())).to_vec(),
            kinds: vec!["phone", "email"],
            ..Ring::default()
        };
        let subject = Subject {
            ring: Some(&ring),
            ..subject(&candidate, &[])
        };
        let Some(Value::Rows(rows)) = read(&subject) else {
            panic!("it is in a ring");
        };
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].value, "phone number, mailbox");
        assert_eq!(rows[1].related, Some(CandidateId("c".into())));
        assert_eq!(rows[0].cells[0], Some(Value::Number(4.0)));
    }

    #[test]
    fn who_gave_nothing_is_not_known_to_be_in_none() {
        let nobody = Candidate::default();
        assert_eq!(read(&subject(&nobody, &[])), None);
        let somebody = Candidate {
            resume: Some(crate::normalise::resume::Resume::default()),
            ..Candidate::default()
        };
        let read = read(&subject(&somebody, &[]));
        assert_eq!(read, Some(Value::Rows(Vec::new())));
    }
}
