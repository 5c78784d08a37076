//! The rule files behind a digest, so that every screening can be explained and repeated.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::db::{Db, Json, Millis, Result, Tx, sql};

/// Keeps the files of a ruleset, once.
pub async fn keep(
    tx: &mut Tx,
    digest: &str,
    files: &BTreeMap<String, String>,
    now: Timestamp,
) -> Result<()> {
    let known: Option<(String,)> = sql("select digest from rulesets where digest = ?")
        .bind(digest)
        .optional(&mut *tx)
        .await?;
    if known.is_some() {
        return Ok(());
    }
    sql("insert into rulesets (digest, files, used_at) values (?, ?, ?) on conflict (digest) do nothing")
        .bind(digest)
        .bind(&Json(files))
        .bind(now)
        .execute(tx)
        .await?;
    Ok(())
}

/// The files of a ruleset that was used once: name and text.
pub async fn files(db: &Db, digest: &str) -> Result<Option<BTreeMap<String, String>>> {
    let row: Option<(Json<BTreeMap<String, String>>,)> =
        sql("select files from rulesets where digest = ?")
            .bind(digest)
            .optional(db)
            .await?;
    Ok(row.map(|(files,)| files.0))
}

/// A ruleset that was used.
#[derive(Debug, sqlx::FromRow)]
pub struct Used {
    /// Its digest.
    pub digest: String,
    /// Since when.
    pub used_at: Millis,
    /// File names and texts, as JSON.
    pub files: String,
}

/// The rulesets that were used first of late, the latest first.
pub async fn used(db: &Db, limit: i64) -> Result<Vec<Used>> {
    sql("select digest, used_at, files from rulesets order by used_at desc, digest limit ?")
        .bind(limit)
        .all(db)
        .await
}
