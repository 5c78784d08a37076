//! Referees and how they can be reached.

use crate::application::Application;
use crate::normalise::{
    Settings,
    email::{self, Email},
    phone::{self, Phone},
};

/// Referees that are kept, at most.
const MOST: usize = 50;

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

/// The referees of an application; those of whom nothing is written are left out.
pub fn all(application: &Application, settings: Settings) -> Vec<Reference> {
    let references = application.references.iter().enumerate().take(MOST);
    references
        .map(|(at, referee)| Reference {
            field: format!("references[{at}]"),
            name: text(referee.name.as_deref()),
            company: text(referee.company.as_deref()),
            phone: text(referee.phone.as_deref())
                .and_then(|raw| read_phone(at, raw, application, settings)),
            email: text(referee.email.as_deref()).and_then(|raw| read_email(at, raw)),
        })
        .filter(|r| {
            r.name.is_some() || r.company.is_some() || r.phone.is_some() || r.email.is_some()
        })
        .collect()
}

/// The number as it would be read in the form of the same application, so of the same country.
fn read_phone(
    at: usize,
    raw: String,
    application: &Application,
    settings: Settings,
) -> Option<Phone> {
    let form = Application {
        phones: vec![raw],
        address: application.address.clone(),
        ..Application::default()
    };
    let phone = phone::all(&form, None, settings).pop()?;
    Some(Phone {
        field: format!("references[{at}].phone"),
        seen: crate::candidate::Seen::default(),
        ..phone
    })
}

/// The address as it would be read in a form.
fn read_email(at: usize, raw: String) -> Option<Email> {
    let form = Application {
        emails: vec![raw],
        ..Application::default()
    };
    let email = email::all(&form, None).pop()?;
    Some(Email {
        field: format!("references[{at}].email"),
        seen: crate::candidate::Seen::default(),
        ..email
    })
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
        let all = all(&application, Settings::default());
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].field, "references[1]");
        assert_eq!(all[0].name.as_deref(), Some("Dana Reed"));
        assert_eq!((&all[0].company, &all[0].email), (&None, &None));
    }
}
