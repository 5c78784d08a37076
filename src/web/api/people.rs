//! Who applied before, and who is not the same person.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::audit::{self, Actor};
use crate::candidate::CandidateId;
use crate::error::{Error, Result};
use crate::screening::{self, Before};
use crate::web::auth::{Caller, Scope};
use crate::web::idempotency;
use crate::web::{Web, body};

/// Bytes of the JSON: the longest note, every character escaped, and room to spare.
const LIMIT: usize = 64 << 10;

/// Another record that is probably of the same person.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SamePerson {
    candidate_id: CandidateId,
    external_id: String,
    source: String,
    name: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    applied_at: Timestamp,
    /// That both are of one person, 0 to 1.
    probability: f64,
    /// What agrees, in words.
    agrees: Vec<String>,
    /// What differs, in words.
    differs: Vec<String>,
}

impl From<Before> for SamePerson {
    fn from(before: Before) -> Self {
        Self {
            candidate_id: before.head.id,
            external_id: before.head.external_id,
            source: before.head.source,
            name: before.head.name,
            applied_at: before.applied_at,
            probability: before.probability,
            agrees: before.agrees,
            differs: before.differs,
        }
    }
}

/// Records that are probably of one person.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SamePersonList {
    /// The most probable first, ten at most.
    items: Vec<SamePerson>,
}

/// Who applied before: other records that are probably of the same person. It weighs nothing.
#[utoipa::path(
    get, path = "/candidates/{id}/same-person", tag = "candidates", operation_id = "same_person",
    params(("id" = String, Path, description = "The candidate's id")),
    responses(
        (status = 200, description = "Other records of the person", body = SamePersonList),
        (status = 401, description = "No key"), (status = 403, description = "A key for something else"),
        (status = 404, description = "No such candidate"),
    )
)]
pub async fn list(
    State(web): State<Web>,
    caller: Caller,
    Path(id): Path<CandidateId>,
) -> Result<Json<SamePersonList>> {
    caller.may(Scope::Candidates)?;
    let found = screening::before(&web.app, &id).await?;
    let found = found.ok_or(Error::NotFound("candidate"))?;
    audit::reads::candidate(&web.app, &Actor::from(&caller.0), None, &id).await?;
    Ok(Json(SamePersonList {
        items: found.into_iter().map(Into::into).collect(),
    }))
}

/// Two candidates that are not the same person.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNotSame {
    /// The other candidate's id.
    other: CandidateId,
    /// Who says so; 200 characters at most.
    #[schema(max_length = 200)]
    by: String,
    /// Anything else; 2000 characters at most.
    #[schema(max_length = 2000)]
    note: Option<String>,
}

/// What is remembered.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct NotSame {
    candidate_id: CandidateId,
    other: CandidateId,
    by: String,
    note: Option<String>,
}

/// Say that another record is another person's: it is never asked again.
#[utoipa::path(
    post, path = "/candidates/{id}/not-same", tag = "candidates", operation_id = "not_same",
    request_body = NewNotSame,
    params(
        ("id" = String, Path, description = "The candidate's id"),
        ("Idempotency-Key" = Option<String>, Header, description = "Any text, new for each request"),
    ),
    responses(
        (status = 201, description = "Remembered", body = NotSame),
        (status = 400, description = "The body cannot be read"),
        (status = 401, description = "No key"), (status = 403, description = "A key for something else"),
        (status = 404, description = "No such candidate"),
        (status = 409, description = "This Idempotency-Key came with another request before"),
        (status = 413, description = "Too large"),
        (status = 422, description = "A field is wrong; `pointer` says which"),
    )
)]
pub async fn not_same(
    State(web): State<Web>,
    caller: Caller,
    Path(id): Path<CandidateId>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    caller.may(Scope::Candidates)?;
    let bytes = body::read(body, LIMIT).await?;
    let place = format!("not same as {id}\n");
    let by = Actor::from(&caller.0);
    let say = say(&web.app, &by, id, &bytes);
    idempotency::once(&web.app, &caller, &headers, &place, &bytes, say).await
}

async fn say(app: &App, by: &Actor, candidate_id: CandidateId, bytes: &[u8]) -> Result<NotSame> {
    let new: NewNotSame = serde_json::from_slice(bytes)
        .map_err(|error| Error::Malformed(format!("the body cannot be read: {error}")))?;
    let note = new.note.as_deref();
    screening::not_same(app, by, &candidate_id, &new.other, &new.by, note).await?;
    Ok(NotSame {
        candidate_id,
        other: new.other,
        by: new.by.trim().to_owned(),
        note: new.note,
    })
}
