//! The fields of one item as a tree, read one by one so that a refusal names the field.

use serde_json::{Map, Value};

use super::bounds::{self, Written};
use super::documents::shown;
use super::{DeviceId, Fault};

/// An object's fields. An empty string or `null` is an absent value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'a> {
    map: &'a Map<String, Value>,
    /// Numbers and flags may stand as text, as in CSV.
    loose: bool,
}

impl<'a> Fields<'a> {
    /// Of JSON: a number is a number.
    pub fn strict(map: &'a Map<String, Value>) -> Self {
        Self { map, loose: false }
    }

    /// Of a table, or of a system that writes everything as text.
    pub fn loose(map: &'a Map<String, Value>) -> Self {
        Self { map, loose: true }
    }

    fn value(self, key: &str) -> Option<&'a Value> {
        match self.map.get(key)? {
            Value::Null => None,
            Value::String(text) if text.trim().is_empty() => None,
            value => Some(value),
        }
    }

    /// Whether a value is there.
    pub fn has(self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// Text as it stands.
    pub fn raw(self, key: &str) -> Result<Option<std::borrow::Cow<'a, str>>, Fault> {
        match self.value(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.into())),
            Some(Value::Number(number)) if self.loose => Ok(Some(number.to_string().into())),
            Some(value) => Err(Fault::of(
                key,
                format!("text is wanted, this is {}", shown(value)),
            )),
        }
    }

    /// Text in one line.
    pub fn line(self, key: &str, limit: usize) -> Result<Option<String>, Fault> {
        let Some(text) = self.raw(key)? else {
            return Ok(None);
        };
        Ok(Some(bounds::line(key, &text, limit)?.to_owned()))
    }

    /// A command line, which may hold tabs and line ends.
    pub fn command_line(self, key: &str) -> Result<Option<String>, Fault> {
        let Some(text) = self.raw(key)? else {
            return Ok(None);
        };
        if text.contains('\0') {
            return Err(Fault::of(key, "holds a NUL character"));
        }
        let text = bounds::short(key, text.trim(), bounds::COMMAND_LINE)?;
        Ok(Some(text.to_owned()))
    }

    /// An id that must be there.
    pub fn id(self, key: &str) -> Result<String, Fault> {
        bounds::id(key, &self.raw(key)?.unwrap_or_default())
    }

    /// A device's id that must be there.
    pub fn device(self, key: &str) -> Result<DeviceId, Fault> {
        bounds::device(key, &self.raw(key)?.unwrap_or_default())
    }

    /// A number.
    pub fn number(self, key: &str) -> Result<Option<f64>, Fault> {
        let read = match self.value(key) {
            None => return Ok(None),
            Some(Value::Number(number)) => number.as_f64(),
            Some(Value::String(text)) if self.loose => text.trim().parse().ok(),
            Some(_) => None,
        };
        let number = read.ok_or_else(|| self.no(key, "a number"))?;
        if number.is_finite() {
            return Ok(Some(number));
        }
        Err(Fault::of(
            key,
            format!("{number} is no number; leave out what was not measured"),
        ))
    }

    /// A number that must be there.
    pub fn needed_number(self, key: &str) -> Result<f64, Fault> {
        self.number(key)?
            .ok_or_else(|| Fault::of(key, "is missing; a number is wanted"))
    }

    /// A number within bounds.
    pub fn within(self, key: &str, low: f64, high: f64) -> Result<Option<f64>, Fault> {
        let number = self.number(key)?;
        number
            .map(|number| bounds::within(key, number, low, high))
            .transpose()
    }

    /// A whole number.
    pub fn whole(self, key: &str) -> Result<Option<u64>, Fault> {
        let read = match self.value(key) {
            None => return Ok(None),
            Some(Value::Number(number)) => number.as_u64(),
            Some(Value::String(text)) if self.loose => text.trim().parse().ok(),
            Some(_) => None,
        };
        read.map(Some)
            .ok_or_else(|| self.no(key, "a whole number from 0"))
    }

    /// A port; 0 is none.
    pub fn port(self, key: &str) -> Result<Option<u16>, Fault> {
        match self.whole(key)? {
            None | Some(0) => Ok(None),
            Some(port) => u16::try_from(port)
                .map(Some)
                .map_err(|_| Fault::of(key, format!("{port} is no port; 1 to 65535"))),
        }
    }

    /// Yes or no.
    pub fn flag(self, key: &str) -> Result<Option<bool>, Fault> {
        let read = match self.value(key) {
            None => return Ok(None),
            Some(Value::Bool(flag)) => Some(*flag),
            Some(Value::String(text)) if self.loose => {
                match text.trim().to_ascii_lowercase().as_str() {
                    "true" | "yes" | "1" => Some(true),
                    "false" | "no" | "0" => Some(false),
                    _ => None,
                }
            }
            Some(_) => None,
        };
        read.map(Some).ok_or_else(|| self.no(key, "true or false"))
    }

    /// A time that must be there, as written.
    pub fn written(self, key: &str) -> Result<Written<'a>, Fault> {
        match self.value(key) {
            None => Err(Fault::of(key, "is missing; RFC 3339 is wanted")),
            Some(Value::String(text)) => match text.trim().parse() {
                Ok(ms) if self.loose => Ok(Written::Millis(ms)),
                _ => Ok(Written::Text(text.as_str().into())),
            },
            Some(Value::Number(number)) if number.is_i64() => {
                Ok(Written::Millis(number.as_i64().unwrap_or_default()))
            }
            Some(_) => Err(self.no(key, "RFC 3339 or whole milliseconds since 1970")),
        }
    }

    /// An inner object.
    pub fn inner(self, key: &str) -> Result<Option<Self>, Fault> {
        match self.value(key) {
            None => Ok(None),
            Some(Value::Object(map)) => Ok(Some(Self { map, ..self })),
            Some(_) => Err(self.no(key, "an object")),
        }
    }

    /// Refuses what was pressed, under whatever name.
    pub fn without_keys(self) -> Result<(), Fault> {
        let key = self.map.keys().find(|key| bounds::names_a_key(key));
        match key {
            Some(key) if self.has(key) => Err(bounds::key_refused(key)),
            _ => Ok(()),
        }
    }

    fn no(self, key: &str, wanted: &str) -> Fault {
        let value = self.map.get(key).map(shown).unwrap_or_default();
        Fault::of(key, format!("{wanted} is wanted, this is {value}"))
    }
}
