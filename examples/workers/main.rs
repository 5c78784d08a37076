//! Judges made-up workers at the end of every day: how many honest ones have a finding about latency,
//! and how soon operators far away have one.
//!
//! ```text
//! cargo run --release --example workers -- --workers 1000 --days 90 --seed 1
//! ```
//!
//! What the figures are worth is what `telltale::telemetry::simulate` is worth: made-up timings, with
//! bad days, spells, journeys, helpdesks and text expanders in them, and no measured ones.

mod crowd;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Instant;

use crowd::{Cohorts, Worker};
use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday, date};
use rayon::prelude::*;
use telltale::application::Stage;
use telltale::candidate::Candidate;
use telltale::reference::{self, Reference};
use telltale::rules::Ruleset;
use telltale::signals::{self, Subject};
use telltale::telemetry::simulate::Story;
use telltale::telemetry::simulate::{end_of, trace};
use telltale::telemetry::{Gauge, Record};

const USAGE: &str = "usage: workers [--workers 1000] [--days 90] [--seed 1]";

/// A Monday.
const FIRST: Date = date(2026, 3, 2);

/// Days in which the beginning of a working life is onboarding.
const ONBOARDING_DAYS: u16 = 14;

/// Workdays by whose end operators are counted.
const DETECTED_BY: [usize; 4] = [1, 2, 3, 5];

fn main() -> ExitCode {
    let Some([workers, days, seed]) = arguments(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let rules = match Ruleset::shipped() {
        Ok(rules) => rules,
        Err(faults) => {
            eprintln!("workers: {faults}");
            return ExitCode::FAILURE;
        }
    };
    let bench = Bench {
        rules,
        reference: reference::base::shipped(),
        candidate: Candidate::default(),
    };
    let days = u16::try_from(days).unwrap_or(90);
    let started = Instant::now();
    let honest: Vec<Worker> = (0..workers)
        .map(|index| Worker::honest(seed, index, days))
        .collect();
    let cohorts = Cohorts::of(&honest, FIRST, days);
    bench.false_alarms(&honest, &cohorts, days);
    let operators: Vec<Worker> = (0..workers)
        .map(|index| Worker::operator(seed, index))
        .collect();
    bench.detection(&operators, &cohorts);
    println!("{:.1} s", started.elapsed().as_secs_f64());
    ExitCode::SUCCESS
}

/// `--workers`, `--days` and `--seed`.
fn arguments(mut arguments: impl Iterator<Item = String>) -> Option<[u64; 3]> {
    let mut values = [1000, 90, 1];
    while let Some(name) = arguments.next() {
        let names = ["--workers", "--days", "--seed"];
        let at = names.iter().position(|known| *known == name)?;
        values[at] = arguments.next()?.parse().ok()?;
    }
    Some(values)
}

/// What judging takes.
struct Bench {
    rules: Ruleset,
    reference: &'static Reference,
    candidate: Candidate,
}

impl Bench {
    /// The rules about latency that fire at the end of each day, with the number of the workday.
    fn days(&self, worker: &Worker, cohorts: &Cohorts, days: u16) -> Vec<(usize, Vec<String>)> {
        let whole = trace(&worker.plan, FIRST, days);
        let mut judged = Vec::new();
        let mut workday = 0;
        let mut record = Record::default();
        for index in 0..days {
            let Ok(date) = FIRST.checked_add(i32::from(index).days()) else {
                break;
            };
            let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
            if weekend {
                continue;
            }
            workday += 1;
            record.now = end_of(date);
            let known = record.sessions.len();
            let seen = whole
                .sessions
                .partition_point(|one| one.started_at < record.now);
            record
                .sessions
                .extend_from_slice(&whole.sessions[known..seen]);
            let known = record.observations.len();
            let seen = whole
                .observations
                .partition_point(|one| one.at < record.now);
            record
                .observations
                .extend_from_slice(&whole.observations[known..seen]);
            worker.tell(index, date, &mut record);
            record.cohorts = cohorts.beside(worker, index);
            judged.push((workday, self.judge(&record, index)));
        }
        judged
    }

    fn judge(&self, record: &Record, index: u16) -> Vec<String> {
        let work = Gauge::of(record);
        let subject = Subject {
            work: Some(&work),
            ..Subject::alone(&self.candidate, self.reference, record.now)
        };
        let stage = if index < ONBOARDING_DAYS {
            Stage::Onboarding
        } else {
            Stage::Active
        };
        let judgement = self.rules.judge(&signals::read(&subject), stage);
        let rules = judgement
            .findings
            .iter()
            .map(|found| found.rule.to_string());
        rules.filter(|rule| rule.starts_with("lat.")).collect()
    }

    fn false_alarms(&self, workers: &[Worker], cohorts: &Cohorts, days: u16) {
        let found: Vec<(&Worker, Vec<String>)> = workers
            .par_iter()
            .map(|worker| {
                let judged = self.days(worker, cohorts, days);
                let mut rules: Vec<String> =
                    judged.into_iter().flat_map(|(_, rules)| rules).collect();
                rules.sort_unstable();
                rules.dedup();
                (worker, rules)
            })
            .collect();
        let hit: Vec<_> = found
            .iter()
            .filter(|(_, rules)| !rules.is_empty())
            .collect();
        let mut by_rule: BTreeMap<&str, usize> = BTreeMap::new();
        for rule in hit.iter().flat_map(|(_, rules)| rules) {
            *by_rule.entry(rule).or_default() += 1;
        }
        println!(
            "honest: {} workers over {days} days, {} with a finding on any day ({:.2} %)",
            workers.len(),
            hit.len(),
            percent(hit.len(), workers.len())
        );
        for (rule, count) in by_rule {
            println!("  {rule:<22} {count}");
        }
        for (worker, rules) in hit {
            println!("    {worker}: {}", rules.join(", "));
        }
    }

    fn detection(&self, operators: &[Worker], cohorts: &Cohorts) {
        let first: Vec<Option<usize>> = operators
            .par_iter()
            .map(|worker| {
                let judged = self.days(worker, cohorts, 14);
                let hit = |(_, rules): &&(usize, Vec<String>)| {
                    rules.iter().any(|rule| rule == "lat.operator_rtt")
                };
                judged.iter().find(hit).map(|(workday, _)| *workday)
            })
            .collect();
        let of_share = |least: f64| {
            let own = operators.iter().zip(&first);
            let own = own.filter(|(worker, _)| match worker.plan.story {
                Story::Remote { share, .. } => share >= least,
                _ => false,
            });
            own.map(|(_, first)| *first).collect::<Vec<_>>()
        };
        // By definition (red-flags §1) at least half of the minutes must come from afar.
        for (least, whose) in [
            (0.0, "all"),
            (0.8, "who come from afar for at least 80 % of the time"),
        ] {
            let first = of_share(least);
            println!(
                "operators over direct connections: {}, {whose}",
                first.len()
            );
            for by in DETECTED_BY {
                let count = first
                    .iter()
                    .filter(|day| day.is_some_and(|day| day <= by))
                    .count();
                let share = percent(count, first.len());
                println!("  by the end of workday {by}: {count} ({share:.1} %)");
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "nobody counts that far")]
fn percent(part: usize, whole: usize) -> f64 {
    part as f64 * 100.0 / whole.max(1) as f64
}
