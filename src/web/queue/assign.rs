//! Forms that assign candidates: one on its page, some in the queue.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::{Question, answer, choices};
use crate::candidate::CandidateId;
use crate::error::{Error, Result};
use crate::queue::assign;
use crate::store::candidates;
use crate::web::Web;
use crate::web::visitor::Visitor;

/// The form on a candidate's page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct To {
    to: String,
}

/// Assigns one candidate and shows its page again.
pub(in crate::web) async fn assign_one(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<CandidateId>,
    Form(form): Form<To>,
) -> Result<Redirect> {
    if !candidates::exists(&web.app.db, &id).await? {
        return Err(Error::NotFound("candidate"));
    }
    let one = std::slice::from_ref(&id);
    assign::assign(&web.app, &visitor.actor(), one, &form.to).await?;
    // The id is a candidate's that is there: letters, digits and hyphens.
    Ok(Redirect::to(&format!("/candidates/{id}#assign")))
}

/// Assigns those that were ticked in the queue. `candidate` comes once for each.
pub(in crate::web) async fn assign(
    State(web): State<Web>,
    visitor: Visitor,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let field = |name: &str| {
        let found = fields.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    let mut ids: Vec<_> = fields
        .iter()
        .filter(|(field, _)| field == "candidate")
        .map(|(_, id)| CandidateId(id.clone()))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let question = Question::of_query(field("back"));
    let done = async {
        if ids.iter().any(|id| id.0.contains('\0')) {
            return Err(Error::Malformed("the form holds a NUL character".into()));
        }
        let filter = question.filter(&web.app, &choices(&web.app).await?)?;
        let count = assign::assign(&web.app, &visitor.actor(), &ids, field("to")).await?;
        let back = filter.address_with(&[
            ("cursor", &question.cursor),
            ("done", &format!("assigned-{count}")),
        ]);
        Ok(Redirect::to(&back).into_response())
    };
    let done = done.await;
    answer(&web, &visitor, &question, done, "").await
}
