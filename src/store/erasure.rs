//! Everything that is stored of one candidate, to be taken away.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;

use crate::application::Application;
use crate::candidate::CandidateId;
use crate::db::{Json, ROWS_PER_STATEMENT, Result, Tx, sql};

/// Every version of a candidate, also superseded ones.
pub async fn versions(tx: &mut Tx, id: &CandidateId) -> Result<Vec<Application>> {
    let rows: Vec<(Json<Application>,)> =
        sql("select application from versions where candidate_id = ?")
            .bind(id)
            .all(tx)
            .await?;
    Ok(rows.into_iter().map(|(one,)| one.0).collect())
}

/// Whom a candidate's screenings and links name: whoever is named there names the candidate too.
pub async fn neighbours(tx: &mut Tx, id: &CandidateId) -> Result<BTreeSet<CandidateId>> {
    let linked: Vec<(CandidateId, CandidateId)> =
        sql("select a, b from links where a = ? or b = ?")
            .bind(id)
            .bind(id)
            .all(&mut *tx)
            .await?;
    let mut found: BTreeSet<_> = linked.into_iter().flat_map(|(a, b)| [a, b]).collect();
    let saw: Vec<(Json<Value>,)> = sql("select signals from screenings where candidate_id = ?")
        .bind(id)
        .all(tx)
        .await?;
    for (signals,) in saw {
        related(&signals.0, &mut found);
    }
    found.remove(id);
    Ok(found)
}

/// Collects whom signals name.
fn related(value: &Value, found: &mut BTreeSet<CandidateId>) {
    match value {
        Value::Array(items) => items.iter().for_each(|one| related(one, found)),
        Value::Object(map) => {
            if let Some(Value::String(id)) = map.get("related") {
                found.insert(CandidateId(id.clone()));
            }
            map.values().for_each(|one| related(one, found));
        }
        _ => {}
    }
}

/// Who has any of these keys.
pub async fn sharing(tx: &mut Tx, hashes: &[i64]) -> Result<Vec<CandidateId>> {
    let mut found = Vec::new();
    for some in hashes.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<(CandidateId,)> =
            sql("select distinct candidate_id from keys where hash in ")
                .list(some.iter().copied())
                .all(&mut *tx)
                .await?;
        found.extend(rows.into_iter().map(|(id,)| id));
    }
    Ok(found)
}

/// Who named a candidate in screenings since the candidate was last screened itself: what the candidate's own
/// screenings do not tell yet.
pub async fn saw_lately(tx: &mut Tx, id: &CandidateId) -> Result<Vec<CandidateId>> {
    let rows: Vec<(CandidateId,)> = sql("select distinct candidate_id from screenings where \
         id > (select coalesce(screening_id, '') from candidates where id = ?)")
    .bind(id)
    .push(" and signals like ?")
    .bind(format!("%{id}%"))
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Takes the keys with these hashes away from a candidate.
pub async fn keys(tx: &mut Tx, id: &CandidateId, hashes: &[i64]) -> Result<()> {
    for some in hashes.chunks(ROWS_PER_STATEMENT) {
        sql("delete from keys where candidate_id = ?")
            .bind(id)
            .push(" and hash in ")
            .list(some.iter().copied())
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Takes away all that is stored under a candidate's id. Versions, screenings, checks, decisions, cases
/// and contests go with the row.
pub async fn candidate(tx: &mut Tx, id: &CandidateId, now: Timestamp) -> Result<()> {
    work(tx, id, now).await?;
    beside(tx, id).await?;
    answers(tx, id).await?;
    for text in [
        "delete from sketches where candidate_id = ?",
        "delete from notes_left where candidate_id = ?",
        "update deliveries set body = null, headers = '[]', next_at = null, \
         state = case when next_at is null then state else 'ignored' end where candidate_id = ?",
        "delete from candidates where id = ?",
    ] {
        sql(text).bind(id).execute(&mut *tx).await?;
    }
    for text in [
        "delete from links where a = ? or b = ?",
        "delete from not_same where a = ? or b = ?",
    ] {
        sql(text).bind(id).bind(id).execute(&mut *tx).await?;
    }
    super::explanations::strike(tx, id).await?;
    sql("update counters set value = value - 1 where name = 'candidates' and value > 0")
        .execute(tx)
        .await?;
    Ok(())
}

/// Takes away answers kept for those who ask again: they name the candidate, or, as decisions do, one of its screenings.
async fn answers(tx: &mut Tx, id: &CandidateId) -> Result<()> {
    let screenings: Vec<(String,)> = sql("select id from screenings where candidate_id = ?")
        .bind(id)
        .all(&mut *tx)
        .await?;
    let names: Vec<&str> = [id.0.as_str()]
        .into_iter()
        .chain(screenings.iter().map(|(one,)| one.as_str()))
        .collect();
    for some in names.chunks(ROWS_PER_STATEMENT) {
        let mut naming = sql("delete from answers where false");
        for one in some {
            naming = naming.push(" or body like ?").bind(format!("%{one}%"));
        }
        naming.execute(&mut *tx).await?;
    }
    Ok(())
}

/// Takes away what the devices of a candidate said while they were that person's, and whose they were.
async fn work(tx: &mut Tx, id: &CandidateId, now: Timestamp) -> Result<()> {
    let spans: Vec<(String, i64, Option<i64>, String)> = sql(
        "select b.device, b.from_at, b.until_at, b.worker_id from bindings b \
         join workers w on w.worker_id = b.worker_id where w.candidate_id = ?",
    )
    .bind(id)
    .all(&mut *tx)
    .await?;
    for (device, from, until, _) in &spans {
        let until = until.unwrap_or(i64::MAX);
        for text in [
            "delete from samples where device = ? and until_at >= ? and from_at < ?",
            "delete from sessions where device = ? and ended_at >= ? and started_at < ?",
            "delete from observations where device = ? and at >= ? and at < ?",
            "delete from networks where device = ? and last_at >= ? and first_at < ?",
        ] {
            let within = sql(text).bind(device.as_str()).bind(*from).bind(until);
            within.execute(&mut *tx).await?;
        }
    }
    for (device, ..) in &spans {
        sql("delete from osquery_nodes where device = ? and not exists (select 1 from bindings b where b.device = \
             osquery_nodes.device and b.until_at is null and b.worker_id not in \
             (select worker_id from workers where candidate_id = ?))")
            .bind(device)
            .bind(id)
            .execute(&mut *tx)
            .await?;
        sql("delete from devices where device = ? and not exists (select 1 from sessions s where s.device = devices.device) \
             and not exists (select 1 from observations o where o.device = devices.device)")
            .bind(device)
            .execute(&mut *tx)
            .await?;
    }
    // The spans stay as nobody's: what a device says of them belongs to no later worker.
    sql(
        "update bindings set until_at = coalesce(until_at, ?), worker_id = '' where worker_id in \
         (select worker_id from workers where candidate_id = ?)",
    )
    .bind(now)
    .bind(id)
    .execute(&mut *tx)
    .await?;
    for text in [
        "delete from levels where worker_id in (select worker_id from workers where candidate_id = ?)",
        "delete from workers where candidate_id = ?",
    ] {
        sql(text).bind(id).execute(&mut *tx).await?;
    }
    Ok(())
}

/// Takes a candidate out of what other workers' machines come to; who was struck is judged again.
async fn beside(tx: &mut Tx, id: &CandidateId) -> Result<()> {
    let rows: Vec<(String, Json<Value>)> =
        sql("select worker_id, gauge from workers where gauge like ?")
            .bind(format!("%{id}%"))
            .all(&mut *tx)
            .await?;
    for (worker_id, mut gauge) in rows {
        strike_rows(&mut gauge.0, &id.0);
        sql("update workers set gauge = ?, revision = revision + 1 where worker_id = ?")
            .bind(&gauge)
            .bind(&worker_id)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Takes out of lists every object that names somebody in any of its values.
fn strike_rows(value: &mut Value, id: &str) {
    let names = |one: &Value| {
        let values = one
            .as_object()
            .into_iter()
            .flat_map(serde_json::Map::values);
        values.into_iter().any(|value| value.as_str() == Some(id))
    };
    match value {
        Value::Array(items) => {
            items.retain(|one| !names(one));
            for one in items {
                strike_rows(one, id);
            }
        }
        Value::Object(map) => map.values_mut().for_each(|one| strike_rows(one, id)),
        _ => {}
    }
}

/// Takes out of another candidate's screenings what they say of an erased one: passages of texts,
/// values, the id itself.
pub async fn quotes(tx: &mut Tx, other: &CandidateId, erased: &CandidateId) -> Result<()> {
    let rows: Vec<(String, Json<Value>, Json<Value>)> =
        sql("select id, signals, judgement from screenings where candidate_id = ?")
            .bind(other)
            .all(&mut *tx)
            .await?;
    for (id, mut signals, mut judgement) in rows {
        let mut changed = strike(&mut signals.0, &erased.0);
        changed |= strike(&mut judgement.0, &erased.0);
        if changed {
            sql("update screenings set signals = ?, judgement = ? where id = ?")
                .bind(&signals)
                .bind(&judgement)
                .bind(&id)
                .execute(&mut *tx)
                .await?;
        }
    }
    Ok(())
}

/// Takes out of lists what names somebody, or is about somebody; says whether there was anything.
fn strike(value: &mut Value, id: &str) -> bool {
    match value {
        Value::Array(items) => {
            let before = items.len();
            items.retain(|one| {
                one.as_str() != Some(id) && one.get("related").and_then(Value::as_str) != Some(id)
            });
            let mut changed = items.len() != before;
            for one in items {
                changed |= strike(one, id);
            }
            changed
        }
        Value::Object(map) => {
            let mut changed = false;
            for one in map.values_mut() {
                changed |= strike(one, id);
            }
            changed
        }
        Value::String(text) if text == id => {
            *value = Value::Null;
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_names_somebody_is_struck_out() {
        let mut signals = json!({
            "alike.passages": [{"field": "a", "related": "c1", "is": {"other": "their words"}}, {"related": "c2"}],
            "ring": {"members": ["c1", "c2"]}, "worst": "c1",
        });
        assert!(strike(&mut signals, "c1"));
        assert_eq!(
            signals,
            json!({"alike.passages": [{"related": "c2"}], "ring": {"members": ["c2"]}, "worst": null})
        );
        assert!(!strike(&mut signals, "c1"));
    }

    #[test]
    fn whoever_is_named_is_found() {
        let mut found = BTreeSet::new();
        related(
            &json!({"x": [{"related": "c1"}, {"y": {"related": "c2"}}, "c3"]}),
            &mut found,
        );
        let ids: Vec<_> = found.iter().map(|id| id.0.as_str()).collect();
        assert_eq!(ids, ["c1", "c2"]);
    }
}
