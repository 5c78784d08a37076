//! All that is kept of one candidate: counted, and read to be handed out.

use crate::audit::Entry;
use crate::candidate::CandidateId;
use crate::db::{Db, Json, Millis, Result, Tx, sql};
use crate::store::deliveries::Delivery;

/// What is counted, in words, and how: each `?` is the candidate's id.
const COUNTED: [(&str, &str); 17] = [
    (
        "versions of the application",
        "select count(*) from versions where candidate_id = ?",
    ),
    (
        "screenings",
        "select count(*) from screenings where candidate_id = ?",
    ),
    (
        "decisions",
        "select count(*) from decisions where candidate_id = ?",
    ),
    (
        "signatures under decisions",
        "select count(*) from signatures where candidate_id = ?",
    ),
    (
        "explanations that were taken back",
        "select count(*) from taken_back where candidate_id = ?",
    ),
    (
        "contests",
        "select count(*) from contests where candidate_id = ?",
    ),
    ("cases", "select count(*) from cases where candidate_id = ?"),
    (
        "comments",
        "select count(*) from comments where candidate_id = ?",
    ),
    (
        "others said not to be the same person",
        "select count(*) from not_same where a = ? or b = ?",
    ),
    (
        "checks made by people",
        "select count(*) from checks where candidate_id = ?",
    ),
    (
        "deliveries with their bodies",
        "select count(*) from deliveries d where d.body is not null and (d.candidate_id = ? or d.id in \
         (select p.delivery_id from delivery_people p join candidates c on c.source = p.source and \
         c.external_id = p.external_id where c.id = ?))",
    ),
    (
        "notes left at hiring systems, which stay there",
        "select count(*) from notes_left where candidate_id = ?",
    ),
    (
        "onboardings",
        "select count(*) from onboardings where candidate_id = ?",
    ),
    (
        "summaries of timings",
        "select count(*) from sessions s join bindings b on b.device = s.device and s.ended_at >= b.from_at and \
         (b.until_at is null or s.started_at < b.until_at) join workers w on w.worker_id = b.worker_id where w.candidate_id = ?",
    ),
    (
        "packs of raw timings",
        "select count(*) from samples s join bindings b on b.device = s.device and s.until_at >= b.from_at and \
         (b.until_at is null or s.from_at < b.until_at) join workers w on w.worker_id = b.worker_id where w.candidate_id = ?",
    ),
    (
        "observations of devices",
        "select count(*) from observations o join bindings b on b.device = o.device and o.at >= b.from_at and \
         (b.until_at is null or o.at < b.until_at) join workers w on w.worker_id = b.worker_id where w.candidate_id = ?",
    ),
    (
        "tickets for security",
        "select count(*) from tickets where candidate_id = ?",
    ),
];

/// How much is kept of some candidates, in words.
pub async fn counts(tx: &mut Tx, ids: &[CandidateId]) -> Result<Vec<(&'static str, i64)>> {
    let mut counts = Vec::with_capacity(COUNTED.len());
    for (words, text) in COUNTED {
        let mut sum = 0;
        for id in ids {
            let mut count = sql(text);
            for _ in text.matches('?') {
                count = count.bind(id);
            }
            let (found,): (i64,) = count.one(&mut *tx).await?;
            sum += found;
        }
        counts.push((words, sum));
    }
    Ok(counts)
}

/// What a candidate is called and since when.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Head {
    /// The source.
    pub source: String,
    /// The id there.
    pub external_id: String,
    /// The stage.
    pub stage: String,
    /// When the person applied.
    pub applied_at: Millis,
    /// When the first version came in.
    pub received_at: Millis,
    /// The ring it is in.
    pub ring: Option<String>,
    /// Into whom the source folded it.
    pub merged_into: Option<String>,
}

/// A candidate.
pub async fn head(db: &Db, id: &CandidateId) -> Result<Option<Head>> {
    sql("select source, external_id, stage, applied_at, received_at, ring, merged_into from candidates where id = ?")
        .bind(id)
        .optional(db)
        .await
}

/// Events that a source told of a person, the latest first: when, of what kind, what.
pub async fn events(
    db: &Db,
    head: &Head,
    limit: i64,
) -> Result<Vec<(Millis, String, Json<serde_json::Value>)>> {
    sql("select at, kind, event from events where source = ? and external_id = ? order by at desc, digest limit ?")
        .bind(&head.source)
        .bind(&head.external_id)
        .bind(limit)
        .all(db)
        .await
}

/// Notes left at vendors': the connection, the kind, the next step named, when.
pub async fn notes_left(
    db: &Db,
    id: &CandidateId,
) -> Result<Vec<(String, String, String, Millis)>> {
    sql("select connection, kind, next_step, at from notes_left where candidate_id = ? order by at")
        .bind(id)
        .all(db)
        .await
}

/// Who was said not to be the same person, by whom, when.
pub async fn not_same(db: &Db, id: &CandidateId) -> Result<Vec<(CandidateId, String, Millis)>> {
    sql("select case when a = ? then b else a end, by_whom, at from not_same where a = ? or b = ? order by at")
        .bind(id)
        .bind(id)
        .bind(id)
        .all(db)
        .await
}

/// The mailbox of whoever sees to a candidate.
pub async fn assigned_to(db: &Db, id: &CandidateId) -> Result<Option<String>> {
    let row: Option<(String,)> =
        sql("select u.email from candidates c join users u on u.id = c.assigned_to where c.id = ?")
            .bind(id)
            .optional(db)
            .await?;
    Ok(row.map(|(email,)| email))
}

/// Links to others: the other, what is shared, since when, why it does not count.
pub async fn links(
    db: &Db,
    id: &CandidateId,
    limit: i64,
) -> Result<Vec<(CandidateId, String, Millis, Option<String>)>> {
    sql("select case when a = ? then b else a end, kind, found_at, explained from links where a = ? or b = ? order by found_at desc limit ?")
        .bind(id)
        .bind(id)
        .bind(id)
        .bind(limit)
        .all(db)
        .await
}

/// Which of some deliveries tell of more than one person.
pub async fn of_several(db: &Db, deliveries: &[Delivery]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for some in deliveries.chunks(crate::db::ROWS_PER_STATEMENT) {
        let rows: Vec<(String,)> =
            sql("select delivery_id from delivery_people where delivery_id in ")
                .list(some.iter().map(|one| one.id.as_str()))
                .push(" group by delivery_id having count(*) > 1")
                .all(db)
                .await?;
        found.extend(rows.into_iter().map(|(id,)| id));
    }
    Ok(found)
}

/// What the audit log says was done to an object, the latest first.
pub async fn done_to(db: &Db, object: &str, limit: i64) -> Result<Vec<Entry>> {
    sql("select seq, at, who_kind, who_id, who_name, action, object, detail, hash, seal from audit_log where object = ?")
        .bind(object)
        .push(" order by seq desc limit ?")
        .bind(limit)
        .all(db)
        .await
}
