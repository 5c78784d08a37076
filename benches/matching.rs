//! How fast names of institutions, and fields of study, are looked up. Goal: 20,000 a second over names as people write
//! them, and 2 µs for a name that is exactly known.
//!
//! On the base, and, where `TELLTALE_REFERENCE_DATA` names the folder of the publishers' files, on the
//! base with IPEDS HD 2020 and the list of Hipolabs.

use std::sync::{Arc, LazyLock};

use divan::counter::ItemsCount;
use telltale::reference::{Reference, base, build, major};

#[path = "../tests/it/lists.rs"]
mod lists;

fn main() {
    divan::main();
}

static FULL: LazyLock<Option<Arc<Reference>>> =
    LazyLock::new(|| lists::published().map(|sets| Arc::new(build::build(&sets))));

/// The references that can be measured.
fn settings() -> Vec<&'static str> {
    let full = FULL.is_some().then_some("full");
    std::iter::once("base").chain(full).collect()
}

fn reference(setting: &str) -> Arc<Reference> {
    match (setting, FULL.as_ref()) {
        ("full", Some(full)) => full.clone(),
        _ => base::shipped().clone(),
    }
}

/// Names as people write them.
fn labelled() -> Vec<&'static str> {
    let lines = include_str!("../tests/labelled/institutions.tsv").lines();
    lines
        .skip(2)
        .filter_map(|line| line.split('\t').nth(1))
        .collect()
}

/// Every labelled name once.
#[divan::bench(args = settings())]
fn labelled_names(bencher: divan::Bencher, setting: &str) {
    let (reference, names) = (reference(setting), labelled());
    bencher
        .counter(ItemsCount::new(names.len()))
        .bench_local(|| {
            for name in &names {
                divan::black_box(reference.look_up(name));
            }
        });
}

/// Every labelled field of study once. Goal: 20,000 a second.
#[divan::bench]
fn labelled_fields(bencher: divan::Bencher) {
    let lines = include_str!("../tests/labelled/majors.tsv").lines();
    let fields: Vec<&str> = lines
        .skip(2)
        .filter_map(|line| line.split('\t').nth(1))
        .collect();
    major::look_up("nursing"); // tables are built at the first use
    bencher
        .counter(ItemsCount::new(fields.len()))
        .bench_local(|| {
            for field in &fields {
                divan::black_box(major::look_up(field));
            }
        });
}

fn one(bencher: divan::Bencher, setting: &str, name: &str) {
    let reference = reference(setting);
    bencher.bench_local(|| divan::black_box(reference.look_up(divan::black_box(name))));
}

/// A name that is exactly known.
#[divan::bench(args = settings())]
fn exact(bencher: divan::Bencher, setting: &str) {
    one(bencher, setting, "The University of Texas at Austin");
}

/// A name beside a faculty and a place.
#[divan::bench(args = settings())]
fn faculty_and_place(bencher: divan::Bencher, setting: &str) {
    one(
        bencher,
        setting,
        "Cockrell School of Engineering, Univ. of Texas at Austin, Austin, TX",
    );
}

/// A name with two mistyped words.
#[divan::bench(args = settings())]
fn mistyped(bencher: divan::Bencher, setting: &str) {
    one(bencher, setting, "Massachusets Institute of Tecnology");
}

/// A name that nobody bears.
#[divan::bench(args = settings())]
fn unknown(bencher: divan::Bencher, setting: &str) {
    one(
        bencher,
        setting,
        "Northmoor State University of Applied Arts",
    );
}

/// As many common words as are read.
#[divan::bench(args = settings())]
fn hostile_words(bencher: divan::Bencher, setting: &str) {
    let name = "university college saint state technology north new san institute ".repeat(10);
    one(bencher, setting, &name);
}

/// One letter again and again.
#[divan::bench(args = settings())]
fn hostile_letters(bencher: divan::Bencher, setting: &str) {
    one(bencher, setting, &"a".repeat(5000));
}

/// The reference made, all its names ready.
#[divan::bench(args = settings(), sample_count = 10)]
fn build_all(bencher: divan::Bencher, setting: &str) {
    let sets = (setting == "full").then(lists::published).flatten();
    let sets = sets.unwrap_or_default();
    bencher.bench_local(|| build::build(&sets));
}
