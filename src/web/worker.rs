//! One worker for people: its page, and the forms on it.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::json;

use super::Web;
use super::connections::{Fields, refusal};
use super::pages::WorkerPage;
use super::pages::connection::Told;
use super::pages::worker::chart::{self, Plot};
use super::pages::worker::observed::Observed;
use super::pages::worker::physics::Physics;
use super::pages::worker::{self as pages, Device, GROUPS, KindCard, SESSIONS, SeriesChart};
use super::pages::workers::{State as Standing, worker_path};
use super::visitor::Visitor;
use super::workers::{heard, heard_within, shown as shown_tickets, who};
use crate::app::{App, compute};
use crate::audit::{self, Action};
use crate::error::{Error, Result};
use crate::latency::{self, series::Series};
use crate::onboarding::{self, New, Said};
use crate::screening::{self, Screening};
use crate::store::bindings::{self, Binding};
use crate::store::workers::Worker;
use crate::store::{screenings, tickets, workers};
use crate::telemetry::{self, DeviceId, Kind, Record, alarms};

const MISSING: Error = Error::NotFound("worker");

/// Screenings in which the first finding on a timing is looked for.
const PAST: i64 = 100;

/// What a form did, to be told on the page that follows it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Question {
    done: String,
}

/// One worker.
pub(super) async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(question): Query<Question>,
) -> Result<WorkerPage> {
    let done = match question.done.as_str() {
        "bound" => Some("It is bound. What the devices said since then is judged in a moment."),
        "unchanged" => Some("The same stood there before; nothing was changed."),
        "returned" => Some(
            "The device is returned. What it says from then on is nobody’s until it is handed out again.",
        ),
        "moved" => Some("The move is confirmed. What is usual is learnt anew from now on."),
        _ => None,
    };
    page(
        &web.app,
        &visitor,
        &id,
        Told {
            done,
            ..Told::default()
        },
    )
    .await
}

async fn page(app: &App, visitor: &Visitor, id: &str, told: Told) -> Result<WorkerPage> {
    let (worker, head) = onboarding::worker(app, id).await?.ok_or(MISSING)?;
    audit::reads::candidate(app, &visitor.actor(), Some(&visitor.sign_in), &head.id).await?;
    let who = who(app, &visitor.user, std::slice::from_ref(&head.id)).await?;
    let record = telemetry::record_of(app, &worker).await?;
    let spans = bindings::of_worker(&app.db, id).await?;
    let past = screenings::of(&app.db, &worker.candidate_id, PAST).await?;
    let past: Vec<Screening> = past.into_iter().map(Into::into).collect();
    let spoke = heard(app, spans.iter()).await?;
    let tickets = tickets::of(&app.db, &worker.candidate_id).await?;
    let found = past
        .first()
        .map_or(&[][..], |latest| &latest.judgement.findings);
    let findings = found
        .iter()
        .filter(|finding| GROUPS.contains(&&*finding.group));
    let findings = findings.cloned().collect();
    let (alarms, today) = (Alarms::of(&past), app.today());
    let drawn = move || {
        let kinds = kinds(&worker, &record, &alarms, today);
        let gauge = worker.gauge.as_ref();
        let probes = gauge.map_or(&[][..], |gauge| &gauge.0.latency.probes);
        (Physics::of(probes, &record.sessions), kinds, worker, record)
    };
    let (physics, kinds, worker, record) = compute(drawn).await?;
    Ok(WorkerPage {
        who: who.into_values().next().unwrap_or_default(),
        screened: past.first().map(|latest| {
            (
                latest.judgement.next_step,
                latest.judgement.score_db,
                latest.screened_at,
            )
        }),
        findings,
        judged_at: Some(worker.gauged_at.into()).filter(|_| worker.gauge.is_some()),
        learns_from: worker.baseline_from.map(Into::into),
        start_date: worker.start_date,
        worker_id: worker.worker_id,
        tickets: shown_tickets(app, &visitor.user, tickets).await?,
        kinds,
        physics,
        devices: spans
            .iter()
            .map(|span| device(span, heard_within(&spoke, span)))
            .collect(),
        observed: Observed::of(&record.observations),
        all_sessions: record.sessions.len(),
        sessions: record.sessions.into_iter().rev().take(SESSIONS).collect(),
        kept_days: kept_days(app),
        today,
        told,
    })
}

/// Days after which raw timings are forgotten.
pub(super) fn kept_days(app: &App) -> i64 {
    app.timings_kept.as_hours() / 24
}

fn device(span: &Binding, heard_at: Option<Timestamp>) -> Device {
    Device {
        device: span.device.clone(),
        from: span.from(),
        until: span.until(),
        heard_at,
    }
}

/// Kinds of timings in which something was found.
struct Alarms {
    /// On which days that began, the earliest first.
    began: Vec<(Kind, Date)>,
    /// Those in which it is found now.
    now: Vec<Kind>,
}

impl Alarms {
    /// Of screenings, the latest first.
    fn of(past: &[Screening]) -> Self {
        let (mut began, mut now) = (Vec::new(), Vec::new());
        for screening in past.iter().rev() {
            let before = std::mem::replace(&mut now, alarms(&screening.judgement.findings));
            let day = screening.screened_at.to_zoned(TimeZone::UTC).date();
            let new = now.iter().filter(|kind| !before.contains(*kind));
            began.extend(new.map(|kind| (*kind, day)));
        }
        Self { began, now }
    }

    fn days_of(&self, kind: Kind) -> Vec<Date> {
        let of_kind = self.began.iter().filter(|(one, _)| *one == kind);
        let mut days: Vec<Date> = of_kind.map(|(_, day)| *day).collect();
        days.dedup();
        days
    }
}

/// Timings of every kind that there are any of.
fn kinds(worker: &Worker, record: &Record, found: &Alarms, today: Date) -> Vec<KindCard> {
    let gauge = worker.gauge.as_ref().map(|gauge| &gauge.0.latency);
    let all = latency::series(record);
    let card = |kind: Kind| {
        let of_kind = gauge.and_then(|gauge| gauge.kinds.iter().find(|one| one.kind == kind));
        let dates = found.days_of(kind);
        let chart = |(n, series): (usize, &Series)| {
            let baseline = match &series.probe {
                Some(probe) => {
                    let probes = gauge.map_or(&[][..], |gauge| &gauge.probes);
                    let probe = probes.iter().find(|one| one.probe.name == *probe);
                    probe.and_then(|probe| probe.track.baseline)
                }
                None => of_kind.and_then(|one| one.track.baseline),
            };
            let chart = chart::draw(&Plot {
                days: &series.days,
                baseline: baseline.map(|one| (one.median_ms, one.sigma_ms)),
                alarms: &dates,
                today,
            })?;
            Some(SeriesChart {
                id: format!("{}-{n}", kind.word()),
                probe: series.probe.clone(),
                chart,
                days: series.days.clone(),
            })
        };
        let charts: Vec<SeriesChart> = all
            .iter()
            .filter(|one| one.kind == kind)
            .enumerate()
            .filter_map(chart)
            .collect();
        let is_known = of_kind.is_some() || !charts.is_empty();
        is_known.then(|| KindCard {
            kind,
            state: of_kind.map(|one| Standing::of(one.track.state, found.now.contains(&kind))),
            lines: of_kind.map(pages::lines).unwrap_or_default(),
            charts,
        })
    };
    Kind::ALL.into_iter().filter_map(card).collect()
}

/// When a device came back.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Return {
    device: String,
    returned_on: String,
}

/// Takes a device back.
pub(super) async fn give_back(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(back): Form<Return>,
) -> Result<Response> {
    let app = &web.app;
    let (_, head) = onboarding::worker(app, &id).await?.ok_or(MISSING)?;
    let device = DeviceId::of(&back.device).ok_or(Error::NotFound("device"))?;
    let returned_at = match returned_at(&back.returned_on, app.now()) {
        Ok(at) => at,
        Err(why) => return refuse(app, &visitor, &id, why.to_owned()).await,
    };
    let new = New {
        source: head.source,
        external_id: head.external_id,
        worker_id: id.clone(),
        said: Said {
            returned: vec![device],
            returned_at,
            ..Said::default()
        },
        ..New::default()
    };
    match onboarding::bind(app, &visitor.actor(), &new).await {
        Ok(_) => {
            screening::screen(app, &[head.id]).await?;
            Ok(Redirect::to(&format!("{}?done=returned", worker_path(&id))).into_response())
        }
        Err(error) => refuse(app, &visitor, &id, refusal(error)?).await,
    }
}

/// The page with what is wrong with its form.
async fn refuse(app: &App, visitor: &Visitor, id: &str, why: String) -> Result<Response> {
    let told = Told {
        refused: Some(why),
        ..Told::default()
    };
    let page = page(app, visitor, id, told).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// The end of a day, as nobody knows the hour; today it is now, and so where no day is given.
fn returned_at(written: &str, now: Timestamp) -> Result<Option<Timestamp>, &'static str> {
    if written.trim().is_empty() {
        return Ok(None);
    }
    let day = written.trim().parse::<Date>().ok();
    let end = day
        .and_then(|day| day.to_zoned(TimeZone::UTC).ok())
        .map(|begin| {
            begin
                .timestamp()
                .saturating_add(SignedDuration::from_hours(24))
                .unwrap_or(now)
        });
    match end {
        Some(end) if end <= now => Ok(Some(end)),
        Some(end) if end.duration_since(now) <= SignedDuration::from_hours(24) => Ok(None),
        Some(_) => Err("a device cannot have come back in the future"),
        None => Err("the day of return is no date such as 2026-04-01"),
    }
}

/// Lets what is usual be learnt anew: somebody confirmed a move.
pub(super) async fn moved(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Fields,
) -> Result<Redirect> {
    if fields.get("sure").map(String::as_str) != Some("true") {
        return Err(Error::Malformed(
            "nothing was changed: tick that the move is confirmed".into(),
        ));
    }
    let worker = workers::by_id(&web.app.db, &id).await?.ok_or(MISSING)?;
    let mut tx = web.app.db.begin().await?;
    if !workers::moved(&mut tx, &id, web.app.now()).await? {
        return Err(MISSING);
    }
    let (by, object) = (visitor.actor(), audit::candidate(&worker.candidate_id));
    let detail = json!({"what": "moved"});
    audit::append(
        &web.app,
        &mut tx,
        &by,
        Action::WorkerChanged,
        &object,
        &detail,
    )
    .await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("{}?done=moved", worker_path(&id))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_came_back_at_the_end_of_its_day() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let now = at("2026-06-01T12:00:00Z");
        for (written, expected) in [
            ("", Some(None)),
            ("2026-06-01", Some(None)),
            ("2026-05-31", Some(Some(at("2026-06-01T00:00:00Z")))),
            ("2026-06-02", None),
            ("soon", None),
        ] {
            assert_eq!(returned_at(written, now).ok(), expected, "{written}");
        }
    }
}
