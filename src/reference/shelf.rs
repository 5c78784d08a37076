//! The reference in force: read once, made anew when something was imported, and never half.

use std::sync::{Arc, PoisonError, RwLock};

use super::{Reference, base};

/// Holds the reference in force.
#[derive(Debug)]
pub struct Shelf {
    current: RwLock<Arc<Reference>>,
}

impl Default for Shelf {
    fn default() -> Self {
        Self::holding(base::shipped().clone())
    }
}

impl Shelf {
    /// A shelf with this reference.
    pub fn holding(reference: Arc<Reference>) -> Self {
        Self {
            current: RwLock::new(reference),
        }
    }

    /// The reference in force. Whoever screens keeps it to the end.
    pub fn current(&self) -> Arc<Reference> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another one in force.
    pub fn replace(&self, reference: Arc<Reference>) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = reference;
    }
}
