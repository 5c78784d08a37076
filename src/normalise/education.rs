//! Studies: institution, degree level, dates.

use crate::application::Application;
use crate::candidate::{PartialDate, Seen};
use crate::normalise::resume::Resume;

/// A study in its normal form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Education {
    /// Where it stands: `education[0]`, or `resume_text`.
    pub field: String,
    /// The claim in one line, as written.
    pub raw: String,
    /// In which places it stands.
    pub seen: Seen,
    /// The institution as written.
    pub institution: Option<String>,
    /// The field of study as written.
    pub area: Option<String>,
    /// The degree's level.
    pub level: Option<Level>,
    /// First month.
    pub start: Option<PartialDate>,
    /// Last month.
    pub end: Option<PartialDate>,
}

/// Degree levels, each with its own plausible length (red-flags §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Level {
    Associate,
    Bachelor,
    Master,
    Mba,
    Jd,
    Md,
    Phd,
}

/// The studies of an application, the form's first.
pub fn all(_application: &Application, _resume: Option<&Resume>) -> Vec<Education> {
    Vec::new()
}
