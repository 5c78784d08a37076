//! Leaves a note at the vendor's after a screening: neutral, once for each change of the next step.
//!
//! None of the vendors' APIs knows a key that would make a second request the same as the first. So
//! what is being left is written down before the request. If its answer never comes, the note is looked
//! for by the mark in it; where the vendor has no way to look, it is not sent again by itself, and a
//! person is told.

use crate::app::App;
use crate::candidate::CandidateId;
use crate::db::Millis;
use crate::error::{Error, Result};
use crate::hooks::apply::APPLICATION;
use crate::hooks::connections::{self, Connection};
use crate::net::Trouble;
use crate::outlets::message::{self, words};
use crate::rules::NextStep;
use crate::store::candidates::{self, Summary};
use crate::store::deliveries::Delivery;
use crate::store::notes_left::{self, LEFT, Left, SENDING};
use crate::store::people;
use crate::vendors::api::{Api, Note};
use crate::vendors::{Access, Leave};

/// How leaving something ended, where nothing went wrong on our side.
pub enum Ended {
    /// It is left, or there was nothing to leave.
    Done(String),
    /// It waits for somebody.
    Held(String),
    /// It may have been left, and nobody can tell from here.
    Unsure(String),
    /// The vendor's API had trouble.
    Trouble(Trouble),
}

/// Leaves what a connection leaves for a candidate, as the candidate stands now.
pub async fn leave(app: &App, delivery: &Delivery) -> Result<Ended> {
    let Some(id) = &delivery.candidate_id else {
        return Ok(Ended::Done("it names no candidate".into()));
    };
    let Some(connection) = connections::by_id(app, &delivery.channel).await? else {
        return Ok(Ended::Held("the connection was removed".into()));
    };
    let Some(summary) = candidates::by_id(&app.db, id).await? else {
        return Ok(Ended::Done("the candidate is gone".into()));
    };
    let (Some(api), Some(access)) = (connection.keyed_api(app), &connection.vendor.access) else {
        return Ok(Ended::Held("the API's key is missing".into()));
    };
    let mut said = Vec::new();
    for leave in wanted(access, &connection) {
        match leave_one(app, &connection, &api, leave, &summary).await? {
            Ended::Done(one) => said.push(one),
            other => return Ok(other),
        }
    }
    if said.is_empty() {
        return Ok(Ended::Held(
            "nothing is set to be left: see the connection's settings".into(),
        ));
    }
    Ok(Ended::Done(said.join("; ")))
}

/// What a connection leaves by its settings.
fn wanted<'a>(access: &'a Access, connection: &Connection) -> impl Iterator<Item = &'a Leave> {
    let settings = connection.row.settings.0.clone();
    access
        .leave
        .iter()
        .filter(move |leave| (leave.wanted)(&settings))
}

async fn leave_one(
    app: &App,
    connection: &Connection,
    api: &Api,
    leave: &Leave,
    summary: &Summary,
) -> Result<Ended> {
    let (channel, id) = (connection.row.id.as_str(), &summary.id);
    let next_step = NextStep::of_word(&summary.next_step).unwrap_or(NextStep::None);
    let known = notes_left::of(&app.db, channel, id, leave.kind).await?;
    let was_sending = known.as_ref().is_some_and(|one| one.state == SENDING);
    match &known {
        Some(one) if !was_sending && one.next_step == next_step.word() => {
            return Ok(Ended::Done(format!("{} says so already", leave.kind)));
        }
        None if next_step == NextStep::None => {
            return Ok(Ended::Done(format!("no {} to leave", leave.kind)));
        }
        _ => {}
    }
    let key = (channel, id, leave.kind);
    let stood = known.as_ref().map(|one| one.at);
    if let Some(sending) = known.as_ref().filter(|_| was_sending) {
        let step = NextStep::of_word(&sending.next_step).unwrap_or(NextStep::None);
        let sought = note(app, summary, step, sending.at, sending.remote_id.clone()).await?;
        match leave.find {
            Some(find) => match find(api, &sought).await {
                Ok(Some(found)) => {
                    put(app, key, LEFT, Some(found), step, sending.at, stood).await?;
                    if step == next_step {
                        return Ok(Ended::Done(format!("{} was left before", leave.kind)));
                    }
                }
                Ok(None) => {}
                Err(trouble) => return Ok(Ended::Trouble(trouble)),
            },
            None if leave.is_same_twice() => {}
            None => {
                return Ok(Ended::Unsure(format!(
                    "the {} may have been left, its answer never came: look there, then send again",
                    leave.kind
                )));
            }
        }
    }
    let before = known.as_ref().and_then(|one| one.remote_id.clone());
    let now = Millis(app.now().as_millisecond());
    if !put(app, key, SENDING, before.clone(), next_step, now, stood).await? {
        let busy = Trouble::Unreachable("somebody else is leaving it".into());
        return Ok(Ended::Trouble(busy));
    }
    let note = note(app, summary, next_step, now, before).await?;
    match (leave.leave)(api, &note).await {
        Ok(remote) => {
            let remote = remote.or_else(|| note.before.clone());
            put(app, key, LEFT, remote, next_step, now, Some(now)).await?;
            Ok(Ended::Done(format!("{} left", leave.kind)))
        }
        Err(trouble) => {
            if !trouble.may_have_happened() {
                undo(app, key, known, now).await?;
            }
            Ok(Ended::Trouble(trouble))
        }
    }
}

type Key<'a> = (&'a str, &'a CandidateId, &'a str);

async fn put(
    app: &App,
    key: Key<'_>,
    state: &str,
    remote_id: Option<String>,
    next_step: NextStep,
    at: Millis,
    instead_of: Option<Millis>,
) -> Result<bool> {
    let left = Left {
        state: state.to_owned(),
        remote_id,
        next_step: next_step.word().to_owned(),
        at,
    };
    let mut tx = app.db.begin().await?;
    let put = notes_left::put(&mut tx, key, &left, instead_of).await?;
    tx.commit().await?;
    Ok(put)
}

/// It certainly was not left: what stood before stands again.
async fn undo(app: &App, key: Key<'_>, known: Option<Left>, at: Millis) -> Result<()> {
    let mut tx = app.db.begin().await?;
    match known.filter(|one| one.state == LEFT) {
        Some(known) => {
            notes_left::put(&mut tx, key, &known, Some(at)).await?;
        }
        None => notes_left::forget(&mut tx, key.0, key.1, key.2).await?,
    }
    Ok(tx.commit().await?)
}

/// What is left for a candidate.
async fn note(
    app: &App,
    summary: &Summary,
    next_step: NextStep,
    at: Millis,
    before: Option<String>,
) -> Result<Note> {
    // Who was folded into another there is written to under the other's name.
    let mut external_id = summary.external_id.clone();
    let mut person = people::by_id(&app.db, &summary.source, &external_id).await?;
    for _ in 0..MERGES {
        let Some(into) = person.as_ref().and_then(|one| one.merged_into.clone()) else {
            break;
        };
        person = people::by_id(&app.db, &summary.source, &into).await?;
        external_id = into;
    }
    let mut handles = person.map(|one| one.handles.0).unwrap_or_default();
    let link = message::page(app, &summary.id);
    let mark = format!("telltale {} {}", summary.id, at.0);
    let see = link
        .as_deref()
        .map_or_else(String::new, |link| format!("\n{link}"));
    let text = format!(
        "Identity check: {}.\nThis is a reason to look, not a verdict, and decides nothing by itself.{see}\n({mark})",
        words(next_step)
    );
    Ok(Note {
        external_id,
        application_id: handles.remove(APPLICATION),
        handles,
        text,
        label: format!("Identity check: {}", next_step.word()),
        link,
        mark,
        next_step,
        before,
    })
}

/// Merges followed one after another.
const MERGES: usize = 8;

/// Lets a person send again what may have been left.
pub async fn again(app: &App, delivery: &Delivery) -> Result<()> {
    let Some(id) = &delivery.candidate_id else {
        return Err(Error::NotFound("candidate"));
    };
    let mut tx = app.db.begin().await?;
    notes_left::forget_all(&mut tx, &delivery.channel, id).await?;
    Ok(tx.commit().await?)
}
