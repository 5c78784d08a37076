//! Results on their way out: signed webhooks, findings for a SIEM, a line in a chat, a token for
//! an identity provider, a note in the hiring system.
//!
//! ```text
//! a screening is saved ── announce, in the same transaction ──> deliveries ── post ──> endpoint
//!                                                                        └── notes ──> vendor's API
//! ```
//!
//! What is sent is thin and neutral: ids, the next step, a link. Who may see what was found reads it
//! here. Nothing is ever rejected or moved.

pub mod announce;
pub mod chat;
pub mod endpoints;
pub mod message;
pub mod notes;
pub mod ocsf;
pub mod post;
pub mod ssf;
