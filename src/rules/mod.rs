//! Rules: files of condition, weight and words, judged over signals. No I/O but reading the files.

mod compile;
mod eval;
pub mod explained;
mod expr;
mod fairness;
mod fault;
pub mod file;
#[cfg(test)]
pub(crate) mod fixture;
mod judge;
pub mod library;
mod message;
#[cfg(test)]
mod oracle;
pub mod report;
mod ruleset;
pub mod schema;
pub mod score;
pub mod testing;
pub(crate) mod wording;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::candidate::CandidateId;

pub use explained::{Explained, Explanation};
pub use fault::Fault;
pub use file::{NEUTRAL_ASK, Rule, Status};
pub use ruleset::{Faults, Ruleset, SWITCHES, Switches};
pub use score::Scoring;

/// How much a rule can say at most.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// Up to 3 dB; all weak findings together count at most 8 dB.
    Weak,
    /// Over 3, up to 7 dB.
    Moderate,
    /// Over 7, up to 15 dB.
    Strong,
}

impl Strength {
    /// The word used in JSON, rule files and tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Weak => "weak",
            Self::Moderate => "moderate",
            Self::Strong => "strong",
        }
    }
}

/// What a reviewer is asked to do next. It is never a rejection.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Deserialize,
    Serialize,
    utoipa::ToSchema,
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum NextStep {
    /// Nothing found.
    None,
    /// Ask the candidate.
    Ask,
    /// A person checks the identity.
    Verify,
    /// Security and legal look.
    Escalate,
}

impl NextStep {
    /// Every step, the gravest last.
    pub const ALL: [Self; 4] = [Self::None, Self::Ask, Self::Verify, Self::Escalate];

    /// The word used in JSON and tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Ask => "ask",
            Self::Verify => "verify",
            Self::Escalate => "escalate",
        }
    }

    /// The step of this word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.word() == word)
    }
}

/// A rule that fired, with its evidence. A reason to look, never a verdict.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, utoipa::ToSchema)]
pub struct Finding {
    /// The rule's id.
    #[schema(value_type = String)]
    pub rule: Arc<str>,
    /// The id's first word: findings of one group share a cause.
    #[schema(value_type = String)]
    pub group: Arc<str>,
    /// The rule's strength.
    pub strength: Strength,
    /// The rule's weight, decibans.
    pub weight_db: f64,
    /// What of it counts after the caps, decibans.
    pub counted_db: f64,
    /// The rule that fired too and says the same of more: it counts, and this finding counts nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub counted_in: Option<Arc<str>>,
    /// Who explained it, and how: it counts nothing then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explained: Option<Explained>,
    /// Rules whose findings this one counts for.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    #[schema(value_type = Vec<String>)]
    pub replaces: Arc<[Arc<str>]>,
    /// The rule's title.
    #[schema(value_type = String)]
    pub title: Arc<str>,
    /// What was seen, with the values quoted.
    pub message: String,
    /// Where it was seen.
    pub evidence: Vec<Evidence>,
    /// Other candidates involved.
    pub related: Vec<CandidateId>,
    /// Who is innocently hit.
    #[schema(value_type = Vec<String>)]
    pub innocent: Arc<[String]>,
    /// What to ask the candidate, in neutral words.
    #[schema(value_type = String)]
    pub ask: Arc<str>,
    /// What answering takes of the candidate.
    pub effort: Effort,
    /// The values the condition read.
    pub values: Vec<Seen>,
}

/// A place in the candidate's record and what stands there.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, utoipa::ToSchema)]
pub struct Evidence {
    /// `phones[0]`.
    pub field: String,
    /// As written.
    pub value: String,
}

/// A value that a condition read.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, utoipa::ToSchema)]
pub struct Seen {
    /// The signal's name, or `it.` and the column's.
    #[schema(value_type = String)]
    pub name: Arc<str>,
    /// What it was.
    pub value: serde_json::Value,
}

/// What an answer takes of the candidate, the least first.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Deserialize,
    Serialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Effort {
    /// A sentence.
    #[default]
    Answer,
    /// A paper to find.
    Document,
    /// A meeting.
    Meeting,
}

/// A rule that could not look, and why.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, utoipa::ToSchema)]
pub struct Blind {
    /// The rule's id.
    #[schema(value_type = String)]
    pub rule: Arc<str>,
    /// The values it would need.
    #[schema(value_type = Vec<String>)]
    pub missing: Vec<Arc<str>>,
}

/// Rules that say nothing about somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Silence {
    /// Rules that looked and found nothing.
    pub found_nothing: Vec<Arc<str>>,
    /// Rules that could not look.
    pub could_not_look: Vec<Blind>,
}

/// What a ruleset makes of the facts at a stage.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, utoipa::ToSchema)]
pub struct Judgement {
    /// What a reviewer is asked to do.
    pub next_step: NextStep,
    /// Prior plus what counts of the findings, decibans.
    pub score_db: f64,
    /// The prior, decibans.
    pub prior_db: f64,
    /// Rules that fired, the heaviest first.
    pub findings: Vec<Finding>,
    /// Rules on trial that fired: recorded, not counted.
    pub shadow: Vec<Finding>,
    /// Rules that looked and found nothing.
    #[schema(value_type = Vec<String>)]
    pub found_nothing: Vec<Arc<str>>,
    /// Rules that could not look.
    pub could_not_look: Vec<Blind>,
}

impl Judgement {
    /// Takes out which rules say nothing: it is kept apart.
    pub fn take_silence(&mut self) -> Silence {
        Silence {
            found_nothing: std::mem::take(&mut self.found_nothing),
            could_not_look: std::mem::take(&mut self.could_not_look),
        }
    }

    /// Puts it back.
    pub fn put_silence(&mut self, silence: Silence) {
        self.found_nothing = silence.found_nothing;
        self.could_not_look = silence.could_not_look;
    }
}
