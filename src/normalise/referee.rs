//! Referees and how they can be reached.

use crate::application::Application;
use crate::normalise::{
    Settings,
    email::{self, Email},
    phone::{self, Phone, Region},
};

/// Referees that are kept, at most.
const MOST: usize = 50;

/// A referee in its normal form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Referee {
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

/// The referees of an application; those of whom nothing is written are left out. A number without
/// a country code is read as one of the candidate's country.
pub fn all(application: &Application, settings: &Settings) -> Vec<Referee> {
    let region = Region::of_application(application);
    let references = application.references.iter().enumerate().take(MOST);
    references
        .map(|(at, referee)| {
            let field = format!("references[{at}]");
            Referee {
                name: text(referee.name.as_deref()),
                company: text(referee.company.as_deref()),
                phone: text(referee.phone.as_deref())
                    .map(|raw| phone::read(&format!("{field}.phone"), &raw, region, settings)),
                email: text(referee.email.as_deref())
                    .map(|raw| email::read(&format!("{field}.email"), &raw)),
                field,
            }
        })
        .filter(|r| {
            r.name.is_some() || r.company.is_some() || r.phone.is_some() || r.email.is_some()
        })
        .collect()
}

fn text(value: Option<&str>) -> Option<String> {
    let value = value?.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application;

    #[test]
    fn referees_keep_their_place_and_empty_ones_are_left_out() {
        let application = Application {
            references: vec![
                application::Reference::default(),
                application::Reference {
                    name: Some(" Dana Reed ".into()),
                    company: Some(" ".into()),
                    ..application::Reference::default()
                },
            ],
            ..Application::default()
        };
        let all = all(&application, &Settings::default());
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].field, "references[1]");
        assert_eq!(all[0].name.as_deref(), Some("Dana Reed"));
        assert_eq!((&all[0].company, &all[0].email), (&None, &None));
    }

    #[test]
    fn phone_and_mailbox_are_read_as_the_candidate_s_are() {
        let application = Application {
            references: vec![application::Reference {
                phone: Some("(212) 736-5000".into()),
                email: Some("Dana.Reed@Example.COM".into()),
                ..application::Reference::default()
            }],
            ..Application::default()
        };
        let all = all(&application, &Settings::default());
        let (phone, email) = (
            all[0].phone.as_ref().unwrap(),
            all[0].email.as_ref().unwrap(),
        );
        assert_eq!(phone.e164.as_deref(), Some("+12127365000"));
        assert_eq!(phone.field, "references[0].phone");
        assert_eq!(email.canonical.as_deref(), Some("dana.reed@example.com"));
        assert_eq!(email.field, "references[0].email");
    }
}
