//! Connections: one configured system each, with its secrets, its API's key and what it was told.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use reqwest::Url;
use serde_json::{Value, json};

use crate::app::App;
use crate::audit::{self, Action, Actor};
use crate::db::{Json, Millis, Tx};
use crate::error::{Error, Result, refused};
use crate::intake::Limits;
use crate::net::Trouble;
use crate::store::connections::{self, Row};
use crate::store::deliveries;
use crate::vendors::api::{Api, Settings};
use crate::vendors::{self, Vendor};

/// Secrets that are live at once: while one is rotated, the old one is still good.
pub const LIVE_SECRETS: usize = 2;

/// Characters of a secret or a key.
const KEY: usize = 4_000;

/// Characters of a secret that signs deliveries, at the least.
const SHORTEST_SECRET: usize = 8;

const MISSING: Error = Error::NotFound("connection");

/// A connection, its secrets open.
#[derive(Clone)]
pub struct Connection {
    /// As it is stored.
    pub row: Row,
    /// Its vendor.
    pub vendor: &'static Vendor,
    /// Live secrets, the newest first.
    pub secrets: Vec<String>,
    /// The API's key.
    pub api_key: Option<String>,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection")
            .field("id", &self.row.id)
            .field("vendor", &self.vendor.name)
            .finish_non_exhaustive()
    }
}

/// A connection to make.
#[derive(Clone, Debug, Default)]
pub struct New {
    /// The vendor's name.
    pub vendor: String,
    /// What people call it; the vendor's title where it is empty.
    pub name: String,
    /// The source of its candidates; the vendor's name where it is empty.
    pub source: String,
    /// The secret, if there is one already.
    pub secret: Option<String>,
    /// Where the API stands, if not at the vendor's usual place.
    pub api_url: Option<String>,
    /// The API's key.
    pub api_key: Option<String>,
    /// What else it is told.
    pub settings: Settings,
    /// Whether notes are left.
    pub leaves: bool,
}

/// Changes of a connection; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// What people call it.
    pub name: Option<String>,
    /// Where the API stands; empty for the vendor's usual place.
    pub api_url: Option<String>,
    /// The API's key; empty takes it away.
    pub api_key: Option<String>,
    /// Settings; an empty one is taken away.
    pub settings: Settings,
    /// Whether notes are left.
    pub leaves: Option<bool>,
}

fn place(column: &str, id: &str) -> String {
    format!("connections.{column}/{id}")
}

/// Makes a connection. Where the vendor takes any secret and none is given, one is made.
pub async fn add(app: &App, by: &Actor, new: New) -> Result<Connection> {
    let Some(vendor) = vendors::by_name(&new.vendor) else {
        let known: Vec<_> = vendors::ALL.iter().map(|vendor| vendor.name).collect();
        let known = known.join(", ");
        return Err(refused("vendor", format!("is none of {known}")));
    };
    let secret = match new.secret.map(|secret| secret.trim().to_owned()) {
        Some(secret) if !secret.is_empty() => Some(secret),
        _ if vendor.makes_secret => Some(crate::net::standard_webhooks::new_secret()),
        _ => None,
    };
    let id = app.new_id();
    let or = |text: &str, other: &str| {
        let text = text.trim();
        if text.is_empty() { other } else { text }.to_owned()
    };
    let mut connection = Connection {
        vendor,
        secrets: Vec::new(),
        api_key: None,
        row: Row {
            vendor: vendor.name.to_owned(),
            name: checked_line("name", or(&new.name, vendor.title))?,
            source: checked_line("source", or(&new.source, vendor.name))?,
            secrets: None,
            api_url: None,
            api_key: None,
            settings: Json(Settings::new()),
            leaves: false,
            created_at: Millis(app.now().as_millisecond()),
            verified_at: None,
            refused: 0,
            refused_at: None,
            refused_why: None,
            failing_since: None,
            failure: None,
            id,
        },
    };
    let others = connections::all(&app.db).await?;
    if (others.iter()).any(|one| one.vendor == vendor.name && one.source == connection.row.source) {
        let reason = format!(
            "{:?} is that of another connection of {}: two accounts need two sources, so that their ids are not taken for \
             each other. Name another one (--source on the command line)",
            connection.row.source, vendor.title
        );
        return Err(refused("source", reason));
    }
    if let Some(secret) = secret {
        connection.secrets.push(checked_secret(vendor, &secret)?);
    }
    connection.change(Change {
        name: None,
        api_url: new.api_url,
        api_key: new.api_key,
        settings: new.settings,
        leaves: Some(new.leaves),
    })?;
    let what = json!({"what": "added", "vendor": vendor.name});
    connection.keep(app, by, true, &what).await?;
    Ok(connection)
}

/// Every connection, in the order in which they were made.
pub async fn all(app: &App) -> Result<Vec<Connection>> {
    let rows = connections::all(&app.db).await?;
    rows.into_iter()
        .filter_map(|row| Connection::open(app, row).transpose())
        .collect()
}

/// One connection.
pub async fn by_id(app: &App, id: &str) -> Result<Option<Connection>> {
    match connections::by_id(&app.db, id).await? {
        Some(row) => Connection::open(app, row),
        None => Ok(None),
    }
}

/// How old a connection in memory may be, seconds: as late may another process's change be seen.
const FRESH_S: i64 = 1;

/// Connections as they were last read, and deliveries that were refused since it was last written down: a
/// flood of them asks the database once a second.
#[derive(Debug, Default)]
pub struct Cache {
    read: Mutex<HashMap<String, (Timestamp, Arc<Connection>)>>,
    refused: Mutex<HashMap<String, (i64, String)>>,
}

impl Cache {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, (Timestamp, Arc<Connection>)>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts a delivery that was refused.
pub fn refuse(app: &App, id: &str, why: impl std::fmt::Display) {
    let mut refused = app
        .connections
        .refused
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let (count, last) = refused.entry(id.to_owned()).or_default();
    *count += 1;
    *last = why.to_string();
}

/// Writes down how many were refused.
pub async fn note_refused(app: &App) -> Result<()> {
    let refused = {
        let mut refused = app
            .connections
            .refused
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *refused)
    };
    if refused.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    for (id, (count, why)) in refused {
        connections::refused(&mut tx, &id, count, &why, app.now()).await?;
    }
    Ok(tx.commit().await?)
}

/// One connection, as it was within the last second; what this process changed it sees at once.
pub async fn lately(app: &App, id: &str) -> Result<Option<Arc<Connection>>> {
    let now = app.now();
    if let Some((read_at, known)) = app.connections.lock().get(id)
        && (0..FRESH_S).contains(&now.duration_since(*read_at).as_secs())
    {
        return Ok(Some(known.clone()));
    }
    let found = by_id(app, id).await?.map(Arc::new);
    let mut known = app.connections.lock();
    match &found {
        Some(found) => known.insert(id.to_owned(), (now, found.clone())),
        None => known.remove(id),
    };
    Ok(found)
}

/// Gives a connection a new secret. The last one stays good beside it, unless it is to go at once.
pub async fn rotate(
    app: &App,
    by: &Actor,
    id: &str,
    secret: Option<String>,
    drop_old: bool,
) -> Result<Connection> {
    let mut connection = by_id(app, id).await?.ok_or(MISSING)?;
    let secret = match secret.map(|secret| secret.trim().to_owned()) {
        Some(secret) if !secret.is_empty() => secret,
        _ if connection.vendor.makes_secret => crate::net::standard_webhooks::new_secret(),
        _ => return Err(refused("secret", "is missing: the new one is to be given")),
    };
    let secret = checked_secret(connection.vendor, &secret)?;
    if drop_old {
        connection.secrets.clear();
    }
    connection.secrets.retain(|old| *old != secret);
    connection.secrets.insert(0, secret);
    connection.secrets.truncate(LIVE_SECRETS);
    let what = json!({"what": "rotated", "drop_old": drop_old});
    connection.keep(app, by, false, &what).await?;
    Ok(connection)
}

/// Changes a connection. What was held for want of credentials is taken up again.
pub async fn change(app: &App, by: &Actor, id: &str, change: Change) -> Result<Connection> {
    let mut connection = by_id(app, id).await?.ok_or(MISSING)?;
    connection.change(change)?;
    let what = json!({"what": "changed"});
    connection.keep(app, by, false, &what).await?;
    Ok(connection)
}

/// Takes a connection away. What it brought stays.
pub async fn remove(app: &App, by: &Actor, id: &str) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let removed = connections::remove(&mut tx, id).await?;
    deliveries::hold(&mut tx, id, "the connection was removed").await?;
    if removed {
        told(app, &mut tx, by, id, &json!({"what": "removed"})).await?;
    }
    tx.commit().await?;
    app.connections.lock().remove(id);
    app.outlets.refresh(app).await?;
    if removed { Ok(()) } else { Err(MISSING) }
}

/// Asks the vendor's API for nothing in particular; `None` where the key or the address of the API is missing.
pub async fn check(
    app: &App,
    by: &Actor,
    connection: &Connection,
) -> Result<Option<Result<(), Trouble>>> {
    let Some(api) = connection.keyed_api(app) else {
        return Ok(None);
    };
    let mut tx = app.db.begin().await?;
    let what = json!({"what": "checked"});
    told(app, &mut tx, by, &connection.row.id, &what).await?;
    tx.commit().await?;
    Ok(Some(api.get("/").await.map(|_| ())))
}

async fn told(app: &App, tx: &mut Tx, by: &Actor, id: &str, what: &Value) -> Result<()> {
    let object = format!("connection:{id}");
    audit::append(app, tx, by, Action::ConnectionChanged, &object, what).await
}

impl Connection {
    /// `None` for a vendor that only another version of the program knows.
    fn open(app: &App, row: Row) -> Result<Option<Self>> {
        let Some(vendor) = vendors::by_name(&row.vendor) else {
            return Ok(None);
        };
        let unopenable = |error: crate::vault::Unopenable| Error::Internal(error.to_string());
        let secrets = match &row.secrets {
            Some(sealed) => {
                let place = place("secrets", &row.id);
                app.vault.open_json(&place, sealed).map_err(unopenable)?
            }
            None => Vec::new(),
        };
        let api_key = match &row.api_key {
            Some(sealed) => {
                let place = place("api_key", &row.id);
                Some(app.vault.open_json(&place, sealed).map_err(unopenable)?)
            }
            None => None,
        };
        Ok(Some(Self {
            row,
            vendor,
            secrets,
            api_key,
        }))
    }

    fn change(&mut self, change: Change) -> Result<()> {
        if let Some(name) = change.name {
            self.row.name = checked_line("name", name)?;
        }
        if let Some(url) = change.api_url {
            self.row.api_url = checked_url(&url)?;
        }
        if let Some(key) = change.api_key {
            self.api_key = checked_key("api_key", &key)?;
        }
        for (name, value) in change.settings {
            let mut known = self
                .vendor
                .settings
                .iter()
                .map(|one| one.name)
                .chain([vendors::LIMIT]);
            if !known.any(|known| known == name) {
                let own = self.vendor.settings.iter().map(|one| one.name);
                let known: Vec<_> = own.chain([vendors::LIMIT]).collect();
                return Err(refused(
                    "settings",
                    format!(
                        "{} has no setting {name:?}; it has: {}",
                        self.vendor.title,
                        known.join(", ")
                    ),
                ));
            }
            let number = || {
                value
                    .trim()
                    .parse::<u32>()
                    .is_ok_and(|kib| (1..=5_120).contains(&kib))
            };
            if name == vendors::LIMIT && !value.trim().is_empty() && !number() {
                return Err(refused(
                    "settings",
                    "limit_kib is a number of KiB, 1 to 5120",
                ));
            }
            match checked_key(&name, &value)? {
                Some(value) => self.row.settings.0.insert(name, value),
                None => self.row.settings.0.remove(&name),
            };
        }
        if let Some(leaves) = change.leaves {
            let can = self
                .vendor
                .access
                .as_ref()
                .is_some_and(|access| !access.leave.is_empty());
            if leaves && !can {
                return Err(refused(
                    "leaves",
                    format!("nothing can be left at {}", self.vendor.title),
                ));
            }
            self.row.leaves = leaves;
        }
        Ok(())
    }

    async fn keep(&mut self, app: &App, by: &Actor, new: bool, what: &Value) -> Result<()> {
        let id = self.row.id.as_str();
        let (secrets, key) = (place("secrets", id), place("api_key", id));
        let has_secrets = !self.secrets.is_empty();
        self.row.secrets = has_secrets.then(|| app.vault.seal_json(&secrets, &self.secrets));
        self.row.api_key = (self.api_key.as_ref()).map(|one| app.vault.seal_json(&key, one));
        let mut tx = app.db.begin().await?;
        if new {
            connections::insert(&mut tx, &self.row).await?;
        } else if !connections::update(&mut tx, &self.row).await? {
            return Err(MISSING);
        }
        if self.api_key.is_some() {
            deliveries::release(&mut tx, id, app.now()).await?;
        }
        connections::failing(&mut tx, id, None, app.now()).await?;
        told(app, &mut tx, by, id, what).await?;
        tx.commit().await?;
        app.connections.lock().remove(id);
        app.outlets.refresh(app).await
    }

    /// Where its deliveries are sent.
    pub fn path(&self) -> String {
        format!("/hooks/{}/{}", self.vendor.name, self.row.id)
    }

    /// Its access to the vendor's API. Without a key it fetches what is open to everybody.
    pub fn api(&self, app: &App) -> Option<Api> {
        let access = self.vendor.access.as_ref()?;
        let named: Option<Url> = self.row.api_url.as_deref().and_then(|url| url.parse().ok());
        let is_named = named.is_some();
        let base = named.or_else(|| access.base_url.and_then(|url| url.parse().ok()))?;
        Some(Api {
            client: app.client.clone(),
            access,
            base,
            is_named,
            key: self.api_key.clone().unwrap_or_default(),
            settings: self.row.settings.0.clone(),
            now: app.now(),
        })
    }

    /// The same where there is a key.
    pub fn keyed_api(&self, app: &App) -> Option<Api> {
        self.api_key.as_ref()?;
        self.api(app)
    }
}

fn checked_line(field: &str, text: String) -> Result<String> {
    if text.chars().any(char::is_control) {
        return Err(refused(field, "is one line without control characters"));
    }
    if text.chars().nth(Limits::ID).is_some() {
        return Err(refused(
            field,
            format!("holds over {} characters", Limits::ID),
        ));
    }
    Ok(text)
}

fn checked_secret(vendor: &Vendor, secret: &str) -> Result<String> {
    if let Some(reason) = (vendor.secret_refusal)(secret) {
        return Err(refused("secret", reason));
    }
    let secret = checked_key("secret", secret)?.ok_or_else(|| refused("secret", "is empty"))?;
    if secret.chars().count() < SHORTEST_SECRET {
        let reason = format!(
            "is shorter than {SHORTEST_SECRET} characters: whoever guesses it can send deliveries"
        );
        return Err(refused("secret", reason));
    }
    Ok(secret)
}

/// A key within limits; blank is none.
fn checked_key(field: &str, key: &str) -> Result<Option<String>> {
    if key.chars().any(char::is_control) || key.chars().nth(KEY).is_some() {
        return Err(refused(
            field,
            format!("is one line of {KEY} characters at most"),
        ));
    }
    let key = key.trim();
    Ok((!key.is_empty()).then(|| key.to_owned()))
}

fn checked_url(url: &str) -> Result<Option<String>> {
    let Some(url) = checked_key("api_url", url)? else {
        return Ok(None);
    };
    let parsed: Option<Url> = url.parse().ok();
    match parsed {
        Some(parsed)
            if matches!(parsed.scheme(), "http" | "https")
                && parsed.has_host()
                && parsed.username().is_empty()
                && parsed.password().is_none() =>
        {
            Ok(Some(url))
        }
        _ => Err(refused(
            "api_url",
            "an address such as https://api.vendor.example is wanted",
        )),
    }
}

/// How a connection does, for whoever looks after it.
pub fn failure(row: &Row) -> Option<(Timestamp, &str)> {
    Some((row.failing_since?.into(), row.failure.as_deref()?))
}
