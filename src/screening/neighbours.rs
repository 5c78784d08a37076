//! Who shares an identifier with whom: batched look-ups, bounded for every key.

use std::collections::{HashMap, HashSet};

use super::case::Case;
use crate::candidate::CandidateId;
use crate::db::{Db, Result};
use crate::keys::{self, HUB_ABOVE, Key, Kind};
use crate::normalise::name;
use crate::signals::{Burst, Nearby, Other, Shared};
use crate::store;
use crate::store::candidates::{self, Head};

/// Arrivals past the hub's limit that still call for screening its users again: two instances that
/// cross the limit at once each see the other's arrival, so neither would see the crossing itself.
const CROSSING_SLACK: usize = 8;

/// Users of one key, or of the numbers of one block, that are looked at: the latest.
const LOOKED_AT: usize = 2 * HUB_ABOVE + 20;

/// What was found for a batch of cases.
pub(super) struct Found {
    /// What each case shares, in the order of the cases.
    pub shared: Vec<Vec<Shared>>,
    /// Numbers out of the same blocks, likewise.
    pub nearby: Vec<Vec<Nearby>>,
    /// Candidates outside the batch that are to be told of each case, in the order of the cases.
    pub touched: Vec<Vec<CandidateId>>,
}

type Users = HashMap<i64, Vec<CandidateId>>;
type Heads = HashMap<CandidateId, Head>;

/// Looks up the neighbours of a batch, whose keys are stored already.
pub(super) async fn find(db: &Db, cases: &[Case]) -> Result<Found> {
    let (mut hashes, mut blocks) = (Vec::new(), Vec::new());
    for (key, hash) in cases.iter().flat_map(|case| &case.keys) {
        match key.kind {
            // Who applied before is looked up when it is asked for.
            Kind::Name => {}
            Kind::Phone if keys::has_block(&key.normal) => blocks.push(keys::block(*hash)),
            _ => hashes.push(*hash),
        }
    }
    hashes.sort_unstable();
    hashes.dedup();
    blocks.sort_unstable();
    blocks.dedup();
    let limit = LOOKED_AT + cases.len();
    let mut users = Users::with_capacity(hashes.len());
    for user in store::keys::users(db, &hashes, limit).await? {
        users.entry(user.hash).or_default().push(user.candidate_id);
    }
    users.retain(|_, users| users.len() > 1);
    in_blocks(db, &blocks, limit, &mut users).await?;
    let heads = heads(db, &users).await?;
    let each = |of: &dyn Fn(&Case) -> Vec<Shared>| cases.iter().map(of).collect();
    Ok(Found {
        shared: each(&|case| shared(case, &users, &heads)),
        nearby: cases
            .iter()
            .map(|case| nearby(case, &users, &heads))
            .collect(),
        touched: touched(cases, &users),
    })
}

/// Adds the users of the numbers of whole blocks, where there is more than one.
async fn in_blocks(db: &Db, blocks: &[(i64, i64)], limit: usize, users: &mut Users) -> Result<()> {
    let mut found = HashMap::<(i64, i64), Vec<store::keys::User>>::new();
    for user in store::keys::users_between(db, blocks, limit).await? {
        found.entry(keys::block(user.hash)).or_default().push(user);
    }
    found.retain(|_, users| users.len() > 1);
    // A block so full that it was not read to its end: each number of it that is used here is read by itself.
    let full = found.values().filter(|users| users.len() >= limit);
    let full: HashSet<i64> = full.flatten().map(|user| user.hash).collect();
    let full: Vec<_> = full.into_iter().collect();
    for user in found
        .into_values()
        .flatten()
        .chain(store::keys::users(db, &full, limit).await?)
    {
        let users = users.entry(user.hash).or_default();
        if !users.contains(&user.candidate_id) {
            users.push(user.candidate_id);
        }
    }
    Ok(())
}

/// Everybody who uses a key that others use too.
async fn heads(db: &Db, users: &Users) -> Result<Heads> {
    let mut wanted: Vec<CandidateId> = users.values().flatten().cloned().collect();
    wanted.sort_unstable();
    wanted.dedup();
    let heads = candidates::heads(db, &wanted).await?;
    Ok(heads
        .into_iter()
        .map(|head| (head.id.clone(), head))
        .collect())
}

fn shared(case: &Case, users: &Users, heads: &Heads) -> Vec<Shared> {
    let shared = |(key, hash): &(Key, i64)| {
        let others: Vec<_> = users
            .get(hash)?
            .iter()
            .filter(|id| **id != case.id)
            .collect();
        if others.is_empty() {
            return None;
        }
        let hub = others.len() > HUB_ABOVE;
        let others = others.into_iter().filter_map(|id| heads.get(id));
        let others: Vec<_> = others.map(|head| other(head, case)).collect();
        let burst = Burst::around(&case.candidate, &others);
        let shared = Shared::among(key, case.candidate.agency.as_deref(), others);
        Some(if hub {
            Shared {
                agency_owned: shared.agency_owned,
                burst,
                ..Shared::hub(key)
            }
        } else {
            Shared { burst, ..shared }
        })
    };
    case.keys.iter().filter_map(shared).collect()
}

/// Those whose numbers come out of the same block as one of the case's.
fn nearby(case: &Case, users: &Users, heads: &Heads) -> Vec<Nearby> {
    let mut all = Vec::new();
    let phones = case.keys.iter().filter(|(key, _)| key.kind == Kind::Phone);
    for (key, hash) in phones.filter(|(key, _)| keys::has_block(&key.normal)) {
        let (first, last) = keys::block(*hash);
        let Ok(npa) = key.normal[2..5].parse() else {
            continue;
        };
        let mut near: Vec<_> = (first..=last)
            .filter_map(|at| Some((at, users.get(&at)?)))
            .collect();
        near.sort_unstable_by_key(|(at, _)| at.abs_diff(*hash));
        for (at, users) in near {
            let others = users.iter().filter(|id| **id != case.id);
            let others = others.filter_map(|id| heads.get(id));
            all.extend(
                others
                    .take(LOOKED_AT - all.len().min(LOOKED_AT))
                    .map(|head| Nearby {
                        field: key.field.clone(),
                        value: key.value.clone(),
                        npa,
                        lines_apart: keys::line(at).abs_diff(keys::line(*hash)),
                        below: at < *hash,
                        other: other(head, case),
                    }),
            );
        }
    }
    all
}

/// Another candidate as a case sees it.
pub(super) fn other(head: &Head, case: &Case) -> Other {
    Other {
        id: head.id.clone(),
        name: head.name.as_deref().and_then(name::read),
        agency: head.agency.clone(),
        applied_at: head.applied_at.into(),
        same_home: case.home.is_some() && head.home == case.home,
        same_household: case.household.is_some() && head.household == case.household,
        rejected_at: head.rejected_at.map(Into::into),
        ring: head.ring.clone(),
    }
}

/// Whom the news of each case concerns outside the batch. A key that is a hub for long concerns
/// nobody any more; one that has just become a hub concerns its users once, so that their findings go.
fn touched(cases: &[Case], users: &Users) -> Vec<Vec<CandidateId>> {
    let here: HashSet<&CandidateId> = cases.iter().map(|case| &case.id).collect();
    let elsewhere = |hash: i64| {
        let users = users.get(&hash).into_iter().flatten();
        let elsewhere: Vec<_> = users.filter(|id| !here.contains(id)).collect();
        (elsewhere.len() <= HUB_ABOVE + CROSSING_SLACK).then_some(elsewhere)
    };
    let touched = |case: &Case| {
        let keys = case.keys.iter().filter(|_| case.news);
        let hashes = keys.flat_map(|(key, hash)| {
            let block = key.kind == Kind::Phone && keys::has_block(&key.normal);
            let (first, last) = if block {
                keys::block(*hash)
            } else {
                (*hash, *hash)
            };
            first..=last
        });
        hashes.filter_map(elsewhere).flatten().cloned().collect()
    };
    cases.iter().map(touched).collect()
}
