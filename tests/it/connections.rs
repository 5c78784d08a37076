//! Connections, endpoints and deliveries on their pages.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::SignedDuration;
use serde_json::{Value, json};
use telltale::db::sql;
use telltale::store::{connections, deliveries};

use crate::common::{Answer, TestApp};
use crate::hooks::vendor::{Connection, SECRET, application, connect, taken};

const KEY: &str = "harvest-id:harvest-secret";

/// Sends a form as a browser does from one of our own pages.
pub async fn send(app: &TestApp, path: &str, form: &str) -> Answer {
    send_from(app, path, form, "same-origin").await
}

pub async fn send_from(app: &TestApp, path: &str, form: &str, site: &str) -> Answer {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, &app.cookie)
        .header("sec-fetch-site", site);
    app.send(request.body(Body::from(form.to_owned())).unwrap())
        .await
}

/// Where a form leads to, without what it says there.
pub fn leads_to(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let to = answer.headers["location"].to_str().unwrap();
    to.split('?').next().unwrap().to_owned()
}

pub async fn page(app: &TestApp, path: &str) -> String {
    let answer = app.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
    assert!(answer.content_type.starts_with("text/html"), "{path}");
    answer.text
}

/// The page of a connection out of the path of its hook.
pub fn page_of(hook: &Connection) -> String {
    format!("/connections/{}", hook.path.rsplit('/').next().unwrap())
}

async fn count(app: &TestApp) -> usize {
    connections::all(&app.app.db).await.unwrap().len()
}

/// Everything that Greenhouse says of somebody, with all kinds of personal data.
pub fn maria() -> Value {
    application(
        "new_candidate_application",
        7,
        ("Maria", "Lopez"),
        &json!({"candidate": {
            "phone_numbers": [{"value": "(212) 736-5000", "type": "mobile"}],
            "addresses": [{"value": "350 Example Ave\nNew York", "type": "home"}],
            "attachments": [],
        }}),
    )
}

#[tokio::test]
async fn a_connection_is_added_by_its_form_and_its_page_guides_through_the_rest() {
    let app = TestApp::start().await;
    assert!(
        page(&app, "/connections")
            .await
            .contains("No system is connected")
    );
    assert!(
        page(&app, "/connections/new")
            .await
            .contains("Greenhouse Recruiting")
    );
    let form = page(&app, "/connections/new/greenhouse").await;
    assert!(form.contains("name=\"set.user_id\"") && form.contains("name=\"secret\""));
    assert_eq!(
        app.get("/connections/new/nobody").await.status,
        StatusCode::NOT_FOUND
    );
    let secret = SECRET.replace(' ', "+");
    let fields = format!(
        "name=Our+Greenhouse&source=&secret={secret}&api_url=&api_key={KEY}&set.user_id=42&set.tag_id=&set.limit_kib="
    );
    let foreign = send_from(&app, "/connections/new/greenhouse", &fields, "cross-site").await;
    assert_eq!(foreign.status, StatusCode::BAD_REQUEST);
    assert!(foreign.text.contains("sent by another site"));
    assert_eq!(count(&app).await, 0);
    let wrong = fields.replace("api_url=", "api_url=ftp://nowhere");
    let refused = send(&app, "/connections/new/greenhouse", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("api url: an address such as"),
        "{}",
        refused.text
    );
    assert!(
        refused.text.contains("value=\"Our Greenhouse\""),
        "nothing is typed twice"
    );
    assert!(!refused.text.contains(SECRET) && !refused.text.contains(KEY));
    let unknown = fields.replace("set.user_id", "set.nonsense");
    let refused = send(&app, "/connections/new/greenhouse", &unknown).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(count(&app).await, 0);
    let to = leads_to(&send(&app, "/connections/new/greenhouse", &fields).await);
    let shown = page(&app, &format!("{to}?done=added")).await;
    let id = to.rsplit('/').next().unwrap();
    for told in [
        "It is added.",
        "Our Greenhouse",
        &format!("/hooks/greenhouse/{id}"),
        "TELLTALE_PUBLIC_URL",
        "Waiting for the first delivery.",
        "A secret is set.",
        "A key is set.",
        "value=\"42\"",
    ] {
        assert!(shown.contains(told), "{told}");
    }
    assert!(!shown.contains("{url}"));
    for path in ["/connections", &to, "/deliveries"] {
        let text = page(&app, path).await;
        assert!(!text.contains(SECRET) && !text.contains(KEY), "{path}");
    }
    assert_eq!(
        app.get("/connections/none").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_test_says_whether_something_came_and_was_good() {
    let app = TestApp::start().await;
    let hook = connect(&app, "greenhouse").await;
    app.wait(SignedDuration::from_secs(60));
    let check = format!(
        "{}?since={}",
        page_of(&hook),
        app.app.now().as_millisecond()
    );
    assert!(page(&app, &check).await.contains("Nothing has come since"));
    app.wait(SignedDuration::from_secs(1));
    let forged = Request::post(&hook.path).header("Signature", "sha256 00");
    app.send(forged.body(Body::from("{}")).unwrap()).await;
    let shown = page(&app, &check).await;
    assert!(
        shown.contains("was refused: the signature is not one of"),
        "{shown}"
    );
    taken(&app, &hook, &json!({"action": "ping", "payload": {}})).await;
    assert!(
        page(&app, &check)
            .await
            .contains("It works: a delivery came")
    );
    let malformed = app.get(&format!("{}?since=x", page_of(&hook))).await;
    assert_eq!(malformed.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_secret_is_rotated_changed_settings_stay_and_nothing_secret_is_shown() {
    let app = TestApp::start().await;
    let hook = connect(&app, "greenhouse").await;
    let at = page_of(&hook);
    let nothing = send(&app, &format!("{at}/rotate"), "secret=").await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        nothing.text.contains("secret: is missing"),
        "{}",
        nothing.text
    );
    let rotated = send(&app, &format!("{at}/rotate"), "secret=another-long-secret").await;
    assert_eq!(leads_to(&rotated), at);
    let shown = page(&app, &at).await;
    assert!(shown.contains("the one before it is still good"));
    assert!(!shown.contains("another-long-secret") && !shown.contains(SECRET));
    taken(&app, &hook, &json!({"action": "ping", "payload": {}})).await;
    let dropped = "secret=third-long-secret&drop_old=true";
    leads_to(&send(&app, &format!("{at}/rotate"), dropped).await);
    assert!(page(&app, &at).await.contains("A secret is set."));

    let set = format!("name=Renamed&api_key={KEY}&api_url=&set.user_id=42&leaves=true");
    leads_to(&send(&app, &format!("{at}/change"), &set).await);
    let shown = page(&app, &at).await;
    assert!(shown.contains("Renamed") && shown.contains("A key is set."));
    assert!(!shown.contains(KEY));
    let kept = "name=Renamed&api_key=&api_url=&set.user_id=";
    leads_to(&send(&app, &format!("{at}/change"), kept).await);
    let shown = page(&app, &at).await;
    assert!(shown.contains("A key is set.") && !shown.contains("value=\"42\""));
    leads_to(&send(&app, &format!("{at}/change"), "name=Renamed&drop_key=true").await);
    assert!(page(&app, &at).await.contains("No key is set."));
    let nameless = send(&app, &format!("{at}/change"), "name=a%0Ab").await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
    let checked = send(&app, &format!("{at}/check"), "").await;
    assert!(
        checked
            .text
            .contains("the key or the address of the API is missing")
    );

    let unsure = send(&app, &format!("{at}/remove"), "").await;
    assert_eq!(unsure.status, StatusCode::BAD_REQUEST);
    assert_eq!(count(&app).await, 1);
    let removed = send(&app, &format!("{at}/remove"), "sure=true").await;
    assert_eq!(leads_to(&removed), "/connections");
    assert_eq!(count(&app).await, 0);
    assert_eq!(app.get(&at).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn checking_the_api_asks_once_and_says_what_came_of_it() {
    let app = TestApp::start().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = format!("http://{}", listener.local_addr().unwrap());
    let api = axum::Router::new().fallback(|headers: axum::http::HeaderMap| async move {
        match headers
            .get("authorization")
            .map(|key| key.to_str().unwrap())
        {
            Some(key) if key.ends_with(KEY) => StatusCode::NOT_FOUND,
            _ => StatusCode::UNAUTHORIZED,
        }
    });
    tokio::spawn(async move { axum::serve(listener, api).await });
    let hook = connect(&app, "greenhouse").await;
    let at = page_of(&hook);
    for (key, told) in [
        (KEY, "It answers. Whether it takes the key shows"),
        ("wrong", "does not take the key at its own address (401)"),
    ] {
        let set = format!("name=x&api_key={key}&api_url={place}");
        leads_to(&send(&app, &format!("{at}/change"), &set).await);
        let checked = send(&app, &format!("{at}/check"), "").await;
        assert_eq!(checked.status, StatusCode::OK);
        assert!(checked.text.contains(told), "{}", checked.text);
        assert!(!checked.text.contains(KEY));
    }
}

#[tokio::test]
async fn what_fails_is_told_on_every_page_until_it_no_longer_fails() {
    let app = TestApp::start().await;
    let hook = connect(&app, "greenhouse").await;
    let id = hook.path.rsplit('/').next().unwrap();
    let told = "The connection “Greenhouse Recruiting” fails since";
    let everywhere = [
        "/",
        "/rules",
        "/connections",
        "/deliveries",
        "/lists",
        "/none",
    ];
    let fails = async |why: Option<&str>| {
        let mut tx = app.app.db.begin().await.unwrap();
        connections::failing(&mut tx, id, why, app.app.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
    };
    assert!(
        !page(&app, "/connections")
            .await
            .contains("mend why it fails")
    );
    fails(Some("the server did not take the credentials (401)")).await;
    let list = page(&app, "/connections").await;
    assert!(list.contains("#works\">mend why it fails</a>") && !list.contains(">nothing</span>"));
    for path in everywhere {
        let text = app.get(path).await.text;
        assert!(text.contains(told), "{path}");
        assert!(
            text.contains(&format!("href=\"/connections/{id}\"")),
            "{path}"
        );
        assert!(
            text.contains("did not take the credentials (401)"),
            "{path}"
        );
    }
    fails(None).await;
    for path in everywhere {
        assert!(
            !app.get(path).await.text.contains("class=\"alert\""),
            "{path}"
        );
    }
    taken(&app, &hook, &maria()).await;
    let mut tx = app.app.db.begin().await.unwrap();
    deliveries::hold(&mut tx, id, "nobody is there")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(
        page(&app, "/")
            .await
            .contains("1 delivery held until somebody sees to it")
    );
    let held = format!("/deliveries?channel={id}&state=held");
    assert!(page(&app, &held).await.contains("nobody is there"));
    assert!(page(&app, "/connections").await.contains("1 held"));
    let rules = app.get("/api/v1/rules").await.text;
    assert!(!rules.contains("held until"), "the API tells nothing of it");
}

#[tokio::test]
async fn an_endpoint_is_added_tested_rotated_and_removed_and_its_secret_is_shown_once() {
    let app = TestApp::start().await;
    let wrong = send(
        &app,
        "/endpoints/new",
        "kind=webhook&url=http://10.0.0.7/x&name=Ours",
    )
    .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("allowed as private") && wrong.text.contains("value=\"Ours\""));
    let unknown = send(&app, "/endpoints/new", "kind=fax&url=https://x.example").await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    let fields = "kind=webhook&url=http://127.0.0.1:9/in%3Ftoken%3Dquite-secret&private=true&event.decision.made=true";
    let foreign = send_from(&app, "/endpoints/new", fields, "cross-site").await;
    assert_eq!(foreign.status, StatusCode::BAD_REQUEST);
    let made = send(&app, "/endpoints/new", fields).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let secret = shown_secret(&made.text);
    let (id,): (String,) = sql("select id from endpoints")
        .one(&app.app.db)
        .await
        .unwrap();
    let at = format!("/endpoints/{id}");
    let shown = page(&app, &at).await;
    assert!(shown.contains("http://127.0.0.1:9/…") && shown.contains("Decision made"));
    assert!(!shown.contains("Latency alarm"));
    let rotated = send(&app, &format!("{at}/rotate"), "").await;
    let second = shown_secret(&rotated.text);
    assert_ne!(secret, second);
    assert!(page(&app, &at).await.contains("and with the one before it"));
    let tested = send(&app, &format!("{at}/test"), "").await;
    assert!(
        tested.text.contains("did not arrive: no answer"),
        "{}",
        tested.text
    );
    assert!(tested.text.contains("Test message"));
    assert!(
        page(&app, "/")
            .await
            .contains("Results do not reach “127.0.0.1”")
    );
    for path in ["/connections", &at, "/deliveries"] {
        let text = page(&app, path).await;
        for secret in [&secret, &second, "quite-secret"] {
            assert!(!text.contains(secret), "{path}");
        }
    }
    leads_to(&send(&app, &format!("{at}/enable"), "").await);
    assert!(!page(&app, "/").await.contains("class=\"alert\""));
    let unsure = send(&app, &format!("{at}/remove"), "").await;
    assert_eq!(unsure.status, StatusCode::BAD_REQUEST);
    let removed = send(&app, &format!("{at}/remove"), "sure=true").await;
    assert_eq!(leads_to(&removed), "/connections");
    assert_eq!(app.get(&at).await.status, StatusCode::NOT_FOUND);
}

fn shown_secret(text: &str) -> String {
    let rest = text.split("whsec_").nth(1).expect("the secret is shown");
    let secret = rest.split('<').next().unwrap();
    format!("whsec_{secret}")
}
