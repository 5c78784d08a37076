//! Who is in the crowd, and what its cohorts are like.

use std::collections::HashMap;
use std::fmt;

use jiff::civil::Date;
use rayon::prelude::*;
use telltale::application;
use telltale::latency::baseline::{day, median, median_and_mad};
use telltale::normalise::address::{self, Address};
use telltale::telemetry::record::Cohort;
use telltale::telemetry::simulate::noise::Noise;
use telltale::telemetry::simulate::{HOMES, Line, Plan, Story, trace};
use telltale::telemetry::{Access, Kind, Record};

/// Lines of honest workers, in percent.
const LINES: [(Line, usize); 7] = [
    (Line::Fibre, 40),
    (Line::Cable, 30),
    (Line::Wifi, 15),
    (Line::Cellular, 5),
    (Line::Vdi, 5),
    (Line::Starlink, 4),
    (Line::Geostationary, 1),
];

/// Share of workers who move within the time, and of these who say so within two weeks.
const MOVES: (f64, f64) = (0.03, 0.8);

/// Share of workers who change their provider.
const NEW_LINES: f64 = 0.05;

/// Share of workers who work on the device over a remote desktop from another one near by.
const REMOTE_AT_HOME: f64 = 0.02;

/// Days of timings that a cohort is of.
const COHORT_DAYS: u16 = 30;

/// A worker and what is told of it.
pub struct Worker {
    pub plan: Plan,
    index: usize,
    /// The day on which a move is told.
    told: Option<u16>,
}

fn line(noise: &mut Noise) -> Line {
    let mut at = noise.below(100);
    for (line, share) in LINES {
        if at < share {
            return line;
        }
        at -= share;
    }
    Line::Cable
}

impl Worker {
    /// Somebody honest.
    pub fn honest(seed: u64, index: u64, days: u16) -> Self {
        let seed = seed.wrapping_mul(1_000_003).wrapping_add(index);
        let mut noise = Noise::new(seed);
        let plan = Plan::plain(seed, noise.below(HOMES.len()), line(&mut noise));
        let some_day = |noise: &mut Noise| {
            u16::try_from(noise.below(usize::from(days.max(1)))).unwrap_or_default()
        };
        let fate = noise.unit();
        let mut told = None;
        let story = if fate < MOVES.0 {
            let day = some_day(&mut noise);
            // most moves are within the city; of the rest most within some hundred kilometres
            let to = if noise.chance(0.2) {
                noise.below(HOMES.len())
            } else {
                plan.home
            };
            let after = u16::try_from(noise.below(15)).unwrap_or_default();
            told = noise.chance(MOVES.1).then_some(day + after);
            Story::Move { day, to }
        } else if fate < MOVES.0 + NEW_LINES {
            Story::NewLine {
                day: some_day(&mut noise),
                line: line(&mut noise),
            }
        } else if fate < MOVES.0 + NEW_LINES + REMOTE_AT_HOME {
            Story::Remote {
                distance_km: noise.log_normal(15.0, 1.5).min(3_000.0),
                share: noise.between(0.3, 0.95),
                relayed: 0.2,
            }
        } else {
            Story::Plain
        };
        Self {
            plan: plan.with(story),
            index: usize::try_from(index).unwrap_or_default(),
            told,
        }
    }

    /// Somebody who works from far away over a direct connection.
    pub fn operator(seed: u64, index: u64) -> Self {
        let seed = seed.wrapping_mul(2_000_003).wrapping_add(index) ^ 0xa5a5_0000;
        let mut noise = Noise::new(seed);
        let lines = [Line::Fibre, Line::Cable, Line::Cable];
        let line = lines[noise.below(lines.len())];
        let plan = Plan::plain(seed, noise.below(HOMES.len()), line);
        let story = Story::Remote {
            distance_km: noise.between(7_000.0, 12_000.0),
            // few sit at the device at all, some have a keeper who does now and then
            share: noise.between(0.6, 1.0),
            relayed: if noise.chance(0.3) { 0.2 } else { 0.0 },
        };
        Self {
            plan: plan.with(story),
            index: usize::MAX,
            told: None,
        }
    }

    /// Puts into the record what is known of the person at the end of a day.
    pub fn tell(&self, index: u16, date: Date, record: &mut Record) {
        if record.home.is_none() {
            record.home = Some(home(self.plan.home));
        }
        if let (Some(told), Story::Move { to, .. }) = (self.told, self.plan.story)
            && index == told
        {
            record.home = Some(home(to));
            record.baseline_from = Some(telltale::telemetry::simulate::end_of(date));
        }
    }

    fn group(&self) -> (Access, usize) {
        // four regions, as the homes are listed
        (self.plan.line.access(), self.plan.home / 4)
    }
}

impl fmt::Display for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Plan {
            home, line, story, ..
        } = &self.plan;
        let (city, ..) = HOMES[*home];
        write!(f, "{} {city} {line:?} {story:?}", self.plan.device)
    }
}

fn home(at: usize) -> Address {
    let (city, state, ..) = HOMES[at];
    let text = |text: &str| Some(text.to_owned());
    address::read(&application::Address {
        city: text(city),
        region: text(state),
        country: text("US"),
        ..application::Address::default()
    })
}

/// Of each group, kind and week each worker's median of session medians.
pub struct Cohorts(HashMap<(Access, usize), Vec<Usual>>);

/// A kind, the week, whose, and the median.
type Usual = (Kind, u16, usize, f64);

impl Cohorts {
    /// The cohorts of a crowd; weekly, each over the days before.
    pub fn of(workers: &[Worker], first: Date, days: u16) -> Self {
        let medians = |worker: &Worker| {
            let whole = trace(&worker.plan, first, days);
            let mut medians = Vec::new();
            for kind in [Kind::KeyToServer, Kind::Iki] {
                for week in 0..=days / 7 {
                    let until = i32::from(week) * 7 + 7;
                    let of_kind = whole.sessions.iter().filter(|one| {
                        let index = (day(one.started_at) - first).get_days();
                        one.kind == kind && index < until && index >= until - i32::from(COHORT_DAYS)
                    });
                    if let Some(ms) = median(of_kind.map(|one| one.median_ms)) {
                        medians.push((kind, week, worker.index, ms));
                    }
                }
            }
            (worker.group(), medians)
        };
        let mut groups: HashMap<_, Vec<_>> = HashMap::new();
        for (group, medians) in workers.par_iter().map(medians).collect::<Vec<_>>() {
            groups.entry(group).or_default().extend(medians);
        }
        Self(groups)
    }

    /// What others of the worker's group were like by this day.
    pub fn beside(&self, worker: &Worker, index: u16) -> Vec<Cohort> {
        let Some(group) = self.0.get(&worker.group()) else {
            return Vec::new();
        };
        // the last whole week, the first one in its course
        let week = (index / 7).saturating_sub(1);
        let kinds = [Kind::KeyToServer].into_iter().filter_map(|kind| {
            let others = group
                .iter()
                .filter(|(of, at, who, _)| (*of, *at) == (kind, week) && *who != worker.index);
            let others: Vec<f64> = others.map(|(_, _, _, ms)| *ms).collect();
            let (median_ms, mad_ms) = median_and_mad(&others)?;
            Some(Cohort {
                kind,
                workers: others.len(),
                median_ms,
                mad_ms,
            })
        });
        kinds.collect()
    }
}
