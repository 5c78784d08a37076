//! Endpoints: where results are sent.

use jiff::Timestamp;

use crate::db::{Db, Millis, Result, Tx, sql};

/// An endpoint as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// What is sent: `webhook`, `ocsf`, `chat` or `ssf`.
    pub kind: String,
    /// What people call it.
    pub name: String,
    /// Where: a URL, or a file's path for `ocsf`.
    pub url: String,
    /// Its secrets, sealed.
    pub secrets: Option<Vec<u8>>,
    /// What else is settled with it, JSON; `ssf` alone has any.
    pub settings: Option<String>,
    /// Types of messages, with a blank between them.
    pub events: String,
    /// Whether it may stand at a private address.
    pub private: bool,
    /// When it was made.
    pub created_at: Millis,
    /// When it was switched off.
    pub disabled_at: Option<Millis>,
    /// Why.
    pub disabled_why: Option<String>,
    /// Since when it fails.
    pub failing_since: Option<Millis>,
    /// Why it fails.
    pub failure: Option<String>,
}

const COLUMNS: &str = "select id, kind, name, url, secrets, settings, events, private, created_at, \
    disabled_at, disabled_why, failing_since, failure from endpoints";

/// Keeps an endpoint, new or changed.
pub async fn keep(tx: &mut Tx, row: &Row) -> Result<()> {
    sql(
        "insert into endpoints (id, kind, name, url, secrets, settings, events, private, created_at) \
         values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do update set name = excluded.name, \
         url = excluded.url, secrets = excluded.secrets, settings = excluded.settings, events = excluded.events, private = excluded.private",
    )
    .bind(&row.id)
    .bind(&row.kind)
    .bind(&row.name)
    .bind(&row.url)
    .bind(row.secrets.clone())
    .bind(row.settings.as_deref())
    .bind(&row.events)
    .bind(row.private)
    .bind(row.created_at.0)
    .execute(tx)
    .await?;
    Ok(())
}

/// Every endpoint, in the order in which they were made.
pub async fn all(db: &Db) -> Result<Vec<Row>> {
    sql(COLUMNS).push(" order by id").all(db).await
}

/// One endpoint.
pub async fn by_id(db: &Db, id: &str) -> Result<Option<Row>> {
    sql(COLUMNS)
        .push(" where id = ?")
        .bind(id)
        .optional(db)
        .await
}

/// Takes an endpoint away.
pub async fn remove(tx: &mut Tx, id: &str) -> Result<bool> {
    let removed = sql("delete from endpoints where id = ?")
        .bind(id)
        .execute(tx)
        .await?;
    Ok(removed > 0)
}

/// Switches an endpoint off, or with `None` on again.
pub async fn disable(tx: &mut Tx, id: &str, why: Option<&str>, now: Timestamp) -> Result<()> {
    sql("update endpoints set disabled_at = ?, disabled_why = ? where id = ?")
        .bind(why.map(|_| now))
        .bind(why)
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

/// Remembers that an endpoint fails, or with `None` that it no longer does.
pub async fn failing(tx: &mut Tx, id: &str, why: Option<&str>, now: Timestamp) -> Result<()> {
    sql("update endpoints set failing_since = case when cast(? as text) is null then null else coalesce(failing_since, ?) end, failure = ? where id = ?")
        .bind(why)
        .bind(now)
        .bind(why)
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}
