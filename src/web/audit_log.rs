//! The audit log: its entries, and a check of the chain.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::Web;
use super::api::exports::time;
use super::pages::audit_log::{AuditPage, Typed};
use crate::app::App;
use crate::audit::chain::{self, Noted};
use crate::error::{Error, Result, refused};
use crate::store::audit_log::{self, Asked};

/// Entries on a page.
const PAGE: i64 = 50;

/// Entries, the latest first.
pub(super) async fn index(State(web): State<Web>, Query(typed): Query<Typed>) -> Result<Response> {
    match asked(&typed) {
        Ok((asked, before)) => Ok(page(&web.app, typed, &asked, before).await?.into_response()),
        Err(Error::Refused(why)) => {
            let page = AuditPage {
                wrong: Some(why.reason),
                asked: typed,
                ..AuditPage::default()
            };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error),
    }
}

fn asked(typed: &Typed) -> Result<(Asked, i64)> {
    let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    // An id alone is a candidate's, as it stands in addresses.
    let object = |object: String| {
        if object.contains(':') {
            object
        } else {
            format!("candidate:{object}")
        }
    };
    let before = match typed.before.as_str() {
        "" => i64::MAX,
        before => (before.parse()).map_err(|_| refused("before", "an entry's number is wanted"))?,
    };
    let asked = Asked {
        who: text(&typed.who),
        action: text(&typed.action),
        object: text(&typed.object).map(object),
        from: time("from", Some(&typed.from))?,
        to: time("to", Some(&typed.to))?,
    };
    Ok((asked, before))
}

async fn page(app: &App, typed: Typed, asked: &Asked, before: i64) -> Result<AuditPage> {
    let mut entries = match audit_log::latest(&app.db, asked, before, PAGE + 1).await {
        Err(sqlx::Error::ColumnDecode { .. }) => {
            let wrong = "an entry here cannot be read, since it was changed outside telltale; a check names the first";
            return Ok(AuditPage {
                wrong: Some(wrong.to_owned()),
                asked: typed,
                ..AuditPage::default()
            });
        }
        read => read?,
    };
    let more = entries.len() > usize::try_from(PAGE).unwrap_or_default();
    if more {
        entries.pop();
    }
    Ok(AuditPage {
        next: entries.last().filter(|_| more).map(|entry| entry.seq),
        asked: typed,
        entries,
        ..AuditPage::default()
    })
}

/// A head that was written down.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Head {
    head: String,
}

/// Checks the whole chain, and shows it above the latest entries.
pub(super) async fn check(State(web): State<Web>, Query(head): Query<Head>) -> Result<Response> {
    let noted = match head.head.trim() {
        "" => Ok(None),
        text => text.parse::<Noted>().map(Some),
    };
    let mut page = page(&web.app, Typed::default(), &Asked::default(), i64::MAX).await?;
    page.head = head.head;
    match noted {
        Ok(noted) => {
            page.verdict = Some(chain::verify_against(&web.app, noted.as_ref()).await?);
            Ok(page.into_response())
        }
        Err(why) => {
            page.wrong = Some(why.to_owned());
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}
