//! Jobs: employer, kind of employment, dates.

use crate::application::Application;
use crate::candidate::{PartialDate, Seen};
use crate::normalise::resume::Resume;

/// A job in its normal form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Work {
    /// Where it stands: `work[0]`, or `resume_text`.
    pub field: String,
    /// The claim in one line, as written.
    pub raw: String,
    /// In which places it stands.
    pub seen: Seen,
    /// The employer as written.
    pub employer: Option<String>,
    /// The title as written.
    pub position: Option<String>,
    /// First month.
    pub start: Option<PartialDate>,
    /// Last month; `None` with `current` unset is not known.
    pub end: Option<PartialDate>,
    /// Whether the job goes on.
    pub current: bool,
    /// Full-time employment: no contract, freelance, part-time, internship or board seat by its own words.
    pub full_time: bool,
    /// On site: no word of remote or home in title or place.
    pub on_site: bool,
    /// Two-letter code of the US state it is in.
    pub state: Option<&'static str>,
}

/// The jobs of an application, the form's first.
pub fn all(_application: &Application, _resume: Option<&Resume>) -> Vec<Work> {
    Vec::new()
}
