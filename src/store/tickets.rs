//! Tickets for security: breaches of policy, open until a named person closes them.

use jiff::Timestamp;

use crate::candidate::CandidateId;
use crate::db::{Db, Millis, Result, Tx, sql};

/// A ticket.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Ticket {
    /// Its id.
    pub id: String,
    /// About whom.
    pub candidate_id: CandidateId,
    /// The rule that found it.
    pub rule: String,
    /// The rule's title.
    pub title: String,
    /// What was found.
    pub message: String,
    /// When it was opened.
    pub opened_at: Millis,
    /// When it was closed.
    pub closed_at: Option<Millis>,
    /// By whom.
    pub closed_by: Option<String>,
    /// With which words.
    pub note: Option<String>,
}

const COLUMNS: &str = "select id, candidate_id, rule, title, message, opened_at, closed_at, closed_by, note \
    from tickets";

/// Opens a ticket, unless one about the same is open, or was closed and nothing has changed; says whether
/// it did.
pub async fn open(tx: &mut Tx, ticket: &Ticket) -> Result<bool> {
    let known: Option<(String,)> = sql(
        "select id from tickets where candidate_id = ? and rule = ? and (closed_at is null or message = ?)",
    )
    .bind(&ticket.candidate_id)
    .bind(&ticket.rule)
    .bind(&ticket.message)
    .optional(&mut *tx)
    .await?;
    if known.is_some() {
        return Ok(false);
    }
    let opened = sql(
        "insert into tickets (id, candidate_id, rule, title, message, opened_at) values (?, ?, ?, ?, ?, ?) \
         on conflict do nothing",
    )
    .bind(&ticket.id)
    .bind(&ticket.candidate_id)
    .bind(&ticket.rule)
    .bind(&ticket.title)
    .bind(&ticket.message)
    .bind(ticket.opened_at.0)
    .execute(tx)
    .await?;
    Ok(opened > 0)
}

/// Tickets that are open, the latest first.
pub async fn opened(db: &Db, limit: i64) -> Result<Vec<Ticket>> {
    sql(COLUMNS)
        .push(" where closed_at is null order by id desc limit ?")
        .bind(limit)
        .all(db)
        .await
}

/// Tickets about a candidate, the latest first.
pub async fn of(db: &Db, candidate: &CandidateId) -> Result<Vec<Ticket>> {
    sql(COLUMNS)
        .push(" where candidate_id = ? order by id desc")
        .bind(candidate)
        .all(db)
        .await
}

/// Closes a ticket; `false` where none is open under this id.
pub async fn close(tx: &mut Tx, id: &str, by: &str, note: &str, now: Timestamp) -> Result<bool> {
    let closed = sql("update tickets set closed_at = ?, closed_by = ?, note = ? where id = ?")
        .bind(now)
        .bind(by)
        .bind(note)
        .bind(id)
        .push(" and closed_at is null")
        .execute(tx)
        .await?;
    Ok(closed > 0)
}
