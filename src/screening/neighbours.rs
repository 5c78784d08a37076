//! Who shares an identifier with whom: batched look-ups, bounded for every key.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::case::Case;
use crate::candidate::CandidateId;
use crate::db::{Db, Result};
use crate::keys::{self, HUB_ABOVE, Key, Kind};
use crate::normalise::name;
use crate::signals::CROWD;
use crate::signals::{Burst, Nearby, Other, Shared};
use crate::store;
use crate::store::candidates::{self, Head};

/// Arrivals past the hub's limit that still call for screening its users again: two instances that
/// cross the limit at once each see the other's arrival, so neither would see the crossing itself.
const CROSSING_SLACK: usize = 8;

/// Users of one key, or of the numbers of one block, that are looked at: the latest.
const LOOKED_AT: usize = 2 * HUB_ABOVE + 20;

/// Users of a block's numbers below which none of them is told of another: two neighbours are chance.
const BLOCK_FROM: usize = 3;

/// Other users of a line from which on all of them are told of another: it may be a place.
const PLACE_FROM: usize = 10;

/// Applications from one line further apart than this say nothing of each other.
const A_MONTH: SignedDuration = SignedDuration::from_hours(31 * 24);

/// What was found for a batch of cases.
pub(super) struct Found {
    /// What each case shares, in the order of the cases.
    pub shared: Vec<Vec<Shared>>,
    /// Numbers out of the same blocks, likewise.
    pub nearby: Vec<Vec<Nearby>>,
    /// Candidates outside the batch that are to be told of each case, in the order of the cases.
    pub touched: Vec<Vec<CandidateId>>,
}

/// Who uses which key; keys that only one candidate uses may be absent.
type Users = BTreeMap<i64, Vec<CandidateId>>;
type Heads = HashMap<CandidateId, Head>;

/// Looks up the neighbours of a batch, whose keys are stored already.
pub(super) async fn find(db: &Db, cases: &[Case]) -> Result<Found> {
    let users = users(db, cases).await?;
    let heads = heads(db, &users).await?;
    let each = |of: &dyn Fn(&Case) -> Vec<Shared>| cases.iter().map(of).collect();
    Ok(Found {
        shared: each(&|case| shared(case, &users, &heads)),
        nearby: cases
            .iter()
            .map(|case| nearby(case, &users, &heads))
            .collect(),
        touched: touched(cases, &users, &heads),
    })
}

/// What is looked up of a key: itself, or the block that a phone number was given out with.
fn range(key: &Key, hash: i64) -> (i64, i64) {
    let block = key.kind == Kind::Phone && keys::has_block(&key.normal);
    if block {
        keys::block(hash)
    } else {
        (hash, hash)
    }
}

/// The users of the cases' keys, and of their phones' blocks, where there is more than one.
async fn users(db: &Db, cases: &[Case]) -> Result<Users> {
    // Who applied before is looked up when it is asked for.
    let wanted = |(key, _): &&(Key, i64)| key.kind != Kind::Name;
    let keys = cases
        .iter()
        .flat_map(|case| case.keys.iter().filter(wanted));
    let ranges: BTreeSet<_> = keys.clone().map(|(key, hash)| range(key, *hash)).collect();
    let shared = store::keys::shared(db, &ranges.into_iter().collect::<Vec<_>>()).await?;
    let limit = LOOKED_AT + cases.len();
    let mut users = Users::new();
    for user in store::keys::users(db, &shared, limit).await? {
        users.entry(user.hash).or_default().push(user.candidate_id);
    }
    // A block so full that it was not read to its end: the cases' own numbers are read by themselves.
    let full = |(first, last): &(i64, i64)| {
        first < last
            && users
                .range(first..=last)
                .map(|(_, users)| users.len())
                .sum::<usize>()
                >= limit
    };
    let full: HashSet<_> = shared.into_iter().filter(full).collect();
    let cut = keys.filter(|(key, hash)| full.contains(&range(key, *hash)));
    let cut: BTreeSet<_> = cut.map(|(_, hash)| (*hash, *hash)).collect();
    for (hash, _) in &cut {
        users.remove(hash);
    }
    for user in store::keys::users(db, &cut.into_iter().collect::<Vec<_>>(), limit).await? {
        users.entry(user.hash).or_default().push(user.candidate_id);
    }
    Ok(users)
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
        let (first, last) = range(key, *hash);
        let Ok(npa) = key.normal[2..5].parse() else {
            continue;
        };
        let mut near: Vec<_> = users.range(first..=last).collect();
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
                        lines_apart: keys::line(*at).abs_diff(keys::line(*hash)),
                        below: *at < *hash,
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
        same_person: false,
        one_line: false,
        rejected_at: head.rejected_at.map(Into::into),
        ring: head.ring.clone(),
    }
}

/// Whom the news of each case concerns outside the batch. A key that is a hub for long concerns
/// nobody any more; one that has just become a hub concerns its users once, so that their findings go.
fn touched(cases: &[Case], users: &Users, heads: &Heads) -> Vec<Vec<CandidateId>> {
    let here: HashSet<&CandidateId> = cases.iter().map(|case| &case.id).collect();
    let elsewhere = |(first, last): (i64, i64)| -> Vec<&CandidateId> {
        let all = users.range(first..=last).flat_map(|(_, users)| users);
        all.filter(|id| !here.contains(id)).collect()
    };
    let concerned = |case: &Case, (key, hash): &(Key, i64)| {
        let mut concerned = elsewhere((*hash, *hash));
        if concerned.len() > crowd(key.kind) + CROSSING_SLACK {
            concerned.clear();
        }
        // Strangers on one line long ago concern each other only while it turns into a place.
        if key.kind == Kind::Network && concerned.len() < PLACE_FROM {
            concerned.retain(|id| heads.get(id).is_none_or(|head| lately(case, head)));
        }
        let block = range(key, *hash);
        if block.0 < block.1 {
            let block = elsewhere(block);
            if (BLOCK_FROM..=HUB_ABOVE + CROSSING_SLACK).contains(&(block.len() + 1)) {
                concerned.extend(block);
            }
        }
        concerned
    };
    let touched = |case: &Case| {
        let keys = case.keys.iter().filter(|_| case.news);
        keys.flat_map(|key| concerned(case, key)).cloned().collect()
    };
    cases.iter().map(touched).collect()
}

/// Other users of a key of a kind above which they are no longer told of each other.
fn crowd(kind: Kind) -> usize {
    match kind {
        Kind::Home | Kind::Network | Kind::Referee | Kind::Author | Kind::Image => CROWD,
        _ => HUB_ABOVE,
    }
}

/// Whether another applied within about a month of a case.
fn lately(case: &Case, head: &Head) -> bool {
    let applied_at = Timestamp::from(head.applied_at);
    let own = case.candidate.applied_at;
    own.is_none_or(|own| own.duration_since(applied_at).abs() <= A_MONTH)
}
