//! Says what is to be sent, in the transaction that saves what it is about: nothing is sent that was
//! not saved, and nothing that was saved is forgotten.

use serde_json::{Value, json};

use super::endpoints::{InForce, Kind as Endpoint};
use super::message::{self, Data, Kind, Message};
use super::{chat, ocsf, ssf};
use crate::app::App;
use crate::candidate::CandidateId;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::rules::NextStep;
use crate::screening::Screening;
use crate::store::deliveries::{self, New};
use crate::store::endpoints::Row;
use crate::store::workers;

/// Announces screenings that were saved, each with the next step that stood before.
pub async fn screenings<'a>(
    app: &App,
    tx: &mut Tx,
    saved: impl Iterator<Item = (&'a Screening, Option<NextStep>)>,
) -> Result<()> {
    let force = app.outlets.current();
    if force.is_empty() {
        return Ok(());
    }
    let mut new = Vec::new();
    for (screening, before) in saved {
        let now = screening.judgement.next_step;
        let message = |kind| Message {
            kind,
            at: screening.screened_at,
            data: data(app, screening, before),
        };
        add(app, &force, &message(Kind::ScreeningCompleted), &mut new);
        if now > before.unwrap_or(NextStep::None) {
            let mut raised = message(Kind::NextStepRaised);
            if let Some(worker) = workers::of_candidate(tx, &screening.candidate_id).await? {
                raised
                    .data
                    .more
                    .insert("worker_id".to_owned(), worker.into());
            }
            add(app, &force, &raised, &mut new);
        }
        if now != before.unwrap_or(NextStep::None) {
            leave(app, &force, screening, &mut new);
        }
    }
    Ok(deliveries::insert(tx, &new, app.now()).await?)
}

/// Announces another message about a candidate, as it was last screened, with the next step before.
pub async fn about(
    app: &App,
    tx: &mut Tx,
    kind: Kind,
    (screening, before): (&Screening, Option<NextStep>),
    more: serde_json::Map<String, Value>,
) -> Result<()> {
    let mut new = Vec::new();
    let message = Message {
        kind,
        at: app.now(),
        data: Data {
            more,
            ..data(app, screening, before)
        },
    };
    add(app, &app.outlets.current(), &message, &mut new);
    Ok(deliveries::insert(tx, &new, app.now()).await?)
}

fn data(app: &App, screening: &Screening, before: Option<NextStep>) -> Data {
    let findings = screening.judgement.findings.iter();
    // What a person has explained is nothing to tell of.
    let findings = findings.filter(|finding| finding.explained.is_none());
    Data {
        candidate_id: screening.candidate_id.clone(),
        source: screening.source.clone(),
        external_id: screening.external_id.clone(),
        screening_id: screening.id.clone(),
        stage: screening.stage.clone(),
        next_step: screening.judgement.next_step,
        previous_next_step: before,
        score_db: screening.judgement.score_db,
        rules: findings.map(|finding| finding.rule.to_string()).collect(),
        more: serde_json::Map::new(),
        url: message::page(app, &screening.candidate_id),
    }
}

/// Adds a delivery for every endpoint that is told of such messages.
fn add(app: &App, force: &InForce, message: &Message, new: &mut Vec<New>) {
    for (row, events) in &force.endpoints {
        let Some(kind) = Endpoint::of_word(&row.kind).filter(|_| events.contains(&message.kind))
        else {
            continue;
        };
        let id = app.new_id();
        let body = match kind {
            Endpoint::Webhook => message.webhook(),
            Endpoint::Ocsf => ocsf::finding(message, &id),
            Endpoint::Chat => chat::line(message),
            Endpoint::Ssf => {
                let settings = ssf::Settings::of(row);
                let claims = settings
                    .and_then(|settings| ssf::claims::change(&settings, message, &id, app.now()));
                let Some(claims) = claims else { continue };
                claims
            }
        };
        let about = Some(message.data.candidate_id.clone());
        new.push(delivery(
            app,
            id,
            &row.id,
            kind.word(),
            message.kind.word(),
            about,
            &body,
        ));
    }
}

/// Adds a delivery for everything that is left over connections of the candidate's source.
fn leave(app: &App, force: &InForce, screening: &Screening, new: &mut Vec<New>) {
    for (source, connection) in &force.leaving {
        if *source == screening.source {
            let about = Some(screening.candidate_id.clone());
            let id = app.new_id();
            new.push(delivery(
                app,
                id,
                connection,
                LEAVE,
                "a note",
                about,
                &Value::Null,
            ));
        }
    }
}

/// The kind of deliveries that leave something over a connection.
pub const LEAVE: &str = "note";

/// The message that tries an endpoint out.
pub(super) fn test(app: &App, id: String, kind: Endpoint, row: &Row) -> Result<New> {
    let body = match kind {
        Endpoint::Webhook => json!({"type": message::TEST, "timestamp": app.now(), "data": {}}),
        Endpoint::Chat => json!({"text": "telltale: this is a test."}),
        Endpoint::Ocsf => ocsf::test(app.now(), &id),
        Endpoint::Ssf => {
            let settings = ssf::Settings::of(row)
                .ok_or_else(|| Error::Internal("the endpoint has no settings".into()))?;
            ssf::claims::verification(&settings, &row.id, &id, app.now())
        }
    };
    Ok(delivery(
        app,
        id,
        &row.id,
        kind.word(),
        message::TEST,
        None,
        &body,
    ))
}

/// A delivery to send.
pub(super) fn delivery(
    app: &App,
    id: String,
    channel: &str,
    kind: &str,
    subject: &str,
    candidate_id: Option<CandidateId>,
    body: &Value,
) -> New {
    let body = body.to_string();
    New {
        incoming: false,
        channel: channel.to_owned(),
        kind: kind.to_owned(),
        subject: Some(subject.to_owned()),
        candidate_id,
        headers: "[]".to_owned(),
        body: app.vault.seal(&deliveries::place(&id), body.as_bytes()),
        size: body.len(),
        id,
    }
}
