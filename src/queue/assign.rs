//! Who sees to which candidate.

use serde_json::json;

use crate::access::{Permission, User};
use crate::app::App;
use crate::audit::{self, Action, Actor};
use crate::candidate::CandidateId;
use crate::db::Db;
use crate::error::{Result, refused};
use crate::store::{candidates, users};

/// Candidates that are assigned at once: a page of the queue.
pub const AT_ONCE: usize = 50;

/// Somebody who sees to candidates, or did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignee {
    /// Their id.
    pub id: String,
    /// What they are called.
    pub name: String,
    /// Whether candidates can be assigned to them: they are not disabled, and may work on candidates.
    pub can_take: bool,
    /// Whether their role works on candidates, disabled or not.
    pub works: bool,
}

impl Assignee {
    /// Their name; of who cannot work on candidates any more it says so.
    pub fn label(&self) -> String {
        if self.can_take {
            self.name.clone()
        } else {
            format!("{} (no access now)", self.name)
        }
    }
}

/// Whom a candidate is assigned to, and whom it can be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assignment {
    /// Whom.
    pub to: Option<Assignee>,
    /// Everybody who can take it.
    pub choices: Vec<Assignee>,
}

/// Everybody who sees to candidates or could have, by mailbox.
pub async fn people(db: &Db) -> Result<Vec<Assignee>> {
    let rows = users::all(db).await?;
    Ok(rows.iter().map(assignee).collect())
}

fn assignee(row: &users::Row) -> Assignee {
    let user: User = row.user();
    let works = user.role.may(Permission::CandidatesWork);
    Assignee {
        can_take: works && row.disabled_at.is_none(),
        works,
        name: if user.name.is_empty() {
            user.email
        } else {
            user.name
        },
        id: user.id,
    }
}

/// Whom a candidate is assigned to, out of everybody.
pub fn of(assigned_to: Option<&str>, people: Vec<Assignee>) -> Assignment {
    let to = assigned_to.and_then(|id| people.iter().find(|one| one.id == id).cloned());
    let choices = people.into_iter().filter(|one| one.can_take).collect();
    Assignment { to, choices }
}

/// Assigns candidates to somebody, or with an empty id to nobody, and says how many were not theirs before. Who is
/// gone meanwhile is left out.
pub async fn assign(app: &App, by: &Actor, candidates: &[CandidateId], to: &str) -> Result<usize> {
    if candidates.is_empty() {
        return Err(refused("candidate", "choose at least one candidate"));
    }
    if candidates.len() > AT_ONCE {
        let most = format!("at most {AT_ONCE} candidates are assigned at once");
        return Err(refused("candidate", most));
    }
    if !to.is_empty() {
        let row = users::by_id(&app.db, to).await?;
        if !row.is_some_and(|row| assignee(&row).can_take) {
            return Err(refused("to", "choose somebody who works on candidates"));
        }
    }
    let mut tx = app.db.begin().await?;
    candidates::lock(&mut tx, &candidates.iter().cloned().collect()).await?;
    let mut changed = candidates::assign(&mut tx, candidates, to).await?;
    changed.sort_unstable();
    let detail = json!({ "to": if to.is_empty() { None } else { Some(to) } });
    for id in &changed {
        let object = audit::candidate(id);
        audit::append(app, &mut tx, by, Action::Assigned, &object, &detail).await?;
    }
    tx.commit().await?;
    Ok(changed.len())
}
