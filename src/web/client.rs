//! Which browser asks, and from where.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{Extensions, HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::visitor::Visitor;
use super::{Web, cookies};
use crate::access::lockout::Whose;
use crate::access::network::Network;
use crate::app::App;
use crate::store::users::Row;

/// The browser.
#[derive(Clone, Debug)]
pub(super) struct Client {
    /// Where it is.
    pub(super) network: Network,
    headers: HeaderMap,
}

impl FromRequestParts<Web> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        Ok(Self {
            network: network(&web.app, &parts.headers, &parts.extensions),
            headers: parts.headers.clone(),
        })
    }
}

impl Client {
    /// What it says that it is.
    pub(super) fn agent(&self) -> &str {
        let agent = self.headers.get(header::USER_AGENT);
        agent
            .and_then(|agent| agent.to_str().ok())
            .unwrap_or_default()
    }

    /// The trip to a provider that it has come back from.
    pub(super) fn trip(&self, app: &App) -> Option<String> {
        cookies::trip(app, &self.headers)
    }

    /// What says that it has signed in to an account before.
    pub(super) fn device(&self, app: &App, row: Option<&Row>) -> Option<String> {
        self.device_of(app, &row?.id)
    }

    /// The same of a user's id.
    pub(super) fn device_of(&self, app: &App, user_id: &str) -> Option<String> {
        cookies::device(app, &self.headers, user_id)
    }

    /// Whose attempts are counted when it tries to get into an account.
    pub(super) fn whose<'a>(
        &self,
        email: &'a str,
        row: Option<&'a Row>,
        device: Option<&'a str>,
    ) -> Whose<'a> {
        Whose {
            email,
            owner: row.map(Into::into),
            device,
            network: self.network,
        }
    }
}

/// Where this service is reached: as it was told, else as this request reached it, for links that are shown to whoever
/// asks. Empty where neither says so.
#[derive(Clone, Debug)]
pub(super) struct Reached(pub(super) String);

impl FromRequestParts<Web> for Reached {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        if let Some(url) = &web.app.public_url {
            return Ok(Self(url.clone()));
        }
        let text = |name: &str| parts.headers.get(name)?.to_str().ok();
        let host = text("host").or(parts.uri.authority().map(Authority::as_str));
        let Some(host) = host.filter(|host| is_host(host)) else {
            return Ok(Self(String::new()));
        };
        // A browser names the scheme in the forms that it sends, and a trusted proxy in every request.
        let origin = text("origin").and_then(|origin| origin.strip_suffix(host));
        let forwarded = text("x-forwarded-proto").filter(|_| web.app.access.trusted_proxies > 0);
        let scheme = match origin == Some("https://") || forwarded == Some("https") {
            true => "https",
            false => "http",
        };
        Ok(Self(format!("{scheme}://{host}")))
    }
}

/// Whether it is a host's name or address, with or without a port, and nothing else.
fn is_host(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b".-_:[]".contains(&b);
    !text.is_empty() && text.len() <= 255 && text.bytes().all(plain)
}

fn network(app: &App, headers: &HeaderMap, extensions: &Extensions) -> Network {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    let forwarded = headers.get_all("x-forwarded-for").iter();
    Network::of_client(
        peer.map(|ConnectInfo(peer)| *peer),
        forwarded.filter_map(|line| line.to_str().ok()),
        app.access.trusted_proxies,
    )
}

/// Refuses whoever asks for more pages than anybody reads.
pub(super) async fn limit(State(web): State<Web>, request: Request, next: Next) -> Response {
    let limits = &web.app.access.limits;
    let within = match request.extensions().get::<Visitor>() {
        _ if request.uri().path().starts_with("/assets/") => Ok(()),
        Some(visitor) => limits.page(&visitor.user.id),
        None => limits.open(network(&web.app, request.headers(), request.extensions())),
    };
    match within {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}
