//! A JSON list of objects, one object at a time.

use std::io::{BufRead as _, BufReader};

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde_json::error::Category;

use super::Refused;
use super::file::{Input, LONGEST_RECORD, Watch, reason};

/// The mark of UTF-8 at the beginning of a file.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads every object of a list, each with its number, counted from 1.
pub(super) fn each<T: DeserializeOwned>(
    input: Input<'_>,
    take: impl FnMut(u64, T) -> Result<(), Refused>,
) -> Result<(), Refused> {
    let watch = input.watch();
    // The parser takes byte by byte.
    let mut reader = BufReader::new(input);
    let head = reader.fill_buf();
    let head = head.map_err(|error| Refused::whole(reason(&error)))?;
    let mark = head.starts_with(MARK);
    let first = head[if mark { MARK.len() } else { 0 }..]
        .trim_ascii_start()
        .first();
    if first.is_some_and(|first| *first != b'[') {
        return Err(Refused::whole("a JSON list of objects is expected"));
    }
    if mark {
        reader.consume(MARK.len());
    }
    let mut parser = serde_json::Deserializer::from_reader(reader);
    let mut list = List {
        take,
        watch: watch.clone(),
        at: 0,
        refused: None,
        of: std::marker::PhantomData::<T>,
    };
    let read = list.deserialize_in(&mut parser).and_then(|()| parser.end());
    match (list.refused, read) {
        (Some(refused), _) => Err(refused),
        (None, Ok(())) => Ok(()),
        (None, Err(error)) => Err(refusal(&error, list.at, &watch)),
    }
}

fn refusal(error: &serde_json::Error, read: u64, watch: &Watch) -> Refused {
    let (record, line) = (read + 1, error.line());
    let why = match error.classify() {
        _ if watch.is_spent() => format!(
            "the record does not end within {} MiB",
            LONGEST_RECORD >> 20
        ),
        Category::Eof => {
            format!("the file ends in the middle of it, at line {line}: it is cut short")
        }
        Category::Io => {
            let error =
                std::io::Error::from(error.io_error_kind().unwrap_or(std::io::ErrorKind::Other));
            format!("at line {line}, {}", reason(&error))
        }
        Category::Syntax | Category::Data => error.to_string(),
    };
    Refused::Record(record, why)
}

/// The visitor of a list, which never holds more than one object.
struct List<T, F> {
    take: F,
    watch: Watch,
    at: u64,
    refused: Option<Refused>,
    of: std::marker::PhantomData<T>,
}

impl<T: DeserializeOwned, F: FnMut(u64, T) -> Result<(), Refused>> List<T, F> {
    fn deserialize_in<'de, D: Deserializer<'de>>(&mut self, parser: D) -> Result<(), D::Error> {
        DeserializeSeed::deserialize(self, parser)
    }
}

impl<'de, T: DeserializeOwned, F: FnMut(u64, T) -> Result<(), Refused>> DeserializeSeed<'de>
    for &mut List<T, F>
{
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, parser: D) -> Result<(), D::Error> {
        parser.deserialize_seq(self)
    }
}

impl<'de, T: DeserializeOwned, F: FnMut(u64, T) -> Result<(), Refused>> Visitor<'de>
    for &mut List<T, F>
{
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.watch.allow(LONGEST_RECORD);
        while let Some(object) = list.next_element()? {
            self.at += 1;
            if let Err(refused) = (self.take)(self.at, object) {
                self.refused = Some(refused);
                return Err(serde::de::Error::custom("refused"));
            }
            self.watch.allow(LONGEST_RECORD);
        }
        Ok(())
    }
}

/// Whether a file begins like JSON.
pub(super) fn is_json(head: &[u8]) -> bool {
    let head = head.strip_prefix(MARK).unwrap_or(head);
    matches!(head.trim_ascii_start().first(), Some(b'[' | b'{'))
}

/// Whether any of these words stands in the beginning of a file, between quotation marks.
pub(super) fn has(head: &[u8], words: &[&str]) -> bool {
    words.iter().any(|word| {
        let quoted = format!("\"{word}\"");
        head.windows(quoted.len())
            .any(|part| part == quoted.as_bytes())
    })
}
