//! The stored keys find exactly the pairs that comparing everybody with everybody finds.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use telltale::db::sql;
use telltale::intake;
use telltale::keys::{self, HUB_ABOVE, Kind};
use telltale::normalise;
use telltale::screening;

use crate::common::TestApp;
use crate::crowd::{self, Options};

const PEOPLE: usize = 1_860;

/// Two ids in order, and what they share.
type Pair = (String, String, &'static str);

fn pair(a: &str, b: &str, kind: Kind) -> Pair {
    let (first, second) = if a < b { (a, b) } else { (b, a) };
    (first.to_owned(), second.to_owned(), kind.word())
}

/// Kinds of whose users somebody is told by a signal of its own.
const SIGNALS: [(Kind, &str); 3] = [
    (Kind::Phone, "x.phones"),
    (Kind::Email, "x.emails"),
    (Kind::Link, "x.links"),
];

#[tokio::test]
async fn the_stored_keys_find_the_pairs_that_comparing_everybody_finds() {
    let app = TestApp::start().await;
    let mut file = Vec::new();
    let options = Options {
        people: PEOPLE,
        seed: 4,
        ring_share: 0.05,
        texts: false,
    };
    let written = crowd::write(&options, &mut file, &mut Vec::new()).unwrap();
    assert!(written.records >= 2_000, "{written:?}");
    let records: Vec<_> = intake::ndjson(file.as_slice())
        .map(|record| record.unwrap())
        .take(2_000)
        .collect();

    let settings = app.app.settings();
    let of_each: Vec<Keyed> = records
        .iter()
        .map(|record| {
            let candidate = normalise::candidate(record, &settings);
            (&*record.external_id, keys::of(&candidate))
        })
        .collect();
    let (brute, linking) = compare(&of_each);
    assert!(brute.len() > 500, "{}", brute.len());

    for batch in records.chunks(250) {
        for screening in screening::receive(&app.app, batch.to_vec()).await {
            screening.unwrap();
        }
    }
    app.settle().await;

    // Pairs of the table of keys, joined with itself.
    let stored: Vec<(String, String, i64)> = sql(
        "select a.external_id, b.external_id, own.hash from keys as own \
         join keys as other on other.hash = own.hash and other.candidate_id > own.candidate_id \
         join candidates as a on a.id = own.candidate_id \
         join candidates as b on b.id = other.candidate_id",
    )
    .all(&app.app.db)
    .await
    .unwrap();
    let kinds: HashMap<i64, Kind> = of_each
        .iter()
        .flat_map(|(_, keys)| keys)
        .map(|key| (app.app.hash.of(key.kind, &key.normal), key.kind))
        .collect();
    let found: BTreeSet<Pair> = stored
        .iter()
        .map(|(a, b, hash)| pair(a, b, kinds[hash]))
        .collect();
    assert_same(&brute, &found);

    // Pairs that the screenings saw, from either side.
    let seen: Vec<(String, String)> = sql("select external_id, signals from candidates \
         join screenings on screenings.id = candidates.screening_id")
    .all(&app.app.db)
    .await
    .unwrap();
    let ids: Vec<(String, String)> = sql("select id, external_id from candidates")
        .all(&app.app.db)
        .await
        .unwrap();
    let ids: HashMap<_, _> = ids.into_iter().collect();
    let mut sides = BTreeMap::<Pair, usize>::new();
    for (own, signals) in &seen {
        let signals: serde_json::Value = serde_json::from_str(signals).unwrap();
        for (kind, name) in SIGNALS {
            let others: BTreeSet<_> = signals[name]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|row| row["related"].as_str())
                .collect();
            for other in others {
                *sides.entry(pair(own, &ids[other], kind)).or_default() += 1;
            }
        }
    }
    let expected: BTreeSet<Pair> = linking
        .into_iter()
        .filter(|(_, _, kind)| SIGNALS.iter().any(|(known, _)| known.word() == *kind))
        .collect();
    assert_same(&expected, &sides.keys().cloned().collect());
    let halves: Vec<_> = sides.iter().filter(|(_, count)| **count != 2).collect();
    assert!(halves.is_empty(), "only one of them was told: {halves:?}");
}

/// An id and what its record could share.
type Keyed<'a> = (&'a str, Vec<keys::Key>);

/// Everybody with everybody: all pairs, and those by what has few enough users to link anybody.
fn compare(of_each: &[Keyed]) -> (BTreeSet<Pair>, BTreeSet<Pair>) {
    let mut users = BTreeMap::<(Kind, &str), usize>::new();
    for (_, keys) in of_each {
        for key in keys {
            *users.entry((key.kind, &key.normal)).or_default() += 1;
        }
    }
    let (mut all, mut linking) = (BTreeSet::new(), BTreeSet::new());
    for (at, (a, own)) in of_each.iter().enumerate() {
        for (b, theirs) in &of_each[..at] {
            for key in own {
                let same = |other: &keys::Key| other.kind == key.kind && other.normal == key.normal;
                if theirs.iter().any(same) {
                    all.insert(pair(a, b, key.kind));
                    if users[&(key.kind, &*key.normal)] - 1 <= HUB_ABOVE {
                        linking.insert(pair(a, b, key.kind));
                    }
                }
            }
        }
    }
    (all, linking)
}

fn assert_same(expected: &BTreeSet<Pair>, found: &BTreeSet<Pair>) {
    let missed: Vec<_> = expected.difference(found).take(5).collect();
    let invented: Vec<_> = found.difference(expected).take(5).collect();
    assert!(
        missed.is_empty() && invented.is_empty(),
        "of {} pairs missed {missed:?}, invented {invented:?}",
        expected.len()
    );
}
