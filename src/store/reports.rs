//! What reports by period are made of. A candidate belongs to the period in which it applied, a decision to the one in
//! which it was made.

use jiff::Timestamp;

use crate::candidate::CandidateId;
use crate::db::{Db, Json, Millis, Result, Sql, sql};
use crate::telemetry::Gauge;

/// Candidates with all of this in common.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Group {
    /// The source.
    pub source: String,
    /// The agency, folded.
    pub agency: Option<String>,
    /// What the latest screening ends in; none before the first.
    pub next_step: Option<String>,
    /// How many.
    pub n: i64,
}

fn within(
    statement: Sql,
    at_or_after: &'static str,
    before: &'static str,
    (from, to): (Timestamp, Timestamp),
) -> Sql {
    statement.push(at_or_after).bind(from).push(before).bind(to)
}

fn applied(statement: Sql, span: (Timestamp, Timestamp)) -> Sql {
    within(statement, " applied_at >= ?", " and applied_at < ?", span)
}

/// Who applied, by source, agency and next step.
pub async fn groups(db: &Db, span: (Timestamp, Timestamp)) -> Result<Vec<Group>> {
    let counted = sql("select source, agency, next_step, count(*) as n from candidates where");
    applied(counted, span)
        .push(" group by source, agency, next_step")
        .all(db)
        .await
}

/// Who applied, by next step.
pub async fn steps(db: &Db, span: (Timestamp, Timestamp)) -> Result<Vec<(Option<String>, i64)>> {
    applied(
        sql("select next_step, count(*) from candidates where"),
        span,
    )
    .push(" group by next_step")
    .all(db)
    .await
}

/// How many of those who applied have an unexplained finding of a rule, with its strength.
pub async fn fired(db: &Db, span: (Timestamp, Timestamp)) -> Result<Vec<(String, String, i64)>> {
    let counted = sql(
        "select rule, strength, count(*) from candidates join candidate_rules on candidate_id = candidates.id \
         where not on_trial and not explained and",
    );
    applied(counted, span)
        .push(" group by rule, strength order by count(*) desc, rule")
        .all(db)
        .await
}

/// Decisions that stand: the latest on the whole of each candidate, of those that count.
const STANDING: &str = " decisions.rule is null and decisions.counts_at is not null and not exists \
    (select 1 from decisions later where later.candidate_id = decisions.candidate_id \
    and later.rule is null and later.counts_at is not null and (later.at > decisions.at or (later.at = decisions.at and later.id > decisions.id)))";

/// Who applied and stands as confirmed, by source and agency.
pub async fn confirmed(
    db: &Db,
    span: (Timestamp, Timestamp),
) -> Result<Vec<(String, Option<String>, i64)>> {
    let counted = sql(
        "select source, agency, count(*) from decisions join candidates on candidates.id = candidate_id \
         where outcome = 'confirmed' and",
    );
    applied(counted, span)
        .push(" and")
        .push(STANDING)
        .push(" group by source, agency")
        .all(db)
        .await
}

/// All who stand as confirmed.
pub async fn all_confirmed(db: &Db) -> Result<Vec<(CandidateId,)>> {
    sql("select candidate_id from decisions where outcome = 'confirmed' and")
        .push(STANDING)
        .all(db)
        .await
}

/// A decision as reports count it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Made {
    /// The outcome's word.
    pub outcome: String,
    /// Who decided.
    pub by_whom: String,
    /// When.
    pub at: Millis,
    /// From when on somebody had to decide: when the case was opened, else when what it answers was screened.
    pub waited_from: Option<Millis>,
}

/// Decisions on the whole that came to count in a span.
pub async fn made(db: &Db, span: (Timestamp, Timestamp)) -> Result<Vec<Made>> {
    let all = sql("select outcome, by_whom, decisions.at, \
         coalesce((select min(opened_at) from cases where cases.closed_by = decisions.id), screenings.screened_at) \
         as waited_from from decisions left join screenings on screenings.id = screening_id \
         where rule is null and");
    within(all, " counts_at >= ?", " and counts_at < ?", span)
        .all(db)
        .await
}

/// How many decisions on the whole of each outcome came to count in a span.
pub async fn outcomes(db: &Db, span: (Timestamp, Timestamp)) -> Result<Vec<(String, i64)>> {
    within(
        sql("select outcome, count(*) from decisions where rule is null and"),
        " counts_at >= ?",
        " and counts_at < ?",
        span,
    )
    .push(" group by outcome")
    .all(db)
    .await
}

/// A decision as the sheet of decisions has it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DecisionRow {
    /// Its id.
    pub id: String,
    /// Whose.
    pub candidate_id: CandidateId,
    /// The source.
    pub source: String,
    /// The source's id.
    pub external_id: String,
    /// The agency, folded.
    pub agency: Option<String>,
    /// What it answers.
    pub screening_id: String,
    /// When that was.
    pub screened_at: Option<Millis>,
    /// At which stage.
    pub stage: Option<String>,
    /// What it ended in.
    pub next_step: Option<String>,
    /// Its score, decibans.
    pub score_db: Option<f64>,
    /// The ruleset's digest.
    pub ruleset: Option<String>,
    /// The outcome's word.
    pub outcome: String,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub by_whom: String,
    /// When.
    pub at: Millis,
    /// The rule whose finding was decided on; none: the whole.
    pub rule: Option<String>,
    /// Since when it counts.
    pub counts_at: Option<Millis>,
    /// Whether a second person signed it, or sent it back.
    pub signed: Option<bool>,
    /// Who that was.
    pub signed_by: Option<String>,
    /// When.
    pub signed_at: Option<Millis>,
    /// The procedure that was in force.
    pub procedure_id: Option<String>,
    /// From when on somebody had to decide: when the case was opened, else when what it answers was screened.
    pub waited_from: Option<Millis>,
}

impl DecisionRow {
    /// Hours that it took to decide, to a hundredth.
    pub fn hours(&self) -> Option<f64> {
        Some((hours(self.at, self.waited_from?) * 100.0).round() / 100.0)
    }

    /// `signed` counts, `proposed` waits for a second person, `returned` was sent back by them.
    pub const fn status(&self) -> &'static str {
        match (self.counts_at, self.signed) {
            (Some(_), _) => "signed",
            (None, None) => "proposed",
            (None, Some(_)) => "returned",
        }
    }
}

/// Hours between two times; none is negative.
pub fn hours(end: Millis, start: Millis) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "no span of time is that long")]
    let apart = end.0.saturating_sub(start.0).max(0) as f64;
    apart / 3_600_000.0
}

/// Decisions made in a span behind one of them, the earliest first.
pub async fn decisions(
    db: &Db,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    (at, id): &(Millis, String),
    limit: i64,
) -> Result<Vec<DecisionRow>> {
    sql(
        "select decisions.id, decisions.candidate_id, source, external_id, agency, decisions.screening_id, \
         screenings.screened_at, screenings.stage, screenings.next_step, screenings.score_db, ruleset, outcome, \
         decisions.reason, decisions.by_whom, decisions.at, decisions.rule, counts_at, signed, \
         signatures.by_whom as signed_by, signatures.at as signed_at, procedure_id, \
         coalesce((select min(opened_at) from cases where cases.closed_by = decisions.id), screenings.screened_at) \
         as waited_from from decisions join candidates on candidates.id = decisions.candidate_id \
         left join screenings on screenings.id = decisions.screening_id \
         left join signatures on signatures.decision_id = decisions.id where decisions.at >= ?",
    )
    .bind(at.0)
    .push(" and (decisions.at > ? or decisions.id > ?)")
    .bind(at.0)
    .bind(id)
    .filter(" and decisions.at >= ?", from)
    .filter(" and decisions.at < ?", to)
    .push(" order by decisions.at, decisions.id limit ?")
    .bind(limit)
    .all(db)
    .await
}

/// A worker as reports count it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct WorkerRow {
    /// The employer's id.
    pub worker_id: String,
    /// What its machines come to.
    pub gauge: Option<Json<Gauge>>,
    /// Whether its candidate's latest screening found something in timings.
    pub alarmed: bool,
}

/// Workers behind an id.
pub async fn workers(db: &Db, after: &str, limit: i64) -> Result<Vec<WorkerRow>> {
    sql(
        "select worker_id, gauge, exists (select 1 from candidate_rules where not on_trial and not explained and rule like 'lat.%' \
         and candidate_rules.candidate_id = workers.candidate_id) as alarmed from workers \
         where worker_id > ? order by worker_id limit ?",
    )
    .bind(after)
    .bind(limit)
    .all(db)
    .await
}

/// Who opened candidates.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Reader {
    /// What they are called.
    pub who_name: String,
    /// How often they opened one.
    pub n: i64,
    /// How many they opened.
    pub candidates: i64,
}

impl Reader {
    /// What they are called; keys without a name were once written down without anything.
    pub fn called(&self) -> &str {
        match &*self.who_name {
            "" => "keys without a name",
            name => name,
        }
    }
}

/// Who opened candidates in a span, the most first.
pub async fn readers(db: &Db, span: (Timestamp, Timestamp), limit: i64) -> Result<Vec<Reader>> {
    within(
        sql(
            "select who_name, count(*) as n, count(distinct object) as candidates from audit_log \
             where action = 'candidate.read' and",
        ),
        " at >= ?",
        " and at < ?",
        span,
    )
    .push(" group by who_name order by candidates desc, who_name limit ?")
    .bind(limit)
    .all(db)
    .await
}

/// A candidate that was asked for by the source's id.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Named {
    /// The candidate.
    pub id: CandidateId,
    /// The source.
    pub source: String,
    /// The source's id.
    pub external_id: String,
    /// What the latest screening ends in.
    pub next_step: Option<String>,
}

/// Candidates by the sources' ids.
pub async fn named(db: &Db, external_ids: &[&str]) -> Result<Vec<Named>> {
    sql("select id, source, external_id, next_step from candidates where external_id in ")
        .list(external_ids.iter().copied())
        .all(db)
        .await
}
