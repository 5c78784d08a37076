//! osquery hosts that have enrolled.

use jiff::Timestamp;

use crate::db::{Db, Result, Tx, sql};

/// Keeps a host under the hash of its node key, in place of the one it had.
pub async fn insert(
    tx: &mut Tx,
    node_hash: &str,
    api_key_id: &str,
    device: &str,
    now: Timestamp,
) -> Result<()> {
    sql("delete from osquery_nodes where device = ?")
        .bind(device)
        .execute(&mut *tx)
        .await?;
    sql("insert into osquery_nodes (node_hash, api_key_id, device, enrolled_at, seen_at) values (?, ?, ?, ?, ?)")
        .bind(node_hash)
        .bind(api_key_id)
        .bind(device)
        .bind(now)
        .bind(now)
        .execute(tx)
        .await?;
    Ok(())
}

/// The device of a node key.
pub async fn device(db: &Db, node_hash: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = sql("select device from osquery_nodes where node_hash = ?")
        .bind(node_hash)
        .optional(db)
        .await?;
    Ok(row.map(|(device,)| device))
}
