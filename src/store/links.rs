//! Links between candidates and the rings they make.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::candidate::CandidateId;
use crate::db::{Db, Millis, ROWS_PER_STATEMENT, Result, Tx, sql};

/// A link as it is stored.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct Stored {
    /// One candidate.
    pub a: CandidateId,
    /// The other, behind it in order.
    pub b: CandidateId,
    /// What is shared: the word of a [`crate::rings::Bond`].
    pub kind: String,
    /// The key that is shared; 0 where it is none.
    pub hash: i64,
    /// How much it says, decibans.
    pub weight_db: f64,
    /// Who saw it first, and takes it back when it no longer holds.
    pub found_by: Option<String>,
    /// When.
    pub found_at: Millis,
    /// Why it does not count, where a person said so.
    pub explained: Option<String>,
    /// Who said so.
    pub explained_by: Option<String>,
    /// When.
    pub explained_at: Option<Millis>,
    /// In which ring.
    pub explained_in: Option<String>,
    /// What else was said.
    pub note: Option<String>,
}

const COLUMNS: &str = "select links.a, links.b, links.kind, links.hash, links.weight_db, links.found_by, \
    links.found_at, links.explained, links.explained_by, links.explained_at, links.explained_in, links.note ";

/// A candidate as a ring's member.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Member {
    /// Who.
    pub id: CandidateId,
    /// The ring it is in.
    pub ring: Option<String>,
    /// When the person applied, or arrived.
    pub applied_at: Millis,
}

/// A ring as lists show it.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct RingRow {
    /// Its id.
    pub id: String,
    /// Distinct identities.
    pub identities: i64,
    /// Candidates; none where it has dissolved.
    pub members: i64,
    /// Words of what ties it, the commonest first, with a blank between them.
    pub kinds: String,
    /// When it was first seen.
    pub found_at: Millis,
    /// When it last changed.
    pub changed_at: Millis,
}

/// Holds all rings until the transaction ends: two instances that join and split the same ones wait
/// for each other. SQLite has one writer and needs nothing.
pub async fn lock(tx: &mut Tx) -> Result<()> {
    if matches!(tx, Tx::Postgres(_)) {
        let _: Vec<(i64,)> = sql("select value from counters where name = 'rings' for update")
            .all(tx)
            .await?;
    }
    Ok(())
}

/// The links of some candidates, explained ones too, each once.
pub async fn of(tx: &mut Tx, candidates: &[CandidateId]) -> Result<Vec<Stored>> {
    let mut found = Vec::new();
    for some in candidates.chunks(ROWS_PER_STATEMENT) {
        let by_a: Vec<Stored> = sql(COLUMNS)
            .push("from links where a in ")
            .list(some)
            .all(&mut *tx)
            .await?;
        let by_b: Vec<Stored> = sql(COLUMNS)
            .push("from links where b in ")
            .list(some)
            .all(&mut *tx)
            .await?;
        found.extend(by_a);
        found.extend(by_b);
    }
    Ok(once(found))
}

fn once(mut links: Vec<Stored>) -> Vec<Stored> {
    links
        .sort_unstable_by(|x, y| (&x.a, &x.b, &x.kind, x.hash).cmp(&(&y.a, &y.b, &y.kind, y.hash)));
    links.dedup_by(|x, y| (&x.a, &x.b, &x.kind, x.hash) == (&y.a, &y.b, &y.kind, y.hash));
    links
}

/// The links that count and carry one of these keys.
pub async fn with_keys(tx: &mut Tx, hashes: &[i64]) -> Result<Vec<Stored>> {
    let mut found = Vec::new();
    for some in hashes.chunks(ROWS_PER_STATEMENT) {
        let links: Vec<Stored> = sql(COLUMNS)
            .push("from links where explained is null and hash in ")
            .list(some.iter().copied())
            .all(&mut *tx)
            .await?;
        found.extend(links);
    }
    Ok(found)
}

/// Which of these keys links that count carry.
pub async fn carried(db: &Db, hashes: &[i64]) -> Result<Vec<i64>> {
    let mut found = Vec::new();
    for some in hashes.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<(i64,)> =
            sql("select distinct hash from links where explained is null and hash in ")
                .list(some.iter().copied())
                .all(db)
                .await?;
        found.extend(rows.into_iter().map(|(hash,)| hash));
    }
    Ok(found)
}

/// The links that count between members of some rings.
pub async fn within(tx: &mut Tx, rings: &[String]) -> Result<Vec<Stored>> {
    let mut found = Vec::new();
    for some in rings.chunks(ROWS_PER_STATEMENT) {
        let links: Vec<Stored> = sql(COLUMNS)
            .push(
                "from candidates join links on links.a = candidates.id \
                 where links.explained is null and candidates.ring in ",
            )
            .list(some)
            .all(&mut *tx)
            .await?;
        found.extend(links);
    }
    Ok(found)
}

/// The same for one ring, with those that were explained in it, the heaviest first.
pub async fn of_ring(db: &Db, ring: &str) -> Result<Vec<Stored>> {
    let counting: Vec<Stored> = sql(COLUMNS)
        .push(
            "from candidates join links on links.a = candidates.id \
             where links.explained is null and candidates.ring = ?",
        )
        .bind(ring)
        .all(db)
        .await?;
    let explained: Vec<Stored> = sql(COLUMNS)
        .push("from links where explained_in = ?")
        .bind(ring)
        .all(db)
        .await?;
    let mut links = once(counting.into_iter().chain(explained).collect());
    links.sort_by(|x, y| y.weight_db.total_cmp(&x.weight_db));
    Ok(links)
}

/// The links between two candidates, explained ones too.
pub async fn between(tx: &mut Tx, a: &CandidateId, b: &CandidateId) -> Result<Vec<Stored>> {
    sql(COLUMNS)
        .push("from links where a = ? and b = ?")
        .bind(a.min(b))
        .bind(a.max(b))
        .all(tx)
        .await
}

/// Adds links; one that is there already stays as it is.
pub async fn insert(tx: &mut Tx, links: &[Stored]) -> Result<()> {
    for some in links.chunks(ROWS_PER_STATEMENT) {
        sql("insert into links (a, b, kind, hash, weight_db, found_by, found_at) values")
            .rows(some.iter().map(|link| {
                [
                    (&link.a).into(),
                    (&link.b).into(),
                    link.kind.as_str().into(),
                    link.hash.into(),
                    link.weight_db.into(),
                    link.found_by.as_deref().into(),
                    link.found_at.0.into(),
                ]
            }))
            .push(" on conflict (a, b, kind, hash) do nothing")
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Takes links away that nobody explained.
pub async fn remove(tx: &mut Tx, links: &[Stored]) -> Result<()> {
    for some in links.chunks(ROWS_PER_STATEMENT) {
        sql("delete from links where explained is null and (a, b, kind, hash) in (values")
            .rows(some.iter().map(|link| {
                [
                    (&link.a).into(),
                    (&link.b).into(),
                    link.kind.as_str().into(),
                    link.hash.into(),
                ]
            }))
            .push(")")
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// What a person said of links.
#[derive(Clone, Copy, Debug)]
pub struct Explanation<'a> {
    /// Why.
    pub reason: &'a str,
    /// What else.
    pub note: Option<&'a str>,
    /// Who.
    pub by: &'a str,
    /// In which ring.
    pub ring: &'a str,
}

/// Keeps what a person said of a link, or with `None` takes it back.
pub async fn explain(
    tx: &mut Tx,
    link: &Stored,
    said: Option<Explanation<'_>>,
    now: Timestamp,
) -> Result<()> {
    sql(
        "update links set explained = ?, note = ?, explained_by = ?, explained_in = ?, \
         explained_at = ? where a = ? and b = ? and kind = ? and hash = ?",
    )
    .bind(said.map(|said| said.reason))
    .bind(said.and_then(|said| said.note))
    .bind(said.map(|said| said.by))
    .bind(said.map(|said| said.ring))
    .bind(said.map(|_| now))
    .bind(&link.a)
    .bind(&link.b)
    .bind(link.kind.as_str())
    .bind(link.hash)
    .execute(tx)
    .await?;
    Ok(())
}

/// Some candidates and the rings they are in.
pub async fn members(tx: &mut Tx, candidates: &BTreeSet<CandidateId>) -> Result<Vec<Member>> {
    let candidates: Vec<_> = candidates.iter().collect();
    let mut found = Vec::new();
    for some in candidates.chunks(ROWS_PER_STATEMENT) {
        let members: Vec<Member> = sql("select id, ring, applied_at from candidates where id in ")
            .list(some.iter().copied())
            .all(&mut *tx)
            .await?;
        found.extend(members);
    }
    Ok(found)
}

/// Everybody in some rings.
pub async fn members_of(tx: &mut Tx, rings: &[String]) -> Result<Vec<Member>> {
    let mut found = Vec::new();
    for some in rings.chunks(ROWS_PER_STATEMENT) {
        let members: Vec<Member> =
            sql("select id, ring, applied_at from candidates where ring in ")
                .list(some)
                .all(&mut *tx)
                .await?;
        found.extend(members);
    }
    Ok(found)
}

/// Puts candidates into a ring, or with `None` into none.
pub async fn put(tx: &mut Tx, candidates: &[CandidateId], ring: Option<&str>) -> Result<()> {
    for some in candidates.chunks(ROWS_PER_STATEMENT) {
        sql("update candidates set ring = ? where id in ")
            .bind(ring)
            .list(some)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

const RINGS: &str = "select id, identities, members, kinds, found_at, changed_at from rings ";

/// Some rings.
pub async fn rings(tx: &mut Tx, ids: &[String]) -> Result<Vec<RingRow>> {
    let mut found = Vec::new();
    for some in ids.chunks(ROWS_PER_STATEMENT) {
        let rings: Vec<RingRow> = sql(RINGS)
            .push("where id in ")
            .list(some)
            .all(&mut *tx)
            .await?;
        found.extend(rings);
    }
    Ok(found)
}

/// Keeps what rings are now.
pub async fn keep_rings(tx: &mut Tx, rings: &[RingRow]) -> Result<()> {
    for some in rings.chunks(ROWS_PER_STATEMENT) {
        sql("insert into rings (id, identities, members, kinds, found_at, changed_at) values")
            .rows(some.iter().map(|ring| {
                [
                    ring.id.as_str().into(),
                    ring.identities.into(),
                    ring.members.into(),
                    ring.kinds.as_str().into(),
                    ring.found_at.0.into(),
                    ring.changed_at.0.into(),
                ]
            }))
            .push(
                " on conflict (id) do update set identities = excluded.identities, \
                 members = excluded.members, kinds = excluded.kinds, changed_at = excluded.changed_at",
            )
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// One ring.
pub async fn ring(db: &Db, id: &str) -> Result<Option<RingRow>> {
    sql(RINGS).push("where id = ?").bind(id).optional(db).await
}

/// The ring that a candidate is in.
pub async fn ring_of(db: &Db, candidate: &CandidateId) -> Result<Option<RingRow>> {
    sql(RINGS)
        .push("where members > 0 and id = (select ring from candidates where id = ?)")
        .bind(candidate)
        .optional(db)
        .await
}

/// Rings with somebody in them, the largest first, behind a size and an id.
pub async fn largest(db: &Db, after: Option<(i64, &str)>, limit: usize) -> Result<Vec<RingRow>> {
    let statement = sql(RINGS).push("where identities > 1");
    let statement = match after {
        Some((identities, id)) => statement
            .push(" and (identities, id) < (?, ?)")
            .bind(identities)
            .bind(id),
        None => statement,
    };
    statement
        .push(" order by identities desc, id desc limit ?")
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .all(db)
        .await
}

/// The same, the newest first: ids grow with time.
pub async fn newest(db: &Db, after: Option<&str>, limit: usize) -> Result<Vec<RingRow>> {
    sql(RINGS)
        .push("where identities > 1")
        .filter(" and id < ?", after)
        .push(" order by id desc limit ?")
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .all(db)
        .await
}

/// How many rings there are.
pub async fn count(db: &Db) -> Result<i64> {
    let (count,): (i64,) = sql("select count(*) from rings where identities > 1")
        .one(db)
        .await?;
    Ok(count)
}

/// Of some rings, which next steps their members have.
pub async fn next_steps(db: &Db, rings: &[String]) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for some in rings.chunks(ROWS_PER_STATEMENT) {
        let steps: Vec<(String, String)> = sql(
            "select distinct ring, next_step from candidates where next_step is not null and ring in ",
        )
        .list(some)
        .all(db)
        .await?;
        found.extend(steps);
    }
    Ok(found)
}

/// A member as a ring's page shows it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Shown {
    /// Who.
    pub id: CandidateId,
    /// The source.
    pub source: String,
    /// The source's id.
    pub external_id: String,
    /// The name as written.
    pub name: Option<String>,
    /// The next step, once it was screened.
    pub next_step: Option<String>,
    /// The score, decibans.
    pub score_db: Option<f64>,
    /// When the person applied, or arrived.
    pub applied_at: Millis,
    /// The ring it is in.
    pub ring: Option<String>,
}

/// Everybody in a ring and others besides, in the order of their ids.
pub async fn shown(db: &Db, ring: &str, besides: &[CandidateId]) -> Result<Vec<Shown>> {
    const SHOWN: &str = "select id, source, external_id, name, next_step, score_db, applied_at, ring from candidates ";
    let mut found: Vec<Shown> = sql(SHOWN).push("where ring = ?").bind(ring).all(db).await?;
    for some in besides.chunks(ROWS_PER_STATEMENT) {
        let more: Vec<Shown> = sql(SHOWN).push("where id in ").list(some).all(db).await?;
        found.extend(more);
    }
    found.sort_unstable_by(|x, y| x.id.cmp(&y.id));
    found.dedup_by(|x, y| x.id == y.id);
    Ok(found)
}
