//! The SQL, one file to a table. Reads take `&Db`, writes take `&mut Tx`.

pub mod answers;
pub mod api_keys;
pub mod candidates;
pub mod checks;
pub mod connections;
pub mod decisions;
pub mod deliveries;
pub mod endpoints;
pub mod erasure;
pub mod keys;
pub mod links;
pub mod lists;
pub mod not_same;
pub mod notes_left;
pub mod outcomes;
pub mod people;
pub mod reference;
pub mod rulesets;
pub mod screenings;
pub mod settings;
pub mod sketches;
pub mod troubles;
pub mod versions;

use crate::candidate::CandidateId;
use crate::db::Value;

impl From<&CandidateId> for Value {
    fn from(id: &CandidateId) -> Self {
        id.0.as_str().into()
    }
}
