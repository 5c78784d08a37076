//! The pure part: one stored screening before and after.

use std::collections::HashSet;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::application::Stage;
use crate::rules::{Judgement, NextStep, Ruleset, score};
use crate::signals::Facts;
use crate::store::screenings::Kept;

/// What a ruleset makes of somebody, as far as it is compared.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Side {
    pub(super) step: NextStep,
    pub(super) score_db: f64,
    pub(super) counted: Vec<Arc<str>>,
    pub(super) on_trial: Vec<Arc<str>>,
}

/// Both sides of one screening.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sides {
    pub(super) before: Side,
    pub(super) after: Side,
}

/// Of a stored judgement, what is compared.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Stored {
    findings: Vec<Fired>,
    shadow: Vec<Fired>,
}

#[derive(Deserialize)]
struct Fired {
    rule: Arc<str>,
    /// Somebody explained it: it is worth nothing, and would be worth nothing under other rules too.
    #[serde(default)]
    explained: Option<IgnoredAny>,
}

/// Judges a stored screening again; `None` when what is stored cannot be read.
pub(super) fn again(row: &Kept, before: Option<&Ruleset>, after: &Ruleset) -> Option<Sides> {
    let stored: Stored = serde_json::from_str(&row.judgement).ok()?;
    let facts = Facts::from_json(&serde_json::from_str(&row.signals).ok()?);
    let stage = (Stage::ALL.into_iter()).find(|stage| stage.word() == row.stage)?;
    let explained = stored.findings.iter().chain(&stored.shadow);
    let explained: HashSet<Arc<str>> = explained
        .filter(|fired| fired.explained.is_some())
        .map(|fired| Arc::clone(&fired.rule))
        .collect();
    let judge = |rules: &Ruleset| side(rules.judge(&facts, stage), &explained, rules);
    let before = match before {
        // What was judged by the same rules need not be judged again.
        Some(rules) if rules.digest() != row.ruleset => judge(rules),
        _ => Side {
            step: NextStep::of_word(&row.next_step)?,
            score_db: row.score_db,
            counted: names(stored.findings),
            on_trial: names(stored.shadow),
        },
    };
    let after = judge(after);
    Some(Sides { before, after })
}

fn side(judgement: Judgement, explained: &HashSet<Arc<str>>, rules: &Ruleset) -> Side {
    let (score_db, step) = if explained.is_empty() {
        (judgement.score_db, judgement.next_step)
    } else {
        let dropped = |finding: &crate::rules::Finding| explained.contains(&finding.rule);
        score::without(&judgement.findings, dropped, rules.scoring())
    };
    let names = |findings: Vec<crate::rules::Finding>| {
        let names = findings.into_iter().map(|finding| finding.rule);
        names.collect()
    };
    Side {
        step,
        score_db,
        counted: names(judgement.findings),
        on_trial: names(judgement.shadow),
    }
}

fn names(fired: Vec<Fired>) -> Vec<Arc<str>> {
    fired.into_iter().map(|one| one.rule).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::CandidateId;
    use crate::db::Millis;

    fn kept(judgement: &str) -> Kept {
        Kept {
            id: "s-1".into(),
            candidate_id: CandidateId("c-1".into()),
            external_id: "A-1".into(),
            source: "file".into(),
            stage: "applied".into(),
            ruleset: "sha256:old".into(),
            next_step: "ask".into(),
            score_db: -8.0,
            screened_at: Millis(0),
            signals: "{}".into(),
            judgement: judgement.into(),
        }
    }

    #[test]
    fn nothing_seen_is_nothing_found_whatever_was_judged_then() {
        let rules = Ruleset::shipped().unwrap();
        let row = kept(r#"{"findings":[{"rule":"x.gone"}],"shadow":[{"rule":"x.trial"}]}"#);
        let sides = again(&row, None, &rules).unwrap();
        assert_eq!(
            (sides.before.step, sides.after.step),
            (NextStep::Ask, NextStep::None)
        );
        assert_eq!(sides.before.counted, ["x.gone".into()]);
        assert_eq!(sides.before.on_trial, ["x.trial".into()]);
        assert!(sides.after.counted.is_empty());
        let both = again(&row, Some(&rules), &rules).unwrap();
        assert_eq!(both.before, both.after);
        assert_eq!(again(&kept("no JSON"), None, &rules), None);
    }

    #[test]
    fn what_was_explained_stays_worth_nothing() {
        let rules = Ruleset::shipped().unwrap();
        let signals = r#"{"phones":[{"field":"phones[0]","value":"1",
            "is":{"own":true,"plan":"nanp","fault":"fiction"}}]}"#;
        let judged = |judgement: &str| {
            let row = Kept {
                signals: signals.into(),
                ..kept(judgement)
            };
            again(&row, None, &rules).unwrap().after
        };
        let plain = judged(r#"{"findings":[]}"#);
        assert!(
            plain.counted.contains(&"phone.nanp_invalid".into()),
            "{plain:?}"
        );
        assert!(plain.score_db > rules.scoring().prior_db);
        let explained = plain.counted.iter();
        let explained: Vec<_> = explained
            .map(|rule| serde_json::json!({"rule": rule, "explained": {"by": "Ada"}}))
            .collect();
        let explained = judged(&serde_json::json!({ "findings": explained }).to_string());
        assert!((explained.score_db - rules.scoring().prior_db).abs() < 1e-9);
        assert_eq!(explained.step, NextStep::None);
        assert_eq!(explained.counted, plain.counted, "it is still found");
    }
}
