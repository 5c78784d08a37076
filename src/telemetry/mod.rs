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
pub mod packed;
pub mod record;
<<<<<<< HEAD
mod rounds;
pub mod sketch;
mod take;
=======
pub mod simulate;
>>>>>>> wt-lat

pub use gauge::Gauge;
pub use item::{Access, DeviceId, Item, Kind, Observation, Probe, Rhythm, Sample, Seen, Session};
pub use record::Record;
pub use rounds::{record_of, run, work_off};
pub use take::{Verdict, take};
