//! Blind review: whoever is to decide sees neither name nor profiles nor schools until they have.

use std::collections::HashSet;

use crate::access::{Permission, User};
use crate::app::App;
use crate::candidate::CandidateId;
use crate::decision::{Decision, Outcome};
use crate::error::{Error, Result};
use crate::store::cases::{self, Row};

use super::procedure::Procedure;

/// Whether a candidate is hidden from somebody: while blind review is on and the case is undecided, from all who may
/// decide it and have not yet.
pub fn hides(procedure: &Procedure, user: &User, case: Option<&Row>, all: &[Decision]) -> bool {
    let Some(case) = case.filter(|_| procedure.blind && decides(procedure, user)) else {
        return false;
    };
    let own = |one: &&Decision| one.user_id.as_deref() == Some(&user.id) && one.rule.is_none();
    !all.iter()
        .filter(own)
        .any(|one| one.at.as_millisecond() >= case.opened_at.0)
}

fn decides(procedure: &Procedure, user: &User) -> bool {
    user.role.may(Permission::DecisionsMake)
        && Outcome::ALL
            .iter()
            .any(|outcome| procedure.lets(user.role, *outcome))
}

/// Whether anybody can be hidden from somebody.
pub async fn applies(app: &App, user: &User) -> Result<bool> {
    let procedure = super::procedure::current(app).await?;
    Ok(procedure.blind && decides(&procedure, user))
}

/// Refuses somebody from whom a candidate is hidden: for what shows the candidate whole.
pub async fn refuse_hidden(app: &App, user: &User, id: &CandidateId) -> Result<()> {
    if hidden(app, user, std::slice::from_ref(id))
        .await?
        .is_empty()
    {
        return Ok(());
    }
    Err(Error::Conflict(
        "this can be had once it is decided: it names what blind review hides",
    ))
}

/// Which of some candidates are hidden from somebody, for pages that list them.
pub async fn hidden(app: &App, user: &User, ids: &[CandidateId]) -> Result<HashSet<CandidateId>> {
    if !applies(app, user).await? {
        return Ok(HashSet::new());
    }
    let hidden = cases::undecided_by(&app.db, &user.id, ids).await?;
    Ok(hidden.into_iter().collect())
}
