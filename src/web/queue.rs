//! The review queue at `/`.

mod assign;
mod events;
mod views;

use std::collections::HashMap;

pub(super) use assign::{assign, assign_one};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
pub(super) use events::events;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
pub(super) use views::{remove_view, save_view};

use super::Web;
use super::api::cursor;
use super::pages::blind::label;
use super::pages::{self, Counts, QueuePage, QueueRow, ViewLink};
use super::visitor::Visitor;
use crate::access::User;
use crate::app::App;
use crate::application::Stage;
use crate::decisions::blind;
use crate::error::{Error, Result};
use crate::normalise::unicode;
use crate::queue::assign::{Assignee, people};
use crate::queue::{Age, Assigned, Decided, search, views as saved};
use crate::rules::NextStep;
use crate::screening::Screening;
use crate::store::candidates::{self, Cursor, Filter, Summary};
use crate::store::{candidate_rules, screenings};

/// Candidates on a page: as many are assigned at once.
const PAGE: usize = crate::queue::assign::AT_ONCE;

/// Titles shown of a candidate's findings.
const TITLES: usize = 3;

/// The filter form's fields; an empty one means "any".
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Question {
    next_step: String,
    stage: String,
    source: String,
    agency: String,
    rule: String,
    age: String,
    assigned: String,
    decided: String,
    q: String,
    cursor: String,
    /// What a form did, to be told on the page that follows it.
    done: String,
}

/// What can be chosen from.
struct Choices {
    sources: Vec<String>,
    agencies: Vec<String>,
    rules: Vec<String>,
    people: Vec<Assignee>,
}

/// Worst first.
pub(super) async fn index(
    State(web): State<Web>,
    visitor: Visitor,
    Query(question): Query<Question>,
) -> Result<QueuePage> {
    page(&web, &visitor.user, &question).await
}

async fn page(web: &Web, user: &User, question: &Question) -> Result<QueuePage> {
    let (app, db) = (&web.app, &web.app.db);
    // What changes from here on is new to the page, though it may show it already.
    let since = app.now();
    let (choices, views) = tokio::try_join!(choices(app), saved::seen_by(app, user))?;
    let filter = question.filter(app, &choices)?;
    let stored = stored(app, user, &filter).await?;
    let continued = !question.cursor.is_empty();
    let after = continued
        .then(|| cursor::read(&question.cursor))
        .transpose()?;
    let (mut found, by_step) = tokio::try_join!(
        candidates::list(db, &stored, after.as_ref(), PAGE + 1),
        candidates::count(db, &stored)
    )?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| more).map(|last| {
        cursor::write(&Cursor {
            score_db: last.score_db,
            id: last.id.0.clone(),
        })
    });
    let counts = counts(&by_step);
    let view = |one: saved::View| ViewLink {
        removable: one.may_remove(user),
        owner: (one.user_id != user.id).then(|| {
            if one.owner_name.is_empty() {
                one.owner_email.clone()
            } else {
                one.owner_name.clone()
            }
        }),
        id: one.id,
        name: one.name,
        query: one.query,
        shared: one.shared,
    };
    Ok(QueuePage {
        any: counts.all() > 0 || !candidates::none(db).await?,
        counts,
        rows: rows(web, user, found, &choices.people).await?,
        sources: choices.sources,
        agencies: choices.agencies,
        rules: choices
            .rules
            .into_iter()
            .map(|id| (title(app, &id), id))
            .collect(),
        people: choices.people,
        views: views.into_iter().map(view).collect(),
        filter,
        next,
        cursor: question.cursor.clone(),
        continued,
        since: since.as_millisecond(),
        done: done(&question.done),
        wrong: None,
        named: String::new(),
        me: user.id.clone(),
    })
}

/// The page again, with what is wrong with a form that was on it.
async fn again(
    web: &Web,
    user: &User,
    question: &Question,
    error: Error,
) -> Result<(StatusCode, QueuePage)> {
    let Error::Refused(refused) = error else {
        return Err(error);
    };
    let mut page = page(web, user, question).await?;
    page.wrong = Some(pages::queue::sentence(&refused.reason));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page))
}

async fn choices(app: &App) -> Result<Choices> {
    let db = &app.db;
    let stored = async {
        let found = tokio::try_join!(
            candidates::sources(db),
            candidates::agencies(db),
            candidate_rules::all(db)
        )?;
        Ok::<_, Error>(found)
    };
    let ((sources, agencies, rules), people) = tokio::try_join!(stored, people(db))?;
    Ok(Choices {
        sources,
        agencies,
        rules,
        people,
    })
}

fn title(app: &App, rule: &str) -> String {
    let rules = app.rules.current();
    rules
        .rule(rule)
        .map_or_else(|| rule.to_owned(), |rule| rule.title.to_string())
}

/// What a form did; the number is all that an address can say.
fn done(word: &str) -> Option<String> {
    match word {
        "saved" => Some("The view is saved.".to_owned()),
        "removed" => Some("The view is removed.".to_owned()),
        "assigned-1" => Some("1 candidate was assigned.".to_owned()),
        _ => {
            let count: usize = word.strip_prefix("assigned-")?.parse().ok()?;
            Some(format!("{count} candidates were assigned."))
        }
    }
}

impl Question {
    /// What a page's own form said of the page.
    fn of_query(query: &str) -> Self {
        let uri = format!("/?{}", query.trim_start_matches('?'));
        let uri = uri.parse().ok();
        uri.and_then(|uri| Query::<Self>::try_from_uri(&uri).ok())
            .map(|Query(question)| question)
            .unwrap_or_default()
    }

    fn filter(&self, app: &App, choices: &Choices) -> Result<pages::Filter> {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let missing = |what: &str| Error::Malformed(format!("There is no {what} of that name."));
        let rule = given(&self.rule);
        if let Some(rule) = &rule
            && !choices.rules.contains(rule)
            && app.rules.current().rule(rule).is_none()
        {
            return Err(missing("rule"));
        }
        let assigned = given(&self.assigned).map(|word| Assigned::of_word(&word));
        if let Some(Assigned::User(id)) = &assigned
            && !choices.people.iter().any(|one| one.id == *id)
        {
            return Err(missing("person"));
        }
        let age = match self.age.as_str() {
            "" => None,
            word => Some(Age::of_word(word).ok_or_else(|| {
                Error::Malformed("The age is not one such as within-7 or older-30, in days.".into())
            })?),
        };
        Ok(pages::Filter {
            next_step: choice(&self.next_step, "next step", &NextStep::ALL, NextStep::word)?,
            stage: choice(&self.stage, "stage", &Stage::ALL, Stage::word)?,
            source: given(&self.source),
            agency: given(&self.agency).map(|written| unicode::key(&written).unwrap_or(written)),
            rule,
            age,
            assigned,
            decided: choice(
                &self.decided,
                "kind of decision",
                &Decided::ALL,
                Decided::word,
            )?,
            q: self.q.trim().to_owned(),
        })
    }
}

/// What the store is asked for.
async fn stored(app: &App, user: &User, filter: &pages::Filter) -> Result<Filter> {
    let days_ago = |days: u16| app.now() - SignedDuration::from_hours(24 * i64::from(days));
    let (applied_from, applied_before): (Option<Timestamp>, Option<Timestamp>) = match filter.age {
        Some(Age::Within(days)) => (Some(days_ago(days)), None),
        Some(Age::Older(days)) => (None, Some(days_ago(days))),
        None => (None, None),
    };
    let mut stored = Filter {
        next_step: filter.next_step,
        stage: filter.stage,
        source: filter.source.clone(),
        agency: filter.agency.clone(),
        rule: filter.rule.clone(),
        applied_from,
        applied_before,
        assigned: filter.assigned.as_ref().map(|whom| match whom {
            Assigned::Me => candidates::Assigned::To(user.id.clone()),
            Assigned::User(id) => candidates::Assigned::To(id.clone()),
            Assigned::Somebody => candidates::Assigned::Somebody,
            Assigned::Nobody => candidates::Assigned::Nobody,
        }),
        decided: filter.decided.map(|decided| decided == Decided::Decided),
        ..Filter::default()
    };
    let names = !blind::applies(app, user).await?;
    search::narrow(app, &filter.q, names, &mut stored).await?;
    Ok(stored)
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

fn counts(by_step: &[(NextStep, i64)]) -> Counts {
    let of = |step: NextStep| {
        let found = by_step.iter().find(|(one, _)| *one == step);
        found.map_or(0, |(_, count)| count.unsigned_abs())
    };
    Counts {
        none: of(NextStep::None),
        ask: of(NextStep::Ask),
        verify: of(NextStep::Verify),
        escalate: of(NextStep::Escalate),
    }
}

async fn rows(
    web: &Web,
    user: &User,
    found: Vec<Summary>,
    people: &[Assignee],
) -> Result<Vec<QueueRow>> {
    let ids: Vec<_> = found.iter().map(|one| one.id.clone()).collect();
    let hidden = blind::hidden(&web.app, user, &ids).await?;
    let ids: Vec<_> = found.iter().map(|one| one.screening_id.as_str()).collect();
    let stored = screenings::by_ids(&web.app.db, &ids).await?;
    let mut screenings: HashMap<_, _> = stored
        .into_iter()
        .map(|one| (one.id.clone(), Screening::from(one)))
        .collect();
    let row = |one: Summary| {
        let screening = screenings.remove(&one.screening_id)?;
        let findings = screening.judgement.findings;
        let assigned = one.assigned_to.as_deref();
        let is_hidden = hidden.contains(&one.id);
        Some(QueueRow {
            external_id: if is_hidden {
                label(&one.id, one.name.as_deref(), &one.external_id)
            } else {
                one.external_id
            },
            name: one.name.filter(|_| !is_hidden),
            id: one.id,
            source: one.source,
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
            assigned: assigned
                .and_then(|id| people.iter().find(|one| one.id == id))
                .map(Assignee::label),
            decided: one.decided.as_deref().and_then(|word| {
                (crate::decision::Outcome::ALL.into_iter()).find(|outcome| outcome.word() == word)
            }),
        })
    };
    Ok(found.into_iter().filter_map(row).collect())
}

/// A page's form that did not go through shows the page; anything else is a problem.
async fn answer(
    web: &Web,
    visitor: &Visitor,
    question: &Question,
    done: Result<Response>,
    named: &str,
) -> Result<Response> {
    match done {
        Ok(response) => Ok(response),
        Err(error) => {
            let (status, mut page) = again(web, &visitor.user, question, error).await?;
            named.clone_into(&mut page.named);
            Ok((status, page).into_response())
        }
    }
}
