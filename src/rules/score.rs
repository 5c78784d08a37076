//! Weight of evidence in decibans: group caps, the weak cap, and the bands of the next step.
//!
//! Findings of one group share a cause, so the heaviest counts in full, the second by half, the
//! third by a quarter and the rest not at all; all weak findings together count at most 8 dB;
//! evidence in a candidate's favour counts in full (red-flags §0). A finding whose rule is replaced
//! by another that fired counts nothing and takes nobody's place: the other one says it already. One
//! that a person has explained counts nothing, and what it replaced counts again.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Finding, NextStep, Strength};

/// All weak findings together count at most this much, decibans (red-flags §0).
pub const WEAK_CAP_DB: f64 = 8.0;

/// What the first, second and third finding of a group count; later ones count nothing.
const SHARES: [f64; 3] = [1.0, 0.5, 0.25];

/// Scaling to the weak cap leaves rounding errors; a score this near to a limit is at it.
const ROUNDING_DB: f64 = 1e-9;

/// The prior and the limits of the next steps, decibans.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Scoring {
    /// The score of somebody of whom nothing is known: -20 is 1 in 101.
    pub prior_db: f64,
    /// From here on, ask the candidate.
    pub ask_db: f64,
    /// From here on, a person checks the identity.
    pub verify_db: f64,
    /// Above this, security and legal look.
    pub escalate_db: f64,
}

impl Default for Scoring {
    fn default() -> Self {
        Self {
            prior_db: -20.0,
            ask_db: -10.0,
            verify_db: 0.0,
            escalate_db: 10.0,
        }
    }
}

impl Scoring {
    /// Checks that every value is a number and that the limits rise; the error says which does not.
    pub fn checked(self) -> Result<Self, String> {
        for (name, value) in [
            ("prior_db", self.prior_db),
            ("ask_db", self.ask_db),
            ("verify_db", self.verify_db),
            ("escalate_db", self.escalate_db),
        ] {
            if !value.is_finite() {
                return Err(format!("{name} must be a finite number of decibans"));
            }
        }
        if self.prior_db >= self.ask_db {
            return Err(format!(
                "prior_db ({}) must lie below ask_db ({}), or everybody is asked",
                self.prior_db, self.ask_db
            ));
        }
        if self.ask_db >= self.verify_db || self.verify_db >= self.escalate_db {
            return Err(format!(
                "the limits must rise: ask_db {}, verify_db {}, escalate_db {}",
                self.ask_db, self.verify_db, self.escalate_db
            ));
        }
        Ok(self)
    }

    /// The next step at a score.
    pub fn next_step(&self, score_db: f64) -> NextStep {
        if score_db > self.escalate_db + ROUNDING_DB {
            NextStep::Escalate
        } else if score_db >= self.verify_db - ROUNDING_DB {
            NextStep::Verify
        } else if score_db >= self.ask_db - ROUNDING_DB {
            NextStep::Ask
        } else {
            NextStep::None
        }
    }
}

/// Sets what each finding counts, and returns the score they add up to with the prior, and the
/// next step at it. The order of the findings does not matter and stays.
pub fn weigh(findings: &mut [Finding], scoring: &Scoring) -> (f64, NextStep) {
    let counted = counted(findings, explained);
    let replaced = replaced(findings, explained);
    let replaced: Vec<_> = replaced.into_iter().map(|by| by.map(Arc::clone)).collect();
    let mut score_db = scoring.prior_db;
    for ((finding, counted_db), by) in findings.iter_mut().zip(counted).zip(replaced) {
        finding.counted_db = counted_db;
        finding.counted_in = by.filter(|_| finding.explained.is_none());
        score_db += counted_db;
    }
    (score_db, scoring.next_step(score_db))
}

/// The score and next step if some findings were worth nothing: explained, or not yet known.
pub fn without(
    findings: &[Finding],
    dropped: impl Fn(&Finding) -> bool,
    scoring: &Scoring,
) -> (f64, NextStep) {
    let dropped = |finding: &Finding| explained(finding) || dropped(finding);
    let score_db = scoring.prior_db + counted(findings, dropped).iter().sum::<f64>();
    (score_db, scoring.next_step(score_db))
}

/// What a person has explained is worth nothing.
fn explained(finding: &Finding) -> bool {
    finding.explained.is_some()
}

/// By which rule each finding is replaced, in their order: of several the heaviest. A finding that
/// was dropped replaces nobody, so that what it stood for counts again.
fn replaced(findings: &[Finding], dropped: impl Fn(&Finding) -> bool) -> Vec<Option<&Arc<str>>> {
    let mut by = HashMap::<&str, &Finding>::new();
    for finding in findings
        .iter()
        .filter(|finding| !finding.replaces.is_empty())
    {
        if dropped(finding) {
            continue;
        }
        for rule in finding.replaces.iter() {
            let known = by.entry(rule).or_insert(finding);
            if known.weight_db < finding.weight_db {
                *known = finding;
            }
        }
    }
    let one = |finding: &Finding| by.get(&*finding.rule).map(|by| &by.rule);
    findings.iter().map(one).collect()
}

/// What each finding counts, in their order.
fn counted(findings: &[Finding], dropped: impl Fn(&Finding) -> bool) -> Vec<f64> {
    let worth: Vec<f64> = replaced(findings, &dropped)
        .into_iter()
        .zip(findings)
        .map(|(by, finding)| {
            if by.is_some() || dropped(finding) {
                0.0
            } else {
                finding.weight_db
            }
        })
        .collect();
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by(|&a, &b| {
        (findings[a].group.cmp(&findings[b].group))
            .then_with(|| worth[b].total_cmp(&worth[a]))
            .then_with(|| findings[a].rule.cmp(&findings[b].rule))
    });
    let mut counted = vec![0.0; findings.len()];
    let (mut group, mut place) = ("", 0);
    for index in order {
        let finding = &findings[index];
        if *finding.group != *group {
            (group, place) = (&finding.group, 0);
        }
        let worth = worth[index];
        counted[index] = if worth < 0.0 {
            worth
        } else {
            let share = SHARES.get(place).copied().unwrap_or(0.0);
            place += 1;
            worth * share
        };
    }
    let weak = |finding: &Finding, db: f64| finding.strength == Strength::Weak && db > 0.0;
    let sum: f64 = (findings.iter().zip(&counted))
        .filter_map(|(finding, &db)| weak(finding, db).then_some(db))
        .sum();
    if sum > WEAK_CAP_DB {
        for (finding, db) in findings.iter().zip(&mut counted) {
            if weak(finding, *db) {
                *db *= WEAK_CAP_DB / sum;
            }
        }
    }
    counted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::fixture::finding;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    /// Rules and their weights.
    type Weights = &'static [(&'static str, f64)];

    #[test]
    fn scores_are_those_of_the_catalogue() {
        let cases: [(Weights, f64, NextStep); 9] = [
            (&[], -20.0, NextStep::None),
            (
                &[
                    ("phone.plus1_format", 1.0),
                    ("phone.voip", 2.0),
                    ("app.vpn", 2.0),
                    ("link.thin", 1.0),
                ],
                -14.5,
                NextStep::None,
            ),
            (
                &[("x.phone", 12.0), ("text.near_dup", 11.0)],
                3.0,
                NextStep::Verify,
            ),
            (
                &[("addr.shared_shipto", 9.0), ("addr.ship_late_change", 6.0)],
                -8.0,
                NextStep::Ask,
            ),
            (
                &[
                    ("addr.shared_shipto", 9.0),
                    ("addr.ship_late_change", 6.0),
                    ("dev.colocated", 11.0),
                ],
                3.0,
                NextStep::Verify,
            ),
            (
                &[
                    ("addr.shared_shipto", 9.0),
                    ("addr.ship_late_change", 6.0),
                    ("dev.colocated", 11.0),
                    ("counter.in_person", -15.0),
                ],
                -12.0,
                NextStep::None,
            ),
            (
                &[("a.x", 10.0), ("a.y", 8.0), ("a.z", 4.0), ("a.w", 4.0)],
                -5.0,
                NextStep::Ask,
            ),
            (&[("a.x", 10.0)], -10.0, NextStep::Ask),
            (&[("a.x", 15.0), ("b.x", 15.0)], 10.0, NextStep::Verify),
        ];
        for (list, score_db, step) in cases {
            let mut findings: Vec<_> = list.iter().map(|(id, db)| finding(id, *db)).collect();
            let (score, next) = weigh(&mut findings, &Scoring::default());
            assert!(close(score, score_db), "{list:?}: {score}");
            assert_eq!(next, step, "{list:?}");
            findings.reverse();
            assert!(close(weigh(&mut findings, &Scoring::default()).0, score_db));
        }
    }

    #[test]
    fn all_weak_findings_together_stay_within_their_cap_and_add_up() {
        let mut findings: Vec<_> = ["a", "b", "c", "d", "e"]
            .iter()
            .map(|group| finding(&format!("{group}.x"), 3.0))
            .collect();
        findings.push(finding("f.x", 5.0));
        let (score, step) = weigh(&mut findings, &Scoring::default());
        assert!(close(score, -20.0 + WEAK_CAP_DB + 5.0), "{score}");
        assert_eq!(step, NextStep::Ask);
        let parts: f64 = findings.iter().map(|f| f.counted_db).sum();
        assert!(close(score, -20.0 + parts));
        findings.pop();
        assert_eq!(
            weigh(&mut findings, &Scoring::default()).1,
            NextStep::None,
            "weak findings alone stay in the lowest band"
        );
    }

    #[test]
    fn a_finding_worth_nothing_gives_its_place_to_the_next() {
        let findings = [finding("x.phone", 12.0), finding("x.email", 11.0)];
        let (score, _) = without(&findings, |f| &*f.rule == "x.phone", &Scoring::default());
        assert!(close(score, -9.0), "{score}");
    }

    #[test]
    fn what_is_explained_counts_nothing_and_what_it_replaced_counts_again() {
        let explained = Some(crate::rules::Explained {
            by: "Dana Reed".to_owned(),
            at: jiff::Timestamp::UNIX_EPOCH,
            reason: "A family line.".to_owned(),
        });
        let mut findings = [
            finding("x.phone", 12.0),
            Finding {
                replaces: ["x.phone".into()].into(),
                explained: explained.clone(),
                ..finding("x.component", 13.0)
            },
            Finding {
                explained,
                ..finding("text.near_dup", 11.0)
            },
        ];
        let scoring = Scoring::default();
        let (score, _) = weigh(&mut findings, &scoring);
        assert!(close(score, -8.0), "{score}");
        let counted: Vec<_> = findings.iter().map(|f| f.counted_db).collect();
        assert_eq!(counted, [12.0, 0.0, 0.0]);
        assert_eq!(findings[0].counted_in, None);
        let (score, _) = without(&findings, |f| &*f.rule == "x.phone", &scoring);
        assert!(close(score, -20.0), "{score}");
    }

    #[test]
    fn what_is_replaced_counts_nothing_and_takes_no_place() {
        let component = |weight_db: f64| Finding {
            replaces: ["x.phone".into(), "x.email".into()].into(),
            ..finding("x.component", weight_db)
        };
        let mut findings = [
            finding("x.phone", 12.0),
            component(13.0),
            finding("x.email", 11.0),
            finding("x.link", 10.0),
            finding("text.near_dup", 11.0),
        ];
        let (score, step) = weigh(&mut findings, &Scoring::default());
        assert!(close(score, -20.0 + 13.0 + 5.0 + 11.0), "{score}");
        assert_eq!(step, NextStep::Verify);
        let counted: Vec<_> = findings.iter().map(|f| f.counted_db).collect();
        assert_eq!(counted, [0.0, 13.0, 0.0, 5.0, 11.0]);
        let replaced: Vec<_> = findings.iter().map(|f| f.counted_in.as_deref()).collect();
        let by = Some("x.component");
        assert_eq!(replaced, [by, None, by, None, None]);
        // Whoever explains the replacing one away has not explained the others.
        let (score, _) = without(
            &findings,
            |f| &*f.rule == "x.component",
            &Scoring::default(),
        );
        assert!(close(score, -20.0 + 12.0 + 5.5 + 2.5 + 11.0), "{score}");
        let (score, _) = without(&findings, |f| &*f.rule == "x.phone", &Scoring::default());
        assert!(close(score, -20.0 + 13.0 + 5.0 + 11.0), "{score}");
    }

    #[test]
    fn weighing_again_without_the_replacing_one_counts_the_others_again() {
        let mut findings = vec![
            finding("x.phone", 12.0),
            Finding {
                replaces: ["x.phone".into()].into(),
                ..finding("x.component", 13.0)
            },
        ];
        weigh(&mut findings, &Scoring::default());
        findings.pop();
        let (score, _) = weigh(&mut findings, &Scoring::default());
        assert!(close(score, -8.0), "{score}");
        assert_eq!(findings[0].counted_in, None);
    }

    #[test]
    fn weak_findings_that_are_replaced_leave_the_weak_cap_to_others() {
        let mut findings: Vec<_> = ["a", "b", "c"]
            .iter()
            .map(|group| finding(&format!("{group}.x"), 3.0))
            .collect();
        findings.push(Finding {
            replaces: ["a.x".into()].into(),
            ..finding("d.x", 5.0)
        });
        let (score, _) = weigh(&mut findings, &Scoring::default());
        assert!(close(score, -20.0 + 3.0 + 3.0 + 5.0), "{score}");
    }

    #[test]
    fn scoring_out_of_order_is_refused() {
        let fine = Scoring::default();
        assert!(fine.checked().is_ok());
        for wrong in [
            Scoring {
                ask_db: 1.0,
                ..fine
            },
            Scoring {
                escalate_db: 0.0,
                ..fine
            },
            Scoring {
                prior_db: f64::NAN,
                ..fine
            },
            Scoring {
                prior_db: -10.0,
                ..fine
            },
        ] {
            assert!(wrong.checked().is_err(), "{wrong:?}");
        }
    }
}
