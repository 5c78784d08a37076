//! Lists: what is listed, and forms that change it.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::Redirect;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::Web;
use super::pages::lists::{IndicatorRow, ListsPage};
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
    headers: HeaderMap,
    Form(removal): Form<Removal>,
) -> Result<Redirect> {
    from_here(&headers)?;
    no_nul(&removal.list)?;
    let removed = import::remove(&web.app, &removal.list).await?;
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
    headers: HeaderMap,
    Form(change): Form<Change>,
) -> Result<Redirect> {
    from_here(&headers)?;
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
    let app = &web.app;
    let (changed, word) = match change.action.as_str() {
        "add" => (agency::add(app, &change.agency, &values).await, "added"),
        "remove" => (
            agency::remove(app, &change.agency, &values).await,
            "removed",
        ),
        "deny" => (agency::deny(app, &values).await, "added"),
        "undeny" => (agency::undeny(app, &values).await, "removed"),
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

/// Refuses forms that another site had a visitor's browser send.
fn from_here(headers: &HeaderMap) -> Result<()> {
    let text = |name| {
        headers
            .get(name)
            .map(|value: &axum::http::HeaderValue| value.to_str())
    };
    let same = match (
        text(header::HeaderName::from_static("sec-fetch-site")),
        text(header::ORIGIN),
    ) {
        // Browsers say it themselves, and no page can have them say otherwise.
        (Some(site), _) => matches!(site, Ok("same-origin" | "none")),
        (None, Some(origin)) => {
            let host = text(header::HOST).and_then(std::result::Result::ok);
            let origin = origin
                .ok()
                .and_then(|origin| Some(origin.split_once("://")?.1));
            origin.is_some() && origin == host
        }
        // No browser.
        (None, None) => true,
    };
    if same {
        Ok(())
    } else {
        Err(Error::Malformed(
            "this form was sent by another site".into(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_other_sites_are_refused() {
        for (sent, taken) in [
            (vec![], true),
            (
                vec![("sec-fetch-site", "same-origin"), ("origin", "null")],
                true,
            ),
            (vec![("sec-fetch-site", "cross-site")], false),
            (vec![("sec-fetch-site", "same-site")], false),
            (
                vec![
                    ("origin", "http://localhost:8080"),
                    ("host", "localhost:8080"),
                ],
                true,
            ),
            (
                vec![
                    ("origin", "https://other.example"),
                    ("host", "localhost:8080"),
                ],
                false,
            ),
            (vec![("origin", "null"), ("host", "localhost:8080")], false),
        ] {
            let headers: HeaderMap = (sent.iter())
                .map(|(name, value)| {
                    (
                        name.parse::<header::HeaderName>().unwrap(),
                        value.parse().unwrap(),
                    )
                })
                .collect();
            assert_eq!(from_here(&headers).is_ok(), taken, "{sent:?}");
        }
    }
}
