//! `telltale serve` as a process: start and end, kill -9 under load, rules changed while it runs.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use telltale::candidate::CandidateId;
use telltale::db::Db;
use telltale::store::candidates;

use crate::common::rules;
use crate::program::{Program, Server, repository};

#[test]
fn it_says_why_it_cannot_listen() {
    let program = Program::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let done = program.run(&[
        "serve",
        "--listen",
        &taken.local_addr().unwrap().to_string(),
    ]);
    assert_eq!(done.status(), 2);
    assert!(
        done.error().contains("cannot listen on"),
        "{}",
        done.error()
    );
}

#[test]
fn it_starts_answers_and_ends_when_it_is_told() {
    let program = Program::new();
    let key = program.key();
    let server = program.serve(&[]);
    for path in ["/healthz", "/readyz"] {
        let answer = Server::call(&server.address, "GET", path, "", "").unwrap();
        assert_eq!(answer, (200, "ok".into()), "{path}");
    }
    let record = json!({"external_id": "1", "name": "Maria Lopez"}).to_string();
    let (status, _) =
        Server::call(&server.address, "POST", "/api/v1/candidates", &key, &record).unwrap();
    assert_eq!(status, 201);
    let (status, _) = Server::call(&server.address, "GET", "/", "", "").unwrap();
    assert_eq!(status, 303, "nobody is signed in");
    assert_eq!(server.terminate(), Some(0));
    let server = program.serve(&[]);
    assert_eq!(
        server.get("/api/v1/candidates", &key)["items"][0]["external_id"],
        "1"
    );
}

#[test]
fn the_demonstration_fills_an_empty_database_once() {
    let program = Program::new();
    let key = program.key();
    let count = |server: &Server| {
        let page = server.get("/api/v1/candidates?limit=200", &key);
        assert!(page["next_cursor"].is_string(), "there are a few hundred");
        page["items"][0]["candidate_id"].to_string()
    };
    let server = program.serve(&["--demo"]);
    let worst = count(&server);
    assert_eq!(server.terminate(), Some(0));
    let server = program.serve(&["--demo"]);
    assert_eq!(count(&server), worst, "the second start adds nobody");
}

#[test]
fn where_others_are_the_demonstration_makes_no_accounts_and_no_links() {
    let program = Program::new();
    let added = program.run(&["user", "add", "ada@example.com", "--role", "admin"]);
    assert_eq!(added.status(), 0, "{}", added.error());
    let mut child = program
        .command(&["serve", "--demo", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut told = String::new();
    while !told.contains("telltale user link EMAIL") {
        assert_ne!(out.read_line(&mut told).unwrap(), 0, "{told}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    out.read_to_string(&mut told).unwrap();
    assert!(!told.contains("/sign-in/link/"), "{told}");
    let people = program.run(&["user", "list"]);
    assert!(people.text().starts_with("ada@example.com"));
    assert_eq!(people.text().lines().count(), 1, "{}", people.text());
}

/// Names so unlike that no two of them are one person's.
const NAMES: [&str; 2] = ["Maria Lopez", "Daniel Whitfield"];

fn record(n: usize) -> String {
    // Two follow each other on a number of their own.
    let phone = format!("({}) 736-{:04}", 212, 2000 + n / 2);
    json!({"external_id": n.to_string(), "name": NAMES[n % 2], "phones": [phone]}).to_string()
}

#[test]
fn killed_at_any_moment_it_has_kept_and_screens_all_that_was_answered() {
    const ROUNDS: usize = 3;
    const SENDERS: usize = 4;
    const ENOUGH: usize = 25;
    let program = Program::new();
    let key = program.key();
    let next = AtomicUsize::new(0);
    let answered = Mutex::new(BTreeMap::new());
    for round in 1..=ROUNDS {
        let mut server = program.serve(&[]);
        let address = server.address.clone();
        std::thread::scope(|scope| {
            for _ in 0..SENDERS {
                scope.spawn(|| {
                    loop {
                        let n = next.fetch_add(1, Ordering::Relaxed);
                        match Server::call(&address, "POST", "/api/v1/candidates", &key, &record(n))
                        {
                            Ok((201, body)) => {
                                let screening: Value = serde_json::from_str(&body).unwrap();
                                answered.lock().unwrap().insert(n, screening);
                            }
                            Ok((status, body)) => panic!("{status}: {body}"),
                            Err(_) => break, // it is gone
                        }
                    }
                });
            }
            while answered.lock().unwrap().len() < round * ENOUGH {
                std::thread::yield_now();
            }
            server.child.kill().unwrap();
            server.child.wait().unwrap();
        });
    }
    let answered = answered.into_inner().unwrap();
    let server = program.serve(&[]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let db = runtime.block_on(Db::open(&program.database.url)).unwrap();
    server.until("the last screening", |_| {
        let due = runtime
            .block_on(candidates::due(&db, &CandidateId::default(), 1))
            .unwrap();
        due.is_empty().then_some(())
    });
    for (n, screening) in &answered {
        let found = server.get(&format!("/api/v1/candidates?external_id={n}"), &key);
        let item = &found["items"][0];
        assert_eq!(
            item["candidate_id"], screening["candidate_id"],
            "{n} was answered and is lost"
        );
        let id = screening["id"].as_str().unwrap();
        let mut kept = server.get(&format!("/api/v1/screenings/{id}"), &key);
        kept.as_object_mut().unwrap().remove("signals");
        assert_eq!(
            &kept, screening,
            "{n} was answered otherwise than it is kept"
        );
        if answered.contains_key(&(n ^ 1)) {
            let whole = server.get(
                &format!(
                    "/api/v1/candidates/{}",
                    item["candidate_id"].as_str().unwrap()
                ),
                &key,
            );
            assert_eq!(
                rules(&whole["screening"]),
                ["x.phone"],
                "{n} and {} share a number",
                n ^ 1
            );
        }
    }
}

#[test]
fn rules_change_while_it_runs_and_a_broken_file_changes_nothing() {
    let program = Program::new();
    let folder = program.dir.path().join("rules");
    fs::create_dir(&folder).unwrap();
    for file in repository("rules").read_dir().unwrap() {
        let file = file.unwrap().path();
        if file.is_dir() {
            continue;
        }
        fs::copy(&file, folder.join(file.file_name().unwrap())).unwrap();
    }
    let key = program.key();
    let server = program.serve(&[]);
    let digest = |server: &Server| {
        server.get("/api/v1/rules", &key)["ruleset"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let added = program.run(&["user", "add", "ada@example.com", "--role", "auditor"]);
    assert_eq!(added.status(), 0, "{}", added.error());
    let cookie = server.sign_in(added.text());
    let page = |server: &Server| {
        Server::call(&server.address, "GET", "/rules", &cookie, "")
            .unwrap()
            .1
    };
    let shipped = digest(&server);
    let file = folder.join("phone.nanp_invalid.toml");
    let text = fs::read_to_string(&file).unwrap();
    let record = json!({"external_id": "1", "name": "Maria Lopez", "phones": ["(212) 911-5000"]})
        .to_string();
    let weight = || {
        let (_, body) =
            Server::call(&server.address, "POST", "/api/v1/candidates", &key, &record).unwrap();
        let screening: Value = serde_json::from_str(&body).unwrap();
        screening["findings"][0]["weight_db"].as_f64().unwrap()
    };
    assert!((weight() - 6.0).abs() < 1e-9);

    fs::write(&file, text.replace("weight_db = 6.0", "weight_db = 5.0")).unwrap();
    let changed = server.until("the new weight", |server| {
        Some(digest(server)).filter(|now| *now != shipped)
    });
    assert!((weight() - 5.0).abs() < 1e-9);

    fs::write(&file, text.replace("when = ", "when = nonsense ")).unwrap();
    server.until("the fault", |server| {
        page(server)
            .contains("The last change was refused")
            .then_some(())
    });
    assert_eq!(digest(&server), changed, "the last good set is in force");
    assert!((weight() - 5.0).abs() < 1e-9);

    fs::write(&file, &text).unwrap();
    server.until("the mended file", |server| {
        (digest(server) == shipped).then_some(())
    });
    assert_eq!(server.terminate(), Some(0));
}
