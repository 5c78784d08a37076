//! A bell that rings in this process when screenings were saved. Other instances' are found by looking again.

use tokio::sync::watch;

/// The bell.
#[derive(Debug, Default)]
pub struct News(watch::Sender<u64>);

impl News {
    /// Rings.
    pub fn tell(&self) {
        self.0.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Hears it ring from now on.
    pub fn listen(&self) -> watch::Receiver<u64> {
        self.0.subscribe()
    }
}
