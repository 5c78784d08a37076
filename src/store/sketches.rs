//! Sketches of texts, in the order of their commits.
//!
//! Each has a number, `seq`. It is counted up in one row, as the last thing before the commit: on
//! PostgreSQL that row's lock lets one transaction at a time go from there to its commit, and SQLite
//! has one writer. So whoever has read up to a number has read everything before it, and what is
//! committed later has a greater one.

use std::collections::HashMap;

use crate::candidate::CandidateId;
use crate::db::{Db, ROWS_PER_STATEMENT, Result, Tx, sql};

/// A stored sketch.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Stored {
    /// Its number.
    pub seq: i64,
    /// Whose.
    pub candidate_id: CandidateId,
    /// See [`crate::text::Sketch::to_bytes`].
    pub entries: Vec<u8>,
}

/// A sketch to store.
#[derive(Clone, Copy, Debug)]
pub struct NewSketch<'a> {
    /// Whose.
    pub candidate_id: &'a CandidateId,
    /// See [`crate::text::Sketch::to_bytes`].
    pub entries: &'a [u8],
    /// Whether the candidate has none yet.
    pub first: bool,
}

const CANDIDATES: &str = "candidates";
const SKETCHES: &str = "sketches";

/// Stores sketches, unless a candidate's last is the same; the last thing in a transaction. Returns
/// how many candidates there are.
pub async fn append(tx: &mut Tx, sketches: &[NewSketch<'_>]) -> Result<Option<i64>> {
    let known = sketches.iter().filter(|sketch| !sketch.first);
    let known: Vec<_> = known.map(|sketch| sketch.candidate_id).collect();
    let last = last_of(tx, &known).await?;
    let is_new = |sketch: &&NewSketch| {
        let last = last.get(sketch.candidate_id);
        last.is_none_or(|last| last != sketch.entries)
    };
    let new: Vec<_> = sketches.iter().filter(is_new).collect();
    if new.is_empty() {
        return Ok(None);
    }
    let first = new.iter().filter(|sketch| sketch.first).count();
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let counters: Vec<(String, i64)> = sql("insert into counters (name, value) values")
        .rows([
            [CANDIDATES.into(), count(first).into()],
            [SKETCHES.into(), count(new.len()).into()],
        ])
        .push(
            " on conflict (name) do update set value = counters.value + excluded.value \
             returning name, value",
        )
        .all(&mut *tx)
        .await?;
    let counters: HashMap<String, i64> = counters.into_iter().collect();
    let last = counters.get(SKETCHES).ok_or(sqlx::Error::RowNotFound)?;
    let mut seq = last - count(new.len());
    for sketches in new.chunks(ROWS_PER_STATEMENT) {
        sql("insert into sketches (seq, candidate_id, entries) values")
            .rows(sketches.iter().map(|sketch| {
                seq += 1;
                [
                    seq.into(),
                    sketch.candidate_id.into(),
                    sketch.entries.into(),
                ]
            }))
            .execute(&mut *tx)
            .await?;
    }
    Ok(counters.get(CANDIDATES).copied())
}

/// The last sketches of some candidates.
async fn last_of(
    tx: &mut Tx,
    candidates: &[&CandidateId],
) -> Result<HashMap<CandidateId, Vec<u8>>> {
    let mut last = HashMap::new();
    for candidates in candidates.chunks(ROWS_PER_STATEMENT) {
        let found: Vec<Stored> = sql(
            "select seq, candidate_id, entries from sketches where seq in \
             (select max(seq) from sketches where candidate_id in ",
        )
        .list(candidates.iter().copied())
        .push(" group by candidate_id)")
        .all(&mut *tx)
        .await?;
        last.extend(found.into_iter().map(|one| (one.candidate_id, one.entries)));
    }
    Ok(last)
}

/// The next sketches behind a number, in their order.
pub async fn after(db: &Db, seq: i64, limit: usize) -> Result<Vec<Stored>> {
    sql("select seq, candidate_id, entries from sketches where seq > ? order by seq limit ?")
        .bind(seq)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .all(db)
        .await
}

/// How many candidates there are, about.
pub async fn candidates(db: &Db) -> Result<i64> {
    let row: Option<(i64,)> = sql("select value from counters where name = ?")
        .bind(CANDIDATES)
        .optional(db)
        .await?;
    Ok(row.map_or(0, |(value,)| value))
}
