//! Rings for people: the list, one ring, and the forms that explain its links.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use axum::Form;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::{Redirect, Response};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Web;
use super::api::ring_links::Verb;
use super::api::rings::{MISSING, Order, page, sheet, step_of};
use super::pages::blind::{Mask, label};
use super::pages::rings::picture::{self, Person, Thing};
use super::pages::rings::{Age, Bridge, Explained, Member, Path as Way, RingRow, Shared, Tie};
use super::pages::{RingPage, RingsPage};
use super::visitor::Visitor;
use crate::audit;
use crate::candidate::CandidateId;
use crate::decisions::blind;
use crate::error::{Error, Result};
use crate::rings::change::Sets;
use crate::rings::graph::Graph;
use crate::rings::{Bond, Link};
use crate::screening::rings::{self, Tied, Whole};
use crate::store::links;

/// Rings on a page.
const PAGE: usize = 50;

/// Pairs named that would split a ring.
const BRIDGES: usize = 20;

/// Ways of writing one shared thing that are shown.
const WAYS: usize = 4;

/// Which part of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Part {
    order: Option<Order>,
    cursor: String,
}

/// The largest first, or the newest.
pub(super) async fn index(
    State(web): State<Web>,
    part: Result<Query<Part>, QueryRejection>,
) -> Result<RingsPage> {
    let Query(part) = part.map_err(|error| Error::Malformed(error.body_text()))?;
    let order = part.order.unwrap_or_default();
    let after = (!part.cursor.is_empty()).then_some(part.cursor.as_str());
    let (items, next) = page(&web, order, after, PAGE).await?;
    let row = |item: super::api::rings::RingItem| RingRow {
        bonds: item
            .kinds
            .iter()
            .filter_map(|kind| Bond::of_word(kind))
            .collect(),
        id: item.id,
        identities: item.identities,
        members: item.members,
        next_step: item.next_step,
        found_at: item.found_at,
        changed_at: item.changed_at,
    };
    Ok(RingsPage {
        all: links::count(&web.app.db).await?,
        rings: items.into_iter().map(row).collect(),
        newest: order == Order::Newest,
        next,
    })
}

/// Between whom the way is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Ends {
    from: Option<String>,
    to: Option<String>,
}

/// One ring.
pub(super) async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(ends): Query<Ends>,
) -> Result<RingPage> {
    let app = &web.app;
    let whole = rings::whole(app, &id).await?.ok_or(MISSING)?;
    audit::reads::ring(app, &visitor.actor(), Some(&visitor.sign_in), &id).await?;
    let ids: Vec<_> = whole.members.iter().map(|one| one.id.clone()).collect();
    let hidden = Hidden::of(&whole, blind::hidden(app, &visitor.user, &ids).await?);
    let now = app.now();
    let ends = ends.from.zip(ends.to);
    crate::app::compute(move || ring_page(&whole, &hidden, ends, now)).await
}

/// The links as a sheet.
pub(super) async fn csv(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response> {
    sheet(&web, &visitor.actor(), &id).await
}

type Fields = Result<Form<BTreeMap<String, String>>, FormRejection>;

/// Explains a link away.
pub(super) async fn explain(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Redirect> {
    perform(&web, &visitor, &id, fields, Verb::Explain).await
}

/// Takes an explanation back.
pub(super) async fn restore(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Redirect> {
    perform(&web, &visitor, &id, fields, Verb::Restore).await
}

async fn perform(
    web: &Web,
    visitor: &Visitor,
    id: &str,
    fields: Fields,
    verb: Verb,
) -> Result<Redirect> {
    let Form(mut fields) = fields.map_err(|error| Error::Malformed(error.body_text()))?;
    fields.insert("by".to_owned(), visitor.user.signature());
    let map: Map<String, Value> = fields
        .into_iter()
        .map(|(key, value)| (key, Value::String(value)))
        .collect();
    let now_in = verb.perform(web, &visitor.actor(), id, map).await?;
    // Where the ring went on under another id, that is where to look.
    let to = if now_in.iter().any(|ring| ring == id) || now_in.is_empty() {
        id
    } else {
        &now_in[0]
    };
    Ok(Redirect::to(&format!("/rings/{to}")))
}

/// Members whom blind review hides, and the words that would name them.
struct Hidden {
    ids: HashSet<CandidateId>,
    mask: Mask,
}

impl Hidden {
    fn of(whole: &Whole, ids: HashSet<CandidateId>) -> Self {
        let mut mask = Mask::default();
        let members = whole.members.iter().filter(|one| ids.contains(&one.id));
        for name in members.filter_map(|one| one.name.as_deref()) {
            mask.name(name);
        }
        Self { ids, mask }
    }

    /// Whether a link shows how somebody hidden calls themselves: their mailboxes, profiles and files.
    fn names(&self, bond: Bond, id: &CandidateId) -> bool {
        self.ids.contains(id) && matches!(bond, Bond::Email | Bond::Link | Bond::Author)
    }
}

fn ring_page(
    whole: &Whole,
    hidden: &Hidden,
    ends: Option<(String, String)>,
    now: Timestamp,
) -> RingPage {
    let counting = whole.counting();
    let graph = Graph::of(&counting);
    let tied_to = neighbours(&counting);
    let member = |one: &links::Shown| Member {
        id: one.id.clone(),
        name: (one.name.clone()).filter(|_| !hidden.ids.contains(&one.id)),
        source: one.source.clone(),
        external_id: if hidden.ids.contains(&one.id) {
            label(&one.id, one.name.as_deref(), &one.external_id)
        } else {
            one.external_id.clone()
        },
        next_step: one.next_step.as_deref().and_then(step_of),
        applied_at: one.applied_at.into(),
        age: Age::of(one.applied_at.into(), now),
        tied_to: tied_to.get(&one.id).copied().unwrap_or_default(),
    };
    let all: Vec<Member> = whole.members.iter().map(member).collect();
    let names: HashMap<&CandidateId, &str> =
        all.iter().map(|one| (&one.id, one.heading())).collect();
    let name = |id: &CandidateId| {
        names
            .get(id)
            .map_or_else(|| id.0.clone(), |name| (*name).to_owned())
    };
    let tie = |link: &Link| Tie {
        a: name(&link.a),
        b: name(&link.b),
        bond: link.bond,
        weight_db: link.weight_db,
    };
    let members: Vec<Member> = whole.inside().map(member).collect();
    let place: HashMap<&CandidateId, usize> = members
        .iter()
        .enumerate()
        .map(|(at, one)| (&one.id, at))
        .collect();
    let shared = shared(whole, hidden, &place);
    let same = counting.iter().filter(|link| link.bond == Bond::SamePerson);
    let same: Vec<(usize, usize)> = same
        .filter_map(|link| Some((*place.get(&link.a)?, *place.get(&link.b)?)))
        .collect();
    let path = ends.map(|(from, to)| {
        let (from, to) = (CandidateId(from), CandidateId(to));
        let found = graph.path(&from, &to).unwrap_or_default();
        Way {
            ties: along(&from, found.iter().map(|at| &counting[*at]), &tie),
            from: name(&from),
            to: name(&to),
        }
    });
    let people: Vec<Person> = members.iter().map(Member::drawn).collect();
    let things: Vec<Thing> = shared.iter().map(Shared::drawn).collect();
    let bridges = graph
        .bridges()
        .into_iter()
        .take(BRIDGES)
        .map(|bridge| Bridge {
            tie: tie(&counting[bridge.link]),
            small: bridge.small,
            large: bridge.large,
        });
    let kinds = whole.row.kinds.split_whitespace();
    RingPage {
        id: whole.row.id.clone(),
        identities: whole.row.identities,
        found_at: whole.row.found_at.into(),
        changed_at: whole.row.changed_at.into(),
        bonds: kinds.filter_map(Bond::of_word).collect(),
        weakest: graph.weakest().map(|at| tie(&counting[at])),
        bridges: bridges.collect(),
        path,
        explained: explained(whole, hidden, &name),
        picture: picture::draw(&people, &things, &same),
        shared,
        members,
    }
}

/// To how many others each is tied.
fn neighbours(links: &[Link]) -> HashMap<CandidateId, usize> {
    let mut others = HashMap::<&CandidateId, BTreeSet<&CandidateId>>::new();
    for link in links {
        others.entry(&link.a).or_default().insert(&link.b);
        others.entry(&link.b).or_default().insert(&link.a);
    }
    others
        .into_iter()
        .map(|(id, others)| (id.clone(), others.len()))
        .collect()
}

/// Links of a way in its direction, each beginning where the one before ends.
fn along<'a>(
    from: &CandidateId,
    links: impl Iterator<Item = &'a Link>,
    tie: &impl Fn(&Link) -> Tie,
) -> Vec<Tie> {
    let mut at = from;
    let mut ties = Vec::new();
    for link in links {
        let tie = tie(link);
        let ahead = link.a == *at;
        at = if ahead { &link.b } else { &link.a };
        ties.push(if ahead {
            tie
        } else {
            Tie {
                a: tie.b,
                b: tie.a,
                ..tie
            }
        });
    }
    ties
}

/// What members share: each key, and each set of texts that are like each other.
fn shared(whole: &Whole, hidden: &Hidden, place: &HashMap<&CandidateId, usize>) -> Vec<Shared> {
    let counting = || {
        let counts = |tied: &&Tied| tied.link.explained.is_none() && tied.bond != Bond::SamePerson;
        whole.links.iter().filter(counts)
    };
    let mut texts = Sets::new(place.len());
    for tied in counting().filter(|tied| tied.link.hash == 0) {
        if let (Some(a), Some(b)) = (place.get(&tied.link.a), place.get(&tied.link.b)) {
            texts.join(*a, *b);
        }
    }
    let mut found = BTreeMap::<(Bond, i64, usize), Shared>::new();
    let mut seen = BTreeMap::<(Bond, i64, usize), BTreeSet<usize>>::new();
    for tied in counting() {
        let link = &tied.link;
        let (Some(a), Some(b)) = (place.get(&link.a), place.get(&link.b)) else {
            continue;
        };
        let set = if link.hash == 0 { texts.of(*a) } else { 0 };
        let key = (tied.bond, link.hash, set);
        seen.entry(key).or_default().extend([*a, *b]);
        let since = Timestamp::from(link.found_at);
        let shared = found.entry(key).or_insert_with(|| Shared {
            bond: tied.bond,
            written: Vec::new(),
            people: Vec::new(),
            weight_db: link.weight_db,
            since,
        });
        shared.since = shared.since.min(since);
        shared.weight_db = shared.weight_db.max(link.weight_db);
        let ends = [&link.a, &link.b];
        if ends.iter().any(|id| hidden.names(tied.bond, id)) {
            continue;
        }
        for written in ends
            .into_iter()
            .filter_map(|id| whole.written(id, link.hash))
        {
            let value = hidden.mask.text(&written.value);
            if shared.written.len() < WAYS && !shared.written.contains(&value) {
                shared.written.push(value);
            }
        }
    }
    let mut all: Vec<Shared> = found
        .into_iter()
        .map(|(key, shared)| Shared {
            people: seen.remove(&key).unwrap_or_default().into_iter().collect(),
            ..shared
        })
        .collect();
    all.sort_by_key(|one| std::cmp::Reverse(one.people.len()));
    all
}

fn explained(
    whole: &Whole,
    hidden: &Hidden,
    name: &impl Fn(&CandidateId) -> String,
) -> Vec<Explained> {
    let explained = whole.links.iter().filter_map(|tied| {
        let link = &tied.link;
        Some(Explained {
            tie: Tie {
                a: name(&link.a),
                b: name(&link.b),
                bond: tied.bond,
                weight_db: link.weight_db,
            },
            a: link.a.clone(),
            b: link.b.clone(),
            reason: link.explained.clone()?,
            note: link.note.as_deref().map(|note| hidden.mask.text(note)),
            by: link.explained_by.clone().unwrap_or_default(),
            at: link.explained_at.unwrap_or(link.found_at).into(),
        })
    });
    explained.collect()
}
