//! Who is signed in: only hashes of cookies are kept.

use jiff::Timestamp;

use crate::access::sign_in::{Means, SignedIn};
use crate::access::{Role, User, factor};
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
    means: String,
    has_factor: bool,
    /// What the setting says of second factors.
    factors: Option<String>,
}

/// A sign-in as its owner sees it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Own {
    /// Its id, which is no secret.
    pub id: String,
    /// When it began.
    pub created_at: Millis,
    /// When it was last used, to the minute.
    pub seen_at: Millis,
    /// What the browser said it was.
    pub agent: String,
    /// `password`, `link` or `sso`.
    pub means: String,
}

impl Row {
    /// Who is signed in.
    pub fn signed_in(self) -> Option<SignedIn> {
        let by_sso = self.means == factor::SSO;
        Some(SignedIn {
            user: User {
                id: self.user_id,
                email: self.email,
                name: self.name,
                role: Role::of_word(&self.role)?,
            },
            id: self.id,
            proved_at: self.proved_at.into(),
            by_link: self.means == Means::Link.word(),
            needs_factor: !self.has_factor
                && !by_sso
                && self.factors.as_deref() == Some(factor::REQUIRED),
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
    means: &str,
    now: Timestamp,
) -> Result<()> {
    sql("insert into sign_ins (token_hash, id, user_id, created_at, seen_at, proved_at, agent, means) values (?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(token_hash)
        .bind(id)
        .bind(user_id)
        .bind(now)
        .bind(now)
        .bind(now)
        .bind(agent)
        .bind(means)
        .execute(tx)
        .await?;
    Ok(())
}

/// The sign-in of a cookie, unless its user is disabled.
pub async fn by_hash(db: &Db, token_hash: &str) -> Result<Option<Row>> {
    sql("select s.id, s.user_id, u.email, u.name, u.role, s.created_at, s.seen_at, s.proved_at, s.means, (u.totp is not null) as has_factor, (select value from settings where name = ?) as factors from sign_ins s join users u on u.id = s.user_id where s.token_hash = ? and u.disabled_at is null")
        .bind(factor::SETTING)
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

/// Ends all of a user but one.
pub async fn delete_others(tx: &mut Tx, user_id: &str, id: &str) -> Result<u64> {
    sql("delete from sign_ins where user_id = ? and id <> ?")
        .bind(user_id)
        .bind(id)
        .execute(tx)
        .await
}

/// Ends one of a user's own.
pub async fn delete_own(tx: &mut Tx, user_id: &str, id: &str) -> Result<bool> {
    let gone = sql("delete from sign_ins where user_id = ? and id = ?")
        .bind(user_id)
        .bind(id)
        .execute(tx)
        .await?;
    Ok(gone == 1)
}

/// All of a user that were used after some time and began after another, the latest first.
pub async fn of_user(
    db: &Db,
    user_id: &str,
    seen_after: Timestamp,
    created_after: Timestamp,
) -> Result<Vec<Own>> {
    sql("select id, created_at, seen_at, agent, means from sign_ins where user_id = ? and seen_at >= ? and created_at >= ? order by seen_at desc, id desc limit 100")
        .bind(user_id)
        .bind(seen_after)
        .bind(created_after)
        .all(db)
        .await
}

/// Forgets those that have ended by themselves.
pub async fn sweep(tx: &mut Tx, seen_before: Timestamp, created_before: Timestamp) -> Result<()> {
    sql("delete from sign_ins where seen_at < ? or created_at < ?")
        .bind(seen_before)
        .bind(created_before)
        .execute(tx)
        .await?;
    Ok(())
}
