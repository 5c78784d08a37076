//! Wrong passwords and codes, counted by bucket.

use jiff::Timestamp;

use crate::db::{Millis, Result, Tx, sql};

/// Counts one more attempt, and says how many there are and until when they count.
pub async fn count(
    tx: &mut Tx,
    bucket: &str,
    now: Timestamp,
    ends_at: Timestamp,
) -> Result<(i64, Timestamp)> {
    let (count, ends_at): (i64, Millis) =
        sql("insert into failures (bucket, count, ends_at) values (?, 1, ?) on conflict (bucket) do update set count = case when failures.ends_at <= ? then 1 else failures.count + 1 end, ends_at = case when failures.ends_at <= ? then excluded.ends_at else failures.ends_at end returning count, ends_at")
            .bind(bucket)
            .bind(ends_at)
            .bind(now)
            .bind(now)
            .one(tx)
            .await?;
    Ok((count, ends_at.into()))
}

/// Has a bucket wait until then.
pub async fn close(tx: &mut Tx, bucket: &str, until: Timestamp) -> Result<()> {
    sql("update failures set ends_at = ? where bucket = ?")
        .bind(until)
        .bind(bucket)
        .execute(tx)
        .await?;
    Ok(())
}

/// Takes an attempt back that was none.
pub async fn take_back(tx: &mut Tx, bucket: &str) -> Result<()> {
    sql("update failures set count = count - 1 where bucket = ? and count > 0")
        .bind(bucket)
        .execute(tx)
        .await?;
    Ok(())
}

/// Forgets a bucket.
pub async fn clear(tx: &mut Tx, bucket: &str) -> Result<()> {
    sql("delete from failures where bucket = ?")
        .bind(bucket)
        .execute(tx)
        .await?;
    Ok(())
}

/// Forgets what no longer counts.
pub async fn sweep(tx: &mut Tx, now: Timestamp) -> Result<()> {
    sql("delete from failures where ends_at <= ?")
        .bind(now)
        .execute(tx)
        .await?;
    Ok(())
}
