//! How decisions are made: appended, and the latest is in force.

use crate::db::{Db, Millis, Result, Tx, sql};

/// A row.
#[derive(Clone, Debug, sqlx::FromRow)]
#[expect(
    missing_docs,
    reason = "the columns; what they mean stands in Procedure"
)]
pub struct Row {
    pub id: String,
    pub at: Millis,
    pub set_by: String,
    pub set_by_id: String,
    pub opens_at: String,
    pub clear_roles: String,
    pub confirm_roles: String,
    pub note_min: i64,
    pub clock_days: i64,
    pub second_person: bool,
    pub fresh_eyes: bool,
    pub blind: bool,
}

const ALL: &str = "select id, at, set_by, set_by_id, opens_at, clear_roles, confirm_roles, note_min, clock_days, \
    second_person, fresh_eyes, blind from procedures";

/// Puts another into force.
pub async fn append(tx: &mut Tx, row: &Row) -> Result<()> {
    sql(
        "insert into procedures (id, at, set_by, set_by_id, opens_at, clear_roles, confirm_roles, note_min, \
         clock_days, second_person, fresh_eyes, blind) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&row.id)
    .bind(row.at.0)
    .bind(&row.set_by)
    .bind(&row.set_by_id)
    .bind(&row.opens_at)
    .bind(&row.clear_roles)
    .bind(&row.confirm_roles)
    .bind(row.note_min)
    .bind(row.clock_days)
    .bind(row.second_person)
    .bind(row.fresh_eyes)
    .bind(row.blind)
    .execute(tx)
    .await?;
    Ok(())
}

/// The one in force.
pub async fn latest(db: &Db) -> Result<Option<Row>> {
    sql(ALL)
        .push(" order by at desc, id desc limit 1")
        .optional(db)
        .await
}

/// The latest ones, the one in force first.
pub async fn list(db: &Db, limit: i64) -> Result<Vec<Row>> {
    sql(ALL)
        .push(" order by at desc, id desc limit ?")
        .bind(limit)
        .all(db)
        .await
}
