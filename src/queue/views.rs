//! Filters with a name. A search is none: it would keep a person's name beyond that person's record.

use crate::access::{Role, User};
use crate::app::App;
use crate::error::{Error, Result, refused};
use crate::store::saved_views;

/// The longest name, in characters.
pub const NAME_MAX: usize = 60;

/// Views that one person can have.
pub const AT_MOST: i64 = 20;

/// The longest query, in bytes.
const QUERY_MAX: usize = 2_000;

/// Views that are shown.
const SHOWN: i64 = 100;

/// A filter with a name.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct View {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub user_id: String,
    /// What they are called, maybe nothing.
    pub owner_name: String,
    /// Their mailbox.
    pub owner_email: String,
    /// What it is called.
    pub name: String,
    /// The filter as it stands in an address, `?` and all.
    pub query: String,
    /// Whether everybody sees it.
    pub shared: bool,
}

impl View {
    /// Whether somebody may take it away: its owner, and of shared ones an administrator.
    pub fn may_remove(&self, user: &User) -> bool {
        self.user_id == user.id || (self.shared && user.role == Role::Admin)
    }
}

/// What somebody sees.
pub async fn seen_by(app: &App, user: &User) -> Result<Vec<View>> {
    Ok(saved_views::seen_by(&app.db, &user.id, SHOWN).await?)
}

/// Keeps a filter under a name.
pub async fn save(app: &App, user: &User, name: &str, query: &str, shared: bool) -> Result<()> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err(refused("name", "say what the view is to be called"));
    }
    if name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
        let most = format!("a view's name has at most {NAME_MAX} characters");
        return Err(refused("name", most));
    }
    if query.is_empty() || query.len() > QUERY_MAX {
        return Err(refused("query", "choose what the view is to show first"));
    }
    let view = View {
        id: app.new_id(),
        user_id: user.id.clone(),
        owner_name: user.name.clone(),
        owner_email: user.email.clone(),
        name,
        query: query.to_owned(),
        shared,
    };
    let mut tx = app.db.begin().await?;
    if !saved_views::insert(&mut tx, &view, app.now()).await? {
        return Err(refused("name", "you have a view of that name already"));
    }
    if saved_views::count(&mut tx, &user.id).await? > AT_MOST {
        let most = format!("you have {AT_MOST} views; remove one first");
        return Err(refused("name", most));
    }
    Ok(tx.commit().await?)
}

/// Takes a view away. One that is not theirs to take away is none to them.
pub async fn remove(app: &App, user: &User, id: &str) -> Result<()> {
    let view = saved_views::by_id(&app.db, id).await?;
    if !view.is_some_and(|view| view.may_remove(user)) {
        return Err(Error::NotFound("view of yours"));
    }
    let mut tx = app.db.begin().await?;
    saved_views::delete(&mut tx, id).await?;
    Ok(tx.commit().await?)
}
