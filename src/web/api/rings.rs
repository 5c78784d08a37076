//! Rings: list, show, the way between two members, explain a link and take that back.

use std::collections::HashMap;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::candidates::created;
use super::cursor;
use crate::candidate::CandidateId;
use crate::error::{Error, Result};
use crate::export;
use crate::intake::Refused;
use crate::rings::Bond;
use crate::rings::graph::Graph;
use crate::rules::NextStep;
use crate::screening::rings::{self, Change, Reason, Tied, Whole};
use crate::store::candidates::Cursor;
use crate::store::links::{self, RingRow};
use crate::web::auth::{Caller, Scope};
use crate::web::idempotency::{self, Turn};
use crate::web::{Web, body};

/// Rings on one page unless asked otherwise, and at the most.
const PAGE: usize = 50;
const PAGE_MAX: usize = 200;

/// Bytes of what is said of a link: the longest note, every character escaped, and room to spare.
const LIMIT: usize = 64 << 10;

/// Characters of `by` and of `note`, and of anything else.
const BY: usize = 200;
const NOTE: usize = 2_000;
const WORD: usize = 255;

pub(in crate::web) const MISSING: Error = Error::NotFound("ring");

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// The most people first.
    #[default]
    Largest,
    /// The latest found first.
    Newest,
}

/// Which rings, and from where.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// `next_cursor` of the page before, asked for in the same order.
    cursor: Option<String>,
    /// Rings on a page, 50 unless said otherwise, 200 at the most.
    limit: Option<usize>,
    /// `largest` first, unless `newest` is asked for.
    #[param(inline)]
    order: Option<Order>,
}

/// One page of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RingList {
    /// The rings.
    items: Vec<RingItem>,
    /// Ask with this for the next page; null on the last one.
    next_cursor: Option<String>,
}

/// A ring in a list.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct RingItem {
    /// Its id.
    pub id: String,
    /// Distinct people: records of one person count once.
    pub identities: i64,
    /// Candidates. None where a ring has dissolved.
    #[serde(rename = "candidates")]
    pub members: i64,
    /// The gravest next step of its members.
    #[schema(value_type = Option<String>)]
    pub next_step: Option<NextStep>,
    /// The kinds of what ties it, the commonest first.
    pub kinds: Vec<String>,
    /// When it was first seen.
    #[schema(value_type = String, format = DateTime)]
    pub found_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
}

impl RingItem {
    fn of(row: RingRow, next_step: Option<NextStep>) -> Self {
        Self {
            kinds: row.kinds.split_whitespace().map(str::to_owned).collect(),
            id: row.id,
            identities: row.identities,
            members: row.members,
            next_step,
            found_at: row.found_at.into(),
            changed_at: row.changed_at.into(),
        }
    }
}

/// A page of rings, and where the next begins.
pub(in crate::web) async fn page(
    web: &Web,
    order: Order,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<RingItem>, Option<String>)> {
    let db = &web.app.db;
    let after = after.map(cursor::read).transpose()?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a whole number that we wrote"
    )]
    let size = |cursor: &Cursor| cursor.score_db as i64;
    let mut found = match order {
        Order::Largest => {
            let after = after.as_ref().map(|at| (size(at), at.id.as_str()));
            links::largest(db, after, limit + 1).await?
        }
        Order::Newest => {
            links::newest(db, after.as_ref().map(|at| at.id.as_str()), limit + 1).await?
        }
    };
    let more = found.len() > limit;
    found.truncate(limit);
    #[expect(clippy::cast_precision_loss, reason = "nothing is counted that far")]
    let next = found.last().filter(|_| more).map(|last| {
        cursor::write(&Cursor {
            score_db: last.identities as f64,
            id: last.id.clone(),
        })
    });
    let ids: Vec<String> = found.iter().map(|row| row.id.clone()).collect();
    let mut worst = HashMap::<String, NextStep>::new();
    for (ring, step) in links::next_steps(db, &ids).await? {
        if let Some(step) = step_of(&step) {
            let worst = worst.entry(ring).or_insert(step);
            *worst = gravest([*worst, step]).unwrap_or(step);
        }
    }
    let items = found.into_iter().map(|row| {
        let step = worst.get(&row.id).copied();
        RingItem::of(row, step)
    });
    Ok((items.collect(), next))
}

/// The next step of a word in a table.
pub(in crate::web) fn step_of(word: &str) -> Option<NextStep> {
    NextStep::ALL.into_iter().find(|step| step.word() == word)
}

/// The gravest of some next steps.
pub(in crate::web) fn gravest(steps: impl IntoIterator<Item = NextStep>) -> Option<NextStep> {
    let rank = |step: &NextStep| NextStep::ALL.iter().position(|one| one == step);
    steps.into_iter().max_by_key(rank)
}

/// List rings, the largest or the newest first.
#[utoipa::path(
    get, path = "/rings", tag = "rings", operation_id = "list_rings", params(Question),
    responses((status = 200, description = "One page", body = RingList), (status = 401, description = "No key"))
)]
pub async fn list(
    State(web): State<Web>,
    caller: Caller,
    question: Result<Query<Question>, QueryRejection>,
) -> Result<Json<RingList>> {
    caller.may(Scope::Candidates)?;
    let Query(question) = question.map_err(|error| Error::Malformed(error.body_text()))?;
    let limit = question.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
    let order = question.order.unwrap_or_default();
    let (items, next_cursor) = page(&web, order, question.cursor.as_deref(), limit).await?;
    Ok(Json(RingList { items, next_cursor }))
}

/// A ring with its members and its links.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RingDetail {
    #[serde(flatten)]
    ring: RingItem,
    /// Its members, and whom explained links tied to them.
    members: Vec<RingMember>,
    /// Its links, the heaviest first, and those that were explained in it.
    links: Vec<RingLink>,
    /// Pairs without whose links the ring would split, the evenest split first.
    bridges: Vec<RingBridge>,
    /// The weakest of what holds it together.
    weakest: Option<RingLink>,
}

/// A member.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RingMember {
    candidate_id: CandidateId,
    source: String,
    external_id: String,
    name: Option<String>,
    next_step: Option<String>,
    score_db: Option<f64>,
    #[schema(value_type = String, format = DateTime)]
    applied_at: Timestamp,
    /// Whether it is in the ring now.
    inside: bool,
}

/// A link.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RingLink {
    /// One candidate.
    a: CandidateId,
    /// The other.
    b: CandidateId,
    /// What is shared; `same_person` ties two records of one person.
    kind: &'static str,
    /// How much it says, decibans.
    weight_db: f64,
    /// What is shared, as each of the two wrote it, where it is written in the application.
    written: Vec<RingWritten>,
    /// When it was seen first.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// What a person said of it, where it does not count.
    explained: Option<RingExplained>,
}

/// How a candidate writes what it shares.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RingWritten {
    candidate_id: CandidateId,
    field: String,
    value: String,
}

/// What a person said of a link.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RingExplained {
    reason: String,
    note: Option<String>,
    by: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
}

/// A pair that holds two parts together.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RingBridge {
    a: CandidateId,
    b: CandidateId,
    /// People on either side, the fewer first.
    parts: [usize; 2],
}

impl RingLink {
    fn of(whole: &Whole, tied: &Tied) -> Self {
        let link = &tied.link;
        let written = [&link.a, &link.b].into_iter().filter_map(|id| {
            let written = whole.written(id, link.hash)?;
            Some(RingWritten {
                candidate_id: id.clone(),
                field: written.field.clone(),
                value: written.value.clone(),
            })
        });
        Self {
            a: link.a.clone(),
            b: link.b.clone(),
            kind: tied.bond.word(),
            weight_db: link.weight_db,
            written: written.collect(),
            since: link.found_at.into(),
            explained: link.explained.clone().map(|reason| RingExplained {
                reason,
                note: link.note.clone(),
                by: link.explained_by.clone(),
                at: link.explained_at.map(Into::into),
            }),
        }
    }
}

/// Show a ring: who is in it, what ties them, and what holds it together.
#[utoipa::path(
    get, path = "/rings/{id}", tag = "rings", operation_id = "show_ring",
    params(("id" = String, Path, description = "The ring's id")),
    responses((status = 200, description = "The ring", body = RingDetail), (status = 404, description = "No such ring"))
)]
pub async fn show(
    State(web): State<Web>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<RingDetail>> {
    caller.may(Scope::Candidates)?;
    let whole = rings::whole(&web.app, &id).await?.ok_or(MISSING)?;
    let counting = whole.counting();
    let tied: Vec<&Tied> = whole
        .links
        .iter()
        .filter(|tied| tied.link.explained.is_none())
        .collect();
    let graph = Graph::of(&counting);
    let bridges = graph.bridges().into_iter().map(|bridge| RingBridge {
        a: counting[bridge.link].a.clone(),
        b: counting[bridge.link].b.clone(),
        parts: [bridge.small, bridge.large],
    });
    let steps = whole
        .inside()
        .filter_map(|one| step_of(one.next_step.as_deref()?));
    let members = whole.members.iter().map(|one| RingMember {
        candidate_id: one.id.clone(),
        source: one.source.clone(),
        external_id: one.external_id.clone(),
        name: one.name.clone(),
        next_step: one.next_step.clone(),
        score_db: one.score_db,
        applied_at: one.applied_at.into(),
        inside: one.ring.as_deref() == Some(&*whole.row.id),
    });
    Ok(Json(RingDetail {
        ring: RingItem::of(whole.row.clone(), gravest(steps)),
        members: members.collect(),
        links: whole
            .links
            .iter()
            .map(|tied| RingLink::of(&whole, tied))
            .collect(),
        bridges: bridges.collect(),
        weakest: graph.weakest().map(|at| RingLink::of(&whole, tied[at])),
    }))
}

/// Between whom.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Ends {
    /// The candidate it begins at.
    from: String,
    /// The candidate it leads to.
    to: String,
}

/// The way between two members.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RingPath {
    /// The links, in the order of the way.
    links: Vec<RingLink>,
}

/// Show the way between two members whose weakest link is the strongest.
#[utoipa::path(
    get, path = "/rings/{id}/path", tag = "rings", operation_id = "show_ring_path",
    params(("id" = String, Path, description = "The ring's id"), Ends),
    responses((status = 200, description = "The way", body = RingPath), (status = 404, description = "No such ring, or no such member"))
)]
pub async fn path(
    State(web): State<Web>,
    caller: Caller,
    Path(id): Path<String>,
    ends: Result<Query<Ends>, QueryRejection>,
) -> Result<Json<RingPath>> {
    caller.may(Scope::Candidates)?;
    let Query(ends) = ends.map_err(|error| Error::Malformed(error.body_text()))?;
    let whole = rings::whole(&web.app, &id).await?.ok_or(MISSING)?;
    let counting = whole.counting();
    let tied: Vec<&Tied> = whole
        .links
        .iter()
        .filter(|tied| tied.link.explained.is_none())
        .collect();
    let path = Graph::of(&counting).path(&CandidateId(ends.from), &CandidateId(ends.to));
    let path = path.ok_or(Error::NotFound("way between these two in this ring"))?;
    let links = path.into_iter().map(|at| RingLink::of(&whole, tied[at]));
    Ok(Json(RingPath {
        links: links.collect(),
    }))
}

/// The links of a ring as a sheet: one line for each.
#[utoipa::path(
    get, path = "/rings/{id}/links.csv", tag = "rings", operation_id = "export_ring",
    params(("id" = String, Path, description = "The ring's id")),
    responses((status = 200, description = "CSV", content_type = "text/csv"), (status = 404, description = "No such ring"))
)]
pub async fn csv(
    State(web): State<Web>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response> {
    caller.may(Scope::Export)?;
    sheet(&web, &id).await
}

/// The sheet of a ring, to be saved as a file.
pub(in crate::web) async fn sheet(web: &Web, id: &str) -> Result<Response> {
    let whole = rings::whole(&web.app, id).await?.ok_or(MISSING)?;
    let mut csv = Vec::new();
    export::rings::write(&whole, &mut csv)?;
    let headers = [
        (
            header::CONTENT_TYPE,
            "text/csv; charset=utf-8; header=present",
        ),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"ring.csv\"",
        ),
    ];
    Ok((headers, csv).into_response())
}

/// What a person says of the links between two candidates.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct NewExplanation {
    /// One candidate.
    a: String,
    /// The other.
    b: String,
    /// Only links of this kind; without it all between the two.
    kind: Option<String>,
    /// Why; not needed to take an explanation back.
    reason: Option<Reason>,
    /// What else, up to 2,000 characters.
    note: Option<String>,
    /// Who says so.
    by: String,
}

/// Where the two are now.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Outcome {
    /// The rings in which the two are now: none, one, or two after a split.
    rings: Vec<String>,
}

/// Explain links away: they stay in the history and count no more.
///
/// Where nothing else holds the ring together it splits; everybody whom that concerns is screened again.
/// A household or one person explains whatever else the two come to share.
#[utoipa::path(
    post, path = "/rings/{id}/links:explain", tag = "rings", operation_id = "explain_link",
    request_body = NewExplanation,
    params(
        ("id" = String, Path, description = "The ring's id"),
        ("Idempotency-Key" = Option<String>, Header, description = "Any text, new for each request"),
    ),
    responses(
        (status = 201, description = "Where the two are now", body = Outcome),
        (status = 400, description = "The body cannot be read"),
        (status = 404, description = "No such link in this ring"),
        (status = 409, description = "This Idempotency-Key came with another request before"),
        (status = 422, description = "A field is wrong; `pointer` says which"),
    )
)]
pub async fn explain(
    State(web): State<Web>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    said(&web, &caller, &id, &headers, body, Verb::Explain).await
}

/// Take an explanation back: the links count again.
#[utoipa::path(
    post, path = "/rings/{id}/links:restore", tag = "rings", operation_id = "restore_link",
    request_body = NewExplanation,
    params(
        ("id" = String, Path, description = "The id of the ring in which they were explained"),
        ("Idempotency-Key" = Option<String>, Header, description = "Any text, new for each request"),
    ),
    responses(
        (status = 201, description = "Where the two are now", body = Outcome),
        (status = 404, description = "No link explained in this ring"),
        (status = 422, description = "A field is wrong; `pointer` says which"),
    )
)]
pub async fn restore(
    State(web): State<Web>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    said(&web, &caller, &id, &headers, body, Verb::Restore).await
}

/// What is done with what is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::web) enum Verb {
    Explain,
    Restore,
}

impl Verb {
    pub(in crate::web) async fn perform(
        self,
        web: &Web,
        ring: &str,
        map: Map<String, Value>,
    ) -> Result<Vec<String>> {
        let change = change(map, self)?;
        match self {
            Self::Explain => rings::explain(&web.app, ring, &change).await,
            Self::Restore => rings::restore(&web.app, ring, &change).await,
        }
    }
}

async fn said(
    web: &Web,
    caller: &Caller,
    id: &str,
    headers: &HeaderMap,
    body: Body,
    verb: Verb,
) -> Result<Response> {
    caller.may(Scope::Candidates)?;
    let bytes = body::read(body, LIMIT).await?;
    let place = format!("links of {id} {verb:?}\n");
    let ticket = match idempotency::claim(&web.app, &caller.0.id, headers, &place, &bytes).await? {
        Turn::Again(answer) => return Ok(created(answer.body.unwrap_or_default())),
        Turn::First(ticket) => Some(ticket),
        Turn::Free => None,
    };
    let done = match object(&bytes) {
        Ok(map) => verb.perform(web, id, map).await,
        Err(error) => Err(error),
    };
    let body =
        done.map(|rings| serde_json::to_string(&Outcome { rings }).expect("an outcome serializes"));
    if let Some(ticket) = ticket {
        ticket.answer(body.as_deref().ok()).await?;
    }
    Ok(created(body?))
}

fn object(bytes: &Bytes) -> Result<Map<String, Value>> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(Error::Malformed("one JSON object is wanted".into())),
        Err(error) => Err(Error::Malformed(error.to_string())),
    }
}

/// Reads what is said. A key that it does not have is refused: a slip in `kind` would explain more
/// than was meant.
fn change(mut map: Map<String, Value>, verb: Verb) -> Result<Change> {
    let candidate = |id: Option<String>, key| {
        let id = id.ok_or_else(|| refused(key, "is missing; a candidate's id"))?;
        Ok::<_, Error>(CandidateId(id))
    };
    let kinds = Bond::ALL
        .into_iter()
        .filter(|bond| *bond != Bond::SamePerson);
    let kinds: Vec<_> = kinds.map(|bond| (bond.word(), bond)).collect();
    let reasons = Reason::ALL.map(|reason| (reason.word(), reason));
    let reason = choice(&mut map, "reason", &reasons)?;
    let change = Change {
        a: candidate(text(&mut map, "a", WORD)?, "a")?,
        b: candidate(text(&mut map, "b", WORD)?, "b")?,
        bond: choice(&mut map, "kind", &kinds)?,
        reason: match (verb, reason) {
            (_, Some(reason)) => reason,
            (Verb::Restore, None) => Reason::Other,
            (Verb::Explain, None) => {
                let words = Reason::ALL.map(Reason::word).join(", ");
                return Err(refused("reason", format!("is missing; one of {words}")));
            }
        },
        note: text(&mut map, "note", NOTE)?,
        by: text(&mut map, "by", BY)?.ok_or_else(|| refused("by", "is missing; who says so"))?,
    };
    if change.by.chars().any(char::is_control) {
        return Err(refused("by", "is one line without control characters"));
    }
    if let Some(key) = map.keys().next() {
        let field = key.escape_debug().to_string();
        return Err(refused(
            &field,
            "is no key of this; a, b, kind, reason, note and by are",
        ));
    }
    Ok(change)
}

fn refused(field: &str, reason: impl Into<String>) -> Error {
    Error::Refused(Refused {
        line: None,
        field: Some(field.to_owned()),
        reason: reason.into(),
    })
}

fn choice<T: Copy>(
    map: &mut Map<String, Value>,
    key: &str,
    words: &[(&str, T)],
) -> Result<Option<T>> {
    let Some(word) = text(map, key, WORD)? else {
        return Ok(None);
    };
    let found = words.iter().find(|(known, _)| *known == word);
    let known = || {
        words
            .iter()
            .map(|(word, _)| *word)
            .collect::<Vec<_>>()
            .join(", ")
    };
    match found {
        Some((_, one)) => Ok(Some(*one)),
        None => Err(refused(key, format!("is none of {}", known()))),
    }
}

/// Text within a limit of characters; absent, null and blank are one.
fn text(map: &mut Map<String, Value>, key: &str, limit: usize) -> Result<Option<String>> {
    let text = match map.remove(key) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text,
        Some(_) => return Err(refused(key, "text is wanted")),
    };
    if text.contains('\0') {
        return Err(refused(key, "holds a NUL character"));
    }
    if text.chars().nth(limit).is_some() {
        return Err(refused(
            key,
            format!("holds over {limit} characters; {limit} at most"),
        ));
    }
    let text = text.trim();
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value, verb: Verb) -> Result<Change> {
        let Value::Object(map) = value else {
            panic!("an object")
        };
        change(map, verb)
    }

    #[test]
    fn what_is_said_is_read_whole_or_refused_by_its_field() {
        let full = json!({"a": "1", "b": "2", "kind": "phone", "reason": "household", "note": " so ", "by": "Dana"});
        let change = read(full.clone(), Verb::Explain).unwrap();
        assert_eq!(
            (change.bond, change.reason),
            (Some(Bond::Phone), Reason::Household)
        );
        assert_eq!(change.note.as_deref(), Some("so"));
        let least = json!({"a": "1", "b": "2", "by": "Dana"});
        assert!(read(least.clone(), Verb::Restore).is_ok());
        assert!(read(least, Verb::Explain).is_err());
        for (key, value) in [
            ("a", json!("")),
            ("b", json!(1)),
            ("kind", json!("same_person")),
            ("kind", json!("fon")),
            ("reason", json!("because")),
            ("note", json!("x".repeat(2_001))),
            ("by", json!("a\nb")),
            ("by", json!("a\0b")),
            ("knid", json!("phone")),
        ] {
            let mut one = full.clone();
            one[key] = value;
            match read(one, Verb::Explain) {
                Err(Error::Refused(refused)) => assert_eq!(refused.field.as_deref(), Some(key)),
                other => panic!("{key}: {other:?}"),
            }
        }
    }
}
