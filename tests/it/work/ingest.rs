//! What machines say: kept once, refused by name, attached when it is known whose they are.

use std::io::Write as _;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use super::onboarding::{onboard, two};
use crate::common::TestApp;

/// The start of a test's clock is 2026-06-01 at noon.
pub fn session(id: &str, device: &str, kind: &str, day: u32, hour: u32, median_ms: f64) -> Value {
    json!({"id": id, "device_id": device, "kind": kind,
        "started_at": format!("2026-05-{day:02}T{hour:02}:00:00Z"), "ended_at": format!("2026-05-{day:02}T{hour:02}:45:00Z"),
        "n": 480, "p05_ms": median_ms - 8.0, "median_ms": median_ms, "mad_ms": 3.0, "p95_ms": median_ms + 20.0})
}

async fn sent(app: &TestApp, path: &str, body: &Value) -> Value {
    app.post(&format!("/api/v1/{path}"), body.to_string())
        .await
        .json()
}

fn counts(answer: &Value) -> (u64, u64, usize) {
    let count = |key: &str| answer[key].as_u64().unwrap();
    (
        count("accepted"),
        count("duplicate"),
        answer["refused"].as_array().unwrap().len(),
    )
}

#[tokio::test]
async fn a_session_is_kept_once_whoever_sends_it_again() {
    let app = TestApp::start().await;
    let one = session("s-1", "LT-1", "key_to_server", 20, 9, 42.0);
    assert_eq!(
        counts(&sent(&app, "latency/sessions", &one).await),
        (1, 0, 0)
    );
    assert_eq!(
        counts(&sent(&app, "latency/sessions", &json!([one, one])).await),
        (0, 2, 0)
    );
    let mut other = one.clone();
    other["median_ms"] = json!(43.0);
    let answer = sent(&app, "latency/sessions", &json!([other])).await;
    assert_eq!(counts(&answer), (0, 0, 1));
    assert!(
        answer["refused"][0]["reason"]
            .as_str()
            .unwrap()
            .contains("other figures")
    );
    // Another kind of the same session is another row.
    let kind = session("s-1", "lt-1", "echo_loop", 20, 9, 42.0);
    assert_eq!(
        counts(&sent(&app, "latency/sessions", &kind).await),
        (1, 0, 0)
    );
}

#[tokio::test]
async fn samples_are_summed_up_and_a_batch_sent_twice_counts_once() {
    let app = TestApp::start().await;
    two(&app).await;
    let bound = onboard(
        "A-1",
        "w-1",
        json!({"device_ids": ["LT-1"], "issued_at": "2026-05-01T00:00:00Z"}),
    );
    sent(&app, "onboardings", &bound).await;
    let sample = |n: u32| {
        json!({"session_id": "s-1", "device_id": "LT-1", "kind": "key_to_server",
            "at": format!("2026-05-20T09:{:02}:{:02}Z", n / 60, n % 60), "ms": 40.0 + f64::from(n % 11)})
    };
    let (first, rest) = (0..300)
        .map(sample)
        .partition::<Vec<_>, _>(|one| one["at"].as_str().unwrap() < "2026-05-20T09:03");
    assert_eq!(
        counts(&sent(&app, "latency/samples", &json!(first)).await),
        (180, 0, 0)
    );
    // The retry of a batch whose answer was lost, with what came since.
    let again: Vec<_> = first.iter().chain(&rest).cloned().collect();
    assert_eq!(
        counts(&sent(&app, "latency/samples", &json!(again)).await),
        (120, 180, 0)
    );
    app.work_off().await;
    let worker = app.get("/api/v1/workers/w-1").await.json();
    let session = &worker["sessions"][0];
    assert_eq!(
        (session["n"].as_u64(), session["started_at"].as_str()),
        (Some(300), Some("2026-05-20T09:00:00Z"))
    );
    for (key, exact) in [
        ("p05_ms", 40.0),
        ("median_ms", 45.0),
        ("mad_ms", 3.0),
        ("p95_ms", 50.0),
    ] {
        let found = session[key].as_f64().unwrap();
        assert!((found - exact).abs() <= 0.11, "{key} {found}");
    }
}

#[tokio::test]
async fn bad_items_are_refused_one_by_one_and_named() {
    let app = TestApp::start().await;
    let good = session("s-1", "LT-1", "path_rtt", 20, 9, 42.0);
    let with = |key: &str, value: Value| {
        let mut one = session("s-2", "LT-1", "path_rtt", 20, 9, 42.0);
        one[key] = value;
        one
    };
    let bad = [
        ("p05_ms", json!(-1.0)),
        ("median_ms", json!(1e9)),
        ("started_at", json!("2023-05-20T09:00:00Z")),
        ("ended_at", json!("2029-05-20T09:00:00Z")),
        ("n", json!(0)),
        ("kind", json!("distance")),
        ("device_id", json!("")),
        ("p95_ms", json!("NaN")),
    ];
    let mut list = vec![good.clone()];
    list.extend(bad.iter().map(|(key, value)| with(key, value.clone())));
    list.push(good);
    let answer = sent(&app, "latency/sessions", &json!(list)).await;
    assert_eq!(counts(&answer), (1, 1, bad.len()));
    for (at, (key, _)) in bad.iter().enumerate() {
        let refused = &answer["refused"][at];
        assert_eq!(refused["index"], at + 1);
        assert_eq!(refused["field"].as_str(), Some(*key), "{refused}");
    }
    // A bare NaN is no JSON: its line alone is refused.
    let lines = format!(
        "{}\n{{\"id\":\"s-4\",\"p05_ms\":NaN}}\n",
        session("s-3", "LT-1", "path_rtt", 20, 9, 42.0)
    );
    let answer = app.post("/api/v1/latency/sessions", lines).await.json();
    assert_eq!(
        (counts(&answer), answer["refused"][0]["line"].as_u64()),
        ((1, 0, 1), Some(2))
    );
    // What was pressed is never taken.
    let key = json!({"session_id": "s-9", "device_id": "LT-1", "kind": "iki", "at": "2026-05-20T09:00:00Z", "ms": 120.0, "key_code": 65});
    let answer = app.post("/api/v1/latency/samples", key.to_string()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer.content_type.contains("problem+json") && answer.text.contains("key_code"),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn csv_and_gzip_are_read_too() {
    let app = TestApp::start().await;
    let csv = "id,device_id,kind,started_at,ended_at,n,p05_ms,median_ms,mad_ms,p95_ms,probe.name,probe.lat,probe.lon\n\
        s-1,LT-1,path_rtt,2026-05-20T09:00:00Z,2026-05-20T09:45:00Z,480,20,24,2,40,us-west,47.6,-122.3\n\
        s-2,LT-1,path_rtt,2026-05-20T10:00:00Z,2026-05-20T10:45:00Z,many,20,24,2,40,us-west,47.6,-122.3\n";
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(csv.as_bytes()).unwrap();
    let send = |body: Vec<u8>, coding: &'static str| {
        let request = Request::post("/api/v1/latency/sessions")
            .header("authorization", format!("Bearer {}", app.key))
            .header("content-type", "text/csv")
            .header("content-encoding", coding);
        app.send(request.body(Body::from(body)).unwrap())
    };
    let answer = send(packed.finish().unwrap(), "gzip").await.json();
    assert_eq!(
        (counts(&answer), answer["refused"][0]["line"].as_u64()),
        ((1, 0, 1), Some(3))
    );
    assert_eq!(
        send(csv.into(), "gzip").await.status,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(send(csv.into(), "br").await.status, StatusCode::BAD_REQUEST);
    // Small when packed, endless when not.
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..80 {
        bomb.write_all(&zeros).unwrap();
    }
    assert_eq!(
        send(bomb.finish().unwrap(), "gzip").await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
}

#[tokio::test]
async fn what_comes_before_the_binding_is_found_by_its_time() {
    let app = TestApp::start().await;
    two(&app).await;
    for (id, day) in [("s-1", 10), ("s-2", 20), ("s-3", 28)] {
        sent(
            &app,
            "latency/sessions",
            &session(id, "LT-1", "key_to_server", day, 9, 42.0),
        )
        .await;
    }
    app.work_off().await;
    // Handed out on the 15th, and back on the 25th: two of the three are somebody else's.
    let bound = onboard(
        "A-1",
        "w-1",
        json!({"device_ids": ["LT-1"], "issued_at": "2026-05-15T00:00:00Z"}),
    );
    assert_eq!(sent(&app, "onboardings", &bound).await["accepted"], 1);
    let back = onboard(
        "A-1",
        "w-1",
        json!({"returned_device_ids": ["LT-1"], "returned_at": "2026-05-25T00:00:00Z"}),
    );
    assert_eq!(sent(&app, "onboardings", &back).await["accepted"], 1);
    app.work_off().await;
    let ids = |worker: &Value| -> Vec<String> {
        let sessions = worker["sessions"].as_array().unwrap();
        sessions
            .iter()
            .map(|one| one["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids(&app.get("/api/v1/workers/w-1").await.json()), ["s-2"]);
    let bound = onboard(
        "A-2",
        "w-2",
        json!({"device_ids": ["LT-1"], "issued_at": "2026-05-25T00:00:00Z"}),
    );
    assert_eq!(sent(&app, "onboardings", &bound).await["accepted"], 1);
    assert_eq!(ids(&app.get("/api/v1/workers/w-2").await.json()), ["s-3"]);
}

#[tokio::test]
async fn a_key_for_something_else_hands_in_nothing() {
    let app = TestApp::start().await;
    let key = telltale::web::auth::create(&app.app, telltale::web::auth::Scope::Export, "x")
        .await
        .unwrap();
    for path in [
        "latency/sessions",
        "latency/samples",
        "devices/observations",
        "telemetry/osquery",
        "onboardings",
    ] {
        let request = Request::post(format!("/api/v1/{path}"))
            .header("authorization", format!("Bearer {key}"));
        let answer = app.send(request.body(Body::from("{}")).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn a_key_that_lies_on_every_machine_does_nothing_but_enrol() {
    let app = TestApp::start().await;
    two(&app).await;
    let bound = onboard("A-1", "w-1", json!({"device_ids": ["LT-1"]}));
    sent(&app, "onboardings", &bound).await;
    let key = telltale::web::auth::create(&app.app, telltale::web::auth::Scope::Enroll, "x")
        .await
        .unwrap();
    for path in ["latency/sessions", "devices/observations", "onboardings"] {
        let request = Request::post(format!("/api/v1/{path}"))
            .header("authorization", format!("Bearer {key}"));
        let answer = app.send(request.body(Body::from("{}")).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    let worker = |key: String| {
        let request =
            Request::get("/api/v1/workers/w-1").header("authorization", format!("Bearer {key}"));
        app.send(request.body(Body::empty()).unwrap())
    };
    assert_eq!(worker(key).await.status, StatusCode::FORBIDDEN);
    // Who hands measurements in sees how they stand, and nothing of the person.
    let key = telltale::web::auth::create(&app.app, telltale::web::auth::Scope::Telemetry, "x")
        .await
        .unwrap();
    assert!(worker(key).await.json()["screening"].is_null());
    assert!(worker(app.key.clone()).await.json()["screening"].is_object());
}

#[tokio::test]
async fn a_session_is_of_one_place_and_of_two_days_at_the_most() {
    let app = TestApp::start().await;
    let sample = |at: &str, lat: f64| {
        json!({"session_id": "s-1", "device_id": "LT-1", "kind": "path_rtt", "at": at, "ms": 20,
            "probe": {"name": "us", "lat": lat, "lon": -74.0}})
    };
    let list = json!([
        sample("2026-05-20T09:00:00Z", 40.0),
        sample("2026-05-21T09:00:00Z", 41.0),
        sample("2026-05-23T09:00:00Z", 40.0)
    ]);
    let answer = sent(&app, "latency/samples", &list).await;
    assert_eq!(counts(&answer), (1, 0, 2));
    // One that is too old is refused by itself, also where it would be the first of its session.
    let mut list = json!([
        sample("2026-02-01T09:00:00Z", 40.0),
        sample("2026-05-20T09:00:00Z", 40.0)
    ]);
    for one in list.as_array_mut().unwrap() {
        one["session_id"] = json!("s-2");
    }
    assert_eq!(
        counts(&sent(&app, "latency/samples", &list).await),
        (1, 0, 1)
    );
}
