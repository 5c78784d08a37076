//! "Not the same person", said on a candidate's page without a script.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::Redirect;
use serde::Deserialize;

use super::Web;
use crate::candidate::CandidateId;
use crate::error::{Error, Result};
use crate::screening;

/// The form's fields.
#[derive(Debug, Deserialize)]
pub(super) struct Said {
    other: CandidateId,
    by: String,
    #[serde(default)]
    note: String,
}

/// Remembers what a reviewer said and shows the page again.
pub(super) async fn not_same(
    State(web): State<Web>,
    Path(id): Path<CandidateId>,
    headers: HeaderMap,
    Form(said): Form<Said>,
) -> Result<Redirect> {
    from_here(&headers)?;
    screening::not_same(&web.app, &id, &said.other, &said.by, Some(&said.note)).await?;
    // The id is a candidate's that is there: letters, digits and hyphens.
    Ok(Redirect::to(&format!("/candidates/{id}#before")))
}

/// Only a page of this service may send the form: browsers say where one comes from.
fn from_here(headers: &HeaderMap) -> Result<()> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = text(header::ORIGIN) else {
        return Ok(());
    };
    // Pages are served without a referrer, for which browsers may say `null` to their own.
    let own_site = text(header::HeaderName::from_static("sec-fetch-site"));
    let host = text(header::HOST).unwrap_or_default();
    let same = origin
        .split_once("://")
        .is_some_and(|(_, from)| from == host);
    if same || (origin == "null" && own_site == Some("same-origin")) {
        Ok(())
    } else {
        Err(Error::NotThisHost)
    }
}
