//! How rings join and split: the parts that links leave, and which part keeps which ring's id.

use std::collections::{BTreeMap, HashSet};

/// Sets that only grow together.
#[derive(Clone, Debug)]
pub struct Sets(Vec<usize>);

impl Sets {
    /// As many as there are members.
    pub fn new(members: usize) -> Self {
        Self((0..members).collect())
    }

    /// The member that stands for a member's set.
    pub fn of(&mut self, mut member: usize) -> usize {
        while self.0[member] != member {
            self.0[member] = self.0[self.0[member]];
            member = self.0[member];
        }
        member
    }

    /// Makes two members' sets one.
    pub fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.of(a), self.of(b));
        // The earlier stands for both, so that the outcome depends on no order.
        self.0[a.max(b)] = a.min(b);
    }
}

/// Somebody, or a whole ring that is too large to be looked into and loses nobody.
#[derive(Clone, Debug)]
pub struct Node<'a> {
    /// The ring it was in.
    pub ring: Option<&'a str>,
    /// Members it stands for.
    pub members: usize,
    /// Distinct identities it stands for.
    pub identities: usize,
}

impl<'a> Node<'a> {
    /// One candidate.
    pub fn one(ring: Option<&'a str>) -> Self {
        Self {
            ring,
            members: 1,
            identities: 1,
        }
    }
}

/// A connected part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// Its nodes, by place.
    pub nodes: Vec<usize>,
    /// Members in all.
    pub members: usize,
    /// Distinct identities; from two on it is a ring.
    pub identities: usize,
    /// The ring whose id it keeps.
    pub keeps: Option<&'a str>,
}

/// The parts that links leave. Links of two records of one person make one identity of them. Of
/// several rings in one part the largest gives its id, of several parts of one ring the largest
/// keeps it.
pub fn parts<'a>(nodes: &[Node<'a>], links: &[(usize, usize, bool)]) -> Vec<Part<'a>> {
    let (mut joined, mut persons) = (Sets::new(nodes.len()), Sets::new(nodes.len()));
    for &(a, b, same_person) in links {
        joined.join(a, b);
        if same_person {
            persons.join(a, b);
        }
    }
    let mut by_root = BTreeMap::<usize, Vec<usize>>::new();
    for at in 0..nodes.len() {
        by_root.entry(joined.of(at)).or_default().push(at);
    }
    let part = |members: Vec<usize>| Part {
        members: members.iter().map(|at| nodes[*at].members).sum(),
        identities: identities(nodes, &members, &mut persons),
        nodes: members,
        keeps: None,
    };
    let mut parts: Vec<Part> = by_root.into_values().map(part).collect();
    keep_ids(nodes, &mut parts);
    parts
}

fn identities(nodes: &[Node], members: &[usize], persons: &mut Sets) -> usize {
    let mut of_person = BTreeMap::<usize, (usize, usize)>::new();
    for at in members {
        let (many, _) = of_person.entry(persons.of(*at)).or_default();
        if nodes[*at].members > 1 {
            *many += nodes[*at].identities;
        }
    }
    of_person.values().map(|(many, _)| (*many).max(1)).sum()
}

fn keep_ids<'a>(nodes: &[Node<'a>], parts: &mut [Part<'a>]) {
    let mut claims = Vec::new();
    for (at, part) in parts.iter().enumerate().filter(|(_, p)| p.identities > 1) {
        let mut of_ring = BTreeMap::<&str, usize>::new();
        for node in &part.nodes {
            if let Some(ring) = nodes[*node].ring {
                *of_ring.entry(ring).or_default() += nodes[*node].members;
            }
        }
        claims.extend(
            of_ring
                .into_iter()
                .map(|(ring, members)| (members, ring, at)),
        );
    }
    // The largest claim first; among equals the older ring, then the earlier part.
    claims.sort_unstable_by(|x, y| y.0.cmp(&x.0).then(x.1.cmp(y.1)).then(x.2.cmp(&y.2)));
    let mut given = HashSet::new();
    for (_, ring, at) in claims {
        if parts[at].keeps.is_none() && given.insert(ring) {
            parts[at].keeps = Some(ring);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn nodes<'a>(rings: &[Option<&'a str>]) -> Vec<Node<'a>> {
        rings.iter().map(|ring| Node::one(*ring)).collect()
    }

    #[test]
    fn the_larger_ring_gives_its_id_and_the_larger_part_keeps_it() {
        let (r, s) = (Some("r"), Some("s"));
        let merged = parts(
            &nodes(&[r, r, r, s, s, None]),
            &[
                (0, 1, false),
                (1, 2, false),
                (3, 4, false),
                (2, 3, false),
                (4, 5, false),
            ],
        );
        assert_eq!(merged.len(), 1);
        assert_eq!((merged[0].keeps, merged[0].members), (r, 6));
        let split = parts(
            &nodes(&[r, r, r, r, r]),
            &[(0, 1, false), (2, 3, false), (3, 4, false)],
        );
        let kept: Vec<_> = split
            .iter()
            .map(|part| (part.members, part.keeps))
            .collect();
        assert_eq!(kept, [(2, None), (3, r)]);
    }

    #[test]
    fn records_of_one_person_are_one_identity() {
        let found = parts(
            &nodes(&[None, None, None, None]),
            &[(0, 1, true), (1, 2, false), (0, 2, false)],
        );
        let counted: Vec<_> = found
            .iter()
            .map(|part| (part.members, part.identities))
            .collect();
        assert_eq!(counted, [(3, 2), (1, 1)]);
        let alone = parts(&nodes(&[Some("r"), Some("r")]), &[(0, 1, true)]);
        assert_eq!((alone[0].identities, alone[0].keeps), (1, None));
    }

    #[test]
    fn a_large_ring_counts_as_what_it_stands_for() {
        let large = Node {
            ring: Some("r"),
            members: 300,
            identities: 280,
        };
        let found = parts(
            &[
                large,
                Node::one(None),
                Node::one(None),
                Node::one(Some("s")),
            ],
            &[(0, 1, false), (0, 2, true), (1, 3, false)],
        );
        assert_eq!((found[0].members, found[0].identities), (303, 282));
        assert_eq!(found[0].keeps, Some("r"));
    }

    proptest! {
        #[test]
        fn step_by_step_is_as_from_scratch(steps in prop::collection::vec((0..14_usize, 0..14_usize, any::<bool>()), 1..80)) {
            let mut links = BTreeSet::new();
            let mut rings: Vec<Option<String>> = vec![None; 14];
            for (n, (a, b, same)) in steps.into_iter().enumerate() {
                let link = (a.min(b), a.max(b), same);
                if a == b { continue; }
                if !links.remove(&link) { links.insert(link); }
                // Only the rings at the two ends, as they are looked up.
                let touched: Vec<usize> = (0..14)
                    .filter(|at| [a, b].contains(at) || rings[*at].is_some() && (rings[*at] == rings[a] || rings[*at] == rings[b]))
                    .collect();
                let place = |id: usize| touched.iter().position(|at| *at == id);
                let near: Vec<_> = links.iter()
                    .filter_map(|(a, b, same)| Some((place(*a)?, place(*b)?, *same)))
                    .collect();
                let before = rings.clone();
                let nodes: Vec<_> = touched.iter().map(|at| Node::one(before[*at].as_deref())).collect();
                for part in parts(&nodes, &near) {
                    let id = (part.identities > 1).then(|| part.keeps.map_or_else(|| format!("{n}-{}", part.nodes[0]), str::to_owned));
                    for at in &part.nodes { rings[touched[*at]].clone_from(&id); }
                    if part.identities == 1 {
                        // Records of one person that are tied to nobody else are no ring's.
                        let alone: Vec<_> = part.nodes.iter().map(|at| touched[*at]).collect();
                        links.retain(|(a, b, _)| !(alone.contains(a) && alone.contains(b)));
                    }
                }
                let all: Vec<_> = links.iter().copied().collect();
                let scratch = parts(&vec![Node::one(None); 14], &all);
                for part in scratch {
                    let ids: BTreeSet<_> = part.nodes.iter().map(|at| rings[*at].clone()).collect();
                    prop_assert_eq!(ids.len(), 1, "one part, one ring");
                    let id = ids.into_iter().next().flatten();
                    prop_assert_eq!(id.is_some(), part.identities > 1);
                    if id.is_some() {
                        let members = rings.iter().filter(|ring| **ring == id).count();
                        prop_assert_eq!(members, part.members, "no ring in two parts");
                    }
                }
            }
        }
    }
}
