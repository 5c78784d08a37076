//! Legal holds: set and lifted by name and with a reason; while one stands nothing of the candidate is erased, by hand, by
//! age, or because a hiring system says so. What that system asked for meanwhile is done when the hold is lifted.

use serde_json::json;

use crate::access::User;
use crate::app::App;
use crate::audit::{self, Action, Actor};
use crate::candidate::CandidateId;
use crate::db::Millis;
use crate::error::{Error, Result, refused};
use crate::screening::erase;
use crate::store::holds::{self, Hold};
use crate::store::{deliveries, people};
use crate::work::BODIES_KEPT;

/// Characters of a reason.
pub const LONGEST: usize = 2000;

const MISSING: Error = Error::NotFound("candidate");

fn reason(said: &str) -> Result<String> {
    let said = said.trim();
    if said.is_empty() {
        return Err(refused("reason", "say why"));
    }
    if said.chars().count() > LONGEST || said.contains('\0') {
        return Err(refused("reason", "2000 characters at most, and no NUL"));
    }
    Ok(said.to_owned())
}

/// Sets a hold.
pub async fn set(app: &App, by: &User, id: &CandidateId, why: &str) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let who = people::of_candidate(&mut tx, id).await?.ok_or(MISSING)?;
    let why = reason(why)?;
    // Who erases takes the same row: either comes first, whole.
    people::lock(&mut tx, std::slice::from_ref(&who)).await?;
    people::of_candidate(&mut tx, id).await?.ok_or(MISSING)?;
    let hold = Hold {
        id: app.new_id(),
        candidate_id: id.clone(),
        reason: why,
        by_whom: by.signature(),
        at: Millis(app.now().as_millisecond()),
        lifted_at: None,
        lifted_by: None,
        lifted_why: None,
    };
    if !holds::set(&mut tx, &hold).await? {
        return Err(Error::Conflict("a hold stands on this candidate already"));
    }
    let detail = json!({ "hold": hold.id, "is": "set" });
    audit::append(
        app,
        &mut tx,
        &Actor::from(by),
        Action::Held,
        &audit::candidate(id),
        &detail,
    )
    .await?;
    Ok(tx.commit().await?)
}

/// Lifts the hold, and erases who was to be erased meanwhile; says whether the candidate is still there.
pub async fn lift(app: &App, by: &User, id: &CandidateId, why: &str) -> Result<bool> {
    let mut tx = app.db.begin().await?;
    let who = people::of_candidate(&mut tx, id).await?.ok_or(MISSING)?;
    let why = reason(why)?;
    // Only whose hold this was: whoever else waits is held by another one.
    let family = erase::family(&mut tx, &who).await?;
    people::lock(&mut tx, &family).await?;
    if !holds::lift(&mut tx, id, &by.signature(), &why, app.now()).await? {
        return Err(Error::Conflict("no hold stands on this candidate"));
    }
    let before = deliveries::id_at(app.now() - BODIES_KEPT);
    holds::forget_bodies(&mut tx, id, &before).await?;
    let mut waiting = holds::waiting(&mut tx).await?;
    waiting.retain(|one| family.contains(one));
    let gone = erase::people(app, &mut tx, waiting).await?;
    let actor = Actor::from(by);
    let detail = json!({ "is": "lifted" });
    audit::append(
        app,
        &mut tx,
        &actor,
        Action::Held,
        &audit::candidate(id),
        &detail,
    )
    .await?;
    if !gone.candidates.is_empty() {
        let source = Actor::system("hiring system");
        gone.log(app, &mut tx, &source, Action::Erased, &gone.detail())
            .await?;
    }
    tx.commit().await?;
    Ok(!gone.candidates.contains(id))
}
