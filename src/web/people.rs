//! "Not the same person", said on a candidate's page without a script.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Redirect;
use serde::Deserialize;

use super::Web;
use super::visitor::Visitor;
use crate::candidate::CandidateId;
use crate::error::Result;
use crate::screening;

/// The form's fields.
#[derive(Debug, Deserialize)]
pub(super) struct Said {
    other: CandidateId,
    #[serde(default)]
    note: String,
}

/// Remembers what a reviewer said and shows the page again.
pub(super) async fn not_same(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<CandidateId>,
    Form(said): Form<Said>,
) -> Result<Redirect> {
    screening::not_same(
        &web.app,
        &visitor.actor(),
        &id,
        &said.other,
        &visitor.user.signature(),
        Some(&said.note),
    )
    .await?;
    // The id is a candidate's that is there: letters, digits and hyphens.
    Ok(Redirect::to(&format!("/candidates/{id}#before")))
}
