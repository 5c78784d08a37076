//! Invented people: where they live, studied and worked, and how to reach them.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::names::NAMES;
use super::places::{CITIES, City, ELSEWHERE, SCHOOLS, STREETS};
use super::random::Dice;
use super::trades::{FIRMS, KINDS, TRADES, Trade};
use crate::application::{Address, Application, Education, Reference, Stage, Submission, Work};

/// Domains that RFC 2606 keeps for examples.
pub(super) const MAIL: &[&str] = &[
    "example.com",
    "example.org",
    "example.net",
    "mail.example",
    "post.example",
    "inbox.example",
    "webmail.example",
];

/// Genuine numbers issued in one area code: two never look like a block bought at once.
const NUMBERS_PER_AREA: u8 = 2;

/// Genuine people whose number is from somewhere else; about one in ten US adults.
const BROUGHT_ALONG_PERCENT: usize = 7;

/// Somebody who does not exist.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) given: &'static str,
    pub(super) family: &'static str,
    /// Which of [`NAMES`] the name is from; the tests look at it and nothing else does.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the tests check that origins are spread evenly")
    )]
    pub(super) origin: usize,
    pub(super) city: &'static City,
    pub(super) trade: &'static Trade,
    /// Area code and the last two digits of 555-01XX.
    pub(super) phone: (u16, u16),
    /// `given.family` in ASCII.
    pub(super) handle: String,
}

impl Person {
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.given, self.family)
    }

    /// The number as it was handed out, `(212) 555-0123`.
    pub(super) fn number(&self) -> String {
        fictional(self.phone.0, self.phone.1)
    }
}

/// A number that no telephone company issues.
pub(super) fn fictional(area: u16, line: u16) -> String {
    format!("({area}) 555-01{line:02}")
}

/// A name as a mailbox or a handle spells it: ASCII, lower case, letters only.
pub(super) fn spelt(name: &str) -> String {
    any_ascii::any_ascii(name)
        .to_lowercase()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect()
}

/// Makes people, no two alike, from every part of the world in turn.
#[derive(Debug)]
pub(super) struct Crowd {
    pub(super) dice: Dice,
    names: HashSet<String>,
    numbers: HashMap<u16, u8>,
    next: usize,
}

impl Crowd {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            dice: Dice::new(seed),
            names: HashSet::new(),
            numbers: HashMap::new(),
            next: 0,
        }
    }

    /// Somebody new.
    pub(super) fn person(&mut self) -> Person {
        let origin = self.next % NAMES.len();
        self.next += 1;
        let names = &NAMES[origin];
        let (given, family) = loop {
            let (given, family) = (self.dice.pick(&names.given), self.dice.pick(&names.family));
            if self
                .names
                .insert(format!("{} {}", spelt(given), spelt(family)))
            {
                break (given, family);
            }
        };
        let (city, phone) = self.home();
        Person {
            given,
            family,
            origin,
            city,
            trade: &TRADES[self.dice.below(TRADES.len())],
            phone,
            handle: format!("{}.{}", spelt(given), spelt(family)),
        }
    }

    /// A city and a free number: of the city, else of its state, and for few one brought along.
    fn home(&mut self) -> (&'static City, (u16, u16)) {
        let moved = self.dice.chance(BROUGHT_ALONG_PERCENT);
        loop {
            let city = &CITIES[self.dice.below(CITIES.len())];
            let free = |area: &u16| self.numbers.get(area).is_none_or(|n| *n < NUMBERS_PER_AREA);
            let abroad = city.areas.is_empty();
            let near = ELSEWHERE
                .iter()
                .filter(|(state, _)| moved || abroad || *state == city.region);
            let near = near.flat_map(|(_, areas)| *areas).copied().filter(free);
            let own = city.areas.iter().copied().find(|area| !moved && free(area));
            let areas: Vec<u16> = own.map_or_else(|| near.collect(), |area| vec![area]);
            if areas.is_empty() {
                continue; // everybody who fits in there lives there already
            }
            let area = areas[self.dice.below(areas.len())];
            let taken = self.numbers.entry(area).or_default();
            let line = u16::from(*taken) * 50 + u16::try_from(self.dice.below(25)).unwrap_or(0);
            *taken += 1;
            return (city, (area, line));
        }
    }
}

/// A month counted from the year 0, so that months can be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Month(pub(super) i32);

impl Month {
    pub(super) const fn of(year: i32, month: i32) -> Self {
        Self(year * 12 + month - 1)
    }

    pub(super) fn iso(self) -> String {
        format!(
            "{:04}-{:02}",
            self.0.div_euclid(12),
            self.0.rem_euclid(12) + 1
        )
    }
}

/// An ordinary application: everything told once, nothing remarkable.
pub(super) fn application(person: &Person, dice: &mut Dice, now: Timestamp) -> Application {
    let today = now.to_zoned(TimeZone::UTC).date();
    let this = Month::of(i32::from(today.year()), i32::from(today.month()));
    let applied_at = earlier(now, dice.between(30, 58 * 24 * 60));
    let graduated = i32::from(today.year()) - dice.between(4, 10);
    let (education, free) = study(person, dice, graduated);
    let work = jobs(person, dice, free, this);
    let references = if dice.chance(45) {
        referees(person, dice, &work)
    } else {
        Vec::new()
    };
    let mut links = Vec::new();
    let handle = person.handle.replace('.', "-");
    if dice.chance(70) {
        links.push(format!("https://www.linkedin.com/in/example-{handle}"));
    }
    if dice.chance(40) {
        links.push(format!("https://github.com/example-{handle}"));
    }
    Application {
        stage: match dice.below(20) {
            0 => Stage::Offer,
            1..4 => Stage::Interview,
            _ => Stage::Applied,
        },
        applied_at: Some(applied_at),
        name: Some(person.name()),
        emails: vec![format!("{}@{}", person.handle, dice.pick(MAIL))],
        phones: vec![person.number()],
        address: Some(address(person, dice)),
        links,
        education,
        work,
        references,
        submission: Some(Submission {
            ip: None,
            device_id: Some(format!("d-{:08x}", dice.below(0xffff_ffff))),
            user_agent: None,
            time_zone: Some(person.city.zone.into()),
            submitted_at: Some(applied_at),
        }),
        ..Application::default()
    }
}

/// `minutes` before `now`.
pub(super) fn earlier(now: Timestamp, minutes: i32) -> Timestamp {
    now.checked_sub(jiff::SignedDuration::from_mins(minutes.into()))
        .unwrap_or(now)
}

fn address(person: &Person, dice: &mut Dice) -> Address {
    let city = person.city;
    Address {
        line1: Some(format!("{} {}", dice.between(2, 1980), dice.pick(STREETS))),
        line2: dice
            .chance(40)
            .then(|| format!("Apt {}", dice.between(1, 48))),
        city: Some(city.name.into()),
        region: (!city.region.is_empty()).then(|| city.region.into()),
        postal_code: Some(city.postal.into()),
        country: Some(city.country.into()),
    }
}

/// A first degree, sometimes a second one, and the month after the last.
fn study(person: &Person, dice: &mut Dice, graduated: i32) -> (Vec<Education>, Month) {
    let school = &SCHOOLS[dice.below(SCHOOLS.len())];
    let (first, last) = school.months;
    let years = school.years - i32::from(last > first);
    let end = Month::of(graduated, last);
    let mut all = vec![Education {
        institution: Some(school.name.into()),
        area: Some(dice.pick(person.trade.areas).into()),
        study_type: Some("Bachelor".into()),
        start_date: Some(Month::of(graduated - years, first).iso()),
        end_date: Some(end.iso()),
    }];
    let mut free = end;
    if dice.chance(20) {
        let next = &SCHOOLS[dice.below(20)];
        let begin = graduated + i32::from(end >= Month::of(graduated, next.months.0));
        let done = Month::of(begin + 2, next.months.1);
        all.insert(
            0,
            Education {
                institution: Some(next.name.into()),
                area: all[0].area.clone(),
                study_type: Some("Master".into()),
                start_date: Some(Month::of(begin, next.months.0).iso()),
                end_date: Some(done.iso()),
            },
        );
        free = done;
    }
    (all, free)
}

/// Jobs one after another from `free` to `this` month, the latest first.
fn jobs(person: &Person, dice: &mut Dice, free: Month, this: Month) -> Vec<Work> {
    let mut begin = Month(free.0 + dice.between(1, 4));
    let count = dice.between(2, 4);
    let each = ((this.0 - begin.0) / count).max(3);
    let mut firms = Vec::new();
    let mut all = Vec::new();
    for n in 0..count {
        let firm = loop {
            let firm = format!("{} {}", dice.pick(FIRMS), dice.pick(KINDS));
            if !firms.contains(&firm) {
                break firm;
            }
        };
        firms.push(firm.clone());
        let end = Month(begin.0 + each - dice.between(1, 2));
        let last = n + 1 == count;
        let place = if dice.chance(25) {
            "Remote".into()
        } else {
            place(person.city)
        };
        let title = usize::try_from(n)
            .unwrap_or(0)
            .min(person.trade.titles.len() - 1);
        all.insert(
            0,
            Work {
                name: Some(firm),
                position: Some(person.trade.titles[title].into()),
                start_date: Some(begin.iso()),
                end_date: (!last || dice.chance(20)).then(|| Month(end.0.min(this.0)).iso()),
                location: Some(place),
            },
        );
        begin = Month(end.0 + dice.between(1, 2));
    }
    all
}

/// `Austin, TX`.
pub(super) fn place(city: &City) -> String {
    if city.region.is_empty() {
        city.name.into()
    } else {
        format!("{}, {}", city.name, city.region)
    }
}

/// Two former colleagues, reached at the employer.
fn referees(person: &Person, dice: &mut Dice, work: &[Work]) -> Vec<Reference> {
    let mut all = Vec::new();
    for (n, job) in work.iter().take(2).enumerate() {
        let names = &NAMES[dice.below(NAMES.len())];
        let (given, family) = (dice.pick(&names.given), dice.pick(&names.family));
        let firm = job.name.clone().unwrap_or_default();
        // The lines after the person's own 25 are free.
        let line = person.phone.1 / 50 * 50 + 25 + u16::try_from(n).unwrap_or(0);
        all.push(Reference {
            name: Some(format!("{given} {family}")),
            phone: Some(fictional(person.phone.0, line)),
            email: Some(format!(
                "{}.{}@{}",
                spelt(given),
                spelt(family),
                site(&firm)
            )),
            company: Some(firm),
        });
    }
    all
}

/// An invented employer's domain.
pub(super) fn site(firm: &str) -> String {
    format!("{}.example", spelt(firm))
}

#[cfg(test)]
mod tests {
    use super::{Month, spelt};

    #[test]
    fn months_can_be_added() {
        assert_eq!(Month::of(2020, 12).iso(), "2020-12");
        assert_eq!(Month(Month::of(2020, 12).0 + 1).iso(), "2021-01");
    }

    #[test]
    fn names_are_spelt_in_ascii() {
        assert_eq!(spelt("Søren"), "soren");
        assert_eq!(spelt("van Dijk"), "vandijk");
        assert_eq!(spelt("Nguyễn"), "nguyen");
    }
}
