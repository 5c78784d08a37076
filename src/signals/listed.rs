//! Identifiers that stand on one of the operator's lists: of each the list that says most.

use std::borrow::Cow;

use super::{Column, Kind, Listed, Row, Shape, Signal, Subject, Value};

pub(super) const SIGNAL: Signal = Signal {
    name: "x.listed",
    about: "Identifiers that stand on a list of the operator's",
    shape: Shape::Rows(&COLUMNS),
    needs: &[],
    read,
};

const COLUMNS: [Column; 6] = [
    Column::new(
        "kind",
        "phone, email, link, network, or referee for a referee's number or mailbox",
        Kind::Text,
    ),
    Column::new("list", "The list's name", Kind::Quote),
    Column::new("source", "Where the list has it from", Kind::Quote),
    Column::new(
        "confidence",
        "0 to 100, where the list says it",
        Kind::Number,
    ),
    Column::new(
        "confirmed",
        "The list says that the case was confirmed",
        Kind::Flag,
    ),
    Column::new(
        "months",
        "Months since it was last seen, or listed where the list does not say when",
        Kind::Number,
    ),
];

fn read(subject: &Subject) -> Option<Value> {
    if subject.listed.is_empty() {
        return None; // who stands on no list is not cleared by that
    }
    Some(Value::Rows(subject.listed.iter().map(row).collect()))
}

fn row(listed: &Listed) -> Row {
    Row {
        field: Cow::Owned(listed.field.clone()),
        value: Cow::Owned(listed.value.clone()),
        related: None,
        cells: vec![
            Some(Value::text(listed.kind.word())),
            Some(Value::quote(&listed.list)),
            Some(Value::quote(&listed.source)),
            listed.confidence.map(Value::Number),
            Some(Value::Flag(listed.confirmed)),
            listed.months.map(Value::Number),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::Candidate;
    use crate::keys;
    use crate::signals::testing::{cells, subject};

    #[test]
    fn a_row_says_on_which_list_and_since_when() {
        let candidate = Candidate::default();
        let listed = [Listed {
            kind: keys::Kind::Email,
            field: "emails[0]".into(),
            value: "ann@example.org".into(),
            list: "isac".into(),
            source: "Example ISAC".into(),
            confidence: Some(80.0),
            confirmed: true,
            months: Some(3.0),
        }];
        let nothing = subject(&candidate, &[]);
        assert_eq!(read(&nothing), None);
        let value = read(&Subject {
            listed: &listed,
            ..nothing
        })
        .unwrap();
        let rows = cells(&value);
        assert_eq!(rows[0].len(), COLUMNS.len());
        assert_eq!(rows[0][0], Some(Value::text("email")));
        assert_eq!(rows[0][4], Some(Value::Flag(true)));
    }
}
