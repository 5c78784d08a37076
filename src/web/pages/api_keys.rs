//! Keys of the API.

use askama::Template;
use askama_web::WebTemplate;
use jiff::Timestamp;

use super::words;
use crate::web::auth::Scope;

/// Every key.
#[derive(Clone, Debug, Default, Template, WebTemplate)]
#[template(path = "keys/index.html")]
pub struct KeysPage {
    /// Those in use first.
    pub keys: Vec<KeyRow>,
    /// A key that has just been made: nobody will see it again.
    pub made: Option<String>,
    /// What the last form did.
    pub done: Option<&'static str>,
    /// What is wrong with it.
    pub error: Option<String>,
    /// The name as it was written.
    pub name: String,
    /// The scope that was chosen.
    pub scope: String,
}

impl KeysPage {
    /// The scopes to choose from, the narrow ones first.
    pub fn scopes(&self) -> [Scope; 5] {
        let mut scopes = Scope::ALL;
        scopes.rotate_left(1);
        scopes
    }
}

/// A key.
#[derive(Clone, Debug)]
pub struct KeyRow {
    /// Its id.
    pub id: String,
    /// What its maker called it.
    pub name: String,
    /// What it may be used for.
    pub scope: String,
    /// Since when.
    pub created_at: Timestamp,
    /// Who made it; empty where that is not known.
    pub made_by: String,
    /// When it was last used.
    pub used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}
