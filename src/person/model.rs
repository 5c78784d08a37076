//! From a comparison to a probability: Fellegi and Sunter's weights, with a third explanation.
//!
//! Two records can be of one person, of two strangers, or of two people of one household, who share
//! a surname, a home and often a phone. Each explanation says how likely the agreement found is; the
//! three together give the probability that it is one person. Members of a household are told from one
//! person by the given name, since everything else is explained as well.

use super::compare::{Compared, FIELDS, Field, History};
use super::likeness::{LEVELS, Level};

/// What is believed before two records are looked at, and how one person's records differ.
#[derive(Clone, Debug)]
pub struct Model {
    /// Shares of one person's pairs at each level of each field: exact, nickname, initial, near,
    /// partial, moved, differs.
    pub(super) same: [[f64; LEVELS]; FIELDS],
    /// Share of all pairs that are of one person.
    pub(super) matches: f64,
    /// Share of all pairs that are of one household.
    pub(super) households: f64,
    /// Share of one person's pairs with another address altogether.
    pub(super) moves: f64,
    /// Share of one person's pairs with given and family name in each other's place.
    pub(super) swaps: f64,
}

/// What a comparison comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// That both records are of one person, 0 to 1.
    pub probability: f64,
    /// The same as natural logarithm of the odds.
    pub log_odds: f64,
    /// Of one person's pairs like this: that the address is the old one, 0 to 1.
    pub(super) stayed: f64,
    /// That both are of one household, 0 to 1.
    pub(super) household: f64,
}

/// Exact, nickname, initial, near, partial, moved, differs: what records of one person are like, by
/// the errors that data sets of record linkage are described with. Sums are 1.
const GIVEN: [f64; LEVELS] = [0.78, 0.05, 0.02, 0.09, 0.03, 0.005, 0.025];
const FAMILY: [f64; LEVELS] = [0.81, 0.005, 0.005, 0.09, 0.03, 0.005, 0.055];
const TEXT: [f64; LEVELS] = [0.78, 0.001, 0.001, 0.13, 0.04, 0.018, 0.03];
const DIGITS: [f64; LEVELS] = [0.87, 0.001, 0.001, 0.07, 0.01, 0.001, 0.047];
const POSTAL: [f64; LEVELS] = [0.86, 0.001, 0.001, 0.09, 0.02, 0.001, 0.027];
const REGION: [f64; LEVELS] = [0.95, 0.001, 0.001, 0.001, 0.001, 0.001, 0.045];

/// Of two people of one household, that the surname is one.
const ONE_SURNAME: f64 = 0.7;

/// Of two people of one household, that the given name is one: father and son.
const ONE_GIVEN: f64 = 0.01;

/// Phone, mailbox, profile: that they are shared by one person's records, and by a household.
const CONTACTS: [(f64, f64); 3] = [(0.65, 0.25), (0.7, 0.03), (0.75, 0.01)];

/// What a second shared way to reach somebody adds at most: two that are shared are often shared
/// together, by a couple or by an operator.
const MORE_CONTACTS: f64 = 4.0;

/// Of one person's records whose mailboxes differ, those that keep the name before the `@`.
const MAIL_NEAR: f64 = 8.0;

/// Both names differ: one person changes one of them.
const BOTH_NAMES: f64 = 0.1;

/// A pair of records per record is of one person, to begin with.
const PAIRS_PER_RECORD: f64 = 0.1;

impl Model {
    /// What is believed of a population of so many records that nobody has looked at.
    pub fn expert(records: f64) -> Self {
        let pairs = (records * (records - 1.0) / 2.0).max(1.0);
        Self {
            same: [
                GIVEN, FAMILY, TEXT, TEXT, TEXT, DIGITS, POSTAL, REGION, DIGITS,
            ],
            matches: (PAIRS_PER_RECORD * records / pairs).min(0.2),
            households: (PAIRS_PER_RECORD * records / pairs).min(0.2),
            moves: 0.1,
            swaps: 0.02,
        }
    }

    /// The probability that two records are of one person.
    pub fn judge(&self, found: &Compared) -> Judged {
        let ratio = |field: Field| {
            let at = field as usize;
            let share = self.same[at].get(found.levels[at] as usize);
            share.map_or(1.0, |share| share / found.chance[at].max(1e-12))
        };
        let level = |field: Field| found.levels[field as usize];
        let (given, family) = (ratio(Field::Given), ratio(Field::Family));
        let home = [
            Field::Street,
            Field::Extra,
            Field::City,
            Field::Number,
            Field::Postal,
            Field::Region,
            Field::Unit,
        ];
        let home: f64 = home.into_iter().map(ratio).product();
        let chance_of_given = found.chance[Field::Given as usize];
        let given_at_home = match level(Field::Given) {
            Level::Exact => (chance_of_given + ONE_GIVEN) / chance_of_given,
            _ => 1.0,
        };
        let (contact_same, contact_home) = contacts(found);
        let mut same = given * family * contact_same * history(found);
        let at_home = given_at_home * (ONE_SURNAME * family + 1.0 - ONE_SURNAME);
        let mut at_home = at_home * home * contact_home;
        let order = if found.swapped {
            self.swaps
        } else {
            1.0 - self.swaps
        };
        same *= order;
        if level(Field::Given) == Level::Differs && level(Field::Family) == Level::Differs {
            same *= BOTH_NAMES;
        }
        match found.generation {
            Some(true) => {
                same *= 0.02;
                at_home *= 10.0;
            }
            Some(false) => {
                same *= 0.5;
                at_home *= 4.0;
            }
            None => {}
        }
        let stays = (1.0 - self.moves) * home;
        let stayed = stays / (stays + self.moves);
        same *= (stays + self.moves) * self.matches;
        at_home *= self.households;
        let strangers = (1.0 - self.matches - self.households).max(1e-6);
        let all = same + at_home + strangers;
        Judged {
            probability: same / all,
            log_odds: same.max(1e-300).ln() - (at_home + strangers).ln(),
            stayed,
            household: at_home / all,
        }
    }
}

/// What phones, mailboxes and profiles say for one person, and for one household.
fn contacts(found: &Compared) -> (f64, f64) {
    let (mut same, mut home) = (1.0, 1.0);
    let mut agree: Option<(f64, f64)> = None;
    let mut more = 0;
    let contacts = &found.contacts;
    for (share, (of_one, of_home)) in contacts.shares.into_iter().zip(CONTACTS) {
        match share {
            None => {}
            Some(share) if share < 1.0 => {
                let (one, two) = (of_one / share, of_home / share);
                if agree.is_some() {
                    more += 1;
                }
                if agree.is_none_or(|best| best.0 < one) {
                    agree = Some((one, two.max(1.0)));
                }
            }
            Some(_) => {
                same *= 1.0 - of_one;
                home *= 1.0 - of_home;
            }
        }
    }
    if let Some((one, two)) = agree {
        same *= one * MORE_CONTACTS.powi(more);
        home *= two;
    }
    if contacts.mail_near {
        same *= MAIL_NEAR;
    }
    (same, home)
}

/// What employers and schools say for one person: little.
fn history(found: &Compared) -> f64 {
    match found.history {
        History::Missing => 1.0,
        History::Shared(share) => (0.8 / share).clamp(1.0, 30.0),
        History::Differs => 0.4,
    }
}
