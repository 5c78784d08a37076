//! What people wrote about candidates: appended, sealed.

use jiff::Timestamp;

use crate::candidate::CandidateId;
use crate::comments::Comment;
use crate::db::{Db, Millis, Result, Tx, sql};
use crate::vault::Vault;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    user_id: String,
    name: String,
    text: Vec<u8>,
    at: Millis,
    struck_at: Option<Millis>,
}

fn place(id: &str) -> String {
    format!("comments.text/{id}")
}

impl Row {
    fn open(self, vault: &Vault) -> Result<Comment> {
        let text = vault
            .open_json(&place(&self.id), &self.text)
            .map_err(|error| sqlx::Error::Decode(error.into()))?;
        Ok(Comment {
            id: self.id,
            user_id: self.user_id,
            name: self.name,
            text,
            at: self.at.into(),
            struck_at: self.struck_at.map(Into::into),
        })
    }
}

/// Keeps one.
pub async fn append(
    tx: &mut Tx,
    vault: &Vault,
    candidate: &CandidateId,
    comment: &Comment,
) -> Result<()> {
    sql("insert into comments (id, candidate_id, user_id, name, text, at) values (?, ?, ?, ?, ?, ?)")
        .bind(&comment.id)
        .bind(candidate)
        .bind(&comment.user_id)
        .bind(&comment.name)
        .bind(vault.seal_json(&place(&comment.id), &comment.text))
        .bind(comment.at)
        .execute(tx)
        .await?;
    Ok(())
}

/// All about a candidate, the oldest first.
pub async fn of(db: &Db, vault: &Vault, candidate: &CandidateId) -> Result<Vec<Comment>> {
    let rows: Vec<Row> = sql(
        "select id, user_id, name, text, at, struck_at from comments where candidate_id = ? order by id",
    )
    .bind(candidate)
    .all(db)
    .await?;
    rows.into_iter().map(|row| row.open(vault)).collect()
}

/// Strikes out one that this user wrote; `false` where there is none that stands.
pub async fn strike(
    tx: &mut Tx,
    candidate: &CandidateId,
    id: &str,
    user_id: &str,
    now: Timestamp,
) -> Result<bool> {
    let struck = sql("update comments set struck_at = ? where id = ? and candidate_id = ? and user_id = ? and struck_at is null")
        .bind(now)
        .bind(id)
        .bind(candidate)
        .bind(user_id)
        .execute(tx)
        .await?;
    Ok(struck > 0)
}
