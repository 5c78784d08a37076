//! Endpoints for people: where results are sent.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::Web;
use super::connections::{Fields, Question, open, refusal, sure, text};
use super::deliveries::{channels, last};
use super::pages::connection::Told;
use super::pages::connections::Reach;
use super::pages::endpoint::{self, Entered, Provider};
use super::pages::{EndpointPage, NewEndpointPage};
use super::visitor::Visitor;
use crate::app::App;
use crate::error::{Error, Result};
use crate::outlets::endpoints::{self, Kind, New};
use crate::outlets::message::Kind as Message;
use crate::outlets::ssf;
use crate::store::endpoints::{self as store, Row};

const MISSING: Error = Error::NotFound("endpoint");

/// The form for an endpoint.
pub(super) async fn new() -> NewEndpointPage {
    NewEndpointPage::default()
}

/// Adds an endpoint. Its secret is shown at once, so that it stands in no address.
pub(super) async fn create(
    State(web): State<Web>,
    visitor: Visitor,
    Form(fields): Fields,
) -> Result<Response> {
    let kind = text(&fields, "kind");
    let kind = kind.as_deref().and_then(Kind::of_word);
    let told_of = fields.keys().filter_map(|name| name.strip_prefix("event."));
    let entered = Entered {
        kind,
        name: text(&fields, "name").unwrap_or_default(),
        url: text(&fields, "url").unwrap_or_default(),
        events: told_of.filter_map(Message::of_word).collect(),
        private: fields.contains_key("private"),
        audience: text(&fields, "audience").unwrap_or_default(),
        subject: text(&fields, "subject").unwrap_or_default(),
    };
    let given = text(&fields, "secret");
    let made_here = given.is_none();
    let new = New {
        kind: kind.ok_or_else(|| Error::Malformed("nothing of that kind can be sent".into()))?,
        name: entered.name.clone(),
        url: entered.url.clone(),
        secret: given,
        events: entered.events.clone(),
        private: entered.private,
        ssf: ssf::Options {
            audience: text(&fields, "audience"),
            subject: text(&fields, "subject"),
            token: text(&fields, "token"),
            ..ssf::Options::default()
        },
    };
    match endpoints::add(&web.app, &visitor.actor(), new).await {
        Ok((row, Some(secret))) if made_here => {
            let told = Told {
                done: Some("It is added."),
                secret: Some(secret),
                ..Told::default()
            };
            Ok(page(&web.app, row, told).await?.into_response())
        }
        Ok((row, _)) => {
            Ok(Redirect::to(&format!("/endpoints/{}?done=added", row.id)).into_response())
        }
        Err(error) => {
            let page = NewEndpointPage {
                entered,
                refused: Some(refusal(error)?),
            };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// One endpoint.
pub(super) async fn show(
    State(web): State<Web>,
    Path(id): Path<String>,
    Query(question): Query<Question>,
) -> Result<EndpointPage> {
    let told = Told {
        done: question.told(),
        ..Told::default()
    };
    shown(&web.app, &id, told).await
}

/// Sends a test message and says what came of it.
pub(super) async fn test(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<EndpointPage> {
    let said = endpoints::test(&web.app, &visitor.actor(), &id).await?;
    let told = Told {
        answer: Some(endpoint::tested(&said)),
        ..Told::default()
    };
    shown(&web.app, &id, told).await
}

/// Gives an endpoint a new secret and shows it, this once.
pub(super) async fn rotate(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response> {
    let told = match endpoints::rotate(&web.app, &visitor.actor(), &id, None).await {
        Ok(secret) => Told {
            done: secret.is_none().then_some("Another key signs from now on."),
            secret,
            ..Told::default()
        },
        Err(error) => Told {
            refused: Some(refusal(error)?),
            ..Told::default()
        },
    };
    let status = if told.refused.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok((status, shown(&web.app, &id, told).await?).into_response())
}

/// Switches an endpoint on again.
pub(super) async fn enable(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Redirect> {
    endpoints::enable(&web.app, &visitor.actor(), &id).await?;
    web.inbox.bell.notify_one();
    // The id is one that is there: letters, digits and hyphens.
    Ok(Redirect::to(&format!("/endpoints/{id}?done=enabled")))
}

/// Takes an endpoint away.
pub(super) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Fields,
) -> Result<Redirect> {
    sure(&fields)?;
    endpoints::remove(&web.app, &visitor.actor(), &id).await?;
    Ok(Redirect::to("/connections?done=removed"))
}

async fn shown(app: &App, id: &str, told: Told) -> Result<EndpointPage> {
    let row = store::by_id(&app.db, id).await?.ok_or(MISSING)?;
    page(app, row, told).await
}

async fn page(app: &App, row: Row, told: Told) -> Result<EndpointPage> {
    let channels = channels(app).await?;
    let open = open(app).await?.remove(&row.id);
    Ok(EndpointPage {
        kind: Kind::of_word(&row.kind),
        place: endpoint::place(&row.url),
        events: row.events.split(' ').filter_map(Message::of_word).collect(),
        private: row.private,
        secrets: endpoints::secrets(app, &row)?.len(),
        provider: ssf::Settings::of(&row).map(|settings| Provider::of(app, &settings)),
        created_at: row.created_at.into(),
        reach: Reach::of(&row),
        open: open.unwrap_or_default(),
        deliveries: last(app, &row.id, &channels).await?,
        told,
        name: row.name,
        id: row.id,
    })
}
