//! `telltale link`: the real program on small files, and on bad ones.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::program::{Done, Program};

/// As data sets of record linkage are written: two copies of Michaela, a family, and strangers.
const PEOPLE: &str = "\
rec_id, given_name, surname, street_number, address_1, address_2, suburb, postcode, state, date_of_birth, soc_sec_id
rec-1-org, michaela, neumann, 8, stanley street, miami, winston hills, 4223, nsw, 19151111, 5304218
rec-1-dup-0, neumann, micheala, 8, stanley streer, miami, winston hills, 4223, nsw, 19151111, 5304218
rec-1-dup-1, michaela, neuman, , stanley street, , winstn hills, 4232, nsw, 19151111, 5304218
rec-2-org, peter, neumann, 8, stanley street, miami, winston hills, 4223, nsw, 19151112, 5304219
rec-3-org, courtney, painter, 12, pinkerton circuit, bega flats, richlands, 4560, vic, 19161214, 4066625
rec-4-org, charles, green, 38, salkauskas crescent, kela, dapto, 4566, nsw, 19480930, 4365168
";

const OPERATOR: &str = r#"{"external_id":"a","name":"Ada Hart","phones":["212-736-5000"],"applied_at":"2026-05-01T00:00:00Z"}
{"external_id":"b","name":"Ben Cole","phones":["+1 212 736 5000"],"emails":["joe.q+b@gmail.com"],"applied_at":"2026-05-02T00:00:00Z"}
{"external_id":"c","name":"Eve Lund","emails":["joeq+c@gmail.com"]}
{"external_id":"d","name":"Kim Ross","emails":["kim@example.com"]}
"#;

fn linked(files: &[(&str, &str)], more: &[&str]) -> Done {
    let program = Program::new();
    let mut arguments = vec!["link"];
    for (name, text) in files {
        program.write(name, text);
    }
    let read = files.iter().map(|(name, _)| *name);
    arguments.extend(read.filter(|name| !name.starts_with("truth")));
    arguments.extend(more);
    Done(program.bare(&arguments).output().unwrap())
}

fn clusters(done: &Done, question: &str) -> Vec<Value> {
    let of = |line: &Value| line["question"] == question && line["cluster"].is_array();
    done.lines()
        .into_iter()
        .filter(of)
        .map(|mut line| line["cluster"].take())
        .collect()
}

#[test]
fn one_person_is_found_and_the_family_is_not() {
    let truth = "rec_id,cluster\nrec-1-org,1\nrec-1-dup-0,1\nrec-1-dup-1,1\nrec-2-org,2\n";
    let files = [("people.csv", PEOPLE), ("truth.csv", truth)];
    let done = linked(&files, &["--output", "ndjson", "--truth", "truth.csv"]);
    assert_eq!(done.status(), 0, "{}", done.error());
    let one = json!(["rec-1-org", "rec-1-dup-0", "rec-1-dup-1"]);
    assert_eq!(clusters(&done, "same_person"), [one]);
    let figures = done
        .lines()
        .into_iter()
        .find(|line| line["truth"].is_object())
        .unwrap();
    assert_eq!(figures["question"], "same_person");
    assert_eq!(figures["truth"]["f1"], 1.0, "{figures}");
}

#[test]
fn one_operator_is_told_from_one_person() {
    let pairs = "a,b\na,b\nb,c\na,c\n";
    let files = [("people.ndjson", OPERATOR), ("truth.csv", pairs)];
    let done = linked(&files, &["--output", "ndjson", "--truth", "truth.csv"]);
    assert_eq!(done.status(), 0, "{}", done.error());
    assert_eq!(clusters(&done, "same_person"), Vec::<Value>::new());
    assert_eq!(clusters(&done, "same_operator"), [json!(["a", "b", "c"])]);
    let lines = done.lines();
    let pair = |a: &str, b: &str| {
        lines
            .iter()
            .find(|line| line["a"] == a && line["b"] == b)
            .unwrap()
    };
    assert_eq!(pair("a", "b")["shared"], json!(["phone"]));
    assert_eq!(pair("a", "c")["shared"], json!([]));
    for question in ["same_operator", "either"] {
        let figures = |line: &&Value| line["question"] == question && line["truth"].is_object();
        assert_eq!(lines.iter().find(figures).unwrap()["truth"]["f1"], 1.0);
    }
}

#[test]
fn a_table_and_a_sheet_say_the_same() {
    let table = linked(&[("people.csv", PEOPLE)], &[]);
    assert_eq!(table.status(), 0);
    assert!(
        table
            .text()
            .starts_with("SAME PERSON: 3 of 6 records, 1 person, 3 pairs\n"),
        "{}",
        table.text()
    );
    let sheet = linked(&[("people.csv", PEOPLE)], &["--output", "csv"]);
    assert_eq!(sheet.text().lines().count(), 4, "{}", sheet.text());
    assert!(
        sheet
            .text()
            .starts_with("\"question\",\"a\",\"b\",\"probability\"")
    );
}

#[test]
fn birth_dates_and_numbers_of_the_state_are_never_compared() {
    let other = PEOPLE.replace("19151111, 5304218", "19990101, 1");
    let one = linked(&[("people.csv", PEOPLE)], &["--output", "ndjson"]);
    let two = linked(&[("people.csv", other.as_str())], &["--output", "ndjson"]);
    assert_eq!(one.text(), two.text());
}

#[test]
fn what_cannot_be_used_is_said_and_ends_in_status_two() {
    for (truth, said) in [
        ("id,group\n1,2\n", "external_id,cluster or a,b is wanted"),
        (
            "id,cluster\nrec-9,1\n",
            "records that the files do not have: \"rec-9\"",
        ),
        (
            "a,b\nrec-1-org,nobody\n",
            "records that the files do not have: \"nobody\"",
        ),
        ("a,b\nrec-1-org,rec-1-org\n", "with itself"),
        ("id,cluster\nrec-1-org,1\nrec-1-org,2\n", "twice"),
        ("id,cluster\nrec-1-org,\n", "line 2: a cell is empty"),
        ("id,cluster\nrec-1-org\n", "line: 2"),
        ("", "external_id,cluster or a,b is wanted"),
    ] {
        let files = [("people.csv", PEOPLE), ("truth.csv", truth)];
        let done = linked(&files, &["--truth", "truth.csv"]);
        assert_eq!(done.status(), 2, "{truth}");
        assert!(done.error().contains(said), "{truth}: {}", done.error());
    }
    let twice = "id,name\n1,Ada Hart\n1,Ben Cole\n";
    let truth = "id,cluster\n1,1\n";
    let done = linked(
        &[("people.csv", twice), ("truth.csv", truth)],
        &["--truth", "truth.csv"],
    );
    assert_eq!(done.status(), 2);
    assert!(
        done.error().contains("two records have the id \"1\""),
        "{}",
        done.error()
    );
    for bad in ["0", "1", "nan", "x"] {
        let done = linked(&[("people.csv", PEOPLE)], &["--threshold", bad]);
        assert_eq!(done.status(), 2, "{bad}");
    }
    assert_eq!(
        linked(&[("people.csv", PEOPLE)], &["--truth", "none.csv"]).status(),
        2
    );
}

#[test]
fn refused_records_are_named_and_the_others_are_linked() {
    let people = format!("{PEOPLE}rec-5-org, , , 1, some street, , nowhere, 1000, nsw, ,\n");
    let truth = "id,cluster\nrec-1-org,1\nrec-1-dup-0,1\nrec-5-org,5\n";
    let files = [("people.csv", people.as_str()), ("truth.csv", truth)];
    let done = linked(&files, &["--truth", "truth.csv"]);
    assert_eq!(done.status(), 1, "{}", done.error());
    assert!(
        done.error().contains("people.csv: line 8: name:"),
        "{}",
        done.error()
    );
    let empty = linked(&[("empty.csv", "")], &[]);
    assert_eq!(empty.status(), 1);
    assert!(
        empty.error().contains("there is nothing here"),
        "{}",
        empty.error()
    );
    assert!(empty.text().starts_with("SAME PERSON: 0 of 0 records"));
}

#[test]
fn a_hostile_file_ends_soon() {
    let mut text = String::from("id,name,address,city,zip\n");
    for n in 0..3_000 {
        writeln!(text, "{n},John Smith,1 Main St,Springfield,12345").unwrap();
    }
    writeln!(
        text,
        "long,\"{}\",\"{}\",x,1",
        "a b ".repeat(2_000),
        "1 ".repeat(4_000)
    )
    .unwrap();
    let done = linked(&[("people.csv", text.as_str())], &["--output", "csv"]);
    assert_eq!(done.status(), 0, "{}", done.error());
}
