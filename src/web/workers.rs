//! Workers for people: the list, what waits for security, and devices that are nobody's.

use std::collections::HashMap;

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Redirect;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::Web;
use super::pages::blind::label;
use super::pages::worker::chart::{self, SPARK_DAYS};
use super::pages::workers::{self as pages, Ticket, Timing, Unbound, Who, WorkerRow};
use super::pages::{UnboundPage, WorkersPage};
use super::visitor::Visitor;
use crate::access::User;
use crate::app::{App, compute};
use crate::audit::{self, Action};
use crate::candidate::CandidateId;
use crate::decisions::blind;
use crate::error::{Error, Result, refused};
use crate::latency::{self, series::Series};
use crate::rules::Finding;
use crate::store::bindings::{self, Binding};
use crate::store::workers::{self, Worker};
use crate::store::{candidates, observations, screenings, sessions, tickets};
use crate::telemetry::{Kind, Record, alarms};

/// Workers on a page: for each its sessions of a month are read.
const PAGE: usize = 25;

/// Tickets that are listed.
const TICKETS: i64 = 50;

/// Devices bound to nobody that are listed.
const UNBOUND: usize = 100;

/// Sessions of a device that are looked at: the latest.
const SESSIONS: i64 = 2_000;

/// What is asked of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Question {
    q: String,
    cursor: String,
    done: String,
}

/// Workers by id.
pub(super) async fn index(
    State(web): State<Web>,
    visitor: Visitor,
    Query(question): Query<Question>,
) -> Result<WorkersPage> {
    let db = &web.app.db;
    let q = question.q.trim();
    let like = (!q.is_empty()).then(|| like(q));
    let more = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut found = workers::list(db, &question.cursor, like.as_deref(), more).await?;
    let goes_on = found.len() > PAGE;
    found.truncate(PAGE);
    Ok(WorkersPage {
        tickets: opened(&web.app, &visitor.user).await?,
        next: found
            .last()
            .filter(|_| goes_on)
            .map(|last| last.worker_id.clone()),
        rows: rows(&web.app, &visitor.user, found).await?,
        q: q.to_owned(),
        continued: !question.cursor.is_empty(),
        unbound: observations::unbound(db, i64::try_from(UNBOUND).unwrap_or(i64::MAX))
            .await?
            .len(),
        done: match question.done.as_str() {
            "closed" => Some("The ticket is closed."),
            _ => None,
        },
    })
}

/// A part of an id for `like`.
fn like(q: &str) -> String {
    let plain = q.to_ascii_lowercase().replace('\\', "\\\\");
    format!("%{}%", plain.replace('%', "\\%").replace('_', "\\_"))
}

async fn rows(app: &App, user: &User, found: Vec<Worker>) -> Result<Vec<WorkerRow>> {
    let candidates: Vec<CandidateId> = found.iter().map(|one| one.candidate_id.clone()).collect();
    let mut who = who(app, user, &candidates).await?;
    let latest = screenings::latest_of(&app.db, &candidates).await?;
    let latest: HashMap<_, _> = latest
        .iter()
        .map(|one| (&one.candidate_id, &one.judgement.0.findings))
        .collect();
    let ids: Vec<String> = found.iter().map(|one| one.worker_id.clone()).collect();
    let mut spans = HashMap::<String, Vec<Binding>>::new();
    for span in bindings::of_workers(&app.db, &ids).await? {
        spans.entry(span.worker_id.clone()).or_default().push(span);
    }
    let heard = heard(app, spans.values().flatten()).await?;
    let mut rows = Vec::with_capacity(found.len());
    for worker in found {
        let spans = spans.remove(&worker.worker_id).unwrap_or_default();
        let findings = latest
            .get(&worker.candidate_id)
            .map_or(&[][..], |findings| findings);
        rows.push(WorkerRow {
            who: who.remove(&worker.candidate_id).unwrap_or_default(),
            devices: spans
                .iter()
                .filter(|one| one.until_at.is_none())
                .map(|one| one.device.clone())
                .collect(),
            heard_at: spans
                .iter()
                .filter_map(|span| heard_within(&heard, span))
                .max(),
            timings: timings(&worker, findings, &recent(app, &spans).await?, app.now()),
            start_date: worker.start_date,
            worker_id: worker.worker_id,
        });
    }
    Ok(rows)
}

/// Candidates, to be led to.
pub(super) async fn who(
    app: &App,
    user: &User,
    ids: &[CandidateId],
) -> Result<HashMap<CandidateId, Who>> {
    let hidden = blind::hidden(app, user, ids).await?;
    let heads = candidates::heads(&app.db, ids).await?;
    let who = heads.into_iter().map(|head| {
        let who = if hidden.contains(&head.id) {
            Who {
                external_id: label(&head.id, head.name.as_deref(), &head.external_id),
                id: head.id.clone(),
                name: None,
                source: head.source,
            }
        } else {
            Who {
                id: head.id.clone(),
                name: head.name,
                source: head.source,
                external_id: head.external_id,
            }
        };
        (head.id, who)
    });
    Ok(who.collect())
}

/// From when to when devices are heard of.
pub(super) async fn heard(
    app: &App,
    spans: impl Iterator<Item = &Binding>,
) -> Result<HashMap<String, (Timestamp, Timestamp)>> {
    let devices: Vec<String> = spans.map(|span| span.device.clone()).collect();
    let heard = observations::heard_of(&app.db, &devices).await?;
    Ok(heard
        .into_iter()
        .map(|one| (one.device, (one.first_at.into(), one.last_at.into())))
        .collect())
}

/// When a device was last heard of within a span, as far as its first and last word tell.
pub(super) fn heard_within(
    heard: &HashMap<String, (Timestamp, Timestamp)>,
    span: &Binding,
) -> Option<Timestamp> {
    let (first, last) = *heard.get(&span.device)?;
    let last = span.until().map_or(last, |until| last.min(until));
    (last >= span.from() && last >= first).then_some(last)
}

/// The timings of the last weeks, day by day.
async fn recent(app: &App, spans: &[Binding]) -> Result<Vec<Series>> {
    let now = app.now();
    let since = now
        .checked_sub(SignedDuration::from_hours(24 * i64::from(SPARK_DAYS)))
        .unwrap_or(now);
    let mut record = Record {
        now,
        ..Record::default()
    };
    for span in spans
        .iter()
        .filter(|span| span.until().is_none_or(|until| until > since))
    {
        let from = since.max(span.from());
        let some = sessions::within(&app.db, &span.device, from, span.until(), SESSIONS).await?;
        record.sessions.extend(some);
    }
    compute(move || latency::series(&record)).await
}

/// How the timings of each kind stand; of paths the nearest probe is drawn.
fn timings(
    worker: &Worker,
    findings: &[Finding],
    series: &[Series],
    now: Timestamp,
) -> Vec<Timing> {
    let alarmed = alarms(findings);
    let gauge = worker.gauge.as_ref().map(|gauge| &gauge.0.latency);
    let today = now.to_zoned(TimeZone::UTC).date();
    let state = |kind: Kind| {
        let one = gauge?.kinds.iter().find(|one| one.kind == kind)?;
        Some(pages::State::of(one.track.state, alarmed.contains(&kind)))
    };
    let nearest = |kind: Kind| {
        let of_kind = series.iter().filter(|one| one.kind == kind);
        let drawn = of_kind.filter_map(|one| chart::spark(&one.days, today));
        drawn.min_by(|a, b| a.last_ms.total_cmp(&b.last_ms))
    };
    let timing = |kind: Kind| Timing {
        kind,
        state: state(kind),
        spark: nearest(kind),
    };
    let all = Kind::ALL.into_iter().map(timing);
    all.filter(|one| one.state.is_some() || one.spark.is_some())
        .collect()
}

async fn opened(app: &App, user: &User) -> Result<Vec<Ticket>> {
    let open = tickets::opened(&app.db, TICKETS).await?;
    shown(app, user, open).await
}

/// Tickets as pages show them.
pub(super) async fn shown(
    app: &App,
    user: &User,
    tickets: Vec<tickets::Ticket>,
) -> Result<Vec<Ticket>> {
    let ids: Vec<CandidateId> = tickets.iter().map(|one| one.candidate_id.clone()).collect();
    let workers = workers::of_candidates(&app.db, &ids).await?;
    let who = who(app, user, &ids).await?;
    let ticket = |one: tickets::Ticket| Ticket {
        worker: workers
            .get(&one.candidate_id)
            .map(|worker| worker.worker_id.clone()),
        who: who.get(&one.candidate_id).cloned().unwrap_or_default(),
        closed: one.closed_at.map(|at| {
            (
                at.into(),
                one.closed_by.unwrap_or_default(),
                one.note.unwrap_or_default(),
            )
        }),
        id: one.id,
        rule: one.rule,
        title: one.title,
        message: one.message,
        opened_at: one.opened_at.into(),
    };
    Ok(tickets.into_iter().map(ticket).collect())
}

/// With which words a ticket is closed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Closing {
    note: String,
}

/// Closes a ticket.
pub(super) async fn close(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(closing): Form<Closing>,
) -> Result<Redirect> {
    let note = within("note", &closing.note, 2_000)?;
    let mut tx = web.app.db.begin().await?;
    let by = visitor.user.signature();
    if !tickets::close(&mut tx, &id, &by, note, web.app.now()).await? {
        return Err(Error::NotFound("open ticket"));
    }
    let object = format!("ticket:{id}");
    audit::append(
        &web.app,
        &mut tx,
        &visitor.actor(),
        Action::TicketClosed,
        &object,
        &Value::Null,
    )
    .await?;
    tx.commit().await?;
    Ok(Redirect::to("/workers?done=closed"))
}

/// A form's text within a limit of characters.
fn within<'a>(field: &str, text: &'a str, limit: usize) -> Result<&'a str> {
    let text = text.trim();
    if text.contains('\0') {
        return Err(refused(field, "holds a NUL character"));
    }
    if text.chars().nth(limit).is_some() {
        return Err(refused(field, format!("holds over {limit} characters")));
    }
    Ok(text)
}

/// Devices that are bound to nobody, and what of theirs waits.
pub(super) async fn unbound(State(web): State<Web>) -> Result<UnboundPage> {
    let db = &web.app.db;
    let most = i64::try_from(UNBOUND + 1).unwrap_or(i64::MAX);
    let mut heard = observations::unbound(db, most).await?;
    let more = heard.len() > UNBOUND;
    heard.truncate(UNBOUND);
    let mut devices = Vec::with_capacity(heard.len());
    for one in heard {
        let spans = bindings::spans(db, &one.device).await?;
        devices.push(Unbound {
            sessions: sessions::outside(db, &one.device, &spans).await?,
            observations: observations::outside(db, &one.device, &spans).await?,
            was_bound: !spans.is_empty(),
            first_at: one.first_at.into(),
            last_at: one.last_at.into(),
            device: one.device,
        });
    }
    Ok(UnboundPage { devices, more })
}
