//! The form that binds a candidate to a worker and its devices: the same checks as by the API.

use std::collections::BTreeMap;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Web;
use super::connections::{Fields, text};
use super::pages::NewOnboardingPage;
use super::pages::onboardings::{Entered, PLACE, Place, Wrong};
use super::pages::workers::worker_path;
use super::visitor::Visitor;
use crate::access::Permission;
use crate::app::App;
use crate::candidate::CandidateId;
use crate::error::{Error, Result};
use crate::intake;
use crate::onboarding::{self, Outcome, Request};
use crate::screening;
use crate::store::{candidates, workers};

/// What is filled in beforehand.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Question {
    candidate: Option<CandidateId>,
    device: String,
    issued_on: String,
}

/// The form.
pub(super) async fn new(
    State(web): State<Web>,
    Query(question): Query<Question>,
) -> Result<NewOnboardingPage> {
    let db = &web.app.db;
    let mut entered = Entered {
        device_ids: question.device,
        issued_on: question.issued_on,
        ..Entered::default()
    };
    if let Some(id) = question.candidate {
        let summary = candidates::by_id(db, &id)
            .await?
            .ok_or(Error::NotFound("candidate"))?;
        let worker = workers::of_candidates(db, std::slice::from_ref(&id))
            .await?
            .remove(&id);
        entered.source = summary.source;
        entered.external_id = summary.external_id;
        if let Some(worker) = worker {
            entered.worker_id = worker.worker_id;
            entered.start_date = worker.start_date.unwrap_or_default();
        }
    }
    page(&web.app, entered, None).await
}

async fn page(app: &App, entered: Entered, refused: Option<Wrong>) -> Result<NewOnboardingPage> {
    Ok(NewOnboardingPage {
        entered,
        sources: candidates::sources(&app.db).await?,
        kept_days: super::worker::kept_days(app),
        refused,
    })
}

/// Binds, and screens whom it is about.
pub(super) async fn create(
    State(web): State<Web>,
    visitor: Visitor,
    Form(fields): Fields,
) -> Result<Response> {
    let app = &web.app;
    match bind(app, &visitor, &fields).await {
        Ok((worker_id, outcome)) => {
            let (id, done) = match outcome {
                Outcome::Bound(id) => (id, "bound"),
                Outcome::Duplicate(id) => (id, "unchanged"),
            };
            let page = if visitor.user.role.may(Permission::WorkersRead) {
                worker_path(&worker_id)
            } else {
                format!("/candidates/{id}")
            };
            screening::screen(app, &[id]).await?;
            Ok(Redirect::to(&format!("{page}?done={done}")).into_response())
        }
        Err(Error::Refused(refused)) => {
            let wrong = Wrong {
                field: refused.field.unwrap_or_default(),
                reason: refused.reason,
            };
            let page = page(app, entered(&fields), Some(wrong)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(other) => Err(other),
    }
}

async fn bind(
    app: &App,
    visitor: &Visitor,
    fields: &BTreeMap<String, String>,
) -> Result<(String, Outcome)> {
    let new = intake::onboarding(record(fields))?;
    let outcome = onboarding::bind(app, &visitor.actor(), &new).await?;
    Ok((new.worker_id, outcome))
}

/// The fields that go into the record as they are.
const PLAIN: [&str; 9] = [
    "source",
    "external_id",
    "worker_id",
    "start_date",
    "recipient",
    "bank_account",
    "bank_holder",
    "bank_kind",
    "document_number",
];

/// The form as the API would be sent it.
fn record(fields: &BTreeMap<String, String>) -> Value {
    let mut record = Map::new();
    for name in PLAIN {
        if let Some(text) = text(fields, name) {
            record.insert(name.into(), text.into());
        }
    }
    if let Some(day) = text(fields, "issued_on") {
        record.insert("issued_at".into(), format!("{day}T00:00:00Z").into());
    }
    let lines = fields.get("device_ids").map_or("", |text| text).lines();
    let devices: Vec<&str> = lines
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    record.insert("device_ids".into(), devices.into());
    for prefix in ["ship_to", "document_address"] {
        let mut place = Map::new();
        for (key, _) in PLACE {
            if let Some(text) = text(fields, &format!("{prefix}.{key}")) {
                place.insert(key.into(), text.into());
            }
        }
        if !place.is_empty() {
            record.insert(prefix.into(), place.into());
        }
    }
    let asked = fields
        .keys()
        .filter_map(|name| name.strip_prefix("request."));
    record.insert("requests".into(), asked.collect::<Vec<_>>().into());
    Value::Object(record)
}

/// What is shown again; account and document numbers are not.
fn entered(fields: &BTreeMap<String, String>) -> Entered {
    let line = |name: &str| text(fields, name).unwrap_or_default();
    let place = |prefix: &str| -> Place { PLACE.map(|(key, _)| line(&format!("{prefix}.{key}"))) };
    let asked = |request: &Request| fields.contains_key(&format!("request.{}", request.word()));
    Entered {
        source: line("source"),
        external_id: line("external_id"),
        worker_id: line("worker_id"),
        device_ids: line("device_ids"),
        issued_on: line("issued_on"),
        start_date: line("start_date"),
        ship_to: place("ship_to"),
        recipient: line("recipient"),
        bank_holder: line("bank_holder"),
        bank_kind: line("bank_kind"),
        document_address: place("document_address"),
        requests: Request::ALL.into_iter().filter(asked).collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_form_says_what_the_api_is_told() {
        let fields = [
            ("source", " api "),
            ("external_id", "A-1"),
            ("worker_id", "w-1"),
            ("device_ids", "LT-1\r\n\r\n LT-2 "),
            ("issued_on", "2026-05-01"),
            ("bank_kind", ""),
            ("ship_to.city", "Austin"),
            ("document_address.city", " "),
            ("request.own_device", "true"),
        ];
        let fields = fields
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        assert_eq!(
            record(&fields),
            json!({"source": "api", "external_id": "A-1", "worker_id": "w-1", "issued_at": "2026-05-01T00:00:00Z",
                "device_ids": ["LT-1", "LT-2"], "ship_to": {"city": "Austin"}, "requests": ["own_device"]})
        );
        assert!(intake::onboarding(record(&fields)).is_ok());
        assert_eq!(entered(&fields).requests, [Request::OwnDevice]);
    }
}
