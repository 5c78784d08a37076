//! Studies beside what the public record says of them, and studies and work over time.
//!
//! What is told here is what the screening saw: its stored signals, not today's reference data.
//! Nothing is judged: what stands out has the number of the finding that says so.

use jiff::civil::Date;

use super::{record, words};
use crate::candidate::{Candidate, PartialDate};
use crate::explain::timeline::{self, Item, Lane, Timeline};
use crate::explain::visible;
use crate::rules::Finding;
use crate::signals::{Column, Facts, Row, Shape, Signal, Value};

/// So many studies are told of at most; the record has them all.
const STUDIES: usize = 40;

/// The panel.
#[derive(Clone, Debug, Default)]
pub struct Panel {
    /// The claims of study with their evidence.
    pub studies: Vec<Study>,
    /// Studies and jobs over time; `None` where nothing is dated.
    pub picture: Option<Timeline>,
    /// The same in words, in the picture's order.
    pub entries: Vec<Entry>,
    /// Entries that are too many to show.
    pub left_out: usize,
}

/// A claim of study, and what the record says of it.
#[derive(Clone, Debug)]
pub struct Study {
    /// Where it stands: `education[0]`, or `resume_text`.
    pub field: String,
    /// As written.
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
            Self::Level => &["level_awarded", "level_years_missing"],
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

/// A study or a job in the table beside the picture.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Which.
    pub lane: Lane,
    /// Where it stands.
    pub field: String,
    /// As written.
    pub written: String,
    /// Its dates in words.
    pub when: String,
    /// Numbers of the findings in which it stands.
    pub findings: Vec<usize>,
}

impl Entry {
    /// What was written, cut to a few lines.
    pub fn short(&self) -> String {
        visible::short(&self.written, 140).into_owned()
    }
}

impl Panel {
    /// The panel of what was screened: `facts` are the values of `signals` that the screening saw,
    /// `findings` what was made of them; jobs that go on are drawn up to `today`.
    pub fn of(
        candidate: &Candidate,
        signals: &'static [Signal],
        facts: &Facts,
        findings: &[Finding],
        today: Date,
    ) -> Self {
        let saw = Saw {
            signals,
            facts,
            findings,
        };
        let studies: Vec<Study> = saw
            .rows("education")
            .into_iter()
            .flatten()
            .take(STUDIES)
            .map(|claim| saw.study(&claim))
            .collect();
        let items = saw.items(candidate);
        let order = timeline::order(&items);
        let entries = order.iter().map(|&at| {
            let item = &items[at];
            let written = match item.lane {
                Lane::Study => &candidate.education[at].raw,
                Lane::Work => &candidate.work[at - candidate.education.len()].raw,
            };
            Entry {
                lane: item.lane,
                field: match item.lane {
                    Lane::Study => candidate.education[at].field.clone(),
                    Lane::Work => candidate.work[at - candidate.education.len()].field.clone(),
                },
                written: written.clone(),
                when: item.when.clone(),
                findings: item.findings.clone(),
            }
        });
        Self {
            studies,
            entries: entries.collect(),
            picture: timeline::draw(&items, &saw.clashes(candidate), today),
            left_out: items.len() - order.len(),
        }
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.studies.is_empty() && self.entries.is_empty()
    }

    /// What the shapes of the picture mean, those that it has.
    pub fn legend(&self) -> String {
        let rows = || self.picture.iter().flat_map(|picture| &picture.rows);
        let mut told = vec!["Filled: sure by the dates."];
        for (holds, words) in [
            (
                rows().any(|row| !row.is_sure()),
                "Pale: the dates leave it open.",
            ),
            (
                rows().any(|row| row.goes_on.is_some()),
                "Pointed: it goes on.",
            ),
            (
                rows().any(|row| row.opened.or(row.closed).is_some()),
                "Bracket: the institution opened or closed.",
            ),
            (
                rows().any(|row| row.flag.is_some()),
                "▲ and a number: it stands in that finding.",
            ),
            (
                (self.picture.iter()).any(|picture| !picture.clashes.is_empty()),
                "Shaded column: two of them at once, far apart.",
            ),
        ] {
            if holds {
                told.push(words);
            }
        }
        told.push("Dashed line: the application.");
        told.join(" ")
    }

    /// How many claims of study an institution was recognised in, in a sentence.
    pub fn summary(&self) -> String {
        let recognised = self.studies.iter().filter(|study| study.school.is_some());
        match (self.studies.len(), recognised.count()) {
            (0, _) => "No study is claimed.".to_owned(),
            (1, 0) => "1 claim of study; its institution was not recognised.".to_owned(),
            (1, _) => "1 claim of study; its institution was recognised.".to_owned(),
            (all, 0) => format!("{all} claims of study; no institution was recognised."),
            (all, n) if all == n => {
                format!("{all} claims of study; every institution was recognised.")
            }
            (all, n) => format!("{all} claims of study; {n} of their institutions recognised."),
        }
    }
}

/// What a screening saw.
struct Saw<'a> {
    signals: &'static [Signal],
    facts: &'a Facts,
    findings: &'a [Finding],
}

/// A row of a signal, its cells by name.
struct Cells<'a> {
    row: &'a Row,
    columns: &'static [Column],
}

impl Cells<'_> {
    fn cell(&self, name: &str) -> Option<&Value> {
        let at = self.columns.iter().position(|column| column.name == name)?;
        self.row.cells.get(at)?.as_ref()
    }

    fn flag(&self, name: &str) -> Option<bool> {
        match self.cell(name)? {
            Value::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    fn number(&self, name: &str) -> Option<f64> {
        match self.cell(name)? {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// A text, or a whole number written out.
    fn text(&self, name: &str) -> Option<String> {
        match self.cell(name)? {
            Value::Text(text) if !text.trim().is_empty() => Some(text.to_string()),
            Value::Number(number) => Some(format!("{number:.0}")),
            _ => None,
        }
    }
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
                }
            }
        }
    }
}

impl<'a> Saw<'a> {
    /// The rows of a signal; `None` where it was not known.
    fn rows(&self, name: &str) -> Option<impl Iterator<Item = Cells<'a>> + use<'a>> {
        let slot = self.signals.iter().position(|signal| signal.name == name)?;
        let Shape::Rows(columns) = self.signals[slot].shape else {
            return None;
        };
        match self.facts.get(slot)? {
            Value::Rows(rows) => Some(rows.iter().map(move |row| Cells { row, columns })),
            _ => None,
        }
    }

    /// The rows of a signal that stand for one claim.
    fn of(&self, name: &str, claim: &Row) -> impl Iterator<Item = Cells<'a>> + use<'a> {
        let (field, value) = (claim.field.to_string(), claim.value.to_string());
        self.rows(name)
            .into_iter()
            .flatten()
            .filter(move |cells| cells.row.field == field && cells.row.value == value)
    }

    /// The findings with their numbers in whose evidence a claim stands.
    fn findings(&self, field: &str, value: &str) -> Vec<(usize, &'a Finding)> {
        (1..)
            .zip(self.findings)
            .filter(|(_, finding)| {
                finding
                    .evidence
                    .iter()
                    .any(|evidence| evidence.field == field && evidence.value == value)
            })
            .collect()
    }

    fn study(&self, claim: &Cells<'a>) -> Study {
        let mut telling = Telling {
            lines: Vec::new(),
            no_data: Vec::new(),
            findings: self.findings(&claim.row.field, &claim.row.value),
        };
        let school = claim.text("school").map(|name| School {
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
            written: claim.row.value.to_string(),
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
            (Some(first), Some(last)) if (first - last).abs() > 0.5 => {
                format!(", {first:.0}–{last:.0}")
            }
            (Some(year), _) | (None, Some(year)) => format!(", {year:.0}"),
            (None, None) => String::new(),
        };
        let degree = row
            .text("degree")
            .or_else(|| claim.text("level"))
            .unwrap_or_else(|| "degree".to_owned());
        let programme = row.text("programme").or_else(|| claim.text("programme"));
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
        awards(&row, Topic::Level, &subject, &years, columns, telling);
    }

    fn lifetime(&self, claim: &Cells, telling: &mut Telling) {
        const TOPIC: Topic = Topic::Lifetime;
        let Some(row) = self.of("education.lifetimes", claim.row).next() else {
            return telling.no_data(TOPIC, unknown_school(claim));
        };
        let successor = row.text("successor");
        let mut text = match (row.text("opened"), row.text("closed")) {
            (Some(opened), Some(closed)) => format!("Opened {opened}, closed {closed}"),
            (Some(opened), None) => format!("Opened {opened}"),
            (None, Some(closed)) => format!("Closed {closed}"),
            (None, None) => return telling.no_data(TOPIC, unknown_school(claim)),
        };
        if let Some(successor) = successor {
            text += &format!(", {successor} counted in");
        }
        let told = [
            ("end_before_opening", "ends before it opened"),
            ("start_before_opening", "begins before it opened"),
            ("start_after_closing", "begins after it closed"),
            ("end_after_closing", "ends after it closed"),
        ];
        // Of an end before the opening the start need not be told, and so on: the first says it.
        let outside = told
            .iter()
            .find(|(column, _)| row.flag(column) == Some(true));
        let compared = told.iter().any(|(column, _)| row.flag(column).is_some());
        let state = match (outside, compared) {
            (Some((_, outside)), _) => {
                text += &format!(". The study {outside}.");
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
            let (Some(months), Some(other)) = (row.number("months"), row.text("other")) else {
                continue;
            };
            let with = row.text("with").unwrap_or_else(|| "entry".to_owned());
            let apart = match row.number("km") {
                Some(km) => format!("{} km apart", kilometres(km)),
                None => "how far apart is not known".to_owned(),
            };
            let months = if months < 1.5 {
                "1 month".to_owned()
            } else {
                format!("{months:.0} months")
            };
            let text = format!("At least {months} together with the {with} “{other}”, {apart}.");
            telling.line(Topic::Overlap, State::Told, text, None);
        }
    }

    fn lists(&self, claim: &Cells, telling: &mut Telling) {
        const TOPIC: Topic = Topic::Lists;
        if self.rows("education.mills").is_none() {
            return telling.no_data(TOPIC, "no list of diploma mills was loaded");
        }
        match self.of("education.mills", claim.row).next() {
            Some(row) => {
                let name = row.text("institution").unwrap_or_default();
                let since = match row.text("listed_on") {
                    Some(day) => format!(" since {day}"),
                    None => String::new(),
                };
                let text = format!("“{name}” stands on a list of diploma mills{since}.");
                telling.line(TOPIC, State::Differs, text, row.text("source"));
            }
            None => {
                let text = "On none of the lists of diploma mills that were loaded.".to_owned();
                telling.line(TOPIC, State::Told, text, None);
            }
        }
    }

    /// Studies and then jobs of a candidate, to be drawn.
    fn items(&self, candidate: &Candidate) -> Vec<Item> {
        let numbers = |field: &str, raw: &str| {
            let found = self.findings(field, raw).into_iter();
            found.map(|(number, _)| number).collect()
        };
        let when = |start, end, current| {
            record::span(start, end, current).unwrap_or_else(|| "no dates".to_owned())
        };
        let studies = candidate.education.iter().map(|study| {
            let claim = Row {
                field: study.field.clone().into(),
                value: study.raw.clone().into(),
                ..Row::default()
            };
            let life = self.of("education.lifetimes", &claim).next();
            let date = |column| {
                let text = life.as_ref()?.text(column)?;
                PartialDate::parse(&text).ok()
            };
            let school = study.institution.as_deref().unwrap_or(&study.raw);
            Item {
                lane: Lane::Study,
                label: match study.level {
                    Some(level) => format!("{school} ({})", record::level_word(level)),
                    None => school.to_owned(),
                },
                when: when(study.start, study.end, false),
                start: study.start,
                end: study.end,
                current: false,
                opened: date("opened"),
                closed: date("closed"),
                findings: numbers(&study.field, &study.raw),
            }
        });
        let jobs = candidate.work.iter().map(|job| {
            let label = match (&job.employer, &job.position) {
                (Some(employer), Some(position)) => format!("{employer}, {position}"),
                (Some(one), None) | (None, Some(one)) => one.clone(),
                (None, None) => job.raw.clone(),
            };
            Item {
                lane: Lane::Work,
                label,
                when: when(job.start, job.end, job.current),
                start: job.start,
                end: job.end,
                current: job.current,
                opened: None,
                closed: None,
                findings: numbers(&job.field, &job.raw),
            }
        });
        studies.chain(jobs).collect()
    }

    /// Pairs of [`Saw::items`] that findings say were at once in places far apart.
    fn clashes(&self, candidate: &Candidate) -> Vec<(usize, usize)> {
        let study = |field: &str, raw: &str| {
            let mut studies = candidate.education.iter();
            studies.position(|study| study.raw == raw && (field.is_empty() || study.field == field))
        };
        let job = |raw: &str| candidate.work.iter().position(|job| job.raw == raw);
        let rows = self.rows("education.overlaps").into_iter().flatten();
        rows.filter_map(|row| {
            let found = self.findings(&row.row.field, &row.row.value);
            let reads = |finding: &Finding| {
                let mut names = finding.values.iter().map(|seen| &*seen.name);
                names.any(|name| name == "it.km" || name == "education.overlaps.km")
            };
            if !found.iter().any(|(_, finding)| reads(finding)) {
                return None;
            }
            let other = row.text("other")?;
            let other = match row.text("with").as_deref() {
                Some("job") => candidate.education.len() + job(&other)?,
                _ => study("", &other)?,
            };
            Some((study(&row.row.field, &row.row.value)?, other))
        })
        .take(timeline::MOST)
        .collect()
    }
}

fn terms(claim: &Cells, telling: &mut Telling) {
    const TOPIC: Topic = Topic::Terms;
    let Some(calendar) = claim.text("calendar") else {
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
    if let Some(length) = claim.text("length") {
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
fn awards(
    row: &Cells,
    topic: Topic,
    subject: &str,
    years: &str,
    [awarded, missing]: [&str; 2],
    telling: &mut Telling,
) {
    let missing = row.number(missing).unwrap_or_default();
    let source = row.text("source");
    match row.flag(awarded) {
        Some(true) => {
            let text = format!("{subject}: awards seen{years}.");
            telling.line(topic, State::Agrees, text, source);
        }
        Some(false) if missing < 0.5 => {
            let text = format!("{subject}: no award in any year{years}.");
            telling.line(topic, State::Differs, text, source);
        }
        Some(false) => {
            let of_these = if missing < 1.5 {
                "1 of these years is".to_owned()
            } else {
                format!("{missing:.0} of these years are")
            };
            let text = format!("{subject}: no award seen{years}, but {of_these} not in the data.");
            telling.line(topic, State::Told, text, source);
        }
        None => telling.no_data(topic, "the data loaded says nothing of those years"),
    }
}

/// Why nothing is known of a school.
fn unknown_school(claim: &Cells) -> &'static str {
    if claim.text("school").is_some() {
        "the data loaded says nothing of this school; of schools abroad it never does"
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

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    fn panel() -> Panel {
        samples::education()
    }

    fn line(study: &Study, topic: Topic) -> (State, &str, &[usize]) {
        let line = study.lines.iter().find(|line| line.topic == topic);
        let line = line.unwrap_or_else(|| panic!("no line on {topic:?} in {study:?}"));
        (line.state, &line.text, &line.findings)
    }

    #[test]
    fn the_record_is_told_in_plain_words() {
        let panel = panel();
        let nursing = &panel.studies[0];
        let school = nursing.school.as_ref().unwrap();
        assert_eq!(school.name, "Invented State University");
        assert_eq!(school.sure.as_deref(), Some("97 % sure"));
        assert_eq!(nursing.findings, [3]);
        let cases = [
            (
                Topic::Terms,
                State::Differs,
                "Semester calendar: the start fits its terms, the end does not.",
                &[3][..],
            ),
            (Topic::Length, State::Told, "51 months by its dates.", &[]),
            (
                Topic::Programme,
                State::Differs,
                "Nursing (bachelor's degree): no award in any year, 2014–2018.",
                &[],
            ),
            (
                Topic::Level,
                State::Agrees,
                "Bachelor's degree, any field: awards seen, 2014–2018.",
                &[],
            ),
            (
                Topic::Lifetime,
                State::Agrees,
                "Opened 1891. The study lies within.",
                &[],
            ),
            (
                Topic::Overlap,
                State::Told,
                "At least 18 months together with the job “Engineer, Far Away Systems, Austin, TX”, 2,410 km apart.",
                &[],
            ),
            (
                Topic::Lists,
                State::Told,
                "On none of the lists of diploma mills that were loaded.",
                &[],
            ),
        ];
        for (topic, state, text, findings) in cases {
            assert_eq!(line(nursing, topic), (state, text, findings), "{topic:?}");
        }
        assert_eq!(nursing.no_data, []);
    }

    #[test]
    fn what_is_not_known_is_told_with_its_reason() {
        let panel = panel();
        let abroad = &panel.studies[1];
        assert_eq!(abroad.school, None);
        assert_eq!(
            abroad.no_data,
            [
                NoData {
                    topics: "Name".to_owned(),
                    why: "the lists of all American institutions were not loaded"
                },
                NoData {
                    topics: "Terms, programme, level, lifetime".to_owned(),
                    why: "the institution was not recognised"
                }
            ]
        );
        let mut silent = samples::studied();
        silent.education.truncate(1);
        let facts = serde_json::json!({"education": [
            {"field": "education[0]", "value": "x", "is": {"school": "A School", "calendar": "semester", "has_months": false, "level": "bachelor"}}
        ]});
        let facts = Facts::from_json_of(samples::SIGNALS, &facts);
        let panel = Panel::of(&silent, samples::SIGNALS, &facts, &[], samples::TODAY);
        let told: Vec<(&str, &str)> = panel.studies[0]
            .no_data
            .iter()
            .map(|gap| (gap.topics.as_str(), gap.why))
            .collect();
        assert_eq!(
            told,
            [
                ("Terms", "its dates name no month"),
                ("Programme", "no field of study is given"),
                (
                    "Level, lifetime",
                    "the data loaded says nothing of this school; of schools abroad it never does"
                ),
                ("Lists", "no list of diploma mills was loaded"),
            ]
        );
    }

    #[test]
    fn a_screening_that_saw_nothing_still_has_its_timeline() {
        let candidate = samples::studied();
        let panel = Panel::of(
            &candidate,
            samples::SIGNALS,
            &Facts::default(),
            &[],
            samples::TODAY,
        );
        assert!(panel.studies.is_empty() && panel.picture.is_some());
        assert_eq!(
            panel.entries.len(),
            candidate.education.len() + candidate.work.len()
        );
        let nobody = Candidate::default();
        let panel = Panel::of(
            &nobody,
            samples::SIGNALS,
            &Facts::default(),
            &[],
            samples::TODAY,
        );
        assert!(panel.is_empty());
    }

    #[test]
    fn years_missing_are_no_absence() {
        let facts = |missing: f64, awarded: bool| {
            serde_json::json!({
                "education": [{"field": "f", "value": "v", "is": {"school": "S", "level": "master", "area": "Law", "programme": "law"}}],
                "education.awards": [{"field": "f", "value": "v", "is": {"school": "S", "programme": "law", "degree": "master's degree",
                    "first_year": 2016.0, "last_year": 2020.0, "programme_awarded": awarded, "programme_years_missing": missing}}]
            })
        };
        for (missing, awarded, state, text) in [
            (
                2.0,
                false,
                State::Told,
                "Law (master's degree): no award seen, 2016–2020, but 2 of these years are not in the data.",
            ),
            (
                0.0,
                false,
                State::Differs,
                "Law (master's degree): no award in any year, 2016–2020.",
            ),
            (
                4.0,
                true,
                State::Agrees,
                "Law (master's degree): awards seen, 2016–2020.",
            ),
        ] {
            let facts = Facts::from_json_of(samples::SIGNALS, &facts(missing, awarded));
            let nobody = Candidate::default();
            let panel = Panel::of(&nobody, samples::SIGNALS, &facts, &[], samples::TODAY);
            let told = line(&panel.studies[0], Topic::Programme);
            assert_eq!((told.0, told.1), (state, text));
        }
    }

    #[test]
    fn the_summary_counts_the_recognised() {
        assert_eq!(
            panel().summary(),
            "3 claims of study; 2 of their institutions recognised."
        );
    }
}
