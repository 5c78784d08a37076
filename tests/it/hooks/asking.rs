//! What a delivery does not say is asked of the vendor's API, and files are fetched: from a real
//! server on loopback.

use jiff::SignedDuration;
use serde_json::{Value, json};
use telltale::hooks::connections;
use telltale::store::deliveries::{self, Filter, State};

use super::vendor::{Connection, application, candidates, connect_with, taken};
use crate::common::TestApp;
use crate::receiver::{self, Receiver};

const PDF: &[u8] = include_bytes!("../resumes/maria_lopez.pdf");

/// A connection to Greenhouse whose API is the receiver.
async fn connected(app: &TestApp, api: &Receiver) -> Connection {
    connect_with(app, "greenhouse", |new| {
        new.api_url = Some(api.origin.clone());
        new.api_key = Some("client:secret".into());
    })
    .await
}

/// An API that knows one person.
async fn api(updated_at: &'static str) -> Receiver {
    Receiver::start(move |asked, _| match asked.line.as_str() {
        "POST /token" => {
            assert_eq!(asked.header("authorization"), "Basic Y2xpZW50OnNlY3JldA==");
            receiver::json(200, &json!({"access_token": "t1"}))
        }
        "GET /v3/candidates?ids=1" => {
            assert_eq!(asked.header("authorization"), "Bearer t1");
            let person = json!({"id": 1, "first_name": "Maria", "last_name": "Lopez", "updated_at": updated_at,
                "phone_numbers": [{"value": "(312) 736-5000", "type": "mobile"}]});
            receiver::json(200, &json!([person]))
        }
        "GET /files/r.pdf?sig=1" => (200, vec![("content-type", "application/pdf".into())], PDF.to_vec()),
        "GET /moved" => (302, vec![("location", "http://127.0.0.1:1/r.pdf".into())], Vec::new()),
        _ => receiver::json(404, &json!({})),
    })
    .await
}

fn update() -> Value {
    json!({"action": "update_candidate", "payload": {"candidate": {"id": 1, "first_name": "Maria", "last_name": "Lopez",
        "phone_numbers": [{"value": "(999) 000", "type": "mobile"}]}}})
}

async fn shown(app: &TestApp, external_id: &str) -> Value {
    let found = candidates(app, external_id).await;
    let id = found[0]["candidate_id"].as_str().unwrap().to_owned();
    app.get(&format!("/api/v1/candidates/{id}")).await.json()
}

async fn log(app: &TestApp, state: State) -> Vec<deliveries::Delivery> {
    let filter = Filter {
        state: Some(state),
        ..Filter::default()
    };
    deliveries::list(&app.app.db, &filter, None, 50)
        .await
        .unwrap()
}

#[tokio::test]
async fn the_api_says_more_and_since_when() {
    for (updated_at, phone) in [
        ("2026-05-29T00:00:00Z", "(312) 736-5000"),
        // Older than what is known: it was so before.
        ("2026-05-01T00:00:00Z", "(212) 736-5000"),
    ] {
        let (app, api) = (TestApp::start().await, api(updated_at).await);
        let hook = connected(&app, &api).await;
        let known = json!({"candidate": {"phone_numbers": [{"value": "(212) 736-5000"}]}});
        taken(
            &app,
            &hook,
            &application("new_candidate_application", 1, ("Maria", "Lopez"), &known),
        )
        .await;
        taken(&app, &hook, &update()).await;
        app.work_off().await;
        assert_eq!(
            shown(&app, "1").await["application"]["phones"],
            json!([phone]),
            "{updated_at}"
        );
    }
}

#[tokio::test]
async fn without_credentials_what_is_signed_counts_as_it_is() {
    let app = TestApp::start().await;
    let hook = connect_with(&app, "greenhouse", |_| {}).await;
    taken(&app, &hook, &update()).await;
    app.work_off().await;
    assert_eq!(
        shown(&app, "1").await["application"]["phones"],
        json!(["(999) 000"])
    );
}

#[tokio::test]
async fn a_resume_is_fetched_once_and_read() {
    let (app, api) = (TestApp::start().await, api("").await);
    let hook = connected(&app, &api).await;
    let with = |signature: u32| {
        let url = format!("{}/files/r.pdf?sig={signature}", api.origin);
        json!({"last_activity_at": format!("2026-05-28T0{signature}:00:00Z"), "candidate": {"attachments": [
            {"filename": "Maria Lopez.pdf", "url": url, "type": "resume"}]}})
    };
    let name = ("Maria", "Lopez");
    taken(
        &app,
        &hook,
        &application("new_candidate_application", 1, name, &with(1)),
    )
    .await;
    app.work_off().await;
    let whole = shown(&app, "1").await;
    let text = whole["application"]["resume_text"].as_str().unwrap();
    assert!(text.contains("Maria Lopez"), "{text:.200}");
    assert_eq!(
        whole["application"]["resume_file"]["name"],
        "Maria Lopez.pdf"
    );
    taken(
        &app,
        &hook,
        &application("candidate_stage_change", 1, name, &with(2)),
    )
    .await;
    app.work_off().await;
    let fetched = api
        .lines()
        .into_iter()
        .filter(|line| line.contains("/files/"))
        .count();
    assert_eq!(
        fetched, 1,
        "the same file under another signature is not fetched again"
    );
    assert!(shown(&app, "1").await["application"]["resume_text"].is_string());
}

#[tokio::test]
async fn a_file_elsewhere_is_not_fetched_and_the_person_is_screened_all_the_same() {
    let elsewhere = Receiver::start(|_, _| (200, Vec::new(), PDF.to_vec())).await;
    let (app, api) = (TestApp::start().await, api("").await);
    let hook = connected(&app, &api).await;
    for (id, url) in [
        (1, format!("{}/r.pdf", elsewhere.origin)),
        (
            2,
            "https://169.254.169.254/latest/meta-data/r.pdf".to_owned(),
        ),
        (3, "https://localhost/r.pdf".to_owned()),
        (
            4,
            "https://x.s3.amazonaws.com.evil.example/r.pdf".to_owned(),
        ),
        (5, "file:///etc/passwd".to_owned()),
        (6, format!("{}/moved", api.origin)),
    ] {
        let with = json!({"candidate": {"attachments": [{"filename": "r.pdf", "url": url, "type": "resume"}]}});
        taken(
            &app,
            &hook,
            &application("new_candidate_application", id, ("Maria", "Lopez"), &with),
        )
        .await;
    }
    app.work_off().await;
    assert!(elsewhere.asked().is_empty());
    for id in 1..=6 {
        assert!(shown(&app, &id.to_string()).await["application"]["resume_text"].is_null());
    }
    let dead = log(&app, State::Dead).await;
    assert_eq!(dead.len(), 6, "{dead:#?}");
    assert!(
        dead.iter()
            .all(|one| one.kind == "resume" && one.said.is_some())
    );
}

#[tokio::test]
async fn a_busy_api_is_asked_again_when_it_says_and_refused_credentials_are_told() {
    let app = TestApp::start().await;
    let api = Receiver::start(|asked, before| match (asked.line.as_str(), before) {
        ("POST /token", 0) => (429, vec![("retry-after", "600".into())], Vec::new()),
        ("POST /token", 1) => (401, Vec::new(), Vec::new()),
        ("POST /token", _) => receiver::json(200, &json!({"access_token": "t1"})),
        _ => receiver::json(
            200,
            &json!([{"id": 1, "first_name": "Maria", "last_name": "Lopez",
            "updated_at": "2026-05-29T00:00:00Z"}]),
        ),
    })
    .await;
    let hook = connected(&app, &api).await;
    taken(&app, &hook, &update()).await;
    app.work_off().await;
    assert_eq!(api.asked().len(), 1);
    app.wait(SignedDuration::from_secs(599));
    app.work_off().await;
    assert_eq!(api.asked().len(), 1, "it asked to wait for ten minutes");
    app.wait(SignedDuration::from_secs(2));
    app.work_off().await;
    let failing = connections::all(&app.app).await.unwrap().remove(0).row;
    assert!(failing.failure.unwrap().contains("credentials"));
    app.wait(SignedDuration::from_mins(10));
    app.work_off().await;
    assert_eq!(shown(&app, "1").await["application"]["name"], "Maria Lopez");
    let well = connections::all(&app.app).await.unwrap().remove(0).row;
    assert_eq!((well.failure, well.failing_since), (None, None));
}
