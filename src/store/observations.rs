//! What was seen on devices, sealed; and which devices were heard of, and in which networks.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;

use crate::db::{Db, Millis, ROWS_PER_STATEMENT, Result, Tx, Value, sql};
use crate::telemetry::{DeviceId, Observation, Seen};
use crate::vault::Vault;

fn place(device: &str, id: &str) -> String {
    format!("observations.body/{device}/{id}")
}

/// Keeps observations, and says which ids stood there already, by their places.
pub async fn insert(tx: &mut Tx, vault: &Vault, all: &[&Observation]) -> Result<Vec<usize>> {
    let mut known = Vec::new();
    for (chunk, some) in all.chunks(ROWS_PER_STATEMENT).enumerate() {
        let row = |one: &&Observation| -> [Value; 5] {
            let sealed = vault.seal_json(&place(one.device.as_str(), &one.id), *one);
            [
                one.device.as_str().into(),
                one.id.as_str().into(),
                one.at.into(),
                one.seen.word().into(),
                sealed.into(),
            ]
        };
        let kept: Vec<(String, String)> =
            sql("insert into observations (device, id, at, type, body) values")
                .rows(some.iter().map(row))
                .push(" on conflict do nothing returning device, id")
                .all(&mut *tx)
                .await?;
        let mut kept: HashSet<_> = kept.into_iter().collect();
        for (at, one) in some.iter().enumerate() {
            if !kept.remove(&(one.device.to_string(), one.id.clone())) {
                known.push(chunk * ROWS_PER_STATEMENT + at);
            }
        }
    }
    Ok(known)
}

#[derive(sqlx::FromRow)]
struct Row {
    device: String,
    id: String,
    body: Vec<u8>,
}

impl Row {
    fn open(&self, vault: &Vault) -> Option<Observation> {
        // What another version of the program wrote otherwise is not known.
        vault
            .open_json(&place(&self.device, &self.id), &self.body)
            .ok()
    }
}

/// One observation.
pub async fn by_key(
    tx: &mut Tx,
    vault: &Vault,
    device: &DeviceId,
    id: &str,
) -> Result<Option<Observation>> {
    let row: Option<Row> =
        sql("select device, id, body from observations where device = ? and id = ?")
            .bind(device.as_str())
            .bind(id)
            .optional(tx)
            .await?;
    Ok(row.and_then(|row| row.open(vault)))
}

/// Observations of a device within a span, in no order: of each type the latest, as many as `limit`, so that
/// none pushes out another.
pub async fn within(
    db: &Db,
    vault: &Vault,
    device: &str,
    from: Timestamp,
    until: Option<Timestamp>,
    limit: i64,
) -> Result<Vec<Observation>> {
    let select = || {
        sql("select device, id, body from observations where device = ? and at >= ?")
            .bind(device)
            .bind(from)
            .filter(" and at < ?", until)
    };
    let latest = select().push(" order by at desc limit ?").bind(limit);
    let mut rows: Vec<Row> = latest.all(db).await?;
    if i64::try_from(rows.len()).unwrap_or(i64::MAX) >= limit {
        rows.clear();
        for word in Seen::WORDS {
            let of_type = select().push(" and type = ?").bind(word);
            let latest = of_type.push(" order by at desc limit ?").bind(limit);
            rows.extend(latest.all::<Row>(db).await?);
        }
    }
    Ok(rows.iter().filter_map(|row| row.open(vault)).collect())
}

/// Forgets what was seen of places, networks, sessions and activity before a time; hardware and programs
/// stay known, and so does all of somebody on whom a hold stands.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    sql("delete from observations where type in ('location', 'network', 'remote_session', 'activity') and at < ?")
        .bind(before)
        .push(
            " and not exists (select 1 from bindings b join workers w on w.worker_id = b.worker_id join holds h \
             on h.candidate_id = w.candidate_id where b.device = observations.device and b.from_at <= observations.at \
             and (b.until_at is null or b.until_at > observations.at) and h.lifted_at is null)",
        )
        .execute(tx)
        .await
}

/// How many observations a device has outside these spans.
pub async fn outside(
    db: &Db,
    device: &str,
    spans: &[(Timestamp, Option<Timestamp>)],
) -> Result<i64> {
    let count: (i64,) = sql("select count(*) from observations where device = ?")
        .bind(device)
        .one(db)
        .await?;
    let mut left = count.0;
    for (from, until) in spans {
        let within: (i64,) = sql("select count(*) from observations where device = ? and at >= ?")
            .bind(device)
            .bind(*from)
            .filter(" and at < ?", *until)
            .one(db)
            .await?;
        left -= within.0;
    }
    Ok(left)
}

/// Notes that devices were heard of; holds their rows until the end of the transaction, so that two
/// batches about one device follow each other.
pub async fn heard(
    tx: &mut Tx,
    devices: &BTreeMap<DeviceId, (Timestamp, Timestamp)>,
) -> Result<()> {
    let all: Vec<_> = devices.iter().collect();
    for some in all.chunks(ROWS_PER_STATEMENT) {
        let row = |(device, (first, last)): &(&DeviceId, &(Timestamp, Timestamp))| -> [Value; 3] {
            [device.as_str().into(), (*first).into(), (*last).into()]
        };
        sql("insert into devices (device, first_at, last_at) values")
            .rows(some.iter().map(row))
            .push(
                " on conflict (device) do update set \
                 first_at = case when excluded.first_at < devices.first_at then excluded.first_at else devices.first_at end, \
                 last_at = case when excluded.last_at > devices.last_at then excluded.last_at else devices.last_at end",
            )
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// A device that said something.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Heard {
    /// The device.
    pub device: String,
    /// The first that is heard of it.
    pub first_at: Millis,
    /// The last.
    pub last_at: Millis,
}

/// Since when and until when some devices are heard of.
pub async fn heard_of(db: &Db, devices: &[String]) -> Result<Vec<Heard>> {
    let mut all = Vec::new();
    for some in devices.chunks(ROWS_PER_STATEMENT) {
        let found: Vec<Heard> =
            sql("select device, first_at, last_at from devices where device in ")
                .list(some)
                .all(db)
                .await?;
        all.extend(found);
    }
    Ok(all)
}

/// Devices that are heard of outside every span in which they were bound, the latest first. A gap between
/// two spans does not show.
pub async fn unbound(db: &Db, limit: i64) -> Result<Vec<Heard>> {
    sql(
        "select d.device, d.first_at, d.last_at from devices d where \
         not exists (select 1 from bindings b where b.device = d.device and b.from_at <= d.last_at \
         and (b.until_at is null or b.until_at > d.last_at)) \
         or not exists (select 1 from bindings b where b.device = d.device and b.from_at <= d.first_at) \
         order by d.last_at desc limit ?",
    )
    .bind(limit)
    .all(db)
    .await
}

/// Notes in which networks devices are; returns those networks that one of them was not in before.
pub async fn in_networks(
    tx: &mut Tx,
    seen: &BTreeMap<(i64, DeviceId), (Timestamp, Timestamp)>,
) -> Result<Vec<i64>> {
    let mut new = Vec::new();
    for ((hash, device), (first, last)) in seen {
        let known: Option<(i64,)> =
            sql("select last_at from networks where hash = ? and device = ?")
                .bind(*hash)
                .bind(device.as_str())
                .optional(&mut *tx)
                .await?;
        if known.is_none() {
            new.push(*hash);
        }
        sql("insert into networks (hash, device, first_at, last_at) values (?, ?, ?, ?) \
             on conflict (hash, device) do update set \
             first_at = case when excluded.first_at < networks.first_at then excluded.first_at else networks.first_at end, \
             last_at = case when excluded.last_at > networks.last_at then excluded.last_at else networks.last_at end")
            .bind(*hash)
            .bind(device.as_str())
            .bind(*first)
            .bind(*last)
            .execute(&mut *tx)
            .await?;
    }
    Ok(new)
}

/// Devices in some networks: which, in which, since when and until when.
pub async fn of_networks(tx: &mut Tx, hashes: &[i64]) -> Result<Vec<(i64, String, i64, i64)>> {
    let mut all = Vec::new();
    for some in hashes.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<(i64, String, i64, i64)> =
            sql("select hash, device, first_at, last_at from networks where hash in ")
                .list(some.iter().copied())
                .push(" order by last_at desc limit 500")
                .all(&mut *tx)
                .await?;
        all.extend(rows);
    }
    Ok(all)
}

/// The networks of some devices since a time.
pub async fn networks_of(
    db: &Db,
    devices: &[String],
    since: Timestamp,
) -> Result<Vec<(i64, String, i64)>> {
    sql("select hash, device, last_at from networks where last_at >= ?")
        .bind(since)
        .push(" and device in ")
        .list(devices)
        .all(db)
        .await
}

/// Somebody whose device was in a network.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Owner {
    /// The network.
    pub hash: i64,
    /// When the device was last there.
    pub last_at: Millis,
    /// Whose it was then.
    pub worker_id: String,
    /// Who that was as an applicant.
    pub candidate_id: crate::candidate::CandidateId,
}

/// Whose devices were in some networks since a time, the latest of each network.
pub async fn owners_in(
    db: &Db,
    hashes: &[i64],
    since: Timestamp,
    most: usize,
) -> Result<Vec<Owner>> {
    let mut all = Vec::new();
    for hash in hashes {
        let some: Vec<Owner> = sql(
            "select n.hash, n.last_at, b.worker_id, w.candidate_id from networks n \
             join bindings b on b.device = n.device and b.from_at <= n.last_at \
             and (b.until_at is null or b.until_at > n.last_at) \
             join workers w on w.worker_id = b.worker_id where n.hash = ? and n.last_at >= ?",
        )
        .bind(*hash)
        .bind(since)
        .push(" order by n.last_at desc limit ?")
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .all(db)
        .await?;
        all.extend(some);
    }
    Ok(all)
}
