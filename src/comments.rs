//! What people write about a candidate for each other: it weighs nothing, nobody changes it, and its author alone
//! strikes it out, which leaves it to be read.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::access::User;
use crate::app::App;
use crate::audit::{self, Action, Actor};
use crate::candidate::CandidateId;
use crate::error::{Error, Result, refused};
use crate::store::{candidates, comments};

/// Characters of a comment.
pub const LONGEST: usize = 4_000;

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Its id.
    pub id: String,
    /// Who wrote it.
    pub user_id: String,
    /// How they were called then.
    pub name: String,
    /// What they wrote.
    pub text: String,
    /// When.
    pub at: Timestamp,
    /// When they struck it out.
    pub struck_at: Option<Timestamp>,
}

/// The text that is kept, with one kind of line break and nothing around it.
fn normal(text: &str) -> Result<String> {
    let text = text.replace("\r\n", "\n").replace(['\r', '\0'], "\n");
    let text = text.trim();
    match text.chars().count() {
        0 => Err(refused("text", "write something")),
        n if n > LONGEST => Err(refused(
            "text",
            format!("a comment has at most {LONGEST} characters, and this one has {n}"),
        )),
        _ => Ok(text.to_owned()),
    }
}

/// Keeps what somebody wrote, and returns its id.
pub async fn write(app: &App, user: &User, candidate: &CandidateId, text: &str) -> Result<String> {
    let known = candidates::by_id(&app.db, candidate).await?;
    known.ok_or(Error::NotFound("candidate"))?;
    let comment = Comment {
        id: app.new_id(),
        user_id: user.id.clone(),
        name: user.signature(),
        text: normal(text)?,
        at: app.now(),
        struck_at: None,
    };
    let mut tx = app.db.begin().await?;
    comments::append(&mut tx, &app.vault, candidate, &comment).await?;
    note(
        app,
        &mut tx,
        user,
        candidate,
        &json!({"comment": comment.id}),
    )
    .await?;
    tx.commit().await?;
    Ok(comment.id)
}

/// Strikes out what somebody wrote themselves.
pub async fn strike(app: &App, user: &User, candidate: &CandidateId, id: &str) -> Result<()> {
    let mut tx = app.db.begin().await?;
    if !comments::strike(&mut tx, candidate, id, &user.id, app.now()).await? {
        return Err(Error::NotFound("comment of yours"));
    }
    note(app, &mut tx, user, candidate, &json!({"struck": id})).await?;
    Ok(tx.commit().await?)
}

async fn note(
    app: &App,
    tx: &mut crate::db::Tx,
    user: &User,
    candidate: &CandidateId,
    detail: &Value,
) -> Result<()> {
    let object = audit::candidate(candidate);
    audit::append(
        app,
        tx,
        &Actor::from(user),
        Action::Commented,
        &object,
        detail,
    )
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_some_text_and_not_too_much() {
        assert_eq!(normal("  a\r\nb\rc \n").unwrap(), "a\nb\nc");
        assert!(normal(" \r\n ").is_err());
        assert!(normal(&"ü".repeat(LONGEST)).is_ok());
        assert!(normal(&"ü".repeat(LONGEST + 1)).is_err());
    }
}
