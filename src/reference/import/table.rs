//! CSV as publishers write it: a header in any case, UTF-8 or Windows-1252.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use csv::ByteRecord;
use encoding_rs::WINDOWS_1252;

use super::Refused;
use super::file::{Input, Watch, reason};

/// Delimiters, the commonest first: spreadsheets save with what their country uses.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// Bytes that a row may take, and columns it may have: publishers' take a tenth.
const LONGEST_ROW: u64 = 1 << 20;
const MOST_COLUMNS: usize = 2_000;

/// A table, row by row.
pub(super) struct Table<'a> {
    reader: csv::Reader<Box<dyn Read + 'a>>,
    watch: Watch,
    header: Vec<String>,
    record: ByteRecord,
    line: u64,
}

/// One row.
pub(super) struct Row<'a> {
    record: &'a ByteRecord,
    header: &'a [String],
    /// Where it begins, counted from 1.
    pub line: u64,
}

impl<'a> Table<'a> {
    /// Reads the header.
    pub fn open(mut input: Input<'a>) -> Result<Self, Refused> {
        const SAMPLE: u64 = 16 << 10;
        let watch = input.watch();
        let mut head = Vec::new();
        let sampled = input.by_ref().take(SAMPLE).read_to_end(&mut head);
        sampled.map_err(|error| Refused::whole(reason(&error)))?;
        if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
            return Err(Refused::whole(
                "this is UTF-16; save it as CSV in UTF-8 and import that",
            ));
        }
        if matches!(head.trim_ascii_start().first(), Some(b'[' | b'{')) {
            return Err(Refused::whole(
                "this is JSON; a CSV file with a header is expected",
            ));
        }
        let delimiter = delimiter(&head);
        let mark = head.starts_with(b"\xef\xbb\xbf");
        head.drain(..if mark { 3 } else { 0 });
        let reader: Box<dyn Read + 'a> = Box::new(Cursor::new(head).chain(input));
        let mut table = Self {
            reader: builder(delimiter).from_reader(reader),
            watch,
            header: Vec::new(),
            record: ByteRecord::new(),
            line: 0,
        };
        if !table.advance()? {
            return Err(Refused::whole("there is nothing in it"));
        }
        let cells = table.record.iter();
        table.header = cells.map(|cell| text(cell).trim().to_owned()).collect();
        Ok(table)
    }

    /// Where columns stand; every one that is missing is named.
    pub fn columns<const N: usize>(&self, names: [&str; N]) -> Result<[usize; N], Refused> {
        let missing: Vec<&str> = names
            .into_iter()
            .filter(|name| self.column(name).is_none())
            .collect();
        match missing.as_slice() {
            [] => Ok(names.map(|name| self.column(name).unwrap_or_default())),
            [one] => Err(Refused::Line(
                1,
                format!("the column {one} is missing from the header"),
            )),
            several => Err(Refused::Line(
                1,
                format!(
                    "the columns {} are missing from the header",
                    several.join(", ")
                ),
            )),
        }
    }

    /// Where a column stands, if it is there.
    pub fn column(&self, name: &str) -> Option<usize> {
        let mut columns = self.header.iter();
        columns.position(|column| column.eq_ignore_ascii_case(name))
    }

    /// The next row; blank lines are none.
    pub fn next(&mut self) -> Result<Option<Row<'_>>, Refused> {
        loop {
            if !self.advance()? {
                return Ok(None);
            }
            if self.record.len() == 1
                && self.header.len() > 1
                && self.record[0].trim_ascii().is_empty()
            {
                continue;
            }
            break;
        }
        let (cells, columns) = (self.record.len(), self.header.len());
        if cells != columns {
            return Err(Refused::Line(
                self.line,
                format!(
                    "the row has {cells} cells, the header {columns}; the file may be cut short"
                ),
            ));
        }
        Ok(Some(Row {
            record: &self.record,
            header: &self.header,
            line: self.line,
        }))
    }

    fn advance(&mut self) -> Result<bool, Refused> {
        self.watch.allow(LONGEST_ROW);
        let read = self.reader.read_byte_record(&mut self.record);
        let read = read.map_err(|error| {
            // A row without end is named by where it begins.
            let begin = self.record.position().filter(|_| self.watch.is_spent());
            let line = begin.unwrap_or(self.reader.position()).line();
            let why = match error.kind() {
                _ if self.watch.is_spent() => {
                    format!(
                        "the row does not end within {} MiB; a quotation mark may be missing",
                        LONGEST_ROW >> 20
                    )
                }
                csv::ErrorKind::Io(error) => reason(error),
                _ => error.to_string(),
            };
            Refused::Line(line, why)
        })?;
        if let Some(at) = self.record.position() {
            self.line = at.line();
        }
        let columns = self.record.len();
        if columns > MOST_COLUMNS {
            return Err(Refused::Line(
                self.line,
                format!(
                    "the row has {columns} columns; more than {MOST_COLUMNS} are in no publisher's file"
                ),
            ));
        }
        Ok(read)
    }

    /// Says at the end whether the last line was whole, of a publisher whose files end with a line end.
    pub fn end(&self, ends_line: bool) -> Result<(), Refused> {
        if ends_line && self.watch.last() != b'\n' && self.watch.last() != 0 {
            return Err(Refused::Line(
                self.line,
                "the last line has no end: the file is cut short".to_owned(),
            ));
        }
        Ok(())
    }
}

impl Row<'_> {
    /// A cell without blanks around it.
    pub fn text(&self, column: usize) -> Cow<'_, str> {
        text(self.record.get(column).unwrap_or_default().trim_ascii())
    }

    /// A cell of a column that may not be there, if there is anything in it.
    pub fn filled(&self, column: Option<usize>) -> Option<Cow<'_, str>> {
        let text = self.text(column?);
        (!text.is_empty()).then_some(text)
    }

    /// A cell as a number of a range.
    pub fn number(
        &self,
        column: usize,
        range: std::ops::RangeInclusive<i64>,
    ) -> Result<i64, Refused> {
        let text = self.text(column);
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| {
            let (least, most) = range.into_inner();
            self.wrong(
                column,
                &format!("a number from {least} to {most} is expected"),
            )
        })
    }

    /// An IPEDS unit id.
    pub fn unitid(&self, column: usize) -> Result<u32, Refused> {
        const UNITIDS: std::ops::RangeInclusive<u32> = 100_000..=999_999;
        let id = self.text(column).parse().ok();
        id.filter(|id| UNITIDS.contains(id))
            .ok_or_else(|| self.wrong(column, "an IPEDS unit id of six digits is expected"))
    }

    /// The refusal of a cell.
    pub fn wrong(&self, column: usize, expected: &str) -> Refused {
        const SHOWN: usize = 40;
        let cell = self.text(column);
        let shown: String = cell
            .chars()
            .filter(|c| !c.is_control())
            .take(SHOWN)
            .collect();
        let name = self.header.get(column).map_or("", String::as_str);
        Refused::Line(self.line, format!("{name}: `{shown}`: {expected}"))
    }
}

/// The names of a file's columns, told from its beginning.
pub(super) fn header(head: &[u8]) -> Vec<String> {
    let delimiter = delimiter(head);
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let mut record = ByteRecord::new();
    let mut reader = builder(delimiter).from_reader(head);
    match reader.read_byte_record(&mut record) {
        Ok(true) => record
            .iter()
            .map(|cell| text(cell).trim().to_owned())
            .collect(),
        _ => Vec::new(),
    }
}

fn builder(delimiter: u8) -> csv::ReaderBuilder {
    let mut builder = csv::ReaderBuilder::new();
    builder
        .delimiter(delimiter)
        // The parser counts the lines of CRLF one too late: what stands before a line feed is taken
        // off the last cell as a blank.
        .terminator(csv::Terminator::Any(b'\n'))
        .has_headers(false)
        .flexible(true);
    builder
}

/// What stands most often in the first line.
fn delimiter(head: &[u8]) -> u8 {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: u8| line.split(|byte| *byte == delimiter).count();
    let mut best = DELIMITERS[0];
    for delimiter in DELIMITERS {
        if count(delimiter) > count(best) {
            best = delimiter;
        }
    }
    best
}

fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text.trim()),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}
