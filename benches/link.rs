//! Who is who in a file: pairs found, and how fast: `cargo bench --bench link [records…]`.

use std::collections::HashMap;
use std::time::Instant;

use telltale::normalise::{self, Settings};
use telltale::person::{self, Record};

#[path = "link/invented.rs"]
mod invented;

use invented::{DIRTY, Dirt, Person, USUAL};

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
    for records in sizes {
        for (name, dirt) in [("usual", USUAL), ("dirty", DIRTY)] {
            measure(name, dirt, records);
        }
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
