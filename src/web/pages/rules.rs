//! The rules in force, in a list.

use std::fmt::Write as _;

use askama::Template;
use askama_web::WebTemplate;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use super::words;
use crate::application::Stage;
use crate::hits::Hit;
use crate::rules::report::Sleeping;
use crate::rules::{Fault, Rule, Status, Strength};

/// All rules.
#[derive(Clone, Debug, Default, Template, WebTemplate)]
#[template(path = "rules/index.html")]
pub struct RulesPage {
    /// The rules that were asked for, in the order that was asked for.
    pub rules: Vec<RuleRow>,
    /// How many rules there are, of each status.
    pub totals: Totals,
    /// Every group there is.
    pub groups: Vec<String>,
    /// What was asked for.
    pub asked: Asked,
    /// When hits were counted; `None` while they are for the first time.
    pub counted_at: Option<Timestamp>,
    /// Candidates that were screened by then.
    pub candidates: u64,
    /// `sha256:…` of the set in force.
    pub digest: String,
    /// Where the files are: a folder, or "built in".
    pub origin: String,
    /// Files a reload refused; while there are any, the last good set stays in force.
    pub refused: Vec<Fault>,
}

/// How many rules there are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    /// That count.
    pub active: usize,
    /// On trial.
    pub shadow: usize,
    /// That do not look.
    pub off: usize,
    /// To be looked at again.
    pub overdue: usize,
    /// That lack reference data.
    pub asleep: usize,
    /// With a change that waits for an answer.
    pub waiting: usize,
}

/// What is asked of the list; an empty field is anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// With this in id or title.
    pub q: String,
    /// With this status.
    pub status: String,
    /// Of this group.
    pub group: String,
    /// In this order.
    pub order: Order,
}

/// Orders of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// By id, in groups.
    #[default]
    #[serde(alias = "")]
    Rule,
    /// The heaviest first.
    Weight,
    /// Who fired most lately first.
    Month,
    /// Likewise, of three months.
    Quarter,
    /// Who fired most first.
    Hits,
    /// Whom reviewers confirmed most first.
    Confirmed,
    /// Whose review is due first.
    Review,
}

impl Order {
    /// The word in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rule => "",
            Self::Weight => "weight",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Hits => "hits",
            Self::Confirmed => "confirmed",
            Self::Review => "review",
        }
    }
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
    /// Whether it counts by its file.
    pub written: Status,
    /// The status that somebody wants, if an answer to that is due: a word, or "as its file says".
    pub waiting: Option<&'static str>,
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
    /// How it does.
    pub hit: Hit,
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
            written: rule.written,
            waiting: None,
            stages: rule.stages.clone(),
            tests: rule.examples.len(),
            review_by: rule.review_by,
            overdue: rule.overdue(today),
            sleeps: sleeps.map(|sleeping| sleeping.why),
            hit: Hit::default(),
        }
    }

    /// The id's first word.
    pub fn group(&self) -> &str {
        self.id.split('.').next().unwrap_or_default()
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
            Status::Shadow => "On trial (shadow): its findings are recorded and not counted.",
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

    /// Whom reviewers confirmed: how many of how many, and which share that is.
    pub fn confirmed(&self) -> Option<(String, String)> {
        let share = self.hit.share()?;
        Some((format!("{} of {}", share.hit, share.of), share.words()))
    }
}

impl RulesPage {
    /// The set in a sentence.
    pub fn summary(&self) -> String {
        let Totals {
            active,
            shadow,
            off,
            overdue,
            asleep,
            waiting,
        } = self.totals;
        let mut summary = format!(
            "{}: {active} active, {shadow} on trial, {off} off.",
            words::count(active + shadow + off, "rule"),
        );
        // A String takes every write.
        if overdue > 0 {
            let _ = write!(summary, " {overdue} overdue for review.");
        }
        match asleep {
            0 => {}
            1 => summary.push_str(" 1 sleeps for want of reference data."),
            n => {
                let _ = write!(summary, " {n} sleep for want of reference data.");
            }
        }
        match waiting {
            0 => {}
            1 => summary.push_str(" 1 change waits for an answer."),
            n => {
                let _ = write!(summary, " {n} changes wait for an answer.");
            }
        }
        summary
    }

    /// Whether no rule is left out.
    pub fn is_whole(&self) -> bool {
        let Asked {
            q, status, group, ..
        } = &self.asked;
        q.is_empty() && status.is_empty() && group.is_empty()
    }

    /// The rows in groups, each with its name; without names where they are in another order.
    pub fn grouped(&self) -> Vec<(&str, &[RuleRow])> {
        if self.asked.order != Order::Rule {
            return vec![("", &self.rules[..])];
        }
        let groups = self.rules.chunk_by(|a, b| a.group() == b.group());
        groups.map(|rows| (rows[0].group(), rows)).collect()
    }

    /// The columns with the order each leads to; those without one are the last.
    pub const fn columns() -> [(&'static str, Order, bool); 7] {
        [
            ("Rule", Order::Rule, false),
            ("Weight", Order::Weight, true),
            ("30 days", Order::Month, true),
            ("90 days", Order::Quarter, true),
            ("All", Order::Hits, true),
            ("Confirmed", Order::Confirmed, false),
            ("Review", Order::Review, false),
        ]
    }

    /// The address of the same rules in another order.
    pub fn ordered(&self, order: &Order) -> String {
        let Asked {
            q, status, group, ..
        } = &self.asked;
        let pairs = [
            ("q", q.as_str()),
            ("status", status.as_str()),
            ("group", group.as_str()),
            ("order", order.word()),
        ];
        format!("/rules{}", words::query(&pairs))
    }

    /// How a column is sorted, for `aria-sort`.
    pub fn sorted(&self, order: &Order) -> &'static str {
        match (self.asked.order == *order, order) {
            (false, _) => "none",
            (true, Order::Rule | Order::Review) => "ascending",
            (true, _) => "descending",
        }
    }

    /// From what hits were counted, and when.
    pub fn counted(&self) -> String {
        match self.counted_at {
            Some(at) => format!(
                "Hits are candidates on whose latest screening the rule fired, by the day of that screening; of {} \
                 screened in all. Confirmed is what reviewers decided of those, with the bounds within which the share \
                 lies in 19 cases of 20. Counted {}.",
                words::thousands(self.candidates),
                words::time(at)
            ),
            None => "Hits are being counted for the first time; load this page again in a moment."
                .to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn a_set_of_rules_in_a_sentence() {
        assert_eq!(
            samples::rules().summary(),
            "4 rules: 2 active, 1 on trial, 1 off. 1 overdue for review. 1 sleeps for want of reference data. 1 change \
             waits for an answer."
        );
    }

    #[test]
    fn a_rule_says_when_it_is_due() {
        let lines: Vec<String> = samples::rules()
            .rules
            .iter()
            .map(RuleRow::review_line)
            .collect();
        assert_eq!(
            lines,
            [
                "No date set",
                "Overdue since 2026-05-01",
                "No date set",
                "Due by 2027-05-01",
            ]
        );
    }

    #[test]
    fn orders_keep_what_was_asked_for() {
        let mut page = samples::rules();
        page.asked.q = "a&b".to_owned();
        page.asked.order = Order::Hits;
        assert_eq!(page.ordered(&Order::Rule), "/rules?q=a%26b");
        assert_eq!(
            page.ordered(&Order::Confirmed),
            "/rules?q=a%26b&order=confirmed"
        );
        assert_eq!(page.sorted(&Order::Hits), "descending");
        assert_eq!(page.sorted(&Order::Rule), "none");
        assert_eq!(page.grouped().len(), 1);
        page.asked.order = Order::Rule;
        let groups: Vec<_> = page.grouped().iter().map(|(name, _)| *name).collect();
        assert_eq!(groups, ["email", "phone"]);
    }
}
