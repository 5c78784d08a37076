//! The audit log: what was tampered with shows, in the program, on its page, and in an export without it.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use telltale::access::Role;
use telltale::app::App;
use telltale::audit::chain::{self, Noted, Verdict};
use telltale::audit::{self, Action, Actor, Entry};
use telltale::db::sql;
use telltale::lists::import;
use telltale::store::audit_log;
use telltale::web::auth;

use crate::common::{Answer, TestApp, sign_in};
use crate::connections::{page, send};
use crate::hooks::vendor::SECRET;
use crate::intake::upload;
use crate::program::Program;

/// A log of so many entries more.
async fn fill(app: &App, n: usize) {
    let mut tx = app.db.begin().await.unwrap();
    for at in 0..n {
        let who = Actor::system("=test");
        let object = format!("candidate:{at}");
        let detail = if at % 2 == 0 {
            Value::Null
        } else {
            json!({"n": at, "of": "'a', \"b\"\n"})
        };
        audit::append(app, &mut tx, &who, Action::CandidateRead, &object, &detail)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

async fn run(app: &App, statement: &'static str) {
    let changed = sql(statement).execute(&app.db).await.unwrap();
    assert!(changed > 0, "{statement}");
}

async fn verify(app: &App) -> Verdict {
    chain::verify(app).await.unwrap()
}

#[tokio::test]
async fn whatever_is_done_to_a_row_is_named() {
    for (done, broken) in [
        ("update audit_log set who_name = 'eve' where seq = 4", 4),
        ("update audit_log set at = at + 1 where seq = 4", 4),
        (
            "update audit_log set object = 'candidate:7' where seq = 4",
            4,
        ),
        ("update audit_log set detail = 'x' where seq = 8", 8),
        (
            "update audit_log set hash = (select hash from audit_log where seq = 3) where seq = 4",
            4,
        ),
        (
            "update audit_log set seal = (select seal from audit_log where seq = 3) where seq = 4",
            4,
        ),
        ("delete from audit_log where seq = 5", 5),
        ("delete from audit_log where seq = 1", 1),
        ("delete from audit_log where seq > 7", 8),
        ("update audit_log set seq = 0 where seq = 5", 0),
        (
            "insert into audit_log select -1, at, who_kind, who_id, who_name, action, object, detail, hash, seal from audit_log where seq = 2",
            -1,
        ),
        (
            "insert into audit_log select 999, at, who_kind, who_id, who_name, action, object, detail, hash, seal from audit_log where seq = 2",
            -2,
        ),
        (
            "update audit_log set detail = (select two.detail from audit_log two where two.seq = 13 - audit_log.seq) where seq in (6, 7)",
            6,
        ),
        ("update audit_head set hash = 'x'", -3),
        ("update audit_head set seq = 0, hash = ''", 1),
        (
            "update audit_head set seq = 7, hash = (select hash from audit_log where seq = 7)",
            8,
        ),
        ("update audit_head set seq = seq + 1", -2),
        ("delete from audit_head", 1),
    ] {
        let app = TestApp::start().await;
        fill(&app.app, 10).await;
        let before = verify(&app.app).await;
        assert_eq!(before.broken, None);
        run(&app.app, done).await;
        let after = verify(&app.app).await;
        let expected = match broken {
            -2 => before.entries + 1,
            -3 => before.entries,
            broken => broken,
        };
        assert_eq!(after.broken.map(|(seq, _)| seq), Some(expected), "{done}");
        let page = app.get("/audit/check").await;
        assert_eq!(page.status, StatusCode::OK, "{done}: {}", page.text);
        assert!(page.text.contains("The chain is broken"), "{done}");
        assert!(page.text.contains(&format!("Entry {expected} ")), "{done}");
    }
}

/// PostgreSQL's columns hold nothing but what they are for.
#[tokio::test]
async fn what_cannot_be_read_is_named_and_breaks_no_page() {
    let statements = [
        "update audit_log set detail = cast(x'ff' as text) where seq = 4",
        "update audit_log set detail = cast('abc' as blob) where seq = 4",
        "update audit_log set at = 'abc' where seq = 4",
    ];
    for done in statements {
        let app = TestApp::start().await;
        if matches!(app.app.db, telltale::db::Db::Postgres(_)) {
            return;
        }
        fill(&app.app, 10).await;
        run(&app.app, done).await;
        let broken = verify(&app.app).await.broken;
        assert_eq!(
            broken,
            Some((4, "cannot be read: it was changed")),
            "{done}"
        );
        let page = app.get("/audit").await;
        assert_eq!(page.status, StatusCode::OK, "{done}: {}", page.text);
        assert!(page.text.contains("cannot be read"), "{done}");
        let page = app.get("/audit/check").await;
        assert!(page.text.contains("Entry 4 cannot be read"), "{done}");
    }
}

#[tokio::test]
async fn a_log_that_is_gone_while_there_are_people_is_broken() {
    let app = TestApp::start().await;
    run(&app.app, "delete from audit_log").await;
    run(&app.app, "update audit_head set seq = 0, hash = ''").await;
    assert_eq!(verify(&app.app).await.broken.unwrap().0, 1);
}

#[tokio::test]
async fn swapped_entries_are_named() {
    let app = TestApp::start().await;
    fill(&app.app, 10).await;
    run(&app.app, "update audit_log set seq = 1000 where seq = 5").await;
    run(&app.app, "update audit_log set seq = 5 where seq = 6").await;
    run(&app.app, "update audit_log set seq = 6 where seq = 1000").await;
    assert_eq!(verify(&app.app).await.broken.unwrap().0, 5);
}

#[tokio::test]
async fn a_tail_cut_off_with_its_head_shows_against_a_head_that_was_written_down() {
    let app = TestApp::start().await;
    fill(&app.app, 10).await;
    let noted = verify(&app.app).await.noted().unwrap();
    fill(&app.app, 2).await;
    let whole = chain::verify_against(&app.app, Some(&noted)).await.unwrap();
    assert_eq!(whole.broken, None);
    run(&app.app, "delete from audit_log where seq > 6").await;
    run(
        &app.app,
        "update audit_head set seq = 6, hash = (select hash from audit_log where seq = 6)",
    )
    .await;
    assert_eq!(
        verify(&app.app).await.broken,
        None,
        "by itself it looks whole"
    );
    let cut = chain::verify_against(&app.app, Some(&noted)).await.unwrap();
    assert_eq!(cut.broken.unwrap().0, 7);
    // Grown again past the number, it is another chain.
    fill(&app.app, 20).await;
    let other = chain::verify_against(&app.app, Some(&noted)).await.unwrap();
    assert_eq!(other.broken.unwrap().0, noted.seq);
    let page = app.get(&format!("/audit/check?head={noted}")).await;
    assert!(page.text.contains("The chain is broken"), "{}", page.text);
    let wrong = app.get("/audit/check?head=12").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("role=\"alert\""));
}

/// What an auditor does who has nothing but the file: take one apostrophe off the front of each cell where there is
/// one, and hash the length and the bytes of each part.
fn recompute(csv: &str) -> Result<(u64, String), String> {
    let mut reader = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
    let mut before: Option<String> = None;
    let mut rows = 0;
    for record in reader.records() {
        let record = record.unwrap();
        let cell = |at: usize| {
            record[at]
                .strip_prefix('\'')
                .unwrap_or(&record[at])
                .to_owned()
        };
        let hash_before = before.unwrap_or_else(|| cell(9));
        let mut sha = Sha256::new();
        let columns = (0..8).map(cell);
        let parts = ["telltale audit 1".to_owned(), hash_before]
            .into_iter()
            .chain(columns);
        for part in parts {
            sha.update((part.len() as u64).to_be_bytes());
            sha.update(part.as_bytes());
        }
        let hash = telltale::secret::hex(&sha.finalize());
        if hash != cell(8) {
            return Err(cell(0));
        }
        before = Some(hash);
        rows += 1;
    }
    Ok((rows, before.unwrap_or_default()))
}

#[tokio::test]
async fn an_export_can_be_checked_by_somebody_who_has_nothing_else() {
    let app = TestApp::start().await;
    fill(&app.app, 2_300).await;
    for path in ["/api/v1/exports/audit.csv", "/reports/audit.csv?bom=true"] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.text.starts_with('\u{feff}'), path.contains("bom"));
        assert!(answer.text.contains("\"'=test\""), "no formula");
        let (rows, head) = recompute(&answer.text).unwrap();
        // The last line tells of this very export.
        let last = answer.text.lines().last().unwrap();
        assert!(last.contains("report.exported"), "{last}");
        let stored: (String,) = sql("select hash from audit_log where seq = ?")
            .bind(i64::try_from(rows).unwrap())
            .one(&app.app.db)
            .await
            .unwrap();
        assert_eq!(stored.0, head);
        let changed = answer.text.replacen("candidate:1200", "candidate:1201", 1);
        assert!(recompute(&changed).is_err());
        let mut lines: Vec<&str> = answer.text.split_inclusive("\r\n").collect();
        lines.remove(500);
        assert!(recompute(&lines.concat()).is_err());
    }
    assert_eq!(verify(&app.app).await.broken, None);
}

#[tokio::test]
async fn an_export_of_a_span_is_a_part_of_the_chain() {
    let app = TestApp::start().await;
    fill(&app.app, 3).await;
    app.wait(jiff::SignedDuration::from_hours(48));
    let cookie = sign_in(&app.app, Role::Auditor).await;
    fill(&app.app, 4).await;
    let part = app
        .get_as(&cookie, "/reports/audit.csv?from=2026-06-02&to=2026-07-01")
        .await;
    // The auditor, added and signed in, four, and the export itself.
    let (rows, _) = recompute(&part.text).unwrap();
    assert!((5..=7).contains(&rows), "{}", part.text);
    let none = app
        .get_as(&cookie, "/reports/audit.csv?from=2027-01-01")
        .await;
    assert_eq!(none.text.lines().count(), 1, "only the header");
}

#[tokio::test]
async fn the_page_filters_and_goes_on() {
    let app = TestApp::start().await;
    fill(&app.app, 120).await;
    let page = app.get("/audit?who=%3Dtest").await;
    assert_eq!(page.text.matches("rowheader").count(), 50, "{}", page.text);
    let next = page.text.split("rel=\"next\" href=\"").nth(1).unwrap();
    let next = next
        .split('"')
        .next()
        .unwrap()
        .replace("&#38;", "&")
        .replace("&amp;", "&");
    let second = app.get(&next).await;
    assert_eq!(second.text.matches("rowheader").count(), 50);
    assert!(second.text.contains("First page"));
    for (query, rows) in [
        ("object=candidate:7", 1),
        ("object=7", 1),
        ("action=user.added&who=%3Dtest", 0),
        ("action=user.added", 1),
        ("from=2026-06-02", 0),
        ("to=2026-06-01", 0),
        ("from=2026-06-01&to=2026-06-02&object=7", 1),
        ("who=nobody", 0),
    ] {
        let page = app.get(&format!("/audit?{query}")).await;
        assert_eq!(page.text.matches("rowheader").count(), rows, "{query}");
    }
    for wrong in ["before=x", "from=31/05/2026"] {
        let page = app.get(&format!("/audit?{wrong}")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(page.text.contains("role=\"alert\""), "{wrong}");
    }
    let whole = app.get("/audit/check").await;
    assert!(whole.text.contains("The chain is whole"));
    let noted = verify(&app.app).await.noted().unwrap();
    assert!(whole.text.contains(&noted.to_string()));
    let recruiter = sign_in(&app.app, Role::Recruiter).await;
    assert_eq!(
        app.get_as(&recruiter, "/audit").await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn a_key_without_a_name_is_told_apart_and_asked_for() {
    let app = TestApp::start().await;
    let key = auth::create(&app.app, auth::Scope::All, "").await.unwrap();
    let (id,): (String,) = sql("select id from api_keys where name = ''")
        .one(&app.app.db)
        .await
        .unwrap();
    let screening = app.screen(person(1)).await;
    let of = format!(
        "/api/v1/candidates/{}",
        screening["candidate_id"].as_str().unwrap()
    );
    let request = Request::get(&of).header(header::AUTHORIZATION, format!("Bearer {key}"));
    assert_eq!(
        app.send(request.body(Body::empty()).unwrap()).await.status,
        StatusCode::OK
    );
    let called = format!("key …{}", &id[id.len() - 6..]);
    let page = app.get("/audit?action=candidate.read").await.text;
    assert!(page.contains(&called), "{page}");
    for page in ["/reports", "/keys"] {
        assert!(app.get(page).await.text.contains(&called), "{page}");
    }
    let rows = async |who: &str| {
        let page = app
            .get(&format!("/audit?action=candidate.read&who={who}"))
            .await;
        page.text.matches("rowheader").count()
    };
    assert_eq!(
        rows(&called.replace(' ', "+").replace('…', "%E2%80%A6")).await,
        1
    );
    // As it was written down once.
    run(
        &app.app,
        "update audit_log set who_name = '' where who_name like 'key %'",
    )
    .await;
    assert_eq!(rows(&id).await, 1);
    let page = app.get("/audit?action=candidate.read").await.text;
    assert!(page.contains(&called) && page.contains(&format!("who={id}")));
}

#[test]
fn the_command_proves_the_chain_and_names_what_breaks_it() {
    let program = Program::new();
    let added = program.run(&["user", "add", "ada@example.com", "--role", "admin"]);
    assert_eq!(added.status(), 0, "{}", added.error());
    let done = program.run(&["audit", "verify"]);
    assert_eq!((done.status(), done.error()), (0, ""));
    assert!(done.text().starts_with("whole\t"), "{}", done.text());
    let head = done
        .text()
        .lines()
        .find_map(|line| line.strip_prefix("head\t"))
        .unwrap();
    let noted: Noted = head.parse().unwrap();
    assert_eq!(
        program.run(&["audit", "verify", "--head", head]).status(),
        0
    );
    assert_eq!(program.run(&["audit", "verify", "--head", "7"]).status(), 2);
    let export = program.run(&["export", "audit"]);
    assert_eq!((export.status(), export.error()), (0, ""));
    let (rows, _) = recompute(export.text()).unwrap();
    assert_eq!(i64::try_from(rows).unwrap(), noted.seq + 1);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let db = telltale::db::Db::open(&program.database.url).await.unwrap();
        sql("delete from audit_log where seq = 1")
            .execute(&db)
            .await
            .unwrap();
        db.close().await;
    });
    let broken = program.run(&["audit", "verify"]);
    assert_eq!(broken.status(), 1, "{}", broken.text());
    assert!(
        broken.text().starts_with("broken\tentry 1 "),
        "{}",
        broken.text()
    );
}

/// The entries that a request leaves, besides that it is answered well.
async fn leaves(app: &TestApp, path: &str, body: Option<&str>) -> (Vec<Entry>, Answer) {
    let before = verify(&app.app).await.entries;
    let answer = match body {
        None => app.get(path).await,
        Some(body) if path.starts_with("/api") => app.post(path, body.to_owned()).await,
        Some(form) => send(app, path, form).await,
    };
    let good = answer.status.is_success() || answer.status == StatusCode::SEE_OTHER;
    assert!(good, "{path}: {} {}", answer.status, answer.text);
    let entries = audit_log::after(&app.app.db, before, 100).await.unwrap();
    for entry in &entries {
        let kind = if path.starts_with("/api") {
            "key"
        } else {
            "user"
        };
        assert_eq!(entry.who_kind, kind, "{path}");
    }
    (entries, answer)
}

/// Sends a request and expects the one entry that tells of it; returns what it was done to, and the answer.
async fn leaves_one(
    app: &TestApp,
    (path, body): (&str, &str),
    (action, what): (Action, &str),
) -> (String, Answer) {
    let (entries, answer) = leaves(app, path, Some(body)).await;
    let of_action = |entry: &&Entry| entry.action == action.word();
    let told: Vec<_> = entries.iter().filter(of_action).collect();
    assert_eq!(told.len(), 1, "{path}: {entries:?}");
    let detail: Value = serde_json::from_str(&told[0].detail).unwrap_or_default();
    assert_eq!(detail["what"].as_str().unwrap_or_default(), what, "{path}");
    (told[0].object.clone(), answer)
}

fn person(n: usize) -> Value {
    let name = ["Maria Lopez", "Daniel Whitfield", "Ngozi Okafor"][n];
    json!({"external_id": n.to_string(), "source": "api", "name": name, "phones": ["(212) 736-5000"]})
}

#[tokio::test]
async fn whatever_is_said_of_candidates_leaves_an_entry() {
    let app = TestApp::start().await;
    let mut ids = Vec::new();
    for n in 0..3 {
        let body = person(n).to_string();
        let entry = (Action::HandedIn, "");
        let (object, answer) = leaves_one(&app, ("/api/v1/candidates", &body), entry).await;
        let id = answer.json()["candidate_id"].as_str().unwrap().to_owned();
        assert_eq!(object, format!("candidate:{id}"));
        ids.push(id);
    }
    app.settle().await;
    let rings = app.get("/api/v1/rings").await.json();
    let ring = rings["items"][0]["id"].as_str().unwrap().to_owned();
    let (a, b, c) = (&ids[0], &ids[1], &ids[2]);
    let batch = format!("{}\n{}\n", person(0), person(1));
    let check = json!({"kind": "id_in_person", "result": "confirmed", "by": "Dana Reed"});
    let not_same = json!({"other": b, "by": "Dana Reed", "note": "The note of Dana"});
    let explained = json!({"a": a, "b": b, "kind": "phone", "reason": "household", "by": "Dana Reed",
        "note": "The note of Dana"});
    let bound =
        json!({"source": "api", "external_id": "0", "worker_id": "w-1", "device_ids": ["LT-1"]});
    let of = |id: &str| format!("candidate:{id}");
    let ring_object = format!("ring:{ring}");
    let worker = of(a);
    for (path, body, action, what, object) in [
        (
            "/api/v1/candidates:batch".to_owned(),
            batch,
            Action::HandedIn,
            "",
            String::new(),
        ),
        (
            format!("/api/v1/candidates/{a}/checks"),
            check.to_string(),
            Action::Checked,
            "",
            of(a),
        ),
        (
            format!("/api/v1/candidates/{a}/not-same"),
            not_same.to_string(),
            Action::NotSame,
            "",
            of(a),
        ),
        (
            format!("/candidates/{b}/not-same"),
            format!("other={c}&note=The+note+of+Dana"),
            Action::NotSame,
            "",
            of(b),
        ),
        (
            format!("/api/v1/rings/{ring}/links:explain"),
            explained.to_string(),
            Action::RingExplained,
            "explained",
            ring_object.clone(),
        ),
        (
            format!("/rings/{ring}/restore"),
            format!("a={a}&b={b}&kind=phone"),
            Action::RingExplained,
            "restored",
            ring_object.clone(),
        ),
        (
            format!("/rings/{ring}/explain"),
            format!("a={b}&b={c}&kind=phone&reason=agency&note=The+note+of+Dana"),
            Action::RingExplained,
            "explained",
            ring_object.clone(),
        ),
        (
            "/api/v1/onboardings".to_owned(),
            bound.to_string(),
            Action::WorkerChanged,
            "bound",
            worker.clone(),
        ),
        (
            "/workers/w-1/moved".to_owned(),
            "sure=true".to_owned(),
            Action::WorkerChanged,
            "moved",
            worker.clone(),
        ),
    ] {
        let told = leaves_one(&app, (&path, &body), (action, what)).await;
        assert_eq!(told.0, object, "{path}");
    }
    app.wait(jiff::SignedDuration::from_mins(1));
    let back = ("/workers/w-1/return", "device=LT-1&returned_on=");
    let entry = (Action::WorkerChanged, "bound");
    assert_eq!(leaves_one(&app, back, entry).await.0, worker);
    // What is taken as a file, or looked at.
    for (path, action, object) in [
        (
            format!("/candidates/{a}/erase"),
            Action::CandidateRead,
            of(a),
        ),
        (
            format!("/rings/{ring}/links.csv"),
            Action::Exported,
            ring_object.clone(),
        ),
        (
            format!("/api/v1/rings/{ring}/links.csv"),
            Action::Exported,
            ring_object.clone(),
        ),
        (
            format!("/rings/{ring}"),
            Action::RingRead,
            ring_object.clone(),
        ),
        (
            format!("/api/v1/rings/{ring}"),
            Action::RingRead,
            ring_object.clone(),
        ),
        (
            format!("/api/v1/candidates/{b}/same-person"),
            Action::CandidateRead,
            of(b),
        ),
        (
            "/api/v1/workers/w-1".to_owned(),
            Action::CandidateRead,
            of(a),
        ),
    ] {
        let (entries, _) = leaves(&app, &path, None).await;
        let told = entries
            .iter()
            .any(|entry| entry.action == action.word() && entry.object == object);
        assert!(told, "{path}: {entries:?}");
    }
    // Within a few minutes it is one access, whichever page shows it.
    assert!(leaves(&app, "/workers/w-1", None).await.0.is_empty());
    app.wait(jiff::SignedDuration::from_mins(11));
    assert_eq!(leaves(&app, "/workers/w-1", None).await.0[0].object, of(a));
    let log = app.get("/api/v1/exports/audit.csv").await.text;
    for written in ["Maria", "736-5000", "The note"] {
        assert!(!log.contains(written), "{written}");
    }
    assert_eq!(verify(&app.app).await.broken, None);
}

#[tokio::test]
async fn whatever_is_set_up_leaves_an_entry() {
    let app = TestApp::start().await;
    let secret = SECRET.replace(' ', "+");
    let connection = "/connections/new/greenhouse";
    let fields =
        format!("name=Ours&secret={secret}&api_key=harvest-key&api_url=http://127.0.0.1:9/");
    let added = (Action::ConnectionChanged, "added");
    let (object, _) = leaves_one(&app, (connection, &fields), added).await;
    let own = format!(
        "/connections/{}",
        object.strip_prefix("connection:").unwrap()
    );
    for (form, body, what) in [
        (
            "change",
            "name=Theirs&api_url=http://127.0.0.1:9/",
            "changed",
        ),
        ("rotate", "secret=another-secret-of-theirs", "rotated"),
        ("check", "", "checked"),
        ("remove", "sure=true", "removed"),
    ] {
        let request = (&*format!("{own}/{form}"), body);
        let told = leaves_one(&app, request, (Action::ConnectionChanged, what)).await;
        assert_eq!(told.0, object);
    }
    let fields = "kind=webhook&url=http://127.0.0.1:9/&private=on&event.candidate.screened=on";
    let (object, _) = leaves_one(&app, ("/endpoints/new", fields), added).await;
    let own = format!("/endpoints/{}", object.strip_prefix("endpoint:").unwrap());
    for (form, what) in [
        ("test", "tested"),
        ("rotate", "rotated"),
        ("enable", "enabled"),
    ] {
        let request = (&*format!("{own}/{form}"), "");
        let told = leaves_one(&app, request, (Action::ConnectionChanged, what)).await;
        assert_eq!(told.0, object);
    }
    let (delivery,): (String,) = sql("select id from deliveries")
        .one(&app.app.db)
        .await
        .unwrap();
    let again = format!("/deliveries/{delivery}/again");
    let told = leaves_one(&app, (&again, ""), (Action::DeliveredAgain, "")).await;
    assert_eq!(told.0, format!("delivery:{delivery}"));
    let gone = (&*format!("{own}/remove"), "sure=true");
    leaves_one(&app, gone, (Action::ConnectionChanged, "removed")).await;
    for (form, what) in [
        ("action=add&agency=Acme&phone=(212)+736-5000", "added"),
        (
            "action=remove&agency=Acme&phone=(212)+736-5000",
            "taken off",
        ),
        ("action=deny&phone=(212)+736-5000", "added"),
        ("action=undeny&phone=(212)+736-5000", "taken off"),
        ("action=add&agency=Acme&phone=(212)+736-5000", "added"),
        ("action=remove&agency=Acme", "removed"),
    ] {
        leaves_one(&app, ("/lists/agency", form), (Action::ListChanged, what)).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.csv");
    std::fs::write(&file, "type,value\nphone,(212) 736-5000\n").unwrap();
    let job = import::Job {
        file,
        name: None,
        source: None,
        format: None,
        confirmed: false,
    };
    let by = Actor::system("test");
    import::import(&app.app, &by, job).await.unwrap();
    let gone = ("/lists/remove", "list=cases");
    let told = leaves_one(&app, gone, (Action::ListChanged, "removed")).await;
    assert_eq!(told.0, "list:cases");
    let own = upload(&app, "people.csv", "external_id,name\n1,Maria Lopez\n").await;
    let object = format!("import:{}", own.rsplit('/').next().unwrap());
    let (entries, _) = leaves(&app, &format!("{own}/start"), Some("source=fair")).await;
    let whats: Vec<_> = entries.iter().map(|entry| &*entry.detail).collect();
    assert_eq!(whats, [r#"{"what":"mapped"}"#, r#"{"what":"started"}"#]);
    let stop = (&*format!("{own}/cancel"), "");
    let told = leaves_one(&app, stop, (Action::ImportChanged, "stopped")).await;
    assert_eq!(told.0, object);
    let log = page(&app, "/audit").await;
    for secret in [
        "harvest-key",
        "another-secret",
        SECRET,
        "whsec_",
        "736-5000",
    ] {
        assert!(!log.contains(secret), "{secret}");
    }
    assert_eq!(verify(&app.app).await.broken, None);
}

#[test]
fn whatever_a_command_changes_leaves_an_entry() {
    let program = Program::new();
    program.write("cases.csv", "type,value\nphone,(212) 736-5000\n");
    program.write(
        "mills.csv",
        "name,aliases,source,listed_on\nNorthmoor College,,the test,2026-01-02\n",
    );
    let ocsf = program.dir.path().join("siem.log").display().to_string();
    for (arguments, told) in [
        (
            &["connection", "add", "greenhouse", "--secret", SECRET][..],
            "connection.changed",
        ),
        (
            &["endpoint", "add", &ocsf, "--kind", "ocsf"],
            "connection.changed",
        ),
        (
            &["agency", "add", "Acme", "--phone", "(212) 736-5000"],
            "list.changed",
        ),
        (&["indicators", "import", "cases.csv"], "list.changed"),
        (&["indicators", "remove", "cases"], "list.changed"),
        (
            &[
                "reference",
                "import",
                "mill-list",
                "mills.csv",
                "--vintage",
                "2026-01-02",
            ],
            "reference.changed",
        ),
        (
            &["reference", "remove", "mill-list", "2026-01-02"],
            "reference.changed",
        ),
    ] {
        let done = program.run(arguments);
        assert_eq!(done.status(), 0, "{arguments:?}: {}", done.error());
        let log = program.run(&["export", "audit"]);
        let mut lines = log
            .text()
            .lines()
            .rev()
            .filter(|line| !line.contains("report.export"));
        let last = lines.next().unwrap_or_default();
        assert!(
            last.contains(told) && last.contains("command line"),
            "{arguments:?}: {last}"
        );
        assert!(!last.contains(SECRET) && !last.contains("736-"), "{last}");
    }
}
