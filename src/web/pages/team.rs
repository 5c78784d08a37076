//! People who may sign in, and what else there is to administer.

use askama::Template;
use askama_web::WebTemplate;
use jiff::Timestamp;

use super::words;
use crate::access::Role;

/// What there is to administer.
#[derive(Clone, Copy, Debug, Template, WebTemplate)]
#[template(path = "team/admin.html")]
pub struct AdminPage;

/// Everybody.
#[derive(Clone, Debug, Default, Template, WebTemplate)]
#[template(path = "team/index.html")]
pub struct TeamPage {
    /// By mailbox.
    pub people: Vec<Person>,
    /// Whether everybody needs a second factor.
    pub required: bool,
    /// Whether there is single sign-on.
    pub sso: bool,
    /// A link that has just been made.
    pub link: Option<Shown>,
    /// What the last form did.
    pub done: Option<&'static str>,
    /// What is wrong with it.
    pub error: Option<String>,
    /// Why a second factor is not required of everybody.
    pub required_error: Option<&'static str>,
    /// The mailbox as it was written.
    pub email: String,
    /// The name as it was written.
    pub name: String,
    /// The role that was chosen.
    pub role: String,
}

impl TeamPage {
    /// The roles to choose from.
    pub fn roles(&self) -> [Role; 4] {
        Role::ALL
    }

    /// How many there are.
    pub fn summary(&self) -> String {
        let active = self.people.iter().filter(|one| one.disabled_at.is_none());
        let active = active.count();
        let disabled = self.people.len() - active;
        let may = match active {
            1 => "1 person may sign in".to_owned(),
            n => format!("{n} people may sign in"),
        };
        match disabled {
            0 => format!("{may}."),
            n => format!("{may}; {n} disabled."),
        }
    }
}

/// A link, shown once.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Whom it signs in.
    pub email: String,
    /// The link.
    pub url: String,
    /// Whether it has its host; else this service does not know its address.
    pub is_whole: bool,
}

/// Somebody who may sign in, or might.
#[derive(Clone, Debug)]
pub struct Person {
    /// Their id.
    pub id: String,
    /// The mailbox.
    pub email: String,
    /// What they are called.
    pub name: String,
    /// What they are here for.
    pub role: Role,
    /// Whether they have a password.
    pub has_password: bool,
    /// Whether they have a second factor.
    pub has_factor: bool,
    /// Whether a single sign-on provider knows them.
    pub by_sso: bool,
    /// When they last signed in.
    pub seen_at: Option<Timestamp>,
    /// When they were disabled.
    pub disabled_at: Option<Timestamp>,
}

impl Person {
    /// What to call them.
    pub fn called(&self) -> &str {
        if self.name.is_empty() {
            &self.email
        } else {
            &self.name
        }
    }

    /// With what they sign in.
    pub fn with(&self) -> String {
        let mut ways = Vec::new();
        if self.by_sso {
            ways.push("single sign-on");
        }
        match (self.has_password, self.has_factor) {
            (true, true) => ways.push("password and second factor"),
            (true, false) => ways.push("password alone"),
            (false, true) => ways.push("second factor, no password yet"),
            (false, false) => {}
        }
        if ways.is_empty() {
            "one-time links only".to_owned()
        } else {
            ways.join(", ")
        }
    }
}

/// One of them.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "team/show.html")]
pub struct PersonPage {
    /// Who.
    pub person: Person,
    /// Whether it is who looks.
    pub is_me: bool,
    /// A link that has just been made.
    pub link: Option<Shown>,
    /// What the last form did.
    pub done: Option<&'static str>,
    /// What is wrong with it.
    pub error: Option<String>,
    /// Keys of the API that they made and that are in use.
    pub keys: Vec<KeyOf>,
}

/// A key that somebody made.
#[derive(Clone, Debug)]
pub struct KeyOf {
    /// What they called it.
    pub name: String,
    /// What it may be used for.
    pub scope: String,
}

impl PersonPage {
    /// The roles to choose from.
    pub fn roles(&self) -> [Role; 4] {
        Role::ALL
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_what_somebody_signs_in_is_said_in_words() {
        let person = |has_password, has_factor, by_sso| Person {
            id: "7".to_owned(),
            email: "ada@example.com".to_owned(),
            name: String::new(),
            role: Role::Recruiter,
            has_password,
            has_factor,
            by_sso,
            seen_at: None,
            disabled_at: None,
        };
        assert_eq!(
            person(true, true, false).with(),
            "password and second factor"
        );
        assert_eq!(
            person(true, false, true).with(),
            "single sign-on, password alone"
        );
        assert_eq!(person(false, false, false).with(), "one-time links only");
        assert_eq!(person(false, false, false).called(), "ada@example.com");
    }
}
