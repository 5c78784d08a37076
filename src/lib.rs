//! Telltale.
pub mod application;
pub mod candidate;
pub mod db;
pub mod explain;
pub mod intake;
pub mod keys;
pub mod normalise;
pub mod rules;
pub mod signals;
pub mod store;
pub mod web;
