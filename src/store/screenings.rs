//! Screenings: appended, never changed.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hasher as _;

use jiff::Timestamp;
use siphasher::sip::SipHasher13;

use crate::candidate::CandidateId;
use crate::db::{Db, Json, Millis, ROWS_PER_STATEMENT, Result, Tx, sql};
use crate::rules::{Finding, Judgement, Silence};
use crate::store::candidate_rules;

/// A screening to save.
#[derive(Clone, Debug)]
pub struct NewScreening<'a> {
    /// Its id.
    pub id: &'a str,
    /// Whose.
    pub candidate_id: &'a CandidateId,
    /// Which version.
    pub version: i64,
    /// What it saw of the candidate.
    pub revision: i64,
    /// The stage.
    pub stage: &'a str,
    /// The ruleset's digest.
    pub ruleset: &'a str,
    /// The next step.
    pub next_step: &'a str,
    /// The score, decibans.
    pub score_db: f64,
    /// The signals seen, as JSON.
    pub signals: &'a str,
    /// What the rules made of them, as JSON, without those that say nothing.
    pub judgement: &'a str,
    /// Which rules say nothing, as JSON.
    pub silence: &'a str,
    /// What was found.
    pub found: &'a [Finding],
    /// What rules on trial found.
    pub on_trial: &'a [Finding],
    /// The same as JSON: another text is another thing to look at.
    pub findings: &'a str,
    /// Whether it found something that nobody who decided has seen.
    pub news: bool,
}

/// Saves screenings and returns whose were saved. One that was judged on an older revision of
/// its candidate, or that another instance has saved first, is not: the newer one stands. They are of one
/// time, and saved at another, since judging takes a while: what is new is told by the latter.
pub async fn save(
    tx: &mut Tx,
    screenings: &[NewScreening<'_>],
    now: Timestamp,
    saved_at: Timestamp,
) -> Result<HashSet<CandidateId>> {
    let mut saved = HashSet::with_capacity(screenings.len());
    for screenings in screenings.chunks(ROWS_PER_STATEMENT) {
        let claimed = sql(
            "update candidates set screened_revision = new.column2, screening_id = new.column3, stage = new.column11, \
             next_step = new.column4, score_db = new.column5, screened_at = new.column6, \
             announced_version = new.column7, found_hash = new.column8, \
             changed_at = case when candidates.next_step = new.column4 and candidates.score_db = new.column5 \
             and candidates.announced_version >= new.column7 \
             and coalesce(candidates.found_hash, new.column8) = new.column8 then candidates.changed_at \
             else new.column9 end, \
             decided = case when new.column5 <= candidates.score_db \
             and candidates.announced_version >= new.column7 and not new.column10 then candidates.decided end \
             from (values",
        )
        .rows(screenings.iter().map(|screening| {
            [
                screening.candidate_id.into(),
                screening.revision.into(),
                screening.id.into(),
                screening.next_step.into(),
                screening.score_db.into(),
                now.into(),
                screening.version.into(),
                text_id(screening.findings).into(),
                saved_at.into(),
                screening.news.into(),
                screening.stage.into(),
            ]
        }))
        .push(
            ") as new where candidates.id = new.column1 and candidates.revision = new.column2 \
             and candidates.screened_revision < new.column2",
        )
        .execute(&mut *tx)
        .await?;
        // Nearly always all of them stand, so who stands is only asked where some do not.
        let standing: Vec<_> = if usize::try_from(claimed) == Ok(screenings.len()) {
            screenings.iter().collect()
        } else {
            let standing: Vec<(Option<String>,)> =
                sql("select screening_id from candidates where id in ")
                    .list(screenings.iter().map(|one| one.candidate_id))
                    .all(&mut *tx)
                    .await?;
            let stands =
                |one: &&NewScreening| standing.iter().any(|(id,)| id.as_deref() == Some(one.id));
            screenings.iter().filter(stands).collect()
        };
        keep_silences(tx, &standing).await?;
        candidate_rules::set(tx, &standing).await?;
        if !standing.is_empty() {
            sql("insert into screenings (id, candidate_id, version, stage, ruleset, next_step, score_db, \
                 screened_at, signals, judgement, silence) values")
            .rows(standing.iter().map(|screening| {
                [
                    screening.id.into(),
                    screening.candidate_id.into(),
                    screening.version.into(),
                    screening.stage.into(),
                    screening.ruleset.into(),
                    screening.next_step.into(),
                    screening.score_db.into(),
                    now.into(),
                    screening.signals.into(),
                    screening.judgement.into(),
                    text_id(screening.silence).into(),
                ]
            }))
            .execute(&mut *tx)
            .await?;
        }
        saved.extend(standing.into_iter().map(|one| one.candidate_id.clone()));
    }
    Ok(saved)
}

/// What tells texts apart: the same one has the same.
fn text_id(text: &str) -> i64 {
    let mut hasher = SipHasher13::new();
    hasher.write(text.as_bytes());
    hasher.finish().cast_signed()
}

/// Keeps what is not yet kept, in the order of the ids, so that two instances wait for each other.
async fn keep_silences(tx: &mut Tx, screenings: &[&NewScreening<'_>]) -> Result<()> {
    let silences: BTreeMap<_, _> = screenings
        .iter()
        .map(|one| (text_id(one.silence), one.silence))
        .collect();
    if silences.is_empty() {
        return Ok(());
    }
    sql("insert into silences (id, rules) values")
        .rows(
            silences
                .into_iter()
                .map(|(id, rules)| [id.into(), rules.into()]),
        )
        .push(" on conflict (id) do nothing")
        .execute(tx)
        .await?;
    Ok(())
}

/// A screening as it was saved.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Stored {
    /// Its id.
    pub id: String,
    /// Whose.
    pub candidate_id: CandidateId,
    /// The source's id.
    pub external_id: String,
    /// The source.
    pub source: String,
    /// Which version.
    pub version: i64,
    /// The stage.
    pub stage: String,
    /// The ruleset's digest.
    pub ruleset: String,
    /// When.
    pub screened_at: Millis,
    /// What the rules made of the signals, without those that say nothing.
    pub judgement: Json<Judgement>,
    /// Which rules say nothing; in what the first versions of the program stored it is not apart.
    pub silence: Option<Json<Silence>>,
}

const STORED: &str = "select screenings.id, candidate_id, external_id, source, screenings.version, \
    screenings.stage, ruleset, screenings.screened_at, judgement, silences.rules as silence \
    from screenings join candidates on candidates.id = screenings.candidate_id \
    left join silences on silences.id = screenings.silence";

/// One screening.
pub async fn by_id(db: &Db, id: &str) -> Result<Option<Stored>> {
    sql(STORED)
        .push(" where screenings.id = ?")
        .bind(id)
        .optional(db)
        .await
}

/// Some screenings, in no order.
pub async fn by_ids(db: &Db, ids: &[&str]) -> Result<Vec<Stored>> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<Stored> = sql(STORED)
            .push(" where screenings.id in ")
            .list(ids.iter().copied())
            .all(db)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// A candidate's latest screening.
pub async fn latest(db: &Db, candidate: &CandidateId) -> Result<Option<Stored>> {
    sql(STORED)
        .push(" where screenings.id = candidates.screening_id and candidates.id = ?")
        .bind(candidate)
        .optional(db)
        .await
}

/// A candidate's latest screening, if it has seen this revision of the candidate.
pub async fn latest_from(
    db: &Db,
    candidate: &CandidateId,
    revision: i64,
) -> Result<Option<Stored>> {
    sql(STORED)
        .push(
            " where screenings.id = candidates.screening_id and candidates.id = ? \
             and screened_revision >= ?",
        )
        .bind(candidate)
        .bind(revision)
        .optional(db)
        .await
}

/// The latest screenings of some candidates, in no order.
pub async fn latest_of(db: &Db, candidates: &[CandidateId]) -> Result<Vec<Stored>> {
    let mut found = Vec::with_capacity(candidates.len());
    for candidates in candidates.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<Stored> = sql(STORED)
            .push(" where screenings.id = candidates.screening_id and candidates.id in ")
            .list(candidates)
            .all(db)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// What the screening before one found.
pub async fn findings_before(
    tx: &mut Tx,
    candidate: &CandidateId,
    before: &str,
) -> Result<Vec<Finding>> {
    let row: Option<(Json<Judgement>,)> = sql(
        "select judgement from screenings where candidate_id = ? and id < ? order by id desc limit 1",
    )
    .bind(candidate)
    .bind(before)
    .optional(tx)
    .await?;
    Ok(row
        .map(|(judgement,)| judgement.0.findings)
        .unwrap_or_default())
}

/// What stands of those of some candidates on whom somebody has decided, or had to.
pub async fn decided_before(
    tx: &mut Tx,
    candidates: &[&CandidateId],
) -> Result<HashMap<CandidateId, Vec<Finding>>> {
    let mut found = HashMap::new();
    for candidates in candidates.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<(CandidateId, Json<Judgement>)> = sql(
            "select candidates.id, judgement from candidates join screenings on screenings.id = candidates.screening_id \
             where (candidates.decided is not null or exists \
             (select 1 from cases where cases.candidate_id = candidates.id)) and candidates.id in ",
        )
        .list(candidates.iter().copied())
        .all(&mut *tx)
        .await?;
        let rows = rows.into_iter();
        found.extend(rows.map(|(id, judgement)| (id, judgement.0.findings)));
    }
    Ok(found)
}

/// A candidate's latest screening of one version.
pub async fn latest_of_version(
    db: &Db,
    candidate: &CandidateId,
    version: i64,
) -> Result<Option<Stored>> {
    sql(STORED)
        .push(" where candidate_id = ? and screenings.version = ? order by screenings.id desc limit 1")
        .bind(candidate)
        .bind(version)
        .optional(db)
        .await
}

/// A candidate's screenings, latest first.
pub async fn of(db: &Db, candidate: &CandidateId, limit: i64) -> Result<Vec<Stored>> {
    sql(STORED)
        .push(" where candidate_id = ? order by screenings.id desc limit ?")
        .bind(candidate)
        .bind(limit)
        .all(db)
        .await
}

/// The signals that a screening saw, as JSON.
pub async fn signals(db: &Db, id: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = sql("select signals from screenings where id = ?")
        .bind(id)
        .optional(db)
        .await?;
    Ok(row.map(|(signals,)| signals))
}

/// The next page of screenings of a time span, in the order of their ids.
pub async fn page(
    db: &Db,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    after: &str,
    limit: i64,
) -> Result<Vec<Stored>> {
    sql(STORED)
        .push(" where screenings.id > ?")
        .bind(after)
        .filter(" and screenings.screened_at >= ?", from)
        .filter(" and screenings.screened_at < ?", to)
        .push(" order by screenings.id limit ?")
        .bind(limit)
        .all(db)
        .await
}

/// A candidate's latest screening as it can be judged again.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Kept {
    /// Its id.
    pub id: String,
    /// Whose.
    pub candidate_id: CandidateId,
    /// The source's id.
    pub external_id: String,
    /// The source.
    pub source: String,
    /// The stage.
    pub stage: String,
    /// The ruleset's digest.
    pub ruleset: String,
    /// The next step's word.
    pub next_step: String,
    /// The score, decibans.
    pub score_db: f64,
    /// When.
    pub screened_at: Millis,
    /// The signals seen, as JSON.
    pub signals: String,
    /// What the rules made of them, as JSON.
    pub judgement: String,
}

/// The next page of latest screenings since a time, the latest first; `before` is the id of the last one seen.
pub async fn kept(
    db: &Db,
    since: Option<Timestamp>,
    before: Option<&str>,
    limit: i64,
) -> Result<Vec<Kept>> {
    // An id begins with its time, so that what is older need not be looked at; and none begins with a z.
    let first = since.map(|at| {
        let ms = at.as_millisecond().max(0);
        format!("{:08x}-{:04x}", ms >> 16, ms & 0xffff)
    });
    sql("select screenings.id, candidate_id, external_id, source, screenings.stage, ruleset, screenings.next_step, \
         screenings.score_db, screenings.screened_at, signals, judgement from screenings join candidates \
         on candidates.id = screenings.candidate_id and candidates.screening_id = screenings.id where screenings.id < ?")
    .bind(before.unwrap_or("z"))
    .filter(" and screenings.id >= ?", first)
    .filter(" and screenings.screened_at >= ?", since)
    .push(" order by screenings.id desc limit ?")
    .bind(limit)
    .all(db)
    .await
}
