//! Stripe Identity: `ats-webhooks.md` §12. What a delivery says is signed, so nothing is asked for.

use super::api::part;
use super::event::{Event, Kind};
use super::fields::{id, line, time};
use super::results::{self, given, identity, said, whom, word};
use super::signature::{Forged, Stamped};
use super::{Delivered, TellsOf, Unreadable, Vendor};
use crate::check::Outcome;

pub(super) const VENDOR: Vendor = Vendor {
    name: "stripe_identity",
    aliases: &["stripe"],
    title: "Stripe Identity",
    tells_of: TellsOf::IdentityChecks,
    steps: &[
        "In Stripe, open Developers, Webhooks, and add an endpoint with {url} as its URL.",
        "Choose the events identity.verification_session.verified, requires_input, canceled and redacted.",
        "Reveal the endpoint's signing secret, whsec_…, and give it to this connection.",
        "Set the candidate's id as client_reference_id, or as candidate_id in the metadata, when a session is made; otherwise \
         the mail address matches, if the session was given one.",
    ],
    secret: "The endpoint's signing secret, whsec_…, which Stripe makes. It is taken as it stands, with its beginning.",
    verify,
    keys: |delivered| results::keys(delivered, |body| id(&body["id"])),
    read,
    ..Vendor::USUAL
};

/// Errors that say that a document or a face is not what it should be. Others say that nobody came to
/// the end of it; and numbers that do not match belong to other procedures, and are never weighed.
const DENIALS: [&str; 4] = [
    "document_unverified_other",
    "selfie_face_mismatch",
    "selfie_manipulated",
    "selfie_unverified_other",
];

fn verify(delivered: &Delivered, secrets: &[String], now: jiff::Timestamp) -> Result<(), Forged> {
    const HEADER: &str = "Stripe-Signature";
    let header = delivered.header(HEADER).ok_or(Forged::Missing(HEADER))?;
    let stamped = Stamped::read(header, "v1").ok_or(Forged::Wrong)?;
    stamped.verify(
        secrets,
        &[stamped.time.as_bytes(), b".", delivered.body],
        now,
    )
}

fn read(delivered: &Delivered) -> Result<Vec<Event>, Unreadable> {
    let body = delivered.json()?;
    let session = &body["data"]["object"];
    let of = line(&body["type"]).unwrap_or_default();
    let happened = of
        .strip_prefix("identity.verification_session.")
        .unwrap_or_default();
    let error = word(&session["last_error"]["code"]);
    let outcome = match (happened, error.as_deref()) {
        // A number alone is looked up, and no document is seen.
        _ if session["type"] == "id_number" => None,
        ("verified", _) => Some(Outcome::Confirmed),
        ("requires_input", Some(code)) if DENIALS.contains(&code) => Some(Outcome::Denied),
        // What was redacted takes the earlier result along.
        ("requires_input", Some(_)) | ("canceled" | "redacted", _) => Some(Outcome::NoAnswer),
        _ => None,
    };
    let Some((outcome, id)) = outcome.zip(id(&session["id"])) else {
        return Ok(vec![Event::ignored(format!("nothing for us: {of}"))]);
    };
    let at = time(&body["created"]);
    let about = whom(
        [self::id(&session["client_reference_id"])]
            .into_iter()
            .chain(given(&session["metadata"])),
        [line(&session["provided_details"]["email"])],
    );
    let words = [
        Some(happened.to_owned()),
        error.filter(|_| happened == "requires_input"),
    ];
    let link = format!(
        "https://dashboard.stripe.com/identity/verification-sessions/{}",
        part(&id)
    );
    let mut result = identity(id, outcome, said("session", &words), at, about);
    result.link = Some(link);
    result.erases = happened == "redacted";
    Ok(vec![results::event(Kind::IdentityResult, at, vec![result])])
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::results::testing::{keeps_nothing_private, private};
    use super::super::signature::mac;
    use super::super::testing::{self, KAT_BODY, KAT_KEY};
    use super::*;

    const DIGITS: &str = "33569dc7bd9ec2a567b96f71fb26db3836de4f080ac40a19439ac2062e13fd99";

    #[test]
    fn the_signature_is_over_time_and_body() {
        for good in [
            format!("t=1700000000,v1={DIGITS}"),
            format!("t=1700000000,v1=00,v1={},v0=00", DIGITS.to_uppercase()),
        ] {
            let swapped = good.replace(",v0=00", "");
            testing::takes_and_refuses(&VENDOR, "Stripe-Signature", &swapped, &[]);
            let pairs = [("Stripe-Signature", &*good)];
            assert_eq!(
                testing::verifies(&VENDOR, &[KAT_KEY], &pairs, KAT_BODY),
                Ok(())
            );
        }
        let older = format!("t=1700000000,v0={DIGITS}");
        let pairs = [("Stripe-Signature", &*older)];
        assert_eq!(
            testing::verifies(&VENDOR, &[KAT_KEY], &pairs, KAT_BODY),
            Err(Forged::Wrong)
        );
    }

    #[test]
    fn the_time_is_near() {
        for (seconds, expected) in [
            (1_699_999_700, Ok(())),
            (1_700_000_300, Ok(())),
            (1_699_999_699, Err(Forged::Stale)),
            (1_700_000_301, Err(Forged::Stale)),
        ] {
            let time = seconds.to_string();
            let digits = crate::secret::hex(&mac(KAT_KEY, &[time.as_bytes(), b".", KAT_BODY]));
            let header = format!("t={time},v1={digits}");
            let pairs = [("Stripe-Signature", &*header)];
            assert_eq!(
                testing::verifies(&VENDOR, &[KAT_KEY], &pairs, KAT_BODY),
                expected,
                "{seconds}"
            );
        }
    }

    fn delivery(happened: &str, error: &Value) -> Value {
        json!({"id": "evt_1", "object": "event", "created": 1_779_955_200, "type": format!("identity.verification_session.{happened}"),
            "data": {"object": {
                "id": "vs_1", "object": "identity.verification_session", "type": "document", "status": happened, "last_error": error,
                "client_reference_id": "7", "metadata": {"candidate_id": "8", "note": "Gottlieb"}, "provided_details": {"email": "Ada@Example.com"},
                "verified_outputs": {"first_name": "Ada", "dob": {"day": 31, "month": 1, "year": 1990}, "id_number": "078-05-1120", "private": private()}}}})
    }

    #[test]
    fn a_session_is_read_whole_and_nothing_private_is_kept() {
        let events = testing::read(&VENDOR, &delivery("verified", &json!(null)));
        keeps_nothing_private(&events);
        assert_eq!(
            json!(events),
            json!([{"kind": "identity_result", "at": "2026-05-28T08:00:00Z", "results": [{
                "id": "vs_1", "kind": "id_remote", "result": "confirmed", "said": "session: verified",
                "link": "https://dashboard.stripe.com/identity/verification-sessions/vs_1", "at": "2026-05-28T08:00:00Z",
                "about": {"references": ["7", "8"], "emails": ["ada@example.com"]}}]}])
        );
        assert!(!json!(events).to_string().contains("Ada"));
    }

    #[test]
    fn each_event_is_a_result_or_nothing() {
        let error =
            |code: &str| json!({"code": code, "reason": "The number 078-05-1120 is not good."});
        for (happened, error, expected) in [
            (
                "requires_input",
                error("document_unverified_other"),
                Some((
                    "denied",
                    "session: requires_input, document_unverified_other",
                )),
            ),
            (
                "requires_input",
                error("selfie_face_mismatch"),
                Some(("denied", "session: requires_input, selfie_face_mismatch")),
            ),
            (
                "requires_input",
                error("abandoned"),
                Some(("no_answer", "session: requires_input, abandoned")),
            ),
            (
                "requires_input",
                error("document_expired"),
                Some(("no_answer", "session: requires_input, document_expired")),
            ),
            (
                "requires_input",
                error("id_number_mismatch"),
                Some(("no_answer", "session: requires_input, id_number_mismatch")),
            ),
            ("requires_input", json!(null), None),
            ("requires_input", json!([1]), None),
            ("processing", json!(null), None),
            ("created", json!(null), None),
            (
                "canceled",
                error("abandoned"),
                Some(("no_answer", "session: canceled")),
            ),
            (
                "redacted",
                json!(null),
                Some(("no_answer", "session: redacted")),
            ),
        ] {
            let events = testing::read(&VENDOR, &delivery(happened, &error));
            let told = events[0]
                .results
                .first()
                .map(|one| (one.result.word(), &*one.said));
            assert_eq!(told, expected, "{happened} {error}");
            let erases = events[0].results.iter().any(|one| one.erases);
            assert_eq!(erases, happened == "redacted", "{happened}");
            assert_eq!(events[0].kind == Kind::Ignored, expected.is_none());
            keeps_nothing_private(&events);
        }
        let mut number = delivery("verified", &json!(null));
        number["data"]["object"]["type"] = json!("id_number");
        assert_eq!(testing::read(&VENDOR, &number)[0].kind, Kind::Ignored);
        assert_eq!(
            testing::read(&VENDOR, &json!({"type": "charge.succeeded"}))[0].kind,
            Kind::Ignored
        );
    }

    #[test]
    fn hostile_payloads_say_nothing_or_are_refused() {
        for body in [
            json!([]),
            json!({"type": 1}),
            json!({"type": "identity.verification_session.verified", "data": {"object": [1]}}),
        ] {
            assert_eq!(testing::read(&VENDOR, &body)[0].kind, Kind::Ignored);
        }
        let headers = axum::http::HeaderMap::new();
        for body in [&b"\xff{}"[..], b"{", b""] {
            assert!(read(&testing::posted(&headers, body)).is_err());
        }
        let keys = (VENDOR.keys)(&testing::posted(&headers, br#"{"id":"evt_1"}"#));
        assert_eq!(keys[0].text, "id evt_1");
    }
}
