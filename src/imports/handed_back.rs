//! Refused rows handed back, to be mended and handed in again.

use serde_json::{Map, Value};

use super::rows::{Raw, RefusedRow};
use super::{Format, Mapping};
use crate::app::App;
use crate::error::{Error, Result};
use crate::export::{Cell, Sheet, exact};
use crate::intake::OURS;
use crate::store::imports::{self, Import};

/// Rows read in one go.
const PAGE: i64 = 500;

/// The place that a refused row is sealed for.
pub(super) fn place(id: &str, n: i64) -> String {
    format!("import_refused.body/{id}/{n}")
}

/// Refused rows behind a place, in their order, and the place of the last.
pub async fn refused_rows(
    app: &App,
    id: &str,
    after: i64,
    limit: i64,
) -> Result<(Vec<RefusedRow>, Option<i64>)> {
    let sealed = imports::refused(&app.db, id, after, limit).await?;
    let last = sealed.last().map(|(n, _)| *n);
    let open = |(n, body): (i64, Vec<u8>)| {
        let opened = app.vault.open_json(&place(id, n), &body);
        opened.map_err(|error| Error::Internal(error.to_string()))
    };
    let rows = sealed.into_iter().map(open).collect::<Result<_>>()?;
    Ok((rows, last))
}

/// All refused rows of an import as a file of its own format: CSV with the columns of the file and two in front,
/// `telltale_line` and `telltale_reason`; or JSON, one object a line. Both are left out where the file comes in again.
pub async fn handed_back(app: &App, import: &Import) -> Result<Vec<u8>> {
    let mut rows = Vec::new();
    let mut after = i64::MIN;
    loop {
        let (some, last) = refused_rows(app, &import.id, after, PAGE).await?;
        rows.extend(some);
        match last {
            Some(last) => after = last,
            None => break,
        }
    }
    let format = Format::of_word(&import.format);
    let written = match format {
        Format::Csv => sheet(&import.mapping.0, &rows),
        Format::Lines | Format::Json => Ok(lines(&rows)),
    };
    written.map_err(|error| Error::Internal(error.to_string()))
}

fn sheet(mapping: &Mapping, rows: &[RefusedRow]) -> csv::Result<Vec<u8>> {
    let is_ours: Vec<bool> = (mapping.headers.iter())
        .map(|header| header.starts_with(OURS))
        .collect();
    let theirs = |at: usize| !is_ours.get(at).copied().unwrap_or(false);
    // So that spreadsheets take it for UTF-8.
    let mut out = b"\xef\xbb\xbf".to_vec();
    let headers: Vec<_> = (mapping.headers.iter().enumerate())
        .filter(|(at, _)| theirs(*at))
        .map(|(_, header)| exact(header))
        .collect();
    let ours = ["telltale_line", "telltale_reason"].into_iter();
    let header: Vec<&str> = ours.chain(headers.iter().map(|h| &**h)).collect();
    let mut sheet = Sheet::ragged(&mut out, &header)?;
    for row in rows {
        let line = row.line.map_or_else(String::new, |line| line.to_string());
        let what = row.what();
        let cells = match &row.raw {
            Some(Raw::Cells(cells)) => cells.as_slice(),
            _ => &[],
        };
        let mut written = vec![Cell::Text(&line), Cell::Text(&what)];
        let kept = cells.iter().enumerate().filter(|(at, _)| theirs(*at));
        written.extend(kept.map(|(_, cell)| Cell::Exact(cell)));
        written.resize(written.len().max(header.len()), Cell::Text(""));
        sheet.row(&written)?;
    }
    sheet.finish()?;
    Ok(out)
}

fn lines(rows: &[RefusedRow]) -> Vec<u8> {
    let mut out = Vec::new();
    for row in rows {
        let Some(Raw::Text(text)) = &row.raw else {
            continue;
        };
        match serde_json::from_str::<Map<String, Value>>(text) {
            Ok(record) => {
                let mut marked = Map::new();
                if let Some(line) = row.line {
                    marked.insert("telltale_line".into(), line.into());
                }
                marked.insert("telltale_reason".into(), row.what().into());
                let theirs = record.into_iter().filter(|(key, _)| !key.starts_with(OURS));
                marked.extend(theirs);
                out.extend_from_slice(Value::Object(marked).to_string().as_bytes());
            }
            Err(_) => out.extend_from_slice(text.as_bytes()),
        }
        out.push(b'\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake;

    fn row(line: u64, raw: Raw) -> RefusedRow {
        RefusedRow {
            line: Some(line),
            field: Some("external_id".into()),
            reason: "is missing".into(),
            raw: Some(raw),
        }
    }

    #[test]
    fn what_is_handed_back_comes_in_again_as_it_was() {
        let mapping = Mapping {
            headers: ["Nr", "telltale_line", "=Phone", "Name"]
                .map(str::to_owned)
                .into(),
            ..Mapping::default()
        };
        let cells = ["", "9", "+1 212-736-5000", "'=Ada"].map(str::to_owned);
        let more = ["7", "", "", "", "spare"].map(str::to_owned);
        let rows = [
            row(3, Raw::Cells(cells.into())),
            row(5, Raw::Cells(more.into())),
        ];
        let written = sheet(&mapping, &rows).unwrap();
        let text = String::from_utf8(written.clone()).unwrap();
        assert_eq!(
            text,
            "\u{feff}\"telltale_line\",\"telltale_reason\",\"Nr\",\"'=Phone\",\"Name\"\r\n\
             \"3\",\"external_id: is missing\",\"\",\"'+1 212-736-5000\",\"''=Ada\"\r\n\
             \"5\",\"external_id: is missing\",\"7\",\"\",\"\",\"spare\"\r\n"
        );
        let head = intake::csv_head(written.as_slice(), 9).unwrap();
        assert_eq!(head.headers[2..], ["Nr", "=Phone", "Name"]);
        assert_eq!(head.words[..2], ["-", "-"]);
        assert_eq!(head.rows[0][2..], ["", "+1 212-736-5000", "'=Ada"]);
    }

    #[test]
    fn json_is_handed_back_a_line_each() {
        let rows = [
            row(1, Raw::Text(r#"{"telltale_line":9,"name":7}"#.into())),
            row(2, Raw::Text("[]".into())),
        ];
        assert_eq!(
            String::from_utf8(lines(&rows)).unwrap(),
            "{\"telltale_line\":1,\"telltale_reason\":\"external_id: is missing\",\"name\":7}\n[]\n"
        );
    }
}
