//! The audit log: appended, never changed.

use jiff::Timestamp;

use crate::audit::{Action, Actor, Entry};
use crate::db::{Db, On, Result, Tx, sql};

const ALL: &str = "select seq, at, who_kind, who_id, who_name, action, object, detail, hash, seal from audit_log where true";

/// Takes the next number, and says which hash stands before it. Whoever appends waits here for those who do so now, up
/// to the end of their transactions: it comes last in one.
pub async fn take_number(tx: &mut Tx) -> Result<(i64, String)> {
    sql("update audit_head set seq = seq + 1 where id = 1 returning seq, hash")
        .one(tx)
        .await
}

/// Appends an entry, whose hash stands at the head from then on.
pub async fn append(tx: &mut Tx, entry: &Entry) -> Result<()> {
    sql("insert into audit_log (seq, at, who_kind, who_id, who_name, action, object, detail, hash, seal) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(entry.seq)
        .bind(entry.at.0)
        .bind(&entry.who_kind)
        .bind(&entry.who_id)
        .bind(&entry.who_name)
        .bind(&entry.action)
        .bind(&entry.object)
        .bind(&entry.detail)
        .bind(&entry.hash)
        .bind(&entry.seal)
        .execute(&mut *tx)
        .await?;
    sql("update audit_head set hash = ? where id = 1")
        .bind(&entry.hash)
        .execute(tx)
        .await?;
    Ok(())
}

/// The last number and hash; none where somebody took that row away.
pub async fn head(db: &Db) -> Result<Option<(i64, String)>> {
    sql("select seq, hash from audit_head where id = 1")
        .optional(db)
        .await
}

/// The hash of one entry.
pub async fn hash_of(db: &Db, seq: i64) -> Result<Option<String>> {
    let row: Option<(String,)> = sql("select hash from audit_log where seq = ?")
        .bind(seq)
        .optional(db)
        .await?;
    Ok(row.map(|(hash,)| hash))
}

/// The first and the last number of a time span; none where there is nothing in it.
pub async fn between(
    db: &Db,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
) -> Result<Option<(i64, i64)>> {
    let row: (Option<i64>, Option<i64>) =
        sql("select min(seq), max(seq) from audit_log where true")
            .filter(" and at >= ?", from)
            .filter(" and at < ?", to)
            .one(db)
            .await?;
    Ok(row.0.zip(row.1))
}

/// Which entries to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Of whom: what they were called then, or the id of who had no name.
    pub who: Option<String>,
    /// An action's word.
    pub action: Option<String>,
    /// To what it was done.
    pub object: Option<String>,
    /// From when on.
    pub from: Option<Timestamp>,
    /// Until before when.
    pub to: Option<Timestamp>,
}

/// Entries before a number, the latest first.
pub async fn latest(db: &Db, asked: &Asked, before: i64, limit: i64) -> Result<Vec<Entry>> {
    let who = asked.who.as_deref();
    // Only where who is asked for by an id, so that a name is looked up by its index alone.
    let id = who.filter(|who| uuid::Uuid::try_parse(who).is_ok());
    let name = who.filter(|_| id.is_none());
    sql(ALL)
        .push(" and seq < ?")
        .bind(before)
        .filter(" and who_name = ?", name)
        .filter(" and who_name = '' and who_id = ?", id)
        .filter(" and action = ?", asked.action.as_deref())
        .filter(" and object = ?", asked.object.as_deref())
        .filter(" and at >= ?", asked.from)
        .filter(" and at < ?", asked.to)
        .push(" order by seq desc limit ?")
        .bind(limit)
        .all(db)
        .await
}

/// Entries after a number, in order.
pub async fn after(db: &Db, seq: i64, limit: i64) -> Result<Vec<Entry>> {
    sql(ALL)
        .push(" and seq > ? order by seq limit ?")
        .bind(seq)
        .bind(limit)
        .all(db)
        .await
}

/// An entry as far as it tells what was done, and not when.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// What it was done to.
    pub object: &'a str,
    /// What was done.
    pub action: Action,
    /// Who did it.
    pub who: &'a Actor,
    /// More, as JSON.
    pub detail: &'a str,
}

/// Whether the same was told after a time.
pub async fn stands<'a>(on: impl Into<On<'a>>, told: &Told<'_>, after: Timestamp) -> Result<bool> {
    let found: Option<(i64,)> = sql("select seq from audit_log where object = ? and action = ? and who_kind = ? and who_id = ? and detail = ? and at > ? limit 1")
        .bind(told.object)
        .bind(told.action.word())
        .bind(told.who.kind)
        .bind(&told.who.id)
        .bind(told.detail)
        .bind(after)
        .optional(on)
        .await?;
    Ok(found.is_some())
}

/// The last entries that tell of one thing done to one object, the latest first.
pub async fn of_object(db: &Db, object: &str, action: Action, limit: i64) -> Result<Vec<Entry>> {
    sql(ALL)
        .push(" and object = ? and action = ? order by seq desc limit ?")
        .bind(object)
        .bind(action.word())
        .bind(limit)
        .all(db)
        .await
}
