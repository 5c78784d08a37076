//! JSON records, one a line.

use std::io::BufRead;

use super::record::{record_with, too_large};
use super::{Application, Defaults, Limits, Refused};

/// Reads a record from each line that is not blank; a bad line is refused by its number and the rest goes on.
///
/// No more than [`Limits::RECORD`] of a line is ever held. Records that name no source came from `file`.
pub fn ndjson<R: BufRead>(reader: R) -> Ndjson<R> {
    ndjson_from(reader, "file")
}

/// As [`ndjson`], with the source of records that name none.
pub fn ndjson_from<R: BufRead>(reader: R, default_source: &'static str) -> Ndjson<R> {
    ndjson_with(reader, Defaults::of_source(default_source))
}

/// As [`ndjson`], with what stands in for what records do not name.
pub fn ndjson_with<R: BufRead>(reader: R, defaults: Defaults) -> Ndjson<R> {
    Ndjson {
        reader,
        defaults,
        line: 0,
        buffer: Vec::new(),
        ended: false,
    }
}

/// The iterator of [`ndjson`].
#[derive(Debug)]
pub struct Ndjson<R> {
    reader: R,
    defaults: Defaults,
    line: u64,
    buffer: Vec<u8>,
    ended: bool,
}

enum Line {
    Whole,
    TooLong,
    End,
}

impl<R: BufRead> Ndjson<R> {
    /// The line that was read last, where it was not too long to be held.
    pub fn line(&self) -> &[u8] {
        self.buffer.trim_ascii()
    }

    /// Reads the next line into the buffer; of one too long only its end is looked for.
    fn next_line(&mut self) -> std::io::Result<Line> {
        self.buffer.clear();
        let mut too_long = false;
        let mut any = false;
        loop {
            let chunk = match self.reader.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if chunk.is_empty() {
                break;
            }
            any = true;
            let end = chunk.iter().position(|&byte| byte == b'\n');
            let part = &chunk[..end.unwrap_or(chunk.len())];
            // One more for a carriage return.
            if self.buffer.len() + part.len() > Limits::RECORD + 1 {
                too_long = true;
                self.buffer.clear();
            } else if !too_long {
                self.buffer.extend_from_slice(part);
            }
            let used = end.map_or(part.len(), |end| end + 1);
            self.reader.consume(used);
            if end.is_some() {
                break;
            }
        }
        Ok(match (any, too_long) {
            (false, _) => Line::End,
            (true, true) => Line::TooLong,
            (true, false) => Line::Whole,
        })
    }
}

impl<R: BufRead> Iterator for Ndjson<R> {
    type Item = Result<Application, Refused>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            self.line += 1;
            let read = match self.next_line() {
                Ok(Line::End) => {
                    self.ended = true;
                    return None;
                }
                Ok(Line::TooLong) => Err(too_large()),
                Ok(Line::Whole) => {
                    let mut bytes = self.buffer.as_slice();
                    if self.line == 1 {
                        bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
                        // Lines of UTF-16 end in the middle of a character: nothing behind this would be read right.
                        if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
                            self.ended = true;
                        }
                    }
                    let bytes = bytes.trim_ascii();
                    if bytes.is_empty() {
                        continue;
                    }
                    record_with(bytes, &self.defaults)
                }
                Err(error) => {
                    self.ended = true;
                    Err(Refused::whole(format!("could not be read: {error}")))
                }
            };
            return Some(read.map_err(|refused| in_line(refused, self.line)));
        }
        None
    }
}

/// The parser counted lines within the one it was given.
fn in_line(mut refused: Refused, line: u64) -> Refused {
    refused.reason = refused.reason.replacen(
        "malformed JSON at line 1, column",
        "malformed JSON at column",
        1,
    );
    refused.on_line(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Vec<String> {
        // A tiny buffer, so that lines cross its edges.
        let reader = std::io::BufReader::with_capacity(7, bytes);
        ndjson(reader)
            .map(|read| read.map_or_else(|e| e.to_string(), |app| app.external_id))
            .collect()
    }

    #[test]
    fn bad_lines_are_refused_by_number_and_the_rest_goes_on() {
        let good = |id: u8| format!(r#"{{"external_id":"{id}","name":"A"}}"#);
        let long = "x".repeat(Limits::RECORD + 10);
        let text = format!(
            "\u{feff}{}\r\n\r\n  \n{{\"a\":}}\n{long}\n{}\n[]\n{{\"name\":\"A\"}}\n{}",
            good(1),
            good(2),
            good(3)
        );
        assert_eq!(
            read(text.as_bytes()),
            [
                "1",
                "line 4: malformed JSON at column 6: expected value",
                "line 5: the record is over 2 MiB",
                "2",
                "line 7: one JSON object is wanted, this is a list",
                "line 8: external_id: is missing; the source's own id for the candidate",
                "3"
            ]
        );
    }

    #[test]
    fn no_utf_8_is_refused_and_utf_16_only_once() {
        for (bytes, want) in [
            (
                &b"{\"name\":\"\xe9\"}\n\n"[..],
                vec!["line 1: byte 9 is not UTF-8"],
            ),
            (
                b"\xff\xfe{\0\n\0}\0\n\0",
                vec!["line 1: byte 0 is not UTF-8; this looks like UTF-16"],
            ),
            (b"", vec![]),
            (b"\n\n", vec![]),
        ] {
            assert_eq!(read(bytes), want);
        }
    }
}
