//! How rules do: on whom they fired, and what people decided of those.
//!
//! It is counted from what the latest screenings of all found, in the background: a page shows the figures that were counted
//! last, with their date, and has them counted again if something is new. Nothing of it is kept but in memory.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::app::App;
use crate::error::Result;
use crate::statistics::{Share, wilson};
use crate::store::explanations;
use crate::store::hits::{self, Mark};

/// How long a page waits for new figures before it shows those that it has.
const PATIENCE: Duration = Duration::from_millis(15);

/// How long it waits for the first ones.
const FIRST: Duration = Duration::from_millis(300);

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
    let (of, patience) = (app.clone(), if kept.is_some() { PATIENCE } else { FIRST });
    let counting = tokio::spawn(async move {
        if let Err(error) = refresh(&of).await {
            error.log();
        }
    });
    let _ = tokio::time::timeout(patience, counting).await; // it goes on, whoever waits
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
    let ago = |days: i64| {
        let then = now.checked_sub(SignedDuration::from_hours(24 * days));
        then.unwrap_or(Timestamp::UNIX_EPOCH)
    };
    let mut rules = HashMap::<String, Hit>::new();
    for one in hits::days(&app.db, (ago(30), ago(90))).await? {
        let hit = rules.entry(one.rule.clone()).or_default();
        hit.add(&one);
    }
    for (rule, decided, confirmed) in explanations::by_rule(&app.db).await? {
        let hit = rules.entry(rule).or_default();
        (hit.decided, hit.confirmed) = (number(decided), number(confirmed));
    }
    Ok(Figures {
        at: now,
        candidates: number(hits::screened(&app.db).await?),
        rules,
        mark,
    })
}

fn number(n: i64) -> u64 {
    n.try_into().unwrap_or_default()
}

impl Hit {
    fn add(&mut self, one: &hits::Day) {
        self.all += number(one.n);
        self.last_30 += number(one.since_first);
        self.last_90 += number(one.since_second);
        self.on_trial += number(one.on_trial);
        let applied = Timestamp::from_second(one.day.saturating_mul(86_400)).map(day);
        if let Ok(applied) = applied {
            let month = (applied.year(), applied.month());
            *self.months.entry(month).or_default() += number(one.n);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_come_to_months() {
        let mut hit = Hit::default();
        for (day, n) in [("2025-04-01", 1), ("2026-05-03", 2), ("2026-05-30", 4)] {
            let day: Date = day.parse().unwrap();
            let at = day.to_zoned(TimeZone::UTC).unwrap().timestamp();
            hit.add(&hits::Day {
                rule: "a.one".to_owned(),
                day: at.as_second() / 86_400,
                n,
                since_first: n - 1,
                since_second: n,
                on_trial: 1,
            });
        }
        assert_eq!(
            (hit.all, hit.last_90, hit.last_30, hit.on_trial),
            (7, 7, 4, 3)
        );
        let months: Vec<_> = hit.months.into_iter().collect();
        assert_eq!(months, [((2025, 4), 1), ((2026, 5), 6)]);
    }
}
