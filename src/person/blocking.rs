//! Which pairs are worth a comparison: those that agree on one of many cheap keys.
//!
//! A key is two or three values together, so that an error in some of the fields leaves another key
//! whole. A block of more records than can be compared with each other is put in order, and each is
//! compared with its neighbours in it alone: the work is bounded by the number of records.

use rayon::prelude::*;

use super::table::{Id, Row, Table};

/// Records of a block that are all compared with each other.
const BLOCK: usize = 20;

/// Neighbours in the order of a larger block that are compared.
const WINDOW: usize = 2;

/// Neighbours in the order of all names that are compared.
const NEXT: usize = 2;

/// Two records that share something, the first before the second in the table.
pub(super) type Pair = (u32, u32);

/// Which order a too large block is put in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Name,
    Home,
}

/// Calls `push` with the key's parts, as often as the key is there.
type Keys = fn(&Table, &Row, &mut dyn FnMut([u64; 3]));

/// The keys; what they leave out may differ.
const KEYS: [(Keys, By); 12] = [
    (full_name, By::Home),
    (token_and_postal, By::Home),
    (token_and_number, By::Home),
    (token_and_street, By::Home),
    (sounds, By::Home),
    (token_and_city, By::Name),
    (street_and_number, By::Name),
    (number_and_postal, By::Name),
    (street_and_postal, By::Name),
    (city_number_initials, By::Name),
    (prefixes, By::Home),
    (contact, By::Name),
];

/// The pairs to compare, each once, in order.
pub(super) fn pairs(table: &Table) -> Vec<Pair> {
    let names = ranks(table, |table, row| {
        let of = |at: u8| table.text(row.tokens[usize::from(at)]);
        (of(row.family), of(row.given), table.text(row.texts[0]))
    });
    let homes = ranks(table, |table, row| {
        (
            table.text(row.texts[0]),
            table.text(row.number),
            table.text(row.postal),
        )
    });
    let mut all: Vec<u64> = KEYS
        .par_iter()
        .map(|(keys, by)| of_key(table, *keys, if *by == By::Name { &names } else { &homes }))
        .collect::<Vec<_>>()
        .concat();
    let mut order = vec![0_u32; names.len()];
    for (row, rank) in (0_u32..).zip(&names) {
        order[*rank as usize] = row;
    }
    windows(&order, NEXT, &mut all);
    all.par_sort_unstable();
    all.dedup();
    all.shrink_to_fit();
    let low = |pair: u64| u32::try_from(pair & u64::from(u32::MAX)).unwrap_or_default();
    all.into_iter()
        .map(|pair| (low(pair >> 32), low(pair)))
        .collect()
}

/// Each record's place in an order of texts.
fn ranks<'a, K: Ord + Send>(
    table: &'a Table,
    key: impl Fn(&'a Table, &'a Row) -> K + Sync,
) -> Vec<u32> {
    let mut order: Vec<u32> = (0_u32..).take(table.len()).collect();
    order.par_sort_by_cached_key(|row| key(table, &table.rows[*row as usize]));
    let mut ranks = vec![0; order.len()];
    for (rank, row) in (0..).zip(order) {
        ranks[row as usize] = rank;
    }
    ranks
}

fn of_key(table: &Table, keys: Keys, ranks: &[u32]) -> Vec<u64> {
    let mut entries: Vec<(u64, u32)> = Vec::with_capacity(table.len());
    for (at, row) in (0_u32..).zip(&table.rows) {
        keys(table, row, &mut |parts| entries.push((hash(parts), at)));
    }
    entries.sort_unstable();
    entries.dedup();
    let mut found = Vec::with_capacity(entries.len());
    let mut block: Vec<u32> = Vec::new();
    for run in entries
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|run| run.len() > 1)
    {
        if run.len() <= BLOCK {
            for (i, (_, a)) in run.iter().enumerate() {
                found.extend(run[i + 1..].iter().map(|(_, b)| pair(*a, *b)));
            }
        } else {
            block.clear();
            block.extend(run.iter().map(|(_, at)| *at));
            block.sort_unstable_by_key(|at| ranks[*at as usize]);
            windows(&block, WINDOW, &mut found);
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn windows(order: &[u32], width: usize, found: &mut Vec<u64>) {
    for (at, a) in order.iter().enumerate() {
        let next = order[at + 1..].iter().take(width);
        found.extend(next.map(|b| pair(*a, *b)));
    }
}

fn pair(a: u32, b: u32) -> u64 {
    u64::from(a.min(b)) << 32 | u64::from(a.max(b))
}

fn hash(parts: [u64; 3]) -> u64 {
    parts.into_iter().fold(0x517c_c1b7_2722_0a95, |hash, part| {
        let mixed = (hash ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ (mixed >> 29)
    })
}

/// The values together, where all are there.
fn together(push: &mut dyn FnMut([u64; 3]), ids: [Id; 2]) {
    if !ids.contains(&0) {
        push([ids[0].into(), ids[1].into(), 0]);
    }
}

fn tokens(row: &Row) -> impl Iterator<Item = Id> {
    row.tokens.into_iter().take(row.count.into())
}

fn full_name(_: &Table, row: &Row, push: &mut dyn FnMut([u64; 3])) {
    if row.count > 1 {
        push([row.name.into(), 0, 0]);
        push([row.joined.into(), 1, 0]);
    }
}

fn token_and_postal(_: &Table, row: &Row, push: &mut dyn FnMut([u64; 3])) {
    tokens(row).for_each(|token| together(push, [token, row.postal]));
}

fn token_and_number(_: &Table, row: &Row, push: &mut dyn FnMut([u64; 3])) {
    tokens(row).for_each(|token| together(push, [token, row.number]));
}

fn token_and_street(_: &Table, row: &Row, push: &mut dyn FnMut([u64; 3])) {
    for token in tokens(row) {
        together(push, [token, row.texts[0]]);
        together(push, [token, row.texts[1]]);
    }
}

fn token_and_city(_: &Table, row: &Row, push: &mut dyn FnMut([u64; 3])) {
    tokens(row).for_each(|token| together(push, [token, row.texts[2]]));
}

fn street_and_number(_: &Table, row: &Row, push: &mut dyn FnMut([u64; 3])) {
    together(push, [row.number, row.texts[0]]);
    together(push, [row.number, row.texts[1]]);
}

fn number_and_postal(_: &Table, row: &Row, push: &mut dyn FnMut([u64; 3])) {
    together(push, [row.number, row.postal]);
}

fn street_and_postal(_: &Table, row: &Row, push: &mut dyn FnMut([u64; 3])) {
    for text in [row.texts[0], row.texts[1]] {
        together(push, [text, row.postal]);
        together(push, [text, row.texts[2]]);
    }
}

/// First letters of all tokens, whatever their order.
fn initials(table: &Table, row: &Row) -> u64 {
    let mut letters = tokens(row)
        .filter_map(|token| table.bytes(token).first().copied())
        .fold(0_u64, |letters, letter| letters | 1 << (letter & 31));
    if row.count < 2 {
        letters |= 1 << 40;
    }
    letters
}

fn city_number_initials(table: &Table, row: &Row, push: &mut dyn FnMut([u64; 3])) {
    if row.texts[2] != 0 && row.number != 0 {
        push([row.texts[2].into(), row.number.into(), initials(table, row)]);
    }
}

/// How the names sound, whatever their order, and the family name with the beginning of the postal
/// code.
fn sounds(table: &Table, row: &Row, push: &mut dyn FnMut([u64; 3])) {
    if row.count < 2 {
        return;
    }
    let sound = |at: u8| u64::from(table.sound(row.tokens[usize::from(at)]));
    let (given, family) = (sound(row.given), sound(row.family));
    push([given.min(family), given.max(family), 0]);
    let postal = table.bytes(row.postal);
    if let Some(start) = postal.get(..3) {
        let start = start
            .iter()
            .fold(1, |all, byte| all << 8 | u64::from(*byte));
        push([family, start, 1]);
    }
}

/// How the names begin, whatever their order.
fn prefixes(table: &Table, row: &Row, push: &mut dyn FnMut([u64; 3])) {
    if row.count < 2 {
        return;
    }
    let begins = |at: u8| {
        let bytes = table.bytes(row.tokens[usize::from(at)]);
        bytes
            .iter()
            .take(3)
            .fold(0, |all, byte| all << 8 | u64::from(*byte))
    };
    let (given, family) = (begins(row.given), begins(row.family));
    push([given.min(family), given.max(family), 0]);
}

fn contact(table: &Table, row: &Row, push: &mut dyn FnMut([u64; 3])) {
    for id in table.span(row.contacts) {
        push([(*id).into(), 0, 0]);
    }
}
