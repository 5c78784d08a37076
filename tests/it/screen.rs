//! `telltale screen`: files of every kind in, final results out in input order, bad ones named.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::Stdio;

use lopdf::{Document, EncryptionState, EncryptionVersion, Object, Permissions, dictionary};
use serde_json::json;

use crate::common::rules;
use crate::program::{Done, Program, repository};

const CSV: &str = "external_id,name,phones,address.region,education.0.institution\n\
    1,Maria Lopez,(212) 736-5000,NY,Boston University\n\
    2,Wei Zhang,(212) 911-5000;212-736-5001,NY,\n\
    3,Daniel Whitfield,+1 212 736 5000,NY,\n";

/// The ids in the order of the output, those of résumé files without the part that tells files of
/// one name apart.
fn stems(done: &Done) -> Vec<String> {
    ids(done).iter().map(|id| stem(id).to_owned()).collect()
}

fn stem(id: &str) -> &str {
    match id.rsplit_once('-') {
        Some((stem, hash)) if hash.len() == 8 => stem,
        _ => id,
    }
}

fn ids(done: &Done) -> Vec<String> {
    let lines = done.lines();
    lines
        .iter()
        .map(|line| line["external_id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn results_are_final_and_in_input_order() {
    let program = Program::new();
    program.write("people.csv", CSV);
    let done = program.run(&["screen", "people.csv", "--output", "ndjson"]);
    assert_eq!((done.status(), done.error()), (0, ""));
    assert_eq!(ids(&done), ["1", "2", "3"]);
    let lines = done.lines();
    // The third line's number is the first one's: both are told.
    for (line, rule) in lines
        .iter()
        .zip(["x.phone", "phone.nanp_invalid", "x.phone"])
    {
        assert_eq!(rules(line), [rule], "{line}");
    }
    assert_eq!(
        lines[0]["findings"][0]["related"],
        json!([lines[2]["candidate_id"]])
    );
    for key in [
        "candidate_id",
        "version",
        "stage",
        "next_step",
        "score_db",
        "prior_db",
        "ruleset",
        "screened_at",
    ] {
        assert!(!lines[0][key].is_null(), "{key}");
    }
    assert_eq!(lines[0]["source"], "file");
}

#[test]
fn without_a_database_a_folder_stays_as_it_was() {
    let program = Program::new();
    program.write("people.csv", CSV);
    let done = Done(program.bare(&["screen", "people.csv"]).output().unwrap());
    assert_eq!(done.status(), 0, "{}", done.error());
    let files: Vec<_> = program.dir.path().read_dir().unwrap().collect();
    assert_eq!(files.len(), 1);
    let lines: Vec<&str> = done.text().lines().collect();
    assert_eq!(lines.len(), 4);
    assert!(
        lines[0].contains("NEXT STEP") && lines[1].starts_with("1 ") && lines[1].contains("ask")
    );
}

#[test]
fn every_form_of_input_and_output_is_the_same_result() {
    let program = Program::new();
    program.write("people.csv", CSV);
    let record = |id: &str| json!({"external_id": id, "name": "Maria Lopez"});
    program.write(
        "a.ndjson",
        format!("{}\n\n{}\n", record("n1"), record("n2")),
    );
    program.write("a.json", json!([record("j1"), record("j2")]).to_string());
    program.write(
        "b.json",
        serde_json::to_string_pretty(&record("j3")).unwrap(),
    );
    program.write("Ana_Costa.txt", "Ana Costa\nana.costa@example.com\n");
    let pdf = repository("tests/it/resumes/maria_lopez.pdf");
    let files = [
        "screen",
        "people.csv",
        "a.ndjson",
        "a.json",
        "b.json",
        "Ana_Costa.txt",
        pdf.to_str().unwrap(),
    ];
    let all = [
        "1",
        "2",
        "3",
        "n1",
        "n2",
        "j1",
        "j2",
        "j3",
        "Ana_Costa",
        "maria_lopez",
    ];
    let run = |output: &str| {
        let done = Done(
            program
                .bare(&files)
                .args(["--output", output])
                .output()
                .unwrap(),
        );
        assert_eq!(done.status(), 0, "{}", done.error());
        done
    };
    assert_eq!(stems(&run("ndjson")), all);
    assert_eq!(run("table").text().lines().count(), all.len() + 1);
    let csv = run("csv");
    let mut reader = csv::Reader::from_reader(csv.text().as_bytes());
    let column =
        |name: &str, header: &csv::StringRecord| header.iter().position(|one| one == name).unwrap();
    let header = reader.headers().unwrap().clone();
    let (id, rules) = (column("external_id", &header), column("rules", &header));
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let csv_ids: Vec<&str> = rows.iter().map(|row| stem(&row[id])).collect();
    assert_eq!(csv_ids, all);
    assert_eq!(&rows[0][rules], "x.phone");
}

#[test]
fn standard_input_is_told_by_its_first_bytes() {
    let program = Program::new();
    for (input, expected) in [
        (CSV.to_owned(), vec!["1", "2", "3"]),
        (
            format!("\u{feff}{}", CSV.replace(',', ";")),
            vec!["1", "2", "3"],
        ),
        (
            "{\"external_id\":\"a\",\"name\":\"A\"}\n{\"external_id\":\"b\",\"name\":\"B\"}".into(),
            vec!["a", "b"],
        ),
        ("[{\"external_id\":\"a\",\"name\":\"A\"}]".into(), vec!["a"]),
    ] {
        let command = program.bare(&["screen", "-", "--output", "ndjson"]);
        let done = fed(command, input.as_bytes());
        assert_eq!(ids(&done), expected, "{input}: {}", done.error());
    }
}

/// What a command says that reads this on standard input.
fn fed(mut command: std::process::Command, input: &[u8]) -> Done {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    Done(child.wait_with_output().unwrap())
}

#[test]
fn a_text_on_standard_input_and_a_file_that_is_not_there_are_told() {
    let program = Program::new();
    let text = b"Maria Lopez\nEngineer, New York\n";
    let done = fed(program.bare(&["screen", "-"]), text);
    assert_eq!(done.status(), 1);
    let told = done.error();
    assert!(told.starts_with("standard input: line 1: "), "{told}");
    assert!(told.contains("telltale screen resume.txt"), "{told}");
    let done = Done(program.bare(&["screen", "none.csv"]).output().unwrap());
    assert_eq!((done.status(), done.text()), (2, ""));
    assert!(done.error().contains("none.csv: "), "{}", done.error());
}

fn utf16(text: &str) -> Vec<u8> {
    let units = [0xfeff].into_iter().chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

#[test]
fn spreadsheets_of_every_make_are_read_and_bad_rows_named() {
    let program = Program::new();
    let quoted =
        "\"external_id\",\"name\"\r\n\"1\",\"Lopez, \"\"Maria\"\"\r\nAna\"\r\n\"2\",\"B\"\r\n";
    for (name, bytes, expected) in [
        ("bom.csv", format!("\u{feff}{CSV}").into_bytes(), 3),
        ("utf16.csv", utf16(CSV), 3),
        (
            "semicolons.csv",
            CSV.replace(';', " ").replace(',', ";").into_bytes(),
            3,
        ),
        ("tabs.csv", CSV.replace(',', "\t").into_bytes(), 3),
        ("quoted.csv", quoted.into(), 2),
        (
            "latin1.csv",
            b"external_id,name\n1,Mar\xeda L\xf3pez\n".to_vec(),
            1,
        ),
    ] {
        program.write(name, bytes);
        let done = Done(
            program
                .bare(&["screen", name, "--output", "ndjson"])
                .output()
                .unwrap(),
        );
        assert_eq!(
            (done.status(), ids(&done).len()),
            (0, expected),
            "{name}: {}",
            done.error()
        );
    }
    let ragged = "external_id,name,work.0.start_date\n1,A,2016\n2,B\n3,C,2016-13\n4,D,31/02/2016,x\n,E,\n6,F,2016-02\n7,\"G\n";
    program.write("ragged.csv", ragged);
    let done = Done(
        program
            .bare(&["screen", "ragged.csv", "--output", "ndjson"])
            .output()
            .unwrap(),
    );
    assert_eq!(done.status(), 1);
    let (ids, error) = (ids(&done), done.error());
    assert!(
        ids.contains(&"1".into()) && ids.contains(&"6".into()),
        "{ids:?}"
    );
    for named in [
        "ragged.csv: line 3",
        "ragged.csv: line 4: work[0].start_date",
        "ragged.csv: line 5",
        "ragged.csv: line 6: external_id",
    ] {
        assert!(error.contains(named), "{named}: {error}");
    }
    assert_eq!(ids.len() + error.lines().count(), 7, "{ids:?} {error}");
}

#[test]
fn refused_records_are_named_and_the_others_go_on() {
    let program = Program::new();
    let good =
        |id: usize| json!({"external_id": id.to_string(), "name": "Maria Lopez"}).to_string();
    let mut lines: Vec<Vec<u8>> = Vec::new();
    let deep = format!(
        "{{\"external_id\":\"d\",\"name\":\"A\",\"x\":{}{}}}",
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    let emails = json!({"external_id": "e", "emails": vec!["a@example.com"; 100_000]}).to_string();
    let long =
        json!({"external_id": "l", "name": "A", "resume_text": "x".repeat(10 << 20)}).to_string();
    let bad: [&[u8]; 8] = [
        b"{",
        b"{\"external_id\":7.5,\"name\":\"A\"}",
        b"{\"external_id\":\"n\",\"name\":\"A\\u0000\"}",
        b"{\"external_id\":\"u\",\"name\":\"\xff\"}",
        b"{\"external_id\":\"s\",\"name\":\"A\",\"education\":[{\"start_date\":\"31/02/2016\"}]}",
        deep.as_bytes(),
        emails.as_bytes(),
        long.as_bytes(),
    ];
    for (n, bad) in bad.into_iter().enumerate() {
        lines.push(good(n).into_bytes());
        lines.push(bad.to_vec());
    }
    program.write("mixed.ndjson", lines.join(&b'\n'));
    let done = program.run(&["screen", "mixed.ndjson", "--output", "ndjson"]);
    assert_eq!(done.status(), 1);
    assert_eq!(ids(&done), ["0", "1", "2", "3", "4", "5", "6", "7"]);
    let named: Vec<&str> = done.error().lines().collect();
    assert_eq!(named.len(), 8, "{}", done.error());
    for (n, error) in named.iter().enumerate() {
        assert!(
            error.starts_with(&format!("mixed.ndjson: line {}: ", 2 * n + 2)),
            "{error}"
        );
        assert!(error.len() < 300, "{error}");
    }
    assert!(named[4].contains("education[0].start_date"), "{}", named[4]);
}

/// A page without any text, as a scanner makes it, or locked with a password.
fn document(locked: bool) -> Vec<u8> {
    let mut pdf = Document::with_version("1.5");
    let pages = pdf.new_object_id();
    let page = pdf.add_object(dictionary! { "Type" => "Page", "Parent" => pages });
    pdf.set_object(
        pages,
        dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 },
    );
    let root = pdf.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    pdf.trailer.set("Root", root);
    let id = Object::string_literal("0123456789abcdef");
    pdf.trailer.set("ID", vec![id.clone(), id]);
    if locked {
        let version = EncryptionVersion::V2 {
            document: &pdf,
            owner_password: "owner",
            user_password: "user",
            key_length: 128,
            permissions: Permissions::all(),
        };
        let state = EncryptionState::try_from(version).unwrap();
        pdf.encrypt(&state).unwrap();
    }
    let mut bytes = Vec::new();
    pdf.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn files_that_are_no_resumes_are_named_and_the_others_go_on() {
    let program = Program::new();
    program.write("empty.pdf", "");
    program.write("scan.pdf", document(false));
    program.write("locked.pdf", document(true));
    program.write("wrong.docx", document(false));
    program.write("wrong.pdf", "Maria Lopez");
    program.write(
        "cut.pdf",
        &std::fs::read(repository("tests/it/resumes/maria_lopez.pdf")).unwrap()[..9_000],
    );
    program.write("picture.png", "\u{89}PNG");
    program.write("binary.txt", [0, 1, 2, 0xff, 0xfe]);
    let big = program.write("big.pdf", "%PDF-1.5\n");
    std::fs::File::options()
        .write(true)
        .open(big)
        .unwrap()
        .set_len(50 << 20)
        .unwrap();
    program.write("good.txt", "Maria Lopez\nmaria@example.org\n");
    let files = [
        "empty.pdf",
        "scan.pdf",
        "locked.pdf",
        "wrong.docx",
        "wrong.pdf",
        "cut.pdf",
        "picture.png",
        "binary.txt",
        "big.pdf",
        "missing.pdf",
        ".",
    ];
    let mut command = program.bare(&["screen", "--output", "ndjson"]);
    let done = Done(command.args(files).arg("good.txt").output().unwrap());
    assert_eq!(done.status(), 1);
    assert_eq!(stems(&done), ["good"]);
    let errors: Vec<&str> = done.error().lines().collect();
    assert_eq!(errors.len(), files.len(), "{}", done.error());
    for (file, error) in files.iter().zip(&errors) {
        assert!(error.starts_with(&format!("{file}: ")), "{error}");
    }
    for (n, word) in [
        (0, "empty"),
        (1, "scan"),
        (2, "encrypted"),
        (3, "PDF"),
        (4, "plain text"),
        (8, "10 MiB"),
    ] {
        assert!(errors[n].contains(word), "{}", errors[n]);
    }
    let reasons: BTreeSet<&&str> = errors.iter().collect();
    assert_eq!(reasons.len(), errors.len());
}

#[test]
fn a_pdf_resume_is_screened_by_what_it_says() {
    let program = Program::new();
    let pdf = repository("tests/it/resumes/maria_lopez.pdf");
    let done = program.run(&["screen", pdf.to_str().unwrap(), "--output", "ndjson"]);
    assert_eq!(done.status(), 0, "{}", done.error());
    assert_eq!(stems(&done), ["maria_lopez"]);
    let blind = done.lines()[0]["could_not_look"].to_string();
    assert!(
        !blind.contains("\"education\""),
        "its studies were read: {blind}"
    );
}

#[test]
fn unusable_arguments_are_status_two() {
    let program = Program::new();
    for arguments in [
        &["screen"][..],
        &["screen", "a.csv", "--output", "xml"],
        &["screen", "a.csv", "--rules", "no-such-folder"],
        &["screen", "a.csv", "--database-url", "mysql://localhost/x"],
        &["screen", "a.csv", "--bands-db", "10,0,-10"],
        &["nothing"],
        &["export", "everything"],
        &["key", "create", "--scope", "some"],
    ] {
        let done = Done(program.bare(arguments).output().unwrap());
        assert_eq!(done.status(), 2, "{arguments:?}: {}", done.error());
        assert!(
            !done.error().is_empty() && done.text().is_empty(),
            "{arguments:?}"
        );
    }
}
