//! Studies and jobs as a timeline draws them.

use super::saw::Saw;
use crate::candidate::{Candidate, PartialDate};
use crate::explain::timeline::{self, Item, Lane};
use crate::rules::Finding;
use crate::signals::Row;
use crate::web::pages::record;

impl Saw<'_> {
    /// Studies and then jobs of a candidate, to be drawn.
    pub(super) fn items(&self, candidate: &Candidate) -> Vec<Item> {
        let numbers = |field: &str, raw: &str| {
            let found = self.findings(field, raw).into_iter();
            found.map(|(number, _)| number).collect()
        };
        let when = |start, end, current| {
            record::span(start, end, current).unwrap_or_else(|| "no dates".to_owned())
        };
        let studies = candidate.education.iter().map(|study| {
            let claim = Row {
                field: study.field.clone().into(),
                value: study.raw.clone().into(),
                ..Row::default()
            };
            let life = self.of("education.lifetimes", &claim).next();
            let date = |column| {
                let text = life.as_ref()?.text(column)?;
                PartialDate::parse(&text).ok()
            };
            let school = study.institution.as_deref().unwrap_or(&study.raw);
            Item {
                lane: Lane::Study,
                label: match study.level {
                    Some(level) => format!("{school} ({})", record::level_word(level)),
                    None => school.to_owned(),
                },
                when: when(study.start, study.end, false),
                start: study.start,
                end: study.end,
                current: false,
                opened: date("opened"),
                closed: date("closed"),
                findings: numbers(&study.field, &study.raw),
            }
        });
        let jobs = candidate.work.iter().map(|job| {
            let label = match (&job.employer, &job.position) {
                (Some(employer), Some(position)) => format!("{employer}, {position}"),
                (Some(one), None) | (None, Some(one)) => one.clone(),
                (None, None) => job.raw.clone(),
            };
            Item {
                lane: Lane::Work,
                label,
                when: when(job.start, job.end, job.current),
                start: job.start,
                end: job.end,
                current: job.current,
                opened: None,
                closed: None,
                findings: numbers(&job.field, &job.raw),
            }
        });
        studies.chain(jobs).collect()
    }

    /// Pairs of [`Saw::items`] that findings say were at once in places far apart.
    pub(super) fn clashes(&self, candidate: &Candidate) -> Vec<(usize, usize)> {
        let study = |field: &str, raw: &str| {
            let mut studies = candidate.education.iter();
            studies.position(|study| study.raw == raw && (field.is_empty() || study.field == field))
        };
        let job = |raw: &str| candidate.work.iter().position(|job| job.raw == raw);
        let rows = self.rows("education.overlaps").into_iter().flatten();
        rows.filter_map(|row| {
            let found = self.findings(&row.row.field, &row.row.value);
            let reads = |finding: &Finding| {
                let mut names = finding.values.iter().map(|seen| &*seen.name);
                names.any(|name| name == "it.km" || name == "education.overlaps.km")
            };
            if !found.iter().any(|(_, finding)| reads(finding)) {
                return None;
            }
            let other = row.text("other")?;
            let other = match row.text("with").as_deref() {
                Some("job") => candidate.education.len() + job(&other)?,
                _ => study("", &other)?,
            };
            Some((study(&row.row.field, &row.row.value)?, other))
        })
        .take(timeline::MOST)
        .collect()
    }
}
