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

/// The users of each key, the latest candidates first, at most `limit` of each key,
/// so that a number used by thousands costs no more than one used by a few.
pub async fn users(db: &Db, hashes: &[i64], limit: usize) -> Result<Vec<User>> {
    select(db, hashes, limit, |statement, hash| {
        statement
            .push(
                "select * from (select hash, candidate_id from keys where hash = ? \
                 order by candidate_id desc limit ?) as users_of_one",
            )
            .bind(*hash)
    })
    .await
}

/// As [`users`], of all keys from one to another, both included.
pub async fn users_between(db: &Db, ranges: &[(i64, i64)], limit: usize) -> Result<Vec<User>> {
    select(db, ranges, limit, |statement, (first, last)| {
        statement
            .push(
                "select * from (select hash, candidate_id from keys where hash >= ? and hash <= ? \
                 order by hash, candidate_id desc limit ?) as users_of_some",
            )
            .bind(*first)
            .bind(*last)
    })
    .await
}

/// One statement for many look-ups; each binds what it looks for, and then its limit.
async fn select<T>(
    db: &Db,
    wanted: &[T],
    limit: usize,
    one: impl Fn(Sql, &T) -> Sql,
) -> Result<Vec<User>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut users = Vec::new();
    for wanted in wanted.chunks(ROWS_PER_STATEMENT) {
        let Some((first, others)) = wanted.split_first() else {
            break;
        };
        let mut statement = one(sql(""), first).bind(limit);
        for other in others {
            statement = one(statement.push(" union all "), other).bind(limit);
        }
        users.extend(statement.all::<User>(db).await?);
    }
    Ok(users)
}
