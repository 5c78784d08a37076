//! A kept file, read as one.

use std::io::{Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::runtime::Handle;

use crate::app::App;
use crate::store::imports;

/// The place that a piece is sealed for.
pub(super) fn place(id: &str, n: i64) -> String {
    format!("import_chunks.body/{id}/{n}")
}

/// The file of an import. To be read off the threads that serve requests.
pub(super) struct Pieces {
    app: App,
    id: String,
    next: i64,
    piece: Cursor<Vec<u8>>,
    seen: Seen,
}

/// What the reading of a file came to so far; shared with whoever has it read.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    bytes: Arc<AtomicI64>,
    trouble: Arc<Mutex<Option<String>>>,
}

impl Seen {
    /// Bytes that were read.
    pub fn bytes(&self) -> i64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Why it could not be read on: our trouble, not the file's.
    pub fn trouble(&self) -> Option<String> {
        let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        trouble.clone()
    }
}

impl Pieces {
    /// The file, from its beginning.
    pub fn of(app: &App, id: &str) -> (Self, Seen) {
        let seen = Seen::default();
        let pieces = Self {
            app: app.clone(),
            id: id.to_owned(),
            next: 0,
            piece: Cursor::default(),
            seen: seen.clone(),
        };
        (pieces, seen)
    }

    fn fetch(&self) -> Result<Option<Vec<u8>>, String> {
        let fetched = Handle::current().block_on(imports::chunk(&self.app.db, &self.id, self.next));
        let Some(sealed) = fetched.map_err(|error| error.to_string())? else {
            return Ok(None);
        };
        let opened = self.app.vault.open(&place(&self.id, self.next), &sealed);
        opened.map(Some).map_err(|error| error.to_string())
    }
}

impl Read for Pieces {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        loop {
            let read = self.piece.read(to)?;
            if read > 0 || to.is_empty() {
                let more = i64::try_from(read).unwrap_or_default();
                self.seen.bytes.fetch_add(more, Ordering::Relaxed);
                return Ok(read);
            }
            match self.fetch() {
                Ok(Some(piece)) => {
                    self.piece = Cursor::new(piece);
                    self.next += 1;
                }
                Ok(None) => return Ok(0),
                Err(trouble) => {
                    let mut told = self.seen.trouble.lock();
                    *told.as_deref_mut().unwrap_or(&mut None) = Some(trouble.clone());
                    return Err(std::io::Error::other(trouble));
                }
            }
        }
    }
}
