//! What public records say of institutions, their programmes, and fields of study.
//!
//! ```text
//! base (shipped) ────────────┐
//!                            ├─> facts ──> build ──> Reference ──> normalise: look_up, major
//! publishers' files ─> import┘   (stored)            in memory     signals: awards, lifetimes, lists
//! ```
//!
//! A [`Reference`] is immutable and whole: whoever screens keeps one to the end, whatever is
//! imported meanwhile ([`shelf::Shelf`] holds the one in force). What an institution's calendar,
//! levels, programmes and lifetime are is only ever known of American ones, from federal files, so
//! that no school abroad can be held against them (red-flags §2, §5).

pub mod awards;
pub mod base;
pub mod build;
pub mod fact;
pub mod import;
pub mod institution;
pub mod kind;
pub mod major;
pub mod matching;
pub mod mills;
pub mod related;
pub mod shelf;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

pub use awards::{AwardLevel, Awards};
pub use fact::Fact;
pub use institution::{Calendar, Institution};
pub use kind::{Kind, Need, Vintage};
pub use matching::{LookUp, Match};
pub use mills::Mills;
pub use related::Related;

use crate::normalise::place;

/// A set of facts that was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// What it is.
    pub kind: Kind,
    /// Of which year or day its facts are.
    pub vintage: Vintage,
    /// The file it was read from, its name alone.
    pub file: String,
    /// SHA-256 of that file, hexadecimal.
    pub digest: String,
    /// Rows that were read.
    pub rows: i64,
    /// When.
    pub imported_at: Timestamp,
}

/// All that is known, ready to be looked up.
#[derive(Debug)]
pub struct Reference {
    sets: Vec<Set>,
    institutions: Vec<Arc<Institution>>,
    names: matching::Index,
    related: Related,
    awards: Awards,
    mills: Mills,
    cities: HashMap<String, (f64, f64)>,
}

impl Reference {
    /// What was imported, by kind, the newest first.
    pub fn sets(&self) -> &[Set] {
        &self.sets
    }

    /// Every institution that is known.
    pub fn institutions(&self) -> &[Arc<Institution>] {
        &self.institutions
    }

    /// The institution of a name as people write it.
    pub fn look_up(&self, written: &str) -> LookUp {
        self.names.look_up(written)
    }

    /// The institution that bears exactly this name, folded: for telling a school from other words.
    pub fn named(&self, written: &str) -> Option<&Arc<Institution>> {
        self.names.exact(written)
    }

    /// Whether one institution or several bear exactly this name, folded.
    pub fn knows(&self, written: &str) -> bool {
        self.names.knows(written)
    }

    /// An American institution with all those that a degree claimed from it, under this name, may be
    /// reported by; itself first.
    pub fn related<'a>(&'a self, school: &'a Institution, written: &str) -> Vec<&'a Institution> {
        let others = self.related.of(school, written).into_iter();
        let others = others.filter_map(|at| self.institutions.get(at).map(|one| &**one));
        let others = others.filter(|other| other.unitid != school.unitid);
        std::iter::once(school).chain(others).collect()
    }

    /// Degrees that American institutions awarded.
    pub fn awards(&self) -> &Awards {
        &self.awards
    }

    /// Institutions on the operator's list of diploma mills.
    pub fn mills(&self) -> &Mills {
        &self.mills
    }

    /// Degrees north and east of an American city: the place of one of its institutions.
    pub fn city(&self, city: &str, state: &str) -> Option<(f64, f64)> {
        self.cities.get(&(place::squeezed(city)? + state)).copied()
    }

    /// Why something that rules ask for is not known: what is missing or too old on this day.
    /// `None` when it is known.
    pub fn lacks(&self, need: Need, today: Date) -> Option<String> {
        need.lacks(&self.sets, today)
    }
}

/// Kilometres between two places on the great circle; places in degrees north and east.
pub fn distance_km(a: (f64, f64), b: (f64, f64)) -> f64 {
    /// Mean radius of the Earth.
    const RADIUS_KM: f64 = 6371.0;
    let (lat_a, lat_b) = (a.0.to_radians(), b.0.to_radians());
    let half_lat = ((lat_b - lat_a) / 2.0).sin();
    let half_lon = ((b.1 - a.1).to_radians() / 2.0).sin();
    let h = half_lat.mul_add(half_lat, lat_a.cos() * lat_b.cos() * half_lon * half_lon);
    2.0 * RADIUS_KM * h.sqrt().min(1.0).asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_the_globe() {
        let berkeley = base::shipped().city("Berkeley", "CA").unwrap();
        let austin = base::shipped().city("Austin", "TX").unwrap();
        assert!((distance_km(berkeley, austin) - 2410.0).abs() < 40.0);
        assert!(distance_km(austin, austin) < 0.001);
    }
}
