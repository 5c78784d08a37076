//! People as sources know them, and what deliveries said of them.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::candidate::CandidateId;
use crate::db::{Db, Json, Millis, ROWS_PER_STATEMENT, Result, Tx, Value, sql};
use crate::hooks::history::Placed;
use crate::vendors::event::Event;

/// A person of a source: its name and the id there.
pub type Who = (String, String);

/// A person.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Person {
    /// The source.
    pub source: String,
    /// The id there.
    pub external_id: String,
    /// Into whom the person was folded there.
    pub merged_into: Option<String>,
    /// When the person was erased.
    pub erased_at: Option<Millis>,
    /// Ids that the source's API needs.
    pub handles: Json<BTreeMap<String, String>>,
    /// The last résumé file that was read.
    pub resume: Option<String>,
}

fn pair((source, external_id): &Who) -> [Value; 2] {
    [source.as_str().into(), external_id.as_str().into()]
}

const COLUMNS: &str =
    "select source, external_id, merged_into, erased_at, handles, resume from people";

/// Makes people known and locks them, in their order, until the transaction ends: what is known of one
/// is put together by one worker at a time.
pub async fn lock(tx: &mut Tx, people: &[Who]) -> Result<Vec<Person>> {
    let mut people = people.to_vec();
    people.sort_unstable();
    people.dedup();
    let mut found = Vec::with_capacity(people.len());
    for some in people.chunks(ROWS_PER_STATEMENT) {
        sql("insert into people (source, external_id, handles) values")
            .rows(some.iter().map(|(source, external_id)| {
                [
                    source.as_str().into(),
                    external_id.as_str().into(),
                    "{}".into(),
                ]
            }))
            .push(" on conflict (source, external_id) do nothing")
            .execute(&mut *tx)
            .await?;
        let statement = sql(COLUMNS)
            .push(" where (source, external_id) in (values")
            .rows(some.iter().map(pair))
            .push(") order by source, external_id");
        let statement = match tx {
            Tx::Postgres(_) => statement.push(" for update"),
            Tx::Sqlite(_) => statement,
        };
        found.extend(statement.all::<Person>(&mut *tx).await?);
    }
    Ok(found)
}

/// One person.
pub async fn by_id(db: &Db, source: &str, external_id: &str) -> Result<Option<Person>> {
    sql(COLUMNS)
        .push(" where source = ?")
        .bind(source)
        .push(" and external_id = ?")
        .bind(external_id)
        .optional(db)
        .await
}

/// Those who were folded into a person.
pub async fn merged_into(tx: &mut Tx, who: &Who) -> Result<Vec<Who>> {
    sql("select source, external_id from people where source = ? and merged_into = ?")
        .bind(&who.0)
        .bind(&who.1)
        .all(tx)
        .await
}

/// Into whom a person was folded.
pub async fn folded_into(tx: &mut Tx, who: &Who) -> Result<Option<Who>> {
    let found: Option<Who> = sql(
        "select source, merged_into from people where source = ? and external_id = ? and merged_into is not null",
    )
    .bind(&who.0)
    .bind(&who.1)
    .optional(tx)
    .await?;
    Ok(found)
}

/// Keeps what follows from a person's events.
pub async fn keep(
    tx: &mut Tx,
    who: &Who,
    merged_into: Option<&str>,
    handles: &BTreeMap<String, String>,
) -> Result<()> {
    sql("update people set merged_into = ?, handles = ? where source = ? and external_id = ?")
        .bind(merged_into)
        .bind(&Json(handles))
        .bind(&who.0)
        .bind(&who.1)
        .execute(tx)
        .await?;
    Ok(())
}

/// Says on a person's candidate into whom the person was folded.
pub async fn point(tx: &mut Tx, who: &Who, merged_into: Option<&str>) -> Result<()> {
    sql("update candidates set merged_into = ? where source = ? and external_id = ?")
        .bind(merged_into)
        .bind(&who.0)
        .bind(&who.1)
        .execute(tx)
        .await?;
    Ok(())
}

/// Remembers which file was read.
pub async fn read_resume(tx: &mut Tx, who: &Who, file: &str) -> Result<()> {
    sql("update people set resume = ? where source = ? and external_id = ?")
        .bind(file)
        .bind(&who.0)
        .bind(&who.1)
        .execute(tx)
        .await?;
    Ok(())
}

/// Forgets all of a person but the id, which stays so that what comes late is dropped; the bodies of
/// deliveries about the person go too.
pub async fn erase(tx: &mut Tx, who: &Who, now: Timestamp) -> Result<()> {
    let (source, external_id) = who;
    sql("update people set erased_at = coalesce(erased_at, ?), handles = '{}', resume = null where source = ? and external_id = ?")
        .bind(now)
        .bind(source)
        .bind(external_id)
        .execute(&mut *tx)
        .await?;
    sql(
        "update deliveries set body = null, headers = '[]', next_at = null, \
         state = case when next_at is null then state else 'ignored' end where id in \
         (select delivery_id from delivery_people where source = ? and external_id = ?)",
    )
    .bind(source)
    .bind(external_id)
    .execute(&mut *tx)
    .await?;
    for text in [
        "delete from events where source = ? and external_id = ?",
        "delete from put_off_erasures where source = ? and external_id = ?",
    ] {
        let whose = sql(text).bind(source).bind(external_id);
        whose.execute(&mut *tx).await?;
    }
    Ok(())
}

/// Adds events of people; what was said before is not said again.
pub async fn add(tx: &mut Tx, events: &[(Who, &Placed, &str)]) -> Result<()> {
    for some in events.chunks(ROWS_PER_STATEMENT) {
        sql(
            "insert into events (source, external_id, at, digest, kind, delivery_id, event) values",
        )
        .rows(some.iter().map(|(who, placed, delivery)| {
            [
                who.0.as_str().into(),
                who.1.as_str().into(),
                placed.at.into(),
                placed.digest.as_str().into(),
                placed.event.kind.word().into(),
                (*delivery).into(),
                (&Json(&placed.event)).into(),
            ]
        }))
        .push(" on conflict (source, external_id, at, digest) do nothing")
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

/// Says whom deliveries are about.
pub async fn concern(tx: &mut Tx, about: &[(Who, String)]) -> Result<()> {
    for some in about.chunks(ROWS_PER_STATEMENT) {
        sql("insert into delivery_people (source, external_id, delivery_id) values")
            .rows(some.iter().map(|((source, external_id), delivery)| {
                [
                    source.as_str().into(),
                    external_id.as_str().into(),
                    delivery.as_str().into(),
                ]
            }))
            .push(" on conflict (source, external_id, delivery_id) do nothing")
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct EventRow {
    source: String,
    external_id: String,
    at: Millis,
    digest: String,
    event: Json<Event>,
}

/// All events of people, in no order.
pub async fn events(tx: &mut Tx, people: &[Who]) -> Result<Vec<(Who, Placed)>> {
    let mut found = Vec::new();
    for some in people.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<EventRow> = sql("select source, external_id, at, digest, event from events \
             where (source, external_id) in (values")
        .rows(some.iter().map(pair))
        .push(")")
        .all(&mut *tx)
        .await?;
        found.extend(rows.into_iter().map(|row| {
            let placed = Placed {
                at: row.at.into(),
                digest: row.digest,
                event: row.event.0,
            };
            ((row.source, row.external_id), placed)
        }));
    }
    Ok(found)
}

/// What happened to a person and when, the latest first, for the timeline.
pub async fn timeline(
    db: &Db,
    source: &str,
    external_id: &str,
    limit: i64,
) -> Result<Vec<(Millis, String)>> {
    sql("select at, kind from events where source = ?")
        .bind(source)
        .push(" and external_id = ?")
        .bind(external_id)
        .push(" order by at desc, digest limit ?")
        .bind(limit)
        .all(db)
        .await
}

/// Who a candidate is at its source.
pub async fn of_candidate(tx: &mut Tx, id: &CandidateId) -> Result<Option<Who>> {
    sql("select source, external_id from candidates where id = ?")
        .bind(id)
        .optional(tx)
        .await
}

/// The candidates of people, where there are any.
pub async fn candidates(tx: &mut Tx, people: &[Who]) -> Result<Vec<(CandidateId, String, String)>> {
    let mut found = Vec::new();
    for some in people.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<(CandidateId, String, String)> = sql(
            "select id, source, external_id from candidates where (source, external_id) in (values",
        )
        .rows(some.iter().map(pair))
        .push(")")
        .all(&mut *tx)
        .await?;
        found.extend(rows);
    }
    Ok(found)
}
