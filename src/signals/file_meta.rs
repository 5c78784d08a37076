//! The people that the résumé's file names: its author, and who saved it last.

use super::{Column, Kind, Row, Shape, Signal, Subject, Value};
use crate::normalise::author;

pub(super) const SIGNAL: Signal = Signal {
    name: "resume_file.people",
    about: "The author of the résumé's file and who saved it last, where they are names of people",
    shape: Shape::Rows(&COLUMNS),
    needs: &[],
    read,
};

const COLUMNS: [Column; 3] = [
    Column::new("role", "author or last_modified_by", Kind::Text),
    Column::new("person", "The name in the file", Kind::Quote),
    Column::new(
        "differs",
        "The name shares no word with the claimed one and is not like it",
        Kind::Flag,
    ),
];

fn read(subject: &Subject) -> Option<Value> {
    let file = subject.candidate.resume_file.as_ref()?;
    let claimed = subject.candidate.name.as_ref();
    let people = [
        ("author", "resume_file.author", &file.author),
        (
            "last_modified_by",
            "resume_file.last_modified_by",
            &file.last_modified_by,
        ),
    ];
    let rows = people
        .into_iter()
        .filter_map(|(role, field, written)| {
            let written = written.as_deref()?.trim();
            let person = author::person(written)?;
            Some(Row {
                field: field.into(),
                value: written.to_owned().into(),
                related: None,
                cells: vec![
                    Some(Value::text(role)),
                    Some(Value::quote(written)),
                    claimed
                        .and_then(|claimed| author::differs(&person, claimed))
                        .map(Value::Flag),
                ],
            })
        })
        .collect();
    Some(Value::Rows(rows))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::ResumeFile;
    use crate::candidate::Candidate;
    use crate::normalise::name;

    fn answers(claimed: Option<&str>, author: &str) -> Option<Vec<Option<Value>>> {
        let candidate = Candidate {
            name: claimed.and_then(name::read),
            resume_file: Some(ResumeFile {
                author: Some(author.into()),
                ..ResumeFile::default()
            }),
            ..Candidate::default()
        };
        let subject = Subject::alone(
            &candidate,
            crate::reference::base::shipped(),
            jiff::Timestamp::UNIX_EPOCH,
        );
        match read(&subject)? {
            Value::Rows(rows) => Some(rows.into_iter().map(|row| row.cells[2].clone()).collect()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_file_names_another_person_only_if_no_word_is_shared() {
        let maria = Some("Maria Lopez");
        let yes = || Some(Value::Flag(true));
        let no = || Some(Value::Flag(false));
        let cases = [
            (maria, "Peter Quill", vec![yes()]),
            (maria, "Maria Lopez", vec![no()]),
            (maria, "Lopez, Maria", vec![no()]),
            (maria, "Maria Quill", vec![no()]),
            (maria, "Microsoft Office User", vec![]),
            (maria, "Windows User", vec![]),
            (maria, "Brightwater Staffing", vec![]),
            (maria, "mlopez", vec![]),
            (maria, "user1", vec![]),
            (None, "Peter Quill", vec![None]),
        ];
        for (claimed, author, expected) in cases {
            assert_eq!(answers(claimed, author), Some(expected), "{author}");
        }
    }

    #[test]
    fn no_file_is_no_answer() {
        let candidate = Candidate::default();
        let subject = Subject::alone(
            &candidate,
            crate::reference::base::shipped(),
            jiff::Timestamp::UNIX_EPOCH,
        );
        assert_eq!(read(&subject), None);
    }
}
