//! Bad input over HTTP: each refusal names its field or line, and the service goes on.

use std::fmt::Write as _;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::common::TestApp;

/// A record with one more key, written by hand, so that it may be wrong.
fn with(key_and_value: &str) -> String {
    format!(r#"{{"external_id":"1","name":"Maria Lopez",{key_and_value}}}"#)
}

fn nested(depth: usize) -> String {
    with(&format!(
        "\"deep\":{}{}",
        "[".repeat(depth),
        "]".repeat(depth)
    ))
}

/// A body, its status, the pointer, and a word of the reason.
type Case = (Vec<u8>, u16, Option<&'static str>, &'static str);

#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut whole = |body: &[u8], word| cases.push((body.to_vec(), 400, None, word));
    whole(b"", "nothing");
    whole(b"   \n", "nothing");
    whole(b"{", "line 1, column 1");
    whole(b"{\"external_id\":\"1\",}", "line 1, column 20");
    whole(
        b"{\"external_id\":\"1\",\"name\":\"A\"} x",
        "line 1, column",
    );
    whole(b"null", "object");
    whole(b"[]", "object");
    whole(b"\"text\"", "object");
    whole(b"{\"external_id\":\"1\",\"name\":\"\xff\xfe\"}", "UTF-8");
    whole(b"\xff\xfe{\0}\0", "UTF-16");
    whole(b"{\"external_id\":\"1\",\"name\":\"A\0B\"}", "column");
    whole(b"{\"external_id\":\"1\",\"name\":\"\\ud800\"}", "column");
    whole(with("\"applied_at\":1e400").as_bytes(), "out of range");
    whole(
        with(&format!("\"salary\":{}", "9".repeat(5_000))).as_bytes(),
        "out of range",
    );
    whole(nested(10_000).as_bytes(), "recursion");
    let mut field =
        |body: String, pointer, word| cases.push((body.into_bytes(), 422, Some(pointer), word));
    field(r#"{"name":"A"}"#.into(), "/external_id", "missing");
    field(r#"{"external_id":"1"}"#.into(), "/name", "resume_text");
    field(
        r#"{"external_id":true,"name":"A"}"#.into(),
        "/external_id",
        "",
    );
    field(r#"{"external_id":"1","name":7}"#.into(), "/name", "text");
    field(with(r#""emails":"a@example.com""#), "/emails", "list");
    field(
        with(r#""emails":["a@example.com",{}]"#),
        "/emails/1",
        "text",
    );
    field(with(r#""phones":[[]]"#), "/phones/0", "text");
    field(with(r#""address":"350 5th Ave""#), "/address", "object");
    field(with(r#""address":{"city":1}"#), "/address/city", "text");
    field(
        with(r#""education":[{"start_date":"2016-13"}]"#),
        "/education/0/start_date",
        "2016-13",
    );
    field(
        with(r#""education":[{},{"end_date":"31/02/2016"}]"#),
        "/education/1/end_date",
        "31/02/2016",
    );
    field(
        with(r#""work":[{"start_date":"2016-02-30"}]"#),
        "/work/0/start_date",
        "2016-02-30",
    );
    field(
        with(r#""work":[{"end_date":20160101}]"#),
        "/work/0/end_date",
        "",
    );
    field(with(r#""work":{"name":"Acme"}"#), "/work", "list");
    field(with(r#""references":[null,1]"#), "/references/1", "object");
    field(with(r#""stage":"hired""#), "/stage", "applied");
    field(with(r#""applied_at":"yesterday""#), "/applied_at", "");
    field(with(r#""name":"Nul\u0000 Inside""#), "/name", "NUL");
    field(with(r#""phones":["\u0000"]"#), "/phones/0", "NUL");
    field(with(r#""resume_text":"a\u0000b""#), "/resume_text", "NUL");
    field(with(r#""source":"s\u0000""#), "/source", "NUL");
    field(with(r#""their_own":["\u0000"]"#), "/their_own", "NUL");
    field(
        with(r#""submission":{"submitted_at":"2016-13-01T00:00:00Z"}"#),
        "/submission/submitted_at",
        "",
    );
    field(
        with(&format!(r#""agency":"{}""#, "a".repeat(256))),
        "/agency",
        "255",
    );
    field(
        with(&format!(r#""resume_text":"{}""#, "a".repeat((1 << 20) + 1))),
        "/resume_text",
        "1048576",
    );
    let ids = format!(r#"{{"external_id":"{}","name":"A"}}"#, "a".repeat(256));
    field(ids, "/external_id", "255");
    let many = |key: &str, item: &str, count| {
        with(&format!("\"{key}\":[{}]", vec![item; count].join(",")))
    };
    field(
        many("emails", "\"a@example.com\"", 100_000),
        "/emails",
        "50",
    );
    field(many("phones", "\"2127365000\"", 51), "/phones", "50");
    field(
        many("links", "\"https://example.com\"", 101),
        "/links",
        "100",
    );
    field(many("work", "{}", 101), "/work", "100");
    cases
}

#[tokio::test]
async fn every_bad_record_is_a_problem_that_says_where() {
    let app = TestApp::start().await;
    let mut wrong = String::new();
    for (body, status, pointer, word) in cases() {
        let shown: String = String::from_utf8_lossy(&body).chars().take(80).collect();
        let answer = app.post("/api/v1/candidates", body).await;
        if answer.content_type != "application/problem+json" {
            writeln!(wrong, "{shown}: {} {}", answer.status, answer.text).unwrap();
            continue;
        }
        let problem = answer.json();
        let place = problem["pointer"].as_str();
        let detail = problem["detail"].as_str().unwrap();
        if answer.status.as_u16() != status || place != pointer || !detail.contains(word) {
            writeln!(wrong, "{shown}: not {status} {pointer:?} {word}: {problem}").unwrap();
        }
        assert!(
            detail.len() < 500,
            "a reason is no copy of the input: {detail}"
        );
    }
    assert!(wrong.is_empty(), "{wrong}");
    let none = app.get("/api/v1/candidates").await.json();
    assert_eq!(none["items"], json!([]), "nothing of it was kept");
    app.screen(json!({"external_id": "1", "name": "Maria Lopez"}))
        .await;
}

#[tokio::test]
async fn a_body_over_the_limit_is_too_large() {
    let app = TestApp::start().await;
    let body = with(&format!(r#""resume_text":"{}""#, "a".repeat(10 << 20)));
    let answer = app.post("/api/v1/candidates", body).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.content_type, "application/problem+json");
}

#[tokio::test]
async fn the_same_refusals_stand_in_their_lines_of_a_batch() {
    let app = TestApp::start().await;
    let (mut body, mut expected) = (Vec::new(), Vec::new());
    let mut line = 0;
    for (n, (bad, status, pointer, _)) in cases().into_iter().enumerate() {
        // Line ends inside would make two lines of it, and UTF-16 is only told at the start.
        if bad.contains(&b'\n') || bad.trim_ascii().is_empty() || bad.starts_with(b"\xff\xfe") {
            continue;
        }
        let good = json!({"external_id": format!("good{n}"), "name": "Maria Lopez"}).to_string();
        for one in [good.as_bytes(), &bad] {
            body.extend_from_slice(one);
            body.push(b'\n');
        }
        line += 2;
        expected.push(format!("good{n}"));
        expected.push(format!(
            "line {line}: {status} {}",
            pointer.unwrap_or_default()
        ));
    }
    let answer = app.post("/api/v1/candidates:batch", body).await;
    let told: Vec<String> = answer
        .text
        .lines()
        .map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            if let Some(id) = line["external_id"].as_str() {
                return id.to_owned();
            }
            let field = line["field"].as_str().map(|field| {
                let slashes = field.replace(['.', '['], "/").replace(']', "");
                format!("/{slashes}")
            });
            let field = field.unwrap_or_default();
            format!("line {}: {} {field}", line["line"], line["status"])
        })
        .collect();
    assert_eq!(told, expected);
}

#[tokio::test]
async fn strange_records_that_are_records_go_through() {
    let app = TestApp::start().await;
    let digits = "1".repeat(10_000);
    let combining = format!("e{}", "\\u0301".repeat(9_000));
    for body in [
        with(r#""name":"Second Name""#),
        with(r#""resume_text":"b\u202e\ufeff""#),
        with("\"tiny\":1e-300,\"minus\":-0.0,\"long\":123456789012345678901234567890"),
        with("\"big\":1e300"),
        with(&format!(
            "\"phones\":[\"{digits}\",\"+\",\"٠١٢٣٤٥٦٧٨٩\",\"\"]"
        )),
        with(&format!("\"name\":\"{combining}\"")),
        with(
            r#""name":"\u200b\u200b","emails":["@","a@","@b","a@@b","\"quoted at@\"@example.com"]"#,
        ),
        with(r#""links":["javascript:alert(1)","http://","//","https://xn--ls8h.example/\u202e"]"#),
        with(
            r#""education":[{"start_date":"2018-05","end_date":"1999"}],"work":[{"start_date":"1900"}]"#,
        ),
        with(
            r#""applied_at":"0001-01-01T00:00:00Z","submission":{"time_zone":"../../etc/passwd"}"#,
        ),
        with(r#""applied_at":"9999-12-01T00:00:00Z""#),
        with(&format!(
            r#""resume_text":"{}""#,
            "(212) 736-5000 ".repeat(60_000)
        )),
        with(&format!(
            r#""resume_text":"{}""#,
            "a@b.example ".repeat(80_000)
        )),
        with(&format!(r#""resume_text":"{}""#, "[".repeat(1 << 20))),
        nested(100),
        format!("\u{feff}{}", with("\"bom\":true")),
    ] {
        let shown: String = body.chars().take(80).collect();
        let answer = app.post("/api/v1/candidates", body).await;
        assert_eq!(
            answer.status,
            StatusCode::CREATED,
            "{shown}: {}",
            answer.text
        );
        let screening = answer.json();
        for page in ["/api/v1/candidates", "/candidates"] {
            let id = screening["candidate_id"].as_str().unwrap();
            let answer = app.get(&format!("{page}/{id}")).await;
            assert_eq!(answer.status, StatusCode::OK, "{shown}: {}", answer.text);
        }
    }
    let list = app.get("/api/v1/candidates?q=nul").await;
    assert_eq!(list.status, StatusCode::OK, "{}", list.text);
    assert_eq!(app.get("/").await.status, StatusCode::OK);
    assert_eq!(
        app.get("/api/v1/exports/findings.csv").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn of_a_key_given_twice_the_last_one_counts() {
    let app = TestApp::start().await;
    let answer = app
        .post("/api/v1/candidates", with(r#""name":"Second Name""#))
        .await;
    let id = answer.json()["candidate_id"].as_str().unwrap().to_owned();
    let shown = app.get(&format!("/api/v1/candidates/{id}")).await.json();
    assert_eq!(shown["application"]["name"], "Second Name");
}

#[tokio::test]
async fn questions_with_strange_characters_are_answered() {
    let app = TestApp::start().await;
    for path in ["/api/v1/candidates", "/"] {
        for query in [
            "q=%00",
            "q=%ff",
            "q=%F0%9F%98%80",
            "source=%00",
            "external_id=%00&",
            "q=%27%22%5C%25_",
        ] {
            let query = if path == "/" {
                query.replace("external_id", "q")
            } else {
                query.to_owned()
            };
            let answer = app.get(&format!("{path}?{query}")).await;
            let fine = answer.status == StatusCode::OK || answer.status.is_client_error();
            assert!(fine, "{path}?{query}: {} {}", answer.status, answer.text);
        }
    }
    for path in [
        "/candidates/%00",
        "/api/v1/candidates/%00",
        "/api/v1/screenings/%00",
        "/rules/%00",
        "/assets/..%2f..%2fCargo.toml",
    ] {
        let answer = app.get(path).await;
        assert!(
            answer.status.is_client_error(),
            "{path}: {} {}",
            answer.status,
            answer.text
        );
    }
    let cursor = "c034000000000000-%00";
    let answer = app
        .get(&format!("/api/v1/candidates?cursor={cursor}"))
        .await;
    assert!(!answer.status.is_server_error(), "{}", answer.text);
}
