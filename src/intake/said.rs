//! What people say of a candidate, as one JSON object: read whole, and a key that it does not have is
//! refused, since a slip would say something else.

use crate::normalise::unicode;
use serde_json::{Map, Value};

use super::record::{malformed, utf8};
use super::when::quoted;
use super::{Limits, Refused};

/// Characters of `by`.
pub(super) const BY: usize = 200;

/// Characters of `note` and `reason`.
pub(super) const NOTE: usize = 2_000;

/// One JSON object.
pub(super) fn object(bytes: &[u8]) -> Result<Map<String, Value>, Refused> {
    match serde_json::from_str(utf8(bytes)?).map_err(|error| malformed(&error))? {
        Value::Object(map) => Ok(map),
        _ => Err(Refused::whole("one JSON object is wanted")),
    }
}

/// Refuses what is left over when all keys were taken.
pub(super) fn nothing_else(map: &Map<String, Value>, keys: &str) -> Result<(), Refused> {
    match map.keys().next() {
        None => Ok(()),
        Some(key) => Err(Refused::of(
            key.escape_debug().to_string(),
            format!("is no key of this; {keys} are"),
        )),
    }
}

/// The place of a word among those possible.
pub(super) fn choice(
    map: &mut Map<String, Value>,
    key: &str,
    words: &[&str],
) -> Result<usize, Refused> {
    let one_of = || words.join(", ");
    let Some(word) = text(map, key, Limits::ID)? else {
        return Err(Refused::of(key, format!("is missing; one of {}", one_of())));
    };
    (words.iter().position(|known| *known == word))
        .ok_or_else(|| Refused::of(key, format!("{} is none of {}", quoted(&word), one_of())))
}

/// Text in one line, which must be there.
pub(super) fn line(
    map: &mut Map<String, Value>,
    key: &str,
    limit: usize,
    what: &str,
) -> Result<String, Refused> {
    let line = text(map, key, limit)?;
    let line = line.ok_or_else(|| Refused::of(key, format!("is missing; {what}")))?;
    if line.chars().any(char::is_control) {
        return Err(Refused::of(key, "is one line without control characters"));
    }
    Ok(line)
}

/// Text within a limit of characters; absent, null and blank are one.
pub(super) fn text(
    map: &mut Map<String, Value>,
    key: &str,
    limit: usize,
) -> Result<Option<String>, Refused> {
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
    // What nobody sees is blank too.
    let blank = unicode::fold(text).is_empty();
    Ok((!blank).then(|| text.to_owned()))
}
