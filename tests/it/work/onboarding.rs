//! Who a candidate becomes at work.

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::common::{TestApp, rules};

/// Two people who share nothing, screened.
pub async fn two(app: &TestApp) -> (Value, Value) {
    let maria = json!({"external_id": "A-1", "source": "greenhouse", "name": "Maria Lopez",
        "address": {"line1": "12 Elm Street", "city": "Springfield", "region": "IL", "postal_code": "62701", "country": "US"}});
    let daniel = json!({"external_id": "A-2", "source": "greenhouse", "name": "Daniel Whitfield",
        "address": {"line1": "9 Oak Avenue", "city": "Peoria", "region": "IL", "postal_code": "61602", "country": "US"}});
    (app.screen(maria).await, app.screen(daniel).await)
}

/// Somebody's onboarding, with more said.
#[expect(
    clippy::needless_pass_by_value,
    reason = "so that it reads as JSON at the call"
)]
pub fn onboard(external_id: &str, worker: &str, more: Value) -> Value {
    let mut one = json!({"source": "greenhouse", "external_id": external_id, "worker_id": worker});
    one.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    one
}

async fn said(app: &TestApp, one: Value) -> Value {
    app.post("/api/v1/onboardings", one.to_string())
        .await
        .json()
}

fn reason(answer: &Value) -> (&str, &str) {
    let refused = &answer["refused"][0];
    (
        refused["field"].as_str().unwrap(),
        refused["reason"].as_str().unwrap(),
    )
}

#[tokio::test]
async fn binding_screens_again_at_the_stage_of_onboarding() {
    let app = TestApp::start().await;
    let (maria, daniel) = two(&app).await;
    let door = json!({"line1": "77 Birch Road", "city": "Springfield", "region": "IL", "postal_code": "62703", "country": "US"});
    let first = onboard(
        "A-1",
        "w-1",
        json!({"device_ids": ["LT-1"], "ship_to": door, "bank_account": "021000021 1234567"}),
    );
    assert_eq!(
        said(&app, first.clone()).await,
        json!({"accepted": 1, "duplicate": 0, "refused": []})
    );
    let latest = app.latest(&maria).await;
    assert_eq!(
        (latest["stage"].as_str(), rules(&latest)),
        (Some("onboarding"), vec![])
    );
    // The same again changes nothing.
    assert_eq!(said(&app, first).await["duplicate"], 1);

    // The other starts with the same account, written otherwise, and the same door: both are told.
    let second = onboard(
        "A-2",
        "w-2",
        json!({"device_ids": ["LT-2"], "ship_to": door, "bank_account": "0210-0002-1123-4567"}),
    );
    assert_eq!(said(&app, second).await["accepted"], 1);
    app.settle().await;
    for who in [&maria, &daniel] {
        let latest = app.latest(who).await;
        let found = rules(&latest);
        assert!(
            found.contains(&"onb.bank_shared") && found.contains(&"addr.shared_shipto"),
            "{found:?}"
        );
        assert!(
            !latest.to_string().contains("1234567"),
            "no account is ever shown"
        );
    }
}

#[tokio::test]
async fn a_later_version_of_the_application_takes_nothing_back() {
    let app = TestApp::start().await;
    let (maria, _) = two(&app).await;
    let asked = onboard("A-1", "w-1", json!({"requests": ["crypto_pay"]}));
    assert_eq!(said(&app, asked).await["accepted"], 1);
    assert_eq!(rules(&app.latest(&maria).await), ["onb.crypto"]);
    app.screen(json!({"external_id": "A-1", "source": "greenhouse", "name": "Maria Lopez", "stage": "offer"})).await;
    let latest = app.latest(&maria).await;
    assert_eq!(
        (latest["stage"].as_str(), rules(&latest)),
        (Some("onboarding"), vec!["onb.crypto"])
    );
    // The list, its filters and the page say the same.
    for (stage, found) in [("onboarding", 1), ("offer", 0)] {
        let list = app.get(&format!("/api/v1/candidates?stage={stage}")).await;
        let items = list.json()["items"].as_array().unwrap().clone();
        assert_eq!(items.len(), found, "{stage}");
        assert!(items.iter().all(|one| one["stage"] == stage));
        let queue = app.get(&format!("/?stage={stage}")).await.text;
        assert_eq!(queue.contains("Maria Lopez"), found == 1, "{stage}");
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_its_reason_and_nothing_is_bound_by_halves() {
    let app = TestApp::start().await;
    two(&app).await;
    let one = |external_id: &str, worker: &str, more| onboard(external_id, worker, more);
    let first = one(
        "A-1",
        "w-1",
        json!({"device_ids": ["LT-1"], "start_date": "2026-06-01"}),
    );
    assert_eq!(said(&app, first).await["accepted"], 1);
    for (wrong, field, says) in [
        (
            one("A-9", "w-9", json!({})),
            "external_id",
            "no candidate A-9",
        ),
        (
            one("A-2", "w-1", json!({})),
            "worker_id",
            "another candidate's",
        ),
        (
            one("A-1", "w-3", json!({})),
            "worker_id",
            "is worker w-1 already",
        ),
        (
            one("A-2", "w-2", json!({"device_ids": ["LT-3", "lt-1"]})),
            "device_ids[1]",
            "is with worker w-1",
        ),
        (
            one("A-1", "w-1", json!({"returned_device_ids": ["LT-8"]})),
            "returned_device_ids",
            "is not with worker w-1",
        ),
        (
            one(
                "A-1",
                "w-1",
                json!({"returned_device_ids": ["LT-1"], "returned_at": "2027-01-01"}),
            ),
            "returned_at",
            "in the future",
        ),
    ] {
        let answer = app.post("/api/v1/onboardings", wrong.to_string()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let answer = answer.json();
        let (at, why) = reason(&answer);
        assert!(at == field && why.contains(says), "{at}: {why}");
    }
    // What was named beside a device that is taken is still free.
    let answer = app.get("/api/v1/workers/w-2").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(
        said(&app, one("A-2", "w-2", json!({"device_ids": ["LT-3"]}))).await["accepted"],
        1
    );
}

#[tokio::test]
async fn a_device_goes_from_hand_to_hand() {
    let app = TestApp::start().await;
    two(&app).await;
    let first = onboard("A-1", "w-1", json!({"device_ids": ["LT-1"]}));
    assert_eq!(said(&app, first).await["accepted"], 1);
    app.wait(SignedDuration::from_hours(48));
    let back = onboard("A-1", "w-1", json!({"returned_device_ids": ["lt-1"]}));
    assert_eq!(said(&app, back).await["accepted"], 1);
    app.wait(SignedDuration::from_hours(1));
    let too_early = onboard(
        "A-2",
        "w-2",
        json!({"device_ids": ["LT-1"], "issued_at": "2026-06-02T00:00:00Z"}),
    );
    assert_eq!(reason(&said(&app, too_early).await).0, "issued_at");
    let next = onboard("A-2", "w-2", json!({"device_ids": ["LT-1"]}));
    assert_eq!(said(&app, next).await["accepted"], 1);
    let span = |answer: &Value| answer["devices"][0].clone();
    let (one, two) = (
        app.get("/api/v1/workers/w-1").await.json(),
        app.get("/api/v1/workers/w-2").await.json(),
    );
    assert_eq!(span(&one)["until"], "2026-06-03T12:00:00Z");
    assert_eq!(
        (span(&two)["from"].as_str(), span(&two)["until"].is_null()),
        (Some("2026-06-03T13:00:00Z"), true)
    );
}

#[tokio::test]
async fn a_move_to_another_state_after_the_offer_is_asked_about() {
    let app = TestApp::start().await;
    let (maria, _) = two(&app).await;
    let to = |line1: &str, region: &str| json!({"ship_to": {"line1": line1, "city": "Springfield", "region": region, "country": "US"}});
    said(&app, onboard("A-1", "w-1", to("12 Elm Street", "IL"))).await;
    assert_eq!(rules(&app.latest(&maria).await), Vec::<&str>::new());
    said(&app, onboard("A-1", "w-1", to("40 Pine Street", "TX"))).await;
    let latest = app.latest(&maria).await;
    let counted: f64 = latest["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["counted_db"].as_f64().unwrap())
        .sum();
    assert_eq!(
        rules(&latest),
        ["addr.ship_late_state", "addr.ship_late_change"]
    );
    assert!((counted - 8.0).abs() < 0.01, "{counted}");
}

#[tokio::test]
async fn lists_and_lines_are_taken_item_by_item() {
    let app = TestApp::start().await;
    two(&app).await;
    let good = onboard("A-1", "w-1", json!({}));
    let bad = onboard("A-2", "w-2", json!({"start_date": "1 April"}));
    let list = json!([good, bad]).to_string();
    let lines = format!("{good}\n{bad}\n{{\"source\": \n");
    let answer = app.post("/api/v1/onboardings", list).await.json();
    assert_eq!(
        (answer["accepted"].as_u64(), reason(&answer).0),
        (Some(1), "start_date")
    );
    let answer = app.post("/api/v1/onboardings", lines).await.json();
    assert_eq!(
        (
            answer["duplicate"].as_u64(),
            answer["refused"].as_array().unwrap().len()
        ),
        (Some(1), 2)
    );
    assert_eq!(answer["refused"][1]["line"], 3);
}

#[tokio::test]
async fn who_is_erased_leaves_nothing_at_work() {
    let app = TestApp::start().await;
    let (maria, _) = two(&app).await;
    said(
        &app,
        onboard(
            "A-1",
            "w-1",
            json!({"device_ids": ["LT-1"], "bank_account": "1234567890"}),
        ),
    )
    .await;
    let seen = json!({"id": "o-1", "device_id": "LT-1", "at": "2026-06-01T12:00:00Z", "type": "location", "lat": 40.0, "lon": -89.0});
    assert_eq!(
        app.post("/api/v1/devices/observations", seen.to_string())
            .await
            .json()["accepted"],
        1
    );
    app.work_off().await;
    let id = maria["candidate_id"].as_str().unwrap();
    let request = axum::http::Request::delete(format!("/api/v1/candidates/{id}"))
        .header("authorization", format!("Bearer {}", app.key));
    let gone = app
        .send(request.body(axum::body::Body::empty()).unwrap())
        .await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(
        app.get("/api/v1/workers/w-1").await.status,
        StatusCode::NOT_FOUND
    );
    // The account is nobody's now, and the device is free; what it said before is nobody's either.
    app.wait(SignedDuration::from_hours(1));
    let next = onboard(
        "A-2",
        "w-2",
        json!({"device_ids": ["LT-1"], "bank_account": "1234567890"}),
    );
    assert_eq!(said(&app, next).await["accepted"], 1);
    // An observation under that id is new again.
    assert_eq!(
        app.post("/api/v1/devices/observations", seen.to_string())
            .await
            .json()["accepted"],
        1
    );
}

#[tokio::test]
async fn a_request_that_comes_late_a_second_time_takes_nothing_back() {
    let app = TestApp::start().await;
    two(&app).await;
    let send = |key: &'static str, body: Value| {
        let request = axum::http::Request::post("/api/v1/onboardings")
            .header("authorization", format!("Bearer {}", app.key))
            .header("idempotency-key", key);
        app.send(
            request
                .body(axum::body::Body::from(body.to_string()))
                .unwrap(),
        )
    };
    let first = onboard("A-1", "w-1", json!({"device_ids": ["LT-1"]}));
    assert_eq!(send("a", first.clone()).await.status, StatusCode::CREATED);
    app.wait(SignedDuration::from_hours(1));
    let back = onboard("A-1", "w-1", json!({"returned_device_ids": ["LT-1"]}));
    assert_eq!(send("b", back).await.status, StatusCode::CREATED);
    assert_eq!(send("a", first).await.json()["accepted"], 1);
    let worker = app.get("/api/v1/workers/w-1").await.json();
    let devices = worker["devices"].as_array().unwrap();
    assert!(
        devices.len() == 1 && devices[0]["until"].is_string(),
        "{devices:?}"
    );
    let wrong = onboard("A-9", "w-9", json!({}));
    assert_eq!(
        send("c", wrong).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

#[tokio::test]
async fn what_nobody_means_is_refused() {
    let app = TestApp::start().await;
    two(&app).await;
    for (more, field) in [
        (
            json!({"device_ids": ["LT-1"], "issued_at": "2026-06-02T00:00:00Z"}),
            "issued_at",
        ),
        (json!({"start_date": "0001-01-01"}), "start_date"),
        (
            json!({"returned_device_ids": ["LT-1"], "returned_at": "2062-01-01"}),
            "returned_at",
        ),
    ] {
        assert_eq!(
            reason(&said(&app, onboard("A-1", "w-1", more)).await).0,
            field
        );
    }
    // A device that comes back the moment it goes out was never out.
    let at = "2026-05-20T00:00:00Z";
    let out = onboard(
        "A-1",
        "w-1",
        json!({"device_ids": ["LT-1"], "issued_at": at}),
    );
    assert_eq!(said(&app, out).await["accepted"], 1);
    let back = onboard(
        "A-1",
        "w-1",
        json!({"returned_device_ids": ["LT-1"], "returned_at": at}),
    );
    assert_eq!(reason(&said(&app, back).await).0, "returned_at");
}
