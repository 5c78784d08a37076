//! Decisions: appended, never changed.

use crate::candidate::CandidateId;
use crate::db::{Db, Millis, Result, Tx, sql};
use crate::decision::{Decision, Outcome};
use crate::store::candidates;

/// Keeps a decision.
pub async fn append(tx: &mut Tx, candidate: &CandidateId, decision: &Decision) -> Result<()> {
    sql("insert into decisions (id, candidate_id, screening_id, outcome, reason, by_whom, at) values (?, ?, ?, ?, ?, ?, ?)")
        .bind(&decision.id)
        .bind(candidate)
        .bind(&decision.screening_id)
        .bind(decision.outcome.word())
        .bind(&decision.reason)
        .bind(&decision.by)
        .bind(decision.at)
        .execute(&mut *tx)
        .await?;
    candidates::mark_decided(tx, candidate, &decision.screening_id, decision.outcome).await
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    screening_id: String,
    outcome: String,
    reason: String,
    by_whom: String,
    at: Millis,
}

/// The decisions on a candidate, the latest first.
pub async fn of(db: &Db, candidate: &CandidateId) -> Result<Vec<Decision>> {
    let rows: Vec<Row> = sql("select id, screening_id, outcome, reason, by_whom, at from decisions where candidate_id = ?")
        .bind(candidate)
        .push(" order by at desc, id desc")
        .all(db)
        .await?;
    let decision = |row: Row| {
        Some(Decision {
            id: row.id,
            screening_id: row.screening_id,
            outcome: (Outcome::ALL.into_iter()).find(|one| one.word() == row.outcome)?,
            reason: row.reason,
            by: row.by_whom,
            at: row.at.into(),
        })
    };
    Ok(rows.into_iter().filter_map(decision).collect())
}
