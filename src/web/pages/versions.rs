//! Two versions of one candidate side by side.

use askama::Template;
use askama_web::WebTemplate;
use jiff::Timestamp;

use super::words;
use crate::candidate::CandidateId;
use crate::explain::difference::{Field, Stretch, Text};
use crate::explain::visible;

/// The page.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "candidates/versions.html")]
pub struct VersionsPage {
    /// The candidate.
    pub id: CandidateId,
    /// The name, or the external id where there is none.
    pub heading: String,
    /// Versions that can be chosen, the oldest first, and when they came in.
    pub versions: Vec<(u32, Timestamp)>,
    /// The version on the left.
    pub from: u32,
    /// The version on the right.
    pub to: u32,
    /// Fields that differ.
    pub fields: Vec<Field>,
    /// How many more there are.
    pub more: usize,
    /// Texts that differ, by what they are.
    pub texts: Vec<(&'static str, Text)>,
}

impl VersionsPage {
    /// For the window's title.
    pub fn window_title(&self) -> String {
        visible::plain(&visible::short(&self.heading, 60))
    }

    /// Whether a version is the one on the left.
    pub fn is_from(&self, number: &u32) -> bool {
        *number == self.from
    }

    /// Whether it is the one on the right.
    pub fn is_to(&self, number: &u32) -> bool {
        *number == self.to
    }

    /// What differs, in a sentence.
    pub fn summary(&self) -> String {
        if self.versions.len() < 2 {
            return "There is one version, so there is nothing to compare.".to_owned();
        }
        if self.fields.is_empty() && self.texts.is_empty() {
            return "These two say the same.".to_owned();
        }
        let fields = words::count(self.fields.len() + self.more, "field");
        let differ = if self.fields.len() + self.more == 1 {
            "differs"
        } else {
            "differ"
        };
        match self.texts.first() {
            Some((what, _)) => format!("{fields} {differ}, and so does the {what}."),
            None => format!("{fields} {differ}."),
        }
    }
}
