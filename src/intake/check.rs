//! One JSON object to one [`NewCheck`]. A key that no check has is refused: a slip in `about` would
//! make it a check of something else.

use serde_json::{Map, Value};

use super::record::{malformed, utf8};
use super::when::{quoted, timestamp};
use super::{Limits, Refused};
use crate::check::{Kind, NewCheck, Outcome};

/// Characters of `by`.
const BY: usize = 200;

/// Characters of `note`.
const NOTE: usize = 2_000;

/// Reads one check.
///
/// # Errors
/// What is malformed by line and column, what is wrong by the field's path.
pub fn check(bytes: &[u8]) -> Result<NewCheck, Refused> {
    let value = serde_json::from_str(utf8(bytes)?).map_err(|error| malformed(&error))?;
    let Value::Object(mut map) = value else {
        return Err(Refused::whole("one JSON object is wanted"));
    };
    let (kinds, outcomes) = (Kind::ALL.map(Kind::word), Outcome::ALL.map(Outcome::word));
    let check = NewCheck {
        kind: Kind::ALL[choice(&mut map, "kind", &kinds)?],
        result: Outcome::ALL[choice(&mut map, "result", &outcomes)?],
        about: text(&mut map, "about", Limits::ID)?,
        by: line(&mut map, "by", BY)?,
        note: text(&mut map, "note", NOTE)?,
        at: match text(&mut map, "at", Limits::ID)? {
            Some(at) => Some(timestamp(&at).map_err(|refused| refused.within("at"))?),
            None => None,
        },
    };
    match map.keys().next() {
        None => Ok(check),
        Some(key) => Err(Refused::of(
            key.escape_debug().to_string(),
            "is no key of a check; kind, result, about, by, note and at are",
        )),
    }
}

/// The place of a word among those possible.
fn choice(map: &mut Map<String, Value>, key: &str, words: &[&str]) -> Result<usize, Refused> {
    let one_of = || words.join(", ");
    let Some(word) = text(map, key, Limits::ID)? else {
        return Err(Refused::of(key, format!("is missing; one of {}", one_of())));
    };
    (words.iter().position(|known| *known == word))
        .ok_or_else(|| Refused::of(key, format!("{} is none of {}", quoted(&word), one_of())))
}

/// Text in one line, which must be there.
fn line(map: &mut Map<String, Value>, key: &str, limit: usize) -> Result<String, Refused> {
    let line = text(map, key, limit)?;
    let line = line.ok_or_else(|| Refused::of(key, "is missing; who made the check"))?;
    if line.chars().any(char::is_control) {
        return Err(Refused::of(key, "is one line without control characters"));
    }
    Ok(line)
}

/// Text within a limit of characters; absent, null and blank are one.
fn text(map: &mut Map<String, Value>, key: &str, limit: usize) -> Result<Option<String>, Refused> {
    let text = match map.remove(key) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text,
        Some(_) => return Err(Refused::of(key, "text is wanted")),
    };
    if text.contains('\0') {
        return Err(Refused::of(key, "holds a NUL character"));
    }
    if text.chars().nth(limit).is_some() {
        return Err(Refused::of(
            key,
            format!("holds over {limit} characters; {limit} at most"),
        ));
    }
    let text = text.trim();
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

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
