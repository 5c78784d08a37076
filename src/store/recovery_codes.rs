//! Codes that stand in for a lost second factor: only their hashes are kept.

use crate::db::{Db, Result, Tx, Value, sql};

/// Puts codes in the place of those that somebody had.
pub async fn replace(tx: &mut Tx, user_id: &str, hashes: &[String]) -> Result<()> {
    sql("delete from recovery_codes where user_id = ?")
        .bind(user_id)
        .execute(&mut *tx)
        .await?;
    if hashes.is_empty() {
        return Ok(());
    }
    sql("insert into recovery_codes (user_id, code_hash) values")
        .rows(
            hashes
                .iter()
                .map(|hash| [Value::from(user_id), Value::from(hash.as_str())]),
        )
        .execute(tx)
        .await?;
    Ok(())
}

/// Uses a code up; `false` where there is none such.
pub async fn take(tx: &mut Tx, user_id: &str, hash: &str) -> Result<bool> {
    let gone = sql("delete from recovery_codes where user_id = ? and code_hash = ?")
        .bind(user_id)
        .bind(hash)
        .execute(tx)
        .await?;
    Ok(gone == 1)
}

/// How many somebody has left.
pub async fn left(db: &Db, user_id: &str) -> Result<i64> {
    let (left,): (i64,) = sql("select count(*) from recovery_codes where user_id = ?")
        .bind(user_id)
        .one(db)
        .await?;
    Ok(left)
}
