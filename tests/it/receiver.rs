//! Another side in tests: a real HTTP server on loopback that records what it is asked.

use std::sync::{Arc, Mutex};

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Request, Response};
use serde_json::Value;

/// A request that came.
#[derive(Clone, Debug)]
pub struct Asked {
    /// `POST /v3/notes`.
    pub line: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Asked {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

/// A running server.
#[derive(Clone)]
pub struct Receiver {
    /// `http://127.0.0.1:…`
    pub origin: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// An answer: status, headers, body.
pub type Answer = (u16, Vec<(&'static str, String)>, Vec<u8>);

/// An answer of JSON.
pub fn json(status: u16, body: &Value) -> Answer {
    (
        status,
        vec![("content-type", "application/json".into())],
        body.to_string().into_bytes(),
    )
}

impl Receiver {
    /// Starts a server that answers by a function of the request and of how many came before.
    pub async fn start(answer: impl Fn(&Asked, usize) -> Answer + Send + Sync + 'static) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (record, answer) = (asked.clone(), Arc::new(answer));
        let router = axum::Router::new().fallback(async move |request: Request<Body>| {
            let (head, body) = request.into_parts();
            let one = Asked {
                line: format!("{} {}", head.method, head.uri),
                headers: head.headers,
                body: to_bytes(body, 10 << 20).await.unwrap(),
            };
            let before = {
                let mut all: std::sync::MutexGuard<'_, Vec<Asked>> = record.lock().unwrap();
                all.push(one.clone());
                all.len() - 1
            };
            let (status, headers, body) = answer(&one, before);
            let mut response = Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(name, value);
            }
            response.body(Body::from(body)).unwrap()
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { origin, asked }
    }

    /// What came so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The lines of what came so far.
    pub fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|one| one.line).collect()
    }
}
