//! What machines at work say: timings, devices, sessions. Kept first, judged after.
//!
//! ```text
//! JSON, CSV ──┐
//! osquery ────┤                                                   ┌─> latency: per kind a gauge
//! Defender ───┼─> formats ──> Item ──> take: kept, once ──> Record┤             (pure)
//! Falcon ─────┤                                    of a worker    └─> devices: facts
//! Zeek ───────┘                                                          │
//!                                    signals <── subject <── kept <──────┘
//! ```
//!
//! A format reads and decides nothing. What a device says belongs to whoever it was bound to at that time
//! ([`crate::onboarding`]); what is bound to nobody waits. Timings alone: no key code, no content.

pub mod formats;
mod gauge;
pub mod item;
pub mod mapping;
pub mod packed;
pub mod record;
mod rounds;
pub mod simulate;
pub mod sketch;
mod state;
mod take;

use jiff::SignedDuration;

/// How long raw timings, and what was seen of places, sessions and activity, are kept unless somebody says
/// otherwise; summaries, hardware and programs stay.
pub const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

pub use gauge::Gauge;
pub use item::{Access, DeviceId, Item, Kind, Observation, Probe, Rhythm, Sample, Seen, Session};
pub use record::Record;
pub use rounds::{record_of, run, work_off};
pub use state::{ALARM, alarms, states};
pub use take::{Verdict, take};
