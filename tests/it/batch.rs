//! `candidates:batch`: a result or a refusal for each line, in their order, as they come.

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::common::TestApp;

#[tokio::test]
async fn good_lines_go_through_and_bad_ones_are_named_in_their_place() {
    let app = TestApp::start().await;
    let good = |id: &str| json!({"external_id": id, "name": "Maria Lopez"}).to_string();
    let body = [
        good("1"),
        "{".into(),
        good("2"),
        String::new(),
        json!({"external_id": "3", "name": 7}).to_string(),
        json!({"name": "Without Id"}).to_string(),
        good("2"),
        json!({"external_id": "4", "name": "A", "education": [{"start_date": "2016-13"}]})
            .to_string(),
        format!("{}\r", good("5")),
        "[]".into(),
        format!(
            "{{\"external_id\":\"6\",\"name\":\"{}\"}}",
            "x".repeat(3 << 20)
        ),
        good("7"),
    ]
    .join("\n");
    let answer = app.post("/api/v1/candidates:batch", body).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.content_type, "application/x-ndjson");
    let lines: Vec<Value> = answer
        .text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let told: Vec<_> = lines
        .iter()
        .map(|line| match line["external_id"].as_str() {
            Some(id) => format!("{id} v{}", line["version"]),
            None => format!("line {} {} {}", line["line"], line["status"], line["field"]),
        })
        .collect();
    let expected = [
        "1 v1",
        "line 2 400 null",
        "2 v1",
        "line 5 422 \"name\"",
        "line 6 422 \"external_id\"",
        "2 v2",
        "line 8 422 \"education[0].start_date\"",
        "5 v1",
        "line 10 400 null",
        "line 11 400 null",
        "7 v1",
    ];
    assert_eq!(told, expected);
    assert!(
        lines
            .iter()
            .all(|line| line.get("status").is_none() || line["detail"].is_string())
    );
}

#[tokio::test]
async fn results_stream_while_lines_still_come() {
    let app = TestApp::start().await;
    let (lines, body) = mpsc::channel::<Result<Bytes, std::io::Error>>(4);
    let request = Request::post("/api/v1/candidates:batch")
        .header(header::AUTHORIZATION, format!("Bearer {}", app.key))
        .body(Body::from_stream(ReceiverStream::new(body)))
        .unwrap();
    let mut answer = app.respond(request).await.into_body();
    for n in 0..5 {
        let line = json!({"external_id": n.to_string(), "name": "Maria Lopez"});
        lines.send(Ok(format!("{line}\n").into())).await.unwrap();
        // The next line is sent only after this one's result has come.
        let frame = answer.frame().await.unwrap().unwrap();
        let result: Value = serde_json::from_slice(frame.data_ref().unwrap()).unwrap();
        assert_eq!(result["external_id"], n.to_string());
    }
    drop(lines);
    assert!(answer.frame().await.is_none());
}

#[tokio::test]
async fn what_was_answered_before_a_body_broke_off_is_kept() {
    let app = TestApp::start().await;
    let (lines, body) = mpsc::channel::<Result<Bytes, std::io::Error>>(4);
    let request = Request::post("/api/v1/candidates:batch")
        .header(header::AUTHORIZATION, format!("Bearer {}", app.key))
        .body(Body::from_stream(ReceiverStream::new(body)))
        .unwrap();
    let mut answer = app.respond(request).await.into_body();
    lines
        .send(Ok(
            "{\"external_id\":\"1\",\"name\":\"Maria Lopez\"}\n{\"external".into(),
        ))
        .await
        .unwrap();
    assert!(answer.frame().await.unwrap().is_ok());
    lines
        .send(Err(std::io::Error::other("gone")))
        .await
        .unwrap();
    drop(lines);
    let refused: Value =
        serde_json::from_slice(&answer.collect().await.unwrap().to_bytes()).unwrap();
    assert_eq!(refused["status"], 400, "{refused}");
    let kept = app.get("/api/v1/candidates").await.json();
    assert_eq!(kept["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_long_batch_comes_back_whole_and_in_order() {
    let app = TestApp::start().await;
    let lines: Vec<String> = (0..1500)
        .map(|n| json!({"external_id": n.to_string(), "name": "Maria Lopez", "phones": ["(212) 736-5000"]}).to_string())
        .collect();
    let answer = app.post("/api/v1/candidates:batch", lines.join("\n")).await;
    let ids: Vec<String> = answer
        .text
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["external_id"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    let expected: Vec<String> = (0..1500).map(|n| n.to_string()).collect();
    assert_eq!(ids, expected);
}
