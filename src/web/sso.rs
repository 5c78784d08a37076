//! Signing in, and proving who one is, on a provider's page.

use axum::extract::{Query, State};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde_json::json;

use super::client::Client;
use super::sign_in::{Then, begin};
use super::visitor::{Visitor, here_only};
use super::{Web, cookies, prove};
use crate::access::changes;
use crate::access::sign_in::Means;
use crate::access::sso::{self, Back, Provider, Trip};
use crate::app::App;
use crate::error::{Error, Result};

fn provider(app: &App) -> Result<&Provider> {
    let provider = app.access.sso.as_ref();
    provider.ok_or(Error::NotFound("page: there is no single sign-on here"))
}

/// Addresses that are longer are not worth a cookie.
const LONGEST_NEXT: usize = 500;

async fn send(app: &App, next: &str, proves: Option<String>) -> Result<Response> {
    let next = match here_only(next) {
        next if next.len() <= LONGEST_NEXT => next,
        _ => "/",
    };
    let (url, trip) = provider(app)?.begin(app, next, proves).await?;
    let set = AppendHeaders([cookies::set_trip(app, Some(&trip.seal(app)))]);
    Ok((set, Redirect::to(&url)).into_response())
}

/// Off to the provider's page, to sign in.
pub(super) async fn go(State(web): State<Web>, Query(then): Query<Then>) -> Result<Response> {
    send(&web.app, &then.next, None).await
}

/// Off to the provider's page, to prove again who one is.
pub(super) async fn prove(
    State(web): State<Web>,
    visitor: Visitor,
    Query(then): Query<Then>,
) -> Result<Response> {
    send(&web.app, &then.next, Some(visitor.sign_in)).await
}

/// Back from there.
pub(super) async fn back(
    State(web): State<Web>,
    visitor: Option<Visitor>,
    client: Client,
    Query(back): Query<Back>,
) -> Result<Response> {
    let app = &web.app;
    let provider = provider(app)?;
    let trip = client.trip(app).and_then(|sealed| Trip::open(app, &sealed));
    let trip = trip.ok_or_else(|| {
        Error::Malformed("single sign-on took longer than ten minutes, or was begun in another browser: begin again".into())
    })?;
    let forget = AppendHeaders([cookies::set_trip(app, None)]);
    let done = finish(app, provider, visitor.as_ref(), &client, &trip, back).await;
    Ok(match done {
        Ok(done) => (forget, done).into_response(),
        Err(error) => (forget, error).into_response(),
    })
}

async fn finish(
    app: &App,
    provider: &Provider,
    visitor: Option<&Visitor>,
    client: &Client,
    trip: &Trip,
    back: Back,
) -> Result<Response> {
    let identity = provider.identify(app, trip, back).await?;
    sso::with_role(app, &identity).await?;
    let next = here_only(&trip.next).to_owned();
    let mut tx = app.db.begin().await?;
    let set = match &trip.proves {
        Some(sign_in) => {
            let visitor = visitor.filter(|visitor| visitor.sign_in == *sign_in);
            let visitor = visitor.ok_or(Error::NotSignedIn)?;
            let row = changes::find(app, &visitor.user.id).await?;
            if row.subject.as_deref() != Some(&identity.subject) {
                return Err(Error::Malformed(
                    "the provider says that you are somebody else".into(),
                ));
            }
            prove::proved(app, &mut tx, visitor, client, Means::Sso).await?
        }
        None => {
            let user = sso::admit(app, &mut tx, &identity).await?;
            let detail = json!({ "by": Means::Sso.word() });
            begin(app, &mut tx, &user, client, Means::Sso, &detail).await?
        }
    };
    tx.commit().await?;
    Ok((set, Redirect::to(&next)).into_response())
}
