//! CSV reports.

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::export;
use crate::intake::{Refused, when};
use crate::web::Web;
use crate::web::auth::{Caller, Scope};

/// Which time span.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// Screened at or after this: a date or an RFC 3339 time.
    from: Option<String>,
    /// Screened before this.
    to: Option<String>,
}

/// The latency report: one line for each session that started in the span, by candidate.
#[utoipa::path(
    get, path = "/exports/latency.csv", tag = "exports", operation_id = "export_latency", params(Span),
    responses((status = 200, description = "CSV", content_type = "text/csv"), (status = 403, description = "A key for something else"))
)]
pub async fn latency(
    State(web): State<Web>,
    caller: Caller,
    span: Result<Query<Span>, axum::extract::rejection::QueryRejection>,
) -> Result<Response> {
    caller.may(Scope::Export)?;
    let (from, to) = times(span)?;
    let mut csv = Vec::new();
    export::latency::write(&web.app.db, from, to, &mut csv).await?;
    Ok(file("latency.csv", csv))
}

/// The findings report: one line for each finding of each screening.
#[utoipa::path(
    get, path = "/exports/findings.csv", tag = "exports", operation_id = "export_findings", params(Span),
    responses((status = 200, description = "CSV", content_type = "text/csv"), (status = 403, description = "A key for something else"))
)]
pub async fn findings(
    State(web): State<Web>,
    caller: Caller,
    span: Result<Query<Span>, axum::extract::rejection::QueryRejection>,
) -> Result<Response> {
    caller.may(Scope::Export)?;
    let (from, to) = times(span)?;
    let mut csv = Vec::new();
    export::findings::write(&web.app.db, from, to, &mut csv).await?;
    Ok(file("findings.csv", csv))
}

/// From when to when.
fn times(
    span: Result<Query<Span>, axum::extract::rejection::QueryRejection>,
) -> Result<(Option<Timestamp>, Option<Timestamp>)> {
    let Query(span) = span.map_err(|error| Error::Malformed(error.body_text()))?;
    let time = |field: &str, text: Option<String>| {
        let read = text.map(|text| when::timestamp(&text)).transpose();
        read.map_err(|refused| Refused {
            field: Some(field.to_owned()),
            ..refused
        })
    };
    Ok((time("from", span.from)?, time("to", span.to)?))
}

/// A CSV file to keep.
fn file(name: &str, csv: Vec<u8>) -> Response {
    let kind = "text/csv; charset=utf-8; header=present".to_owned();
    let headers = [
        (header::CONTENT_TYPE, kind),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    (headers, csv).into_response()
}
