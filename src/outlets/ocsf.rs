//! Findings for a SIEM: OCSF Detection Finding (class 2004), <https://schema.ocsf.io>.
//!
//! One finding a candidate: its `uid` is the candidate's id, and later screenings update it. Who the
//! person is does not go along.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::message::{Kind, Message, words};
use crate::rules::NextStep;

/// The version of the schema.
const SCHEMA: &str = "1.5.0";

/// The category Findings, the class Detection Finding.
const CATEGORY: i64 = 2;
/// See [`CATEGORY`].
const CLASS: i64 = 2004;

/// An event that tries a SIEM out: it is about nothing.
pub fn test(now: Timestamp, id: &str) -> Value {
    json!({
        "activity_id": 99,
        "activity_name": "Test",
        "category_uid": CATEGORY,
        "class_uid": CLASS,
        "type_uid": CLASS * 100 + 99,
        "time": now.as_millisecond(),
        "severity_id": 1,
        "message": "telltale: this is a test.",
        "metadata": metadata(id, super::message::TEST),
        "finding_info": {"uid": id, "title": "Test"},
    })
}

fn metadata(id: &str, code: &str) -> Value {
    json!({
        "version": SCHEMA,
        "uid": id,
        "event_code": code,
        "product": {
            "name": "telltale",
            "vendor_name": "telltale",
            "version": env!("CARGO_PKG_VERSION"),
        },
    })
}

/// An event for a message; `id` is the delivery's.
pub fn finding(message: &Message, id: &str) -> Value {
    let data = &message.data;
    // Nothing before: the finding is new.
    let (activity, name) = match data.previous_next_step {
        None | Some(NextStep::None) => (1, "Create"),
        Some(_) if data.next_step == NextStep::None => (3, "Close"),
        Some(_) => (2, "Update"),
    };
    let (severity, severity_name) = match data.next_step {
        _ if matches!(message.kind, Kind::LatencyAlarm | Kind::TicketOpened) => (4, "High"),
        NextStep::None => (1, "Informational"),
        NextStep::Ask => (2, "Low"),
        NextStep::Verify => (3, "Medium"),
        NextStep::Escalate => (4, "High"),
    };
    let (status, status_name) = if activity == 3 {
        (4, "Resolved")
    } else {
        (1, "New")
    };
    let rule = |id: &String| json!({"name": id, "uid": id, "type_id": 1, "type": "Rule"});
    let title = match message.kind {
        Kind::LatencyAlarm => "Measurements of a work device changed",
        Kind::TicketOpened => "A work device or its delivery is against policy",
        _ => "Identity not yet verified",
    };
    json!({
        "activity_id": activity,
        "activity_name": name,
        "category_uid": CATEGORY,
        "category_name": "Findings",
        "class_uid": CLASS,
        "class_name": "Detection Finding",
        "type_uid": CLASS * 100 + activity,
        "type_name": format!("Detection Finding: {name}"),
        "time": message.at.as_millisecond(),
        "severity_id": severity,
        "severity": severity_name,
        "status_id": status,
        "status": status_name,
        "message": format!("Next step {}: {}", data.next_step.word(), words(data.next_step)),
        "metadata": metadata(id, message.kind.word()),
        "finding_info": {
            "uid": data.candidate_id,
            "title": title,
            "src_url": data.url,
            "created_time": message.at.as_millisecond(),
            "analytic": {"name": "telltale screening", "uid": data.screening_id, "type_id": 1, "type": "Rule"},
            "related_analytics": data.rules.iter().map(rule).collect::<Vec<_>>(),
        },
        "resources": [{"uid": data.candidate_id, "type": "Candidate"}],
        "unmapped": {
            "source": data.source,
            "external_id": data.external_id,
            "stage": data.stage,
            "next_step": data.next_step,
            "score_db": data.score_db,
            "more": data.more,
        },
    })
}
