//! Signing in.

use askama::Template;
use askama_web::WebTemplate;

use crate::access::link::For;
use crate::access::password::SHORTEST;

/// The form with mailbox and password.
#[derive(Clone, Debug, Default, Template, WebTemplate)]
#[template(path = "sign_in/index.html")]
pub struct SignInPage {
    /// Where to go afterwards.
    pub next: String,
    /// The mailbox as it was written.
    pub email: String,
    /// They did not go together; which of the two is wrong is nobody's business.
    pub wrong: bool,
    /// Nobody can sign in yet.
    pub nobody: bool,
}

/// What a one-time link leads to.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "sign_in/link.html")]
pub struct LinkPage {
    /// The link's secret.
    pub token: String,
    /// Whom it signs in; nobody: it makes the first administrator.
    pub who: Option<String>,
    /// The role's word.
    pub role: &'static str,
    /// The mailbox as it was written.
    pub email: String,
    /// The name as it was written.
    pub name: String,
    /// What is wrong.
    pub error: Option<String>,
}

impl LinkPage {
    /// The page of a link.
    pub fn of(token: String, found: &For) -> Self {
        let (who, role) = match found {
            For::User(user) => (Some(user.email.clone()), user.role.word()),
            For::FirstAdmin => (None, "admin"),
        };
        Self {
            token,
            who,
            role,
            email: String::new(),
            name: String::new(),
            error: None,
        }
    }

    /// The shortest password taken.
    pub fn shortest(&self) -> usize {
        SHORTEST
    }
}

/// The form to prove again who one is.
#[derive(Clone, Debug, Default, Template, WebTemplate)]
#[template(path = "sign_in/prove.html")]
pub struct ProvePage {
    /// Whose password is asked for.
    pub email: String,
    /// Where to go afterwards.
    pub next: String,
    /// It was not the right one.
    pub wrong: bool,
}
