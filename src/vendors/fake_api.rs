//! A vendor's API in tests: a real server on loopback that gives recorded answers.

use std::sync::{Arc, Mutex, MutexGuard};

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::Value;

use super::Vendor;
use super::api::{Api, Note};
use crate::net::Client;
use crate::rules::NextStep;

/// A running server. It answers until the test ends.
pub(super) struct FakeApi {
    origin: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// A request that came.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// `POST /v1/notes?x=1`.
    pub(super) line: String,
    /// Its headers.
    pub(super) headers: HeaderMap,
    /// Its body, as JSON where it is some, else as text; an empty one is null.
    pub(super) body: Value,
}

impl Asked {
    /// A header as text, empty if missing.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

impl FakeApi {
    /// Starts a server with answers such as `("GET /v1/x?y=z", 200, json!({}))`; to anything else it
    /// answers 404. Of several answers to one line each is given once, and the last for ever.
    pub(super) async fn start(answers: &[(&str, u16, Value)]) -> Self {
        let mut answers: Vec<(String, u16, Value)> = answers
            .iter()
            .map(|(line, status, body)| ((*line).to_owned(), *status, body.clone()))
            .collect();
        let mut next = move |line: &str| {
            let first = answers.iter().position(|(of, _, _)| of == line)?;
            let (_, status, body) = answers[first].clone();
            if answers[first + 1..].iter().any(|(of, _, _)| of == line) {
                answers.remove(first);
            }
            Some((status, body))
        };
        let asked = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&asked);
        let answer = move |seen: Asked| {
            let mut all: MutexGuard<'_, Vec<Asked>> = shared.lock().unwrap();
            let (status, body) = next(&seen.line).unwrap_or((404, Value::Null));
            all.push(seen);
            (StatusCode::from_u16(status).unwrap(), body.to_string())
        };
        let answer = Arc::new(Mutex::new(answer));
        let router = axum::Router::new().fallback(async move |request: Request<Body>| {
            let (head, body) = request.into_parts();
            let bytes = to_bytes(body, 1 << 20).await.unwrap();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let body = match serde_json::from_str(&text) {
                Ok(json) => json,
                Err(_) if text.is_empty() => Value::Null,
                Err(_) => Value::String(text),
            };
            (answer.lock().unwrap())(Asked {
                line: format!("{} {}", head.method, head.uri),
                headers: head.headers,
                body,
            })
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { origin, asked }
    }

    /// A connection's access to this server, as if the operator had named `path` on it as the base.
    /// The key is `key-1`.
    pub(super) fn api(
        &self,
        vendor: &'static Vendor,
        path: &str,
        settings: &[(&str, &str)],
    ) -> Api {
        Api {
            client: Client::default(),
            access: vendor.access.as_ref().unwrap(),
            base: format!("{}{path}", self.origin).parse().unwrap(),
            is_named: true,
            key: "key-1".to_owned(),
            settings: settings
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            now: super::testing::kat_time(),
        }
    }

    /// What was asked so far.
    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The methods and paths asked so far.
    pub(super) fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|one| one.line).collect()
    }
}

/// A note about the person of this id, with a mark `mark-1`.
pub(super) fn note(external_id: &str, handles: &[(&str, &str)]) -> Note {
    Note {
        external_id: external_id.to_owned(),
        application_id: None,
        handles: handles
            .iter()
            .map(|(name, id)| ((*name).to_owned(), (*id).to_owned()))
            .collect(),
        text: "Identity check: verify.\nA & B <C>. mark-1".to_owned(),
        label: "Identity check: verify".to_owned(),
        link: Some("https://telltale.example/candidates/1".to_owned()),
        mark: "mark-1".to_owned(),
        next_step: NextStep::Verify,
        before: None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::net::Trouble;

    #[tokio::test]
    async fn it_answers_what_was_recorded_and_tells_what_was_asked() {
        let server = FakeApi::start(&[
            ("GET /v1/a?b=c", 200, json!({"a": 1})),
            ("GET /v1/a?b=c", 200, json!({"a": 2})),
            ("POST /v1/a", 503, json!(null)),
        ])
        .await;
        let api = server.api(&super::super::greenhouse::VENDOR, "/v1", &[("s", "x")]);
        for expected in [1, 2, 2] {
            assert_eq!(api.get("/a?b=c").await.unwrap()["a"], expected);
        }
        let busy = api.post("/a", &json!({"b": note("7", &[]).mark})).await;
        assert!(matches!(busy, Err(Trouble::Busy { status: 503, .. })));
        assert_eq!(api.get("/b").await, Err(Trouble::Missing(404)));
        assert_eq!(server.lines()[3..], ["POST /v1/a", "GET /v1/b"]);
        let asked = &server.asked()[3];
        assert_eq!(asked.body, json!({"b": "mark-1"}));
        assert_eq!(asked.header("authorization"), "Bearer key-1");
    }
}
