use serde_json::json;

use super::{LONGEST, MOST_LINKS, condition};
use crate::rules::eval::Scope;
use crate::rules::fixture::{SCHEMA, facts};
use crate::signals::{Facts, Value};

fn over_phones() -> Option<usize> {
    SCHEMA.slot("phones")
}

#[test]
fn conditions_that_mean_nothing_are_refused_with_their_place() {
    let cases = [
        ("", None, "ERROR"),
        ("a.flag &&", None, "ERROR"),
        (
            "a.count",
            Some(1),
            "this is a number, where true or false is needed",
        ),
        ("a.flag && a.code", Some(11), "this is a text"),
        (
            "a.count == '3'",
            Some(9),
            "a number cannot be compared so with a text",
        ),
        (
            "a.flag > true",
            Some(8),
            "true or false cannot be compared so",
        ),
        ("a.code == null", Some(11), "there is no null"),
        (
            "it.raw == 'x'",
            Some(1),
            "without for_each there is no `it`",
        ),
        (
            "a.code.matches('\\+')",
            Some(16),
            "a backslash is written twice",
        ),
        ("a.code.matches('(')", Some(16), "wrong pattern"),
        (
            "a.code.matches(a.other_code)",
            Some(16),
            "a pattern is written out",
        ),
        (
            "a.code.matches('(a{1000}){1000}')",
            Some(16),
            "wrong pattern",
        ),
        ("a.count + 1 > 3", Some(9), "`+` cannot be used so"),
        ("a.count in ['a']", Some(1), "the list holds something else"),
        ("a.code in a.other_code", Some(11), "`in` needs a list"),
        ("size(a.code) > 3", Some(6), "size() counts texts or rows"),
        ("a.code.lowerAscii() == 'x'", Some(18), "cannot be used so"),
        ("phones", Some(1), "this is rows"),
        ("phones.map(p, p.raw) == []", Some(11), "only rows.exists"),
        (
            "phones.exists_one(p, p.valid)",
            Some(18),
            "only rows.exists",
        ),
        (
            "phones.exists(p, phones.exists(q, q.valid))",
            Some(31),
            "do not nest",
        ),
        (
            "phones.exists(p, p.rwa == '')",
            Some(18),
            "phones has no column `rwa`; did you mean `raw`?",
        ),
        ("phone.raw == ''", Some(1), "unknown name `phone.raw`"),
    ];
    for (when, at, expected) in cases {
        let wrong = condition(when, &SCHEMA, None).expect_err(when);
        if expected != "ERROR" {
            assert_eq!(wrong.at, at, "{when}: {}", wrong.reason);
            assert!(wrong.reason.contains(expected), "{when}: {}", wrong.reason);
        }
    }
}

#[test]
fn what_could_exhaust_the_stack_is_refused() {
    for when in [
        format!("a.flag{}", ".b".repeat(900)),
        format!("a.count > 1{}", "+1".repeat(900)),
        format!("{}a.flag", "a.flag ? a.flag : ".repeat(100)),
        format!("a.code == '{}'", "x".repeat(LONGEST)),
    ] {
        assert!(condition(&when, &SCHEMA, None).is_err(), "{}", &when[..20]);
    }
    // What stays under the limits must not end the process, whatever the answer.
    for part in [
        "(",
        "!",
        "[",
        "{",
        "-",
        "a.",
        "a+",
        "a?a:",
        "a.flag ? a.flag : ",
        "has(",
        "a(",
        "a[",
    ] {
        let most = (LONGEST / part.len()).min(MOST_LINKS / 2);
        let _ = condition(&part.repeat(most), &SCHEMA, None);
        let _ = condition(&format!("{}a", part.repeat(most)), &SCHEMA, None);
    }
    let chain = ["a.flag"; 150].join(" && ");
    assert!(
        condition(&chain, &SCHEMA, None).is_ok(),
        "a plain chain is no danger"
    );
}

#[test]
fn free_text_about_a_person_may_be_quoted_not_judged() {
    for when in [
        "person.claim == 'Springfield'",
        "'Springfield' != person.claim",
        "person.claim in ['Springfield']",
        "'Springfield' in person.claim",
        "person.claim.matches('^S')",
        "person.claim.contains('field')",
        "'Springfield'.contains(person.claim)",
        "person.claim.startsWith(a.code)",
        "person.claim < person.other_claim",
        "person.claim == a.code",
        "size(person.claim) > 3",
    ] {
        let wrong = condition(when, &SCHEMA, None).expect_err(when);
        assert!(
            wrong.reason.contains("may be quoted, not judged"),
            "{when}: {}",
            wrong.reason
        );
    }
    for when in [
        "has(person.claim)",
        "person.claim == person.other_claim",
        "!has(it.owner) || it.owner != person.claim",
        "person.claim.contains(it.owner)",
    ] {
        assert!(condition(when, &SCHEMA, over_phones()).is_ok(), "{when}");
    }
}

#[test]
fn protected_attributes_are_refused_even_as_columns_that_exist() {
    let education = SCHEMA.slot("education");
    for (when, rows) in [
        ("it.country != 'US'", education),
        ("education.exists(e, e.country != 'US')", None),
        ("has(it.country)", education),
        ("person.nationality == 'X'", None),
        ("a.flag || browser.language == 'en'", None),
    ] {
        let wrong = condition(when, &SCHEMA, rows).expect_err(when);
        assert!(
            wrong.reason.contains("must never be scored"),
            "{when}: {}",
            wrong.reason
        );
    }
    assert!(condition("it.country == 'US'", &SCHEMA, over_phones()).is_ok());
}

#[test]
fn a_missing_value_is_a_third_answer() {
    let known = facts(&json!({
        "a.flag": true, "a.count": 3, "a.code": "abc", "a.codes": ["x", "y"],
        "phones": [{"is": {"valid": true, "raw": "+1"}}, {"is": {"raw": "2"}}],
    }));
    let cases = [
        ("a.flag", Some(true)),
        ("a.other_flag", None),
        ("!a.other_flag", None),
        ("a.other_flag && false", Some(false)),
        ("a.other_flag || a.flag", Some(true)),
        ("a.flag && a.other_flag", None),
        ("a.other_count > 3 || a.count >= 3.0", Some(true)),
        ("a.count == 3 && a.count != 4 && a.count > -1", Some(true)),
        ("a.count in [1, 3.0]", Some(true)),
        ("a.code in ['abc', 'd']", Some(true)),
        ("a.other_code in ['abc']", None),
        (
            "a.code.startsWith('a') && a.code.endsWith('c') && a.code.contains('b')",
            Some(true),
        ),
        ("a.code.matches('^a.c$')", Some(true)),
        ("a.code < 'b'", Some(true)),
        (
            "size(a.codes) == 2 && 'x' in a.codes && !('z' in a.codes)",
            Some(true),
        ),
        ("a.codes.size() == 2 && size(phones) == 2", Some(true)),
        ("has(a.code) && !has(a.other_code)", Some(true)),
        ("a.flag ? a.count > 2 : a.other_flag", Some(true)),
        ("a.other_flag ? true : true", None),
        ("a.flag == has(a.code)", Some(true)),
        ("phones.exists(p, p.valid)", Some(true)),
        ("phones.all(p, p.valid)", None),
        ("phones.all(p, has(p.raw))", Some(true)),
        ("phones.exists(p, p.raw == '3')", Some(false)),
        ("education.exists(e, has(e.title))", None),
    ];
    for (when, expected) in cases {
        let condition =
            condition(when, &SCHEMA, None).unwrap_or_else(|w| panic!("{when}: {}", w.reason));
        assert_eq!(
            Scope::whole(&known).holds(&condition.test),
            expected,
            "{when}"
        );
    }
}

#[test]
fn a_value_of_the_wrong_type_is_not_known() {
    let condition = condition("a.flag", &SCHEMA, None)
        .map_err(|w| w.reason)
        .unwrap();
    let facts = Facts::new(vec![Some(Value::Number(1.0))]);
    assert_eq!(Scope::whole(&facts).holds(&condition.test), None);
}
