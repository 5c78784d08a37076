//! Cookies: each is for this host, over TLS where there is TLS, and out of scripts' reach.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

use crate::access::token_hash;
use crate::app::App;

/// A header that sets a cookie.
pub(super) type Set = (HeaderName, HeaderValue);

/// The cookie of who is signed in.
const SIGN_IN: &str = "telltale";

/// The cookie of who is on a provider's page.
const TRIP: &str = "telltale-sso";

/// Whether browsers reach this over TLS, so that a cookie may say it goes over nothing else.
pub(super) fn is_secure(app: &App) -> bool {
    (app.public_url.as_deref()).is_some_and(|url| url.starts_with("https://"))
}

/// A browser takes a cookie whose name begins so only for this host, over TLS, and for all paths.
fn full_name(app: &App, name: &str) -> String {
    if is_secure(app) {
        format!("__Host-{name}")
    } else {
        name.to_owned()
    }
}

fn read(app: &App, headers: &HeaderMap, name: &str) -> Option<String> {
    let jar = CookieJar::from_headers(headers);
    Some(jar.get(&full_name(app, name))?.value().to_owned())
}

fn set(app: &App, name: &str, value: Option<&str>, lasts: bool) -> Set {
    let mut cookie = Cookie::build((full_name(app, name), value.unwrap_or_default().to_owned()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(is_secure(app))
        .build();
    match value {
        None => cookie.make_removal(),
        Some(_) if lasts => cookie.make_permanent(),
        Some(_) => {}
    }
    let value = HeaderValue::from_str(&cookie.to_string());
    (
        header::SET_COOKIE,
        value.expect("our own values make a header"),
    )
}

/// The token of who is signed in.
pub(super) fn token(app: &App, headers: &HeaderMap) -> Option<String> {
    read(app, headers, SIGN_IN)
}

/// Signs a browser in; without a token, out.
pub(super) fn sign_in(app: &App, token: Option<&str>) -> Set {
    set(app, SIGN_IN, token, false)
}

/// The trip to a provider.
pub(super) fn trip(app: &App, headers: &HeaderMap) -> Option<String> {
    read(app, headers, TRIP)
}

/// Remembers a trip; without one, forgets it.
pub(super) fn set_trip(app: &App, sealed: Option<&str>) -> Set {
    set(app, TRIP, sealed, false)
}

/// One for each account that is used in a browser; its name says nothing of whose.
fn device_name(user_id: &str) -> String {
    format!("telltale-device-{}", &token_hash(user_id)[..12])
}

/// What says that a browser has signed in to an account before.
pub(super) fn device(app: &App, headers: &HeaderMap, user_id: &str) -> Option<String> {
    read(app, headers, &device_name(user_id))
}

/// Makes a browser known to an account.
pub(super) fn set_device(app: &App, user_id: &str, sealed: &str) -> Set {
    set(app, &device_name(user_id), Some(sealed), true)
}
