//! A check that somebody made, recorded and counted.

use jiff::Timestamp;
use serde_json::json;

use super::{BACK_OFF, Screening, TRIES, screen};
use crate::app::{App, compute};
use crate::audit::{self, Action, Actor};
use crate::candidate::CandidateId;
use crate::check::{Check, Claim, NewCheck, refusal};
use crate::error::{Error, Result, refused};
use crate::normalise;
use crate::store::versions::Version;
use crate::store::{candidates, checks, screenings, versions};

/// What it ends in where a candidate never holds still.
pub const BUSY: Error =
    Error::Unavailable("this candidate is changing faster than it can be screened");

/// Records a check of a candidate and returns a screening that has seen it. The check and the mark
/// that a screening is due are committed together, so that nothing between loses it.
pub async fn check(app: &App, by: &Actor, id: &CandidateId, new: NewCheck) -> Result<Screening> {
    let revision = record(app, id, &new, Source::Person(by)).await?;
    screened(app, id, revision.unwrap_or_default()).await
}

/// Records a check that a vendor made, and screens. `origin` says where it came from: the same again
/// changes nothing.
pub async fn check_from(app: &App, id: &CandidateId, new: NewCheck, origin: &str) -> Result<()> {
    if let Some(revision) = record(app, id, &new, Source::Vendor(origin)).await? {
        screened(app, id, revision).await?;
    }
    Ok(())
}

/// Who tells of a check.
#[derive(Clone, Copy)]
enum Source<'a> {
    /// Somebody, who stands in the audit log.
    Person(&'a Actor),
    /// A vendor's delivery, which has a log of its own.
    Vendor(&'a str),
}

/// Records a check, and says which revision of the candidate a screening must have seen.
async fn record(
    app: &App,
    id: &CandidateId,
    new: &NewCheck,
    source: Source<'_>,
) -> Result<Option<i64>> {
    let now = app.now();
    // To the millisecond, as it is kept.
    let at = new
        .at
        .map_or(now.as_millisecond(), Timestamp::as_millisecond);
    let at = Timestamp::from_millisecond(at).unwrap_or(now);
    if at > now {
        return Err(refused("at", "lies in the future"));
    }
    for tries in 0..TRIES {
        tokio::time::sleep(BACK_OFF * tries).await;
        let latest = versions::latest(&app.db, id).await?;
        let latest = latest.ok_or(Error::NotFound("candidate"))?;
        let check = Check {
            id: app.new_id(),
            version: latest.version,
            claim: claim(app, new, latest).await?,
            kind: new.kind,
            result: new.result,
            about: new.about.clone(),
            by: new.by.clone(),
            note: new.note.clone(),
            at,
            recorded_at: now,
        };
        let mut tx = app.db.begin().await?;
        // Unless another version has come meanwhile, in which the claim may be another one.
        let revision = candidates::mark_version(&mut tx, id, check.version).await?;
        let Some(revision) = revision else { continue };
        let origin = match source {
            Source::Person(_) => None,
            Source::Vendor(origin) => Some(origin),
        };
        if !checks::append(&mut tx, id, &check, origin).await? {
            return Ok(None);
        }
        if let Source::Person(by) = source {
            let object = audit::candidate(id);
            let detail = json!({"check": check.id, "kind": check.kind, "result": check.result});
            audit::append(app, &mut tx, by, Action::Checked, &object, &detail).await?;
        }
        tx.commit().await?;
        return Ok(Some(revision));
    }
    Err(BUSY)
}

/// The claim that a check is about, as the version writes it.
async fn claim(app: &App, new: &NewCheck, latest: Version) -> Result<Claim> {
    let (settings, kind, about) = (app.settings(), new.kind, new.about.clone());
    let claim = compute(move || {
        let application = latest.application.0;
        let about = about.as_deref();
        if let Some(reason) = about.and_then(|about| refusal(kind, about, &application)) {
            return Err(reason);
        }
        let candidate = normalise::candidate(&application, &settings);
        Ok(Claim::of(kind, about, &candidate))
    });
    claim.await?.map_err(|reason| refused("about", reason))
}

/// A screening that has seen at least this revision.
pub async fn screened(app: &App, id: &CandidateId, revision: i64) -> Result<Screening> {
    let mut last = BUSY;
    for tries in 0..TRIES {
        tokio::time::sleep(BACK_OFF * tries).await;
        if let Err(error) = screen(app, std::slice::from_ref(id)).await {
            last = error;
            continue;
        }
        if let Some(stored) = screenings::latest_from(&app.db, id, revision).await? {
            return Ok(stored.into());
        }
    }
    Err(last)
}
