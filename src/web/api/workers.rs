//! A worker: whose devices, how their timings stand, and what was found.

use axum::extract::{Path, State};
use jiff::Timestamp;
use serde::Serialize;

use crate::audit::{self, Actor};
use crate::error::{Error, Result};
use crate::onboarding;
use crate::screening::Screening;
use crate::store::{bindings, screenings, sessions};
use crate::telemetry::{self, Gauge, Kind, Session};
use crate::web::Web;
use crate::web::auth::{Caller, Scope};

/// Sessions in an answer: the latest.
const SESSIONS: usize = 100;

/// A worker.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct WorkerItem {
    worker_id: String,
    /// Who it was as an applicant.
    candidate_id: String,
    source: String,
    external_id: String,
    /// The first day, `YYYY-MM-DD`.
    start_date: Option<String>,
    /// Devices and when they were this worker's.
    devices: Vec<DeviceItem>,
    /// How the timings of each kind stand.
    states: Vec<StateItem>,
    /// What all that was measured comes to: baselines, excess, change.
    #[schema(value_type = Object)]
    gauge: Gauge,
    /// Since when a baseline may be learnt: a move that was confirmed.
    #[schema(value_type = Option<String>, format = DateTime)]
    baseline_from: Option<Timestamp>,
    /// The latest sessions, the latest first.
    #[schema(value_type = Vec<Object>)]
    sessions: Vec<Session>,
    /// The candidate's latest screening; `null` for a key of the scope `telemetry`.
    screening: Option<Screening>,
}

/// A device of a worker.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DeviceItem {
    device_id: String,
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// `null` while it is out.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
}

/// How the timings of a kind stand.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct StateItem {
    kind: Kind,
    /// `insufficient`, `learning`, `steady` or `alarm`.
    state: &'static str,
}

/// One worker with its devices, the state and baseline of each kind, sessions and the latest screening.
#[utoipa::path(
    get, path = "/workers/{worker_id}", tag = "telemetry", operation_id = "show_worker",
    params(("worker_id" = String, Path, description = "The worker's id")),
    responses((status = 200, description = "The worker", body = WorkerItem), (status = 404, description = "No such worker"))
)]
pub async fn show(
    State(web): State<Web>,
    caller: Caller,
    Path(worker_id): Path<String>,
) -> Result<axum::Json<WorkerItem>> {
    let is_candidates = caller.may(Scope::Candidates);
    let may_read = is_candidates.is_ok();
    is_candidates.or_else(|_| caller.may(Scope::Telemetry))?;
    let app = &web.app;
    let found = onboarding::worker(app, &worker_id).await?;
    let (worker, head) = found.ok_or(Error::NotFound("worker"))?;
    if may_read {
        let who = Actor::from(&caller.0);
        audit::reads::candidate(app, &who, None, &worker.candidate_id).await?;
    }
    let spans = bindings::of_worker(&app.db, &worker_id).await?;
    let mut latest = Vec::new();
    for span in &spans {
        let limit = i64::try_from(SESSIONS).unwrap_or(i64::MAX);
        let (from, until) = (span.from(), span.until());
        latest.extend(sessions::within(&app.db, &span.device, from, until, limit).await?);
    }
    latest.sort_by_key(|one| std::cmp::Reverse(one.started_at));
    latest.truncate(SESSIONS);
    let screening = screenings::latest(&app.db, &worker.candidate_id)
        .await?
        .map(Screening::from);
    let gauge = worker.gauge.map(|gauge| gauge.0).unwrap_or_default();
    Ok(axum::Json(WorkerItem {
        states: telemetry::states(&gauge, screening.as_ref())
            .into_iter()
            .map(|(kind, state)| StateItem { kind, state })
            .collect(),
        worker_id: worker.worker_id,
        candidate_id: worker.candidate_id.0,
        source: head.source,
        external_id: head.external_id,
        start_date: worker.start_date,
        devices: spans
            .into_iter()
            .map(|span| DeviceItem {
                from: span.from(),
                until: span.until(),
                device_id: span.device,
            })
            .collect(),
        baseline_from: worker.baseline_from.map(Into::into),
        gauge,
        sessions: latest,
        screening: screening.filter(|_| may_read),
    }))
}
