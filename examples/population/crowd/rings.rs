//! Operators behind several names, each with habits of its own; not everybody can be found.

use super::careers::{self, TRADES};
use super::dice::Dice;
use super::innocent::Later;
use super::record::Record;
use super::texts::Story;
use super::{World, contacts, days, texts};

/// What ties one persona to another; the first is what tells most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tie {
    Phone,
    Mailbox,
    Link,
    Device,
    Referee,
    Text,
    Block,
    StreetAndNetwork,
    Network,
    Street,
}

impl Tie {
    /// The group of the truth.
    const fn group(self) -> &'static str {
        match self {
            Self::Phone => "ring by phone",
            Self::Mailbox => "ring by mailbox",
            Self::Link => "ring by profile",
            Self::Device => "ring by device",
            Self::Referee => "ring by referee",
            Self::Text => "ring by text",
            Self::Block => "ring by block of numbers",
            Self::StreetAndNetwork => "ring by street and network",
            Self::Network => "ring by network alone",
            Self::Street => "ring by street alone",
        }
    }
}

/// How common each habit is among operators.
const HABITS: [(usize, Tie); 8] = [
    (22, Tie::Phone),
    (16, Tie::Block),
    (16, Tie::Mailbox),
    (34, Tie::Text),
    (8, Tie::Link),
    (14, Tie::Referee),
    (12, Tie::Device),
    (16, Tie::StreetAndNetwork),
];

/// An operator.
struct Operator {
    trade: &'static careers::Trade,
    story: Story,
    /// Of 100 bullets, so many stay as they are.
    kept: usize,
    habits: Vec<Tie>,
    /// The mailbox behind tagged ones.
    mailbox: String,
    referee: (String, String),
}

impl Operator {
    fn new(world: &mut World) -> Self {
        let with_texts = world.options.texts;
        let dice = &mut world.dice;
        let trade = &TRADES[dice.skewed(3)];
        let mut habits = Vec::new();
        while habits.is_empty() {
            for (percent, tie) in HABITS {
                if dice.chance(percent) && (tie != Tie::Text || with_texts) {
                    habits.push(tie);
                }
            }
        }
        let area = [213_u16, 469, 702, 786, 929, 331, 747][dice.below(7)];
        let number = world.issued.phone_in(area, dice);
        let words = [
            "dev", "star", "tech", "code", "work", "pro", "cloud", "smart",
        ];
        Self {
            story: Story::new(trade, dice),
            kept: 55 + dice.below(45),
            habits,
            mailbox: format!(
                "{}{}{}",
                dice.pick(&words),
                dice.pick(&words),
                dice.below(10_000)
            ),
            referee: (
                contacts::written(number, dice),
                format!("{}.ref{}@gmail.com", dice.pick(&words), dice.below(100_000)),
            ),
            trade,
        }
    }
}

/// A ring of three to ten.
pub(super) fn ring(world: &mut World) -> Vec<Later> {
    let operator = Operator::new(world);
    world.rings += 1;
    let ring = world.rings;
    let size = 3 + world.dice.below(8);
    let hurried = world.dice.chance(35);
    let mut members: Vec<Record> = Vec::with_capacity(size);
    let mut ties: Vec<Vec<Tie>> = Vec::with_capacity(size);
    for at in 0..size {
        let mut record = world.person("ring");
        record.ring = Some(ring);
        own_story(&mut record, operator.trade, &mut world.dice);
        let mut own = Vec::new();
        if at > 0 {
            let dice = &mut world.dice;
            // Mostly a chain: the next persona is made from the last.
            let from = if dice.chance(75) {
                at - 1
            } else {
                dice.below(at)
            };
            // Some keep clean and slip once.
            let weak = dice.chance(7);
            own.push(if weak {
                if dice.chance(50) {
                    Tie::Network
                } else {
                    Tie::Street
                }
            } else {
                operator.habits[dice.below(operator.habits.len())]
            });
            if !weak {
                for habit in &operator.habits {
                    if dice.chance(40) && !own.contains(habit) {
                        own.push(*habit);
                    }
                }
                if dice.chance(12) {
                    own.push(Tie::Network);
                }
            }
            for tie in &own {
                bind(*tie, &mut members[from], &mut record, &operator, world);
            }
            ties[from].extend(&own);
        }
        members.push(record);
        ties.push(own);
    }
    world.members += u64::try_from(size).unwrap_or(0);
    let mut after = 0;
    let later = |(mut record, ties): (Record, Vec<Tie>)| {
        record.group = ties.iter().min().map_or("ring", |tie| tie.group());
        let dice = &mut world.dice;
        let now = after;
        let wait = if hurried {
            dice.between(0, 2)
        } else {
            dice.between(0, 25)
        };
        after += days(wait, dice);
        (now, record)
    };
    members.into_iter().zip(ties).map(later).collect()
}

/// A résumé of the operator's trade that nothing is copied in.
fn own_story(record: &mut Record, trade: &'static careers::Trade, dice: &mut Dice) {
    record.resume = Story::new(trade, dice).told(trade, dice);
    let jobs = record.work.len();
    for (at, job) in record.work.iter_mut().enumerate() {
        job.title = trade.titles[((jobs - at - 1) * 4 / jobs).min(3)];
    }
    if dice.chance(15) {
        let template = dice.below(texts::TEMPLATE_COUNT);
        texts::on_template(&mut record.resume, template, dice);
    }
}

/// Lets a persona have something of an earlier one; what the earlier one lacks for it, it is given.
fn bind(tie: Tie, from: &mut Record, to: &mut Record, operator: &Operator, world: &mut World) {
    let dice = &mut world.dice;
    match tie {
        Tie::Phone => {
            if dice.chance(70) {
                to.phones = vec![from.phones[0]];
            } else {
                to.phones.push(from.phones[0]);
            }
        }
        Tie::Block => {
            let within = [8, 20, 20, 300][dice.below(4)];
            to.phones = vec![world.issued.phone_near(from.phones[0], within, dice)];
        }
        Tie::Mailbox => {
            for record in [from, to] {
                if !record.emails[0].ends_with("@gmail.com")
                    || !is_of(&record.emails[0], &operator.mailbox)
                {
                    record.emails = vec![tagged(&operator.mailbox, &record.name, dice)];
                }
            }
        }
        Tie::Text => {
            // Who copies most copies the career too, with another employer here and there.
            if dice.chance(operator.kept) {
                to.work.clone_from(&from.work);
                for job in &mut to.work {
                    if !dice.chance(operator.kept) {
                        job.employer = dice.skewed(careers::EMPLOYERS);
                        job.name = careers::employer(job.employer);
                    }
                }
            }
            if dice.chance(operator.kept - 20) {
                to.education.clone_from(&from.education);
            }
            if !from.resume.copied {
                from.resume = operator.story.told(operator.trade, dice);
            }
            let kept = (operator.kept + dice.below(10)).min(99);
            to.resume = operator.story.reskinned(operator.trade, kept, dice);
            (from.resume.copied, to.resume.copied) = (true, true);
        }
        Tie::Link => {
            if from.links.is_empty() {
                from.links
                    .push(format!("https://github.com/{}", operator.mailbox));
            }
            to.links = vec![from.links[from.links.len() - 1].clone()];
        }
        Tie::Referee => {
            for record in [from, to] {
                let company = record
                    .work
                    .first()
                    .map(|job| job.name.clone())
                    .unwrap_or_default();
                let name = super::names::name(dice).full();
                record.references = vec![super::record::Referee {
                    name,
                    phone: operator.referee.0.clone(),
                    email: operator.referee.1.clone(),
                    company,
                }];
            }
        }
        Tie::Device => {
            let device = from.device.get_or_insert_with(|| super::device(dice));
            to.device = Some(device.clone());
        }
        Tie::Network => network(from, to, dice),
        Tie::Street => street(from, to, dice),
        Tie::StreetAndNetwork => {
            street(from, to, dice);
            network(from, to, dice);
        }
    }
}

fn network(from: &mut Record, to: &mut Record, dice: &mut Dice) {
    let ip = from.ip.get_or_insert_with(|| contacts::home_ip(dice));
    to.ip = Some(ip.clone());
}

/// The same building, or the very same flat.
fn street(from: &Record, to: &mut Record, dice: &mut Dice) {
    to.home.clone_from(&from.home);
    if let Some(home) = &mut to.home
        && dice.chance(50)
    {
        home.unit = format!("Apt {}", dice.between(1, 300));
    }
}

/// Whether a mailbox is one of a box's many spellings.
fn is_of(mailbox: &str, local: &str) -> bool {
    let own = mailbox.split(['@', '+']).next().unwrap_or_default();
    own.replace('.', "") == local
}

/// A box under another spelling: a tag or a dot that its provider does not see.
fn tagged(local: &str, name: &str, dice: &mut Dice) -> String {
    if dice.chance(50) {
        let tag: String = super::names::plain(name).chars().take(6).collect();
        format!("{local}+{tag}@gmail.com")
    } else {
        let at = 1 + dice.below(local.len() - 1);
        format!("{}.{}@gmail.com", &local[..at], &local[at..])
    }
}
