use serde_json::json;

use super::super::fake_api::{self, FakeApi};
use super::super::testing;
use super::*;

#[test]
fn the_signature_is_over_the_body() {
    let digits = "60c2df15c7a537738d4882dc8a7a23e7e69ea57b8987fa615104935abcc9606c";
    testing::takes_and_refuses(&VENDOR, "Signature", &format!("sha256 {digits}"), &[]);
    let upper = format!("sha256 {}", digits.to_uppercase());
    testing::takes_and_refuses(&VENDOR, "Signature", &upper, &[]);
    for wrong in [
        digits.to_owned(),
        format!("sha256={digits}"),
        format!("sha256  {digits}"),
    ] {
        let verified = testing::verifies(
            &VENDOR,
            &[testing::KAT_KEY],
            &[("Signature", &wrong)],
            testing::KAT_BODY,
        );
        assert_eq!(verified, Err(Forged::Wrong), "{wrong}");
    }
}

#[test]
fn a_delivery_is_known_by_its_id_and_by_its_bytes() {
    let headers = testing::headers(&[("Greenhouse-Event-ID", "ev-1")]);
    let keys = keys(&testing::posted(&headers, b"{}"));
    assert_eq!(keys[0], Key::id("ev-1"));
    assert_eq!(keys[1], Key::body(b"{}"));
}

/// A whole application, made up.
fn application() -> Value {
    json!({
        "id": 71, "applied_at": "2026-05-27T14:44:43Z", "last_activity_at": "2026-05-28T08:00:00Z",
        "rejected_at": null, "prospect": false, "status": "active",
        "source": {"id": 16, "public_name": "LinkedIn"}, "credited_to": null,
        "current_stage": {"id": 29, "name": "Phone  Screen", "interviews": []}, "jobs": [],
        "candidate": {
            "id": 4711, "first_name": " Maria", "last_name": "Lopez ", "company": "Brightwater", "title": "Engineer",
            "external_id": null, "phone_numbers": [{"value": "+1 212 555 0187", "type": "mobile"}],
            "email_addresses": [{"value": " Maria@Example.COM ", "type": "other "}, {"value": "none", "type": "work"}],
            "addresses": [{"value": "12 Example Street\nNew York, NY 10118", "type": "home"}],
            "website_addresses": [{"value": "https://maria.example", "type": "personal"}],
            "social_media_addresses": [{"value": "linkedin.com/in/maria"}],
            "educations": [
                {"school_name": "New York University", "degree": "Bachelor", "discipline": "Computer Science",
                 "start_date": "09/15/2007", "end_date": "05/15/2011"},
                {"school_name": null, "degree": "", "discipline": null, "start_date": "01/01/2001", "end_date": null}],
            "employments": [{"company_name": "Northgate", "title": "Engineer", "start_date": "07/01/2016", "end_date": null}],
            "attachments": [
                {"filename": "letter.docx", "url": "https://x.s3.amazonaws.com/l", "type": "cover_letter"},
                {"filename": "resume.pdf", "url": "https://x.s3.amazonaws.com/r", "type": "resume"}],
            "tags": [], "custom_fields": {}
        }
    })
}

fn said(action: &str, payload: &Value) -> Event {
    let body = json!({"action": action, "payload": payload});
    testing::read(&VENDOR, &body).remove(0)
}

#[test]
fn an_application_is_read_whole() {
    let event = said(
        "new_candidate_application",
        &json!({"application": application()}),
    );
    assert_eq!(
        json!(event),
        json!({
            "kind": "application_created", "external_id": "4711", "application_id": "71", "at": "2026-05-28T08:00:00Z",
            "person": {
                "name": "Maria Lopez", "emails": ["maria@example.com"], "phones": ["+1 212 555 0187"],
                "links": ["https://maria.example", "linkedin.com/in/maria"],
                "address": {"line1": "12 Example Street\nNew York, NY 10118"},
                "education": [{"institution": "New York University", "area": "Computer Science", "study_type": "Bachelor",
                               "start_date": "2007-09-15", "end_date": "2011-05-15"}],
                "work": [{"name": "Northgate", "position": "Engineer", "start_date": "2016-07-01"}]
            },
            "candidacy": {"source": "LinkedIn", "stage": "Phone Screen", "stage_id": "29", "applied_at": "2026-05-27T14:44:43Z",
                          "rejected": false, "hired": false},
            "resume": {"filename": "resume.pdf", "url": "https://x.s3.amazonaws.com/r"}
        })
    );
}

#[test]
fn lists_may_be_null_absent_or_empty_and_ids_text() {
    for lists in [json!(null), json!([])] {
        let mut thin = application();
        for list in [
            "phone_numbers",
            "email_addresses",
            "educations",
            "employments",
            "attachments",
            "addresses",
        ] {
            thin["candidate"][list] = lists.clone();
        }
        thin["candidate"]["id"] = json!("4711");
        thin["current_stage"] = json!(null);
        thin["source"] = json!(null);
        let event = said("candidate_stage_change", &json!({"application": thin}));
        assert_eq!(event.external_id.as_deref(), Some("4711"));
        assert_eq!(event.person.emails, lists.as_array().map(|_| Vec::new()));
        assert_eq!(
            event.person.work.unwrap()[0].name.as_deref(),
            Some("Brightwater")
        );
        assert_eq!(
            (event.resume, event.candidacy.stage, event.candidacy.source),
            (None, None, None)
        );
    }
    let absent = said(
        "hire_candidate",
        &json!({"application": {"id": "71", "candidate": {"id": 1}}}),
    );
    assert_eq!(absent.kind, Kind::Hired);
    assert_eq!(absent.person, Person::default());
}

#[test]
fn each_action_is_its_event() {
    for (action, payload, kind, external_id) in [
        (
            "new_prospect_application",
            json!({"application": application()}),
            Kind::ApplicationCreated,
            Some("4711"),
        ),
        (
            "application_updated",
            json!({"application": application()}),
            Kind::ApplicationUpdated,
            Some("4711"),
        ),
        (
            "unhire_candidate",
            json!({"application": application()}),
            Kind::Unhired,
            Some("4711"),
        ),
        (
            "reject_candidate",
            json!({"application": application()}),
            Kind::Rejected,
            Some("4711"),
        ),
        (
            "unreject_candidate",
            json!({"application": application()}),
            Kind::Unrejected,
            Some("4711"),
        ),
        (
            "update_candidate",
            json!({"candidate": application()["candidate"]}),
            Kind::CandidateUpdated,
            Some("4711"),
        ),
        (
            "candidate_anonymized",
            json!({"candidate_id": 4711, "anonymized_fields": ["full_name"]}),
            Kind::CandidateAnonymised,
            Some("4711"),
        ),
        (
            "delete_application",
            json!({"application": {"id": 7, "candidate_id": 4711, "job_id": 1}}),
            Kind::ApplicationDeleted,
            Some("4711"),
        ),
        ("ping", json!({"web_hook": {}}), Kind::Ping, None),
        ("offer_created", json!({"id": 1}), Kind::Ignored, None),
    ] {
        let event = said(action, &payload);
        assert_eq!(
            (event.kind, event.external_id.as_deref()),
            (kind, external_id),
            "{action}"
        );
    }
    assert_eq!(
        testing::read(&VENDOR, &json!({"web_hook_id": 1}))[0].kind,
        Kind::Ping
    );
    let merged = said(
        "merge_candidate",
        &json!({"person": {"id": 1, "new_candidate_id": 2}}),
    );
    assert_eq!(
        (merged.kind, merged.merged_into.as_deref()),
        (Kind::CandidateMerged, Some("2"))
    );
    let deleted = said(
        "delete_candidate",
        &json!({"person": {"id": 1, "deleted_application_ids": [5, "6"]}}),
    );
    assert_eq!(
        (deleted.kind, deleted.deleted_application_ids),
        (Kind::CandidateDeleted, vec!["5".into(), "6".into()])
    );
}

#[test]
fn hostile_payloads_say_nothing_or_are_refused() {
    for hostile in [
        json!({"application": []}),
        json!({"application": {"candidate": "x"}}),
        json!([1]),
        json!({}),
    ] {
        let event = said("new_candidate_application", &hostile);
        assert_eq!(event.external_id, None, "{hostile}");
    }
    let headers = axum::http::HeaderMap::new();
    for body in [&b"\xff{}"[..], b"{", b""] {
        assert!(super::read(&testing::posted(&headers, body)).is_err());
    }
}

#[test]
fn an_application_says_whether_it_stands() {
    for (application, expected) in [
        (json!({"status": "active"}), (Some(false), Some(false))),
        (json!({"status": "rejected"}), (Some(true), Some(false))),
        (json!({"status": "hired"}), (Some(false), Some(true))),
        (
            json!({"status": "odd", "rejected_at": null}),
            (Some(false), None),
        ),
        (
            json!({"rejected_at": "2026-05-28T08:00:00Z"}),
            (Some(true), None),
        ),
        (json!({"status": 1}), (None, None)),
        (json!([]), (None, None)),
    ] {
        assert_eq!(state(&application), expected, "{application}");
    }
}

#[tokio::test]
async fn a_fetched_person_holds_since_the_last_change_or_since_now() {
    let line = "GET /v3/candidates?ids=4711";
    let changed = json!([{"id": 4711, "first_name": "Mary", "updated_at": "2026-06-01T00:00:00Z"}]);
    let server = FakeApi::start(&[
        (line, 200, changed),
        (line, 200, json!([{"id": 4711, "first_name": "Mary"}])),
    ])
    .await;
    let api = server.api(&VENDOR, "", &[]);
    for (at, person_at) in [
        ("2026-06-01T00:00:00Z".parse().ok(), None),
        (None, Some(api.now)),
    ] {
        let candidate = &application()["candidate"];
        let event = said("update_candidate", &json!({"candidate": candidate}));
        let event = complete(&api, event).await.unwrap();
        assert_eq!(event.person.name.as_deref(), Some("Mary"));
        assert_eq!((event.at, event.person_at), (at, person_at));
    }
}

#[tokio::test]
async fn a_tag_is_set_only_where_a_person_should_look() {
    let line = "POST /v3/applied_candidate_tags";
    let server = FakeApi::start(&[(line, 201, json!({"id": 5}))]).await;
    let api = server.api(&VENDOR, "", &[("tag_id", "7")]);
    let mut note = fake_api::note("4711", &[]);
    assert_eq!(leave_tag(&api, &note).await, Ok(Some("5".into())));
    let asked = &server.asked()[0];
    assert_eq!(
        asked.body,
        json!({"candidate_id": 4711, "candidate_tag_id": 7})
    );
    note.next_step = NextStep::None;
    assert_eq!(leave_tag(&api, &note).await, Ok(None));
    assert_eq!(server.lines(), [line]);
}
