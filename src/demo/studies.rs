//! People whose degree the public record does not bear out. The schools are real, and so is what
//! the records say of them; the people are not.

use jiff::Timestamp;

use super::people::{self, Crowd};
use super::resumes::{self, Story};
use crate::application::{Application, Education};

/// A degree: school, kind, field, first and last month.
struct Claim {
    institution: &'static str,
    degree: &'static str,
    area: &'static str,
    months: (&'static str, &'static str),
}

const CLAIMS: &[Claim] = &[
    // no degree in any health profession in 2020 to 2024
    Claim {
        institution: "Princeton University",
        degree: "Bachelor of Science",
        area: "Nursing",
        months: ("2018-09", "2022-05"),
    },
    // two-year degrees only
    Claim {
        institution: "Northern Virginia Community College",
        degree: "Bachelor of Science",
        area: "Information Technology",
        months: ("2017-08", "2021-05"),
    },
    // closed in 2018
    Claim {
        institution: "Marylhurst University",
        degree: "Bachelor of Arts",
        area: "English",
        months: ("2019-09", "2023-06"),
    },
    // semesters that begin in August and January, and end in December and May
    Claim {
        institution: "Rice University",
        degree: "Bachelor of Arts",
        area: "Economics",
        months: ("2017-03", "2021-10"),
    },
];

/// One application for each claim, each with a telephone number that cannot be dialled as well.
pub(super) fn all(crowd: &mut Crowd, now: Timestamp) -> Vec<Application> {
    let claims = CLAIMS.iter().enumerate();
    claims
        .map(|(n, claim)| {
            let person = crowd.person();
            let mut application = people::application(&person, &mut crowd.dice, now);
            application.education = vec![Education {
                institution: Some(claim.institution.into()),
                area: Some(claim.area.into()),
                study_type: Some(claim.degree.into()),
                start_date: Some(claim.months.0.into()),
                end_date: Some(claim.months.1.into()),
            }];
            // nobody worked elsewhere while studying
            let after = |start: &String| start.as_str() > claim.months.1;
            let jobs = &mut application.work;
            jobs.retain(|job| job.start_date.as_ref().is_some_and(after));
            application.references.clear();
            application.phones = vec![format!("({}) 911-01{:02}", person.phone.0, n + 20)];
            let story = Story::draw(person.trade, application.work.len(), &mut crowd.dice);
            application.resume_text = Some(resumes::text(&application, &story, n));
            application
        })
        .collect()
}
