//! Puts what deliveries say where it belongs, all in one transaction: events, versions, merges,
//! erasures, files to fetch; and the deliveries are done with the same commit.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::connections::Connection;
use super::history::{self, Placed};
use super::resume::{self, Order};
use crate::app::App;
use crate::audit::{Action, Actor};
use crate::db::Tx;
use crate::error::Result;
use crate::screening::{erase, told};
use crate::store::deliveries::{self, Delivery, New, Outcome, State};
use crate::store::holds;
use crate::store::people::{self, Person, Who};
use crate::vendors::event::{Event, Kind};

/// A delivery, and what it says.
#[derive(Debug)]
pub struct Read {
    /// The delivery.
    pub delivery: Delivery,
    /// The connection it came over.
    pub connection: Arc<Connection>,
    /// What it says of candidates, completed as far as can be.
    pub events: Vec<Placed>,
    /// What the log says of it besides.
    pub said: Option<String>,
}

impl Read {
    /// The people it speaks of.
    fn people(&self) -> impl Iterator<Item = (Who, &Placed)> {
        let of = |placed: &'_ Placed| {
            let external_id = placed.event.external_id.clone()?;
            Some((self.connection.row.source.clone(), external_id))
        };
        let events = self
            .events
            .iter()
            .filter(|one| one.event.kind.is_of_candidate());
        events.filter_map(move |placed| Some((of(placed)?, placed)))
    }
}

/// Applies deliveries together and screens whomever they concern.
pub async fn apply(app: &App, read: &[Read]) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let kept = write(app, &mut tx, read).await?;
    tx.commit().await?;
    kept.screen(app).await;
    Ok(())
}

/// The same within a transaction; whom it concerns is still to be screened.
#[expect(
    clippy::too_many_lines,
    reason = "one pass over what was read, in one transaction"
)]
pub(super) async fn write(app: &App, tx: &mut Tx, read: &[Read]) -> Result<told::KeptTold> {
    let now = app.now();
    let mut whos: Vec<Who> = read
        .iter()
        .flat_map(Read::people)
        .map(|(who, _)| who)
        .collect();
    // Those whom others are folded into are locked too: what becomes of them concerns both.
    let targets = read
        .iter()
        .flat_map(Read::people)
        .filter_map(|((source, _), placed)| {
            let into = placed.event.merged_into.clone()?;
            Some((source, into))
        });
    let targets: Vec<Who> = targets.collect();
    let known = people::lock(tx, &[&whos[..], &targets].concat()).await?;
    let known: HashMap<Who, Person> = known
        .into_iter()
        .map(|one| ((one.source.clone(), one.external_id.clone()), one))
        .collect();
    let is_gone = |who: &Who| known.get(who).is_some_and(|one| one.erased_at.is_some());
    let mut events = Vec::new();
    let mut about = Vec::new();
    let mut vendors = BTreeMap::<Who, &'static str>::new();
    for one in read {
        for (who, placed) in one.people() {
            about.push((who.clone(), one.delivery.id.clone()));
            if !is_gone(&who) {
                vendors.insert(who.clone(), one.connection.vendor.name);
                events.push((who, placed, one.delivery.id.as_str()));
            }
        }
    }
    people::add(tx, &events).await?;
    people::concern(tx, &about).await?;
    let living: Vec<Who> = vendors.keys().cloned().collect();
    let mut of_person = BTreeMap::<Who, Vec<Placed>>::new();
    for (who, placed) in people::events(tx, &living).await? {
        of_person.entry(who).or_default().push(placed);
    }
    let (mut versions, mut standing, mut gone) = (Vec::new(), Vec::new(), Vec::new());
    for (who, events) in of_person {
        let history = history::of(&who.0, &who.1, vendors[&who], events);
        if history.erased {
            gone.push(who);
            continue;
        }
        let mut handles = history.handles;
        if let Some(id) = history.application_id {
            handles.insert(APPLICATION.to_owned(), id);
        }
        standing.push((who.clone(), history.merged_into, handles));
        if !history.versions.is_empty() {
            versions.push((who, history.versions));
        }
    }
    for (who, merged_into, handles) in &standing {
        people::keep(tx, who, merged_into.as_deref(), handles).await?;
        let into = merged_into
            .as_ref()
            .map(|into| (who.0.clone(), into.clone()));
        if into.is_some_and(|into| is_gone(&into)) {
            gone.push(who.clone());
        }
    }
    let erased = erase::people(app, tx, gone).await?;
    let held: Vec<Who> = erased.held.iter().map(|(who, _)| who.clone()).collect();
    holds::put_off(tx, &held, now).await?;
    // Of who is held nothing new is taken in either: the source took it back.
    let gone = &erased.people;
    // Of who was erased before, only the deliveries that have come since are to be forgotten.
    whos.retain(|who| is_gone(who));
    for who in &whos {
        people::erase(tx, who, now).await?;
    }
    versions.retain(|(who, _)| !gone.contains(who));
    let (orders, files) = files(app, read, &known, &[&gone[..], &whos[..]].concat());
    for (who, file, _) in &orders {
        people::read_resume(tx, who, file).await?;
    }
    let of_files = orders.into_iter().map(|(who, _, id)| (who, id));
    people::concern(tx, &of_files.collect::<Vec<_>>()).await?;
    deliveries::insert(tx, &files, now).await?;
    for one in read {
        let mut outcome = outcome(one, &is_gone);
        if one.people().any(|(who, _)| held.contains(&who)) {
            outcome.said = Some("a legal hold stands: erasing waits until it is lifted".to_owned());
        }
        deliveries::end(tx, &one.delivery.id, &outcome, now).await?;
    }
    let kept = told::keep(app, tx, versions).await?;
    for (who, merged_into, _) in &standing {
        people::point(tx, who, merged_into.as_deref()).await?;
    }
    if !erased.candidates.is_empty() {
        let source = Actor::system("hiring system");
        let detail = erased.detail();
        erased
            .log(app, tx, &source, Action::Erased, &detail)
            .await?;
    }
    Ok(kept)
}

/// The handle under which an application's id is kept.
pub const APPLICATION: &str = "application_id";

/// Whose file is ordered, what tells it from others, and by which delivery.
type Ordered = (Who, String, String);

/// Files to fetch that were not ordered before.
fn files(
    app: &App,
    read: &[Read],
    known: &HashMap<Who, Person>,
    gone: &[Who],
) -> (Vec<Ordered>, Vec<New>) {
    let (mut orders, mut files) = (Vec::new(), Vec::<New>::new());
    let mut ordered = std::collections::HashSet::new();
    for one in read {
        for (who, placed) in one.people() {
            let Some(file) = &placed.event.resume else {
                continue;
            };
            let identity = resume::identity(file);
            let read_before = known.get(&who).and_then(|person| person.resume.as_deref());
            let is_new =
                read_before != Some(&*identity) && ordered.insert((who.clone(), identity.clone()));
            if !is_new || gone.contains(&who) {
                continue;
            }
            let order = Order {
                external_id: who.1.clone(),
                file: file.clone(),
                at: placed.event.person_at.unwrap_or(placed.at).as_millisecond(),
            };
            let body = serde_json::to_vec(&order).expect("an order serializes");
            let id = app.new_id();
            orders.push((who, identity, id.clone()));
            files.push(New {
                incoming: false,
                channel: one.connection.row.id.clone(),
                kind: RESUME.to_owned(),
                subject: Some("the résumé's file".to_owned()),
                candidate_id: None,
                headers: "[]".to_owned(),
                body: app.vault.seal(&deliveries::place(&id), &body),
                size: body.len(),
                id,
            });
        }
    }
    (orders, files)
}

/// The kind of a delivery that fetches a résumé's file.
pub const RESUME: &str = "resume";

fn outcome(one: &Read, is_gone: &impl Fn(&Who) -> bool) -> Outcome {
    let mut kinds: Vec<Kind> = one.events.iter().map(|placed| placed.event.kind).collect();
    kinds.dedup();
    let counts = one.people().next().is_some();
    let late = one.people().all(|(who, _)| is_gone(&who));
    let note = || {
        one.events
            .iter()
            .find_map(|placed| placed.event.note.clone())
    };
    let said = match one.said.clone() {
        Some(said) => Some(said),
        None if counts && late => Some("about somebody who was erased".to_owned()),
        None if counts => None,
        None => note().or_else(|| missing_id(&one.events)),
    };
    Outcome {
        state: Some(if counts && !late {
            State::Done
        } else {
            State::Ignored
        }),
        subject: kinds.first().map(|kind| kind.word().to_owned()),
        said,
        ..Outcome::default()
    }
}

/// What to say of a delivery that names nobody.
fn missing_id(events: &[Placed]) -> Option<String> {
    let nameless = |event: &Event| event.kind.is_of_candidate() && event.external_id.is_none();
    let any = events.iter().any(|placed| nameless(&placed.event));
    any.then(|| "it names no candidate".to_owned())
}

/// Adds what was read off a résumé's file, and ends its delivery.
pub(super) async fn add_resume(
    app: &App,
    connection: &Connection,
    delivery: &Delivery,
    order: &Order,
    placed: Option<Placed>,
    said: String,
) -> Result<()> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let who = (connection.row.source.clone(), order.external_id.clone());
    let known = people::lock(&mut tx, std::slice::from_ref(&who)).await?;
    let mut versions = Vec::new();
    if let Some(placed) = placed.filter(|_| known.iter().any(|one| one.erased_at.is_none())) {
        people::add(&mut tx, &[(who.clone(), &placed, &delivery.id)]).await?;
        let events = people::events(&mut tx, std::slice::from_ref(&who)).await?;
        let events = events.into_iter().map(|(_, placed)| placed).collect();
        let history = history::of(&who.0, &who.1, connection.vendor.name, events);
        if !history.versions.is_empty() {
            versions.push((who, history.versions));
        }
    }
    let outcome = Outcome {
        state: Some(State::Done),
        said: Some(said),
        ..Outcome::default()
    };
    deliveries::end(&mut tx, &delivery.id, &outcome, now).await?;
    let kept = told::keep(app, &mut tx, versions).await?;
    tx.commit().await?;
    kept.screen(app).await;
    Ok(())
}

/// Forgets that a file was ordered: the next delivery that names it orders it again.
pub(super) async fn forget_resume(app: &App, connection: &Connection, order: &Order) -> Result<()> {
    let who = (connection.row.source.clone(), order.external_id.clone());
    let mut tx = app.db.begin().await?;
    people::read_resume(&mut tx, &who, "").await?;
    Ok(tx.commit().await?)
}
