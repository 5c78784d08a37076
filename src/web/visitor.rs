//! Who asks for a page: the cookie, and what it stands for.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, OptionalFromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;

use super::pages::words;
use super::{Web, cookies};
use crate::access::{User, sign_in};
use crate::audit::Actor;
use crate::error::Error;

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Who.
    pub user: User,
    /// Their sign-in's id, which is no secret.
    pub sign_in: String,
    /// Whether they proved lately who they are.
    pub is_fresh: bool,
    /// Whether they came in by a one-time link.
    pub by_link: bool,
    /// Whether they have to set up a second factor before anything else.
    pub needs_factor: bool,
}

impl Visitor {
    /// As the audit log names them.
    pub fn actor(&self) -> Actor {
        Actor::from(&self.user)
    }
}

impl FromRequestParts<Web> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Error> {
        parts.extensions.get().cloned().ok_or(Error::NotSignedIn)
    }
}

impl OptionalFromRequestParts<Web> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Option<Self>, Infallible> {
        Ok(parts.extensions.get().cloned())
    }
}

/// Looks up who asks, once for each request; pages are answered to nobody too, if they are open.
pub(super) async fn look_up(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    if let Some(token) = cookies::token(&web.app, request.headers()) {
        match sign_in::find(&web.app, &token).await {
            Ok(Some(found)) => {
                request.extensions_mut().insert(Visitor {
                    is_fresh: found.has_proof(web.app.now()),
                    needs_factor: found.needs_factor,
                    by_link: found.by_link,
                    user: found.user,
                    sign_in: found.id,
                });
            }
            Ok(None) => {}
            Err(error) => return axum::response::IntoResponse::into_response(error),
        }
    }
    next.run(request).await
}

/// An address with where to go afterwards.
pub(super) fn address(path: &str, next: &str) -> String {
    match here_only(next) {
        "/" => path.to_owned(),
        next => format!("{path}{}", words::query(&[("next", next)])),
    }
}

/// Where to go afterwards: a path of this service, whatever was asked for.
pub(super) fn here_only(next: &str) -> &str {
    let plain = next.starts_with('/')
        && !next.starts_with("//")
        && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
        && !["/sign-in", "/prove", "/sign-out"]
            .iter()
            .any(|own| next.starts_with(own));
    if plain { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::here_only;

    #[test]
    fn nobody_is_sent_elsewhere() {
        for here in ["/", "/candidates/7?x=1#a", "/rings"] {
            assert_eq!(here_only(here), here);
        }
        for elsewhere in [
            "",
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example/",
            "/\t/evil.example",
            "evil.example",
            "javascript:alert(1)",
            "/sign-in?next=/",
            "/ü",
        ] {
            assert_eq!(here_only(elsewhere), "/", "{elsewhere}");
        }
    }
}
