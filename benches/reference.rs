//! Importing public records and making the picture of them: `cargo bench --bench reference`.
//!
//! Goals: a directory of 6,440 rows in 2 s; the picture of a few federal files at every start in 1 s.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use divan::Bencher;
use telltale::app::App;
use telltale::audit::Actor;
use telltale::db::Db;
use telltale::reference::Kind;
use telltale::reference::import::{self, Job};
use telltale::reference::shelf::Shelf;
use telltale::rules::Ruleset;
use telltale::rules::library::Library;
use telltale::secret::InstallationKey;
use tokio::runtime::Runtime;

fn main() {
    divan::main();
}

/// Institutions of the invented files.
const INSTITUTIONS: u32 = 6_000;

/// Completions with this many rows, each institution's programmes together as in the real file.
fn completions(rows: u32) -> String {
    let mut text =
        "UNITID,CIPCODE,MAJORNUM,AWLEVEL,XCTOTALT,CTOTALT,XCTOTALM,CTOTALM\r\n".to_owned();
    let each = rows / INSTITUTIONS;
    for row in 0..rows {
        let (unitid, n) = (100_001 + row / each, row % each);
        let (family, programme, level) =
            (1 + n % 54, n * 37 % 100, [3, 5, 7, 17][(n % 4) as usize]);
        let _ = write!(
            text,
            "{unitid},\"{family:02}.{programme:02}01\",1,{level},\"R\",{},\"R\",{}\r\n",
            n % 30,
            n % 11
        );
    }
    text
}

/// A directory of all of them.
fn directory() -> String {
    let mut text =
        "UNITID,INSTNM,IALIAS,CITY,STABBR,WEBADDR,ACT,NEWID,DEATHYR,CLOSEDAT,LONGITUD,LATITUDE\r\n"
            .to_owned();
    for n in 0..INSTITUTIONS {
        let _ = write!(
            text,
            "{},\"Invented College Number {n}\",\"ICN {n} | College {n}\",\"Ash\",\"OH\",\"www.icn{n}.example/\",\"A \",-2,-2,\"-2\",-83.0,40.0\r\n",
            100_001 + n
        );
    }
    text
}

/// A database with these files imported; the folder holds it.
async fn imported(folder: &Path, files: &[(Kind, PathBuf)]) -> App {
    static N: AtomicU32 = AtomicU32::new(0);
    let n = N.fetch_add(1, Ordering::Relaxed);
    let url = format!("sqlite://{}", folder.join(format!("{n}.db")).display());
    let db = Db::open(&url).await.expect("a new database opens");
    let key = InstallationKey::open(&db, &folder.join(format!("{n}.key"))).await;
    let rules = Library::fixed(Ruleset::shipped().expect("they are right"));
    let app = App::new(db, &key.expect("a new key is made"), rules);
    for (kind, file) in files {
        let job = Job {
            kind: *kind,
            file: file.clone(),
            vintage: None,
            screen_again: false,
        };
        let done = import::import(&app, &Actor::system("test"), job, &[], Arc::new(())).await;
        done.expect("the file is right");
    }
    app
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("the folder takes files");
    path
}

fn import_one(bencher: Bencher<'_, '_>, kind: Kind, name: &str, text: &str) {
    let folder = tempfile::tempdir().expect("there is room");
    let path = write(folder.path(), name, text);
    let runtime = Runtime::new().expect("a runtime starts");
    bencher
        .with_inputs(|| runtime.block_on(imported(folder.path(), &[])))
        .bench_refs(|app| {
            let job = Job {
                kind,
                file: path.clone(),
                vintage: None,
                screen_again: false,
            };
            runtime
                .block_on(import::import(
                    app,
                    &Actor::system("test"),
                    job,
                    &[],
                    Arc::new(()),
                ))
                .expect("the file is right")
        });
}

#[divan::bench(sample_count = 10)]
fn import_a_directory_of_6_000(bencher: Bencher<'_, '_>) {
    import_one(bencher, Kind::IpedsHd, "hd2020.csv", &directory());
}

#[divan::bench(sample_count = 10)]
fn import_300_000_completions(bencher: Bencher<'_, '_>) {
    import_one(
        bencher,
        Kind::IpedsCompletions,
        "c2020_a.csv",
        &completions(300_000),
    );
}

/// What every start costs; with `TELLTALE_REFERENCE_DATA`, of the publishers' own files too.
#[divan::bench(sample_count = 10)]
fn picture_at_start(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().expect("there is room");
    let mut files = vec![(
        Kind::IpedsCompletions,
        write(folder.path(), "c2020_a.csv", &completions(300_000)),
    )];
    let real = std::env::var_os("TELLTALE_REFERENCE_DATA").map(PathBuf::from);
    match real.filter(|folder| folder.join("hd2020.csv").exists()) {
        Some(real) => files.extend([
            (Kind::IpedsHd, real.join("hd2020.csv")),
            (Kind::IpedsIc, real.join("ic2020.csv")),
            (
                Kind::Hipolabs,
                real.join("world_universities_and_domains.json"),
            ),
        ]),
        None => files.push((
            Kind::IpedsHd,
            write(folder.path(), "hd2020.csv", &directory()),
        )),
    }
    let runtime = Runtime::new().expect("a runtime starts");
    let app = runtime.block_on(imported(folder.path(), &files));
    bencher.with_inputs(Shelf::default).bench_refs(|shelf| {
        let made = runtime.block_on(shelf.refresh(&app.db));
        assert!(made.expect("the sets can be read"));
    });
}
