//! Imported sets of public records, each with its facts in parts.
//!
//! A set is written in one transaction: [`begin`], then [`append`] for every part. Nothing of it can be
//! seen before the commit.

use crate::db::{Db, Millis, Result, Tx, sql};
use crate::reference::{Kind, Set, Vintage};

#[derive(sqlx::FromRow)]
struct Row {
    kind: String,
    vintage: String,
    file: String,
    digest: String,
    rows: i64,
    imported_at: Millis,
}

impl Row {
    /// The set; `None` where a newer version wrote of what this one does not know.
    fn set(self) -> Option<Set> {
        Some(Set {
            kind: Kind::of_word(&self.kind)?,
            vintage: self.vintage.parse().ok()?,
            file: self.file,
            digest: self.digest,
            rows: self.rows,
            imported_at: self.imported_at.into(),
        })
    }
}

/// Every set, by kind and vintage; those of kinds that only a newer version knows are left out.
pub async fn sets(db: &Db) -> Result<Vec<Set>> {
    let rows: Vec<Row> = sql(
        "select kind, vintage, file, digest, rows, imported_at from reference_sets order by kind, vintage",
    )
    .all(db)
    .await?;
    Ok(rows.into_iter().filter_map(Row::set).collect())
}

/// The set of a kind that was read from a file of this digest.
pub async fn of_digest(db: &Db, kind: Kind, digest: &str) -> Result<Option<Set>> {
    let row: Option<Row> = sql(
        "select kind, vintage, file, digest, rows, imported_at from reference_sets \
         where kind = ? and digest = ? order by vintage desc limit 1",
    )
    .bind(kind.word())
    .bind(digest)
    .optional(db)
    .await?;
    Ok(row.and_then(Row::set))
}

/// Begins a set anew: whatever stood under its kind and vintage is gone with the commit.
pub async fn begin(tx: &mut Tx, set: &Set) -> Result<()> {
    // The set's own row comes first, so that of two who import the same one waits for the other.
    sql("insert into reference_sets (kind, vintage, file, digest, rows, imported_at) values (?, ?, ?, ?, ?, ?) \
         on conflict (kind, vintage) do update set file = excluded.file, digest = excluded.digest, \
         rows = excluded.rows, imported_at = excluded.imported_at")
    .bind(set.kind.word())
    .bind(set.vintage.to_string())
    .bind(&set.file)
    .bind(&set.digest)
    .bind(set.rows)
    .bind(set.imported_at)
    .execute(&mut *tx)
    .await?;
    sql("delete from reference_parts where kind = ? and vintage = ?")
        .bind(set.kind.word())
        .bind(set.vintage.to_string())
        .execute(tx)
        .await?;
    Ok(())
}

/// Adds a part, a JSON list of facts, to a set that was begun.
pub async fn append(tx: &mut Tx, set: &Set, part: i64, facts: &str) -> Result<()> {
    sql("insert into reference_parts (kind, vintage, part, facts) values (?, ?, ?, ?)")
        .bind(set.kind.word())
        .bind(set.vintage.to_string())
        .bind(part)
        .bind(facts)
        .execute(tx)
        .await?;
    Ok(())
}

/// Takes a set away with its parts, and says whether it was there.
pub async fn remove(tx: &mut Tx, kind: Kind, vintage: Vintage) -> Result<bool> {
    sql("delete from reference_parts where kind = ? and vintage = ?")
        .bind(kind.word())
        .bind(vintage.to_string())
        .execute(&mut *tx)
        .await?;
    let sets = sql("delete from reference_sets where kind = ? and vintage = ?")
        .bind(kind.word())
        .bind(vintage.to_string())
        .execute(tx)
        .await?;
    Ok(sets > 0)
}

/// The parts of a set, in order: JSON lists of facts.
pub async fn parts(db: &Db, kind: Kind, vintage: Vintage) -> Result<Vec<String>> {
    let rows: Vec<(String,)> =
        sql("select facts from reference_parts where kind = ? and vintage = ? order by part")
            .bind(kind.word())
            .bind(vintage.to_string())
            .all(db)
            .await?;
    Ok(rows.into_iter().map(|(facts,)| facts).collect())
}
