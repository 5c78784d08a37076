//! Decisions: what is explained counts nothing, who may decide, cases, contests, blind review.

mod case;
mod finding;
mod procedure;
mod second;

use axum::http::header;
use serde_json::{Value, json};
use telltale::access::Role;
use telltale::candidate::CandidateId;
use telltale::decisions;
use telltale::store::{self, screenings};

use crate::common::{Answer, TestApp, sign_in};

/// Enough of a text that two people are not likely to write the same.
const TEXT: &str = "Senior engineer who built the freight ledger of a mid-size carrier and kept it running for six years \
    with four nines of uptime. Led a team of three through a move to event sourcing, wrote the reconciliation \
    that found lost parcels worth two percent of revenue, and taught the night shift to read its own graphs.";

/// Somebody who shares a number with everybody made so, and a text where one is given.
async fn somebody(app: &TestApp, id: &str, name: &str, text: Option<&str>) -> Value {
    let record = json!({"external_id": id, "source": "greenhouse", "name": name,
        "phones": ["(212) 736-5000"], "resume_text": text.unwrap_or(name)});
    app.screen(record).await
}

/// Two people with one number and one text; the later one, whom somebody is to verify.
async fn flagged(app: &TestApp) -> Value {
    somebody(app, "1", "Maria Lopez", Some(TEXT)).await;
    let screening = somebody(app, "2", "Daniel Whitfield", Some(TEXT)).await;
    app.settle().await;
    let latest = app.latest(&screening).await;
    assert!(["verify", "escalate"].contains(&step(&latest)), "{latest}");
    latest
}

fn id(screening: &Value) -> &str {
    screening["candidate_id"].as_str().unwrap()
}

fn step(screening: &Value) -> &str {
    screening["next_step"].as_str().unwrap()
}

fn score(screening: &Value) -> f64 {
    screening["score_db"].as_f64().unwrap()
}

/// The finding of a rule.
fn of<'a>(screening: &'a Value, rule: &str) -> &'a Value {
    let findings = screening["findings"].as_array().unwrap();
    let mut findings = findings.iter();
    findings
        .find(|one| one["rule"] == rule)
        .unwrap_or(&Value::Null)
}

/// A form's path of a candidate.
fn path(screening: &Value, form: &str) -> String {
    format!("/candidates/{}/{form}", id(screening))
}

/// Decides over the API.
async fn decide(app: &TestApp, screening: &Value, said: Value) -> Answer {
    let mut said = said;
    said["by"] = json!("Dana Reed");
    let path = format!("/api/v1/candidates/{}/decisions", id(screening));
    app.post(&path, said.to_string()).await
}

/// Sends a form as somebody; one that decides, with what a page that is opened now would put into it unseen.
async fn form(app: &TestApp, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    let parts: Vec<&str> = path.split('/').collect();
    let hidden = match parts[..] {
        ["", "candidates", id, "decide" | "explain"] => hidden(app, id, fields).await,
        _ => Vec::new(),
    };
    let given = |name: &str| fields.iter().any(|(field, _)| *field == name);
    let hidden = hidden.iter().filter(|(name, _)| !given(name));
    let hidden: Vec<_> = hidden
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let form = serde_urlencoded(&[fields, &hidden].concat());
    app.post_as(cookie, path, &form).await
}

async fn hidden(app: &TestApp, id: &str, fields: &[(&str, &str)]) -> Vec<(&'static str, String)> {
    let id = CandidateId(id.to_owned());
    let Some(latest) = screenings::latest(&app.app.db, &id).await.unwrap() else {
        return Vec::new();
    };
    let all = store::decisions::of(&app.app.db, &id).await.unwrap();
    let rule = fields.iter().find(|(name, _)| *name == "rule");
    let after = decisions::stood(&all, rule.map(|(_, rule)| *rule));
    vec![("screening_id", latest.id), ("after", after)]
}

fn serde_urlencoded(fields: &[(&str, &str)]) -> String {
    let mut url: reqwest::Url = "http://localhost/".parse().unwrap();
    url.query_pairs_mut().extend_pairs(fields);
    url.query().unwrap_or_default().to_owned()
}

/// Where an answer leads.
fn location(answer: &Answer) -> &str {
    let to = answer.headers.get(header::LOCATION);
    to.map_or("", |to| to.to_str().unwrap())
}

async fn page(app: &TestApp, cookie: &str, screening: &Value) -> String {
    let page = app
        .get_as(cookie, &format!("/candidates/{}", id(screening)))
        .await;
    assert_eq!(page.status, 200, "{}", page.text);
    page.text
}

/// The outcome that the queue shows beside a candidate.
async fn decided(app: &TestApp, screening: &Value) -> Option<String> {
    let (decided,) = telltale::db::sql("select decided from candidates where id = ?")
        .bind(id(screening))
        .one(&app.app.db)
        .await
        .unwrap();
    decided
}

/// A further person with the number: what was found of it is another finding from then on.
async fn further(app: &TestApp, screening: &Value) -> Value {
    app.wait(jiff::SignedDuration::from_secs(1));
    somebody(app, "3", "Ingrid Halvorsen", None).await;
    app.settle().await;
    app.latest(screening).await
}

async fn recruiter(app: &TestApp) -> String {
    sign_in(&app.app, Role::Recruiter).await
}

async fn investigator(app: &TestApp) -> String {
    sign_in(&app.app, Role::Investigator).await
}
