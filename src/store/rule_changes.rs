//! Changes of whether a rule counts: proposed, and answered once.

use jiff::Timestamp;

use crate::access::User;
use crate::db::{Db, Millis, Result, Tx, sql};

/// A change as stored.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// The rule's id.
    pub rule: String,
    /// The status that was in force.
    pub from_status: String,
    /// The status wanted, or `file`.
    pub to_status: String,
    /// What the rule's file said then.
    pub file_status: String,
    /// Why.
    pub reason: String,
    /// Who proposed it, by id.
    pub proposed_by: String,
    /// What they were called.
    pub proposed_name: String,
    /// When.
    pub proposed_at: Millis,
    /// `approved`, `declined` or `withdrawn`; `None` as long as it waits.
    pub answer: Option<String>,
    /// Who answered, by id.
    pub answered_by: Option<String>,
    /// What they were called.
    pub answered_name: Option<String>,
    /// When.
    pub answered_at: Option<Millis>,
    /// What they said to it.
    pub note: Option<String>,
    /// Whether who proposed it approved it too, as nobody else could; while it waits, whether nobody else could then.
    pub alone: bool,
}

const ALL: &str = "select id, rule, from_status, to_status, file_status, reason, proposed_by, proposed_name, \
    proposed_at, answer, answered_by, answered_name, answered_at, note, alone from rule_changes where true";

/// Keeps a proposal, unless one for the same rule waits: then false.
pub async fn propose(tx: &mut Tx, row: &Row) -> Result<bool> {
    let kept = sql("insert into rule_changes (id, rule, from_status, to_status, file_status, reason, proposed_by, \
         proposed_name, proposed_at, alone) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing")
    .bind(&row.id)
    .bind(&row.rule)
    .bind(&row.from_status)
    .bind(&row.to_status)
    .bind(&row.file_status)
    .bind(&row.reason)
    .bind(&row.proposed_by)
    .bind(&row.proposed_name)
    .bind(Timestamp::from(row.proposed_at))
    .bind(row.alone)
    .execute(tx)
    .await?;
    Ok(kept > 0)
}

/// An answer to keep.
#[derive(Clone, Copy, Debug)]
pub struct NewAnswer<'a> {
    /// `approved`, `declined` or `withdrawn`.
    pub answer: &'a str,
    /// Who.
    pub by: &'a User,
    /// What they say to it.
    pub note: &'a str,
    /// Whether nobody else could.
    pub alone: bool,
}

/// Answers a proposal that waits; false when it waits no more.
pub async fn answer(tx: &mut Tx, id: &str, given: &NewAnswer<'_>, now: Timestamp) -> Result<bool> {
    let changed = sql(
        "update rule_changes set answer = ?, answered_by = ?, answered_name = ?, answered_at = ?, \
         note = ?, alone = ? where answer is null and id = ?",
    )
    .bind(given.answer)
    .bind(&given.by.id)
    .bind(given.by.signature())
    .bind(now)
    .bind(given.note)
    .bind(given.alone)
    .bind(id)
    .execute(tx)
    .await?;
    Ok(changed > 0)
}

/// One change.
pub async fn by_id(db: &Db, id: &str) -> Result<Option<Row>> {
    sql(ALL).push(" and id = ?").bind(id).optional(db).await
}

/// The changes of a rule, the latest first.
pub async fn of(db: &Db, rule: &str, limit: i64) -> Result<Vec<Row>> {
    sql(ALL)
        .push(" and rule = ?")
        .bind(rule)
        .push(" order by proposed_at desc, id desc limit ?")
        .bind(limit)
        .all(db)
        .await
}

/// The change in force of a rule: what was approved last.
pub async fn in_force_of(db: &Db, rule: &str) -> Result<Option<Row>> {
    sql(ALL)
        .push(" and answer = 'approved' and rule = ?")
        .bind(rule)
        .push(" order by answered_at desc, id desc limit 1")
        .optional(db)
        .await
}

/// Proposals that wait for an answer, the oldest first.
pub async fn waiting(db: &Db) -> Result<Vec<Row>> {
    sql(ALL)
        .push(" and answer is null order by proposed_at, id")
        .all(db)
        .await
}

/// Rules and what they were switched to, in the order of the approvals: the last of a rule is in force.
pub async fn approved(db: &Db) -> Result<Vec<(String, String)>> {
    sql("select rule, to_status from rule_changes where answer = 'approved' order by answered_at, id")
        .all(db)
        .await
}
