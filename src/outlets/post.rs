//! Sends one delivery to its endpoint, by the schedule of Standard Webhooks.

use std::io::Write as _;

use jiff::SignedDuration;
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Method, StatusCode};

use super::announce::LEAVE;
use super::endpoints::{self, Kind, Target, reach, target};
use super::notes::{self, Ended};
use super::ssf::push::{self, Answer};
use crate::app::App;
use crate::error::{Error, Result};
use crate::hooks::apply::RESUME;
use crate::hooks::worker;
use crate::net::{Call, Trouble, standard_webhooks};
use crate::store::connections;
use crate::store::deliveries::{self, Delivery, Outcome, State};
use crate::store::endpoints::{self as store, Row};

/// Seconds after each attempt until the next one, as the specification advises; then it is given up.
const AGAIN_S: [i64; 9] = [
    5,
    5 * 60,
    30 * 60,
    2 * 3600,
    5 * 3600,
    10 * 3600,
    14 * 3600,
    20 * 3600,
    24 * 3600,
];

/// Bytes of an answer that are read.
const ANSWER: usize = 64 << 10;

/// How a channel is after a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// It takes more.
    Well,
    /// Nobody answers, or it asks to wait: the rest may wait too.
    Slow,
}

/// Sends a delivery that is held by whoever calls.
pub async fn send(app: &App, delivery: &Delivery) -> Result<After> {
    if delivery.kind == RESUME {
        worker::fetch_resume(app, delivery).await?;
        return Ok(After::Well);
    }
    if delivery.kind == LEAVE {
        return leave(app, delivery).await;
    }
    let Some(row) = store::by_id(&app.db, &delivery.channel).await? else {
        return held(app, delivery, "the endpoint was removed").await;
    };
    if row.disabled_at.is_some() {
        return held(app, delivery, "the endpoint is switched off").await;
    }
    let Some(sealed) = delivery.body.as_deref() else {
        return end(
            app,
            delivery,
            State::Ignored,
            None,
            "its body was forgotten",
        )
        .await;
    };
    let body = app
        .vault
        .open(&deliveries::place(&delivery.id), sealed)
        .map_err(|error| Error::Internal(error.to_string()))?;
    match deliver(app, &row, delivery, body).await {
        Ok(status) => {
            failing(app, &row, None).await?;
            end(app, delivery, State::Done, status, "delivered").await
        }
        Err(Failure {
            gone: true, why, ..
        }) => gone(app, &row, delivery, &why).await,
        Err(Failure {
            refused: true,
            status,
            why,
            ..
        }) => {
            failing(app, &row, Some(&why)).await?;
            end(app, delivery, State::Dead, status, &why).await
        }
        Err(failure) => put_off(app, &row, delivery, &failure).await,
    }
}

/// Why a delivery did not arrive.
struct Failure {
    status: Option<u16>,
    why: String,
    /// The endpoint says that it is no more (410).
    gone: bool,
    /// It will not have this one, however often it is sent.
    refused: bool,
    wait: Option<SignedDuration>,
}

impl Failure {
    fn of(trouble: &Trouble, status: Option<u16>) -> Self {
        let wait = trouble
            .wait()
            .and_then(|wait| SignedDuration::try_from(wait).ok());
        Self {
            status,
            why: trouble.to_string(),
            gone: false,
            refused: false,
            wait,
        }
    }

    fn plain(why: impl Into<String>) -> Self {
        Self {
            status: None,
            why: why.into(),
            gone: false,
            refused: false,
            wait: None,
        }
    }
}

async fn deliver(
    app: &App,
    row: &Row,
    delivery: &Delivery,
    body: Vec<u8>,
) -> Result<Option<u16>, Failure> {
    let kind = Kind::of_word(&row.kind)
        .ok_or_else(|| Failure::plain("an endpoint of a kind unknown here"))?;
    match target(kind, &row.url) {
        None => Err(Failure::plain("the endpoint's address is none")),
        Some(Target::File(path)) => {
            let written = tokio::task::spawn_blocking(move || append(&path, &body)).await;
            match written {
                Ok(Ok(())) => Ok(None),
                Ok(Err(error)) => Err(Failure::plain(format!(
                    "the file cannot be written: {error}"
                ))),
                Err(_) => Err(Failure::plain("the file cannot be written")),
            }
        }
        Some(Target::Url(url)) => {
            let prepared = prepare(app, row, kind, delivery, body);
            let (body, headers) = prepared.map_err(|error| Failure::plain(error.cause()))?;
            let call = Call {
                method: Method::POST,
                url: url.clone(),
                headers,
                body,
                limit: ANSWER,
                cut: true,
            };
            let sent = app.client.send(&reach(&url, row.private), call).await;
            let reply = match sent {
                Ok(reply) => reply,
                Err(trouble) => return Err(Failure::of(&trouble, None)),
            };
            let status = reply.status;
            if status == StatusCode::GONE {
                return Err(Failure {
                    gone: true,
                    ..Failure::plain("the endpoint answered 410: it is no more")
                });
            }
            let answer = (kind == Kind::Ssf).then(|| push::answer(&reply));
            if let Some(Answer::Refused(why)) = answer {
                return Err(Failure {
                    refused: true,
                    status: Some(status.as_u16()),
                    ..Failure::plain(why)
                });
            }
            let mut done = reply.success(app.now());
            if answer == Some(Answer::NotNow) && done.is_ok() {
                // Whoever takes a token says so by 202.
                done = Err(Trouble::Status(status.as_u16()));
            }
            done.map(|_| Some(status.as_u16()))
                .map_err(|trouble| Failure::of(&trouble, Some(status.as_u16())))
        }
    }
}

/// What is sent, and the headers that it is sent with.
fn prepare(
    app: &App,
    row: &Row,
    kind: Kind,
    delivery: &Delivery,
    body: Vec<u8>,
) -> Result<(Vec<u8>, HeaderMap)> {
    if kind == Kind::Ssf {
        return push::signed(&endpoints::ssf_secrets(app, row)?, &body);
    }
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("application/json"));
    if kind == Kind::Webhook {
        sign(app, row, delivery, &body, &mut headers)?;
    }
    Ok((body, headers))
}

/// Adds one line to a file.
fn append(path: &std::path::Path, body: &[u8]) -> std::io::Result<()> {
    // A pipe would wait for its reader.
    if path.metadata().is_ok_and(|found| !found.is_file()) {
        return Err(std::io::Error::other("it is no regular file"));
    }
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    // In one write, so that lines of several writers do not mix.
    file.write_all(&[body, b"\n"].concat())?;
    file.sync_data()
}

/// The id stays over attempts, the time is the attempt's.
fn sign(
    app: &App,
    row: &Row,
    delivery: &Delivery,
    body: &[u8],
    headers: &mut HeaderMap,
) -> Result<()> {
    let (id, now) = (format!("msg_{}", delivery.id), app.now());
    let secrets = endpoints::secrets(app, row)?;
    let signature = standard_webhooks::sign(&secrets, &id, now, body);
    if signature.is_empty() {
        return Err(Error::Internal(
            "the endpoint has no secret that signs".into(),
        ));
    }
    let seconds = now.as_second().to_string();
    for (name, value) in [
        ("webhook-id", id),
        ("webhook-timestamp", seconds),
        ("webhook-signature", signature),
    ] {
        let value = HeaderValue::try_from(value)
            .map_err(|_| Error::Internal(format!("no value for {name}")))?;
        headers.insert(name, value);
    }
    Ok(())
}

async fn leave(app: &App, delivery: &Delivery) -> Result<After> {
    match notes::leave(app, delivery).await? {
        Ended::Done(said) => {
            let mut tx = app.db.begin().await?;
            connections::failing(&mut tx, &delivery.channel, None, app.now()).await?;
            tx.commit().await?;
            end(app, delivery, State::Done, None, &said).await
        }
        Ended::Held(why) => held(app, delivery, &why).await,
        Ended::Unsure(why) => end(app, delivery, State::Dead, None, &why).await,
        Ended::Trouble(trouble) => {
            if trouble.is_of_the_connection() {
                let mut tx = app.db.begin().await?;
                let why = trouble.to_string();
                connections::failing(&mut tx, &delivery.channel, Some(&why), app.now()).await?;
                tx.commit().await?;
            }
            if !trouble.may_pass() {
                return end(app, delivery, State::Dead, None, &trouble.to_string()).await;
            }
            again(app, delivery, &Failure::of(&trouble, None)).await
        }
    }
}

async fn end(
    app: &App,
    delivery: &Delivery,
    state: State,
    status: Option<u16>,
    said: &str,
) -> Result<After> {
    let outcome = Outcome {
        state: Some(state),
        status,
        said: Some(said.to_owned()),
        ..Outcome::default()
    };
    let mut tx = app.db.begin().await?;
    deliveries::end(&mut tx, &delivery.id, &outcome, app.now()).await?;
    tx.commit().await?;
    Ok(After::Well)
}

async fn held(app: &App, delivery: &Delivery, why: &str) -> Result<After> {
    end(app, delivery, State::Held, None, why).await
}

/// Switches an endpoint off that is no more.
async fn gone(app: &App, row: &Row, delivery: &Delivery, why: &str) -> Result<After> {
    let mut tx = app.db.begin().await?;
    let outcome = Outcome {
        state: Some(State::Held),
        status: Some(StatusCode::GONE.as_u16()),
        said: Some(why.to_owned()),
        ..Outcome::default()
    };
    deliveries::end(&mut tx, &delivery.id, &outcome, app.now()).await?;
    store::disable(&mut tx, &row.id, Some(why), app.now()).await?;
    deliveries::hold(&mut tx, &row.id, why).await?;
    tx.commit().await?;
    app.outlets.refresh(app).await?;
    Ok(After::Slow)
}

async fn put_off(app: &App, row: &Row, delivery: &Delivery, failure: &Failure) -> Result<After> {
    failing(app, row, Some(&failure.why)).await?;
    again(app, delivery, failure).await
}

/// Tries again by the schedule, and not before the other side asks to.
async fn again(app: &App, delivery: &Delivery, failure: &Failure) -> Result<After> {
    let attempt = usize::try_from(delivery.attempts).unwrap_or(usize::MAX);
    let mut outcome = Outcome {
        status: failure.status,
        said: Some(failure.why.clone()),
        ..Outcome::default()
    };
    let mut tx = app.db.begin().await?;
    if let Some(seconds) = AGAIN_S.get(attempt) {
        let pause = SignedDuration::from_secs(*seconds).max(failure.wait.unwrap_or_default());
        deliveries::put_off(&mut tx, &delivery.id, &outcome, app.now() + pause).await?;
    } else {
        outcome.state = Some(State::Dead);
        deliveries::end(&mut tx, &delivery.id, &outcome, app.now()).await?;
    }
    tx.commit().await?;
    Ok(After::Slow)
}

async fn failing(app: &App, row: &Row, why: Option<&str>) -> Result<()> {
    if row.failure.as_deref() == why {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    store::failing(&mut tx, &row.id, why, app.now()).await?;
    Ok(tx.commit().await?)
}
