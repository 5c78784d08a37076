//! Lists: what is listed, and forms that change it.

use axum::Form;
use axum::extract::{Query, State};
use axum::response::Redirect;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::Web;
use super::pages::lists::{IndicatorRow, ListsPage};
use super::visitor::Visitor;
use crate::error::{Error, Result};
use crate::lists::agency::{self, NotChanged};
use crate::lists::value::Kind;
use crate::lists::{Purpose, import};
use crate::store::lists;

/// What a form did, to be told on the page that follows it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Question {
    done: String,
}

/// Every list.
pub(super) async fn index(
    State(web): State<Web>,
    Query(question): Query<Question>,
) -> Result<ListsPage> {
    let (db, now, today) = (&web.app.db, web.app.now(), web.app.today());
    let mut page = ListsPage {
        done: match question.done.as_str() {
            "added" => Some("It is added."),
            "removed" => Some("It is removed."),
            "unchanged" => Some("It stood there before."),
            _ => None,
        },
        ..ListsPage::default()
    };
    for list in lists::all(db).await? {
        match list.purpose {
            Purpose::Agency => page.agencies.push(list),
            Purpose::NotAgency => page.denied += list.rows,
            Purpose::Indicator => {
                let (expired, ends) = lists::expiry(db, &list, now).await?;
                let since = list.imported_at.to_zoned(TimeZone::UTC).date();
                page.indicators.push(IndicatorRow {
                    expired,
                    ends: ends.map(Into::into),
                    candidates: lists::matches(db, &list, now).await?,
                    age_days: (today - since).get_days(),
                    list,
                });
            }
        }
    }
    Ok(page)
}

/// A list that is to go.
#[derive(Debug, Deserialize)]
pub(super) struct Removal {
    list: String,
}

/// Takes a list of indicators away.
pub(super) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    Form(removal): Form<Removal>,
) -> Result<Redirect> {
    no_nul(&removal.list)?;
    let removed = import::remove(&web.app, &visitor.actor(), &removal.list).await?;
    removed.ok_or(Error::NotFound("list"))?;
    Ok(Redirect::to("/lists?done=removed"))
}

/// The form on agencies; an empty field is none.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Change {
    agency: String,
    phone: String,
    email: String,
    link: String,
    action: String,
}

/// Changes what is said of agencies.
pub(super) async fn agency(
    State(web): State<Web>,
    visitor: Visitor,
    Form(change): Form<Change>,
) -> Result<Redirect> {
    no_nul(&change.agency)?;
    let values = [
        (Kind::Phone, change.phone),
        (Kind::Email, change.email),
        (Kind::Link, change.link),
    ];
    let values = values
        .into_iter()
        .filter(|(_, text)| !text.trim().is_empty());
    let values: Vec<(Kind, String)> = values.collect();
    let (app, by) = (&web.app, visitor.actor());
    let (changed, word) = match change.action.as_str() {
        "add" => (
            agency::add(app, &by, &change.agency, &values).await,
            "added",
        ),
        "remove" => (
            agency::remove(app, &by, &change.agency, &values).await,
            "removed",
        ),
        "deny" => (agency::deny(app, &by, &values).await, "added"),
        "undeny" => (agency::undeny(app, &by, &values).await, "removed"),
        _ => return Err(Error::Malformed("the form says nothing to be done".into())),
    };
    let changed = changed.map_err(|error| match error {
        NotChanged::Refused(why) => Error::Malformed(why),
        NotChanged::Missing(why) => Error::Malformed(why.to_owned()),
        NotChanged::Failed(error) => error,
    })?;
    Ok(Redirect::to(match (changed.values, word) {
        (0, _) => "/lists?done=unchanged",
        (_, "added") => "/lists?done=added",
        _ => "/lists?done=removed",
    }))
}

/// Nothing kept holds one.
fn no_nul(text: &str) -> Result<()> {
    if text.contains('\0') {
        return Err(Error::Malformed("the form holds a NUL character".into()));
    }
    Ok(())
}
