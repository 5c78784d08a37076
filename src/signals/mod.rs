//! Facts read off a candidate, its earlier versions, its neighbours and what people found out. No judgement.
//!
//! A signal states a fact and weighs nothing. `None` is "not known", and what is
//! not known neither fires a rule nor clears it. A signal never fetches: what it
//! needs was gathered into [`Subject`] before. Rules know signals by name and
//! column; [`facts::Facts`] holds the values of one reading by slot.

mod address;
mod app_bursts;
mod app_rejected;
mod checks;
mod column;
mod device_use;
mod devices;
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
pub mod kin;
mod latency;
mod links;
mod listed;
mod onboarding;
mod phone_blocks;
mod phones;
mod references;
mod resume;
mod ring;
mod shared;
mod sources;
mod subject;
#[cfg(test)]
mod testing;
mod texts;
mod time_zone;
mod work;
mod work_overlaps;

use std::borrow::Cow;

use crate::candidate::CandidateId;
use crate::reference::Need;

pub use facts::Facts;
pub use shared::CROWD;
pub use subject::{Alike, Burst, Listed, Nearby, Other, Passage, Ring, Shared, Subject};

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
    listed::SIGNAL,
    shared::HOMES,
    shared::NETWORKS,
    shared::DEVICES,
    shared::REFEREES,
    shared::AUTHORS,
    shared::IMAGES,
    shared::BANKS,
    shared::DOCUMENTS,
    shared::SHIP_TOS,
    phone_blocks::SIGNAL,
    app_bursts::SIGNAL,
    app_rejected::SIGNAL,
    sources::IDENTIFIERS,
    sources::CONTACTS,
    ring::SIGNAL,
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
    onboarding::SHIP_TO,
    onboarding::SHIP_DIFFERS,
    onboarding::SHIP_CHANGES,
    onboarding::SHIP_STATE_CHANGED,
    onboarding::CMRA,
    onboarding::UNDELIVERABLE,
    onboarding::SHIP_ABROAD,
    onboarding::SHIP_TO_OTHER,
    onboarding::BANK_HOLDER,
    onboarding::BANK_CHANGES,
    onboarding::BANK_CHANGED_EARLY,
    onboarding::BANK_KIND,
    onboarding::REQUESTS,
    references::SIGNAL,
    time_zone::IMPOSSIBLE,
    time_zone::SUBMISSIONS,
    texts::RESUMES,
    texts::PAGES,
    texts::PASSAGES,
    texts::SLIPS,
    latency::KINDS,
    latency::PROBES,
    latency::RHYTHM,
    devices::HARDWARE,
    devices::PROGRAMS,
    devices::JIGGLERS,
    devices::BESIDE,
    device_use::REMOTE_SHARE,
    device_use::LOCAL_DAYS,
    device_use::PRESENCE,
    device_use::HOURS_OFF,
    device_use::WORKDAYS,
    device_use::TRAVEL,
    device_use::FAR,
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

/// Reads every signal off a subject.
pub fn read(subject: &Subject) -> Facts {
    Facts::new(ALL.iter().map(|signal| signal.value(subject)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::Candidate;
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
