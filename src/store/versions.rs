//! Every version of a candidate, as it came in.

use jiff::Timestamp;
use std::collections::HashMap;

use crate::application::Application;
use crate::candidate::CandidateId;
use crate::db::{Db, Json, Millis, ROWS_PER_STATEMENT, Result, Tx, sql};

/// One version.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Version {
    /// Whose.
    pub candidate_id: CandidateId,
    /// Counted from 1.
    pub version: i64,
    /// When it came in.
    pub received_at: Millis,
    /// Since when it holds by its source's clock, where that is known.
    pub as_of: Option<Millis>,
    /// What came in.
    pub application: Json<Application>,
}

/// A version to keep; the application is JSON text already.
#[derive(Clone, Debug)]
pub struct NewVersion<'a> {
    /// Whose.
    pub candidate_id: &'a CandidateId,
    /// Counted from 1.
    pub version: i64,
    /// Since when it holds by its source's clock, where that is known.
    pub as_of: Option<Timestamp>,
    /// What came in, as JSON.
    pub application: &'a str,
}

/// Keeps versions.
pub async fn append(tx: &mut Tx, versions: &[NewVersion<'_>], now: Timestamp) -> Result<()> {
    for versions in versions.chunks(ROWS_PER_STATEMENT) {
        sql("insert into versions (candidate_id, version, received_at, as_of, application) values")
            .rows(versions.iter().map(|version| {
                [
                    version.candidate_id.into(),
                    version.version.into(),
                    now.into(),
                    version.as_of.into(),
                    version.application.into(),
                ]
            }))
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// The latest version of a candidate.
pub async fn latest(db: &Db, candidate: &CandidateId) -> Result<Option<Version>> {
    sql(
        "select versions.candidate_id, versions.version, versions.received_at, as_of, application \
         from versions join candidates on candidates.id = versions.candidate_id \
         and candidates.version = versions.version where candidates.id = ?",
    )
    .bind(candidate)
    .optional(db)
    .await
}

/// Versions read of one candidate besides its first: what was claimed at the beginning and lately.
const LATEST: i64 = 20;

/// The first and the latest versions of some candidates: the one that stands last, those before it in
/// the order in which they held.
pub async fn of(db: &Db, candidates: &[CandidateId]) -> Result<HashMap<CandidateId, Vec<Version>>> {
    let mut versions = HashMap::<_, Vec<Version>>::new();
    for candidates in candidates.chunks(ROWS_PER_STATEMENT) {
        let found: Vec<Version> = sql(
            "select versions.candidate_id, versions.version, versions.received_at, as_of, application \
             from versions join candidates on candidates.id = versions.candidate_id \
             where not superseded \
             and (versions.version > candidates.version - ? or versions.version = (select min(first.version) \
             from versions as first where first.candidate_id = candidates.id and not first.superseded)) \
             and versions.candidate_id in ",
        )
        .bind(LATEST)
        .list(candidates)
        .push(
            " order by versions.candidate_id, versions.version = candidates.version, \
             coalesce(as_of, versions.received_at), versions.version",
        )
        .all(db)
        .await?;
        for version in found {
            versions
                .entry(version.candidate_id.clone())
                .or_default()
                .push(version);
        }
    }
    Ok(versions)
}

/// A version that follows from what a source's deliveries say.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Told {
    /// Whose.
    pub candidate_id: CandidateId,
    /// Counted from 1.
    pub version: i64,
    /// Since when it holds.
    pub as_of: Millis,
    /// What it says, as JSON.
    pub application: String,
}

/// The versions of some candidates that follow from deliveries, in the order in which they held.
pub async fn told(tx: &mut Tx, candidates: &[CandidateId]) -> Result<Vec<Told>> {
    let mut found = Vec::new();
    for candidates in candidates.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<Told> = sql(
            "select candidate_id, version, as_of, application from versions \
             where as_of is not null and not superseded and candidate_id in ",
        )
        .list(candidates)
        .push(" order by candidate_id, as_of, version")
        .all(&mut *tx)
        .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Says of versions that they no longer follow from what is known.
pub async fn supersede(tx: &mut Tx, candidate: &CandidateId, versions: &[i64]) -> Result<()> {
    for versions in versions.chunks(ROWS_PER_STATEMENT) {
        sql("update versions set superseded = true where candidate_id = ? and version in ")
            .bind(candidate)
            .list(versions.iter().copied())
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}
