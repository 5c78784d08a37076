//! Delivers applications at a fixed rate, as Greenhouse signs them, and counts how they are answered:
//! each is sent at its time, whether or not those before it were answered.
//!
//! ```text
//! telltale connection add greenhouse --secret S          # prints the path
//! telltale serve
//! cargo run --release --example deliveries -- --url http://127.0.0.1:8080/hooks/greenhouse/ID --secret S \
//!     --rate 200 --seconds 60 --key "$(telltale key create --scope all)"
//! ```
//!
//! With a key it waits afterwards until every delivery that was answered has become a candidate.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, Url};
use serde_json::{Value, json};
use sha2::Sha256;

/// How long to wait for the last candidate.
const PATIENCE: Duration = Duration::from_mins(2);

struct Options {
    url: Url,
    secret: String,
    rate: u32,
    seconds: u32,
    key: Option<String>,
}

fn options() -> Result<Options, String> {
    let mut given = std::collections::HashMap::new();
    let mut arguments = std::env::args().skip(1);
    while let (Some(name), Some(value)) = (arguments.next(), arguments.next()) {
        given.insert(name, value);
    }
    let mut take = |name: &str| given.remove(name).ok_or(format!("{name} is missing"));
    let number = |text: String| text.parse().map_err(|_| format!("{text} is no number"));
    Ok(Options {
        url: take("--url")?.parse().map_err(|_| "--url is no address")?,
        secret: take("--secret")?,
        rate: number(take("--rate").unwrap_or_else(|_| "200".into()))?,
        seconds: number(take("--seconds").unwrap_or_else(|_| "60".into()))?,
        key: take("--key").ok(),
    })
}

/// An application of about 2 KB, of somebody of their own.
fn application(run: u64, n: u32) -> Value {
    let id = run * 1_000_000 + u64::from(n);
    let job = |year: u32| {
        json!({"company_name": format!("Company {}", (n + year) % 997), "title": "Engineer",
            "start_date": format!("01/01/{year}"), "end_date": format!("12/31/{}", year + 1)})
    };
    json!({"action": "new_candidate_application", "payload": {"application": {
        "id": id, "applied_at": "2026-05-27T14:44:43Z", "last_activity_at": "2026-05-27T14:44:43Z",
        "source": {"id": 16, "public_name": "LinkedIn"}, "current_stage": {"id": 29, "name": "Application Review"},
        "prospect": false, "status": "active", "jobs": [{"id": 1, "name": "Engineer"}], "credited_to": null,
        "candidate": {
            "id": id, "first_name": format!("Given{n}"), "last_name": format!("Family{}", n / 3), "company": null,
            "email_addresses": [{"value": format!("given{n}.{run}@example.com"), "type": "home"}],
            "phone_numbers": [{"value": format!("({}) {:03}-{:04}", 212 + n % 5, 200 + n / 10_000, n % 10_000), "type": "mobile"}],
            "addresses": [{"value": format!("{n} Example Street\nNew York, NY 10118"), "type": "home"}],
            "website_addresses": [], "social_media_addresses": [{"value": format!("linkedin.com/in/given-{run}-{n}")}],
            "educations": [{"school_name": "New York University", "degree": "Bachelor", "discipline": "Computer Science",
                "start_date": "09/15/2007", "end_date": "05/15/2011"}],
            "employments": [job(2012), job(2014), job(2016), job(2018)], "attachments": [], "tags": [],
            "custom_fields": {"note": {"name": "Note", "type": "long_text", "value": "x".repeat(600)}},
        },
    }}})
}

async fn deliver(client: Client, options: &Options, body: String) -> (u16, Duration) {
    let mut mac = Hmac::<Sha256>::new_from_slice(options.secret.as_bytes()).expect("any length");
    mac.update(body.as_bytes());
    let digits = telltale::secret::hex(&mac.finalize().into_bytes());
    let request = client
        .post(options.url.clone())
        .header("signature", format!("sha256 {digits}"))
        .body(body);
    let begun = Instant::now();
    let status = request
        .send()
        .await
        .map_or(0, |answer| answer.status().as_u16());
    (status, begun.elapsed())
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = match options() {
        Ok(options) => std::sync::Arc::new(options),
        Err(why) => {
            eprintln!("deliveries: {why}");
            return ExitCode::from(2);
        }
    };
    let client = telltale::net::plain_client();
    let run = u64::from(std::process::id());
    let begun = Instant::now();
    let mut under_way = Vec::new();
    for n in 0..options.rate * options.seconds {
        let due = Duration::from_secs_f64(f64::from(n) / f64::from(options.rate));
        tokio::time::sleep(due.saturating_sub(begun.elapsed())).await;
        let (client, options) = (client.clone(), options.clone());
        let body = application(run, n).to_string();
        under_way.push(tokio::spawn(async move {
            deliver(client, &options, body).await
        }));
    }
    let sent = begun.elapsed();
    let (mut taken, mut times) = (Vec::new(), Vec::new());
    for (n, one) in under_way.into_iter().enumerate() {
        let (status, time) = one.await.expect("it does not panic");
        times.push(time);
        if status == 200 {
            taken.push(n);
        }
    }
    times.sort_unstable();
    let at =
        |share: usize| times[(times.len() * share / 1000).min(times.len() - 1)].as_secs_f64() * 1e3;
    println!(
        "{} sent in {:.1} s, {} answered 200; median {:.1} ms, p99 {:.1} ms, p99.9 {:.1} ms, longest {:.1} ms",
        times.len(),
        sent.as_secs_f64(),
        taken.len(),
        at(500),
        at(990),
        at(999),
        at(1000)
    );
    let Some(key) = &options.key else {
        return ExitCode::SUCCESS;
    };
    // From the last on: whatever is there stays there, so each is found once.
    let mut missing = taken;
    while let Some(n) = missing.last() {
        if is_there(&client, &options.url, key, run * 1_000_000 + *n as u64).await {
            missing.pop();
        } else if begun.elapsed() > sent + PATIENCE {
            println!("{} or more did not become candidates", missing.len());
            return ExitCode::FAILURE;
        } else {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
    let after = begun.elapsed().saturating_sub(sent).as_secs_f64();
    println!("none is lost; all were found as candidates {after:.1} s after the last was sent");
    ExitCode::SUCCESS
}

async fn is_there(client: &Client, hook: &Url, key: &str, id: u64) -> bool {
    let mut url = hook.clone();
    url.set_path("/api/v1/candidates");
    url.set_query(Some(&format!("external_id={id}")));
    let answer = client.get(url).bearer_auth(key).send().await;
    let Ok(answer) = answer else { return false };
    let page: Value = answer.json().await.unwrap_or_default();
    page["items"]
        .as_array()
        .is_some_and(|items| !items.is_empty())
}
