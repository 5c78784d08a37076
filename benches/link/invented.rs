//! Invented people and what becomes of their data: slips of the pen, fields missing, moved or changed.

#![allow(dead_code, reason = "the tests and the bench each use a part")]
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of a few hundred thousand"
)]

use std::fmt::Write as _;

/// `SplitMix64`: the same people at every run.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % n as u64).unwrap()
    }

    pub fn chance(&mut self, percent: f64) -> bool {
        (self.below(1_000_000) as f64) < percent * 10_000.0
    }

    fn real(&mut self) -> f64 {
        self.below(1 << 30) as f64 / f64::from(1 << 30)
    }
}

/// Words of which the n-th is 1/n as common as the first.
pub struct Zipf {
    words: Vec<String>,
    sums: Vec<f64>,
}

impl Zipf {
    pub fn new(
        dice: &mut Dice,
        count: usize,
        exponent: f64,
        word: impl Fn(&mut Dice) -> String,
    ) -> Self {
        let mut seen = std::collections::HashSet::new();
        let mut words = Vec::new();
        while words.len() < count {
            let word = word(dice);
            if seen.insert(word.clone()) {
                words.push(word);
            }
        }
        let mut sum = 0.0;
        let sums = (0..count)
            .map(|at| {
                sum += 1.0 / (at as f64 + 3.0).powf(exponent);
                sum
            })
            .collect();
        Self { words, sums }
    }

    pub fn at(&self, dice: &mut Dice) -> usize {
        let thrown = dice.real() * self.sums.last().unwrap();
        self.sums
            .partition_point(|sum| *sum < thrown)
            .min(self.words.len() - 1)
    }

    pub fn word(&self, at: usize) -> &str {
        &self.words[at]
    }

    pub fn pick(&self, dice: &mut Dice) -> String {
        self.words[self.at(dice)].clone()
    }
}

/// A word of so many syllables.
pub fn word(dice: &mut Dice, least: usize, most: usize) -> String {
    const ON: [&str; 24] = [
        "b", "br", "c", "ch", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "sh",
        "st", "t", "th", "v", "w", "m", "r",
    ];
    const IN: [&str; 9] = ["a", "e", "i", "o", "u", "a", "e", "ee", "ia"];
    const OFF: [&str; 12] = ["", "", "", "n", "r", "l", "s", "m", "ck", "th", "nd", "tt"];
    let mut text = String::new();
    for _ in 0..least + dice.below(most - least + 1) {
        text += ON[dice.below(ON.len())];
        text += IN[dice.below(IN.len())];
        text += OFF[dice.below(OFF.len())];
    }
    text
}

/// Given name, surname, house number, street, second line, suburb, postcode, state.
pub type Fields = [String; 8];

/// A record with the person it is of.
#[derive(Clone)]
pub struct Person {
    pub id: String,
    pub entity: usize,
    pub fields: Fields,
}

/// How dirty data are.
#[derive(Clone, Copy)]
pub struct Dirt {
    /// Records of one person besides the first, at most.
    pub most: usize,
    /// Errors a record, at most.
    pub errors: usize,
    /// Percent of people with further records.
    pub repeated: f64,
    /// Percent of records with a new address, and with another surname.
    pub moved: f64,
    pub married: f64,
    /// Percent of people who live with a family.
    pub families: f64,
    /// Whether a postcode says which suburb and state it is.
    pub consistent: bool,
}

/// As record-linkage's usual data: one dirty copy of each.
pub const USUAL: Dirt = Dirt {
    most: 1,
    errors: 3,
    repeated: 100.0,
    moved: 0.0,
    married: 0.0,
    families: 0.0,
    consistent: false,
};

/// Dirtier: up to five copies, changes of street and surname, families.
pub const DIRTY: Dirt = Dirt {
    most: 5,
    errors: 3,
    repeated: 60.0,
    moved: 3.0,
    married: 2.0,
    families: 20.0,
    consistent: true,
};

struct World {
    given: Zipf,
    surnames: Zipf,
    streets: Zipf,
    extras: Zipf,
    suburbs: Zipf,
    places: Vec<(String, String)>,
    states: [&'static str; 7],
}

const WAYS: [&str; 8] = [
    "street", "place", "crescent", "road", "avenue", "circuit", "close", "drive",
];

/// About so many records.
pub fn people(records: usize, dirt: Dirt, seed: u64) -> Vec<Person> {
    let mut dice = Dice(seed);
    let size = |scale: f64, most: usize| {
        ((records as f64).powf(0.6) * scale).clamp(60.0, most as f64) as usize
    };
    let world = World {
        given: Zipf::new(&mut dice, size(1.5, 1_500), 0.9, |dice| word(dice, 2, 3)),
        surnames: Zipf::new(&mut dice, size(8.0, 20_000), 0.9, |dice| word(dice, 2, 3)),
        streets: Zipf::new(&mut dice, size(8.0, 15_000), 0.8, |dice| word(dice, 2, 4)),
        extras: Zipf::new(&mut dice, size(4.0, 6_000), 0.8, |dice| {
            format!("{} {}", word(dice, 1, 2), word(dice, 1, 2))
        }),
        suburbs: Zipf::new(&mut dice, size(2.0, 3_000), 0.8, |dice| word(dice, 2, 4)),
        places: (0..3_000)
            .map(|_| (format!("{}", 1000 + dice.below(8_000)), String::new()))
            .collect(),
        states: ["nsw", "vic", "qld", "wa", "sa", "tas", "act"],
    };
    let mut all = Vec::new();
    let mut entity = 0;
    while all.len() < records {
        let first = world.person(&mut dice, dirt);
        let mut family = vec![first];
        if dice.chance(dirt.families) {
            for _ in 0..=dice.below(3) {
                let mut other = family[0].clone();
                other[0] = world.given.pick(&mut dice);
                if dice.chance(15.0) {
                    other[1] = world.surnames.pick(&mut dice);
                }
                if other[0] != family[0][0] {
                    family.push(other);
                }
            }
        }
        for original in family {
            let mut copies = 0;
            if dice.chance(dirt.repeated) {
                copies = 1 + dice.below(dirt.most);
            }
            for copy in 0..copies {
                let mut fields = original.clone();
                world.soil(&mut dice, &mut fields, dirt);
                all.push(Person {
                    id: format!("rec-{entity}-dup-{copy}"),
                    entity,
                    fields,
                });
            }
            all.push(Person {
                id: format!("rec-{entity}-org"),
                entity,
                fields: original,
            });
            entity += 1;
        }
    }
    for at in (1..all.len()).rev() {
        let other = dice.below(at + 1);
        all.swap(at, other);
    }
    all
}

impl World {
    fn home(&self, dice: &mut Dice, dirt: Dirt) -> [String; 6] {
        let suburb = self.suburbs.at(dice);
        let postal = if dirt.consistent {
            suburb
        } else {
            self.suburbs.at(dice)
        };
        let state = if dirt.consistent {
            suburb
        } else {
            dice.below(7)
        };
        let most = [9, 40, 200, 400][dice.below(4)];
        [
            (1 + dice.below(most)).to_string(),
            format!(
                "{} {}",
                self.streets.pick(dice),
                WAYS[dice.below(WAYS.len())]
            ),
            if dice.chance(40.0) {
                self.extras.pick(dice)
            } else {
                String::new()
            },
            self.suburbs.words[suburb].clone(),
            self.places[postal].0.clone(),
            self.states[state % 7].to_owned(),
        ]
    }

    fn person(&self, dice: &mut Dice, dirt: Dirt) -> Fields {
        let [number, street, extra, suburb, postal, state] = self.home(dice, dirt);
        let mut fields = [
            self.given.pick(dice),
            self.surnames.pick(dice),
            number,
            street,
            extra,
            suburb,
            postal,
            state,
        ];
        for (at, percent) in [(0, 2.0), (1, 1.0), (2, 3.0), (3, 2.0), (7, 2.0)] {
            if dice.chance(percent) && !(at == 1 && fields[0].is_empty()) {
                fields[at].clear();
            }
        }
        fields
    }

    fn soil(&self, dice: &mut Dice, fields: &mut Fields, dirt: Dirt) {
        if dice.chance(dirt.moved) {
            let home = self.home(dice, dirt);
            fields[2..].clone_from_slice(&home);
        }
        if dice.chance(dirt.married) && !fields[0].is_empty() {
            fields[1] = self.surnames.pick(dice);
        }
        for _ in 0..=dice.below(dirt.errors) {
            match dice.below(20) {
                0 => fields.swap(0, 1),
                1 => fields.swap(3, 4),
                2 if dice.chance(50.0) => fields.swap(3, 5),
                3 | 4 => {
                    let at = [0, 1, 2, 3, 4, 5, 6, 7][dice.below(8)];
                    let names = fields[..2].iter().filter(|name| !name.is_empty()).count();
                    if at > 1 || names > 1 {
                        fields[at].clear();
                    }
                }
                5 if dice.chance(30.0) => fields[0] = self.given.pick(dice),
                _ => {
                    let at = [0, 1, 1, 2, 3, 3, 4, 5, 5, 6, 7][dice.below(11)];
                    slip(dice, &mut fields[at]);
                }
            }
        }
    }
}

/// One slip of the pen, of the ear or of a reader of scans.
pub fn slip(dice: &mut Dice, text: &mut String) {
    const HEARD: [(&str, &str); 8] = [
        ("ph", "f"),
        ("ck", "k"),
        ("th", "t"),
        ("ee", "i"),
        ("c", "k"),
        ("s", "z"),
        ("v", "w"),
        ("tt", "t"),
    ];
    const READ: [(&str, &str); 6] = [
        ("l", "1"),
        ("o", "0"),
        ("m", "rn"),
        ("5", "s"),
        ("g", "q"),
        ("8", "b"),
    ];
    let letters: Vec<char> = text.chars().collect();
    if letters.is_empty() {
        return;
    }
    let digit = letters.iter().all(char::is_ascii_digit);
    let some = |dice: &mut Dice| {
        let from = if digit { b'0' } else { b'a' };
        char::from(from + u8::try_from(dice.below(if digit { 10 } else { 26 })).unwrap())
    };
    let at = dice.below(letters.len());
    let mut out = letters.clone();
    match dice.below(6) {
        0 => out.insert(at, some(dice)),
        1 if letters.len() > 1 => {
            out.remove(at);
        }
        2 if letters.len() > 1 => {
            let at = at.min(letters.len() - 2);
            out.swap(at, at + 1);
        }
        3 | 4 if !digit => {
            let table: &[(&str, &str)] = if dice.chance(70.0) { &HEARD } else { &READ };
            let (from, to) = table[dice.below(table.len())];
            *text = text.replacen(from, to, 1);
            return;
        }
        _ => out[at] = some(dice),
    }
    *text = out.into_iter().collect();
}

pub const HEADER: &str =
    "rec_id, given_name, surname, street_number, address_1, address_2, suburb, postcode, state";

/// The records as data sets of record linkage are written.
pub fn csv(people: &[Person]) -> String {
    let mut text = format!("{HEADER}\n");
    for person in people {
        let _ = writeln!(text, "{}, {}", person.id, person.fields.join(", "));
    }
    text
}

/// Who is who.
pub fn truth(people: &[Person]) -> String {
    let mut text = "rec_id,cluster\n".to_owned();
    for person in people {
        let _ = writeln!(text, "{},{}", person.id, person.entity);
    }
    text
}
