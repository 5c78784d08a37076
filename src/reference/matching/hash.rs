//! Hashes of words and of rows of words: names are looked up without making a text of them.
//!
//! 64 bits: among all names of the world's institutions two that differ do not meet.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// A map by such hashes.
pub(super) type Map<T> = HashMap<u64, T, BuildHasherDefault<AsIs>>;

/// A set of such hashes.
pub(super) type Set = HashSet<u64, BuildHasherDefault<AsIs>>;

/// FNV-1a, then mixed.
pub(super) const fn word(letters: &str) -> u64 {
    let bytes = letters.as_bytes();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    mix(hash)
}

/// Finalizer of `SplitMix64`.
const fn mix(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// A row of words with one more.
pub(super) const fn then(row: u64, word: u64) -> u64 {
    mix(row.rotate_left(7) ^ word)
}

/// A row of words.
pub(super) fn row(words: impl IntoIterator<Item = u64>) -> u64 {
    words.into_iter().fold(0, then)
}

/// Takes a hash as it is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = then(self.0, u64::from(*byte));
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_number_count_in_a_row() {
        let (a, b) = (word("miami"), word("university"));
        assert_ne!(row([a, b]), row([b, a]));
        assert_ne!(row([a, a]), row([a]));
        assert_ne!(row([a]), a);
    }
}
