//! Studies: where they stand, how long they took, whether they fit the school's terms.

use super::{Column, Kind, Row, Shape, Signal, Subject, Value, column};
use crate::candidate::{Education, PartialDate};
use crate::normalise::education::Level;
use crate::reference::Calendar;

pub(super) const SIGNAL: Signal = Signal {
    name: "education",
    about: "Every study of the form and the résumé",
    shape: Shape::Rows(&COLUMNS),
    needs: &[],
    read,
};

const COLUMNS: [Column; 16] = [
    Column::new("institution", "The school as written", Kind::Quote),
    Column::new("area", "The field of study as written", Kind::Quote),
    Column::new(
        "level",
        "associate, bachelor, master, mba, jd, md or phd",
        Kind::Text,
    ),
    Column::new("has_months", "One of its dates names a month", Kind::Flag),
    Column::new(
        "calendar",
        "How the school divides its year: semester, quarter, trimester, 4-1-4, other, varies or continuous",
        Kind::Text,
    ),
    Column::new(
        "start_in_terms",
        "It starts in a month in which the school's terms start",
        Kind::Flag,
    ),
    Column::new(
        "end_in_terms",
        "It ends in a month in which the school's terms end",
        Kind::Flag,
    ),
    column::MONTHS_MIN,
    column::MONTHS_MAX,
    Column::new(
        "length",
        "Both in words: 21 months, or 0 to 11 months",
        Kind::Text,
    ),
    column::IN_FORM,
    column::IN_RESUME_TEXT,
    column::RESUME_DIFFERS,
    Column::new(
        "school",
        "The institution that is meant, by its name in public records",
        Kind::Quote,
    ),
    Column::new(
        "confidence",
        "How sure it is that this institution is meant, 0 to 1",
        Kind::Number,
    ),
    Column::new(
        "programme",
        "The usual name of the field of study",
        Kind::Text,
    ),
];

fn read(subject: &Subject) -> Option<Value> {
    let studies = &subject.candidate.education;
    if studies.is_empty() {
        return None;
    }
    Some(Value::Rows(studies.iter().map(row).collect()))
}

fn row(study: &Education) -> Row {
    let months = study
        .start
        .zip(study.end)
        .and_then(|(start, end)| start.months_until(end));
    let dates = [study.start, study.end];
    // one of the dates is a slip: neither says when a term was
    let backwards = months.is_none() && dates.iter().all(Option::is_some);
    let matched = study.found.matched.as_ref();
    let in_terms = |date, edge| in_terms(study, date, edge).filter(|_| !backwards);
    Row {
        field: study.field.clone().into(),
        value: study.raw.clone().into(),
        related: None,
        cells: vec![
            study.institution.as_deref().map(Value::quote),
            study.area.as_deref().map(Value::quote),
            study.level.map(|level| Value::text(level.word())),
            dates
                .iter()
                .any(Option::is_some)
                .then(|| Value::Flag(dates.iter().flatten().any(|date| date.month.is_some()))),
            study
                .calendar()
                .map(|calendar| Value::text(calendar.word())),
            in_terms(study.start, Edge::Start).map(Value::Flag),
            in_terms(study.end, Edge::End).map(Value::Flag),
            months.map(|(fewest, _)| Value::Number(f64::from(fewest))),
            months.map(|(_, most)| Value::Number(f64::from(most))),
            months.map(|months| Value::text(length(months))),
            Some(Value::Flag(study.seen.in_form)),
            Some(Value::Flag(study.seen.in_resume_text)),
            study.resume_differs.map(Value::Flag),
            study.school().map(|school| Value::quote(&school.name)),
            matched.map(|matched| Value::Number(matched.confidence)),
            study
                .major
                .as_ref()
                .map(|major| Value::text(major.name.clone())),
        ],
    }
}

fn length(months: (i32, i32)) -> String {
    match months {
        (1, 1) => "1 month".to_owned(),
        (fewest, most) if fewest == most => format!("{most} months"),
        (fewest, most) => format!("{fewest} to {most} months"),
    }
}

#[derive(Clone, Copy)]
enum Edge {
    Start,
    End,
}

/// Whether a date is one at which terms of the school begin or end (red-flags §5); not known
/// without a month, and for schools without terms or without known ones.
fn in_terms(study: &Education, date: Option<PartialDate>, edge: Edge) -> Option<bool> {
    let calendar = study.calendar()?;
    if !calendar.has_terms() {
        return None;
    }
    let month = date?.month?;
    let quarter = calendar == Calendar::Quarter;
    let professional = matches!(study.level, Some(Level::Jd | Level::Md));
    Some(match edge {
        Edge::Start => matches!(month, 1 | 5..=9) || (quarter && matches!(month, 3 | 4)),
        Edge::End => {
            matches!(month, 5..=8 | 12 | 1) || ((quarter || professional) && matches!(month, 3 | 4))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::{self, Application};
    use crate::normalise::{self, Settings};
    use jiff::Timestamp;

    fn rows(institution: &str, degree: &str, start: &str, end: &str) -> Vec<Row> {
        let application = Application {
            education: vec![application::Education {
                institution: Some(institution.into()),
                study_type: Some(degree.into()),
                start_date: Some(start.into()),
                end_date: Some(end.into()),
                ..application::Education::default()
            }],
            ..Application::default()
        };
        let candidate = normalise::candidate(&application, &Settings::default());
        let subject = Subject::alone(
            &candidate,
            crate::reference::base::shipped(),
            Timestamp::UNIX_EPOCH,
        );
        let Some(Value::Rows(rows)) = read(&subject) else {
            panic!("no rows");
        };
        rows
    }

    fn cell(row: &Row, name: &str) -> Option<Value> {
        let at = COLUMNS
            .iter()
            .position(|column| column.name == name)
            .unwrap();
        row.cells[at].clone()
    }

    const SEMESTER: &str = "University of Texas at Austin";
    const QUARTER: &str = "Stanford University";
    const OTHER: &str = "Western Governors University";
    const UNKNOWN: &str = "Pennsylvania State University";
    const ABROAD: &str = "University of Northmoor";

    #[test]
    fn months_are_held_against_the_schools_own_terms() {
        let yes = Some(true);
        let no = Some(false);
        let cases = [
            (SEMESTER, "Bachelor", "2014-08", "2018-05", yes, yes),
            (SEMESTER, "Bachelor", "2014-08", "2018-12", yes, yes),
            (SEMESTER, "Bachelor", "2014-02", "2018-05", no, yes),
            (SEMESTER, "Bachelor", "2014-08", "2018-10", yes, no),
            (SEMESTER, "Bachelor", "2014", "2018", None, None),
            (SEMESTER, "Bachelor", "2015-03", "2018-12", no, yes),
            (QUARTER, "Bachelor", "2015-03", "2018-12", yes, yes),
            (QUARTER, "Bachelor", "2015-09", "2018-03", yes, yes),
            (SEMESTER, "J.D.", "2015-08", "2018-04", yes, yes),
            (SEMESTER, "Bachelor", "2015-08", "2018-04", yes, no),
            (OTHER, "Bachelor", "2015-02", "2018-10", None, None),
            (UNKNOWN, "Bachelor", "2015-02", "2018-10", None, None),
            (ABROAD, "Bachelor", "2015-02", "2018-10", None, None),
        ];
        for (school, degree, start, end, start_fits, end_fits) in cases {
            let row = &rows(school, degree, start, end)[0];
            let case = format!("{school} {start}..{end}");
            assert_eq!(
                cell(row, "start_in_terms"),
                start_fits.map(Value::Flag),
                "{case}"
            );
            assert_eq!(
                cell(row, "end_in_terms"),
                end_fits.map(Value::Flag),
                "{case}"
            );
        }
    }

    #[test]
    fn a_length_is_known_as_far_as_its_dates_are() {
        let cases = [
            ("2016-08", "2018-05", 21.0, 21.0, "21 months"),
            ("2012", "2016", 37.0, 59.0, "37 to 59 months"),
            ("2012-09", "2016", 40.0, 51.0, "40 to 51 months"),
            ("2014", "2014", 0.0, 11.0, "0 to 11 months"),
            ("2014-05", "2014", 0.0, 7.0, "0 to 7 months"),
            ("2014", "2014-01", 0.0, 0.0, "0 months"),
            ("2014-01", "2014-02", 1.0, 1.0, "1 month"),
        ];
        for (start, end, fewest, most, length) in cases {
            let row = &rows(SEMESTER, "Bachelor", start, end)[0];
            assert_eq!(
                cell(row, "months_min"),
                Some(Value::Number(fewest)),
                "{start}..{end}"
            );
            assert_eq!(
                cell(row, "months_max"),
                Some(Value::Number(most)),
                "{start}..{end}"
            );
            assert_eq!(
                cell(row, "length"),
                Some(Value::Text(length.into())),
                "{start}..{end}"
            );
        }
        for (start, end) in [
            ("2018-05", "2014-08"),
            ("2016", "2015"),
            ("2016-03", "2016-02"),
        ] {
            let row = &rows(SEMESTER, "Bachelor", start, end)[0];
            for unknown in [
                "months_min",
                "months_max",
                "length",
                "start_in_terms",
                "end_in_terms",
            ] {
                assert_eq!(cell(row, unknown), None, "{unknown} of {start}..{end}");
            }
        }
        assert_eq!(
            cell(
                &rows(SEMESTER, "Bachelor", "2016-08", "2018-05")[0],
                "level"
            ),
            Some(Value::Text("bachelor".into()))
        );
    }
}
