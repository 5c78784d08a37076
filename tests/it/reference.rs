//! Reference data: publishers' files are imported whole or not at all, listed, and taken up.
//!
//! The files in `reference/` have the publishers' own headers and invented rows.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::json;
use telltale::reference::import::{self, Done, Job};
use telltale::reference::{AwardLevel, Kind, Vintage};
use telltale::{db, store};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::common::{Database, TestApp};
use crate::program::{Program, repository};

/// A file of `reference/`.
fn file(name: &str) -> PathBuf {
    repository("tests/it/reference").join(name)
}

fn bytes(name: &str) -> Vec<u8> {
    fs::read(file(name)).unwrap()
}

/// An archive with these members.
fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        let options = SimpleFileOptions::default();
        archive.start_file(*name, options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// Imports a file and says its line.
fn import(program: &Program, kind: &str, name: &str) -> String {
    let done = program.run(&["reference", "import", kind, name]);
    assert_eq!((done.status(), done.error()), (0, ""), "{kind} {name}");
    done.text().to_owned()
}

/// A folder with every publisher's file in it, some zipped as they are downloaded.
fn downloads(program: &Program) {
    for name in [
        "hd2020.csv",
        "ic2020.csv",
        "FieldOfStudyData1819_1920_PP.csv",
        "world_universities_and_domains.json",
        "mills.csv",
    ] {
        program.write(name, bytes(name));
    }
    let (first, revised) = (bytes("c2020_a.csv"), bytes("c2020_a_rv.csv"));
    let completions = [("c2020_a.csv", &first[..]), ("c2020_a_rv.csv", &revised)];
    program.write("C2020_A.zip", zipped(&completions));
    let accreditations = [
        ("AccreditationActions.csv", &b"DapipId,ActionId\n1,2\n"[..]),
        (
            "AccreditationRecords.csv",
            &bytes("AccreditationRecords.csv"),
        ),
        ("InstitutionCampus.csv", &bytes("InstitutionCampus.csv")),
        ("__MACOSX/._InstitutionCampus.csv", b"\0\0"),
    ];
    program.write("AllAccreditations.zip", zipped(&accreditations));
    let (v1, v2) = (bytes("ror-data.json"), bytes("ror-data_schema_v2.json"));
    let ror = [
        ("v1.58-2024-12-11-ror-data.csv", &b"id,name\n"[..]),
        ("v1.58-2024-12-11-ror-data.json", &v1),
        ("v1.58-2024-12-11-ror-data_schema_v2.json", &v2),
    ];
    program.write("v1.58-2024-12-11-ror-data.zip", zipped(&ror));
}

#[test]
fn every_publishers_files_are_imported_zipped_or_not() {
    let program = Program::new();
    downloads(&program);
    let files = [
        ("ipeds-hd", "hd2020.csv", " 2020: 3 rows"),
        ("ipeds-ic", "ic2020.csv", " 2020: 2 rows"),
        ("ipeds-completions", "C2020_A.zip", " 2020: 5 rows"),
        (
            "scorecard-fos",
            "FieldOfStudyData1819_1920_PP.csv",
            " 2020: 3 rows",
        ),
        ("dapip", "AllAccreditations.zip", ": 3 rows"),
        (
            "ror",
            "v1.58-2024-12-11-ror-data.zip",
            " 2024-12-11: 3 rows",
        ),
        (
            "hipolabs",
            "world_universities_and_domains.json",
            ": 2 rows",
        ),
        ("mill-list", "mills.csv", ": 2 rows"),
    ];
    for (kind, name, rows) in files {
        let said = import(&program, kind, name);
        let (begins, has) = (said.starts_with(kind), format!("{rows} from {name}, "));
        assert!(begins && said.contains(&has), "{said}");
        let again = import(&program, kind, name);
        assert!(again.contains("already imported from "), "{again}");
    }
    let list = program.run(&["reference", "list"]);
    assert_eq!((list.status(), list.error()), (0, ""));
    let words = list.text().lines().skip(1);
    let kinds: Vec<_> = words
        .map_while(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(kinds, files.map(|(kind, ..)| kind));
    let old = "ipeds-hd of 2020 is too old";
    assert!(list.text().contains(old), "{}", list.text());
}

#[test]
fn another_file_takes_the_place_and_another_vintage_stands_beside() {
    let program = Program::new();
    let hd = String::from_utf8_lossy(&bytes("hd2020.csv")).into_owned();
    let lines: Vec<&str> = hd.lines().collect();
    program.write("hd2020.csv", lines.join("\r\n") + "\r\n");
    program.write("hd2020_rv.csv", lines[..3].join("\r\n") + "\r\n");
    program.write("hd2021.csv", lines[..2].join("\r\n") + "\r\n");
    import(&program, "ipeds-hd", "hd2020.csv");
    let said = import(&program, "ipeds-hd", "hd2020_rv.csv");
    assert!(
        said.contains("2 rows from hd2020_rv.csv") && said.contains("in place of hd2020.csv"),
        "{said}"
    );
    import(&program, "ipeds-hd", "hd2021.csv");
    let list = program.run(&["reference", "list"]);
    let rows: Vec<Vec<&str>> = list
        .text()
        .lines()
        .skip(1)
        .take(2)
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(
        (rows[0][1], *rows[0].last().unwrap()),
        ("2021", "hd2021.csv")
    );
    assert_eq!(
        (rows[1][1], *rows[1].last().unwrap()),
        ("2020", "hd2020_rv.csv")
    );
    let both = program.run(&[
        "reference",
        "import",
        "ipeds-hd",
        "hd2020_rv.csv",
        "hd2020.csv",
    ]);
    assert_eq!(both.status(), 1);
    assert!(
        both.error()
            .contains("hd2020.csv: ipeds-hd 2020 was just imported from hd2020_rv.csv"),
        "{}",
        both.error()
    );
}

/// A database with a directory in it, and what is listed of it.
struct Kept {
    program: Program,
    listed: String,
    hd: Vec<u8>,
}

impl Kept {
    fn new() -> Self {
        let program = Program::new();
        let hd = bytes("hd2020.csv");
        program.write("hd2020.csv", &hd);
        import(&program, "ipeds-hd", "hd2020.csv");
        let listed = program.run(&["reference", "list"]).text().to_owned();
        Self {
            program,
            listed,
            hd,
        }
    }

    /// A file is refused for this reason, under its name, and nothing has changed.
    fn refuses(&self, kind: &str, name: &str, bytes: impl AsRef<[u8]>, why: &str) {
        self.program.write(name, bytes);
        let done = self.program.run(&["reference", "import", kind, name]);
        assert_eq!(done.status(), 1, "{kind} {name} {why}: {}", done.text());
        let said = done.error();
        assert!(said.starts_with(&format!("{name}: ")), "{why}: {said}");
        assert!(said.contains(why), "{why}: {said}");
        let listed = self.program.run(&["reference", "list"]);
        assert_eq!(listed.text(), self.listed, "{why}");
    }
}

/// All but the last bytes.
fn cut(bytes: &[u8], by: usize) -> &[u8] {
    &bytes[..bytes.len() - by]
}

fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    String::from_utf8_lossy(bytes)
        .replace(from, to)
        .into_bytes()
}

#[test]
fn a_wrong_or_truncated_table_is_refused_and_changes_nothing() {
    let kept = Kept::new();
    let (hd, ic) = (&kept.hd, bytes("ic2020.csv"));
    let header = hd.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let no_state = replaced(hd, "STABBR", "STATE");
    let short_id = replaced(hd, "999003", "9990");
    let file = |bytes: &[u8], why: &str| kept.refuses("ipeds-hd", "hd2019.csv", bytes, why);
    file(cut(hd, 2), "line 4: the last line has no end");
    file(cut(hd, 60), "line 4: the row has ");
    file(&hd[..header], "there are no rows in it");
    file(b"", "there is nothing in it");
    file(&no_state, "line 1: the column STABBR is missing");
    file(&short_id, "line 4: UNITID: `9990`");
    file(&ic, "this looks like ipeds-ic, not ipeds-hd");
    let json = bytes("world_universities_and_domains.json");
    file(&json, "this looks like hipolabs, not ipeds-hd");
    let undated = replaced(hd, "Southmoor", "Sudmoor");
    kept.refuses(
        "ipeds-hd",
        "directory.csv",
        undated,
        "say it with --vintage",
    );
    kept.refuses("ipeds-ic", "ic2020.csv", hd, "this looks like ipeds-hd");
    let mills = "name,source,listed_on\nWestmoor,,2019\n";
    kept.refuses("mill-list", "mills.csv", mills, "line 2: source");
    let old = "UNITID,CIPCODE,MAJORNUM,AWLEVEL,CRACE15\n";
    kept.refuses(
        "ipeds-completions",
        "c2007_a.csv",
        old,
        "CTOTALT is missing",
    );
}

#[test]
fn a_damaged_or_unfitting_archive_is_refused_and_changes_nothing() {
    let kept = Kept::new();
    let (hd, ic) = (&kept.hd, bytes("ic2020.csv"));
    let whole = zipped(&[("hd2019.csv", hd)]);
    let mut damaged = whole.clone();
    damaged[200] ^= 0xff;
    let file = |bytes: &[u8], why: &str| kept.refuses("ipeds-hd", "hd2019.zip", bytes, why);
    file(cut(&whole, 30), "the archive is damaged or cut short");
    file(&damaged, "damaged or cut short");
    file(&zipped(&[("readme.txt", b"x")]), "holds no .csv file");
    let other = zipped(&[("ic2019.csv", &ic)]);
    file(
        &other,
        "no member is ipeds-hd; ic2019.csv looks like ipeds-ic",
    );
    let inner = zipped(&[("hd2019.csv", cut(hd, 60))]);
    file(&inner, "line 4: the row has ");
    let two = zipped(&[("a/hd2018.csv", hd), ("a/hd2019.csv", hd)]);
    file(
        &two,
        "more than one member is ipeds-hd: hd2018.csv, hd2019.csv",
    );
}

#[test]
fn a_wrong_or_truncated_list_is_refused_and_changes_nothing() {
    let kept = Kept::new();
    let list = bytes("world_universities_and_domains.json");
    let ror = bytes("ror-data_schema_v2.json");
    kept.refuses(
        "hipolabs",
        "list.json",
        cut(&list, 40),
        "record 2: the file ends in the middle of it, at line ",
    );
    kept.refuses(
        "hipolabs",
        "list.json",
        &ror,
        "this looks like ror, not hipolabs",
    );
    kept.refuses("ror", "ror.json", cut(&ror, 300), "record 3: the file ends");
}

#[test]
fn rows_and_records_without_end_are_refused() {
    const MIB: usize = 1 << 20;
    let kept = Kept::new();
    let header = "name,source,listed_on\n";
    let mills = |text: String, why: &str| kept.refuses("mill-list", "mills.csv", text, why);
    let endless = "line 2: the row does not end within 1 MiB";
    mills(format!("{header}{},x,2019\n", "a".repeat(2 * MIB)), endless);
    mills(format!("{header}\"{}", "a\n".repeat(2 * MIB)), endless);
    mills(format!("{header}{}", ",".repeat(2 * MIB)), endless);
    let wide = ",".repeat(10_000);
    let columns = "columns; more than 2000 are in no publisher's file";
    mills(
        format!("{header}{wide}\n"),
        &format!("line 2: the row has 10001 {columns}"),
    );
    mills(
        format!("name,source,listed_on{wide}\n"),
        &format!("line 1: the row has 10003 {columns}"),
    );
    let list = |value: String, why: &str| {
        let good = r#"{"name":"A","domains":[],"alpha_two_code":"BR"}"#;
        kept.refuses("hipolabs", "list.json", format!("[{good},{value}"), why);
    };
    let name = |text: String| format!("{{\"name\":{text}");
    let endless = "record 2: the record does not end within 4 MiB";
    list(name(format!("\"{}", "a".repeat(9 * MIB))), endless);
    list(" ".repeat(9 * MIB), endless);
    list(name("[".repeat(100_000)), "record 2: ");
    list("[".repeat(100_000), "record 2: ");
    list(format!("{{\"x\":{}", "[".repeat(100_000)), "record 2: ");
    list(
        format!("{{\"x\":{}", "{\"x\":".repeat(100_000)),
        "record 2: ",
    );
    let links = "[{\"id\":\"https://ror.org/1\",\"acronyms\":[],\"links\":[";
    let deep = format!("{links}{}", "[".repeat(100_000));
    kept.refuses(
        "ror",
        "ror.json",
        deep,
        "record 1: recursion limit exceeded",
    );
    let zeros = vec![0; 64 * MIB];
    let bomb = zipped(&[("mills.csv", &zeros)]);
    let why = "line 1: the row does not end within 1 MiB";
    kept.refuses("mill-list", "mills.zip", bomb, why);
}

#[test]
fn unusable_arguments_are_told_from_refused_files() {
    let kept = Kept::new();
    let program = &kept.program;
    for (arguments, why) in [
        (&["ipeds-xy", "hd2020.csv"][..], "ipeds-xy"),
        (&["ipeds-hd"], "FILES"),
        (
            &["ipeds-hd", "hd2020.csv", "--vintage", "20"],
            "neither a year",
        ),
        (
            &["ipeds-hd", "a.csv", "b.csv", "--vintage", "2020"],
            "one by one",
        ),
    ] {
        let done = program.run(&[&["reference", "import"][..], arguments].concat());
        assert_eq!(done.status(), 2, "{arguments:?}");
        assert!(done.error().contains(why), "{}", done.error());
    }
    // Each file stands for itself.
    let some = program.run(&[
        "reference",
        "import",
        "ipeds-hd",
        "missing.csv",
        "hd2020.csv",
    ]);
    assert_eq!(some.status(), 1);
    assert!(
        some.error().contains("missing.csv: could not be read"),
        "{}",
        some.error()
    );
    assert!(some.text().contains("already imported"), "{}", some.text());
    program.write("good.csv", replaced(&kept.hd, "Southmoor", "Sudmoor"));
    let dated = program.run(&[
        "reference",
        "import",
        "ipeds-hd",
        "good.csv",
        "--vintage",
        "2019",
    ]);
    assert_eq!(dated.status(), 0, "{}", dated.error());
}

fn job(kind: Kind, file: PathBuf) -> Job {
    Job {
        kind,
        file,
        vintage: None,
        screen_again: false,
    }
}

async fn take(app: &TestApp, job: Job) -> Result<Done, import::NotImported> {
    import::import(&app.app, job, &[], Arc::new(())).await
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
    let done = import::import(&app.app, job(Kind::Hipolabs, path), &[], writer.clone())
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
