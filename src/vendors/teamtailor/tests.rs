use axum::http::HeaderMap;
use serde_json::json;

use super::super::fake_api::{self, FakeApi};
use super::super::testing::{self, KAT_BODY, KAT_KEY};
use super::*;
use crate::vendors::signature::mac;

const V2: &str = "dD0xNzAwMDAwMDAwLHYyPTMzNTY5ZGM3YmQ5ZWMyYTU2N2I5NmY3MWZiMjZkYjM4MzZkZTRmMDgwYWM0MGExOTQzOWFjMjA2MmUxM2ZkOTk=";
const V1: &str =
    "NDk2ZjRkNzVlZjEzM2U3Y2Q4Yjk2ZjVhOTY2ZmRjZGExNzRkODFmYTVhY2I0M2YyMzg2ZjRhMGMzNGU4YjY3Mg==";
const GONE: &str = "a job application is gone; which candidate's cannot be told any more";
const PARTNER_ID: &str = "11111111-2222-3333-4444-555555555555";
const PARTNER_DIGITS: &str = "bde8a80ea50a902b3912fefed657b52d86a06ab6c537b2f48f488af8f53b8f97";

fn verified(header: (&str, &str), body: &[u8], secrets: &[&str], age_s: i64) -> Result<(), Forged> {
    let secrets: Vec<String> = secrets.iter().map(|one| (*one).to_owned()).collect();
    let headers = testing::headers(&[header]);
    let now = Timestamp::from_second(1_700_000_000 + age_s).unwrap();
    verify(&testing::posted(&headers, body), &secrets, now)
}

/// The header of v2 over some bytes.
fn whole(bytes: &[u8]) -> String {
    let mac = mac(KAT_KEY, &[b"1700000000.", bytes]);
    STANDARD.encode(format!("t=1700000000,v2={}", crate::secret::hex(&mac)))
}

#[test]
fn a_company_signs_all_of_it_in_v2() {
    testing::takes_and_refuses(&VENDOR, COMPANY, V2, &[]);
    let upper = String::from_utf8(STANDARD.decode(V2).unwrap()).unwrap();
    let (time, digits) = upper.split_once(",v2=").unwrap();
    let upper = STANDARD.encode(format!("{time},v2={}", digits.to_uppercase()));
    testing::takes_and_refuses(&VENDOR, COMPANY, &upper, &[]);
    for (age_s, expected) in [
        (300, Ok(())),
        (-300, Ok(())),
        (301, Err(Forged::Stale)),
        (-301, Err(Forged::Stale)),
    ] {
        let verified = verified((COMPANY, V2), KAT_BODY, &[KAT_KEY], age_s);
        assert_eq!(verified, expected, "{age_s}");
    }
    for odd in ["!", "/w==", "dD0x", "PQ=="] {
        let verified = verified((COMPANY, odd), KAT_BODY, &[KAT_KEY], 0);
        assert_eq!(verified, Err(Forged::Wrong), "{odd}");
    }
}

#[test]
fn v2_may_be_over_the_payload_inside_as_it_was_written() {
    let inner = r#"{"event_name": "candidate.create","data":{"id":"77","name":"\u003c"}}"#;
    let header = whole(inner.as_bytes());
    let body = format!(r#"{{"payload":  {inner} ,"signature":"{header}"}}"#);
    let good = verified((COMPANY, &header), body.as_bytes(), &[KAT_KEY], 0);
    assert_eq!(good, Ok(()));
    let stale = verified((COMPANY, &header), body.as_bytes(), &[KAT_KEY], 999);
    assert_eq!(stale, Err(Forged::Stale));
    // What is read is the last of two; only one may be there.
    let twice = format!(r#"{{"payload":{inner},"payload":{{"data":{{"id":"1"}}}}}}"#);
    let other = format!(r#"{{"payload":{}}}"#, inner.replace("77", "78"));
    // What is no object would be signed, and the body around it read.
    for odd in ["[1]", "\"x\"", "7", "null"] {
        let header = whole(odd.as_bytes());
        let body =
            format!(r#"{{"payload":{odd},"event_name":"candidate.destroy","data":{{"id":"1"}}}}"#);
        let refused = verified((COMPANY, &header), body.as_bytes(), &[KAT_KEY], 0);
        assert_eq!(refused, Err(Forged::Wrong), "{odd}");
    }
    for bad in [twice, other, inner.replace("77", "78")] {
        let refused = verified((COMPANY, &header), bad.as_bytes(), &[KAT_KEY], 0);
        assert_eq!(refused, Err(Forged::Wrong), "{bad}");
    }
}

#[test]
fn v1_is_over_the_id_alone() {
    let good = [
        json!({"payload": {"data": {"id": "4711"}}}),
        json!({"data": {"id": 4711}, "anything": "else"}),
    ];
    let upper = STANDARD.decode(V1).unwrap().to_ascii_uppercase();
    let upper = STANDARD.encode(upper);
    for body in good.map(|body| body.to_string()) {
        for header in [V1, &upper] {
            let of = |secrets: &[&str]| verified((COMPANY, header), body.as_bytes(), secrets, 0);
            assert_eq!(of(&[KAT_KEY]), Ok(()), "{body}");
            assert_eq!(of(&["other", KAT_KEY]), Ok(()));
            assert_eq!(of(&["other"]), Err(Forged::Wrong));
        }
    }
    for bad in [
        json!({"data": {"id": "4711 "}}),
        json!({"data": {"id": ""}}),
        json!({"data": {"id": ["4711"]}}),
        json!([]),
    ] {
        let refused = verified((COMPANY, V1), bad.to_string().as_bytes(), &[KAT_KEY], 0);
        assert_eq!(refused, Err(Forged::Wrong), "{bad}");
    }
    let unreadable = verified((COMPANY, V1), b"\xff", &[KAT_KEY], 0);
    assert_eq!(unreadable, Err(Forged::Wrong));
}

#[test]
fn a_partner_signs_a_time_and_an_id() {
    let body = json!({"partner-event": {"id": PARTNER_ID, "candidate": {"id": 54321}}}).to_string();
    let decoy = "0".repeat(64);
    let good = format!("t=1700000000,v1={PARTNER_DIGITS},v0={decoy}");
    let upper = format!("t=1700000000,v1={}", PARTNER_DIGITS.to_uppercase());
    let of = |header: &str, body: &str, secrets: &[&str], age_s: i64| {
        verified((PARTNER, header), body.as_bytes(), secrets, age_s)
    };
    for header in [&good, &upper] {
        assert_eq!(of(header, &body, &[KAT_KEY], 0), Ok(()));
        assert_eq!(of(header, &body, &["other", KAT_KEY], 300), Ok(()));
        assert_eq!(of(header, &body, &["other"], 0), Err(Forged::Wrong));
        assert_eq!(of(header, &body, &[KAT_KEY], 301), Err(Forged::Stale));
        assert_eq!(of(header, &body, &[KAT_KEY], -301), Err(Forged::Stale));
    }
    let decoy_only = format!("t=1700000000,v0={PARTNER_DIGITS},v1={decoy}");
    let other_time = good.replace("1700000000", "1700000001");
    for bad in [&decoy_only, &other_time, "", "t=1700000000", PARTNER_DIGITS] {
        assert!(of(bad, &body, &[KAT_KEY], 0).is_err(), "{bad}");
    }
    let other_id = body.replace("5555\"", "5556\"");
    assert_eq!(of(&good, &other_id, &[KAT_KEY], 0), Err(Forged::Wrong));
    assert_eq!(of(&good, "[]", &[KAT_KEY], 0), Err(Forged::Wrong));
    let headers = testing::headers(&[(PARTNER, &good)]);
    let keys = keys(&testing::posted(&headers, body.as_bytes()));
    assert_eq!(keys, [Key::id(PARTNER_ID)]);
}

fn said_by(header: (&str, &str), body: &Value) -> Event {
    let headers = testing::headers(&[header]);
    let bytes = body.to_string();
    read(&testing::posted(&headers, bytes.as_bytes()))
        .unwrap()
        .remove(0)
}

fn said(event_name: &str, data: &Value) -> Event {
    let body = json!({"payload": {"event_name": event_name, "data": data}, "signature": V2});
    said_by((COMPANY, V2), &body)
}

fn candidate() -> Value {
    json!({"id": "77", "type": "candidates", "attributes": {
        "first-name": "Maria", "last_name": " Lopez", "email": "Maria@Example.com", "phone": "+1 212 555 0187",
        "linkedin-url": "https://linkedin.com/in/maria", "resume": "https://x.s3.eu-west-1.amazonaws.com/r",
        "updated-at": "2026-05-28T10:00:00+02:00", "tags": [], "sourced": false, "referring-site": "indeed.com"}})
}

#[test]
fn a_candidate_signed_whole_is_read_whole() {
    assert_eq!(
        json!(said("candidate.create", &candidate())),
        json!({
            "kind": "candidate_created", "external_id": "77", "at": "2026-05-28T08:00:00Z", "need": "wanted",
            "person": {"name": "Maria Lopez", "emails": ["maria@example.com"], "phones": ["+1 212 555 0187"],
                       "links": ["https://linkedin.com/in/maria"]},
            "resume": {"url": "https://x.s3.eu-west-1.amazonaws.com/r"}
        })
    );
    // Without its envelope it is the same.
    let bare = json!({"event_name": "candidate.create", "data": candidate()});
    assert_eq!(
        said_by((COMPANY, V2), &bare),
        said("candidate.create", &candidate())
    );
    assert_eq!(
        json!(said(
            "candidate.destroy",
            &json!({"id": 77, "attributes": {"email": "x@example.com"}})
        )),
        json!({"kind": "candidate_deleted", "external_id": "77"})
    );
}

#[test]
fn a_job_application_waits_for_its_candidate() {
    let data = |rejected: Value| {
        json!({"id": "9", "type": "job_applications", "attributes": {
            "job_id": 5, "job_title": "Engineer", "stage_name": "Screening", "last_moved_at": "2026-05-28T08:00:00Z",
            "created_at": "2026-05-27T08:00:00Z", "referring_site": "indeed.com", "rejected_at": rejected,
            "transparent_recruiting_visible_at": "2026-06-10T08:00:00Z"}})
    };
    let mut expected = json!({
        "kind": "application_created", "application_id": "9", "at": "2026-05-28T08:00:00Z", "need": "required",
        "candidacy": {"source": "indeed.com", "stage": "Screening", "applied_at": "2026-05-27T08:00:00Z", "rejected": false},
        "notice_not_before": "2026-06-10T08:00:00Z"
    });
    let created = said("job_application.create", &data(json!(null)));
    assert_eq!(json!(created), expected);
    expected["kind"] = json!("stage_changed");
    let moved = said("job_application.update", &data(json!(null)));
    assert_eq!(json!(moved), expected);
    let rejected = said(
        "job_application.update",
        &data(json!("2026-06-01T08:00:00Z")),
    );
    assert_eq!(rejected.kind, Kind::Rejected);
    assert_eq!(rejected.at, "2026-06-01T08:00:00Z".parse().ok());
    assert_eq!(rejected.candidacy.rejected, Some(true));
    assert_eq!(
        json!(said("job_application.destroy", &json!({"id": "9"}))),
        json!({"kind": "application_deleted", "application_id": "9", "note": GONE})
    );
}

#[test]
fn a_weak_signature_gives_ids_alone_whatever_the_body_says() {
    for (event_name, data, expected) in [
        (
            "candidate.update",
            candidate(),
            json!({"kind": "candidate_updated", "external_id": "77", "need": "required"}),
        ),
        (
            "candidate.destroy",
            candidate(),
            json!({"kind": "candidate_deleted", "external_id": "77", "need": "required"}),
        ),
        (
            "job_application.update",
            json!({"id": 9, "attributes": {"stage_name": "Offer", "rejected_at": "2026-06-01T08:00:00Z"}}),
            json!({"kind": "rejected", "application_id": "9", "need": "required"}),
        ),
        (
            "job_application.destroy",
            json!({"id": 9}),
            json!({"kind": "application_deleted", "application_id": "9", "need": "required", "note": GONE}),
        ),
    ] {
        let body = json!({"payload": {"event_name": event_name, "data": data}});
        assert_eq!(json!(said_by((COMPANY, V1), &body)), expected);
    }
    let body = json!({"partner-event": {
        "id": PARTNER_ID, "partner-result": {"id": "r-1", "update-url": "https://evil.example"},
        "candidate": {"id": 54321, "first-name": "Somebody", "email": "else@example.com",
                      "job": {"id": 5, "title": "Engineer", "stage-id": 3, "stage": "Offer"},
                      "resume": {"file-name": "r.pdf", "url": "https://evil.example"}}}, "company": {"name": "X"}});
    let header = format!("t=1700000000,v1={PARTNER_DIGITS}");
    assert_eq!(
        json!(said_by((PARTNER, &header), &body)),
        json!({
            "kind": "stage_changed", "external_id": "54321", "at": "2023-11-14T22:13:20Z", "need": "required",
            "handles": {"partner_result": "r-1", "job": "5"}
        })
    );
    // In bulk there is no job.
    let bulk = json!({"partner-event": {"id": PARTNER_ID, "candidate": {"id": "1"}}});
    assert_eq!(said_by((PARTNER, &header), &bulk).handles.len(), 0);
}

#[test]
fn odd_and_hostile_payloads_say_nothing_or_are_refused() {
    assert_eq!(said("job.create", &json!({"id": "1"})).kind, Kind::Ignored);
    assert_eq!(said("", &json!({"id": "1"})).kind, Kind::Ignored);
    for hostile in [
        json!([1]),
        json!(null),
        json!({"id": []}),
        json!({"id": "x".repeat(10_000)}),
    ] {
        for header in [(COMPANY, V2), (COMPANY, V1), (PARTNER, "t=1,v1=aa")] {
            for body in [
                json!({"payload": {"event_name": "candidate.destroy", "data": hostile}}),
                json!({"partner-event": {"id": "x", "candidate": hostile}}),
                hostile.clone(),
            ] {
                let event = said_by(header, &body);
                assert_eq!(
                    (event.kind, event.external_id),
                    (Kind::Ignored, None),
                    "{body}"
                );
            }
        }
    }
    for odd in [json!(null), json!([]), json!("x")] {
        let event = said("candidate.update", &json!({"id": "1", "attributes": odd}));
        assert_eq!(event.person, Person::default());
    }
    let named = json!({"id": "1", "attributes": {"resume": {"file-name": "r.pdf", "url": "https://x"}, "email": ["a@b"]}});
    let event = said("candidate.update", &named);
    assert_eq!(event.resume.unwrap().filename.as_deref(), Some("r.pdf"));
    assert_eq!(event.person.emails, None);
    let headers = testing::headers(&[(COMPANY, V2)]);
    for body in [&b"\xff{}"[..], b"{", b""] {
        assert!(super::read(&testing::posted(&headers, body)).is_err());
        let keys = keys(&testing::posted(&headers, body));
        assert_eq!(keys, [Key::body(body)]);
    }
    let none = HeaderMap::new();
    let missing = verify(
        &testing::posted(&none, b"{}"),
        &[KAT_KEY.into()],
        testing::kat_time(),
    );
    assert_eq!(missing, Err(Forged::Missing(COMPANY)));
}

fn application_found(included: &Value) -> Value {
    let related = |kind: &str, id: &str| json!({"data": {"type": kind, "id": id}});
    json!({
        "data": {"id": "9", "type": "job-applications",
            "attributes": {"created-at": "2026-05-27T08:00:00Z", "updated-at": "2026-06-02T08:00:00Z",
                           "rejected-at": null, "referring-site": null, "changed-stage-at": "2026-06-01T08:00:00Z"},
            "relationships": {"candidate": related("candidates", "77"), "stage": related("stages", "3"),
                              "job": related("jobs", "5")}},
        "included": included
    })
}

#[tokio::test]
async fn the_api_says_whose_a_job_application_is() {
    let line = "GET /v1/job-applications/9?include=candidate,stage,job";
    let stage = json!({"type": "stages", "id": "3", "attributes": {"name": "Phone screen"}});
    let mut without = application_found(&json!([stage]));
    without["data"]["attributes"]["rejected-at"] = json!("2026-06-02T07:00:00Z");
    let mut nobodys = application_found(&json!([]));
    nobodys["data"]["relationships"]["candidate"] = json!({"links": {}});
    let server = FakeApi::start(&[
        (line, 200, application_found(&json!([stage, candidate()]))),
        (line, 200, without),
        (line, 200, nobodys),
        (line, 200, json!({"data": {"id": "10"}})),
        ("GET /v1/candidates/77", 200, json!({"data": candidate()})),
    ])
    .await;
    let api = server.api(&VENDOR, "", &[]);
    let moved = json!({"id": "9", "attributes": {"stage_name": "Old", "referring_site": "indeed.com",
                       "transparent_recruiting_visible_at": "2026-06-10T08:00:00Z", "rejected_at": "2026-06-01T08:00:00Z"}});
    let event = || said("job_application.update", &moved);
    let whole = json!(complete(&api, event()).await.unwrap());
    let mut expected = json!({
        "kind": "stage_changed", "external_id": "77", "application_id": "9", "at": "2026-06-02T08:00:00Z",
        "person_at": "2026-05-28T08:00:00Z",
        "person": {"name": "Maria Lopez", "emails": ["maria@example.com"], "phones": ["+1 212 555 0187"],
                   "links": ["https://linkedin.com/in/maria"]},
        "candidacy": {"source": "indeed.com", "stage": "Phone screen", "stage_id": "3", "applied_at": "2026-05-27T08:00:00Z",
                      "rejected": false},
        "resume": {"url": "https://x.s3.eu-west-1.amazonaws.com/r"},
        "notice_not_before": "2026-06-10T08:00:00Z", "handles": {"job": "5"}
    });
    assert_eq!(whole, expected);
    let asked = server.asked();
    assert_eq!(asked[0].header("authorization"), "Token token=key-1");
    assert_eq!(asked[0].header("x-api-version"), "20180828");
    // The candidate not along with it, and turned down by now.
    expected["kind"] = json!("rejected");
    expected["candidacy"]["rejected"] = json!(true);
    assert_eq!(json!(complete(&api, event()).await.unwrap()), expected);
    assert_eq!(server.lines()[2], "GET /v1/candidates/77");
    assert!(matches!(
        complete(&api, event()).await,
        Err(Trouble::Unreadable(_))
    ));
    assert_eq!(complete(&api, event()).await, Err(Trouble::Missing(404)));
}

#[tokio::test]
async fn a_candidate_is_fetched_and_what_was_there_stays() {
    let thin = json!({"data": {"id": "77", "attributes": {"first-name": "Mary", "updated-at": "2026-06-05T00:00:00Z"}}});
    let server = FakeApi::start(&[("GET /v1/candidates/77", 200, thin)]).await;
    let api = server.api(&VENDOR, "", &[]);
    let event = complete(&api, said("candidate.update", &candidate()));
    let event = event.await.unwrap();
    assert_eq!(event.need, Need::Nothing);
    assert_eq!(event.at, "2026-06-05T00:00:00Z".parse().ok());
    assert_eq!(event.person.name.as_deref(), Some("Mary"));
    assert_eq!(event.person.emails.unwrap(), ["maria@example.com"]);
    let other = said("candidate.update", &json!({"id": "78"}));
    assert_eq!(complete(&api, other).await, Err(Trouble::Missing(404)));
    let destroyed = said("candidate.destroy", &json!({"id": "77"}));
    assert_eq!(complete(&api, destroyed.clone()).await, Ok(destroyed));
    assert_eq!(server.lines().len(), 2);
}

#[tokio::test]
async fn a_weakly_signed_deletion_counts_only_where_nothing_is_left() {
    let server = FakeApi::start(&[
        ("GET /v1/candidates/77", 200, json!({"data": candidate()})),
        ("GET /v1/job-applications/9", 500, json!({})),
    ])
    .await;
    let api = server.api(&VENDOR, "", &[]);
    let weak = |event_name: &str, id: &str| {
        let body = json!({"payload": {"event_name": event_name, "data": {"id": id}}});
        said_by((COMPANY, V1), &body)
    };
    let there = complete(&api, weak("candidate.destroy", "77"));
    assert_eq!(there.await.unwrap().kind, Kind::Ignored);
    let gone = complete(&api, weak("candidate.destroy", "78"));
    assert_eq!(
        json!(gone.await.unwrap()),
        json!({"kind": "candidate_deleted", "external_id": "78"})
    );
    let gone = complete(&api, weak("job_application.destroy", "8"));
    assert_eq!(
        json!(gone.await.unwrap()),
        json!({"kind": "application_deleted", "application_id": "8", "note": GONE})
    );
    let unknown = complete(&api, weak("job_application.destroy", "9"));
    assert_eq!(unknown.await, Err(Trouble::Status(500)));
}

#[tokio::test]
async fn a_note_and_a_partners_result_are_left_without_a_score() {
    let server = FakeApi::start(&[
        ("POST /v1/notes", 201, json!({"data": {"id": "2"}})),
        ("PATCH /v1/notes/2", 200, json!({"data": {"id": "2"}})),
        ("PUT /partner/v1/partner-results/r-1", 200, json!({})),
    ])
    .await;
    let settings = [("user_id", "4"), ("partner_results", "yes")];
    let mut api = server.api(&VENDOR, "", &settings);
    let mut note = fake_api::note("77", &[("partner_result", "r-1")]);
    note.label = "Identity check: verify ".repeat(10);
    assert_eq!(leave::note(&api, &note).await, Ok(Some("2".into())));
    note.before = Some("2".into());
    assert_eq!(leave::note(&api, &note).await, Ok(Some("2".into())));
    note.before = Some("1".into());
    assert_eq!(leave::note(&api, &note).await, Ok(Some("2".into())));
    let without_key = leave::result(&api, &note).await;
    assert!(matches!(without_key, Err(Trouble::Setting(_))));
    api.key = "key-1:partner-1".to_owned();
    assert_eq!(leave::result(&api, &note).await, Ok(Some("r-1".into())));
    let nobody = fake_api::note("77", &[]);
    assert_eq!(leave::result(&api, &nobody).await, Ok(None));
    let asked = server.asked();
    assert_eq!(
        asked[0].body,
        json!({"data": {"type": "notes", "attributes": {"note": note.text}, "relationships": {
            "candidate": {"data": {"type": "candidates", "id": "77"}}, "user": {"data": {"type": "users", "id": "4"}}}}})
    );
    assert_eq!(asked[0].header("content-type"), "application/vnd.api+json");
    assert_eq!(
        asked[1].body,
        json!({"data": {"type": "notes", "id": "2", "attributes": {"note": note.text}}})
    );
    let result = asked.last().unwrap();
    assert_eq!(result.header("authorization"), "Bearer partner-1");
    let summary: String = note.label.chars().take(150).collect();
    assert_eq!(
        result.body,
        json!({"data": {"type": "partner-results", "id": "r-1", "attributes": {
            "status": "completed", "summary": summary, "url": "https://telltale.example/candidates/1"}}})
    );
    let leaves = VENDOR.access.as_ref().unwrap().leave;
    assert!(!(leaves[1].wanted)(&Settings::new()));
}

#[tokio::test]
async fn a_late_candidate_does_not_date_an_application() {
    let mut late = candidate();
    late["attributes"]["updated-at"] = json!("2026-07-01T00:00:00Z");
    let mut timeless = candidate();
    timeless["attributes"]["updated-at"] = json!(null);
    let line = "GET /v1/job-applications/9?include=candidate,stage,job";
    let server = FakeApi::start(&[
        (line, 200, application_found(&json!([late]))),
        (line, 200, application_found(&json!([timeless]))),
    ])
    .await;
    let api = server.api(&VENDOR, "", &[]);
    for person_at in ["2026-07-01T00:00:00Z".parse().unwrap(), api.now] {
        let event = said("job_application.update", &json!({"id": "9"}));
        let event = complete(&api, event).await.unwrap();
        assert_eq!(event.at, "2026-06-02T08:00:00Z".parse().ok());
        assert_eq!(event.person_at, Some(person_at));
    }
}
