//! The service tested from outside, through its router, its program and its database.
//!
//! Every test has its own database: a file, or a schema where `TELLTALE_TEST_POSTGRES` names a server.

mod api;
mod bad_input;
mod batch;
mod common;
mod demo;
mod golden;
mod names;
mod reuse;
mod schools;
mod spellings;
mod surface;
