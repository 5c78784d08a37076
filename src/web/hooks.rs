//! Deliveries from vendors' systems: verified, kept, answered; everything else comes later.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::{Web, body};
use crate::app::App;
use crate::error::{Error, Result};
use crate::hooks::connections::{self, Connection};
use crate::hooks::inbox::Parcel;
use crate::vendors::{self, BODY, BODY_AT_MOST, Delivered, Greeting, State as Like};

/// A sender slower than this is let go.
const PATIENCE: Duration = Duration::from_secs(10);

const MISSING: Error = Error::NotFound("connection");

/// Takes a delivery, or answers a challenge.
pub(super) async fn receive(
    State(web): State<Web>,
    Path((vendor, id)): Path<(String, String)>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    let connection = find(&web.app, &vendor, &id).await?;
    let like = Like {
        has_secret: !connection.secrets.is_empty(),
        is_new: connection.row.verified_at.is_none(),
    };
    let bytes = match method {
        Method::POST => body::read_within(body, limit(&connection), PATIENCE).await?,
        _ => Bytes::new(),
    };
    let delivered = Delivered {
        method: method.as_str(),
        query: uri.query().unwrap_or_default(),
        headers: &headers,
        body: &bytes,
    };
    if let Some(greeting) = (connection.vendor.greet)(&delivered, like) {
        return Ok(greet(greeting));
    }
    if method != Method::POST {
        return Ok(not_this_method());
    }
    if !like.has_secret {
        return Err(Error::Unavailable("this connection has no secret yet"));
    }
    if let Err(why) = (connection.vendor.verify)(&delivered, &connection.secrets, web.app.now()) {
        connections::refuse(&web.app, &connection.row.id, why);
        return Err(Error::Forged(why));
    }
    if connection.vendor.refuses_unreadable
        && let Err(why) = (connection.vendor.read)(&delivered)
    {
        return Err(Error::Malformed(why.to_string()));
    }
    let keys = (connection.vendor.keys)(&delivered);
    let parcel = Parcel {
        connection: connection.row.id.clone(),
        keys,
        headers,
        body: bytes,
    };
    web.inbox.put(parcel).await?;
    Ok((
        connection.vendor.success,
        [(header::CONTENT_TYPE, "application/json")],
        "{}",
    )
        .into_response())
}

async fn find(app: &App, vendor: &str, id: &str) -> Result<Arc<Connection>> {
    let vendor = vendors::by_name(vendor).ok_or(MISSING)?;
    let connection = connections::lately(app, id).await;
    let connection = connection.map_err(|error| {
        error.log();
        Error::Unavailable("the connection cannot be read now")
    })?;
    connection
        .filter(|one| one.vendor.name == vendor.name)
        .ok_or(MISSING)
}

/// Bytes that a delivery may have.
fn limit(connection: &Connection) -> usize {
    let said = connection.row.settings.0.get(vendors::LIMIT);
    let said = said.and_then(|text| text.parse::<usize>().ok());
    said.map_or(BODY, |kib| (kib << 10).clamp(1 << 10, BODY_AT_MOST))
}

fn greet(greeting: Greeting) -> Response {
    let mut response = (greeting.status, greeting.body).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    for (name, value) in greeting.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
    response
}

fn not_this_method() -> Response {
    let mut response = Error::MethodNotAllowed.into_response();
    response
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static("POST"));
    debug_assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    response
}
