//! Connections: which vendors' systems tell us of candidates.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::db::{Db, Json, Millis, Result, Tx, sql};

/// A connection as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// The vendor's name.
    pub vendor: String,
    /// What people call it.
    pub name: String,
    /// The source of its candidates.
    pub source: String,
    /// Its secrets, sealed.
    pub secrets: Option<Vec<u8>>,
    /// Where the API stands, if not at the vendor's usual place.
    pub api_url: Option<String>,
    /// The API's key, sealed.
    pub api_key: Option<Vec<u8>>,
    /// What else it was told.
    pub settings: Json<BTreeMap<String, String>>,
    /// Whether notes are left.
    pub leaves: bool,
    /// When it was made.
    pub created_at: Millis,
    /// When a delivery was last verified.
    pub verified_at: Option<Millis>,
    /// Deliveries whose signature was not good.
    pub refused: i64,
    /// When the last such came.
    pub refused_at: Option<Millis>,
    /// Why it was refused.
    pub refused_why: Option<String>,
    /// Since when it fails.
    pub failing_since: Option<Millis>,
    /// Why it fails.
    pub failure: Option<String>,
}

const COLUMNS: &str = "select id, vendor, name, source, secrets, api_url, api_key, settings, leaves, \
    created_at, verified_at, refused, refused_at, refused_why, failing_since, failure from connections";

/// Keeps a changed connection; `false` where it was removed meanwhile.
pub async fn update(tx: &mut Tx, row: &Row) -> Result<bool> {
    let updated = sql(
        "update connections set name = ?, source = ?, secrets = ?, api_url = ?, api_key = ?, settings = ?, \
         leaves = ? where id = ?",
    )
    .bind(&row.name)
    .bind(&row.source)
    .bind(row.secrets.clone())
    .bind(row.api_url.as_deref())
    .bind(row.api_key.clone())
    .bind(&row.settings)
    .bind(row.leaves)
    .bind(&row.id)
    .execute(tx)
    .await?;
    Ok(updated > 0)
}

/// Keeps a new connection.
pub async fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    sql(
        "insert into connections (id, vendor, name, source, secrets, api_url, api_key, settings, leaves, created_at) \
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&row.id)
    .bind(&row.vendor)
    .bind(&row.name)
    .bind(&row.source)
    .bind(row.secrets.clone())
    .bind(row.api_url.as_deref())
    .bind(row.api_key.clone())
    .bind(&row.settings)
    .bind(row.leaves)
    .bind(row.created_at.0)
    .execute(tx)
    .await?;
    Ok(())
}

/// Every connection, in the order in which they were made.
pub async fn all(db: &Db) -> Result<Vec<Row>> {
    sql(COLUMNS).push(" order by id").all(db).await
}

/// One connection.
pub async fn by_id(db: &Db, id: &str) -> Result<Option<Row>> {
    sql(COLUMNS)
        .push(" where id = ?")
        .bind(id)
        .optional(db)
        .await
}

/// Takes a connection away; its deliveries stay.
pub async fn remove(tx: &mut Tx, id: &str) -> Result<bool> {
    sql("delete from delivery_keys where connection = ?")
        .bind(id)
        .execute(&mut *tx)
        .await?;
    let removed = sql("delete from connections where id = ?")
        .bind(id)
        .execute(tx)
        .await?;
    Ok(removed > 0)
}

/// Remembers that verified deliveries came.
pub async fn verified(tx: &mut Tx, ids: &[&str], now: Timestamp) -> Result<()> {
    sql("update connections set verified_at = ? where id in ")
        .bind(now)
        .list(ids.iter().copied())
        .execute(tx)
        .await?;
    Ok(())
}

/// Remembers that deliveries were refused.
pub async fn refused(tx: &mut Tx, id: &str, count: i64, why: &str, now: Timestamp) -> Result<()> {
    sql("update connections set refused = refused + ?, refused_at = ?, refused_why = ? where id = ?")
        .bind(count)
        .bind(now)
        .bind(why)
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

/// Remembers that a connection fails, or with `None` that it no longer does.
pub async fn failing(tx: &mut Tx, id: &str, why: Option<&str>, now: Timestamp) -> Result<()> {
    match why {
        Some(why) => {
            sql("update connections set failing_since = coalesce(failing_since, ?), failure = ? where id = ?")
                .bind(now)
                .bind(why)
                .bind(id)
                .execute(tx)
                .await?
        }
        None => {
            sql("update connections set failing_since = null, failure = null where id = ? and failing_since is not null")
                .bind(id)
                .execute(tx)
                .await?
        }
    };
    Ok(())
}
