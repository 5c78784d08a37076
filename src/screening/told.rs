//! Versions that follow from what a source's deliveries say: put in the order of the source's own
//! clock, in whichever order they came.

use std::collections::HashMap;

use jiff::Timestamp;
use rayon::prelude::*;

use super::keep::{self, Prepared};
use super::{screen_kept, texts};
use crate::app::{App, compute};
use crate::application::Application;
use crate::candidate::CandidateId;
use crate::db::Tx;
use crate::error::Result;
use crate::store::candidates::Placed;
use crate::store::people::{self, Who};
use crate::store::versions::{self, Told};

/// What was kept of some people, still to be screened.
#[derive(Debug, Default)]
#[must_use = "what is kept is due for a screening"]
pub struct KeptTold(Vec<Prepared>, Vec<Placed>);

impl KeptTold {
    /// Screens it. Whatever happens, it stays kept and is due.
    pub async fn screen(self, app: &App) {
        if self.0.is_empty() {
            return;
        }
        for error in screen_kept(app, self.0, self.1)
            .await
            .into_iter()
            .filter_map(Result::err)
        {
            error.log();
        }
    }
}

/// Brings the stored versions of people in accord with what is now known of them: adds what is
/// missing, and supersedes what no longer follows. The version that stands last comes last.
pub async fn keep(
    app: &App,
    tx: &mut Tx,
    people: Vec<(Who, Vec<(Timestamp, Application)>)>,
) -> Result<KeptTold> {
    let whos: Vec<Who> = people.iter().map(|(who, _)| who.clone()).collect();
    let known: HashMap<Who, CandidateId> = people::candidates(tx, &whos)
        .await?
        .into_iter()
        .map(|(id, source, external_id)| ((source, external_id), id))
        .collect();
    let ids: Vec<CandidateId> = known.values().cloned().collect();
    let mut told = HashMap::<CandidateId, Vec<Told>>::new();
    for one in versions::told(tx, &ids).await? {
        told.entry(one.candidate_id.clone()).or_default().push(one);
    }
    let mut changes = Vec::new();
    for (who, wanted) in people {
        let id = known.get(&who);
        let stored = id.and_then(|id| told.remove(id)).unwrap_or_default();
        let Some(change) = Difference::of(&stored, wanted) else {
            continue;
        };
        if let Some(id) = id {
            versions::supersede(tx, id, &change.superseded).await?;
        }
        changes.push(change);
    }
    let of = app.clone();
    let prepared = compute(move || {
        let (settings, now) = (of.settings(), of.now());
        let prepare = |change: Difference| {
            let (as_of, application) = change.current;
            let mut one = Prepared::of(application, &settings, &of.hash, now);
            one.sketch = texts::sketch_of(&of, &one.candidate);
            one.held(as_of, change.before, &settings, &of.hash)
        };
        changes.into_par_iter().map(prepare).collect::<Vec<_>>()
    });
    let prepared = prepared.await?;
    let placed = keep::keep_in(app, tx, &prepared).await?;
    Ok(KeptTold(prepared, placed))
}

/// What is to change of one person's versions.
struct Difference {
    before: Vec<(Timestamp, Application)>,
    current: (Timestamp, Application),
    superseded: Vec<i64>,
}

impl Difference {
    /// `None` where nothing is to change.
    fn of(stored: &[Told], mut wanted: Vec<(Timestamp, Application)>) -> Option<Self> {
        let current = wanted.pop()?;
        let json = |application: &Application| {
            serde_json::to_string(application).expect("an application serializes")
        };
        let place = |(at, application): &(Timestamp, Application)| {
            let json = json(application);
            stored
                .iter()
                .position(|one| one.as_of.0 == at.as_millisecond() && one.application == json)
        };
        let mut superseded: Vec<bool> = vec![true; stored.len()];
        let mut missing = Vec::new();
        for one in wanted {
            match place(&one) {
                Some(at) => superseded[at] = false,
                None => missing.push(one),
            }
        }
        let stands = place(&current);
        // The one that stands must have been stored last; then nothing has to come after it.
        let last = stored.iter().map(|one| one.version).max();
        let in_place = stands.filter(|at| Some(stored[*at].version) == last);
        if let Some(at) = in_place {
            superseded[at] = false;
            if missing.is_empty() && !superseded.contains(&true) {
                return None;
            }
            // It is stored again behind what was missing.
            superseded[at] = true;
        }
        let superseded = stored.iter().zip(superseded).filter(|(_, gone)| *gone);
        Some(Self {
            before: missing,
            current,
            superseded: superseded.map(|(one, _)| one.version).collect(),
        })
    }
}
