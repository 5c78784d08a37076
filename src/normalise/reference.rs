//! Referees and how they can be reached.

use crate::application::Application;
use crate::normalise::{Settings, email::Email, phone::Phone};

/// A referee in its normal form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reference {
    /// Where it stands: `references[0]`.
    pub field: String,
    /// The name as written.
    pub name: Option<String>,
    /// The employer the referee speaks for, as written.
    pub company: Option<String>,
    /// The phone.
    pub phone: Option<Phone>,
    /// The mailbox.
    pub email: Option<Email>,
}

/// The referees of an application.
pub fn all(_application: &Application, _settings: Settings) -> Vec<Reference> {
    Vec::new()
}
