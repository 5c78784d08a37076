//! Degrees of schools in the United States that no directory of schools there knows.

use super::{Column, Kind, Row, Shape, Signal, Subject, Value};
use crate::candidate::Education;
use crate::reference::Need;

pub(super) const SIGNAL: Signal = Signal {
    name: "education.names",
    about: "Studies whose own words place the school in the United States, and whose school is not found in the directories",
    shape: Shape::Rows(&COLUMNS),
    needs: &[Need::EveryInstitution],
    read,
};

const COLUMNS: [Column; 3] = [
    Column::new("institution", "The school as written", Kind::Quote),
    Column::new(
        "level",
        "associate, bachelor, master, mba, jd, md or phd",
        Kind::Text,
    ),
    Column::new(
        "likeness",
        "How like its name is to the most like one in the directories, 0 to 1",
        Kind::Number,
    ),
];

fn read(subject: &Subject) -> Option<Value> {
    let studies = &subject.candidate.education;
    if studies.is_empty() {
        return None;
    }
    Some(Value::Rows(studies.iter().filter_map(row).collect()))
}

fn row(study: &Education) -> Option<Row> {
    let institution = study.institution.as_deref().filter(|_| study.in_us)?;
    if study.school().is_some() {
        return None;
    }
    Some(Row {
        field: study.field.clone().into(),
        value: study.raw.clone().into(),
        related: None,
        cells: vec![
            Some(Value::quote(institution)),
            study.level.map(|level| Value::text(level.word())),
            Some(Value::Number((study.found.nearest * 100.0).round() / 100.0)),
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::Candidate;
    use crate::normalise::education::Level;
    use crate::reference::LookUp;
    use crate::reference::base;
    use crate::signals::testing::{cells, subject};

    #[test]
    fn only_schools_placed_in_the_united_states_and_found_nowhere_are_named() {
        let study = |institution: &str, in_us, nearest| Education {
            institution: Some(institution.into()),
            in_us,
            level: Some(Level::Bachelor),
            found: LookUp {
                nearest,
                matched: None,
            },
            ..Education::default()
        };
        let known = Education {
            found: base::shipped().look_up("Rice University"),
            ..study("Rice University", true, 1.0)
        };
        let candidate = Candidate {
            education: vec![
                study("Northmoor College, Austin, TX", true, 0.614_9),
                study("Northmoor College", false, 0.61),
                known,
            ],
            ..Candidate::default()
        };
        let value = read(&subject(&candidate, &[])).unwrap();
        let expected = [
            Some(Value::quote("Northmoor College, Austin, TX")),
            Some(Value::text("bachelor")),
            Some(Value::Number(0.61)),
        ];
        assert_eq!(cells(&value), [&expected[..]]);
        assert_eq!(read(&subject(&Candidate::default(), &[])), None);
    }
}
