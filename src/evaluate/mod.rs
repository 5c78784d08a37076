//! How well the rules tell rings from people: stored screenings beside what is known to be true.
//!
//! The truth comes from outside, one line a record ([`truth`]); what was found is read page by page
//! from the store; [`quality`] counts, and [`report`] prints.

pub mod quality;
pub mod report;
pub mod truth;

use serde::Deserialize;

use crate::db::Db;
use crate::error::{Error, Result};
use crate::store::outcomes;
use quality::{Evaluation, Outcome, Tally};
use truth::Truth;

/// Candidates read in one go.
const PAGE: i64 = 500;

/// Of a stored judgement, what an evaluation asks for.
#[derive(Deserialize)]
struct Judged {
    findings: Vec<Fired>,
    #[serde(default)]
    shadow: Vec<Fired>,
}

#[derive(Deserialize)]
struct Fired {
    rule: String,
}

/// Compares the latest screenings of all stored candidates with the truth.
pub async fn of_stored(db: &Db, truth: Truth) -> Result<Evaluation> {
    let mut tally = Tally::new(truth);
    let mut after = String::new();
    loop {
        let page = outcomes::page(db, &after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(tally.finish());
        };
        after.clone_from(&last.id);
        for row in &page {
            let judged: Option<Judged> = match &row.judgement {
                Some(text) => Some(serde_json::from_str(text).map_err(|error| {
                    Error::Internal(format!("a stored judgement cannot be read: {error}"))
                })?),
                None => None,
            };
            let names = |list: &'_ [Fired]| -> Vec<String> {
                list.iter().map(|fired| fired.rule.clone()).collect()
            };
            tally
                .add(&Outcome {
                    source: &row.source,
                    external_id: &row.external_id,
                    ring: row.ring.as_deref(),
                    screened: row.next_step().zip(row.score_db),
                    fired: judged.as_ref().map(|judged| names(&judged.findings)),
                    on_trial: judged.as_ref().map(|judged| names(&judged.shadow)),
                })
                .map_err(Error::Malformed)?;
        }
    }
}
