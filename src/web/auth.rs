//! API keys: 256 random bits, shown once, kept as their SHA-256, each for one scope.

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use sha2::{Digest, Sha256};

use super::Web;
use crate::app::App;
use crate::db;
use crate::error::Error;
use crate::secret::hex;
use crate::store::api_keys::{self, ApiKey};

/// What a key may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Scope {
    /// Everything.
    All,
    /// Sending and reading candidates, screenings and rules.
    Candidates,
    /// Sending measurements and devices.
    Telemetry,
    /// Reading reports.
    Export,
    /// Enrolling osquery nodes, and nothing else: it lies on every work machine.
    Enroll,
}

impl Scope {
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

/// Makes a key, keeps its hash and returns it: nobody will see it again.
pub async fn create(app: &App, scope: Scope, name: &str) -> db::Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| sqlx::Error::Io(std::io::Error::other(error)))?;
    let secret = format!("{PREFIX}{}", hex(&bytes));
    let key = ApiKey {
        id: app.new_id(),
        name: name.to_owned(),
        scope: scope.word().to_owned(),
    };
    let mut tx = app.db.begin().await?;
    api_keys::insert(&mut tx, &key, &hash(&secret), app.now()).await?;
    tx.commit().await?;
    Ok(secret)
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
        key.map(Self).ok_or(Error::Unauthorized)
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
