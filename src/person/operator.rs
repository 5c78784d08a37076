//! Same operator: different people tied by what different people do not share. Pure over keys.
//!
//! The rules are those of the stored rings ([`crate::rings::tie`]). A phone, a mailbox, a profile or a
//! device links alone, and so does a referee whom, by both histories, two people cannot both have
//! worked with. A home, a network or a file's author never does: two different kinds of them link
//! between two people, where a home and its network are one thing, or from one person to members of
//! one group that stands without them. Hubs, what an agency owns, places that many are at, households
//! and the line of one home link nobody.

use std::collections::HashMap;

use jiff::Timestamp;
use rayon::prelude::*;

use crate::candidate::{Candidate, Name};
use crate::keys::{self, AGENCY_OWNED_FROM, HUB_ABOVE, Kind};
use crate::normalise::work::Work;
use crate::normalise::{name, referee};
use crate::rings::{Bond, tie};

/// A phone number given out again may be another person's after this, days (red-flags §1, x.phone).
const PHONE_DAYS: f64 = 90.0;

/// What more people than this share that they need not have chosen is a place, not a tie.
const PLACE_ABOVE: usize = 10;

/// A referee whom more others name is a firm's desk, and histories are not compared.
const HISTORIES: usize = 20;

/// People that a group must have without weak ties for others to join it by them.
const BACKED_FROM: usize = 3;

/// Rarity is measured against at least this many candidates.
const FEWEST: f64 = 1_000.0;

/// What a tie says at least, decibans.
const LEAST_DB: f64 = 1.0;

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
    /// Referees and employers, of those who name a referee.
    pub career: Option<Box<Candidate>>,
}

impl Tied {
    /// What of a candidate can tie it to others.
    pub fn of(candidate: &Candidate) -> Self {
        let keys: Vec<(Kind, String)> = keys::of(candidate)
            .into_iter()
            .filter(|key| Bond::of(key.kind).is_some())
            .map(|key| (key.kind, key.normal))
            .collect();
        let refers = keys.iter().any(|(kind, _)| *kind == Kind::Referee);
        let employer = |work: &Work| Work {
            employer_key: work.employer_key.clone(),
            ..Work::default()
        };
        let career = || {
            Box::new(Candidate {
                references: candidate.references.clone(),
                work: candidate.work.iter().map(employer).collect(),
                ..Candidate::default()
            })
        };
        Self {
            career: refers.then(career),
            keys,
            name: candidate.name.clone(),
            agency: candidate.agency.clone(),
            household: candidate.household.clone(),
            applied_at: candidate.applied_at,
        }
    }

    fn home(&self) -> Option<&str> {
        let home = self.keys.iter().find(|(kind, _)| *kind == Kind::Home);
        home.map(|(_, home)| home.as_str())
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

/// Something that two records have in common.
#[derive(Clone, Copy, Debug)]
struct Common<'a> {
    /// The records, the first before the second in the file.
    pair: (u32, u32),
    kind: Kind,
    /// In its normal form.
    key: &'a str,
    /// Whether more than these two people have it.
    with_more: bool,
    /// Whether it can tie: no place, and no agency's.
    ties: bool,
    weight_db: f64,
}

/// Ties the people of a file. `people` says of each record whose it is, as [`super::link`] found.
pub fn tie(records: &[Tied], people: &[u32]) -> Operated {
    let mut common = common(records, people);
    common.par_sort_unstable_by_key(|one| (one.pair, one.kind, !one.ties, one.key));
    let ties: Vec<Common> = common
        .par_chunk_by(|x, y| x.pair == y.pair)
        .flat_map_iter(|run| tying(records, run))
        .collect();
    let mut groups = Groups::of(people);
    let mut weak = Vec::new();
    for run in ties.chunk_by(|x, y| x.pair == y.pair) {
        let bonds: Vec<Bond> = run.iter().filter_map(|one| Bond::of(one.kind)).collect();
        if tie::stand(&bonds) {
            groups.join(run[0].pair.0, run[0].pair.1);
        } else {
            weak.extend(run.iter().map(|one| (one.pair, one.kind)));
        }
    }
    back(&mut groups, people, &weak);
    let groups: Vec<u32> = (0_u32..)
        .take(people.len())
        .map(|at| groups.root(at))
        .collect();
    Operated {
        ties: within(&groups, people, &ties),
        groups,
    }
}

/// Everything that two records of different people have in common.
fn common<'a>(records: &'a [Tied], people: &[u32]) -> Vec<Common<'a>> {
    let mut users = HashMap::<(Kind, &str), Vec<u32>>::new();
    for (at, record) in (0_u32..).zip(records) {
        for (kind, key) in &record.keys {
            users.entry((*kind, key)).or_default().push(at);
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a count of records")]
    let population = (records.len() as f64).max(FEWEST);
    let mut common = Vec::new();
    for ((kind, key), users) in users {
        let Some(bond) = Bond::of(kind) else {
            continue;
        };
        let desk = kind == Kind::Referee && users.len() > HISTORIES + 1;
        if users.len() < 2 || users.len() > HUB_ABOVE + 1 || desk {
            continue;
        }
        let place = !bond.is_hard() && users.len() > PLACE_ABOVE;
        let ties = !place && !agency_owned(records, &users);
        let [first, second] = [users[0], users[1]].map(|at| people[at as usize]);
        let second = users
            .iter()
            .map(|at| people[*at as usize])
            .find(|person| *person != first)
            .unwrap_or(second);
        let with_more = users
            .iter()
            .any(|at| ![first, second].contains(&people[*at as usize]));
        let count = f64::from(u32::try_from(users.len()).unwrap_or(u32::MAX));
        let rarity = 10.0 * (population / count).log10();
        for (at, a) in users.iter().enumerate() {
            for b in &users[at + 1..] {
                if people[*a as usize] != people[*b as usize] {
                    common.push(Common {
                        pair: (*a.min(b), *a.max(b)),
                        kind,
                        key,
                        with_more,
                        ties,
                        weight_db: rarity.max(LEAST_DB).min(bond.cap_db()),
                    });
                }
            }
        }
    }
    common
}

/// What of all that two records have in common ties them, each kind once.
fn tying<'a>(records: &[Tied], run: &[Common<'a>]) -> Vec<Common<'a>> {
    let [one, other] = [run[0].pair.0, run[0].pair.1].map(|at| &records[at as usize]);
    if !run.iter().any(|common| common.ties) || !different(one, other, run) {
        return Vec::new();
    }
    let of_a_home = |kind| {
        let kinds = [Kind::Phone, Kind::Email, Kind::Device, Kind::Home];
        kinds.contains(&kind) || kind == Kind::Network
    };
    // What two of one home share with nobody else is their home, however much it is.
    let one_line = one.home().is_some()
        && one.home() == other.home()
        && run
            .iter()
            .all(|common| of_a_home(common.kind) && !common.with_more);
    let ties = |common: &Common| match common.kind {
        _ if !common.ties => false,
        Kind::Phone if days_apart(one, other) > PHONE_DAYS => false,
        // A manager whom both worked with is no tie.
        Kind::Referee => cannot_be_common(one, other, common.key),
        kind => !(one_line && Bond::of(kind).is_some_and(Bond::is_hard)),
    };
    let mut tying: Vec<Common> = run.iter().filter(|common| ties(common)).copied().collect();
    tying.dedup_by_key(|common| common.kind);
    tying
}

/// Whether two people cannot both have worked with a referee, by their histories.
fn cannot_be_common(one: &Tied, other: &Tied, contact: &str) -> bool {
    let careers = one.career.as_ref().zip(other.career.as_ref());
    careers.is_some_and(|(one, other)| referee::may_be_common(one, other, contact) == Some(false))
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
fn different(one: &Tied, other: &Tied, run: &[Common]) -> bool {
    let both = |one: Option<&str>, other: Option<&str>| one.is_some() && one == other;
    if both(one.household.as_deref(), other.household.as_deref())
        || both(one.agency.as_deref(), other.agency.as_deref())
    {
        return false;
    }
    let Some((ours, theirs)) = one.name.as_ref().zip(other.name.as_ref()) else {
        return false;
    };
    if !name::compare(ours, theirs).is_some_and(|like| like < name::DISTINCT_BELOW) {
        return false;
    }
    // A part of the name with the home is a family; with two things of one's own it is one person.
    let own = [
        Kind::Phone,
        Kind::Email,
        Kind::Device,
        Kind::Home,
        Kind::Link,
    ];
    let has = |kind: &Kind| run.iter().any(|common| common.kind == *kind);
    let close = both(one.home(), other.home()) || own.iter().filter(|kind| has(kind)).count() > 1;
    !(close && name::overlap(ours, theirs).is_some_and(|names| names.pairs > 0))
}

/// Joins who has weak ties of two kinds to members of one group that stands without them. Those who
/// join so bring nobody with them: weak ties may not hold each other up.
fn back(groups: &mut Groups, people: &[u32], weak: &[((u32, u32), Kind)]) {
    let mut sizes = HashMap::<u32, usize>::new();
    for (at, person) in (0_u32..).zip(people) {
        if at == *person {
            *sizes.entry(groups.root(at)).or_default() += 1;
        }
    }
    let mut kinds = HashMap::<(u32, u32), (Kind, bool, u32)>::new();
    for ((a, b), kind) in weak {
        let (left, right) = (groups.root(*a), groups.root(*b));
        // One person, and the group of the other.
        for (one, group, member) in [(*a, right, *b), (*b, left, *a)] {
            if left == right || sizes.get(&group).is_none_or(|size| *size < BACKED_FROM) {
                continue;
            }
            let of = (people[one as usize], group);
            let seen = kinds.entry(of).or_insert((*kind, false, member));
            seen.1 |= seen.0 != *kind;
        }
    }
    let mut joined: Vec<_> = kinds.into_iter().filter(|(_, seen)| seen.1).collect();
    joined.sort_unstable_by_key(|(of, _)| *of);
    for ((one, _), (_, _, member)) in joined {
        groups.join(one, member);
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

fn within(groups: &[u32], people: &[u32], shared: &[Common]) -> Vec<Tie> {
    let mut order: Vec<(u32, u32)> = groups.iter().copied().zip(0..).collect();
    order.sort_unstable();
    let mut ties = Vec::new();
    for run in order.chunk_by(|x, y| x.0 == y.0) {
        for (at, (_, a)) in run.iter().enumerate() {
            let others = run[at + 1..].iter().take(LISTED).map(|(_, b)| *b);
            for b in others.filter(|b| people[*a as usize] != people[*b as usize]) {
                let start = shared.partition_point(|tie| tie.pair < (*a, b));
                let found = shared[start..].iter().take_while(|tie| tie.pair == (*a, b));
                let (kinds, weights): (Vec<Kind>, Vec<f64>) =
                    found.map(|tie| (tie.kind, tie.weight_db)).unzip();
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
                "employer" => tied.career.get_or_insert_default().work.push(Work {
                    employer_key: Some(value.into()),
                    ..Work::default()
                }),
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
                &[],
            ),
            (
                &["Ada Hart | home=1,author=2", "Ben Cole | home=1,author=2"],
                &[(0, 1)],
            ),
            (
                &["Ada Hart | phone=1,home=2", "Ben Cole | phone=1,home=2"],
                &[],
            ),
            (
                &["Ada Hart | link=1,home=2", "Ben Cole | link=1,home=2"],
                &[(0, 1)],
            ),
            (
                &["Ada Hart | phone=1,email=2", "Ada Cole | phone=1,email=2"],
                &[],
            ),
            (
                &[
                    "Ada Hart | referee=1,employer=acme",
                    "Ben Cole | referee=1,employer=acme",
                    "Eve Lund | referee=1,employer=other",
                    "Kim Ross | referee=1",
                ],
                &[(0, 1), (0, 2), (1, 2)],
            ),
        ] {
            assert_eq!(pairs(records), linked, "{records:?}");
        }
    }

    #[test]
    fn two_weak_kinds_to_a_group_of_three_link_and_bring_nobody() {
        let records = [
            "Ada Hart | phone=1,home=1",
            "Ben Cole | phone=1,network=1",
            "Ivo Beck | phone=1",
            "Eve Lund | home=1,network=1,network=5",
            "Kim Ross | network=5,home=3",
            "Max Dunn | home=3",
        ];
        let three = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)];
        assert_eq!(pairs(&records), three);
        let records: Vec<&str> = [0, 1, 3, 4].map(|at| records[at]).into();
        assert_eq!(pairs(&records), [(0, 1)], "two are no group");
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
