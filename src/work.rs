//! What a server does besides answering: works off deliveries, received and to be sent, and forgets
//! raw ones that are old.
//!
//! Received deliveries are applied in batches; those that need a vendor's API are asked about beside
//! it. What is sent goes in a line of its own for each channel, so that one that does not answer
//! holds up no other.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::App;
use crate::error::Result;
use crate::hooks::worker::{self, Asking, LEASE};
use crate::outlets::post::{self, After};
use crate::store::deliveries::{self, Delivery};

/// Requests to vendors' APIs under way at once.
const ASKED_AT_ONCE: usize = 16;

/// Deliveries to be sent that are taken at once.
const TAKEN: i64 = 200;

/// How often to look for work that no bell tells of: retries, and what other instances leave.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// How long the rest of a channel waits after one that was not taken.
const REST: SignedDuration = SignedDuration::from_secs(20);

/// How often old bodies are forgotten.
const FORGET_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// How long the body of a delivery is kept.
pub const BODIES_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

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
    tx.commit().await?;
    Ok(Some(file))
}

/// Does all work that is due now, one after another.
pub async fn work_off(app: &App) -> Result<()> {
    loop {
        let (received, asking) = worker::round(app).await?;
        for one in asking {
            one.ask(app).await;
        }
        let now = app.now();
        let sending = deliveries::take(&app.db, TAKEN, now, now + LEASE).await?;
        for delivery in &sending {
            post::send(app, delivery).await?;
        }
        if received == 0 && sending.is_empty() {
            return Ok(());
        }
    }
}

/// Forgets raw deliveries that are old, from an id on, and says up to which: once the whole log, then what
/// has become old since.
pub async fn forget(app: &App, from: &str) -> Result<String> {
    let now = app.now();
    let before = deliveries::id_at(now - BODIES_KEPT);
    let mut tx = app.db.begin().await?;
    deliveries::forget(&mut tx, from, &before, now).await?;
    deliveries::purge(&mut tx, &deliveries::id_at(now - LOG_KEPT)).await?;
    tx.commit().await?;
    Ok(before)
}

/// Works until `stop`; the bell tells of new deliveries.
pub async fn run(app: App, bell: Arc<Notify>, stop: CancellationToken) {
    let mut rounds = Rounds::new(app);
    loop {
        let busy = match rounds.go().await {
            Ok(busy) => busy,
            Err(error) => {
                error.log();
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
    rounds.end().await;
}

/// Work under way.
struct Rounds {
    app: App,
    asks: Arc<Semaphore>,
    /// Ids of deliveries that are being asked about, or wait for it.
    asked: Arc<Mutex<HashSet<String>>>,
    tasks: TaskTracker,
    /// The line of each channel.
    lines: HashMap<String, mpsc::Sender<Delivery>>,
    forgot: jiff::Timestamp,
    /// Up to which id bodies are forgotten.
    forgotten_to: String,
}

impl Rounds {
    fn new(app: App) -> Self {
        Self {
            app,
            asks: Arc::new(Semaphore::new(ASKED_AT_ONCE)),
            asked: Arc::default(),
            tasks: TaskTracker::new(),
            lines: HashMap::new(),
            forgot: jiff::Timestamp::UNIX_EPOCH,
            forgotten_to: String::new(),
        }
    }

    /// Takes what is due; says whether there was anything.
    async fn go(&mut self) -> Result<bool> {
        let (received, asking) = worker::round(&self.app).await?;
        for one in asking {
            self.ask(one);
        }
        let now = self.app.now();
        let sending = deliveries::take(&self.app.db, TAKEN, now, now + LEASE).await?;
        let taken = sending.len();
        for delivery in sending {
            self.put_in_line(delivery).await;
        }
        self.forget().await?;
        Ok(received > 0 || taken > 0)
    }

    /// Asks as soon as there is room. One whose lease ran out while it waited is due a second time, and
    /// still asked about once.
    fn ask(&mut self, asking: Asking) {
        let id = asking.id().to_owned();
        let held = |asked: &Mutex<HashSet<String>>| {
            asked
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(id.clone())
        };
        if !held(&self.asked) {
            return;
        }
        let (app, asks, asked) = (self.app.clone(), self.asks.clone(), self.asked.clone());
        self.tasks.spawn(async move {
            if let Ok(_room) = asks.acquire().await {
                asking.ask(&app).await;
            }
            asked
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&id);
        });
    }

    async fn put_in_line(&mut self, delivery: Delivery) {
        self.lines.retain(|_, line| !line.is_closed());
        let line = self
            .lines
            .entry(delivery.channel.clone())
            .or_insert_with(|| {
                let (sender, receiver) = mpsc::channel(usize::try_from(TAKEN).unwrap_or(1));
                self.tasks.spawn(work_through(self.app.clone(), receiver));
                sender
            });
        if let Err(refused) = line.try_send(delivery) {
            // The line is full: it is due again when its turn comes.
            let delivery = refused.into_inner();
            if let Err(error) = postpone(&self.app, &delivery).await {
                error.log();
            }
        }
    }

    async fn forget(&mut self) -> Result<()> {
        let now = self.app.now();
        if now.duration_since(self.forgot) < FORGET_EVERY {
            return Ok(());
        }
        self.forgot = now;
        self.forgotten_to = forget(&self.app, &self.forgotten_to).await?;
        Ok(())
    }

    async fn end(self) {
        drop(self.lines);
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// Sends a channel's deliveries one after another. After one that was not taken the rest waits.
async fn work_through(app: App, mut line: mpsc::Receiver<Delivery>) {
    let mut slow_until = jiff::Timestamp::UNIX_EPOCH;
    while let Some(delivery) = line.recv().await {
        let result = if app.now() < slow_until {
            postpone(&app, &delivery).await
        } else {
            match send(&app, &delivery).await {
                Ok(After::Well) => Ok(()),
                Ok(After::Slow) => {
                    slow_until = app.now() + REST;
                    Ok(())
                }
                Err(error) => Err(error),
            }
        };
        if let Err(error) = result {
            // Its lease runs out, and it is due again.
            tracing::error!(delivery = %delivery.id, "could not be sent");
            error.log();
        }
    }
}

async fn send(app: &App, delivery: &Delivery) -> Result<After> {
    let mut tx = app.db.begin().await?;
    let until = app.now() + LEASE;
    let held = deliveries::renew(&mut tx, &delivery.id, delivery.attempts, until).await?;
    tx.commit().await?;
    if !held {
        return Ok(After::Well);
    }
    post::send(app, delivery).await
}

async fn postpone(app: &App, delivery: &Delivery) -> Result<()> {
    let mut tx = app.db.begin().await?;
    deliveries::postpone(&mut tx, &delivery.id, app.now() + REST).await?;
    Ok(tx.commit().await?)
}
