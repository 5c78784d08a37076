//! What became of every candidate: its latest screening and its ring.

use crate::db::{Db, Result, sql};
use crate::rules::NextStep;

/// A candidate with its latest screening.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    /// The candidate's id.
    pub id: String,
    /// The source.
    pub source: String,
    /// The source's id.
    pub external_id: String,
    /// The ring it is in.
    pub ring: Option<String>,
    next_step: Option<String>,
    /// The score, decibans; `None` before the first screening.
    pub score_db: Option<f64>,
    /// What the rules made of it, as JSON.
    pub judgement: Option<String>,
}

impl Row {
    /// What a reviewer is asked to do; `None` before the first screening.
    pub fn next_step(&self) -> Option<NextStep> {
        let word = self.next_step.as_deref()?;
        NextStep::ALL.into_iter().find(|step| step.word() == word)
    }
}

/// The next candidates behind an id, in the order of their ids.
pub async fn page(db: &Db, after: &str, limit: i64) -> Result<Vec<Row>> {
    sql(
        "select candidates.id, source, external_id, ring, candidates.next_step, \
         candidates.score_db, judgement from candidates \
         left join screenings on screenings.id = candidates.screening_id where candidates.id > ?",
    )
    .bind(after)
    .push(" order by candidates.id limit ?")
    .bind(limit)
    .all(db)
    .await
}
