//! Workers on their pages, tickets, and onboarding by a form.

use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use telltale::access::Role;
use telltale::candidate::CandidateId;
use telltale::store::tickets::{self, Ticket};
use telltale::store::workers;
use telltale::telemetry::{self, Access, DeviceId, Item, Kind, Observation, Probe, Seen, Session};

use crate::common::{TestApp, sign_in};
use crate::connections::{leads_to, page, send, send_from};

const HOSTILE: &str = "<script>alert(1)</script>\"'>";

fn ada() -> Value {
    json!({"source": "api", "external_id": "A-1", "name": "Ada Rivers",
        "address": {"line1": "12 Example St", "city": "Austin", "region": "TX", "postal_code": "78701", "country": "US"}})
}

/// The form's fields, as a browser sends them.
fn form(fields: &[(&str, &str)]) -> String {
    let encode = |text: &str| -> String {
        text.bytes()
            .fold(String::new(), |to, byte| to + &format!("%{byte:02X}"))
    };
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", encode(value)))
        .collect();
    pairs.join("&")
}

async fn onboard(app: &TestApp, fields: &[(&str, &str)]) -> crate::common::Answer {
    send(app, "/onboardings/new", &form(fields)).await
}

/// Ada, onboarded as this worker with this device.
async fn hired(app: &TestApp, worker: &str, device: &str) -> CandidateId {
    let screening = app.screen(ada()).await;
    let answer = onboard(
        app,
        &[
            ("source", "api"),
            ("external_id", "A-1"),
            ("worker_id", worker),
            ("device_ids", device),
            ("start_date", "2026-04-01"),
        ],
    )
    .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    CandidateId(screening["candidate_id"].as_str().unwrap().to_owned())
}

fn session(app: &TestApp, n: i64, device: &str, kind: Kind, median_ms: f64) -> Item {
    let started_at = app.app.now() - SignedDuration::from_hours(n * 9 + 2);
    Item::Session(Session {
        id: format!("s-{n}"),
        device: DeviceId::of(device).unwrap(),
        kind,
        started_at,
        ended_at: started_at + SignedDuration::from_mins(25),
        n: 480,
        p05_ms: median_ms - 6.0,
        median_ms,
        mad_ms: 3.0,
        p95_ms: median_ms * 1.6,
        peer_is_relay: (kind == Kind::ControlRtt).then_some(false),
        probe: (kind == Kind::PathRtt).then(|| Probe {
            name: format!("us-west {HOSTILE}"),
            lat: 45.54,
            lon: -122.96,
        }),
        access: Some(Access::Wifi),
        rhythm: None,
    })
}

fn seen(app: &TestApp, device: &str, seen: Seen) -> Item {
    Item::Observation(Observation {
        id: seen.word().to_owned(),
        device: DeviceId::of(device).unwrap(),
        at: app.app.now() - SignedDuration::from_hours(3),
        seen,
    })
}

async fn take(app: &TestApp, items: Vec<Item>) {
    telemetry::take(&app.app, items).await.unwrap();
    telemetry::work_off(&app.app).await.unwrap();
}

#[tokio::test]
async fn a_worker_is_listed_and_has_a_page_with_all_that_is_known() {
    let app = TestApp::start().await;
    assert!(page(&app, "/workers").await.contains("No workers yet"));
    let id = hired(&app, "w-17", "LT-0042").await;
    let mut items: Vec<Item> = (0..20)
        .map(|n| session(&app, n, "lt-0042", Kind::PathRtt, 48.0))
        .collect();
    items.extend((0..20).map(|n| session(&app, n, "lt-0042", Kind::ControlRtt, 140.0)));
    items.push(seen(
        &app,
        "lt-0042",
        Seen::RemoteSession {
            product: Some(format!("rdp {HOSTILE}")),
            remote: true,
            active_minutes: 400.0,
            peer_ip: None,
            peer_is_relay: Some(false),
            own_keyboard: Some(false),
        },
    ));
    take(&app, items).await;
    let list = page(&app, "/workers").await;
    for told in [
        "/workers/w-17",
        "Ada Rivers",
        "2026-04-01",
        "lt-0042",
        "Path to probes",
        "Medians of the last 30 days: 8 days",
    ] {
        assert!(list.contains(told), "{told}: {list}");
    }
    assert!(
        list.contains("Alarm"),
        "remote control with a long round trip is found"
    );
    let shown = page(&app, "/workers/w-17").await;
    for told in [
        "Most work comes over a remote-control connection",
        "From where do you usually work",
        "Innocent reasons",
        "us-west &#60;script&#62;",
        "The same in figures",
        "a high one proves nothing",
        "an upper bound",
        "1 session from afar by rdp",
        "40 sessions.",
        "never which key",
        &format!("/candidates/{id}"),
    ] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    assert!(!shown.contains("<script"));
    let candidate = page(&app, &format!("/candidates/{id}")).await;
    assert!(candidate.contains("href=\"/workers/w-17\""));
    assert_eq!(app.get("/workers/w-18").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_list_is_searched_and_goes_on_behind_the_last() {
    let app = TestApp::start().await;
    for n in 0..27 {
        let external_id = format!("A-{n}");
        app.screen(json!({"source": "api", "external_id": external_id, "name": "Ada Rivers"}))
            .await;
        let worker = format!("W_{n:02}");
        let fields = [
            ("source", "api"),
            ("external_id", &*external_id),
            ("worker_id", &*worker),
        ];
        assert_eq!(onboard(&app, &fields).await.status, StatusCode::SEE_OTHER);
    }
    let first = page(&app, "/workers").await;
    assert!(first.contains("/workers/W_24\"") && !first.contains("/workers/W_25\""));
    assert!(first.contains("href=\"/workers?cursor=W_24\""), "{first}");
    let second = page(&app, "/workers?cursor=W_24").await;
    assert!(second.contains("/workers/W_25\"") && second.contains("/workers/W_26\""));
    assert!(!second.contains("Next page") && second.contains("First page"));
    let found = page(&app, "/workers?q=w_07").await;
    assert!(found.contains("/workers/W_07\"") && !found.contains("/workers/W_08\""));
    assert!(
        page(&app, "/workers?q=%25")
            .await
            .contains("Nobody matches"),
        "a sign of like is none here"
    );
}

#[tokio::test]
async fn a_worker_of_any_name_is_found_under_its_address() {
    let app = TestApp::start().await;
    let id = hired(&app, &format!("a/b {HOSTILE}"), "unbound?").await;
    let list = page(&app, "/workers").await;
    let at = list.find("href=\"/workers/a%2Fb").expect("it is listed");
    let href = list[at + 6..].split('"').next().unwrap();
    let shown = page(&app, href).await;
    assert!(shown.contains("a/b &#60;script&#62;") && !shown.contains("<script"));
    let moved = send(&app, &format!("{href}/moved"), "sure=true").await;
    assert_eq!(leads_to(&moved), href);
    let candidate = page(&app, &format!("/candidates/{id}")).await;
    assert!(candidate.contains(&format!("href=\"{href}\"")));
}

#[tokio::test]
async fn the_form_keeps_what_was_typed_but_for_numbers() {
    let app = TestApp::start().await;
    let id = app.screen(ada()).await["candidate_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let candidate = page(&app, &format!("/candidates/{id}")).await;
    let href = format!("/onboardings/new?candidate={id}");
    assert!(candidate.contains(&format!("href=\"{href}\"")));
    let empty = page(&app, &href).await;
    for told in [
        "value=\"A-1\"",
        "value=\"api\"",
        "never which key",
        "name=\"request.crypto_pay\"",
    ] {
        assert!(empty.contains(told), "{told}");
    }
    let mut fields = vec![
        ("source", "api"),
        ("external_id", "A-1"),
        ("worker_id", "w-17"),
        ("device_ids", "LT-1\r\nLT-2"),
        ("start_date", "2026-13-01"),
        ("ship_to.city", HOSTILE),
        ("recipient", "Corwin Vale"),
        ("bank_account", "000000000 5550100"),
        ("bank_kind", "prepaid"),
        ("document_number", "X5550100"),
        ("request.own_device", "true"),
    ];
    let refused = onboard(&app, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for told in [
        "Nothing was bound",
        "href=\"#start_date\"",
        "id=\"wrong-start_date\"",
        "LT-1\r\nLT-2",
        "value=\"Corwin Vale\"",
        "<option value=\"prepaid\" selected>",
        "name=\"request.own_device\" value=\"true\" checked",
    ] {
        assert!(refused.text.contains(told), "{told}: {}", refused.text);
    }
    for secret in ["5550100", "<script"] {
        assert!(!refused.text.contains(secret), "{secret}");
    }
    assert!(workers::by_id(&app.app.db, "w-17").await.unwrap().is_none());
    fields[4].1 = "2026-04-01";
    fields[2].1 = "w\u{0}";
    let nul = onboard(&app, &fields).await;
    assert_eq!(nul.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", nul.text);
    fields[2].1 = "w-17";
    fields[1].1 = "A-2";
    let nobody = onboard(&app, &fields).await;
    assert!(
        nobody.text.contains("id=\"wrong-external_id\""),
        "{}",
        nobody.text
    );
    fields[1].1 = "A-1";
    let foreign = send_from(&app, "/onboardings/new", &form(&fields), "cross-site").await;
    assert_eq!(foreign.status, StatusCode::BAD_REQUEST);
    assert!(workers::by_id(&app.app.db, "w-17").await.unwrap().is_none());
    let bound = onboard(&app, &fields).await;
    assert_eq!(leads_to(&bound), "/workers/w-17");
    let shown = page(&app, "/workers/w-17?done=bound").await;
    assert!(shown.contains("It is bound.") && shown.contains("lt-2"));
    assert!(
        shown.contains("onb.prepaid"),
        "the candidate was screened at once: {shown}"
    );
    let again = onboard(&app, &fields).await;
    assert!(
        again.headers["location"]
            .to_str()
            .unwrap()
            .ends_with("?done=unchanged")
    );
    assert_eq!(
        app.get("/onboardings/new?candidate=nobody").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn who_may_not_read_of_workers_onboards_and_comes_back_to_the_candidate() {
    let app = TestApp::start().await;
    let screening = app.screen(ada()).await;
    let recruiter = sign_in(&app.app, Role::Recruiter).await;
    let shown = app.get_as(&recruiter, "/onboardings/new").await;
    assert_eq!(shown.status, StatusCode::OK);
    assert!(!shown.text.contains("href=\"/workers\""));
    let fields = "source=api&external_id=A-1&worker_id=w-17&device_ids=LT-0042";
    for done in ["bound", "unchanged"] {
        let answer = app.post_as(&recruiter, "/onboardings/new", fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        let to = answer.headers["location"].to_str().unwrap();
        let id = screening["candidate_id"].as_str().unwrap();
        assert_eq!(to, format!("/candidates/{id}?done={done}"));
        let page = app.get_as(&recruiter, to).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains("nboarded") && page.text.contains("role=\"status\""));
    }
}

#[tokio::test]
async fn a_device_is_returned_and_what_it_says_then_is_nobodys() {
    let app = TestApp::start().await;
    hired(&app, "w-17", "LT-0042").await;
    assert!(page(&app, "/workers/unbound").await.contains("None"));
    let path = "/workers/w-17/return";
    let foreign = send_from(&app, path, "device=lt-0042&returned_on=", "cross-site").await;
    assert_eq!(foreign.status, StatusCode::BAD_REQUEST);
    for wrong in [
        "device=lt-0042&returned_on=2026-03-01",
        "device=lt-0099&returned_on=",
    ] {
        let refused = send(&app, path, wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(refused.text.contains("Nothing was changed"));
    }
    for (day, why) in [
        ("2026-07-01", "in the future"),
        ("2026-02-30", "no date"),
        ("0001-01-01", "more than ten years from today"),
    ] {
        let refused = send(&app, path, &format!("device=lt-0042&returned_on={day}")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{day}");
        assert!(
            refused.text.contains(why) && refused.text.contains("It came back"),
            "{day}"
        );
    }
    let back = send(&app, path, "device=lt-0042&returned_on=2026-05-20").await;
    assert_eq!(leads_to(&back), "/workers/w-17");
    let shown = page(&app, "/workers/w-17?done=returned").await;
    assert!(
        shown.contains("2026-05-21 00:00") && !shown.contains("It came back"),
        "{shown}"
    );
    let items: Vec<Item> = (0..5)
        .map(|n| session(&app, n, "lt-0042", Kind::KeyToServer, 48.0))
        .collect();
    take(&app, items).await;
    take(
        &app,
        vec![seen(
            &app,
            HOSTILE,
            Seen::Network {
                egress_ip: None,
                gateway_mac: None,
                bssid: None,
                vpn: None,
                shared_ip: None,
            },
        )],
    )
    .await;
    let waits = page(&app, "/workers/unbound").await;
    assert!(
        waits.contains("5 sessions, 0 observations") && waits.contains("0 sessions, 1 observation"),
        "{waits}"
    );
    assert!(
        waits.contains("href=\"/onboardings/new?device=lt-0042\""),
        "it was somebody's: no day is filled in"
    );
    assert!(!waits.contains("<script"));
    let filled = page(&app, "/onboardings/new?device=lt-0042&issued_on=2026-05-25").await;
    assert!(filled.contains(">lt-0042</textarea>") && filled.contains("value=\"2026-05-25\""));
    assert!(
        page(&app, "/workers")
            .await
            .contains("2 devices bound to nobody")
    );
}

#[tokio::test]
async fn a_move_is_confirmed_by_a_tick() {
    let app = TestApp::start().await;
    hired(&app, "w-17", "LT-0042").await;
    for unsure in ["", "sure=no", "sure="] {
        let unticked = send(&app, "/workers/w-17/moved", unsure).await;
        assert_eq!(unticked.status, StatusCode::BAD_REQUEST, "{unsure}");
    }
    let foreign = send_from(&app, "/workers/w-17/moved", "sure=true", "cross-site").await;
    assert_eq!(foreign.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        send(&app, "/workers/w-99/moved", "sure=true").await.status,
        StatusCode::NOT_FOUND
    );
    let before = workers::by_id(&app.app.db, "w-17").await.unwrap().unwrap();
    assert!(before.baseline_from.is_none());
    assert_eq!(
        leads_to(&send(&app, "/workers/w-17/moved", "sure=true").await),
        "/workers/w-17"
    );
    let moved = workers::by_id(&app.app.db, "w-17").await.unwrap().unwrap();
    assert_eq!(
        moved.baseline_from.map(Timestamp::from),
        Some(app.app.now())
    );
    assert!(
        page(&app, "/workers/w-17?done=moved")
            .await
            .contains("Learnt anew since")
    );
}

#[tokio::test]
async fn a_ticket_is_closed_by_a_named_person() {
    let app = TestApp::start().await;
    let id = hired(&app, "w-17", "LT-0042").await;
    let ticket = Ticket {
        id: "t-1".into(),
        candidate_id: id,
        rule: "dev.vpn_app".into(),
        title: "A consumer VPN".into(),
        message: HOSTILE.into(),
        opened_at: telltale::db::Millis(app.app.now().as_millisecond()),
        closed_at: None,
        closed_by: None,
        note: None,
    };
    let mut tx = app.app.db.begin().await.unwrap();
    assert!(tickets::open(&mut tx, &ticket).await.unwrap());
    tx.commit().await.unwrap();
    let list = page(&app, "/workers").await;
    assert!(list.contains("For security") && list.contains("worker w-17"));
    assert!(list.contains("action=\"/tickets/t-1/close\"") && !list.contains("<script"));
    let foreign = send_from(&app, "/tickets/t-1/close", "note=", "cross-site").await;
    assert_eq!(foreign.status, StatusCode::BAD_REQUEST);
    for wrong in [
        "note=a%00b".to_owned(),
        format!("note={}", "x".repeat(2_001)),
    ] {
        let refused = send(&app, "/tickets/t-1/close", &wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(refused.content_type.starts_with("text/html"));
    }
    assert_eq!(tickets::opened(&app.app.db, 10).await.unwrap().len(), 1);
    let closed = send(&app, "/tickets/t-1/close", "note=Removed.").await;
    assert_eq!(leads_to(&closed), "/workers");
    let list = page(&app, "/workers?done=closed").await;
    assert!(list.contains("The ticket is closed.") && !list.contains("For security"));
    assert_eq!(
        send(&app, "/tickets/t-1/close", "").await.status,
        StatusCode::NOT_FOUND
    );
    let shown = page(&app, "/workers/w-17").await;
    assert!(
        shown.contains("closed by")
            && shown.contains("@staff.example")
            && shown.contains("Removed.")
    );
}
