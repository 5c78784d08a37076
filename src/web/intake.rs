//! Handing in: a résumé, which is screened at once, and files of records, which become imports.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::extract::multipart::Field;
use axum::extract::{Form, Path, Query, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Web;
use super::connections::{Fields, text};
use super::pages::intake::{
    ImportPage, ImportRow, ImportsPage, NewIntakePage, RefusedShown, Wrong,
};
use super::parts::{self, Parts};
use super::visitor::Visitor;
use crate::app::App;
use crate::application::Stage;
use crate::audit::{self, Action};
use crate::error::{Error, Result};
use crate::imports::{self, Format, HandedIn, Mapping, Preview, State as Stands, Upload};
use crate::intake::Limits;
use crate::store::imports as store;

/// Imports on a page.
const PAGE: i64 = 50;

/// Refused rows that a page shows; the file has all.
const REFUSED_SHOWN: i64 = 100;

/// How long a résumé may take to arrive, and a file of records.
const RESUME_WITHIN: Duration = Duration::from_mins(2);
const FILE_WITHIN: Duration = Duration::from_mins(15);

/// Bytes of what is typed beside a file.
const TYPED: usize = Limits::RESUME_TEXT + (64 << 10);

const MISSING: Error = Error::NotFound("import");

/// The forms.
pub(super) async fn new(State(web): State<Web>) -> NewIntakePage {
    page(&web.app, HandedIn::default(), None)
}

fn page(app: &App, entered: HandedIn, refused: Option<Wrong>) -> NewIntakePage {
    NewIntakePage {
        entered,
        limit_mib: app.import_limit >> 20,
        refused,
    }
}

/// What a visitor can mend is told on the form, with what was typed.
fn again(app: &App, entered: HandedIn, of: &'static str, error: Error) -> Result<Response> {
    let status = match &error {
        Error::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Error::TooLarge(_) | Error::TooSlow(_) | Error::Unavailable(_) => error.status(),
        _ => return Err(error),
    };
    let (field, reason) = match error {
        Error::Refused(refused) => (refused.field.unwrap_or_default(), refused.reason),
        other => ("file".to_owned(), other.to_string()),
    };
    let page = page(app, entered, Some(Wrong { of, field, reason }));
    Ok((status, page).into_response())
}

/// Screens a résumé and shows whom it is about.
pub(super) async fn resume(
    State(web): State<Web>,
    visitor: Visitor,
    request: Request,
) -> Result<Response> {
    let mut typed = BTreeMap::new();
    let taken = async {
        // Room to read on behind a file that is too large, for what was typed.
        let parts = parts::open(request, 2 * Limits::RESUME_FILE as u64).await;
        let parts = parts.map_err(of_resume)?;
        let reading = tokio::time::timeout(RESUME_WITHIN, read_resume(parts, &mut typed));
        let file = reading
            .await
            .map_err(|_| Error::TooSlow(RESUME_WITHIN.as_secs()))?
            .map_err(of_resume)?;
        let stage = stage(typed.get("stage"))?;
        let handed_in = HandedIn {
            stage,
            file,
            ..handed_in(&typed)
        };
        imports::hand_in(&web.app, &visitor.user, handed_in).await
    };
    match taken.await {
        Ok(id) => Ok(Redirect::to(&format!("/candidates/{id}")).into_response()),
        Err(error) => again(&web.app, handed_in(&typed), "resume", error),
    }
}

/// What was typed.
fn handed_in(typed: &BTreeMap<String, String>) -> HandedIn {
    let of = |name: &str| typed.get(name).cloned().unwrap_or_default();
    HandedIn {
        name: of("name"),
        emails: of("emails"),
        phones: of("phones"),
        external_id: of("external_id"),
        agency: of("agency"),
        stage: super::stage(&of("stage")),
        text: of("text"),
        file: None,
    }
}

/// The stage that was chosen; the first where none was.
fn stage(word: Option<&String>) -> Result<Stage> {
    let word = word.map_or("", |word| word.trim());
    let known = Stage::ALL.into_iter().find(|stage| stage.word() == word);
    known
        .or(word.is_empty().then(Stage::default))
        .ok_or_else(|| {
            let known = Stage::ALL.map(Stage::word).join(", ");
            crate::error::refused("stage", format!("is none of {known}"))
        })
}

const ONE_FILE: &str = "one file at a time: hand the others in after it";

type File = (String, Vec<u8>);

/// Whatever was too large, it is the file.
fn of_resume(error: Error) -> Error {
    match error {
        Error::TooLarge(_) => Error::TooLarge(format!(
            "the file is larger than {} MiB",
            Limits::RESUME_FILE >> 20
        )),
        other => other,
    }
}

/// Reads what was typed, and the file, if there is one.
async fn read_resume(
    mut parts: Parts,
    typed: &mut BTreeMap<String, String>,
) -> Result<Option<File>> {
    let (mut file, mut too_large) = (None, false);
    let failure = parts.failure();
    while let Some(mut part) = parts.next().await? {
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.file_name().map(str::to_owned);
        let mut bytes = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(|error| failure(&error))? {
            let size = bytes.len() + chunk.len();
            if file_name.is_none() && size > TYPED {
                return Err(crate::error::refused(&name, "is too long"));
            }
            if size > Limits::RESUME_FILE {
                too_large = true;
            } else {
                bytes.extend_from_slice(&chunk);
            }
        }
        match file_name {
            // A browser sends a file without a name where none was chosen.
            Some(file_name) if file_name.is_empty() && bytes.is_empty() => {}
            Some(_) if file.is_some() => return Err(crate::error::refused("file", ONE_FILE)),
            Some(file_name) => file = Some((file_name, bytes)),
            None => {
                let value = String::from_utf8_lossy(&bytes).replace('\0', "");
                typed.insert(name, value);
            }
        }
    }
    if too_large {
        return Err(of_resume(Error::TooLarge(String::new())));
    }
    Ok(file)
}

/// Takes a file of records in, and asks what is in it.
pub(super) async fn upload(
    State(web): State<Web>,
    visitor: Visitor,
    request: Request,
) -> Result<Response> {
    let app = &web.app;
    let taken = async {
        let parts = parts::open(request, app.import_limit).await?;
        let taking = tokio::time::timeout(FILE_WITHIN, take_file(app, &visitor, parts));
        taking
            .await
            .map_err(|_| Error::TooSlow(FILE_WITHIN.as_secs()))?
    };
    match taken.await {
        Ok(id) => Ok(Redirect::to(&format!("/intake/files/{id}")).into_response()),
        Err(error) => again(app, HandedIn::default(), "file", error),
    }
}

async fn take_file(app: &App, visitor: &Visitor, parts: Parts) -> Result<String> {
    let mut begun = None;
    let taken = take_parts(app, visitor, parts, &mut begun).await;
    let Some(mut upload) = begun else {
        taken?;
        return Err(crate::error::refused("file", "is missing; choose one"));
    };
    let taken = match taken {
        Ok(()) => upload.finish(&visitor.user).await,
        Err(error) => Err(error),
    };
    if taken.is_err() {
        upload.discard().await;
    }
    taken
}

/// Begins to keep the one file there is.
async fn take_parts(
    app: &App,
    visitor: &Visitor,
    mut parts: Parts,
    begun: &mut Option<Upload>,
) -> Result<()> {
    let failure = parts.failure();
    while let Some(mut part) = parts.next().await? {
        let Some(file_name) = named(&part) else {
            continue;
        };
        if begun.is_some() {
            return Err(crate::error::refused("file", ONE_FILE));
        }
        let upload = begun.insert(Upload::begin(app, &visitor.user, &file_name).await?);
        while let Some(chunk) = part.chunk().await.map_err(|error| failure(&error))? {
            upload.push(&chunk).await?;
        }
    }
    Ok(())
}

/// The name of a file; a browser sends one without where none was chosen.
fn named(part: &Field<'_>) -> Option<String> {
    let name = part.file_name().filter(|name| !name.is_empty());
    name.map(str::to_owned)
}

/// Where a list goes on, and what a form did.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Question {
    before: String,
    done: String,
    live: String,
}

/// Every import, the latest first.
pub(super) async fn index(
    State(web): State<Web>,
    Query(question): Query<Question>,
) -> Result<ImportsPage> {
    let before = (!question.before.is_empty()).then_some(question.before.as_str());
    let mut found = store::list(&web.app.db, before, PAGE + 1).await?;
    let more = found.len() > usize::try_from(PAGE).unwrap_or_default();
    found.truncate(usize::try_from(PAGE).unwrap_or_default());
    Ok(ImportsPage {
        next: found.last().filter(|_| more).map(|last| last.id.clone()),
        continued: before.is_some(),
        imports: found.iter().map(ImportRow::of).collect(),
    })
}

/// One import: what its columns are, how far it is, or what came of it.
pub(super) async fn show(
    State(web): State<Web>,
    Path(id): Path<String>,
    Query(question): Query<Question>,
) -> Result<Response> {
    let import = store::by_id(&web.app.db, &id).await?.ok_or(MISSING)?;
    if import.state() == Stands::Arriving {
        return Err(MISSING);
    }
    let mut page = shown(&web.app, &import, import.mapping.0.clone()).await?;
    page.mapped = question.done == "mapped";
    page.live = !question.live.is_empty();
    let refreshes = import.state().is_under_way() && !page.live;
    let mut response = page.into_response();
    if refreshes {
        // Without JavaScript the page asks again by itself; with it, the script asks for figures alone.
        let name = HeaderName::from_static("refresh");
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static("2"));
    }
    Ok(response)
}

async fn shown(app: &App, import: &store::Import, mapping: Mapping) -> Result<ImportPage> {
    let state = import.state();
    let mut preview = Preview::default();
    let mut same = None;
    if state == Stands::Mapping {
        preview = imports::preview(app, import, &mapping).await?;
        same = store::same_file(&app.db, import).await?;
    }
    let mut refused = Vec::new();
    if state.is_over() && import.refused > 0 {
        let (rows, _) = imports::refused_rows(app, &import.id, i64::MIN, REFUSED_SHOWN).await?;
        refused = rows.into_iter().map(RefusedShown::of).collect();
    }
    Ok(ImportPage {
        row: ImportRow::of(import),
        mapping,
        preview,
        same: same.as_ref().map(ImportRow::of),
        refused,
        ..ImportPage::default()
    })
}

/// How far an import is.
#[derive(Debug, Serialize)]
pub(super) struct Progress {
    over: bool,
    percent: i64,
    stands: &'static str,
    told: String,
}

/// The figures that a script asks for.
pub(super) async fn progress(
    State(web): State<Web>,
    Path(id): Path<String>,
) -> Result<Json<Progress>> {
    let import = store::by_id(&web.app.db, &id).await?.ok_or(MISSING)?;
    let row = ImportRow::of(&import);
    Ok(Json(Progress {
        over: !row.state.is_under_way(),
        percent: row.percent(),
        stands: row.stands(),
        told: row.progress(),
    }))
}

/// What the form says of the columns.
fn mapping(import: &store::Import, fields: &BTreeMap<String, String>) -> Mapping {
    let mut mapping = import.mapping.0.clone();
    for (at, column) in mapping.columns.iter_mut().enumerate() {
        if let Some(word) = fields.get(&format!("column.{at}")) {
            column.clone_from(word);
        }
    }
    mapping.source = text(fields, "source").unwrap_or_default();
    mapping.agency = text(fields, "agency");
    mapping
}

/// Keeps what the columns are, or shows what is wrong with it.
async fn keep_mapping(
    web: &Web,
    visitor: &Visitor,
    id: &str,
    fields: &BTreeMap<String, String>,
) -> Result<Option<Response>> {
    let import = store::by_id(&web.app.db, id).await?.ok_or(MISSING)?;
    let mut mapping = mapping(&import, fields);
    let kept = match stage(fields.get("stage")) {
        Ok(stage) => {
            mapping.stage = stage;
            imports::map(&web.app, id, &mapping, &visitor.user).await
        }
        Err(error) => Err(error),
    };
    match kept {
        Ok(()) => Ok(None),
        Err(Error::Refused(refused)) => {
            let mut page = shown(&web.app, &import, mapping).await?;
            page.wrong = Some(Wrong {
                of: "mapping",
                field: refused.field.unwrap_or_default(),
                reason: refused.reason,
            });
            Ok(Some(
                (StatusCode::UNPROCESSABLE_ENTITY, page).into_response(),
            ))
        }
        Err(other) => Err(other),
    }
}

/// Shows how the first rows would be read so.
pub(super) async fn map(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Fields,
) -> Result<Response> {
    if let Some(wrong) = keep_mapping(&web, &visitor, &id, &fields).await? {
        return Ok(wrong);
    }
    Ok(Redirect::to(&format!("/intake/files/{id}?done=mapped#preview")).into_response())
}

/// Has the rows taken in.
pub(super) async fn start(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Fields,
) -> Result<Response> {
    if let Some(wrong) = keep_mapping(&web, &visitor, &id, &fields).await? {
        return Ok(wrong);
    }
    imports::start(&web.app, &visitor.actor(), &id).await?;
    Ok(Redirect::to(&format!("/intake/files/{id}")).into_response())
}

/// Stops an import, or takes a file away that was never started.
pub(super) async fn cancel(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Redirect> {
    imports::cancel(&web.app, &visitor.actor(), &id).await?;
    Ok(Redirect::to(&format!("/intake/files/{id}")))
}

/// The refused rows of a CSV.
pub(super) async fn refused_csv(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response> {
    refused(&web, &visitor, &id, "csv", "text/csv; charset=utf-8").await
}

/// The refused records of JSON.
pub(super) async fn refused_ndjson(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response> {
    refused(&web, &visitor, &id, "ndjson", "application/x-ndjson").await
}

async fn refused(
    web: &Web,
    visitor: &Visitor,
    id: &str,
    extension: &'static str,
    kind: &'static str,
) -> Result<Response> {
    let import = store::by_id(&web.app.db, id).await?.ok_or(MISSING)?;
    let is_csv = Format::of_word(&import.format) == Format::Csv;
    if is_csv != (extension == "csv") {
        return Err(Error::NotFound("file of refused rows"));
    }
    let file = imports::handed_back(&web.app, &import).await?;
    let object = format!("import:{id}");
    let detail = json!({"rows": import.refused});
    audit::note(
        &web.app,
        &visitor.actor(),
        Action::Exported,
        &object,
        &detail,
    )
    .await?;
    let named = format!("attachment; filename=\"refused.{extension}\"");
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, named),
    ];
    Ok((headers, file).into_response())
}
