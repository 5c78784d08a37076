//! Keys of the API, seen by administrators.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::Web;
use super::account::Question;
use super::auth::{self, Scope};
use super::pages::api_keys::{KeyRow, KeysPage};
use super::visitor::Visitor;
use crate::app::App;
use crate::error::{Result, refused};
use crate::store::api_keys;

/// Every key.
pub(super) async fn index(
    State(web): State<Web>,
    Query(question): Query<Question>,
) -> Result<KeysPage> {
    let mut page = every(&web.app).await?;
    if question.done == "revoked" {
        page.done = Some("The key is revoked: it opens nothing any more.");
    }
    Ok(page)
}

async fn every(app: &App) -> Result<KeysPage> {
    let keys = api_keys::all(&app.db).await?.into_iter();
    let rows = keys.map(|key| KeyRow {
        id: key.id,
        name: key.name,
        scope: key.scope,
        created_at: key.created_at.into(),
        made_by: key.made_by_name,
        used_at: key.last_used_at.map(Into::into),
        revoked_at: key.revoked_at.map(Into::into),
    });
    Ok(KeysPage {
        keys: rows.collect(),
        ..KeysPage::default()
    })
}

/// The form of a new key.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct New {
    name: String,
    scope: String,
}

/// Makes a key and shows it, once.
pub(super) async fn create(
    State(web): State<Web>,
    visitor: Visitor,
    Form(said): Form<New>,
) -> Result<Response> {
    let app = &web.app;
    let made = match Scope::of_word(&said.scope) {
        _ if said.name.trim().is_empty() => {
            Err(refused("name", "is needed, to know the key by later"))
        }
        Some(scope) => auth::make(app, &visitor.actor(), scope, &said.name).await,
        None => Err(refused("scope", "is none of the scopes")),
    };
    match made {
        Ok(secret) => {
            let page = KeysPage {
                made: Some(secret),
                ..every(app).await?
            };
            Ok(page.into_response())
        }
        Err(error) if error.status().is_client_error() => {
            let page = KeysPage {
                error: Some(error.to_string()),
                name: said.name,
                scope: said.scope,
                ..every(app).await?
            };
            Ok((error.status(), page).into_response())
        }
        Err(error) => Err(error),
    }
}

/// Revokes a key.
pub(super) async fn revoke(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Redirect> {
    auth::revoke(&web.app, &visitor.actor(), &id).await?;
    Ok(Redirect::to("/keys?done=revoked"))
}
