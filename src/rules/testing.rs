//! The examples in rule files: played from a record as it would come in, or from bare signals.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::file::Rule;
use super::judge::Verdict;
use super::ruleset::Ruleset;
use super::schema::{Schema, hint};
use crate::application::{Application, Stage};
use crate::candidate::{Candidate, CandidateId};
use crate::keys::{self, Key};
use crate::normalise::{self, Settings};
use crate::signals::{Facts, Other, Row, Shape, Shared, Subject, Value, facts};

/// The time at which examples are screened, milliseconds since 1970: 2026-06-01, noon.
const NOW_MS: i64 = 1_780_315_200_000;

/// An example as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    name: String,
    fires: bool,
    given: Option<toml::Table>,
    #[serde(default)]
    earlier: Vec<toml::Table>,
    #[serde(default)]
    others: Vec<toml::Table>,
    stage: Option<Stage>,
    signals: Option<toml::Table>,
}

/// An example of a rule, ready to be played.
#[derive(Debug)]
pub struct Example {
    /// The sentence that holds.
    pub name: String,
    /// Whether the rule fires on it.
    pub fires: bool,
    /// The line it begins on, counted from 1.
    pub line: usize,
    stage: Option<Stage>,
    seen: Seen,
}

/// What an example is about.
#[derive(Debug)]
enum Seen {
    Facts(Facts),
    Records(Box<Records>),
}

#[derive(Debug)]
struct Records {
    given: Application,
    earlier: Vec<Application>,
    others: Vec<Application>,
}

/// How an example went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The rule.
    pub rule: String,
    /// The example.
    pub name: String,
    /// The line the example begins on.
    pub line: usize,
    /// What went otherwise than written; `None` when nothing did.
    pub failure: Option<String>,
}

impl Example {
    /// Checks an example and brings it into the form in which it is played.
    pub(super) fn prepare(written: Written, line: usize, schema: &Schema) -> Result<Self, String> {
        let name = written.name;
        let fault = |reason: String| format!("test \"{name}\": {reason}");
        let bare = written.earlier.is_empty() && written.others.is_empty();
        let seen = match (written.given, written.signals) {
            (Some(given), None) => Seen::Records(Box::new(Records {
                given: record(given).map_err(|e| fault(format!("given: {e}")))?,
                earlier: records(written.earlier).map_err(|e| fault(format!("earlier{e}")))?,
                others: records(written.others).map_err(|e| fault(format!("others{e}")))?,
            })),
            (None, Some(signals)) if bare => Seen::Facts(
                bare_facts(signals, schema).map_err(|e| fault(format!("signals: {e}")))?,
            ),
            (None, Some(_)) => {
                return Err(fault(
                    "earlier and others go with given, not with signals".into(),
                ));
            }
            (Some(_), Some(_)) => return Err(fault("either given or signals, not both".into())),
            (None, None) => return Err(fault("needs given (a record) or signals".into())),
        };
        Ok(Self {
            fires: written.fires,
            line,
            stage: written.stage,
            seen,
            name,
        })
    }
}

impl Ruleset {
    /// Plays every example of every rule.
    pub fn play(&self) -> Vec<Outcome> {
        let rules = self.rules.iter();
        rules.flat_map(|rule| rule.play(&self.schema)).collect()
    }
}

impl Rule {
    /// Plays the rule's examples.
    pub(super) fn play(&self, schema: &Schema) -> Vec<Outcome> {
        let examples = self.examples.iter();
        let outcomes = examples.map(|example| Outcome {
            rule: self.id.to_string(),
            name: example.name.clone(),
            line: example.line,
            failure: self.failure(example, schema),
        });
        outcomes.collect()
    }

    fn failure(&self, example: &Example, schema: &Schema) -> Option<String> {
        let read;
        let (facts, stage) = match &example.seen {
            Seen::Facts(facts) => (facts, example.stage),
            Seen::Records(records) => {
                read = records.facts(example.stage, schema);
                (&read, Some(example.stage.unwrap_or(records.given.stage)))
            }
        };
        if let Some(stage) = stage
            && !self.stages.contains(&stage)
        {
            return example.fires.then(|| {
                let stages: Vec<_> = self.stages.iter().map(|stage| stage.word()).collect();
                format!(
                    "did not fire: it is not judged at {stage}, only at {}",
                    stages.join(", ")
                )
            });
        }
        match (self.judge(facts), example.fires) {
            (Verdict::Fired(_), true) | (Verdict::Clear | Verdict::Blind(_), false) => None,
            (Verdict::Fired(finding), false) => {
                let seen: Vec<_> = (finding.values.iter())
                    .map(|seen| format!("{} = {}", seen.name, seen.value))
                    .collect();
                Some(format!("fired: {} [{}]", finding.message, seen.join(", ")))
            }
            (Verdict::Blind(missing), true) => Some(format!(
                "did not fire: not known are {}",
                missing.join(", ")
            )),
            (Verdict::Clear, true) => {
                Some(format!("did not fire on {}", self.read_from(facts, schema)))
            }
        }
    }

    /// What the condition had before it, for the author of a failing example.
    fn read_from(&self, facts: &Facts, schema: &Schema) -> Json {
        let mut known = facts.to_json_of(schema.signals());
        if let Some(known) = known.as_object_mut() {
            known.retain(|name, _| {
                let reads = self.condition.reads.iter();
                let mut names = reads
                    .map(|read| &*read.full_name)
                    .chain(self.for_each.as_deref());
                names.any(|read| {
                    (read.strip_prefix(name.as_str()))
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                })
            });
        }
        known
    }
}

impl Records {
    /// The facts of the record, its earlier versions and its neighbours.
    fn facts(&self, stage: Option<Stage>, schema: &Schema) -> Facts {
        let now = Timestamp::from_millisecond(NOW_MS).unwrap_or_default();
        let settings = Settings {
            fictional_numbers: true,
        };
        let mut candidate = normalise::candidate(&self.given, settings);
        candidate.stage = stage.unwrap_or(candidate.stage);
        let normal = |list: &[Application]| -> Vec<Candidate> {
            list.iter()
                .map(|record| normalise::candidate(record, settings))
                .collect()
        };
        let (earlier, others) = (normal(&self.earlier), normal(&self.others));
        let subject = Subject {
            candidate: &candidate,
            earlier: &earlier,
            shared: &shared(&candidate, &others, now),
            now,
        };
        let signals = schema.signals().iter();
        Facts::new(signals.map(|signal| (signal.read)(&subject)).collect())
    }
}

/// The identifiers of a candidate that others use too, as the store would find them.
fn shared(candidate: &Candidate, others: &[Candidate], now: Timestamp) -> Vec<Shared> {
    let home = |one: &Candidate| {
        one.address
            .as_ref()
            .and_then(|address| address.unit_key.clone())
    };
    let other = |(index, other): (usize, &Candidate)| Other {
        id: CandidateId(format!("others[{index}]")),
        name: other.name.clone(),
        agency: other.agency.clone(),
        applied_at: other.applied_at.unwrap_or(now),
        same_home: home(candidate).is_some() && home(other) == home(candidate),
    };
    let theirs: Vec<_> = others.iter().map(keys::of).collect();
    let shared = |key: &Key| {
        let same = |their: &Key| their.kind == key.kind && their.normal == key.normal;
        let users = others
            .iter()
            .enumerate()
            .filter(|(index, _)| theirs[*index].iter().any(same));
        let users: Vec<Other> = users.map(other).collect();
        match users.len() {
            0 => None,
            n if n > keys::HUB_ABOVE => Some(Shared::hub(key)),
            _ => Some(Shared::among(key, candidate.agency.as_deref(), users)),
        }
    };
    keys::of(candidate).iter().filter_map(shared).collect()
}

/// The fault names the record by its place: `[1]: …`.
fn records(tables: Vec<toml::Table>) -> Result<Vec<Application>, String> {
    let tables = tables.into_iter().enumerate();
    tables
        .map(|(index, table)| record(table).map_err(|e| format!("[{index}]: {e}")))
        .collect()
}

/// A record; a key that no record has is an error here, since a typo would make a test that never fails.
fn record(table: toml::Table) -> Result<Application, String> {
    let mut json = plain(toml::Value::Table(table));
    if let Some(object) = json.as_object_mut() {
        object
            .entry("external_id")
            .or_insert_with(|| "example".into());
    }
    let application: Application =
        serde_json::from_value(json.clone()).map_err(|error| error.to_string())?;
    if let Some(key) = application.other.keys().next() {
        return Err(format!("a record has no `{key}`"));
    }
    let kept = serde_json::to_value(&application).map_err(|error| error.to_string())?;
    match lost(&json, &kept, "") {
        Some(path) => Err(format!("a record has no `{path}`")),
        None => Ok(application),
    }
}

/// The first key that was written and not understood.
fn lost(written: &Json, kept: &Json, path: &str) -> Option<String> {
    match (written, kept) {
        (Json::Object(written), kept) => written.iter().find_map(|(key, value)| {
            let path = if path.is_empty() {
                key.clone()
            } else {
                format!("{path}.{key}")
            };
            let empty = matches!(value, Json::Array(list) if list.is_empty());
            match kept.get(key) {
                None if empty => None,
                None => Some(path),
                Some(kept) => lost(value, kept, &path),
            }
        }),
        (Json::Array(written), Json::Array(kept)) => (written.iter().zip(kept).enumerate())
            .find_map(|(index, (written, kept))| lost(written, kept, &format!("{path}[{index}]"))),
        _ => None,
    }
}

/// TOML as JSON; dates and times become texts.
fn plain(value: toml::Value) -> Json {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(flag) => flag.into(),
        toml::Value::Datetime(time) => time.to_string().into(),
        toml::Value::Array(list) => list.into_iter().map(plain).collect(),
        toml::Value::Table(table) => {
            let entries = table.into_iter().map(|(key, value)| (key, plain(value)));
            Json::Object(entries.collect())
        }
    }
}

/// Facts from bare signals, as `{ phones = [{ raw = "…" }], drift.contacts_changed = 2 }`.
fn bare_facts(table: toml::Table, schema: &Schema) -> Result<Facts, String> {
    let mut values = vec![None; schema.signals().len()];
    let Json::Object(written) = plain(toml::Value::Table(table)) else {
        return Err("a table of signals is needed".into());
    };
    flatten(written, "", schema, &mut values)?;
    Ok(Facts::new(values))
}

fn flatten(
    written: Map<String, Json>,
    prefix: &str,
    schema: &Schema,
    values: &mut [Option<Value>],
) -> Result<(), String> {
    for (key, value) in written {
        let name = if prefix.is_empty() {
            key
        } else {
            format!("{prefix}.{key}")
        };
        let Some(slot) = schema.slot(&name) else {
            if let Json::Object(inner) = value {
                flatten(inner, &name, schema, values)?;
                continue;
            }
            let known = schema.signals().iter().map(|signal| signal.name);
            return Err(format!("unknown name `{name}`{}", hint(&name, known)));
        };
        values[slot] = Some(match (schema.shape(slot), value) {
            (Shape::One(kind), value) => facts::from_json(&value, kind)
                .ok_or_else(|| format!("`{name}` is a {kind:?}, not {value}"))?,
            (Shape::Rows(_), Json::Array(list)) => {
                let rows = list.into_iter().enumerate();
                let rows: Result<_, _> = rows
                    .map(|(index, row)| bare_row(row, index, &name, slot, schema))
                    .collect();
                Value::Rows(rows?)
            }
            (Shape::Rows(_), _) => return Err(format!("`{name}` is a list of tables")),
        });
    }
    Ok(())
}

/// One row: its columns, and optionally where it stands (`field`) and how it is written (`value`).
fn bare_row(
    row: Json,
    index: usize,
    name: &str,
    slot: usize,
    schema: &Schema,
) -> Result<Row, String> {
    let Json::Object(written) = row else {
        return Err(format!("`{name}[{index}]` is a table"));
    };
    let mut row = Row {
        field: format!("{name}[{index}]").into(),
        cells: vec![None; schema.columns(slot).len()],
        ..Row::default()
    };
    for (key, value) in written {
        if let Some((column, kind)) = schema.column(slot, &key) {
            let cell = facts::from_json(&value, kind)
                .ok_or_else(|| format!("`{name}[{index}].{key}` is a {kind:?}, not {value}"))?;
            row.cells[column] = Some(cell);
            continue;
        }
        let text = || -> Result<Cow<'static, str>, String> {
            let text = value
                .as_str()
                .ok_or_else(|| format!("`{name}[{index}].{key}` is a text"))?;
            Ok(text.to_owned().into())
        };
        match key.as_str() {
            "field" => row.field = text()?,
            "value" => row.value = text()?,
            "related" => row.related = Some(CandidateId(text()?.into_owned())),
            _ => {
                let known = schema.columns(slot).iter().map(|column| column.name);
                return Err(format!(
                    "`{name}` has no column `{key}`{}",
                    hint(&key, known)
                ));
            }
        }
    }
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::{Email, Seen as Where};
    use crate::rules::fixture::{file, set};

    fn failures(when: &str, examples: &str) -> Vec<Option<String>> {
        let set = set([file("a.rule", 2.0, when, examples)]).unwrap_or_else(|e| panic!("{e}"));
        set.play()
            .into_iter()
            .map(|outcome| outcome.failure)
            .collect()
    }

    #[test]
    fn examples_are_played_from_a_record_and_its_earlier_versions() {
        let examples = r#"
            [[tests]]
            name = "two earlier versions"
            given = { name = "Maria Lopez", agency = "acme", applied_at = 2026-03-02T14:05:00Z }
            earlier = [{ agency = "acme" }, { agency = "acme" }]
            fires = true
            [[tests]]
            name = "one earlier version"
            given = { agency = "acme" }
            earlier = [{}]
            fires = false
            [[tests]]
            name = "no agency"
            given = {}
            fires = false
            [[tests]]
            name = "a stage at which the rule is not judged"
            given = { agency = "acme", stage = "active" }
            earlier = [{}, {}]
            fires = false
        "#;
        assert_eq!(
            failures("a.count >= 2 && a.code == 'acme'", examples),
            [None, None, None, None]
        );
    }

    #[test]
    fn bare_signals_may_be_nested_and_have_rows() {
        let examples = r#"
            [[tests]]
            name = "rows and dots"
            fires = true
            [tests.signals]
            a = { flag = true, codes = ["x"] }
            phones = [{ raw = "+1", field = "phones[7]", value = "one" }, { valid = true }]
        "#;
        let when = "a.flag && 'x' in a.codes && phones.exists(p, p.raw == '+1') && phones.exists(p, p.valid)";
        assert_eq!(failures(when, examples), [None]);
    }

    fn candidate(agency: Option<&str>, mailbox: &str) -> Candidate {
        Candidate {
            agency: agency.map(str::to_owned),
            emails: vec![Email {
                field: "emails[0]".into(),
                raw: mailbox.into(),
                seen: Where {
                    own: true,
                    ..Where::default()
                },
                canonical: Some(mailbox.to_lowercase()),
                ..Email::default()
            }],
            ..Candidate::default()
        }
    }

    #[test]
    fn what_is_shared_is_found_by_its_normal_form() {
        let now = Timestamp::UNIX_EPOCH;
        let ada = candidate(None, "Ada@example.com");
        let bob = candidate(None, "bob@example.com");
        assert!(shared(&ada, std::slice::from_ref(&bob), now).is_empty());
        let found = shared(&ada, &[bob, candidate(None, "ada@example.com")], now);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (&*found[0].field, &*found[0].value),
            ("emails[0]", "Ada@example.com")
        );
        assert_eq!(found[0].others[0].id.0, "others[1]");
        assert!(!found[0].hub && !found[0].agency_owned);
    }

    #[test]
    fn hubs_link_nobody_and_three_of_one_agency_own_the_key() {
        let now = Timestamp::UNIX_EPOCH;
        let ada = candidate(Some("acme"), "desk@example.com");
        let crowd = vec![candidate(None, "desk@example.com"); keys::HUB_ABOVE + 1];
        let found = shared(&ada, &crowd, now);
        assert!(found[0].hub && found[0].others.is_empty());
        assert!(!shared(&ada, &crowd[1..], now)[0].hub);
        let agency = vec![ada.clone(); 2];
        assert!(shared(&ada, &agency, now)[0].agency_owned);
        assert!(!shared(&ada, &agency[1..], now)[0].agency_owned);
    }

    #[test]
    fn examples_are_screened_at_noon() {
        let now = Timestamp::from_millisecond(NOW_MS).unwrap();
        assert_eq!(now.to_string(), "2026-06-01T12:00:00Z");
    }

    #[test]
    fn every_shipped_rule_loads_and_passes_its_examples() {
        let rules = Ruleset::shipped().unwrap_or_else(|faults| panic!("{faults}"));
        let report = crate::rules::report::test(&rules);
        assert!(report.ok, "{}", report.text);
        for rule in rules.rules() {
            assert!(
                rule.examples.len() >= 3,
                "{}: at least three examples",
                rule.id
            );
            assert!(
                rule.examples.iter().any(|example| example.fires),
                "{}: one that fires",
                rule.id
            );
            assert!(
                *rule.ask != *crate::rules::file::NEUTRAL_ASK,
                "{}: a question of its own",
                rule.id
            );
        }
    }
}
