//! Identifiers that others use too: a row for each pair of identifier and other candidate.

use std::borrow::Cow;

use super::{Column, Kind, Other, Row, Shape, Shared, Signal, Subject, Value};
use crate::candidate::{Candidate, Name};
use crate::keys;
use crate::normalise::name;
use crate::onboarding::Onboarding;

/// More users of a home, a network, a referee, an author or a picture than this are a place, a
/// desk or a template, and are not told apart one by one.
pub const CROWD: usize = 20;

/// The names of different people.
pub(super) const DISTINCT: Column = Column::new(
    "distinct",
    "the two names are names of different people",
    Kind::Flag,
);

/// The time between the applications.
pub(super) const DAYS_APART: Column = Column::new(
    "days_apart",
    "days between the two applications",
    Kind::Number,
);

/// Of an agency.
pub(super) const AGENCY_OWNED: Column = Column::new(
    "agency_owned",
    "it belongs to a staffing agency, or both came through the same one",
    Kind::Flag,
);

/// Of one household.
pub(super) const HOUSEHOLD: Column = Column::new(
    "household",
    "both declared one household, live at one address and share a name, or have a line in common \
     that nobody outside their home uses",
    Kind::Flag,
);

/// At one address.
pub(super) const SAME_HOME: Column = Column::new(
    "same_home",
    "both are known to live at one address, to the unit",
    Kind::Flag,
);

/// How many people.
pub(super) const PEOPLE: Column = Column::new(
    "people",
    "different people who use it, this one counted; not known where more than 20 others do",
    Kind::Number,
);

const HUB: Column = Column::new(
    "hub",
    "more than 50 other candidates use it, so it links nobody",
    Kind::Flag,
);

const COLUMNS: &[Column] = &[
    DISTINCT,
    DAYS_APART,
    HUB,
    AGENCY_OWNED,
    HOUSEHOLD,
    SAME_HOME,
    PEOPLE,
];

const NETWORK_COLUMNS: &[Column] = &[
    DISTINCT,
    DAYS_APART,
    HUB,
    AGENCY_OWNED,
    HOUSEHOLD,
    SAME_HOME,
    PEOPLE,
    Column::new(
        "people_in_30_days",
        "different people who used it within 30 days of this application, this one counted, \
         without those of the same home, household or agency",
        Kind::Number,
    ),
];

const REFEREE_COLUMNS: &[Column] = &[
    DISTINCT,
    DAYS_APART,
    HUB,
    AGENCY_OWNED,
    HOUSEHOLD,
    SAME_HOME,
    PEOPLE,
    Column::new(
        "no_common_employer",
        "the two histories name no employer where both can have worked with this referee",
        Kind::Flag,
    ),
];

pub(super) const PHONES: Signal = signal(
    "x.phones",
    "Phone numbers that other candidates use too",
    |subject| rows(subject, keys::Kind::Phone),
);

pub(super) const EMAILS: Signal = signal(
    "x.emails",
    "Mailboxes that other candidates use too",
    |subject| rows(subject, keys::Kind::Email),
);

pub(super) const LINKS: Signal = signal(
    "x.links",
    "Profiles that other candidates use too",
    |subject| rows(subject, keys::Kind::Link),
);

pub(super) const HOMES: Signal = signal(
    "x.homes",
    "The address, to the unit, where other candidates live too",
    |subject| rows(subject, keys::Kind::Home),
);

pub(super) const DEVICES: Signal = signal(
    "x.devices",
    "Devices from which other candidates applied too",
    |subject| rows(subject, keys::Kind::Device),
);

pub(super) const AUTHORS: Signal = signal(
    "x.authors",
    "Other people whom the résumé's file names as its author, and the files of other candidates too",
    |subject| rows(subject, keys::Kind::Author),
);

pub(super) const IMAGES: Signal = signal(
    "x.images",
    "Pictures in the résumé's file that are in those of other candidates too",
    |subject| rows(subject, keys::Kind::Image),
);

pub(super) const BANKS: Signal = signal(
    "x.banks",
    "Bank accounts that other workers are paid into too",
    |subject| rows(subject, keys::Kind::Bank),
);

pub(super) const DOCUMENTS: Signal = signal(
    "x.documents",
    "Identity documents that other workers showed too",
    |subject| rows(subject, keys::Kind::Document),
);

pub(super) const SHIP_TOS: Signal = signal(
    "x.ship_tos",
    "Delivery points to which other workers' hardware was sent too",
    |subject| rows(subject, keys::Kind::ShipTo),
);

pub(super) const NETWORKS: Signal = Signal {
    shape: Shape::Rows(NETWORK_COLUMNS),
    ..signal(
        "x.networks",
        "Internet addresses from which other candidates applied too",
        |subject| rows(subject, keys::Kind::Network),
    )
};

pub(super) const REFEREES: Signal = Signal {
    shape: Shape::Rows(REFEREE_COLUMNS),
    ..signal(
        "x.referees",
        "Numbers and mailboxes of referees whom other candidates name too",
        |subject| rows(subject, keys::Kind::Referee),
    )
};

const fn signal(
    name: &'static str,
    about: &'static str,
    read: fn(&Subject) -> Option<Value>,
) -> Signal {
    Signal {
        name,
        about,
        shape: Shape::Rows(COLUMNS),
        needs: &[],
        read,
    }
}

fn rows(subject: &Subject, kind: keys::Kind) -> Option<Value> {
    let of_kind = || subject.shared.iter().filter(|shared| shared.kind == kind);
    // Who never gave a number shares none, and is not cleared by that.
    if of_kind().next().is_none() && !given(subject, kind) {
        return None;
    }
    let rows = of_kind().flat_map(|shared| rows_of(subject, shared));
    Some(Value::Rows(rows.collect()))
}

/// Whether any version gives something of a kind.
pub(super) fn given(subject: &Subject, kind: keys::Kind) -> bool {
    let gives = |version: &Candidate| keys::gives(version, kind);
    let said = |one: &Onboarding| match kind {
        keys::Kind::Bank => one.said.bank.is_some(),
        keys::Kind::Document => one.said.document.is_some(),
        keys::Kind::ShipTo => one.said.ship_to.is_some(),
        _ => false,
    };
    subject.onboardings.iter().any(said)
        || gives(subject.candidate)
        || subject.earlier.iter().any(gives)
}

fn rows_of(subject: &Subject, shared: &Shared) -> Vec<Row> {
    let at_work = matches!(
        shared.kind,
        keys::Kind::Bank | keys::Kind::Document | keys::Kind::ShipTo
    );
    let people = if at_work && !shared.hub {
        // However many are paid into one account, they are no crowd; a family is no other worker.
        let strangers = shared
            .others
            .iter()
            .filter(|other| !household(subject, other));
        Some(people(subject.candidate.name.as_ref(), strangers))
    } else {
        people_told_apart(subject.candidate.name.as_ref(), shared)
    };
    let people = people.map(Value::count);
    let lately = (people.is_some() && shared.kind == keys::Kind::Network)
        .then(|| Value::count(people_in_30_days(subject, &shared.others)));
    let row = |other: Option<&Other>| {
        let mut cells = vec![
            other
                .and_then(|other| distinct(subject, other))
                .map(Value::Flag),
            other.map(|other| Value::Number(days_apart(subject, other))),
            Some(Value::Flag(shared.hub)),
            Some(Value::Flag(
                shared.agency_owned || other.is_some_and(|o| same_agency(subject, o)),
            )),
            Some(Value::Flag(other.is_some_and(|other| {
                // That two share a line makes them one home; that they share a home does not.
                let line = other.one_line && shared.kind != keys::Kind::Home;
                line || household(subject, other)
            }))),
            Some(Value::Flag(other.is_some_and(|other| other.same_home))),
            people.clone(),
        ];
        match shared.kind {
            keys::Kind::Network => cells.push(lately.clone()),
            keys::Kind::Referee => cells.push(other.map(|other| {
                let stranger = shared.strangers.contains(&other.id);
                Value::Flag(stranger)
            })),
            _ => {}
        }
        Row {
            field: Cow::Owned(shared.field.clone()),
            value: Cow::Owned(shared.value.clone()),
            related: other.map(|other| other.id.clone()),
            cells,
        }
    };
    let personal = matches!(
        shared.kind,
        keys::Kind::Phone
            | keys::Kind::Email
            | keys::Kind::Link
            | keys::Kind::Device
            | keys::Kind::Bank
            | keys::Kind::Document
            | keys::Kind::ShipTo
    );
    if shared.hub || people.is_none() && !personal {
        vec![row(None)]
    } else {
        shared.others.iter().map(|other| row(Some(other))).collect()
    }
}

/// How many different people use something, the one named counted; `None` of a crowd.
pub(super) fn people_told_apart(own: Option<&Name>, shared: &Shared) -> Option<usize> {
    (shared.others.len() <= CROWD && !shared.hub).then(|| people(own, &shared.others))
}

/// How many different people some are together with the one named; who cannot be told from somebody
/// counted already, or has no name, is not counted.
pub(super) fn people<'a>(
    own: Option<&'a Name>,
    others: impl IntoIterator<Item = &'a Other>,
) -> usize {
    let mut known: Vec<&Name> = own.into_iter().collect();
    for name in others.into_iter().filter_map(|other| other.name.as_ref()) {
        if known.iter().all(|known| name::distinct(known, name)) {
            known.push(name);
        }
    }
    known.len()
}

fn people_in_30_days(subject: &Subject, others: &[Other]) -> usize {
    const DAYS: f64 = 30.0;
    let counted = others.iter().filter(|other| {
        let together = other.same_home || household(subject, other);
        !together && !same_agency(subject, other) && days_apart(subject, other) <= DAYS
    });
    people(subject.candidate.name.as_ref(), counted)
}

/// Whether another's name is of a different person; `None` when that cannot be said.
pub(super) fn distinct(subject: &Subject, other: &Other) -> Option<bool> {
    if other.same_person {
        return Some(false);
    }
    let likeness = name::compare(subject.candidate.name.as_ref()?, other.name.as_ref()?)?;
    Some(likeness < name::DISTINCT_BELOW)
}

/// Days between the two applications.
pub(super) fn days_apart(subject: &Subject, other: &Other) -> f64 {
    let applied_at = subject.candidate.applied_at.unwrap_or(subject.now);
    applied_at
        .duration_since(other.applied_at)
        .abs()
        .as_secs_f64()
        / 86_400.0
}

/// Whether both came through one agency.
pub(super) fn same_agency(subject: &Subject, other: &Other) -> bool {
    subject.candidate.agency.is_some() && subject.candidate.agency == other.agency
}

/// Couples and families share phones and mailboxes. An address alone is no household: many people
/// can be put at one, so they must share a name too, or have said that they belong together.
pub(super) fn household(subject: &Subject, other: &Other) -> bool {
    if other.same_household {
        return true;
    }
    let names = subject.candidate.name.as_ref().zip(other.name.as_ref());
    other.same_home
        && names
            .and_then(|(own, other)| name::overlap(own, other))
            .is_some_and(|overlap| overlap.pairs > 0)
}
