//! The latency report: one line for each session, by candidate.

use super::Cell;
use super::stream::{Out, Span, Stop};
use crate::db::Db;
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

/// Writes the sessions that started in the span, by worker and then the latest first.
pub(super) async fn write(db: &Db, span: Span, out: &mut Out) -> Result<(), Stop> {
    let mut after = String::new();
    loop {
        let page = workers::list(db, &after, None, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after.clone_from(&last.worker_id);
        for worker in &page {
            of_worker(db, worker, span, out).await?;
            out.flush().await?;
        }
    }
}

async fn of_worker(db: &Db, worker: &Worker, within: Span, out: &mut Out) -> Result<(), Stop> {
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
        let start = within
            .from
            .map_or(span.from(), |from| from.max(span.from()));
        let end = [within.to, span.until()].into_iter().flatten().min();
        for session in sessions::within(db, &span.device, start, end, SESSIONS).await? {
            let state = states.iter().find(|(kind, _)| *kind == session.kind);
            let who = [
                &*worker.candidate_id.0,
                &head.source,
                &head.external_id,
                &worker.worker_id,
            ];
            row(out, who, state.map_or("", |(_, state)| state), &session)?;
        }
    }
    Ok(())
}

fn row(out: &mut Out, who: [&str; 4], state: &str, session: &Session) -> Result<(), Stop> {
    let (started, ended) = (session.started_at.to_string(), session.ended_at.to_string());
    let n = session.n.to_string();
    let relay = match session.peer_is_relay {
        Some(true) => "true",
        Some(false) => "false",
        None => "",
    };
    let [candidate, source, external_id, worker] = who.map(Cell::Text);
    out.row(&[
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
