//! Our evaluation against that of the `cel` crate, whose missing values are errors that logic absorbs.

use std::collections::HashMap;

use cel::{Context, ExecutionError, Program};
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

use super::compile;
use super::eval::Scope;
use super::fixture::{SCHEMA, SIGNALS, facts};
use crate::signals::Facts;

/// A condition that is true or false, at most `depth` deep.
fn tests(depth: u32, names: &'static Names) -> BoxedStrategy<String> {
    let flag = prop::sample::select(names.flags).prop_map(str::to_owned);
    let has = prop::sample::select(names.all).prop_map(|name| format!("has({name})"));
    let number = (
        prop::sample::select(names.numbers),
        prop::sample::select(&["==", "!=", "<", "<=", ">", ">="][..]),
        prop::sample::select(&["0.0", "1.0", "2.5", "-1.0", "a.count"][..]),
    )
        .prop_map(|(a, order, b)| format!("{a} {order} {b}"));
    let text = (
        prop::sample::select(names.texts),
        prop::sample::select(&[" == ", " != ", " < ", " >= ", " in ['ab', 'b'] || 'b' == "][..]),
        prop::sample::select(&["'ab'", "'b'", "''", "a.code"][..]),
    )
        .prop_map(|(a, order, b)| format!("({a}{order}{b})"));
    let part = (
        prop::sample::select(names.texts),
        prop::sample::select(&["contains('b')", "startsWith('a')", "endsWith('b')"][..]),
    )
        .prop_map(|(text, part)| format!("{text}.{part}"));
    let sets = prop::sample::select(
        &[
            "a.count in [1.0, 2.5]",
            "'b' in a.codes",
            "size(a.codes) > 1",
            "a.code in a.codes",
            "true",
            "false",
        ][..],
    )
    .prop_map(str::to_owned);
    let leaf = prop_oneof![flag, has, number, text, part, sets].boxed();
    leaf.prop_recursive(depth, 24, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|a| format!("!({a})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) && ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) || ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) == ({b})")),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(a, b, c)| format!("(({a}) ? ({b}) : ({c}))")),
        ]
    })
    .boxed()
}

/// The names a condition may use.
struct Names {
    flags: &'static [&'static str],
    numbers: &'static [&'static str],
    texts: &'static [&'static str],
    all: &'static [&'static str],
}

static WHOLE: Names = Names {
    flags: &["a.flag", "a.other_flag"],
    numbers: &["a.count", "a.other_count"],
    texts: &["a.code", "a.other_code"],
    all: &["a.flag", "a.count", "a.code", "a.codes", "person.claim"],
};

static ROW: Names = Names {
    flags: &["p.valid", "a.flag"],
    numbers: &["p.far_km", "a.count"],
    texts: &["p.raw", "p.country", "a.code"],
    all: &["p.valid", "p.raw", "a.count", "p.owner"],
};

/// What is known of the signals.
fn known() -> impl Strategy<Value = Json> {
    let flag = || prop::option::of(any::<bool>());
    let number = || prop::option::of(prop::sample::select(&[-1.0, 0.0, 1.0, 2.5][..]));
    let text = || prop::option::of(prop::sample::select(&["", "ab", "b", "abc"][..]));
    let row = (flag(), number(), text(), text()).prop_map(|(valid, far_km, raw, country)| {
        json!({"is": present(json!({"valid": valid, "far_km": far_km, "raw": raw, "country": country}))})
    });
    (
        (flag(), flag()),
        (number(), number()),
        (text(), text(), text()),
        prop::option::of(prop::collection::vec(
            prop::sample::select(&["b", "x"][..]),
            0..3,
        )),
        prop::collection::vec(row, 0..4),
    )
        .prop_map(
            |((flag, other_flag), (count, other_count), (code, other_code, claim), codes, rows)| {
                present(json!({
                    "a.flag": flag, "a.other_flag": other_flag, "a.count": count,
                    "a.other_count": other_count, "a.code": code, "a.other_code": other_code,
                    "a.codes": codes, "person.claim": claim, "phones": rows,
                }))
            },
        )
}

/// An object without its nulls.
fn present(json: Json) -> Json {
    let Json::Object(entries) = json else {
        return json;
    };
    Json::Object(
        entries
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .collect(),
    )
}

/// The answer of the `cel` crate: signals are maps of maps, as their dots say.
fn answer(when: &str, known: &Json) -> Option<bool> {
    let mut tops: HashMap<&str, Map<String, Json>> =
        HashMap::from([("a", Map::new()), ("person", Map::new())]);
    let mut context = Context::default();
    for (name, value) in known.as_object().unwrap() {
        if let Some((top, rest)) = name.split_once('.') {
            let map = tops.entry(top).or_default();
            map.insert(rest.into(), value.clone());
        } else {
            let rows = value.as_array().unwrap().iter();
            let rows: Json = rows.map(|row| row["is"].clone()).collect();
            context.add_variable(name.as_str(), rows).unwrap();
        }
    }
    for (top, map) in tops {
        context.add_variable(top, map).unwrap();
    }
    match Program::compile(when).unwrap().execute(&context) {
        Ok(cel::Value::Bool(answer)) => Some(answer),
        Err(ExecutionError::NoSuchKey(_)) => None,
        other => panic!("{when}: {other:?}"),
    }
}

/// Our answer.
fn ours(when: &str, known: &Json) -> Option<bool> {
    let condition = compile::condition(when, &SCHEMA, None)
        .unwrap_or_else(|wrong| panic!("{when}: {}", wrong.reason));
    let facts = facts(known);
    let stored = facts.to_json_of(SIGNALS);
    assert_eq!(Facts::from_json_of(SIGNALS, &stored), facts);
    let scope = Scope::whole(&facts);
    let answer = scope.holds(&condition.test);
    let mut blamed = 0;
    scope.blame(&condition.test, &mut |_| blamed += 1);
    assert!(
        answer.is_some() || blamed > 0,
        "{when}: unknown, and nothing is missing"
    );
    answer
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn conditions_mean_what_cel_says(when in tests(4, &WHOLE), known in known()) {
        prop_assert_eq!(ours(&when, &known), answer(&when, &known), "{} over {}", when, known);
    }

    #[test]
    fn conditions_over_rows_mean_what_cel_says(
        inner in tests(2, &ROW),
        quantifier in prop::sample::select(&["exists", "all"][..]),
        known in known(),
    ) {
        let when = format!("phones.{quantifier}(p, {inner})");
        prop_assert_eq!(ours(&when, &known), answer(&when, &known), "{} over {}", when, known);
    }
}
