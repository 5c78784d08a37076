//! What honest people do that a careless rule would hold against them
//! (the innocent readings that every rule has to name).
//!
//! Who has which habit depends on a person's place in the line alone, never on
//! the name.

use jiff::Timestamp;

use super::people::{self, Crowd, Person, fictional, spelt};
use super::random::Dice;
use super::resumes::{self, LAYOUTS, Story};
use crate::application::{Application, ResumeFile, Work};

/// Changes an ordinary application.
type Habit = fn(&mut Application, &Person, &mut Dice);

/// Every third person has none of them.
const HABITS: &[Habit] = &[
    number_with_plus_one,
    number_with_dots,
    number_as_digits,
    number_from_elsewhere,
    digits_in_the_mailbox,
    birthday_in_the_mailbox,
    handle_as_mailbox,
    married_name,
    short_name,
    years_only,
    transfer_student,
    freelance_beside_a_job,
    privacy_relay,
    referee_on_free_mail,
    somebody_elses_word_processor,
    plus_tag,
    nickname,
    family_name_first,
    few_words,
    everything_in_capitals,
    travelling,
    second_number,
    late_degree,
];

/// Genuine people who applied on their own.
pub(super) fn ordinary(crowd: &mut Crowd, count: usize, now: Timestamp) -> Vec<Application> {
    (0..count)
        .map(|n| {
            let person = crowd.person();
            let mut application = people::application(&person, &mut crowd.dice, now);
            if n % 3 != 0 {
                HABITS[(n / 3 * 2 + n % 3 - 1) % HABITS.len()](
                    &mut application,
                    &person,
                    &mut crowd.dice,
                );
            }
            write_resume(&mut application, &person, n, &mut crowd.dice);
            application
        })
        .collect()
}

fn write_resume(application: &mut Application, person: &Person, n: usize, dice: &mut Dice) {
    let story = Story::draw(person.trade, application.work.len(), dice);
    application.resume_text = Some(resumes::text(application, &story, n % LAYOUTS));
}

/// The same people once more, through another system, a little differently written.
pub(super) fn again(crowd: &mut Crowd, count: usize, now: Timestamp) -> Vec<Application> {
    (0..count)
        .flat_map(|n| {
            let person = crowd.person();
            let mut first = people::application(&person, &mut crowd.dice, now);
            write_resume(&mut first, &person, n, &mut crowd.dice);
            let mut second = first.clone();
            let minutes = crowd.dice.between(60, 20 * 24 * 60);
            first.applied_at = first.applied_at.map(|at| people::earlier(at, minutes));
            if let Some(submission) = &mut first.submission {
                submission.submitted_at = first.applied_at;
            }
            match n % 3 {
                0 => second.name = Some(any_ascii::any_ascii(&person.name())),
                1 => second.name = Some(format!("{}, {}", person.family, person.given)),
                _ => second.name = Some(person.name().to_uppercase()),
            }
            second.phones =
                vec![fictional(person.phone.0, person.phone.1).replace(['(', ')', ' ', '-'], "")];
            [first, second]
        })
        .collect()
}

/// Two people of one household: one surname, one phone, one address, one mailbox.
pub(super) fn couple(crowd: &mut Crowd, now: Timestamp) -> Vec<Application> {
    let (one, other) = (crowd.person(), crowd.person());
    let mut first = people::application(&one, &mut crowd.dice, now);
    let other = Person {
        family: one.family,
        city: one.city,
        phone: one.phone,
        ..other
    };
    let mut second = people::application(&other, &mut crowd.dice, now);
    let household = format!("the.{}.household@example.org", spelt(one.family));
    first.emails = vec![household.clone()];
    second.emails = vec![household];
    second.address.clone_from(&first.address);
    second.phones = vec![one.number().replace(") ", ")")];
    second.references.clear();
    write_resume(&mut first, &one, 1, &mut crowd.dice);
    write_resume(&mut second, &other, 4, &mut crowd.dice);
    vec![first, second]
}

/// What an agency sends carries the agency's desk number and mailbox.
pub(super) fn agency(crowd: &mut Crowd, count: usize, now: Timestamp) -> Vec<Application> {
    (0..count)
        .map(|n| {
            let person = crowd.person();
            let mut application = people::application(&person, &mut crowd.dice, now);
            application.agency = Some("Harbour Lane Staffing".into());
            application.phones = vec![fictional(339, 90), person.number()];
            application.emails.push("desk@harbourlane.example".into());
            application.references.clear();
            write_resume(&mut application, &person, 3, &mut crowd.dice);
            application.resume_file = Some(ResumeFile {
                name: format!("candidate-{n}.docx"),
                author: Some("Harbour Lane Staffing".into()),
                ..ResumeFile::default()
            });
            application
        })
        .collect()
}

fn number_with_plus_one(application: &mut Application, person: &Person, _: &mut Dice) {
    let (area, line) = person.phone;
    application.phones = vec![format!("+1 {area}-555-01{line:02}")];
}

fn number_with_dots(application: &mut Application, person: &Person, _: &mut Dice) {
    let (area, line) = person.phone;
    application.phones = vec![format!("{area}.555.01{line:02}")];
}

fn number_as_digits(application: &mut Application, person: &Person, _: &mut Dice) {
    let (area, line) = person.phone;
    application.phones = vec![format!("{area}55501{line:02}")];
}

/// Moved house and kept the number: the address is now somewhere else.
fn number_from_elsewhere(application: &mut Application, _: &Person, dice: &mut Dice) {
    let Some(address) = &mut application.address else {
        return;
    };
    let us: Vec<_> = super::places::CITIES
        .iter()
        .filter(|city| city.country == "US")
        .collect();
    let new = us[dice.below(us.len())];
    address.city = Some(new.name.into());
    address.region = Some(new.region.into());
    address.postal_code = Some(new.postal.into());
    address.country = Some(new.country.into());
    if let Some(submission) = &mut application.submission {
        submission.time_zone = Some(new.zone.into());
    }
}

fn digits_in_the_mailbox(application: &mut Application, person: &Person, dice: &mut Dice) {
    application.emails = vec![format!(
        "{}{}@example.com",
        person.handle,
        dice.between(2, 99)
    )];
}

fn birthday_in_the_mailbox(application: &mut Application, person: &Person, dice: &mut Dice) {
    let (month, day) = (dice.between(1, 12), dice.between(1, 28));
    application.emails = vec![format!(
        "{}{month:02}{day:02}@example.net",
        spelt(person.family)
    )];
}

fn handle_as_mailbox(application: &mut Application, person: &Person, dice: &mut Dice) {
    let initial = spelt(person.given);
    application.emails = vec![format!(
        "{}codes{}{}@mail.example",
        &initial[..1],
        spelt(person.family),
        dice.between(10, 99)
    )];
}

/// A mailbox and a profile in the name from before the wedding.
fn married_name(application: &mut Application, person: &Person, dice: &mut Dice) {
    let family = super::names::NAMES[dice.below(super::names::NAMES.len())].family;
    application.name = Some(format!(
        "{} {}-{}",
        person.given,
        person.family,
        dice.pick(&family)
    ));
}

fn short_name(application: &mut Application, person: &Person, _: &mut Dice) {
    let initial: String = person.given.chars().take(1).collect();
    application.name = Some(format!("{initial}. {}", person.family));
}

fn years_only(application: &mut Application, _: &Person, _: &mut Dice) {
    let year = |date: &mut Option<String>| {
        if let Some(date) = date {
            date.truncate(4);
        }
    };
    for study in &mut application.education {
        year(&mut study.start_date);
        year(&mut study.end_date);
    }
    for job in &mut application.work {
        year(&mut job.start_date);
        year(&mut job.end_date);
    }
}

/// Came with credits from elsewhere and needed only half the time.
fn transfer_student(application: &mut Application, _: &Person, _: &mut Dice) {
    shift_start(application, 2);
}

/// Took years longer: work, illness, children.
fn late_degree(application: &mut Application, _: &Person, _: &mut Dice) {
    shift_start(application, -3);
}

fn shift_start(application: &mut Application, years: i32) {
    let Some(start) = application
        .education
        .last_mut()
        .and_then(|study| study.start_date.as_mut())
    else {
        return;
    };
    if let Some((year, month)) = start.split_once('-') {
        let year = year.parse::<i32>().map_or(2012, |year| year + years);
        *start = format!("{year}-{month}");
    }
}

fn freelance_beside_a_job(application: &mut Application, person: &Person, _: &mut Dice) {
    let Some(start) = application
        .work
        .last()
        .and_then(|job| job.start_date.clone())
    else {
        return;
    };
    application.work.push(Work {
        name: Some("Self-employed".into()),
        position: Some(format!("Freelance {}", person.trade.titles[0])),
        start_date: Some(start),
        end_date: None,
        location: Some("Remote".into()),
    });
}

fn privacy_relay(application: &mut Application, _: &Person, dice: &mut Dice) {
    application.emails = vec![format!(
        "example-relay-{:05x}@duck.com",
        dice.below(0xf_ffff)
    )];
}

fn referee_on_free_mail(application: &mut Application, person: &Person, dice: &mut Dice) {
    if application.references.is_empty() {
        let names = &super::names::NAMES[dice.below(super::names::NAMES.len())];
        application.references.push(crate::application::Reference {
            name: Some(format!(
                "{} {}",
                dice.pick(&names.given),
                dice.pick(&names.family)
            )),
            phone: Some(fictional(person.phone.0, person.phone.1 / 50 * 50 + 27)),
            email: None,
            company: application.work.first().and_then(|job| job.name.clone()),
        });
    }
    let referee = &mut application.references[0];
    let name = spelt(referee.name.as_deref().unwrap_or_default());
    referee.email = Some(format!("example.{name}@gmail.com"));
}

fn somebody_elses_word_processor(application: &mut Application, person: &Person, dice: &mut Dice) {
    let names = &super::names::NAMES[dice.below(super::names::NAMES.len())];
    application.resume_file = Some(ResumeFile {
        name: format!("{} resume.docx", person.name()),
        author: Some(format!(
            "{} {}",
            dice.pick(&names.given),
            dice.pick(&names.family)
        )),
        ..ResumeFile::default()
    });
}

fn plus_tag(application: &mut Application, person: &Person, _: &mut Dice) {
    application.emails = vec![format!("{}+jobs@example.com", person.handle)];
}

fn nickname(application: &mut Application, person: &Person, _: &mut Dice) {
    let called = match person.given {
        "Robert" => "Bob",
        "Daniel" => "Dan",
        "Katarzyna" => "Kasia",
        "Andrii" => "Andy",
        other => other,
    };
    application.name = Some(format!("{} \"{called}\" {}", person.given, person.family));
}

fn family_name_first(application: &mut Application, person: &Person, _: &mut Dice) {
    application.name = Some(format!("{} {}", person.family, person.given));
}

/// Only what must be told.
fn few_words(application: &mut Application, _: &Person, _: &mut Dice) {
    application.address = None;
    application.links.clear();
    application.references.clear();
    application.submission = None;
}

fn everything_in_capitals(application: &mut Application, person: &Person, _: &mut Dice) {
    application.name = Some(person.name().to_uppercase());
    for mail in &mut application.emails {
        mail.make_ascii_uppercase();
    }
}

/// Applied from a holiday.
fn travelling(application: &mut Application, _: &Person, dice: &mut Dice) {
    if let Some(submission) = &mut application.submission {
        submission.time_zone = Some(
            dice.pick(&[
                "Europe/Lisbon",
                "Asia/Tokyo",
                "America/Lima",
                "Africa/Nairobi",
            ])
            .into(),
        );
    }
}

/// A number for the day and one for the evening; Ofcom keeps 07700 900xxx for drama.
fn second_number(application: &mut Application, _: &Person, dice: &mut Dice) {
    application
        .phones
        .push(format!("+44 7700 900{:03}", dice.below(1000)));
}

/// Names in the scripts they are written in at home, with the spelling of the passport.
pub(super) const OWN_SCRIPT: &[(&str, &str)] = &[
    ("김민준 (Minjun Kim)", "minjun.kim.example"),
    ("Олена Коваль", "olena.koval.example"),
    ("田中 花子 (Hanako Tanaka)", "hanako.tanaka.example"),
    ("Γιώργος Παπαδάκης", "giorgos.papadakis.example"),
    ("ليلى حداد (Laila Haddad)", "laila.haddad.example"),
    ("अनन्या शर्मा (Ananya Sharma)", "ananya.sharma.example"),
    ("王伟 (Wei Wang)", "wei.wang.example"),
    ("Þórdís Jónsdóttir", "thordis.jonsdottir.example"),
];

/// Names written properly in another script or with letters of their own.
pub(super) fn own_script(crowd: &mut Crowd, now: Timestamp) -> Vec<Application> {
    OWN_SCRIPT
        .iter()
        .enumerate()
        .map(|(n, (name, mailbox))| {
            let person = crowd.person();
            let mut application = people::application(&person, &mut crowd.dice, now);
            application.name = Some((*name).into());
            application.emails = vec![format!("{mailbox}@example.com")];
            let handle = mailbox.replace('.', "-");
            application.links = vec![format!("https://www.linkedin.com/in/{handle}")];
            write_resume(&mut application, &person, n, &mut crowd.dice);
            application
        })
        .collect()
}
