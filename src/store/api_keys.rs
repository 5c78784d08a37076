//! API keys: only their hashes are kept.

use jiff::Timestamp;

use crate::db::{Db, Millis, Result, Tx, sql};

/// A key as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ApiKey {
    /// The key's id.
    pub id: String,
    /// What its maker called it.
    pub name: String,
    /// What it may be used for.
    pub scope: String,
    /// Since when.
    pub created_at: Millis,
    /// Who made it, a user's id; empty for the command line.
    pub made_by: String,
    /// What they were called then.
    pub made_by_name: String,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Millis>,
    /// When it was revoked.
    pub revoked_at: Option<Millis>,
}

impl ApiKey {
    /// What its maker called it, else the end of its id.
    pub fn called(&self) -> String {
        match self.name.trim() {
            "" => short(&self.id),
            name => name.to_owned(),
        }
    }
}

/// What a key without a name is called: the end of its id, as ids begin with the time.
pub fn short(id: &str) -> String {
    let start = id.char_indices().rev().nth(5).map_or(0, |(at, _)| at);
    format!("key …{}", &id[start..])
}

const ALL: &str = "select id, name, scope, created_at, made_by, made_by_name, last_used_at, revoked_at from api_keys where true";

/// Keeps a new key.
pub async fn insert(tx: &mut Tx, key: &ApiKey, secret_hash: &str) -> Result<()> {
    sql("insert into api_keys (id, name, scope, secret_hash, made_by, made_by_name, created_at) values (?, ?, ?, ?, ?, ?, ?)")
        .bind(&key.id)
        .bind(&key.name)
        .bind(&key.scope)
        .bind(secret_hash)
        .bind(&key.made_by)
        .bind(&key.made_by_name)
        .bind(Timestamp::from(key.created_at))
        .execute(tx)
        .await?;
    Ok(())
}

/// The key with this hash, unless it was revoked. The hash is of 256 random bits, so its look-up tells an attacker nothing.
pub async fn by_hash(db: &Db, secret_hash: &str) -> Result<Option<ApiKey>> {
    sql(ALL)
        .push(" and secret_hash = ? and revoked_at is null")
        .bind(secret_hash)
        .optional(db)
        .await
}

/// Every key, those in use first, the newest before.
pub async fn all(db: &Db) -> Result<Vec<ApiKey>> {
    sql(ALL)
        .push(" order by case when revoked_at is null then 0 else 1 end, created_at desc, id desc")
        .all(db)
        .await
}

/// Who made a key: a user's id; `None` where it was made on the command line.
pub async fn maker(db: &Db, id: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = sql("select made_by from api_keys where id = ? and made_by <> ''")
        .bind(id)
        .optional(db)
        .await?;
    Ok(row.map(|(maker,)| maker))
}

/// The keys that somebody made and that are in use.
pub async fn live_of(db: &Db, user_id: &str) -> Result<Vec<ApiKey>> {
    sql(ALL)
        .push(" and made_by = ? and revoked_at is null")
        .bind(user_id)
        .push(" order by created_at desc, id desc")
        .all(db)
        .await
}

/// Revokes a key and says what it was called; `None`: there is none such, or it was revoked before.
pub async fn revoke(tx: &mut Tx, id: &str, now: Timestamp) -> Result<Option<String>> {
    let row: Option<(String,)> = sql(
        "update api_keys set revoked_at = ? where id = ? and revoked_at is null returning name",
    )
    .bind(now)
    .bind(id)
    .optional(tx)
    .await?;
    Ok(row.map(|(name,)| name))
}

/// Remembers that a key was used, unless somebody did so after `before`.
pub async fn used(tx: &mut Tx, id: &str, now: Timestamp, before: Timestamp) -> Result<()> {
    sql("update api_keys set last_used_at = ? where id = ? and (last_used_at is null or last_used_at < ?)")
        .bind(now)
        .bind(id)
        .bind(before)
        .execute(tx)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn a_key_without_a_name_is_called_by_the_end_of_its_id() {
        assert_eq!(short("0197-abcdef-12ab34"), "key …12ab34");
        assert_eq!(short("k"), "key …k");
        assert_eq!(short(""), "key …");
    }
}
