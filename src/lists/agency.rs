//! Identifiers that are an agency's own, and those that are not though many of its candidates use them.
//!
//! A key that three candidates of one agency use is taken for the agency's by itself. Operators add
//! what is known before that, and take back what was learnt wrongly. The last word counts.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;

use super::value::{self, Kind};
use super::{List, Listing, Purpose, mark, name};
use crate::app::App;
use crate::audit::{self, Action, Actor};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::keys;
use crate::normalise::unicode;
use crate::store::lists;

/// The list of all that belongs to no agency.
const DENIED: &str = "not an agency's own";

/// Values on one command or form, at the most.
const MOST: usize = 1_000;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum NotChanged {
    /// A name or value is wrong.
    #[error("{0}")]
    Refused(String),
    /// There is no such agency, or it has no such identifier.
    #[error("{0}")]
    Missing(&'static str),
    /// It could not be kept.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<sqlx::Error> for NotChanged {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// What has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The agency as it is named in the list.
    pub name: String,
    /// Identifiers that were added or taken away; those that stood so before are not counted.
    pub values: usize,
    /// Candidates that are due for another screening.
    pub marked: u64,
}

/// Values by kind, as somebody wrote them.
pub type Values = [(Kind, String)];

/// Adds identifiers to an agency.
pub async fn add(
    app: &App,
    by: &Actor,
    agency: &str,
    values: &Values,
) -> Result<Changed, NotChanged> {
    let name = known_as(app, name(agency).map_err(NotChanged::Refused)?).await?;
    let keys = Keys::of(app, values)?;
    let list = list(app, Purpose::Agency, name, values.len());
    let mut tx = app.db.begin().await?;
    let added = keys.put(&mut tx, &list).await?;
    let undenied = keys.take_off(&mut tx, Purpose::NotAgency, None).await?;
    settle(app, &mut tx).await?;
    told(app, &mut tx, by, &list.name, "added", added).await?;
    tx.commit().await?;
    done(app, list.name, added, added + undenied > 0, &keys).await
}

/// Takes identifiers off an agency, or the agency as a whole where no values are given.
pub async fn remove(
    app: &App,
    by: &Actor,
    agency: &str,
    values: &Values,
) -> Result<Changed, NotChanged> {
    let name = known_as(app, name(agency).map_err(NotChanged::Refused)?).await?;
    let list = list(app, Purpose::Agency, name, 0);
    if values.is_empty() {
        let concerned = mark::users(&app.db, Purpose::Agency, &list.name).await?;
        let before = lists::all(&app.db).await?;
        let before = before.iter().find(|one| is(one, &list.name));
        let rows = before.map_or(0, |one| usize::try_from(one.rows).unwrap_or(0));
        let mut tx = app.db.begin().await?;
        if !lists::remove(&mut tx, Purpose::Agency, &list.name).await? {
            return Err(NotChanged::Missing("there is no such agency"));
        }
        let gone = u64::try_from(rows).unwrap_or(u64::MAX);
        told(app, &mut tx, by, &list.name, "removed", gone).await?;
        tx.commit().await?;
        app.lists.refresh(&app.db).await?;
        return Ok(Changed {
            name: list.name,
            values: rows,
            marked: mark::mark(&app.db, concerned).await?,
        });
    }
    let keys = Keys::of(app, values)?;
    let mut tx = app.db.begin().await?;
    let gone = keys
        .take_off(&mut tx, Purpose::Agency, Some(&list.name))
        .await?;
    if gone == 0 {
        return Err(NotChanged::Missing("the agency has no such identifier"));
    }
    settle(app, &mut tx).await?;
    told(app, &mut tx, by, &list.name, "taken off", gone).await?;
    tx.commit().await?;
    done(app, list.name, gone, true, &keys).await
}

/// Says that identifiers are no agency's own: what was learnt or listed of them counts no more.
pub async fn deny(app: &App, by: &Actor, values: &Values) -> Result<Changed, NotChanged> {
    let keys = Keys::of(app, values)?;
    let list = list(app, Purpose::NotAgency, DENIED.to_owned(), values.len());
    let mut tx = app.db.begin().await?;
    let added = keys.put(&mut tx, &list).await?;
    let unlisted = keys.take_off(&mut tx, Purpose::Agency, None).await?;
    settle(app, &mut tx).await?;
    told(app, &mut tx, by, &list.name, "added", added).await?;
    tx.commit().await?;
    done(app, list.name, added, added + unlisted > 0, &keys).await
}

/// Takes a denial back: what is learnt of these identifiers counts again.
pub async fn undeny(app: &App, by: &Actor, values: &Values) -> Result<Changed, NotChanged> {
    let keys = Keys::of(app, values)?;
    let mut tx = app.db.begin().await?;
    let gone = keys.take_off(&mut tx, Purpose::NotAgency, None).await?;
    if gone == 0 {
        return Err(NotChanged::Missing("nothing was said of this identifier"));
    }
    settle(app, &mut tx).await?;
    told(app, &mut tx, by, DENIED, "taken off", gone).await?;
    tx.commit().await?;
    done(app, DENIED.to_owned(), gone, true, &keys).await
}

async fn told(
    app: &App,
    tx: &mut Tx,
    by: &Actor,
    list: &str,
    what: &str,
    identifiers: u64,
) -> Result<()> {
    let object = format!("list:{list}");
    let detail = json!({"what": what, "identifiers": identifiers});
    audit::append(app, tx, by, Action::ListChanged, &object, &detail).await
}

fn is(list: &List, name: &str) -> bool {
    list.purpose == Purpose::Agency && list.name == name
}

/// The name under which an agency is known already, however it is written now.
async fn known_as(app: &App, name: String) -> Result<String> {
    let key = unicode::key(&name);
    let all = lists::all(&app.db).await?;
    let known = all
        .into_iter()
        .find(|list| list.purpose == Purpose::Agency && unicode::key(&list.name) == key);
    Ok(known.map_or(name, |list| list.name))
}

/// Identifiers as they are kept.
struct Keys {
    /// One to an identifier.
    own: Vec<Listing>,
    /// The same as a referee's.
    referees: Vec<Listing>,
}

impl Keys {
    /// The keys of values; each wrong one is told, and then nothing is changed.
    fn of(app: &App, values: &Values) -> Result<Self, NotChanged> {
        if values.is_empty() {
            let why = "a phone number, a mail address or a link is needed";
            return Err(NotChanged::Refused(why.into()));
        }
        if values.len() > MOST {
            let why = format!("more than {MOST} identifiers at once");
            return Err(NotChanged::Refused(why));
        }
        let settings = app.settings();
        let mut all = Vec::with_capacity(2 * values.len());
        for (kind, written) in values {
            let normal = value::normal(*kind, written, &settings).map_err(|why| {
                let written = super::cut(written);
                NotChanged::Refused(format!("\"{written}\": {why}"))
            })?;
            all.extend(normal.hashes(&app.hash).map(|(kind, hash)| Listing {
                hash,
                kind,
                label: Arc::default(),
                confidence: None,
                confirmed: true,
                seen_at: None,
                expires_at: None,
            }));
        }
        all.sort_unstable_by_key(|one| one.hash);
        all.dedup_by_key(|one| one.hash);
        let is_own = |one: &Listing| one.kind != keys::Kind::Referee;
        let (own, referees) = all.into_iter().partition(is_own);
        Ok(Self { own, referees })
    }

    /// Puts them on a list, made if it is not there, and says how many are new.
    async fn put(&self, tx: &mut Tx, list: &List) -> Result<u64> {
        lists::put(tx, list).await?;
        lists::add(tx, list, &self.referees).await?;
        Ok(lists::add(tx, list, &self.own).await?)
    }

    /// Takes them off lists, and says how many stood there.
    async fn take_off(&self, tx: &mut Tx, purpose: Purpose, list: Option<&str>) -> Result<u64> {
        let hashes = |of: &[Listing]| -> Vec<i64> { of.iter().map(|one| one.hash).collect() };
        lists::take_off(tx, purpose, list, &hashes(&self.referees)).await?;
        Ok(lists::take_off(tx, purpose, list, &hashes(&self.own)).await?)
    }
}

fn list(app: &App, purpose: Purpose, name: String, rows: usize) -> List {
    List {
        purpose,
        name,
        source: "the operator".to_owned(),
        // Another one for each change, so that who holds the lists in memory notices.
        digest: app.new_id(),
        rows: i64::try_from(rows).unwrap_or(i64::MAX),
        imported_at: app.now(),
    }
}

/// Counts what agencies have now.
async fn settle(app: &App, tx: &mut Tx) -> Result<()> {
    for purpose in [Purpose::Agency, Purpose::NotAgency] {
        lists::recount(tx, purpose, &app.new_id(), app.now()).await?;
    }
    Ok(())
}

/// Puts a change in force and marks who uses the identifiers.
async fn done(
    app: &App,
    name: String,
    values: u64,
    changed: bool,
    keys: &Keys,
) -> Result<Changed, NotChanged> {
    app.lists.refresh(&app.db).await?;
    let concerned = if changed {
        let all = keys.own.iter().chain(&keys.referees);
        let hashes: Vec<i64> = all.map(|one| one.hash).collect();
        mark::users_of(&app.db, &hashes).await?
    } else {
        BTreeSet::new()
    };
    Ok(Changed {
        name,
        values: usize::try_from(values).unwrap_or(usize::MAX),
        marked: mark::mark(&app.db, concerned).await?,
    })
}
