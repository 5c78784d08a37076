//! Indicators as a table: a header with a type and a value, and what else is said of each.
//!
//! Names of columns are those that publishers use. Comments are not read: they name people.

use std::sync::Arc;

use super::draft::{Draft, Item, time};
use super::{Refused, label};
use crate::lists::value::Kind;

/// Bytes of a first line that are looked at to tell the delimiter.
const HEAD: usize = 4 << 10;

const TYPES: &[&str] = &["type", "kind", "indicator_type", "ioc_type", "category"];
const VALUES: &[&str] = &["value", "indicator", "ioc", "observable", "identifier"];
const CONFIDENCES: &[&str] = &["confidence", "confidence_score"];
const CONFIRMED: &[&str] = &["confirmed", "verified"];
const LAST_SEEN: &[&str] = &["last_seen", "seen", "lastseen", "date_seen", "date"];
const FIRST_SEEN: &[&str] = &["first_seen", "firstseen"];
const UNTIL: &[&str] = &[
    "valid_until",
    "expires",
    "expires_at",
    "expiration",
    "expiry",
];
const LABELS: &[&str] = &["label", "case", "campaign", "source"];

/// Where each column stands.
struct Columns {
    kind: usize,
    value: usize,
    confidence: Option<usize>,
    confirmed: Option<usize>,
    last_seen: Option<usize>,
    first_seen: Option<usize>,
    until: Option<usize>,
    label: Option<usize>,
}

impl Columns {
    fn of(header: &csv::StringRecord) -> Result<Self, Refused> {
        let folded = |name: &str| name.trim().to_ascii_lowercase().replace([' ', '-'], "_");
        let header: Vec<String> = header.iter().map(folded).collect();
        let find = |names: &[&str]| {
            let place = |name: &&str| header.iter().position(|column| column == name);
            names.iter().find_map(place)
        };
        let (Some(kind), Some(value)) = (find(TYPES), find(VALUES)) else {
            return Err(Refused::At(
                "line 1".into(),
                "a header with the columns type and value is expected, such as \
                 `type,value,confidence,confirmed,last_seen,valid_until`"
                    .into(),
            ));
        };
        Ok(Self {
            kind,
            value,
            confidence: find(CONFIDENCES),
            confirmed: find(CONFIRMED),
            last_seen: find(LAST_SEEN),
            first_seen: find(FIRST_SEEN),
            until: find(UNTIL),
            label: find(LABELS),
        })
    }
}

/// Reads a table into a draft.
pub(super) fn read(text: &str, draft: &mut Draft<'_>) -> Result<(), Refused> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let unreadable = |error: csv::Error| {
        let line = error.position().map_or(0, csv::Position::line);
        Refused::At(format!("line {line}"), error.to_string())
    };
    let columns = Columns::of(reader.headers().map_err(unreadable)?)?;
    let mut row = csv::StringRecord::new();
    let mut labels = Labels::default();
    while reader.read_record(&mut row).map_err(unreadable)? {
        let line = row.position().map_or(0, |at| line_of(text, at));
        if row.iter().all(str::is_empty) || row.get(0).is_some_and(|cell| cell.starts_with('#')) {
            continue;
        }
        let place = || format!("line {line}");
        let word = row.get(columns.kind).unwrap_or_default();
        let kind = match kind(word) {
            Ok(kind) => kind,
            Err(why) => {
                draft.refuse(place(), why);
                continue;
            }
        };
        match item(&row, &columns, &mut labels) {
            Ok(item) => {
                let value = row.get(columns.value).unwrap_or_default();
                draft.take(kind, value, &item, place);
            }
            Err(why) => draft.refuse(place(), why),
        }
    }
    Ok(())
}

/// The kind of a word, or why there is none.
fn kind(word: &str) -> Result<Kind, String> {
    let folded = word.to_ascii_lowercase().replace(['-', '_'], " ");
    Ok(match folded.trim() {
        "phone" | "phone number" | "telephone" | "mobile" | "tel" => Kind::Phone,
        "email" | "e mail" | "mail" | "email address" | "email addr" | "email src" => Kind::Email,
        "url" | "link" | "profile" | "profile url" | "uri" => Kind::Link,
        "ip" | "ipv4" | "ipv6" | "ip address" | "ipv4 addr" | "ipv6 addr" | "ip src" => Kind::Ip,
        "name" | "full name" | "person" | "alias" => {
            return Err("people's names are never listed: many people bear one".into());
        }
        "" => return Err("its type is missing: phone, email, url or ip".into()),
        _ => return Err("its type is none of phone, email, url and ip".into()),
    })
}

fn item(row: &csv::StringRecord, columns: &Columns, labels: &mut Labels) -> Result<Item, String> {
    let cell = |column: Option<usize>| {
        let cell = column.and_then(|column| row.get(column));
        cell.filter(|cell| !cell.is_empty())
    };
    let day = |column, name: &str| match cell(column) {
        Some(text) => match time(text) {
            Some(at) => Ok(Some(at)),
            None => Err(format!("{name} is no day such as 2026-03-02")),
        },
        None => Ok(None),
    };
    let last_seen = day(columns.last_seen, "the day it was seen")?;
    let first_seen = day(columns.first_seen, "the day it was first seen")?;
    Ok(Item {
        confidence: cell(columns.confidence).map(confidence).transpose()?,
        confirmed: cell(columns.confirmed).map(confirmed).transpose()?,
        seen_at: last_seen.max(first_seen),
        until: day(columns.until, "the day it expires")?,
        label: cell(columns.label).and_then(|text| labels.of(text)),
    })
}

/// A number, or a word of the scale that STIX 2.1 gives in its appendix A.
fn confidence(text: &str) -> Result<i64, String> {
    Ok(match text.to_ascii_lowercase().as_str() {
        "none" => 0,
        "low" => 15,
        "med" | "medium" | "moderate" => 50,
        "high" => 85,
        text => text
            .trim_end_matches('%')
            .parse()
            .map_err(|_| "a confidence is a number from 0 to 100")?,
    })
}

fn confirmed(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "y" | "true" | "1" | "confirmed" | "x" => Ok(true),
        "no" | "n" | "false" | "0" | "unconfirmed" => Ok(false),
        _ => Err("confirmed is yes or no".into()),
    }
}

/// Labels that many rows share are kept once.
#[derive(Default)]
struct Labels(Option<(String, Option<Arc<str>>)>);

impl Labels {
    fn of(&mut self, text: &str) -> Option<Arc<str>> {
        if let Some((last, label)) = &self.0
            && last == text
        {
            return label.clone();
        }
        let made = label(text);
        self.0 = Some((text.to_owned(), made.clone()));
        made
    }
}

/// The line that a record begins on; after `\r\n` the reader stands before the `\n` still.
fn line_of(text: &str, at: &csv::Position) -> u64 {
    let byte = usize::try_from(at.byte()).ok();
    let before_end = byte.and_then(|byte| text.as_bytes().get(byte)) == Some(&b'\n');
    at.line() + u64::from(before_end)
}

/// The delimiter that cuts the first line into the most pieces.
fn delimiter(text: &str) -> u8 {
    let line = text.lines().next().unwrap_or_default().as_bytes();
    let line = &line[..line.len().min(HEAD)];
    let count = |delimiter: u8| line.split(|byte| *byte == delimiter).count() - 1;
    let best = [b';', b'\t', b','].into_iter().max_by_key(|d| count(*d));
    best.filter(|delimiter| count(*delimiter) > 0)
        .unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_publishers_are_understood() {
        for (word, expected) in [
            ("Phone", Some(Kind::Phone)),
            ("email-addr", Some(Kind::Email)),
            ("URL", Some(Kind::Link)),
            ("ipv4_addr", Some(Kind::Ip)),
            ("name", None),
            ("sha256", None),
            ("", None),
        ] {
            assert_eq!(kind(word).ok(), expected, "{word}");
        }
        for (text, expected) in [("High", Some(85)), ("70%", Some(70)), ("sure", None)] {
            assert_eq!(confidence(text).ok(), expected, "{text}");
        }
        for (text, expected) in [("Yes", Some(true)), ("0", Some(false)), ("maybe", None)] {
            assert_eq!(confirmed(text).ok(), expected, "{text}");
        }
        for (line, expected) in [("type;value", b';'), ("type\tvalue", b'\t'), ("type", b',')] {
            assert_eq!(delimiter(line), expected);
        }
    }
}
