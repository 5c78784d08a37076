//! Links that sign somebody in once: only their hashes are kept.

use jiff::Timestamp;

use crate::db::{Db, Result, Tx, sql};

/// A link.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    /// Whom it signs in; nobody: it makes the first administrator.
    pub user_id: Option<String>,
}

/// Adds a link and ends all that the same person had.
pub async fn replace(
    tx: &mut Tx,
    token_hash: &str,
    user_id: Option<&str>,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    let old = match user_id {
        Some(id) => sql("delete from one_time_links where user_id = ?").bind(id),
        None => sql("delete from one_time_links where user_id is null"),
    };
    old.push(" or expires_at < ?")
        .bind(now)
        .execute(&mut *tx)
        .await?;
    sql("insert into one_time_links (token_hash, user_id, created_at, expires_at) values (?, ?, ?, ?)")
        .bind(token_hash)
        .bind(user_id)
        .bind(now)
        .bind(expires_at)
        .execute(tx)
        .await?;
    Ok(())
}

/// The link of a hash, while it is valid.
pub async fn by_hash(db: &Db, token_hash: &str, now: Timestamp) -> Result<Option<Row>> {
    sql("select user_id from one_time_links where token_hash = ? and expires_at >= ?")
        .bind(token_hash)
        .bind(now)
        .optional(db)
        .await
}

/// Uses a link up; `false` where another was faster.
pub async fn take(tx: &mut Tx, token_hash: &str) -> Result<bool> {
    let gone = sql("delete from one_time_links where token_hash = ?")
        .bind(token_hash)
        .execute(tx)
        .await?;
    Ok(gone == 1)
}

/// Ends somebody's links.
pub async fn delete_of(tx: &mut Tx, user_id: &str) -> Result<()> {
    sql("delete from one_time_links where user_id = ?")
        .bind(user_id)
        .execute(tx)
        .await?;
    Ok(())
}
