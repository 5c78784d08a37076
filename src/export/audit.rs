//! The audit log as a sheet that somebody without this program can check.
//!
//! All that is hashed stands in it to the letter, `at_ms` as it is hashed. One apostrophe at the front of a cell, where
//! there is one, is the sheet's and not the log's ([`Cell::Exact`]). A span gives all entries between its first and its
//! last: a chain has no gaps.

use jiff::Timestamp;

use super::Cell;
use super::stream::{Out, Span, Stop};
use crate::db::Db;
use crate::store::audit_log;

/// The columns, in an order that never changes; new ones are added at the end.
pub const COLUMNS: &[&str] = &[
    "seq",
    "at_ms",
    "who_kind",
    "who_id",
    "who_name",
    "action",
    "object",
    "detail",
    "hash",
    "hash_before",
    "seal",
    "at",
];

/// Entries read in one go.
const PAGE: i64 = 1_000;

/// Writes the entries, in their order, up to the one that was last when it began.
pub(super) async fn write(db: &Db, span: Span, out: &mut Out) -> Result<(), Stop> {
    let Some((first, last)) = audit_log::between(db, span.from, span.to).await? else {
        return Ok(());
    };
    let mut before = audit_log::hash_of(db, first - 1).await?.unwrap_or_default();
    let mut after = first - 1;
    loop {
        let page = audit_log::after(db, after, PAGE).await?;
        let Some(end) = page.last() else {
            return Ok(());
        };
        after = end.seq;
        for one in page.iter().take_while(|one| one.seq <= last) {
            let at = Timestamp::from(one.at).to_string();
            out.row(&[
                Cell::Whole(one.seq),
                Cell::Whole(one.at.0),
                Cell::Exact(&one.who_kind),
                Cell::Exact(&one.who_id),
                Cell::Exact(&one.who_name),
                Cell::Exact(&one.action),
                Cell::Exact(&one.object),
                Cell::Exact(&one.detail),
                Cell::Exact(&one.hash),
                Cell::Exact(&before),
                Cell::Exact(&one.seal),
                Cell::Text(&at),
            ])?;
            before.clone_from(&one.hash);
        }
        out.flush().await?;
        if after >= last {
            return Ok(());
        }
    }
}
