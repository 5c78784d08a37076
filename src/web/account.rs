//! One's own account: name, password, second factor, and where one is signed in.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use super::Web;
use super::client::Client;
use super::pages::account::{AccountPage, CodesPage, FactorPage, SignInRow};
use super::sign_in::too_many;
use super::visitor::Visitor;
use crate::access::factor::{self, Offer};
use crate::access::lockout::{self, What};
use crate::access::{self, changes, password, sign_in};
use crate::app::App;
use crate::error::{Error, Result, refused};
use crate::store::users::Row;
use crate::store::{recovery_codes, sign_ins};

/// What a form did, to be told on the page that follows it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Question {
    pub(super) done: String,
}

/// The page.
pub(super) async fn index(
    State(web): State<Web>,
    visitor: Visitor,
    Query(question): Query<Question>,
) -> Result<AccountPage> {
    let mut page = page(&web.app, &visitor).await?;
    page.done = match question.done.as_str() {
        "name" => Some("Your name is saved."),
        "password" => Some("Your password is saved, and every other sign-in has ended."),
        "factor" => Some("Your second factor is gone."),
        "ended" => Some("That sign-in has ended."),
        _ => None,
    };
    Ok(page)
}

async fn page(app: &App, visitor: &Visitor) -> Result<AccountPage> {
    let row = changes::find(app, &visitor.user.id).await?;
    let sign_ins = sign_in::of_user(app, &row.id).await?;
    Ok(AccountPage {
        by_sso: access::comes_by_sso(app, &row),
        may_choose: row.password.is_some() || may_choose(app, visitor, &row),
        codes_left: recovery_codes::left(&app.db, &row.id).await?,
        sign_ins: sign_ins
            .into_iter()
            .map(|own| SignInRow {
                is_this: own.id == visitor.sign_in,
                id: own.id,
                created_at: own.created_at.into(),
                seen_at: own.seen_at.into(),
                agent: own.agent,
                means: own.means,
            })
            .collect(),
        email: row.email,
        name: row.name,
        role: visitor.user.role.word(),
        has_password: row.password.is_some(),
        has_factor: row.totp.is_some(),

        required: factor::is_required(app).await?,
        done: None,
        error: None,
    })
}

/// Whether who has no password may choose one now: whoever found a browser open must not get one out of it, nor who comes
/// by single sign-on a way around that.
pub(super) fn may_choose(app: &App, visitor: &Visitor, row: &Row) -> bool {
    visitor.is_fresh && visitor.by_link && !access::comes_by_sso(app, row)
}

async fn with_error(app: &App, visitor: &Visitor, error: Error) -> Result<Response> {
    if !error.status().is_client_error() {
        return Err(error);
    }
    let mut page = page(app, visitor).await?;
    page.error = Some(error.to_string());
    let status = error.status();
    let mut response = too_many(error, page.clone()).unwrap_or_else(|_| page.into_response());
    *response.status_mut() = status;
    Ok(response)
}

/// The name's form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Name {
    name: String,
}

/// Saves one's name.
pub(super) async fn name(
    State(web): State<Web>,
    visitor: Visitor,
    Form(said): Form<Name>,
) -> Result<Response> {
    match changes::name(&web.app, &visitor.user, &said.name).await {
        Ok(()) => Ok(Redirect::to("/account?done=name").into_response()),
        Err(error) => with_error(&web.app, &visitor, error).await,
    }
}

/// The password's form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Passwords {
    current: String,
    password: String,
}

/// Saves another password.
pub(super) async fn password(
    State(web): State<Web>,
    visitor: Visitor,
    client: Client,
    Form(said): Form<Passwords>,
) -> Result<Response> {
    match change_password(&web.app, &visitor, &client, said).await {
        Ok(()) => Ok(Redirect::to("/account?done=password").into_response()),
        Err(error) => with_error(&web.app, &visitor, error).await,
    }
}

async fn change_password(
    app: &App,
    visitor: &Visitor,
    client: &Client,
    said: Passwords,
) -> Result<()> {
    let row = changes::find(app, &visitor.user.id).await?;
    if row.password.is_none() {
        if access::comes_by_sso(app, &row) {
            return Err(refused("password", access::BY_SSO));
        }
        if !may_choose(app, visitor, &row) {
            return Err(refused(
                "password",
                "can be set within ten minutes of signing in by a link; an administrator makes another one, or `telltale user link` on the server",
            ));
        }
        return changes::password(app, &visitor.user, &visitor.sign_in, said.password).await;
    }
    password::acceptable(app, &said.password, &row.email).await?;
    let device = client.device(app, Some(&row));
    let whose = client.whose(&row.email, Some(&row), device.as_deref());
    let attempt = lockout::attempt(app, &whose, What::Password).await?;
    if !password::verify(said.current, row.password).await? {
        attempt.was_wrong(app).await?;
        return Err(refused("current", "is not your password"));
    }
    let mut tx = app.db.begin().await?;
    attempt.was_enough(&mut tx).await?;
    tx.commit().await?;
    changes::password(app, &visitor.user, &visitor.sign_in, said.password).await
}

/// Ends one of one's own sign-ins.
pub(super) async fn end(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Redirect> {
    let mut tx = web.app.db.begin().await?;
    if !sign_ins::delete_own(&mut tx, &visitor.user.id, &id).await? {
        return Err(Error::NotFound("sign-in of yours"));
    }
    let detail = json!({ "ended": id });
    changes::log(
        &web.app,
        &mut tx,
        &visitor.actor(),
        &visitor.user.id,
        &detail,
    )
    .await?;
    tx.commit().await?;
    Ok(Redirect::to("/account?done=ended#sign-ins"))
}

/// Ends all of one's sign-ins but this.
pub(super) async fn end_others(State(web): State<Web>, visitor: Visitor) -> Result<Redirect> {
    let mut tx = web.app.db.begin().await?;
    let ended = sign_ins::delete_others(&mut tx, &visitor.user.id, &visitor.sign_in).await?;
    if ended > 0 {
        let detail = json!({ "ended": ended });
        changes::log(
            &web.app,
            &mut tx,
            &visitor.actor(),
            &visitor.user.id,
            &detail,
        )
        .await?;
    }
    tx.commit().await?;
    Ok(Redirect::to("/account?done=ended#sign-ins"))
}

/// Offers a second factor to who has none.
pub(super) async fn offer(State(web): State<Web>, visitor: Visitor) -> Result<Response> {
    let row = changes::find(&web.app, &visitor.user.id).await?;
    if row.totp.is_some() {
        return Ok(Redirect::to("/account").into_response());
    }
    Ok(offered(&web.app, &visitor, &Offer::new()?, None)?.into_response())
}

fn offered(
    app: &App,
    visitor: &Visitor,
    offer: &Offer,
    wrong: Option<&'static str>,
) -> Result<FactorPage> {
    let (picture, width) = factor::picture(&offer.url(&visitor.user.email))?;
    Ok(FactorPage {
        picture,
        width,
        key: offer.text(),
        offer: offer.seal(app, &visitor.user),
        required: visitor.needs_factor,
        wrong,
    })
}

/// The form of a second factor that is set up.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Confirmed {
    offer: String,
    code: String,
}

/// Sets up a second factor, and shows codes for paper, once.
pub(super) async fn confirm(
    State(web): State<Web>,
    visitor: Visitor,
    Form(said): Form<Confirmed>,
) -> Result<Response> {
    let app = &web.app;
    let row = changes::find(app, &visitor.user.id).await?;
    if row.totp.is_some() {
        return Ok(Redirect::to("/account").into_response());
    }
    let unprocessable = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
    let Some(offer) = Offer::open(app, &visitor.user, &said.offer) else {
        let why = "That took longer than an hour, so here is another key.";
        let page = offered(app, &visitor, &Offer::new()?, Some(why))?;
        return Ok((unprocessable, page).into_response());
    };
    let mut tx = app.db.begin().await?;
    let Some(codes) = offer
        .confirm(app, &mut tx, &visitor.user, &said.code)
        .await?
    else {
        let why = "This is not the code that counts now. Is the clock of your phone right?";
        let page = offered(app, &visitor, &offer, Some(why))?;
        return Ok((unprocessable, page).into_response());
    };
    // The others were opened without it.
    sign_ins::delete_others(&mut tx, &row.id, &visitor.sign_in).await?;
    let detail = json!({ "second_factor": "added" });
    changes::log(app, &mut tx, &visitor.actor(), &row.id, &detail).await?;
    tx.commit().await?;
    Ok(CodesPage { codes }.into_response())
}

/// Makes new codes for paper, and shows them once.
pub(super) async fn codes(State(web): State<Web>, visitor: Visitor) -> Result<Response> {
    let app = &web.app;
    let row = changes::find(app, &visitor.user.id).await?;
    if row.totp.is_none() {
        return Ok(Redirect::to("/account/factor").into_response());
    }
    let mut tx = app.db.begin().await?;
    let codes = factor::new_codes(&mut tx, &row.id).await?;
    let detail = json!({ "second_factor": "new recovery codes" });
    changes::log(app, &mut tx, &visitor.actor(), &row.id, &detail).await?;
    tx.commit().await?;
    Ok(CodesPage { codes }.into_response())
}

/// Takes one's own second factor away.
pub(super) async fn remove(State(web): State<Web>, visitor: Visitor) -> Result<Redirect> {
    let keep = Some(visitor.sign_in.as_str());
    changes::remove_factor(&web.app, &visitor.actor(), &visitor.user.id, keep).await?;
    Ok(Redirect::to("/account?done=factor"))
}
