//! A screening as callers see it: design §3.2.

use jiff::Timestamp;
use serde::Serialize;

use crate::candidate::CandidateId;
use crate::rules::Judgement;
use crate::store::screenings::Stored;

/// One evaluation of one version at one stage.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Screening {
    /// The screening's own id.
    pub id: String,
    /// Whose.
    pub candidate_id: CandidateId,
    /// The source's id.
    pub external_id: String,
    /// The source.
    pub source: String,
    /// Which version, counted from 1.
    pub version: i64,
    /// The stage.
    pub stage: String,
    /// The digest of the rules used.
    pub ruleset: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub screened_at: Timestamp,
    /// Findings, score and next step.
    #[serde(flatten)]
    pub judgement: Judgement,
}

impl From<Stored> for Screening {
    fn from(stored: Stored) -> Self {
        let mut judgement = stored.judgement.0;
        if let Some(silence) = stored.silence {
            judgement.put_silence(silence.0);
        }
        Self {
            id: stored.id,
            candidate_id: stored.candidate_id,
            external_id: stored.external_id,
            source: stored.source,
            version: stored.version,
            stage: stored.stage,
            ruleset: stored.ruleset,
            screened_at: stored.screened_at.into(),
            judgement,
        }
    }
}
