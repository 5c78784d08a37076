//! What the figures of rules are counted from: latest screenings, and decisions.

use std::collections::HashMap;

use crate::candidate::CandidateId;
use crate::db::{Db, Millis, ROWS_PER_STATEMENT, Result, sql};

/// What the figures follow from: as long as it is the same, so are they.
pub async fn mark(db: &Db) -> Result<(Option<String>, Option<String>)> {
    sql("select (select max(id) from screenings), (select max(id) from decisions)")
        .one(db)
        .await
}

/// A candidate's latest screening.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    /// The candidate.
    pub id: CandidateId,
    /// When they applied.
    pub applied_at: Millis,
    /// When they were screened.
    pub screened_at: Millis,
    /// What the rules made of it, as JSON.
    pub judgement: String,
}

/// The next latest screenings behind a candidate, in the order of their ids.
pub async fn page(db: &Db, after: &CandidateId, limit: i64) -> Result<Vec<Row>> {
    sql(
        "select candidates.id, applied_at, screenings.screened_at, judgement from candidates \
         join screenings on screenings.id = candidates.screening_id where candidates.id > ?",
    )
    .bind(after)
    .push(" order by candidates.id limit ?")
    .bind(limit)
    .all(db)
    .await
}

/// The screening that each candidate's latest decision answers, and its outcome.
pub async fn decided(db: &Db) -> Result<Vec<(String, String)>> {
    let rows: Vec<(CandidateId, String, String)> =
        sql("select candidate_id, screening_id, outcome from decisions order by at, id")
            .all(db)
            .await?;
    let latest: HashMap<_, _> = rows
        .into_iter()
        .map(|(candidate, screening, outcome)| (candidate, (screening, outcome)))
        .collect();
    Ok(latest.into_values().collect())
}

/// What the rules made of some screenings, as JSON, with their ids.
pub async fn judgements(db: &Db, ids: &[&str]) -> Result<Vec<(String, String)>> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<(String, String)> = sql("select id, judgement from screenings where id in ")
            .list(ids.iter().copied())
            .all(db)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// A candidate as a rule's page names them.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Named {
    /// The candidate.
    pub id: CandidateId,
    /// The source's id.
    pub external_id: String,
    /// The source.
    pub source: String,
    /// The next step's word.
    pub next_step: Option<String>,
}

/// Some candidates, as far as they are there, in no order.
pub async fn named(db: &Db, ids: &[&CandidateId]) -> Result<Vec<Named>> {
    sql("select id, external_id, source, next_step from candidates where id in ")
        .list(ids.iter().copied())
        .all(db)
        .await
}
