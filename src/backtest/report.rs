//! What `telltale rules backtest` prints.

use std::fmt::Write as _;

use super::{Move, Outcome};
use crate::explain::db;
use crate::rules::NextStep;

/// Candidates named in a table; the other forms name all.
const NAMED: usize = 50;

/// The columns of `--output csv`.
pub const COLUMNS: &[&str] = &[
    "candidate_id",
    "source",
    "external_id",
    "stage",
    "next_step_before",
    "next_step_after",
    "score_db_before",
    "score_db_after",
    "rules_gained",
    "rules_lost",
];

/// A table for reading.
pub fn table(outcome: &Outcome) -> String {
    let mut text = String::new();
    // A String takes every write.
    let _ = write!(text, "{} screenings judged again", outcome.screenings);
    if let Some((first, last)) = outcome.span {
        let day = |at: jiff::Timestamp| at.strftime("%Y-%m-%d").to_string();
        let _ = write!(text, ", made from {} to {}", day(first), day(last));
    }
    text.push('\n');
    if outcome.unreadable > 0 {
        let _ = writeln!(text, "{} could not be read", outcome.unreadable);
    }
    let (up, down) = outcome.moved();
    let _ = writeln!(
        text,
        "{} would have another next step: {up} a graver one, {down} a lighter one; {} would have another score\n",
        up + down,
        outcome.scores
    );
    let _ = write!(text, "{:<16}", "BEFORE \\ AFTER");
    for step in NextStep::ALL {
        let _ = write!(text, "{:>10}", step.word());
    }
    text.push('\n');
    for (step, row) in NextStep::ALL.into_iter().zip(outcome.steps) {
        let _ = write!(text, "{:<16}", step.word());
        for count in row {
            let _ = write!(text, "{count:>10}");
        }
        text.push('\n');
    }
    let changed = || {
        let mut changed = outcome.effects.iter();
        changed.any(|(_, one)| one.gained > 0 || one.lost > 0)
    };
    if changed() {
        let _ = writeln!(
            text,
            "\n{:<32}{:>8}{:>8}{:>8}{:>8}",
            "RULE", "BEFORE", "AFTER", "GAINED", "LOST"
        );
    }
    for (rule, one) in &outcome.effects {
        if one.gained > 0 || one.lost > 0 {
            let _ = writeln!(
                text,
                "{rule:<32}{:>8}{:>8}{:>8}{:>8}",
                one.before, one.after, one.gained, one.lost
            );
        }
    }
    if !outcome.moves.is_empty() {
        let _ = writeln!(
            text,
            "\n{:<24} {:<12} {:<22} {:>16}  RULES",
            "ID", "SOURCE", "NEXT STEP", "SCORE"
        );
    }
    for one in outcome.moves.iter().take(NAMED) {
        let steps = format!("{} > {}", one.before.word(), one.after.word());
        let scores = format!("{} > {}", db(one.before_db), db(one.after_db));
        let _ = writeln!(
            text,
            "{:<24} {:<12} {steps:<22} {scores:>16}  {}",
            visible(&one.external_id),
            visible(&one.source),
            rules(one)
        );
    }
    if let more @ 1.. = outcome.moves.len().saturating_sub(NAMED) {
        let _ = writeln!(text, "and {more} more; --output csv names all");
    }
    text
}

/// `+x.phone -phone.plus1_format`.
fn rules(one: &Move) -> String {
    let gained = one.gained.iter().map(|rule| format!("+{rule}"));
    let lost = one.lost.iter().map(|rule| format!("-{rule}"));
    gained.chain(lost).collect::<Vec<_>>().join(" ")
}

/// An id that cannot steer a terminal.
fn visible(id: &str) -> String {
    id.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backtest::Effect;
    use crate::candidate::CandidateId;

    #[test]
    fn a_trial_is_a_table() {
        let mut outcome = Outcome {
            screenings: 12,
            scores: 4,
            span: Some((
                "2026-01-02T00:00:00Z".parse().unwrap(),
                "2026-03-04T00:00:00Z".parse().unwrap(),
            )),
            ..Outcome::default()
        };
        outcome.steps[0][0] = 9;
        outcome.steps[0][1] = 2;
        outcome.steps[3][2] = 1;
        let effect = Effect {
            after: 3,
            gained: 3,
            ..Effect::default()
        };
        outcome.effects.insert("x.phone".into(), effect);
        outcome.effects.insert("x.same".into(), Effect::default());
        outcome.moves.push(Move {
            candidate_id: CandidateId("c-1".into()),
            external_id: "A-\u{1b}[31m1".into(),
            source: "file".into(),
            stage: "applied".into(),
            before: NextStep::None,
            after: NextStep::Ask,
            before_db: -20.0,
            after_db: -8.0,
            gained: vec!["x.phone".into()],
            lost: vec!["phone.one".into()],
        });
        insta::assert_snapshot!(table(&outcome), @r#"
12 screenings judged again, made from 2026-01-02 to 2026-03-04
3 would have another next step: 2 a graver one, 1 a lighter one; 4 would have another score

BEFORE \ AFTER        none       ask    verify  escalate
none                     9         2         0         0
ask                      0         0         0         0
verify                   0         0         0         0
escalate                 0         0         1         0

RULE                              BEFORE   AFTER  GAINED    LOST
x.phone                                0       3       3       0

ID                       SOURCE       NEXT STEP                         SCORE  RULES
A-�[31m1                 file         none > ask                 −20.0 > −8.0  +x.phone -phone.one
"#);
    }
}
