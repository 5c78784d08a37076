//! What machines at work say, handed in.

use std::io::Read as _;

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::app::{App, compute};
use crate::error::{Error, Result};
use crate::intake::Refused;
use crate::telemetry::formats::{self, Context, Encoding, Read, RefusedItem, Table};
use crate::telemetry::{self, Verdict, mapping};
use crate::web::auth::{Caller, Scope};
use crate::web::{Web, body};

/// Bytes of a body, packed or not.
const LIMIT: usize = 16 << 20;

/// Bytes of a body that came packed.
const UNPACKED: usize = 64 << 20;

/// What became of a body.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub struct Taken {
    /// Items that are kept.
    pub(super) accepted: usize,
    /// Items that were kept before.
    pub(super) duplicate: usize,
    /// Items that are no concern of ours.
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) ignored: usize,
    /// Items that were refused.
    pub(in crate::web) refused: Vec<RefusedHere>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives it so")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// An item that was refused.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RefusedHere {
    /// Its place in the body, from 0.
    pub(super) index: usize,
    /// The line it begins on, where the body has lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) line: Option<u64>,
    /// The field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) field: Option<String>,
    /// What is wrong, and what would be right.
    pub(super) reason: String,
}

impl From<RefusedHere> for Refused {
    fn from(one: RefusedHere) -> Self {
        Self {
            line: one.line,
            field: one.field,
            reason: one.reason,
        }
    }
}

impl From<RefusedItem> for RefusedHere {
    fn from(one: RefusedItem) -> Self {
        Self {
            index: one.index,
            line: one.line,
            field: one.field,
            reason: one.reason,
        }
    }
}

impl Taken {
    /// Whether nothing but refusals came of it.
    pub(super) fn is_refused(&self) -> bool {
        !self.refused.is_empty() && self.accepted + self.duplicate == 0
    }
}

impl IntoResponse for Taken {
    /// 200, or 422 where nothing but refusals came of it.
    fn into_response(self) -> Response {
        if !self.is_refused() {
            return axum::Json(self).into_response();
        }
        let first = &self.refused[0];
        let place = first
            .field
            .as_ref()
            .map(|field| format!("{field}: "))
            .unwrap_or_default();
        let detail = format!("item {}: {place}{}", first.index, first.reason);
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        problem_details::ProblemDetails::from_status_code(status)
            .with_detail(detail)
            .with_extensions(self)
            .into_response()
    }
}

/// Hand in summaries of sessions' timings.
///
/// JSON (an object, a list, or one object a line) or CSV, also gzipped. Device, kind and id together are a
/// session's identity: the same again is a duplicate. Timings alone: a key's code is refused.
#[utoipa::path(
    post, path = "/latency/sessions", tag = "telemetry", operation_id = "take_sessions",
    request_body(content = String, content_type = "application/json"),
    responses((status = 200, description = "What became of each item", body = Taken),
        (status = 422, description = "All of it was refused", body = Taken))
)]
pub async fn sessions(
    State(web): State<Web>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Taken> {
    own(&web, &caller, &headers, body, Table::Sessions).await
}

/// Hand in single timings; they are summed up by session.
///
/// The same time and length of one session again is a duplicate.
#[utoipa::path(
    post, path = "/latency/samples", tag = "telemetry", operation_id = "take_samples",
    request_body(content = String, content_type = "application/json"),
    responses((status = 200, description = "What became of each item", body = Taken),
        (status = 422, description = "All of it was refused", body = Taken))
)]
pub async fn samples(
    State(web): State<Web>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Taken> {
    own(&web, &caller, &headers, body, Table::Samples).await
}

/// Hand in what was seen on devices: USB devices, screens, programs, sessions, networks, places.
#[utoipa::path(
    post, path = "/devices/observations", tag = "telemetry", operation_id = "take_observations",
    request_body(content = String, content_type = "application/json"),
    responses((status = 200, description = "What became of each item", body = Taken),
        (status = 422, description = "All of it was refused", body = Taken))
)]
pub async fn observations(
    State(web): State<Web>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Taken> {
    own(&web, &caller, &headers, body, Table::Observations).await
}

async fn own(
    web: &Web,
    caller: &Caller,
    headers: &HeaderMap,
    body: Body,
    table: Table,
) -> Result<Taken> {
    caller.may(Scope::Telemetry)?;
    let bytes = unpacked(headers, body).await?;
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let (encoding, now) = (Encoding::of(kind, &bytes), web.app.now());
    let read = compute(move || formats::own(&bytes, encoding, table, now)).await?;
    take(&web.app, read).await
}

/// Which addresses are which devices and probes.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
pub struct Mapping {
    /// `10.0.0.5=LT-0042`, several with a comma between them; for Zeek.
    hosts: String,
    /// `192.0.2.7=us-west/47.6/-122.3`, several with a comma between them; for Zeek.
    probes: String,
}

/// Hand in another program's log: `osquery`, `defender`, `falcon` or `zeek`.
#[utoipa::path(
    post, path = "/telemetry/{format}", tag = "telemetry", operation_id = "take_log",
    params(("format" = String, Path, description = "osquery, defender, falcon or zeek"), Mapping),
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 200, description = "What became of each item", body = Taken),
        (status = 404, description = "No such format"),
        (status = 422, description = "All of it was refused", body = Taken))
)]
pub async fn log(
    State(web): State<Web>,
    caller: Caller,
    Path(format): Path<String>,
    mapping: Result<Query<Mapping>, axum::extract::rejection::QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Taken> {
    caller.may(Scope::Telemetry)?;
    let Query(mapping) = mapping.map_err(|error| Error::Malformed(error.body_text()))?;
    let format = formats::by_name(&format).ok_or(Error::NotFound("format"))?;
    let bytes = unpacked(&headers, body).await?;
    let now = web.app.now();
    let hosts = mapping::hosts(mapping.hosts.split(','))?;
    let probes = mapping::probes(mapping.probes.split(','))?;
    let read = compute(move || {
        let context = Context {
            hosts: &hosts,
            probes: &probes,
            ..Context::new(now, Table::Observations)
        };
        let mut read = (format.read)(&bytes, &context);
        read.items_of_interest();
        read
    });
    take(&web.app, read.await?).await
}

/// Keeps what was read.
pub(in crate::web) async fn take(app: &App, read: Read) -> Result<Taken> {
    let mut taken = Taken {
        ignored: read.ignored,
        refused: read.refused.into_iter().map(Into::into).collect(),
        ..Taken::default()
    };
    let verdicts = telemetry::take(app, read.items).await?;
    for (index, verdict) in read.places.into_iter().zip(verdicts) {
        match verdict {
            Verdict::Accepted => taken.accepted += 1,
            Verdict::Duplicate => taken.duplicate += 1,
            Verdict::Refused(why) => taken.refused.push(RefusedHere {
                index,
                line: None,
                field: None,
                reason: why.to_owned(),
            }),
        }
    }
    taken.refused.sort_by_key(|one| one.index);
    Ok(taken)
}

/// The body; unpacked where it came packed with gzip.
pub(in crate::web) async fn unpacked(headers: &HeaderMap, body: Body) -> Result<Bytes> {
    let bytes = body::read(body, LIMIT).await?;
    let coding = headers.get(header::CONTENT_ENCODING);
    let coding = coding.map(|one| one.to_str().unwrap_or("?").trim().to_ascii_lowercase());
    match coding.as_deref() {
        None | Some("" | "identity") => Ok(bytes),
        Some("gzip" | "x-gzip") => compute(move || gunzip(&bytes)).await?,
        Some(_) => Err(Error::Malformed(
            "Content-Encoding: gzip alone is read".into(),
        )),
    }
}

fn gunzip(bytes: &[u8]) -> Result<Bytes> {
    let mut out = Vec::new();
    let limit = u64::try_from(UNPACKED).unwrap_or(u64::MAX);
    let mut reader = flate2::read::MultiGzDecoder::new(bytes).take(limit + 1);
    let read = reader.read_to_end(&mut out);
    read.map_err(|error| Error::Malformed(format!("the gzip cannot be read: {error}")))?;
    if out.len() > UNPACKED {
        return Err(Error::TooLarge(format!(
            "unpacked, the body is larger than {} MiB",
            UNPACKED >> 20
        )));
    }
    Ok(out.into())
}
