//! Being signed in: a row on this side, and a cookie with 256 random bits on the other.

use jiff::{SignedDuration, Timestamp};

use super::{User, factor, token, token_hash};
use crate::app::App;
use crate::db::Tx;
use crate::error::Result;
use crate::store::{failures, sign_ins};

/// Somebody who does nothing for so long is signed out.
pub const IDLE: SignedDuration = SignedDuration::from_hours(8);

/// Everybody is signed out after so long.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How long a proof of who one is holds, for what leaves the house or cannot be undone.
pub const PROOF: SignedDuration = SignedDuration::from_mins(10);

/// `seen_at` is written when it is so much off: not at each request.
const SEEN: SignedDuration = SignedDuration::from_mins(1);

/// Who asks for a page.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// The sign-in's id, which is no secret.
    pub id: String,
    /// When the person last proved who they are.
    pub proved_at: Timestamp,
    /// Whether the person came in by a one-time link.
    pub by_link: bool,
    /// Whether everybody needs a second factor and this person has none.
    pub needs_factor: bool,
}

/// How somebody showed who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// By a password, and a second factor if there is one.
    Password,
    /// By a one-time link.
    Link,
    /// By single sign-on.
    Sso,
}

impl Means {
    /// The word in the table and the audit log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Link => "link",
            Self::Sso => factor::SSO,
        }
    }
}

impl SignedIn {
    /// Whether the proof is fresh enough for what leaves the house.
    pub fn has_proof(&self, now: Timestamp) -> bool {
        now.duration_since(self.proved_at) <= PROOF
    }
}

/// Signs somebody in who has proved who they are by a password, and returns the cookie's value.
pub async fn open(app: &App, tx: &mut Tx, user: &User, agent: &str) -> Result<String> {
    open_by(app, tx, user, agent, Means::Password).await
}

/// Signs somebody in who has proved who they are, and returns the cookie's value.
pub async fn open_by(
    app: &App,
    tx: &mut Tx,
    user: &User,
    agent: &str,
    means: Means,
) -> Result<String> {
    let (token, hash) = token()?;
    let agent: String = agent.chars().filter(|c| *c != '\0').take(200).collect();
    let (id, now) = (app.new_id(), app.now());
    sign_ins::insert(tx, &hash, &id, &user.id, &agent, means.word(), now).await?;
    Ok(token)
}

/// Somebody's sign-ins that have not ended, the latest first.
pub async fn of_user(app: &App, user_id: &str) -> Result<Vec<sign_ins::Own>> {
    let (seen, created) = ends(app.now());
    Ok(sign_ins::of_user(&app.db, user_id, seen, created).await?)
}

/// Forgets what has ended by itself: sign-ins, and counts of wrong passwords.
pub async fn sweep(app: &App) -> Result<()> {
    let (seen, created) = ends(app.now());
    let mut tx = app.db.begin().await?;
    sign_ins::sweep(&mut tx, seen, created).await?;
    failures::sweep(&mut tx, app.now()).await?;
    Ok(tx.commit().await?)
}

/// When a sign-in that still holds must have been used, and begun.
fn ends(now: Timestamp) -> (Timestamp, Timestamp) {
    let before = |span| now.checked_sub(span).unwrap_or(Timestamp::MIN);
    (before(IDLE), before(LONGEST))
}

/// Who the cookie is of, if they are still signed in.
pub async fn find(app: &App, token: &str) -> Result<Option<SignedIn>> {
    let hash = token_hash(token);
    let now = app.now();
    let Some(row) = sign_ins::by_hash(&app.db, &hash).await? else {
        return Ok(None);
    };
    let (created, seen) = (
        Timestamp::from(row.created_at),
        Timestamp::from(row.seen_at),
    );
    if now.duration_since(seen) > IDLE || now.duration_since(created) > LONGEST {
        return Ok(None);
    }
    if now.duration_since(seen) > SEEN {
        sign_ins::seen(&app.db, &hash, now).await?;
    }
    Ok(row.signed_in())
}

/// Whether a sign-in still stands, by its id. Asking is no use of it: a page that only waits keeps nobody signed in.
pub async fn stands(app: &App, id: &str) -> Result<bool> {
    let span = sign_ins::span(&app.db, id).await?;
    let (now, span) = (
        app.now(),
        span.map(|(from, seen)| (from.into(), seen.into())),
    );
    Ok(span.is_some_and(|(created, seen): (Timestamp, Timestamp)| {
        now.duration_since(seen) <= IDLE && now.duration_since(created) <= LONGEST
    }))
}
