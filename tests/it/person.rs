//! Same person: pairs of records, a dirty file, and "applied before" on page and in the API.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use telltale::application::{Address, Application};
use telltale::normalise::{Settings, candidate};
use telltale::person::{self, Record};

use crate::common::{Answer, TestApp};

#[path = "../../benches/link/invented.rs"]
mod invented;

/// `name; line1; line2; city; state; postal code; phone; mail`.
fn record(text: &str) -> Record {
    let mut parts = text
        .split(';')
        .map(|part| Some(part.trim().to_owned()).filter(|part| !part.is_empty()));
    let mut next = || parts.next().flatten();
    let application = Application {
        name: next(),
        address: Some(Address {
            line1: next(),
            line2: next(),
            city: next(),
            region: next(),
            postal_code: next(),
            country: None,
        }),
        phones: next().into_iter().collect(),
        emails: next().into_iter().collect(),
        ..Application::default()
    };
    Record::of(&candidate(&application, &Settings::default()))
}

fn probability(one: &str, other: &str) -> f64 {
    person::between(&record(one), &[record(other)], 20_000.0)[0]
        .1
        .probability
}

const MARIA: &str =
    "Maria Lopez; 350 5th Ave; Apt 4; New York; NY; 10118; 212-736-5000; maria.lopez@example.com";

#[test]
fn one_person_is_one_however_the_record_is_written() {
    for other in [
        MARIA,
        "Lopez Maria; 350 5th Ave; Apt 4; New York; NY; 10118; 212-736-5000; maria.lopez@example.com",
        "Maria Lopes; 350 Fith Avenue; ; New York; NY; 10118; ; maria.lopez@example.com",
        "Maria Smith; 350 5th Ave; Apt 4; New York; NY; 10118; 212-736-5000; maria.smith@example.org",
        "Maria Lopez; 12 Oak Lane; ; Austin; TX; 78701; 212-736-5000; m.l@example.org",
        "Maria Lopez; 350 5th Ave; ; New York; NY; 10181; ; other@example.org",
        "M Lopez; 350 5th Ave; Apt 4; New York; NY; 10118; 212-736-5000; ",
        "Maria Lopez; Apt 4; 350 5th Ave; New York; NY; ; 212-736-5000; ",
    ] {
        let found = probability(MARIA, other);
        assert!(found >= 0.8, "{found:.3} {other}");
    }
}

#[test]
fn other_people_are_others_and_most_of_all_at_one_home() {
    for other in [
        "Peter Lopez; 350 5th Ave; Apt 4; New York; NY; 10118; 212-736-5000; ",
        "Ana Lopez; 350 5th Ave; Apt 4; New York; NY; 10118; ; ana.lopez@example.com",
        "Daniel Whitfield; 350 5th Ave; Apt 4; New York; NY; 10118; 212-736-5000; ",
        "Daniel Whitfield; 9 Elm St; ; Boston; MA; 02134; 212-736-5000; maria.lopez@example.com",
        "Daniel Whitfield; 9 Elm St; ; Boston; MA; 02134; ; ",
        "Maria Kovacs; 9 Elm St; ; Boston; MA; 02134; 617-555-2000; mk@example.com",
    ] {
        let found = probability(MARIA, other);
        assert!(found < 0.5, "{found:.3} {other}");
    }
    let father = MARIA
        .replace("Maria Lopez", "John Hart Sr.")
        .replace("maria.lopez", "a");
    let son = MARIA
        .replace("Maria Lopez", "John Hart Jr.")
        .replace("maria.lopez", "b");
    assert!(probability(&father, &son) < 0.5);
}

#[test]
fn records_of_nothing_are_compared_with_nothing() {
    assert!(person::link(&[], 0.5).pairs.is_empty());
    let blank = vec![Record::default(); 200];
    assert!(person::link(&blank, 0.5).pairs.is_empty());
}

#[test]
fn a_dirty_file_is_linked_and_families_are_kept_apart() {
    for (dirt, least) in [(invented::USUAL, 0.97), (invented::DIRTY, 0.92)] {
        let people = invented::people(2_000, dirt, 11);
        let records: Vec<Record> = people
            .iter()
            .map(|person| {
                let [given, surname, number, street, extra, suburb, postal, state] = &person.fields;
                record(&format!(
                    "{given} {surname}; {number} {street}; {extra}; {suburb}; {state}; {postal}"
                ))
            })
            .collect();
        let linked = person::link(&records, person::THRESHOLD);
        let same = |a: usize, b: usize| people[a].entity == people[b].entity;
        let right = linked
            .pairs
            .iter()
            .filter(|pair| same(pair.a as usize, pair.b as usize))
            .count();
        let mut sizes = std::collections::HashMap::<usize, usize>::new();
        for person in &people {
            *sizes.entry(person.entity).or_default() += 1;
        }
        let truth: usize = sizes.values().map(|n| n * (n - 1) / 2).sum();
        #[expect(clippy::cast_precision_loss, reason = "counts of pairs")]
        let f1 = 2.0 * right as f64 / (linked.pairs.len() + truth) as f64;
        assert!(
            f1 >= least,
            "F1 {f1:.4} of {truth} pairs, {right} of {} right",
            linked.pairs.len()
        );
    }
}

fn maria(id: &str, name: &str) -> Value {
    json!({"external_id": id, "name": name, "phones": ["(212) 736-5000"], "emails": ["maria.lopez@example.com"],
        "address": {"line1": "350 5th Ave", "line2": "Apt 4", "city": "New York", "region": "NY",
            "postal_code": "10118", "country": "US"}})
}

fn id(screening: &Value) -> String {
    screening["candidate_id"].as_str().unwrap().to_owned()
}

async fn before(app: &TestApp, of: &str) -> Vec<Value> {
    let answer = app
        .get(&format!("/api/v1/candidates/{of}/same-person"))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn who_applied_before_is_shown_and_counts_nothing() {
    let app = TestApp::start().await;
    let first = app.screen(maria("1", "Maria Lopez")).await;
    let second = app.screen(maria("2", "Lopez, Maria")).await;
    assert_eq!(second["score_db"], -20.0);
    let husband = app.screen(maria("3", "Peter Lopez")).await;
    let found = before(&app, &id(&second)).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["candidate_id"], first["candidate_id"]);
    assert!(found[0]["probability"].as_f64().unwrap() > 0.99);
    let agrees = found[0]["agrees"].as_array().unwrap();
    assert!(agrees.contains(&json!("phone number")), "{agrees:?}");
    assert!(before(&app, &id(&husband)).await.is_empty());
    let page = app.get(&format!("/candidates/{}", id(&second))).await.text;
    assert!(page.contains("Applied before") && page.contains(&id(&first)));
    let page = app.get(&format!("/candidates/{}", id(&husband))).await.text;
    assert!(!page.contains("Applied before"));
    assert_eq!(
        app.get("/api/v1/candidates/none/same-person").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn not_the_same_person_is_never_asked_again() {
    let app = TestApp::start().await;
    let (one, two) = (
        app.screen(maria("1", "Maria Lopez")).await,
        app.screen(maria("2", "Maria Lopez")).await,
    );
    let path = format!("/api/v1/candidates/{}/not-same", id(&two));
    for (body, status) in [
        (json!({"other": id(&two), "by": "Dana"}), 422),
        (json!({"other": "nobody", "by": "Dana"}), 422),
        (json!({"other": id(&one), "by": " "}), 422),
        (json!({"other": id(&one), "by": "x".repeat(201)}), 422),
        (json!({"other": id(&one)}), 400),
        (json!({"other": id(&one), "by": "Dana", "why": 1}), 400),
    ] {
        assert_eq!(
            app.post(&path, body.to_string()).await.status.as_u16(),
            status,
            "{body}"
        );
    }
    assert_eq!(before(&app, &id(&one)).await.len(), 1);
    let body = json!({"other": id(&one), "by": "Dana Reed", "note": "Cousins."}).to_string();
    let missing = app
        .post("/api/v1/candidates/none/not-same", body.clone())
        .await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    let said = app.post(&path, body).await;
    assert_eq!(said.status, StatusCode::CREATED, "{}", said.text);
    assert!(before(&app, &id(&one)).await.is_empty() && before(&app, &id(&two)).await.is_empty());
}

async fn form(app: &TestApp, of: &Value, other: &Value, origin: &str) -> Answer {
    let request = Request::post(format!("/candidates/{}/not-same", id(of)))
        .header(header::HOST, "localhost:8080")
        .header(header::ORIGIN, origin)
        .header(header::COOKIE, &app.cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let body = format!("other={}&note=", id(other));
    app.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn the_form_works_without_a_script_and_from_this_page_alone() {
    let app = TestApp::start().await;
    let (one, two) = (
        app.screen(maria("1", "Maria Lopez")).await,
        app.screen(maria("2", "Maria Lopez")).await,
    );
    let foreign = form(&app, &one, &two, "http://evil.example").await;
    assert_eq!(foreign.status, StatusCode::BAD_REQUEST);
    assert_eq!(before(&app, &id(&one)).await.len(), 1);
    let said = form(&app, &one, &two, "http://localhost:8080").await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
    assert!(before(&app, &id(&one)).await.is_empty());
}
