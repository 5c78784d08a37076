//! How a ring holds together: the way between two members, the weakest link, what would split it.
//! Each answer costs about as much as the links are many.

use std::cmp::Reverse;
use std::collections::{HashMap, VecDeque};

use super::change::Sets;
use super::{Bond, Link};
use crate::candidate::CandidateId;

/// A ring as a graph: members, and the links between them.
#[derive(Clone, Debug)]
pub struct Graph<'a> {
    /// The members, in the order of their ids.
    pub members: Vec<&'a CandidateId>,
    links: &'a [Link],
    /// For each member its neighbours and the link that leads there.
    next: Vec<Vec<(usize, usize)>>,
}

/// A link without which the ring falls apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bridge {
    /// Its place among the links; all links between the same two are meant.
    pub link: usize,
    /// Distinct identities on one side, the fewer.
    pub small: usize,
    /// And on the other.
    pub large: usize,
}

/// What a pair's links say together for finding ways: records of one person are as good as one.
fn strength(link: &Link) -> f64 {
    if link.bond == Bond::SamePerson {
        f64::INFINITY
    } else {
        link.weight_db
    }
}

impl<'a> Graph<'a> {
    /// Of links. Who has none is no member.
    pub fn of(links: &'a [Link]) -> Self {
        let mut members: Vec<_> = links.iter().flat_map(|link| [&link.a, &link.b]).collect();
        members.sort_unstable();
        members.dedup();
        let place: HashMap<_, _> = members
            .iter()
            .enumerate()
            .map(|(at, id)| (*id, at))
            .collect();
        let mut next = vec![Vec::new(); members.len()];
        for (at, link) in links.iter().enumerate() {
            let (a, b) = (place[&link.a], place[&link.b]);
            next[a].push((b, at));
            next[b].push((a, at));
        }
        Self {
            members,
            links,
            next,
        }
    }

    fn place(&self, id: &CandidateId) -> Option<usize> {
        self.members.binary_search(&id).ok()
    }

    /// Members by how many links they are away, the nearest first, without the one asked for.
    pub fn nearest(&self, from: &CandidateId) -> Vec<&'a CandidateId> {
        let Some(start) = self.place(from) else {
            return Vec::new();
        };
        let mut seen = vec![false; self.members.len()];
        seen[start] = true;
        let mut waiting = VecDeque::from([start]);
        let mut found = Vec::new();
        while let Some(at) = waiting.pop_front() {
            for (other, _) in &self.next[at] {
                if !seen[*other] {
                    seen[*other] = true;
                    found.push(self.members[*other]);
                    waiting.push_back(*other);
                }
            }
        }
        found
    }

    /// The way from one member to another whose weakest link is the strongest, and of those ways the
    /// one with the fewest links; the links by place, in the order of the way. `None` where there is none.
    pub fn path(&self, from: &CandidateId, to: &CandidateId) -> Option<Vec<usize>> {
        let (start, end) = (self.place(from)?, self.place(to)?);
        let mut strongest: Vec<usize> = (0..self.links.len()).collect();
        strongest.sort_by(|x, y| {
            let (x, y) = (&self.links[*x], &self.links[*y]);
            strength(y).total_cmp(&strength(x))
        });
        let mut sets = Sets::new(self.members.len());
        let mut least = f64::INFINITY;
        for at in strongest {
            if sets.of(start) == sets.of(end) {
                break;
            }
            let link = &self.links[at];
            least = strength(link);
            sets.join(self.place(&link.a)?, self.place(&link.b)?);
        }
        if sets.of(start) != sets.of(end) {
            return None;
        }
        let mut by: Vec<Option<(usize, usize)>> = vec![None; self.members.len()];
        let mut waiting = VecDeque::from([start]);
        while let Some(at) = waiting.pop_front() {
            if at == end {
                break;
            }
            for (other, link) in &self.next[at] {
                if *other != start && by[*other].is_none() && strength(&self.links[*link]) >= least
                {
                    by[*other] = Some((at, *link));
                    waiting.push_back(*other);
                }
            }
        }
        let mut path = Vec::new();
        let mut at = end;
        while at != start {
            let (before, link) = by[at]?;
            path.push(link);
            at = before;
        }
        path.reverse();
        Some(path)
    }

    /// The weakest of what holds the ring together, by place: of the links of a strongest spanning
    /// tree the one that says least. One that a stronger way goes around holds nothing.
    pub fn weakest(&self) -> Option<usize> {
        let mut strongest: Vec<usize> = (0..self.links.len()).collect();
        strongest.sort_by(|x, y| {
            let (x, y) = (&self.links[*x], &self.links[*y]);
            strength(y).total_cmp(&strength(x))
        });
        let mut sets = Sets::new(self.members.len());
        let mut last = None;
        for at in strongest {
            let link = &self.links[at];
            let (a, b) = (self.place(&link.a)?, self.place(&link.b)?);
            if sets.of(a) != sets.of(b) {
                sets.join(a, b);
                if link.bond != Bond::SamePerson {
                    last = Some(at);
                }
            }
        }
        last
    }

    /// Pairs whose links alone hold two parts together, the evenest split first. Records of one person
    /// stay together. Found in one walk (Tarjan, 1974), without recursion.
    pub fn bridges(&self) -> Vec<Bridge> {
        let mut persons = Sets::new(self.members.len());
        for link in self
            .links
            .iter()
            .filter(|link| link.bond == Bond::SamePerson)
        {
            if let Some((a, b)) = self.place(&link.a).zip(self.place(&link.b)) {
                persons.join(a, b);
            }
        }
        let person: Vec<usize> = (0..self.members.len()).map(|at| persons.of(at)).collect();
        // Between persons; parallel links of one pair of persons are one edge, but only where one
        // pair of records carries them all can explaining that pair away split anything.
        let mut next = vec![Vec::<(usize, usize)>::new(); self.members.len()];
        let mut edges = HashMap::<(usize, usize), (usize, bool)>::new();
        for (at, link) in self.links.iter().enumerate() {
            let Some((a, b)) = self.place(&link.a).zip(self.place(&link.b)) else {
                continue;
            };
            let pair = (person[a].min(person[b]), person[a].max(person[b]));
            if pair.0 == pair.1 {
                continue;
            }
            let (first, one_pair) = edges.entry(pair).or_insert((at, true));
            *one_pair &= (&self.links[*first].a, &self.links[*first].b) == (&link.a, &link.b);
        }
        for ((a, b), (link, _)) in &edges {
            next[*a].push((*b, *link));
            next[*b].push((*a, *link));
        }
        for list in &mut next {
            list.sort_unstable();
        }
        let one_pair: HashMap<usize, bool> = edges.into_values().collect();
        let mut bridges = walk(&person, &next);
        bridges.retain(|bridge| one_pair[&bridge.link]);
        bridges.sort_by_key(|bridge| (Reverse(bridge.small), bridge.link));
        bridges
    }
}

/// Bridges between persons by depth-first search: an edge is one where nothing below reaches above it.
fn walk(person: &[usize], next: &[Vec<(usize, usize)>]) -> Vec<Bridge> {
    let mut order = vec![usize::MAX; person.len()];
    let mut low = vec![usize::MAX; person.len()];
    let mut below = vec![1_usize; person.len()];
    let mut bridges = Vec::new();
    let mut count = 0;
    for root in 0..person.len() {
        if person[root] != root || order[root] != usize::MAX {
            continue;
        }
        let (first, start) = (bridges.len(), count);
        (order[root], low[root]) = (count, count);
        count += 1;
        // Each: the person, the edge that led here, the next neighbour to look at.
        let mut stack = vec![(root, usize::MAX, 0)];
        while let Some((at, edge, seen)) = stack.last_mut() {
            let (at, edge) = (*at, *edge);
            if let Some((other, link)) = next[at].get(*seen).copied() {
                *seen += 1;
                if link == edge {
                    continue;
                }
                if order[other] == usize::MAX {
                    (order[other], low[other]) = (count, count);
                    count += 1;
                    stack.push((other, link, 0));
                } else {
                    low[at] = low[at].min(order[other]);
                }
                continue;
            }
            stack.pop();
            if let Some((above, _, _)) = stack.last() {
                let above = *above;
                low[above] = low[above].min(low[at]);
                below[above] += below[at];
                if low[at] > order[above] {
                    bridges.push(Bridge {
                        link: edge,
                        small: below[at],
                        large: 0,
                    });
                }
            }
        }
        let all = count - start;
        for bridge in &mut bridges[first..] {
            let other = all - bridge.small;
            (bridge.small, bridge.large) = (bridge.small.min(other), bridge.small.max(other));
        }
    }
    bridges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(a: &str, b: &str, bond: Bond, weight_db: f64) -> Link {
        Link {
            a: CandidateId(a.into()),
            b: CandidateId(b.into()),
            bond,
            hash: 0,
            weight_db,
        }
    }

    fn id(id: &str) -> CandidateId {
        CandidateId(id.into())
    }

    /// Two triangles and what holds them together.
    fn two() -> Vec<Link> {
        vec![
            link("a", "b", Bond::Phone, 12.0),
            link("b", "c", Bond::Phone, 12.0),
            link("a", "c", Bond::Phone, 2.0),
            link("c", "d", Bond::Email, 9.0),
            link("d", "e", Bond::Link, 13.0),
            link("e", "f", Bond::Link, 13.0),
            link("d", "f", Bond::Link, 13.0),
        ]
    }

    #[test]
    fn the_way_avoids_the_weakest_links() {
        let links = two();
        let graph = Graph::of(&links);
        assert_eq!(graph.path(&id("a"), &id("c")), Some(vec![0, 1]));
        assert_eq!(graph.path(&id("a"), &id("f")), Some(vec![0, 1, 3, 6]));
        assert_eq!(graph.path(&id("a"), &id("a")), Some(vec![]));
        assert_eq!(graph.path(&id("a"), &id("z")), None);
        let nearest: Vec<_> = graph
            .nearest(&id("c"))
            .into_iter()
            .map(|id| &*id.0)
            .collect();
        assert_eq!(nearest, ["b", "a", "d", "e", "f"]);
    }

    #[test]
    fn what_holds_it_together_is_found() {
        let links = two();
        let graph = Graph::of(&links);
        assert_eq!(graph.weakest(), Some(3), "a stronger way leads around a-c");
        assert_eq!(
            graph.bridges(),
            [Bridge {
                link: 3,
                small: 3,
                large: 3
            }]
        );
    }

    #[test]
    fn parallel_links_of_one_pair_are_one_bridge_and_of_two_records_none() {
        let mut links = two();
        links.push(link("c", "d", Bond::Home, 5.0));
        assert_eq!(Graph::of(&links).bridges().len(), 1);
        // A second record of c's person is tied to d too.
        links.push(link("c", "g", Bond::SamePerson, 0.0));
        links.push(link("d", "g", Bond::Phone, 12.0));
        assert_eq!(Graph::of(&links).bridges(), []);
    }

    #[test]
    fn bridges_are_those_whose_removal_splits() {
        // A fixed sequence of small graphs against trying every pair.
        let mut state = 7_u64;
        let mut dice = |n: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) % n
        };
        for _ in 0..200 {
            let mut links: Vec<Link> = Vec::new();
            for _ in 0..=dice(14) {
                let (a, b) = (dice(8), dice(8));
                let (a, b) = (a.min(b).to_string(), a.max(b).to_string());
                if a != b && !links.iter().any(|l| l.a.0 == a && l.b.0 == b) {
                    links.push(link(&a, &b, Bond::Phone, 1.0));
                }
            }
            let graph = Graph::of(&links);
            let mut found: Vec<_> = graph.bridges().iter().map(|bridge| bridge.link).collect();
            found.sort_unstable();
            let splits = |without: usize| {
                let mut rest = links.clone();
                let gone = rest.remove(without);
                Graph::of(&rest).path(&gone.a, &gone.b).is_none()
            };
            let expected: Vec<_> = (0..links.len()).filter(|at| splits(*at)).collect();
            assert_eq!(found, expected, "{links:?}");
        }
    }

    #[test]
    fn a_long_chain_is_no_deep_recursion() {
        let name = |n: usize| format!("{n:06}");
        let chain: Vec<Link> = (0..20_000)
            .map(|n| link(&name(n), &name(n + 1), Bond::Phone, 12.0))
            .collect();
        let graph = Graph::of(&chain);
        assert_eq!(graph.bridges().len(), 20_000);
        assert_eq!(
            graph.path(&id("000000"), &id("020000")).unwrap().len(),
            20_000
        );
    }
}
