//! What HR said at each onboarding: appended, sealed.

use std::collections::HashMap;

use crate::candidate::CandidateId;
use crate::db::{Db, Millis, ROWS_PER_STATEMENT, Result, Tx, sql};
use crate::onboarding::{Onboarding, Said};
use crate::vault::Vault;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    candidate_id: CandidateId,
    worker_id: String,
    at: Millis,
    said: Vec<u8>,
}

const COLUMNS: &str = "select id, candidate_id, worker_id, at, said from onboardings";

fn place(id: &str) -> String {
    format!("onboardings.said/{id}")
}

impl Row {
    fn open(self, vault: &Vault) -> Result<(CandidateId, Onboarding)> {
        let said: Said = vault
            .open_json(&place(&self.id), &self.said)
            .map_err(|error| sqlx::Error::Decode(error.into()))?;
        let onboarding = Onboarding {
            id: self.id,
            worker_id: self.worker_id,
            at: self.at.into(),
            said,
        };
        Ok((self.candidate_id, onboarding))
    }
}

/// Keeps one.
pub async fn append(
    tx: &mut Tx,
    vault: &Vault,
    candidate: &CandidateId,
    onboarding: &Onboarding,
) -> Result<()> {
    sql("insert into onboardings (id, candidate_id, worker_id, at, said) values (?, ?, ?, ?, ?)")
        .bind(&onboarding.id)
        .bind(candidate)
        .bind(&onboarding.worker_id)
        .bind(onboarding.at)
        .bind(vault.seal_json(&place(&onboarding.id), &onboarding.said))
        .execute(tx)
        .await?;
    Ok(())
}

/// Those of one candidate, oldest first.
pub async fn of_one(
    tx: &mut Tx,
    vault: &Vault,
    candidate: &CandidateId,
) -> Result<Vec<Onboarding>> {
    let rows: Vec<Row> = sql(COLUMNS)
        .push(" where candidate_id = ? order by id")
        .bind(candidate)
        .all(tx)
        .await?;
    let opened = rows.into_iter().map(|row| Ok(row.open(vault)?.1));
    opened.collect()
}

/// Those of some candidates, oldest first.
pub async fn of(
    db: &Db,
    vault: &Vault,
    candidates: &[CandidateId],
) -> Result<HashMap<CandidateId, Vec<Onboarding>>> {
    let mut all = HashMap::<_, Vec<Onboarding>>::new();
    for some in candidates.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<Row> = sql(COLUMNS)
            .push(" where candidate_id in ")
            .list(some)
            .push(" order by id")
            .all(db)
            .await?;
        for row in rows {
            let (candidate, onboarding) = row.open(vault)?;
            all.entry(candidate).or_default().push(onboarding);
        }
    }
    Ok(all)
}
