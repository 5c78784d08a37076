//! Who is to be screened again when a list changes: everybody who uses an identifier of it.

use std::collections::BTreeSet;

use super::{List, Purpose};
use crate::candidate::CandidateId;
use crate::db::{Db, Result};
use crate::store::{candidates, lists};

/// Candidates that are marked in one transaction.
const BATCH: usize = 250;

/// Rows read at once.
const PAGE: usize = 2_000;

/// Candidates that use an identifier of a list, of all their versions.
pub(super) async fn users(db: &Db, purpose: Purpose, list: &str) -> Result<BTreeSet<CandidateId>> {
    let mut all = BTreeSet::new();
    let mut after = None;
    loop {
        let page = lists::users(db, purpose, list, after.as_ref(), PAGE).await?;
        let more = page.len() == PAGE;
        after = page.last().cloned();
        all.extend(page.into_iter().map(|user| user.candidate_id));
        if !more {
            return Ok(all);
        }
    }
}

/// As [`users`], those whose latest screening came after the list: it may not have known it.
pub(super) async fn late(db: &Db, list: &List) -> Result<BTreeSet<CandidateId>> {
    let all = users(db, list.purpose, &list.name).await?;
    let all: Vec<CandidateId> = all.into_iter().collect();
    let mut late = BTreeSet::new();
    for some in all.chunks(BATCH) {
        late.extend(candidates::screened_since(db, some, list.imported_at).await?);
    }
    Ok(late)
}

/// Candidates that use one of these keys.
pub(super) async fn users_of(db: &Db, hashes: &[i64]) -> Result<BTreeSet<CandidateId>> {
    let mut all = BTreeSet::new();
    for hash in hashes {
        let mut after = CandidateId::default();
        loop {
            let page = lists::users_of(db, *hash, &after, PAGE).await?;
            let more = page.len() == PAGE;
            if let Some(last) = page.last() {
                after = last.clone();
            }
            all.extend(page);
            if !more {
                break;
            }
        }
    }
    Ok(all)
}

/// Makes candidates due for another screening, some at a time so that nobody waits long, and says how
/// many.
pub(super) async fn mark(db: &Db, all: BTreeSet<CandidateId>) -> Result<u64> {
    let count = all.len() as u64;
    let mut rest = all.into_iter();
    loop {
        let some: BTreeSet<CandidateId> = rest.by_ref().take(BATCH).collect();
        if some.is_empty() {
            return Ok(count);
        }
        let mut tx = db.begin().await?;
        candidates::lock(&mut tx, &some).await?;
        candidates::mark(&mut tx, &some.into_iter().collect::<Vec<_>>()).await?;
        tx.commit().await?;
    }
}
