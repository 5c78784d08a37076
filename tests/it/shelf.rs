//! What is imported is in force, also in another process, and stands or falls as a whole.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::json;
use telltale::audit::Actor;
use telltale::reference::import::{self, Done, Job};
use telltale::reference::{AwardLevel, Kind, Vintage};
use telltale::{db, store};

use crate::common::{Database, TestApp};
use crate::reference::{bytes, file, zipped};

fn job(kind: Kind, file: PathBuf) -> Job {
    Job {
        kind,
        file,
        vintage: None,
        screen_again: false,
    }
}

async fn take(app: &TestApp, job: Job) -> Result<Done, import::NotImported> {
    import::import(&app.app, &Actor::system("test"), job, &[], Arc::new(())).await
}

#[tokio::test]
async fn what_one_process_imports_is_in_force_in_another() {
    let database = Arc::new(Database::new().await);
    let one = TestApp::on(database.clone()).await;
    let other = TestApp::on(database).await;
    let dir = tempfile::tempdir().unwrap();
    let zip = dir.path().join("C2020_A.zip");
    let revised = bytes("c2020_a_rv.csv");
    fs::write(
        &zip,
        zipped(&[
            ("c2020_a_rv.csv", &revised),
            ("c2020_a.csv", &bytes("c2020_a.csv")),
        ]),
    )
    .unwrap();
    for (kind, path) in [
        (Kind::IpedsHd, file("hd2020.csv")),
        (Kind::IpedsIc, file("ic2020.csv")),
        (Kind::IpedsCompletions, zip),
        (Kind::ScorecardFos, file("FieldOfStudyData1819_1920_PP.csv")),
        (Kind::Dapip, file("InstitutionCampus.csv")),
        (Kind::Ror, file("ror-data_schema_v2.json")),
        (Kind::Hipolabs, file("world_universities_and_domains.json")),
        (Kind::MillList, file("mills.csv")),
    ] {
        let done = take(&one, job(kind, path)).await.unwrap();
        assert!(matches!(done, Done::Imported { .. }), "{done:?}");
    }
    assert!(other.app.shelf.current().sets().is_empty());
    assert!(other.app.shelf.refresh(&other.app.db).await.unwrap());
    assert!(
        !other.app.shelf.refresh(&other.app.db).await.unwrap(),
        "nothing new"
    );

    let known = other.app.shelf.current();
    assert_eq!(known.sets().len(), 8);
    let northmoor = known.named("Northmoor University").unwrap();
    assert_eq!(northmoor.unitid, Some(999_001));
    for alias in [
        "Northmoor State",
        "Northmoor University of Ohio",
        "Universidad Northmoor",
    ] {
        assert!(
            northmoor.aliases.iter().any(|known| known == alias),
            "{alias}: {northmoor:?}"
        );
    }
    assert_eq!(
        northmoor.domains,
        ["mail.northmoor.example", "northmoor.example"]
    );
    assert_eq!(
        northmoor
            .calendar(2019)
            .map(telltale::reference::Calendar::word),
        Some("quarter")
    );
    assert_eq!(
        northmoor.levels[0].1,
        [AwardLevel::Bachelor, AwardLevel::Master, AwardLevel::Doctor]
    );
    let merged = known.named("Collège Météo of Ash").unwrap();
    assert_eq!(merged.successor.as_deref(), Some("Northmoor University"));
    assert_eq!(merged.closed, None, "the school it became is open");
    assert_eq!(
        known
            .named("Southmoor College")
            .unwrap()
            .closed
            .unwrap()
            .to_string(),
        "2020-12-31"
    );
    assert!(
        known.named("Eastmoor Seminary").is_some()
            && known.named("University of Moorstadt").is_some()
    );
    assert!(
        known.named("Laboratoire Exemple").is_none(),
        "it does not educate"
    );
    assert_eq!(known.mills().len(), 4);
    assert!(known.mills().listed("westmoor university online").is_some());
}

#[tokio::test]
async fn a_refusal_in_the_last_row_leaves_nothing_behind() {
    let app = TestApp::start().await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("world.json");
    let entry =
        |n: u32| format!("{{\"name\":\"School {n}\",\"domains\":[],\"alpha_two_code\":\"BR\"}}");
    let mut entries: Vec<String> = (0..1_700).map(entry).collect();
    entries.push("{}".into());
    fs::write(&path, format!("[{}]", entries.join(",\n"))).unwrap();
    let refused = take(&app, job(Kind::Hipolabs, path.clone()))
        .await
        .unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("record 1701: missing field `name` at line 1701"),
        "{refused}"
    );
    assert_eq!(store::reference::sets(&app.app.db).await.unwrap(), []);
    let left: Vec<(String,)> = db::sql("select kind from reference_parts")
        .all(&app.app.db)
        .await
        .unwrap();
    assert!(left.is_empty());
    entries.pop();
    fs::write(&path, format!("[{}]", entries.join(",\n"))).unwrap();
    take(&app, job(Kind::Hipolabs, path)).await.unwrap();
    app.app.shelf.refresh(&app.app.db).await.unwrap();
    assert!(app.app.shelf.current().named("School 1699").is_some());
}

#[tokio::test]
async fn a_set_of_a_wrong_year_is_taken_away_before_it_is_imported_anew() {
    let app = TestApp::start().await;
    let dated = |day: &str| Job {
        vintage: Some(day.parse().unwrap()),
        ..job(Kind::MillList, file("mills.csv"))
    };
    take(&app, dated("2025-03-01")).await.unwrap();
    let refused = take(&app, dated("2026-03-01")).await.unwrap_err();
    let why = "telltale reference remove mill-list 2025-03-01";
    assert!(refused.to_string().contains(why), "{refused}");
    let vintage = "2025-03-01".parse().unwrap();
    for there in [true, false] {
        let mut tx = app.app.db.begin().await.unwrap();
        let removed = store::reference::remove(&mut tx, Kind::MillList, vintage).await;
        assert_eq!(removed.unwrap(), there);
        tx.commit().await.unwrap();
    }
    let parts = store::reference::parts(&app.app.db, Kind::MillList, vintage).await;
    assert_eq!(parts.unwrap(), Vec::<String>::new());
    take(&app, dated("2026-03-01")).await.unwrap();
}

#[tokio::test]
async fn everybody_can_be_made_due_and_is_judged_by_what_was_imported() {
    let database = Arc::new(Database::new().await);
    let (server, importer) = (
        TestApp::on(database.clone()).await,
        TestApp::on(database).await,
    );
    let screened = server
        .screen(json!({"external_id": "1", "name": "Maria Lopez",
            "education": [{"institution": "Northmoor University", "area": "Nursing"}]}))
        .await;
    let again = Job {
        screen_again: true,
        ..job(Kind::IpedsHd, file("hd2020.csv"))
    };
    let done = take(&importer, again.clone()).await.unwrap();
    let Done::Imported { set, marked, .. } = done else {
        panic!("{done:?}");
    };
    assert_eq!((set.vintage, set.rows, marked), (Vintage::Year(2020), 3, 1));
    server.settle().await;
    assert_eq!(
        server.app.shelf.current().sets(),
        [set],
        "it was taken up before anybody was judged"
    );
    let latest = server.latest(&screened).await;
    assert_ne!(latest["id"], screened["id"]);
    let done = take(&importer, again).await.unwrap();
    assert!(matches!(done, Done::Already { marked: 1, .. }), "{done:?}");
    server.settle().await;
    assert_ne!(server.latest(&screened).await["id"], latest["id"]);
}

/// Writes to the database whenever the reading of a file has come on.
struct Writer {
    db: db::Db,
    runtime: tokio::runtime::Handle,
    written: std::sync::atomic::AtomicUsize,
}

impl import::Progress for Writer {
    fn begin(&self, _: u64) {}

    fn at(&self, _: u64) {
        let write = async {
            let tx = self.db.begin().await.unwrap();
            tx.commit().await.unwrap();
        };
        let wait = std::time::Duration::from_secs(2);
        let done = self
            .runtime
            .block_on(async { tokio::time::timeout(wait, write).await });
        assert!(done.is_ok(), "the import holds the one write transaction");
        self.written
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    }
}

#[tokio::test]
async fn others_write_while_a_file_is_read() {
    let app = TestApp::start().await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("world.json");
    let entry =
        |n: u32| format!("{{\"name\":\"School {n}\",\"domains\":[],\"alpha_two_code\":\"BR\"}}");
    let entries: Vec<String> = (0..10_000).map(entry).collect();
    fs::write(&path, format!("[{}]", entries.join(",\n"))).unwrap();
    let writer = Arc::new(Writer {
        db: app.app.db.clone(),
        runtime: tokio::runtime::Handle::current(),
        written: std::sync::atomic::AtomicUsize::default(),
    });
    let done = import::import(
        &app.app,
        &Actor::system("test"),
        job(Kind::Hipolabs, path),
        &[],
        writer.clone(),
    )
    .await
    .unwrap();
    let Done::Imported { set, .. } = done else {
        panic!("{done:?}");
    };
    assert_eq!(set.rows, 10_000);
    assert!(writer.written.load(std::sync::atomic::Ordering::Relaxed) > 4);
}

#[tokio::test]
async fn an_import_stands_though_nobody_could_be_made_due() {
    let app = TestApp::start().await;
    for n in 0..3 {
        app.screen(json!({"external_id": n.to_string(), "name": "Maria Lopez"}))
            .await;
    }
    let again = Job {
        screen_again: true,
        ..job(Kind::IpedsHd, file("hd2020.csv"))
    };
    let away = "alter table candidates rename column revision to elsewhere";
    db::sql(away).execute(&app.app.db).await.unwrap();
    let failed = take(&app, again.clone()).await;
    assert!(
        matches!(failed, Err(import::NotImported::Failed(_))),
        "{failed:?}"
    );
    let back = "alter table candidates rename column elsewhere to revision";
    db::sql(back).execute(&app.app.db).await.unwrap();
    assert_eq!(store::reference::sets(&app.app.db).await.unwrap().len(), 1);
    let done = take(&app, again).await.unwrap();
    assert!(matches!(done, Done::Already { marked: 3, .. }), "{done:?}");
}

#[tokio::test]
async fn everybody_is_made_due_once_however_many_there_are() {
    let app = TestApp::start().await;
    let many = db::ROWS_PER_STATEMENT * 2 + 7;
    for n in 0..many {
        let id = format!("c{n:04}");
        db::sql(
            "insert into candidates (id, source, external_id, version, revision, stage, search, \
             applied_at, received_at) values (?, 'api', ?, 1, 1, 'applied', '', 0, 0)",
        )
        .bind(id.as_str())
        .bind(id.as_str())
        .execute(&app.app.db)
        .await
        .unwrap();
    }
    let marked = store::candidates::mark_all(&app.app.db).await.unwrap();
    assert_eq!(marked, many as u64);
    let left: Vec<(i64,)> = db::sql("select count(*) from candidates where revision <> 2")
        .all(&app.app.db)
        .await
        .unwrap();
    assert_eq!(left, [(0,)]);
}

#[tokio::test]
async fn a_newer_versions_facts_keep_the_last_good_picture() {
    let app = TestApp::start().await;
    take(&app, job(Kind::MillList, file("mills.csv")))
        .await
        .unwrap();
    app.app.shelf.refresh(&app.app.db).await.unwrap();
    take(&app, job(Kind::IpedsHd, file("hd2020.csv")))
        .await
        .unwrap();
    db::sql("update reference_parts set facts = ? where kind = 'ipeds-hd'")
        .bind(r#"[{"prophecy":{"unitid":1}}]"#)
        .execute(&app.app.db)
        .await
        .unwrap();
    let error = app.app.shelf.refresh(&app.app.db).await.unwrap_err();
    assert!(
        error.cause().contains("ipeds-hd 2020 cannot be read"),
        "{}",
        error.cause()
    );
    assert!(
        !app.app.shelf.refresh(&app.app.db).await.unwrap(),
        "said once"
    );
    assert_eq!(app.app.shelf.current().mills().len(), 4);
    // Sets of kinds that only a newer version knows are none of ours.
    db::sql("update reference_sets set kind = 'oracle' where kind = 'ipeds-hd'")
        .execute(&app.app.db)
        .await
        .unwrap();
    assert!(!app.app.shelf.refresh(&app.app.db).await.unwrap());
}

/// A folder with the publishers' own files, where there is one.
fn publishers() -> Option<PathBuf> {
    let folder = std::env::var_os("TELLTALE_REFERENCE_DATA").map(PathBuf::from)?;
    Some(folder).filter(|folder| folder.join("hd2020.csv").exists())
}

#[tokio::test]
async fn the_publishers_own_files_are_read_whole() {
    let Some(folder) = publishers() else {
        eprintln!("TELLTALE_REFERENCE_DATA names no folder with hd2020.csv: skipped");
        return;
    };
    let app = TestApp::start().await;
    for (kind, name, rows) in [
        (Kind::IpedsHd, "hd2020.csv", 6_440),
        (Kind::IpedsIc, "ic2020.csv", 6_264),
        (
            Kind::Hipolabs,
            "world_universities_and_domains.json",
            10_251,
        ),
    ] {
        let path = folder.join(name);
        if !path.exists() {
            continue;
        }
        let Done::Imported { set, .. } = take(&app, job(kind, path)).await.unwrap() else {
            panic!("{name} is imported for the first time");
        };
        assert_eq!(set.rows, rows, "{name}");
    }
    app.app.shelf.refresh(&app.app.db).await.unwrap();
    let known = app.app.shelf.current();
    let by_unitid = |unitid: u32| {
        let mut all = known
            .institutions()
            .iter()
            .filter(|one| one.unitid == Some(unitid));
        let one = all.next().unwrap();
        assert!(all.next().is_none(), "{unitid} once");
        one
    };
    let federal = known
        .institutions()
        .iter()
        .filter(|one| one.unitid.is_some())
        .count();
    assert!(federal >= 6_440, "{federal}");
    let berkeley = by_unitid(110_635);
    assert!(
        berkeley
            .domains
            .iter()
            .any(|domain| domain == "berkeley.edu"),
        "{berkeley:?}"
    );
    assert_eq!(
        berkeley
            .calendar(2018)
            .map(telltale::reference::Calendar::word),
        Some("semester")
    );
    assert_eq!(
        by_unitid(243_744)
            .calendar(2018)
            .map(telltale::reference::Calendar::word),
        Some("quarter")
    );
    // Argosy and the like have ended; whoever closed has the day of it.
    let closed = known
        .institutions()
        .iter()
        .filter(|one| one.closed.is_some())
        .count();
    assert!((40..400).contains(&closed), "{closed}");
}
