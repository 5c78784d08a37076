//! Whose text is like whose: kept as sketches, found in the index, compared word by word.

use std::collections::{BTreeMap, HashMap, HashSet};

use rayon::prelude::*;

use super::case::Case;
use super::neighbours::other;
use crate::app::{App, compute};
use crate::candidate::{Candidate, CandidateId};
use crate::db::Tx;
use crate::error::Result;
use crate::keys::HUB_ABOVE;
use crate::normalise::{self, name};
use crate::population::Member;
use crate::signals::Alike;
use crate::store::candidates::{self, Head};
use crate::store::sketches::{self, NewSketch};
use crate::store::versions;
use crate::text::compare::page_shingles;
use crate::text::{Common, Likeness, Place, Sketch, Sketcher, Texts, sketch};

/// Others that one case is compared with, word by word.
const COMPARED_AT_MOST: usize = 24;
/// Of a candidate with more versions, the first and the latest are compared.
const VERSIONS: usize = 4;
/// Candidates whose texts are in memory at once.
const AT_ONCE: usize = 200;
/// Stored sketches read in one go.
const READ_AT_ONCE: usize = 5000;
/// Candidates read for the sample in one go.
const LEARNT_AT_ONCE: usize = 200;
/// As in [`super::neighbours`]: arrivals past the limit of a crowd that still concern it.
const CROSSING_SLACK: usize = 8;

/// What was found for a batch of cases.
pub(super) struct Found {
    /// Whose texts are like each case's, in the order of the cases.
    pub alike: Vec<Vec<Alike>>,
    /// Candidates outside the batch that are to be told of each case, likewise.
    pub touched: Vec<Vec<CandidateId>>,
}

/// What finds the texts of a candidate, to be stored.
pub(super) fn sketch_of(app: &App, candidate: &Candidate) -> Vec<u8> {
    let sketcher = Sketcher::new(app.hash.secret_for("sketch"));
    let texts = Shingles::of(candidate);
    texts.sketch(sketcher, &app.population.common()).to_bytes()
}

/// Keeps what finds the texts of candidates, the last thing in their transaction.
pub(super) async fn keep(app: &App, tx: &mut Tx, sketches: &[NewSketch<'_>]) -> Result<()> {
    if let Some(candidates) = sketches::append(tx, sketches).await? {
        app.population.set_candidates(candidates);
    }
    Ok(())
}

/// What a sketch is made of.
struct Shingles {
    resume: Vec<u64>,
    bullets: Vec<String>,
    pages: Vec<Vec<u64>>,
}

impl Shingles {
    fn of(candidate: &Candidate) -> Self {
        let resume = candidate.resume.as_ref();
        let pages = candidate.pages.iter().filter_map(|page| page.text.as_ref());
        Self {
            resume: resume.map_or_else(Vec::new, |resume| resume.shingles.clone()),
            bullets: resume.map_or_else(Vec::new, |resume| resume.bullets.clone()),
            pages: pages
                .take(sketch::PAGES_AT_MOST)
                .map(|text| page_shingles(text))
                .collect(),
        }
    }

    fn sketch(&self, sketcher: Sketcher, common: &Common) -> Sketch {
        let bullets = self.bullets.iter().map(String::as_str);
        sketcher.sketch(&self.resume, bullets, &self.pages, common)
    }
}

/// Brings index and sample up to what is committed, whoever committed it; returns whom it concerns
/// that something has become common.
async fn follow(app: &App, cases: &[Case]) -> Result<Vec<CandidateId>> {
    let population = &app.population;
    let mut follower = population.follower().await;
    let starts = follower.last.is_none();
    if starts {
        population.set_candidates(sketches::candidates(&app.db).await?);
    }
    loop {
        let last = follower.last.unwrap_or(0);
        let stored = sketches::after(&app.db, last, READ_AT_ONCE).await?;
        let rows = stored.iter().map(|one| (&one.candidate_id, &*one.entries));
        population.add(rows, &mut follower.wanted);
        follower.last = Some(stored.last().map_or(last, |one| one.seq));
        if stored.len() < READ_AT_ONCE {
            break;
        }
    }
    let here: HashMap<&CandidateId, &Candidate> = cases
        .iter()
        .map(|case| (&case.id, &case.candidate))
        .collect();
    let mut concerned = Vec::new();
    while !follower.wanted.is_empty() {
        let some: Vec<_> = follower.wanted.iter().take(LEARNT_AT_ONCE).collect();
        let (ranks, ids): (Vec<u64>, Vec<CandidateId>) = some
            .into_iter()
            .map(|(rank, id)| (*rank, id.clone()))
            .unzip();
        let elsewhere = ids.iter().filter(|id| !here.contains_key(id)).cloned();
        let mut members = read_members(app, elsewhere.collect()).await?;
        members.extend(ids.iter().filter_map(|id| {
            let candidate = here.get(id)?;
            Some(Member::of(Place::of(id)?, candidate))
        }));
        let told = population.learn(members);
        // Who was found alike by an earlier process was told of by it.
        concerned.extend(told.into_iter().filter(|_| !starts));
        for rank in ranks {
            follower.wanted.remove(&rank);
        }
    }
    Ok(concerned)
}

async fn read_members(app: &App, ids: Vec<CandidateId>) -> Result<Vec<Member>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let versions = versions::of(&app.db, &ids).await?;
    let settings = app.settings();
    compute(move || {
        let versions: Vec<_> = versions.into_iter().collect();
        let member = |(id, versions): (CandidateId, Vec<versions::Version>)| {
            let latest = &versions.last()?.application.0;
            let candidate = normalise::candidate(latest, &settings);
            Some(Member::of(Place::of(&id)?, &candidate))
        };
        versions.into_par_iter().filter_map(member).collect()
    })
    .await
}

/// Looks up the texts like those of a batch, whose sketches are kept already.
pub(super) async fn find(app: &App, cases: &[Case]) -> Result<Found> {
    let mut concerned = follow(app, cases).await?;
    let here: HashSet<&CandidateId> = cases.iter().map(|case| &case.id).collect();
    concerned.retain(|id| !here.contains(id));
    let common = app.population.common();
    let mut found = Found {
        alike: vec![Vec::new(); cases.len()],
        // Whoever of them is saved tells it.
        touched: vec![concerned; cases.len()],
    };
    let hits = look_up(app, cases, &common).await?;
    let mut wanted: Vec<CandidateId> = Vec::new();
    for (hits, touched) in hits.iter().zip(&mut found.touched) {
        wanted.extend(hits.named.iter().cloned());
        if hits.crowd.len() <= HUB_ABOVE + CROSSING_SLACK {
            let elsewhere = hits.crowd.iter().filter(|id| !here.contains(id));
            touched.extend(elsewhere.cloned());
        }
    }
    wanted.sort_unstable();
    wanted.dedup();
    let heads = candidates::heads(&app.db, &wanted).await?;
    let heads: HashMap<CandidateId, Head> = heads
        .into_iter()
        .map(|head| (head.id.clone(), head))
        .collect();
    let pairs: Vec<(usize, Vec<CandidateId>)> = hits
        .into_iter()
        .enumerate()
        .map(|(at, hits)| (at, others(&cases[at], hits.named, &heads)))
        .filter(|(_, others)| !others.is_empty())
        .collect();
    let mut pairs = pairs.as_slice();
    while !pairs.is_empty() {
        let (mut ids, mut count) = (HashSet::new(), 0);
        for (at, others) in pairs {
            if count > 0 && ids.len() + others.len() > AT_ONCE {
                break;
            }
            ids.insert(cases[*at].id.clone());
            ids.extend(others.iter().cloned());
            count += 1;
        }
        let (some, rest) = pairs.split_at(count);
        pairs = rest;
        let asked = some
            .iter()
            .map(|(at, others)| (cases[*at].id.clone(), others.clone()));
        let ids: Vec<CandidateId> = ids.into_iter().collect();
        let alike = compare(app, &ids, asked.collect(), common.clone()).await?;
        for ((at, _), alike) in some.iter().zip(alike) {
            let case = &cases[*at];
            let alike = alike.into_iter().filter_map(|(id, like)| {
                Some(Alike {
                    other: other(heads.get(&id)?, case),
                    field: like.field,
                    jaccard: like.jaccard,
                    passages: like.passages,
                    bullets: like.bullets,
                })
            });
            found.alike[*at] = alike.collect();
        }
    }
    for ((case, alike), touched) in cases.iter().zip(&found.alike).zip(&mut found.touched) {
        let others = alike.iter().map(|alike| &alike.other.id);
        let elsewhere = others.filter(|id| case.news && !here.contains(id));
        touched.extend(elsewhere.cloned());
    }
    Ok(found)
}

/// Whose texts may be like a case's.
#[derive(Default)]
struct Hits {
    named: Vec<CandidateId>,
    crowd: Vec<CandidateId>,
}

async fn look_up(app: &App, cases: &[Case], common: &std::sync::Arc<Common>) -> Result<Vec<Hits>> {
    let asked = cases.iter().map(|case| {
        // What was written once and changed later is still known.
        let versions = std::iter::once(&case.candidate).chain(case.earlier.iter().rev());
        let mut texts: Vec<Shingles> = Vec::new();
        for version in versions.take(VERSIONS) {
            let version = Shingles::of(version);
            let same =
                |other: &Shingles| other.resume == version.resume && other.pages == version.pages;
            if !texts.iter().any(same) {
                texts.push(version);
            }
        }
        (Place::of(&case.id), texts)
    });
    let asked: Vec<(Option<Place>, Vec<Shingles>)> = asked.collect();
    let sketcher = Sketcher::new(app.hash.secret_for("sketch"));
    let (population, common) = (app.population.clone(), common.clone());
    compute(move || {
        let index = population.index();
        let of_case = |(own, texts): (Option<Place>, Vec<Shingles>)| {
            let Some(own) = own else {
                return Hits::default();
            };
            let mut hits = Hits::default();
            for texts in texts {
                let found = index.find(own, &texts.sketch(sketcher, &common));
                hits.named.extend(found.named.into_iter().map(Place::id));
                hits.crowd.extend(found.crowd.into_iter().map(Place::id));
            }
            hits
        };
        asked.into_par_iter().map(of_case).collect()
    })
    .await
}

/// Those whose names are names of other people, the most promising first.
fn others(
    case: &Case,
    named: Vec<CandidateId>,
    heads: &HashMap<CandidateId, Head>,
) -> Vec<CandidateId> {
    let Some(own) = &case.candidate.name else {
        return Vec::new();
    };
    let mut seen = HashSet::new();
    let distinct = |id: &CandidateId| {
        let theirs = heads.get(id).and_then(|head| head.name.as_deref());
        let theirs = theirs.and_then(name::read);
        theirs.is_some_and(|theirs| name::distinct(own, &theirs))
    };
    let distinct = named
        .into_iter()
        .filter(|id| seen.insert(id.clone()) && distinct(id));
    distinct.take(COMPARED_AT_MOST).collect()
}

/// Compares the texts of candidates with those of others, both of all versions that are looked at.
async fn compare(
    app: &App,
    ids: &[CandidateId],
    asked: Vec<(CandidateId, Vec<CandidateId>)>,
    common: std::sync::Arc<Common>,
) -> Result<Vec<Vec<(CandidateId, Likeness)>>> {
    let versions = versions::of(&app.db, ids).await?;
    compute(move || {
        let versions: Vec<_> = versions.into_iter().collect();
        let texts: BTreeMap<CandidateId, Vec<Texts>> = versions
            .into_par_iter()
            .map(|(id, versions)| {
                let latest = versions.iter().rev().take(VERSIONS - 1);
                let first = versions.first().filter(|_| versions.len() >= VERSIONS);
                let texts = latest
                    .chain(first)
                    .map(|version| Texts::of(&version.application.0));
                (id, texts.collect())
            })
            .collect();
        let none = Vec::new();
        let of_case = |(own, others): (CandidateId, Vec<CandidateId>)| {
            let own = texts.get(&own).unwrap_or(&none);
            let like = others.into_iter().flat_map(|id| {
                let theirs = texts.get(&id).unwrap_or(&none);
                let likes = most_alike(own, theirs, &common).into_iter();
                likes
                    .map(move |like| (id.clone(), like))
                    .collect::<Vec<_>>()
            });
            like.collect()
        };
        asked.into_par_iter().map(of_case).collect()
    })
    .await
}

/// Of all pairs of versions, those that are most alike: one of résumés and one of pages.
fn most_alike(own: &[Texts], other: &[Texts], common: &Common) -> Vec<Likeness> {
    let mut best = BTreeMap::<bool, Likeness>::new();
    for (version, own) in own.iter().enumerate() {
        for other in other {
            for mut like in own.compare(other, common) {
                let is_page = like.field != "resume_text";
                let better = |best: &Likeness| {
                    (like.jaccard, like.bullets.len()) > (best.jaccard, best.bullets.len())
                };
                if best.get(&is_page).is_none_or(better) {
                    if version > 0 {
                        like.field.push_str(" of an earlier version");
                    }
                    best.insert(is_page, like);
                }
            }
        }
    }
    best.into_values().collect()
}
