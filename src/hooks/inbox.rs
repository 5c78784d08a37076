//! Where deliveries are put before they are answered: whatever waits is committed together.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::HeaderMap;
use jiff::SignedDuration;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::error::{Error, Result};
use crate::store::connections;
use crate::store::deliveries::{self, KeyRow, New};
use crate::vendors::Key;

/// Deliveries that are committed together at the most.
const BATCH: usize = 250;

/// A delivery that was verified.
#[derive(Debug)]
pub struct Parcel {
    /// The connection it came over.
    pub connection: String,
    /// What tells it from others.
    pub keys: Vec<Key>,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body as it came.
    pub body: Bytes,
}

/// What became of a delivery that was put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is kept.
    Kept,
    /// It had come before.
    Duplicate,
}

type Request = (Parcel, oneshot::Sender<Result<Taken>>);

/// The inbox's slot; cheap to clone.
#[derive(Clone, Debug)]
pub struct Inbox {
    slot: mpsc::Sender<Request>,
    /// Rings when something was put in.
    pub bell: Arc<Notify>,
}

const CLOSED: Error = Error::Unavailable("the service is shutting down");

impl Inbox {
    /// Opens the inbox. It takes in until `stop`, and then ends with what it has.
    pub fn open(app: App, stop: CancellationToken) -> (Self, tokio::task::JoinHandle<()>) {
        let (slot, receiver) = mpsc::channel(4 * BATCH);
        let bell = Arc::new(Notify::new());
        let working = tokio::spawn(work(app, receiver, bell.clone(), stop));
        (Self { slot, bell }, working)
    }

    /// Puts a delivery in; it is committed when this returns.
    pub async fn put(&self, parcel: Parcel) -> Result<Taken> {
        let (answer, taken) = oneshot::channel();
        self.slot.send((parcel, answer)).await.map_err(|_| CLOSED)?;
        taken.await.unwrap_or(Err(CLOSED))
    }
}

async fn work(
    app: App,
    mut requests: mpsc::Receiver<Request>,
    bell: Arc<Notify>,
    stop: CancellationToken,
) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        tokio::select! {
            biased;
            taken = requests.recv_many(&mut batch, BATCH) => {
                if taken == 0 {
                    return;
                }
            }
            () = stop.cancelled(), if !requests.is_closed() => {
                requests.close();
                continue;
            }
        }
        let (parcels, answers): (Vec<Parcel>, Vec<_>) = batch.drain(..).unzip();
        match keep(&app, &parcels).await {
            Ok(taken) => {
                bell.notify_one();
                for (answer, taken) in answers.into_iter().zip(taken) {
                    // Whoever sent it may be gone; it is kept all the same.
                    let _ = answer.send(Ok(taken));
                }
            }
            Err(error) => {
                error.log();
                for answer in answers {
                    let _ = answer.send(Err(Error::Unavailable("the delivery could not be kept")));
                }
            }
        }
    }
}

/// Commits deliveries together, and says of each whether it is new.
async fn keep(app: &App, parcels: &[Parcel]) -> Result<Vec<Taken>> {
    let now = app.now();
    let ids: Vec<String> = parcels.iter().map(|_| app.new_id()).collect();
    let mut seen = HashSet::new();
    let mut keys = Vec::new();
    let mut candidates = Vec::new();
    for (at, (parcel, id)) in parcels.iter().zip(&ids).enumerate() {
        let fresh = parcel
            .keys
            .iter()
            .all(|key| !seen.contains(&(&parcel.connection, &key.text)));
        seen.extend(
            parcel
                .keys
                .iter()
                .map(|key| (&parcel.connection, &key.text)),
        );
        if !fresh {
            continue;
        }
        candidates.push(at);
        let mut own = HashSet::new();
        let once = parcel.keys.iter().filter(|key| own.insert(&key.text));
        keys.extend(once.map(|key| KeyRow {
            connection: parcel.connection.clone(),
            key: key.text.clone(),
            delivery_id: id.clone(),
            expires_at: now + SignedDuration::from_hours(key.hours),
        }));
    }
    let mut tx = app.db.begin().await?;
    let fresh = deliveries::claim_keys(&mut tx, &keys, now).await?;
    let fresh: HashSet<&str> = fresh.iter().map(String::as_str).collect();
    candidates.retain(|at| fresh.contains(ids[*at].as_str()));
    let new: Vec<New> = candidates
        .iter()
        .map(|at| new(app, &parcels[*at], &ids[*at]))
        .collect();
    deliveries::insert(&mut tx, &new, now).await?;
    let connections: BTreeSet<&str> = parcels.iter().map(|one| one.connection.as_str()).collect();
    connections::verified(&mut tx, &connections.into_iter().collect::<Vec<_>>(), now).await?;
    tx.commit().await?;
    let mut taken = vec![Taken::Duplicate; parcels.len()];
    for at in candidates {
        taken[at] = Taken::Kept;
    }
    Ok(taken)
}

fn new(app: &App, parcel: &Parcel, id: &str) -> New {
    New {
        id: id.to_owned(),
        incoming: true,
        channel: parcel.connection.clone(),
        kind: "webhook".to_owned(),
        subject: None,
        candidate_id: None,
        headers: headers(&parcel.headers),
        body: app.vault.seal(&deliveries::place(id), &parcel.body),
        size: parcel.body.len(),
    }
}

/// What the names of headers that are kept contain: what a vendor signs or names a delivery with.
const KEPT: [&str; 8] = [
    "event",
    "signature",
    "timestamp",
    "webhook-",
    "content-type",
    "link",
    "user-agent",
    "delivery",
];

/// What the names of headers contain that carry credentials, whatever else they are.
const SECRET: [&str; 6] = [
    "authorization",
    "cookie",
    "secret",
    "token",
    "key",
    "password",
];

/// Headers that are kept, as JSON: customers can have a vendor send headers of their own, with
/// credentials in them.
fn headers(headers: &HeaderMap) -> String {
    let has = |name: &str, parts: &[&str]| parts.iter().any(|part| name.contains(part));
    let kept = headers
        .iter()
        .filter(|(name, _)| has(name.as_str(), &KEPT) && !has(name.as_str(), &SECRET));
    let kept = kept.map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).replace('\0', "");
        (name.as_str(), value)
    });
    serde_json::to_string(&kept.collect::<Vec<_>>()).expect("pairs of text serialize")
}
