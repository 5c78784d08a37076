//! Forms that change whether a rule counts: one proposes, another answers.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::Web;
use super::pages::words;
use super::rules::page;
use super::visitor::Visitor;
use crate::error::{Error, Result};
use crate::rule_changes::{self, Answer};

/// What is proposed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Proposal {
    to: String,
    reason: String,
}

/// Proposes a change.
pub(super) async fn propose(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(said): Form<Proposal>,
) -> Result<Response> {
    let app = &web.app;
    let done = rule_changes::propose(app, &visitor.user, &id, &said.to, &said.reason).await;
    let typed = (said.to, said.reason);
    told(&web, &visitor, &id, done, ("proposed", None), typed).await
}

/// What is answered.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Said {
    change: String,
    answer: String,
    note: String,
    again: String,
}

/// Puts a change into force, or turns it down.
pub(super) async fn answer(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(said): Form<Said>,
) -> Result<Response> {
    let again = !said.again.is_empty();
    let (answer, word) = match said.answer.as_str() {
        "approve" if again => (Answer::Approved { again }, "again"),
        "approve" => (Answer::Approved { again }, "approved"),
        "decline" => (Answer::Declined, "declined"),
        _ => return Err(Error::Malformed("the form gives no answer".into())),
    };
    give(&web, &visitor, &id, said, answer, word).await
}

/// Takes one's own proposal back.
pub(super) async fn withdraw(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(said): Form<Said>,
) -> Result<Response> {
    give(&web, &visitor, &id, said, Answer::Withdrawn, "withdrawn").await
}

async fn give(
    web: &Web,
    visitor: &Visitor,
    id: &str,
    said: Said,
    answer: Answer,
    word: &'static str,
) -> Result<Response> {
    let (app, by) = (&web.app, &visitor.user);
    let done = rule_changes::answer(app, by, id, &said.change, answer, &said.note).await;
    let (of, typed) = (Some(said.change.as_str()), (String::new(), said.note));
    told(web, visitor, id, done, (word, of), typed).await
}

/// Leads to the rule's page; what is wrong is shown there, with what was typed. `of` is the change that was answered.
async fn told(
    web: &Web,
    visitor: &Visitor,
    id: &str,
    done: Result<()>,
    (word, of): (&'static str, Option<&str>),
    typed: (String, String),
) -> Result<Response> {
    let (status, field, wrong) = match done {
        Ok(()) => return Ok(Redirect::to(&format!("/rules/{id}?done={word}")).into_response()),
        Err(error) => {
            let status = error.status();
            match error {
                Error::Refused(refused) => {
                    let field = refused.field.unwrap_or_default();
                    let what = match field.as_str() {
                        "to" => "The status",
                        "reason" => "The reason",
                        "note" => "The note",
                        _ => "This proposal",
                    };
                    let wrong = format!("{what} {}.", refused.reason);
                    (status, field, wrong)
                }
                Error::Conflict(why) | Error::Unavailable(why) => {
                    (status, String::new(), words::sentence(why))
                }
                error @ Error::NotFound("proposal") => {
                    let wrong = words::sentence(&error.to_string());
                    (status, String::new(), wrong)
                }
                error => return Err(error),
            }
        }
    };
    let mut page = page(&web.app, visitor, id).await?;
    page.wrong = Some((field, wrong));
    // The form is there only as long as the same waits as when it was opened.
    let waits = page.waiting.as_ref().map(|change| change.id.as_str());
    if waits == of {
        page.typed = typed;
    } else {
        page.stray = Some(typed.1).filter(|text| !text.trim().is_empty());
    }
    Ok((status, page).into_response())
}
