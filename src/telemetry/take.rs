//! Keeps what came in, once: part by part in a transaction, item by item an answer.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use regex::Regex;

use super::item::{DeviceId, Item, Kind, Observation, Sample, Seen, Session};
use super::packed::{self, Timing};
use super::sketch::Sketch;
use crate::app::App;
use crate::db::Tx;
use crate::error::Result;
use crate::keys::{self, Kind as KeyKind};
use crate::store::bindings;
use crate::store::samples::{self, Part};
use crate::store::{observations, sessions, workers};

/// What became of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is kept.
    Accepted,
    /// It was kept before.
    Duplicate,
    /// It cannot be kept, and why.
    Refused(&'static str),
}

/// No session is longer; summaries are held to the same.
const LONGEST: SignedDuration = SignedDuration::from_hours(48);

/// Timings in one transaction: others wait for their turn meanwhile.
const TIMINGS: usize = 20_000;

/// Rows in one transaction: summaries, observations, and sessions of timings.
const ROWS: usize = 1_000;

/// How long devices that were in one network count as being together.
const TOGETHER_MS: i64 = 7 * 86_400_000;

/// Keeps items and answers each, in their order. Workers whose devices spoke are due to be judged.
pub async fn take(app: &App, mut items: Vec<Item>) -> Result<Vec<Verdict>> {
    items.iter_mut().for_each(without_secrets);
    let mut verdicts = Vec::with_capacity(items.len());
    let mut rest = items.as_slice();
    while !rest.is_empty() {
        // What is kept of one part stays kept when a later one fails: sent again, it is a duplicate.
        let (part, after) = rest.split_at(part(rest));
        verdicts.extend(take_part(app, part).await?);
        rest = after;
    }
    Ok(verdicts)
}

/// How many items go in the next transaction: so many rows, or timings of so many sessions.
fn part(items: &[Item]) -> usize {
    let mut sessions = HashSet::new();
    let mut others = 0;
    for (at, item) in items.iter().take(TIMINGS).enumerate() {
        if let Item::Sample(one) = item {
            sessions.insert((&one.device, one.kind, &one.session));
        } else {
            others += 1;
        }
        if sessions.len() + others > ROWS {
            return at;
        }
    }
    items.len().min(TIMINGS)
}

/// Keeps a part in one transaction.
async fn take_part(app: &App, items: &[Item]) -> Result<Vec<Verdict>> {
    let mut verdicts = vec![Verdict::Accepted; items.len()];
    let mut tx = app.db.begin().await?;
    // First of all, since it makes two batches about one device follow each other.
    observations::heard(&mut tx, &heard(items)).await?;
    summaries(&mut tx, items, &mut verdicts).await?;
    timings(app, &mut tx, items, &mut verdicts).await?;
    sights(app, &mut tx, items, &mut verdicts).await?;
    let news = items
        .iter()
        .zip(&verdicts)
        .filter(|(_, one)| **one == Verdict::Accepted);
    let news: Vec<_> = news.map(|(item, _)| (item.device(), item.span())).collect();
    let mut due = owners(&mut tx, &news).await?;
    due.extend(beside(app, &mut tx, items).await?);
    workers::mark(&mut tx, &due.into_iter().collect::<Vec<_>>()).await?;
    tx.commit().await?;
    Ok(verdicts)
}

/// A command line may hold a PIN or a password: that it was there is all that anybody needs.
fn without_secrets(item: &mut Item) {
    static SECRET: LazyLock<Regex> = LazyLock::new(|| {
        let flag = r#"(?i)(-{1,2}|/)(pin|password|passwd|pass|pwd|token|secret|api-?key|code)([=:\s]+)("[^"]*"|\S+)"#;
        Regex::new(flag).expect("the pattern is ours")
    });
    if let Item::Observation(one) = item
        && let Seen::Process {
            command_line: Some(line),
            ..
        } = &mut one.seen
        && let Cow::Owned(without) = SECRET.replace_all(line, "${1}${2}${3}…")
    {
        *line = without;
    }
}

/// From when to when each device was heard of.
fn heard(items: &[Item]) -> BTreeMap<DeviceId, (Timestamp, Timestamp)> {
    let mut heard = BTreeMap::<DeviceId, (Timestamp, Timestamp)>::new();
    for item in items {
        let (from, until) = item.span();
        match heard.get_mut(item.device()) {
            Some(span) => *span = (span.0.min(from), span.1.max(until)),
            None => {
                heard.insert(item.device().clone(), (from, until));
            }
        }
    }
    heard
}

impl Item {
    /// The device it is about.
    pub fn device(&self) -> &DeviceId {
        match self {
            Self::Session(one) => &one.device,
            Self::Sample(one) => &one.device,
            Self::Observation(one) => &one.device,
        }
    }

    /// From when to when.
    pub fn span(&self) -> (Timestamp, Timestamp) {
        match self {
            Self::Session(one) => (one.started_at, one.ended_at),
            Self::Sample(one) => (one.at, one.at),
            Self::Observation(one) => (one.at, one.at),
        }
    }
}

/// Keeps sessions that their senders summed up.
async fn summaries(tx: &mut Tx, items: &[Item], verdicts: &mut [Verdict]) -> Result<()> {
    let places = items
        .iter()
        .enumerate()
        .filter_map(|(at, item)| match item {
            Item::Session(one) => Some((at, one)),
            _ => None,
        });
    let (places, all): (Vec<usize>, Vec<&Session>) = places.unzip();
    for known in sessions::insert(tx, &all).await? {
        let session = all[known];
        let stored = sessions::by_key(tx, &session.device, session.kind, &session.id).await?;
        let Some(stored) = stored else { continue };
        let from_samples = !stored.summary;
        let measured = stored.n();
        verdicts[places[known]] = if from_samples && measured > session.n {
            Verdict::Refused("more timings of this session were handed in one by one")
        } else if from_samples {
            // Its sender saw all of it.
            let rhythm = stored.session().and_then(|one| one.rhythm);
            let session = Session {
                rhythm,
                ..session.clone()
            };
            sessions::put(tx, vec![(session, true, None)]).await?;
            Verdict::Accepted
        } else if stored.session().as_ref() == Some(&kept(session)) {
            Verdict::Duplicate
        } else {
            Verdict::Refused(
                "a session of this device, kind and id was sent before with other figures",
            )
        };
    }
    Ok(())
}

/// A session as it is read back: times to the millisecond.
fn kept(session: &Session) -> Session {
    let millis = |at: Timestamp| Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at);
    Session {
        started_at: millis(session.started_at),
        ended_at: millis(session.ended_at),
        ..session.clone()
    }
}

/// Keeps single timings, and adds them to their sessions.
async fn timings(app: &App, tx: &mut Tx, items: &[Item], verdicts: &mut [Verdict]) -> Result<()> {
    let mut groups = BTreeMap::<(&DeviceId, Kind, &str), Vec<(Timing, usize, &Sample)>>::new();
    for (at, item) in items.iter().enumerate() {
        if let Item::Sample(one) = item {
            let key = (&one.device, one.kind, one.session.as_str());
            let timing = (packed::millis(one.at), one.us);
            groups.entry(key).or_default().push((timing, at, one));
        }
    }
    let oldest = packed::millis(app.now() - app.timings_kept);
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
            if timing.0 < oldest {
                verdicts[at] = Verdict::Refused("is older than raw timings are kept");
            } else if !seen.insert(timing) {
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

/// Keeps what was seen.
async fn sights(app: &App, tx: &mut Tx, items: &[Item], verdicts: &mut [Verdict]) -> Result<()> {
    let places = items
        .iter()
        .enumerate()
        .filter_map(|(at, item)| match item {
            Item::Observation(one) => Some((at, one)),
            _ => None,
        });
    let (places, all): (Vec<usize>, Vec<&Observation>) = places.unzip();
    for known in observations::insert(tx, &app.vault, &all).await? {
        let one = all[known];
        let stored = observations::by_key(tx, &app.vault, &one.device, &one.id).await?;
        verdicts[places[known]] = if stored.as_ref() == Some(one) {
            Verdict::Duplicate
        } else {
            Verdict::Refused(
                "an observation of this device and id was sent before with other content",
            )
        };
    }
    Ok(())
}

/// The workers whose the devices were at these times.
async fn owners(
    tx: &mut Tx,
    news: &[(&DeviceId, (Timestamp, Timestamp))],
) -> Result<BTreeSet<String>> {
    let devices: BTreeSet<&str> = news.iter().map(|(device, _)| device.as_str()).collect();
    let spans = bindings::of_devices(tx, &devices.into_iter().collect::<Vec<_>>()).await?;
    let mut of_device = BTreeMap::<&str, Vec<&bindings::Binding>>::new();
    for span in &spans {
        of_device.entry(&span.device).or_default().push(span);
    }
    let owned = news.iter().flat_map(|(device, (from, _))| {
        let spans = of_device.get(device.as_str()).into_iter().flatten();
        spans
            .filter(|one| one.holds(*from))
            .map(|one| one.worker_id.clone())
    });
    Ok(owned.collect())
}

/// Notes in which networks devices are. Whoever else was lately in one that a device is new in is due too.
async fn beside(app: &App, tx: &mut Tx, items: &[Item]) -> Result<BTreeSet<String>> {
    let mut seen = BTreeMap::<(i64, DeviceId), (Timestamp, Timestamp)>::new();
    for item in items {
        let Item::Observation(one) = item else {
            continue;
        };
        let Some(hash) = network(app, &one.seen) else {
            continue;
        };
        let span = seen
            .entry((hash, one.device.clone()))
            .or_insert((one.at, one.at));
        *span = (span.0.min(one.at), span.1.max(one.at));
    }
    if seen.is_empty() {
        return Ok(BTreeSet::new());
    }
    let new = observations::in_networks(tx, &seen).await?;
    let there = observations::of_networks(tx, &new).await?;
    let mut devices = Vec::new();
    for (hash, device, _, last) in &there {
        let met = |((one, own), (first, _)): (&(i64, DeviceId), &(Timestamp, Timestamp))| {
            one == hash && own.as_str() != device && first.as_millisecond() - last <= TOGETHER_MS
        };
        if seen.iter().any(met)
            && let (Some(device), Ok(at)) =
                (DeviceId::of(device), Timestamp::from_millisecond(*last))
        {
            devices.push((device, (at, at)));
        }
    }
    let devices: Vec<_> = devices
        .iter()
        .map(|(device, span)| (device, *span))
        .collect();
    owners(tx, &devices).await
}

/// The keyed hash of a network that is one place: its address towards the internet and its gateway or
/// access point. An address that many share is no place.
fn network(app: &App, seen: &Seen) -> Option<i64> {
    let Seen::Network {
        egress_ip,
        gateway_mac,
        bssid,
        vpn: None,
        shared_ip,
    } = seen
    else {
        return None;
    };
    if *shared_ip == Some(true) {
        return None;
    }
    let ip = keys::network(egress_ip.as_deref()?)?;
    let gate = bssid
        .as_deref()
        .or(gateway_mac.as_deref())?
        .trim()
        .to_lowercase();
    (!gate.is_empty()).then(|| app.hash.of(KeyKind::Network, &format!("{ip} by {gate}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_pin_is_kept() {
        for (written, kept) in [
            (
                "remoting_start_host --pin=123456 --code=\"4/0A x\" --name=a",
                "remoting_start_host --pin=… --code=… --name=a",
            ),
            ("tool /password:x -token abc", "tool /password:… -token …"),
            ("spinner --pinned=1 pin=2", "spinner --pinned=1 pin=2"),
        ] {
            let mut item = Item::Observation(Observation {
                id: "o".into(),
                device: DeviceId::of("d").unwrap(),
                at: Timestamp::UNIX_EPOCH,
                seen: Seen::Process {
                    name: "a".into(),
                    path: None,
                    command_line: Some(written.into()),
                    port: None,
                },
            });
            without_secrets(&mut item);
            let Item::Observation(Observation {
                seen: Seen::Process { command_line, .. },
                ..
            }) = item
            else {
                unreachable!()
            };
            assert_eq!(command_line.as_deref(), Some(kept));
        }
    }
}
