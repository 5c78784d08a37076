//! Measures how fast machines' reports are taken in, and how a worker's page answers beside millions.
//!
//! ```text
//! telltale serve --database-url sqlite:///tmp/load.db
//! KEY=$(telltale key create --scope all --database-url sqlite:///tmp/load.db)
//! cargo run --release --example telemetry -- samples  --url http://127.0.0.1:8080 --key $KEY --seconds 20
//! cargo run --release --example telemetry -- sessions --url http://127.0.0.1:8080 --key $KEY --seconds 20
//! cargo run --release --example telemetry -- fill     --database-url sqlite:///tmp/load.db --rows 10000000
//! cargo run --release --example telemetry -- workers  --url http://127.0.0.1:8080 --key $KEY
//! ```
//!
//! `samples` sends batches of 10,000 over four connections; `sessions` one summary a request over eight;
//! `fill` stores sessions day by day over all devices, as they would come; `workers` onboards some of these
//! devices, or with `--devices load` those that the first two report of, and asks for their workers, by the API
//! and as pages.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use reqwest::Client;
use serde_json::{Value, json};
use telltale::db::Db;
use telltale::telemetry::{DeviceId, Kind, Session};

/// Devices that report.
const DEVICES: u64 = 200;

/// Devices in a filled database.
const STORED_DEVICES: u64 = 10_000;

/// Timings in a batch.
const BATCH: u64 = 10_000;

struct Options(HashMap<String, String>);

impl Options {
    fn text(&self, name: &str) -> &str {
        let found = self.0.get(name);
        found.unwrap_or_else(|| panic!("{name} is missing"))
    }

    fn number(&self, name: &str, usual: u64) -> u64 {
        let given = self.0.get(name).map(|text| text.parse().expect("a number"));
        given.unwrap_or(usual)
    }
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().unwrap_or_default();
    let mut given = HashMap::new();
    while let (Some(name), Some(value)) = (arguments.next(), arguments.next()) {
        given.insert(name, value);
    }
    let options = Arc::new(Options(given));
    match what.as_str() {
        "samples" => load(options, 4, "latency/samples", batch).await,
        "sessions" => load(options, 8, "latency/sessions", summary).await,
        "fill" => fill(&options).await,
        "workers" => workers(&options).await,
        _ => panic!("samples, sessions, fill or workers"),
    }
}

/// Sends bodies over some connections until the time is up.
async fn load(
    options: Arc<Options>,
    connections: u64,
    path: &'static str,
    body: fn(Timestamp, u64) -> (String, u64),
) {
    let client = telltale::net::plain_client();
    let (taken, next) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let until = Duration::from_secs(options.number("--seconds", 20));
    let now = telltale::app::system_clock()();
    let begun = Instant::now();
    let send = |_| {
        let (client, options) = (client.clone(), options.clone());
        let (taken, next) = (taken.clone(), next.clone());
        tokio::spawn(async move {
            let mut times = Vec::new();
            while begun.elapsed() < until {
                let (body, items) = body(now, next.fetch_add(1, Ordering::Relaxed));
                let sent = Instant::now();
                let answer = post(&client, &options, path, body).await;
                times.push(sent.elapsed());
                assert_eq!(answer["accepted"].as_u64(), Some(items), "{answer}");
                taken.fetch_add(items, Ordering::Relaxed);
            }
            times
        })
    };
    let under_way: Vec<_> = (0..connections).map(send).collect();
    let mut times = Vec::new();
    for one in under_way {
        times.extend(one.await.expect("it does not panic"));
    }
    let seconds = begun.elapsed().as_secs_f64();
    let taken = taken.load(Ordering::Relaxed);
    println!(
        "{taken} items in {seconds:.1} s: {:.0} a second; {}",
        number(taken) / seconds,
        spread(times)
    );
}

#[expect(clippy::cast_precision_loss, reason = "nobody counts that far")]
fn number(count: u64) -> f64 {
    count as f64
}

async fn post(client: &Client, options: &Options, path: &str, body: String) -> Value {
    let url = format!("{}/api/v1/{path}", options.text("--url"));
    let request = client
        .post(url)
        .bearer_auth(options.text("--key"))
        .body(body);
    let answer = request.send().await.expect("an answer");
    answer.json().await.expect("JSON")
}

fn spread(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at =
        |share: usize| times[(times.len() * share / 100).min(times.len() - 1)].as_secs_f64() * 1e3;
    format!(
        "answers: median {:.1} ms, p99 {:.1} ms, longest {:.1} ms",
        at(50),
        at(99),
        at(100)
    )
}

/// Timings of twenty devices, 500 each, of which no two are alike.
fn batch(now: Timestamp, n: u64) -> (String, u64) {
    let start = now - SignedDuration::from_hours(24);
    let each = BATCH / 20;
    let one = |item: u64| {
        let device = (n * 20 + item / each) % DEVICES;
        let round = n * 20 / DEVICES;
        let at = start
            + SignedDuration::from_millis(
                i64::try_from(round * each * 40 + item % each * 40).expect("small"),
            );
        json!({"session_id": format!("s-{}", round / 20), "device_id": format!("LT-{device:04}"), "kind": "key_to_server",
            "at": at, "ms": 38.0 + number(item * 7 % 97) / 10.0})
    };
    (
        json!((0..BATCH).map(one).collect::<Vec<_>>()).to_string(),
        BATCH,
    )
}

/// One summary.
fn summary(now: Timestamp, n: u64) -> (String, u64) {
    let session = json!({"id": format!("x-{}-{n}", std::process::id()), "device_id": format!("LT-{:04}", n % DEVICES),
        "kind": "control_rtt", "started_at": now - SignedDuration::from_hours(2), "ended_at": now - SignedDuration::from_hours(1),
        "n": 480, "p05_ms": 21.0, "median_ms": 24.0, "mad_ms": 2.0, "p95_ms": 40.0});
    (session.to_string(), 1)
}

/// Stores sessions straight, day by day.
async fn fill(options: &Options) {
    let db = Db::open(options.text("--database-url"))
        .await
        .expect("a database");
    let rows = options.number("--rows", 10_000_000);
    let now = telltale::app::system_clock()();
    let begun = Instant::now();
    let mut stored = 0;
    while stored < rows {
        let one = |n: u64| {
            let (device, round) = (n % STORED_DEVICES, n / STORED_DEVICES);
            // Eleven sessions a day over ninety days.
            let age = SignedDuration::from_mins(
                i64::try_from((1_000 - round.min(999)) * 130).expect("small"),
            );
            let median_ms = 24.0 + number(n * 2_654_435_761 % 97) / 20.0;
            Session {
                id: format!("s-{n}"),
                device: DeviceId::of(&format!("ST-{device:05}")).expect("an id"),
                kind: if n.is_multiple_of(2) {
                    Kind::KeyToServer
                } else {
                    Kind::ControlRtt
                },
                started_at: now - age,
                ended_at: now - age + SignedDuration::from_mins(40),
                n: 480,
                p05_ms: median_ms - 4.0,
                median_ms,
                mad_ms: 2.0,
                p95_ms: median_ms + 16.0,
                peer_is_relay: None,
                probe: None,
                access: None,
                rhythm: None,
            }
        };
        let some: Vec<Session> = (stored..rows.min(stored + 50_000)).map(one).collect();
        let mut tx = db.begin().await.expect("a transaction");
        let known =
            telltale::store::sessions::insert(&mut tx, &some.iter().collect::<Vec<_>>()).await;
        assert_eq!(known.expect("they are kept").len(), 0);
        tx.commit().await.expect("they are kept");
        stored += some.len() as u64;
        if stored % 1_000_000 == 0 {
            println!("{stored} after {:.0} s", begun.elapsed().as_secs_f64());
        }
    }
    db.close().await;
}

/// Onboards some of the filled devices, and asks for their workers.
async fn workers(options: &Options) {
    let client = telltale::net::plain_client();
    let count = options.number("--workers", 40);
    let since = telltale::app::system_clock()() - SignedDuration::from_hours(24 * 100);
    for n in 0..count {
        let name = format!("Given{n} Family{}", n * 7);
        let record = json!({"external_id": format!("L-{n}"), "source": "load", "name": name,
            "address": {"city": "Springfield", "region": "IL", "country": "US"}});
        post(&client, options, "candidates", record.to_string()).await;
        let device = match options.0.get("--devices").map(String::as_str) {
            // Those that `samples` and `sessions` report of.
            Some("load") => format!("LT-{:04}", n % DEVICES),
            _ => format!("ST-{:05}", n * 211 % STORED_DEVICES),
        };
        let bound = json!({"source": "load", "external_id": format!("L-{n}"), "worker_id": format!("load-{n}"),
            "device_ids": [device], "issued_at": since});
        let answer = post(&client, options, "onboardings", bound.to_string()).await;
        assert!(
            answer["refused"].as_array().is_some_and(Vec::is_empty),
            "{answer}"
        );
    }
    for path in ["/api/v1/workers/", "/workers/"] {
        for round in ["first", "again"] {
            let mut times = Vec::new();
            for n in 0..count {
                let url = format!("{}{path}load-{n}", options.text("--url"));
                let begun = Instant::now();
                let answer = client
                    .get(url)
                    .bearer_auth(options.text("--key"))
                    .send()
                    .await
                    .expect("an answer");
                assert!(answer.status().is_success(), "{}", answer.status());
                answer.bytes().await.expect("a body");
                times.push(begun.elapsed());
            }
            println!("{path}… {round}: {}", spread(times));
        }
    }
}
