//! Greenhouse Recruiting: `ats-webhooks.md` §3; write-back by Harvest v3.

use serde_json::{Value, json};

use super::api::{Api, Note, Settings, bearer, part};
use super::event::{Candidacy, Event, File, Kind, Need, Person};
use super::fields::{
    date, education, emails, entries, id, items, line, links, name, phones, said, text, time, work,
    work_or_current,
};
use super::signature::{Forged, hex};
use super::{Access, Delivered, Key, Leave, Setting, Unreadable, Vendor};
use crate::application::Address;
use crate::net::Trouble;

pub(super) const VENDOR: Vendor = Vendor {
    name: "greenhouse",
    title: "Greenhouse Recruiting",
    steps: &[
        "In Greenhouse, open Configure, Dev Center, Web Hooks, Web Hooks.",
        "Add a web hook for each of: candidate or prospect created, application updated, candidate changes stage, \
         candidate hired, rejected, updated, deleted, merged, anonymised, application deleted.",
        "Paste {url} as the endpoint URL and the secret below as the secret key of each.",
        "Greenhouse sends a ping when the web hook is saved.",
    ],
    secret: "The secret key of the web hook; you choose it, so take a long random one and use it for every web hook of this connection.",
    settings: &[
        Setting {
            name: "user_id",
            about: "Whose name stands under the notes: a Greenhouse user's id. Without it no note is left.",
        },
        Setting {
            name: "tag_id",
            about: "The id of a candidate tag to set on whom a person should look at. Without it no tag is set.",
        },
        Setting {
            name: "auth_url",
            about: "Where tokens are made, if not at https://auth.greenhouse.io/token.",
        },
    ],
    verify,
    keys,
    read,
    access: Some(Access {
        base_url: Some("https://harvest.greenhouse.io"),
        hosts: &[
            "auth.greenhouse.io",
            "*.greenhouse.io",
            "prod-heroku.s3.amazonaws.com",
            "*.s3.amazonaws.com",
        ],
        key: "Harvest v3 credentials as client-id:client-secret, with harvest:candidates:list, harvest:notes:create and \
              harvest:applied_candidate_tags:create.",
        authorize: |api| bearer(&api.key),
        complete: Some(|api, event| Box::pin(complete(api, event))),
        leave: &[
            Leave {
                kind: "note",
                about: "a note for admins only",
                wanted: |settings: &Settings| settings.contains_key("user_id"),
                leave: |api, note| Box::pin(leave_note(api, note)),
                find: Some(|api, note| Box::pin(find_note(api, note))),
            },
            Leave {
                kind: "tag",
                about: "a tag",
                wanted: |settings: &Settings| settings.contains_key("tag_id"),
                leave: |api, note| Box::pin(leave_tag(api, note)),
                find: None,
            },
        ],
    }),
    ..Vendor::USUAL
};

fn verify(delivered: &Delivered, secrets: &[String], _: jiff::Timestamp) -> Result<(), Forged> {
    const HEADER: &str = "Signature";
    let header = delivered.header(HEADER).ok_or(Forged::Missing(HEADER))?;
    // "sha256", one blank, then the digits.
    let digits = header.strip_prefix("sha256 ").ok_or(Forged::Wrong)?;
    hex(digits, secrets, &[delivered.body])
}

fn keys(delivered: &Delivered) -> Vec<Key> {
    let id = delivered.header("Greenhouse-Event-ID").map(Key::id);
    id.into_iter().chain([Key::body(delivered.body)]).collect()
}

fn read(delivered: &Delivered) -> Result<Vec<Event>, Unreadable> {
    let body = delivered.json()?;
    let payload = &body["payload"];
    let action = body["action"].as_str().unwrap_or_default();
    if action == "ping" || !payload.is_object() {
        return Ok(vec![Event::ping()]);
    }
    let application = &payload["application"];
    let event = match action {
        "new_candidate_application" | "new_prospect_application" => {
            of_application(Kind::ApplicationCreated, application)
        }
        "application_updated" => of_application(Kind::ApplicationUpdated, application),
        "candidate_stage_change" => of_application(Kind::StageChanged, application),
        "hire_candidate" => of_application(Kind::Hired, application),
        "unhire_candidate" => of_application(Kind::Unhired, application),
        "reject_candidate" => of_application(Kind::Rejected, application),
        "unreject_candidate" => of_application(Kind::Unrejected, application),
        "update_candidate" => Event {
            // It says what is, not since when.
            need: Need::Wanted,
            person: person(&payload["candidate"]),
            resume: resume(&payload["candidate"]),
            ..Event::of(Kind::CandidateUpdated, id(&payload["candidate"]["id"]))
        },
        "delete_candidate" => Event {
            deleted_application_ids: items(&payload["person"]["deleted_application_ids"])
                .iter()
                .filter_map(id)
                .collect(),
            ..Event::of(Kind::CandidateDeleted, id(&payload["person"]["id"]))
        },
        "merge_candidate" => Event {
            merged_into: id(&payload["person"]["new_candidate_id"]),
            ..Event::of(Kind::CandidateMerged, id(&payload["person"]["id"]))
        },
        "candidate_anonymized" => {
            Event::of(Kind::CandidateAnonymised, id(&payload["candidate_id"]))
        }
        "delete_application" => Event {
            application_id: id(&application["id"]),
            ..Event::of(Kind::ApplicationDeleted, id(&application["candidate_id"]))
        },
        other => Event::ignored(format!("nothing for us: {other}")),
    };
    Ok(vec![event])
}

fn of_application(kind: Kind, application: &Value) -> Event {
    let candidate = &application["candidate"];
    let stage = &application["current_stage"];
    let source = &application["source"];
    let moments = ["last_activity_at", "rejected_at"].map(|key| time(&application[key]));
    Event {
        application_id: id(&application["id"]),
        at: moments.into_iter().flatten().max(),
        person: person(candidate),
        candidacy: Candidacy {
            source: line(&source["name"]).or_else(|| line(&source["public_name"])),
            stage: line(&stage["name"]),
            stage_id: id(&stage["id"]),
            stage_kind: None,
            applied_at: time(&application["applied_at"]),
        },
        resume: resume(candidate),
        ..Event::of(kind, id(&candidate["id"]))
    }
}

fn person(candidate: &Value) -> Person {
    let values = |key: &str| items(&candidate[key]).iter().map(|one| line(&one["value"]));
    let has_links =
        candidate["website_addresses"].is_array() || candidate["social_media_addresses"].is_array();
    let jobs = said(&candidate["employments"], |jobs| entries(jobs, job));
    let current = work_or_current(Vec::new(), &candidate["company"], &candidate["title"]);
    Person {
        name: name(
            &candidate["name"],
            &candidate["first_name"],
            &candidate["last_name"],
        ),
        emails: said(&candidate["email_addresses"], |_| {
            emails(values("email_addresses"))
        }),
        phones: said(&candidate["phone_numbers"], |_| {
            phones(values("phone_numbers"))
        }),
        links: has_links
            .then(|| links(values("website_addresses").chain(values("social_media_addresses")))),
        address: items(&candidate["addresses"])
            .iter()
            .find_map(|one| text(&one["value"]))
            .map(|written| Address {
                line1: Some(written),
                ..Address::default()
            }),
        education: said(&candidate["educations"], |studies| {
            entries(studies, |one| {
                education(
                    line(&one["school_name"]),
                    line(&one["discipline"]),
                    line(&one["degree"]),
                    (date(&one["start_date"]), date(&one["end_date"])),
                )
            })
        }),
        // No list, or an empty one: the current job is all there is.
        work: match jobs {
            Some(jobs) if !jobs.is_empty() => Some(jobs),
            None if current.is_empty() => None,
            _ => Some(current),
        },
        ..Person::default()
    }
}

fn job(one: &Value) -> Option<crate::application::Work> {
    work(
        line(&one["company_name"]),
        line(&one["title"]),
        (date(&one["start_date"]), date(&one["end_date"])),
        None,
    )
}

fn resume(candidate: &Value) -> Option<File> {
    items(&candidate["attachments"])
        .iter()
        .find(|one| one["type"].as_str().map(str::trim) == Some("resume"))
        .and_then(|one| {
            Some(File {
                filename: line(&one["filename"]),
                url: text(&one["url"])?,
            })
        })
}

/// The person as the API knows it, with the time of the last change.
async fn complete(api: &Api, event: Event) -> Result<Event, Trouble> {
    let Some(person_id) = event.external_id.as_deref() else {
        return Ok(event);
    };
    let path = format!("/v3/candidates?ids={}", part(person_id));
    let found = api
        .send(
            reqwest::Method::GET,
            api.url(&path)?,
            None,
            &token(api).await?,
        )
        .await?;
    let found = match &found {
        Value::Array(all) => all.first(),
        one => Some(one),
    };
    let Some(found) = found.filter(|one| id(&one["id"]).as_deref() == Some(person_id)) else {
        return Err(Trouble::Missing(404));
    };
    let fetched = person(found);
    let mut event = Event {
        at: time(&found["updated_at"]).or(event.at),
        need: Need::Nothing,
        ..event
    };
    let known = &mut event.person;
    known.name = fetched.name.or(known.name.take());
    known.emails = fetched.emails.or(known.emails.take());
    known.phones = fetched.phones.or(known.phones.take());
    known.links = fetched.links.or(known.links.take());
    known.address = fetched.address.or(known.address.take());
    Ok(event)
}

/// The header that carries a token; a key without a colon is one already.
async fn token(api: &Api) -> Result<Vec<(&'static str, String)>, Trouble> {
    if !api.key.contains(':') {
        return Ok(bearer(&api.key));
    }
    let url = match api.optional("auth_url") {
        Some(url) => url.parse().map_err(|_| Trouble::Setting("auth_url"))?,
        None if api.is_named => api.url("/token")?,
        None => "https://auth.greenhouse.io/token".parse().expect("a URL"),
    };
    Ok(bearer(&api.token(url).await?))
}

/// Ids are numbers there.
fn number(id: &str) -> Value {
    id.parse::<i64>().map_or_else(|_| json!(id), |id| json!(id))
}

async fn leave_note(api: &Api, note: &Note) -> Result<Option<String>, Trouble> {
    let body = json!({
        "candidate_id": number(&note.external_id),
        "user_id": number(api.setting("user_id")?),
        "body": note.text,
        "visibility": "admin_only",
        "note_type": "NOTE",
    });
    let url = api.url("/v3/notes")?;
    let made = api
        .send(reqwest::Method::POST, url, Some(&body), &token(api).await?)
        .await?;
    Ok(id(&made["id"]))
}

async fn find_note(api: &Api, note: &Note) -> Result<Option<String>, Trouble> {
    let url = api.url(&format!(
        "/v3/notes?candidate_ids={}",
        part(&note.external_id)
    ))?;
    let found = api
        .send(reqwest::Method::GET, url, None, &token(api).await?)
        .await?;
    let ours = items(&found).iter().find(|one| {
        let body = one["body"].as_str();
        body.is_some_and(|body| body.contains(&note.mark))
    });
    Ok(ours.and_then(|one| id(&one["id"])))
}

async fn leave_tag(api: &Api, note: &Note) -> Result<Option<String>, Trouble> {
    let body = json!({
        "candidate_id": number(&note.external_id),
        "candidate_tag_id": number(api.setting("tag_id")?),
    });
    let url = api.url("/v3/applied_candidate_tags")?;
    let made = api
        .send(reqwest::Method::POST, url, Some(&body), &token(api).await?)
        .await?;
    Ok(id(&made["id"]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing;
    use super::*;

    #[test]
    fn the_signature_is_over_the_body() {
        let digits = "60c2df15c7a537738d4882dc8a7a23e7e69ea57b8987fa615104935abcc9606c";
        testing::takes_and_refuses(&VENDOR, "Signature", &format!("sha256 {digits}"), &[]);
        let upper = format!("sha256 {}", digits.to_uppercase());
        testing::takes_and_refuses(&VENDOR, "Signature", &upper, &[]);
        for wrong in [
            digits.to_owned(),
            format!("sha256={digits}"),
            format!("sha256  {digits}"),
        ] {
            let verified = testing::verifies(
                &VENDOR,
                &[testing::KAT_KEY],
                &[("Signature", &wrong)],
                testing::KAT_BODY,
            );
            assert_eq!(verified, Err(Forged::Wrong), "{wrong}");
        }
    }

    #[test]
    fn a_delivery_is_known_by_its_id_and_by_its_bytes() {
        let headers = testing::headers(&[("Greenhouse-Event-ID", "ev-1")]);
        let keys = keys(&testing::posted(&headers, b"{}"));
        assert_eq!(keys[0], Key::id("ev-1"));
        assert_eq!(keys[1], Key::body(b"{}"));
    }

    /// A whole application, made up.
    fn application() -> Value {
        json!({
            "id": 71, "applied_at": "2026-05-27T14:44:43Z", "last_activity_at": "2026-05-28T08:00:00Z",
            "rejected_at": null, "prospect": false, "status": "active",
            "source": {"id": 16, "public_name": "LinkedIn"}, "credited_to": null,
            "current_stage": {"id": 29, "name": "Phone  Screen", "interviews": []}, "jobs": [],
            "candidate": {
                "id": 4711, "first_name": " Maria", "last_name": "Lopez ", "company": "Brightwater", "title": "Engineer",
                "external_id": null, "phone_numbers": [{"value": "+1 212 555 0187", "type": "mobile"}],
                "email_addresses": [{"value": " Maria@Example.COM ", "type": "other "}, {"value": "none", "type": "work"}],
                "addresses": [{"value": "12 Example Street\nNew York, NY 10118", "type": "home"}],
                "website_addresses": [{"value": "https://maria.example", "type": "personal"}],
                "social_media_addresses": [{"value": "linkedin.com/in/maria"}],
                "educations": [
                    {"school_name": "New York University", "degree": "Bachelor", "discipline": "Computer Science",
                     "start_date": "09/15/2007", "end_date": "05/15/2011"},
                    {"school_name": null, "degree": "", "discipline": null, "start_date": "01/01/2001", "end_date": null}],
                "employments": [{"company_name": "Northgate", "title": "Engineer", "start_date": "07/01/2016", "end_date": null}],
                "attachments": [
                    {"filename": "letter.docx", "url": "https://x.s3.amazonaws.com/l", "type": "cover_letter"},
                    {"filename": "resume.pdf", "url": "https://x.s3.amazonaws.com/r", "type": "resume"}],
                "tags": [], "custom_fields": {}
            }
        })
    }

    fn said(action: &str, payload: &Value) -> Event {
        let body = json!({"action": action, "payload": payload});
        testing::read(&VENDOR, &body).remove(0)
    }

    #[test]
    fn an_application_is_read_whole() {
        let event = said(
            "new_candidate_application",
            &json!({"application": application()}),
        );
        assert_eq!(
            json!(event),
            json!({
                "kind": "application_created", "external_id": "4711", "application_id": "71", "at": "2026-05-28T08:00:00Z",
                "person": {
                    "name": "Maria Lopez", "emails": ["maria@example.com"], "phones": ["+1 212 555 0187"],
                    "links": ["https://maria.example", "linkedin.com/in/maria"],
                    "address": {"line1": "12 Example Street\nNew York, NY 10118"},
                    "education": [{"institution": "New York University", "area": "Computer Science", "study_type": "Bachelor",
                                   "start_date": "2007-09-15", "end_date": "2011-05-15"}],
                    "work": [{"name": "Northgate", "position": "Engineer", "start_date": "2016-07-01"}]
                },
                "candidacy": {"source": "LinkedIn", "stage": "Phone Screen", "stage_id": "29", "applied_at": "2026-05-27T14:44:43Z"},
                "resume": {"filename": "resume.pdf", "url": "https://x.s3.amazonaws.com/r"}
            })
        );
    }

    #[test]
    fn lists_may_be_null_absent_or_empty_and_ids_text() {
        for lists in [json!(null), json!([])] {
            let mut thin = application();
            for list in [
                "phone_numbers",
                "email_addresses",
                "educations",
                "employments",
                "attachments",
                "addresses",
            ] {
                thin["candidate"][list] = lists.clone();
            }
            thin["candidate"]["id"] = json!("4711");
            thin["current_stage"] = json!(null);
            thin["source"] = json!(null);
            let event = said("candidate_stage_change", &json!({"application": thin}));
            assert_eq!(event.external_id.as_deref(), Some("4711"));
            assert_eq!(event.person.emails, lists.as_array().map(|_| Vec::new()));
            assert_eq!(
                event.person.work.unwrap()[0].name.as_deref(),
                Some("Brightwater")
            );
            assert_eq!(
                (event.resume, event.candidacy.stage, event.candidacy.source),
                (None, None, None)
            );
        }
        let absent = said(
            "hire_candidate",
            &json!({"application": {"id": "71", "candidate": {"id": 1}}}),
        );
        assert_eq!(absent.kind, Kind::Hired);
        assert_eq!(absent.person, Person::default());
    }

    #[test]
    fn each_action_is_its_event() {
        for (action, payload, kind, external_id) in [
            (
                "new_prospect_application",
                json!({"application": application()}),
                Kind::ApplicationCreated,
                Some("4711"),
            ),
            (
                "application_updated",
                json!({"application": application()}),
                Kind::ApplicationUpdated,
                Some("4711"),
            ),
            (
                "unhire_candidate",
                json!({"application": application()}),
                Kind::Unhired,
                Some("4711"),
            ),
            (
                "reject_candidate",
                json!({"application": application()}),
                Kind::Rejected,
                Some("4711"),
            ),
            (
                "unreject_candidate",
                json!({"application": application()}),
                Kind::Unrejected,
                Some("4711"),
            ),
            (
                "update_candidate",
                json!({"candidate": application()["candidate"]}),
                Kind::CandidateUpdated,
                Some("4711"),
            ),
            (
                "candidate_anonymized",
                json!({"candidate_id": 4711, "anonymized_fields": ["full_name"]}),
                Kind::CandidateAnonymised,
                Some("4711"),
            ),
            (
                "delete_application",
                json!({"application": {"id": 7, "candidate_id": 4711, "job_id": 1}}),
                Kind::ApplicationDeleted,
                Some("4711"),
            ),
            ("ping", json!({"web_hook": {}}), Kind::Ping, None),
            ("offer_created", json!({"id": 1}), Kind::Ignored, None),
        ] {
            let event = said(action, &payload);
            assert_eq!(
                (event.kind, event.external_id.as_deref()),
                (kind, external_id),
                "{action}"
            );
        }
        assert_eq!(
            testing::read(&VENDOR, &json!({"web_hook_id": 1}))[0].kind,
            Kind::Ping
        );
        let merged = said(
            "merge_candidate",
            &json!({"person": {"id": 1, "new_candidate_id": 2}}),
        );
        assert_eq!(
            (merged.kind, merged.merged_into.as_deref()),
            (Kind::CandidateMerged, Some("2"))
        );
        let deleted = said(
            "delete_candidate",
            &json!({"person": {"id": 1, "deleted_application_ids": [5, "6"]}}),
        );
        assert_eq!(
            (deleted.kind, deleted.deleted_application_ids),
            (Kind::CandidateDeleted, vec!["5".into(), "6".into()])
        );
    }

    #[test]
    fn hostile_payloads_say_nothing_or_are_refused() {
        for hostile in [
            json!({"application": []}),
            json!({"application": {"candidate": "x"}}),
            json!([1]),
            json!({}),
        ] {
            let event = said("new_candidate_application", &hostile);
            assert_eq!(event.external_id, None, "{hostile}");
        }
        let headers = axum::http::HeaderMap::new();
        for body in [&b"\xff{}"[..], b"{", b""] {
            assert!(super::read(&testing::posted(&headers, body)).is_err());
        }
    }
}
