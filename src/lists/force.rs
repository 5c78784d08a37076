//! The lists in force: read once, made anew when a list was changed, and never half.

use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use tokio::sync::Mutex;

use super::{List, Listing, Purpose, mark};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::store::lists;

/// How often lists are read again that change while they are read.
const TRIES: u32 = 5;

/// Rows read at once.
const PAGE: usize = 20_000;

/// What is listed, in memory.
#[derive(Debug, Default)]
pub struct InForce {
    lists: Vec<List>,
    /// In the order of their hashes; of each, on which list.
    entries: Vec<(usize, Listing)>,
}

impl InForce {
    /// Whether nothing at all is listed.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What lists say of a key now; what has expired says nothing.
    pub fn of(&self, hash: i64, now: Timestamp) -> impl Iterator<Item = (&List, &Listing)> {
        let from = self.entries.partition_point(|(_, one)| one.hash < hash);
        let of = self.entries[from..]
            .iter()
            .take_while(move |(_, one)| one.hash == hash);
        of.filter(move |(_, one)| one.expires_at.is_none_or(|at| at > now))
            .map(|(list, one)| (&self.lists[*list], one))
    }

    /// Whether a key belongs to an agency, where somebody has said it.
    pub fn agency_owned(&self, hash: i64, now: Timestamp) -> Option<bool> {
        let said = self
            .of(hash, now)
            .filter_map(|(list, _)| match list.purpose {
                Purpose::Agency => Some(true),
                Purpose::NotAgency => Some(false),
                Purpose::Indicator => None,
            });
        said.max()
    }
}

/// Holds the lists in force.
#[derive(Debug, Default)]
pub struct Lists {
    current: RwLock<Arc<InForce>>,
    /// Held while lists are read, so that only one does it.
    reading: Mutex<()>,
}

impl Lists {
    /// The lists in force. Whoever screens keeps them to the end.
    pub fn current(&self) -> Arc<InForce> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// As [`Lists::refresh`], for a server that screens on while another process changes a list:
    /// whoever was screened by the old lists after the change is due for another screening.
    pub async fn take_up(&self, db: &Db) -> Result<bool> {
        let old = self.current();
        if !self.refresh(db).await? {
            return Ok(false);
        }
        let new = self.current();
        let came = new.lists.iter().filter(|list| !old.lists.contains(list));
        for list in came {
            let late = mark::late(db, list).await?;
            mark::mark(db, late).await?;
        }
        Ok(true)
    }

    /// Reads the lists anew if they differ from those in force, and says whether it did. Without a
    /// difference it costs one small query.
    pub async fn refresh(&self, db: &Db) -> Result<bool> {
        if lists::all(db).await? == self.current().lists {
            return Ok(false);
        }
        let _reading = self.reading.lock().await;
        for _ in 0..TRIES {
            let all = lists::all(db).await?;
            if all == self.current().lists {
                return Ok(false);
            }
            let mut entries = Vec::new();
            for (at, list) in all.iter().enumerate() {
                let mut after = None;
                loop {
                    let (page, last) = lists::listings(db, list, after, PAGE).await?;
                    entries.extend(page.into_iter().map(|one| (at, one)));
                    match last {
                        Some(last) => after = Some(last),
                        None => break,
                    }
                }
            }
            // What was read belongs to the lists only if nobody changed them meanwhile.
            if lists::all(db).await? != all {
                continue;
            }
            entries.sort_unstable_by_key(|(list, one)| (one.hash, *list));
            entries.shrink_to_fit();
            let made = InForce {
                lists: all,
                entries,
            };
            *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(made);
            return Ok(true);
        }
        Err(Error::Unavailable(
            "lists are changing faster than they can be read",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Kind;

    fn at(day: &str) -> Timestamp {
        format!("{day}T00:00:00Z").parse().unwrap()
    }

    fn list(purpose: Purpose) -> List {
        List {
            purpose,
            name: purpose.word().into(),
            source: String::new(),
            digest: String::new(),
            rows: 1,
            imported_at: at("2026-01-01"),
        }
    }

    fn listing(hash: i64, expires_at: Option<Timestamp>) -> Listing {
        Listing {
            hash,
            kind: Kind::Phone,
            label: Arc::default(),
            confidence: None,
            confirmed: true,
            seen_at: None,
            expires_at,
        }
    }

    #[test]
    fn what_has_expired_says_nothing_and_an_agencys_own_is_its_own() {
        let until = Some(at("2026-06-01"));
        let force = InForce {
            lists: vec![
                list(Purpose::Agency),
                list(Purpose::Indicator),
                list(Purpose::NotAgency),
            ],
            entries: vec![
                (1, listing(1, until)),
                (1, listing(2, None)),
                (2, listing(2, None)),
                (0, listing(3, None)),
                (2, listing(3, None)),
            ],
        };
        let count = |hash, day| force.of(hash, at(day)).count();
        assert_eq!(
            (
                count(1, "2026-05-31"),
                count(1, "2026-06-01"),
                count(9, "2026-01-01")
            ),
            (1, 0, 0)
        );
        let owned = |hash| force.agency_owned(hash, at("2026-05-01"));
        assert_eq!(
            (owned(1), owned(2), owned(3)),
            (None, Some(false), Some(true))
        );
    }
}
