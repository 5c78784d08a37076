//! Checks that people make: recorded, counted at once, kept, and never an applicant's to send.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use telltale::candidate::CandidateId;
use telltale::db::sql;
use telltale::store::{candidates, checks};
use telltale::web::auth::{self, Scope};

use crate::common::{Answer, Database, TestApp, rules};

fn maria() -> Value {
    json!({"external_id": "a", "name": "Maria Lopez", "phones": ["(212) 736-5000"],
        "education": [{"institution": "Northmoor College", "study_type": "Bachelor", "start_date": "2012-09",
            "end_date": "2016-05"}],
        "work": [{"name": "Brightwater Logistics", "position": "Engineer", "start_date": "2016-07"}]})
}

fn path(screening: &Value) -> String {
    format!(
        "/api/v1/candidates/{}/checks",
        screening["candidate_id"].as_str().unwrap()
    )
}

fn made(kind: &str, result: &str, about: Option<&str>) -> Value {
    json!({"kind": kind, "result": result, "about": about, "by": "Dana Reed"})
}

/// Records a check and returns the new screening.
async fn record(app: &TestApp, of: &Value, check: Value) -> Value {
    let answer = app.post(&path(of), check.to_string()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    answer.json()
}

async fn send(app: &TestApp, path: &str, request_key: &str, body: &Value) -> Answer {
    let request = Request::post(path)
        .header(header::AUTHORIZATION, format!("Bearer {}", app.key))
        .header("idempotency-key", request_key);
    app.send(request.body(Body::from(body.to_string())).unwrap())
        .await
}

async fn shown(app: &TestApp, of: &Value) -> Value {
    let path = path(of);
    app.get(path.strip_suffix("/checks").unwrap()).await.json()
}

async fn execute(app: &TestApp, text: &'static str) {
    let mut tx = app.app.db.begin().await.unwrap();
    sql(text).execute(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_check_is_answered_with_the_screening_that_counts_it() {
    let app = TestApp::start().await;
    let first = app.screen(maria()).await;
    assert_eq!(first["score_db"], -20.0);
    assert_eq!(shown(&app, &first).await["checks"], json!([]));
    let mut denied = made("registrar", "denied", Some("education[0]"));
    denied["note"] = json!("By phone.");
    denied["at"] = json!("2026-05-30T10:00:00+02:00");
    let second = record(&app, &first, denied).await;
    assert_eq!(rules(&second), ["edu.registrar_denies"]);
    assert_eq!(second["score_db"], -7.0);
    assert_eq!(second["next_step"], "ask");
    assert_eq!(second["version"], 1);
    assert_ne!(second["id"], first["id"], "a screening is added");
    assert_eq!(app.latest(&first).await, second);
    let finding = &second["findings"][0];
    assert_eq!(finding["evidence"][0]["field"], "education[0]");
    let claim = finding["evidence"][0]["value"].as_str().unwrap();
    assert!(claim.contains("Northmoor College"), "{claim}");
    let message = finding["message"].as_str().unwrap();
    assert!(
        message.contains(claim) && message.contains("Dana Reed"),
        "{message}"
    );

    let third = record(&app, &first, made("id_in_person", "confirmed", None)).await;
    assert_eq!(
        rules(&third),
        ["edu.registrar_denies", "counter.id_in_person"]
    );
    assert_eq!(third["score_db"], -22.0);
    let listed = shown(&app, &first).await["checks"].take();
    let listed = listed.as_array().unwrap();
    let results: Vec<_> = listed.iter().map(|check| &check["kind"]).collect();
    assert_eq!(results, ["id_in_person", "registrar"], "the latest first");
    for (key, value) in [
        ("kind", json!("registrar")),
        ("result", json!("denied")),
        ("about", json!("education[0]")),
        ("claim", json!(claim)),
        ("version", json!(1)),
        ("by", json!("Dana Reed")),
        ("note", json!("By phone.")),
        ("at", json!("2026-05-30T08:00:00Z")),
        ("recorded_at", json!("2026-06-01T12:00:00Z")),
    ] {
        assert_eq!(listed[1][key], value, "{key}");
    }
    assert_eq!(listed[0]["at"], "2026-06-01T12:00:00Z", "now, unless said");
}

#[tokio::test]
async fn what_is_wrong_is_refused_by_its_field_and_leaves_nothing() {
    let app = TestApp::start().await;
    let maria = app.screen(maria()).await;
    for (key, value) in [
        ("kind", json!("notary")),
        ("result", json!("perhaps")),
        ("by", json!("")),
        ("by", json!("x".repeat(201))),
        ("about", json!("education[1]")),
        ("about", json!("work[0]")),
        ("about", json!("nothing")),
        ("at", json!("2026-06-01T12:00:01Z")),
        ("at", json!("soon")),
        ("note", json!("a\u{0}b")),
        ("score_db", json!(-15)),
    ] {
        let mut check = made("registrar", "confirmed", None);
        check[key] = value.clone();
        let answer = app.post(&path(&maria), check.to_string()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{value}");
        assert_eq!(answer.content_type, "application/problem+json");
        assert_eq!(answer.json()["pointer"], format!("/{key}"), "{value}");
    }
    for (body, status) in [
        ("", StatusCode::BAD_REQUEST),
        ("[]", StatusCode::BAD_REQUEST),
        ("{", StatusCode::BAD_REQUEST),
        (&*" ".repeat(70_000), StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let answer = app.post(&path(&maria), body.to_owned()).await;
        assert_eq!(answer.status, status, "{}", answer.text);
    }
    let good = made("registrar", "confirmed", None).to_string();
    let nobody = "/api/v1/candidates/019c0000-0000-7000-8000-000000000000/checks";
    for nobody in [nobody, "/api/v1/candidates/%00/checks"] {
        let answer = app.post(nobody, good.clone()).await;
        assert!(
            [StatusCode::NOT_FOUND, StatusCode::BAD_REQUEST].contains(&answer.status),
            "{}",
            answer.text
        );
    }
    let key = auth::create(&app.app, Scope::Export, "reports")
        .await
        .unwrap();
    for (key, status) in [
        (&*key, StatusCode::FORBIDDEN),
        ("none", StatusCode::UNAUTHORIZED),
    ] {
        let request = Request::post(path(&maria))
            .header(header::AUTHORIZATION, format!("Bearer {key}"))
            .body(Body::from(good.clone()))
            .unwrap();
        assert_eq!(app.send(request).await.status, status);
    }
    assert_eq!(shown(&app, &maria).await["checks"], json!([]));
    assert_eq!(app.latest(&maria).await, maria);
}

#[tokio::test]
async fn the_latest_of_a_kind_and_claim_counts_and_no_answer_takes_back() {
    let app = TestApp::start().await;
    let maria = app.screen(maria()).await;
    let about = Some("work[0]");
    for (result, at, fired) in [
        ("denied", "2026-05-10T00:00:00Z", &["emp.denied"][..]),
        ("confirmed", "2026-05-12T00:00:00Z", &["counter.employer"]),
        // Recorded later, made before.
        ("denied", "2026-05-11T00:00:00Z", &["counter.employer"]),
        ("no_answer", "2026-05-13T00:00:00Z", &[]),
        ("denied", "2026-05-14T00:00:00Z", &["emp.denied"]),
    ] {
        let mut check = made("employer", result, about);
        check["at"] = json!(at);
        let screening = record(&app, &maria, check).await;
        assert_eq!(rules(&screening), fired, "{result} of {at}");
    }
    // Another kind, another claim: counted beside it.
    let both = record(
        &app,
        &maria,
        made("registrar", "confirmed", Some("education[0]")),
    )
    .await;
    assert_eq!(rules(&both), ["emp.denied", "counter.registrar"]);
    assert_eq!(both["score_db"], -10.0);
}

#[tokio::test]
async fn a_check_is_remembered_with_every_later_version() {
    let app = TestApp::start().await;
    let first = app.screen(maria()).await;
    let about = Some("education[0]");
    let confirmed = record(&app, &first, made("registrar", "confirmed", about)).await;
    assert_eq!(rules(&confirmed), ["counter.registrar"]);
    let mut later = maria();
    later["stage"] = json!("interview");
    let same = app.screen(later.clone()).await;
    assert_eq!(rules(&same), ["counter.registrar"]);
    later["education"][0]["institution"] = json!("Eastfold University");
    let rewritten = app.screen(later.clone()).await;
    assert_eq!(rules(&rewritten), ["drift.education"], "another claim");
    let denied = record(&app, &first, made("registrar", "denied", about)).await;
    assert_eq!(denied["version"], 3);
    later["education"] = json!([]);
    let left_out = app.screen(later).await;
    assert!(rules(&left_out).contains(&"edu.registrar_denies"));
}

#[tokio::test]
async fn an_applicant_cannot_send_checks() {
    let app = TestApp::start().await;
    let plain = app.screen(maria()).await;
    let own = json!([{"kind": "id_in_person", "result": "confirmed", "by": "Me", "stands": true,
        "at": "2026-05-30T10:00:00Z"}]);
    let mut record = maria();
    record["external_id"] = json!("b");
    record["phones"] = json!(["(212) 736-5001"]);
    record["checks"] = own.clone();
    record["record"] = json!({"steady": 5});
    let resume = json!({"basics": {"name": "Maria Lopez", "checks": own}, "checks": own,
        "meta": {"external_id": "c", "checks": own}});
    for sent in [record, resume] {
        let screening = app.screen(sent).await;
        assert_eq!(rules(&screening), [""; 0]);
        assert_eq!(screening["score_db"], plain["score_db"]);
        assert_eq!(shown(&app, &screening).await["checks"], json!([]));
        let id = screening["id"].as_str().unwrap();
        let stored = app.get(&format!("/api/v1/screenings/{id}")).await.json();
        assert_eq!(stored["signals"].get("checks"), None);
    }
}

#[tokio::test]
async fn the_same_request_twice_leaves_one_check_and_two_candidates_are_two() {
    let app = TestApp::start().await;
    let first = app.screen(maria()).await;
    let other =
        json!({"external_id": "b", "name": "Daniel Whitfield", "phones": ["(212) 736-5001"]});
    let other = app.screen(other).await;
    let check = made("id_in_person", "confirmed", None);
    let answer = send(&app, &path(&first), "k-1", &check).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let again = send(&app, &path(&first), "k-1", &check).await;
    assert_eq!(
        (again.status, again.text),
        (StatusCode::CREATED, answer.text)
    );
    let elsewhere = send(&app, &path(&other), "k-1", &check).await;
    assert_eq!(elsewhere.status, StatusCode::CONFLICT);
    assert_eq!(
        shown(&app, &first).await["checks"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(shown(&app, &other).await["checks"], json!([]));
    // What was refused may be mended under its key.
    let refused = send(
        &app,
        &path(&other),
        "k-2",
        &made("registrar", "denied", Some("x")),
    )
    .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mended = send(&app, &path(&other), "k-2", &check).await;
    assert_eq!(mended.status, StatusCode::CREATED);
}

#[tokio::test]
async fn two_at_once_are_both_kept_and_both_counted() {
    let database = Arc::new(Database::new().await);
    let apps = [
        TestApp::on(database.clone()).await,
        TestApp::on(database).await,
    ];
    let maria = apps[0].screen(maria()).await;
    let making = [
        made("registrar", "denied", Some("education[0]")),
        made("employer", "denied", Some("work[0]")),
        made("id_in_person", "confirmed", None),
        made("id_in_person", "confirmed", Some("name")),
    ];
    let making = making.into_iter().enumerate().map(|(n, check)| {
        let (app, maria) = (apps[n % 2].clone(), maria.clone());
        tokio::spawn(async move { record(&app, &maria, check).await })
    });
    for made in making.collect::<Vec<_>>() {
        made.await.unwrap();
    }
    assert_eq!(
        shown(&apps[0], &maria).await["checks"]
            .as_array()
            .unwrap()
            .len(),
        4
    );
    let latest = apps[1].latest(&maria).await;
    assert_eq!(
        rules(&latest),
        ["edu.registrar_denies", "emp.denied", "counter.id_in_person"]
    );
    assert_eq!(latest["score_db"], -9.0);
}

#[tokio::test]
async fn a_check_committed_before_a_crash_is_counted_after_it() {
    let app = TestApp::start().await;
    let maria = app.screen(maria()).await;
    let id = CandidateId(maria["candidate_id"].as_str().unwrap().to_owned());
    record(&app, &maria, made("employer", "denied", Some("work[0]"))).await;
    // As if the program had ended right after the commit: the check stands, its screening does not.
    let stored = checks::of(&app.app.db, std::slice::from_ref(&id))
        .await
        .unwrap();
    let mut check = stored[&id][0].clone();
    (check.id, check.result) = (app.app.new_id(), telltale::check::Outcome::Confirmed);
    let mut tx = app.app.db.begin().await.unwrap();
    let stale = candidates::mark_version(&mut tx, &id, 2).await.unwrap();
    assert_eq!(stale, None, "it is about the first version");
    let due = candidates::mark_version(&mut tx, &id, 1).await.unwrap();
    assert!(due.is_some());
    checks::append(&mut tx, &id, &check, None).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(rules(&app.latest(&maria).await), ["emp.denied"]);
    app.settle().await;
    assert_eq!(rules(&app.latest(&maria).await), ["counter.employer"]);
}

#[tokio::test]
async fn with_the_candidate_its_checks_go() {
    let app = TestApp::start().await;
    let maria = app.screen(maria()).await;
    record(&app, &maria, made("employer", "denied", Some("work[0]"))).await;
    execute(&app, "delete from candidates").await;
    let id = CandidateId(maria["candidate_id"].as_str().unwrap().to_owned());
    let left = checks::of(&app.app.db, std::slice::from_ref(&id))
        .await
        .unwrap();
    assert!(left.is_empty());
    let answer = app
        .post(&path(&maria), made("employer", "denied", None).to_string())
        .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

/// Red-flags §7a: at +3 a step-up; "then in-person ID check -15 => -12, nothing".
#[tokio::test]
async fn a_step_up_is_settled_by_an_id_seen_in_person() {
    let app = TestApp::start().await;
    app.screen(
        json!({"external_id": "b", "name": "Daniel Whitfield", "phones": ["(212) 736-5000"]}),
    )
    .await;
    let mut record_of = maria();
    record_of["emails"] = json!(["john.smith@example.com"]);
    record_of["references"] = json!([{"name": "Ned Okafor", "company": "Brightwater Logistics",
        "email": "ned.okafor@gmail.com"}]);
    let before = app.screen(record_of).await;
    // 12 + 5 + 6 on -20.
    assert_eq!(
        rules(&before),
        ["x.phone", "emp.reference_channel", "email.name_conflict"]
    );
    assert_eq!(
        (&before["score_db"], &before["next_step"]),
        (&json!(3.0), &json!("verify"))
    );
    let after = record(&app, &before, made("id_in_person", "confirmed", None)).await;
    assert_eq!(
        (&after["score_db"], &after["next_step"]),
        (&json!(-12.0), &json!("none"))
    );
    assert_eq!(after["findings"].as_array().unwrap().len(), 4);
    let taken_back = record(&app, &before, made("id_in_person", "no_answer", None)).await;
    assert_eq!(taken_back["score_db"], 3.0);
}

#[tokio::test]
async fn a_steady_record_speaks_for_the_candidate() {
    let app = TestApp::start().await;
    for (stage, fired) in [
        ("applied", &[][..]),
        ("interview", &[]),
        ("offer", &["counter.steady_record"]),
    ] {
        let mut version = maria();
        version["stage"] = json!(stage);
        let screening = app.screen(version).await;
        assert_eq!(rules(&screening), fired, "{stage}");
        let score_db = if fired.is_empty() { -20.0 } else { -22.0 };
        assert_eq!(screening["score_db"], score_db);
    }
}

#[tokio::test]
async fn the_page_tells_what_people_found_out() {
    let app = TestApp::start().await;
    let maria = app.screen(maria()).await;
    let page = format!("/candidates/{}", maria["candidate_id"].as_str().unwrap());
    assert!(app.get(&page).await.text.contains("None recorded."));
    let mut check = made("registrar", "denied", Some("education[0]"));
    check["by"] = json!("<script>alert(1)</script>");
    check["note"] = json!("Asked for the years 2012 to 2016.");
    record(&app, &maria, check).await;
    record(&app, &maria, made("id_in_person", "confirmed", None)).await;
    let page = app.get(&page).await.text;
    let page = page.replace("<script type=\"module\" src=\"/assets/", "");
    for told in [
        "The registrar has no record of it",
        "ID seen in person, and it matched",
        "Asked for the years 2012 to 2016.",
        "education[0]",
        "What this does not show",
        "\u{2212}15.0 dB",
    ] {
        assert!(page.contains(told), "{told}");
    }
    assert!(!page.contains("<script"));
    assert!(
        !page.contains("Nothing needs to be asked"),
        "what speaks for somebody is no question"
    );
}
