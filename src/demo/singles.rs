//! Single applications with something in them that a person should ask about.

use jiff::Timestamp;

use super::people::{self, Crowd, Person, fictional, place};
use super::places::CITIES;
use super::random::Dice;
use super::resumes::{self, Story};
use super::rings;
use crate::application::{Address, Application, Education, Reference, ResumeFile, Stage, Work};

/// One way of not fitting together.
type Oddity = fn(&mut Application, &Person);

const ODDITIES: &[Oddity] = &[
    impossible_numbers,
    dates_of_no_semester,
    disposable_mailbox,
    two_other_names,
    template_left_over,
    three_jobs_at_once,
    two_campuses_at_once,
    referee_one_letter_off,
    look_alike_letters,
    markup_for_a_name,
];

/// What two strangers have in common.
type Common = fn(&Application, &mut Application);

const COMMON: &[Common] = &[
    |one, other| other.phones.clone_from(&one.phones),
    |one, other| other.emails.clone_from(&one.emails),
    |one, other| other.links.clone_from(&one.links),
];

/// One application for each oddity, two for each thing in common, then two that come again.
pub(super) fn all(crowd: &mut Crowd, now: Timestamp) -> Vec<Application> {
    let mut all: Vec<Application> = ODDITIES
        .iter()
        .enumerate()
        .map(|(n, oddity)| {
            let person = crowd.person();
            let mut application = people::application(&person, &mut crowd.dice, now);
            application.references.clear();
            oddity(&mut application, &person);
            let story = Story::draw(person.trade, application.work.len(), &mut crowd.dice);
            let told = resumes::text(&application, &story, n);
            // What an oddity wrote into the résumé itself stands above the rest.
            application.resume_text = Some(match application.resume_text.take() {
                Some(left) => format!("{left}\n{told}"),
                None => told,
            });
            application
        })
        .collect();
    for common in COMMON {
        all.extend(strangers(crowd, *common, now));
    }
    all.extend(changed_before_the_start(crowd, now));
    all.extend(another_name_at_the_offer(crowd, now));
    all
}

/// Two people who have nothing to do with each other but one phone, mailbox or profile.
fn strangers(crowd: &mut Crowd, common: Common, now: Timestamp) -> Vec<Application> {
    let people = rings::members(crowd, 2);
    let mut both: Vec<Application> = people
        .iter()
        .map(|person| {
            let mut application = people::application(person, &mut crowd.dice, now);
            let handle = person.handle.replace('.', "-");
            application.links = vec![format!("https://www.linkedin.com/in/example-{handle}")];
            // A mailbox that says nothing of a name.
            let night = person.phone;
            application.emails = vec![format!("night.desk.{}.{}@example.net", night.0, night.1)];
            application.references.clear();
            application
        })
        .collect();
    if let [one, other] = &mut both[..] {
        common(one, other);
    }
    for (n, (application, person)) in both.iter_mut().zip(&people).enumerate() {
        let story = Story::draw(person.trade, application.work.len(), &mut crowd.dice);
        application.resume_text = Some(resumes::text(application, &story, n + 2));
    }
    both
}

/// Area codes of no place: the called pays.
const TOLL_FREE: [u16; 3] = [844, 855, 833];

/// Exchanges beginning with 911 and area codes with 9 in the middle cannot be dialled.
fn impossible_numbers(application: &mut Application, _: &Person) {
    application.phones = vec!["(212) 911-0147".into(), "(292) 555-0147".into()];
}

fn dates_of_no_semester(application: &mut Application, person: &Person) {
    application.education = vec![Education {
        institution: Some("University of Texas at Austin".into()),
        area: Some(person.trade.areas[0].into()),
        study_type: Some("Bachelor".into()),
        start_date: Some("2016-02".into()),
        end_date: Some("2017-10".into()),
    }];
    application.emails = vec!["example.night.desk@mailinator.com".into()];
    application.phones = vec![fictional(TOLL_FREE[2], 47)];
}

/// Mailboxes of these providers are open to everybody and gone in an hour.
fn disposable_mailbox(application: &mut Application, _: &Person) {
    application.emails = vec!["example-candidate-77@mailinator.com".into()];
    application.phones = vec!["(415) 911-0120".into()];
}

/// A borrowed résumé: mailbox, heading and file carry a name that is not the applicant's.
fn two_other_names(application: &mut Application, person: &Person) {
    let lender = "Harold Winterbourne";
    application.emails = vec!["harold.winterbourne@example.com".into()];
    application.links.clear();
    let own = application.name.replace(lender.into());
    let story = Story::draw(person.trade, application.work.len(), &mut Dice::new(1));
    application.resume_text = Some(resumes::text(application, &story, 0));
    application.name = own;
    application.resume_file = Some(ResumeFile {
        name: "resume.docx".into(),
        author: Some(lender.into()),
        ..ResumeFile::default()
    });
}

fn template_left_over(application: &mut Application, person: &Person) {
    application.phones = vec![fictional(TOLL_FREE[0], person.phone.1)];
    application.resume_text = Some(
        "[Your Name]\n[City, State] | [Email Address] | [Phone Number]\nLorem ipsum dolor sit amet"
            .into(),
    );
}

/// Two degrees on two campuses, a continent apart, in the same years.
fn two_campuses_at_once(application: &mut Application, person: &Person) {
    let study = |school: &str, end: &str| Education {
        institution: Some(school.into()),
        area: Some(person.trade.areas[0].into()),
        study_type: Some("Bachelor".into()),
        start_date: Some("2013-09".into()),
        end_date: Some(end.into()),
    };
    application.education = vec![
        study("New York University", "2017-05"),
        study("University of Washington", "2017-06"),
    ];
    application.phones = vec!["(206) 911-0133".into()];
}

/// Three full-time jobs in three cities in the same two years.
fn three_jobs_at_once(application: &mut Application, person: &Person) {
    let firms = [
        "Brightquay Credit Union",
        "Windrush Robotics",
        "Harrowmere Health",
    ];
    let year = application.applied_at.map_or(2025, |at| {
        i32::from(at.to_zoned(jiff::tz::TimeZone::UTC).year())
    });
    application.work = firms
        .into_iter()
        .zip(CITIES.iter().step_by(19))
        .enumerate()
        .map(|(n, (firm, city))| Work {
            name: Some(firm.into()),
            position: Some(format!("{} (full-time)", person.trade.titles[2])),
            start_date: Some(format!("{}-0{}", year - 3, n + 2)),
            end_date: (n > 0).then(|| format!("{}-0{}", year - 1, n + 6)),
            location: Some(place(city)),
        })
        .collect();
}

fn referee_one_letter_off(application: &mut Application, person: &Person) {
    application.phones = vec![fictional(TOLL_FREE[1], person.phone.1)];
    let firm = "Northgate Freight";
    if let Some(job) = application.work.first_mut() {
        job.name = Some(firm.into());
    }
    let (area, line) = person.phone;
    let referee = |name: &str, email: &str, line: u16| Reference {
        name: Some(name.into()),
        phone: Some(fictional(area, line)),
        email: Some(email.into()),
        company: Some(firm.into()),
    };
    application.references = vec![
        referee(
            "Odette Marlow",
            "odette.marlow@northgatefreight.example",
            line / 50 * 50 + 25,
        ),
        referee(
            "Casper Thorne",
            "casper.thorne@northgatefrelght.example",
            line / 50 * 50 + 26,
        ),
    ];
}

/// Cyrillic letters among Latin ones, and characters that have no width.
fn look_alike_letters(application: &mut Application, _: &Person) {
    application.name = Some("J\u{430}mes C\u{430}rter\u{200b}field".into());
    application.emails = vec!["james.c\u{430}rterfield@example.com".into()];
    application.resume_text =
        Some("Reli\u{200b}able \u{202e}reenigne\u{202c} with \u{2060}ten years behind him".into());
}

/// Shown as text everywhere, whatever it tries to be.
fn markup_for_a_name(application: &mut Application, _: &Person) {
    application.name =
        Some("<script>alert('telltale')</script> Rivers \"><img src=x onerror=alert(1)>".into());
    application.emails = vec!["rivers.example@example.net".into()];
    application.links = vec!["https://www.linkedin.com/in/example-rivers".into()];
    application.resume_text = Some(
        "=HYPERLINK(\"http://example.com\",\"open me\")\n{{7*7}} </textarea><h1>Rivers</h1>".into(),
    );
}

/// A person's application at several stages, `days` before now each, all with one résumé.
fn stages(
    crowd: &mut Crowd,
    now: Timestamp,
    id: &str,
    came: &[(Stage, i32)],
    change: impl Fn(&mut Application, usize),
) -> Vec<Application> {
    let person = Person {
        city: &CITIES[0],
        ..crowd.person()
    };
    let mut pattern = people::application(&person, &mut crowd.dice, now);
    pattern.external_id = id.into();
    pattern.references.clear();
    pattern.applied_at = came
        .first()
        .map(|(_, days)| people::earlier(now, days * 24 * 60));
    let story = Story::draw(person.trade, pattern.work.len(), &mut crowd.dice);
    came.iter()
        .enumerate()
        .map(|(n, (stage, days))| {
            let mut application = pattern.clone();
            application.stage = *stage;
            if let Some(submission) = &mut application.submission {
                submission.submitted_at = Some(people::earlier(now, days * 24 * 60));
            }
            change(&mut application, n);
            application.resume_text = Some(resumes::text(&application, &story, 2));
            application
        })
        .collect()
}

/// Phone, mailbox, address, school and employer have changed on the way to the first day of
/// work, and the clock of the browser is never that of the place.
fn changed_before_the_start(crowd: &mut Crowd, now: Timestamp) -> Vec<Application> {
    let came = [
        (Stage::Applied, 40),
        (Stage::Offer, 15),
        (Stage::Onboarding, 3),
    ];
    stages(crowd, now, "changed", &came, |application, n| {
        let homes = [&CITIES[0], &CITIES[42], &CITIES[60]];
        let home = homes[n];
        application.address = Some(Address {
            line1: Some(format!("{} Wren Hollow Drive", 12 + n)),
            line2: None,
            city: Some(home.name.into()),
            region: Some(home.region.into()),
            postal_code: Some(home.postal.into()),
            country: Some(home.country.into()),
        });
        if n > 0 {
            application.phones = vec![fictional(605, 33)];
            application.emails = vec!["new.inbox.605@post.example".into()];
            if let Some(submission) = &mut application.submission {
                submission.time_zone = Some("Pacific/Auckland".into());
            }
            if let Some(study) = application.education.last_mut() {
                study.institution = Some("Heronsgate Community University".into());
            }
            if let Some(job) = application.work.last_mut() {
                job.name = Some("Ravenscroft Textiles".into());
            }
        }
    })
}

/// One name in the application, another at the offer, with an employer and a referee to match.
fn another_name_at_the_offer(crowd: &mut Crowd, now: Timestamp) -> Vec<Application> {
    let came = [(Stage::Applied, 30), (Stage::Offer, 6)];
    stages(crowd, now, "renamed", &came, |application, n| {
        application.links.clear();
        application.emails = vec!["night.desk.212@inbox.example".into()];
        if n > 0 {
            application.name = Some("Casimir Underwood".into());
            if let Some(job) = application.work.last_mut() {
                job.name = Some("Palisade Learning".into());
            }
            application.references = vec![Reference {
                name: Some("Leopold Ashdown".into()),
                phone: Some(fictional(541, 71)),
                email: Some("example.leopold.ashdown@gmail.com".into()),
                company: Some("Palisade Learning".into()),
            }];
        }
    })
}
