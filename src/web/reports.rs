//! Reports: by period, as files, and selection rates.

use axum::extract::rejection::QueryRejection;
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::Web;
use super::api::exports::{Wanted, file_headers, sheet};
use super::pages::reports::ReportsPage;
use super::pages::selection::{Made, SelectionPage};
use super::visitor::Visitor;
use crate::app::App;
use crate::audit::chain::Noted;
use crate::audit::{self, Action};
use crate::error::{Error, Result};
use crate::export;
use crate::export::stream::Report;
use crate::reports::overview;
use crate::reports::period::Period;
use crate::reports::selection::{self, Selection};
use crate::store::audit_log;

/// Which period.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    period: String,
    from: String,
    to: String,
}

/// The report of a period.
pub(super) async fn index(
    State(web): State<Web>,
    Query(asked): Query<Asked>,
) -> Result<ReportsPage> {
    let (app, today) = (&web.app, web.app.today());
    let period = Period::asked(&asked.period, &asked.from, &asked.to, today)?;
    Ok(ReportsPage {
        view: overview(app, &period).await?,
        choices: Period::choices(today),
        made_at: app.now(),
        ruleset: app.rules.current().digest().to_owned(),
        head: head(app).await?,
        period,
    })
}

/// The last entry of the audit log, as it stands on what is printed.
async fn head(app: &App) -> Result<Option<Noted>> {
    let head = audit_log::head(&app.db).await?;
    Ok(head
        .filter(|(seq, _)| *seq > 0)
        .map(|(seq, hash)| Noted { seq, hash }))
}

type Span = Result<Query<Wanted>, QueryRejection>;

/// The findings as a file.
pub(super) async fn findings(
    State(web): State<Web>,
    visitor: Visitor,
    span: Span,
) -> Result<Response> {
    sheet(&web, &visitor.actor(), Report::Findings, span).await
}

/// The decisions as a file.
pub(super) async fn decisions(
    State(web): State<Web>,
    visitor: Visitor,
    span: Span,
) -> Result<Response> {
    sheet(&web, &visitor.actor(), Report::Decisions, span).await
}

/// The timings as a file.
pub(super) async fn latency(
    State(web): State<Web>,
    visitor: Visitor,
    span: Span,
) -> Result<Response> {
    sheet(&web, &visitor.actor(), Report::Latency, span).await
}

/// Who opened whom, as a file.
pub(super) async fn access(
    State(web): State<Web>,
    visitor: Visitor,
    span: Span,
) -> Result<Response> {
    sheet(&web, &visitor.actor(), Report::Access, span).await
}

/// The audit log as a file.
pub(super) async fn audit(
    State(web): State<Web>,
    visitor: Visitor,
    span: Span,
) -> Result<Response> {
    sheet(&web, &visitor.actor(), Report::Audit, span).await
}

/// Bytes of a file with groups.
const FILE: usize = 16 << 20;

/// The form for selection rates.
pub(super) async fn selection_form() -> SelectionPage {
    SelectionPage::default()
}

/// What was handed in.
#[derive(Default)]
struct Form {
    file: Vec<u8>,
    group: String,
    group2: String,
    leave_out: bool,
    as_csv: bool,
}

/// Selection rates of a file's groups: shown, or sent back as CSV, and forgotten.
pub(super) async fn selection(
    State(web): State<Web>,
    visitor: Visitor,
    mut request: Request,
) -> Result<Response> {
    DefaultBodyLimit::max(FILE).apply(&mut request);
    let form = form(request).await?;
    let (app, as_csv) = (&web.app, form.as_csv);
    let mut page = SelectionPage {
        group: form.group.clone(),
        group2: form.group2.clone(),
        leave_out: form.leave_out,
        ..SelectionPage::default()
    };
    let selection = match made(app, &visitor, &form).await {
        Ok(selection) => selection,
        Err(Error::Refused(why)) => {
            page.wrong = Some(why.reason);
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
        Err(error) => return Err(error),
    };
    if as_csv {
        let csv = export::selection::write(&selection)?;
        return Ok((file_headers("selection.csv"), csv).into_response());
    }
    page.made = Some(Made {
        at: app.now(),
        ruleset: app.rules.current().digest().to_owned(),
        head: head(app).await?,
        selection,
    });
    Ok(page.into_response())
}

async fn form(request: Request) -> Result<Form> {
    let unreadable = |error: &dyn std::fmt::Display| Error::Malformed(format!("the form: {error}"));
    let mut fields = Multipart::from_request(request, &())
        .await
        .map_err(|error| unreadable(&error.body_text()))?;
    let mut form = Form::default();
    loop {
        let field = fields.next_field().await.map_err(|error| wrong(&error))?;
        let Some(field) = field else { return Ok(form) };
        let name = field.name().unwrap_or_default().to_owned();
        let bytes = field.bytes().await.map_err(|error| wrong(&error))?;
        let text = || {
            let text = String::from_utf8_lossy(&bytes).replace('\0', "");
            text.trim().chars().take(100).collect::<String>()
        };
        match &*name {
            "file" => form.file = bytes.into(),
            "group" => form.group = text(),
            "group2" => form.group2 = text(),
            "leave_out" => form.leave_out = text() == "true",
            "as" => form.as_csv = text() == "csv",
            _ => {}
        }
    }
}

fn wrong(error: &axum::extract::multipart::MultipartError) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Error::TooLarge(format!("the file is larger than {} MB", FILE >> 20))
    } else {
        Error::Malformed(format!("the form: {}", error.body_text()))
    }
}

/// Reads, counts, and tells the audit log that it was done and with how many; never with which groups.
async fn made(app: &App, visitor: &Visitor, form: &Form) -> Result<Selection> {
    let columns: Vec<&str> = [&*form.group, &*form.group2]
        .into_iter()
        .filter(|name| !name.is_empty())
        .collect();
    if form.group.is_empty() {
        return Err(crate::error::refused("group", "name the column of groups"));
    }
    let upload = selection::read(&form.file, &columns)?;
    let selection = selection::rates(app, upload, form.leave_out).await?;
    let detail = json!({
        "rows": selection.joined.rows,
        "counted": selection.joined.counted,
        "columns": columns.len(),
        "rule_review": selection.tables.iter().any(selection::Table::asks_for_review),
    });
    let (who, object) = (visitor.actor(), "report:selection");
    audit::note(app, &who, Action::RatesMade, object, &detail).await?;
    Ok(selection)
}
