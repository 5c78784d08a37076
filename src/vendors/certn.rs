//! Certn, `CertnCentric`: `ats-webhooks.md` §12. Of the old API, which ended in August 2026, the
//! signature alone is known.

use axum::http::StatusCode;
use serde_json::Value;

use super::api::{Api, part};
use super::event::{CheckResult, Event, Kind, Need, Whom};
use super::fields::{id, items, line, time};
use super::results::{self, given, said, whom, word};
use super::signature::{Forged, Stamped, base64, hex};
use super::{Access, Delivered, Greeting, State, TellsOf, Unreadable, Vendor};
use crate::check::{self, Outcome};
use crate::net::Trouble;

pub(super) const VENDOR: Vendor = Vendor {
    name: "certn",
    title: "Certn",
    tells_of: TellsOf::BackgroundChecks,
    steps: &[
        "In Certn, open the settings for the API and webhooks, and add an endpoint with {url} as its URL.",
        "Choose case status changed, check status changed and case report ready.",
        "Certn asks the URL for a challenge at once, which is answered; then copy the secret it shows and give it to this connection.",
        "A case is matched to a candidate by the mail address it was ordered for, or by the candidate's id as its reference.",
    ],
    secret: "The endpoint's signing secret, which Certn makes.",
    greet,
    verify,
    keys: |delivered| {
        results::keys(delivered, |body| {
            id(&body["id"]).or_else(|| id(&body["event_id"]))
        })
    },
    read,
    access: Some(Access {
        base_url: Some("https://api.ca.certn.co"),
        hosts: &[],
        key: "An API key that may read cases. Outside Canada the API's URL is https://api.uk.certn.co or https://api.au.certn.co.",
        authorize: |api| vec![("authorization", format!("Api-Key {}", api.key))],
        complete: Some(|api, event| Box::pin(complete(api, event))),
        leave: &[],
    }),
    ..Vendor::USUAL
};

/// `GET …?challenge=X` is answered with X.
fn greet(delivered: &Delivered, _: State) -> Option<Greeting> {
    if delivered.method != "GET" {
        return None;
    }
    let mut url: reqwest::Url = "http://localhost/".parse().ok()?;
    url.set_query(Some(delivered.query));
    let (_, challenge) = url.query_pairs().find(|(name, _)| name == "challenge")?;
    // What comes back to a browser must not be markup.
    let is_plain = (1..=256).contains(&challenge.len())
        && challenge
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"._~-".contains(&b));
    let (status, body) = if is_plain {
        (StatusCode::OK, challenge.into_owned())
    } else {
        (StatusCode::BAD_REQUEST, String::new())
    };
    Some(Greeting {
        status,
        headers: vec![
            ("content-type", "text/plain".to_owned()),
            ("x-content-type-options", "nosniff".to_owned()),
        ],
        body,
    })
}

fn verify(delivered: &Delivered, secrets: &[String], now: jiff::Timestamp) -> Result<(), Forged> {
    const HEADER: &str = "X-Signature";
    if let Some(given) = delivered.header(HEADER) {
        let given = given.strip_prefix("sha256=").unwrap_or(given);
        let body = &[delivered.body];
        return hex(given, secrets, body).or_else(|_| base64(given, secrets, body));
    }
    let old = delivered
        .header("Certn-Signature")
        .ok_or(Forged::Missing(HEADER))?;
    let stamped = Stamped::read(old, "v1").ok_or(Forged::Wrong)?;
    stamped.verify(
        secrets,
        &[stamped.time.as_bytes(), b".", delivered.body],
        now,
    )
}

fn read(delivered: &Delivered) -> Result<Vec<Event>, Unreadable> {
    let body = delivered.json()?;
    let of = line(&body["event_type"]).unwrap_or_default();
    let is_ours = matches!(
        of.as_str(),
        "CASE_STATUS_CHANGED"
            | "CHECK_STATUS_CHANGED"
            | "CASE_REPORT_READY"
            | "CASE_INPUT_CLAIMS_AUTOMATICALLY_GENERATED"
    );
    let is_case = matches!(&body["object_type"], Value::Null) || body["object_type"] == "CASE";
    let case = if is_case {
        id(&body["object_id"])
    } else {
        id(&body["case_id"])
    };
    let Some(case) = case.filter(|_| is_ours) else {
        return Ok(vec![Event::ignored(format!("nothing for us: {of}"))]);
    };
    let at = time(&body["timestamp"]).or_else(|| time(&body["created"]));
    let event = Event {
        need: Need::Required,
        ..results::event(Kind::CheckResult, at, Vec::new())
    };
    Ok(vec![event.with_handle("case", Some(case))])
}

/// The case as it stands.
async fn complete(api: &Api, event: Event) -> Result<Event, Trouble> {
    let Some(case_id) = event.handles.get("case").cloned() else {
        return Ok(event);
    };
    let case = api
        .get(&format!("/api/public/cases/{}", part(&case_id)))
        .await?;
    if id(&case["id"]).is_some_and(|id| id != case_id) {
        return Err(Trouble::Missing(404));
    }
    let at = ["completed", "modified", "updated"]
        .iter()
        .find_map(|key| time(&case[*key]));
    let found = of_case(&case, &case_id, at.or(event.at));
    if found.is_empty() {
        return Ok(Event::ignored("the case is not complete yet"));
    }
    Ok(Event {
        need: Need::Nothing,
        at: at.or(event.at),
        results: found,
        ..event
    })
}

fn of_case(case: &Value, case_id: &str, at: Option<jiff::Timestamp>) -> Vec<CheckResult> {
    let ids = [
        id(&case["reference"]),
        id(&case["reference_id"]),
        id(&case["external_id"]),
    ];
    let about = whom(
        ids.into_iter().chain(given(&case["metadata"])),
        [line(&case["email_address"]), line(&case["email"])],
    );
    let checks = items(&case["checks"]);
    let of_checks = checks
        .iter()
        .filter_map(|one| of_check(one, case_id, at, &about));
    let mut found: Vec<_> = of_checks.take(20).collect();
    let words = [word(&case["overall_status"]), word(&case["overall_score"])];
    let whole = match (words[0].as_deref(), words[1].as_deref()) {
        (Some("complete"), Some("clear")) => Some(Outcome::Confirmed),
        (Some("complete"), Some("review" | "consider")) => Some(Outcome::Denied),
        (Some("complete" | "cancelled" | "canceled" | "expired"), _) => Some(Outcome::NoAnswer),
        _ => None,
    };
    // A case about identity alone is no report on somebody's past.
    let is_identity =
        |one: &Value| kind(one).is_some_and(|(kind, _)| kind == check::Kind::IdRemote);
    if let Some(result) = whole.filter(|_| checks.is_empty() || !checks.iter().all(is_identity)) {
        found.push(CheckResult {
            id: case_id.to_owned(),
            kind: check::Kind::Background,
            result,
            said: said("case", &words),
            link: None,
            at,
            about,
            erases: false,
        });
    }
    found
}

/// Which kind of check it is, with the vendor's word; what is about a person's past is none of its own.
fn kind(check: &Value) -> Option<(check::Kind, String)> {
    let of = word(&check["type"])?;
    let kind = if of.starts_with("identity_verification") {
        check::Kind::IdRemote
    } else if of.starts_with("employment_verification") {
        check::Kind::Employer
    } else if of.starts_with("education_verification") || of.starts_with("credential") {
        check::Kind::Registrar
    } else {
        return None;
    };
    Some((kind, of))
}

fn of_check(
    one: &Value,
    case_id: &str,
    at: Option<jiff::Timestamp>,
    about: &Whom,
) -> Option<CheckResult> {
    let (kind, of) = kind(one)?;
    let words = [
        word(&one["status"]),
        word(&one["score"]),
        word(&one["sub_score"]),
    ];
    let [status, score, sub_score] = words.each_ref().map(Option::as_deref);
    let is_identity = kind == check::Kind::IdRemote;
    let result = match (status?, score, sub_score) {
        ("complete", _, Some("verified"))
        | ("complete", Some("clear" | "pass" | "verified"), _) => Outcome::Confirmed,
        ("complete", Some("review" | "consider" | "fail"), _) if is_identity => Outcome::Denied,
        // To find something else than was said is not to find nothing.
        ("complete", _, Some("no_record" | "no_record_found" | "not_found")) if !is_identity => {
            Outcome::Denied
        }
        ("complete" | "cancelled" | "canceled" | "expired", _, _) => Outcome::NoAnswer,
        _ => return None,
    };
    Some(CheckResult {
        id: id(&one["id"]).unwrap_or_else(|| format!("{case_id}/{of}")),
        kind,
        result,
        said: said(&of, &words),
        link: None,
        at: time(&one["completed"]).or(at),
        about: about.clone(),
        erases: false,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::fake_api::FakeApi;
    use super::super::results::testing::{keeps_nothing_private, private};
    use super::super::testing::{self, KAT_BODY, KAT_KEY};
    use super::*;

    const DIGITS: &str = "60c2df15c7a537738d4882dc8a7a23e7e69ea57b8987fa615104935abcc9606c";
    const OLD: &str = "33569dc7bd9ec2a567b96f71fb26db3836de4f080ac40a19439ac2062e13fd99";

    #[test]
    fn the_signature_is_over_the_body_in_one_of_three_forms() {
        for good in [
            DIGITS.to_owned(),
            DIGITS.to_uppercase(),
            format!("sha256={DIGITS}"),
            "YMLfFcelN3ONSILcinoj5+aepXuJh/phUQSTWrzJYGw=".to_owned(),
        ] {
            testing::takes_and_refuses(&VENDOR, "X-Signature", &good, &[]);
        }
    }

    #[test]
    fn the_old_signature_is_over_time_and_body() {
        let good = format!("t=1700000000,v1={OLD}");
        testing::takes_and_refuses(&VENDOR, "Certn-Signature", &good, &[("Certn-Team-ID", "1")]);
        let several = format!("t=1700000000,v1=00,v1={}", OLD.to_uppercase());
        testing::takes_and_refuses(&VENDOR, "Certn-Signature", &several, &[]);
        for (seconds, expected) in [
            (1_700_000_300, Ok(())),
            (1_699_999_699, Err(Forged::Stale)),
            (1_700_000_301, Err(Forged::Stale)),
        ] {
            let time = seconds.to_string();
            let mac = super::super::signature::mac(KAT_KEY, &[time.as_bytes(), b".", KAT_BODY]);
            let header = format!("t={time},v1={}", crate::secret::hex(&mac));
            let pairs = [("Certn-Signature", &*header)];
            assert_eq!(
                testing::verifies(&VENDOR, &[KAT_KEY], &pairs, KAT_BODY),
                expected
            );
        }
    }

    #[test]
    fn a_challenge_comes_back_as_it_is_and_markup_never() {
        let headers = axum::http::HeaderMap::new();
        let ask = |query: &str| {
            let asked = Delivered {
                method: "GET",
                query,
                headers: &headers,
                body: b"",
            };
            greet(
                &asked,
                State {
                    has_secret: true,
                    is_new: true,
                },
            )
        };
        for (query, body) in [
            ("challenge=aZ0._~-", Some("aZ0._~-")),
            ("x=1&challenge=a%2Db", Some("a-b")),
            ("challenge=%3Cscript%3E", None),
            ("challenge=a+b", None),
            ("challenge=a%0D%0Ab", None),
            ("challenge=%ff", None),
            ("challenge=", None),
        ] {
            let greeting = ask(query).unwrap();
            let status = if body.is_some() {
                StatusCode::OK
            } else {
                StatusCode::BAD_REQUEST
            };
            assert_eq!(
                (greeting.status, &*greeting.body),
                (status, body.unwrap_or_default()),
                "{query}"
            );
            assert_eq!(
                greeting.headers[0],
                ("content-type", "text/plain".to_owned())
            );
            assert_eq!(
                greeting.headers[1],
                ("x-content-type-options", "nosniff".to_owned())
            );
        }
        for (length, status) in [(256, StatusCode::OK), (257, StatusCode::BAD_REQUEST)] {
            assert_eq!(
                ask(&format!("challenge={}", "x".repeat(length)))
                    .unwrap()
                    .status,
                status
            );
        }
        assert_eq!(ask("y=1"), None);
        let state = State {
            has_secret: true,
            is_new: true,
        };
        assert_eq!(greet(&testing::posted(&headers, b""), state), None);
    }

    #[test]
    fn an_event_names_a_case_and_says_nothing_yet() {
        for (of, object_type, kind) in [
            ("CASE_STATUS_CHANGED", json!("CASE"), Kind::CheckResult),
            ("CHECK_STATUS_CHANGED", json!("CASE"), Kind::CheckResult),
            ("CASE_REPORT_READY", json!(null), Kind::CheckResult),
            (
                "CASE_INPUT_CLAIMS_AUTOMATICALLY_GENERATED",
                json!("CASE"),
                Kind::CheckResult,
            ),
            ("CASE_REPORT_READY", json!("CHECK"), Kind::Ignored),
            ("CASE_ARCHIVED", json!("CASE"), Kind::Ignored),
        ] {
            let body = json!({"id": "e-1", "event_type": of, "object_id": "case-1", "object_type": object_type, "private": private()});
            let events = testing::read(&VENDOR, &body);
            assert_eq!(events[0].kind, kind, "{of}");
            assert_eq!(events[0].need == Need::Required, kind == Kind::CheckResult);
            keeps_nothing_private(&events);
        }
        for body in [
            json!([]),
            json!({"event_type": []}),
            json!({"event_type": "CASE_REPORT_READY", "object_id": {}}),
        ] {
            assert_eq!(testing::read(&VENDOR, &body)[0].kind, Kind::Ignored);
        }
        let headers = axum::http::HeaderMap::new();
        for body in [&b"\xff{}"[..], b"{", b""] {
            assert!(read(&testing::posted(&headers, body)).is_err());
        }
        let key = |body: &[u8]| {
            (VENDOR.keys)(&testing::posted(&headers, body))
                .remove(0)
                .text
        };
        assert_eq!(key(br#"{"event_id":"e"}"#), "id e");
        assert_eq!(key(br#"{"id":"d","event_id":"e"}"#), "id d");
    }

    #[tokio::test]
    async fn the_case_is_asked_for_and_nothing_private_is_kept() {
        let check = |of: &str, score: &str, sub_score: Value| {
            json!({"id": of, "type": of, "status": "COMPLETE", "score": score,
            "sub_score": sub_score, "output_claims": private()})
        };
        let mut case = json!({"id": "case-1", "email_address": "Ada@Example.com", "modified": "2026-05-28T08:00:00Z", "overall_status": "COMPLETE",
            "overall_score": "REVIEW", "input_claims": private(), "metadata": {"candidate_id": 7, "note": "Gottlieb"},
            "checks": [check("IDENTITY_VERIFICATION_1", "CLEAR", json!("VERIFIED")), check("EMPLOYMENT_VERIFICATION_1", "REVIEW", json!("DISCREPANCY")),
                       check("EDUCATION_VERIFICATION_1", "CLEAR", json!(null)), check("CRIMINAL_RECORD_REPORT_1", "REVIEW", json!("HIT"))]});
        let mut pending = case.clone();
        pending["overall_status"] = json!("IN_PROGRESS");
        pending["checks"] = json!([]);
        case["checks"].as_array_mut().unwrap().push(json!(7));
        let line = "GET /api/public/cases/case-1";
        let server = FakeApi::start(&[(line, 200, case), (line, 200, pending)]).await;
        let api = server.api(&VENDOR, "", &[]);
        let event = Event::of(Kind::CheckResult, None).with_handle("case", Some("case-1".into()));
        let done = complete(&api, event.clone()).await.unwrap();
        let told: Vec<_> = done
            .results
            .iter()
            .map(|one| format!("{} {} {}", one.kind.word(), one.result.word(), one.said))
            .collect();
        assert_eq!(
            told,
            [
                "id_remote confirmed identity_verification_1: complete, clear, verified",
                "employer no_answer employment_verification_1: complete, review, discrepancy",
                "registrar confirmed education_verification_1: complete, clear",
                "background denied case: complete, review",
            ]
        );
        assert_eq!(
            json!(done.results[3].about),
            json!({"references": ["7"], "emails": ["ada@example.com"]})
        );
        keeps_nothing_private(std::slice::from_ref(&done));
        assert_eq!(server.asked()[0].header("authorization"), "Api-Key key-1");
        assert_eq!(complete(&api, event).await.unwrap().kind, Kind::Ignored);
    }

    #[test]
    fn a_case_about_identity_alone_is_no_report() {
        let case = |score: &str, status: &str| {
            json!({"overall_status": "COMPLETE", "overall_score": score,
            "checks": [{"type": "IDENTITY_VERIFICATION_1", "status": status, "score": score}]})
        };
        for (score, status, expected) in [
            ("REVIEW", "COMPLETE", Some(Outcome::Denied)),
            ("CLEAR", "COMPLETE", Some(Outcome::Confirmed)),
            ("NONE", "COMPLETE", Some(Outcome::NoAnswer)),
            ("CLEAR", "CANCELLED", Some(Outcome::NoAnswer)),
            ("CLEAR", "IN_PROGRESS", None),
        ] {
            let found = of_case(&case(score, status), "case-1", None);
            assert_eq!(
                found.first().map(|one| one.result),
                expected,
                "{score} {status}"
            );
            assert!(found.iter().all(|one| one.kind == check::Kind::IdRemote));
        }
    }
}
