//! Whose text is like whose.

use super::case::Case;
use crate::app::App;
use crate::candidate::{Candidate, CandidateId};
use crate::db::Tx;
use crate::error::Result;
use crate::signals::Alike;

/// What was found for a batch of cases.
pub(super) struct Found {
    /// Whose texts are like each case's, in the order of the cases.
    pub alike: Vec<Vec<Alike>>,
    /// Candidates outside the batch that are to be told of each case, likewise.
    pub touched: Vec<Vec<CandidateId>>,
}

/// Keeps what finds the texts of candidates, the last thing in their transaction.
pub(super) async fn keep<'a>(
    _app: &App,
    _tx: &mut Tx,
    _candidates: impl Iterator<Item = (&'a CandidateId, &'a Candidate)>,
) -> Result<()> {
    Ok(())
}

/// Looks up the texts like those of a batch, whose sketches are kept already.
pub(super) async fn find(_app: &App, cases: &[Case]) -> Result<Found> {
    Ok(Found {
        alike: vec![Vec::new(); cases.len()],
        touched: vec![Vec::new(); cases.len()],
    })
}
