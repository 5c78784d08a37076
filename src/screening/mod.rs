//! Gather, judge, save: the only place that knows the whole flow.
//!
//! An arrival is committed together with its keys before its neighbours are
//! looked up, so of two records that come in at once at least one sees the
//! other. Whoever is seen is marked, and a marked candidate is due for another
//! screening, which [`catch_up`] does; marks survive a crash.

pub mod desk;
pub mod neighbours;
mod result;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use rayon::prelude::*;

pub use result::Screening;

use crate::app::{App, compute};
use crate::application::Application;
use crate::candidate::{Candidate, CandidateId};
use crate::db;
use crate::error::{Error, Result};
use crate::keys::{self, Hash, Key};
use crate::normalise::{self, Settings};
use crate::rules::{Judgement, Ruleset};
use crate::signals::{self, Shared, Subject};
use crate::store::candidates::{self, Arrival, Head, Placed};
use crate::store::keys::User;
use crate::store::screenings::{self, NewScreening};
use crate::store::versions::NewVersion;
use crate::store::{rulesets, versions};

/// A candidate under screening.
pub struct Case {
    id: CandidateId,
    source: String,
    external_id: String,
    version: i64,
    revision: i64,
    /// Whether those it shares something with are still to be told of this version.
    news: bool,
    candidate: Candidate,
    earlier: Vec<Candidate>,
    /// Keyed hash of the address, to the unit.
    home: Option<i64>,
    /// Of all versions: what was written once and changed later is still known.
    keys: Vec<(Key, i64)>,
}

/// An application, normalised and ready to be kept.
struct Prepared {
    application: Application,
    json: String,
    candidate: Candidate,
    keys: Vec<(Key, i64)>,
    home: Option<i64>,
}

/// How often a screening is tried again when its candidate changes meanwhile.
const TRIES: usize = 20;

/// Candidates screened in one go when catching up.
const CATCH_UP_BATCH: usize = 250;

/// Takes applications in and screens them; an answer for each, in their order. What is answered
/// with a screening is committed, and so are marks on others it shares something with, who are due
/// for [`catch_up`]. An error is one record's own: the others are kept and screened.
pub async fn receive(app: &App, applications: Vec<Application>) -> Vec<Result<Screening>> {
    let mut answers = Vec::with_capacity(applications.len());
    for wave in waves(applications) {
        match keep(app, &wave).await {
            Ok(cases) => answers.extend(screen_kept(app, cases).await),
            Err(error) if wave.len() == 1 => answers.push(Err(error)),
            Err(error) => {
                error.log();
                for application in wave {
                    answers.push(match keep(app, &[application]).await {
                        Ok(cases) => screen_kept(app, cases).await.remove(0),
                        Err(error) => Err(error),
                    });
                }
            }
        }
    }
    answers
}

/// Screens what has just been kept. Whatever happens here, it stays kept and is due.
async fn screen_kept(app: &App, cases: Vec<Case>) -> Vec<Result<Screening>> {
    let wanted: Vec<_> = cases
        .iter()
        .map(|case| (case.id.clone(), case.version))
        .collect();
    let mut screened = screen_cases(app, cases).await.unwrap_or_else(|error| {
        error.log();
        HashMap::new()
    });
    let mut answers = Vec::with_capacity(wanted.len());
    for (id, version) in wanted {
        answers.push(match screened.remove(&id) {
            Some(screening) => Ok(screening),
            None => overtaken(app, &id, version).await,
        });
    }
    answers
}

/// Screens candidates as they stand now. Screening twice changes nothing.
pub async fn screen(app: &App, ids: &[CandidateId]) -> Result<()> {
    let cases = load(app, ids).await?;
    screen_cases(app, cases).await?;
    Ok(())
}

/// Screens everybody who is due, and says how many that were.
pub async fn catch_up(app: &App) -> Result<usize> {
    let mut done = 0;
    loop {
        let due = candidates::due(&app.db, CATCH_UP_BATCH).await?;
        if due.is_empty() {
            return Ok(done);
        }
        screen(app, &due).await?;
        done += due.len();
    }
}

/// Cuts a batch where a candidate comes a second time: its versions must follow each other.
fn waves(applications: Vec<Application>) -> Vec<Vec<Application>> {
    let mut seen = HashSet::new();
    let mut waves = vec![Vec::with_capacity(applications.len())];
    for application in applications {
        if !seen.insert((application.source.clone(), application.external_id.clone())) {
            seen.clear();
            seen.insert((application.source.clone(), application.external_id.clone()));
            waves.push(Vec::new());
        }
        waves
            .last_mut()
            .expect("there is at least one")
            .push(application);
    }
    waves
}

/// Normalises and commits one wave: candidates, versions and keys.
async fn keep(app: &App, applications: &[Application]) -> Result<Vec<Case>> {
    let (settings, hash) = (app.settings, app.hash.clone());
    let applications = applications.to_vec();
    let now = app.now();
    let prepared = compute(move || {
        applications
            .into_par_iter()
            .map(|application| prepare(application, settings, &hash, now))
            .collect::<Vec<_>>()
    })
    .await;
    let arrivals: Vec<_> = (prepared.iter())
        .map(|one| arrival(app, one, now))
        .collect();
    let mut tx = app.db.begin().await?;
    let placed = candidates::receive(&mut tx, &arrivals, now).await?;
    drop(arrivals);
    let versions: Vec<_> = prepared
        .iter()
        .zip(&placed)
        .map(|(one, placed)| NewVersion {
            candidate_id: &placed.id,
            version: placed.version,
            application: &one.json,
        })
        .collect();
    versions::append(&mut tx, &versions, now).await?;
    let users: Vec<_> = prepared
        .iter()
        .zip(&placed)
        .flat_map(|(one, placed)| {
            one.keys.iter().map(|(_, hash)| User {
                hash: *hash,
                candidate_id: placed.id.clone(),
            })
        })
        .collect();
    crate::store::keys::insert(&mut tx, &users).await?;
    tx.commit().await?;
    with_earlier(app, prepared, placed).await
}

fn prepare(application: Application, settings: Settings, hash: &Hash, now: Timestamp) -> Prepared {
    let json = serde_json::to_string(&application).expect("an application serializes");
    let mut candidate = normalise::candidate(&application, settings);
    // Who gives no date applied when the record came; a later screening must not move that.
    candidate.applied_at.get_or_insert(now);
    let keys = hashed(&candidate, hash);
    let home = home(&candidate, hash);
    Prepared {
        application,
        json,
        candidate,
        keys,
        home,
    }
}

fn hashed(candidate: &Candidate, hash: &Hash) -> Vec<(Key, i64)> {
    let hashed = |key: Key| {
        let hash = hash.of(key.kind, &key.normal);
        (key, hash)
    };
    keys::of(candidate).into_iter().map(hashed).collect()
}

fn home(candidate: &Candidate, hash: &Hash) -> Option<i64> {
    let key = candidate.address.as_ref()?.unit_key.as_ref()?;
    Some(hash.of(keys::Kind::Home, key))
}

fn arrival<'a>(app: &App, prepared: &'a Prepared, now: Timestamp) -> Arrival<'a> {
    let Prepared {
        application,
        candidate,
        ..
    } = prepared;
    let name = candidate.name.as_ref().map(|name| name.raw.as_str());
    let emails = candidate.emails.iter().filter(|email| email.seen.own);
    let words = name
        .into_iter()
        .chain(emails.map(|email| email.raw.as_str()))
        .chain([application.external_id.as_str()]);
    Arrival {
        id: CandidateId(app.new_id()),
        source: &application.source,
        external_id: &application.external_id,
        stage: application.stage,
        name,
        agency: candidate.agency.as_deref(),
        home: prepared.home,
        search: words.collect::<Vec<_>>().join("\n").to_lowercase(),
        applied_at: candidate.applied_at.unwrap_or(now),
    }
}

/// Cases of what was just kept; only candidates with earlier versions need another read.
async fn with_earlier(
    app: &App,
    prepared: Vec<Prepared>,
    placed: Vec<Placed>,
) -> Result<Vec<Case>> {
    let known: Vec<_> = placed
        .iter()
        .filter(|one| one.version > 1)
        .map(|one| one.id.clone())
        .collect();
    let mut before = if known.is_empty() {
        HashMap::new()
    } else {
        versions::of(&app.db, &known).await?
    };
    let case = |(one, placed): (Prepared, Placed)| {
        let mut case = Case {
            source: one.application.source,
            external_id: one.application.external_id,
            version: placed.version,
            revision: placed.revision,
            news: true,
            candidate: one.candidate,
            earlier: Vec::new(),
            keys: one.keys,
            home: one.home,
            id: placed.id,
        };
        for version in before.remove(&case.id).unwrap_or_default() {
            if version.version < case.version {
                case.add_earlier(&version.application.0, app);
            }
        }
        case
    };
    Ok(prepared.into_iter().zip(placed).map(case).collect())
}

impl Case {
    fn add_earlier(&mut self, application: &Application, app: &App) {
        let earlier = normalise::candidate(application, app.settings);
        for (mut key, hash) in hashed(&earlier, &app.hash) {
            if !self.keys.iter().any(|(_, known)| *known == hash) {
                key.field = format!("{} of an earlier version", key.field);
                self.keys.push((key, hash));
            }
        }
        self.earlier.push(earlier);
    }

    fn of(head: Head, versions: &[versions::Version], app: &App) -> Option<Self> {
        let (latest, earlier) = versions.split_last()?;
        let mut candidate = normalise::candidate(&latest.application.0, app.settings);
        candidate.applied_at.get_or_insert(head.applied_at.into());
        let mut case = Self {
            id: head.id,
            source: head.source,
            external_id: head.external_id,
            version: latest.version,
            revision: head.revision,
            news: head.announced_version < head.version,
            keys: hashed(&candidate, &app.hash),
            home: head.home,
            candidate,
            earlier: Vec::new(),
        };
        for version in earlier {
            case.add_earlier(&version.application.0, app);
        }
        Some(case)
    }
}

/// Cases of stored candidates.
async fn load(app: &App, ids: &[CandidateId]) -> Result<Vec<Case>> {
    // The heads first: if a version comes in between, the revision is old and nothing is saved.
    let heads = candidates::heads(&app.db, ids).await?;
    let versions = versions::of(&app.db, ids).await?;
    let app = app.clone();
    Ok(compute(move || {
        heads
            .into_par_iter()
            .filter_map(|head| Case::of(head.clone(), versions.get(&head.id)?, &app))
            .collect()
    })
    .await)
}

/// A case that was judged.
struct Judged {
    screening: Screening,
    revision: i64,
    signals: String,
    judgement: String,
}

/// Gathers, judges and saves; returns what was saved. Those who share something with what is new
/// are marked in the transaction that saves it, so that after a crash the news is still to be told.
async fn screen_cases(app: &App, cases: Vec<Case>) -> Result<HashMap<CandidateId, Screening>> {
    let found = neighbours::find(&app.db, &cases).await?;
    let ruleset = app.rules.current();
    let now = app.now();
    let judged = {
        let (app, ruleset) = (app.clone(), ruleset.clone());
        compute(move || {
            cases
                .into_par_iter()
                .zip(found.shared)
                .map(|(case, shared)| judge(&app, &ruleset, case, &shared, now))
                .collect::<Vec<_>>()
        })
        .await
    };
    let new: Vec<_> = judged.iter().map(Judged::row).collect();
    let mut tx = app.db.begin().await?;
    rulesets::keep(&mut tx, ruleset.digest(), ruleset.texts(), now).await?;
    let saved = screenings::save(&mut tx, &new, now).await?;
    drop(new);
    let told = judged.iter().zip(found.touched);
    let told = told.filter(|(one, _)| saved.contains(&one.screening.candidate_id));
    // In one order everywhere, so that two instances seldom wait for each other's rows.
    let touched: BTreeSet<CandidateId> = told.flat_map(|(_, touched)| touched).collect();
    candidates::mark(&mut tx, &touched.into_iter().collect::<Vec<_>>()).await?;
    tx.commit().await?;
    Ok(judged
        .into_iter()
        .filter(|one| saved.contains(&one.screening.candidate_id))
        .map(|one| (one.screening.candidate_id.clone(), one.screening))
        .collect())
}

fn judge(
    app: &App,
    ruleset: &Arc<Ruleset>,
    case: Case,
    shared: &[Shared],
    now: Timestamp,
) -> Judged {
    let facts = signals::read(&Subject {
        candidate: &case.candidate,
        earlier: &case.earlier,
        shared,
        now,
    });
    let stage = case.candidate.stage;
    let judgement: Judgement = ruleset.judge(&facts, stage);
    Judged {
        revision: case.revision,
        signals: facts.to_json().to_string(),
        judgement: serde_json::to_string(&judgement).expect("a judgement serializes"),
        screening: Screening {
            id: app.new_id(),
            candidate_id: case.id,
            external_id: case.external_id,
            source: case.source,
            version: case.version,
            stage: stage.word().to_owned(),
            ruleset: ruleset.digest().to_owned(),
            screened_at: now,
            judgement,
        },
    }
}

impl Judged {
    fn row(&self) -> NewScreening<'_> {
        let screening = &self.screening;
        NewScreening {
            id: &screening.id,
            candidate_id: &screening.candidate_id,
            version: screening.version,
            revision: self.revision,
            stage: &screening.stage,
            ruleset: &screening.ruleset,
            next_step: screening.judgement.next_step.word(),
            score_db: screening.judgement.score_db,
            signals: &self.signals,
            judgement: &self.judgement,
        }
    }
}

/// The screening of a version that could not be saved at once: its candidate changed while it was
/// judged, or the database asked to try again.
async fn overtaken(app: &App, id: &CandidateId, version: i64) -> Result<Screening> {
    let mut last = Error::Unavailable("this candidate is changing faster than it can be screened");
    for _ in 0..TRIES {
        if let Err(error) = screen(app, std::slice::from_ref(id)).await {
            last = error;
            continue;
        }
        let of_version = screenings::latest_of_version(&app.db, id, version).await?;
        let stored = match of_version {
            Some(stored) => Some(stored),
            // A newer version stands; this one was never judged on its own.
            None => screenings::latest(&app.db, id).await?,
        };
        if let Some(stored) = stored {
            return Ok(stored.into());
        }
    }
    Err(last)
}

/// The final results of versions, in their order: each version's latest screening.
pub async fn results(db: &db::Db, wanted: &[(CandidateId, i64)]) -> Result<Vec<Screening>> {
    let ids: Vec<_> = wanted.iter().map(|(id, _)| id.clone()).collect();
    let latest = screenings::latest_of(db, &ids).await?;
    let latest: HashMap<_, _> = latest
        .into_iter()
        .map(|one| (one.candidate_id.clone(), one))
        .collect();
    let mut results = Vec::with_capacity(wanted.len());
    for (id, version) in wanted {
        let stored = match latest.get(id) {
            Some(stored) if stored.version == *version => Some(stored.clone()),
            newer => screenings::latest_of_version(db, id, *version)
                .await?
                .or_else(|| newer.cloned()),
        };
        results.extend(stored.map(Screening::from));
    }
    Ok(results)
}
