//! What a named person made of a screening.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Map, json};

use crate::app::App;
use crate::candidate::CandidateId;
use crate::decision::{Decision, NewDecision};
use crate::error::{Error, Result};
use crate::intake::{self, Refused};
use crate::outlets::announce;
use crate::outlets::message::Kind;
use crate::screening::Screening;
use crate::store::{decisions, screenings};
use crate::web::auth::{Caller, Scope};
use crate::web::idempotency;
use crate::web::{Web, body};

/// Bytes of a decision's JSON: the longest reason, every character escaped, and room to spare.
const LIMIT: usize = 64 << 10;

/// Record a decision.
///
/// Decisions are appended, never changed; the latest stands. A score changes by what is found, not by
/// what is decided.
#[utoipa::path(
    post, path = "/candidates/{id}/decisions", tag = "candidates", operation_id = "decide",
    request_body = NewDecision,
    params(
        ("id" = String, Path, description = "The candidate's id"),
        ("Idempotency-Key" = Option<String>, Header, description = "Any text, new for each request"),
    ),
    responses(
        (status = 201, description = "It is recorded", body = Decision),
        (status = 404, description = "No such candidate"),
        (status = 422, description = "A field is wrong; `pointer` says which"),
    )
)]
pub async fn create(
    State(web): State<Web>,
    caller: Caller,
    Path(id): Path<CandidateId>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    caller.may(Scope::Candidates)?;
    let bytes = body::read(body, LIMIT).await?;
    let place = format!("decisions on {id}\n");
    let decide = async { decide(&web.app, &id, intake::decision(&bytes)?).await };
    idempotency::once(&web.app, &caller, &headers, &place, &bytes, decide).await
}

async fn decide(app: &App, id: &CandidateId, new: NewDecision) -> Result<Decision> {
    let stored = match &new.screening_id {
        None => screenings::latest(&app.db, id)
            .await?
            .ok_or(Error::NotFound("candidate"))?,
        Some(screening) => {
            let found = screenings::by_id(&app.db, screening).await?;
            found
                .filter(|one| one.candidate_id == *id)
                .ok_or_else(|| Refused {
                    line: None,
                    field: Some("screening_id".to_owned()),
                    reason: "is no screening of this candidate".to_owned(),
                })?
        }
    };
    let screening = Screening::from(stored);
    let decision = Decision {
        id: app.new_id(),
        screening_id: screening.id.clone(),
        outcome: new.outcome,
        reason: new.reason,
        by: new.by,
        at: app.now(),
    };
    let more = Map::from_iter([
        ("decision_id".to_owned(), json!(decision.id)),
        ("outcome".to_owned(), json!(decision.outcome)),
    ]);
    let mut tx = app.db.begin().await?;
    decisions::append(&mut tx, id, &decision).await?;
    let before = Some(screening.judgement.next_step);
    announce::about(app, &mut tx, Kind::DecisionMade, (&screening, before), more).await?;
    tx.commit().await?;
    Ok(decision)
}
