//! A person explains a link away, or takes that back.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::known::{Known, key};
use super::settle::{Changes, settle};
use crate::app::App;
use crate::audit::{self, Action, Actor};
use crate::candidate::CandidateId;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::rings::Bond;
use crate::store::links::{self, Explanation, Stored};

/// Why a link says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The two live together.
    Household,
    /// The two are one person.
    SamePerson,
    /// What they share is their agency's.
    Agency,
    /// Another, which the note says.
    Other,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::Household, Self::SamePerson, Self::Agency, Self::Other];

    /// The word in tables and JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Household => "household",
            Self::SamePerson => "same_person",
            Self::Agency => "agency",
            Self::Other => "other",
        }
    }
}

/// Which links a person speaks of, and what is said.
#[derive(Clone, Debug)]
pub struct Change {
    /// One candidate.
    pub a: CandidateId,
    /// The other.
    pub b: CandidateId,
    /// Only links of this kind; else all between the two.
    pub bond: Option<Bond>,
    /// Why.
    pub reason: Reason,
    /// What else.
    pub note: Option<String>,
    /// Who says so.
    pub by: String,
}

const NO_LINK: Error = Error::NotFound("link between these two in this ring");

/// Keeps links from counting and splits the ring where nothing else holds it; returns the rings in
/// which the two are now, each once. Whoever it concerns is due for another screening.
pub async fn explain(app: &App, by: &Actor, ring: &str, change: &Change) -> Result<Vec<String>> {
    let mut tx = app.db.begin().await?;
    links::lock(&mut tx).await?;
    let known = around(&mut tx, change).await?;
    if known.ring(&change.a) != Some(ring) || known.ring(&change.b) != Some(ring) {
        return Err(NO_LINK);
    }
    let counts = |link: &Stored| link.explained.is_none();
    let spoken_of = spoken_of(&mut tx, change, counts).await?;
    let said = Explanation {
        reason: change.reason.word(),
        note: change.note.as_deref(),
        by: &change.by,
        ring,
    };
    for link in &spoken_of {
        links::explain(&mut tx, link, Some(said), app.now()).await?;
    }
    let changes = Changes {
        removed: spoken_of,
        ..Changes::default()
    };
    let told = Told {
        by,
        ring,
        change,
        what: "explained",
    };
    finish(app, tx, known, changes, told, None).await
}

/// Lets explained links count again; returns as [`explain`].
pub async fn restore(app: &App, by: &Actor, ring: &str, change: &Change) -> Result<Vec<String>> {
    let mut tx = app.db.begin().await?;
    links::lock(&mut tx).await?;
    let in_ring = |link: &Stored| link.explained_in.as_deref() == Some(ring);
    let spoken_of = spoken_of(&mut tx, change, in_ring).await?;
    for link in &spoken_of {
        links::explain(&mut tx, link, None, app.now()).await?;
    }
    let known = around(&mut tx, change).await?;
    let rows = links::rings(&mut tx, &[ring.to_owned()]).await?;
    // A ring that had dissolved comes back under its own id.
    let prefer = rows.iter().any(|row| row.members == 0).then_some(ring);
    let changes = Changes {
        inserted: spoken_of,
        ..Changes::default()
    };
    let told = Told {
        by,
        ring,
        change,
        what: "restored",
    };
    finish(app, tx, known, changes, told, prefer).await
}

async fn spoken_of(
    tx: &mut Tx,
    change: &Change,
    which: impl Fn(&Stored) -> bool,
) -> Result<Vec<Stored>> {
    let mut links = links::between(tx, &change.a, &change.b).await?;
    links.retain(|link| {
        let bond = key(link).map(|(_, _, bond, _)| bond);
        let asked = change.bond.is_none() || change.bond == bond;
        asked && bond.is_some_and(|bond| bond != Bond::SamePerson) && which(link)
    });
    if links.is_empty() {
        return Err(NO_LINK);
    }
    Ok(links)
}

async fn around(tx: &mut Tx, change: &Change) -> Result<Known> {
    let two = [change.a.clone(), change.b.clone()];
    Ok(Known::load(tx, &two, BTreeSet::from(two.clone()), &[]).await?)
}

/// What the audit log is told.
struct Told<'a> {
    by: &'a Actor,
    ring: &'a str,
    change: &'a Change,
    what: &'static str,
}

async fn finish(
    app: &App,
    mut tx: Tx,
    mut known: Known,
    changes: Changes,
    told: Told<'_>,
    prefer: Option<&str>,
) -> Result<Vec<String>> {
    known.open(&mut tx, &changes).await?;
    let settled = settle(app, &mut tx, known, changes, &BTreeSet::new(), prefer).await?;
    let change = told.change;
    let object = audit::ring(told.ring);
    let detail = json!({"what": told.what, "a": change.a, "b": change.b, "kind": change.bond.map(Bond::word),
        "reason": change.reason});
    audit::append(
        app,
        &mut tx,
        told.by,
        Action::RingExplained,
        &object,
        &detail,
    )
    .await?;
    tx.commit().await?;
    let rings = [&change.a, &change.b]
        .into_iter()
        .filter_map(|id| settled.id(id));
    let rings: BTreeSet<&str> = rings.collect();
    Ok(rings.into_iter().map(str::to_owned).collect())
}
