//! What a delivery says, in one form for all vendors (`ats-webhooks.md` §12.1).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::application::{Address, Education, ResumeFile, Submission, Work};
use crate::check;

/// What happened.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Somebody applied.
    ApplicationCreated,
    /// Something of an application changed.
    ApplicationUpdated,
    /// An application is gone; the person stays.
    ApplicationDeleted,
    /// An application moved.
    StageChanged,
    /// Hired.
    Hired,
    /// No longer hired.
    Unhired,
    /// Turned down.
    Rejected,
    /// No longer turned down.
    Unrejected,
    /// A person was entered.
    CandidateCreated,
    /// Something of a person changed.
    CandidateUpdated,
    /// A person is gone, and wants to be.
    CandidateDeleted,
    /// A person was folded into another ([`Event::merged_into`]).
    CandidateMerged,
    /// A person's data were taken away.
    CandidateAnonymised,
    /// A background check's result.
    CheckResult,
    /// An identity check's result.
    IdentityResult,
    /// A test of the connection.
    Ping,
    /// Nothing for us.
    #[default]
    Ignored,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 17] = [
        Self::ApplicationCreated,
        Self::ApplicationUpdated,
        Self::ApplicationDeleted,
        Self::StageChanged,
        Self::Hired,
        Self::Unhired,
        Self::Rejected,
        Self::Unrejected,
        Self::CandidateCreated,
        Self::CandidateUpdated,
        Self::CandidateDeleted,
        Self::CandidateMerged,
        Self::CandidateAnonymised,
        Self::CheckResult,
        Self::IdentityResult,
        Self::Ping,
        Self::Ignored,
    ];

    /// The word in JSON, tables and pages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ApplicationCreated => "application_created",
            Self::ApplicationUpdated => "application_updated",
            Self::ApplicationDeleted => "application_deleted",
            Self::StageChanged => "stage_changed",
            Self::Hired => "hired",
            Self::Unhired => "unhired",
            Self::Rejected => "rejected",
            Self::Unrejected => "unrejected",
            Self::CandidateCreated => "candidate_created",
            Self::CandidateUpdated => "candidate_updated",
            Self::CandidateDeleted => "candidate_deleted",
            Self::CandidateMerged => "candidate_merged",
            Self::CandidateAnonymised => "candidate_anonymised",
            Self::CheckResult => "check_result",
            Self::IdentityResult => "identity_result",
            Self::Ping => "ping",
            Self::Ignored => "ignored",
        }
    }

    /// Whether the person is to be erased.
    pub const fn erases(self) -> bool {
        matches!(self, Self::CandidateDeleted | Self::CandidateAnonymised)
    }

    /// Whether it is about an application of a candidate or the candidate.
    pub const fn is_of_candidate(self) -> bool {
        !matches!(
            self,
            Self::CheckResult | Self::IdentityResult | Self::Ping | Self::Ignored
        )
    }
}

/// Whether the vendor's API is to be asked before an event counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// The event says all.
    #[default]
    Nothing,
    /// The API knows more, or knows when; without credentials the event counts as it is.
    Wanted,
    /// The event gives ids alone, or its signature covers no more: without the API it says nothing.
    Required,
}

/// One thing that a delivery says. What is `None` was not said; an empty list was said to be empty.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct Event {
    /// What happened.
    pub kind: Kind,
    /// The person's id at the vendor.
    #[serde(skip_serializing_if = "is_default")]
    pub external_id: Option<String>,
    /// The application's id at the vendor.
    #[serde(skip_serializing_if = "is_default")]
    pub application_id: Option<String>,
    /// Since when what it says holds, by the vendor's clock; of events on one person the later one
    /// counts, in whichever order they come.
    #[serde(skip_serializing_if = "is_default")]
    pub at: Option<Timestamp>,
    /// Since when the person's data hold, where that is another time than the event's: they were asked
    /// for later, and are newer than what happened.
    #[serde(skip_serializing_if = "is_default")]
    pub person_at: Option<Timestamp>,
    /// Whether the API is to be asked.
    #[serde(skip_serializing_if = "is_default")]
    pub need: Need,
    /// The person.
    #[serde(skip_serializing_if = "is_default")]
    pub person: Person,
    /// The application.
    #[serde(skip_serializing_if = "is_default")]
    pub candidacy: Candidacy,
    /// The résumé's file.
    #[serde(skip_serializing_if = "is_default")]
    pub resume: Option<File>,
    /// Into whom the person was folded.
    #[serde(skip_serializing_if = "is_default")]
    pub merged_into: Option<String>,
    /// Applications that went with the person.
    #[serde(skip_serializing_if = "is_default")]
    pub deleted_application_ids: Vec<String>,
    /// Before when the candidate may not be told, as received.
    #[serde(skip_serializing_if = "is_default")]
    pub notice_not_before: Option<String>,
    /// Other ids that the API needs, such as `opportunity`.
    #[serde(skip_serializing_if = "is_default")]
    pub handles: BTreeMap<String, String>,
    /// Results of checks, if it is such an event.
    #[serde(skip_serializing_if = "is_default")]
    pub results: Vec<CheckResult>,
    /// Why it is ignored, in a few words.
    #[serde(skip_serializing_if = "is_default")]
    pub note: Option<String>,
}

/// What a vendor says of a person.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct Person {
    /// The full name.
    #[serde(skip_serializing_if = "is_default")]
    pub name: Option<String>,
    /// Mail addresses, lower case, the preferred one first.
    #[serde(skip_serializing_if = "is_default")]
    pub emails: Option<Vec<String>>,
    /// Phone numbers as written, the preferred one first.
    #[serde(skip_serializing_if = "is_default")]
    pub phones: Option<Vec<String>>,
    /// Profiles and sites.
    #[serde(skip_serializing_if = "is_default")]
    pub links: Option<Vec<String>>,
    /// The postal address.
    #[serde(skip_serializing_if = "is_default")]
    pub address: Option<Address>,
    /// Studies.
    #[serde(skip_serializing_if = "is_default")]
    pub education: Option<Vec<Education>>,
    /// Jobs.
    #[serde(skip_serializing_if = "is_default")]
    pub work: Option<Vec<Work>>,
    /// The staffing agency that sent the person, where the vendor says that it was one.
    #[serde(skip_serializing_if = "is_default")]
    pub agency: Option<String>,
    /// How the application was sent.
    #[serde(skip_serializing_if = "is_default")]
    pub submission: Option<Submission>,
    /// The text of the résumé's file; read by us, never said by a vendor.
    #[serde(skip_serializing_if = "is_default")]
    pub resume_text: Option<String>,
    /// What that file says of itself.
    #[serde(skip_serializing_if = "is_default")]
    pub resume_file: Option<ResumeFile>,
}

/// What a vendor says of an application.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct Candidacy {
    /// Where the application came from, such as a job board.
    #[serde(skip_serializing_if = "is_default")]
    pub source: Option<String>,
    /// The stage, in the customer's own words.
    #[serde(skip_serializing_if = "is_default")]
    pub stage: Option<String>,
    /// The stage's id.
    #[serde(skip_serializing_if = "is_default")]
    pub stage_id: Option<String>,
    /// What kind of stage it is, where the vendor says so: `offer`, `hire`, `interview`.
    #[serde(skip_serializing_if = "is_default")]
    pub stage_kind: Option<String>,
    /// When the person applied.
    #[serde(skip_serializing_if = "is_default")]
    pub applied_at: Option<Timestamp>,
    /// Whether the person stands turned down, where the vendor says all of the state each time.
    #[serde(skip_serializing_if = "is_default")]
    pub rejected: Option<bool>,
    /// The same of hired.
    #[serde(skip_serializing_if = "is_default")]
    pub hired: Option<bool>,
}

/// A file at the vendor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct File {
    /// Its name.
    #[serde(skip_serializing_if = "is_default")]
    pub filename: Option<String>,
    /// Where it can be fetched, often for a short time.
    #[serde(skip_serializing_if = "is_default")]
    pub url: String,
}

/// What came of a check that a vendor made. Numbers of documents and dates of birth are never in it.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct CheckResult {
    /// The vendor's id for the check: the same id again is the same check with a newer result.
    pub id: String,
    /// Which kind of check.
    pub kind: check::Kind,
    /// What came of it.
    pub result: check::Outcome,
    /// The vendor's own words for what was checked and what came of it: `report: consider`.
    pub said: String,
    /// Where a person reads more.
    pub link: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
    /// Whom it is about.
    pub about: Whom,
    /// The vendor asks that whatever it told of this check is forgotten.
    #[serde(default, skip_serializing_if = "is_default")]
    pub erases: bool,
}

/// How a vendor of checks says whom a check is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct Whom {
    /// Ids that we or the hiring system gave it: a candidate's own id here, or the source's.
    #[serde(skip_serializing_if = "is_default")]
    pub references: Vec<String>,
    /// Mail addresses.
    #[serde(skip_serializing_if = "is_default")]
    pub emails: Vec<String>,
}

/// Whether there is nothing to write.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Characters of a note.
const NOTE: usize = 200;

impl Event {
    /// An event of which nothing but its kind and person is known yet.
    pub fn of(kind: Kind, external_id: Option<String>) -> Self {
        Self {
            kind,
            external_id,
            ..Self::default()
        }
    }

    /// An event that is nothing for us. The note may be in a payload's words, so it is cut to what a
    /// log can hold.
    pub fn ignored(note: impl AsRef<str>) -> Self {
        let plain = note.as_ref().chars().filter(|one| !one.is_control());
        Self {
            note: Some(plain.take(NOTE).collect()),
            ..Self::default()
        }
    }

    /// A test of the connection.
    pub fn ping() -> Self {
        Self::of(Kind::Ping, None)
    }

    /// With a person who was asked for: such data hold since the vendor says that they changed, else
    /// since they were asked for.
    #[must_use]
    pub fn as_of(mut self, changed: Option<Timestamp>, asked: Timestamp) -> Self {
        let since = changed.unwrap_or(asked);
        let differs = self.at != Some(since) && self.person != Person::default();
        self.person_at = differs.then_some(since);
        self
    }

    /// With another id that the API needs.
    #[must_use]
    pub fn with_handle(mut self, name: &str, id: Option<String>) -> Self {
        if let Some(id) = id {
            self.handles.insert(name.to_owned(), id);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_safe_and_short_whatever_a_payload_says() {
        for (given, expected) in [
            (
                "nothing for us: x".to_owned(),
                "nothing for us: x".to_owned(),
            ),
            ("a\0b\r\n\u{1b}[2Jc\u{85}".to_owned(), "ab[2Jc".to_owned()),
            ("\0".repeat(1_000), String::new()),
            ("é".repeat(1_000_000), "é".repeat(NOTE)),
        ] {
            let event = Event::ignored(given);
            assert_eq!((event.kind, event.note), (Kind::Ignored, Some(expected)));
        }
    }

    #[test]
    fn a_person_who_was_asked_for_has_a_time_of_their_own() {
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let event = |name: Option<&str>| Event {
            at: Some(at(1)),
            person: Person {
                name: name.map(str::to_owned),
                ..Person::default()
            },
            ..Event::default()
        };
        for (name, changed, expected) in [
            (Some("Maria"), Some(at(0)), Some(at(0))),
            (Some("Maria"), Some(at(1)), None),
            (Some("Maria"), None, Some(at(9))),
            (None, Some(at(0)), None),
        ] {
            let event = event(name).as_of(changed, at(9));
            assert_eq!(event.person_at, expected, "{name:?} {changed:?}");
        }
        // Both are left out where they say nothing, so that what was kept before stays the same.
        assert_eq!(
            serde_json::json!(event(None)),
            serde_json::json!({"kind": "ignored", "at": at(1)})
        );
    }
}
