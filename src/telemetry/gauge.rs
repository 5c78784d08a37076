//! What a worker's record comes to: the facts that signals read.

use serde::{Deserialize, Serialize};

use super::Record;
use crate::{devices, latency};

/// What is kept of a judged record.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct Gauge {
    /// Of timings.
    pub latency: latency::Gauge,
    /// Of devices.
    pub devices: devices::Facts,
}

impl Gauge {
    /// Judges a record. Pure: the same record gives the same gauge.
    pub fn of(record: &Record) -> Self {
        Self {
            latency: latency::gauge(record),
            devices: devices::facts(record),
        }
    }
}
