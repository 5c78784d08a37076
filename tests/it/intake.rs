//! Handing in by the pages: résumés, and files of records.

use std::io::{Cursor, Write as _};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode, header};
use jiff::SignedDuration;
use telltale::access::Role;
use telltale::candidate::CandidateId;
use telltale::db::sql;
use telltale::imports::{self, LEASE, REFUSED_KEPT};
use telltale::store::{imports as store, versions};

use crate::common::{Answer, Database, TestApp, sign_in};

const BOUNDARY: &str = "telltale-test";

/// A form as a browser sends it: what was typed, and a file.
fn form(typed: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in typed {
        let head =
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(value.as_bytes());
        body.extend_from_slice(b"\r\n");
    }
    if let Some((name, bytes)) = file {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

async fn send(app: &TestApp, path: &str, body: impl Into<Body>) -> Answer {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let request = Request::post(path)
        .header(header::COOKIE, &app.cookie)
        .header(header::CONTENT_TYPE, kind);
    app.send(request.body(body.into()).unwrap()).await
}

fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    answer.headers[header::LOCATION]
        .to_str()
        .unwrap()
        .to_owned()
}

/// Hands a résumé in and returns the candidate's id.
async fn resume(app: &TestApp, typed: &[(&str, &str)], file: Option<(&str, &[u8])>) -> CandidateId {
    let to = location(&send(app, "/intake/resume", form(typed, file)).await);
    CandidateId(to.strip_prefix("/candidates/").unwrap().to_owned())
}

/// Hands a file in and returns the import's path.
pub async fn upload(app: &TestApp, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let body = form(&[], Some((name, bytes.as_ref())));
    location(&send(app, "/intake/files", body).await)
}

fn id(path: &str) -> &str {
    path.strip_prefix("/intake/files/").unwrap()
}

async fn import(app: &TestApp, path: &str) -> store::Import {
    store::by_id(&app.app.db, id(path)).await.unwrap().unwrap()
}

async fn start(app: &TestApp, path: &str, typed: &str) {
    let answer = app
        .post_as(&app.cookie, &format!("{path}/start"), typed)
        .await;
    assert_eq!(location(&answer), path);
}

async fn count(app: &TestApp, table: &'static str) -> i64 {
    let text = match table {
        "versions" => "select count(*) from versions",
        "candidates" => "select count(*) from candidates",
        "import_chunks" => "select count(*) from import_chunks",
        "import_candidates" => "select count(*) from import_candidates",
        _ => "select count(*) from imports",
    };
    let (count,): (i64,) = sql(text).one(&app.app.db).await.unwrap();
    count
}

fn docx(text: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let body = format!(
        "<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
    );
    for (name, part) in [
        ("[Content_Types].xml", "<Types/>"),
        ("word/document.xml", &body),
    ] {
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(name, options).unwrap();
        archive.write_all(part.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

const PDF: &[u8] = include_bytes!("resumes/maria_lopez.pdf");
const TXT: &[u8] = include_bytes!("resumes/classic.txt");

#[tokio::test]
async fn a_resume_of_every_kind_is_screened_at_once() {
    let app = TestApp::start().await;
    let word = docx("Maria Lopez, (212) 736-5000, maria@example.org");
    for (file, typed) in [
        (Some(("maria.pdf", PDF)), ""),
        (Some(("maria.docx", word.as_slice())), ""),
        (Some(("classic.txt", TXT)), ""),
        (None, std::str::from_utf8(TXT).unwrap()),
    ] {
        let id = resume(&app, &[("text", typed)], file).await;
        let page = app.get(&format!("/candidates/{id}")).await;
        assert_eq!(page.status, StatusCode::OK, "{file:?}");
    }
    // Pasted or as a file, the same text is the same candidate.
    assert_eq!(count(&app, "candidates").await, 3);
    assert_eq!(count(&app, "versions").await, 4);
    let (who, detail): (String, String) =
        sql("select who_id, detail from audit_log where action = 'intake.handed_in' order by seq limit 1")
            .one(&app.app.db)
            .await
            .unwrap();
    assert!(!who.is_empty());
    assert_eq!(detail, r#"{"format":"resume"}"#);
}

#[tokio::test]
async fn what_is_typed_beside_a_resume_is_in_the_record() {
    let app = TestApp::start().await;
    let typed = [
        ("name", "Maria Lopez"),
        ("emails", "maria@example.org; m.lopez@example.com"),
        ("phones", "(212) 736-5000"),
        ("external_id", "A-7"),
        ("stage", "interview"),
        ("agency", "Acme"),
        ("text", ""),
    ];
    let id = resume(&app, &typed, Some(("maria.pdf", PDF))).await;
    let version = versions::latest(&app.app.db, &id).await.unwrap().unwrap();
    let one = version.application.0;
    assert_eq!((&*one.external_id, &*one.source), ("A-7", "file"));
    assert_eq!(one.emails, ["maria@example.org", "m.lopez@example.com"]);
    assert_eq!(one.stage.word(), "interview");
    assert_eq!(one.agency.as_deref(), Some("Acme"));
    assert_eq!(one.resume_file.unwrap().name, "maria.pdf");
    assert!(one.resume_text.unwrap().contains("Maria"));
}

#[tokio::test]
async fn the_same_resume_again_is_a_version_and_no_twin() {
    let app = TestApp::start().await;
    let first = resume(&app, &[], Some(("maria.pdf", PDF))).await;
    let again = resume(&app, &[], Some(("maria.pdf", PDF))).await;
    let renamed = resume(&app, &[], Some(("maria (1).pdf", PDF))).await;
    assert_eq!((&again, &renamed), (&first, &first));
    let other = resume(&app, &[], Some(("maria.pdf.txt", TXT))).await;
    assert_ne!(other, first);
    assert_eq!(count(&app, "versions").await, 4);
}

#[tokio::test]
async fn a_file_that_is_no_resume_is_told_on_the_form_with_what_was_typed() {
    let app = TestApp::start().await;
    let mut bomb = zip::ZipWriter::new(Cursor::new(Vec::new()));
    bomb.start_file(
        "word/document.xml",
        zip::write::SimpleFileOptions::default(),
    )
    .unwrap();
    for _ in 0..64 {
        bomb.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    let bomb = bomb.finish().unwrap().into_inner();
    assert!(bomb.len() < 1 << 20);
    let typed = [("name", "Ada <b>Example</b>"), ("stage", "offer")];
    for (name, bytes, told) in [
        ("a.pdf", &b""[..], "The file is empty"),
        ("a.pdf", &PDF[..2000], "The file is damaged"),
        (
            "a.pdf",
            b"Maria Lopez",
            "The file is named .pdf, but is plain text",
        ),
        (
            "a.exe",
            b"MZ\x90",
            "A résumé is read from .pdf, .docx or .txt only",
        ),
        ("a.txt", b"a\0b", "The file is named .txt, but is binary"),
        (
            "a.docx",
            &bomb,
            "The file unpacks to more than any résumé holds",
        ),
    ] {
        let answer = send(&app, "/intake/resume", form(&typed, Some((name, bytes)))).await;
        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{name}: {}",
            answer.text
        );
        assert!(answer.text.contains(told), "{told}: {}", answer.text);
        assert!(answer.text.contains("Ada &#60;b&#62;Example"), "{name}");
        assert!(answer.text.contains("value=\"offer\" selected"), "{name}");
    }
    let nothing = send(&app, "/intake/resume", form(&typed, None)).await;
    assert!(
        nothing.text.contains("The file is missing"),
        "{}",
        nothing.text
    );
    let both = [("text", "Ada Example")];
    let both = send(&app, "/intake/resume", form(&both, Some(("a.pdf", PDF)))).await;
    assert!(
        both.text.contains("The text was given beside a file"),
        "{}",
        both.text
    );
    let long = [("emails", "x".repeat(20_000))].map(|(name, text)| (name, text));
    let long = [(long[0].0, long[0].1.as_str())];
    let long = send(&app, "/intake/resume", form(&long, Some(("a.pdf", PDF)))).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(count(&app, "candidates").await, 0);
}

#[tokio::test]
async fn an_endless_body_is_let_go() {
    let app = TestApp::start().await;
    for path in ["/intake/resume", "/intake/files"] {
        let huge = Request::post(path)
            .header(header::COOKIE, &app.cookie)
            .header(
                header::CONTENT_TYPE,
                format!("multipart/form-data; boundary={BOUNDARY}"),
            )
            .header(header::CONTENT_LENGTH, 1_u64 << 30);
        let answer = app.send(huge.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
    }
    let taken = Arc::new(std::sync::atomic::AtomicU64::new(0));
    let count_taken = taken.clone();
    let mut head = form(&[("name", "Ada Example")], Some(("a.pdf", b"%PDF-")));
    head.truncate(head.len() - BOUNDARY.len() - 8);
    let mut first = Some(Bytes::from(head));
    let endless = futures_util::stream::repeat_with(move || {
        let chunk = first
            .take()
            .unwrap_or_else(|| Bytes::from(vec![b'x'; 64 << 10]));
        count_taken.fetch_add(chunk.len() as u64, std::sync::atomic::Ordering::Relaxed);
        Ok::<_, std::io::Error>(chunk)
    });
    let answer = send(&app, "/intake/resume", Body::from_stream(endless)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(
        answer.text.contains("value=\"Ada Example\""),
        "{}",
        answer.text
    );
    // What is typed comes behind the file in the form, and is kept all the same.
    let large = form(&[], Some(("a.pdf", &vec![b'x'; 12 << 20])));
    let typed = form(&[("name", "Bob Example")], None);
    let large = [&large[..large.len() - BOUNDARY.len() - 6], &typed[..]].concat();
    let answer = send(&app, "/intake/resume", large).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(
        answer.text.contains("value=\"Bob Example\""),
        "{}",
        answer.text
    );
    assert!(answer.text.contains("The file is larger than 10 MiB"));
    let taken = taken.load(std::sync::atomic::Ordering::Relaxed);
    assert!(taken < 32 << 20, "{taken} bytes were taken");
    for (path, kind) in [
        ("/intake/resume", "application/x-www-form-urlencoded"),
        ("/intake/files", "multipart/form-data"),
    ] {
        let request = Request::post(path)
            .header(header::COOKIE, &app.cookie)
            .header(header::CONTENT_TYPE, kind);
        let answer = app.send(request.body(Body::from("a=1")).unwrap()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{kind}");
    }
    let broken_off = &form(&[], Some(("a.csv", b"id,name\n1,Ada\n")))[..120];
    let answer = send(&app, "/intake/files", broken_off.to_vec()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text);
    assert_eq!(
        count(&app, "imports").await,
        0,
        "what broke off is not kept"
    );
}

#[tokio::test]
async fn a_file_that_holds_no_records_is_told_on_the_form() {
    let app = TestApp::start().await;
    let wide = format!("id,name{}\n", ",x".repeat(1_000_000));
    let open = format!("id,name\n1,\"Ada\n{}", "2,Bob\n".repeat(400_000));
    let twice = b"id,Name,name \n1,a,b\n";
    for (name, bytes, told) in [
        ("a.csv", &b""[..], "The file is empty"),
        ("a.csv", b"  \n \n", "There is nothing here"),
        ("a.csv", wide.as_bytes(), "header has 1000002 columns"),
        (
            "a.csv",
            b"PK\x03\x04xl/workbook",
            "The file is a spreadsheet (.xlsx) or an archive",
        ),
        ("a.csv", &[0; 5000], "The file is binary"),
        ("a.csv", twice, "two columns are named"),
        (
            "a.xlsx",
            b"PK\x03\x04",
            "The file is a spreadsheet; save it there as CSV",
        ),
        ("a.pdf", PDF, "The file is a document"),
        (
            "a.json",
            b"[{\"external_id\":1,\"name\":\"A\"},",
            "Malformed JSON",
        ),
        ("a.ndjson", b"\n\n", "There is nothing here"),
        ("", b"", "The file is missing"),
    ] {
        let answer = send(&app, "/intake/files", form(&[], Some((name, bytes)))).await;
        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{told}: {}",
            answer.text
        );
        let told_here = answer.text.to_lowercase().contains(&told.to_lowercase());
        assert!(told_here, "{told}: {}", answer.text);
    }
    assert_eq!(count(&app, "imports").await, 0);
    // A quotation mark that is never closed takes the rest of the file with it, up to a limit.
    let path = upload(&app, "open.csv", open).await;
    start(&app, &path, "source=file").await;
    app.work_off().await;
    let page = app.get(&path).await.text;
    assert!(page.contains("a quotation mark may be left open"), "{page}");
}

#[tokio::test]
async fn a_second_file_and_an_unknown_stage_are_refused_and_nothing_is_lost_without_a_word() {
    let app = TestApp::start().await;
    for (path, name, bytes) in [
        ("/intake/resume", "a.txt", TXT),
        ("/intake/files", "a.csv", &b"id,name\n1,Ada\n"[..]),
    ] {
        let mut two = form(&[], Some((name, bytes)));
        two.truncate(two.len() - format!("--{BOUNDARY}--\r\n").len());
        two.extend(form(&[], Some((name, bytes))));
        let answer = send(&app, path, two).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        let told = answer.text.contains("One file at a time");
        assert!(told, "{path}: {}", answer.text);
    }
    assert_eq!(count(&app, "imports").await, 0);
    let typed = form(&[("stage", "zz")], Some(("a.txt", TXT)));
    let answer = send(&app, "/intake/resume", typed).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("none of applied"), "{}", answer.text);
    assert_eq!(count(&app, "candidates").await, 0);
    let path = upload(&app, "people.csv", "id,name\n1,Ada\n").await;
    let wrong = app
        .post_as(&app.cookie, &format!("{path}/start"), "source=%00")
        .await;
    assert!(wrong.text.contains("NUL character"), "{}", wrong.text);
}

#[tokio::test]
async fn dates_that_cannot_be_read_are_told_before_and_after() {
    let app = TestApp::start().await;
    let rows = "id,name,Applied on\n1,Ada Byron,03.02.2026\n2,Wei Zhang,yesterday\n1,Ada Byron,2026-03-02\n";
    let path = upload(&app, "people.csv", rows).await;
    let page = app.get(&path).await.text;
    assert!(page.contains("could be either of two days"), "{page}");
    assert!(page.contains("is no date that can be read"), "{page}");
    start(&app, &path, "source=fair").await;
    imports::work_off(&app.app).await.unwrap();
    let page = app.get(&path).await.text;
    assert!(
        page.contains("2 candidates taken in, 1 row a further version"),
        "{page}"
    );
    assert!(page.contains("2 dates could not be read"), "{page}");
}

const PEOPLE: &str = "Nr;Wer;Mail;Telefon;Stadt\n\
    1;Maria Lopez;maria@example.org;(212) 736-5000;New York\n\
    ;Nobody;x@example.org;;\n\
    3;Wei Zhang;wei@example.org;+1 212-911-5000;Boston\n\
    4;too;few\n";

const SAID: &str = "source=fair&stage=interview&agency=Acme&column.0=external_id&column.1=name&column.2=emails\
    &column.3=phones&column.4=address.city";

#[tokio::test]
async fn columns_are_named_rows_shown_taken_in_and_handed_back() {
    let app = TestApp::start().await;
    let path = upload(&app, "people <b>.csv", PEOPLE).await;
    let page = app.get(&path).await.text;
    assert!(page.contains("people &#60;b&#62;.csv"), "{page}");
    assert!(
        page.contains("the header has no column for external_id"),
        "{page}"
    );
    assert!(
        page.contains("Maria Lopez"),
        "cells stand beside the columns"
    );
    let wrong = app
        .post_as(
            &app.cookie,
            &format!("{path}/start"),
            "source=&column.0=external_id",
        )
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.text.contains("The source is missing"),
        "{}",
        wrong.text
    );
    let twice = "source=a&column.0=external_id&column.1=external_id";
    let twice = app
        .post_as(&app.cookie, &format!("{path}/mapping"), twice)
        .await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    let shown = app
        .post_as(&app.cookie, &format!("{path}/mapping"), SAID)
        .await;
    assert_eq!(location(&shown), format!("{path}?done=mapped#preview"));
    let page = app.get(&path).await.text;
    assert!(
        page.contains("Of the first 4 rows, 2 would be refused."),
        "{page}"
    );
    assert_eq!(
        count(&app, "candidates").await,
        0,
        "nothing is taken in by looking"
    );
    start(&app, &path, SAID).await;
    let page = app.get(&path).await;
    assert_eq!(page.headers["refresh"], "2");
    assert!(page.text.contains("<progress"), "{}", page.text);
    assert!(
        !app.get(&format!("{path}?live=1"))
            .await
            .headers
            .contains_key("refresh")
    );
    app.work_off().await;
    let progress = app.get(&format!("{path}/progress")).await.json();
    assert_eq!(
        (&progress["over"], &progress["percent"]),
        (&true.into(), &100.into())
    );
    let page = app.get(&path).await;
    assert!(!page.headers.contains_key("refresh"));
    assert!(
        page.text
            .contains("4 rows read: 2 candidates taken in, 2 rows refused."),
        "{}",
        page.text
    );
    assert!(page.text.contains("source=fair"), "{}", page.text);
    assert_eq!(count(&app, "import_chunks").await, 0, "the file is gone");
    assert_eq!(count(&app, "import_candidates").await, 0);
    let queue = app.get("/?source=fair&stage=interview").await.text;
    assert!(queue.contains("Wei Zhang"), "{queue}");
    let detail: (String,) = sql("select detail from audit_log where action = 'intake.handed_in'")
        .one(&app.app.db)
        .await
        .unwrap();
    assert_eq!(
        detail.0,
        r#"{"format":"csv","ended":"done","rows":4,"candidates":2,"refused":2}"#
    );
    // Handed back, mended, handed in again: the columns are known.
    let back = app.get(&format!("{path}/refused.csv")).await;
    assert_eq!(back.status, StatusCode::OK);
    assert!(
        back.headers[header::CONTENT_DISPOSITION]
            .to_str()
            .unwrap()
            .contains("refused.csv")
    );
    assert_eq!(
        back.text,
        "\u{feff}\"telltale_line\",\"telltale_reason\",\"Nr\",\"Wer\",\"Mail\",\"Telefon\",\"Stadt\"\r\n\
         \"3\",\"external_id: is missing; the source's own id for the candidate\",\"\",\"Nobody\",\"x@example.org\",\"\",\"\"\r\n\
         \"5\",\"the row has 3 cells, the header 5\",\"4\",\"too\",\"few\",\"\",\"\"\r\n"
    );
    assert_eq!(
        app.get(&format!("{path}/refused.ndjson")).await.status,
        StatusCode::NOT_FOUND
    );
    let mended = back.text.replace(
        "\"\",\"Nobody\",\"x@example.org\",\"\"",
        "\"2\",\"Nobody\",\"x@example.org\",\"'+1 212-911-5001\"",
    );
    let again = upload(&app, "mended.csv", mended).await;
    let mapping = import(&app, &again).await.mapping.0;
    assert_eq!(
        mapping.columns,
        [
            "-",
            "-",
            "external_id",
            "name",
            "emails",
            "phones",
            "address.city"
        ]
    );
    assert_eq!(
        (
            &*mapping.source,
            mapping.stage.word(),
            mapping.agency.as_deref()
        ),
        ("fair", "interview", Some("Acme"))
    );
    start(&app, &again, "source=fair&stage=interview&agency=Acme").await;
    app.work_off().await;
    assert_eq!(import(&app, &again).await.candidates, 2);
    let (id,): (CandidateId,) = sql("select id from candidates where external_id = '2'")
        .one(&app.app.db)
        .await
        .unwrap();
    let one = versions::latest(&app.app.db, &id)
        .await
        .unwrap()
        .unwrap()
        .application
        .0;
    assert_eq!(
        one.phones,
        ["+1 212-911-5001"],
        "as it was before it was made harmless"
    );
    assert!(one.other.is_empty(), "{:?}", one.other);
    assert_eq!(one.agency.as_deref(), Some("Acme"));
    // Of somebody else's files nothing is known.
    let other = sign_in(&app.app, Role::Recruiter).await;
    let list = app.get_as(&other, "/intake").await.text;
    assert!(list.contains("mended.csv"), "{list}");
    // After a week the rows are forgotten, and the figures stay.
    app.wait(REFUSED_KEPT + SignedDuration::from_secs(1));
    imports::forget(&app.app).await.unwrap();
    let now = sign_in(&app.app, Role::Recruiter).await;
    let page = app.get_as(&now, &path).await.text;
    assert!(
        page.contains("no longer kept") && page.contains("2 rows refused"),
        "{page}"
    );
}

#[tokio::test]
async fn json_comes_in_and_goes_back_a_record_a_line() {
    let app = TestApp::start().await;
    let lines = "{\"external_id\":1,\"name\":\"A\"}\n{\"external_id\":2,\"name\":7}\nnope\n";
    let json = "[{\"external_id\":3,\"name\":\"C\"},\n {\"external_id\":4,\"name\":7}]";
    for (name, text, refused, back) in [
        (
            "a.ndjson",
            lines,
            2,
            "{\"telltale_line\":2,\"telltale_reason\":\"name: text is wanted, this is a number\",\"external_id\":2,\"name\":7}\nnope\n",
        ),
        (
            "a.json",
            json,
            1,
            "{\"telltale_reason\":\"[1].name: text is wanted, this is a number\",\"external_id\":4,\"name\":7}\n",
        ),
    ] {
        let path = upload(&app, name, text).await;
        let page = app.get(&path).await.text;
        assert!(page.contains("would be refused."), "{page}");
        start(&app, &path, "source=fair&stage=offer").await;
        app.work_off().await;
        let import = import(&app, &path).await;
        assert_eq!((import.candidates, import.refused), (1, refused), "{name}");
        let answer = app.get(&format!("{path}/refused.ndjson")).await;
        assert_eq!(answer.text, back);
    }
    let queue = app.get("/?source=fair&stage=offer").await.text;
    assert!(
        queue.contains("·") && count(&app, "candidates").await == 2,
        "{queue}"
    );
    let mended =
        "{\"telltale_line\":2,\"telltale_reason\":\"x\",\"external_id\":2,\"name\":\"B\"}\n";
    let path = upload(&app, "b.ndjson", mended).await;
    start(&app, &path, "source=fair").await;
    app.work_off().await;
    let (id,): (CandidateId,) = sql("select id from candidates where external_id = '2'")
        .one(&app.app.db)
        .await
        .unwrap();
    let one = versions::latest(&app.app.db, &id)
        .await
        .unwrap()
        .unwrap()
        .application
        .0;
    assert!(one.other.is_empty(), "{:?}", one.other);
}

/// A file of people, every hundredth of whom has no id.
fn people(count: usize) -> String {
    let mut text = String::from("id,name,email\n");
    for n in 1..=count {
        let id = if n.is_multiple_of(100) {
            String::new()
        } else {
            n.to_string()
        };
        text.push_str(&format!("{id},Person {n},p{n}@example.org\n"));
    }
    text
}

#[tokio::test]
async fn killed_at_any_moment_every_row_is_taken_in_once() {
    let database = Arc::new(Database::new().await);
    let app = TestApp::on(database.clone()).await;
    let path = upload(&app, "many.csv", people(2_000)).await;
    start(&app, &path, "source=file").await;
    let mut killed = 0;
    for round in 1_u64.. {
        let work = imports::work_off(&app.app);
        let patience = Duration::from_millis(20 + 35 * round);
        if tokio::time::timeout(patience, work).await.is_ok() {
            break;
        }
        killed += 1;
        // Nobody else takes it before the lease is over.
        let held: (Option<i64>,) = sql("select claimed_until from imports")
            .one(&app.app.db)
            .await
            .unwrap();
        if held
            .0
            .is_some_and(|until| until > app.app.now().as_millisecond())
        {
            let before = import(&app, &path).await;
            let other = TestApp::on(database.clone()).await;
            imports::work_off(&other.app).await.unwrap();
            let after = import(&app, &path).await;
            assert_eq!((after.rows_read, after.done_at), (before.rows_read, None));
        }
        app.wait(LEASE);
    }
    assert!(killed > 0);
    app.settle().await;
    let import = import(&app, &path).await;
    assert_eq!(
        (import.rows_read, import.refused, import.candidates),
        (2_000, 20, 1_980)
    );
    assert_eq!(count(&app, "versions").await, 1_980, "after {killed} kills");
    assert_eq!(count(&app, "candidates").await, 1_980);
    let refused = store::refused(&app.app.db, id(&path), i64::MIN, 100)
        .await
        .unwrap();
    assert_eq!(refused.len(), 20);
}

#[tokio::test]
async fn what_a_process_held_that_is_no_more_is_taken_up_at_the_next_start() {
    let app = TestApp::start().await;
    let path = upload(&app, "many.csv", people(600)).await;
    start(&app, &path, "source=file").await;
    let work = imports::work_off(&app.app);
    let _ = tokio::time::timeout(Duration::from_millis(1), work).await;
    let folder = tempfile::tempdir().unwrap();
    let lock = folder.path().join("lock");
    let _alone = telltale::work::take_over(&app.app, Some(&lock))
        .await
        .unwrap();
    app.work_off().await;
    assert_eq!(import(&app, &path).await.candidates, 594);
    assert_eq!(count(&app, "versions").await, 594);
}

#[tokio::test]
async fn two_who_work_take_an_import_once() {
    let database = Arc::new(Database::new().await);
    let (one, other) = (
        TestApp::on(database.clone()).await,
        TestApp::on(database).await,
    );
    let mut paths = Vec::new();
    for n in 0..3 {
        let path = upload(&one, &format!("{n}.csv"), people(300)).await;
        start(&one, &path, &format!("source=s{n}")).await;
        paths.push(path);
    }
    let (a, b) = tokio::join!(imports::work_off(&one.app), imports::work_off(&other.app));
    a.unwrap();
    b.unwrap();
    for path in paths {
        assert_eq!(import(&one, &path).await.candidates, 297);
    }
    assert_eq!(count(&one, "versions").await, 3 * 297);
}

#[tokio::test]
async fn stopped_it_keeps_what_is_in_and_a_file_never_started_is_taken_away() {
    let app = TestApp::start().await;
    let never = upload(&app, "never.csv", people(3)).await;
    let answer = app
        .post_as(&app.cookie, &format!("{never}/cancel"), "")
        .await;
    assert_eq!(location(&answer), never);
    assert_eq!(count(&app, "import_chunks").await, 0);
    let again = app
        .post_as(&app.cookie, &format!("{never}/start"), "source=file")
        .await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let path = upload(&app, "many.csv", people(3_000)).await;
    start(&app, &path, "source=file").await;
    let stop = async {
        while import(&app, &path).await.rows_read == 0 {
            tokio::task::yield_now().await;
        }
        app.post_as(&app.cookie, &format!("{path}/cancel"), "")
            .await
    };
    let (worked, answer) = tokio::join!(imports::work_off(&app.app), stop);
    worked.unwrap();
    assert_eq!(location(&answer), path);
    let stopped = import(&app, &path).await;
    assert_eq!(stopped.state, "cancelled");
    assert!(
        (1..2_970).contains(&stopped.candidates),
        "{}",
        stopped.candidates
    );
    assert_eq!(count(&app, "versions").await, stopped.candidates);
    let page = app.get(&path).await.text;
    assert!(page.contains("What was in by then stays in."), "{page}");
    let waiting = upload(&app, "later.csv", people(3)).await;
    start(&app, &waiting, "source=file").await;
    app.post_as(&app.cookie, &format!("{waiting}/cancel"), "")
        .await;
    app.work_off().await;
    assert_eq!(import(&app, &waiting).await.candidates, 0);
}

#[tokio::test]
async fn the_same_candidate_twice_in_a_file_is_two_versions() {
    let app = TestApp::start().await;
    let path = upload(
        &app,
        "twice.csv",
        "id,name\n1,Ada\n2,Bob\n1,Ada B\n1,Ada C\n",
    )
    .await;
    start(&app, &path, "source=file").await;
    app.work_off().await;
    assert_eq!(import(&app, &path).await.candidates, 2);
    assert_eq!(count(&app, "versions").await, 4);
    let (name,): (String,) = sql("select name from candidates where external_id = '1'")
        .one(&app.app.db)
        .await
        .unwrap();
    assert_eq!(name, "Ada C");
    let again = upload(
        &app,
        "other name.csv",
        "id,name\n1,Ada\n2,Bob\n1,Ada B\n1,Ada C\n",
    )
    .await;
    let page = app.get(&again).await.text;
    assert!(page.contains("The very same file was handed in"), "{page}");
}

#[tokio::test]
async fn every_encoding_and_delimiter_is_read() {
    let app = TestApp::start().await;
    let text = "id\tname\n1\tZoë Müller\n";
    let utf16: Vec<u8> = "\u{feff}"
        .chars()
        .chain(text.chars())
        .collect::<String>()
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let old: Vec<u8> = text
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    for (n, bytes) in [text.as_bytes().to_vec(), utf16, old]
        .into_iter()
        .enumerate()
    {
        let path = upload(&app, "a.tsv", bytes).await;
        start(&app, &path, &format!("source=s{n}")).await;
        app.work_off().await;
        let queue = app.get(&format!("/?source=s{n}")).await.text;
        assert!(queue.contains("Zoë Müller"), "{n}: {queue}");
    }
}

#[tokio::test]
async fn what_lies_in_the_database_is_sealed() {
    let app = TestApp::start().await;
    let path = upload(&app, "a.csv", PEOPLE).await;
    let chunk = store::chunk(&app.app.db, id(&path), 0)
        .await
        .unwrap()
        .unwrap();
    let holds =
        |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|at| at == text.as_bytes());
    assert!(!holds(&chunk, "Maria"));
    start(&app, &path, SAID).await;
    app.work_off().await;
    for (_, body) in store::refused(&app.app.db, id(&path), i64::MIN, 9)
        .await
        .unwrap()
    {
        assert!(!holds(&body, "example.org"));
    }
}
