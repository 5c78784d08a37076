//! Studies on a campus beside other studies, or jobs on site, far away at the same time.

use super::{Column, Kind, Row, Shape, Signal, Subject, Value};
use crate::candidate::{Education, PartialDate, Work};
use crate::reference::{Reference, distance_km};

pub(super) const SIGNAL: Signal = Signal {
    name: "education.overlaps",
    about: "Pairs of a campus study with another, or with a full-time job on site of a year or more, at the same time",
    shape: Shape::Rows(&COLUMNS),
    needs: &[],
    read,
};

const COLUMNS: [Column; 4] = [
    Column::new("other", "The other study or job as written", Kind::Quote),
    Column::new("with", "study or job", Kind::Text),
    Column::new(
        "months",
        "Months of overlap that the dates make certain, those of March 2020 to August 2021 left out",
        Kind::Number,
    ),
    Column::new("km", "Kilometres between the two places", Kind::Number),
];

/// Campuses were shut and everybody studied from home in these months (red-flags, `edu.overlap_far`):
/// the first, and the first after them, counted from year 0.
const SHUT: std::ops::Range<i32> = (2020 * 12 + 2)..(2021 * 12 + 8);

/// Months a job must last to count beside a study.
const JOB_MONTHS: i32 = 12;

/// Pairs are made of at most so many studies and jobs.
const MOST: usize = 40;

/// What lasts from one month to another at a place.
struct Stay<'a> {
    field: &'a str,
    raw: &'a str,
    /// Latest first month and earliest last month.
    certain: (i32, i32),
    place: (f64, f64),
}

fn read(subject: &Subject) -> Option<Value> {
    let candidate = subject.candidate;
    if candidate.education.is_empty() {
        return None;
    }
    let studies: Vec<Stay> = candidate
        .education
        .iter()
        .filter_map(study)
        .take(MOST)
        .collect();
    let today = subject.claimed_on();
    let now = i32::from(today.year()) * 12 + i32::from(today.month()) - 1;
    let jobs: Vec<Stay> = candidate
        .work
        .iter()
        .filter_map(|work| job(work, now, subject.reference))
        .take(MOST)
        .collect();
    let mut rows = Vec::new();
    for (at, study) in studies.iter().enumerate() {
        rows.extend(
            studies[at + 1..]
                .iter()
                .filter_map(|other| pair(study, other, "study")),
        );
        rows.extend(jobs.iter().filter_map(|other| pair(study, other, "job")));
    }
    Some(Value::Rows(rows))
}

fn study(study: &Education) -> Option<Stay<'_>> {
    // Where a school abroad lies is held against nobody: a school moved there must never raise a score.
    let school = study.american_school().filter(|_| study.on_campus)?;
    if study
        .calendar()
        .is_some_and(|calendar| !calendar.has_terms())
    {
        return None; // such schools teach mostly online
    }
    Some(Stay {
        field: &study.field,
        raw: &study.raw,
        certain: certain(study.start?, study.end?.first_month()),
        place: school.position?,
    })
}

fn job<'a>(work: &'a Work, now: i32, reference: &Reference) -> Option<Stay<'a>> {
    if !(work.full_time && work.on_site) {
        return None;
    }
    let end = if work.current {
        now
    } else {
        work.end?.first_month()
    };
    let certain = certain(work.start?, end);
    if certain.1 - certain.0 < JOB_MONTHS {
        return None;
    }
    let name = work.location.as_deref()?.split(',').next()?;
    Some(Stay {
        field: &work.field,
        raw: &work.raw,
        certain,
        place: reference.city(name, work.state?)?,
    })
}

fn certain(start: PartialDate, end: i32) -> (i32, i32) {
    (start.last_month(), end)
}

fn pair(a: &Stay, b: &Stay, with: &'static str) -> Option<Row> {
    let start = a.certain.0.max(b.certain.0);
    let end = a.certain.1.min(b.certain.1);
    let shut = (end.min(SHUT.end) - start.max(SHUT.start)).max(0);
    let months = end - start - shut;
    if months <= 0 {
        return None;
    }
    Some(Row {
        field: a.field.to_owned().into(),
        value: a.raw.to_owned().into(),
        related: None,
        cells: vec![
            Some(Value::quote(b.raw)),
            Some(Value::text(with)),
            Some(Value::Number(f64::from(months))),
            Some(Value::Number(distance_km(a.place, b.place).round())),
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::{self, Application};
    use crate::normalise::{self, Settings};

    fn study_of(institution: &str, start: &str, end: &str) -> application::Education {
        application::Education {
            institution: Some(institution.into()),
            start_date: Some(start.into()),
            end_date: Some(end.into()),
            ..application::Education::default()
        }
    }

    fn job_at(position: &str, location: &str, start: &str, end: &str) -> application::Work {
        application::Work {
            name: Some("Acme".into()),
            position: Some(position.into()),
            start_date: Some(start.into()),
            end_date: Some(end.into()),
            location: Some(location.into()),
        }
    }

    fn overlaps(
        education: Vec<application::Education>,
        work: Vec<application::Work>,
    ) -> Vec<(f64, f64)> {
        let application = Application {
            education,
            work,
            ..Application::default()
        };
        let candidate = normalise::candidate(&application, &Settings::default());
        let subject = Subject {
            candidate: &candidate,
            earlier: &[],
            shared: &[],
            checks: &[],
            reference: crate::reference::base::shipped(),
            now: "2026-01-01T00:00:00Z".parse().unwrap(),
        };
        let Some(Value::Rows(rows)) = read(&subject) else {
            panic!("no rows");
        };
        let number = |value: &Option<Value>| match value {
            Some(Value::Number(number)) => *number,
            other => panic!("{other:?}"),
        };
        rows.iter()
            .map(|row| (number(&row.cells[2]), number(&row.cells[3])))
            .collect()
    }

    #[test]
    fn only_certain_overlap_of_known_places_counts() {
        let berkeley = || study_of("UC Berkeley", "2012-08", "2016-05");
        let job = |position, location, start, end| vec![job_at(position, location, start, end)];
        let cases = [
            (
                "a job far off",
                job("Engineer", "Austin, TX", "2014-01", "2016-01"),
                Some(24.0),
            ),
            (
                "a short job",
                job("Engineer", "Austin, TX", "2015-01", "2015-10"),
                None,
            ),
            (
                "remote",
                job("Engineer", "Remote, Austin, TX", "2014-01", "2016-01"),
                None,
            ),
            (
                "part-time",
                job("Part-time Engineer", "Austin, TX", "2014-01", "2016-01"),
                None,
            ),
            (
                "years only",
                job("Engineer", "Austin, TX", "2014", "2016"),
                Some(13.0),
            ),
            (
                "an unknown town",
                job("Engineer", "Terlingua, TX", "2014-01", "2016-01"),
                None,
            ),
            (
                "one after the other",
                job("Engineer", "Austin, TX", "2016-05", "2018-01"),
                None,
            ),
        ];
        for (case, work, months) in cases {
            let found = overlaps(vec![berkeley()], work);
            assert_eq!(found.first().map(|row| row.0), months, "{case}");
            assert!(found.iter().all(|row| row.1 > 2000.0), "{case}");
        }
    }

    #[test]
    fn the_months_of_shut_campuses_are_left_out() {
        let pair = |start: &str, end: &str| {
            overlaps(
                vec![
                    study_of("UC Berkeley", start, end),
                    study_of("UT Austin", start, end),
                ],
                Vec::new(),
            )
        };
        assert_eq!(pair("2020-03", "2021-08"), []);
        assert_eq!(
            pair("2020-01", "2021-09").first().map(|row| row.0),
            Some(2.0)
        );
        assert_eq!(
            pair("2016-08", "2018-05").first().map(|row| row.0),
            Some(21.0)
        );
        let online = study_of("Western Governors University", "2016-08", "2018-05");
        assert_eq!(
            overlaps(
                vec![online, study_of("UT Austin", "2016-08", "2018-05")],
                Vec::new()
            ),
            []
        );
    }
}
