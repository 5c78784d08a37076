//! What is new since a page of the queue was made, told while somebody looks at it.
//!
//! The stream ends with the sign-in and with the service; a browser that is still allowed to asks again by itself.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::Stream;
use futures_util::stream::unfold;
use serde::Deserialize;
use tokio::sync::watch;

use super::{Question, choices, stored};
use crate::access::sign_in;
use crate::error::{Error, Result};
use crate::store::candidates::{self, Filter};
use crate::web::Web;
use crate::web::visitor::Visitor;

/// How often to look for what other instances saved, and whether the sign-in still stands.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Screenings come in bursts: they are counted no oftener than this.
const AT_MOST_EVERY: Duration = Duration::from_millis(250);

/// After what time a browser asks again when the stream has ended.
const RETRY: Duration = Duration::from_secs(5);

/// Since when.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct Since {
    since: i64,
}

/// Tells how many candidates that match are new or have changed since a time, whenever the number is another.
pub(in crate::web) async fn events(
    State(web): State<Web>,
    visitor: Visitor,
    Query(question): Query<Question>,
    since: Result<Query<Since>, axum::extract::rejection::QueryRejection>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let Query(Since { since }) =
        since.map_err(|_| Error::Malformed("`since` is missing: a time in milliseconds".into()))?;
    let filter = question.filter(&web.app, &choices(&web.app).await?)?;
    let watching = Watching {
        filter: stored(&web.app, &visitor.user, &filter).await?,
        heard: web.app.news.listen(),
        sign_in: visitor.sign_in,
        web,
        since,
        told: 0,
    };
    let told = unfold(watching, |mut watching: Watching| async move {
        let count = watching.next().await?;
        let event = Event::default().retry(RETRY).data(count.to_string());
        Some((Ok(event), watching))
    });
    Ok(Sse::new(told).keep_alive(KeepAlive::default()))
}

struct Watching {
    web: Web,
    filter: Filter,
    sign_in: String,
    since: i64,
    /// What was said last.
    told: i64,
    heard: watch::Receiver<u64>,
}

impl Watching {
    /// The next number that is another; `None` when it is over.
    async fn next(&mut self) -> Option<i64> {
        loop {
            match self.count().await {
                Ok(Some(count)) if count != self.told => {
                    self.told = count;
                    return Some(count);
                }
                Ok(Some(_)) => {}
                Ok(None) => return None,
                Err(error) => {
                    error.log();
                    return None;
                }
            }
            tokio::select! {
                () = self.web.desk.closed() => return None,
                rang = self.heard.changed() => {
                    rang.ok()?;
                    tokio::select! {
                        () = self.web.desk.closed() => return None,
                        () = tokio::time::sleep(AT_MOST_EVERY) => {}
                    }
                    self.heard.mark_unchanged();
                }
                () = tokio::time::sleep(LOOK_AGAIN) => {}
            }
        }
    }

    /// How many there are, as long as whoever asks is signed in.
    async fn count(&self) -> Result<Option<i64>> {
        if !sign_in::stands(&self.web.app, &self.sign_in).await? {
            return Ok(None);
        }
        let db = &self.web.app.db;
        Ok(Some(
            candidates::changed_since(db, &self.filter, self.since).await?,
        ))
    }
}
