//! What was left at vendors' after screenings: one row a connection, candidate and kind.

use crate::candidate::CandidateId;
use crate::db::{Db, Millis, Result, Tx, sql};

/// What was left, or is being left.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Left {
    /// `sending` from before the request until its answer, then `left`.
    pub state: String,
    /// Its id at the vendor's.
    pub remote_id: Option<String>,
    /// The next step that it names.
    pub next_step: String,
    /// Since when it stands so; the mark in what is being left has it.
    pub at: Millis,
}

/// The state of what is being left: it may have been, or not.
pub const SENDING: &str = "sending";

/// The state of what was left.
pub const LEFT: &str = "left";

/// What was left of a kind for a candidate.
pub async fn of(db: &Db, connection: &str, id: &CandidateId, kind: &str) -> Result<Option<Left>> {
    sql("select state, remote_id, next_step, at from notes_left where connection = ?")
        .bind(connection)
        .push(" and candidate_id = ?")
        .bind(id)
        .push(" and kind = ?")
        .bind(kind)
        .optional(db)
        .await
}

/// Writes down what is being left, or was, in place of what stood there at a time; `false` where
/// something else stands there by now.
pub async fn put(
    tx: &mut Tx,
    (connection, id, kind): (&str, &CandidateId, &str),
    left: &Left,
    instead_of: Option<Millis>,
) -> Result<bool> {
    let put = sql(
        "insert into notes_left (connection, candidate_id, kind, state, remote_id, next_step, at) \
         values (?, ?, ?, ?, ?, ?, ?) on conflict (connection, candidate_id, kind) do update set \
         state = excluded.state, remote_id = excluded.remote_id, next_step = excluded.next_step, \
         at = excluded.at where notes_left.at = ?",
    )
    .bind(connection)
    .bind(id)
    .bind(kind)
    .bind(&left.state)
    .bind(left.remote_id.as_deref())
    .bind(&left.next_step)
    .bind(left.at.0)
    .bind(instead_of.map(|at| at.0))
    .execute(tx)
    .await?;
    Ok(put > 0)
}

/// Forgets that something is being left: it certainly was not.
pub async fn forget(tx: &mut Tx, connection: &str, id: &CandidateId, kind: &str) -> Result<()> {
    sql("delete from notes_left where state = 'sending' and connection = ?")
        .bind(connection)
        .push(" and candidate_id = ?")
        .bind(id)
        .push(" and kind = ?")
        .bind(kind)
        .execute(tx)
        .await?;
    Ok(())
}

/// The same of every kind: a person says to try again.
pub async fn forget_all(tx: &mut Tx, connection: &str, id: &CandidateId) -> Result<()> {
    sql("delete from notes_left where state = 'sending' and connection = ?")
        .bind(connection)
        .push(" and candidate_id = ?")
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}
