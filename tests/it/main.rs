//! The service tested from outside, through its router, its program and its database.
//!
//! Every test has its own database: a file, or a schema where `TELLTALE_TEST_POSTGRES` names a server.

#![expect(
    clippy::too_many_lines,
    clippy::format_collect,
    clippy::format_push_string,
    reason = "a test tells a whole story, and how fast it does so is no matter"
)]

mod access;
mod api;
mod audit;
mod audit_log;
mod bad_input;
mod batch;
mod brute_force;
mod candidate_page;
mod checks;
mod commands;
mod common;
mod connections;
#[path = "../../examples/population/crowd/mod.rs"]
mod crowd;
mod decisions;
mod deliveries;
mod demo;
mod education;
mod evaluate;
mod factors;
mod golden;
mod hooks;
mod html;
mod idempotency;
mod indicators;
mod intake;
mod link;
mod links;
mod lists;
mod majors;
mod matching;
mod names;
mod outlets;
mod person;
mod privacy;
mod program;
mod queue;
mod receiver;
mod reference;
mod reports;
mod reuse;
mod rings;
mod rules_pages;
mod schools;
mod screen;
mod security;
mod server;
mod shelf;
mod spellings;
mod ssf;
mod sso;
mod surface;
mod texts;
mod work;
mod workers;
