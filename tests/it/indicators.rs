//! Lists of identifiers: imported from publishers' formats, in force before and after a candidate
//! comes, expired, replaced, removed; and agencies' own.

use std::path::PathBuf;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::SignedDuration;
use serde_json::{Value, json};
use telltale::audit::Actor;
use telltale::lists::import::{self, Done, Imported, Job, NotImported};
use telltale::lists::{agency, value::Kind};
use telltale::store;

use crate::common::{Database, TestApp, rules};
use crate::program::Program;

const CSV: &str = "\u{feff}Type;Value;Confidence;Confirmed;Last seen;Comment\r\n\
    phone;+1 (212) 736-5000;90;yes;2026-03-02;J. Doe\r\n\
    email;J.Doe+x@GoogleMail.com;high;no;2026-01-10;\r\n\
    name;John Doe;90;yes;2026-01-10;\r\n\
    ip;203.0.113.0/24;;;;\r\n\
    email;not an address;;;;\r\n\
    ipv4;203.0.113.9;;;2026-05-30;\r\n";

fn stix() -> String {
    let indicator = |n: u32, pattern: &str| {
        json!({"type": "indicator", "spec_version": "2.1", "id": format!("indicator--{n:08}-0000-4000-8000-000000000000"),
            "created_by_ref": "identity--1", "created": "2026-05-01T00:00:00.000Z", "modified": "2026-05-01T00:00:00.000Z",
            "pattern": pattern, "pattern_type": "stix", "valid_from": "2026-05-01T00:00:00Z"})
    };
    let mut confirmed = indicator(
        1,
        "[email-addr:value = 'j.doe@gmail.com' OR url:value = 'https://www.github.com/jdoe-99/']",
    );
    confirmed["labels"] = json!(["confirmed"]);
    confirmed["confidence"] = json!(85);
    let mut revoked = indicator(2, "[email-addr:value = 'innocent@example.org']");
    revoked["revoked"] = json!(true);
    let mut until = indicator(3, "[x-acme-phone:value = '+12127365000']");
    until["valid_until"] = json!("2026-07-01T00:00:00Z");
    json!({"type": "bundle", "id": "bundle--1", "objects": [
        confirmed, revoked, until,
        indicator(4, "[email-addr:value = 'a@example.org' AND url:value = 'https://github.com/a']"),
        indicator(5, "[email-addr:value MATCHES '.*@example.org']"),
        indicator(6, "[file:hashes.'SHA-256' = 'ab']"),
        {"type": "identity", "id": "identity--1", "name": "Example ISAC", "identity_class": "organization"},
        {"type": "user-account", "id": "user-account--1", "account_type": "github", "account_login": "other-dev"},
        {"type": "marking-definition", "id": "marking-definition--1", "definition": {"tlp": "amber"}, "labels": 7},
    ]})
    .to_string()
}

fn misp() -> String {
    let attribute = |uuid: &str, kind: &str, value: &str, to_ids: bool| {
        json!({"id": "1", "uuid": uuid, "type": kind, "category": "Payload delivery", "to_ids": to_ids,
            "timestamp": "1777593600", "deleted": false, "comment": "seen with J. Doe", "value": value, "Tag": []})
    };
    let mut tagged = attribute("a-1", "email-src", "j.doe@gmail.com", true);
    tagged["Tag"] = json!([{"name": "admiralty-scale:information-credibility=\"1\""}]);
    let mut deleted = attribute("a-2", "email", "innocent@example.org", true);
    deleted["deleted"] = json!(true);
    json!({"response": [{"Event": {
        "id": "7", "info": "Remote workers, 2026", "date": "2026-05-01", "Orgc": {"id": "1", "name": "Example CERT"},
        "Tag": [{"name": "tlp:amber"}],
        "Attribute": [tagged, deleted,
            attribute("a-3", "phone-number", "212-736-5000", false),
            attribute("a-4", "target-email", "victim@example.org", false),
            attribute("a-5", "sha256", "ab", true),
            attribute("a-6", "phone-number", "call me", true)],
        "Object": [{"name": "github-user", "deleted": false,
            "Attribute": [attribute("a-7", "github-username", "jdoe-99", true), attribute("a-8", "full-name", "John Doe", true)]}]
    }}]})
    .to_string()
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn job(&self, file: &str, text: &str) -> Job {
        let path: PathBuf = self.0.path().join(file);
        std::fs::write(&path, text).unwrap();
        Job {
            file: path,
            name: None,
            source: None,
            format: None,
            confirmed: false,
        }
    }
}

async fn take(app: &TestApp, job: Job) -> Imported {
    match import::import(&app.app, &Actor::system("test"), job)
        .await
        .unwrap()
    {
        Done::Imported(imported) => imported,
        Done::Already(list) => panic!("already imported as {}", list.name),
    }
}

fn refusals(imported: &Imported) -> Vec<String> {
    imported.refused.iter().map(ToString::to_string).collect()
}

async fn apply(app: &TestApp, id: &str, more: Value) -> Value {
    let mut record = json!({"external_id": id, "name": "Maria Lopez"});
    record
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    app.screen(record).await
}

fn indicators(screening: &Value) -> Vec<&str> {
    let all = rules(screening).into_iter();
    all.filter(|rule| rule.starts_with("x.indicator")).collect()
}

#[tokio::test]
async fn a_table_finds_candidates_who_came_before_and_after() {
    let app = TestApp::start().await;
    let before = apply(&app, "before", json!({"phones": ["212.736.5000"]})).await;
    let other = apply(&app, "other", json!({"phones": ["(212) 736-5999"]})).await;
    assert!(indicators(&before).is_empty());
    let folder = Folder::new();
    let imported = take(&app, folder.job("cases.csv", CSV)).await;
    assert_eq!(
        (imported.list.name.as_str(), imported.list.rows),
        ("cases", 3)
    );
    assert_eq!(
        (imported.list.source.as_str(), imported.marked),
        ("cases.csv", 1)
    );
    assert_eq!(
        refusals(&imported),
        [
            "line 4: people's names are never listed: many people bear one",
            "line 5: it is a network, and only single addresses are listed",
            "line 6: it is no mail address",
        ]
    );
    app.settle().await;
    let found = app.latest(&before).await;
    assert_eq!(indicators(&found), ["x.indicator"]);
    let finding = found["findings"].as_array().unwrap();
    let finding = finding
        .iter()
        .find(|one| one["rule"] == "x.indicator")
        .unwrap();
    assert_eq!(finding["evidence"][0]["field"], "phones[0]");
    let message = finding["message"].as_str().unwrap();
    assert!(
        message.contains("\"cases\"") && message.contains("victim"),
        "{message}"
    );
    assert!(indicators(&app.latest(&other).await).is_empty());
    let after = apply(&app, "after", json!({"emails": ["jdoe@gmail.com"]})).await;
    assert_eq!(indicators(&after), ["x.indicator_unconfirmed"]);
    let network = apply(
        &app,
        "network",
        json!({"submission": {"ip": "203.0.113.9"}}),
    )
    .await;
    assert_eq!(indicators(&network), ["x.indicator_unconfirmed"]);
    let referee = json!({"references": [{"name": "Ann Reed", "phone": "212-736-5000"}]});
    let referee = apply(&app, "referee", referee).await;
    assert_eq!(indicators(&referee), ["x.indicator"]);
}

#[tokio::test]
async fn a_bundle_is_read_by_its_patterns_and_objects() {
    let app = TestApp::start().await;
    let folder = Folder::new();
    let imported = take(&app, folder.job("bundle.json", &stix())).await;
    assert_eq!(
        (imported.list.rows, imported.list.source.as_str()),
        (4, "Example ISAC")
    );
    let refused = refusals(&imported);
    assert_eq!(refused.len(), 2, "{refused:?}");
    assert!(refused[0].starts_with("indicator--00000004") && refused[0].contains("AND"));
    assert!(refused[1].starts_with("indicator--00000005") && refused[1].contains("MATCHES"));
    let skipped: Vec<_> = imported.skipped.values().copied().collect();
    assert_eq!(skipped, [1, 1], "{:?}", imported.skipped);
    for (id, more, expected) in [
        (
            "mail",
            json!({"emails": ["jdoe+jobs@gmail.com"]}),
            vec!["x.indicator"],
        ),
        (
            "page",
            json!({"links": ["github.com/JDoe-99"]}),
            vec!["x.indicator"],
        ),
        (
            "account",
            json!({"links": ["https://github.com/other-dev"]}),
            vec!["x.indicator_unconfirmed"],
        ),
        (
            "phone",
            json!({"phones": ["(212) 736-5000"]}),
            vec!["x.indicator_unconfirmed"],
        ),
        (
            "revoked",
            json!({"emails": ["innocent@example.org"]}),
            vec![],
        ),
    ] {
        assert_eq!(indicators(&apply(&app, id, more).await), expected, "{id}");
    }
    app.wait(SignedDuration::from_hours(24 * 31));
    let phone = apply(
        &app,
        "phone",
        json!({"phones": ["(212) 736-5000"], "stage": "interview"}),
    )
    .await;
    assert!(indicators(&phone).is_empty(), "valid_until is past");
}

#[tokio::test]
async fn an_event_is_read_with_its_objects_and_without_its_victims() {
    let app = TestApp::start().await;
    let folder = Folder::new();
    let mut job = folder.job("event.json", &misp());
    job.confirmed = true;
    let imported = take(&app, job).await;
    assert_eq!(
        (imported.list.rows, imported.list.source.as_str()),
        (3, "Example CERT")
    );
    assert_eq!(
        refusals(&imported),
        ["attribute a-6: it is no phone number that can exist"]
    );
    assert_eq!(
        imported.skipped.values().sum::<u64>(),
        4,
        "{:?}",
        imported.skipped
    );
    for (id, more, expected) in [
        (
            "mail",
            json!({"emails": ["jdoe@gmail.com"]}),
            vec!["x.indicator"],
        ),
        (
            "page",
            json!({"links": ["github.com/jdoe-99"]}),
            vec!["x.indicator"],
        ),
        // Only context: never taken for confirmed.
        (
            "phone",
            json!({"phones": ["(212) 736-5000"]}),
            vec!["x.indicator_unconfirmed"],
        ),
        ("victim", json!({"emails": ["victim@example.org"]}), vec![]),
    ] {
        assert_eq!(indicators(&apply(&app, id, more).await), expected, "{id}");
    }
}

#[tokio::test]
async fn what_was_last_seen_long_ago_weighs_less_and_then_nothing() {
    let app = TestApp::start().await;
    let folder = Folder::new();
    let csv = "type,value,confirmed,last_seen,valid_until\n\
        email,old@example.org,yes,2024-01-01,2027-01-01\n\
        email,today@example.org,yes,,\n\
        email,gone@example.org,yes,2020-01-01,\n";
    let imported = take(&app, folder.job("a.csv", csv)).await;
    assert_eq!((imported.list.rows, imported.expired), (3, 1));
    let ask = async |id: &str, n: u32| {
        let mail = format!("{id}@example.org");
        let more = json!({"emails": [mail], "work": [{"name": format!("Employer {n}")}]});
        apply(&app, id, more).await
    };
    assert_eq!(
        indicators(&ask("old", 1).await),
        ["x.indicator_unconfirmed"]
    );
    assert_eq!(indicators(&ask("today", 1).await), ["x.indicator"]);
    assert!(indicators(&ask("gone", 1).await).is_empty());
    app.wait(SignedDuration::from_hours(24 * 365));
    assert!(indicators(&ask("old", 2).await).is_empty());
    assert_eq!(indicators(&ask("today", 2).await), ["x.indicator"]);
    app.wait(SignedDuration::from_hours(24 * 366));
    assert!(indicators(&ask("today", 3).await).is_empty());
}

#[tokio::test]
async fn the_same_file_changes_nothing_another_takes_its_place_and_a_wrong_one_does_nothing() {
    let app = TestApp::start().await;
    let folder = Folder::new();
    let one = "type,value\nemail,one@example.org\n";
    let screening = apply(&app, "one", json!({"emails": ["one@example.org"]})).await;
    take(&app, folder.job("list.csv", one)).await;
    app.settle().await;
    assert_eq!(
        indicators(&app.latest(&screening).await),
        ["x.indicator_unconfirmed"]
    );
    let lists = store::lists::all(&app.app.db).await.unwrap();
    app.wait(SignedDuration::from_hours(1));
    let again = import::import(
        &app.app,
        &Actor::system("test"),
        folder.job("list.csv", one),
    )
    .await
    .unwrap();
    assert!(matches!(again, Done::Already(list) if list.name == "list"));
    for (file, text, why) in [
        ("list.csv", "", "the file is empty"),
        (
            "list.csv",
            "type,value\nname,John Doe\n",
            "nothing in it can be listed (1 refused, 0 passed over)",
        ),
        (
            "list.csv",
            "id,name\n1,2\n",
            "line 1: a header with the columns type and value",
        ),
        (
            "list.csv",
            "{\"type\": \"bundle\", \"objects\": [{]",
            "line 1, column 33",
        ),
        (
            "list.csv",
            "{\"type\": \"report\"}",
            "neither a STIX 2.1 bundle",
        ),
        ("list.csv", "<stix:STIX_Package/>", "XML"),
        ("list.csv", "type,value\nemail,\0\n", "no text"),
    ] {
        let refused =
            import::import(&app.app, &Actor::system("test"), folder.job(file, text)).await;
        match refused {
            Err(NotImported::Refused(told, _)) => {
                assert!(told.to_string().contains(why), "{told}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
    let deep = "[".repeat(100_000);
    assert!(
        import::import(
            &app.app,
            &Actor::system("test"),
            folder.job("deep.json", &deep)
        )
        .await
        .is_err()
    );
    assert_eq!(store::lists::all(&app.app.db).await.unwrap(), lists);
    let two = "type,value\nemail,two@example.org\n";
    let imported = take(&app, folder.job("list.csv", two)).await;
    assert!(imported.replaced);
    assert_eq!(
        imported.marked, 1,
        "who was on the old list is screened again"
    );
    app.settle().await;
    assert!(indicators(&app.latest(&screening).await).is_empty());
    let two = apply(&app, "two", json!({"emails": ["two@example.org"]})).await;
    assert_eq!(
        import::remove(&app.app, &Actor::system("test"), "list")
            .await
            .unwrap(),
        Some(1)
    );
    assert_eq!(
        import::remove(&app.app, &Actor::system("test"), "list")
            .await
            .unwrap(),
        None
    );
    app.settle().await;
    assert!(indicators(&app.latest(&two).await).is_empty());
}

#[tokio::test]
async fn what_one_process_imports_another_takes_up_with_those_screened_meanwhile() {
    let database = Arc::new(Database::new().await);
    let one = TestApp::on(database.clone()).await;
    let other = TestApp::on(database).await;
    let folder = Folder::new();
    take(
        &one,
        folder.job("list.csv", "type,value\nemail,one@example.org\n"),
    )
    .await;
    let meanwhile = apply(&other, "meanwhile", json!({"emails": ["one@example.org"]})).await;
    assert!(indicators(&meanwhile).is_empty());
    assert!(other.app.lists.take_up(&other.app.db).await.unwrap());
    assert!(!other.app.lists.take_up(&other.app.db).await.unwrap());
    other.settle().await;
    assert_eq!(
        indicators(&other.latest(&meanwhile).await),
        ["x.indicator_unconfirmed"]
    );
}

#[tokio::test]
async fn a_list_whose_name_accuses_is_named_by_its_day() {
    let app = TestApp::start().await;
    let folder = Folder::new();
    let csv = "type,value,label\nemail,one@example.org,known fraud\n";
    take(&app, folder.job("fake-workers.csv", csv)).await;
    let found = apply(&app, "one", json!({"emails": ["one@example.org"]})).await;
    let text = found.to_string();
    assert!(text.contains("imported 2026-06-01"), "{text}");
    assert!(!text.contains("fraud") && !text.contains("fake"), "{text}");
}

#[tokio::test]
async fn an_agencys_number_links_nobody_and_a_denied_one_does() {
    let app = TestApp::start().await;
    let number = "(212) 736-5000";
    let with = |name: &str, agency: Option<&str>| json!({"name": name, "phones": [number], "agency": agency, "applied_at": "2026-05-01"});
    let phone = [(Kind::Phone, number.to_owned())];
    let first = apply(&app, "1", with("Maria Lopez", None)).await;
    let second = apply(&app, "2", with("Daniel Whitfield", None)).await;
    assert!(rules(&second).contains(&"x.phone"));
    let changed = agency::add(&app.app, &Actor::system("test"), "Acme Staffing", &phone)
        .await
        .unwrap();
    assert_eq!((changed.values, changed.marked), (1, 2));
    app.settle().await;
    assert!(!rules(&app.latest(&first).await).contains(&"x.phone"));
    let again = agency::add(&app.app, &Actor::system("test"), "ACME staffing", &phone)
        .await
        .unwrap();
    assert_eq!((again.name.as_str(), again.values), ("Acme Staffing", 0));
    agency::remove(&app.app, &Actor::system("test"), "acme staffing", &[])
        .await
        .unwrap();
    app.settle().await;
    assert!(rules(&app.latest(&first).await).contains(&"x.phone"));
    for (id, name) in [
        ("3", "Ines Duarte"),
        ("4", "Tom Becker"),
        ("5", "Wei Zhang"),
    ] {
        apply(&app, id, with(name, Some("Acme Staffing"))).await;
    }
    app.settle().await;
    assert!(
        !rules(&app.latest(&first).await).contains(&"x.phone"),
        "learnt"
    );
    let denied = agency::deny(&app.app, &Actor::system("test"), &phone)
        .await
        .unwrap();
    assert_eq!((denied.values, denied.marked), (1, 5));
    app.settle().await;
    assert!(
        rules(&app.latest(&first).await).contains(&"x.phone"),
        "denied"
    );
    agency::undeny(&app.app, &Actor::system("test"), &phone)
        .await
        .unwrap();
    app.settle().await;
    assert!(
        !rules(&app.latest(&first).await).contains(&"x.phone"),
        "learnt again"
    );
    let wrong = [(Kind::Phone, "212".to_owned())];
    assert!(
        agency::add(&app.app, &Actor::system("test"), "Acme", &wrong)
            .await
            .is_err()
    );
    assert!(
        agency::remove(&app.app, &Actor::system("test"), "Acme", &[])
            .await
            .is_err()
    );
}

#[tokio::test]
async fn the_page_tells_of_lists_and_changes_agencies_without_a_script() {
    let app = TestApp::start().await;
    let folder = Folder::new();
    let page = app.get("/lists").await;
    assert!(page.text.contains("No list is imported"), "{}", page.text);
    apply(&app, "1", json!({"phones": ["(212) 736-5000"]})).await;
    take(&app, folder.job("cases.csv", CSV)).await;
    let page = app.get("/lists").await;
    assert!(page.text.contains("<bdi>cases</bdi>") && page.text.contains("cases.csv"));
    assert!(!page.text.contains("736"), "nothing but hashes is kept");
    let send = async |path: &str, form: &str, site: &str| {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::COOKIE, &app.cookie)
            .header("sec-fetch-site", site);
        app.send(request.body(Body::from(form.to_owned())).unwrap())
            .await
    };
    let add = "agency=Acme+Staffing&phone=212-736-5001&email=&link=&action=add";
    let refused = send("/lists/agency", add, "cross-site").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let added = send("/lists/agency", add, "same-origin").await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text);
    assert!(
        app.get("/lists?done=added")
            .await
            .text
            .contains("Acme Staffing")
    );
    let wrong = send(
        "/lists/agency",
        "agency=Acme&phone=12&action=add",
        "same-origin",
    )
    .await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.text.contains("no phone number"), "{}", wrong.text);
    let removed = send("/lists/remove", "list=cases", "same-origin").await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER);
    let gone = send("/lists/remove", "list=cases", "same-origin").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

/// Whether the program finds the listed number in a record that it screens.
fn is_told(program: &Program, id: &str) -> bool {
    let record =
        json!({"external_id": id, "name": "Maria Lopez", "phones": ["212-736-5000"]}).to_string();
    program.write("one.ndjson", &record);
    let database = &program.database.url;
    let screened = program.run(&[
        "screen",
        "one.ndjson",
        "--output",
        "ndjson",
        "--database-url",
        database,
    ]);
    screened
        .text()
        .contains("\"rule\":\"x.indicator\",\"group\"")
}

#[test]
fn the_program_imports_lists_and_removes() {
    let program = Program::new();
    assert!(!is_told(&program, "1"));
    program.write("cases.csv", CSV);
    let imported = program.run(&[
        "indicators",
        "import",
        "cases.csv",
        "--source",
        "Example ISAC",
    ]);
    assert_eq!(imported.status(), 1, "{}", imported.error());
    assert!(
        imported
            .text()
            .contains("cases: 3 identifiers from Example ISAC; 1 candidate is due"),
        "{}",
        imported.text()
    );
    assert!(
        imported
            .error()
            .contains("cases.csv: line 6: it is no mail address")
    );
    assert!(
        !imported.error().contains("John Doe"),
        "what was refused is not repeated"
    );
    let again = program.run(&[
        "indicators",
        "import",
        "cases.csv",
        "--source",
        "Example ISAC",
    ]);
    assert_eq!(
        (again.status(), again.text()),
        (0, "cases: already imported from this very file\n")
    );
    assert!(is_told(&program, "2"));
    let list = program.run(&["indicators", "list"]);
    let row = list.text().lines().nth(1).unwrap();
    assert!(
        row.starts_with("cases ") && row.contains("Example ISAC"),
        "{row}"
    );
    answers(
        &program,
        &[
            (&["indicators", "import", "missing.csv"], 1),
            (
                &[
                    "indicators",
                    "import",
                    "cases.csv",
                    "--format",
                    "stix",
                    "--name",
                    "x",
                ],
                1,
            ),
            (&["indicators", "remove", "cases"], 0),
            (&["indicators", "remove", "cases"], 1),
        ],
    );
    assert!(!is_told(&program, "3"));
}

/// Runs the program with each list of arguments, and sees with what status it ends.
fn answers(program: &Program, cases: &[(&[&str], i32)]) {
    for (arguments, status) in cases {
        let done = program.run(arguments);
        assert_eq!(
            done.status(),
            *status,
            "{arguments:?}: {}{}",
            done.text(),
            done.error()
        );
    }
}

#[test]
fn the_program_keeps_what_belongs_to_agencies() {
    answers(
        &Program::new(),
        &[
            (
                &[
                    "agency",
                    "add",
                    "Acme Staffing",
                    "--phone",
                    "212-736-5000",
                    "--email",
                    "desk@acme.example",
                ],
                0,
            ),
            (&["agency", "add", "Acme Staffing", "--phone", "none"], 2),
            (&["agency", "add", "Acme Staffing"], 2),
            (&["agency", "list"], 0),
            (&["agency", "deny", "--phone", "212-736-5000"], 0),
            (&["agency", "deny", "--phone", "212-736-5000", "--undo"], 0),
            (&["agency", "deny", "--phone", "212-736-5000", "--undo"], 1),
            (&["agency", "remove", "Acme Staffing"], 0),
        ],
    );
}
