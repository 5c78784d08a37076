//! Connections for people: the list, adding one, and the page that guides through it.

use std::collections::{BTreeMap, HashMap};

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use serde::Deserialize;

use super::Web;
use super::client::Reached;
use super::deliveries::{channels, last};
use super::pages::connection::{self, Entered, Test, Told};
use super::pages::connections::{ConnectionRow, EndpointRow, Health, Open, Reach};
use super::pages::{ChoosePage, ConnectionPage, ConnectionsPage, NewConnectionPage, endpoint};
use super::visitor::Visitor;
use crate::app::App;
use crate::error::{Error, Result};
use crate::hooks::connections::{self, Change, Connection, New};
use crate::net::Trouble;
use crate::outlets::endpoints::Kind;
use crate::outlets::message::Kind as Message;
use crate::store::{connections as store, endpoints, troubles};
use crate::vendors::api::Settings;
use crate::vendors::{self, Vendor};

const MISSING: Error = Error::NotFound("connection");
const NO_VENDOR: Error = Error::NotFound("vendor");

/// The fields of a form, by name.
pub(super) type Fields = Form<BTreeMap<String, String>>;

/// What is asked of a page of one connection or endpoint.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Question {
    /// What a form did, to be told on the page that follows it.
    pub(super) done: String,
    /// Since when a test is waited for, milliseconds.
    since: Option<i64>,
}

impl Question {
    /// What a form did, in a sentence.
    pub(super) fn told(&self) -> Option<&'static str> {
        Some(match self.done.as_str() {
            "added" => "It is added.",
            "changed" => "It is changed.",
            "rotated" => "The new secret is good from now on.",
            "enabled" => "It is switched on. What was held is being sent.",
            "removed" => "It is removed.",
            "again" => "It is done again in a moment. Load this page again to see what came of it.",
            _ => return None,
        })
    }
}

/// Every connection and every endpoint.
pub(super) async fn index(
    State(web): State<Web>,
    Query(question): Query<Question>,
) -> Result<ConnectionsPage> {
    let db = &web.app.db;
    let open = open(&web.app).await?;
    let open = |id: &str| open.get(id).copied().unwrap_or_default();
    let connection = |row: store::Row| {
        let vendor = vendors::by_name(&row.vendor);
        ConnectionRow {
            vendor: vendor.map_or_else(|| row.vendor.clone(), |one| one.title.to_owned()),
            path: format!("/hooks/{}/{}", row.vendor, row.id),
            health: Health::of(&row),
            open: open(&row.id),
            id: row.id,
            name: row.name,
        }
    };
    let to = |row: endpoints::Row| EndpointRow {
        kind: Kind::of_word(&row.kind).map_or("Of a kind unknown here", endpoint::kind_label),
        events: row.events.split(' ').filter_map(Message::of_word).collect(),
        reach: Reach::of(&row),
        open: open(&row.id),
        id: row.id,
        name: row.name,
    };
    Ok(ConnectionsPage {
        connections: store::all(db).await?.into_iter().map(connection).collect(),
        endpoints: endpoints::all(db).await?.into_iter().map(to).collect(),
        done: question.told(),
    })
}

/// Deliveries that did not come to their end, by channel.
pub(super) async fn open(app: &App) -> Result<HashMap<String, Open>> {
    let mut by_channel = HashMap::<String, Open>::new();
    for (channel, state, count) in troubles::counts(&app.db).await? {
        let open = by_channel.entry(channel).or_default();
        match state.as_str() {
            "held" => open.held = count,
            _ => open.dead = count,
        }
    }
    Ok(by_channel)
}

/// The vendors to choose from.
pub(super) async fn choose() -> ChoosePage {
    ChoosePage::of(vendors::ALL)
}

/// The form for a connection with a vendor.
pub(super) async fn new(Path(vendor): Path<String>) -> Result<NewConnectionPage> {
    Ok(NewConnectionPage {
        vendor: vendors::by_name(&vendor).ok_or(NO_VENDOR)?,
        entered: Entered::default(),
        refused: None,
    })
}

/// Adds a connection and leads to its page. A secret that was made is shown at once, so that it stands
/// in no address.
pub(super) async fn create(
    State(web): State<Web>,
    visitor: Visitor,
    reached: Reached,
    Path(vendor): Path<String>,
    Form(fields): Fields,
) -> Result<Response> {
    let vendor = vendors::by_name(&vendor).ok_or(NO_VENDOR)?;
    let entered = entered(&fields);
    let given = text(&fields, "secret").is_some();
    let new = New {
        vendor: vendor.name.to_owned(),
        name: entered.name.clone(),
        source: entered.source.clone(),
        secret: text(&fields, "secret"),
        api_url: Some(entered.api_url.clone()),
        api_key: text(&fields, "api_key"),
        settings: entered.settings.clone(),
        leaves: entered.leaves,
    };
    match connections::add(&web.app, &visitor.actor(), new).await {
        Ok(made) if given || made.secrets.is_empty() => {
            Ok(Redirect::to(&format!("/connections/{}?done=added", made.row.id)).into_response())
        }
        Ok(made) => {
            let told = Told {
                done: Some("It is added."),
                secret: made.secrets.first().cloned(),
                ..Told::default()
            };
            Ok(page(&web.app, &reached, made, None, told)
                .await?
                .into_response())
        }
        Err(error) => {
            let page = NewConnectionPage {
                vendor,
                entered,
                refused: Some(refusal(error)?),
            };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// One connection.
pub(super) async fn show(
    State(web): State<Web>,
    reached: Reached,
    Path(id): Path<String>,
    Query(question): Query<Question>,
) -> Result<ConnectionPage> {
    // Whoever looks whether it works sees what was refused a moment ago.
    connections::note_refused(&web.app).await?;
    let connection = connections::by_id(&web.app, &id).await?.ok_or(MISSING)?;
    let since = question.since.map(Timestamp::from_millisecond).transpose();
    let since = since.map_err(|_| Error::Malformed("that is no time".into()))?;
    let told = Told {
        done: question.told(),
        ..Told::default()
    };
    page(&web.app, &reached, connection, since, told).await
}

/// Changes a connection.
pub(super) async fn change(
    State(web): State<Web>,
    visitor: Visitor,
    reached: Reached,
    Path(id): Path<String>,
    Form(fields): Fields,
) -> Result<Response> {
    let connection = connections::by_id(&web.app, &id).await?.ok_or(MISSING)?;
    let entered = entered(&fields);
    let drop_key = fields.contains_key("drop_key");
    let can_leave = connection::leaves(connection.vendor).is_some();
    let changed = Change {
        name: Some(entered.name),
        api_url: Some(entered.api_url),
        api_key: if drop_key {
            Some(String::new())
        } else {
            text(&fields, "api_key")
        },
        settings: changed_settings(connection.vendor, entered.settings),
        leaves: can_leave.then_some(entered.leaves),
    };
    let changed = connections::change(&web.app, &visitor.actor(), &id, changed).await;
    after(&web, &reached, &id, changed.map(|_| None), "changed").await
}

/// Gives a connection a new secret.
pub(super) async fn rotate(
    State(web): State<Web>,
    visitor: Visitor,
    reached: Reached,
    Path(id): Path<String>,
    Form(fields): Fields,
) -> Result<Response> {
    let secret = text(&fields, "secret");
    let made_here = secret.is_none();
    let drop_old = fields.contains_key("drop_old");
    let by = visitor.actor();
    let rotated = connections::rotate(&web.app, &by, &id, secret, drop_old).await;
    let made = rotated.map(|mut one| made_here.then(|| one.secrets.swap_remove(0)));
    after(&web, &reached, &id, made, "rotated").await
}

/// What follows a form: the page anew, or with a secret that was made, or with why nothing was done.
async fn after(
    web: &Web,
    reached: &Reached,
    id: &str,
    made: Result<Option<String>>,
    done: &'static str,
) -> Result<Response> {
    let told = match made {
        Ok(None) => {
            return Ok(Redirect::to(&format!("/connections/{id}?done={done}")).into_response());
        }
        Ok(secret) => Told {
            secret,
            ..Told::default()
        },
        Err(error) => Told {
            refused: Some(refusal(error)?),
            ..Told::default()
        },
    };
    let status = if told.refused.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let connection = connections::by_id(&web.app, id).await?.ok_or(MISSING)?;
    let page = page(&web.app, reached, connection, None, told).await?;
    Ok((status, page).into_response())
}

/// Asks the vendor's API for nothing in particular, and says what came of it.
pub(super) async fn check(
    State(web): State<Web>,
    visitor: Visitor,
    reached: Reached,
    Path(id): Path<String>,
) -> Result<ConnectionPage> {
    let connection = connections::by_id(&web.app, &id).await?.ok_or(MISSING)?;
    let answer = connections::check(&web.app, &visitor.actor(), &connection).await?;
    let answer = answer.map_or_else(
        || "Nothing was asked: the key or the address of the API is missing.".to_owned(),
        checked,
    );
    let told = Told {
        answer: Some(answer),
        ..Told::default()
    };
    page(&web.app, &reached, connection, None, told).await
}

/// What an answer to a request to the API's own address says. Vendors differ in what they answer there.
fn checked(answer: Result<(), Trouble>) -> String {
    match answer {
        Ok(()) => "It answers, and takes the key.".to_owned(),
        Err(Trouble::Credentials(status)) => format!(
            "It answers, and does not take the key at its own address ({status}). Some APIs answer so there \
             to every key: it is certain only where the connection is said to fail."
        ),
        Err(Trouble::Missing(_) | Trouble::Unreadable(_) | Trouble::TooLarge(_)) => {
            "It answers. Whether it takes the key shows with the first delivery.".to_owned()
        }
        Err(Trouble::Status(status)) if status < 500 => format!(
            "It answers ({status}). Whether it takes the key shows with the first delivery."
        ),
        Err(trouble) => format!("It cannot be asked: {trouble}."),
    }
}

/// Takes a connection away.
pub(super) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Fields,
) -> Result<Redirect> {
    sure(&fields)?;
    connections::remove(&web.app, &visitor.actor(), &id).await?;
    Ok(Redirect::to("/connections?done=removed"))
}

/// Goes on only if whoever sent the form ticked that they are sure.
pub(super) fn sure(fields: &BTreeMap<String, String>) -> Result<()> {
    if fields.contains_key("sure") {
        return Ok(());
    }
    Err(Error::Malformed(
        "nothing was removed: tick that you are sure".into(),
    ))
}

/// Why a form was refused, for its page; any other error goes on.
pub(super) fn refusal(error: Error) -> Result<String> {
    match error {
        Error::Refused(refused) => Ok(match &refused.field {
            Some(field) => format!("{}: {}", field.replace('_', " "), refused.reason),
            None => refused.reason,
        }),
        other => Err(other),
    }
}

/// A field that was filled in.
pub(super) fn text(fields: &BTreeMap<String, String>, name: &str) -> Option<String> {
    let text = fields.get(name)?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn entered(fields: &BTreeMap<String, String>) -> Entered {
    let settings = fields.iter().filter_map(|(name, value)| {
        let name = name.strip_prefix("set.")?.to_owned();
        Some((name, value.trim().to_owned()))
    });
    Entered {
        has_key: false,
        name: text(fields, "name").unwrap_or_default(),
        source: text(fields, "source").unwrap_or_default(),
        api_url: text(fields, "api_url").unwrap_or_default(),
        settings: settings.collect(),
        leaves: fields.contains_key("leaves"),
    }
}

/// An empty field takes a setting away, but one that is never shown stays.
fn changed_settings(vendor: &Vendor, mut settings: Settings) -> Settings {
    for asked in connection::asked(vendor) {
        let empty = settings.get(asked.name).is_some_and(String::is_empty);
        if empty && asked.is_secret() {
            settings.remove(asked.name);
        }
    }
    settings
}

async fn page(
    app: &App,
    Reached(base): &Reached,
    connection: Connection,
    since: Option<Timestamp>,
    told: Told,
) -> Result<ConnectionPage> {
    let path = connection.path();
    let url = format!("{base}{path}");
    let channels = channels(app).await?;
    let open = open(app).await?.remove(&connection.row.id);
    let (row, vendor) = (connection.row, connection.vendor);
    Ok(ConnectionPage {
        vendor,
        steps: connection::steps(vendor, &url),
        url,
        is_whole: app.public_url.is_some(),
        secrets: connection.secrets.len(),
        created_at: row.created_at.into(),
        health: Health::of(&row),
        open: open.unwrap_or_default(),
        test: Test {
            since: since.unwrap_or_else(|| app.now()),
            asked: since.is_some(),
        },
        deliveries: last(app, &row.id, &channels).await?,
        told,
        entered: Entered {
            has_key: connection.api_key.is_some(),
            name: row.name,
            source: row.source,
            api_url: row.api_url.unwrap_or_default(),
            settings: row.settings.0,
            leaves: row.leaves,
        },
        id: row.id,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_of_the_api_is_told_for_what_it_says() {
        for (answer, told) in [
            (Ok(()), "It answers, and takes the key."),
            (Err(Trouble::Credentials(401)), "does not take the key"),
            (Err(Trouble::Missing(404)), "It answers. Whether"),
            (Err(Trouble::Status(400)), "It answers (400)."),
            (Err(Trouble::Status(500)), "It cannot be asked"),
            (
                Err(Trouble::Unreachable("refused".into())),
                "It cannot be asked: no answer: refused.",
            ),
        ] {
            let line = checked(answer);
            assert!(line.contains(told), "{line}");
        }
    }
}
