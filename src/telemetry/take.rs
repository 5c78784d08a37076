//! Keeps what came in, once: part by part in a transaction, item by item an answer.

mod networks;
mod secrets;
mod timings;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::Timestamp;

use self::networks::beside;
use self::secrets::without_secrets;
use self::timings::timings;
use super::item::{DeviceId, Item, Observation, Session};
use crate::app::App;
use crate::db::Tx;
use crate::error::Result;
use crate::store::{bindings, observations, sessions, workers};

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

/// Timings in one transaction: others wait for their turn meanwhile.
const TIMINGS: usize = 20_000;

/// Rows in one transaction: summaries, observations, and sessions of timings.
const ROWS: usize = 1_000;

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
