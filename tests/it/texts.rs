//! Texts that are alike: found in both directions, by every instance, and quiet about innocent people.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::common::{Database, TestApp, rules};

/// Invented prose: `lines` bullets of fourteen words that no other seed has.
fn story(seed: usize, lines: usize) -> String {
    let word = |at: usize| {
        let mut n = (seed * 7919 + at * 104_729) % 1_000_003 + 17;
        let mut word = String::new();
        while n > 0 {
            word.push(char::from(b"bcdfghklmnprstvz"[n % 16]));
            word.push(char::from(b"aeiou"[n / 16 % 5]));
            n /= 80;
        }
        word
    };
    let line = |line: usize| {
        let words: Vec<_> = (0..14).map(|at| word(seed * 31 + line * 14 + at)).collect();
        format!("- {}.\n", words.join(" "))
    };
    (0..lines).map(line).collect()
}

fn resume(name: &str, parts: &[&str]) -> String {
    format!("{name}\n\nEXPERIENCE\n\n{}", parts.concat())
}

fn record(id: &str, name: &str, parts: &[&str]) -> Value {
    json!({"external_id": id, "name": name, "resume_text": resume(name, parts)})
}

const NAMES: [&str; 8] = [
    "Maria Lopez",
    "Daniel Whitfield",
    "Ngozi Okafor",
    "Wei Zhang",
    "Anna Brahms",
    "Clemens Czerny",
    "Dorothea Elgar",
    "Zacharias Quint",
];

/// Findings about texts.
fn texts(screening: &Value) -> Vec<&str> {
    let all = rules(screening);
    let about = |rule: &&str| rule.starts_with("text.") || rule.starts_with("link.");
    all.into_iter().filter(about).collect()
}

/// The latest screening of somebody.
async fn now(app: &TestApp, id: &str) -> Value {
    let found = app
        .get(&format!("/api/v1/candidates?external_id={id}"))
        .await
        .json();
    app.latest(&found["items"][0]).await
}

const BOTH: [&str; 2] = ["text.near_dup", "text.bullet_reuse"];

#[tokio::test]
async fn the_later_and_the_earlier_one_are_both_told_and_see_what_is_shared() {
    let app = TestApp::start().await;
    let (main, one, two) = (story(1, 12), story(2, 2), story(3, 2));
    let earlier = app.screen(record("a", NAMES[0], &[&main, &one])).await;
    assert_eq!(texts(&earlier), [""; 0]);
    let later = app.screen(record("b", NAMES[1], &[&two, &main])).await;
    assert_eq!(texts(&later), BOTH);
    let finding = &later["findings"][0];
    assert_eq!(finding["related"], json!([earlier["candidate_id"]]));
    assert_eq!(finding["evidence"][0]["field"], "resume_text");
    let quoted = finding["evidence"][0]["value"].as_str().unwrap();
    assert!(main.contains(quoted) && quoted.len() > 60, "{quoted}");
    app.settle().await;
    assert_eq!(texts(&app.latest(&earlier).await), BOTH);
    let page = async |screening: &Value| {
        let id = screening["candidate_id"].as_str().unwrap();
        app.get(&format!("/candidates/{id}")).await
    };
    let shown = page(&later).await.text;
    assert!(shown.contains("id=\"texts\""), "the passages are shown");
    assert!(shown.contains(quoted.split_whitespace().next().unwrap()));
    let third = app.screen(record("c", NAMES[2], &[&story(9, 14)])).await;
    assert!(!page(&third).await.text.contains("id=\"texts\""));
}

#[tokio::test]
async fn half_a_text_counts_for_less() {
    let app = TestApp::start().await;
    let main = story(1, 14);
    app.screen(record("a", NAMES[0], &[&main, &story(2, 1)]))
        .await;
    let words = main.replace(". ", " ").replace("- ", "Then ");
    let half = app
        .screen(record("b", NAMES[1], &[&words, &story(3, 1)]))
        .await;
    let found = texts(&half);
    assert!(found.contains(&"text.near_dup_partial"), "{found:?}");
    assert!(!found.contains(&"text.near_dup"), "{found:?}");
}

#[tokio::test]
async fn three_instances_find_what_the_others_took_in() {
    let database = Arc::new(Database::new().await);
    let mut apps = Vec::new();
    for _ in 0..3 {
        apps.push(TestApp::on(database.clone()).await);
    }
    let mut sending = Vec::new();
    // Twelve texts of two people each, all at once.
    for n in 0..24 {
        let app = apps[n % 3].clone();
        sending.push(tokio::spawn(async move {
            let (shared, own) = (story(n / 2, 12), story(100 + n, 2));
            app.screen(record(&n.to_string(), NAMES[n % 8], &[&shared, &own]))
                .await
        }));
    }
    for sent in sending {
        sent.await.unwrap();
    }
    apps[1].settle().await;
    for n in 0..24 {
        let found = now(&apps[2], &n.to_string()).await;
        assert_eq!(texts(&found), BOTH, "candidate {n}");
        assert_eq!(found["findings"][0]["related"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_restart_forgets_nobody() {
    let database = Arc::new(Database::new().await);
    let main = story(1, 12);
    let app = TestApp::on(database.clone()).await;
    app.screen(record("a", NAMES[0], &[&main])).await;
    drop(app);
    let app = TestApp::on(database).await;
    let later = app
        .screen(record("b", NAMES[1], &[&main, &story(2, 1)]))
        .await;
    assert_eq!(texts(&later), BOTH);
    app.settle().await;
    assert_eq!(texts(&now(&app, "a").await), BOTH);
}

/// People with names that nobody takes for one another's.
fn somebody(n: usize) -> String {
    let name = |n: usize| {
        let syllables = [
            "ba", "ke", "mi", "lo", "tu", "fra", "ves", "zim", "dor", "qua",
        ];
        let mut name = String::new();
        for at in [n % 10, n / 10 % 10, (n * 7 + 3) % 10] {
            name += syllables[at];
        }
        let first = name.remove(0).to_ascii_uppercase();
        format!("{first}{name}")
    };
    format!("{} {}", name(n), name(n * 13 + 57))
}

#[tokio::test]
async fn a_template_of_thirty_is_nobodys_own() {
    let database = Arc::new(Database::new().await);
    let apps = [
        TestApp::on(database.clone()).await,
        TestApp::on(database.clone()).await,
    ];
    let template = story(1, 8);
    for n in 0..60 {
        let own = story(100 + n, 4);
        let parts = [template.as_str(), &own];
        let parts = if n % 2 == 0 { &parts[..] } else { &parts[1..] };
        apps[n / 2 % 2]
            .screen(record(&n.to_string(), &somebody(n), parts))
            .await;
    }
    apps[0].settle().await;
    for n in 0..60 {
        assert_eq!(
            texts(&now(&apps[0], &n.to_string()).await),
            [""; 0],
            "candidate {n}"
        );
    }
    // Whoever takes one of them whole is told, and the template is not what is quoted.
    let taken = story(110, 4);
    let copy = record("copy", "Ottoline Xavier", &[&template, &taken]);
    let restarted = TestApp::on(database).await;
    let copy = restarted.screen(copy).await;
    assert_eq!(texts(&copy), BOTH);
    let quoted = copy["findings"][0]["evidence"][0]["value"]
        .as_str()
        .unwrap();
    // Up to four words of the line before may be quoted with it.
    let quoted = quoted.split_once("\n- ").map_or(quoted, |(_, rest)| rest);
    assert!(taken.contains(quoted), "{quoted}");
}

#[tokio::test]
async fn one_person_and_one_agency_stay_quiet() {
    let app = TestApp::start().await;
    let main = story(1, 12);
    app.screen(record("a", "Maria Lopez", &[&main])).await;
    let again = app.screen(record("b", "López, María", &[&main])).await;
    assert_eq!(texts(&again), [""; 0]);
    let rewritten = story(2, 12);
    for (id, name) in [("c", NAMES[1]), ("d", NAMES[2]), ("e", NAMES[3])] {
        let mut record = record(id, name, &[&rewritten]);
        record["agency"] = json!("Acme Staffing");
        assert_eq!(texts(&app.screen(record).await), [""; 0]);
    }
    app.settle().await;
    for id in ["a", "b", "c", "d", "e"] {
        assert_eq!(texts(&now(&app, id).await), [""; 0], "{id}");
    }
}

#[tokio::test]
async fn another_text_later_clears_nobody_and_tells_those_it_is_like() {
    let app = TestApp::start().await;
    let (first, second) = (story(1, 12), story(2, 12));
    app.screen(record("a", NAMES[0], &[&first])).await;
    app.screen(record("b", NAMES[1], &[&second])).await;
    let changed = app.screen(record("a", NAMES[0], &[&second])).await;
    assert_eq!(
        (&changed["version"], texts(&changed)),
        (&json!(2), BOTH.to_vec())
    );
    app.settle().await;
    assert_eq!(texts(&now(&app, "b").await), BOTH);
    let third = app.screen(record("c", NAMES[2], &[&first])).await;
    assert_eq!(texts(&third), BOTH, "what was written once is still known");
    app.settle().await;
    let finding = &now(&app, "a").await["findings"][0];
    assert_eq!(finding["related"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_crowd_with_one_text_links_nobody() {
    let app = TestApp::start().await;
    let main = story(1, 12);
    let mut batch = String::new();
    for n in 0..60 {
        batch += &record(&n.to_string(), &somebody(n), &[&main, &story(n + 9, 1)]).to_string();
        batch.push('\n');
    }
    app.post("/api/v1/candidates:batch", batch).await;
    app.settle().await;
    for n in [0, 7, 59] {
        assert_eq!(
            texts(&now(&app, &n.to_string()).await),
            [""; 0],
            "candidate {n}"
        );
    }
}

#[tokio::test]
async fn pages_are_found_by_pages() {
    let app = TestApp::start().await;
    let page = |id: &str, name: &str, text: &str| {
        json!({"external_id": id, "name": name, "emails": [format!("{id}@example.com")],
            "pages": [{"url": "https://site.example", "text": text}]})
    };
    let (one, two) = (story(1, 10), story(2, 10));
    app.screen(page("a", NAMES[0], &one)).await;
    app.screen(record("r", NAMES[3], &[&two])).await;
    let same = app
        .screen(page("b", NAMES[1], &format!("Welcome! {one}")))
        .await;
    assert_eq!(texts(&same), ["link.portfolio_clone"]);
    let of_a_resume = app.screen(page("c", NAMES[2], &two)).await;
    assert_eq!(texts(&of_a_resume), [""; 0]);
}

#[tokio::test]
async fn a_slip_in_one_layout_is_seen_in_three() {
    let app = TestApp::start().await;
    let text = |n: usize, marker: &str| {
        format!(
            "{}\n\nSUMMARY\n\nEngineer with experience in management, development, communication, planning, testing and \
             training for customers and stakeholders.\n\nEXPERIENCE\n\n{marker} Designed systems, delivered projects, \
             maintained services, improved performance and supported enviromental software.\n{marker} Architecture, \
             security, operations, marketing, documentation.\n{}",
            NAMES[n].to_uppercase(),
            story(n, 6).replace("- ", &format!("{marker} "))
        )
    };
    let record = |n: usize, marker: &str| json!({"external_id": n.to_string(), "name": NAMES[n], "resume_text": text(n, marker)});
    app.screen(record(0, "-")).await;
    app.screen(record(1, "-")).await;
    app.screen(record(2, "*")).await;
    app.settle().await;
    assert_eq!(texts(&now(&app, "0").await), [""; 0]);
    app.screen(record(3, "-")).await;
    app.settle().await;
    for (id, found) in [("0", true), ("1", true), ("2", false), ("3", true)] {
        let all = now(&app, id).await;
        assert_eq!(
            texts(&all).contains(&"text.layout_plus_typo"),
            found,
            "{id}"
        );
    }
}
