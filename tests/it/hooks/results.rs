//! Results of background and identity checks, from the delivery to the candidate.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::vendor::{Connection, SECRET, connect, connect_with, mac};
use crate::common::{TestApp, rules};
use crate::receiver::{self, Receiver};

/// Delivers as Persona does, at the test's time.
async fn persona(
    app: &TestApp,
    to: &Connection,
    event: &str,
    name: &str,
    reference: &str,
    at: &str,
) {
    let body = json!({"data": {"type": "event", "id": event, "attributes": {"name": name, "created-at": at,
        "payload": {"data": {"type": "inquiry", "id": "inq_1", "attributes": {
            "status": name.split('.').next_back(), "reference-id": reference,
            "birthdate": "1990-01-01", "identification-number": "X123456"}}}}}})
    .to_string();
    let time = app.app.now().as_second();
    let signature = format!(
        "t={time},v1={}",
        mac(SECRET, format!("{time}.{body}").as_bytes())
    );
    let request = Request::post(&to.path).header("Persona-Signature", signature);
    let answer = app.send(request.body(Body::from(body)).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
}

async fn shown(app: &TestApp, screening: &Value) -> Value {
    let id = screening["candidate_id"].as_str().unwrap();
    app.get(&format!("/api/v1/candidates/{id}")).await.json()
}

#[tokio::test]
async fn an_identity_check_lands_on_its_candidate_and_counts() {
    let app = TestApp::start().await;
    let hook = connect(&app, "persona").await;
    let screening = app
        .screen(json!({"external_id": "1", "source": "greenhouse", "name": "Maria Lopez"}))
        .await;
    let id = screening["candidate_id"].as_str().unwrap().to_owned();
    let noon = "2026-06-01T11:00:00Z";
    persona(&app, &hook, "evt_1", "inquiry.approved", &id, noon).await;
    persona(&app, &hook, "evt_1", "inquiry.approved", &id, noon).await;
    app.work_off().await;
    let found = shown(&app, &screening).await;
    assert_eq!(rules(&found["screening"]), ["counter.id_remote"]);
    assert_eq!(found["checks"].as_array().unwrap().len(), 1, "{found}");
    let text = found.to_string();
    assert!(
        !text.contains("X123456") && !text.contains("1990-01-01"),
        "documents and birth dates are never kept"
    );
    // A later result of the same inquiry takes its place, whatever comes last.
    persona(
        &app,
        &hook,
        "evt_3",
        "inquiry.declined",
        &id,
        "2026-06-01T11:30:00Z",
    )
    .await;
    app.work_off().await;
    assert_eq!(
        rules(&shown(&app, &screening).await["screening"]),
        ["identity.check_failed"]
    );
}

#[tokio::test]
async fn a_result_without_its_candidate_waits_for_it() {
    let app = TestApp::start().await;
    let hook = connect(&app, "persona").await;
    persona(
        &app,
        &hook,
        "evt_1",
        "inquiry.approved",
        "A-77",
        "2026-06-01T11:00:00Z",
    )
    .await;
    app.work_off().await;
    let screening = app
        .screen(json!({"external_id": "A-77", "source": "greenhouse", "name": "Maria Lopez"}))
        .await;
    assert!(rules(&screening).is_empty());
    app.wait(SignedDuration::from_mins(2));
    app.work_off().await;
    assert_eq!(
        rules(&shown(&app, &screening).await["screening"]),
        ["counter.id_remote"]
    );
}

#[tokio::test]
async fn what_a_report_says_of_a_record_weighs_nothing() {
    let mut scores = Vec::new();
    for result in ["clear", "consider"] {
        let app = TestApp::start().await;
        let api = Receiver::start(move |asked, _| match asked.line.as_str() {
            "GET /v1/reports/r1" => receiver::json(
                200,
                &json!({"id": "r1", "status": "complete", "result": result,
                "candidate_id": "c1", "completed_at": "2026-06-01T10:00:00Z"}),
            ),
            "GET /v1/candidates/c1" => receiver::json(
                200,
                &json!({"id": "c1", "email": "maria@example.com",
                "dob": "1990-01-01", "ssn": "XXX-XX-4645"}),
            ),
            _ => receiver::json(404, &json!({})),
        })
        .await;
        let hook = connect_with(&app, "checkr", |new| {
            new.api_url = Some(api.origin.clone());
            new.api_key = Some("key".into());
        })
        .await;
        let record =
            json!({"external_id": "1", "name": "Maria Lopez", "emails": ["maria@example.com"]});
        let screening = app.screen(record).await;
        let body = json!({"id": "ev1", "object": "event", "type": "report.completed", "created_at": "2026-06-01T10:00:00Z",
            "data": {"object": {"id": "r1", "object": "report", "uri": "/v1/reports/r1"}}})
        .to_string();
        let request =
            Request::post(&hook.path).header("X-Checkr-Signature", mac(SECRET, body.as_bytes()));
        assert_eq!(
            app.send(request.body(Body::from(body)).unwrap())
                .await
                .status,
            StatusCode::OK
        );
        app.work_off().await;
        let found = shown(&app, &screening).await;
        assert_eq!(
            rules(&found["screening"]),
            ["counter.background_report"],
            "{result}: {found}"
        );
        assert!(!found.to_string().contains("4645"));
        scores.push(found["screening"]["score_db"].clone());
    }
    assert_eq!(scores[0], scores[1], "a criminal record is never weighed");
}
