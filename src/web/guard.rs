//! What stands before every route.

use std::any::Any;
use std::borrow::Cow;

use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, header};
use axum::middleware::Next;
use axum::response::{AppendHeaders, IntoResponse, Response};

use super::pages::ErrorPage;
use crate::access::link;
use crate::error::Error;

/// Refuses forms that another site had a visitor's browser send: other sites may not speak for
/// whoever reads these pages. (tower-http's `csrf` lets `Sec-Fetch-Site: none` through, and is no page.)
pub(super) async fn own_forms(request: Request, next: Next) -> Response {
    if request.method().is_safe() || is_own(request.headers(), request.uri().authority()) {
        next.run(request).await
    } else {
        Error::Malformed("this form was sent by another site".into()).into_response()
    }
}

/// Browsers say where a form comes from, and no page can make them say otherwise.
fn is_own(headers: &HeaderMap, authority: Option<&Authority>) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let site = text(HeaderName::from_static("sec-fetch-site"));
    match (site, text(header::ORIGIN)) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => {
            let host = text(header::HOST).or(authority.map(Authority::as_str));
            origin.split_once("://").map(|(_, from)| from) == host
                && host.is_some_and(|host| !host.is_empty())
        }
        // No browser.
        (None, None) => true,
    }
}

/// What logs say of a request: no query, as people search for names, and no one-time link, which signs in whoever reads it.
pub(super) fn span<B>(request: &axum::http::Request<B>) -> tracing::Span {
    let path = without_token(request.uri().path());
    tracing::info_span!("request", method = %request.method(), path = &*path)
}

/// A path without the token of a one-time link.
fn without_token(path: &str) -> Cow<'_, str> {
    match path.split_once(link::PATH) {
        Some((before, _)) => format!("{before}{}…", link::PATH).into(),
        None => path.into(),
    }
}

/// Refuses an address with a NUL character in it: nothing kept holds one, and `PostgreSQL` would
/// fail at being asked for it.
pub(super) async fn no_nul(request: Request, next: Next) -> Response {
    let address = request.uri().path_and_query();
    if address.is_some_and(|address| address.as_str().contains("%00")) {
        Error::Malformed("the address holds a NUL character (%00)".into()).into_response()
    } else {
        next.run(request).await
    }
}

/// No page has this address.
pub(super) async fn nothing_here() -> Error {
    Error::NotFound("page")
}

/// The address is right and the method is not; the `Allow` header says which are.
pub(super) async fn wrong_method() -> Error {
    Error::MethodNotAllowed
}

/// Turns a problem into a page for people; the API's own stay as they are.
pub(super) async fn error_page(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is = |name: &[u8]| kind.is_some_and(|kind| kind.as_bytes().starts_with(name));
    let failed = status.is_client_error() || status.is_server_error();
    // A form that shows what is wrong with it is a page already.
    if is(b"text/html") || (!is(b"application/problem+json") && !failed) {
        return response;
    }
    let wait = response.headers().get(header::RETRY_AFTER).cloned();
    let cookies = response.headers().get_all(header::SET_COOKIE).iter();
    let cookies = AppendHeaders(
        cookies
            .map(|set| (header::SET_COOKIE, set.clone()))
            .collect::<Vec<_>>(),
    );
    let detail = match axum::body::to_bytes(response.into_body(), PROBLEM_BYTES).await {
        Ok(bytes) => serde_json::from_slice::<serde_json::Value>(&bytes)
            .ok()
            .and_then(|problem| Some(problem.get("detail")?.as_str()?.to_owned()))
            .unwrap_or_else(|| String::from_utf8_lossy(&bytes).into_owned()),
        Err(_) => String::new(),
    };
    let detail = unreadable(&detail).unwrap_or(detail);
    let wait = wait.map(|wait| [(header::RETRY_AFTER, wait)]);
    let title = status
        .canonical_reason()
        .unwrap_or("Something went wrong")
        .to_owned();
    let kept = (cookies, wait);
    (
        status,
        kept,
        ErrorPage {
            status: status.as_u16(),
            title,
            detail,
        },
    )
        .into_response()
}

/// What cannot be read of an address or a form, in a sentence that names the field; `None` where it is something else.
fn unreadable(detail: &str) -> Option<String> {
    let address = detail.strip_prefix("Failed to deserialize query string: ");
    let form = detail.strip_prefix("Failed to deserialize form body: ");
    let (said, place) = match (address, form) {
        (Some(said), _) => (said, "address"),
        (None, Some(said)) => (said, "form"),
        (None, None) => return None,
    };
    let twice = said.rsplit_once("duplicate field `");
    if let Some((name, _)) = twice.and_then(|(_, name)| name.split_once('`')) {
        return Some(format!("The {place} says `{name}` more than once."));
    }
    let Some((name, why)) = said.split_once(": ") else {
        return Some(format!("The {place} cannot be read."));
    };
    let wanted = why.split_once("expected ").or(why.split_once("was not "));
    Some(match wanted {
        Some((_, wanted)) => {
            format!("What the {place} says of `{name}` cannot be read; wanted is {wanted}.")
        }
        None => format!("What the {place} says of `{name}` cannot be read."),
    })
}

/// No problem of ours is longer.
const PROBLEM_BYTES: usize = 64 << 10;

/// A bug ends one request, not the service.
#[expect(clippy::needless_pass_by_value, reason = "the layer gives it so")]
pub(super) fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let cause = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without words");
    Error::Internal(cause.to_owned()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_told_in_plain_words() {
        for (detail, told) in [
            (
                "Failed to deserialize query string: duplicate field `q`",
                "The address says `q` more than once.",
            ),
            (
                "Failed to deserialize query string: bom: provided string was not `true` or `false`",
                "What the address says of `bom` cannot be read; wanted is `true` or `false`.",
            ),
            (
                "Failed to deserialize form body: since: invalid digit found in string",
                "What the form says of `since` cannot be read.",
            ),
            (
                "Failed to deserialize query string: stage: unknown variant `x`, expected `applied` or `offer`",
                "What the address says of `stage` cannot be read; wanted is `applied` or `offer`.",
            ),
        ] {
            assert_eq!(unreadable(detail).as_deref(), Some(told));
        }
        assert_eq!(unreadable("there is no such page"), None);
    }

    #[test]
    fn a_log_holds_no_link_that_signs_in() {
        for (path, logged) in [
            ("/sign-in/link/0123abcd", "/sign-in/link/…"),
            ("//sign-in/link/0123/abcd", "//sign-in/link/…"),
            ("/candidates/7", "/candidates/7"),
        ] {
            assert_eq!(without_token(path), logged);
        }
    }

    #[test]
    fn only_our_own_pages_send_forms() {
        const HERE: (&str, &str) = ("host", "localhost:8080");
        for (fields, own) in [
            (&[][..], true),
            (
                &[("sec-fetch-site", "same-origin"), ("origin", "null")],
                true,
            ),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "none")], false),
            (&[HERE, ("origin", "http://localhost:8080")], true),
            (&[HERE, ("origin", "http://evil.example")], false),
            (&[HERE, ("origin", "null")], false),
            (&[("origin", "http://localhost:8080")], false),
            (&[("host", ""), ("origin", "http://")], false),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in fields {
                headers.insert(*name, value.parse().unwrap());
            }
            assert_eq!(is_own(&headers, None), own, "{fields:?}");
        }
        let headers =
            HeaderMap::from_iter([(header::ORIGIN, "http://localhost:8080".parse().unwrap())]);
        let authority = Authority::from_static("localhost:8080");
        assert!(is_own(&headers, Some(&authority)), "HTTP/2 names no host");
    }
}
