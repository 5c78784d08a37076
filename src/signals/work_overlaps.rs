//! Full-time jobs held at the same time at two employers.

use jiff::civil::Date;

use super::{Column, Kind, Row, Shape, Signal, Subject, Value};
use crate::candidate::{PartialDate, Work};

pub(super) const SIGNAL: Signal = Signal {
    name: "work.overlaps",
    about: "Pairs of full-time jobs at two employers at the same time, contracts and the like left out",
    shape: Shape::Rows(&COLUMNS),
    needs: &[],
    read,
};

const COLUMNS: [Column; 2] = [
    Column::new("other", "The other job as written", Kind::Quote),
    Column::new(
        "days",
        "Days of overlap that the dates make certain; jobs dated by years alone make none",
        Kind::Number,
    ),
];

/// Pairs are made of at most so many jobs.
const MOST: usize = 40;

fn read(subject: &Subject) -> Option<Value> {
    let jobs = &subject.candidate.work;
    if jobs.is_empty() {
        return None;
    }
    let now = subject
        .candidate
        .applied_at
        .unwrap_or(subject.now)
        .min(subject.now);
    let now = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let spans: Vec<(&Work, Date, Date)> = jobs
        .iter()
        .filter(|job| job.full_time && job.employer_key.is_some())
        .filter_map(|job| {
            let (start, end) = certain(job, now)?;
            Some((job, start, end))
        })
        .take(MOST)
        .collect();
    let mut rows = Vec::new();
    for (at, (job, start, end)) in spans.iter().enumerate() {
        for (other, other_start, other_end) in &spans[at + 1..] {
            if job.employer_key == other.employer_key {
                continue; // two steps of one career
            }
            let first = *start.max(other_start);
            let last = *end.min(other_end);
            let days = last.duration_since(first).as_hours() / 24;
            if days > 0 {
                rows.push(row(job, other, days));
            }
        }
    }
    Some(Value::Rows(rows))
}

#[expect(clippy::cast_precision_loss, reason = "days of a working life are few")]
fn row(job: &Work, other: &Work, days: i64) -> Row {
    Row {
        field: job.field.clone().into(),
        value: job.raw.clone().into(),
        related: None,
        cells: vec![
            Some(Value::quote(&other.raw)),
            Some(Value::Number(days as f64)),
        ],
    }
}

/// The days on which the job was certainly held: from the latest day its start can mean to the
/// earliest its end can.
fn certain(job: &Work, now: Date) -> Option<(Date, Date)> {
    let start = job.start?;
    let first = match start.day {
        Some(_) => first_day(start)?,
        None => first_day(start)?.last_of_month(),
    };
    let last = if job.current {
        now
    } else {
        first_day(job.end?)?
    };
    Some((first, last))
}

/// The first day of a month, or the day; nothing for a year alone.
fn first_day(date: PartialDate) -> Option<Date> {
    let month = i8::try_from(date.month?).ok()?;
    let day = i8::try_from(date.day.unwrap_or(1)).ok()?;
    Date::new(date.year, month, day).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::{self, Application};
    use crate::normalise::{self, Settings};

    /// Employer, title, first month, last month.
    type Job = (
        &'static str,
        &'static str,
        &'static str,
        Option<&'static str>,
    );

    fn overlaps(jobs: &[Job]) -> Vec<f64> {
        let application = Application {
            work: jobs
                .iter()
                .map(|(name, position, start, end)| application::Work {
                    name: Some((*name).into()),
                    position: Some((*position).into()),
                    start_date: Some((*start).into()),
                    end_date: end.map(Into::into),
                    location: None,
                })
                .collect(),
            ..Application::default()
        };
        let candidate = normalise::candidate(&application, &Settings::default());
        let subject = Subject::alone(
            &candidate,
            crate::reference::base::shipped(),
            "2026-03-01T00:00:00Z".parse().unwrap(),
        );
        let Some(Value::Rows(rows)) = read(&subject) else {
            panic!("no rows");
        };
        let days = |row: &Row| match row.cells[1] {
            Some(Value::Number(days)) => days,
            _ => panic!("no days"),
        };
        rows.iter().map(days).collect()
    }

    #[test]
    fn overlap_is_the_least_that_the_dates_allow() {
        let end = Some("2020-06");
        let cases: &[(&str, &[Job], &[f64])] = &[
            // 31 March to 1 June
            (
                "months",
                &[
                    ("A", "Engineer", "2018-01", end),
                    ("B", "Engineer", "2020-03", None),
                ],
                &[62.0],
            ),
            (
                "days",
                &[
                    ("A", "Engineer", "2018-01-01", Some("2020-06-30")),
                    ("B", "Engineer", "2020-04-01", None),
                ],
                &[90.0],
            ),
            (
                "both go on",
                &[
                    ("A", "Engineer", "2025-11", None),
                    ("B", "Engineer", "2025-12", None),
                ],
                &[60.0],
            ),
            (
                "the month between two jobs",
                &[
                    ("A", "Engineer", "2018-01", end),
                    ("B", "Engineer", "2020-06", None),
                ],
                &[],
            ),
            (
                "years",
                &[
                    ("A", "Engineer", "2018", Some("2020")),
                    ("B", "Engineer", "2018", None),
                ],
                &[],
            ),
            (
                "contract",
                &[
                    ("A", "Engineer (contract)", "2018-01", end),
                    ("B", "Engineer", "2019-01", None),
                ],
                &[],
            ),
            (
                "one employer",
                &[
                    ("A Inc.", "Engineer", "2018-01", end),
                    ("A", "Manager", "2019-01", None),
                ],
                &[],
            ),
        ];
        for (case, jobs, days) in cases {
            assert_eq!(overlaps(jobs), *days, "{case}");
        }
    }
}
