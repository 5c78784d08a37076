//! What is seen on devices, as facts: remote hardware and programs, sessions, places, hours. Pure.
//!
//! Nothing is judged here. How much of anything is too much stands in rule files; what a fact does not
//! cover is left out, so that silence is never an answer.

mod beside;
mod hours;
mod kvm;
mod places;
mod presence;
mod programs;
mod seen;
mod sessions;
#[cfg(test)]
mod testing;

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::normalise::{address::Address, place};
use crate::telemetry::{DeviceId, Record, Seen};

pub use beside::Neighbour;
pub use hours::Hours;
pub use kvm::By;
pub use places::{Far, Trip};
pub use presence::{Pointer, Presence};
pub use programs::Use;
pub use seen::{Hardware, Program};
pub use sessions::Sessions;

/// What was seen on a worker's devices.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct Facts {
    /// Remote KVM hardware, or what may be.
    pub hardware: Vec<Hardware>,
    /// Remote-control programs, VPNs and the like: of each device, use and product the first time.
    pub programs: Vec<Program>,
    /// Who was active, and from where.
    pub sessions: Sessions,
    /// How long each device was on, and how it was used.
    pub presence: Vec<Presence>,
    /// How evenly the pointer of each device moved.
    pub pointers: Vec<Pointer>,
    /// How far each device was from where it was sent.
    pub far: Vec<Far>,
    /// Ways between two places that one device was at.
    pub trips: Vec<Trip>,
    /// When somebody was active.
    pub hours: Option<Hours>,
    /// Workers whose devices were in the same network.
    pub beside: Vec<Neighbour>,
}

/// Whether what was seen can ever matter: everything but programs that are not known.
pub fn is_of_interest(seen: &Seen) -> bool {
    !matches!(seen, Seen::Process { .. }) || programs::process(seen).is_some()
}

/// Reads facts off what was seen.
pub fn facts(record: &Record) -> Facts {
    Facts {
        hardware: seen::hardware(record),
        programs: seen::programs(record),
        sessions: sessions::of(record),
        presence: presence::of(record),
        pointers: presence::pointers(record),
        far: places::far(record),
        trips: places::trips(record),
        hours: hours::of(record),
        beside: beside::of(record),
    }
}

/// The day of a time at home; where the home's clock is not known, in UTC.
fn day(home: Option<&Address>, at: Timestamp) -> Date {
    let offsets = home
        .and_then(Address::us_state)
        .and_then(|state| place::utc_offsets_minutes(state, at));
    let minutes = offsets.and_then(|offsets| offsets.first().copied());
    local(at, minutes.unwrap_or(0)).date()
}

/// What a clock so many minutes east of UTC shows.
fn local(at: Timestamp, offset_minutes: i16) -> jiff::civil::DateTime {
    let offset = Offset::from_seconds(i32::from(offset_minutes) * 60).unwrap_or(Offset::UTC);
    offset.to_datetime(at)
}

/// How long a device had been this worker's at a time; `None` where it was not.
fn since_issue(record: &Record, device: &DeviceId, at: Timestamp) -> Option<SignedDuration> {
    let spans = record.devices.iter().filter(|one| one.device == *device);
    let from = spans.map(|one| one.from).filter(|from| *from <= at).max()?;
    Some(at.duration_since(from))
}

/// Minutes that are a number and not below zero.
fn minutes(minutes: f64) -> f64 {
    if minutes.is_finite() {
        minutes.max(0.0)
    } else {
        0.0
    }
}
