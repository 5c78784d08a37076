//! Single sign-on with a real provider: a small one, on loopback.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use telltale::access::options::Access;
use telltale::access::sso::{Provider, Settings};
use telltale::access::{self, Role};
use telltale::audit::{Actor, chain};
use telltale::db::sql;
use telltale::store::users;

use crate::common::{Answer, Database, TestApp};

const HERE: &str = "http://telltale.example";

/// The provider, and what it says of whoever comes.
#[derive(Clone)]
struct Idp {
    origin: String,
    state: Arc<Mutex<Says>>,
}

#[derive(Default)]
struct Says {
    origin: String,
    now: i64,
    /// Over what is usual; `null` leaves a claim out.
    claims: Value,
    /// What was asked for with each code.
    asked: HashMap<String, HashMap<String, String>>,
}

fn key() -> RsaKeyPair {
    RsaKeyPair::from_pkcs8(include_bytes!("provider.der")).unwrap()
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn signed(claims: &Value) -> String {
    let head = json!({ "alg": "RS256", "typ": "JWT", "kid": "one" });
    let text = format!(
        "{}.{}",
        encode(head.to_string()),
        encode(claims.to_string())
    );
    let key = key();
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        text.as_bytes(),
        &mut signature,
    )
    .unwrap();
    format!("{text}.{}", encode(signature))
}

type Shared = State<Arc<Mutex<Says>>>;

async fn discovery(State(says): Shared) -> Json<Value> {
    let origin = says.lock().unwrap().origin.clone();
    Json(json!({
        "issuer": origin,
        "authorization_endpoint": format!("{origin}/authorize"),
        "token_endpoint": format!("{origin}/token"),
        "jwks_uri": format!("{origin}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }))
}

async fn keys() -> Json<Value> {
    let PublicKeyComponents::<Vec<u8>> { n, e } = key().public().into();
    Json(json!({ "keys": [
        { "kty": "RSA", "use": "sig", "alg": "RS256", "kid": "one", "n": encode(n), "e": encode(e) }
    ]}))
}

async fn authorize(State(says): Shared, Query(asked): Query<HashMap<String, String>>) -> Redirect {
    let mut says = says.lock().unwrap();
    let code = format!("code-{}", says.asked.len());
    let to = format!(
        "{}?code={code}&state={}",
        asked["redirect_uri"], asked["state"]
    );
    assert_eq!(asked["response_type"], "code");
    assert_eq!(asked["code_challenge_method"], "S256");
    assert_eq!(asked["redirect_uri"], format!("{HERE}/sign-in/sso/back"));
    says.asked.insert(code, asked);
    Redirect::to(&to)
}

async fn token(
    State(says): Shared,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let mut says = says.lock().unwrap();
    let basic = base64::engine::general_purpose::STANDARD.encode("telltale:s3cret");
    assert_eq!(headers[header::AUTHORIZATION], format!("Basic {basic}"));
    // A code is good once, and for who has what its challenge was made of.
    let asked = says.asked.remove(&form["code"]);
    let proof = ring::digest::digest(&ring::digest::SHA256, form["code_verifier"].as_bytes());
    let Some(asked) = asked.filter(|asked| asked["code_challenge"] == encode(proof)) else {
        let error = Json(json!({ "error": "invalid_grant" }));
        return (StatusCode::BAD_REQUEST, error).into_response();
    };
    let mut claims = json!({
        "iss": says.origin, "sub": "s-1", "aud": "telltale", "iat": says.now, "exp": says.now + 300,
        "nonce": asked["nonce"], "email": "Ada@Example.com", "email_verified": true,
        "name": "Ada Lovelace", "groups": ["hr-team"],
    });
    if asked.get("max_age").is_some_and(|age| age == "0") && asked["prompt"] == "login" {
        claims["auth_time"] = json!(says.now);
    }
    for (name, value) in says.claims.as_object().into_iter().flatten() {
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
            value => claims[name] = value.clone(),
        }
    }
    Json(json!({
        "access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": signed(&claims),
    }))
    .into_response()
}

impl Idp {
    async fn start() -> Self {
        let state = Arc::new(Mutex::new(Says::default()));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .with_state(state.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        state.lock().unwrap().origin.clone_from(&origin);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { origin, state }
    }

    fn says(&self, claims: Value) {
        self.state.lock().unwrap().claims = claims;
    }
}

async fn service(idp: &Idp) -> TestApp {
    let settings = Settings {
        issuer: idp.origin.clone(),
        client_id: "telltale".into(),
        client_secret: Some("s3cret".into()),
        groups_claim: "groups".into(),
        scopes: Vec::new(),
        roles: vec![
            ("hr-team".into(), Role::Recruiter),
            ("audit".into(), Role::Auditor),
            ("it".into(), Role::Admin),
        ],
    };
    let database = Arc::new(Database::new().await);
    TestApp::with(database, |app| {
        app.public_url = Some(HERE.into());
        app.access = Access {
            sso: Some(Provider::new(settings, HERE).unwrap()),
            ..Access::default()
        }
        .into();
    })
    .await
}

fn location(answer: &Answer) -> String {
    let to = answer.headers.get(header::LOCATION);
    to.map_or("", |to| to.to_str().unwrap()).to_owned()
}

fn cookies(answer: &Answer) -> String {
    let all = answer.headers.get_all(header::SET_COOKIE).iter();
    let all = all.map(|set| set.to_str().unwrap().split(';').next().unwrap().to_owned());
    all.collect::<Vec<_>>().join("; ")
}

/// As far as the provider's redirect back: the path with code and state, and the browser's cookies.
async fn away(app: &TestApp, idp: &Idp, cookie: &str, path: &str) -> (String, String) {
    idp.state.lock().unwrap().now = app.app.now().as_second();
    let sent = app.get_as(cookie, path).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    drop(telltale::net::plain_client());
    let none = reqwest::redirect::Policy::none();
    let browser = reqwest::Client::builder()
        .redirect(none)
        .no_proxy()
        .build()
        .unwrap();
    let answer = browser.get(location(&sent)).send().await.unwrap();
    let back = answer.headers()[header::LOCATION]
        .to_str()
        .unwrap()
        .to_owned();
    let path = back.strip_prefix(HERE).unwrap().to_owned();
    (path, [cookie, &cookies(&sent)].join("; "))
}

/// The whole way.
async fn through(app: &TestApp, idp: &Idp, cookie: &str, path: &str) -> Answer {
    let (back, cookie) = away(app, idp, cookie, path).await;
    app.get_as(&cookie, &back).await
}

async fn role_of(app: &TestApp, email: &str) -> Option<String> {
    let row = users::by_email(&app.app.db, email).await.unwrap();
    row.map(|row| row.role)
}

#[tokio::test]
async fn who_is_in_a_group_comes_in_and_has_its_role_at_every_sign_in() {
    let idp = Idp::start().await;
    let app = service(&idp).await;
    let page = app.get_as("", "/sign-in?next=/rings").await;
    assert!(
        page.text.contains("/sign-in/sso?next=%2Frings"),
        "{}",
        page.text
    );
    let first = through(&app, &idp, "", "/sign-in/sso?next=/rules").await;
    assert_eq!(
        (first.status, &*location(&first)),
        (StatusCode::SEE_OTHER, "/rules"),
        "{}",
        first.text
    );
    let cookie = cookies(&first);
    let account = app.get_as(&cookie, "/account").await;
    assert!(
        account.text.contains("Ada Lovelace") && account.text.contains("recruiter"),
        "{}",
        account.text
    );
    assert_eq!(
        role_of(&app, "ada@example.com").await.as_deref(),
        Some("recruiter")
    );
    // The subject stays hers whatever her mailbox; another role ends her other sign-ins.
    idp.says(json!({ "groups": ["hr-team", "audit"], "email": "new@example.com", "email_verified": null }));
    let second = through(&app, &idp, "", "/sign-in/sso?next=//evil.example").await;
    assert_eq!(location(&second), "/", "{}", second.text);
    assert_eq!(
        role_of(&app, "ada@example.com").await.as_deref(),
        Some("auditor")
    );
    assert_eq!(app.get_as(&cookie, "/").await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        app.get_as(&cookies(&second), "/").await.status,
        StatusCode::OK
    );
    idp.says(json!({ "groups": ["canteen"] }));
    let none = through(&app, &idp, "", "/sign-in/sso").await;
    assert_eq!(none.status, StatusCode::BAD_REQUEST);
    assert!(none.text.contains("none of your groups"), "{}", none.text);
    // Wherever they were signed in, they are out.
    assert_eq!(
        app.get_as(&cookies(&second), "/").await.status,
        StatusCode::SEE_OTHER
    );
    let (told,): (i64,) =
        sql("select count(*) from audit_log where action = 'user.changed' and detail like '%\"ended\":1%'")
            .one(&app.app.db)
            .await
            .unwrap();
    assert_eq!(told, 1);
    assert_eq!(chain::verify(&app.app).await.unwrap().broken, None);
}

#[tokio::test]
async fn a_mailbox_binds_once_and_only_if_it_is_verified() {
    let idp = Idp::start().await;
    let app = service(&idp).await;
    let by = Actor::system("test");
    access::add(&app.app, &by, "ada@example.com", "", Role::Recruiter)
        .await
        .unwrap();
    for unverified in [
        json!({ "email_verified": false }),
        json!({ "email_verified": null }),
        json!({ "email": null }),
    ] {
        idp.says(unverified.clone());
        let refused = through(&app, &idp, "", "/sign-in/sso").await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{unverified}");
        assert_eq!(cookies(&refused), "telltale-sso=", "{unverified}");
    }
    idp.says(json!({}));
    let bound = through(&app, &idp, "", "/sign-in/sso").await;
    assert_eq!(bound.status, StatusCode::SEE_OTHER, "{}", bound.text);
    idp.says(json!({ "sub": "s-2" }));
    let other = through(&app, &idp, "", "/sign-in/sso").await;
    assert_eq!(other.status, StatusCode::BAD_REQUEST);
    assert!(other.text.contains("another account"), "{}", other.text);
    let (count,): (i64,) = sql("select count(*) from users where email = 'ada@example.com'")
        .one(&app.app.db)
        .await
        .unwrap();
    assert_eq!(count, 1);
}

#[tokio::test]
async fn a_token_of_another_kind_lets_nobody_in() {
    let idp = Idp::start().await;
    let app = service(&idp).await;
    let now = app.app.now().as_second();
    for wrong in [
        json!({ "nonce": "another" }),
        json!({ "nonce": null }),
        json!({ "aud": "another" }),
        json!({ "aud": ["telltale", "another"] }),
        json!({ "iss": "http://evil.example" }),
        json!({ "exp": now - 1 }),
    ] {
        idp.says(wrong.clone());
        let refused = through(&app, &idp, "", "/sign-in/sso").await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{wrong}");
        assert!(
            refused.text.contains("ID token is not valid"),
            "{wrong}: {}",
            refused.text
        );
        assert_eq!(cookies(&refused), "telltale-sso=", "{wrong}");
    }
    idp.says(json!({}));
    let (back, cookie) = away(&app, &idp, "", "/sign-in/sso").await;
    let other = back.replace("state=", "state=x");
    for (cookie, back) in [
        (&*cookie, &*other),
        ("", &back),
        ("telltale-sso=AAAA", &back),
    ] {
        let refused = app.get_as(cookie, back).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{back}");
    }
    let (another, _) = away(&app, &idp, "", "/sign-in/sso").await;
    let mixed = app.get_as(&cookie, &another).await;
    assert_eq!(
        mixed.status,
        StatusCode::BAD_REQUEST,
        "another browser's answer"
    );
    app.wait(SignedDuration::from_mins(11));
    let late = app.get_as(&cookie, &back).await;
    assert_eq!(late.status, StatusCode::BAD_REQUEST);
    assert!(late.text.contains("ten minutes"), "{}", late.text);
}

#[tokio::test]
async fn a_proof_is_one_of_now_and_of_the_same_person() {
    let idp = Idp::start().await;
    let app = service(&idp).await;
    idp.says(json!({ "groups": ["it"] }));
    let cookie = cookies(&through(&app, &idp, "", "/sign-in/sso").await);
    app.wait(SignedDuration::from_mins(11));
    assert_eq!(
        location(&app.get_as(&cookie, "/people").await),
        "/prove?next=%2Fpeople"
    );
    let form = app.get_as(&cookie, "/prove?next=/people").await;
    assert!(
        form.text.contains("/prove/sso?next=%2Fpeople"),
        "{}",
        form.text
    );
    let old = (app.app.now() - SignedDuration::from_hours(1)).as_second();
    for wrong in [
        json!({ "auth_time": old }),
        json!({ "auth_time": null }),
        json!({ "sub": "s-9" }),
    ] {
        idp.says(wrong.clone());
        let refused = through(&app, &idp, &cookie, "/prove/sso?next=/people").await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    // A password would be a way in after single sign-on has ended.
    let chosen = app
        .post_as(
            &cookie,
            "/account/password",
            "password=correct+horse+battery",
        )
        .await;
    assert_eq!(chosen.status, StatusCode::UNPROCESSABLE_ENTITY);
    let row = users::by_email(&app.app.db, "ada@example.com")
        .await
        .unwrap();
    let by = Actor::system("test");
    let path = access::link::create(&app.app, &by, Some(&row.unwrap().user()))
        .await
        .unwrap();
    let chosen = app
        .post_as("", &path, "password=correct+horse+battery")
        .await;
    assert_eq!(chosen.status, StatusCode::UNPROCESSABLE_ENTITY);
    idp.says(json!({ "groups": ["it"] }));
    let proved = through(&app, &idp, &cookie, "/prove/sso?next=/people").await;
    assert_eq!(location(&proved), "/people", "{}", proved.text);
    assert_eq!(
        app.get_as(&cookies(&proved), "/people").await.status,
        StatusCode::OK
    );
    // No proof by who has no role any more, and no sign-in either.
    idp.says(json!({ "groups": [] }));
    let cookie = cookies(&proved);
    let refused = through(&app, &idp, &cookie, "/prove/sso?next=/people").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(location(&app.get_as(&cookie, "/").await).starts_with("/sign-in"));
}
