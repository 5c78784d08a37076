//! Takes arrivals in: normalised, and committed with their keys.

use jiff::Timestamp;

use super::texts;
use crate::app::App;
use crate::application::Application;
use crate::candidate::{Candidate, CandidateId};
use crate::db::Tx;
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
    /// Since when it holds by its source's clock, where that is known.
    as_of: Option<Timestamp>,
    /// Versions that held before it and come with it, in their order.
    before: Vec<Past>,
}

/// A version that held before the one it comes with.
#[derive(Debug)]
struct Past {
    json: String,
    as_of: Timestamp,
    keys: Vec<(Key, i64)>,
}

/// Commits applications, no two of one candidate. The commit is the last thing that can fail, so
/// that nothing is ever kept twice.
pub(super) async fn keep(app: &App, prepared: &[Prepared]) -> Result<Vec<Placed>> {
    let mut tx = app.db.begin().await?;
    let placed = keep_in(app, &mut tx, prepared).await?;
    tx.commit().await?;
    Ok(placed)
}

/// The same within a transaction, as the last thing in it.
pub(super) async fn keep_in(app: &App, tx: &mut Tx, prepared: &[Prepared]) -> Result<Vec<Placed>> {
    let now = app.now();
    let arrivals: Vec<_> = prepared.iter().map(|one| arrival(app, one, now)).collect();
    let placed = candidates::receive(tx, &arrivals, now).await?;
    drop(arrivals);
    let new = || prepared.iter().zip(&placed);
    let versions: Vec<_> = new().flat_map(|(one, at)| one.versions(at)).collect();
    versions::append(tx, &versions, now).await?;
    let users: Vec<_> = new()
        .flat_map(|(one, at)| {
            let user = |(_, hash): &(Key, i64)| User {
                hash: *hash,
                candidate_id: at.id.clone(),
            };
            let past = one.before.iter().flat_map(|past| &past.keys);
            one.keys.iter().chain(past).map(user)
        })
        .collect();
    crate::store::keys::insert(tx, &users).await?;
    let sketches: Vec<_> = new()
        .map(|(one, at)| NewSketch {
            candidate_id: &at.id,
            entries: &one.sketch,
            first: at.version == one.count(),
        })
        .collect();
    texts::keep(app, tx, &sketches).await?;
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
            as_of: None,
            before: Vec::new(),
            candidate,
            application,
        }
    }

    /// The same as what a source's clock says held since a time, with what held before it.
    pub(super) fn held(
        mut self,
        as_of: Timestamp,
        before: Vec<(Timestamp, Application)>,
        settings: &Settings,
        hash: &Hash,
    ) -> Self {
        let past = |(as_of, application): (Timestamp, Application)| Past {
            json: serde_json::to_string(&application).expect("an application serializes"),
            keys: hashed(&normalise::candidate(&application, settings), hash),
            as_of,
        };
        self.as_of = Some(as_of);
        self.before = before.into_iter().map(past).collect();
        self
    }

    /// How many versions it is.
    fn count(&self) -> i64 {
        1 + i64::try_from(self.before.len()).unwrap_or_default()
    }

    /// Its versions, where it was put.
    fn versions<'a>(&'a self, at: &'a Placed) -> impl Iterator<Item = NewVersion<'a>> {
        let past = self
            .before
            .iter()
            .map(|past| (Some(past.as_of), &past.json));
        let all = past.chain([(self.as_of, &self.json)]);
        let first = at.version - self.count() + 1;
        (first..)
            .zip(all)
            .map(|(version, (as_of, json))| NewVersion {
                candidate_id: &at.id,
                version,
                as_of,
                application: json,
            })
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
        versions: prepared.count(),
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
