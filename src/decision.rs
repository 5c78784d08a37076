//! Decisions: a named person's answer to a screening, with the reason. It is the training label too.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a person made of a screening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Nothing stands against the candidate.
    Cleared,
    /// What was found has an innocent reason.
    Explained,
    /// The claims do not hold together.
    Confirmed,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 3] = [Self::Cleared, Self::Explained, Self::Confirmed];

    /// The word in JSON and tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Cleared => "cleared",
            Self::Explained => "explained",
            Self::Confirmed => "confirmed",
        }
    }
}

/// A decision to record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct NewDecision {
    /// What was decided.
    pub outcome: Outcome,
    /// Why; 2000 characters at most.
    #[schema(max_length = 2000)]
    pub reason: String,
    /// Who decided; 200 characters at most.
    #[schema(max_length = 200)]
    pub by: String,
    /// The screening it answers; the latest unless said otherwise.
    pub screening_id: Option<String>,
}

/// A decision as it was recorded.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Decision {
    /// Its id.
    pub id: String,
    /// The screening it answers.
    pub screening_id: String,
    /// What was decided.
    pub outcome: Outcome,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}
