//! What would be otherwise if a rule were switched, or had another file: nothing of it is saved.

use std::sync::Arc;
use std::time::Duration;

use axum::Form;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use tokio::sync::Semaphore;

use super::Web;
use super::pages::trial::{BacktestPage, Trial, Tried, TryPage};
use super::visitor::Visitor;
use crate::access::Permission;
use crate::app::{App, compute};
use crate::backtest;
use crate::error::{Error, Result};
use crate::rules::{Fault, Ruleset, Status, Switches};

/// Screenings that a page looks at, the latest of all candidates' latest; the command line looks at all.
const MOST: u64 = 20_000;

/// A page ends its trial after this time.
const TIME: Duration = Duration::from_secs(8);

/// The longest file taken, bytes.
pub(super) const LONGEST: usize = 64 << 10;

/// The longest form taken: a character of the file may become twelve in it. What is too long for a file and not for a
/// form is shown again.
pub(super) const FORM: usize = 12 * LONGEST + 1024;

/// One trial at a time: each takes every core.
static ONE: Semaphore = Semaphore::const_new(1);

/// What is asked; an empty day is any.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Question {
    to: String,
    since: String,
}

/// A rule switched.
pub(super) async fn backtest(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    question: Result<Query<Question>, QueryRejection>,
) -> Result<BacktestPage> {
    let Query(question) = question.map_err(|error| Error::Malformed(error.body_text()))?;
    let app = &web.app;
    let rules = app.rules.current();
    let rule = rules.rule(&id).ok_or(Error::NotFound("rule"))?;
    let to = match question.to.as_str() {
        // What is most worth knowing of it.
        "" if rule.status == Status::Active => Status::Shadow,
        "" => Status::Active,
        word => Status::of_word(word)
            .ok_or_else(|| Error::Malformed("There is no status of that name.".into()))?,
    };
    let since: Option<Date> = match question.since.trim() {
        "" => None,
        day => Some(
            day.parse()
                .map_err(|_| Error::Malformed("“Since” is no day such as 2026-03-02.".into()))?,
        ),
    };
    let mut switches: Switches = rules.switches().clone();
    switches.insert(id.clone(), to);
    let of = rules.clone();
    let after = compute(move || of.switched(&switches)).await?;
    let after = after.map_err(|faults| Error::Internal(faults.to_string()))?;
    Ok(BacktestPage {
        title: rule.title.to_string(),
        status: rule.status,
        to,
        since,
        trial: run(app, &visitor, &id, rules.clone(), after, since).await?,
        id,
    })
}

/// A rule's file, to be changed.
pub(super) async fn form(State(web): State<Web>, Path(id): Path<String>) -> Result<TryPage> {
    let rules = web.app.rules.current();
    let rule = rules.rule(&id).ok_or(Error::NotFound("rule"))?;
    let text = rules.texts().get(&format!("{id}.toml")).cloned();
    Ok(TryPage {
        title: rule.title.to_string(),
        text: text.unwrap_or_default(),
        faults: Vec::new(),
        tried: None,
        id,
    })
}

/// A rule's file as it might be.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Sent {
    text: String,
}

/// Checks, tests and backtests it.
pub(super) async fn try_it(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    sent: Result<Form<Sent>, FormRejection>,
) -> Result<Response> {
    let app = &web.app;
    let rules = app.rules.current();
    let rule = rules.rule(&id).ok_or(Error::NotFound("rule"))?;
    let too_long = format!("A rule’s file has at most {LONGEST} bytes.");
    let sent = sent.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge(too_long.clone()),
        _ => Error::Malformed(error.body_text()),
    })?;
    // Browsers end lines as networks do.
    let text = sent.0.text.replace("\r\n", "\n");
    let mut page = TryPage {
        title: rule.title.to_string(),
        text: text.clone(),
        faults: Vec::new(),
        tried: None,
        id: id.clone(),
    };
    if text.len() > LONGEST {
        let (file, line) = (format!("{id}.toml"), None);
        let reason = too_long;
        page.faults = vec![Fault { file, line, reason }];
        return Ok((StatusCode::PAYLOAD_TOO_LARGE, page).into_response());
    }
    let (of, name) = (rules.clone(), id.clone());
    let read = compute(move || {
        let set = of.with_file(&name, &text)?;
        let rule = set.rule(&name);
        let tests = rule.map(|rule| rule.play(set.schema())).unwrap_or_default();
        Ok::<_, crate::rules::Faults>((set, tests))
    })
    .await?;
    let (set, tests) = match read {
        Ok(read) => read,
        Err(faults) => {
            page.faults = faults.0;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let Some(status) = set.rule(&id).map(|rule| rule.status) else {
        let reason = format!("id: this is the file of {id}, and names another rule");
        let file = format!("{id}.toml");
        let line = None;
        page.faults = vec![Fault { file, line, reason }];
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    page.tried = Some(Tried {
        status,
        tests,
        switched: rules.switches().contains_key(&id),
        trial: run(app, &visitor, &id, rules.clone(), set, None).await?,
    });
    Ok(page.into_response())
}

/// Compares other rules with those in force.
async fn run(
    app: &App,
    visitor: &Visitor,
    id: &str,
    before: Arc<Ruleset>,
    after: Ruleset,
    since: Option<Date>,
) -> Result<Trial> {
    let midnight = |day: Date| Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp());
    let since: Option<Timestamp> = since.and_then(midnight);
    let trial = backtest::Trial {
        after: Arc::new(after),
        before: Some(before),
        since,
        most: Some(MOST),
        time: Some(TIME),
    };
    let _alone = ONE.acquire().await;
    Ok(Trial {
        rule: id.to_owned(),
        outcome: backtest::run(&app.db, &trial).await?,
        names: visitor.user.role.may(Permission::CandidatesRead),
    })
}
