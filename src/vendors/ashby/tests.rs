use serde_json::json;

use super::super::fake_api::{self, FakeApi};
use super::super::testing;
use super::*;

#[test]
fn the_signature_is_over_the_body() {
    let digits = "60c2df15c7a537738d4882dc8a7a23e7e69ea57b8987fa615104935abcc9606c";
    for good in [digits.to_owned(), digits.to_uppercase()] {
        testing::takes_and_refuses(&VENDOR, "Ashby-Signature", &format!("sha256={good}"), &[]);
    }
    for wrong in [
        digits.to_owned(),
        format!("sha256 {digits}"),
        format!("sha256={digits}00"),
    ] {
        let headers = [("Ashby-Signature", wrong.as_str())];
        let verified = testing::verifies(&VENDOR, &[testing::KAT_KEY], &headers, testing::KAT_BODY);
        assert_eq!(verified, Err(Forged::Wrong), "{wrong}");
    }
}

#[test]
fn a_delivery_is_known_by_its_action_and_id() {
    let headers = axum::http::HeaderMap::new();
    let of = |body: Value| keys(&testing::posted(&headers, body.to_string().as_bytes()));
    let hired = of(json!({"action": "candidateHire", "webhookActionId": "w-1", "data": {}}));
    assert_eq!(hired, [Key::id("candidateHire w-1")]);
    assert_ne!(
        hired,
        of(json!({"action": "applicationUpdate", "webhookActionId": "w-1"}))
    );
    assert_eq!(of(json!({})), [Key::body(b"{}")]);
}

/// A whole application, made up.
fn application() -> Value {
    json!({
        "id": "a-1", "createdAt": "2026-05-27T14:44:43.000Z", "updatedAt": "2026-05-28T08:00:00.000Z", "status": "Active",
        "customFields": [{"id": "f", "title": "Pay", "value": {"a": 1}}], "archiveReason": null, "hiringTeam": [],
        "candidate": {
            "id": "c-1", "name": "Maria  Lopez",
            "primaryEmailAddress": {"value": "Maria@Example.com", "type": "Personal", "isPrimary": true},
            "primaryPhoneNumber": {"value": "+1 212 555 0187", "type": "Mobile", "isPrimary": true}},
        "currentInterviewStage": {"id": "s-1", "title": "Phone Screen", "type": "Active", "orderInInterviewPlan": 2},
        "source": {"id": "x", "title": "LinkedIn", "sourceType": {"title": "Inbound"}}, "job": {"id": "j", "title": "Engineer"},
        "submitterClientIp": "192.0.2.7", "submitterUserAgent": "Browser/1.0"
    })
}

fn said(action: &str, data: &Value) -> Event {
    let body = json!({"webhookActionId": "w", "action": action, "data": data});
    testing::read(&VENDOR, &body).remove(0)
}

#[test]
fn an_application_is_read_whole() {
    let event = said("applicationSubmit", &json!({"application": application()}));
    assert_eq!(
        json!(event),
        json!({
            "kind": "application_created", "external_id": "c-1", "application_id": "a-1", "at": "2026-05-28T08:00:00Z",
            "need": "wanted",
            "person": {"name": "Maria Lopez", "emails": ["maria@example.com"], "phones": ["+1 212 555 0187"],
                       "submission": {"ip": "192.0.2.7", "user_agent": "Browser/1.0"}},
            "candidacy": {"source": "LinkedIn", "stage": "Phone Screen", "stage_id": "s-1", "stage_kind": "interview",
                          "applied_at": "2026-05-27T14:44:43Z", "rejected": false, "hired": false}
        })
    );
}

#[test]
fn each_action_is_its_event() {
    let application = json!({"application": application(), "offer": {}});
    for (action, data, kind, external_id) in [
        (
            "applicationUpdate",
            application.clone(),
            Kind::ApplicationUpdated,
            Some("c-1"),
        ),
        (
            "candidateStageChange",
            application.clone(),
            Kind::StageChanged,
            Some("c-1"),
        ),
        ("candidateHire", application, Kind::Hired, Some("c-1")),
        (
            "candidateDelete",
            json!({"candidate": {"id": 7}}),
            Kind::CandidateDeleted,
            Some("7"),
        ),
        (
            "ping",
            json!({"webhookActionType": "ping"}),
            Kind::Ping,
            None,
        ),
        ("jobPostingUpdate", json!({}), Kind::Ignored, None),
        ("", json!(null), Kind::Ignored, None),
    ] {
        let event = said(action, &data);
        assert_eq!(
            (event.kind, event.external_id.as_deref()),
            (kind, external_id),
            "{action}"
        );
    }
    let merged = said(
        "candidateMerge",
        &json!({"deletedCandidate": {"id": "c-1"}, "mergedCandidate": {"id": "c-2"}}),
    );
    assert_eq!(
        json!(merged),
        json!({"kind": "candidate_merged", "external_id": "c-1", "merged_into": "c-2"})
    );
}

#[test]
fn thin_odd_and_hostile_payloads_say_less_or_are_refused() {
    for lists in [json!(null), json!([]), json!("x")] {
        let mut thin = application();
        for key in [
            "source",
            "currentInterviewStage",
            "submitterClientIp",
            "submitterUserAgent",
        ] {
            thin[key] = lists.clone();
        }
        thin["candidate"]["primaryEmailAddress"] = lists.clone();
        thin["candidate"]["emailAddresses"] = lists.clone();
        thin["candidate"]["name"] = json!("x".repeat(10_001));
        let event = said("applicationUpdate", &json!({"application": thin}));
        assert_eq!(event.external_id.as_deref(), Some("c-1"));
        assert_eq!(
            (
                event.person.name,
                event.candidacy.source,
                event.candidacy.stage
            ),
            (None, None, None)
        );
        assert_eq!(event.person.emails, lists.is_array().then(Vec::new));
    }
    for hostile in [
        json!({"application": []}),
        json!({"application": {"candidate": [1]}}),
        json!({"application": {"candidate": {"id": {"a": 1}}}}),
        json!([1]),
        json!(null),
    ] {
        assert_eq!(
            said("applicationSubmit", &hostile).external_id,
            None,
            "{hostile}"
        );
    }
    let headers = axum::http::HeaderMap::new();
    for body in [&b"\xff{}"[..], b"{", b""] {
        assert!(super::read(&testing::posted(&headers, body)).is_err());
    }
}

#[tokio::test]
async fn the_api_gives_the_whole_person() {
    let found = json!({"success": true, "results": {
        "id": "c-1", "name": "Maria Lopez", "updatedAt": "2026-06-01T00:00:00Z",
        "emailAddresses": [{"value": "work@example.com", "isPrimary": false}, {"value": "maria@example.com", "isPrimary": true}],
        "phoneNumbers": [], "socialLinks": [{"type": "LinkedIn", "url": "https://linkedin.com/in/maria"}],
        "position": "Engineer", "company": "Northgate", "school": "New York University",
        "location": {"locationSummary": "New York, US", "locationComponents": [
            {"type": "City", "name": "New York"}, {"type": "Country", "name": "United States"}]},
        "resumeFileHandle": {"handle": "h-1", "name": "resume.pdf"}, "fraudStatus": "Unreviewed"
    }});
    let file = json!({"success": true, "results": {"url": "https://x.s3.amazonaws.com/r"}});
    let server = FakeApi::start(&[
        ("POST /candidate.info", 200, found),
        ("POST /file.info", 200, file),
        (
            "POST /file.info",
            200,
            json!({"success": false, "errors": ["file_not_found"]}),
        ),
    ])
    .await;
    let api = server.api(&VENDOR, "", &[]);
    let event = said("applicationSubmit", &json!({"application": application()}));
    let whole = complete(&api, event.clone()).await.unwrap();
    assert_eq!(
        json!(whole),
        json!({
            "kind": "application_created", "external_id": "c-1", "application_id": "a-1", "at": "2026-05-28T08:00:00Z",
            "person_at": "2026-06-01T00:00:00Z",
            "person": {
                "name": "Maria Lopez", "emails": ["maria@example.com", "work@example.com"], "phones": [],
                "links": ["https://linkedin.com/in/maria"], "address": {"city": "New York", "country": "United States"},
                "education": [{"institution": "New York University"}], "work": [{"name": "Northgate", "position": "Engineer"}],
                "submission": {"ip": "192.0.2.7", "user_agent": "Browser/1.0"}},
            "candidacy": {"source": "LinkedIn", "stage": "Phone Screen", "stage_id": "s-1", "stage_kind": "interview",
                          "applied_at": "2026-05-27T14:44:43Z", "rejected": false, "hired": false},
            "resume": {"filename": "resume.pdf", "url": "https://x.s3.amazonaws.com/r"}
        })
    );
    let asked = server.asked();
    assert_eq!(asked[0].body, json!({"id": "c-1"}));
    assert_eq!(asked[1].body, json!({"fileHandle": "h-1"}));
    assert_eq!(asked[0].header("authorization"), "Basic a2V5LTE6");
    assert_eq!(complete(&api, event).await.unwrap().resume, None);
    let deleted = said("candidateDelete", &json!({"candidate": {"id": "c-1"}}));
    assert_eq!(complete(&api, deleted.clone()).await, Ok(deleted));
    assert_eq!(server.lines().len(), 4);
}

#[tokio::test]
async fn a_failure_with_the_status_of_a_success_is_one() {
    let failed = |error: &str| json!({"success": false, "errors": [error]});
    let busy = Trouble::Busy {
        status: 429,
        wait: None,
    };
    assert!(busy.may_pass() && Trouble::Status(500).may_pass());
    for (answer, expected) in [
        (failed("candidate_not_found"), Trouble::Missing(404)),
        (
            failed("missing_endpoint_permission"),
            Trouble::Credentials(403),
        ),
        (failed("rate_limit_exceeded"), busy.clone()),
        (failed("Too many requests"), busy),
        (failed("odd"), Trouble::Status(500)),
        (json!({"success": false}), Trouble::Status(500)),
        (
            json!({"success": false, "errorInfo": {"code": "x", "message": "Candidate not found"}}),
            Trouble::Missing(404),
        ),
        (
            json!([]),
            Trouble::Unreadable("candidate.info says neither success nor failure".into()),
        ),
        (
            json!({"success": true, "results": {"id": "other"}}),
            Trouble::Missing(404),
        ),
        (json!({"success": true}), Trouble::Missing(404)),
    ] {
        let server = FakeApi::start(&[("POST /candidate.info", 200, answer)]).await;
        let api = server.api(&VENDOR, "", &[]);
        let event = said("applicationSubmit", &json!({"application": application()}));
        assert_eq!(complete(&api, event).await, Err(expected));
    }
}

#[tokio::test]
async fn what_is_left_is_private_escaped_and_never_a_verdict() {
    let done = json!({"success": true, "results": {"id": "n-1"}});
    let status =
        |status: Value| json!({"success": true, "results": {"id": "c-1", "fraudStatus": status}});
    let server = FakeApi::start(&[
        ("POST /candidate.createNote", 200, done.clone()),
        ("POST /candidate.addTag", 200, done.clone()),
        ("POST /customField.setValue", 200, done.clone()),
        ("POST /candidate.setFraudStatus", 200, done),
        ("POST /candidate.info", 200, status(json!("Unreviewed"))),
        ("POST /candidate.info", 200, status(json!("NotFraudulent"))),
        (
            "POST /candidate.listNotes",
            200,
            json!({"success": true, "results": [{"id": "n-0", "content": null}, {"id": "n-1", "content": "… mark-1"}]}),
        ),
    ])
    .await;
    let settings = [
        ("tag_id", "t"),
        ("field_id", "f"),
        ("fraud_status", "unsure"),
    ];
    let api = server.api(&VENDOR, "", &settings);
    let mut note = fake_api::note("c-1", &[]);
    assert_eq!(leave_note(&api, &note).await, Ok(Some("n-1".into())));
    assert_eq!(find_note(&api, &note).await, Ok(Some("n-1".into())));
    assert_eq!(leave_tag(&api, &note).await, Ok(None));
    assert_eq!(leave_field(&api, &note).await, Ok(None));
    // Nobody has decided; then somebody has.
    assert_eq!(leave_status(&api, &note).await, Ok(None));
    assert_eq!(leave_status(&api, &note).await, Ok(None));
    note.next_step = NextStep::Ask;
    assert_eq!(leave_status(&api, &note).await, Ok(None));
    let asked: Vec<_> = (server.asked().into_iter())
        .map(|one| (one.line, one.body))
        .collect();
    let expected = [
        (
            "POST /candidate.createNote",
            json!({"candidateId": "c-1", "isPrivate": true, "sendNotifications": false, "note": {"type": "text/html",
                   "value": "<pre>Identity check: verify.\nA &amp; B &lt;C&gt;. mark-1</pre>"}}),
        ),
        ("POST /candidate.listNotes", json!({"candidateId": "c-1"})),
        (
            "POST /candidate.addTag",
            json!({"candidateId": "c-1", "tagId": "t"}),
        ),
        (
            "POST /customField.setValue",
            json!({"objectId": "c-1", "objectType": "Candidate", "fieldId": "f", "fieldValue": "Identity check: verify"}),
        ),
        ("POST /candidate.info", json!({"id": "c-1"})),
        (
            "POST /candidate.setFraudStatus",
            json!({"candidateId": "c-1", "fraudStatus": "Unsure"}),
        ),
        ("POST /candidate.info", json!({"id": "c-1"})),
    ];
    assert_eq!(asked, expected.map(|(line, body)| (line.to_owned(), body)));
}

#[test]
fn no_setting_makes_it_say_more_than_unsure() {
    let status = &VENDOR.access.as_ref().unwrap().leave[3];
    assert_eq!(status.kind, "status");
    for (value, wanted) in [
        ("unsure", true),
        ("Fraudulent", false),
        ("yes", false),
        ("", false),
    ] {
        let settings = Settings::from([("fraud_status".to_owned(), value.to_owned())]);
        assert_eq!((status.wanted)(&settings), wanted, "{value}");
    }
}

#[test]
fn an_application_says_whether_it_stands() {
    for (status, expected) in [
        ("Active", (Some(false), Some(false))),
        ("Lead", (Some(false), Some(false))),
        ("Archived", (Some(true), Some(false))),
        ("Hired", (Some(false), Some(true))),
        ("Odd", (None, None)),
    ] {
        let mut application = application();
        application["status"] = json!(status);
        let event = said("applicationUpdate", &json!({"application": application}));
        let told = (event.candidacy.rejected, event.candidacy.hired);
        assert_eq!(told, expected, "{status}");
    }
}
