//! From each sender's format to [`Item`]s: bytes in, items out, no I/O and no judgement.
//!
//! | file | reads |
//! |---|---|
//! | `json` | our own sessions, samples and observations (design §3.4): an object, a list, or one a line |
//! | `csv` | the same, a row each |
//! | [`osquery`] | result logs, from its files or its TLS logger |
//! | `defender` | Microsoft Defender's advanced hunting, exported |
//! | `falcon` | `CrowdStrike` Falcon Data Replicator events |
//! | `zeek` | Zeek's `conn.log`, where a package adds round trips to it |
//!
//! What all hold to: an item that is wrong is refused alone, by its index and field, and the rest goes
//! on; unknown keys are ignored, since senders add things; a time far from now is a wrong clock and is
//! refused; of keys pressed only the timing is ever taken.

mod bounds;
mod csv;
mod defender;
mod documents;
mod falcon;
mod fields;
mod hardware;
mod json;
mod observation;
pub mod osquery;
mod sample;
mod session;
mod table;
#[cfg(test)]
mod tests;
mod zeek;

use std::net::IpAddr;

use jiff::Timestamp;

pub(crate) use documents::{Document, documents, value};

use super::item::{DeviceId, Item, Probe};

/// Every format, ours first.
pub const ALL: &[&Format] = &[
    &json::FORMAT,
    &csv::FORMAT,
    &osquery::FORMAT,
    &defender::FORMAT,
    &falcon::FORMAT,
    &zeek::FORMAT,
];

/// One format.
#[derive(Debug)]
pub struct Format {
    /// In URLs and commands: `osquery`.
    pub name: &'static str,
    /// As people write it.
    pub title: &'static str,
    /// What the bytes say.
    pub read: fn(&[u8], &Context<'_>) -> Read,
}

/// The format of a name.
pub fn by_name(name: &str) -> Option<&'static Format> {
    ALL.iter().copied().find(|format| format.name == name)
}

/// What a reader is told besides the bytes.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The time now: other times are held against it.
    pub now: Timestamp,
    /// What our own formats hold; the endpoint says it.
    pub table: Table,
    /// Which address is which device, for formats that know addresses only.
    pub hosts: &'a [(IpAddr, DeviceId)],
    /// Which addresses are probes at known places.
    pub probes: &'a [(IpAddr, Probe)],
}

impl Context<'_> {
    /// At a time, of a table, without addresses.
    pub const fn new(now: Timestamp, table: Table) -> Self {
        Self {
            now,
            table,
            hosts: &[],
            probes: &[],
        }
    }
}

/// What our own formats hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Summaries of timings.
    Sessions,
    /// Timings.
    Samples,
    /// Things seen on devices.
    Observations,
}

/// What came of a body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Read {
    /// What was taken, in the order of the input.
    pub items: Vec<Item>,
    /// Of each of these the place in the input, from 0.
    pub places: Vec<usize>,
    /// What was refused.
    pub refused: Vec<RefusedItem>,
    /// What was read and is no concern of ours, such as other queries of the same log.
    pub ignored: usize,
}

impl Read {
    /// A body of which nothing can be read.
    fn nothing(fault: Fault) -> Self {
        let mut read = Self::default();
        read.refuse(0, None, fault);
        read
    }

    fn refuse(&mut self, index: usize, line: Option<u64>, fault: Fault) {
        self.refused.push(RefusedItem {
            index,
            line,
            field: fault.field,
            reason: fault.reason,
        });
    }

    /// Leaves out programs that say nothing of remote control: logs of others list every program that runs,
    /// and what nobody looks at is not to be kept.
    pub fn items_of_interest(&mut self) {
        let kept = self.items.drain(..).zip(self.places.drain(..));
        let of_interest = |(item, _): &(Item, usize)| match item {
            Item::Observation(one) => crate::devices::is_of_interest(&one.seen),
            _ => true,
        };
        let (kept, rest): (Vec<_>, Vec<_>) =
            kept.collect::<Vec<_>>().into_iter().partition(of_interest);
        self.ignored += rest.len();
        (self.items, self.places) = kept.into_iter().unzip();
    }

    fn push(&mut self, index: usize, item: Item) {
        self.items.push(item);
        self.places.push(index);
    }

    /// Takes what one item or row of the input came to.
    fn take(&mut self, index: usize, line: Option<u64>, item: Result<Option<Item>, Fault>) {
        match item {
            Ok(Some(item)) => self.push(index, item),
            Ok(None) => self.ignored += 1,
            Err(fault) => self.refuse(index, line, fault),
        }
    }
}

/// An item that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedItem {
    /// Its place in the input, from 0: of items, or of rows without the header.
    pub index: usize,
    /// The line it begins on, from 1, where the input has lines.
    pub line: Option<u64>,
    /// The field, as a path: `probe.lat`.
    pub field: Option<String>,
    /// What is wrong and what would be right.
    pub reason: String,
}

impl std::fmt::Display for RefusedItem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: ")?,
            None => write!(f, "item {}: ", self.index)?,
        }
        if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        f.write_str(&self.reason)
    }
}

/// Why one item is refused; where it stands is known further out.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fault {
    field: Option<String>,
    reason: String,
}

impl Fault {
    fn whole(reason: impl Into<String>) -> Self {
        Self {
            field: None,
            reason: reason.into(),
        }
    }

    fn of(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            field: Some(field.into()),
            reason: reason.into(),
        }
    }

    /// The same, seen from one level further out.
    fn within(mut self, outer: &str) -> Self {
        self.field = Some(match self.field {
            Some(inner) => format!("{outer}.{inner}"),
            None => outer.to_owned(),
        });
        self
    }
}

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// An object, a list of objects, or one a line.
    Json,
    /// Rows under a header.
    Csv,
}

impl Encoding {
    /// By the content type where it says, else by the first byte that is not blank.
    pub fn of(content_type: Option<&str>, bytes: &[u8]) -> Self {
        let told = content_type.unwrap_or_default();
        let told = told.split(';').next().unwrap_or_default().trim();
        match told.to_ascii_lowercase().as_str() {
            "text/csv" | "application/csv" | "text/tab-separated-values" => Self::Csv,
            "application/json"
            | "application/x-ndjson"
            | "application/ndjson"
            | "application/jsonl" => Self::Json,
            _ => Self::sniff(bytes),
        }
    }

    /// By the first byte that is not blank.
    pub fn sniff(bytes: &[u8]) -> Self {
        let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        match start.trim_ascii_start().first() {
            Some(b'{' | b'[') | None => Self::Json,
            _ => Self::Csv,
        }
    }
}

/// A body of one of our own tables.
pub fn own(bytes: &[u8], encoding: Encoding, table: Table, now: Timestamp) -> Read {
    let read = match encoding {
        Encoding::Json => json::FORMAT.read,
        Encoding::Csv => csv::FORMAT.read,
    };
    read(bytes, &Context::new(now, table))
}
