//! How rules do: on whom they fired, and what people decided of those.
//!
//! It is counted from the latest screenings of all, in the background: a page shows the figures that were counted
//! last, with their date, and has them counted again if something is new. Nothing of it is kept but in memory.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rayon::prelude::*;
use serde::Deserialize;

use crate::app::{App, compute};
use crate::candidate::CandidateId;
use crate::error::{Error, Result};
use crate::statistics::{Share, wilson};
use crate::store::explanations;
use crate::store::hits::{self, Mark};

/// Screenings read in one go.
const PAGE: i64 = 500;

/// Candidates named of each rule.
pub const NAMED: usize = 20;

/// How long a page waits for new figures before it shows those that it has.
const PATIENCE: Duration = Duration::from_millis(300);

/// A count that took longer is not repeated at once.
const SHORT: Duration = Duration::from_millis(500);

/// A long count takes at most one part in so many of the time.
const REST: u32 = 20;

/// How often one rule fired, and how right it was.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hit {
    /// Candidates on whose latest screening it fired.
    pub all: u64,
    /// Of these, screened in the last 30 days.
    pub last_30: u64,
    /// Of these, screened in the last 90 days.
    pub last_90: u64,
    /// Of all, those of whom it was only recorded, as on trial.
    pub on_trial: u64,
    /// Of all, by the month in which they applied: year and month.
    pub months: BTreeMap<(i16, i8), u64>,
    /// Candidates on whom somebody decided, after a screening on which it fired.
    pub decided: u64,
    /// Of these, confirmed.
    pub confirmed: u64,
    /// Those on whom it fired last, the latest first.
    pub latest: Vec<(Timestamp, CandidateId)>,
}

impl Hit {
    /// Which share of those decided on was confirmed.
    pub fn share(&self) -> Option<Share> {
        wilson(self.confirmed, self.decided)
    }
}

/// The figures of all rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// When they were counted.
    pub at: Timestamp,
    /// Candidates that were screened.
    pub candidates: u64,
    /// By rule.
    pub rules: HashMap<String, Hit>,
    mark: Mark,
}

impl Figures {
    /// Of one rule.
    pub fn of(&self, rule: &str) -> Hit {
        self.rules.get(rule).cloned().unwrap_or_default()
    }
}

/// The figures as they were counted last.
#[derive(Debug, Default)]
pub struct Hits {
    kept: RwLock<Option<Arc<Figures>>>,
    counting: tokio::sync::Mutex<Option<(Instant, Duration)>>,
}

impl Hits {
    fn kept(&self) -> Option<Arc<Figures>> {
        (self.kept.read().unwrap_or_else(PoisonError::into_inner)).clone()
    }
}

/// The figures: new ones if they can be had at once, else those counted last while new ones are counted.
pub async fn current(app: &App) -> Result<Option<Arc<Figures>>> {
    let mark = hits::mark(&app.db).await?;
    let kept = app.hits.kept();
    if kept.as_ref().is_some_and(|kept| fresh(app, kept, &mark)) {
        return Ok(kept);
    }
    let of = app.clone();
    let counting = tokio::spawn(async move {
        if let Err(error) = refresh(&of).await {
            error.log();
        }
    });
    let _ = tokio::time::timeout(PATIENCE, counting).await; // it goes on, whoever waits
    Ok(app.hits.kept())
}

/// Counts, if something is new since the last time and that is not too short ago.
pub async fn refresh(app: &App) -> Result<()> {
    let mut pace = app.hits.counting.lock().await;
    let mark = hits::mark(&app.db).await?;
    let (kept, last) = (app.hits.kept(), *pace);
    let rests = last.is_some_and(|(ended, took)| took > SHORT && ended.elapsed() < took * REST);
    if rests || kept.is_some_and(|kept| fresh(app, &kept, &mark)) {
        return Ok(());
    }
    let begun = Instant::now();
    let figures = Arc::new(count(app, mark).await?);
    *app.hits
        .kept
        .write()
        .unwrap_or_else(PoisonError::into_inner) = Some(figures);
    *pace = Some((Instant::now(), begun.elapsed()));
    Ok(())
}

fn fresh(app: &App, kept: &Figures, mark: &Mark) -> bool {
    kept.mark == *mark && day(kept.at) == app.today()
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

async fn count(app: &App, mark: Mark) -> Result<Figures> {
    let now = app.now();
    let mut figures = Figures {
        at: now,
        candidates: 0,
        rules: HashMap::new(),
        mark,
    };
    let mut page = hits::page(&app.db, &CandidateId::default(), PAGE).await?;
    while let Some(last) = page.last().map(|row| row.id.clone()) {
        let read = compute(move || page.into_par_iter().map(fired).collect::<Vec<_>>());
        // The next are read while these are.
        let (read, next) = tokio::join!(read, hits::page(&app.db, &last, PAGE));
        for (row, fired) in read? {
            figures.add(&row, fired, now);
        }
        page = next?;
    }
    for hit in figures.rules.values_mut() {
        newest(&mut hit.latest);
    }
    for (rule, decided, confirmed) in explanations::by_rule(&app.db).await? {
        let hit = figures.rules.entry(rule).or_default();
        hit.decided = decided.try_into().unwrap_or_default();
        hit.confirmed = confirmed.try_into().unwrap_or_default();
    }
    Ok(figures)
}

impl Figures {
    fn add(&mut self, row: &hits::Row, fired: Vec<(String, bool)>, now: Timestamp) {
        self.candidates += 1;
        let screened = Timestamp::from(row.screened_at);
        let applied = day(row.applied_at.into());
        let within =
            |days: i64| now.duration_since(screened) <= SignedDuration::from_hours(24 * days);
        for (rule, counts) in fired {
            let hit = self.rules.entry(rule).or_default();
            hit.all += 1;
            hit.last_30 += u64::from(within(30));
            hit.last_90 += u64::from(within(90));
            hit.on_trial += u64::from(!counts);
            *hit.months
                .entry((applied.year(), applied.month()))
                .or_default() += 1;
            hit.latest.push((screened, row.id.clone()));
            if hit.latest.len() >= 10 * NAMED {
                newest(&mut hit.latest);
            }
        }
    }
}

/// Leaves the newest of them.
fn newest(latest: &mut Vec<(Timestamp, CandidateId)>) {
    latest.sort_unstable_by(|a, b| b.cmp(a));
    latest.truncate(NAMED);
}

fn fired(mut row: hits::Row) -> (hits::Row, Vec<(String, bool)>) {
    let fired = rules_of(&row.judgement);
    row.judgement = String::new();
    (row, fired)
}

/// Of a stored judgement, what is counted.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Judged<'a> {
    #[serde(borrow)]
    findings: Vec<Fired<'a>>,
    #[serde(borrow)]
    shadow: Vec<Fired<'a>>,
}

#[derive(Deserialize)]
struct Fired<'a> {
    #[serde(borrow)]
    rule: Cow<'a, str>,
}

/// The rules that fired, and whether each counted.
fn rules_of(judgement: &str) -> Vec<(String, bool)> {
    let judged: Judged<'_> = match serde_json::from_str(judgement) {
        Ok(judged) => judged,
        Err(error) => {
            Error::Internal(format!("a stored judgement cannot be read: {error}")).log();
            return Vec::new();
        }
    };
    let counted = judged.findings.into_iter().map(|one| (one, true));
    let shadow = judged.shadow.into_iter().map(|one| (one, false));
    let all = counted.chain(shadow);
    all.map(|(one, counts)| (one.rule.into_owned(), counts))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Millis;

    fn row(id: &str, day: &str) -> hits::Row {
        let at: Timestamp = format!("{day}T10:00:00Z").parse().unwrap();
        hits::Row {
            id: CandidateId(id.to_owned()),
            applied_at: Millis(at.as_millisecond()),
            screened_at: Millis(at.as_millisecond()),
            judgement: String::new(),
        }
    }

    #[test]
    fn rules_are_read_off_a_stored_judgement() {
        let judgement = r#"{"next_step":"ask","score_db":-9.0,"findings":[{"rule":"a.one","title":"\u0041"}],
            "shadow":[{"rule":"a.two"}]}"#;
        let expected = [("a.one".to_owned(), true), ("a.two".to_owned(), false)];
        assert_eq!(rules_of(judgement), expected);
        assert_eq!(rules_of("no JSON"), []);
    }

    #[test]
    fn hits_are_counted_by_age_and_month() {
        let now: Timestamp = "2026-06-01T12:00:00Z".parse().unwrap();
        let mut figures = Figures {
            at: now,
            candidates: 0,
            rules: HashMap::new(),
            mark: (None, None, 0),
        };
        for (id, day, counts) in [
            ("1", "2026-05-30", true),
            ("2", "2026-05-03", true),
            ("3", "2026-04-01", false),
            ("4", "2025-04-01", true),
        ] {
            figures.add(&row(id, day), vec![("a.one".to_owned(), counts)], now);
        }
        figures.add(&row("5", "2026-05-30"), Vec::new(), now);
        assert_eq!(figures.candidates, 5);
        let hit = figures.of("a.one");
        assert_eq!(
            (hit.all, hit.last_90, hit.last_30, hit.on_trial),
            (4, 3, 2, 1)
        );
        let months: Vec<_> = hit.months.into_iter().collect();
        assert_eq!(months, [((2025, 4), 1), ((2026, 4), 1), ((2026, 5), 2)]);
        assert_eq!(figures.of("a.two"), Hit::default());
        let mut latest = hit.latest;
        newest(&mut latest);
        assert_eq!(latest[0].1.0, "1");
    }
}
