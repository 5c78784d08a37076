//! The review queue at `/`.

use std::collections::HashMap;

use axum::extract::{Query, State};
use serde::Deserialize;

use super::Web;
use super::api::cursor;
use super::pages::{self, Counts, QueuePage, QueueRow};
use crate::application::Stage;
use crate::error::{Error, Result};
use crate::rules::NextStep;
use crate::screening::Screening;
use crate::store::candidates::{self, Cursor, Filter, Summary};
use crate::store::screenings;

/// Candidates on a page.
const PAGE: usize = 50;

/// Titles shown of a candidate's findings.
const TITLES: usize = 3;

/// The filter form's fields; an empty one means "any".
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Question {
    next_step: String,
    stage: String,
    source: String,
    q: String,
    cursor: String,
}

/// Worst first.
pub(super) async fn index(
    State(web): State<Web>,
    Query(question): Query<Question>,
) -> Result<QueuePage> {
    let db = &web.app.db;
    let filter = question.filter()?;
    let stored = Filter {
        next_step: filter.next_step,
        stage: filter.stage,
        source: filter.source.clone(),
        external_id: None,
        q: (!filter.q.is_empty()).then(|| filter.q.clone()),
    };
    let continued = !question.cursor.is_empty();
    let after = continued
        .then(|| cursor::read(&question.cursor))
        .transpose()?;
    let mut found = candidates::list(db, &stored, after.as_ref(), PAGE + 1).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| more).map(|last| {
        cursor::write(&Cursor {
            score_db: last.score_db,
            id: last.id.0.clone(),
        })
    });
    Ok(QueuePage {
        counts: counts(&candidates::count(db, &stored).await?),
        any: !candidates::none(db).await?,
        sources: candidates::sources(db).await?,
        rows: rows(&web, found).await?,
        filter,
        next,
        continued,
    })
}

impl Question {
    fn filter(&self) -> Result<pages::Filter> {
        Ok(pages::Filter {
            next_step: choice(&self.next_step, "next step", &NextStep::ALL, NextStep::word)?,
            stage: choice(&self.stage, "stage", &Stage::ALL, Stage::word)?,
            source: (!self.source.is_empty()).then(|| self.source.clone()),
            q: self.q.trim().to_owned(),
        })
    }
}

fn choice<T: Copy>(
    chosen: &str,
    what: &str,
    all: &[T],
    word: fn(T) -> &'static str,
) -> Result<Option<T>> {
    if chosen.is_empty() {
        return Ok(None);
    }
    match all.iter().copied().find(|one| word(*one) == chosen) {
        Some(one) => Ok(Some(one)),
        None => Err(Error::Malformed(format!(
            "There is no {what} of that name."
        ))),
    }
}

fn counts(by_step: &HashMap<String, i64>) -> Counts {
    let of = |step: NextStep| {
        by_step
            .get(step.word())
            .and_then(|count| u64::try_from(*count).ok())
            .unwrap_or(0)
    };
    Counts {
        none: of(NextStep::None),
        ask: of(NextStep::Ask),
        verify: of(NextStep::Verify),
        escalate: of(NextStep::Escalate),
    }
}

async fn rows(web: &Web, found: Vec<Summary>) -> Result<Vec<QueueRow>> {
    let ids: Vec<_> = found.iter().map(|one| one.screening_id.as_str()).collect();
    let stored = screenings::by_ids(&web.app.db, &ids).await?;
    let mut screenings: HashMap<_, _> = stored
        .into_iter()
        .map(|one| (one.id.clone(), Screening::from(one)))
        .collect();
    let row = |one: Summary| {
        let screening = screenings.remove(&one.screening_id)?;
        let findings = screening.judgement.findings;
        Some(QueueRow {
            id: one.id,
            external_id: one.external_id,
            source: one.source,
            name: one.name,
            stage: super::stage(&one.stage),
            next_step: screening.judgement.next_step,
            score_db: one.score_db,
            titles: findings
                .iter()
                .take(TITLES)
                .map(|finding| finding.title.clone())
                .collect(),
            findings: findings.len(),
            applied_at: Some(one.applied_at.into()),
            screened_at: one.screened_at.into(),
        })
    };
    Ok(found.into_iter().filter_map(row).collect())
}
