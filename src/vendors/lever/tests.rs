use serde_json::json;

use super::super::fake_api::{self, FakeApi};
use super::super::testing::{self, KAT_KEY};
use super::*;

const TOKEN: &str = "0123456789abcdef0123456789abcdef0123456789abcdef";
const DIGITS: &str = "aa431bdffd7a3bb13ce4a3bbabe97f3c93f2ef9158467b7dd46b007f8e133a57";
const TRIGGERED: i64 = 1_700_000_000_123;

fn signed() -> Value {
    json!({
        "id": "e-1", "triggeredAt": TRIGGERED, "event": "candidateStageChange", "signature": DIGITS, "token": TOKEN,
        "data": {"opportunityId": "o", "candidateId": "o", "contactId": "c", "toStageId": "s2", "fromStageId": "s1"}
    })
}

fn verified(body: &Value, secrets: &[&str], now_ms: i64) -> Result<(), Forged> {
    let secrets: Vec<String> = secrets.iter().map(|one| (*one).to_owned()).collect();
    let headers = axum::http::HeaderMap::new();
    let bytes = body.to_string();
    let now = Timestamp::from_millisecond(now_ms).unwrap();
    verify(&testing::posted(&headers, bytes.as_bytes()), &secrets, now)
}

#[test]
fn the_signature_is_over_the_token_and_the_time() {
    let with = |key: &str, value: Value| {
        let mut body = signed();
        body[key] = value;
        body
    };
    let upper = with("signature", json!(DIGITS.to_uppercase()));
    for good in [&signed(), &upper] {
        assert_eq!(verified(good, &[KAT_KEY], TRIGGERED), Ok(()));
        assert_eq!(verified(good, &["other", KAT_KEY], TRIGGERED), Ok(()));
        assert_eq!(verified(good, &["other"], TRIGGERED), Err(Forged::Wrong));
        assert_eq!(verified(good, &[], TRIGGERED), Err(Forged::Wrong));
    }
    for (key, value, expected) in [
        ("signature", json!(null), Forged::Missing("signature")),
        ("signature", json!(""), Forged::Missing("signature")),
        ("signature", json!(&DIGITS[2..]), Forged::Wrong),
        ("token", json!(""), Forged::Missing("token")),
        ("token", json!(7), Forged::Missing("token")),
        ("token", json!(format!("{TOKEN}0")), Forged::Wrong),
        ("triggeredAt", json!(TRIGGERED + 1), Forged::Wrong),
        ("triggeredAt", json!("1700000000123"), Forged::Wrong),
        ("triggeredAt", json!([]), Forged::Wrong),
    ] {
        let refused = verified(&with(key, value.clone()), &[KAT_KEY], TRIGGERED);
        assert_eq!(refused, Err(expected), "{key}: {value}");
    }
    for hostile in [json!([]), json!("x"), json!(null)] {
        assert!(verified(&hostile, &[KAT_KEY], TRIGGERED).is_err());
    }
}

#[test]
fn a_day_is_the_oldest_that_a_delivery_may_be() {
    for (age_ms, expected) in [
        (OLDEST_MS, Ok(())),
        (OLDEST_MS + 1, Err(Forged::Stale)),
        (-3_600_000, Ok(())),
    ] {
        let now = TRIGGERED + age_ms;
        assert_eq!(verified(&signed(), &[KAT_KEY], now), expected, "{age_ms}");
    }
}

#[test]
fn a_captured_signature_gives_a_changed_body_nothing_but_ids() {
    let mut changed = signed();
    changed["id"] = json!("e-2");
    changed["data"]["name"] = json!("Somebody Else");
    changed["data"]["emails"] = json!(["else@example.com"]);
    changed["data"]["stage"] = json!("Offer");
    assert_eq!(verified(&changed, &[KAT_KEY], TRIGGERED), Ok(()));
    assert_eq!(
        json!(testing::read(&VENDOR, &changed)),
        json!([{
            "kind": "stage_changed", "external_id": "c", "at": "2023-11-14T22:13:20.123Z", "need": "required",
            "candidacy": {"stage_id": "s2"}, "handles": {"opportunity": "o", "stage": "s2"}
        }])
    );
    let headers = axum::http::HeaderMap::new();
    let of = |body: &Value| keys(&testing::posted(&headers, body.to_string().as_bytes()));
    let token = Key::id(format!("token {TOKEN}"));
    assert_eq!(of(&signed()), [Key::id("e-1"), token.clone()]);
    assert_eq!(of(&changed), [Key::id("e-2"), token.clone()]);
    assert!(token.hours >= 7 * 24);
    assert_eq!(of(&json!([])), [Key::body(b"[]")]);
}

#[test]
fn each_event_is_ours_or_ignored() {
    let ids = json!({"applicationId": 7, "candidateId": "o", "contactId": "c"});
    let archived = |to: Value| json!({"opportunityId": "o", "contactId": "c", "toArchived": to});
    for (event, data, kind, external_id) in [
        (
            "applicationCreated",
            ids.clone(),
            Kind::ApplicationCreated,
            Some("c"),
        ),
        ("candidateHired", ids.clone(), Kind::Hired, Some("c")),
        ("candidateHired", json!({}), Kind::Ping, None),
        (
            "candidateArchiveChange",
            archived(json!({"reason": "r"})),
            Kind::Rejected,
            Some("c"),
        ),
        (
            "candidateArchiveChange",
            archived(json!(null)),
            Kind::Unrejected,
            Some("c"),
        ),
        (
            "candidateDeleted",
            ids.clone(),
            Kind::CandidateDeleted,
            Some("c"),
        ),
        (
            "contactUpdated",
            json!({"contactId": "c"}),
            Kind::Ignored,
            None,
        ),
        ("interviewCreated", ids, Kind::Ignored, None),
        (
            "candidateStageChange",
            json!({"toStageId": "s"}),
            Kind::Ignored,
            None,
        ),
        ("candidateStageChange", json!([1]), Kind::Ignored, None),
        (
            "candidateStageChange",
            json!({"opportunityId": ["o"], "contactId": {"a": 1}}),
            Kind::Ignored,
            None,
        ),
        (
            "candidateStageChange",
            json!({"contactId": "x".repeat(10_000)}),
            Kind::Ignored,
            None,
        ),
    ] {
        let body = json!({"event": event, "data": data});
        let read = testing::read(&VENDOR, &body).remove(0);
        assert_eq!(
            (read.kind, read.external_id.as_deref()),
            (kind, external_id),
            "{body}"
        );
    }
    let created =
        json!({"event": "applicationCreated", "data": {"applicationId": 7, "candidateId": "o"}});
    let read = testing::read(&VENDOR, &created).remove(0);
    assert_eq!(read.application_id.as_deref(), Some("7"));
    assert_eq!(read.handles["opportunity"], "o");
    let headers = axum::http::HeaderMap::new();
    for body in [&b"\xff{}"[..], b"{", b""] {
        assert!(super::read(&testing::posted(&headers, body)).is_err());
        assert!(
            verify(
                &testing::posted(&headers, body),
                &[KAT_KEY.into()],
                testing::kat_time()
            )
            .is_err()
        );
    }
}

fn opportunity_found() -> Value {
    json!({"data": {
        "id": "o", "name": " Maria  Lopez", "contact": "c", "emails": ["Maria@Example.com", 7], "headline": "x",
        "phones": [{"value": "+1 212 555 0187"}, {"type": "home", "value": null}], "links": ["linkedin.com/in/maria"],
        "sources": ["Northgate Staffing"], "origin": "agency", "stage": {"id": "s3", "text": "Phone screen"},
        "archived": null, "isAnonymized": false, "applications": ["a"], "updatedAt": 1_700_000_500_000_i64, "tags": []
    }})
}

fn resumes_found() -> Value {
    let file = |name: &str| json!({"name": name, "ext": "pdf", "downloadUrl": format!("https://api.lever.co/v1/{name}")});
    json!({"data": [
        {"id": "r1", "createdAt": 1, "file": file("old.pdf"), "parsedData": {"schools": [{"org": "Old"}]}},
        {"id": "r2", "createdAt": 2, "file": file("new.pdf"), "parsedData": {
            "schools": [{"org": "New York University", "degree": "", "field": "Computer Science",
                         "start": {"year": 2007, "month": 9}, "end": {"year": 2011, "month": null}}, {"org": null}],
            "positions": [{"org": "Northgate", "title": "Engineer", "location": "New York", "start": {"year": 2016}}]}},
        {"id": "r3", "createdAt": 3, "file": {"name": "broken.pdf", "status": "error", "downloadUrl": "https://x"}}
    ]})
}

fn event(kind: Kind) -> Event {
    let event = Event {
        at: Timestamp::from_millisecond(TRIGGERED).ok(),
        need: Need::Required,
        ..Event::of(kind, Some("c".into()))
    };
    event.with_handle("opportunity", Some("o".into()))
}

#[tokio::test]
async fn the_api_says_what_the_ids_stand_for() {
    let server = FakeApi::start(&[
        (
            "GET /v1/opportunities/o?expand=stage",
            200,
            opportunity_found(),
        ),
        ("GET /v1/opportunities/o/resumes", 200, resumes_found()),
    ])
    .await;
    let api = server.api(&VENDOR, "/v1", &[]);
    // A forged pairing: the opportunity is another person's.
    let forged = Event {
        external_id: Some("victim".into()),
        ..event(Kind::Rejected)
    };
    assert_eq!(
        json!(complete(&api, forged).await.unwrap()),
        json!({
            "kind": "unrejected", "external_id": "c", "application_id": "a", "at": "2023-11-14T22:21:40Z",
            "person": {
                "name": "Maria Lopez", "emails": ["maria@example.com"], "phones": ["+1 212 555 0187"],
                "links": ["linkedin.com/in/maria"], "agency": "Northgate Staffing",
                "education": [{"institution": "New York University", "area": "Computer Science",
                               "start_date": "2007-09", "end_date": "2011"}],
                "work": [{"name": "Northgate", "position": "Engineer", "start_date": "2016", "location": "New York"}]
            },
            "candidacy": {"source": "Northgate Staffing", "stage": "Phone screen", "stage_id": "s3",
                          "rejected": false, "hired": false},
            "resume": {"filename": "new.pdf", "url": "https://api.lever.co/v1/new.pdf"},
            "handles": {"opportunity": "o"}
        })
    );
    assert_eq!(server.asked()[0].header("authorization"), "Basic a2V5LTE6");
}

#[tokio::test]
async fn a_thin_answer_leaves_what_the_delivery_said_and_a_strange_one_is_refused() {
    let thin = json!({"data": {"id": "o", "contact": {"id": 5}, "stage": "s9", "archived": {"reason": "r"}}});
    let server = FakeApi::start(&[
        ("GET /v1/opportunities/o?expand=stage", 200, thin),
        ("GET /v1/opportunities/o?expand=stage", 200, json!({"data": {"id": "o"}})),
        ("GET /v1/opportunities/o?expand=stage", 200, json!({"data": {"id": "other"}})),
        (
            "GET /v1/opportunities/o?expand=stage",
            200,
            json!({"data": {"id": "o", "contact": "c", "name": "Anonymized", "isAnonymized": true}}),
        ),
        ("GET /v1/opportunities/o?expand=stage", 429, json!({})),
        ("GET /v1/opportunities/o/resumes", 200, json!({"data": null})),
    ])
    .await;
    let api = server.api(&VENDOR, "/v1", &[]);
    let complete = async || {
        let event = Event {
            application_id: Some("a".into()),
            ..event(Kind::Unrejected)
        };
        super::complete(&api, event).await
    };
    assert_eq!(
        json!(complete().await.unwrap()),
        json!({
            "kind": "rejected", "external_id": "5", "application_id": "a", "at": "2023-11-14T22:13:20.123Z",
            "candidacy": {"stage_id": "s9", "rejected": true}, "handles": {"opportunity": "o"}
        })
    );
    assert!(matches!(complete().await, Err(Trouble::Unreadable(_))));
    assert_eq!(complete().await, Err(Trouble::Missing(404)));
    assert_eq!(
        json!(complete().await.unwrap()),
        json!({"kind": "candidate_anonymised", "external_id": "c", "at": "2023-11-14T22:13:20.123Z"})
    );
    assert!(matches!(complete().await, Err(Trouble::Busy { .. })));
}

#[tokio::test]
async fn a_person_holds_since_the_last_change_or_since_now() {
    let found = |updated: Value| {
        let mut found = opportunity_found();
        found["data"]["updatedAt"] = updated;
        ("GET /v1/opportunities/o?expand=stage", 200, found)
    };
    let mut resumes = resumes_found();
    resumes["data"][1]["createdAt"] = json!(1_600_000_000_000_i64);
    let server = FakeApi::start(&[
        found(json!(1_500_000_000_000_i64)),
        found(json!(null)),
        ("GET /v1/opportunities/o/resumes", 200, resumes),
        ("GET /v1/opportunities/o/resumes", 200, json!({"data": []})),
    ])
    .await;
    let api = server.api(&VENDOR, "/v1", &[]);
    for person_at in [Timestamp::from_second(1_600_000_000).unwrap(), api.now] {
        let whole = complete(&api, event(Kind::Hired)).await.unwrap();
        assert_eq!(whole.at, Timestamp::from_millisecond(TRIGGERED).ok());
        assert_eq!(whole.person_at, Some(person_at));
    }
}

#[tokio::test]
async fn a_deletion_counts_only_where_nothing_is_left() {
    let list = "GET /v1/opportunities?contact_id=c&confidentiality=all";
    let contact = |anonymous: bool| {
        let found = json!({"data": {"id": "c", "isAnonymized": anonymous}});
        ("GET /v1/contacts/c", 200, found)
    };
    for (answers, kind) in [
        (vec![], Kind::CandidateDeleted),
        (
            vec![contact(false), (list, 200, json!({"data": []}))],
            Kind::CandidateDeleted,
        ),
        (
            vec![
                contact(false),
                (list, 200, json!({"data": [{"id": "o", "contact": "c"}]})),
            ],
            Kind::Ignored,
        ),
        (vec![contact(false), (list, 200, json!({}))], Kind::Ignored),
        (vec![contact(true)], Kind::CandidateAnonymised),
    ] {
        let server = FakeApi::start(&answers).await;
        let api = server.api(&VENDOR, "/v1", &[]);
        let event = complete(&api, event(Kind::CandidateDeleted)).await.unwrap();
        assert_eq!(
            (event.kind, event.need),
            (kind, Need::Nothing),
            "{answers:?}"
        );
    }
    let server = FakeApi::start(&[("GET /v1/contacts/c", 403, json!({}))]).await;
    let api = server.api(&VENDOR, "/v1", &[]);
    let refused = complete(&api, event(Kind::CandidateDeleted)).await;
    assert_eq!(refused, Err(Trouble::Credentials(403)));
}

#[tokio::test]
async fn a_note_is_left_secret_changed_and_found() {
    let server = FakeApi::start(&[
        (
            "POST /v1/opportunities/o/notes?perform_as=u%201",
            201,
            json!({"data": {"noteId": "n1"}}),
        ),
        ("PUT /v1/opportunities/o/notes/n1?perform_as=u%201", 200, json!({"data": {}})),
        (
            "GET /v1/opportunities/o/notes",
            200,
            json!({"data": [{"id": "n0", "text": "x"}, {"id": "n1", "fields": [{"value": "… mark-1"}]}]}),
        ),
        ("POST /v1/opportunities/o/addTags", 200, json!({})),
    ])
    .await;
    let settings = [("user_id", "u 1"), ("tag", "Look again")];
    let api = server.api(&VENDOR, "/v1", &settings);
    let mut note = fake_api::note("c", &[("opportunity", "o")]);
    assert_eq!(leave_note(&api, &note).await, Ok(Some("n1".into())));
    assert_eq!(
        server.asked()[0].body,
        json!({"value": note.text, "secret": true, "notifyFollowers": false})
    );
    note.before = Some("n1".into());
    assert_eq!(leave_note(&api, &note).await, Ok(Some("n1".into())));
    note.before = Some("gone".into());
    assert_eq!(leave_note(&api, &note).await, Ok(Some("n1".into())));
    assert_eq!(find_note(&api, &note).await, Ok(Some("n1".into())));
    assert_eq!(leave_tag(&api, &note).await, Ok(None));
    assert_eq!(
        server.asked().last().unwrap().body,
        json!({"tags": ["Look again"]})
    );
    let asked = server.lines().len();
    note.next_step = NextStep::None;
    assert_eq!(leave_tag(&api, &note).await, Ok(None));
    let nowhere = fake_api::note("c", &[]);
    assert_eq!(leave_note(&api, &nowhere).await, Err(Trouble::Missing(404)));
    assert_eq!(server.lines().len(), asked);
}
