//! Who has which numbers of a [`Sketch`]: in memory, and read under a millisecond at any size.
//!
//! An entry is 8 bytes: the number and whose. Entries lie in sorted runs; new ones wait unsorted at
//! the end, become a run of their own when there are enough, and a run that has grown to half its
//! neighbour's length is merged with it. So there are few runs, and an entry is moved some ten times
//! in its life. The numbers are evenly spread hashes, so a place in a run is guessed, not searched.

use std::cmp::Reverse;
use std::collections::HashSet;

use uuid::Uuid;

use super::Sketch;
use crate::candidate::CandidateId;
use crate::keys::HUB_ABOVE;

/// The index is in so many parts, so that one merge is short.
const SHARDS: usize = 64;
/// Bits of a number within its part.
const SHARD_BITS: u32 = 26;
/// Entries of a part that wait unsorted.
const WAITING: usize = 256;
/// Places kept in one piece of memory.
const PIECE: usize = 8192;
/// What more have in common is common to many, and finds nobody.
const SHARED_AT_MOST: usize = 200;
/// Whoever is named of one text at most: those that have most in common with it.
pub const NAMED_AT_MOST: usize = 48;
/// Bullets that must be the same.
const BULLETS_AT_LEAST: usize = 3;
/// Bands of a page that must be the same: at likeness 0.6, 996 of 1,000 pages have them.
const PAGE_BANDS_AT_LEAST: usize = 3;
/// Bits of the signature that must agree of 128, less two for each band in common. At likeness 0.4
/// there are 90 on the average and 80 with near certainty; of unlike texts 64, and seldom 80.
const AGREEING_AT_LEAST: u32 = 82;
/// From this many bits on, at three bands in common, two texts are taken for much the same.
const MUCH_THE_SAME: u32 = 94;

/// Where a candidate's id is kept: its 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place([u8; 16]);

impl Place {
    /// Of an id; `None` where it is none of ours.
    pub fn of(id: &CandidateId) -> Option<Self> {
        Uuid::parse_str(&id.0).ok().map(|id| Self(id.into_bytes()))
    }

    /// The id.
    pub fn id(self) -> CandidateId {
        CandidateId(Uuid::from_bytes(self.0).to_string())
    }

    /// Puts candidates into an order that has nothing to do with them.
    pub fn rank(self) -> u64 {
        let bits = u128::from_le_bytes(self.0);
        let [low, high] = [bits, bits >> 64].map(|half| half & u128::from(u64::MAX));
        let half = |bits: u128| u64::try_from(bits).unwrap_or_default();
        super::mix(super::mix(half(low)) ^ half(high))
    }
}

#[derive(Clone, Copy, Debug)]
struct Known {
    place: Place,
    signature: u128,
}

/// The index.
#[derive(Debug, Default)]
pub struct Index {
    shards: Vec<Shard>,
    known: Vec<Vec<Known>>,
    count: usize,
}

#[derive(Clone, Debug, Default)]
struct Shard {
    runs: Vec<Vec<u64>>,
    waiting: Vec<u64>,
}

/// Whose texts may be like one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// Those to compare it with, the most promising first.
    pub named: Vec<Place>,
    /// More have much the same text than can have and still mean anything: nobody is named for it.
    pub crowd: Vec<Place>,
}

impl Index {
    /// Adds what one version of a candidate is found by.
    pub fn insert(&mut self, place: Place, signature: u128, entries: impl Iterator<Item = u32>) {
        let Ok(number) = u32::try_from(self.count) else {
            return;
        };
        if self.count.is_multiple_of(PIECE) {
            self.known.push(Vec::with_capacity(PIECE));
        }
        if let Some(piece) = self.known.last_mut() {
            piece.push(Known { place, signature });
        }
        self.count += 1;
        self.shards.resize(SHARDS, Shard::default());
        for entry in entries {
            self.shards[shard(entry)].insert(u64::from(entry) << 32 | u64::from(number));
        }
    }

    /// How many versions it holds.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Bytes of memory that it takes.
    pub fn bytes(&self) -> usize {
        let entries = self.shards.iter().map(|shard| {
            let runs: usize = shard.runs.iter().map(Vec::capacity).sum();
            (runs + shard.waiting.capacity()) * size_of::<u64>()
        });
        entries.sum::<usize>() + self.known.len() * PIECE * size_of::<Known>()
    }

    /// Who may have texts like a candidate's own.
    pub fn find(&self, own: Place, sketch: &Sketch) -> Hits {
        let mut found: Vec<(Place, usize)> = Vec::new();
        let mut crowd: Vec<Place> = Vec::new();
        if !self.shards.is_empty() {
            let same: Vec<_> = self.sharing(own, &sketch.bands);
            let same: Vec<_> = same
                .into_iter()
                .filter_map(|(known, bands)| {
                    let agreeing = 128 - (known.signature ^ sketch.signature).count_ones();
                    let bonus = 2 * u32::try_from(bands).unwrap_or(u32::MAX).min(BITS);
                    let like = agreeing + bonus >= AGREEING_AT_LEAST;
                    let same = bands >= 3 && agreeing >= MUCH_THE_SAME;
                    like.then_some((known.place, bands, same))
                })
                .collect();
            let much_the_same = same.iter().filter(|(.., same)| *same);
            let much_the_same: HashSet<Place> = much_the_same.map(|(place, ..)| *place).collect();
            if much_the_same.len() > HUB_ABOVE {
                crowd.extend(much_the_same);
            } else {
                found.extend(same.into_iter().map(|(place, bands, _)| (place, bands)));
            }
            for (least, entries) in std::iter::once((BULLETS_AT_LEAST, &sketch.bullets))
                .chain(sketch.pages.iter().map(|page| (PAGE_BANDS_AT_LEAST, page)))
            {
                let same = self.sharing(own, entries).into_iter();
                let same = same.filter(|(_, count)| *count >= least);
                let same: Vec<_> = same.map(|(known, count)| (known.place, count)).collect();
                let places: HashSet<Place> = same.iter().map(|(place, _)| *place).collect();
                if places.len() > HUB_ABOVE {
                    crowd.extend(places);
                } else {
                    found.extend(same);
                }
            }
        }
        found.sort_unstable_by_key(|(place, count)| (Reverse(*count), *place));
        let mut seen = HashSet::new();
        found.retain(|(place, _)| seen.insert(*place));
        found.truncate(NAMED_AT_MOST);
        crowd.sort_unstable();
        crowd.dedup();
        Hits {
            named: found.into_iter().map(|(place, _)| place).collect(),
            crowd,
        }
    }

    /// Who else has some of the numbers, and how many of them.
    fn sharing(&self, own: Place, entries: &[u32]) -> Vec<(Known, usize)> {
        let mut numbers = Vec::new();
        for &entry in entries {
            let before = numbers.len();
            if !self.shards[shard(entry)].find(entry, &mut numbers) {
                numbers.truncate(before);
            }
        }
        numbers.sort_unstable();
        let same = numbers.chunk_by(|a, b| a == b);
        same.filter_map(|same| Some((*self.known(same[0])?, same.len())))
            .filter(|(known, _)| known.place != own)
            .collect()
    }

    fn known(&self, number: u32) -> Option<&Known> {
        let number = usize::try_from(number).ok()?;
        self.known.get(number / PIECE)?.get(number % PIECE)
    }
}

/// As many bits as a signature has.
const BITS: u32 = 128;

fn shard(entry: u32) -> usize {
    usize::try_from(entry >> SHARD_BITS).unwrap_or_default()
}

impl Shard {
    fn insert(&mut self, entry: u64) {
        self.waiting.push(entry);
        if self.waiting.len() < WAITING {
            return;
        }
        let mut run = std::mem::take(&mut self.waiting);
        run.sort_unstable();
        self.waiting = Vec::with_capacity(WAITING);
        while let Some(before) = self.runs.pop_if(|before| before.len() <= 2 * run.len()) {
            run = merged(&before, &run);
        }
        self.runs.push(run);
    }

    /// Adds whoever has a number; false where too many have it.
    fn find(&self, entry: u32, numbers: &mut Vec<u32>) -> bool {
        let first = u64::from(entry) << 32;
        let last = first | u64::from(u32::MAX);
        let low = |entry: u64| u32::try_from(entry & u64::from(u32::MAX)).unwrap_or_default();
        let before = numbers.len();
        for run in &self.runs {
            let from = lower_bound(run, first);
            let same = run[from..].iter().take_while(|entry| **entry <= last);
            numbers.extend(same.take(SHARED_AT_MOST + 1).map(|entry| low(*entry)));
            if numbers.len() - before > SHARED_AT_MOST {
                return false;
            }
        }
        let same = self
            .waiting
            .iter()
            .filter(|entry| (first..=last).contains(*entry));
        numbers.extend(same.map(|entry| low(*entry)));
        numbers.len() - before <= SHARED_AT_MOST
    }
}

fn merged(a: &[u64], b: &[u64]) -> Vec<u64> {
    let mut merged = Vec::with_capacity(a.len() + b.len());
    let (mut left, mut right) = (a, b);
    while let (Some((&x, xs)), Some((&y, ys))) = (left.split_first(), right.split_first()) {
        if x <= y {
            merged.push(x);
            left = xs;
        } else {
            merged.push(y);
            right = ys;
        }
    }
    merged.extend_from_slice(left);
    merged.extend_from_slice(right);
    merged
}

/// Where the first entry that is not less stands: the place is guessed from the even spread of the
/// numbers, and the search goes on in steps that double, so an uneven spread costs little.
fn lower_bound(run: &[u64], wanted: u64) -> usize {
    let within = (wanted >> 32) & ((1 << SHARD_BITS) - 1);
    let length = u64::try_from(run.len()).unwrap_or_default();
    let guess = usize::try_from((within * length) >> SHARD_BITS).unwrap_or_default();
    let (mut low, mut high, mut step) = (0, run.len(), 8);
    let mut at = guess;
    if run.get(at).is_some_and(|entry| *entry < wanted) {
        while let Some(entry) = run.get(at) {
            if *entry >= wanted {
                high = at;
                break;
            }
            low = at + 1;
            at += step;
            step *= 2;
        }
    } else {
        high = at.min(high);
        while high > 0 {
            at = high.saturating_sub(step);
            if run[at] < wanted {
                low = at + 1;
                break;
            }
            high = at;
            step *= 2;
        }
    }
    low + run[low..high].partition_point(|entry| *entry < wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::mix;

    fn place(n: u64) -> Place {
        Place(u128::from(n).to_le_bytes())
    }

    fn sketch(from: u32) -> Sketch {
        let spread = |n: u32| u32::try_from(mix(u64::from(n)) >> 32).unwrap();
        Sketch {
            signature: 0,
            bands: (from..from + 42).map(spread).collect(),
            ..Sketch::default()
        }
    }

    #[test]
    fn ids_are_kept_in_16_bytes() {
        let id = CandidateId("019a1b2c-0000-7000-8000-000000000001".to_owned());
        assert_eq!(Place::of(&id).unwrap().id(), id);
        assert_eq!(Place::of(&CandidateId("others[0]".to_owned())), None);
    }

    #[test]
    fn everybody_is_found_among_many() {
        let mut index = Index::default();
        for n in 0..5_000 {
            let sketch = sketch(n * 21);
            index.insert(place(n.into()), 0, sketch.entries());
        }
        for n in (0..4_990).step_by(37) {
            // Half of the bands are the next one's, the other half that of the one before.
            let mut hits = index.find(place(n.into()), &sketch(n * 21)).named;
            hits.sort_unstable();
            let mut near = vec![place(u64::from(n) + 1)];
            near.extend(n.checked_sub(1).map(|n| place(n.into())));
            near.sort_unstable();
            assert_eq!(hits, near, "{n}");
        }
        assert!(index.bytes() / index.len() < 42 * 8 * 2 + 64);
    }

    #[test]
    fn places_are_found_however_numbers_are_spread() {
        for run in [
            (0..1000_u64).map(|n| n << 32).collect::<Vec<_>>(),
            (0..1000_u64).map(|n| (n * n) << 40).collect(),
            vec![7 << 32; 500],
            vec![],
        ] {
            for wanted in [
                0,
                1 << 32,
                7 << 32,
                8 << 32,
                999 << 32,
                u64::from(u32::MAX) << 32,
            ] {
                let expected = run.partition_point(|entry| *entry < wanted);
                assert_eq!(lower_bound(&run, wanted), expected);
            }
        }
    }

    #[test]
    fn a_crowd_names_nobody() {
        let mut index = Index::default();
        for n in 0..=50 {
            index.insert(place(n), 0, sketch(0).entries());
        }
        let found = index.find(place(0), &sketch(0));
        assert_eq!((found.named.len(), found.crowd.len()), (NAMED_AT_MOST, 0));
        index.insert(place(51), 0, sketch(0).entries());
        let found = index.find(place(0), &sketch(0));
        assert_eq!((found.named.len(), found.crowd.len()), (0, 51));
        for n in 52..=250 {
            index.insert(place(n), 0, sketch(0).entries());
        }
        assert_eq!(index.find(place(0), &sketch(0)), Hits::default());
    }

    #[test]
    fn one_bullet_in_common_is_nothing() {
        let mut index = Index::default();
        let bullets = |all: &[u32]| Sketch {
            bullets: all.to_vec(),
            ..Sketch::default()
        };
        index.insert(place(1), 0, bullets(&[1, 2, 3, 4]).entries());
        assert!(index.find(place(2), &bullets(&[1, 2, 9])).named.is_empty());
        assert_eq!(index.find(place(2), &bullets(&[1, 2, 3])).named, [place(1)]);
        assert!(index.find(place(1), &bullets(&[1, 2, 3])).named.is_empty());
    }
}
