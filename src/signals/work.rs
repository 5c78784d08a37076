//! Jobs: where they stand, what kind they are by their own words, how long they lasted.

use super::{Column, Kind, Row, Shape, Signal, Subject, Value, column};
use crate::candidate::Work;

pub(super) const SIGNAL: Signal = Signal {
    name: "work",
    about: "Every job of the form and the résumé",
    shape: Shape::Rows(&COLUMNS),
    needs: &[],
    read,
};

const COLUMNS: [Column; 10] = [
    Column::new("employer", "The employer as written", Kind::Quote),
    Column::new("position", "The title as written", Kind::Quote),
    Column::new("current", "It goes on", Kind::Flag),
    Column::new(
        "full_time",
        "No word of contract, part-time, internship or the like",
        Kind::Flag,
    ),
    Column::new("on_site", "No word of remote or home", Kind::Flag),
    column::MONTHS_MIN,
    column::MONTHS_MAX,
    column::IN_FORM,
    column::IN_RESUME_TEXT,
    column::RESUME_DIFFERS,
];

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
    Row {
        field: job.field.clone().into(),
        value: job.raw.clone().into(),
        related: None,
        cells: vec![
            job.employer.as_deref().map(Value::quote),
            job.position.as_deref().map(Value::quote),
            Some(Value::Flag(job.current)),
            Some(Value::Flag(job.full_time)),
            Some(Value::Flag(job.on_site)),
            months.map(|(fewest, _)| Value::Number(f64::from(fewest))),
            months.map(|(_, most)| Value::Number(f64::from(most))),
            Some(Value::Flag(job.seen.in_form)),
            Some(Value::Flag(job.seen.in_resume_text)),
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
            read(&Subject::alone(
                candidate,
                crate::reference::base::shipped(),
                jiff::Timestamp::UNIX_EPOCH,
            ))
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
