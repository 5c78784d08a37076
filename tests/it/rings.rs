//! Rings: joined, split and explained step by step, alike for everybody in them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::{Value, json};
use telltale::db::sql;

use crate::common::{Database, TestApp, rules};

/// Names that nobody would take for one another's.
const GIVEN: [&str; 8] = [
    "Maria", "Daniel", "Ngozi", "Wei", "Torsten", "Priyanka", "Casimir", "Yusuf",
];
const FAMILY: [&str; 5] = ["Lopez", "Whitfield", "Okafor", "Zhang", "Quint"];

fn name(n: usize) -> String {
    format!("{} {}", GIVEN[n % 8], FAMILY[n % 5])
}

fn person(n: usize) -> Value {
    json!({"external_id": n.to_string(), "name": name(n)})
}

fn with(n: usize, field: &str, value: Value) -> Value {
    let mut record = person(n);
    record[field] = value;
    record
}

fn phone(n: usize, phone: &str) -> Value {
    with(n, "phones", json!([phone]))
}

fn id(screening: &Value) -> &str {
    screening["candidate_id"].as_str().unwrap()
}

/// The ring of each candidate, by external id.
async fn rings(app: &TestApp) -> BTreeMap<String, Option<String>> {
    let rows: Vec<(String, Option<String>)> = sql("select external_id, ring from candidates")
        .all(&app.app.db)
        .await
        .unwrap();
    rows.into_iter().collect()
}

async fn revisions(app: &TestApp) -> i64 {
    let (sum,): (i64,) = sql("select cast(sum(revision) as bigint) from candidates")
        .one(&app.app.db)
        .await
        .unwrap();
    sum
}

async fn link_count(app: &TestApp) -> i64 {
    let (count,): (i64,) = sql("select count(*) from links where explained is null")
        .one(&app.app.db)
        .await
        .unwrap();
    count
}

/// Four people in a chain: a number, then a mailbox, then a profile.
async fn chain(app: &TestApp) -> Vec<Value> {
    let link = "https://www.linkedin.com/in/somebody-quite-rare";
    let mut b = phone(1, "(212) 736-5000");
    b["emails"] = json!(["shared.box@example.org"]);
    let mut c = with(2, "emails", json!(["shared.box+jobs@example.org"]));
    c["links"] = json!([link]);
    let mut sent = Vec::new();
    for record in [
        phone(0, "(212) 736-5000"),
        b,
        c,
        with(3, "links", json!([link])),
    ] {
        sent.push(app.screen(record).await);
    }
    app.settle().await;
    sent
}

async fn ring_of(app: &TestApp, n: usize) -> Option<String> {
    rings(app).await[&n.to_string()].clone()
}

#[tokio::test]
async fn a_chain_is_one_ring_and_splits_where_a_link_is_explained() {
    let app = TestApp::start().await;
    let sent = chain(&app).await;
    for one in &sent {
        let latest = app.latest(one).await;
        assert!(rules(&latest).contains(&"x.component"), "{latest}");
        let findings = latest["findings"].as_array().unwrap();
        let finding = findings
            .iter()
            .find(|one| one["rule"] == "x.component")
            .unwrap();
        assert_eq!(finding["related"].as_array().unwrap().len(), 3);
        assert!(finding["message"].as_str().unwrap().starts_with("4 people"));
    }
    let ring = ring_of(&app, 0).await.unwrap();
    let list = app.get("/api/v1/rings").await.json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(list["items"][0]["id"], *ring);
    assert_eq!(list["items"][0]["identities"], 4);
    let shown = app.get(&format!("/api/v1/rings/{ring}")).await.json();
    assert_eq!(shown["members"].as_array().unwrap().len(), 4);
    assert_eq!(shown["links"].as_array().unwrap().len(), 3);
    assert_eq!(shown["bridges"].as_array().unwrap().len(), 3);
    assert_eq!(
        shown["bridges"][0]["parts"],
        json!([2, 2]),
        "the evenest first"
    );
    let phone = shown["links"]
        .as_array()
        .unwrap()
        .iter()
        .find(|link| link["kind"] == "phone");
    assert_eq!(phone.unwrap()["written"][0]["value"], "(212) 736-5000");

    let (a, d) = (id(&sent[0]), id(&sent[3]));
    let path = app
        .get(&format!("/api/v1/rings/{ring}/path?from={a}&to={d}"))
        .await
        .json();
    let kinds: Vec<_> = path["links"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| &link["kind"])
        .collect();
    assert_eq!(kinds, ["phone", "email", "link"]);

    let said =
        json!({"a": id(&sent[1]), "b": id(&sent[2]), "reason": "household", "by": "Dana Reed"});
    let answer = app
        .post(
            &format!("/api/v1/rings/{ring}/links:explain"),
            said.to_string(),
        )
        .await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    assert_eq!(answer.json()["rings"].as_array().unwrap().len(), 2);
    app.settle().await;
    let now = rings(&app).await;
    assert_eq!(now["0"], now["1"]);
    assert_eq!(now["2"], now["3"]);
    assert_ne!(now["0"], now["2"]);
    for one in &sent {
        let latest = app.latest(one).await;
        assert!(!rules(&latest).contains(&"x.component"), "{latest}");
    }
    // It stays explained, whatever comes in again.
    let mut again = with(2, "emails", json!(["shared.box@example.org"]));
    again["links"] = json!(["https://www.linkedin.com/in/somebody-quite-rare"]);
    app.screen(again).await;
    app.settle().await;
    assert_eq!(rings(&app).await, now);

    let back = json!({"a": id(&sent[1]), "b": id(&sent[2]), "by": "Dana Reed"});
    let answer = app
        .post(
            &format!("/api/v1/rings/{ring}/links:restore"),
            back.to_string(),
        )
        .await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    assert_eq!(answer.json()["rings"].as_array().unwrap().len(), 1);
    app.settle().await;
    for one in &sent {
        assert!(rules(&app.latest(one).await).contains(&"x.component"));
    }
}

#[tokio::test]
async fn forty_at_once_are_all_told_of_their_ring() {
    forty_at_once(&[TestApp::start().await]).await;
}

#[tokio::test]
async fn forty_at_once_are_all_told_of_their_ring_by_three_instances() {
    let database = Arc::new(Database::new().await);
    let mut apps = Vec::new();
    for _ in 0..3 {
        apps.push(TestApp::on(database.clone()).await);
    }
    forty_at_once(&apps).await;
}

async fn forty_at_once(apps: &[TestApp]) {
    let mut sending = Vec::new();
    for n in 0..40 {
        let app = apps[n % apps.len()].clone();
        sending.push(tokio::spawn(async move {
            app.screen(phone(n, "(212) 736-5000")).await
        }));
    }
    let mut sent = Vec::new();
    for one in sending {
        sent.push(one.await.unwrap());
    }
    apps[0].settle().await;
    for one in &sent {
        let latest = apps[0].latest(one).await;
        assert!(rules(&latest).contains(&"x.component"), "{latest}");
    }
    let ids: BTreeSet<_> = rings(&apps[0]).await.into_values().collect();
    assert_eq!(ids.len(), 1, "one ring: {ids:?}");
    // The same state met again changes nothing.
    let before = revisions(&apps[0]).await;
    for one in &sent {
        let id = telltale::candidate::CandidateId(id(one).to_owned());
        telltale::screening::screen(&apps[0].app, &[id])
            .await
            .unwrap();
    }
    assert_eq!(revisions(&apps[0]).await, before);
}

fn at_home(n: usize, street: &str) -> Value {
    with(
        n,
        "address",
        json!({"line1": street, "city": "New York", "region": "NY", "postal_code": "10118"}),
    )
}

fn from(mut record: Value, ip: &str) -> Value {
    record["submission"] = json!({"ip": ip});
    record
}

#[tokio::test]
async fn a_street_a_network_and_both_together_make_no_ring() {
    let app = TestApp::start().await;
    app.screen(at_home(0, "350 5th Ave #4")).await;
    app.screen(at_home(1, "350 5th Ave #4")).await;
    app.screen(from(person(2), "203.0.113.9")).await;
    app.screen(from(person(3), "203.0.113.9")).await;
    app.settle().await;
    assert!(rings(&app).await.values().all(Option::is_none));
    assert_eq!(link_count(&app).await, 0);
    app.screen(from(at_home(4, "1 Broadway #7"), "198.51.100.7"))
        .await;
    app.screen(from(at_home(5, "1 Broadway #7"), "198.51.100.7"))
        .await;
    app.settle().await;
    let now = rings(&app).await;
    assert!(now.values().all(Option::is_none), "they live together");
    assert_eq!(link_count(&app).await, 0);
}

#[tokio::test]
async fn two_kinds_of_weak_ties_to_one_ring_join_it_and_hold_no_ring_up_alone() {
    let app = TestApp::start().await;
    let mut one = at_home(0, "1 Broadway #7");
    one["phones"] = json!(["(212) 736-5000"]);
    let first = app.screen(one).await;
    let mut two = from(phone(1, "(212) 736-5000"), "203.0.113.9");
    two["emails"] = json!(["shared.box@example.org"]);
    let second = app.screen(two).await;
    let mut three = person(3);
    three["emails"] = json!(["shared.box@example.org"]);
    app.screen(three).await;
    app.settle().await;
    app.screen(from(at_home(2, "1 Broadway #7"), "203.0.113.9"))
        .await;
    app.settle().await;
    let ring = ring_of(&app, 0).await.unwrap();
    assert_eq!(ring_of(&app, 2).await.as_ref(), Some(&ring));
    let said = json!({"a": id(&first), "b": id(&second), "kind": "phone", "reason": "other", "note": "a wrong number", "by": "Dana"});
    let path = format!("/api/v1/rings/{ring}/links:explain");
    assert_eq!(
        app.post(&path, said.to_string()).await.status,
        StatusCode::CREATED
    );
    app.settle().await;
    let now = rings(&app).await;
    let inside: Vec<_> = now
        .iter()
        .filter(|(_, ring)| ring.is_some())
        .map(|(id, _)| id.as_str())
        .collect();
    assert_eq!(inside, ["1", "3"]);
}

#[tokio::test]
async fn a_key_that_becomes_a_hub_dissolves_its_ring() {
    let app = TestApp::start().await;
    // The tenth and eleventh also share a mailbox, which keeps holding.
    for n in 0..40 {
        let mut record = phone(n, "(212) 736-5000");
        if n == 10 || n == 11 {
            record["emails"] = json!(["shared.box@example.org"]);
        }
        app.screen(record).await;
    }
    app.settle().await;
    assert!(ring_of(&app, 0).await.is_some());
    for n in 40..53 {
        let mut record = phone(n, "(212) 736-5000");
        record["name"] = json!(format!("Xaver{n} Ypsilanti{n}"));
        app.screen(record).await;
    }
    app.settle().await;
    let now = rings(&app).await;
    let inside: Vec<_> = now
        .iter()
        .filter(|(_, ring)| ring.is_some())
        .map(|(id, _)| id.as_str())
        .collect();
    assert_eq!(inside, ["10", "11"]);
    assert_eq!(link_count(&app).await, 1);
}

#[tokio::test]
async fn a_number_of_thousands_costs_each_of_them_nothing_more() {
    let app = TestApp::start().await;
    let mut lines = String::new();
    for n in 0..600 {
        let mut record = phone(n, "(212) 736-5000");
        record["name"] = json!(format!("Xaver{n} Ypsilanti{n}"));
        lines.push_str(&record.to_string());
        lines.push('\n');
    }
    app.post("/api/v1/candidates:batch", lines).await;
    app.settle().await;
    assert_eq!(link_count(&app).await, 0);
    let before = revisions(&app).await;
    assert!(
        before <= 600 + 4 * 60,
        "{before}: each is told once, a few on the way to the hub again"
    );
    app.screen(phone(700, "(212) 736-5000")).await;
    app.settle().await;
    assert_eq!(revisions(&app).await, before + 1, "nobody else is touched");
    assert!(rings(&app).await.values().all(Option::is_none));
}

#[tokio::test]
async fn who_applied_before_counts_once() {
    let app = TestApp::start().await;
    let again = |id: &str| json!({"external_id": id, "name": name(0), "phones": ["(212) 736-5000"], "emails": ["m@example.org"]});
    app.screen(again("a1")).await;
    app.screen(json!({"external_id": "a2", "name": name(0), "emails": ["m@example.org"]}))
        .await;
    app.settle().await;
    assert!(
        rings(&app).await.values().all(Option::is_none),
        "one person is no ring"
    );
    assert_eq!(link_count(&app).await, 0);
    let b = app.screen(phone(1, "(212) 736-5000")).await;
    app.screen(phone(2, "(212) 736-5000")).await;
    app.settle().await;
    let now = rings(&app).await;
    assert_eq!(now["a1"], now["1"]);
    assert_eq!(
        now["a2"], now["1"],
        "the other record of somebody in the ring is in it"
    );
    let ring = now["1"].clone().unwrap();
    let shown = app.get(&format!("/api/v1/rings/{ring}")).await.json();
    assert_eq!(shown["identities"], 3);
    assert!(!rules(&app.latest(&b).await).contains(&"x.component"));
}

#[tokio::test]
async fn agencies_and_declared_households_make_no_ring() {
    let app = TestApp::start().await;
    for n in 0..5 {
        let mut record = phone(n, "(212) 736-5000");
        record["agency"] = json!("Acme Staffing");
        app.screen(record).await;
    }
    for n in 5..10 {
        let mut record = phone(n, "(212) 736-6000");
        record["household"] = json!("flat 7");
        app.screen(record).await;
    }
    app.settle().await;
    assert!(rings(&app).await.values().all(Option::is_none));
    assert_eq!(link_count(&app).await, 0);
}

#[tokio::test]
async fn a_new_name_takes_the_link_back() {
    let app = TestApp::start().await;
    app.screen(phone(0, "(212) 736-5000")).await;
    app.screen(phone(1, "(212) 736-5000")).await;
    app.settle().await;
    assert!(ring_of(&app, 0).await.is_some());
    let mut renamed = phone(1, "(212) 736-5000");
    renamed["name"] = json!(name(0));
    app.screen(renamed).await;
    app.settle().await;
    assert!(rings(&app).await.values().all(Option::is_none));
}

#[tokio::test]
async fn step_by_step_is_as_from_scratch() {
    let app = TestApp::start().await;
    let mut state = 42_u64;
    let mut dice = |n: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from((state >> 33) % n).unwrap()
    };
    for step in 0..60 {
        let n = dice(12);
        if dice(5) == 0 {
            explain_one(&app, dice(1000)).await;
        } else {
            // A version adds what it gives to what earlier ones gave.
            let mut record = phone(n, &format!("(212) 736-50{:02}", 3 * dice(9)));
            if dice(3) == 0 {
                record["emails"] = json!([format!("box{}@example.org", dice(4))]);
            }
            if dice(3) == 0 {
                record["name"] = json!(name(dice(12)));
            }
            app.screen(record).await;
        }
        app.settle().await;
        let links: Vec<(String, String, String)> =
            sql("select a.external_id, b.external_id, kind from links join candidates a on a.id = links.a \
                 join candidates b on b.id = links.b where explained is null")
                .all(&app.app.db)
                .await
                .unwrap();
        let stored = rings(&app).await;
        let mut sets: BTreeMap<&str, &str> =
            stored.keys().map(|id| (id.as_str(), id.as_str())).collect();
        for (a, b, _) in &links {
            let (a, b) = (sets[a.as_str()], sets[b.as_str()]);
            for set in sets.values_mut().filter(|set| **set == a) {
                *set = b;
            }
        }
        for (one, ring) in &stored {
            let linked = links.iter().any(|(a, b, _)| a == one || b == one);
            assert_eq!(ring.is_some(), linked, "step {step}: {one}");
            for (other, theirs) in &stored {
                let together = ring.is_some() && ring == theirs;
                let connected = linked && sets[one.as_str()] == sets[other.as_str()];
                assert_eq!(together, connected, "step {step}: {one} and {other}");
            }
        }
    }
}

async fn explain_one(app: &TestApp, at: usize) {
    let rows: Vec<(String, String, String)> =
        sql("select a, b, ring from links join candidates on id = a where explained is null and kind <> 'same_person' order by a, b")
            .all(&app.app.db)
            .await
            .unwrap();
    if rows.is_empty() {
        return;
    }
    let (a, b, ring) = &rows[at % rows.len()];
    let said = json!({"a": a, "b": b, "reason": "other", "by": "Dana Reed"});
    let answer = app
        .post(
            &format!("/api/v1/rings/{ring}/links:explain"),
            said.to_string(),
        )
        .await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
}

/// Two of one number, two of another, and one of each at one address.
#[tokio::test]
async fn one_address_makes_no_ring_but_joins_two() {
    let app = TestApp::start().await;
    let home = json!({"line1": "350 Fifth Avenue", "line2": "Apt 4", "city": "New York", "region": "NY", "postal_code": "10118"});
    let elsewhere = |n: u32| json!({"line1": format!("{n} Elm Street"), "city": "Boise", "region": "ID", "postal_code": "83702"});
    for (id, name, phone, address) in [
        ("a", "Maria Lopez", "(212) 736-5000", elsewhere(1)),
        ("b", "Daniel Whitfield", "(212) 736-5000", home.clone()),
        ("c", "Ngozi Okafor", "(303) 736-7100", home.clone()),
        ("e", "Agnes Thornbury", "(415) 736-8200", home),
    ] {
        app.screen(json!({"external_id": id, "name": name, "phones": [phone], "address": address}))
            .await;
    }
    app.settle().await;
    assert_eq!(
        identities(&app).await,
        [2],
        "people of one home are no ring"
    );
    app.screen(json!({"external_id": "d", "name": "Teodor Lindqvist", "phones": ["(303) 736-7100"], "address": elsewhere(2)}))
        .await;
    app.settle().await;
    assert_eq!(identities(&app).await, [4]);
}

/// How many people each ring has, the largest first.
async fn identities(app: &TestApp) -> Vec<u64> {
    let rings = app.get("/api/v1/rings").await.json();
    let rings = rings["items"].as_array().unwrap();
    rings
        .iter()
        .map(|ring| ring["identities"].as_u64().unwrap())
        .collect()
}
