//! A ring with all that can be shown of it.

use std::collections::{BTreeSet, HashMap};

use crate::app::{App, compute};
use crate::candidate::CandidateId;
use crate::error::Result;
use crate::rings::{Bond, Link};
use crate::screening::case;
use crate::store::links::{self, RingRow, Shown, Stored};

/// Of so many candidates at most it is looked up how they write what they share.
const WRITTEN_OF: usize = 200;

/// How something that is shared is written in one application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Where it stands: `phones[0]`.
    pub field: String,
    /// As written.
    pub value: String,
}

/// A link of a ring.
#[derive(Clone, Debug)]
pub struct Tied {
    /// As it is stored.
    pub link: Stored,
    /// By what it ties.
    pub bond: Bond,
}

/// A ring, its members and its links.
#[derive(Clone, Debug)]
pub struct Whole {
    /// What lists show of it.
    pub row: RingRow,
    /// Its members in the order of their ids, and whom explained links tied to them.
    pub members: Vec<Shown>,
    /// Its links, the heaviest first, and those that were explained in it.
    pub links: Vec<Tied>,
    /// How members write what they share, by candidate and key.
    written: HashMap<(CandidateId, i64), Written>,
}

impl Whole {
    /// The links that count.
    pub fn counting(&self) -> Vec<Link> {
        let counting = self
            .links
            .iter()
            .filter(|tied| tied.link.explained.is_none());
        let link = |tied: &Tied| Link {
            a: tied.link.a.clone(),
            b: tied.link.b.clone(),
            bond: tied.bond,
            hash: tied.link.hash,
            weight_db: tied.link.weight_db,
        };
        counting.map(link).collect()
    }

    /// Those who are in it now.
    pub fn inside(&self) -> impl Iterator<Item = &Shown> {
        let id = self.row.id.as_str();
        let inside = |member: &&Shown| member.ring.as_deref() == Some(id);
        self.members.iter().filter(inside)
    }

    /// How a candidate writes a key, where that is known.
    pub fn written(&self, candidate: &CandidateId, hash: i64) -> Option<&Written> {
        self.written.get(&(candidate.clone(), hash))
    }
}

/// Reads a ring; `None` where there never was one of that id.
pub async fn whole(app: &App, id: &str) -> Result<Option<Whole>> {
    let Some(row) = links::ring(&app.db, id).await? else {
        return Ok(None);
    };
    let tied = |link: Stored| {
        let bond = Bond::of_word(&link.kind)?;
        Some(Tied { link, bond })
    };
    let links = links::of_ring(&app.db, id).await?;
    let links: Vec<Tied> = links.into_iter().filter_map(tied).collect();
    let explained = links.iter().filter(|tied| tied.link.explained.is_some());
    let ends: BTreeSet<&CandidateId> = explained
        .flat_map(|tied| [&tied.link.a, &tied.link.b])
        .collect();
    let ends: Vec<CandidateId> = ends.into_iter().cloned().collect();
    let members = links::shown(&app.db, id, &ends).await?;
    let some: Vec<_> = members
        .iter()
        .take(WRITTEN_OF)
        .map(|one| one.id.clone())
        .collect();
    Ok(Some(Whole {
        written: written(app, &some).await?,
        row,
        members,
        links,
    }))
}

/// How candidates write the keys they have, by candidate and key.
async fn written(app: &App, ids: &[CandidateId]) -> Result<HashMap<(CandidateId, i64), Written>> {
    let cases = case::load(app, ids).await?;
    compute(move || {
        let keys = cases.into_iter().flat_map(|case| {
            let id = case.id;
            case.keys.into_iter().map(move |(key, hash)| {
                let written = Written {
                    field: key.field,
                    value: key.value,
                };
                ((id.clone(), hash), written)
            })
        });
        keys.collect()
    })
    .await
}
