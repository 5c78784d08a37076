//! The messages that are sent: `{"type", "timestamp", "data"}` by Standard Webhooks.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use crate::app::App;
use crate::candidate::CandidateId;
use crate::rules::NextStep;

/// What a message tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// A screening was saved.
    #[value(name = "screening.completed")]
    ScreeningCompleted,
    /// A candidate's next step is a graver one than before.
    #[value(name = "next_step.raised")]
    NextStepRaised,
    /// A named person made something of a screening.
    #[value(name = "decision.made")]
    DecisionMade,
    /// Measurements of a worker's device raised an alarm.
    #[value(name = "latency.alarm")]
    LatencyAlarm,
    /// A breach of policy that security looks at, whatever the score says.
    #[value(name = "ticket.opened")]
    TicketOpened,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::ScreeningCompleted,
        Self::NextStepRaised,
        Self::DecisionMade,
        Self::LatencyAlarm,
        Self::TicketOpened,
    ];

    /// The message's `type`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ScreeningCompleted => "screening.completed",
            Self::NextStepRaised => "next_step.raised",
            Self::DecisionMade => "decision.made",
            Self::LatencyAlarm => "latency.alarm",
            Self::TicketOpened => "ticket.opened",
        }
    }

    /// The kind of this word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// The type of the message that tries an endpoint out.
pub const TEST: &str = "endpoint.test";

/// What every message says of a candidate.
#[derive(Clone, Debug, Serialize)]
pub struct Data {
    /// The candidate.
    pub candidate_id: CandidateId,
    /// The source.
    pub source: String,
    /// The source's id.
    pub external_id: String,
    /// The screening it is about.
    pub screening_id: String,
    /// The stage.
    pub stage: String,
    /// The next step.
    pub next_step: NextStep,
    /// The next step before, where there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_next_step: Option<NextStep>,
    /// The score, decibans.
    pub score_db: f64,
    /// Ids of the rules that found something and count.
    pub rules: Vec<String>,
    /// What else the kind of message says.
    #[serde(flatten)]
    pub more: serde_json::Map<String, Value>,
    /// Where a person reads more, if it is known where this service is reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A message.
#[derive(Clone, Debug)]
pub struct Message {
    /// What it tells of.
    pub kind: Kind,
    /// When that was.
    pub at: Timestamp,
    /// What it says.
    pub data: Data,
}

impl Message {
    /// The body of a webhook.
    pub fn webhook(&self) -> Value {
        json!({"type": self.kind.word(), "timestamp": self.at, "data": self.data})
    }
}

/// The candidate's page, if it is known where this service is reached.
pub fn page(app: &App, id: &CandidateId) -> Option<String> {
    let root = app.public_url.as_deref()?;
    Some(format!("{root}/candidates/{id}"))
}

/// A next step in words that decide nothing.
pub const fn words(next_step: NextStep) -> &'static str {
    match next_step {
        NextStep::None => "nothing is due",
        NextStep::Ask => "a question to the candidate is open",
        NextStep::Verify => "identity not yet verified; a person should check it",
        NextStep::Escalate => {
            "identity not yet verified; security should look before anything else is done"
        }
    }
}
