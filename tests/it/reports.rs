//! Reports by period, as files, and selection rates.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::SignedDuration;
use serde_json::{Value, json};
use telltale::access::Role;
use telltale::audit::{self, Action, Actor};
use telltale::db::sql;
use telltale::export::stream::Report;
use telltale::store::audit_log::{self, Asked};

use crate::common::{Answer, TestApp, rules, sign_in};

/// A record that nothing speaks against, or one with a number that cannot be.
fn record(id: &str, source: &str, applied_at: &str, phone: &str) -> Value {
    json!({"external_id": id, "source": source, "applied_at": applied_at, "name": format!("=Person {id}"),
        "agency": "Acme Staffing", "phones": [phone]})
}

async fn decide(app: &TestApp, screening: &Value, outcome: &str, by: &str) {
    let id = screening["candidate_id"].as_str().unwrap();
    let body = json!({"outcome": outcome, "reason": "=1+1", "by": by}).to_string();
    let answer = app
        .post(&format!("/api/v1/candidates/{id}/decisions"), body)
        .await;
    assert!(answer.status.is_success(), "{}", answer.text);
    // What is confirmed counts when somebody signs it.
    if answer.json()["state"] == "proposed" {
        let decision = answer.json()["id"].as_str().unwrap().to_owned();
        let form = format!("decision={decision}&action=sign&reason=");
        let signed = app
            .post_as(&app.cookie, &format!("/candidates/{id}/sign"), &form)
            .await;
        assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.text);
    }
}

/// Sets what a screening came to, as no rule of those that are shipped depends on it then.
async fn set_step(app: &TestApp, external_id: &str, step: &str) {
    sql("update candidates set next_step = ? where external_id = ?")
        .bind(step)
        .bind(external_id)
        .execute(&app.app.db)
        .await
        .unwrap();
}

async fn told(app: &TestApp, action: &str) -> Vec<(String, Value)> {
    let asked = Asked {
        action: Some(action.to_owned()),
        ..Asked::default()
    };
    let entries = audit_log::latest(&app.app.db, &asked, i64::MAX, 100)
        .await
        .unwrap();
    let read = |detail: &str| serde_json::from_str(detail).unwrap_or(Value::Null);
    entries
        .into_iter()
        .map(|one| (one.object, read(&one.detail)))
        .collect()
}

fn lines(answer: &Answer) -> Vec<csv::StringRecord> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let text = answer.text.trim_start_matches('\u{feff}');
    csv::Reader::from_reader(text.as_bytes())
        .records()
        .map(Result::unwrap)
        .collect()
}

#[tokio::test]
async fn decisions_are_a_sheet_with_the_screening_that_they_answer() {
    let app = TestApp::start().await;
    let screening = app
        .screen(record(
            "A-1",
            "api",
            "2026-05-02T10:00:00Z",
            "(212) 911-5000",
        ))
        .await;
    app.wait(SignedDuration::from_hours(3));
    decide(&app, &screening, "confirmed", "Rita").await;
    app.wait(SignedDuration::from_hours(1));
    decide(&app, &screening, "explained", "Otto").await;
    let rows = lines(&app.get("/api/v1/exports/decisions.csv").await);
    assert_eq!(rows.len(), 2);
    let header: Vec<&str> = Report::Decisions.columns().to_vec();
    let cell = |row: usize, name: &str| &rows[row][header.iter().position(|h| *h == name).unwrap()];
    assert_eq!(
        (cell(0, "outcome"), cell(1, "outcome")),
        ("confirmed", "explained")
    );
    assert_eq!((cell(0, "by"), cell(0, "reason")), ("Rita", "'=1+1"));
    assert_eq!(
        (cell(0, "hours_to_decision"), cell(1, "hours_to_decision")),
        ("3", "4")
    );
    assert_eq!(
        cell(0, "screening_id"),
        screening["id"].as_str().unwrap_or(cell(0, "screening_id"))
    );
    assert_eq!(
        cell(0, "next_step"),
        screening["next_step"].as_str().unwrap()
    );
    let turned = "/api/v1/exports/findings.csv?from=2026-03-01&to=2026-01-01";
    let turned = app.get(turned).await;
    assert_eq!(turned.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        turned.text.contains("ends before it begins"),
        "{}",
        turned.text
    );
    let none = lines(&app.get("/api/v1/exports/decisions.csv?to=2026-06-01").await);
    assert_eq!(none.len(), 0);
}

#[tokio::test]
async fn every_report_is_whole_with_many_rows_and_stands_in_the_audit_log() {
    let app = TestApp::start().await;
    let batch: Vec<String> = (0..600)
        .map(|n| {
            record(
                &format!("B-{n}"),
                "api",
                "2026-05-02T10:00:00Z",
                &format!("(212) 911-{}", 5000 + n),
            )
            .to_string()
        })
        .collect();
    let answer = app.post("/api/v1/candidates:batch", batch.join("\n")).await;
    assert_eq!(answer.status, StatusCode::OK);
    app.settle().await;
    let findings = lines(&app.get("/reports/findings.csv?bom=true").await);
    let own = findings
        .iter()
        .filter(|row| &row[9] == "phone.nanp_invalid");
    assert!(own.count() >= 600);
    let exported = told(&app, "report.export_ended").await;
    assert_eq!(exported[0].0, "report:findings");
    assert_eq!(
        exported[0].1,
        json!({"rows": findings.len(), "whole": true})
    );
    for report in Report::ALL {
        let path = format!(
            "/reports/{}.csv?from=2026-01-01&to=2027-01-01",
            report.word()
        );
        let answer = app.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.text.contains("\r\n") && !answer.text.replace("\r\n", "").contains('\r'));
        let disposition = answer.headers[header::CONTENT_DISPOSITION]
            .to_str()
            .unwrap();
        assert!(disposition.contains(&format!("{}.csv", report.word())));
        let header = answer.text.lines().next().unwrap().replace('"', "");
        assert_eq!(header, report.columns().join(","));
        let object = format!("report:{}", report.word());
        let told = told(&app, "report.exported").await;
        let of_this = told.iter().find(|(one, _)| *one == object).unwrap();
        assert_eq!(of_this.1["from"], "2026-01-01T00:00:00Z");
    }
    for role in [Role::Recruiter, Role::Investigator] {
        let cookie = sign_in(&app.app, role).await;
        let refused = app.get_as(&cookie, "/reports/findings.csv").await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn a_reader_who_goes_away_stops_a_report_and_that_is_told() {
    use http_body_util::BodyExt as _;
    let app = TestApp::start().await;
    let mut tx = app.app.db.begin().await.unwrap();
    for n in 0..6_000 {
        let who = Actor::system("test");
        let object = format!("candidate:{n}");
        audit::append(
            &app.app,
            &mut tx,
            &who,
            Action::CandidateRead,
            &object,
            &Value::Null,
        )
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
    let request = app.signed(Request::get("/reports/audit.csv"));
    let response = app.respond(request.body(Body::empty()).unwrap()).await;
    let mut body = response.into_body();
    body.frame().await.unwrap().unwrap();
    drop(body);
    let mut ended = Vec::new();
    while ended.is_empty() {
        tokio::task::yield_now().await;
        ended = told(&app, "report.export_ended").await;
    }
    assert_eq!(ended[0].1["whole"], json!(false), "{ended:?}");
}

#[tokio::test]
async fn a_report_counts_by_period() {
    let app = TestApp::start().await;
    let one = app
        .screen(record(
            "A-1",
            "greenhouse",
            "2026-05-02T10:00:00Z",
            "(212) 911-5000",
        ))
        .await;
    assert!(rules(&one).contains(&"phone.nanp_invalid"), "{one}");
    app.screen(record(
        "A-2",
        "greenhouse",
        "2026-02-02T10:00:00Z",
        "(212) 736-5000",
    ))
    .await;
    app.screen(record(
        "A-3",
        "lever",
        "2026-04-02T10:00:00Z",
        "(212) 736-5001",
    ))
    .await;
    set_step(&app, "A-1", "verify").await;
    decide(&app, &one, "confirmed", "<b>Rita</b>").await;
    let page = app.get("/reports?period=2026-Q2").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    for part in [
        "1 April 2026 to 30 June 2026",
        "Applied in the period</dt><dd><strong>2</strong>",
        "To verify or escalate</dt><dd><strong>1</strong>",
        "Decisions made in the period</dt><dd><strong>1</strong>",
        "stand as confirmed</dt><dd><strong>1</strong>",
        "phone.nanp_invalid",
        "acme",
        "9.5 to 90.5 %",
        "<svg",
        "sha256:",
        "Q1",
    ] {
        assert!(page.text.contains(part), "{part}\n{}", page.text);
    }
    assert!(!page.text.contains("<b>Rita"), "hostile words are words");
    let quarter = app.get("/reports?period=2026-Q1").await;
    assert!(
        quarter
            .text
            .contains("Applied in the period</dt><dd><strong>1</strong>")
    );
    let days = app
        .get("/reports?period=2026&from=2026-02-01&to=2026-04-03")
        .await;
    assert!(
        days.text
            .contains("Applied in the period</dt><dd><strong>2</strong>")
    );
    assert!(days.text.contains("1 February 2026 to 2 April 2026"));
    for wrong in ["period=2026-Q9", "from=2026-05-01&to=2026-05-01", "from=x"] {
        let answer = app.get(&format!("/reports?{wrong}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
}

/// A form with a file, as a browser sends it.
fn multipart(app: &TestApp, fields: &[(&str, &str)], file: &str) -> Request<Body> {
    let part = |about: &str, value: &str| {
        format!("--X\r\nContent-Disposition: form-data; {about}\r\n\r\n{value}\r\n")
    };
    let fields = fields
        .iter()
        .map(|(name, value)| part(&format!("name=\"{name}\""), value));
    let about = "name=\"file\"; filename=\"g.csv\"\r\nContent-Type: text/csv";
    let parts: Vec<String> = fields
        .chain([part(about, file), "--X--\r\n".into()])
        .collect();
    let body = parts.concat();
    Request::post("/reports/selection")
        .header(header::COOKIE, &app.cookie)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=X")
        .body(Body::from(body))
        .unwrap()
}

#[tokio::test]
async fn selection_rates_flag_what_the_four_fifths_rule_flags_and_keep_nothing() {
    let app = TestApp::start().await;
    let mut file = "external_id,Sex,Race\r\n".to_owned();
    for n in 0..60 {
        let id = format!("S-{n}");
        app.screen(json!({"external_id": id, "source": "api", "name": format!("Person {n}"), "emails": [format!("p{n}@example.com")]}))
            .await;
        let group = if n % 2 == 0 { "zzwomen" } else { "zzmen" };
        // Half of one group is to be verified, nobody of the other.
        set_step(&app, &id, if n % 4 == 0 { "verify" } else { "none" }).await;
        let race = if n < 30 { "zza" } else { "zzb" };
        file.push_str(&[&id, group, race].join(","));
        file.push_str("\r\n");
    }
    file += "S-1,zzmen,zza\r\nnobody,zzmen,zza\r\nS-2,,zza\r\n";
    let fields = [("group", "sex"), ("group2", ""), ("as", "page")];
    let page = app.send(multipart(&app, &fields, &file)).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    for part in [
        "Rule review",
        "zzwomen",
        "0.50",
        "60 of 63 rows are counted",
        "Not confirmed",
    ] {
        assert!(page.text.contains(part), "{part}\n{}", page.text);
    }
    let fields = [
        ("group", "sex"),
        ("group2", "race"),
        ("as", "csv"),
        ("leave_out", "true"),
    ];
    let sheet = app.send(multipart(&app, &fields, &file)).await;
    let rows = lines(&sheet);
    // Two measures, each by sex, by race, and by both.
    assert_eq!(rows.len(), 2 * (2 + 2 + 4), "{}", sheet.text);
    let women = rows
        .iter()
        .find(|row| &row[2] == "zzwomen" && &row[0] == "went_on")
        .unwrap();
    assert_eq!(
        (&women[3], &women[4], &women[5], &women[8], &women[11]),
        ("30", "15", "0.5", "0.5", "true")
    );
    let same = rows
        .iter()
        .find(|row| &row[2] == "zza" && &row[0] == "not_confirmed")
        .unwrap();
    assert_eq!(&same[11], "false");
    let made = told(&app, "report.selection_rates").await;
    assert_eq!(made.len(), 2);
    assert_eq!(
        made[0].1,
        json!({"rows": 63, "counted": 60, "columns": 2, "rule_review": true})
    );
    for table in ["audit_log", "candidates", "settings"] {
        let all = dump(&app, table).await;
        assert!(!all.contains("zzwomen") && !all.contains("zza"), "{table}");
    }
}

/// A table's texts that could hold a group.
async fn dump(app: &TestApp, table: &str) -> String {
    let statement = match table {
        "audit_log" => sql("select object || detail || who_name from audit_log"),
        "candidates" => {
            sql("select coalesce(name, '') || coalesce(agency, '') || search from candidates")
        }
        _ => sql("select name || value from settings"),
    };
    let rows: Vec<(String,)> = statement.all(&app.app.db).await.unwrap();
    rows.into_iter().map(|(text,)| text).collect()
}

#[tokio::test]
async fn a_file_without_groups_is_refused_on_the_page() {
    let app = TestApp::start().await;
    for (group, file) in [
        ("race", "external_id,sex\n1,f\n"),
        ("", "external_id,sex\n1,f\n"),
        ("<b>", "external_id,sex\n1,f\n"),
        ("sex", ""),
    ] {
        let answer = app.send(multipart(&app, &[("group", group)], file)).await;
        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{group} {file}"
        );
        assert!(answer.text.contains("role=\"alert\"") && !answer.text.contains("<b>"));
    }
    let large = "x".repeat(17 << 20);
    let answer = app.send(multipart(&app, &[("group", "sex")], &large)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let recruiter = sign_in(&app.app, Role::Recruiter).await;
    let answer = app.get_as(&recruiter, "/reports/selection").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}
