//! What a screening saw, by the names of signals and columns.

use crate::explain::visible;
use crate::rules::{Finding, schema};
use crate::signals::{Column, Facts, Row, Shape, Value};

/// A piece of somebody's words is no longer in a line of evidence, characters.
pub(super) const LONGEST: usize = 120;

/// What a screening saw.
pub(super) struct Saw<'a> {
    pub facts: &'a Facts,
    pub findings: &'a [Finding],
}

/// A row of a signal, its cells by name.
pub(super) struct Cells<'a> {
    pub row: &'a Row,
    pub columns: &'static [Column],
}

impl Cells<'_> {
    fn cell(&self, name: &str) -> Option<&Value> {
        let at = self.columns.iter().position(|column| column.name == name)?;
        self.row.cells.get(at)?.as_ref()
    }

    /// A truth.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.cell(name)? {
            Value::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    /// A number.
    pub fn number(&self, name: &str) -> Option<f64> {
        match self.cell(name)? {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// A text cut to a line or two, or a whole number written out.
    pub fn said(&self, name: &str) -> Option<String> {
        Some(visible::short(&self.text(name)?, LONGEST).into_owned())
    }

    /// A text, or a whole number written out.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.cell(name)? {
            Value::Text(text) if !text.trim().is_empty() => Some(text.to_string()),
            Value::Number(number) => Some(format!("{number:.0}")),
            _ => None,
        }
    }
}

impl<'a> Saw<'a> {
    /// The rows of a signal; `None` where it was not known.
    pub fn rows(&self, name: &str) -> Option<impl Iterator<Item = Cells<'a>> + use<'a>> {
        let slot = schema::SHIPPED.slot(name)?;
        let Shape::Rows(columns) = schema::SHIPPED.signals()[slot].shape else {
            return None;
        };
        match self.facts.get(slot)? {
            Value::Rows(rows) => Some(rows.iter().map(move |row| Cells { row, columns })),
            _ => None,
        }
    }

    /// The rows of a signal that stand for one claim.
    pub fn of(&self, name: &str, claim: &Row) -> impl Iterator<Item = Cells<'a>> + use<'a> {
        let (field, value) = (claim.field.to_string(), claim.value.to_string());
        self.rows(name)
            .into_iter()
            .flatten()
            .filter(move |cells| cells.row.field == field && cells.row.value == value)
    }

    /// The findings with their numbers in whose evidence a claim stands.
    pub fn findings(&self, field: &str, value: &str) -> Vec<(usize, &'a Finding)> {
        (1..)
            .zip(self.findings)
            .filter(|(_, finding)| {
                finding
                    .evidence
                    .iter()
                    .any(|evidence| evidence.field == field && evidence.value == value)
            })
            .collect()
    }
}
