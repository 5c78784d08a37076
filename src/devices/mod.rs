//! What is seen on devices, as facts: remote hardware and programs, sessions, places, hours. Pure.

use serde::{Deserialize, Serialize};

use crate::telemetry::Record;

/// What was seen on a worker's devices.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct Facts {}

/// Reads facts off what was seen.
pub fn facts(_record: &Record) -> Facts {
    Facts::default()
}
