//! What is taken, what is refused, and with which answer.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;

use super::vendor::{SECRET, application, candidates, connect, greenhouse, mac, taken};
use crate::common::TestApp;

#[tokio::test]
async fn a_delivery_becomes_a_screened_candidate() {
    let app = TestApp::start().await;
    let hook = connect(&app, "greenhouse").await;
    taken(
        &app,
        &hook,
        &application(
            "new_candidate_application",
            1,
            ("Maria", "Lopez"),
            &json!({}),
        ),
    )
    .await;
    app.work_off().await;
    let found = candidates(&app, "1").await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["source"], "greenhouse");
    assert_eq!(found[0]["name"], "Maria Lopez");
}

#[tokio::test]
async fn a_wrong_key_a_changed_body_and_a_missing_signature_are_refused_and_nothing_is_kept() {
    let app = TestApp::start().await;
    let hook = connect(&app, "greenhouse").await;
    let body = application(
        "new_candidate_application",
        1,
        ("Maria", "Lopez"),
        &json!({}),
    )
    .to_string();
    let good = format!("sha256 {}", mac(SECRET, body.as_bytes()));
    let wrong = format!("sha256 {}", mac("another", body.as_bytes()));
    for (signature, body) in [
        (Some(&wrong), body.clone()),
        (Some(&good), format!("{body} ")),
        (None, body.clone()),
    ] {
        let mut request = Request::post(&hook.path);
        if let Some(signature) = signature {
            request = request.header("Signature", signature);
        }
        let answer = app.send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.text);
        assert_eq!(answer.content_type, "application/problem+json");
    }
    app.work_off().await;
    assert!(candidates(&app, "1").await.is_empty());
}

#[tokio::test]
async fn unknown_connections_methods_and_sizes_are_refused_as_stated() {
    let app = TestApp::start().await;
    let hook = connect(&app, "greenhouse").await;
    let other = hook.path.replace("greenhouse", "checkr");
    for path in ["/hooks/greenhouse/unknown", "/hooks/nobody/x", &other] {
        let request = Request::post(path).body(Body::from("{}")).unwrap();
        assert_eq!(
            app.send(request).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    for method in ["GET", "PUT", "DELETE", "PATCH"] {
        let request = Request::builder().method(method).uri(&hook.path);
        let answer = app.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert!(answer.headers["allow"].to_str().unwrap().contains("POST"));
    }
    let large = vec![b' '; (1 << 20) + 1];
    let signature = format!("sha256 {}", mac(SECRET, &large));
    let request = Request::post(&hook.path).header("Signature", signature);
    let answer = app.send(request.body(Body::from(large)).unwrap()).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_connection_without_a_secret_says_come_back_later() {
    let app = TestApp::start().await;
    let hook = super::vendor::connect_with(&app, "greenhouse", |new| new.secret = None).await;
    let answer = greenhouse(&app, &hook, &json!({})).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn the_same_delivery_again_is_answered_and_changes_nothing() {
    let app = TestApp::start().await;
    let hook = connect(&app, "greenhouse").await;
    let body = application(
        "new_candidate_application",
        1,
        ("Maria", "Lopez"),
        &json!({}),
    );
    taken(&app, &hook, &body).await;
    taken(&app, &hook, &body).await;
    app.work_off().await;
    taken(&app, &hook, &body).await;
    app.work_off().await;
    let found = candidates(&app, "1").await;
    assert_eq!((found.len(), &found[0]["version"]), (1, &json!(1)));
    // After a day equal bytes may be news again; they say the same.
    app.wait(jiff::SignedDuration::from_hours(25));
    taken(&app, &hook, &body).await;
    app.work_off().await;
    assert_eq!(candidates(&app, "1").await[0]["version"], 1);
}
