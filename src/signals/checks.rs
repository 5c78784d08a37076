//! What people found out: of each kind of check and claim the latest result.
//!
//! A claim keeps its identity over versions by what it says, not by its place: a result for one
//! school neither speaks for another that stands in its place now, nor is it lost by a correction.

use std::cmp::Reverse;

use super::drift::alike;
use super::{Column, Kind, Row, Shape, Signal, Subject, Value};
use crate::candidate::Candidate;
use crate::check::{self, Check, Kind as CheckKind, Outcome};
use crate::normalise::name;

/// Checks that are compared, at most: the latest.
const MOST: usize = 200;

/// Milliseconds of a day.
const DAY_MS: f64 = 86_400_000.0;

pub(super) const SIGNAL: Signal = Signal {
    name: "checks",
    about: "Checks that people made, of each kind and claim the latest",
    shape: Shape::Rows(&COLUMNS),
    needs: &[],
    read,
};

const COLUMNS: [Column; 8] = [
    Column::new(
        "kind",
        "registrar, employer, id_in_person, id_remote or background",
        Kind::Text,
    ),
    Column::new("result", "confirmed, denied or no_answer", Kind::Text),
    Column::new(
        "claim",
        "The claim as written when it was checked",
        Kind::Quote,
    ),
    Column::new("about", "Where the claim stood then", Kind::Quote),
    Column::new("by", "Who made the check", Kind::Quote),
    Column::new("stands", "The claim is still in the record", Kind::Flag),
    Column::new("days_ago", "Days since the check", Kind::Number),
    Column::new(
        "others_before",
        "Other makers who found the same of the identity before; 0 where this one was counted already",
        Kind::Number,
    ),
];

fn read(subject: &Subject) -> Option<Value> {
    if subject.checks.is_empty() {
        return None; // nobody has looked
    }
    let mut latest: Vec<&Check> = subject.checks.iter().collect();
    latest.sort_by_key(|check| Reverse((check.at, check.recorded_at, &check.id)));
    latest.truncate(MOST);
    let mut counting: Vec<&Check> = Vec::new();
    for check in latest {
        if !counting.iter().any(|later| same_claim(later, check)) {
            counting.push(check);
        }
    }
    let mut makers: Vec<&Check> = Vec::new();
    let oldest_first = counting.into_iter().rev().map(|check| {
        let (stands, field) = standing(check, subject.candidate);
        let others_before = others_before(&mut makers, check, stands);
        row(check, subject, (stands, field), others_before)
    });
    let mut rows: Vec<Row> = oldest_first.collect();
    rows.reverse();
    Some(Value::Rows(rows))
}

/// How many other makers came to the same result on the person's identity, of those in `makers`, which
/// this one then joins. Two denials are alike whether a document was seen in person or at a distance;
/// of confirmations each way is one of its own, and a name since changed is not confirmed.
fn others_before<'a>(makers: &mut Vec<&'a Check>, check: &'a Check, stands: Option<bool>) -> usize {
    let is_identity = matches!(check.kind, CheckKind::IdInPerson | CheckKind::IdRemote);
    let is_denied = check.result == Outcome::Denied;
    if !is_identity || !(is_denied || stands == Some(true)) {
        return 0;
    }
    let alike =
        |other: &&&Check| other.result == check.result && (is_denied || other.kind == check.kind);
    let others = makers.iter().filter(alike);
    if others.clone().any(|other| same_maker(other, check)) {
        return 0;
    }
    let count = others.count();
    makers.push(check);
    count
}

/// Whether two checks were made by the same people or vendor.
fn same_maker(a: &Check, b: &Check) -> bool {
    let plain = |by: &str| by.trim().to_lowercase();
    plain(&a.by) == plain(&b.by)
}

fn row(
    check: &Check,
    subject: &Subject,
    (stands, field): (Option<bool>, String),
    others_before: usize,
) -> Row {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a millisecond is no part of a day"
    )]
    let days_ago = subject.now.duration_since(check.at).as_millis() as f64 / DAY_MS;
    Row {
        field: field.into(),
        value: check.claim.written.clone().into(),
        related: None,
        cells: vec![
            Some(Value::text(check.kind.word())),
            Some(Value::text(check.result.word())),
            Some(Value::quote(&check.claim.written)),
            check.about.as_deref().map(Value::quote),
            Some(Value::quote(&check.by)),
            stands.map(Value::Flag),
            Some(Value::Number(days_ago.max(0.0).floor())),
            Some(Value::count(others_before)),
        ],
    }
}

/// Whether two checks are of one kind and about one claim. In one version the path tells; over
/// versions the words do. What one vendor finds of a person takes back nothing that another found.
fn same_claim(a: &Check, b: &Check) -> bool {
    if matches!(a.kind, CheckKind::IdRemote | CheckKind::Background) && !same_maker(a, b) {
        return false;
    }
    if a.kind != b.kind || a.about.is_none() || b.about.is_none() {
        return a.kind == b.kind && a.about == b.about;
    }
    let words = !a.kind.is_of_person()
        && a.version != b.version
        && a.claim.subject.is_some()
        && b.claim.subject.is_some();
    if words {
        same(a, b.claim.subject.as_deref(), b.claim.rank.as_deref())
    } else {
        a.about == b.about
    }
}

/// Whether a study or a job is the one that was checked.
fn same(check: &Check, subject: Option<&str>, rank: Option<&str>) -> bool {
    let (Some(was), Some(is)) = (check.claim.subject.as_deref(), subject) else {
        return false;
    };
    let ranks = match (check.claim.rank.as_deref(), rank) {
        (Some(was), Some(is)) if check.kind == CheckKind::Employer => alike(was, is),
        (Some(was), Some(is)) => was == is,
        _ => true,
    };
    ranks && alike(was, is)
}

/// Whether the claim still stands in the record, and where.
fn standing(check: &Check, candidate: &Candidate) -> (Option<bool>, String) {
    let place = check.about.as_deref().unwrap_or(check.kind.section());
    let Some(subject) = check.claim.subject.as_deref() else {
        return (Some(true), place.to_owned());
    };
    // Where it stood, if it still stands there; else wherever it stands now.
    let nearest = |fields: Vec<&str>| {
        let there = check::entry(place);
        fields
            .iter()
            .find(|field| **field == there)
            .or(fields.first())
            .map(|field| (*field).to_owned())
    };
    let found = match check.kind {
        CheckKind::Registrar => {
            let studies = candidate.education.iter().filter(|study| {
                let level = study.level.map(crate::normalise::education::Level::word);
                same(check, study.institution.as_deref(), level)
            });
            nearest(studies.map(|study| &*study.field).collect())
        }
        CheckKind::Employer => {
            let jobs = candidate
                .work
                .iter()
                .filter(|job| same(check, job.employer.as_deref(), job.position.as_deref()));
            nearest(jobs.map(|job| &*job.field).collect())
        }
        CheckKind::IdInPerson | CheckKind::IdRemote | CheckKind::Background => {
            return (same_person(subject, candidate), place.to_owned());
        }
    };
    match found {
        Some(field) => (Some(true), field),
        None => (Some(false), format!("{place} of an earlier version")),
    }
}

/// Whether the record still carries the name of the person whose document was seen; `None` where
/// two writings cannot be compared.
fn same_person(named: &str, candidate: &Candidate) -> Option<bool> {
    let (Some(was), Some(is)) = (name::read(named), candidate.name.as_ref()) else {
        return Some(true);
    };
    if was.tokens == is.tokens {
        return Some(true);
    }
    Some(name::compare(&was, is)? >= name::DISTINCT_BELOW)
}

#[cfg(test)]
mod tests;
