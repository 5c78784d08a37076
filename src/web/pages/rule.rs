//! One rule: what it says, how it does, whether it counts and who said so.

use askama::Template;
use askama_web::WebTemplate;
use jiff::Timestamp;
use jiff::civil::Date;

use super::rules::RuleRow;
use super::words;
use crate::candidate::CandidateId;
use crate::rule_changes::FILE;
use crate::rules::report::Sleeping;
use crate::rules::testing::Outcome;
use crate::rules::{Fault, NextStep, Rule, Status};
use crate::store::rule_changes::Row;

/// Months in the picture of hits.
const MONTHS: usize = 24;

/// One rule.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "rules/show.html")]
pub struct RulePage {
    /// As in the list.
    pub rule: RuleRow,
    /// The condition as written.
    pub when: String,
    /// The signal on whose rows it is tried.
    pub for_each: Option<String>,
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
    /// How its examples went.
    pub tests: Vec<Outcome>,
    /// When hits were counted, and among how many candidates.
    pub counted: Option<(Timestamp, u64)>,
    /// Hits by month.
    pub months: Vec<Month>,
    /// Whom it hit last, for who may see candidates.
    pub latest: Vec<LatestHit>,
    /// The change in force, if a switch stands.
    pub in_force: Option<Change>,
    /// The change that waits for an answer.
    pub waiting: Option<Change>,
    /// Whether whoever looks proposed it.
    pub own: bool,
    /// Every change, the latest first.
    pub history: Vec<Change>,
    /// What a form did.
    pub done: Option<&'static str>,
    /// What was wrong with a form: with which field, and why.
    pub wrong: Option<(String, String)>,
    /// What was typed: the status wanted, the reason or note.
    pub typed: (String, String),
    /// What was typed in a form that is not on the page any more.
    pub stray: Option<String>,
}

/// A month's hits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Month {
    /// `2026-05`.
    pub name: String,
    /// Candidates who applied in it and were hit.
    pub hits: u64,
    /// Where its bar stands in the picture: left, top, height.
    pub bar: (usize, u64, u64),
}

/// Somebody whom a rule hit.
#[derive(Clone, Debug)]
pub struct LatestHit {
    /// The candidate.
    pub id: CandidateId,
    /// The source's id.
    pub external_id: String,
    /// The source.
    pub source: String,
    /// The next step.
    pub next_step: Option<NextStep>,
    /// When they were screened.
    pub at: Timestamp,
}

/// A change of whether it counts.
#[derive(Clone, Debug)]
pub struct Change {
    /// Its id.
    pub id: String,
    /// The status that was in force.
    pub from: String,
    /// The status wanted, in words.
    pub to: String,
    /// The status wanted, as the address of a trial takes it.
    pub to_word: String,
    /// What the file said then.
    pub file: String,
    /// Why.
    pub reason: String,
    /// Who proposed it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// `approved`, `declined`, `withdrawn`, by whom and when.
    pub answer: Option<(String, String, Timestamp)>,
    /// What was said to it.
    pub note: String,
    /// Whether who proposed it approved it too.
    pub alone: bool,
}

/// How a rule's file changed.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "rules/history.html")]
pub struct HistoryPage {
    /// The rule's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its versions, the latest first.
    pub versions: Vec<Version>,
}

/// A version of a rule's file.
#[derive(Clone, Debug)]
pub struct Version {
    /// When somebody was first screened by it.
    pub since: Timestamp,
    /// The digest of the ruleset.
    pub digest: String,
    /// What was changed, line by line; `None` for the first one that is known.
    pub changed: Option<String>,
}

impl From<Row> for Change {
    fn from(row: Row) -> Self {
        let answer = row.answer.zip(row.answered_name).zip(row.answered_at);
        let to_word = match &*row.to_status {
            FILE => row.file_status.clone(),
            word => word.to_owned(),
        };
        Self {
            id: row.id,
            from: row.from_status,
            to: wanted(&row.to_status),
            to_word,
            file: row.file_status,
            reason: row.reason,
            by: row.proposed_name,
            at: row.proposed_at.into(),
            answer: answer.map(|((answer, by), at)| (answer, by, at.into())),
            note: row.note.unwrap_or_default(),
            alone: row.alone,
        }
    }
}

/// A wanted status in words.
fn wanted(word: &str) -> String {
    if word == FILE {
        "as its file says".to_owned()
    } else {
        word.to_owned()
    }
}

impl RulePage {
    /// A rule on a day, with the text of its file and the reason for which it sleeps.
    pub fn of(rule: &Rule, file: &str, sleeps: Option<Sleeping>, today: Date) -> Self {
        Self {
            rule: RuleRow::of(rule, sleeps, today),
            when: rule.when.clone(),
            for_each: rule.for_each.as_deref().map(str::to_owned),
            message: rule.message.clone(),
            innocent: rule.innocent.to_vec(),
            ask: rule.ask.to_string(),
            sources: rule.sources.clone(),
            file: file.to_owned(),
            refused: None,
            tests: Vec::new(),
            counted: None,
            months: Vec::new(),
            latest: Vec::new(),
            in_force: None,
            waiting: None,
            own: false,
            history: Vec::new(),
            done: None,
            wrong: None,
            typed: (String::new(), String::new()),
            stray: None,
        }
    }

    /// Statuses that it could have instead.
    pub fn others(&self) -> Vec<(&'static str, &'static str)> {
        let others = Status::ALL
            .into_iter()
            .filter(|one| *one != self.rule.status);
        others.map(|one| (one.word(), about(one))).collect()
    }

    /// Whether a switch stands that could be taken back.
    pub fn is_switched(&self) -> bool {
        self.in_force.is_some()
    }

    /// How the tests went, in a sentence.
    pub fn tested(&self) -> String {
        let failed = self.tests.iter().filter(|one| one.failure.is_some());
        match (self.tests.len(), failed.count()) {
            (0, _) => "Its file has no tests.".to_owned(),
            (all, 0) => format!(
                "{} played just now, and all passed.",
                words::count(all, "test")
            ),
            (all, failed) => format!("{failed} of {all} failed just now."),
        }
    }

    /// How often it fired, in a sentence.
    pub fn hits_line(&self) -> String {
        let Some((at, candidates)) = self.counted else {
            return "Hits are being counted for the first time; load this page again in a moment."
                .to_owned();
        };
        let hit = &self.rule.hit;
        let trial = match hit.on_trial {
            0 => String::new(),
            n if n == hit.all => ", only recorded, not counted".to_owned(),
            n => format!(", {} of them only recorded", words::thousands(n)),
        };
        format!(
            "It fired on the latest screening of {} of {} candidates{trial}: {} screened in the last 90 days, {} in the \
             last 30. Counted {}.",
            words::thousands(hit.all),
            words::thousands(candidates),
            words::thousands(hit.last_90),
            words::thousands(hit.last_30),
            words::time(at)
        )
    }

    /// What reviewers said, in a sentence.
    pub fn confirmed_line(&self) -> String {
        match self.rule.confirmed() {
            Some((count, share)) => format!("{count} decided: {share}"),
            None => "Nobody decided yet".to_owned(),
        }
    }

    /// The width of the picture of hits.
    pub fn picture_width(&self) -> usize {
        (self.months.len() * STEP).max(STEP)
    }

    /// The most hits of a month.
    pub fn most(&self) -> u64 {
        self.months
            .iter()
            .map(|month| month.hits)
            .max()
            .unwrap_or(0)
    }

    /// What is wrong with a field, if it is that one.
    pub fn wrong_with(&self, field: &str) -> bool {
        (self.wrong.as_ref()).is_some_and(|(wrong, _)| wrong == field)
    }

    /// That the file has changed since the switch in force was proposed.
    pub fn file_moved(&self) -> Option<&str> {
        let change = self.in_force.as_ref()?;
        (change.file != self.rule.written.word()).then_some(&*change.file)
    }
}

/// What a status means, after its word.
const fn about(status: Status) -> &'static str {
    match status {
        Status::Active => "its findings count",
        Status::Shadow => "on trial: recorded, not counted",
        Status::Off => "it does not look",
    }
}

/// From one bar to the next.
const STEP: usize = 24;

/// The height of the tallest bar.
const TALLEST: u64 = 96;

/// The last months up to this one, with those without hits between them.
pub fn months(hits: &std::collections::BTreeMap<(i16, i8), u64>, today: Date) -> Vec<Month> {
    let number = |(year, month): (i16, i8)| i32::from(year) * 12 + i32::from(month) - 1;
    let last = number((today.year(), today.month()));
    let Some(first) = hits.keys().map(|month| number(*month)).min() else {
        return Vec::new();
    };
    let first = first.max(last + 1 - i32::try_from(MONTHS).unwrap_or(i32::MAX));
    let by_number: std::collections::HashMap<i32, u64> = hits
        .iter()
        .map(|(month, hits)| (number(*month), *hits))
        .collect();
    let of = |month: i32| by_number.get(&month).copied().unwrap_or(0);
    let most = (first..=last).map(of).max().unwrap_or(0).max(1);
    let month = |(place, month): (usize, i32)| {
        let hits = of(month);
        let height = (hits * TALLEST).div_ceil(most);
        Month {
            name: format!("{}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1),
            hits,
            bar: (place * STEP + 2, TALLEST - height, height),
        }
    };
    (first..=last).enumerate().map(month).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::samples;
    use super::*;

    #[test]
    fn months_without_hits_stand_between_those_with_some() {
        let hits = BTreeMap::from([((2025, 11), 1), ((2026, 2), 4), ((2020, 1), 9)]);
        let today = jiff::civil::date(2026, 3, 9);
        let months = months(&hits, today);
        assert_eq!(months.len(), MONTHS);
        let end: Vec<_> = months[MONTHS - 5..]
            .iter()
            .map(|month| (&*month.name, month.hits, month.bar.2))
            .collect();
        assert_eq!(
            end,
            [
                ("2025-11", 1, 24),
                ("2025-12", 0, 0),
                ("2026-01", 0, 0),
                ("2026-02", 4, 96),
                ("2026-03", 0, 0)
            ]
        );
        assert!(super::months(&BTreeMap::new(), today).is_empty());
    }

    #[test]
    fn a_rule_says_how_it_does() {
        let page = samples::rule();
        assert_eq!(
            page.hits_line(),
            "It fired on the latest screening of 120 of 4,000 candidates, 20 of them only recorded: 40 screened in the \
             last 90 days, 12 in the last 30. Counted 2026-06-01 12:00."
        );
        assert_eq!(page.confirmed_line(), "3 of 7 decided: 43 % (16–75 %)");
        assert_eq!(page.tested(), "1 of 2 failed just now.");
        assert_eq!(page.file_moved(), Some("off"));
    }
}
