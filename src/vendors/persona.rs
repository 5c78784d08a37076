//! Persona: `ats-webhooks.md` §12. What a delivery says is signed, so nothing is asked for.

use serde_json::Value;

use super::api::part;
use super::event::{Event, Kind};
use super::fields::{id, items, line, time};
use super::results::{self, identity, said, whom, word};
use super::signature::{Forged, Stamped};
use super::{Delivered, TellsOf, Unreadable, Vendor};
use crate::check::Outcome;

pub(super) const VENDOR: Vendor = Vendor {
    name: "persona",
    title: "Persona",
    tells_of: TellsOf::IdentityChecks,
    steps: &[
        "In Persona, open API, Webhooks, and add a webhook with {url} as its URL.",
        "Choose inquiry.completed, inquiry.approved, inquiry.declined, inquiry.failed, inquiry.expired, verification.passed and \
         verification.failed.",
        "Copy the webhook's secret and give it to this connection. While Persona rotates it, both secrets hold.",
        "Set the candidate's id as the inquiry's reference id; otherwise the mail address matches, if the inquiry asks for one.",
    ],
    secret: "The webhook's secret, which Persona makes.",
    verify,
    keys: |delivered| results::keys(delivered, |body| id(&body["data"]["id"])),
    read,
    ..Vendor::USUAL
};

fn verify(delivered: &Delivered, secrets: &[String], now: jiff::Timestamp) -> Result<(), Forged> {
    const HEADER: &str = "Persona-Signature";
    let header = delivered.header(HEADER).ok_or(Forged::Missing(HEADER))?;
    // One set for each secret, while it is rotated, with a blank between.
    let header = header.replace(", ", ",");
    let mut worst = Forged::Wrong;
    for set in header.split_whitespace() {
        let Some(stamped) = Stamped::read(set, "v1") else {
            continue;
        };
        let parts = [stamped.time.as_bytes(), b".", delivered.body];
        match stamped.verify(secrets, &parts, now) {
            Ok(()) => return Ok(()),
            Err(Forged::Stale) => worst = Forged::Stale,
            Err(_) => {}
        }
    }
    Err(worst)
}

/// An attribute, in whichever way the account spells keys: `reference-id`, `reference_id`, `referenceId`.
fn attribute<'a>(of: &'a Value, kebab: &str) -> &'a Value {
    let camel = kebab
        .split('-')
        .enumerate()
        .map(|(at, part)| match part.split_at_checked(1) {
            Some((first, rest)) if at > 0 => first.to_uppercase() + rest,
            _ => part.to_owned(),
        });
    let spellings = [kebab.to_owned(), kebab.replace('-', "_"), camel.collect()];
    let found = spellings
        .iter()
        .map(|key| &of[key.as_str()])
        .find(|value| !value.is_null());
    found.unwrap_or(&Value::Null)
}

fn read(delivered: &Delivered) -> Result<Vec<Event>, Unreadable> {
    let body = delivered.json()?;
    let event = &body["data"]["attributes"];
    let name = line(&event["name"]).unwrap_or_default();
    let payload = &event["payload"];
    let (object, included) = (&payload["data"], items(&payload["included"]));
    let of = word(&object["type"]).unwrap_or_default();
    let outcome = match name.as_str() {
        "inquiry.approved" => Some(Outcome::Confirmed),
        "inquiry.completed" if all_passed(included) => Some(Outcome::Confirmed),
        "inquiry.declined" | "inquiry.failed" => Some(Outcome::Denied),
        "inquiry.expired" => Some(Outcome::NoAnswer),
        // A phone number or a mail address that was reached is nobody's identity.
        "verification.passed" if is_document(&of) => Some(Outcome::Confirmed),
        "verification.failed" if is_document(&of) || is_portrait(&of) => Some(Outcome::Denied),
        _ => None,
    };
    let Some((outcome, id)) = outcome.zip(id(&object["id"])) else {
        return Ok(vec![Event::ignored(format!("nothing for us: {name}"))]);
    };
    let at = time(attribute(event, "created-at"));
    // A verification names its person only in what comes along with it.
    let mut all: Vec<&Value> = vec![object];
    all.extend(included.iter().filter(|one| {
        one["type"]
            .as_str()
            .is_some_and(|of| of == "inquiry" || of == "account")
    }));
    let ids = all
        .iter()
        .map(|one| self::id(attribute(&one["attributes"], "reference-id")));
    let mails = all.iter().flat_map(|one| {
        let attributes = &one["attributes"];
        let field = attribute(&attributes["fields"], "email-address");
        [
            line(attribute(attributes, "email-address")),
            line(&field["value"]),
        ]
    });
    let what = if of.is_empty() {
        "inquiry"
    } else {
        of.as_str()
    };
    let status = word(&object["attributes"]["status"]);
    let about = whom(ids.collect::<Vec<_>>(), mails.collect::<Vec<_>>());
    let link = (of == "inquiry").then(|| {
        format!(
            "https://app.withpersona.com/dashboard/inquiries/{}",
            part(&id)
        )
    });
    let mut result = identity(id, outcome, said(what, &[status]), at, about);
    result.link = link;
    Ok(vec![results::event(Kind::IdentityResult, at, vec![result])])
}

fn is_document(of: &str) -> bool {
    of.starts_with("verification/government_id")
}

fn is_portrait(of: &str) -> bool {
    of.starts_with("verification/selfie")
}

/// Whether of the verifications that came along none failed and a document passed. Persona calls an
/// inquiry complete once everything required has passed; where none came along, that is all there is.
fn all_passed(included: &[Value]) -> bool {
    let verifications = included.iter().filter_map(|one| {
        let of = word(&one["type"])?;
        let status = word(&one["attributes"]["status"]);
        of.starts_with("verification/").then_some((of, status))
    });
    let all: Vec<_> = verifications.collect();
    let passed = |status: &Option<String>| status.as_deref() == Some("passed");
    all.is_empty()
        || (all
            .iter()
            .any(|(of, status)| is_document(of) && passed(status))
            && all
                .iter()
                .all(|(_, status)| status.as_deref() != Some("failed")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::results::testing::{keeps_nothing_private, private};
    use super::super::signature::mac;
    use super::super::testing::{self, KAT_BODY, KAT_KEY};
    use super::*;

    const DIGITS: &str = "33569dc7bd9ec2a567b96f71fb26db3836de4f080ac40a19439ac2062e13fd99";

    #[test]
    fn the_signature_is_over_time_and_body() {
        for good in [
            format!("t=1700000000,v1={DIGITS}"),
            format!("t=1700000000, v1={}", DIGITS.to_uppercase()),
            format!("t=1700000000,v1=00 t=1700000000,v1={DIGITS}"),
        ] {
            testing::takes_and_refuses(&VENDOR, "Persona-Signature", &good, &[]);
        }
    }

    #[test]
    fn sets_of_two_secrets_hold_while_one_is_good_and_near() {
        let set = |secret: &str, seconds: i64| {
            let time = seconds.to_string();
            let digits = crate::secret::hex(&mac(secret, &[time.as_bytes(), b".", KAT_BODY]));
            format!("t={time},v1={digits}")
        };
        let now = 1_700_000_000;
        for (header, expected) in [
            (format!("{} {}", set("new", now), set(KAT_KEY, now)), Ok(())),
            (
                format!("{} {}", set(KAT_KEY, now - 301), set(KAT_KEY, now + 300)),
                Ok(()),
            ),
            (set(KAT_KEY, now - 301), Err(Forged::Stale)),
            (set(KAT_KEY, now + 301), Err(Forged::Stale)),
            (set("new", now), Err(Forged::Wrong)),
            (format!("v1={DIGITS}"), Err(Forged::Wrong)),
            ("t=1700000000".to_owned(), Err(Forged::Wrong)),
        ] {
            let pairs = [("Persona-Signature", &*header)];
            assert_eq!(
                testing::verifies(&VENDOR, &[KAT_KEY], &pairs, KAT_BODY),
                expected,
                "{header}"
            );
        }
    }

    fn delivery(name: &str, of: &str, status: &str, included: &Value) -> Value {
        json!({"data": {"type": "event", "id": "evt_1", "attributes": {"name": name, "created-at": "2026-05-28T08:00:00.000Z",
            "payload": {"included": included, "data": {"type": of, "id": "inq_1", "attributes": {
                "status": status, "reference-id": "7", "birthdate": "1990-01-31", "identification-number": "X1234567",
                "fields": {"email-address": {"type": "string", "value": "Ada@Example.com"}, "birthdate": {"value": "1990-01-31"}},
                "address-street-1": "12 Example Street", "selfie-photo": {"url": "https://files.example/selfie.jpg"}, "private": private()}}}}}})
    }

    #[test]
    fn an_inquiry_is_read_whole_and_nothing_private_is_kept() {
        let events = testing::read(
            &VENDOR,
            &delivery("inquiry.approved", "inquiry", "approved", &json!([])),
        );
        keeps_nothing_private(&events);
        assert_eq!(
            json!(events),
            json!([{"kind": "identity_result", "at": "2026-05-28T08:00:00Z", "results": [{
                "id": "inq_1", "kind": "id_remote", "result": "confirmed", "said": "inquiry: approved",
                "link": "https://app.withpersona.com/dashboard/inquiries/inq_1", "at": "2026-05-28T08:00:00Z",
                "about": {"references": ["7"], "emails": ["ada@example.com"]}}]}])
        );
    }

    #[test]
    fn each_event_is_a_result_or_nothing() {
        let document = |status: &str| json!({"type": "verification/government-id", "attributes": {"status": status}});
        let phone =
            json!({"type": "verification/phone-number", "attributes": {"status": "passed"}});
        for (name, of, included, expected) in [
            ("inquiry.completed", "inquiry", json!([]), Some("confirmed")),
            (
                "inquiry.completed",
                "inquiry",
                json!([document("passed"), phone]),
                Some("confirmed"),
            ),
            ("inquiry.completed", "inquiry", json!([phone]), None),
            (
                "inquiry.completed",
                "inquiry",
                json!([document("failed"), document("passed")]),
                None,
            ),
            ("inquiry.declined", "inquiry", json!(null), Some("denied")),
            ("inquiry.failed", "inquiry", json!(null), Some("denied")),
            ("inquiry.expired", "inquiry", json!(null), Some("no_answer")),
            ("inquiry.created", "inquiry", json!(null), None),
            (
                "verification.passed",
                "verification/government-id",
                json!(null),
                Some("confirmed"),
            ),
            (
                "verification.failed",
                "verification/government-id-nfc",
                json!(null),
                Some("denied"),
            ),
            (
                "verification.failed",
                "verification/selfie",
                json!(null),
                Some("denied"),
            ),
            (
                "verification.passed",
                "verification/selfie",
                json!(null),
                None,
            ),
            (
                "verification.passed",
                "verification/phone-number",
                json!(null),
                None,
            ),
            (
                "verification.failed",
                "verification/email-address",
                json!(null),
                None,
            ),
            ("case.created", "case", json!(null), None),
        ] {
            let events = testing::read(&VENDOR, &delivery(name, of, "x", &included));
            let result = events[0].results.first().map(|one| one.result.word());
            assert_eq!(result, expected, "{name} {of}");
            assert_eq!(events[0].kind == Kind::Ignored, expected.is_none());
            keeps_nothing_private(&events);
        }
    }

    #[test]
    fn keys_may_be_spelt_in_three_ways() {
        for spelling in [
            json!({"reference-id": 7}),
            json!({"reference_id": "7"}),
            json!({"referenceId": "7"}),
        ] {
            assert_eq!(
                id(attribute(&spelling, "reference-id")).as_deref(),
                Some("7")
            );
        }
        let included = json!([{"type": "inquiry", "attributes": {"reference_id": "9"}}, {"type": "session", "attributes": {"reference-id": "no"}}]);
        let mut body = delivery(
            "verification.passed",
            "verification/government-id",
            "passed",
            &included,
        );
        body["data"]["attributes"]["payload"]["data"]["attributes"] = json!({"status": "passed"});
        assert_eq!(
            testing::read(&VENDOR, &body)[0].results[0].about.references,
            ["9"]
        );
    }

    #[test]
    fn hostile_payloads_say_nothing_or_are_refused() {
        for body in [
            json!([]),
            json!({"data": [1]}),
            json!({"data": {"attributes": {"name": "inquiry.approved", "payload": {"data": []}}}}),
        ] {
            assert_eq!(testing::read(&VENDOR, &body)[0].kind, Kind::Ignored);
        }
        let headers = axum::http::HeaderMap::new();
        for body in [&b"\xff{}"[..], b"{", b""] {
            assert!(read(&testing::posted(&headers, body)).is_err());
        }
        let keys = (VENDOR.keys)(&testing::posted(&headers, br#"{"data":{"id":"evt_1"}}"#));
        assert_eq!(keys[0].text, "id evt_1");
    }
}
