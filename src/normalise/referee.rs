//! Referees and how they can be reached.

use std::collections::HashSet;

use crate::application::Application;
use crate::candidate::Candidate;
use crate::normalise::{
    Settings,
    email::{self, Email},
    phone::{self, Phone, Region},
    work,
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

/// Whether two candidates who name one referee can both have worked with that person, by what they
/// claim: the referee's company is an employer of both, or, where the company says nothing, they
/// have any employer in common. `contact` is the normal form that they share, a number or a
/// mailbox. `None` where a history is missing.
pub fn may_be_common(one: &Candidate, other: &Candidate, contact: &str) -> Option<bool> {
    let companies = [one, other].map(|of| company(of, contact));
    let [ours, theirs] = [&companies[0], &companies[1]].map(Option::as_deref);
    if ours.is_some() && ours == theirs {
        return Some(true);
    }
    let [a, b] = [one, other].map(employers);
    if a.is_empty() || b.is_empty() {
        return None;
    }
    // A company that is in the own history says where the two met.
    let met = ours.filter(|company| a.contains(company));
    let met_there = theirs.filter(|company| b.contains(company));
    let either = ours.is_some_and(|company| b.contains(company))
        || theirs.is_some_and(|company| a.contains(company));
    Some(either || (met.is_none() || met_there.is_none()) && !a.is_disjoint(&b))
}

/// The company that a candidate's referee with this contact speaks for, folded.
fn company(of: &Candidate, contact: &str) -> Option<String> {
    let reached = |referee: &&Referee| {
        let phone = referee.phone.as_ref().and_then(|p| p.e164.as_deref());
        let email = referee.email.as_ref().and_then(|e| e.canonical.as_deref());
        phone == Some(contact) || email == Some(contact)
    };
    let referee = of.references.iter().find(reached)?;
    work::employer_key(referee.company.as_deref()?)
}

/// The employers of a history, folded.
fn employers(of: &Candidate) -> HashSet<&str> {
    let jobs = of.work.iter();
    jobs.filter_map(|job| job.employer_key.as_deref()).collect()
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

    #[test]
    fn a_manager_can_be_common_where_both_worked() {
        let candidate = |employers: &[&str], company: &str| {
            let application = Application {
                work: employers
                    .iter()
                    .map(|name| application::Work {
                        name: Some((*name).into()),
                        ..application::Work::default()
                    })
                    .collect(),
                references: vec![application::Reference {
                    phone: Some("(212) 736-5000".into()),
                    company: Some(company.into()),
                    ..application::Reference::default()
                }],
                ..Application::default()
            };
            crate::normalise::candidate(&application, &Settings::default())
        };
        for (ours, theirs, common) in [
            // The same company.
            ((&["A"][..], "A Inc."), (&["A"][..], "A"), Some(true)),
            ((&[], "A"), (&[], "A"), Some(true)),
            // The manager moved on, both were at A.
            ((&["A", "C"], "A"), (&["A", "B"], "B"), Some(true)),
            // Each met the same person somewhere else, though both were at C.
            ((&["A", "C"], "A"), (&["B", "C"], "B"), Some(false)),
            // The company says nothing.
            ((&["A", "C"], ""), (&["B", "C"], "B"), Some(true)),
            ((&["A", "C"], "Z"), (&["B", "C"], "B"), Some(true)),
            ((&["A"], ""), (&["B"], ""), Some(false)),
            ((&["A"], ""), (&["B"], "A"), Some(true)),
            ((&[], ""), (&["B"], "B"), None),
        ] {
            let (one, other) = (candidate(ours.0, ours.1), candidate(theirs.0, theirs.1));
            let contact = "+12127365000";
            assert_eq!(
                may_be_common(&one, &other, contact),
                common,
                "{ours:?} {theirs:?}"
            );
            assert_eq!(
                may_be_common(&other, &one, contact),
                common,
                "{theirs:?} {ours:?}"
            );
        }
    }
}
