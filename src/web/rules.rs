//! The rules in force, how they do, and what a reload has refused.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use serde::Deserialize;

use super::Web;
use super::pages::rule::{self, Change, LatestHit};
use super::pages::rules::{Asked, Order, Totals};
use super::pages::{RulePage, RuleRow, RulesPage};
use super::visitor::Visitor;
use crate::access::Permission;
use crate::app::{App, compute};
use crate::error::{Error, Result};
use crate::hits;
use crate::rule_changes::FILE;
use crate::rules::{Fault, NextStep, Rule, Status};
use crate::store::{self, rule_changes};

/// Changes shown of a rule.
const HISTORY: i64 = 100;

/// Candidates named of a rule.
const NAMED: i64 = 20;

/// All rules.
pub(super) async fn index(
    State(web): State<Web>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<RulesPage> {
    let Query(asked) = asked.map_err(|error| Error::Malformed(error.body_text()))?;
    let app = &web.app;
    let today = app.today();
    let rules = app.rules.current();
    let reference = app.shelf.current();
    let figures = hits::current(app).await?;
    let waiting: HashMap<String, &'static str> = (rule_changes::waiting(&app.db).await?)
        .into_iter()
        .map(|change| (change.rule, wanted(&change.to_status)))
        .collect();
    let row = |rule: &Rule| {
        let sleeps = rule.sleeps(rules.schema(), &reference, today);
        let hit = figures.as_ref().map(|figures| figures.of(&rule.id));
        RuleRow {
            hit: hit.unwrap_or_default(),
            waiting: waiting.get(&*rule.id).copied(),
            ..RuleRow::of(rule, sleeps, today)
        }
    };
    let mut rows: Vec<RuleRow> = rules.rules().iter().map(row).collect();
    let groups: BTreeSet<&str> = rows.iter().map(RuleRow::group).collect();
    let groups = groups.into_iter().map(str::to_owned).collect();
    let totals = totals(&rows);
    rows.retain(|row| is_asked(row, &asked));
    sort(&mut rows, asked.order);
    Ok(RulesPage {
        rules: rows,
        totals,
        groups,
        asked,
        counted_at: figures.as_ref().map(|figures| figures.at),
        candidates: figures.map_or(0, |figures| figures.candidates),
        digest: rules.digest().to_owned(),
        origin: match app.rules.folder() {
            Some(folder) => folder.display().to_string(),
            None => "shipped with the program".into(),
        },
        refused: refused(app),
    })
}

/// A wanted status in words.
fn wanted(word: &str) -> &'static str {
    match Status::of_word(word) {
        Some(status) => status.word(),
        None => "as its file says",
    }
}

fn totals(rows: &[RuleRow]) -> Totals {
    let count = |is: fn(&RuleRow) -> bool| rows.iter().filter(|row| is(row)).count();
    Totals {
        active: count(|row| row.status == Status::Active),
        shadow: count(|row| row.status == Status::Shadow),
        off: count(|row| row.status == Status::Off),
        overdue: count(|row| row.overdue),
        asleep: count(|row| row.sleeps.is_some()),
        waiting: count(|row| row.waiting.is_some()),
    }
}

fn is_asked(row: &RuleRow, asked: &Asked) -> bool {
    let q = asked.q.trim().to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&q);
    let status = match asked.status.as_str() {
        "" => true,
        "waiting" => row.waiting.is_some(),
        word => row.status.word() == word,
    };
    status
        && (asked.group.is_empty() || row.group() == asked.group)
        && (q.is_empty() || has(&row.id) || has(&row.title))
}

/// The rows come in the order of their ids, and equal ones stay so.
fn sort(rows: &mut [RuleRow], order: Order) {
    // A share of many says more than one of few, so that it is sorted by the lower bound.
    let confirmed = |row: &RuleRow| row.hit.share().map_or(-1.0, |share| share.low);
    match order {
        Order::Rule => rows.sort_by(|a, b| (a.group(), &a.id).cmp(&(b.group(), &b.id))),
        Order::Weight => rows.sort_by(|a, b| b.weight_db.total_cmp(&a.weight_db)),
        Order::Month => rows.sort_by_key(|row| Reverse(row.hit.last_30)),
        Order::Quarter => rows.sort_by_key(|row| Reverse(row.hit.last_90)),
        Order::Hits => rows.sort_by_key(|row| Reverse(row.hit.all)),
        Order::Confirmed => rows.sort_by(|a, b| confirmed(b).total_cmp(&confirmed(a))),
        Order::Review => rows.sort_by_key(|row| (row.review_by.is_none(), row.review_by)),
    }
}

/// What a form did, to be told on the page that follows it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Question {
    done: String,
    /// The status to be proposed, from a trial's page.
    to: String,
}

/// One rule.
pub(super) async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(question): Query<Question>,
) -> Result<RulePage> {
    let done = match question.done.as_str() {
        "proposed" => {
            Some("It is proposed. Nothing changes until somebody who may approve it does.")
        }
        "approved" => Some(
            "It is in force here now, and within half a minute wherever else the service runs. Whoever is screened from now on is judged by it.",
        ),
        "again" => Some(
            "It is in force. Everybody is being screened again by it; that may take some minutes.",
        ),
        "declined" => Some("It is turned down, and nothing was changed."),
        "withdrawn" => Some("It is taken back, and nothing was changed."),
        _ => None,
    };
    Ok(RulePage {
        done,
        typed: (question.to, String::new()),
        ..page(&web.app, &visitor, &id).await?
    })
}

/// The page of a rule.
pub(super) async fn page(app: &App, visitor: &Visitor, id: &str) -> Result<RulePage> {
    let rules = app.rules.current();
    let missing = || Error::NotFound("rule");
    let rule = rules.rule(id).ok_or_else(missing)?;
    let (file, today) = (format!("{id}.toml"), app.today());
    let text = rules.texts().get(&file).map_or("", String::as_str);
    let sleeps = rule.sleeps(rules.schema(), &app.shelf.current(), today);
    let mut page = RulePage::of(rule, text, sleeps, today);
    page.refused = (refused(app).into_iter()).find(|one| one.file.ends_with(&file));
    let (set, played) = (rules.clone(), id.to_owned());
    page.tests = compute(move || {
        let rule = set.rule(&played);
        rule.map(|rule| rule.play(set.schema())).unwrap_or_default()
    })
    .await?;
    if let Some(figures) = hits::current(app).await? {
        let hit = figures.of(id);
        page.counted = Some((figures.at, figures.candidates));
        page.months = rule::months(&hit.months, today);
        if visitor.user.role.may(Permission::CandidatesRead) {
            page.latest = latest(app, id).await?;
        }
        page.rule.hit = hit;
    }
    let history = rule_changes::of(&app.db, id, HISTORY).await?;
    let in_force = rule_changes::in_force_of(&app.db, id).await?;
    page.in_force = (in_force.filter(|row| row.to_status != FILE)).map(Change::from);
    let waiting = history.iter().find(|row| row.answer.is_none());
    page.own = waiting.is_some_and(|row| row.proposed_by == visitor.user.id);
    page.waiting = waiting.cloned().map(Change::from);
    page.rule.waiting = waiting.map(|row| wanted(&row.to_status));
    page.history = history.into_iter().map(Change::from).collect();
    Ok(page)
}

async fn latest(app: &App, id: &str) -> Result<Vec<LatestHit>> {
    let latest = store::hits::latest(&app.db, id, NAMED).await?;
    let latest = latest.into_iter().map(|one| LatestHit {
        id: one.id,
        external_id: one.external_id,
        source: one.source,
        next_step: one.next_step.as_deref().and_then(NextStep::of_word),
        at: one.screened_at.into(),
    });
    Ok(latest.collect())
}

fn refused(app: &App) -> Vec<Fault> {
    app.rules
        .faults()
        .map(|faults| faults.0)
        .unwrap_or_default()
}
