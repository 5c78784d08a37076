//! The findings report: one line for each finding of each screening.

use super::Cell;
use super::stream::{Out, Span, Stop};
use crate::db::Db;
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

/// Writes the findings of screenings made in the span, the earliest first.
pub(super) async fn write(db: &Db, span: Span, out: &mut Out) -> Result<(), Stop> {
    let mut after = String::new();
    loop {
        let page = screenings::page(db, span.from, span.to, &after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after.clone_from(&last.id);
        for stored in page {
            rows(out, &stored.into())?;
        }
        out.flush().await?;
    }
}

fn rows(out: &mut Out, screening: &Screening) -> Result<(), Stop> {
    let at = screening.screened_at.to_string();
    let version = screening.version.to_string();
    for finding in &screening.judgement.findings {
        let evidence = finding
            .evidence
            .iter()
            .map(|e| format!("{}: {}", e.field, e.value));
        let evidence = evidence.collect::<Vec<_>>().join("; ");
        let related: Vec<_> = finding.related.iter().map(|id| id.0.as_str()).collect();
        out.row(&[
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
