//! What stands around the API: its description, health, guards, headers, pages and CSV.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use crate::common::{Answer, TestApp};

const HOSTILE: &str = "=HYPERLINK(\"http://example.com\") <script>alert(1)</script>";

/// Somebody whose every word tries to be something else, with findings.
async fn hostile(app: &TestApp) -> Value {
    app.screen(
        json!({"external_id": "=1+1", "source": "@sum", "name": HOSTILE,
        "phones": ["+1 (212) 911-5000", "-2"], "emails": ["=cmd@mailinator.com"],
        "resume_text": "</textarea><script>alert(2)</script>\n+1 (212) 911-5000\n[Your Name]"}),
    )
    .await
}

async fn call(app: &TestApp, method: Method, path: &str) -> Answer {
    let request = app.signed(Request::builder().method(method).uri(path));
    app.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn the_description_lists_every_route() {
    let app = TestApp::start().await;
    let answer = app
        .send(
            Request::get("/api/openapi.json")
                .body(Body::empty())
                .unwrap(),
        )
        .await;
    assert_eq!(
        (answer.status, answer.content_type.as_str()),
        (StatusCode::OK, "application/json")
    );
    let document = answer.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut routes: Vec<String> = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            routes.push(format!("{method} {path}"));
            assert!(operation["operationId"].is_string() && operation["responses"].is_object());
        }
    }
    routes.sort();
    let expected = [
        "delete /api/v1/candidates/{id}",
        "get /api/v1/candidates",
        "get /api/v1/candidates/{id}",
        "get /api/v1/candidates/{id}/same-person",
        "get /api/v1/exports/audit.csv",
        "get /api/v1/exports/decisions.csv",
        "get /api/v1/exports/findings.csv",
        "get /api/v1/exports/latency.csv",
        "get /api/v1/rings",
        "get /api/v1/rings/{id}",
        "get /api/v1/rings/{id}/links.csv",
        "get /api/v1/rings/{id}/path",
        "get /api/v1/rules",
        "get /api/v1/screenings/{id}",
        "get /api/v1/workers/{worker_id}",
        "post /api/v1/candidates",
        "post /api/v1/candidates/{id}/checks",
        "post /api/v1/candidates/{id}/decisions",
        "post /api/v1/candidates/{id}/not-same",
        "post /api/v1/candidates:batch",
        "post /api/v1/devices/observations",
        "post /api/v1/latency/samples",
        "post /api/v1/latency/sessions",
        "post /api/v1/onboardings",
        "post /api/v1/rings/{id}/links:explain",
        "post /api/v1/rings/{id}/links:restore",
        "post /api/v1/telemetry/{format}",
    ];
    assert_eq!(routes, expected);
    assert_eq!(
        document["components"]["securitySchemes"]["key"]["scheme"],
        "bearer"
    );
    resolve(&document, &document);
    for route in routes {
        let (method, path) = route.split_once(' ').unwrap();
        let path = path.replace("{id}", "none").replace("{worker_id}", "none");
        let path = path.replace("{format}", "none");
        let answer = call(&app, method.to_uppercase().parse().unwrap(), &path).await;
        let unknown = answer.status == StatusCode::NOT_FOUND && answer.text.contains("openapi");
        assert!(
            !unknown && answer.status != StatusCode::METHOD_NOT_ALLOWED,
            "{route}: {}",
            answer.text
        );
    }
}

/// Every reference leads somewhere.
fn resolve(value: &Value, document: &Value) {
    match value {
        Value::Object(map) => {
            if let Some(to) = map.get("$ref").and_then(Value::as_str) {
                assert!(
                    document.pointer(to.trim_start_matches('#')).is_some(),
                    "{to}"
                );
            }
            map.values().for_each(|value| resolve(value, document));
        }
        Value::Array(items) => items.iter().for_each(|value| resolve(value, document)),
        _ => {}
    }
}

#[tokio::test]
async fn it_says_that_it_is_alive_and_ready() {
    let app = TestApp::start().await;
    for path in ["/healthz", "/readyz"] {
        let answer = app
            .send(Request::get(path).body(Body::empty()).unwrap())
            .await;
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (StatusCode::OK, "ok"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn wrong_paths_and_methods_are_problems_in_the_api_and_pages_elsewhere() {
    let app = TestApp::start().await;
    for (method, path, status) in [
        (Method::GET, "/api/v1/nothing", 404),
        (Method::GET, "/api/v1/candidates/a/b", 404),
        (Method::DELETE, "/api/v1/rules", 405),
        (Method::PUT, "/api/v1/candidates", 405),
        (Method::GET, "/api/v1/candidates:batch", 405),
        (Method::POST, "/api/openapi.json", 405),
        (Method::POST, "/healthz", 405),
        (Method::GET, "/api/nothing", 404),
        (Method::GET, "/api", 404),
    ] {
        let answer = call(&app, method.clone(), path).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {path}");
        assert_eq!(
            answer.content_type, "application/problem+json",
            "{method} {path}"
        );
        assert_eq!(answer.json()["status"], status);
        if status == 405 {
            assert!(
                answer.headers.contains_key(header::ALLOW),
                "{method} {path}"
            );
        }
    }
    for (method, path, status) in [
        (Method::GET, "/nothing", 404),
        (Method::GET, "/candidates/none", 404),
        (Method::GET, "/rules/no.such", 404),
        (Method::GET, "/assets/none.css", 404),
        (Method::GET, "/?next_step=reject", 400),
        (Method::GET, "/?cursor=x", 422),
        (Method::POST, "/rules", 405),
    ] {
        let answer = call(&app, method.clone(), path).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {path}");
        assert!(
            answer.content_type.starts_with("text/html"),
            "{method} {path}: {}",
            answer.content_type
        );
    }
}

#[tokio::test]
async fn what_an_address_says_wrongly_is_told_in_plain_words() {
    let app = TestApp::start().await;
    for (path, told) in [
        ("/?q=a&q=b", "The address says `q` more than once."),
        (
            "/reports/findings.csv?bom=zz",
            "What the address says of `bom` cannot be read",
        ),
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(
            answer.text.contains(told) && !answer.text.contains("deserialize"),
            "{path}: {}",
            answer.text
        );
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_tie_a_browser_down() {
    let app = TestApp::start().await;
    for path in [
        "/",
        "/rules",
        "/nothing",
        "/healthz",
        "/api/v1/rules",
        "/api/v1/nothing",
        "/assets/app.css",
    ] {
        let headers = app.get(path).await.headers;
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe"),
            "{path}: {policy}"
        );
        assert!(policy.contains("script-src 'self';"), "{path}: {policy}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["x-frame-options"], "DENY", "{path}");
        assert_eq!(headers["referrer-policy"], "same-origin", "{path}");
        assert!(headers.contains_key("cache-control"), "{path}");
    }
}

#[tokio::test]
async fn pages_show_hostile_words_as_words() {
    let app = TestApp::start().await;
    let empty = app.get("/").await;
    assert_eq!(empty.status, StatusCode::OK);
    let screening = hostile(&app).await;
    let candidate = format!(
        "/candidates/{}",
        screening["candidate_id"].as_str().unwrap()
    );
    for path in [
        "/",
        "/?q=hyperlink",
        "/?next_step=ask&stage=applied",
        &candidate,
        "/rules",
        "/rules/x.phone",
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        assert_eq!(answer.content_type, "text/html; charset=utf-8", "{path}");
        assert!(answer.text.starts_with("<!"), "{path}");
        // Our own come from files, and are empty.
        let own = "<script type=\"module\" src=\"/assets/";
        let count = |what| answer.text.matches(what).count();
        assert_eq!(count("<script"), count(own), "{path}");
        assert_eq!(count("<textarea "), count("</textarea>"), "{path}");
        assert!(
            answer.text.contains("<title>") && answer.text.contains("lang=\"en\""),
            "{path}"
        );
    }
    let page = app.get(&candidate).await.text;
    assert!(page.contains("&#60;script&#62;") || page.contains("&lt;script&gt;"));
}

#[tokio::test]
async fn the_findings_report_runs_no_formula() {
    let app = TestApp::start().await;
    let screening = hostile(&app).await;
    let findings = screening["findings"].as_array().unwrap().len();
    assert!(findings >= 3, "{screening}");
    let answer = app.get("/api/v1/exports/findings.csv").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        answer.content_type,
        "text/csv; charset=utf-8; header=present"
    );
    assert!(
        answer.headers["content-disposition"]
            .to_str()
            .unwrap()
            .contains("findings.csv")
    );
    let mut reader = csv::Reader::from_reader(answer.text.as_bytes());
    let header = reader.headers().unwrap().clone();
    assert_eq!(&header[9], "rule");
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), findings);
    for row in &rows {
        for (name, cell) in header.iter().zip(row) {
            let number = name.ends_with("_db");
            assert!(
                number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "{name}: {cell}"
            );
        }
    }
    assert_eq!(&rows[0][4], "'=1+1");
    for (span, count) in [
        ("from=2026-06-01", findings),
        ("from=2026-06-02", 0),
        ("to=2026-06-01", 0),
        (
            "from=2026-06-01T12:00:00Z&to=2026-06-01T12:00:01Z",
            findings,
        ),
    ] {
        let answer = app
            .get(&format!("/api/v1/exports/findings.csv?{span}"))
            .await;
        let rows = csv::Reader::from_reader(answer.text.as_bytes())
            .into_records()
            .count();
        assert_eq!(rows, count, "{span}");
    }
    let answer = app
        .get("/api/v1/exports/findings.csv?from=31/02/2026")
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.json()["pointer"], "/from");
}
