//! Each link: its one name, and whether it is one person's page.

use std::borrow::Cow;

use super::{Column, Kind, Row, Shape, Signal, Subject, Value, column};
use crate::candidate::Link;

pub(super) const SIGNAL: Signal = Signal {
    name: "links",
    about: "The links of form and résumé",
    shape: Shape::Rows(&COLUMNS),
    needs: &[],
    read,
};

const COLUMNS: [Column; 6] = [
    Column::new("raw", "the link as written", Kind::Quote),
    Column::new("canonical", "the page's one name", Kind::Quote),
    Column::new("profile", "it is one person's page", Kind::Flag),
    column::IN_FORM,
    column::IN_RESUME_TEXT,
    column::OWN,
];

fn read(subject: &Subject) -> Option<Value> {
    let links = &subject.candidate.links;
    (!links.is_empty()).then(|| Value::Rows(links.iter().map(row).collect()))
}

fn row(link: &Link) -> Row {
    Row {
        field: Cow::Owned(link.field.clone()),
        value: Cow::Owned(link.raw.clone()),
        related: None,
        cells: vec![
            Some(Value::quote(&link.raw)),
            link.canonical.as_deref().map(Value::quote),
            Some(Value::Flag(link.profile)),
            Some(Value::Flag(link.seen.in_form)),
            Some(Value::Flag(link.seen.in_resume_text)),
            Some(Value::Flag(link.seen.own)),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::Application;
    use crate::candidate::Candidate;
    use crate::normalise::{self, Settings};

    fn rows(links: &[&str]) -> Option<Value> {
        let application = Application {
            links: links.iter().map(|&link| link.to_owned()).collect(),
            ..Application::default()
        };
        let candidate: Candidate = normalise::candidate(&application, &Settings::default());
        read(&Subject::alone(
            &candidate,
            crate::reference::base::shipped(),
            jiff::Timestamp::UNIX_EPOCH,
        ))
    }

    #[test]
    fn every_link_is_a_row_and_no_link_is_not_known() {
        assert_eq!(rows(&[]), None);
        let Some(Value::Rows(rows)) = rows(&["https://www.linkedin.com/in/Ada/", "n/a"]) else {
            panic!("no rows");
        };
        assert!(rows.iter().all(|row| row.cells.len() == COLUMNS.len()));
        assert_eq!(rows[0].field, "links[0]");
        assert_eq!(rows[0].value, "https://www.linkedin.com/in/Ada/");
        let canonical = Value::Text("linkedin.com/in/ada".into());
        assert_eq!(
            rows[0].cells[1..3],
            [Some(canonical), Some(Value::Flag(true))]
        );
        assert_eq!(rows[1].cells[1..3], [None, Some(Value::Flag(false))]);
    }
}
