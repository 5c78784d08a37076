//! Studies held against the time in which the school existed.

use super::{Column, Kind, Row, Shape, Signal, Subject, Value};
use crate::candidate::{Education, PartialDate};
use crate::reference::matching::By;
use crate::reference::{Institution, Reference};

pub(super) const SIGNAL: Signal = Signal {
    name: "education.lifetimes",
    about: "Studies at schools of the United States whose opening or closing is known",
    shape: Shape::Rows(&COLUMNS),
    needs: &[],
    read,
};

const COLUMNS: [Column; 9] = [
    Column::new(
        "school",
        "The school by its name in public records",
        Kind::Quote,
    ),
    Column::new(
        "opened",
        "When it or the first of its predecessors opened",
        Kind::Text,
    ),
    Column::new(
        "closed",
        "When it and the last of its successors closed",
        Kind::Text,
    ),
    Column::new(
        "by_its_name",
        "The study gives the school's name as the records have it: no misspelling, no shortened form",
        Kind::Flag,
    ),
    Column::new("successor", "What became of it", Kind::Quote),
    Column::new(
        "start_before_opening",
        "Months from the start to the opening that the dates make certain",
        Kind::Number,
    ),
    Column::new(
        "end_before_opening",
        "Months from the end to the opening that the dates make certain",
        Kind::Number,
    ),
    Column::new(
        "start_after_closing",
        "Months from the closing to the start that the dates make certain",
        Kind::Number,
    ),
    Column::new(
        "end_after_closing",
        "Months from the closing to the end that the dates make certain",
        Kind::Number,
    ),
];

fn read(subject: &Subject) -> Option<Value> {
    let studies = &subject.candidate.education;
    if studies.is_empty() {
        return None;
    }
    let rows = studies
        .iter()
        .filter_map(|study| row(study, subject.reference));
    Some(Value::Rows(rows.collect()))
}

fn row(study: &Education, reference: &Reference) -> Option<Row> {
    let school = study.american_school()?;
    school.opened.or(school.closed)?;
    let (opened, closed) = lifetime(study, school, reference);
    opened.or(closed)?;
    let before = |date: Option<PartialDate>| {
        let months = opened?.first_month() - date?.last_month();
        Some(Value::Number(f64::from(months.max(0))))
    };
    let after = |date: Option<PartialDate>| {
        let months = date?.first_month() - closed?.last_month();
        Some(Value::Number(f64::from(months.max(0))))
    };
    let text = |date: Option<PartialDate>| date.map(|date| Value::text(date.to_string()));
    Some(Row {
        field: study.field.clone().into(),
        value: study.raw.clone().into(),
        related: None,
        cells: vec![
            Some(Value::quote(&school.name)),
            text(opened),
            text(closed),
            (study.found.matched.as_ref()).map(|found| Value::Flag(found.by == By::Name)),
            school.successor.as_deref().map(Value::quote),
            before(study.start),
            before(study.end),
            after(study.start),
            after(study.end),
        ],
    })
}

/// From the opening of the first to the closing of the last of the schools that may be meant; one
/// of which it is not known leaves it open. A school without a unit id is a brand, listed with all
/// its campuses.
fn lifetime(
    study: &Education,
    school: &Institution,
    reference: &Reference,
) -> (Option<PartialDate>, Option<PartialDate>) {
    if school.unitid.is_none() {
        return (school.opened, school.closed);
    }
    let written = study.institution.as_deref().unwrap_or_default();
    let related = reference.related(school, written);
    let all = |of: fn(&Institution) -> Option<PartialDate>| {
        let dates: Option<Vec<PartialDate>> = related.iter().map(|one| of(one)).collect();
        dates.unwrap_or_default()
    };
    let opened = all(|one| one.opened);
    let closed = all(|one| one.closed);
    (
        opened.into_iter().min_by_key(|date| date.first_month()),
        closed.into_iter().max_by_key(|date| date.last_month()),
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::reference::fact::Listed;
    use crate::reference::{Fact, Kind as SetKind};
    use crate::signals::testing::{listed, reference, study};

    fn date(text: &str) -> Option<PartialDate> {
        PartialDate::parse(text).ok()
    }

    fn directory() -> Arc<Reference> {
        let closed = |unitid, name: &str, domain: &str| Listed {
            opened: date("1965"),
            closed: date("2016-09"),
            ..listed(unitid, name, domain)
        };
        let merged = Listed {
            successors: vec!["5".into()],
            ..closed(4, "Eastmoor College", "eastmoor.edu")
        };
        let abroad = Listed {
            unitid: None,
            country: None,
            ..closed(9, "Westmoor College", "westmoor.example")
        };
        let brand = Listed {
            unitid: None,
            ..closed(0, "Northmoor Schools", "northmoor.edu")
        };
        let facts = [
            brand,
            closed(1, "Northmoor College", "northmoor.edu"),
            closed(2, "Southmoor College-Hill Campus", "southmoor.edu"),
            listed(3, "Southmoor College-Vale Campus", "vale.southmoor.edu"),
            merged,
            listed(5, "Moorland University", "moorland.edu"),
            abroad,
        ];
        let facts = facts.map(Fact::Listed).to_vec();
        Arc::new(reference(vec![(SetKind::IpedsHd, 2020, facts)]))
    }

    #[test]
    fn only_months_that_the_dates_make_certain_lie_outside_the_lifetime() {
        let directory = directory();
        let cases: [(&str, &str, [Option<f64>; 4]); 7] = [
            ("2012-08", "2016-05", [Some(0.0); 4]),
            (
                "2016-10",
                "2018-05",
                [Some(0.0), Some(0.0), Some(1.0), Some(20.0)],
            ),
            ("2016", "2016", [Some(0.0); 4]),
            (
                "2015",
                "2018",
                [Some(0.0), Some(0.0), Some(0.0), Some(16.0)],
            ),
            (
                "1962-09",
                "1966",
                [Some(28.0), Some(0.0), Some(0.0), Some(0.0)],
            ),
            (
                "1960",
                "1964-06",
                [Some(49.0), Some(7.0), Some(0.0), Some(0.0)],
            ),
            ("", "2017-05", [None, Some(0.0), None, Some(8.0)]),
        ];
        for (start, end, expected) in cases {
            let study = study(["Northmoor College", "Bachelor", start, end], &directory);
            let row = row(&study, &directory).unwrap();
            let expected = expected.map(|months| months.map(Value::Number));
            assert_eq!(row.cells[5..], expected, "{start} to {end}");
            assert_eq!(row.cells[3], Some(Value::Flag(true)));
            assert_eq!(row.cells[1], Some(Value::text("1965")));
        }
    }

    #[test]
    fn a_campus_or_successor_that_is_open_and_a_school_abroad_have_no_end() {
        let directory = directory();
        for (school, known) in [
            ("Northmoor College", true),
            ("Northmoor Schools", true),
            ("Southmoor College-Hill Campus", false),
            ("Eastmoor College", false),
            ("Moorland University", false),
            ("Westmoor College", false),
            ("Rice University", false),
        ] {
            let study = study([school, "Bachelor", "2018-08", "2020-05"], &directory);
            assert_eq!(row(&study, &directory).is_some(), known, "{school}");
        }
    }
}
