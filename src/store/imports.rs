//! Files that were handed in: what each came to, its sealed pieces while its rows are read, and the rows that were
//! refused.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::candidate::CandidateId;
use crate::db::{Db, Json, Millis, ROWS_PER_STATEMENT, Result, Tx, sql};
use crate::imports::{Mapping, State};

/// An import as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Import {
    /// Its id.
    pub id: String,
    /// Who handed it in.
    pub user_id: String,
    /// What they were called then.
    pub who: String,
    /// The file's name.
    pub file_name: String,
    /// The word of a [`crate::imports::Format`].
    pub format: String,
    /// Bytes.
    pub size: i64,
    /// SHA-256 of the file, in hexadecimal.
    pub digest: String,
    /// What files with the same headers share.
    pub headers_digest: String,
    /// What its columns are, and what stands in for what rows do not name.
    pub mapping: Json<Mapping>,
    /// The word of a [`State`].
    pub state: String,
    /// Somebody asked to stop.
    pub cancelled: bool,
    /// Bytes that were read of it.
    pub bytes_read: i64,
    /// Rows that were read, taken in or refused.
    pub rows_read: i64,
    /// Rows that were refused.
    pub refused: i64,
    /// Cells that are not the date which their column was said to be.
    pub unread: i64,
    /// Candidates that it brought or brought news of.
    pub candidates: i64,
    /// These by next step, as they stood at the end.
    pub steps: Json<BTreeMap<String, i64>>,
    /// How often its next rows could not be kept.
    pub attempts: i64,
    /// Why it ended otherwise than it should.
    pub said: Option<String>,
    /// When it came.
    pub created_at: Millis,
    /// When somebody started it.
    pub started_at: Option<Millis>,
    /// When it ended.
    pub done_at: Option<Millis>,
}

impl Import {
    /// How it stands.
    pub fn state(&self) -> State {
        State::of_word(&self.state)
    }
}

const COLUMNS: &str = "select id, user_id, who, file_name, format, size, digest, headers_digest, mapping, state, \
    cancelled, bytes_read, rows_read, refused, unread, candidates, steps, attempts, said, created_at, started_at, done_at \
    from imports";

/// Begins to keep a file.
pub async fn insert(
    tx: &mut Tx,
    (id, file_name, format): (&str, &str, &str),
    (user_id, who): (&str, &str),
    now: Timestamp,
) -> Result<()> {
    sql("insert into imports (id, user_id, who, file_name, format, state, created_at) values (?, ?, ?, ?, ?, ?, ?)")
        .bind(id)
        .bind(user_id)
        .bind(who)
        .bind(file_name)
        .bind(format)
        .bind(State::Arriving.word())
        .bind(now)
        .execute(tx)
        .await?;
    Ok(())
}

/// Keeps a sealed piece of it.
pub async fn add_chunk(tx: &mut Tx, id: &str, n: i64, sealed: &[u8]) -> Result<()> {
    sql("insert into import_chunks (import_id, n, body) values (?, ?, ?)")
        .bind(id)
        .bind(n)
        .bind(sealed)
        .execute(tx)
        .await?;
    Ok(())
}

/// A sealed piece.
pub async fn chunk(db: &Db, id: &str, n: i64) -> Result<Option<Vec<u8>>> {
    let row: Option<(Vec<u8>,)> =
        sql("select body from import_chunks where import_id = ? and n = ?")
            .bind(id)
            .bind(n)
            .optional(db)
            .await?;
    Ok(row.map(|(body,)| body))
}

/// The whole file is here.
pub async fn arrived(
    tx: &mut Tx,
    id: &str,
    (size, format): (i64, &str),
    (digest, headers_digest): (&str, &str),
    mapping: &Mapping,
) -> Result<()> {
    sql("update imports set size = ?, format = ?, digest = ?, headers_digest = ?, mapping = ?, state = ? where id = ?")
        .bind(size)
        .bind(format)
        .bind(digest)
        .bind(headers_digest)
        .bind(&Json(mapping.clone()))
        .bind(State::Mapping.word())
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

/// Takes an import away, with all that belongs to it.
pub async fn remove(tx: &mut Tx, id: &str) -> Result<()> {
    sql("delete from imports where id = ?")
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

/// One import.
pub async fn by_id(db: &Db, id: &str) -> Result<Option<Import>> {
    sql(COLUMNS)
        .push(" where id = ?")
        .bind(id)
        .optional(db)
        .await
}

/// The latest imports behind an id.
pub async fn list(db: &Db, before: Option<&str>, limit: i64) -> Result<Vec<Import>> {
    sql(COLUMNS)
        .push(" where state <> ?")
        .bind(State::Arriving.word())
        .filter(" and id < ?", before)
        .push(" order by id desc limit ?")
        .bind(limit)
        .all(db)
        .await
}

/// The latest earlier import of the very same file.
pub async fn same_file(db: &Db, import: &Import) -> Result<Option<Import>> {
    sql(COLUMNS)
        .push(" where digest = ?")
        .bind(&import.digest)
        .push(" and id < ?")
        .bind(&import.id)
        .push(" and started_at is not null order by id desc limit 1")
        .optional(db)
        .await
}

/// What somebody said last of files with these headers.
pub async fn remembered(db: &Db, user_id: &str, headers_digest: &str) -> Result<Option<Mapping>> {
    let row: Option<(Json<Mapping>,)> =
        sql("select mapping from import_mappings where user_id = ? and headers_digest = ?")
            .bind(user_id)
            .bind(headers_digest)
            .optional(db)
            .await?;
    Ok(row.map(|(mapping,)| mapping.0))
}

/// Remembers it.
pub async fn remember(
    tx: &mut Tx,
    user_id: &str,
    headers_digest: &str,
    mapping: &Mapping,
) -> Result<()> {
    sql(
        "insert into import_mappings (user_id, headers_digest, mapping) values (?, ?, ?) \
         on conflict (user_id, headers_digest) do update set mapping = excluded.mapping",
    )
    .bind(user_id)
    .bind(headers_digest)
    .bind(&Json(mapping.clone()))
    .execute(tx)
    .await?;
    Ok(())
}

/// Writes what the columns are; `false` where the import is past that.
pub async fn map(tx: &mut Tx, id: &str, mapping: &Mapping) -> Result<bool> {
    let rows = sql("update imports set mapping = ? where id = ? and state = ?")
        .bind(&Json(mapping.clone()))
        .bind(id)
        .bind(State::Mapping.word())
        .execute(tx)
        .await?;
    Ok(rows > 0)
}

/// Has it worked on; `false` where somebody did so before.
pub async fn start(tx: &mut Tx, id: &str, now: Timestamp) -> Result<bool> {
    let rows = sql("update imports set state = ?, started_at = ? where id = ? and state = ?")
        .bind(State::Waiting.word())
        .bind(now)
        .bind(id)
        .bind(State::Mapping.word())
        .execute(tx)
        .await?;
    Ok(rows > 0)
}

/// Asks who works on it to stop.
pub async fn ask_to_stop(tx: &mut Tx, id: &str) -> Result<bool> {
    let rows = sql("update imports set cancelled = ? where id = ?")
        .bind(true)
        .bind(id)
        .push(" and state in (?, ?)")
        .bind(State::Waiting.word())
        .bind(State::Running.word())
        .execute(tx)
        .await?;
    Ok(rows > 0)
}

/// Takes the oldest import that is due and held by nobody, until `until`.
///
/// Of two who ask at once the second waits for the first's row, and then finds that it is held: the outer condition
/// is asked again.
pub async fn claim(
    tx: &mut Tx,
    claim: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<Import>> {
    let taken: Option<(String,)> = sql("update imports set state = ?, claim = ?, claimed_until = ?")
        .bind(State::Running.word())
        .bind(claim)
        .bind(until)
        .push(
            " where id = (select min(id) from imports where state in ('waiting', 'running') \
             and (claimed_until is null or claimed_until <= ?)) and (claimed_until is null or claimed_until <= ?) \
             returning id",
        )
        .bind(now)
        .bind(now)
        .optional(&mut *tx)
        .await?;
    match taken {
        Some((id,)) => {
            sql(COLUMNS)
                .push(" where id = ?")
                .bind(id)
                .optional(tx)
                .await
        }
        None => Ok(None),
    }
}

/// Lets go of what a process that died held.
pub async fn let_go(tx: &mut Tx) -> Result<()> {
    sql("update imports set claimed_until = null where claimed_until is not null")
        .execute(tx)
        .await?;
    Ok(())
}

/// How far an import is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Progress {
    /// Bytes that were read.
    pub bytes: i64,
    /// Rows that were read since.
    pub rows: i64,
    /// Of these, refused.
    pub refused: i64,
    /// Cells that are not the date which they should be.
    pub unread: i64,
}

/// Adds to what was done and holds it longer: whether to stop now, or `None` where somebody else holds it.
pub async fn advance(
    tx: &mut Tx,
    (id, claim): (&str, &str),
    by: Progress,
    until: Timestamp,
) -> Result<Option<bool>> {
    let row: Option<(bool,)> = sql(
        "update imports set bytes_read = ?, rows_read = rows_read + ?, refused = refused + ?, unread = unread + ?, attempts = 0, \
         claimed_until = ? where id = ? and claim = ? and state = ? returning cancelled",
    )
    .bind(by.bytes)
    .bind(by.rows)
    .bind(by.refused)
    .bind(by.unread)
    .bind(until)
    .bind(id)
    .bind(claim)
    .bind(State::Running.word())
    .optional(tx)
    .await?;
    Ok(row.map(|(cancelled,)| cancelled))
}

/// Its next rows could not be kept: it is tried again later.
pub async fn put_off(tx: &mut Tx, (id, claim): (&str, &str), until: Timestamp) -> Result<()> {
    sql("update imports set attempts = attempts + 1 where id = ? and claim = ?")
        .bind(id)
        .bind(claim)
        .execute(&mut *tx)
        .await?;
    hold(tx, (id, claim), until).await
}

/// Holds it until a time; now, to let go of it.
pub async fn hold(tx: &mut Tx, (id, claim): (&str, &str), until: Timestamp) -> Result<()> {
    sql("update imports set claimed_until = ? where id = ? and claim = ?")
        .bind(until)
        .bind(id)
        .bind(claim)
        .execute(tx)
        .await?;
    Ok(())
}

/// Whom rows brought.
pub async fn brought(tx: &mut Tx, id: &str, candidates: &[CandidateId]) -> Result<()> {
    for some in candidates.chunks(ROWS_PER_STATEMENT) {
        sql("insert into import_candidates (import_id, candidate_id) values")
            .rows(some.iter().map(|one| [id.into(), one.into()]))
            .push(" on conflict (import_id, candidate_id) do nothing")
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Keeps refused rows, sealed, by their place among all rows.
pub async fn refuse(tx: &mut Tx, id: &str, rows: &[(i64, Vec<u8>)]) -> Result<()> {
    for some in rows.chunks(ROWS_PER_STATEMENT) {
        sql("insert into import_refused (import_id, n, body) values")
            .rows(
                some.iter()
                    .map(|(n, body)| [id.into(), (*n).into(), body.as_slice().into()]),
            )
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Refused rows behind a place, in their order.
pub async fn refused(db: &Db, id: &str, after: i64, limit: i64) -> Result<Vec<(i64, Vec<u8>)>> {
    sql("select n, body from import_refused where import_id = ? and n > ? order by n limit ?")
        .bind(id)
        .bind(after)
        .bind(limit)
        .all(db)
        .await
}

/// Ends an import: counts whom it brought, and takes its file away. `None` where somebody else holds it.
pub async fn end(
    tx: &mut Tx,
    (id, claim): (&str, Option<&str>),
    state: State,
    said: Option<&str>,
    now: Timestamp,
) -> Result<Option<Import>> {
    let steps: Vec<(Option<String>, i64)> = sql(
        "select c.next_step, count(*) from import_candidates i join candidates c on c.id = i.candidate_id \
         where i.import_id = ? group by c.next_step",
    )
    .bind(id)
    .all(&mut *tx)
    .await?;
    let candidates: i64 = steps.iter().map(|(_, count)| count).sum();
    let steps: BTreeMap<String, i64> = steps
        .into_iter()
        .filter_map(|(step, count)| Some((step?, count)))
        .collect();
    let ended = sql(
        "update imports set state = ?, said = ?, done_at = ?, steps = ?, candidates = ?, claim = null, \
         claimed_until = null, bytes_read = case when ? then size else bytes_read end where id = ?",
    )
    .bind(state.word())
    .bind(said)
    .bind(now)
    .bind(&Json(steps))
    .bind(candidates)
    .bind(state == State::Done)
    .bind(id)
    .filter(" and claim = ?", claim)
    .push(" and done_at is null")
    .execute(&mut *tx)
    .await?;
    if ended == 0 {
        return Ok(None);
    }
    for text in [
        "delete from import_chunks where import_id = ?",
        "delete from import_candidates where import_id = ?",
    ] {
        sql(text).bind(id).execute(&mut *tx).await?;
    }
    sql(COLUMNS)
        .push(" where id = ?")
        .bind(id)
        .optional(tx)
        .await
}

/// Forgets refused rows of imports that ended before a time, files that nobody started since then, and files that
/// broke off.
pub async fn forget(tx: &mut Tx, before: Timestamp, broken_off: Timestamp) -> Result<()> {
    sql("delete from import_refused where import_id in (select id from imports where done_at < ?)")
        .bind(before)
        .execute(&mut *tx)
        .await?;
    for (state, before) in [(State::Mapping, before), (State::Arriving, broken_off)] {
        sql("delete from imports where state = ? and created_at < ?")
            .bind(state.word())
            .bind(before)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}
