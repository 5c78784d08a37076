//! Takes a person's data away: the record, all its versions and screenings, its keys and texts, its
//! place in rings, and what others' screenings quote of it.

use std::collections::BTreeSet;

use super::keep::hashed;
use super::rings;
use crate::app::{App, compute};
use crate::candidate::CandidateId;
use crate::db::{Tx, sql};
use crate::error::Result;
use crate::normalise;
use crate::store::people::{self, Who};
use crate::store::{candidates, erasure, onboardings};

/// Erases candidates within a transaction. Whoever shares something with them is due for another
/// screening, which will not see them any more.
pub async fn erase(app: &App, tx: &mut Tx, ids: &[CandidateId]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut told: BTreeSet<CandidateId> = BTreeSet::new();
    // Nobody onboards them meanwhile.
    candidates::lock(tx, &ids.iter().cloned().collect()).await?;
    for id in ids {
        told.extend(erasure::neighbours(tx, id).await?);
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
        told.extend(erasure::sharing(tx, &hashes).await?);
        told.extend(erasure::saw_lately(tx, id).await?);
        erasure::keys(tx, id, &hashes).await?;
        rings::leave(app, tx, id).await?;
    }
    told.retain(|id| !ids.contains(id));
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
    Ok(())
}

/// Erases people of sources with their candidates, and all who were folded into them; returns them all.
pub async fn people(app: &App, tx: &mut Tx, mut gone: Vec<Who>) -> Result<Vec<Who>> {
    gone.sort_unstable();
    gone.dedup();
    let mut at = 0;
    while at < gone.len() {
        for who in people::merged_into(tx, &gone[at].clone()).await? {
            if !gone.contains(&who) {
                gone.push(who);
            }
        }
        at += 1;
    }
    if gone.is_empty() {
        return Ok(gone);
    }
    people::lock(tx, &gone).await?;
    let candidates = people::candidates(tx, &gone).await?;
    let ids: Vec<_> = candidates.into_iter().map(|(id, _, _)| id).collect();
    erase(app, tx, &ids).await?;
    for who in &gone {
        people::erase(tx, who, app.now()).await?;
    }
    Ok(gone)
}

/// Erases one candidate; `false` where there is none.
pub async fn erase_one(app: &App, id: &CandidateId) -> Result<bool> {
    let mut tx = app.db.begin().await?;
    let found: Option<(String, String)> =
        sql("select source, external_id from candidates where id = ?")
            .bind(id)
            .optional(&mut tx)
            .await?;
    let Some(who) = found else {
        return Ok(false);
    };
    people(app, &mut tx, vec![who]).await?;
    tx.commit().await?;
    Ok(true)
}
