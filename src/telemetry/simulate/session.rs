//! Sessions out of samples.

use jiff::{SignedDuration, Timestamp};

use crate::telemetry::{Access, DeviceId, Kind, Probe, Rhythm, Session};

/// What a session is of.
pub(super) struct Frame<'a> {
    pub device: &'a DeviceId,
    pub kind: Kind,
    pub started_at: Timestamp,
    pub minutes: i64,
    pub probe: Option<&'a Probe>,
    pub access: Option<Access>,
    pub peer_is_relay: Option<bool>,
}

/// The summary of these samples, milliseconds; of gaps with their rhythm.
pub(super) fn session(frame: &Frame, mut samples: Vec<f64>) -> Session {
    let rhythm = (frame.kind == Kind::Iki)
        .then(|| Rhythm::of_gaps(samples.iter().map(|ms| microseconds(*ms))));
    samples.sort_unstable_by(f64::total_cmp);
    let median_ms = quantile(&samples, 50);
    let mut apart: Vec<f64> = samples.iter().map(|ms| (ms - median_ms).abs()).collect();
    apart.sort_unstable_by(f64::total_cmp);
    let probe = frame.probe.map_or("", |probe| &probe.name);
    let (device, at) = (frame.device, frame.started_at);
    Session {
        id: format!("{}-{probe}-{}", frame.kind.word(), at.as_second()),
        device: device.clone(),
        kind: frame.kind,
        started_at: at,
        ended_at: at + SignedDuration::from_mins(frame.minutes),
        n: samples.len() as u64,
        p05_ms: quantile(&samples, 5),
        median_ms,
        mad_ms: quantile(&apart, 50),
        p95_ms: quantile(&samples, 95),
        peer_is_relay: frame.peer_is_relay,
        probe: frame.probe.cloned(),
        access: frame.access,
        rhythm,
    }
}

/// The sample that `percent` of all are below; 0 of none.
fn quantile(sorted: &[f64], percent: usize) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get(last * percent / 100).copied().unwrap_or(0.0)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float becomes the nearest number there is"
)]
fn microseconds(ms: f64) -> u32 {
    (ms * 1000.0) as u32
}
