//! The names, columns and types that rules may use, taken from a list of signals.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use crate::signals::{self, Column, Kind, Shape, Signal};

/// A list of signals made searchable by name.
#[derive(Debug)]
pub struct Schema {
    signals: &'static [Signal],
    names: Vec<Arc<str>>,
    slots: HashMap<&'static str, usize>,
}

/// The schema of [`signals::ALL`].
pub static SHIPPED: LazyLock<Arc<Schema>> = LazyLock::new(|| Arc::new(Schema::new(signals::ALL)));

impl Schema {
    /// The schema of these signals; a signal's slot is its place among them.
    pub fn new(signals: &'static [Signal]) -> Self {
        Self {
            signals,
            names: signals.iter().map(|signal| signal.name.into()).collect(),
            slots: (signals.iter().enumerate())
                .map(|(slot, signal)| (signal.name, slot))
                .collect(),
        }
    }

    /// The signals, in the order of their slots.
    pub fn signals(&self) -> &'static [Signal] {
        self.signals
    }

    /// The slot of a signal.
    pub fn slot(&self, name: &str) -> Option<usize> {
        self.slots.get(name).copied()
    }

    /// The name of a slot.
    pub(super) fn name(&self, slot: usize) -> &Arc<str> {
        &self.names[slot]
    }

    /// The shape of a slot.
    pub(super) fn shape(&self, slot: usize) -> Shape {
        self.signals[slot].shape
    }

    /// The columns of a slot; none for a signal of one value.
    pub(super) fn columns(&self, slot: usize) -> &'static [Column] {
        match self.shape(slot) {
            Shape::Rows(columns) => columns,
            Shape::One(_) => &[],
        }
    }

    /// A column's place and kind.
    pub(super) fn column(&self, slot: usize, name: &str) -> Option<(usize, Kind)> {
        let columns = self.columns(slot);
        let index = columns.iter().position(|column| column.name == name)?;
        Some((index, columns[index].kind))
    }
}

/// Below this likeness a known name is no help to somebody who wrote another one.
const HELPFUL: f64 = 0.6;

/// `; did you mean …?` with the known name most like the one written, or nothing.
pub(super) fn hint<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> String {
    known
        .map(|name| {
            let swaps = strsim::normalized_damerau_levenshtein(written, name);
            (strsim::jaro_winkler(written, name).max(swaps), name)
        })
        .filter(|(likeness, _)| *likeness >= HELPFUL)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| format!("; did you mean `{name}`?"))
        .unwrap_or_default()
}
