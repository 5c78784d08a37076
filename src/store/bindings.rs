//! Which device was whose, and when.

use jiff::Timestamp;

use crate::db::{Db, Millis, ROWS_PER_STATEMENT, Result, Tx, sql};
use crate::telemetry::DeviceId;

/// A span in which a device was a worker's.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Binding {
    /// The device.
    pub device: String,
    /// From then.
    pub from_at: Millis,
    /// Until then; `None` while it is out.
    pub until_at: Option<Millis>,
    /// Whose.
    pub worker_id: String,
}

const COLUMNS: &str = "select device, from_at, until_at, worker_id from bindings";

impl Binding {
    /// From then.
    pub fn from(&self) -> Timestamp {
        self.from_at.into()
    }

    /// Until then.
    pub fn until(&self) -> Option<Timestamp> {
        self.until_at.map(Into::into)
    }

    /// Whether a time is within it.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.from() <= at && self.until().is_none_or(|until| at < until)
    }
}

/// The span that is open.
pub async fn open(tx: &mut Tx, device: &DeviceId) -> Result<Option<Binding>> {
    sql(COLUMNS)
        .push(" where device = ? and until_at is null")
        .bind(device.as_str())
        .optional(tx)
        .await
}

/// All spans of a device, oldest first.
pub async fn of_device(tx: &mut Tx, device: &DeviceId) -> Result<Vec<Binding>> {
    sql(COLUMNS)
        .push(" where device = ? order by from_at")
        .bind(device.as_str())
        .all(tx)
        .await
}

/// All spans of some devices.
pub async fn of_devices(tx: &mut Tx, devices: &[&str]) -> Result<Vec<Binding>> {
    let mut all = Vec::new();
    for some in devices.chunks(500) {
        let found: Vec<Binding> = sql(COLUMNS)
            .push(" where device in ")
            .list(some.iter().copied())
            .all(&mut *tx)
            .await?;
        all.extend(found);
    }
    Ok(all)
}

/// All spans of a worker, oldest first.
pub async fn of_worker(db: &Db, worker_id: &str) -> Result<Vec<Binding>> {
    sql(COLUMNS)
        .push(" where worker_id = ? order by from_at, device")
        .bind(worker_id)
        .all(db)
        .await
}

/// All spans of some workers, oldest first.
pub async fn of_workers(db: &Db, worker_ids: &[String]) -> Result<Vec<Binding>> {
    let mut all = Vec::new();
    for some in worker_ids.chunks(ROWS_PER_STATEMENT) {
        let found: Vec<Binding> = sql(COLUMNS)
            .push(" where worker_id in ")
            .list(some)
            .push(" order by from_at, device")
            .all(db)
            .await?;
        all.extend(found);
    }
    Ok(all)
}

/// When a device was anybody's, oldest first.
pub async fn spans(db: &Db, device: &str) -> Result<Vec<(Timestamp, Option<Timestamp>)>> {
    let all: Vec<Binding> = sql(COLUMNS)
        .push(" where device = ? order by from_at")
        .bind(device)
        .all(db)
        .await?;
    Ok(all.iter().map(|one| (one.from(), one.until())).collect())
}

/// Starts a span; `false` where one is open, or starts at that very time.
pub async fn insert(
    tx: &mut Tx,
    device: &DeviceId,
    worker_id: &str,
    from: Timestamp,
) -> Result<bool> {
    let inserted = sql(
        "insert into bindings (device, from_at, worker_id) values (?, ?, ?) on conflict do nothing",
    )
    .bind(device.as_str())
    .bind(from)
    .bind(worker_id)
    .execute(tx)
    .await?;
    Ok(inserted > 0)
}

/// Ends the span that is open.
pub async fn close(tx: &mut Tx, device: &DeviceId, at: Timestamp) -> Result<()> {
    sql("update bindings set until_at = ? where device = ?")
        .bind(at)
        .bind(device.as_str())
        .push(" and until_at is null")
        .execute(tx)
        .await?;
    Ok(())
}
