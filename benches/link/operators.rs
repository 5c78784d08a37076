//! Invented operators of several personas among ordinary people who share things by chance.
//!
//! Personas are chained: most are made from the last one and keep its phone, its mailbox under another
//! tag, its street or its network, some of them at a step. Ordinary people are couples and families,
//! room-mates, students of a campus, people of an agency, owners of a number given out again, people
//! behind one carrier's address, and those who apply again.

use std::fmt::Write as _;

use super::invented::{Dice, Zipf, word};

/// What is true of one record.
pub struct Known {
    pub person: usize,
    /// The operator behind a persona.
    pub operator: Option<usize>,
}

/// Percent of people who are personas.
const PERSONAS: f64 = 2.0;

/// Percent of steps of a chain at which neither phone nor mailbox is kept.
const CLEAN: f64 = 2.0;

/// Percent of the other steps at which each is kept: phone, mailbox, street, network.
const KEPT: [f64; 4] = [50.0, 45.0, 30.0, 30.0];

#[derive(Clone)]
struct Person {
    given: String,
    family: String,
    mailbox: String,
    phone: u64,
    home: (usize, usize, usize, usize),
    network: u64,
    agency: Option<usize>,
    day: usize,
    who: usize,
    operator: Option<usize>,
}

struct World {
    dice: Dice,
    given: Zipf,
    family: Zipf,
    streets: Zipf,
    people: usize,
    size: usize,
    clean: Clean,
}

const AREAS: [u64; 12] = [213, 469, 702, 786, 929, 331, 747, 512, 617, 415, 303, 206];

const TOWNS: [(&str, &str, &str); 6] = [
    ("Austin", "TX", "787"),
    ("Denver", "CO", "802"),
    ("Boston", "MA", "021"),
    ("Seattle", "WA", "981"),
    ("Miami", "FL", "331"),
    ("Chicago", "IL", "606"),
];

/// What is kept where neither phone nor mailbox is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Clean {
    /// Street and network.
    Both,
    /// One of them, which nobody can tell from chance.
    One,
}

/// About so many records as NDJSON, and what is true of each.
pub fn applications(records: usize, clean: Clean, seed: u64) -> (String, Vec<Known>) {
    let mut dice = Dice(seed);
    let mut world = World {
        given: Zipf::new(&mut dice, 1_500, 0.9, |dice| word(dice, 2, 3)),
        family: Zipf::new(&mut dice, 20_000, 0.9, |dice| word(dice, 2, 3)),
        streets: Zipf::new(&mut dice, 8_000, 0.8, |dice| word(dice, 2, 4)),
        dice,
        people: 0,
        size: records,
        clean,
    };
    let mut all = Vec::new();
    let (mut operators, mut personas) = (0, 0);
    while all.len() < records {
        if (personas as f64) < PERSONAS / 100.0 * all.len() as f64 {
            let members = world.operator(operators);
            personas += members.len();
            operators += 1;
            all.extend(members);
        } else {
            all.extend(world.ordinary());
        }
    }
    for at in (1..all.len()).rev() {
        let other = world.dice.below(at + 1);
        all.swap(at, other);
    }
    let mut text = String::new();
    for (at, person) in all.iter().enumerate() {
        world.write(&mut text, at, person);
    }
    let known = all.into_iter().map(|person| Known {
        person: person.who,
        operator: person.operator,
    });
    (text, known.collect())
}

impl World {
    fn phone(&mut self) -> u64 {
        let area = AREAS[self.dice.below(AREAS.len())];
        let exchange = 220 + self.dice.below(80) as u64 + 100 * self.dice.below(7) as u64;
        let exchange = if exchange == 555 { 556 } else { exchange };
        (area * 1_000 + exchange) * 10_000 + self.dice.below(10_000) as u64
    }

    fn mailbox(&mut self) -> String {
        let words = [
            self.given.pick(&mut self.dice),
            self.family.pick(&mut self.dice),
        ];
        format!("{}.{}{}", words[0], words[1], self.dice.below(10_000))
    }

    /// A line of one's own.
    fn line(&mut self) -> u64 {
        self.dice.below(1 << 28) as u64 | 1 << 40
    }

    fn person(&mut self) -> Person {
        self.people += 1;
        let day = self.dice.below(365);
        let shared = self.size / 8 + 1;
        Person {
            given: self.given.pick(&mut self.dice),
            family: self.family.pick(&mut self.dice),
            mailbox: self.mailbox(),
            phone: self.phone(),
            home: (
                1 + self.dice.below(900),
                self.streets.at(&mut self.dice),
                self.dice.below(TOWNS.len()),
                0,
            ),
            // A carrier's address serves a few.
            network: if self.dice.chance(15.0) {
                self.dice.below(shared) as u64
            } else {
                self.line()
            },
            agency: None,
            day,
            who: self.people,
            operator: None,
        }
    }

    /// One, or several who have to do with each other.
    fn ordinary(&mut self) -> Vec<Person> {
        let first = self.person();
        let mut all = vec![first.clone()];
        match self.dice.below(1_000) {
            // Applied again, with some of it changed.
            0..60 => {
                let mut again = first.clone();
                again.day = self.dice.below(365);
                if self.dice.chance(40.0) {
                    again.mailbox = self.mailbox();
                }
                if self.dice.chance(25.0) {
                    again.phone = self.phone();
                } else if self.dice.chance(30.0) {
                    again.home = self.person().home;
                }
                if self.dice.chance(50.0) {
                    again.network = self.line();
                }
                all.push(again);
            }
            // Couples and families, some with one line.
            60..90 => {
                let one_line = self.dice.chance(20.0);
                let mut other = self.person();
                if self.dice.chance(60.0) {
                    other.family.clone_from(&first.family);
                }
                (other.home, other.network) = (first.home, first.network);
                if one_line {
                    other.phone = first.phone;
                }
                all.push(other);
            }
            // Room-mates.
            90..110 => {
                for _ in 0..=self.dice.below(3) {
                    let other = self.person();
                    let (home, network) = (first.home, first.network);
                    all.push(Person {
                        home,
                        network,
                        ..other
                    });
                }
            }
            // A campus has its networks and one building of many rooms.
            110..150 => {
                let campus = self.dice.below(self.size / 800 + 2);
                all[0].network = campus as u64 | 1 << 41;
                all[0].home = (1, campus % 8_000, campus % 6, 1 + self.dice.below(500));
            }
            // An agency has a desk.
            150..200 => {
                let agency = self.dice.below(self.size / 500 + 2);
                all[0].agency = Some(agency);
                all[0].network = agency as u64 | 1 << 42;
                if self.dice.chance(70.0) {
                    all[0].phone = 6_505_220_000 + agency as u64;
                }
            }
            // A number that was somebody else's.
            200..208 => {
                let mut later = self.person();
                later.phone = first.phone;
                all[0].day = self.dice.below(100);
                later.day = 200 + self.dice.below(150);
                all.push(later);
            }
            // Neighbours of one house without apartments, on lines of their own.
            208..230 => {
                let other = self.person();
                all.push(Person {
                    home: first.home,
                    ..other
                });
            }
            _ => {}
        }
        all
    }

    /// Three to ten personas.
    fn operator(&mut self, operator: usize) -> Vec<Person> {
        let begun = self.dice.below(300);
        let mut all: Vec<Person> = Vec::new();
        for at in 0..3 + self.dice.below(8) {
            let mut next = self.person();
            next.operator = Some(operator);
            next.day = begun + self.dice.below(60);
            if at > 0 {
                let from = if self.dice.chance(80.0) {
                    at - 1
                } else {
                    self.dice.below(at)
                };
                let from = all[from].clone();
                for kept in self.step() {
                    match kept {
                        0 => next.phone = from.phone,
                        1 => next.mailbox.clone_from(&from.mailbox),
                        2 => next.home = from.home,
                        _ => next.network = from.network,
                    }
                }
            }
            all.push(next);
        }
        all
    }

    /// What is kept at one step.
    fn step(&mut self) -> Vec<usize> {
        if self.dice.chance(CLEAN) {
            return match self.clean {
                Clean::Both => vec![2, 3],
                Clean::One => vec![2 + self.dice.below(2)],
            };
        }
        loop {
            let kept: Vec<usize> = (0..4).filter(|at| self.dice.chance(KEPT[*at])).collect();
            if kept.iter().any(|at| *at < 2) {
                return kept;
            }
        }
    }

    fn write(&self, text: &mut String, at: usize, person: &Person) {
        let (number, street, town, room) = person.home;
        let (city, region, postal) = TOWNS[town];
        let room = if room == 0 {
            String::new()
        } else {
            format!(", Apt {room}")
        };
        let street = self.streets.word(street);
        // A box has many spellings.
        let tag = if person.operator.is_some() {
            format!("+{}", &person.given[..2])
        } else {
            String::new()
        };
        let network = person.network;
        let agency = person
            .agency
            .map(|agency| format!(r#","agency":"Agency {agency}""#))
            .unwrap_or_default();
        let (month, day) = (1 + person.day / 31, 1 + person.day % 28);
        let _ = writeln!(
            text,
            r#"{{"external_id":"r{at}","applied_at":"2025-{month:02}-{day:02}T00:00:00Z","name":"{} {}","emails":["{}{tag}@gmail.com"],"phones":["+1{}"],"address":{{"country":"US","line1":"{number} {street} St{room}","city":"{city}","region":"{region}","postal_code":"{postal}{:02}"}},"submission":{{"ip":"2600:{:x}:{:x}:{:x}::1"}}{agency}}}"#,
            person.given,
            person.family,
            person.mailbox,
            person.phone,
            street.len() % 40,
            network >> 32,
            network >> 16 & 0xffff,
            network & 0xffff,
        );
    }
}
