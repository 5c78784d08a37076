//! Jobs and studies off a résumé's lines. Where a line can be read in two ways nothing is read.

mod study;

use super::span::{self, End, Span};
use crate::application::Work;
use crate::normalise::place;
pub(super) use study::education;

/// A longer line is prose, in bytes.
const LONGEST_LINE: usize = 160;
/// Entries kept of each kind.
pub(super) const MOST: usize = 60;
/// Lines of an entry's head besides the one with its dates.
const HEAD_LINES: usize = 2;

/// A line of a section, as far as entries care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// Text that may belong to an entry's head.
    Text(&'a str),
    /// A bullet, its continuation or prose: it ends a head.
    Body,
    /// An empty line.
    Gap,
}

impl<'a> Line<'a> {
    /// A trimmed line that is no bullet.
    pub(super) fn of(line: &'a str) -> Self {
        if line.is_empty() {
            Self::Gap
        } else if line.len() > LONGEST_LINE || (line.ends_with('.') && line.len() > 60) {
            Self::Body
        } else {
            Self::Text(line)
        }
    }
}

/// The jobs in the lines of a section.
pub(super) fn work(lines: &[Line]) -> Vec<Work> {
    let mut jobs = Vec::new();
    let mut free = 0; // lines before this one belong to an earlier entry
    for (at, line) in lines.iter().enumerate() {
        let Line::Text(text) = *line else { continue };
        if jobs.len() >= MOST || at < free {
            continue;
        }
        let spans = span::all(text);
        let [span] = spans.as_slice() else { continue };
        if span.last == End::Missing {
            continue;
        }
        let mut parts = Parts::default();
        let alone = outside(text, span);
        parts.add(&alone.0);
        parts.add(&alone.1);
        if !parts.whole() {
            let before = head(lines[free..at].iter().rev());
            for text in before.iter().rev() {
                parts.add(text);
            }
        }
        let mut next = at + 1;
        if !parts.whole() {
            for text in head(lines[at + 1..].iter()) {
                if !span::all(text).is_empty() || parts.whole() {
                    break;
                }
                parts.add(text);
                next += 1;
            }
        }
        free = next;
        if let Some((title, employer, location)) = parts.job() {
            let (start_date, end_date) = written(span);
            jobs.push(Work {
                name: Some(employer),
                position: title,
                start_date,
                end_date,
                location,
            });
        }
    }
    jobs
}

/// The nearest lines of text, up to a gap, a bullet or prose.
fn head<'a>(lines: impl Iterator<Item = &'a Line<'a>>) -> Vec<&'a str> {
    lines
        .map_while(|line| match line {
            Line::Text(text) => Some(*text),
            _ => None,
        })
        .take(HEAD_LINES)
        .collect()
}

/// A line's text before and behind its dates, without what framed them.
fn outside(text: &str, span: &Span) -> (String, String) {
    const FRAME: [char; 12] = ['(', ')', '[', ']', '|', ',', '-', '–', '—', ':', '•', '·'];
    let frame = |c: char| c.is_whitespace() || FRAME.contains(&c) || c == '*' || c == '_';
    (
        text[..span.at.start].trim_matches(frame).to_owned(),
        text[span.at.end..].trim_matches(frame).to_owned(),
    )
}

fn written(span: &Span) -> (Option<String>, Option<String>) {
    let end = match span.last {
        End::At(point) => Some(point.written()),
        End::Open | End::Missing => None,
    };
    (Some(span.first.written()), end)
}

/// The pieces of a job's head.
#[derive(Default)]
struct Parts {
    titles: Vec<String>,
    employers: Vec<String>,
    places: Vec<String>,
    unsure: bool,
}

impl Parts {
    /// Takes one line, or the part of it beside the dates.
    fn add(&mut self, line: &str) {
        for part in hard_parts(line) {
            self.part(part);
        }
    }

    fn whole(&self) -> bool {
        !self.titles.is_empty() && !self.employers.is_empty()
    }

    /// A piece between hard separators: `Senior Engineer`, `Acme, Inc., Austin, TX`, `Engineer, Acme`.
    fn part(&mut self, part: &str) {
        if !part.bytes().any(|byte| byte.is_ascii_alphabetic()) && part.is_ascii() {
            return;
        }
        if let Some((title, employer)) = part.split_once(" at ").or_else(|| part.split_once(" @ "))
            && is_title(title)
        {
            self.titles.push(title.trim().to_owned());
            self.organisation(employer);
            return;
        }
        if is_place(part) {
            self.places.push(part.to_owned());
            return;
        }
        let atoms = atoms(part);
        let titles = atoms.iter().filter(|atom| is_title(atom)).count();
        match (titles, atoms.len()) {
            (0, _) => self.organisation(part),
            (1, 1) => self.titles.push(part.to_owned()),
            (1, _) => {
                let at = atoms.iter().position(|atom| is_title(atom)).unwrap_or(0);
                self.titles.push(atoms[at].to_owned());
                let rest: Vec<&str> = if at == 0 {
                    atoms[1..].to_vec()
                } else {
                    atoms[..at].to_vec()
                };
                let rest: Vec<&str> = rest
                    .into_iter()
                    .filter(|atom| !is_department(atom))
                    .collect();
                if !rest.is_empty() {
                    self.organisation(&rest.join(", "));
                }
            }
            _ => self.unsure = true,
        }
    }

    /// An employer, with its place behind commas.
    fn organisation(&mut self, text: &str) {
        let atoms = atoms(text);
        let Some((name, rest)) = atoms.split_first() else {
            return;
        };
        if rest.is_empty() && is_place(name) {
            self.places.push((*name).to_owned());
            return;
        }
        self.employers.push((*name).to_owned());
        if !rest.is_empty() {
            self.places.push(rest.join(", "));
        }
    }

    /// Title, employer and place, where exactly one reading is left.
    fn job(self) -> Option<(Option<String>, String, Option<String>)> {
        if self.unsure || self.titles.len() > 1 {
            return None;
        }
        let [employer] = <[String; 1]>::try_from(self.employers).ok()?;
        let title = self.titles.into_iter().next();
        if title.is_none() && !is_company(&employer) {
            return None;
        }
        let location = self.places.into_iter().next();
        Some((title, employer, location))
    }
}

/// Pieces between bars, dots, tabs, wide gaps and spaced dashes.
fn hard_parts(line: &str) -> impl Iterator<Item = &str> {
    line.split(['|', '•', '·', '\t', '—', '–'])
        .flat_map(|part| part.split("  "))
        .flat_map(|part| part.split(" - "))
        .map(|part| part.trim_matches([' ', '*', '_', '#', ',', '-', ':', '(', ')']))
        .filter(|part| !part.is_empty())
}

/// Pieces between commas; a company's form ("Acme, Inc.") stays with its name.
fn atoms(part: &str) -> Vec<&str> {
    let mut atoms: Vec<&str> = Vec::new();
    let mut start = 0;
    for piece in part.split(',') {
        let end = start + piece.len();
        let trimmed = piece.trim();
        if is_form(trimmed)
            && let Some(last) = atoms.last_mut()
        {
            let from = last.as_ptr() as usize - part.as_ptr() as usize;
            *last = part[from..end].trim_end();
        } else if !trimmed.is_empty() {
            atoms.push(trimmed);
        }
        start = end + 1;
    }
    atoms
}

fn is_form(text: &str) -> bool {
    let bare = text.trim_end_matches('.');
    [
        "inc", "llc", "ltd", "corp", "co", "lp", "llp", "plc", "gmbh", "s.a", "l.l.c",
    ]
    .iter()
    .any(|form| bare.eq_ignore_ascii_case(form))
}

fn is_company(text: &str) -> bool {
    text.split([' ', ',']).any(|word| {
        is_form(word)
            || [
                "corporation",
                "company",
                "group",
                "bank",
                "university",
                "college",
                "hospital",
                "labs",
                "technologies",
            ]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known))
    })
}

fn is_department(text: &str) -> bool {
    text.split(' ').any(|word| {
        ["team", "department", "dept", "division", "unit"]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known))
    })
}

/// `Austin, TX`, `Remote`, `Texas`; a city alone cannot be told from a company.
fn is_place(text: &str) -> bool {
    let remote = text.split(|c: char| !c.is_ascii_alphabetic()).any(|word| {
        ["remote", "hybrid"]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known))
    });
    if remote && text.len() <= 40 && !is_title(text) {
        return true;
    }
    text.split(',').count() <= 3
        && place::state_of(text).is_some()
        && !is_title(text)
        && atoms(text).len() <= 3
        && {
            // "Acme, Austin, TX" is more than a place
            let atoms = atoms(text);
            atoms.len() < 3 || place::us_state(atoms[1]).is_some()
        }
}

/// Whether the text holds a word of a job title.
pub(super) fn is_title(text: &str) -> bool {
    text.split(|c: char| !(c.is_alphabetic() || c == '-'))
        .any(|word| TITLES.iter().any(|title| word.eq_ignore_ascii_case(title)))
}

/// Words of job titles.
const TITLES: [&str; 62] = [
    "engineer",
    "engineering",
    "developer",
    "manager",
    "analyst",
    "architect",
    "consultant",
    "director",
    "designer",
    "administrator",
    "scientist",
    "specialist",
    "intern",
    "lead",
    "programmer",
    "technician",
    "assistant",
    "associate",
    "coordinator",
    "officer",
    "president",
    "founder",
    "co-founder",
    "cofounder",
    "teacher",
    "professor",
    "lecturer",
    "instructor",
    "researcher",
    "nurse",
    "accountant",
    "auditor",
    "writer",
    "editor",
    "recruiter",
    "representative",
    "supervisor",
    "executive",
    "advisor",
    "adviser",
    "tester",
    "sre",
    "cto",
    "ceo",
    "cfo",
    "coo",
    "vp",
    "head",
    "contractor",
    "freelancer",
    "cashier",
    "clerk",
    "tutor",
    "owner",
    "strategist",
    "planner",
    "producer",
    "trainer",
    "fellow",
    "principal",
    "apprentice",
    "trainee",
];
