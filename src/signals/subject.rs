//! What signals are read off: a candidate, what it shares with others, and what is known besides.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::candidate::{Candidate, CandidateId, Name};
use crate::check::Check;
use crate::keys::{self, Key, Kind};
use crate::normalise::name;
use crate::onboarding::Onboarding;
use crate::population::Picture;
use crate::reference::Reference;
use crate::telemetry::Gauge;

/// All that signals may look at.
#[derive(Clone, Copy, Debug)]
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
    /// Others whose text is like this one's.
    pub alike: &'a [Alike],
    /// Numbers given out together with this one's.
    pub nearby: &'a [Nearby],
    /// The ring it is in.
    pub ring: Option<&'a Ring>,
    /// Identifiers of it that the operator has listed.
    pub listed: &'a [Listed],
    /// What HR said when it started, oldest first.
    pub onboardings: &'a [Onboarding],
    /// What its machines at work come to, where it is bound to any.
    pub work: Option<&'a Gauge>,
    /// What everybody here is like.
    pub population: &'a Picture,
    /// The time of the screening.
    pub now: Timestamp,
}

/// One identifier that others use too.
#[derive(Clone, Debug)]
pub struct Shared {
    /// What is shared.
    pub kind: Kind,
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
    /// Of whoever uses it, also a hub: how many with another name applied within 24 hours of this
    /// one, and within 7 days; as far as they were looked at.
    pub burst: Burst,
    /// Of a referee: those of the others who, by what both claim, cannot have worked with that
    /// person where this one did.
    pub strangers: Vec<CandidateId>,
}

/// Applications of others close in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Burst {
    /// Within 24 hours.
    pub day: usize,
    /// Within 7 days.
    pub week: usize,
}

impl Burst {
    /// Counts others by the times between their applications and this one.
    pub fn of(hours_apart: impl Iterator<Item = f64>) -> Self {
        hours_apart.fold(Self::default(), |burst, hours| Self {
            day: burst.day + usize::from(hours <= 24.0),
            week: burst.week + usize::from(hours <= 168.0),
        })
    }

    /// Counts others with another name by when they applied.
    pub fn around(candidate: &Candidate, others: &[Other]) -> Self {
        let Some((applied_at, own)) = candidate.applied_at.zip(candidate.name.as_ref()) else {
            return Self::default();
        };
        let distinct = others.iter().filter(|other| {
            let theirs = other.name.as_ref();
            theirs.is_some_and(|theirs| name::distinct(own, theirs))
        });
        let apart = |other: &Other| applied_at.duration_since(other.applied_at).abs();
        Self::of(distinct.map(|other| apart(other).as_secs_f64() / 3600.0))
    }
}

/// Another candidate with a text like this one's.
#[derive(Clone, Debug)]
pub struct Alike {
    /// Who.
    pub other: Other,
    /// Where the text stands here: `resume_text`, `pages[0]`.
    pub field: String,
    /// Shingles in common by shingles of both, common ones left out, 0 to 1.
    pub jaccard: f64,
    /// What both say, the longest first.
    pub passages: Vec<Passage>,
    /// Normalised bullets of at least twelve words that both have.
    pub bullets: Vec<String>,
}

/// The same words in two texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// As written here.
    pub own: String,
    /// As written there.
    pub other: String,
}

/// Another candidate's number out of the same block of a thousand.
#[derive(Clone, Debug)]
pub struct Nearby {
    /// Where the own number stands.
    pub field: String,
    /// As written here.
    pub value: String,
    /// The area code.
    pub npa: u16,
    /// Numbers between the two; 0 is the same number.
    pub lines_apart: u16,
    /// Whether the other number is the lower one.
    pub below: bool,
    /// Whose.
    pub other: Other,
}

/// A connected set of links.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ring {
    /// Its id.
    pub id: String,
    /// Distinct identities in it: records of one person count once.
    pub identities: usize,
    /// Other members, nearest first, at most twenty.
    pub members: Vec<CandidateId>,
    /// The kinds of what ties it together, by word.
    pub kinds: Vec<&'static str>,
    /// Applications of other members close in time.
    pub burst: Burst,
}

/// An identifier that stands on one of the operator's lists.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// What it is.
    pub kind: Kind,
    /// Where it stands here.
    pub field: String,
    /// As written here.
    pub value: String,
    /// The list's name.
    pub list: String,
    /// Where the list is from.
    pub source: String,
    /// 0 to 100, where the list says it.
    pub confidence: Option<f64>,
    /// Whether the list says that the case was confirmed.
    pub confirmed: bool,
    /// Months since it was last seen, or listed where the list does not say when.
    pub months: Option<f64>,
}

/// Another candidate that uses the same identifier.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts apart from one another: any of them may hold with any other"
)]
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
    /// Whether both declared the same household, or a reviewer said so.
    pub same_household: bool,
    /// Whether it is the same person under another surname or spelling, by all that the two have in
    /// common: see [`super::kin`].
    pub same_person: bool,
    /// Whether the two live at one address and share nothing but what people of one home share, with
    /// nobody else: see [`super::kin`].
    pub one_line: bool,
    /// When that application was turned down.
    pub rejected_at: Option<Timestamp>,
    /// The ring it is in.
    pub ring: Option<String>,
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
            burst: Burst::default(),
            strangers: Vec::new(),
        }
    }
}

impl<'a> Subject<'a> {
    /// A candidate of whom nothing else is known.
    pub fn alone(candidate: &'a Candidate, reference: &'a Reference, now: Timestamp) -> Self {
        Self {
            candidate,
            earlier: &[],
            shared: &[],
            checks: &[],
            reference,
            alike: &[],
            nearby: &[],
            ring: None,
            listed: &[],
            onboardings: &[],
            work: None,
            population: Picture::none(),
            now,
        }
    }

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
