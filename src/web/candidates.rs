//! One candidate: what was found, where it stands, who else is involved, what to ask.

use axum::extract::{Path, State};
use jiff::tz::TimeZone;

use super::Web;
use super::pages::{
    self, CandidatePage, History, InRing, Merged, Moment, Panel, Past, Related, What,
};
use crate::app::App;
use crate::candidate::CandidateId;
use crate::error::{Error, Result};
use crate::explain::counterfactual;
use crate::normalise;
use crate::rules::Judgement;
use crate::screening::{self, Screening};
use crate::signals::Facts;
use crate::store::candidates::{self, Summary};
use crate::store::{checks, decisions, holds, links, people, screenings, versions, workers};

/// Screenings, and what the source told, that are listed.
const PAST: i64 = 50;

/// The candidate's page.
pub(super) async fn show(
    State(web): State<Web>,
    Path(id): Path<CandidateId>,
) -> Result<CandidatePage> {
    const MISSING: Error = Error::NotFound("candidate");
    let db = &web.app.db;
    let summary = candidates::by_id(db, &id).await?.ok_or(MISSING)?;
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
    let history = history(&web.app, &summary, &versions, &past).await?;
    let screening = past.swap_remove(at);
    let latest = &versions.last().ok_or(MISSING)?.application.0;
    let candidate = normalise::candidate(latest, &web.app.settings());
    let saw = screenings::signals(db, &screening.id).await?;
    let saw = saw
        .as_deref()
        .and_then(|json| serde_json::from_str(json).ok());
    let saw = Facts::from_json(&saw.unwrap_or_default());
    let up_to = latest.applied_at.unwrap_or(screening.screened_at);
    let up_to = up_to.min(screening.screened_at).to_zoned(TimeZone::UTC);
    let scoring = *web.app.rules.current().scoring();
    let judgement = screening.judgement;
    let counterfactual = counterfactual::of(&judgement.findings, &scoring);
    let ring = links::ring_of(db, &id).await?.map(|ring| InRing {
        id: ring.id,
        identities: ring.identities,
    });
    let worker = workers::of_candidates(db, std::slice::from_ref(&id)).await?;
    Ok(CandidatePage {
        ring,
        worker: worker.into_values().next().map(|worker| worker.worker_id),
        external_id: summary.external_id,
        source: summary.source,
        agency: latest.agency.clone(),
        name: summary.name,
        stage: super::stage(&screening.stage),
        version: number(screening.version),
        applied_at: latest.applied_at,
        screened_at: screening.screened_at,
        ruleset: screening.ruleset,
        scoring,
        counterfactual,
        related: related(&web, &judgement).await?,
        before: screening::before(&web.app, &id).await?.unwrap_or_default(),
        education: Panel::of(&candidate, &saw, &judgement.findings, up_to.date()),
        texts: pages::texts::Panel::of(&saw, &judgement.findings),
        unloaded: pages::candidate::unloaded(&saw),
        record: pages::record::sections(&candidate),
        resume_text: latest.resume_text.clone(),
        history,
        privacy: pages::privacy::Standing {
            holds: holds::of(db, &id).await?,
            asked_at: holds::asked_at(db, &id).await?,
        },
        judgement,
        id,
    })
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

/// Everything that happened, out of all tables that tell of it.
async fn history(
    app: &App,
    summary: &Summary,
    versions: &[versions::Version],
    screened: &[Screening],
) -> Result<History> {
    let (db, id) = (&app.db, &summary.id);
    let told = people::timeline(db, &summary.source, &summary.external_id, PAST).await?;
    let checks = checks::of(db, std::slice::from_ref(id)).await?.remove(id);
    let decisions = decisions::of(db, id).await?;
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
        what: What::Decided(one),
    });
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

fn number(version: i64) -> u32 {
    u32::try_from(version).unwrap_or(u32::MAX)
}
