//! All counts of one period.

use std::collections::BTreeMap;

use super::period::Period;
use super::significance::{self, FEW};
use crate::app::App;
use crate::db::{self, Db};
use crate::decision::Outcome;
use crate::error::Result;
use crate::rules::NextStep;
use crate::store::reports::{self, Made, Reader};

/// Workers read in one go.
const WORKERS: i64 = 500;

/// People named in the access log.
const READERS: i64 = 100;

/// Everything that a report by period shows.
#[derive(Clone, Debug, Default)]
pub struct Overview {
    /// Who applied.
    pub candidates: u64,
    /// Of them not screened yet.
    pub unscreened: u64,
    /// Of them by next step, the gravest first.
    pub steps: Vec<(NextStep, u64)>,
    /// By source, the most first.
    pub sources: Vec<Share>,
    /// By agency, the most first.
    pub agencies: Vec<Share>,
    /// Rules by how many candidates they fired on, the most first.
    pub rules: Vec<RuleCount>,
    /// Decisions by outcome.
    pub decisions: Vec<DecisionCount>,
    /// Decisions by who made them, the most first.
    pub reviewers: Vec<Reviewer>,
    /// Hours from screening to decision: half were faster, and nine in ten.
    pub hours: Option<(f64, f64)>,
    /// Workers as they stand now.
    pub workers: Vec<(WorkerState, u64)>,
    /// Who opened candidates, the most first.
    pub readers: Vec<Reader>,
    /// The quarters up to this period; the first is there to compare with alone.
    pub quarters: Vec<Quarter>,
}

/// A source or an agency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Its name.
    pub name: String,
    /// Who applied through it.
    pub n: u64,
    /// Of them those whose next step is to verify or to escalate.
    pub raised: u64,
    /// Of them those who stand as confirmed.
    pub confirmed: u64,
}

impl Share {
    /// Whether these are too few for their shares to say much.
    pub const fn is_few(&self) -> bool {
        self.n < FEW
    }
}

/// How many candidates a rule fired on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleCount {
    /// The rule's id.
    pub rule: String,
    /// Its strength's word then.
    pub strength: String,
    /// Its title, if it is in force still.
    pub title: Option<String>,
    /// On how many.
    pub candidates: u64,
}

/// How many decisions ended so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecisionCount {
    /// The outcome.
    pub outcome: Outcome,
    /// How many.
    pub n: u64,
}

/// What somebody decided.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reviewer {
    /// Who.
    pub name: String,
    /// Decisions by outcome, in [`Outcome::ALL`]'s order.
    pub outcomes: [u64; 3],
    /// Hours from screening to decision: half were faster.
    pub hours: Option<f64>,
}

/// How a worker's timings stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WorkerState {
    /// A finding on timings counts.
    Alarm,
    /// Some kind is steady.
    Steady,
    /// Some kind is being learnt, none steady.
    Learning,
    /// Too little was measured.
    Insufficient,
    /// Nothing was measured.
    Nothing,
}

impl WorkerState {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Alarm,
        Self::Steady,
        Self::Learning,
        Self::Insufficient,
        Self::Nothing,
    ];
}

/// Counts of a quarter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quarter {
    /// `2026-Q2`.
    pub word: String,
    /// Who applied.
    pub candidates: u64,
    /// Of them those whose next step is to verify or to escalate.
    pub raised: u64,
    /// Decisions made.
    pub decided: u64,
    /// Of them confirmed.
    pub confirmed: u64,
}

fn count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or_default()
}

fn is_raised(step: Option<&str>) -> bool {
    let step = step.and_then(NextStep::of_word);
    matches!(step, Some(NextStep::Verify | NextStep::Escalate))
}

/// Counts a period.
pub async fn overview(app: &App, period: &Period) -> Result<Overview> {
    let (db, span) = (&app.db, period.span());
    let (groups, confirmed, fired, made, workers, readers, quarters) = tokio::try_join!(
        reports::groups(db, span),
        reports::confirmed(db, span),
        reports::fired(db, span),
        reports::made(db, span),
        workers(db),
        reports::readers(db, span, READERS),
        quarters(db, period),
    )?;
    let mut view = Overview {
        rules: by_rule(app, fired),
        workers,
        readers,
        quarters,
        ..Overview::default()
    };
    by_group(&mut view, groups);
    for (source, agency, n) in confirmed {
        add_confirmed(&mut view.sources, &source, count(n));
        if let Some(agency) = agency {
            add_confirmed(&mut view.agencies, &agency, count(n));
        }
    }
    by_reviewer(&mut view, made);
    Ok(view)
}

fn by_group(view: &mut Overview, groups: Vec<reports::Group>) {
    let mut steps: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut sources: BTreeMap<String, Share> = BTreeMap::new();
    let mut agencies: BTreeMap<String, Share> = BTreeMap::new();
    for group in groups {
        let n = count(group.n);
        view.candidates += n;
        match group.next_step.as_deref().and_then(NextStep::of_word) {
            Some(step) => *steps.entry(step.word()).or_default() += n,
            None => view.unscreened += n,
        }
        let raised = if is_raised(group.next_step.as_deref()) {
            n
        } else {
            0
        };
        for (into, name) in [
            (&mut sources, Some(group.source)),
            (&mut agencies, group.agency),
        ] {
            if let Some(name) = name {
                let share = into.entry(name).or_default();
                share.n += n;
                share.raised += raised;
            }
        }
    }
    let of = |step: NextStep| (step, steps.get(step.word()).copied().unwrap_or_default());
    view.steps = [
        NextStep::Escalate,
        NextStep::Verify,
        NextStep::Ask,
        NextStep::None,
    ]
    .map(of)
    .into();
    view.sources = most_first(sources);
    view.agencies = most_first(agencies);
}

fn most_first(shares: BTreeMap<String, Share>) -> Vec<Share> {
    let named = |(name, share)| Share { name, ..share };
    let mut shares: Vec<Share> = shares.into_iter().map(named).collect();
    shares.sort_by_key(|share| std::cmp::Reverse(share.n));
    shares
}

fn add_confirmed(shares: &mut [Share], name: &str, n: u64) {
    if let Some(share) = shares.iter_mut().find(|share| share.name == name) {
        share.confirmed += n;
    }
}

fn by_rule(app: &App, fired: Vec<(String, String, i64)>) -> Vec<RuleCount> {
    let ruleset = app.rules.current();
    let row = |(rule, strength, n): (String, String, i64)| RuleCount {
        title: ruleset.rule(&rule).map(|rule| rule.title.to_string()),
        rule,
        strength,
        candidates: count(n),
    };
    fired.into_iter().map(row).collect()
}

fn by_reviewer(view: &mut Overview, made: Vec<Made>) {
    let mut people: BTreeMap<String, (Reviewer, Vec<f64>)> = BTreeMap::new();
    let mut all = Vec::new();
    for one in made {
        let Some(at) = Outcome::ALL
            .iter()
            .position(|outcome| outcome.word() == one.outcome)
        else {
            continue;
        };
        let (reviewer, theirs) = people.entry(one.by_whom).or_default();
        reviewer.outcomes[at] += 1;
        if let Some(waited_from) = one.waited_from {
            let hours = reports::hours(one.at, waited_from);
            theirs.push(hours);
            all.push(hours);
        }
    }
    view.decisions = (Outcome::ALL.into_iter().enumerate())
        .map(|(at, outcome)| DecisionCount {
            outcome,
            n: people
                .values()
                .map(|(reviewer, _)| reviewer.outcomes[at])
                .sum(),
        })
        .collect();
    view.hours = quantile(&mut all, 0.5).zip(quantile(&mut all, 0.9));
    let named = |(name, (reviewer, mut hours)): (String, (Reviewer, Vec<f64>))| Reviewer {
        name,
        hours: quantile(&mut hours, 0.5),
        ..reviewer
    };
    view.reviewers = people.into_iter().map(named).collect();
    (view.reviewers).sort_by_key(|one| std::cmp::Reverse(one.outcomes.iter().sum::<u64>()));
}

/// The value below which a share of them lies; the nearest rank.
fn quantile(values: &mut [f64], share: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank among some thousands"
    )]
    let rank = (values.len() as f64 * share).ceil() as usize;
    values.get(rank.saturating_sub(1)).copied()
}

async fn workers(db: &Db) -> db::Result<Vec<(WorkerState, u64)>> {
    let mut counts: BTreeMap<WorkerState, u64> = BTreeMap::new();
    let mut after = String::new();
    loop {
        let page = reports::workers(db, &after, WORKERS).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.worker_id);
        for worker in &page {
            *counts.entry(state(worker)).or_default() += 1;
        }
    }
    Ok(WorkerState::ALL
        .into_iter()
        .map(|state| (state, counts.get(&state).copied().unwrap_or_default()))
        .collect())
}

fn state(worker: &reports::WorkerRow) -> WorkerState {
    if worker.alarmed {
        return WorkerState::Alarm;
    }
    let Some(gauge) = &worker.gauge else {
        return WorkerState::Nothing;
    };
    let states = crate::telemetry::states(&gauge.0, None);
    let kinds = states.iter().map(|(_, word)| match *word {
        "steady" => WorkerState::Steady,
        "learning" => WorkerState::Learning,
        crate::telemetry::ALARM => WorkerState::Alarm,
        _ => WorkerState::Insufficient,
    });
    kinds.min().unwrap_or(WorkerState::Nothing)
}

async fn quarters(db: &Db, period: &Period) -> db::Result<Vec<Quarter>> {
    let mut quarters = Vec::new();
    for quarter in period.quarters() {
        quarters.push(one_quarter(db, quarter).await?);
    }
    Ok(quarters)
}

async fn one_quarter(db: &Db, period: Period) -> db::Result<Quarter> {
    let span = period.span();
    let mut quarter = Quarter {
        word: period.word,
        ..Quarter::default()
    };
    for (step, n) in reports::steps(db, span).await? {
        quarter.candidates += count(n);
        if is_raised(step.as_deref()) {
            quarter.raised += count(n);
        }
    }
    for (outcome, n) in reports::outcomes(db, span).await? {
        quarter.decided += count(n);
        if outcome == Outcome::Confirmed.word() {
            quarter.confirmed += count(n);
        }
    }
    Ok(quarter)
}

/// By how much a count grew against the one before it, as a share of that; none where there was nothing.
pub fn growth(now: u64, before: u64) -> Option<f64> {
    (before > 0).then(|| significance::share(now, before) - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_a_value_that_is_there() {
        assert_eq!(quantile(&mut [], 0.5), None);
        assert_eq!(quantile(&mut [3.0], 0.9), Some(3.0));
        assert_eq!(quantile(&mut [4.0, 1.0, 3.0, 2.0], 0.5), Some(2.0));
        let mut ten: Vec<f64> = (1..=10).map(f64::from).collect();
        assert_eq!(quantile(&mut ten, 0.9), Some(9.0));
    }

    #[test]
    fn growth_is_against_what_was_there() {
        assert_eq!(growth(5, 0), None);
        assert_eq!(growth(150, 100), Some(0.5));
        assert_eq!(growth(50, 100), Some(-0.5));
    }
}
