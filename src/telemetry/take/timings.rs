//! Single timings: kept packed, and added to the sketches of their sessions.

use std::collections::{BTreeMap, HashSet};

use jiff::SignedDuration;

use super::Verdict;
use crate::app::App;
use crate::db::Tx;
use crate::error::Result;
use crate::store::samples::{self, Part};
use crate::store::sessions;
use crate::telemetry::packed::{self, Timing};
use crate::telemetry::sketch::Sketch;
use crate::telemetry::{DeviceId, Item, Kind, Sample, Session};

/// No session is longer; summaries are held to the same.
const LONGEST: SignedDuration = SignedDuration::from_hours(48);

/// Keeps single timings, and adds them to their sessions.
pub(super) async fn timings(
    app: &App,
    tx: &mut Tx,
    items: &[Item],
    verdicts: &mut [Verdict],
) -> Result<()> {
    let oldest = packed::millis(app.now() - app.timings_kept);
    let mut groups = BTreeMap::<(&DeviceId, Kind, &str), Vec<(Timing, usize, &Sample)>>::new();
    for (at, item) in items.iter().enumerate() {
        if let Item::Sample(one) = item {
            let key = (&one.device, one.kind, one.session.as_str());
            let timing = (packed::millis(one.at), one.us);
            if timing.0 < oldest {
                verdicts[at] = Verdict::Refused("is older than raw timings are kept");
                continue;
            }
            groups.entry(key).or_default().push((timing, at, one));
        }
    }
    let mut changed = Vec::with_capacity(groups.len());
    let mut kept = Vec::with_capacity(groups.len());
    for (key, mut group) in groups {
        group.sort_unstable_by_key(|(timing, at, _)| (*timing, *at));
        let span = (group[0].0.0, group[group.len() - 1].0.0);
        let stored = sessions::by_key(tx, key.0, key.1, key.2).await?;
        let mut seen: HashSet<Timing> = if stored.is_some() {
            samples::around(tx, key, span).await?.into_iter().collect()
        } else {
            HashSet::with_capacity(group.len())
        };
        let summary = stored.as_ref().is_some_and(|row| row.summary);
        let sketch = stored.as_ref().and_then(|row| row.sketch.clone());
        let before = stored.and_then(sessions::Row::session);
        let mut session = before.unwrap_or_else(|| new_session(group[0].2));
        let mut sketch = sketch
            .and_then(|bytes| Sketch::from_bytes(&bytes))
            .unwrap_or_default();
        let mut news = Vec::with_capacity(group.len());
        for (timing, at, sample) in group {
            if !seen.insert(timing) {
                verdicts[at] = Verdict::Duplicate;
            } else if apart(&session, sample) {
                verdicts[at] =
                    Verdict::Refused("is more than 48 hours from the rest of its session");
            } else if elsewhere(&session, sample) {
                verdicts[at] = Verdict::Refused("its session was measured to another probe");
            } else {
                add(&mut session, &mut sketch, sample);
                news.push(timing);
            }
        }
        if news.is_empty() {
            continue;
        }
        if !summary {
            let figures = sketch.figures();
            let session = Session {
                n: figures.n,
                p05_ms: figures.p05_ms,
                median_ms: figures.median_ms,
                mad_ms: figures.mad_ms,
                p95_ms: figures.p95_ms,
                ..session
            };
            changed.push((session, false, Some(sketch.to_bytes())));
        }
        kept.push((key, news));
    }
    sessions::put(tx, changed).await?;
    let part = |((device, kind, session), timings)| Part {
        device,
        kind,
        session,
        id: app.new_id(),
        timings,
    };
    let parts = kept.iter().map(|(key, news)| part((*key, news.as_slice())));
    Ok(samples::append(tx, &parts.collect::<Vec<_>>()).await?)
}

fn new_session(first: &Sample) -> Session {
    Session {
        id: first.session.clone(),
        device: first.device.clone(),
        kind: first.kind,
        started_at: first.at,
        ended_at: first.at,
        n: 0,
        p05_ms: 0.0,
        median_ms: 0.0,
        mad_ms: 0.0,
        p95_ms: 0.0,
        peer_is_relay: first.peer_is_relay,
        probe: first.probe.clone(),
        access: first.access,
        rhythm: None,
    }
}

/// Whether a sample would make a session longer than one can be.
fn apart(session: &Session, sample: &Sample) -> bool {
    let from = session.started_at.min(sample.at);
    let until = session.ended_at.max(sample.at);
    until.duration_since(from) > LONGEST
}

/// Whether a sample measures the way to another end than its session.
fn elsewhere(session: &Session, sample: &Sample) -> bool {
    session.probe != sample.probe
}

fn add(session: &mut Session, sketch: &mut Sketch, sample: &Sample) {
    sketch.add(sample.us);
    session.started_at = session.started_at.min(sample.at);
    session.ended_at = session.ended_at.max(sample.at);
    // Once a relay, always a relay: such a session says nothing of distance.
    session.peer_is_relay = match (session.peer_is_relay, sample.peer_is_relay) {
        (Some(a), Some(b)) => Some(a || b),
        (a, b) => a.or(b),
    };
    session.access = sample.access.or(session.access);
    if sample.kind == Kind::Iki {
        session.rhythm.get_or_insert_default().add(sample.us);
    }
}
