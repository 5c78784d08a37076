//! One candidate: what was found, where it stands, who else is involved, what to ask.

use std::collections::{BTreeMap, HashSet};

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::Web;
use super::connections::Fields;
use super::pages::blind::{Mask, label};
use super::pages::candidate::at_work::{self, AtWork};
use super::pages::candidate::claims::{self, Claims};
use super::pages::candidate::{Draft, Opened, stages};
use super::pages::decide::Tried;
use super::pages::workers::State as Standing;
use super::pages::{
    self, CandidatePage, History, InRing, Merged, Moment, Panel, Past, Related, What, record,
};
use super::visitor::Visitor;
use crate::access::{Permission, User};
use crate::app::App;
use crate::audit::{self, Action};
use crate::candidate::CandidateId;
use crate::comments;
use crate::decision::Decision;
use crate::decisions::blind;
use crate::error::{Error, Result};
use crate::explain::counterfactual;
use crate::normalise;
use crate::queue::assign;
use crate::rules::{Finding, Judgement};
use crate::screening::{self, Before, Screening};
use crate::signals::Facts;
use crate::store::candidates::{self, Summary};
use crate::store::{
    audit_log, bindings, checks, contests, decisions, explanations, holds, links, people,
    screenings, tickets, versions, workers,
};
use crate::telemetry;

/// Screenings, and what the source told, that are listed.
const PAST: i64 = 50;

/// Accesses that are listed.
const OPENED: i64 = 50;

const MISSING: Error = Error::NotFound("candidate");

/// What the page's address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Shown {
    done: String,
}

/// The candidate's page.
pub(super) async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<CandidateId>,
    Query(shown): Query<Shown>,
) -> Result<CandidatePage> {
    let mut page = page(&web, &visitor, id, &shown.done, None).await?;
    page.done = match shown.done.as_str() {
        "commented" => Some("Your comment stands below."),
        "struck" => Some("Your comment is struck out."),
        "bound" => Some("Onboarded. What the devices said since then is judged in a moment."),
        "unchanged" => Some("Was onboarded so before; nothing was changed."),
        _ => None,
    };
    Ok(page)
}

/// Keeps a comment.
pub(super) async fn comment(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<CandidateId>,
    Form(fields): Fields,
) -> Result<Response> {
    let text = fields.get("text").map_or("", String::as_str);
    match comments::write(&web.app, &visitor.user, &id, text).await {
        Ok(_) => {
            Ok(Redirect::to(&format!("/candidates/{id}?done=commented#comments")).into_response())
        }
        Err(Error::Refused(refused)) => {
            let mut page = page(&web, &visitor, id, "", None).await?;
            page.draft = Draft {
                text: text.to_owned(),
                wrong: Some(refused.reason),
            };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(other) => Err(other),
    }
}

/// Strikes out a comment.
pub(super) async fn strike(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, comment)): Path<(CandidateId, String)>,
) -> Result<Redirect> {
    comments::strike(&web.app, &visitor.user, &id, &comment).await?;
    // Both ids are of what is there: letters, digits and hyphens.
    Ok(Redirect::to(&format!(
        "/candidates/{id}?done=struck#comments"
    )))
}

/// The page, after something was done, or with a form that was refused.
#[expect(
    clippy::too_many_lines,
    reason = "the page has many parts, each a line or two"
)]
pub(super) async fn page(
    web: &Web,
    visitor: &Visitor,
    id: CandidateId,
    done: &str,
    tried: Option<Tried>,
) -> Result<CandidatePage> {
    let db = &web.app.db;
    let summary = candidates::by_id(db, &id).await?.ok_or(MISSING)?;
    // Before anything is shown: an access that cannot be noted is none.
    audit::reads::candidate(&web.app, &visitor.actor(), Some(&visitor.sign_in), &id).await?;
    let mut versions = versions::of(db, std::slice::from_ref(&id)).await?;
    let versions = versions.remove(&id).ok_or(MISSING)?;
    let mut past: Vec<Screening> = screenings::of(db, &id, PAST)
        .await?
        .into_iter()
        .map(Into::into)
        .collect();
    let at = past
        .iter()
        .position(|one| one.id == summary.screening_id)
        .ok_or(MISSING)?;
    let decided = decisions::of(db, &id).await?;
    let mut deciding = super::decide::panel(&web.app, &visitor.user, &id, &decided).await?;
    let mut history = history(&web.app, &summary, &versions, &past, decided).await?;
    // A reviewer of a contested case is to see no decision before their own.
    history.moments.retain(|one| {
        let of_decision = matches!(one.what, What::Decided(_) | What::TakenBack(_));
        !(deciding.unseen && of_decision)
    });
    deciding.before_db = past.get(at + 1).map(|one| one.judgement.score_db);
    let stages = way(&summary, &versions, &past);
    let screening = past.swap_remove(at);
    deciding.screening_id.clone_from(&screening.id);
    done.clone_into(&mut deciding.done);
    deciding.tried = tried;
    let latest = &versions.last().ok_or(MISSING)?.application.0;
    let mut latest = std::borrow::Cow::Borrowed(latest);
    let mut candidate = normalise::candidate(&latest, &web.app.settings());
    let saw = screenings::signals(db, &screening.id).await?;
    let saw = saw.and_then(|json| serde_json::from_str(&json).ok());
    let mut saw: serde_json::Value = saw.unwrap_or_default();
    let mut judgement = screening.judgement;
    let mut related = related(web, &judgement).await?;
    let mask = deciding.blind.then(|| {
        let all: Vec<_> = versions.iter().map(|one| &one.application.0).collect();
        let mask = Mask::of(&all, &candidate, &saw);
        mask_of_all(mask, std::mem::take(&mut related))
    });
    if let Some(mask) = &mask {
        latest = std::borrow::Cow::Owned(mask.application(&latest));
        candidate = normalise::candidate(&latest, &web.app.settings());
        mask.value(&mut saw);
        mask.judgement(&mut judgement);
        mask.history(&mut history);
        mask.deciding(&mut deciding);
    } else {
        let ids: Vec<_> = related.iter().map(|one| one.id.clone()).collect();
        let hidden = blind::hidden(&web.app, &visitor.user, &ids).await?;
        for one in &mut related {
            hide(&one.id, &mut one.name, &mut one.external_id, &hidden);
        }
    }
    let saw = Facts::from_json(&saw);
    let up_to = latest.applied_at.unwrap_or(screening.screened_at);
    let up_to = up_to.min(screening.screened_at).to_zoned(TimeZone::UTC);
    let scoring = *web.app.rules.current().scoring();
    let findings = &judgement.findings;
    let counterfactual = counterfactual::of(findings, &scoring);
    let ring = links::ring_of(db, &id).await?.map(|ring| InRing {
        id: ring.id,
        identities: ring.identities,
    });
    let worker = workers::of_candidates(db, std::slice::from_ref(&id)).await?;
    let worker = worker.into_values().next();
    let may = |what| visitor.user.role.may(what);
    let at_work = match &worker {
        Some(worker) if may(Permission::WorkersRead) => {
            Some(at_work(&web.app, worker, findings).await?)
        }
        _ => None,
    };
    let opened = if may(Permission::AuditRead) {
        opened(&web.app, &id).await?
    } else {
        Vec::new()
    };
    let (mut own, mut rest) = (BTreeMap::new(), Vec::new());
    for section in record::sections(&candidate) {
        match section.title {
            record::CONTACTS | record::WORK => drop(own.insert(section.title, section)),
            _ => rest.push(section),
        }
    }
    let checks = history.checks();
    let contact = Claims::of(own.get(record::CONTACTS), findings, &checks);
    let employment = Claims::of(own.get(record::WORK), findings, &checks);
    let mut comments = crate::store::comments::of(db, &web.app.vault, &id).await?;
    if let Some(mask) = &mask {
        for one in &mut comments {
            one.text = mask.text(&one.text);
        }
    }
    let people = assign::people(db).await?;
    Ok(CandidatePage {
        assignment: assign::of(summary.assigned_to.as_deref(), people),
        ring,
        worker: worker.map(|worker| worker.worker_id),
        at_work,
        external_id: match &mask {
            Some(mask) => mask.text(&summary.external_id),
            None => summary.external_id,
        },
        source: summary.source,
        agency: latest.agency.clone(),
        name: summary.name.filter(|_| mask.is_none()),
        stage: super::stage(&screening.stage),
        version: number(screening.version),
        applied_at: Some(summary.applied_at.into()),
        screened_at: screening.screened_at,
        ruleset: screening.ruleset,
        scoring,
        counterfactual,
        related,
        before: match mask {
            Some(_) => Vec::new(),
            None => before(&web.app, &visitor.user, &id).await?,
        },
        education: Panel::of(&candidate, &saw, findings, up_to.date()),
        texts: pages::texts::Panel::of(&saw, findings),
        unloaded: pages::candidate::unloaded(&saw),
        contact,
        employment,
        record: claims::bounded(rest, findings),
        resume_text: latest.resume_text.clone(),
        history,
        deciding,
        privacy: pages::privacy::Standing {
            holds: holds::of(db, &id).await?,
            // A reason may name whom a blind review hides, and what a lawsuit is about.
            reasons: mask.is_none() && visitor.user.role.may(Permission::PrivacyExport),
            asked_at: holds::asked_at(db, &id).await?,
        },
        stages,
        opened,
        comments,
        reader: visitor.user.id.clone(),
        draft: Draft::default(),
        done: None,
        judgement,
        id,
    })
}

/// The way over the stages, of what is known of them.
fn way(
    summary: &Summary,
    versions: &[versions::Version],
    screened: &[Screening],
) -> Vec<stages::Reached> {
    let told = versions.iter().map(|one| {
        let at = one.as_of.unwrap_or(one.received_at);
        (one.application.0.stage, at.into())
    });
    let screened: Vec<Past> = screened
        .iter()
        .map(|one| past(one, one.id == summary.screening_id))
        .collect();
    let now = screened
        .iter()
        .find(|one| one.is_shown)
        .map(|one| one.stage);
    stages::of(told, &screened, now.unwrap_or_default())
}

/// How a worker's devices and timings stand.
async fn at_work(app: &App, worker: &workers::Worker, findings: &[Finding]) -> Result<AtWork> {
    let mut spans = bindings::of_worker(&app.db, &worker.worker_id).await?;
    spans.sort_by_key(|span| (span.until_at.is_some(), std::cmp::Reverse(span.from())));
    let open = tickets::of(&app.db, &worker.candidate_id).await?;
    let open = open.into_iter().filter(|ticket| ticket.closed_at.is_none());
    let alarms = telemetry::alarms(findings);
    let gauge = worker.gauge.as_ref();
    let kinds = gauge.map_or(&[][..], |gauge| &gauge.0.latency.kinds);
    Ok(AtWork {
        start_date: worker.start_date.clone(),
        judged_at: gauge.map(|_| worker.gauged_at.into()),
        kinds: (kinds.iter())
            .map(|one| {
                (
                    one.kind,
                    Standing::of(one.track.state, alarms.contains(&one.kind)),
                )
            })
            .collect(),
        all_devices: spans.len(),
        devices: (spans.into_iter().take(at_work::TOLD))
            .map(|span| (span.device.clone(), span.from(), span.until()))
            .collect(),
        tickets: open
            .take(at_work::TOLD)
            .map(|ticket| (ticket.title, ticket.opened_at.into()))
            .collect(),
    })
}

/// Who opened it.
async fn opened(app: &App, id: &CandidateId) -> Result<Vec<Opened>> {
    let object = audit::candidate(id);
    let entries = audit_log::of_object(&app.db, &object, Action::CandidateRead, OPENED).await?;
    let opened = entries.into_iter().map(|entry| Opened {
        at: entry.time(),
        by_key: entry.who_kind == "key",
        who: entry.called(),
    });
    Ok(opened.collect())
}

/// Other people's names tell of the candidate's: they share something, or are one person.
fn mask_of_all(mut mask: Mask, related: Vec<Related>) -> Mask {
    for name in related.into_iter().filter_map(|one| one.name) {
        mask.name(&name);
    }
    mask
}

async fn related(web: &Web, judgement: &Judgement) -> Result<Vec<Related>> {
    let findings = judgement.findings.iter().chain(&judgement.shadow);
    let mut ids: Vec<_> = findings
        .flat_map(|finding| finding.related.iter().cloned())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let heads = candidates::heads(&web.app.db, &ids).await?;
    let related = |head: candidates::Head| Related {
        id: head.id,
        external_id: head.external_id,
        source: head.source,
        name: head.name,
    };
    Ok(heads.into_iter().map(related).collect())
}

/// Other records that are probably of the same person, and whom blind review hides among them.
async fn before(app: &App, user: &User, id: &CandidateId) -> Result<Vec<Before>> {
    let mut found = screening::before(app, id).await?.unwrap_or_default();
    let ids: Vec<_> = found.iter().map(|one| one.head.id.clone()).collect();
    let hidden = blind::hidden(app, user, &ids).await?;
    for head in found.iter_mut().map(|one| &mut one.head) {
        hide(&head.id, &mut head.name, &mut head.external_id, &hidden);
    }
    Ok(found)
}

/// Takes the name off somebody who is hidden.
fn hide(
    id: &CandidateId,
    name: &mut Option<String>,
    external_id: &mut String,
    hidden: &HashSet<CandidateId>,
) {
    if hidden.contains(id) {
        *external_id = label(id, name.as_deref(), external_id);
        *name = Some("name hidden".to_owned());
    }
}

/// Everything that happened, out of all tables that tell of it.
async fn history(
    app: &App,
    summary: &Summary,
    versions: &[versions::Version],
    screened: &[Screening],
    decisions: Vec<Decision>,
) -> Result<History> {
    let (db, id) = (&app.db, &summary.id);
    let told = people::timeline(db, &summary.source, &summary.external_id, PAST).await?;
    let checks = checks::of(db, std::slice::from_ref(id)).await?.remove(id);
    let taken_back = explanations::taken_back(db, id).await?;
    let contests = contests::of(db, id).await?;
    let told = told.into_iter().map(|(at, kind)| Moment {
        at: at.into(),
        what: What::Told(kind),
    });
    let received = versions.iter().map(|one| Moment {
        at: one.received_at.into(),
        what: What::Received(number(one.version)),
    });
    let screened = screened.iter().map(|one| Moment {
        at: one.screened_at,
        what: What::Screened(past(one, one.id == summary.screening_id)),
    });
    let checked = checks.into_iter().flatten().map(|one| Moment {
        at: one.at,
        what: What::Checked(Box::new(one)),
    });
    let decided = decisions.into_iter().map(|one| Moment {
        at: one.at,
        what: What::Decided(Box::new(one)),
    });
    let taken_back = taken_back.into_iter().map(|one| Moment {
        at: one.at.into(),
        what: What::TakenBack(one),
    });
    let contests = contests.into_iter().map(|one| Moment {
        at: one.at.into(),
        what: What::Contested(one),
    });
    let decided = decided.chain(taken_back).chain(contests);
    let all = told.chain(received).chain(screened).chain(checked);
    Ok(History::of(
        all.chain(decided).collect(),
        merged_into(app, summary).await?,
    ))
}

async fn merged_into(app: &App, summary: &Summary) -> Result<Option<Merged>> {
    let Some(external_id) = summary.merged_into.clone() else {
        return Ok(None);
    };
    let found = candidates::by_reference(&app.db, Some(&summary.source), &external_id).await?;
    Ok(Some(Merged {
        id: found.into_iter().next(),
        external_id,
    }))
}

fn past(screening: &Screening, is_shown: bool) -> Past {
    Past {
        screened_at: screening.screened_at,
        version: number(screening.version),
        stage: super::stage(&screening.stage),
        next_step: screening.judgement.next_step,
        score_db: screening.judgement.score_db,
        ruleset: screening.ruleset.clone(),
        is_shown,
    }
}

pub(super) fn number(version: i64) -> u32 {
    u32::try_from(version).unwrap_or(u32::MAX)
}
