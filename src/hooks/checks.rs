//! Results of background and identity checks: found their candidate, they are checks like those that
//! people record.

use super::connections::Connection;
use crate::app::App;
use crate::candidate::CandidateId;
use crate::check::NewCheck;
use crate::error::Result;
use crate::keys::Kind as KeyKind;
use crate::normalise::email;
use crate::screening;
use crate::store::{candidates, checks, keys};
use crate::vendors::event::{CheckResult, Whom};

/// What came of the results in one delivery.
#[derive(Debug, Default)]
pub struct Landed {
    /// The candidate of the last result.
    pub candidate: Option<CandidateId>,
    /// Results that found their candidate.
    pub landed: usize,
    /// Results that found nobody.
    pub lost: usize,
}

/// Records results on the candidates they are about.
pub async fn land(app: &App, connection: &Connection, results: &[CheckResult]) -> Result<Landed> {
    let mut landed = Landed::default();
    for result in results {
        let Some(id) = whom(app, &result.about).await? else {
            landed.lost += 1;
            continue;
        };
        if result.erases {
            let mut tx = app.db.begin().await?;
            let prefix = format!("{} {} ", connection.row.id, result.id);
            checks::forget(&mut tx, &prefix).await?;
            tx.commit().await?;
            landed.landed += 1;
            continue;
        }
        let at = result.at.map(|at| at.min(app.now()));
        let when = result.at.map_or(0, jiff::Timestamp::as_millisecond);
        let (kind, word) = (result.kind.word(), result.result.word());
        let origin = format!("{} {} {kind} {word} {when}", connection.row.id, result.id);
        let note = match &result.link {
            Some(link) => format!("{} ({link})", result.said),
            None => result.said.clone(),
        };
        let check = NewCheck {
            kind: result.kind,
            result: result.result,
            about: None,
            by: connection.vendor.title.to_owned(),
            note: Some(note.chars().take(NOTE).collect()),
            at,
        };
        screening::check_from(app, &id, check, &origin).await?;
        landed.candidate = Some(id);
        landed.landed += 1;
    }
    Ok(landed)
}

/// Characters of a check's note.
const NOTE: usize = 2_000;

/// The candidate that a result is about: by our id, by the id at the source, or as the only one with
/// that mail address. More than one is nobody: a result must not land on the wrong person.
async fn whom(app: &App, about: &Whom) -> Result<Option<CandidateId>> {
    for reference in &about.references {
        let id = CandidateId(reference.trim().to_owned());
        if candidates::exists(&app.db, &id).await? {
            return Ok(Some(id));
        }
        let (source, external_id) = match reference.split_once([':', '/']) {
            Some((source, rest)) => (Some(source.trim()), rest.trim()),
            None => (None, reference.trim()),
        };
        let found = candidates::by_reference(&app.db, source, external_id).await?;
        if let [one] = &found[..] {
            return Ok(Some(one.clone()));
        }
    }
    for address in &about.emails {
        let Some(canonical) = email::read("emails[0]", address).canonical else {
            continue;
        };
        let hash = app.hash.of(KeyKind::Email, &canonical);
        let users = keys::users(&app.db, &[(hash, hash)], 2).await?;
        if let [one] = &users[..] {
            return Ok(Some(one.candidate_id.clone()));
        }
    }
    Ok(None)
}
