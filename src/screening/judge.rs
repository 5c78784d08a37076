//! Gathers the neighbours of cases, judges them, and saves what stands.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use rayon::prelude::*;

use super::case::Case;
use super::{Screening, neighbours};
use crate::app::{App, compute};
use crate::candidate::CandidateId;
use crate::error::Result;
use crate::reference::Reference;
use crate::rules::Ruleset;
use crate::signals::{self, Shared, Subject};
use crate::store::screenings::{self, NewScreening};
use crate::store::{candidates, rulesets};

/// A case that was judged.
struct Judged {
    screening: Screening,
    revision: i64,
    signals: String,
    judgement: String,
}

/// Gathers, judges and saves; returns what was saved. Those who share something with what is new
/// are marked in the transaction that saves it, so that after a crash the news is still to be told.
pub(super) async fn screen(app: &App, cases: Vec<Case>) -> Result<HashMap<CandidateId, Screening>> {
    let found = neighbours::find(&app.db, &cases).await?;
    let (ruleset, reference, now) = (app.rules.current(), app.shelf.current(), app.now());
    let judged: Vec<_> = {
        let (app, ruleset) = (app.clone(), ruleset.clone());
        compute(move || {
            let cases = cases.into_par_iter().zip(found.shared);
            cases
                .map(|(case, shared)| judge(&app, &ruleset, &reference, case, &shared, now))
                .collect()
        })
        .await?
    };
    let new: Vec<_> = judged.iter().map(Judged::row).collect();
    let rows = new
        .iter()
        .map(|one| one.candidate_id)
        .chain(found.touched.iter().flatten());
    let rows: BTreeSet<_> = rows.cloned().collect();
    let mut tx = app.db.begin().await?;
    candidates::lock(&mut tx, &rows).await?;
    rulesets::keep(&mut tx, ruleset.digest(), ruleset.texts(), now).await?;
    let saved = screenings::save(&mut tx, &new, now).await?;
    drop(new);
    let told = judged.iter().zip(found.touched);
    let told = told.filter(|(one, _)| saved.contains(&one.screening.candidate_id));
    let touched: BTreeSet<_> = told.flat_map(|(_, touched)| touched).collect();
    candidates::mark(&mut tx, &touched.into_iter().collect::<Vec<_>>()).await?;
    tx.commit().await?;
    let screenings = judged.into_iter().map(|one| one.screening);
    Ok(screenings
        .filter(|screening| saved.contains(&screening.candidate_id))
        .map(|screening| (screening.candidate_id.clone(), screening))
        .collect())
}

fn judge(
    app: &App,
    ruleset: &Ruleset,
    reference: &Reference,
    case: Case,
    shared: &[Shared],
    now: Timestamp,
) -> Judged {
    let facts = signals::read(&Subject {
        candidate: &case.candidate,
        earlier: &case.earlier,
        shared,
        checks: &case.checks,
        reference,
        now,
    });
    let stage = case.candidate.stage;
    let judgement = ruleset.judge(&facts, stage);
    Judged {
        revision: case.revision,
        signals: facts.to_json(),
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
