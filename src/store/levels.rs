//! Each worker's usual timing of a kind: what cohorts are made of.

use jiff::{SignedDuration, Timestamp};

use crate::db::{Db, ROWS_PER_STATEMENT, Result, Tx, Value, sql};
use crate::telemetry::{Access, Kind};

/// How long a worker who says nothing any more stays in cohorts.
const LATELY: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Workers of a cohort that are looked at: the latest.
const LOOKED_AT: i64 = 500;

/// A usual timing.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// Of which kind.
    pub kind: Kind,
    /// To which probe; empty for kinds that have none.
    pub probe: String,
    /// By which access.
    pub access: Option<Access>,
    /// Milliseconds.
    pub median_ms: f64,
    /// The last session.
    pub at: Timestamp,
}

/// Keeps a worker's levels.
pub async fn put(tx: &mut Tx, worker_id: &str, region: &str, levels: &[Level]) -> Result<()> {
    for some in levels.chunks(ROWS_PER_STATEMENT) {
        let row = |level: &Level| -> [Value; 7] {
            [
                worker_id.into(),
                level.kind.word().into(),
                level.probe.as_str().into(),
                region.into(),
                level.access.map_or("", Access::word).into(),
                level.median_ms.into(),
                level.at.into(),
            ]
        };
        sql("insert into levels (worker_id, kind, probe, region, access, median_ms, at) values")
            .rows(some.iter().map(row))
            .push(
                " on conflict (worker_id, kind, probe) do update set region = excluded.region, \
                 access = excluded.access, median_ms = excluded.median_ms, at = excluded.at",
            )
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// The usual timings of a kind without a probe among other workers of a region and access.
pub async fn of(
    db: &Db,
    kind: Kind,
    region: &str,
    access: Option<Access>,
    besides: &str,
    now: Timestamp,
) -> Result<Vec<f64>> {
    let rows: Vec<(f64,)> = sql(
        "select median_ms from levels where kind = ? and probe = '' and region = ? and access = ? \
         and at >= ? and worker_id <> ? order by at desc limit ?",
    )
    .bind(kind.word())
    .bind(region)
    .bind(access.map_or("", Access::word))
    .bind(now - LATELY)
    .bind(besides)
    .bind(LOOKED_AT)
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(one,)| one).collect())
}
