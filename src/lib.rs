//! Telltale finds applicants whose claims about who and where they are do not hold together, and
//! shows a person the evidence. It never rejects anybody.
//!
//! # The way of a record
//!
//! ```text
//! ATS webhook ──┐   (hooks: kept, put in order)            (outlets: webhooks, SIEM, chat, notes)
//! JSON API ─────┤
//! CSV / NDJSON ─┼─> intake ──> normalise ──> signals ──> rules ──> findings ──> store ──┬─> pages
//! résumé file ──┘  Application  Candidate    facts, no    TOML +    weighed in           ├─> JSON API
//!                               normal form  judgement    CEL       decibans             └─> CSV
//! machines at work ──> telemetry ──> gauge ───────┘
//! ```
//!
//! One direction, one pass. `intake` knows formats and nothing else; `normalise` and `signals` know
//! facts and no thresholds; `rules` know thresholds and no I/O; `store` knows SQL; `web` knows HTTP.
//! [`screening`] is the only place that knows the whole flow; the server, the command line and a
//! repeated screening all end there.
//!
//! - What came in is kept as written ([`application`]) beside its normal form ([`candidate`]).
//! - What public records say of schools and programmes is one immutable picture in memory
//!   ([`mod@reference`]): facts that come with the program and what the operator imported.
//! - Reuse is found by exact look-up of keyed hashes ([`keys`]), stored before neighbours are looked
//!   up, so that of two records that come in at once at least one sees the other.
//! - What the operator has listed, identifiers of known cases and those of agencies, is found by the
//!   same keys ([`lists`]).
//! - Texts are compared through sketches in memory ([`text`]), without what is common among everybody
//!   ([`population`]).
//! - People of different names who share something are linked and stand in rings ([`rings`]); records
//!   of one person are another question ([`person`]).
//! - Identifiers that the operator has listed are keyed hashes too ([`lists`]).
//! - Who is looked at first, by whom, and what is new meanwhile stands in [`queue`].
//! - How well all this finds is measured where the truth is known ([`evaluate`]).
//! - What people find out by asking is recorded beside the record, never in it ([`check`]).
//! - A value that is missing is a third answer: it neither fires a rule nor clears it.
//! - A screening is immutable and keeps the signals it saw and the digest of its rules.
//! - What vendors' systems send is verified and read by one file a vendor ([`vendors`]), kept before it is
//!   answered, and put in the order of their own clocks ([`hooks`]).
//! - Results are announced in the transaction that saves them, and sent from there ([`outlets`]).
//! - Files that people hand in on pages are kept sealed until their rows are read, by work that survives a crash
//!   ([`imports`]).
//! - What goes out over HTTP goes only where it may ([`net`]); what must be read again is sealed ([`vault`]).
//! - Who starts is bound to a worker and devices ([`onboarding`]); what these say is kept and judged ([`telemetry`],
//!   [`latency`], [`devices`]), and goes the same way as everything else: signals, rules, findings.
//! - A named person decides on what was found, by a procedure that is set and printed ([`decisions`]).
//! - Who may sign in and do what stands in [`access`]; what was done and by whom, in a chain of hashes ([`audit`]).
//! - Whether a rule counts is proposed by one and approved by another ([`rule_changes`]); how rules do is counted
//!   ([`hits`]), and what another ruleset would have said is judged from stored signals ([`backtest`]).
//! - Erasing, handing out, keeping for a time and holding for the law stand in [`privacy`].
//! - What was found, decided and opened is counted by period in [`reports`].
//! - What people write for each other about a candidate weighs nothing ([`comments`]).
//! - One SQL text serves SQLite and PostgreSQL ([`db`]).

pub mod access;
pub mod app;
pub mod application;
pub mod audit;
pub mod backtest;
pub mod candidate;
pub mod check;
pub mod cli;
pub mod comments;
pub mod config;
pub mod db;
pub mod decision;
pub mod decisions;
pub mod demo;
pub mod devices;
pub mod error;
pub mod evaluate;
pub mod explain;
pub mod export;
pub mod hits;
pub mod hooks;
pub mod imports;
pub mod intake;
pub mod keys;
pub mod latency;
pub mod lists;
pub mod net;
pub mod normalise;
pub mod onboarding;
pub mod outlets;
pub mod person;
pub mod population;
pub mod privacy;
pub mod queue;
pub mod reference;
pub mod reports;
pub mod rings;
pub mod rule_changes;
pub mod rules;
pub mod screening;
pub mod secret;
pub mod signals;
pub mod statistics;
pub mod store;
pub mod telemetry;
pub mod text;
pub mod vault;
pub mod vendors;
pub mod web;
pub mod work;
