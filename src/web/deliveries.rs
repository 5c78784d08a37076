//! The log of deliveries for people.

use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Redirect;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::Web;
use super::connections::Question;
use super::pages::deliveries::{Body, Channel, DeliveryRow, masked_headers};
use super::pages::{DeliveriesPage, DeliveryPage, mask};
use super::visitor::Visitor;
use crate::app::App;
use crate::audit::{self, Action};
use crate::candidate::CandidateId;
use crate::error::{Error, Result};
use crate::outlets::announce::LEAVE;
use crate::outlets::notes;
use crate::store::deliveries::{self, Delivery, Filter, State as Stands};
use crate::store::{connections, endpoints};
use crate::vendors::Delivered;

/// Deliveries on a page.
const PAGE: usize = 50;

/// Deliveries on the page of a connection or an endpoint.
const LAST: usize = 10;

const MISSING: Error = Error::NotFound("delivery");

/// The filter form's fields; an empty one means "any".
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    channel: String,
    way: String,
    state: String,
    candidate: String,
    before: String,
}

impl Asked {
    fn filter(&self) -> Result<Filter> {
        let given = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        let incoming = match self.way.as_str() {
            "" => None,
            "received" => Some(true),
            "sent" => Some(false),
            _ => return Err(Error::Malformed("There is no way of that name.".into())),
        };
        let state = match self.state.as_str() {
            "" => None,
            word => Some(
                Stands::of_word(word)
                    .ok_or_else(|| Error::Malformed("There is no state of that name.".into()))?,
            ),
        };
        Ok(Filter {
            channel: given(&self.channel),
            incoming,
            state,
            candidate_id: given(&self.candidate).map(CandidateId),
        })
    }
}

/// The latest first.
pub(super) async fn index(
    State(web): State<Web>,
    Query(asked): Query<Asked>,
) -> Result<DeliveriesPage> {
    let filter = asked.filter()?;
    let before = (!asked.before.is_empty()).then_some(asked.before.as_str());
    let mut found = deliveries::list(&web.app.db, &filter, before, PAGE + 1).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let channels = channels(&web.app).await?;
    Ok(DeliveriesPage {
        next: found.last().filter(|_| more).map(|last| last.id.clone()),
        continued: before.is_some(),
        deliveries: rows(found, &channels),
        channels,
        filter,
    })
}

/// One delivery, with everything personal in it masked.
pub(super) async fn show(
    State(web): State<Web>,
    Path(id): Path<String>,
    Query(question): Query<Question>,
) -> Result<DeliveryPage> {
    let delivery = deliveries::by_id(&web.app.db, &id).await?.ok_or(MISSING)?;
    let channels = channels(&web.app).await?;
    Ok(DeliveryPage {
        headers: masked_headers(&delivery.headers),
        size: delivery.size,
        body: body(&web.app, &delivery),
        done_at: delivery.done_at.map(Into::into),
        done: question.told(),
        row: DeliveryRow::of(delivery, &channels),
    })
}

/// Makes a delivery due again.
pub(super) async fn again(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Redirect> {
    let delivery = deliveries::by_id(&web.app.db, &id).await?.ok_or(MISSING)?;
    let channels = channels(&web.app).await?;
    match channels.iter().find(|one| one.id == delivery.channel) {
        None => {
            return Err(Error::Conflict(
                "the connection or endpoint of this delivery was removed",
            ));
        }
        Some(one) if one.is_off => {
            return Err(Error::Conflict(
                "the endpoint of this delivery is switched off",
            ));
        }
        Some(_) => {}
    }
    if delivery.kind == LEAVE {
        notes::again(&web.app, &delivery).await?;
    }
    let mut tx = web.app.db.begin().await?;
    if !deliveries::again(&mut tx, &id, web.app.now()).await? {
        return Err(Error::Conflict(
            "this delivery cannot be done again: its body is no longer kept",
        ));
    }
    let (by, object) = (visitor.actor(), format!("delivery:{id}"));
    let action = Action::DeliveredAgain;
    audit::append(&web.app, &mut tx, &by, action, &object, &Value::Null).await?;
    tx.commit().await?;
    web.inbox.bell.notify_one();
    // The id is one that is there: letters, digits and hyphens.
    Ok(Redirect::to(&format!("/deliveries/{id}?done=again")))
}

/// A body as it may be shown.
fn body(app: &App, delivery: &Delivery) -> Body {
    let Some(sealed) = delivery.body.as_deref() else {
        return Body::Forgotten;
    };
    let place = deliveries::place(&delivery.id);
    let Ok(bytes) = app.vault.open(&place, sealed) else {
        return Body::Unopenable;
    };
    let delivered = Delivered {
        method: "POST",
        query: "",
        headers: &HeaderMap::new(),
        body: &bytes,
    };
    match delivered.json() {
        Ok(json) => {
            let (text, left_out) = mask::json(&json);
            Body::Json(text, left_out)
        }
        Err(_) => Body::Other(crate::secret::hex(&Sha256::digest(&bytes))),
    }
}

/// The last deliveries of a channel.
pub(super) async fn last(
    app: &App,
    channel: &str,
    channels: &[Channel],
) -> Result<Vec<DeliveryRow>> {
    let filter = Filter {
        channel: Some(channel.to_owned()),
        ..Filter::default()
    };
    let found = deliveries::list(&app.db, &filter, None, LAST).await?;
    Ok(rows(found, channels))
}

fn rows(found: Vec<Delivery>, channels: &[Channel]) -> Vec<DeliveryRow> {
    let row = |one| DeliveryRow::of(one, channels);
    found.into_iter().map(row).collect()
}

/// Every connection and endpoint there is.
pub(super) async fn channels(app: &App) -> Result<Vec<Channel>> {
    let connections = connections::all(&app.db).await?.into_iter();
    let endpoints = endpoints::all(&app.db).await?.into_iter();
    let connections = connections.map(|row| Channel {
        id: row.id,
        name: row.name,
        is_connection: true,
        is_off: false,
    });
    let endpoints = endpoints.map(|row| Channel {
        is_off: row.disabled_at.is_some(),
        id: row.id,
        name: row.name,
        is_connection: false,
    });
    Ok(connections.chain(endpoints).collect())
}
