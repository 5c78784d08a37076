//! Who did what, in a chain of hashes.
//!
//! An entry is appended in the transaction that does what it tells of, last of all. It holds ids and words, never what
//! a candidate wrote, so that erasing a person leaves it as it is. Its hash is over all its columns and the hash before
//! it ([`chain`]), so that what is changed, left out or moved shows; its seal is over the hash under the installation's
//! key, so that whoever can write to the database alone cannot make another chain.

mod action;
pub mod chain;
pub mod reads;

pub use action::Action;
use jiff::Timestamp;
use serde_json::Value;

use crate::access::User;
use crate::app::App;
use crate::candidate::CandidateId;
use crate::db::{Millis, Tx};
use crate::error::Result;
use crate::store::api_keys::{self, ApiKey};
use crate::store::audit_log;

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// `user`, `key`, or `system`.
    pub kind: &'static str,
    /// The user's or the key's id.
    pub id: String,
    /// What they are called.
    pub name: String,
}

impl Actor {
    /// The program by itself, or somebody at its command line.
    pub fn system(name: &str) -> Self {
        Self {
            kind: "system",
            id: String::new(),
            name: name.to_owned(),
        }
    }
}

impl From<&User> for Actor {
    fn from(user: &User) -> Self {
        Self {
            kind: "user",
            id: user.id.clone(),
            name: user.email.clone(),
        }
    }
}

impl From<&ApiKey> for Actor {
    fn from(key: &ApiKey) -> Self {
        Self {
            kind: "key",
            id: key.id.clone(),
            name: key.called(),
        }
    }
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Entry {
    /// Its number, from 1, without gaps.
    pub seq: i64,
    /// When.
    pub at: Millis,
    /// `user`, `key` or `system`.
    pub who_kind: String,
    /// The user's or the key's id.
    pub who_id: String,
    /// What they were called then.
    pub who_name: String,
    /// An [`Action`]'s word.
    pub action: String,
    /// What it was done to: `candidate:…`, `rule:…`; empty where there is no such thing.
    pub object: String,
    /// More, as JSON.
    pub detail: String,
    /// SHA-256 over all of the above and the hash before, in hexadecimal.
    pub hash: String,
    /// HMAC-SHA256 of the hash under the installation's key, in hexadecimal.
    pub seal: String,
}

impl Entry {
    /// When.
    pub fn time(&self) -> Timestamp {
        self.at.into()
    }

    /// What who did it is called; keys without a name were once written down without anything.
    pub fn called(&self) -> String {
        if self.who_kind == "key" && self.who_name.is_empty() {
            api_keys::short(&self.who_id)
        } else {
            self.who_name.clone()
        }
    }
}

/// A candidate as an entry's object.
pub fn candidate(id: &CandidateId) -> String {
    format!("candidate:{id}")
}

/// A ring as an entry's object.
pub fn ring(id: &str) -> String {
    format!("ring:{id}")
}

/// Appends an entry; the last thing in its transaction, since others who append wait until that ends.
pub async fn append(
    app: &App,
    tx: &mut Tx,
    who: &Actor,
    action: Action,
    object: &str,
    detail: &Value,
) -> Result<()> {
    let (seq, before) = audit_log::take_number(tx).await?;
    let detail = if detail.is_null() {
        String::new()
    } else {
        detail.to_string()
    };
    let mut entry = Entry {
        seq,
        at: Millis(app.now().as_millisecond()),
        who_kind: who.kind.to_owned(),
        who_id: who.id.clone(),
        who_name: who.name.clone(),
        action: action.word().to_owned(),
        object: object.to_owned(),
        detail,
        hash: String::new(),
        seal: String::new(),
    };
    entry.hash = chain::hash(&before, &entry);
    entry.seal = app.seal.of(&entry.hash);
    Ok(audit_log::append(tx, &entry).await?)
}

/// Appends an entry by itself, for what only reads.
pub async fn note(
    app: &App,
    who: &Actor,
    action: Action,
    object: &str,
    detail: &Value,
) -> Result<()> {
    let mut tx = app.db.begin().await?;
    append(app, &mut tx, who, action, object, detail).await?;
    Ok(tx.commit().await?)
}
