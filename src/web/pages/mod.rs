//! Pages: plain data in, HTML out. No database, no request, no clock.
//!
//! Each page is a struct with public fields that derives [`askama::Template`]
//! (`render()`) and [`WebTemplate`](derive@askama_web::WebTemplate) (it is an axum response). A sentence
//! that a template needs is a method here, with a test.

pub mod account;
pub mod api_keys;
pub mod assets;
pub mod audit_log;
pub mod blind;
pub mod candidate;
pub mod connection;
pub mod connections;
pub mod decide;
pub mod deliveries;
pub mod education;
pub mod endpoint;
pub mod error;
mod figures;
pub mod frame;
pub mod history;
pub mod intake;
pub mod lists;
pub mod mask;
pub mod onboardings;
pub mod privacy;
pub mod procedure;
pub mod queue;
pub mod record;
pub mod reference;
pub mod reports;
pub mod rings;
pub mod rule;
pub mod rules;
pub mod selection;
pub mod sign_in;
pub mod team;
pub mod texts;
pub mod trial;
pub mod versions;
pub(super) mod words;
pub mod worker;
pub mod workers;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

pub use candidate::{CandidatePage, InRing, Related};
pub use connection::{ConnectionPage, NewConnectionPage};
pub use connections::{ChoosePage, ConnectionsPage};
pub use deliveries::{DeliveriesPage, DeliveryPage};
pub use education::Panel;
pub use endpoint::{EndpointPage, NewEndpointPage};
pub use error::ErrorPage;
pub use history::{History, Merged, Moment, Past, What};
pub use lists::ListsPage;
pub use onboardings::NewOnboardingPage;
pub use procedure::{AgreementPage, ProcedurePage};
pub use queue::{Counts, Filter, QueuePage, QueueRow, ViewLink};
pub use reference::ReferencePage;
pub use rings::{RingPage, RingsPage};
pub use rule::RulePage;
pub use rules::{RuleRow, RulesPage};
pub use versions::VersionsPage;
pub use worker::WorkerPage;
pub use workers::{UnboundPage, WorkersPage};
