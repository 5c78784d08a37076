//! Legal holds, and erasures that wait for their end.

use jiff::Timestamp;

use super::people::Who;
use crate::candidate::CandidateId;
use crate::db::{Db, Millis, ROWS_PER_STATEMENT, Result, Tx, sql};

/// A hold: while it stands, nothing of the candidate is erased.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Hold {
    /// Its id.
    pub id: String,
    /// On whom.
    pub candidate_id: CandidateId,
    /// Why.
    pub reason: String,
    /// Who set it.
    pub by_whom: String,
    /// When.
    pub at: Millis,
    /// When it was lifted.
    pub lifted_at: Option<Millis>,
    /// Who lifted it.
    pub lifted_by: Option<String>,
    /// Why.
    pub lifted_why: Option<String>,
}

const COLUMNS: &str =
    "select id, candidate_id, reason, by_whom, at, lifted_at, lifted_by, lifted_why from holds";

/// Sets a hold; `false` where one stands already.
pub async fn set(tx: &mut Tx, hold: &Hold) -> Result<bool> {
    let set = sql("insert into holds (id, candidate_id, reason, by_whom, at) values (?, ?, ?, ?, ?) on conflict do nothing")
        .bind(&hold.id)
        .bind(&hold.candidate_id)
        .bind(&hold.reason)
        .bind(&hold.by_whom)
        .bind(hold.at.0)
        .execute(tx)
        .await?;
    Ok(set > 0)
}

/// Lifts the hold that stands; `false` where none does.
pub async fn lift(
    tx: &mut Tx,
    id: &CandidateId,
    by: &str,
    why: &str,
    now: Timestamp,
) -> Result<bool> {
    let lifted = sql("update holds set lifted_at = ?, lifted_by = ?, lifted_why = ? where lifted_at is null and candidate_id = ?")
        .bind(now)
        .bind(by)
        .bind(why)
        .bind(id)
        .execute(tx)
        .await?;
    Ok(lifted > 0)
}

/// The holds that stand on any of some candidates.
pub async fn standing(tx: &mut Tx, ids: &[CandidateId]) -> Result<Vec<Hold>> {
    let mut found = Vec::new();
    for some in ids.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<Hold> = sql(COLUMNS)
            .push(" where lifted_at is null and candidate_id in ")
            .list(some)
            .all(&mut *tx)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// All holds that ever were on a candidate, the latest first.
pub async fn of(db: &Db, id: &CandidateId) -> Result<Vec<Hold>> {
    sql(COLUMNS)
        .push(" where candidate_id = ? order by at desc, id desc")
        .bind(id)
        .all(db)
        .await
}

/// A hold that stands, as the list shows it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Listed {
    /// On whom.
    pub candidate_id: CandidateId,
    /// The source's id.
    pub external_id: String,
    /// The source.
    pub source: String,
    /// The name as written.
    pub name: Option<String>,
    /// Why.
    pub reason: String,
    /// Who set it.
    pub by_whom: String,
    /// When.
    pub at: Millis,
    /// When the source asked to erase.
    pub asked_at: Option<Millis>,
}

/// The holds that stand, the oldest first.
pub async fn list(db: &Db, limit: i64) -> Result<Vec<Listed>> {
    sql(
        "select h.candidate_id, c.external_id, c.source, c.name, h.reason, h.by_whom, h.at, \
         (select min(p.asked_at) from put_off_erasures p where p.source = c.source \
         and p.external_id in (c.external_id, c.merged_into)) as asked_at \
         from holds h join candidates c on c.id = h.candidate_id where h.lifted_at is null order by h.at, h.id limit ?",
    )
    .bind(limit)
    .all(db)
    .await
}

/// Remembers that a source asked to erase people on whom a hold stands.
pub async fn put_off(tx: &mut Tx, people: &[Who], now: Timestamp) -> Result<()> {
    for some in people.chunks(ROWS_PER_STATEMENT) {
        sql("insert into put_off_erasures (source, external_id, asked_at) values")
            .rows(
                some.iter()
                    .map(|who| [who.0.as_str().into(), who.1.as_str().into(), now.into()]),
            )
            .push(" on conflict (source, external_id) do nothing")
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Whose erasure waits.
pub async fn waiting(tx: &mut Tx) -> Result<Vec<Who>> {
    sql("select source, external_id from put_off_erasures order by source, external_id")
        .all(tx)
        .await
}

/// When a candidate's source asked to erase.
pub async fn asked_at(db: &Db, id: &CandidateId) -> Result<Option<Timestamp>> {
    let row: (Option<i64>,) = sql(
        "select min(p.asked_at) from put_off_erasures p join candidates c on p.source = c.source \
         and p.external_id in (c.external_id, c.merged_into) where c.id = ?",
    )
    .bind(id)
    .one(db)
    .await?;
    Ok(row.0.map(|at| Millis(at).into()))
}

/// Forgets the bodies of a candidate's ended deliveries from before an id: a hold alone kept them.
pub async fn forget_bodies(tx: &mut Tx, id: &CandidateId, before: &str) -> Result<()> {
    sql(
        "update deliveries set body = null, headers = '[]' where body is not null and next_at is null and id < ?",
    )
    .bind(before)
    .push(
        " and (candidate_id = ? or id in (select p.delivery_id from delivery_people p join candidates c \
         on c.source = p.source and c.external_id = p.external_id where c.id = ?))",
    )
    .bind(id)
    .bind(id)
    .execute(tx)
    .await?;
    Ok(())
}
