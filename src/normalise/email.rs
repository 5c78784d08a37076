//! Mail addresses: canonical mailbox, provider, disposable and relay domains, name tokens.

use crate::application::Application;
use crate::candidate::Seen;
use crate::normalise::resume::Resume;

/// A mail address in its normal form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Email {
    /// Where it stands: `emails[0]`, or `resume_text`.
    pub field: String,
    /// As written.
    pub raw: String,
    /// In which places it stands.
    pub seen: Seen,
    /// The mailbox for comparison only, never for sending; `None` when it is no address.
    pub canonical: Option<String>,
    /// Lower-case local part without its tag.
    pub local: String,
    /// ASCII lower-case domain.
    pub domain: String,
    /// The domain that can be registered, `co.uk` and the like taken into account.
    pub registrable: Option<String>,
    /// A large free provider.
    pub free: bool,
    /// A throw-away domain; relays are none.
    pub disposable: bool,
    /// A privacy relay.
    pub relay: bool,
    /// The words of the local part when it is exactly two of at least three letters each, and neither a common word.
    pub name_tokens: Option<[String; 2]>,
}

/// The addresses of an application, the form's first.
pub fn all(_application: &Application, _resume: Option<&Resume>) -> Vec<Email> {
    Vec::new()
}
