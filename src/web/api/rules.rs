//! The rules in force.

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use crate::error::Result;
use crate::rules::report::Listed;
use crate::web::Web;
use crate::web::auth::{Caller, Scope};

/// The rules in force and the digest that screenings name them by.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RuleList {
    ruleset: String,
    prior_db: f64,
    rules: Vec<Listed>,
}

/// List the rules.
#[utoipa::path(
    get, path = "/rules", tag = "rules", operation_id = "list_rules",
    responses((status = 200, description = "The rules in force", body = RuleList), (status = 401, description = "No key"))
)]
pub async fn list(State(web): State<Web>, caller: Caller) -> Result<Json<RuleList>> {
    caller.may(Scope::Candidates)?;
    let rules = web.app.rules.current();
    Ok(Json(RuleList {
        ruleset: rules.digest().to_owned(),
        prior_db: rules.scoring().prior_db,
        rules: rules.listed(web.app.today()),
    }))
}
