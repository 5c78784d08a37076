//! Being signed in: a row on this side, and a cookie with 256 random bits on the other.

use jiff::{SignedDuration, Timestamp};

use super::{User, token, token_hash};
use crate::app::App;
use crate::db::Tx;
use crate::error::Result;
use crate::store::sign_ins;

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
}

impl SignedIn {
    /// Whether the proof is fresh enough for what leaves the house.
    pub fn has_proof(&self, now: Timestamp) -> bool {
        now.duration_since(self.proved_at) <= PROOF
    }
}

/// Signs somebody in who has proved who they are, and returns the cookie's value.
pub async fn open(app: &App, tx: &mut Tx, user: &User, agent: &str) -> Result<String> {
    let (token, hash) = token()?;
    let agent: String = agent.chars().take(200).collect();
    sign_ins::insert(tx, &hash, &app.new_id(), &user.id, &agent, app.now()).await?;
    Ok(token)
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
