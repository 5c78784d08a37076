//! Rows of a kept file, one after another, whatever its format.

use std::io::{BufRead as _, BufReader, Read};

use serde::{Deserialize, Serialize};

use super::{Format, Mapping};
use crate::application::Application;
use crate::intake::{self, Refused};

/// A row as it stood in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Raw {
    /// Cells of CSV.
    Cells(Vec<String>),
    /// A JSON text.
    Text(String),
}

/// A row that was read, or not.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// What it says.
    pub read: Result<Application, Refused>,
    /// As it stood, of a refused one; `None` where it could not be told from what follows.
    pub raw: Option<Raw>,
}

/// A refused row as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedRow {
    /// The line it begins on.
    pub line: Option<u64>,
    /// The field that is wrong, as a path.
    pub field: Option<String>,
    /// What is wrong.
    pub reason: String,
    /// As it stood.
    pub raw: Option<Raw>,
}

impl RefusedRow {
    pub(super) fn of(refused: Refused, raw: Option<Raw>) -> Self {
        Self {
            line: refused.line,
            field: refused.field,
            reason: refused.reason,
            raw,
        }
    }

    /// What is wrong, with the field in front.
    pub fn what(&self) -> String {
        match &self.field {
            Some(field) => format!("{field}: {}", self.reason),
            None => self.reason.clone(),
        }
    }
}

/// Hands on row after row; `false` ends it.
pub(super) fn each(
    reader: impl Read,
    format: Format,
    mapping: &Mapping,
    mut to: impl FnMut(Item) -> bool,
) {
    let defaults = mapping.defaults();
    match format {
        Format::Csv => {
            let mut rows = intake::csv_mapped(reader, mapping.columns.clone(), defaults);
            while let Some(read) = rows.next() {
                let raw = read.is_err().then(|| rows.row().map(Raw::Cells)).flatten();
                if !to(Item { read, raw }) {
                    return;
                }
            }
        }
        Format::Lines => {
            let mut lines = intake::ndjson_with(BufReader::new(reader), defaults);
            while let Some(read) = lines.next() {
                let text = || String::from_utf8_lossy(lines.line()).into_owned();
                let raw = read.is_err().then(text).filter(|text| !text.is_empty());
                let raw = raw.map(Raw::Text);
                if !to(Item { read, raw }) {
                    return;
                }
            }
        }
        Format::Json => {
            let walked = intake::json_items(unmarked(reader), &mut |place, text| {
                let read = intake::record_with(text.as_bytes(), &defaults);
                let raw = read
                    .is_err()
                    .then(|| Raw::Text(text.replace(['\n', '\r'], " ")));
                let read = read.map_err(|refused| Refused {
                    field: Some(match refused.field {
                        Some(field) => format!("[{place}].{field}"),
                        None => format!("[{place}]"),
                    }),
                    line: None,
                    ..refused
                });
                to(Item { read, raw })
            });
            if let Err(refused) = walked {
                to(Item {
                    read: Err(refused),
                    raw: None,
                });
            }
        }
    }
}

/// Without the byte order mark.
pub(super) fn unmarked(reader: impl Read) -> impl Read {
    let mut reader = BufReader::with_capacity(64 << 10, reader);
    let marked = reader
        .fill_buf()
        .is_ok_and(|start| start.starts_with(b"\xef\xbb\xbf"));
    if marked {
        reader.consume(3);
    }
    reader
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, format: Format, columns: &[&str]) -> Vec<(String, Option<Raw>)> {
        let mapping = Mapping {
            columns: columns.iter().map(|&word| word.to_owned()).collect(),
            source: "fair".into(),
            ..Mapping::default()
        };
        let mut rows = Vec::new();
        each(text.as_bytes(), format, &mapping, |item| {
            let said = match item.read {
                Ok(app) => format!("{}/{}", app.source, app.external_id),
                Err(refused) => refused.to_string(),
            };
            rows.push((said, item.raw));
            true
        });
        rows
    }

    #[test]
    fn every_format_keeps_the_rows_it_refuses_as_they_stood() {
        let cells =
            |cells: &[&str]| Some(Raw::Cells(cells.iter().map(|&c| c.to_owned()).collect()));
        let text = |text: &str| Some(Raw::Text(text.to_owned()));
        assert_eq!(
            read(
                "Nr;Wer\n1;Ada\n;Bob\n3\n",
                Format::Csv,
                &["external_id", "name"]
            ),
            [
                ("fair/1".into(), None),
                (
                    "line 3: external_id: is missing; the source's own id for the candidate".into(),
                    cells(&["", "Bob"])
                ),
                (
                    "line 4: the row has 1 cells, the header 2".into(),
                    cells(&["3"])
                ),
            ]
        );
        let lost = read(
            "Nr,Wer\n1,Ada\n2,\"Bob\n3,Eve\n",
            Format::Csv,
            &["external_id", "name"],
        );
        assert_eq!(lost.len(), 2, "{lost:?}");
        let lines = "{\"external_id\":1,\"name\":\"A\"}\n\n[]\nnope\n";
        let lines = read(lines, Format::Lines, &[]);
        assert_eq!(lines[0].0, "fair/1");
        assert_eq!(
            lines[1],
            (
                "line 3: one JSON object is wanted, this is a list".into(),
                text("[]")
            )
        );
        assert_eq!(lines[2].1, text("nope"));
        let json =
            "\u{feff}[{\"external_id\":1,\n\"name\":\"A\"}, {\"external_id\":2,\n\"name\":7}, 5]";
        let json = read(json, Format::Json, &[]);
        assert_eq!(json[0].0, "fair/1");
        assert_eq!(json[1].0, "[1].name: text is wanted, this is a number");
        assert_eq!(json[1].1, text("{\"external_id\":2, \"name\":7}"));
        assert_eq!(
            json[2].0,
            "[2]: one JSON object is wanted, this is a number"
        );
    }
}
