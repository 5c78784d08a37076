//! Gather, judge, save: the only place that knows the whole flow.
//!
//! An arrival is committed together with its keys before its neighbours are
//! looked up, so of two records that come in at once at least one sees the
//! other. Whoever is seen is marked, and a marked candidate is due for another
//! screening, which [`catch_up`] does; marks survive a crash.

mod alarms;
mod before;
mod case;
mod check;
pub mod desk;
pub mod erase;
mod judge;
mod keep;
mod listed;
mod neighbours;
mod referees;
mod result;
pub mod rings;
mod texts;
pub mod told;

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use rayon::prelude::*;

pub use alarms::told_apart;
pub use before::{Before, before, not_same};
pub use check::{BUSY, check, check_from, screened};
pub use keep::Prepared;
pub use result::Screening;

use crate::app::{App, compute};
use crate::application::Application;
use crate::candidate::CandidateId;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::store::candidates::{self, Placed};
use crate::store::screenings;

/// How often a screening is tried again when its candidate changes meanwhile.
const TRIES: u32 = 20;

/// What it waits after the first try; each time as much more.
const BACK_OFF: Duration = Duration::from_millis(5);

/// Candidates screened in one go when catching up.
const CATCH_UP_BATCH: usize = 250;

/// Takes applications in and screens them; an answer for each, in their order. What is answered
/// with a screening is committed, and so are marks on others it shares something with, who are due
/// for [`catch_up`]. An error is one record's own: the others are kept and screened.
pub async fn receive(app: &App, applications: Vec<Application>) -> Vec<Result<Screening>> {
    let count = applications.len();
    let of = app.clone();
    match compute(move || prepare(&of, applications)).await {
        Ok(prepared) => receive_prepared(app, prepared).await,
        Err(_) => (0..count).map(|_| Err(bug())).collect(),
    }
}

/// The half of [`receive`] that needs no database, on all cores: who has much to take in prepares
/// the next applications while the last are kept.
pub fn prepare(app: &App, applications: Vec<Application>) -> Vec<Result<Prepared>> {
    let now = app.now();
    let settings = app.settings();
    let prepare = |application| {
        let prepare = || {
            let mut one = Prepared::of(application, &settings, &app.hash, now);
            one.sketch = texts::sketch_of(app, &one.candidate);
            one
        };
        catch_unwind(AssertUnwindSafe(prepare)).map_err(|_| bug())
    };
    applications.into_par_iter().map(prepare).collect()
}

/// What a panic in the work on a record becomes.
fn bug() -> Error {
    Error::Internal("a bug ended the work on a record".into())
}

/// The other half of [`receive`].
async fn receive_prepared(app: &App, prepared: Vec<Result<Prepared>>) -> Vec<Result<Screening>> {
    keep(app, prepared).await.screen(app).await
}

/// Applications that are committed and still to be screened.
#[derive(Debug)]
#[must_use = "what is kept is due for a screening"]
pub struct Kept {
    first: Vec<Result<(Vec<Prepared>, Vec<Placed>)>>,
    /// Further versions of the same candidates: each is kept when the one before is screened.
    later: Vec<Vec<Prepared>>,
    /// By their place in the batch, ascending.
    failed: Vec<(usize, Error)>,
}

/// Commits prepared applications. Who has much to take in keeps the next while the last are screened,
/// as long as they are not of the same candidates: see [`Kept::screen`] and [`Kept::candidates`].
pub async fn keep(app: &App, prepared: Vec<Result<Prepared>>) -> Kept {
    let (mut good, mut failed) = (Vec::with_capacity(prepared.len()), Vec::new());
    for (at, one) in prepared.into_iter().enumerate() {
        match one {
            Ok(one) => good.push(one),
            Err(error) => failed.push((at, error)),
        }
    }
    let mut waves = waves(good).into_iter();
    let first = waves.next().unwrap_or_default();
    Kept {
        first: keep_wave(app, first).await,
        later: waves.collect(),
        failed,
    }
}

/// Keeps prepared applications of different candidates within somebody's own transaction, so that what else is done
/// in it stands and falls with them. They are to be screened once it is committed.
pub async fn keep_within(app: &App, tx: &mut Tx, prepared: Vec<Prepared>) -> Result<Kept> {
    let placed = keep::keep_in(app, tx, &prepared).await?;
    Ok(Kept {
        first: vec![Ok((prepared, placed))],
        later: Vec::new(),
        failed: Vec::new(),
    })
}

/// Commits applications of different candidates: together, or if that fails one by one.
async fn keep_wave(app: &App, wave: Vec<Prepared>) -> Vec<Result<(Vec<Prepared>, Vec<Placed>)>> {
    match keep::keep(app, &wave).await {
        Ok(placed) => vec![Ok((wave, placed))],
        Err(error) if wave.len() == 1 => vec![Err(error)],
        Err(error) => {
            error.log();
            let mut kept = Vec::with_capacity(wave.len());
            for one in wave.into_iter().map(|one| vec![one]) {
                let placed = keep::keep(app, &one).await;
                kept.push(placed.map(|placed| (one, placed)));
            }
            kept
        }
    }
}

impl Kept {
    /// Screens what is kept; an answer for each application, in the order in which they were handed in.
    pub async fn screen(self, app: &App) -> Vec<Result<Screening>> {
        let mut answers = Vec::new();
        let mut waves = self.later.into_iter();
        let mut wave = Some(self.first);
        while let Some(kept) = wave {
            for some in kept {
                match some {
                    Ok((kept, placed)) => answers.extend(screen_kept(app, kept, placed).await),
                    Err(error) => answers.push(Err(error)),
                }
            }
            wave = match waves.next() {
                Some(next) => Some(keep_wave(app, next).await),
                None => None,
            };
        }
        // In ascending order, so that each comes to stand where it was.
        for (at, error) in self.failed {
            answers.insert(at, Err(error));
        }
        answers
    }

    /// The candidates' ids, in the order of the applications.
    pub fn ids(&self) -> Vec<CandidateId> {
        let kept = self.first.iter().flatten();
        kept.flat_map(|(_, placed)| placed.iter().map(|at| at.id.clone()))
            .collect()
    }

    /// Whose applications these are, by source and id.
    pub fn candidates(&self) -> HashSet<(String, String)> {
        let kept = self.first.iter().flatten().flat_map(|(kept, _)| kept);
        kept.map(Prepared::candidate).collect()
    }
}

/// Cuts a batch where a candidate comes a second time: its versions must follow each other.
fn waves(prepared: Vec<Prepared>) -> Vec<Vec<Prepared>> {
    let mut seen = HashSet::new();
    let mut waves = vec![Vec::with_capacity(prepared.len())];
    for one in prepared {
        let candidate = one.candidate();
        if seen.contains(&candidate) {
            seen.clear();
            waves.push(Vec::new());
        }
        seen.insert(candidate);
        waves.last_mut().expect("there is at least one").push(one);
    }
    waves
}

/// Screens what has just been kept. Whatever happens here, it stays kept and is due.
async fn screen_kept(
    app: &App,
    kept: Vec<Prepared>,
    placed: Vec<Placed>,
) -> Vec<Result<Screening>> {
    let wanted: Vec<_> = placed
        .iter()
        .map(|at| (at.id.clone(), at.version))
        .collect();
    let screened = match case::of_kept(app, kept, placed).await {
        Ok(cases) => judge::screen(app, cases).await,
        Err(error) => Err(error),
    };
    let mut screened = screened.unwrap_or_else(|error| {
        error.log();
        HashMap::new()
    });
    let mut answers = Vec::with_capacity(wanted.len());
    for (id, version) in wanted {
        answers.push(match screened.remove(&id) {
            Some(screening) => Ok(screening),
            None => overtaken(app, &id, version).await,
        });
    }
    answers
}

/// The screening of a version that could not be saved at once: its candidate changed while it was
/// judged, or the database asked to try again. Where a newer version stands by now, and this one was
/// never judged on its own, it is the newer one's, and says so.
async fn overtaken(app: &App, id: &CandidateId, version: i64) -> Result<Screening> {
    let mut last = Error::Unavailable("this candidate is changing faster than it can be screened");
    for tries in 0..TRIES {
        tokio::time::sleep(BACK_OFF * tries).await;
        if let Err(error) = screen(app, std::slice::from_ref(id)).await {
            last = error;
            continue;
        }
        let of_version = screenings::latest_of_version(&app.db, id, version).await?;
        let stored = match of_version {
            Some(stored) => Some(stored),
            None => screenings::latest(&app.db, id).await?,
        };
        if let Some(stored) = stored {
            return Ok(stored.into());
        }
    }
    Err(last)
}

/// Screens candidates as they stand now, and says how many were saved. Screening twice changes nothing.
pub async fn screen(app: &App, ids: &[CandidateId]) -> Result<usize> {
    let cases = case::load(app, ids).await?;
    Ok(judge::screen(app, cases).await?.len())
}

/// What became of some who were due.
struct Pass {
    /// The last of them, by id.
    last: CandidateId,
    /// How many were screened and saved. The rest failed, or changed meanwhile.
    saved: usize,
    /// How many failed.
    failed: usize,
    due: usize,
}

/// Screens everybody who is due: those too who become due meanwhile, by the ring they join or by another
/// who screens. Who cannot be screened stays due.
pub async fn catch_up(app: &App) -> Result<()> {
    for tries in 0..TRIES {
        let (mut after, mut again, mut saved) = (CandidateId::default(), false, 0);
        while let Some(pass) = catch_up_some(app, &after).await? {
            after = pass.last;
            again |= pass.failed < pass.due;
            saved += pass.saved;
        }
        if !again {
            break;
        }
        if saved == 0 {
            tokio::time::sleep(BACK_OFF * tries).await;
        }
    }
    Ok(())
}

/// Screens the next who are due behind an id; `None` when there were none. Somebody who cannot be
/// screened stays due and holds up nobody else.
async fn catch_up_some(app: &App, after: &CandidateId) -> Result<Option<Pass>> {
    let due = candidates::due(&app.db, after, CATCH_UP_BATCH).await?;
    let Some(last) = due.last().cloned() else {
        return Ok(None);
    };
    // Who is due because reference data was imported must be judged by it, whoever imported it.
    if let Err(error) = app.shelf.refresh(&app.db).await {
        error.log();
    }
    if let Err(error) = app.lists.refresh(&app.db).await {
        error.log();
    }
    // Likewise who is due because a rule was switched.
    if let Err(error) = crate::rule_changes::take_up(app).await {
        error.log();
    }
    let mut pass = Pass {
        last,
        saved: 0,
        failed: 0,
        due: due.len(),
    };
    match screen(app, &due).await {
        Ok(saved) => pass.saved = saved,
        Err(error) => {
            error.log();
            for id in &due {
                match screen(app, std::slice::from_ref(id)).await {
                    Ok(saved) => pass.saved += saved,
                    Err(error) => {
                        tracing::error!(candidate = %id, "cannot be screened");
                        error.log();
                        pass.failed += 1;
                    }
                }
            }
        }
    }
    Ok(Some(pass))
}

/// The final results of versions, in their order: each version's latest screening.
pub async fn results(db: &Db, wanted: &[(CandidateId, i64)]) -> Result<Vec<Screening>> {
    let ids: Vec<_> = wanted.iter().map(|(id, _)| id.clone()).collect();
    let latest = screenings::latest_of(db, &ids).await?;
    let latest: HashMap<_, _> = latest
        .into_iter()
        .map(|one| (one.candidate_id.clone(), one))
        .collect();
    let mut results = Vec::with_capacity(wanted.len());
    for (id, version) in wanted {
        let stored = match latest.get(id) {
            Some(stored) if stored.version == *version => Some(stored.clone()),
            newer => {
                let of_version = screenings::latest_of_version(db, id, *version).await?;
                of_version.or_else(|| newer.cloned())
            }
        };
        results.extend(stored.map(Screening::from));
    }
    Ok(results)
}
