//! The audit log: what was tampered with shows, in the program, on its page, and in an export without it.

use axum::http::StatusCode;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use telltale::access::Role;
use telltale::app::App;
use telltale::audit::chain::{self, Noted, Verdict};
use telltale::audit::{self, Action, Actor};
use telltale::db::sql;

use crate::common::{TestApp, sign_in};
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
