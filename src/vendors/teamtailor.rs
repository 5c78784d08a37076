//! Teamtailor: `ats-webhooks.md` §8. Three schemes come to one URL: a company's webhooks signed whole
//! (v2), the same with a signature over an id alone (v1, deprecated), and a partner's triggers, signed
//! over an id and a time. Of the last two only ids are believed, and the API says the rest.

mod leave;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::api::{Api, Settings, part};
use super::event::{Candidacy, Event, File, Kind, Need, Person};
use super::fields::{emails, id, items, line, links, moment, name, phones, text, time};
use super::signature::{Forged, Stamped, hex};
use super::{Access, Delivered, Key, Leave, Setting, Unreadable, Vendor};
use crate::net::Trouble;

pub(super) const VENDOR: Vendor = Vendor {
    name: "teamtailor",
    title: "Teamtailor",
    steps: &[
        "In Teamtailor, open Settings, Integrations, Webhooks (an add-on), and choose the signature version v2.",
        "Add a webhook to {url} with the events of candidates and of job applications: create, update and destroy.",
        "Store the signature key that Teamtailor shows here, and an API key with the right to read: an event about a job \
         application does not say whose it is.",
        "A partner integration can send its triggers to the same URL of a connection of its own, with its signature key.",
        "Teamtailor sends nothing twice: what comes while this service is down is lost.",
    ],
    secret: "The signature key that Teamtailor makes for the webhook, or for the partner integration.",
    settings: &[
        Setting {
            name: "user_id",
            about: "Whose name stands under the notes: a Teamtailor user's id. Without it no note is left.",
        },
        Setting {
            name: "partner_results",
            about: "Write: yes. Then the result of a partner's trigger is completed with the next step and a link, without a \
                    score or a grade.",
        },
    ],
    verify,
    keys,
    read,
    access: Some(Access {
        base_url: Some("https://api.teamtailor.com"),
        hosts: &[
            "*.teamtailor.com",
            "*.teamtailor-cdn.com",
            "*.s3.amazonaws.com",
            "*.s3.eu-west-1.amazonaws.com",
        ],
        key: "An API key of the company, of the scope admin; where results of a partner's triggers are completed, the \
              partner's key behind a colon: company-key:partner-key.",
        authorize,
        complete: Some(|api, event| Box::pin(complete(api, event))),
        leave: &[
            Leave {
                kind: "note",
                about: "a note",
                wanted: |settings: &Settings| settings.contains_key("user_id"),
                leave: |api, note| Box::pin(leave::note(api, note)),
                find: None,
            },
            Leave {
                kind: "partner_result",
                about: "a partner's result without a score",
                wanted: |settings: &Settings| {
                    let set = settings.get("partner_results");
                    set.is_some_and(|set| set.trim() == "yes")
                },
                leave: |api, note| Box::pin(leave::result(api, note)),
                find: None,
            },
        ],
    }),
    ..Vendor::USUAL
};

const COMPANY: &str = "TT-Signature";
const PARTNER: &str = "Teamtailor-Signature";

/// How a delivery is signed, by its headers.
enum Scheme<'a> {
    /// Over the time and all that is said; the decoded header.
    Whole(String),
    /// Over the id; the decoded header.
    Id(String),
    /// A partner's, over the time and the id; the header.
    Partner(&'a str),
}

fn scheme<'a>(delivered: &Delivered<'a>) -> Result<Scheme<'a>, Forged> {
    if let Some(header) = delivered.header(PARTNER) {
        return Ok(Scheme::Partner(header));
    }
    let header = delivered.header(COMPANY).ok_or(Forged::Missing(COMPANY))?;
    let decoded = STANDARD.decode(header).map_err(|_| Forged::Wrong)?;
    let decoded = String::from_utf8(decoded).map_err(|_| Forged::Wrong)?;
    if decoded.contains('=') {
        Ok(Scheme::Whole(decoded))
    } else {
        Ok(Scheme::Id(decoded))
    }
}

fn verify(delivered: &Delivered, secrets: &[String], now: Timestamp) -> Result<(), Forged> {
    match scheme(delivered)? {
        Scheme::Whole(header) => {
            let stamped = Stamped::read(&header, "v2").ok_or(Forged::Wrong)?;
            let over = |bytes: &[u8]| {
                stamped.verify(secrets, &[stamped.time.as_bytes(), b".", bytes], now)
            };
            match (over(delivered.body), payload(delivered.body)) {
                (Err(Forged::Wrong), Some(payload)) => over(payload.as_bytes()),
                (verified, _) => verified,
            }
        }
        Scheme::Id(digits) => {
            let body = delivered.outline().ok_or(Forged::Wrong)?;
            let id = signed_id(&inner(&body)["data"]["id"]).ok_or(Forged::Wrong)?;
            hex(&digits, secrets, &[id.as_bytes()])
        }
        Scheme::Partner(header) => {
            let body = delivered.outline().ok_or(Forged::Wrong)?;
            let id = signed_id(&body["partner-event"]["id"]).ok_or(Forged::Wrong)?;
            let stamped = Stamped::read(header, "v1").ok_or(Forged::Wrong)?;
            stamped.verify(
                secrets,
                &[stamped.time.as_bytes(), b".", id.as_bytes()],
                now,
            )
        }
    }
}

/// The very bytes of the object inside a delivery, which is then what is read ([`inner`]): by Teamtailor's examples it is these that are
/// signed, and the envelope holds a copy of the signature.
fn payload(body: &[u8]) -> Option<&str> {
    #[derive(Deserialize)]
    struct Envelope<'a> {
        #[serde(borrow)]
        payload: &'a RawValue,
    }
    // A second payload would be an error, so that what was signed is what is read.
    let envelope: Envelope<'_> = serde_json::from_slice(body).ok()?;
    let payload = envelope.payload.get();
    payload.starts_with('{').then_some(payload)
}

/// An id exactly as written, for it is signed.
fn signed_id(id: &Value) -> Option<String> {
    match id {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The payload, which some receivers see without its envelope.
fn inner(body: &Value) -> &Value {
    let payload = &body["payload"];
    if payload.is_object() { payload } else { body }
}

/// A partner's trigger has an id, which is signed; a company's events have none.
fn keys(delivered: &Delivered) -> Vec<Key> {
    let key = match scheme(delivered) {
        Ok(Scheme::Partner(_)) => {
            let body = delivered.json().unwrap_or_default();
            id(&body["partner-event"]["id"]).map(Key::id)
        }
        _ => None,
    };
    vec![key.unwrap_or_else(|| Key::body(delivered.body))]
}

fn read(delivered: &Delivered) -> Result<Vec<Event>, Unreadable> {
    let body = delivered.json()?;
    Ok(vec![match scheme(delivered) {
        Ok(Scheme::Partner(header)) => triggered(header, &body["partner-event"]),
        Ok(Scheme::Whole(_)) => happened(inner(&body), true),
        _ => happened(inner(&body), false),
    }])
}

/// A partner's trigger: somebody asks for a check.
fn triggered(header: &str, event: &Value) -> Event {
    let candidate = &event["candidate"];
    let person = id(&candidate["id"]);
    if person.is_none() {
        return Event::ignored("it names nobody");
    }
    let asked = Event {
        at: Stamped::read(header, "v1").and_then(|stamped| moment(stamped.time)),
        need: Need::Required,
        ..Event::of(Kind::StageChanged, person)
    };
    asked
        .with_handle("partner_result", id(&event["partner-result"]["id"]))
        .with_handle("job", id(&candidate["job"]["id"]))
}

/// An event of a company's; unless it is signed whole, its ids are all that is taken.
fn happened(payload: &Value, is_signed_whole: bool) -> Event {
    let data = &payload["data"];
    let Some(its_id) = id(&data["id"]) else {
        return Event::ignored("it names nobody");
    };
    let said = attributes(data);
    let event = match payload["event_name"].as_str().unwrap_or_default() {
        "candidate.create" => of_candidate(Kind::CandidateCreated, its_id, &said),
        "candidate.update" => of_candidate(Kind::CandidateUpdated, its_id, &said),
        "candidate.destroy" => Event::of(Kind::CandidateDeleted, Some(its_id)),
        "job_application.create" => of_application(Kind::ApplicationCreated, its_id, &said),
        "job_application.update" => of_application(moved(&said), its_id, &said),
        "job_application.destroy" => Event {
            application_id: Some(its_id),
            // It is gone from the API too.
            note: Some(
                "a job application is gone; which candidate's cannot be told any more".to_owned(),
            ),
            ..Event::of(Kind::ApplicationDeleted, None)
        },
        other => return Event::ignored(format!("nothing for us: {other}")),
    };
    if is_signed_whole {
        return event;
    }
    Event {
        application_id: event.application_id,
        need: Need::Required,
        note: event.note,
        ..Event::of(event.kind, event.external_id)
    }
}

/// The attributes of a resource; both `-` and `_` are documented between their words.
fn attributes(resource: &Value) -> Value {
    let named = resource["attributes"].as_object().into_iter().flatten();
    let named = named.map(|(name, value)| (name.replace('-', "_"), value.clone()));
    Value::Object(named.collect())
}

fn moved(said: &Value) -> Kind {
    if time(&said["rejected_at"]).is_some() {
        Kind::Rejected
    } else {
        Kind::StageChanged
    }
}

fn of_candidate(kind: Kind, its_id: String, said: &Value) -> Event {
    Event {
        at: time(&said["updated_at"]),
        need: Need::Wanted,
        person: person(said),
        resume: resume(said),
        ..Event::of(kind, Some(its_id))
    }
}

fn of_application(kind: Kind, its_id: String, said: &Value) -> Event {
    Event {
        application_id: Some(its_id),
        at: changed(said),
        need: Need::Required,
        candidacy: Candidacy {
            source: line(&said["referring_site"]),
            stage: line(&said["stage_name"]),
            stage_id: id(&said["stage_id"]),
            applied_at: time(&said["created_at"]),
            rejected: said.get("rejected_at").map(|at| time(at).is_some()),
            ..Candidacy::default()
        },
        notice_not_before: text(&said["transparent_recruiting_visible_at"]),
        ..Event::of(kind, None)
    }
}

/// When a job application changed last.
fn changed(said: &Value) -> Option<Timestamp> {
    [
        "created_at",
        "updated_at",
        "last_moved_at",
        "changed_stage_at",
        "rejected_at",
    ]
    .iter()
    .filter_map(|name| time(&said[*name]))
    .max()
}

fn person(said: &Value) -> Person {
    Person {
        name: name(&Value::Null, &said["first_name"], &said["last_name"]),
        emails: text(&said["email"]).map(|one| emails([Some(one)])),
        phones: text(&said["phone"]).map(|one| phones([Some(one)])),
        links: line(&said["linkedin_url"]).map(|one| links([Some(one)])),
        ..Person::default()
    }
}

/// A URL, good for half a minute, or a name and a URL.
fn resume(said: &Value) -> Option<File> {
    let of = |file: &Value| {
        Some(File {
            filename: line(&file["file-name"]).or_else(|| line(&file["file_name"])),
            url: text(file).or_else(|| text(&file["url"]))?,
        })
    };
    of(&said["resume"]).or_else(|| of(&said["original_resume"]))
}

const VERSION: (&str, &str) = ("x-api-version", "20180828");

fn authorize(api: &Api) -> Vec<(&'static str, String)> {
    let token = format!("Token token={}", leave::both_keys(&api.key).0);
    vec![("authorization", token), (VERSION.0, VERSION.1.to_owned())]
}

async fn complete(api: &Api, event: Event) -> Result<Event, Trouble> {
    let path = match (&event.application_id, &event.external_id) {
        (Some(id), _) => format!("/v1/job-applications/{}", part(id)),
        (None, Some(id)) => format!("/v1/candidates/{}", part(id)),
        (None, None) => return Ok(event),
    };
    match event.kind {
        _ if event.need == Need::Nothing => Ok(event),
        Kind::CandidateDeleted | Kind::ApplicationDeleted => confirm(api, &path, event).await,
        _ if event.application_id.is_some() => complete_application(api, &path, event).await,
        _ => {
            let found = api.get(&path).await?;
            with_candidate(api, event, &found["data"])
        }
    }
}

/// A deletion whose signature does not cover it could be made up: it counts where the API has nothing.
async fn confirm(api: &Api, path: &str, event: Event) -> Result<Event, Trouble> {
    match api.get(path).await {
        Ok(_) => Ok(Event::ignored("it is still there")),
        Err(Trouble::Missing(_)) => Ok(Event {
            need: Need::Nothing,
            ..event
        }),
        Err(trouble) => Err(trouble),
    }
}

async fn complete_application(api: &Api, path: &str, event: Event) -> Result<Event, Trouble> {
    let answer = api
        .get(&format!("{path}?include=candidate,stage,job"))
        .await?;
    let found = &answer["data"];
    if id(&found["id"]) != event.application_id {
        return Err(Trouble::Missing(404));
    }
    let related = |name: &str| id(&found["relationships"][name]["data"]["id"]);
    let included = |kind: &str, its_id: Option<&String>| {
        items(&answer["included"])
            .iter()
            .find(|one| one["type"] == kind && id(&one["id"]).as_ref() == its_id)
    };
    let whose = related("candidate").ok_or_else(|| Trouble::Unreadable("no candidate".into()))?;
    let stage = related("stage");
    let stage_name =
        included("stages", stage.as_ref()).and_then(|one| line(&one["attributes"]["name"]));
    let said = attributes(found);
    let fetched = of_application(event.kind, String::new(), &said);
    let known = event.candidacy;
    let event = Event {
        kind: match event.kind {
            Kind::StageChanged | Kind::Rejected => moved(&said),
            kind => kind,
        },
        external_id: Some(whose.clone()),
        at: event.at.max(fetched.at),
        candidacy: Candidacy {
            source: fetched.candidacy.source.or(known.source),
            stage: stage_name.or(known.stage),
            stage_id: stage.or(known.stage_id),
            applied_at: fetched.candidacy.applied_at.or(known.applied_at),
            rejected: fetched.candidacy.rejected.or(known.rejected),
            ..Candidacy::default()
        },
        notice_not_before: fetched.notice_not_before.or(event.notice_not_before),
        ..event
    }
    .with_handle("job", related("job"));
    if let Some(candidate) = included("candidates", Some(&whose)) {
        return with_candidate(api, event, candidate);
    }
    let found = api.get(&format!("/v1/candidates/{}", part(&whose))).await?;
    with_candidate(api, event, &found["data"])
}

/// The event with the person as the API knows it.
fn with_candidate(api: &Api, event: Event, found: &Value) -> Result<Event, Trouble> {
    if id(&found["id"]) != event.external_id {
        return Err(Trouble::Missing(404));
    }
    let said = attributes(found);
    let fetched = person(&said);
    let known = event.person;
    let changed = time(&said["updated_at"]);
    let is_of_person = matches!(event.kind, Kind::CandidateCreated | Kind::CandidateUpdated);
    let event = Event {
        // An application changes at times of its own.
        at: event.at.max(changed.filter(|_| is_of_person)),
        need: Need::Nothing,
        person: Person {
            name: fetched.name.or(known.name),
            emails: fetched.emails.or(known.emails),
            phones: fetched.phones.or(known.phones),
            links: fetched.links.or(known.links),
            ..known
        },
        resume: resume(&said).or(event.resume),
        ..event
    };
    Ok(event.as_of(changed, api.now))
}

#[cfg(test)]
mod tests;
