//! CSV: one row a candidate, the record's names or a common export's as headers.
//!
//! The encoding and the delimiter are told from the beginning of the file. Every row becomes the map
//! that a JSON record would be and goes the same way from there. A row that is refused is refused by
//! its line, and the next one is read.
//!
//! Under an export's own header (`Applied on`) a time may be any that can mean one day only; one
//! that could be two, and a stage in the source's own words, stay among the unknown columns.

mod applied;
mod headers;

pub use applied::unread as csv_unread;

use std::fmt::Write;
use std::io::{Chain, Cursor, Read};

use csv::ByteRecord;
use encoding_rs::WINDOWS_1252;
use serde_json::{Map, Value};

use super::encoding::{Guess, Utf8Reader};
use super::{Application, Defaults, Limits, OURS, Refused, record};
use crate::application::Stage;
use headers::Column;

/// Bytes that a row's quotes and delimiters may take beyond [`Limits::RECORD`], and what the parser reads ahead.
const SLACK: usize = 64 << 10;

/// Delimiters, the commonest first.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// Reads an application from each row; the first item may be the refusal of the header, and is then the last.
///
/// Rows that name no source came from `file`.
pub fn csv<R: Read>(reader: R) -> Csv<R> {
    csv_from(reader, "file")
}

/// As [`csv`](fn@csv), with the source of rows that name none.
pub fn csv_from<R: Read>(reader: R, default_source: &'static str) -> Csv<R> {
    Csv {
        state: State::Unopened(reader),
        defaults: Defaults::of_source(default_source),
        words: None,
    }
}

/// As [`csv`](fn@csv), where somebody has said what each column is, by the words of [`CsvHead::words`].
pub fn csv_mapped<R: Read>(reader: R, words: Vec<String>, defaults: Defaults) -> Csv<R> {
    Csv {
        state: State::Unopened(reader),
        defaults,
        words: Some(words),
    }
}

/// Whether these columns, by their words, are enough of what a record needs.
///
/// # Errors
/// What is wrong with them.
pub fn csv_check(headers: &[String], words: &[String]) -> Result<(), Refused> {
    headers::said(headers, words).map(drop)
}

/// How a file begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CsvHead {
    /// The header of each column.
    pub headers: Vec<String>,
    /// What each column seems to be: a name of the contract or another word of a mapping; `-` is left out, and
    /// what has none is kept under its header.
    pub words: Vec<String>,
    /// Rows, cell by cell.
    pub rows: Vec<Vec<String>>,
}

/// Reads the header and up to so many rows, whatever the columns may be.
///
/// # Errors
/// A file that is empty or cannot be read, and a header that no mapping could make good.
pub fn csv_head<R: Read>(reader: R, rows: usize) -> Result<CsvHead, Refused> {
    let mut file = Rows::start(reader)?;
    let columns = headers::likely(&file.headers).map_err(|e| e.on_line(1))?;
    let mut head = CsvHead {
        words: columns.iter().map(Column::word).collect(),
        ..CsvHead::default()
    };
    while head.rows.len() < rows
        && let Ok(Some((_, blank))) = file.advance()
    {
        if !blank {
            head.rows.push(file.cells_as_they_are());
        }
    }
    head.headers = file.headers;
    Ok(head)
}

/// The iterator of [`csv`](fn@csv).
pub struct Csv<R> {
    state: State<R>,
    defaults: Defaults,
    words: Option<Vec<String>>,
}

impl<R: Read> Csv<R> {
    /// The header, once the first row was read.
    pub fn headers(&self) -> &[String] {
        match &self.state {
            State::Rows(rows) => &rows.headers,
            _ => &[],
        }
    }

    /// The cells of the row that was read last; `None` where it could not be told from the next.
    pub fn row(&self) -> Option<Vec<String>> {
        match &self.state {
            State::Rows(rows) => Some(rows.cells_as_they_are()),
            _ => None,
        }
    }
}

impl<R> std::fmt::Debug for Csv<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Csv").finish_non_exhaustive()
    }
}

enum State<R> {
    Unopened(R),
    Rows(Box<Rows<R>>),
    Ended,
}

/// The sample again, what follows it, and a line end where the last row has none.
type Input<R> = Chain<Chain<Cursor<Vec<u8>>, Utf8Reader<R>>, &'static [u8]>;

struct Rows<R> {
    reader: csv::Reader<Input<R>>,
    /// Lines taken off before the parser began to count.
    lines_before: u64,
    /// Rows end in carriage returns alone, which the parser does not count as lines.
    by_row: bool,
    headers: Vec<String>,
    columns: Vec<Column>,
    header_line: u64,
    code_page: CodePage,
    /// Telltale handed these rows back: what it did to keep cells from running as formulas is undone.
    handed_back: bool,
    row: ByteRecord,
}

/// What a row is that is not UTF-8.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CodePage {
    Undecided,
    Utf8,
    Windows1252,
}

impl<R: Read> Iterator for Csv<R> {
    type Item = Result<Application, Refused>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return None,
                State::Unopened(reader) => match Rows::open(reader, self.words.as_deref()) {
                    Ok(rows) => self.state = State::Rows(Box::new(rows)),
                    Err(refused) => return Some(Err(refused)),
                },
                State::Rows(mut rows) => {
                    let (item, goes_on) = rows.next(&self.defaults)?;
                    if goes_on {
                        self.state = State::Rows(rows);
                    }
                    return Some(item);
                }
            }
        }
    }
}

impl<R: Read> Rows<R> {
    fn open(reader: R, words: Option<&[String]>) -> Result<Self, Refused> {
        let mut rows = Self::start(reader)?;
        let columns = match words {
            Some(words) => headers::said(&rows.headers, words),
            None => headers::columns(&rows.headers),
        };
        rows.columns = columns.map_err(|e| e.on_line(rows.header_line))?;
        Ok(rows)
    }

    fn start(reader: R) -> Result<Self, Refused> {
        let unreadable =
            |e: &dyn std::fmt::Display| Refused::whole(format!("could not be read: {e}"));
        let (mut text, guess) = Utf8Reader::new(reader).map_err(|e| unreadable(&e))?;
        let mut sample = Vec::new();
        text.by_ref()
            .take(super::encoding::SAMPLE as u64)
            .read_to_end(&mut sample)
            .map_err(|e| unreadable(&e))?;
        if sample.trim_ascii().is_empty() {
            return Err(Refused::whole("there is nothing here; a header is wanted"));
        }
        let mut lines_before = 0;
        let delimiter = if let Some((delimiter, line)) = told_delimiter(&sample) {
            sample.drain(..line);
            lines_before = 1;
            delimiter
        } else {
            likely_delimiter(&sample)
        };
        // The parser counts the lines of CRLF one too late: rows end at the line feed, and what
        // is before it is taken off the last cell.
        let by_row = !sample.contains(&b'\n') && sample.contains(&b'\r');
        let terminator = if by_row {
            csv::Terminator::CRLF
        } else {
            csv::Terminator::Any(b'\n')
        };
        let reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .terminator(terminator)
            .has_headers(false)
            .flexible(true)
            .from_reader(Cursor::new(sample).chain(text).chain(&b"\n"[..]));
        let mut code_page = match guess {
            Guess::Ascii => CodePage::Undecided,
            Guess::Sure(..) => CodePage::Utf8,
        };
        let mut rows = Self {
            reader,
            lines_before,
            by_row,
            headers: Vec::new(),
            columns: Vec::new(),
            header_line: 1,
            code_page,
            handed_back: false,
            row: ByteRecord::new(),
        };
        let (line, _) = rows.advance()?.unwrap_or((1, true));
        rows.headers = cells(&rows.row, &mut code_page).map_err(|e| e.on_line(line))?;
        rows.code_page = code_page;
        rows.header_line = line;
        rows.handed_back = rows.headers.iter().any(|h| h.starts_with(OURS));
        if rows.handed_back {
            rows.headers.iter_mut().for_each(bare);
        }
        Ok(rows)
    }

    /// The next row that is not blank, and whether there can be more.
    fn next(&mut self, defaults: &Defaults) -> Option<(Result<Application, Refused>, bool)> {
        loop {
            let line = match self.advance() {
                Ok(None) => return None,
                Ok(Some((_, true))) => continue,
                Ok(Some((line, false))) => line,
                Err(refused) => return Some((Err(refused), false)),
            };
            let read = self.read(defaults, line).map_err(|e| e.on_line(line));
            return Some((read, true));
        }
    }

    /// Reads a row: the line it begins on, and whether it is blank.
    fn advance(&mut self) -> Result<Option<(u64, bool)>, Refused> {
        self.text().allow(Limits::RECORD + SLACK);
        let before = self.lines_before + self.reader.position().line();
        match self.reader.read_byte_record(&mut self.row) {
            Ok(false) => return Ok(None),
            Ok(true) => {}
            Err(_) if self.text().is_spent() => {
                let mut refused = record::too_large().on_line(before);
                refused
                    .reason
                    .push_str("; a quotation mark may be left open");
                return Err(refused);
            }
            Err(error) => {
                let refused = Refused::whole(format!("could not be read: {error}"));
                return Err(refused.on_line(before));
            }
        }
        let line = if self.by_row {
            self.row.position().map_or(before, |p| p.record() + 1)
        } else {
            // Blank lines before the row were skipped unseen: count back from its end.
            let inside = self.row.as_slice().split(|&b| b == b'\n').count() - 1;
            let end = self.lines_before + self.reader.position().line();
            before.max(end.saturating_sub(1 + inside as u64))
        };
        let blank = self.row.iter().all(|cell| cell.trim_ascii().is_empty());
        Ok(Some((line, blank)))
    }

    fn line_end(&self) -> char {
        if self.by_row { '\r' } else { '\n' }
    }

    fn text(&self) -> &Utf8Reader<R> {
        self.reader.get_ref().get_ref().0.get_ref().1
    }

    /// The row's cells, legible whatever is wrong with them.
    fn cells_as_they_are(&self) -> Vec<String> {
        let last = self.row.len().saturating_sub(1);
        let text = |(i, cell): (usize, &[u8])| {
            let cell = match cell.strip_suffix(b"\r") {
                Some(alone) if i == last => alone,
                _ => cell,
            };
            let mut text = if self.code_page == CodePage::Windows1252 {
                let (text, _) = WINDOWS_1252.decode_without_bom_handling(cell);
                text.into_owned()
            } else {
                String::from_utf8_lossy(cell).into_owned()
            };
            if self.handed_back {
                bare(&mut text);
            }
            text
        };
        self.row.iter().enumerate().map(text).collect()
    }

    /// The application in the row that begins on a line.
    fn read(&mut self, defaults: &Defaults, line: u64) -> Result<Application, Refused> {
        if self.row.as_slice().len() > Limits::RECORD {
            return Err(record::too_large());
        }
        let mut cells = cells(&self.row, &mut self.code_page)?;
        if self.handed_back {
            cells.iter_mut().for_each(bare);
        }
        let wanted = self.columns.len();
        // Spreadsheets leave delimiters at the end of a row; anything else is a cell in the wrong place.
        if cells.len() < wanted || cells[wanted..].iter().any(|cell| !cell.trim().is_empty()) {
            let mut reason = format!("the row has {} cells, the header {wanted}", cells.len());
            // Only in quotes can a cell go over lines, and what follows a lost mark is in that cell.
            if let Some(at) = cells.iter().position(|cell| cell.contains(self.line_end())) {
                let ends = |cell: &str| cell.matches(self.line_end()).count();
                let before: usize = cells[..at].iter().map(|cell| ends(cell)).sum();
                let opened = line + before as u64;
                let ended = opened + ends(cells[at].trim_end()) as u64;
                let _ = write!(
                    reason,
                    "; the quotation mark that opens on line {opened} may be left open: its cell goes on to line {ended}"
                );
            }
            return Err(Refused::whole(reason));
        }
        let (mut map, other) = mapped(&self.headers, &self.columns, cells)?;
        defaults.fill(&mut map);
        let mut app = record::application(Value::Object(map), &defaults.source, None)?;
        app.other.extend(other);
        Ok(app)
    }
}

/// A cell as it was before it was made harmless ([`Cell::Exact`](crate::export::Cell::Exact)).
fn bare(cell: &mut String) {
    if cell.starts_with('\'') {
        cell.remove(0);
    }
}

/// A row's cells as text. Which code page a file of ASCII turns out to be is decided by its first other byte.
fn cells(row: &ByteRecord, code_page: &mut CodePage) -> Result<Vec<String>, Refused> {
    let bytes = row.as_slice();
    if *code_page == CodePage::Undecided && !bytes.is_ascii() {
        *code_page = match std::str::from_utf8(bytes) {
            Ok(_) => CodePage::Utf8,
            Err(_) => CodePage::Windows1252,
        };
    }
    let last = row.len().saturating_sub(1);
    row.iter()
        .enumerate()
        .map(|(i, cell)| match cell.strip_suffix(b"\r") {
            Some(cell_alone) if i == last => (i, cell_alone),
            _ => (i, cell),
        })
        .map(|(i, cell)| match std::str::from_utf8(cell) {
            Ok(text) if *code_page != CodePage::Windows1252 => Ok(text.to_owned()),
            Err(error) if *code_page != CodePage::Windows1252 => Err(Refused::whole(format!(
                "cell {}: byte {} is not UTF-8",
                i + 1,
                error.valid_up_to()
            ))),
            _ => Ok(WINDOWS_1252
                .decode_without_bom_handling(cell)
                .0
                .into_owned()),
        })
        .collect()
}

/// A row as a JSON record would be, and what is kept beside it.
type Mapped = (Map<String, Value>, Map<String, Value>);

/// The record's map, and the cells of columns that are not ours.
fn mapped(headers: &[String], columns: &[Column], cells: Vec<String>) -> Result<Mapped, Refused> {
    let mut map = Map::new();
    let mut other = Map::new();
    let mut name_parts = [const { String::new() }; 3];
    let mut house_number = String::new();
    for (i, (cell, column)) in cells.into_iter().zip(columns).enumerate() {
        if cell.trim().is_empty() {
            continue;
        }
        let header = headers[i].trim();
        match column {
            Column::Field(name) => {
                map.insert((*name).to_owned(), cell.into());
            }
            Column::Inner(outer, key) => {
                let inner = map
                    .entry(outer.clone())
                    .or_insert_with(|| Map::new().into());
                if let Value::Object(inner) = inner {
                    inner.insert(key.clone(), inner_value(outer, key, cell));
                }
            }
            Column::Entry(list, place, key) => {
                let entries = map.entry(*list).or_insert_with(|| Value::Array(Vec::new()));
                if let Value::Array(entries) = entries {
                    if entries.len() <= *place {
                        entries.resize(place + 1, Value::Null);
                    }
                    if entries[*place].is_null() {
                        entries[*place] = Map::new().into();
                    }
                    entries[*place][key] = cell.into();
                }
            }
            Column::List(list) => {
                let items = map.entry(*list).or_insert_with(|| Value::Array(Vec::new()));
                if let Value::Array(items) = items {
                    items.extend(split(&cell).map(Value::from));
                }
            }
            Column::NamePart(place) => cell.trim().clone_into(&mut name_parts[*place]),
            Column::HouseNumber => cell.trim().clone_into(&mut house_number),
            Column::AppliedOn => {
                if let Some(time) = applied::read(&cell) {
                    map.insert("applied_at".to_owned(), time.to_string().into());
                } else {
                    keep(&mut other, header, cell)?;
                }
            }
            Column::StageWord => {
                let word = cell.trim().to_lowercase();
                if Stage::ALL.iter().any(|stage| stage.word() == word) {
                    map.insert("stage".to_owned(), word.into());
                } else {
                    keep(&mut other, header, cell)?;
                }
            }
            Column::Ignored => {}
            Column::Other => keep(&mut other, header, cell)?,
            Column::Nameless => keep(&mut other, &format!("column {}", i + 1), cell)?,
        }
    }
    let parts: Vec<&str> = name_parts
        .iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    if !parts.is_empty() && !map.contains_key("name") {
        map.insert("name".to_owned(), parts.join(" ").into());
    }
    if !house_number.is_empty() {
        number_house(&mut map, &house_number);
    }
    Ok((map, other))
}

/// Puts the number of the house before its street.
fn number_house(map: &mut Map<String, Value>, number: &str) {
    let address = map
        .entry("address")
        .or_insert_with(|| Map::new().into())
        .as_object_mut();
    let Some(address) = address else { return };
    let line1 = address.get("line1").and_then(Value::as_str);
    let line1 = line1.unwrap_or_default().trim();
    let numbered = format!("{number} {line1}").trim_end().to_owned();
    address.insert("line1".to_owned(), numbered.into());
}

/// Keeps a cell that is not ours, under a name that is not ours either.
fn keep(other: &mut Map<String, Value>, header: &str, cell: String) -> Result<(), Refused> {
    if cell.contains('\0') || header.contains('\0') {
        let header = header.escape_debug().to_string();
        return Err(Refused::of(header, "holds a NUL character"));
    }
    let key = match header {
        "address" | "education" | "work" | "references" | "submission" | "resume_file"
        | "basics" => {
            format!("{header} (column)")
        }
        _ => header.to_owned(),
    };
    other.insert(key, cell.into());
    Ok(())
}

/// Only the links of a résumé's file are a list in an inner object.
fn inner_value(outer: &str, key: &str, cell: String) -> Value {
    if (outer, key) == ("resume_file", "links") {
        return split(&cell).collect::<Vec<_>>().into();
    }
    cell.into()
}

fn split(cell: &str) -> impl Iterator<Item = &str> {
    cell.split([';', '\n'])
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

/// The delimiter that a first line `sep=;` tells, as spreadsheets write it, and that line's length.
fn told_delimiter(sample: &[u8]) -> Option<(u8, usize)> {
    let end = sample.iter().position(|&byte| byte == b'\n')?;
    let line = sample[..end].trim_ascii_end();
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    let told = line.strip_prefix(b"sep=")?;
    match told.strip_suffix(b"\"").unwrap_or(told) {
        [] => Some((b'\t', end + 1)),
        [delimiter] if !delimiter.is_ascii_alphanumeric() => Some((*delimiter, end + 1)),
        _ => None,
    }
}

/// The delimiter under which most headers are known, or failing that most cells.
fn likely_delimiter(sample: &[u8]) -> u8 {
    let score = |delimiter: u8| {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .from_reader(sample);
        let mut row = ByteRecord::new();
        let _ = reader.read_byte_record(&mut row);
        let headers: Vec<_> = row
            .iter()
            .map(|cell| String::from_utf8_lossy(cell).into_owned())
            .collect();
        (headers::known(&headers), headers.len())
    };
    let mut best = (DELIMITERS[0], (0, 0));
    for delimiter in DELIMITERS {
        let score = score(delimiter);
        if score > best.1 {
            best = (delimiter, score);
        }
    }
    best.0
}

#[cfg(test)]
mod tests;
