//! Merge, the unified API: `ats-webhooks.md` §9.

use reqwest::Method;
use serde_json::{Value, json};

use super::api::{Api, Note, Settings, bearer, part};
use super::event::{Candidacy, Event, Kind, Need, Person};
use super::fields::{emails, id, items, line, links, name, phones, said, time, work_or_current};
use super::signature::{Forged, base64url};
use super::{Access, Delivered, Leave, Setting, Unreadable, Vendor};
use crate::net::Trouble;

pub(super) const VENDOR: Vendor = Vendor {
    name: "merge",
    aliases: &["merge_dev"],
    title: "Merge",
    steps: &[
        "In Merge, open Advanced, Webhooks, and add a webhook with {url} as its target.",
        "Choose the category ATS and the events added, changed and removed of Candidate and of Application.",
        "Copy the signature key under Security and give it to this connection: there is one for the whole organisation.",
        "Merge tells of all linked accounts at one URL. Name one in the setting account_token if the API is to be asked for it.",
    ],
    secret: "The organisation's webhook signature key, which Merge makes.",
    settings: &[
        Setting {
            name: "account_token",
            about: "The linked account's token. Without it the API is not asked for persons, and no note is left.",
        },
        Setting {
            name: "remote_user_id",
            about: "Whose name stands under the notes: a user's id in the hiring system. Without it no note is left.",
        },
    ],
    verify,
    read,
    access: Some(Access {
        base_url: Some("https://api.merge.dev"),
        hosts: &[],
        key: "An API access key (production), for the ATS category. In the EU the API's URL is https://api-eu.merge.dev.",
        authorize: |api| {
            let token = api
                .optional("account_token")
                .map(|token| (ACCOUNT, token.to_owned()));
            bearer(&api.key).into_iter().chain(token).collect()
        },
        complete: Some(|api, event| Box::pin(complete(api, event))),
        leave: &[Leave {
            kind: "note",
            about: "a note for admins only",
            wanted: |settings: &Settings| settings.contains_key("remote_user_id"),
            leave: |api, note| Box::pin(leave_note(api, note)),
            find: None,
        }],
    }),
    ..Vendor::USUAL
};

/// The header that says for which linked account.
const ACCOUNT: &str = "x-account-token";

fn verify(delivered: &Delivered, secrets: &[String], _: jiff::Timestamp) -> Result<(), Forged> {
    const HEADER: &str = "X-Merge-Webhook-Signature";
    let given = delivered.header(HEADER).ok_or(Forged::Missing(HEADER))?;
    base64url(given, secrets, &[delivered.body])
}

fn read(delivered: &Delivered) -> Result<Vec<Event>, Unreadable> {
    let body = delivered.json()?;
    let (data, account) = (&body["data"], &body["linked_account"]);
    let written = line(&body["hook"]["event"]).unwrap_or_default();
    let lower = written.to_ascii_lowercase();
    let (model, action) = lower.split_once('.').unwrap_or((&lower, ""));
    let action = match action {
        "created" => "added",
        "updated" => "changed",
        "deleted" => "removed",
        // The hiring system no longer has it.
        "added" | "changed" if data["remote_was_deleted"] == true => "removed",
        other => other,
    };
    let event = match (model, action) {
        ("candidate", "removed") => Event::of(Kind::CandidateDeleted, id(&data["id"])),
        ("candidate", "added") => candidate(Kind::CandidateCreated, data),
        ("candidate", "changed") => candidate(Kind::CandidateUpdated, data),
        ("application", "removed") => Event {
            application_id: id(&data["id"]),
            ..Event::of(Kind::ApplicationDeleted, one_of(&data["candidate"]))
        },
        ("application", "added") => application(Kind::ApplicationCreated, data),
        ("application", "changed") if time(&data["rejected_at"]).is_some() => {
            application(Kind::Rejected, data)
        }
        ("application", "changed") => application(Kind::ApplicationUpdated, data),
        _ => return Ok(vec![Event::ignored(format!("nothing for us: {written}"))]),
    };
    let event = Event {
        at: time(&data["modified_at"]),
        ..event
    };
    // One URL serves all tenants.
    let event = event
        .with_handle("linked_account", id(&account["id"]))
        .with_handle("end_user", id(&account["end_user_origin_id"]));
    Ok(vec![event])
}

/// An id, or that of the object in its place.
fn one_of(value: &Value) -> Option<String> {
    id(value).or_else(|| id(&value["id"]))
}

fn candidate(kind: Kind, data: &Value) -> Event {
    Event {
        person: person(data),
        ..Event::of(kind, id(&data["id"]))
    }
}

fn application(kind: Kind, data: &Value) -> Event {
    let stage = &data["current_stage"];
    Event {
        application_id: id(&data["id"]),
        // It names the person by an id alone.
        need: Need::Wanted,
        person: person(&data["candidate"]),
        candidacy: Candidacy {
            source: line(&data["source"]),
            stage: line(&stage["name"]),
            stage_id: one_of(stage),
            applied_at: time(&data["applied_at"]),
            rejected: data.get("rejected_at").map(|at| time(at).is_some()),
            ..Candidacy::default()
        },
        ..Event::of(kind, one_of(&data["candidate"]))
    }
}

fn person(data: &Value) -> Person {
    let values = |values: &[Value]| {
        values
            .iter()
            .map(|one| line(&one["value"]))
            .collect::<Vec<_>>()
    };
    let current = work_or_current(Vec::new(), &data["company"], &data["title"]);
    let link = |one: &Value| line(one).or_else(|| line(&one["value"]));
    Person {
        name: name(&Value::Null, &data["first_name"], &data["last_name"]),
        emails: said(&data["email_addresses"], |all| emails(values(all))),
        phones: said(&data["phone_numbers"], |all| phones(values(all))),
        links: said(&data["urls"], |all| links(all.iter().map(link))),
        work: (!current.is_empty()).then_some(current),
        ..Person::default()
    }
}

/// The person of an application.
async fn complete(api: &Api, event: Event) -> Result<Event, Trouble> {
    let Some(person_id) = event.external_id.as_deref() else {
        return Ok(event);
    };
    if api.optional("account_token").is_none() {
        // The person comes in a delivery of its own.
        return Ok(Event {
            need: Need::Nothing,
            ..event
        });
    }
    let path = format!("/api/ats/v1/candidates/{}", part(person_id));
    let found = api.get(&path).await?;
    if id(&found["id"]).as_deref() != Some(person_id) {
        return Err(Trouble::Missing(404));
    }
    let changed = time(&found["modified_at"]);
    let event = Event {
        need: Need::Nothing,
        at: event.at.or(changed),
        person: person(&found),
        ..event
    };
    Ok(event.as_of(changed, api.now))
}

async fn leave_note(api: &Api, note: &Note) -> Result<Option<String>, Trouble> {
    let token = match note.handles.get("account_token") {
        Some(token) => token,
        None => api.setting("account_token")?,
    };
    let body = json!({
        "model": {
            "activity_type": "NOTE",
            "subject": note.label,
            "body": note.text,
            "visibility": "ADMIN_ONLY",
            "candidate": note.external_id,
        },
        "remote_user_id": api.setting("remote_user_id")?,
    });
    let url = api.url("/api/ats/v1/activities")?;
    let account = [(ACCOUNT, token.to_owned())];
    let made = api.send(Method::POST, url, Some(&body), &account).await?;
    if let Some(refused) = items(&made["errors"]).first() {
        let detail = line(&refused["detail"]).unwrap_or_else(|| "no reason given".to_owned());
        return Err(Trouble::Unreadable(detail));
    }
    Ok(id(&made["model"]["id"]))
}

#[cfg(test)]
mod tests {
    use super::super::fake_api::{FakeApi, note};
    use super::super::testing;
    use super::*;

    #[test]
    fn the_signature_is_over_the_body_and_padded_or_not() {
        let good = "YMLfFcelN3ONSILcinoj5-aepXuJh_phUQSTWrzJYGw=";
        testing::takes_and_refuses(&VENDOR, "X-Merge-Webhook-Signature", good, &[]);
        let bare = good.trim_end_matches('=');
        testing::takes_and_refuses(&VENDOR, "X-Merge-Webhook-Signature", bare, &[]);
    }

    fn delivery(event: &str, data: &Value) -> Value {
        json!({"hook": {"id": "h", "event": event, "target": "https://x.example"},
               "linked_account": {"id": "la-1", "integration": "Greenhouse", "end_user_origin_id": "org-9", "status": "COMPLETE"},
               "data": data})
    }

    fn candidate() -> Value {
        json!({"id": "c-1", "remote_id": "4711", "first_name": "Maria", "last_name": "Lopez", "company": "Northgate", "title": "Engineer",
               "email_addresses": [{"value": "M@example.com", "email_address_type": "PERSONAL"}],
               "phone_numbers": [{"value": "+1 212 555 0187", "phone_number_type": "MOBILE"}], "urls": [{"value": "https://m.example"}],
               "applications": ["a-1"], "attachments": [], "tags": [], "is_private": false, "can_email": true, "remote_was_deleted": false,
               "remote_data": null, "modified_at": "2026-05-28T08:00:00Z"})
    }

    #[test]
    fn a_candidate_is_read_whole() {
        let event = testing::read(&VENDOR, &delivery("Candidate.added", &candidate())).remove(0);
        assert_eq!(
            json!(event),
            json!({
                "kind": "candidate_created", "external_id": "c-1", "at": "2026-05-28T08:00:00Z",
                "person": {"name": "Maria Lopez", "emails": ["m@example.com"], "phones": ["+1 212 555 0187"],
                           "links": ["https://m.example"], "work": [{"name": "Northgate", "position": "Engineer"}]},
                "handles": {"linked_account": "la-1", "end_user": "org-9"}
            })
        );
    }

    #[test]
    fn an_application_is_read_whole() {
        let data = json!({"id": "a-1", "remote_id": "71", "candidate": "c-1", "job": "j", "applied_at": "2026-05-27T14:44:43Z", "rejected_at": null,
                          "source": "LinkedIn", "credited_to": null, "current_stage": "s-1", "modified_at": "2026-05-28T08:00:00Z"});
        let event = testing::read(&VENDOR, &delivery("Application.changed", &data)).remove(0);
        assert_eq!(
            json!(event),
            json!({
                "kind": "application_updated", "external_id": "c-1", "application_id": "a-1", "at": "2026-05-28T08:00:00Z", "need": "wanted",
                "candidacy": {"source": "LinkedIn", "stage_id": "s-1", "applied_at": "2026-05-27T14:44:43Z", "rejected": false},
                "handles": {"linked_account": "la-1", "end_user": "org-9"}
            })
        );
    }

    #[test]
    fn each_event_is_ours_in_either_spelling() {
        let gone = json!({"id": "c-1", "candidate": "c-1", "remote_was_deleted": true});
        let rejected =
            json!({"id": "a-1", "candidate": {"id": "c-1"}, "rejected_at": "2026-05-28T08:00:00Z"});
        let read = |data| testing::read(&VENDOR, &delivery("Application.changed", data)).remove(0);
        assert_eq!(read(&rejected).candidacy.rejected, Some(true));
        assert_eq!(read(&gone).candidacy.rejected, None);
        let plain = json!({"id": "a-1", "candidate": "c-1"});
        for (written, data, kind) in [
            ("candidate.CREATED", &plain, Kind::CandidateCreated),
            ("Candidate.updated", &plain, Kind::CandidateUpdated),
            ("Candidate.changed", &gone, Kind::CandidateDeleted),
            ("Candidate.removed", &plain, Kind::CandidateDeleted),
            ("Application.created", &plain, Kind::ApplicationCreated),
            ("Application.updated", &rejected, Kind::Rejected),
            ("application.changed", &gone, Kind::ApplicationDeleted),
            ("Application.deleted", &plain, Kind::ApplicationDeleted),
            ("LinkedAccount.synced", &plain, Kind::Ignored),
            ("LinkedAccount.fully_synced_initial", &plain, Kind::Ignored),
            ("Issue.created", &plain, Kind::Ignored),
            ("Candidate", &plain, Kind::Ignored),
        ] {
            let event = testing::read(&VENDOR, &delivery(written, data)).remove(0);
            assert_eq!(event.kind, kind, "{written}");
            assert!(
                kind == Kind::Ignored || event.external_id.is_some(),
                "{written}"
            );
        }
    }

    #[test]
    fn thin_and_hostile_payloads_say_nothing_or_are_refused() {
        for lists in [
            json!(null),
            json!([]),
            json!("x"),
            json!({"a": 1}),
            json!([1, {"value": []}]),
        ] {
            let mut thin = candidate();
            for key in [
                "email_addresses",
                "phone_numbers",
                "urls",
                "company",
                "title",
                "first_name",
            ] {
                thin[key] = lists.clone();
            }
            let event = testing::read(&VENDOR, &delivery("Candidate.added", &thin)).remove(0);
            assert_eq!(event.person.emails, lists.as_array().map(|_| Vec::new()));
        }
        for body in [
            json!([]),
            json!({"hook": []}),
            json!({"hook": {"event": "Candidate.added"}, "data": [1]}),
        ] {
            assert_eq!(testing::read(&VENDOR, &body)[0].external_id, None);
        }
        let headers = axum::http::HeaderMap::new();
        for body in [&b"\xff{}"[..], b"{", b""] {
            assert!(read(&testing::posted(&headers, body)).is_err());
        }
    }

    #[tokio::test]
    async fn the_person_of_an_application_is_asked_for() {
        let server = FakeApi::start(&[("GET /api/ats/v1/candidates/c-1", 200, candidate())]).await;
        let api = server.api(&VENDOR, "", &[("account_token", "at-1")]);
        let data = json!({"id": "a-1", "candidate": "c-1", "modified_at": "2026-06-01T00:00:00Z"});
        let event = testing::read(&VENDOR, &delivery("Application.added", &data)).remove(0);
        let done = complete(&api, event.clone()).await.unwrap();
        assert_eq!(done.person.name.as_deref(), Some("Maria Lopez"));
        let times = ["2026-06-01T00:00:00Z", "2026-05-28T08:00:00Z"].map(|at| time(&json!(at)));
        assert_eq!([done.at, done.person_at], times);
        assert_eq!(server.asked()[0].header(ACCOUNT), "at-1");
        assert_eq!(server.asked()[0].header("authorization"), "Bearer key-1");
        let untold = server.api(&VENDOR, "", &[]);
        let done = complete(&untold, event).await.unwrap();
        assert_eq!(
            (done.need, done.person, server.lines().len()),
            (Need::Nothing, Person::default(), 1)
        );
    }

    #[tokio::test]
    async fn a_note_is_left_for_admins() {
        let line = "POST /api/ats/v1/activities";
        let refused = json!({"model": null, "errors": [{"detail": "no such user"}]});
        let server = FakeApi::start(&[
            (line, 201, json!({"model": {"id": "n-1"}, "errors": []})),
            (line, 200, refused),
        ])
        .await;
        let api = server.api(
            &VENDOR,
            "",
            &[("account_token", "at-1"), ("remote_user_id", "u-1")],
        );
        let note = note("c-1", &[]);
        assert_eq!(leave_note(&api, &note).await, Ok(Some("n-1".to_owned())));
        let asked = &server.asked()[0];
        let model = json!({"activity_type": "NOTE", "subject": note.label, "body": note.text, "visibility": "ADMIN_ONLY", "candidate": "c-1"});
        assert_eq!(asked.body, json!({"model": model, "remote_user_id": "u-1"}));
        assert_eq!(asked.header(ACCOUNT), "at-1");
        assert!(matches!(
            leave_note(&api, &note).await,
            Err(Trouble::Unreadable(_))
        ));
        let untold = server.api(&VENDOR, "", &[("remote_user_id", "u-1")]);
        assert_eq!(
            leave_note(&untold, &note).await,
            Err(Trouble::Setting("account_token"))
        );
    }
}
