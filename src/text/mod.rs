//! Texts that are alike, at any size.
//!
//! A text is a set of five-word shingles ([`crate::normalise::text`]). What many candidates say is
//! left out ([`Common`]): templates, quoted job adverts, phrases of the trade. Of the rest a
//! [`sketch`] is stored, a few numbers that two texts share the more often the more alike they are;
//! the [`index`] in memory finds who shares some; and only those few are compared word by word
//! ([`compare`]), so that what is found can be quoted from both texts ([`passages`]).

mod common;
pub mod compare;
pub mod index;
pub mod layout;
pub mod passages;
pub mod sketch;
pub mod slip;

pub(crate) use common::Spread;
pub use common::{Common, bullet_hash, short};
pub use compare::{Likeness, Texts};
pub use index::{Index, Place};
pub use sketch::{Sketch, Sketcher};

/// Scrambles 64 bits (the end of `MurmurHash3`, Austin Appleby, public domain).
const fn mix(mut x: u64) -> u64 {
    x ^= x >> 33;
    x = x.wrapping_mul(0xff51_afd7_ed55_8ccd);
    x ^= x >> 33;
    x = x.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    x ^ (x >> 33)
}
