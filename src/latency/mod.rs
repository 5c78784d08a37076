//! Timings judged: statistics of sessions, baselines, change, and what physics allows. Pure.

pub mod place;

use serde::{Deserialize, Serialize};

use crate::telemetry::Record;

/// What a worker's timings come to.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct Gauge {}

/// Judges a worker's timings.
pub fn gauge(_record: &Record) -> Gauge {
    Gauge::default()
}
