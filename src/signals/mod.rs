//! Facts read off a candidate, its earlier versions, its neighbours and what people found out. No judgement.
//!
//! A signal states a fact and weighs nothing. `None` is "not known", and what is
//! not known neither fires a rule nor clears it. A signal never fetches: what it
//! needs was gathered into [`Subject`] before. Rules know signals by name and
//! column; [`facts::Facts`] holds the values of one reading by slot.

mod address;
mod checks;
mod column;
mod drift;
mod education;
mod education_awards;
mod education_lifetimes;
mod education_mills;
mod education_names;
mod education_overlaps;
mod emails;
pub mod facts;
mod file_meta;
mod identity;
mod links;
mod phones;
mod references;
mod resume;
mod shared;
#[cfg(test)]
mod testing;
mod time_zone;
mod work;
mod work_overlaps;

use std::borrow::Cow;
use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::candidate::{Candidate, CandidateId, Name};
use crate::check::Check;
use crate::keys::{self, Key, Kind as KeyKind};
use crate::reference::{Need, Reference};

pub use facts::Facts;

/// All that signals may look at.
#[derive(Debug)]
pub struct Subject<'a> {
    /// The version under screening.
    pub candidate: &'a Candidate,
    /// Its earlier versions, oldest first.
    pub earlier: &'a [Candidate],
    /// Identifiers it shares with others.
    pub shared: &'a [Shared],
    /// What people found out, in no order.
    pub checks: &'a [Check],
    /// What public records say.
    pub reference: &'a Reference,
    /// The time of the screening.
    pub now: Timestamp,
}

/// One identifier that others use too.
#[derive(Clone, Debug)]
pub struct Shared {
    /// What is shared.
    pub kind: KeyKind,
    /// Where it stands here: `phones[0]`.
    pub field: String,
    /// As written here.
    pub value: String,
    /// More users than a key can have and still mean anything.
    pub hub: bool,
    /// At least three candidates of one agency use it: the agency's own.
    pub agency_owned: bool,
    /// Who else uses it; empty for hubs.
    pub others: Vec<Other>,
}

/// Another candidate that uses the same identifier.
#[derive(Clone, Debug)]
pub struct Other {
    /// Who.
    pub id: CandidateId,
    /// The name claimed there.
    pub name: Option<Name>,
    /// The agency, folded.
    pub agency: Option<String>,
    /// When that candidate applied, or arrived where it did not say.
    pub applied_at: Timestamp,
    /// Whether both are known to live at the same address, to the unit.
    pub same_home: bool,
}

impl Shared {
    /// A key that more others use than it can have users and still mean anything.
    pub fn hub(key: &Key) -> Self {
        Self {
            hub: true,
            ..Self::among(key, None, Vec::new())
        }
    }

    /// A key that these others use too.
    pub fn among(key: &Key, own_agency: Option<&str>, others: Vec<Other>) -> Self {
        let mut of_agency = HashMap::<&str, usize>::new();
        for agency in others
            .iter()
            .filter_map(|other| other.agency.as_deref())
            .chain(own_agency)
        {
            *of_agency.entry(agency).or_default() += 1;
        }
        Self {
            kind: key.kind,
            field: key.field.clone(),
            value: key.value.clone(),
            hub: false,
            agency_owned: of_agency
                .values()
                .any(|count| *count >= keys::AGENCY_OWNED_FROM),
            others,
        }
    }
}

/// One fact that rules may read.
#[derive(Debug)]
pub struct Signal {
    /// The name in rule files, dotted: `phones`, `drift.contacts_changed`.
    pub name: &'static str,
    /// The fact in words, for the list of signals and for messages.
    pub about: &'static str,
    /// What its value looks like.
    pub shape: Shape,
    /// Reference data without which it is not known.
    pub needs: &'static [Need],
    /// Reads it; `None` is "not known".
    pub read: fn(&Subject) -> Option<Value>,
}

/// What a signal's value looks like.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// One value.
    One(Kind),
    /// A row for each item, for rules with `for_each`.
    Rows(&'static [Column]),
}

/// A column of a signal with rows.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The name after `it.`.
    pub name: &'static str,
    /// The fact in words.
    pub about: &'static str,
    /// Its type.
    pub kind: Kind,
}

/// Types of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// True or false.
    Flag,
    /// A number; the unit stands in the name.
    Number,
    /// A word or a text that rules may compare with a literal.
    Text,
    /// Several of them.
    Texts,
    /// Free text about a person (a name, a school, a sentence): may be quoted, asked for with
    /// `has()` and compared with another quote, never with a literal, so that no rule can judge
    /// anybody by it (red-flags §2).
    Quote,
    /// An ISO 3166-1 code: may be held against another country of the application, or against
    /// `US`, never against other countries.
    Country,
    /// A domain: may be named whole by a rule, never by its ending or another part.
    Domain,
    /// A phone number as written: no digit but 1 may be asked for, so that no prefix of another
    /// country is.
    Phone,
}

/// A value of a signal.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "as in Kind")]
pub enum Value {
    Flag(bool),
    Number(f64),
    Text(Cow<'static, str>),
    Texts(Vec<Cow<'static, str>>),
    Rows(Vec<Row>),
}

impl Value {
    /// A text of the program's own words, or one that is given away.
    pub fn text(text: impl Into<Cow<'static, str>>) -> Self {
        Self::Text(text.into())
    }

    /// A copy of somebody's words.
    pub fn quote(text: &str) -> Self {
        Self::Text(Cow::Owned(text.to_owned()))
    }

    /// How many there are.
    #[expect(clippy::cast_precision_loss, reason = "nothing is counted that far")]
    pub fn count(count: usize) -> Self {
        Self::Number(count as f64)
    }
}

/// One item of a signal with rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Where it stands: becomes the evidence's `field`.
    pub field: Cow<'static, str>,
    /// As written: becomes the evidence's `value`.
    pub value: Cow<'static, str>,
    /// The other candidate involved.
    pub related: Option<CandidateId>,
    /// A value for each column, in the order of the columns.
    pub cells: Vec<Option<Value>>,
}

/// Every signal. The order is the order of the slots.
pub static ALL: &[Signal] = &[
    emails::SIGNAL,
    links::SIGNAL,
    phones::SIGNAL,
    shared::EMAILS,
    shared::LINKS,
    shared::PHONES,
    education::SIGNAL,
    education_awards::SIGNAL,
    education_lifetimes::SIGNAL,
    education_mills::SIGNAL,
    education_names::SIGNAL,
    education_overlaps::SIGNAL,
    work::SIGNAL,
    work_overlaps::SIGNAL,
    resume::BULLETS,
    resume::TRICKS,
    resume::OTHER_PERSON,
    file_meta::SIGNAL,
    address::COUNTRY,
    address::STATE,
    checks::SIGNAL,
    drift::CONTACTS,
    drift::CONTACTS_CHANGED,
    drift::EDUCATION,
    drift::EMPLOYMENT,
    drift::NAMES,
    drift::STATE_CHANGES,
    drift::STATES,
    drift::STEADY,
    identity::SIGNAL,
    references::SIGNAL,
    time_zone::IMPOSSIBLE,
    time_zone::SUBMISSIONS,
];

impl Signal {
    /// What it says of a subject; `None`, too, where public records that it needs are missing or
    /// too old, so that the rules over it sleep.
    pub fn value(&self, subject: &Subject) -> Option<Value> {
        let lacks = |need: &Need| subject.reference.lacks(*need, subject.today()).is_some();
        if self.needs.iter().any(lacks) {
            return None;
        }
        (self.read)(subject)
    }
}

impl Subject<'_> {
    /// The day of the screening, UTC.
    pub fn today(&self) -> Date {
        self.now.to_zoned(TimeZone::UTC).date()
    }

    /// The day on which the claims were made: that of the application, where it is known, else of
    /// the screening.
    pub fn claimed_on(&self) -> Date {
        let applied_at = self.candidate.applied_at.unwrap_or(self.now);
        applied_at.min(self.now).to_zoned(TimeZone::UTC).date()
    }
}

/// Reads every signal off a subject.
pub fn read(subject: &Subject) -> Facts {
    Facts::new(ALL.iter().map(|signal| signal.value(subject)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::Kind as SetKind;

    #[test]
    fn a_signal_that_lacks_its_records_is_not_known() {
        let mill_list = |year| testing::reference(vec![(SetKind::MillList, year, Vec::new())]);
        let signal = Signal {
            name: "a",
            about: "",
            shape: Shape::One(Kind::Flag),
            needs: &[Need::Mills],
            read: |_| Some(Value::Flag(true)),
        };
        let candidate = Candidate::default();
        for (reference, known) in [
            (mill_list(2025), true),
            (mill_list(2020), false),
            (testing::reference(Vec::new()), false),
        ] {
            let subject = Subject {
                reference: &reference,
                now: "2026-06-01T12:00:00Z".parse().unwrap(),
                ..testing::subject(&candidate, &[])
            };
            assert_eq!(signal.value(&subject).is_some(), known);
        }
    }
}
