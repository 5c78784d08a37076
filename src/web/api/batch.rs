//! NDJSON in, NDJSON out, streamed: a result or a problem for each line, in the order of the lines.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::io::{StreamReader, SyncIoBridge};

use crate::audit::{self, Action, Actor};
use crate::error::{Error, Result};
use crate::intake;
use crate::screening::Screening;
use crate::screening::desk::{BATCH, Desk};
use crate::web::Web;
use crate::web::auth::{Caller, Scope};

/// A line that was refused, in place of its result.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RefusedLine {
    /// HTTP status that the record alone would have got.
    status: u16,
    /// The line, counted from 1.
    line: Option<u64>,
    /// The field, as a path.
    field: Option<String>,
    /// What is wrong.
    detail: String,
}

/// Batches that are read at one time; each keeps a thread.
static OPEN: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(16)));

/// A sender who is silent for longer is let go.
const PATIENCE: Duration = Duration::from_secs(30);

enum Answer {
    Later(oneshot::Receiver<Result<Screening>>),
    Refused(RefusedLine),
}

/// Screen many candidates: one record a line.
///
/// A refused line gets `{"status", "line", "field", "detail"}` and the others go on.
#[utoipa::path(
    post, path = "/candidates:batch", tag = "candidates", operation_id = "screen_batch",
    request_body(content = String, content_type = "application/x-ndjson"),
    responses((status = 200, description = "A screening or a refusal for each line", content_type = "application/x-ndjson"))
)]
pub async fn screen(State(web): State<Web>, caller: Caller, body: Body) -> Result<Response> {
    caller.may(Scope::Candidates)?;
    let open = Arc::clone(&OPEN).try_acquire_owned();
    let open =
        open.map_err(|_| Error::Unavailable("too many batches are open; send this one again"))?;
    let (answers, waiting) = mpsc::channel(BATCH);
    let chunks = body
        .into_data_stream()
        .timeout(PATIENCE)
        .map(|chunk| match chunk {
            Ok(chunk) => chunk.map_err(std::io::Error::other),
            Err(_) => Err(std::io::Error::new(
                std::io::ErrorKind::TimedOut,
                "nothing came for 30 seconds",
            )),
        });
    let reader = SyncIoBridge::new(StreamReader::new(Box::pin(chunks)));
    let (app, desk, by) = (web.app, web.desk, Actor::from(&caller.0));
    let runtime = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || {
        let taken = hand_in(reader, &desk, &answers, &runtime);
        let detail = json!({"format": "api", "rows": taken});
        let told = audit::note(&app, &by, Action::HandedIn, "", &detail);
        if let Err(error) = runtime.block_on(told) {
            error.log();
        }
        drop(open);
    });
    let lines = ReceiverStream::new(waiting)
        .then(|answer| async move { Ok::<_, std::convert::Infallible>(line(answer).await) });
    let headers = [(header::CONTENT_TYPE, "application/x-ndjson")];
    Ok((headers, Body::from_stream(lines)).into_response())
}

/// Hands in line after line; waits when the desk is full or the caller reads slowly.
fn hand_in(
    reader: impl std::io::Read,
    desk: &Desk,
    answers: &mpsc::Sender<Answer>,
    runtime: &tokio::runtime::Handle,
) -> u64 {
    let mut taken = 0;
    for record in intake::ndjson_from(std::io::BufReader::new(reader), "api") {
        let answer = match record {
            Ok(application) => match runtime.block_on(desk.queue(application)) {
                Ok(result) => {
                    taken += 1;
                    Answer::Later(result)
                }
                Err(error) => Answer::Refused(RefusedLine::of(&error)),
            },
            Err(refused) => Answer::Refused(RefusedLine::of(&Error::Refused(refused))),
        };
        if answers.blocking_send(answer).is_err() {
            break;
        }
    }
    taken
}

impl RefusedLine {
    fn of(error: &Error) -> Self {
        error.log();
        let refused = match error {
            Error::Refused(refused) => Some(refused),
            _ => None,
        };
        Self {
            status: error.status().as_u16(),
            line: refused.and_then(|refused| refused.line),
            field: refused.and_then(|refused| refused.field.clone()),
            detail: refused.map_or_else(|| error.to_string(), |refused| refused.reason.clone()),
        }
    }
}

async fn line(answer: Answer) -> String {
    let mut line = match answer {
        Answer::Refused(refused) => serde_json::to_string(&refused),
        Answer::Later(result) => match result.await {
            Ok(Ok(screening)) => serde_json::to_string(&screening),
            Ok(Err(error)) => serde_json::to_string(&RefusedLine::of(&error)),
            Err(_) => serde_json::to_string(&RefusedLine::of(&Error::Unavailable(
                "the service is shutting down",
            ))),
        },
    }
    .expect("an answer serializes");
    line.push('\n');
    line
}
