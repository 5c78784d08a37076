//! Forms on views: filters that have a name.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::{Question, answer, choices};
use crate::error::{Error, Result, refused};
use crate::queue::views;
use crate::web::Web;
use crate::web::visitor::Visitor;

/// A view to be kept.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct New {
    name: String,
    shared: String,
    back: String,
}

/// Keeps what the page shows under a name.
pub(in crate::web) async fn save_view(
    State(web): State<Web>,
    visitor: Visitor,
    Form(form): Form<New>,
) -> Result<Response> {
    let question = Question::of_query(&form.back);
    let done = async {
        if form.name.contains('\0') {
            return Err(Error::Malformed("the form holds a NUL character".into()));
        }
        let filter = question.filter(&web.app, &choices(&web.app).await?)?;
        if !filter.q.is_empty() {
            let why = "clear the search first: a view would keep a person's name";
            return Err(refused("q", why));
        }
        let query = filter.query();
        let shared = !form.shared.is_empty();
        views::save(&web.app, &visitor.user, &form.name, &query, shared).await?;
        let back = filter.address_with(&[("done", "saved")]);
        Ok(Redirect::to(&back).into_response())
    };
    let done = done.await;
    answer(&web, &visitor, &question, done, &form.name).await
}

/// Takes a view away.
pub(in crate::web) async fn remove_view(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Redirect> {
    views::remove(&web.app, &visitor.user, &id).await?;
    Ok(Redirect::to("/?done=removed"))
}
