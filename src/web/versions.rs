//! Two versions of a candidate side by side.

use axum::extract::{Path, Query, State};
use serde::Deserialize;

use super::Web;
use super::pages::VersionsPage;
use super::visitor::Visitor;
use crate::app::compute;
use crate::application::Application;
use crate::audit;
use crate::candidate::CandidateId;
use crate::decisions::blind;
use crate::error::{Error, Result};
use crate::explain::difference;
use crate::store::{candidates, versions};

/// Which two; without these the last and the one before it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Question {
    from: String,
    to: String,
}

/// The page.
pub(super) async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<CandidateId>,
    Query(question): Query<Question>,
) -> Result<VersionsPage> {
    const MISSING: Error = Error::NotFound("candidate");
    let (app, db) = (&web.app, &web.app.db);
    let summary = candidates::by_id(db, &id).await?.ok_or(MISSING)?;
    let found = versions::of(db, std::slice::from_ref(&id))
        .await?
        .remove(&id);
    let mut all = found.ok_or(MISSING)?;
    blind::refuse_hidden(app, &visitor.user, &id).await?;
    audit::reads::candidate(app, &visitor.actor(), Some(&visitor.sign_in), &id).await?;
    all.sort_by_key(|one| one.version);
    let last = all.len() - 1;
    let place = |word: &str, or: usize| {
        if word.is_empty() {
            return Ok(or);
        }
        let number = word.parse::<i64>().ok();
        let at = all.iter().position(|one| Some(one.version) == number);
        at.ok_or(Error::NotFound("version"))
    };
    let to = place(&question.to, last)?;
    let from = place(&question.from, to.saturating_sub(1))?;
    let number = |at: usize| super::candidates::number(all[at].version);
    let (before, after) = (
        all[from].application.0.clone(),
        all[to].application.0.clone(),
    );
    let (fields, more, texts) = compute(move || compare(&before, &after)).await??;
    Ok(VersionsPage {
        heading: summary
            .name
            .filter(|name| !name.trim().is_empty())
            .unwrap_or(summary.external_id),
        versions: (0..all.len())
            .map(|at| (number(at), all[at].received_at.into()))
            .collect(),
        from: number(from),
        to: number(to),
        fields,
        more,
        texts,
        id,
    })
}

type Compared = (
    Vec<difference::Field>,
    usize,
    Vec<(&'static str, difference::Text)>,
);

fn compare(before: &Application, after: &Application) -> Result<Compared> {
    let json = |one: &Application| {
        serde_json::to_value(one).map_err(|error| Error::Internal(format!("a version: {error}")))
    };
    let (fields, more) = difference::fields(&json(before)?, &json(after)?, &["resume_text"]);
    let text = |one: &Application| one.resume_text.clone().unwrap_or_default();
    let resume = difference::text(&text(before), &text(after));
    let texts = if resume.is_same() {
        Vec::new()
    } else {
        vec![("résumé text", resume)]
    };
    Ok((fields, more, texts))
}
