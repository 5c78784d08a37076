//! Which pairs are tied, and how much each tie says.
//!
//! A tie is between distinct identities. An identifier links alone; a place, a network, the author of
//! a file or a half-like text never does: it counts together with a tie of another such kind to the
//! same person or the same ring, or where it joins two rings. A home and its network are one thing,
//! and neighbouring numbers only ever join two rings. Hubs, agencies and households tie nobody.

use std::collections::HashMap;
use std::hash::Hash;

use jiff::Timestamp;

use super::Bond;
use crate::candidate::{CandidateId, Name};
use crate::normalise::name;
use crate::signals::{Alike, Nearby, Other, Shared};

/// A phone number given out again may be another person's after this, days (red-flags §1, `x.phone`).
const PHONE_DAYS: f64 = 90.0;

/// Texts as like as this are nearly the same, and partly the same from the second on (`text.near_dup`).
const NEAR_FROM: f64 = 0.60;
const PART_FROM: f64 = 0.40;

/// So many whole bullets in common are no chance (`text.bullet_reuse`).
const BULLETS_FROM: usize = 3;

/// What bullets in common say, decibans.
const BULLETS_DB: f64 = 8.0;

/// What more than this many people share that they need not have chosen is a place, not a tie.
const PLACE_ABOVE: usize = 10;

/// Numbers given out together say something within so many days (red-flags §1, `phone.sequential`),
/// and in a block of no more users than this.
const BLOCK_DAYS: f64 = 180.0;
const BLOCK_UP_TO: usize = 20;

/// Rarity is measured against at least this many candidates: a new installation knows few.
const FEWEST: f64 = 1_000.0;

/// What a tie says at least, decibans.
const LEAST_DB: f64 = 1.0;

/// A candidate as its ties are looked for.
#[derive(Debug)]
pub struct Seen<'a> {
    /// The claimed name.
    pub name: Option<&'a Name>,
    /// The agency, folded.
    pub agency: Option<&'a str>,
    /// When the person applied.
    pub applied_at: Option<Timestamp>,
    /// Identifiers it shares, each with its hash.
    pub shared: Vec<(&'a Shared, i64)>,
    /// Texts like its own.
    pub alike: &'a [Alike],
    /// Numbers out of the same blocks as its own.
    pub nearby: &'a [Nearby],
    /// How many candidates there are, about.
    pub population: f64,
}

/// What a candidate has in common with another.
#[derive(Clone, Debug, PartialEq)]
pub struct Tie {
    /// Whom it is tied to.
    pub other: CandidateId,
    /// By what.
    pub bond: Bond,
    /// The key that is shared; 0 where it is none.
    pub hash: i64,
    /// How much it says, decibans.
    pub weight_db: f64,
    /// The ring that the other was in when it was looked up.
    pub ring: Option<String>,
}

/// All ties of a candidate, each once, also those that do not link alone.
pub fn of(seen: &Seen) -> Vec<Tie> {
    let mut ties = Vec::new();
    for (shared, hash) in &seen.shared {
        let Some(bond) = Bond::of(shared.kind) else {
            continue;
        };
        let users = shared.others.len() + 1;
        if shared.hub || shared.agency_owned {
            continue;
        }
        for other in &shared.others {
            match whose(seen, other) {
                Whose::Same if bond != Bond::Network && bond != Bond::Author => {
                    add(&mut ties, other, Bond::SamePerson, 0, 0.0);
                }
                Whose::Another => {
                    let place = !bond.is_hard() && users > PLACE_ABOVE;
                    let late = bond == Bond::Phone
                        && days_apart(seen, other).is_none_or(|days| days > PHONE_DAYS);
                    // A manager whom both worked with is no tie.
                    let common = bond == Bond::Referee && !shared.strangers.contains(&other.id);
                    // What two of one home share with nobody else is their home, however much it is.
                    let home = other.one_line && bond.is_hard();
                    if !place
                        && !home
                        && !late
                        && !common
                        && !household(seen, other)
                        && !same_agency(seen, other)
                    {
                        let weight_db = weight(bond, users, seen.population);
                        add(&mut ties, other, bond, *hash, weight_db);
                    }
                }
                _ => {}
            }
        }
    }
    for alike in seen.alike {
        let other = &alike.other;
        if whose(seen, other) != Whose::Another || same_agency(seen, other) || other.same_household
        {
            continue;
        }
        if alike.jaccard >= NEAR_FROM {
            add(&mut ties, other, Bond::Text, 0, Bond::Text.cap_db());
        } else if alike.bullets.len() >= BULLETS_FROM {
            add(&mut ties, other, Bond::Text, 0, BULLETS_DB);
        } else if alike.jaccard >= PART_FROM {
            add(&mut ties, other, Bond::PartText, 0, Bond::PartText.cap_db());
        }
    }
    for near in seen
        .nearby
        .iter()
        .filter(|_| seen.nearby.len() <= BLOCK_UP_TO)
    {
        let other = &near.other;
        let late = days_apart(seen, other).is_none_or(|days| days > BLOCK_DAYS);
        let apart = !household(seen, other) && !same_agency(seen, other) && !other.one_line;
        if near.lines_apart > 0 && whose(seen, other) == Whose::Another && !late && apart {
            add(&mut ties, other, Bond::Numbers, 0, Bond::Numbers.cap_db());
        }
    }
    ties.sort_unstable_by(|x, y| {
        let order = (&x.other, x.bond, x.hash).cmp(&(&y.other, y.bond, y.hash));
        order.then(y.weight_db.total_cmp(&x.weight_db))
    });
    ties.dedup_by(|next, kept| {
        (&next.other, next.bond, next.hash) == (&kept.other, kept.bond, kept.hash)
    });
    ties
}

/// Ties that do not link alone and have no other to the same person: those that link because of
/// another kind of tie to the same group, and those between one pair that two kinds tie.
///
/// `group` says in which connected set of links somebody is.
pub fn backed<G: Eq + Hash>(
    ties: &[Tie],
    mut group: impl FnMut(&CandidateId) -> Option<G>,
) -> Vec<&Tie> {
    let mut of_group = HashMap::<G, (Vec<Bond>, Vec<&Tie>)>::new();
    for tie in ties.iter().filter(|tie| is_weak(tie.bond)) {
        if let Some(group) = group(&tie.other) {
            let (bonds, of_group) = of_group.entry(group).or_default();
            if !bonds.contains(&tie.bond) {
                bonds.push(tie.bond);
            }
            of_group.push(tie);
        }
    }
    let two_kinds = of_group.into_values().filter(|(bonds, _)| bonds.len() > 1);
    two_kinds.flat_map(|(_, ties)| ties).collect()
}

/// Whether a tie links together with another one. Neighbouring numbers are too often chance: they tie
/// nothing but one ring to another.
const fn is_weak(bond: Bond) -> bool {
    !bond.is_hard() && !matches!(bond, Bond::Numbers)
}

/// Whether these kinds of ties, all between one pair, link it: one that does so alone, or two weaker
/// ones. A home and its network are one thing: people who live together.
pub fn stand(bonds: &[Bond]) -> bool {
    let weak = bonds.iter().filter(|bond| is_weak(**bond));
    let places = bonds.contains(&Bond::Home) && bonds.contains(&Bond::Network);
    bonds.iter().any(|bond| bond.is_hard()) || weak.count() > 1 + usize::from(places)
}

/// Ties that link whatever else holds: those that do so alone, and those of two kinds to one person.
pub fn linking(ties: &[Tie]) -> Vec<&Tie> {
    let mut kinds = HashMap::<&CandidateId, Vec<Bond>>::new();
    for tie in ties.iter().filter(|tie| is_weak(tie.bond)) {
        kinds.entry(&tie.other).or_default().push(tie.bond);
    }
    let pairs = ties.iter().filter(|tie| {
        let kinds = kinds.get(&tie.other);
        is_weak(tie.bond) && kinds.is_some_and(|kinds| stand(kinds))
    });
    let hard = ties.iter().filter(|tie| tie.bond.is_hard());
    let hard = hard.filter(|tie| tie.bond != Bond::SamePerson);
    hard.chain(pairs).collect()
}

/// Whether any of these ties can make or join a ring.
pub fn matters(ties: &[Tie]) -> bool {
    let same_person = |tie: &Tie| tie.bond == Bond::SamePerson && tie.ring.is_some();
    let ring = |other: &CandidateId| {
        let tie = ties.iter().find(|tie| tie.other == *other);
        tie.and_then(|tie| tie.ring.as_deref())
    };
    ties.iter()
        .any(|tie| same_person(tie) || tie.bond.is_hard() && tie.bond != Bond::SamePerson)
        || (ties.len() > 1 && (!linking(ties).is_empty() || !backed(ties, ring).is_empty()))
}

fn add(ties: &mut Vec<Tie>, other: &Other, bond: Bond, hash: i64, weight_db: f64) {
    ties.push(Tie {
        other: other.id.clone(),
        bond,
        hash,
        weight_db,
        ring: other.ring.clone(),
    });
}

/// What is shared says more the fewer share it.
fn weight(bond: Bond, users: usize, population: f64) -> f64 {
    let users = f64::from(u32::try_from(users).unwrap_or(u32::MAX));
    let rarity = 10.0 * (population.max(FEWEST) / users).log10();
    rarity.max(LEAST_DB).min(bond.cap_db())
}

/// Whose record another is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    /// The same person's.
    Same,
    /// Another person's.
    Another,
    /// Names that are missing or cannot be compared say neither.
    Unknown,
}

fn whose(seen: &Seen, other: &Other) -> Whose {
    if other.same_person {
        return Whose::Same;
    }
    let names = seen.name.zip(other.name.as_ref());
    match names.and_then(|(own, theirs)| name::compare(own, theirs)) {
        Some(likeness) if likeness < name::DISTINCT_BELOW => Whose::Another,
        Some(_) => Whose::Same,
        None => Whose::Unknown,
    }
}

fn days_apart(seen: &Seen, other: &Other) -> Option<f64> {
    let apart = seen.applied_at?.duration_since(other.applied_at);
    Some(apart.abs().as_secs_f64() / 86_400.0)
}

fn same_agency(seen: &Seen, other: &Other) -> bool {
    seen.agency.is_some() && seen.agency == other.agency.as_deref()
}

/// One that was declared, or one home and a name in common.
fn household(seen: &Seen, other: &Other) -> bool {
    let names = seen.name.zip(other.name.as_ref());
    let common = names.and_then(|(own, theirs)| name::overlap(own, theirs));
    other.same_household || (other.same_home && common.is_some_and(|names| names.pairs > 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Kind;
    use crate::signals::Burst;

    fn other(id: &str, name: &str) -> Other {
        Other {
            id: CandidateId(id.into()),
            name: name::read(name),
            agency: None,
            applied_at: "2026-05-01T00:00:00Z".parse().unwrap(),
            same_home: false,
            same_household: false,
            same_person: false,
            one_line: false,
            rejected_at: None,
            ring: None,
        }
    }

    fn shared(kind: Kind, others: Vec<Other>) -> Shared {
        Shared {
            kind,
            field: "phones[0]".into(),
            value: "x".into(),
            hub: false,
            agency_owned: false,
            others,
            burst: Burst::default(),
            strangers: Vec::new(),
        }
    }

    fn ties(shared: &[Shared], alike: &[Alike]) -> Vec<Tie> {
        let name = name::read("Maria Lopez").unwrap();
        of(&Seen {
            name: Some(&name),
            agency: Some("acme"),
            applied_at: Some("2026-06-01T00:00:00Z".parse().unwrap()),
            shared: shared.iter().map(|shared| (shared, 7)).collect(),
            alike,
            nearby: &[],
            population: 1e6,
        })
    }

    fn bonds(ties: &[Tie]) -> Vec<Bond> {
        ties.iter().map(|tie| tie.bond).collect()
    }

    #[test]
    fn an_identifier_ties_distinct_people_and_nobody_else() {
        let daniel = || other("d", "Daniel Whitfield");
        let late = Other {
            applied_at: "2026-01-01T00:00:00Z".parse().unwrap(),
            ..daniel()
        };
        let colleague = Other {
            agency: Some("acme".into()),
            ..daniel()
        };
        let declared = Other {
            same_household: true,
            ..daniel()
        };
        let at_home = Other {
            same_home: true,
            ..other("d", "Daniel Lopez")
        };
        let mate = Other {
            same_home: true,
            ..daniel()
        };
        let nameless = Other {
            name: None,
            ..daniel()
        };
        for (kind, other, expected) in [
            (Kind::Phone, daniel(), &[Bond::Phone][..]),
            (Kind::Email, late.clone(), &[Bond::Email]),
            (Kind::Phone, late, &[]),
            (Kind::Phone, colleague, &[]),
            (Kind::Phone, declared, &[]),
            (Kind::Phone, at_home, &[]),
            (Kind::Phone, mate, &[Bond::Phone]),
            (Kind::Phone, nameless, &[]),
            (Kind::Name, daniel(), &[]),
            (Kind::Phone, other("m", "María López"), &[Bond::SamePerson]),
            (Kind::Network, other("m", "María López"), &[]),
        ] {
            let found = ties(&[shared(kind, vec![other.clone()])], &[]);
            assert_eq!(bonds(&found), expected, "{kind:?} {other:?}");
        }
        for (hub, agency_owned) in [(true, false), (false, true)] {
            let shared = Shared {
                hub,
                agency_owned,
                ..shared(Kind::Phone, vec![daniel()])
            };
            assert_eq!(ties(&[shared], &[]), []);
        }
    }

    #[test]
    fn what_many_share_by_being_somewhere_is_a_place() {
        let crowd = |n: usize| (0..n).map(|n| other(&n.to_string(), "Daniel Whitfield"));
        for (kind, users, tied) in [
            (Kind::Network, 9, 9),
            (Kind::Network, 10, 0),
            (Kind::Home, 10, 0),
            (Kind::Phone, 40, 40),
        ] {
            let found = ties(&[shared(kind, crowd(users).collect())], &[]);
            assert_eq!(found.len(), tied, "{kind:?} {users}");
        }
    }

    #[test]
    fn texts_tie_by_how_like_they_are() {
        for (jaccard, bullets, expected) in [
            (0.6, 0, Some(Bond::Text)),
            (0.5, 3, Some(Bond::Text)),
            (0.5, 2, Some(Bond::PartText)),
            (0.3, 0, None),
        ] {
            let alike = Alike {
                other: other("d", "Daniel Whitfield"),
                field: "resume_text".into(),
                jaccard,
                passages: Vec::new(),
                bullets: vec![String::new(); bullets],
            };
            let found = ties(&[], &[alike]);
            assert_eq!(bonds(&found), expected.into_iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_place_alone_links_nobody_nor_do_a_home_and_its_network() {
        let daniel = || vec![other("d", "Daniel Whitfield")];
        let ngozi = || vec![other("n", "Ngozi Okafor")];
        let one = ties(&[shared(Kind::Home, daniel())], &[]);
        assert!(linking(&one).is_empty());
        let two = ties(
            &[
                shared(Kind::Home, daniel()),
                shared(Kind::Network, daniel()),
            ],
            &[],
        );
        assert!(linking(&two).is_empty(), "people who live together");
        let author = ties(
            &[
                shared(Kind::Author, daniel()),
                shared(Kind::Network, daniel()),
            ],
            &[],
        );
        assert_eq!(linking(&author).len(), 2);
        let apart = ties(
            &[shared(Kind::Home, daniel()), shared(Kind::Network, ngozi())],
            &[],
        );
        assert!(linking(&apart).is_empty());
        assert_eq!(backed(&apart, |_| Some("ring")).len(), 2);
        assert!(backed(&apart, |_| None::<&str>).is_empty());
        assert!(backed(&apart, |id| Some(id.clone())).is_empty());
        let same = ties(
            &[shared(Kind::Home, daniel()), shared(Kind::Home, ngozi())],
            &[],
        );
        assert!(backed(&same, |_| Some("ring")).is_empty(), "one kind only");
    }

    #[test]
    fn neighbouring_numbers_tie_and_link_nobody_by_themselves() {
        let near = |lines_apart, days: i64| Nearby {
            field: "phones[0]".into(),
            value: "x".into(),
            npa: 212,
            lines_apart,
            below: false,
            other: Other {
                applied_at: "2026-06-01T00:00:00Z".parse::<Timestamp>().unwrap()
                    - jiff::SignedDuration::from_hours(24 * days),
                ..other("d", "Daniel Whitfield")
            },
        };
        let name = name::read("Maria Lopez").unwrap();
        let home = shared(Kind::Home, vec![other("d", "Daniel Whitfield")]);
        for (nearby, expected) in [
            (vec![near(7, 30)], vec![Bond::Home, Bond::Numbers]),
            (vec![near(0, 30)], vec![Bond::Home]),
            (vec![near(7, 181)], vec![Bond::Home]),
            (vec![near(7, 30); BLOCK_UP_TO + 1], vec![Bond::Home]),
        ] {
            let found = of(&Seen {
                name: Some(&name),
                agency: None,
                applied_at: Some("2026-06-01T00:00:00Z".parse().unwrap()),
                shared: vec![(&home, 7)],
                alike: &[],
                nearby: &nearby,
                population: 1e6,
            });
            assert_eq!(bonds(&found), expected);
            assert!(linking(&found).is_empty() && !matters(&found));
            assert!(backed(&found, |_| Some("ring")).is_empty());
        }
    }

    #[test]
    fn the_rarer_the_heavier() {
        assert!(weight(Bond::Phone, 40, 1_000.0) > weight(Bond::Phone, 400, 1_000.0));
        for (bond, users, population, db) in [
            (Bond::Phone, 2, 1e6, 12.0),
            (Bond::Phone, 2, 0.0, 12.0),
            (Bond::Phone, 100, 1_000.0, 10.0),
            (Bond::Home, 2, 1e6, 5.0),
            (Bond::Phone, 5_000, 1_000.0, LEAST_DB),
        ] {
            assert!(
                (weight(bond, users, population) - db).abs() < 1e-9,
                "{bond:?} {users}"
            );
        }
    }
}
