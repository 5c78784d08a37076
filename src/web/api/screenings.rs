//! Screenings: each one as it was, with the signals it saw.

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;

use crate::audit::{self, Actor};
use crate::error::{Error, Result};
use crate::screening::Screening;
use crate::store::screenings;
use crate::web::Web;
use crate::web::auth::{Caller, Scope};

/// A screening and what it was made from.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ScreeningDetail {
    #[serde(flatten)]
    screening: Screening,
    /// The signals it saw, by name; what is absent was not known.
    signals: serde_json::Value,
}

const MISSING: Error = Error::NotFound("screening");

/// Show a screening.
#[utoipa::path(
    get, path = "/screenings/{id}", tag = "screenings", operation_id = "show_screening",
    params(("id" = String, Path, description = "The screening's id")),
    responses((status = 200, description = "The screening", body = ScreeningDetail), (status = 404, description = "No such screening"))
)]
pub async fn show(
    State(web): State<Web>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<ScreeningDetail>> {
    caller.may(Scope::Candidates)?;
    let stored = screenings::by_id(&web.app.db, &id).await?.ok_or(MISSING)?;
    let signals = screenings::signals(&web.app.db, &id)
        .await?
        .ok_or(MISSING)?;
    let signals = serde_json::from_str(&signals)
        .map_err(|error| Error::Internal(format!("signals of screening {id}: {error}")))?;
    let by = Actor::from(&caller.0);
    audit::reads::candidate(&web.app, &by, None, &stored.candidate_id).await?;
    Ok(Json(ScreeningDetail {
        screening: stored.into(),
        signals,
    }))
}
