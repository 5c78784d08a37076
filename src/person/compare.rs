//! Two records beside each other: how far each field agrees, and how likely that is among strangers.

use super::likeness::{self, Level};
use super::rates::Rates;
use super::table::{Id, LINK, MAIL, PHONE, Row, Table};

/// The fields compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Field {
    /// Given name.
    Given,
    /// Family name.
    Family,
    /// Street.
    Street,
    /// Second line of the address.
    Extra,
    /// City.
    City,
    /// House number.
    Number,
    /// Postal code.
    Postal,
    /// State or region.
    Region,
    /// Apartment.
    Unit,
}

/// How many fields there are.
pub(super) const FIELDS: usize = 9;

impl Field {
    /// All of them, in their order.
    pub const ALL: [Self; FIELDS] = [
        Self::Given,
        Self::Family,
        Self::Street,
        Self::Extra,
        Self::City,
        Self::Number,
        Self::Postal,
        Self::Region,
        Self::Unit,
    ];
}

/// What a comparison of two records found.
#[derive(Clone, Copy, Debug)]
pub struct Compared {
    /// How far each field agrees, in the order of [`Field::ALL`].
    pub levels: [Level; FIELDS],
    /// How likely that is for two strangers, 0 to 1; 1 where a field is missing.
    pub(super) chance: [f64; FIELDS],
    /// Given and family name stand in each other's place.
    pub swapped: bool,
    /// How they may be reached: what is shared, and how likely that is for strangers.
    pub contacts: Contacts,
    /// Employers and schools.
    pub(super) history: History,
    /// Marks of generation: `Some(true)` both have other ones, `Some(false)` one has none.
    pub(super) generation: Option<bool>,
    /// The same house, to the number.
    pub same_house: bool,
}

/// Agreement of employers and schools.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum History {
    /// One of the two names none.
    Missing,
    /// Both name one, which so many do, 0 to 1.
    Shared(f64),
    /// They name others.
    Differs,
}

/// Agreement of phone, mailbox and profile, in this order: `None` where one of the two has none, the
/// share of records with the shared value, or 1 where they differ.
#[derive(Clone, Copy, Debug, Default)]
pub struct Contacts {
    pub(super) shares: [Option<f64>; 3],
    /// The mailbox's name before `@` is the same or nearly, and rare.
    pub(super) mail_near: bool,
}

impl Contacts {
    /// Whether phone, mailbox and profile are shared: `None` where one of the two has none.
    pub fn shared(&self) -> [Option<bool>; 3] {
        self.shares.map(|share| share.map(|share| share < 1.0))
    }
}

/// Likenesses of pairs of tokens met before; one for each thread.
#[derive(Debug)]
pub struct Cache(Vec<(u64, Level)>);

/// Pairs of values remembered.
const CACHED: usize = 1 << 15;

impl Default for Cache {
    fn default() -> Self {
        Self(vec![(0, Level::Missing); CACHED])
    }
}

impl Cache {
    fn get(&mut self, a: Id, b: Id, of: impl FnOnce() -> Level) -> Level {
        let key = u64::from(a.min(b)) << 32 | u64::from(a.max(b));
        let place = key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 49;
        let slot = &mut self.0[usize::try_from(place).unwrap_or_default() % CACHED];
        if slot.0 != key {
            *slot = (key, of());
        }
        slot.1
    }
}

/// Compares records of a table.
#[derive(Debug)]
pub(super) struct Comparer<'a> {
    pub table: &'a Table,
    pub rates: &'a Rates,
    pub cache: Cache,
}

/// How good an agreement of names is, to choose between ways to read them.
const fn good(level: Level) -> i32 {
    match level {
        Level::Exact => 6,
        Level::Nickname => 5,
        Level::Near => 4,
        Level::Initial | Level::Partial => 2,
        Level::Missing => 1,
        Level::Moved | Level::Differs => 0,
    }
}

/// A level with the two values that reached it.
type Found = (Level, Id, Id);

const NOTHING: Found = (Level::Missing, 0, 0);

impl<'a> Comparer<'a> {
    pub fn new(table: &'a Table, rates: &'a Rates) -> Self {
        Self {
            table,
            rates,
            cache: Cache::default(),
        }
    }

    /// Compares two records.
    pub fn compare(&mut self, a: u32, b: u32) -> Compared {
        let table = self.table;
        let (a, b) = (&table.rows[a as usize], &table.rows[b as usize]);
        let mut levels = [Level::Missing; FIELDS];
        let mut chance = [1.0; FIELDS];
        let (given, family, swapped) = self.names(a, b);
        for (at, found) in [(0, given), (1, family)] {
            levels[at] = found.0;
            chance[at] = self.name_chance(at, found);
        }
        // A full name can be common though its parts are not.
        if a.name == b.name && a.count > 1 {
            let together = (table.users(a.name) - 2.0) / table.population;
            chance[1] = chance[1].max(together / chance[0]).min(1.0);
        }
        let same_house = self.address(a, b, &mut levels, &mut chance);
        Compared {
            levels,
            chance,
            swapped,
            contacts: self.contacts(a, b),
            history: self.history(a, b),
            generation: (a.generation != b.generation)
                .then_some(a.generation != 0 && b.generation != 0),
            same_house,
        }
    }

    pub(super) fn token(&mut self, a: Id, b: Id) -> Found {
        if a == 0 || b == 0 {
            return NOTHING;
        }
        if a == b {
            return (Level::Exact, a, b);
        }
        let table = self.table;
        let level = self.cache.get(a, b, || {
            if table.nicknames(a, b) {
                Level::Nickname
            } else {
                likeness::tokens(table.token(a), table.token(b))
            }
        });
        (level, a, b)
    }

    pub(super) fn text(&mut self, a: Id, b: Id) -> Found {
        if a == 0 || b == 0 {
            return NOTHING;
        }
        if a == b {
            return (Level::Exact, a, b);
        }
        let table = self.table;
        let level = self
            .cache
            .get(a, b, || likeness::texts(table.token(a), table.token(b)));
        (level, a, b)
    }

    /// Given name, family name, and whether they stand in each other's place.
    fn names(&mut self, a: &Row, b: &Row) -> (Found, Found, bool) {
        if a.count == 0 || b.count == 0 {
            return (NOTHING, NOTHING, false);
        }
        let of = |row: &Row, at: u8| row.tokens[usize::from(at)];
        if a.joined == b.joined {
            let exact = |at| (Level::Exact, of(a, at), of(a, at));
            let given = if a.count == 1 {
                NOTHING
            } else {
                exact(a.given)
            };
            return (given, exact(a.family), false);
        }
        if a.count == 1 || b.count == 1 {
            // One token: it may be either name.
            let (one, other) = if a.count == 1 { (a, b) } else { (b, a) };
            let token = one.tokens[0];
            let family = self.token(token, of(other, other.family));
            if other.count == 1 {
                return (NOTHING, family, false);
            }
            let given = self.token(token, of(other, other.given));
            return if good(given.0) > good(family.0) {
                (given, NOTHING, false)
            } else {
                (NOTHING, family, false)
            };
        }
        let given = self.best(a, a.given, b, b.given);
        let family = self.best(a, a.family, b, b.family);
        if good(given.0) >= 5 && good(family.0) >= 4 {
            return (given, family, false);
        }
        let crossed = self.token(of(a, a.given), of(b, b.family));
        let other = self.token(of(a, a.family), of(b, b.given));
        let gain = good(crossed.0) + good(other.0) - good(given.0) - good(family.0);
        if gain > 2 && good(crossed.0).min(good(other.0)) >= 2 {
            (crossed, other, true)
        } else {
            (given, family, false)
        }
    }

    /// The best agreement of one part of the name with the same part or with a middle name.
    fn best(&mut self, a: &Row, at: u8, b: &Row, bt: u8) -> Found {
        let mut best = self.token(a.tokens[usize::from(at)], b.tokens[usize::from(bt)]);
        let middles = |row: &Row| {
            let (given, family, tokens) = (row.given, row.family, row.tokens);
            (0..row.count)
                .filter(move |place| *place != given && *place != family)
                .map(move |place| tokens[usize::from(place)])
        };
        for middle in middles(b) {
            let found = self.token(a.tokens[usize::from(at)], middle);
            if good(found.0) > good(best.0).max(3) {
                best = found;
            }
        }
        for middle in middles(a) {
            let found = self.token(middle, b.tokens[usize::from(bt)]);
            if good(found.0) > good(best.0).max(3) {
                best = found;
            }
        }
        best
    }

    fn name_chance(&self, field: usize, (level, a, b): Found) -> f64 {
        let rates = self.rates;
        let of = |level| rates.of(field, level);
        match level {
            Level::Missing => 1.0,
            Level::Exact => self.table.share(a),
            Level::Nickname => 0.3 * self.table.share(a).max(self.table.share(b)) + of(level),
            Level::Near => self.near(field, a, b),
            level => of(level),
        }
    }

    /// Strangers with nearly one value: the other is a slip of a common one, or both are values of
    /// their own, as twins' names are; a slip seldom makes a value that many have.
    fn near(&self, field: usize, a: Id, b: Id) -> f64 {
        let table = self.table;
        let common = table.share(a).max(table.share(b));
        let rarer = table.users(a).min(table.users(b));
        let own = (rarer / 6.0).clamp(1.0, 20.0);
        ((0.1 * common + 0.3 * self.rates.of(field, Level::Near)) * own).min(1.0)
    }

    /// Fills in the fields of the address; whether the house is the same.
    fn address(
        &mut self,
        a: &Row,
        b: &Row,
        levels: &mut [Level; FIELDS],
        chance: &mut [f64; FIELDS],
    ) -> bool {
        let table = self.table;
        let mut texts = [NOTHING; 3];
        for (found, (x, y)) in texts.iter_mut().zip(a.texts.iter().zip(b.texts)) {
            *found = self.text(*x, y);
        }
        self.moved(a, b, &mut texts);
        let [street, extra, city] = texts;
        let number = self.number(a.number, b.number);
        let postal = self.number(a.postal, b.postal);
        levels[2..7].copy_from_slice(&[street.0, extra.0, city.0, number.0, postal.0]);
        let exact = |found: Found| found.0 == Level::Exact;
        let placed = exact(postal) || exact(city);
        // The place: what postal code and city say of each other is not said twice.
        (chance[6], chance[4]) = match (postal.0, city.0) {
            (Level::Exact, Level::Exact) => {
                let both = (table.users(a.place) - 2.0).max(1.0) / table.population;
                let both = both.max(table.share(a.postal) * table.share(a.texts[2]));
                (both, 1.0)
            }
            (Level::Exact, level) => (table.share(a.postal), self.rates.city_in_postal(level)),
            (level, Level::Exact) => (self.rates.postal_in_city(level), table.share(a.texts[2])),
            (postal_level, _) => (self.rates.of(6, postal_level), self.text_chance(4, city)),
        };
        if exact(postal) && exact(city) {
            // One agreement, weighed at the postal code.
            levels[4] = Level::Missing;
        }
        chance[2] = self.text_chance(2, street);
        if exact(street) && placed {
            let (together, place) = if exact(postal) {
                (a.street_postal, a.postal)
            } else {
                (a.street_city, a.texts[2])
            };
            let here = (table.users(together) - 2.0).max(0.0) / table.users(place).max(1.0);
            chance[2] = chance[2].max(here);
        }
        chance[3] = self.text_chance(3, extra);
        let same_house = a.house != 0 && a.house == b.house;
        chance[5] = match number.0 {
            Level::Missing => 1.0,
            Level::Exact => {
                let mut share = table.share(a.number);
                if same_house {
                    let way = if a.street_postal == 0 {
                        a.street_city
                    } else {
                        a.street_postal
                    };
                    let here = (table.users(a.house) - 2.0).max(0.0) / table.users(way).max(1.0);
                    share = share.max(here);
                }
                share
            }
            level => self.rates.of(5, level),
        };
        if same_house && exact(extra) {
            // A building has one name.
            levels[3] = Level::Missing;
            chance[3] = 1.0;
        }
        if !placed && a.region != 0 && b.region != 0 {
            (levels[7], chance[7]) = if a.region == b.region {
                (Level::Exact, table.share(a.region).min(0.9))
            } else {
                (Level::Differs, self.rates.of(7, Level::Differs))
            };
        }
        if a.unit != 0 && b.unit != 0 {
            (levels[8], chance[8]) = if a.unit == b.unit {
                (Level::Exact, table.share(a.unit))
            } else {
                (Level::Differs, self.rates.of(8, Level::Differs))
            };
        }
        same_house
    }

    /// Texts in each other's place: street, second line, city.
    fn moved(&mut self, a: &Row, b: &Row, texts: &mut [Found; 3]) {
        let bad = |level| matches!(level, Level::Differs | Level::Missing);
        for (i, j) in [(0, 1), (0, 2), (1, 2)] {
            if !bad(texts[i].0) || !bad(texts[j].0) {
                continue;
            }
            let there = self.text(a.texts[i], b.texts[j]);
            let back = self.text(a.texts[j], b.texts[i]);
            let good = |found: Found| matches!(found.0, Level::Exact | Level::Near);
            let place = |found: Found| {
                if good(found) {
                    (Level::Moved, found.1, found.2)
                } else {
                    NOTHING
                }
            };
            if good(there) || good(back) {
                texts[i] = place(there);
                texts[j] = place(back);
            }
        }
    }

    pub(super) fn number(&mut self, a: Id, b: Id) -> Found {
        if a == 0 || b == 0 {
            return NOTHING;
        }
        if a == b {
            return (Level::Exact, a, b);
        }
        let level = likeness::numbers(self.table.bytes(a), self.table.bytes(b));
        (level, a, b)
    }

    fn text_chance(&self, field: usize, (level, a, b): Found) -> f64 {
        match level {
            Level::Missing => 1.0,
            Level::Exact => self.table.share(a),
            Level::Moved => {
                let share = self.table.share(a).max(self.table.share(b));
                (3.0 * share + self.rates.of(field, Level::Moved)).min(1.0)
            }
            Level::Near => self.near(field, a, b),
            level => self.rates.of(field, level),
        }
    }

    fn contacts(&self, a: &Row, b: &Row) -> Contacts {
        let table = self.table;
        let (ours, theirs) = (table.span(a.contacts), table.span(b.contacts));
        if ours.is_empty() || theirs.is_empty() {
            return Contacts::default();
        }
        let mut contacts = Contacts::default();
        for (slot, kind) in contacts.shares.iter_mut().zip([PHONE, MAIL, LINK]) {
            let of_kind = |ids: &[Id]| ids.iter().any(|id| table.kinds[*id as usize] == kind);
            if !of_kind(ours) || !of_kind(theirs) {
                continue;
            }
            let of_kind = |id: &&Id| table.kinds[**id as usize] == kind;
            let shared = ours.iter().filter(of_kind).filter(|id| theirs.contains(id));
            let rarest = shared.map(|id| table.share(*id)).min_by(f64::total_cmp);
            *slot = Some(rarest.unwrap_or(1.0));
        }
        if contacts.shares[1] == Some(1.0) {
            let locals = |ids: &'a [Id]| {
                let mails = ids.iter().filter(|id| table.kinds[**id as usize] == MAIL);
                mails.filter_map(|id| table.text(*id).split('@').next())
            };
            contacts.mail_near = locals(ours).any(|one| {
                let near = |other: &str| {
                    let short = one.len().min(other.len());
                    short >= 6 && likeness::osa(one.as_bytes(), other.as_bytes(), 1) <= 1
                };
                locals(theirs).any(near)
            });
        }
        contacts
    }

    fn history(&self, a: &Row, b: &Row) -> History {
        let (ours, theirs) = (self.table.span(a.history), self.table.span(b.history));
        if ours.is_empty() || theirs.is_empty() {
            return History::Missing;
        }
        let shared = ours.iter().filter(|id| theirs.contains(id));
        let share = |id: &Id| self.table.share(*id).max(1e-3);
        let rarest = shared.map(share).min_by(f64::total_cmp);
        rarest.map_or(History::Differs, History::Shared)
    }
}
