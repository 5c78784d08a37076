//! Timings judged: statistics of sessions, baselines, change, and what physics allows. Pure.
//!
//! ```text
//!                                 ┌─> track: state, baseline, z, CUSUM ─┐
//! Record ──> series by kind, probe┤                                     ├─> Gauge ──> signals
//!            (kinds never mixed)  ├─> path: claim against probes ───────┤
//!                                 └─> rhythm: batches, frames ──────────┘
//! ```
//!
//! A high lag proves no distance: queues, radio and satellites do the same. What can be shown is the
//! reverse, a lag too low for the claimed place (red-flags §3.3). All thresholds stand in the rules.

pub mod baseline;
pub mod cusum;
pub mod gauge;
pub mod path;
pub mod physics;
pub mod place;
pub mod rhythm;
pub mod series;
pub mod track;

#[cfg(test)]
mod tests;

pub use gauge::{Gauge, KindGauge, gauge};
pub use path::ProbeGauge;
pub use series::series;

/// A count for arithmetic.
#[expect(clippy::cast_precision_loss, reason = "nothing is counted that far")]
pub(crate) const fn number(count: u64) -> f64 {
    count as f64
}
