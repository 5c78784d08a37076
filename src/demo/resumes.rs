//! Résumés of one to two pages in six layouts, written from an application, so
//! that both say the same.

use std::fmt::Write as _;

use super::random::Dice;
use super::trades::{INTERESTS, MEANS, OUTCOMES, TRAITS, Trade, VERBS};
use crate::application::{Application, Education, Work};

/// How many ways there are to set a résumé.
pub(super) const LAYOUTS: usize = 6;

/// What a layout calls its parts and how it writes a month and a bullet.
struct Layout {
    summary: &'static str,
    work: &'static str,
    education: &'static str,
    skills: &'static str,
    bullet: &'static str,
    between: &'static str,
    month: fn(i32, usize) -> String,
    /// Education before work.
    school_first: bool,
}

const SHORT: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

const LONG: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const SET: [Layout; LAYOUTS] = [
    Layout {
        summary: "SUMMARY",
        work: "EXPERIENCE",
        education: "EDUCATION",
        skills: "SKILLS",
        bullet: "- ",
        between: " - ",
        month: |year, month| format!("{} {year}", SHORT[month]),
        school_first: false,
    },
    Layout {
        summary: "Profile",
        work: "Work Experience",
        education: "Education",
        skills: "Technical Skills",
        bullet: "• ",
        between: " – ",
        month: |year, month| format!("{} {year}", LONG[month]),
        school_first: false,
    },
    Layout {
        summary: "About me",
        work: "Employment History",
        education: "Education",
        skills: "Tools",
        bullet: "* ",
        between: " to ",
        month: |year, month| format!("{:02}/{year}", month + 1),
        school_first: true,
    },
    Layout {
        summary: "PROFESSIONAL SUMMARY",
        work: "PROFESSIONAL EXPERIENCE",
        education: "EDUCATION AND TRAINING",
        skills: "CORE SKILLS",
        bullet: "▪ ",
        between: " – ",
        month: |year, month| format!("{:02}/{year}", month + 1),
        school_first: false,
    },
    Layout {
        summary: "Objective",
        work: "Experience",
        education: "Education",
        skills: "Skills",
        bullet: "  o ",
        between: " - ",
        month: |year, month| format!("{year}-{:02}", month + 1),
        school_first: true,
    },
    Layout {
        summary: "In short",
        work: "Where I have worked",
        education: "Studies",
        skills: "What I work with",
        bullet: "– ",
        between: " – ",
        month: |year, month| format!("{} {year}", SHORT[month]),
        school_first: false,
    },
];

/// What a person says of the work: drawn once, so that a ring can say the same twice.
#[derive(Clone, Debug)]
pub(super) struct Story {
    summary: String,
    /// Bullets for each job, the latest job first.
    pub(super) bullets: Vec<Vec<String>>,
    skills: String,
    interests: String,
}

impl Story {
    /// A story about `jobs` jobs of a trade.
    pub(super) fn draw(trade: &Trade, jobs: usize, dice: &mut Dice) -> Self {
        let traits = dice.some(TRAITS, 2);
        let tools = dice.some(trade.tools, 2);
        let summary = format!(
            "{} with a background in {} who {} and {}. Most at home with {} and {}.",
            trade.titles[dice.below(trade.titles.len())],
            dice.pick(trade.areas).to_lowercase(),
            traits[0],
            traits[1],
            tools[0],
            tools[1]
        );
        let bullets = (0..jobs)
            .map(|_| {
                (0..3 + dice.below(3))
                    .map(|_| bullet(trade, dice))
                    .collect()
            })
            .collect();
        let count = 6 + dice.below(4);
        let skills = dice.some(trade.tools, count).join(", ");
        let interests = dice.some(INTERESTS, 3).join(", ");
        Self {
            summary,
            bullets,
            skills,
            interests,
        }
    }

    /// The same story with a word changed here and there, as somebody in a hurry does.
    pub(super) fn reworded(&self, dice: &mut Dice) -> Self {
        let mut again = self.clone();
        if let Some(bullet) = again.bullets.first_mut().and_then(|job| job.first_mut()) {
            *bullet = bullet.replacen(
                bullet.split(' ').next().unwrap_or_default(),
                dice.pick(VERBS),
                1,
            );
        }
        again.interests = dice.some(INTERESTS, 2).join(", ");
        again
    }
}

fn bullet(trade: &Trade, dice: &mut Dice) -> String {
    let outcome = dice
        .pick(OUTCOMES)
        .replacen('#', &dice.between(3, 96).to_string(), 1);
    let (verb, object, means) = (dice.pick(VERBS), dice.pick(trade.objects), dice.pick(MEANS));
    match dice.below(4) {
        0 => format!("{verb} {object} {means}, {outcome}."),
        1 => format!("{verb} {object} in {}, {outcome}.", dice.pick(trade.tools)),
        2 => format!("{verb} {object} and {} {means}.", dice.pick(trade.objects)),
        _ => format!(
            "{verb} {object} with {} {means}, {outcome}.",
            dice.pick(trade.tools)
        ),
    }
}

/// The text of a résumé.
pub(super) fn text(application: &Application, story: &Story, layout: usize) -> String {
    let set = &SET[layout % LAYOUTS];
    let mut out = head(application, layout % LAYOUTS);
    section(&mut out, set.summary);
    out += &story.summary;
    out.push('\n');
    if set.school_first {
        schools(&mut out, set, &application.education);
    }
    section(&mut out, set.work);
    let mut told = story.bullets.iter().cycle();
    for job in &application.work {
        entry(&mut out, set, job, layout);
        for bullet in told.next().into_iter().flatten() {
            let _ = writeln!(out, "{}{bullet}", set.bullet);
        }
        out.push('\n');
    }
    if !set.school_first {
        schools(&mut out, set, &application.education);
    }
    section(&mut out, set.skills);
    let _ = writeln!(out, "{}", story.skills);
    section(&mut out, "Interests");
    let _ = writeln!(out, "{}", story.interests);
    if !application.references.is_empty() {
        out += "\nReferences on request.\n";
    }
    out
}

/// Name and how to get in touch, on one line or on several.
fn head(application: &Application, layout: usize) -> String {
    let name = application.name.as_deref().unwrap_or_default();
    let address = application.address.as_ref();
    let town = [
        address.and_then(|a| a.city.as_deref()),
        address.and_then(|a| a.region.as_deref()),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(", ");
    let reach: Vec<&str> = [town.as_str()]
        .into_iter()
        .chain(application.emails.iter().map(String::as_str))
        .chain(application.phones.iter().map(String::as_str))
        .chain(application.links.iter().map(String::as_str))
        .filter(|part| !part.is_empty())
        .collect();
    match layout {
        0 | 3 => format!("{}\n{}\n", name.to_uppercase(), reach.join(" | ")),
        1 | 5 => format!("{name}\n{}\n", reach.join("\n")),
        _ => format!("{name}\n{}\n", reach.join(" · ")),
    }
}

fn section(out: &mut String, title: &str) {
    let _ = writeln!(out, "\n{title}\n");
}

fn entry(out: &mut String, set: &Layout, job: &Work, layout: usize) {
    let [name, position, place] =
        [&job.name, &job.position, &job.location].map(|part| part.as_deref().unwrap_or_default());
    let span = span(
        set,
        job.start_date.as_deref(),
        job.end_date.as_deref(),
        "Present",
    );
    let _ = match layout % 3 {
        0 => writeln!(out, "{position}, {name}, {place}\n{span}"),
        1 => writeln!(out, "{name} | {position} | {place} | {span}"),
        _ => writeln!(out, "{span}\n{position}\n{name}, {place}"),
    };
}

fn schools(out: &mut String, set: &Layout, education: &[Education]) {
    section(out, set.education);
    for study in education {
        let [school, area, degree] = [&study.institution, &study.area, &study.study_type]
            .map(|part| part.as_deref().unwrap_or_default());
        let span = span(
            set,
            study.start_date.as_deref(),
            study.end_date.as_deref(),
            "now",
        );
        let _ = writeln!(out, "{school}\n{degree}, {area}\n{span}\n");
    }
}

/// From a month to a month in the layout's way; years alone stay years.
fn span(set: &Layout, from: Option<&str>, to: Option<&str>, open: &str) -> String {
    let written = |date: &str| {
        let mut parts = date.split('-');
        let year: Option<i32> = parts.next().and_then(|y| y.parse().ok());
        let month: Option<usize> = parts.next().and_then(|m| m.parse().ok());
        match (year, month) {
            (Some(year), Some(month @ 1..=12)) => (set.month)(year, month - 1),
            _ => date.to_owned(),
        }
    };
    match (from, to) {
        (Some(from), Some(to)) => format!("{}{}{}", written(from), set.between, written(to)),
        (Some(from), None) => format!("{}{}{open}", written(from), set.between),
        (None, Some(to)) => written(to),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::trades::TRADES;

    #[test]
    fn a_resume_says_what_the_application_says() {
        let application = Application {
            name: Some("Alice Marsh".into()),
            emails: vec!["alice.marsh@example.com".into()],
            phones: vec!["(212) 555-0123".into()],
            work: vec![Work {
                name: Some("Northgate Freight".into()),
                position: Some("Controller".into()),
                start_date: Some("2019-03".into()),
                ..Work::default()
            }],
            ..Application::default()
        };
        let story = Story::draw(&TRADES[0], 1, &mut Dice::new(1));
        for layout in 0..LAYOUTS {
            let text = text(&application, &story, layout);
            for part in [
                "alice.marsh@example.com",
                "(212) 555-0123",
                "Northgate Freight",
                "2019",
                "Present",
            ] {
                assert!(text.contains(part), "{part} in {text}");
            }
        }
    }

    #[test]
    fn a_reworded_story_keeps_most_of_its_words() {
        let mut dice = Dice::new(3);
        let story = Story::draw(&TRADES[1], 3, &mut dice);
        let again = story.reworded(&mut dice);
        assert_eq!(story.bullets[1..], again.bullets[1..]);
    }
}
