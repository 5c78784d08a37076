//! CSV reports.

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Deserialize;

use crate::audit::Actor;
use crate::error::{Error, Result};
use crate::export::stream::{self, Report, Span};
use crate::intake::{Refused, when};
use crate::web::Web;
use crate::web::auth::{Caller, Scope};

/// Which time span, and how it is written.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// At or after this: a date or an RFC 3339 time.
    from: Option<String>,
    /// Before this.
    to: Option<String>,
    /// Whether to begin with a byte order mark, so that every spreadsheet takes it for UTF-8.
    #[serde(default)]
    bom: bool,
}

type Asked = Result<Query<Wanted>, QueryRejection>;

/// The findings report: one line for each finding of each screening made in the span.
#[utoipa::path(
    get, path = "/exports/findings.csv", tag = "exports", operation_id = "export_findings", params(Wanted),
    responses((status = 200, description = "CSV", content_type = "text/csv"), (status = 403, description = "A key for something else"))
)]
pub async fn findings(State(web): State<Web>, caller: Caller, asked: Asked) -> Result<Response> {
    by_key(&web, &caller, Report::Findings, asked).await
}

/// The decisions report: one line for each decision made in the span.
#[utoipa::path(
    get, path = "/exports/decisions.csv", tag = "exports", operation_id = "export_decisions", params(Wanted),
    responses((status = 200, description = "CSV", content_type = "text/csv"), (status = 403, description = "A key for something else"))
)]
pub async fn decisions(State(web): State<Web>, caller: Caller, asked: Asked) -> Result<Response> {
    by_key(&web, &caller, Report::Decisions, asked).await
}

/// The latency report: one line for each session that started in the span, by candidate.
#[utoipa::path(
    get, path = "/exports/latency.csv", tag = "exports", operation_id = "export_latency", params(Wanted),
    responses((status = 200, description = "CSV", content_type = "text/csv"), (status = 403, description = "A key for something else"))
)]
pub async fn latency(State(web): State<Web>, caller: Caller, asked: Asked) -> Result<Response> {
    by_key(&web, &caller, Report::Latency, asked).await
}

/// The audit log: every entry from the first to the last of the span, with the hashes that chain them.
#[utoipa::path(
    get, path = "/exports/audit.csv", tag = "exports", operation_id = "export_audit", params(Wanted),
    responses((status = 200, description = "CSV", content_type = "text/csv"), (status = 403, description = "A key for something else"))
)]
pub async fn audit(State(web): State<Web>, caller: Caller, asked: Asked) -> Result<Response> {
    by_key(&web, &caller, Report::Audit, asked).await
}

async fn by_key(web: &Web, caller: &Caller, report: Report, asked: Asked) -> Result<Response> {
    caller.may(Scope::Export)?;
    sheet(web, &Actor::from(&caller.0), report, asked).await
}

/// A report as a file, row by row.
pub(in crate::web) async fn sheet(
    web: &Web,
    who: &Actor,
    report: Report,
    asked: Asked,
) -> Result<Response> {
    let Query(asked) = asked.map_err(|error| Error::Malformed(error.body_text()))?;
    let span = Span {
        from: time("from", asked.from.as_deref())?,
        to: time("to", asked.to.as_deref())?,
    };
    let rows = stream::start(&web.app, who, report, span, asked.bom).await?;
    let name = format!("{}.csv", report.word());
    Ok((file_headers(&name), Body::from_stream(rows)).into_response())
}

/// A time in an address; empty is none, as forms send what is not filled in.
pub(in crate::web) fn time(field: &str, text: Option<&str>) -> Result<Option<Timestamp>> {
    let text = text.filter(|text| !text.is_empty());
    let read = text.map(when::timestamp).transpose();
    Ok(read.map_err(|refused| Refused {
        field: Some(field.to_owned()),
        ..refused
    })?)
}

/// Says of an answer that it is a CSV file to keep.
pub(in crate::web) fn file_headers(name: &str) -> [(header::HeaderName, String); 2] {
    [
        (
            header::CONTENT_TYPE,
            "text/csv; charset=utf-8; header=present".to_owned(),
        ),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ]
}
