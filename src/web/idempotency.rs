//! `Idempotency-Key`: the same request sent twice leaves one version and gets one answer.
//!
//! Whoever claims a key first does the work; who comes meanwhile is told to wait, who comes later
//! gets the stored answer. A claim whose work never ended, as after a crash, can be taken over.

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::auth::Caller;
use crate::app::App;
use crate::error::{Error, Result};
use crate::secret::hex;
use crate::store::answers::{self, Answer, Claim};

/// The longest key taken.
const KEY_MAX: usize = 255;

/// Work that has not answered after this has died.
const WORK_DIES_AFTER: SignedDuration = SignedDuration::from_mins(2);

/// Answers older than this are forgotten.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_hours(48);

/// Does what a request asks for and answers 201 with what came of it; the same request again, under the
/// same key, is not done again and gets that answer. Requests that say the same in another `place` are
/// others.
pub(super) async fn once<T: Serialize>(
    app: &App,
    caller: &Caller,
    headers: &HeaderMap,
    place: &str,
    body: &Bytes,
    work: impl Future<Output = Result<T>>,
) -> Result<Response> {
    let ticket = match claim(app, &caller.0.id, headers, place, body).await? {
        Turn::Again(answer) => return Ok(created(answer.body.unwrap_or_default())),
        Turn::First(ticket) => Some(ticket),
        Turn::Free => None,
    };
    let done = work.await;
    let body = done.map(|done| serde_json::to_string(&done).expect("an answer serializes"));
    if let Some(ticket) = ticket {
        ticket.answer(body.as_deref().ok()).await?;
    }
    Ok(created(body?))
}

fn created(body: String) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json")];
    (StatusCode::CREATED, headers, body).into_response()
}

/// What to do with a request.
enum Turn<'a> {
    /// It carries no key.
    Free,
    /// It is the first: do the work, then keep its answer.
    First(Ticket<'a>),
    /// It was answered before, with this status and body.
    Again(Answer),
}

/// The right to answer for a key.
struct Ticket<'a> {
    app: &'a App,
    claim: Claim,
}

/// Claims the key of a request, if it carries one.
async fn claim<'a>(
    app: &'a App,
    api_key_id: &str,
    headers: &HeaderMap,
    place: &str,
    body: &Bytes,
) -> Result<Turn<'a>> {
    let Some(request_key) = headers.get("idempotency-key") else {
        return Ok(Turn::Free);
    };
    let request_key = request_key
        .to_str()
        .ok()
        .filter(|key| (1..=KEY_MAX).contains(&key.len()));
    let Some(request_key) = request_key else {
        let expected = "Idempotency-Key: 1 to 255 visible ASCII characters are expected";
        return Err(Error::Malformed(expected.into()));
    };
    let now = app.now();
    let claim = Claim {
        api_key_id: api_key_id.to_owned(),
        request_key: request_key.to_owned(),
        request_hash: hex(&Sha256::new()
            .chain_update(place)
            .chain_update(body)
            .finalize()),
    };
    let mut tx = app.db.begin().await?;
    answers::forget(&mut tx, now - KEPT_FOR).await?;
    let standing = answers::claim(&mut tx, &claim, now - WORK_DIES_AFTER, now).await?;
    tx.commit().await?;
    match standing {
        None => Ok(Turn::First(Ticket { app, claim })),
        Some(answer) if answer.request_hash != claim.request_hash => Err(Error::Conflict(
            "this Idempotency-Key came with another request before",
        )),
        Some(answer) if answer.body.is_none() => Err(Error::Conflict(
            "the first request with this Idempotency-Key is still at work",
        )),
        Some(answer) => Ok(Turn::Again(answer)),
    }
}

impl Ticket<'_> {
    /// Keeps the answer for whoever sends the same again; without one, gives the key back.
    async fn answer(self, body: Option<&str>) -> Result<()> {
        let mut tx = self.app.db.begin().await?;
        match body {
            Some(body) => answers::keep(&mut tx, &self.claim, 201, body).await?,
            None => answers::release(&mut tx, &self.claim).await?,
        }
        Ok(tx.commit().await?)
    }
}
