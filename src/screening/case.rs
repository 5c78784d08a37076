//! A candidate under screening: its version, the ones before, and what others could share with it.

use std::collections::{BTreeSet, HashMap};

use rayon::prelude::*;

use super::keep::{Prepared, hashed};
use crate::app::{App, compute};
use crate::application::{Application, Stage};
use crate::candidate::{Candidate, CandidateId};
use crate::check::Check;
use crate::error::Result;
use crate::keys::{self, Key};
use crate::normalise;
use crate::onboarding::Onboarding;
use crate::rules::Explanation;
use crate::signals::Shared;
use crate::store::candidates::{self, Head, Placed};
use crate::store::versions::{self, Version};
use crate::store::{checks, explanations, onboardings, workers};
use crate::telemetry::Gauge;

/// A candidate under screening.
pub(super) struct Case {
    pub id: CandidateId,
    pub source: String,
    pub external_id: String,
    pub version: i64,
    pub revision: i64,
    /// Whether those it shares something with are still to be told of this version.
    pub news: bool,
    pub candidate: Candidate,
    pub earlier: Vec<Candidate>,
    /// What people found out.
    pub checks: Vec<Check>,
    /// What people have explained.
    pub explanations: Vec<Explanation>,
    /// What HR said when it started, oldest first.
    pub onboardings: Vec<Onboarding>,
    /// What its machines at work come to.
    pub work: Option<Gauge>,
    /// Keyed hash of the address, to the unit.
    pub home: Option<i64>,
    /// Keyed hash of the declared household.
    pub household: Option<i64>,
    /// The ring it is in so far.
    pub ring: Option<String>,
    /// Whether its keys were derived by this version of the program.
    pub derived: bool,
    /// Of all versions: what was written once and changed later is still known.
    pub keys: Vec<(Key, i64)>,
}

/// What is known of a candidate at work.
type Work = (Vec<Onboarding>, Option<Gauge>);

async fn work(app: &App, ids: &[CandidateId]) -> Result<HashMap<CandidateId, Work>> {
    let said = onboardings::of(&app.db, &app.vault, ids).await?;
    let started: Vec<_> = said.keys().cloned().collect();
    let mut workers = workers::of_candidates(&app.db, &started).await?;
    let with_gauge = said.into_iter().map(|(id, said)| {
        let gauge = workers.remove(&id).and_then(|worker| worker.gauge);
        (id, (said, gauge.map(|gauge| gauge.0)))
    });
    Ok(with_gauge.collect())
}

/// Cases of what was just kept; only candidates with earlier versions need another read, and only
/// they can have checks: one of a new candidate would raise its revision.
pub(super) async fn of_kept(
    app: &App,
    kept: Vec<Prepared>,
    placed: Vec<Placed>,
) -> Result<Vec<Case>> {
    let known = placed.iter().filter(|at| at.version > 1);
    let known: Vec<_> = known.map(|at| at.id.clone()).collect();
    let before = versions::of(&app.db, &known).await?;
    let checks = checks::of(&app.db, &known).await?;
    let mut explained = explanations::of(&app.db, &known).await?;
    let mut work = work(app, &known).await?;
    let extra: Vec<_> = placed
        .iter()
        .map(|at| {
            let explanations = explained.remove(&at.id).unwrap_or_default();
            (work.remove(&at.id).unwrap_or_default(), explanations)
        })
        .collect();
    let app = app.clone();
    let case = move |((one, at), (work, explanations)): ((Prepared, Placed), (Work, _))| {
        let before = before.get(&at.id).map(Vec::as_slice).unwrap_or_default();
        let mut case = Case {
            source: one.application.source,
            external_id: one.application.external_id,
            version: at.version,
            revision: at.revision,
            news: true,
            candidate: one.candidate,
            earlier: Vec::new(),
            checks: checks.get(&at.id).cloned().unwrap_or_default(),
            explanations,
            onboardings: Vec::new(),
            work: None,
            home: one.home,
            household: one.household,
            ring: at.ring.clone(),
            derived: true,
            keys: one.keys,
            id: at.id,
        };
        for version in before.iter().filter(|version| version.version < at.version) {
            case.add_earlier(&version.application.0, &app);
        }
        case.add_work(work, &app);
        // What was never told of an earlier version is still to be told with this one.
        case.news = at.announced_version < at.version - 1 || case.is_news();
        case
    };
    compute(move || {
        let kept = kept.into_par_iter().zip(placed).zip(extra);
        kept.map(case).collect()
    })
    .await
}

/// Cases of stored candidates.
pub(super) async fn load(app: &App, ids: &[CandidateId]) -> Result<Vec<Case>> {
    // The heads first: if a version or a check comes in between, the revision is old and nothing is saved.
    let heads = candidates::heads(&app.db, ids).await?;
    let versions = versions::of(&app.db, ids).await?;
    let mut checks = checks::of(&app.db, ids).await?;
    let mut work = work(app, ids).await?;
    let mut explained = explanations::of(&app.db, ids).await?;
    let app = app.clone();
    let with_checks = heads.into_iter().map(|head| {
        let checks = checks.remove(&head.id).unwrap_or_default();
        let work = work.remove(&head.id).unwrap_or_default();
        let explanations = explained.remove(&head.id).unwrap_or_default();
        (head, checks, work, explanations)
    });
    let heads: Vec<_> = with_checks.collect();
    let case = move |(head, checks, work, explanations): (Head, Vec<Check>, Work, _)| {
        let versions = versions.get(&head.id)?;
        let mut case = Case::of(head, versions, checks, &app)?;
        case.add_work(work, &app);
        case.explanations = explanations;
        Some(case)
    };
    compute(move || heads.into_par_iter().filter_map(case).collect()).await
}

impl Case {
    fn of(head: Head, versions: &[Version], checks: Vec<Check>, app: &App) -> Option<Self> {
        let (latest, earlier) = versions.split_last()?;
        let mut candidate = normalise::candidate(&latest.application.0, &app.settings());
        candidate.applied_at.get_or_insert(head.applied_at.into());
        let mut case = Self {
            id: head.id,
            source: head.source,
            external_id: head.external_id,
            version: latest.version,
            revision: head.revision,
            news: head.announced_version < head.version,
            home: head.home,
            household: head.household,
            ring: head.ring,
            derived: head.derived >= keys::DERIVED,
            keys: hashed(&candidate, &app.hash),
            candidate,
            earlier: Vec::new(),
            checks,
            explanations: Vec::new(),
            onboardings: Vec::new(),
            work: None,
        };
        for version in earlier {
            case.add_earlier(&version.application.0, app);
        }
        Some(case)
    }

    fn add_earlier(&mut self, application: &Application, app: &App) {
        let earlier = normalise::candidate(application, &app.settings());
        for (mut key, hash) in hashed(&earlier, &app.hash) {
            if !self.keys.iter().any(|(_, known)| *known == hash) {
                key.field = format!("{} of an earlier version", key.field);
                self.keys.push((key, hash));
            }
        }
        self.earlier.push(earlier);
    }

    /// What is known since it started. From then on it is judged as one who has started, whatever the
    /// latest version says: sources seldom tell of it.
    fn add_work(&mut self, (onboardings, gauge): Work, app: &App) {
        if onboardings.is_empty() {
            return;
        }
        self.candidate.stage = self.candidate.stage.max(Stage::Onboarding);
        for key in onboardings
            .iter()
            .rev()
            .flat_map(|one| one.said.keys(&app.hash))
        {
            if !self.keys.iter().any(|(_, known)| *known == key.1) {
                self.keys.push(key);
            }
        }
        self.onboardings = onboardings;
        self.work = gauge;
    }

    /// The hash of a key that it shares.
    pub(super) fn hash_of(&self, shared: &Shared) -> Option<i64> {
        let same = |key: &Key| {
            key.kind == shared.kind && key.field == shared.field && key.value == shared.value
        };
        let key = self.keys.iter().find(|(key, _)| same(key));
        key.map(|(_, hash)| *hash)
    }

    /// Whether others can make anything of this version that they could not of the one before:
    /// other keys or texts, another name, agency, address or day.
    fn is_news(&self) -> bool {
        let Some(before) = self.earlier.last() else {
            return true;
        };
        let normal = |candidate: &Candidate| -> BTreeSet<(keys::Kind, String)> {
            keys::of(candidate)
                .into_iter()
                .map(|key| (key.kind, key.normal))
                .collect()
        };
        let home = |candidate: &Candidate| {
            candidate
                .address
                .as_ref()
                .and_then(|address| address.unit_key.clone())
        };
        let texts = |candidate: &Candidate| {
            let shingles = candidate.resume.as_ref().map(|one| one.shingles.clone());
            (shingles, candidate.pages.clone())
        };
        let now = &self.candidate;
        now.name != before.name
            || texts(now) != texts(before)
            || now.household != before.household
            || now.rejected_at != before.rejected_at
            || now.agency != before.agency
            || before
                .applied_at
                .is_some_and(|day| now.applied_at != Some(day))
            || home(now) != home(before)
            || normal(now) != normal(before)
    }
}
