//! Studies: an institution beside a degree or dates.

use super::{Line, MOST, atoms, hard_parts, is_place, outside, written};
use crate::application::Education;
use crate::normalise::education;
use crate::normalise::resume::span::{self, End, Span};
use crate::reference::base;

/// The studies in the lines of a section.
pub(in crate::normalise::resume) fn education(lines: &[Line]) -> Vec<Education> {
    let mut studies = Vec::new();
    let mut entry = Study::default();
    for line in lines {
        match *line {
            Line::Text(text) if !aside(text) => {
                let read = Study::of(text);
                if entry.clashes(&read) {
                    studies.extend(std::mem::take(&mut entry).finish());
                }
                entry.join(read);
            }
            Line::Gap
                if entry.institution.is_some()
                    && entry.degree.is_some()
                    && entry.span.is_some() =>
            {
                studies.extend(std::mem::take(&mut entry).finish());
            }
            _ => {}
        }
        if studies.len() >= MOST {
            return studies;
        }
    }
    studies.extend(entry.finish());
    studies
}

/// Lines about a study that name no study.
fn aside(text: &str) -> bool {
    let text = text.trim_start();
    [
        "gpa",
        "relevant",
        "coursework",
        "thesis",
        "honors",
        "dean",
        "minor",
        "advis",
        "activities",
        "courses",
    ]
    .iter()
    .any(|word| {
        text.get(..word.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(word))
    })
}

/// A study as far as it has been read.
#[derive(Default)]
struct Study {
    institution: Option<String>,
    degree: Option<String>,
    area: Option<String>,
    span: Option<Span>,
    unsure: bool,
}

impl Study {
    fn of(text: &str) -> Self {
        let mut study = Self::default();
        let spans = span::all(text);
        let mut sides = (text.to_owned(), String::new());
        match spans.as_slice() {
            [] => {}
            [span] => {
                sides = outside(text, span);
                study.span = Some(span.clone());
            }
            _ => study.unsure = true,
        }
        for part in [&sides.0, &sides.1]
            .into_iter()
            .flat_map(|side| hard_parts(side))
        {
            study.part(part);
        }
        study
    }

    fn part(&mut self, part: &str) {
        let atoms = atoms(part);
        let mut at = 0;
        while at < atoms.len() {
            let atom = atoms[at];
            // "University of California, Berkeley" is one name
            let joined = atoms.get(at + 1).map(|next| format!("{atom}, {next}"));
            if let Some(joined) = joined.filter(|joined| base::shipped().named(joined).is_some()) {
                self.school(joined);
                at += 2;
                continue;
            }
            at += 1;
            if let Some(from) = degree_from(atom, at == 1) {
                self.award(atom, from);
            } else if is_school(atom) {
                self.school(atom.to_owned());
            } else if self.degree.is_some()
                && self.area.is_none()
                && self.institution.is_none()
                && !is_place(atom)
                && at == 2
            {
                // "BS, Computer Science"
                self.area = plain_area(atom);
            }
        }
    }

    fn school(&mut self, name: String) {
        if self.institution.is_some() {
            self.unsure = true;
        } else {
            self.institution = Some(name);
        }
    }

    /// A degree and, behind it, its field: `Bachelor of Science in Physics`, `BS Physics`.
    fn award(&mut self, atom: &str, degree_words: usize) {
        if self.degree.is_some() {
            self.unsure = true;
            return;
        }
        // "BS in Physics from Example University"
        let (atom, school) = match atom
            .split_once(" from ")
            .or_else(|| atom.split_once(" at "))
        {
            Some((head, school)) if is_school(school) => (head, Some(school)),
            _ => (atom, None),
        };
        if let Some((degree, area)) = atom.split_once(" in ") {
            self.degree = Some(degree.trim().to_owned());
            self.area = plain_area(area);
        } else {
            let split = atom
                .char_indices()
                .filter(|(_, c)| *c == ' ')
                .nth(degree_words - 1)
                .map_or(atom.len(), |(at, _)| at);
            self.degree = Some(atom[..split].to_owned());
            self.area = plain_area(&atom[split..]);
        }
        if let Some(school) = school {
            self.school(school.trim().to_owned());
        }
    }

    fn clashes(&self, next: &Self) -> bool {
        (self.institution.is_some() && next.institution.is_some())
            || (self.degree.is_some() && next.degree.is_some())
            || (self.span.is_some() && next.span.is_some() && self.institution.is_some())
    }

    fn join(&mut self, next: Self) {
        self.unsure |= next.unsure || (self.span.is_some() && next.span.is_some());
        self.institution = self.institution.take().or(next.institution);
        self.degree = self.degree.take().or(next.degree);
        self.area = self.area.take().or(next.area);
        self.span = self.span.take().or(next.span);
    }

    fn finish(self) -> Option<Education> {
        if self.unsure {
            return None;
        }
        let institution = self.institution?;
        if self.degree.is_none() && self.span.is_none() {
            return None;
        }
        let (start_date, end_date) = match &self.span {
            // one date alone is when the study ended
            Some(span) if span.last == End::Missing => (None, Some(span.first.written())),
            Some(span) => written(span),
            None => (None, None),
        };
        Some(Education {
            institution: Some(institution),
            area: self.area,
            study_type: self.degree,
            start_date,
            end_date,
        })
    }
}

/// A field of study, if what is left is one.
fn plain_area(text: &str) -> Option<String> {
    let text = text.trim_matches([' ', '(', ')', ':', '.', ',']);
    let plain =
        !text.is_empty() && text.len() <= 60 && !text.bytes().any(|byte| byte.is_ascii_digit());
    plain.then(|| text.to_owned())
}

/// Whether the text names a school.
fn is_school(text: &str) -> bool {
    let word_of_schools = text.split([' ', '-', '\'']).any(|word| {
        [
            "university",
            "college",
            "institute",
            "school",
            "academy",
            "polytechnic",
            "universidad",
            "université",
            "universität",
            "universidade",
            "università",
            "hochschule",
            "politecnico",
        ]
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known))
    });
    word_of_schools && text.contains(' ') || base::shipped().named(text).is_some()
}

/// How many words of the text, from its start, name a degree. "MA" behind a comma is a state.
fn degree_from(text: &str, first_atom: bool) -> Option<usize> {
    let mut words = text.split(' ');
    let first = words.next()?;
    let initials = first.len() == 2 && first.bytes().all(|byte| byte.is_ascii_uppercase());
    if initials && first.len() == text.len() && !first_atom {
        return None;
    }
    let bare: String = first.chars().filter(char::is_ascii_alphabetic).collect();
    let short_and_lower = bare.len() == 2 && bare.bytes().any(|byte| byte.is_ascii_lowercase());
    if short_and_lower && !first.contains('.') {
        return None; // "As", "Be"
    }
    let lower = bare.to_ascii_lowercase();
    let opens = education::level(first).is_some() || lower == "doctor" || lower == "doctors";
    if !opens {
        return None;
    }
    let second = words.next().unwrap_or_default().to_ascii_lowercase();
    Some(match second.as_str() {
        "of" if text
            .to_ascii_lowercase()
            .contains("business administration") =>
        {
            4
        }
        "of" => 3,
        "doctor" => 2,
        second if second.starts_with("degree") => 2,
        _ => 1,
    })
}
