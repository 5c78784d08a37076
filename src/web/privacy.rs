//! Erasing and handing out a person, holds, and how long things are kept.

use std::collections::BTreeMap;

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::Web;
use super::pages::privacy::{ErasePage, PrivacyPage, Wrong};
use super::visitor::Visitor;
use crate::access::User;
use crate::audit;
use crate::candidate::CandidateId;
use crate::decisions::blind;
use crate::error::{Error, Result};
use crate::privacy::retention::Periods;
use crate::privacy::{ages, goes, hold as holding, person as handed, retention};
use crate::screening;
use crate::store::{candidates, holds, person as kept};

const MISSING: Error = Error::NotFound("candidate");

/// Others that the page of erasing names.
const NAMED: usize = 20;

/// Holds that are listed.
const HOLDS: i64 = 200;

/// Retention, holds, and what ages by itself; `preview` asks what the periods in the form
/// would do, which are not saved; `preview=saved` what those would that are.
pub(super) async fn index(
    State(web): State<Web>,
    Query(fields): Query<BTreeMap<String, String>>,
) -> Result<PrivacyPage> {
    let mut page = page(&web).await?;
    page.done = fields.get("done").and_then(|word| match word.as_str() {
        "erased" => Some("The person is erased."),
        "lifted" => Some("The hold is lifted, and the person is erased, as the source had asked."),
        "saved" => Some("The periods are saved. Nothing is erased by them before tomorrow."),
        _ => None,
    });
    // It looks at every candidate, so only who asks for it gets it.
    match fields.get("preview").map(String::as_str) {
        None => {}
        Some("saved") => page.preview = Some(retention::preview(&web.app, &page.saved).await?),
        Some(_) => {
            draft(&web, &mut page, &fields).await?;
        }
    }
    Ok(page)
}

async fn page(web: &Web) -> Result<PrivacyPage> {
    let app = &web.app;
    let saved = retention::periods(&app.db).await?;
    Ok(PrivacyPage {
        entered: (saved.days.iter())
            .map(|(stage, days)| (stage.clone(), days.to_string()))
            .collect(),
        saved,
        holds: holds::list(&app.db, HOLDS).await?,
        ages: ages::all(app),
        ..PrivacyPage::default()
    })
}

/// Shows what a form says, and what it would do.
async fn draft(
    web: &Web,
    page: &mut PrivacyPage,
    fields: &BTreeMap<String, String>,
) -> Result<StatusCode> {
    page.entered.clone_from(fields);
    page.is_draft = true;
    let refused = match Periods::read(fields) {
        Ok(periods) => {
            page.preview = Some(retention::preview(&web.app, &periods).await?);
            return Ok(StatusCode::OK);
        }
        Err(Error::Refused(refused)) => refused,
        Err(other) => return Err(other),
    };
    page.wrong = Some(Wrong {
        field: refused.field.unwrap_or_default(),
        reason: refused.reason,
    });
    Ok(StatusCode::UNPROCESSABLE_ENTITY)
}

/// Saves how long candidates are kept.
pub(super) async fn retain(
    State(web): State<Web>,
    visitor: Visitor,
    Form(fields): Form<BTreeMap<String, String>>,
) -> Result<Response> {
    let Ok(periods) = Periods::read(&fields) else {
        let mut page = page(&web).await?;
        let status = draft(&web, &mut page, &fields).await?;
        return Ok((status, page).into_response());
    };
    retention::set(&web.app, &visitor.user, &periods).await?;
    Ok(Redirect::to("/privacy?done=saved").into_response())
}

/// What goes with a person, and the form that erases.
pub(super) async fn erase_form(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<CandidateId>,
) -> Result<ErasePage> {
    let page = erase_page(&web, &visitor.user, &id).await?;
    audit::reads::candidate(&web.app, &visitor.actor(), Some(&visitor.sign_in), &id).await?;
    Ok(page)
}

async fn erase_page(web: &Web, user: &User, id: &CandidateId) -> Result<ErasePage> {
    let goes = goes::of(&web.app, id).await?.ok_or(MISSING)?;
    let head = kept::head(&web.app.db, id).await?.ok_or(MISSING)?;
    let summary = candidates::by_id(&web.app.db, id).await?;
    let hidden = blind::hidden(&web.app, user, std::slice::from_ref(id)).await?;
    let named = &goes.others[..goes.others.len().min(NAMED)];
    Ok(ErasePage {
        id: id.clone(),
        name: (summary.and_then(|one| one.name)).filter(|_| !hidden.contains(id)),
        external_id: head.external_id,
        source: head.source,
        others: candidates::heads(&web.app.db, named).await?,
        goes,
        typed: String::new(),
        wrong: false,
    })
}

/// What the form of erasing says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Confirmed {
    external_id: String,
}

/// Erases a person, if the id was typed.
pub(super) async fn erase(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<CandidateId>,
    Form(said): Form<Confirmed>,
) -> Result<Response> {
    let mut page = erase_page(&web, &visitor.user, &id).await?;
    if said.external_id.trim() != page.external_id.trim() {
        page.typed = said.external_id;
        page.wrong = true;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    match screening::erase::erase_one(&web.app, &visitor.actor(), &id).await {
        Ok(true) => Ok(Redirect::to("/privacy?done=erased").into_response()),
        Ok(false) => Err(MISSING),
        // The page says which hold.
        Err(Error::Held) => {
            let page = erase_page(&web, &visitor.user, &id).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Err(other) => Err(other),
    }
}

/// Everything of a person, as a file.
pub(super) async fn person(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<CandidateId>,
) -> Result<Response> {
    let name = handed::file_name(&id)?;
    blind::refuse_hidden(&web.app, &visitor.user, &id).await?;
    let document = handed::document(&web.app, &visitor.user, &id).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    Ok((headers, document.ok_or(MISSING)?).into_response())
}

/// Why a hold is set or lifted.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Why {
    reason: String,
}

/// Sets a hold.
pub(super) async fn hold(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<CandidateId>,
    Form(why): Form<Why>,
) -> Result<Redirect> {
    holding::set(&web.app, &visitor.user, &id, &why.reason).await?;
    // The id is a candidate's that is there: letters, digits and hyphens.
    Ok(Redirect::to(&format!("/candidates/{id}#privacy")))
}

/// Lifts it.
pub(super) async fn lift(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<CandidateId>,
    Form(why): Form<Why>,
) -> Result<Redirect> {
    let stays = holding::lift(&web.app, &visitor.user, &id, &why.reason).await?;
    Ok(if stays {
        Redirect::to(&format!("/candidates/{id}#privacy"))
    } else {
        Redirect::to("/privacy?done=lifted")
    })
}
