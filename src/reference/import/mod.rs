//! The publishers' own files, as downloaded, to facts.
//!
//! ```text
//! file or member of a .zip ─> Input ─┬─> Table (CSV) ─┬─> importer ─> Facts ─> parts ─> store
//!                                    └─> list (JSON) ─┘   one a publisher     (spool)
//! ```
//!
//! A file is read as a stream, put by in a temporary file, and then kept in one transaction: a wrong or
//! truncated one changes nothing, and nobody else who writes waits while it is read. To add a publisher: a [`Kind`], a file here with its `IMPORTER`, a line in `ALL`.

mod aliases;
mod dapip;
mod facts;
mod file;
mod hipolabs;
mod ipeds_completions;
mod ipeds_hd;
mod ipeds_ic;
mod list;
mod mill_list;
mod place;
mod ror;
mod scorecard_fos;
mod spool;
mod table;
#[cfg(test)]
mod testing;
mod vintage;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;
use tokio::sync::mpsc;

use super::build::Loaded;
use super::{Fact, Kind, Set, Vintage};
use crate::app::App;
use crate::audit::{self, Action, Actor};
use crate::error::Error;
use crate::store::{candidates, reference};
use facts::Facts;
pub use file::Progress;
use file::{Input, Opened};
use spool::Spool;
use table::Table;

/// How one publisher's files are read.
struct Importer {
    kind: Kind,
    format: Format,
    /// The vintage that a file's name tells, lower case and without its folder.
    vintage: fn(&str) -> Option<Vintage>,
}

/// What the files are.
enum Format {
    /// CSV with a header.
    Table {
        /// Columns that no other kind's files have together.
        marks: &'static [&'static str],
        /// Whether the publisher's files always end with a line end: one that does not was cut.
        ends_line: bool,
        read: fn(&mut Table<'_>, &mut Facts<'_>) -> Result<(), Refused>,
    },
    /// A JSON list of objects.
    List {
        /// Words between quotation marks that stand early in such files, and in no other kind's.
        marks: &'static [&'static str],
        read: fn(Input<'_>, &mut Facts<'_>) -> Result<(), Refused>,
    },
}

/// Every importer, the ones with the most telling marks first.
static ALL: [&Importer; 8] = [
    &ipeds_completions::IMPORTER,
    &scorecard_fos::IMPORTER,
    &ipeds_ic::IMPORTER,
    &ipeds_hd::IMPORTER,
    &dapip::IMPORTER,
    &mill_list::IMPORTER,
    &ror::IMPORTER,
    &hipolabs::IMPORTER,
];

impl Importer {
    fn of(kind: Kind) -> &'static Self {
        ALL.into_iter()
            .find(|importer| importer.kind == kind)
            .expect("every kind has an importer: a test says so")
    }

    /// Reads a file's rows or records and says how many there were.
    fn read(&self, input: Input<'_>, facts: &mut Facts<'_>) -> Result<(), Refused> {
        match self.format {
            Format::List { read, .. } => read(input, facts)?,
            Format::Table {
                ends_line, read, ..
            } => {
                let mut table = Table::open(input)?;
                read(&mut table, facts)?;
                table.end(ends_line)?;
            }
        }
        facts.end()
    }
}

/// Why a file was refused, and where in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The file as a whole.
    #[error("{0}")]
    Whole(String),
    /// A line, counted from 1.
    #[error("line {0}: {1}")]
    Line(u64, String),
    /// A record of a list, counted from 1.
    #[error("record {0}: {1}")]
    Record(u64, String),
}

impl Refused {
    fn whole(reason: impl Into<String>) -> Self {
        Self::Whole(reason.into())
    }
}

/// A file to be imported.
#[derive(Clone, Debug)]
pub struct Job {
    /// What it is said to be.
    pub kind: Kind,
    /// Where it is.
    pub file: PathBuf,
    /// Its vintage, as far as the operator says it.
    pub vintage: Option<Vintage>,
    /// Whether everybody who was screened is to be screened again.
    pub screen_again: bool,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Done {
    /// It is imported.
    Imported {
        /// The set it made.
        set: Set,
        /// The file whose place it took.
        replaced: Option<String>,
        /// Candidates that are due for another screening.
        marked: u64,
    },
    /// The same file was imported before; no record has changed.
    Already {
        /// As this set.
        set: Set,
        /// Candidates that are due for another screening.
        marked: u64,
    },
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum NotImported {
    /// The file is not what it should be.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// It could not be kept.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<sqlx::Error> for NotImported {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// Imports a file: all of it, or nothing. Who holds the reference in memory makes it anew at the
/// next [`super::shelf::Shelf::refresh`].
///
/// `taken` are vintages of this kind that other files of the same command have, with those files'
/// names: a second one would take the place of the first without anybody having meant it.
pub async fn import(
    app: &App,
    by: &Actor,
    job: Job,
    taken: &[(Vintage, String)],
    progress: Arc<dyn Progress>,
) -> Result<Done, NotImported> {
    let importer = Importer::of(job.kind);
    let today = app.today();
    let opened = blocking({
        let (job, progress) = (job.clone(), progress.clone());
        move || open(importer, &job, today, &*progress)
    })
    .await??;
    let known = reference::of_digest(&app.db, job.kind, &opened.digest).await?;
    if let Some(set) = known {
        if job.vintage.is_some_and(|vintage| vintage != set.vintage) {
            let (kind, vintage) = (job.kind.word(), set.vintage);
            let why = format!(
                "this very file is imported as {kind} {vintage}; if that is wrong, take it away first: \
                 telltale reference remove {kind} {vintage}"
            );
            return Err(Refused::whole(why).into());
        }
        let marked = mark(app, &job).await?;
        return Ok(Done::Already { set, marked });
    }
    if let Some((_, other)) = taken.iter().find(|(vintage, _)| *vintage == opened.vintage) {
        let (kind, vintage) = (job.kind.word(), opened.vintage);
        let why =
            format!("{kind} {vintage} was just imported from {other}; there is one file a vintage");
        return Err(Refused::whole(why).into());
    }
    let set = opened.set(job.kind, app.now());
    let (spool, rows) = blocking(move || put_by(importer, opened, &*progress)).await??;
    let set = Set {
        rows: i64::try_from(rows).unwrap_or(i64::MAX),
        imported_at: app.now(),
        ..set
    };
    let sets = reference::sets(&app.db).await?;
    let replaced = sets
        .into_iter()
        .find(|other| (other.kind, other.vintage) == (set.kind, set.vintage))
        .map(|other| other.file);
    keep(app, by, &set, spool).await?;
    // Only now, so that nobody waits for all of them, and the import never fails by it.
    let marked = mark(app, &job).await?;
    Ok(Done::Imported {
        set,
        replaced,
        marked,
    })
}

/// The facts of a file as an import would keep them, all in memory, and kept nowhere.
pub fn read(job: &Job, now: Timestamp) -> Result<Loaded, NotImported> {
    let importer = Importer::of(job.kind);
    let today = now.to_zoned(TimeZone::UTC).date();
    let opened = open(importer, job, today, &())?;
    let set = opened.set(job.kind, now);
    let (spool, rows) = put_by(importer, opened, &())?;
    let mut facts = Vec::new();
    for part in spool.parts().map_err(unkept)? {
        let part = part.map_err(unkept)?;
        let part: Vec<Fact> = serde_json::from_str(&part).expect("our own types are read back");
        facts.extend(part);
    }
    let rows = i64::try_from(rows).unwrap_or(i64::MAX);
    let set = Set { rows, ..set };
    Ok(Loaded { set, facts })
}

/// Makes everybody due for another screening, if that is asked for, and says how many.
async fn mark(app: &App, job: &Job) -> Result<u64, Error> {
    if !job.screen_again {
        return Ok(0);
    }
    Ok(candidates::mark_all(&app.db).await?)
}

/// Reads a file to its end, puts its facts by, and says how many rows it had.
fn put_by(
    importer: &'static Importer,
    opened: Opened,
    progress: &dyn Progress,
) -> Result<(Spool, u64), NotImported> {
    let mut spool = Spool::new().map_err(unkept)?;
    let mut failed = None;
    let mut send = |part: String| match spool.put(&part) {
        Ok(()) => true,
        Err(error) => {
            failed = Some(error);
            false
        }
    };
    let mut facts = Facts::new(opened.vintage.year(), &mut send);
    let read = opened.read(importer, &mut facts, progress);
    let rows = facts.rows();
    match (failed, read) {
        (Some(error), _) => Err(unkept(error).into()),
        (None, Err(refused)) => Err(refused.into()),
        (None, Ok(())) => Ok((spool, rows)),
    }
}

/// Keeps a set with what was put by, all of it or nothing.
async fn keep(app: &App, by: &Actor, set: &Set, spool: Spool) -> Result<(), NotImported> {
    // Parts that wait to be kept: few, so that a long file takes no more memory than a short one.
    const WAITING: usize = 4;
    let (sender, mut parts) = mpsc::channel::<String>(WAITING);
    let reading = tokio::task::spawn_blocking(move || {
        for part in spool.parts()? {
            if sender.blocking_send(part?).is_err() {
                break; // the database failed, and says why
            }
        }
        Ok::<_, io::Error>(())
    });
    let mut tx = app.db.begin().await?;
    reference::begin(&mut tx, set).await?;
    let mut at = 0;
    while let Some(part) = parts.recv().await {
        reference::append(&mut tx, set, at, &part).await?;
        at += 1;
    }
    let read = reading.await;
    read.map_err(|_| Error::Internal("a bug ended the keeping of the facts".into()))?
        .map_err(unkept)?;
    let object = format!("reference:{} {}", set.kind.word(), set.vintage);
    let detail = json!({"what": "imported", "rows": set.rows});
    audit::append(app, &mut tx, by, Action::ReferenceChanged, &object, &detail).await?;
    tx.commit().await?;
    Ok(())
}

/// The failure of the temporary file.
#[allow(clippy::needless_pass_by_value)] // as `map_err` hands it over
fn unkept(error: io::Error) -> Error {
    let folder = std::env::temp_dir();
    let folder = folder.display();
    Error::Internal(format!("the temporary file in {folder}: {error}"))
}

/// Opens a file, makes sure what it is, and finds its vintage.
fn open(
    importer: &'static Importer,
    job: &Job,
    today: Date,
    progress: &dyn Progress,
) -> Result<Opened, Refused> {
    let found = file::find(importer, &job.file, progress)?;
    let vintage = vintage::of(importer, &found.names(), job.vintage, today)?;
    Ok(found.with(vintage))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Error::Internal("a bug ended the reading of the file".into()))
}

/// The kind whose files begin like this one, if any does.
fn kind_of(head: &[u8]) -> Option<Kind> {
    let is_list = list::is_json(head);
    let columns = if is_list {
        Vec::new()
    } else {
        table::header(head)
    };
    let begins_like = |importer: &&&Importer| match importer.format {
        Format::Table { marks, .. } => {
            !is_list
                && marks
                    .iter()
                    .all(|mark| columns.iter().any(|name| name.eq_ignore_ascii_case(mark)))
        }
        Format::List { marks, .. } => is_list && list::has(head, marks),
    };
    ALL.iter().find(begins_like).map(|importer| importer.kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_an_importer() {
        for kind in Kind::ALL {
            assert_eq!(Importer::of(kind).kind, kind);
        }
    }

    #[test]
    fn files_are_told_apart_by_how_they_begin() {
        for (head, kind) in [
            (
                "UNITID,INSTNM,IALIAS,ADDR,CITY,STABBR,WEBADDR,ACT,NEWID\r\n1,",
                Some(Kind::IpedsHd),
            ),
            (
                "unitid,peo1istr,level3,level5,calsys\n",
                Some(Kind::IpedsIc),
            ),
            (
                "\u{feff}UNITID,CIPCODE,MAJORNUM,AWLEVEL,XCTOTALT,CTOTALT\n",
                Some(Kind::IpedsCompletions),
            ),
            (
                "UNITID,OPEID6,INSTNM,CONTROL,MAIN,CIPCODE,CIPDESC,CREDLEV\n",
                Some(Kind::ScorecardFos),
            ),
            (
                "\"DapipId\",\"OpeId\",\"LocationName\",\"LocationType\"\n",
                Some(Kind::Dapip),
            ),
            ("name,aliases,source,listed_on\n", Some(Kind::MillList)),
            (
                "[{\"name\":\"A\",\"alpha_two_code\":\"BR\"",
                Some(Kind::Hipolabs),
            ),
            (
                "[{\"id\":\"https://ror.org/1\",\"names\":[{\"types\":[\"ror_display\"]}]",
                Some(Kind::Ror),
            ),
            (
                "[{\"id\":\"https://ror.org/1\",\"aliases\":[],\"acronyms\":[]",
                Some(Kind::Ror),
            ),
            ("id,name\n", None),
            ("{}", None),
            ("", None),
        ] {
            assert_eq!(kind_of(head.as_bytes()), kind, "{head}");
        }
    }
}
