//! The words of a finding: a text with `{names}` in it, each filled in with what was seen.

use std::borrow::Cow;
use std::fmt::Write;

use super::eval::{Scope, words};
use super::expr::Place;
use super::fairness;
use super::schema::{Schema, hint};

/// What stands where a value is not known.
const UNKNOWN: &str = "not known";

/// The longest value quoted in a message, characters: a résumé's line, not a résumé.
const LONGEST_QUOTE: usize = 200;

/// A message ready to be filled in.
#[derive(Debug)]
pub(super) struct Template(Vec<Part>);

#[derive(Debug)]
enum Part {
    Words(Box<str>),
    Value(Place),
    /// `{it.value}`: what the row's item looks like as written.
    Written,
}

impl Template {
    /// Reads a message; every name in it must be known.
    pub fn read(text: &str, schema: &Schema, rows: Option<usize>) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find(['{', '}']) {
            if rest.as_bytes()[open] == b'}' {
                return Err("a `}` without its `{`".into());
            }
            if open > 0 {
                parts.push(Part::Words(rest[..open].into()));
            }
            let Some(length) = rest[open..].find('}') else {
                return Err("a `{` without its `}`".into());
            };
            parts.push(part(&rest[open + 1..open + length], schema, rows)?);
            rest = &rest[open + length + 1..];
        }
        if !rest.is_empty() {
            parts.push(Part::Words(rest.into()));
        }
        Ok(Self(parts))
    }

    /// The message over what was seen.
    pub fn fill(&self, scope: Scope) -> String {
        let mut message = String::with_capacity(128);
        for part in &self.0 {
            match part {
                Part::Words(words) => message.push_str(words),
                Part::Value(place) => {
                    let value = scope.value(*place);
                    push_quote(&mut message, &value.map_or(UNKNOWN.into(), words));
                }
                Part::Written => {
                    push_quote(&mut message, scope.it.map_or(UNKNOWN, |row| &*row.value));
                }
            }
        }
        message
    }
}

/// Appends a value, cut to what a reader takes in at a glance.
fn push_quote(message: &mut String, value: &str) {
    let cut: Cow<str> = match value.char_indices().nth(LONGEST_QUOTE) {
        Some((end, _)) => format!("{}…", &value[..end]).into(),
        None => value.into(),
    };
    let _ = write!(message, "{cut}"); // a String takes every write
}

fn part(name: &str, schema: &Schema, rows: Option<usize>) -> Result<Part, String> {
    let over = rows.map(|slot| &**schema.name(slot));
    let in_rows = name.starts_with("it.").then_some(over).flatten();
    if let Some(refusal) = fairness::refusal(name, in_rows) {
        return Err(refusal);
    }
    match (name.strip_prefix("it."), rows) {
        (Some(_), None) => Err(format!("`{{{name}}}`: without for_each there is no `it`")),
        (Some("value"), Some(_)) => Ok(Part::Written),
        (Some(column), Some(slot)) => {
            if let Some((column, _)) = schema.column(slot, column) {
                return Ok(Part::Value(Place::It(column)));
            }
            let known = schema.columns(slot).iter().map(|column| column.name);
            Err(format!("unknown name `{{{name}}}`{}", hint(column, known)))
        }
        (None, _) => {
            if let Some(slot) = schema.slot(name) {
                return Ok(Part::Value(Place::One(slot)));
            }
            let known = schema.signals().iter().map(|signal| signal.name);
            Err(format!("unknown name `{{{name}}}`{}", hint(name, known)))
        }
    }
}
