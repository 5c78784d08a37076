//! The log of deliveries, and what a candidate's page tells of them.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::json;
use telltale::db::sql;
use telltale::store::deliveries;

use crate::common::TestApp;
use crate::connections::{leads_to, maria, page, page_of, send, send_from};
use crate::hooks::vendor::{application, candidates, connect, connect_with, taken};

const PERSONAL: [&str; 6] = [
    "Maria",
    "Lopez",
    "example.com",
    "736",
    "Example Ave",
    "LinkedIn",
];

#[tokio::test]
async fn the_log_is_filtered_and_a_delivery_shows_nobody() {
    let app = TestApp::start().await;
    let (hook, other) = (
        connect(&app, "greenhouse").await,
        connect_with(&app, "greenhouse", |new| new.source = "second".into()).await,
    );
    taken(&app, &hook, &maria()).await;
    taken(&app, &other, &json!({"action": "ping", "payload": {}})).await;
    app.work_off().await;
    let all = page(&app, "/deliveries").await;
    assert!(all.contains("New application") && all.contains("Test of the connection"));
    let channel = hook.path.rsplit('/').next().unwrap();
    let candidate = candidates(&app, "7").await[0]["candidate_id"]
        .as_str()
        .unwrap()
        .to_owned();
    for (filter, applied, pinged) in [
        (format!("channel={channel}"), true, false),
        ("way=received".to_owned(), true, true),
        ("way=sent".to_owned(), false, false),
        ("state=done".to_owned(), true, false),
        ("state=ignored".to_owned(), false, true),
        ("state=dead".to_owned(), false, false),
        (format!("candidate={candidate}"), true, false),
        ("candidate=nobody".to_owned(), false, false),
        ("channel=&way=&state=&candidate=".to_owned(), true, true),
    ] {
        let text = page(&app, &format!("/deliveries?{filter}")).await;
        assert_eq!(text.contains("New application</a>"), applied, "{filter}");
        assert_eq!(
            text.contains("Test of the connection</a>"),
            pinged,
            "{filter}"
        );
    }
    for filter in ["state=lost", "way=up"] {
        let answer = app.get(&format!("/deliveries?{filter}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{filter}");
    }
    let (id,): (String,) = sql("select id from deliveries where channel = ?")
        .bind(channel)
        .one(&app.app.db)
        .await
        .unwrap();
    let raw = page(&app, &format!("/deliveries/{id}")).await;
    for personal in PERSONAL {
        assert!(!raw.contains(personal), "{personal} in {raw}");
    }
    for shape in [
        "new_candidate_application",
        "email_addresses",
        "2026-05-27T14:44:43Z",
        "‹text, 14 characters›",
        "Replay",
    ] {
        assert!(raw.contains(shape), "{shape} in {raw}");
    }
    assert!(!raw.contains("sha256 "), "the signature is masked");
    assert_eq!(
        app.get("/deliveries/none").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn the_log_goes_on_page_by_page() {
    let app = TestApp::start().await;
    let hook = connect(&app, "greenhouse").await;
    for n in 0..51 {
        taken(&app, &hook, &json!({"action": "ping", "n": n})).await;
    }
    let first = page(&app, "/deliveries?way=received").await;
    assert_eq!(first.matches("href=\"/deliveries/").count(), 50);
    let next = first.split("rel=\"next\" href=\"").nth(1).unwrap();
    let next = next.split('"').next().unwrap().replace("&#38;", "&");
    let second = page(&app, &next).await;
    assert_eq!(second.matches("href=\"/deliveries/").count(), 1);
    assert!(second.contains("First page") && !second.contains("rel=\"next\""));
}

#[tokio::test]
async fn a_replay_makes_a_delivery_due_again_and_changes_nothing_twice() {
    let app = TestApp::start().await;
    let hook = connect(&app, "greenhouse").await;
    taken(&app, &hook, &maria()).await;
    app.work_off().await;
    let before = candidates(&app, "7").await;
    let (id,): (String,) = sql("select id from deliveries")
        .one(&app.app.db)
        .await
        .unwrap();
    let again = format!("/deliveries/{id}/again");
    let foreign = send_from(&app, &again, "", "cross-site").await;
    assert_eq!(foreign.status, StatusCode::BAD_REQUEST);
    let stands = async || {
        let found = deliveries::by_id(&app.app.db, &id).await.unwrap();
        found.unwrap().state
    };
    assert_eq!(stands().await, "done");
    assert_eq!(
        leads_to(&send(&app, &again, "").await),
        format!("/deliveries/{id}")
    );
    assert_eq!(stands().await, "waiting");
    app.work_off().await;
    assert_eq!(stands().await, "done");
    assert_eq!(candidates(&app, "7").await, before);

    let candidate = before[0]["candidate_id"].as_str().unwrap();
    let request = Request::delete(format!("/api/v1/candidates/{candidate}"))
        .header(header::AUTHORIZATION, format!("Bearer {}", app.key));
    app.send(request.body(Body::empty()).unwrap()).await;
    let shown = page(&app, &format!("/deliveries/{id}")).await;
    assert!(shown.contains("its body is no longer kept") && !shown.contains("Replay"));
    assert_eq!(send(&app, &again, "").await.status, StatusCode::CONFLICT);

    taken(&app, &hook, &json!({"action": "ping", "payload": {}})).await;
    let (ping,): (String,) = sql("select id from deliveries where body is not null")
        .one(&app.app.db)
        .await
        .unwrap();
    leads_to(&send(&app, &format!("{}/remove", page_of(&hook)), "sure=true").await);
    let shown = page(&app, &format!("/deliveries/{ping}")).await;
    assert!(shown.contains("its connection or endpoint was removed"));
    let refused = send(&app, &format!("/deliveries/{ping}/again"), "").await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_candidates_page_tells_what_the_hiring_system_told() {
    let app = TestApp::start().await;
    let hook = connect(&app, "greenhouse").await;
    taken(&app, &hook, &maria()).await;
    let other = application(
        "new_candidate_application",
        8,
        ("Maria", "Lopez"),
        &json!({}),
    );
    taken(&app, &hook, &other).await;
    let merge = json!({"action": "merge_candidate", "payload": {"person": {"id": 7, "new_candidate_id": 8}}});
    taken(&app, &hook, &merge).await;
    app.work_off().await;
    let candidate = &candidates(&app, "7").await[0]["candidate_id"];
    let candidate = candidate.as_str().unwrap();
    let into = &candidates(&app, "8").await[0]["candidate_id"];
    let decided =
        json!({"outcome": "explained", "reason": "She applied twice.", "by": "Dana Reed"});
    let path = format!("/api/v1/candidates/{candidate}/decisions");
    app.post(&path, decided.to_string()).await;
    let shown = page(&app, &format!("/candidates/{candidate}")).await;
    for told in [
        "New application",
        "Merged into another candidate",
        "Version 1 received",
        "shown above",
        "Decided: what was found has an innocent reason",
        "She applied twice.",
        "None recorded.",
        &format!("href=\"/candidates/{}\"", into.as_str().unwrap()),
        &format!("href=\"/deliveries?candidate={candidate}\""),
    ] {
        assert!(shown.contains(told), "{told}");
    }
    let deliveries = page(&app, &format!("/deliveries?candidate={candidate}")).await;
    assert!(deliveries.contains("Merged into another candidate"));
}
