//! Where one item of a JSON body ends and the next begins.
//!
//! The items are cut out before any is parsed, so that one which is no JSON, as where a sender writes
//! `NaN`, is refused alone.

use serde_json::{Map, Value};

use super::Fault;
use crate::intake::Refused;
use crate::intake::when::quoted;

/// Bytes of one item; a log line of a few hundred rows stays below it.
const LARGEST: usize = 4 << 20;

/// One item's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Document<'a> {
    /// Its line, where there is one item a line.
    pub line: Option<u64>,
    /// Never blank, but where a list is not closed.
    pub bytes: &'a [u8],
}

/// The items of an object, a list, or one object a line.
pub(crate) fn documents(bytes: &[u8]) -> Vec<Document<'_>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let body = bytes.trim_ascii();
    match body.first() {
        None => Vec::new(),
        Some(b'[') => listed(&body[1..]),
        Some(_) if is_one(body) => vec![Document {
            line: None,
            bytes: body,
        }],
        Some(_) => lines(bytes),
    }
}

/// Whether all of it is one object, over however many lines.
fn is_one(body: &[u8]) -> bool {
    let mut values =
        serde_json::Deserializer::from_slice(body).into_iter::<serde::de::IgnoredAny>();
    match values.next() {
        Some(Ok(_)) => body[values.byte_offset()..].trim_ascii().is_empty(),
        // Broken: lines, if a later one begins an object of its own.
        _ => !body.windows(2).any(|pair| pair == b"\n{"),
    }
}

fn lines(bytes: &[u8]) -> Vec<Document<'_>> {
    (1..)
        .zip(bytes.split(|&byte| byte == b'\n'))
        .map(|(line, bytes)| Document {
            line: Some(line),
            bytes: bytes.trim_ascii(),
        })
        .filter(|document| !document.bytes.is_empty())
        .collect()
}

/// The items of a list whose opening bracket was taken off.
fn listed(bytes: &[u8]) -> Vec<Document<'_>> {
    let mut items = Vec::new();
    let mut add = |from: usize, to: usize| {
        let item = bytes[from..to].trim_ascii();
        if !item.is_empty() {
            items.push(Document {
                line: None,
                bytes: item,
            });
        }
    };
    let (mut depth, mut from, mut at) = (0_usize, 0, 0);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => at = end_of_string(bytes, at),
            b'{' | b'[' => depth += 1,
            b']' if depth == 0 => {
                add(from, at);
                add(at + 1, bytes.len());
                return items;
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                add(from, at);
                from = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    add(from, bytes.len());
    items.push(Document {
        line: None,
        bytes: &[],
    });
    items
}

/// The closing quotation mark of the string that opens at `at`, or the last byte.
fn end_of_string(bytes: &[u8], mut at: usize) -> usize {
    loop {
        at += 1;
        match bytes.get(at) {
            Some(b'\\') => at += 1,
            Some(b'"') | None => return at,
            Some(_) => {}
        }
    }
}

/// An item as JSON.
pub(crate) fn value(document: Document<'_>) -> Result<Value, Refused> {
    let map = object(document).map_err(|fault| Refused {
        line: document.line,
        field: fault.field,
        reason: fault.reason,
    })?;
    Ok(Value::Object(map))
}

/// An item as a tree.
pub(super) fn object(document: Document<'_>) -> Result<Map<String, Value>, Fault> {
    fits(document)?;
    match serde_json::from_slice(document.bytes) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(Fault::whole("one JSON object is wanted")),
        Err(error) => Err(unreadable(document.bytes, &error)),
    }
}

/// Whether an item is of a size to be read.
pub(super) fn fits(document: Document<'_>) -> Result<(), Fault> {
    if document.bytes.is_empty() {
        return Err(Fault::whole("the list is cut off: it is not closed"));
    }
    if document.bytes.len() > LARGEST {
        return Err(Fault::whole(format!("is over {} MiB", LARGEST >> 20)));
    }
    Ok(())
}

/// What is wrong with bytes that are no JSON.
fn unreadable(bytes: &[u8], error: &serde_json::Error) -> Fault {
    if let Err(error) = std::str::from_utf8(bytes) {
        return Fault::whole(format!("byte {} is not UTF-8", error.valid_up_to()));
    }
    if let Some(token) = no_number(bytes) {
        return Fault::whole(format!(
            "holds {token}, which is no JSON; leave out what was not measured"
        ));
    }
    let (line, column) = (error.line(), error.column());
    let said = error.to_string();
    let said = said
        .strip_suffix(&format!(" at line {line} column {column}"))
        .unwrap_or(&said);
    let place = if line > 1 {
        format!("line {line}, column {column}")
    } else {
        format!("column {column}")
    };
    Fault::whole(format!("malformed JSON at {place}: {said}"))
}

/// The first bare word outside strings that some writers put for what is no number.
fn no_number(bytes: &[u8]) -> Option<String> {
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'"' {
            at = end_of_string(bytes, at);
        } else if byte.is_ascii_alphabetic() {
            let word = bytes[at..].iter().take_while(|b| b.is_ascii_alphanumeric());
            let word = String::from_utf8_lossy(&bytes[at..at + word.count()]).into_owned();
            if ["nan", "inf", "infinity"].contains(&word.to_ascii_lowercase().as_str()) {
                return Some(word);
            }
            at += word.len();
            continue;
        }
        at += 1;
    }
    None
}

/// What was written where something else is wanted, for a message.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Null => "null".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(Option<u64>, String)> {
        documents(text.as_bytes())
            .into_iter()
            .map(|one| (one.line, String::from_utf8_lossy(one.bytes).into_owned()))
            .collect()
    }

    #[test]
    fn items_are_cut_out_before_they_are_parsed() {
        let none = |text: &str| (None, text.to_owned());
        let on = |line, text: &str| (Some(line), text.to_owned());
        for (text, want) in [
            ("", vec![]),
            (" \n", vec![]),
            ("[]", vec![]),
            ("{\"a\":\n1}", vec![none("{\"a\":\n1}")]),
            ("{}\n\n{\"a\":", vec![on(1, "{}"), on(3, "{\"a\":")]),
            ("{\n{}\r\n", vec![on(1, "{"), on(2, "{}")]),
            (
                "[{\"a\":NaN}, {\"b\":\"],\\\"\"} ]",
                vec![none("{\"a\":NaN}"), none("{\"b\":\"],\\\"\"}")],
            ),
            (
                "[1,[2,3],4] x",
                vec![none("1"), none("[2,3]"), none("4"), none("x")],
            ),
            ("[{}", vec![none("{}"), none("")]),
            ("[\"\\", vec![none("\"\\"), none("")]),
        ] {
            assert_eq!(cut(text), want, "{text}");
        }
    }
}
