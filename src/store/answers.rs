//! Answers given to requests that carried an `Idempotency-Key`.

use jiff::Timestamp;

use crate::db::{Db, Result, Tx, sql};

/// An answer that was given.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Answer {
    /// Hash of the request's body: the same key with another body is a mistake.
    pub request_hash: String,
    /// HTTP status.
    pub status: i64,
    /// The body, JSON.
    pub body: String,
}

/// The answer given to this key before.
pub async fn find(db: &Db, api_key_id: &str, request_key: &str) -> Result<Option<Answer>> {
    sql("select request_hash, status, body from answers where api_key_id = ? and request_key = ?")
        .bind(api_key_id)
        .bind(request_key)
        .optional(db)
        .await
}

/// Keeps an answer; the first one stands.
pub async fn keep(
    tx: &mut Tx,
    api_key_id: &str,
    request_key: &str,
    answer: &Answer,
    now: Timestamp,
) -> Result<()> {
    sql(
        "insert into answers (api_key_id, request_key, request_hash, status, body, answered_at) \
         values (?, ?, ?, ?, ?, ?) on conflict (api_key_id, request_key) do nothing",
    )
    .bind(api_key_id)
    .bind(request_key)
    .bind(&answer.request_hash)
    .bind(answer.status)
    .bind(&answer.body)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// Forgets answers older than `before`.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    sql("delete from answers where answered_at < ?")
        .bind(before)
        .execute(tx)
        .await
}
