//! What tests of signals share.

use jiff::Timestamp;

use super::{Subject, Value};
use crate::candidate::Candidate;

/// A subject without neighbours.
pub(super) fn subject<'a>(candidate: &'a Candidate, earlier: &'a [Candidate]) -> Subject<'a> {
    Subject {
        candidate,
        earlier,
        shared: &[],
        checks: &[],
        reference: crate::reference::base::shipped(),
        now: Timestamp::UNIX_EPOCH,
    }
}

/// The cells of each row.
pub(super) fn cells(value: &Value) -> Vec<&[Option<Value>]> {
    let Value::Rows(rows) = value else {
        panic!("{value:?} has no rows");
    };
    rows.iter().map(|row| row.cells.as_slice()).collect()
}
