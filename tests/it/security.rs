//! What an attacker tries: other sites' forms, other objects' ids, hostile words, addresses that lead elsewhere.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use jiff::SignedDuration;
use serde_json::{Value, json};
use telltale::access::{self, Role, link};
use telltale::app::App;
use telltale::audit::Actor;
use telltale::db::sql;
use telltale::hooks::inbox::Inbox;
use telltale::screening::desk::Desk;
use telltale::web::{self, pages_and_forms};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::common::{Answer, Database, TestApp, sign_in};
use crate::hooks::vendor::{application, connect_with, taken};
use crate::html::{Tag, tags};
use crate::outlets;
use crate::privacy::everything;

const FORM: &str = "application/x-www-form-urlencoded";

fn location(headers: &HeaderMap) -> &str {
    headers
        .get(header::LOCATION)
        .map_or("", |to| to.to_str().unwrap())
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_guard_it() {
    let app = TestApp::start().await;
    let large = "x".repeat(3 << 20);
    let asked: [(Method, &str, &str, StatusCode); 18] = [
        (Method::GET, "/", "", StatusCode::OK),
        (Method::GET, "/nowhere", "", StatusCode::NOT_FOUND),
        (Method::GET, "/candidates/nobody", "", StatusCode::NOT_FOUND),
        (
            Method::GET,
            "/?next_step=wrong",
            "",
            StatusCode::BAD_REQUEST,
        ),
        (Method::POST, "/rings", "", StatusCode::METHOD_NOT_ALLOWED),
        (Method::GET, "/a%00b", "", StatusCode::BAD_REQUEST),
        (Method::GET, "/sign-in", "", StatusCode::SEE_OTHER),
        (
            Method::POST,
            "/lists/remove",
            "",
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            Method::POST,
            "/sign-in",
            &large,
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
        (Method::GET, "/assets/nothing.js", "", StatusCode::NOT_FOUND),
        (Method::GET, "/api/v1/candidates", "", StatusCode::OK),
        (Method::GET, "/api/v1/nothing", "", StatusCode::NOT_FOUND),
        (Method::GET, "/api/openapi.json", "", StatusCode::OK),
        (Method::GET, "/api/docs/", "", StatusCode::OK),
        (
            Method::POST,
            "/api/v1/candidates",
            &large,
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
        (Method::GET, "/healthz", "", StatusCode::OK),
        (
            Method::POST,
            "/hooks/greenhouse/nobody",
            "{}",
            StatusCode::NOT_FOUND,
        ),
        (Method::POST, "/osquery/enroll", "{}", StatusCode::OK),
    ];
    let style = telltale::web::pages::assets::style_sheet();
    let mut asked: Vec<_> = asked.into_iter().collect();
    asked.push((Method::GET, style, "", StatusCode::OK));
    for (method, path, body, status) in asked {
        let request = app.signed(Request::builder().method(&method).uri(path));
        let request = request.header(header::CONTENT_TYPE, FORM);
        let answer = app
            .respond(request.body(Body::from(body.to_owned())).unwrap())
            .await;
        let told = format!("{method} {path}: {}", answer.status());
        assert_eq!(answer.status(), status, "{told}");
        let of = |name: &str| {
            let value = answer.headers().get(name);
            value.map_or("", |value| value.to_str().unwrap())
        };
        assert_eq!(of("x-content-type-options"), "nosniff", "{told}");
        assert_eq!(of("x-frame-options"), "DENY", "{told}");
        assert_eq!(of("referrer-policy"), "same-origin", "{told}");
        let policy = of("content-security-policy");
        for part in ["default-src", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{told}: {policy}");
        }
        for never in ["unsafe", "*", "http:", "data: script", "blob:"] {
            assert!(!policy.contains(never), "{told}: {policy}");
        }
        if !path.starts_with("/assets/") || status != StatusCode::OK {
            assert_eq!(of("cache-control"), "no-store", "{told}");
        }
        for chatty in ["server", "x-powered-by"] {
            assert_eq!(of(chatty), "", "{told}");
        }
    }
}

/// The service as browsers reach it over TLS.
fn over_tls(app: &TestApp) -> (App, Router) {
    let app = App {
        public_url: Some("https://telltale.example".to_owned()),
        ..app.app.clone()
    };
    let stop = CancellationToken::new();
    let (desk, _) = Desk::open(app.clone(), stop.clone());
    let (inbox, _) = Inbox::open(app.clone(), stop);
    (app.clone(), web::router(app, desk, inbox))
}

#[tokio::test]
async fn over_tls_a_cookie_is_for_this_host_alone() {
    let app = TestApp::start().await;
    let (tls, router) = over_tls(&app);
    let by = Actor::system("test");
    let ada = access::add(&tls, &by, "ada@example.com", "Ada", Role::Recruiter)
        .await
        .unwrap();
    let path = link::create(&tls, &Actor::system("test"), Some(&ada))
        .await
        .unwrap();
    let request = Request::post(&path).header(header::CONTENT_TYPE, FORM);
    let taken = router
        .clone()
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let set = taken.headers()[header::SET_COOKIE]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(set.starts_with("__Host-telltale="), "{set}");
    for flag in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(set.split("; ").any(|part| part == flag), "{flag}: {set}");
    }
    assert!(!set.contains("Domain"), "{set}");
    let cookie = set.split(';').next().unwrap().to_owned();
    let ask = |cookie: String| {
        let request = Request::get("/").header(header::COOKIE, cookie);
        router.clone().oneshot(request.body(Body::empty()).unwrap())
    };
    assert_eq!(ask(cookie.clone()).await.unwrap().status(), StatusCode::OK);
    // A neighbour's page can set a cookie of the plain name for us; it counts for nothing.
    let plain = cookie.replace("__Host-", "");
    assert_eq!(ask(plain).await.unwrap().status(), StatusCode::SEE_OTHER);
    let out = Request::post("/sign-out").header(header::COOKIE, &cookie);
    let out = router
        .clone()
        .oneshot(out.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let set = out.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(
        set.starts_with("__Host-telltale=;") && set.contains("Secure") && set.contains("Path=/"),
        "{set}"
    );
    assert_eq!(ask(cookie).await.unwrap().status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn no_form_of_another_site_does_anything() {
    let app = TestApp::start().await;
    let one = app
        .screen(json!({"external_id": "a", "name": "Maria Lopez"}))
        .await;
    let id = one["candidate_id"].as_str().unwrap();
    app.settle().await;
    let before = everything(&app.app.db).await;
    let foreign: [&[(&str, &str)]; 5] = [
        &[("sec-fetch-site", "cross-site")],
        &[
            ("sec-fetch-site", "same-site"),
            ("origin", "https://other.telltale.example"),
            ("host", "telltale.example"),
        ],
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://telltale.example"),
            ("host", "telltale.example"),
        ],
        &[
            ("origin", "https://evil.example"),
            ("host", "telltale.example"),
        ],
        &[("origin", "null"), ("host", "telltale.example")],
    ];
    let mut posts = 0;
    for one in pages_and_forms().named {
        if one.method != Method::POST {
            continue;
        }
        posts += 1;
        let path: Vec<_> = one
            .path
            .split('/')
            .map(|part| if part.starts_with('{') { id } else { part })
            .collect();
        for headers in foreign {
            let mut request = Request::post(path.join("/"))
                .header(header::COOKIE, &app.cookie)
                .header(header::CONTENT_TYPE, FORM);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let form = "reason=x&external_id=a&device=LT-1&sure=1&list=x&agency=x&action=add&email=a@example.com&outcome=cleared";
            let answer = app.send(request.body(Body::from(form)).unwrap()).await;
            assert_eq!(
                answer.status,
                StatusCode::BAD_REQUEST,
                "{} {headers:?}",
                one.path
            );
            assert!(
                answer.text.contains("another site"),
                "{}: {}",
                one.path,
                answer.text
            );
            assert!(
                !answer.headers.contains_key(header::SET_COOKIE),
                "{}",
                one.path
            );
        }
    }
    assert!(posts > 20, "{posts}");
    assert!(
        everything(&app.app.db).await == before,
        "nothing was changed"
    );
}

/// One object of each kind, by its id.
async fn objects(app: &TestApp) -> Vec<(&'static str, String)> {
    let hook = connect_with(app, "greenhouse", |_| {}).await;
    let maria =
        json!({"candidate": {"phone_numbers": [{"value": "(212) 736-5000", "type": "mobile"}]}});
    taken(
        app,
        &hook,
        &application("new_candidate_application", 1, ("Maria", "Lopez"), &maria),
    )
    .await;
    app.work_off().await;
    let other = json!({"external_id": "2", "name": "Daniel Whitfield", "phones": ["(212) 736-5000"], "emails": ["maria.lopez@example.com"]});
    let other = app.screen(other).await;
    app.settle().await;
    let onboarding = json!({"source": "api", "external_id": "2", "worker_id": "w-1", "device_ids": ["LT-1"], "issued_at": "2026-05-01T00:00:00Z"});
    app.post("/api/v1/onboardings", onboarding.to_string())
        .await;
    let usb = json!({"id": "u-1", "device_id": "LT-1", "at": "2026-05-22T09:00:00Z", "type": "usb", "vendor_id": "1d6b",
        "product_id": "0104", "manufacturer": "tinypilot", "product": "Multifunction USB Device", "serial": "1"});
    app.post("/api/v1/devices/observations", usb.to_string())
        .await;
    app.work_off().await;
    let endpoint = outlets::new(
        telltale::outlets::endpoints::Kind::Webhook,
        "https://siem.example.com/in",
    );
    telltale::outlets::endpoints::add(&app.app, &Actor::system("test"), endpoint)
        .await
        .unwrap();
    let first = async |text: &'static str| -> String {
        let row: Option<(String,)> = sql(text).optional(&app.app.db).await.unwrap();
        row.unwrap_or_else(|| panic!("{text}")).0
    };
    vec![
        (
            "candidates",
            other["candidate_id"].as_str().unwrap().to_owned(),
        ),
        (
            "connections",
            first("select id from connections limit 1").await,
        ),
        (
            "deliveries",
            first("select id from deliveries limit 1").await,
        ),
        ("endpoints", first("select id from endpoints limit 1").await),
        ("rings", first("select id from rings limit 1").await),
        ("rules", "x.phone".to_owned()),
        ("tickets", first("select id from tickets limit 1").await),
        ("workers", "w-1".to_owned()),
        (
            "screening",
            first("select id from screenings limit 1").await,
        ),
        ("people", first("select id from users limit 1").await),
        ("keys", first("select id from api_keys limit 1").await),
    ]
}

#[tokio::test]
async fn an_id_of_something_else_finds_nothing_and_who_may_not_learns_nothing() {
    let app = TestApp::start().await;
    let objects = objects(&app).await;
    let with = |path: &str, id: &str| {
        let parts = path
            .split('/')
            .map(|part| if part.starts_with('{') { id } else { part });
        parts.collect::<Vec<_>>().join("/")
    };
    let ask = async |cookie: &str, method: &Method, path: String| -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, cookie);
        let request = request.header(header::CONTENT_TYPE, FORM);
        app.send(request.body(Body::empty()).unwrap()).await
    };
    let roles = Role::ALL.map(|role| (role, sign_in(&app.app, role)));
    let mut cookies = Vec::new();
    for (role, cookie) in roles {
        cookies.push((role, cookie.await));
    }
    for one in pages_and_forms().named {
        if !one.path.contains("{id}") {
            continue;
        }
        let kind = one.path.split('/').nth(1).unwrap();
        for (other, id) in &objects {
            if *other == kind {
                continue;
            }
            let answer = ask(&app.cookie, &one.method, with(one.path, id)).await;
            let told = format!(
                "{} {} with the id of {other}: {}",
                one.method, one.path, answer.status
            );
            assert!(answer.status.is_client_error(), "{told}");
        }
        // Who may not is told the same of what is there and of what is not.
        let Some((_, id)) = objects.iter().find(|(other, _)| *other == kind) else {
            continue;
        };
        for (role, cookie) in &cookies {
            if role.may(one.permission) {
                continue;
            }
            let there = ask(cookie, &one.method, with(one.path, id)).await;
            let not_there = ask(cookie, &one.method, with(one.path, "nobody")).await;
            let told = format!("{} {} as {}", one.method, one.path, role.word());
            assert_eq!(
                (there.status, there.text),
                (StatusCode::FORBIDDEN, not_there.text),
                "{told}"
            );
        }
        let there = ask("", &one.method, with(one.path, id)).await;
        let not_there = ask("", &one.method, with(one.path, "nobody")).await;
        assert_eq!(there.status, not_there.status, "{}", one.path);
    }
}

#[tokio::test]
async fn whoever_signs_in_gets_another_cookie_and_the_old_one_is_dead() {
    let app = TestApp::start().await;
    let by = Actor::system("test");
    let ada = access::add(&app.app, &by, "ada@example.com", "Ada", Role::Admin)
        .await
        .unwrap();
    let path = link::create(&app.app, &Actor::system("test"), Some(&ada))
        .await
        .unwrap();
    let set = |answer: &Answer| {
        let set = answer.headers[header::SET_COOKIE].to_str().unwrap();
        set.split(';').next().unwrap().to_owned()
    };
    let planted = "telltale=planted";
    let first = set(&app
        .post_as(planted, &path, "password=correct+horse+battery")
        .await);
    assert_ne!(first, planted);
    let signing = "email=ada@example.com&password=correct+horse+battery";
    let second = set(&app.post_as(&first, "/sign-in", signing).await);
    assert_ne!(first, second);
    app.wait(SignedDuration::from_mins(11));
    let third = set(&app
        .post_as(&second, "/prove", "password=correct+horse+battery")
        .await);
    assert_ne!(second, third);
    assert_eq!(
        app.get_as(&second, "/").await.status,
        StatusCode::SEE_OTHER,
        "the one before is dead"
    );
    assert_eq!(app.get_as(&third, "/").await.status, StatusCode::OK);
    assert_eq!(app.get_as(planted, "/").await.status, StatusCode::SEE_OTHER);
    // Nothing that is kept lets anybody in.
    let kept: Vec<(String,)> = sql("select token_hash from sign_ins")
        .all(&app.app.db)
        .await
        .unwrap();
    for (hash,) in kept {
        let cookie = format!("telltale={hash}");
        assert_eq!(app.get_as(&cookie, "/").await.status, StatusCode::SEE_OTHER);
    }
    // With a new password everybody who was signed in with the old one is out.
    let path = link::create(&app.app, &Actor::system("test"), Some(&ada))
        .await
        .unwrap();
    app.post_as("", &path, "password=another+horse+battery")
        .await;
    assert_eq!(app.get_as(&third, "/").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn nothing_that_is_asked_for_leads_elsewhere() {
    let app = TestApp::start().await;
    let by = Actor::system("test");
    let ada = access::add(&app.app, &by, "ada@example.com", "Ada", Role::Admin)
        .await
        .unwrap();
    let path = link::create(&app.app, &Actor::system("test"), Some(&ada))
        .await
        .unwrap();
    app.post_as("", &path, "password=correct+horse+battery")
        .await;
    let here = |answer: &Answer| {
        let to = location(&answer.headers).to_owned();
        assert!(
            to.starts_with('/') && !to.starts_with("//") && !to.contains(['\\', '\t']),
            "{to}"
        );
        assert!(!to.contains("evil.example") || to.contains("next="), "{to}");
        to
    };
    for next in [
        "https%3A%2F%2Fevil.example",
        "%2F%2Fevil.example",
        "%2F%5Cevil.example",
        "%5C%5Cevil.example",
        "%2F%09%2Fevil.example",
        "%09%2F%2Fevil.example",
        "javascript%3Aalert(1)",
        "%2F%0D%0ALocation%3A+https%3A%2F%2Fevil.example",
        "evil.example",
        "https%3Aevil.example",
        "%20%2F%2Fevil.example",
    ] {
        let asked = app
            .get_as(&app.cookie, &format!("/sign-in?next={next}"))
            .await;
        assert_eq!(here(&asked), "/", "{next}");
        let signing = format!("email=ada@example.com&password=correct+horse+battery&next={next}");
        let signed = app.post_as("", "/sign-in", &signing).await;
        assert_eq!(here(&signed), "/", "{next}");
        let cookie = signed.headers[header::SET_COOKIE]
            .to_str()
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        let proved = app
            .post_as(
                &cookie,
                "/prove",
                &format!("password=correct+horse+battery&next={next}"),
            )
            .await;
        assert_eq!(here(&proved), "/", "{next}");
        let cookie = proved.headers[header::SET_COOKIE]
            .to_str()
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        for page in ["/sign-in", "/prove"] {
            let shown = app
                .get_as(
                    if page == "/prove" { &cookie } else { "" },
                    &format!("{page}?next={next}"),
                )
                .await;
            let hidden = tags(&shown.text)
                .into_iter()
                .find(|tag| tag.attribute("name") == Some("next"));
            let kept = hidden.and_then(|tag| tag.attribute("value").map(str::to_owned));
            assert_eq!(kept.as_deref().unwrap_or("/"), "/", "{page} {next}");
        }
    }
    // The page that a form was on is the sender's word.
    app.wait(SignedDuration::from_mins(11));
    for referer in [
        "https://evil.example/a?b=c",
        "https://x//evil.example/",
        "https://x/%5Cevil.example",
        "nonsense",
    ] {
        let request = Request::post("/candidates/nobody/erase")
            .header(header::COOKIE, &app.cookie)
            .header(header::CONTENT_TYPE, FORM)
            .header(header::REFERER, referer);
        let answer = app.send(request.body(Body::empty()).unwrap()).await;
        let to = here(&answer);
        assert!(
            to.starts_with("/prove") && !to.contains("evil.example%2F"),
            "{referer}: {to}"
        );
    }
    // A path that looks like another host is no address of ours either.
    let answer = app.get_as("", "//evil.example/").await;
    assert!(
        !location(&answer.headers).contains("//evil"),
        "{}",
        location(&answer.headers)
    );
}

/// Words that would be elements, attributes or addresses if any page let them.
const HOSTILE: &str = "\"><xss-a onxsscanary=1><script>xsscanary()</script><img src=x onerror=xsscanary()>' xsscanary='1 \
    </title></textarea></script><!-- --><svg onload=xsscanary()>{{ 7*7 }}<a href=javascript:xsscanary()>";

fn hostile(external_id: &str) -> Value {
    json!({
        "external_id": format!("{external_id}{HOSTILE}"), "source": format!("s{HOSTILE}"), "agency": HOSTILE, "name": format!("Maria {HOSTILE}"),
        "emails": [format!("{HOSTILE}@example.com"), "maria@example.com"], "phones": ["(212) 736-5000", HOSTILE],
        "address": {"line1": HOSTILE, "line2": HOSTILE, "city": HOSTILE, "region": "IL", "postal_code": HOSTILE, "country": "US"},
        "links": ["javascript:xsscanary()", format!("https://example.com/{HOSTILE}"), "data:text/html,<script>xsscanary()</script>"],
        "education": [{"institution": HOSTILE, "area": HOSTILE, "study_type": format!("Bachelor {HOSTILE}"), "start_date": "2012-09", "end_date": "2016-05"}],
        "work": [{"name": HOSTILE, "position": HOSTILE, "start_date": "2016-07", "location": HOSTILE}],
        "references": [{"name": HOSTILE, "phone": "(212) 736-5000", "email": format!("a{HOSTILE}@example.com")}],
        "resume_text": format!("Maria {HOSTILE}\n+1 212 736 5000\n{}", format!("- {HOSTILE} built the ledger of a carrier and kept it for six years, twice.\n").repeat(12)),
        "submission": {"ip": "203.0.113.9", "device_id": HOSTILE, "user_agent": HOSTILE, "time_zone": HOSTILE, "submitted_at": "2026-05-30T12:00:00Z"},
    })
}

fn form(pairs: &[(&str, &str)]) -> String {
    let encoded = |text: &str| {
        text.bytes()
            .map(|byte| format!("%{byte:02X}"))
            .collect::<String>()
    };
    let pairs = pairs
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// Puts hostile words in through every entrance.
async fn infest(app: &TestApp) -> String {
    let hook = connect_with(app, "greenhouse", |new| HOSTILE.clone_into(&mut new.name)).await;
    let more = json!({"source": {"public_name": HOSTILE}, "current_stage": {"name": HOSTILE}, "candidate": {
        "company": HOSTILE, "title": HOSTILE, "phone_numbers": [{"value": "(212) 736-5000", "type": HOSTILE}],
        "educations": [{"school_name": HOSTILE, "degree": HOSTILE}], "employments": [{"company_name": HOSTILE, "title": HOSTILE}]}});
    taken(
        app,
        &hook,
        &application(HOSTILE, 1, (HOSTILE, HOSTILE), &more),
    )
    .await;
    taken(
        app,
        &hook,
        &application("new_candidate_application", 1, (HOSTILE, HOSTILE), &more),
    )
    .await;
    let mut endpoint = outlets::new(
        telltale::outlets::endpoints::Kind::Webhook,
        "https://siem.example.com/in",
    );
    HOSTILE.clone_into(&mut endpoint.name);
    telltale::outlets::endpoints::add(&app.app, &Actor::system("test"), endpoint)
        .await
        .unwrap();
    app.work_off().await;
    let first = app.screen(hostile("1")).await;
    app.screen(hostile("2")).await;
    let mut other = hostile("3");
    other["name"] = json!(format!("Daniel Whitfield {HOSTILE}"));
    app.screen(other).await;
    app.settle().await;
    let id = first["candidate_id"].as_str().unwrap().to_owned();
    let said = async |path: &str, body: Value| {
        app.post(path, body.to_string()).await;
    };
    let of = |what: &str| format!("/api/v1/candidates/{id}/{what}");
    said(
        &of("decisions"),
        json!({"outcome": "explained", "reason": HOSTILE, "by": HOSTILE}),
    )
    .await;
    said(&of("checks"), json!({"kind": "employer", "result": "confirmed", "about": "work[0]", "by": HOSTILE, "note": HOSTILE})).await;
    let onboarding = json!({"source": format!("s{HOSTILE}"), "external_id": format!("1{HOSTILE}"), "worker_id": format!("w{HOSTILE}"),
        "device_ids": [format!("d{HOSTILE}")], "issued_at": "2026-05-01T00:00:00Z", "recipient": HOSTILE, "bank_holder": HOSTILE,
        "ship_to": {"line1": HOSTILE, "city": HOSTILE, "region": "IL", "postal_code": "62701", "country": "US"}});
    said("/api/v1/onboardings", onboarding).await;
    for device in [format!("d{HOSTILE}"), format!("unbound{HOSTILE}")] {
        said("/api/v1/devices/observations", json!({"id": HOSTILE, "device_id": device, "at": "2026-05-22T09:00:00Z", "type": "usb",
            "vendor_id": "1d6b", "product_id": "0104", "manufacturer": HOSTILE, "product": format!("TinyPilot {HOSTILE}"), "serial": HOSTILE})).await;
        said("/api/v1/latency/sessions", json!({"id": HOSTILE, "device_id": device, "kind": "control_rtt", "started_at": "2026-05-20T09:00:00Z",
            "ended_at": "2026-05-20T09:45:00Z", "n": 480, "p05_ms": 30.0, "median_ms": 42.0, "mad_ms": 3.0, "p95_ms": 60.0,
            "probe": {"name": HOSTILE, "lat": 47.6, "lon": -122.3}})).await;
    }
    app.work_off().await;
    let cookie = &app.cookie;
    app.post_as(
        cookie,
        &format!("/candidates/{id}/hold"),
        &form(&[("reason", HOSTILE)]),
    )
    .await;
    app.post_as(
        cookie,
        "/lists/agency",
        &form(&[
            ("agency", HOSTILE),
            ("phone", "(312) 555-0144"),
            ("action", "add"),
        ]),
    )
    .await;
    id
}

/// What must hold for every tag of a page, whatever was written by whom.
fn guard(path: &str, html: &str) {
    for tag in tags(html) {
        let told = || format!("{path}: {tag:?}");
        assert!(!tag.name.starts_with("xss"), "{}", told());
        assert!(
            ![
                "iframe", "object", "embed", "base", "style", "applet", "frame"
            ]
            .contains(&tag.name.as_str()),
            "{}",
            told()
        );
        for (name, value) in &tag.attributes {
            assert!(
                !name.contains("xsscanary") && !name.starts_with("on"),
                "{}",
                told()
            );
            assert!(
                !["style", "srcdoc", "formtarget"].contains(&name.as_str()),
                "{}",
                told()
            );
            if [
                "href",
                "src",
                "action",
                "formaction",
                "xlink:href",
                "poster",
            ]
            .contains(&name.as_str())
            {
                let plain = ['/', '#', '?']
                    .iter()
                    .any(|first| value.starts_with(*first))
                    && !value.starts_with("//");
                assert!(
                    plain
                        || value.starts_with("https://")
                        || value.starts_with("mailto:")
                        || value.starts_with("http://"),
                    "{}",
                    told()
                );
            }
        }
        if tag.name == "script" {
            let own = tag
                .attribute("src")
                .is_some_and(|src| src.starts_with("/assets/"));
            assert!(own && tag.content.trim().is_empty(), "{}", told());
        }
    }
}

#[tokio::test]
async fn what_strangers_write_is_text_on_every_page() {
    let app = TestApp::start().await;
    let id = infest(&app).await;
    let encoded = form(&[("q", HOSTILE)]);
    let mut waiting: VecDeque<String> = [
        "/".to_owned(),
        format!("/?{encoded}"),
        format!("/?{}", form(&[("source", HOSTILE)])),
        format!("/candidates/{id}"),
        format!("/candidates/{id}/erase"),
        "/privacy".to_owned(),
        "/workers/unbound".to_owned(),
        "/deliveries".to_owned(),
        format!(
            "/deliveries?{}",
            form(&[("channel", HOSTILE), ("candidate", HOSTILE)])
        ),
        format!("/rings?{encoded}"),
        format!("/workers?{encoded}"),
        format!("/prove?{}", form(&[("next", HOSTILE)])),
        format!("/candidates/{}", form(&[("", HOSTILE)])),
        format!(
            "/onboardings/new?{}",
            form(&[("device", HOSTILE), ("candidate", HOSTILE)])
        ),
        format!("/privacy?preview=1&{}", form(&[("applied", HOSTILE)])),
        "/lists".to_owned(),
        "/connections".to_owned(),
    ]
    .into();
    for one in pages_and_forms().named {
        if one.method == Method::GET && !one.path.contains('{') {
            waiting.push_back(one.path.to_owned());
        }
    }
    let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
    let (mut pages, mut with_words) = (0, BTreeSet::new());
    while let Some(path) = waiting.pop_front() {
        let answer = app.get_as(&app.cookie, &path).await;
        assert!(!answer.status.is_server_error(), "{path}: {}", answer.text);
        if !answer.content_type.starts_with("text/html") {
            continue;
        }
        pages += 1;
        guard(&path, &answer.text);
        if answer.text.contains("xsscanary") {
            with_words.insert(path.split(['?', '/']).nth(1).unwrap_or_default().to_owned());
        }
        for tag in tags(&answer.text) {
            let Some(to) = tag.attribute("href").filter(|_| tag.name == "a") else {
                continue;
            };
            let to = to.split('#').next().unwrap_or_default();
            if to.starts_with('/') && seen.len() < 400 && seen.insert(to.to_owned()) {
                waiting.push_back(to.to_owned());
            }
        }
    }
    assert!(pages > 60, "{pages}");
    for kind in [
        "",
        "candidates",
        "connections",
        "deliveries",
        "workers",
        "privacy",
        "lists",
        "rings",
        "endpoints",
        "onboardings",
    ] {
        assert!(
            with_words.contains(kind),
            "{kind:?} shows none of it: {with_words:?}"
        );
    }
    // What is wrong with a form is shown too.
    for (path, fields) in [
        (
            "/sign-in",
            form(&[("email", HOSTILE), ("password", "wrong"), ("next", HOSTILE)]),
        ),
        (
            "/onboardings/new",
            form(&[
                ("source", HOSTILE),
                ("external_id", HOSTILE),
                ("worker_id", HOSTILE),
                ("start_date", HOSTILE),
                ("device_ids", HOSTILE),
            ]),
        ),
        ("/privacy/retention", form(&[("applied", HOSTILE)])),
        (
            &format!("/candidates/{id}/erase"),
            form(&[("external_id", HOSTILE)]),
        ),
        (
            "/endpoints/new",
            form(&[("kind", "webhook"), ("url", HOSTILE), ("name", HOSTILE)]),
        ),
        (
            "/connections/new/greenhouse",
            form(&[("name", HOSTILE), ("api_url", HOSTILE)]),
        ),
    ] {
        let answer = app.post_as(&app.cookie, path, &fields).await;
        assert!(!answer.status.is_server_error(), "{path}: {}", answer.text);
        guard(path, &answer.text);
    }
}

#[tokio::test]
async fn two_services_on_one_database_know_the_same_sign_ins() {
    let database = Arc::new(Database::new().await);
    let (one, two) = (
        TestApp::on(database.clone()).await,
        TestApp::on(database).await,
    );
    assert_eq!(two.get_as(&one.cookie, "/").await.status, StatusCode::OK);
    one.post_as(&one.cookie, "/sign-out", "").await;
    assert_eq!(
        two.get_as(&one.cookie, "/").await.status,
        StatusCode::SEE_OTHER,
        "out here is out there"
    );
}

#[test]
fn the_reader_of_pages_sees_what_a_browser_would() {
    let found = tags(
        "<p class=a data-x='1 > 0'>x<script src=\"/a.js\"></script><xss-a onxsscanary=1>&lt;b&gt;",
    );
    let names: Vec<_> = found.iter().map(|tag| tag.name.as_str()).collect();
    assert_eq!(names, ["p", "script", "xss-a"]);
    let attributes: Vec<_> = found[0]
        .attributes
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(attributes, [("class", "a"), ("data-x", "1 > 0")]);
    let inside = tags("<script>let a = '<b>';</script><i>");
    assert_eq!(
        (inside[0].content.as_str(), inside[1].name.as_str()),
        ("let a = '<b>';", "i")
    );
    let _: &Tag = &inside[0];
}
