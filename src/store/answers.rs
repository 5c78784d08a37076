//! Answers given to requests that carried an `Idempotency-Key`.

use jiff::Timestamp;

use crate::db::{Result, Tx, sql};

/// A request that wants to be answered once.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Whose request.
    pub api_key_id: String,
    /// What the caller calls it.
    pub request_key: String,
    /// Hash of what it says, and where: the same key with another request is a mistake.
    pub request_hash: String,
}

/// What stands for a request that came before.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Answer {
    /// Hash of its body.
    pub request_hash: String,
    /// HTTP status; none while it is at work.
    pub status: Option<i64>,
    /// The answer's body, JSON; likewise.
    pub body: Option<String>,
}

/// Claims a request: `None` if it is ours to answer, else what stands for it. Work begun before
/// `dead` that never answered is taken over.
pub async fn claim(
    tx: &mut Tx,
    claim: &Claim,
    dead: Timestamp,
    now: Timestamp,
) -> Result<Option<Answer>> {
    let ours = sql("insert into answers (api_key_id, request_key, request_hash, claimed_at) \
         values (?, ?, ?, ?) on conflict (api_key_id, request_key) do update \
         set claimed_at = excluded.claimed_at where answers.body is null and answers.claimed_at < ?")
    .bind(&claim.api_key_id)
    .bind(&claim.request_key)
    .bind(&claim.request_hash)
    .bind(now)
    .bind(dead)
    .execute(&mut *tx)
    .await?;
    if ours > 0 {
        return Ok(None);
    }
    let standing = sql("select request_hash, status, body from answers \
         where api_key_id = ? and request_key = ?")
    .bind(&claim.api_key_id)
    .bind(&claim.request_key);
    Ok(Some(standing.one(tx).await?))
}

/// Keeps the answer to a claimed request.
pub async fn keep(tx: &mut Tx, claim: &Claim, status: i64, body: &str) -> Result<()> {
    sql("update answers set status = ?, body = ? where api_key_id = ? and request_key = ?")
        .bind(status)
        .bind(body)
        .bind(&claim.api_key_id)
        .bind(&claim.request_key)
        .execute(tx)
        .await?;
    Ok(())
}

/// Gives a claimed request back unanswered.
pub async fn release(tx: &mut Tx, claim: &Claim) -> Result<()> {
    sql("delete from answers where api_key_id = ? and request_key = ?")
        .bind(&claim.api_key_id)
        .bind(&claim.request_key)
        .execute(tx)
        .await?;
    Ok(())
}

/// Forgets answers older than `before`.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    sql("delete from answers where claimed_at < ?")
        .bind(before)
        .execute(tx)
        .await
}
