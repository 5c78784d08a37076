//! The findings that decisions are about, and which of them are explained.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::access::User;
use crate::candidate::CandidateId;
use crate::db::{Db, Json, Millis, ROWS_PER_STATEMENT, Result, Tx, sql};
use crate::rules::explained::evidence;
use crate::rules::{Explained, Explanation, Finding};

/// Keeps which findings a decision is about; ids are given by `new_id`.
pub async fn append(
    tx: &mut Tx,
    candidate: &CandidateId,
    decision: &str,
    findings: &[&Finding],
    new_id: impl Fn() -> String,
) -> Result<()> {
    for some in findings.chunks(ROWS_PER_STATEMENT) {
        sql("insert into decided_findings (id, decision_id, candidate_id, rule, evidence, related) values")
            .rows(some.iter().map(|finding| {
                [
                    new_id().into(),
                    decision.into(),
                    candidate.into(),
                    (&*finding.rule).into(),
                    (&Json(evidence(finding, &candidate.0))).into(),
                    (&Json(&finding.related)).into(),
                ]
            }))
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    candidate_id: CandidateId,
    rule: String,
    evidence: Json<std::collections::BTreeSet<String>>,
    related: Json<std::collections::BTreeSet<CandidateId>>,
    by_whom: String,
    reason: String,
    at: Millis,
}

const IN_FORCE: &str = "select f.id, f.candidate_id, f.rule, f.evidence, f.related, d.by_whom, d.reason, d.at \
    from decided_findings f join decisions d on d.id = f.decision_id \
    where d.outcome = 'explained' and d.counts_at is not null \
    and not exists (select 1 from taken_back t where t.finding_id = f.id) and f.candidate_id in ";

async fn rows(db: &Db, candidates: &[CandidateId]) -> Result<Vec<Row>> {
    let mut found = Vec::new();
    for some in candidates.chunks(ROWS_PER_STATEMENT) {
        found.extend(sql(IN_FORCE).list(some).all::<Row>(db).await?);
    }
    Ok(found)
}

impl Row {
    fn explanation(self) -> Explanation {
        Explanation {
            rule: self.rule,
            salt: self.candidate_id.0,
            evidence: self.evidence.0,
            related: self.related.0,
            explained: Explained {
                by: self.by_whom,
                at: self.at.into(),
                reason: self.reason,
            },
        }
    }
}

/// The explanations in force of some candidates.
pub async fn of(
    db: &Db,
    candidates: &[CandidateId],
) -> Result<HashMap<CandidateId, Vec<Explanation>>> {
    let mut found = HashMap::<_, Vec<_>>::new();
    for row in rows(db, candidates).await? {
        let id = row.candidate_id.clone();
        found.entry(id).or_default().push(row.explanation());
    }
    Ok(found)
}

/// The explanations in force of one candidate, each with the id that it is taken back by.
pub async fn with_ids(db: &Db, candidate: &CandidateId) -> Result<Vec<(String, Explanation)>> {
    let rows = rows(db, std::slice::from_ref(candidate)).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id.clone(), row.explanation()))
        .collect())
}

/// Takes an explanation back; `false` where it was already.
pub async fn take_back(
    tx: &mut Tx,
    candidate: &CandidateId,
    finding: &str,
    by: &User,
    reason: &str,
    now: Timestamp,
) -> Result<bool> {
    let taken = sql(
        "insert into taken_back (finding_id, candidate_id, by_whom, user_id, reason, at) values (?, ?, ?, ?, ?, ?) \
         on conflict (finding_id) do nothing",
    )
    .bind(finding)
    .bind(candidate)
    .bind(by.signature())
    .bind(&by.id)
    .bind(reason)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(taken > 0)
}

/// An explanation that was taken back.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct TakenBack {
    /// The rule whose finding it explained.
    pub rule: String,
    /// By whom it was taken back.
    pub by_whom: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Millis,
}

/// What was taken back of a candidate's.
pub async fn taken_back(db: &Db, candidate: &CandidateId) -> Result<Vec<TakenBack>> {
    sql(
        "select f.rule, t.by_whom, t.reason, t.at from taken_back t \
         join decided_findings f on f.id = t.finding_id where t.candidate_id = ?",
    )
    .bind(candidate)
    .all(db)
    .await
}

/// Takes a candidate out of what explains others' findings.
pub async fn strike(tx: &mut Tx, erased: &CandidateId) -> Result<()> {
    let rows: Vec<(String, Json<Vec<CandidateId>>)> =
        sql("select id, related from decided_findings where related like ?")
            .bind(format!("%{erased}%"))
            .all(&mut *tx)
            .await?;
    for (id, mut related) in rows {
        related.0.retain(|one| one != erased);
        sql("update decided_findings set related = ? where id = ?")
            .bind(&related)
            .bind(&id)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// How the findings of rules were decided on: for each rule how many were, and how many of them confirmed. Of several
/// decisions on one finding that of its own goes before that of the whole, and of these the latest.
pub async fn by_rule(db: &Db) -> Result<Vec<(String, i64, i64)>> {
    let rows: Vec<(String, String, String, Option<String>, Millis)> = sql(
        "select f.candidate_id, f.rule, d.outcome, d.rule, d.at from decided_findings f \
         join decisions d on d.id = f.decision_id where d.counts_at is not null \
         and not exists (select 1 from taken_back t where t.finding_id = f.id) order by d.at, d.id",
    )
    .all(db)
    .await?;
    let mut latest = HashMap::<(String, String), (bool, String)>::new();
    for (candidate, rule, outcome, own, _) in rows {
        let own = own.is_some();
        let known = latest.entry((rule, candidate)).or_default();
        if own || !known.0 {
            *known = (own, outcome);
        }
    }
    let mut counts = std::collections::BTreeMap::<String, (i64, i64)>::new();
    for ((rule, _), (_, outcome)) in latest {
        let count = counts.entry(rule).or_default();
        count.0 += 1;
        count.1 += i64::from(outcome == "confirmed");
    }
    Ok(counts
        .into_iter()
        .map(|(rule, (decided, confirmed))| (rule, decided, confirmed))
        .collect())
}
