//! Takes a person's data away: the record, all its versions and screenings, its keys and texts, its
//! place in rings, and what others' screenings quote of it.

use std::collections::BTreeSet;

use serde_json::json;

use super::keep::hashed;
use super::rings;
use crate::app::{App, compute};
use crate::audit::{self, Action, Actor};
use crate::candidate::CandidateId;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::normalise;
use crate::store::holds::{self, Hold};
use crate::store::people::{self, Who};
use crate::store::{candidates, erasure, links, onboardings};

/// Whom erasing candidates touches.
#[derive(Debug, Default)]
pub struct Touched {
    /// Others who share something with them: they are screened again.
    pub others: BTreeSet<CandidateId>,
    /// Each candidate's keys.
    hashes: Vec<(CandidateId, Vec<i64>)>,
}

/// Finds whom erasing candidates would touch.
pub async fn touched(app: &App, tx: &mut Tx, ids: &[CandidateId]) -> Result<Touched> {
    let mut found = Touched::default();
    for id in ids {
        found.others.extend(erasure::neighbours(tx, id).await?);
        let versions = erasure::versions(tx, id).await?;
        let (settings, hash) = (app.settings(), app.hash.clone());
        let hashes = compute(move || {
            let normal = versions
                .iter()
                .map(|one| normalise::candidate(one, &settings));
            let keys = normal.flat_map(|one| hashed(&one, &hash));
            keys.map(|(_, hash)| hash).collect::<Vec<_>>()
        });
        let mut hashes = hashes.await?;
        for one in onboardings::of_one(tx, &app.vault, id).await? {
            hashes.extend(one.said.keys(&app.hash).into_iter().map(|(_, hash)| hash));
        }
        found.others.extend(erasure::sharing(tx, &hashes).await?);
        found.others.extend(erasure::saw_lately(tx, id).await?);
        found.hashes.push((id.clone(), hashes));
    }
    found.others.retain(|id| !ids.contains(id));
    Ok(found)
}

/// Erases candidates within a transaction. Whoever shares something with them is due for another
/// screening, which will not see them any more; says how many are.
async fn erase(app: &App, tx: &mut Tx, ids: &[CandidateId]) -> Result<usize> {
    if ids.is_empty() {
        return Ok(0);
    }
    // Rings are locked before candidates, as whoever joins or explains them does.
    links::lock(tx).await?;
    // Nobody onboards them meanwhile.
    candidates::lock(tx, &ids.iter().cloned().collect()).await?;
    let touched = touched(app, tx, ids).await?;
    for (id, hashes) in &touched.hashes {
        erasure::keys(tx, id, hashes).await?;
        rings::leave(app, tx, id).await?;
    }
    let told = touched.others;
    let rows = told.iter().chain(ids).cloned().collect();
    candidates::lock(tx, &rows).await?;
    for id in ids {
        erasure::candidate(tx, id, app.now()).await?;
    }
    for other in &told {
        for id in ids {
            erasure::quotes(tx, other, id).await?;
        }
    }
    let told: Vec<CandidateId> = told.into_iter().collect();
    candidates::mark(tx, &told).await?;
    Ok(told.len())
}

/// What became of people who were to be erased.
#[derive(Debug, Default)]
pub struct Gone {
    /// All who were to be, with those folded into them.
    pub people: Vec<Who>,
    /// The candidates that are erased.
    pub candidates: Vec<CandidateId>,
    /// Others who are screened again.
    pub screened_again: usize,
    /// Those of the people asked for who are not erased, since a hold stands on them or on somebody folded into them.
    pub held: Vec<(Who, Hold)>,
}

impl Gone {
    /// What the audit log says: ids alone.
    pub fn detail(&self) -> serde_json::Value {
        json!({ "candidates": self.candidates, "screened_again": self.screened_again })
    }

    /// Says so in the audit log, of each candidate by itself, so that it is found by the candidate. The last in its
    /// transaction.
    pub async fn log(
        &self,
        app: &App,
        tx: &mut Tx,
        by: &Actor,
        action: Action,
        detail: &serde_json::Value,
    ) -> Result<()> {
        for id in &self.candidates {
            audit::append(app, tx, by, action, &audit::candidate(id), detail).await?;
        }
        Ok(())
    }
}

/// The topmost of those into whom a person was folded; the person where there is none.
pub async fn topmost(tx: &mut Tx, who: &Who) -> Result<Who> {
    let mut seen = vec![who.clone()];
    let mut top = who.clone();
    while let Some(into) = people::folded_into(tx, &top).await? {
        // A source that folds two into each other has no topmost one.
        if seen.contains(&into) {
            break;
        }
        seen.push(into.clone());
        top = into;
    }
    Ok(top)
}

/// All records that the source says are one person's, whichever of them is asked for.
pub async fn family(tx: &mut Tx, who: &Who) -> Result<Vec<Who>> {
    let top = topmost(tx, who).await?;
    let mut all = folded(tx, top).await?;
    if !all.contains(who) {
        all.push(who.clone());
    }
    Ok(all)
}

/// A person and all who were folded into it, and those folded into them.
pub async fn folded(tx: &mut Tx, root: Who) -> Result<Vec<Who>> {
    let mut all = vec![root];
    let mut at = 0;
    while at < all.len() {
        for who in people::merged_into(tx, &all[at].clone()).await? {
            if !all.contains(&who) {
                all.push(who);
            }
        }
        at += 1;
    }
    Ok(all)
}

/// The candidates of people.
pub async fn ids(tx: &mut Tx, people: &[Who]) -> Result<Vec<CandidateId>> {
    let found = people::candidates(tx, people).await?;
    Ok(found.into_iter().map(|(id, _, _)| id).collect())
}

/// A hold that stands on any of some people.
pub async fn standing(tx: &mut Tx, people: &[Who]) -> Result<Option<Hold>> {
    let ids = ids(tx, people).await?;
    Ok(holds::standing(tx, &ids).await?.into_iter().next())
}

/// Erases people of sources with their candidates, and all who were folded into them, but nobody on whom a hold stands,
/// be it on another record of the same person.
pub async fn people(app: &App, tx: &mut Tx, mut roots: Vec<Who>) -> Result<Gone> {
    roots.sort_unstable();
    roots.dedup();
    let mut gone = Gone::default();
    let (mut groups, mut related) = (Vec::new(), Vec::new());
    for root in roots {
        let all = folded(tx, root.clone()).await?;
        let family = family(tx, &root).await?;
        gone.people.extend(all.iter().cloned());
        related.extend(family.iter().cloned());
        groups.push((root, all, family));
    }
    gone.people.sort_unstable();
    gone.people.dedup();
    if gone.people.is_empty() {
        return Ok(gone);
    }
    // Who sets a hold takes the same rows.
    related.extend(gone.people.iter().cloned());
    people::lock(tx, &related).await?;
    let mut erased: BTreeSet<Who> = BTreeSet::new();
    for (root, all, family) in groups {
        match standing(tx, &family).await? {
            Some(hold) => gone.held.push((root, hold)),
            None => {
                gone.candidates.extend(ids(tx, &all).await?);
                erased.extend(all);
            }
        }
    }
    gone.candidates.sort_unstable();
    gone.candidates.dedup();
    gone.screened_again = erase(app, tx, &gone.candidates).await?;
    for who in &erased {
        people::erase(tx, who, app.now()).await?;
    }
    Ok(gone)
}

/// Erases one candidate and says so in the audit log; `false` where there is none.
pub async fn erase_one(app: &App, by: &Actor, id: &CandidateId) -> Result<bool> {
    let mut tx = app.db.begin().await?;
    let Some(who) = people::of_candidate(&mut tx, id).await? else {
        return Ok(false);
    };
    let gone = people(app, &mut tx, vec![who]).await?;
    if !gone.held.is_empty() {
        return Err(Error::Held);
    }
    gone.log(app, &mut tx, by, Action::Erased, &gone.detail())
        .await?;
    tx.commit().await?;
    app.db.checkpoint().await;
    Ok(true)
}
