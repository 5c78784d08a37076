//! Decisions: appended, never changed but for when they came to count.

use jiff::Timestamp;

use crate::access::User;
use crate::candidate::CandidateId;
use crate::db::{Db, Millis, On, Result, Tx, sql};
use crate::decision::{Decision, Outcome, Signature, State};

/// Keeps a decision; it counts from its own time on unless it is proposed.
pub async fn append(tx: &mut Tx, candidate: &CandidateId, decision: &Decision) -> Result<()> {
    let counts_at = (decision.state == State::Signed).then_some(decision.at);
    sql(
        "insert into decisions (id, candidate_id, screening_id, outcome, reason, by_whom, at, rule, user_id, \
         key_maker, procedure_id, counts_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&decision.id)
    .bind(candidate)
    .bind(&decision.screening_id)
    .bind(decision.outcome.word())
    .bind(&decision.reason)
    .bind(&decision.by)
    .bind(decision.at)
    .bind(decision.rule.as_deref())
    .bind(decision.user_id.as_deref())
    .bind(decision.key_maker.as_deref())
    .bind(decision.procedure.as_deref())
    .bind(counts_at)
    .execute(tx)
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    screening_id: String,
    outcome: String,
    reason: String,
    by_whom: String,
    at: Millis,
    rule: Option<String>,
    user_id: Option<String>,
    key_maker: Option<String>,
    procedure_id: Option<String>,
    counts_at: Option<Millis>,
    signed: Option<bool>,
    signed_by: Option<String>,
    signed_reason: Option<String>,
    signed_at: Option<Millis>,
}

const ALL: &str = "select d.id, d.screening_id, d.outcome, d.reason, d.by_whom, d.at, d.rule, d.user_id, d.key_maker, d.procedure_id, \
    d.counts_at, s.signed, s.by_whom as signed_by, s.reason as signed_reason, s.at as signed_at \
    from decisions d left join signatures s on s.decision_id = d.id";

impl Row {
    fn decision(self) -> Option<Decision> {
        let signature = self.signed.map(|signed| Signature {
            signed,
            by: self.signed_by.unwrap_or_default(),
            reason: self.signed_reason.unwrap_or_default(),
            at: self.signed_at.unwrap_or(self.at).into(),
        });
        let state = match (self.counts_at, &signature) {
            (Some(_), _) => State::Signed,
            (None, None) => State::Proposed,
            (None, Some(_)) => State::Returned,
        };
        Some(Decision {
            id: self.id,
            screening_id: self.screening_id,
            outcome: Outcome::of_word(&self.outcome)?,
            reason: self.reason,
            by: self.by_whom,
            at: self.at.into(),
            rule: self.rule,
            state,
            signature,
            procedure: self.procedure_id,
            user_id: self.user_id,
            key_maker: self.key_maker,
        })
    }
}

/// The decisions on a candidate, the latest first.
pub async fn of<'a>(on: impl Into<On<'a>>, candidate: &CandidateId) -> Result<Vec<Decision>> {
    let rows: Vec<Row> = sql(ALL)
        .push(" where d.candidate_id = ? order by d.at desc, d.id desc")
        .bind(candidate)
        .all(on)
        .await?;
    Ok(rows.into_iter().filter_map(Row::decision).collect())
}

/// Keeps what a second person made of a proposed decision; `false` where somebody was faster.
pub async fn answer(
    tx: &mut Tx,
    candidate: &CandidateId,
    decision: &str,
    by: &User,
    (signed, reason): (bool, &str),
    now: Timestamp,
) -> Result<bool> {
    let new = sql(
        "insert into signatures (decision_id, candidate_id, signed, by_whom, user_id, reason, at) \
         values (?, ?, ?, ?, ?, ?, ?) on conflict (decision_id) do nothing",
    )
    .bind(decision)
    .bind(candidate)
    .bind(signed)
    .bind(by.signature())
    .bind(&by.id)
    .bind(reason)
    .bind(now)
    .execute(&mut *tx)
    .await?;
    if new > 0 && signed {
        sql("update decisions set counts_at = ? where id = ?")
            .bind(now)
            .bind(decision)
            .execute(tx)
            .await?;
    }
    Ok(new > 0)
}

/// A decision on a whole screening by somebody who was signed in.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OfPerson {
    /// On whom.
    pub candidate_id: CandidateId,
    /// On which screening.
    pub screening_id: String,
    /// By whom.
    pub user_id: String,
    /// What was decided.
    pub outcome: String,
    /// Whether a second person signed it or sent it back, if one did.
    pub signed: Option<bool>,
    /// The contest that the candidate brought against it, if there is one.
    pub contest: Option<String>,
}

/// Decisions on whole screenings by people: one candidate's after another's, the latest last.
pub async fn by_people(db: &Db) -> Result<Vec<OfPerson>> {
    sql(
        "select d.candidate_id, d.screening_id, d.user_id, d.outcome, s.signed, \
         (select max(c.id) from contests c where c.decision_id = d.id) as contest \
         from decisions d left join signatures s on s.decision_id = d.id \
         where d.rule is null and d.user_id is not null order by d.candidate_id, d.at, d.id",
    )
    .all(db)
    .await
}
