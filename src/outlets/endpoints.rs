//! Endpoints, and what is in force: who is to be told of what.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use reqwest::Url;
use serde_json::{Value, json};

use super::message::Kind as Message;
use super::{announce, post, ssf};
use crate::app::App;
use crate::audit::{self, Action, Actor};
use crate::db::{Millis, Tx};
use crate::error::{Error, Result, refused};
use crate::hooks::worker::LEASE;
use crate::intake::Limits;
use crate::net::{Reach, standard_webhooks};
use crate::store::endpoints::{self, Row};
use crate::store::{connections, deliveries};

/// Secrets that sign at once: while one is rotated, messages carry both signatures.
const LIVE_SECRETS: usize = 2;

const MISSING: Error = Error::NotFound("endpoint");

/// What an endpoint takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// Signed messages by Standard Webhooks.
    Webhook,
    /// OCSF events for a SIEM: a URL, or a file that lines are added to.
    Ocsf,
    /// Lines for a chat's incoming webhook.
    Chat,
    /// Security event tokens for an identity provider (SSF, CAEP).
    Ssf,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Webhook, Self::Ocsf, Self::Chat, Self::Ssf];

    /// The word in tables and commands.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Ocsf => "ocsf",
            Self::Chat => "chat",
            Self::Ssf => "ssf",
        }
    }

    /// The kind of this word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// What it is told of unless somebody says otherwise.
    pub const fn usual(self) -> &'static [Message] {
        match self {
            Self::Webhook => &Message::ALL,
            Self::Ocsf | Self::Chat => &[
                Message::NextStepRaised,
                Message::LatencyAlarm,
                Message::TicketOpened,
            ],
            Self::Ssf => &[Message::LatencyAlarm],
        }
    }
}

/// An endpoint to make.
#[derive(Clone, Debug)]
pub struct New {
    /// What it takes.
    pub kind: Kind,
    /// What people call it; the host where it is empty.
    pub name: String,
    /// Where: a URL, or a file's path for OCSF.
    pub url: String,
    /// The secret; one is made where none is given.
    pub secret: Option<String>,
    /// What it is told of; what is usual where it is empty.
    pub events: Vec<Message>,
    /// Whether it may stand at a private address, and without TLS.
    pub private: bool,
    /// What is said of an identity provider.
    pub ssf: ssf::Options,
}

/// Where a delivery to an endpoint goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Over HTTP.
    Url(Url),
    /// To the end of a file.
    File(std::path::PathBuf),
}

fn place(id: &str) -> String {
    format!("endpoints.secrets/{id}")
}

/// Where an endpoint of this kind stands.
pub fn target(kind: Kind, url: &str) -> Option<Target> {
    if kind == Kind::Ocsf && Path::new(url).is_absolute() {
        return Some(Target::File(url.into()));
    }
    let url: Url = url.parse().ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(Target::Url(url))
}

/// Where requests to an endpoint may go: to that very URL, or to public addresses alone.
pub fn reach(url: &Url, private: bool) -> Reach {
    if private {
        return Reach::named(url.clone());
    }
    Reach {
        hosts: url.host_str().map(str::to_owned).into_iter().collect(),
        ..Reach::default()
    }
}

/// Makes an endpoint, and returns it with its secret, which is shown this once.
pub async fn add(app: &App, by: &Actor, new: New) -> Result<(Row, Option<String>)> {
    let url = new.url.trim().to_owned();
    if url.chars().nth(2_000).is_some() || url.chars().any(char::is_control) {
        return Err(refused("url", "is one line of 2,000 characters at most"));
    }
    let target = target(new.kind, &url);
    let target = target.ok_or_else(|| {
        refused(
            "url",
            "an address such as https://hooks.example/… is wanted, or for ocsf an absolute path",
        )
    })?;
    if let Target::Url(url) = &target {
        let way = reach(url, new.private).way(url);
        way.map_err(|why| {
            refused(
                "url",
                format!("{why}; what stands inside your own network has to be allowed as private"),
            )
        })?;
    }
    let name = match (new.name.trim(), &target) {
        ("", Target::Url(url)) => url.host_str().unwrap_or_default().to_owned(),
        ("", Target::File(path)) => path.display().to_string(),
        (name, _) => name.to_owned(),
    };
    if name.chars().any(char::is_control) || name.chars().nth(Limits::ID).is_some() {
        return Err(refused(
            "name",
            format!("is one line of {} characters at most", Limits::ID),
        ));
    }
    let events = if new.events.is_empty() {
        new.kind.usual().to_vec()
    } else {
        new.events
    };
    let id = app.new_id();
    let mut secret = None;
    let (sealed, settings) = match new.kind {
        Kind::Ssf => {
            if !events.iter().all(|event| ssf::TOLD.contains(event)) {
                let why =
                    "an identity provider is told of latency.alarm and next_step.raised alone";
                return Err(refused("event", why));
            }
            let (settings, secrets) = new.ssf.settle(app, new.private)?;
            let sealed = app.vault.seal_json(&place(&id), &secrets);
            (Some(sealed), Some(settings.json()))
        }
        _ if !new.ssf.is_empty() => {
            let why = "ssf alone has an audience, an issuer, a subject, a namespace, a token and a signing key";
            return Err(refused("kind", why));
        }
        Kind::Webhook => {
            let given = signing_secret(new.secret)?;
            let sealed = app.vault.seal_json(&place(&id), &[&given]);
            secret = Some(given);
            (Some(sealed), None)
        }
        Kind::Ocsf | Kind::Chat => (None, None),
    };
    let row = Row {
        kind: new.kind.word().to_owned(),
        name,
        url,
        secrets: sealed,
        settings,
        events: events
            .iter()
            .map(|event| event.word())
            .collect::<Vec<_>>()
            .join(" "),
        private: new.private,
        created_at: Millis(app.now().as_millisecond()),
        disabled_at: None,
        disabled_why: None,
        failing_since: None,
        failure: None,
        id,
    };
    let what = json!({"what": "added", "kind": row.kind});
    keep(app, by, &row, &what).await?;
    Ok((row, secret))
}

/// The secret that was given, or a new one.
fn signing_secret(given: Option<String>) -> Result<String> {
    let given = given.map(|one| one.trim().to_owned());
    let Some(secret) = given.filter(|one| !one.is_empty()) else {
        return Ok(standard_webhooks::new_secret());
    };
    let why = standard_webhooks::refusal(&secret);
    let why = why.or_else(|| {
        let signs = secret.starts_with("whsec_");
        (!signs).then(|| "whsec_ followed by base64 is expected".to_owned())
    });
    why.map_or(Ok(secret), |why| Err(refused("secret", why)))
}

async fn keep(app: &App, by: &Actor, row: &Row, what: &Value) -> Result<()> {
    let mut tx = app.db.begin().await?;
    endpoints::keep(&mut tx, row).await?;
    told(app, &mut tx, by, &row.id, what).await?;
    tx.commit().await?;
    app.outlets.refresh(app).await
}

async fn told(app: &App, tx: &mut Tx, by: &Actor, id: &str, what: &Value) -> Result<()> {
    let object = format!("endpoint:{id}");
    audit::append(app, tx, by, Action::ConnectionChanged, &object, what).await
}

/// The secrets of a webhook, the newest first.
pub fn secrets(app: &App, row: &Row) -> Result<Vec<String>> {
    if row.kind != Kind::Webhook.word() {
        return Ok(Vec::new());
    }
    Ok(opened(app, row)?.unwrap_or_default())
}

/// What is secret of an identity provider.
pub(super) fn ssf_secrets(app: &App, row: &Row) -> Result<ssf::Secrets> {
    opened(app, row)?.ok_or_else(|| Error::Internal("the endpoint has no key".into()))
}

fn opened<T: serde::de::DeserializeOwned>(app: &App, row: &Row) -> Result<Option<T>> {
    let Some(sealed) = &row.secrets else {
        return Ok(None);
    };
    let opened = app.vault.open_json(&place(&row.id), sealed);
    opened.map_err(|error| Error::Internal(error.to_string()))
}

/// Gives a webhook a new secret and returns it; messages are signed with the old one too, until the
/// next rotation. What is sent to an identity provider is signed with the next key, whose old public
/// key is shown as long; there is nothing secret to return.
pub async fn rotate(app: &App, by: &Actor, id: &str, next: Option<&str>) -> Result<Option<String>> {
    let what = json!({"what": "rotated"});
    let mut row = endpoints::by_id(&app.db, id).await?.ok_or(MISSING)?;
    if let Some(settings) = ssf::Settings::of(&row) {
        let (settings, secrets) = ssf::rotated(settings, ssf_secrets(app, &row)?, next)?;
        row.secrets = Some(app.vault.seal_json(&place(id), &secrets));
        row.settings = Some(settings.json());
        keep(app, by, &row, &what).await?;
        return Ok(None);
    }
    if next.is_some() {
        return Err(refused(
            "signing_key",
            "only tokens of ssf are signed with a key",
        ));
    }
    if row.secrets.is_none() {
        return Err(refused("id", "only webhooks and tokens of ssf are signed"));
    }
    let secret = standard_webhooks::new_secret();
    let mut all = secrets(app, &row)?;
    all.insert(0, secret.clone());
    all.truncate(LIVE_SECRETS);
    row.secrets = Some(app.vault.seal_json(&place(id), &all));
    keep(app, by, &row, &what).await?;
    Ok(Some(secret))
}

/// Takes an endpoint away; what waits for it is held.
pub async fn remove(app: &App, by: &Actor, id: &str) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let removed = endpoints::remove(&mut tx, id).await?;
    deliveries::hold(&mut tx, id, "the endpoint was removed").await?;
    if removed {
        told(app, &mut tx, by, id, &json!({"what": "removed"})).await?;
    }
    tx.commit().await?;
    app.outlets.refresh(app).await?;
    if removed { Ok(()) } else { Err(MISSING) }
}

/// Switches an endpoint on again; what was held for it is due.
pub async fn enable(app: &App, by: &Actor, id: &str) -> Result<()> {
    endpoints::by_id(&app.db, id).await?.ok_or(MISSING)?;
    let mut tx = app.db.begin().await?;
    endpoints::disable(&mut tx, id, None, app.now()).await?;
    endpoints::failing(&mut tx, id, None, app.now()).await?;
    deliveries::release(&mut tx, id, app.now()).await?;
    told(app, &mut tx, by, id, &json!({"what": "enabled"})).await?;
    tx.commit().await?;
    app.outlets.refresh(app).await
}

/// Sends a test message at once, and says what came of it. It tells of nobody.
pub async fn test(app: &App, by: &Actor, id: &str) -> Result<String> {
    let row = endpoints::by_id(&app.db, id).await?.ok_or(MISSING)?;
    let kind = Kind::of_word(&row.kind).ok_or(MISSING)?;
    let delivery_id = app.new_id();
    let new = announce::test(app, delivery_id.clone(), kind, &row)?;
    let mut tx = app.db.begin().await?;
    deliveries::insert(&mut tx, &[new], app.now()).await?;
    // It is sent here, and by nobody else meanwhile.
    deliveries::lease(&mut tx, &[&delivery_id], app.now() + LEASE).await?;
    told(app, &mut tx, by, id, &json!({"what": "tested"})).await?;
    tx.commit().await?;
    if let Some(delivery) = deliveries::by_id(&app.db, &delivery_id).await? {
        post::send(app, &delivery).await?;
    }
    let sent = deliveries::by_id(&app.db, &delivery_id).await?;
    let said = sent.and_then(|sent| Some(format!("{}: {}", sent.state, sent.said?)));
    Ok(said.unwrap_or_else(|| "it is being sent".to_owned()))
}

/// Who is to be told of what, in memory.
#[derive(Debug, Default)]
pub struct InForce {
    /// Endpoints that are switched on, with what they are told of.
    pub endpoints: Vec<(Row, Vec<Message>)>,
    /// Connections that notes are left over, by their candidates' source.
    pub leaving: Vec<(String, String)>,
}

impl InForce {
    /// Whether nobody is to be told of anything.
    pub fn is_empty(&self) -> bool {
        self.endpoints.is_empty() && self.leaving.is_empty()
    }
}

/// Holds who is to be told of what.
#[derive(Debug, Default)]
pub struct Outlets(RwLock<Arc<InForce>>);

impl Outlets {
    /// Who is to be told now.
    pub fn current(&self) -> Arc<InForce> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads it again.
    pub async fn refresh(&self, app: &App) -> Result<()> {
        let endpoints = endpoints::all(&app.db).await?.into_iter();
        let on = endpoints.filter(|row| row.disabled_at.is_none());
        let with_events = on.map(|row| {
            let events = row.events.split(' ').filter_map(Message::of_word).collect();
            (row, events)
        });
        let connections = connections::all(&app.db).await?.into_iter();
        let leaving = connections.filter(|row| row.leaves && row.api_key.is_some());
        let current = InForce {
            endpoints: with_events.collect(),
            leaving: leaving.map(|row| (row.source, row.id)).collect(),
        };
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(current);
        Ok(())
    }
}
