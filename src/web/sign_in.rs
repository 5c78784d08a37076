//! Signing in and out.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::Value;

use super::Web;
use super::pages::sign_in::{LinkPage, SignInPage};
use super::visitor::{Visitor, cookie, here_only};
use crate::access::link::For;
use crate::access::{self, Role, User, link, password, sign_in, token_hash};
use crate::app::App;
use crate::audit::{self, Action, Actor};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::store::{one_time_links, sign_ins, users};

/// Where to go afterwards.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Then {
    next: String,
}

/// The form.
pub(super) async fn index(
    State(web): State<Web>,
    visitor: Option<Visitor>,
    Query(then): Query<Then>,
) -> Result<Response> {
    let next = here_only(&then.next).to_owned();
    if visitor.is_some() {
        return Ok(Redirect::to(&next).into_response());
    }
    let page = SignInPage {
        next,
        nobody: !users::any(&web.app.db).await?,
        ..SignInPage::default()
    };
    Ok(page.into_response())
}

/// What the form says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Said {
    email: String,
    password: String,
    next: String,
}

/// Signs somebody in.
pub(super) async fn enter(
    State(web): State<Web>,
    headers: HeaderMap,
    Form(said): Form<Said>,
) -> Result<Response> {
    let app = &web.app;
    let next = here_only(&said.next).to_owned();
    let email = said.email.trim().to_lowercase();
    let row = users::by_email(&app.db, &email).await?;
    let row = row.filter(|row| row.disabled_at.is_none());
    let kept = row.as_ref().and_then(|row| row.password.clone());
    let right = password::verify(said.password, kept).await?;
    let Some(row) = row.filter(|_| right) else {
        let page = SignInPage {
            next,
            email: said.email,
            wrong: true,
            ..SignInPage::default()
        };
        return Ok((axum::http::StatusCode::UNAUTHORIZED, page).into_response());
    };
    let mut tx = app.db.begin().await?;
    let set = begin(app, &mut tx, &row.user(), &headers, "password").await?;
    tx.commit().await?;
    Ok((set, Redirect::to(&next)).into_response())
}

/// Signs in who has proved who they are, by which means; the answer's header is theirs.
pub(super) async fn begin(
    app: &App,
    tx: &mut Tx,
    user: &User,
    headers: &HeaderMap,
    by: &str,
) -> Result<[(header::HeaderName, axum::http::HeaderValue); 1]> {
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok());
    let token = sign_in::open(app, tx, user, agent.unwrap_or_default()).await?;
    users::seen(tx, &user.id, app.now()).await?;
    let detail = serde_json::json!({ "by": by });
    audit::append(app, tx, &Actor::from(user), Action::SignedIn, "", &detail).await?;
    Ok(cookie(app, Some(&token)))
}

/// Signs out.
pub(super) async fn leave(State(web): State<Web>, visitor: Visitor) -> Result<Response> {
    let app = &web.app;
    let mut tx = app.db.begin().await?;
    sign_ins::delete(&mut tx, &visitor.sign_in).await?;
    audit::append(
        app,
        &mut tx,
        &visitor.actor(),
        Action::SignedOut,
        "",
        &Value::Null,
    )
    .await?;
    tx.commit().await?;
    Ok((cookie(app, None), Redirect::to("/sign-in")).into_response())
}

const NO_LINK: Error =
    Error::NotFound("link any more: each works once, for a day. Ask for another one");

/// What a one-time link leads to: nothing is used up by looking.
pub(super) async fn link(State(web): State<Web>, Path(token): Path<String>) -> Result<LinkPage> {
    let found = link::find(&web.app, &token).await?.ok_or(NO_LINK)?;
    Ok(LinkPage::of(token, &found))
}

/// What is said with a one-time link.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Taken {
    email: String,
    name: String,
    password: String,
}

/// Uses a one-time link.
pub(super) async fn take(
    State(web): State<Web>,
    Path(token): Path<String>,
    headers: HeaderMap,
    Form(taken): Form<Taken>,
) -> Result<Response> {
    let app = &web.app;
    let found = link::find(app, &token).await?.ok_or(NO_LINK)?;
    let user = match &found {
        For::User(user) => Ok(user.clone()),
        For::FirstAdmin => first_admin(app, &taken),
    };
    let checked = user.and_then(|user| {
        // Who is invited may do without a password, as where there is single sign-on.
        if !taken.password.is_empty() || matches!(found, For::FirstAdmin) {
            password::check(&taken.password, &user.email)?;
        }
        Ok(user)
    });
    let user = match checked {
        Ok(user) => user,
        Err(error) => {
            let page = LinkPage {
                error: Some(error.to_string()),
                email: taken.email,
                name: taken.name,
                ..LinkPage::of(token, &found)
            };
            return Ok((error.status(), page).into_response());
        }
    };
    let hash = match taken.password.is_empty() {
        true => None,
        false => Some(password::hash(taken.password).await?),
    };
    let mut tx = app.db.begin().await?;
    if !one_time_links::take(&mut tx, &token_hash(&token)).await? {
        return Err(NO_LINK);
    }
    if matches!(found, For::FirstAdmin) {
        users::insert(&mut tx, &user, app.now()).await?;
    }
    if let Some(hash) = hash {
        users::set_password(&mut tx, &user.id, &hash).await?;
        // Whoever was signed in with the old one is not any more.
        sign_ins::delete_of(&mut tx, &user.id).await?;
    }
    let set = begin(app, &mut tx, &user, &headers, "link").await?;
    tx.commit().await?;
    Ok((set, Redirect::to("/")).into_response())
}

fn first_admin(app: &App, taken: &Taken) -> Result<User> {
    Ok(User {
        id: app.new_id(),
        email: access::email(&taken.email)?,
        name: access::name(&taken.name)?,
        role: Role::Admin,
    })
}

/// The form to prove again who one is.
pub(super) async fn prove_form(visitor: Visitor, Query(then): Query<Then>) -> Response {
    super::pages::sign_in::ProvePage {
        email: visitor.user.email,
        next: here_only(&then.next).to_owned(),
        wrong: false,
    }
    .into_response()
}

/// Proves again who one is: another sign-in takes the place of the one before.
pub(super) async fn prove(
    State(web): State<Web>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(said): Form<Said>,
) -> Result<Response> {
    let app = &web.app;
    let next = here_only(&said.next).to_owned();
    let row = users::by_id(&app.db, &visitor.user.id).await?;
    let kept = row.and_then(|row| row.password);
    if !password::verify(said.password, kept).await? {
        let page = super::pages::sign_in::ProvePage {
            email: visitor.user.email,
            next,
            wrong: true,
        };
        return Ok((axum::http::StatusCode::UNAUTHORIZED, page).into_response());
    }
    let mut tx = app.db.begin().await?;
    sign_ins::delete(&mut tx, &visitor.sign_in).await?;
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok());
    let token = sign_in::open(app, &mut tx, &visitor.user, agent.unwrap_or_default()).await?;
    audit::append(
        app,
        &mut tx,
        &visitor.actor(),
        Action::Proved,
        "",
        &Value::Null,
    )
    .await?;
    tx.commit().await?;
    Ok((cookie(app, Some(&token)), Redirect::to(&next)).into_response())
}
