//! A made-up population of applicants: mostly people, a few operators behind several names.
//!
//! Everything follows from a seed. Records are written in the order of their times, as they are
//! made: the memory needed does not grow with the population but for what must be unique in it and
//! for those who will apply again.

pub mod careers;
pub mod contacts;
pub mod dice;
mod innocent;
pub mod names;
pub mod places;
mod record;
mod rings;
pub mod texts;

use std::collections::BTreeMap;
use std::io::{self, Write};

use careers::TRADES;
use contacts::{Home, Issued};
use dice::Dice;
use names::Name;
use places::TOWNS;
use record::{Record, TRUTH_HEADER};
use texts::Story;

/// Seconds of the year in which all apply.
const YEAR: i64 = 365 * 86_400;

/// What population is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How many people; some apply more than once.
    pub people: usize,
    /// What everything follows from.
    pub seed: u64,
    /// How many of all people are personas of rings, 0 to 1.
    pub ring_share: f64,
    /// Whether résumés are written.
    pub texts: bool,
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Applications.
    pub records: u64,
    /// Personas of rings.
    pub members: u64,
    /// Rings.
    pub rings: u64,
}

/// Writes a population as NDJSON, and the truth about it as CSV.
pub fn write(
    options: &Options,
    applications: &mut impl Write,
    truth: &mut impl Write,
) -> io::Result<Written> {
    let mut world = World::new(*options);
    let mut written = Written::default();
    let mut waiting = BTreeMap::<(i64, u64), Record>::new();
    let mut sequence = 0;
    truth.write_all(TRUTH_HEADER.as_bytes())?;
    let mut put = |record: &mut Record, written: &mut Written| {
        written.records += 1;
        record.write(written.records, options.texts, applications, truth)
    };
    while world.people < options.people {
        let begun = share(YEAR, world.people, options.people);
        while let Some(mut first) = waiting.first_entry().filter(|first| first.key().0 <= begun) {
            put(first.get_mut(), &mut written)?;
            first.remove();
        }
        let unit = if world.wants_ring() {
            rings::ring(&mut world)
        } else {
            innocent::unit(&mut world)
        };
        for (after, mut record) in unit {
            // What would fall behind the year's end falls before it.
            let left = (YEAR - begun).max(1);
            record.at = begun + if after < left { after } else { after % left };
            sequence += 1;
            waiting.insert((record.at, sequence), record);
        }
    }
    for record in waiting.values_mut() {
        put(record, &mut written)?;
    }
    written.members = world.members;
    written.rings = world.rings;
    Ok(written)
}

/// `done` of `all` parts of a span.
fn share(span: i64, done: usize, all: usize) -> i64 {
    let part = |n: usize| i128::try_from(n).unwrap_or(i128::MAX);
    let at = i128::from(span) * part(done) / part(all).max(1);
    i64::try_from(at).unwrap_or(span)
}

/// Days as seconds, with a time of the day.
fn days(days: i64, dice: &mut Dice) -> i64 {
    days * 86_400 + dice.between(0, 86_399)
}

/// A staffing agency.
#[derive(Debug)]
struct Agency {
    name: String,
    desk: Vec<u64>,
    mailbox: String,
    ip: String,
    phrases: Vec<String>,
}

/// A university with a dormitory and one network.
#[derive(Debug)]
struct Campus {
    school: &'static str,
    ips: [String; 2],
    building: Home,
}

/// Everything that lasts beyond one person.
struct World {
    options: Options,
    dice: Dice,
    issued: Issued,
    /// Made so far.
    people: usize,
    members: u64,
    rings: u64,
    agencies: Vec<Agency>,
    campuses: Vec<Campus>,
    libraries: Vec<String>,
}

impl World {
    fn new(options: Options) -> Self {
        let mut dice = Dice::new(options.seed);
        let mut issued = Issued::default();
        let agencies = (0..options.people / 600 + 3).map(|_| {
            let name = format!(
                "{} {}",
                careers::employer(dice.below(careers::EMPLOYERS))
                    .split(' ')
                    .next()
                    .unwrap_or("North"),
                dice.pick(&[
                    "Staffing",
                    "Talent",
                    "Recruiting",
                    "Search Group",
                    "Workforce",
                    "People"
                ])
            );
            Agency {
                desk: careers::desk(&mut issued, &mut dice),
                mailbox: format!("candidates{}@{}.com", dice.below(900), names::plain(&name)),
                ip: contacts::home_ip(&mut dice),
                phrases: texts::of_agency(&name, dice.throw()),
                name,
            }
        });
        let agencies = agencies.collect();
        let campuses = (0..options.people / 500 + 2).map(|at| Campus {
            school: places::SCHOOLS[at % places::SCHOOLS.len()],
            ips: [contacts::home_ip(&mut dice), contacts::home_ip(&mut dice)],
            building: Home {
                unit: String::new(),
                ..issued.home(at % TOWNS.len(), &mut dice)
            },
        });
        let campuses = campuses.collect();
        let libraries = (0..options.people / 150 + 5).map(|_| contacts::home_ip(&mut dice));
        let libraries = libraries.collect();
        Self {
            options,
            dice,
            issued,
            people: 0,
            members: 0,
            rings: 0,
            agencies,
            campuses,
            libraries,
        }
    }

    /// Whether rings are behind their share.
    #[expect(clippy::cast_precision_loss, reason = "counts of people")]
    fn wants_ring(&self) -> bool {
        let due = self.options.ring_share * (self.people as f64 + 1.0);
        (self.members as f64) < due - 2.0
    }

    /// Somebody with a life of their own.
    fn person(&mut self, group: &'static str) -> Record {
        let name = names::name(&mut self.dice);
        self.person_named(group, &name, false)
    }

    /// The same, with a name given, and a first degree from abroad if wanted.
    fn person_named(&mut self, group: &'static str, name: &Name, abroad: bool) -> Record {
        self.people += 1;
        let dice = &mut self.dice;
        let trade = &TRADES[dice.skewed(TRADES.len())];
        let born = dice.between(1966, 2001);
        let town = dice.skewed(TOWNS.len());
        let home = self.issued.home(town, dice);
        let phone = self.issued.phone(home.town(), dice);
        let email = self.issued.mailbox(name, born, dice);
        let education = careers::studies(trade, born, abroad, dice);
        let work = careers::jobs(trade, &education, &home, dice);
        let mut links = Vec::new();
        if dice.chance(65) {
            links.push(careers::profile(name, dice));
        }
        if dice.chance(25) {
            links.push(careers::code(name, dice));
        }
        let mut references = Vec::new();
        if dice.chance(30) {
            let job = &work[dice.below(work.len())];
            references.push(careers::manager(
                job.employer,
                dice.below(4),
                self.options.seed,
            ));
        }
        let mut resume = Story::new(trade, dice).told(trade, dice);
        if dice.chance(12) {
            let template = dice.below(texts::TEMPLATE_COUNT);
            texts::on_template(&mut resume, template, dice);
        }
        let ip = match dice.below(100) {
            0..15 => None,
            15..70 => Some(contacts::home_ip(dice)),
            70..92 => Some(contacts::mobile_ip(dice)),
            92..97 => {
                // The way out of a large employer's office.
                let employer = work[0].employer;
                Some(format!(
                    "12.{}.{}.{}",
                    employer / 250,
                    employer % 250,
                    10 + dice.below(3)
                ))
            }
            _ => Some(self.libraries[dice.below(self.libraries.len())].clone()),
        };
        Record {
            person: u64::try_from(self.people).unwrap_or(0),
            ring: None,
            group,
            at: 0,
            name: name.full(),
            emails: vec![email],
            phones: vec![phone],
            zone: (ip.is_some() && dice.chance(70)).then_some(home.town().zone),
            home: Some(home),
            links,
            education,
            work,
            references,
            agency: None,
            household: None,
            ip,
            device: dice.chance(35).then(|| device(dice)),
            resume,
            dice: Dice::new(dice.throw()),
        }
    }
}

/// A cookie.
fn device(dice: &mut Dice) -> String {
    format!("{:016x}{:016x}", dice.throw(), dice.throw())
}
