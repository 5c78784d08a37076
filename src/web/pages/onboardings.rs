//! The form that binds a candidate to a worker and its devices.

use askama::Template;
use askama_web::WebTemplate;

use crate::onboarding::{BankKind, Request};

/// The form.
#[derive(Clone, Debug, Default, Template, WebTemplate)]
#[template(path = "onboardings/new.html")]
pub struct NewOnboardingPage {
    /// What was entered, or is known already.
    pub entered: Entered,
    /// Sources that candidates came from.
    pub sources: Vec<String>,
    /// Days after which raw timings are forgotten.
    pub kept_days: i64,
    /// Why it was refused.
    pub refused: Option<Wrong>,
}

/// What is wrong, and where.
#[derive(Clone, Debug, Default)]
pub struct Wrong {
    /// The field's path, as intake names it; empty where it is about the whole.
    pub field: String,
    /// What is wrong.
    pub reason: String,
}

/// What was entered. Account and document numbers are not in it: they are never shown again.
#[derive(Clone, Debug, Default)]
pub struct Entered {
    /// The candidate's source.
    pub source: String,
    /// The source's id.
    pub external_id: String,
    /// The worker's id.
    pub worker_id: String,
    /// Devices, one a line.
    pub device_ids: String,
    /// The day on which they were handed out.
    pub issued_on: String,
    /// The first day.
    pub start_date: String,
    /// Where devices are sent.
    pub ship_to: Place,
    /// Who is to receive them.
    pub recipient: String,
    /// Whose account it is.
    pub bank_holder: String,
    /// What kind of account it is.
    pub bank_kind: String,
    /// The address in the identity document.
    pub document_address: Place,
    /// What the person asked for.
    pub requests: Vec<Request>,
}

/// An address, field by field.
pub type Place = [String; 6];

/// The fields of an address: key and label.
pub const PLACE: [(&str, &str); 6] = [
    ("line1", "House number and street"),
    ("line2", "Unit"),
    ("city", "City"),
    ("region", "State or region"),
    ("postal_code", "Postal code"),
    ("country", "Country"),
];

/// One field of an address as the template lays it out.
#[derive(Clone, Debug)]
pub struct PlaceField {
    /// Its path: `ship_to.city`.
    pub path: String,
    /// Its id: `ship_to-city`.
    pub id: String,
    /// Its label.
    pub label: &'static str,
    /// What was entered.
    pub value: String,
}

fn place(prefix: &str, entered: &Place) -> Vec<PlaceField> {
    let field = |((key, label), value): (&(&str, &'static str), &String)| PlaceField {
        path: format!("{prefix}.{key}"),
        id: format!("{prefix}-{key}"),
        label,
        value: value.clone(),
    };
    PLACE.iter().zip(entered).map(field).collect()
}

/// Fields that have a place of their own to say what is wrong.
const FIELDS: [&str; 11] = [
    "source",
    "external_id",
    "worker_id",
    "device_ids",
    "issued_at",
    "start_date",
    "recipient",
    "bank_account",
    "bank_holder",
    "bank_kind",
    "document_number",
];

impl NewOnboardingPage {
    /// The fields of where devices are sent.
    pub fn ship_to(&self) -> Vec<PlaceField> {
        place("ship_to", &self.entered.ship_to)
    }

    /// The fields of the address in the document.
    pub fn document_address(&self) -> Vec<PlaceField> {
        place("document_address", &self.entered.document_address)
    }

    /// Kinds of accounts: word, label, chosen.
    pub fn bank_kinds(&self) -> Vec<(&'static str, &'static str, bool)> {
        let label = |kind: BankKind| match kind {
            BankKind::Bank => "At a bank",
            BankKind::Prepaid => "Prepaid card",
            BankKind::Platform => "Money-transfer platform",
        };
        let kinds = BankKind::ALL.into_iter();
        kinds
            .map(|kind| {
                (
                    kind.word(),
                    label(kind),
                    self.entered.bank_kind == kind.word(),
                )
            })
            .collect()
    }

    /// What can be asked for: word, label, chosen.
    pub fn requests(&self) -> Vec<(&'static str, &'static str, bool)> {
        let label = |request: Request| match request {
            Request::CryptoPay => "Pay in virtual currency",
            Request::OwnDevice => "To work on an own machine in place of the issued one",
            Request::ShipAbroad => "Hardware sent abroad",
            Request::ShipToOther => "Hardware sent to a third person",
        };
        let chosen = |request: &Request| self.entered.requests.contains(request);
        let all = Request::ALL.into_iter();
        all.map(|request| (request.word(), label(request), chosen(&request)))
            .collect()
    }

    /// What is wrong with a field: with it, or with a part of it.
    pub fn wrong(&self, field: &str) -> Option<&str> {
        let wrong = self.refused.as_ref()?;
        let rest = wrong.field.strip_prefix(field)?;
        (rest.is_empty() || rest.starts_with('[')).then_some(&*wrong.reason)
    }

    /// The field to mend, as an anchor; `None` where it is about the whole.
    pub fn anchor(&self) -> Option<String> {
        let field = &self.refused.as_ref()?.field;
        let own = FIELDS.iter().find(|own| self.wrong(own).is_some());
        let of_place = ["ship_to", "document_address"]
            .into_iter()
            .find_map(|prefix| {
                let key = field.strip_prefix(prefix)?;
                let key = key.strip_prefix('.').unwrap_or("line1");
                let known = PLACE.iter().any(|(known, _)| *known == key);
                Some(format!("{prefix}-{}", if known { key } else { "line1" }))
            });
        own.map(|own| (*own).to_owned()).or(of_place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_stands_at_its_field() {
        for (field, own, anchor) in [
            ("worker_id", "worker_id", Some("worker_id")),
            ("device_ids[2]", "device_ids", Some("device_ids")),
            ("ship_to.city", "ship_to.city", Some("ship_to-city")),
            ("ship_to", "ship_to", Some("ship_to-line1")),
            ("bank_account", "bank_account", Some("bank_account")),
            ("requests[0]", "requests", None),
        ] {
            let page = NewOnboardingPage {
                refused: Some(Wrong {
                    field: field.into(),
                    reason: "is wrong".into(),
                }),
                ..NewOnboardingPage::default()
            };
            assert_eq!(page.wrong(own), Some("is wrong"), "{field}");
            assert_eq!(page.anchor().as_deref(), anchor, "{field}");
            assert_eq!(page.wrong("bank"), None);
        }
    }
}
