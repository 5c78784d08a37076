//! Who uses which key: look-ups and inserts in batches.

use crate::candidate::CandidateId;
use crate::db::{Db, ROWS_PER_STATEMENT, Result, Sql, Tx, sql};

/// A key and one candidate that uses it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct User {
    /// The key's hash.
    pub hash: i64,
    /// Who uses it.
    pub candidate_id: CandidateId,
}

/// Adds keys; those that are there already stay as they are.
pub async fn insert(tx: &mut Tx, users: &[User]) -> Result<()> {
    for users in users.chunks(ROWS_PER_STATEMENT) {
        sql("insert into keys (hash, candidate_id) values")
            .rows(
                users
                    .iter()
                    .map(|user| [user.hash.into(), (&user.candidate_id).into()]),
            )
            .push(" on conflict (hash, candidate_id) do nothing")
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Those of the ranges of keys, both ends included, that have more than one user. Hardly any has, so
/// this costs one row out of the index each, and only what is found is read by [`users`].
pub async fn shared(db: &Db, ranges: &[(i64, i64)]) -> Result<Vec<(i64, i64)>> {
    let mut shared = Vec::new();
    for ranges in ranges.chunks(ROWS_PER_STATEMENT) {
        // Filled up to one length, so that one prepared statement serves all.
        let last = ranges.last().into_iter().cycle();
        let rows = ranges.iter().chain(last).take(ROWS_PER_STATEMENT);
        let found: Vec<(i64, i64)> = sql("select distinct column1, column2 from (values")
            .rows(rows.map(|(first, last)| [(*first).into(), (*last).into()]))
            .push(
                ") as wanted where (select count(*) from (select 1 from keys \
                 where hash >= wanted.column1 and hash <= wanted.column2 limit 2) as two) > 1",
            )
            .all(db)
            .await?;
        shared.extend(found);
    }
    Ok(shared)
}

/// The users of each range of keys, both ends included, at most `limit` of each, so that a number
/// used by thousands costs no more than one used by a few; of one key the latest candidates first.
pub async fn users(db: &Db, ranges: &[(i64, i64)], limit: usize) -> Result<Vec<User>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let one = |statement: Sql, (first, last): &(i64, i64)| {
        statement
            .push(
                "select * from (select hash, candidate_id from keys where hash >= ? and hash <= ? \
                 order by hash desc, candidate_id desc limit ?) as users_of_some",
            )
            .bind(*first)
            .bind(*last)
            .bind(limit)
    };
    let mut users = Vec::new();
    for ranges in ranges.chunks(ROWS_PER_STATEMENT) {
        let Some((first, others)) = ranges.split_first() else {
            break;
        };
        let mut statement = one(sql(""), first);
        for other in others {
            statement = one(statement.push(" union all "), other);
        }
        users.extend(statement.all::<User>(db).await?);
    }
    Ok(users)
}
