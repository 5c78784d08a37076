//! The decisions report: one line for each decision, with the screening that it answers.

use jiff::Timestamp;

use super::Cell;
use super::stream::{Out, Span, Stop};
use crate::db::{Db, Millis};
use crate::store::reports::{self, DecisionRow};

/// The columns, in an order that never changes; new ones are added at the end.
pub const COLUMNS: &[&str] = &[
    "decided_at",
    "decision_id",
    "candidate_id",
    "source",
    "external_id",
    "agency",
    "screening_id",
    "screened_at",
    "hours_to_decision",
    "stage",
    "next_step",
    "score_db",
    "outcome",
    "reason",
    "by",
    "ruleset",
    "rule",
    "status",
    "signed_by",
    "signed_at",
    "procedure",
];

/// Decisions read in one go.
const PAGE: i64 = 500;

/// Writes the decisions made in the span, the earliest first.
pub(super) async fn write(db: &Db, span: Span, out: &mut Out) -> Result<(), Stop> {
    let mut after = (Millis(i64::MIN), String::new());
    loop {
        let page = reports::decisions(db, span.from, span.to, &after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = (last.at, last.id.clone());
        for decision in &page {
            row(out, decision)?;
        }
        out.flush().await?;
    }
}

fn row(out: &mut Out, one: &DecisionRow) -> Result<(), Stop> {
    let time = |at: Millis| Timestamp::from(at).to_string();
    let (at, screened) = (time(one.at), one.screened_at.map(time));
    let text = |text: &'_ Option<String>| text.clone().unwrap_or_default();
    let (agency, stage, next_step, ruleset) = (
        text(&one.agency),
        text(&one.stage),
        text(&one.next_step),
        text(&one.ruleset),
    );
    out.row(&[
        Cell::Text(&at),
        Cell::Text(&one.id),
        Cell::Text(&one.candidate_id.0),
        Cell::Text(&one.source),
        Cell::Text(&one.external_id),
        Cell::Text(&agency),
        Cell::Text(&one.screening_id),
        Cell::Text(screened.as_deref().unwrap_or_default()),
        one.hours().map_or(Cell::Text(""), Cell::Number),
        Cell::Text(&stage),
        Cell::Text(&next_step),
        one.score_db.map_or(Cell::Text(""), Cell::Number),
        Cell::Text(&one.outcome),
        Cell::Text(&one.reason),
        Cell::Text(&one.by_whom),
        Cell::Text(&ruleset),
        Cell::Text(one.rule.as_deref().unwrap_or_default()),
        Cell::Text(one.status()),
        Cell::Text(one.signed_by.as_deref().unwrap_or_default()),
        Cell::Text(&one.signed_at.map(time).unwrap_or_default()),
        Cell::Text(one.procedure_id.as_deref().unwrap_or_default()),
    ])
}
