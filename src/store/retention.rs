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

/// A stage's word, and before when the last thing must have happened to who is due in it.
pub type Before = (&'static str, Timestamp);

/// What may have happened to somebody, each with its time: the last of it counts.
const HAPPENED: [&str; 6] = [
    "versions v where v.candidate_id = c.id and v.received_at",
    "decisions d where d.candidate_id = c.id and d.at",
    "signatures s where s.candidate_id = c.id and s.at",
    "contests t where t.candidate_id = c.id and t.at",
    "checks k where k.candidate_id = c.id and k.recorded_at",
    "comments m where m.candidate_id = c.id and m.at",
];

/// What is still under way with somebody.
const UNDER_WAY: [&str; 3] = [
    "holds h where h.candidate_id = c.id and h.lifted_at is null",
    "cases e where e.candidate_id = c.id and e.closed_at is null",
    "tickets i where i.candidate_id = c.id and i.closed_at is null",
];

/// Who of some stages, as each was last screened, had nothing happen since that stage's time, is not held, not in an open
/// case or contest, and is not at work, nor was since. All of it in one pass: an index says of each table whether there
/// is such a row.
fn due(select: &'static str, befores: &[Before]) -> Sql {
    // Who was onboarded is screened at a later stage than the application names.
    let mut due = sql(select).push(
        " from (select a.id, a.source, a.external_id, a.name, a.received_at, coalesce(l.stage, a.stage) as stage, \
         case coalesce(l.stage, a.stage)",
    );
    for (stage, before) in befores {
        due = due.push(" when ? then ?").bind(*stage).bind(*before);
    }
    due = due.push(
        " end as before_at from candidates a left join screenings l on l.id = a.screening_id) c \
         where c.received_at < c.before_at",
    );
    for happened in HAPPENED {
        due = due
            .push(" and not exists (select 1 from ")
            .push(happened)
            .push(" >= c.before_at)");
    }
    for under_way in UNDER_WAY {
        due = due
            .push(" and not exists (select 1 from ")
            .push(under_way)
            .push(")");
    }
    due.push(
        " and not exists (select 1 from workers w where w.candidate_id = c.id and (not exists \
         (select 1 from bindings b where b.worker_id = w.worker_id) or exists (select 1 from bindings b \
         where b.worker_id = w.worker_id and (b.until_at is null or b.until_at >= c.before_at))))",
    )
}

/// How many of each stage and source.
pub async fn counts(db: &Db, befores: &[Before]) -> Result<Vec<(String, String, i64)>> {
    due("select c.stage, c.source, count(*)", befores)
        .push(" group by c.stage, c.source order by c.stage, c.source")
        .all(db)
        .await
}

/// The first behind an id, in the order of ids.
pub async fn first(db: &Db, befores: &[Before], after: &str, limit: i64) -> Result<Vec<Due>> {
    due(
        "select c.id, c.source, c.external_id, c.name, c.stage, (select max(v.received_at) from versions v \
         where v.candidate_id = c.id) as last_at",
        befores,
    )
    .push(" and c.id > ? order by c.id limit ?")
    .bind(after)
    .bind(limit)
    .all(db)
    .await
}

/// Whether somebody is due.
pub async fn is_due(tx: &mut Tx, befores: &[Before], id: &CandidateId) -> Result<bool> {
    let found: Option<(String,)> = due("select c.id", befores)
        .push(" and c.id = ?")
        .bind(id)
        .optional(tx)
        .await?;
    Ok(found.is_some())
}
