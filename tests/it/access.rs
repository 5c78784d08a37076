//! Who may do what: every route in every role, sign-in, and its ends.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use jiff::SignedDuration;
use telltale::access::{self, Permission, Role, link};
use telltale::audit::Actor;
use telltale::audit::chain;
use telltale::db::sql;
use telltale::store::{audit_log, users};
use telltale::web::pages_and_forms;

use crate::common::{Answer, TestApp, sign_in};

/// A path that leads nowhere: what varies in it is nobody's.
fn nowhere(path: &str) -> String {
    let parts = path.split('/').map(|part| {
        if part.starts_with('{') {
            "nobody"
        } else {
            part
        }
    });
    parts.collect::<Vec<_>>().join("/")
}

async fn ask(app: &TestApp, cookie: Option<&str>, method: &Method, path: &str) -> Answer {
    let mut request = Request::builder().method(method).uri(nowhere(path));
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, cookie);
    }
    let form = "application/x-www-form-urlencoded";
    let request = request.header(header::CONTENT_TYPE, form);
    app.send(request.body(Body::empty()).unwrap()).await
}

fn location(answer: &Answer) -> &str {
    answer
        .headers
        .get(header::LOCATION)
        .map_or("", |to| to.to_str().unwrap())
}

#[tokio::test]
async fn every_route_is_for_those_who_have_its_permission_and_nobody_else() {
    let app = TestApp::start().await;
    let named = pages_and_forms().named;
    assert!(named.len() > 40, "{}", named.len());
    for one in &named {
        let answer = ask(&app, None, &one.method, one.path).await;
        let told = format!(
            "{} {}: {} {}",
            one.method,
            one.path,
            answer.status,
            location(&answer)
        );
        if one.permission == Permission::Open {
            assert!(!location(&answer).starts_with("/sign-in?"), "{told}");
        } else if one.method == Method::GET {
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{told}");
            assert!(location(&answer).starts_with("/sign-in"), "{told}");
        } else {
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{told}");
        }
    }
    for role in Role::ALL {
        for one in &named {
            // Another cookie for each: signing out is among the routes.
            let cookie = sign_in(&app.app, role).await;
            let answer = ask(&app, Some(&cookie), &one.method, one.path).await;
            let told = format!(
                "{} {} as {}: {}",
                one.method,
                one.path,
                role.word(),
                answer.status
            );
            let refused = answer.status == StatusCode::FORBIDDEN;
            assert_eq!(refused, !role.may(one.permission), "{told}");
            if refused {
                assert!(answer.text.contains(one.permission.word()), "{told}");
            }
            assert!(!answer.status.is_server_error(), "{told}");
        }
    }
}

#[tokio::test]
async fn what_leaves_the_house_asks_again_after_ten_minutes() {
    let app = TestApp::start().await;
    app.wait(SignedDuration::from_mins(11));
    for one in pages_and_forms().named {
        let answer = ask(&app, Some(&app.cookie), &one.method, one.path).await;
        let proves = location(&answer).starts_with("/prove");
        assert_eq!(
            proves,
            one.permission.needs_proof(),
            "{} {}",
            one.method,
            one.path
        );
        if one.path == "/sign-out" {
            break;
        }
    }
}

#[tokio::test]
async fn a_one_time_link_works_once_and_makes_a_fresh_sign_in() {
    let app = TestApp::start().await;
    let by = Actor::system("test");
    let ada = access::add(&app.app, &by, "Ada@Example.com", "Ada", Role::Recruiter)
        .await
        .unwrap();
    let old = link::create(&app.app, &by, Some(&ada)).await.unwrap();
    let path = link::create(&app.app, &by, Some(&ada)).await.unwrap();
    assert_eq!(app.get_as("", &old).await.status, StatusCode::NOT_FOUND);
    let page = app.get_as("", &path).await;
    assert!(page.text.contains("ada@example.com"), "{}", page.text);
    let weak = app.post_as("", &path, "password=short").await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fixed = "telltale=0000000000000000000000000000000000000000000000000000000000000000";
    let taken = app
        .post_as(fixed, &path, "password=correct+horse+battery")
        .await;
    assert_eq!(
        (taken.status, location(&taken)),
        (StatusCode::SEE_OTHER, "/")
    );
    let set = taken.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(
        set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.contains("Path=/"),
        "{set}"
    );
    let cookie = set.split(';').next().unwrap();
    assert_ne!(
        cookie, fixed,
        "a cookie that somebody else set is not taken over"
    );
    assert_eq!(app.get_as(cookie, "/").await.status, StatusCode::OK);
    assert_eq!(
        app.post_as("", &path, "").await.status,
        StatusCode::NOT_FOUND
    );
    let used = app.get_as("", &path).await;
    assert!(used.text.contains("works no more") && used.text.contains("href=\"/sign-in\""));
    assert!(used.text.contains("ask an administrator") && !used.text.contains("review queue"));
    let never = format!("/sign-in/link/{}", "0".repeat(64));
    assert_eq!(
        app.get_as("", &never).await.text,
        used.text,
        "nothing is told of it"
    );
    let wrong = app
        .post_as(
            "",
            "/sign-in",
            "email=ada@example.com&password=wrong+horse+battery",
        )
        .await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    let right = "email=ADA@example.com&password=correct+horse+battery&next=//evil.example";
    let right = app.post_as("", "/sign-in", right).await;
    assert_eq!(
        (right.status, location(&right)),
        (StatusCode::SEE_OTHER, "/")
    );
    app.post_as(cookie, "/sign-out", "").await;
    assert_eq!(app.get_as(cookie, "/").await.status, StatusCode::SEE_OTHER);
    let verdict = chain::verify(&app.app).await.unwrap();
    assert_eq!(verdict.broken, None);
    assert!(verdict.entries >= 4, "{verdict:?}");
    let all = audit_log::after(&app.app.db, 0, 1000).await.unwrap();
    let mut of_ada = all
        .iter()
        .filter(|one| one.object == format!("user:{}", ada.id));
    assert!(of_ada.any(|one| one.detail == r#"{"what":"password"}"#));
    assert!(all.iter().any(|one| one.action == "user.link_made"));
}

#[tokio::test]
async fn the_first_administrator_is_made_by_a_link_and_by_no_second_one() {
    let app = TestApp::start().await;
    // The test's own administrator is there already.
    let by = Actor::system("test");
    let path = link::create(&app.app, &by, None).await.unwrap();
    let form = "email=eve@example.com&name=Eve&password=correct+horse+battery";
    assert_eq!(
        app.post_as("", &path, form).await.status,
        StatusCode::NOT_FOUND
    );
    let mut tx = app.app.db.begin().await.unwrap();
    for text in ["delete from sign_ins", "delete from users"] {
        sql(text).execute(&mut tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    let taken = app.post_as("", &path, form).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    let all = audit_log::after(&app.app.db, 0, 1000).await.unwrap();
    let last: Vec<_> = all[all.len() - 3..]
        .iter()
        .map(|one| (&*one.action, &*one.who_name))
        .collect();
    assert_eq!(
        last,
        [
            ("user.link_made", "test"),
            ("user.added", "eve@example.com"),
            ("access.signed_in", "eve@example.com"),
        ]
    );
    assert_eq!(chain::verify(&app.app).await.unwrap().broken, None);
}

#[tokio::test]
async fn a_mailbox_is_one_persons_and_one_with_a_nul_nobodys() {
    let app = TestApp::start().await;
    let by = Actor::system("test");
    let ada = access::add(&app.app, &by, "ada@example.com", "", Role::Recruiter)
        .await
        .unwrap();
    // Two invitations at a time: neither sees the other before it writes.
    let again = access::User {
        id: app.app.new_id(),
        ..ada
    };
    let mut tx = app.app.db.begin().await.unwrap();
    let added = users::insert(&mut tx, &again, app.app.now()).await.unwrap();
    assert!(!added);
    drop(tx);
    let nul = "email=ada%00@example.com&password=correct+horse+battery";
    let refused = app.post_as("", "/sign-in", nul).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn who_is_idle_is_signed_out() {
    let app = TestApp::start().await;
    app.wait(SignedDuration::from_hours(7));
    assert_eq!(app.get_as(&app.cookie, "/").await.status, StatusCode::OK);
    app.wait(SignedDuration::from_hours(7));
    assert_eq!(app.get_as(&app.cookie, "/").await.status, StatusCode::OK);
    app.wait(SignedDuration::from_hours(9));
    assert_eq!(
        app.get_as(&app.cookie, "/").await.status,
        StatusCode::SEE_OTHER
    );
}
