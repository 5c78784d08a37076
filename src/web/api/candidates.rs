//! Candidates: send, list, show.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::checks::CheckItem;
use super::cursor;
use crate::application::{Application, Stage};
use crate::audit::{self, Action, Actor};
use crate::candidate::CandidateId;
use crate::error::{Error, Result};
use crate::intake::{self, Limits};
use crate::queue::search;
use crate::rules::NextStep;
use crate::screening::{self, Screening};
use crate::store::candidates::{self, Cursor, Filter, Summary};
use crate::store::{checks, screenings, versions};
use crate::web::auth::{Caller, Scope};
use crate::web::idempotency;
use crate::web::{Web, body};

/// Candidates on one page unless asked otherwise, and at the most.
const PAGE: usize = 50;
const PAGE_MAX: usize = 200;

/// Send a candidate, as a record or a JSON Resume document, and get the screening.
///
/// The same `source` and `external_id` again is the next version. With an `Idempotency-Key`, the same
/// request sent twice gets the same answer and leaves one version.
#[utoipa::path(
    post, path = "/candidates", tag = "candidates", operation_id = "create_candidate",
    request_body = Application,
    params(("Idempotency-Key" = Option<String>, Header, description = "Any text, new for each request")),
    responses(
        (status = 201, description = "The screening", body = Screening),
        (status = 400, description = "The body cannot be read"),
        (status = 401, description = "No key"), (status = 403, description = "A key for something else"),
        (status = 409, description = "This Idempotency-Key came with another body before"),
        (status = 413, description = "Too large"),
        (status = 422, description = "A field is wrong; `pointer` says which"),
    )
)]
pub async fn create(
    State(web): State<Web>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    caller.may(Scope::Candidates)?;
    let bytes = body::read(body, Limits::RECORD).await?;
    let hand_in = async {
        let screening = web.desk.hand_in(intake::record(&bytes, "api")?).await?;
        let (by, object) = (
            Actor::from(&caller.0),
            audit::candidate(&screening.candidate_id),
        );
        let detail = json!({"format": "api"});
        audit::note(&web.app, &by, Action::HandedIn, &object, &detail).await?;
        Ok(screening)
    };
    idempotency::once(&web.app, &caller, &headers, "", &bytes, hand_in).await
}

/// Which candidates, and from where.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Candidates on a page, 50 unless said otherwise, 200 at the most.
    limit: Option<usize>,
    /// Only with this next step.
    next_step: Option<NextStep>,
    /// Only at this stage.
    stage: Option<Stage>,
    /// Only from this source.
    source: Option<String>,
    /// Only with this id at the source.
    external_id: Option<String>,
    /// Only with this in name, mail address or id.
    q: Option<String>,
}

/// One page of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CandidateList {
    /// The candidates, the highest score first.
    items: Vec<CandidateItem>,
    /// Ask with this for the next page; null on the last one.
    next_cursor: Option<String>,
}

/// A candidate in a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CandidateItem {
    candidate_id: CandidateId,
    external_id: String,
    source: String,
    name: Option<String>,
    version: i64,
    stage: String,
    next_step: String,
    score_db: f64,
    screening_id: String,
    /// The id that the source folded this record into; asked for that id, both are found.
    #[serde(skip_serializing_if = "Option::is_none")]
    merged_into: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    applied_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    screened_at: Timestamp,
}

impl From<Summary> for CandidateItem {
    fn from(one: Summary) -> Self {
        Self {
            candidate_id: one.id,
            external_id: one.external_id,
            source: one.source,
            name: one.name,
            version: one.version,
            stage: one.stage,
            next_step: one.next_step,
            score_db: one.score_db,
            screening_id: one.screening_id,
            merged_into: one.merged_into,
            applied_at: one.applied_at.into(),
            screened_at: one.screened_at.into(),
        }
    }
}

/// List candidates, the highest score first.
#[utoipa::path(
    get, path = "/candidates", tag = "candidates", operation_id = "list_candidates", params(Question),
    responses((status = 200, description = "One page", body = CandidateList), (status = 401, description = "No key"))
)]
pub async fn list(
    State(web): State<Web>,
    caller: Caller,
    question: Result<Query<Question>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<CandidateList>> {
    caller.may(Scope::Candidates)?;
    let Query(question) = question.map_err(|error| Error::Malformed(error.body_text()))?;
    let after = question.cursor.as_deref().map(cursor::read).transpose()?;
    let limit = question.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
    let mut filter = Filter {
        next_step: question.next_step,
        stage: question.stage,
        source: question.source,
        external_id: question.external_id,
        ..Filter::default()
    };
    search::narrow(&web.app, &question.q.unwrap_or_default(), true, &mut filter).await?;
    let mut found = candidates::list(&web.app.db, &filter, after.as_ref(), limit + 1).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next_cursor = found.last().filter(|_| more).map(|last| {
        cursor::write(&Cursor {
            score_db: last.score_db,
            id: last.id.0.clone(),
        })
    });
    Ok(Json(CandidateList {
        items: found.into_iter().map(CandidateItem::from).collect(),
        next_cursor,
    }))
}

/// A candidate with its record as it came in, its latest screening and what people found out.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CandidateDetail {
    #[serde(flatten)]
    candidate: CandidateItem,
    /// The latest version, as it came in.
    application: Application,
    /// The latest screening.
    screening: Screening,
    /// Checks that people made, the latest first.
    checks: Vec<CheckItem>,
}

const MISSING: Error = Error::NotFound("candidate");

/// Erase a candidate.
///
/// The record goes with all its versions, screenings, checks and decisions, and so do the raw deliveries
/// that brought it and what others' screenings quote of it. What a hiring system sends of the same id
/// later is dropped.
#[utoipa::path(
    delete, path = "/candidates/{id}", tag = "candidates", operation_id = "erase_candidate",
    params(("id" = String, Path, description = "The candidate's id")),
    responses(
        (status = 204, description = "It is erased"), (status = 404, description = "No such candidate"),
        (status = 409, description = "A legal hold stands on it; `detail` says why"),
    )
)]
pub async fn erase(
    State(web): State<Web>,
    caller: Caller,
    Path(id): Path<CandidateId>,
) -> Result<StatusCode> {
    caller.may(Scope::Candidates)?;
    let by = Actor::from(&caller.0);
    if screening::erase::erase_one(&web.app, &by, &id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(MISSING)
    }
}

/// Show a candidate.
#[utoipa::path(
    get, path = "/candidates/{id}", tag = "candidates", operation_id = "show_candidate",
    params(("id" = String, Path, description = "The candidate's id")),
    responses((status = 200, description = "The candidate", body = CandidateDetail), (status = 404, description = "No such candidate"))
)]
pub async fn show(
    State(web): State<Web>,
    caller: Caller,
    Path(id): Path<CandidateId>,
) -> Result<Json<CandidateDetail>> {
    caller.may(Scope::Candidates)?;
    let db = &web.app.db;
    let summary = candidates::by_id(db, &id).await?.ok_or(MISSING)?;
    let screening = screenings::by_id(db, &summary.screening_id)
        .await?
        .ok_or(MISSING)?;
    let latest = versions::latest(db, &id).await?.ok_or(MISSING)?;
    audit::reads::candidate(&web.app, &Actor::from(&caller.0), None, &id).await?;
    let checks = checks::of(db, std::slice::from_ref(&id)).await?.remove(&id);
    let checks = checks.into_iter().flatten().map(CheckItem::from);
    Ok(Json(CandidateDetail {
        candidate: summary.into(),
        application: latest.application.0,
        screening: screening.into(),
        checks: checks.collect(),
    }))
}
