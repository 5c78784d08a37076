//! One candidate: what was found, where it stands, who else is involved, what to ask.

use axum::extract::{Path, State};
use jiff::tz::TimeZone;

use super::Web;
use super::pages::{self, CandidatePage, InRing, Panel, Past, Related};
use crate::candidate::CandidateId;
use crate::error::{Error, Result};
use crate::explain::counterfactual;
use crate::normalise;
use crate::rules::Judgement;
use crate::screening::{self, Screening};
use crate::signals::Facts;
use crate::store::{candidates, checks, links, screenings, versions};

/// Earlier screenings listed.
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
    let checks = checks::of(db, std::slice::from_ref(&id)).await?.remove(&id);
    let mut past: Vec<Screening> = screenings::of(db, &id, PAST)
        .await?
        .into_iter()
        .map(Into::into)
        .collect();
    let at = past
        .iter()
        .position(|one| one.id == summary.screening_id)
        .ok_or(MISSING)?;
    let screening = past.remove(at);
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
    Ok(CandidatePage {
        ring,
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
        checks: checks.unwrap_or_default(),
        versions: versions.iter().rev().map(version).collect(),
        past: past.into_iter().map(before).collect(),
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

fn version(version: &versions::Version) -> pages::Version {
    pages::Version {
        number: number(version.version),
        received_at: version.received_at.into(),
    }
}

fn before(screening: Screening) -> Past {
    Past {
        screened_at: screening.screened_at,
        version: number(screening.version),
        stage: super::stage(&screening.stage),
        next_step: screening.judgement.next_step,
        score_db: screening.judgement.score_db,
        ruleset: screening.ruleset,
    }
}

fn number(version: i64) -> u32 {
    u32::try_from(version).unwrap_or(u32::MAX)
}
