//! A whole JSON document: one record, or a list of them.

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::record::{application, malformed, too_large, utf8};
use super::{Application, Limits, Refused};

/// Reads one object or an array of objects; each item stands or falls alone, named by its place (`[3].name`).
///
/// JSON that is malformed is refused whole, since nothing behind the fault can be trusted.
pub fn json(bytes: &[u8]) -> Vec<Result<Application, Refused>> {
    let text = match utf8(bytes) {
        Ok(text) => text,
        Err(refused) => return vec![Err(refused)],
    };
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = reader
        .deserialize_any(Records)
        .and_then(|records| reader.end().map(|()| records));
    read.unwrap_or_else(|error| vec![Err(malformed(&error))])
}

/// Hands on each item of a document as it stands there, with its place from 0, without ever holding the whole; `false`
/// ends the reading.
///
/// # Errors
/// JSON that is malformed, or is neither an object nor a list. What was handed on before stays so.
pub fn json_items<R: std::io::Read>(
    reader: R,
    each: &mut dyn FnMut(usize, &str) -> bool,
) -> Result<(), Refused> {
    let mut reader = serde_json::Deserializer::from_reader(reader);
    let mut goes_on = true;
    let read = reader
        .deserialize_any(Items(each, &mut goes_on))
        .and_then(|()| reader.end());
    match read {
        Err(error) if goes_on => Err(malformed(&error)),
        _ => Ok(()),
    }
}

struct Items<'a>(&'a mut dyn FnMut(usize, &str) -> bool, &'a mut bool);

impl<'de> Visitor<'de> for Items<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("a record or a list of records")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        let mut map = Map::new();
        while let Some((key, value)) = access.next_entry()? {
            map.insert(key, value);
        }
        *self.1 = (self.0)(0, &Value::Object(map).to_string());
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let mut place = 0;
        while let Some(item) = items.next_element::<Box<RawValue>>()? {
            *self.1 = (self.0)(place, item.get());
            place += 1;
            if !*self.1 {
                return Err(serde::de::Error::custom("enough was read"));
            }
        }
        Ok(())
    }
}

/// Maps each item as soon as it is parsed, so that the document never stands in memory as a tree.
struct Records;

impl<'de> Visitor<'de> for Records {
    type Value = Vec<Result<Application, Refused>>;

    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("a record or a list of records")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut map = Map::new();
        while let Some((key, value)) = access.next_entry()? {
            map.insert(key, value);
        }
        Ok(vec![read(Value::Object(map))])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut records = Vec::new();
        while let Some(value) = items.next_element()? {
            let place = format!("[{}]", records.len());
            records.push(read(value).map_err(|e| e.within(&place)));
        }
        Ok(records)
    }
}

fn read(value: Value) -> Result<Application, Refused> {
    if !fits(&value, &mut Limits::RECORD.clone()) {
        return Err(too_large());
    }
    application(value, "file", None)
}

/// Whether a value's JSON, without its white space and escapes, is within what is left.
fn fits(value: &Value, left: &mut usize) -> bool {
    let own = match value {
        Value::String(text) => text.len() + 2,
        _ => 1,
    };
    let Some(rest) = left.checked_sub(own) else {
        return false;
    };
    *left = rest;
    match value {
        Value::Array(items) => items.iter().all(|item| fits(item, left)),
        Value::Object(map) => map.iter().all(|(key, value)| {
            *left = left.saturating_sub(key.len());
            fits(value, left)
        }),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        json(text.as_bytes())
            .into_iter()
            .map(|read| read.map_or_else(|e| e.to_string(), |app| app.external_id))
            .collect()
    }

    #[test]
    fn items_are_handed_on_as_they_stand() {
        let walk = |text: &str, most: usize| {
            let mut items = Vec::new();
            let read = json_items(text.as_bytes(), &mut |place, item| {
                items.push(format!("{place} {item}"));
                items.len() < most
            });
            (items, read.err().map(|e| e.to_string()))
        };
        let list = r#"[{"a": 1e400}, 7,{"b":"x"}]"#;
        let all = ["0 {\"a\": 1e400}", "1 7", "2 {\"b\":\"x\"}"];
        assert_eq!(walk(list, 9), (all.map(str::to_owned).to_vec(), None));
        assert_eq!(walk(list, 1), (vec![all[0].to_owned()], None));
        assert_eq!(walk(r#"{"a":1}"#, 9).0, [r#"0 {"a":1}"#]);
        let (items, wrong) = walk("[{},", 9);
        assert_eq!(items, ["0 {}"]);
        assert!(wrong.unwrap().starts_with("malformed JSON at line 1"));
        assert!(walk("[] x", 9).1.is_some());
        assert!(walk("", 9).1.is_some());
    }

    #[test]
    fn an_object_or_a_list_is_read_and_each_item_stands_alone() {
        let long = format!(r#"[{{"x":["{}"]}}]"#, "y".repeat(Limits::RECORD));
        for (text, want) in [
            (r#" {"external_id":1,"name":"A"} "#, vec!["1"]),
            (r#"{"basics":{"name":"A"},"meta":{"id":2}}"#, vec!["2"]),
            ("[]", vec![]),
            (
                r#"[{"external_id":1,"name":"A"},{"external_id":2,"name":5},7,{"external_id":3,"name":"A"}]"#,
                vec![
                    "1",
                    "[1].name: text is wanted, this is a number",
                    "[2]: one JSON object is wanted, this is a number",
                    "3",
                ],
            ),
            (
                "[{},",
                vec!["malformed JSON at line 1, column 4: EOF while parsing a value"],
            ),
            (
                "7",
                vec![
                    "malformed JSON at line 1, column 1: invalid type: integer `7`, expected a record or a list of records",
                ],
            ),
            (
                "[] x",
                vec!["malformed JSON at line 1, column 4: trailing characters"],
            ),
            (&long, vec!["[0]: the record is over 2 MiB"]),
        ] {
            assert_eq!(read(text), want, "{text:.60}");
        }
    }
}
