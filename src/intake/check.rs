//! One JSON object to one [`NewCheck`]. A key that no check has is refused: a slip in `about` would
//! make it a check of something else.

use super::said::{BY, NOTE, choice, line, nothing_else, object, text};
use super::when::timestamp;
use super::{Limits, Refused};
use crate::check::{Kind, NewCheck, Outcome};

/// Reads one check.
///
/// # Errors
/// What is malformed by line and column, what is wrong by the field's path.
pub fn check(bytes: &[u8]) -> Result<NewCheck, Refused> {
    let mut map = object(bytes)?;
    let (kinds, outcomes) = (Kind::ALL.map(Kind::word), Outcome::ALL.map(Outcome::word));
    let check = NewCheck {
        kind: Kind::ALL[choice(&mut map, "kind", &kinds)?],
        result: Outcome::ALL[choice(&mut map, "result", &outcomes)?],
        about: text(&mut map, "about", Limits::ID)?,
        by: line(&mut map, "by", BY, "who made the check")?,
        note: text(&mut map, "note", NOTE)?,
        at: match text(&mut map, "at", Limits::ID)? {
            Some(at) => Some(timestamp(&at).map_err(|refused| refused.within("at"))?),
            None => None,
        },
    };
    nothing_else(&map, "kind, result, about, by, note and at")?;
    Ok(check)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(value: &Value) -> Result<NewCheck, Refused> {
        check(value.to_string().as_bytes())
    }

    #[test]
    fn a_check_is_read_whole() {
        let full = json!({"kind": "id_in_person", "result": "no_answer", "about": "name",
            "by": " Dana Reed ", "note": "Two\nlines.", "at": "2026-05-30T10:00:00+02:00"});
        let expected = NewCheck {
            kind: Kind::IdInPerson,
            result: Outcome::NoAnswer,
            about: Some("name".into()),
            by: "Dana Reed".into(),
            note: Some("Two\nlines.".into()),
            at: Some("2026-05-30T08:00:00Z".parse().unwrap()),
        };
        assert_eq!(read(&full), Ok(expected));
        let least =
            json!({"kind": "employer", "result": "denied", "by": "D", "note": null, "about": ""});
        let least = read(&least).unwrap();
        assert_eq!((least.about, least.note, least.at), (None, None, None));
    }

    #[test]
    fn what_is_wrong_is_refused_by_its_field() {
        for (key, value) in [
            ("kind", json!("notary")),
            ("kind", json!(null)),
            ("kind", json!(1)),
            ("result", json!("Confirmed")),
            ("result", json!("")),
            ("by", json!("  ")),
            ("by", json!("x".repeat(201))),
            ("by", json!("a\nb")),
            ("note", json!("x".repeat(2_001))),
            ("note", json!("a\u{0}b")),
            ("about", json!(["education[0]"])),
            ("about", json!("x".repeat(256))),
            ("at", json!("yesterday")),
            ("at", json!(1_780_315_200)),
            ("abuot", json!("education[0]")),
        ] {
            let mut one = json!({"kind": "registrar", "result": "confirmed", "by": "Dana Reed"});
            one[key] = value.clone();
            let refused = read(&one).unwrap_err();
            assert_eq!(refused.field.as_deref(), Some(key), "{value}: {refused}");
        }
        for whole in [&b""[..], b"{", b"[]", b"\xff", b"null"] {
            assert_eq!(check(whole).unwrap_err().field, None);
        }
        let longest = json!({"kind": "registrar", "result": "confirmed", "by": "é".repeat(200)});
        assert!(read(&longest).is_ok());
    }
}
