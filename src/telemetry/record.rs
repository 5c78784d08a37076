//! All that is known of one worker's machines: what latency and devices are judged by.

use jiff::Timestamp;
use jiff::civil::Date;

use super::item::{DeviceId, Kind, Observation, Session};
use crate::normalise::address::Address;

/// One worker under one onboarding.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// The time now.
    pub now: Timestamp,
    /// The name claimed.
    pub name: Option<crate::candidate::Name>,
    /// Where the person says to live.
    pub home: Option<Address>,
    /// Where the device was sent.
    pub ship_to: Option<Address>,
    /// The first day at work.
    pub start_date: Option<Date>,
    /// The devices, with the spans in which they were this worker's.
    pub devices: Vec<Bound>,
    /// Sessions within those spans, the oldest first.
    pub sessions: Vec<Session>,
    /// Observations within those spans, the oldest first.
    pub observations: Vec<Observation>,
    /// What others' timings are like.
    pub cohorts: Vec<Cohort>,
    /// Since when a baseline may be learnt: a move that was confirmed.
    pub baseline_from: Option<Timestamp>,
    /// Devices of others in the same place.
    pub beside: Vec<Beside>,
    /// Remote-control products that the operator allows, in any case: `Splashtop`.
    pub allowed_remote: Vec<String>,
}

/// A device and when it was this worker's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The device.
    pub device: DeviceId,
    /// From then.
    pub from: Timestamp,
    /// Until then; `None` while it is out.
    pub until: Option<Timestamp>,
}

/// What timings of one kind are like among others of the same region and access: over workers, of each
/// worker's median of session medians.
#[derive(Clone, Debug, PartialEq)]
pub struct Cohort {
    /// Of which kind.
    pub kind: Kind,
    /// Other workers in it.
    pub workers: usize,
    /// Median over workers, milliseconds.
    pub median_ms: f64,
    /// Median absolute deviation over workers, milliseconds, not scaled.
    pub mad_ms: f64,
}

/// Another worker's device in the same network within seven days.
#[derive(Clone, Debug, PartialEq)]
pub struct Beside {
    /// That worker's candidate.
    pub candidate: crate::candidate::CandidateId,
    /// The own device.
    pub device: DeviceId,
    /// The name claimed there.
    pub name: Option<crate::candidate::Name>,
    /// Whether both live at one address, or declared a household.
    pub same_household: bool,
    /// Workers in that network, this one included.
    pub workers: usize,
    /// When both were last seen there.
    pub at: Timestamp,
}
