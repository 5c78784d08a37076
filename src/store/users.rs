//! Who may sign in.

use jiff::Timestamp;

use crate::access::{Role, User};
use crate::db::{Db, Millis, Result, Tx, sql};

/// A user as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    /// The id.
    pub id: String,
    /// The mailbox.
    pub email: String,
    /// What they are called.
    pub name: String,
    /// The role's word.
    pub role: String,
    /// The password's hash.
    pub password: Option<String>,
    /// The sealed secret of the second factor.
    pub totp: Option<Vec<u8>>,
    /// The last step of the second factor that was used.
    pub totp_step: Option<i64>,
    /// Who a single sign-on provider says it is.
    pub subject: Option<String>,
    /// Since when.
    pub created_at: Millis,
    /// When they last signed in.
    pub seen_at: Option<Millis>,
    /// When they were locked out.
    pub disabled_at: Option<Millis>,
}

impl Row {
    /// The user.
    pub fn user(&self) -> User {
        User {
            id: self.id.clone(),
            email: self.email.clone(),
            name: self.name.clone(),
            // A word that is not known has the least.
            role: Role::of_word(&self.role).unwrap_or(Role::Recruiter),
        }
    }
}

const ALL: &str = "select id, email, name, role, password, totp, totp_step, subject, created_at, seen_at, disabled_at from users where true";

/// Adds a user; `false` where the mailbox is somebody's already.
pub async fn insert(tx: &mut Tx, user: &User, now: Timestamp) -> Result<bool> {
    let added = sql("insert into users (id, email, name, role, created_at) values (?, ?, ?, ?, ?) on conflict (email) do nothing")
        .bind(&user.id)
        .bind(&user.email)
        .bind(&user.name)
        .bind(user.role.word())
        .bind(now)
        .execute(tx)
        .await?;
    Ok(added == 1)
}

/// Whether there is anybody.
pub async fn any(db: &Db) -> Result<bool> {
    let row: Option<(String,)> = sql("select id from users limit 1").optional(db).await?;
    Ok(row.is_some())
}

/// Everybody, by mailbox.
pub async fn all(db: &Db) -> Result<Vec<Row>> {
    sql(ALL).push(" order by email").all(db).await
}

/// The user of an id, disabled or not.
pub async fn by_id(db: &Db, id: &str) -> Result<Option<Row>> {
    sql(ALL).push(" and id = ?").bind(id).optional(db).await
}

/// The user of a mailbox in lower case, disabled or not.
pub async fn by_email(db: &Db, email: &str) -> Result<Option<Row>> {
    sql(ALL)
        .push(" and email = ?")
        .bind(email)
        .optional(db)
        .await
}

/// The hash of a user's password.
pub async fn password(tx: &mut Tx, id: &str) -> Result<Option<String>> {
    let row: Option<(Option<String>,)> = sql("select password from users where id = ?")
        .bind(id)
        .optional(tx)
        .await?;
    Ok(row.and_then(|(password,)| password))
}

/// Sets a password's hash.
pub async fn set_password(tx: &mut Tx, id: &str, hash: &str) -> Result<()> {
    sql("update users set password = ? where id = ?")
        .bind(hash)
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

/// Remembers that somebody signed in.
pub async fn seen(tx: &mut Tx, id: &str, now: Timestamp) -> Result<()> {
    sql("update users set seen_at = ? where id = ?")
        .bind(now)
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

/// Whether there is anybody else in one of these roles who may sign in.
pub async fn others(db: &Db, roles: &[Role], but: &str) -> Result<bool> {
    let row: Option<(String,)> = sql("select id from users where disabled_at is null and id <> ?")
        .bind(but)
        .push(" and role in ")
        .list(roles.iter().map(|role| role.word()))
        .push(" limit 1")
        .optional(db)
        .await?;
    Ok(row.is_some())
}

/// Sets what somebody is called.
pub async fn set_name(tx: &mut Tx, id: &str, name: &str) -> Result<()> {
    sql("update users set name = ? where id = ?")
        .bind(name)
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

/// Sets a role's word.
pub async fn set_role(tx: &mut Tx, id: &str, role: Role) -> Result<()> {
    sql("update users set role = ? where id = ?")
        .bind(role.word())
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

/// Says since when somebody may not sign in; `None`: they may.
pub async fn set_disabled(tx: &mut Tx, id: &str, since: Option<Timestamp>) -> Result<()> {
    sql("update users set disabled_at = ? where id = ?")
        .bind(since)
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

/// Sets the sealed secret of a second factor and the step that was used to confirm it, or takes it away.
pub async fn set_factor(tx: &mut Tx, id: &str, factor: Option<(Vec<u8>, i64)>) -> Result<()> {
    let (secret, step) = factor.unzip();
    sql("update users set totp = ?, totp_step = ? where id = ?")
        .bind(secret)
        .bind(step)
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

/// Uses a step of a second factor up; `false` where it or a later one was used before.
pub async fn use_step(tx: &mut Tx, id: &str, step: i64) -> Result<bool> {
    let changed = sql(
        "update users set totp_step = ? where id = ? and totp is not null and coalesce(totp_step, 0) < ?",
    )
    .bind(step)
    .bind(id)
    .bind(step)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// The user that a single sign-on provider knows as this subject.
pub async fn by_subject(db: &Db, subject: &str) -> Result<Option<Row>> {
    sql(ALL)
        .push(" and subject = ?")
        .bind(subject)
        .optional(db)
        .await
}

/// Remembers as which subject a provider knows somebody; `false` where it is another already.
pub async fn bind_subject(tx: &mut Tx, id: &str, subject: &str) -> Result<bool> {
    let changed = sql("update users set subject = ? where id = ? and subject is null")
        .bind(subject)
        .bind(id)
        .execute(tx)
        .await?;
    Ok(changed == 1)
}

/// Whether somebody other than this one can administer: who has a password, or comes by single sign-on. Who was only
/// ever invited may never come. All administrators' rows are held until the transaction ends,
/// so that two cannot go at a time, each because of the other.
pub async fn another_admin(tx: &mut Tx, id: &str) -> Result<bool> {
    sql("update users set role = role where role = ?")
        .bind(Role::Admin.word())
        .execute(&mut *tx)
        .await?;
    let row: Option<(String,)> = sql(
        "select id from users where role = ? and id <> ? and disabled_at is null \
             and (password is not null or subject is not null) limit 1",
    )
    .bind(Role::Admin.word())
    .bind(id)
    .optional(tx)
    .await?;
    Ok(row.is_some())
}
