//! Decisions: a named person's answer to a screening, with the reason. It is the training label too.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::access::User;

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

    /// The outcome of that word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.word() == word)
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
    /// The rule whose finding in that screening it is about; the whole screening unless said.
    pub rule: Option<String>,
    /// What stood when the page was opened ([`crate::decisions::stood`]): nobody must have decided since. Programs say
    /// nothing of it.
    #[serde(skip)]
    pub after: Option<String>,
}

/// How far a decision has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It counts.
    Signed,
    /// It waits for a second person, and does not count yet.
    Proposed,
    /// The second person sent it back: it never counted.
    Returned,
}

/// What a second person made of a proposed decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Signature {
    /// Whether they signed it; else they sent it back.
    pub signed: bool,
    /// Who.
    pub by: String,
    /// Why; empty where nothing was said.
    pub reason: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
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
    /// The rule whose finding it is about; none where it is about the whole screening.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Whether it counts.
    pub state: State,
    /// What a second person made of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
    /// The procedure that was in force, by its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub procedure: Option<String>,
    /// Who decided, where they were signed in.
    #[serde(skip)]
    pub user_id: Option<String>,
    /// Who made the key, where a program did.
    #[serde(skip)]
    pub key_maker: Option<String>,
}

impl Decision {
    /// Whether somebody made it: signed in, or by a program that says it was they or has its key from them.
    pub fn is_by(&self, user: &User) -> bool {
        if let Some(id) = &self.user_id {
            return *id == user.id;
        }
        let (by, name) = (self.by.to_lowercase(), user.name.to_lowercase());
        by.contains(&user.email.to_lowercase())
            || (!name.is_empty() && by == name)
            || self.key_maker.as_deref() == Some(&user.id)
    }
}
