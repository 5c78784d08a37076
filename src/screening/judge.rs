//! Gathers the neighbours of cases, judges them, and saves what stands.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use rayon::prelude::*;

use super::case::Case;
use super::{Screening, alarms, listed, neighbours, referees, rings, texts};
use crate::app::{App, compute};
use crate::candidate::CandidateId;
use crate::db::Tx;
use crate::decisions::{self, cases, procedure};
use crate::error::Result;
use crate::outlets::announce;
use crate::rules::Ruleset;
use crate::signals::{self, Alike, Facts, Listed, Nearby, Ring, Shared, Subject, kin};
use crate::store::keys::User;
use crate::store::screenings::{self, NewScreening};
use crate::store::sketches::NewSketch;
use crate::store::{candidates, keys, rulesets};

/// What a case has in common with others.
struct Around {
    shared: Vec<Shared>,
    nearby: Vec<Nearby>,
    alike: Vec<Alike>,
    ring: Option<Ring>,
    listed: Vec<Listed>,
}

/// A case that was judged.
struct Judged {
    screening: Screening,
    revision: i64,
    signals: String,
    judgement: String,
    silence: String,
    findings: String,
}

/// Gathers, judges and saves; returns what was saved. Those who share something with what is new
/// are marked in the transaction that saves it, so that after a crash the news is still to be told.
pub(super) async fn screen(app: &App, cases: Vec<Case>) -> Result<HashMap<CandidateId, Screening>> {
    derive_again(app, &cases).await?;
    let mut found = neighbours::find(&app.db, &cases).await?;
    listed::agencies(app, &cases, &mut found.shared);
    let (cases, mut shared) = referees::compare(app, cases, found.shared).await?;
    let mut texts = texts::find(app, &cases).await?;
    let around = shared
        .iter_mut()
        .zip(&mut texts.alike)
        .zip(&mut found.nearby);
    for (case, ((shared, alike), nearby)) in cases.iter().zip(around) {
        kin::settle(case.candidate.name.as_ref(), shared, alike, nearby);
    }
    let joined = rings::join(app, &cases, &shared, &texts.alike, &found.nearby).await?;
    let listed = listed::find(app, &cases);
    let population = app.population.picture();
    let around = shared.into_iter().zip(found.nearby).zip(texts.alike);
    let around = around.zip(joined).zip(listed);
    let around: Vec<_> = around
        .map(|((((shared, nearby), alike), ring), listed)| Around {
            shared,
            nearby,
            alike,
            ring,
            listed,
        })
        .collect();
    let told: Vec<Vec<CandidateId>> = found
        .touched
        .into_iter()
        .zip(texts.touched)
        .map(|(keys, texts)| keys.into_iter().chain(texts).collect())
        .collect();
    let (ruleset, reference, now) = (app.rules.current(), app.shelf.current(), app.now());
    let judged: Vec<_> = {
        let (app, ruleset) = (app.clone(), ruleset.clone());
        compute(move || {
            let judge = |(case, around): (Case, Around)| {
                let facts = signals::read(&Subject {
                    earlier: &case.earlier,
                    shared: &around.shared,
                    checks: &case.checks,
                    alike: &around.alike,
                    nearby: &around.nearby,
                    ring: around.ring.as_ref(),
                    listed: &around.listed,
                    onboardings: &case.onboardings,
                    work: case.work.as_ref(),
                    population: &population,
                    ..Subject::alone(&case.candidate, &reference, now)
                });
                judge(&app, &ruleset, case, &facts, now)
            };
            cases.into_par_iter().zip(around).map(judge).collect()
        })
        .await?
    };
    let mut new: Vec<_> = judged.iter().map(Judged::row).collect();
    let rows = new
        .iter()
        .map(|one| one.candidate_id)
        .chain(told.iter().flatten());
    let rows: BTreeSet<_> = rows.cloned().collect();
    let procedure = procedure::current(app).await?;
    let mut tx = app.db.begin().await?;
    candidates::lock(&mut tx, &rows).await?;
    rulesets::keep(&mut tx, ruleset.digest(), ruleset.texts(), now).await?;
    // What stood before is told of, and says whether a case is to be opened.
    let told_of = !app.outlets.current().is_empty();
    let asked = judged.iter().map(|one| &one.screening);
    let asked = asked.filter(|one| told_of || one.judgement.next_step >= procedure.opens_at);
    let ids: Vec<_> = asked.map(|one| &one.candidate_id).collect();
    let before = candidates::next_steps(&mut tx, &ids).await?;
    let news = news(&mut tx, &judged).await?;
    for one in &mut new {
        one.news = news.contains(one.candidate_id);
    }
    let saved = screenings::save(&mut tx, &new, now, app.now()).await?;
    drop(new);
    let fresh = judged.iter().map(|one| &one.screening);
    let fresh = fresh.filter(|one| saved.contains(&one.candidate_id));
    let fresh = fresh.map(|one| (one, before.get(&one.candidate_id).copied()));
    announce::screenings(app, &mut tx, fresh).await?;
    let fresh = judged.iter().map(|one| &one.screening);
    let fresh = fresh.filter(|one| saved.contains(&one.candidate_id));
    let fresh = fresh.map(|one| (one, before.get(&one.candidate_id).copied()));
    let fresh: Vec<_> = fresh.collect();
    cases::open(app, &mut tx, &procedure, &fresh, &news).await?;
    alarms::raise(app, &mut tx, &ruleset, fresh.into_iter()).await?;
    let told = judged.iter().zip(told);
    let told = told.filter(|(one, _)| saved.contains(&one.screening.candidate_id));
    let touched: BTreeSet<_> = told.flat_map(|(_, touched)| touched).collect();
    candidates::mark(&mut tx, &touched.into_iter().collect::<Vec<_>>()).await?;
    tx.commit().await?;
    app.news.tell();
    let screenings = judged.into_iter().map(|one| one.screening);
    Ok(screenings
        .filter(|screening| saved.contains(&screening.candidate_id))
        .map(|screening| (screening.candidate_id.clone(), screening))
        .collect())
}

/// On whom something counts that was not found when somebody last decided on them, nor since.
async fn news(tx: &mut Tx, judged: &[Judged]) -> Result<HashSet<CandidateId>> {
    let judged = judged.iter().map(|one| &one.screening);
    let open = judged.filter(|one| one.judgement.findings.iter().any(decisions::is_open));
    let open: Vec<_> = open.collect();
    let ids: Vec<_> = open.iter().map(|one| &one.candidate_id).collect();
    let before = screenings::decided_before(tx, &ids).await?;
    let is_news = |one: &&Screening| {
        let before = before.get(&one.candidate_id);
        let news = |before| decisions::news(&one.candidate_id, before, &one.judgement.findings);
        before.is_some_and(|before| !news(before).is_empty())
    };
    let news = open.into_iter().filter(is_news);
    Ok(news.map(|one| one.candidate_id.clone()).collect())
}

/// Stores the keys of those whose keys were last derived by an earlier version of the program.
async fn derive_again(app: &App, cases: &[Case]) -> Result<()> {
    let old: Vec<_> = cases.iter().filter(|case| !case.derived).collect();
    if old.is_empty() {
        return Ok(());
    }
    let users = old.iter().flat_map(|case| {
        case.keys.iter().map(|(_, hash)| User {
            hash: *hash,
            candidate_id: case.id.clone(),
        })
    });
    let users: Vec<_> = users.collect();
    let ids: BTreeSet<_> = old.iter().map(|case| case.id.clone()).collect();
    let sketches: Vec<_> = old
        .iter()
        .map(|case| texts::sketch_of(app, &case.candidate))
        .collect();
    let mut tx = app.db.begin().await?;
    candidates::lock(&mut tx, &ids).await?;
    keys::insert(&mut tx, &users).await?;
    candidates::mark_derived(&mut tx, &ids.into_iter().collect::<Vec<_>>()).await?;
    let sketches = old.iter().zip(&sketches).map(|(case, entries)| NewSketch {
        candidate_id: &case.id,
        entries,
        first: true,
    });
    texts::keep(app, &mut tx, &sketches.collect::<Vec<_>>()).await?;
    Ok(tx.commit().await?)
}

fn judge(app: &App, ruleset: &Ruleset, case: Case, facts: &Facts, now: Timestamp) -> Judged {
    let stage = case.candidate.stage;
    let mut judgement = ruleset.judge_explained(facts, stage, &case.explanations);
    let silence = judgement.take_silence();
    let kept = json(&judgement);
    let said = json(&silence);
    judgement.put_silence(silence);
    Judged {
        findings: json(&judgement.findings),
        revision: case.revision,
        signals: facts.to_json(),
        judgement: kept,
        silence: said,
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

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("our own types serialize")
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
            silence: &self.silence,
            found: &screening.judgement.findings,
            on_trial: &screening.judgement.shadow,
            findings: &self.findings,
            news: false,
        }
    }
}
