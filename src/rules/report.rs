//! What `telltale rules` prints: the list, one rule in full, what is wrong, and how the examples went.

mod sleeping;

use std::fmt::Write;

use jiff::civil::Date;
use serde::Serialize;

use super::file::Rule;
use super::ruleset::{Faults, Ruleset};
use super::testing::Outcome;
use super::{Effort, Status, Strength};
use crate::application::Stage;

pub use sleeping::{Sleeping, sleeping};

/// What is printed, and whether all was well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The lines, each ended.
    pub text: String,
    /// Whether nothing is wrong.
    pub ok: bool,
}

/// A rule as lists show it, on a page, in a table and as JSON.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Listed {
    /// The rule's id.
    pub id: String,
    /// What it sees.
    pub title: String,
    /// Whether it counts.
    pub status: Status,
    /// How much it can say at most.
    pub strength: Strength,
    /// How much it says, decibans.
    pub weight_db: f64,
    /// When it is judged.
    pub stages: Vec<Stage>,
    /// The signal on whose rows the condition is tried.
    pub for_each: Option<String>,
    /// The condition as written.
    pub when: String,
    /// The message as written.
    pub message: String,
    /// Who is innocently hit.
    pub innocent: Vec<String>,
    /// Where the rule comes from.
    pub sources: Vec<String>,
    /// What to ask the candidate.
    pub ask: String,
    /// What answering takes.
    pub effort: Effort,
    /// Rules whose findings count nothing beside one of this rule.
    pub replaces: Vec<String>,
    /// When somebody must look at the rule again.
    #[schema(value_type = Option<String>, format = Date)]
    pub review_by: Option<Date>,
    /// Whether that day has passed.
    pub overdue: bool,
    /// The sentences of its examples.
    pub tests: Vec<String>,
}

impl Rule {
    /// The rule as lists show it on a day.
    pub fn listed(&self, today: Date) -> Listed {
        Listed {
            id: self.id.to_string(),
            title: self.title.to_string(),
            status: self.status,
            strength: self.strength,
            weight_db: self.weight_db,
            stages: self.stages.clone(),
            for_each: self.for_each.as_deref().map(str::to_owned),
            when: self.when.clone(),
            message: self.message.clone(),
            innocent: self.innocent.to_vec(),
            sources: self.sources.clone(),
            ask: self.ask.to_string(),
            effort: self.effort,
            replaces: self.replaces.iter().map(ToString::to_string).collect(),
            review_by: self.review_by,
            overdue: self.overdue(today),
            tests: self
                .examples
                .iter()
                .map(|example| example.name.clone())
                .collect(),
        }
    }
}

impl Ruleset {
    /// Every rule as lists show it on a day.
    pub fn listed(&self, today: Date) -> Vec<Listed> {
        self.rules.iter().map(|rule| rule.listed(today)).collect()
    }
}

/// `telltale rules list`: a table, a line for each rule.
pub fn list(rules: &Ruleset, today: Date) -> Report {
    let head = ["ID", "STATUS", "STRENGTH", "DB", "STAGES", "TITLE"];
    let mut lines = vec![head.map(str::to_owned)];
    for rule in rules.rules() {
        let overdue = if rule.overdue(today) {
            " (review overdue)"
        } else {
            ""
        };
        lines.push([
            rule.id.to_string(),
            if rule.status == rule.written {
                rule.status.word().to_owned()
            } else {
                format!("{} (file: {})", rule.status.word(), rule.written.word())
            },
            strength(rule.strength).to_owned(),
            format!("{:+.1}", rule.weight_db),
            stages(&rule.stages),
            format!("{}{overdue}", rule.title),
        ]);
    }
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max();
    let widths: Vec<usize> = (0..head.len()).filter_map(width).collect();
    let mut text = String::new();
    for line in &lines {
        let mut row = String::new();
        for (column, (cell, &width)) in line.iter().zip(&widths).enumerate() {
            let _ = match column {
                3 => write!(row, "{cell:>width$}  "),
                _ => write!(row, "{cell:width$}  "),
            };
        }
        text.push_str(row.trim_end());
        text.push('\n');
    }
    Report { text, ok: true }
}

/// `telltale rules show ID`: one rule in full; not ok when there is none of this id.
pub fn show(rules: &Ruleset, id: &str, today: Date) -> Report {
    let Some(rule) = rules.rule(id) else {
        let known = rules.rules().iter().map(|rule| &*rule.id);
        let text = format!(
            "there is no rule `{id}`{}\n",
            super::schema::hint(id, known)
        );
        return Report { text, ok: false };
    };
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(
            text,
            "{name:10} {}",
            value.trim().replace('\n', "\n           ")
        );
    };
    line("id", &rule.id);
    line("title", &rule.title);
    line(
        "strength",
        &format!("{}, {:+.1} dB", strength(rule.strength), rule.weight_db),
    );
    line("status", rule.status.word());
    line("stages", &stages(&rule.stages));
    if let Some(for_each) = &rule.for_each {
        line("for each", for_each);
    }
    line("when", &rule.when);
    line("message", &rule.message);
    for (index, innocent) in rule.innocent.iter().enumerate() {
        line(if index == 0 { "innocent" } else { "" }, innocent);
    }
    line("ask", &rule.ask);
    line("effort", effort(rule.effort));
    if !rule.replaces.is_empty() {
        line("replaces", &rule.replaces.join(", "));
    }
    if rule.breach {
        line("breach", "opens a security ticket by itself");
    }
    for (index, source) in rule.sources.iter().enumerate() {
        line(if index == 0 { "sources" } else { "" }, source);
    }
    let needs = rule.needs(rules.schema());
    let kinds = needs.iter().flat_map(|need| need.takes());
    let kinds: Vec<_> = kinds.map(|(kind, _)| kind.word()).collect();
    if !kinds.is_empty() {
        line("needs", &kinds.join(", "));
    }
    if let Some(date) = rule.review_by {
        let overdue = if rule.overdue(today) {
            " (overdue)"
        } else {
            ""
        };
        line("review by", &format!("{date}{overdue}"));
    }
    for (index, example) in rule.examples.iter().enumerate() {
        let answer = if example.fires {
            "fires"
        } else {
            "does not fire"
        };
        let name = if index == 0 { "tests" } else { "" };
        line(name, &format!("{} [{answer}]", example.name));
    }
    Report { text, ok: true }
}

/// `telltale rules check`: what is wrong with the files, and which reviews are overdue; only what
/// is wrong is not ok.
pub fn check(loaded: &Result<Ruleset, Faults>, today: Date) -> Report {
    let rules = match loaded {
        Ok(rules) => rules,
        Err(faults) => {
            let files: std::collections::BTreeSet<_> = faults.0.iter().map(|f| &f.file).collect();
            let text = format!(
                "{faults}\n{}\n",
                count(files.len(), "file is wrong", "files are wrong")
            );
            return Report { text, ok: false };
        }
    };
    let mut text = String::new();
    let mut overdue = 0;
    for rule in rules.rules().iter().filter(|rule| rule.overdue(today)) {
        overdue += 1;
        let date = rule
            .review_by
            .map(|date| date.to_string())
            .unwrap_or_default();
        let _ = writeln!(text, "{}.toml: review overdue since {date}", rule.id);
    }
    for (rule, absent) in rules.replaces_absent() {
        let _ = writeln!(
            text,
            "{}.toml: note: it replaces {absent}, and there is no such rule here",
            rule.id
        );
    }
    let _ = write!(
        text,
        "{}",
        count(rules.rules().len(), "rule is fine", "rules are fine")
    );
    if overdue > 0 {
        let _ = write!(
            text,
            ", {}",
            count(overdue, "review is overdue", "reviews are overdue")
        );
    }
    text.push('\n');
    Report { text, ok: true }
}

/// `telltale rules test`: the examples that went otherwise than written, and how many there are.
pub fn test(rules: &Ruleset) -> Report {
    of_outcomes(&rules.play(), rules)
}

fn of_outcomes(outcomes: &[Outcome], rules: &Ruleset) -> Report {
    let mut text = String::new();
    let mut failed = 0;
    for outcome in outcomes {
        if let Some(failure) = &outcome.failure {
            failed += 1;
            let Outcome {
                rule, name, line, ..
            } = outcome;
            let _ = writeln!(text, "{rule}.toml:{line}: \"{name}\": {failure}");
        }
    }
    for rule in rules.rules().iter().filter(|rule| rule.examples.is_empty()) {
        let _ = writeln!(text, "{}.toml: has no examples", rule.id);
    }
    let played = count(outcomes.len(), "example", "examples");
    let of = count(rules.rules().len(), "rule", "rules");
    let _ = writeln!(
        text,
        "{played} of {of}: {} passed, {failed} failed",
        outcomes.len() - failed
    );
    Report {
        text,
        ok: failed == 0,
    }
}

fn count(number: usize, one: &str, more: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { more })
}

fn stages(stages: &[Stage]) -> String {
    let words: Vec<_> = stages.iter().map(|stage| stage.word()).collect();
    words.join(",")
}

const fn strength(strength: Strength) -> &'static str {
    match strength {
        Strength::Weak => "weak",
        Strength::Moderate => "moderate",
        Strength::Strong => "strong",
    }
}

const fn effort(effort: Effort) -> &'static str {
    match effort {
        Effort::Answer => "an answer",
        Effort::Document => "a document",
        Effort::Meeting => "a meeting",
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::rules::fixture::{file, set};

    const TODAY: Date = date(2026, 6, 1);

    fn two() -> Ruleset {
        let examples = "review_by = \"2026-05-01\"\nask = \"How come?\"\n\
            [[tests]]\nname = \"three are enough\"\nsignals = { a.count = 3 }\nfires = true\n\
            [[tests]]\nname = \"two are not\"\nsignals = { a.count = 2 }\nfires = true\n\
            [[tests]]\nname = \"silence is no count\"\nsignals = {}\nfires = true\n\
            [[tests]]\nname = \"four are too many\"\nsignals = { a.count = 4 }\nfires = false\n\
            [[tests]]\nname = \"not at an interview\"\nsignals = { a.count = 4 }\nstage = \"interview\"\nfires = true\n";
        let files = [
            file("a.count", 5.0, "a.count >= 3", examples),
            file(
                "counter.flag",
                -2.0,
                "a.flag",
                "status = \"shadow\"\nreview_by = \"2026-06-01\"",
            ),
        ];
        set(files).unwrap()
    }

    #[test]
    fn the_list_is_a_table() {
        insta::assert_snapshot!(list(&two(), TODAY).text, @r#"
ID            STATUS  STRENGTH    DB  STAGES         TITLE
a.count       active  moderate  +5.0  applied,offer  A thing (review overdue)
counter.flag  shadow  weak      -2.0  applied,offer  A thing
"#);
    }

    #[test]
    fn one_rule_is_shown_in_full() {
        insta::assert_snapshot!(show(&two(), "a.count", TODAY).text, @r#"
id         a.count
title      A thing
strength   moderate, +5.0 dB
status     active
stages     applied,offer
when       a.count >= 3
message    Seen.
innocent   Somebody.
ask        How come?
effort     an answer
sources    A report
review by  2026-05-01 (overdue)
tests      three are enough [fires]
           two are not [fires]
           silence is no count [fires]
           four are too many [does not fire]
           not at an interview [fires]
"#);
        let missing = show(&two(), "a.cuont", TODAY);
        assert_eq!(
            missing.text,
            "there is no rule `a.cuont`; did you mean `a.count`?\n"
        );
        assert!(!missing.ok);
    }

    #[test]
    fn overdue_reviews_are_marked_and_faults_counted() {
        let fine = check(&Ok(two()), TODAY);
        assert!(fine.ok);
        insta::assert_snapshot!(fine.text, @r#"
a.count.toml: review overdue since 2026-05-01
2 rules are fine, 1 review is overdue
"#);
        let lonely = file("a.x", 1.0, "a.flag", "replaces = [\"a.y\"]");
        let noted = check(&set([lonely]), TODAY);
        assert!(noted.ok);
        insta::assert_snapshot!(noted.text, @r#"
a.x.toml: note: it replaces a.y, and there is no such rule here
1 rule is fine
"#);
        let wrong = check(&set([file("a.x", 1.0, "a.flog", "")]), TODAY);
        assert!(!wrong.ok);
        insta::assert_snapshot!(wrong.text, @r#"
a.x.toml:6: when, character 1 (`a.flog`): unknown name `a.flog`; did you mean `a.flag`?
1 file is wrong
"#);
    }

    #[test]
    fn failing_examples_are_named_with_what_was_seen() {
        let report = test(&two());
        assert!(!report.ok);
        insta::assert_snapshot!(report.text, @r#"
a.count.toml:17: "two are not": did not fire on {"a.count":2.0}
a.count.toml:21: "silence is no count": did not fire: not known are a.count
a.count.toml:25: "four are too many": fired: Seen. [a.count = 4.0]
a.count.toml:29: "not at an interview": did not fire: it is not judged at interview, only at applied, offer
counter.flag.toml: has no examples
5 examples of 2 rules: 1 passed, 4 failed
"#);
    }
}
