//! Links: canonical profile URLs.

use crate::application::Application;
use crate::candidate::Seen;
use crate::normalise::resume::Resume;

/// A link in its normal form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Link {
    /// Where it stands: `links[0]`, or `resume_text`.
    pub field: String,
    /// As written.
    pub raw: String,
    /// In which places it stands.
    pub seen: Seen,
    /// `linkedin.com/in/ada`: host without `www.`, path without tracking; `None` when it is no link.
    pub canonical: Option<String>,
    /// Whether it names one person's page, so that two people cannot both own it.
    pub profile: bool,
}

/// The links of an application, the form's first.
pub fn all(_application: &Application, _resume: Option<&Resume>) -> Vec<Link> {
    Vec::new()
}
