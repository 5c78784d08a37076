//! What a worker's timings come to, kind by kind.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::baseline::{MAD_TO_SIGMA, counts, day};
use super::path::{self, ProbeGauge};
use super::place::{self, Spot};
use super::rhythm::Step;
use super::track::{PRESENT_DAYS, State, Track};
use crate::telemetry::{Access, Kind, Probe, Record, Rhythm, Session};

/// What a worker's timings come to.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct Gauge {
    /// Each kind that anything is known of.
    pub kinds: Vec<KindGauge>,
    /// Each probe, by name.
    pub probes: Vec<ProbeGauge>,
    /// Gaps between keys of the present.
    pub rhythm: Option<RhythmGauge>,
    /// Where the person says to live, or where the device was sent where that is not known.
    pub claim: Option<Spot>,
}

/// What the timings of one kind come to.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct KindGauge {
    /// What they measure.
    pub kind: Kind,
    /// The series; of paths what all probes have in common, see `common`.
    pub track: Track,
    /// Sessions that ended at a relay: these are counted and say nothing else.
    pub relayed: usize,
    /// Sessions that are known to end at no relay, of those that count.
    #[serde(default)]
    pub direct: usize,
    /// Sessions of fewer than sixty samples.
    pub small: usize,
    /// How the device is on the internet, as most sessions of the present say.
    pub access: Option<Access>,
    /// What others are like.
    pub cohort: Option<CohortGauge>,
    /// The excess over the own baseline that no change of the path to the probes explains.
    pub unexplained_ms: Option<f64>,
    /// Of paths: the excess over what the claim lets expect, see [`path::excess_ms`].
    pub path_excess_ms: Option<f64>,
}

/// Where a series stands among those of others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct CohortGauge {
    /// Other workers.
    pub workers: usize,
    /// Their median.
    pub median_ms: f64,
    /// Their median absolute deviation, not scaled.
    pub mad_ms: f64,
    /// What was reached on three days, above their median, without what a path explains that is slower
    /// than at first: a journey.
    pub over_ms: Option<f64>,
    /// The same in deviations, scaled; `None` where they all are alike.
    pub over_sigmas: Option<f64>,
}

/// Gaps between keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct RhythmGauge {
    /// Sessions with any.
    pub sessions: usize,
    /// The sums.
    pub sums: Rhythm,
    /// Share of gaps below 5 ms.
    pub short_share: Option<f64>,
    /// How far they are in step with frames of 1/60 s.
    pub step: Option<Step>,
}

/// Judges a worker's timings. What came before a confirmed move says nothing of now.
pub fn gauge(record: &Record) -> Gauge {
    let since = record.baseline_from.unwrap_or(Timestamp::MIN);
    let mut kinds: BTreeMap<Kind, Vec<&Session>> = BTreeMap::new();
    for session in &record.sessions {
        if session.started_at >= since {
            kinds.entry(session.kind).or_default().push(session);
        }
    }
    for (kind, sessions) in &mut kinds {
        // Paths tell where somebody lives and how slow a journey is, whatever the access.
        if *kind != Kind::PathRtt {
            *sessions = of_one_access(sessions);
        }
    }
    let claimed = record.home.as_ref().and_then(place::of);
    let claim = claimed.or_else(|| record.ship_to.as_ref().and_then(place::of));
    let no_paths = Vec::new();
    let paths = kinds.get(&Kind::PathRtt).unwrap_or(&no_paths);
    let probes = by_probe(paths, claim.as_ref());
    let recent_ms = explained_ms(&probes, |track| track.excess_ms);
    let present_ms = explained_ms(&probes, |track| {
        Some(track.three_days_ms? - track.baseline.as_ref()?.median_ms)
    });
    let kinds_gauged = kinds.iter().map(|(kind, sessions)| {
        let is_path = *kind == Kind::PathRtt;
        let explained_ms = if is_path { 0.0 } else { present_ms };
        let mut gauge = kind_gauge(*kind, sessions, record, explained_ms);
        if is_path {
            gauge.track = common(&gauge.track, &probes);
            gauge.unexplained_ms = gauge.track.excess_ms;
            gauge.path_excess_ms = path::excess_ms(&probes);
        } else {
            gauge.unexplained_ms = gauge.track.excess_ms.map(|ms| ms - recent_ms);
        }
        gauge
    });
    Gauge {
        kinds: kinds_gauged.collect(),
        rhythm: kinds
            .get(&Kind::Iki)
            .and_then(|sessions| rhythm_gauge(sessions)),
        claim,
        probes: probes.into_iter().map(|(gauge, _)| gauge).collect(),
    }
}

/// Leaves the sessions of the access that the present is of, and those of an unknown one: another line has
/// another baseline (red-flags §3.5), and is no shift of this one.
fn of_one_access<'a>(sessions: &[&'a Session]) -> Vec<&'a Session> {
    let now = access(sessions);
    let of_now = |session: &&&Session| {
        now.is_none_or(|now| session.access.is_none_or(|access| access == now))
    };
    sessions.iter().filter(of_now).copied().collect()
}

fn kind_gauge(kind: Kind, sessions: &[&Session], record: &Record, explained_ms: f64) -> KindGauge {
    let relayed = |session: &&Session| session.peer_is_relay == Some(true);
    let direct = || sessions.iter().copied().filter(|session| !relayed(session));
    let counted: Vec<&Session> = direct().filter(|session| counts(session)).collect();
    let track = Track::of(&counted);
    let cohort = record.cohorts.iter().find(|cohort| cohort.kind == kind);
    let cohort = cohort.map(|cohort| {
        let over_ms = track
            .three_days_ms
            .map(|ms| ms - cohort.median_ms - explained_ms);
        CohortGauge {
            workers: cohort.workers,
            median_ms: cohort.median_ms,
            mad_ms: cohort.mad_ms,
            over_ms,
            over_sigmas: over_ms
                .map(|ms| ms / (MAD_TO_SIGMA * cohort.mad_ms))
                .filter(|sigmas| sigmas.is_finite()),
        }
    });
    KindGauge {
        kind,
        relayed: sessions.len() - direct().count(),
        direct: counted
            .iter()
            .filter(|one| one.peer_is_relay == Some(false))
            .count(),
        small: direct().count() - counted.len(),
        access: access(&counted),
        cohort,
        unexplained_ms: None,
        path_excess_ms: None,
        track,
    }
}

/// The sessions to each probe and what they come to, by the probe's name.
fn by_probe<'a>(
    sessions: &[&'a Session],
    claim: Option<&Spot>,
) -> Vec<(ProbeGauge, Vec<&'a Session>)> {
    let mut probes: BTreeMap<&str, (&Probe, Vec<&Session>)> = BTreeMap::new();
    for session in sessions.iter().filter(|session| counts(session)) {
        if let Some(probe) = &session.probe {
            let of_probe = probes
                .entry(&probe.name)
                .or_insert_with(|| (probe, Vec::new()));
            of_probe.1.push(session);
        }
    }
    let gauges = probes
        .into_values()
        .map(|(probe, sessions)| (path::probe(&sessions, probe, claim), sessions));
    gauges.collect()
}

/// What all probes have in common: of everything the least. Whoever moves comes nearer to one probe and
/// goes farther from another; a tunnel goes farther from all. Of fewer than two measured probes
/// nothing is known.
fn common(all: &Track, probes: &[(ProbeGauge, Vec<&Session>)]) -> Track {
    let mut common = Track {
        state: State::Insufficient,
        sessions: all.sessions,
        samples: all.samples,
        days: all.days,
        first_at: all.first_at,
        last_at: all.last_at,
        ..Track::default()
    };
    let tracks = || probes.iter().map(|(gauge, _)| &gauge.track);
    common.state = tracks().map(|track| track.state).max().unwrap_or_default();
    let measured: Vec<&Track> = tracks().filter(|track| track.excess_ms.is_some()).collect();
    let by_excess = |a: &&&Track, b: &&&Track| {
        let excess = |track: &Track| track.excess_ms.unwrap_or_default();
        excess(a).total_cmp(&excess(b))
    };
    if measured.len() < 2 {
        return common;
    }
    let least = |of: fn(&Track) -> usize| measured.iter().map(|track| of(track)).min();
    let calmest = measured
        .iter()
        .min_by(|a, b| a.cusum.sum.total_cmp(&b.cusum.sum));
    common.excess_ms = measured
        .iter()
        .min_by(by_excess)
        .and_then(|track| track.excess_ms);
    common.cusum = calmest.map(|track| track.cusum).unwrap_or_default();
    common.run_days = least(|track| track.run_days).unwrap_or_default();
    common.run_parts = least(|track| track.run_parts).unwrap_or_default();
    common
}

/// How much slower the path to the worst probe has become: a new line or home, which slows
/// everything that goes over it.
fn explained_ms(
    probes: &[(ProbeGauge, Vec<&Session>)],
    slower_ms: impl Fn(&Track) -> Option<f64>,
) -> f64 {
    let tracks = probes.iter().map(|(gauge, _)| &gauge.track);
    tracks.filter_map(slower_ms).fold(0.0, f64::max)
}

/// The sessions of the last days with any.
fn present<'a>(sessions: &[&'a Session]) -> impl Iterator<Item = &'a Session> {
    let mut days = 0;
    let mut latest = None;
    let mut within = move |session: &&'a Session| {
        let day = day(session.started_at);
        if latest != Some(day) {
            latest = Some(day);
            days += 1;
        }
        days <= PRESENT_DAYS
    };
    let latest: Vec<&Session> = sessions
        .iter()
        .rev()
        .copied()
        .take_while(|session| within(session))
        .collect();
    latest.into_iter()
}

fn access(sessions: &[&Session]) -> Option<Access> {
    let mut counts: BTreeMap<Access, usize> = BTreeMap::new();
    for access in present(sessions).filter_map(|session| session.access) {
        *counts.entry(access).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    most.map(|(access, _)| access)
}

fn rhythm_gauge(sessions: &[&Session]) -> Option<RhythmGauge> {
    let rhythms: Vec<Rhythm> = present(sessions)
        .filter_map(|session| session.rhythm)
        .collect();
    let sums = rhythms.iter().copied().reduce(Rhythm::with)?;
    Some(RhythmGauge {
        sessions: rhythms.len(),
        sums,
        short_share: sums.short_share(),
        step: sums.step(),
    })
}
