//! What is read of links and rings before anything is changed.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::settle::Changes;
use crate::candidate::CandidateId;
use crate::db::{Result, Tx};
use crate::rings::Bond;
use crate::rings::tie::Tie;
use crate::store::links::{self, Member, RingRow, Stored};

/// A ring with more members than this is not read whole to let somebody join: it counts as one, and is
/// only looked into when it loses a link.
const READ_WHOLE_TO: i64 = 256;

/// Reasons that hold for the two people, whatever else they come to share.
const OF_THE_PAIR: [&str; 2] = ["household", "same_person"];

/// What tells links apart.
pub(super) type Key = (CandidateId, CandidateId, Bond, i64);

/// The key of a stored link; `None` for kinds that only another version of the program knows.
pub(super) fn key(link: &Stored) -> Option<Key> {
    let bond = Bond::of_word(&link.kind)?;
    Some((link.a.clone(), link.b.clone(), bond, link.hash))
}

/// Links and rings around some candidates.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Links that count, of the candidates asked for and within rings that are open.
    pub links: BTreeMap<Key, Stored>,
    /// Everybody who was asked for, stands at a link's end or is in a ring that is open.
    pub members: BTreeMap<CandidateId, Member>,
    /// The rings of all these.
    pub rings: HashMap<String, RingRow>,
    /// Rings that were read whole.
    open: HashSet<String>,
    /// What was explained.
    explained: HashSet<Key>,
    /// Pairs that a reason explains as such.
    pairs: HashSet<(CandidateId, CandidateId)>,
    /// For each candidate asked for its links, and those of keys asked for.
    own: Vec<Key>,
}

impl Known {
    /// Reads the links of `own` and those carrying `hashes`, and the rings of everybody concerned.
    pub async fn load(
        tx: &mut Tx,
        own: &[CandidateId],
        mut concerned: BTreeSet<CandidateId>,
        hashes: &[i64],
    ) -> Result<Self> {
        let mut known = Self::default();
        let mut stored = links::of(tx, own).await?;
        stored.extend(links::with_keys(tx, hashes).await?);
        for link in stored {
            let Some(key) = key(&link) else { continue };
            if let Some(reason) = link.explained.as_deref() {
                if OF_THE_PAIR.contains(&reason) {
                    known.pairs.insert((link.a.clone(), link.b.clone()));
                }
                known.explained.insert(key);
                continue;
            }
            concerned.extend([link.a.clone(), link.b.clone()]);
            known.own.push(key.clone());
            known.links.insert(key, link);
        }
        for member in links::members(tx, &concerned).await? {
            known.members.insert(member.id.clone(), member);
        }
        let rings: BTreeSet<String> = known
            .members
            .values()
            .filter_map(|one| one.ring.clone())
            .collect();
        let rings: Vec<String> = rings.into_iter().collect();
        for ring in links::rings(tx, &rings).await? {
            known.rings.insert(ring.id.clone(), ring);
        }
        let small = |ring: &String| {
            known
                .rings
                .get(ring)
                .is_none_or(|row| row.members <= READ_WHOLE_TO)
        };
        let small: Vec<String> = rings.into_iter().filter(small).collect();
        known.read_whole(tx, small).await?;
        Ok(known)
    }

    /// Reads rings whole that lose a link.
    pub async fn open(&mut self, tx: &mut Tx, changes: &Changes) -> Result<()> {
        let ends = changes.removed.iter().flat_map(|link| [&link.a, &link.b]);
        let rings = ends.filter_map(|id| self.members.get(id)?.ring.clone());
        let rings: BTreeSet<String> = rings.filter(|ring| !self.open.contains(ring)).collect();
        self.read_whole(tx, rings.into_iter().collect()).await
    }

    async fn read_whole(&mut self, tx: &mut Tx, rings: Vec<String>) -> Result<()> {
        if rings.is_empty() {
            return Ok(());
        }
        for member in links::members_of(tx, &rings).await? {
            self.members.insert(member.id.clone(), member);
        }
        for link in links::within(tx, &rings).await? {
            if let Some(key) = key(&link) {
                self.links.insert(key, link);
            }
        }
        self.open.extend(rings);
        Ok(())
    }

    /// Whether a ring was read whole.
    pub fn is_open(&self, ring: &str) -> bool {
        self.open.contains(ring)
    }

    /// The ring that somebody is in.
    pub fn ring(&self, id: &CandidateId) -> Option<&str> {
        self.members.get(id)?.ring.as_deref()
    }

    /// Whether somebody explained this tie away.
    pub fn is_explained(&self, case: &CandidateId, tie: &Tie) -> bool {
        let pair = (case.min(&tie.other).clone(), case.max(&tie.other).clone());
        self.pairs.contains(&pair)
            || self
                .explained
                .contains(&(pair.0, pair.1, tie.bond, tie.hash))
    }

    /// The links that count and were asked for: of the candidates, and of the keys.
    pub fn asked(&self) -> impl Iterator<Item = (&Key, &Stored)> {
        self.own
            .iter()
            .filter_map(|key| self.links.get_key_value(key))
    }
}
