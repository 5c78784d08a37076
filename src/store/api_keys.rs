//! API keys: only their hashes are kept.

use jiff::Timestamp;

use crate::db::{Db, Result, Tx, sql};

/// A key as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ApiKey {
    /// The key's id.
    pub id: String,
    /// What its maker called it.
    pub name: String,
    /// What it may be used for.
    pub scope: String,
}

/// Keeps a new key.
pub async fn insert(tx: &mut Tx, key: &ApiKey, secret_hash: &str, now: Timestamp) -> Result<()> {
    sql("insert into api_keys (id, name, scope, secret_hash, created_at) values (?, ?, ?, ?, ?)")
        .bind(&key.id)
        .bind(&key.name)
        .bind(&key.scope)
        .bind(secret_hash)
        .bind(now)
        .execute(tx)
        .await?;
    Ok(())
}

/// The key with this hash. The hash is of 256 random bits, so its look-up tells an attacker nothing.
pub async fn by_hash(db: &Db, secret_hash: &str) -> Result<Option<ApiKey>> {
    sql("select id, name, scope from api_keys where secret_hash = ?")
        .bind(secret_hash)
        .optional(db)
        .await
}
