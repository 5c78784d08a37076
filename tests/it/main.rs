//! The service tested from outside, through its router, its program and its database.
//!
//! Every test has its own database: a file, or a schema where `TELLTALE_TEST_POSTGRES` names a server.

mod api;
mod audit;
mod bad_input;
mod batch;
mod checks;
mod commands;
mod common;
mod demo;
mod education;
mod golden;
mod idempotency;
mod lists;
mod majors;
mod matching;
mod names;
mod program;
mod reference;
mod reuse;
mod schools;
mod screen;
mod server;
mod shelf;
mod spellings;
mod surface;
mod texts;
