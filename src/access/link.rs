//! One-time links: how the first administrator comes in, how people are invited, and how who lost a password comes
//! back. A link is valid for a day and once.

use jiff::SignedDuration;

use super::{User, token, token_hash};
use crate::app::App;
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

/// Makes a link and returns its path, to be shown once; links that the same person had before end.
pub async fn create(app: &App, user: Option<&User>) -> Result<String> {
    let (token, hash) = token()?;
    let mut tx = app.db.begin().await?;
    let expires_at = app.now().checked_add(VALID).unwrap_or(app.now());
    let user = user.map(|user| user.id.as_str());
    one_time_links::replace(&mut tx, &hash, user, app.now(), expires_at).await?;
    tx.commit().await?;
    Ok(format!("/sign-in/link/{token}"))
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
