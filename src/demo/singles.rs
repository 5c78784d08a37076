//! Single applications with something in them that a person should ask about.

use jiff::Timestamp;

use super::people::{self, Crowd, Person, fictional, place};
use super::places::CITIES;
use super::resumes::{self, Story};
use crate::application::{Application, Education, Reference, Stage, Work};

/// One way of not fitting together.
type Oddity = fn(&mut Application, &Person);

const ODDITIES: &[Oddity] = &[
    impossible_numbers,
    dates_of_no_semester,
    disposable_mailbox,
    mailbox_of_two_other_names,
    template_left_over,
    three_jobs_at_once,
    referee_one_letter_off,
    look_alike_letters,
    markup_for_a_name,
];

/// One application for each oddity, then one that comes twice.
pub(super) fn all(crowd: &mut Crowd, now: Timestamp) -> Vec<Application> {
    let mut all: Vec<Application> = ODDITIES
        .iter()
        .enumerate()
        .map(|(n, oddity)| {
            let person = crowd.person();
            let mut application = people::application(&person, &mut crowd.dice, now);
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
    all.extend(changed_before_the_offer(crowd, now));
    all
}

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
}

/// Mailboxes of these providers are open to everybody and gone in an hour.
fn disposable_mailbox(application: &mut Application, _: &Person) {
    application.emails = vec!["example-candidate-77@mailinator.com".into()];
    application.phones = vec!["(415) 911-0120".into()];
}

fn mailbox_of_two_other_names(application: &mut Application, _: &Person) {
    application.emails = vec!["harold.winterbourne@example.com".into()];
}

fn template_left_over(application: &mut Application, _: &Person) {
    application.resume_text = Some(
        "[Your Name]\n[City, State] | [Email Address] | [Phone Number]\nLorem ipsum dolor sit amet"
            .into(),
    );
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

/// One application as it came and as it stood at the offer: phone, mailbox,
/// address, school and employer have changed on the way.
fn changed_before_the_offer(crowd: &mut Crowd, now: Timestamp) -> Vec<Application> {
    let person = crowd.person();
    let mut first = people::application(&person, &mut crowd.dice, now);
    first.stage = Stage::Applied;
    let story = Story::draw(person.trade, first.work.len(), &mut crowd.dice);
    first.resume_text = Some(resumes::text(&first, &story, 2));
    let mut second = people::application(&person, &mut crowd.dice, now);
    second.stage = Stage::Offer;
    second.applied_at = first.applied_at;
    second.submission.clone_from(&first.submission);
    second.links.clone_from(&first.links);
    second.phones = vec![fictional(605, 33)];
    second.emails = vec![format!("{}.2@post.example", person.handle)];
    second.resume_text = Some(resumes::text(&second, &story, 2));
    vec![first, second]
}
