//! The claimed name beside the other names that stand for the same person.
//!
//! The name on a document's properties is another matter: it says who wrote the file.

use super::{Column, Kind, Row, Shape, Signal, Subject, Value};
use crate::normalise::name;

pub(super) const SIGNAL: Signal = Signal {
    name: "identity.names",
    about: "Names that stand for the person beside the claimed one",
    shape: Shape::Rows(&[
        Column::new("claimed", "The name claimed in the form", Kind::Quote),
        Column::new("other", "The name that stands elsewhere", Kind::Quote),
        Column::new("source", "Where the other name stands: resume", Kind::Text),
        Column::new(
            "shared",
            "Share of tokens that both have, nicknames and spellings folded, 0 to 1",
            Kind::Number,
        ),
        Column::new(
            "contained",
            "All of the shorter name is in the longer one",
            Kind::Flag,
        ),
    ]),
    needs: &[],
    read,
};

fn read(subject: &Subject) -> Option<Value> {
    let claimed = subject.candidate.name.as_ref()?;
    let other = subject.candidate.resume.as_ref()?.name.as_ref()?;
    let overlap = name::overlap(claimed, other)?;
    Some(Value::Rows(vec![Row {
        field: "resume_text".into(),
        value: other.raw.clone().into(),
        related: None,
        cells: vec![
            Some(Value::quote(&claimed.raw)),
            Some(Value::quote(&other.raw)),
            Some(Value::text("resume")),
            Some(Value::Number(overlap.jaccard())),
            Some(Value::Flag(overlap.contained())),
        ],
    }]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::{Candidate, Resume};
    use crate::signals::testing::{cells, subject};

    fn read_names(claimed: &str, other: &str) -> Option<Value> {
        let candidate = Candidate {
            name: name::read(claimed),
            resume: Some(Resume {
                name: name::read(other),
                ..Resume::default()
            }),
            ..Candidate::default()
        };
        read(&subject(&candidate, &[]))
    }

    #[test]
    fn the_resume_s_name_is_compared_with_the_form_s() {
        let rows = read_names("Maria Lopez", "Maria Garcia").unwrap();
        let row = &cells(&rows)[0];
        assert_eq!(row[1], Some(Value::Text("Maria Garcia".into())));
        assert_eq!(row[3], Some(Value::Number(1.0 / 3.0)));
        assert_eq!(row[4], Some(Value::Flag(false)));
    }

    #[test]
    fn a_missing_name_or_another_script_is_not_known() {
        assert_eq!(read_names("", "Maria Garcia"), None);
        assert_eq!(read_names("Maria Lopez", ""), None);
        assert_eq!(read_names("Taro Yamada", "山田太郎"), None);
    }
}
