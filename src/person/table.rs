//! Records made ready for millions of comparisons: every value a number, with how often it occurs.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::likeness::{Token, letters, sound};
use super::record::Record;
use crate::normalise::name::nickname::{self, Groups};

/// Tokens of a name that are compared.
pub(super) const TOKENS: usize = 4;

/// A value's number; 0 is none.
pub(super) type Id = u32;

/// What values of different kinds are kept apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    Token,
    /// Street, second line and city, which people mix up.
    Text,
    Number,
    Postal,
    Region,
    Unit,
    Contact,
    History,
    /// Several values together.
    Together,
}

/// How many kinds there are.
const SPACES: usize = Space::Together as usize + 1;

/// One record.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub tokens: [Id; TOKENS],
    pub count: u8,
    /// The places of given and family name among the tokens.
    pub given: u8,
    pub family: u8,
    /// The tokens written as one.
    pub joined: Id,
    /// All tokens, whatever their order.
    pub name: Id,
    pub generation: u8,
    pub number: Id,
    pub unit: Id,
    /// Street, second line, city.
    pub texts: [Id; 3],
    pub region: Id,
    pub postal: Id,
    /// Postal code and city.
    pub place: Id,
    /// Street with the postal code, and with the city.
    pub street_postal: Id,
    pub street_city: Id,
    /// Number and street in one place.
    pub house: Id,
    pub contacts: Span,
    pub history: Span,
}

/// A run of the pool.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Span {
    start: u32,
    len: u32,
}

/// A value.
#[derive(Debug)]
struct Value {
    text: Box<str>,
    sound: u32,
    letters: u64,
    groups: Groups,
}

/// All records of one comparison.
#[derive(Debug)]
pub struct Table {
    /// Records in the population that frequencies are of.
    pub(super) population: f64,
    pub(super) rows: Vec<Row>,
    values: Vec<Value>,
    /// How many records have the value.
    users: Vec<f32>,
    pool: Vec<Id>,
    /// Of contacts: which kind.
    pub(super) kinds: Vec<u8>,
}

/// Kinds of contact.
pub(super) const PHONE: u8 = 1;
pub(super) const MAIL: u8 = 2;
pub(super) const LINK: u8 = 3;

/// What is supposed of values in a population of which only a few records are at hand: the share of
/// people with a typical value. A common name is had by 1 % of all, a rare one by 1 in 100,000; these
/// are near the mean over people, which common values make.
const TYPICAL: [(Space, f32); 6] = [
    (Space::Token, 1.0 / 500.0),
    (Space::Text, 1.0 / 400.0),
    (Space::Number, 1.0 / 200.0),
    (Space::Postal, 1.0 / 2_000.0),
    (Space::Region, 1.0 / 15.0),
    (Space::Unit, 1.0 / 20.0),
];

impl Table {
    /// Of all records there are: frequencies are counted.
    pub fn of_all(records: &[Record]) -> Self {
        Maker::default().make(records)
    }

    /// Of some records out of a population of so many: frequencies are supposed.
    pub fn of_some(records: &[Record], population: f64) -> Self {
        let mut maker = Maker::default();
        for record in records {
            maker.add(record);
        }
        let shares = TYPICAL.map(|(space, share)| {
            let ids = maker.ids[space as usize].values().copied();
            (ids.collect::<Vec<_>>(), share)
        });
        let mut table = maker.finish();
        table.population = population.max(1_000.0);
        #[expect(clippy::cast_possible_truncation, reason = "a count of people")]
        let people = table.population as f32;
        for (ids, share) in shares {
            for id in ids {
                table.users[id as usize] = share * people;
            }
        }
        table
    }

    /// Records at hand.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no record.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(super) fn bytes(&self, id: Id) -> &[u8] {
        self.values[id as usize].text.as_bytes()
    }

    pub(super) fn text(&self, id: Id) -> &str {
        &self.values[id as usize].text
    }

    pub(super) fn sound(&self, id: Id) -> u32 {
        self.values[id as usize].sound
    }

    pub(super) fn token(&self, id: Id) -> Token<'_> {
        let value = &self.values[id as usize];
        Token {
            text: value.text.as_bytes(),
            sound: value.sound,
            letters: value.letters,
        }
    }

    pub(super) fn nicknames(&self, a: Id, b: Id) -> bool {
        nickname::same(
            &self.values[a as usize].groups,
            &self.values[b as usize].groups,
        )
    }

    /// How many records have a value.
    pub(super) fn users(&self, id: Id) -> f64 {
        f64::from(self.users[id as usize])
    }

    /// The share of others that have a value, one record at the least.
    pub(super) fn share(&self, id: Id) -> f64 {
        (self.users(id) - 1.0).max(1.0) / self.population
    }

    pub(super) fn span(&self, span: Span) -> &[Id] {
        &self.pool[span.start as usize..(span.start + span.len) as usize]
    }
}

#[derive(Default)]
struct Maker {
    /// By kind.
    ids: [HashMap<Box<str>, Id>; SPACES],
    together: HashMap<(u8, Id, Id), Id>,
    values: Vec<Value>,
    users: Vec<f32>,
    rows: Vec<Row>,
    pool: Vec<Id>,
    kinds: Vec<u8>,
}

impl Maker {
    fn make(mut self, records: &[Record]) -> Table {
        self.rows.reserve(records.len());
        for record in records {
            self.add(record);
        }
        self.finish()
    }

    #[expect(clippy::cast_precision_loss, reason = "a count of records")]
    fn finish(mut self) -> Table {
        self.reserve_none();
        Table {
            population: (self.rows.len() as f64).max(2.0),
            rows: self.rows,
            values: self.values,
            users: self.users,
            pool: self.pool,
            kinds: self.kinds,
        }
    }

    /// 0 is no value.
    fn reserve_none(&mut self) {
        if self.values.is_empty() {
            self.values.push(Value {
                text: Box::default(),
                sound: 0,
                letters: 0,
                groups: Groups::default(),
            });
            self.users.push(0.0);
            self.kinds.push(0);
        }
    }

    fn push(&mut self, text: &str, groups: Groups, kind: u8) -> Id {
        self.reserve_none();
        self.values.push(Value {
            sound: sound(text),
            letters: letters(text),
            text: text.into(),
            groups,
        });
        self.users.push(0.0);
        self.kinds.push(kind);
        Id::try_from(self.values.len() - 1).expect("fewer values than memory holds")
    }

    fn id(&mut self, space: Space, text: &str, kind: u8) -> Id {
        if text.is_empty() {
            return 0;
        }
        let id = if let Some(id) = self.ids[space as usize].get(text) {
            *id
        } else {
            let groups = match space {
                Space::Token => nickname::groups(text),
                _ => Groups::default(),
            };
            let id = self.push(text, groups, kind);
            self.ids[space as usize].insert(text.into(), id);
            id
        };
        self.users[id as usize] += 1.0;
        id
    }

    /// Two values together; none where one is missing.
    fn both(&mut self, which: u8, a: Id, b: Id) -> Id {
        if a == 0 || b == 0 {
            return 0;
        }
        let free = match self.together.entry((which, a, b)) {
            Entry::Occupied(known) => {
                let id = *known.get();
                self.users[id as usize] += 1.0;
                return id;
            }
            Entry::Vacant(_) => self.push("", Groups::default(), 0),
        };
        self.together.insert((which, a, b), free);
        self.users[free as usize] += 1.0;
        free
    }

    fn list(&mut self, space: Space, texts: &[(u8, &String)]) -> Span {
        let start = self.pool.len();
        for (kind, text) in texts {
            let id = self.id(space, text, *kind);
            self.pool.push(id);
        }
        let as_u32 = |n: usize| u32::try_from(n).expect("fewer values than memory holds");
        Span {
            start: as_u32(start),
            len: as_u32(texts.len()),
        }
    }

    fn add(&mut self, record: &Record) {
        // The first tokens and the last, which is the family name as a rule.
        let mut tokens: Vec<&str> = record.tokens.iter().map(String::as_str).collect();
        if tokens.len() > TOKENS {
            tokens.drain(TOKENS - 1..tokens.len() - 1);
        }
        let mut row = Row {
            count: u8::try_from(tokens.len()).unwrap_or_default(),
            ..Row::default()
        };
        for (slot, token) in row.tokens.iter_mut().zip(&tokens) {
            *slot = self.id(Space::Token, token, 0);
        }
        let last = row.count.saturating_sub(1);
        (row.given, row.family) = if record.family_first {
            (1.min(last), 0)
        } else {
            (0, last)
        };
        row.joined = self.id(Space::Together, &tokens.concat(), 0);
        let mut sorted = row.tokens;
        sorted.sort_unstable();
        row.name = sorted.into_iter().fold(0, |all, token| {
            if all == 0 {
                token
            } else {
                self.both(0, all, token)
            }
        });
        row.generation = match record.generation {
            "" => 0,
            "jr" => 1,
            "sr" => 2,
            "ii" => 3,
            "iii" => 4,
            _ => 5,
        };
        row.number = self.id(Space::Number, &record.number, 0);
        row.unit = self.id(Space::Unit, &record.unit, 0);
        row.texts = [
            self.id(Space::Text, &record.street, 0),
            self.id(Space::Text, &record.extra, 0),
            self.id(Space::Text, &record.city, 0),
        ];
        row.region = self.id(Space::Region, &record.region, 0);
        row.postal = self.id(Space::Postal, &record.postal, 0);
        let [street, _, city] = row.texts;
        row.place = self.both(1, row.postal, city);
        row.street_postal = self.both(2, street, row.postal);
        row.street_city = self.both(3, street, city);
        let way = if row.street_postal == 0 {
            row.street_city
        } else {
            row.street_postal
        };
        row.house = self.both(4, row.number, way);
        let contacts = (record.phones.iter().map(|phone| (PHONE, phone)))
            .chain(record.mails.iter().map(|mail| (MAIL, mail)))
            .chain(record.links.iter().map(|link| (LINK, link)));
        let contacts: Vec<_> = contacts.collect();
        row.contacts = self.list(Space::Contact, &contacts);
        let history: Vec<_> = record.history.iter().map(|text| (0, text)).collect();
        row.history = self.list(Space::History, &history);
        self.rows.push(row);
    }
}
