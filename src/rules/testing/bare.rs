//! What an example is about, as bare signals.

use std::borrow::Cow;

use serde_json::{Map, Value as Json};

use super::plain;
use crate::candidate::CandidateId;
use crate::rules::schema::{Schema, hint};
use crate::signals::{Facts, Row, Shape, Value, facts};

/// Facts from bare signals, as `{ phones = [{ raw = "…" }], drift.contacts_changed = 2 }`.
pub(super) fn bare_facts(table: toml::Table, schema: &Schema) -> Result<Facts, String> {
    let mut values = vec![None; schema.signals().len()];
    let Json::Object(written) = plain(toml::Value::Table(table)) else {
        return Err("a table of signals is needed".into());
    };
    flatten(written, "", schema, &mut values)?;
    Ok(Facts::new(values))
}

fn flatten(
    written: Map<String, Json>,
    prefix: &str,
    schema: &Schema,
    values: &mut [Option<Value>],
) -> Result<(), String> {
    for (key, value) in written {
        let name = if prefix.is_empty() {
            key
        } else {
            format!("{prefix}.{key}")
        };
        let Some(slot) = schema.slot(&name) else {
            if let Json::Object(inner) = value {
                flatten(inner, &name, schema, values)?;
                continue;
            }
            let known = schema.signals().iter().map(|signal| signal.name);
            return Err(format!("unknown name `{name}`{}", hint(&name, known)));
        };
        values[slot] = Some(match (schema.shape(slot), value) {
            (Shape::One(kind), value) => facts::from_json(&value, kind)
                .ok_or_else(|| format!("`{name}` is a {kind:?}, not {value}"))?,
            (Shape::Rows(_), Json::Array(list)) => {
                let rows = list.into_iter().enumerate();
                let rows: Result<_, _> = rows
                    .map(|(index, row)| bare_row(row, index, &name, slot, schema))
                    .collect();
                Value::Rows(rows?)
            }
            (Shape::Rows(_), _) => return Err(format!("`{name}` is a list of tables")),
        });
    }
    Ok(())
}

/// One row: its columns, and optionally where it stands (`field`) and how it is written (`value`).
fn bare_row(
    row: Json,
    index: usize,
    name: &str,
    slot: usize,
    schema: &Schema,
) -> Result<Row, String> {
    let Json::Object(written) = row else {
        return Err(format!("`{name}[{index}]` is a table"));
    };
    let mut row = Row {
        field: format!("{name}[{index}]").into(),
        cells: vec![None; schema.columns(slot).len()],
        ..Row::default()
    };
    for (key, value) in written {
        if let Some((column, kind)) = schema.column(slot, &key) {
            let cell = facts::from_json(&value, kind)
                .ok_or_else(|| format!("`{name}[{index}].{key}` is a {kind:?}, not {value}"))?;
            row.cells[column] = Some(cell);
            continue;
        }
        let text = || -> Result<Cow<'static, str>, String> {
            let text = value
                .as_str()
                .ok_or_else(|| format!("`{name}[{index}].{key}` is a text"))?;
            Ok(text.to_owned().into())
        };
        match key.as_str() {
            "field" => row.field = text()?,
            "value" => row.value = text()?,
            "related" => row.related = Some(CandidateId(text()?.into_owned())),
            _ => {
                let known = schema.columns(slot).iter().map(|column| column.name);
                return Err(format!(
                    "`{name}` has no column `{key}`{}",
                    hint(&key, known)
                ));
            }
        }
    }
    Ok(row)
}
