//! The part of a candidate's page where it is decided on.

use std::collections::HashMap;

use jiff::Timestamp;

use super::words::{self, db};
use crate::decision::{Decision, Outcome};
use crate::decisions::{self, contest, procedure};
use crate::rules::{Finding, Judgement, NextStep};
use crate::store::contests::Contest;

/// What can be decided, by whom, and what was.
#[derive(Clone, Debug, Default)]
pub struct Deciding {
    /// The screening that is shown: what is decided on.
    pub screening_id: String,
    /// The open case.
    pub case: Option<Case>,
    /// The outcomes that the visitor may sign off.
    pub outcomes: Vec<Outcome>,
    /// Why the visitor may not decide although the role may: who has seen a contested decision.
    pub barred: Option<String>,
    /// Some who may then.
    pub free: Vec<String>,
    /// Characters of a reason, at least.
    pub note_min: u32,
    /// Whether a second person must sign what is confirmed.
    pub second_person: bool,
    /// What stands of the whole, as forms remember it.
    pub after: String,
    /// Likewise of rules' findings.
    pub after_rules: HashMap<String, String>,
    /// The decision on the whole that stands.
    pub stands: Option<Decision>,
    /// What waits for a second person, and whether the visitor may be that.
    pub pending: Vec<(Decision, bool)>,
    /// By which ids the explanations of rules' findings are taken back.
    pub explained: HashMap<String, String>,
    /// Today, where the visitor may write down a contest.
    pub today: Option<String>,
    /// Whether name, profiles and schools are hidden from the visitor.
    pub blind: bool,
    /// Whether what was decided before is hidden from the visitor.
    pub unseen: bool,
    /// What has just been done.
    pub done: String,
    /// The score before it, decibans.
    pub before_db: Option<f64>,
    /// What was tried and refused.
    pub tried: Option<Tried>,
}

/// An open case.
#[derive(Clone, Debug)]
pub struct Case {
    /// Since when.
    pub opened_at: Timestamp,
    /// Until when it is to be decided.
    pub due_at: Timestamp,
    /// Whether that is past.
    pub overdue: bool,
    /// What the candidate says against the last decision.
    pub contest: Option<Contest>,
}

/// A form that was refused, as it was written.
#[derive(Clone, Debug, Default)]
pub struct Tried {
    /// Which: `decide`, `explain x.phone`, `sign …`, `take-back x.phone`, `contest`.
    pub form: String,
    /// What is wrong, a sentence.
    pub wrong: String,
    /// The outcome that was chosen.
    pub outcome: String,
    /// The reason, or what a candidate says.
    pub text: String,
    /// The channel of a contest.
    pub channel: String,
    /// The day of a contest.
    pub day: String,
}

impl Deciding {
    /// Whether the visitor may decide anything here.
    pub fn may_decide(&self) -> bool {
        !self.outcomes.is_empty() && self.barred.is_none()
    }

    /// Whether the visitor may explain findings.
    pub fn may_explain(&self) -> bool {
        self.may_decide() && self.outcomes.contains(&Outcome::Explained)
    }

    /// Whether the visitor may clear.
    pub fn may_clear(&self) -> bool {
        self.may_decide() && self.outcomes.contains(&Outcome::Cleared)
    }

    /// What stands of a rule's finding, as forms remember it.
    pub fn after_rule(&self, rule: &str) -> &str {
        self.after_rules.get(rule).map_or("", String::as_str)
    }

    /// What is wrong with a form.
    pub fn wrong(&self, form: &str) -> Option<&str> {
        let tried = self.tried.as_ref().filter(|tried| tried.form == form);
        tried.map(|tried| tried.wrong.as_str())
    }

    /// A form that is not on the page any more: what was wrong with it and what was written.
    pub fn stray(&self, judgement: &Judgement) -> Option<&Tried> {
        let tried = self.tried.as_ref()?;
        let has = |rule: &str, open: bool| {
            let mut findings = judgement.findings.iter();
            findings.any(|one| *one.rule == *rule && decisions::is_open(one) == open)
        };
        let shown = match tried.form.split_once(' ') {
            Some(("explain", rule)) => self.may_explain() && has(rule, true),
            Some(("take-back", rule)) => {
                self.may_explain() && has(rule, false) && self.explained.contains_key(rule)
            }
            Some((_, id)) => self.pending.iter().any(|(one, may)| *may && one.id == id),
            None if tried.form == "contest" => self.shows_contest(),
            None => self.may_decide(),
        };
        (!shown).then_some(tried)
    }

    /// Whether a contest can be written down.
    pub fn shows_contest(&self) -> bool {
        let contested = self
            .case
            .as_ref()
            .is_some_and(|case| case.contest.is_some());
        self.today.is_some() && self.stands.is_some() && !contested
    }

    /// What was written in a form.
    pub fn text(&self, form: &str) -> &str {
        let tried = self.tried.as_ref().filter(|tried| tried.form == form);
        tried.map_or("", |tried| &tried.text)
    }

    /// Whether an outcome is chosen in the form: what was, or cleared where nothing is due.
    pub fn is_chosen(&self, outcome: &Outcome, judgement: &Judgement) -> bool {
        match self.tried.as_ref().filter(|tried| tried.form == "decide") {
            Some(tried) => tried.outcome == outcome.word(),
            None => {
                *outcome == Outcome::Cleared
                    && judgement.next_step == NextStep::None
                    && self.case.is_some()
            }
        }
    }

    /// Whether a finding is the only one that is left to explain.
    pub fn is_last(&self, finding: &Finding, judgement: &Judgement) -> bool {
        let findings = judgement.findings.iter();
        decisions::is_open(finding) && findings.filter(|one| decisions::is_open(one)).count() == 1
    }

    /// Whether a finding can be explained.
    pub fn is_open(&self, finding: &Finding) -> bool {
        decisions::is_open(finding)
    }

    /// The forms of a finding.
    pub fn form(&self, kind: &str, of: &str) -> String {
        format!("{kind} {of}")
    }

    /// Channels of a contest, each with whether it is chosen.
    pub fn channels(&self) -> Vec<(&'static str, &'static str, bool)> {
        let chosen = self.tried.as_ref().map_or("", |tried| &tried.channel);
        let channels = contest::CHANNELS.into_iter();
        channels
            .map(|(word, label)| (word, label, word == chosen))
            .collect()
    }

    /// The day that the contest's form starts with.
    pub fn contest_day(&self) -> &str {
        match &self.tried {
            Some(tried) if tried.form == "contest" => &tried.day,
            _ => self.last_day(),
        }
    }

    /// The last day on which a contest can have come.
    pub fn last_day(&self) -> &str {
        self.today.as_deref().unwrap_or_default()
    }

    /// How long a reason is at the least, the beginning of a sentence.
    pub fn least(&self) -> String {
        format!(
            "At least {};",
            words::count(self.note_min as usize, "character")
        )
    }

    /// Characters of a reason, at the most.
    pub fn reason_most(&self) -> usize {
        procedure::REASON_MOST
    }

    /// An outcome as somebody chooses it.
    pub fn label(&self, outcome: &Outcome) -> &'static str {
        match outcome {
            Outcome::Cleared => "Cleared: nothing stands against the candidate",
            Outcome::Explained => "Explained: what was found has an innocent reason",
            Outcome::Confirmed if self.second_person => {
                "Confirmed: the claims do not hold together; a second person signs it"
            }
            Outcome::Confirmed => "Confirmed: the claims do not hold together",
        }
    }

    /// What has just been done, in a sentence; what the address says is one of these words.
    pub fn notice(&self, judgement: &Judgement) -> Option<String> {
        let done = match self.done.as_str() {
            "decided" if self.is_explained() => {
                "Decided. What is explained counts nothing any more."
            }
            "decided" => return Some("Decided. It counts.".to_owned()),
            "cleared" => "Explained and cleared.",
            "proposed" => {
                return Some("Proposed. It counts when a second person has signed it.".to_owned());
            }
            "signed" if self.case.is_some() => {
                return Some(
                    "Signed. It counts; the case stays open for what was found since.".to_owned(),
                );
            }
            "signed" => return Some("Signed. It counts.".to_owned()),
            "returned" => return Some("Sent back. It does not count.".to_owned()),
            "contested" => {
                return Some(
                    "Written down. Somebody who has not seen the decision must decide now."
                        .to_owned(),
                );
            }
            "explained" => "Explained. It counts nothing any more.",
            "taken-back" => "Taken back. The finding counts again.",
            _ => return None,
        };
        let now = db(judgement.score_db);
        let was = match self.before_db.map(db) {
            Some(was) if was != now => format!(", was {was}"),
            _ => String::new(),
        };
        let step = words::step_label(judgement.next_step);
        Some(format!("{done} The score is {now} dB{was}: {step}."))
    }

    fn is_explained(&self) -> bool {
        let outcome = self.stands.as_ref().map(|one| one.outcome);
        outcome == Some(Outcome::Explained)
    }

    /// The case in a sentence.
    pub fn case_line(&self, case: &Case) -> String {
        let (opened, due) = (words::time(case.opened_at), words::time(case.due_at));
        if case.overdue {
            format!("Open since {opened}; was to be decided by {due}.")
        } else {
            format!("Open since {opened}; to be decided by {due}.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn a_notice_says_what_changed_and_nothing_wrong_goes_untold() {
        let judgement = samples::judgement();
        let mut deciding = Deciding {
            done: "explained".to_owned(),
            before_db: Some(13.0),
            ..Deciding::default()
        };
        assert_eq!(
            deciding.notice(&judgement).unwrap(),
            "Explained. It counts nothing any more. The score is +1.0 dB, was +13.0: Verify identity."
        );
        let tried = |form: &str| {
            Some(Tried {
                form: form.to_owned(),
                wrong: "It is wrong.".to_owned(),
                ..Tried::default()
            })
        };
        deciding.outcomes = Outcome::ALL.to_vec();
        for (form, stray) in [
            ("explain x.phone", false),
            ("explain x.gone", true),
            ("take-back x.phone", true),
            ("sign 7", true),
            ("decide", false),
            ("contest", true),
        ] {
            deciding.tried = tried(form);
            assert_eq!(deciding.stray(&judgement).is_some(), stray, "{form}");
        }
        deciding.done = "<script>".to_owned();
        assert_eq!(deciding.notice(&judgement), None);
    }

    #[test]
    fn the_last_finding_is_the_only_one_left_to_explain() {
        let mut judgement = samples::judgement();
        let deciding = Deciding::default();
        assert!(!deciding.is_last(&judgement.findings[0], &judgement));
        judgement.findings.truncate(1);
        assert!(deciding.is_last(&judgement.findings[0], &judgement));
    }
}
