//! What another ruleset would have said: stored signals judged again, and who would move.
//!
//! A screening keeps the signals it saw, so that judging is one function of them and of a ruleset (`judge`). Nothing
//! is screened and nothing is kept: what is new since, such as a neighbour or a check, is not in it.

mod judge;
pub mod report;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rayon::prelude::*;
use serde::Serialize;

use crate::app::compute;
use crate::candidate::CandidateId;
use crate::db::Db;
use crate::error::Result;
use crate::rules::{NextStep, Ruleset};
use crate::store::screenings::{self, Kept};
use judge::Sides;

/// Screenings read in one go.
const PAGE: i64 = 500;

/// Which count of an effect.
type Place = fn(&mut Effect) -> &mut u64;

/// What is tried.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The ruleset tried.
    pub after: Arc<Ruleset>,
    /// What it is compared with; `None` for what was judged then, by whatever rules.
    pub before: Option<Arc<Ruleset>>,
    /// Only screenings since then.
    pub since: Option<Timestamp>,
    /// Of each candidate's latest screening, the latest so many at most.
    pub most: Option<u64>,
    /// It ends after this time, wherever it is.
    pub time: Option<Duration>,
}

/// What became of a trial.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Screenings judged again.
    pub screenings: u64,
    /// Screenings whose signals cannot be read.
    pub unreadable: u64,
    /// When the earliest and the latest of them were made.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Whether there are earlier ones that were not looked at.
    pub cut: bool,
    /// How many, by next step before and after, each in the order of [`NextStep::ALL`].
    pub steps: [[u64; 4]; 4],
    /// Screenings with another score, moved or not.
    pub scores: u64,
    /// Who would move, the gravest next step and the largest change first.
    pub moves: Vec<Move>,
    /// What becomes of each rule that fired before or after.
    pub effects: BTreeMap<Arc<str>, Effect>,
}

/// A candidate who would have another next step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Move {
    /// The candidate.
    pub candidate_id: CandidateId,
    /// The source's id.
    pub external_id: String,
    /// The source.
    pub source: String,
    /// The stage.
    pub stage: String,
    /// The next step before.
    pub before: NextStep,
    /// The next step after.
    pub after: NextStep,
    /// The score before, decibans.
    pub before_db: f64,
    /// The score after, decibans.
    pub after_db: f64,
    /// Rules that count after and did not before.
    pub gained: Vec<Arc<str>>,
    /// Rules that counted before and do not after.
    pub lost: Vec<Arc<str>>,
}

/// On how many a rule fires.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// Counted before.
    pub before: u64,
    /// Counted after.
    pub after: u64,
    /// Counted after and not before.
    pub gained: u64,
    /// Counted before and not after.
    pub lost: u64,
    /// Recorded before without counting, as on trial.
    pub trial_before: u64,
    /// Recorded after without counting.
    pub trial_after: u64,
}

impl Outcome {
    /// How many would move to a graver next step, and how many to a lighter one.
    pub fn moved(&self) -> (u64, u64) {
        let (mut up, mut down) = (0, 0);
        for (before, row) in self.steps.iter().enumerate() {
            for (after, count) in row.iter().enumerate() {
                if after > before {
                    up += count;
                } else if after < before {
                    down += count;
                }
            }
        }
        (up, down)
    }

    fn add(&mut self, row: Kept, sides: Option<Sides>) {
        let Some(Sides { before, after }) = sides else {
            tracing::error!(screening = row.id, "its signals cannot be read");
            self.unreadable += 1;
            return;
        };
        let at = Timestamp::from(row.screened_at);
        let (first, last) = self.span.unwrap_or((at, at));
        self.span = Some((first.min(at), last.max(at)));
        self.screenings += 1;
        self.steps[before.step as usize][after.step as usize] += 1;
        // What is written and read again may differ in its last digit.
        self.scores += u64::from((before.score_db - after.score_db).abs() > 1e-9);
        let but = |these: &[Arc<str>], those: &[Arc<str>]| -> Vec<Arc<str>> {
            let these = these.iter().filter(|rule| !those.contains(rule));
            these.cloned().collect()
        };
        let gained = but(&after.counted, &before.counted);
        let lost = but(&before.counted, &after.counted);
        let places: [(&[Arc<str>], Place); 6] = [
            (&before.counted, |effect| &mut effect.before),
            (&after.counted, |effect| &mut effect.after),
            (&gained, |effect| &mut effect.gained),
            (&lost, |effect| &mut effect.lost),
            (&before.on_trial, |effect| &mut effect.trial_before),
            (&after.on_trial, |effect| &mut effect.trial_after),
        ];
        for (rules, place) in places {
            for rule in rules {
                *place(self.effects.entry(Arc::clone(rule)).or_default()) += 1;
            }
        }
        if before.step != after.step {
            self.moves.push(Move {
                candidate_id: row.candidate_id,
                external_id: row.external_id,
                source: row.source,
                stage: row.stage,
                before: before.step,
                after: after.step,
                before_db: before.score_db,
                after_db: after.score_db,
                gained,
                lost,
            });
        }
    }
}

/// Judges again what is stored, the latest first.
pub async fn run(db: &Db, trial: &Trial) -> Result<Outcome> {
    let begun = Instant::now();
    let most = trial.most.unwrap_or(u64::MAX);
    let mut outcome = Outcome::default();
    let mut seen = 0;
    let mut page = screenings::kept(db, trial.since, None, PAGE).await?;
    while let Some(last) = page.last().map(|row| row.id.clone()) {
        let room = most - seen;
        let late = trial.time.is_some_and(|time| begun.elapsed() > time);
        if room == 0 || late {
            outcome.cut = true;
            break;
        }
        if page.len() as u64 > room {
            page.truncate(usize::try_from(room).unwrap_or(usize::MAX));
            outcome.cut = true;
        }
        seen += page.len() as u64;
        let (before, after) = (trial.before.clone(), trial.after.clone());
        let judged = compute(move || {
            let judge = |row: Kept| {
                let sides = judge::again(&row, before.as_deref(), &after);
                (row, sides)
            };
            page.into_par_iter().map(judge).collect::<Vec<_>>()
        });
        // The next are read while these are judged.
        let next = async {
            if outcome.cut {
                return Ok(Vec::new());
            }
            screenings::kept(db, trial.since, Some(&last), PAGE).await
        };
        let (judged, next) = tokio::join!(judged, next);
        for (row, sides) in judged? {
            outcome.add(row, sides);
        }
        page = next?;
    }
    outcome.moves.sort_by(|a, b| {
        let change = |one: &Move| (one.after_db - one.before_db).abs();
        (b.after.cmp(&a.after))
            .then_with(|| change(b).total_cmp(&change(a)))
            .then_with(|| a.candidate_id.cmp(&b.candidate_id))
    });
    Ok(outcome)
}
