//! Ashby: `ats-webhooks.md` §5.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::api::{Api, Note, Settings, basic};
use super::event::{Candidacy, Event, File, Kind, Need, Person};
use super::fields::{
    education, emails, id, items, line, links, name, phones, said, text, time, work_or_current,
};
use super::signature::{Forged, hex};
use super::{Access, Delivered, Key, Leave, Setting, Unreadable, Vendor};
use crate::application::{Address, Submission};
use crate::net::Trouble;
use crate::rules::NextStep;

pub(super) const VENDOR: Vendor = Vendor {
    name: "ashby",
    title: "Ashby",
    steps: &[
        "Give this connection its secret first: Ashby sends a ping when the webhook is saved, and leaves it disabled if that fails.",
        "In Ashby, open Admin, Integrations, Webhooks.",
        "Add a webhook with {url} as the request URL and that secret for each of: application submitted, application \
         updated, candidate stage change, candidate hired, candidate merged, candidate deleted.",
    ],
    secret: "The secret token of the webhooks; you choose it, so take a long random one and use it for every webhook of this \
             connection. Ashby would also send without one, which is not taken here.",
    makes_secret: true,
    settings: &[
        Setting {
            name: "note",
            about: "Write: private. Then a private note is left, in the name of the API key, and nobody is notified.",
        },
        Setting {
            name: "tag_id",
            about: "The id of a candidate tag to set on whom a person should look at. Without it no tag is set.",
        },
        Setting {
            name: "field_id",
            about: "The id of a custom field of candidates, a text, that is to say the next step. Without it none is set.",
        },
        Setting {
            name: "fraud_status",
            about: "Write: unsure. Then, where a person should check the identity and nobody has decided yet, Ashby's own \
                    status is set to unsure; no other value is ever set. It needs Ashby's fraud detection.",
        },
    ],
    verify,
    keys,
    read,
    access: Some(Access {
        base_url: Some("https://api.ashbyhq.com"),
        hosts: &[
            "*.ashbyhq.com",
            "*.s3.amazonaws.com",
            "*.s3.us-west-2.amazonaws.com",
        ],
        key: "An API key with candidatesRead, and candidatesWrite for what is left there.",
        authorize: |api| basic(&api.key),
        complete: Some(|api, event| Box::pin(complete(api, event))),
        leave: &[
            Leave {
                kind: "note",
                about: "a private note",
                wanted: |settings: &Settings| is(settings, "note", "private"),
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
            Leave {
                kind: "field",
                about: "the next step in a custom field",
                wanted: |settings: &Settings| settings.contains_key("field_id"),
                leave: |api, note| Box::pin(leave_field(api, note)),
                find: None,
            },
            Leave {
                kind: "status",
                about: "the status unsure where nobody has decided yet",
                wanted: |settings: &Settings| is(settings, "fraud_status", "unsure"),
                leave: |api, note| Box::pin(leave_status(api, note)),
                find: None,
            },
        ],
    }),
    ..Vendor::USUAL
};

fn is(settings: &Settings, name: &str, value: &str) -> bool {
    settings.get(name).is_some_and(|set| set.trim() == value)
}

fn verify(delivered: &Delivered, secrets: &[String], _: Timestamp) -> Result<(), Forged> {
    const HEADER: &str = "Ashby-Signature";
    let header = delivered.header(HEADER).ok_or(Forged::Missing(HEADER))?;
    let digits = header.strip_prefix("sha256=").ok_or(Forged::Wrong)?;
    hex(digits, secrets, &[delivered.body])
}

/// The id is that of what happened, so several webhooks share it: with the action it is a delivery's.
fn keys(delivered: &Delivered) -> Vec<Key> {
    let body = delivered.json().unwrap_or_default();
    match (id(&body["action"]), id(&body["webhookActionId"])) {
        (Some(action), Some(id)) => vec![Key::id(format_args!("{action} {id}"))],
        _ => vec![Key::body(delivered.body)],
    }
}

fn read(delivered: &Delivered) -> Result<Vec<Event>, Unreadable> {
    let body = delivered.json()?;
    let data = &body["data"];
    let application = &data["application"];
    let event = match body["action"].as_str().unwrap_or_default() {
        "ping" => Event::ping(),
        "applicationSubmit" => of_application(Kind::ApplicationCreated, application),
        "applicationUpdate" => of_application(Kind::ApplicationUpdated, application),
        "candidateStageChange" => of_application(Kind::StageChanged, application),
        "candidateHire" => of_application(Kind::Hired, application),
        "candidateDelete" => Event::of(Kind::CandidateDeleted, id(&data["candidate"]["id"])),
        "candidateMerge" => Event {
            merged_into: id(&data["mergedCandidate"]["id"]),
            ..Event::of(Kind::CandidateMerged, id(&data["deletedCandidate"]["id"]))
        },
        other => Event::ignored(format!("nothing for us: {other}")),
    };
    Ok(vec![event])
}

fn of_application(kind: Kind, application: &Value) -> Event {
    let candidate = &application["candidate"];
    let stage = &application["currentInterviewStage"];
    let submission = Submission {
        ip: line(&application["submitterClientIp"]),
        user_agent: line(&application["submitterUserAgent"]),
        ..Submission::default()
    };
    let said_how = submission.ip.is_some() || submission.user_agent.is_some();
    let status = application["status"].as_str();
    let status = status.filter(|word| ["Active", "Archived", "Hired", "Lead"].contains(word));
    Event {
        application_id: id(&application["id"]),
        at: time(&application["updatedAt"]),
        need: Need::Wanted,
        person: Person {
            submission: said_how.then_some(submission),
            ..person(candidate)
        },
        candidacy: Candidacy {
            source: line(&application["source"]["title"]),
            stage: line(&stage["title"]),
            stage_id: id(&stage["id"]),
            stage_kind: match stage["type"].as_str() {
                Some("Active") => Some("interview".into()),
                Some("Offer") => Some("offer".into()),
                Some("Hired") => Some("hire".into()),
                _ => None,
            },
            applied_at: time(&application["createdAt"]),
            rejected: status.map(|status| status == "Archived"),
            hired: status.map(|status| status == "Hired"),
        },
        ..Event::of(kind, id(&candidate["id"]))
    }
}

/// The same of a thin candidate in a delivery and of a whole one of the API: what either lacks was not
/// said.
fn person(candidate: &Value) -> Person {
    let school = education(line(&candidate["school"]), None, None, (None, None));
    let work = work_or_current(Vec::new(), &candidate["company"], &candidate["position"]);
    Person {
        name: name(&candidate["name"], &Value::Null, &Value::Null),
        emails: values(
            &candidate["primaryEmailAddress"],
            &candidate["emailAddresses"],
        )
        .map(emails),
        phones: values(&candidate["primaryPhoneNumber"], &candidate["phoneNumbers"]).map(phones),
        links: said(&candidate["socialLinks"], |all| {
            links(all.iter().map(|one| line(&one["url"])))
        }),
        address: address(&candidate["location"]),
        education: school.map(|school| vec![school]),
        work: (!work.is_empty()).then_some(work),
        ..Person::default()
    }
}

/// The primary one first.
fn values(primary: &Value, list: &Value) -> Option<Vec<Option<String>>> {
    if !primary.is_object() && !list.is_array() {
        return None;
    }
    let (first, rest): (Vec<_>, Vec<_>) =
        (items(list).iter()).partition(|one| one["isPrimary"] == true);
    let all = [primary].into_iter().chain(first).chain(rest);
    Some(all.map(|one| line(&one["value"])).collect())
}

fn address(location: &Value) -> Option<Address> {
    let parts = items(&location["locationComponents"]);
    let part = |kind: &str| {
        (parts.iter())
            .find(|one| one["type"] == kind)
            .and_then(|one| line(&one["name"]))
    };
    let address = Address {
        city: part("City"),
        region: part("Region"),
        country: part("Country"),
        ..Address::default()
    };
    if address != Address::default() {
        return Some(address);
    }
    let written = line(&location["locationSummary"]).or_else(|| line(location))?;
    Some(Address {
        line1: Some(written),
        ..Address::default()
    })
}

/// Calls a method; failures too come with the status 200.
async fn call(api: &Api, method: &str, body: &Value) -> Result<Value, Trouble> {
    let mut answer = api.post(&format!("/{method}"), body).await?;
    if answer["success"] == true {
        let results = answer.get_mut("results").map(Value::take);
        return Ok(results.unwrap_or_default());
    }
    if answer["success"] != false {
        return Err(Trouble::Unreadable(format!(
            "{method} says neither success nor failure"
        )));
    }
    let info = &answer["errorInfo"];
    let words = items(&answer["errors"]).iter().filter_map(line);
    let words: Vec<_> = (words.chain(line(&info["code"])))
        .chain(line(&info["message"]))
        .collect();
    Err(trouble(&words.join(" ")))
}

/// What an error's words mean, as a status would say it.
fn trouble(words: &str) -> Trouble {
    // `rate_limit_exceeded` or a sentence.
    let letters = words.chars().filter(char::is_ascii_alphabetic);
    let letters = letters.collect::<String>().to_ascii_lowercase();
    let says = |known: &[&str]| known.iter().any(|one| letters.contains(one));
    if says(&["ratelimit", "toomany", "throttl"]) {
        Trouble::Busy {
            status: 429,
            wait: None,
        }
    } else if says(&["notfound"]) {
        Trouble::Missing(404)
    } else if says(&["permission", "authorized"]) {
        Trouble::Credentials(403)
    } else {
        // It may be a passing fault of theirs: what is asked for is worth another try.
        Trouble::Status(500)
    }
}

async fn complete(api: &Api, event: Event) -> Result<Event, Trouble> {
    let Some(person_id) = event.external_id.clone() else {
        return Ok(event);
    };
    if event.need == Need::Nothing {
        return Ok(event);
    }
    let found = call(api, "candidate.info", &json!({"id": person_id})).await?;
    if id(&found["id"]) != Some(person_id) {
        return Err(Trouble::Missing(404));
    }
    let fetched = person(&found);
    let changed = time(&found["updatedAt"]);
    let known = event.person;
    let event = Event {
        need: Need::Nothing,
        // The application is the delivery's still, and so is its time.
        at: event.at.or(changed),
        person: Person {
            name: fetched.name.or(known.name),
            emails: fetched.emails.or(known.emails),
            phones: fetched.phones.or(known.phones),
            links: fetched.links.or(known.links),
            address: fetched.address.or(known.address),
            education: fetched.education.or(known.education),
            work: fetched.work.or(known.work),
            ..known
        },
        resume: resume(api, &found["resumeFileHandle"]).await?,
        ..event
    };
    Ok(event.as_of(changed, api.now))
}

async fn resume(api: &Api, handle: &Value) -> Result<Option<File>, Trouble> {
    let Some(file) = text(&handle["handle"]) else {
        return Ok(None);
    };
    match call(api, "file.info", &json!({"fileHandle": file})).await {
        Ok(found) => Ok(text(&found["url"]).map(|url| File {
            filename: line(&handle["name"]),
            url,
        })),
        // The person is there, and only the file is not.
        Err(Trouble::Missing(_)) => Ok(None),
        Err(trouble) => Err(trouble),
    }
}

async fn leave_note(api: &Api, note: &Note) -> Result<Option<String>, Trouble> {
    let body = json!({
        "candidateId": note.external_id,
        "note": {"type": "text/html", "value": html(&note.text)},
        "isPrivate": true,
        "sendNotifications": false,
    });
    let made = call(api, "candidate.createNote", &body).await?;
    Ok(id(&made["id"]))
}

/// Lines as they are, in one of the few elements that are taken.
fn html(text: &str) -> String {
    let escaped = (text.replace('&', "&amp;").replace('<', "&lt;")).replace('>', "&gt;");
    format!("<pre>{escaped}</pre>")
}

async fn find_note(api: &Api, note: &Note) -> Result<Option<String>, Trouble> {
    let body = json!({"candidateId": note.external_id});
    let found = call(api, "candidate.listNotes", &body).await?;
    let ours = items(&found).iter().find(|one| {
        let content = one["content"].as_str();
        content.is_some_and(|content| content.contains(&note.mark))
    });
    Ok(ours.and_then(|one| id(&one["id"])))
}

async fn leave_tag(api: &Api, note: &Note) -> Result<Option<String>, Trouble> {
    if note.next_step != NextStep::None {
        let body = json!({"candidateId": note.external_id, "tagId": api.setting("tag_id")?});
        call(api, "candidate.addTag", &body).await?;
    }
    Ok(None)
}

async fn leave_field(api: &Api, note: &Note) -> Result<Option<String>, Trouble> {
    let body = json!({
        "objectId": note.external_id,
        "objectType": "Candidate",
        "fieldId": api.setting("field_id")?,
        "fieldValue": note.label,
    });
    call(api, "customField.setValue", &body).await?;
    Ok(None)
}

async fn leave_status(api: &Api, note: &Note) -> Result<Option<String>, Trouble> {
    if !is(&api.settings, "fraud_status", "unsure")
        || !matches!(note.next_step, NextStep::Verify | NextStep::Escalate)
    {
        return Ok(None);
    }
    let found = call(api, "candidate.info", &json!({"id": note.external_id})).await?;
    // What a person decided stands.
    let undecided = match &found["fraudStatus"] {
        Value::Null => true,
        status => status == "Unreviewed" || status == "PassedFraudCheck",
    };
    if undecided {
        let body = json!({"candidateId": note.external_id, "fraudStatus": "Unsure"});
        call(api, "candidate.setFraudStatus", &body).await?;
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
