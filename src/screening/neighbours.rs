//! Who shares an identifier with whom: batched look-ups, bounded for every key.

use std::collections::{HashMap, HashSet};

use super::case::Case;
use crate::candidate::CandidateId;
use crate::db::{Db, Result};
use crate::keys::{HUB_ABOVE, Key};
use crate::normalise::name;
use crate::signals::{Other, Shared};
use crate::store::candidates::{self, Head};
use crate::store::keys;

/// Arrivals past the hub's limit that still call for screening its users again: two instances that
/// cross the limit at once each see the other's arrival, so neither would see the crossing itself.
const CROSSING_SLACK: usize = 8;

/// What was found for a batch of cases.
pub(super) struct Found {
    /// What each case shares, in the order of the cases.
    pub shared: Vec<Vec<Shared>>,
    /// Candidates outside the batch that are to be told of each case, in the order of the cases.
    pub touched: Vec<Vec<CandidateId>>,
}

/// Looks up the neighbours of a batch, whose keys are stored already.
pub(super) async fn find(db: &Db, cases: &[Case]) -> Result<Found> {
    let mut hashes: Vec<i64> = cases
        .iter()
        .flat_map(|case| case.keys.iter().map(|(_, hash)| *hash))
        .collect();
    hashes.sort_unstable();
    hashes.dedup();
    let limit = HUB_ABOVE + CROSSING_SLACK + 2 + cases.len();
    let mut users = HashMap::<i64, Vec<CandidateId>>::with_capacity(hashes.len());
    for user in keys::users(db, &hashes, limit).await? {
        users.entry(user.hash).or_default().push(user.candidate_id);
    }
    users.retain(|_, users| users.len() > 1);
    let heads = heads(db, &users).await?;
    Ok(Found {
        shared: cases
            .iter()
            .map(|case| shared(case, &users, &heads))
            .collect(),
        touched: touched(cases, &users),
    })
}

/// The users of every key that is no hub.
async fn heads(
    db: &Db,
    users: &HashMap<i64, Vec<CandidateId>>,
) -> Result<HashMap<CandidateId, Head>> {
    let mut wanted: Vec<CandidateId> = users
        .values()
        .filter(|users| users.len() <= HUB_ABOVE + 1)
        .flatten()
        .cloned()
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    let heads = candidates::heads(db, &wanted).await?;
    Ok(heads
        .into_iter()
        .map(|head| (head.id.clone(), head))
        .collect())
}

fn shared(
    case: &Case,
    users: &HashMap<i64, Vec<CandidateId>>,
    heads: &HashMap<CandidateId, Head>,
) -> Vec<Shared> {
    let shared = |(key, hash): &(Key, i64)| {
        let others: Vec<_> = users
            .get(hash)?
            .iter()
            .filter(|id| **id != case.id)
            .collect();
        if others.is_empty() {
            return None;
        }
        if others.len() > HUB_ABOVE {
            return Some(Shared::hub(key));
        }
        let others = others.into_iter().filter_map(|id| heads.get(id));
        let others = others.map(|head| other(head, case.home)).collect();
        Some(Shared::among(key, case.candidate.agency.as_deref(), others))
    };
    case.keys.iter().filter_map(shared).collect()
}

fn other(head: &Head, home: Option<i64>) -> Other {
    Other {
        id: head.id.clone(),
        name: head.name.as_deref().and_then(name::read),
        agency: head.agency.clone(),
        applied_at: head.applied_at.into(),
        same_home: home.is_some() && head.home == home,
    }
}

/// Whom the news of each case concerns outside the batch. A key that is a hub for long concerns
/// nobody any more; one that has just become a hub concerns its users once, so that their findings go.
fn touched(cases: &[Case], users: &HashMap<i64, Vec<CandidateId>>) -> Vec<Vec<CandidateId>> {
    let here: HashSet<&CandidateId> = cases.iter().map(|case| &case.id).collect();
    let elsewhere = |hash: &i64| {
        let users = users.get(hash).into_iter().flatten();
        let elsewhere: Vec<_> = users.filter(|id| !here.contains(id)).collect();
        (elsewhere.len() <= HUB_ABOVE + CROSSING_SLACK).then_some(elsewhere)
    };
    let touched = |case: &Case| {
        let hashes = case.keys.iter().map(|(_, hash)| hash).filter(|_| case.news);
        hashes.filter_map(elsewhere).flatten().cloned().collect()
    };
    cases.iter().map(touched).collect()
}
