//! Signals for an identity provider: what arrives there verifies with the keys that are served here.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde_json::{Map, Value, json};
use telltale::access::Role;
use telltale::audit::Actor;
use telltale::candidate::CandidateId;
use telltale::outlets::announce;
use telltale::outlets::endpoints::{self, Kind, New};
use telltale::outlets::{message, ssf};
use telltale::screening::Screening;
use telltale::store::deliveries::{self, Delivery, Filter};
use telltale::store::screenings;

use crate::common::{Answer, TestApp, sign_in};
use crate::program::Program;
use crate::receiver::{self, Asked, Receiver};

const CHANGE: &str = "https://schemas.openid.net/secevent/caep/event-type/assurance-level-change";

/// A provider on loopback.
fn provider(url: &str) -> New {
    New {
        kind: Kind::Ssf,
        name: String::new(),
        url: url.to_owned(),
        secret: None,
        events: Vec::new(),
        private: true,
        ssf: ssf::Options {
            audience: Some("https://firm.okta.example".to_owned()),
            issuer: Some("https://telltale.example".to_owned()),
            subject: Some("email:{worker_id}@firm.example".to_owned()),
            token: Some("given-by-the-provider".to_owned()),
            ..ssf::Options::default()
        },
    }
}

/// Raises an alarm about a worker who was screened a moment ago, or about somebody who is none.
async fn alarm(app: &TestApp, kind: message::Kind, worker: Option<&str>) {
    let screened = app
        .screen(json!({"external_id": "1", "name": "Maria Lopez", "emails": ["maria@example.com"]}))
        .await;
    let id = CandidateId(screened["candidate_id"].as_str().unwrap().to_owned());
    let stored = screenings::latest(&app.app.db, &id).await.unwrap();
    let screening = Screening::from(stored.unwrap());
    let mut more = Map::from_iter([("device_ids".to_owned(), json!(["d-1"]))]);
    if let Some(worker) = worker {
        more.insert("worker_id".to_owned(), json!(worker));
    }
    let mut tx = app.app.db.begin().await.unwrap();
    announce::about(&app.app, &mut tx, kind, (&screening, None), more)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn sent(app: &TestApp) -> Vec<Delivery> {
    let filter = Filter {
        incoming: Some(false),
        ..Filter::default()
    };
    deliveries::list(&app.app.db, &filter, None, 100)
        .await
        .unwrap()
}

/// What anybody may fetch, under whichever name.
async fn fetch(app: &TestApp, path: &str) -> Answer {
    let request = Request::get(path).header("host", "telltale.example");
    app.send(request.body(Body::empty()).unwrap()).await
}

fn decoded(part: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(part).unwrap()
}

/// The claims of a token, if it verifies with one of the keys that are served.
async fn verified(app: &TestApp, asked: &Asked) -> Option<Value> {
    let token = std::str::from_utf8(&asked.body).unwrap();
    let (said, signature) = token.rsplit_once('.').unwrap();
    let (header, claims) = said.split_once('.').unwrap();
    let header: Value = serde_json::from_slice(&decoded(header)).unwrap();
    assert_eq!(header["typ"], "secevent+jwt");
    let keys = fetch(app, "/ssf/jwks.json").await.json();
    let mut keys = keys["keys"].as_array().unwrap().iter();
    let key = keys.find(|key| key["kid"] == header["kid"])?;
    assert_eq!(key["alg"], header["alg"]);
    let member = |name: &str| decoded(key[name].as_str().unwrap());
    let (said, signature) = (said.as_bytes(), decoded(signature));
    let good = if header["alg"] == "RS256" {
        let (n, e) = (member("n"), member("e"));
        let key = RsaPublicKeyComponents { n, e };
        key.verify(&RSA_PKCS1_2048_8192_SHA256, said, &signature)
    } else {
        let point = [&[4][..], &member("x"), &member("y")].concat();
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
        key.verify(said, &signature)
    };
    good.ok()?;
    Some(serde_json::from_slice(&decoded(claims)).unwrap())
}

fn rsa() -> String {
    let made = std::process::Command::new("openssl")
        .args(["genpkey", "-algorithm", "RSA"])
        .output();
    String::from_utf8(made.expect("openssl is installed").stdout).unwrap()
}

#[tokio::test]
async fn an_alarm_arrives_signed_and_names_the_worker_alone() {
    for (signing_key, algorithm) in [(None, "ES256"), (Some(rsa()), "RS256")] {
        let app = TestApp::start().await;
        let okta = Receiver::start(|_, _| (202, Vec::new(), Vec::new())).await;
        let mut new = provider(&okta.origin);
        new.ssf.signing_key = signing_key;
        let (row, secret) = endpoints::add(&app.app, &Actor::system("test"), new)
            .await
            .unwrap();
        assert_eq!(secret, None);
        assert_eq!(ssf::Settings::of(&row).unwrap().algorithm(), algorithm);
        alarm(&app, message::Kind::LatencyAlarm, Some("w-7")).await;
        app.work_off().await;
        let asked = okta.asked();
        assert_eq!(asked.len(), 1, "nothing is told of the screening itself");
        assert_eq!(asked[0].header("content-type"), "application/secevent+jwt");
        assert_eq!(asked[0].header("accept"), "application/json");
        assert_eq!(
            asked[0].header("authorization"),
            "Bearer given-by-the-provider"
        );
        let claims = verified(&app, &asked[0]).await.unwrap();
        let delivery = sent(&app).await.remove(0);
        assert_eq!(
            (delivery.state.as_str(), delivery.status),
            ("done", Some(202))
        );
        assert_eq!(claims["jti"], json!(delivery.id));
        assert_eq!(claims["iss"], "https://telltale.example");
        assert_eq!(claims["aud"], "https://firm.okta.example");
        assert_eq!(
            claims["sub_id"],
            json!({"format": "email", "email": "w-7@firm.example"})
        );
        assert_eq!(claims["events"][CHANGE]["current_level"], "ask");
        assert_eq!(claims["events"][CHANGE]["change_direction"], "decrease");
        let text = claims.to_string().to_lowercase();
        for never in ["maria", "lopez", "example.com", "d-1", "fraud", "fake"] {
            assert!(!text.contains(never), "{text}");
        }
        let kept = app.get(&format!("/deliveries/{}", delivery.id)).await.text;
        assert!(
            kept.contains("reason_admin") && !kept.contains("w-7"),
            "{kept}"
        );
    }
}

#[tokio::test]
async fn nothing_is_told_of_an_applicant() {
    let app = TestApp::start().await;
    let okta = Receiver::start(|_, _| (202, Vec::new(), Vec::new())).await;
    let mut both = provider(&okta.origin);
    both.events = ssf::TOLD.to_vec();
    endpoints::add(&app.app, &Actor::system("test"), both)
        .await
        .unwrap();
    alarm(&app, message::Kind::NextStepRaised, None).await;
    app.work_off().await;
    assert!(okta.asked().is_empty() && sent(&app).await.is_empty());
    alarm(&app, message::Kind::NextStepRaised, Some("w-7")).await;
    app.work_off().await;
    assert_eq!(okta.asked().len(), 1);
}

#[tokio::test]
async fn what_is_refused_is_dead_and_says_why() {
    let app = TestApp::start().await;
    let said = json!({"err": "invalid_audience", "description": "not <b>us</b>"});
    let okta = Receiver::start(move |_, _| receiver::json(400, &said)).await;
    endpoints::add(&app.app, &Actor::system("test"), provider(&okta.origin))
        .await
        .unwrap();
    alarm(&app, message::Kind::LatencyAlarm, Some("w-7")).await;
    app.work_off().await;
    app.wait(SignedDuration::from_hours(200));
    app.work_off().await;
    assert_eq!(okta.asked().len(), 1, "it is not sent again");
    let dead = sent(&app).await.remove(0);
    assert_eq!((dead.state.as_str(), dead.status), ("dead", Some(400)));
    let cookie = sign_in(&app.app, Role::Auditor).await;
    let page = app.get_as(&cookie, "/deliveries").await.text;
    assert!(
        page.contains("the receiver refused it: invalid_audience: not"),
        "{page}"
    );
    assert!(!page.contains("<b>us"));
}

#[tokio::test]
async fn what_is_put_off_is_sent_again_as_it_was() {
    let app = TestApp::start().await;
    // Somebody who asks to sign in has not taken it either.
    let okta =
        Receiver::start(|_, before| ([503, 200, 202][before.min(2)], Vec::new(), Vec::new()));
    let okta = okta.await;
    let (row, _) = endpoints::add(&app.app, &Actor::system("test"), provider(&okta.origin))
        .await
        .unwrap();
    alarm(&app, message::Kind::LatencyAlarm, Some("w-7")).await;
    app.work_off().await;
    // In between the key changes.
    endpoints::rotate(&app.app, &Actor::system("test"), &row.id, None)
        .await
        .unwrap();
    for minutes in [1, 6] {
        app.wait(SignedDuration::from_mins(minutes));
        app.work_off().await;
    }
    let asked = okta.asked();
    assert_eq!(asked.len(), 3);
    let mut all = Vec::new();
    for one in &asked {
        all.push(verified(&app, one).await.unwrap());
    }
    assert!(all.iter().all(|claims| *claims == all[0]), "{all:?}");
    assert_ne!(asked[0].body, asked[1].body);
    assert_eq!(sent(&app).await[0].state, "done");
    endpoints::rotate(&app.app, &Actor::system("test"), &row.id, None)
        .await
        .unwrap();
    assert_eq!(
        verified(&app, &asked[0]).await,
        None,
        "the first key is gone after the second rotation"
    );
    assert!(verified(&app, &asked[2]).await.is_some());
}

#[tokio::test]
async fn a_test_is_the_verification_event() {
    let app = TestApp::start().await;
    let okta = Receiver::start(|_, _| (202, Vec::new(), Vec::new())).await;
    let (row, _) = endpoints::add(&app.app, &Actor::system("test"), provider(&okta.origin))
        .await
        .unwrap();
    assert_eq!(
        endpoints::test(&app.app, &Actor::system("test"), &row.id)
            .await
            .unwrap(),
        "done: delivered"
    );
    let claims = verified(&app, &okta.asked()[0]).await.unwrap();
    assert_eq!(claims["sub_id"], json!({"format": "opaque", "id": row.id}));
    assert_eq!(
        claims["events"],
        json!({"https://schemas.openid.net/secevent/ssf/event-type/verification": {}})
    );
}

#[tokio::test]
async fn who_asks_finds_keys_and_nothing_secret() {
    let app = TestApp::start().await;
    let none = fetch(&app, "/.well-known/ssf-configuration").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    let empty = fetch(&app, "/ssf/jwks.json").await;
    assert_eq!(empty.json(), json!({"keys": []}));
    let mut new = provider("http://127.0.0.1:9/");
    new.ssf.signing_key = Some(rsa());
    for one in [new.clone(), new, provider("http://127.0.0.1:9/")] {
        endpoints::add(&app.app, &Actor::system("test"), one)
            .await
            .unwrap();
    }
    let about = fetch(&app, "/.well-known/ssf-configuration").await;
    assert_eq!(
        about.json(),
        json!({
            "spec_version": "1_0",
            "issuer": "https://telltale.example",
            "jwks_uri": "https://telltale.example/ssf/jwks.json",
            "delivery_methods_supported": ["urn:ietf:rfc:8935"],
        })
    );
    let served = fetch(&app, "/ssf/jwks.json").await;
    assert!(
        served.headers["cache-control"]
            .to_str()
            .unwrap()
            .contains("max-age")
    );
    let keys = served.json();
    let keys = keys["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 2, "a key of two endpoints is shown once");
    for key in keys {
        for (name, _) in key.as_object().unwrap() {
            let public = ["kty", "kid", "alg", "use", "n", "e", "crv", "x", "y"];
            assert!(public.contains(&name.as_str()), "{name}");
        }
    }
    let posted = app.post("/ssf/jwks.json", "").await;
    assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn the_form_offers_it_and_its_page_says_where_the_keys_are() {
    let app = TestApp::start().await;
    let mut request = app.signed(Request::post("/endpoints/new"));
    request = request.header("content-type", "application/x-www-form-urlencoded");
    let fields = "kind=ssf&url=http://127.0.0.1:9/set&private=true&audience=okta&subject=email:me@firm.example";
    let refused = app.send(request.body(Body::from(fields)).unwrap()).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("TELLTALE_PUBLIC_URL"));
    assert!(refused.text.contains("value=\"email:me@firm.example\""));
    let (row, _) = endpoints::add(
        &app.app,
        &Actor::system("test"),
        provider("http://127.0.0.1:9/"),
    )
    .await
    .unwrap();
    let at = format!("/endpoints/{}", row.id);
    let page = app.get(&at).await.text;
    for shown in [
        "/ssf/jwks.json",
        "https://firm.okta.example",
        "Signals are signed by ES256",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    assert!(!page.contains("given-by-the-provider"));
    let rotated = app.post(&format!("{at}/rotate"), "").await;
    assert!(rotated.text.contains("Another key signs from now on."));
}

#[test]
fn the_command_adds_lists_and_rotates_and_says_what_is_wrong() {
    let program = Program::new();
    program.write("rsa.pem", rsa());
    program.write("next.pem", rsa());
    program.write("no.pem", "-----BEGIN CERTIFICATE-----\n");
    let add = |more: &[&str]| {
        let all = [&["endpoint", "add", "https://okta.example/set"], more].concat();
        program.run(&all)
    };
    let ssf = [
        "--kind",
        "ssf",
        "--audience",
        "okta",
        "--issuer",
        "https://telltale.example/",
    ];
    for (more, wrong) in [
        (&["--audience", "okta"][..], "ssf alone has an audience"),
        (&["--kind", "ssf"], "audience"),
        (&["--kind", "ssf", "--audience", "okta"], "issuer"),
        (
            &[&ssf[..5], &["http://telltale.example"]].concat(),
            "https://",
        ),
        (
            &[&ssf[..], &["--subject", "phone"]].concat(),
            "opaque, email:",
        ),
        (&[&ssf[..], &["--token", "two words"]].concat(), "ASCII"),
        (
            &[&ssf[..], &["--signing-key", "no.pem"]].concat(),
            "BEGIN PRIVATE KEY",
        ),
        (
            &[&ssf[..], &["--signing-key", "none.pem"]].concat(),
            "none.pem",
        ),
        (
            &[&ssf[..], &["--event", "decision.made"]].concat(),
            "latency.alarm",
        ),
    ] {
        let done = add(more);
        assert_ne!(done.status(), 0, "{more:?}");
        assert!(done.error().contains(wrong), "{wrong}: {}", done.error());
    }
    let with = [
        &ssf[..],
        &["--token", "quite-secret", "--signing-key", "rsa.pem"],
    ]
    .concat();
    let done = add(&with);
    assert_eq!((done.status(), done.error()), (0, ""));
    let added = &done.lines()[0];
    assert_eq!(added["keys_at"], "/ssf/jwks.json");
    assert_eq!(added["issuer"], "https://telltale.example");
    let id = added["id"].as_str().unwrap();
    let list = program.run(&["endpoint", "list"]);
    let listed = &list.lines()[0];
    assert_eq!(listed["ssf"]["keys"][0]["kid"], added["kid"]);
    assert_eq!(listed["ssf"]["subject"], "opaque");
    assert!(!list.text().contains("quite-secret"));
    let bare = program.run(&["endpoint", "rotate", id]);
    assert!(
        bare.error().contains("give the next one too"),
        "{}",
        bare.error()
    );
    let next = program.run(&["endpoint", "rotate", id, "--signing-key", "next.pem"]);
    assert_eq!((next.status(), next.error()), (0, ""));
    let rotated = program.run(&["endpoint", "list"]).lines().remove(0);
    let keys = rotated["ssf"]["keys"].as_array().unwrap();
    assert_eq!((keys.len(), &keys[1]["kid"]), (2, &added["kid"]));
}
