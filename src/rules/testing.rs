//! The examples in rule files: played from a record as it would come in, or from bare signals.

mod bare;
mod check;
mod record;

use serde::Deserialize;
use serde_json::Value as Json;

use super::file::Rule;
use super::judge::Verdict;
use super::ruleset::Ruleset;
use super::schema::Schema;
use crate::application::Stage;
use crate::signals::Facts;
use bare::bare_facts;
use check::checks;
use record::{Records, record, records};

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
    #[serde(default)]
    checks: Vec<toml::Table>,
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
        let bare =
            written.earlier.is_empty() && written.others.is_empty() && written.checks.is_empty();
        let seen = match (written.given, written.signals) {
            (Some(given), None) => {
                let given = record(given).map_err(|e| fault(format!("given: {e}")))?;
                let earlier = records(written.earlier).map_err(|e| fault(format!("earlier{e}")))?;
                let others = records(written.others).map_err(|e| fault(format!("others{e}")))?;
                let versions: Vec<_> = earlier.iter().chain([&given]).collect();
                let checks = checks(written.checks, &versions);
                let checks = checks.map_err(|e| fault(format!("checks{e}")))?;
                Seen::Records(Box::new(Records {
                    given,
                    earlier,
                    others,
                    checks,
                }))
            }
            (None, Some(signals)) if bare => Seen::Facts(
                bare_facts(signals, schema).map_err(|e| fault(format!("signals: {e}")))?,
            ),
            (None, Some(_)) => {
                return Err(fault(
                    "earlier, others and checks go with given, not with signals".into(),
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
    pub fn play(&self, schema: &Schema) -> Vec<Outcome> {
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
#[cfg(test)]
mod tests {
    use super::*;
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
