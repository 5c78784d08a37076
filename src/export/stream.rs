//! Reports as they leave the house: row by row from the database, and told in the audit log.
//!
//! An entry stands in the log before the first byte is handed over, so that nothing leaves untold; another one says at
//! the end how many rows went, and whether that was all. No report is ever whole in memory.

use std::io;

use axum::body::Bytes;
use jiff::Timestamp;
use serde_json::json;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::{Cell, Sheet, access, audit, decisions, findings, latency};
use crate::app::App;
use crate::audit::{Action, Actor};
use crate::error::{Error, Result, refused};

/// A report that can be had as CSV.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Report {
    /// One line for each finding of each screening
    Findings,
    /// One line for each decision
    Decisions,
    /// One line for each session of timings, by candidate
    Latency,
    /// One line for each time somebody opened a candidate
    Access,
    /// The audit log, with its chain of hashes
    Audit,
}

impl Report {
    /// Every report.
    pub const ALL: [Self; 5] = [
        Self::Findings,
        Self::Decisions,
        Self::Latency,
        Self::Access,
        Self::Audit,
    ];

    /// Its word in addresses and commands.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Findings => "findings",
            Self::Decisions => "decisions",
            Self::Latency => "latency",
            Self::Access => "access",
            Self::Audit => "audit",
        }
    }

    /// What one line of it is.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Findings => "one line for each finding of each screening",
            Self::Decisions => "one line for each decision",
            Self::Latency => "one line for each session of timings",
            Self::Access => "one line for each time somebody opened a candidate",
            Self::Audit => "every entry of the audit log, with its chain of hashes",
        }
    }

    /// Its columns, in an order that never changes; new ones are added at the end.
    pub const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Findings => findings::COLUMNS,
            Self::Decisions => decisions::COLUMNS,
            Self::Latency => latency::COLUMNS,
            Self::Access => access::COLUMNS,
            Self::Audit => audit::COLUMNS,
        }
    }

    async fn write(self, app: &App, span: Span, out: &mut Out) -> Result<(), Stop> {
        match self {
            Self::Findings => findings::write(&app.db, span, out).await,
            Self::Decisions => decisions::write(&app.db, span, out).await,
            Self::Latency => latency::write(&app.db, span, out).await,
            Self::Access => access::write(&app.db, span, out).await,
            Self::Audit => audit::write(&app.db, span, out).await,
        }
    }
}

/// A time span: at or after `from`, before `to`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// From when on.
    pub from: Option<Timestamp>,
    /// Until before when.
    pub to: Option<Timestamp>,
}

impl Span {
    /// As the audit log tells it.
    pub fn told(self) -> serde_json::Value {
        let text = |at: Option<Timestamp>| at.map(|at| at.to_string());
        json!({"from": text(self.from), "to": text(self.to)})
    }
}

/// Why a report ends early.
#[derive(Debug)]
pub enum Stop {
    /// Nobody reads on.
    Gone,
    /// Something failed.
    Failed(Error),
}

impl<E: Into<Error>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Where rows are put, and handed on some at a time.
#[derive(Debug)]
pub struct Out {
    sheet: Sheet<Vec<u8>>,
    rows: u64,
    to: mpsc::Sender<io::Result<Bytes>>,
}

impl Out {
    /// Adds a row.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), Stop> {
        self.sheet.row(cells).map_err(broken)?;
        self.rows += 1;
        Ok(())
    }

    /// Hands on what is written, as soon as whoever reads has taken what came before.
    pub async fn flush(&mut self) -> Result<(), Stop> {
        let written = self.sheet.take().map_err(broken)?;
        if written.is_empty() {
            return Ok(());
        }
        self.to
            .send(Ok(written.into()))
            .await
            .map_err(|_| Stop::Gone)
    }
}

/// Chunks that wait for whoever reads.
const WAITING: usize = 2;

/// What a spreadsheet takes for the sign of UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Starts a report and returns its bytes as they come; a span that ends before it begins is refused. A report that fails ends in an error, so that half of it does
/// not pass for the whole.
pub async fn start(
    app: &App,
    who: &Actor,
    report: Report,
    span: Span,
    bom: bool,
) -> Result<ReceiverStream<io::Result<Bytes>>> {
    if let (Some(from), Some(to)) = (span.from, span.to)
        && from >= to
    {
        return Err(refused("to", "the period ends before it begins"));
    }
    let object = format!("report:{}", report.word());
    crate::audit::note(app, who, Action::Exported, &object, &span.told()).await?;
    let mark = if bom { BYTE_ORDER_MARK } else { "" };
    let sheet = Sheet::new(mark.as_bytes().to_vec(), report.columns()).map_err(broken)?;
    let (to, rows) = mpsc::channel(WAITING);
    let (app, who) = (app.clone(), who.clone());
    tokio::spawn(async move {
        let mut out = Out { sheet, rows: 0, to };
        let mut done = report.write(&app, span, &mut out).await;
        if done.is_ok() {
            done = out.flush().await;
        }
        let detail = json!({"rows": out.rows, "whole": done.is_ok()});
        let told = crate::audit::note(&app, &who, Action::ExportEnded, &object, &detail).await;
        let failed = match (done, told) {
            (Err(Stop::Failed(error)), _) | (_, Err(error)) => error,
            (Ok(()) | Err(Stop::Gone), Ok(())) => return,
        };
        failed.log();
        let broken = io::Error::other(failed.cause());
        // Whoever reads may be gone as well.
        let _ = out.to.send(Err(broken)).await;
    });
    Ok(ReceiverStream::new(rows))
}

pub(super) fn broken(error: impl std::fmt::Display) -> Error {
    Error::Internal(format!("writing CSV: {error}"))
}
