//! Who may sign in, and what each may do.
//!
//! ```text
//! one-time link ─┐
//! password (+ code) ─┼─> sign-in (a row, and a cookie whose hash it is) ─> User ─> Permission of each route
//! single sign-on ─┘
//! ```
//!
//! A [`User`] has one [`Role`], a role has [`Permission`]s, and every route names the one it needs
//! ([`crate::web::routes`]). Keys of the API are another matter: they have scopes ([`crate::web::auth`]).

pub mod breached;
pub mod changes;
pub mod factor;
pub mod limits;
pub mod link;
pub mod lockout;
pub mod network;
pub mod options;
pub mod password;
mod permission;
mod role;
pub mod sealed;
pub mod sign_in;
pub mod sso;

pub use permission::Permission;
pub use role::Role;

use crate::app::App;
use crate::audit::{self, Action, Actor};
use crate::error::{Error, Result, refused};
use crate::explain::visible;
use crate::store::users;

/// Somebody who may sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: String,
    /// Their mailbox, in lower case.
    pub email: String,
    /// What they are called.
    pub name: String,
    /// What they are here for.
    pub role: Role,
}

impl User {
    /// How decisions and notes name them, in at most 200 characters.
    pub fn signature(&self) -> String {
        let long = if self.name.is_empty() {
            self.email.clone()
        } else {
            format!("{} <{}>", self.name, self.email)
        };
        if long.chars().count() <= SIGNATURE_MAX {
            return long;
        }
        self.email.chars().take(SIGNATURE_MAX).collect()
    }
}

/// What decisions and notes take.
const SIGNATURE_MAX: usize = 200;

/// Adds somebody, who can sign in once a link or single sign-on says so.
pub async fn add(app: &App, by: &Actor, mailbox: &str, called: &str, role: Role) -> Result<User> {
    let user = User {
        id: app.new_id(),
        email: email(mailbox)?,
        name: name(called)?,
        role,
    };
    if users::by_email(&app.db, &user.email).await?.is_some() {
        return Err(taken());
    }
    let mut tx = app.db.begin().await?;
    if !users::insert(&mut tx, &user, app.now()).await? {
        return Err(taken());
    }
    let object = format!("user:{}", user.id);
    let detail = serde_json::json!({ "email": user.email, "role": role.word() });
    audit::append(app, &mut tx, by, Action::UserAdded, &object, &detail).await?;
    tx.commit().await?;
    Ok(user)
}

fn taken() -> Error {
    refused("email", "is somebody's who is here already")
}

/// Why somebody has no password.
pub const BY_SSO: &str = "cannot be chosen by who signs in with single sign-on";

/// Whether somebody comes in by single sign-on, and goes when it says so: a password would be a way around.
pub fn comes_by_sso(app: &App, row: &users::Row) -> bool {
    row.subject.is_some() && app.access.sso.is_some()
}

/// The longest name taken, in characters.
pub const NAME_MAX: usize = 100;

/// The longest mailbox taken, in bytes (RFC 5321).
const EMAIL_MAX: usize = 254;

/// A mailbox as it is kept: what two writings of have in common.
pub fn email(text: &str) -> Result<String> {
    let text = text.trim().to_lowercase();
    let plain = text.len() <= EMAIL_MAX
        && !visible::has_hidden(&text)
        && !(text.chars()).any(|c| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '"'));
    match text.split_once('@') {
        Some((local, domain))
            if plain && !local.is_empty() && domain.contains('.') && !domain.contains('@') =>
        {
            Ok(text)
        }
        _ => Err(refused(
            "email",
            "is no e-mail address such as ada@example.com",
        )),
    }
}

/// A name as it is kept.
pub fn name(text: &str) -> Result<String> {
    let text = text.trim();
    if visible::has_hidden(text) {
        return Err(refused("name", "holds a character that cannot be seen"));
    }
    if text.chars().count() > NAME_MAX {
        return Err(refused("name", format!("holds over {NAME_MAX} characters")));
    }
    Ok(text.to_owned())
}

/// 256 random bits to be handed out once, and the hash that is kept of them.
pub(crate) fn token() -> Result<(String, String)> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| Error::Internal(error.to_string()))?;
    let token = crate::secret::hex(&bytes);
    let hash = token_hash(&token);
    Ok((token, hash))
}

/// What is kept of a token: it has 256 random bits, so its hash tells nothing of it.
pub(crate) fn token_hash(token: &str) -> String {
    use sha2::Digest as _;
    crate::secret::hex(&sha2::Sha256::digest(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailboxes_are_folded_and_plain() {
        assert_eq!(email(" Ada@Example.COM ").unwrap(), "ada@example.com");
        for wrong in [
            "",
            "ada",
            "@example.com",
            "ada@com",
            "a b@example.com",
            "a@b@example.com",
            "<a@example.com>",
            "a\u{202e}da@example.com",
            "ada@exam\u{200b}ple.com",
        ] {
            assert!(email(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_name_holds_nothing_that_cannot_be_seen() {
        assert_eq!(name(" Zoë Ünal ").unwrap(), "Zoë Ünal");
        for wrong in ["Ada\u{202e}", "A\u{200b}da", "Ada\nB", "Ada\u{0}"] {
            assert!(name(wrong).is_err(), "{wrong:?}");
        }
    }
}
