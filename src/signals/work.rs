//! Jobs: where they stand, what kind they are by their own words, how long they lasted.

use super::{Column, Kind, Row, Shape, Signal, Subject, Value};
use crate::candidate::Work;

pub(super) const SIGNAL: Signal = Signal {
    name: "work",
    about: "Every job of the form and the résumé",
    shape: Shape::Rows(&COLUMNS),
    read,
};

const COLUMNS: [Column; 10] = [
    column("employer", "The employer as written", Kind::Quote),
    column("position", "The title as written", Kind::Quote),
    column("current", "It goes on", Kind::Flag),
    column(
        "full_time",
        "No word of contract, part-time, internship or the like",
        Kind::Flag,
    ),
    column("on_site", "No word of remote or home", Kind::Flag),
    column(
        "months_min",
        "Months from start to end, the fewest the dates can mean; not known where it ends before it starts",
        Kind::Number,
    ),
    column(
        "months_max",
        "Months from start to end, the most the dates can mean; not known where it ends before it starts",
        Kind::Number,
    ),
    column("in_form", "It stands in the form", Kind::Flag),
    column(
        "in_resume_text",
        "It stands in the résumé's text",
        Kind::Flag,
    ),
    column(
        "resume_differs",
        "The résumé's dates at this employer are more than three months off the form's",
        Kind::Flag,
    ),
];

const fn column(name: &'static str, about: &'static str, kind: Kind) -> Column {
    Column { name, about, kind }
}

fn read(subject: &Subject) -> Option<Value> {
    let jobs = &subject.candidate.work;
    if jobs.is_empty() {
        return None;
    }
    Some(Value::Rows(jobs.iter().map(row).collect()))
}

fn row(job: &Work) -> Row {
    let months = job
        .start
        .zip(job.end)
        .and_then(|(start, end)| start.months_until(end));
    let quote = |text: &Option<String>| text.clone().map(|text| Value::Text(text.into()));
    let flag = |flag: bool| Some(Value::Flag(flag));
    Row {
        field: job.field.clone().into(),
        value: job.raw.clone().into(),
        related: None,
        cells: vec![
            quote(&job.employer),
            quote(&job.position),
            flag(job.current),
            flag(job.full_time),
            flag(job.on_site),
            months.map(|(fewest, _)| Value::Number(f64::from(fewest))),
            months.map(|(_, most)| Value::Number(f64::from(most))),
            flag(job.seen.in_form),
            flag(job.seen.in_resume_text),
            job.resume_differs.map(Value::Flag),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::{Candidate, PartialDate};

    #[test]
    fn every_column_has_its_cell_and_no_job_is_no_answer() {
        let mut candidate = Candidate::default();
        let rows = |candidate: &Candidate| {
            read(&Subject {
                candidate,
                earlier: &[],
                shared: &[],
                now: jiff::Timestamp::UNIX_EPOCH,
            })
        };
        assert_eq!(rows(&candidate), None);
        candidate.work.push(Work {
            start: PartialDate::parse("2015-03").ok(),
            end: PartialDate::parse("2016").ok(),
            full_time: true,
            ..Work::default()
        });
        let Some(Value::Rows(rows)) = rows(&candidate) else {
            panic!("no rows");
        };
        assert_eq!(rows[0].cells.len(), COLUMNS.len());
        assert_eq!(rows[0].cells[3], Some(Value::Flag(true)));
        assert_eq!(
            rows[0].cells[5..7],
            [Some(Value::Number(10.0)), Some(Value::Number(21.0))]
        );
    }

    #[test]
    fn a_job_that_ends_before_it_starts_has_no_length() {
        for (start, end, months) in [
            ("2014", "2014", Some((0.0, 11.0))),
            ("2014-03", "2014-03", Some((0.0, 0.0))),
            ("2016", "2015", None),
            ("2016-03", "2016-02", None),
        ] {
            let row = row(&Work {
                start: PartialDate::parse(start).ok(),
                end: PartialDate::parse(end).ok(),
                ..Work::default()
            });
            let wanted = [months.map(|m| m.0), months.map(|m| m.1)];
            assert_eq!(
                row.cells[5..7],
                wanted.map(|m| m.map(Value::Number)),
                "{start}..{end}"
            );
        }
    }
}
