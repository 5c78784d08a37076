//! From a last measurement to a finding, a next step, a message and a ticket.

use serde_json::{Value, json};

use super::ingest::session;
use super::onboarding::{onboard, two};
use telltale::audit::Actor;
use telltale::outlets::endpoints::{self, Kind};

use crate::common::{TestApp, rules};
use crate::receiver::Receiver;

async fn sent(app: &TestApp, path: &str, body: &Value) {
    let answer = app
        .post(&format!("/api/v1/{path}"), body.to_string())
        .await
        .json();
    assert_eq!(answer["refused"], json!([]), "{answer}");
}

/// Maria, at work with a laptop since May.
async fn at_work(app: &TestApp) -> Value {
    let (maria, _) = two(app).await;
    let more = json!({"device_ids": ["LT-1"], "issued_at": "2026-05-18T00:00:00Z", "start_date": "2026-05-18"});
    sent(app, "onboardings", &onboard("A-1", "w-1", more)).await;
    maria
}

fn from_afar(id: &str, day: u32, remote: bool) -> Value {
    json!({"id": id, "device_id": "LT-1", "at": format!("2026-05-{day:02}T17:00:00Z"), "type": "remote_session",
        "product": "rdp", "remote": remote, "active_minutes": 200.0})
}

fn state<'a>(worker: &'a Value, kind: &str) -> Option<&'a str> {
    let states = worker["states"].as_array().unwrap();
    states.iter().find(|one| one["kind"] == kind)?["state"].as_str()
}

#[tokio::test]
async fn a_direct_operator_is_found_told_of_and_shown() {
    let app = TestApp::start().await;
    let receiver = Receiver::start(|_, _| (204, Vec::new(), Vec::new())).await;
    endpoints::add(
        &app.app,
        &Actor::system("test"),
        crate::outlets::new(Kind::Webhook, &receiver.origin),
    )
    .await
    .unwrap();
    let alarms = || -> Vec<Value> {
        let bodies = receiver.asked().into_iter().map(|one| one.json());
        bodies
            .filter(|one| one["type"] == "latency.alarm")
            .collect()
    };
    let maria = at_work(&app).await;
    for day in [26, 27, 28] {
        sent(
            &app,
            "devices/observations",
            &from_afar(&format!("o-{day}"), day, true),
        )
        .await;
        for hour in [14, 18] {
            let mut one = session(
                &format!("s-{day}-{hour}"),
                "LT-1",
                "control_rtt",
                day,
                hour,
                142.0,
            );
            one["peer_is_relay"] = json!(false);
            sent(&app, "latency/sessions", &one).await;
        }
    }
    app.work_off().await;
    let latest = app.latest(&maria).await;
    let found = ["dev.inbound_remote", "lat.operator_rtt", "dev.one_rmm"];
    assert_eq!(rules(&latest), found);
    assert_eq!(latest["stage"], "onboarding");
    let worker = app.get("/api/v1/workers/w-1").await.json();
    assert_eq!(
        state(&worker, "control_rtt"),
        Some("alarm"),
        "{}",
        worker["states"]
    );
    assert_eq!(worker["screening"]["id"], latest["id"]);

    assert_eq!(alarms().len(), 1, "{:?}", alarms());
    let data = &alarms()[0]["data"];
    assert_eq!(
        (data["worker_id"].as_str(), data["kinds"].clone()),
        (Some("w-1"), json!(["control_rtt"]))
    );
    assert_eq!(
        data["new_rules"],
        json!(["dev.inbound_remote", "dev.one_rmm", "lat.operator_rtt"])
    );

    // More of the same is no news: no further screening, no further message.
    let mut one = session("s-29", "LT-1", "control_rtt", 29, 14, 143.0);
    one["peer_is_relay"] = json!(false);
    sent(&app, "latency/sessions", &one).await;
    // Nor is another share of the time, as long as most of it comes from afar.
    sent(&app, "devices/observations", &from_afar("o-29", 29, false)).await;
    app.work_off().await;
    assert_eq!(app.latest(&maria).await["id"], latest["id"]);
    assert_eq!(alarms().len(), 1);
}

#[tokio::test]
async fn one_who_connects_by_a_relay_or_sits_at_the_device_raises_nothing() {
    for (relay, remote) in [(true, true), (false, false)] {
        let app = TestApp::start().await;
        let maria = at_work(&app).await;
        for day in [26, 27, 28] {
            sent(
                &app,
                "devices/observations",
                &from_afar(&format!("o-{day}"), day, remote),
            )
            .await;
            let mut one = session(&format!("s-{day}"), "LT-1", "control_rtt", day, 14, 142.0);
            one["peer_is_relay"] = json!(relay);
            sent(&app, "latency/sessions", &one).await;
        }
        app.work_off().await;
        let found = app.latest(&maria).await;
        assert!(
            !rules(&found).contains(&"lat.operator_rtt"),
            "{relay} {remote}"
        );
    }
}

#[tokio::test]
async fn remote_hardware_opens_a_ticket_once_whatever_the_score() {
    let app = TestApp::start().await;
    let maria = at_work(&app).await;
    let kvm = |id: &str| {
        json!({"id": id, "device_id": "LT-1", "at": "2026-05-20T10:00:00Z", "type": "usb", "vendor_id": "1d6b",
            "product_id": "0104", "manufacturer": "tinypilot", "product": "Multifunction USB Device"})
    };
    sent(&app, "devices/observations", &kvm("o-1")).await;
    app.work_off().await;
    let latest = app.latest(&maria).await;
    assert_eq!(
        (rules(&latest), latest["next_step"].as_str()),
        (vec!["dev.ipkvm"], Some("ask"))
    );
    sent(&app, "devices/observations", &kvm("o-2")).await;
    app.work_off().await;
    let tickets = telltale::store::tickets::opened(&app.app.db, 10)
        .await
        .unwrap();
    assert_eq!(
        tickets
            .iter()
            .map(|one| one.rule.as_str())
            .collect::<Vec<_>>(),
        ["dev.ipkvm"]
    );
    // Closed with a reason, it stays closed while nothing else is seen.
    let mut tx = app.app.db.begin().await.unwrap();
    let closed = telltale::store::tickets::close(
        &mut tx,
        &tickets[0].id,
        "Dana",
        "home laboratory",
        app.app.now(),
    );
    assert!(closed.await.unwrap());
    tx.commit().await.unwrap();
    sent(&app, "devices/observations", &kvm("o-3")).await;
    app.screen(json!({"external_id": "A-1", "source": "greenhouse", "name": "Maria Lopez"}))
        .await;
    assert!(
        telltale::store::tickets::opened(&app.app.db, 10)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn two_laptops_behind_one_door_are_told_of_each_other() {
    let app = TestApp::start().await;
    let (maria, daniel) = two(&app).await;
    for (who, worker, device) in [("A-1", "w-1", "LT-1"), ("A-2", "w-2", "LT-2")] {
        let more = json!({"device_ids": [device], "issued_at": "2026-05-18T00:00:00Z"});
        sent(&app, "onboardings", &onboard(who, worker, more)).await;
        let network = json!({"id": format!("n-{device}"), "device_id": device, "at": "2026-05-30T10:00:00Z",
            "type": "network", "egress_ip": "203.0.113.9", "gateway_mac": "00:11:22:33:44:55"});
        sent(&app, "devices/observations", &network).await;
        app.work_off().await;
    }
    for who in [&maria, &daniel] {
        assert_eq!(rules(&app.latest(who).await), ["dev.colocated"]);
    }
}

#[tokio::test]
async fn raw_timings_are_forgotten_and_summaries_stay() {
    let app = TestApp::start().await;
    at_work(&app).await;
    let samples: Vec<Value> = (0..120)
        .map(|n| {
            json!({"session_id": "s-1", "device_id": "LT-1", "kind": "iki",
                "at": format!("2026-05-20T09:{:02}:{:02}Z", n / 60, n % 60), "ms": 180})
        })
        .collect();
    sent(&app, "latency/samples", &json!(samples)).await;
    let kept = async || -> (i64,) {
        telltale::db::sql("select count(*) from samples")
            .one(&app.app.db)
            .await
            .unwrap()
    };
    assert_eq!(kept().await, (1,));
    app.wait(jiff::SignedDuration::from_hours(24 * 91));
    telltale::work::forget(&app.app, "").await.unwrap();
    assert_eq!(kept().await, (0,));
    let worker = app.get("/api/v1/workers/w-1").await.json();
    assert_eq!(worker["sessions"][0]["n"], 120);
}

#[tokio::test]
async fn the_report_names_the_candidate_of_every_session() {
    let app = TestApp::start().await;
    at_work(&app).await;
    let mut one = session("=1+1", "LT-1", "key_to_server", 20, 9, 42.0);
    one["access"] = json!("wifi");
    sent(&app, "latency/sessions", &one).await;
    app.work_off().await;
    let csv = app.get("/api/v1/exports/latency.csv").await;
    assert!(csv.content_type.starts_with("text/csv"));
    let line = csv.text.lines().nth(1).unwrap();
    assert!(
        line.contains(
            "\"greenhouse\",\"A-1\",\"w-1\",\"lt-1\",\"key_to_server\",\"insufficient\",\"'=1+1\""
        ),
        "{line}"
    );
    let later = app.get("/api/v1/exports/latency.csv?from=2026-05-21").await;
    assert_eq!(later.text.lines().count(), 1);
}
