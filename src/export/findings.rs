//! The findings report: one line for each finding of each screening.

use std::io::Write;

use jiff::Timestamp;

use super::{Cell, Sheet};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::screening::Screening;
use crate::store::screenings;

/// The columns, in an order that never changes; new ones are added at the end.
pub const COLUMNS: &[&str] = &[
    "screened_at",
    "screening_id",
    "candidate_id",
    "source",
    "external_id",
    "version",
    "stage",
    "next_step",
    "score_db",
    "rule",
    "strength",
    "weight_db",
    "counted_db",
    "title",
    "message",
    "evidence",
    "related",
    "ruleset",
];

/// Screenings read in one go.
const PAGE: i64 = 500;

/// Writes the findings of screenings made in `from..to`, the earliest first.
pub async fn write(
    db: &Db,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    out: &mut (impl Write + Send),
) -> Result<()> {
    let mut sheet = Sheet::new(out, COLUMNS).map_err(broken)?;
    let mut after = String::new();
    loop {
        let page = screenings::page(db, from, to, &after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.id);
        for stored in page {
            rows(&mut sheet, &stored.into()).map_err(broken)?;
        }
    }
    sheet.finish().map_err(broken)
}

fn rows(sheet: &mut Sheet<impl Write>, screening: &Screening) -> csv::Result<()> {
    let at = screening.screened_at.to_string();
    let version = screening.version.to_string();
    for finding in &screening.judgement.findings {
        let evidence = finding
            .evidence
            .iter()
            .map(|e| format!("{}: {}", e.field, e.value));
        let evidence = evidence.collect::<Vec<_>>().join("; ");
        let related: Vec<_> = finding.related.iter().map(|id| id.0.as_str()).collect();
        sheet.row(&[
            Cell::Text(&at),
            Cell::Text(&screening.id),
            Cell::Text(&screening.candidate_id.0),
            Cell::Text(&screening.source),
            Cell::Text(&screening.external_id),
            Cell::Text(&version),
            Cell::Text(&screening.stage),
            Cell::Text(screening.judgement.next_step.word()),
            Cell::Number(screening.judgement.score_db),
            Cell::Text(&finding.rule),
            Cell::Text(finding.strength.word()),
            Cell::Number(finding.weight_db),
            Cell::Number(finding.counted_db),
            Cell::Text(&finding.title),
            Cell::Text(&finding.message),
            Cell::Text(&evidence),
            Cell::Text(&related.join(" ")),
            Cell::Text(&screening.ruleset),
        ])?;
    }
    Ok(())
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::Internal(format!("writing CSV: {error}"))
}
