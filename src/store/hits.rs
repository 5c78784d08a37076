//! What the figures of rules are counted from: latest screenings, and decisions.

use crate::candidate::CandidateId;
use crate::db::{Db, Millis, Result, sql};

/// What the figures follow from: as long as it is the same, so are they. The latest screening, when a decision last
/// came to count, and how many explanations were taken back.
pub type Mark = (Option<String>, Option<i64>, i64);

/// What they follow from now.
pub async fn mark(db: &Db) -> Result<Mark> {
    sql("select (select max(id) from screenings), (select max(counts_at) from decisions), (select count(*) from taken_back)")
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
