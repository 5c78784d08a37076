//! The latency report: one line for each session, by candidate.

use std::io::Write;

use jiff::Timestamp;

use super::{Cell, Sheet};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::screening::Screening;
use crate::store::workers::Worker;
use crate::store::{bindings, candidates, screenings, sessions, workers};
use crate::telemetry::{self, Access, Session};

/// The columns, in an order that never changes; new ones are added at the end.
pub const COLUMNS: &[&str] = &[
    "candidate_id",
    "source",
    "external_id",
    "worker_id",
    "device_id",
    "kind",
    "state",
    "session_id",
    "started_at",
    "ended_at",
    "n",
    "p05_ms",
    "median_ms",
    "mad_ms",
    "p95_ms",
    "peer_is_relay",
    "probe",
    "access",
];

/// Workers read in one go.
const PAGE: i64 = 100;

/// Sessions of a device and span that are reported: the latest.
const SESSIONS: i64 = 1_000_000;

/// Writes the sessions that started in `from..to`, by worker and then the latest first.
pub async fn write(
    db: &Db,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    out: &mut (impl Write + Send),
) -> Result<()> {
    let mut sheet = Sheet::new(out, COLUMNS).map_err(broken)?;
    let mut after = String::new();
    loop {
        let page = workers::list(db, &after, None, PAGE).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.worker_id);
        for worker in &page {
            of_worker(db, worker, (from, to), &mut sheet).await?;
        }
    }
    sheet.finish().map_err(broken)
}

async fn of_worker<W: Write + Send>(
    db: &Db,
    worker: &Worker,
    (from, to): (Option<Timestamp>, Option<Timestamp>),
    sheet: &mut Sheet<W>,
) -> Result<()> {
    let heads = candidates::heads(db, std::slice::from_ref(&worker.candidate_id)).await?;
    let Some(head) = heads.into_iter().next() else {
        return Ok(());
    };
    let screening = screenings::latest(db, &worker.candidate_id)
        .await?
        .map(Screening::from);
    let gauge = worker.gauge.as_ref().map(|gauge| &gauge.0);
    let states = gauge
        .map(|gauge| telemetry::states(gauge, screening.as_ref()))
        .unwrap_or_default();
    for span in bindings::of_worker(db, &worker.worker_id).await? {
        let start = from.map_or(span.from(), |from| from.max(span.from()));
        let end = [to, span.until()].into_iter().flatten().min();
        for session in sessions::within(db, &span.device, start, end, SESSIONS).await? {
            let state = states.iter().find(|(kind, _)| *kind == session.kind);
            let who = [
                &*worker.candidate_id.0,
                &head.source,
                &head.external_id,
                &worker.worker_id,
            ];
            row(sheet, who, state.map_or("", |(_, state)| state), &session).map_err(broken)?;
        }
    }
    Ok(())
}

fn row(
    sheet: &mut Sheet<impl Write>,
    who: [&str; 4],
    state: &str,
    session: &Session,
) -> csv::Result<()> {
    let (started, ended) = (session.started_at.to_string(), session.ended_at.to_string());
    let n = session.n.to_string();
    let relay = match session.peer_is_relay {
        Some(true) => "true",
        Some(false) => "false",
        None => "",
    };
    let [candidate, source, external_id, worker] = who.map(Cell::Text);
    sheet.row(&[
        candidate,
        source,
        external_id,
        worker,
        Cell::Text(session.device.as_str()),
        Cell::Text(session.kind.word()),
        Cell::Text(state),
        Cell::Text(&session.id),
        Cell::Text(&started),
        Cell::Text(&ended),
        Cell::Text(&n),
        Cell::Number(session.p05_ms),
        Cell::Number(session.median_ms),
        Cell::Number(session.mad_ms),
        Cell::Number(session.p95_ms),
        Cell::Text(relay),
        Cell::Text(session.probe.as_ref().map_or("", |probe| &probe.name)),
        Cell::Text(session.access.map_or("", Access::word)),
    ])
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::Internal(format!("writing CSV: {error}"))
}
