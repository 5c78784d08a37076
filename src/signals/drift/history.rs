//! Studies and jobs of the first version that were rewritten since.
//!
//! Entries are paired before they are compared. An entry that was added or left
//! out is no rewriting; another school or employer in the same years is one.

use rapidfuzz::distance::jaro_winkler;

use super::super::{Column, Kind, Row, Shape, Signal, Subject, Value};
use super::{AFTER, BEFORE};
use crate::candidate::{Candidate, Education, PartialDate, Seen, Work};
use crate::normalise::place;

/// Entries that are compared, at most.
const MOST: usize = 30;

/// Names at least this alike are one name written twice.
const ALIKE_FROM: f64 = 0.88;

/// Months by which two entries' dates may differ and still be the same years.
const SAME_TIME_MONTHS: i32 = 3;

/// The column of what was rewritten.
const fn what(about: &'static str) -> Column {
    Column {
        name: "what",
        about,
        kind: Kind::Text,
    }
}

/// The column of how far a date moved.
const MONTHS: Column = Column::new(
    "months_moved",
    "Months that a date moved at least; of dates only",
    Kind::Number,
);

/// Studies that were rewritten.
pub(in super::super) const EDUCATION: Signal = Signal {
    name: "drift.education",
    about: "What was rewritten in the studies of the first version",
    shape: Shape::Rows(&[
        what("institution, major, start date or end date"),
        BEFORE,
        AFTER,
        MONTHS,
    ]),
    needs: &[],
    read: |subject| rewritten(subject, studies),
};

/// Jobs that were rewritten.
pub(in super::super) const EMPLOYMENT: Signal = Signal {
    name: "drift.employment",
    about: "What was rewritten in the jobs of the first version",
    shape: Shape::Rows(&[
        what("employer, start date or end date"),
        BEFORE,
        AFTER,
        MONTHS,
    ]),
    needs: &[],
    read: |subject| rewritten(subject, jobs),
};

/// A study or a job, as far as rewriting goes.
struct Entry<'a> {
    field: &'a str,
    seen: Seen,
    /// What the place is called in messages.
    place_word: &'static str,
    /// The institution or the employer.
    place: Option<&'a str>,
    /// The major; jobs have none.
    major: Option<&'a str>,
    /// What tells entries at one place apart: the degree's level, the title.
    rank: Option<String>,
    start: Option<PartialDate>,
    end: Option<PartialDate>,
}

fn studies(candidate: &Candidate) -> Vec<Entry<'_>> {
    let studies = candidate.education.iter().take(MOST);
    studies
        .map(|study: &Education| Entry {
            field: &study.field,
            seen: study.seen,
            place_word: "institution",
            place: study.institution.as_deref(),
            major: study.area.as_deref(),
            rank: study.level.map(|level| format!("{level:?}")),
            start: study.start,
            end: study.end,
        })
        .collect()
}

fn jobs(candidate: &Candidate) -> Vec<Entry<'_>> {
    let jobs = candidate.work.iter().take(MOST);
    jobs.map(|job: &Work| Entry {
        field: &job.field,
        seen: job.seen,
        place_word: "employer",
        place: job.employer.as_deref(),
        major: None,
        rank: job.position.as_deref().and_then(place::squeezed),
        start: job.start,
        end: job.end,
    })
    .collect()
}

/// The form's entries of both versions, or the résumé's of both: a form and a résumé are not
/// two versions of one writing.
fn comparable<'a>(first: Vec<Entry<'a>>, now: Vec<Entry<'a>>) -> [Vec<Entry<'a>>; 2] {
    let filled = |entries: &[Entry]| entries.iter().any(|entry| entry.seen.in_form);
    let form = filled(&first) && filled(&now);
    let kept = |entry: &Entry| {
        if form {
            entry.seen.in_form
        } else {
            entry.seen.in_resume_text
        }
    };
    [first, now].map(|entries| entries.into_iter().filter(kept).collect())
}

fn rewritten<'a>(
    subject: &Subject<'a>,
    read: fn(&'a Candidate) -> Vec<Entry<'a>>,
) -> Option<Value> {
    let first = subject.earlier.first()?;
    let [first, now] = comparable(read(first), read(subject.candidate));
    if first.is_empty() || now.is_empty() {
        return None;
    }
    let mut rows = Vec::new();
    for (before, after) in pairs(&first, &now) {
        compare(before, after, &mut rows);
    }
    Some(Value::Rows(rows))
}

/// Pairs of the same study or job: first those of one place, the nearest in rank and time first;
/// then those left over that stand for the same years.
fn pairs<'a, 'b>(
    first: &'b [Entry<'a>],
    now: &'b [Entry<'a>],
) -> Vec<(&'b Entry<'a>, &'b Entry<'a>)> {
    let mut possible = Vec::new();
    for (i, before) in first.iter().enumerate() {
        for (j, after) in now.iter().enumerate() {
            let cost = match same_place(before, after) {
                Some(true) => distance(before, after),
                Some(false) if same_time(before, after) => ANOTHER_PLACE + distance(before, after),
                _ => continue,
            };
            possible.push((cost, i, j));
        }
    }
    possible.sort_unstable();
    let (mut left, mut right) = (vec![false; first.len()], vec![false; now.len()]);
    let mut pairs = Vec::new();
    for (_, i, j) in possible {
        if !left[i] && !right[j] {
            (left[i], right[j]) = (true, true);
            pairs.push((&first[i], &now[j]));
        }
    }
    pairs
}

/// More than any distance of entries at one place.
const ANOTHER_PLACE: i32 = 1_000_000;

/// How far two entries are apart, for choosing among several at one place.
fn distance(before: &Entry, after: &Entry) -> i32 {
    /// Another degree or title weighs as much as some years.
    const OTHER_RANK: i32 = 60;
    let months = |a: Option<PartialDate>, b: Option<PartialDate>| match (a, b) {
        (Some(a), Some(b)) => a.months_apart(b),
        _ => 0,
    };
    let rank = if before.rank == after.rank {
        0
    } else {
        OTHER_RANK
    };
    rank + months(before.start, after.start) + months(before.end, after.end)
}

fn same_place(before: &Entry, after: &Entry) -> Option<bool> {
    Some(alike(before.place?, after.place?))
}

/// Whether two entries stand for the same years (and the same degree, where one is known):
/// both starts known, and no date known to be another.
fn same_time(before: &Entry, after: &Entry) -> bool {
    let near = |a: Option<PartialDate>, b: Option<PartialDate>| {
        Some(a?.months_apart(b?) <= SAME_TIME_MONTHS)
    };
    let (start, end) = (near(before.start, after.start), near(before.end, after.end));
    let dates = match (start, end) {
        (Some(true), other) | (other, Some(true)) => other != Some(false),
        _ => false,
    };
    let ongoing = before.end.is_some() == after.end.is_some();
    let degree = before.place_word != "institution"
        || before.rank.is_none()
        || after.rank.is_none()
        || before.rank == after.rank;
    dates && ongoing && degree
}

fn compare(before: &Entry, after: &Entry, rows: &mut Vec<Row>) {
    let mut text = |what: &'static str, was: Option<&str>, is: Option<&str>| {
        if let (Some(was), Some(is)) = (was, is)
            && !alike(was, is)
        {
            rows.push(row(after.field, what, was.to_owned(), is.to_owned(), None));
        }
    };
    text(before.place_word, before.place, after.place);
    text("major", before.major, after.major);
    for (what, was, is) in [
        ("start date", before.start, after.start),
        ("end date", before.end, after.end),
    ] {
        if let (Some(was), Some(is)) = (was, is)
            && was.months_apart(is) > 0
        {
            let months = was.months_apart(is);
            let (was, is) = (was.to_string(), is.to_string());
            rows.push(row(after.field, what, was, is, Some(months)));
        }
    }
}

fn row(field: &str, what: &'static str, before: String, after: String, months: Option<i32>) -> Row {
    Row {
        field: field.to_owned().into(),
        value: after.clone().into(),
        related: None,
        cells: vec![
            Some(Value::text(what)),
            Some(Value::text(before)),
            Some(Value::text(after)),
            months.map(|months| Value::Number(f64::from(months))),
        ],
    }
}

/// Whether two writings can mean the same: equal but for marks and spaces, the one part of the
/// other, the one the other's initials, or alike letter by letter.
pub(in super::super) fn alike(a: &str, b: &str) -> bool {
    /// Shorter writings are part of too many others.
    const SHORTEST_PART: usize = 4;
    let (Some(a_key), Some(b_key)) = (place::squeezed(a), place::squeezed(b)) else {
        // Nothing to compare by letters, as with very long lines.
        return a.trim() == b.trim() || a.len().max(b.len()) > MOST_BYTES;
    };
    let part = |part: &str, whole: &str| part.len() >= SHORTEST_PART && whole.contains(part);
    let similar = || {
        jaro_winkler::similarity_with_args(
            a_key.bytes(),
            b_key.bytes(),
            &jaro_winkler::Args::default().score_cutoff(ALIKE_FROM),
        )
        .is_some()
    };
    a_key == b_key
        || part(&a_key, &b_key)
        || part(&b_key, &a_key)
        || initials(a) == b_key
        || initials(b) == a_key
        || same_words(a, b)
        || similar()
}

/// Longer writings have no key.
const MOST_BYTES: usize = 100;

/// The first letters of the words that count: `Computer Science` is `cs`.
fn initials(text: &str) -> String {
    words(text)
        .filter_map(|word| word.chars().next())
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    const SMALL: [&str; 6] = ["of", "the", "and", "at", "in", "for"];
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .filter(|word| !SMALL.iter().any(|small| word.eq_ignore_ascii_case(small)))
}

/// Whether all words of the one begin words of the other: `Comp Sci`, `Computer Science`.
fn same_words(a: &str, b: &str) -> bool {
    /// An abbreviation keeps as many letters.
    const ABBREVIATED: usize = 3;
    let begins = |short: &str, long: &str| {
        short.len() >= ABBREVIATED
            && long
                .get(..short.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(short))
    };
    let within = |a: &str, b: &str| words(a).all(|x| words(b).any(|y| begins(x, y)));
    words(a).next().is_some() && words(b).next().is_some() && (within(a, b) || within(b, a))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signals::testing::{cells, subject};

    /// Studies from `institution; area; start; end`, one to a line.
    fn studied(text: &str) -> Candidate {
        let mut candidate = Candidate::default();
        for (at, line) in text.lines().enumerate() {
            let parts: Vec<_> = line.split(';').map(str::trim).collect();
            candidate.education.push(Education {
                field: format!("education[{at}]"),
                seen: Seen::FORM,
                institution: Some(parts[0].into()),
                area: Some(parts[1].into()),
                start: PartialDate::parse(parts[2]).ok(),
                end: PartialDate::parse(parts[3]).ok(),
                ..Education::default()
            });
        }
        candidate
    }

    /// Jobs from `employer; title; start; end`, one to a line.
    fn worked(text: &str) -> Candidate {
        let mut candidate = Candidate::default();
        for (at, line) in text.lines().enumerate() {
            let parts: Vec<_> = line.split(';').map(str::trim).collect();
            candidate.work.push(Work {
                field: format!("work[{at}]"),
                seen: Seen::FORM,
                employer: Some(parts[0].into()),
                position: Some(parts[1].into()),
                start: PartialDate::parse(parts[2]).ok(),
                end: PartialDate::parse(parts[3]).ok(),
                ..Work::default()
            });
        }
        candidate
    }

    /// `what: before > after (months)` of each row.
    fn written(value: &Value) -> Vec<String> {
        let text = |cell: &Option<Value>| match cell {
            Some(Value::Text(text)) => text.to_string(),
            Some(Value::Number(months)) => format!(" ({months})"),
            _ => String::new(),
        };
        cells(value)
            .iter()
            .map(|c| {
                format!(
                    "{}: {} > {}{}",
                    text(&c[0]),
                    text(&c[1]),
                    text(&c[2]),
                    text(&c[3])
                )
            })
            .collect()
    }

    #[test]
    fn studies_are_rewritten_when_school_major_or_date_is_another() {
        let first = "Ohio State University; Computer Science; 2012-08; 2016-05";
        for (now, rows) in [
            (first, &[][..]),
            (
                "The Ohio State University; CS; 2012-09; 2016",
                &["start date: 2012-08 > 2012-09 (1)"],
            ),
            ("Ohio State Univ.; Comp. Sci.; 2012; 2016-05", &[]),
            (
                "Kent State University; Computer Science; 2012-08; 2016-05",
                &["institution: Ohio State University > Kent State University"],
            ),
            (
                "Ohio State University; History; 2012-08; 2016-05",
                &["major: Computer Science > History"],
            ),
            (
                "Ohio State University; Computer Science; 2013-08; 2017-05",
                &[
                    "start date: 2012-08 > 2013-08 (12)",
                    "end date: 2016-05 > 2017-05 (12)",
                ],
            ),
            // Another study in other years was added, and this one left out.
            ("Kent State University; Law; 2017-08; 2019-05", &[]),
            (
                "Ohio State University; Law; 2017-08; 2019-05\nOhio State University; Computer Science; 2012-08; 2016-05",
                &[],
            ),
        ] {
            let (now, earlier) = (studied(now), [studied(first)]);
            let found = (EDUCATION.read)(&subject(&now, &earlier)).unwrap();
            assert_eq!(written(&found), rows);
        }
    }

    #[test]
    fn jobs_are_rewritten_when_employer_or_date_is_another() {
        let first = "Northwind; Developer; 2016-07; 2019-01\nContoso; Developer; 2019-02; ";
        for (now, rows) in [
            (first, &[][..]),
            // The present job ended, and another began.
            (
                "Contoso; Developer; 2019-02; 2021-03\nFabrikam; Lead; 2021-04; \nNorthwind; Developer; 2016-07; 2019-01",
                &[],
            ),
            (
                "Northwind Traders; Engineer; 2016-07; 2019-01\nContoso; Developer; 2018-02; ",
                &["start date: 2019-02 > 2018-02 (12)"],
            ),
            (
                "Fabrikam; Developer; 2016-07; 2019-01\nContoso; Developer; 2019-02; ",
                &["employer: Northwind > Fabrikam"],
            ),
        ] {
            let (now, earlier) = (worked(now), [worked(first)]);
            let found = (EMPLOYMENT.read)(&subject(&now, &earlier)).unwrap();
            assert_eq!(written(&found), rows);
        }
    }

    #[test]
    fn a_form_is_not_compared_with_a_resume() {
        let first = worked("Northwind; Developer; 2016-07; 2019-01");
        let mut now = worked("Fabrikam; Developer; 2016-07; 2019-01");
        now.work[0].seen = Seen {
            in_form: false,
            in_resume_text: true,
            own: false,
        };
        assert_eq!((EMPLOYMENT.read)(&subject(&now, &[first])), None);
    }
}
