//! What a worker's record comes to: the facts that signals read.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Record;
use crate::{devices, latency};

/// What is kept of a judged record.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(from = "Written")]
pub struct Gauge {
    /// Of timings.
    pub latency: latency::Gauge,
    /// Of devices.
    pub devices: devices::Facts,
}

/// A gauge as it is read back: what another version of the program wrote otherwise is not known, until the
/// worker is judged again.
#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    latency: Value,
    #[serde(default)]
    devices: Value,
}

impl From<Written> for Gauge {
    fn from(written: Written) -> Self {
        Self {
            latency: serde_json::from_value(written.latency).unwrap_or_default(),
            devices: serde_json::from_value(written.devices).unwrap_or_default(),
        }
    }
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
