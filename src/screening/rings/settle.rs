//! Changes links, and brings the rings at their ends in order.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::known::{Known, key};
use crate::app::App;
use crate::candidate::CandidateId;
use crate::db::{Millis, Result, Tx};
use crate::rings::change::{Node, Part, Sets, parts};
use crate::rings::graph::Graph;
use crate::rings::{Bond, Link};
use crate::signals::{Burst, Ring};
use crate::store::candidates;
use crate::store::links::{self, Member, RingRow, Stored};

/// Up to so many members, all are told of every change; of a larger ring when its size has doubled or
/// halved, and in between only those next to the change: so each is told a bounded number of times.
const TELL_ALL_TO: usize = 16;

/// Other members that a ring names.
const NAMED: usize = 20;

/// Links that come and go.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub inserted: Vec<Stored>,
    pub removed: Vec<Stored>,
}

/// Rings as they are after the change.
pub(super) struct Settled {
    members: BTreeMap<CandidateId, Member>,
    links: Vec<(Stored, Bond)>,
    of_member: HashMap<CandidateId, usize>,
    rings: Vec<Option<RingRow>>,
    /// Links and members of each ring, by place.
    within: Vec<(Vec<usize>, Vec<CandidateId>)>,
}

/// Writes the change, and marks those whose ring it changes, but none of `fresh`, who are being
/// screened. `prefer` is the id that a new ring gets.
pub(super) async fn settle(
    app: &App,
    tx: &mut Tx,
    mut known: Known,
    changes: Changes,
    fresh: &BTreeSet<&CandidateId>,
    prefer: Option<&str>,
) -> Result<Settled> {
    for link in &changes.removed {
        if let Some(key) = key(link) {
            known.links.remove(&key);
        }
    }
    for link in &changes.inserted {
        if let Some(key) = key(link) {
            known.links.insert(key, link.clone());
        }
    }
    let plan = Plan::of(app, &known, &changes, prefer);
    links::remove(tx, &changes.removed).await?;
    links::remove(tx, &plan.alone).await?;
    links::insert(tx, &changes.inserted).await?;
    let (mut moved, mut marked) = (plan.moved, plan.marked);
    // Members of rings that were not read: they move along, or are told.
    for (ring, to) in &plan.swallowed {
        for member in links::members_of(tx, std::slice::from_ref(ring)).await? {
            if let Some(to) = to {
                moved
                    .entry(Some(to.clone()))
                    .or_default()
                    .insert(member.id.clone());
            }
            marked.insert(member.id);
        }
    }
    marked.retain(|id| !fresh.contains(id));
    let rows: BTreeSet<CandidateId> = moved.values().flatten().chain(&marked).cloned().collect();
    candidates::lock(tx, &rows).await?;
    for (ring, members) in &moved {
        let members: Vec<_> = members.iter().cloned().collect();
        links::put(tx, &members, ring.as_deref()).await?;
    }
    candidates::mark(tx, &marked.into_iter().collect::<Vec<_>>()).await?;
    links::keep_rings(tx, &plan.kept).await?;
    Ok(Settled::of(known, plan.of_member, plan.rings))
}

/// What is to be written.
struct Plan {
    moved: BTreeMap<Option<String>, BTreeSet<CandidateId>>,
    marked: BTreeSet<CandidateId>,
    /// Rings that were not read whose members are to be told, and where they move.
    swallowed: Vec<(String, Option<String>)>,
    /// Links of records of one person that are tied to nobody else.
    alone: Vec<Stored>,
    kept: Vec<RingRow>,
    rings: Vec<Option<RingRow>>,
    of_member: HashMap<CandidateId, usize>,
}

impl Plan {
    fn of(app: &App, known: &Known, changes: &Changes, prefer: Option<&str>) -> Self {
        let (nodes, place) = nodes(known);
        let links: Vec<_> = known
            .links
            .iter()
            .filter_map(|((a, b, bond, _), link)| {
                Some((*place.get(a)?, *place.get(b)?, *bond, link))
            })
            .collect();
        let edges: Vec<_> = links
            .iter()
            .map(|(a, b, bond, _)| (*a, *b, *bond == Bond::SamePerson))
            .collect();
        let parts = parts(&nodes, &edges);
        let mut part_of = vec![0; nodes.len()];
        for (at, part) in parts.iter().enumerate() {
            for node in &part.nodes {
                part_of[*node] = at;
            }
        }
        let mut bonds = vec![BTreeMap::<Bond, usize>::new(); parts.len()];
        let mut alone = Vec::new();
        for (a, _, bond, link) in &links {
            let part = part_of[*a];
            if parts[part].identities < 2 {
                alone.push((*link).clone());
            } else if *bond != Bond::SamePerson {
                *bonds[part].entry(*bond).or_default() += 1;
            }
        }
        let mut ids = vec![Vec::<&CandidateId>::new(); parts.len()];
        for id in known.members.keys() {
            ids[part_of[place[id]]].push(id);
        }
        let mut ends = vec![BTreeSet::<&CandidateId>::new(); parts.len()];
        for link in changes.inserted.iter().chain(&changes.removed) {
            for id in [&link.a, &link.b] {
                if let Some(at) = place.get(id) {
                    ends[part_of[*at]].insert(id);
                }
            }
        }
        let mut plan = Self {
            moved: BTreeMap::new(),
            marked: BTreeSet::new(),
            swallowed: Vec::new(),
            alone,
            kept: Vec::new(),
            rings: Vec::with_capacity(parts.len()),
            of_member: place
                .iter()
                .map(|(id, at)| ((*id).clone(), part_of[*at]))
                .collect(),
        };
        let mut prefer = prefer.map(str::to_owned);
        let mut lives = HashSet::new();
        for (at, part) in parts.iter().enumerate() {
            let ring = (part.identities > 1).then(|| {
                let id = part.keeps.map(str::to_owned);
                let id = id.or_else(|| prefer.take()).unwrap_or_else(|| app.new_id());
                lives.insert(id.clone());
                row(
                    id,
                    part,
                    &nodes,
                    known,
                    &bonds[at],
                    Millis(app.now().as_millisecond()),
                )
            });
            plan.part(part, &nodes, known, ring, &ids[at], &ends[at]);
        }
        for (id, row) in &known.rings {
            if !lives.contains(id) && row.members > 0 {
                plan.kept.push(RingRow {
                    identities: 0,
                    members: 0,
                    changed_at: Millis(app.now().as_millisecond()),
                    ..row.clone()
                });
            }
        }
        plan
    }

    /// Takes one part in: who moves, who is told.
    fn part(
        &mut self,
        part: &Part,
        nodes: &[Node],
        known: &Known,
        ring: Option<RingRow>,
        ids: &[&CandidateId],
        ends: &BTreeSet<&CandidateId>,
    ) {
        let id = ring.as_ref().map(|ring| ring.id.as_str());
        // Whom the node of an unread ring stands for moves with it.
        let moving = |one: &&&CandidateId| {
            known.ring(one) != id && known.ring(one).is_none_or(|ring| known.is_open(ring))
        };
        let moving: BTreeSet<CandidateId> =
            ids.iter().filter(moving).map(|id| (**id).clone()).collect();
        let before = id.and_then(|id| known.rings.get(id));
        let same = |row: &RingRow| {
            before.is_some_and(|before| {
                (before.identities, before.members, &before.kinds)
                    == (row.identities, row.members, &row.kinds)
            })
        };
        let changed = !moving.is_empty() || ring.as_ref().is_some_and(|row| !same(row));
        let members = |ring: Option<&str>| {
            let row = ring.and_then(|ring| known.rings.get(ring));
            row.map_or(0, |row| usize::try_from(row.members).unwrap_or(0))
        };
        let largest = part
            .nodes
            .iter()
            .map(|at| members(nodes[*at].ring))
            .max()
            .unwrap_or(0);
        let all = part.members <= TELL_ALL_TO
            || part.members >= 2 * largest
            || 2 * part.members <= largest;
        if changed {
            if all {
                self.marked.extend(ids.iter().map(|id| (*id).clone()));
            } else {
                self.marked
                    .extend(moving.iter().chain(ends.iter().copied()).cloned());
            }
        }
        for node in part
            .nodes
            .iter()
            .map(|at| &nodes[*at])
            .filter(|node| node.members > 1)
        {
            let moves = node.ring != id;
            if let Some(ring) = node.ring.filter(|_| moves || (changed && all)) {
                let to = id.filter(|_| moves).map(str::to_owned);
                self.swallowed.push((ring.to_owned(), to));
            }
        }
        if !moving.is_empty() {
            let to = self.moved.entry(id.map(str::to_owned)).or_default();
            to.extend(moving);
        }
        if let Some(row) = ring.as_ref().filter(|row| !same(row)) {
            self.kept.push(row.clone());
        }
        self.rings.push(ring);
    }
}

/// A node for each member, and one for each ring that was not read whole.
fn nodes(known: &Known) -> (Vec<Node<'_>>, HashMap<&CandidateId, usize>) {
    let mut nodes = Vec::with_capacity(known.members.len());
    let mut place = HashMap::with_capacity(known.members.len());
    let mut unread = HashMap::<&str, usize>::new();
    for (id, member) in &known.members {
        let ring = member.ring.as_deref();
        let at = match ring.filter(|ring| !known.is_open(ring)) {
            None => {
                nodes.push(Node::one(ring));
                nodes.len() - 1
            }
            Some(closed) => *unread.entry(closed).or_insert_with(|| {
                let count = |n: fn(&RingRow) -> i64| {
                    let row = known.rings.get(closed).map_or(2, n);
                    usize::try_from(row).unwrap_or(2).max(2)
                };
                nodes.push(Node {
                    ring,
                    members: count(|row| row.members),
                    identities: count(|row| row.identities),
                });
                nodes.len() - 1
            }),
        };
        place.insert(id, at);
    }
    (nodes, place)
}

/// A part as a ring.
fn row(
    id: String,
    part: &Part,
    nodes: &[Node],
    known: &Known,
    bonds: &BTreeMap<Bond, usize>,
    now: Millis,
) -> RingRow {
    let mut kinds: Vec<(usize, Bond)> = bonds.iter().map(|(bond, count)| (*count, *bond)).collect();
    kinds.sort_unstable_by(|x, y| y.0.cmp(&x.0).then(x.1.cmp(&y.1)));
    let mut kinds: Vec<&str> = kinds.into_iter().map(|(_, bond)| bond.word()).collect();
    // What ties a ring that was not read is known from before.
    let unread = part
        .nodes
        .iter()
        .map(|at| &nodes[*at])
        .filter(|node| node.members > 1);
    let unread: Vec<&str> = unread
        .filter_map(|node| known.rings.get(node.ring?))
        .flat_map(|row| row.kinds.split_whitespace())
        .collect();
    if !unread.is_empty() {
        let new = std::mem::replace(&mut kinds, unread);
        kinds.extend(new);
        let mut seen = HashSet::new();
        kinds.retain(|kind| seen.insert(*kind));
    }
    let found_at = known.rings.get(&id).map_or(now, |row| row.found_at);
    RingRow {
        identities: i64::try_from(part.identities).unwrap_or(i64::MAX),
        members: i64::try_from(part.members).unwrap_or(i64::MAX),
        kinds: kinds.join(" "),
        found_at,
        changed_at: now,
        id,
    }
}

impl Settled {
    fn of(
        known: Known,
        of_member: HashMap<CandidateId, usize>,
        rings: Vec<Option<RingRow>>,
    ) -> Self {
        let mut within = vec![(Vec::new(), Vec::new()); rings.len()];
        let links = known
            .links
            .into_iter()
            .map(|((_, _, bond, _), link)| (link, bond));
        let links: Vec<_> = links.collect();
        for (at, (link, _)) in links.iter().enumerate() {
            if let Some(part) = of_member.get(&link.a) {
                within[*part].0.push(at);
            }
        }
        for id in known.members.keys() {
            if let Some(part) = of_member.get(id) {
                within[*part].1.push(id.clone());
            }
        }
        Self {
            members: known.members,
            links,
            of_member,
            rings,
            within,
        }
    }

    /// The id of somebody's ring.
    pub fn id(&self, id: &CandidateId) -> Option<&str> {
        let ring = self.rings[*self.of_member.get(id)?].as_ref()?;
        Some(&ring.id)
    }

    /// Somebody's ring.
    pub fn ring(&self, id: &CandidateId) -> Option<Ring> {
        let part = *self.of_member.get(id)?;
        let row = self.rings[part].as_ref()?;
        let (links, members) = &self.within[part];
        let links = links.iter().map(|at| {
            let (link, bond) = &self.links[*at];
            Link {
                a: link.a.clone(),
                b: link.b.clone(),
                bond: *bond,
                hash: link.hash,
                weight_db: link.weight_db,
            }
        });
        let links: Vec<Link> = links.collect();
        let nearest = Graph::of(&links).nearest(id);
        let kinds = row.kinds.split_whitespace().filter_map(Bond::of_word);
        Some(Ring {
            id: row.id.clone(),
            identities: usize::try_from(row.identities).unwrap_or(0),
            members: nearest.into_iter().take(NAMED).cloned().collect(),
            kinds: kinds.map(Bond::word).collect(),
            burst: self.burst(id, members, &links),
        })
    }

    /// Applications of other people in the ring close in time.
    fn burst(&self, id: &CandidateId, members: &[CandidateId], links: &[Link]) -> Burst {
        let Some(own) = self.members.get(id) else {
            return Burst::default();
        };
        let place: HashMap<&CandidateId, usize> = members
            .iter()
            .enumerate()
            .map(|(at, id)| (id, at))
            .collect();
        let mut persons = Sets::new(members.len());
        for link in links.iter().filter(|link| link.bond == Bond::SamePerson) {
            if let (Some(a), Some(b)) = (place.get(&link.a), place.get(&link.b)) {
                persons.join(*a, *b);
            }
        }
        let own_person = place.get(id).map(|at| persons.of(*at));
        let others = members
            .iter()
            .enumerate()
            .filter(|(at, _)| Some(persons.of(*at)) != own_person);
        let others: Vec<_> = others.filter_map(|(_, id)| self.members.get(id)).collect();
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of a lifetime")]
        let hours = |other: &Member| other.applied_at.0.abs_diff(own.applied_at.0) as f64 / 3.6e6;
        Burst::of(others.into_iter().map(hours))
    }
}
