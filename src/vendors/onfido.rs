//! Onfido (Entrust): `ats-webhooks.md` §12. A delivery's status alone is not trusted: the object is
//! asked for.

use reqwest::Url;
use serde_json::Value;

use super::api::{Api, part};
use super::event::{Event, Kind, Need};
use super::fields::{id, items, line, text, time};
use super::results::{self, given, identity, said, whom, word};
use super::signature::{Forged, hex};
use super::{Access, Delivered, TellsOf, Unreadable, Vendor};
use crate::check::Outcome;
use crate::net::Trouble;

pub(super) const VENDOR: Vendor = Vendor {
    name: "onfido",
    aliases: &["entrust"],
    title: "Onfido (Entrust)",
    tells_of: TellsOf::IdentityChecks,
    steps: &[
        "In Onfido, open Settings, Webhooks, and add a webhook with {url} as its URL.",
        "Choose workflow_run.completed, or check.completed and report.completed if you make checks without Studio.",
        "Copy the webhook's token and give it to this connection.",
        "Set the candidate's id as customer_user_id of the workflow run, or as a tag; otherwise the applicant's mail address matches.",
    ],
    secret: "The webhook's token, which Onfido makes.",
    verify,
    read,
    access: Some(Access {
        base_url: Some("https://api.eu.onfido.com"),
        hosts: &[],
        key: "An API token that may read. Outside the EU the API's URL is https://api.us.onfido.com or https://api.ca.onfido.com.",
        authorize: |api| vec![("authorization", format!("Token token={}", api.key))],
        complete: Some(|api, event| Box::pin(complete(api, event))),
        leave: &[],
    }),
    ..Vendor::USUAL
};

/// The API's version where a delivery does not show it.
const VERSION: &str = "v3.6";

fn verify(delivered: &Delivered, secrets: &[String], _: jiff::Timestamp) -> Result<(), Forged> {
    const HEADER: &str = "X-SHA2-Signature";
    let digits = delivered.header(HEADER).ok_or(Forged::Missing(HEADER))?;
    hex(digits, secrets, &[delivered.body])
}

fn read(delivered: &Delivered) -> Result<Vec<Event>, Unreadable> {
    let body = delivered.json()?;
    let (payload, object) = (&body["payload"], &body["payload"]["object"]);
    let action = line(&payload["action"]).unwrap_or_default();
    let resource = match action.as_str() {
        "workflow_run.completed" => Some("workflow_run"),
        "check.completed" => Some("check"),
        "report.completed" => Some("report"),
        _ => None,
    };
    let Some((resource, id)) = resource.zip(id(&object["id"])) else {
        return Ok(vec![Event::ignored(format!("nothing for us: {action}"))]);
    };
    let path = path(&object["href"], &id)
        .unwrap_or_else(|| format!("/{VERSION}/{resource}s/{}", part(&id)));
    let event = Event {
        need: Need::Required,
        ..results::event(
            Kind::IdentityResult,
            time(&object["completed_at_iso8601"]),
            Vec::new(),
        )
    };
    let event = event
        .with_handle("resource", Some(resource.to_owned()))
        .with_handle("object", Some(id))
        .with_handle("path", Some(path));
    Ok(vec![event])
}

/// The path of an object's address, whose host is not heeded: `/v3.6/checks/{id}`.
fn path(href: &Value, object: &str) -> Option<String> {
    let text = text(href)?;
    let path = match text.parse::<Url>() {
        Ok(url) => url.path().to_owned(),
        Err(_) => text,
    };
    let is_plain = |part: &str| {
        !part.bytes().all(|b| b == b'.')
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    let parts = path.strip_prefix('/')?.split('/').collect::<Vec<_>>();
    let is_ours =
        matches!(parts[..], [version, _, last] if version.starts_with('v') && last == object);
    (is_ours && parts.into_iter().all(is_plain)).then_some(path)
}

/// Gets what stands at a path, which the API's own place may begin with already.
async fn get(api: &Api, path: &str) -> Result<Value, Trouble> {
    let base = api.base.path().trim_end_matches('/');
    let below = path.strip_prefix(base).filter(|rest| rest.starts_with('/'));
    api.get(below.unwrap_or(path)).await
}

/// The object as it stands, and whom it is about.
async fn complete(api: &Api, event: Event) -> Result<Event, Trouble> {
    let handle = |name: &str| event.handles.get(name).map(String::as_str);
    let (Some(resource), Some(object), Some(path)) =
        (handle("resource"), handle("object"), handle("path"))
    else {
        return Ok(event);
    };
    let version = path.split('/').nth(1).unwrap_or(VERSION);
    let mut found = get(api, path).await?;
    if id(&found["id"]).as_deref() != Some(object) {
        return Err(Trouble::Missing(404));
    }
    if resource == "report" {
        // A report counts with the others of its check.
        let Some(check) = id(&found["check_id"]) else {
            return Ok(Event::ignored("the report is of no check"));
        };
        found = get(api, &format!("/{version}/checks/{}", part(&check))).await?;
    }
    let (what, outcome) = if resource == "workflow_run" {
        ("workflow_run", of_run(&found))
    } else {
        let Some(check) = id(&found["id"]) else {
            return Err(Trouble::Missing(404));
        };
        let path = format!("/{version}/reports?check_id={}", part(&check));
        let reports = get(api, &path).await?;
        ("check", of_check(&found, items(&reports["reports"])))
    };
    let Some((outcome, id)) = outcome.zip(id(&found["id"])) else {
        return Ok(Event::ignored("no identity was decided on yet"));
    };
    let tags = items(&found["tags"]).iter().map(self::id);
    let ids = [self::id(&found["customer_user_id"])]
        .into_iter()
        .chain(tags);
    let mut about = whom(ids.chain(given(&found["custom_data"])), []);
    let applicant = self::id(&found["applicant_id"]);
    if let Some(applicant) = applicant.filter(|_| about.references.is_empty()) {
        let path = format!("/{version}/applicants/{}", part(&applicant));
        about = whom([], [line(&get(api, &path).await?["email"])]);
    }
    let words = [word(&found["status"]), word(&found["result"])];
    let mut result = identity(id, outcome, said(what, &words), event.at, about);
    result.link = link(&found["dashboard_url"]).or_else(|| link(&found["results_uri"]));
    Ok(Event {
        need: Need::Nothing,
        results: vec![result],
        ..event
    })
}

fn of_run(run: &Value) -> Option<Outcome> {
    match word(&run["status"])?.as_str() {
        "approved" => Some(Outcome::Confirmed),
        "declined" => Some(Outcome::Denied),
        "abandoned" | "error" => Some(Outcome::NoAnswer),
        _ => None,
    }
}

/// What the reports on documents and faces say together. Others, such as on lists of wanted people,
/// are about other things, and a check's own result mixes them all.
fn of_check(check: &Value, reports: &[Value]) -> Option<Outcome> {
    match word(&check["status"])?.as_str() {
        "complete" => {}
        "withdrawn" => return Some(Outcome::NoAnswer),
        _ => return None,
    }
    let is_of =
        |one: &&Value, of: &str| word(&one["name"]).is_some_and(|name| name.starts_with(of));
    let found = |one: &Value| (word(&one["result"]), word(&one["sub_result"]));
    let documents: Vec<_> = reports
        .iter()
        .filter(|one| is_of(one, "document"))
        .map(found)
        .collect();
    let faces: Vec<_> = reports
        .iter()
        .filter(|one| is_of(one, "facial_similarity"))
        .map(found)
        .collect();
    if documents.is_empty() && faces.is_empty() {
        return None;
    }
    // A document of which no good picture was made was not looked at.
    let is_denied = |(result, sub_result): &(Option<String>, Option<String>)| {
        result.as_deref() == Some("consider") && sub_result.as_deref() != Some("rejected")
    };
    let is_clear =
        |(result, _): &(Option<String>, Option<String>)| result.as_deref() == Some("clear");
    let all = || documents.iter().chain(&faces);
    Some(if all().any(is_denied) {
        Outcome::Denied
    } else if !documents.is_empty() && all().all(is_clear) {
        Outcome::Confirmed
    } else {
        Outcome::NoAnswer
    })
}

/// A page of the vendor's.
fn link(value: &Value) -> Option<String> {
    let url: Url = text(value)?.parse().ok()?;
    let is_ours = url.scheme() == "https"
        && url
            .host_str()
            .is_some_and(|host| host.ends_with(".onfido.com"));
    is_ours.then(|| url.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::fake_api::FakeApi;
    use super::super::results::testing::{keeps_nothing_private, private};
    use super::super::testing;
    use super::*;

    #[test]
    fn the_signature_is_over_the_body() {
        let digits = "60c2df15c7a537738d4882dc8a7a23e7e69ea57b8987fa615104935abcc9606c";
        testing::takes_and_refuses(&VENDOR, "X-SHA2-Signature", digits, &[]);
        testing::takes_and_refuses(&VENDOR, "X-SHA2-Signature", &digits.to_uppercase(), &[]);
    }

    fn delivery(action: &str, href: &Value) -> Value {
        json!({"payload": {"resource_type": "check", "action": action, "resource": private(),
            "object": {"id": "ob-1", "status": "approved", "completed_at_iso8601": "2026-05-28T08:00:00Z", "href": href}}})
    }

    #[test]
    fn an_event_names_an_object_by_a_path_below_the_api() {
        for (action, href, path) in [
            (
                "check.completed",
                json!("https://api.eu.onfido.com/v3.6/checks/ob-1"),
                Some("/v3.6/checks/ob-1"),
            ),
            (
                "check.completed",
                json!("https://evil.example/v3/checks/ob-1?x=y"),
                Some("/v3/checks/ob-1"),
            ),
            (
                "check.completed",
                json!("/v3.6/checks/ob-1"),
                Some("/v3.6/checks/ob-1"),
            ),
            (
                "check.completed",
                json!("https://api.eu.onfido.com/v3.6/checks/../../admin"),
                Some("/v3.6/checks/ob-1"),
            ),
            (
                "check.completed",
                json!("/v3/../ob-1"),
                Some("/v3.6/checks/ob-1"),
            ),
            (
                "check.completed",
                json!("/v3.6/checks/another"),
                Some("/v3.6/checks/ob-1"),
            ),
            (
                "workflow_run.completed",
                json!(null),
                Some("/v3.6/workflow_runs/ob-1"),
            ),
            ("report.completed", json!([1]), Some("/v3.6/reports/ob-1")),
            ("check.started", json!("/v3/checks/ob-1"), None),
            ("workflow_timeline_file.created", json!(null), None),
        ] {
            let events = testing::read(&VENDOR, &delivery(action, &href));
            assert_eq!(
                events[0].handles.get("path").map(String::as_str),
                path,
                "{action} {href}"
            );
            assert_eq!(events[0].need == Need::Required, path.is_some());
            assert!(events[0].results.is_empty());
            keeps_nothing_private(&events);
        }
    }

    #[test]
    fn hostile_payloads_say_nothing_or_are_refused() {
        for body in [
            json!([]),
            json!({"payload": [1]}),
            json!({"payload": {"action": "check.completed", "object": "x"}}),
        ] {
            assert_eq!(testing::read(&VENDOR, &body)[0].kind, Kind::Ignored);
        }
        let headers = axum::http::HeaderMap::new();
        for body in [&b"\xff{}"[..], b"{", b""] {
            assert!(read(&testing::posted(&headers, body)).is_err());
        }
    }

    async fn completed(action: &str, answers: &[(&str, u16, Value)], base: &str) -> Event {
        let server = FakeApi::start(answers).await;
        let api = server.api(&VENDOR, base, &[]);
        let event = testing::read(&VENDOR, &delivery(action, &json!(null))).remove(0);
        let done = complete(&api, event).await.unwrap();
        assert_eq!(
            server.asked()[0].header("authorization"),
            "Token token=key-1"
        );
        keeps_nothing_private(std::slice::from_ref(&done));
        done
    }

    #[tokio::test]
    async fn a_workflow_run_is_asked_for_and_nothing_private_is_kept() {
        for (status, expected) in [
            ("approved", Some("confirmed")),
            ("declined", Some("denied")),
            ("abandoned", Some("no_answer")),
            ("review", None),
        ] {
            let run = json!({"id": "ob-1", "status": status, "customer_user_id": "7", "tags": ["vip"], "applicant_id": "ap-1",
                "dashboard_url": "https://dashboard.onfido.com/results/ob-1", "output": private()});
            let line = "GET /v3.6/workflow_runs/ob-1";
            for base in ["", "/v3.6"] {
                let done =
                    completed("workflow_run.completed", &[(line, 200, run.clone())], base).await;
                let result = done.results.first();
                assert_eq!(result.map(|one| one.result.word()), expected, "{status}");
                for one in &done.results {
                    assert_eq!(one.about.references, ["7", "vip"]);
                    assert_eq!(
                        one.link.as_deref(),
                        Some("https://dashboard.onfido.com/results/ob-1")
                    );
                    assert_eq!(one.said, format!("workflow_run: {status}"));
                }
            }
        }
    }

    #[tokio::test]
    async fn a_report_counts_with_its_check_and_the_applicant_is_asked_for() {
        let check = json!({"id": "ch-1", "status": "complete", "result": "consider", "applicant_id": "ap-1", "tags": [],
            "results_uri": "https://evil.example/x"});
        let reports = json!({"reports": [{"name": "document", "result": "clear", "properties": private()},
            {"name": "facial_similarity_photo", "result": "clear"}, {"name": "watchlist_standard", "result": "consider"}]});
        let applicant = json!({"id": "ap-1", "email": "Ada@Example.com", "dob": "1990-01-31", "address": private(), "id_numbers": [private()]});
        let done = completed(
            "report.completed",
            &[
                (
                    "GET /v3.6/reports/ob-1",
                    200,
                    json!({"id": "ob-1", "check_id": "ch-1", "properties": private()}),
                ),
                ("GET /v3.6/checks/ch-1", 200, check),
                ("GET /v3.6/reports?check_id=ch-1", 200, reports),
                ("GET /v3.6/applicants/ap-1", 200, applicant),
            ],
            "",
        )
        .await;
        let one = &done.results[0];
        assert_eq!(
            (&*one.id, one.result, &one.link),
            ("ch-1", Outcome::Confirmed, &None)
        );
        assert_eq!(one.about.emails, ["ada@example.com"]);
    }

    #[test]
    fn documents_and_faces_decide() {
        let check = |status: &str| json!({"id": "ch-1", "status": status, "result": "consider"});
        let report = |name: &str, result: &str, sub: &str| json!({"name": name, "result": result, "sub_result": sub});
        for (status, reports, expected) in [
            (
                "complete",
                vec![report("document", "consider", "suspected")],
                Some(Outcome::Denied),
            ),
            (
                "complete",
                vec![report("document", "consider", "rejected")],
                Some(Outcome::NoAnswer),
            ),
            (
                "complete",
                vec![
                    report("document", "clear", "clear"),
                    report("facial_similarity_video", "consider", ""),
                ],
                Some(Outcome::Denied),
            ),
            (
                "complete",
                vec![report("facial_similarity_photo", "clear", "")],
                Some(Outcome::NoAnswer),
            ),
            (
                "complete",
                vec![report("watchlist_standard", "consider", "")],
                None,
            ),
            ("complete", vec![json!(7), json!([])], None),
            ("withdrawn", vec![], Some(Outcome::NoAnswer)),
            (
                "in_progress",
                vec![report("document", "clear", "clear")],
                None,
            ),
        ] {
            assert_eq!(
                of_check(&check(status), &reports),
                expected,
                "{status} {reports:?}"
            );
        }
    }
}
