//! Nobody is shown what they may not use: every link and form on the pages, in every role.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use axum::http::{Method, StatusCode};
use telltale::access::{Permission, Role};
use telltale::candidate::CandidateId;
use telltale::db::{Millis, sql};
use telltale::store::tickets::{self, Ticket};
use telltale::web::pages_and_forms;
use telltale::web::routes::Named;

use crate::common::{TestApp, sign_in};
use crate::hooks::vendor::{connect, taken};
use crate::html::tags;

/// Pages of one route that are looked at; they are made by one template, of other people.
const EACH: usize = 3;

/// What pages lead to: a method, and an address without its query.
type Way = (Method, String);

/// The route that answers, the one with the fewest variables where several could.
fn route<'a>(all: &'a [Named], (method, path): &Way) -> Option<&'a Named> {
    let parts: Vec<_> = path.split('/').collect();
    let fits = |one: &&Named| {
        let wanted: Vec<_> = one.path.split('/').collect();
        let rest = one.path.contains("{*") && parts.len() >= wanted.len();
        one.method == *method
            && (wanted.len() == parts.len() || rest)
            && (wanted.iter().zip(&parts)).all(|(a, b)| a.starts_with('{') || a == b)
    };
    let variables = |one: &&Named| one.path.matches('{').count();
    all.iter().filter(fits).min_by_key(variables)
}

/// The links and forms of a page: method and address with its query.
fn ways(html: &str, here: &str) -> Vec<Way> {
    let mut found = Vec::new();
    for tag in tags(html) {
        let method = |named: Option<&str>| match named {
            Some(named) if named.eq_ignore_ascii_case("post") => Method::POST,
            _ => Method::GET,
        };
        let way = match &*tag.name {
            "a" => (Method::GET, tag.attribute("href")),
            "form" => (
                method(tag.attribute("method")),
                Some(tag.attribute("action").unwrap_or(here)),
            ),
            "button" | "input" => (
                method(tag.attribute("formmethod")),
                tag.attribute("formaction"),
            ),
            _ => continue,
        };
        if let (method, Some(to)) = way
            && to.starts_with('/')
        {
            found.push((method, to.split('#').next().unwrap_or(to).to_owned()));
        }
    }
    found
}

/// The demonstration, and of everything else that pages show one; and pages of it to
/// begin with, and what they need.
async fn furnished() -> (TestApp, [(Permission, String); 3]) {
    let app = TestApp::start().await;
    assert!(telltale::demo::fill(&app.app).await.unwrap());
    let hook = connect(&app, "greenhouse").await;
    taken(&app, &hook, &crate::connections::maria()).await;
    app.work_off().await;
    let (of_worker,): (CandidateId,) =
        sql("select candidate_id from workers order by worker_id limit 1")
            .one(&app.app.db)
            .await
            .unwrap();
    let ticket = Ticket {
        id: "t-1".into(),
        candidate_id: of_worker,
        rule: "dev.vpn_app".into(),
        title: "A consumer VPN".into(),
        message: "It was seen.".into(),
        opened_at: Millis(app.app.now().as_millisecond()),
        closed_at: None,
        closed_by: None,
        note: None,
    };
    let mut tx = app.app.db.begin().await.unwrap();
    assert!(tickets::open(&mut tx, &ticket).await.unwrap());
    sql("insert into lists (list, purpose, source, digest, rows, imported_at) values ('Ours', 'indicator', 'test', 'x', 1, 0)")
        .execute(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let (ring, a, b): (String, String, String) = sql(
        "select a.ring, a.id, b.id from links join candidates a on a.id = links.a join candidates b on b.id = links.b \
         where a.ring = b.ring \
         order by (select count(*) from candidates c where c.ring = a.ring) desc, a.id, b.id limit 1",
    )
    .one(&app.app.db)
    .await
    .unwrap();
    let rule = "/rules/phone.nanp_invalid/propose";
    for (path, form) in [
        (
            "/endpoints/new",
            "kind=webhook&url=http://127.0.0.1:9/&private=true&event.candidate.screened=on",
        ),
        ("/lists/agency", "agency=Acme&phone=212-555-0100&action=add"),
        ("/views", "name=Mine&shared=on&back=next_step%3Dverify"),
        (
            &format!("/rings/{ring}/explain"),
            &format!("a={a}&b={b}&kind=&reason=household&note="),
        ),
        (rule, "to=off&reason=It+hits+too+many."),
        (&format!("/candidates/{a}/comments"), "text=Asked."),
        (&format!("/candidates/{b}/hold"), "reason=A+lawsuit."),
    ] {
        let answer = app.post_as(&app.cookie, path, form).await;
        let done = answer.status.is_success() || answer.status.is_redirection();
        assert!(done, "{path}: {} {}", answer.status, answer.text);
    }
    let pages = [
        (Permission::RingsRead, format!("/rings/{ring}")),
        (
            Permission::RulesRead,
            "/rules/phone.nanp_invalid".to_owned(),
        ),
        (Permission::CandidatesRead, format!("/candidates/{b}")),
    ];
    (app, pages)
}

#[tokio::test]
async fn no_page_leads_to_what_its_reader_may_not_use() {
    let (app, pages) = furnished().await;
    let all = pages_and_forms().named;
    let mut wrong = BTreeSet::new();
    let mut shown: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for role in Role::ALL {
        let cookie = sign_in(&app.app, role).await;
        let mut queue = VecDeque::from(["/".to_owned()]);
        let open = pages.iter().filter(|(needs, _)| role.may(*needs));
        queue.extend(open.map(|(_, page)| page.clone()));
        let mut seen: BTreeSet<_> = queue.iter().cloned().collect();
        let mut visited: BTreeMap<&str, usize> = BTreeMap::new();
        while let Some(here) = queue.pop_front() {
            let answer = app.get_as(&cookie, &here).await;
            if answer.status == StatusCode::FORBIDDEN {
                wrong.insert(format!("{}: GET {here}", role.word()));
            }
            if !answer.content_type.starts_with("text/html") {
                continue;
            }
            for (method, to) in ways(&answer.text, &here) {
                let path = to.split('?').next().unwrap_or(&to).to_owned();
                if path.starts_with("/api/") || path.starts_with("/assets/") {
                    continue;
                }
                let way = (method, path);
                let Some(named) = route(&all, &way) else {
                    wrong.insert(format!("{} {} leads nowhere", way.0, way.1));
                    continue;
                };
                let shown = shown.entry(role.word()).or_default();
                shown.insert(format!("{} {}", named.method, named.path));
                if !role.may(named.permission) {
                    let of = route(
                        &all,
                        &(Method::GET, here.split('?').next().unwrap().to_owned()),
                    );
                    let of = of.map_or("", |of| of.path);
                    wrong.insert(format!("{}: {} {} on {of}", role.word(), way.0, named.path));
                    continue;
                }
                let many = visited.entry(named.path).or_default();
                if way.0 == Method::GET && *many < EACH && seen.insert(to.clone()) {
                    *many += 1;
                    queue.push_back(to);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // It was there to be seen, by those who may.
    for (role, expected) in [
        (
            "admin",
            &[
                "POST /tickets/{id}/close",
                "POST /lists/agency",
                "POST /lists/remove",
                "POST /rings/{id}/explain",
                "POST /rings/{id}/restore",
                "POST /workers/{id}/moved",
                "POST /workers/{id}/return",
                "POST /connections/{id}/rotate",
                "POST /endpoints/{id}/test",
                "POST /rules/{id}/answer",
                "POST /candidates/{id}/hold",
                "GET /rings/{id}/links.csv",
                "GET /onboardings/new",
            ][..],
        ),
        (
            "auditor",
            &[
                "GET /workers/{id}",
                "GET /workers/unbound",
                "GET /rings/{id}",
                "GET /rings/{id}/links.csv",
                "GET /connections/{id}",
                "GET /endpoints/{id}",
                "GET /deliveries/{id}",
                "GET /reports/findings.csv",
                "GET /candidates/{id}/person.json",
            ],
        ),
        (
            "investigator",
            &[
                "POST /rings/{id}/explain",
                "POST /tickets/{id}/close",
                "POST /lists/agency",
                "GET /rules/{id}/try",
            ],
        ),
        (
            "recruiter",
            &[
                "GET /onboardings/new",
                "GET /intake/new",
                "POST /candidates/{id}/comments",
            ],
        ),
    ] {
        for one in expected {
            assert!(shown[role].contains(*one), "{role} is not shown {one}");
        }
    }
}
