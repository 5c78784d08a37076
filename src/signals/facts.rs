//! The values of one reading, by slot; as JSON they are what a screening stores.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Value as Json;

use super::{ALL, Column, Kind, Row, Shape, Signal, Value};
use crate::candidate::CandidateId;

/// A value, or "not known", for each signal of [`super::ALL`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    values: Vec<Option<Value>>,
}

impl Facts {
    /// From values in the order of the slots.
    pub fn new(values: Vec<Option<Value>>) -> Self {
        Self { values }
    }

    /// The value in a slot.
    pub fn get(&self, slot: usize) -> Option<&Value> {
        self.values.get(slot)?.as_ref()
    }

    /// What is known, by name, as JSON text, so that any later ruleset can judge it again.
    pub fn to_json(&self) -> String {
        serde_json::to_string(&self.known(ALL)).expect("facts serialize")
    }

    /// Reads what [`Facts::to_json`] wrote: names and columns that are no longer known, and values
    /// of another type than today's, are left out, and what is absent is not known.
    pub fn from_json(json: &Json) -> Self {
        Self::from_json_of(ALL, json)
    }

    /// [`Facts::to_json`] over another list of signals than [`ALL`].
    pub fn to_json_of(&self, signals: &[Signal]) -> Json {
        serde_json::to_value(self.known(signals)).expect("facts serialize")
    }

    fn known<'a>(&'a self, signals: &'a [Signal]) -> impl Serialize + 'a {
        Object(signals.iter().zip(&self.values).map(|(signal, value)| {
            let known = value.as_ref().map(|value| Known {
                value,
                shape: signal.shape,
            });
            (signal.name, known)
        }))
    }

    /// [`Facts::from_json`] over another list of signals than [`ALL`].
    pub fn from_json_of(signals: &[Signal], json: &Json) -> Self {
        let values = signals.iter().map(|signal| {
            let value = json.get(signal.name)?;
            match signal.shape {
                Shape::One(kind) => from_json(value, kind),
                Shape::Rows(columns) => {
                    let rows = value
                        .as_array()?
                        .iter()
                        .map(|row| row_from_json(row, columns));
                    Some(Value::Rows(rows.collect()))
                }
            }
        });
        Self::new(values.collect())
    }
}

/// A value as JSON; rows are `{"field", "value", "related", "is": {column: value}}`, the last two only
/// where there is something to say. `None` for what JSON cannot say: infinity.
pub fn to_json(value: &Value, shape: Shape) -> Option<Json> {
    let known = Known { value, shape };
    (known.can_be_said()).then(|| serde_json::to_value(known).expect("facts serialize"))
}

/// A value that is known, on its way to JSON.
#[derive(Clone, Copy)]
struct Known<'a> {
    value: &'a Value,
    shape: Shape,
}

impl Known<'_> {
    fn can_be_said(&self) -> bool {
        !matches!(self.value, Value::Number(number) if !number.is_finite())
    }
}

impl Serialize for Known<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Value::Flag(flag) => serializer.serialize_bool(*flag),
            Value::Number(number) => serializer.serialize_f64(*number),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Texts(texts) => serializer.collect_seq(texts),
            Value::Rows(rows) => {
                let columns = match self.shape {
                    Shape::Rows(columns) => columns,
                    Shape::One(_) => &[],
                };
                serializer.collect_seq(rows.iter().map(|row| KnownRow { row, columns }))
            }
        }
    }
}

/// A row on its way to JSON.
struct KnownRow<'a> {
    row: &'a Row,
    columns: &'static [Column],
}

impl KnownRow<'_> {
    fn cells(&self) -> impl Iterator<Item = (&str, Option<Known<'_>>)> + Clone {
        self.columns
            .iter()
            .zip(&self.row.cells)
            .map(|(column, cell)| {
                let known = cell.as_ref().map(|value| Known {
                    value,
                    shape: Shape::One(column.kind),
                });
                (column.name, known)
            })
    }
}

impl Serialize for KnownRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("field", &self.row.field)?;
        map.serialize_entry("value", &self.row.value)?;
        if let Some(related) = &self.row.related {
            map.serialize_entry("related", &related.0)?;
        }
        if self
            .cells()
            .any(|(_, cell)| cell.is_some_and(|cell| cell.can_be_said()))
        {
            map.serialize_entry("is", &Object(self.cells()))?;
        }
        map.end()
    }
}

/// An object of what is known; what is not, or cannot be said, is absent.
struct Object<I>(I);

impl<'a, I: Iterator<Item = (&'a str, Option<Known<'a>>)> + Clone> Serialize for Object<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let said = self
            .0
            .clone()
            .filter_map(|(name, known)| Some((name, known.filter(Known::can_be_said)?)));
        serializer.collect_map(said)
    }
}

fn row_from_json(json: &Json, columns: &[Column]) -> Row {
    let text = |key| json.get(key).and_then(Json::as_str).unwrap_or_default();
    Row {
        field: text("field").to_owned().into(),
        value: text("value").to_owned().into(),
        related: (json.get("related").and_then(Json::as_str)).map(|id| CandidateId(id.to_owned())),
        cells: columns
            .iter()
            .map(|column| from_json(json.get("is")?.get(column.name)?, column.kind))
            .collect(),
    }
}

/// A value of one kind from JSON; `None` when it is of another.
pub fn from_json(json: &Json, kind: Kind) -> Option<Value> {
    let text = |json: &Json| Some(Cow::Owned(json.as_str()?.to_owned()));
    match kind {
        Kind::Flag => json.as_bool().map(Value::Flag),
        Kind::Number => json.as_f64().map(Value::Number),
        Kind::Text | Kind::Quote | Kind::Country | Kind::Domain | Kind::Phone => {
            text(json).map(Value::Text)
        }
        Kind::Texts => {
            let texts: Option<Vec<_>> = json.as_array()?.iter().map(text).collect();
            texts.map(Value::Texts)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const COLUMNS: [Column; 3] = [
        Column::new("raw", "", Kind::Text),
        Column::new("valid", "", Kind::Flag),
        Column::new("value", "", Kind::Quote),
    ];

    static SIGNALS: &[Signal] = &[
        Signal {
            name: "a.flag",
            about: "",
            shape: Shape::One(Kind::Flag),
            needs: &[],
            read: |_| None,
        },
        Signal {
            name: "a.count",
            about: "",
            shape: Shape::One(Kind::Number),
            needs: &[],
            read: |_| None,
        },
        Signal {
            name: "a.words",
            about: "",
            shape: Shape::One(Kind::Texts),
            needs: &[],
            read: |_| None,
        },
        Signal {
            name: "items",
            about: "",
            shape: Shape::Rows(&COLUMNS),
            needs: &[],
            read: |_| None,
        },
        Signal {
            name: "absent",
            about: "",
            shape: Shape::Rows(&COLUMNS),
            needs: &[],
            read: |_| None,
        },
    ];

    fn facts() -> Facts {
        let row = Row {
            field: "items[0]".into(),
            value: "one".into(),
            related: Some(CandidateId("c-2".into())),
            cells: vec![
                Some(Value::Text("1".into())),
                None,
                Some(Value::Text("v".into())),
            ],
        };
        Facts::new(vec![
            Some(Value::Flag(false)),
            Some(Value::Number(2.5)),
            Some(Value::Texts(vec!["x".into()])),
            Some(Value::Rows(vec![
                row,
                Row {
                    cells: vec![None; 3],
                    ..Row::default()
                },
            ])),
            None,
        ])
    }

    #[test]
    fn stored_facts_come_back_as_they_were() {
        let json = facts().to_json_of(SIGNALS);
        assert_eq!(Facts::from_json_of(SIGNALS, &json), facts());
        insta::assert_snapshot!(json, @r#"{"a.flag":false,"a.count":2.5,"a.words":["x"],"items":[{"field":"items[0]","value":"one","related":"c-2","is":{"raw":"1","value":"v"}},{"field":"","value":""}]}"#);
    }

    #[test]
    fn facts_of_another_version_are_read_as_far_as_they_are_known() {
        let json = json!({"a.flag": "yes", "gone": 1, "a.count": 3, "items": [{"is": {"raw": 7}}]});
        let facts = Facts::from_json_of(SIGNALS, &json);
        assert_eq!(facts.get(0), None, "a text is no flag");
        assert_eq!(facts.get(1), Some(&Value::Number(3.0)));
        let Some(Value::Rows(rows)) = facts.get(3) else {
            panic!()
        };
        assert_eq!(rows[0].cells, [None, None, None]);
    }

    #[test]
    fn what_json_cannot_say_is_not_known() {
        let facts = Facts::new(vec![None, Some(Value::Number(f64::INFINITY))]);
        assert_eq!(facts.to_json_of(SIGNALS), json!({}));
    }
}
