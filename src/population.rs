//! What everybody here is like: how many there are, and which area codes, words and passages are common.
//!
//! Learnt from a sample of the candidates: everybody at first, and never more than 2,048. Who is in
//! it depends on the ids alone, so every instance on a database has the same sample, also after a
//! restart; what it holds follows the database, see [`crate::screening`].

mod sample;

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

pub use sample::Member;

use crate::candidate::CandidateId;
use crate::text::{Common, Index, Place, sketch};
use sample::{MEMBERS_AT_MOST, Sample};

/// The population as it is known at one time.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    /// Candidates, about.
    pub candidates: f64,
    /// Share of the candidates with a number in an area code, 0 to 1, by area code.
    pub areas: HashMap<u16, f64>,
    /// Share of the candidates with a folded token in their name, 0 to 1, by token.
    pub names: Arc<HashMap<Box<str>, f64>>,
    /// How many of the sample wrote a word one letter off in this way, by the word.
    pub slips: Arc<HashMap<Box<str>, u32>>,
}

/// The population as it grows.
#[derive(Debug, Default)]
pub struct Population {
    candidates: AtomicU64,
    index: RwLock<Index>,
    sample: RwLock<Sample>,
    seen: RwLock<Seen>,
    follower: tokio::sync::Mutex<Follower>,
}

/// What is read off the sample, made anew when enough of it has changed.
#[derive(Debug, Default)]
struct Seen {
    common: Arc<Common>,
    picture: Picture,
}

/// How far the stored sketches have been followed. Who holds it is the one who follows.
#[derive(Debug, Default)]
pub struct Follower {
    /// The last stored sketch that the index has; `None` before the first is read.
    pub last: Option<i64>,
    /// Who belongs into the sample and is still to be read, by rank.
    pub wanted: BTreeMap<u64, CandidateId>,
}

impl Population {
    /// As it is now.
    pub fn picture(&self) -> Picture {
        Picture {
            candidates: self.candidates(),
            ..read(&self.seen).picture.clone()
        }
    }

    /// What so many say that it tells nothing.
    pub fn common(&self) -> Arc<Common> {
        read(&self.seen).common.clone()
    }

    /// Candidates, about.
    #[expect(clippy::cast_precision_loss, reason = "nobody counts so many people")]
    fn candidates(&self) -> f64 {
        self.candidates.load(Ordering::Relaxed) as f64
    }

    /// Says how many candidates there are.
    pub fn set_candidates(&self, candidates: i64) {
        let candidates = u64::try_from(candidates).unwrap_or_default();
        self.candidates.store(candidates, Ordering::Relaxed);
    }

    /// The right to follow the stored sketches.
    pub async fn follower(&self) -> tokio::sync::MutexGuard<'_, Follower> {
        self.follower.lock().await
    }

    /// Adds stored sketches to the index, and those who belong into the sample to the wanted.
    pub fn add<'a>(
        &self,
        stored: impl IntoIterator<Item = (&'a CandidateId, &'a [u8])>,
        wanted: &mut BTreeMap<u64, CandidateId>,
    ) {
        let sample = read(&self.sample);
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        for (id, bytes) in stored {
            let Some(place) = Place::of(id) else {
                continue;
            };
            let (signature, entries) = sketch::stored(bytes);
            index.insert(place, signature, entries);
            let rank = place.rank();
            if sample.wants(rank) {
                wanted.insert(rank, id.clone());
                if wanted.len() > MEMBERS_AT_MOST {
                    wanted.pop_last();
                }
            }
        }
    }

    /// Takes members into the sample, and says whom it concerns that something has become common:
    /// those who have said it.
    pub fn learn(&self, members: Vec<Member>) -> Vec<CandidateId> {
        if members.is_empty() {
            return Vec::new();
        }
        let mut sample = self.sample.write().unwrap_or_else(PoisonError::into_inner);
        let concerned = sample.learn(members);
        let common = sample.common_if_changed();
        let picture = sample.picture_if_changed();
        drop(sample);
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(common) = common {
            seen.common = Arc::new(common);
        }
        if let Some(picture) = picture {
            seen.picture = picture;
        }
        concerned.into_iter().map(Place::id).collect()
    }

    /// The index of everybody's texts.
    pub fn index(&self) -> RwLockReadGuard<'_, Index> {
        read(&self.index)
    }
}

fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

impl Picture {
    /// The share of the candidates with a number in an area code, 0 to 1.
    pub fn area_share(&self, npa: u16) -> f64 {
        self.areas.get(&npa).copied().unwrap_or_default()
    }

    /// The share of the candidates with a folded token in their name, 0 to 1.
    pub fn name_share(&self, token: &str) -> f64 {
        self.names.get(token).copied().unwrap_or_default()
    }

    /// How many of the sample wrote a word one letter off in this way.
    pub fn slips(&self, word: &str) -> u32 {
        self.slips.get(word).copied().unwrap_or_default()
    }

    /// A picture of nobody.
    pub fn none() -> &'static Self {
        static NONE: std::sync::LazyLock<Picture> = std::sync::LazyLock::new(Picture::default);
        &NONE
    }
}
