//! Puts around every page what stands around every page.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::Web;
use super::pages::frame::{self, Frame};
use super::visitor::Visitor;
use crate::access::Permission;
use crate::error::Error;
use crate::store::troubles;

/// Reads what every page tells, once for each page, and has the page made within it.
pub(super) async fn around(State(web): State<Web>, request: Request, next: Next) -> Response {
    if request.uri().path().starts_with("/assets/") {
        return next.run(request).await;
    }
    let visitor = request.extensions().get::<Visitor>().cloned();
    let Some(visitor) = visitor else {
        return frame::within(Frame::default(), next.run(request)).await;
    };
    let mut frame = match troubles::all(&web.app.db).await {
        Ok(found) => Frame::of(&found),
        // The page itself says what is wrong with the database.
        Err(error) => {
            Error::from(error).log();
            Frame::default()
        }
    };
    if !visitor.user.role.may(Permission::ConnectionsRead) {
        frame = Frame::default();
    }
    frame.user = Some(visitor.user);
    frame::within(frame, next.run(request)).await
}
