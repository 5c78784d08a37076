//! Checks that people make: what a registrar or an employer answered, whether an ID seen in person matched.
//!
//! A check is recorded beside a candidate's versions by those who hire, and is no part of an
//! application: what an applicant sends cannot carry one. It is about a claim as one version makes
//! it; the claim's own words are kept with it, because a later version may make another claim in
//! the same place.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::application::Application;
use crate::candidate::Candidate;

/// Who answered, or what was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The registrar of a school, or a clearinghouse, reached independently of the candidate.
    Registrar,
    /// An employer, reached independently of the candidate.
    Employer,
    /// An identity document, seen in person by own staff together with the candidate.
    IdInPerson,
    /// An identity document and usually a portrait, checked by a vendor at a distance.
    IdRemote,
    /// A vendor's report on somebody's past. That it was made is what counts: what it says of a
    /// criminal record is never weighed.
    Background,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Registrar,
        Self::Employer,
        Self::IdInPerson,
        Self::IdRemote,
        Self::Background,
    ];

    /// The word used in JSON, rule files and tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Registrar => "registrar",
            Self::Employer => "employer",
            Self::IdInPerson => "id_in_person",
            Self::IdRemote => "id_remote",
            Self::Background => "background",
        }
    }

    /// The part of a record that such a check is about.
    pub const fn section(self) -> &'static str {
        match self {
            Self::Registrar => "education",
            Self::Employer => "work",
            Self::IdInPerson | Self::IdRemote | Self::Background => "name",
        }
    }

    /// Whether it is about the person as a whole, as named.
    pub const fn is_of_person(self) -> bool {
        matches!(self, Self::IdInPerson | Self::IdRemote | Self::Background)
    }

    /// What a check is about that names no single claim.
    const fn whole(self) -> &'static str {
        match self {
            Self::Registrar => "the studies claimed",
            Self::Employer => "the jobs claimed",
            Self::IdInPerson | Self::IdRemote | Self::Background => "the person",
        }
    }
}

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is as claimed.
    Confirmed,
    /// They have no record of it, or the document does not match.
    Denied,
    /// Nothing was learnt: nobody answered, or a policy of no comment. It counts for nothing, and
    /// takes back an earlier result.
    NoAnswer,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 3] = [Self::Confirmed, Self::Denied, Self::NoAnswer];

    /// The word used in JSON, rule files and tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Denied => "denied",
            Self::NoAnswer => "no_answer",
        }
    }
}

/// A check to record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct NewCheck {
    /// Who answered.
    pub kind: Kind,
    /// What came of it.
    pub result: Outcome,
    /// The claim it is about, as a path into the latest version: `education[0]`.
    pub about: Option<String>,
    /// Who made the check; 200 characters at most.
    #[schema(max_length = 200)]
    pub by: String,
    /// Anything else; 2000 characters at most.
    #[schema(max_length = 2000)]
    pub note: Option<String>,
    /// When it was made, not in the future; now unless said otherwise.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
}

/// A check as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Its id: of two, the one recorded later has the greater id.
    pub id: String,
    /// The version it is about.
    pub version: i64,
    /// Who answered.
    pub kind: Kind,
    /// What came of it.
    pub result: Outcome,
    /// The claim's path in that version.
    pub about: Option<String>,
    /// The claim itself.
    pub claim: Claim,
    /// Who made the check.
    pub by: String,
    /// Anything else.
    pub note: Option<String>,
    /// When it was made.
    pub at: Timestamp,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

/// What a check is about, as it stood then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Claim {
    /// As written, in one line.
    pub written: String,
    /// The institution, the employer or the person's name; `None` where no single claim is meant.
    pub subject: Option<String>,
    /// What tells claims of one subject apart: the degree's level, the job's title.
    pub rank: Option<String>,
}

impl Claim {
    /// The claim at a path of a candidate; an identity document is about the person as named.
    pub fn of(kind: Kind, about: Option<&str>, candidate: &Candidate) -> Self {
        let entry = about.map(entry);
        let found = match kind {
            Kind::Registrar => {
                let studies = candidate.education.iter();
                only(studies.filter(|study| entry == Some(&study.field))).map(|study| Self {
                    written: study.raw.clone(),
                    subject: study.institution.clone(),
                    rank: study.level.map(|level| level.word().to_owned()),
                })
            }
            Kind::Employer => {
                let jobs = candidate.work.iter();
                only(jobs.filter(|job| entry == Some(&job.field))).map(|job| Self {
                    written: job.raw.clone(),
                    subject: job.employer.clone(),
                    rank: job.position.clone(),
                })
            }
            Kind::IdInPerson | Kind::IdRemote | Kind::Background => {
                candidate.name.as_ref().map(|name| Self {
                    written: name.raw.clone(),
                    subject: Some(name.raw.clone()),
                    rank: None,
                })
            }
        };
        found.unwrap_or_else(|| Self {
            written: kind.whole().to_owned(),
            ..Self::default()
        })
    }
}

/// The one item there is: the résumé's text may hold several.
fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next()?;
    items.next().is_none().then_some(first)
}

/// The entry that a path leads into: `education[0]` of `education[0].end_date`.
pub fn entry(path: &str) -> &str {
    path.split_once('.').map_or(path, |(entry, _)| entry)
}

/// Why a check cannot be about this place of a record; `None` if it can.
pub fn refusal(kind: Kind, about: &str, application: &Application) -> Option<String> {
    let record = serde_json::to_value(application).expect("an application serializes");
    if !has(&record, about) {
        return Some("the record has no such field".to_owned());
    }
    let section = kind.section();
    let item = |about: &str| {
        let rest = about.strip_prefix(section);
        rest.is_some_and(|rest| rest.starts_with('['))
    };
    let fits = kind.is_of_person() || about == "resume_text" || item(about);
    (!fits).then(|| {
        let kind = kind.word();
        format!("a check of kind {kind} is about an entry such as {section}[0]")
    })
}

/// Whether a record has something at a path such as `education[0].end_date`.
fn has(record: &Value, path: &str) -> bool {
    let mut at = record;
    for part in path.split('.') {
        let (key, place) = match part.split_once('[') {
            Some((key, place)) => (key, Some(place)),
            None => (part, None),
        };
        let Some(inner) = at.get(key) else {
            return false;
        };
        at = inner;
        if let Some(place) = place {
            let index = place.strip_suffix(']').and_then(whole_number);
            let Some(inner) = index.and_then(|index| at.get(index)) else {
                return false;
            };
            at = inner;
        }
    }
    !at.is_null()
}

/// A number written in its one way, so that a place has one path.
fn whole_number(digits: &str) -> Option<usize> {
    let number: usize = digits.parse().ok()?;
    (number.to_string() == digits).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise::{self, Settings};

    fn application() -> Application {
        serde_json::from_value(serde_json::json!({
            "external_id": "a", "name": "Maria Lopez", "phones": ["(212) 736-5000"],
            "education": [{"institution": "Northmoor College", "study_type": "Bachelor"},
                {"institution": "Northmoor College", "study_type": "Master", "end_date": "2018"}],
            "work": [{"name": "Brightwater Logistics", "position": "Engineer"}],
            "resume_text": "Maria Lopez",
        }))
        .unwrap()
    }

    #[test]
    fn a_check_is_about_a_field_that_the_record_has_and_that_its_kind_can_know() {
        use Kind::{Employer, IdInPerson, Registrar};
        for (kind, about, fine) in [
            (Registrar, "education[0]", true),
            (Registrar, "education[1].end_date", true),
            (Registrar, "resume_text", true),
            (Registrar, "education[0].end_date", false),
            (Registrar, "education[2]", false),
            (Registrar, "education[00]", false),
            (Registrar, "education[+1]", false),
            (Registrar, "education[0", false),
            (Registrar, "education[0][0]", false),
            (Registrar, "education", false),
            (Registrar, "education.0", false),
            (Registrar, "work[0]", false),
            (Registrar, "", false),
            (Employer, "work[0]", true),
            (Employer, "work[0].position", true),
            (Employer, "work[0].end_date", false),
            (Employer, "phones[0]", false),
            (IdInPerson, "name", true),
            (IdInPerson, "phones[0]", true),
            (IdInPerson, "address", false),
        ] {
            let refused = refusal(kind, about, &application());
            assert_eq!(refused.is_none(), fine, "{kind:?} {about}: {refused:?}");
        }
    }

    #[test]
    fn the_claim_is_kept_in_its_own_words() {
        let candidate = normalise::candidate(&application(), &Settings::default());
        for (kind, about, subject, rank) in [
            (
                Kind::Registrar,
                Some("education[1].end_date"),
                Some("Northmoor College"),
                Some("master"),
            ),
            (Kind::Registrar, None, None, None),
            (Kind::Registrar, Some("resume_text"), None, None),
            (
                Kind::Employer,
                Some("work[0]"),
                Some("Brightwater Logistics"),
                Some("Engineer"),
            ),
            (Kind::IdInPerson, None, Some("Maria Lopez"), None),
        ] {
            let claim = Claim::of(kind, about, &candidate);
            assert_eq!(claim.subject.as_deref(), subject, "{kind:?} {about:?}");
            assert_eq!(claim.rank.as_deref(), rank, "{kind:?} {about:?}");
            assert!(!claim.written.is_empty(), "{kind:?} {about:?}");
        }
    }

    #[test]
    fn words_are_those_of_the_json() {
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.word());
        }
        for result in Outcome::ALL {
            assert_eq!(serde_json::to_value(result).unwrap(), result.word());
        }
    }
}
