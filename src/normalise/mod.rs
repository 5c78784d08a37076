//! From an application to a candidate: every value gets its normal form, its raw form stays beside it.
//!
//! Pure functions, no thresholds and no judgement. A value that cannot be
//! brought to a normal form keeps its raw one; it never fails an application.

pub mod address;
pub mod author;
mod contact;
pub mod date;
pub mod education;
pub mod email;
pub mod link;
pub mod name;
pub mod phone;
pub mod place;
pub mod referee;
pub mod resume;
pub mod text;
pub mod unicode;
pub mod work;

use std::sync::Arc;

use crate::application::Application;
use crate::candidate::Candidate;
use crate::reference::{self, Reference};

/// What an installation may set about normal forms.
#[derive(Clone, Debug)]
pub struct Settings {
    /// 555-0100 to 555-0199 count as ordinary numbers: for demonstrations and tests.
    pub fictional_numbers: bool,
    /// Where institutions are looked up.
    pub reference: Arc<Reference>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            fictional_numbers: false,
            reference: reference::base::shipped().clone(),
        }
    }
}

/// The normal form of an application.
pub fn candidate(application: &Application, settings: &Settings) -> Candidate {
    let form_name = application.name.as_deref().and_then(name::read);
    let mut read = application.resume_text.as_deref().map(resume::read);
    if let Some(resume) = &mut read {
        resume.settle_name(form_name.as_ref(), &application.emails);
    }
    let resume = read.as_ref();
    Candidate {
        stage: application.stage,
        agency: application.agency.as_deref().and_then(unicode::key),
        applied_at: application.applied_at,
        name: form_name.or_else(|| resume?.name.clone()),
        phones: phone::all(application, resume, settings),
        emails: email::all(application, resume),
        links: link::all(application, resume),
        address: application.address.as_ref().map(address::read),
        education: education::all(application, resume, &settings.reference),
        work: work::all(application, resume),
        references: referee::all(application, settings),
        resume: read,
        resume_file: application.resume_file.clone(),
        pages: application.pages.clone(),
        household: application.household.as_deref().and_then(unicode::key),
        rejected_at: application.rejected_at,
        submission: application.submission.clone(),
    }
}
