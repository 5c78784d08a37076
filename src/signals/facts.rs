//! The values of one reading, by slot; as JSON they are what a screening stores.

use super::Value;

/// A value, or "not known", for each signal of [`super::ALL`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    values: Vec<Option<Value>>,
}

impl Facts {
    /// From values in the order of the slots.
    pub fn new(values: Vec<Option<Value>>) -> Self {
        Self { values }
    }

    /// The value in a slot.
    pub fn get(&self, slot: usize) -> Option<&Value> {
        self.values.get(slot)?.as_ref()
    }
}
