//! Who a candidate becomes at work.

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use super::telemetry::{RefusedHere, Taken, unpacked};
use crate::app::App;
use crate::audit::Actor;
use crate::error::{Error, Result};
use crate::intake;
use crate::onboarding::{self, Outcome};
use crate::screening;
use crate::telemetry::formats;
use crate::web::Web;
use crate::web::auth::{Caller, Scope};
use crate::web::idempotency;

/// Say who a candidate becomes at work: worker, devices, where they are sent, account and document.
///
/// An object, a list, or one object a line. Numbers of accounts and documents are kept as keyed hashes
/// alone. The candidate is screened again at the stage `onboarding`. The same as was said last is a duplicate;
/// under an `Idempotency-Key` a request that comes late a second time takes nothing back. A key of the scope
/// `candidates` or `telemetry` may.
#[utoipa::path(
    post, path = "/onboardings", tag = "telemetry", operation_id = "onboard",
    request_body(content = String, content_type = "application/json"),
    responses((status = 200, description = "What became of each item", body = Taken),
        (status = 422, description = "All of it was refused", body = Taken))
)]
pub async fn create(
    State(web): State<Web>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    (caller.may(Scope::Candidates)).or_else(|_| caller.may(Scope::Telemetry))?;
    let bytes = unpacked(&headers, body).await?;
    let by = Actor::from(&caller.0);
    if !headers.contains_key("idempotency-key") {
        return Ok(all(&web.app, &by, &bytes).await?.into_response());
    }
    let work = async {
        let mut taken = all(&web.app, &by, &bytes).await?;
        if taken.is_refused() {
            // Nothing was done, so that the key is free for a better body.
            return Err(Error::Refused(taken.refused.swap_remove(0).into()));
        }
        Ok(taken)
    };
    idempotency::once(&web.app, &caller, &headers, "onboardings\n", &bytes, work).await
}

/// Binds everybody of a body, and screens them.
async fn all(app: &App, by: &Actor, bytes: &[u8]) -> Result<Taken> {
    let mut taken = Taken::default();
    let mut bound = Vec::new();
    for (index, document) in formats::documents(bytes).into_iter().enumerate() {
        match one(app, by, document).await {
            Ok(Outcome::Bound(candidate)) => {
                taken.accepted += 1;
                bound.push(candidate);
            }
            Ok(Outcome::Duplicate(_)) => taken.duplicate += 1,
            Err(Error::Refused(refused)) => taken.refused.push(RefusedHere {
                index,
                line: document.line,
                field: refused.field,
                reason: refused.reason,
            }),
            Err(error) => return Err(error),
        }
    }
    // They are due from the commit on; what goes wrong here is done again later.
    if let Err(error) = screening::screen(app, &bound).await {
        error.log();
    }
    Ok(taken)
}

async fn one(app: &App, by: &Actor, document: formats::Document<'_>) -> Result<Outcome> {
    let new = intake::onboarding(formats::value(document)?)?;
    onboarding::bind(app, by, &new).await
}
