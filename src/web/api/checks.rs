//! Checks that people made of a candidate: record them, see them.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;

use crate::audit::Actor;
use crate::candidate::CandidateId;
use crate::check::{Check, Kind, NewCheck, Outcome};
use crate::error::Result;
use crate::intake;
use crate::screening::{self, Screening};
use crate::web::auth::{Caller, Scope};
use crate::web::idempotency;
use crate::web::{Web, body};

/// Bytes of a check's JSON: the longest note, every character escaped, and room to spare.
const LIMIT: usize = 64 << 10;

/// A check as it was recorded.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CheckItem {
    id: String,
    kind: Kind,
    result: Outcome,
    /// Where the claim stood in that version.
    about: Option<String>,
    /// The claim as written then.
    claim: String,
    /// The version that was checked.
    version: i64,
    /// Who made the check.
    by: String,
    note: Option<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// When it was recorded.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
}

impl From<Check> for CheckItem {
    fn from(check: Check) -> Self {
        Self {
            id: check.id,
            kind: check.kind,
            result: check.result,
            about: check.about,
            claim: check.claim.written,
            version: check.version,
            by: check.by,
            note: check.note,
            at: check.at,
            recorded_at: check.recorded_at,
        }
    }
}

/// Record what came of a check that somebody made, and get the new screening.
///
/// Of checks of one kind on one claim the latest counts; `no_answer` counts for nothing and takes an
/// earlier result back. With an `Idempotency-Key`, the same request sent twice leaves one check.
#[utoipa::path(
    post, path = "/candidates/{id}/checks", tag = "candidates", operation_id = "create_check",
    request_body = NewCheck,
    params(
        ("id" = String, Path, description = "The candidate's id"),
        ("Idempotency-Key" = Option<String>, Header, description = "Any text, new for each request"),
    ),
    responses(
        (status = 201, description = "The screening that counts it", body = Screening),
        (status = 400, description = "The body cannot be read"),
        (status = 401, description = "No key"), (status = 403, description = "A key for something else"),
        (status = 404, description = "No such candidate"),
        (status = 409, description = "This Idempotency-Key came with another request before"),
        (status = 413, description = "Too large"),
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
    // The same words about another candidate are another request.
    let place = format!("checks of {id}\n");
    let by = Actor::from(&caller.0);
    let check = async { screening::check(&web.app, &by, &id, intake::check(&bytes)?).await };
    idempotency::once(&web.app, &caller, &headers, &place, &bytes, check).await
}
