//! Results on their way out, to real servers on loopback.

use jiff::SignedDuration;
use serde_json::{Value, json};
use telltale::audit::Actor;
use telltale::net::standard_webhooks;
use telltale::outlets::endpoints::{self, Kind, New};
use telltale::outlets::message;
use telltale::store::deliveries::{self, Delivery, Filter, State};
use telltale::store::endpoints as store;

use crate::common::TestApp;
use crate::receiver::{self, Receiver};

/// An endpoint to make, on loopback.
pub fn new(kind: Kind, url: &str) -> New {
    New {
        kind,
        name: String::new(),
        url: url.to_owned(),
        secret: None,
        events: Vec::new(),
        private: true,
        ssf: telltale::outlets::ssf::Options::default(),
    }
}

async fn ok() -> Receiver {
    Receiver::start(|_, _| (204, Vec::new(), Vec::new())).await
}

async fn sent(app: &TestApp) -> Vec<Delivery> {
    let filter = Filter {
        incoming: Some(false),
        ..Filter::default()
    };
    let mut all = deliveries::list(&app.app.db, &filter, None, 100)
        .await
        .unwrap();
    all.reverse();
    all
}

/// Two people whom one phone and one text tie: their next step is raised.
async fn raise(app: &TestApp) -> Value {
    let text = "Senior engineer who built the freight ledger of a mid-size carrier and kept it running for six years \
        with four nines of uptime. Led a team of three through a move to event sourcing, wrote the reconciliation \
        that found lost parcels worth two percent of revenue, and taught the night shift to read its own graphs.";
    let record = |id: &str, name: &str| json!({"external_id": id, "source": "greenhouse", "name": name, "phones": ["(212) 736-5000"], "resume_text": text});
    app.screen(record("1", "Maria Lopez")).await;
    app.screen(record("2", "Daniel Whitfield")).await
}

#[tokio::test]
async fn a_webhook_is_signed_thin_and_told_of_what_it_asked_for() {
    let (app, all, raised) = (TestApp::start().await, ok().await, ok().await);
    let (_, secret) = endpoints::add(
        &app.app,
        &Actor::system("test"),
        new(Kind::Webhook, &all.origin),
    )
    .await
    .unwrap();
    let only = New {
        events: vec![message::Kind::NextStepRaised],
        ..new(Kind::Webhook, &raised.origin)
    };
    endpoints::add(&app.app, &Actor::system("test"), only)
        .await
        .unwrap();
    let screening = raise(&app).await;
    app.work_off().await;
    let secret = [secret.unwrap()];
    let mut types = Vec::new();
    for asked in all.asked() {
        let (id, time) = (
            asked.header("webhook-id"),
            asked.header("webhook-timestamp"),
        );
        assert!(id.starts_with("msg_") && !id.contains('.'));
        assert!(standard_webhooks::verifies(
            &secret,
            id,
            time,
            &asked.body,
            asked.header("webhook-signature")
        ));
        let body = asked.json();
        types.push(body["type"].as_str().unwrap().to_owned());
        let text = body.to_string();
        for personal in ["Maria", "Daniel", "736", "freight"] {
            assert!(!text.contains(personal), "{text}");
        }
    }
    assert!(types.iter().any(|one| one == "screening.completed"));
    assert!(types.iter().any(|one| one == "next_step.raised"));
    let told: Vec<Value> = raised
        .asked()
        .iter()
        .map(crate::receiver::Asked::json)
        .collect();
    assert!(told.iter().all(|one| one["type"] == "next_step.raised"));
    let mine = told
        .iter()
        .find(|one| one["data"]["candidate_id"] == screening["candidate_id"])
        .unwrap();
    assert_eq!(mine["data"]["next_step"], screening["next_step"]);
    assert!(
        sent(&app)
            .await
            .iter()
            .all(|one| one.state == "done" && one.status == Some(204))
    );
}

#[tokio::test]
async fn a_failing_endpoint_is_tried_by_the_schedule_then_given_up_and_can_be_replayed() {
    let app = TestApp::start().await;
    let endpoint =
        Receiver::start(|_, before| (if before < 10 { 500 } else { 200 }, Vec::new(), Vec::new()))
            .await;
    let only = New {
        events: vec![message::Kind::ScreeningCompleted],
        ..new(Kind::Webhook, &endpoint.origin)
    };
    let (row, _) = endpoints::add(&app.app, &Actor::system("test"), only)
        .await
        .unwrap();
    app.screen(json!({"external_id": "1", "name": "Maria Lopez"}))
        .await;
    app.work_off().await;
    assert_eq!(endpoint.asked().len(), 1);
    for (n, seconds) in [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
        .into_iter()
        .enumerate()
    {
        app.wait(SignedDuration::from_secs(seconds - 1));
        app.work_off().await;
        assert_eq!(
            endpoint.asked().len(),
            n + 1,
            "not before {seconds} s have passed"
        );
        app.wait(SignedDuration::from_secs(2));
        app.work_off().await;
        assert_eq!(endpoint.asked().len(), n + 2, "after {seconds} s");
    }
    let dead = sent(&app).await.remove(0);
    assert_eq!((dead.state.as_str(), dead.next_at), ("dead", None));
    app.wait(SignedDuration::from_secs(1));
    let failing = store::by_id(&app.app.db, &row.id).await.unwrap().unwrap();
    assert!(failing.failure.unwrap().contains("500"));
    let mut tx = app.app.db.begin().await.unwrap();
    assert!(
        deliveries::again(&mut tx, &dead.id, app.app.now())
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    app.work_off().await;
    assert_eq!(sent(&app).await[0].state, "done");
    let ids: Vec<_> = endpoint
        .asked()
        .iter()
        .map(|one| one.header("webhook-id").to_owned())
        .collect();
    assert!(
        ids.iter().all(|id| *id == ids[0]),
        "the id stays over retries: {ids:?}"
    );
    let times: std::collections::BTreeSet<_> = endpoint
        .asked()
        .iter()
        .map(|one| one.header("webhook-timestamp").to_owned())
        .collect();
    assert_eq!(times.len(), 11, "the time is the attempt's");
}

#[tokio::test]
async fn an_endpoint_that_is_no_more_is_switched_off_and_loses_nothing() {
    let app = TestApp::start().await;
    let endpoint =
        Receiver::start(|_, before| (if before == 0 { 410 } else { 200 }, Vec::new(), Vec::new()))
            .await;
    let only = New {
        events: vec![message::Kind::ScreeningCompleted],
        ..new(Kind::Webhook, &endpoint.origin)
    };
    let (row, _) = endpoints::add(&app.app, &Actor::system("test"), only)
        .await
        .unwrap();
    app.screen(json!({"external_id": "1", "name": "Maria Lopez"}))
        .await;
    app.work_off().await;
    assert!(
        store::by_id(&app.app.db, &row.id)
            .await
            .unwrap()
            .unwrap()
            .disabled_at
            .is_some()
    );
    app.screen(json!({"external_id": "2", "name": "Daniel Whitfield"}))
        .await;
    app.work_off().await;
    assert_eq!(endpoint.asked().len(), 1, "nothing more is sent there");
    assert_eq!(sent(&app).await[0].state, "held");
    endpoints::enable(&app.app, &Actor::system("test"), &row.id)
        .await
        .unwrap();
    app.work_off().await;
    assert_eq!(
        (endpoint.asked().len(), sent(&app).await[0].state.as_str()),
        (2, "done")
    );
}

#[tokio::test]
async fn private_addresses_plain_http_and_redirects_lead_nowhere() {
    let (app, inside) = (TestApp::start().await, ok().await);
    for url in [
        inside.origin.as_str(),
        "https://127.0.0.1/hook",
        "https://10.0.0.1/",
        "https://[::1]/",
        "http://hooks.example/",
        "https://me:pw@hooks.example/",
        "ftp://hooks.example/",
        "not an address",
    ] {
        let refused = endpoints::add(
            &app.app,
            &Actor::system("test"),
            New {
                private: false,
                ..new(Kind::Webhook, url)
            },
        )
        .await;
        assert!(refused.is_err(), "{url}");
    }
    let to = inside.origin.clone();
    let redirecting =
        Receiver::start(move |_, _| (307, vec![("location", to.clone())], Vec::new())).await;
    endpoints::add(
        &app.app,
        &Actor::system("test"),
        new(Kind::Webhook, &redirecting.origin),
    )
    .await
    .unwrap();
    app.screen(json!({"external_id": "1", "name": "Maria Lopez"}))
        .await;
    app.work_off().await;
    assert!(inside.asked().is_empty());
    let waiting = sent(&app).await.remove(0);
    assert_eq!(
        (waiting.state.as_str(), waiting.status),
        (State::Waiting.word(), Some(307))
    );
}

#[tokio::test]
async fn a_siem_gets_findings_and_a_chat_a_line_and_neither_a_name() {
    let (app, siem, chat) = (TestApp::start().await, ok().await, ok().await);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("findings.ndjson");
    endpoints::add(
        &app.app,
        &Actor::system("test"),
        new(Kind::Ocsf, &siem.origin),
    )
    .await
    .unwrap();
    endpoints::add(
        &app.app,
        &Actor::system("test"),
        new(Kind::Ocsf, file.to_str().unwrap()),
    )
    .await
    .unwrap();
    endpoints::add(
        &app.app,
        &Actor::system("test"),
        new(Kind::Chat, &chat.origin),
    )
    .await
    .unwrap();
    raise(&app).await;
    app.work_off().await;
    let findings: Vec<Value> = siem
        .asked()
        .iter()
        .map(crate::receiver::Asked::json)
        .collect();
    assert!(!findings.is_empty());
    for one in &findings {
        // What the schema requires of this class.
        for field in [
            "activity_id",
            "category_uid",
            "class_uid",
            "finding_info",
            "metadata",
            "severity_id",
            "time",
            "type_uid",
        ] {
            assert!(!one[field].is_null(), "{field}: {one}");
        }
        assert_eq!(
            one["type_uid"],
            json!(200_400 + one["activity_id"].as_i64().unwrap())
        );
        assert!(
            one["finding_info"]["uid"].is_string()
                && one["metadata"]["product"]["name"].is_string()
        );
        assert!(!one.to_string().contains("Maria"));
    }
    let lines = std::fs::read_to_string(&file).unwrap();
    assert_eq!(lines.lines().count(), findings.len());
    let line = chat.asked()[0].json();
    let text = line["text"].as_str().unwrap();
    assert!(
        text.contains("greenhouse") && !text.contains("Maria") && !text.contains("Daniel"),
        "{text}"
    );
    for banned in ["fraud", "fake", "Korea", "suspect"] {
        assert!(!text.to_lowercase().contains(&banned.to_lowercase()));
    }
}

#[tokio::test]
async fn nothing_more_is_sent_of_who_is_erased() {
    let app = TestApp::start().await;
    let endpoint = Receiver::start(|_, _| (500, Vec::new(), Vec::new())).await;
    endpoints::add(
        &app.app,
        &Actor::system("test"),
        new(Kind::Webhook, &endpoint.origin),
    )
    .await
    .unwrap();
    let screening = app
        .screen(json!({"external_id": "1", "name": "Maria Lopez"}))
        .await;
    app.work_off().await;
    assert_eq!(sent(&app).await[0].state, "waiting");
    let id = screening["candidate_id"].as_str().unwrap();
    let request = axum::http::Request::delete(format!("/api/v1/candidates/{id}"))
        .header("authorization", format!("Bearer {}", app.key));
    let erased = app
        .send(request.body(axum::body::Body::empty()).unwrap())
        .await;
    assert_eq!(erased.status, 204);
    app.wait(SignedDuration::from_hours(1));
    app.work_off().await;
    assert_eq!(endpoint.asked().len(), 1);
    let left = sent(&app).await.remove(0);
    assert_eq!((left.state.as_str(), left.body), ("ignored", None));
}

#[tokio::test]
async fn a_decision_is_recorded_and_told() {
    let (app, endpoint) = (TestApp::start().await, ok().await);
    let only = New {
        events: vec![message::Kind::DecisionMade],
        ..new(Kind::Webhook, &endpoint.origin)
    };
    endpoints::add(&app.app, &Actor::system("test"), only)
        .await
        .unwrap();
    let screening = app
        .screen(json!({"external_id": "1", "name": "Maria Lopez"}))
        .await;
    let path = format!(
        "/api/v1/candidates/{}/decisions",
        screening["candidate_id"].as_str().unwrap()
    );
    let said = json!({"outcome": "cleared", "reason": "Spoke with her.", "by": "Dana Reed"});
    let answer = app.post(&path, said.to_string()).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let refused = app
        .post(
            &path,
            json!({"outcome": "guilty", "reason": "x", "by": "y"}).to_string(),
        )
        .await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.json()["pointer"], "/outcome");
    app.work_off().await;
    let told = endpoint.asked().remove(0).json();
    assert_eq!(
        (&told["type"], &told["data"]["outcome"]),
        (&json!("decision.made"), &json!("cleared"))
    );
    assert!(!told.to_string().contains("Spoke"));
}

/// A connection to Greenhouse that leaves notes and tags at the receiver.
async fn leaving(app: &TestApp, api: &Receiver) {
    crate::hooks::vendor::connect_with(app, "greenhouse", |new| {
        new.api_url = Some(api.origin.clone());
        new.api_key = Some("token".into());
        new.settings.insert("user_id".into(), "7".into());
        new.settings.insert("tag_id".into(), "9".into());
        new.leaves = true;
    })
    .await;
}

#[tokio::test]
async fn a_note_and_a_tag_are_left_once_in_neutral_words() {
    let app = TestApp::start().await;
    let api = Receiver::start(|_, _| receiver::json(201, &json!({"id": 55}))).await;
    leaving(&app, &api).await;
    raise(&app).await;
    app.work_off().await;
    let asked = api.asked();
    let mut lines = api.lines();
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "POST /v3/applied_candidate_tags",
            "POST /v3/applied_candidate_tags",
            "POST /v3/notes",
            "POST /v3/notes"
        ],
        "one of each for both, and nothing else: no rejection, no change of stage"
    );
    for one in asked.iter().filter(|one| one.line.ends_with("notes")) {
        let body = one.json();
        assert_eq!(
            (&body["visibility"], &body["user_id"]),
            (&json!("admin_only"), &json!(7))
        );
        let text = body["body"].as_str().unwrap().to_lowercase();
        for banned in [
            "fraud", "fake", "reject", "korea", "suspect", "maria", "daniel", "736",
        ] {
            assert!(!text.contains(banned), "{text}");
        }
    }
    // Screened again with the same outcome: nothing new to say.
    raise(&app).await;
    app.work_off().await;
    assert_eq!(api.asked().len(), asked.len());
}

#[tokio::test]
async fn a_note_whose_answer_never_came_is_looked_for_and_not_left_twice() {
    let app = TestApp::start().await;
    let kept = std::sync::Arc::new(std::sync::Mutex::new(Vec::<Value>::new()));
    let notes = kept.clone();
    let api = Receiver::start(move |asked, _| match asked.line.as_str() {
        "POST /v3/notes" => {
            let mut notes = notes.lock().unwrap();
            let mut note = asked.json();
            note["id"] = json!(notes.len() + 1);
            notes.push(note);
            // It is kept, and the answer says otherwise.
            (502, Vec::new(), Vec::new())
        }
        line if line.starts_with("GET /v3/notes") => {
            receiver::json(200, &json!(*notes.lock().unwrap()))
        }
        _ => receiver::json(201, &json!({"id": 1})),
    })
    .await;
    leaving(&app, &api).await;
    raise(&app).await;
    for _ in 0..4 {
        app.work_off().await;
        // Screened anew in between: the note in doubt is still the one that is looked for.
        raise(&app).await;
        app.wait(SignedDuration::from_mins(10));
    }
    app.work_off().await;
    assert_eq!(kept.lock().unwrap().len(), 2, "one for each of the two");
    assert!(sent(&app).await.iter().all(|one| one.state == "done"));
}
