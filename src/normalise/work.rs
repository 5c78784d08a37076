//! Jobs: employer, kind of employment, dates.

use crate::application::{self, Application};
use crate::candidate::{PartialDate, Seen};
use crate::normalise::{date, education, place, resume::Resume, text::says};

/// A job in its normal form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Work {
    /// Where it stands: `work[0]`, or `resume_text`.
    pub field: String,
    /// The claim in one line, as written.
    pub raw: String,
    /// In which places it stands.
    pub seen: Seen,
    /// The employer as written.
    pub employer: Option<String>,
    /// The employer folded for comparison.
    pub employer_key: Option<String>,
    /// The title as written.
    pub position: Option<String>,
    /// The place as written.
    pub location: Option<String>,
    /// First month.
    pub start: Option<PartialDate>,
    /// Last month; `None` with `current` unset is not known.
    pub end: Option<PartialDate>,
    /// Whether the job goes on.
    pub current: bool,
    /// Full-time employment: no contract, freelance, part-time, internship or board seat by its own words.
    pub full_time: bool,
    /// On site: no word of remote or home in title or place.
    pub on_site: bool,
    /// Two-letter code of the US state it is in.
    pub state: Option<&'static str>,
    /// Whether the résumé's dates for this employer are more than three months off the form's;
    /// `None` when it does not stand in both.
    pub resume_differs: Option<bool>,
}

/// Words by which a job says that it is not the person's one full-time employment.
const NOT_FULL_TIME: &[&str] = &[
    "contract",
    "contractor",
    "contracting",
    "freelance",
    "freelancer",
    "part",
    "intern",
    "internship",
    "trainee",
    "apprentice",
    "board",
    "trustee",
    "advisor",
    "adviser",
    "advisory",
    "volunteer",
    "self",
    "independent",
    "seasonal",
    "temporary",
    "temp",
    "adjunct",
    "student",
    "teaching",
    "tutor",
    "fellow",
    "fellowship",
    "volunteering",
    "consulting",
    "consultant",
    "mentor",
    "founder",
    "cofounder",
    "owner",
    "upwork",
    "fiverr",
    "toptal",
    "c2c",
    "w2",
    "1099",
];

/// Words by which a job says that it is done elsewhere than on the employer's site.
const NOT_ON_SITE: &[&str] = &[
    "remote",
    "remotely",
    "home",
    "wfh",
    "telecommute",
    "virtual",
    "hybrid",
    "anywhere",
    "distributed",
];

/// The jobs of an application, the form's first.
///
/// What the résumé says of an employer that the form names too is the form's job: people write the
/// steps of one career at one employer apart or as one. The form's dates stand, and the whole span
/// at the employer is compared.
pub fn all(application: &Application, resume: Option<&Resume>) -> Vec<Work> {
    let mut all: Vec<Work> = application
        .work
        .iter()
        .enumerate()
        .map(|(at, raw)| read(raw, format!("work[{at}]"), Seen::FORM))
        .collect();
    let mut further: Vec<Work> = resume
        .map_or(&[][..], |resume| &resume.work)
        .iter()
        .map(|raw| {
            let seen = Seen {
                in_resume_text: true,
                own: true,
                ..Seen::default()
            };
            read(raw, "resume_text".to_owned(), seen)
        })
        .collect();
    if further.is_empty() {
        return all;
    }
    for at in 0..all.len() {
        let Some(key) = all[at].employer_key.clone() else {
            continue;
        };
        let here: Vec<&Work> = further
            .iter()
            .filter(|job| job.employer_key.as_ref() == Some(&key))
            .collect();
        if here.is_empty() {
            continue;
        }
        let form: Vec<&Work> = all
            .iter()
            .filter(|job| job.employer_key.as_ref() == Some(&key))
            .collect();
        let differs =
            education::differ(&[(first(&form), first(&here)), (last(&form), last(&here))]);
        further.retain(|job| job.employer_key.as_ref() != Some(&key));
        for job in all
            .iter_mut()
            .filter(|job| job.employer_key.as_ref() == Some(&key))
        {
            job.seen.in_resume_text = true;
            job.resume_differs = differs;
        }
    }
    all.append(&mut further);
    all
}

fn first(jobs: &[&Work]) -> Option<PartialDate> {
    jobs.iter()
        .filter_map(|job| job.start)
        .min_by_key(|start| start.first_month())
}

/// The last month at an employer; `None` while one of the jobs goes on.
fn last(jobs: &[&Work]) -> Option<PartialDate> {
    if jobs.iter().any(|job| job.end.is_none()) {
        return None;
    }
    jobs.iter()
        .filter_map(|job| job.end)
        .max_by_key(|end| end.last_month())
}

fn read(raw: &application::Work, field: String, seen: Seen) -> Work {
    let text = |value: &Option<String>| {
        value
            .as_deref()
            .map(str::trim)
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
    };
    let (employer, position, location) =
        (text(&raw.name), text(&raw.position), text(&raw.location));
    let end_text = text(&raw.end_date);
    let start = raw.start_date.as_deref().and_then(education::date);
    let current = match end_text.as_deref() {
        None => start.is_some(),
        Some(end) => date::is_now(end),
    };
    let words = |words: &[&str]| {
        [&employer, &position, &location]
            .into_iter()
            .flatten()
            .any(|text| says(text, words))
    };
    Work {
        field,
        raw: education::claim(
            [
                position.as_deref(),
                employer.as_deref(),
                location.as_deref(),
            ],
            raw.start_date.as_deref(),
            if current { None } else { end_text.as_deref() },
        ),
        seen,
        employer_key: employer.as_deref().and_then(employer_key),
        full_time: !words(NOT_FULL_TIME),
        on_site: !words(NOT_ON_SITE),
        state: location.as_deref().and_then(place::state_of),
        end: end_text.as_deref().and_then(education::date),
        employer,
        position,
        location,
        start,
        current,
        resume_differs: None,
    }
}

/// An employer's name without its legal form.
pub(super) fn employer_key(name: &str) -> Option<String> {
    const FORMS: [&str; 12] = [
        "inc",
        "llc",
        "ltd",
        "corp",
        "corporation",
        "co",
        "company",
        "gmbh",
        "plc",
        "llp",
        "lp",
        "limited",
    ];
    let words: Vec<&str> = name
        .split([' ', ','])
        .filter(|word| {
            let bare = word.trim_matches('.');
            !FORMS.iter().any(|form| bare.eq_ignore_ascii_case(form))
        })
        .collect();
    place::squeezed(&words.join(" ")).or_else(|| place::squeezed(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(
        name: &str,
        position: &str,
        start: &str,
        end: Option<&str>,
        location: &str,
    ) -> application::Work {
        application::Work {
            name: Some(name.into()),
            position: Some(position.into()),
            start_date: Some(start.into()),
            end_date: end.map(Into::into),
            location: Some(location.into()),
        }
    }

    #[test]
    fn a_job_says_in_its_own_words_what_kind_it_is() {
        let cases = [
            ("Engineer", "Austin, TX", true, true, Some("TX")),
            ("Engineer (Contract)", "Austin, TX", false, true, Some("TX")),
            ("Part-time Cashier", "Denver, CO", false, true, Some("CO")),
            ("Software Engineering Intern", "Remote", false, false, None),
            ("Engineer", "Work from home", true, false, None),
            ("Board Member", "", false, true, None),
        ];
        for (position, location, full_time, on_site, state) in cases {
            let work = read(
                &job("Acme", position, "2019", None, location),
                String::new(),
                Seen::default(),
            );
            assert_eq!(
                (work.full_time, work.on_site, work.state),
                (full_time, on_site, state),
                "{position}"
            );
        }
    }

    #[test]
    fn no_end_means_still_there_only_with_a_start() {
        let read = |raw: &application::Work| read(raw, String::new(), Seen::default());
        assert!(read(&job("Acme", "Engineer", "2019-01", None, "")).current);
        assert!(!read(&application::Work::default()).current);
        assert!(!read(&job("Acme", "Engineer", "2019-01", Some("2020-01"), "")).current);
    }

    #[test]
    fn two_steps_at_one_employer_are_the_forms_one_job() {
        let application = Application {
            work: vec![job(
                "Acme, Inc.",
                "Senior Engineer",
                "2015-03",
                Some("2020-02"),
                "",
            )],
            ..Application::default()
        };
        let resume = Resume {
            work: vec![
                job(
                    "ACME Inc",
                    "Senior Engineer",
                    "2018-01",
                    Some("2020-02"),
                    "",
                ),
                job("Acme", "Engineer", "2015-03", Some("2017-12"), ""),
                job("Other Labs", "Engineer", "2012-01", Some("2015-01"), ""),
            ],
            ..Resume::default()
        };
        let all = all(&application, Some(&resume));
        assert_eq!(all.len(), 2);
        assert_eq!(all[0].resume_differs, Some(false));
        assert!(all[0].seen.in_form && all[0].seen.in_resume_text && !all[1].seen.in_form);
    }
}
