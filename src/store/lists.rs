//! Lists of identifiers and what is on them, and who uses it.

use std::sync::Arc;

use crate::candidate::CandidateId;
use crate::db::{Db, Millis, ROWS_PER_STATEMENT, Result, Tx, sql};
use crate::keys::Kind;
use crate::lists::{List, Listing, Purpose};
use crate::store::keys::User;

#[derive(sqlx::FromRow)]
struct ListRow {
    purpose: String,
    list: String,
    source: String,
    digest: String,
    rows: i64,
    imported_at: Millis,
}

impl ListRow {
    /// The list; `None` where a newer version wrote of what this one does not know.
    fn list(self) -> Option<List> {
        Some(List {
            purpose: Purpose::of_word(&self.purpose)?,
            name: self.list,
            source: self.source,
            digest: self.digest,
            rows: self.rows,
            imported_at: self.imported_at.into(),
        })
    }
}

/// Every list, by purpose and name.
pub async fn all(db: &Db) -> Result<Vec<List>> {
    let rows: Vec<ListRow> = sql(
        "select purpose, list, source, digest, rows, imported_at from lists order by purpose, list",
    )
    .all(db)
    .await?;
    Ok(rows.into_iter().filter_map(ListRow::list).collect())
}

/// The list of indicators that was read from a file of this digest.
pub async fn of_digest(db: &Db, digest: &str) -> Result<Option<List>> {
    let row: Option<ListRow> = sql(
        "select purpose, list, source, digest, rows, imported_at from lists \
         where purpose = ? and digest = ? order by list limit 1",
    )
    .bind(Purpose::Indicator.word())
    .bind(digest)
    .optional(db)
    .await?;
    Ok(row.and_then(ListRow::list))
}

/// Puts a list in the place of the one of its name, and says whether there was one.
pub async fn replace(tx: &mut Tx, list: &List, listings: &[Listing]) -> Result<bool> {
    // The list's own row comes first, so that of two who import the same one waits for the other.
    put(tx, list).await?;
    let gone = sql("delete from listed where purpose = ? and list = ?")
        .bind(list.purpose.word())
        .bind(&list.name)
        .execute(&mut *tx)
        .await?;
    add(tx, list, listings).await?;
    Ok(gone > 0)
}

/// Writes a list's own row.
pub async fn put(tx: &mut Tx, list: &List) -> Result<()> {
    sql("insert into lists (purpose, list, source, digest, rows, imported_at) values (?, ?, ?, ?, ?, ?) \
         on conflict (purpose, list) do update set source = excluded.source, digest = excluded.digest, \
         rows = excluded.rows, imported_at = excluded.imported_at")
    .bind(list.purpose.word())
    .bind(&list.name)
    .bind(&list.source)
    .bind(&list.digest)
    .bind(list.rows)
    .bind(list.imported_at)
    .execute(tx)
    .await?;
    Ok(())
}

/// Adds identifiers to a list; those that are on it stay as they are.
pub async fn add(tx: &mut Tx, list: &List, listings: &[Listing]) -> Result<u64> {
    let mut added = 0;
    for listings in listings.chunks(ROWS_PER_STATEMENT) {
        added += sql(
            "insert into listed (purpose, list, hash, kind, label, confidence, confirmed, seen_at, \
             expires_at) values",
        )
        .rows(listings.iter().map(|one| {
            [
                list.purpose.word().into(),
                (&list.name).into(),
                one.hash.into(),
                one.kind.word().into(),
                (&*one.label).into(),
                one.confidence.into(),
                one.confirmed.into(),
                one.seen_at.into(),
                one.expires_at.into(),
            ]
        }))
        .push(" on conflict (purpose, list, hash) do nothing")
        .execute(&mut *tx)
        .await?;
    }
    Ok(added)
}

/// Takes identifiers off the lists of a purpose, or off the one named, and says how many rows there
/// were.
pub async fn take_off(
    tx: &mut Tx,
    purpose: Purpose,
    list: Option<&str>,
    hashes: &[i64],
) -> Result<u64> {
    let mut gone = 0;
    for hashes in hashes.chunks(ROWS_PER_STATEMENT) {
        gone += sql("delete from listed where purpose = ?")
            .bind(purpose.word())
            .filter(" and list = ?", list)
            .push(" and hash in ")
            .list(hashes.iter().copied())
            .execute(&mut *tx)
            .await?;
    }
    Ok(gone)
}

/// Counts the identifiers of a purpose's lists anew, and drops lists with none; a list that has changed
/// gets the digest and the time.
pub async fn recount(
    tx: &mut Tx,
    purpose: Purpose,
    digest: &str,
    now: jiff::Timestamp,
) -> Result<()> {
    let counted: Vec<(String, i64, i64)> = sql("select lists.list, lists.rows, \
         (select count(*) from listed where listed.purpose = lists.purpose \
          and listed.list = lists.list and listed.kind <> ?) \
         from lists where purpose = ?")
    .bind(Kind::Referee.word())
    .bind(purpose.word())
    .all(&mut *tx)
    .await?;
    for (list, rows, counted) in counted {
        if counted == 0 {
            remove(&mut *tx, purpose, &list).await?;
        } else if rows != counted {
            sql("update lists set rows = ?, digest = ?, imported_at = ? where purpose = ? and list = ?")
                .bind(counted)
                .bind(digest)
                .bind(now)
                .bind(purpose.word())
                .bind(&list)
                .execute(&mut *tx)
                .await?;
        }
    }
    Ok(())
}

/// Takes a list away, and says whether it was there.
pub async fn remove(tx: &mut Tx, purpose: Purpose, list: &str) -> Result<bool> {
    sql("delete from listed where purpose = ? and list = ?")
        .bind(purpose.word())
        .bind(list)
        .execute(&mut *tx)
        .await?;
    let lists = sql("delete from lists where purpose = ? and list = ?")
        .bind(purpose.word())
        .bind(list)
        .execute(tx)
        .await?;
    Ok(lists > 0)
}

#[derive(sqlx::FromRow)]
struct ListingRow {
    hash: i64,
    kind: String,
    label: String,
    confidence: Option<i64>,
    confirmed: bool,
    seen_at: Option<Millis>,
    expires_at: Option<Millis>,
}

/// Identifiers of a list behind a hash, in the order of their hashes, at most `limit`, with the last
/// hash read; `None` after the last.
pub async fn listings(
    db: &Db,
    list: &List,
    after: Option<i64>,
    limit: usize,
) -> Result<(Vec<Listing>, Option<i64>)> {
    let rows: Vec<ListingRow> = sql(
        "select hash, kind, label, confidence, confirmed, seen_at, expires_at from listed \
         where purpose = ? and list = ?",
    )
    .bind(list.purpose.word())
    .bind(&list.name)
    .filter(" and hash > ?", after)
    .push(" order by hash limit ?")
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .all(db)
    .await?;
    let end = rows.last().map(|row| row.hash);
    let mut label: Arc<str> = Arc::default();
    let listing = |row: ListingRow| {
        if *label != *row.label {
            label = row.label.as_str().into();
        }
        Some(Listing {
            hash: row.hash,
            kind: Kind::of_word(&row.kind)?,
            label: label.clone(),
            confidence: row.confidence,
            confirmed: row.confirmed,
            seen_at: row.seen_at.map(Into::into),
            expires_at: row.expires_at.map(Into::into),
        })
    };
    Ok((rows.into_iter().filter_map(listing).collect(), end))
}

/// Who uses an identifier of a list, in the order of hashes and ids, behind one that is known.
pub async fn users(
    db: &Db,
    purpose: Purpose,
    list: &str,
    after: Option<&User>,
    limit: usize,
) -> Result<Vec<User>> {
    let statement = sql(
        "select keys.hash, keys.candidate_id from listed join keys on keys.hash = listed.hash \
         where listed.purpose = ? and listed.list = ?",
    )
    .bind(purpose.word())
    .bind(list);
    let statement = match after {
        Some(after) => statement
            .push(" and listed.hash >= ? and (listed.hash > ? or keys.candidate_id > ?)")
            .bind(after.hash)
            .bind(after.hash)
            .bind(&after.candidate_id),
        None => statement,
    };
    statement
        .push(" order by listed.hash, keys.candidate_id limit ?")
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .all(db)
        .await
}

/// Who uses a key, in the order of ids, behind one that is known.
pub async fn users_of(
    db: &Db,
    hash: i64,
    after: &CandidateId,
    limit: usize,
) -> Result<Vec<CandidateId>> {
    let rows: Vec<(CandidateId,)> = sql(
        "select candidate_id from keys where hash = ? and candidate_id > ? order by candidate_id limit ?",
    )
    .bind(hash)
    .bind(after)
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// How many candidates use an identifier of a list that has not expired.
pub async fn matches(db: &Db, list: &List, now: jiff::Timestamp) -> Result<i64> {
    let (count,): (i64,) = sql(
        "select count(distinct keys.candidate_id) from listed join keys on keys.hash = listed.hash \
         where listed.purpose = ? and listed.list = ? \
         and (listed.expires_at is null or listed.expires_at > ?)",
    )
    .bind(list.purpose.word())
    .bind(&list.name)
    .bind(now)
    .one(db)
    .await?;
    Ok(count)
}

/// How many identifiers of a list have expired, and when the next one will.
pub async fn expiry(db: &Db, list: &List, now: jiff::Timestamp) -> Result<(i64, Option<Millis>)> {
    let (expired,): (i64,) = sql(
        "select count(*) from listed where purpose = ? and list = ? and kind <> ? and expires_at <= ?",
    )
    .bind(list.purpose.word())
    .bind(&list.name)
    .bind(Kind::Referee.word())
    .bind(now)
    .one(db)
    .await?;
    let (ends,): (Option<Millis>,) =
        sql("select max(expires_at) from listed where purpose = ? and list = ?")
            .bind(list.purpose.word())
            .bind(&list.name)
            .one(db)
            .await?;
    Ok((expired, ends))
}
