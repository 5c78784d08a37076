//! Studies: institution, degree level, dates.

mod behind;

use crate::application::{self, Application};
use crate::candidate::{PartialDate, Seen};
use crate::normalise::{place, resume::Resume, text::says};
use crate::reference::major::{self, Major};
use crate::reference::{Calendar, Institution, LookUp, Reference};

/// A study in its normal form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Education {
    /// Where it stands: `education[0]`, or `resume_text`.
    pub field: String,
    /// The claim in one line, as written.
    pub raw: String,
    /// In which places it stands.
    pub seen: Seen,
    /// The institution as written.
    pub institution: Option<String>,
    /// What came of looking the institution up.
    pub found: LookUp,
    /// The place that its own words name behind the institution: an American state's postal code.
    pub state: Option<&'static str>,
    /// Whether its own words place the institution in the United States, and nowhere else can be
    /// meant: the country, a ZIP code, a state in full, or a state's code behind one of its cities.
    pub in_us: bool,
    /// The field of study as written.
    pub area: Option<String>,
    /// The field of study that was recognised in it.
    pub major: Option<Major>,
    /// The degree's level.
    pub level: Option<Level>,
    /// First month.
    pub start: Option<PartialDate>,
    /// Last month.
    pub end: Option<PartialDate>,
    /// Taken on a campus, as far as its own words go: not online, not by distance.
    pub on_campus: bool,
    /// Whether the résumé's dates for it are more than [`SAME_MONTHS`] off the form's; `None` when
    /// it does not stand in both.
    pub resume_differs: Option<bool>,
}

impl Education {
    /// The institution, where it is sure which one is meant.
    pub fn school(&self) -> Option<&Institution> {
        let found = self.found.matched.as_ref()?;
        Some(&found.institution)
    }

    /// The institution, where it is sure and federal files know it: of others nothing but the name
    /// is ever held against a claim.
    pub fn american_school(&self) -> Option<&Institution> {
        self.school().filter(|school| school.is_american())
    }

    /// How an American institution divided its year when the study ended, or began.
    pub fn calendar(&self) -> Option<Calendar> {
        let year = self.end.or(self.start)?.year;
        self.american_school()?.calendar(year)
    }
}

/// Dates that are no further apart are the same claim (red-flags, `drift.education`).
pub const SAME_MONTHS: i32 = 3;

/// Degree levels, each with its own plausible length (red-flags §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Level {
    Associate,
    Bachelor,
    Master,
    Mba,
    Jd,
    Md,
    Phd,
}

impl Level {
    /// The word used in rules.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Associate => "associate",
            Self::Bachelor => "bachelor",
            Self::Master => "master",
            Self::Mba => "mba",
            Self::Jd => "jd",
            Self::Md => "md",
            Self::Phd => "phd",
        }
    }
}

/// Words beside which "bachelor" and "master" name no degree that somebody holds: "pre-master's",
/// "some college, bachelor's", "Scrum Master".
const NO_DEGREE: [&str; 17] = [
    "pre",
    "post",
    "some",
    "scrum",
    "prerequisite",
    "prerequisites",
    "preparatory",
    "prep",
    "chef",
    "web",
    "electrician",
    "plumber",
    "mason",
    "toast",
    "certification",
    "certificate",
    "certified",
];

/// The level of a degree as people write it; `None` where it is not one of ours ("Diplom",
/// "Licence") or the text names two.
pub fn level(degree: &str) -> Option<Level> {
    const LONGEST: usize = 120;
    if degree.len() > LONGEST {
        return None;
    }
    let lower: String = degree
        .chars()
        .filter(|c| !matches!(c, '.' | '\'' | '\u{2019}'))
        .flat_map(char::to_lowercase)
        .collect();
    let words = || lower.split(|c: char| !c.is_alphanumeric());
    if words().any(|word| NO_DEGREE.contains(&word)) {
        return None;
    }
    let mut found = None;
    for (at, word) in lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .enumerate()
    {
        if word == "in" {
            break; // what follows is the field of study
        }
        let level = match word {
            "associate" | "associates" | "aas" => Level::Associate,
            "bachelor" | "bachelors" | "bsc" | "beng" | "btech" | "bba" | "bcom" | "bfa"
            | "bsee" | "bscs" | "bsme" | "bsn" | "bsba" | "bse" => Level::Bachelor,
            "mba" => Level::Mba,
            "master" | "masters" if lower.contains("business administration") => Level::Mba,
            "master" | "masters" | "msc" | "meng" | "mtech" | "mfa" | "mph" | "mscs" | "msee"
            | "msn" | "msw" => Level::Master,
            "phd" | "dphil" => Level::Phd,
            "doctor" if lower.contains("philosophy") => Level::Phd,
            "doctor" if lower.contains("medicine") && !lower.contains("veterinary") => Level::Md,
            "juris" => Level::Jd,
            // two letters that are words or states elsewhere count only in front
            "as" | "aa" if at == 0 => Level::Associate,
            "ba" | "be" | "ab" if at == 0 => Level::Bachelor,
            "ma" if at == 0 => Level::Master,
            "bs" if at == 0 || found.is_some() => Level::Bachelor,
            "ms" if at == 0 || found.is_some() => Level::Master,
            "jd" if at == 0 || found.is_some() => Level::Jd,
            "md" if at == 0 || found.is_some() => Level::Md,
            _ => continue,
        };
        if found.is_some_and(|found| found != level) {
            return None;
        }
        found = Some(level);
    }
    found
}

/// The studies of an application, the form's first.
///
/// A study of the résumé at the same school, of the same level as far as both are known, is the
/// form's: the form's words and dates stand.
pub fn all(
    application: &Application,
    resume: Option<&Resume>,
    reference: &Reference,
) -> Vec<Education> {
    let mut all: Vec<Education> = application
        .education
        .iter()
        .enumerate()
        .map(|(at, raw)| read(raw, format!("education[{at}]"), Seen::FORM, reference))
        .collect();
    let form = all.len();
    let keys: Vec<Option<String>> = all.iter().map(school_key).collect();
    for raw in resume.map_or(&[][..], |resume| &resume.education) {
        let seen = Seen {
            in_resume_text: true,
            own: true,
            ..Seen::default()
        };
        let study = read(raw, "resume_text".to_owned(), seen, reference);
        let key = school_key(&study);
        let same = (0..form).find(|&at| {
            key.is_some()
                && keys[at] == key
                && !all[at].seen.in_resume_text
                && (all[at].level == study.level
                    || all[at].level.is_none()
                    || study.level.is_none())
        });
        let Some(at) = same else {
            all.push(study);
            continue;
        };
        let known = &mut all[at];
        known.seen.in_resume_text = true;
        known.resume_differs = differ(&[(known.start, study.start), (known.end, study.end)]);
    }
    all
}

/// Whether one of the pairs of dates is further apart than [`SAME_MONTHS`]; `None` without a pair.
pub(super) fn differ(pairs: &[(Option<PartialDate>, Option<PartialDate>)]) -> Option<bool> {
    let mut known = pairs
        .iter()
        .filter_map(|(a, b)| Some(a.as_ref()?.months_apart(*b.as_ref()?)))
        .peekable();
    known.peek()?;
    Some(known.any(|months| months > SAME_MONTHS))
}

fn school_key(study: &Education) -> Option<String> {
    match study.school() {
        Some(school) => Some(school.name.clone()),
        None => study.institution.as_deref().and_then(place::squeezed),
    }
}

fn read(
    raw: &application::Education,
    field: String,
    seen: Seen,
    reference: &Reference,
) -> Education {
    let text = |value: &Option<String>| {
        value
            .as_deref()
            .map(str::trim)
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
    };
    let (institution, area, degree) = (
        text(&raw.institution),
        text(&raw.area),
        text(&raw.study_type),
    );
    let claim = claim(
        [degree.as_deref(), area.as_deref(), institution.as_deref()],
        raw.start_date.as_deref(),
        raw.end_date.as_deref(),
    );
    let place = institution
        .as_deref()
        .map(|name| behind::read(name, reference))
        .unwrap_or_default();
    Education {
        field,
        seen,
        found: institution
            .as_deref()
            .map(|name| reference.look_up(name))
            .unwrap_or_default(),
        state: place.state,
        in_us: place.in_us,
        major: area
            .as_deref()
            .or(degree.as_deref())
            .and_then(major::look_up),
        level: degree.as_deref().and_then(level),
        start: raw.start_date.as_deref().and_then(date),
        end: raw.end_date.as_deref().and_then(date),
        on_campus: !says(&claim, &["online", "distance", "remote", "correspondence"]),
        raw: claim,
        institution,
        area,
        resume_differs: None,
    }
}

/// A claim in one line: its words, then its dates.
pub(super) fn claim(words: [Option<&str>; 3], start: Option<&str>, end: Option<&str>) -> String {
    let mut line = words.into_iter().flatten().collect::<Vec<_>>().join(", ");
    if start.is_some() || end.is_some() {
        if !line.is_empty() {
            line.push_str(", ");
        }
        line.push_str(start.unwrap_or("?"));
        line.push_str(" to ");
        line.push_str(end.unwrap_or("now"));
    }
    line
}

/// A date of the form or of the résumé's reading.
pub(super) fn date(text: &str) -> Option<PartialDate> {
    let text = text.trim();
    PartialDate::parse(text)
        .ok()
        .or_else(|| PartialDate::in_text(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::base;

    #[test]
    fn levels_are_read_in_the_usual_ways_of_writing() {
        let cases = [
            ("Bachelor", Some(Level::Bachelor)),
            ("Bachelor's degree", Some(Level::Bachelor)),
            ("B.S. in Computer Science", Some(Level::Bachelor)),
            ("BSc (Hons)", Some(Level::Bachelor)),
            ("B.Tech", Some(Level::Bachelor)),
            ("BSN", Some(Level::Bachelor)),
            ("M.S.N.", Some(Level::Master)),
            ("AB", Some(Level::Bachelor)),
            ("Master of Science", Some(Level::Master)),
            ("M.Eng.", Some(Level::Master)),
            ("Master of Business Administration", Some(Level::Mba)),
            ("MBA", Some(Level::Mba)),
            ("Master’s in Business", Some(Level::Master)),
            ("J.D.", Some(Level::Jd)),
            ("Juris Doctor", Some(Level::Jd)),
            ("Doctor of Medicine (MD)", Some(Level::Md)),
            ("M.D.", Some(Level::Md)),
            ("Doctor of Philosophy", Some(Level::Phd)),
            ("Ph.D.", Some(Level::Phd)),
            ("Associate of Applied Science", Some(Level::Associate)),
            ("A.A.", Some(Level::Associate)),
            ("BS/MS", None),
            ("Doctor of Education", None),
            ("Diplom", None),
            ("Licence", None),
            ("High School Diploma", None),
            ("Undergraduate studies", None),
            ("Some college, Bachelor's", None),
            ("Scrum Master certification", None),
            ("Master's prerequisites", None),
            ("Post-Bachelor's", None),
            ("Pre-Master's", None),
            ("Master Chef", None),
            ("Doctorate", None),
            ("Doctoral, Nursing Practice", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(level(text), expected, "{text}");
        }
    }

    fn study(institution: &str, degree: &str, start: &str, end: &str) -> application::Education {
        application::Education {
            institution: Some(institution.into()),
            study_type: Some(degree.into()),
            start_date: Some(start.into()),
            end_date: Some(end.into()),
            ..application::Education::default()
        }
    }

    #[test]
    fn a_study_in_form_and_resume_is_one_and_keeps_the_forms_dates() {
        let application = Application {
            education: vec![study("UC Berkeley", "Bachelor", "2012-08", "2016-05")],
            ..Application::default()
        };
        let resume = |start, end| Resume {
            education: vec![
                study("University of California, Berkeley", "B.S.", start, end),
                study("Stanford", "M.S.", "2016-09", "2018-06"),
            ],
            ..Resume::default()
        };
        for (start, end, differs) in [
            ("2012", "2016", false),
            ("2012-09", "2016-08", false),
            ("2013-08", "2016-05", true),
        ] {
            let all = all(&application, Some(&resume(start, end)), base::shipped());
            assert_eq!(all.len(), 2);
            assert!(all[0].seen.in_form && all[0].seen.in_resume_text);
            assert_eq!(all[0].start, PartialDate::parse("2012-08").ok());
            assert_eq!(all[0].resume_differs, Some(differs), "{start}..{end}");
            assert_eq!(
                (all[1].field.as_str(), all[1].resume_differs),
                ("resume_text", None)
            );
        }
    }

    #[test]
    fn an_online_study_is_not_on_a_campus() {
        let mut raw = study("Stanford University", "M.S. (Online)", "2016", "2018");
        assert!(!read(&raw, String::new(), Seen::default(), base::shipped()).on_campus);
        raw.study_type = Some("M.S.".into());
        assert!(read(&raw, String::new(), Seen::default(), base::shipped()).on_campus);
    }
}
