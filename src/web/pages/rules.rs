//! The rules in force, and one rule.

use std::fmt::Write as _;

use askama::Template;
use askama_web::WebTemplate;
use jiff::civil::Date;

use super::words;
use crate::application::Stage;
use crate::rules::report::Sleeping;
use crate::rules::{Fault, Rule, Status, Strength};

/// All rules.
#[derive(Clone, Debug, Default, Template, WebTemplate)]
#[template(path = "rules/index.html")]
pub struct RulesPage {
    /// The rules in the order of their ids.
    pub rules: Vec<RuleRow>,
    /// `sha256:…` of the set in force.
    pub digest: String,
    /// Where the files are: a folder, or "built in".
    pub origin: String,
    /// Files a reload refused; while there are any, the last good set stays in force.
    pub refused: Vec<Fault>,
}

/// A rule in the list.
#[derive(Clone, Debug)]
pub struct RuleRow {
    /// The id, which is the file's name.
    pub id: String,
    /// The title.
    pub title: String,
    /// The strength.
    pub strength: Strength,
    /// The weight, decibans.
    pub weight_db: f64,
    /// Whether it counts.
    pub status: Status,
    /// The stages it looks at.
    pub stages: Vec<Stage>,
    /// How many tests its file has.
    pub tests: usize,
    /// The day it is to be reviewed by.
    pub review_by: Option<Date>,
    /// Whether that day is past.
    pub overdue: bool,
    /// The reference data it lacks, where it sleeps for want of it.
    pub sleeps: Option<String>,
}

/// One rule.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "rules/show.html")]
pub struct RulePage {
    /// As in the list.
    pub rule: RuleRow,
    /// The condition as written.
    pub when: String,
    /// The message as written.
    pub message: String,
    /// Who is innocently hit.
    pub innocent: Vec<String>,
    /// What to ask the candidate.
    pub ask: String,
    /// The publications it rests on.
    pub sources: Vec<String>,
    /// The file's text.
    pub file: String,
    /// What a reload refused in this file, if it did.
    pub refused: Option<Fault>,
}

impl RuleRow {
    /// A rule as it is listed on a day, with the reason for which it sleeps, if it does.
    pub fn of(rule: &Rule, sleeps: Option<Sleeping>, today: Date) -> Self {
        Self {
            id: rule.id.to_string(),
            title: rule.title.to_string(),
            strength: rule.strength,
            weight_db: rule.weight_db,
            status: rule.status,
            stages: rule.stages.clone(),
            tests: rule.examples.len(),
            review_by: rule.review_by,
            overdue: rule.overdue(today),
            sleeps: sleeps.map(|sleeping| sleeping.why),
        }
    }

    /// The stages in a line.
    pub fn stages_line(&self) -> String {
        if self.stages.len() == Stage::ALL.len() {
            return "every stage".to_owned();
        }
        let stages: Vec<&str> = self.stages.iter().map(|stage| stage.word()).collect();
        stages.join(", ")
    }

    /// What the status means.
    pub fn status_line(&self) -> &'static str {
        match self.status {
            Status::Active => "Active: its findings count.",
            Status::Shadow => "On trial: its findings are recorded and not counted.",
            Status::Off => "Off: it does not look.",
        }
    }

    /// When it is to be reviewed.
    pub fn review_line(&self) -> String {
        match (self.review_by, self.overdue) {
            (None, _) => "No date set".to_owned(),
            (Some(day), false) => format!("Due by {day}"),
            (Some(day), true) => format!("Overdue since {day}"),
        }
    }
}

impl RulePage {
    /// A rule on a day, with the text of its file, what a reload refused in it, and the reason for
    /// which it sleeps.
    pub fn of(
        rule: &Rule,
        file: &str,
        refused: Option<Fault>,
        sleeps: Option<Sleeping>,
        today: Date,
    ) -> Self {
        Self {
            rule: RuleRow::of(rule, sleeps, today),
            when: rule.when.clone(),
            message: rule.message.clone(),
            innocent: rule.innocent.to_vec(),
            ask: rule.ask.to_string(),
            sources: rule.sources.clone(),
            file: file.to_owned(),
            refused,
        }
    }
}

impl RulesPage {
    /// The set in a sentence.
    pub fn summary(&self) -> String {
        let of = |status| {
            self.rules
                .iter()
                .filter(|rule| rule.status == status)
                .count()
        };
        let overdue = self.rules.iter().filter(|rule| rule.overdue).count();
        let mut summary = format!(
            "{}: {} active, {} on trial, {} off.",
            words::count(self.rules.len(), "rule"),
            of(Status::Active),
            of(Status::Shadow),
            of(Status::Off)
        );
        if overdue > 0 {
            let _ = write!(summary, " {overdue} overdue for review."); // a String takes every write
        }
        let asleep = self.rules.iter().filter(|rule| rule.sleeps.is_some());
        match asleep.count() {
            0 => {}
            1 => summary.push_str(" 1 sleeps for want of reference data."),
            n => {
                let _ = write!(summary, " {n} sleep for want of reference data.");
            }
        }
        summary
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;

    #[test]
    fn a_set_of_rules_in_a_sentence() {
        assert_eq!(
            samples::rules().summary(),
            "4 rules: 2 active, 1 on trial, 1 off. 1 overdue for review. 1 sleeps for want of reference data."
        );
    }

    #[test]
    fn a_rule_says_when_it_is_due() {
        let lines: Vec<String> = samples::rules()
            .rules
            .iter()
            .map(super::RuleRow::review_line)
            .collect();
        assert_eq!(
            lines,
            [
                "No date set",
                "Due by 2027-05-01",
                "Overdue since 2026-05-01",
                "No date set"
            ]
        );
    }
}
