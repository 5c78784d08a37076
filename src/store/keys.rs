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

/// The users of each key, the earliest candidates first, at most `limit` of each key,
/// so that a number used by thousands costs no more than one used by a few.
pub async fn users(db: &Db, hashes: &[i64], limit: usize) -> Result<Vec<User>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut users = Vec::new();
    for hashes in hashes.chunks(ROWS_PER_STATEMENT) {
        let one = |statement: Sql, hash: &i64| {
            statement
                .push(
                    "select * from (select hash, candidate_id from keys where hash = ? \
                     order by candidate_id limit ?) as users_of_one",
                )
                .bind(*hash)
                .bind(limit)
        };
        let Some((first, others)) = hashes.split_first() else {
            break;
        };
        let mut statement = one(sql(""), first);
        for hash in others {
            statement = one(statement.push(" union all "), hash);
        }
        users.extend(statement.all::<User>(db).await?);
    }
    Ok(users)
}
