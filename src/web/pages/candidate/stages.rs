//! The way from the application to work: when each stage was reached, and what its screenings came to.

use jiff::Timestamp;

use crate::application::Stage;
use crate::web::pages::{Past, words};

/// Screenings that are told of each stage, the latest.
const TOLD: usize = 4;

/// A stage.
#[derive(Clone, Debug)]
pub struct Reached {
    /// Which.
    pub stage: Stage,
    /// When it was reached, as far as it is known; `None` where nothing tells of it.
    pub at: Option<Timestamp>,
    /// Its latest screenings, the oldest first.
    pub screened: Vec<Past>,
    /// How many were before these.
    pub earlier: usize,
    /// Whether the candidate is there now.
    pub is_now: bool,
}

impl Reached {
    /// What the step is called. The first is when the application came in here; when the person applied may be another day.
    pub fn label(&self) -> &'static str {
        match self.stage {
            Stage::Applied => "Received",
            stage => words::stage_label(stage),
        }
    }
}

/// Every stage: `known` are stages and when something came in that had them.
pub fn of(
    known: impl IntoIterator<Item = (Stage, Timestamp)>,
    screened: &[Past],
    now: Stage,
) -> Vec<Reached> {
    let mut stages: Vec<Reached> = (Stage::ALL.into_iter())
        .map(|stage| Reached {
            stage,
            at: None,
            screened: Vec::new(),
            earlier: 0,
            is_now: stage == now,
        })
        .collect();
    let seen = screened.iter().map(|past| (past.stage, past.screened_at));
    for (stage, at) in known.into_iter().chain(seen) {
        let one = &mut stages[stage as usize];
        one.at = Some(one.at.map_or(at, |before| before.min(at)));
    }
    for stage in &mut stages {
        let mut of: Vec<Past> = (screened.iter())
            .filter(|past| past.stage == stage.stage)
            .cloned()
            .collect();
        of.sort_by_key(|past| past.screened_at);
        stage.earlier = of.len().saturating_sub(TOLD);
        stage.screened = of.split_off(stage.earlier);
    }
    stages
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::NextStep;

    #[test]
    fn a_stage_is_reached_when_something_first_tells_of_it() {
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let past = |second, stage| Past {
            screened_at: at(second),
            version: 1,
            stage,
            next_step: NextStep::Ask,
            score_db: -8.0,
            ruleset: String::new(),
            is_shown: false,
        };
        let mut screened: Vec<Past> = (10..16)
            .rev()
            .map(|second| past(second, Stage::Applied))
            .collect();
        screened.push(past(20, Stage::Offer));
        let found = of(
            [(Stage::Applied, at(5)), (Stage::Offer, at(30))],
            &screened,
            Stage::Offer,
        );
        let told: Vec<_> = (found.iter())
            .map(|one| {
                (
                    one.at.map(Timestamp::as_second),
                    one.screened.len(),
                    one.earlier,
                    one.is_now,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                (Some(5), 4, 2, false),
                (None, 0, 0, false),
                (Some(20), 1, 0, true),
                (None, 0, 0, false),
                (None, 0, 0, false),
            ]
        );
        assert!(found[0].screened.is_sorted_by_key(|past| past.screened_at));
    }
}
