//! Workable: `ats-webhooks.md` §6.

use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

use super::api::{Api, Note, Settings, bearer, part};
use super::event::{Candidacy, Event, File, Kind, Person};
use super::fields::{
    date, education, emails, entries, id, items, line, links, name, phones, said, text, time, work,
};
use super::signature::{Forged, hex};
use super::{Access, Delivered, Key, Leave, Setting, Unreadable, Vendor};
use crate::application::Address;
use crate::net::Trouble;
use crate::rules::NextStep;

pub(super) const VENDOR: Vendor = Vendor {
    name: "workable",
    title: "Workable",
    steps: &[
        "In Workable, open Settings, Integrations, Apps, and generate an API access token with r_candidates (and \
         w_candidates, if notes are to be left). Store it here as the secret.",
        "Subscribe to candidate_created, candidate_moved and candidate_deleted, one by one, by POST to \
         https://YOUR-SUBDOMAIN.workable.com/spi/v3/subscriptions with {\"target\": …, \"event\": …}.",
        "Workable takes each target once, so send {url}?event=candidate_created for the first, and so on for the others.",
        "Store the new token here whenever you make one: Workable signs with it.",
    ],
    secret: "The account's API access token, or the app's secret where an OAuth app subscribed.",
    settings: &[
        Setting {
            name: "member_id",
            about: "Whose name stands under the comments: a Workable member's id. Without it none is left.",
        },
        Setting {
            name: "tag",
            about: "A tag to add to whom a person should look at. Without it no tag is set.",
        },
    ],
    verify,
    keys,
    read,
    access: Some(Access {
        base_url: None,
        hosts: &["*.workable.com", "*.s3.amazonaws.com"],
        key: "The API access token, with w_candidates for comments and tags. The API stands at \
              https://YOUR-SUBDOMAIN.workable.com/spi/v3.",
        authorize: |api| bearer(&api.key),
        complete: None,
        leave: &[
            Leave {
                kind: "note",
                about: "a comment",
                wanted: |settings: &Settings| settings.contains_key("member_id"),
                leave: |api, note| Box::pin(leave_comment(api, note)),
                find: None,
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

fn verify(delivered: &Delivered, secrets: &[String], _: Timestamp) -> Result<(), Forged> {
    const HEADER: &str = "X-Workable-Signature";
    let header = delivered.header(HEADER).ok_or(Forged::Missing(HEADER))?;
    hex(header, secrets, &[delivered.body])
}

fn keys(delivered: &Delivered) -> Vec<Key> {
    let body = delivered.json().unwrap_or_default();
    let key = id(&body["id"]).map(Key::id);
    vec![key.unwrap_or_else(|| Key::body(delivered.body))]
}

fn read(delivered: &Delivered) -> Result<Vec<Event>, Unreadable> {
    let body = delivered.json()?;
    let data = &body["data"];
    // What is null or absent is not so.
    let hired = time(&data["hired_at"]).is_some();
    let rejected = data["disqualified"] == true && !hired;
    let kind = match body["event_type"].as_str().unwrap_or_default() {
        "candidate_created" => Kind::ApplicationCreated,
        "candidate_moved" if hired => Kind::Hired,
        "candidate_moved" if rejected => Kind::Rejected,
        "candidate_moved" => Kind::StageChanged,
        "candidate_deleted" => {
            return Ok(vec![Event {
                at: time(&body["fired_at"]),
                ..Event::of(Kind::CandidateDeleted, id(&data["id"]))
            }]);
        }
        other => return Ok(vec![Event::ignored(format!("nothing for us: {other}"))]),
    };
    Ok(vec![Event {
        // A candidate is one person's application to one job.
        application_id: id(&data["id"]),
        at: time(&body["fired_at"]),
        person: person(data),
        candidacy: Candidacy {
            source: line(&data["domain"]).or_else(|| {
                let sourced = data["sourced"].as_bool()?;
                Some(if sourced { "sourced" } else { "applied" }.to_owned())
            }),
            stage: line(&data["stage"]),
            applied_at: time(&data["created_at"]),
            rejected: Some(rejected),
            hired: Some(hired),
            ..Candidacy::default()
        },
        resume: text(&data["resume_url"]).map(|url| File {
            filename: None,
            url,
        }),
        ..Event::of(kind, id(&data["id"]))
    }])
}

fn person(data: &Value) -> Person {
    let years = |one: &Value| {
        let ended = one["current"] != true;
        (
            date(&one["start_date"]),
            date(&one["end_date"]).filter(|_| ended),
        )
    };
    Person {
        name: name(&data["name"], &data["firstname"], &data["lastname"]),
        emails: text(&data["email"]).map(|one| emails([Some(one)])),
        phones: text(&data["phone"]).map(|one| phones([Some(one)])),
        links: said(&data["social_profiles"], |all| {
            links(all.iter().map(|one| line(&one["url"])))
        }),
        address: text(&data["address"]).map(|written| Address {
            line1: Some(written),
            ..Address::default()
        }),
        education: said(&data["education_entries"], |all| {
            entries(all, |one| {
                education(
                    line(&one["school"]),
                    line(&one["field_of_study"]),
                    line(&one["degree"]),
                    years(one),
                )
            })
        }),
        work: said(&data["experience_entries"], |all| {
            entries(all, |one| {
                work(line(&one["company"]), line(&one["title"]), years(one), None)
            })
        }),
        ..Person::default()
    }
}

async fn leave_comment(api: &Api, note: &Note) -> Result<Option<String>, Trouble> {
    let body = json!({
        "member_id": api.setting("member_id")?,
        "comment": {"body": note.text, "policy": ["simple"]},
    });
    let path = format!("/candidates/{}/comments", part(&note.external_id));
    let made = api.post(&path, &body).await?;
    Ok(id(&made["id"]))
}

/// Workable takes the whole list of tags at once, so those that are there go along.
async fn leave_tag(api: &Api, note: &Note) -> Result<Option<String>, Trouble> {
    let tag = api.setting("tag")?;
    if note.next_step == NextStep::None {
        return Ok(None);
    }
    let path = format!("/candidates/{}", part(&note.external_id));
    let found = api.get(&path).await?;
    let tags = &found["candidate"]["tags"];
    if !items(tags).iter().all(Value::is_string) || !tags.is_array() {
        return Err(Trouble::Unreadable("no list of tags".into()));
    }
    if !items(tags).iter().any(|one| one == tag) {
        let mut all = items(tags).to_vec();
        all.push(json!(tag));
        let url = api.url(&format!("{path}/tags"))?;
        let body = json!({"tags": all});
        api.send(Method::PUT, url, Some(&body), &[]).await?;
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::super::fake_api::{self, FakeApi};
    use super::super::testing;
    use super::*;

    #[test]
    fn the_signature_is_over_the_body() {
        let digits = "60c2df15c7a537738d4882dc8a7a23e7e69ea57b8987fa615104935abcc9606c";
        for good in [digits.to_owned(), digits.to_uppercase()] {
            testing::takes_and_refuses(&VENDOR, "X-Workable-Signature", &good, &[]);
        }
    }

    /// A whole delivery, made up.
    fn moved() -> Value {
        json!({
            "id": "d-1", "event_type": "candidate_moved", "fired_at": "2026-05-28T08:00:00Z", "resource_type": "candidate",
            "data": {
                "id": "c1", "name": " Maria  Lopez", "firstname": "Maria", "lastname": "Lopez", "headline": "Engineer at X",
                "email": "Maria@Example.com", "phone": "+1 212 555 0187", "address": "New York, US", "stage": "Phone Screen",
                "job": {"shortcode": "J1", "title": "Engineer"}, "account": {"subdomain": "x", "name": "X"},
                "created_at": "2026-05-27T14:44:43Z", "sourced": false, "domain": "indeed.com", "disqualified": false,
                "disqualification_reason": null, "disqualified_at": null, "hired_at": null, "tags": [], "answers": [],
                "resume_url": "https://x.s3.amazonaws.com/r?sig=1", "profile_url": "https://x.workable.com/c1",
                "social_profiles": [{"type": "linkedin", "url": "https://linkedin.com/in/maria"}, {"url": null}],
                "education_entries": [{"id": 1, "degree": "BSc", "school": "New York University", "field_of_study": "Physics",
                                       "start_date": "2007-09-01", "end_date": null}, {"id": 2, "degree": "", "school": null}],
                "experience_entries": [{"title": "Engineer", "company": "Northgate", "summary": "…", "industry": null,
                                        "start_date": "2016-07-01", "end_date": "2026-01-01", "current": true}]
            }
        })
    }

    fn read(body: &Value) -> Event {
        testing::read(&VENDOR, body).remove(0)
    }

    #[test]
    fn a_delivery_is_read_whole() {
        assert_eq!(
            json!(read(&moved())),
            json!({
                "kind": "stage_changed", "external_id": "c1", "application_id": "c1", "at": "2026-05-28T08:00:00Z",
                "person": {
                    "name": "Maria Lopez", "emails": ["maria@example.com"], "phones": ["+1 212 555 0187"],
                    "links": ["https://linkedin.com/in/maria"], "address": {"line1": "New York, US"},
                    "education": [{"institution": "New York University", "area": "Physics", "study_type": "BSc",
                                   "start_date": "2007-09-01"}],
                    "work": [{"name": "Northgate", "position": "Engineer", "start_date": "2016-07-01"}]},
                "candidacy": {"source": "indeed.com", "stage": "Phone Screen", "applied_at": "2026-05-27T14:44:43Z",
                              "rejected": false, "hired": false},
                "resume": {"url": "https://x.s3.amazonaws.com/r?sig=1"}
            })
        );
    }

    #[test]
    fn each_event_is_ours_or_ignored() {
        let with = |event: &str, key: &str, value: Value| {
            let mut body = moved();
            body["event_type"] = json!(event);
            body["data"][key] = value;
            body
        };
        let hired = with("candidate_moved", "hired_at", json!("2026-05-28T08:00:00Z"));
        let rejected = with("candidate_moved", "disqualified", json!(true));
        let said = |body: &Value| (read(body).candidacy.rejected, read(body).candidacy.hired);
        assert_eq!(said(&hired), (Some(false), Some(true)));
        assert_eq!(said(&rejected), (Some(true), Some(false)));
        for (body, kind) in [
            (hired, Kind::Hired),
            (rejected, Kind::Rejected),
            (
                with("candidate_created", "tags", json!(null)),
                Kind::ApplicationCreated,
            ),
            (with("employee_created", "tags", json!(null)), Kind::Ignored),
            (json!({"event_type": ["candidate_moved"]}), Kind::Ignored),
            (json!([]), Kind::Ignored),
        ] {
            assert_eq!(read(&body).kind, kind, "{body}");
        }
        assert_eq!(
            json!(read(&with("candidate_deleted", "id", json!(7)))),
            json!({"kind": "candidate_deleted", "external_id": "7", "at": "2026-05-28T08:00:00Z"})
        );
    }

    #[test]
    fn lists_may_be_null_absent_or_empty_and_values_odd() {
        for lists in [json!(null), json!([]), json!({"a": 1})] {
            let mut thin = moved();
            for list in [
                "education_entries",
                "experience_entries",
                "social_profiles",
                "email",
                "phone",
                "resume_url",
                "domain",
                "name",
                "hired_at",
                "disqualified",
            ] {
                thin["data"][list] = lists.clone();
            }
            let event = read(&thin);
            assert_eq!(event.kind, Kind::StageChanged);
            assert_eq!(event.person.work, lists.is_array().then(Vec::new));
            assert_eq!(event.person.name.as_deref(), Some("Maria Lopez"));
            assert_eq!((event.person.emails, event.resume), (None, None));
            assert_eq!(event.candidacy.source.as_deref(), Some("applied"));
        }
        for hostile in [
            json!([1]),
            json!({"id": {}}),
            json!({"id": "x".repeat(10_000)}),
            json!(null),
        ] {
            let body = json!({"event_type": "candidate_created", "data": hostile});
            assert_eq!(read(&body).external_id, None, "{hostile}");
        }
        let headers = axum::http::HeaderMap::new();
        for body in [&b"\xff{}"[..], b"{", b""] {
            assert!(super::read(&testing::posted(&headers, body)).is_err());
        }
        let bytes = moved().to_string();
        assert_eq!(
            keys(&testing::posted(&headers, bytes.as_bytes())),
            [Key::id("d-1")]
        );
        assert_eq!(keys(&testing::posted(&headers, b"{}")), [Key::body(b"{}")]);
    }

    #[tokio::test]
    async fn a_comment_is_left_and_tags_are_kept() {
        let candidate = |tags: Value| json!({"candidate": {"id": "c1", "tags": tags}});
        let server = FakeApi::start(&[
            ("POST /spi/v3/candidates/c1/comments", 201, json!({"id": 5})),
            ("GET /spi/v3/candidates/c1", 200, candidate(json!(["a"]))),
            (
                "GET /spi/v3/candidates/c1",
                200,
                candidate(json!(["a", "look"])),
            ),
            ("GET /spi/v3/candidates/c1", 200, candidate(json!(null))),
            ("PUT /spi/v3/candidates/c1/tags", 200, json!({})),
        ])
        .await;
        let api = server.api(&VENDOR, "/spi/v3", &[("member_id", "m"), ("tag", "look")]);
        let note = fake_api::note("c1", &[]);
        assert_eq!(leave_comment(&api, &note).await, Ok(Some("5".into())));
        assert_eq!(leave_tag(&api, &note).await, Ok(None));
        assert_eq!(leave_tag(&api, &note).await, Ok(None));
        let unknown = leave_tag(&api, &note).await;
        assert!(matches!(unknown, Err(Trouble::Unreadable(_))));
        let asked = server.asked();
        assert_eq!(
            asked[0].body,
            json!({"member_id": "m", "comment": {"body": note.text, "policy": ["simple"]}})
        );
        assert_eq!(asked[0].header("authorization"), "Bearer key-1");
        assert_eq!(asked[2].line, "PUT /spi/v3/candidates/c1/tags");
        assert_eq!(asked[2].body, json!({"tags": ["a", "look"]}));
        assert_eq!(asked.len(), 5);
    }
}
