//! What identity providers fetch of us: public keys, and who we are.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, header};
use serde_json::{Value, json};

use super::Web;
use crate::app::App;
use crate::error::{Error, Result};
use crate::outlets::ssf::{KEYS, Settings};
use crate::store::endpoints;

/// Receivers may keep what they read a little while.
const KEPT: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "public, max-age=300")];

type Read = ([(HeaderName, &'static str); 1], Json<Value>);

/// The public keys of all that is signed, each once (RFC 7517).
pub(super) async fn keys(State(web): State<Web>) -> Result<Read> {
    let mut keys: Vec<Value> = Vec::new();
    for key in settings(&web.app)
        .await?
        .into_iter()
        .flat_map(|one| one.keys)
    {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    Ok((KEPT, Json(json!({"keys": keys}))))
}

/// The transmitter's metadata, by the Shared Signals Framework. Streams are made by the operator, so
/// there is nothing to configure them with.
pub(super) async fn configuration(State(web): State<Web>) -> Result<Read> {
    let settings = settings(&web.app).await?.into_iter();
    let issuers: BTreeSet<String> = settings.map(|one| one.issuer).collect();
    let mut issuers = issuers.into_iter();
    let issuer = match (issuers.next(), issuers.next(), &web.app.public_url) {
        (Some(only), None, _) => only,
        (_, _, Some(url)) => url.clone(),
        (Some(first), _, None) => first,
        (None, _, None) => return Err(Error::NotFound("transmitter")),
    };
    let root = web.app.public_url.as_deref().unwrap_or(&issuer);
    let keys = format!("{}{KEYS}", root.trim_end_matches('/'));
    let about = json!({
        "spec_version": "1_0",
        "issuer": issuer,
        "jwks_uri": keys,
        "delivery_methods_supported": ["urn:ietf:rfc:8935"],
    });
    Ok((KEPT, Json(about)))
}

async fn settings(app: &App) -> Result<Vec<Settings>> {
    let all = endpoints::all(&app.db).await?;
    Ok(all.iter().filter_map(Settings::of).collect())
}
