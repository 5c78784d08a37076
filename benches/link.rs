//! Who is who in a file: pairs found, and how fast: `cargo bench --bench link [records…]`.

#![allow(clippy::cast_precision_loss, reason = "counts of pairs")]

use std::collections::HashMap;
use std::time::Instant;

use telltale::keys::Kind;
use telltale::normalise::{self, Settings};
use telltale::person::operator::{self, Tied};
use telltale::person::{self, Record};

#[path = "link/invented.rs"]
mod invented;
#[path = "link/operators.rs"]
mod operators;

use invented::{DIRTY, Dirt, Person, USUAL};
use operators::Clean;

fn main() {
    let sizes: Vec<usize> = std::env::args()
        .skip(1)
        .filter_map(|size| size.parse().ok())
        .collect();
    let sizes = if sizes.is_empty() {
        vec![10_000, 100_000]
    } else {
        sizes
    };
    println!(
        "{:<8} {:>8} {:>10} {:>8} {:>8} {:>8} {:>8} {:>9} {:>8}",
        "data", "records", "compared", "precis.", "recall", "F1", "keys F1", "read s", "link s"
    );
    for records in &sizes {
        for (name, dirt) in [("usual", USUAL), ("dirty", DIRTY)] {
            measure(name, dirt, *records);
        }
    }
    for records in sizes {
        operators("operators", Clean::Both, records);
        operators("cleaner ones", Clean::One, records);
    }
    if let Ok(status) = std::fs::read_to_string("/proc/self/status")
        && let Some(peak) = status.lines().find(|line| line.starts_with("VmHWM"))
    {
        println!("peak memory: {}", peak.trim_start_matches("VmHWM:").trim());
    }
}

fn measure(name: &str, dirt: Dirt, size: usize) {
    let people = invented::people(size, dirt, 7);
    let settings = Settings::default();
    let csv = invented::csv(&people);
    let begun = Instant::now();
    let applications: Vec<_> = telltale::intake::csv(std::io::Cursor::new(csv.into_bytes()))
        .map(|read| read.expect("a record"))
        .collect();
    let records: Vec<Record> = applications
        .iter()
        .map(|application| Record::of(&normalise::candidate(application, &settings)))
        .collect();
    let read = begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    let linked = person::link(&records, person::THRESHOLD);
    let took = begun.elapsed().as_secs_f64();
    let entities: Vec<usize> = people.iter().map(|person| person.entity).collect();
    let clusters: Vec<usize> = linked
        .clusters
        .iter()
        .map(|cluster| *cluster as usize)
        .collect();
    let (precision, recall, f1) = score(&entities, &clusters);
    let (_, _, plain) = score(&entities, &exact(&people));
    println!(
        "{name:<8} {:>8} {:>10} {precision:>8.4} {recall:>8.4} {f1:>8.4} {plain:>8.4} {read:>9.2} {took:>8.2}",
        people.len(),
        linked.compared
    );
    if std::env::var_os("SHOW").is_some() {
        let mut shown = 0;
        for pair in &linked.pairs {
            let (a, b) = (&people[pair.a as usize], &people[pair.b as usize]);
            if a.entity != b.entity && shown < 15 {
                shown += 1;
                println!(
                    "wrong {:.3} {} | {}",
                    pair.probability,
                    a.fields.join(","),
                    b.fields.join(",")
                );
            }
        }
        let mut by = HashMap::<usize, Vec<usize>>::new();
        for (at, entity) in entities.iter().enumerate() {
            by.entry(*entity).or_default().push(at);
        }
        let mut shown = 0;
        for group in by.values() {
            for a in group {
                for b in group {
                    if a < b && clusters[*a] != clusters[*b] && shown < 25 {
                        shown += 1;
                        println!(
                            "missed {} | {}",
                            people[*a].fields.join(","),
                            people[*b].fields.join(",")
                        );
                    }
                }
            }
        }
    }
}

/// Pairs of different people behind whom one operator stands, and pairs of one person.
fn operators(name: &str, clean: Clean, size: usize) {
    let (text, known) = operators::applications(size, clean, 7);
    let settings = Settings::default();
    let (mut records, mut tied) = (Vec::new(), Vec::new());
    let begun = Instant::now();
    for application in telltale::intake::ndjson(std::io::Cursor::new(text.into_bytes())) {
        let candidate = normalise::candidate(&application.expect("a record"), &settings);
        records.push(Record::of(&candidate));
        tied.push(Tied::of(&candidate));
    }
    let read = begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    let linked = person::link(&records, person::THRESHOLD);
    let took = begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    let operated = operator::tie(&tied, &linked.clusters);
    println!(
        "{name:<20} {:>8} read {read:.2} s, link {took:.2} s, tie {:.2} s",
        known.len(),
        begun.elapsed().as_secs_f64()
    );
    let of = |groups: &[u32]| groups.iter().map(|at| *at as usize).collect::<Vec<_>>();
    let people: Vec<usize> = known.iter().map(|one| one.person).collect();
    let all = known
        .iter()
        .map(|one| one.operator.map_or(one.person, |at| usize::MAX - at));
    let all: Vec<usize> = all.collect();
    let line = |what: &str, (precision, recall, f1): (f64, f64, f64)| {
        println!("  {what:<30} {precision:>8.4} {recall:>8.4} {f1:>8.4}");
    };
    line("same person", score(&people, &of(&linked.clusters)));
    line(
        "same operator",
        between(&people, &all, &of(&linked.clusters), &of(&operated.groups)),
    );
    line("either", score(&all, &of(&operated.groups)));
    let hard = [Kind::Phone, Kind::Email];
    let weak = [Kind::Phone, Kind::Email, Kind::Home, Kind::Network];
    for (what, kinds) in [
        ("keys: phone, mailbox", &hard[..]),
        ("keys: all four", &weak[..]),
    ] {
        let mut parents: Vec<usize> = (0..tied.len()).collect();
        let mut first = HashMap::new();
        for (at, tied) in tied.iter().enumerate() {
            for key in tied.keys.iter().filter(|(kind, _)| kinds.contains(kind)) {
                let other = *first.entry(key).or_insert(at);
                let (x, y) = (root(&mut parents, at), root(&mut parents, other));
                parents[x.max(y)] = x.min(y);
            }
        }
        let groups: Vec<usize> = (0..tied.len()).map(|at| root(&mut parents, at)).collect();
        line(what, score(&all, &groups));
    }
}

/// The same over pairs of one group that are not of one person.
fn between(
    people: &[usize],
    truth: &[usize],
    clusters: &[usize],
    found: &[usize],
) -> (f64, f64, f64) {
    let (mut known, mut groups) = (
        HashMap::<_, Vec<usize>>::new(),
        HashMap::<_, Vec<usize>>::new(),
    );
    for at in 0..truth.len() {
        known.entry(truth[at]).or_default().push(at);
        groups.entry(found[at]).or_default().push(at);
    }
    let pairs = |groups: &HashMap<usize, Vec<usize>>, counts: &dyn Fn(usize, usize) -> bool| {
        let of_group = |group: &Vec<usize>| {
            let pairs = group.iter().enumerate();
            let pairs = pairs.flat_map(|(at, a)| group[at + 1..].iter().map(move |b| (*a, *b)));
            pairs.filter(|(a, b)| counts(*a, *b)).count()
        };
        groups.values().map(of_group).sum::<usize>() as f64
    };
    let truth_pairs = pairs(&known, &|a, b| people[a] != people[b]);
    let stranger = |a: usize, b: usize| clusters[a] != clusters[b];
    let found_pairs = pairs(&groups, &stranger);
    let right = pairs(&groups, &|a, b| {
        stranger(a, b) && truth[a] == truth[b] && people[a] != people[b]
    });
    let (precision, recall) = (right / found_pairs.max(1.0), right / truth_pairs.max(1.0));
    let f1 = 2.0 * precision * recall / (precision + recall).max(1e-9);
    (precision, recall, f1)
}

/// Precision, recall and F1 over pairs.
fn score(truth: &[usize], found: &[usize]) -> (f64, f64, f64) {
    let pairs = |groups: &mut dyn Iterator<Item = (usize, usize)>| {
        let mut sizes = HashMap::<(usize, usize), f64>::new();
        for group in groups {
            *sizes.entry(group).or_default() += 1.0_f64;
        }
        sizes.values().map(|n| n * (n - 1.0) / 2.0).sum::<f64>()
    };
    let both = pairs(&mut truth.iter().copied().zip(found.iter().copied()));
    let found = pairs(&mut found.iter().map(|group| (*group, 0)));
    let truth = pairs(&mut truth.iter().map(|group| (*group, 0)));
    let (precision, recall) = (both / found.max(1.0), both / truth.max(1.0));
    (
        precision,
        recall,
        2.0 * precision * recall / (precision + recall).max(1e-9),
    )
}

/// Plain union-find over exact keys: full name, and surname with the home.
fn exact(people: &[Person]) -> Vec<usize> {
    let mut parents: Vec<usize> = (0..people.len()).collect();
    let mut first = HashMap::<String, usize>::new();
    for (at, person) in people.iter().enumerate() {
        let [given, surname, number, street, _, _, postal, _] = &person.fields;
        let keys = [
            (given, surname, postal),
            (given, number, street),
            (surname, number, street),
        ];
        for (which, (a, b, c)) in keys.into_iter().enumerate() {
            if a.is_empty() || b.is_empty() || c.is_empty() {
                continue;
            }
            let other = *first.entry(format!("{which} {a}|{b}|{c}")).or_insert(at);
            let (x, y) = (root(&mut parents, at), root(&mut parents, other));
            parents[x.max(y)] = x.min(y);
        }
    }
    (0..people.len()).map(|at| root(&mut parents, at)).collect()
}

fn root(parents: &mut [usize], mut at: usize) -> usize {
    while parents[at] != at {
        parents[at] = parents[parents[at]];
        at = parents[at];
    }
    at
}
