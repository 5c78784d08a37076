//! Who opened which candidate, and which ring.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Action, Actor, append};
use crate::app::App;
use crate::candidate::CandidateId;
use crate::error::Result;
use crate::store::audit_log::{self, Told};

/// Opened again within this time, as by a reload, it is the same access.
const SAME_ACCESS: SignedDuration = SignedDuration::from_mins(10);

/// Notes that somebody opened a candidate, before they see it; `sign_in` tells apart where they did, and is `None` for
/// a key of the API.
pub async fn candidate(
    app: &App,
    who: &Actor,
    sign_in: Option<&str>,
    id: &CandidateId,
) -> Result<()> {
    let object = super::candidate(id);
    once(app, who, sign_in, Action::CandidateRead, &object).await
}

/// The same of a ring.
pub async fn ring(app: &App, who: &Actor, sign_in: Option<&str>, id: &str) -> Result<()> {
    once(app, who, sign_in, Action::RingRead, &super::ring(id)).await
}

async fn once(
    app: &App,
    who: &Actor,
    sign_in: Option<&str>,
    action: Action,
    object: &str,
) -> Result<()> {
    let detail = sign_in.map_or(Value::Null, |id| json!({"sign_in": id}));
    let text = sign_in.map_or_else(String::new, |_| detail.to_string());
    let since = app.now() - SAME_ACCESS;
    let told = Told {
        object,
        action,
        who,
        detail: &text,
    };
    // Asked first without the right to write, which there is but one of in SQLite; then again with it.
    if audit_log::stands(&app.db, &told, since).await? {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    if audit_log::stands(&mut tx, &told, since).await? {
        return Ok(());
    }
    append(app, &mut tx, who, action, object, &detail).await?;
    Ok(tx.commit().await?)
}
