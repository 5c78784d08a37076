//! `telltale export`, `key` and `rules`, and the installation's key.

use std::fs;

use serde_json::json;

use crate::program::{Done, Program, repository};

fn record(id: &str, name: &str) -> String {
    json!({"external_id": id, "name": name, "phones": ["(212) 911-5000"]}).to_string()
}

#[test]
fn findings_are_exported_as_they_were_screened() {
    let program = Program::new();
    program.write(
        "a.ndjson",
        [record("1", "=Maria Lopez"), record("2", "Wei Zhang")].join("\n"),
    );
    assert_eq!(program.run(&["screen", "a.ndjson"]).status(), 0);
    let done = program.run(&["export", "findings"]);
    assert_eq!((done.status(), done.error()), (0, ""));
    let mut reader = csv::Reader::from_reader(done.text().as_bytes());
    let rules = reader
        .headers()
        .unwrap()
        .iter()
        .position(|name| name == "rule")
        .unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert!(
        rows.iter()
            .all(|row| row.iter().all(|cell| !cell.starts_with(['=', '+', '@'])))
    );
    assert!(
        rows.iter().any(|row| &row[rules] == "phone.nanp_invalid"),
        "{}",
        done.text()
    );
    let none = program.run(&["export", "findings", "--to", "2020-01-01"]);
    assert_eq!(none.text().lines().count(), 1, "only the header");
    assert_eq!(
        program
            .run(&["export", "findings", "--from", "2020-02-31"])
            .status(),
        2
    );
}

#[test]
fn a_key_is_printed_alone_and_kept_as_a_hash() {
    let program = Program::new();
    let done = program.run(&["key", "create", "--scope", "candidates", "--name", "ats"]);
    assert_eq!((done.status(), done.error()), (0, ""));
    let key = done.text().strip_suffix('\n').unwrap();
    assert!(
        key.starts_with("telltale_") && key.len() == 73 && !key.contains(char::is_whitespace),
        "{key}"
    );
    assert_ne!(program.key(), key);
    for file in program.dir.path().read_dir().unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(key.len()).any(|part| part == key.as_bytes()));
    }
}

#[test]
fn shipped_rules_are_fine_and_pass_their_examples() {
    let program = Program::new();
    let run = |arguments: &[&str]| Done(program.bare(arguments).output().unwrap());
    let check = run(&["rules", "check"]);
    assert_eq!(check.status(), 0, "{}", check.text());
    assert!(check.text().contains("rules are fine"));
    let test = run(&["rules", "test"]);
    assert_eq!(test.status(), 0, "{}", test.text());
    assert!(test.text().contains(" 0 failed"));
    let files = repository("rules").read_dir().unwrap();
    let files = files.filter(|file| {
        file.as_ref()
            .unwrap()
            .path()
            .extension()
            .is_some_and(|e| e == "toml")
    });
    assert_eq!(
        run(&["rules", "list"]).text().lines().count(),
        files.count() + 1
    );
    let show = run(&["rules", "show", "x.phone"]);
    assert_eq!(show.status(), 0);
    assert!(
        show.text().contains("+12.0 dB") && show.text().contains("household"),
        "{}",
        show.text()
    );
    let unknown = run(&["rules", "show", "x.phones"]);
    assert_eq!(unknown.status(), 1);
    assert!(
        unknown.text().contains("x.phone"),
        "it suggests: {}",
        unknown.text()
    );
}

#[test]
fn a_wrong_rule_file_is_refused_with_its_line() {
    let program = Program::new();
    let rules = program.dir.path().join("rules");
    fs::create_dir(&rules).unwrap();
    let text = fs::read_to_string(repository("rules/phone.plus1_format.toml")).unwrap();
    let file = rules.join("phone.plus1_format.toml");
    fs::write(&file, &text).unwrap();
    assert_eq!(
        Done(program.bare(&["rules", "check"]).output().unwrap()).status(),
        0,
        "rules/ here is taken"
    );
    let line = 1 + text
        .lines()
        .position(|line| line.starts_with("when"))
        .unwrap();
    let weight = 1 + text
        .lines()
        .position(|line| line.starts_with("weight_db"))
        .unwrap();
    for (old, new, line) in [
        ("it.in_resume_text", "it.in_resume_txt", line),
        ("it.country == 'US'", "it.country == 5", line),
        ("weight_db = 1.0", "weight_db = \"1\"", weight),
    ] {
        fs::write(&file, text.replacen(old, new, 1)).unwrap();
        let place = format!("phone.plus1_format.toml:{line}: ");
        let check = Done(program.bare(&["rules", "check"]).output().unwrap());
        assert_eq!(check.status(), 1);
        assert!(check.text().contains(&place), "{place}: {}", check.text());
        for command in [&["rules", "list"][..], &["screen", "a.csv"], &["serve"]] {
            let done = program.run(command);
            assert_eq!(done.status(), 2, "{command:?}");
            assert!(done.error().contains(&place), "{place}: {}", done.error());
        }
    }
    fs::write(&file, text.replace("fires = true", "fires = false")).unwrap();
    let played = Done(program.bare(&["rules", "test"]).output().unwrap());
    assert_eq!(played.status(), 1);
    let said = played.text();
    assert!(said.contains("phone.plus1_format.toml:"), "{said}");
}

#[test]
fn who_reads_no_further_ends_a_command_quietly_and_a_full_disk_is_told() {
    let program = Program::new();
    program.key();
    program.write("a.csv", "external_id,name\n1,Maria Lopez\n");
    for arguments in [
        &["connection", "vendors"][..],
        &["rules", "list"],
        &["rules", "show", "x.phone"],
        &["rules", "check"],
        &["rules", "test"],
        &["key", "list"],
        &["audit", "verify"],
        &["agency", "list"],
        &["reference", "list"],
        &["export", "audit"],
        &["screen", "a.csv"],
        &["link", "a.csv"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let closed = Done(program.command(arguments).stdout(writer).output().unwrap());
        assert_eq!((closed.status(), closed.error()), (0, ""), "{arguments:?}");
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let full = Done(program.command(arguments).stdout(full).output().unwrap());
        assert_eq!(full.status(), 2, "{arguments:?}");
        assert_eq!(
            full.error(),
            "telltale: writing the output: No space left on device\n",
            "{arguments:?}"
        );
    }
}

#[test]
fn commands_about_people_say_what_was_done() {
    let program = Program::new();
    let run = |arguments: &[&str]| {
        let done = program.run(&[&["user"], arguments].concat());
        assert_eq!(done.status(), 0, "{arguments:?}: {}", done.error());
        (done.text().to_owned(), done.error().to_owned())
    };
    let (link, told) = run(&["add", "ada@example.com", "admin"]);
    assert!(link.starts_with("/sign-in/link/"), "{link}");
    assert!(
        told.contains("put the address of your server in front"),
        "{told}"
    );
    let whole = [
        "link",
        "ada@example.com",
        "--public-url",
        "https://telltale.example",
    ];
    let (link, told) = run(&whole);
    assert!(link.starts_with("https://telltale.example/sign-in/link/") && told.is_empty());
    run(&["add", "bea@example.com", "--role", "recruiter"]);
    for (arguments, said) in [
        (
            &["role", "bea@example.com", "auditor"][..],
            "is auditor now",
        ),
        (
            &["role", "bea@example.com", "--role", "auditor"],
            "is auditor already",
        ),
        (
            &["remove-factor", "bea@example.com"],
            "has no second factor",
        ),
        (&["disable", "bea@example.com"], "cannot sign in any more"),
        (&["disable", "bea@example.com"], "is disabled already"),
        (&["enable", "bea@example.com"], "may sign in again"),
    ] {
        let (text, _) = run(arguments);
        assert!(text.contains(said), "{arguments:?}: {text}");
    }
    let hidden = program.run(&["user", "add", "b\u{202e}ob@example.com", "--role", "admin"]);
    assert_eq!(hidden.status(), 2, "{}", hidden.text());
    let help = program.run(&["user", "role", "--help"]);
    assert!(!help.text().contains("--prior-db"), "{}", help.text());
}

#[test]
fn two_accounts_of_a_vendor_have_two_sources_and_a_secret_is_no_letter() {
    let program = Program::new();
    let add = |more: &[&str]| program.run(&[&["connection", "add", "greenhouse"], more].concat());
    let short = add(&["--secret", "S"]);
    assert_eq!(short.status(), 2);
    assert!(
        short.error().contains("shorter than 8 characters"),
        "{}",
        short.error()
    );
    assert_eq!(add(&["--secret", "a-good-secret"]).status(), 0);
    let same = add(&["--secret", "another-secret"]);
    assert_eq!(same.status(), 2);
    assert!(
        same.error().contains("two accounts need two sources"),
        "{}",
        same.error()
    );
    let other = add(&["--secret", "another-secret", "--source", "greenhouse-eu"]);
    assert_eq!(other.status(), 0, "{}", other.error());
}

#[test]
fn a_period_that_ends_before_it_begins_is_refused() {
    let program = Program::new();
    program.key();
    let done = program.run(&[
        "export",
        "findings",
        "--from",
        "2026-05-01",
        "--to",
        "2026-01-01",
    ]);
    assert_eq!((done.status(), done.text()), (2, ""));
    assert!(
        done.error().contains("ends before it begins"),
        "{}",
        done.error()
    );
}

#[test]
fn a_missing_or_another_key_is_a_refusal_to_start() {
    let program = Program::new();
    program.write("a.ndjson", record("1", "Maria Lopez"));
    assert_eq!(program.run(&["screen", "a.ndjson"]).status(), 0);
    let file = program.database.key_file();
    let key = fs::read_to_string(&file).unwrap();
    assert_eq!(key.trim().len(), 64);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    let refused = |why: &str| {
        for command in [
            &["screen", "a.ndjson"][..],
            &["serve"],
            &["export", "findings"],
        ] {
            let done = program.run(command);
            assert_eq!(done.status(), 2, "{command:?}");
            assert!(done.error().contains(why), "{}", done.error());
        }
    };
    fs::remove_file(&file).unwrap();
    refused("missing");
    assert!(!file.exists(), "no new key is made in silence");
    fs::write(&file, "0".repeat(64)).unwrap();
    refused("not the one");
    fs::write(&file, "secret").unwrap();
    refused("does not hold a key");
    fs::write(&file, key).unwrap();
    assert_eq!(program.run(&["export", "findings"]).status(), 0);
}

#[test]
fn a_backtest_says_whose_next_step_would_be_another() {
    let program = Program::new();
    program.write(
        "a.ndjson",
        [
            record("=1", "Maria Lopez"),
            record("2", "Wei Zhang").replace("(212) 911-5000", "(312) 911-5001"),
        ]
        .join("\n"),
    );
    assert_eq!(program.run(&["screen", "a.ndjson"]).status(), 0);
    let same = program.run(&["rules", "backtest"]);
    assert_eq!((same.status(), same.error()), (0, ""));
    assert!(
        same.text()
            .starts_with("2 screenings judged again, made from "),
        "{}",
        same.text()
    );
    assert!(
        same.text()
            .contains("0 would have another next step: 0 a graver one, 0 a lighter one; 0 would"),
        "{}",
        same.text()
    );
    let file = fs::read_to_string(repository("rules/phone.nanp_invalid.toml")).unwrap();
    let louder = file
        .replace("strength = \"moderate\"", "strength = \"strong\"")
        .replace("weight_db = 6.0", "weight_db = 14.0");
    fs::create_dir(program.dir.path().join("louder")).unwrap();
    program.write("louder/phone.nanp_invalid.toml", louder);
    let run = |more: &[&str]| {
        let arguments = ["rules", "backtest", "--rules", "louder"];
        program.run(&[&arguments[..], more].concat())
    };
    let done = run(&[]);
    assert_eq!((done.status(), done.error()), (0, ""));
    assert!(
        done.text().contains("2 would have another next step"),
        "{}",
        done.text()
    );
    let lines = run(&["--output", "ndjson"]).lines();
    assert_eq!(lines.len(), 2);
    assert_eq!(
        (&lines[0]["before"], &lines[0]["after"]),
        (&json!("none"), &json!("ask"))
    );
    let csv = run(&["--output", "csv"]);
    assert!(csv.text().contains("\"'=1\""), "{}", csv.text());
    let later = run(&["--since", "2999-01-01", "--output", "csv"]);
    assert_eq!(later.text().lines().count(), 1, "only the header");
    assert_eq!(run(&["--since", "yesterday"]).status(), 2);
    fs::write(program.dir.path().join("louder/a.wrong.toml"), "id = 3").unwrap();
    let wrong = run(&[]);
    assert_eq!(wrong.status(), 2);
    assert!(wrong.error().contains("a.wrong.toml"), "{}", wrong.error());
}

#[test]
fn a_database_that_is_not_there_tells_nothing() {
    let program = Program::new();
    let file = program.dir.path().join("typo.db");
    let url = format!("sqlite://{}", file.display());
    for command in [
        &["audit", "verify"][..],
        &["export", "findings"],
        &["rules", "backtest"],
    ] {
        let done = program.run(&[command, &["--database-url", &url]].concat());
        assert_eq!(done.status(), 2, "{command:?}");
        assert!(
            done.error().contains("there is no database at"),
            "{}",
            done.error()
        );
        assert!(!file.exists(), "{command:?}");
    }
}
