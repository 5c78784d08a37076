//! What everybody here is like: how many there are, and which area codes, words and passages are common.
//!
//! Learnt from a sample that grows with the population up to a bound, so that what is common can be
//! told from what is shared.

use std::collections::HashMap;

/// The population as it is known at one time.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    /// Candidates, about.
    pub candidates: f64,
    /// Share of the candidates with a number in an area code, 0 to 1, by area code.
    pub areas: HashMap<u16, f64>,
}

/// The population as it grows.
#[derive(Debug, Default)]
pub struct Population;

impl Population {
    /// As it is now.
    pub fn picture(&self) -> Picture {
        Picture::default()
    }
}

impl Picture {
    /// The share of the candidates with a number in an area code, 0 to 1.
    pub fn area_share(&self, npa: u16) -> f64 {
        self.areas.get(&npa).copied().unwrap_or_default()
    }

    /// A picture of nobody.
    pub fn none() -> &'static Self {
        static NONE: std::sync::LazyLock<Picture> = std::sync::LazyLock::new(Picture::default);
        &NONE
    }
}
