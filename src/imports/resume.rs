//! One résumé, handed in and screened at once.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::sync::Semaphore;

use crate::access::User;
use crate::app::{App, compute};
use crate::application::{Application, Stage};
use crate::audit::{self, Action, Actor};
use crate::candidate::CandidateId;
use crate::error::{Error, Result, refused};
use crate::intake::{self, Defaults};
use crate::screening;
use crate::store::{candidates, versions};

/// Files that are read at one time; each keeps a thread, of a hostile file for seconds.
static READING: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(2)));

/// How long a file waits for that, and how long it may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// The name under which a text that was pasted is read.
const PASTED: &str = "pasted.txt";

/// The source of those who are handed in so.
const SOURCE: &str = "file";

/// What somebody hands in.
#[derive(Clone, Debug, Default)]
pub struct HandedIn {
    /// The person's name.
    pub name: String,
    /// Mail addresses, with `;` between them.
    pub emails: String,
    /// Phone numbers, likewise.
    pub phones: String,
    /// The id of the application, where it has one.
    pub external_id: String,
    /// The staffing agency that sent it.
    pub agency: String,
    /// Where it stands in hiring.
    pub stage: Stage,
    /// The résumé's text, where it is no file.
    pub text: String,
    /// The file's name and bytes.
    pub file: Option<(String, Vec<u8>)>,
}

/// Screens it, and says whom it is about. Without an id it gets the one that `telltale screen` gives the file: of its
/// name and of what is in it. The very same content again, under whatever name, is the same candidate.
///
/// # Errors
/// What is wrong, by the form's field.
pub async fn hand_in(app: &App, user: &User, handed_in: HandedIn) -> Result<CandidateId> {
    let application = read(app, handed_in).await?;
    let of = app.clone();
    let prepared = compute(move || screening::prepare(&of, vec![application])).await?;
    let prepared = prepared.into_iter().collect::<Result<Vec<_>>>()?;
    let mut tx = app.db.begin().await?;
    let kept = screening::keep_within(app, &mut tx, prepared).await?;
    let id = kept.ids().pop().ok_or(Error::NotFound("candidate"))?;
    let (who, object) = (Actor::from(user), audit::candidate(&id));
    audit::append(
        app,
        &mut tx,
        &who,
        Action::HandedIn,
        &object,
        &json!({"format": "resume"}),
    )
    .await?;
    tx.commit().await?;
    for screened in kept.screen(app).await {
        screened?;
    }
    Ok(id)
}

/// The application that it is.
async fn read(app: &App, handed_in: HandedIn) -> Result<Application> {
    let HandedIn { text, file, .. } = &handed_in;
    let is_file = file.is_some();
    let (name, bytes) = match (file, text.trim().is_empty()) {
        (Some(_), false) => {
            return Err(refused(
                "text",
                "was given beside a file; one of the two is enough",
            ));
        }
        (Some(file), true) => file.clone(),
        // Browsers send other line ends than files have.
        (None, false) => (PASTED.to_owned(), text.replace("\r\n", "\n").into_bytes()),
        (None, true) => return Err(refused("file", "is missing; choose one, or paste its text")),
    };
    let field = if is_file { "file" } else { "text" };
    let read = document(name, bytes).await?;
    let read = read.map_err(|why| refused(field, why.reason))?;
    let mut record = Map::new();
    let id = match handed_in.external_id.trim() {
        "" => known(app, &read)
            .await?
            .unwrap_or_else(|| read.external_id.clone()),
        id => id.to_owned(),
    };
    record.insert("external_id".into(), id.into());
    record.insert("stage".into(), handed_in.stage.word().into());
    for (key, text) in [("name", &handed_in.name), ("agency", &handed_in.agency)] {
        record.insert(key.into(), text.trim().into());
    }
    for (key, text) in [("emails", &handed_in.emails), ("phones", &handed_in.phones)] {
        let items = text.split([';', '\n']).map(str::trim);
        let items: Vec<&str> = items.filter(|item| !item.is_empty()).collect();
        record.insert(key.into(), items.into());
    }
    record.insert("resume_text".into(), read.resume_text.into());
    let record = Value::Object(record).to_string();
    let mut application = intake::record_with(record.as_bytes(), &Defaults::of_source(SOURCE))?;
    if is_file {
        application.resume_file = read.resume_file;
    }
    Ok(application)
}

/// Reads a document off the threads that serve requests, a few at a time.
async fn document(name: String, bytes: Vec<u8>) -> Result<Result<Application, intake::Refused>> {
    const BUSY: Error = Error::Unavailable("many résumés are being read; hand this one in again");
    let reading = Arc::clone(&READING).acquire_owned();
    let permit = tokio::time::timeout(PATIENCE, reading).await;
    let permit = permit.map_err(|_| BUSY)?.map_err(|_| BUSY)?;
    let reading = tokio::task::spawn_blocking(move || {
        let read = intake::resume(&name, &bytes);
        // Held by the thread: a file that is given up may keep it for longer.
        drop(permit);
        read
    });
    match tokio::time::timeout(PATIENCE, reading).await {
        Ok(Ok(read)) => Ok(read),
        Ok(Err(_)) => Err(refused("file", "the file is damaged and cannot be read")),
        Err(_) => Err(refused(
            "file",
            "the file takes too long to read; save it anew, or paste its text",
        )),
    }
}

/// The id of a candidate who was handed in before with the very same content.
async fn known(app: &App, read: &Application) -> Result<Option<String>> {
    let Some((_, digest)) = read.external_id.rsplit_once('-') else {
        return Ok(None);
    };
    for (id, external_id) in candidates::with_ending(&app.db, SOURCE, digest).await? {
        let versions = versions::of(&app.db, std::slice::from_ref(&id)).await?;
        let mut all = versions.into_values().flatten();
        if all.any(|one| one.application.0.resume_text == read.resume_text) {
            return Ok(Some(external_id));
        }
    }
    Ok(None)
}
