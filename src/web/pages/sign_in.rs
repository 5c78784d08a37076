//! Signing in.

use askama::Template;
use askama_web::WebTemplate;

use super::words;
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
    /// What is wrong; which of the two is nobody's business.
    pub wrong: Option<String>,
    /// Whether there is single sign-on.
    pub sso: bool,
    /// Nobody can sign in yet.
    pub nobody: bool,
}

/// The form of the second factor, after the right password.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "sign_in/code.html")]
pub struct CodePage {
    /// Who has said the right password, sealed.
    pub state: String,
    /// What is wrong.
    pub wrong: Option<String>,
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
    /// Whether a second factor is asked for.
    pub has_factor: bool,
    /// What is wrong.
    pub error: Option<String>,
}

impl LinkPage {
    /// The page of a link.
    pub fn of(token: String, found: &For, has_factor: bool) -> Self {
        let (who, role) = match found {
            For::User(user) => (Some(user.email.clone()), user.role.word()),
            For::FirstAdmin => (None, "admin"),
        };
        Self {
            token,
            who,
            has_factor,
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

/// A one-time link that was used or has expired.
#[derive(Clone, Copy, Debug, Template, WebTemplate)]
#[template(path = "sign_in/gone.html")]
pub struct GonePage;

/// The form to prove again who one is.
#[expect(clippy::struct_excessive_bools, reason = "what can be asked for")]
#[derive(Clone, Debug, Default, Template, WebTemplate)]
#[template(path = "sign_in/prove.html")]
pub struct ProvePage {
    /// Whose password is asked for.
    pub email: String,
    /// Where to go afterwards.
    pub next: String,
    /// Whether there is a password.
    pub has_password: bool,
    /// Whether there is a second factor.
    pub has_factor: bool,
    /// Whether a single sign-on provider knows them.
    pub sso: bool,
    /// Whether they signed in lately, so that they may choose a password.
    pub may_choose: bool,
    /// What is wrong.
    pub wrong: Option<String>,
}

impl SignInPage {
    /// Where single sign-on begins.
    pub fn sso_href(&self) -> String {
        format!("/sign-in/sso{}", words::query(&[("next", &self.next)]))
    }
}

impl ProvePage {
    /// Where single sign-on begins.
    pub fn sso_href(&self) -> String {
        format!("/prove/sso{}", words::query(&[("next", &self.next)]))
    }

    /// What is said of a wrong answer.
    pub fn wrong_line(&self) -> &'static str {
        match (self.has_password, self.has_factor) {
            (false, _) => "There is no password yet.",
            (true, false) => "This is not your password.",
            (true, true) => {
                "This is not your password, or not a code that counts now; each counts once."
            }
        }
    }
}
