//! Recruitee (Tellent): `ats-webhooks.md` §9.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::api::{Api, Note, Settings, bearer, part};
use super::event::{Candidacy, Event, File, Kind, Need, Person};
use super::fields::{
    date, education, emails, entries, id, items, line, links, name, phones, said, text, time, work,
};
use super::signature::{Forged, hex};
use super::{Access, Delivered, Greeting, Key, Leave, Setting, State, Unreadable, Vendor};
use crate::application::{Education, Work};
use crate::net::Trouble;

pub(super) const VENDOR: Vendor = Vendor {
    name: "recruitee",
    aliases: &["tellent"],
    title: "Recruitee (Tellent)",
    steps: &[
        "In Recruitee, open Settings, Apps and plugins, Webhooks, and add one with {url} as its URL.",
        "Choose the events candidate created, candidate assigned, candidate moved and candidate deleted.",
        "Recruitee tests the URL before it shows the secret: that first test is answered, and nothing of it is kept.",
        "Copy the secret that it shows once the webhook is made, and give it to this connection; then press Test again.",
    ],
    secret: "The webhook's secret, which Recruitee makes and shows after the webhook is saved.",
    settings: &[Setting {
        name: "note_visibility",
        about: "Who reads the notes, in Recruitee's words, such as public: every colleague with access to the candidate. \
                Without it no note is left.",
    }],
    greet,
    verify,
    keys,
    read,
    access: Some(Access {
        // Every company has a path of its own.
        base_url: None,
        hosts: &["*.recruitee.com", "*.s3.eu-central-1.amazonaws.com"],
        key: "A personal API token of a user who may see candidates and write notes. The API's URL is \
              https://api.recruitee.com/c/ and the company's id.",
        authorize: |api| bearer(&api.key),
        complete: Some(|api, event| Box::pin(complete(api, event))),
        leave: &[Leave {
            kind: "note",
            about: "a note",
            wanted: |settings: &Settings| settings.contains_key("note_visibility"),
            leave: |api, note| Box::pin(leave_note(api, note)),
            find: Some(|api, note| Box::pin(find_note(api, note))),
        }],
    }),
    ..Vendor::USUAL
};

/// The first test comes before anybody can know the secret.
fn greet(delivered: &Delivered, state: State) -> Option<Greeting> {
    if state.has_secret || delivered.method != "POST" {
        return None;
    }
    let body = delivered.outline()?;
    (body["test"] == true).then(|| Greeting {
        status: StatusCode::OK,
        headers: Vec::new(),
        body: String::new(),
    })
}

fn verify(delivered: &Delivered, secrets: &[String], _: jiff::Timestamp) -> Result<(), Forged> {
    const HEADER: &str = "X-Recruitee-Signature";
    let digits = delivered.header(HEADER).ok_or(Forged::Missing(HEADER))?;
    hex(digits, secrets, &[delivered.body])
}

fn keys(delivered: &Delivered) -> Vec<Key> {
    let id = delivered.json().ok().and_then(|body| id(&body["id"]));
    vec![id.map_or_else(|| Key::body(delivered.body), Key::id)]
}

fn read(delivered: &Delivered) -> Result<Vec<Event>, Unreadable> {
    let body = delivered.json()?;
    if body["test"] == true {
        return Ok(vec![Event::ping()]);
    }
    let payload = &body["payload"];
    let to = &payload["details"]["to_stage"];
    let word = |key: &str| body[key].as_str().unwrap_or_default();
    let kind = match (word("event_type"), word("event_subtype")) {
        ("candidate_created", _) => Kind::CandidateCreated,
        ("candidate_assigned", _) => Kind::ApplicationCreated,
        ("candidate_moved", "stage_changed") if to["category"] == "hire" => Kind::Hired,
        ("candidate_moved", "stage_changed") => Kind::StageChanged,
        ("candidate_moved", "disqualified") => Kind::Rejected,
        ("candidate_moved", "requalified") => Kind::Unrejected,
        ("candidate_deleted", _) => Kind::CandidateDeleted,
        (of, how) => {
            let note = format!("nothing for us: {of} {how}");
            return Ok(vec![Event::ignored(note.trim_end())]);
        }
    };
    let candidate = &payload["candidate"];
    let event = Event {
        at: time(&body["created_at"]),
        ..Event::of(kind, id(&candidate["id"]))
    };
    if kind == Kind::CandidateDeleted {
        return Ok(vec![event]);
    }
    // An application has no id of its own there.
    let offer = id(&payload["offer"]["id"]);
    let application_id = event.external_id.as_ref().zip(offer);
    Ok(vec![Event {
        application_id: application_id.map(|(candidate, offer)| format!("{candidate}:{offer}")),
        // It has no studies and jobs.
        need: Need::Wanted,
        person: person(candidate),
        candidacy: Candidacy {
            source: line(&candidate["source"]),
            stage: line(&to["name"]),
            stage_id: id(&to["id"]),
            stage_kind: line(&to["category"]),
            ..Candidacy::default()
        },
        resume: resume(candidate),
        ..event
    }])
}

fn person(candidate: &Value) -> Person {
    // Texts, or objects in some exports.
    let one = |one: &Value| line(one).or_else(|| line(&one["value"]));
    let lines = |values: &[Value]| values.iter().map(one).collect::<Vec<_>>();
    Person {
        name: name(
            &candidate["name"],
            &candidate["first_name"],
            &candidate["last_name"],
        ),
        emails: said(&candidate["emails"], |values| emails(lines(values))),
        phones: said(&candidate["phones"], |values| phones(lines(values))),
        links: said(&candidate["links"], |values| links(lines(values))),
        education: said(&candidate["fields"], |fields| {
            entries(&values(fields, "education"), study)
        }),
        work: said(&candidate["fields"], |fields| {
            entries(&values(fields, "experience"), job)
        }),
        ..Person::default()
    }
}

/// The values of all fields of a kind.
fn values(fields: &[Value], kind: &str) -> Vec<Value> {
    let fields = fields.iter().filter(|field| field["kind"] == kind);
    fields
        .flat_map(|field| items(&field["values"]).to_vec())
        .collect()
}

fn study(one: &Value) -> Option<Education> {
    education(
        line(&one["school"]).or_else(|| line(&one["institution"])),
        line(&one["major"]).or_else(|| line(&one["field_of_study"])),
        line(&one["degree"]),
        (date(&one["start_date"]), date(&one["end_date"])),
    )
}

fn job(one: &Value) -> Option<Work> {
    work(
        line(&one["company"]),
        line(&one["title"]).or_else(|| line(&one["position"])),
        (date(&one["start_date"]), date(&one["end_date"])),
        line(&one["location"]),
    )
}

fn resume(candidate: &Value) -> Option<File> {
    Some(File {
        filename: None,
        url: text(&candidate["cv_url"])?,
    })
}

/// The candidate with studies and jobs.
async fn complete(api: &Api, event: Event) -> Result<Event, Trouble> {
    let Some(person_id) = event.external_id.as_deref() else {
        return Ok(event);
    };
    let found = api.get(&format!("/candidates/{}", part(person_id))).await?;
    let found = &found["candidate"];
    if id(&found["id"]).as_deref() != Some(person_id) {
        return Err(Trouble::Missing(404));
    }
    let fetched = person(found);
    let changed = time(&found["updated_at"]);
    let mut event = Event {
        // The stage is that of the event, whatever has changed since.
        at: event.at.or(changed),
        need: Need::Nothing,
        resume: resume(found).or(event.resume),
        ..event
    };
    let known = &mut event.person;
    known.name = fetched.name.or(known.name.take());
    known.emails = fetched.emails.or(known.emails.take());
    known.phones = fetched.phones.or(known.phones.take());
    known.links = fetched.links.or(known.links.take());
    known.education = fetched.education;
    known.work = fetched.work;
    Ok(event.as_of(changed, api.now))
}

async fn leave_note(api: &Api, note: &Note) -> Result<Option<String>, Trouble> {
    let path = format!("/candidates/{}/notes", part(&note.external_id));
    let visibility = json!({"level": api.setting("note_visibility")?});
    let body = json!({"note": {"body": note.text, "visibility": visibility}});
    let made = api.post(&path, &body).await?;
    Ok(id(&made["note"]["id"]).or_else(|| id(&made["id"])))
}

async fn find_note(api: &Api, note: &Note) -> Result<Option<String>, Trouble> {
    let path = format!("/candidates/{}/notes", part(&note.external_id));
    let found = api.get(&path).await?;
    let ours = items(&found["notes"]).iter().find(|one| {
        let body = one["body"].as_str();
        body.is_some_and(|body| body.contains(&note.mark))
    });
    Ok(ours.and_then(|one| id(&one["id"])))
}

#[cfg(test)]
mod tests {
    use super::super::fake_api::{FakeApi, note};
    use super::super::testing;
    use super::*;

    #[test]
    fn the_signature_is_over_the_body() {
        let digits = "60c2df15c7a537738d4882dc8a7a23e7e69ea57b8987fa615104935abcc9606c";
        testing::takes_and_refuses(&VENDOR, "X-Recruitee-Signature", digits, &[]);
        testing::takes_and_refuses(
            &VENDOR,
            "X-Recruitee-Signature",
            &digits.to_uppercase(),
            &[],
        );
    }

    #[test]
    fn the_first_test_is_answered_while_there_is_no_secret() {
        let headers = axum::http::HeaderMap::new();
        for (body, has_secret, is_answered) in [
            (&br#"{"test":true}"#[..], false, true),
            (br#"{"test":true,"payload":{}}"#, false, true),
            (br#"{"test":true}"#, true, false),
            (br#"{"test":"true"}"#, false, false),
            (br#"{"test":false}"#, false, false),
            (br#"[{"test":true}]"#, false, false),
            (b"\xff", false, false),
        ] {
            let state = State {
                has_secret,
                is_new: true,
            };
            let greeting = greet(&testing::posted(&headers, body), state);
            assert_eq!(
                greeting.map(|one| one.status),
                is_answered.then_some(StatusCode::OK)
            );
        }
        assert_eq!(
            testing::read(&VENDOR, &json!({"test": true}))[0].kind,
            Kind::Ping
        );
    }

    fn delivery(event_type: &str, subtype: Option<&str>) -> Value {
        json!({"id": 9, "attempt_count": 1, "created_at": "2026-05-28T08:00:00Z", "event_type": event_type, "event_subtype": subtype,
               "payload": {
                   "candidate": {"id": 4711, "name": "Maria Lopez", "emails": ["Maria@Example.com"], "phones": ["+1 212 555 0187"],
                                 "source": "career site", "links": [], "cv_url": "https://cdn.recruitee.com/cv"},
                   "offer": {"id": 5, "title": "Engineer"}, "company": {"id": 1},
                   "details": {"from_stage": {"id": 1, "name": "New", "category": "apply"},
                               "to_stage": {"id": 2, "name": "Phone  screen", "category": "phone_screen"}}}})
    }

    #[test]
    fn a_move_is_read_whole() {
        let event =
            testing::read(&VENDOR, &delivery("candidate_moved", Some("stage_changed"))).remove(0);
        assert_eq!(
            json!(event),
            json!({
                "kind": "stage_changed", "external_id": "4711", "application_id": "4711:5", "at": "2026-05-28T08:00:00Z",
                "need": "wanted",
                "person": {"name": "Maria Lopez", "emails": ["maria@example.com"], "phones": ["+1 212 555 0187"], "links": []},
                "candidacy": {"source": "career site", "stage": "Phone screen", "stage_id": "2", "stage_kind": "phone_screen"},
                "resume": {"url": "https://cdn.recruitee.com/cv"}
            })
        );
    }

    #[test]
    fn each_event_is_ours() {
        for (of, how, kind) in [
            ("candidate_created", Some("email"), Kind::CandidateCreated),
            ("candidate_assigned", None, Kind::ApplicationCreated),
            ("candidate_moved", Some("disqualified"), Kind::Rejected),
            ("candidate_moved", Some("requalified"), Kind::Unrejected),
            ("candidate_moved", Some("other"), Kind::Ignored),
            ("candidate_deleted", None, Kind::CandidateDeleted),
            ("offer_created", None, Kind::Ignored),
        ] {
            let event = testing::read(&VENDOR, &delivery(of, how)).remove(0);
            assert_eq!(event.kind, kind, "{of}");
            assert!(kind != Kind::CandidateDeleted || event.person == Person::default());
        }
        let mut hire = delivery("candidate_moved", Some("stage_changed"));
        hire["payload"]["details"]["to_stage"]["category"] = json!("hire");
        assert_eq!(testing::read(&VENDOR, &hire)[0].kind, Kind::Hired);
    }

    #[tokio::test]
    async fn studies_and_jobs_are_asked_for() {
        let found = json!({"candidate": {"id": 4711, "name": "Maria Lopez", "emails": ["m@example.com"], "updated_at": "2026-06-01T00:00:00Z",
            "fields": [
                {"kind": "education", "values": [{"school": "Kent State University", "major": "History", "degree": "Bachelor",
                                                  "start_date": "2012-08-01", "end_date": null}, {}]},
                {"kind": "experience", "values": [{"company": "Northgate", "title": "Engineer", "start_date": "2016-07"}]},
                {"kind": "multi_line", "values": [{"text": "x"}]}, 7]}});
        let server = FakeApi::start(&[("GET /c/1/candidates/4711", 200, found)]).await;
        let api = server.api(&VENDOR, "/c/1", &[]);
        let event = testing::read(&VENDOR, &delivery("candidate_assigned", None)).remove(0);
        let event = complete(&api, event).await.unwrap();
        assert_eq!(
            json!(event.person),
            json!({"name": "Maria Lopez", "emails": ["m@example.com"], "phones": ["+1 212 555 0187"], "links": [],
                   "education": [{"institution": "Kent State University", "area": "History", "study_type": "Bachelor", "start_date": "2012-08-01"}],
                   "work": [{"name": "Northgate", "position": "Engineer", "start_date": "2016-07"}]})
        );
        assert_eq!(
            (event.need, event.at),
            (Need::Nothing, time(&json!("2026-05-28T08:00:00Z")))
        );
        assert_eq!(event.person_at, time(&json!("2026-06-01T00:00:00Z")));
        assert_eq!(server.asked()[0].header("authorization"), "Bearer key-1");
        let other = Event::of(Kind::CandidateCreated, Some("9/..".to_owned()));
        assert_eq!(complete(&api, other).await, Err(Trouble::Missing(404)));
        assert_eq!(server.lines()[1], "GET /c/1/candidates/9%2F%2E%2E");
    }

    #[tokio::test]
    async fn a_note_is_left_and_found_again() {
        let notes = json!({"notes": [{"id": 1, "body": "other"}, {"id": 2, "body": "x mark-1"}]});
        let server = FakeApi::start(&[
            (
                "POST /c/1/candidates/7/notes",
                201,
                json!({"note": {"id": 2}}),
            ),
            ("GET /c/1/candidates/7/notes", 200, notes),
        ])
        .await;
        let api = server.api(&VENDOR, "/c/1", &[("note_visibility", "public")]);
        let note = note("7", &[]);
        assert_eq!(leave_note(&api, &note).await, Ok(Some("2".to_owned())));
        let expected = json!({"note": {"body": note.text, "visibility": {"level": "public"}}});
        assert_eq!(server.asked()[0].body, expected);
        assert_eq!(find_note(&api, &note).await, Ok(Some("2".to_owned())));
        let untold = server.api(&VENDOR, "/c/1", &[]);
        assert_eq!(
            leave_note(&untold, &note).await,
            Err(Trouble::Setting("note_visibility"))
        );
        let leaves = &VENDOR.access.as_ref().unwrap().leave;
        assert!((leaves[0].wanted)(&api.settings) && !(leaves[0].wanted)(&untold.settings));
    }

    #[test]
    fn deliveries_are_told_apart_by_the_envelope_and_not_by_the_attempt() {
        let headers = axum::http::HeaderMap::new();
        let key = |body: &[u8]| keys(&testing::posted(&headers, body)).remove(0);
        assert_eq!(
            key(br#"{"id":9,"attempt_count":1}"#),
            key(br#"{"attempt_count":2,"id":"9"}"#)
        );
        assert_eq!(key(b"{}"), Key::body(b"{}"));
        assert_eq!(key(b"\xff"), Key::body(b"\xff"));
    }

    #[test]
    fn thin_and_hostile_payloads_say_nothing_or_are_refused() {
        for lists in [json!(null), json!([]), json!({}), json!([7, null])] {
            let mut thin = delivery("candidate_assigned", None);
            for key in ["emails", "phones", "links", "fields", "cv_url", "name"] {
                thin["payload"]["candidate"][key] = lists.clone();
            }
            thin["payload"]["candidate"]["id"] = json!("4711");
            thin["payload"]["offer"] = lists.clone();
            let event = testing::read(&VENDOR, &thin).remove(0);
            assert_eq!(event.person.emails, lists.as_array().map(|_| Vec::new()));
            assert_eq!(event.person.education, lists.as_array().map(|_| Vec::new()));
            assert_eq!((event.application_id, event.resume), (None, None));
        }
        for body in [
            json!([]),
            json!({"event_type": 1}),
            json!({"event_type": "candidate_created", "payload": [1]}),
        ] {
            assert_eq!(testing::read(&VENDOR, &body)[0].external_id, None);
        }
        let headers = axum::http::HeaderMap::new();
        for body in [&b"\xff{}"[..], b"{", b""] {
            assert!(read(&testing::posted(&headers, body)).is_err());
        }
    }
}
