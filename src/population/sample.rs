//! A sample of the candidates, and what many of them have in common.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Picture;
use crate::candidate::Candidate;
use crate::text::{Common, Place, Spread, bullet_hash, short};

/// Candidates in the sample. One in a hundred of them is 21.
pub(super) const MEMBERS_AT_MOST: usize = 2048;
/// What so many of the sample say is common: 1.2 % of a full one, and of a few people nothing.
const COMMON_FROM: u16 = 25;
/// Hashes kept of one candidate.
const HASHES_AT_MOST: usize = 4096;
/// Of a member's hashes, the share that must have become common since it was last told: 1 in so many.
const TOLD_FROM_ONE_IN: usize = 10;

/// What the sample knows of a candidate.
#[derive(Clone, Debug)]
pub struct Member {
    place: Place,
    /// Short hashes of shingles and bullets, sorted.
    hashes: Vec<u32>,
    areas: Vec<u16>,
    names: Vec<Box<str>>,
    slips: Vec<Box<str>>,
    /// Hashes that became common since it was last told.
    crossed: usize,
}

/// The sample.
#[derive(Debug, Default)]
pub(super) struct Sample {
    members: BTreeMap<u64, Member>,
    counts: HashMap<u32, u16, Spread>,
    common: HashSet<u32, Spread>,
    common_changed: bool,
    areas: HashMap<u16, u32>,
    names: HashMap<Box<str>, u32>,
    slips: HashMap<Box<str>, u32>,
    /// Members that came since the picture was last made.
    came: usize,
}

impl Member {
    /// What the sample knows of a candidate.
    pub fn of(place: Place, candidate: &Candidate) -> Self {
        let resume = candidate.resume.as_ref();
        let shingles = resume.map_or(&[][..], |resume| &resume.shingles);
        let bullets = resume.map_or(&[][..], |resume| &resume.bullets);
        let pages = candidate.pages.iter().filter_map(|page| page.text.as_ref());
        let pages = pages.flat_map(|text| crate::text::compare::page_shingles(text));
        let hashes = shingles.iter().copied();
        let hashes = hashes.chain(bullets.iter().map(|bullet| bullet_hash(bullet)));
        let mut hashes: Vec<u32> = hashes.chain(pages).map(short).collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes.truncate(HASHES_AT_MOST);
        hashes.shrink_to_fit();
        let own = candidate.phones.iter().filter(|phone| phone.seen.own);
        let mut areas: Vec<u16> = own
            .filter_map(|phone| phone.nanp.as_ref())
            .filter(|plan| plan.fault.is_none())
            .map(|plan| plan.npa)
            .collect();
        areas.sort_unstable();
        areas.dedup();
        let tokens = candidate.name.iter().flat_map(|name| &name.tokens);
        let mut names: Vec<Box<str>> = tokens.map(|token| token.as_str().into()).collect();
        names.sort_unstable();
        names.dedup();
        let slips = resume.into_iter().flat_map(|resume| &resume.slips);
        Self {
            place,
            hashes,
            areas,
            names,
            slips: slips.map(|word| word.as_str().into()).collect(),
            crossed: 0,
        }
    }
}

impl Sample {
    /// Whether somebody of this rank belongs to it.
    pub fn wants(&self, rank: u64) -> bool {
        let last = self.members.last_key_value();
        self.members.len() < MEMBERS_AT_MOST || last.is_some_and(|(last, _)| rank <= *last)
    }

    /// Takes members in, in place of an earlier version or of whoever comes last; returns whom it
    /// concerns that something has become common.
    pub fn learn(&mut self, members: Vec<Member>) -> Vec<Place> {
        let mut crossed = Vec::new();
        for member in members {
            let rank = member.place.rank();
            if !self.wants(rank) {
                continue;
            }
            self.came += 1;
            self.count(&member, &mut crossed);
            if let Some(before) = self.members.insert(rank, member) {
                self.forget(&before);
            }
            if self.members.len() > MEMBERS_AT_MOST
                && let Some((_, last)) = self.members.pop_last()
            {
                self.forget(&last);
            }
        }
        self.concerned(&mut crossed)
    }

    fn count(&mut self, member: &Member, crossed: &mut Vec<u32>) {
        for &hash in &member.hashes {
            let count = self.counts.entry(hash).or_default();
            *count = count.saturating_add(1);
            if *count == COMMON_FROM && self.common.insert(hash) {
                crossed.push(hash);
                self.common_changed = true;
            }
        }
        for area in &member.areas {
            *self.areas.entry(*area).or_default() += 1;
        }
        for (counts, words) in [
            (&mut self.names, &member.names),
            (&mut self.slips, &member.slips),
        ] {
            for word in words {
                *counts.entry(word.clone()).or_default() += 1;
            }
        }
    }

    fn forget(&mut self, member: &Member) {
        for hash in &member.hashes {
            let Some(count) = self.counts.get_mut(hash) else {
                continue;
            };
            *count -= 1;
            if *count == COMMON_FROM - 1 {
                self.common_changed |= self.common.remove(hash);
            }
            if *count == 0 {
                self.counts.remove(hash);
            }
        }
        for area in &member.areas {
            less_one(&mut self.areas, area);
        }
        for word in &member.names {
            less_one(&mut self.names, word);
        }
        for word in &member.slips {
            less_one(&mut self.slips, word);
        }
    }

    /// Members of whose texts a good part has become common: whoever was found alike by it no longer is.
    fn concerned(&mut self, crossed: &mut [u32]) -> Vec<Place> {
        if crossed.is_empty() {
            return Vec::new();
        }
        crossed.sort_unstable();
        let mut concerned = Vec::new();
        for member in self.members.values_mut() {
            let said = crossed
                .iter()
                .filter(|hash| member.hashes.binary_search(hash).is_ok());
            member.crossed += said.count();
            if member.crossed > 0 && member.crossed * TOLD_FROM_ONE_IN >= member.hashes.len() {
                member.crossed = 0;
                concerned.push(member.place);
            }
        }
        concerned
    }

    /// What is common, if that has changed since it was last asked.
    pub fn common_if_changed(&mut self) -> Option<Common> {
        let changed = std::mem::take(&mut self.common_changed);
        changed.then(|| Common::of(self.common.iter().copied()))
    }

    /// The picture, if enough has changed since it was last asked.
    pub fn picture_if_changed(&mut self) -> Option<Picture> {
        let share = |count: u32| {
            let all = u32::try_from(self.members.len()).unwrap_or(u32::MAX);
            f64::from(count) / f64::from(all.max(1))
        };
        if self.came * 16 < self.members.len() {
            return None;
        }
        self.came = 0;
        let names = self.names.iter();
        let names = names.map(|(name, count)| (name.clone(), share(*count)));
        Some(Picture {
            candidates: 0.0,
            areas: self
                .areas
                .iter()
                .map(|(area, count)| (*area, share(*count)))
                .collect(),
            names: std::sync::Arc::new(names.collect()),
            slips: std::sync::Arc::new(self.slips.clone()),
        })
    }
}

fn less_one<K, Q>(counts: &mut HashMap<K, u32>, of: &Q)
where
    K: std::hash::Hash + Eq + std::borrow::Borrow<Q>,
    Q: std::hash::Hash + Eq + ?Sized,
{
    if let Some(count) = counts.get_mut(of) {
        *count -= 1;
        if *count == 0 {
            counts.remove(of);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::CandidateId;
    use crate::normalise::name;

    fn member(n: usize, hashes: &[u32], name: &str) -> Member {
        let id = CandidateId(format!("019a1b2c-0000-7000-8000-{n:012}"));
        let candidate = Candidate {
            name: name::read(name),
            ..Candidate::default()
        };
        Member {
            hashes: hashes.to_vec(),
            ..Member::of(Place::of(&id).unwrap(), &candidate)
        }
    }

    #[test]
    fn what_25_say_is_common_and_concerns_who_said_it() {
        let mut sample = Sample::default();
        let said = |n: usize| [1, 2, u32::try_from(n).unwrap() + 100];
        for n in 0..24 {
            assert!(
                sample
                    .learn(vec![member(n, &said(n), "Ada Marsh")])
                    .is_empty()
            );
        }
        assert!(sample.common_if_changed().is_none());
        let other = member(90, &[7, 8, 9], "Bo Li");
        assert!(sample.learn(vec![other]).is_empty());
        assert_eq!(
            sample.learn(vec![member(24, &said(24), "Ada Marsh")]).len(),
            25
        );
        let common = sample.common_if_changed().unwrap();
        assert_eq!(common.len(), 2);
        assert!(sample.common_if_changed().is_none());
        let picture = sample.picture_if_changed().unwrap();
        assert!((picture.name_share("marsh") - 25.0 / 26.0).abs() < 1e-9);
        // An earlier version gives way.
        sample.learn(vec![member(3, &[4], "Ada Marsh")]);
        assert!(sample.common_if_changed().unwrap().is_empty());
    }

    #[test]
    fn the_sample_is_the_same_whatever_the_order() {
        let mut samples = [Sample::default(), Sample::default()];
        let all: Vec<_> = (0..3000)
            .map(|n| member(n, &[u32::try_from(n).unwrap() / 2], "Ada Marsh"))
            .collect();
        samples[0].learn(all.clone());
        for one in all.into_iter().rev() {
            samples[1].learn(vec![one]);
        }
        let ranks = |sample: &Sample| sample.members.keys().copied().collect::<Vec<_>>();
        assert_eq!(ranks(&samples[0]).len(), MEMBERS_AT_MOST);
        assert_eq!(ranks(&samples[0]), ranks(&samples[1]));
        assert_eq!(samples[0].counts, samples[1].counts);
        let counted: u32 = samples[0]
            .counts
            .values()
            .map(|count| u32::from(*count))
            .sum();
        assert_eq!(counted, 2048);
    }
}
