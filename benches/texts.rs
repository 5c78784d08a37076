//! Texts that are alike, at size: `cargo bench --bench texts`.
//!
//! Goals: a sketch in 30 µs, a look-up among a million in 150 µs, 450 bytes of memory for a candidate.
//! It begins with what is measured once: the index at two sizes, and the share of like pairs that the
//! bands find.

#![expect(clippy::cast_precision_loss, reason = "counts of a bench")]

use std::hint::black_box;
use std::time::Instant;

use divan::Bencher;
use telltale::candidate::CandidateId;
use telltale::normalise::resume;
use telltale::text::{Common, Index, Place, Sketch, Sketcher, layout, passages, slip};

/// A résumé of two pages: 6 KB.
const TWO_PAGES: &str = include_str!("records/two_pages.txt");

/// Shingles of a generated text.
const SHINGLES: usize = 450;
/// Bullets of one.
const BULLETS: usize = 8;

fn main() {
    recall();
    for size in [100_000, 1_000_000] {
        at_size(size);
    }
    divan::main();
}

/// Numbers that fall the same way at every run (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.throw() % n as u64).unwrap()
    }
}

fn sketcher() -> Sketcher {
    Sketcher::new(7)
}

fn place(n: usize) -> Place {
    let id = CandidateId(format!("019a1b2c-0000-7000-8000-{n:012}"));
    Place::of(&id).unwrap()
}

/// The sketch of a text that nobody else has.
fn own(dice: &mut Dice) -> Sketch {
    let shingles: Vec<u64> = (0..SHINGLES).map(|_| dice.throw()).collect();
    let bullets: Vec<String> = (0..BULLETS).map(|_| dice.throw().to_string()).collect();
    let bullets = bullets.iter().map(String::as_str);
    sketcher().sketch(&shingles, bullets, &[], &Common::default())
}

/// An index of texts that nobody else has.
fn at_size(size: usize) {
    let mut dice = Dice(1);
    let mut index = Index::default();
    let (mut kept, mut inserting) = (Vec::new(), 0.0);
    for n in 0..size {
        let sketch = own(&mut dice);
        let bytes = sketch.to_bytes();
        let begun = Instant::now();
        let (signature, entries) = telltale::text::sketch::stored(&bytes);
        index.insert(place(n), signature, entries);
        inserting += begun.elapsed().as_secs_f64();
        if n % (size / 1000) == 0 {
            kept.push((place(n), sketch));
        }
    }
    let nobody = place(size);
    let begun = Instant::now();
    let found = kept
        .iter()
        .filter(|(at, sketch)| index.find(nobody, sketch).named.contains(at))
        .count();
    let looking = begun.elapsed().as_secs_f64() / kept.len() as f64;
    let news: Vec<_> = (0..1000).map(|_| own(&mut dice)).collect();
    let begun = Instant::now();
    let named: usize = news
        .iter()
        .map(|sketch| index.find(nobody, sketch).named.len())
        .sum();
    let missing = begun.elapsed().as_secs_f64() / news.len() as f64;
    println!(
        "{size} texts: insert {:.2} µs, look-up of a known one {:.1} µs ({found} of {} found), of a new one {:.1} µs \
         ({named} named in vain in {}), {:.0} bytes a text",
        inserting / size as f64 * 1e6,
        looking * 1e6,
        kept.len(),
        missing * 1e6,
        news.len(),
        index.bytes() as f64 / size as f64,
    );
}

/// Pairs of texts in words: the second is the first with some lines exchanged.
fn recall() {
    const PAIRS: usize = 2000;
    let line = |dice: &mut Dice| {
        let words: Vec<String> = (0..16).map(|_| format!("w{}", dice.below(5000))).collect();
        words.join(" ")
    };
    for (lines, same) in [(30, 23), (30, 18)] {
        let mut dice = Dice(3);
        let (mut jaccard, mut computed, mut bands, mut named) = (0.0, 0.0, 0, 0);
        for pair in 0..PAIRS {
            let first: Vec<String> = (0..lines).map(|_| line(&mut dice)).collect();
            let mut second = first.clone();
            for own in &mut second[same..] {
                *own = line(&mut dice);
            }
            let [first, second] =
                [first, second].map(|lines| resume::read(&lines.join("\n")).shingles);
            let both = first
                .iter()
                .filter(|hash| second.binary_search(hash).is_ok())
                .count();
            let alike = both as f64 / (first.len() + second.len() - both) as f64;
            jaccard += alike / PAIRS as f64;
            computed += (1.0 - (1.0 - alike.powi(3)).powi(42)) / PAIRS as f64;
            let sketcher = Sketcher::new(pair as u64);
            let [first, second] = [first, second]
                .map(|shingles| sketcher.sketch(&shingles, [], &[], &Common::default()));
            bands += usize::from(first.bands.iter().zip(&second.bands).any(|(a, b)| a == b));
            let mut index = Index::default();
            index.insert(place(1), first.signature, first.entries());
            named += usize::from(!index.find(place(2), &second).named.is_empty());
        }
        println!(
            "pairs at Jaccard {jaccard:.3}: found by the bands {:.4} (computed {computed:.4}), named for comparison {:.4}",
            bands as f64 / PAIRS as f64,
            named as f64 / PAIRS as f64,
        );
    }
}

#[divan::bench]
fn sketch_of_two_pages(bencher: Bencher) {
    let read = resume::read(TWO_PAGES);
    let common = Common::of(0..5000);
    bencher.bench(|| {
        let bullets = read.bullets.iter().map(String::as_str);
        sketcher().sketch(black_box(&read.shingles), bullets, &[], &common)
    });
}

#[divan::bench]
fn slips_of_two_pages(bencher: Bencher) {
    slip::all(TWO_PAGES);
    bencher.bench(|| slip::all(black_box(TWO_PAGES)));
}

#[divan::bench]
fn layout_of_two_pages(bencher: Bencher) {
    bencher.bench(|| layout::hash(black_box(TWO_PAGES)));
}

#[divan::bench]
fn passages_of_two_pages(bencher: Bencher) {
    let other = TWO_PAGES.replace("the ", "a ");
    bencher.bench(|| passages::shared(black_box(TWO_PAGES), &other, &Common::default()));
}
