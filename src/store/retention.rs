//! Who is due to be erased by age, and the setting that says so.

use jiff::Timestamp;

use crate::candidate::CandidateId;
use crate::db::{Db, Millis, Result, Sql, Tx, sql};

/// The setting as it was written.
pub async fn setting(db: &Db) -> Result<Option<String>> {
    super::settings::get(db, "retention").await
}

/// Writes it.
pub async fn set_setting(tx: &mut Tx, value: &str) -> Result<()> {
    sql("insert into settings (name, value) values ('retention', ?) on conflict (name) do update set value = excluded.value")
        .bind(value)
        .execute(tx)
        .await?;
    Ok(())
}

/// Somebody who is due.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Due {
    /// The candidate.
    pub id: CandidateId,
    /// The source.
    pub source: String,
    /// The id there.
    pub external_id: String,
    /// The name as written.
    pub name: Option<String>,
    /// The stage.
    pub stage: String,
    /// When the last version came in.
    pub last_at: Millis,
}

/// Who of a stage, as it was last screened, had no version and no decision since a time, is not held, and is not at work, nor was since.
fn due(select: &'static str, stage: &str, before: Timestamp) -> Sql {
    sql(select)
        .push(" from candidates c where c.received_at < ?")
        .bind(before)
        // Who was onboarded is screened at a later stage than the application names.
        .push(" and coalesce((select s.stage from screenings s where s.id = c.screening_id), c.stage) = ?")
        .bind(stage)
        .push(" and not exists (select 1 from versions v where v.candidate_id = c.id and v.received_at >= ?)")
        .bind(before)
        .push(" and not exists (select 1 from decisions d where d.candidate_id = c.id and d.at >= ?)")
        .bind(before)
        .push(" and not exists (select 1 from holds h where h.candidate_id = c.id and h.lifted_at is null)")
        .push(
            " and not exists (select 1 from workers w where w.candidate_id = c.id and (not exists \
             (select 1 from bindings b where b.worker_id = w.worker_id) or exists (select 1 from bindings b \
             where b.worker_id = w.worker_id and (b.until_at is null or b.until_at >= ?))))",
        )
        .bind(before)
}

/// How many of each source.
pub async fn counts(db: &Db, stage: &str, before: Timestamp) -> Result<Vec<(String, i64)>> {
    due("select c.source, count(*)", stage, before)
        .push(" group by c.source order by c.source")
        .all(db)
        .await
}

/// The first behind an id, in the order of ids.
pub async fn first(
    db: &Db,
    stage: &str,
    before: Timestamp,
    after: &str,
    limit: i64,
) -> Result<Vec<Due>> {
    due(
        "select c.id, c.source, c.external_id, c.name, coalesce((select s.stage from screenings s \
         where s.id = c.screening_id), c.stage) as stage, (select max(v.received_at) from versions v \
         where v.candidate_id = c.id) as last_at",
        stage,
        before,
    )
    .push(" and c.id > ? order by c.id limit ?")
    .bind(after)
    .bind(limit)
    .all(db)
    .await
}

/// Whether somebody is due.
pub async fn is_due(tx: &mut Tx, stage: &str, before: Timestamp, id: &CandidateId) -> Result<bool> {
    let found: Option<(String,)> = due("select c.id", stage, before)
        .push(" and c.id = ?")
        .bind(id)
        .optional(tx)
        .await?;
    Ok(found.is_some())
}
