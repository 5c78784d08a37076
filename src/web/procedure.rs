//! How decisions are made: shown to who audits, changed by who may.

use std::collections::HashMap;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::Web;
use super::pages::{AgreementPage, ProcedurePage};
use super::visitor::Visitor;
use crate::access::Role;
use crate::app::App;
use crate::decisions::agreement;
use crate::decisions::procedure::{self, Procedure};
use crate::error::{Error, Result};
use crate::rules::NextStep;
use crate::store::cases;

/// What the page's address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Shown {
    done: String,
}

/// The procedure in force and those before it.
pub(super) async fn show(
    State(web): State<Web>,
    Query(shown): Query<Shown>,
) -> Result<ProcedurePage> {
    let procedure = procedure::current(&web.app).await?;
    let page = page(&web.app, procedure).await?;
    Ok(ProcedurePage {
        done: shown.done == "changed",
        ..page
    })
}

async fn page(app: &App, procedure: Procedure) -> Result<ProcedurePage> {
    Ok(ProcedurePage {
        procedure,
        history: procedure::history(app).await?,
        cases: cases::count(&app.db, app.now()).await?,
        done: false,
        wrong: None,
    })
}

/// Puts another procedure into force.
pub(super) async fn change(
    State(web): State<Web>,
    visitor: Visitor,
    Form(form): Form<HashMap<String, String>>,
) -> Result<Response> {
    let said = said(&form);
    let refused = match procedure::set(&web.app, &visitor.user, said.clone()).await {
        Ok(_) => return Ok(Redirect::to("/procedure?done=changed").into_response()),
        Err(Error::Refused(refused)) => refused,
        Err(error) => return Err(error),
    };
    let about = match refused.field.as_deref() {
        Some("opens_at") => "This next step",
        Some("clear_roles") => "Who may clear and explain",
        Some("confirm_roles") => "Who may confirm",
        Some("note_min") => "The least length of a reason",
        Some("clock_days") => "The time until a case is overdue",
        _ => "This",
    };
    let page = ProcedurePage {
        wrong: Some(format!("{about} {}.", refused.reason)),
        ..page(&web.app, said).await?
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// What a form says; what cannot be read is what no procedure may have.
fn said(form: &HashMap<String, String>) -> Procedure {
    let text = |field: &str| form.get(field).map_or("", String::as_str);
    let number = |field: &str| text(field).trim().parse().unwrap_or(0);
    let roles = |group: &str| {
        let chosen = |role: &Role| !text(&format!("{group}_{}", role.word())).is_empty();
        Role::ALL.into_iter().filter(chosen).collect()
    };
    Procedure {
        opens_at: NextStep::of_word(text("opens_at")).unwrap_or(NextStep::None),
        clear_roles: roles("clear"),
        confirm_roles: roles("confirm"),
        note_min: number("note_min"),
        clock_days: number("clock_days"),
        second_person: !text("second_person").is_empty(),
        fresh_eyes: !text("fresh_eyes").is_empty(),
        blind: !text("blind").is_empty(),
        ..Procedure::default()
    }
}

/// How far reviewers agree.
pub(super) async fn agree(State(web): State<Web>) -> Result<AgreementPage> {
    let found = agreement::measure(&web.app).await?;
    Ok(AgreementPage { found })
}
