//! How long candidates are kept: days for each stage since the last thing that happened, none unless somebody set them.
//!
//! What is due is erased exactly as by hand. Never erased so is somebody on whom a hold stands, and never who is at work:
//! a worker counts as at work until the last device was returned, and the days count from then. Nor does anybody go
//! while a case, a contest or a ticket of theirs is open.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::access::User;
use crate::app::App;
use crate::application::Stage;
use crate::audit::{self, Action, Actor};
use crate::db::Db;
use crate::error::{Error, Result, refused};
use crate::screening::erase;
use crate::store::people::{self, Who};
use crate::store::retention::{self as store, Before, Due};

/// The longest period, a hundred years.
pub const LONGEST_DAYS: i64 = 36_500;

/// The shortest: a candidacy has to come to an end first.
pub const SHORTEST_DAYS: i64 = 30;

/// How long changed periods stand before anything is erased by them: a slip can be taken back.
pub const GRACE: SignedDuration = SignedDuration::from_hours(24);

/// How often what is due is erased.
const EVERY: Duration = Duration::from_hours(1);

/// Candidates erased in one transaction.
const BATCH: i64 = 20;

/// Candidates that a preview names.
const NAMED: i64 = 50;

/// How long candidates are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Periods {
    /// Days by the word of a stage; of a stage that is not here, candidates are kept.
    pub days: BTreeMap<String, i64>,
    /// Since when it is so.
    pub since: Option<Timestamp>,
}

impl Periods {
    /// Reads days as a form writes them, by the word of a stage; an empty field keeps.
    pub fn read(fields: &BTreeMap<String, String>) -> Result<Self> {
        let mut days = BTreeMap::new();
        for stage in Stage::ALL.map(Stage::word) {
            let said = fields.get(stage).map_or("", |said| said.trim());
            if said.is_empty() {
                continue;
            }
            let said: i64 = said
                .parse()
                .ok()
                .filter(|said| (SHORTEST_DAYS..=LONGEST_DAYS).contains(said))
                .ok_or_else(|| refused(stage, "30 to 36500 days, or nothing to keep them"))?;
            days.insert(stage.to_owned(), said);
        }
        Ok(Self { days, since: None })
    }

    /// Since when nothing may have happened for a stage's candidates to be due, of each stage that has a period.
    fn befores(&self, now: Timestamp) -> Vec<Before> {
        let before = |stage: Stage| {
            let days = *self.days.get(stage.word())?;
            let before = now.checked_sub(SignedDuration::from_hours(24 * days));
            Some((stage.word(), before.ok()?))
        };
        Stage::ALL.into_iter().filter_map(before).collect()
    }

    /// From when on they are gone by.
    pub fn from(&self) -> Option<Timestamp> {
        self.since.and_then(|since| since.checked_add(GRACE).ok())
    }

    fn is_in_force(&self, now: Timestamp) -> bool {
        self.from().is_some_and(|from| from <= now)
    }
}

/// The periods that are set.
pub async fn periods(db: &Db) -> Result<Periods> {
    let kept = store::setting(db).await?;
    let read = kept.map(|json| serde_json::from_str(&json));
    read.transpose()
        .map(Option::unwrap_or_default)
        .map_err(|error| Error::Internal(format!("the setting of retention: {error}")))
}

/// Sets them.
pub async fn set(app: &App, by: &User, periods: &Periods) -> Result<()> {
    let set = Periods {
        since: Some(app.now()),
        ..periods.clone()
    };
    let json = serde_json::to_string(&set).expect("our own types serialize");
    let mut tx = app.db.begin().await?;
    store::set_setting(&mut tx, &json).await?;
    let detail = json!({ "retention": set.days });
    audit::append(
        app,
        &mut tx,
        &Actor::from(by),
        Action::SettingChanged,
        "setting:retention",
        &detail,
    )
    .await?;
    Ok(tx.commit().await?)
}

/// What is due by some periods.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// How many of each stage and source.
    pub counts: Vec<(Stage, String, i64)>,
    /// The first of them.
    pub first: Vec<Due>,
}

impl Preview {
    /// How many altogether.
    pub fn total(&self) -> i64 {
        self.counts.iter().map(|(_, _, count)| count).sum()
    }
}

/// Finds what would go by some periods now.
pub async fn preview(app: &App, periods: &Periods) -> Result<Preview> {
    let befores = periods.befores(app.now());
    if befores.is_empty() {
        return Ok(Preview::default());
    }
    let mut found = Preview::default();
    for (stage, source, count) in store::counts(&app.db, &befores).await? {
        let stage = Stage::ALL.into_iter().find(|one| one.word() == stage);
        found
            .counts
            .push((stage.unwrap_or_default(), source, count));
    }
    let place = |stage: &Stage| Stage::ALL.iter().position(|one| one == stage);
    found.counts.sort_by_key(|(stage, ..)| place(stage));
    if !found.counts.is_empty() {
        found.first = store::first(&app.db, &befores, "", NAMED).await?;
    }
    Ok(found)
}

/// Erases what is due, and says how many.
pub async fn sweep(app: &App) -> Result<usize> {
    let periods = periods(&app.db).await?;
    let now = app.now();
    let mut gone = 0;
    if !periods.is_in_force(now) {
        return Ok(gone);
    }
    for one in periods.befores(now) {
        let mut after = String::new();
        loop {
            let due = store::first(&app.db, &[one], &after, BATCH).await?;
            let Some(last) = due.last() else { break };
            after.clone_from(&last.id.0);
            match erase_due(app, &periods, one.0, &due).await {
                Ok(erased) => gone += erased,
                // It is due again in an hour, and must not keep all behind it.
                Err(error) => error.log(),
            }
        }
    }
    Ok(gone)
}

/// Erases those of a batch who are due with every other record of the same person.
async fn erase_due(app: &App, periods: &Periods, stage: &str, due: &[Due]) -> Result<usize> {
    let befores = periods.befores(app.now());
    let mut tx = app.db.begin().await?;
    let mut groups = BTreeMap::<Who, Vec<Who>>::new();
    for one in due {
        let who = (one.source.clone(), one.external_id.clone());
        let top = erase::topmost(&mut tx, &who).await?;
        let all = erase::family(&mut tx, &who).await?;
        groups.insert(top, all);
    }
    let everybody: Vec<Who> = groups.values().flatten().cloned().collect();
    people::lock(&mut tx, &everybody).await?;
    let mut roots = Vec::new();
    for (top, all) in groups {
        let found = erase::ids(&mut tx, &all).await?;
        let mut are_due = !found.is_empty();
        for id in &found {
            are_due = are_due && store::is_due(&mut tx, &befores, id).await?;
        }
        if are_due {
            roots.push(top);
        }
    }
    let gone = erase::people(app, &mut tx, roots).await?;
    if gone.candidates.is_empty() {
        return Ok(0);
    }
    let detail = json!({
        "stage": stage, "days": periods.days.get(stage), "count": gone.candidates.len(),
        "candidates": gone.candidates, "screened_again": gone.screened_again,
    });
    let by = Actor::system("retention");
    gone.log(app, &mut tx, &by, Action::Retained, &detail)
        .await?;
    tx.commit().await?;
    Ok(gone.candidates.len())
}

/// Erases what is due, every hour until `stop`.
pub async fn run(app: App, stop: CancellationToken) {
    let mut hour = tokio::time::interval(EVERY);
    hour.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = hour.tick() => {}
        }
        // A bug ends one round, not the work.
        match AssertUnwindSafe(sweep(&app)).catch_unwind().await {
            Ok(Ok(0)) => {}
            Ok(Ok(gone)) => tracing::info!(gone, "candidates were erased by their age"),
            Ok(Err(error)) => error.log(),
            Err(_) => tracing::error!("a bug ended a round of retention"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_says_days_or_nothing() {
        let said = |days: &str| {
            let fields = BTreeMap::from([("applied".to_owned(), days.to_owned())]);
            Periods::read(&fields).map(|periods| periods.days.get("applied").copied())
        };
        assert_eq!(said("").unwrap(), None);
        assert_eq!(said(" 1460 ").unwrap(), Some(1460));
        for wrong in ["0", "29", "-5", "4 years", "99999", "1e3"] {
            assert!(said(wrong).is_err(), "{wrong}");
        }
    }
}
