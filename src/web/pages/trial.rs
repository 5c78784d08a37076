//! What would be otherwise if a rule were: switched, or with another file.

use askama::Template;
use askama_web::WebTemplate;
use jiff::civil::Date;

use super::words;
use crate::backtest::{Move, Outcome};
use crate::rules::testing;
use crate::rules::{Fault, NextStep, Status};

/// Candidates named.
const NAMED: usize = 100;

/// A rule switched.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "rules/backtest.html")]
pub struct BacktestPage {
    /// The rule's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What is in force.
    pub status: Status,
    /// What is tried.
    pub to: Status,
    /// Since when.
    pub since: Option<Date>,
    /// What came of it.
    pub trial: Trial,
}

/// A rule with another file.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "rules/try.html")]
pub struct TryPage {
    /// The rule's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The file's text as it was sent, or as it is.
    pub text: String,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
    /// What came of it, once it was sent and nothing is wrong.
    pub tried: Option<Tried>,
}

/// What came of a file.
#[derive(Clone, Debug)]
pub struct Tried {
    /// Its status by the file.
    pub status: Status,
    /// How its examples went.
    pub tests: Vec<testing::Outcome>,
    /// Who would move.
    pub trial: Trial,
    /// Whether a switch stands that the trial leaves aside.
    pub switched: bool,
}

/// Who would move.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The rule's id.
    pub rule: String,
    /// What was counted.
    pub outcome: Outcome,
    /// Whether whoever looks may see candidates.
    pub names: bool,
}

impl Trial {
    /// On what it was tried.
    pub fn looked_at(&self) -> String {
        let Outcome {
            screenings,
            span,
            cut,
            ..
        } = &self.outcome;
        let Some((first, last)) = span else {
            return "Nobody was screened in that time.".to_owned();
        };
        let day = |at: &jiff::Timestamp| at.strftime("%Y-%m-%d").to_string();
        let which = if *cut {
            "the latest; earlier ones were left out, which telltale rules backtest would look at"
        } else {
            "each candidate’s latest"
        };
        format!(
            "{} screenings judged again ({which}), made from {} to {}. Nothing is saved.",
            words::thousands(*screenings),
            day(first),
            day(last)
        )
    }

    /// How many would move.
    pub fn moved(&self) -> String {
        match self.outcome.moved() {
            (0, 0) => "Nobody’s next step would be another one.".to_owned(),
            (up, down) => format!(
                "{} would have another next step: {} a graver one, {} a lighter one.",
                words::count(
                    usize::try_from(up + down).unwrap_or(usize::MAX),
                    "candidate"
                ),
                words::thousands(up),
                words::thousands(down)
            ),
        }
    }

    /// What becomes of the rule itself.
    pub fn effect(&self) -> String {
        let effect = self.outcome.effects.get(&*self.rule).copied();
        let one = effect.unwrap_or_default();
        let now = one.before + one.trial_before;
        let then = one.after + one.trial_after;
        let fires = |all: u64, on_trial: u64| match (all, on_trial) {
            (0, _) => "on nobody".to_owned(),
            (all, 0) => format!("on {}, counted", words::thousands(all)),
            (all, trial) if all == trial => {
                format!("on {}, recorded only", words::thousands(all))
            }
            (all, trial) => format!(
                "on {}, {} of them recorded only",
                words::thousands(all),
                words::thousands(trial)
            ),
        };
        format!(
            "The rule fires {}; then it would fire {}. {} would have another score.",
            fires(now, one.trial_before),
            fires(then, one.trial_after),
            words::count(
                usize::try_from(self.outcome.scores).unwrap_or(usize::MAX),
                "candidate"
            )
        )
    }

    /// The table of next steps: before, its row, and which cell is no move.
    pub fn rows(&self) -> Vec<(NextStep, Vec<(String, bool)>)> {
        let rows = NextStep::ALL.into_iter().zip(self.outcome.steps);
        rows.enumerate()
            .map(|(at, (step, row))| {
                let cells = row.into_iter().enumerate();
                let cells = cells.map(|(to, count)| (words::thousands(count), to == at));
                (step, cells.collect())
            })
            .collect()
    }

    /// Those who are named.
    pub fn named(&self) -> &[Move] {
        &self.outcome.moves[..self.outcome.moves.len().min(NAMED)]
    }

    /// How many are not.
    pub fn more(&self) -> usize {
        self.outcome.moves.len().saturating_sub(NAMED)
    }
}

impl BacktestPage {
    /// Every status.
    pub const fn statuses() -> [Status; 3] {
        Status::ALL
    }

    /// The day since which, as its field takes it.
    pub fn since_field(&self) -> String {
        self.since.map(|day| day.to_string()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;

    #[test]
    fn a_trial_is_told_in_sentences() {
        let trial = samples::backtest().trial;
        assert_eq!(
            trial.looked_at(),
            "1,200 screenings judged again (the latest; earlier ones were left out, which telltale rules backtest would \
             look at), made from 2026-01-02 to 2026-06-01. Nothing is saved."
        );
        assert_eq!(
            trial.moved(),
            "3 candidates would have another next step: 2 a graver one, 1 a lighter one."
        );
        assert_eq!(
            trial.effect(),
            "The rule fires on 40, recorded only; then it would fire on 40, counted. 40 candidates would have another \
             score."
        );
    }
}
