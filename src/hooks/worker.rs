//! Works off deliveries that were received: reads them, asks vendors' APIs for what they do not say,
//! and applies them.
//!
//! Whoever works holds a delivery; if the process dies, the delivery is due again. What a delivery does is done in the transaction that ends it, or is the same when it is done
//! twice, so that it has its effect once.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use futures_util::FutureExt as _;
use jiff::{SignedDuration, Timestamp};

use super::apply::{self, Read};
use super::checks;
use super::connections::{self, Connection};
use super::history::Placed;
use super::resume::{self, Fetched, Order};
use crate::app::App;
use crate::error::{Error, Result};
use crate::net::Trouble;
use crate::store::connections as store;
use crate::store::deliveries::{self, Delivery, Outcome, State};
use crate::store::people::{self, Who};
use crate::vendors::Delivered;
use crate::vendors::event::{Event, Kind, Need};

/// Deliveries worked on at once at the most.
const BATCH: i64 = 100;

/// How long a delivery is held by whoever works on it: longer than the requests it may need.
pub const LEASE: SignedDuration = SignedDuration::from_mins(3);

/// When a delivery that could not be worked off is tried again, minutes after each attempt; then it is
/// given up, about four days later.
const AGAIN_MIN: [i64; 9] = [1, 5, 15, 60, 180, 360, 720, 1440, 2880];

/// A delivery that is to be completed by its vendor's API.
#[derive(Debug)]
pub struct Asking {
    delivery: Delivery,
    connection: Arc<Connection>,
    events: Vec<Event>,
}

/// What is due, sorted by what is to be done with it.
#[derive(Default)]
struct Due {
    ready: Vec<Read>,
    asking: Vec<Asking>,
    /// Those that nothing can be done with.
    ended: Vec<(Delivery, State, String)>,
}

/// Takes what is due and applies what says all by itself. Returns how many deliveries were due, and
/// those that are to be asked about.
///
/// What is applied at once is held by the transaction alone, so that if the process dies it is due
/// again at that moment; what is asked about is held by a lease.
pub async fn round(app: &App) -> Result<(usize, Vec<Asking>)> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let found = deliveries::due(&mut tx, BATCH, now).await?;
    let count = found.len();
    if count == 0 {
        return Ok((0, Vec::new()));
    }
    let due = sort(app, found).await?;
    for (delivery, state, why) in &due.ended {
        let outcome = Outcome {
            state: Some(*state),
            said: Some(why.clone()),
            ..Outcome::default()
        };
        deliveries::end(&mut tx, &delivery.id, &outcome, now).await?;
    }
    let asking: Vec<&str> = due
        .asking
        .iter()
        .map(|one| one.delivery.id.as_str())
        .collect();
    deliveries::lease(&mut tx, &asking, now + LEASE).await?;
    // Whom they are about, so that their bodies go with the person whatever becomes of them.
    people::concern(&mut tx, &about(&due.asking)).await?;
    let written = unless_bug(apply::write(app, &mut tx, &due.ready)).await;
    match written {
        Ok(kept) => {
            tx.commit().await?;
            kept.screen(app).await;
            Ok((count, due.asking))
        }
        Err(error) => {
            drop(tx);
            error.log();
            // One by one, so that one holds up no other; the rest is due again in the next round.
            for one in &due.ready {
                let applied = unless_bug(apply::apply(app, std::slice::from_ref(one))).await;
                if let Err(error) = applied {
                    failed(app, &one.delivery, error).await;
                }
            }
            Ok((count, Vec::new()))
        }
    }
}

/// A panic counts as a failure like any other, of one delivery alone.
async fn unless_bug<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let bug = |_| Err(Error::Internal("a bug ended the work on a delivery".into()));
    AssertUnwindSafe(work)
        .catch_unwind()
        .await
        .unwrap_or_else(bug)
}

/// Whom deliveries are about that are still to be asked about.
fn about(asking: &[Asking]) -> Vec<(Who, String)> {
    let of = |one: &Asking| {
        let source = one.connection.row.source.clone();
        let events = one
            .events
            .iter()
            .filter(|event| event.kind.is_of_candidate());
        let ids = events.filter_map(|event| event.external_id.clone());
        ids.map(|id| ((source.clone(), id), one.delivery.id.clone()))
            .collect::<Vec<_>>()
    };
    asking.iter().flat_map(of).collect()
}

async fn sort(app: &App, found: Vec<Delivery>) -> Result<Due> {
    let mut connections = Connections::default();
    let mut due = Due::default();
    for delivery in found {
        let connection = match connections.of(app, &delivery.channel).await {
            Ok(Some(connection)) => connection,
            Ok(None) => {
                let why = "the connection was removed".to_owned();
                due.ended.push((delivery, State::Held, why));
                continue;
            }
            // Its secrets cannot be opened: that is this connection's trouble alone.
            Err(Error::Internal(why)) => {
                due.ended.push((delivery, State::Held, why));
                continue;
            }
            Err(error) => return Err(error),
        };
        let read = catch_unwind(AssertUnwindSafe(|| read(app, &connection, &delivery)));
        let Ok(read) = read else {
            let why = "a bug ended the reading of it".to_owned();
            due.ended.push((delivery, State::Dead, why));
            continue;
        };
        match read {
            Ok(events) => {
                let needs = events.iter().any(|event| event.need != Need::Nothing);
                let is_check = events.iter().any(|event| !event.results.is_empty());
                if needs || is_check {
                    due.asking.push(Asking {
                        // What it says is read; it may wait for long.
                        delivery: Delivery {
                            body: None,
                            ..delivery
                        },
                        connection,
                        events,
                    });
                } else {
                    due.ready.push(placed(delivery, connection, events, None));
                }
            }
            Err(why) => due.ended.push((delivery, State::Ignored, why)),
        }
    }
    Ok(due)
}

impl Asking {
    /// The delivery's id.
    pub fn id(&self) -> &str {
        &self.delivery.id
    }

    /// The connection's id.
    pub fn channel(&self) -> &str {
        &self.delivery.channel
    }

    /// Asks, and applies what comes of it.
    pub async fn ask(self, app: &App) {
        let asked = ask(app, &self.delivery, &self.connection, self.events);
        if let Err(error) = unless_bug(Box::pin(asked)).await {
            failed(app, &self.delivery, error).await;
        }
    }
}

/// Fetches one file that a delivery named. A connection's files are asked for by whoever sends.
pub async fn fetch_resume(app: &App, delivery: &Delivery) -> Result<()> {
    let Some(connection) = connections::by_id(app, &delivery.channel).await? else {
        return end(app, delivery, State::Held, "the connection was removed").await;
    };
    if connection.api(app).is_none() {
        return end(
            app,
            delivery,
            State::Ignored,
            "the connection has no API to fetch files from",
        )
        .await;
    }
    let Some(order) = open::<Order>(app, delivery)? else {
        return end(app, delivery, State::Ignored, "its body was forgotten").await;
    };
    match resume::fetch(app, &connection, &order).await {
        Ok(Fetched::Read(placed)) => {
            let said = "the file was read".to_owned();
            apply::add_resume(app, &connection, delivery, &order, Some(*placed), said).await
        }
        Ok(Fetched::Unreadable(why)) => {
            apply::add_resume(app, &connection, delivery, &order, None, why).await
        }
        Err(trouble) => match trouble {
            // Another address for the same file may come with the next delivery: this one is of no use.
            Trouble::Credentials(_)
            | Trouble::Missing(_)
            | Trouble::NoWay(_)
            | Trouble::TooLarge(_) => {
                apply::forget_resume(app, &connection, &order).await?;
                end(app, delivery, State::Dead, &trouble.to_string()).await
            }
            _ => put_off(app, delivery, &trouble, None).await,
        },
    }
}

/// Connections, each opened once in a round.
#[derive(Default)]
struct Connections(HashMap<String, Option<Arc<Connection>>>);

impl Connections {
    async fn of(&mut self, app: &App, id: &str) -> Result<Option<Arc<Connection>>> {
        if !self.0.contains_key(id) {
            let found = connections::by_id(app, id).await?.map(Arc::new);
            self.0.insert(id.to_owned(), found);
        }
        Ok(self.0.get(id).cloned().flatten())
    }
}

/// What a kept delivery says, or why that is nothing.
fn read(app: &App, connection: &Connection, delivery: &Delivery) -> Result<Vec<Event>, String> {
    let sealed = delivery.body.as_deref().ok_or("its body was forgotten")?;
    let body = app
        .vault
        .open(&deliveries::place(&delivery.id), sealed)
        .map_err(|error| error.to_string())?;
    let headers = headers(&delivery.headers);
    let delivered = Delivered {
        method: "POST",
        query: "",
        headers: &headers,
        body: &body,
    };
    (connection.vendor.read)(&delivered).map_err(|why| why.to_string())
}

/// Headers as they were kept.
fn headers(json: &str) -> HeaderMap {
    let pairs: Vec<(String, String)> = serde_json::from_str(json).unwrap_or_default();
    let pair = |(name, value): (String, String)| {
        let name: HeaderName = name.parse().ok()?;
        Some((name, HeaderValue::from_str(&value).ok()?))
    };
    pairs.into_iter().filter_map(pair).collect()
}

/// An outgoing delivery's body; `None` where it was forgotten.
fn open<T: serde::de::DeserializeOwned>(app: &App, delivery: &Delivery) -> Result<Option<T>> {
    let Some(sealed) = delivery.body.as_deref() else {
        return Ok(None);
    };
    let place = deliveries::place(&delivery.id);
    let opened = app.vault.open_json(&place, sealed);
    opened
        .map(Some)
        .map_err(|error| Error::Internal(error.to_string()))
}

fn placed(
    delivery: Delivery,
    connection: Arc<Connection>,
    events: Vec<Event>,
    said: Option<String>,
) -> Read {
    let received: Timestamp = delivery.created_at.into();
    Read {
        events: events
            .into_iter()
            .map(|event| Placed::of(event, received))
            .collect(),
        delivery,
        connection,
        said,
    }
}

/// Completes a delivery's events by the vendor's API, then applies them.
async fn ask(
    app: &App,
    delivery: &Delivery,
    connection: &Arc<Connection>,
    events: Vec<Event>,
) -> Result<()> {
    let api = connection.keyed_api(app);
    let complete = connection
        .vendor
        .access
        .as_ref()
        .and_then(|access| access.complete);
    let (mut whole, mut said) = (Vec::with_capacity(events.len()), None);
    for event in events {
        let kind = event.kind;
        match (event.need, &api, complete) {
            (Need::Nothing, ..) | (Need::Wanted, None, _) | (_, _, None) => whole.push(event),
            (Need::Required, None, _) => {
                let why = "it gives ids alone: the API's key is needed to ask for the rest";
                note(app, connection, Some(why)).await?;
                return hold(app, delivery, kind, why).await;
            }
            (need, Some(api), Some(complete)) => match complete(api, event.clone()).await {
                Ok(event) => {
                    note(app, connection, None).await?;
                    whole.push(event);
                }
                // What is signed counts although nobody can say more of it.
                Err(Trouble::Missing(_)) if need == Need::Wanted => {
                    said = Some("the vendor's API does not know this person any more".to_owned());
                    whole.push(event);
                }
                Err(trouble) => {
                    if trouble.is_of_the_connection() {
                        note(app, connection, Some(&trouble.to_string())).await?;
                    }
                    return put_off(app, delivery, &trouble, Some(kind)).await;
                }
            },
        }
    }
    let results: Vec<_> = whole
        .iter()
        .flat_map(|event| event.results.clone())
        .collect();
    if results.is_empty() {
        let read = placed(delivery.clone(), connection.clone(), whole, said);
        return apply::apply(app, &[read]).await;
    }
    let kind = whole.first().map_or(Kind::CheckResult, |event| event.kind);
    let landed = checks::land(app, connection, &results).await?;
    if landed.lost > 0 {
        // The candidate may come later.
        let why = "no candidate here has the id or mail address that it names";
        return wait(app, delivery, why, Some(kind), None).await;
    }
    let outcome = Outcome {
        state: Some(State::Done),
        subject: Some(kind.word().to_owned()),
        candidate_id: landed.candidate,
        said: Some(format!("{} recorded", plural(landed.landed, "result"))),
        ..Outcome::default()
    };
    ended(app, delivery, &outcome).await
}

fn plural(count: usize, word: &str) -> String {
    if count == 1 {
        format!("1 {word}")
    } else {
        format!("{count} {word}s")
    }
}

/// Remembers that a connection fails, or no longer does.
async fn note(app: &App, connection: &Connection, failure: Option<&str>) -> Result<()> {
    let known = connection.row.failure.as_deref();
    if known == failure {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    store::failing(&mut tx, &connection.row.id, failure, app.now()).await?;
    Ok(tx.commit().await?)
}

async fn hold(app: &App, delivery: &Delivery, kind: Kind, why: &str) -> Result<()> {
    let outcome = Outcome {
        state: Some(State::Held),
        subject: Some(kind.word().to_owned()),
        said: Some(why.to_owned()),
        ..Outcome::default()
    };
    ended(app, delivery, &outcome).await
}

/// Ends a delivery.
pub async fn end(app: &App, delivery: &Delivery, state: State, said: &str) -> Result<()> {
    let outcome = Outcome {
        state: Some(state),
        said: Some(said.to_owned()),
        ..Outcome::default()
    };
    ended(app, delivery, &outcome).await
}

async fn ended(app: &App, delivery: &Delivery, outcome: &Outcome) -> Result<()> {
    let mut tx = app.db.begin().await?;
    deliveries::end(&mut tx, &delivery.id, outcome, app.now()).await?;
    Ok(tx.commit().await?)
}

/// Puts a delivery off after trouble, or gives it up where the same request can never succeed.
async fn put_off(
    app: &App,
    delivery: &Delivery,
    trouble: &Trouble,
    kind: Option<Kind>,
) -> Result<()> {
    // An API may lag behind its own webhook, or answer with a page of something in between.
    let lags = matches!(trouble, Trouble::Missing(_) | Trouble::Unreadable(_));
    if trouble.may_pass() || lags {
        let wait_for = trouble
            .wait()
            .and_then(|wait| SignedDuration::try_from(wait).ok());
        return wait(app, delivery, &trouble.to_string(), kind, wait_for).await;
    }
    let outcome = Outcome {
        state: Some(State::Dead),
        subject: kind.map(|kind| kind.word().to_owned()),
        said: Some(trouble.to_string()),
        ..Outcome::default()
    };
    ended(app, delivery, &outcome).await
}

async fn wait(
    app: &App,
    delivery: &Delivery,
    why: &str,
    kind: Option<Kind>,
    at_least: Option<SignedDuration>,
) -> Result<()> {
    let attempt = usize::try_from(delivery.attempts).unwrap_or(usize::MAX);
    let mut outcome = Outcome {
        subject: kind.map(|kind| kind.word().to_owned()),
        said: Some(why.to_owned()),
        ..Outcome::default()
    };
    let Some(minutes) = AGAIN_MIN.get(attempt) else {
        outcome.state = Some(State::Dead);
        return ended(app, delivery, &outcome).await;
    };
    let pause = SignedDuration::from_mins(*minutes).max(at_least.unwrap_or_default());
    let mut tx = app.db.begin().await?;
    deliveries::put_off(&mut tx, &delivery.id, &outcome, app.now() + pause).await?;
    Ok(tx.commit().await?)
}

/// Something went wrong on our side: the delivery is tried again later.
async fn failed(app: &App, delivery: &Delivery, error: Error) {
    error.log();
    tracing::error!(delivery = %delivery.id, "could not be worked off");
    let why = "something went wrong on our side";
    if let Err(error) = wait(app, delivery, why, None, None).await {
        // Its lease runs out, and it is due again.
        error.log();
    }
}
