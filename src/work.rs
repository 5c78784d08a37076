//! What a server does besides answering: works off deliveries, received and to be sent, and forgets
//! raw ones that are old.
//!
//! Received deliveries are applied in batches; those that need a vendor's API are asked about beside
//! it. What is sent goes in a line of its own for each channel, so that one that does not answer
//! holds up no other.

mod asks;
mod lines;

use std::fs::File;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::asks::Asks;
use self::lines::Lines;
use crate::app::App;
use crate::error::Result;
use crate::hooks::connections;
use crate::hooks::worker::{self, LEASE};
use crate::outlets::post;
use crate::store::{deliveries, imports, observations, samples};

/// Deliveries to be sent that are taken at once when all is worked off in turn.
const TAKEN: i64 = 200;

/// How often to look for work that no bell tells of: retries, and what other instances leave.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// How often old bodies are forgotten.
pub const FORGET_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// How long the body of a delivery is kept.
pub const BODIES_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How long work on a delivery can take at the most, and room to spare.
const UNDER_WAY: SignedDuration = SignedDuration::from_hours(10 * 24);

/// How long the log of deliveries is kept.
pub const LOG_KEPT: SignedDuration = SignedDuration::from_hours(400 * 24);

/// Makes what a server that died was working on due at once, if nobody else works on this database:
/// on SQLite whoever holds the lock file works alone. Elsewhere a lease runs out.
///
/// Keep what is returned as long as the server works.
pub async fn take_over(app: &App, lock_file: Option<&Path>) -> Result<Option<File>> {
    let Some(path) = lock_file else {
        return Ok(None);
    };
    let opened = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path);
    let Ok(file) = opened else {
        tracing::warn!(path = %path.display(), "no lock file can be made; work that was under way waits");
        return Ok(None);
    };
    if file.try_lock().is_err() {
        tracing::warn!("another server works on this database");
        return Ok(None);
    }
    let mut tx = app.db.begin().await?;
    deliveries::let_go(&mut tx).await?;
    imports::let_go(&mut tx).await?;
    tx.commit().await?;
    Ok(Some(file))
}

/// Does all work that is due now, one after another.
pub async fn work_off(app: &App) -> Result<()> {
    loop {
        connections::note_refused(app).await?;
        let (received, asking) = worker::round(app).await?;
        for one in asking {
            Box::pin(one.ask(app)).await;
        }
        let now = app.now();
        let sending = deliveries::take(&app.db, &[], TAKEN, now, now + LEASE).await?;
        for delivery in &sending {
            post::send(app, delivery).await?;
        }
        if received == 0 && sending.is_empty() {
            return Ok(());
        }
    }
}

/// Forgets raw timings, and raw deliveries, that are old, from an id on, and says up to which: once the whole log, then what
/// has become old since.
pub async fn forget(app: &App, from: &str) -> Result<String> {
    let now = app.now();
    let before = deliveries::id_at(now - BODIES_KEPT);
    let mut tx = app.db.begin().await?;
    deliveries::forget(&mut tx, from, &before, now).await?;
    deliveries::purge(&mut tx, &deliveries::id_at(now - LOG_KEPT)).await?;
    samples::forget(&mut tx, now - app.timings_kept).await?;
    observations::forget(&mut tx, now - app.timings_kept).await?;
    tx.commit().await?;
    // What was still under way so long ago is looked at again.
    Ok(deliveries::id_at(now - BODIES_KEPT - UNDER_WAY))
}

/// Works until `stop`; the bell tells of new deliveries.
pub async fn run(app: App, bell: Arc<Notify>, stop: CancellationToken) {
    let tasks = TaskTracker::new();
    let mut rounds = Rounds::default();
    loop {
        // A bug ends one round, not the work.
        let round = AssertUnwindSafe(rounds.go(&app, &tasks))
            .catch_unwind()
            .await;
        let busy = match round {
            Ok(Ok(busy)) => busy,
            Ok(Err(error)) => {
                error.log();
                false
            }
            Err(_) => {
                tracing::error!("a bug ended a round of work");
                false
            }
        };
        if busy && !stop.is_cancelled() {
            continue;
        }
        tokio::select! {
            () = stop.cancelled() => break,
            () = bell.notified() => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
        }
    }
    tasks.close();
    tasks.wait().await;
}

/// Work under way.
#[derive(Default)]
struct Rounds {
    asks: Asks,
    lines: Lines,
    /// When bodies were last forgotten, and up to which id.
    forgot: Option<(Timestamp, String)>,
}

impl Rounds {
    /// Takes what is due; says whether there was anything.
    async fn go(&mut self, app: &App, tasks: &TaskTracker) -> Result<bool> {
        connections::note_refused(app).await?;
        let (received, asking) = worker::round(app).await?;
        for one in asking {
            self.asks.ask(app, tasks, one);
        }
        let sending = self.lines.go(app, tasks).await?;
        let now = app.now();
        let (last, from) = self.forgot.take().unwrap_or_default();
        self.forgot = if now.duration_since(last) < FORGET_EVERY {
            Some((last, from))
        } else {
            Some((now, forget(app, &from).await?))
        };
        Ok(received > 0 || sending)
    }
}
