//! Cases: who has to be decided on, since when, and until when.

use jiff::Timestamp;

use crate::candidate::CandidateId;
use crate::db::{Db, Millis, Result, Tx, Value, sql};

/// A case.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// Whose.
    pub candidate_id: CandidateId,
    /// The next step that opened it, or the gravest since.
    pub next_step: String,
    /// When it was opened.
    pub opened_at: Millis,
    /// When it is overdue.
    pub due_at: Millis,
    /// The contest that opened it, or came to it.
    pub contest_id: Option<String>,
    /// When it was closed.
    pub closed_at: Option<Millis>,
    /// By which decision.
    pub closed_by: Option<String>,
}

const ALL: &str = "select id, candidate_id, next_step, opened_at, due_at, contest_id, closed_at, closed_by from cases";

/// A case to open.
#[derive(Clone, Debug)]
pub struct New<'a> {
    /// Its id.
    pub id: String,
    /// Whose.
    pub candidate_id: &'a CandidateId,
    /// The next step.
    pub next_step: &'static str,
    /// The contest that opens it.
    pub contest_id: Option<&'a str>,
}

/// Opens cases of candidates who have none open.
pub async fn open(
    tx: &mut Tx,
    new: &[New<'_>],
    opened_at: Timestamp,
    due_at: Timestamp,
) -> Result<()> {
    if new.is_empty() {
        return Ok(());
    }
    sql("insert into cases (id, candidate_id, next_step, opened_at, due_at, contest_id) values")
        .rows(new.iter().map(|one| {
            [
                Value::from(&one.id),
                one.candidate_id.into(),
                one.next_step.into(),
                opened_at.into(),
                due_at.into(),
                one.contest_id.into(),
            ]
        }))
        .push(" on conflict (candidate_id) where closed_at is null do nothing")
        .execute(tx)
        .await?;
    Ok(())
}

/// Of some candidates, those who have or had a case.
pub async fn known(tx: &mut Tx, candidates: &[&CandidateId]) -> Result<Vec<Row>> {
    if candidates.is_empty() {
        return Ok(Vec::new());
    }
    sql(ALL)
        .push(" where candidate_id in ")
        .list(candidates.iter().copied())
        .all(tx)
        .await
}

/// Says that an open case is about a graver next step than it was.
pub async fn raise(tx: &mut Tx, id: &str, next_step: &'static str) -> Result<()> {
    sql("update cases set next_step = ? where id = ?")
        .bind(next_step)
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

/// Says that an open case is contested.
pub async fn contest(tx: &mut Tx, candidate: &CandidateId, contest: &str) -> Result<()> {
    sql("update cases set contest_id = ? where candidate_id = ?")
        .bind(contest)
        .bind(candidate)
        .push(" and closed_at is null")
        .execute(tx)
        .await?;
    Ok(())
}

/// Closes the open case of a candidate, if there is one.
pub async fn close(
    tx: &mut Tx,
    candidate: &CandidateId,
    decision: &str,
    now: Timestamp,
) -> Result<()> {
    sql("update cases set closed_at = ?, closed_by = ? where candidate_id = ?")
        .bind(now)
        .bind(decision)
        .bind(candidate)
        .push(" and closed_at is null")
        .execute(tx)
        .await?;
    Ok(())
}

/// All cases of a candidate, the latest first.
pub async fn of(db: &Db, candidate: &CandidateId) -> Result<Vec<Row>> {
    sql(ALL)
        .push(" where candidate_id = ? order by opened_at desc, id desc")
        .bind(candidate)
        .all(db)
        .await
}

/// A candidate's open case.
pub async fn open_of(db: &Db, candidate: &CandidateId) -> Result<Option<Row>> {
    sql(ALL)
        .push(" where candidate_id = ? and closed_at is null")
        .bind(candidate)
        .optional(db)
        .await
}

/// Which of some candidates have an open case that somebody has not decided.
pub async fn undecided_by(
    db: &Db,
    user_id: &str,
    candidates: &[CandidateId],
) -> Result<Vec<CandidateId>> {
    let mut found = Vec::new();
    for some in candidates.chunks(crate::db::ROWS_PER_STATEMENT) {
        let rows: Vec<(CandidateId,)> = sql(
            "select c.candidate_id from cases c where c.closed_at is null and not exists \
             (select 1 from decisions d where d.candidate_id = c.candidate_id and d.rule is null \
             and d.at >= c.opened_at and d.user_id = ?) and c.candidate_id in ",
        )
        .bind(user_id)
        .list(some)
        .all(db)
        .await?;
        found.extend(rows.into_iter().map(|(id,)| id));
    }
    Ok(found)
}

/// How many cases are open, and how many of them overdue.
pub async fn count(db: &Db, now: Timestamp) -> Result<(i64, i64)> {
    let (open,): (i64,) = sql("select count(*) from cases where closed_at is null")
        .one(db)
        .await?;
    let (overdue,): (i64,) =
        sql("select count(*) from cases where closed_at is null and due_at < ?")
            .bind(now)
            .one(db)
            .await?;
    Ok((open, overdue))
}
