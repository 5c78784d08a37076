//! One candidate's page: questions, comments, versions, who opened it, and what strangers wrote.

use axum::http::{StatusCode, header};
use jiff::SignedDuration;
use serde_json::{Value, json};
use telltale::access::Role;
use telltale::audit::Actor;
use telltale::audit::Entry;
use telltale::audit::chain;
use telltale::candidate::CandidateId;
use telltale::store::{audit_log, comments};

use crate::common::{TestApp, sign_in};

/// Two people who share a number, so that both have a finding.
async fn pair(app: &TestApp) -> String {
    for (id, name) in [("a", "Maria Lopez"), ("b", "Daniel Whitfield")] {
        let record = json!({"external_id": id, "name": name, "phones": ["(212) 736-5000"],
            "emails": [format!("{id}@example.org")], "work": [{"name": "Acme", "position": "Engineer", "start_date": "2019-01"}],
            "resume_text": format!("{name}\nBuilt small engines for nine years.")});
        app.screen(record).await;
    }
    app.settle().await;
    let found = app.get("/api/v1/candidates?external_id=b").await.json();
    found["items"][0]["candidate_id"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn read_by(app: &TestApp, kind: &str) -> Vec<Entry> {
    let entries = audit_log::after(&app.app.db, 0, 10_000).await.unwrap();
    let read = |entry: &Entry| entry.action == "candidate.read" && entry.who_kind == kind;
    entries.into_iter().filter(read).collect()
}

#[tokio::test]
async fn the_question_stands_with_its_finding_and_names_nobody_else() {
    let app = TestApp::start().await;
    let id = pair(&app).await;
    let page = app.get(&format!("/candidates/{id}")).await.text;
    let question = page
        .split("<p class=\"question\" id=\"question-1\">")
        .nth(1)
        .unwrap();
    let question = question.split("</p>").next().unwrap();
    assert!(
        question.contains("About “(212) 736-5000”: Is this number yours alone?"),
        "{question}"
    );
    let letter = page.split("<textarea id=\"letter\"").nth(1).unwrap();
    let letter = letter.split("</textarea>").next().unwrap();
    assert!(letter.contains("Is this number yours alone?"), "{letter}");
    for other in ["Maria", "dB", "score"] {
        assert!(
            !letter.contains(other) && !question.contains(other),
            "{other}"
        );
    }
    assert!(
        page.contains("data-copy=\"letter\" hidden"),
        "the button waits for its script"
    );
    assert!(page.contains("/assets/copy.js?v="));
    for part in [
        "findings",
        "score",
        "contact",
        "employment",
        "record",
        "resume",
        "comments",
        "history",
    ] {
        assert!(
            page.contains(&format!("href=\"#{part}\"")),
            "{part} in the navigation"
        );
        assert!(page.contains(&format!("id=\"{part}\"")), "{part}");
    }
    assert!(page.len() < 100_000, "{} bytes", page.len());
}

#[tokio::test]
async fn opening_is_an_access_and_a_reload_is_none() {
    let app = TestApp::start().await;
    let id = pair(&app).await;
    let path = format!("/candidates/{id}");
    let recruiter = sign_in(&app.app, Role::Recruiter).await;
    let before = read_by(&app, "user").await.len();
    for _ in 0..3 {
        assert_eq!(app.get_as(&recruiter, &path).await.status, StatusCode::OK);
    }
    app.get_as(&recruiter, &format!("{path}/versions")).await;
    assert_eq!(read_by(&app, "user").await.len(), before + 1);
    app.wait(SignedDuration::from_mins(11));
    app.get_as(&recruiter, &path).await;
    assert_eq!(read_by(&app, "user").await.len(), before + 2);
    let again = sign_in(&app.app, Role::Recruiter).await;
    app.get_as(&again, &path).await;
    let read = read_by(&app, "user").await;
    assert_eq!(read.len(), before + 3);
    assert!(
        read.iter()
            .all(|entry| entry.object == format!("candidate:{id}"))
    );

    let by_key = read_by(&app, "key").await.len();
    let detail = app.get(&format!("/api/v1/{}", &path[1..])).await.json();
    let screening = detail["screening"]["id"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    app.get(&format!("/api/v1/screenings/{screening}")).await;
    assert_eq!(read_by(&app, "key").await.len(), by_key + 1);

    let auditor = sign_in(&app.app, Role::Auditor).await;
    let page = app.get_as(&auditor, &path).await.text;
    assert!(page.contains("Opened by") && page.contains("recruiter-"));
    assert!(page.contains("a program with the key"));
    assert!(
        !app.get_as(&recruiter, &path)
            .await
            .text
            .contains("Opened by")
    );
    assert_eq!(chain::verify(&app.app).await.unwrap().broken, None);
    let missing = app.get_as(&recruiter, "/candidates/nobody").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_comment_is_sealed_and_only_its_author_strikes_it_out() {
    let app = TestApp::start().await;
    let id = pair(&app).await;
    let path = format!("/candidates/{id}");
    let ada = sign_in(&app.app, Role::Recruiter).await;
    let bob = sign_in(&app.app, Role::Investigator).await;
    let wrote = app
        .post_as(
            &ada,
            &format!("{path}/comments"),
            "text=She+called+back.%0D%0A%3Cb%3E",
        )
        .await;
    assert_eq!(wrote.status, StatusCode::SEE_OTHER);
    assert_eq!(
        wrote.headers[header::LOCATION],
        format!("{path}?done=commented#comments").as_str()
    );
    let raw: (Vec<u8>,) = telltale::db::sql("select text from comments")
        .one(&app.app.db)
        .await
        .unwrap();
    assert!(
        !raw.0.windows(6).any(|six| six == b"called"),
        "it lies sealed"
    );

    let candidate = CandidateId(id.clone());
    let kept = comments::of(&app.app.db, &app.app.vault, &candidate)
        .await
        .unwrap();
    assert_eq!(kept[0].text, "She called back.\n<b>");
    let page = app.get_as(&bob, &path).await.text;
    assert!(page.contains("She called back.\n&#60;b&#62;"));
    let strike = format!("{path}/comments/{}/strike", kept[0].id);
    assert!(!page.contains(&strike), "no button on another's comment");
    assert_eq!(
        app.post_as(&bob, &strike, "").await.status,
        StatusCode::NOT_FOUND
    );
    let other = format!("/candidates/nobody/comments/{}/strike", kept[0].id);
    assert_eq!(
        app.post_as(&ada, &other, "").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        app.post_as(&ada, &strike, "").await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        app.post_as(&ada, &strike, "").await.status,
        StatusCode::NOT_FOUND
    );
    let page = app.get_as(&ada, &path).await.text;
    assert!(
        page.contains("<del><bdi>She called back."),
        "what is struck out is still read"
    );

    let long = format!("text={}", "x".repeat(4_001));
    let refused = app.post_as(&ada, &format!("{path}/comments"), &long).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("role=\"alert\""));
    assert!(
        refused.text.contains(&"x".repeat(4_001)),
        "what was typed is kept"
    );
    let auditor = sign_in(&app.app, Role::Auditor).await;
    assert!(
        !app.get_as(&auditor, &path)
            .await
            .text
            .contains("name=\"text\"")
    );
    let denied = app
        .post_as(&auditor, &format!("{path}/comments"), "text=x")
        .await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN);

    let told = audit_log::after(&app.app.db, 0, 10_000).await.unwrap();
    let told: Vec<_> = told
        .iter()
        .filter(|entry| entry.action == "candidate.commented")
        .collect();
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|entry| !entry.detail.contains("called")));
    telltale::screening::erase::erase_one(&app.app, &Actor::system("test"), &candidate)
        .await
        .unwrap();
    assert!(
        comments::of(&app.app.db, &app.app.vault, &candidate)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn versions_stand_side_by_side() {
    let app = TestApp::start().await;
    let record = |city: &str, text: &str| json!({"external_id": "v", "name": "Ada Moss", "address": {"city": city, "region": "NY"}, "resume_text": text});
    let first = app
        .screen(record("Troy", "Built small tools at home."))
        .await;
    let id = first["candidate_id"].as_str().unwrap();
    let path = format!("/candidates/{id}");
    let alone = app.get(&format!("{path}/versions")).await;
    assert!(
        alone.text.contains("There is one version"),
        "{}",
        alone.text
    );
    assert!(!app.get(&path).await.text.contains("/versions\""));
    app.screen(record("Utica", "Built large engines at home."))
        .await;
    assert!(
        app.get(&path)
            .await
            .text
            .contains(&format!("{path}/versions"))
    );
    for query in ["", "?from=1&to=2"] {
        let page = app.get(&format!("{path}/versions{query}")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(
            page.text.contains("<del><bdi>Troy</bdi></del>"),
            "{}",
            page.text
        );
        assert!(page.text.contains("<ins><bdi>Utica</bdi></ins>"));
        assert!(
            page.text
                .contains("taken out: </span><bdi>small tools</bdi></del>"),
            "{}",
            page.text
        );
        assert!(
            page.text
                .contains("put in: </span><bdi>large engines</bdi></ins>")
        );
    }
    let swapped = app.get(&format!("{path}/versions?from=2&to=1")).await.text;
    assert!(swapped.contains("<del><bdi>Utica</bdi></del>"));
    for wrong in ["?from=9&to=1", "?from=x", "?to=-1"] {
        let answer = app.get(&format!("{path}/versions{wrong}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{wrong}");
    }
}

/// What tries everything, in every field.
fn hostile() -> Value {
    let bad = "<script>alert(1)</script>\"'>\u{202E}gnp\u{200B}";
    let links: Vec<String> = (0..100)
        .map(|n| format!("https://example.com/{n}?{bad}"))
        .collect();
    let text = format!("{bad}\n{}", "word and another one ".repeat(10_000));
    assert!(text.len() > 200_000);
    json!({"external_id": "h", "name": format!("Ada {bad}"), "links": links, "emails": [format!("{bad}@example.org")],
        "agency": bad, "phones": [bad, "(212) 736-5000"], "address": {"line1": bad, "city": bad},
        "education": [{"institution": bad, "area": bad, "start_date": "2010"}],
        "work": [{"name": bad, "position": bad, "start_date": "2019-01"}], "resume_text": text})
}

#[tokio::test]
async fn what_strangers_write_stays_text_and_has_bounds() {
    let app = TestApp::start().await;
    let id = app.screen(hostile()).await["candidate_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut changed = hostile();
    changed["resume_text"] = json!(format!("{} other", "one word and another ".repeat(10_000)));
    changed["links"] = json!([]);
    app.screen(changed).await;
    for path in [
        format!("/candidates/{id}"),
        format!("/candidates/{id}/versions"),
    ] {
        let answer = app.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK);
        let page = answer
            .text
            .replace("<script type=\"module\" src=\"/assets/", "");
        assert!(!page.contains("<script"), "{path}");
        for hidden in ['\u{202E}', '\u{200B}'] {
            assert!(!page.contains(hidden), "{path}: {hidden:?}");
        }
        assert!(page.len() < 400_000, "{path}: {} bytes", page.len());
    }
    let full = app.screen(hostile()).await;
    let page = app
        .get(&format!(
            "/candidates/{}",
            full["candidate_id"].as_str().unwrap()
        ))
        .await;
    assert!(
        page.text
            .contains("more, without a finding on them, are not shown here")
    );
}

#[tokio::test]
async fn what_a_reader_may_not_open_is_no_link() {
    let app = TestApp::start().await;
    let id = pair(&app).await;
    let bound = json!({"source": "api", "external_id": "b", "worker_id": "w-1", "device_ids": ["LT-1"], "start_date": "2026-06-01"});
    let answer = app.post("/api/v1/onboardings", bound.to_string()).await;
    assert!(answer.status.is_success(), "{}", answer.text);
    let path = format!("/candidates/{id}");
    let recruiter = app
        .get_as(&sign_in(&app.app, Role::Recruiter).await, &path)
        .await
        .text;
    for hidden in ["/workers/", "/rings/", "/deliveries", ">lt-1<"] {
        assert!(!recruiter.contains(hidden), "{hidden}");
    }
    assert!(recruiter.contains("Is onboarded") && recruiter.contains("In a ring of 2"));
    let investigator = app
        .get_as(&sign_in(&app.app, Role::Investigator).await, &path)
        .await
        .text;
    assert!(investigator.contains("/workers/w-1") && investigator.contains("/rings/"));
    assert!(investigator.contains(">lt-1<") && investigator.contains("1 device out"));
    assert!(!investigator.contains("/deliveries"));
}
