//! Pairs that a reviewer has said are not one person: never asked about again.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::candidate::CandidateId;
use crate::db::{Db, ROWS_PER_STATEMENT, Result, Tx, sql};

/// What a reviewer said.
#[derive(Clone, Debug)]
pub struct Said<'a> {
    /// One candidate.
    pub one: &'a CandidateId,
    /// The other, in any order.
    pub other: &'a CandidateId,
    /// Who said it.
    pub by: &'a str,
    /// Anything else.
    pub note: Option<&'a str>,
    /// When.
    pub at: Timestamp,
}

/// Remembers a pair; said again, the latest word stands.
pub async fn insert(tx: &mut Tx, said: &Said<'_>) -> Result<()> {
    let (a, b) = (said.one.min(said.other), said.one.max(said.other));
    sql(
        "insert into not_same (a, b, by_whom, note, at) values (?, ?, ?, ?, ?) \
         on conflict (a, b) do update set by_whom = excluded.by_whom, note = excluded.note, \
         at = excluded.at",
    )
    .bind(a)
    .bind(b)
    .bind(said.by)
    .bind(said.note)
    .bind(said.at)
    .execute(tx)
    .await?;
    Ok(())
}

/// Which of some others are known not to be the same person as one.
pub async fn among(
    db: &Db,
    one: &CandidateId,
    others: &[CandidateId],
) -> Result<HashSet<CandidateId>> {
    let mut known = HashSet::new();
    for others in others.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<(CandidateId, CandidateId)> =
            sql("select a, b from not_same where (a = ? and b in ")
                .bind(one)
                .list(others)
                .push(") or (b = ? and a in ")
                .bind(one)
                .list(others)
                .push(")")
                .all(db)
                .await?;
        known.extend(rows.into_iter().map(|(a, b)| if a == *one { b } else { a }));
    }
    Ok(known)
}
