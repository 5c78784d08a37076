//! Telltale.
pub mod application;
pub mod candidate;
pub mod demo;
pub mod intake;
pub mod keys;
pub mod normalise;
pub mod rules;
pub mod signals;
