//! What candidates said against decisions.

use jiff::Timestamp;

use crate::audit::Action;
use crate::candidate::CandidateId;
use crate::db::{Db, Millis, Result, Tx, sql};

/// A contest.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Contest {
    /// Its id.
    pub id: String,
    /// The decision that is contested.
    pub decision_id: String,
    /// What the candidate says.
    pub said: String,
    /// How it came.
    pub channel: String,
    /// The day on which the candidate said it.
    pub said_on: String,
    /// Who wrote it down.
    pub by_whom: String,
    /// Their id.
    pub user_id: String,
    /// When it was written down.
    pub at: Millis,
}

const ALL: &str =
    "select id, decision_id, said, channel, said_on, by_whom, user_id, at from contests";

/// Keeps a contest.
pub async fn append(tx: &mut Tx, candidate: &CandidateId, contest: &Contest) -> Result<()> {
    sql(
        "insert into contests (id, candidate_id, decision_id, said, channel, said_on, by_whom, user_id, at) \
         values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&contest.id)
    .bind(candidate)
    .bind(&contest.decision_id)
    .bind(&contest.said)
    .bind(&contest.channel)
    .bind(&contest.said_on)
    .bind(&contest.by_whom)
    .bind(&contest.user_id)
    .bind(contest.at.0)
    .execute(tx)
    .await?;
    Ok(())
}

/// The contests of a candidate.
pub async fn of(db: &Db, candidate: &CandidateId) -> Result<Vec<Contest>> {
    sql(ALL)
        .push(" where candidate_id = ? order by at, id")
        .bind(candidate)
        .all(db)
        .await
}

/// Reads of one candidate by one person within this time are one entry of the log: who looked this long before a decision
/// may have looked again after it.
const ONE_READ: jiff::SignedDuration = jiff::SignedDuration::from_mins(10);

/// Whether somebody read a candidate's page or took out what is kept of it, decided, signed or commented, or took out a
/// report that quotes decisions, between a decision of this time and the latest contest: by the audit log, in the order
/// of its entries.
pub async fn had_to_do(
    db: &Db,
    candidate: &CandidateId,
    user: &str,
    decided_at: Timestamp,
) -> Result<bool> {
    let actions = [
        Action::CandidateRead,
        Action::Decided,
        Action::Signed,
        Action::Commented,
        Action::PersonExported,
        Action::Exported,
    ];
    let object = crate::audit::candidate(candidate);
    let since = decided_at.checked_sub(ONE_READ).unwrap_or(decided_at);
    // The index is over the object: what was ever done to one candidate is little.
    let row: Option<(i64,)> = sql("select seq from audit_log where object in ")
        .list([object.as_str(), "report:decisions", "report:audit"])
        .push(" and who_id = ? and at >= ?")
        .bind(user)
        .bind(since)
        .push(" and who_kind = 'user' and action in ")
        .list(actions.map(Action::word))
        .push(" and seq <= (select coalesce(max(seq), 0) from audit_log where object = ?")
        .bind(&object)
        .push(" and action = ?) limit 1")
        .bind(Action::Contested.word())
        .optional(db)
        .await?;
    Ok(row.is_some())
}
