//! Screenings are immutable, and can be judged again from what they kept.

use serde_json::{Value, json};
use telltale::application::Stage;
use telltale::rules::{Judgement, Ruleset, schema};
use telltale::screening::{self, Screening};
use telltale::signals::Facts;
use telltale::store::{rulesets, screenings};

use crate::common::TestApp;

async fn all(app: &TestApp) -> Vec<screenings::Stored> {
    screenings::page(&app.app.db, None, None, "", 10_000)
        .await
        .unwrap()
}

#[tokio::test]
async fn stored_signals_and_rules_give_the_stored_judgement_again() {
    let app = TestApp::start().await;
    let mut applications = telltale::demo::applications(app.app.now());
    // The rings and oddities stand among the others; a third of everybody has some of each.
    applications.retain(|one| {
        one.external_id
            .bytes()
            .map(u32::from)
            .sum::<u32>()
            .is_multiple_of(3)
    });
    for result in screening::receive(&app.app, applications).await {
        result.unwrap();
    }
    app.settle().await;
    let stored = all(&app).await;
    assert!(stored.len() > 80, "{}", stored.len());
    let mut fired = 0;
    let files = rulesets::files(&app.app.db, &stored[0].ruleset).await;
    let ruleset = Ruleset::from_texts(files.unwrap().unwrap(), &schema::SHIPPED).unwrap();
    for one in stored {
        assert_eq!(ruleset.digest(), one.ruleset);
        let signals = screenings::signals(&app.app.db, &one.id)
            .await
            .unwrap()
            .unwrap();
        let facts = Facts::from_json(&serde_json::from_str(&signals).unwrap());
        assert_eq!(
            facts.to_json(),
            signals,
            "reading and writing loses nothing"
        );
        let stage = Stage::ALL
            .into_iter()
            .find(|stage| stage.word() == one.stage)
            .unwrap();
        let again: Judgement = ruleset.judge(&facts, stage);
        fired += again.findings.len();
        let one = Screening::from(one);
        assert_eq!(again, one.judgement, "{}", one.external_id);
    }
    assert!(fired > 20, "{fired}");
}

#[tokio::test]
async fn a_later_version_or_neighbour_changes_no_screening_that_stands() {
    let app = TestApp::start().await;
    let record = |id: &str, name: &str, phone: &str| json!({"external_id": id, "name": name, "phones": [phone]});
    let first = app
        .screen(record("a", "Maria Lopez", "(212) 736-5000"))
        .await;
    let before: Vec<(String, Value, String)> = kept(&app).await;
    app.screen(record("b", "Daniel Whitfield", "(212) 736-5000"))
        .await;
    app.screen(record("a", "Maria Lopez", "(212) 736-5009"))
        .await;
    app.settle().await;
    let after = kept(&app).await;
    assert!(after.len() > before.len() + 1);
    assert!(before.iter().all(|one| after.contains(one)));
    let count = after.len();
    app.settle().await;
    screening::screen(
        &app.app,
        &[telltale::candidate::CandidateId(
            first["candidate_id"].as_str().unwrap().into(),
        )],
    )
    .await
    .unwrap();
    assert_eq!(
        kept(&app).await.len(),
        count,
        "screening twice changes nothing"
    );
}

async fn kept(app: &TestApp) -> Vec<(String, Value, String)> {
    let mut kept = Vec::new();
    for one in all(app).await {
        let signals = screenings::signals(&app.app.db, &one.id)
            .await
            .unwrap()
            .unwrap();
        kept.push((
            one.id.clone(),
            serde_json::to_value(Screening::from(one).judgement).unwrap(),
            signals,
        ));
    }
    kept
}
