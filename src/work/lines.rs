//! What is to be sent goes in a line of its own for each channel and kind, one after another.
//!
//! After a delivery that was not taken, the rest of its line waits without being tried, so that an
//! endpoint that does not answer costs a request now and then, and holds up nobody else.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio_util::task::TaskTracker;

use crate::app::App;
use crate::error::Result;
use crate::hooks::worker::LEASE;
use crate::outlets::post::{self, After};
use crate::store::deliveries::{self, Delivery};

/// Deliveries that are taken at once.
const TAKEN: i64 = 200;

/// How long a line rests after a delivery that was not taken.
const REST: SignedDuration = SignedDuration::from_secs(20);

/// Why nothing is taken of a line.
#[derive(Clone, Copy, Debug)]
enum State {
    /// It is at work.
    Works,
    /// It rests until a time.
    Rests(Timestamp),
}

/// Lines that nothing is taken of.
type Busy = Arc<Mutex<HashMap<String, State>>>;

/// The lines.
#[derive(Debug, Default)]
pub(super) struct Lines {
    busy: Busy,
}

impl Lines {
    /// Takes what is due of the lines that are free, and works it through beside; says whether there was
    /// anything.
    pub(super) async fn go(&self, app: &App, tasks: &TaskTracker) -> Result<bool> {
        let now = app.now();
        let besides = self.besides(now);
        let until = now + LEASE;
        let taken = deliveries::take(&app.db, &besides, TAKEN, now, until).await?;
        let any = !taken.is_empty();
        let mut lines = HashMap::<String, Vec<Delivery>>::new();
        for delivery in taken {
            let line = deliveries::line(&delivery);
            lines.entry(line).or_default().push(delivery);
        }
        for (line, batch) in lines {
            mark(&self.busy, &line, Some(State::Works));
            let (app, busy) = (app.clone(), self.busy.clone());
            tasks.spawn(async move {
                let rests = work_through(&app, &batch, until).await;
                mark(&busy, &line, rests.then(|| State::Rests(app.now() + REST)));
            });
        }
        Ok(any)
    }

    /// Lines that nothing is taken of now.
    fn besides(&self, now: Timestamp) -> Vec<String> {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.retain(|_, state| !matches!(state, State::Rests(until) if *until <= now));
        busy.keys().cloned().collect()
    }
}

fn mark(busy: &Busy, line: &str, state: Option<State>) {
    let mut busy = busy.lock().unwrap_or_else(PoisonError::into_inner);
    match state {
        Some(state) => busy.insert(line.to_owned(), state),
        None => busy.remove(line),
    };
}

/// Sends deliveries of one line that are held until a time; says whether the line is to rest.
async fn work_through(app: &App, batch: &[Delivery], held: Timestamp) -> bool {
    for (at, delivery) in batch.iter().enumerate() {
        match send(app, delivery, held).await {
            Ok(After::Well) => {}
            Ok(After::Slow) => {
                let rest: Vec<String> = batch[at + 1..].iter().map(|one| one.id.clone()).collect();
                if let Err(error) = postpone(app, &rest, held).await {
                    error.log();
                }
                return true;
            }
            Err(error) => {
                // Its lease runs out, and it is due again.
                tracing::error!(delivery = %delivery.id, "could not be sent");
                error.log();
            }
        }
    }
    false
}

async fn send(app: &App, delivery: &Delivery, held: Timestamp) -> Result<After> {
    let mut tx = app.db.begin().await?;
    let renewed = deliveries::renew(&mut tx, &delivery.id, held, app.now() + LEASE).await?;
    tx.commit().await?;
    if !renewed {
        return Ok(After::Well);
    }
    post::send(app, delivery).await
}

async fn postpone(app: &App, ids: &[String], held: Timestamp) -> Result<()> {
    let mut tx = app.db.begin().await?;
    deliveries::postpone(&mut tx, ids, held, app.now() + REST).await?;
    Ok(tx.commit().await?)
}
