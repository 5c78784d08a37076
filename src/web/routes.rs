//! Pages' routes, each with the permission that it needs.
//!
//! There is no way to add a page without naming one, and the list of what was named can be walked: a test asks for each
//! route in each role.

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get, post};

use super::Web;
use super::visitor::Visitor;
use crate::access::Permission;
use crate::error::Error;

/// One route.
#[derive(Clone, Debug)]
pub struct Named {
    /// `GET` or `POST`.
    pub method: Method,
    /// Its path, with `{…}` for what varies.
    pub path: &'static str,
    /// What it needs.
    pub permission: Permission,
}

/// The routes so far.
#[derive(Default)]
pub struct Routes {
    pub(super) router: Router<Web>,
    /// What was named.
    pub named: Vec<Named>,
}

impl std::fmt::Debug for Routes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.named).finish()
    }
}

impl Routes {
    /// A page.
    pub(super) fn get<H: Handler<T, Web>, T: 'static>(
        self,
        path: &'static str,
        permission: Permission,
        handler: H,
    ) -> Self {
        self.add(Method::GET, path, permission, get(handler))
    }

    /// A form.
    pub(super) fn post<H: Handler<T, Web>, T: 'static>(
        self,
        path: &'static str,
        permission: Permission,
        handler: H,
    ) -> Self {
        self.add(Method::POST, path, permission, post(handler))
    }

    fn add(
        mut self,
        method: Method,
        path: &'static str,
        permission: Permission,
        route: MethodRouter<Web>,
    ) -> Self {
        let permit = middleware::from_fn(move |request, next| permit(permission, request, next));
        self.router = self.router.route(path, route.route_layer(permit));
        self.named.push(Named {
            method,
            path,
            permission,
        });
        self
    }
}

/// Lets through who may; sends who is not signed in to do so, and who has to prove again who they are.
async fn permit(permission: Permission, request: Request, next: Next) -> Response {
    if permission == Permission::Open {
        return next.run(request).await;
    }
    let safe = request.method().is_safe();
    let here = match request.uri().path_and_query() {
        Some(here) if safe => here.as_str().to_owned(),
        _ => came_from(request.headers()).unwrap_or_default(),
    };
    let Some(visitor) = request.extensions().get::<Visitor>() else {
        return if safe {
            Redirect::to(&super::visitor::address("/sign-in", &here)).into_response()
        } else {
            Error::NotSignedIn.into_response()
        };
    };
    let role = visitor.user.role;
    if !role.may(permission) {
        let need = permission.word();
        let role = role.word();
        return Error::NotAllowed { role, need }.into_response();
    }
    let is_own = matches!(permission, Permission::Own | Permission::OwnFactor);
    if visitor.needs_factor && !is_own {
        return Redirect::to("/account/factor").into_response();
    }
    if permission.needs_proof() && !visitor.is_fresh {
        return Redirect::to(&super::visitor::address("/prove", &here)).into_response();
    }
    next.run(request).await
}

/// The page that a form was on: its path and query.
fn came_from(headers: &HeaderMap) -> Option<String> {
    let url: reqwest::Url = headers.get(header::REFERER)?.to_str().ok()?.parse().ok()?;
    Some(match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    })
}
