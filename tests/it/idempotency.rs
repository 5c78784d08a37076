//! The same request sent twice leaves one version and gets one answer.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::json;

use crate::common::{Answer, TestApp};

async fn send(app: &TestApp, request_key: &str, body: &str) -> Answer {
    let request = Request::post("/api/v1/candidates")
        .header(header::AUTHORIZATION, format!("Bearer {}", app.key))
        .header("idempotency-key", request_key)
        .body(Body::from(body.to_owned()))
        .unwrap();
    app.send(request).await
}

#[tokio::test]
async fn twelve_at_once_leave_one_version() {
    let app = TestApp::start().await;
    let body = json!({"external_id": "a", "name": "Maria Lopez"}).to_string();
    let sending: Vec<_> = (0..12)
        .map(|_| {
            let (app, body) = (app.clone(), body.clone());
            tokio::spawn(async move { send(&app, "k-1", &body).await })
        })
        .collect();
    let mut created = Vec::new();
    for sent in sending {
        let answer = sent.await.unwrap();
        match answer.status {
            StatusCode::CREATED => created.push(answer.text),
            status => assert_eq!(status, StatusCode::CONFLICT, "{}", answer.text),
        }
    }
    assert!(!created.is_empty());
    let again = send(&app, "k-1", &body).await;
    assert_eq!(again.status, StatusCode::CREATED);
    assert_eq!(again.json()["version"], json!(1));
    assert!(created.iter().all(|answer| *answer == again.text));
}

#[tokio::test]
async fn what_was_refused_may_be_mended_under_the_same_key() {
    let app = TestApp::start().await;
    let refused = send(&app, "k-2", r#"{"external_id": "a", "name": 5}"#).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mended = json!({"external_id": "a", "name": "Maria Lopez"}).to_string();
    assert_eq!(send(&app, "k-2", &mended).await.status, StatusCode::CREATED);
    let other = json!({"external_id": "b", "name": "Maria Lopez"}).to_string();
    assert_eq!(send(&app, "k-2", &other).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn work_that_died_is_taken_over() {
    let app = TestApp::start().await;
    let body = json!({"external_id": "a", "name": "Maria Lopez"}).to_string();
    assert_eq!(send(&app, "k-3", &body).await.status, StatusCode::CREATED);
    let mut tx = app.app.db.begin().await.unwrap();
    telltale::db::sql("update answers set body = null, status = null")
        .execute(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(send(&app, "k-3", &body).await.status, StatusCode::CONFLICT);
    app.wait(jiff::SignedDuration::from_mins(3));
    assert_eq!(send(&app, "k-3", &body).await.json()["version"], json!(2));
}
