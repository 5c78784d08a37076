//! Records whole and broken, and documents of JSON Resume.

use super::*;
use crate::application::Stage;

fn said(json: &str) -> String {
    record(json.as_bytes(), "api").expect_err(json).to_string()
}

/// The contract's example, whole.
const WHOLE: &str = r#"{"external_id":"A-1001","source":"greenhouse","agency":null,"stage":"interview","applied_at":"2026-03-02T14:05:00Z",
 "name":"Maria Lopez","emails":["maria.lopez@example.org"],"phones":["(212) 736-5000"],
 "address":{"line1":"350 5th Ave","line2":"","city":"New York","region":"NY","postal_code":"10118","country":"US"},
 "links":["https://www.linkedin.com/in/mlopez"],
 "education":[{"institution":"Example State","area":"Computer Science","study_type":"Bachelor","start_date":"2012-09","end_date":"2016-05"}],
 "work":[{"name":"Example Co","position":"Engineer","start_date":"2016-07","end_date":null,"location":"Albany"}],
 "references":[{"name":"Ann Lee","phone":"212-555-0100","email":"ann@example.com"}],
 "resume_text":"Maria Lopez",
 "submission":{"ip":"203.0.113.9","device_id":7,"user_agent":"x","time_zone":"America/New_York","submitted_at":"2026-03-02"},
 "tags":["a"]}"#;

#[test]
fn the_contracts_example_is_read_whole() {
    let app = record(WHOLE.as_bytes(), "api").unwrap();
    assert_eq!(app.external_id, "A-1001");
    assert_eq!(
        (app.source.as_str(), app.stage),
        ("greenhouse", Stage::Interview)
    );
    assert_eq!(app.agency, None);
    let address = app.address.as_ref().unwrap();
    assert_eq!(
        (address.line2.as_deref(), address.city.as_deref()),
        (None, Some("New York"))
    );
    assert_eq!(app.work[0].end_date, None);
    let submission = app.submission.as_ref().unwrap();
    assert_eq!(submission.device_id.as_deref(), Some("7"));
    assert_eq!(
        submission.submitted_at.unwrap().to_string(),
        "2026-03-02T00:00:00Z"
    );
    assert_eq!(app.other.keys().collect::<Vec<_>>(), ["tags"]);
    // What is stored is read back the same.
    let again = record(&serde_json::to_vec(&app).unwrap(), "api").unwrap();
    assert_eq!(again, app);
}

#[test]
fn a_bad_record_is_refused_by_its_field() {
    for (json, want) in [
        ("", "there is nothing here"),
        ("[]", "one JSON object is wanted, this is a list"),
        ("\"x\"", "one JSON object is wanted, this is text"),
        (r#"{"name":"A"}"#, "external_id: is missing"),
        (
            r#"{"external_id":"","name":"A"}"#,
            "external_id: is missing",
        ),
        (
            r#"{"external_id":"1","name":" ","emails":[""]}"#,
            "name: one of name, emails, phones or resume_text",
        ),
        (
            r#"{"external_id":1.5,"name":"A"}"#,
            "external_id: text or a whole number",
        ),
        (
            r#"{"external_id":true,"name":"A"}"#,
            "external_id: text is wanted, this is true or false",
        ),
        (
            r#"{"external_id":"1","name":5}"#,
            "name: text is wanted, this is a number",
        ),
        (
            r#"{"external_id":"1","emails":"a@example.org"}"#,
            "emails: a list is wanted, this is text",
        ),
        (
            r#"{"external_id":"1","emails":["a",{}]}"#,
            "emails[1]: text is wanted, this is an object",
        ),
        (
            r#"{"external_id":"1","name":"A","stage":"fired"}"#,
            "stage: \"fired\" is none of applied, interview, offer, onboarding, active",
        ),
        (
            r#"{"external_id":"1","name":"A\u0000"}"#,
            "name: holds a NUL character",
        ),
        (
            r#"{"external_id":"1","name":"A","x":{"y":["\u0000"]}}"#,
            "x: holds a NUL character",
        ),
        (
            r#"{"external_id":"1","name":"A","work":[{"x":"\u0000"}]}"#,
            "work[0].x: holds a NUL character",
        ),
        (
            r#"{"external_id":"1","name":"A","education":[{},{"start_date":"2016-13"}]}"#,
            "education[1].start_date: ",
        ),
        (
            r#"{"external_id":"1","name":"A","work":[{"end_date":"31/02/2016"}]}"#,
            "work[0].end_date: ",
        ),
        (
            r#"{"external_id":"1","name":"A","work":["x"]}"#,
            "work[0]: an object is wanted, this is text",
        ),
        (
            r#"{"external_id":"1","name":"A","address":{"city":["x"]}}"#,
            "address.city: text is wanted, this is a list",
        ),
        (
            r#"{"external_id":"1","name":"A","applied_at":"2026-02-30"}"#,
            "applied_at: \"2026-02-30\" is no time",
        ),
        (
            r#"{"external_id":"1","name":"A","submission":{"submitted_at":"now"}}"#,
            "submission.submitted_at: ",
        ),
        (
            r#"{"external_id":"1","name":"A" "b":1}"#,
            "malformed JSON at line 1, column 31: expected `,` or `}`",
        ),
        (
            "{\"external_id\":\"1\",\n\"name\":}",
            "malformed JSON at line 2, column 8: ",
        ),
        (
            r#"{"external_id":"1","name":"\ud800"}"#,
            "malformed JSON at line 1, column",
        ),
        (
            "{} {}",
            "malformed JSON at line 1, column 4: trailing characters",
        ),
    ] {
        let said = said(json);
        assert!(said.starts_with(want), "{json}\n said {said}\n want {want}");
    }
}

#[test]
fn what_is_too_much_is_refused_with_the_limit() {
    let lots = |item: &str, n: usize| vec![item; n].join(",");
    for (json, want) in [
        (
            format!(
                r#"{{"external_id":"1","emails":[{}]}}"#,
                lots("\"a@example.org\"", 100_000)
            ),
            "emails: holds 100000 items; 50 at most",
        ),
        (
            format!(r#"{{"external_id":"1","work":[{}]}}"#, lots("{}", 101)),
            "work: holds 101 items; 100 at most",
        ),
        (
            format!(r#"{{"external_id":"1","name":"{}"}}"#, "é".repeat(10_001)),
            "name: holds 10001 characters; 10000 at most",
        ),
        (
            format!(r#"{{"external_id":"{}","name":"A"}}"#, "1".repeat(256)),
            "external_id: holds 256 characters; 255 at most",
        ),
        (
            format!(
                r#"{{"external_id":"1","resume_text":"{}"}}"#,
                "x".repeat((1 << 20) + 1)
            ),
            "resume_text: holds 1048577 bytes; 1048576 at most",
        ),
        (
            format!(r#"{{"external_id":"1","name":"{}"}}"#, "x".repeat(10 << 20)),
            "the record is over 2 MiB",
        ),
        (
            format!(
                r#"{{"external_id":"1","name":"A","x":{}"#,
                "[".repeat(100_000)
            ),
            "malformed JSON at line 1, column 161: recursion limit exceeded",
        ),
    ] {
        assert_eq!(said(&json), want, "{json:.60}");
    }
    let fits = format!(r#"{{"external_id":"1","name":"{}"}}"#, "é".repeat(10_000));
    assert!(record(fits.as_bytes(), "api").is_ok());
}

#[test]
fn bytes_that_are_no_utf_8_are_named_by_their_offset() {
    for (bytes, want) in [
        (&b"{\"name\":\"\xff\"}"[..], "byte 9 is not UTF-8"),
        (
            b"\xff\xfe{\0}\0",
            "byte 0 is not UTF-8; this looks like UTF-16",
        ),
    ] {
        assert_eq!(record(bytes, "api").unwrap_err().to_string(), want);
    }
    let marked = "\u{feff}{\"external_id\":1001,\"name\":\"A\",\"name\":\"B\"}";
    let app = record(marked.as_bytes(), "api").unwrap();
    assert_eq!(app.external_id, "1001", "a number is kept as text");
    assert_eq!(
        app.name.as_deref(),
        Some("B"),
        "of a key given twice the last one counts"
    );
    assert_eq!(app.source, "api");
}

#[test]
fn null_is_absent_everywhere() {
    let keys = [
        "source",
        "agency",
        "stage",
        "applied_at",
        "emails",
        "phones",
        "address",
        "links",
        "education",
        "work",
        "references",
        "resume_text",
        "resume_file",
        "submission",
        "basics",
    ];
    let nulls = keys.map(|key| format!("\"{key}\":null")).join(",");
    let app = record(
        format!(r#"{{"external_id":"1","name":"A",{nulls}}}"#).as_bytes(),
        "api",
    );
    let want = Application {
        external_id: "1".into(),
        source: "api".into(),
        name: Some("A".into()),
        ..Application::default()
    };
    assert_eq!(app, Ok(want));
    let holes = r#"{"external_id":"1","phones":[null,"212-555-0100",""],"work":[null,{}],"submission":{"ip":null}}"#;
    let app = record(holes.as_bytes(), "api").unwrap();
    assert_eq!(
        (app.phones.len(), app.work.len(), app.submission),
        (1, 0, None)
    );
}

#[test]
fn a_json_resume_document_is_a_record() {
    let json = r#"{"$schema":"https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json",
      "basics":{"name":"Maria Lopez","label":"Engineer","email":"maria@example.org","phone":"(212) 736-5000","url":"https://example.org",
        "location":{"address":"350 5th Ave","postalCode":"10118","city":"New York","countryCode":"US","region":"NY"},
        "profiles":[{"network":"GitHub","username":"ml","url":"https://github.com/ml"},{"network":"none"}]},
      "work":[{"name":"Example Co","position":"Engineer","startDate":"2016-07-01","highlights":["Built it"]}],
      "education":[{"institution":"Example State","area":"CS","studyType":"Bachelor","startDate":"2012-09","endDate":"2016","courses":[]}],
      "references":[{"name":"Ann Lee","reference":"She is good."}],
      "skills":[{"name":"Rust"}],
      "meta":{"canonical":"https://example.org/resume.json","version":"v1.0.0"}}"#;
    let app = record(json.as_bytes(), "api").unwrap();
    assert_eq!(app.external_id, "https://example.org/resume.json");
    assert_eq!(app.emails, ["maria@example.org"]);
    assert_eq!(app.links, ["https://example.org", "https://github.com/ml"]);
    assert_eq!(
        app.address.as_ref().unwrap().postal_code.as_deref(),
        Some("10118")
    );
    assert_eq!(app.work[0].start_date.as_deref(), Some("2016-07-01"));
    assert_eq!(app.education[0].study_type.as_deref(), Some("Bachelor"));
    assert_eq!(app.other["work[0].highlights"][0], "Built it");
    assert_eq!(app.other["references[0].reference"], "She is good.");
    assert!(app.other.contains_key("skills") && app.other.contains_key("basics.label"));
    let named = record_named(json.as_bytes(), "api", Some("r-7")).unwrap();
    assert_eq!(named.external_id, "r-7");
    let wrong = json.replace("2016-07-01", "July");
    assert!(
        said(&wrong).starts_with("work[0].startDate: "),
        "{}",
        said(&wrong)
    );
    assert!(said(r#"{"external_id":"1","basics":{"name":5}}"#).starts_with("basics.name: text"));
    for (meta, want) in [(r#"{"id":12}"#, "12"), (r#"{"external_id":"x"}"#, "x")] {
        let json = format!(r#"{{"basics":{{"name":"A"}},"meta":{meta}}}"#);
        assert_eq!(record(json.as_bytes(), "api").unwrap().external_id, want);
    }
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>, text: String) {
        let _ = record(&bytes, "api");
        let _ = record(text.as_bytes(), "api");
    }

    #[test]
    fn no_json_makes_it_panic(key in "external_id|name|emails|work|address|basics|stage|applied_at|meta",
                              value in r#"(\[|\{|"a":|"[^"]{0,4}"|,|1|null|\]|\}){0,8}"#) {
        let _ = record(format!(r#"{{"external_id":1,"{key}":{value}}}"#).as_bytes(), "api");
    }
}
