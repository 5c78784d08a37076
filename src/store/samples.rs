//! Raw timings, packed; forgotten after a time.

use jiff::Timestamp;

use crate::db::{ROWS_PER_STATEMENT, Result, Tx, Value, sql};
use crate::telemetry::packed::{self, Timing};
use crate::telemetry::{DeviceId, Kind};

/// Timings to keep, in the order of their times; there is at least one.
#[derive(Debug)]
pub struct Part<'a> {
    /// Whose.
    pub device: &'a DeviceId,
    /// What they measure.
    pub kind: Kind,
    /// The session.
    pub session: &'a str,
    /// An id of its own.
    pub id: String,
    /// The timings.
    pub timings: &'a [Timing],
}

/// Keeps timings.
pub async fn append(tx: &mut Tx, parts: &[Part<'_>]) -> Result<()> {
    for some in parts.chunks(ROWS_PER_STATEMENT) {
        let row = |part: &Part| -> [Value; 7] {
            let (from, until) = match part.timings {
                [first, .., last] => (first.0, last.0),
                [one] => (one.0, one.0),
                [] => (0, 0),
            };
            [
                part.device.as_str().into(),
                part.kind.word().into(),
                part.session.into(),
                part.id.as_str().into(),
                from.into(),
                until.into(),
                packed::pack(part.timings).into(),
            ]
        };
        sql("insert into samples (device, kind, session, part, from_at, until_at, packed) values")
            .rows(some.iter().map(row))
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Timings of a session that are kept already, of parts that reach into a span.
pub async fn around(
    tx: &mut Tx,
    (device, kind, session): (&DeviceId, Kind, &str),
    (from, until): (i64, i64),
) -> Result<Vec<Timing>> {
    let rows: Vec<(Vec<u8>,)> =
        sql("select packed from samples where device = ? and kind = ? and session = ?")
            .bind(device.as_str())
            .bind(kind.word())
            .bind(session)
            .push(" and until_at >= ? and from_at <= ?")
            .bind(from)
            .bind(until)
            .all(tx)
            .await?;
    Ok(rows
        .iter()
        .flat_map(|(bytes,)| packed::unpack(bytes))
        .collect())
}

/// Forgets timings from before a time, but none of somebody on whom a hold stands.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    sql("delete from samples where until_at < ?")
        .bind(before)
        .push(
            " and not exists (select 1 from bindings b join workers w on w.worker_id = b.worker_id join holds h \
             on h.candidate_id = w.candidate_id where b.device = samples.device and b.from_at <= samples.until_at \
             and (b.until_at is null or b.until_at > samples.from_at) and h.lifted_at is null)",
        )
        .execute(tx)
        .await
}
