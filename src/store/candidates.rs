//! Candidates: one row each, with what the queue shows of the latest screening.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

use crate::application::Stage;
use crate::candidate::CandidateId;
use crate::db::{Db, Millis, ROWS_PER_STATEMENT, Result, Sql, Tx, sql};
use crate::decision::Outcome;
use crate::keys;
use crate::rules::NextStep;
use crate::store::{candidate_rules, settings};

/// A version that comes in.
#[derive(Clone, Debug)]
pub struct Arrival<'a> {
    /// The id it gets if it is the candidate's first.
    pub id: CandidateId,
    /// The source.
    pub source: &'a str,
    /// The source's id.
    pub external_id: &'a str,
    /// How many versions come in at once: this one and those that held before it.
    pub versions: i64,
    /// The stage.
    pub stage: Stage,
    /// The name as written.
    pub name: Option<&'a str>,
    /// The agency, folded.
    pub agency: Option<&'a str>,
    /// Keyed hash of the address, to the unit.
    pub home: Option<i64>,
    /// Keyed hash of the declared household.
    pub household: Option<i64>,
    /// When the application was turned down.
    pub rejected_at: Option<Timestamp>,
    /// What a search looks through, lower case.
    pub search: String,
    /// When the person applied, or now.
    pub applied_at: Timestamp,
}

/// Where an arrival was put.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Placed {
    /// The candidate.
    pub id: CandidateId,
    /// The version it became.
    pub version: i64,
    /// What a screening of it must have seen.
    pub revision: i64,
    /// The latest version that those who share something with it were told of.
    pub announced_version: i64,
    /// The ring it is in.
    pub ring: Option<String>,
}

#[derive(sqlx::FromRow)]
struct PlacedRow {
    source: String,
    external_id: String,
    #[sqlx(flatten)]
    placed: Placed,
}

/// Puts arrivals, in their order. No two of them may be of one candidate.
pub async fn receive(tx: &mut Tx, arrivals: &[Arrival<'_>], now: Timestamp) -> Result<Vec<Placed>> {
    let mut placed = HashMap::with_capacity(arrivals.len());
    for arrivals in arrivals.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<PlacedRow> = sql(
            "insert into candidates (id, source, external_id, version, revision, stage, name, agency, \
             home, household, rejected_at, search, applied_at, received_at, derived) values",
        )
        .rows(arrivals.iter().map(|arrival| {
            [
                (&arrival.id).into(),
                arrival.source.into(),
                arrival.external_id.into(),
                arrival.versions.into(),
                1_i64.into(),
                arrival.stage.word().into(),
                arrival.name.into(),
                arrival.agency.into(),
                arrival.home.into(),
                arrival.household.into(),
                arrival.rejected_at.into(),
                arrival.search.as_str().into(),
                arrival.applied_at.into(),
                now.into(),
                keys::DERIVED.into(),
            ]
        }))
        .push(
            " on conflict (source, external_id) do update set version = candidates.version + excluded.version, \
             revision = candidates.revision + 1, stage = excluded.stage, name = excluded.name, \
             agency = excluded.agency, home = excluded.home, household = excluded.household, \
             rejected_at = excluded.rejected_at, search = excluded.search, applied_at = excluded.applied_at \
             returning source, external_id, id, version, revision, announced_version, ring",
        )
        .all(&mut *tx)
        .await?;
        placed.extend(
            rows.into_iter()
                .map(|row| ((row.source, row.external_id), row.placed)),
        );
    }
    let take = |arrival: &Arrival| {
        placed.remove(&(arrival.source.to_owned(), arrival.external_id.to_owned()))
    };
    arrivals
        .iter()
        .map(take)
        .collect::<Option<_>>()
        .ok_or(sqlx::Error::RowNotFound)
}

/// Marks candidates for another screening: someone new shares something with them.
pub async fn mark(tx: &mut Tx, candidates: &[CandidateId]) -> Result<()> {
    for candidates in candidates.chunks(ROWS_PER_STATEMENT) {
        sql("update candidates set revision = revision + 1 where id in ")
            .list(candidates)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Marks a candidate for a screening after which those who share something with it are told.
pub async fn mark_as_news(tx: &mut Tx, id: &CandidateId) -> Result<()> {
    sql("update candidates set revision = revision + 1, announced_version = version - 1 where id = ?")
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

/// Whether a candidate was ever screened.
pub async fn was_screened(tx: &mut Tx, id: &CandidateId) -> Result<bool> {
    let row: Option<(Option<String>,)> = sql("select screening_id from candidates where id = ?")
        .bind(id)
        .optional(tx)
        .await?;
    Ok(row.is_some_and(|(screening,)| screening.is_some()))
}

/// Marks every candidate for another screening, and says how many: what all of them are judged by has
/// changed.
///
/// It marks a few at a time in transactions of their own, locked in the order of their ids as screenings
/// lock them: neither stops the other. Whoever is marked stays marked when it fails in between.
pub async fn mark_all(db: &Db) -> Result<u64> {
    mark_behind(db, CandidateId::default(), false).await
}

/// The last candidate that was marked, while all are being marked.
const ALL_DUE_BEHIND: &str = "all_due_behind";

/// Says within a transaction that all are to be marked; [`go_on_marking`] does it, whoever dies meanwhile.
pub async fn all_are_due(tx: &mut Tx) -> Result<()> {
    settings::put(tx, ALL_DUE_BEHIND, "").await
}

/// Marks all where that was said, from where it was left; how many were.
pub async fn go_on_marking(db: &Db) -> Result<u64> {
    match settings::get(db, ALL_DUE_BEHIND).await? {
        Some(behind) => mark_behind(db, CandidateId(behind), true).await,
        None => Ok(0),
    }
}

async fn mark_behind(db: &Db, mut after: CandidateId, remembers: bool) -> Result<u64> {
    let mut marked = 0;
    loop {
        let rows: Vec<(CandidateId,)> =
            sql("select id from candidates where id > ? order by id limit ?")
                .bind(&after)
                .bind(i64::try_from(ROWS_PER_STATEMENT).unwrap_or(i64::MAX))
                .all(db)
                .await?;
        let some: BTreeSet<CandidateId> = rows.into_iter().map(|(id,)| id).collect();
        let Some(last) = some.last() else {
            if remembers {
                let mut tx = db.begin().await?;
                settings::remove(&mut tx, ALL_DUE_BEHIND, &after.0).await?;
                tx.commit().await?;
            }
            return Ok(marked);
        };
        let mut tx = db.begin().await?;
        lock(&mut tx, &some).await?;
        let ids: Vec<CandidateId> = some.iter().cloned().collect();
        mark(&mut tx, &ids).await?;
        if remembers {
            settings::put(&mut tx, ALL_DUE_BEHIND, &last.0).await?;
        }
        tx.commit().await?;
        marked += ids.len() as u64;
        after = last.clone();
    }
}

/// Marks a candidate for another screening and returns what that screening must have seen; `None`
/// where another version than this is the latest, or the candidate is gone.
pub async fn mark_version(
    tx: &mut Tx,
    candidate: &CandidateId,
    version: i64,
) -> Result<Option<i64>> {
    let row: Option<(i64,)> = sql(
        "update candidates set revision = revision + 1 where id = ? and version = ? \
         returning revision",
    )
    .bind(candidate)
    .bind(version)
    .optional(tx)
    .await?;
    Ok(row.map(|(revision,)| revision))
}

/// Marks a candidate whose latest screening is this one and has seen everything, and returns what the next must have
/// seen; `None` where it is not so.
pub async fn mark_screened(
    tx: &mut Tx,
    candidate: &CandidateId,
    screening: &str,
) -> Result<Option<i64>> {
    let row: Option<(i64,)> = sql(
        "update candidates set revision = revision + 1 where id = ? and screening_id = ? \
         and screened_revision = revision returning revision",
    )
    .bind(candidate)
    .bind(screening)
    .optional(tx)
    .await?;
    Ok(row.map(|(revision,)| revision))
}

/// Marks one candidate, and returns what the next screening must have seen.
pub async fn mark_one(tx: &mut Tx, candidate: &CandidateId) -> Result<Option<i64>> {
    let row: Option<(i64,)> =
        sql("update candidates set revision = revision + 1 where id = ? returning revision")
            .bind(candidate)
            .optional(tx)
            .await?;
    Ok(row.map(|(revision,)| revision))
}

/// Locks candidates, in the order of their ids: two instances that write the same rows then wait for
/// each other instead of stopping each other. SQLite has one writer and needs none.
pub async fn lock(tx: &mut Tx, candidates: &BTreeSet<CandidateId>) -> Result<()> {
    if matches!(tx, Tx::Sqlite(_)) {
        return Ok(());
    }
    let candidates: Vec<_> = candidates.iter().collect();
    for candidates in candidates.chunks(ROWS_PER_STATEMENT) {
        let _: Vec<(CandidateId,)> = sql("select id from candidates where id in ")
            .list(candidates.iter().copied())
            .push(" order by id for update")
            .all(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Says of candidates that all their keys are stored.
pub async fn mark_derived(tx: &mut Tx, candidates: &[CandidateId]) -> Result<()> {
    for candidates in candidates.chunks(ROWS_PER_STATEMENT) {
        sql("update candidates set derived = ? where id in ")
            .bind(keys::DERIVED)
            .list(candidates)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Candidates behind an id that a screening is due for, in the order of their ids.
pub async fn due(db: &Db, after: &CandidateId, limit: usize) -> Result<Vec<CandidateId>> {
    let rows: Vec<(CandidateId,)> =
        sql("select id from candidates where screened_revision < revision and id > ? order by id limit ?")
            .bind(after)
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .all(db)
            .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Those of some candidates whose latest screening is of this time or later.
pub async fn screened_since(
    db: &Db,
    candidates: &[CandidateId],
    since: Timestamp,
) -> Result<Vec<CandidateId>> {
    let mut found = Vec::new();
    for candidates in candidates.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<(CandidateId,)> = sql("select id from candidates where screened_at >= ?")
            .bind(since)
            .push(" and id in ")
            .list(candidates)
            .all(db)
            .await?;
        found.extend(rows.into_iter().map(|(id,)| id));
    }
    Ok(found)
}

/// What a screening must know of a candidate besides its versions.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Head {
    /// The candidate.
    pub id: CandidateId,
    /// The source.
    pub source: String,
    /// The source's id.
    pub external_id: String,
    /// The latest version.
    pub version: i64,
    /// What a screening of it must have seen.
    pub revision: i64,
    /// The latest version that those who share something with it were told of.
    pub announced_version: i64,
    /// The name as written.
    pub name: Option<String>,
    /// The agency, folded.
    pub agency: Option<String>,
    /// Keyed hash of the address, to the unit.
    pub home: Option<i64>,
    /// Keyed hash of the declared household.
    pub household: Option<i64>,
    /// When the application was turned down.
    pub rejected_at: Option<Millis>,
    /// The ring it is in.
    pub ring: Option<String>,
    /// By which version of the program its keys were derived.
    pub derived: i64,
    /// When the person applied, or arrived.
    pub applied_at: Millis,
}

/// The heads of some candidates, in no order.
pub async fn heads(db: &Db, candidates: &[CandidateId]) -> Result<Vec<Head>> {
    let mut heads = Vec::with_capacity(candidates.len());
    for candidates in candidates.chunks(ROWS_PER_STATEMENT) {
        heads.extend(
            sql(
                "select id, source, external_id, version, revision, announced_version, name, agency, \
                 home, household, rejected_at, ring, derived, applied_at \
                 from candidates where id in ",
            )
            .list(candidates)
            .all::<Head>(db)
            .await?,
        );
    }
    Ok(heads)
}

/// One candidate as lists show it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Summary {
    /// The candidate.
    pub id: CandidateId,
    /// The source.
    pub source: String,
    /// The source's id.
    pub external_id: String,
    /// The latest version.
    pub version: i64,
    /// The stage.
    pub stage: String,
    /// The name as written.
    pub name: Option<String>,
    /// The agency, folded.
    pub agency: Option<String>,
    /// When the person applied, or arrived.
    pub applied_at: Millis,
    /// When the first version came in.
    pub received_at: Millis,
    /// The latest screening.
    pub screening_id: String,
    /// Its next step.
    pub next_step: String,
    /// Its score, decibans.
    pub score_db: f64,
    /// When.
    pub screened_at: Millis,
    /// The id that the source folded it into.
    pub merged_into: Option<String>,
    /// The id of whoever sees to it.
    pub assigned_to: Option<String>,
    /// The outcome of the latest decision on the latest screening.
    pub decided: Option<String>,
}

const SUMMARY: &str = "select id, source, external_id, version, stage, name, agency, applied_at, \
    received_at, screening_id, next_step, score_db, screened_at, merged_into, assigned_to, decided \
    from candidates where score_db is not null";

/// Which candidates to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// With this next step.
    pub next_step: Option<NextStep>,
    /// At this stage.
    pub stage: Option<Stage>,
    /// From this source.
    pub source: Option<String>,
    /// With this id at their source.
    pub external_id: Option<String>,
    /// With this in name, mail address or id.
    pub q: Option<String>,
    /// One of these.
    pub ids: Option<Vec<CandidateId>>,
    /// From this agency, folded.
    pub agency: Option<String>,
    /// With a finding of this rule in the latest screening.
    pub rule: Option<String>,
    /// Who applied at this time or later.
    pub applied_from: Option<Timestamp>,
    /// Who applied before this time.
    pub applied_before: Option<Timestamp>,
    /// Assigned to whom.
    pub assigned: Option<Assigned>,
    /// Whether the latest screening was decided on.
    pub decided: Option<bool>,
}

/// To whom candidates are assigned.
#[derive(Clone, Debug)]
pub enum Assigned {
    /// The user of this id.
    To(String),
    /// Anybody.
    Somebody,
    /// Nobody.
    Nobody,
}

/// How candidates of a rule are found: the few that it has are looked up; of many, each is asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Few,
    Many,
}

/// A rule of so many candidates has many.
const MANY: i64 = 5_000;

impl Filter {
    /// `source || ''` keeps the engines from taking an index of one column for the worst of all ways to an ordered
    /// list: all columns asked for here stand in `candidates_queue`.
    fn push_to(&self, statement: Sql, rule: Rule) -> Sql {
        let statement = statement
            .filter(" and next_step = ?", self.next_step.map(NextStep::word))
            .filter(" and stage = ?", self.stage.map(Stage::word))
            .filter(" and source || '' = ?", self.source.as_deref())
            .filter(" and agency || '' = ?", self.agency.as_deref())
            .filter(" and applied_at >= ?", self.applied_from)
            .filter(" and applied_at < ?", self.applied_before)
            .filter(" and (external_id = ?", self.external_id.as_deref())
            .filter(" or merged_into = ?)", self.external_id.as_deref())
            .filter(
                " and search like ? escape '\\'",
                self.q.as_deref().map(pattern),
            );
        let statement = match &self.assigned {
            Some(Assigned::To(id)) => statement.push(" and assigned_to = ?").bind(id),
            Some(Assigned::Somebody) => statement.push(" and assigned_to is not null"),
            Some(Assigned::Nobody) => statement.push(" and assigned_to is null"),
            None => statement,
        };
        let statement = match self.decided {
            Some(true) => statement.push(" and decided is not null"),
            Some(false) => statement.push(" and decided is null"),
            None => statement,
        };
        let statement = match (&self.rule, rule) {
            (Some(id), Rule::Few) => statement
                .push(" and id in (select candidate_id from candidate_rules where rule = ? and not on_trial)")
                .bind(id),
            (Some(id), Rule::Many) => statement
                .push(
                    " and exists (select 1 from candidate_rules where candidate_id = candidates.id \
                     and rule = ? and not on_trial)",
                )
                .bind(id),
            (None, _) => statement,
        };
        match &self.ids {
            Some(ids) => statement.push(" and id in ").list(padded(ids)),
            None => statement,
        }
    }
}

/// What `like` takes for "has this in it".
fn pattern(sought: &str) -> String {
    let plain = sought.trim().to_lowercase();
    let plain = plain
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    format!("%{plain}%")
}

/// Filled up to one of few lengths, so that prepared texts stay few.
fn padded(ids: &[CandidateId]) -> impl Iterator<Item = &CandidateId> {
    let length = match ids.len() {
        short @ 0..=1 => short,
        n => n.next_multiple_of(ROWS_PER_STATEMENT),
    };
    ids.iter()
        .chain(ids.last().into_iter().cycle())
        .take(length)
}

/// Where a list goes on: behind this score and id.
#[derive(Clone, Debug, PartialEq)]
pub struct Cursor {
    /// The last score shown.
    pub score_db: f64,
    /// The last id shown.
    pub id: String,
}

/// Candidates that were screened, worst first.
pub async fn list(
    db: &Db,
    filter: &Filter,
    after: Option<&Cursor>,
    limit: usize,
) -> Result<Vec<Summary>> {
    let rule = match &filter.rule {
        Some(rule) if candidate_rules::is_common(db, rule, MANY).await? => Rule::Many,
        _ => Rule::Few,
    };
    let statement = filter.push_to(sql(SUMMARY), rule);
    let statement = match after {
        Some(cursor) => statement
            .push(" and (score_db, id) < (?, ?)")
            .bind(cursor.score_db)
            .bind(cursor.id.as_str()),
        None => statement,
    };
    statement
        .push(" order by score_db desc, id desc limit ?")
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .all(db)
        .await
}

/// One candidate.
pub async fn by_id(db: &Db, id: &CandidateId) -> Result<Option<Summary>> {
    sql(SUMMARY).push(" and id = ?").bind(id).optional(db).await
}

/// The next steps of some candidates, as far as they were screened.
pub async fn next_steps(
    tx: &mut Tx,
    candidates: &[&CandidateId],
) -> Result<HashMap<CandidateId, NextStep>> {
    let mut found = HashMap::new();
    for candidates in candidates.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<(CandidateId, String)> =
            sql("select id, next_step from candidates where next_step is not null and id in ")
                .list(candidates.iter().copied())
                .all(&mut *tx)
                .await?;
        found.extend(
            rows.into_iter()
                .filter_map(|(id, word)| Some((id, NextStep::of_word(&word)?))),
        );
    }
    Ok(found)
}

/// Whether there is such a candidate.
pub async fn exists(db: &Db, id: &CandidateId) -> Result<bool> {
    let row: Option<(String,)> = sql("select id from candidates where id = ?")
        .bind(id)
        .optional(db)
        .await?;
    Ok(row.is_some())
}

/// The candidates with this id at their source, of one source or of any; two are enough to see that it
/// is not one.
pub async fn by_reference(
    db: &Db,
    source: Option<&str>,
    external_id: &str,
) -> Result<Vec<CandidateId>> {
    let rows: Vec<(CandidateId,)> = sql("select id from candidates where true")
        .filter(" and source = ?", source)
        .push(" and external_id = ?")
        .bind(external_id)
        .push(" limit 2")
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Candidates of a source whose id there ends on a hyphen and these letters: a few of them, with their ids.
pub async fn with_ending(
    db: &Db,
    source: &str,
    ending: &str,
) -> Result<Vec<(CandidateId, String)>> {
    sql("select id, external_id from candidates where source = ? and external_id like ? order by id limit 5")
        .bind(source)
        .bind(format!("%-{ending}"))
        .all(db)
        .await
}

/// How many candidates have each next step, under the other filters. One way through the index and no sorting.
pub async fn count(db: &Db, filter: &Filter) -> Result<[(NextStep, i64); 4]> {
    let others = Filter {
        next_step: None,
        ..filter.clone()
    };
    let statement = sql("select count(case when next_step = 'none' then 1 end), \
         count(case when next_step = 'ask' then 1 end), count(case when next_step = 'verify' then 1 end), \
         count(case when next_step = 'escalate' then 1 end) from candidates where score_db is not null");
    let (none, ask, verify, escalate): (i64, i64, i64, i64) =
        others.push_to(statement, Rule::Few).one(db).await?;
    Ok([
        (NextStep::None, none),
        (NextStep::Ask, ask),
        (NextStep::Verify, verify),
        (NextStep::Escalate, escalate),
    ])
}

/// Changes that are looked through for those that match; more are not counted.
const CHANGES: i64 = 1_000;

/// How many became another since a time, of the latest some thousand.
pub async fn changed_since(db: &Db, filter: &Filter, since: i64) -> Result<i64> {
    let latest = sql(
        "select count(*) from (select * from candidates where changed_at > ? \
         order by changed_at desc limit ?) as candidates where true",
    )
    .bind(since)
    .bind(CHANGES);
    let (count,): (i64,) = filter.push_to(latest, Rule::Many).one(db).await?;
    Ok(count)
}

/// Whoever has this in name, mail address or id, in no order. The two lengths are those of the indexes that hold what
/// is looked through.
pub async fn named(db: &Db, sought: &str, limit: usize) -> Result<Vec<CandidateId>> {
    ids(
        sql(
            "select id from candidates where length(search) <= 600 and search like ? escape '\\' union all \
             select id from candidates where length(search) > 600 and search like ? escape '\\' limit ?",
        )
            .bind(pattern(sought))
            .bind(pattern(sought))
            .bind(i64::try_from(limit).unwrap_or(i64::MAX)),
        db,
    )
    .await
}

/// Whoever has this id at their source, or was folded into it.
pub async fn by_external_id(db: &Db, external_id: &str, limit: usize) -> Result<Vec<CandidateId>> {
    ids(
        sql("select id from candidates where external_id = ? or merged_into = ? limit ?")
            .bind(external_id)
            .bind(external_id)
            .bind(i64::try_from(limit).unwrap_or(i64::MAX)),
        db,
    )
    .await
}

async fn ids(statement: Sql, db: &Db) -> Result<Vec<CandidateId>> {
    let rows: Vec<(CandidateId,)> = statement.all(db).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Assigns candidates to somebody, or with an empty id to nobody, and returns those that were not theirs before.
pub async fn assign(tx: &mut Tx, candidates: &[CandidateId], to: &str) -> Result<Vec<CandidateId>> {
    let mut changed = Vec::new();
    for candidates in candidates.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<(CandidateId,)> =
            sql("update candidates set assigned_to = ? where coalesce(assigned_to, '') <> ?")
                .bind((!to.is_empty()).then_some(to))
                .bind(to)
                .push(" and id in ")
                .list(candidates)
                .push(" returning id")
                .all(&mut *tx)
                .await?;
        changed.extend(rows.into_iter().map(|(id,)| id));
    }
    Ok(changed)
}

/// Remembers beside a candidate that its latest screening was decided on, if it is this one.
pub async fn mark_decided(
    tx: &mut Tx,
    candidate: &CandidateId,
    screening_id: &str,
    outcome: Outcome,
) -> Result<bool> {
    let marked = sql("update candidates set decided = ? where id = ? and screening_id = ?")
        .bind(outcome.word())
        .bind(candidate)
        .bind(screening_id)
        .execute(tx)
        .await?;
    Ok(marked > 0)
}

/// Forgets beside a candidate that its latest screening was decided on: the decision is contested.
pub async fn mark_open(tx: &mut Tx, candidate: &CandidateId) -> Result<()> {
    sql("update candidates set decided = null where id = ?")
        .bind(candidate)
        .execute(tx)
        .await?;
    Ok(())
}

/// Sources or agencies that can be chosen from; who has more types one into the address.
const CHOICES: i64 = 200;

/// The sources that candidates came from. The index is read at one place a source.
pub async fn sources(db: &Db) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sql(
        "with recursive found (source) as (select min(source) from candidates union all \
         select (select min(source) from candidates where source > found.source) from found \
         where found.source is not null) select source from found where source is not null limit ?",
    )
    .bind(CHOICES)
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(source,)| source).collect())
}

/// The agencies that sent candidates, folded.
pub async fn agencies(db: &Db) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sql(
        "with recursive found (agency) as (select min(agency) from candidates \
         where agency is not null union all \
         select (select min(agency) from candidates where agency > found.agency) from found \
         where found.agency is not null) select agency from found where agency is not null limit ?",
    )
    .bind(CHOICES)
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(agency,)| agency).collect())
}

/// Whether there is no candidate at all.
pub async fn none(db: &Db) -> Result<bool> {
    let first: Option<(String,)> = sql("select id from candidates limit 1")
        .optional(db)
        .await?;
    Ok(first.is_none())
}
