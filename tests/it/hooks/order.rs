//! Whatever order deliveries come in, they end in the same state.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::vendor::{application, candidates, connect, taken};
use crate::common::TestApp;

/// What two people go through: each change at its own time by the source's clock.
fn life() -> Vec<Value> {
    let at = |hour: u32| format!("2026-05-28T{hour:02}:00:00Z");
    let phone = |digits: &str| json!([{"value": digits, "type": "mobile"}]);
    let (maria, other) = (("Maria", "Lopez"), ("Daniel", "Whitfield"));
    vec![
        application(
            "new_candidate_application",
            1,
            maria,
            &json!({"last_activity_at": at(1), "candidate": {"phone_numbers": phone("(212) 736-5000")}}),
        ),
        application(
            "candidate_stage_change",
            1,
            maria,
            &json!({"last_activity_at": at(2), "current_stage": {"name": "Technical Interview"}}),
        ),
        application(
            "application_updated",
            1,
            maria,
            &json!({"last_activity_at": at(3), "candidate": {"phone_numbers": phone("(415) 736-5000")}}),
        ),
        application(
            "candidate_stage_change",
            1,
            maria,
            &json!({"last_activity_at": at(4), "current_stage": {"name": "Offer"}, "candidate": {"last_name": "Lopez-Garcia"}}),
        ),
        application(
            "hire_candidate",
            1,
            maria,
            &json!({"last_activity_at": at(5)}),
        ),
        application(
            "new_candidate_application",
            2,
            other,
            &json!({"last_activity_at": at(1), "candidate": {"phone_numbers": phone("(212) 736-5000")}}),
        ),
        application(
            "reject_candidate",
            2,
            other,
            &json!({"last_activity_at": at(2), "rejected_at": at(2)}),
        ),
        application(
            "new_candidate_application",
            3,
            ("Odette", "Marlow"),
            &json!({"last_activity_at": at(1)}),
        ),
        json!({"action": "merge_candidate", "payload": {"person": {"id": 3, "new_candidate_id": 2}}}),
        application(
            "new_candidate_application",
            4,
            ("Ruth", "Amado"),
            &json!({"last_activity_at": at(1)}),
        ),
        json!({"action": "delete_candidate", "payload": {"person": {"id": 4}}}),
        application(
            "new_candidate_application",
            5,
            ("Ines", "Ferro"),
            &json!({"last_activity_at": at(1)}),
        ),
        json!({"action": "merge_candidate", "payload": {"person": {"id": 5, "new_candidate_id": 6}}}),
        json!({"action": "delete_candidate", "payload": {"person": {"id": 6}}}),
    ]
}

/// All that matters of the end: records, merges, rules that fired, next steps.
async fn end(app: &TestApp) -> Vec<Value> {
    let mut told = Vec::new();
    for id in ["1", "2", "3", "4", "5", "6"] {
        for one in candidates(app, id).await {
            let candidate = one["candidate_id"].as_str().unwrap();
            let shown = app
                .get(&format!("/api/v1/candidates/{candidate}"))
                .await
                .json();
            let mut rules = crate::common::rules(&shown["screening"]);
            rules.sort_unstable();
            told.push(json!({
                "asked": id, "application": shown["application"], "merged_into": shown["merged_into"],
                "rules": rules, "next_step": shown["next_step"], "score_db": shown["score_db"],
            }));
        }
    }
    told
}

async fn live(deliveries: &[Value], work_between: bool) -> Vec<Value> {
    let app = TestApp::start().await;
    let hook = connect(&app, "greenhouse").await;
    for one in deliveries {
        taken(&app, &hook, one).await;
        if work_between {
            app.work_off().await;
        }
    }
    app.work_off().await;
    end(&app).await
}

#[test]
fn shuffled_and_repeated_deliveries_end_as_ordered_ones() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let ordered = runtime.block_on(live(&life(), true));
    assert_eq!(
        ordered.len(),
        4,
        "one of them is found under two ids, and one is erased: {ordered:#?}"
    );
    let mut runner = TestRunner::new(Config {
        cases: 12,
        failure_persistence: None,
        ..Config::default()
    });
    let places: Vec<usize> = (0..life().len()).collect();
    let shuffled = Just(places).prop_shuffle();
    let given = (
        shuffled,
        prop::collection::vec(0..life().len(), 0..4),
        any::<bool>(),
    );
    runner
        .run(&given, |(order, again, work_between)| {
            let life = life();
            let order: Vec<Value> = order
                .iter()
                .chain(&again)
                .map(|at| life[*at].clone())
                .collect();
            let shuffled = runtime.block_on(live(&order, work_between));
            prop_assert_eq!(&ordered, &shuffled);
            Ok(())
        })
        .unwrap();
}
