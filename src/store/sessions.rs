//! Summaries of timings: one row a device, kind and session.

use jiff::Timestamp;

use crate::db::{Db, Json, Millis, ROWS_PER_STATEMENT, Result, Sql, Tx, Value, sql};
use crate::telemetry::{Access, DeviceId, Kind, Probe, Rhythm, Session};

/// A session as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    device: String,
    kind: String,
    id: String,
    started_at: Millis,
    ended_at: Millis,
    n: i64,
    p05_ms: f64,
    median_ms: f64,
    mad_ms: f64,
    p95_ms: f64,
    relay: Option<bool>,
    probe: Option<String>,
    probe_lat: Option<f64>,
    probe_lon: Option<f64>,
    access: Option<String>,
    /// The sender made it.
    pub summary: bool,
    /// What more samples are added to.
    pub sketch: Option<Vec<u8>>,
    rhythm: Option<Json<Rhythm>>,
}

const PLAIN: &str = "select device, kind, id, started_at, ended_at, n, p05_ms, median_ms, mad_ms, p95_ms, \
    relay, probe, probe_lat, probe_lon, access, summary, cast(null as bytea) as sketch, rhythm from sessions";

const WHOLE: &str = "select device, kind, id, started_at, ended_at, n, p05_ms, median_ms, mad_ms, p95_ms, \
    relay, probe, probe_lat, probe_lon, access, summary, sketch, rhythm from sessions";

impl Row {
    /// How many timings.
    pub fn n(&self) -> u64 {
        self.n.cast_unsigned()
    }

    /// `None` for words that only another version of the program knows.
    pub fn session(self) -> Option<Session> {
        let place = self.probe_lat.zip(self.probe_lon);
        Some(Session {
            device: DeviceId::of(&self.device)?,
            kind: Kind::of_word(&self.kind)?,
            id: self.id,
            started_at: self.started_at.into(),
            ended_at: self.ended_at.into(),
            n: self.n.cast_unsigned(),
            p05_ms: self.p05_ms,
            median_ms: self.median_ms,
            mad_ms: self.mad_ms,
            p95_ms: self.p95_ms,
            peer_is_relay: self.relay,
            probe: self
                .probe
                .zip(place)
                .map(|(name, (lat, lon))| Probe { name, lat, lon }),
            access: self.access.as_deref().and_then(Access::of_word),
            rhythm: self.rhythm.map(|rhythm| rhythm.0),
        })
    }
}

fn values(session: &Session, summary: bool, sketch: Option<Vec<u8>>) -> [Value; 18] {
    let probe = session.probe.as_ref();
    [
        session.device.as_str().into(),
        session.kind.word().into(),
        session.id.as_str().into(),
        session.started_at.into(),
        session.ended_at.into(),
        i64::try_from(session.n).unwrap_or(i64::MAX).into(),
        session.p05_ms.into(),
        session.median_ms.into(),
        session.mad_ms.into(),
        session.p95_ms.into(),
        session.peer_is_relay.into(),
        probe.map(|probe| probe.name.as_str()).into(),
        probe.map(|probe| probe.lat).into(),
        probe.map(|probe| probe.lon).into(),
        session.access.map(Access::word).into(),
        summary.into(),
        sketch.into(),
        match session.rhythm {
            Some(rhythm) => (&Json(rhythm)).into(),
            None => Value::Text(None),
        },
    ]
}

const INSERT: &str = "insert into sessions (device, kind, id, started_at, ended_at, n, p05_ms, median_ms, \
    mad_ms, p95_ms, relay, probe, probe_lat, probe_lon, access, summary, sketch, rhythm) values";

const OVER: &str = " on conflict (device, kind, id) do update set started_at = excluded.started_at, \
    ended_at = excluded.ended_at, n = excluded.n, p05_ms = excluded.p05_ms, median_ms = excluded.median_ms, \
    mad_ms = excluded.mad_ms, p95_ms = excluded.p95_ms, relay = excluded.relay, probe = excluded.probe, \
    probe_lat = excluded.probe_lat, probe_lon = excluded.probe_lon, access = excluded.access, \
    summary = excluded.summary, sketch = excluded.sketch, rhythm = excluded.rhythm";

/// Keeps summaries that their senders made, and says which stood there already, by their places.
pub async fn insert(tx: &mut Tx, sessions: &[&Session]) -> Result<Vec<usize>> {
    let mut known = Vec::new();
    for (chunk, some) in sessions.chunks(ROWS_PER_STATEMENT).enumerate() {
        let rows = some.iter().map(|one| values(one, true, None));
        let kept: Vec<(String, String, String)> = sql(INSERT)
            .rows(rows)
            .push(" on conflict do nothing returning device, kind, id")
            .all(&mut *tx)
            .await?;
        if kept.len() == some.len() {
            continue;
        }
        let mut kept: std::collections::HashSet<_> = kept.into_iter().collect();
        for (at, one) in some.iter().enumerate() {
            let key = (
                one.device.to_string(),
                one.kind.word().to_owned(),
                one.id.clone(),
            );
            // Of two alike in one batch the first was kept.
            if !kept.remove(&key) {
                known.push(chunk * ROWS_PER_STATEMENT + at);
            }
        }
    }
    Ok(known)
}

/// One session as it is stored.
pub async fn by_key(tx: &mut Tx, device: &DeviceId, kind: Kind, id: &str) -> Result<Option<Row>> {
    sql(WHOLE)
        .push(" where device = ? and kind = ? and id = ?")
        .bind(device.as_str())
        .bind(kind.word())
        .bind(id)
        .optional(tx)
        .await
}

/// Keeps sessions over what stood there.
pub async fn put(tx: &mut Tx, sessions: Vec<(Session, bool, Option<Vec<u8>>)>) -> Result<()> {
    for some in sessions.chunks(ROWS_PER_STATEMENT) {
        let rows = some
            .iter()
            .map(|(one, summary, sketch)| values(one, *summary, sketch.clone()));
        sql(INSERT).rows(rows).push(OVER).execute(&mut *tx).await?;
    }
    Ok(())
}

/// Sessions of a device that started within a span, the latest first, as many as `limit`.
pub async fn within(
    db: &Db,
    device: &str,
    from: Timestamp,
    until: Option<Timestamp>,
    limit: i64,
) -> Result<Vec<Session>> {
    let rows: Vec<Row> = span(sql(PLAIN), device, from, until)
        .push(" order by started_at desc limit ?")
        .bind(limit)
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(Row::session).collect())
}

/// Sessions of a device within a span, in no order: of each kind the first and the latest, as many as these
/// limits. What was usual at first must not be pushed out by what came since.
pub async fn ends(
    db: &Db,
    device: &str,
    from: Timestamp,
    until: Option<Timestamp>,
    (first, latest): (i64, i64),
) -> Result<Vec<Session>> {
    let all = within(db, device, from, until, latest).await?;
    if i64::try_from(all.len()).unwrap_or(i64::MAX) < latest {
        return Ok(all);
    }
    let mut found = Vec::new();
    for kind in Kind::ALL {
        let of_kind = || {
            span(sql(PLAIN), device, from, until)
                .push(" and kind = ?")
                .bind(kind.word())
        };
        let late = of_kind()
            .push(" order by started_at desc limit ?")
            .bind(latest);
        let mut rows: Vec<Row> = late.all(db).await?;
        if let Some(earliest) = rows.last().map(|row| row.started_at.0) {
            let early = of_kind()
                .push(" and started_at < ?")
                .bind(earliest)
                .push(" order by started_at limit ?")
                .bind(first);
            rows.extend(early.all::<Row>(db).await?);
        }
        found.extend(rows.into_iter().filter_map(Row::session));
    }
    Ok(found)
}

/// Restricts a statement to a device's rows within a span.
fn span(sql: Sql, device: &str, from: Timestamp, until: Option<Timestamp>) -> Sql {
    sql.push(" where device = ? and started_at >= ?")
        .bind(device)
        .bind(from)
        .filter(" and started_at < ?", until)
}

/// How many sessions a device has outside these spans, which do not overlap and are in order.
pub async fn outside(
    db: &Db,
    device: &str,
    spans: &[(Timestamp, Option<Timestamp>)],
) -> Result<i64> {
    let count: (i64,) = sql("select count(*) from sessions where device = ?")
        .bind(device)
        .one(db)
        .await?;
    let mut left = count.0;
    for (from, until) in spans {
        let within: (i64,) = span(sql("select count(*) from sessions"), device, *from, *until)
            .one(db)
            .await?;
        left -= within.0;
    }
    Ok(left)
}
