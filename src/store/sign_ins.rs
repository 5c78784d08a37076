//! Who is signed in: only hashes of cookies are kept.

use jiff::Timestamp;

use crate::access::sign_in::SignedIn;
use crate::access::{Role, User};
use crate::db::{Db, Millis, Result, Tx, sql};

/// A sign-in with its user.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    id: String,
    user_id: String,
    email: String,
    name: String,
    role: String,
    /// When it began.
    pub created_at: Millis,
    /// When it was last used.
    pub seen_at: Millis,
    proved_at: Millis,
}

impl Row {
    /// Who is signed in.
    pub fn signed_in(self) -> Option<SignedIn> {
        Some(SignedIn {
            user: User {
                id: self.user_id,
                email: self.email,
                name: self.name,
                role: Role::of_word(&self.role)?,
            },
            id: self.id,
            proved_at: self.proved_at.into(),
        })
    }
}

/// Begins one.
pub async fn insert(
    tx: &mut Tx,
    token_hash: &str,
    id: &str,
    user_id: &str,
    agent: &str,
    now: Timestamp,
) -> Result<()> {
    sql("insert into sign_ins (token_hash, id, user_id, created_at, seen_at, proved_at, agent) values (?, ?, ?, ?, ?, ?, ?)")
        .bind(token_hash)
        .bind(id)
        .bind(user_id)
        .bind(now)
        .bind(now)
        .bind(now)
        .bind(agent)
        .execute(tx)
        .await?;
    Ok(())
}

/// The sign-in of a cookie, unless its user is disabled.
pub async fn by_hash(db: &Db, token_hash: &str) -> Result<Option<Row>> {
    sql("select s.id, s.user_id, u.email, u.name, u.role, s.created_at, s.seen_at, s.proved_at from sign_ins s join users u on u.id = s.user_id where s.token_hash = ? and u.disabled_at is null")
        .bind(token_hash)
        .optional(db)
        .await
}

/// Remembers when it was last used.
pub async fn seen(db: &Db, token_hash: &str, now: Timestamp) -> Result<()> {
    let mut tx = db.begin().await?;
    sql("update sign_ins set seen_at = ? where token_hash = ?")
        .bind(now)
        .bind(token_hash)
        .execute(&mut tx)
        .await?;
    tx.commit().await
}

/// Ends one.
pub async fn delete(tx: &mut Tx, id: &str) -> Result<()> {
    sql("delete from sign_ins where id = ?")
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

/// Ends all of a user.
pub async fn delete_of(tx: &mut Tx, user_id: &str) -> Result<()> {
    sql("delete from sign_ins where user_id = ?")
        .bind(user_id)
        .execute(tx)
        .await?;
    Ok(())
}

/// When a sign-in began and was last used, unless it has ended or its user is disabled.
pub async fn span(db: &Db, id: &str) -> Result<Option<(Millis, Millis)>> {
    sql("select s.created_at, s.seen_at from sign_ins s join users u on u.id = s.user_id where s.id = ? and u.disabled_at is null")
        .bind(id)
        .optional(db)
        .await
}
