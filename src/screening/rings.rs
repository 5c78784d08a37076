//! Ties cases to those they share something with, and says in which ring each is.
//!
//! Whoever has nothing that ties costs nothing here. A batch with ties reads the rings at their ends,
//! changes what differs, and marks members for whom the ring has changed; the same state met again
//! changes nothing. A link is taken back by whoever saw it first, since what it rests on cannot change
//! without that candidate being screened again: so two that see different things never undo each
//! other's work in turn. A link whose key has become a hub goes at once, whoever sees it.

mod explain;
mod known;
mod settle;
mod whole;

use std::collections::{BTreeMap, BTreeSet, HashMap};

pub use explain::{Change, Reason, explain, restore};
pub use whole::{Tied, Whole, Written, whole};

use self::known::{Key, Known, key};
use self::settle::Changes;
use super::case::Case;
use crate::app::App;
use crate::candidate::CandidateId;
use crate::db::{Millis, Tx};
use crate::error::Result;
use crate::rings::tie::{self, Seen, Tie};
use crate::rings::{Bond, change::Sets};
use crate::signals::{Alike, Nearby, Ring, Shared};
use crate::store::links::{self, Stored};

/// Members that a ring must have without them for weak ties to join it: living where one of a pair
/// lives is nothing, living and surfing where a ring does is.
const BACKED_FROM: usize = 3;

/// Stores the links of a batch, joins and splits rings, marks those whose ring has changed, and
/// returns each case's ring, in the order of the cases.
pub(super) async fn join(
    app: &App,
    cases: &[Case],
    shared: &[Vec<Shared>],
    alike: &[Vec<Alike>],
    nearby: &[Vec<Nearby>],
) -> Result<Vec<Option<Ring>>> {
    let population = app.population.picture().candidates;
    let around = cases.iter().zip(shared).zip(alike).zip(nearby);
    let ties: Vec<Vec<Tie>> = around
        .map(|(((case, shared), alike), nearby)| {
            tie::of(&Seen {
                name: case.candidate.name.as_ref(),
                agency: case.candidate.agency.as_deref(),
                applied_at: case.candidate.applied_at,
                shared: with_hashes(case, shared),
                alike,
                nearby,
                population,
            })
        })
        .collect();
    let hubs = hubs(app, cases, shared).await?;
    let involved: Vec<usize> = (0..cases.len())
        .filter(|at| cases[*at].ring.is_some() || tie::matters(&ties[*at]))
        .collect();
    let mut found = vec![None; cases.len()];
    if involved.is_empty() && hubs.is_empty() {
        return Ok(found);
    }
    let own: Vec<CandidateId> = involved.iter().map(|at| cases[*at].id.clone()).collect();
    let others = involved.iter().flat_map(|at| &ties[*at]);
    let concerned: BTreeSet<CandidateId> = others
        .map(|tie| tie.other.clone())
        .chain(own.iter().cloned())
        .collect();
    let mut tx = app.db.begin().await?;
    links::lock(&mut tx).await?;
    let mut known = Known::load(&mut tx, &own, concerned, &hubs).await?;
    let wanted = involved.iter().map(|at| (&cases[*at], &*ties[*at]));
    let changes = differences(
        &known,
        &wanted.collect::<Vec<_>>(),
        &hubs,
        Millis(app.now().as_millisecond()),
    );
    known.open(&mut tx, &changes).await?;
    let fresh: BTreeSet<&CandidateId> = cases.iter().map(|case| &case.id).collect();
    let settled = settle::settle(app, &mut tx, known, changes, &fresh, None).await?;
    tx.commit().await?;
    for at in involved {
        found[at] = settled.ring(&cases[at].id);
    }
    Ok(found)
}

/// Takes a candidate out of all links and rings, within a transaction, before the candidate is erased.
pub(super) async fn leave(app: &App, tx: &mut Tx, id: &CandidateId) -> Result<()> {
    links::lock(tx).await?;
    let concerned = BTreeSet::from([id.clone()]);
    let mut known = Known::load(tx, std::slice::from_ref(id), concerned, &[]).await?;
    let changes = Changes {
        removed: known.asked().map(|(_, link)| link.clone()).collect(),
        ..Changes::default()
    };
    known.open(tx, &changes).await?;
    settle::settle(app, tx, known, changes, &BTreeSet::new(), None).await?;
    Ok(())
}

fn with_hashes<'a>(case: &Case, shared: &'a [Shared]) -> Vec<(&'a Shared, i64)> {
    let shared = shared.iter();
    shared
        .filter_map(|one| Some((one, case.hash_of(one)?)))
        .collect()
}

/// The keys of the batch that have become hubs and still link somebody.
async fn hubs(app: &App, cases: &[Case], shared: &[Vec<Shared>]) -> Result<Vec<i64>> {
    let mut hubs = Vec::new();
    for (case, shared) in cases.iter().zip(shared) {
        let shared = shared.iter().filter(|one| one.hub || one.agency_owned);
        hubs.extend(shared.filter_map(|hub| case.hash_of(hub)));
    }
    hubs.sort_unstable();
    hubs.dedup();
    Ok(links::carried(&app.db, &hubs).await?)
}

/// What the ties of cases change of the links that are stored.
fn differences(known: &Known, cases: &[(&Case, &[Tie])], hubs: &[i64], now: Millis) -> Changes {
    let ties: Vec<(&Case, Vec<Tie>)> = cases
        .iter()
        .map(|(case, ties)| {
            let open = ties.iter().filter(|tie| !known.is_explained(&case.id, tie));
            let open = open.filter(|tie| known.members.contains_key(&tie.other));
            (*case, open.cloned().collect())
        })
        .collect();
    let mut wanted = BTreeMap::<Key, Stored>::new();
    let mut by = BTreeMap::<&CandidateId, BTreeSet<Key>>::new();
    let mut want = |case: &Case, tie: &Tie| {
        let stored = stored(&case.id, tie, now);
        let key = key(&stored)?;
        wanted.entry(key.clone()).or_insert(stored);
        Some(key)
    };
    for (case, ties) in &ties {
        let keys = tie::linking(ties)
            .into_iter()
            .filter_map(|tie| want(case, tie));
        by.entry(&case.id).or_default().extend(keys);
    }
    // Rings as they stand by links that need no ring: those that do may not hold each other up.
    let linking: Vec<Key> = by.values().flatten().cloned().collect();
    let mut groups = Groups::of(known, &linking);
    for (case, ties) in &ties {
        let backed = tie::backed(ties, |other| groups.of_member(other));
        let keys: Vec<Key> = backed
            .into_iter()
            .filter_map(|tie| want(case, tie))
            .collect();
        by.entry(&case.id).or_default().extend(keys);
        // What is chance between two people is none between two rings.
        let own = groups.of_linked(&case.id);
        let bridges = ties.iter().filter(|tie| !tie.bond.is_hard());
        let bridges = bridges.filter(|tie| {
            let theirs = groups.of_linked(&tie.other);
            own.is_some() && theirs.is_some() && own != theirs
        });
        let keys: Vec<Key> = bridges.filter_map(|tie| want(case, tie)).collect();
        by.entry(&case.id).or_default().extend(keys);
    }
    // Another record of somebody in a ring is in that ring.
    for (case, ties) in &ties {
        let linked = !by[&case.id].is_empty() || known.ring(&case.id).is_some();
        let same = ties.iter().filter(|tie| tie.bond == Bond::SamePerson);
        let keys: Vec<Key> = same
            .filter(|tie| {
                linked
                    || known.ring(&tie.other).is_some()
                    || by.contains_key(&tie.other) && !by[&tie.other].is_empty()
            })
            .filter_map(|tie| want(case, tie))
            .collect();
        by.entry(&case.id).or_default().extend(keys);
    }
    let here: HashMap<&CandidateId, &Case> =
        cases.iter().map(|(case, _)| (&case.id, *case)).collect();
    let gone = |(key, link): (&Key, &Stored)| {
        let hub = link.hash != 0 && hubs.binary_search(&link.hash).is_ok();
        // Who saw it first takes it back; so does a new version, which everybody is told of.
        let takes_back = |id: &CandidateId| {
            let case = here.get(id);
            case.is_some_and(|case| case.news || link.found_by.as_deref() == Some(&*id.0))
        };
        let wanted = || {
            [&link.a, &link.b]
                .into_iter()
                .any(|id| by.get(id).is_some_and(|keys| keys.contains(key)))
        };
        (hub || (takes_back(&link.a) || takes_back(&link.b)) && !wanted()).then(|| link.clone())
    };
    let removed: Vec<Stored> = known.asked().filter_map(gone).collect();
    let new = wanted
        .into_iter()
        .filter(|(key, _)| !known.links.contains_key(key));
    let new = new.filter(|(_, link)| link.hash == 0 || hubs.binary_search(&link.hash).is_err());
    Changes {
        inserted: new.map(|(_, link)| link).collect(),
        removed,
    }
}

fn stored(case: &CandidateId, tie: &Tie, now: Millis) -> Stored {
    Stored {
        a: case.min(&tie.other).clone(),
        b: case.max(&tie.other).clone(),
        kind: tie.bond.word().to_owned(),
        hash: tie.hash,
        weight_db: tie.weight_db,
        found_by: Some(case.0.clone()),
        found_at: now,
        explained: None,
        explained_by: None,
        explained_at: None,
        explained_in: None,
        note: None,
    }
}

/// Who is connected by links that hold without any ring: identifiers, records of one person, and two
/// kinds of weaker ties between one pair.
struct Groups<'a> {
    place: HashMap<&'a CandidateId, usize>,
    linked: Vec<bool>,
    sizes: HashMap<usize, usize>,
    sets: Sets,
}

impl<'a> Groups<'a> {
    fn of(known: &'a Known, new: &[Key]) -> Self {
        let place: HashMap<_, _> = known
            .members
            .keys()
            .enumerate()
            .map(|(at, id)| (id, at))
            .collect();
        let mut bonds = HashMap::<(usize, usize), Vec<Bond>>::new();
        for (a, b, bond, _) in known.links.keys().chain(new) {
            if let (Some(a), Some(b)) = (place.get(a), place.get(b)) {
                let of_pair = bonds.entry((*a, *b)).or_default();
                if !of_pair.contains(bond) {
                    of_pair.push(*bond);
                }
            }
        }
        let mut groups = Self {
            linked: vec![false; place.len()],
            sizes: HashMap::new(),
            sets: Sets::new(place.len()),
            place,
        };
        for ((a, b), bonds) in bonds {
            if tie::stand(&bonds) {
                groups.join(a, b);
            }
        }
        // Of a ring that is too large to be looked into, all are connected.
        let mut first = HashMap::<&str, usize>::new();
        for member in known.members.values() {
            let Some(ring) = member.ring.as_deref().filter(|ring| !known.is_open(ring)) else {
                continue;
            };
            let at = groups.place[&member.id];
            let first = *first.entry(ring).or_insert(at);
            groups.join(first, at);
        }
        for at in 0..groups.linked.len() {
            let group = groups.sets.of(at);
            *groups.sizes.entry(group).or_default() += 1;
        }
        groups
    }

    fn join(&mut self, a: usize, b: usize) {
        self.sets.join(a, b);
        self.linked[a] = true;
        self.linked[b] = true;
    }

    /// The group of somebody who is linked to another.
    fn of_linked(&mut self, id: &CandidateId) -> Option<usize> {
        let at = *self.place.get(id)?;
        self.linked[at].then(|| self.sets.of(at))
    }

    /// The group of somebody, if it is large enough for weak ties to join it.
    fn of_member(&mut self, id: &CandidateId) -> Option<usize> {
        let at = *self.place.get(id)?;
        let group = self.sets.of(at);
        (self.linked[at] && self.sizes[&group] >= BACKED_FROM).then_some(group)
    }
}
