//! Recall, precision and false positives, counted record by record.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::truth::Truth;
use crate::rules::NextStep;
use crate::statistics;

/// Steps that a reviewer acts on, the lightest first.
const STEPS: [NextStep; 3] = [NextStep::Ask, NextStep::Verify, NextStep::Escalate];

/// How long a list of the worst a reviewer might work through; the number of members comes besides.
const LISTS: [usize; 4] = [10, 50, 100, 500];

/// Ids that are named of those not found.
const NAMED: usize = 10;

/// What became of one record.
#[derive(Clone, Debug)]
pub struct Outcome<'a> {
    /// The source.
    pub source: &'a str,
    /// The source's id.
    pub external_id: &'a str,
    /// The ring it was put in.
    pub ring: Option<&'a str>,
    /// Next step and score, decibans, where it was screened.
    pub screened: Option<(NextStep, f64)>,
    /// Rules that fired and count.
    pub fired: Option<Vec<String>>,
    /// Rules on trial that fired.
    pub on_trial: Option<Vec<String>>,
}

/// So many of so many, with the 95 % Wilson interval of the share.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Share {
    /// How many.
    pub hit: u64,
    /// Of how many.
    pub of: u64,
    /// `hit / of`; `None` of nothing.
    pub share: Option<f64>,
    /// Lower end of the interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

impl Share {
    /// So many of so many.
    pub fn of(hit: u64, of: u64) -> Self {
        let share = statistics::wilson(hit, of);
        Self {
            hit,
            of,
            share: share.map(|share| share.share),
            low: share.map(|share| share.low),
            high: share.map(|share| share.high),
        }
    }
}

/// A share in one group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InGroup {
    /// The group.
    pub group: String,
    /// The share in it.
    #[serde(flatten)]
    pub share: Share,
}

/// What a reviewer meets who acts on a step and all graver ones.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AtStep {
    /// The lightest step that is acted on.
    pub step: NextStep,
    /// Members of rings among all members: the recall.
    pub members: Share,
    /// Members among all that are acted on.
    pub precision: Share,
    /// Genuine people that are acted on, among all genuine people.
    pub genuine: Share,
    /// The same in each group of genuine people.
    pub genuine_groups: Vec<InGroup>,
    /// The recall in each group of members.
    pub member_groups: Vec<InGroup>,
    /// Rings of which at least one member is acted on.
    pub rings: Share,
}

/// How many of the worst are members.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AtK {
    /// So many of the worst.
    pub k: usize,
    /// Members among them; where equal scores stand across the end, as many as are to be expected.
    pub hits: f64,
    /// `hits / k`.
    pub precision: f64,
}

/// On whom a rule fires.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OfRule {
    /// The rule's id.
    pub rule: String,
    /// Whether it is on trial: it fired and counted nothing.
    pub on_trial: bool,
    /// Members among all members.
    pub members: Share,
    /// Genuine people among all genuine people.
    pub genuine: Share,
    /// Genuine people in each group where it fired.
    pub genuine_groups: Vec<InGroup>,
}

/// Pairs of records in one ring, of different people.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pairs {
    /// By the truth.
    pub truth: u64,
    /// As stored.
    pub stored: u64,
    /// Both.
    pub both: u64,
    /// Of the stored ones, how many are true.
    pub precision: Share,
    /// Of the true ones, how many are stored.
    pub recall: Share,
    /// The harmonic mean of both.
    pub f1: Option<f64>,
}

/// Everything that was counted.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Records that are in the truth and were screened.
    pub evaluated: u64,
    /// Members of rings among them.
    pub members: u64,
    /// The others.
    pub genuine: u64,
    /// Rings with a member among them.
    pub rings: u64,
    /// Stored records of which the truth says nothing; they are left out.
    pub not_in_truth: u64,
    /// Records that are stored and were never screened; they are left out.
    pub not_screened: u64,
    /// Records of the truth that are not stored.
    pub not_found: u64,
    /// The first of them.
    pub not_found_ids: Vec<String>,
    /// What a reviewer meets.
    pub steps: Vec<AtStep>,
    /// How many of the worst are members.
    pub at_k: Vec<AtK>,
    /// On whom each rule fires, the one that hits most genuine people first.
    pub rules: Vec<OfRule>,
    /// Stored rings beside the true ones; `None` where either are none.
    pub pairs: Option<Pairs>,
}

/// Counts of one group: members and genuine people.
#[derive(Clone, Copy, Debug, Default)]
struct Both {
    members: u64,
    genuine: u64,
}

impl Both {
    fn add(&mut self, member: bool) {
        *(if member {
            &mut self.members
        } else {
            &mut self.genuine
        }) += 1;
    }
}

/// Groups by number.
type Groups = Vec<Both>;

/// Counts records as they come.
#[derive(Debug)]
pub(super) struct Tally {
    truth: Truth,
    all: Groups,
    at: [Groups; STEPS.len()],
    /// By rule, and whether it was on trial.
    rules: HashMap<(String, bool), Groups>,
    /// Score and membership.
    ranked: Vec<(f64, bool)>,
    /// Of each true ring, the gravest step of its members; `None` while none was met.
    rings: Vec<Option<NextStep>>,
    placed: Vec<Placed>,
    stored: HashMap<String, u32>,
    not_in_truth: u64,
    not_screened: u64,
}

/// Where a record belongs: true ring, stored ring, person.
#[derive(Clone, Copy, Debug)]
struct Placed {
    truth: Option<u32>,
    stored: Option<u32>,
    person: Option<u32>,
}

impl Tally {
    pub(super) fn new(truth: Truth) -> Self {
        let groups = vec![Both::default(); truth.groups.len()];
        Self {
            all: groups.clone(),
            at: std::array::from_fn(|_| groups.clone()),
            rules: HashMap::new(),
            ranked: Vec::new(),
            rings: vec![None; truth.rings.len()],
            placed: Vec::new(),
            stored: HashMap::new(),
            not_in_truth: 0,
            not_screened: 0,
            truth,
        }
    }

    /// Counts a record. The error says which id cannot be told apart.
    pub(super) fn add(&mut self, outcome: &Outcome) -> Result<(), String> {
        let groups = self.truth.groups.len();
        let Some(known) = self.truth.of(outcome.source, outcome.external_id) else {
            self.not_in_truth += 1;
            return Ok(());
        };
        if let Some(other) = known.found.replace(outcome.source.into()) {
            return Err(format!(
                "{} is stored from {other} and from {}: the truth needs a column `source`",
                outcome.external_id, outcome.source
            ));
        }
        let (member, group) = (known.ring.is_some(), usize::from(known.group));
        let Some((step, score_db)) = outcome.screened else {
            self.not_screened += 1;
            return Ok(());
        };
        let stored = outcome.ring.map(|ring| {
            let next = u32::try_from(self.stored.len()).unwrap_or(u32::MAX);
            *self.stored.entry(ring.to_owned()).or_insert(next)
        });
        self.placed.push(Placed {
            truth: known.ring,
            stored,
            person: known.person,
        });
        if let Some(ring) = known.ring.and_then(|ring| usize::try_from(ring).ok()) {
            self.rings[ring] = self.rings[ring].max(Some(step));
        }
        self.all[group].add(member);
        for (at, least) in self.at.iter_mut().zip(STEPS) {
            if step >= least {
                at[group].add(member);
            }
        }
        self.ranked.push((score_db, member));
        let lists = [(&outcome.fired, false), (&outcome.on_trial, true)];
        for (list, on_trial) in lists {
            for rule in list.iter().flatten() {
                let counts = self
                    .rules
                    .entry((rule.clone(), on_trial))
                    .or_insert_with(|| vec![Both::default(); groups]);
                counts[group].add(member);
            }
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Evaluation {
        let all = sum(&self.all);
        let steps = STEPS.iter().zip(&self.at).map(|(step, at)| {
            let hit = sum(at);
            let known = self.rings.iter().flatten();
            AtStep {
                step: *step,
                members: Share::of(hit.members, all.members),
                precision: Share::of(hit.members, hit.members + hit.genuine),
                genuine: Share::of(hit.genuine, all.genuine),
                genuine_groups: self.by_group(at, |both| both.genuine, false),
                member_groups: self.by_group(at, |both| both.members, false),
                rings: Share::of(
                    count(known.clone().filter(|gravest| *gravest >= step)),
                    count(known),
                ),
            }
        });
        let mut rules: Vec<_> = self
            .rules
            .iter()
            .map(|((rule, on_trial), at)| {
                let hit = sum(at);
                OfRule {
                    rule: rule.clone(),
                    on_trial: *on_trial,
                    members: Share::of(hit.members, all.members),
                    genuine: Share::of(hit.genuine, all.genuine),
                    genuine_groups: self.by_group(at, |both| both.genuine, true),
                }
            })
            .collect();
        rules.sort_by(|a, b| (b.genuine.hit.cmp(&a.genuine.hit)).then_with(|| a.rule.cmp(&b.rule)));
        let missing = self.truth.all().into_iter();
        let missing: Vec<_> = missing.filter(|(_, known)| known.found.is_none()).collect();
        Evaluation {
            evaluated: all.members + all.genuine,
            members: all.members,
            genuine: all.genuine,
            rings: count(self.rings.iter().flatten()),
            not_in_truth: self.not_in_truth,
            not_screened: self.not_screened,
            not_found: count(missing.iter()),
            not_found_ids: missing.into_iter().take(NAMED).map(|(id, _)| id).collect(),
            steps: steps.collect(),
            at_k: at_k(self.ranked.clone(), all.members),
            rules,
            pairs: pairs(&self.placed),
        }
    }

    /// The share of each group that has such people, by name; if wanted only where any is hit.
    fn by_group(&self, hit: &Groups, of: fn(&Both) -> u64, only_hit: bool) -> Vec<InGroup> {
        let rows = hit.iter().zip(&self.all).zip(&self.truth.groups);
        let mut rows: Vec<_> = rows
            .filter(|((hit, all), _)| of(all) > 0 && (!only_hit || of(hit) > 0))
            .map(|((hit, all), group)| InGroup {
                group: group.clone(),
                share: Share::of(of(hit), of(all)),
            })
            .collect();
        rows.sort_by(|a, b| a.group.cmp(&b.group));
        rows
    }
}

fn sum(groups: &Groups) -> Both {
    groups.iter().fold(Both::default(), |sum, one| Both {
        members: sum.members + one.members,
        genuine: sum.genuine + one.genuine,
    })
}

fn count<T>(items: impl Iterator<Item = T>) -> u64 {
    u64::try_from(items.count()).unwrap_or(u64::MAX)
}

/// Members among the worst; of equal scores, each is as likely to stand before the end.
#[expect(clippy::cast_precision_loss, reason = "counts of records")]
fn at_k(mut ranked: Vec<(f64, bool)>, members: u64) -> Vec<AtK> {
    ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    let mut lists: Vec<usize> = LISTS.to_vec();
    lists.extend(usize::try_from(members));
    lists.retain(|k| *k > 0 && *k <= ranked.len());
    lists.sort_unstable();
    lists.dedup();
    let hits = |k: usize| {
        let end = ranked[k - 1].0;
        let above = ranked.partition_point(|(score, _)| score.total_cmp(&end).is_gt());
        let through = ranked.partition_point(|(score, _)| score.total_cmp(&end).is_ge());
        let members = |of: &[(f64, bool)]| of.iter().filter(|(_, member)| *member).count() as f64;
        let share = (k - above) as f64 / (through - above) as f64;
        members(&ranked[..above]) + members(&ranked[above..through]) * share
    };
    let row = |k| {
        let hits = hits(k);
        AtK {
            k,
            hits,
            precision: hits / k as f64,
        }
    };
    lists.into_iter().map(row).collect()
}

/// Pairs of different people in one ring: true, stored, both.
fn pairs(placed: &[Placed]) -> Option<Pairs> {
    let truth = pairs_by(placed, |one| one.truth.map(|ring| (ring, 0)));
    let stored = pairs_by(placed, |one| one.stored.map(|ring| (ring, 0)));
    let both = pairs_by(placed, |one| one.truth.zip(one.stored));
    if truth == 0 || stored == 0 {
        return None;
    }
    let precision = Share::of(both, stored);
    let recall = Share::of(both, truth);
    let f1 = (precision.share.zip(recall.share))
        .filter(|(p, r)| p + r > 0.0)
        .map(|(p, r)| 2.0 * p * r / (p + r));
    Some(Pairs {
        truth,
        stored,
        both,
        precision,
        recall,
        f1,
    })
}

/// Pairs that agree in `of`, less those of one person.
fn pairs_by(placed: &[Placed], of: impl Fn(&Placed) -> Option<(u32, u32)>) -> u64 {
    let mut rings = BTreeMap::<(u32, u32), u64>::new();
    let mut persons = BTreeMap::<((u32, u32), u32), u64>::new();
    for one in placed {
        let Some(ring) = of(one) else { continue };
        *rings.entry(ring).or_default() += 1;
        if let Some(person) = one.person {
            *persons.entry((ring, person)).or_default() += 1;
        }
    }
    let choose_two = |count: &u64| count * (count - 1) / 2;
    let all: u64 = rings.values().map(choose_two).sum();
    let same: u64 = persons.values().map(choose_two).sum();
    all - same
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: Option<f64>, b: f64) -> bool {
        a.is_some_and(|a| (a - b).abs() < 5e-4)
    }

    #[test]
    fn intervals_are_wilson_s() {
        // Newcombe 1998, table I.
        for (hit, of, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
            (29, 29, 0.8830, 1.0),
        ] {
            let share = Share::of(hit, of);
            assert!(
                close(share.low, low) && close(share.high, high),
                "{share:?}"
            );
        }
        assert_eq!(Share::of(0, 0).share, None);
    }

    const TRUTH: &str = "external_id,ring,group,person\n\
        a,r1,phone,1\nb,r1,phone,2\nc,r1,weak,3\nd,r2,weak,4\n\
        e,,couples,5\nf,,couples,6\ng,,,7\nh,,,7\nlost,,,9\nlost too,r9,,10\n";

    /// Id, stored ring, step, score and rules.
    type Row = (
        &'static str,
        Option<&'static str>,
        NextStep,
        f64,
        &'static [&'static str],
    );

    fn tally() -> Tally {
        let mut tally = Tally::new(Truth::read(TRUTH.as_bytes()).unwrap());
        let rows: [Row; 9] = [
            (
                "a",
                Some("x"),
                NextStep::Escalate,
                12.0,
                &["x.phone", "x.email"],
            ),
            ("b", Some("x"), NextStep::Verify, 3.0, &["x.phone"]),
            ("c", None, NextStep::Ask, -8.0, &["app.shared_ip"]),
            ("d", None, NextStep::None, -20.0, &[]),
            ("e", Some("x"), NextStep::Ask, -8.0, &["x.phone"]),
            ("f", None, NextStep::None, -20.0, &[]),
            ("g", Some("y"), NextStep::None, -20.0, &[]),
            ("h", Some("y"), NextStep::None, -20.0, &[]),
            ("stranger", None, NextStep::Escalate, 30.0, &["x.phone"]),
        ];
        for (id, ring, step, score, fired) in rows {
            let fired = fired.iter().map(ToString::to_string).collect();
            tally
                .add(&Outcome {
                    source: "file",
                    external_id: id,
                    ring,
                    screened: Some((step, score)),
                    fired: Some(fired),
                    on_trial: None,
                })
                .unwrap();
        }
        tally
    }

    #[test]
    fn what_was_found_stands_beside_what_is_true() {
        let found = tally().finish();
        assert_eq!((found.evaluated, found.members, found.genuine), (8, 4, 4));
        assert_eq!(
            (found.not_in_truth, found.not_found, found.rings),
            (1, 2, 2)
        );
        assert_eq!(found.not_found_ids, ["lost", "lost too"]);
        let ask = &found.steps[0];
        assert_eq!(ask.members, Share::of(3, 4));
        assert_eq!(ask.precision, Share::of(3, 4));
        assert_eq!(ask.genuine, Share::of(1, 4));
        assert_eq!(ask.rings, Share::of(1, 2));
        let groups = |list: &[InGroup]| {
            let row = |one: &InGroup| format!("{} {}/{}", one.group, one.share.hit, one.share.of);
            list.iter().map(row).collect::<Vec<_>>()
        };
        assert_eq!(groups(&ask.genuine_groups), ["couples 1/2", "genuine 0/2"]);
        assert_eq!(groups(&ask.member_groups), ["phone 2/2", "weak 1/2"]);
        assert_eq!(found.steps[2].members, Share::of(1, 4));
        let phone = &found.rules[0];
        assert_eq!(phone.rule, "x.phone");
        assert_eq!((phone.members.hit, phone.genuine.hit), (2, 1));
        assert_eq!(groups(&phone.genuine_groups), ["couples 1/2"]);
    }

    #[test]
    fn equal_scores_at_the_end_of_a_list_count_by_their_share() {
        // 12, 3, then a member and a genuine one at -8, then four at -20 with one member.
        let ranked = vec![
            (-20.0, false),
            (12.0, true),
            (-8.0, false),
            (3.0, true),
            (-8.0, true),
            (-20.0, true),
            (-20.0, false),
            (-20.0, false),
        ];
        let hits = |members: u64| at_k(ranked.clone(), members)[0].hits;
        for (k, expected) in [(1, 1.0), (2, 2.0), (3, 2.5), (4, 3.0), (6, 3.5), (8, 4.0)] {
            assert!((hits(k) - expected).abs() < 1e-9, "{k}");
        }
    }

    #[test]
    fn pairs_are_of_different_people() {
        let found = tally().finish().pairs.unwrap();
        // True: a-b, a-c, b-c. Stored: a-b, a-e, b-e; g and h are one person.
        assert_eq!((found.truth, found.stored, found.both), (3, 3, 1));
        assert!(close(found.f1, 1.0 / 3.0), "{found:?}");
    }

    #[test]
    fn an_id_of_two_sources_needs_the_source() {
        let mut tally = tally();
        let again = tally.add(&Outcome {
            source: "ats",
            external_id: "a",
            ring: None,
            screened: None,
            fired: None,
            on_trial: None,
        });
        assert!(again.unwrap_err().contains("column `source`"));
    }
}
