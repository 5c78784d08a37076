//! What so many candidates say that it tells nothing.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use siphasher::sip::SipHasher13;

/// Shingles and bullets that are common, by their short hashes.
#[derive(Clone, Debug, Default)]
pub struct Common(HashSet<u32, Spread>);

/// Hashes that are hashes already only need to be spread over a table.
pub(crate) type Spread = BuildHasherDefault<Spreading>;

/// See [`Spread`].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spreading(u64);

impl Hasher for Spreading {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_u32(&mut self, hash: u32) {
        self.0 = (self.0 ^ u64::from(hash)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// The half of a hash by which what is common is known.
pub fn short(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or_default()
}

/// Key of the hash of bullets.
const BULLET_KEY: (u64, u64) = (0x7465_6c6c_7461_6c65, 0x6275_6c6c_6574_5f31);

/// The hash of a normalised bullet.
pub fn bullet_hash(bullet: &str) -> u64 {
    let mut hasher = SipHasher13::new_with_keys(BULLET_KEY.0, BULLET_KEY.1);
    hasher.write(bullet.as_bytes());
    hasher.finish()
}

impl Common {
    /// From short hashes.
    pub fn of(hashes: impl IntoIterator<Item = u32>) -> Self {
        Self(hashes.into_iter().collect())
    }

    /// Whether a shingle or a bullet is common, by its hash.
    pub fn has(&self, hash: u64) -> bool {
        !self.0.is_empty() && self.0.contains(&short(hash))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is common.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_common_is_known_by_half_of_its_hash() {
        let bullet = bullet_hash("led the move of the ledger");
        let common = Common::of([short(bullet)]);
        assert!(common.has(bullet));
        assert!(!common.has(bullet_hash("led the move of the ledge")));
        assert!(Common::default().is_empty() && common.len() == 1);
    }
}
