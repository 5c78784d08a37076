//! The normal form: all that the stages after [`crate::normalise`] know of a person.
//!
//! Raw values stand beside normal ones. Nothing here is judged, and a missing
//! value is `None`, never a guess.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::application::{self, ResumeFile, Stage, Submission};
pub use crate::normalise::{
    address::Address, date::PartialDate, education::Education, email::Email, link::Link,
    name::Name, phone::Phone, referee::Referee, resume::Resume, work::Work,
};

/// A candidate's id: a UUID of version 7, ours, made before the insert.
#[derive(
    Clone,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Deserialize,
    Serialize,
    sqlx::Type,
    utoipa::ToSchema,
)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct CandidateId(pub String);

impl std::fmt::Display for CandidateId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// One version of one candidate.
#[derive(Clone, Debug, Default)]
pub struct Candidate {
    /// Where the application stands.
    pub stage: Stage,
    /// The agency that sent it, folded for comparison.
    pub agency: Option<String>,
    /// When the person applied.
    pub applied_at: Option<Timestamp>,
    /// The claimed name: the form's, or else the one at the head of the résumé.
    pub name: Option<Name>,
    /// Numbers of the form, then further ones of the résumé.
    pub phones: Vec<Phone>,
    /// Mailboxes of the form, then further ones of the résumé.
    pub emails: Vec<Email>,
    /// Links of the form, then further ones of the résumé.
    pub links: Vec<Link>,
    /// The postal address.
    pub address: Option<Address>,
    /// Studies of the form, then further ones of the résumé.
    pub education: Vec<Education>,
    /// Jobs of the form, then further ones of the résumé.
    pub work: Vec<Work>,
    /// Referees.
    pub references: Vec<Referee>,
    /// What was read off the résumé's text.
    pub resume: Option<Resume>,
    /// What the résumé's file says of itself.
    pub resume_file: Option<ResumeFile>,
    /// Text of sites named as own work.
    pub pages: Vec<application::Page>,
    /// The declared household, folded.
    pub household: Option<String>,
    /// When the application was turned down.
    pub rejected_at: Option<Timestamp>,
    /// How it was sent.
    pub submission: Option<Submission>,
}

/// Where a value stands, for the items that both the form and the résumé can hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// In a field of the form.
    pub in_form: bool,
    /// In the résumé's text, written the same way.
    pub in_resume_text: bool,
    /// In the form or the résumé's contact block: the person's own, not a referee's.
    pub own: bool,
}

impl Seen {
    /// In a field of the form, and so far only there.
    pub const FORM: Self = Self {
        in_form: true,
        in_resume_text: false,
        own: true,
    };
}
