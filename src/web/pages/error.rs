//! The page for a request that could not be answered.

use askama::Template;
use askama_web::WebTemplate;

/// What went wrong and where to go from here.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// The status of the answer, set on the response by whoever sends it.
    pub status: u16,
    /// In a few words: "There is no such candidate".
    pub title: String,
    /// What to change, or whom to ask; may be empty.
    pub detail: String,
}
