//! What a named person made of a screening.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;

use crate::audit::Actor;
use crate::candidate::CandidateId;
use crate::decision::{Decision, NewDecision};
use crate::decisions::{self, Who};
use crate::error::Result;
use crate::intake;
use crate::web::auth::{Caller, Scope};
use crate::web::idempotency;
use crate::web::{Web, body};

/// Bytes of a decision's JSON: the longest reason, every character escaped, and room to spare.
const LIMIT: usize = 64 << 10;

/// Record a decision.
///
/// Decisions are appended, never changed; the latest stands. With `rule` it is about that rule's finding in the
/// screening, and only if the finding still rests on the same evidence. What is explained counts nothing from then
/// on, and the candidate is screened again before this answers: `explained` on the whole explains each finding. The
/// procedure that is set on the page of procedures holds here too: `by` is taken on trust, so what is `confirmed` is
/// `proposed` until somebody signs it on the candidate's page, unless no second person is asked for.
#[utoipa::path(
    post, path = "/candidates/{id}/decisions", tag = "candidates", operation_id = "decide",
    request_body = NewDecision,
    params(
        ("id" = String, Path, description = "The candidate's id"),
        ("Idempotency-Key" = Option<String>, Header, description = "Any text, new for each request"),
    ),
    responses(
        (status = 201, description = "It is recorded; `state` says whether it counts yet", body = Decision),
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
    let who = Who::Key(Actor::from(&caller.0));
    let decide = async { decisions::decide(&web.app, &who, &id, intake::decision(&bytes)?).await };
    idempotency::once(&web.app, &caller, &headers, &place, &bytes, decide).await
}
