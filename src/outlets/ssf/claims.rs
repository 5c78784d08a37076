//! What a token says: that the assurance level of a worker is another, and nothing of why but that
//! somebody should look.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Settings;
use crate::outlets::message::{Kind, Message};
use crate::rules::NextStep;

/// CAEP's event.
pub const CHANGE: &str =
    "https://schemas.openid.net/secevent/caep/event-type/assurance-level-change";

/// The event that tries a stream out.
pub const VERIFICATION: &str = "https://schemas.openid.net/secevent/ssf/event-type/verification";

/// The claims for a message, `id` being the delivery's. `None` where no worker can be named: an
/// applicant is nobody at the identity provider yet.
pub fn change(settings: &Settings, message: &Message, id: &str, now: Timestamp) -> Option<Value> {
    let reason = match message.kind {
        Kind::LatencyAlarm | Kind::TicketOpened => {
            "identity not yet verified: measurements of the worker's device call for a look"
        }
        Kind::NextStepRaised => "identity not yet verified: a person should look",
        Kind::ScreeningCompleted | Kind::DecisionMade => return None,
    };
    let data = &message.data;
    let worker = data.more.get("worker_id").and_then(Value::as_str)?;
    let Some(subject) = settings.subject.of(worker) else {
        tracing::warn!(
            delivery = id,
            "no mail address can be made of a worker's id, so the identity provider is told nothing"
        );
        return None;
    };
    // Whatever the score says, an alarm is a question.
    let level = data.next_step.max(NextStep::Ask);
    let mut event = json!({
        "namespace": settings.namespace,
        "current_level": word(level),
    });
    if let Some(before) = data.previous_next_step.filter(|before| *before < level) {
        event["previous_level"] = json!(word(before));
    }
    event["change_direction"] = json!("decrease");
    event["event_timestamp"] = json!(message.at.as_second());
    event["initiating_entity"] = json!("system");
    event["reason_admin"] = json!({"en": reason});
    let mut claims = claims(settings, id, now, &subject, CHANGE, &event);
    // One thing told to several receivers is known by it.
    let told = format!("{}.{}", data.screening_id, message.at.as_millisecond());
    claims["txn"] = json!(told);
    Some(claims)
}

/// The claims that try an endpoint out. The subject is the stream; a `state` is for those alone who
/// asked for the event, which nobody did.
pub fn verification(settings: &Settings, endpoint: &str, id: &str, now: Timestamp) -> Value {
    let stream = json!({"format": "opaque", "id": endpoint});
    claims(settings, id, now, &stream, VERIFICATION, &json!({}))
}

/// Neither `sub` nor `exp`, so that no token passes for one that lets somebody in.
fn claims(
    settings: &Settings,
    id: &str,
    now: Timestamp,
    subject: &Value,
    event: &str,
    said: &Value,
) -> Value {
    json!({
        "iss": settings.issuer,
        "aud": settings.audience,
        "iat": now.as_second(),
        "jti": id,
        "sub_id": subject,
        "events": {event: said},
    })
}

/// A level, the best assured first: `routine`, `ask`, `verify`, `escalate`.
const fn word(level: NextStep) -> &'static str {
    match level {
        NextStep::None => "routine",
        other => other.word(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::CandidateId;
    use crate::outlets::message::Data;
    use crate::outlets::ssf::subject::Subject;

    fn settings() -> Settings {
        Settings {
            issuer: "https://telltale.example".to_owned(),
            audience: "https://firm.okta.example".to_owned(),
            subject: Subject::Email("{worker_id}@firm.example".to_owned()),
            namespace: "https://telltale.example/assurance".to_owned(),
            keys: Vec::new(),
        }
    }

    fn message(
        kind: Kind,
        step: NextStep,
        before: Option<NextStep>,
        worker: Option<&str>,
    ) -> Message {
        let mut more = serde_json::Map::new();
        if let Some(worker) = worker {
            more.insert("worker_id".to_owned(), json!(worker));
        }
        more.insert("kinds".to_owned(), json!(["keys"]));
        Message {
            kind,
            at: "2026-06-01T11:59:59.5Z".parse().unwrap(),
            data: Data {
                candidate_id: CandidateId("019a".to_owned()),
                source: "greenhouse".to_owned(),
                external_id: "17".to_owned(),
                screening_id: "019b".to_owned(),
                stage: "employed".to_owned(),
                next_step: step,
                previous_next_step: before,
                score_db: 12.0,
                rules: vec!["work.far".to_owned()],
                more,
                url: None,
            },
        }
    }

    fn now() -> Timestamp {
        "2026-06-01T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn an_alarm_says_that_a_level_went_down_and_no_more() {
        let alarm = message(
            Kind::LatencyAlarm,
            NextStep::Verify,
            Some(NextStep::None),
            Some("w-7"),
        );
        let said = change(&settings(), &alarm, "019c", now()).unwrap();
        insta::assert_json_snapshot!(said, @r#"
        {
          "iss": "https://telltale.example",
          "aud": "https://firm.okta.example",
          "iat": 1780315200,
          "jti": "019c",
          "sub_id": {
            "format": "email",
            "email": "w-7@firm.example"
          },
          "events": {
            "https://schemas.openid.net/secevent/caep/event-type/assurance-level-change": {
              "namespace": "https://telltale.example/assurance",
              "current_level": "verify",
              "previous_level": "routine",
              "change_direction": "decrease",
              "event_timestamp": 1780315199,
              "initiating_entity": "system",
              "reason_admin": {
                "en": "identity not yet verified: measurements of the worker's device call for a look"
              }
            }
          },
          "txn": "019b.1780315199500"
        }
        "#);
    }

    #[test]
    fn levels_never_say_what_is_not_known() {
        for (step, before, current, previous) in [
            (NextStep::None, Some(NextStep::None), "ask", Some("routine")),
            (NextStep::Ask, Some(NextStep::Ask), "ask", None),
            (
                NextStep::Escalate,
                Some(NextStep::Ask),
                "escalate",
                Some("ask"),
            ),
            (NextStep::Verify, None, "verify", None),
        ] {
            let alarm = message(Kind::LatencyAlarm, step, before, Some("w-7"));
            let said = change(&settings(), &alarm, "019c", now()).unwrap();
            let event = &said["events"][CHANGE];
            assert_eq!(event["current_level"], current);
            assert_eq!(
                event.get("previous_level").and_then(Value::as_str),
                previous
            );
            assert_eq!(event["change_direction"], "decrease");
        }
    }

    #[test]
    fn nothing_is_said_of_who_is_no_worker() {
        for (kind, worker) in [
            (Kind::NextStepRaised, None),
            (Kind::LatencyAlarm, None),
            (Kind::LatencyAlarm, Some("not an address")),
            (Kind::ScreeningCompleted, Some("w-7")),
            (Kind::DecisionMade, Some("w-7")),
        ] {
            let told = message(kind, NextStep::Verify, None, worker);
            assert_eq!(change(&settings(), &told, "019c", now()), None);
        }
    }

    #[test]
    fn a_test_is_the_verification_event() {
        assert_eq!(
            verification(&settings(), "019e", "019c", now()),
            json!({
                "iss": "https://telltale.example",
                "aud": "https://firm.okta.example",
                "iat": 1_780_315_200,
                "jti": "019c",
                "sub_id": {"format": "opaque", "id": "019e"},
                "events": {VERIFICATION: {}},
            })
        );
    }
}
