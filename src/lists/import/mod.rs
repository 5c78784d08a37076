//! Indicators from the operator's own files: CSV, STIX 2.1 bundles and MISP events.
//!
//! A file that cannot be read as a whole, or of which nothing can be used, changes nothing. Otherwise
//! its good values are kept in one transaction, and each other one is told by its line or id and
//! the reason. The same file again changes nothing; another one under the same name takes its place.

mod account;
mod csv;
pub mod draft;
mod lenient;
mod misp;
mod pattern;
mod stix;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{List, Listing, Purpose, cut, mark, name};
use crate::app::{App, compute};
use crate::audit::{self, Action, Actor};
use crate::error::Error;
use crate::intake::encoding;
use crate::store::lists;
use draft::Draft;
use lenient::{Many, Text};

/// The largest file that is read, bytes.
pub const LARGEST: u64 = 64 << 20;

/// Formats of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A table with the columns type and value
    Csv,
    /// A STIX 2.1 bundle
    Stix,
    /// A MISP event, or a response with several
    Misp,
}

/// A file to be imported.
#[derive(Clone, Debug)]
pub struct Job {
    /// Where it is.
    pub file: PathBuf,
    /// The list's name; the file's where none is given.
    pub name: Option<String>,
    /// Where the list is from; what the file says, or its name, where nothing is given.
    pub source: Option<String>,
    /// What it is; told from its content where it is not given.
    pub format: Option<Format>,
    /// Whether values are of confirmed cases where the file does not say.
    pub confirmed: bool,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    /// It is imported.
    Imported(Imported),
    /// The same file was imported before, as this list; nothing has changed.
    Already(List),
}

/// An import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The list it made.
    pub list: List,
    /// Whether it took the place of another of its name.
    pub replaced: bool,
    /// Identifiers that have expired already.
    pub expired: usize,
    /// Values that were refused, by place and reason.
    pub refused: Vec<Refused>,
    /// How many more were.
    pub refused_more: u64,
    /// What was passed over, by reason.
    pub skipped: BTreeMap<&'static str, u64>,
    /// Candidates that are due for another screening.
    pub marked: u64,
}

/// What was refused, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The file as a whole.
    #[error("{0}")]
    Whole(String),
    /// What stands at a line or an id.
    #[error("{0}: {1}")]
    At(String, String),
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum NotImported {
    /// The file is not what it should be; what else was refused in it.
    #[error("{0}")]
    Refused(Refused, Vec<Refused>),
    /// It could not be kept.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<Refused> for NotImported {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused, Vec::new())
    }
}

impl From<sqlx::Error> for NotImported {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// Imports a file: what is good of it in one transaction, or nothing. Then everybody who uses a value
/// that has come or gone is due for another screening.
pub async fn import(app: &App, by: &Actor, job: Job) -> Result<Done, NotImported> {
    let reading = {
        let job = job.clone();
        tokio::task::spawn_blocking(move || read_file(&job.file))
    };
    let bytes = reading
        .await
        .map_err(|_| Error::Internal("a bug ended the reading of the file".into()))??;
    let list_name = list_name(&job)?;
    let source = job.source.as_deref().map(cut).filter(|s| !s.is_empty());
    let digest = digest(&bytes, job.confirmed, source.as_deref());
    if let Some(list) = lists::of_digest(&app.db, &digest).await?
        && (job.name.is_none() || list.name == list_name)
    {
        return Ok(Done::Already(list));
    }
    let (hash, settings, now) = (app.hash.clone(), app.settings(), app.now());
    let drafting = compute(move || {
        let mut draft = Draft::new(&hash, &settings, now, job.confirmed);
        let read_to_end = read(&bytes, job.format, &mut draft);
        let values = draft.values();
        let whole = match read_to_end {
            Err(why) => Some(why),
            Ok(()) if values == 0 => Some(nothing(&draft)),
            Ok(()) => None,
        };
        if let Some(why) = whole {
            return Err(NotImported::Refused(why, draft.refused));
        }
        let expired = draft.listings.values().filter(|one| {
            one.kind != crate::keys::Kind::Referee && one.expires_at.is_some_and(|at| at <= now)
        });
        let expired = expired.count();
        let said = Some(draft.sources.join(", ")).filter(|said| !said.is_empty());
        let file = || cut(&job.file.file_name().unwrap_or_default().to_string_lossy());
        let list = List {
            purpose: Purpose::Indicator,
            name: list_name,
            source: source.or(said).unwrap_or_else(file),
            digest,
            rows: i64::try_from(values).unwrap_or(i64::MAX),
            imported_at: now,
        };
        let listings: Vec<Listing> = draft.listings.into_values().collect();
        Ok((
            listings,
            Imported {
                list,
                replaced: false,
                expired,
                refused: draft.refused,
                refused_more: draft.refused_more,
                skipped: draft.skipped,
                marked: 0,
            },
        ))
    });
    let (listings, mut imported) = drafting.await??;
    let list = &imported.list;
    let mut concerned = mark::users(&app.db, Purpose::Indicator, &list.name).await?;
    let mut tx = app.db.begin().await?;
    imported.replaced = lists::replace(&mut tx, list, &listings).await?;
    let object = format!("list:{}", list.name);
    let detail = json!({"what": "imported", "identifiers": list.rows});
    audit::append(app, &mut tx, by, Action::ListChanged, &object, &detail).await?;
    tx.commit().await?;
    drop(listings);
    // Only now, so that nobody waits for all of them, and the import never fails by it.
    concerned.extend(mark::users(&app.db, Purpose::Indicator, &list.name).await?);
    app.lists.refresh(&app.db).await?;
    imported.marked = mark::mark(&app.db, concerned).await?;
    Ok(Done::Imported(imported))
}

/// Takes a list away, and says how many candidates are due for another screening; `None` where there
/// is no such list.
pub async fn remove(app: &App, by: &Actor, name: &str) -> Result<Option<u64>, Error> {
    let concerned = mark::users(&app.db, Purpose::Indicator, name).await?;
    let mut tx = app.db.begin().await?;
    if !lists::remove(&mut tx, Purpose::Indicator, name).await? {
        return Ok(None);
    }
    let (object, detail) = (format!("list:{name}"), json!({"what": "removed"}));
    audit::append(app, &mut tx, by, Action::ListChanged, &object, &detail).await?;
    tx.commit().await?;
    app.lists.refresh(&app.db).await?;
    Ok(Some(mark::mark(&app.db, concerned).await?))
}

fn read_file(path: &Path) -> Result<Vec<u8>, Refused> {
    let unreadable = |error: std::io::Error| Refused::Whole(format!("cannot be read: {error}"));
    let file = std::fs::File::open(path).map_err(unreadable)?;
    if !file.metadata().map_err(unreadable)?.is_file() {
        return Err(Refused::Whole("is not a file".into()));
    }
    let mut bytes = Vec::new();
    let mut bounded = file.take(LARGEST + 1);
    bounded.read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        let mib = LARGEST >> 20;
        return Err(Refused::Whole(format!(
            "is larger than {mib} MiB; import it in parts, each under a name of its own"
        )));
    }
    Ok(bytes)
}

fn list_name(job: &Job) -> Result<String, Refused> {
    let written = match &job.name {
        Some(name) => name.clone(),
        None => cut(&job.file.file_stem().unwrap_or_default().to_string_lossy()),
    };
    name(&written).map_err(|why| Refused::Whole(format!("{why}; --name gives one")))
}

/// Of the bytes and of what else makes a difference to what is kept.
fn digest(bytes: &[u8], confirmed: bool, source: Option<&str>) -> String {
    let digest = Sha256::new()
        .chain_update(bytes)
        .chain_update([u8::from(confirmed)])
        .chain_update(source.unwrap_or_default())
        .finalize();
    digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Members of a JSON file that tell what it is, and what is wanted of it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Top {
    #[serde(rename = "type")]
    kind: Text,
    objects: Option<Many<stix::Object>>,
    #[serde(rename = "Event")]
    event: Option<Many<misp::Event>>,
    response: Option<Many<misp::Wrapped>>,
}

/// Reads a file of whatever format into a draft.
fn read(bytes: &[u8], format: Option<Format>, draft: &mut Draft<'_>) -> Result<(), Refused> {
    let text = encoding::text(bytes)
        .map_err(|at| Refused::At(format!("byte {at}"), "this is no text".into()))?;
    if text.contains('\0') {
        return Err(Refused::Whole("this is no text file".into()));
    }
    let text = text.trim_start_matches('\u{feff}');
    let start = text.trim_start();
    let is_json = start.starts_with(['{', '[']);
    if format == Some(Format::Csv) || (format.is_none() && !is_json) {
        if start.is_empty() {
            return Err(Refused::Whole("the file is empty".into()));
        }
        if start.starts_with('<') {
            let why = "this is XML or HTML; CSV, a STIX 2.1 bundle (JSON) or a MISP event (JSON) is expected";
            return Err(Refused::Whole(why.into()));
        }
        return csv::read(text, draft);
    }
    let unreadable = |error: serde_json::Error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        let why = error.to_string();
        let why = why.split(" at line ").next().unwrap_or(&why);
        Refused::At(
            place,
            format!("this is no JSON of the kind expected: {why}"),
        )
    };
    let top = if start.starts_with('[') {
        // Several events, as MISP's own export writes them.
        Top {
            response: Some(serde_json::from_str(text).map_err(unreadable)?),
            ..Top::default()
        }
    } else {
        serde_json::from_str(text).map_err(unreadable)?
    };
    let stix = top.objects.filter(|_| top.kind.is("bundle"));
    let wrapped = top.response.into_iter().flat_map(|many| many.0);
    let events = top.event.into_iter().chain(wrapped.map(|one| one.event));
    let events: Vec<misp::Event> = events.flat_map(|many| many.0).collect();
    match (stix, events.is_empty(), format) {
        (Some(objects), _, None | Some(Format::Stix)) => stix::read(&objects, draft),
        (_, false, None | Some(Format::Misp)) => {
            for event in &events {
                misp::read(event, draft);
            }
        }
        (_, _, Some(Format::Stix)) => {
            return Err(Refused::Whole(
                "this is no STIX 2.1 bundle: {\"type\": \"bundle\", \"objects\": […]} is expected"
                    .into(),
            ));
        }
        (_, _, Some(_)) => {
            return Err(Refused::Whole("this is no MISP event: {\"Event\": {…}} or {\"response\": [{\"Event\": {…}}]} is expected".into()));
        }
        _ => {
            return Err(Refused::Whole(
                "this JSON is neither a STIX 2.1 bundle (\"type\": \"bundle\" with \"objects\") nor a MISP event (\"Event\" or \"response\")".into(),
            ));
        }
    }
    Ok(())
}

/// Why a file of which nothing is left is refused.
fn nothing(draft: &Draft<'_>) -> Refused {
    let refused = draft.refused.len() as u64 + draft.refused_more;
    let skipped: u64 = draft.skipped.values().sum();
    Refused::Whole(format!(
        "nothing in it can be listed ({refused} refused, {skipped} passed over), so nothing was changed"
    ))
}

/// A label as it is kept: one line, not too long.
fn label(text: &str) -> Option<Arc<str>> {
    let label = cut(text);
    (!label.is_empty()).then(|| label.into())
}
