//! A vendor's side: what it sends, signed as it signs.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use telltale::audit::Actor;
use telltale::hooks::connections::{self, New};
use telltale::secret::hex;

use crate::common::{Answer, TestApp};

/// The secret of connections in tests.
pub const SECRET: &str = "a long and random secret of the hook";

/// A connection in a test.
pub struct Connection {
    pub path: String,
}

/// Makes a connection with [`SECRET`].
pub async fn connect(app: &TestApp, vendor: &str) -> Connection {
    connect_with(app, vendor, |_| {}).await
}

/// The same, told more.
pub async fn connect_with(app: &TestApp, vendor: &str, tell: impl FnOnce(&mut New)) -> Connection {
    let mut new = New {
        vendor: vendor.into(),
        secret: Some(SECRET.into()),
        ..New::default()
    };
    tell(&mut new);
    let made = connections::add(&app.app, &Actor::system("test"), new)
        .await
        .unwrap();
    Connection { path: made.path() }
}

/// HMAC-SHA256 in hexadecimal.
pub fn mac(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    hex(&mac.finalize().into_bytes())
}

/// Delivers as Greenhouse does.
pub async fn greenhouse(app: &TestApp, to: &Connection, body: &Value) -> Answer {
    let body = body.to_string();
    let request = Request::post(&to.path).header(
        "Signature",
        format!("sha256 {}", mac(SECRET, body.as_bytes())),
    );
    app.send(request.body(Body::from(body)).unwrap()).await
}

/// Delivers as Greenhouse does, and expects that it is taken.
pub async fn taken(app: &TestApp, to: &Connection, body: &Value) {
    let answer = greenhouse(app, to, body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
}

/// An application as Greenhouse tells of it.
pub fn application(action: &str, id: i64, name: (&str, &str), more: &Value) -> Value {
    let mut application = json!({
        "id": id * 10, "applied_at": "2026-05-27T14:44:43Z", "last_activity_at": "2026-05-27T14:44:43Z",
        "source": {"id": 16, "public_name": "LinkedIn"},
        "current_stage": {"id": 29, "name": "Application Review"},
        "candidate": {
            "id": id, "first_name": name.0, "last_name": name.1,
            "email_addresses": [{"value": format!("{}.{}@example.com", name.0, name.1), "type": "home"}],
            "phone_numbers": [], "educations": [], "employments": [], "attachments": [],
        },
    });
    merge(&mut application, more);
    json!({"action": action, "payload": {"application": application}})
}

/// Puts the values of one object over those of another, all the way down.
fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from.clone(),
    }
}

/// The candidates with an id at their source.
pub async fn candidates(app: &TestApp, external_id: &str) -> Vec<Value> {
    let answer = app
        .get(&format!("/api/v1/candidates?external_id={external_id}"))
        .await;
    answer.json()["items"].as_array().unwrap().clone()
}
