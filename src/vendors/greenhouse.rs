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
use crate::rules::NextStep;

pub(super) const VENDOR: Vendor = Vendor {
    name: "greenhouse",
    title: "Greenhouse Recruiting",
    steps: &[
        "In Greenhouse, open Configure, Dev Center, Web Hooks, Web Hooks.",
        "Add a web hook for each of: candidate or prospect created, application updated, candidate changes stage, \
         candidate hired, rejected, updated, deleted, merged, anonymised, application deleted.",
        "Paste {url} as the endpoint URL of each, and the secret of this connection as its secret key.",
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

/// Whether the person stands turned down and hired, as far as the application says.
fn state(application: &Value) -> (Option<bool>, Option<bool>) {
    if let Some(status @ ("active" | "rejected" | "hired")) = application["status"].as_str() {
        return (Some(status == "rejected"), Some(status == "hired"));
    }
    let rejected_at = application.get("rejected_at");
    (rejected_at.map(|at| time(at).is_some()), None)
}

fn of_application(kind: Kind, application: &Value) -> Event {
    let (rejected, hired) = state(application);
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
            rejected,
            hired,
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
    Ok(event.as_of(time(&found["updated_at"]), api.now))
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
    if note.next_step == NextStep::None {
        return Ok(None);
    }
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
mod tests;
