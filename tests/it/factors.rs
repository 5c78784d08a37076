//! Second factors, lock-outs that lock out nobody else, limits, and what administrators do about people and keys.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use telltale::access::breached::Breached;
use telltale::access::limits::Limits;
use telltale::access::lockout::{self, What, Whose};
use telltale::access::network::Network;
use telltale::access::options::Access;
use telltale::access::{self, Role, User, link};
use telltale::app::App;
use telltale::audit::{Actor, chain};
use telltale::db::sql;
use totp_rs::{Algorithm, Secret, TOTP};

use crate::common::{Answer, Database, TestApp, sign_in};

const PASSWORD: &str = "correct+horse+battery";

fn location(answer: &Answer) -> &str {
    let to = answer.headers.get(header::LOCATION);
    to.map_or("", |to| to.to_str().unwrap())
}

/// The cookies that an answer sets, as a browser sends them back.
fn cookies(answer: &Answer) -> String {
    let all = answer.headers.get_all(header::SET_COOKIE).iter();
    let all = all.map(|set| set.to_str().unwrap().split(';').next().unwrap().to_owned());
    all.collect::<Vec<_>>().join("; ")
}

/// The value of a hidden field.
fn field(page: &Answer, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let rest = page
        .text
        .split_once(&mark)
        .unwrap_or_else(|| panic!("{name}: {}", page.text))
        .1;
    rest.split('"').next().unwrap().to_owned()
}

async fn somebody(app: &TestApp, email: &str, role: Role) -> (User, String) {
    let by = Actor::system("test");
    let user = access::add(&app.app, &by, email, "", role).await.unwrap();
    let path = link::create(&app.app, &Actor::system("test"), Some(&user))
        .await
        .unwrap();
    let taken = app
        .post_as("", &path, &format!("password={PASSWORD}"))
        .await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    let cookies = cookies(&taken);
    (user, cookies)
}

/// A phone with an authenticator app.
struct Phone(TOTP);

impl Phone {
    fn code(&self, now: Timestamp) -> String {
        self.0.generate(now.as_second().unsigned_abs())
    }
}

/// Sets a second factor up, and returns the phone and the codes on paper.
async fn enrol(app: &TestApp, cookie: &str) -> (Phone, Vec<String>) {
    let page = app.get_as(cookie, "/account/factor").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let key = page.text.split_once("to be typed\">").unwrap().1;
    let key: String = key.split('<').next().unwrap().split_whitespace().collect();
    let secret = Secret::Encoded(key).to_bytes().unwrap();
    let phone = Phone(TOTP::new(Algorithm::SHA1, 6, 0, 30, secret).unwrap());
    let offer = field(&page, "offer");
    let wrong = app
        .post_as(
            cookie,
            "/account/factor",
            &format!("offer={offer}&code=000000"),
        )
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = format!("offer={offer}&code={}", phone.code(app.app.now()));
    let codes = app.post_as(cookie, "/account/factor", &form).await;
    assert_eq!(codes.status, StatusCode::OK, "{}", codes.text);
    let list = codes.text.split_once("Recovery codes\">").unwrap().1;
    let list = list.split('<').next().unwrap().split_whitespace();
    (phone, list.map(str::to_owned).collect())
}

fn entry(email: &str) -> String {
    format!("email={email}&password={PASSWORD}&next=/rings")
}

#[tokio::test]
async fn a_code_is_asked_for_after_the_password_and_counts_once() {
    let app = TestApp::start().await;
    let (_, cookie) = somebody(&app, "ada@example.com", Role::Investigator).await;
    let (phone, paper) = enrol(&app, &cookie).await;
    assert_eq!(paper.len(), 10);
    let halfway = app.post_as("", "/sign-in", &entry("ada@example.com")).await;
    assert_eq!(halfway.status, StatusCode::OK, "{}", halfway.text);
    assert_eq!(cookies(&halfway), "", "nobody is signed in yet");
    let state = field(&halfway, "state");
    let say = |state: &str, code: &str| format!("state={state}&code={code}");
    let used = say(&state, &phone.code(app.app.now()));
    let again = app.post_as("", "/sign-in/code", &used).await;
    assert_eq!(
        again.status,
        StatusCode::UNAUTHORIZED,
        "it set the factor up"
    );
    app.wait(SignedDuration::from_secs(30));
    let next = say(&state, &phone.code(app.app.now()));
    let done = app.post_as("", "/sign-in/code", &next).await;
    assert_eq!(
        (done.status, location(&done)),
        (StatusCode::SEE_OTHER, "/rings")
    );
    assert_eq!(
        app.get_as(&cookies(&done), "/account").await.status,
        StatusCode::OK
    );
    let twice = app.post_as("", "/sign-in/code", &next).await;
    assert_eq!(twice.status, StatusCode::UNAUTHORIZED);
    let written = say(&state, &paper[3].to_uppercase().replace('-', "+"));
    let done = app.post_as("", "/sign-in/code", &written).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let twice = app.post_as("", "/sign-in/code", &written).await;
    assert_eq!(twice.status, StatusCode::UNAUTHORIZED);
    app.wait(SignedDuration::from_mins(6));
    let late = app
        .post_as("", "/sign-in/code", &say(&state, &paper[4]))
        .await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED);
    assert!(
        late.text.contains("longer than five minutes"),
        "{}",
        late.text
    );
    let forged = app
        .post_as("", "/sign-in/code", &say("AAAA", &paper[4]))
        .await;
    assert_eq!(forged.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_link_and_a_proof_ask_for_the_code_too() {
    let app = TestApp::start().await;
    let (ada, cookie) = somebody(&app, "ada@example.com", Role::Admin).await;
    let (phone, _) = enrol(&app, &cookie).await;
    app.wait(SignedDuration::from_mins(11));
    let people = app.get_as(&cookie, "/people").await;
    assert_eq!(location(&people), "/prove?next=%2Fpeople");
    let alone = format!("password={PASSWORD}&next=/people");
    let refused = app.post_as(&cookie, "/prove", &alone).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    let both = format!("{alone}&code={}", phone.code(app.app.now()));
    let proved = app.post_as(&cookie, "/prove", &both).await;
    assert_eq!(
        (proved.status, location(&proved)),
        (StatusCode::SEE_OTHER, "/people")
    );
    let old = app.get_as(&cookie, "/account").await;
    assert_eq!(
        old.status,
        StatusCode::SEE_OTHER,
        "another cookie takes its place"
    );
    let path = link::create(&app.app, &Actor::system("test"), Some(&ada))
        .await
        .unwrap();
    let without = app.post_as("", &path, "").await;
    assert_eq!(
        without.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        without.text
    );
    app.wait(SignedDuration::from_secs(30));
    let with = format!("code={}", phone.code(app.app.now()));
    let with = app.post_as("", &path, &with).await;
    assert_eq!(with.status, StatusCode::SEE_OTHER);
    // An administrator takes it away.
    let admin = sign_in(&app.app, Role::Admin).await;
    let removed = app
        .post_as(&admin, &format!("/people/{}/factor/remove", ada.id), "")
        .await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER);
    let with = cookies(&with);
    assert_eq!(
        location(&app.get_as(&with, "/account").await),
        "/sign-in?next=%2Faccount",
        "who came in with it is out"
    );
    let path = link::create(&app.app, &Actor::system("test"), Some(&ada))
        .await
        .unwrap();
    assert_eq!(
        app.post_as("", &path, "").await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(chain::verify(&app.app).await.unwrap().broken, None);
}

#[tokio::test]
async fn where_everybody_needs_a_second_factor_nothing_else_goes_without() {
    let app = TestApp::start().await;
    let (_, cookie) = somebody(&app, "ada@example.com", Role::Recruiter).await;
    assert_eq!(app.get_as(&cookie, "/").await.status, StatusCode::OK);
    let set = app.post_as(&app.cookie, "/people/factor", "").await;
    assert_eq!(set.status, StatusCode::BAD_REQUEST);
    let set = app
        .post_as(&app.cookie, "/people/factor", "required=yes")
        .await;
    assert_eq!(set.status, StatusCode::CONFLICT, "who sets it has one");
    assert!(
        set.text
            .contains("set up a second factor of your own first")
    );
    sql("update users set password = 'x', totp = ? where role = 'admin'")
        .bind(vec![0_u8])
        .execute(&app.app.db)
        .await
        .unwrap();
    let set = app
        .post_as(&app.cookie, "/people/factor", "required=yes")
        .await;
    assert_eq!(location(&set), "/people?done=required");
    assert_eq!(location(&app.get_as(&cookie, "/").await), "/account/factor");
    assert_eq!(app.get_as(&cookie, "/account").await.status, StatusCode::OK);
    enrol(&app, &cookie).await;
    assert_eq!(app.get_as(&cookie, "/").await.status, StatusCode::OK);
}

/// Signs in from somewhere.
async fn from(app: &TestApp, address: &str, cookie: &str, form: &str) -> Answer {
    let peer: SocketAddr = address.parse().unwrap();
    let request = Request::post("/sign-in")
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .extension(ConnectInfo(peer));
    app.send(request.body(Body::from(form.to_owned())).unwrap())
        .await
}

async fn refusals(app: &App) -> i64 {
    let (count,): (i64,) = sql("select count(*) from audit_log where action = 'access.refused'")
        .one(&app.db)
        .await
        .unwrap();
    count
}

#[tokio::test]
async fn who_guesses_waits_and_keeps_nobody_else_out() {
    let app = TestApp::start().await;
    let (_, known) = somebody(&app, "ada@example.com", Role::Recruiter).await;
    let device = known
        .split("; ")
        .find(|one| one.contains("device"))
        .unwrap();
    let right = entry("ada@example.com");
    let wrong = "email=ada@example.com&password=wrong+horse+battery";
    let stranger = "203.0.113.1:1000";
    for _ in 0..5 {
        let refused = from(&app, stranger, "", wrong).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    }
    for form in [wrong, &right, wrong] {
        let closed = from(&app, stranger, "", form).await;
        assert_eq!(
            closed.status,
            StatusCode::TOO_MANY_REQUESTS,
            "{}",
            closed.text
        );
        assert_eq!(closed.headers[header::RETRY_AFTER], "900");
    }
    assert_eq!(refusals(&app.app).await, 1, "the log is told once");
    // The owner, from where the stranger is with a known browser, or from elsewhere.
    let owner = from(&app, stranger, device, &right).await;
    assert_eq!(owner.status, StatusCode::SEE_OTHER, "{}", owner.text);
    let owner = from(&app, "203.0.113.2:1000", "", &right).await;
    assert_eq!(owner.status, StatusCode::SEE_OTHER);
    // Of a mailbox that is nobody's the same is told.
    let nobody = "email=nobody@example.com&password=wrong+horse+battery";
    for _ in 0..5 {
        let refused = from(&app, stranger, "", nobody).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    }
    let closed = from(&app, stranger, "", nobody).await;
    assert_eq!(closed.status, StatusCode::TOO_MANY_REQUESTS);
    // A known browser that guesses waits too, and nobody else does.
    for _ in 0..5 {
        from(&app, "203.0.113.3:1", device, wrong).await;
    }
    let closed = from(&app, "203.0.113.3:1", device, &right).await;
    assert_eq!(closed.status, StatusCode::TOO_MANY_REQUESTS);
    let other = from(&app, "203.0.113.3:1", "", &right).await;
    assert_eq!(other.status, StatusCode::SEE_OTHER);
    app.wait(SignedDuration::from_mins(16));
    let later = from(&app, stranger, "", &right).await;
    assert_eq!(later.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn another_password_ends_the_browsers_that_were_known() {
    let app = TestApp::start().await;
    let (ada, known) = somebody(&app, "ada@example.com", Role::Recruiter).await;
    let device = known
        .split("; ")
        .find(|one| one.contains("device"))
        .unwrap();
    let path = link::create(&app.app, &Actor::system("test"), Some(&ada))
        .await
        .unwrap();
    let taken = app
        .post_as("", &path, "password=another+horse+battery")
        .await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    let wrong = "email=ada@example.com&password=wrong+horse+battery";
    let place = "203.0.113.1:1000";
    for _ in 0..5 {
        from(&app, place, "", wrong).await;
    }
    let old = from(&app, place, device, wrong).await;
    assert_eq!(old.status, StatusCode::TOO_MANY_REQUESTS);
    let cookies = cookies(&taken);
    let new = cookies
        .split("; ")
        .find(|one| one.contains("device"))
        .unwrap();
    let new = from(&app, place, new, wrong).await;
    assert_eq!(new.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn one_network_does_not_try_every_account() {
    let app = TestApp::start().await;
    let attempt = async |email: &str, address: &str| {
        let whose = Whose {
            email,
            owner: None,
            device: None,
            network: Network::of(address.parse().unwrap()),
        };
        match lockout::attempt(&app.app, &whose, What::Password).await {
            Ok(attempt) => {
                attempt.was_wrong(&app.app).await.unwrap();
                StatusCode::UNAUTHORIZED
            }
            Err(error) => error.status(),
        }
    };
    for n in 0..lockout::NETWORK_LIMIT {
        let (email, address) = (format!("user{n}@example.com"), format!("2001:db8:1:2::{n}"));
        assert_eq!(
            attempt(&email, &address).await,
            StatusCode::UNAUTHORIZED,
            "{n}"
        );
    }
    let another = "another@example.com";
    let closed = attempt(another, "2001:db8:1:2:ffff::1").await;
    assert_eq!(closed, StatusCode::TOO_MANY_REQUESTS);
    let elsewhere = attempt(another, "2001:db8:1:3::1").await;
    assert_eq!(elsewhere, StatusCode::UNAUTHORIZED);
    assert_eq!(refusals(&app.app).await, 1);
}

#[tokio::test]
async fn nobody_asks_for_more_than_they_can_read() {
    let database = Arc::new(Database::new().await);
    let app = TestApp::with(database, |app| {
        app.access = Access {
            limits: Limits::new(6, 3),
            ..Access::default()
        }
        .into();
    })
    .await;
    let bea = sign_in(&app.app, Role::Auditor).await;
    for cookie in [&app.cookie, &bea] {
        for _ in 0..2 {
            assert_eq!(app.get_as(cookie, "/account").await.status, StatusCode::OK);
        }
        let refused = app.get_as(cookie, "/account").await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.content_type, "application/problem+json");
        assert!(refused.headers.contains_key(header::RETRY_AFTER));
    }
    assert_eq!(app.get("/api/v1/rules").await.status, StatusCode::OK);
    let refused = app.get("/api/v1/rules").await;
    assert_eq!(
        refused.status,
        StatusCode::TOO_MANY_REQUESTS,
        "{}",
        refused.text
    );
}

#[tokio::test]
async fn the_last_administrator_stays_and_another_role_ends_sign_ins() {
    let app = TestApp::start().await;
    let admin = app.app.db.clone();
    let (me,): (String,) = sql("select id from users where role = 'admin'")
        .one(&admin)
        .await
        .unwrap();
    for (path, form) in [("disable", ""), ("role", "role=auditor")] {
        let kept = app
            .post_as(&app.cookie, &format!("/people/{me}/{path}"), form)
            .await;
        assert_eq!(kept.status, StatusCode::CONFLICT, "{path}");
        assert!(kept.text.contains("last administrator"), "{}", kept.text);
    }
    let (ada, cookie) = somebody(&app, "ada@example.com", Role::Recruiter).await;
    let of_ada = |what: &str| format!("/people/{}/{what}", ada.id);
    let done = app
        .post_as(&app.cookie, &of_ada("role"), "role=admin")
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert_eq!(
        app.get_as(&cookie, "/").await.status,
        StatusCode::SEE_OTHER,
        "signed out"
    );
    let again = app.post_as("", "/sign-in", &entry("ada@example.com")).await;
    let cookie = cookies(&again);
    assert_eq!(app.get_as(&cookie, "/people").await.status, StatusCode::OK);
    let last = app.post_as(&app.cookie, &of_ada("disable"), "").await;
    assert_eq!(
        last.status,
        StatusCode::CONFLICT,
        "the other one has no password to come back with"
    );
    sql("update users set password = 'x' where id = ?")
        .bind(&me)
        .execute(&app.app.db)
        .await
        .unwrap();
    assert_eq!(
        app.post_as(&app.cookie, &of_ada("disable"), "")
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(app.get_as(&cookie, "/").await.status, StatusCode::SEE_OTHER);
    let refused = app.post_as("", "/sign-in", &entry("ada@example.com")).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        app.post_as(&app.cookie, &of_ada("enable"), "").await.status,
        StatusCode::SEE_OTHER
    );
    let linked = app.post_as(&app.cookie, &of_ada("link"), "").await;
    assert!(linked.text.contains("/sign-in/link/"), "{}", linked.text);
    let form = "application/x-www-form-urlencoded";
    for (host, origin, shown) in [
        (
            "talent.example:8443",
            "https://talent.example:8443",
            ">https://talent.example:8443/sign-in/link/",
        ),
        (
            "127.0.0.1:8080",
            "http://127.0.0.1:8080",
            ">http://127.0.0.1:8080/sign-in/link/",
        ),
        ("evil.example/x?", "", ">/sign-in/link/"),
    ] {
        let mut request = Request::post(of_ada("link"))
            .header(header::COOKIE, &app.cookie)
            .header(header::CONTENT_TYPE, form)
            .header(header::HOST, host);
        if !origin.is_empty() {
            request = request.header(header::ORIGIN, origin);
        }
        let linked = app.send(request.body(Body::empty()).unwrap()).await;
        assert!(linked.text.contains(shown), "{host}: {}", linked.text);
    }
    let invited = app
        .post_as(&app.cookie, "/people", "email=bea@example.com&role=auditor")
        .await;
    assert!(invited.text.contains("/sign-in/link/"), "{}", invited.text);
    let twice = app
        .post_as(&app.cookie, "/people", "email=bea@example.com&role=auditor")
        .await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn another_password_ends_all_other_sign_ins() {
    let app = TestApp::start().await;
    let (_, first) = somebody(&app, "ada@example.com", Role::Recruiter).await;
    let second = cookies(&app.post_as("", "/sign-in", &entry("ada@example.com")).await);
    let form = "current=wrong+horse+battery&password=another+horse+battery";
    let wrong = app.post_as(&second, "/account/password", form).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = format!("current={PASSWORD}&password=another+horse+battery");
    let done = app.post_as(&second, "/account/password", &form).await;
    assert_eq!(location(&done), "/account?done=password");
    assert_eq!(app.get_as(&first, "/").await.status, StatusCode::SEE_OTHER);
    assert_eq!(app.get_as(&second, "/").await.status, StatusCode::OK);
    // One's own sign-ins, and nobody else's.
    let page = app.get_as(&second, "/account").await;
    assert!(page.text.contains("this one"), "{}", page.text);
    let (other,): (String,) =
        sql("select id from sign_ins where user_id in (select id from users where role = 'admin')")
            .one(&app.app.db)
            .await
            .unwrap();
    let others = app
        .post_as(&second, &format!("/account/sign-ins/{other}/end"), "")
        .await;
    assert_eq!(others.status, StatusCode::NOT_FOUND);
    assert_eq!(app.get_as(&app.cookie, "/").await.status, StatusCode::OK);
}

/// Signs a new administrator in by a link, without a password.
async fn by_link(app: &TestApp, email: &str) -> String {
    let by = Actor::system("test");
    let user = access::add(&app.app, &by, email, "", Role::Admin)
        .await
        .unwrap();
    let path = link::create(&app.app, &by, Some(&user)).await.unwrap();
    cookies(&app.post_as("", &path, "").await)
}

#[tokio::test]
async fn who_has_no_password_is_told_to_choose_one_before_a_proof() {
    let app = TestApp::start().await;
    let cookie = by_link(&app, "ada@example.com").await;
    let page = app.get_as(&cookie, "/prove").await;
    assert!(page.text.contains("Choose one first"), "{}", page.text);
    let chosen = format!("password={PASSWORD}");
    app.wait(SignedDuration::from_mins(11));
    let late = app.post_as(&cookie, "/account/password", &chosen).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    for page in ["/prove", "/account"] {
        let page = app.get_as(&cookie, page).await;
        let command = "telltale user link ada@example.com";
        assert!(page.text.contains(command), "{}", page.text);
    }
    let fresh = by_link(&app, "bea@example.com").await;
    let done = app.post_as(&fresh, "/account/password", &chosen).await;
    assert_eq!(location(&done), "/account?done=password");
}

#[tokio::test]
async fn a_key_is_shown_once_seen_in_use_and_revoked() {
    let app = TestApp::start().await;
    let made = app
        .post_as(&app.cookie, "/keys", "name=Reports&scope=export")
        .await;
    let key = made.text.split_once("aria-label=\"The key\">").unwrap().1;
    let key = key.split('<').next().unwrap();
    assert!(key.starts_with("telltale_"), "{key}");
    assert!(!app.get_as(&app.cookie, "/keys").await.text.contains(key));
    let call = async || {
        let request = Request::get("/api/v1/exports/findings.csv")
            .header(header::AUTHORIZATION, format!("Bearer {key}"));
        app.send(request.body(Body::empty()).unwrap()).await.status
    };
    assert_eq!(call().await, StatusCode::OK);
    let (me, email): (String, String) = sql("select id, email from users limit 1")
        .one(&app.app.db)
        .await
        .unwrap();
    let listed = app.get_as(&app.cookie, "/keys").await.text;
    assert!(
        listed.contains("by ") && listed.contains(&email),
        "{listed}"
    );
    let person = app.get_as(&app.cookie, &format!("/people/{me}")).await.text;
    assert!(person.contains("API keys that they made"), "{person}");
    let (id, used): (String, Option<i64>) =
        sql("select id, last_used_at from api_keys where name = 'Reports'")
            .one(&app.app.db)
            .await
            .unwrap();
    assert_eq!(used, Some(app.app.now().as_millisecond()));
    let revoked = app
        .post_as(&app.cookie, &format!("/keys/{id}/revoke"), "")
        .await;
    assert_eq!(location(&revoked), "/keys?done=revoked");
    assert_eq!(call().await, StatusCode::UNAUTHORIZED);
    let twice = app
        .post_as(&app.cookie, &format!("/keys/{id}/revoke"), "")
        .await;
    assert_eq!(twice.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_leaked_password_is_not_taken() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("pwned.txt");
    let digest = ring::digest::digest(
        &ring::digest::SHA1_FOR_LEGACY_USE_ONLY,
        b"correct horse battery",
    );
    let hash = telltale::secret::hex(digest.as_ref()).to_uppercase();
    std::fs::write(&file, format!("{hash}:3730471\r\n")).unwrap();
    let database = Arc::new(Database::new().await);
    let app = TestApp::with(database, |app| {
        app.access = Access {
            breached: Some(Breached::open(&file).unwrap()),
            ..Access::default()
        }
        .into();
    })
    .await;
    let cookie = by_link(&app, "eve@example.com").await;
    let leaked = app
        .post_as(
            &cookie,
            "/account/password",
            &format!("password={PASSWORD}"),
        )
        .await;
    assert_eq!(leaked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(leaked.text.contains("leaked"), "{}", leaked.text);
    let other = app
        .post_as(
            &cookie,
            "/account/password",
            "password=another+horse+battery",
        )
        .await;
    assert_eq!(other.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn where_there_is_tls_browsers_are_told_to_keep_to_it() {
    let database = Arc::new(Database::new().await);
    let app = TestApp::with(database, |app| {
        app.public_url = Some("https://telltale.example".into());
    })
    .await;
    let page = app.get_as("", "/sign-in").await;
    assert!(page.headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
    assert_eq!(page.headers["cross-origin-opener-policy"], "same-origin");
    assert!(page.headers.contains_key("permissions-policy"));
    let by = Actor::system("test");
    let user = access::add(&app.app, &by, "ada@example.com", "", Role::Recruiter)
        .await
        .unwrap();
    let path = link::create(&app.app, &Actor::system("test"), Some(&user))
        .await
        .unwrap();
    let taken = app.post_as("", &path, "").await;
    for set in taken.headers.get_all(header::SET_COOKIE) {
        let set = set.to_str().unwrap();
        assert!(
            set.starts_with("__Host-") && set.contains("; Secure"),
            "{set}"
        );
        assert!(
            set.contains("HttpOnly") && set.contains("SameSite=Lax"),
            "{set}"
        );
    }
    let plain = TestApp::start().await;
    let page = plain.get_as("", "/sign-in").await;
    assert!(!page.headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
}
