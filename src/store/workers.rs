//! Workers: who a candidate became, and what their machines come to.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::candidate::CandidateId;
use crate::db::{Db, Json, Millis, ROWS_PER_STATEMENT, Result, Tx, sql};
use crate::telemetry::Gauge;

/// A worker.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Worker {
    /// The employer's id.
    pub worker_id: String,
    /// Who it was as an applicant.
    pub candidate_id: CandidateId,
    /// The first day, `YYYY-MM-DD`.
    pub start_date: Option<String>,
    /// What was said and measured, counted.
    pub revision: i64,
    /// Which of it was judged.
    pub gauged_revision: i64,
    /// When it was judged.
    pub gauged_at: Millis,
    /// What it came to.
    pub gauge: Option<Json<Gauge>>,
    /// What it fires by itself.
    pub fired: Json<Vec<String>>,
    /// Since when a baseline may be learnt.
    pub baseline_from: Option<Millis>,
    /// When it was made.
    pub created_at: Millis,
}

const COLUMNS: &str = "select worker_id, candidate_id, start_date, revision, gauged_revision, gauged_at, \
    gauge, fired, baseline_from, created_at from workers";

/// Who stands where, after a claim.
#[derive(Clone, Debug)]
pub struct Stands {
    /// The candidate whose this worker id is.
    pub candidate_of_worker: Option<CandidateId>,
    /// The worker id that this candidate has.
    pub worker_of_candidate: Option<String>,
}

/// Makes a worker of a candidate unless either is taken, and says who stands.
pub async fn claim(
    tx: &mut Tx,
    worker_id: &str,
    candidate: &CandidateId,
    now: Timestamp,
) -> Result<Stands> {
    sql("insert into workers (worker_id, candidate_id, created_at) values (?, ?, ?) on conflict do nothing")
        .bind(worker_id)
        .bind(candidate)
        .bind(now)
        .execute(&mut *tx)
        .await?;
    let rows: Vec<(String, CandidateId)> =
        sql("select worker_id, candidate_id from workers where worker_id = ? or candidate_id = ?")
            .bind(worker_id)
            .bind(candidate)
            .all(tx)
            .await?;
    let of_worker = rows.iter().find(|(worker, _)| worker == worker_id);
    let of_candidate = rows.iter().find(|(_, one)| one == candidate);
    Ok(Stands {
        candidate_of_worker: of_worker.map(|(_, one)| one.clone()),
        worker_of_candidate: of_candidate.map(|(worker, _)| worker.clone()),
    })
}

/// Something new was said of a worker.
pub async fn told(tx: &mut Tx, worker_id: &str, start_date: Option<Date>) -> Result<()> {
    sql("update workers set revision = revision + 1, start_date = ? where worker_id = ?")
        .bind(start_date.map(|date| date.to_string()))
        .bind(worker_id)
        .execute(tx)
        .await?;
    Ok(())
}

/// Workers of whom something new is known.
pub async fn mark(tx: &mut Tx, worker_ids: &[String]) -> Result<()> {
    for some in worker_ids.chunks(ROWS_PER_STATEMENT) {
        sql("update workers set revision = revision + 1 where worker_id in ")
            .list(some)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// The workers that some candidates became have something new around them.
pub async fn mark_of(tx: &mut Tx, candidates: &[CandidateId]) -> Result<()> {
    for some in candidates.chunks(ROWS_PER_STATEMENT) {
        sql("update workers set revision = revision + 1 where candidate_id in ")
            .list(some)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Workers of whom something new is known, behind an id.
pub async fn due(db: &Db, after: &str, limit: i64) -> Result<Vec<Worker>> {
    sql(COLUMNS)
        .push(" where worker_id > ? and gauged_revision < revision")
        .bind(after)
        .push(" order by worker_id limit ?")
        .bind(limit)
        .all(db)
        .await
}

/// Workers who were last judged before a time, the longest ago first.
pub async fn aged(db: &Db, before: Timestamp, limit: i64) -> Result<Vec<Worker>> {
    sql(COLUMNS)
        .push(" where gauged_at < ? order by gauged_at limit ?")
        .bind(before)
        .bind(limit)
        .all(db)
        .await
}

/// Keeps what a worker's machines come to, as far as nothing newer was kept.
pub async fn gauged(
    tx: &mut Tx,
    worker: &Worker,
    gauge: &Gauge,
    fired: &[String],
    region: &str,
    now: Timestamp,
) -> Result<bool> {
    let kept = sql(
        "update workers set gauge = ?, fired = ?, region = ?, gauged_revision = ?, gauged_at = ? \
         where worker_id = ? and gauged_revision <= ? and fired = ?",
    )
    .bind(&Json(gauge))
    .bind(&Json(fired))
    .bind(region)
    .bind(worker.revision)
    .bind(now)
    .bind(&worker.worker_id)
    .bind(worker.revision)
    // Nobody else has found anything meanwhile, or it is judged once more.
    .bind(&worker.fired)
    .execute(tx)
    .await?;
    Ok(kept > 0)
}

/// One worker.
pub async fn by_id(db: &Db, worker_id: &str) -> Result<Option<Worker>> {
    sql(COLUMNS)
        .push(" where worker_id = ?")
        .bind(worker_id)
        .optional(db)
        .await
}

/// The workers that candidates became.
pub async fn of_candidates(
    db: &Db,
    candidates: &[CandidateId],
) -> Result<HashMap<CandidateId, Worker>> {
    let mut all = HashMap::new();
    for some in candidates.chunks(ROWS_PER_STATEMENT) {
        let found: Vec<Worker> = sql(COLUMNS)
            .push(" where candidate_id in ")
            .list(some)
            .all(db)
            .await?;
        all.extend(found.into_iter().map(|one| (one.candidate_id.clone(), one)));
    }
    Ok(all)
}

/// The worker id of a candidate.
pub async fn of_candidate(tx: &mut Tx, candidate: &CandidateId) -> Result<Option<String>> {
    let row: Option<(String,)> = sql("select worker_id from workers where candidate_id = ?")
        .bind(candidate)
        .optional(tx)
        .await?;
    Ok(row.map(|(worker,)| worker))
}

/// Workers by id, from one on.
pub async fn list(db: &Db, after: &str, like: Option<&str>, limit: i64) -> Result<Vec<Worker>> {
    sql(COLUMNS)
        .push(" where worker_id > ?")
        .bind(after)
        .filter(" and lower(worker_id) like ? escape '\\'", like)
        .push(" order by worker_id limit ?")
        .bind(limit)
        .all(db)
        .await
}

/// Lets a baseline be learnt again from a time on.
pub async fn moved(tx: &mut Tx, worker_id: &str, from: Timestamp) -> Result<bool> {
    let moved =
        sql("update workers set baseline_from = ?, revision = revision + 1 where worker_id = ?")
            .bind(from)
            .bind(worker_id)
            .execute(tx)
            .await?;
    Ok(moved > 0)
}
