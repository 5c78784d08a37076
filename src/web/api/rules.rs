//! The rules in force.

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use crate::application::Stage;
use crate::error::Result;
use crate::rules::file::Rule;
use crate::rules::{Effort, Strength};
use crate::web::Web;
use crate::web::auth::{Caller, Scope};

/// The rules in force and the digest that screenings name them by.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Rules {
    ruleset: String,
    prior_db: f64,
    rules: Vec<Item>,
}

/// One rule.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Item {
    id: String,
    group: String,
    title: String,
    status: &'static str,
    strength: Strength,
    weight_db: f64,
    stages: Vec<Stage>,
    for_each: Option<String>,
    when: String,
    message: String,
    ask: String,
    effort: Effort,
    innocent: Vec<String>,
    sources: Vec<String>,
    review_by: Option<String>,
}

impl From<&Rule> for Item {
    fn from(rule: &Rule) -> Self {
        Self {
            id: rule.id.to_string(),
            group: rule.group.to_string(),
            title: rule.title.to_string(),
            status: rule.status.word(),
            strength: rule.strength,
            weight_db: rule.weight_db,
            stages: rule.stages.clone(),
            for_each: rule.for_each.as_deref().map(Into::into),
            when: rule.when.clone(),
            message: rule.message.clone(),
            ask: rule.ask.to_string(),
            effort: rule.effort,
            innocent: rule.innocent.to_vec(),
            sources: rule.sources.clone(),
            review_by: rule.review_by.map(|day| day.to_string()),
        }
    }
}

/// List the rules.
#[utoipa::path(
    get, path = "/rules", tag = "rules", operation_id = "list_rules",
    responses((status = 200, description = "The rules in force", body = Rules), (status = 401, description = "No key"))
)]
pub async fn list(State(web): State<Web>, caller: Caller) -> Result<Json<Rules>> {
    caller.may(Scope::Candidates)?;
    let rules = web.app.rules.current();
    Ok(Json(Rules {
        ruleset: rules.digest().to_owned(),
        prior_db: rules.scoring().prior_db,
        rules: rules.rules().iter().map(Item::from).collect(),
    }))
}
