//! Lever: `ats-webhooks.md` §4.
//!
//! Its signature covers a token and a time, nothing of what happened. So a delivery is believed for
//! ids alone, and the API says what they stand for; a deletion too is asked after.

use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

use super::api::{Api, Note, Settings, basic, part};
use super::event::{Candidacy, Event, File, Kind, Need, Person};
use super::fields::{
    date, education, emails, entries, id, items, line, links, name, phones, said, text, time, work,
};
use super::signature::{Forged, hex};
use super::{Access, Delivered, Key, Leave, Setting, Unreadable, Vendor};
use crate::net::Trouble;
use crate::rules::NextStep;

pub(super) const VENDOR: Vendor = Vendor {
    name: "lever",
    title: "Lever",
    steps: &[
        "In Lever, as a super admin, open Settings, Integrations and API, Webhooks.",
        "Add {url} under each of: application created, candidate stage change, candidate archive state change, \
         candidate hired, candidate deleted.",
        "Generate a signature token, which Lever does not do by itself: without one it signs nothing, and nothing is taken.",
        "Store the token here, then send a test request from Lever.",
        "Make an API key under API credentials and store it here: Lever's deliveries say only that something changed.",
    ],
    secret: "The signature token that Lever generates on the webhooks page. Where every webhook has its own, \
             make one connection for each.",
    settings: &[
        Setting {
            name: "user_id",
            about: "Whose name stands under the notes: a Lever user's id. Without it no note is left.",
        },
        Setting {
            name: "tag",
            about: "A tag to set on whom a person should look at. Without it no tag is set.",
        },
    ],
    verify,
    keys,
    read,
    access: Some(Access {
        base_url: Some("https://api.lever.co/v1"),
        hosts: &["api.lever.co", "api.eu.lever.co"],
        key: "An API key that may read opportunities (confidential ones as well, if they are to be screened), contacts \
              and resumes, and write notes and tags; or an OAuth token, written as: Bearer token.",
        authorize,
        complete: Some(|api, event| Box::pin(complete(api, event))),
        leave: &[
            Leave {
                kind: "note",
                about: "a note for users who may see sensitive information",
                wanted: |settings: &Settings| settings.contains_key("user_id"),
                leave: |api, note| Box::pin(leave_note(api, note)),
                find: Some(|api, note| Box::pin(find_note(api, note))),
            },
            Leave {
                kind: "tag",
                about: "a tag",
                wanted: |settings: &Settings| settings.contains_key("tag"),
                leave: |api, note| Box::pin(leave_tag(api, note)),
                find: None,
            },
        ],
    }),
    ..Vendor::USUAL
};

/// Lever sends the same bytes again for hours, so a few minutes would lose deliveries.
const OLDEST_MS: i64 = 24 * 3600 * 1000;

fn verify(delivered: &Delivered, secrets: &[String], now: Timestamp) -> Result<(), Forged> {
    let body = delivered.outline().ok_or(Forged::Wrong)?;
    let signature = text(&body["signature"]).ok_or(Forged::Missing("signature"))?;
    let token = token(&body).ok_or(Forged::Missing("token"))?;
    let triggered = body["triggeredAt"].as_i64().ok_or(Forged::Wrong)?;
    let decimal = triggered.to_string();
    hex(&signature, secrets, &[token.as_bytes(), decimal.as_bytes()])?;
    if now.as_millisecond().saturating_sub(triggered) > OLDEST_MS {
        return Err(Forged::Stale);
    }
    Ok(())
}

/// The token exactly as written, for it is signed.
fn token(body: &Value) -> Option<&str> {
    body["token"].as_str().filter(|token| !token.is_empty())
}

/// The token is a key of its own: it is signed, the id beside it is not.
fn keys(delivered: &Delivered) -> Vec<Key> {
    let body = delivered.json().unwrap_or_default();
    let token = token(&body).map(|token| Key::id(format_args!("token {token}")));
    let keys: Vec<_> = [id(&body["id"]).map(Key::id), token]
        .into_iter()
        .flatten()
        .collect();
    if keys.is_empty() {
        vec![Key::body(delivered.body)]
    } else {
        keys
    }
}

fn read(delivered: &Delivered) -> Result<Vec<Event>, Unreadable> {
    let body = delivered.json()?;
    let data = &body["data"];
    if data.as_object().is_some_and(serde_json::Map::is_empty) {
        return Ok(vec![Event::ping()]);
    }
    let kind = match body["event"].as_str().unwrap_or_default() {
        "applicationCreated" => Kind::ApplicationCreated,
        "candidateStageChange" => Kind::StageChanged,
        "candidateHired" => Kind::Hired,
        "candidateArchiveChange" if data["toArchived"].is_null() => Kind::Unrejected,
        "candidateArchiveChange" => Kind::Rejected,
        "candidateDeleted" => Kind::CandidateDeleted,
        other => return Ok(vec![Event::ignored(format!("nothing for us: {other}"))]),
    };
    // An old candidate id is an opportunity's.
    let opportunity = id(&data["opportunityId"]).or_else(|| id(&data["candidateId"]));
    let person = id(&data["contactId"]);
    if opportunity.is_none() && person.is_none() {
        return Ok(vec![Event::ignored("it names nobody")]);
    }
    let application = id(&data["applicationId"]);
    let stage = id(&data["toStageId"]);
    let event = Event {
        application_id: application.clone(),
        at: time(&body["triggeredAt"]),
        need: Need::Required,
        candidacy: Candidacy {
            stage_id: stage.clone(),
            ..Candidacy::default()
        },
        ..Event::of(kind, person)
    };
    let event = event
        .with_handle("opportunity", opportunity)
        .with_handle("application", application)
        .with_handle("stage", stage);
    Ok(vec![event])
}

fn authorize(api: &Api) -> Vec<(&'static str, String)> {
    if api.key.starts_with("Bearer ") {
        vec![("authorization", api.key.clone())]
    } else {
        basic(&api.key)
    }
}

async fn complete(api: &Api, event: Event) -> Result<Event, Trouble> {
    if event.need == Need::Nothing {
        return Ok(event);
    }
    if event.kind == Kind::CandidateDeleted {
        return confirm(api, event).await;
    }
    let Some(opportunity) = event.handles.get("opportunity") else {
        return Ok(Event::ignored("it names no opportunity"));
    };
    let path = format!("/opportunities/{}", part(opportunity));
    let answer = api.get(&format!("{path}?expand=stage")).await?;
    let found = &answer["data"];
    if id(&found["id"]).as_ref() != Some(opportunity) {
        return Err(Trouble::Missing(404));
    }
    // Whose it is, is the API's to say: the delivery could pair one person with another's data.
    let contact = id(&found["contact"]).or_else(|| id(&found["contact"]["id"]));
    let contact = contact.ok_or_else(|| Trouble::Unreadable("no contact".into()))?;
    let at = event.at.max(time(&found["updatedAt"]));
    if found["isAnonymized"] == true {
        return Ok(Event {
            at,
            ..Event::of(Kind::CandidateAnonymised, Some(contact))
        });
    }
    let resumes = api.get(&format!("{path}/resumes")).await?;
    let resumes = items(&resumes["data"]);
    let kind = match event.kind {
        Kind::Rejected | Kind::Unrejected if found["archived"].is_object() => Kind::Rejected,
        Kind::Rejected | Kind::Unrejected => Kind::Unrejected,
        kind => kind,
    };
    // Whoever was hired is archived too, so that an archived one need not have been turned down.
    let (rejected, hired) = match found.get("archived") {
        Some(Value::Null) => (Some(false), Some(false)),
        Some(Value::Object(_)) if kind != Kind::Hired => (Some(true), None),
        _ => (None, None),
    };
    // The person is out of both.
    let created = resumes.iter().map(|one| time(&one["createdAt"]));
    let changed = created.chain([time(&found["updatedAt"])]).max().flatten();
    let source = items(&found["sources"]).first().and_then(line);
    let stage = &found["stage"];
    let event = Event {
        kind,
        external_id: Some(contact),
        application_id: items(&found["applications"])
            .first()
            .and_then(id)
            .or(event.application_id),
        at,
        need: Need::Nothing,
        person: person(found, source.clone(), resumes),
        candidacy: Candidacy {
            source: source.or_else(|| line(&found["origin"])),
            stage: line(&stage["text"]),
            stage_id: id(&stage["id"])
                .or_else(|| id(stage))
                .or(event.candidacy.stage_id),
            rejected,
            hired,
            ..Candidacy::default()
        },
        resume: newest(resumes, |one| {
            one["parsedData"].is_object() && file(one).is_some()
        })
        .or_else(|| newest(resumes, |one| file(one).is_some()))
        .and_then(file),
        handles: event.handles,
        ..Event::default()
    };
    Ok(event.as_of(changed, api.now))
}

/// A deletion could be made up: it counts where the API knows of nothing (more) of the person.
async fn confirm(api: &Api, event: Event) -> Result<Event, Trouble> {
    let Some(contact) = event.external_id.clone() else {
        return Ok(Event::ignored("a deletion that names no contact"));
    };
    let gone = Event {
        at: event.at,
        ..Event::of(Kind::CandidateDeleted, Some(contact.clone()))
    };
    let found = match api.get(&format!("/contacts/{}", part(&contact))).await {
        Ok(found) => found,
        Err(Trouble::Missing(_)) => return Ok(gone),
        Err(trouble) => return Err(trouble),
    };
    if found["data"]["isAnonymized"] == true {
        return Ok(Event {
            kind: Kind::CandidateAnonymised,
            ..gone
        });
    }
    // What is deleted in Lever is an opportunity; the contact stays with those that are left, if any.
    let path = format!(
        "/opportunities?contact_id={}&confidentiality=all",
        part(&contact)
    );
    let left = api.get(&path).await?;
    if left["data"].as_array().is_some_and(Vec::is_empty) {
        return Ok(gone);
    }
    Ok(Event::ignored("the person is still there"))
}

fn person(found: &Value, source: Option<String>, resumes: &[Value]) -> Person {
    let parsed = newest(resumes, |one| one["parsedData"].is_object());
    let parsed = parsed.map_or(&Value::Null, |one| &one["parsedData"]);
    let years = |one: &Value| (date(&one["start"]), date(&one["end"]));
    Person {
        name: name(&found["name"], &Value::Null, &Value::Null),
        emails: said(&found["emails"], |all| emails(all.iter().map(line))),
        phones: said(&found["phones"], |all| {
            phones(all.iter().map(|one| line(&one["value"])))
        }),
        links: said(&found["links"], |all| links(all.iter().map(line))),
        education: said(&parsed["schools"], |all| {
            entries(all, |one| {
                education(
                    line(&one["org"]),
                    line(&one["field"]),
                    line(&one["degree"]),
                    years(one),
                )
            })
        }),
        work: said(&parsed["positions"], |all| {
            entries(all, |one| {
                work(
                    line(&one["org"]),
                    line(&one["title"]),
                    years(one),
                    line(&one["location"]),
                )
            })
        }),
        agency: source.filter(|_| found["origin"] == "agency"),
        ..Person::default()
    }
}

/// The newest of the résumés of which something holds.
fn newest(resumes: &[Value], holds: impl Fn(&Value) -> bool) -> Option<&Value> {
    resumes
        .iter()
        .filter(|one| holds(one))
        .max_by_key(|one| time(&one["createdAt"]))
}

/// A résumé's file, unless it is broken.
fn file(resume: &Value) -> Option<File> {
    let file = &resume["file"];
    if file["status"] == "error" {
        return None;
    }
    Some(File {
        filename: line(&file["name"]),
        url: text(&file["downloadUrl"])?,
    })
}

/// Where notes and tags of the opportunity are.
fn opportunity(note: &Note, rest: &str) -> Result<String, Trouble> {
    let id = note.handles.get("opportunity");
    let id = id.ok_or(Trouble::Missing(404))?;
    Ok(format!("/opportunities/{}/{rest}", part(id)))
}

async fn leave_note(api: &Api, note: &Note) -> Result<Option<String>, Trouble> {
    let user = part(api.setting("user_id")?);
    let body = json!({"value": note.text, "secret": true, "notifyFollowers": false});
    if let Some(before) = &note.before {
        let path = opportunity(note, &format!("notes/{}?perform_as={user}", part(before)))?;
        match api
            .send(Method::PUT, api.url(&path)?, Some(&body), &[])
            .await
        {
            Ok(_) => return Ok(Some(before.clone())),
            // Somebody took it away.
            Err(Trouble::Missing(_)) => {}
            Err(trouble) => return Err(trouble),
        }
    }
    let path = opportunity(note, &format!("notes?perform_as={user}"))?;
    let made = &api.post(&path, &body).await?["data"];
    Ok(id(&made["noteId"]).or_else(|| id(&made["id"])))
}

async fn find_note(api: &Api, note: &Note) -> Result<Option<String>, Trouble> {
    let found = api.get(&opportunity(note, "notes")?).await?;
    // The text stands in one place for notes that people wrote, in another for those of forms.
    let ours = (items(&found["data"]).iter()).find(|one| one.to_string().contains(&note.mark));
    Ok(ours.and_then(|one| id(&one["id"])))
}

async fn leave_tag(api: &Api, note: &Note) -> Result<Option<String>, Trouble> {
    if note.next_step != NextStep::None {
        let body = json!({"tags": [api.setting("tag")?]});
        api.post(&opportunity(note, "addTags")?, &body).await?;
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
