//! People who may sign in, seen by administrators.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::Web;
use super::account::Question;
use super::client::Reached;
use super::pages::team::{AdminPage, KeyOf, Person, PersonPage, Shown, TeamPage};
use super::visitor::Visitor;
use crate::access::{self, Role, changes, factor, link};
use crate::app::App;
use crate::error::{Error, Result, refused};
use crate::store::api_keys;
use crate::store::users::{self, Row};

/// What there is to administer.
pub(super) async fn admin() -> AdminPage {
    AdminPage
}

/// Everybody.
pub(super) async fn index(
    State(web): State<Web>,
    Query(question): Query<Question>,
) -> Result<TeamPage> {
    let mut page = everybody(&web.app).await?;
    page.done = match question.done.as_str() {
        "required" => Some("From now on everybody needs a second factor."),
        "optional" => Some("A second factor is everybody’s own choice from now on."),
        _ => None,
    };
    Ok(page)
}

async fn everybody(app: &App) -> Result<TeamPage> {
    let people = users::all(&app.db).await?;
    Ok(TeamPage {
        people: people.into_iter().map(person).collect(),
        required: factor::is_required(app).await?,
        sso: app.access.sso.is_some(),
        ..TeamPage::default()
    })
}

fn person(row: Row) -> Person {
    Person {
        role: row.user().role,
        id: row.id,
        email: row.email,
        name: row.name,
        has_password: row.password.is_some(),
        has_factor: row.totp.is_some(),
        by_sso: row.subject.is_some(),
        seen_at: row.seen_at.map(Into::into),
        disabled_at: row.disabled_at.map(Into::into),
    }
}

/// The form of an invitation.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Invited {
    email: String,
    name: String,
    role: String,
}

/// Adds somebody, and shows the link that signs them in once.
pub(super) async fn invite(
    State(web): State<Web>,
    visitor: Visitor,
    reached: Reached,
    Form(said): Form<Invited>,
) -> Result<Response> {
    let app = &web.app;
    let role = Role::of_word(&said.role).ok_or_else(|| refused("role", "is none of the roles"));
    let added = match role {
        Ok(role) => access::add(app, &visitor.actor(), &said.email, &said.name, role).await,
        Err(error) => Err(error),
    };
    let user = match added {
        Ok(user) => user,
        Err(error) if error.status().is_client_error() => {
            let page = TeamPage {
                error: Some(error.to_string()),
                email: said.email,
                name: said.name,
                role: said.role,
                ..everybody(app).await?
            };
            return Ok((error.status(), page).into_response());
        }
        Err(error) => return Err(error),
    };
    let path = link::create(app, &visitor.actor(), Some(&user)).await?;
    let page = TeamPage {
        link: Some(shown(&reached, user.email, &path)),
        ..everybody(app).await?
    };
    Ok(page.into_response())
}

fn shown(Reached(base): &Reached, email: String, path: &str) -> Shown {
    Shown {
        is_whole: !base.is_empty(),
        url: format!("{base}{path}"),
        email,
    }
}

/// The form of the setting.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Required {
    required: String,
}

const NOT_READY: &str = "Nothing was changed: choose a password and set up a second factor of your own first, on \
    your account, so that you are not shut out by it.";

/// Says whether everybody needs a second factor: whoever requires one has one.
pub(super) async fn require(
    State(web): State<Web>,
    visitor: Visitor,
    Form(said): Form<Required>,
) -> Result<Response> {
    let required = match said.required.as_str() {
        "yes" => true,
        "no" => false,
        _ => return Err(Error::Malformed("the form says neither yes nor no".into())),
    };
    // Who cannot prove who they are would be shut out by their own setting, and could not take it back.
    let me = changes::find(&web.app, &visitor.user.id).await?;
    let ready = me.password.is_some() && me.totp.is_some();
    if required && !ready && !access::comes_by_sso(&web.app, &me) {
        let page = TeamPage {
            required_error: Some(NOT_READY),
            ..everybody(&web.app).await?
        };
        return Ok((StatusCode::CONFLICT, page).into_response());
    }
    changes::require_factor(&web.app, &visitor.actor(), required).await?;
    let to = match required {
        true => "/people?done=required",
        false => "/people?done=optional",
    };
    Ok(Redirect::to(to).into_response())
}

/// One of them.
pub(super) async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(question): Query<Question>,
) -> Result<PersonPage> {
    let mut page = one(&web.app, &visitor, &id).await?;
    page.done = match question.done.as_str() {
        "role" => Some("The role is saved, and their sign-ins have ended."),
        "disabled" => Some("They cannot sign in any more, and their sign-ins have ended."),
        "enabled" => Some("They may sign in again."),
        "factor" => Some("Their second factor is gone. A new link lets them in without it."),
        _ => None,
    };
    Ok(page)
}

async fn one(app: &App, visitor: &Visitor, id: &str) -> Result<PersonPage> {
    let row = changes::find(app, id).await?;
    let keys = api_keys::live_of(&app.db, &row.id).await?.into_iter();
    let key = |key: api_keys::ApiKey| KeyOf {
        name: key.name,
        scope: key.scope,
    };
    Ok(PersonPage {
        is_me: row.id == visitor.user.id,
        keys: keys.map(key).collect(),
        person: person(row),
        link: None,
        done: None,
        error: None,
    })
}

/// Shows what is wrong on the person's page.
async fn or_told(
    app: &App,
    visitor: &Visitor,
    id: &str,
    changed: Result<()>,
    done: &str,
) -> Result<Response> {
    match changed {
        // The id is a user's that is there: letters, digits and hyphens.
        Ok(()) => Ok(Redirect::to(&format!("/people/{id}?done={done}")).into_response()),
        Err(error @ (Error::Conflict(_) | Error::Refused(_))) => {
            let mut page = one(app, visitor, id).await?;
            page.error = Some(error.to_string());
            Ok((error.status(), page).into_response())
        }
        Err(error) => Err(error),
    }
}

/// The form of a role.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewRole {
    role: String,
}

/// Gives somebody another role.
pub(super) async fn role(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(said): Form<NewRole>,
) -> Result<Response> {
    let changed = match Role::of_word(&said.role) {
        Some(role) => changes::role(&web.app, &visitor.actor(), &id, role).await,
        None => Err(refused("role", "is none of the roles")),
    };
    or_told(&web.app, &visitor, &id, changed, "role").await
}

/// Makes a link that signs somebody in once, and shows it.
pub(super) async fn link(
    State(web): State<Web>,
    visitor: Visitor,
    reached: Reached,
    Path(id): Path<String>,
) -> Result<Response> {
    let app = &web.app;
    let row = changes::find(app, &id).await?;
    if row.disabled_at.is_some() {
        let why = Err(Error::Conflict("who is disabled cannot sign in by a link"));
        return or_told(app, &visitor, &id, why, "").await;
    }
    let path = link::create(app, &visitor.actor(), Some(&row.user())).await?;
    let mut page = one(app, &visitor, &id).await?;
    page.link = Some(shown(&reached, row.email, &path));
    Ok(page.into_response())
}

/// Keeps somebody from signing in.
pub(super) async fn disable(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response> {
    let changed = changes::disable(&web.app, &visitor.actor(), &id).await;
    or_told(&web.app, &visitor, &id, changed, "disabled").await
}

/// Lets somebody sign in again.
pub(super) async fn enable(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response> {
    let changed = changes::enable(&web.app, &visitor.actor(), &id).await;
    or_told(&web.app, &visitor, &id, changed, "enabled").await
}

/// Takes somebody's second factor away.
pub(super) async fn remove_factor(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response> {
    let changed =
        changes::remove_factor(&web.app, &visitor.actor(), &id, Some(&visitor.sign_in)).await;
    or_told(&web.app, &visitor, &id, changed, "factor").await
}
