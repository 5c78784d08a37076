//! From what a vendor's system sends to a candidate: kept first, then read, put in order, screened.
//!
//! ```text
//! POST /hooks/{vendor}/{connection}
//!    │ verify (vendors)
//!    ▼
//! inbox ── one commit for whatever waits ──> deliveries ──> answered
//!                                               │ worker: read, ask the vendor's API
//!                                               ▼
//!                      events of a person, by the vendor's clock
//!                                               │ history: fold
//!                                               ▼
//!                      versions ──> screening;  merges, erasures, checks, the résumé's file
//! ```
//!
//! A person's versions follow from the set of events alone: a delivery that comes twice adds nothing,
//! one that comes late is put in its place. So any order ends in the same state.

pub mod apply;
pub mod checks;
pub mod connections;
pub mod history;
pub mod inbox;
mod resume;
pub mod stages;
pub mod worker;
