//! Starts the service for one test, with a database and a clock of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header, request};
use axum::response::Response;
use http_body_util::BodyExt as _;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use telltale::access::{self, Role};
use telltale::app::App;
use telltale::audit::Actor;
use telltale::db::Db;
use telltale::hooks::inbox::Inbox;
use telltale::rules::Ruleset;
use telltale::rules::library::Library;
use telltale::screening::desk::Desk;
use telltale::secret::InstallationKey;
use telltale::web::{self, auth};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// A database of its own for one test.
pub struct Database {
    /// Its URL.
    pub url: String,
    dir: tempfile::TempDir,
}

impl Database {
    /// A new, empty one.
    pub async fn new() -> Self {
        static N: AtomicU32 = AtomicU32::new(0);
        let dir = tempfile::tempdir().unwrap();
        let url = match std::env::var("TELLTALE_TEST_POSTGRES") {
            Ok(server) => {
                let n = N.fetch_add(1, Ordering::Relaxed);
                let schema = format!("test_{}_{n}", std::process::id());
                let admin = sqlx::PgPool::connect(&server).await.unwrap();
                let create = sqlx::AssertSqlSafe(format!("create schema {schema}"));
                sqlx::raw_sql(create).execute(&admin).await.unwrap();
                admin.close().await;
                let mark = if server.contains('?') { '&' } else { '?' };
                format!("{server}{mark}options[search_path]={schema}")
            }
            Err(_) => format!("sqlite://{}", dir.path().join("test.db").display()),
        };
        Self { url, dir }
    }

    /// Where the installation's key of this database lies.
    pub fn key_file(&self) -> std::path::PathBuf {
        self.dir.path().join("test.key")
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub content_type: String,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

/// Adds somebody in a role, signs them in, and returns their cookie.
pub async fn sign_in(app: &App, role: Role) -> String {
    let email = format!("{}-{}@staff.example", role.word(), app.new_id());
    let by = Actor::system("test");
    let user = access::add(app, &by, &email, "", role).await.unwrap();
    let mut tx = app.db.begin().await.unwrap();
    let token = access::sign_in::open(app, &mut tx, &user, "test")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    format!("telltale={token}")
}

/// The service.
#[derive(Clone)]
pub struct TestApp {
    pub app: App,
    pub key: String,
    /// The cookie of an administrator.
    pub cookie: String,
    router: Router,
    now: Arc<AtomicI64>,
    _stop: Arc<tokio_util::sync::DropGuard>,
    /// Kept as long as the service: its folder goes with it.
    _database: Arc<Database>,
}

impl TestApp {
    /// Starts it on a new database.
    pub async fn start() -> Self {
        Self::on(Arc::new(Database::new().await)).await
    }

    /// Starts it on a database that others may use too.
    pub async fn on(database: Arc<Database>) -> Self {
        Self::with(database, |_| {}).await
    }

    /// Starts it with settings of its own.
    pub async fn with(database: Arc<Database>, change: impl FnOnce(&mut App)) -> Self {
        let db = Db::open(&database.url).await.unwrap();
        let key = InstallationKey::open(&db, &database.key_file())
            .await
            .unwrap();
        let start: Timestamp = "2026-06-01T12:00:00Z".parse().unwrap();
        let now = Arc::new(AtomicI64::new(start.as_millisecond()));
        let clock = now.clone();
        let rules = Library::fixed(Ruleset::shipped().unwrap());
        let mut app = App {
            fictional_numbers: true,
            clock: Arc::new(move || {
                Timestamp::from_millisecond(clock.load(Ordering::Relaxed)).unwrap()
            }),
            ..App::new(db, &key, rules)
        };
        change(&mut app);
        let key = auth::create(&app, auth::Scope::All, "test").await.unwrap();
        let cookie = sign_in(&app, Role::Admin).await;
        let stop = CancellationToken::new();
        let (desk, _) = Desk::open(app.clone(), stop.clone());
        let (inbox, _) = Inbox::open(app.clone(), stop.clone());
        let router = web::router(app.clone(), desk, inbox);
        Self {
            app,
            key,
            cookie,
            router,
            now,
            _stop: Arc::new(stop.drop_guard()),
            _database: database,
        }
    }

    /// Lets time pass.
    pub fn wait(&self, span: SignedDuration) {
        let millis = i64::try_from(span.as_millis()).unwrap();
        self.now.fetch_add(millis, Ordering::Relaxed);
    }

    /// Sends a request as it is, and returns before the answer's body has come.
    pub async fn respond(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.respond(request).await;
        let header = response.headers().get(header::CONTENT_TYPE);
        let content_type = header
            .map_or("", |value| value.to_str().unwrap())
            .to_owned();
        let status = response.status();
        let headers = response.headers().clone();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        Answer {
            status,
            content_type,
            headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    /// Asks with the test's key, and with an administrator's cookie.
    pub async fn get(&self, path: &str) -> Answer {
        let request = self.signed(Request::get(path));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Posts with the test's key, and with an administrator's cookie.
    pub async fn post(&self, path: &str, body: impl Into<Body>) -> Answer {
        let request = self.signed(Request::post(path));
        self.send(request.body(body.into()).unwrap()).await
    }

    /// With the test's key, for the API, and with an administrator's cookie, for pages.
    pub fn signed(&self, request: request::Builder) -> request::Builder {
        request
            .header(header::AUTHORIZATION, format!("Bearer {}", self.key))
            .header(header::COOKIE, &self.cookie)
    }

    /// Asks for a page with somebody's cookie.
    pub async fn get_as(&self, cookie: &str, path: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, cookie);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form, `a=1&b=2`, with somebody's cookie.
    pub async fn post_as(&self, cookie: &str, path: &str, form: &str) -> Answer {
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(form.to_owned())).unwrap())
            .await
    }

    /// Hands in a record and returns its screening.
    pub async fn screen(&self, record: Value) -> Value {
        let answer = self.post("/api/v1/candidates", record.to_string()).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        answer.json()
    }

    /// Waits until nobody is due for another screening.
    pub async fn settle(&self) {
        telltale::screening::catch_up(&self.app).await.unwrap();
    }

    /// Judges all workers of whom something new is known, and works off all deliveries that are due,
    /// received and to be sent, and files that were handed in.
    pub async fn work_off(&self) {
        telltale::telemetry::work_off(&self.app).await.unwrap();
        telltale::work::work_off(&self.app).await.unwrap();
        telltale::imports::work_off(&self.app).await.unwrap();
        self.settle().await;
        // What those screenings have to tell.
        telltale::work::work_off(&self.app).await.unwrap();
    }

    /// The latest screening of a candidate.
    pub async fn latest(&self, screening: &Value) -> Value {
        let id = screening["candidate_id"].as_str().unwrap();
        self.get(&format!("/api/v1/candidates/{id}")).await.json()["screening"].take()
    }
}

/// The rules that fired in a screening.
pub fn rules(screening: &Value) -> Vec<&str> {
    let findings = screening["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap())
        .collect()
}
