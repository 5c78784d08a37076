//! The SQL, one file to a table. Reads take `&Db`, writes take `&mut Tx`.

pub mod answers;
pub mod api_keys;
pub mod audit_log;
pub mod bindings;
pub mod candidate_rules;
pub mod candidates;
pub mod cases;
pub mod checks;
pub mod comments;
pub mod connections;
pub mod contests;
pub mod decisions;
pub mod deliveries;
pub mod endpoints;
pub mod erasure;
pub mod explanations;
pub mod failures;
pub mod hits;
pub mod holds;
pub mod imports;
pub mod keys;
pub mod levels;
pub mod links;
pub mod lists;
pub mod not_same;
pub mod notes_left;
pub mod observations;
pub mod onboardings;
pub mod one_time_links;
pub mod osquery_nodes;
pub mod outcomes;
pub mod people;
pub mod person;
pub mod procedures;
pub mod recovery_codes;
pub mod reference;
pub mod reports;
pub mod retention;
pub mod rule_changes;
pub mod rulesets;
pub mod samples;
pub mod saved_views;
pub mod screenings;
pub mod sessions;
pub mod settings;
pub mod sign_ins;
pub mod sketches;
pub mod tickets;
pub mod troubles;
pub mod users;
pub mod versions;
pub mod workers;

use crate::candidate::CandidateId;
use crate::db::Value;

impl From<&CandidateId> for Value {
    fn from(id: &CandidateId) -> Self {
        id.0.as_str().into()
    }
}
