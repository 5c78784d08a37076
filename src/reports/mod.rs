//! Reports by period: what came in, what was found, what was decided, who looked.
//!
//! ```text
//! Period ──> counts in SQL, by source, agency, step, rules ──> Overview ──> page, to read or to print
//! a file with a group column ──> joined with candidates in memory ──> selection rates ──> page or CSV, and forgotten
//! ```
//!
//! Nothing here judges anybody: these are counts of many, with how little a few of them say.

mod overview;
pub mod period;
pub mod selection;
pub mod significance;

pub use overview::{
    DecisionCount, Overview, Quarter, Reviewer, RuleCount, Share, WorkerState, growth, overview,
};
