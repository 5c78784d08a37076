//! osqueryd's own words: enrol, ask, tell.

use serde_json::{Value, json};

use super::onboarding::{onboard, two};
use crate::common::{TestApp, rules};

async fn call(app: &TestApp, path: &str, body: Value) -> Value {
    let request = axum::http::Request::post(format!("/osquery/{path}"))
        .header("host", "telltale.example")
        .header("content-type", "application/json");
    let answer = app
        .send(
            request
                .body(axum::body::Body::from(body.to_string()))
                .unwrap(),
        )
        .await;
    assert_eq!(answer.status, axum::http::StatusCode::OK, "{}", answer.text);
    answer.json()
}

/// A result as osqueryd 5 logs it: differential, one row an event.
fn usb(host: &str) -> Value {
    json!({"name": "pack/telltale/usb_devices", "hostIdentifier": host, "calendarTime": "Thu May 28 10:00:00 2026 UTC",
        "unixTime": 1_779_962_400, "epoch": 0, "counter": 1, "numerics": false, "decorations": {},
        "columns": {"usb_address": "4", "usb_port": "1", "vendor": "sipeed", "vendor_id": "3346", "version": "1.0",
            "model": "NanoKVM", "model_id": "1009", "serial": "0123456789ABCDEF", "class": "0", "removable": "-1"},
        "action": "added"})
}

#[tokio::test]
async fn a_node_enrols_asks_and_tells() {
    let app = TestApp::start().await;
    let (maria, _) = two(&app).await;
    let bound = onboard(
        "A-1",
        "w-1",
        json!({"device_ids": ["lt-1"], "issued_at": "2026-05-01T00:00:00Z"}),
    );
    app.post("/api/v1/onboardings", bound.to_string()).await;
    let refused = call(
        &app,
        "enroll",
        json!({"enroll_secret": "guess", "host_identifier": "LT-1"}),
    )
    .await;
    assert_eq!(refused, json!({"node_invalid": true}));
    let enrolled = call(
        &app,
        "enroll",
        json!({"enroll_secret": app.key, "host_identifier": "LT-1", "platform_type": "9",
        "host_details": {"system_info": {"hostname": "LT-1"}}}),
    )
    .await;
    let key = enrolled["node_key"].as_str().unwrap();
    let config = call(&app, "config", json!({"node_key": key})).await;
    assert!(config.to_string().contains("usb_devices"), "{config}");
    assert_eq!(
        call(&app, "config", json!({"node_key": "x"})).await,
        json!({"node_invalid": true})
    );

    // It tells of another host too, which is not its to tell of.
    let told = json!({"node_key": key, "log_type": "result", "data": [usb("LT-1"), usb("LT-2")]});
    assert_eq!(
        call(&app, "log", told.clone()).await,
        json!({"node_invalid": false})
    );
    assert_eq!(
        call(&app, "log", told).await,
        json!({"node_invalid": false})
    );
    let heard: Vec<(String,)> = telltale::db::sql("select device from observations")
        .all(&app.app.db)
        .await
        .unwrap();
    assert_eq!(heard, [("lt-1".to_owned(),)]);
    app.work_off().await;
    assert_eq!(rules(&app.latest(&maria).await), ["dev.ipkvm"]);
}
