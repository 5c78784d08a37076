//! Checkr: `ats-webhooks.md` §12. A delivery may carry a report or its id alone, and never says whose
//! candidate it is about: the API is asked for both.

use super::api::{Api, basic, part};
use super::event::{CheckResult, Event, Kind, Need};
use super::fields::{id, line, time};
use super::results::{self, given, said, whom, word};
use super::signature::{Forged, hex};
use super::{Access, Delivered, TellsOf, Unreadable, Vendor};
use crate::check::{self, Outcome};
use crate::net::Trouble;

pub(super) const VENDOR: Vendor = Vendor {
    name: "checkr",
    title: "Checkr",
    tells_of: TellsOf::BackgroundChecks,
    steps: &[
        "In Checkr, open Account Settings, Developer Settings, Webhooks, and add {url} as a live webhook; an account may have two.",
        "Give this connection the account's secret API key, as the secret and as the key: Checkr signs with it.",
        "Set the candidate's id as custom_id when a candidate is made in Checkr; otherwise the mail address matches.",
        "That a report was made is all that counts here. What it says of anybody's past is never weighed; the notices \
         that US law asks for before a decision on a report stay yours to send.",
    ],
    secret: "The account's secret API key: Checkr has no other secret to sign with. When the key changes, change it here.",
    verify,
    keys: |delivered| results::keys(delivered, |body| id(&body["id"])),
    read,
    access: Some(Access {
        base_url: Some("https://api.checkr.com"),
        hosts: &[],
        key: "The account's secret API key. It asks for the report's state and for the candidate's custom_id and mail address.",
        authorize: |api| basic(&api.key),
        complete: Some(|api, event| Box::pin(complete(api, event))),
        leave: &[],
    }),
    ..Vendor::USUAL
};

fn verify(delivered: &Delivered, secrets: &[String], _: jiff::Timestamp) -> Result<(), Forged> {
    const HEADER: &str = "X-Checkr-Signature";
    let digits = delivered.header(HEADER).ok_or(Forged::Missing(HEADER))?;
    hex(digits, secrets, &[delivered.body])
}

fn read(delivered: &Delivered) -> Result<Vec<Event>, Unreadable> {
    let body = delivered.json()?;
    let of = line(&body["type"]).unwrap_or_default();
    // Adverse actions are somebody's decisions, and invitations no results.
    let may_change = matches!(
        of.as_str(),
        "report.completed"
            | "report.updated"
            | "report.suspended"
            | "report.resumed"
            | "report.disputed"
            | "report.canceled"
    );
    let report = id(&body["data"]["object"]["id"]).filter(|_| may_change);
    let Some(report) = report else {
        return Ok(vec![Event::ignored(format!("nothing for us: {of}"))]);
    };
    let event = Event {
        need: Need::Required,
        ..results::event(Kind::CheckResult, time(&body["created_at"]), Vec::new())
    };
    Ok(vec![event.with_handle("report", Some(report))])
}

/// The report's state, and whom it is about.
async fn complete(api: &Api, event: Event) -> Result<Event, Trouble> {
    let Some(report_id) = event.handles.get("report").cloned() else {
        return Ok(event);
    };
    let report = api
        .get(&format!("/v1/reports/{}", part(&report_id)))
        .await?;
    if id(&report["id"]).as_deref() != Some(&*report_id) {
        return Err(Trouble::Missing(404));
    }
    let (status, found) = (word(&report["status"]), word(&report["result"]));
    let result = match (status.as_deref(), found.as_deref()) {
        (Some("complete"), Some("clear")) => Outcome::Confirmed,
        (Some("complete"), Some("consider")) => Outcome::Denied,
        // What is disputed is not settled.
        (Some("complete" | "canceled" | "cancelled" | "dispute" | "disputed"), _) => {
            Outcome::NoAnswer
        }
        _ => return Ok(Event::ignored("the report is not complete")),
    };
    let about = match id(&report["candidate_id"]) {
        Some(candidate) => {
            let path = format!("/v1/candidates/{}", part(&candidate));
            let candidate = api.get(&path).await?;
            let ids = [id(&candidate["custom_id"])];
            whom(
                ids.into_iter().chain(given(&candidate["metadata"])),
                [line(&candidate["email"])],
            )
        }
        None => whom(given(&report["metadata"]), []),
    };
    let at = time(&report["completed_at"]).or(event.at);
    // A clear report has nothing that its status would add to.
    let words = if result == Outcome::NoAnswer {
        [status, None]
    } else {
        [None, found]
    };
    let result = CheckResult {
        id: report_id,
        kind: check::Kind::Background,
        result,
        said: said("report", &words),
        link: None,
        at,
        about,
        erases: false,
    };
    Ok(Event {
        need: Need::Nothing,
        at: event.at.or(at),
        results: vec![result],
        ..event
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::fake_api::FakeApi;
    use super::super::results::testing::{keeps_nothing_private, private};
    use super::super::testing;
    use super::*;

    #[test]
    fn the_signature_is_over_the_body() {
        let digits = "60c2df15c7a537738d4882dc8a7a23e7e69ea57b8987fa615104935abcc9606c";
        testing::takes_and_refuses(&VENDOR, "X-Checkr-Signature", digits, &[]);
        testing::takes_and_refuses(&VENDOR, "X-Checkr-Signature", &digits.to_uppercase(), &[]);
    }

    #[test]
    fn an_event_names_a_report_and_says_nothing_yet() {
        for (of, kind) in [
            ("report.completed", Kind::CheckResult),
            ("report.updated", Kind::CheckResult),
            ("report.suspended", Kind::CheckResult),
            ("report.resumed", Kind::CheckResult),
            ("report.disputed", Kind::CheckResult),
            ("report.canceled", Kind::CheckResult),
            ("report.created", Kind::Ignored),
            ("report.pre_adverse_action", Kind::Ignored),
            ("report.post_adverse_action", Kind::Ignored),
            ("invitation.created", Kind::Ignored),
            ("invitation.completed", Kind::Ignored),
            ("invitation.expired", Kind::Ignored),
            ("invitation.deleted", Kind::Ignored),
        ] {
            let body = json!({"id": "ev-1", "object": "event", "type": of, "created_at": "2026-05-28T08:00:00Z",
                "data": {"object": {"id": "r-1", "object": "report", "status": "complete", "result": "consider", "private": private()}}});
            let events = testing::read(&VENDOR, &body);
            assert_eq!(events[0].kind, kind, "{of}");
            assert_eq!(
                events[0].handles.contains_key("report"),
                kind == Kind::CheckResult
            );
            keeps_nothing_private(&events);
        }
        for body in [
            json!([]),
            json!({"type": {}}),
            json!({"type": "report.completed", "data": []}),
        ] {
            assert_eq!(testing::read(&VENDOR, &body)[0].kind, Kind::Ignored);
        }
        let headers = axum::http::HeaderMap::new();
        for body in [&b"\xff{}"[..], b"{", b""] {
            assert!(read(&testing::posted(&headers, body)).is_err());
        }
        let keys = (VENDOR.keys)(&testing::posted(&headers, br#"{"id":"ev-1"}"#));
        assert_eq!(keys[0].text, "id ev-1");
    }

    #[tokio::test]
    async fn report_and_candidate_are_asked_for_and_nothing_private_is_kept() {
        let candidate = json!({"id": "k-1", "custom_id": "7", "email": "Ada@Example.com", "dob": "1990-01-31", "ssn": "078-05-1120",
            "driver_license_number": "X1234567", "metadata": {"external_id": 8, "note": "Gottlieb"}});
        for (status, result, expected) in [
            (
                "complete",
                json!("clear"),
                Some(("confirmed", "report: clear")),
            ),
            (
                "complete",
                json!("consider"),
                Some(("denied", "report: consider")),
            ),
            (
                "complete",
                json!(null),
                Some(("no_answer", "report: complete")),
            ),
            (
                "canceled",
                json!(null),
                Some(("no_answer", "report: canceled")),
            ),
            (
                "dispute",
                json!("consider"),
                Some(("no_answer", "report: dispute")),
            ),
            ("pending", json!(null), None),
            ("suspended", json!(null), None),
        ] {
            let report = json!({"id": "r-1", "status": status, "result": result, "candidate_id": "k-1", "assessment": "escalated",
                "completed_at": "2026-05-28T08:00:00Z", "records": private()});
            let server = FakeApi::start(&[
                ("GET /v1/reports/r-1", 200, report),
                ("GET /v1/candidates/k-1", 200, candidate.clone()),
            ])
            .await;
            let api = server.api(&VENDOR, "", &[]);
            let event =
                Event::of(Kind::CheckResult, None).with_handle("report", Some("r-1".into()));
            let done = complete(&api, event).await.unwrap();
            let told = done
                .results
                .first()
                .map(|one| (one.result.word(), &*one.said));
            assert_eq!(told, expected, "{status}");
            assert_eq!(done.kind == Kind::Ignored, expected.is_none());
            keeps_nothing_private(std::slice::from_ref(&done));
            assert_eq!(
                server.asked()[0].header("authorization"),
                basic("key-1")[0].1
            );
            for one in &done.results {
                assert_eq!((&*one.id, one.kind), ("r-1", check::Kind::Background));
                assert_eq!(
                    json!(one.about),
                    json!({"references": ["7", "8"], "emails": ["ada@example.com"]})
                );
            }
        }
    }
}
