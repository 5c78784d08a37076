//! iCIMS: `ats-webhooks.md` §10. Notifications are packed JSON with ids alone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::api::{Api, basic, bearer, part};
use super::event::{Candidacy, Event, Kind, Need, Person};
use super::fields::{
    date, education, emails, entries, id, items, line, name, phones, said, time, work,
};
use super::signature::{Forged, any, same};
use super::{Access, Delivered, Unreadable, Vendor};
use crate::application::{Address, Education, Work};
use crate::net::Trouble;

pub(super) const VENDOR: Vendor = Vendor {
    name: "icims",
    title: "iCIMS",
    steps: &[
        "Event notifications are set up by an iCIMS administrator or by iCIMS: ask for the workflow status change and the \
         application complete events, sent to {url}.",
        "Let them authenticate by Basic with a user and a password, or by a bearer token. Make both long and random, and \
         give the same to this connection.",
        "A notification gives ids alone: without a key for the API nothing is learnt from it.",
    ],
    secret: "What notifications authenticate with: user:password for Basic, or the token alone for Bearer. You choose it.",
    verify,
    read,
    // There 400 is the answer to what is malformed.
    refuses_unreadable: true,
    access: Some(Access {
        // Every customer has a path of its own.
        base_url: None,
        hosts: &[],
        key: "An API user's user:password, or a token, with the right to read person profiles. The API's URL is \
              https://api.icims.com/customers/ and the customer's id. Nothing is ever written: all that could be \
              written there moves the candidate.",
        authorize: |api| {
            if api.key.contains(':') {
                basic(&api.key)
            } else {
                bearer(&api.key)
            }
        },
        complete: Some(|api, event| Box::pin(complete(api, event))),
        leave: &[],
    }),
    ..Vendor::USUAL
};

fn verify(delivered: &Delivered, secrets: &[String], _: jiff::Timestamp) -> Result<(), Forged> {
    const HEADER: &str = "Authorization";
    let header = delivered.header(HEADER).ok_or(Forged::Missing(HEADER))?;
    let (scheme, given) = header.split_once(' ').ok_or(Forged::Wrong)?;
    let given = given.trim();
    let pair = STANDARD.decode(given).ok();
    let pair = pair.and_then(|bytes| String::from_utf8(bytes).ok());
    any(secrets, |secret| {
        if secret.contains(':') {
            let pair = pair.as_deref().unwrap_or_default();
            scheme.eq_ignore_ascii_case("basic") && same(pair, secret)
        } else {
            scheme.eq_ignore_ascii_case("bearer") && !secret.is_empty() && same(given, secret)
        }
    })
}

fn read(delivered: &Delivered) -> Result<Vec<Event>, Unreadable> {
    let body = delivered.json()?;
    if !body.is_object() {
        return Err(Unreadable("no object".to_owned()));
    }
    let written = line(&body["eventType"]).unwrap_or_default();
    let letters = written.chars().filter(char::is_ascii_alphabetic);
    let word = letters.collect::<String>().to_ascii_lowercase();
    let kind = match word.trim_end_matches("event") {
        "workflowstatuschange" => Kind::StageChanged,
        "applicationcomplete" => Kind::ApplicationCreated,
        _ => return Ok(vec![Event::ignored(format!("nothing for us: {written}"))]),
    };
    let person_id = id(&body["personId"]).or_else(|| linked(&body["links"], "person"));
    let application_id =
        id(&body["systemId"]).or_else(|| linked(&body["links"], "applicantWorkflow"));
    let event = Event {
        application_id,
        at: time(&body["timestamp"]),
        need: Need::Required,
        candidacy: Candidacy {
            stage_id: id(&body["newStatus"]),
            ..Candidacy::default()
        },
        ..Event::of(kind, person_id)
    };
    let event = event
        .with_handle("customer", id(&body["customerId"]))
        .with_handle("job", id(&body["jobId"]));
    Ok(vec![event])
}

/// The id at the end of a link: of `…/people/7` it is 7.
fn linked(links: &Value, rel: &str) -> Option<String> {
    let link = items(links).iter().find(|link| link["rel"] == rel)?;
    let url: reqwest::Url = link["url"].as_str()?.parse().ok()?;
    let last = url.path_segments()?.next_back()?.to_owned();
    id(&Value::String(last))
}

/// What stands in a field, which may be an object around it.
fn value(field: &Value) -> Option<String> {
    line(field).or_else(|| line(&field["value"]))
}

fn person(profile: &Value) -> Person {
    let numbers = |all: &[Value]| phones(all.iter().map(|one| value(&one["phonenumber"])));
    let mail = value(&profile["email"]);
    Person {
        name: name(&Value::Null, &profile["firstname"], &profile["lastname"]),
        emails: mail.map(|mail| emails([Some(mail)])),
        phones: said(&profile["phones"], numbers),
        address: items(&profile["addresses"]).iter().find_map(address),
        education: said(&profile["education"], |all| entries(all, study)),
        work: said(&profile["workexperience"], |all| entries(all, job)),
        ..Person::default()
    }
}

fn address(one: &Value) -> Option<Address> {
    let address = Address {
        line1: value(&one["addressstreet1"]),
        line2: value(&one["addressstreet2"]),
        city: value(&one["addresscity"]),
        region: value(&one["addressstate"]),
        postal_code: value(&one["addresszip"]),
        country: value(&one["addresscountry"]),
    };
    (address != Address::default()).then_some(address)
}

fn study(one: &Value) -> Option<Education> {
    let end = date(&one["graduationdate"]).or_else(|| date(&one["educationenddate"]));
    education(
        value(&one["school"]),
        value(&one["major"]),
        value(&one["degree"]),
        (date(&one["educationstartdate"]), end),
    )
}

fn job(one: &Value) -> Option<Work> {
    work(
        value(&one["workemployer"]).or_else(|| value(&one["employer"])),
        value(&one["worktitle"]).or_else(|| value(&one["title"])),
        (date(&one["workstartdate"]), date(&one["workenddate"])),
        None,
    )
}

/// The person.
async fn complete(api: &Api, event: Event) -> Result<Event, Trouble> {
    const FIELDS: &str = "firstname,lastname,email,phones,addresses,education,workexperience";
    let Some(person_id) = event.external_id.as_deref() else {
        return Ok(Event::ignored("it names no person"));
    };
    let path = format!("/people/{}?fields={FIELDS}", part(person_id));
    let found = api.get(&path).await?;
    if !found.is_object() {
        return Err(Trouble::Unreadable("no profile".to_owned()));
    }
    let event = Event {
        need: Need::Nothing,
        person: person(&found),
        ..event
    };
    // It does not say since when.
    Ok(event.as_of(None, api.now))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::fake_api::FakeApi;
    use super::super::testing::{self, KAT_BODY, verifies};
    use super::*;

    #[test]
    fn the_secret_comes_along_as_it_is() {
        let (pair, token) = ("hooks:a long password", "a-long-token");
        let basic = |pair: &str| format!("Basic {}", STANDARD.encode(pair));
        for (header, secrets, expected) in [
            (basic(pair), &[pair][..], Ok(())),
            (basic(pair).replace("Basic", "basic"), &[pair], Ok(())),
            (basic(pair), &[token, pair], Ok(())),
            (format!("Bearer {token}"), &[token], Ok(())),
            (format!("bearer  {token}"), &[pair, token], Ok(())),
            (basic("hooks:a long passwore"), &[pair], Err(Forged::Wrong)),
            (basic("hooks:a long password "), &[pair], Err(Forged::Wrong)),
            (basic(token), &[token], Err(Forged::Wrong)),
            (format!("Bearer {pair}"), &[pair], Err(Forged::Wrong)),
            (format!("Bearer {token}x"), &[token], Err(Forged::Wrong)),
            (
                format!("Bearer {}", token.to_uppercase()),
                &[token],
                Err(Forged::Wrong),
            ),
            (format!("Bearer {token}"), &[], Err(Forged::Wrong)),
            (token.to_owned(), &[token], Err(Forged::Wrong)),
            ("Bearer ".to_owned(), &[""], Err(Forged::Wrong)),
            ("Basic ????".to_owned(), &[pair], Err(Forged::Wrong)),
            (
                String::new(),
                &[token],
                Err(Forged::Missing("Authorization")),
            ),
        ] {
            let pairs = [("Authorization", &*header)];
            assert_eq!(
                verifies(&VENDOR, secrets, &pairs, KAT_BODY),
                expected,
                "{header}"
            );
        }
        assert_eq!(
            verifies(&VENDOR, &[token], &[], KAT_BODY),
            Err(Forged::Missing("Authorization"))
        );
    }

    #[test]
    fn a_notification_gives_ids_in_packed_json() {
        use std::io::Write as _;
        let body = json!({"eventType": "WorkFlowStatusChangeEvent", "customerId": 1771, "systemId": "88", "personId": 4711, "jobId": "5",
                          "userId": "2", "oldStatus": "D10001", "newStatus": "C10001", "links": []});
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(body.to_string().as_bytes()).unwrap();
        let packed = encoder.finish().unwrap();
        let headers = axum::http::HeaderMap::new();
        let events = read(&testing::posted(&headers, &packed)).unwrap();
        assert_eq!(
            json!(events),
            json!([{"kind": "stage_changed", "external_id": "4711", "application_id": "88", "need": "required",
                    "candidacy": {"stage_id": "C10001"}, "handles": {"customer": "1771", "job": "5"}}])
        );
        assert_eq!(testing::read(&VENDOR, &body), events);
    }

    #[test]
    fn ids_may_stand_in_links_alone() {
        let links = json!([{"rel": "job", "url": "https://api.icims.com/customers/1/jobs/5"}, {"rel": "person", "url": 7},
                           {"rel": "applicantWorkflow", "url": "https://api.icims.com/customers/1/applicantworkflows/88"}]);
        let event = testing::read(
            &VENDOR,
            &json!({"eventType": "Application Complete", "links": links}),
        )
        .remove(0);
        assert_eq!(
            (event.kind, event.external_id),
            (Kind::ApplicationCreated, None)
        );
        assert_eq!(event.application_id.as_deref(), Some("88"));
    }

    #[test]
    fn hostile_payloads_say_nothing_or_are_refused() {
        for body in [
            json!({}),
            json!({"eventType": ["x"]}),
            json!({"eventType": "JobChangeEvent"}),
        ] {
            assert_eq!(testing::read(&VENDOR, &body)[0].kind, Kind::Ignored);
        }
        let odd = json!({"eventType": "WorkFlowStatusChangeEvent", "personId": {}, "systemId": [1], "links": {"rel": "person"}});
        assert_eq!(testing::read(&VENDOR, &odd)[0].external_id, None);
        let headers = axum::http::HeaderMap::new();
        for body in [&b"\xff{}"[..], b"{", b"", b"[]", b"\x1f\x8bx"] {
            assert!(read(&testing::posted(&headers, body)).is_err());
        }
    }

    #[tokio::test]
    async fn the_person_is_asked_for() {
        let line = "GET /customers/1/people/4711?fields=firstname,lastname,email,phones,addresses,education,workexperience";
        let found = json!({
            "firstname": "Maria", "lastname": "Lopez", "email": "M@example.com",
            "phones": [{"phonetype": {"value": "Mobile"}, "phonenumber": "+1 212 555 0187"}],
            "addresses": [{"addressstreet1": "12 Example Street", "addresscity": "New York", "addressstate": {"value": "New York"}}],
            "education": [{"school": {"value": "Kent State University"}, "degree": {"value": "Bachelor"}, "major": {"value": "History"},
                           "graduationdate": "2016-05-06"}, {"school": null}],
            "workexperience": null});
        let server = FakeApi::start(&[(line, 200, found)]).await;
        let api = server.api(&VENDOR, "/customers/1", &[]);
        let event = complete(&api, Event::of(Kind::StageChanged, Some("4711".into())))
            .await
            .unwrap();
        assert_eq!(
            json!(event.person),
            json!({"name": "Maria Lopez", "emails": ["m@example.com"], "phones": ["+1 212 555 0187"],
                   "address": {"line1": "12 Example Street", "city": "New York", "region": "New York"},
                   "education": [{"institution": "Kent State University", "area": "History", "study_type": "Bachelor", "end_date": "2016-05-06"}]})
        );
        assert_eq!(event.person_at, Some(api.now));
        assert_eq!(server.asked()[0].header("authorization"), "Bearer key-1");
        let nobody = complete(&api, Event::of(Kind::StageChanged, None))
            .await
            .unwrap();
        assert_eq!(nobody.kind, Kind::Ignored);
        let gone = complete(&api, Event::of(Kind::StageChanged, Some("9".into()))).await;
        assert_eq!(gone, Err(Trouble::Missing(404)));
    }
}
