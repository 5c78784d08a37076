//! What the figures of rules are counted from: what the latest screenings found, and decisions.

use jiff::Timestamp;

use crate::candidate::CandidateId;
use crate::db::{Db, Millis, Result, sql};

/// What the figures follow from: as long as it is the same, so are they. The latest screening, when a decision last
/// came to count, and how many explanations were taken back.
pub type Mark = (Option<String>, Option<i64>, i64);

/// What they follow from now.
pub async fn mark(db: &Db) -> Result<Mark> {
    sql("select (select max(id) from screenings), (select max(counts_at) from decisions), (select count(*) from taken_back)")
        .one(db)
        .await
}

/// Candidates that were screened.
pub async fn screened(db: &Db) -> Result<i64> {
    let (n,) = sql("select count(*) from candidates where screening_id is not null")
        .one(db)
        .await?;
    Ok(n)
}

/// Whom a rule hit of those who applied on one day.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Day {
    /// The rule.
    pub rule: String,
    /// Days since 1970, UTC.
    pub day: i64,
    /// Candidates.
    pub n: i64,
    /// Of these, screened since the first of two times.
    pub since_first: i64,
    /// Of these, screened since the second.
    pub since_second: i64,
    /// Of these, those of whom it was only recorded.
    pub on_trial: i64,
}

/// Hits of all rules by the day on which the candidate applied.
pub async fn days(db: &Db, (first, second): (Timestamp, Timestamp)) -> Result<Vec<Day>> {
    sql("select rule, applied_at / 86400000 as day, count(*) as n, cast(sum(case when screened_at >= ?")
        .bind(first)
        .push(" then 1 else 0 end) as bigint) as since_first, cast(sum(case when screened_at >= ?")
        .bind(second)
        .push(
            " then 1 else 0 end) as bigint) as since_second, cast(sum(case when on_trial then 1 else 0 end) as bigint) \
             as on_trial from candidate_rules join candidates on candidates.id = candidate_id \
             group by rule, applied_at / 86400000",
        )
        .all(db)
        .await
}

/// A candidate as a rule's page names them.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Named {
    /// The candidate.
    pub id: CandidateId,
    /// The source's id.
    pub external_id: String,
    /// The source.
    pub source: String,
    /// The next step's word.
    pub next_step: Option<String>,
    /// When they were screened.
    pub screened_at: Millis,
}

/// Whom a rule hit last, the latest first.
pub async fn latest(db: &Db, rule: &str, limit: i64) -> Result<Vec<Named>> {
    sql("select id, external_id, source, next_step, screened_at from candidates where id in \
         (select candidate_id from candidate_rules where rule = ?) order by screened_at desc, id desc limit ?")
        .bind(rule)
        .bind(limit)
        .all(db)
        .await
}
