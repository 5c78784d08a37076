//! Pages: plain data in, HTML out. No database, no request, no clock.
//!
//! Each page is a struct with public fields that derives [`askama::Template`]
//! (`render()`) and [`WebTemplate`](derive@askama_web::WebTemplate) (it is an axum response). A sentence
//! that a template needs is a method here, with a test.

pub mod assets;
pub mod candidate;
pub mod education;
pub mod error;
pub mod lists;
pub mod queue;
pub mod record;
pub mod reference;
pub mod rings;
pub mod rules;
pub mod texts;
mod words;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

pub use crate::check::Check;
pub use candidate::{CandidatePage, InRing, Past, Related, Version};
pub use education::Panel;
pub use error::ErrorPage;
pub use lists::ListsPage;
pub use queue::{Counts, Filter, QueuePage, QueueRow};
pub use reference::ReferencePage;
pub use rings::{RingPage, RingsPage};
pub use rules::{RulePage, RuleRow, RulesPage};
