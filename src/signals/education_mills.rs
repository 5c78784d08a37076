//! Degrees of institutions on the operator's list of diploma mills, wherever they are.

use super::{Column, Kind, Row, Shape, Signal, Subject, Value};
use crate::candidate::Education;
use crate::reference::{Mills, Need, Reference};

pub(super) const SIGNAL: Signal = Signal {
    name: "education.mills",
    about: "Studies at institutions on your list of diploma mills",
    shape: Shape::Rows(&COLUMNS),
    needs: &[Need::Mills],
    read,
};

const COLUMNS: [Column; 3] = [
    Column::new("institution", "The institution as written", Kind::Quote),
    Column::new("source", "Who lists it", Kind::Text),
    Column::new("listed_on", "The day on which it was listed", Kind::Text),
];

fn read(subject: &Subject) -> Option<Value> {
    let studies = &subject.candidate.education;
    if studies.is_empty() {
        return None;
    }
    let mills = subject.reference.mills();
    let rows = studies.iter();
    let rows = rows.filter_map(|study| row(study, mills, subject.reference));
    Some(Value::Rows(rows.collect()))
}

/// A name that a directory of institutions knows too, be it that of one or of several, is ambiguous,
/// here as abroad: a list of names cannot say which of them is meant.
fn row(study: &Education, mills: &Mills, reference: &Reference) -> Option<Row> {
    let institution = study.institution.as_deref()?;
    let known = study.school().is_some() || reference.knows(institution);
    let mill = mills.listed(institution).filter(|_| !known)?;
    Some(Row {
        field: study.field.clone().into(),
        value: study.raw.clone().into(),
        related: None,
        cells: vec![
            Some(Value::quote(institution)),
            Some(Value::text(mill.source.clone())),
            mill.listed_on.map(|day| Value::text(day.to_string())),
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::PartialDate;
    use crate::reference::base;
    use crate::reference::fact::Mill;

    #[test]
    fn a_listed_name_counts_unless_a_directory_knows_it_too() {
        let mut mills = Mills::default();
        for name in [
            "Northmoor Degree Centre",
            "Rice University",
            "Trinity College",
        ] {
            mills.add(&Mill {
                name: name.into(),
                source: "Example register".into(),
                listed_on: PartialDate::parse("2024-02-01").ok(),
                ..Mill::default()
            });
        }
        for (written, listed) in [
            ("The Northmoor Degree Centre", true),
            ("Northmoor University", false),
            ("Rice University", false),
            // several are called so
            ("Trinity College", false),
        ] {
            let study = Education {
                institution: Some(written.into()),
                found: base::shipped().look_up(written),
                ..Education::default()
            };
            let expected = listed.then(|| {
                vec![
                    Some(Value::quote(written)),
                    Some(Value::text("Example register")),
                    Some(Value::text("2024-02-01")),
                ]
            });
            let cells = row(&study, &mills, base::shipped()).map(|row| row.cells);
            assert_eq!(cells, expected, "{written}");
        }
    }
}
