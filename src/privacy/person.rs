//! Everything that is kept of one person as one JSON document, to be handed to the person (GDPR Art. 15 and 20).
//!
//! Others stand in it as ids alone: what a screening quotes of their words is left out, and so is a delivery that tells
//! of several people. Lists and bodies are bounded, and what is left out is counted.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::access::User;
use crate::app::App;
use crate::audit::{self, Action, Actor};
use crate::candidate::CandidateId;
use crate::db::Millis;
use crate::error::{Error, Result};
use crate::normalise;
use crate::screening::{Screening, erase};
use crate::store::deliveries::{self, Delivery, Filter};
use crate::store::{
    bindings, cases, checks, comments, contests, decisions, explanations, holds, observations,
    onboardings, people, person, screenings, sessions, tickets, versions, workers,
};
use crate::web::pages::record;

/// Rows of each list at the most.
const ROWS: i64 = 1000;

/// Bytes of raw bodies altogether.
const BODIES: usize = 16 << 20;

/// How to read the document.
const READING: &str = "Everything telltale keeps of one person. `records` has one entry for each application record that the \
    source says is this person's. `versions` are applications as they came in, `normal_form` is what the latest was read as. \
    A screening lists findings: reasons to look, each with its weight in decibans (`weight_db`) and innocent reasons; it \
    decides nothing, a named person does (`decisions`). `next_step` is none, ask, verify or escalate. Other people stand as \
    ids alone. Times are UTC (RFC 3339). Account and document numbers are kept as keyed hashes that nobody can read back. \
    `left_out` counts what was too much for one document, or tells of others too.";

/// Puts it together and says in the audit log that it was handed out; `None` where there is no such candidate.
pub async fn document(app: &App, by: &User, id: &CandidateId) -> Result<Option<String>> {
    let mut tx = app.db.reads().await?;
    let Some(who) = people::of_candidate(&mut tx, id).await? else {
        return Ok(None);
    };
    let all = erase::folded(&mut tx, who).await?;
    let ids = erase::ids(&mut tx, &all).await?;
    drop(tx);
    let mut left = LeftOut {
        bodies_left: BODIES,
        ..LeftOut::default()
    };
    let mut records = Vec::new();
    for one in &ids {
        if let Some(record) = record(app, one, &ids, &mut left).await? {
            records.push(record);
        }
    }
    let document = json!({
        "schema": "telltale.person.v1", "about": READING, "made_at": app.now(),
        "records": records,
        "left_out": {"rows": left.rows, "deliveries_of_several_people": left.of_several, "bodies_too_large": left.bodies},
    });
    let detail = json!({ "records": ids });
    audit::note(
        app,
        &Actor::from(by),
        Action::PersonExported,
        &audit::candidate(id),
        &detail,
    )
    .await?;
    Ok(Some(
        serde_json::to_string_pretty(&document).expect("JSON is written"),
    ))
}

/// What does not fit.
#[derive(Default)]
struct LeftOut {
    rows: usize,
    of_several: usize,
    bodies: usize,
    bodies_left: usize,
}

impl LeftOut {
    /// Keeps as many rows as are handed out at the most; one more was asked for, to see that there are.
    fn cut<T>(&mut self, mut rows: Vec<T>) -> Vec<T> {
        let most = usize::try_from(ROWS).unwrap_or(usize::MAX);
        if rows.len() > most {
            self.rows += 1;
            rows.truncate(most);
        }
        rows
    }
}

fn time(at: Millis) -> Timestamp {
    at.into()
}

async fn record(
    app: &App,
    id: &CandidateId,
    own: &[CandidateId],
    left: &mut LeftOut,
) -> Result<Option<Value>> {
    let db = &app.db;
    let one = std::slice::from_ref(id);
    let Some(head) = person::head(db, id).await? else {
        return Ok(None);
    };
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| out.insert(name.to_owned(), value);
    put("candidate_id", json!(id));
    put("source", json!(head.source));
    put("external_id", json!(head.external_id));
    put("stage", json!(head.stage));
    put("applied_at", json!(time(head.applied_at)));
    put("received_at", json!(time(head.received_at)));
    put("merged_into", json!(head.merged_into));
    put("ring", json!(head.ring));
    let all = versions::of(db, one).await?.remove(id).unwrap_or_default();
    if let Some(latest) = all.last() {
        let normal = normalise::candidate(&latest.application.0, &app.settings());
        put("normal_form", normal_form(&normal));
    }
    let all: Vec<Value> = left.cut(all).into_iter().map(|one| {
        json!({"version": one.version, "received_at": time(one.received_at), "application": one.application.0})
    }).collect();
    put("versions", json!(all));
    let screened = left.cut(screenings::of(db, id, ROWS + 1).await?);
    let latest = match screened.first() {
        Some(latest) => screenings::signals(db, &latest.id).await?,
        None => None,
    };
    let screened: Vec<Screening> = screened.into_iter().map(Into::into).collect();
    put("screenings", masked(json!(screened), own));
    let latest = latest.and_then(|json| serde_json::from_str(&json).ok());
    put(
        "signals_of_the_latest_screening",
        masked(latest.unwrap_or_default(), own),
    );
    put("decisions", json!(decisions::of(db, id).await?));
    let made = checks::of(db, one).await?.remove(id).unwrap_or_default();
    let made: Vec<Value> = made.into_iter().map(|one| {
        json!({"kind": one.kind, "result": one.result, "about": one.about, "claim": one.claim.written,
            "by": one.by, "note": one.note, "at": one.at, "recorded_at": one.recorded_at})
    }).collect();
    put("checks", json!(made));
    let links = left.cut(person::links(db, id, ROWS + 1).await?);
    let links: Vec<Value> = links.into_iter().map(|(other, kind, at, explained)| {
        json!({"other": other, "shared": kind, "found_at": time(at), "explained": explained})
    }).collect();
    put("links", json!(links));
    let events = left.cut(person::events(db, &head, ROWS + 1).await?);
    let events: Vec<Value> = events
        .into_iter()
        .map(|(at, kind, event)| json!({"at": time(at), "kind": kind, "event": event.0}))
        .collect();
    put("told_by_the_source", json!(events));
    let notes = person::notes_left(db, id).await?;
    let notes: Vec<Value> = notes.into_iter().map(|(connection, kind, next_step, at)| {
        json!({"connection": connection, "kind": kind, "next_step": next_step, "at": time(at)})
    }).collect();
    put("notes_left_at_the_source", json!(notes));
    let raised = tickets::of(db, id).await?;
    let raised: Vec<Value> = raised.into_iter().map(|one| {
        json!({"rule": one.rule, "title": one.title, "message": one.message, "opened_at": time(one.opened_at),
            "closed_at": one.closed_at.map(time), "closed_by": one.closed_by, "note": one.note})
    }).collect();
    put("tickets", json!(raised));
    let held = holds::of(db, id).await?;
    let held: Vec<Value> = held.into_iter().map(|one| {
        json!({"reason": one.reason, "by": one.by_whom, "at": time(one.at), "lifted_at": one.lifted_at.map(time),
            "lifted_by": one.lifted_by, "lifted_why": one.lifted_why})
    }).collect();
    put("legal_holds", json!(held));
    said(app, id, &mut put).await?;
    put("work", work(app, id, left).await?);
    put("deliveries", delivered(app, id, left).await?);
    let done = left.cut(person::done_to(db, &audit::candidate(id), ROWS + 1).await?);
    let done: Vec<Value> = done
        .into_iter()
        .map(|one| json!({"at": one.time(), "who": one.called(), "what": one.action}))
        .collect();
    put("who_did_what_with_the_record", json!(done));
    Ok(Some(Value::Object(out)))
}

/// What people here said and did: comments, contests, cases, what was taken back, who is not the same, who sees to it.
async fn said(
    app: &App,
    id: &CandidateId,
    put: &mut impl FnMut(&str, Value) -> Option<Value>,
) -> Result<()> {
    let db = &app.db;
    let wrote = comments::of(db, &app.vault, id).await?;
    let wrote: Vec<Value> = wrote
        .into_iter()
        .map(|one| json!({"by": one.name, "text": one.text, "at": one.at, "struck_at": one.struck_at}))
        .collect();
    put("comments", json!(wrote));
    let against = contests::of(db, id).await?;
    let against: Vec<Value> = against.into_iter().map(|one| {
        json!({"decision_id": one.decision_id, "said": one.said, "channel": one.channel, "said_on": one.said_on,
            "written_down_by": one.by_whom, "at": time(one.at)})
    }).collect();
    put("contests", json!(against));
    let opened = cases::of(db, id).await?;
    let opened: Vec<Value> = opened.into_iter().map(|one| {
        json!({"next_step": one.next_step, "opened_at": time(one.opened_at), "due_at": time(one.due_at),
            "contest_id": one.contest_id, "closed_at": one.closed_at.map(time), "closed_by_decision": one.closed_by})
    }).collect();
    put("cases", json!(opened));
    let back = explanations::taken_back(db, id).await?;
    let back: Vec<Value> = back
        .into_iter()
        .map(|one| json!({"rule": one.rule, "by": one.by_whom, "reason": one.reason, "at": time(one.at)}))
        .collect();
    put("explanations_taken_back", json!(back));
    // What was noted of the two may tell of the other.
    let apart = person::not_same(db, id).await?;
    let apart: Vec<Value> = apart
        .into_iter()
        .map(|(other, by, at)| json!({"other": other, "by": by, "at": time(at)}))
        .collect();
    put("said_not_to_be_the_same_person", json!(apart));
    put("assigned_to", json!(person::assigned_to(db, id).await?));
    Ok(())
}

fn normal_form(candidate: &crate::candidate::Candidate) -> Value {
    let row = |row: record::Row| json!({"field": row.field, "written": row.written, "read_as": row.normal});
    let sections = record::sections(candidate).into_iter();
    let sections = sections.map(|one| {
        (
            one.title.to_owned(),
            one.rows.into_iter().map(row).collect(),
        )
    });
    Value::Object(sections.collect())
}

/// Onboardings, devices, and what these said while they were the person's.
async fn work(app: &App, id: &CandidateId, left: &mut LeftOut) -> Result<Value> {
    let (db, one) = (&app.db, std::slice::from_ref(id));
    let said = onboardings::of(db, &app.vault, one).await?.remove(id);
    let said: Vec<Value> = said
        .into_iter()
        .flatten()
        .map(|one| {
            let mut said = serde_json::to_value(&one.said).unwrap_or_default();
            for hashed in ["bank", "document"] {
                if let Some(value) = said.get_mut(hashed).filter(|value| !value.is_null()) {
                    *value = "kept as a keyed hash alone".into();
                }
            }
            json!({"at": one.at, "worker_id": one.worker_id, "said": said})
        })
        .collect();
    let worker = workers::of_candidates(db, one).await?.into_values().next();
    let Some(worker) = worker else {
        return Ok(json!({ "onboardings": said }));
    };
    let mut devices = Vec::new();
    for span in bindings::of_worker(db, &worker.worker_id).await? {
        let (from, until) = (span.from(), span.until());
        let heard = sessions::within(db, &span.device, from, until, ROWS + 1).await?;
        let seen = observations::within(db, &app.vault, &span.device, from, until, ROWS).await?;
        devices.push(json!({
            "device": span.device, "from": from, "until": until,
            "sessions": left.cut(heard), "observations": left.cut(seen),
        }));
    }
    Ok(json!({
        "onboardings": said, "worker_id": worker.worker_id, "start_date": worker.start_date, "devices": devices,
    }))
}

/// What was received and sent about the person, as it was.
async fn delivered(app: &App, id: &CandidateId, left: &mut LeftOut) -> Result<Value> {
    let filter = Filter {
        candidate_id: Some(id.clone()),
        ..Filter::default()
    };
    let most = usize::try_from(ROWS).unwrap_or(usize::MAX);
    let found = deliveries::list(&app.db, &filter, None, most + 1).await?;
    let found = left.cut(found);
    let several = person::of_several(&app.db, &found).await?;
    let told = found.iter().map(|one| {
        let body = if several.contains(&one.id) {
            left.of_several += 1;
            None
        } else {
            body(app, one, left)
        };
        json!({"id": one.id, "received": one.incoming, "kind": one.kind, "subject": one.subject,
            "at": time(one.created_at), "state": one.state, "said": one.said, "bytes": one.size, "body": body})
    });
    Ok(told.collect::<Vec<_>>().into())
}

fn body(app: &App, delivery: &Delivery, left: &mut LeftOut) -> Option<Value> {
    let sealed = delivery.body.as_deref()?;
    if sealed.len() > left.bodies_left {
        left.bodies += 1;
        return None;
    }
    left.bodies_left -= sealed.len();
    let opened = app.vault.open(&deliveries::place(&delivery.id), sealed);
    let opened = opened.ok()?;
    let json = serde_json::from_slice(&opened).ok();
    Some(json.unwrap_or_else(|| String::from_utf8_lossy(&opened).into_owned().into()))
}

/// Leaves of what is about others the ids alone.
fn masked(mut value: Value, own: &[CandidateId]) -> Value {
    mask(&mut value, own);
    value
}

fn mask(value: &mut Value, own: &[CandidateId]) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|one| mask(one, own)),
        Value::Object(map) => {
            let other = map
                .get("related")
                .and_then(Value::as_str)
                .is_some_and(|id| own.iter().all(|one| one.0 != id));
            if other {
                map.retain(|name, _| matches!(name.as_str(), "related" | "field"));
            }
            map.values_mut().for_each(|one| mask(one, own));
        }
        _ => {}
    }
}

/// The name of the file.
pub fn file_name(id: &CandidateId) -> Result<String> {
    let plain = |one: char| one.is_ascii_alphanumeric() || one == '-';
    if id.0.is_empty() || !id.0.chars().all(plain) {
        return Err(Error::NotFound("candidate"));
    }
    Ok(format!("person-{id}.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_others_the_ids_are_left() {
        let own = [CandidateId("c1".to_owned())];
        let saw = json!({"passages": [
            {"field": "resume_text", "related": "c2", "is": {"other": "their words"}},
            {"field": "resume_text", "related": "c1", "is": {"other": "my words"}},
        ], "findings": [{"related": ["c2"], "message": "kept"}]});
        assert_eq!(
            masked(saw, &own),
            json!({"passages": [
                {"field": "resume_text", "related": "c2"},
                {"field": "resume_text", "related": "c1", "is": {"other": "my words"}},
            ], "findings": [{"related": ["c2"], "message": "kept"}]})
        );
    }
}
