//! People who share something and have done nothing: each kind is a group of the truth.

use super::careers::{self, TRADES};
use super::dice::Dice;
use super::names::{self, Name};
use super::record::Record;
use super::{World, contacts, days, texts};

/// A record and how long after its unit's beginning it comes, seconds.
pub(super) type Later = (i64, Record);

/// One unit of people who have to do with each other: mostly one person.
pub(super) fn unit(world: &mut World) -> Vec<Later> {
    // Units in 1,000; units of several people are accordingly rarer than their share of people.
    match world.dice.below(1000) {
        0..65 => reapplicant(world),
        65..94 => household(world),
        94..108 => room_mates(world),
        108..172 => alone(agency(world)),
        172..217 => alone(campus(world)),
        217..302 => alone(template(world)),
        302..362 => alone(abroad(world)),
        362..370 => recycled(world),
        370..381 => common_names(world),
        381..391 => colleagues(world),
        _ => alone(world.person("plain")),
    }
}

fn alone(record: Record) -> Vec<Later> {
    vec![(0, record)]
}

/// The same person once or twice more: with another mailbox, number or street, a married name, a
/// nickname or a slip, and a résumé that has moved on.
fn reapplicant(world: &mut World) -> Vec<Later> {
    let name = names::name(&mut world.dice);
    let mut record = world.person_named("re-applicants", &name, false);
    let mut all = vec![(0, record.clone())];
    let mut after = 0;
    for _ in 0..=world.dice.below(2) {
        let dice = &mut world.dice;
        after += days(dice.between(4, 150), dice);
        record.dice = Dice::new(dice.throw());
        let mut called = name.clone();
        match dice.below(100) {
            0..5 => called = names::married(&name, dice),
            5..17 => called.family = names::typo(&name.family, dice),
            17..32 => {
                if let Some(nickname) = name.nickname() {
                    called.given = nickname.into();
                }
            }
            32..45 => called.middle = None,
            _ => {}
        }
        record.name = called.full();
        if dice.chance(40) {
            record.emails = vec![
                world
                    .issued
                    .mailbox(&called, dice.between(1970, 2000), dice),
            ];
        }
        if let Some(home) = &mut record.home {
            if dice.chance(25) {
                record.phones = vec![world.issued.phone(home.town(), dice)];
            }
            if dice.chance(25) {
                *home = world.issued.home(home.town, dice);
            }
        }
        if dice.chance(10) {
            record.home = None;
        }
        if dice.chance(50) {
            record.ip = Some(if dice.chance(30) {
                contacts::mobile_ip(dice)
            } else {
                contacts::home_ip(dice)
            });
        }
        if record.device.is_some() && dice.chance(50) {
            record.device = Some(super::device(dice));
        }
        let trade = trade_of(&record);
        let bullets = &mut record.resume.bullets;
        for _ in 0..dice.below(4) {
            let at = dice.below(bullets.len());
            bullets[at] = texts::of_a_team(trade, dice);
        }
        all.push((after, record.clone()));
    }
    all
}

fn trade_of(record: &Record) -> &'static careers::Trade {
    let title = record.work.first().map_or("", |job| job.title);
    let known = TRADES.iter().find(|trade| trade.titles.contains(&title));
    known.unwrap_or(&TRADES[0])
}

/// Couples and families: one home, mostly one network, now and then one number, mailbox or device.
fn household(world: &mut World) -> Vec<Later> {
    let name = names::name(&mut world.dice);
    let first = world.person_named("households", &name, false);
    let count = if world.dice.chance(20) { 3 } else { 2 };
    let one_name = world.dice.chance(60);
    let declared = world.dice.chance(35).then(|| format!("h{}", world.people));
    let [line, network, machine, mailbox] =
        [25, 80, 14, 5].map(|percent| world.dice.chance(percent));
    let mut all = vec![(
        0,
        Record {
            household: declared.clone(),
            ..first.clone()
        },
    )];
    for _ in 1..count {
        let other = if one_name {
            names::relative(&name, &mut world.dice)
        } else {
            names::name(&mut world.dice)
        };
        let mut record = world.person_named("households", &other, false);
        record.home.clone_from(&first.home);
        record.household.clone_from(&declared);
        if line {
            record.phones.push(first.phones[0]);
        }
        if network {
            record.ip.clone_from(&first.ip);
        }
        if machine {
            record.device.clone_from(&first.device);
        }
        if mailbox {
            record.emails.clone_from(&first.emails);
        }
        let dice = &mut world.dice;
        let after = if dice.chance(40) {
            dice.between(0, 3)
        } else {
            dice.between(3, 160)
        };
        all.push((days(after, dice), record));
    }
    all
}

/// Two to four who share a flat and its network, and neither name nor line.
fn room_mates(world: &mut World) -> Vec<Later> {
    let first = world.person("room-mates");
    let mut all = vec![(0, first.clone())];
    let network = world.dice.chance(85);
    for _ in 0..=world.dice.below(3) {
        let mut record = world.person("room-mates");
        record.home.clone_from(&first.home);
        if network {
            record.ip.clone_from(&first.ip);
        }
        if world.dice.chance(2) {
            record.device.clone_from(&first.device);
        }
        let dice = &mut world.dice;
        all.push((days(dice.between(0, 200), dice), record));
    }
    all
}

/// Somebody whom an agency presents: its phrases, often its number, mailbox and network.
fn agency(world: &mut World) -> Record {
    let mut record = world.person("agencies");
    let dice = &mut world.dice;
    let agency = &world.agencies[dice.skewed(world.agencies.len())];
    if dice.chance(94) {
        record.agency = Some(agency.name.clone());
    }
    let desk = agency.desk[dice.below(agency.desk.len())];
    match dice.below(100) {
        0..55 => record.phones = vec![desk],
        55..80 => record.phones.push(desk),
        _ => {}
    }
    if dice.chance(50) {
        record.emails = vec![agency.mailbox.clone()];
    }
    if dice.chance(70) {
        record.ip = Some(agency.ip.clone());
        record.device = None;
    }
    record.resume.boilerplate.clone_from(&agency.phrases);
    record.resume.layout = agency.desk.len() % texts::LAYOUT_COUNT;
    record
}

/// A student in a dormitory: one building, one network, one school.
fn campus(world: &mut World) -> Record {
    let mut record = world.person("campus");
    let dice = &mut world.dice;
    let campus = &world.campuses[dice.skewed(world.campuses.len())];
    if dice.chance(80) {
        record.ip = Some(campus.ips[dice.below(2)].clone());
    }
    if dice.chance(70) {
        record.home = Some(contacts::Home {
            unit: format!("Room {}", dice.between(100, 640)),
            ..campus.building.clone()
        });
    }
    record.education.truncate(1);
    let study = &mut record.education[0];
    study.school = campus.school.into();
    study.level = "Bachelor";
    (study.start, study.end) = ((2021, 8), (2025, 5));
    let last = record.work.len().saturating_sub(1);
    record.work.drain(..last);
    for job in &mut record.work {
        (job.start, job.end) = ((2024, 6), Some((2024, 8)));
    }
    record
}

/// A popular template with its sentences left in.
fn template(world: &mut World) -> Record {
    let mut record = world.person("templates");
    let dice = &mut world.dice;
    let template = dice.below(texts::TEMPLATE_COUNT);
    texts::on_template(&mut record.resume, template, dice);
    record
}

/// A first degree from abroad.
fn abroad(world: &mut World) -> Record {
    let name = names::name(&mut world.dice);
    world.person_named("foreign schools", &name, true)
}

/// A number that was somebody else's until more than 90 days before.
fn recycled(world: &mut World) -> Vec<Later> {
    let before = world.person("recycled phones");
    let mut after = world.person("recycled phones");
    after.phones.clone_from(&before.phones);
    let dice = &mut world.dice;
    let waited = dice.between(100, 330);
    // Late in the year there is no time left for it: then the two have nothing to do with each other.
    if super::share(super::YEAR, world.people, world.options.people) + (waited + 2) * 86_400
        > super::YEAR
    {
        let town = after
            .home
            .as_ref()
            .map_or(&super::TOWNS[0], contacts::Home::town);
        after.phones = vec![world.issued.phone(town, dice)];
    }
    vec![(0, before), (days(waited, dice), after)]
}

/// Two people whom their parents gave the same common name.
fn common_names(world: &mut World) -> Vec<Later> {
    let name: Name = names::common(&mut world.dice);
    let one = world.person_named("common names", &name, false);
    let other = world.person_named("common names", &name, false);
    let after = world.dice.between(0, 200);
    vec![(0, one), (days(after, &mut world.dice), other)]
}

/// Two or three who worked under one manager, name that manager, and some of whom tell of one project.
fn colleagues(world: &mut World) -> Vec<Later> {
    let employer = world.dice.skewed(careers::EMPLOYERS);
    let manager = careers::manager(employer, world.dice.below(8), world.options.seed);
    let project = world
        .dice
        .chance(40)
        .then(|| texts::of_a_team(&TRADES[0], &mut world.dice));
    let mut all = Vec::new();
    for at in 0..2 + i64::from(world.dice.chance(40)) {
        let mut record = world.person("shared referees");
        let dice = &mut world.dice;
        let place = dice.below(record.work.len());
        record.work[place].employer = employer;
        record.work[place].name = careers::employer(employer);
        record.references = vec![manager.clone()];
        record.resume.bullets.extend(project.clone());
        let after = if at == 0 {
            0
        } else {
            days(dice.between(0, 120), dice)
        };
        all.push((after, record));
    }
    all
}
