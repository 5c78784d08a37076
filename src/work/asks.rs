//! Deliveries that are asked about at their vendors' APIs: beside everything else, a few at a time for
//! each connection, so that an API that does not answer holds up no other.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::app::App;
use crate::hooks::worker::Asking;

/// Requests to one connection's API under way at once.
const AT_ONCE: usize = 4;

/// Deliveries that may wait for their turn; the rest stays due.
const WAITING: usize = 5_000;

/// The asking that is under way.
#[derive(Debug, Default)]
pub(super) struct Asks {
    rooms: HashMap<String, Arc<Semaphore>>,
    /// Ids of deliveries that are being asked about, or wait for it.
    asked: Arc<Mutex<HashSet<String>>>,
}

impl Asks {
    /// Asks as soon as there is room. One whose lease ran out while it waited is due a second time, and
    /// still asked about once.
    pub(super) fn ask(&mut self, app: &App, tasks: &TaskTracker, asking: Asking) {
        let id = asking.id().to_owned();
        {
            let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            if asked.len() >= WAITING || !asked.insert(id.clone()) {
                return;
            }
        }
        let room = self.rooms.entry(asking.channel().to_owned());
        let room = room
            .or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE)))
            .clone();
        let (app, asked) = (app.clone(), self.asked.clone());
        tasks.spawn(async move {
            if let Ok(_room) = room.acquire().await {
                Box::pin(asking.ask(&app)).await;
            }
            let mut asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
            asked.remove(&id);
        });
    }
}
