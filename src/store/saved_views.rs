//! Filters of the queue that have a name.

use crate::db::{Db, Result, Tx, sql};
use crate::queue::views::View;

const ALL: &str = "select saved_views.id, user_id, users.name as owner_name, users.email as owner_email, \
    saved_views.name, query, shared from saved_views join users on users.id = saved_views.user_id where true";

/// What somebody sees: their own views and those of others that are shared, by name.
pub async fn seen_by(db: &Db, user_id: &str, limit: i64) -> Result<Vec<View>> {
    sql(ALL)
        .push(" and (user_id = ? or shared) order by folded, saved_views.id limit ?")
        .bind(user_id)
        .bind(limit)
        .all(db)
        .await
}

/// One view.
pub async fn by_id(db: &Db, id: &str) -> Result<Option<View>> {
    sql(ALL)
        .push(" and saved_views.id = ?")
        .bind(id)
        .optional(db)
        .await
}

/// How many views somebody has.
pub async fn count(tx: &mut Tx, user_id: &str) -> Result<i64> {
    let (count,): (i64,) = sql("select count(*) from saved_views where user_id = ?")
        .bind(user_id)
        .one(tx)
        .await?;
    Ok(count)
}

/// Keeps a view; `false` where its owner has one of that name already.
pub async fn insert(tx: &mut Tx, view: &View, now: jiff::Timestamp) -> Result<bool> {
    let added = sql(
        "insert into saved_views (id, user_id, name, folded, query, shared, created_at) \
         values (?, ?, ?, ?, ?, ?, ?) on conflict (user_id, folded) do nothing",
    )
    .bind(&view.id)
    .bind(&view.user_id)
    .bind(&view.name)
    .bind(view.name.to_lowercase())
    .bind(&view.query)
    .bind(view.shared)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(added > 0)
}

/// Takes a view away.
pub async fn delete(tx: &mut Tx, id: &str) -> Result<()> {
    sql("delete from saved_views where id = ?")
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}
