//! What happened to a candidate, in one line of time: what the hiring system told, what came in, how
//! it was screened, what people found out and what they decided.

use std::cmp::Reverse;

use jiff::Timestamp;

use super::words;
use crate::application::Stage;
use crate::candidate::CandidateId;
use crate::check::Check;
use crate::decision::{Decision, State};
use crate::explain::visible;
use crate::rules::NextStep;
use crate::store::contests::Contest;
use crate::store::explanations::TakenBack;

/// Everything that happened, the latest first.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// What happened.
    pub moments: Vec<Moment>,
    /// Into whom the source folded the candidate.
    pub merged_into: Option<Merged>,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: What,
}

/// What can happen.
#[derive(Clone, Debug)]
pub enum What {
    /// The source told of this: an event's word.
    Told(String),
    /// This version came in.
    Received(u32),
    /// It was screened.
    Screened(Past),
    /// Somebody checked a claim.
    Checked(Box<Check>),
    /// Somebody decided.
    Decided(Box<Decision>),
    /// Somebody took an explanation back.
    TakenBack(TakenBack),
    /// The candidate contested a decision.
    Contested(Contest),
}

/// A screening.
#[derive(Clone, Debug)]
pub struct Past {
    /// When.
    pub screened_at: Timestamp,
    /// Of which version.
    pub version: u32,
    /// At which stage.
    pub stage: Stage,
    /// Its next step.
    pub next_step: NextStep,
    /// Its score, decibans.
    pub score_db: f64,
    /// `sha256:…` of the rules used.
    pub ruleset: String,
    /// Whether it is the one that the page explains.
    pub is_shown: bool,
}

/// Another candidate, into whom the source folded this one.
#[derive(Clone, Debug)]
pub struct Merged {
    /// The source's id of the other.
    pub external_id: String,
    /// The other, where it is known here.
    pub id: Option<CandidateId>,
}

impl History {
    /// Puts moments in order, the latest first; of those at one time, what follows from another stands
    /// above it.
    pub fn of(mut moments: Vec<Moment>, merged_into: Option<Merged>) -> Self {
        moments.sort_by_key(|one| Reverse((one.at, one.what.rank())));
        Self {
            moments,
            merged_into,
        }
    }

    /// Whether anybody checked anything.
    pub fn any_checks(&self) -> bool {
        !self.checks().is_empty()
    }

    /// What people found out, the latest first.
    pub fn checks(&self) -> Vec<&Check> {
        let checks = self.moments.iter().filter_map(|one| match &one.what {
            What::Checked(check) => Some(&**check),
            _ => None,
        });
        checks.collect()
    }
}

impl What {
    const fn rank(&self) -> u8 {
        match self {
            Self::Told(_) => 0,
            Self::Received(_) => 1,
            Self::Screened(_) => 2,
            Self::Checked(_) => 3,
            Self::Decided(_) => 4,
            Self::TakenBack(_) | Self::Contested(_) => 5,
        }
    }
}

/// How far a decision has come, before the name of who decided.
pub fn stands(decision: &Decision) -> &'static str {
    match decision.state {
        State::Signed => "by",
        State::Proposed => "does not count yet; proposed by",
        State::Returned => "never counted; proposed by",
    }
}

/// An event of the source's in words.
pub fn event(word: &str) -> String {
    match words::subject(word) {
        Some(words) => words.to_owned(),
        None => visible::plain(&visible::short(word, 60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_from_another_stands_above_it() {
        let at: Timestamp = "2026-03-02T14:05:00Z".parse().unwrap();
        let later = at + jiff::SignedDuration::from_secs(1);
        let moment = |at, what| Moment { at, what };
        let history = History::of(
            vec![
                moment(at, What::Received(1)),
                moment(later, What::Told("hired".to_owned())),
                moment(at, What::Told("application_created".to_owned())),
            ],
            None,
        );
        let ranks: Vec<u8> = history.moments.iter().map(|one| one.what.rank()).collect();
        assert_eq!(ranks, [0, 1, 0]);
        assert_eq!(history.moments[0].at, later);
        assert!(!history.any_checks());
        assert_eq!(event("rejected"), "Turned down");
        assert_eq!(event("brand_new"), "brand_new");
    }
}
