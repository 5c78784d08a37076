//! `telltale rules evaluate`: what was found beside what is true.

use serde_json::{Value, json};

use crate::program::{Done, Program};

/// Two who share a number, and two who share nothing.
fn records() -> String {
    let record = |id: &str, name: &str, phone: &str| {
        json!({"external_id": id, "name": name, "phones": [phone], "applied_at": "2026-03-02T14:05:00Z"})
            .to_string()
    };
    [
        record("a", "Maria Lopez", "(212) 736-5000"),
        record("b", "Daniel Whitfield", "(212) 736-5000"),
        record("c", "Wei Zhang", "(646) 736-5111"),
        record("d", "Amara Okafor", "(917) 736-7222"),
    ]
    .join("\n")
}

const TRUTH: &str = "external_id,ring,group\na,r1,\nb,r1,\nc,,room-mates\nd,,foreign schools\n";

fn json_of(done: &Done) -> Value {
    serde_json::from_str(done.text()).unwrap_or_else(|error| panic!("{error}: {}", done.text()))
}

#[test]
fn stored_screenings_and_files_are_evaluated_alike() {
    let program = Program::new();
    program.write("a.ndjson", records());
    program.write("truth.csv", TRUTH);
    assert_eq!(program.run(&["screen", "a.ndjson"]).status(), 0);
    let stored = program.run(&[
        "rules",
        "evaluate",
        "--truth",
        "truth.csv",
        "--output",
        "json",
    ]);
    assert_eq!((stored.status(), stored.error()), (0, ""));
    let files = [
        "rules",
        "evaluate",
        "--truth",
        "truth.csv",
        "a.ndjson",
        "--output",
        "json",
    ];
    let files = Done(program.bare(&files).output().unwrap());
    assert_eq!((files.status(), files.error()), (0, ""));
    assert_eq!(files.text(), stored.text());
    let found = json_of(&stored);
    assert_eq!(
        (&found["evaluated"], &found["members"], &found["rings"]),
        (&json!(4), &json!(2), &json!(1))
    );
    let ask = &found["steps"][0];
    assert_eq!(ask["members"]["hit"], 2, "{}", stored.text());
    assert_eq!(ask["genuine"]["hit"], 0);
    assert_eq!(ask["genuine_groups"][0]["group"], "foreign schools");
    let rules = found["rules"].as_array().unwrap();
    let phone = rules.iter().find(|rule| rule["rule"] == "x.phone").unwrap();
    assert_eq!(
        (&phone["members"]["hit"], &phone["genuine"]["hit"]),
        (&json!(2), &json!(0))
    );
    let table = program.run(&["rules", "evaluate", "--truth", "truth.csv"]);
    assert!(
        table
            .text()
            .starts_with("4 records: 2 members of 1 rings, 2 genuine\n")
    );
    assert!(table.text().contains("ASK or higher"), "{}", table.text());
}

#[test]
fn what_is_not_stored_is_counted_and_named() {
    let program = Program::new();
    program.write("a.ndjson", records());
    program.write("truth.csv", "external_id,ring\na,r1\nlost,r1\n");
    assert_eq!(program.run(&["screen", "a.ndjson"]).status(), 0);
    let done = program.run(&["rules", "evaluate", "--truth", "truth.csv"]);
    assert_eq!(done.status(), 1);
    assert!(
        done.error().contains("names them: lost"),
        "{}",
        done.error()
    );
    assert!(
        done.text().contains("1 in the truth and not stored"),
        "{}",
        done.text()
    );
    assert!(
        done.text()
            .contains("3 stored, and the truth says nothing of them")
    );
}

#[test]
fn a_wrong_truth_is_refused_with_its_reason() {
    let program = Program::new();
    for (text, reason) in [
        (
            "external_id,wring\na,r1\n",
            "truth.csv: unknown column `wring`",
        ),
        (
            "external_id,ring\na,r1\na,\n",
            "truth.csv: line 3: a was already on line 2",
        ),
    ] {
        program.write("truth.csv", text);
        let done = program.run(&["rules", "evaluate", "--truth", "truth.csv"]);
        assert_eq!((done.status(), done.text()), (2, ""));
        assert!(done.error().contains(reason), "{}", done.error());
    }
    let done = program.run(&["rules", "evaluate", "--truth", "none.csv"]);
    assert_eq!(done.status(), 2);
    assert!(done.error().contains("none.csv"), "{}", done.error());
}
