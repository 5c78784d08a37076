//! Reuse of phones, mailboxes and profiles: symmetric, race-free, quiet about innocent people.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::common::{Database, TestApp, rules};

fn record(id: &str, name: &str, phone: &str) -> Value {
    json!({"external_id": id, "name": name, "phones": [phone]})
}

#[tokio::test]
async fn the_later_and_the_earlier_one_are_both_told() {
    let app = TestApp::start().await;
    let earlier = app
        .screen(record("a", "Maria Lopez", "(212) 736-5000"))
        .await;
    assert_eq!(rules(&earlier), [""; 0]);
    let later = app
        .screen(record("b", "Daniel Whitfield", "+1 212-736-5000"))
        .await;
    assert_eq!(rules(&later), ["x.phone"]);
    assert_eq!(
        later["findings"][0]["related"],
        json!([earlier["candidate_id"]])
    );
    app.settle().await;
    let now = app.latest(&earlier).await;
    assert_eq!(rules(&now), ["x.phone"]);
    assert_eq!(
        now["findings"][0]["related"],
        json!([later["candidate_id"]])
    );
    assert_ne!(
        now["id"], earlier["id"],
        "a screening is added, none is changed"
    );
    let first = app
        .get(&format!(
            "/api/v1/screenings/{}",
            earlier["id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(rules(&first.json()), [""; 0]);
}

#[tokio::test]
async fn a_hundred_at_once_are_all_told() {
    hundred_at_once(&[TestApp::start().await]).await;
}

#[tokio::test]
async fn a_hundred_at_once_are_all_told_by_three_instances() {
    let database = Arc::new(Database::new().await);
    let mut apps = Vec::new();
    for _ in 0..3 {
        apps.push(TestApp::on(database.clone()).await);
    }
    hundred_at_once(&apps).await;
}

async fn hundred_at_once(apps: &[TestApp]) {
    const NAMES: [&str; 4] = [
        "Maria Lopez",
        "Daniel Whitfield",
        "Ngozi Okafor",
        "Wei Zhang",
    ];
    let mut sending = Vec::new();
    // Two pairs of ten each on a number of their own, so that none is a hub.
    for n in 0..100 {
        let app = apps[n % apps.len()].clone();
        let phone = format!("(212) {}-5000", 736 + n / 20);
        sending.push(tokio::spawn(async move {
            app.screen(record(&n.to_string(), NAMES[n % 4], &phone))
                .await
        }));
    }
    for sent in sending {
        sent.await.unwrap();
    }
    apps[0].settle().await;
    for n in 0..100 {
        let found = apps[0]
            .get(&format!("/api/v1/candidates?external_id={n}"))
            .await
            .json();
        let latest = apps[0].latest(&found["items"][0]).await;
        assert_eq!(
            rules(&latest),
            ["x.component", "app.burst", "x.phone"],
            "candidate {n}"
        );
        let related = latest["findings"][2]["related"].as_array().unwrap().len();
        assert_eq!(related, 15, "of twenty, five have the same name");
    }
}

#[tokio::test]
async fn a_number_of_many_links_nobody_any_more() {
    let app = TestApp::start().await;
    let surname = |n: usize| ["Brahms", "Czerny", "Dvorak", "Elgar", "Franck", "Gounod"][n % 6];
    let first = app
        .screen(record("0", "Anna Brahms", "(212) 736-5000"))
        .await;
    for n in 1..=50 {
        let given = ["Bertha", "Clemens", "Dorothea", "Edmund", "Friederike"][n % 5];
        app.screen(record(
            &n.to_string(),
            &format!("{given} {}", surname(n)),
            "(212) 736-5000",
        ))
        .await;
    }
    app.settle().await;
    assert_eq!(
        rules(&app.latest(&first).await),
        ["x.component", "app.burst", "x.phone"]
    );
    let crossing = app
        .screen(record("51", "Zacharias Quint", "(212) 736-5000"))
        .await;
    assert_eq!(rules(&crossing), ["app.burst"]);
    app.settle().await;
    assert_eq!(rules(&app.latest(&first).await), ["app.burst"]);
}

#[tokio::test]
async fn what_an_earlier_version_gave_is_still_known() {
    let app = TestApp::start().await;
    let first = app
        .screen(record("a", "Maria Lopez", "(212) 736-5000"))
        .await;
    let second = app
        .screen(record("a", "Maria Lopez", "(212) 736-5001"))
        .await;
    assert_eq!(
        (&first["version"], &second["version"]),
        (&json!(1), &json!(2))
    );
    assert_eq!(first["candidate_id"], second["candidate_id"]);
    let other = app
        .screen(record("b", "Daniel Whitfield", "(212) 736-5000"))
        .await;
    assert_eq!(rules(&other), ["x.phone"]);
    app.settle().await;
    assert_eq!(
        rules(&app.latest(&first).await),
        ["x.phone"],
        "reuse is symmetric"
    );
}

#[tokio::test]
async fn an_agency_owns_a_number_that_three_of_its_candidates_carry() {
    let app = TestApp::start().await;
    for (n, name) in ["Maria Lopez", "Ngozi Okafor", "Wei Zhang"]
        .into_iter()
        .enumerate()
    {
        let mut record = record(&n.to_string(), name, "(212) 736-5000");
        record["agency"] = json!("Acme Staffing");
        let screening = app.screen(record).await;
        let known: &[&str] = if n < 2 { &[] } else { &["src.contact_swap"] };
        assert_eq!(rules(&screening), known);
    }
    let direct = app
        .screen(record("d", "Daniel Whitfield", "(212) 736-5000"))
        .await;
    assert_eq!(rules(&direct), ["src.contact_swap"], "nobody is linked");
}

#[tokio::test]
async fn leaving_the_number_out_later_clears_nobody() {
    let app = TestApp::start().await;
    app.screen(record("a", "Maria Lopez", "(212) 736-5000"))
        .await;
    app.screen(record("b", "Daniel Whitfield", "(212) 736-5000"))
        .await;
    let without =
        json!({"external_id": "b", "name": "Daniel Whitfield", "emails": ["d@example.com"]});
    let second = app.screen(without).await;
    assert_eq!(second["version"], json!(2));
    assert_eq!(rules(&second), ["x.phone"]);
}

#[tokio::test]
async fn a_couple_at_one_address_may_share_a_number() {
    let app = TestApp::start().await;
    let at_home = |id: &str, name: &str, line1: &str| {
        let mut record = record(id, name, "(212) 736-5000");
        record["address"] =
            json!({"line1": line1, "city": "New York", "region": "NY", "postal_code": "10118"});
        record
    };
    let first = app
        .screen(at_home("a", "Maria Lopez", "350 Fifth Avenue, Apt 4"))
        .await;
    let second = app
        .screen(at_home("b", "Daniel Lopez", "350 5th Ave #4"))
        .await;
    assert_eq!(rules(&second), [""; 0]);
    let other = app
        .screen(at_home("c", "Ngozi Okafor", "350 5th Ave #4"))
        .await;
    assert_eq!(
        rules(&other),
        ["x.address"],
        "an address alone is no household, but its line is one home's"
    );
    let away = record("d", "Teodor Lindqvist", "(212) 736-5000");
    assert_eq!(rules(&app.screen(away).await), ["x.component", "x.phone"]);
    app.settle().await;
    assert_eq!(
        rules(&app.latest(&first).await),
        ["x.component", "x.phone", "x.address"]
    );
}

#[tokio::test]
async fn sending_the_same_again_disturbs_nobody_else() {
    let app = TestApp::start().await;
    let first = app
        .screen(record("a", "Maria Lopez", "(212) 736-5000"))
        .await;
    app.screen(record("b", "Daniel Whitfield", "(212) 736-5000"))
        .await;
    app.settle().await;
    let told = app.latest(&first).await;
    app.screen(record("b", "Daniel Whitfield", "(212) 736-5000"))
        .await;
    app.settle().await;
    assert_eq!(app.latest(&first).await["id"], told["id"]);
}

#[tokio::test]
async fn who_gave_no_date_applied_when_the_record_came() {
    let app = TestApp::start().await;
    let first = app
        .screen(record("a", "Maria Lopez", "(212) 736-5000"))
        .await;
    let second = app
        .screen(record("b", "Daniel Whitfield", "(212) 736-5000"))
        .await;
    app.wait(jiff::SignedDuration::from_hours(100 * 24));
    let late = app
        .screen(record("c", "Ngozi Okafor", "(212) 736-5000"))
        .await;
    assert_eq!(rules(&late), [""; 0], "numbers change hands");
    app.settle().await;
    for (one, other) in [(&first, &second), (&second, &first)] {
        let now = app.latest(one).await;
        assert_eq!(rules(&now), ["x.phone"]);
        assert_eq!(
            now["findings"][0]["related"],
            json!([other["candidate_id"]])
        );
    }
}

#[tokio::test]
async fn news_that_a_crash_kept_back_is_told_with_the_next_version() {
    let app = TestApp::start().await;
    let first = app
        .screen(record("a", "Maria Lopez", "(212) 736-5000"))
        .await;
    app.screen(record("b", "Daniel Whitfield", "(212) 736-5000"))
        .await;
    app.settle().await;
    let before = app.latest(&first).await;
    // As after a crash between keeping the record and screening it.
    let mut tx = app.app.db.begin().await.unwrap();
    telltale::db::sql("update candidates set announced_version = 0 where external_id = ?")
        .bind("b")
        .execute(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    app.screen(record("b", "Daniel Whitfield", "(212) 736-5000"))
        .await;
    app.settle().await;
    assert_ne!(app.latest(&first).await["id"], before["id"]);
}

#[tokio::test]
async fn a_hundred_on_one_number_at_once_are_a_burst_though_the_number_is_a_hub() {
    let app = TestApp::start().await;
    let given = [
        "Maria", "Daniel", "Ngozi", "Wei", "Peter", "Anna", "Emil", "Farah", "Hugo", "Ines",
    ];
    let family = [
        "Lopez",
        "Whitfield",
        "Okafor",
        "Zhang",
        "Quill",
        "Brahms",
        "Sjoberg",
        "Haddad",
        "Tamm",
        "Ueda",
    ];
    let mut sending = Vec::new();
    for n in 0..100 {
        let app = app.clone();
        let name = format!("{} {}", given[n % 10], family[n / 10]);
        sending.push(tokio::spawn(async move {
            let mut record = record(&n.to_string(), &name, "(212) 736-5000");
            record["applied_at"] = json!("2026-03-02T14:05:00Z");
            app.screen(record).await
        }));
    }
    for sent in sending {
        sent.await.unwrap();
    }
    app.settle().await;
    for n in 0..100 {
        let found = app
            .get(&format!("/api/v1/candidates?external_id={n}"))
            .await
            .json();
        let latest = app.latest(&found["items"][0]).await;
        assert_eq!(rules(&latest), ["app.burst"], "candidate {n}");
    }
}

#[tokio::test]
async fn a_referee_of_two_careers_is_told_to_both_and_a_common_manager_to_nobody() {
    let app = TestApp::start().await;
    let with = |id: &str, name: &str, employer: &str| {
        json!({
            "external_id": id, "name": name, "work": [{"name": employer, "position": "Engineer"}],
            "references": [{"name": "Corwin Vale", "company": employer, "phone": "(212) 736-5000"}],
        })
    };
    let first = app.screen(with("a", "Maria Lopez", "Northwind")).await;
    let same = app
        .screen(with("b", "Ngozi Okafor", "Northwind Inc."))
        .await;
    assert_eq!(rules(&same), [""; 0]);
    let other = app.screen(with("c", "Daniel Whitfield", "Contoso")).await;
    assert_eq!(rules(&other), ["emp.reference_shared"]);
    let related = other["findings"][0]["related"].as_array().unwrap();
    assert_eq!(related.len(), 2);
    app.settle().await;
    for (one, told) in [(&first, 1), (&same, 1)] {
        let now = app.latest(one).await;
        assert_eq!(rules(&now), ["emp.reference_shared"]);
        let related = now["findings"][0]["related"].as_array().unwrap();
        assert_eq!(related.len(), told);
    }
}

#[tokio::test]
async fn the_later_of_two_on_one_device_is_told_that_the_other_was_turned_down() {
    let app = TestApp::start().await;
    let sent = |id: &str, name: &str, at: &str| {
        json!({
            "external_id": id, "name": name, "applied_at": at,
            "submission": {"device_id": "d-58", "ip": "203.0.113.9"},
        })
    };
    let first = sent("a", "Maria Lopez", "2026-02-01T09:00:00Z");
    let earlier = app.screen(first.clone()).await;
    let later = app
        .screen(sent("b", "Daniel Whitfield", "2026-02-25T09:00:00Z"))
        .await;
    assert_eq!(rules(&later), ["app.shared_device", "app.shared_ip_pair"]);
    let mut rejected = first;
    rejected["rejected_at"] = json!("2026-02-20T09:00:00Z");
    app.screen(rejected).await;
    app.settle().await;
    assert_eq!(
        rules(&app.latest(&later).await),
        ["app.reapply", "app.shared_device", "app.shared_ip_pair"],
        "that the other was turned down is news"
    );
    assert_eq!(
        rules(&app.latest(&earlier).await),
        ["app.shared_device", "app.shared_ip_pair"]
    );
}

#[tokio::test]
async fn neighbouring_numbers_of_three_people_are_told_to_all_of_them() {
    let app = TestApp::start().await;
    let mut screenings = Vec::new();
    for (id, name, phone) in [
        ("a", "Maria Lopez", "(212) 736-5100"),
        ("b", "Daniel Whitfield", "(212) 736-5104"),
        ("c", "Ngozi Okafor", "(212) 736-5112"),
    ] {
        screenings.push(app.screen(record(id, name, phone)).await);
    }
    assert_eq!(rules(&screenings[1]), [""; 0]);
    app.settle().await;
    for screening in &screenings {
        let found = app.latest(screening).await;
        assert!(rules(&found).contains(&"phone.sequential"), "{found}");
    }
}
