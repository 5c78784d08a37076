//! Forms with files: read part by part, bounded in size and time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::multipart::Field;
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::header;
use futures_util::stream;
use tokio_stream::StreamExt as _;

use crate::error::{Error, Result};

/// A sender who is silent for longer is let go.
const PATIENCE: Duration = Duration::from_secs(30);

/// Bytes beyond the limit that are taken and thrown away, so that a browser hears the answer.
const DRAINED: u64 = 8 << 20;

/// What the parts' own heads may take beside what is in them.
const HEADS: u64 = 64 << 10;

/// Parts that a form has at the most.
const PARTS: usize = 64;

const FINE: u8 = 0;
const OVER: u8 = 1;
const SILENT: u8 = 2;

/// A form on its way in.
pub(super) struct Parts {
    multipart: Multipart,
    went: Arc<AtomicU8>,
    limit: u64,
    seen: usize,
}

/// Begins to read a form of no more than `limit` bytes. Its route has no limit of its own.
///
/// # Errors
/// It is no form with files, or says itself that it is far too large.
pub(super) async fn open(request: Request, limit: u64) -> Result<Parts> {
    let most = limit + HEADS;
    let declared = request.headers().get(header::CONTENT_LENGTH);
    let declared = declared.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > most + DRAINED) {
        return Err(too_large(limit));
    }
    let went = Arc::new(AtomicU8::new(FINE));
    let (parts, body) = request.into_parts();
    let body = Body::from_stream(bounded(body, most, went.clone()));
    let multipart = Multipart::from_request(Request::from_parts(parts, body), &()).await;
    let multipart = multipart
        .map_err(|_| Error::Malformed("this form is sent as multipart/form-data".into()))?;
    Ok(Parts {
        multipart,
        went,
        limit,
        seen: 0,
    })
}

fn too_large(limit: u64) -> Error {
    Error::TooLarge(format!("it is larger than {} MiB", limit >> 20))
}

/// A body's bytes, up to so many.
fn bounded(
    body: Body,
    most: u64,
    went: Arc<AtomicU8>,
) -> impl futures_util::Stream<Item = std::io::Result<Bytes>> + Send {
    let chunks = Box::pin(body.into_data_stream().timeout(PATIENCE));
    let end = |went: &AtomicU8, how: u8, why: &str| {
        went.store(how, Ordering::Relaxed);
        Some(Err(std::io::Error::other(why.to_owned())))
    };
    stream::unfold(Some((chunks, 0_u64, went)), move |state| async move {
        let (mut chunks, mut seen, went) = state?;
        // The parser takes whatever is ready before it looks at any of it: one chunk at a time is.
        tokio::task::yield_now().await;
        let item = match chunks.next().await? {
            Ok(Ok(chunk)) => {
                seen += chunk.len() as u64;
                if seen <= most {
                    return Some((Ok(chunk), Some((chunks, seen, went))));
                }
                while seen < most + DRAINED
                    && let Some(Ok(Ok(chunk))) = chunks.next().await
                {
                    seen += chunk.len() as u64;
                }
                end(&went, OVER, "too large")
            }
            Ok(Err(error)) => Some(Err(std::io::Error::other(error))),
            Err(_) => end(&went, SILENT, "nothing came"),
        };
        item.map(|item| (item, None))
    })
}

impl Parts {
    /// The next part.
    pub async fn next(&mut self) -> Result<Option<Field<'_>>> {
        self.seen += 1;
        if self.seen > PARTS {
            return Err(Error::Malformed(format!("the form has over {PARTS} parts")));
        }
        let (went, limit) = (self.went.clone(), self.limit);
        let next = self.multipart.next_field().await;
        next.map_err(|error| wrong(&went, limit, &error))
    }

    /// What turns a failure within a part into what is to be told of it.
    pub fn failure(&self) -> impl Fn(&axum::extract::multipart::MultipartError) -> Error + use<> {
        let (went, limit) = (self.went.clone(), self.limit);
        move |error| wrong(&went, limit, error)
    }
}

fn wrong(went: &AtomicU8, limit: u64, error: &axum::extract::multipart::MultipartError) -> Error {
    match went.load(Ordering::Relaxed) {
        OVER => too_large(limit),
        SILENT => Error::TooSlow(PATIENCE.as_secs()),
        _ => Error::Malformed(format!("the form broke off: {error}")),
    }
}
