//! The contract of the JSON API (design §3.1 to §3.4): records in, results out, problems that say where.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};
use telltale::web::auth::{self, Scope};

use crate::common::{Answer, TestApp, rules};

/// The record of design §3.1.
fn maria() -> Value {
    json!({
        "external_id": "A-1001", "source": "greenhouse", "agency": null, "stage": "applied",
        "applied_at": "2026-03-02T14:05:00Z", "name": "Maria Lopez", "emails": ["maria.lopez@example.org"],
        "phones": ["(212) 736-5000"],
        "address": {"line1": "350 5th Ave", "line2": "", "city": "New York", "region": "NY",
            "postal_code": "10118", "country": "US"},
        "links": ["https://www.linkedin.com/in/example-maria"],
        "education": [{"institution": "Boston University", "area": "Computer Science",
            "study_type": "Bachelor", "start_date": "2012-09", "end_date": "2016-05"}],
        "work": [{"name": "Brightwater Logistics", "position": "Engineer", "start_date": "2016-07",
            "end_date": null, "location": "New York, NY"}],
        "references": [{"name": "Odette Marlow", "phone": "(212) 736-5001",
            "email": "odette.marlow@brightwater.example"}],
        "resume_text": "Maria Lopez\nmaria.lopez@example.org",
        "submission": {"ip": "203.0.113.9", "device_id": "d-1", "user_agent": "Mozilla/5.0",
            "time_zone": "America/New_York", "submitted_at": "2026-03-02T14:05:00Z"},
        "their_own_key": {"kept": [1, 2]},
    })
}

fn problem(answer: &Answer, status: StatusCode) -> Value {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(
        answer.content_type, "application/problem+json",
        "{}",
        answer.text
    );
    let problem = answer.json();
    assert_eq!(problem["status"], status.as_u16());
    assert!(
        problem["title"].is_string() && problem["detail"].is_string(),
        "{problem}"
    );
    problem
}

fn keyed(
    app: &TestApp,
    method: Method,
    path: &str,
    header: (&str, &str),
    body: String,
) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(path)
        .header(header::AUTHORIZATION, format!("Bearer {}", app.key))
        .header(header.0, header.1)
        .body(body.into())
        .unwrap()
}

#[tokio::test]
async fn a_record_is_answered_with_its_screening() {
    let app = TestApp::start().await;
    app.screen(
        json!({"external_id": "B", "name": "Daniel Whitfield", "phones": ["212.736.5000"],
        "applied_at": "2026-03-01T10:00:00Z"}),
    )
    .await;
    let answer = app.post("/api/v1/candidates", maria().to_string()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    assert_eq!(answer.content_type, "application/json");
    let result = answer.json();
    let keys: BTreeSet<_> = result
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let promised = [
        "candidate_id",
        "external_id",
        "source",
        "version",
        "stage",
        "next_step",
        "score_db",
        "prior_db",
        "ruleset",
        "screened_at",
        "findings",
    ];
    let beyond = ["id", "shadow", "found_nothing", "could_not_look"];
    assert_eq!(keys, promised.into_iter().chain(beyond).collect());
    assert_eq!(result["external_id"], "A-1001");
    assert_eq!(result["source"], "greenhouse");
    assert_eq!(result["version"], 1);
    assert_eq!(result["stage"], "applied");
    assert_eq!(result["next_step"], "ask");
    assert_eq!(result["score_db"], -8.0);
    assert_eq!(result["prior_db"], -20.0);
    assert_eq!(result["screened_at"], "2026-06-01T12:00:00Z");
    assert!(result["ruleset"].as_str().unwrap().starts_with("sha256:"));
    assert_eq!(result["candidate_id"].as_str().unwrap().len(), 36);
    assert_eq!(rules(&result), ["x.phone"]);
    let finding = &result["findings"][0];
    for (key, value) in [
        ("rule", json!("x.phone")),
        ("group", json!("x")),
        ("strength", json!("strong")),
        ("weight_db", json!(12.0)),
        ("counted_db", json!(12.0)),
        ("title", json!("Phone number used by another applicant")),
        (
            "evidence",
            json!([{"field": "phones[0]", "value": "(212) 736-5000"}]),
        ),
    ] {
        assert_eq!(finding[key], value, "{key}");
    }
    assert!(
        finding["message"]
            .as_str()
            .unwrap()
            .contains("(212) 736-5000")
    );
    assert_eq!(finding["related"].as_array().unwrap().len(), 1);
    assert!(!finding["innocent"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn what_was_sent_is_shown_as_it_was_sent_in_every_version() {
    let app = TestApp::start().await;
    let first = app.screen(maria()).await;
    let mut changed = maria();
    changed["stage"] = json!("offer");
    let second = app.screen(changed).await;
    assert_eq!(second["version"], 2);
    assert_eq!(second["candidate_id"], first["candidate_id"]);
    let id = first["candidate_id"].as_str().unwrap();
    let shown = app.get(&format!("/api/v1/candidates/{id}")).await.json();
    assert_eq!(shown["version"], 2);
    assert_eq!(shown["stage"], "offer");
    assert_eq!(shown["screening"]["id"], second["id"]);
    let application = &shown["application"];
    assert_eq!(application["phones"], maria()["phones"]);
    assert_eq!(application["submission"], maria()["submission"]);
    assert_eq!(application["their_own_key"], json!({"kept": [1, 2]}));
    for one in [&first, &second] {
        let path = format!("/api/v1/screenings/{}", one["id"].as_str().unwrap());
        let mut stored = app.get(&path).await.json();
        let signals = stored.as_object_mut().unwrap().remove("signals").unwrap();
        assert!(signals["phones"].is_array(), "{signals}");
        assert_eq!(&stored, one, "a screening stays as it was");
    }
    for missing in ["candidates", "screenings"] {
        let answer = app
            .get(&format!(
                "/api/v1/{missing}/019c0000-0000-7000-8000-000000000000"
            ))
            .await;
        problem(&answer, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_json_resume_document_is_a_record_too() {
    let app = TestApp::start().await;
    let document = json!({
        "basics": {"name": "Ngozi Okafor", "email": "ngozi@example.com", "phone": "(212) 736-5002",
            "location": {"city": "Boston", "region": "MA", "countryCode": "US"},
            "profiles": [{"network": "GitHub", "url": "https://github.com/example-ngozi"}]},
        "work": [{"name": "Acme", "startDate": "2019-01"}],
        "meta": {"external_id": "cv-7"},
    });
    let screening = app.screen(document).await;
    assert_eq!(screening["external_id"], "cv-7");
    assert_eq!(screening["source"], "api");
    let path = format!(
        "/api/v1/candidates/{}",
        screening["candidate_id"].as_str().unwrap()
    );
    let shown = app.get(&path).await.json();
    assert_eq!(shown["application"]["emails"], json!(["ngozi@example.com"]));
}

#[tokio::test]
async fn lists_filter_and_their_pages_lose_and_double_nobody() {
    let app = TestApp::start().await;
    let record = |n: usize| {
        let (source, stage) = (
            ["lever", "ashby"][n % 2],
            ["applied", "offer", "interview"][n % 3],
        );
        let mut record = json!({"external_id": format!("n{n}"), "source": source,
            "stage": stage, "name": format!("Person{n} Zu%_{n}")});
        if n.is_multiple_of(4) {
            record["phones"] = json!([format!("(212) 911-{:04}", 5000 + n)]);
        }
        if n.is_multiple_of(5) {
            record["emails"] = json!([format!("example{n}@mailinator.com")]);
        }
        record.to_string()
    };
    let lines: Vec<String> = (0..130).map(record).collect();
    let answer = app.post("/api/v1/candidates:batch", lines.join("\n")).await;
    assert_eq!(answer.text.lines().count(), 130);
    let walk = async |filter: &str, limit: usize| {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = app
                .get(&format!("/api/v1/candidates?limit={limit}{filter}{cursor}"))
                .await;
            assert_eq!(page.status, StatusCode::OK, "{}", page.text);
            let page = page.json();
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= limit);
            seen.extend(items.iter().cloned());
            let Some(next) = page["next_cursor"].as_str() else {
                return seen;
            };
            assert_eq!(items.len(), limit, "only the last page is short");
            cursor = format!("&cursor={next}");
        }
    };
    for limit in [1, 7, 65, 130, 200] {
        let seen = walk("", limit).await;
        let ids: BTreeSet<_> = seen
            .iter()
            .map(|one| one["external_id"].to_string())
            .collect();
        assert_eq!((seen.len(), ids.len()), (130, 130), "limit {limit}");
        let scores: Vec<_> = seen
            .iter()
            .map(|one| one["score_db"].as_f64().unwrap())
            .collect();
        assert!(scores.is_sorted_by(|a, b| a >= b), "the worst first");
    }
    for (filter, count) in [
        ("&source=lever", 65),
        ("&stage=offer", 43),
        ("&source=ashby&stage=interview", 21),
        ("&external_id=n77", 1),
        ("&q=PERSON77", 1),
        ("&q=example15%40mailinator", 1),
        ("&q=%25_12", 11),
        ("&q=nobody", 0),
        ("&next_step=escalate", 0),
        ("&next_step=none", 123),
        ("&next_step=ask", 7),
    ] {
        assert_eq!(walk(filter, 50).await.len(), count, "{filter}");
    }
    for wrong in [
        "cursor=x",
        "next_step=reject",
        "stage=hired",
        "limit=many",
        "colour=red",
    ] {
        let answer = app.get(&format!("/api/v1/candidates?{wrong}")).await;
        assert!(answer.status.is_client_error(), "{wrong}: {}", answer.text);
        problem(&answer, answer.status);
    }
}

#[tokio::test]
async fn a_key_opens_its_scope_and_nothing_else() {
    let app = TestApp::start().await;
    let reads = [
        "/api/v1/candidates",
        "/api/v1/rules",
        "/api/v1/exports/findings.csv",
    ];
    for path in reads {
        for authorization in [
            None,
            Some("Bearer telltale_00"),
            Some("Basic dGVzdA=="),
            Some("Bearer"),
            Some(""),
        ] {
            let mut request = Request::get(path);
            if let Some(value) = authorization {
                request = request.header(header::AUTHORIZATION, value);
            }
            let answer = app.send(request.body(Body::empty()).unwrap()).await;
            problem(&answer, StatusCode::UNAUTHORIZED);
            assert_eq!(answer.headers["www-authenticate"], "Bearer");
        }
    }
    for (scope, allowed) in [
        (Scope::All, [200, 200, 200]),
        (Scope::Candidates, [200, 200, 403]),
        (Scope::Telemetry, [403, 403, 403]),
        (Scope::Export, [403, 403, 200]),
    ] {
        let mut app = app.clone();
        app.key = auth::create(&app.app, scope, "").await.unwrap();
        for (path, status) in reads.into_iter().zip(allowed) {
            let answer = app.get(path).await;
            assert_eq!(answer.status.as_u16(), status, "{scope:?} {path}");
        }
        let answer = app.post("/api/v1/candidates", maria().to_string()).await;
        assert_eq!(
            answer.status == StatusCode::CREATED,
            allowed[0] == 200,
            "{scope:?}"
        );
        let answer = app
            .post("/api/v1/candidates:batch", maria().to_string())
            .await;
        assert_eq!(
            answer.status == StatusCode::OK,
            allowed[0] == 200,
            "{scope:?}"
        );
    }
}

#[tokio::test]
async fn a_repeated_request_gets_its_first_answer() {
    let app = TestApp::start().await;
    let send = async |key: &str, body: Value| {
        let header = ("idempotency-key", key);
        app.send(keyed(
            &app,
            Method::POST,
            "/api/v1/candidates",
            header,
            body.to_string(),
        ))
        .await
    };
    let first = send("r-1", maria()).await;
    assert_eq!(first.status, StatusCode::CREATED);
    let again = send("r-1", maria()).await;
    assert_eq!(
        (again.status, again.text),
        (StatusCode::CREATED, first.text.clone())
    );
    let mut other = maria();
    other["name"] = json!("Somebody Else");
    problem(&send("r-1", other.clone()).await, StatusCode::CONFLICT);
    let next = send("r-2", other).await.json();
    assert_eq!(next["version"], 2, "the repetition made no version");
    problem(&send("", maria()).await, StatusCode::BAD_REQUEST);
    problem(
        &send(&"k".repeat(256), maria()).await,
        StatusCode::BAD_REQUEST,
    );
    let mut stranger = app.clone();
    stranger.key = auth::create(&app.app, Scope::All, "").await.unwrap();
    let header = ("idempotency-key", "r-1");
    let request = keyed(
        &stranger,
        Method::POST,
        "/api/v1/candidates",
        header,
        maria().to_string(),
    );
    assert_eq!(
        app.send(request).await.json()["version"],
        3,
        "a key's requests are its own"
    );
}

#[tokio::test]
async fn the_rules_in_force_are_listed_under_the_digest_that_screenings_name() {
    let app = TestApp::start().await;
    let listed = app.get("/api/v1/rules").await.json();
    assert_eq!(listed["ruleset"], app.screen(maria()).await["ruleset"]);
    assert_eq!(listed["prior_db"], -20.0);
    let rules = listed["rules"].as_array().unwrap();
    assert!(rules.len() >= 25, "{}", rules.len());
    let phone = rules.iter().find(|rule| rule["id"] == "x.phone").unwrap();
    for key in [
        "title",
        "strength",
        "weight_db",
        "stages",
        "status",
        "innocent",
        "sources",
        "ask",
    ] {
        assert!(!phone[key].is_null(), "{key}: {phone}");
    }
}
