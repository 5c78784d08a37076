//! From each source's format to [`Application`]s: it verifies, parses and maps; it decides nothing and mends nothing.
//!
//! | function | reads |
//! |---|---|
//! | [`record`](fn@record), [`record_named`] | one JSON object: ours (design §3.1) or a JSON Resume document |
//! | [`ndjson`](fn@ndjson) | such an object a line |
//! | [`json`](fn@json) | one object, or an array of them |
//! | [`csv`](fn@csv) | such an object a row |
//! | [`resume`](fn@resume) | a résumé's PDF, DOCX or text |
//! | [`check`](fn@check) | one JSON object: a check that somebody made |
//! | [`onboarding`](fn@onboarding) | what HR says of somebody who starts |
//! | [`decision`](fn@decision) | one JSON object: what somebody made of a screening |
//! | [`file()`], [`stdin`] | any of these, by extension or first bytes |
//! | [`csv_head`], [`csv_mapped`] | a CSV whose columns somebody names |
//!
//! What all readers of applications hold to: an empty string or `null` is an absent value, an unknown key is kept in
//! [`Application::other`], of a key given twice the last one counts, and whatever is refused is
//! refused alone, by line or field, while the rest goes on.

mod check;
mod csv;
mod decision;
mod defaults;
pub(crate) mod encoding;
mod json;
mod ndjson;
mod onboarding;
mod record;
mod resume;
mod said;
mod source;
pub(crate) mod when;

use crate::application::Application;
pub use check::check;
pub use csv::{Csv, CsvHead, csv, csv_check, csv_from, csv_head, csv_mapped, csv_unread};
pub use decision::decision;
pub use defaults::Defaults;
pub use json::{json, json_items};
pub use ndjson::{Ndjson, ndjson, ndjson_from, ndjson_with};
pub use onboarding::onboarding;
pub use record::{record, record_named, record_with};
pub use resume::resume;
pub use source::{Applications, file, sniffed, stdin};

/// Columns and keys that telltale adds to records it hands back begin so; when they come in again they are left out.
pub const OURS: &str = "telltale_";

/// What one application may hold at most; more is refused, never cut.
#[derive(Clone, Copy, Debug)]
pub struct Limits;

impl Limits {
    /// Bytes of one record's JSON, or of one line of it.
    pub const RECORD: usize = 2 << 20;
    /// Bytes of `resume_text`.
    pub const RESUME_TEXT: usize = 1 << 20;
    /// Characters of any other string.
    pub const STRING: usize = 10_000;
    /// Characters of `external_id` and `source`, so that both fit a database index.
    pub const ID: usize = 255;
    /// E-mail addresses.
    pub const EMAILS: usize = 50;
    /// Phone numbers.
    pub const PHONES: usize = 50;
    /// Links, of the form and of the résumé's file each.
    pub const LINKS: usize = 100;
    /// Pictures of the résumé's file.
    pub const IMAGES: usize = 100;
    /// Entries of education, work and references each.
    pub const HISTORY: usize = 100;
    /// Bytes of a résumé's file.
    pub const RESUME_FILE: usize = 10 << 20;
}

/// Why a record was refused, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Refused {
    /// The line it begins on, counted from 1, where the input has lines.
    pub line: Option<u64>,
    /// The field, as a path: `education[0].start_date`.
    pub field: Option<String>,
    /// What is wrong and what would be right.
    pub reason: String,
}

impl Refused {
    /// A refusal that is about the whole.
    fn whole(reason: impl Into<String>) -> Self {
        Self {
            line: None,
            field: None,
            reason: reason.into(),
        }
    }

    /// A refusal of one field.
    fn of(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            line: None,
            field: Some(field.into()),
            reason: reason.into(),
        }
    }

    /// The same, seen from one level further out: `name` inside `work[0]` is `work[0].name`.
    fn within(mut self, outer: &str) -> Self {
        self.field = Some(match self.field {
            None => outer.to_owned(),
            Some(inner) if inner.starts_with('[') => format!("{outer}{inner}"),
            Some(inner) => format!("{outer}.{inner}"),
        });
        self
    }

    /// The same, on a line.
    fn on_line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        f.write_str(&self.reason)
    }
}
