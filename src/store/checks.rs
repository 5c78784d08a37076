//! Checks that people made: appended, never changed.

use std::collections::HashMap;

use crate::candidate::CandidateId;
use crate::check::{Check, Claim, Kind, Outcome};
use crate::db::{Db, Json, Millis, ROWS_PER_STATEMENT, Result, Tx, sql};

/// Keeps a check.
///
/// `origin` says where a check came from that a vendor made; the same again is not kept, and `false`.
pub async fn append(
    tx: &mut Tx,
    candidate: &CandidateId,
    check: &Check,
    origin: Option<&str>,
) -> Result<bool> {
    let kept = sql(
        "insert into checks (id, candidate_id, version, kind, result, about, claim, by_whom, note, \
         at, recorded_at, origin) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
         on conflict (origin) where origin is not null do nothing",
    )
    .bind(&check.id)
    .bind(candidate)
    .bind(check.version)
    .bind(check.kind.word())
    .bind(check.result.word())
    .bind(check.about.as_deref())
    .bind(&Json(&check.claim))
    .bind(&check.by)
    .bind(check.note.as_deref())
    .bind(check.at)
    .bind(check.recorded_at)
    .bind(origin)
    .execute(tx)
    .await?;
    Ok(kept > 0)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    candidate_id: CandidateId,
    version: i64,
    kind: String,
    result: String,
    about: Option<String>,
    claim: Json<Claim>,
    by_whom: String,
    note: Option<String>,
    at: Millis,
    recorded_at: Millis,
}

impl Row {
    /// `None` for words that only another version of the program knows.
    fn check(self) -> Option<(CandidateId, Check)> {
        let check = Check {
            id: self.id,
            version: self.version,
            kind: (Kind::ALL.into_iter()).find(|kind| kind.word() == self.kind)?,
            result: (Outcome::ALL.into_iter()).find(|result| result.word() == self.result)?,
            about: self.about,
            claim: self.claim.0,
            by: self.by_whom,
            note: self.note,
            at: self.at.into(),
            recorded_at: self.recorded_at.into(),
        };
        Some((self.candidate_id, check))
    }
}

/// The checks of some candidates, the latest first.
pub async fn of(db: &Db, candidates: &[CandidateId]) -> Result<HashMap<CandidateId, Vec<Check>>> {
    let mut checks = HashMap::<_, Vec<Check>>::new();
    for candidates in candidates.chunks(ROWS_PER_STATEMENT) {
        let found: Vec<Row> = sql(
            "select id, candidate_id, version, kind, result, about, claim, by_whom, note, at, \
             recorded_at from checks where candidate_id in ",
        )
        .list(candidates)
        .push(" order by candidate_id, at desc, id desc")
        .all(db)
        .await?;
        for (candidate, check) in found.into_iter().filter_map(Row::check) {
            checks.entry(candidate).or_default().push(check);
        }
    }
    Ok(checks)
}

/// Forgets checks that came from a vendor, by how their origin begins; their candidates are due for
/// another screening.
pub async fn forget(tx: &mut Tx, origin: &str) -> Result<()> {
    let end = format!("{origin}\u{10FFFF}");
    sql("update candidates set revision = revision + 1 where id in (select candidate_id from checks where origin >= ?")
        .bind(origin)
        .push(" and origin < ?)")
        .bind(&end)
        .execute(&mut *tx)
        .await?;
    sql("delete from checks where origin >= ?")
        .bind(origin)
        .push(" and origin < ?")
        .bind(&end)
        .execute(tx)
        .await?;
    Ok(())
}
