//! Is it alive, and can it work.

use axum::extract::State;

use crate::db::sql;
use crate::error::{Error, Result};
use crate::web::Web;

/// The process answers.
pub async fn alive() -> &'static str {
    "ok"
}

/// The database answers too.
pub async fn ready(State(web): State<Web>) -> Result<&'static str> {
    let answered: Result<(i64,), _> = sql("select cast(1 as bigint)").one(&web.app.db).await;
    match answered {
        Ok(_) => Ok("ok"),
        Err(error) => {
            tracing::error!(%error, "not ready");
            Err(Error::Unavailable("the database does not answer"))
        }
    }
}
