//! What tests of devices share.

use jiff::Timestamp;

use crate::application;
use crate::normalise::address::{self, Address};
use crate::telemetry::record::Bound;
use crate::telemetry::{DeviceId, Observation, Record, Seen};

/// A time as written.
pub(super) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The device of the tests.
pub(super) fn device() -> DeviceId {
    DeviceId::of("LT-0042").unwrap()
}

/// What was seen on the device, at times as written.
pub(super) fn record(seen: Vec<(&str, Seen)>) -> Record {
    let observations = seen
        .into_iter()
        .enumerate()
        .map(|(id, (when, seen))| Observation {
            id: id.to_string(),
            device: device(),
            at: at(when),
            seen,
        });
    Record {
        now: at("2026-03-31T12:00:00Z"),
        devices: vec![Bound {
            device: device(),
            from: at("2026-03-01T00:00:00Z"),
            until: None,
        }],
        observations: observations.collect(),
        ..Record::default()
    }
}

/// An American address.
pub(super) fn home(city: &str, state: &str) -> Address {
    address::read(&application::Address {
        city: Some(city.into()),
        region: Some(state.into()),
        country: Some("US".into()),
        ..application::Address::default()
    })
}

/// A session of so many minutes.
pub(super) fn session(remote: bool, active_minutes: f64, own_keyboard: Option<bool>) -> Seen {
    Seen::RemoteSession {
        product: None,
        remote,
        active_minutes,
        peer_ip: None,
        peer_is_relay: None,
        own_keyboard,
    }
}

/// Something done over a span.
pub(super) fn activity(active_minutes: f64) -> Seen {
    Seen::Activity {
        active_minutes,
        online_minutes: None,
        pointer_cv: None,
        own_input: None,
        lid_shut: None,
    }
}
