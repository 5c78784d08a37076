use crate::rules::fixture::{file, set};

/// The one fault of a file whose text was changed.
fn fault(from: &str, to: &str) -> String {
    let (name, text) = file("a.rule", 2.0, "a.flag && a.count > 3", "");
    assert!(text.contains(from), "{from}");
    fault_of((name, text.replacen(from, to, 1)))
}

fn fault_of(file: (String, String)) -> String {
    match set([file]) {
        Ok(_) => panic!("nothing is wrong"),
        Err(faults) => faults.to_string(),
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn a_wrong_file_is_refused_with_its_line_and_reason() {
    let cases = [
        (
            "id = \"a.rule\"",
            "id = \"a.other\"",
            "a.rule.toml:1: id is `a.other`",
        ),
        (
            "weight_db",
            "wieght_db",
            "a.rule.toml:4: unknown field `wieght_db`",
        ),
        (
            "= 2.0",
            "= 5.0",
            "a.rule.toml:4: weight_db 5: a weak rule weighs 0 to 3 dB",
        ),
        (
            "= 2.0",
            "= -2.0",
            "a.rule.toml:4: weight_db -2: only rules of the group `counter`",
        ),
        (
            "= 2.0",
            "= nan",
            "a.rule.toml:4: weight_db must be a finite number",
        ),
        (
            "\"weak\"",
            "\"strong\"",
            "a.rule.toml:4: weight_db 2: a strong rule weighs over 7 to 15",
        ),
        (
            "[\"applied\", \"offer\"]",
            "[]",
            "a.rule.toml:5: stages is empty",
        ),
        (
            "\"applied\", ",
            "\"offer\", ",
            "a.rule.toml:5: stages names offer twice",
        ),
        (
            "\"applied\"",
            "\"hired\"",
            "a.rule.toml:5: unknown variant `hired`",
        ),
        (
            "sources =",
            "replaces = [\"phone\"]\nsources =",
            "a.rule.toml:8: replaces: `phone` is no rule's id",
        ),
        (
            "sources =",
            "replaces = [\"a.other\",\n\"a.rule\"]\nsources =",
            "a.rule.toml:9: replaces: a rule cannot replace itself",
        ),
        (
            "sources =",
            "replaces = [\"a.x\", \"a.x\"]\nsources =",
            "a.rule.toml:8: replaces names a.x twice",
        ),
        (
            "sources =",
            "replaces = [\"counter.x\"]\nsources =",
            "a.rule.toml:8: replaces: `counter.x` speaks for the candidate",
        ),
        (
            "sources =",
            "replaces = []\nsources =",
            "a.rule.toml:8: replaces is empty",
        ),
        (
            "[\"Somebody.\"]",
            "[]",
            "a.rule.toml:7: innocent must say who is innocently hit",
        ),
        (
            "[\"A report\"]",
            "[\" \"]",
            "a.rule.toml:8: sources must say",
        ),
        (
            "Seen.",
            "Seen {a.cuont}.",
            "a.rule.toml:10: message: unknown name `{a.cuont}`; did you mean `a.count`?",
        ),
        (
            "Seen.",
            "Seen {it.raw}.",
            "a.rule.toml:10: message: `{it.raw}`: without for_each there is no `it`",
        ),
        (
            "Seen.",
            "Seen {a.count.",
            "a.rule.toml:10: message: a `{` without its `}`",
        ),
        (
            "status",
            "for_each = \"phonse\"\nstatus",
            "a.rule.toml:9: for_each: unknown name `phonse`; did you mean `phones`?",
        ),
        (
            "status",
            "for_each = \"a.flag\"\nstatus",
            "a.rule.toml:9: for_each: `a.flag` is one value",
        ),
        (
            "status",
            "review_by = \"soon\"\nstatus",
            "a.rule.toml:9: review_by is a day",
        ),
        (
            "a.count > 3",
            "a.cuont > 3",
            "a.rule.toml:6: when, character 11 (`a.cuont > 3`): unknown name `a.cuont`; did you mean `a.count`?",
        ),
        (
            "title = \"A thing\"",
            "title = \"\"",
            "a.rule.toml:2: title is one line",
        ),
        (
            "title = \"A thing\"",
            "title = \"A fake thing\"",
            "a.rule.toml:2: title: `fake` is a verdict",
        ),
        (
            "Seen.",
            "Seen in Peru.",
            "a.rule.toml:10: message: `peru` names a country",
        ),
        (
            "status",
            "ask = \"Are you Russian?\"\nstatus",
            "a.rule.toml:9: ask: `russian` names a country or its people",
        ),
    ];
    for (from, to, expected) in cases {
        let fault = fault(from, to);
        assert!(fault.starts_with(expected), "{to}\n  {fault}\n  {expected}");
    }
}

#[test]
fn an_example_that_cannot_be_played_is_refused() {
    let head = "[[tests]]\nname = \"x\"\nfires = true\n";
    let cases = [
        ("", "needs given (a record) or signals"),
        (
            "given = { phone = [\"1\"] }",
            "given: a record has no `phone`",
        ),
        (
            "given = { address = { town = \"x\" } }",
            "given: a record has no `address.town`",
        ),
        ("given = { phones = \"1\" }", "given: invalid type"),
        ("given = {}\nsignals = {}", "either given or signals"),
        (
            "signals = { a.cuont = 1 }",
            "signals: unknown name `a.cuont`; did you mean `a.count`?",
        ),
        (
            "signals = { a.count = \"1\" }",
            "signals: `a.count` is a Number",
        ),
        (
            "signals = { phones = [{ rwa = \"1\" }] }",
            "signals: `phones` has no column `rwa`; did you mean `raw`?",
        ),
        (
            "signals = {}\nothers = [{}]",
            "earlier, others and checks go with given",
        ),
        (
            "given = {}\nothers = [{ x = 1 }]",
            "others[0]: a record has no `x`",
        ),
        (
            "signals = {}\nchecks = [{ kind = \"employer\", result = \"denied\" }]",
            "earlier, others and checks go with given",
        ),
        ("given = { checks = [] }", "given: a record has no `checks`"),
        (
            "given = {}\nchecks = [{ kind = \"employer\", result = \"denied\", abuot = \"x\" }]",
            "checks[0]: unknown field `abuot`",
        ),
        (
            "given = {}\nchecks = [{ kind = \"employer\", result = \"fired\" }]",
            "checks[0]: unknown variant `fired`",
        ),
        (
            "given = {}\nchecks = [{ kind = \"employer\", result = \"denied\", about = \"work[0]\" }]",
            "checks[0]: about: the record has no such field",
        ),
        (
            "given = {}\nchecks = [{ kind = \"employer\", result = \"denied\", version = 2 }]",
            "checks[0]: there is no version 2",
        ),
    ];
    for (lines, expected) in cases {
        let fault = fault_of(file("a.rule", 2.0, "a.flag", &format!("{head}{lines}")));
        let expected = format!("a.rule.toml:11: test \"x\": {expected}");
        assert!(
            fault.starts_with(&expected),
            "{lines}\n  {fault}\n  {expected}"
        );
    }
}

#[test]
fn every_wrong_file_of_a_set_is_named() {
    let files = [
        file("a.fine", 2.0, "a.flag", ""),
        file("a.wrong", 2.0, "a.flog", ""),
        file("b.wrong", 2.0, "flag", ""),
    ];
    let faults = set(files).unwrap_err().to_string();
    assert_eq!(faults.lines().count(), 2, "{faults}");
}

#[test]
fn counter_evidence_weighs_less_than_nothing() {
    assert!(set([file("counter.in_person", -15.0, "a.flag", "")]).is_ok());
    assert!(set([file("counter.in_person", 15.0, "a.flag", "")]).is_err());
}
