//! What an installation remembers of itself.

use crate::db::{Db, Result, Tx, sql};

/// A setting's value, if it has been written.
pub async fn get(db: &Db, name: &'static str) -> Result<Option<String>> {
    let row: Option<(String,)> = sql("select value from settings where name = ?")
        .bind(name)
        .optional(db)
        .await?;
    Ok(row.map(|(value,)| value))
}

/// Writes a setting unless it is there, and says which value stands.
pub async fn claim(tx: &mut Tx, name: &'static str, value: &str) -> Result<String> {
    sql("insert into settings (name, value) values (?, ?) on conflict (name) do nothing")
        .bind(name)
        .bind(value)
        .execute(&mut *tx)
        .await?;
    let (value,): (String,) = sql("select value from settings where name = ?")
        .bind(name)
        .one(tx)
        .await?;
    Ok(value)
}

/// Writes a setting, whatever stood there.
pub async fn put(tx: &mut Tx, name: &'static str, value: &str) -> Result<()> {
    sql("insert into settings (name, value) values (?, ?) on conflict (name) do update set value = excluded.value")
        .bind(name)
        .bind(value)
        .execute(tx)
        .await?;
    Ok(())
}

/// Forgets a setting, unless it has another value by now.
pub async fn remove(tx: &mut Tx, name: &'static str, value: &str) -> Result<()> {
    sql("delete from settings where name = ? and value = ?")
        .bind(name)
        .bind(value)
        .execute(tx)
        .await?;
    Ok(())
}
