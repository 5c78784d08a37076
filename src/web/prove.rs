//! Proving again who one is, for what leaves the house or cannot be undone.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Web;
use super::account::may_choose;
use super::client::Client;
use super::pages::sign_in::ProvePage;
use super::sign_in::{SignedIn, Then, headers, too_many};
use super::visitor::{Visitor, here_only};
use crate::access::lockout::{self, What};
use crate::access::sign_in::{self, Means};
use crate::access::{self, changes, factor, password};
use crate::app::App;
use crate::audit::{self, Action};
use crate::db::Tx;
use crate::error::Result;
use crate::store::sign_ins;

/// The form.
pub(super) async fn form(
    State(web): State<Web>,
    visitor: Visitor,
    Query(then): Query<Then>,
) -> Result<ProvePage> {
    page(&web.app, &visitor, &then.next).await
}

async fn page(app: &App, visitor: &Visitor, next: &str) -> Result<ProvePage> {
    let row = changes::find(app, &visitor.user.id).await?;
    Ok(ProvePage {
        may_choose: may_choose(app, visitor, &row),
        sso: access::comes_by_sso(app, &row),
        email: row.email,
        next: here_only(next).to_owned(),
        has_password: row.password.is_some(),
        has_factor: row.totp.is_some(),
        wrong: None,
    })
}

/// What it says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Said {
    password: String,
    code: String,
    next: String,
}

/// Proves again who one is by a password, and a code where there is a second factor.
pub(super) async fn prove(
    State(web): State<Web>,
    visitor: Visitor,
    client: Client,
    Form(said): Form<Said>,
) -> Result<Response> {
    let app = &web.app;
    let mut page = page(app, &visitor, &said.next).await?;
    let row = changes::find(app, &visitor.user.id).await?;
    let device = client.device(app, Some(&row));
    let whose = client.whose(&row.email, Some(&row), device.as_deref());
    let what = if row.totp.is_some() {
        What::Code
    } else {
        What::Password
    };
    let attempt = match lockout::attempt(app, &whose, what).await {
        Ok(attempt) => attempt,
        Err(error) => {
            page.wrong = Some(error.to_string());
            return too_many(error, page);
        }
    };
    let right = password::verify(said.password, row.password.clone()).await?;
    let mut tx = app.db.begin().await?;
    let used = match right {
        true => factor::take(app, &mut tx, &row, &said.code).await?,
        false => None,
    };
    if used.is_none() {
        drop(tx);
        attempt.was_wrong(app).await?;
        page.wrong = Some(page.wrong_line().to_owned());
        return Ok((StatusCode::UNAUTHORIZED, page).into_response());
    }
    attempt.was_enough(&mut tx).await?;
    let set = proved(app, &mut tx, &visitor, &client, Means::Password).await?;
    tx.commit().await?;
    Ok((set, Redirect::to(here_only(&said.next))).into_response())
}

/// Puts another sign-in in the place of the one before. The last in its transaction.
pub(super) async fn proved(
    app: &App,
    tx: &mut Tx,
    visitor: &Visitor,
    client: &Client,
    means: Means,
) -> Result<SignedIn> {
    sign_ins::delete(tx, &visitor.sign_in).await?;
    let token = sign_in::open_by(app, tx, &visitor.user, client.agent(), means).await?;
    let detail = match means {
        Means::Sso => json!({ "by": means.word() }),
        Means::Password | Means::Link => Value::Null,
    };
    let set = headers(app, tx, &visitor.user.id, client, &token).await?;
    audit::append(app, tx, &visitor.actor(), Action::Proved, "", &detail).await?;
    Ok(set)
}
