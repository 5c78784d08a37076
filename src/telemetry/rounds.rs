//! Judges workers of whom something new is known, and screens those of whom something new is found.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use super::record::{Beside, Bound, Cohort};
use super::{Access, Gauge, Kind, Observation, Record, Session};
use crate::app::{App, compute};
use crate::application::Stage;
use crate::candidate::{Candidate, CandidateId};
use crate::error::Result;
use crate::normalise::{self, address::Address, name, place};
use crate::onboarding::{self, Onboarding};
use crate::screening;
use crate::signals::{self, Subject};
use crate::store::bindings::{self, Binding};
use crate::store::workers::{self, Worker};
use crate::store::{candidates, levels, observations, sessions, versions};

/// Workers judged in one go.
const BATCH: i64 = 50;

/// Workers judged at once.
const AT_ONCE: usize = 4;

/// Sessions of a device and kind that are looked at: the first and the latest.
const SESSIONS: (i64, i64) = (2_000, 5_000);

/// Observations of a device and type that are looked at: the latest.
const OBSERVATIONS: i64 = 5_000;

/// Who was judged so long ago is judged again: what was lately is no longer.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// Devices that were in one network within this time are together.
const TOGETHER: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Workers in a network that are looked at.
const IN_A_NETWORK: usize = 50;

/// Sessions that a worker's usual timing is the median of: the latest.
const USUAL: usize = 20;

/// Timings that a session has at the least to count.
const ENOUGH: u64 = 60;

/// Workers that a cohort has at the least.
const COHORT_FROM: usize = 5;

/// How often to look for workers who are due.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Works until `stop`.
pub async fn run(app: App, stop: CancellationToken) {
    loop {
        if let Err(error) = work_off(&app).await {
            error.log();
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK_AGAIN) => {}
        }
    }
}

/// Judges everybody who is due, news first; one who cannot be judged stays due and holds up nobody else.
pub async fn work_off(app: &App) -> Result<()> {
    let mut after = String::new();
    loop {
        let due = workers::due(&app.db, &after, BATCH).await?;
        let Some(last) = due.last() else { break };
        after.clone_from(&last.worker_id);
        judge_all(app, &due).await?;
    }
    let aged = workers::aged(&app.db, app.now() - AGAIN_AFTER, BATCH).await?;
    judge_all(app, &aged).await
}

/// Judges workers, a few at a time, and screens those of whom anything else is found than before.
async fn judge_all(app: &App, due: &[Worker]) -> Result<()> {
    let mut found = Vec::new();
    for some in due.chunks(AT_ONCE) {
        let judged = join_all(some.iter().map(|worker| judge(app, worker))).await;
        for (worker, judged) in some.iter().zip(judged) {
            match judged {
                Ok(true) => found.push(worker.candidate_id.clone()),
                Ok(false) => {}
                Err(error) => {
                    tracing::error!(candidate = %worker.candidate_id, "measurements cannot be judged");
                    error.log();
                }
            }
        }
    }
    if !found.is_empty() {
        screening::screen(app, &found).await?;
    }
    Ok(())
}

/// Judges one worker; says whether anything is found that was not, or no longer.
async fn judge(app: &App, worker: &Worker) -> Result<bool> {
    let now = app.now();
    let Some((candidate, said)) = person(app, &worker.candidate_id).await? else {
        return Ok(false);
    };
    let record = record(app, worker, &candidate, &said, now).await?;
    let region = region(record.home.as_ref()).unwrap_or_default();
    let usual = usual(&record);
    let (ruleset, reference) = (app.rules.current(), app.shelf.current());
    let judged = compute(move || {
        let gauge = Gauge::of(&record);
        let facts = signals::read(&Subject {
            onboardings: &said,
            work: Some(&gauge),
            ..Subject::alone(&candidate, &reference, now)
        });
        let judgement = ruleset.judge(&facts, Stage::Active);
        let mut fired: Vec<String> = (judgement.findings.iter().chain(&judgement.shadow))
            .flat_map(screening::told_apart)
            .collect();
        fired.sort_unstable();
        fired.dedup();
        (gauge, fired)
    });
    let (gauge, fired) = judged.await?;
    let news = fired != worker.fired.0;
    let met = met(worker, &gauge);
    let mut tx = app.db.begin().await?;
    candidates::lock(
        &mut tx,
        &std::iter::once(worker.candidate_id.clone()).collect(),
    )
    .await?;
    if !workers::gauged(&mut tx, worker, &gauge, &fired, &region, now).await? {
        return Ok(false);
    }
    levels::put(&mut tx, &worker.worker_id, &region, &usual).await?;
    if news {
        candidates::mark(&mut tx, std::slice::from_ref(&worker.candidate_id)).await?;
    }
    tx.commit().await?;
    if !met.is_empty() {
        // Apart from their own rows, which others hold while they mark this one.
        let mut tx = app.db.begin().await?;
        workers::mark_of(&mut tx, &met).await?;
        tx.commit().await?;
    }
    Ok(news)
}

/// Whose devices are seen beside this worker's for the first time: they are to see this one too.
fn met(worker: &Worker, gauge: &Gauge) -> Vec<CandidateId> {
    let known = worker
        .gauge
        .as_ref()
        .map(|known| known.0.devices.beside.as_slice());
    let known = known.unwrap_or_default();
    let new = gauge.devices.beside.iter().map(|one| &one.candidate);
    let new = new.filter(|one| known.iter().all(|known| known.candidate != **one));
    new.cloned().collect()
}

/// The candidate's latest version, and what HR said.
async fn person(app: &App, id: &CandidateId) -> Result<Option<(Candidate, Vec<Onboarding>)>> {
    let Some(latest) = versions::latest(&app.db, id).await? else {
        return Ok(None);
    };
    let said = onboarding::of_candidate(app, id).await?;
    let settings = app.settings();
    let candidate = compute(move || normalise::candidate(&latest.application.0, &settings)).await?;
    Ok(Some((candidate, said)))
}

/// All that is known of a worker's machines, as of the worker's page.
pub async fn record_of(app: &App, worker: &Worker) -> Result<Record> {
    match person(app, &worker.candidate_id).await? {
        Some((candidate, said)) => record(app, worker, &candidate, &said, app.now()).await,
        None => Ok(Record::default()),
    }
}

async fn record(
    app: &App,
    worker: &Worker,
    candidate: &Candidate,
    said: &[Onboarding],
    now: Timestamp,
) -> Result<Record> {
    let spans = bindings::of_worker(&app.db, &worker.worker_id).await?;
    let (mut timed, mut seen) = (Vec::<Session>::new(), Vec::<Observation>::new());
    for span in &spans {
        let (device, from, until) = (span.device.as_str(), span.from(), span.until());
        timed.extend(sessions::ends(&app.db, device, from, until, SESSIONS).await?);
        let some = observations::within(&app.db, &app.vault, device, from, until, OBSERVATIONS);
        seen.extend(some.await?);
    }
    timed.sort_by_key(|one| one.started_at);
    seen.sort_by_key(|one| one.at);
    let home = candidate.address.clone();
    let cohorts = cohorts(app, worker, &timed, region(home.as_ref()), now).await?;
    let latest = |of: fn(&Onboarding) -> Option<Address>| said.iter().rev().find_map(of);
    Ok(Record {
        now,
        ship_to: latest(|one| one.said.ship_to()),
        start_date: said.iter().rev().find_map(|one| one.said.start_date),
        devices: spans.iter().filter_map(bound).collect(),
        name: candidate.name.clone(),
        allowed_remote: app.allowed_remote.to_vec(),
        beside: beside(app, worker, candidate, &spans, now).await?,
        cohorts,
        baseline_from: worker.baseline_from.map(Into::into),
        home,
        sessions: timed,
        observations: seen,
    })
}

fn bound(span: &Binding) -> Option<Bound> {
    Some(Bound {
        device: super::DeviceId::of(&span.device)?,
        from: span.from(),
        until: span.until(),
    })
}

/// The part of a country with one clock: latency to a place is alike within it.
fn region(home: Option<&Address>) -> Option<String> {
    let home = home?;
    let country = home.country?;
    let clocks = home
        .us_state()
        .and_then(|state| place::utc_offsets_minutes(state, MIDWINTER));
    Some(match clocks.and_then(|clocks| clocks.first().copied()) {
        Some(minutes) => format!("{country} {minutes}"),
        None => country.to_owned(),
    })
}

/// A day on which all clocks of the northern states show winter.
const MIDWINTER: Timestamp = Timestamp::constant(1_768_478_400, 0);

/// A worker's usual timing of each kind and probe, with the access it was measured by.
fn usual(record: &Record) -> Vec<levels::Level> {
    let mut of = BTreeMap::<(Kind, String), Vec<&Session>>::new();
    let counts = |one: &&Session| one.n >= ENOUGH && one.peer_is_relay != Some(true);
    for session in record.sessions.iter().rev().filter(counts) {
        let probe = session.probe.as_ref().map(|probe| probe.name.clone());
        let of = of
            .entry((session.kind, probe.unwrap_or_default()))
            .or_default();
        if of.len() < USUAL {
            of.push(session);
        }
    }
    let level = |((kind, probe), sessions): ((Kind, String), Vec<&Session>)| {
        let mut medians: Vec<f64> = sessions.iter().map(|one| one.median_ms).collect();
        Some(levels::Level {
            kind,
            probe,
            access: sessions.first().and_then(|one| one.access),
            at: sessions.first()?.started_at,
            median_ms: median(&mut medians)?,
        })
    };
    of.into_iter().filter_map(level).collect()
}

fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len().checked_sub(1)? / 2).copied()
}

/// What timings are like among others of the same region and access.
async fn cohorts(
    app: &App,
    worker: &Worker,
    timed: &[Session],
    region: Option<String>,
    now: Timestamp,
) -> Result<Vec<Cohort>> {
    let Some(region) = region else {
        return Ok(Vec::new());
    };
    let mut wanted = BTreeMap::<Kind, Option<Access>>::new();
    for session in timed.iter().filter(|one| one.kind != Kind::PathRtt) {
        wanted.insert(session.kind, session.access);
    }
    let mut cohorts = Vec::new();
    for (kind, access) in wanted {
        let mut medians =
            levels::of(&app.db, kind, &region, access, &worker.worker_id, now).await?;
        let workers = medians.len();
        if workers < COHORT_FROM {
            continue;
        }
        let Some(middle) = median(&mut medians) else {
            continue;
        };
        let mut apart: Vec<f64> = medians.iter().map(|one| (one - middle).abs()).collect();
        cohorts.push(Cohort {
            kind,
            workers,
            median_ms: middle,
            mad_ms: median(&mut apart).unwrap_or_default(),
        });
    }
    Ok(cohorts)
}

/// Devices of others that were in a network of this worker's devices at nearly the same time.
async fn beside(
    app: &App,
    worker: &Worker,
    candidate: &Candidate,
    spans: &[Binding],
    now: Timestamp,
) -> Result<Vec<Beside>> {
    let devices: Vec<String> = spans.iter().map(|span| span.device.clone()).collect();
    if devices.is_empty() {
        return Ok(Vec::new());
    }
    let own = observations::networks_of(&app.db, &devices, now - TOGETHER).await?;
    let mut hashes: Vec<i64> = own.iter().map(|(hash, ..)| *hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    if hashes.is_empty() {
        return Ok(Vec::new());
    }
    let others = observations::owners_in(&app.db, &hashes, now - TOGETHER, IN_A_NETWORK).await?;
    let of_network = |hash: i64| {
        let mut workers: Vec<&str> = others
            .iter()
            .filter(|one| one.hash == hash)
            .map(|one| one.worker_id.as_str())
            .collect();
        workers.sort_unstable();
        workers.dedup();
        workers.len()
    };
    let ids: Vec<CandidateId> = others.iter().map(|one| one.candidate_id.clone()).collect();
    let heads = candidates::heads(&app.db, &ids).await?;
    let me = candidates::heads(&app.db, std::slice::from_ref(&worker.candidate_id)).await?;
    let mut found = Vec::<Beside>::new();
    for other in others
        .iter()
        .filter(|one| one.worker_id != worker.worker_id)
    {
        let Some(head) = heads.iter().find(|head| head.id == other.candidate_id) else {
            continue;
        };
        let mine = own.iter().find(|(hash, ..)| *hash == other.hash);
        let Some(device) = mine.and_then(|(_, device, _)| super::DeviceId::of(device)) else {
            continue;
        };
        let same = me.first().is_some_and(|me| {
            (me.home.is_some() && me.home == head.home)
                || (me.household.is_some() && me.household == head.household)
        });
        found.push(Beside {
            candidate: head.id.clone(),
            device,
            name: head.name.as_deref().and_then(name::read),
            same_household: same && related(candidate, head, me.first()),
            workers: of_network(other.hash),
            at: other.last_at.into(),
        });
    }
    Ok(found)
}

/// Whether two of one address or household belong together: they declared it, or share a name.
fn related(candidate: &Candidate, head: &candidates::Head, me: Option<&candidates::Head>) -> bool {
    let declared = me.is_some_and(|me| me.household.is_some() && me.household == head.household);
    let theirs = head.name.as_deref().and_then(name::read);
    let names = candidate.name.as_ref().zip(theirs.as_ref());
    declared
        || names
            .and_then(|(own, other)| name::overlap(own, other))
            .is_some_and(|overlap| overlap.pairs > 0)
}
