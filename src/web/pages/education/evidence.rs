//! What the record says of one claim of study, line by line.

use std::fmt::Write as _;

use super::saw::{Cells, LONGEST, Saw};
use crate::explain::visible;
use crate::rules::Finding;
use crate::web::pages::words;

/// A claim of study, and what the record says of it.
#[derive(Clone, Debug)]
pub struct Study {
    /// Where it stands: `education[0]`, or `resume_text`.
    pub field: String,
    /// As written, cut to a few lines.
    pub written: String,
    /// The institution that was recognised.
    pub school: Option<School>,
    /// What is known.
    pub lines: Vec<Line>,
    /// What is not, and why.
    pub no_data: Vec<NoData>,
    /// Numbers of the findings in which it stands.
    pub findings: Vec<usize>,
}

/// A recognised institution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct School {
    /// Its name in the reference data.
    pub name: String,
    /// How sure that is: `97 % sure`.
    pub sure: Option<String>,
}

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is about.
    pub topic: Topic,
    /// Whether claim and record agree.
    pub state: State,
    /// In plain words.
    pub text: String,
    /// Who says so.
    pub source: Option<String>,
    /// Numbers of the findings that rest on it.
    pub findings: Vec<usize>,
}

/// What evidence is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Topic {
    Name,
    Terms,
    Length,
    Dates,
    Programme,
    Level,
    Lifetime,
    Overlap,
    Lists,
}

impl Topic {
    /// The heading of its line.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::Terms => "Terms",
            Self::Length => "Length",
            Self::Dates => "Form and résumé",
            Self::Programme => "Programme",
            Self::Level => "Level",
            Self::Lifetime => "Lifetime",
            Self::Overlap => "At the same time",
            Self::Lists => "Lists",
        }
    }

    /// The columns by which a finding shows that it rests on this.
    const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Name => &["likeness"],
            Self::Terms => &["calendar", "start_in_terms", "end_in_terms"],
            Self::Length => &["length", "months_min", "months_max"],
            Self::Dates => &["resume_differs"],
            Self::Programme => &["programme_awarded", "programme_years_missing"],
            Self::Level => &[
                "level_awarded",
                "level_years_missing",
                "level_offered",
                "level_years_off",
            ],
            Self::Lifetime => &[
                "start_before_opening",
                "end_before_opening",
                "start_after_closing",
                "end_after_closing",
            ],
            Self::Overlap => &["months", "km"],
            Self::Lists => &["listed_on", "source"],
        }
    }
}

/// Whether claim and record agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// They do.
    Agrees,
    /// They do not.
    Differs,
    /// There is nothing to compare.
    Told,
}

impl State {
    /// The word beside the mark, and the class in the style sheet.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::Differs => "differs",
            Self::Told => "told",
        }
    }
}

/// What is not known, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoData {
    /// What: `Terms, programme`.
    pub topics: String,
    /// Why.
    pub why: &'static str,
}

/// A study being told of.
struct Telling<'a> {
    lines: Vec<Line>,
    no_data: Vec<(Topic, &'static str)>,
    findings: Vec<(usize, &'a Finding)>,
}

impl Telling<'_> {
    fn line(&mut self, topic: Topic, state: State, text: String, source: Option<String>) {
        self.lines.push(Line {
            topic,
            state,
            text,
            source,
            findings: Vec::new(),
        });
    }

    fn no_data(&mut self, topic: Topic, why: &'static str) {
        self.no_data.push((topic, why));
    }

    /// Writes on each line the numbers of the findings that rest on it: those that read its columns,
    /// and of several such lines, the one that says what the finding says.
    fn mark(&mut self) {
        for (number, finding) in &self.findings {
            let reads = |topic: Topic| {
                finding.values.iter().any(|seen| {
                    let column = seen.name.rsplit('.').next().unwrap_or_default();
                    topic.columns().contains(&column)
                })
            };
            let says = if finding.weight_db < 0.0 {
                State::Agrees
            } else {
                State::Differs
            };
            let exact = self
                .lines
                .iter()
                .any(|line| reads(line.topic) && line.state == says);
            for line in &mut self.lines {
                if reads(line.topic) && (!exact || line.state == says) {
                    line.findings.push(*number);
                    // What a finding rests on is not merely told.
                    line.state = says;
                }
            }
        }
    }
}

impl<'a> Saw<'a> {
    /// A claim with all that is known of it.
    pub(super) fn study(&self, claim: &Cells<'a>) -> Study {
        let mut telling = Telling {
            lines: Vec::new(),
            no_data: Vec::new(),
            findings: self.findings(&claim.row.field, &claim.row.value),
        };
        let school = claim.said("school").map(|name| School {
            name,
            sure: claim.number("confidence").map(sure),
        });
        if school.is_none() {
            self.name(claim, &mut telling);
        }
        terms(claim, &mut telling);
        length(claim, &mut telling);
        self.awards(claim, &mut telling);
        self.lifetime(claim, &mut telling);
        self.overlaps(claim, &mut telling);
        self.lists(claim, &mut telling);
        telling.mark();
        Study {
            field: claim.row.field.to_string(),
            written: visible::short(&claim.row.value, 2 * LONGEST).into_owned(),
            school,
            no_data: grouped(&telling.no_data),
            findings: telling.findings.iter().map(|(number, _)| *number).collect(),
            lines: telling.lines,
        }
    }

    /// How like the nearest known name is, of a school that was not recognised.
    fn name(&self, claim: &Cells, telling: &mut Telling) {
        const TOPIC: Topic = Topic::Name;
        if self.rows("education.names").is_none() {
            let why = "the lists of all American institutions were not loaded";
            return telling.no_data(TOPIC, why);
        }
        let likeness = self
            .of("education.names", claim.row)
            .find_map(|row| row.number("likeness"));
        if let Some(likeness) = likeness {
            let text = format!(
                "The most like name in the lists of institutions is {} alike.",
                percent(likeness)
            );
            telling.line(TOPIC, State::Told, text, None);
        }
    }

    fn awards(&self, claim: &Cells, telling: &mut Telling) {
        let row = self.of("education.awards", claim.row).next();
        let Some(row) = row else {
            for topic in [Topic::Programme, Topic::Level] {
                telling.no_data(topic, no_awards(claim, topic));
            }
            return;
        };
        let years = match (row.number("first_year"), row.number("last_year")) {
            (Some(first), Some(last)) => span(first, last),
            (Some(year), None) | (None, Some(year)) => span(year, year),
            (None, None) => String::new(),
        };
        let degree = row
            .said("degree")
            .or_else(|| claim.said("level"))
            .unwrap_or_else(|| "degree".to_owned());
        let programme = row.said("programme").or_else(|| claim.said("programme"));
        match programme {
            Some(programme) => {
                let subject = format!("{} ({degree})", capitalised(&programme));
                let columns = ["programme_awarded", "programme_years_missing"];
                awards(&row, Topic::Programme, &subject, &years, columns, telling);
            }
            None => telling.no_data(Topic::Programme, no_awards(claim, Topic::Programme)),
        }
        let subject = format!("{}, any field", capitalised(&degree));
        let columns = ["level_awarded", "level_years_missing"];
        if row.flag("level_awarded").is_none() && row.flag("level_offered").is_some() {
            offered(&row, &subject, telling);
        } else {
            awards(&row, Topic::Level, &subject, &years, columns, telling);
        }
    }

    fn lifetime(&self, claim: &Cells, telling: &mut Telling) {
        const TOPIC: Topic = Topic::Lifetime;
        let Some(row) = self.of("education.lifetimes", claim.row).next() else {
            return telling.no_data(TOPIC, unknown_school(claim));
        };
        let successor = row.said("successor");
        let mut text = match (row.said("opened"), row.said("closed")) {
            (Some(opened), Some(closed)) => format!("Opened {opened}, closed {closed}"),
            (Some(opened), None) => format!("Opened {opened}"),
            (None, Some(closed)) => format!("Closed {closed}"),
            (None, None) => return telling.no_data(TOPIC, unknown_school(claim)),
        };
        if let Some(successor) = successor {
            let _ = write!(text, ", {successor} counted in"); // a String takes every write
        }
        let told = [
            ("end_before_opening", "ends", "before it opened"),
            ("start_before_opening", "begins", "before it opened"),
            ("start_after_closing", "begins", "after it closed"),
            ("end_after_closing", "ends", "after it closed"),
        ];
        let months = |column| row.number(column).filter(|months| *months >= 0.0);
        // Of an end before the opening the start need not be told, and so on: the first says it.
        let outside = told.iter().find_map(|(column, edge, words)| {
            let by = months(column).filter(|by| *by > 0.5)?;
            Some(format!("{edge} {} {words}", in_months(by)))
        });
        let compared = told.iter().any(|(column, ..)| months(column).is_some());
        let state = match (outside, compared) {
            (Some(outside), _) => {
                let _ = write!(text, ". The study {outside}.");
                State::Differs
            }
            (None, true) => {
                text += ". The study lies within.";
                State::Agrees
            }
            (None, false) => {
                text += ".";
                State::Told
            }
        };
        telling.line(TOPIC, state, text, None);
    }

    fn overlaps(&self, claim: &Cells, telling: &mut Telling) {
        for row in self.of("education.overlaps", claim.row) {
            let (Some(months), Some(other)) = (row.number("months"), row.said("other")) else {
                continue;
            };
            let with = row.said("with").unwrap_or_else(|| "entry".to_owned());
            let apart = match row.number("km") {
                Some(km) => format!("{} km apart", kilometres(km)),
                None => "how far apart is not known".to_owned(),
            };
            let months = in_months(months);
            let text = format!("At least {months} together with the {with} “{other}”, {apart}.");
            telling.line(Topic::Overlap, State::Told, text, None);
        }
    }

    fn lists(&self, claim: &Cells, telling: &mut Telling) {
        const TOPIC: Topic = Topic::Lists;
        if self.rows("education.mills").is_none() {
            return telling.no_data(TOPIC, "no list of diploma mills was loaded");
        }
        let Some(row) = self.of("education.mills", claim.row).next() else {
            let text = "On none of the lists of diploma mills that were loaded.".to_owned();
            return telling.line(TOPIC, State::Told, text, None);
        };
        let name = row.said("institution").unwrap_or_default();
        let since = match row.said("listed_on") {
            Some(day) => format!(" since {day}"),
            None => String::new(),
        };
        let text = format!("“{name}” stands on a list of diploma mills{since}.");
        telling.line(TOPIC, State::Differs, text, row.said("source"));
    }
}

fn terms(claim: &Cells, telling: &mut Telling) {
    const TOPIC: Topic = Topic::Terms;
    let Some(calendar) = claim.said("calendar") else {
        return telling.no_data(TOPIC, unknown_school(claim));
    };
    let (start, end) = (claim.flag("start_in_terms"), claim.flag("end_in_terms"));
    let fit = match (start, end) {
        (Some(true), Some(true)) => "start and end fit its terms",
        (Some(false), Some(false)) => "neither start nor end fits its terms",
        (Some(true), Some(false)) => "the start fits its terms, the end does not",
        (Some(false), Some(true)) => "the end fits its terms, the start does not",
        (Some(true), None) => "the start fits its terms",
        (Some(false), None) => "the start does not fit its terms",
        (None, Some(true)) => "the end fits its terms",
        (None, Some(false)) => "the end does not fit its terms",
        (None, None) => {
            let text = match calendar.as_str() {
                "continuous" => "The school lets people begin at any time.",
                "varies" => "The school's calendar varies by programme.",
                "other" => "The school has a calendar of its own.",
                _ if claim.flag("has_months") == Some(false) => {
                    return telling.no_data(TOPIC, "its dates name no month");
                }
                _ => return telling.no_data(TOPIC, "its dates say too little"),
            };
            return telling.line(TOPIC, State::Told, text.to_owned(), None);
        }
    };
    let state = if [start, end].contains(&Some(false)) {
        State::Differs
    } else {
        State::Agrees
    };
    let text = format!("{} calendar: {fit}.", capitalised(&calendar));
    telling.line(TOPIC, state, text, None);
}

fn length(claim: &Cells, telling: &mut Telling) {
    if let Some(length) = claim.said("length") {
        let text = format!("{} by its dates.", capitalised(&length));
        telling.line(Topic::Length, State::Told, text, None);
    }
    match claim.flag("resume_differs") {
        Some(true) => {
            let text = "The résumé dates it more than three months off the form.".to_owned();
            telling.line(Topic::Dates, State::Differs, text, None);
        }
        Some(false) => {
            let text = "Both date it alike.".to_owned();
            telling.line(Topic::Dates, State::Agrees, text, None);
        }
        None => {}
    }
}

/// Whether degrees were awarded in the years about the claim.
/// Years behind a comma: `, 2014–2018`.
fn span(first: f64, last: f64) -> String {
    if (first - last).abs() > 0.5 {
        format!(", {first:.0}–{last:.0}")
    } else {
        format!(", {first:.0}")
    }
}

fn awards(
    row: &Cells,
    topic: Topic,
    subject: &str,
    years: &str,
    [awarded, missing]: [&str; 2],
    telling: &mut Telling,
) {
    let missing = row.number(missing).unwrap_or_default();
    let source = match topic {
        Topic::Level => row.said("level_source"),
        _ => row.said("source"),
    };
    let (seen, none) = match topic {
        Topic::Level => (
            "awarded or offered",
            "neither awarded nor offered in any year",
        ),
        _ => ("awards seen", "no award in any year"),
    };
    match row.flag(awarded) {
        Some(true) => {
            let text = format!("{subject}: {seen}{years}.");
            telling.line(topic, State::Agrees, text, source);
        }
        Some(false) if missing < 0.5 => {
            let text = format!("{subject}: {none}{years}.");
            telling.line(topic, State::Differs, text, source);
        }
        Some(false) => {
            let of_these = if missing < 1.5 {
                "1 of these years is".to_owned()
            } else {
                format!("{missing:.0} of these years are")
            };
            let text = match (row.number("known_first"), row.number("known_last")) {
                (Some(first), Some(last)) if topic == Topic::Programme => {
                    let known = span(first, last);
                    format!(
                        "{subject}: no award seen{known}; the data has no other year of those looked at{years}."
                    )
                }
                _ => format!("{subject}: no award seen{years}, but {of_these} not in the data."),
            };
            telling.line(topic, State::Told, text, source);
        }
        None => telling.no_data(topic, "the data loaded says nothing of those years"),
    }
}

/// Whether degrees of the level were offered in the nearest year of which that is known.
fn offered(row: &Cells, subject: &str, telling: &mut Telling) {
    let off = row.number("level_years_off").unwrap_or_default();
    let when = match (off.abs() + 0.5).floor() {
        ..=0.0 => "in the year of the degree".to_owned(),
        1.0 => "in the nearest known year, 1 off".to_owned(),
        years => format!("in the nearest known year, {years:.0} off"),
    };
    let (state, offered) = if row.flag("level_offered") == Some(true) {
        (State::Agrees, "offered")
    } else {
        (State::Differs, "not offered")
    };
    let text = format!("{subject}: {offered} {when}.");
    telling.line(Topic::Level, state, text, row.said("level_source"));
}

/// Why nothing is known of a school.
fn unknown_school(claim: &Cells) -> &'static str {
    if claim.text("school").is_some() {
        "the data loaded does not say; of schools abroad it never does"
    } else {
        "the institution was not recognised"
    }
}

/// Why nothing is known of a claim's awards.
fn no_awards(claim: &Cells, topic: Topic) -> &'static str {
    let has = |column| claim.text(column).is_some();
    let of_programme = topic == Topic::Programme;
    if !has("school") {
        "the institution was not recognised"
    } else if !has("level") {
        "the level of the degree was not recognised"
    } else if of_programme && !has("area") {
        "no field of study is given"
    } else if of_programme && !has("programme") {
        "the field of study was not recognised"
    } else {
        unknown_school(claim)
    }
}

/// What is not known, by reason.
fn grouped(no_data: &[(Topic, &'static str)]) -> Vec<NoData> {
    let mut groups: Vec<NoData> = Vec::new();
    for (topic, why) in no_data {
        let label = topic.label();
        match groups.iter_mut().find(|group| group.why == *why) {
            Some(group) => {
                group.topics.push_str(", ");
                group.topics.push_str(&label.to_lowercase());
            }
            None => groups.push(NoData {
                topics: label.to_owned(),
                why,
            }),
        }
    }
    groups
}

fn sure(confidence: f64) -> String {
    format!("{} sure", percent(confidence))
}

fn in_months(months: f64) -> String {
    if (0.5..1.5).contains(&months) {
        "1 month".to_owned()
    } else {
        format!("{months:.0} months")
    }
}

/// Kilometres with commas between their thousands.
fn kilometres(km: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "no two places are further apart than half the globe"
    )]
    words::thousands(km.clamp(0.0, 99_999.0).round() as u64)
}

/// A share in whole percent, never rounded up to all of it.
fn percent(share: f64) -> String {
    format!("{:.0} %", (share.clamp(0.0, 1.0) * 100.0).floor())
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
