//! What is read off a résumé's text: contacts, studies, jobs, bullets, leftovers.

use super::name::Name;
use super::unicode::Trick;
use crate::application;

/// A résumé's text, read once.
#[derive(Clone, Debug, Default)]
pub struct Resume {
    /// The name on its first line, when that line is one.
    pub name: Option<Name>,
    /// Phone-like pieces in the order of the text, and whether each stands in the contact block.
    pub phones: Vec<Piece>,
    /// Mail addresses, likewise.
    pub emails: Vec<Piece>,
    /// Links, likewise.
    pub links: Vec<Piece>,
    /// Education lines.
    pub education: Vec<application::Education>,
    /// Employment lines.
    pub work: Vec<application::Work>,
    /// Placeholders of a template left in: `[Your Name]`.
    pub placeholders: Vec<String>,
    /// Normalised bullets of at least twelve words.
    pub bullets: Vec<String>,
    /// Hashes of the five-word shingles, sorted, without doubles.
    pub shingles: Vec<u64>,
    /// Unicode tricks.
    pub tricks: Vec<Trick>,
}

/// A piece of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// As written.
    pub raw: String,
    /// Whether it stands above the first section: the person's own contact.
    pub own: bool,
    /// Whether it stands in a section on references.
    pub referee: bool,
}

/// Reads a résumé's text.
pub fn read(_text: &str) -> Resume {
    Resume::default()
}
