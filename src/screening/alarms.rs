//! What a screening tells besides its next step: alarms of what was measured, and breaches of policy,
//! which security looks at whatever the score says.

use std::collections::{BTreeSet, HashSet};

use serde_json::{Map, Value, json};

use super::Screening;
use crate::app::App;
use crate::db::Tx;
use crate::error::Result;
use crate::outlets::announce;
use crate::outlets::message::Kind;
use crate::rules::{Finding, NextStep, Ruleset};
use crate::store::tickets::{self, Ticket};
use crate::store::{screenings, workers};

/// Groups of rules over what machines say.
const MEASURED: [&str; 2] = ["lat", "dev"];

/// What a finding says, as far as it makes it another one when it changes: where, what was seen, and how many
/// others are in it. Of what was seen the letters alone: figures change with every session.
pub fn told_apart(finding: &Finding) -> Vec<String> {
    let rule = &finding.rule;
    let seen = finding.evidence.iter().map(|one| {
        let letters: String = one.value.chars().filter(|c| c.is_alphabetic()).collect();
        format!("{rule} {} {letters}", one.field)
    });
    seen.chain([format!("{rule} {}", finding.related.len())])
        .collect()
}

/// Announces what screenings found that was not found before, in the transaction that saves them.
pub(super) async fn raise<'a>(
    app: &App,
    tx: &mut Tx,
    ruleset: &Ruleset,
    saved: impl Iterator<Item = (&'a Screening, Option<NextStep>)>,
) -> Result<()> {
    for (screening, before_step) in saved {
        for finding in &screening.judgement.findings {
            let breach = ruleset.rule(&finding.rule).is_some_and(|rule| rule.breach);
            if breach && finding.explained.is_none() {
                open(app, tx, (screening, before_step), finding).await?;
            }
        }
        let measured = screening.judgement.findings.iter();
        let measured: Vec<&Finding> = measured
            .filter(|one| MEASURED.contains(&&*one.group) && one.explained.is_none())
            .collect();
        if measured.is_empty() {
            continue;
        }
        let before =
            screenings::findings_before(tx, &screening.candidate_id, &screening.id).await?;
        let before: HashSet<String> = before.iter().flat_map(told_apart).collect();
        let is_new = |one: &&Finding| told_apart(one).iter().any(|what| !before.contains(what));
        let new: Vec<&Finding> = measured.into_iter().filter(is_new).collect();
        if !new.is_empty() {
            let worker = workers::of_candidate(tx, &screening.candidate_id).await?;
            let more = more(&new, worker);
            announce::about(app, tx, Kind::LatencyAlarm, (screening, before_step), more).await?;
        }
    }
    Ok(())
}

/// Opens a ticket and tells of it, unless it is open already.
async fn open(
    app: &App,
    tx: &mut Tx,
    (screening, before): (&Screening, Option<NextStep>),
    finding: &Finding,
) -> Result<()> {
    let ticket = Ticket {
        id: app.new_id(),
        candidate_id: screening.candidate_id.clone(),
        rule: finding.rule.to_string(),
        title: finding.title.to_string(),
        message: finding.message.clone(),
        opened_at: crate::db::Millis(screening.screened_at.as_millisecond()),
        closed_at: None,
        closed_by: None,
        note: None,
    };
    if !tickets::open(tx, &ticket).await? {
        return Ok(());
    }
    let worker = workers::of_candidate(tx, &screening.candidate_id).await?;
    let mut more = more(&[finding], worker);
    more.insert("ticket_id".to_owned(), json!(ticket.id));
    announce::about(app, tx, Kind::TicketOpened, (screening, before), more).await
}

/// What a message says of new findings: the worker, the rules, and which kinds and devices they are about.
fn more(new: &[&Finding], worker: Option<String>) -> Map<String, Value> {
    let rules: BTreeSet<&str> = new.iter().map(|one| &*one.rule).collect();
    let fields = new
        .iter()
        .flat_map(|one| &one.evidence)
        .map(|one| &*one.field);
    let (mut kinds, mut devices) = (BTreeSet::<&str>::new(), BTreeSet::<&str>::new());
    for field in fields {
        if let Some(kind) = field.strip_prefix("latency.") {
            kinds.insert(kind);
        }
        if let Some(device) = field.strip_prefix("devices.") {
            devices.insert(device);
        }
    }
    let mut more = Map::new();
    if let Some(worker) = worker {
        more.insert("worker_id".to_owned(), json!(worker));
    }
    more.insert("new_rules".to_owned(), json!(rules));
    more.insert("kinds".to_owned(), json!(kinds));
    more.insert("device_ids".to_owned(), json!(devices));
    more
}
