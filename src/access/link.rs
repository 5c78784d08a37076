//! One-time links: how the first administrator comes in, how people are invited, and how who lost a password comes
//! back. A link is valid for a day and once.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{User, token, token_hash};
use crate::app::App;
use crate::audit::{self, Action, Actor};
use crate::error::Result;
use crate::store::{one_time_links, users};

/// How long a link is valid.
pub const VALID: SignedDuration = SignedDuration::from_hours(24);

/// Whom a link signs in.
#[derive(Clone, Debug)]
pub enum For {
    /// Somebody who is there.
    User(User),
    /// Whoever comes first: there is nobody yet.
    FirstAdmin,
}

/// Where links lead: the token follows.
pub const PATH: &str = "/sign-in/link/";

/// Makes a link, says so in the audit log, and returns its path, to be shown once; links that the same person had before
/// end. Without a user it is for whoever makes themselves the first administrator.
pub async fn create(app: &App, by: &Actor, user: Option<&User>) -> Result<String> {
    let (token, hash) = token()?;
    let mut tx = app.db.begin().await?;
    let expires_at = app.now().checked_add(VALID).unwrap_or(app.now());
    let user = user.map(|user| user.id.as_str());
    one_time_links::replace(&mut tx, &hash, user, app.now(), expires_at).await?;
    let object = user.map_or_else(String::new, |id| format!("user:{id}"));
    let detail = match user {
        Some(_) => Value::Null,
        None => json!({ "for": "the first administrator" }),
    };
    audit::append(app, &mut tx, by, Action::LinkMade, &object, &detail).await?;
    tx.commit().await?;
    Ok(format!("{PATH}{token}"))
}

/// Whom a link would sign in, if it is still valid.
pub async fn find(app: &App, token: &str) -> Result<Option<For>> {
    let Some(link) = one_time_links::by_hash(&app.db, &token_hash(token), app.now()).await? else {
        return Ok(None);
    };
    match link.user_id {
        Some(id) => Ok(users::by_id(&app.db, &id)
            .await?
            .map(|row| For::User(row.user()))),
        None => Ok((!users::any(&app.db).await?).then_some(For::FirstAdmin)),
    }
}
