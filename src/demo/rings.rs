//! A few invented teams, each behind several names. Their names come from the
//! same lists in the same order as everybody else's.

use jiff::Timestamp;

use super::people::{self, Crowd, Person, fictional};
use super::random::Dice;
use super::resumes::{self, Story};
use crate::application::{Application, Education, Reference};

/// Alike above this, two spellings may be one person, and so no ring.
const TOO_ALIKE: f64 = 0.70;

/// Every ring, one after another.
pub(super) fn all(crowd: &mut Crowd, now: Timestamp) -> Vec<Vec<Application>> {
    vec![
        one_phone(crowd, now),
        one_mailbox(crowd, now),
        one_profile(crowd, now),
        chain(crowd, now),
    ]
}

/// People whose names nobody would take for one another's.
pub(super) fn members(crowd: &mut Crowd, count: usize) -> Vec<Person> {
    let mut all: Vec<Person> = Vec::new();
    while all.len() < count {
        let person = crowd.person();
        let alike = |other: &Person| {
            let sorted = |p: &Person| {
                let mut names = [people::spelt(p.given), people::spelt(p.family)];
                names.sort();
                names.join(" ")
            };
            let reversed = format!(
                "{} {}",
                people::spelt(person.family),
                people::spelt(person.given)
            );
            let plain = format!(
                "{} {}",
                people::spelt(other.given),
                people::spelt(other.family)
            );
            strsim::jaro_winkler(&sorted(&person), &sorted(other)) > TOO_ALIKE
                || strsim::jaro_winkler(&reversed, &plain) > TOO_ALIKE
        };
        if !all.iter().any(alike) {
            all.push(person);
        }
    }
    all
}

/// Personas with résumés told from one story in one layout, one study in months no semester has,
/// and one referee, who has no mailbox at the employer.
fn personas(
    crowd: &mut Crowd,
    count: usize,
    layout: usize,
    now: Timestamp,
) -> (Vec<Application>, Telling) {
    let members = members(crowd, count);
    let trade = members[0].trade;
    let referee = 10 + u16::try_from(layout).unwrap_or(0);
    let story = Story::draw(trade, 4, &mut crowd.dice);
    let pattern = people::application(&members[0], &mut crowd.dice, now);
    let applications = members
        .into_iter()
        .map(|person| {
            let person = Person { trade, ..person };
            let mut application = people::application(&person, &mut crowd.dice, now);
            // The careers are told over again too; only the latest employer differs.
            let latest = application.work.first().and_then(|job| job.name.clone());
            application.work.clone_from(&pattern.work);
            if let Some(job) = application.work.first_mut() {
                job.name.clone_from(&latest);
            }
            application.education = vec![Education {
                institution: Some("University of Texas at Austin".into()),
                area: Some(trade.areas[0].into()),
                study_type: Some("Bachelor".into()),
                start_date: Some("2014-02".into()),
                end_date: Some("2015-10".into()),
            }];
            application.references = vec![Reference {
                name: Some("Corwin Vale".into()),
                phone: Some(fictional(458, referee)),
                email: Some(format!("example.corwin.vale.{referee}@gmail.com")),
                company: latest,
            }];
            application
        })
        .collect();
    (applications, Telling { story, layout })
}

/// What a ring says of itself and how it looks on paper.
struct Telling {
    story: Story,
    layout: usize,
}

impl Telling {
    fn tell(&self, applications: &mut [Application], dice: &mut Dice) {
        for application in applications {
            application.resume_text = Some(resumes::text(
                application,
                &self.story.reworded(dice),
                self.layout,
            ));
        }
    }
}

/// One phone, written differently each time.
fn one_phone(crowd: &mut Crowd, now: Timestamp) -> Vec<Application> {
    let (mut ring, telling) = personas(crowd, 5, 0, now);
    let ways = [
        "(541) 555-0142",
        "541.555.0142",
        "+1 541 555 0142",
        "5415550142",
        "1-541-555-0142",
    ];
    for (application, way) in ring.iter_mut().zip(ways) {
        application.phones = vec![way.into()];
    }
    telling.tell(&mut ring, &mut crowd.dice);
    ring
}

/// One mailbox at a provider that ignores dots and what follows a plus, and one computer.
fn one_mailbox(crowd: &mut Crowd, now: Timestamp) -> Vec<Application> {
    let (mut ring, telling) = personas(crowd, 4, 3, now);
    let ways = [
        "example.ring.one+apply@gmail.com",
        "exampleringone@gmail.com",
        "Example.RingOne+hr@googlemail.com",
        "e.xample.ring.one@gmail.com",
    ];
    for (application, way) in ring.iter_mut().zip(ways) {
        application.emails = vec![way.into()];
        if let Some(submission) = &mut application.submission {
            submission.device_id = Some("d-ring-one".into());
            submission.ip = Some("203.0.113.41".into());
        }
    }
    telling.tell(&mut ring, &mut crowd.dice);
    ring
}

/// One profile, linked in three spellings.
fn one_profile(crowd: &mut Crowd, now: Timestamp) -> Vec<Application> {
    let (mut ring, telling) = personas(crowd, 3, 5, now);
    let ways = [
        "https://www.linkedin.com/in/example-ring-two/?utm_source=share",
        "linkedin.com/in/Example-Ring-Two",
        "http://linkedin.com/in/example-ring-two",
    ];
    for (application, way) in ring.iter_mut().zip(ways) {
        application.links = vec![way.into()];
    }
    telling.tell(&mut ring, &mut crowd.dice);
    ring
}

/// Six names, each of which shares something with the next.
fn chain(crowd: &mut Crowd, now: Timestamp) -> Vec<Application> {
    let (mut ring, telling) = personas(crowd, 6, 1, now);
    let phone = |a: &mut Application, way: &str| a.phones = vec![way.into()];
    let mail = |a: &mut Application, way: &str| a.emails = vec![way.into()];
    let link = |a: &mut Application, way: &str| a.links = vec![way.into()];
    phone(&mut ring[0], "(307) 555-0161");
    phone(&mut ring[1], "+1 (307) 555-0161");
    mail(&mut ring[1], "example.ring.three@outlook.com");
    mail(&mut ring[2], "example.ring.three+work@outlook.com");
    link(&mut ring[2], "https://github.com/example-ring-three");
    link(&mut ring[3], "github.com/Example-Ring-Three/");
    phone(&mut ring[3], "406-555-0108");
    phone(&mut ring[2], "4065550108");
    phone(&mut ring[4], "406.555.0108");
    mail(&mut ring[4], "example.ring.four@gmail.com");
    mail(&mut ring[5], "exampleringfour+2@gmail.com");
    telling.tell(&mut ring, &mut crowd.dice);
    ring
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_a_ring_are_different_people() {
        let mut crowd = Crowd::new(9);
        for ring in all(&mut crowd, "2026-03-02T12:00:00Z".parse().unwrap()) {
            for (n, one) in ring.iter().enumerate() {
                for other in &ring[..n] {
                    let names = [one, other].map(|a| a.name.clone().unwrap().to_lowercase());
                    assert!(
                        strsim::jaro_winkler(&names[0], &names[1]) < 0.8,
                        "{names:?}"
                    );
                }
            }
        }
    }
}
