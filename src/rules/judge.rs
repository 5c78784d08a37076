//! From facts to a judgement: a pure function, the same for the server, the command line and backtests.

use std::fmt::Write;
use std::sync::Arc;

use serde_json::Value as Json;

use super::eval::{Scope, words};
use super::explained::{self, Explanation};
use super::expr::{Place, Read};
use super::file::{Rule, Status};
use super::ruleset::Ruleset;
use super::score;
use super::{Blind, Evidence, Finding, Judgement, Seen};
use crate::application::Stage;
use crate::signals::facts::to_json;
use crate::signals::{Facts, Kind, Row, Shape, Value};

/// The most rows of one `exists` that become evidence, and the most of its cells that are listed.
const MOST_WITNESSES: usize = 5;

/// What became of one rule.
pub(super) enum Verdict {
    Fired(Box<Finding>),
    Clear,
    Blind(Vec<Arc<str>>),
}

impl Ruleset {
    /// What the rules of a stage make of the facts.
    pub fn judge(&self, facts: &Facts, stage: Stage) -> Judgement {
        self.judge_explained(facts, stage, &[])
    }

    /// The same where people have explained findings: those count nothing.
    pub fn judge_explained(
        &self,
        facts: &Facts,
        stage: Stage,
        explanations: &[Explanation],
    ) -> Judgement {
        let mut findings = Vec::new();
        let mut shadow = Vec::new();
        let mut found_nothing = Vec::with_capacity(self.rules.len());
        let mut could_not_look = Vec::new();
        for rule in &self.rules {
            if rule.status == Status::Off || !rule.stages.contains(&stage) {
                continue;
            }
            match rule.judge(facts) {
                Verdict::Fired(finding) if rule.status == Status::Shadow => shadow.push(*finding),
                Verdict::Fired(finding) => findings.push(*finding),
                Verdict::Clear => found_nothing.push(Arc::clone(&rule.id)),
                Verdict::Blind(missing) => could_not_look.push(Blind {
                    rule: Arc::clone(&rule.id),
                    missing,
                }),
            }
        }
        explained::apply(explanations, &mut findings);
        let (score_db, next_step) = score::weigh(&mut findings, &self.scoring);
        findings.sort_by(|a, b| {
            (b.counted_db.total_cmp(&a.counted_db))
                .then_with(|| b.weight_db.total_cmp(&a.weight_db))
                .then_with(|| a.rule.cmp(&b.rule))
        });
        Judgement {
            next_step,
            score_db,
            prior_db: self.scoring.prior_db,
            findings,
            shadow,
            found_nothing,
            could_not_look,
        }
    }
}

impl Rule {
    /// What this rule makes of the facts, whatever the stage.
    pub(super) fn judge(&self, facts: &Facts) -> Verdict {
        let Some(slot) = self.slot else {
            let scope = Scope::whole(facts);
            return match scope.holds(&self.condition.test) {
                Some(true) => Verdict::Fired(Box::new(self.finding(scope))),
                Some(false) => Verdict::Clear,
                None => Verdict::Blind(self.missing([scope])),
            };
        };
        let Some(rows) = Scope::whole(facts).rows(slot) else {
            return Verdict::Blind(self.for_each.iter().map(Arc::clone).collect());
        };
        let mut known = true;
        for (index, row) in rows.iter().enumerate() {
            match Scope::at(facts, row).holds(&self.condition.test) {
                Some(true) => {
                    let finding = self.finding_in_rows(facts, &rows[index..]);
                    return Verdict::Fired(Box::new(finding));
                }
                Some(false) => {}
                None => known = false,
            }
        }
        if known {
            Verdict::Clear
        } else {
            Verdict::Blind(self.missing(rows.iter().map(|row| Scope::at(facts, row))))
        }
    }

    /// The names whose absence keeps the answers unknown.
    fn missing<'a>(&self, scopes: impl IntoIterator<Item = Scope<'a>>) -> Vec<Arc<str>> {
        let mut missing: Vec<Arc<str>> = Vec::new();
        for scope in scopes {
            if scope.holds(&self.condition.test).is_some() {
                continue;
            }
            scope.blame(&self.condition.test, &mut |place| {
                let read = self.condition.reads.iter().find(|read| read.place == place);
                if let Some(read) = read
                    && !missing.contains(&read.full_name)
                {
                    missing.push(Arc::clone(&read.full_name));
                }
            });
        }
        missing
    }

    /// The finding over the rows that fire, the first of `rows` among them.
    fn finding_in_rows(&self, facts: &Facts, rows: &[Row]) -> Finding {
        let mut finding = self.empty();
        let mut fired = 0_usize;
        for row in rows {
            let scope = Scope::at(facts, row);
            if scope.holds(&self.condition.test) != Some(true) {
                continue;
            }
            fired += 1;
            if fired == 1 {
                finding.message = self.template.fill(scope);
                finding.values = self.values(scope);
            }
            note(row, &mut finding);
        }
        if finding.evidence.len() > 1 {
            let _ = write!(
                finding.message,
                " (and {} more)",
                finding.evidence.len() - 1
            );
        }
        finding
    }

    /// The finding of a rule without `for_each`.
    fn finding(&self, scope: Scope) -> Finding {
        let mut finding = self.empty();
        finding.message = self.template.fill(scope);
        finding.values = self.values(scope);
        let mut rows = 0;
        scope.witnesses(&self.condition.test, &mut |row| {
            rows += 1;
            if rows <= MOST_WITNESSES {
                note(row, &mut finding);
            }
        });
        for read in &self.condition.reads {
            match (read.place, scope.value(read.place)) {
                (_, None | Some(Value::Rows(_))) | (Place::It(_) | Place::Each { .. }, _) => {}
                (Place::One(_), Some(value)) => finding.evidence.push(Evidence {
                    field: read.name.to_string(),
                    value: words(value).into_owned(),
                }),
            }
        }
        finding
    }

    /// The finding before anything was seen.
    fn empty(&self) -> Finding {
        Finding {
            rule: Arc::clone(&self.id),
            group: Arc::clone(&self.group),
            strength: self.strength,
            weight_db: self.weight_db,
            counted_db: 0.0,
            counted_in: None,
            explained: None,
            replaces: Arc::clone(&self.replaces),
            title: Arc::clone(&self.title),
            message: String::new(),
            evidence: Vec::new(),
            related: Vec::new(),
            innocent: Arc::clone(&self.innocent),
            ask: Arc::clone(&self.ask),
            effort: self.effort,
            values: Vec::new(),
        }
    }

    /// What the condition read.
    fn values(&self, scope: Scope) -> Vec<Seen> {
        let reads = self.condition.reads.iter();
        let seen = reads.filter_map(|read| {
            Some(Seen {
                name: Arc::clone(&read.name),
                value: seen(read, scope)?,
            })
        });
        seen.collect()
    }
}

/// What stood at a place when the condition read it; of rows, the cells of the column.
fn seen(read: &Read, scope: Scope) -> Option<Json> {
    match read.place {
        Place::Each { slot, column } => {
            let rows = scope.rows(slot)?.iter().take(MOST_WITNESSES);
            let cells = rows.map(|row| row.cells.get(column).and_then(Option::as_ref));
            Some(
                cells
                    .map(|value| cell(value).unwrap_or(Json::Null))
                    .collect(),
            )
        }
        place => match scope.value(place)? {
            Value::Rows(rows) => Some(rows.len().into()),
            value => cell(Some(value)),
        },
    }
}

/// A value that is not rows as JSON.
fn cell(value: Option<&Value>) -> Option<Json> {
    to_json(value?, Shape::One(Kind::Text))
}

/// Takes a row into the evidence, once.
fn note(row: &Row, finding: &mut Finding) {
    let evidence = Evidence {
        field: row.field.to_string(),
        value: row.value.to_string(),
    };
    if !finding.evidence.contains(&evidence) {
        finding.evidence.push(evidence);
    }
    if let Some(related) = &row.related
        && !finding.related.contains(related)
    {
        finding.related.push(related.clone());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rules::NextStep;
    use crate::rules::fixture::{facts, file, set};

    fn judged(files: &[(String, String)], known: &Json, stage: Stage) -> Judgement {
        let set = set(files.to_vec()).unwrap_or_else(|faults| panic!("{faults}"));
        set.judge(&facts(known), stage)
    }

    fn phones() -> Json {
        json!({"phones": [
            {"field": "phones[0]", "value": "one", "is": {"raw": "+1 212", "far_km": 10.0}},
            {"field": "phones[1]", "value": "two", "related": "c-2", "is": {"raw": "+1 646", "far_km": 2400.0}},
            {"field": "phones[2]", "value": "three", "related": "c-2", "is": {"raw": "+1 718", "far_km": 1234.567}},
            {"field": "phones[3]", "value": "four", "is": {"raw": "+1 917"}},
        ]})
    }

    #[test]
    fn a_rule_over_rows_shows_every_row_that_fires() {
        let rule = file(
            "phone.far",
            5.0,
            "it.far_km > 800",
            "for_each = \"phones\"\nmessage = \"{it.value} is {it.far_km} km away; {a.code}.\"",
        );
        let judgement = judged(&[rule], &phones(), Stage::Applied);
        let finding = &judgement.findings[0];
        assert_eq!(
            finding.message,
            "two is 2400 km away; not known. (and 1 more)"
        );
        let evidence: Vec<_> = finding
            .evidence
            .iter()
            .map(|e| (&*e.field, &*e.value))
            .collect();
        assert_eq!(evidence, [("phones[1]", "two"), ("phones[2]", "three")]);
        assert_eq!(finding.related.len(), 1);
        assert_eq!(
            (&*finding.values[0].name, &finding.values[0].value),
            ("it.far_km", &json!(2400.0))
        );
        assert_eq!((&*finding.group, finding.counted_db), ("phone", 5.0));
        assert_eq!(judgement.next_step, NextStep::None);
    }

    #[test]
    fn a_rule_over_the_whole_shows_the_signals_it_read_and_the_rows_that_exist() {
        let rule = file(
            "a.both",
            5.0,
            "a.count >= 2 && phones.exists(p, p.far_km > 2000) && !has(a.code)",
            "",
        );
        let mut known = phones();
        known["a.count"] = json!(2);
        let judgement = judged(&[rule], &known, Stage::Offer);
        let evidence = &judgement.findings[0].evidence;
        let evidence: Vec<_> = evidence.iter().map(|e| (&*e.field, &*e.value)).collect();
        assert_eq!(evidence, [("phones[1]", "two"), ("a.count", "2")]);
        let values = serde_json::to_value(&judgement.findings[0].values).unwrap();
        assert_eq!(
            values,
            json!([
                {"name": "a.count", "value": 2.0},
                {"name": "phones", "value": 4},
                {"name": "phones.far_km", "value": [10.0, 2400.0, 1234.567, null]},
            ])
        );
    }

    #[test]
    fn stages_and_statuses_decide_what_counts() {
        let files = [
            file("a.active", 5.0, "a.flag", ""),
            file("b.trial", 5.0, "a.flag", "status = \"shadow\""),
            file("c.off", 5.0, "a.flag", "status = \"off\""),
            file("d.clear", 5.0, "!a.flag", ""),
            file("e.blind", 5.0, "a.flag && a.count > 3", ""),
        ];
        let judgement = judged(&files, &json!({"a.flag": true}), Stage::Applied);
        let ids = |list: &[Finding]| list.iter().map(|f| f.rule.to_string()).collect::<Vec<_>>();
        assert_eq!(ids(&judgement.findings), ["a.active"]);
        assert_eq!(ids(&judgement.shadow), ["b.trial"]);
        assert_eq!(judgement.found_nothing, ["d.clear".into()]);
        assert_eq!(&*judgement.could_not_look[0].rule, "e.blind");
        assert!((judgement.score_db - -15.0).abs() < 1e-9);
        let elsewhere = judged(&files, &json!({"a.flag": true}), Stage::Interview);
        assert!(elsewhere.findings.is_empty() && elsewhere.found_nothing.is_empty());
    }

    #[test]
    fn who_could_not_look_says_exactly_what_it_missed() {
        let cases: [(&str, &str, Json, &[&str]); 7] = [
            (
                "a.flag && a.count > 3",
                "",
                json!({"a.flag": true}),
                &["a.count"],
            ),
            (
                "a.flag || (a.other_flag && a.count > 1)",
                "",
                json!({"a.count": 2}),
                &["a.flag", "a.other_flag"],
            ),
            ("it.valid", "for_each = \"phones\"", json!({}), &["phones"]),
            (
                "it.valid && it.raw != ''",
                "for_each = \"phones\"",
                phones(),
                &["phones.valid"],
            ),
            ("phones.exists(p, p.valid)", "", phones(), &["phones.valid"]),
            ("phones.all(p, p.valid)", "", json!({}), &["phones"]),
            (
                "has(a.code) || a.code == 'x' || 'x' in a.codes",
                "",
                json!({}),
                &["a.code", "a.codes"],
            ),
        ];
        for (when, more, known, missing) in cases {
            let judgement = judged(&[file("a.x", 1.0, when, more)], &known, Stage::Applied);
            let blind = &judgement.could_not_look[0].missing;
            assert_eq!(
                blind.iter().map(|name| &**name).collect::<Vec<_>>(),
                missing,
                "{when}"
            );
        }
    }

    #[test]
    fn findings_come_heaviest_first() {
        let files = [
            file("a.light", 2.0, "a.flag", ""),
            file("b.heavy", 12.0, "a.flag", ""),
            file("c.middle", 6.0, "a.flag", ""),
        ];
        let judgement = judged(&files, &json!({"a.flag": true}), Stage::Applied);
        let ids: Vec<_> = judgement.findings.iter().map(|f| &*f.rule).collect();
        assert_eq!(ids, ["b.heavy", "c.middle", "a.light"]);
        assert_eq!(judgement.next_step, NextStep::Verify);
    }
}
