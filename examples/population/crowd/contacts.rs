//! Phones, mailboxes, homes, networks: each given out once, as in life, unless a story shares it.

use std::collections::HashSet;

use super::dice::Dice;
use super::names::{self, Name};
use super::places::{KINDS, STREETS, TOWNS, Town};

/// A postal address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Home {
    /// Place of the town in [`TOWNS`].
    pub town: usize,
    /// House number.
    pub number: i64,
    /// Street with its kind.
    pub street: String,
    /// `Apt 4B`, or empty.
    pub unit: String,
    /// Five digits.
    pub zip: String,
}

impl Home {
    /// The first line.
    pub fn line1(&self) -> String {
        format!("{} {}", self.number, self.street)
    }

    /// The town.
    pub fn town(&self) -> &'static Town {
        &TOWNS[self.town]
    }
}

/// Mail providers, by how many of 100 people use them.
const PROVIDERS: [(usize, &str); 9] = [
    (66, "gmail.com"),
    (9, "yahoo.com"),
    (6, "outlook.com"),
    (6, "hotmail.com"),
    (6, "icloud.com"),
    (2, "proton.me"),
    (2, "aol.com"),
    (2, "comcast.net"),
    (1, "live.com"),
];

/// What was given out.
#[derive(Debug, Default)]
pub struct Issued {
    phones: HashSet<u64>,
    mailboxes: HashSet<u64>,
    homes: HashSet<u64>,
}

/// A hash for remembering what was given out.
fn mark(text: &str) -> u64 {
    // FNV-1a
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// A number of the plan as its ten digits: no service code, nothing fictional.
fn possible(number: u64) -> bool {
    let exchange = number / 10_000 % 1000;
    exchange >= 200 && exchange % 100 != 11 && exchange != 555
}

impl Issued {
    /// A number of an area.
    pub fn phone_in(&mut self, area: u16, dice: &mut Dice) -> u64 {
        loop {
            let number = u64::from(area) * 10_000_000 + dice.throw() % 10_000_000;
            if possible(number) && self.phones.insert(number) {
                return number;
            }
        }
    }

    /// A number of a town's resident: one in eight brought it from elsewhere.
    pub fn phone(&mut self, town: &Town, dice: &mut Dice) -> u64 {
        let town = if dice.chance(12) {
            &TOWNS[dice.skewed(TOWNS.len())]
        } else {
            town
        };
        let area = town.areas[dice.below(town.areas.len())];
        self.phone_in(area, dice)
    }

    /// A number of the same thousand as another, `within` lines of it if possible.
    pub fn phone_near(&mut self, other: u64, within: u64, dice: &mut Dice) -> u64 {
        let block = other / 1000 * 1000;
        for _ in 0..200 {
            let span = 2 * within + 1;
            let line = (other % 1000 + 1000 + dice.throw() % span - within) % 1000;
            if self.phones.insert(block + line) {
                return block + line;
            }
        }
        other
    }

    /// A mailbox in one of the ways that people choose, and whether its provider ignores dots.
    pub fn mailbox(&mut self, name: &Name, born: i64, dice: &mut Dice) -> String {
        let (given, family) = (names::plain(&name.given), names::plain(&name.family));
        let initial: String = given.chars().take(1).collect();
        let last: String = family.chars().take(1).collect();
        let year = born % 100;
        let mut local = match dice.below(11) {
            0..=2 => format!("{given}.{family}"),
            3 => format!("{given}{family}"),
            4 => format!("{initial}{family}"),
            5 => format!("{initial}{family}{year:02}"),
            6 => format!("{given}{family}{}", dice.below(1000)),
            7 => format!("{family}.{given}"),
            8 => format!("{given}{last}{}", dice.below(10_000)),
            9 => format!("{given}_{family}"),
            _ => format!("{given}.{family}{year:02}"),
        };
        local.truncate(40);
        let mut place = dice.below(100);
        let mut at = 0;
        while place >= PROVIDERS[at].0 {
            place -= PROVIDERS[at].0;
            at += 1;
        }
        let provider = PROVIDERS[at].1;
        let wanted = local.clone();
        // Gmail gives out no box that differs by dots alone.
        while !self
            .mailboxes
            .insert(mark(&format!("{}@{provider}", local.replace('.', ""))))
        {
            local = format!("{wanted}{}", dice.below(100_000));
        }
        format!("{local}@{provider}")
    }

    /// A house or flat in a town.
    pub fn home(&mut self, town: usize, dice: &mut Dice) -> Home {
        loop {
            let kind = KINDS[dice.skewed(KINDS.len())];
            let street = match dice.below(4) {
                0 => {
                    let n = dice.between(2, 99);
                    let end = match (n % 10, n / 10) {
                        (_, 1) => "th",
                        (1, _) => "st",
                        (2, _) => "nd",
                        (3, _) => "rd",
                        _ => "th",
                    };
                    format!("{n}{end} {kind}")
                }
                _ => format!("{} {kind}", STREETS[dice.skewed(STREETS.len())]),
            };
            let unit = if dice.chance(40) {
                let letter = char::from(b'A' + u8::try_from(dice.below(6)).unwrap_or(0));
                match dice.below(3) {
                    0 => format!("Apt {}", dice.between(1, 420)),
                    1 => format!("Apt {}{letter}", dice.between(1, 30)),
                    _ => format!("Unit {}", dice.between(1, 90)),
                }
            } else {
                String::new()
            };
            let home = Home {
                town,
                number: dice.between(1, 9800),
                street,
                unit,
                zip: format!("{}{:02}", TOWNS[town].zip, dice.between(1, 40)),
            };
            if self.homes.insert(mark(&format!(
                "{}|{}|{}",
                home.line1(),
                home.unit,
                home.zip
            ))) {
                return home;
            }
        }
    }
}

/// A number in one of the ways it is written.
pub fn written(number: u64, dice: &mut Dice) -> String {
    let (area, exchange, line) = (number / 10_000_000, number / 10_000 % 1000, number % 10_000);
    match dice.below(10) {
        0..=4 => format!("({area}) {exchange:03}-{line:04}"),
        5 | 6 => format!("{area}-{exchange:03}-{line:04}"),
        7 => format!("{area}.{exchange:03}.{line:04}"),
        8 => format!("{area}{exchange:03}{line:04}"),
        _ => format!("+1 {area}-{exchange:03}-{line:04}"),
    }
}

/// A public IPv4 address out of blocks of providers that serve homes; few meet by chance.
pub fn home_ip(dice: &mut Dice) -> String {
    const FIRST: [u8; 8] = [24, 47, 67, 68, 71, 73, 76, 98];
    format!(
        "{}.{}.{}.{}",
        FIRST[dice.below(FIRST.len())],
        dice.below(256),
        dice.below(256),
        1 + dice.below(254)
    )
}

/// A phone on the go: an IPv6 network of its own, or one of a carrier's few public addresses that
/// thousands stand behind.
pub fn mobile_ip(dice: &mut Dice) -> String {
    if dice.chance(60) {
        let (a, b, c) = (dice.below(65_536), dice.below(65_536), dice.below(65_536));
        format!("2607:fb90:{a:x}:{b:x}:0:{c:x}:1:2")
    } else {
        let gate = dice.skewed(600);
        format!("172.58.{}.{}", gate / 200, 1 + gate % 200)
    }
}
