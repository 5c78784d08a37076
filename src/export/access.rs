//! The access report: one line for each time somebody opened a candidate.

use jiff::Timestamp;

use super::Cell;
use super::stream::{Out, Span, Stop};
use crate::audit::Action;
use crate::db::Db;
use crate::store::audit_log::{self, Asked};

/// The columns, in an order that never changes; new ones are added at the end.
pub const COLUMNS: &[&str] = &[
    "at",
    "seq",
    "who_kind",
    "who_id",
    "who_name",
    "candidate_id",
];

/// Entries read in one go.
const PAGE: i64 = 1_000;

/// Writes who opened whom in the span, the latest first.
pub(super) async fn write(db: &Db, span: Span, out: &mut Out) -> Result<(), Stop> {
    let asked = Asked {
        action: Some(Action::CandidateRead.word().to_owned()),
        from: span.from,
        to: span.to,
        ..Asked::default()
    };
    let mut before = i64::MAX;
    loop {
        let page = audit_log::latest(db, &asked, before, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        before = last.seq;
        for one in &page {
            let at = Timestamp::from(one.at).to_string();
            out.row(&[
                Cell::Text(&at),
                Cell::Whole(one.seq),
                Cell::Text(&one.who_kind),
                Cell::Text(&one.who_id),
                Cell::Text(&one.who_name),
                Cell::Text(one.object.strip_prefix("candidate:").unwrap_or(&one.object)),
            ])?;
        }
        out.flush().await?;
    }
}
