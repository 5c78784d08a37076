//! One desk takes in what arrives one by one: whatever waits is committed together.
//!
//! SQLite has a single writer and PostgreSQL likes few, larger commits, so
//! requests that come at the same time share one transaction. Each is answered
//! only after its commit.

use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::{Screening, catch_up_some, receive};
use crate::app::App;
use crate::application::Application;
use crate::candidate::CandidateId;
use crate::error::{Error, Result};

/// Applications that are committed together at the most.
pub const BATCH: usize = 250;

/// How often to look for screenings that another instance left undone.
const LOOK_AGAIN: std::time::Duration = std::time::Duration::from_secs(30);

struct Request {
    application: Application,
    answer: oneshot::Sender<Result<Screening>>,
}

/// The desk's door; cheap to clone.
#[derive(Clone, Debug)]
pub struct Desk(mpsc::Sender<Request>);

const CLOSED: Error = Error::Unavailable("the service is shutting down");

impl Desk {
    /// Opens the desk. It works until `stop`, and then finishes what it has taken.
    pub fn open(app: App, stop: CancellationToken) -> (Self, tokio::task::JoinHandle<()>) {
        let (sender, receiver) = mpsc::channel(4 * BATCH);
        (Self(sender), tokio::spawn(work(app, receiver, stop)))
    }

    /// Hands in an application and waits for its screening.
    pub async fn hand_in(&self, application: Application) -> Result<Screening> {
        self.queue(application).await?.await.unwrap_or(Err(CLOSED))
    }

    /// Ends when the service is shutting down: who only waits for news need wait no longer.
    pub async fn closed(&self) {
        self.0.closed().await;
    }

    /// Hands in an application; the screening comes later, in its own time.
    pub async fn queue(
        &self,
        application: Application,
    ) -> Result<oneshot::Receiver<Result<Screening>>> {
        let (answer, result) = oneshot::channel();
        self.0
            .send(Request {
                application,
                answer,
            })
            .await
            .map_err(|_| CLOSED)?;
        Ok(result)
    }
}

async fn work(app: App, mut requests: mpsc::Receiver<Request>, stop: CancellationToken) {
    let mut look_again = tokio::time::interval(LOOK_AGAIN);
    let mut batch = Vec::with_capacity(BATCH);
    // Behind which id to look for who is due, and whether to look from the start again after that.
    let (mut due, mut again) = (Some(CandidateId::default()), false);
    loop {
        tokio::select! {
            biased;
            taken = requests.recv_many(&mut batch, BATCH) => {
                if taken == 0 {
                    return;
                }
                serve(&app, &mut batch).await;
                again = true;
            }
            () = stop.cancelled(), if !requests.is_closed() => requests.close(),
            _ = look_again.tick() => again = true,
            // Requests come first, but each batch of them is followed by one of those who are due.
            () = std::future::ready(()), if due.is_some() => {}
        }
        if due.is_none() && again {
            (due, again) = (Some(CandidateId::default()), false);
        }
        if let Some(after) = due.take() {
            let pass = catch_up_some(&app, &after).await.unwrap_or_else(|error| {
                error.log();
                None
            });
            // A ring that one of them joins marks members whose ids are behind us.
            again |= pass.as_ref().is_some_and(|pass| pass.saved > 0);
            due = pass.map(|pass| pass.last);
        }
    }
}

/// Takes a batch in together and answers each.
async fn serve(app: &App, batch: &mut Vec<Request>) {
    let (applications, answers): (Vec<_>, Vec<_>) = batch
        .drain(..)
        .map(|request| (request.application, request.answer))
        .unzip();
    for (answer, screening) in answers.into_iter().zip(receive(app, applications).await) {
        // Whoever asked may be gone; the record is kept all the same.
        let _ = answer.send(screening);
    }
}
