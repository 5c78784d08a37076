//! Takes arrivals in: normalised, and committed with their keys.

use jiff::Timestamp;

use super::texts;
use crate::app::App;
use crate::application::Application;
use crate::candidate::{Candidate, CandidateId};
use crate::error::Result;
use crate::keys::{self, Hash, Key};
use crate::normalise::{self, Settings};
use crate::store::candidates::{self, Arrival, Placed};
use crate::store::keys::User;
use crate::store::sketches::NewSketch;
use crate::store::versions::{self, NewVersion};

/// An application, normalised and ready to be kept.
#[derive(Debug)]
pub struct Prepared {
    pub(super) application: Application,
    pub(super) candidate: Candidate,
    /// Keyed hash of the address, to the unit.
    pub(super) home: Option<i64>,
    /// Keyed hash of the declared household.
    pub(super) household: Option<i64>,
    /// What others could share, with its hashes.
    pub(super) keys: Vec<(Key, i64)>,
    /// What finds its texts.
    pub(super) sketch: Vec<u8>,
    json: String,
}

/// Commits applications, no two of one candidate. The commit is the last thing that can fail, so
/// that nothing is ever kept twice.
pub(super) async fn keep(app: &App, prepared: &[Prepared]) -> Result<Vec<Placed>> {
    let now = app.now();
    let arrivals: Vec<_> = prepared.iter().map(|one| arrival(app, one, now)).collect();
    let mut tx = app.db.begin().await?;
    let placed = candidates::receive(&mut tx, &arrivals, now).await?;
    drop(arrivals);
    let new = prepared.iter().zip(&placed);
    let versions: Vec<_> = new
        .clone()
        .map(|(one, at)| NewVersion {
            candidate_id: &at.id,
            version: at.version,
            application: &one.json,
        })
        .collect();
    versions::append(&mut tx, &versions, now).await?;
    let users: Vec<_> = new
        .flat_map(|(one, at)| {
            let user = |(_, hash): &(Key, i64)| User {
                hash: *hash,
                candidate_id: at.id.clone(),
            };
            one.keys.iter().map(user)
        })
        .collect();
    crate::store::keys::insert(&mut tx, &users).await?;
    let kept = prepared.iter().zip(&placed);
    let sketches: Vec<_> = kept
        .map(|(one, at)| NewSketch {
            candidate_id: &at.id,
            entries: &one.sketch,
            first: at.version == 1,
        })
        .collect();
    texts::keep(app, &mut tx, &sketches).await?;
    tx.commit().await?;
    Ok(placed)
}

impl Prepared {
    /// Whose application it is: source and id.
    pub fn candidate(&self) -> (String, String) {
        let application = &self.application;
        (application.source.clone(), application.external_id.clone())
    }

    pub(super) fn of(
        application: Application,
        settings: &Settings,
        hash: &Hash,
        now: Timestamp,
    ) -> Self {
        let mut candidate = normalise::candidate(&application, settings);
        // Who gave no date applied when the record came, at every later screening too.
        candidate.applied_at.get_or_insert(now);
        Self {
            json: serde_json::to_string(&application).expect("an application serializes"),
            keys: hashed(&candidate, hash),
            home: home(&candidate, hash),
            household: household(&candidate, hash),
            sketch: Vec::new(),
            candidate,
            application,
        }
    }
}

/// A candidate's keys with their hashes.
pub(super) fn hashed(candidate: &Candidate, hash: &Hash) -> Vec<(Key, i64)> {
    let hashed = |key: Key| {
        let hash = hash.of(key.kind, &key.normal);
        (key, hash)
    };
    keys::of(candidate).into_iter().map(hashed).collect()
}

/// Keyed hash of the declared household.
pub(super) fn household(candidate: &Candidate, hash: &Hash) -> Option<i64> {
    // Not a key, so it may lie beside the homes.
    let declared = candidate.household.as_ref()?;
    Some(hash.of(keys::Kind::Home, &format!("declared {declared}")))
}

fn home(candidate: &Candidate, hash: &Hash) -> Option<i64> {
    let key = candidate.address.as_ref()?.unit_key.as_ref()?;
    Some(hash.of(keys::Kind::Home, key))
}

fn arrival<'a>(app: &App, prepared: &'a Prepared, now: Timestamp) -> Arrival<'a> {
    let Prepared {
        application,
        candidate,
        ..
    } = prepared;
    let name = candidate.name.as_ref().map(|name| name.raw.as_str());
    let emails = candidate.emails.iter().filter(|email| email.seen.own);
    let words = name
        .into_iter()
        .chain(emails.map(|email| email.raw.as_str()))
        .chain([application.external_id.as_str()]);
    Arrival {
        id: CandidateId(app.new_id()),
        source: &application.source,
        external_id: &application.external_id,
        stage: application.stage,
        name,
        agency: candidate.agency.as_deref(),
        home: prepared.home,
        household: prepared.household,
        rejected_at: candidate.rejected_at,
        search: words.collect::<Vec<_>>().join("\n").to_lowercase(),
        applied_at: candidate.applied_at.unwrap_or(now),
    }
}
