//! Identifiers that others use too: a row for each pair of identifier and other candidate.

use std::borrow::Cow;

use super::{Column, Kind, Other, Row, Shape, Shared, Signal, Subject, Value};
use crate::candidate::Candidate;
use crate::keys;
use crate::normalise::name;

const COLUMNS: &[Column] = &[
    Column::new(
        "distinct",
        "the two names are names of different people",
        Kind::Flag,
    ),
    Column::new(
        "days_apart",
        "days between the two applications",
        Kind::Number,
    ),
    Column::new(
        "hub",
        "more than 50 other candidates use it, so it links nobody",
        Kind::Flag,
    ),
    Column::new(
        "agency_owned",
        "it belongs to a staffing agency, or both came through the same one",
        Kind::Flag,
    ),
    Column::new(
        "household",
        "both live at one address and share a name, as far as is known",
        Kind::Flag,
    ),
];

pub(super) const PHONES: Signal = Signal {
    name: "x.phones",
    about: "Phone numbers that other candidates use too",
    shape: Shape::Rows(COLUMNS),
    needs: &[],
    read: |subject| rows(subject, keys::Kind::Phone),
};

pub(super) const EMAILS: Signal = Signal {
    name: "x.emails",
    about: "Mailboxes that other candidates use too",
    shape: Shape::Rows(COLUMNS),
    needs: &[],
    read: |subject| rows(subject, keys::Kind::Email),
};

pub(super) const LINKS: Signal = Signal {
    name: "x.links",
    about: "Profiles that other candidates use too",
    shape: Shape::Rows(COLUMNS),
    needs: &[],
    read: |subject| rows(subject, keys::Kind::Link),
};

fn rows(subject: &Subject, kind: keys::Kind) -> Option<Value> {
    // Who never gave a number shares none, and is not cleared by that.
    let gives = |version: &Candidate| keys::of(version).iter().any(|key| key.kind == kind);
    if !gives(subject.candidate) && !subject.earlier.iter().any(gives) {
        return None;
    }
    let of_kind = subject.shared.iter().filter(|shared| shared.kind == kind);
    Some(Value::Rows(
        of_kind
            .flat_map(|shared| rows_of(subject, shared))
            .collect(),
    ))
}

fn rows_of(subject: &Subject, shared: &Shared) -> Vec<Row> {
    let row = |other: Option<&Other>| Row {
        field: Cow::Owned(shared.field.clone()),
        value: Cow::Owned(shared.value.clone()),
        related: other.map(|other| other.id.clone()),
        cells: vec![
            other
                .and_then(|other| distinct(subject, other))
                .map(Value::Flag),
            other.map(|other| Value::Number(days_apart(subject, other))),
            Some(Value::Flag(shared.hub)),
            Some(Value::Flag(
                shared.agency_owned || other.is_some_and(|o| same_agency(subject, o)),
            )),
            Some(Value::Flag(
                other.is_some_and(|other| household(subject, other)),
            )),
        ],
    };
    if shared.hub {
        vec![row(None)]
    } else {
        shared.others.iter().map(|other| row(Some(other))).collect()
    }
}

fn distinct(subject: &Subject, other: &Other) -> Option<bool> {
    let likeness = name::compare(subject.candidate.name.as_ref()?, other.name.as_ref()?)?;
    Some(likeness < name::DISTINCT_BELOW)
}

fn days_apart(subject: &Subject, other: &Other) -> f64 {
    let applied_at = subject.candidate.applied_at.unwrap_or(subject.now);
    applied_at
        .duration_since(other.applied_at)
        .abs()
        .as_secs_f64()
        / 86_400.0
}

fn same_agency(subject: &Subject, other: &Other) -> bool {
    subject.candidate.agency.is_some() && subject.candidate.agency == other.agency
}

/// Couples and families share phones and mailboxes. An address alone is no household: many people
/// can be put at one, so they must share a name too.
fn household(subject: &Subject, other: &Other) -> bool {
    let names = subject.candidate.name.as_ref().zip(other.name.as_ref());
    let overlap = names.and_then(|(own, other)| name::overlap(own, other));
    other.same_home && overlap.is_some_and(|overlap| overlap.pairs > 0)
}
