//! The outline of a body whose sender is not known yet: a few short values near its root, and nothing
//! else of it in memory. It is never unpacked.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Objects that lie one in another.
const DEPTH: usize = 3;

/// Keys of one object.
const KEYS: usize = 64;

/// Bytes of a text.
const TEXT: usize = 2_000;

/// The outline of a body; `None` where it is no JSON. Lists and long texts are null.
pub fn of(body: &[u8]) -> Option<Value> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let outline = Outline(DEPTH).deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    Some(outline)
}

#[derive(Clone, Copy)]
struct Outline(usize);

impl<'de> DeserializeSeed<'de> for Outline {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Outline {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        let fits = text.len() <= TEXT;
        Ok(if fits { text.into() } else { Value::Null })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Null)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<std::borrow::Cow<'de, str>>()? {
            if self.0 == 0 || map.len() >= KEYS || key.len() > TEXT {
                entries.next_value::<IgnoredAny>()?;
            } else {
                let value = entries.next_value_seed(Self(self.0 - 1))?;
                map.insert(key.into_owned(), value);
            }
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn short_values_near_the_root_are_kept_and_nothing_else() {
        let body = json!({"a": 1, "b": {"c": {"d": "x", "e": {"f": 1}}}, "list": [1, {"g": 2}], "long": "y".repeat(2_001)});
        let outline = of(body.to_string().as_bytes()).unwrap();
        assert_eq!(
            outline,
            json!({"a": 1, "b": {"c": {"d": "x", "e": {}}}, "list": null, "long": null})
        );
        let many: Vec<String> = (0..10_000).map(|n| format!("\"k{n}\":0,")).collect();
        let many = many.concat();
        let many = of(format!("{{{many}\"z\":0}}").as_bytes()).unwrap();
        assert_eq!(many.as_object().unwrap().len(), KEYS);
        for bad in [&b"{"[..], b"", b"\xff", b"{} x", &[0x1f, 0x8b, 8]] {
            assert_eq!(of(bad), None);
        }
        assert_eq!(of("[".repeat(100_000).as_bytes()), None);
    }
}
