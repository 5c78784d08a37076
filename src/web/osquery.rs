//! The server that osqueryd's TLS plugins speak to: enrol, ask what to look at, hand in what was seen.
//!
//! A node enrols with a telltale key of the scope `enroll`, which is good for nothing else, and gets a key of
//! its own, good for its device alone.

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::api::telemetry::{take, unpacked};
use super::auth::{Caller, Scope};
use super::{Web, body};
use crate::app::compute;
use crate::error::{Error, Result};
use crate::secret::hex;
use crate::store::osquery_nodes;
use crate::telemetry::DeviceId;
use crate::telemetry::formats::osquery::tls::{self, Answer, Enrolled};

/// Bytes of a request that holds a key alone.
const SMALL: usize = 64 << 10;

/// Gives a node its key; one that it had before is good no more.
pub(super) async fn enroll(State(web): State<Web>, body: Body) -> Result<Response> {
    let bytes = body::read(body, SMALL).await?;
    let asked = tls::enroll(&bytes).map_err(Error::Malformed)?;
    let caller = Caller::of_secret(&web.app, &asked.enroll_secret).await;
    let allowed = caller.and_then(|caller| caller.may(Scope::Enroll).map(|()| caller));
    let (Ok(caller), Some(device)) = (allowed, DeviceId::of(&asked.host_identifier)) else {
        let refused = Enrolled {
            node_key: None,
            node_invalid: true,
        };
        return Ok(axum::Json(refused).into_response());
    };
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| Error::Internal(error.to_string()))?;
    let node_key = hex(&bytes);
    let mut tx = web.app.db.begin().await?;
    osquery_nodes::insert(
        &mut tx,
        &hash(&node_key),
        &caller.0.id,
        device.as_str(),
        web.app.now(),
    )
    .await?;
    tx.commit().await?;
    let enrolled = Enrolled {
        node_key: Some(node_key),
        node_invalid: false,
    };
    Ok(axum::Json(enrolled).into_response())
}

/// Tells a node what to look at.
pub(super) async fn config(State(web): State<Web>, body: Body) -> Result<Response> {
    let bytes = body::read(body, SMALL).await?;
    let asked = tls::configure(&bytes).map_err(Error::Malformed)?;
    Ok(match device(&web, &asked.node_key).await? {
        Some(_) => axum::Json(tls::configuration()).into_response(),
        None => axum::Json(Answer { node_invalid: true }).into_response(),
    })
}

/// Takes what a node saw, of itself alone; answered when it is kept.
pub(super) async fn log(
    State(web): State<Web>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    let bytes = unpacked(&headers, body).await?;
    let head = bytes.clone();
    let who = compute(move || tls::configure(&head)).await?;
    let who = who.map_err(Error::Malformed)?;
    let Some(device) = device(&web, &who.node_key).await? else {
        return Ok(axum::Json(Answer { node_invalid: true }).into_response());
    };
    let now = web.app.now();
    let log = compute(move || tls::log(&bytes, now)).await?;
    let mut log = log.map_err(Error::Malformed)?;
    log.read.items_of_interest();
    let before = log.read.items.len();
    let own = |item: &crate::telemetry::Item| item.device().as_str() == device;
    let kept = log
        .read
        .items
        .iter()
        .zip(&log.read.places)
        .filter(|(item, _)| own(item));
    log.read.places = kept.map(|(_, place)| *place).collect();
    log.read.items.retain(own);
    let others = before - log.read.items.len();
    let taken = take(&web.app, log.read).await?;
    if others + taken.refused.len() > 0 {
        // The plugin reads no reasons; an operator reads the log.
        tracing::warn!(
            device,
            others,
            refused = taken.refused.len(),
            "lines of an osquery log were refused"
        );
    }
    Ok(axum::Json(Answer::default()).into_response())
}

async fn device(web: &Web, node_key: &str) -> Result<Option<String>> {
    Ok(osquery_nodes::device(&web.app.db, &hash(node_key)).await?)
}

fn hash(node_key: &str) -> String {
    hex(&Sha256::digest(node_key.as_bytes()))
}
