//! What the vendors of checks share: whom a check is about, and what they say of it (`ats-webhooks.md` §12).
//!
//! Their payloads are full of what must not be kept here: numbers of documents, dates of birth,
//! addresses, portraits. So nothing is taken over but ids, mail addresses and [`word`]s.

use jiff::Timestamp;
use serde_json::Value;

use super::event::{CheckResult, Event, Kind, Whom};
use super::fields::{emails, id, line};
use super::{Delivered, Key};
use crate::check;

/// Ids that one check may be about, at most.
const REFERENCES: usize = 10;

/// Names under which customers hand a candidate's id to a vendor, letters alone.
const NAMES: [&str; 7] = [
    "candidateid",
    "externalid",
    "referenceid",
    "reference",
    "customid",
    "telltale",
    "telltaleid",
];

/// The vendor's id for a delivery, or where it has none its bytes.
pub(super) fn keys(delivered: &Delivered, of: fn(&Value) -> Option<String>) -> Vec<Key> {
    let id = delivered.json().ok().and_then(|body| of(&body));
    vec![id.map_or_else(|| Key::body(delivered.body), Key::id)]
}

/// A word of a vendor's own list, such as `requires_input`; free text is none.
pub(super) fn word(value: &Value) -> Option<String> {
    let text = line(value)?;
    let letter = |b: u8| b.is_ascii_alphabetic();
    let is_word = text.len() <= 60
        && text.bytes().next().is_some_and(letter)
        && text
            .bytes()
            .all(|b| letter(b) || b.is_ascii_digit() || b"_-. /".contains(&b));
    is_word.then(|| text.to_ascii_lowercase().replace(['-', ' '], "_"))
}

/// What was checked and what came of it: `report: consider`.
pub(super) fn said<'a>(what: &str, words: impl IntoIterator<Item = &'a Option<String>>) -> String {
    let words: Vec<&str> = words.into_iter().flatten().map(String::as_str).collect();
    if words.is_empty() {
        what.to_owned()
    } else {
        format!("{what}: {}", words.join(", "))
    }
}

/// The ids among what a customer gave the vendor to keep with a check, by their [`NAMES`].
pub(super) fn given(metadata: &Value) -> Vec<Option<String>> {
    let letters = |key: &str| {
        let letters = key.chars().filter(char::is_ascii_alphabetic);
        letters.collect::<String>().to_ascii_lowercase()
    };
    let pairs = metadata.as_object().into_iter().flatten();
    pairs
        .filter(|(key, _)| NAMES.contains(&letters(key).as_str()))
        .map(|(_, value)| id(value))
        .collect()
}

/// Whom a check is about.
pub(super) fn whom(
    ids: impl IntoIterator<Item = Option<String>>,
    mails: impl IntoIterator<Item = Option<String>>,
) -> Whom {
    let mut references: Vec<String> = Vec::new();
    for id in ids.into_iter().flatten() {
        if !references.contains(&id) && references.len() < REFERENCES {
            references.push(id);
        }
    }
    Whom {
        references,
        emails: emails(mails),
    }
}

/// The one result of a check of identity.
pub(super) fn identity(
    id: String,
    result: check::Outcome,
    said: String,
    at: Option<Timestamp>,
    about: Whom,
) -> CheckResult {
    CheckResult {
        id,
        kind: check::Kind::IdRemote,
        result,
        said,
        link: None,
        at,
        about,
        erases: false,
    }
}

/// An event that tells results.
pub(super) fn event(kind: Kind, at: Option<Timestamp>, results: Vec<CheckResult>) -> Event {
    Event {
        at,
        results,
        ..Event::of(kind, None)
    }
}

#[cfg(test)]
pub(super) mod testing {
    use serde_json::{Value, json};

    use super::super::event::Event;

    /// What a payload has that must not be kept, under names and in places of every kind.
    pub(in super::super) fn private() -> Value {
        json!({"document_number": "X1234567", "dob": "1990-01-31", "ssn": "078-05-1120", "address": {"line1": "12 Example Street"},
               "portrait": "https://files.example/selfie.jpg", "metadata": {"note": "Gottlieb"}})
    }

    /// Nothing of [`private`] is in the events, and no portrait or birth date by another way.
    pub(in super::super) fn keeps_nothing_private(events: &[Event]) {
        let json = json!(events).to_string();
        for private in [
            "X1234567",
            "1990-01-31",
            "078-05-1120",
            "Example Street",
            "selfie.jpg",
            "Gottlieb",
        ] {
            assert!(!json.contains(private), "{private} in {json}");
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_are_those_of_lists_and_no_text() {
        for (given, expected) in [
            (json!("REVIEW"), Some("review")),
            (json!("requires-input"), Some("requires_input")),
            (
                json!("verification/government-id"),
                Some("verification/government_id"),
            ),
            (json!("1990-01-31"), None),
            (json!("x".repeat(61)), None),
            (json!("Ada <b>"), None),
            (json!(7), None),
            (json!(null), None),
        ] {
            assert_eq!(word(&given).as_deref(), expected, "{given}");
        }
        assert_eq!(said("report", &[]), "report");
        assert_eq!(
            said("report", &[None, Some("clear".into())]),
            "report: clear"
        );
    }

    #[test]
    fn ids_are_known_by_their_names() {
        let metadata = json!({"candidate_id": 7, "External-ID": "a", "ssn": "078-05-1120", "reference": {"id": 1}, "note": "x"});
        let about = whom(given(&metadata), [Some("A@x.example".to_owned()), None]);
        assert_eq!(
            json!(about),
            json!({"references": ["7", "a"], "emails": ["a@x.example"]})
        );
        assert_eq!(whom(given(&json!([1])), []), Whom::default());
        let many = (0..20).map(|id| Some(id.to_string()));
        assert_eq!(whom(many, []).references.len(), REFERENCES);
    }
}
