//! Deliveries, received and sent: each kept raw, with what came of it; and the queue of those that
//! still have work to do.

use jiff::Timestamp;

use crate::candidate::CandidateId;
use crate::db::{Db, Millis, ROWS_PER_STATEMENT, Result, Sql, Tx, sql};

/// How a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// There is work to do, at `next_at`.
    Waiting,
    /// It is done.
    Done,
    /// It says nothing to us.
    Ignored,
    /// It waits for somebody: credentials are missing, the endpoint is switched off.
    Held,
    /// It was given up.
    Dead,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Waiting,
        Self::Done,
        Self::Ignored,
        Self::Held,
        Self::Dead,
    ];

    /// The word in tables and queries.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Ignored => "ignored",
            Self::Held => "held",
            Self::Dead => "dead",
        }
    }

    /// The state of this word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// A delivery to keep, due at once.
#[derive(Clone, Debug)]
pub struct New {
    /// Its id.
    pub id: String,
    /// Received, or to be sent.
    pub incoming: bool,
    /// The connection's or the endpoint's id.
    pub channel: String,
    /// What is to be done with it: `webhook`, `resume`, `note`, `ocsf`, `chat`.
    pub kind: String,
    /// What it is about: an event's or a message's type.
    pub subject: Option<String>,
    /// Whom it concerns, where that is known.
    pub candidate_id: Option<CandidateId>,
    /// Headers as JSON.
    pub headers: String,
    /// The sealed body.
    pub body: Vec<u8>,
    /// The body's bytes before it was sealed.
    pub size: usize,
}

/// The place that a delivery's body is sealed for.
pub fn place(id: &str) -> String {
    format!("deliveries.body/{id}")
}

/// A delivery.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Delivery {
    /// Its id.
    pub id: String,
    /// Received, or sent.
    pub incoming: bool,
    /// The connection's or the endpoint's id.
    pub channel: String,
    /// What is done with it.
    pub kind: String,
    /// What it is about.
    pub subject: Option<String>,
    /// Whom it concerns.
    pub candidate_id: Option<CandidateId>,
    /// Headers as JSON.
    pub headers: String,
    /// The sealed body, unless it was forgotten.
    pub body: Option<Vec<u8>>,
    /// The body's bytes before it was sealed.
    pub size: i64,
    /// When it came in, or was made.
    pub created_at: Millis,
    /// How it stands: the word of a [`State`].
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next.
    pub next_at: Option<Millis>,
    /// The status that the last attempt was answered with.
    pub status: Option<i64>,
    /// What came of it.
    pub said: Option<String>,
    /// Since when it stands so.
    pub done_at: Option<Millis>,
}

const COLUMNS: &str = "select id, incoming, channel, kind, subject, candidate_id, headers, body, size, \
    created_at, state, attempts, next_at, status, said, done_at from deliveries";

/// Keeps deliveries, due at once.
pub async fn insert(tx: &mut Tx, new: &[New], now: Timestamp) -> Result<()> {
    for some in new.chunks(ROWS_PER_STATEMENT) {
        sql(
            "insert into deliveries (id, incoming, channel, kind, subject, candidate_id, headers, body, \
             size, created_at, state, next_at) values",
        )
        .rows(some.iter().map(|one| {
            [
                one.id.as_str().into(),
                one.incoming.into(),
                one.channel.as_str().into(),
                one.kind.as_str().into(),
                one.subject.as_deref().into(),
                one.candidate_id.as_ref().map(|id| id.0.as_str()).into(),
                one.headers.as_str().into(),
                one.body.as_slice().into(),
                i64::try_from(one.size).unwrap_or(i64::MAX).into(),
                now.into(),
                State::Waiting.word().into(),
                now.into(),
            ]
        }))
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

/// What tells a delivery apart, of one connection.
#[derive(Clone, Debug)]
pub struct KeyRow {
    /// The connection.
    pub connection: String,
    /// The key.
    pub key: String,
    /// The delivery.
    pub delivery_id: String,
    /// Until when it holds.
    pub expires_at: Timestamp,
}

/// Claims keys and returns the deliveries that got all of theirs: the others have come before. Of two
/// in one batch with the same key the first gets it.
pub async fn claim_keys(tx: &mut Tx, keys: &[KeyRow], now: Timestamp) -> Result<Vec<String>> {
    let mut taken = Vec::new();
    for some in keys.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<(String, String)> = sql(
            "insert into delivery_keys (connection, key, delivery_id, expires_at) values",
        )
        .rows(some.iter().map(|one| {
            [
                one.connection.as_str().into(),
                one.key.as_str().into(),
                one.delivery_id.as_str().into(),
                one.expires_at.into(),
            ]
        }))
        .push(
            " on conflict (connection, key) do update set delivery_id = excluded.delivery_id, \
                     expires_at = excluded.expires_at where delivery_keys.expires_at <= ? \
                     returning delivery_id, key",
        )
        .bind(now)
        .all(&mut *tx)
        .await?;
        taken.extend(rows);
    }
    let whole = |one: &&KeyRow| {
        let of = |id: &str| keys.iter().filter(|key| key.delivery_id == id).count();
        let got = |id: &str| taken.iter().filter(|(taken, _)| taken == id).count();
        of(&one.delivery_id) == got(&one.delivery_id)
    };
    let mut ids: Vec<String> = keys
        .iter()
        .filter(whole)
        .map(|key| key.delivery_id.clone())
        .collect();
    ids.dedup();
    Ok(ids)
}

/// Which deliveries are due and held by nobody, the oldest first, locked until the transaction ends.
async fn lock_due(
    tx: &mut Tx,
    incoming: bool,
    besides: &[String],
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Delivery>> {
    let statement = sql(COLUMNS)
        .push(" where incoming = ?")
        .bind(incoming)
        .push(" and next_at <= ?")
        .bind(now);
    let statement = match besides {
        [] => statement,
        _ => statement
            .push(" and channel || ' ' || kind not in ")
            .list(besides),
    };
    let statement = statement
        .push(" and (claimed_until is null or claimed_until <= ?) order by next_at, id limit ?")
        .bind(now)
        .bind(limit);
    // On PostgreSQL several instances work at once and pass over what another holds; SQLite has one
    // writer.
    let statement = match tx {
        Tx::Postgres(_) => statement.push(" for update skip locked"),
        Tx::Sqlite(_) => statement,
    };
    statement.all(tx).await
}

/// The line that a delivery to be sent stands in.
pub fn line(delivery: &Delivery) -> String {
    format!("{} {}", delivery.channel, delivery.kind)
}

/// Received deliveries that are due, held as long as the transaction lasts.
pub async fn due(tx: &mut Tx, limit: i64, now: Timestamp) -> Result<Vec<Delivery>> {
    lock_due(tx, true, &[], limit, now).await
}

/// Holds deliveries for a time: if nothing is heard of them by then, somebody else takes them.
pub async fn lease(tx: &mut Tx, ids: &[&str], until: Timestamp) -> Result<()> {
    for ids in ids.chunks(ROWS_PER_STATEMENT) {
        sql("update deliveries set claimed_until = ? where id in ")
            .bind(until)
            .list(ids.iter().copied())
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Takes deliveries to be sent that are due, but none of some lines ([`line()`]), and holds them for a time.
pub async fn take(
    db: &Db,
    besides: &[String],
    limit: i64,
    now: Timestamp,
    until: Timestamp,
) -> Result<Vec<Delivery>> {
    let mut tx = db.begin().await?;
    let taken = lock_due(&mut tx, false, besides, limit, now).await?;
    let ids: Vec<&str> = taken.iter().map(|one| one.id.as_str()).collect();
    lease(&mut tx, &ids, until).await?;
    tx.commit().await?;
    Ok(taken)
}

/// Lets go of everything that is claimed: nobody else works on this database.
pub async fn let_go(tx: &mut Tx) -> Result<u64> {
    sql("update deliveries set claimed_until = null where claimed_until is not null and next_at is not null")
        .execute(tx)
        .await
}

/// When there is work next.
pub async fn next_at(db: &Db) -> Result<Option<Timestamp>> {
    let row: (Option<i64>,) = sql("select min(next_at) from deliveries where next_at is not null")
        .one(db)
        .await?;
    Ok(row.0.map(|at| Millis(at).into()))
}

/// What came of a delivery.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// How it stands now.
    pub state: Option<State>,
    /// What it was about.
    pub subject: Option<String>,
    /// Whom it concerns.
    pub candidate_id: Option<CandidateId>,
    /// The status it was answered with.
    pub status: Option<u16>,
    /// What came of it, in a sentence without anything of a person.
    pub said: Option<String>,
}

/// Words for the log: short, and without what a database refuses.
fn safe(said: &str) -> String {
    said.chars().filter(|one| *one != '\0').take(500).collect()
}

/// Ends work on a delivery.
pub async fn end(tx: &mut Tx, id: &str, outcome: &Outcome, now: Timestamp) -> Result<()> {
    let state = outcome.state.unwrap_or(State::Done);
    sql(
        "update deliveries set state = ?, subject = coalesce(?, subject), \
         candidate_id = coalesce(?, candidate_id), status = coalesce(?, status), said = ?, \
         attempts = attempts + 1, next_at = null, claimed_until = null, done_at = ? where id = ?",
    )
    .bind(state.word())
    .bind(outcome.subject.as_deref())
    .bind(outcome.candidate_id.as_ref().map(|id| id.0.as_str()))
    .bind(outcome.status.map(i64::from))
    .bind(outcome.said.as_deref().map(safe))
    .bind(now)
    .bind(id)
    .execute(tx)
    .await?;
    Ok(())
}

/// Puts work off.
pub async fn put_off(tx: &mut Tx, id: &str, outcome: &Outcome, next_at: Timestamp) -> Result<()> {
    sql(
        "update deliveries set subject = coalesce(?, subject), status = coalesce(?, status), said = ?, \
         attempts = attempts + 1, next_at = ?, claimed_until = null where id = ?",
    )
    .bind(outcome.subject.as_deref())
    .bind(outcome.status.map(i64::from))
    .bind(outcome.said.as_deref().map(safe))
    .bind(next_at)
    .bind(id)
    .execute(tx)
    .await?;
    Ok(())
}

/// Goes on holding work that is held until a time; `false` where somebody else has it by now.
pub async fn renew(tx: &mut Tx, id: &str, held: Timestamp, until: Timestamp) -> Result<bool> {
    let renewed = sql(
        "update deliveries set claimed_until = ? where id = ? and claimed_until = ? and next_at is not null",
    )
    .bind(until)
    .bind(id)
    .bind(held)
    .execute(tx)
    .await?;
    Ok(renewed > 0)
}

/// Lets work wait that is held until a time, without an attempt.
pub async fn postpone(
    tx: &mut Tx,
    ids: &[String],
    held: Timestamp,
    next_at: Timestamp,
) -> Result<()> {
    for ids in ids.chunks(ROWS_PER_STATEMENT) {
        sql("update deliveries set next_at = ?, claimed_until = null where next_at is not null and claimed_until = ?")
            .bind(next_at)
            .bind(held)
            .push(" and id in ")
            .list(ids)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Makes a delivery due again from the start; `false` where there is none, or its body is forgotten.
pub async fn again(tx: &mut Tx, id: &str, now: Timestamp) -> Result<bool> {
    let touched = sql(
        "update deliveries set state = ?, attempts = 0, next_at = ?, claimed_until = null, done_at = null \
         where id = ? and body is not null",
    )
    .bind(State::Waiting.word())
    .bind(now)
    .bind(id)
    .execute(tx)
    .await?;
    Ok(touched > 0)
}

/// Makes what is held of a channel due; says how many.
pub async fn release(tx: &mut Tx, channel: &str, now: Timestamp) -> Result<u64> {
    sql("update deliveries set state = ?, attempts = 0, next_at = ?, done_at = null where channel = ? and state = ?")
        .bind(State::Waiting.word())
        .bind(now)
        .bind(channel)
        .bind(State::Held.word())
        .execute(tx)
        .await
}

/// Holds what waits of a channel: it is switched off.
pub async fn hold(tx: &mut Tx, channel: &str, why: &str) -> Result<u64> {
    sql("update deliveries set state = ?, next_at = null, claimed_until = null, said = ? where channel = ? and state = ?")
        .bind(State::Held.word())
        .bind(why)
        .bind(channel)
        .bind(State::Waiting.word())
        .execute(tx)
        .await
}

/// One delivery.
pub async fn by_id(db: &Db, id: &str) -> Result<Option<Delivery>> {
    sql(COLUMNS)
        .push(" where id = ?")
        .bind(id)
        .optional(db)
        .await
}

/// Which deliveries to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this connection or endpoint.
    pub channel: Option<String>,
    /// Received, or sent.
    pub incoming: Option<bool>,
    /// That stand so.
    pub state: Option<State>,
    /// About this candidate.
    pub candidate_id: Option<CandidateId>,
}

impl Filter {
    fn push_to(&self, statement: Sql) -> Sql {
        let statement = statement
            .filter(" and channel = ?", self.channel.as_deref())
            .filter(" and incoming = ?", self.incoming)
            .filter(" and state = ?", self.state.map(State::word));
        let Some(id) = &self.candidate_id else {
            return statement;
        };
        // What was sent names the candidate; what was received names the source's id.
        statement
            .push(" and (candidate_id = ?")
            .bind(id)
            .push(
                " or id in (select delivery_id from delivery_people as whom join candidates \
                 on candidates.source = whom.source and candidates.external_id = whom.external_id \
                 where candidates.id = ?))",
            )
            .bind(id)
    }
}

/// Deliveries, the latest first, behind an id.
pub async fn list(
    db: &Db,
    filter: &Filter,
    before: Option<&str>,
    limit: usize,
) -> Result<Vec<Delivery>> {
    filter
        .push_to(sql(COLUMNS).push(" where true"))
        .filter(" and id < ?", before)
        .push(" order by id desc limit ?")
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .all(db)
        .await
}

/// The least id of what is made at a time: ids begin with it (UUID version 7).
pub fn id_at(at: Timestamp) -> String {
    let millis = at.as_millisecond().max(0);
    format!("{:08x}-{:04x}", millis >> 16, millis & 0xffff)
}

/// Forgets the bodies of what was ended, between two ids, and keys that have expired; says how many
/// bodies.
pub async fn forget(tx: &mut Tx, from: &str, before: &str, now: Timestamp) -> Result<u64> {
    sql("delete from delivery_keys where expires_at <= ?")
        .bind(now)
        .execute(&mut *tx)
        .await?;
    sql("update deliveries set body = null, headers = '[]' where body is not null and next_at is null and id >= ?")
        .bind(from)
        .push(" and id < ?")
        .bind(before)
        .push(NOT_HELD)
        .execute(tx)
        .await
}

/// A hold on a candidate keeps what tells of it, also beyond its time.
const NOT_HELD: &str = " and not exists (select 1 from holds h where h.candidate_id = deliveries.candidate_id and \
    h.lifted_at is null) and not exists (select 1 from delivery_people p join candidates c on c.source = p.source and \
    c.external_id = p.external_id join holds h on h.candidate_id = c.id where p.delivery_id = deliveries.id and \
    h.lifted_at is null)";

/// Forgets deliveries altogether that were made before an id and are ended.
pub async fn purge(tx: &mut Tx, before: &str) -> Result<u64> {
    let purged = sql("delete from deliveries where next_at is null and id < ?")
        .bind(before)
        .push(NOT_HELD)
        .execute(&mut *tx)
        .await?;
    sql("delete from delivery_people where delivery_id < ?")
        .bind(before)
        .push(" and not exists (select 1 from deliveries where deliveries.id = delivery_people.delivery_id)")
        .execute(tx)
        .await?;
    Ok(purged)
}
