//! Rows under a header: the encoding and the delimiter are told from the beginning.

use csv::ByteRecord;
use serde_json::{Map, Value};

use super::Fault;
use crate::intake::encoding;

/// Delimiters, the commonest first.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// A row that is not blank.
#[derive(Debug)]
pub(super) struct Row {
    /// The line it begins on.
    pub line: u64,
    /// Its cells by header, without the empty ones; dotted headers as objects within.
    pub cells: Result<Map<String, Value>, Fault>,
}

/// The rows of a table; `known` are the headers by which its delimiter is told.
pub(super) fn rows(bytes: &[u8], known: &[&str]) -> Result<Vec<Row>, Fault> {
    let text = encoding::text(bytes)
        .map_err(|at| Fault::whole(format!("byte {at} is no text in this encoding")))?;
    let (told, text, mut line) = match told_delimiter(&text) {
        Some((delimiter, rest)) => (Some(delimiter), rest, 1),
        None => (None, text.as_ref(), 0),
    };
    let first = text.lines().find(|line| !line.trim().is_empty());
    let first = first.ok_or_else(|| Fault::whole("there is nothing here; a header is wanted"))?;
    let delimiter = told.unwrap_or_else(|| likely_delimiter(first, known));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        // The parser counts the lines of CRLF one too late; the return is taken off the last cell.
        .terminator(csv::Terminator::Any(b'\n'))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let before = line;
    let mut headers: Vec<String> = Vec::new();
    let mut rows = Vec::new();
    let mut row = ByteRecord::new();
    while reader.read_byte_record(&mut row).unwrap_or(false) {
        // Blank lines before the row were skipped unseen: count back from its end.
        let inside = row.as_slice().split(|&byte| byte == b'\n').count() as u64 - 1;
        let open = u64::from(reader.is_done() && !text.ends_with('\n'));
        let end = before + reader.position().line() + open;
        line = (line + 1).max(end.saturating_sub(1 + inside));
        let cells: Vec<_> = row.iter().map(String::from_utf8_lossy).collect();
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if headers.is_empty() {
            headers = cells.iter().map(|cell| cell.trim().to_owned()).collect();
            if !headers.iter().any(|header| is_known(header, known)) {
                return Err(Fault::whole(format!(
                    "no header is known; a header of {} is wanted",
                    known.join(", ")
                )));
            }
            continue;
        }
        rows.push(Row {
            line,
            cells: mapped(&headers, known, &cells),
        });
        line += inside;
    }
    Ok(rows)
}

fn mapped(
    headers: &[String],
    known: &[&str],
    cells: &[std::borrow::Cow<'_, str>],
) -> Result<Map<String, Value>, Fault> {
    let wanted = headers.len();
    // Spreadsheets leave delimiters at the end of a row; anything else is a cell in the wrong place.
    let over = cells
        .iter()
        .skip(wanted)
        .any(|cell| !cell.trim().is_empty());
    if cells.len() < wanted || over {
        return Err(Fault::whole(format!(
            "the row has {} cells, the header {wanted}",
            cells.len()
        )));
    }
    let mut map = Map::new();
    for (header, cell) in headers.iter().zip(cells) {
        let cell = cell.trim();
        if cell.is_empty() || header.is_empty() {
            continue;
        }
        let folded = header.to_ascii_lowercase();
        let known = known
            .iter()
            .find(|known| known.to_ascii_lowercase() == folded);
        let header = known.map_or(header.as_str(), |known| known);
        match header.split_once('.') {
            Some((outer, inner)) => {
                let entry = map.entry(outer).or_insert_with(|| Map::new().into());
                if let Value::Object(entry) = entry {
                    entry.insert(inner.to_owned(), cell.into());
                }
            }
            None => {
                map.insert(header.to_owned(), cell.into());
            }
        }
    }
    Ok(map)
}

fn is_known(header: &str, known: &[&str]) -> bool {
    known
        .iter()
        .any(|known| known.eq_ignore_ascii_case(header.trim()))
}

/// The delimiter that a first line `sep=;` tells, as spreadsheets write it, and what follows it.
fn told_delimiter(text: &str) -> Option<(u8, &str)> {
    let (line, rest) = text.split_once('\n')?;
    let told = line.trim_end().trim_matches('"').strip_prefix("sep=")?;
    match told.as_bytes() {
        [delimiter] if !delimiter.is_ascii_alphanumeric() => Some((*delimiter, rest)),
        _ => None,
    }
}

/// The delimiter under which most headers are known.
fn likely_delimiter(header: &str, known: &[&str]) -> u8 {
    let score = |delimiter: u8| {
        let cells = header.split(char::from(delimiter));
        cells
            .filter(|cell| is_known(cell.trim().trim_matches('"'), known))
            .count()
    };
    let mut best = (DELIMITERS[0], score(DELIMITERS[0]));
    for delimiter in DELIMITERS {
        let score = score(delimiter);
        if score > best.1 {
            best = (delimiter, score);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_told_by_line_whatever_the_delimiter() {
        for (text, want) in [
            (
                "id,n\n1,2\n\n3\n5,6",
                "2:{\"id\":\"1\",\"n\":\"2\"} 4:the row has 1 cells, the header 2 5:{\"id\":\"5\",\"n\":\"6\"}",
            ),
            (
                "\u{feff}ID;N\r\n1;\"a\r\nb\"\r\n2;\r\n",
                "2:{\"id\":\"1\",\"n\":\"a\\r\\nb\"} 4:{\"id\":\"2\"}",
            ),
            (
                "sep=|\nid|n|x.y\n1|2|3|\n",
                "3:{\"id\":\"1\",\"n\":\"2\",\"x\":{\"y\":\"3\"}}",
            ),
            ("id\tn\n\"open\t2\n3", "2:the row has 1 cells, the header 2"),
        ] {
            let rows = rows(text.as_bytes(), &["id", "n"]).unwrap();
            let said: Vec<_> = rows
                .into_iter()
                .map(|row| match row.cells {
                    Ok(cells) => format!("{}:{}", row.line, Value::Object(cells)),
                    Err(fault) => format!("{}:{}", row.line, fault.reason),
                })
                .collect();
            assert_eq!(said.join(" "), want, "{text}");
        }
        assert!(rows(b"", &["id"]).is_err());
        assert!(rows(b"a,b\n1,2", &["id"]).is_err());
    }
}
