//! Rings: list, show, the way between two members, the links as CSV.

use std::collections::HashMap;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::cursor;
use crate::audit::{self, Action, Actor};
use crate::candidate::CandidateId;
use crate::error::{Error, Result};
use crate::export;
use crate::rings::graph::Graph;
use crate::rules::NextStep;
use crate::screening::rings::{self, Tied, Whole};
use crate::store::candidates::Cursor;
use crate::store::links::{self, RingRow};
use crate::web::Web;
use crate::web::auth::{Caller, Scope};

/// Rings on one page unless asked otherwise, and at the most.
const PAGE: usize = 50;
const PAGE_MAX: usize = 200;

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
    audit::reads::ring(&web.app, &Actor::from(&caller.0), None, &id).await?;
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
    audit::reads::ring(&web.app, &Actor::from(&caller.0), None, &id).await?;
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
    sheet(&web, &Actor::from(&caller.0), &id).await
}

/// The sheet of a ring, to be saved as a file.
pub(in crate::web) async fn sheet(web: &Web, who: &Actor, id: &str) -> Result<Response> {
    let whole = rings::whole(&web.app, id).await?.ok_or(MISSING)?;
    let detail = json!({"links": whole.links.len()});
    audit::note(&web.app, who, Action::Exported, &audit::ring(id), &detail).await?;
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
