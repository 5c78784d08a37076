//! Standard Webhooks, for whoever builds the sender, such as a Workday integration: `ats-webhooks.md`
//! §10 and §11. The candidate comes in the form of §12.1.

use jiff::Timestamp;
use serde_json::Value;

use super::event::{Candidacy, Event, File, Kind, Person};
use super::fields::{
    date, education, emails, entries, id, items, line, links, name, phones, said, text, time, work,
};
use super::signature::{Forged, near};
use super::{Delivered, Key, Unreadable, Vendor};
use crate::application::Address;
use crate::net::standard_webhooks::{TOLERANCE_S, refusal, verifies};

pub(super) const VENDOR: Vendor = Vendor {
    name: "standard_webhooks",
    aliases: &["workday", "generic"],
    title: "Standard Webhooks (Workday and others)",
    steps: &[
        "Let the sender POST JSON to {url} and sign it by Standard Webhooks (standardwebhooks.com), with the secret of this connection.",
        "The body is {\"type\": \"application.created\", \"timestamp\": …, \"data\": {\"candidate\": {\"id\", \"name\", \"emails\", …}, \
         \"application\": {\"id\", \"stage\", \"source\"}}}.",
        "Types are application.created, application.updated, application.deleted, stage.changed, hired, unhired, rejected, \
         unrejected, candidate.created, candidate.updated, candidate.deleted, candidate.merged, candidate.anonymised and ping.",
        "Workday sends nothing by itself: let a business-process step call an Orchestrate or Studio integration that sends this.",
        "Send {\"type\": \"ping\"} to see that it works.",
    ],
    secret: "A secret, whsec_ and base64, which the sender signs with; or the sender's public key, whpk_ and base64 (Ed25519). \
             The sender's private key, whsk_, stays with the sender.",
    secret_refusal: refusal,
    makes_secret: true,
    verify,
    keys,
    read,
    ..Vendor::USUAL
};

fn verify(delivered: &Delivered, secrets: &[String], now: Timestamp) -> Result<(), Forged> {
    let header = |name| delivered.header(name).ok_or(Forged::Missing(name));
    let id = header("webhook-id")?;
    let timestamp = header("webhook-timestamp")?;
    let signature = header("webhook-signature")?;
    // The dot parts what is signed: with one in the id, the same bytes could be parted in two ways.
    if id.contains('.') || !verifies(secrets, id, timestamp, delivered.body, signature) {
        return Err(Forged::Wrong);
    }
    near(timestamp, now, TOLERANCE_S)
}

fn keys(delivered: &Delivered) -> Vec<Key> {
    let id = delivered.header("webhook-id").map(Key::id);
    vec![id.unwrap_or_else(|| Key::body(delivered.body))]
}

/// The letters of a word, so that `stage.changed`, `stage_changed` and `StageChanged` are one.
fn letters(word: &str) -> String {
    let letters = word.chars().filter(char::is_ascii_alphabetic);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

fn read(delivered: &Delivered) -> Result<Vec<Event>, Unreadable> {
    let body = delivered.json()?;
    let written = line(&body["type"]).unwrap_or_default();
    let word = letters(&written).replace("anonymized", "anonymised");
    let kind = Kind::ALL
        .into_iter()
        .find(|kind| letters(kind.word()) == word);
    let Some(kind) = kind.filter(|kind| kind.is_of_candidate() || *kind == Kind::Ping) else {
        return Ok(vec![Event::ignored(format!("nothing for us: {written}"))]);
    };
    if kind == Kind::Ping {
        return Ok(vec![Event::ping()]);
    }
    let data = &body["data"];
    let (candidate, application) = (&data["candidate"], &data["application"]);
    let either = |key: &str| match &data[key] {
        Value::Null => &candidate[key],
        said => said,
    };
    let event = Event {
        application_id: id(&application["id"]),
        at: time(&body["timestamp"]),
        ..Event::of(
            kind,
            id(&candidate["id"]).or_else(|| id(&candidate["external_id"])),
        )
    };
    let goes = kind.erases() || matches!(kind, Kind::CandidateMerged | Kind::ApplicationDeleted);
    if goes {
        return Ok(vec![Event {
            merged_into: id(either("merged_into")),
            deleted_application_ids: items(either("deleted_application_ids"))
                .iter()
                .filter_map(id)
                .collect(),
            ..event
        }]);
    }
    Ok(vec![Event {
        person: person(candidate),
        candidacy: Candidacy {
            source: line(&application["source"]),
            stage: line(&application["stage"]),
            stage_id: id(&application["stage_id"]),
            stage_kind: line(&application["stage_kind"]),
            applied_at: time(&application["applied_at"]),
            ..Candidacy::default()
        },
        resume: resume(&candidate["resume"]),
        notice_not_before: line(either("candidate_notice_not_before")),
        ..event
    }])
}

fn person(candidate: &Value) -> Person {
    let lines = |values: &[Value]| values.iter().map(line).collect::<Vec<_>>();
    Person {
        name: name(
            &candidate["name"],
            &candidate["first_name"],
            &candidate["last_name"],
        ),
        emails: said(&candidate["emails"], |values| emails(lines(values))),
        phones: said(&candidate["phones"], |values| phones(lines(values))),
        links: said(&candidate["links"], |values| links(lines(values))),
        address: address(&candidate["address"]),
        education: said(&candidate["education"], |studies| {
            entries(studies, |one| {
                education(
                    line(&one["institution"]),
                    line(&one["area"]),
                    line(&one["studyType"]).or_else(|| line(&one["study_type"])),
                    dates(one),
                )
            })
        }),
        work: said(&candidate["work"], |jobs| {
            entries(jobs, |one| {
                work(
                    line(&one["name"]),
                    line(&one["position"]),
                    dates(one),
                    line(&one["location"]),
                )
            })
        }),
        agency: line(&candidate["agency"]),
        ..Person::default()
    }
}

/// First and last day, in JSON Resume's spelling or in ours.
fn dates(one: &Value) -> (Option<String>, Option<String>) {
    (
        date(&one["startDate"]).or_else(|| date(&one["start_date"])),
        date(&one["endDate"]).or_else(|| date(&one["end_date"])),
    )
}

/// An address in parts, or as one text.
fn address(value: &Value) -> Option<Address> {
    let address = Address {
        line1: text(&value["line1"]).or_else(|| text(value)),
        line2: line(&value["line2"]),
        city: line(&value["city"]),
        region: line(&value["region"]),
        postal_code: line(&value["postal_code"]).or_else(|| line(&value["postalCode"])),
        country: line(&value["country"]),
    };
    (address != Address::default()).then_some(address)
}

fn resume(value: &Value) -> Option<File> {
    Some(File {
        filename: line(&value["filename"]),
        url: text(&value["url"])?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{self, KAT_BODY, verifies};
    use super::*;

    const SECRET: &str = "whsec_0euGhoJ1FkhDWf8NS9lZvsnTJ0XtBy6LKj6jdD+RzbI=";
    const PUBLIC: &str = "whpk_3fCUgBKCfr9jHsyAprvF8odDCvalpuG3cjeoHwf3dPU=";
    const V1: &str = "v1,Eu8i9h1QyAkh1X9vY+io2D7qwShfn7vW9PSF47xIj1o=";
    const V1A: &str = "v1a,x5044zj1RZxT6fNpgJNTkbljqXR7a/4BuwvYoLLtY8bEoUmckljen874RSXRFikNB2VvvAP98Z07Waq8OVsgBw==";

    fn signed(
        id: &str,
        time: &str,
        signature: &str,
        secrets: &[&str],
        body: &[u8],
    ) -> Result<(), Forged> {
        let pairs = [
            ("webhook-id", id),
            ("webhook-timestamp", time),
            ("webhook-signature", signature),
        ];
        verifies(&VENDOR, secrets, &pairs, body)
    }

    #[test]
    fn both_kinds_of_signature_are_known_answers() {
        let good = |signature: &str, secrets: &[&str], body: &[u8]| {
            signed("msg_kat1", "1700000000", signature, secrets, body)
        };
        let both = format!("v2,x nonsense {V1} {V1A}");
        for (signature, secrets) in [
            (V1, &[SECRET][..]),
            (V1A, &[PUBLIC]),
            (V1, &[PUBLIC, SECRET]),
            (V1A, &[SECRET, PUBLIC]),
            (&both, &[SECRET]),
        ] {
            assert_eq!(good(signature, secrets, KAT_BODY), Ok(()), "{signature}");
            let longer = [KAT_BODY, b" "].concat();
            assert_eq!(good(signature, secrets, &longer), Err(Forged::Wrong));
            assert_eq!(good(signature, &[], KAT_BODY), Err(Forged::Wrong));
        }
        assert_eq!(good(V1, &[PUBLIC], KAT_BODY), Err(Forged::Wrong));
        assert_eq!(good(V1A, &[SECRET], KAT_BODY), Err(Forged::Wrong));
        assert_eq!(
            good("", &[SECRET], KAT_BODY),
            Err(Forged::Missing("webhook-signature"))
        );
    }

    #[test]
    fn ids_and_times_are_signed_and_checked() {
        let secrets = [SECRET.to_owned()];
        for (id, offset, expected) in [
            ("msg_kat1", 0, Ok(())),
            ("msg_kat1", -300, Ok(())),
            ("msg_kat1", 300, Ok(())),
            ("msg_kat1", -301, Err(Forged::Stale)),
            ("msg_kat1", 301, Err(Forged::Stale)),
            ("", 0, Err(Forged::Missing("webhook-id"))),
            ("msg.kat1", 0, Err(Forged::Wrong)),
        ] {
            let at = Timestamp::from_second(1_700_000_000 + offset).unwrap();
            let signature = crate::net::standard_webhooks::sign(&secrets, id, at, KAT_BODY);
            let time = at.as_second().to_string();
            assert_eq!(
                signed(id, &time, &signature, &[SECRET], KAT_BODY),
                expected,
                "{id} {offset}"
            );
        }
        assert_eq!(
            signed("msg_kat2", "1700000000", V1, &[SECRET], KAT_BODY),
            Err(Forged::Wrong)
        );
        assert_eq!(
            signed("msg_kat1", "1700000001", V1, &[SECRET], KAT_BODY),
            Err(Forged::Wrong)
        );
        let headers = testing::headers(&[("webhook-id", "msg_kat1")]);
        assert_eq!(
            keys(&testing::posted(&headers, b"{}")),
            [Key::id("msg_kat1")]
        );
    }

    #[test]
    fn an_application_is_read_whole() {
        let event = testing::read(
            &VENDOR,
            &json!({
            "type": "application.created", "timestamp": "2026-09-21T14:13:20Z",
            "data": {
                "candidate": {
                    "id": "WD-1", "name": " Ada  Example ", "emails": ["A@x.example", "none"], "phones": ["+1 212  555 0187"],
                    "links": ["https://ada.example"], "address": {"line1": "12 Example Street", "postal_code": "10118"},
                    "education": [{"institution": "Ohio State University", "area": "History", "studyType": "Bachelor",
                                   "startDate": "2012-08", "endDate": "05/06/2016"}, {"institution": ""}],
                    "work": [{"name": "Northgate", "position": "Engineer", "start_date": {"year": 2016, "month": 7}}],
                    "resume_text": "not carried", "resume": {"filename": "cv.pdf", "url": "https://files.example/cv"}},
                "application": {"id": 7, "stage": "Review", "source": "Agency"}}}),
        );
        assert_eq!(
            json!(event[0]),
            json!({
                "kind": "application_created", "external_id": "WD-1", "application_id": "7", "at": "2026-09-21T14:13:20Z",
                "person": {
                    "name": "Ada Example", "emails": ["a@x.example"], "phones": ["+1 212 555 0187"], "links": ["https://ada.example"],
                    "address": {"line1": "12 Example Street", "postal_code": "10118"},
                    "education": [{"institution": "Ohio State University", "area": "History", "study_type": "Bachelor",
                                   "start_date": "2012-08", "end_date": "2016-05-06"}],
                    "work": [{"name": "Northgate", "position": "Engineer", "start_date": "2016-07"}]},
                "candidacy": {"source": "Agency", "stage": "Review"},
                "resume": {"filename": "cv.pdf", "url": "https://files.example/cv"}
            })
        );
    }

    #[test]
    fn types_are_our_words_with_any_separators() {
        for (written, kind) in [
            ("application.created", Kind::ApplicationCreated),
            ("application_updated", Kind::ApplicationUpdated),
            ("Application-Deleted", Kind::ApplicationDeleted),
            ("stage.changed", Kind::StageChanged),
            ("stageChanged", Kind::StageChanged),
            ("hired", Kind::Hired),
            ("unhired", Kind::Unhired),
            ("rejected", Kind::Rejected),
            ("unrejected", Kind::Unrejected),
            ("candidate.created", Kind::CandidateCreated),
            ("candidate.updated", Kind::CandidateUpdated),
            ("candidate.deleted", Kind::CandidateDeleted),
            ("candidate.merged", Kind::CandidateMerged),
            ("candidate.anonymised", Kind::CandidateAnonymised),
            ("candidate.anonymized", Kind::CandidateAnonymised),
            ("ping", Kind::Ping),
            ("check.result", Kind::Ignored),
            ("ignored", Kind::Ignored),
            ("offer.made", Kind::Ignored),
            ("", Kind::Ignored),
        ] {
            let data = json!({"candidate": {"id": 1, "merged_into": 2, "name": "Ada"}});
            let event = testing::read(&VENDOR, &json!({"type": written, "data": data})).remove(0);
            assert_eq!(event.kind, kind, "{written}");
            let merged = kind == Kind::CandidateMerged;
            assert_eq!(
                event.merged_into.is_some(),
                merged || kind.erases() || kind == Kind::ApplicationDeleted
            );
            assert!(!kind.erases() || event.person == Person::default());
        }
    }

    #[test]
    fn thin_and_hostile_payloads_say_nothing_or_are_refused() {
        for lists in [
            json!(null),
            json!([]),
            json!({}),
            json!("x"),
            json!([1, null, {}]),
        ] {
            let candidate = json!({"id": "7", "emails": lists, "phones": lists, "education": lists, "work": lists, "address": [],
                                   "name": "x".repeat(20_000)});
            let body =
                json!({"type": "hired", "data": {"candidate": candidate, "application": lists}});
            let event = testing::read(&VENDOR, &body).remove(0);
            assert_eq!(event.person.emails, lists.as_array().map(|_| Vec::new()));
            assert_eq!((event.person.name, event.person.address), (None, None));
        }
        for body in [
            json!([]),
            json!({"type": []}),
            json!({"type": "hired", "data": [1]}),
            json!(7),
        ] {
            assert_eq!(testing::read(&VENDOR, &body)[0].external_id, None);
        }
        let headers = axum::http::HeaderMap::new();
        for body in [&b"\xff{}"[..], b"{", b""] {
            assert!(read(&testing::posted(&headers, body)).is_err());
        }
    }
}
