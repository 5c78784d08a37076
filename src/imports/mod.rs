//! Files of records that people hand in on pages: CSV, NDJSON, JSON.
//!
//! ```text
//! upload ──> sealed pieces ──> preview, mapping ──> worker: rows in batches ──> candidates, screenings
//!                                                      │
//!                                                      └─> refused rows, to be mended and handed in again
//! ```
//!
//! A file is kept sealed, in pieces, until its rows are read, and then taken away; the rows that were refused stay for
//! [`REFUSED_KEPT`], the counts for good. Each batch of rows is kept in one transaction with how far the import is, so
//! that a row is taken in once however often the process dies; of several instances one holds an import, by a lease.

mod handed_back;
mod mapping;
mod pieces;
mod preview;
mod resume;
mod rows;
mod upload;
mod worker;

pub use handed_back::{handed_back, refused_rows};
pub use mapping::{FIELDS, Mapping};
pub use preview::{Preview, preview};
pub use resume::{HandedIn, hand_in};
pub use rows::{Raw, RefusedRow};
pub use upload::Upload;
pub use worker::{LEASE, run, work_off};

use jiff::SignedDuration;
use serde_json::json;

use crate::access::User;
use crate::app::App;
use crate::audit::{self, Action, Actor};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::store::imports;

/// Bytes of a file at the most, where nothing else is set.
pub const LIMIT: u64 = 100 << 20;

/// How long refused rows are kept after the end, and files that nobody starts.
pub const REFUSED_KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// An upload that is not whole after so long broke off.
const BROKEN_OFF: SignedDuration = SignedDuration::from_hours(1);

/// How an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The file is on its way.
    Arriving,
    /// Somebody has to say what its columns are.
    Mapping,
    /// It was started.
    Waiting,
    /// Its rows are read.
    Running,
    /// All rows were read.
    Done,
    /// Somebody stopped it.
    Cancelled,
    /// It could not be read to its end.
    Failed,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Arriving,
        Self::Mapping,
        Self::Waiting,
        Self::Running,
        Self::Done,
        Self::Cancelled,
        Self::Failed,
    ];

    /// The word in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Arriving => "arriving",
            Self::Mapping => "mapping",
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }

    /// The state of a table's word.
    pub fn of_word(word: &str) -> Self {
        let found = Self::ALL.into_iter().find(|state| state.word() == word);
        found.unwrap_or(Self::Failed)
    }

    /// Whether somebody works on it, or soon will.
    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::Waiting | Self::Running)
    }

    /// Whether nothing more will come of it.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled | Self::Failed)
    }
}

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One row a candidate.
    Csv,
    /// One JSON object a line.
    Lines,
    /// One JSON document.
    Json,
}

impl Format {
    /// The word in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Lines => "ndjson",
            Self::Json => "json",
        }
    }

    /// The format of a table's word.
    pub fn of_word(word: &str) -> Self {
        match word {
            "ndjson" => Self::Lines,
            "json" => Self::Json,
            _ => Self::Csv,
        }
    }
}

const OVER: Error = Error::Conflict("this import has been started, or is over");

/// Keeps what somebody said of the columns, and remembers it for files with the same headers.
///
/// # Errors
/// What is wrong with it, by the form's field; or that the import is past that.
pub async fn map(app: &App, id: &str, mapping: &Mapping, user: &User) -> Result<()> {
    let import = imports::by_id(&app.db, id).await?;
    let import = import.ok_or(Error::NotFound("import"))?;
    mapping.check(Format::of_word(&import.format))?;
    let mut tx = app.db.begin().await?;
    if !imports::map(&mut tx, id, mapping).await? {
        return Err(OVER);
    }
    if !import.headers_digest.is_empty() {
        imports::remember(&mut tx, &user.id, &import.headers_digest, mapping).await?;
    }
    told(app, &mut tx, &Actor::from(user), id, "mapped").await?;
    Ok(tx.commit().await?)
}

/// Has the rows read, from now on.
///
/// # Errors
/// It was started before, or its columns are not enough.
pub async fn start(app: &App, by: &Actor, id: &str) -> Result<()> {
    let import = imports::by_id(&app.db, id).await?;
    let import = import.ok_or(Error::NotFound("import"))?;
    import.mapping.0.check(Format::of_word(&import.format))?;
    let mut tx = app.db.begin().await?;
    if !imports::start(&mut tx, id, app.now()).await? {
        return Err(OVER);
    }
    told(app, &mut tx, by, id, "started").await?;
    Ok(tx.commit().await?)
}

/// Stops an import after the batch under way; what is in stays in. A file that was never started is taken away.
///
/// # Errors
/// There is no such import.
pub async fn cancel(app: &App, by: &Actor, id: &str) -> Result<()> {
    let import = imports::by_id(&app.db, id).await?;
    let import = import.ok_or(Error::NotFound("import"))?;
    let mut tx = app.db.begin().await?;
    let stopped = if import.state() == State::Mapping {
        let ended = imports::end(&mut tx, (id, None), State::Cancelled, None, app.now()).await?;
        ended.is_some()
    } else {
        imports::ask_to_stop(&mut tx, id).await?
    };
    if stopped {
        told(app, &mut tx, by, id, "stopped").await?;
    }
    Ok(tx.commit().await?)
}

async fn told(app: &App, tx: &mut Tx, by: &Actor, id: &str, what: &str) -> Result<()> {
    let (object, detail) = (format!("import:{id}"), json!({"what": what}));
    audit::append(app, tx, by, Action::ImportChanged, &object, &detail).await
}

/// Forgets what is too old.
pub async fn forget(app: &App) -> Result<()> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    imports::forget(&mut tx, now - REFUSED_KEPT, now - BROKEN_OFF).await?;
    Ok(tx.commit().await?)
}
