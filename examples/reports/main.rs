//! How long reports and a check of the audit log take when there is much to count.
//!
//! ```text
//! cargo run --release --example reports -- --candidates 100000 --entries 1000000 [--database-url postgres://…]
//! ```
//!
//! Candidates, screenings and decisions are rows as the service writes them, made up and put in without a screening;
//! the audit log is a real chain. Without a URL it makes a file in a temporary folder.

use std::process::ExitCode;
use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use telltale::app::App;
use telltale::audit::{self, Action, Actor, chain};
use telltale::db::{Db, sql};
use telltale::export::stream::{self, Report, Span};
use telltale::reports::overview;
use telltale::reports::period::Period;
use telltale::reports::selection::{self, Row, Upload};
use telltale::rules::Ruleset;
use telltale::rules::library::Library;
use telltale::secret::InstallationKey;
use tokio_stream::StreamExt as _;

const USAGE: &str =
    "usage: reports [--candidates 100000] [--entries 1000000] [--database-url sqlite://FILE]";

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let mut wanted = (100_000_i64, 1_000_000_i64, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next();
        let number = value.as_deref().and_then(|value| value.parse().ok());
        match (&*name, number, value) {
            ("--candidates", Some(n), _) => wanted.0 = n,
            ("--entries", Some(n), _) => wanted.1 = n,
            ("--database-url", _, Some(url)) => wanted.2 = Some(url),
            _ => {
                eprintln!("{USAGE}");
                return ExitCode::from(2);
            }
        }
    }
    let runtime = tokio::runtime::Runtime::new();
    match runtime.map(|runtime| runtime.block_on(measure(wanted.0, wanted.1, wanted.2))) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => {
            eprintln!("reports: {error}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("reports: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(candidates: i64, entries: i64, url: Option<String>) -> Fallible<()> {
    let dir = tempfile::tempdir()?;
    let file = format!("sqlite://{}", dir.path().join("reports.db").display());
    let db = Db::open(&url.unwrap_or(file)).await?;
    let key = InstallationKey::open(&db, &dir.path().join("reports.key")).await?;
    let rules = Ruleset::shipped().map_err(|faults| faults.to_string())?;
    let app = App::new(db, &key, Library::fixed(rules));
    let began = Instant::now();
    people(&app, candidates).await?;
    log(&app, entries).await?;
    told("filled", began);

    for word in ["2026-Q2", "2025", "2026-05"] {
        let period = Period::of_word(word)?;
        let began = Instant::now();
        let view = overview(&app, &period).await?;
        let what = format!(
            "report of {word}: {} applied, {} rules",
            view.candidates,
            view.rules.len()
        );
        told(&what, began);
    }
    let began = Instant::now();
    let upload = Upload {
        columns: vec!["group".into()],
        rows: (0..candidates)
            .map(|n| Row {
                external_id: format!("X-{n}"),
                source: None,
                groups: vec![format!("g{}", n % 5)],
            })
            .collect(),
    };
    let rates = selection::rates(&app, upload, false).await?;
    told(
        &format!("selection rates of {}", rates.joined.counted),
        began,
    );
    for report in [Report::Decisions, Report::Access, Report::Audit] {
        let began = Instant::now();
        let who = Actor::system("example");
        let mut rows = stream::start(&app, &who, report, Span::default(), false).await?;
        let (mut bytes, mut largest) = (0, 0);
        while let Some(some) = rows.next().await {
            let len = some?.len();
            bytes += len;
            largest = largest.max(len);
        }
        let mega = bytes >> 20;
        told(
            &format!(
                "{}.csv: {mega} MiB, {} KiB at once",
                report.word(),
                largest >> 10
            ),
            began,
        );
    }
    let began = Instant::now();
    let verdict = chain::verify(&app).await?;
    told(
        &format!(
            "{} entries checked, broken: {:?}",
            verdict.entries, verdict.broken
        ),
        began,
    );
    app.db.close().await;
    Ok(())
}

fn told(what: &str, began: Instant) {
    println!("{:>9.3} s  {what}", began.elapsed().as_secs_f64());
}

/// The first day.
const START: &str = "2024-09-01T00:00:00Z";

const STEPS: [&str; 4] = ["none", "ask", "verify", "escalate"];

/// Candidates over two years, each with a screening, one in ten with a decision.
async fn people(app: &App, n: i64) -> Fallible<()> {
    let start = Timestamp::from_str(START)?;
    let day = SignedDuration::from_hours(24);
    let all = n;
    let ids: Vec<i64> = (0..n).collect();
    for some in ids.chunks(5_000) {
        let mut tx = app.db.begin().await?;
        for some in some.chunks(50) {
            let at = |n: i64| start + day * i32::try_from(n * 730 / all).unwrap_or(0);
            let step = |n: i64| STEPS[usize::try_from((n * 7) % 16 / 5).unwrap_or(0)];
            sql("insert into candidates (id, source, external_id, version, revision, screened_revision, stage, name, \
                 agency, search, applied_at, received_at, screening_id, next_step, score_db, screened_at) values")
                .rows(some.iter().map(|n| {
                    [
                        format!("c{n:09}").into(),
                        format!("source{}", n % 6).into(),
                        format!("X-{n}").into(),
                        1_i64.into(),
                        1_i64.into(),
                        1_i64.into(),
                        "applied".into(),
                        format!("Person {n}").into(),
                        format!("agency {}", n % 200).into(),
                        format!("person {n}\nperson{n}@example.com\nx-{n}").into(),
                        at(*n).into(),
                        at(*n).into(),
                        format!("s{n:09}").into(),
                        step(*n).into(),
                        0.0.into(),
                        at(*n).into(),
                    ]
                }))
                .execute(&mut tx)
                .await?;
            let judgement = "x".repeat(2_000);
            sql("insert into screenings (id, candidate_id, version, stage, ruleset, next_step, score_db, screened_at, \
                 signals, judgement) values")
                .rows(some.iter().map(|n| {
                    [
                        format!("s{n:09}").into(),
                        format!("c{n:09}").into(),
                        1_i64.into(),
                        "applied".into(),
                        "sha256:0".into(),
                        step(*n).into(),
                        0.0.into(),
                        at(*n).into(),
                        "{}".into(),
                        judgement.as_str().into(),
                    ]
                }))
                .execute(&mut tx)
                .await?;
            for (rule, of, strength) in [("phone.r", 23, "weak"), ("x.r", 31, "strong")] {
                sql("insert into candidate_rules (candidate_id, rule, strength, on_trial, explained) values")
                    .rows(some.iter().map(|n| {
                        [
                            format!("c{n:09}").into(),
                            format!("{rule}{}", n % of).into(),
                            strength.into(),
                            false.into(),
                            false.into(),
                        ]
                    }))
                    .execute(&mut tx)
                    .await?;
            }
            sql("insert into decisions (id, candidate_id, screening_id, outcome, reason, by_whom, at, counts_at) values")
                .rows(some.iter().filter(|n| *n % 10 == 0).map(|n| {
                    let outcome = ["cleared", "explained", "confirmed"][usize::try_from(n / 10 % 3).unwrap_or(0)];
                    [
                        format!("d{n:09}").into(),
                        format!("c{n:09}").into(),
                        format!("s{n:09}").into(),
                        outcome.into(),
                        "made up".into(),
                        format!("reviewer {}", n % 7).into(),
                        (at(*n) + day).into(),
                        (at(*n) + day).into(),
                    ]
                }))
                .execute(&mut tx)
                .await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// A chain of entries over the same two years, some thousands to a transaction.
async fn log(app: &App, n: i64) -> Fallible<()> {
    let (mut app, now) = (app.clone(), Arc::new(AtomicI64::new(0)));
    let clock = Arc::clone(&now);
    app.clock = Arc::new(move || {
        Timestamp::from_second(clock.load(Ordering::Relaxed)).unwrap_or(Timestamp::UNIX_EPOCH)
    });
    let (start, all) = (Timestamp::from_str(START)?.as_second(), n);
    let ids: Vec<i64> = (0..n).collect();
    for some in ids.chunks(10_000) {
        let mut tx = app.db.begin().await?;
        for n in some {
            let who = Actor::system(["rita", "otto", "ines"][usize::try_from(n % 3).unwrap_or(0)]);
            let object = format!("candidate:c{:09}", n % 100_000);
            let detail = json!({"n": n});
            now.store(start + n * 730 * 86_400 / all, Ordering::Relaxed);
            audit::append(&app, &mut tx, &who, Action::CandidateRead, &object, &detail).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}
