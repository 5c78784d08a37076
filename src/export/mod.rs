//! CSV for people with spreadsheets: RFC 4180, stable columns, and no cell that could run as a formula.

pub mod access;
pub mod audit;
pub mod decisions;
pub mod findings;
pub mod latency;
pub mod rings;
pub mod selection;
pub mod stream;

use std::io::Write;

/// A cell.
#[derive(Clone, Copy, Debug)]
pub enum Cell<'a> {
    /// Somebody's words: made harmless.
    Text(&'a str),
    /// A number of ours, written so that it reads back exactly.
    Number(f64),
    /// A whole number of ours.
    Whole(i64),
    /// What must be got back to the letter: made harmless, and an apostrophe that stands there already gets another,
    /// so that taking one apostrophe off the front of a cell, where there is one, gives what was written.
    Exact(&'a str),
}

/// Writes rows of cells. Every cell is quoted, lines end in CRLF.
#[derive(Debug)]
pub struct Sheet<W: Write>(csv::Writer<W>);

fn writer<W: Write>(out: W, ragged: bool) -> csv::Writer<W> {
    csv::WriterBuilder::new()
        .flexible(ragged)
        .quote_style(csv::QuoteStyle::Always)
        .terminator(csv::Terminator::CRLF)
        .from_writer(out)
}

impl<W: Write> Sheet<W> {
    /// Starts a sheet with its header.
    pub fn new(out: W, header: &[&str]) -> csv::Result<Self> {
        Self::with(writer(out, false), header)
    }

    /// The same with rows that may be longer or shorter than it: somebody else's, as they stood.
    pub fn ragged(out: W, header: &[&str]) -> csv::Result<Self> {
        Self::with(writer(out, true), header)
    }

    fn with(mut writer: csv::Writer<W>, header: &[&str]) -> csv::Result<Self> {
        writer.write_record(header)?;
        Ok(Self(writer))
    }

    /// Adds a row.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> csv::Result<()> {
        for cell in cells {
            match cell {
                Cell::Number(number) => self.0.write_field(number.to_string())?,
                Cell::Whole(number) => self.0.write_field(number.to_string())?,
                Cell::Exact(text) => self.0.write_field(&*exact(text))?,
                Cell::Text(text) => self.0.write_field(&*harmless(text))?,
            }
        }
        self.0.write_record(None::<&[u8]>)
    }

    /// Ends the sheet.
    pub fn finish(mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

impl Sheet<Vec<u8>> {
    /// What was written since the last time.
    fn take(&mut self) -> std::io::Result<Vec<u8>> {
        let written = std::mem::replace(&mut self.0, writer(Vec::new(), false));
        written
            .into_inner()
            .map_err(csv::IntoInnerError::into_error)
    }
}

/// Text that no spreadsheet takes for a formula: an apostrophe goes before a first character that
/// starts one, in its full-width form too, also behind white space. The text itself stays whole, so
/// that `+1 212 736 5000` is still readable as what was written.
pub(crate) fn harmless(text: &str) -> std::borrow::Cow<'_, str> {
    let starts_formula = |c: char| {
        matches!(
            c,
            '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '\t' | '\r' | '\n'
        )
    };
    let first = text.chars().next();
    let hidden = |c: char| {
        let is_mark = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
        is_mark || c.is_whitespace()
    };
    let first_visible = text.trim_start_matches(hidden).chars().next();
    if first.is_some_and(starts_formula) || first_visible.is_some_and(starts_formula) {
        format!("'{text}").into()
    } else {
        text.into()
    }
}

/// The same, where what was written must be got back to the letter by taking one apostrophe off the front.
pub(crate) fn exact(text: &str) -> std::borrow::Cow<'_, str> {
    if text.starts_with('\'') {
        format!("'{text}").into()
    } else {
        harmless(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{Cell, Sheet};

    #[test]
    fn no_cell_can_run_as_a_formula() {
        let cases = [
            ("=1+1", "\"'=1+1\""),
            ("+1 212 736 5000", "\"'+1 212 736 5000\""),
            ("-2", "\"'-2\""),
            ("@sum(a1)", "\"'@sum(a1)\""),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            (" =1", "\"' =1\""),
            ("\u{202e}=1", "\"'\u{202e}=1\""),
            ("＝1", "\"'＝1\""),
            ("a \"b\"", "\"a \"\"b\"\"\""),
            ("a,b", "\"a,b\""),
            ("plain", "\"plain\""),
        ];
        for (text, expected) in cases {
            let mut out = Vec::new();
            let mut sheet = Sheet::new(&mut out, &["h"]).unwrap();
            sheet.row(&[Cell::Text(text)]).unwrap();
            sheet.finish().unwrap();
            assert_eq!(
                String::from_utf8(out).unwrap(),
                format!("\"h\"\r\n{expected}\r\n")
            );
        }
    }

    #[test]
    fn what_is_exact_is_got_back_by_taking_one_apostrophe_off() {
        for text in ["=1", "'=1", "'", "''a", "a", "", "-", "\u{202e}=1", "a'b"] {
            let mut sheet = Sheet::new(Vec::new(), &["h"]).unwrap();
            sheet.row(&[Cell::Exact(text)]).unwrap();
            let written = sheet.take().unwrap();
            let mut reader = csv::Reader::from_reader(&*written);
            let row = reader.records().next().unwrap().unwrap();
            assert_eq!(row[0].strip_prefix('\'').unwrap_or(&row[0]), text);
        }
    }

    #[test]
    fn a_number_of_ours_stays_a_number() {
        let mut out = Vec::new();
        let mut sheet = Sheet::new(&mut out, &["h"]).unwrap();
        sheet.row(&[Cell::Number(-14.5)]).unwrap();
        sheet.finish().unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "\"h\"\r\n\"-14.5\"\r\n");
    }
}
