//! Who applied before: other records that are probably of the same person. It weighs nothing, and is
//! looked up when somebody asks.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::json;

use super::keep::hashed;
use crate::app::{App, compute};
use crate::application::Application;
use crate::audit::{self, Action, Actor};
use crate::candidate::CandidateId;
use crate::error::{Error, Result, refused};
use crate::keys::{HUB_ABOVE, Kind};
use crate::normalise;
use crate::person::{self, Record, words};
use crate::store::candidates::{self, Head};
use crate::store::not_same::{self, Said};
use crate::store::{keys, versions};

/// From this probability on somebody is asked whether it is the same person.
pub const SHOWN_FROM: f64 = 0.8;

/// Records shown.
const SHOWN: usize = 10;

/// Records compared: those that share most.
const COMPARED: usize = 40;

/// Characters of who said it.
const BY: usize = 200;

/// Characters of a note.
const NOTE: usize = 2_000;

/// Another record that is probably of the same person.
#[derive(Clone, Debug)]
pub struct Before {
    /// The other record.
    pub head: Head,
    /// When that person applied, or the record arrived.
    pub applied_at: Timestamp,
    /// That both are of one person, 0 to 1.
    pub probability: f64,
    /// What agrees.
    pub agrees: Vec<String>,
    /// What differs.
    pub differs: Vec<String>,
}

/// The other records of a candidate's person, the most probable first; `None` where there is no such
/// candidate. A key that is a hub finds nobody.
pub async fn before(app: &App, id: &CandidateId) -> Result<Option<Vec<Before>>> {
    let Some(latest) = versions::latest(&app.db, id).await? else {
        return Ok(None);
    };
    let (settings, hash) = (app.settings(), app.hash.clone());
    let read = compute(move || {
        let candidate = normalise::candidate(&latest.application.0, &settings);
        let telling = [Kind::Phone, Kind::Email, Kind::Link, Kind::Home, Kind::Name];
        let keys = hashed(&candidate, &hash).into_iter();
        let hashes: Vec<i64> = keys
            .filter(|(key, _)| telling.contains(&key.kind))
            .map(|(_, hash)| hash)
            .collect();
        (Record::of(&candidate), hashes)
    });
    let (record, hashes) = read.await?;
    let others = sharing(app, id, &hashes).await?;
    let mut applications = versions::of(&app.db, &others).await?;
    let mut heads: HashMap<CandidateId, Head> = candidates::heads(&app.db, &others)
        .await?
        .into_iter()
        .map(|head| (head.id.clone(), head))
        .collect();
    let known: Vec<(Head, Application)> = others
        .iter()
        .filter_map(|other| {
            let latest = applications.remove(other)?.pop()?;
            Some((heads.remove(other)?, latest.application.0))
        })
        .collect();
    let settings = app.settings();
    let population = app.population.picture().candidates;
    let found = compute(move || compare(&record, known, population, &settings));
    Ok(Some(found.await?))
}

/// Who shares a key that is no hub, those who share most first.
async fn sharing(app: &App, id: &CandidateId, hashes: &[i64]) -> Result<Vec<CandidateId>> {
    let mut users = HashMap::<i64, Vec<CandidateId>>::new();
    let ranges: Vec<_> = hashes.iter().map(|hash| (*hash, *hash)).collect();
    for user in keys::users(&app.db, &ranges, HUB_ABOVE + 2).await? {
        users.entry(user.hash).or_default().push(user.candidate_id);
    }
    let mut shares = HashMap::<CandidateId, usize>::new();
    for other in users
        .into_values()
        .filter(|users| users.len() <= HUB_ABOVE + 1)
        .flatten()
        .filter(|other| other != id)
    {
        *shares.entry(other).or_default() += 1;
    }
    let others: Vec<_> = shares.keys().cloned().collect();
    for other in not_same::among(&app.db, id, &others).await? {
        shares.remove(&other);
    }
    let mut shares: Vec<_> = shares.into_iter().collect();
    // The latest first among those who share as much.
    shares.sort_unstable_by(|x, y| y.1.cmp(&x.1).then_with(|| y.0.cmp(&x.0)));
    shares.truncate(COMPARED);
    Ok(shares.into_iter().map(|(other, _)| other).collect())
}

fn compare(
    record: &Record,
    known: Vec<(Head, Application)>,
    population: f64,
    settings: &normalise::Settings,
) -> Vec<Before> {
    let records: Vec<Record> = known
        .iter()
        .map(|(_, application)| Record::of(&normalise::candidate(application, settings)))
        .collect();
    let judged = person::between(record, &records, population);
    let mut found: Vec<Before> = known
        .into_iter()
        .zip(judged)
        .filter(|(_, (_, judged))| judged.probability >= SHOWN_FROM)
        .map(|((head, _), (compared, judged))| Before {
            applied_at: head.applied_at.into(),
            head,
            probability: judged.probability,
            agrees: words::agrees(&compared),
            differs: words::differs(&compared),
        })
        .collect();
    found.sort_by(|x, y| y.probability.total_cmp(&x.probability));
    found.truncate(SHOWN);
    found
}

/// Remembers that two candidates are not the same person.
pub async fn not_same(
    app: &App,
    actor: &Actor,
    id: &CandidateId,
    other: &CandidateId,
    by: &str,
    note: Option<&str>,
) -> Result<()> {
    let by = by.trim();
    let note = note.map(str::trim).filter(|note| !note.is_empty());
    if by.is_empty() {
        return Err(refused("by", "is missing; who says so"));
    }
    for (field, text, most) in [("by", by, BY), ("note", note.unwrap_or_default(), NOTE)] {
        if text.chars().count() > most {
            return Err(refused(field, format!("is longer than {most} characters")));
        }
        if text.contains('\0') {
            return Err(refused(field, "holds a NUL character"));
        }
    }
    if other == id {
        return Err(refused("other", "is the candidate itself"));
    }
    let pair = [id.clone(), other.clone()];
    let heads = candidates::heads(&app.db, &pair).await?;
    let there = |id: &CandidateId| heads.iter().any(|head| head.id == *id);
    if !there(id) {
        return Err(Error::NotFound("candidate"));
    }
    if !there(other) {
        return Err(refused("other", "is no candidate's id"));
    }
    let mut tx = app.db.begin().await?;
    let said = Said {
        one: id,
        other,
        by,
        note,
        at: app.now(),
    };
    not_same::insert(&mut tx, &said).await?;
    let (object, detail) = (audit::candidate(id), json!({"other": other}));
    audit::append(app, &mut tx, actor, Action::NotSame, &object, &detail).await?;
    Ok(tx.commit().await?)
}
