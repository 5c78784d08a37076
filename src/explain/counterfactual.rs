//! What would clear this: the smallest sets of findings whose credible answers bring the next step to `none`.
//!
//! A finding that is answered credibly is worth 0 dB (red-flags §0), as if the
//! rule had not fired, so that the next of its group counts in its place, and what it replaced
//! counts again.

use std::collections::HashMap;

use crate::rules::score::{self, Scoring};
use crate::rules::{Effort, Finding, NextStep};

/// More answerable findings than this are not searched one set after the other.
const SEARCHED_AT_MOST: usize = 20;

/// How many findings may be weighed for one page, counted each time anew: some ten milliseconds.
const WEIGHED_AT_MOST: usize = 1_000_000;

/// Several sets of the same size help to choose; more than three do not.
const SETS_AT_MOST: usize = 3;

/// Sets of findings, any one of which would clear the candidate if answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counterfactual {
    /// Places in the list of findings, ascending in each set; the set that asks least of the
    /// candidate comes first. Empty when there is nothing to clear, or answers alone cannot.
    pub sets: Vec<Vec<usize>>,
    /// Whether these are the smallest sets; otherwise one that is small, found without trying all.
    pub exact: bool,
}

/// The smallest sets of `findings` that would clear, under a prior and limits.
pub fn of(findings: &[Finding], scoring: &Scoring) -> Counterfactual {
    smallest(findings, |rest| {
        // `rest` keeps the order of `findings`, so that addresses rise in it.
        let answered = |finding: &Finding| {
            let at = std::ptr::from_ref(finding);
            rest.binary_search_by(|kept| std::ptr::from_ref(*kept).cmp(&at))
                .is_err()
        };
        score::without(findings, answered, scoring).1
    })
}

/// The smallest sets of `findings` which, left out, make `next_step` of the others `none`.
///
/// `next_step` weighs the findings it is given, in their order. Leaving out a
/// finding that counts for something must never raise its answer, unless findings that it
/// replaces stay, as holds for [`score`]; counter-evidence (below 0 dB) is never left out.
pub fn smallest(
    findings: &[Finding],
    next_step: impl Fn(&[&Finding]) -> NextStep,
) -> Counterfactual {
    let mut search = Search::new(findings, next_step);
    let nothing = Counterfactual {
        sets: Vec::new(),
        exact: true,
    };
    if search.clears(&[]) || !search.clears(&search.answerable.clone()) {
        return nothing;
    }
    if search.answerable.len() <= SEARCHED_AT_MOST {
        for size in 1..=search.answerable.len() {
            search.size(size, 0, &mut Vec::new());
            if search.weighed > WEIGHED_AT_MOST {
                break;
            }
            if !search.found.is_empty() {
                return Counterfactual {
                    sets: search.cheapest(),
                    exact: true,
                };
            }
        }
    }
    Counterfactual {
        sets: vec![search.greedy()],
        exact: false,
    }
}

/// How many findings stand above each, one replacing the next; rules never replace in a circle.
fn depths(findings: &[Finding]) -> Vec<usize> {
    let mut depth = vec![0; findings.len()];
    if findings.iter().all(|finding| finding.replaces.is_empty()) {
        return depth;
    }
    let places: HashMap<&str, usize> = findings
        .iter()
        .enumerate()
        .map(|(at, finding)| (&*finding.rule, at))
        .collect();
    // Each round settles one more level; stored findings of a circle end with the last round.
    for _ in 0..findings.len() {
        let mut settled = true;
        for at in 0..findings.len() {
            for rule in findings[at].replaces.iter() {
                if let Some(&below) = places.get(&**rule)
                    && depth[below] <= depth[at]
                    && depth[at] < findings.len()
                {
                    depth[below] = depth[at] + 1;
                    settled = false;
                }
            }
        }
        if settled {
            break;
        }
    }
    depth
}

struct Search<'a, F> {
    findings: &'a [Finding],
    next_step: F,
    /// Places of the findings that an answer can make count for less, the heaviest first, and
    /// behind every finding those that it replaces: then leaving out all from some place on never
    /// lets one of them count again.
    answerable: Vec<usize>,
    found: Vec<Vec<usize>>,
    weighed: usize,
}

impl<'a, F: Fn(&[&Finding]) -> NextStep> Search<'a, F> {
    fn new(findings: &'a [Finding], next_step: F) -> Self {
        let mut answerable: Vec<usize> = (0..findings.len())
            .filter(|&at| findings[at].weight_db > 0.0 && findings[at].explained.is_none())
            .collect();
        let depth = depths(findings);
        answerable.sort_by(|&x, &y| {
            let (a, b) = (&findings[x], &findings[y]);
            (depth[x].cmp(&depth[y]))
                .then(b.counted_db.total_cmp(&a.counted_db))
                .then(b.weight_db.total_cmp(&a.weight_db))
                .then(a.effort.cmp(&b.effort))
        });
        Self {
            findings,
            next_step,
            answerable,
            found: Vec::new(),
            weighed: 0,
        }
    }

    /// Whether answering these leaves nothing to do.
    fn clears(&mut self, answered: &[usize]) -> bool {
        self.weighed += self.findings.len();
        let mut counts = vec![true; self.findings.len()];
        for &at in answered {
            counts[at] = false;
        }
        let rest: Vec<&Finding> = self
            .findings
            .iter()
            .zip(counts)
            .filter_map(|(finding, counts)| counts.then_some(finding))
            .collect();
        (self.next_step)(&rest) == NextStep::None
    }

    /// Collects every clearing set that has `chosen` and `more` of the findings from `from` on.
    fn size(&mut self, more: usize, from: usize, chosen: &mut Vec<usize>) {
        if self.weighed > WEIGHED_AT_MOST {
            return;
        }
        if more == 0 {
            if self.clears(chosen) {
                self.found.push(chosen.clone());
            }
            return;
        }
        for at in from..=self.answerable.len().saturating_sub(more) {
            // What is left does not suffice even if all of it were answered: nor does any part.
            let fixed = chosen.len();
            chosen.extend_from_slice(&self.answerable[at..]);
            let possible = self.clears(chosen);
            chosen.truncate(fixed);
            if !possible {
                return;
            }
            chosen.push(self.answerable[at]);
            self.size(more - 1, at + 1, chosen);
            chosen.pop();
        }
    }

    /// The found sets that ask least: few meetings, then few documents, then the heaviest findings.
    fn cheapest(mut self) -> Vec<Vec<usize>> {
        let count = |set: &[usize], effort| {
            set.iter()
                .filter(|&&at| self.findings[at].effort == effort)
                .count()
        };
        // Of as much effort, rather about what counts now than about what would count after it.
        let later = |set: &[usize]| {
            let counts = |at: &&usize| self.findings[**at].counted_db.abs() < 0.05;
            set.iter().filter(counts).count()
        };
        self.found.sort_by_key(|set| {
            let efforts = (count(set, Effort::Meeting), count(set, Effort::Document));
            (efforts, later(set))
        });
        self.found.truncate(SETS_AT_MOST);
        for set in &mut self.found {
            set.sort_unstable();
        }
        self.found
    }

    /// One small set: as many of the heaviest as it takes, then without those that were not needed.
    fn greedy(&mut self) -> Vec<usize> {
        let all = self.answerable.clone();
        let (mut too_few, mut enough) = (0, all.len());
        while enough - too_few > 1 {
            let middle = usize::midpoint(too_few, enough);
            if self.clears(&all[..middle]) {
                enough = middle;
            } else {
                too_few = middle;
            }
        }
        let mut set = all[..enough].to_vec();
        for &at in all[..enough].iter().rev() {
            if self.weighed > WEIGHED_AT_MOST {
                break;
            }
            let without: Vec<usize> = set.iter().copied().filter(|&kept| kept != at).collect();
            if self.clears(&without) {
                set = without;
            }
        }
        set.sort_unstable();
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Strength;

    const PRIOR_DB: f64 = -20.0;

    fn finding(rule: &str, weight_db: f64, effort: Effort) -> Finding {
        Finding {
            rule: rule.into(),
            group: rule.split('.').next().unwrap_or_default().into(),
            strength: Strength::Moderate,
            weight_db,
            counted_db: weight_db,
            counted_in: None,
            explained: None,
            replaces: [].into(),
            title: "A title".into(),
            message: String::new(),
            evidence: Vec::new(),
            related: Vec::new(),
            innocent: [].into(),
            ask: "A question?".into(),
            effort,
            values: Vec::new(),
        }
    }

    /// Red-flags §0 without the weak cap: the heaviest of a group whole, the second half, the third a quarter.
    fn weigh(findings: &[&Finding]) -> NextStep {
        let mut groups: std::collections::BTreeMap<&str, Vec<f64>> =
            std::collections::BTreeMap::new();
        for finding in findings {
            groups
                .entry(&finding.group)
                .or_default()
                .push(finding.weight_db);
        }
        let mut score = PRIOR_DB;
        for weights in groups.values_mut() {
            weights.sort_by(|a, b| b.total_cmp(a));
            score += weights
                .iter()
                .zip([1.0, 0.5, 0.25])
                .map(|(weight, share)| weight * share)
                .sum::<f64>();
        }
        match score {
            score if score < -10.0 => NextStep::None,
            score if score < 0.0 => NextStep::Ask,
            score if score <= 10.0 => NextStep::Verify,
            _ => NextStep::Escalate,
        }
    }

    /// A name, findings, and the sets that clear them.
    type Case = (&'static str, Vec<Finding>, Vec<Vec<usize>>);

    #[test]
    fn the_smallest_sets_come_cheapest_first() {
        use Effort::{Answer, Document, Meeting};
        let cases: [Case; 7] = [
            ("nothing found", vec![], vec![]),
            (
                "nothing to clear",
                vec![finding("a.x", 9.0, Answer)],
                vec![],
            ),
            (
                "one of one",
                vec![finding("a.x", 12.0, Answer)],
                vec![vec![0]],
            ),
            (
                "an answer before a document before a meeting",
                vec![
                    finding("a.x", 6.0, Meeting),
                    finding("b.x", 6.0, Document),
                    finding("c.x", 6.0, Answer),
                ],
                // 18 dB: two of the three must go.
                vec![vec![1, 2], vec![0, 2], vec![0, 1]],
            ),
            (
                "the second of a group counts once the first is answered",
                vec![
                    finding("x.phone", 12.0, Document),
                    finding("x.email", 12.0, Document),
                    finding("drift.name", 1.0, Answer),
                ],
                vec![vec![0, 1]],
            ),
            (
                "size goes before cost",
                vec![
                    finding("a.x", 14.0, Meeting),
                    finding("b.x", 4.0, Answer),
                    finding("c.x", 4.0, Answer),
                ],
                vec![vec![0]],
            ),
            (
                "counter-evidence is kept",
                vec![
                    finding("a.x", 20.0, Answer),
                    finding("b.checked", -5.0, Answer),
                ],
                vec![vec![0]],
            ),
        ];
        for (name, findings, sets) in cases {
            let found = smallest(&findings, weigh);
            assert_eq!(found.sets, sets, "{name}");
            assert!(found.exact, "{name}");
        }
    }

    #[test]
    fn every_set_clears_and_no_part_of_it_does() {
        let findings: Vec<Finding> = (0_u8..14)
            .map(|n| {
                let group = ["a", "b", "c", "d", "e"][usize::from(n) % 5];
                finding(&format!("{group}.{n}"), 1.0 + f64::from(n), Effort::Answer)
            })
            .collect();
        let found = smallest(&findings, weigh);
        assert!(found.exact && !found.sets.is_empty());
        for set in &found.sets {
            let without = |left_out: &[usize]| {
                let rest: Vec<&Finding> = (0..findings.len())
                    .filter(|at| !left_out.contains(at))
                    .map(|at| &findings[at])
                    .collect();
                weigh(&rest)
            };
            assert_eq!(without(set), NextStep::None);
            for skipped in set {
                let part: Vec<usize> = set.iter().copied().filter(|at| at != skipped).collect();
                assert_ne!(without(&part), NextStep::None);
            }
        }
    }

    #[test]
    fn sets_clear_under_the_caps_that_count() {
        let weak = |rule: &str| Finding {
            strength: Strength::Weak,
            ..finding(rule, 3.0, Effort::Answer)
        };
        let mut findings = vec![
            finding("x.phone", 12.0, Effort::Document),
            finding("x.email", 10.0, Effort::Answer),
            weak("a.x"),
            weak("b.x"),
            weak("c.x"),
            weak("d.x"),
        ];
        let scoring = Scoring::default();
        let (score_db, _) = score::weigh(&mut findings, &scoring);
        // 12 + 5 of one group, four weak ones capped at 8.
        assert!((score_db - 5.0).abs() < 1e-9);
        let found = of(&findings, &scoring);
        assert!(found.exact);
        // Only the two of the group clear together: 8 dB of weak ones never leave the lowest band.
        assert_eq!(found.sets, vec![vec![0, 1]]);
        for set in &found.sets {
            let mut rest: Vec<Finding> = findings
                .iter()
                .enumerate()
                .filter(|(at, _)| !set.contains(at))
                .map(|(_, finding)| finding.clone())
                .collect();
            assert_eq!(score::weigh(&mut rest, &scoring).1, NextStep::None);
        }
    }

    #[test]
    fn what_a_finding_replaced_must_be_answered_with_it() {
        let component = |replaces: &[&str]| Finding {
            replaces: replaces.iter().map(|rule| (*rule).into()).collect(),
            ..finding("x.component", 8.0, Effort::Meeting)
        };
        let cases: [Case; 3] = [
            (
                "explaining the ring leaves the number to explain",
                vec![
                    finding("x.phone", 12.0, Effort::Answer),
                    component(&["x.phone"]),
                    finding("text.near_dup", 5.0, Effort::Answer),
                ],
                // 8 + 5 dB; without the text the ring stays below, without the ring 12 + 5.
                vec![vec![2]],
            ),
            (
                "both, where the ring alone is enough",
                vec![
                    finding("x.phone", 12.0, Effort::Answer),
                    Finding {
                        weight_db: 13.0,
                        ..component(&["x.phone"])
                    },
                ],
                vec![vec![0, 1]],
            ),
            (
                "the lightest that is left may stay",
                vec![
                    finding("x.phone", 9.0, Effort::Answer),
                    Finding {
                        weight_db: 13.0,
                        ..component(&["x.phone"])
                    },
                ],
                vec![vec![1]],
            ),
        ];
        let scoring = Scoring::default();
        for (name, mut findings, sets) in cases {
            score::weigh(&mut findings, &scoring);
            let found = of(&findings, &scoring);
            assert_eq!(found.sets, sets, "{name}");
            assert!(found.exact, "{name}");
        }
    }

    #[test]
    fn the_search_with_replacing_finds_what_trying_everything_finds() {
        // Every pattern of up to two replacing findings over three others, a few weights each.
        let scoring = Scoring::default();
        for pattern in 0_u32..256 {
            let bit = |at: u32| pattern >> at & 1 == 1;
            let names = ["a.x", "b.x", "c.x"];
            let replaces = |from: u32| -> std::sync::Arc<[std::sync::Arc<str>]> {
                let chosen = (from..).zip(names).filter(|(at, _)| bit(*at));
                chosen.map(|(_, name)| name.into()).collect()
            };
            let weights = if bit(6) {
                [12.0, 6.0, 4.0]
            } else {
                [5.0, 11.0, 7.0]
            };
            let mut findings: Vec<_> = names
                .iter()
                .zip(weights)
                .map(|(name, db)| finding(name, db, Effort::Answer))
                .collect();
            findings.push(Finding {
                replaces: replaces(0),
                ..finding("d.x", if bit(7) { 13.0 } else { 4.0 }, Effort::Answer)
            });
            findings.push(Finding {
                replaces: replaces(3),
                ..finding("e.x", 6.0, Effort::Answer)
            });
            score::weigh(&mut findings, &scoring);
            let clears = |set: u32| {
                let dropped = |finding: &Finding| {
                    let at = findings.iter().position(|one| one.rule == finding.rule);
                    at.is_some_and(|at| set >> at & 1 == 1)
                };
                score::without(&findings, dropped, &scoring).1 == NextStep::None
            };
            let smallest = (0_u32..32)
                .filter(|set| clears(*set))
                .map(u32::count_ones)
                .min();
            let found = of(&findings, &scoring);
            let size = found.sets.first().map_or(0, Vec::len);
            assert_eq!(smallest, u32::try_from(size).ok(), "pattern {pattern:08b}");
        }
    }

    #[test]
    fn answers_that_cannot_clear_are_not_promised() {
        let findings = [finding("a.x", 12.0, Effort::Answer)];
        assert_eq!(
            smallest(&findings, |_| NextStep::Ask).sets,
            Vec::<Vec<usize>>::new()
        );
    }

    #[test]
    fn many_findings_get_one_small_set_that_says_about() {
        let findings: Vec<Finding> = (0..400)
            .map(|n| finding(&format!("g{n}.x"), 0.5, Effort::Answer))
            .collect();
        let found = smallest(&findings, weigh);
        assert!(!found.exact);
        // 200 dB above the prior; fewer than 20 findings of half a deciban may stay.
        assert_eq!(found.sets.len(), 1);
        assert_eq!(found.sets[0].len(), 400 - 19);
    }

    #[test]
    fn the_worst_case_is_bounded() {
        let findings: Vec<Finding> = (0..SEARCHED_AT_MOST)
            .map(|n| finding(&format!("g{n}.x"), 1.0, Effort::Answer))
            .collect();
        let calls = std::cell::Cell::new(0_usize);
        let found = smallest(&findings, |rest| {
            calls.set(calls.get() + 1);
            weigh(rest)
        });
        assert_eq!(found.sets[0].len(), 11);
        assert!(calls.get() <= 2 * WEIGHED_AT_MOST / SEARCHED_AT_MOST);
    }
}
