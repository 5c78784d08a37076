//! The reference in force: read once, made anew when something was imported, and never half.

use std::sync::{Arc, PoisonError, RwLock};

use rayon::prelude::*;
use tokio::sync::Mutex;

use super::build::{self, Loaded};
use super::{Fact, Reference, Set, base};
use crate::app::compute;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::store::reference;

/// How often sets are read again that change while they are read.
const TRIES: u32 = 5;

/// Holds the reference in force.
#[derive(Debug)]
pub struct Shelf {
    current: RwLock<Arc<Reference>>,
    /// Sets that could not be read, so that the same ones are not tried again and again; held while
    /// sets are read, so that only one does it.
    unreadable: Mutex<Option<Vec<Set>>>,
}

impl Default for Shelf {
    fn default() -> Self {
        Self::holding(base::shipped().clone())
    }
}

impl Shelf {
    /// A shelf with this reference.
    pub fn holding(reference: Arc<Reference>) -> Self {
        Self {
            current: RwLock::new(reference),
            unreadable: Mutex::default(),
        }
    }

    /// The reference in force. Whoever screens keeps it to the end.
    pub fn current(&self) -> Arc<Reference> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another one in force.
    pub fn replace(&self, reference: Arc<Reference>) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = reference;
    }

    /// Makes the reference anew if what is imported differs from what is in force, and says whether
    /// it did. Without a difference it costs one small query.
    ///
    /// # Errors
    /// Sets that cannot be read, said once for each difference; the last good reference stays in
    /// force.
    pub async fn refresh(&self, db: &Db) -> Result<bool> {
        if same(&reference::sets(db).await?, self.current().sets()) {
            return Ok(false);
        }
        let mut unreadable = self.unreadable.lock().await;
        for _ in 0..TRIES {
            let sets = reference::sets(db).await?;
            let known = unreadable.as_deref().is_some_and(|bad| same(&sets, bad));
            if known || same(&sets, self.current().sets()) {
                return Ok(false);
            }
            let mut texts = Vec::with_capacity(sets.len());
            for set in &sets {
                texts.push(reference::parts(db, set.kind, set.vintage).await?);
            }
            // Parts belong to the sets only if nobody imported meanwhile.
            if reference::sets(db).await? != sets {
                continue;
            }
            let loading = sets.clone();
            match compute(move || load(loading, texts)).await? {
                Ok(reference) => {
                    self.replace(Arc::new(reference));
                    *unreadable = None;
                    return Ok(true);
                }
                Err(why) => {
                    *unreadable = Some(sets);
                    return Err(Error::Internal(why));
                }
            }
        }
        Err(Error::Unavailable(
            "reference sets are changing faster than they can be read",
        ))
    }
}

/// Whether these are the same sets, in whatever order.
fn same(a: &[Set], b: &[Set]) -> bool {
    a.len() == b.len() && a.iter().all(|set| b.contains(set))
}

/// The reference of sets and the texts of their parts, or which one cannot be read.
fn load(sets: Vec<Set>, texts: Vec<Vec<String>>) -> Result<Reference, String> {
    let loaded: Result<Vec<Loaded>, String> = sets
        .into_iter()
        .zip(texts)
        .map(|(set, parts)| {
            let facts: Result<Vec<Vec<Fact>>, _> =
                parts.par_iter().map(|part| serde_json::from_str(part)).collect();
            match facts {
                Ok(facts) => Ok(Loaded {
                    facts: facts.into_iter().flatten().collect(),
                    set,
                }),
                Err(error) => Err(format!(
                    "the reference set {} {} cannot be read: {error}; perhaps a newer version of telltale wrote it",
                    set.kind.word(),
                    set.vintage
                )),
            }
        })
        .collect();
    Ok(build::build(&loaded?))
}
