//! Ties a candidate to a worker and its devices, all or nothing.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use super::{New, Onboarding, Said};
use crate::app::App;
use crate::audit::{self, Action, Actor};
use crate::candidate::CandidateId;
use crate::db::Tx;
use crate::error::{Result, refused};
use crate::store::bindings::{self, Binding};
use crate::store::candidates::{self, Head};
use crate::store::{keys, onboardings, people, workers};
use crate::telemetry::DeviceId;

/// Days that anything said of an onboarding can be away.
const FARTHEST_DAYS: i64 = 3_653;

/// What came of an onboarding that was not refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is kept, and the candidate is due for a screening.
    Bound(CandidateId),
    /// The same stood there already.
    Duplicate(CandidateId),
}

/// Keeps an onboarding with its bindings, or says why not: nothing is bound by halves.
pub async fn bind(app: &App, by: &Actor, new: &New) -> Result<Outcome> {
    let said = new.kept(&app.hash);
    let now = app.now();
    within_reach(&said, now)?;
    let mut tx = app.db.begin().await?;
    let candidate = candidate(&mut tx, new).await?;
    let before = onboardings::of_one(&mut tx, &app.vault, &candidate).await?;
    if before
        .last()
        .is_some_and(|last| last.worker_id == new.worker_id && last.said == said)
    {
        return Ok(Outcome::Duplicate(candidate));
    }
    claim(&mut tx, new, &candidate, now).await?;
    for device in &said.returned {
        give_back(&mut tx, new, device, said.returned_at.unwrap_or(now), now).await?;
    }
    let latest = merged(&before, &said);
    for (at, device) in said.devices.iter().enumerate() {
        hand_out(&mut tx, new, (at, device), &said, latest.start_date, now).await?;
    }
    let onboarding = Onboarding {
        id: app.new_id(),
        worker_id: new.worker_id.clone(),
        at: now,
        said,
    };
    onboardings::append(&mut tx, &app.vault, &candidate, &onboarding).await?;
    let users = onboarding
        .said
        .keys(&app.hash)
        .into_iter()
        .map(|(_, hash)| keys::User {
            hash,
            candidate_id: candidate.clone(),
        });
    keys::insert(&mut tx, &users.collect::<Vec<_>>()).await?;
    workers::told(&mut tx, &new.worker_id, latest.start_date).await?;
    candidates::mark_as_news(&mut tx, &candidate).await?;
    let devices = |ids: &[DeviceId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    let detail = json!({"what": "bound", "devices": devices(&onboarding.said.devices),
        "returned": devices(&onboarding.said.returned)});
    let object = audit::candidate(&candidate);
    audit::append(app, &mut tx, by, Action::WorkerChanged, &object, &detail).await?;
    tx.commit().await?;
    Ok(Outcome::Bound(candidate))
}

/// Refuses times that nobody means.
fn within_reach(said: &Said, now: Timestamp) -> Result<()> {
    let days = |at: Timestamp| at.duration_since(now).as_hours() / 24;
    let start = said
        .start_date
        .and_then(|date| date.to_zoned(TimeZone::UTC).ok());
    let times = [
        ("start_date", start.map(|day| day.timestamp())),
        ("issued_at", said.issued_at),
        ("returned_at", said.returned_at),
    ];
    for (field, at) in times {
        if at.is_some_and(|at| days(at).abs() > FARTHEST_DAYS) {
            return Err(refused(field, "lies more than ten years from today"));
        }
    }
    Ok(())
}

/// The candidate of an onboarding, held until the end of the transaction.
async fn candidate(tx: &mut Tx, new: &New) -> Result<CandidateId> {
    let who = (new.source.clone(), new.external_id.clone());
    let found = people::candidates(tx, &[who]).await?;
    let Some((id, _, _)) = found.into_iter().next() else {
        return Err(refused(
            "external_id",
            format!(
                "no candidate {} of {} was ever screened",
                new.external_id, new.source
            ),
        ));
    };
    candidates::lock(tx, &std::iter::once(id.clone()).collect()).await?;
    if !candidates::was_screened(tx, &id).await? {
        return Err(refused(
            "external_id",
            "this candidate was never screened; a first screening is under way",
        ));
    }
    Ok(id)
}

/// Makes the worker, or sees that it is this candidate's.
async fn claim(tx: &mut Tx, new: &New, candidate: &CandidateId, now: Timestamp) -> Result<()> {
    let stands = workers::claim(tx, &new.worker_id, candidate, now).await?;
    if let Some(other) = stands
        .worker_of_candidate
        .filter(|one| *one != new.worker_id)
    {
        return Err(refused(
            "worker_id",
            format!("this candidate is worker {other} already"),
        ));
    }
    if stands
        .candidate_of_worker
        .is_some_and(|one| one != *candidate)
    {
        return Err(refused(
            "worker_id",
            "this worker id is another candidate's",
        ));
    }
    Ok(())
}

async fn give_back(
    tx: &mut Tx,
    new: &New,
    device: &DeviceId,
    at: Timestamp,
    now: Timestamp,
) -> Result<()> {
    let open = bindings::open(tx, device).await?;
    let open = open.filter(|one| one.worker_id == new.worker_id);
    let Some(open) = open else {
        let why = format!("{device} is not with worker {}", new.worker_id);
        return Err(refused("returned_device_ids", why));
    };
    if at <= open.from() || at > now {
        return Err(refused(
            "returned_at",
            "lies before the device was handed out, or in the future",
        ));
    }
    Ok(bindings::close(tx, device, at).await?)
}

async fn hand_out(
    tx: &mut Tx,
    new: &New,
    (at, device): (usize, &DeviceId),
    said: &Said,
    start_date: Option<jiff::civil::Date>,
    now: Timestamp,
) -> Result<()> {
    let field = format!("device_ids[{at}]");
    let spans = bindings::of_device(tx, device).await?;
    if let Some(open) = spans.iter().find(|one| one.until_at.is_none()) {
        if open.worker_id == new.worker_id {
            return Ok(());
        }
        let why = format!(
            "{device} is with worker {} since {}; it has to be returned first",
            open.worker_id,
            open.from()
        );
        return Err(refused(&field, why));
    }
    let free = spans.iter().filter_map(Binding::until).max();
    let from = match said.issued_at {
        Some(issued) if free.is_some_and(|free| issued < free) => {
            let why = format!("{device} was with another worker then, or with this one");
            return Err(refused("issued_at", why));
        }
        Some(issued) if issued > now => {
            let why = "lies in the future; say it when the device is handed out";
            return Err(refused("issued_at", why));
        }
        Some(issued) => issued,
        None => {
            // It came before the first day, and says things before anybody says whose it is.
            let first_day = start_date.and_then(|date| date.to_zoned(TimeZone::UTC).ok());
            let usual = first_day.map_or(now, |day| day.timestamp().min(now));
            free.map_or(usual, |free| usual.max(free))
        }
    };
    if !bindings::insert(tx, device, &new.worker_id, from).await? {
        return Err(refused(
            &field,
            format!("{device} is being handed out to somebody else"),
        ));
    }
    Ok(())
}

/// What holds when everything said is put together: the latest that was said of each thing.
fn merged(before: &[Onboarding], said: &Said) -> Said {
    let start_date = before.iter().rev().find_map(|one| one.said.start_date);
    Said {
        start_date: said.start_date.or(start_date),
        ..said.clone()
    }
}

/// What was said of a candidate, oldest first.
pub async fn of_candidate(app: &App, id: &CandidateId) -> Result<Vec<Onboarding>> {
    let mut of = onboardings::of(&app.db, &app.vault, std::slice::from_ref(id)).await?;
    Ok(of.remove(id).unwrap_or_default())
}

/// The worker of an id, with its candidate's row.
pub async fn worker(app: &App, worker_id: &str) -> Result<Option<(workers::Worker, Head)>> {
    let Some(worker) = workers::by_id(&app.db, worker_id).await? else {
        return Ok(None);
    };
    let heads = candidates::heads(&app.db, std::slice::from_ref(&worker.candidate_id)).await?;
    Ok(heads.into_iter().next().map(|head| (worker, head)))
}
