//! Same operator: different people tied by what different people do not share. Pure over keys.
//!
//! The rules are those of the stored rings. A phone, a mailbox, a profile, a referee or a device links
//! alone. A home, a network or a file's author never does: two different kinds of them link, between
//! two people or from one person to members of one group. Hubs, what an agency owns, places that many
//! are at, and households link nobody.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::candidate::{Candidate, Name};
use crate::keys::{self, AGENCY_OWNED_FROM, HUB_ABOVE, Kind};
use crate::normalise::name;

/// A phone number given out again may be another person's after this, days (red-flags §1, x.phone).
const PHONE_DAYS: f64 = 90.0;

/// What more people than this share that they need not have chosen is a place, not a tie.
const PLACE_ABOVE: usize = 10;

/// Rarity is measured against at least this many candidates.
const FEWEST: f64 = 1_000.0;

/// Rounds in which groups that weak ties join may let further ones join.
const ROUNDS: usize = 50;

/// A record as ties are looked for.
#[derive(Clone, Debug, Default)]
pub struct Tied {
    /// What others could share, in its normal form; names are none.
    pub keys: Vec<(Kind, String)>,
    /// The claimed name.
    pub name: Option<Name>,
    /// The agency, folded.
    pub agency: Option<String>,
    /// The declared household, folded.
    pub household: Option<String>,
    /// When the person applied.
    pub applied_at: Option<Timestamp>,
}

impl Tied {
    /// What of a candidate can tie it to others.
    pub fn of(candidate: &Candidate) -> Self {
        let keys = keys::of(candidate).into_iter();
        Self {
            keys: keys
                .filter(|key| strength(key.kind).is_some())
                .map(|key| (key.kind, key.normal))
                .collect(),
            name: candidate.name.clone(),
            agency: candidate.agency.clone(),
            household: candidate.household.clone(),
            applied_at: candidate.applied_at,
        }
    }
}

/// Whether a kind links alone; `None` for kinds that tie nobody here.
const fn strength(kind: Kind) -> Option<bool> {
    match kind {
        Kind::Phone | Kind::Email | Kind::Link | Kind::Referee | Kind::Device | Kind::Image => {
            Some(true)
        }
        Kind::Home | Kind::Network | Kind::Author => Some(false),
        Kind::Name | Kind::Slip | Kind::Text => None,
    }
}

/// Two different people tied to one operator.
#[derive(Clone, Debug, PartialEq)]
pub struct Tie {
    /// Place of the one record.
    pub a: u32,
    /// Place of the other, behind it.
    pub b: u32,
    /// What both share, empty where others stand between them.
    pub kinds: Vec<Kind>,
    /// How much that says, decibans; 0 where others stand between them.
    pub weight_db: f64,
}

/// Who stands behind whom in a file.
#[derive(Clone, Debug, Default)]
pub struct Operated {
    /// Every two records of different people of one group, in the order of the file.
    pub ties: Vec<Tie>,
    /// Each record's group: the place of its first record.
    pub groups: Vec<u32>,
}

/// A shared thing between two records.
type Shared = ((u32, u32), Kind, f64);

/// Ties the people of a file. `people` says of each record whose it is, as [`super::link`] found.
pub fn tie(records: &[Tied], people: &[u32]) -> Operated {
    let mut shared = shared(records, people);
    shared.sort_unstable_by_key(|x| (x.0, x.1));
    shared.dedup_by_key(|tie| (tie.0, tie.1));
    let mut groups = Groups::of(people);
    let mut weak = Vec::new();
    for run in shared.chunk_by(|x, y| x.0 == y.0) {
        let (a, b) = run[0].0;
        if run.len() > 1 || run.iter().any(|tie| strength(tie.1) == Some(true)) {
            groups.join(a, b);
        } else {
            weak.push((a, b, run[0].1));
        }
    }
    back(&mut groups, people, &weak);
    let groups: Vec<u32> = (0_u32..)
        .take(people.len())
        .map(|at| groups.root(at))
        .collect();
    Operated {
        ties: within(&groups, people, &shared),
        groups,
    }
}

/// Everything that two records of different people share.
fn shared(records: &[Tied], people: &[u32]) -> Vec<Shared> {
    let mut users = HashMap::<(Kind, &str), Vec<u32>>::new();
    for (at, record) in (0_u32..).zip(records) {
        for (kind, key) in &record.keys {
            users.entry((*kind, key)).or_default().push(at);
        }
    }
    let home_of = |at: u32| {
        let keys = &records[at as usize].keys;
        keys.iter()
            .find(|(kind, _)| *kind == Kind::Home)
            .map(|(_, key)| key)
    };
    #[expect(clippy::cast_precision_loss, reason = "a count of records")]
    let population = (records.len() as f64).max(FEWEST);
    let mut shared = Vec::new();
    for ((kind, _), users) in users {
        let alone = strength(kind) == Some(true);
        let hub = users.len() > HUB_ABOVE + 1;
        let place = !alone && users.len() > PLACE_ABOVE;
        if users.len() < 2 || hub || place || agency_owned(records, &users) {
            continue;
        }
        // The line of one home says what the home says.
        let first = home_of(users[0]);
        if kind == Kind::Network && first.is_some() && users.iter().all(|at| home_of(*at) == first)
        {
            continue;
        }
        let count = f64::from(u32::try_from(users.len()).unwrap_or(u32::MAX));
        let weight_db = 10.0 * (population / count).log10();
        for (at, a) in users.iter().enumerate() {
            for b in &users[at + 1..] {
                let (one, other) = (&records[*a as usize], &records[*b as usize]);
                let late = kind == Kind::Phone && days_apart(one, other) > PHONE_DAYS;
                let stranger = people[*a as usize] != people[*b as usize];
                if stranger && !late && different(one, other) {
                    shared.push(((*a.min(b), *a.max(b)), kind, weight_db));
                }
            }
        }
    }
    shared
}

fn agency_owned(records: &[Tied], users: &[u32]) -> bool {
    let mut of_agency = HashMap::<&str, usize>::new();
    let agencies = users
        .iter()
        .filter_map(|at| records[*at as usize].agency.as_deref());
    for agency in agencies {
        *of_agency.entry(agency).or_default() += 1;
    }
    of_agency
        .into_values()
        .any(|count| count >= AGENCY_OWNED_FROM)
}

/// Days between two applications; none where one gives no date.
fn days_apart(one: &Tied, other: &Tied) -> f64 {
    let times = one.applied_at.zip(other.applied_at);
    times.map_or(0.0, |(one, other)| {
        one.duration_since(other).abs().as_secs_f64() / 86_400.0
    })
}

/// Whether two records name different people who are no household and were not sent by one agency.
fn different(one: &Tied, other: &Tied) -> bool {
    let both = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
    if both(&one.household, &other.household) || both(&one.agency, &other.agency) {
        return false;
    }
    let Some((ours, theirs)) = one.name.as_ref().zip(other.name.as_ref()) else {
        return false;
    };
    let home = |tied: &Tied| {
        let homes = tied.keys.iter().filter(|(kind, _)| *kind == Kind::Home);
        homes.map(|(_, home)| home.clone()).next()
    };
    let distinct = name::compare(ours, theirs).is_some_and(|like| like < name::DISTINCT_BELOW);
    let in_common = || name::overlap(ours, theirs).is_some_and(|names| names.pairs > 0);
    distinct && !(both(&home(one), &home(other)) && in_common())
}

/// Joins who has weak ties of two kinds to members of one group, until nobody joins any more.
fn back(groups: &mut Groups, people: &[u32], weak: &[(u32, u32, Kind)]) {
    for _ in 0..ROUNDS {
        let mut kinds = HashMap::<(u32, u32), (Kind, bool, u32)>::new();
        for (a, b, kind) in weak {
            let (left, right) = (groups.root(*a), groups.root(*b));
            if left == right {
                continue;
            }
            // One person, and the group of the other.
            for (one, group, member) in [(*a, right, *b), (*b, left, *a)] {
                let of = (people[one as usize], group);
                let seen = kinds.entry(of).or_insert((*kind, false, member));
                seen.1 |= seen.0 != *kind;
            }
        }
        let mut joined: Vec<_> = kinds.into_iter().filter(|(_, seen)| seen.1).collect();
        if joined.is_empty() {
            return;
        }
        joined.sort_unstable_by_key(|(of, _)| *of);
        for ((one, _), (_, _, member)) in joined {
            groups.join(one, member);
        }
    }
}

/// Sets of records that grow together; a set is named after its first record.
struct Groups(Vec<u32>);

impl Groups {
    /// Records of one person stand together.
    fn of(people: &[u32]) -> Self {
        Self(people.to_vec())
    }

    fn root(&mut self, mut at: u32) -> u32 {
        while self.0[at as usize] != at {
            let up = self.0[at as usize];
            self.0[at as usize] = self.0[up as usize];
            at = up;
        }
        at
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b) as usize] = a.min(b);
    }
}

/// Records of one group whose ties are all listed; of more, each with those behind it.
const LISTED: usize = 200;

fn within(groups: &[u32], people: &[u32], shared: &[Shared]) -> Vec<Tie> {
    let mut order: Vec<(u32, u32)> = groups.iter().copied().zip(0..).collect();
    order.sort_unstable();
    let mut ties = Vec::new();
    for run in order.chunk_by(|x, y| x.0 == y.0) {
        for (at, (_, a)) in run.iter().enumerate() {
            let others = run[at + 1..].iter().take(LISTED).map(|(_, b)| *b);
            for b in others.filter(|b| people[*a as usize] != people[*b as usize]) {
                let start = shared.partition_point(|tie| tie.0 < (*a, b));
                let found = shared[start..].iter().take_while(|tie| tie.0 == (*a, b));
                let (kinds, weights): (Vec<Kind>, Vec<f64>) =
                    found.map(|(_, kind, weight)| (*kind, *weight)).unzip();
                ties.push(Tie {
                    a: *a,
                    b,
                    kinds,
                    weight_db: weights.iter().sum(),
                });
            }
        }
    }
    ties.sort_unstable_by_key(|tie| (tie.a, tie.b));
    ties
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `name | phone=1, home=2`.
    fn tied(text: &str) -> Tied {
        let (name, keys) = text.split_once('|').unwrap();
        let mut tied = Tied {
            name: name::read(name.trim()),
            ..Tied::default()
        };
        for key in keys.split(',').map(str::trim).filter(|key| !key.is_empty()) {
            let (kind, value) = key.split_once('=').unwrap();
            match kind {
                "agency" => tied.agency = Some(value.into()),
                "household" => tied.household = Some(value.into()),
                "at" => tied.applied_at = Some(format!("{value}T00:00:00Z").parse().unwrap()),
                _ => tied.keys.push((Kind::of_word(kind).unwrap(), value.into())),
            }
        }
        tied
    }

    fn pairs(records: &[&str]) -> Vec<(u32, u32)> {
        let records: Vec<_> = records.iter().map(|text| tied(text)).collect();
        let people: Vec<u32> = (0..).take(records.len()).collect();
        let ties = tie(&records, &people).ties;
        ties.iter().map(|tie| (tie.a, tie.b)).collect()
    }

    #[test]
    fn an_identifier_links_alone_and_a_place_does_not() {
        for (records, linked) in [
            (
                &["Ada Hart | phone=1", "Ben Cole | phone=1"][..],
                &[(0, 1)][..],
            ),
            (&["Ada Hart | email=a", "Ben Cole | email=a"], &[(0, 1)]),
            (&["Ada Hart | home=1", "Ben Cole | home=1"], &[]),
            (&["Ada Hart | network=1", "Ben Cole | network=1"], &[]),
            (&["Ada Hart | phone=1", "Ada Hart | phone=1"], &[]),
            (
                &["Ada Hart | phone=1,home=2", "Ben Hart | phone=1,home=2"],
                &[],
            ),
            (
                &[
                    "Ada Hart | phone=1,household=2",
                    "Ben Cole | phone=1,household=2",
                ],
                &[],
            ),
            (
                &[
                    "Ada Hart | phone=1,at=2026-01-01",
                    "Ben Cole | phone=1,at=2026-06-01",
                ],
                &[],
            ),
            (
                &["Ada Hart | phone=1,agency=2", "Ben Cole | phone=1,agency=2"],
                &[],
            ),
            (
                &["Ada Hart | home=1,network=2", "Ben Cole | home=1,network=2"],
                &[],
            ),
            (
                &[
                    "Ada Hart | home=1,network=2",
                    "Ben Cole | home=1,network=2",
                    "Eve Lund | network=2",
                ],
                &[(0, 1)],
            ),
        ] {
            assert_eq!(pairs(records), linked, "{records:?}");
        }
    }

    #[test]
    fn two_weak_kinds_to_one_group_link_until_nobody_joins() {
        let records = [
            "Ada Hart | phone=1,home=1",
            "Ben Cole | phone=1,network=1",
            "Eve Lund | home=1,network=1,author=7",
            "Kim Ross | author=7,home=3",
            "Max Dunn | home=3",
        ];
        assert_eq!(pairs(&records), [(0, 1), (0, 2), (1, 2)]);
    }

    #[test]
    fn hubs_and_crowds_link_nobody() {
        let crowd = |n: usize, key: &str| -> Vec<String> {
            let letter = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap());
            (0..n)
                .map(|n| {
                    format!(
                        "{0}{1}{0}x {1}{1}{0}q | {key}",
                        letter(n),
                        letter(n / 26 + 7)
                    )
                })
                .collect()
        };
        for (n, key, linked) in [
            (52, "phone=1", false),
            (30, "phone=1", true),
            (30, "network=1,author=2", false),
        ] {
            let records = crowd(n, key);
            let records: Vec<&str> = records.iter().map(String::as_str).collect();
            assert_eq!(!pairs(&records).is_empty(), linked, "{n} {key}");
        }
    }
}
