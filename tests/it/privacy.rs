//! Erasing, handing out, keeping for a time, and holding for the law.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::SignedDuration;
use serde_json::{Value, json};
use sqlx::Row as _;
use telltale::access::Role;
use telltale::audit::Actor;
use telltale::db::{Db, sql};
use telltale::privacy::retention;
use telltale::store::audit_log;
use telltale::store::deliveries::{self, Filter};

use crate::common::{Answer, Database, TestApp, sign_in};
use crate::hooks::vendor::{application, candidates, connect, taken};
use crate::outlets;
use crate::receiver::Receiver;

/// A word that stands nowhere else.
const MARK: &str = "Zqxvwarble";

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Every value of every row: table, column, bytes. Text and what is sealed come as they lie there.
pub async fn everything(db: &Db) -> Vec<(String, String, Vec<u8>)> {
    let safe = |text: String| sqlx::AssertSqlSafe(text);
    let mut all = Vec::new();
    macro_rules! read {
        ($pool:expr, $tables:expr) => {{
            let tables = sqlx::query($tables).fetch_all($pool).await.unwrap();
            for table in tables {
                let table: String = table.get(0);
                let rows = sqlx::query(safe(format!("select * from {table}")))
                    .fetch_all($pool)
                    .await
                    .unwrap();
                for row in rows {
                    for (n, column) in row.columns().iter().enumerate() {
                        use sqlx::Column as _;
                        let value: Option<Vec<u8>> = row.try_get_unchecked(n).unwrap();
                        all.push((
                            table.clone(),
                            column.name().to_owned(),
                            value.unwrap_or_default(),
                        ));
                    }
                }
            }
        }};
    }
    match db {
        Db::Sqlite { pool, .. } => read!(
            pool,
            "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
        ),
        Db::Postgres(pool) => read!(
            pool,
            "select table_name::text from information_schema.tables where table_schema = current_schema()"
        ),
    }
    all
}

fn holds(bytes: &[u8], word: &str) -> bool {
    String::from_utf8_lossy(bytes)
        .to_lowercase()
        .contains(&word.to_lowercase())
}

/// The places where a word stands, also within what is sealed.
async fn standing(app: &TestApp, word: &str) -> BTreeSet<String> {
    let db = &app.app.db;
    let mut found: BTreeSet<String> = everything(db)
        .await
        .into_iter()
        .filter(|(_, _, value)| holds(value, word))
        .map(|(table, column, _)| format!("{table}.{column}"))
        .collect();
    for one in deliveries::list(db, &Filter::default(), None, 1000)
        .await
        .unwrap()
    {
        let opened = one.body.map(|body| {
            let place = deliveries::place(&one.id);
            app.app.vault.open(&place, &body).unwrap()
        });
        if opened.is_some_and(|body| holds(&body, word)) {
            found.insert("deliveries.body".to_owned());
        }
    }
    let texts: Vec<(String, Vec<u8>)> = sql("select id, text from comments").all(db).await.unwrap();
    for (id, text) in texts {
        let place = format!("comments.text/{id}");
        if holds(&app.app.vault.open(&place, &text).unwrap(), word) {
            found.insert("comments.text".to_owned());
        }
    }
    let said: Vec<(String, Vec<u8>)> = sql("select id, said from onboardings")
        .all(db)
        .await
        .unwrap();
    for (id, said) in said {
        let place = format!("onboardings.said/{id}");
        if holds(&app.app.vault.open(&place, &said).unwrap(), word) {
            found.insert("onboardings.said".to_owned());
        }
    }
    found
}

/// Sends something to the API under a key that makes it answered once.
async fn sent(app: &TestApp, path: &str, body: &Value) -> Answer {
    let request = Request::post(path)
        .header(header::AUTHORIZATION, format!("Bearer {}", app.key))
        .header("idempotency-key", app.app.new_id());
    let answer = app
        .send(request.body(Body::from(body.to_string())).unwrap())
        .await;
    assert!(answer.status.is_success(), "{path}: {}", answer.text);
    answer
}

async fn delete(app: &TestApp, id: &str) -> Answer {
    let request = app.signed(Request::delete(format!("/api/v1/candidates/{id}")));
    app.send(request.body(Body::empty()).unwrap()).await
}

fn id_of(one: &Value) -> String {
    one["candidate_id"].as_str().unwrap().to_owned()
}

/// What the audit log says of an action.
async fn done(app: &TestApp, action: &str) -> Vec<audit_entry::Entry> {
    let all = audit_log::after(&app.app.db, 0, 10_000).await.unwrap();
    all.into_iter().filter(|one| one.action == action).collect()
}

mod audit_entry {
    pub use telltale::audit::Entry;
}

/// A text that two may share: long enough to be told apart from what everybody writes.
fn text() -> String {
    (0..40)
        .map(|n| format!("- {MARK}{n} built the freight ledger number {n} of carrier {MARK} and kept it running {n} years.\n"))
        .collect()
}

/// A record with the word in every field.
fn record(external_id: &str, source: &str) -> Value {
    json!({
        "external_id": external_id, "source": source, "agency": format!("{MARK} Staffing"), "name": format!("Maria {MARK}"),
        "emails": [format!("{MARK}@example.com")], "phones": ["(212) 736-5000"],
        "address": {"line1": format!("12 {MARK} Street"), "city": "Springfield", "region": "IL", "postal_code": "62701", "country": "US"},
        "links": [format!("https://www.linkedin.com/in/{MARK}"), format!("https://github.com/{MARK}")],
        "education": [{"institution": format!("{MARK} College"), "area": format!("{MARK}"), "study_type": "Bachelor", "start_date": "2012-09", "end_date": "2016-05"}],
        "work": [{"name": format!("{MARK} Logistics"), "position": format!("{MARK} engineer"), "start_date": "2016-07", "location": MARK}],
        "references": [{"name": format!("Dana {MARK}"), "phone": "(312) 555-0144", "email": format!("dana.{MARK}@example.org")}],
        "resume_text": format!("Maria {MARK}\n\nEXPERIENCE\n\n{}", text()),
        "submission": {"ip": "203.0.113.9", "device_id": format!("dev-{MARK}"), "user_agent": MARK, "time_zone": "America/Chicago", "submitted_at": "2026-05-30T12:00:00Z"},
        "unknown": {"deep": [MARK]},
    })
}

/// Somebody in whom the word stands wherever it can, and somebody else who shares a text and a phone.
async fn marked(app: &TestApp) -> (String, String) {
    let hook = connect(app, "greenhouse").await;
    let endpoint = Receiver::start(|_, _| (500, Vec::new(), Vec::new())).await;
    telltale::outlets::endpoints::add(
        &app.app,
        &Actor::system("test"),
        outlets::new(
            telltale::outlets::endpoints::Kind::Webhook,
            &endpoint.origin,
        ),
    )
    .await
    .unwrap();
    let more =
        json!({"candidate": {"phone_numbers": [{"value": "(212) 736-5000", "type": "mobile"}]}});
    taken(
        app,
        &hook,
        &application("new_candidate_application", 7, ("Maria", MARK), &more),
    )
    .await;
    app.work_off().await;
    let first = sent(app, "/api/v1/candidates", &record("7", "greenhouse")).await;
    let id = id_of(&first.json());
    // Somebody else with much of the same text.
    let other = json!({"external_id": "o-1", "source": "api", "name": "Daniel Whitfield", "phones": ["(212) 736-5000"],
        "resume_text": format!("Daniel Whitfield\n\nEXPERIENCE\n\n{}", text().replace(MARK, "Plainword"))});
    let other = id_of(&app.screen(other).await);
    app.settle().await;
    let decision = json!({"outcome": "explained", "reason": format!("{MARK} moved"), "by": format!("Dana {MARK}")});
    sent(
        app,
        &format!("/api/v1/candidates/{id}/decisions"),
        &decision,
    )
    .await;
    let check = json!({"kind": "employer", "result": "confirmed", "about": "work[0]", "by": format!("Dana {MARK}"), "note": MARK});
    sent(app, &format!("/api/v1/candidates/{id}/checks"), &check).await;
    let note = json!({"other": other, "by": format!("Dana {MARK}"), "note": format!("{MARK} is somebody else")});
    sent(app, &format!("/api/v1/candidates/{id}/not-same"), &note).await;
    let comment = format!("text={MARK}+moved+twice");
    let commented = app
        .post_as(&app.cookie, &format!("/candidates/{id}/comments"), &comment)
        .await;
    assert_eq!(
        commented.status,
        StatusCode::SEE_OTHER,
        "{}",
        commented.text
    );
    let onboarding = json!({"source": "greenhouse", "external_id": "7", "worker_id": format!("w-{MARK}"), "device_ids": ["LT-7"],
        "issued_at": "2026-05-01T00:00:00Z", "recipient": MARK, "bank_account": "021000021 1234567", "bank_holder": MARK,
        "ship_to": {"line1": format!("9 {MARK} Avenue"), "city": "Peoria", "region": "IL", "postal_code": "61602", "country": "US"}});
    sent(app, "/api/v1/onboardings", &onboarding).await;
    let session = json!({"id": format!("s-{MARK}"), "device_id": "LT-7", "kind": "key_to_server", "started_at": "2026-05-20T09:00:00Z",
        "ended_at": "2026-05-20T09:45:00Z", "n": 480, "p05_ms": 30.0, "median_ms": 42.0, "mad_ms": 3.0, "p95_ms": 60.0});
    sent(app, "/api/v1/latency/sessions", &session).await;
    let samples: Vec<Value> = (0..40)
        .map(|n| {
            json!({"session_id": format!("r-{MARK}"), "device_id": "LT-7", "kind": "key_to_server",
            "at": format!("2026-05-21T09:00:{n:02}Z"), "ms": 40.0 + f64::from(n)})
        })
        .collect();
    sent(app, "/api/v1/latency/samples", &json!(samples)).await;
    let usb = json!({"id": format!("u-{MARK}"), "device_id": "LT-7", "at": "2026-05-22T09:00:00Z", "type": "usb", "vendor_id": "1d6b",
        "product_id": "0104", "manufacturer": "tinypilot", "product": format!("TinyPilot {MARK}"), "serial": MARK});
    sent(app, "/api/v1/devices/observations", &usb).await;
    app.work_off().await;
    // A hold that was lifted, and a note left at the source's.
    let path = format!("/candidates/{id}/hold");
    let form = format!("reason={MARK}");
    app.post_as(&app.cookie, &path, &form).await;
    app.post_as(&app.cookie, &format!("{path}/lift"), &form)
        .await;
    let mut tx = app.app.db.begin().await.unwrap();
    sql("insert into contests (id, candidate_id, decision_id, said, channel, said_on, by_whom, user_id, at) values ('x', ?, 'd', ?, 'email', '2026-06-01', 'Dana', 'u', 0)")
        .bind(id.as_str())
        .bind(MARK)
        .execute(&mut tx)
        .await
        .unwrap();
    sql("insert into cases (id, candidate_id, next_step, opened_at, due_at) values ('x', ?, 'ask', 0, 0) on conflict do nothing")
        .bind(id.as_str())
        .execute(&mut tx)
        .await
        .unwrap();
    sql("insert into notes_left (connection, candidate_id, kind, state, remote_id, next_step, at) values ('c', ?, 'note', 'left', ?, 'ask', 0)")
        .bind(id.as_str())
        .bind(MARK)
        .execute(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    (id, other)
}

#[tokio::test]
async fn erasing_takes_everything_a_person_is_in() {
    let database = Arc::new(Database::new().await);
    let app = TestApp::on(database.clone()).await;
    let (id, other) = marked(&app).await;
    let before = standing(&app, MARK).await;
    for place in [
        "candidates.name",
        "versions.application",
        "screenings.signals",
        "screenings.judgement",
        "decisions.reason",
        "checks.note",
        "comments.text",
        "contests.said",
        "not_same.note",
        "holds.reason",
        "answers.body",
        "events.event",
        "deliveries.body",
        "onboardings.said",
        "workers.worker_id",
        "sessions.id",
        "samples.session",
        "observations.id",
        "notes_left.remote_id",
        "tickets.message",
    ] {
        assert!(before.contains(place), "{place}: {before:?}");
    }

    let page = app.get(&format!("/candidates/{id}/erase")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    for told in [
        "versions of the application",
        "decisions",
        "packs of raw timings",
        "Daniel Whitfield",
    ] {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    let heading = page.text.split("<h1>").nth(1).unwrap();
    assert!(
        heading.split("</h1>").next().unwrap().contains(MARK),
        "whom it is about"
    );
    assert!(page.text.contains("class=\"danger\""));
    let path = format!("/candidates/{id}/erase");
    let wrong = app.post_as(&app.cookie, &path, "external_id=8").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("value=\"8\""), "what was typed stays");
    assert_eq!(standing(&app, MARK).await, before);
    let erased = app.post_as(&app.cookie, &path, "external_id=7").await;
    assert_eq!(erased.status, StatusCode::SEE_OTHER, "{}", erased.text);

    assert_eq!(standing(&app, MARK).await, BTreeSet::new());
    // Under the candidate's id nothing is left but what the audit log says was done.
    let of_id = standing(&app, &id).await;
    let log = ["audit_log.object", "audit_log.detail"];
    let log_or_dead =
        |place: &String| log.contains(&place.as_str()) || place == "deliveries.candidate_id";
    assert!(of_id.iter().all(log_or_dead), "{of_id:?}");
    let told = done(&app, "candidate.erased").await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].object, format!("candidate:{id}"));
    assert_eq!(told[0].who_kind, "user");
    // The other is screened again, and is told nothing of the erased one.
    app.settle().await;
    let other = app.get(&format!("/api/v1/candidates/{other}")).await.json();
    assert!(!other.to_string().contains(&id), "{other}");
    assert_eq!(
        app.get(&format!("/candidates/{id}")).await.status,
        StatusCode::NOT_FOUND
    );
    let verdict = telltale::audit::chain::verify(&app.app).await.unwrap();
    assert_eq!(verdict.broken, None);
    // Nor does it lie in the files, where rows once were, though the service runs on.
    if let Some(file) = database.url.strip_prefix("sqlite://") {
        for file in [file.to_owned(), format!("{file}-wal")] {
            assert!(!holds(&std::fs::read(&file).unwrap(), MARK), "{file}");
        }
    }
}

#[tokio::test]
async fn every_table_about_candidates_is_seen_to() {
    let app = TestApp::start().await;
    let (id, _) = marked(&app).await;
    let with_id: BTreeSet<String> = standing(&app, &id)
        .await
        .into_iter()
        .filter(|place| place.ends_with(".candidate_id"))
        .collect();
    // A table that is new here: see that erasing and handing out take it in, then name it.
    let known = [
        "candidate_rules",
        "cases",
        "checks",
        "comments",
        "contests",
        "decided_findings",
        "decisions",
        "deliveries",
        "holds",
        "keys",
        "notes_left",
        "onboardings",
        "screenings",
        "sketches",
        "tickets",
        "versions",
        "workers",
    ];
    let known = known.map(|table| format!("{table}.candidate_id"));
    let new: Vec<_> = with_id.iter().filter(|one| !known.contains(one)).collect();
    assert!(new.is_empty(), "{new:?}");
    assert_eq!(delete(&app, &id).await.status, StatusCode::NO_CONTENT);
    let told = done(&app, "candidate.erased").await;
    assert_eq!((told.len(), told[0].who_kind.as_str()), (1, "key"));
    assert_eq!(standing(&app, MARK).await, BTreeSet::new());
}

#[tokio::test]
async fn a_person_is_handed_everything_and_nothing_of_others() {
    let app = TestApp::start().await;
    let (id, other) = marked(&app).await;
    let path = format!("/candidates/{id}/person.json");
    let auditor = sign_in(&app.app, Role::Auditor).await;
    let file = app.get_as(&auditor, &path).await;
    assert_eq!(file.status, StatusCode::OK, "{}", file.text);
    assert_eq!(file.content_type, "application/json");
    let disposition = file.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert_eq!(
        disposition,
        format!("attachment; filename=\"person-{id}.json\"")
    );
    let document = file.json();
    assert_eq!(document["schema"], "telltale.person.v1");
    let one = &document["records"][0];
    assert_eq!(one["versions"].as_array().unwrap().len(), 2);
    for list in [
        "screenings",
        "decisions",
        "checks",
        "legal_holds",
        "told_by_the_source",
        "deliveries",
        "tickets",
        "comments",
        "contests",
        "cases",
        "said_not_to_be_the_same_person",
        "who_did_what_with_the_record",
    ] {
        assert!(!one[list].as_array().unwrap().is_empty(), "{list}");
    }
    assert_eq!(one["comments"][0]["text"], format!("{MARK} moved twice"));
    assert!(one["work"]["devices"][0]["sessions"][0]["median_ms"].is_number());
    assert!(
        one["deliveries"].to_string().contains("email_addresses"),
        "bodies are unsealed"
    );
    assert!(
        one["normal_form"]
            .as_object()
            .is_some_and(|form| !form.is_empty())
    );
    // The other is an id, and nothing more.
    assert!(file.text.contains(&other));
    for word in ["Daniel", "Whitfield", "Plainword"] {
        assert!(!file.text.contains(word), "{word}");
    }
    assert!(!file.text.contains("1234567"));
    let told = done(&app, "candidate.exported").await;
    assert_eq!(told.len(), 1);
    // The proof has to be fresh.
    app.wait(SignedDuration::from_mins(11));
    let late = app.get_as(&auditor, &path).await;
    assert!(
        late.headers[header::LOCATION]
            .to_str()
            .unwrap()
            .starts_with("/prove")
    );
    let recruiter = sign_in(&app.app, Role::Recruiter).await;
    assert_eq!(
        app.get_as(&recruiter, &path).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn while_a_hold_stands_nothing_is_erased_and_what_was_asked_is_done_when_it_is_lifted() {
    let app = TestApp::start().await;
    let hook = connect(&app, "greenhouse").await;
    let maria = application(
        "new_candidate_application",
        1,
        ("Maria", "Lopez"),
        &json!({}),
    );
    taken(&app, &hook, &maria).await;
    app.work_off().await;
    let id = id_of(&candidates(&app, "1").await[0]);
    let path = format!("/candidates/{id}/hold");
    let none = app.post_as(&app.cookie, &path, "reason=+").await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let set = app.post_as(&app.cookie, &path, "reason=Matter+4711").await;
    assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.text);
    assert_eq!(
        app.post_as(&app.cookie, &path, "reason=again").await.status,
        StatusCode::CONFLICT
    );

    let refused = delete(&app, &id).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text.contains("a legal hold stands") && !refused.text.contains("4711"));
    let refused = app
        .post_as(
            &app.cookie,
            &format!("/candidates/{id}/erase"),
            "external_id=1",
        )
        .await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text.contains("Matter 4711") && !refused.text.contains("Erase for good"));

    taken(
        &app,
        &hook,
        &json!({"action": "delete_candidate", "payload": {"person": {"id": 1}}}),
    )
    .await;
    app.work_off().await;
    assert_eq!(candidates(&app, "1").await.len(), 1, "it waits");
    // What comes meanwhile is no new version: the source took it all back.
    let late =
        json!({"last_activity_at": "2026-05-28T00:00:00Z", "candidate": {"last_name": "Other"}});
    taken(
        &app,
        &hook,
        &application("candidate_stage_change", 1, ("Maria", "Lopez"), &late),
    )
    .await;
    app.work_off().await;
    let page = app.get("/privacy").await;
    assert!(
        page.text.contains("Matter 4711") && page.text.contains("The source asked to erase"),
        "{}",
        page.text
    );
    let shown = app.get(&format!("/candidates/{id}")).await;
    assert!(
        shown.text.contains("lifting the hold erases the person"),
        "{}",
        shown.text
    );

    // Raw bodies do not age meanwhile.
    app.wait(DAY * 40);
    telltale::work::forget(&app.app, "").await.unwrap();
    let bodies = || async {
        let all = deliveries::list(&app.app.db, &Filter::default(), None, 100)
            .await
            .unwrap();
        all.into_iter()
            .filter(|one| one.incoming && one.body.is_some())
            .count()
    };
    assert!(bodies().await >= 3);
    let cookie = sign_in(&app.app, Role::Admin).await;
    let lifted = app
        .post_as(&cookie, &format!("{path}/lift"), "reason=settled")
        .await;
    assert_eq!(lifted.headers[header::LOCATION], "/privacy?done=lifted");
    assert!(candidates(&app, "1").await.is_empty());
    assert_eq!(bodies().await, 0);
    assert_eq!(done(&app, "candidate.held").await.len(), 2);
    assert_eq!(done(&app, "candidate.erased").await.len(), 1);
}

/// Sets periods as the form does.
async fn keep(app: &TestApp, form: &str) -> Answer {
    let cookie = sign_in(&app.app, Role::Admin).await;
    app.post_as(&cookie, "/privacy/retention", form).await
}

#[tokio::test]
async fn candidates_go_by_their_age_but_none_who_is_held_decided_on_lately_or_at_work() {
    let app = TestApp::start().await;
    let mut ids = Vec::new();
    for (external_id, name) in [
        ("old", "Maria Lopez"),
        ("held", "Daniel Whitfield"),
        ("decided", "Ngozi Okafor"),
        ("works", "Wei Zhang"),
        ("worked", "Anna Brahms"),
    ] {
        ids.push(id_of(
            &app.screen(json!({"external_id": external_id, "name": name}))
                .await,
        ));
    }
    for (external_id, device) in [("works", "LT-1"), ("worked", "LT-2")] {
        let one = json!({"source": "api", "external_id": external_id, "worker_id": format!("w-{external_id}"), "device_ids": [device]});
        sent(&app, "/api/v1/onboardings", &one).await;
    }
    app.settle().await;
    app.wait(DAY * 300);
    let form = "reason=Matter+4711";
    let cookie = sign_in(&app.app, Role::Admin).await;
    app.post_as(&cookie, &format!("/candidates/{}/hold", ids[1]), form)
        .await;
    let decision = json!({"outcome": "cleared", "reason": "spoke with her", "by": "Dana Reed"});
    sent(
        &app,
        &format!("/api/v1/candidates/{}/decisions", ids[2]),
        &decision,
    )
    .await;
    let back = app
        .post_as(&cookie, "/workers/w-worked/return", "device=LT-2")
        .await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.text);
    app.wait(DAY * 100);

    let left = || async {
        let found = app.get("/api/v1/candidates").await.json();
        let mut left: Vec<String> = found["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["external_id"].as_str().unwrap().to_owned())
            .collect();
        left.sort();
        left
    };
    let cookie = sign_in(&app.app, Role::Admin).await;
    let page = app
        .get_as(
            &cookie,
            "/privacy?preview=1&applied=365&onboarding=365&active=365",
        )
        .await;
    assert!(
        page.text.contains("1 candidate would be erased now"),
        "{}",
        page.text
    );
    assert!(page.text.contains("Maria Lopez") && !page.text.contains("Wei Zhang"));
    assert_eq!(
        retention::sweep(&app.app).await.unwrap(),
        0,
        "a preview sets nothing"
    );
    let wrong = keep(&app, "applied=5").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("value=\"5\""));
    let saved = keep(&app, "applied=365&onboarding=365&active=365").await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    assert_eq!(
        retention::sweep(&app.app).await.unwrap(),
        0,
        "what was changed begins a day later"
    );
    app.wait(DAY + SignedDuration::from_mins(1));
    assert_eq!(retention::sweep(&app.app).await.unwrap(), 1);
    assert_eq!(left().await, ["decided", "held", "worked", "works"]);
    assert_eq!(retention::sweep(&app.app).await.unwrap(), 0);

    // A year after the device came back, and after the decision.
    app.wait(DAY * 270);
    assert_eq!(retention::sweep(&app.app).await.unwrap(), 2);
    assert_eq!(left().await, ["held", "works"]);
    let told = done(&app, "retention.erased").await;
    assert_eq!(told.len(), 3);
    assert_eq!(told[0].object, format!("candidate:{}", ids[0]));
    assert!(
        told[0].detail.contains(&ids[0]) && told[0].detail.contains("\"days\":365"),
        "{}",
        told[0].detail
    );
    // Nobody's count is taken unless it is asked for.
    let cookie = sign_in(&app.app, Role::Admin).await;
    let page = app.get_as(&cookie, "/privacy").await;
    assert!(page.text.contains("/privacy?preview=saved") && !page.text.contains("nobody would"));
    let page = app.get_as(&cookie, "/privacy?preview=saved").await;
    assert!(
        page.text.contains("nobody would be erased"),
        "{}",
        page.text
    );
    // Lifted, the held one goes too.
    let cookie = sign_in(&app.app, Role::Admin).await;
    app.post_as(
        &cookie,
        &format!("/candidates/{}/hold/lift", ids[1]),
        "reason=settled",
    )
    .await;
    assert_eq!(retention::sweep(&app.app).await.unwrap(), 1);
    assert_eq!(left().await, ["works"]);
}

#[tokio::test]
async fn nobody_goes_by_age_whose_case_is_open_or_of_whom_something_was_heard_lately() {
    let app = TestApp::start().await;
    let mut ids = Vec::new();
    for external_id in ["old", "case", "contest", "comment", "check", "ticket"] {
        let one = json!({"external_id": external_id, "name": "Maria Lopez"});
        ids.push(id_of(&app.screen(one).await));
    }
    app.settle().await;
    let saved = keep(&app, "applied=365").await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    app.wait(DAY * 300);
    let at = app.app.now().as_millisecond();
    let mut tx = app.app.db.begin().await.unwrap();
    for (id, text) in ids[1..].iter().zip([
        "insert into cases (id, opened_at, due_at, next_step, candidate_id) values ('1', ?, 0, 'ask', ?)",
        "insert into contests (id, at, decision_id, said, channel, said_on, by_whom, user_id, candidate_id) values ('1', ?, '', '', '', '', '', '', ?)",
        "insert into comments (id, at, user_id, name, text, candidate_id) values ('1', ?, '', '', '', ?)",
        "insert into checks (id, recorded_at, version, kind, result, claim, by_whom, at, candidate_id) values ('1', ?, 1, 'employer', 'confirmed', '{}', '', 0, ?)",
        "insert into tickets (id, opened_at, rule, title, message, candidate_id) values ('1', ?, '', '', '', ?)",
    ]) {
        let insert = sql(text).bind(at).bind(id.as_str());
        insert.execute(&mut tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    app.wait(DAY * 100);
    assert_eq!(retention::sweep(&app.app).await.unwrap(), 1);
    app.wait(DAY * 300);
    assert_eq!(retention::sweep(&app.app).await.unwrap(), 3);
    let left: BTreeSet<String> = app.get("/api/v1/candidates").await.json()["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["external_id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        left,
        BTreeSet::from(["case".to_owned(), "ticket".to_owned()])
    );
}

#[tokio::test]
async fn a_hold_on_one_record_keeps_every_record_of_the_person() {
    let app = TestApp::start().await;
    let hook = connect(&app, "greenhouse").await;
    for (id, name) in [(1, "Maria"), (2, "Mary"), (3, "Wei")] {
        let one = application("new_candidate_application", id, (name, "Lopez"), &json!({}));
        taken(&app, &hook, &one).await;
    }
    let merged = json!({"action": "merge_candidate", "payload": {"person": {"id": 1, "new_candidate_id": 2}}});
    taken(&app, &hook, &merged).await;
    app.work_off().await;
    let (mut folded, mut stays) = (String::new(), String::new());
    for one in candidates(&app, "2").await {
        match one["external_id"].as_str() {
            Some("1") => folded = id_of(&one),
            _ => stays = id_of(&one),
        }
    }
    let other = id_of(&candidates(&app, "3").await[0]);
    for id in [&stays, &other] {
        let set = app
            .post_as(
                &app.cookie,
                &format!("/candidates/{id}/hold"),
                "reason=Matter+4711",
            )
            .await;
        assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.text);
    }
    let page = app.get(&format!("/candidates/{folded}/erase")).await;
    assert!(page.text.contains("Matter 4711"), "{}", page.text);
    let refused = delete(&app, &folded).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    for id in [1, 3] {
        let gone = json!({"action": "delete_candidate", "payload": {"person": {"id": id}}});
        taken(&app, &hook, &gone).await;
    }
    app.work_off().await;
    assert_eq!(candidates(&app, "2").await.len(), 2, "both wait");
    // By age neither goes, whichever of them is looked at.
    keep(&app, "applied=30&screened=30").await;
    app.wait(DAY * 40);
    assert_eq!(retention::sweep(&app.app).await.unwrap(), 0);
    let cookie = sign_in(&app.app, Role::Admin).await;
    let lifted = app
        .post_as(
            &cookie,
            &format!("/candidates/{stays}/hold/lift"),
            "reason=settled",
        )
        .await;
    assert_eq!(lifted.status, StatusCode::SEE_OTHER, "{}", lifted.text);
    assert_eq!(
        candidates(&app, "1").await.len(),
        0,
        "as the source had asked"
    );
    assert_eq!(candidates(&app, "2").await.len(), 1);
    assert_eq!(candidates(&app, "3").await.len(), 1, "another hold stands");
    let told = done(&app, "candidate.erased").await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].object, format!("candidate:{folded}"));
}

#[tokio::test]
async fn a_hold_is_set_and_lifted_by_who_has_proved_lately_who_they_are() {
    let app = TestApp::start().await;
    app.wait(SignedDuration::from_mins(11));
    for path in [
        "/candidates/x/hold",
        "/candidates/x/hold/lift",
        "/privacy/retention",
        "/procedure",
        "/endpoints/new",
    ] {
        let sent = app.post_as(&app.cookie, path, "reason=x").await;
        let to = sent.headers[header::LOCATION].to_str().unwrap();
        assert!(to.starts_with("/prove"), "{path}: {to}");
    }
}

#[tokio::test]
async fn an_auditor_reads_how_long_things_are_kept_and_changes_nothing() {
    let app = TestApp::start().await;
    let auditor = sign_in(&app.app, Role::Auditor).await;
    let page = app.get_as(&auditor, "/privacy").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.text.contains("No period is set: everybody is kept.") && page.text.contains("90 days"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("/privacy/retention"));
    assert_eq!(
        app.post_as(&auditor, "/privacy/retention", "applied=365")
            .await
            .status,
        StatusCode::FORBIDDEN
    );
    let recruiter = sign_in(&app.app, Role::Recruiter).await;
    assert_eq!(
        app.get_as(&recruiter, "/privacy").await.status,
        StatusCode::FORBIDDEN
    );
}
