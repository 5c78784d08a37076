//! API keys: 256 random bits, shown once, kept as their SHA-256, each for one scope.

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use jiff::SignedDuration;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::Web;
use crate::app::App;
use crate::audit::{self, Action, Actor};
use crate::db::{self, Millis};
use crate::error::{Error, refused};
use crate::explain::visible;
use crate::secret::hex;
use crate::store::api_keys::{self, ApiKey};

/// What a key may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Scope {
    /// Everything.
    All,
    /// Sending, reading, deciding on and erasing candidates; reading screenings and rules.
    Candidates,
    /// Sending measurements and devices.
    Telemetry,
    /// Reading reports.
    Export,
    /// Enrolling osquery nodes, and nothing else: it lies on every work machine.
    Enroll,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 5] = [
        Self::All,
        Self::Candidates,
        Self::Telemetry,
        Self::Export,
        Self::Enroll,
    ];

    /// The scope of that word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.word() == word)
    }

    /// What it is for, in a few words.
    pub const fn about(self) -> &'static str {
        match self {
            Self::All => "everything",
            Self::Candidates => {
                "sending, reading, deciding on and erasing candidates; reading rules"
            }
            Self::Telemetry => "sending measurements and devices",
            Self::Export => "reading reports",
            Self::Enroll => "enrolling osquery nodes, and nothing else",
        }
    }

    /// The word in the table and in messages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Candidates => "candidates",
            Self::Telemetry => "telemetry",
            Self::Export => "export",
            Self::Enroll => "enroll",
        }
    }
}

/// What every key begins with, so that a scanner for leaked secrets can tell what it found.
const PREFIX: &str = "telltale_";

/// The longest name of a key, in characters.
pub const NAME_MAX: usize = 100;

/// `last_used_at` is written when it is so much off: not at each request.
const USED: SignedDuration = SignedDuration::from_mins(1);

/// Makes a key for somebody who is in the audit log as its maker.
pub async fn make(app: &App, by: &Actor, scope: Scope, name: &str) -> Result<String, Error> {
    let name = name.trim();
    if visible::has_hidden(name) || name.chars().count() > NAME_MAX {
        return Err(refused(
            "name",
            format!("holds a character that cannot be seen, or over {NAME_MAX} characters"),
        ));
    }
    let (secret, mut key) = new(app, scope, name)?;
    by.id.clone_into(&mut key.made_by);
    by.name.clone_into(&mut key.made_by_name);
    let mut tx = app.db.begin().await?;
    api_keys::insert(&mut tx, &key, &hash(&secret)).await?;
    let object = format!("key:{}", key.id);
    let detail = json!({ "name": key.name, "scope": key.scope });
    audit::append(app, &mut tx, by, Action::KeyMade, &object, &detail).await?;
    tx.commit().await?;
    Ok(secret)
}

/// Revokes a key: from now on it opens nothing.
pub async fn revoke(app: &App, by: &Actor, id: &str) -> Result<(), Error> {
    let mut tx = app.db.begin().await?;
    let name = api_keys::revoke(&mut tx, id, app.now()).await?;
    let name = name.ok_or(Error::NotFound("key, or it was revoked before"))?;
    let detail = json!({ "name": name });
    let object = format!("key:{id}");
    audit::append(app, &mut tx, by, Action::KeyRevoked, &object, &detail).await?;
    Ok(tx.commit().await?)
}

/// Makes a key, keeps its hash and returns it: nobody will see it again.
pub async fn create(app: &App, scope: Scope, name: &str) -> db::Result<String> {
    let (secret, key) = new(app, scope, name)?;
    let mut tx = app.db.begin().await?;
    api_keys::insert(&mut tx, &key, &hash(&secret)).await?;
    tx.commit().await?;
    Ok(secret)
}

fn new(app: &App, scope: Scope, name: &str) -> db::Result<(String, ApiKey)> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| sqlx::Error::Io(std::io::Error::other(error)))?;
    let secret = format!("{PREFIX}{}", hex(&bytes));
    let key = ApiKey {
        id: app.new_id(),
        name: name.to_owned(),
        scope: scope.word().to_owned(),
        created_at: Millis(app.now().as_millisecond()),
        made_by: String::new(),
        made_by_name: String::new(),
        last_used_at: None,
        revoked_at: None,
    };
    Ok((secret, key))
}

fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// Who calls: the key that came with the request.
#[derive(Debug)]
pub struct Caller(pub ApiKey);

impl Caller {
    /// Goes on only if the key is for this.
    pub fn may(&self, need: Scope) -> Result<(), Error> {
        if self.0.scope == need.word() || self.0.scope == Scope::All.word() {
            Ok(())
        } else {
            Err(Error::Forbidden {
                have: self.0.scope.clone(),
                need: need.word(),
            })
        }
    }
}

impl Caller {
    /// Who holds this key.
    pub async fn of_secret(app: &App, secret: &str) -> Result<Self, Error> {
        let key = api_keys::by_hash(&app.db, &hash(secret.trim())).await?;
        let key = key.ok_or(Error::Unauthorized)?;
        app.access.limits.call(&key.id)?;
        let now = app.now();
        let before = now.checked_sub(USED).unwrap_or(now);
        if key
            .last_used_at
            .is_none_or(|at| at.0 < before.as_millisecond())
        {
            let mut tx = app.db.begin().await?;
            api_keys::used(&mut tx, &key.id, now, before).await?;
            tx.commit().await?;
        }
        Ok(Self(key))
    }
}

impl FromRequestParts<Web> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Error> {
        let header = parts
            .headers
            .get(AUTHORIZATION)
            .and_then(|header| header.to_str().ok());
        let (scheme, secret) = header
            .and_then(|h| h.split_once(' '))
            .ok_or(Error::Unauthorized)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Error::Unauthorized);
        }
        Self::of_secret(&web.app, secret).await
    }
}
