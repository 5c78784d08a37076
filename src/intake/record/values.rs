//! Values of a record: each of its kind and within its limits, or a refusal that says what is wanted.

use serde_json::{Map, Value};

use super::Entry;
use crate::application::Stage;
use crate::intake::when::{check_date, quoted, timestamp};
use crate::intake::{Limits, Refused};

/// A list of objects; an absent or empty one among them is left out.
pub(super) fn list<T: Default + PartialEq>(
    value: Value,
    path: &str,
    other: &mut Map<String, Value>,
    read: impl Fn(Map<String, Value>, Entry) -> Result<T, Refused>,
) -> Result<Vec<T>, Refused> {
    let items = array(value, path, Limits::HISTORY)?;
    let mut to = Vec::with_capacity(items.len());
    for (i, item) in items.into_iter().enumerate() {
        let path = format!("{path}[{i}]");
        if let Some(map) = object(item, &path)? {
            let item = read(map, (&path, other)).map_err(|e| e.within(&path))?;
            if item != T::default() {
                to.push(item);
            }
        }
    }
    Ok(to)
}

pub(super) fn texts(value: Value, path: &str, limit: usize) -> Result<Vec<String>, Refused> {
    let items = array(value, path, limit)?;
    let mut to = Vec::with_capacity(items.len());
    for (i, item) in items.into_iter().enumerate() {
        let read = short_text(item, Limits::STRING);
        to.extend(read.map_err(|e| e.within(&format!("{path}[{i}]")))?);
    }
    Ok(to)
}

pub(super) fn array(value: Value, path: &str, limit: usize) -> Result<Vec<Value>, Refused> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(items) => {
            few(items.len(), limit).map_err(|e| e.within(path))?;
            Ok(items)
        }
        value => Err(wanted("a list", &value).within(path)),
    }
}

pub(super) fn few(have: usize, limit: usize) -> Result<(), Refused> {
    if have <= limit {
        return Ok(());
    }
    Err(Refused::whole(format!(
        "holds {have} items; {limit} at most"
    )))
}

pub(super) fn object(value: Value, path: &str) -> Result<Option<Map<String, Value>>, Refused> {
    match value {
        Value::Null => Ok(None),
        Value::Object(map) => Ok(Some(map)),
        value => Err(wanted("an object", &value).within(path)),
    }
}

pub(super) fn text(value: Value, path: &str) -> Result<Option<String>, Refused> {
    short_text(value, Limits::STRING).map_err(|e| e.within(path))
}

pub(super) fn short_text(value: Value, limit: usize) -> Result<Option<String>, Refused> {
    match value {
        Value::String(text) => {
            no_nul(&text)?;
            // Bytes bound characters from above: most texts need no counting.
            if text.len() > limit {
                let have = text.chars().count();
                if have > limit {
                    return Err(Refused::whole(format!(
                        "holds {have} characters; {limit} at most"
                    )));
                }
            }
            Ok((!text.trim_ascii().is_empty()).then_some(text))
        }
        Value::Null => Ok(None),
        value => Err(wanted("text", &value)),
    }
}

/// A résumé's text, or a page's.
pub(super) fn long_text(value: Value) -> Result<Option<String>, Refused> {
    let read = match value {
        Value::Null => return Ok(None),
        Value::String(text) if text.len() > Limits::RESUME_TEXT => Err(Refused::whole(format!(
            "holds {} bytes; {} at most",
            text.len(),
            Limits::RESUME_TEXT
        ))),
        Value::String(text) => no_nul(&text).map(|()| text),
        value => Err(wanted("text", &value)),
    };
    let text = read?;
    Ok((!text.trim_ascii().is_empty()).then_some(text))
}

pub(super) fn id(value: Value, path: &str) -> Result<Option<String>, Refused> {
    let value = match value {
        Value::Number(n) if !n.is_f64() => Value::String(n.to_string()),
        Value::Number(_) => {
            return Err(Refused::of(
                path,
                "text or a whole number is wanted, this is a fraction",
            ));
        }
        value => value,
    };
    short_text(value, Limits::ID).map_err(|e| e.within(path))
}

pub(super) fn within_id(id: &str) -> Result<(), Refused> {
    short_text(Value::String(id.to_owned()), Limits::ID).map(|_| ())
}

pub(super) fn date(value: Value, path: &str) -> Result<Option<String>, Refused> {
    let read = text(value, path)?;
    if let Some(text) = &read {
        check_date(text).map_err(|e| e.within(path))?;
    }
    Ok(read)
}

pub(super) fn time(value: Value, path: &str) -> Result<Option<jiff::Timestamp>, Refused> {
    let Some(text) = text(value, path)? else {
        return Ok(None);
    };
    timestamp(&text).map(Some).map_err(|e| e.within(path))
}

pub(super) fn stage(value: Value) -> Result<Stage, Refused> {
    let Some(word) = text(value, "stage")? else {
        return Ok(Stage::default());
    };
    Stage::ALL
        .into_iter()
        .find(|stage| stage.word() == word)
        .ok_or_else(|| {
            let words = Stage::ALL.map(Stage::word).join(", ");
            Refused::of("stage", format!("{} is none of {words}", quoted(&word)))
        })
}

/// Keeps a key that is not ours, unless a database could not.
pub(super) fn keep(
    other: &mut Map<String, Value>,
    key: String,
    value: Value,
) -> Result<(), Refused> {
    no_nul(&key).map_err(|e| e.within(&key.escape_debug().to_string()))?;
    nowhere_nul(&value).map_err(|e| e.within(&key))?;
    other.insert(key, value);
    Ok(())
}

/// As [`keep`], for a key inside an entry, whose reader's caller says in which.
pub(super) fn keep_of(
    other: &mut Map<String, Value>,
    path: &str,
    key: &str,
    value: Value,
) -> Result<(), Refused> {
    let kept = keep(other, format!("{path}.{key}"), value);
    kept.map_err(|e| Refused::of(key.escape_debug().to_string(), e.reason))
}

/// The parser bounds the depth, so this may recurse.
pub(super) fn nowhere_nul(value: &Value) -> Result<(), Refused> {
    match value {
        Value::String(text) => no_nul(text),
        Value::Array(items) => items.iter().try_for_each(nowhere_nul),
        Value::Object(map) => map.iter().try_for_each(|(key, value)| {
            no_nul(key)?;
            nowhere_nul(value)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

pub(super) fn no_nul(text: &str) -> Result<(), Refused> {
    if text.contains('\0') {
        return Err(Refused::whole("holds a NUL character"));
    }
    Ok(())
}

pub(super) fn wanted(what: &str, value: &Value) -> Refused {
    Refused::whole(format!("{what} is wanted, this is {}", kind(value)))
}

pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
