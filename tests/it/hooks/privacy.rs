//! Merges and erasures.

use serde_json::{Value, json};

use telltale::store::deliveries::{self, Filter};

use super::vendor::{application, candidates, connect, taken};
use crate::common::{TestApp, rules};

fn shared_phone() -> Value {
    json!({"candidate": {"phone_numbers": [{"value": "(212) 736-5000", "type": "mobile"}]}})
}

#[tokio::test]
async fn who_is_deleted_is_erased_and_stays_so() {
    let app = TestApp::start().await;
    let hook = connect(&app, "greenhouse").await;
    let (maria, john) = (("Maria", "Lopez"), ("Daniel", "Whitfield"));
    taken(
        &app,
        &hook,
        &application("new_candidate_application", 1, maria, &shared_phone()),
    )
    .await;
    taken(
        &app,
        &hook,
        &application("new_candidate_application", 2, john, &shared_phone()),
    )
    .await;
    app.work_off().await;
    let other = candidates(&app, "2").await.remove(0);
    let id = other["candidate_id"].as_str().unwrap().to_owned();
    let screening = |json: Value| json["screening"].clone();
    let before = screening(app.get(&format!("/api/v1/candidates/{id}")).await.json());
    assert!(rules(&before).contains(&"x.phone"), "{before}");

    taken(
        &app,
        &hook,
        &json!({"action": "delete_candidate", "payload": {"person": {"id": 1}}}),
    )
    .await;
    app.work_off().await;
    assert!(candidates(&app, "1").await.is_empty());
    let after = screening(app.get(&format!("/api/v1/candidates/{id}")).await.json());
    assert!(!rules(&after).contains(&"x.phone"), "{after}");

    // What comes late is dropped.
    let late = json!({"last_activity_at": "2026-05-28T00:00:00Z"});
    taken(
        &app,
        &hook,
        &application("candidate_stage_change", 1, maria, &late),
    )
    .await;
    app.work_off().await;
    assert!(candidates(&app, "1").await.is_empty());
}

#[tokio::test]
async fn a_merge_re_keys_and_keeps_the_evidence_of_reuse() {
    let app = TestApp::start().await;
    let hook = connect(&app, "greenhouse").await;
    taken(
        &app,
        &hook,
        &application(
            "new_candidate_application",
            1,
            ("Maria", "Lopez"),
            &shared_phone(),
        ),
    )
    .await;
    taken(
        &app,
        &hook,
        &application(
            "new_candidate_application",
            2,
            ("Daniel", "Whitfield"),
            &shared_phone(),
        ),
    )
    .await;
    let merged = json!({"action": "merge_candidate", "payload": {"person": {"id": 1, "new_candidate_id": 2}}});
    taken(&app, &hook, &merged).await;
    app.work_off().await;
    let found = candidates(&app, "2").await;
    assert_eq!(found.len(), 2, "both are found under the id that stays");
    for one in found {
        let id = one["candidate_id"].as_str().unwrap();
        let shown = app.get(&format!("/api/v1/candidates/{id}")).await.json();
        assert!(rules(&shown["screening"]).contains(&"x.phone"), "{shown}");
    }
    // Who asks to be forgotten is forgotten under both ids.
    taken(&app, &hook, &json!({"action": "candidate_anonymized", "payload": {"candidate_id": 2, "anonymized_fields": ["full_name"]}})).await;
    app.work_off().await;
    assert!(candidates(&app, "2").await.is_empty() && candidates(&app, "1").await.is_empty());
}

#[tokio::test]
async fn raw_deliveries_are_forgotten_after_a_month_and_their_log_after_a_year() {
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
    let log = || async {
        deliveries::list(&app.app.db, &Filter::default(), None, 10)
            .await
            .unwrap()
    };
    let day = jiff::SignedDuration::from_hours(24);
    app.wait(day * 29);
    let to = telltale::work::forget(&app.app, "").await.unwrap();
    assert!(log().await[0].body.is_some());
    app.wait(day * 2);
    telltale::work::forget(&app.app, &to).await.unwrap();
    assert!(log().await[0].body.is_none());
    app.wait(day * 400);
    telltale::work::forget(&app.app, "").await.unwrap();
    assert!(log().await.is_empty());
    assert_eq!(candidates(&app, "1").await.len(), 1, "the candidate stays");
}
