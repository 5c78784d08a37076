use axum::http::HeaderMap;
use serde_json::json;

use super::super::fake_api::{self, FakeApi};
use super::super::testing::{self, KAT_BODY, KAT_KEY};
use super::*;

const SIGNATURE: &str = "smartrecruiters-signature";
const OTHERS: [(&str, &str); 5] = [
    ("smartrecruiters-timestamp", "1700000000"),
    ("event-id", "evt-1"),
    ("event-name", "application.created"),
    ("event-version", "v201910"),
    (
        "link",
        "<https://api.smartrecruiters.com/candidates/c1>; rel=\"self\"",
    ),
];
const DIGITS: &str = "78b27f4d989bef53ca0e6037cb84da015632f36bda6f72fee3d8904bb02ca9d1";

#[test]
fn the_signature_is_over_the_body_and_five_headers() {
    let old = "0".repeat(64);
    for good in [
        format!("v1={DIGITS}"),
        format!("v1={}", DIGITS.to_uppercase()),
        format!("v1={old};v1={DIGITS}"),
        format!("v1={old}; v1={DIGITS}"),
        format!("v0=x;v1={DIGITS}"),
    ] {
        testing::takes_and_refuses(&VENDOR, SIGNATURE, &good, &OTHERS);
    }
    for changed in 0..OTHERS.len() {
        let mut headers = vec![(SIGNATURE, "")];
        headers.extend(OTHERS);
        let good = format!("v1={DIGITS}");
        headers[0].1 = &good;
        headers[changed + 1].1 = "1";
        let verified = testing::verifies(&VENDOR, &[KAT_KEY], &headers, KAT_BODY);
        assert_eq!(verified, Err(Forged::Wrong), "{}", OTHERS[changed].0);
    }
    for wrong in [DIGITS, "v1=", "v2=x", ";;"] {
        let headers = [&[(SIGNATURE, wrong)][..], &OTHERS].concat();
        let verified = testing::verifies(&VENDOR, &[KAT_KEY], &headers, KAT_BODY);
        assert_eq!(verified, Err(Forged::Wrong), "{wrong}");
    }
}

#[test]
fn a_header_that_is_missing_counts_as_empty() {
    let good = "v1=d7e50d564839c462e1897e0a9a8bbd1162a405d2e182795c41970a86333f8722";
    testing::takes_and_refuses(&VENDOR, SIGNATURE, good, &OTHERS[..4]);
}

#[test]
fn the_signature_that_the_vendor_published_is_good_while_it_is_fresh() {
    let headers = testing::headers(&[
        (
            SIGNATURE,
            "v1=2e9291f10d44ca10204a4cd81b05d73b6a316b2b605d4e2e0e0b37b40198ce1f",
        ),
        ("smartrecruiters-timestamp", "1574080897"),
        ("event-id", "123"),
        ("event-name", "application.created"),
        ("event-version", "v201910"),
        ("link", "<http://smartrecruiters.com/endpoint>; rel=self"),
    ]);
    let body = br#"{"job_id":"jid","candidate_id":"cid"}"#;
    let secrets = ["HeBVky2bccvvkcXPimH8c".to_owned()];
    for (age_s, expected) in [
        (0, Ok(())),
        (TOLERANCE_S, Ok(())),
        (-TOLERANCE_S, Ok(())),
        (TOLERANCE_S + 1, Err(Forged::Stale)),
        (-TOLERANCE_S - 1, Err(Forged::Stale)),
    ] {
        let now = Timestamp::from_second(1_574_080_897 + age_s).unwrap();
        let verified = verify(&testing::posted(&headers, body), &secrets, now);
        assert_eq!(verified, expected, "{age_s}");
    }
}

#[test]
fn the_handshake_is_answered_only_before_anything_was_verified() {
    let new = State {
        has_secret: false,
        is_new: true,
    };
    let greeted = |value: &str, body: &[u8], state: State| {
        let headers = testing::headers(&[("X-Hook-Secret", value)]);
        greet(&testing::posted(&headers, body), state)
    };
    assert_eq!(
        greeted("abc-1", b"", new),
        Some(Greeting {
            status: StatusCode::OK,
            headers: vec![("x-hook-secret", "abc-1".to_owned())],
            body: String::new(),
        })
    );
    assert!(greeted(&"x".repeat(256), b"", new).is_some());
    let used = State {
        has_secret: true,
        is_new: false,
    };
    assert_eq!(greeted("abc-1", b"", used), None);
    assert_eq!(greeted("abc-1", b"{}", new), None);
    for odd in ["", "a b", &"x".repeat(257)] {
        assert_eq!(greeted(odd, b"", new), None, "{odd}");
    }
    let none = HeaderMap::new();
    assert_eq!(greet(&testing::posted(&none, b""), new), None);
    assert_eq!(VENDOR.success, StatusCode::ACCEPTED);
}

fn said(event_name: &str, body: &Value) -> Event {
    let headers = testing::headers(&[
        ("event-name", event_name),
        ("event-id", "evt-1"),
        ("smartrecruiters-timestamp", "1700000000"),
    ]);
    let bytes = body.to_string();
    let delivered = testing::posted(&headers, bytes.as_bytes());
    assert_eq!(keys(&delivered), [Key::id("evt-1")]);
    read(&delivered).unwrap().remove(0)
}

#[test]
fn a_delivery_gives_ids_alone() {
    let body = json!({
        "candidate_id": "c1", "job_id": 7, "application_id": "a1", "event_name": "candidate.deleted", "firstName": "Somebody"
    });
    assert_eq!(
        json!(said("application.status.updated", &body)),
        json!({
            "kind": "stage_changed", "external_id": "c1", "application_id": "a1", "at": "2023-11-14T22:13:20Z",
            "need": "required", "handles": {"job": "7"}
        })
    );
    assert_eq!(
        json!(said("candidate.deleted", &json!({"id": 4711}))),
        json!({"kind": "candidate_deleted", "external_id": "4711", "at": "2023-11-14T22:13:20Z"})
    );
    let camel = json!({"candidateId": "c1", "jobId": "j", "applicationId": "a"});
    let event = said("application.created", &camel);
    assert_eq!(event.application_id.as_deref(), Some("a"));
    assert_eq!(event.handles["job"], "j");
    let by_job = json!({"candidate_id": "c1", "job_id": "j"});
    let event = said("application.created", &by_job);
    assert_eq!(event.application_id.as_deref(), Some("c1:j"));
}

#[test]
fn the_event_is_the_headers_and_unknown_ones_are_ignored() {
    for (name, kind) in [
        ("application.created", Kind::ApplicationCreated),
        ("application.fields.updated", Kind::ApplicationUpdated),
        ("application.source.updated", Kind::ApplicationUpdated),
        ("application.attachment.created", Kind::ApplicationUpdated),
        (
            "application.screening-answers.updated",
            Kind::ApplicationUpdated,
        ),
        (
            "application.onboarding-status.updated",
            Kind::ApplicationUpdated,
        ),
        ("candidate.created", Kind::CandidateCreated),
        ("candidate.updated", Kind::CandidateUpdated),
        ("offer.created", Kind::Ignored),
        ("", Kind::Ignored),
    ] {
        assert_eq!(said(name, &json!({"id": "c1"})).kind, kind, "{name}");
    }
    for hostile in [
        json!([]),
        json!(null),
        json!({"id": []}),
        json!({"id": "x".repeat(10_000)}),
        json!({"candidate_id": {"id": 1}}),
    ] {
        let event = said("candidate.deleted", &hostile);
        assert_eq!(
            (event.kind, event.external_id),
            (Kind::Ignored, None),
            "{hostile}"
        );
    }
    let headers = HeaderMap::new();
    for body in [&b"\xff{}"[..], b"{", b""] {
        assert!(super::read(&testing::posted(&headers, body)).is_err());
        let keys = keys(&testing::posted(&headers, body));
        assert_eq!(keys, [Key::body(body)]);
    }
}

/// A whole candidate, made up.
fn found() -> Value {
    json!({
        "id": "c1", "internal": false, "firstName": "Maria", "lastName": "Lopez", "email": "Maria@Example.com",
        "phoneNumber": "+1 212 555 0187", "tags": ["a"], "createdOn": "2023-11-01T00:00:00.000Z",
        "updatedOn": "2023-11-15T00:00:00.000Z",
        "location": {"country": "United States", "countryCode": "us", "regionCode": "NY", "city": "New York", "lat": 1.5},
        "web": {"skype": "maria", "linkedin": "https://linkedin.com/in/maria", "website": null},
        "education": [{"institution": "New York University", "degree": "BSc", "major": "Physics", "current": false,
                       "startDate": "2007", "endDate": "2011-05", "location": "New York"}, {"institution": ""}],
        "experience": [{"title": "Engineer", "company": "Northgate", "current": true, "startDate": "2016-07",
                        "endDate": "2020-01", "location": "New York"}],
        "primaryAssignment": {"job": {"id": "j1"}, "status": "INTERVIEW", "subStatus": "Second call", "source": "LinkedIn"},
        "secondaryAssignments": [{"job": {"id": "j2"}, "status": "HIRED", "source": "Referral"},
                                 {"job": {"id": "j3"}, "status": "Withdrawn"}]
    })
}

#[tokio::test]
async fn the_api_says_what_the_ids_stand_for() {
    let attachments = json!({"content": [
        {"id": "1", "name": "letter.pdf", "type": "COVER_LETTER", "actions": {"download": {"url": "https://x/l"}}},
        {"id": "2", "name": "cv.pdf", "type": "RESUME",
         "actions": {"download": {"url": "https://api.smartrecruiters.com/candidates/c1/attachments/2"}}}]});
    let server = FakeApi::start(&[
        ("GET /candidates/c1", 200, found()),
        ("GET /candidates/c1/attachments", 200, attachments),
        ("GET /candidates/c1/attachments", 404, json!(null)),
    ])
    .await;
    let api = server.api(&VENDOR, "", &[]);
    let of = |name: &str, job: &str| said(name, &json!({"candidate_id": "c1", "job_id": job}));
    let event = of("application.created", "j1");
    assert_eq!(
        json!(complete(&api, event).await.unwrap()),
        json!({
            "kind": "application_created", "external_id": "c1", "application_id": "c1:j1", "at": "2023-11-15T00:00:00Z",
            "person": {
                "name": "Maria Lopez", "emails": ["maria@example.com"], "phones": ["+1 212 555 0187"],
                "links": ["https://linkedin.com/in/maria"],
                "address": {"city": "New York", "region": "NY", "country": "United States"},
                "education": [{"institution": "New York University", "area": "Physics", "study_type": "BSc",
                               "start_date": "2007", "end_date": "2011-05"}],
                "work": [{"name": "Northgate", "position": "Engineer", "start_date": "2016-07", "location": "New York"}]},
            "candidacy": {"source": "LinkedIn", "stage": "Second call", "rejected": false, "hired": false},
            "resume": {"filename": "cv.pdf", "url": "https://api.smartrecruiters.com/candidates/c1/attachments/2"},
            "handles": {"job": "j1"}
        })
    );
    assert_eq!(server.asked()[0].header("x-smarttoken"), "key-1");
    for (job, kind, stage, state) in [
        (
            "j1",
            Kind::StageChanged,
            Some("Second call"),
            (Some(false), Some(false)),
        ),
        ("j2", Kind::Hired, Some("HIRED"), (Some(false), Some(true))),
        (
            "j3",
            Kind::Rejected,
            Some("Withdrawn"),
            (Some(true), Some(false)),
        ),
        ("other", Kind::StageChanged, None, (None, None)),
    ] {
        let event = of("application.status.updated", job);
        let event = complete(&api, event).await.unwrap();
        assert_eq!(
            (event.kind, event.candidacy.stage.as_deref()),
            (kind, stage),
            "{job}"
        );
        assert_eq!((event.candidacy.rejected, event.candidacy.hired), state);
        assert_eq!(event.application_id, Some(format!("c1:{job}")));
        assert_eq!(event.resume, None);
    }
    let updated = said("candidate.updated", &json!({"id": "c1"}));
    let updated = complete(&api, updated).await.unwrap();
    assert_eq!(updated.candidacy, Candidacy::default());
    assert_eq!(updated.application_id, None);
    // No job is named: it is the first one's.
    let moved = said("application.status.updated", &json!({"id": "c1"}));
    let moved = complete(&api, moved).await.unwrap();
    assert_eq!(moved.application_id.as_deref(), Some("c1:j1"));
    let deleted = said("candidate.deleted", &json!({"id": "c1"}));
    let asked = server.lines().len();
    assert_eq!(complete(&api, deleted.clone()).await, Ok(deleted));
    assert_eq!(server.lines().len(), asked);
    let unknown = said("candidate.updated", &json!({"id": "../c2"}));
    assert_eq!(complete(&api, unknown).await, Err(Trouble::Missing(404)));
    assert_eq!(server.lines()[asked], "GET /candidates/%2E%2E%2Fc2");
}

#[tokio::test]
async fn odd_answers_say_nothing() {
    let thin =
        json!({"id": "c1", "web": [], "location": "x", "education": null, "primaryAssignment": []});
    let server = FakeApi::start(&[
        ("GET /candidates/c1", 200, thin),
        ("GET /candidates/c1", 200, json!([])),
        ("GET /candidates/c1", 401, json!([])),
    ])
    .await;
    let api = server.api(&VENDOR, "", &[]);
    let event = || said("application.created", &json!({"id": "c1"}));
    assert_eq!(
        json!(complete(&api, event()).await.unwrap()),
        json!({"kind": "application_created", "external_id": "c1", "at": "2023-11-14T22:13:20Z"})
    );
    assert_eq!(complete(&api, event()).await, Err(Trouble::Missing(404)));
    assert_eq!(
        complete(&api, event()).await,
        Err(Trouble::Credentials(401))
    );
}

#[tokio::test]
async fn a_tag_and_a_note_are_left() {
    let server = FakeApi::start(&[
        ("POST /candidates/c1/tags", 201, json!({})),
        ("POST /messages/shares", 201, json!({"id": "m1"})),
    ])
    .await;
    let settings = [("tag", "look"), ("note_users", "1, 2,")];
    let api = server.api(&VENDOR, "", &settings);
    let mut note = fake_api::note("c1", &[]);
    assert_eq!(leave_tag(&api, &note).await, Ok(None));
    assert_eq!(leave_note(&api, &note).await, Ok(Some("m1".into())));
    note.next_step = NextStep::None;
    assert_eq!(leave_tag(&api, &note).await, Ok(None));
    let asked = server.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].body, json!({"tags": ["look"]}));
    assert_eq!(
        asked[1].body,
        json!({"content": "Identity check: verify.\nA & B <C>. mark-1 #[CANDIDATE:c1]",
               "shareWith": {"users": ["1", "2"], "everyone": false, "openNote": false}})
    );
}
