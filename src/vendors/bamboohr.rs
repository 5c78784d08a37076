//! `BambooHR`: `ats-webhooks.md` §9. Its webhooks tell of employees alone, for the check after hiring.

use serde_json::{Value, json};

use super::api::{Api, Note, Settings, basic, part};
use super::event::{Event, Kind, Need, Person};
use super::fields::{emails, id, items, line, moment, name, phones, time};
use super::signature::{Forged, TOLERANCE_S, hex, near_time};
use super::{Access, Delivered, Leave, Setting, Unreadable, Vendor};
use crate::net::Trouble;

pub(super) const VENDOR: Vendor = Vendor {
    name: "bamboohr",
    aliases: &["bamboo"],
    title: "BambooHR",
    steps: &[
        "In BambooHR, open your account's menu, Account, Webhooks, and add a webhook with {url} as its URL and JSON as its format.",
        "Let it monitor, and send, first name, last name, work email, home email, mobile phone, home phone and work phone.",
        "Copy the private key when the webhook is made: BambooHR shows it once. Give it to this connection.",
        "The webhook ends with the account of whoever made it, so make it with one that stays.",
        "BambooHR tells of employees, not of applicants: they are known from the day they are hired.",
    ],
    secret: "The webhook's private key, which BambooHR makes and shows once.",
    settings: &[Setting {
        name: "application_comments",
        about: "yes, if a comment is to be left at an application in BambooHR's applicant tracking. It needs the application's id, \
                which webhooks do not tell. Unless it says yes, no comment is left.",
    }],
    verify,
    read,
    access: Some(Access {
        // Every company has a path of its own.
        base_url: None,
        hosts: &[],
        key: "An API key of a user who may see the employees' names, mail addresses and phone numbers. The API's URL is \
              https://api.bamboohr.com/api/gateway.php/ then the company, then /v1.",
        // Any password will do.
        authorize: |api| basic(&format!("{}:x", api.key)),
        complete: Some(|api, event| Box::pin(complete(api, event))),
        leave: &[Leave {
            kind: "comment",
            about: "a comment at the application",
            wanted: |settings: &Settings| {
                settings
                    .get("application_comments")
                    .is_some_and(|said| said.trim() == "yes")
            },
            leave: |api, note| Box::pin(leave_comment(api, note)),
            find: None,
        }],
    }),
    ..Vendor::USUAL
};

fn verify(delivered: &Delivered, secrets: &[String], now: jiff::Timestamp) -> Result<(), Forged> {
    const HEADER: &str = "X-BambooHR-Signature";
    const TIME: &str = "X-BambooHR-Timestamp";
    let digits = delivered.header(HEADER).ok_or(Forged::Missing(HEADER))?;
    let written = delivered.header(TIME).ok_or(Forged::Missing(TIME))?;
    hex(digits, secrets, &[delivered.body, written.as_bytes()])?;
    // Seconds since 1970, or ISO 8601.
    let at = moment(written).ok_or(Forged::Wrong)?;
    near_time(at.as_second(), now, TOLERANCE_S)
}

fn read(delivered: &Delivered) -> Result<Vec<Event>, Unreadable> {
    let body = delivered.json()?;
    if body["employees"].is_array() {
        let all = items(&body["employees"]).iter();
        let mut events: Vec<_> = all.map(|one| employee(one, &body["timestamp"])).collect();
        if events.is_empty() {
            events.push(Event::ignored("no employees in it"));
        }
        return Ok(events);
    }
    let data = &body["data"];
    let of = line(&body["type"]).unwrap_or_default();
    let kind = of.strip_prefix("employee.").and_then(kind);
    Ok(vec![match kind {
        Some(kind) => event(
            kind,
            &data["employeeId"],
            Person::default(),
            time(&body["timestamp"]),
        ),
        None => Event::ignored(format!("nothing for us: {of}")),
    }])
}

fn kind(action: &str) -> Option<Kind> {
    match action.to_ascii_lowercase().as_str() {
        "created" => Some(Kind::Hired),
        "updated" => Some(Kind::CandidateUpdated),
        "deleted" => Some(Kind::CandidateDeleted),
        _ => None,
    }
}

/// One employee of a delivery.
fn employee(one: &Value, sent_at: &Value) -> Event {
    let action = line(&one["action"]).unwrap_or_default();
    let Some(kind) = kind(&action) else {
        return Event::ignored(format!("nothing for us: {action}"));
    };
    let at = time(&one["timestamp"]).or_else(|| time(sent_at));
    event(kind, &one["id"], person(&one["fields"]), at)
}

fn event(kind: Kind, employee: &Value, person: Person, at: Option<jiff::Timestamp>) -> Event {
    let event = Event {
        at,
        ..Event::of(kind, id(employee))
    };
    match kind {
        Kind::CandidateDeleted => event,
        _ if person == Person::default() => Event {
            need: Need::Required,
            ..event
        },
        _ => Event { person, ..event },
    }
}

/// A person out of fields that bear display names or the customer's own ones: `First Name`,
/// `firstName`, `first_name`.
fn person(fields: &Value) -> Person {
    let letters = |text: &str| {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        letters.collect::<String>().to_ascii_lowercase()
    };
    let field = |name: &str| {
        let fields = fields.as_object()?;
        let (_, value) = fields.iter().find(|(key, _)| letters(key) == name)?;
        Some(if value.is_object() {
            value["value"].clone()
        } else {
            value.clone()
        })
    };
    let one = |name: &str| field(name).unwrap_or_default();
    let lines = |names: [&'static str; 3]| {
        let values: Vec<_> = names.into_iter().filter_map(field).collect();
        (!values.is_empty()).then(|| values.iter().map(line).collect::<Vec<_>>())
    };
    Person {
        name: name(&Value::Null, &one("firstname"), &one("lastname")),
        emails: lines(["workemail", "homeemail", "email"]).map(emails),
        phones: lines(["mobilephone", "homephone", "workphone"]).map(phones),
        ..Person::default()
    }
}

/// The employee's name and contacts.
async fn complete(api: &Api, event: Event) -> Result<Event, Trouble> {
    const FIELDS: &str = "firstName,lastName,workEmail,homeEmail,mobilePhone,homePhone,workPhone";
    let Some(employee) = event.external_id.as_deref() else {
        return Ok(event);
    };
    let path = format!("/employees/{}?fields={FIELDS}", part(employee));
    let found = api.get(&path).await?;
    if id(&found["id"]).as_deref() != Some(employee) {
        return Err(Trouble::Missing(404));
    }
    let event = Event {
        need: Need::Nothing,
        person: person(&found),
        ..event
    };
    // It does not say since when.
    Ok(event.as_of(None, api.now))
}

async fn leave_comment(api: &Api, note: &Note) -> Result<Option<String>, Trouble> {
    let handle = note.handles.get("application");
    let Some(application) = note.application_id.as_ref().or(handle) else {
        // An employee who never applied there.
        return Err(Trouble::Missing(404));
    };
    let path = format!(
        "/applicant_tracking/applications/{}/comments",
        part(application)
    );
    let body = json!({"type": "comment", "comment": note.text});
    let made = api.post(&path, &body).await?;
    Ok(id(&made["id"]).or_else(|| id(&made["commentId"])))
}

#[cfg(test)]
mod tests {
    use super::super::fake_api::{FakeApi, note};
    use super::super::signature::mac;
    use super::super::testing::{self, KAT_BODY, KAT_KEY};
    use super::*;

    const DIGITS: &str = "a0fceb4568eb27ff8e27cfca3244509294ddf750393c237384bb0dc400453a08";

    #[test]
    fn the_signature_is_over_the_body_and_the_time() {
        let time = [("X-BambooHR-Timestamp", "1700000000")];
        testing::takes_and_refuses(&VENDOR, "X-BambooHR-Signature", DIGITS, &time);
        testing::takes_and_refuses(
            &VENDOR,
            "X-BambooHR-Signature",
            &DIGITS.to_uppercase(),
            &time,
        );
    }

    #[test]
    fn the_time_is_in_seconds_or_iso_8601_and_near() {
        for (time, expected) in [
            ("1700000000", Ok(())),
            ("1699999700", Ok(())),
            ("1700000301", Err(Forged::Stale)),
            ("1699999699", Err(Forged::Stale)),
            ("2023-11-14T22:13:20Z", Ok(())),
            ("2023-11-14T22:13:20+00:00", Ok(())),
            ("2023-11-14 22:13:20", Ok(())),
            ("2023-11-13T22:13:20Z", Err(Forged::Stale)),
            ("soon", Err(Forged::Wrong)),
            ("", Err(Forged::Missing("X-BambooHR-Timestamp"))),
        ] {
            let digits = crate::secret::hex(&mac(KAT_KEY, &[KAT_BODY, time.as_bytes()]));
            let pairs = [
                ("X-BambooHR-Signature", &*digits),
                ("X-BambooHR-Timestamp", time),
            ];
            assert_eq!(
                testing::verifies(&VENDOR, &[KAT_KEY], &pairs, KAT_BODY),
                expected,
                "{time}"
            );
        }
        let moved = [
            ("X-BambooHR-Signature", DIGITS),
            ("X-BambooHR-Timestamp", "1700000001"),
        ];
        let verified = testing::verifies(&VENDOR, &[KAT_KEY], &moved, KAT_BODY);
        assert_eq!(verified, Err(Forged::Wrong));
    }

    #[test]
    fn one_delivery_tells_of_several_employees() {
        let events = testing::read(
            &VENDOR,
            &json!({"employees": [
            {"id": "123", "action": "Updated", "timestamp": "2026-05-28T08:00:00Z", "changedFields": ["Home Email"],
             "fields": {"First Name": "Maria", "Last Name": {"value": "Lopez"}, "Home Email": "M@Home.example", "workEmail": {"value": "m@work.example"},
                        "mobilePhone": "+1 212 555 0187", "Work Phone": "", "SSN": "078-05-1120"}},
            {"id": 124, "action": "Created", "timestamp": 1_779_955_200, "fields": []},
            {"id": "125", "action": "Deleted", "fields": {}},
            {"id": "126", "action": "Promoted"}, 7]}),
        );
        assert_eq!(
            json!(events),
            json!([
                {"kind": "candidate_updated", "external_id": "123", "at": "2026-05-28T08:00:00Z",
                 "person": {"name": "Maria Lopez", "emails": ["m@work.example", "m@home.example"], "phones": ["+1 212 555 0187"]}},
                {"kind": "hired", "external_id": "124", "at": "2026-05-28T08:00:00Z", "need": "required"},
                {"kind": "candidate_deleted", "external_id": "125"},
                {"kind": "ignored", "note": "nothing for us: Promoted"},
                {"kind": "ignored", "note": "nothing for us: "}
            ])
        );
    }

    #[test]
    fn events_of_their_own_give_ids() {
        for (of, kind, need) in [
            ("employee.created", Kind::Hired, Need::Required),
            ("employee.updated", Kind::CandidateUpdated, Need::Required),
            ("employee.deleted", Kind::CandidateDeleted, Need::Nothing),
            ("employee.moved", Kind::Ignored, Need::Nothing),
            ("company.updated", Kind::Ignored, Need::Nothing),
        ] {
            let body = json!({"type": of, "timestamp": "2026-05-28T08:00:00Z", "data": {"companyId": "1", "employeeId": 5, "changedFields": []}});
            let event = testing::read(&VENDOR, &body).remove(0);
            assert_eq!((event.kind, event.need), (kind, need), "{of}");
            assert_eq!(event.external_id.is_some(), kind != Kind::Ignored);
        }
    }

    #[test]
    fn thin_and_hostile_payloads_say_nothing_or_are_refused() {
        for fields in [
            json!(null),
            json!([]),
            json!("x"),
            json!({"First Name": {"value": []}, "Home Email": [1]}),
        ] {
            let body = json!({"employees": [{"id": "1", "action": "updated", "fields": fields}]});
            assert_eq!(
                testing::read(&VENDOR, &body)[0].person.name,
                None,
                "{fields}"
            );
        }
        for body in [
            json!([]),
            json!({"employees": []}),
            json!({"employees": {}}),
            json!({"type": {}, "data": []}),
        ] {
            assert_eq!(
                testing::read(&VENDOR, &body)[0].kind,
                Kind::Ignored,
                "{body}"
            );
        }
        let headers = axum::http::HeaderMap::new();
        for body in [&b"\xff{}"[..], b"{", b""] {
            assert!(read(&testing::posted(&headers, body)).is_err());
        }
    }

    #[tokio::test]
    async fn a_new_employee_is_asked_for() {
        let line = "GET /x/v1/employees/124?fields=firstName,lastName,workEmail,homeEmail,mobilePhone,homePhone,workPhone";
        let found = json!({"id": "124", "firstName": "Ada", "lastName": "Example", "homeEmail": "a@example.com", "workPhone": null});
        let server = FakeApi::start(&[(line, 200, found)]).await;
        let api = server.api(&VENDOR, "/x/v1", &[]);
        let event = complete(&api, Event::of(Kind::Hired, Some("124".into())))
            .await
            .unwrap();
        assert_eq!(
            json!(event.person),
            json!({"name": "Ada Example", "emails": ["a@example.com"], "phones": []})
        );
        assert_eq!(
            server.asked()[0].header("authorization"),
            basic("key-1:x")[0].1
        );
        let gone = complete(&api, Event::of(Kind::Hired, Some("9".into()))).await;
        assert_eq!(gone, Err(Trouble::Missing(404)));
    }

    #[tokio::test]
    async fn a_comment_is_left_where_there_is_an_application() {
        let line = "POST /v1/applicant_tracking/applications/5/comments";
        let server = FakeApi::start(&[(line, 201, json!({"id": 31}))]).await;
        let api = server.api(&VENDOR, "/v1", &[("application_comments", "yes")]);
        let mut note = note("124", &[]);
        assert_eq!(leave_comment(&api, &note).await, Err(Trouble::Missing(404)));
        note.application_id = Some("5".to_owned());
        assert_eq!(leave_comment(&api, &note).await, Ok(Some("31".to_owned())));
        assert_eq!(
            server.asked()[0].body,
            json!({"type": "comment", "comment": note.text})
        );
        let leaves = &VENDOR.access.as_ref().unwrap().leave;
        assert!((leaves[0].wanted)(&api.settings) && !(leaves[0].wanted)(&Settings::new()));
    }
}
