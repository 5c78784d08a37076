//! The queue: filters and counts, search, views, assignment, what is new.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use jiff::SignedDuration;
use serde_json::{Value, json};
use telltale::access::Role;
use telltale::audit::Actor;
use telltale::audit::chain;
use telltale::candidate::CandidateId;
use telltale::db::sql;
use telltale::screening;
use telltale::store::{audit_log, candidate_rules, users};

use crate::common::{Answer, TestApp, sign_in};

/// The candidates in a page's table, in order.
fn ids(page: &str) -> Vec<String> {
    let rows = page.split("class=\"who\">").skip(1);
    rows.filter_map(|row| row.split_once("href=\"/candidates/"))
        .map(|(_, rest)| rest.split('"').next().unwrap().to_owned())
        .collect()
}

/// The numbers on the tabs: all, then each next step.
fn counts(page: &str) -> Vec<usize> {
    let numbers = page.split("<span class=\"n\">").skip(1);
    numbers
        .map(|rest| rest.split('<').next().unwrap().parse().unwrap())
        .collect()
}

fn next_page(page: &str) -> Option<String> {
    let (_, rest) = page.split_once("rel=\"next\" href=\"")?;
    let address = rest.split('"').next().unwrap();
    Some(address.replace("&#38;", "&").replace("&amp;", "&"))
}

/// Everybody in a list, over all its pages, with the tabs' numbers on the first.
async fn walk(app: &TestApp, address: &str) -> (Vec<String>, Vec<usize>) {
    let first = app.get(address).await;
    assert_eq!(first.status, StatusCode::OK, "{address}: {}", first.text);
    let numbers = counts(&first.text);
    let (mut seen, mut page) = (ids(&first.text), first.text);
    while let Some(next) = next_page(&page) {
        page = app.get(&next).await.text;
        assert_eq!(counts(&page), numbers, "{next}");
        seen.extend(ids(&page));
    }
    (seen, numbers)
}

fn location(answer: &Answer) -> &str {
    answer
        .headers
        .get(header::LOCATION)
        .map_or("", |to| to.to_str().unwrap())
}

/// The id of the latest user of a role.
async fn user(app: &TestApp, role: Role) -> String {
    let all = users::all(&app.app.db).await.unwrap();
    let of_role = all.into_iter().filter(|one| one.role == role.word());
    of_role.map(|one| one.id).max().unwrap()
}

fn id_of(screening: &Value) -> String {
    screening["candidate_id"].as_str().unwrap().to_owned()
}

/// What the test itself knows of a candidate.
struct Known {
    id: String,
    step: &'static str,
    stage: &'static str,
    source: &'static str,
    n: usize,
    assigned: bool,
    decided: bool,
    rules: Vec<String>,
}

/// A part of an address, and whom it should leave.
type Choice<'a> = (String, Box<dyn Fn(&Known) -> bool + 'a>);

const STEPS: [&str; 4] = ["none", "ask", "verify", "escalate"];

async fn crowd(app: &TestApp) -> Vec<Known> {
    let (stages, sources) = (["applied", "interview"], ["lever", "ashby", "a b&c"]);
    let record = |n: usize| {
        let mut record = json!({"external_id": format!("n{n}"), "source": sources[n % 3],
            "stage": stages[n % 2], "name": format!("Person{n} Example"),
            "applied_at": if n.is_multiple_of(4) { "2026-03-01T00:00:00Z" } else { "2026-05-30T00:00:00Z" }});
        if n.is_multiple_of(5) {
            record["agency"] = json!("Sample & Sons");
        }
        if n.is_multiple_of(7) {
            record["emails"] = json!([format!("example{n}@mailinator.com")]);
        }
        if n.is_multiple_of(6) {
            record["phones"] = json!([format!("(212) 911-{:04}", 5000 + n)]);
        }
        record.to_string()
    };
    let lines: Vec<String> = (0..120).map(record).collect();
    let answer = app.post("/api/v1/candidates:batch", lines.join("\n")).await;
    assert_eq!(answer.text.lines().count(), 120);
    app.settle().await;
    let admin = user(app, Role::Admin).await;
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = app
            .get(&format!("/api/v1/candidates?limit=200{cursor}"))
            .await
            .json();
        let items = page["items"].as_array().unwrap().iter();
        ids.extend(items.map(id_of));
        let Some(next) = page["next_cursor"].as_str() else {
            break;
        };
        cursor = format!("&cursor={next}");
    }
    let mut known = Vec::new();
    for id in ids {
        let detail = app.get(&format!("/api/v1/candidates/{id}")).await.json();
        let n: usize = detail["external_id"].as_str().unwrap()[1..]
            .parse()
            .unwrap();
        let (assigned, decided) = (n % 10 < 3, n % 8 == 1);
        if assigned {
            let form = format!("to={admin}");
            let path = format!("/candidates/{id}/assign");
            let done = app.post_as(&app.cookie, &path, &form).await;
            assert_eq!(done.status, StatusCode::SEE_OTHER);
        }
        if decided {
            let said = json!({"outcome": "cleared", "reason": "Asked on the phone.", "by": "Ada"});
            let path = format!("/api/v1/candidates/{id}/decisions");
            let done = app.post(&path, said.to_string()).await;
            assert_eq!(done.status, StatusCode::CREATED, "{}", done.text);
        }
        let step = detail["screening"]["next_step"].as_str().unwrap();
        known.push(Known {
            step: STEPS.into_iter().find(|one| *one == step).unwrap(),
            stage: stages[n % 2],
            source: sources[n % 3],
            n,
            assigned,
            decided,
            rules: crate::common::rules(&detail["screening"])
                .into_iter()
                .map(str::to_owned)
                .collect(),
            id,
        });
    }
    known
}

#[tokio::test]
async fn all_filters_combine_and_the_tabs_agree_with_the_lists() {
    let app = TestApp::start().await;
    let known = crowd(&app).await;
    let fired: BTreeSet<String> = known.iter().flat_map(|one| one.rules.clone()).collect();
    assert_eq!(
        candidate_rules::all(&app.app.db).await.unwrap(),
        fired.iter().cloned().collect::<Vec<_>>()
    );
    let rule = fired.first().unwrap().clone();
    let any = || -> Choice<'static> { (String::new(), Box::new(|_| true)) };
    let choice = |query: &str, is: fn(&Known) -> bool| -> Choice<'static> {
        (query.to_owned(), Box::new(is))
    };
    let of_rule: Choice<'_> = (
        format!("rule={rule}"),
        Box::new(|one| one.rules.contains(&rule)),
    );
    let groups: Vec<Vec<Choice<'_>>> = vec![
        vec![any(), choice("stage=interview", |k| k.stage == "interview")],
        vec![
            any(),
            choice("source=lever", |k| k.source == "lever"),
            choice("source=a%20b%26c", |k| k.source == "a b&c"),
        ],
        vec![
            any(),
            choice("agency=sample%20%26%20sons", |k| k.n.is_multiple_of(5)),
        ],
        vec![
            any(),
            choice("age=within-7", |k| !k.n.is_multiple_of(4)),
            choice("age=older-30", |k| k.n.is_multiple_of(4)),
        ],
        vec![
            any(),
            choice("assigned=me", |k| k.assigned),
            choice("assigned=nobody", |k| !k.assigned),
            choice("assigned=somebody", |k| k.assigned),
        ],
        vec![
            any(),
            choice("decided=open", |k| !k.decided),
            choice("decided=decided", |k| k.decided),
        ],
        vec![any(), of_rule],
        vec![any(), choice("q=person", |_| true)],
    ];
    let total: usize = groups.iter().map(Vec::len).product();
    // A spread over all of them: 23 shares no factor with any group's size.
    for at in (0..total).step_by(23) {
        let (mut rest, mut query) = (at, Vec::new());
        let mut wanted: Vec<&Known> = known.iter().collect();
        for group in &groups {
            let (text, is) = &group[rest % group.len()];
            rest /= group.len();
            if !text.is_empty() {
                query.push(text.clone());
            }
            wanted.retain(|one| is(one));
        }
        let query = query.join("&");
        let (seen, numbers) = walk(&app, &format!("/?{query}")).await;
        let of = |step: &str| wanted.iter().filter(|one| one.step == step).count();
        let mut expected = vec![wanted.len()];
        expected.extend(["escalate", "verify", "ask", "none"].map(of));
        assert_eq!(numbers, expected, "{query}");
        let wanted_ids: BTreeSet<&str> = wanted.iter().map(|one| one.id.as_str()).collect();
        let seen_ids: BTreeSet<&str> = seen.iter().map(String::as_str).collect();
        assert_eq!(
            (seen_ids, seen.len()),
            (wanted_ids, wanted.len()),
            "{query}"
        );
        let step = STEPS[at % 4];
        let (seen, again) = walk(&app, &format!("/?{query}&next_step={step}")).await;
        assert_eq!((seen.len(), again), (of(step), numbers), "{query} {step}");
    }
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_refused() {
    let app = TestApp::start().await;
    for (query, status) in [
        ("rule=no.such", 400),
        ("rule=x.phone", 200),
        ("age=7", 400),
        ("age=within-0", 400),
        ("age=within-30", 200),
        ("assigned=eve", 400),
        ("decided=maybe", 400),
        ("agency=nobody", 200),
        ("next_step=no", 400),
    ] {
        let answer = app.get(&format!("/?{query}")).await;
        assert_eq!(answer.status.as_u16(), status, "{query}");
    }
    let events = app.get("/queue/events").await;
    assert_eq!(events.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn numbers_and_mailboxes_are_found_in_any_writing() {
    let app = TestApp::start().await;
    let ada = app
        .screen(
            json!({"external_id": "A-1001", "name": "Ada Lopez", "phones": ["(212) 736-5000"],
            "emails": ["Ada.Lopez+jobs@gmail.com"]}),
        )
        .await;
    let bo = app
        .screen(
            json!({"external_id": "B-2", "name": "Bo Example", "emails": ["bo@example.com"],
            "phones": ["+44 20 7946 0958"]}),
        )
        .await;
    let (ada, bo) = (id_of(&ada), id_of(&bo));
    let shouted = bo.to_uppercase();
    for (sought, found) in [
        ("%2B1%20(212)%20736-5000", Some(&ada)),
        ("212.736.5000", Some(&ada)),
        ("2127365000", Some(&ada)),
        ("1-212-736-5000", Some(&ada)),
        ("2127365001", None),
        ("020%207946%200958", None),
        ("%2B442079460958", Some(&bo)),
        ("ADALOPEZ%40googlemail.com", Some(&ada)),
        ("BO%40EXAMPLE.com", Some(&bo)),
        ("bo%40exam", Some(&bo)),
        ("lopez", Some(&ada)),
        ("a-1001", Some(&ada)),
        (ada.as_str(), Some(&ada)),
        (shouted.as_str(), Some(&bo)),
        ("nobody%40example.com", None),
        ("%25", None),
    ] {
        let page = app.get(&format!("/?q={sought}")).await;
        let expected: Vec<String> = found.into_iter().cloned().collect();
        assert_eq!(ids(&page.text), expected, "{sought}");
        assert_eq!(counts(&page.text)[0], expected.len(), "{sought}");
    }
    let clear: Vec<(String,)> = sql("select search from candidates")
        .all(&app.app.db)
        .await
        .unwrap();
    assert!(!format!("{clear:?}").contains("736"), "{clear:?}");
}

#[tokio::test]
async fn a_view_is_kept_shown_and_removed_by_those_who_may() {
    let app = TestApp::start().await;
    app.screen(json!({"external_id": "1", "name": "Ada Example"}))
        .await;
    let ada = sign_in(&app.app, Role::Recruiter).await;
    let bo = sign_in(&app.app, Role::Recruiter).await;
    let back = "assigned%3Dme%26stage%3Dapplied%26cursor%3D";
    let done = app
        .post_as(&ada, "/views", &format!("name=+My++own&back={back}"))
        .await;
    assert_eq!(
        (done.status, location(&done)),
        (
            StatusCode::SEE_OTHER,
            "/?stage=applied&assigned=me&done=saved"
        )
    );
    let link = "<a href=\"/?stage=applied&#38;assigned=me\"><bdi>My own</bdi></a>";
    let page = app.get_as(&ada, "/").await.text;
    assert!(page.contains(link), "{page}");
    assert!(!app.get_as(&bo, "/").await.text.contains("My own"));
    for (form, says) in [
        (
            format!("name=MY+OWN&back={back}"),
            "You have a view of that name already.",
        ),
        (
            "name=All&back=".to_owned(),
            "Choose what the view is to show first.",
        ),
        (
            format!("name=&back={back}"),
            "Say what the view is to be called.",
        ),
        (
            format!("name={}&back={back}", "x".repeat(61)),
            "name has at most 60 characters",
        ),
        ("name=Ada&back=q%3DAda".to_owned(), "Clear the search first"),
    ] {
        let answer = app.post_as(&ada, "/views", &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(
            answer.text.contains(says) && answer.text.contains("role=\"alert\""),
            "{form}"
        );
    }
    let shared = format!("name=Ours&shared=yes&back={back}");
    app.post_as(&ada, "/views", &shared).await;
    let page = app.get_as(&bo, "/").await.text;
    assert!(
        page.contains("<bdi>Ours</bdi></a>") && !page.contains("/remove\""),
        "{page}"
    );
    let rows: Vec<(String, String)> = sql("select name, id from saved_views order by name")
        .all(&app.app.db)
        .await
        .unwrap();
    let path = |n: usize| format!("/views/{}/remove", rows[n].1);
    assert_eq!(
        app.post_as(&bo, &path(1), "").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        app.post_as(&app.cookie, &path(0), "").await.status,
        StatusCode::NOT_FOUND,
        "private"
    );
    assert_eq!(
        app.post_as(&app.cookie, &path(1), "").await.status,
        StatusCode::SEE_OTHER,
        "an administrator"
    );
    assert_eq!(
        app.post_as(&ada, &path(0), "").await.status,
        StatusCode::SEE_OTHER
    );
    for n in 0..21 {
        let answer = app
            .post_as(&bo, "/views", &format!("name=v{n}&back={back}"))
            .await;
        let kept = answer.status == StatusCode::SEE_OTHER;
        assert_eq!(kept, n < 20, "{n}");
    }
}

#[tokio::test]
async fn candidates_are_assigned_one_by_one_and_many_at_once() {
    let app = TestApp::start().await;
    let mut all = Vec::new();
    for n in 0..3 {
        let one = json!({"external_id": n.to_string(), "name": format!("Person{n} Example")});
        all.push(id_of(&app.screen(one).await));
    }
    let recruiter = sign_in(&app.app, Role::Recruiter).await;
    let auditor = sign_in(&app.app, Role::Auditor).await;
    let (ada, eve) = (
        user(&app, Role::Recruiter).await,
        user(&app, Role::Auditor).await,
    );
    let path = format!("/candidates/{}/assign", all[0]);
    let done = app.post_as(&recruiter, &path, &format!("to={ada}")).await;
    assert_eq!(location(&done), format!("/candidates/{}#assign", all[0]));
    for wrong in [&eve, "nobody"] {
        let answer = app.post_as(&recruiter, &path, &format!("to={wrong}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    assert_eq!(
        app.post_as(&auditor, &path, "to=").await.status,
        StatusCode::FORBIDDEN
    );
    let gone = "019a1b2c-0000-7000-8000-000000000001";
    let form = format!(
        "candidate={}&candidate={}&candidate={gone}&to={ada}&back=stage%3Dapplied",
        all[0], all[1]
    );
    let done = app.post_as(&recruiter, "/queue/assign", &form).await;
    assert_eq!(
        location(&done),
        "/?stage=applied&done=assigned-1",
        "one was theirs, one is nobody"
    );
    let mine = app.get_as(&recruiter, "/?assigned=me").await.text;
    assert_eq!(
        ids(&mine).into_iter().collect::<BTreeSet<_>>(),
        all[..2].iter().cloned().collect()
    );
    for (form, says) in [
        ("to=&back=".to_owned(), "Choose at least one candidate."),
        (
            format!(
                "to=&{}",
                (0..51)
                    .map(|n| format!("candidate={n}"))
                    .collect::<Vec<_>>()
                    .join("&")
            ),
            "At most 50 candidates are assigned at once.",
        ),
    ] {
        let answer = app.post_as(&recruiter, "/queue/assign", &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(answer.text.contains(says), "{says}");
    }
    let entries = audit_log::after(&app.app.db, 0, 1000).await.unwrap();
    let told: Vec<_> = entries
        .iter()
        .filter(|one| one.action == "candidate.assigned")
        .collect();
    assert_eq!(told.len(), 2);
    assert_eq!(told[1].object, format!("candidate:{}", all[1]));
    assert_eq!(told[1].detail, json!({"to": ada}).to_string());
    assert_eq!(chain::verify(&app.app).await.unwrap().broken, None);
    sql("update users set disabled_at = 1 where id = ?")
        .bind(&ada)
        .execute(&app.app.db)
        .await
        .unwrap();
    let page = app.get(&format!("/candidates/{}", all[0])).await.text;
    assert!(page.contains("(no access now)"), "{page}");
    let page = app.get_as(&auditor, "/").await.text;
    assert!(page.contains("(no access now)") && !page.contains("name=\"candidate\""));
}

#[tokio::test]
async fn a_decision_is_told_apart_until_something_else_is_found() {
    let app = TestApp::start().await;
    let ada = json!({"external_id": "1", "name": "Ada Example", "emails": ["ada@mailinator.com"]});
    let id = id_of(&app.screen(ada).await);
    let said = json!({"outcome": "explained", "reason": "Asked on the phone.", "by": "Bo"});
    let path = format!("/api/v1/candidates/{id}/decisions");
    let done = app.post(&path, said.to_string()).await;
    assert_eq!(done.status, StatusCode::CREATED, "{}", done.text);
    let page = app.get("/").await.text;
    assert!(page.contains("Decided: explained"), "{page}");
    let open = async || ids(&app.get("/?decided=open").await.text).len();
    let decided = async || ids(&app.get("/?decided=decided").await.text).len();
    assert_eq!((open().await, decided().await), (0, 1));
    let again = async || {
        sql("update candidates set revision = revision + 1")
            .execute(&app.app.db)
            .await
            .unwrap();
        app.settle().await;
    };
    again().await;
    assert_eq!(
        (open().await, decided().await),
        (0, 1),
        "the same was found again"
    );
    let more = json!({"external_id": "1", "name": "Ada Example", "emails": ["ada@example.org"]});
    let latest = app.screen(more).await;
    assert_eq!((open().await, decided().await), (1, 0), "another version");
    let fired: BTreeSet<_> = crate::common::rules(&latest).into_iter().collect();
    let kept = candidate_rules::all(&app.app.db).await.unwrap();
    assert_eq!(kept, fired.into_iter().collect::<Vec<_>>());
}

#[tokio::test]
async fn erasure_takes_what_the_queue_keeps() {
    let app = TestApp::start().await;
    let ada = json!({"external_id": "1", "name": "Ada Example", "emails": ["ada@mailinator.com"]});
    let id = id_of(&app.screen(ada).await);
    assert!(!candidate_rules::all(&app.app.db).await.unwrap().is_empty());
    assert!(
        screening::erase::erase_one(&app.app, &Actor::system("test"), &CandidateId(id))
            .await
            .unwrap()
    );
    assert_eq!(
        candidate_rules::all(&app.app.db).await.unwrap(),
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn what_is_new_is_told_until_the_sign_in_ends() {
    let app = TestApp::start().await;
    let record = |n: usize, stage: &str| json!({"external_id": n.to_string(), "name": format!("Person{n} Example"), "stage": stage});
    app.screen(record(0, "offer")).await;
    let cookie = sign_in(&app.app, Role::Recruiter).await;
    let page = app.get_as(&cookie, "/?stage=offer").await.text;
    let (_, rest) = page.split_once("data-events=\"").unwrap();
    let address = rest
        .split('"')
        .next()
        .unwrap()
        .replace("&#38;", "&")
        .replace("&amp;", "&");
    app.wait(SignedDuration::from_millis(5));
    app.screen(record(1, "offer")).await;
    app.screen(record(2, "applied")).await;
    let request = Request::get(&address).header(header::COOKIE, &cookie);
    let response = app.respond(request.body(Body::empty()).unwrap()).await;
    assert_eq!(
        response.headers()[header::CONTENT_TYPE],
        "text/event-stream"
    );
    let mut body = response.into_body();
    let mut next = async || {
        let frame = body.frame().await?;
        Some(String::from_utf8(frame.unwrap().into_data().unwrap().to_vec()).unwrap())
    };
    assert!(next().await.unwrap().contains("data: 1\n"));
    app.screen(record(3, "offer")).await;
    assert!(next().await.unwrap().contains("data: 2\n"));
    app.post_as(&cookie, "/sign-out", "").await;
    app.screen(record(4, "offer")).await;
    assert_eq!(next().await, None);
}
