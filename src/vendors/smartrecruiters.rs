//! `SmartRecruiters`: `ats-webhooks.md` §7. Deliveries give ids alone, and what happened stands in a header.

use axum::http::{HeaderValue, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::api::{Api, Note, Settings, part};
use super::event::{Candidacy, Event, File, Kind, Need, Person};
use super::fields::{
    date, education, emails, entries, id, items, line, links, moment, name, phones, said, text,
    time, work,
};
use super::signature::{Forged, TOLERANCE_S, hex, near};
use super::{Access, Delivered, Greeting, Key, Leave, Setting, State, Unreadable, Vendor};
use crate::application::Address;
use crate::net::Trouble;
use crate::rules::NextStep;

pub(super) const VENDOR: Vendor = Vendor {
    name: "smartrecruiters",
    title: "SmartRecruiters",
    success: StatusCode::ACCEPTED,
    steps: &[
        "Make an API key (Settings, Apps & Integrations, Credentials) and store it here.",
        "Subscribe by POST to https://api.smartrecruiters.com/webhooks-api/v201907/subscriptions with {url} as the callbackUrl \
         and the events application.created, application.status.updated, candidate.updated and candidate.deleted, and an \
         alertingEmailAddress.",
        "Activate the subscription by PUT to …/subscriptions/ID/activation: SmartRecruiters asks here whether it may, and is \
         answered until the first delivery was verified.",
        "Make a key for signatures by POST to …/subscriptions/ID/secret-key and store it here as the secret.",
    ],
    secret: "The signing key that SmartRecruiters makes for the subscription. After a new one is made the old one is good for \
             another day.",
    settings: &[
        Setting {
            name: "tag",
            about: "A tag to set on whom a person should look at. Without it no tag is set.",
        },
        Setting {
            name: "note_users",
            about: "Ids of the SmartRecruiters users with whom notes are shared, with commas between them. Without it no note \
                    is left.",
        },
    ],
    greet,
    verify,
    keys,
    read,
    access: Some(Access {
        base_url: Some("https://api.smartrecruiters.com"),
        hosts: &["*.smartrecruiters.com", "*.s3.amazonaws.com"],
        key: "An API key, or an OAuth token, written as: Bearer token. It must be able to read candidates, and for what is \
              left there to write candidates' tags and share messages.",
        authorize,
        complete: Some(|api, event| Box::pin(complete(api, event))),
        leave: &[
            Leave {
                kind: "tag",
                about: "a tag",
                wanted: |settings: &Settings| settings.contains_key("tag"),
                leave: |api, note| Box::pin(leave_tag(api, note)),
                find: None,
            },
            Leave {
                kind: "note",
                about: "a note shared with the users that were named",
                wanted: |settings: &Settings| settings.contains_key("note_users"),
                leave: |api, note| Box::pin(leave_note(api, note)),
                find: None,
            },
        ],
    }),
    ..Vendor::USUAL
};

/// Longest value that is said back.
const ECHO: usize = 256;

/// The handshake carries no signature: what is said back to it is short and plain, and only until the
/// first delivery was verified.
fn greet(delivered: &Delivered, state: State) -> Option<Greeting> {
    let value = delivered.header("X-Hook-Secret")?;
    let is_plain = value.len() <= ECHO && value.bytes().all(|b| b.is_ascii_graphic());
    if !state.is_new || !delivered.body.is_empty() || !is_plain {
        return None;
    }
    Some(Greeting {
        status: StatusCode::OK,
        headers: vec![("x-hook-secret", value.to_owned())],
        body: String::new(),
    })
}

fn verify(delivered: &Delivered, secrets: &[String], now: Timestamp) -> Result<(), Forged> {
    const HEADER: &str = "smartrecruiters-signature";
    const TIME: &str = "smartrecruiters-timestamp";
    let header = delivered.header(HEADER).ok_or(Forged::Missing(HEADER))?;
    // As received; what is missing counts as empty.
    let raw = |name: &str| {
        let value = delivered.headers.get(name);
        value.map_or(&b""[..], HeaderValue::as_bytes)
    };
    let dot = &b"."[..];
    let parts = [
        raw(TIME),
        dot,
        delivered.body,
        dot,
        raw("event-id"),
        dot,
        raw("event-name"),
        dot,
        raw("event-version"),
        dot,
        raw("link"),
    ];
    // One for each key that lives.
    let good = header
        .split(';')
        .filter_map(|one| one.trim().strip_prefix("v1="))
        .filter(|digits| hex(digits, secrets, &parts).is_ok())
        .count();
    if good == 0 {
        return Err(Forged::Wrong);
    }
    near(delivered.header(TIME).unwrap_or_default(), now, TOLERANCE_S)
}

fn keys(delivered: &Delivered) -> Vec<Key> {
    let key = delivered.header("event-id").map(Key::id);
    vec![key.unwrap_or_else(|| Key::body(delivered.body))]
}

fn read(delivered: &Delivered) -> Result<Vec<Event>, Unreadable> {
    let body = delivered.json()?;
    let kind = match delivered.header("event-name").unwrap_or_default() {
        "application.created" => Kind::ApplicationCreated,
        "application.status.updated" => Kind::StageChanged,
        "application.fields.updated"
        | "application.source.updated"
        | "application.attachment.created"
        | "application.screening-answers.updated"
        | "application.onboarding-status.updated" => Kind::ApplicationUpdated,
        "candidate.created" => Kind::CandidateCreated,
        "candidate.updated" => Kind::CandidateUpdated,
        "candidate.deleted" => Kind::CandidateDeleted,
        other => return Ok(vec![Event::ignored(format!("nothing for us: {other}"))]),
    };
    let one_of = |names: &[&str]| names.iter().find_map(|name| id(&body[*name]));
    let event = Event {
        at: delivered
            .header("smartrecruiters-timestamp")
            .and_then(moment),
        ..Event::of(kind, one_of(&["candidate_id", "candidateId", "id"]))
    };
    if event.external_id.is_none() {
        return Ok(vec![Event::ignored("it names nobody")]);
    }
    if kind == Kind::CandidateDeleted {
        return Ok(vec![event]);
    }
    let job = one_of(&["job_id", "jobId"]);
    let event = Event {
        need: Need::Required,
        application_id: one_of(&["application_id", "applicationId"])
            .or_else(|| of_job(&event, job.as_ref())),
        ..event
    };
    Ok(vec![event.with_handle("job", job)])
}

/// An application where no id of it is said: a person is in for a job once.
fn of_job(event: &Event, job: Option<&String>) -> Option<String> {
    let (person, job) = event.external_id.as_ref().zip(job)?;
    Some(format!("{person}:{job}"))
}

fn authorize(api: &Api) -> Vec<(&'static str, String)> {
    let name = if api.key.starts_with("Bearer ") {
        "authorization"
    } else {
        "x-smarttoken"
    };
    vec![(name, api.key.clone())]
}

async fn complete(api: &Api, event: Event) -> Result<Event, Trouble> {
    let Some(person_id) = event.external_id.as_deref() else {
        return Ok(event);
    };
    if event.need == Need::Nothing {
        return Ok(event);
    }
    let path = format!("/candidates/{}", part(person_id));
    let found = api.get(&path).await?;
    if id(&found["id"]).as_deref() != Some(person_id) {
        return Err(Trouble::Missing(404));
    }
    let assignment = assignment(&found, event.handles.get("job"));
    let status = line(&assignment["status"]).map(|status| status.to_uppercase());
    let kind = match (event.kind, status.as_deref()) {
        (Kind::StageChanged, Some("HIRED")) => Kind::Hired,
        (Kind::StageChanged, Some("REJECTED" | "WITHDRAWN")) => Kind::Rejected,
        (kind, _) => kind,
    };
    let is_of_person = matches!(kind, Kind::CandidateCreated | Kind::CandidateUpdated);
    let candidacy = if is_of_person {
        Candidacy::default()
    } else {
        let status = status.as_deref();
        Candidacy {
            source: line(&assignment["source"]),
            stage: line(&assignment["subStatus"]).or_else(|| line(&assignment["status"])),
            rejected: status.map(|status| ["REJECTED", "WITHDRAWN"].contains(&status)),
            hired: status.map(|status| status == "HIRED"),
            ..Candidacy::default()
        }
    };
    let job = id(&assignment["job"]["id"]).filter(|_| !is_of_person);
    let application_id = (event.application_id.clone()).or_else(|| of_job(&event, job.as_ref()));
    let changed = time(&found["updatedOn"]);
    let event = Event {
        kind,
        application_id,
        at: event.at.max(changed),
        need: Need::Nothing,
        person: person(&found),
        candidacy,
        resume: resume(api, &path).await?,
        ..event
    };
    Ok(event.as_of(changed, api.now))
}

/// What the candidate is in for this job; where none is named, the primary one.
fn assignment<'a>(found: &'a Value, job: Option<&String>) -> &'a Value {
    let primary = &found["primaryAssignment"];
    let Some(job) = job else {
        return primary;
    };
    [primary]
        .into_iter()
        .chain(items(&found["secondaryAssignments"]))
        .find(|one| id(&one["job"]["id"]).as_ref() == Some(job))
        .unwrap_or(&Value::Null)
}

fn person(found: &Value) -> Person {
    let years = |one: &Value| {
        let ended = one["current"] != true;
        (
            date(&one["startDate"]),
            date(&one["endDate"]).filter(|_| ended),
        )
    };
    let location = &found["location"];
    let address = Address {
        line1: line(&location["address"]),
        city: line(&location["city"]),
        region: line(&location["region"]).or_else(|| line(&location["regionCode"])),
        postal_code: line(&location["postalCode"]),
        country: line(&location["country"]).or_else(|| line(&location["countryCode"])),
        ..Address::default()
    };
    Person {
        name: name(&Value::Null, &found["firstName"], &found["lastName"]),
        emails: text(&found["email"]).map(|one| emails([Some(one)])),
        phones: text(&found["phoneNumber"]).map(|one| phones([Some(one)])),
        links: found["web"].as_object().map(|web| {
            // A name on Skype is no link.
            let sites = web.iter().filter(|(kind, _)| *kind != "skype");
            links(sites.map(|(_, site)| line(site)))
        }),
        address: (address != Address::default()).then_some(address),
        education: said(&found["education"], |all| {
            entries(all, |one| {
                education(
                    line(&one["institution"]),
                    line(&one["major"]),
                    line(&one["degree"]),
                    years(one),
                )
            })
        }),
        work: said(&found["experience"], |all| {
            entries(all, |one| {
                work(
                    line(&one["company"]),
                    line(&one["title"]),
                    years(one),
                    line(&one["location"]),
                )
            })
        }),
        ..Person::default()
    }
}

async fn resume(api: &Api, path: &str) -> Result<Option<File>, Trouble> {
    let found = match api.get(&format!("{path}/attachments")).await {
        Ok(found) => found,
        // The person is there, and only has no files.
        Err(Trouble::Missing(_)) => return Ok(None),
        Err(trouble) => return Err(trouble),
    };
    let resume = items(&found["content"])
        .iter()
        .find(|one| one["type"] == "RESUME");
    Ok(resume.and_then(|one| {
        Some(File {
            filename: line(&one["name"]),
            url: text(&one["actions"]["download"]["url"])?,
        })
    }))
}

async fn leave_tag(api: &Api, note: &Note) -> Result<Option<String>, Trouble> {
    if note.next_step != NextStep::None {
        let path = format!("/candidates/{}/tags", part(&note.external_id));
        let body = json!({"tags": [api.setting("tag")?]});
        api.post(&path, &body).await?;
    }
    Ok(None)
}

async fn leave_note(api: &Api, note: &Note) -> Result<Option<String>, Trouble> {
    let users = api.setting("note_users")?.split(',').map(str::trim);
    let users: Vec<_> = users.filter(|user| !user.is_empty()).collect();
    let body = json!({
        // The tag puts it on the candidate's page.
        "content": format!("{} #[CANDIDATE:{}]", note.text, note.external_id),
        "shareWith": {"users": users, "everyone": false, "openNote": false},
    });
    let made = api.post("/messages/shares", &body).await?;
    Ok(id(&made["id"]))
}

#[cfg(test)]
mod tests;
