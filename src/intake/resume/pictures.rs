//! Pictures of a document, known by their bytes.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// Bytes below which a picture is a bullet, a line or an icon, which many documents have.
const SMALLEST: usize = 2_048;

/// The SHA-256 of a picture's bytes, hexadecimal; `None` for small ones. Nothing is looked at but
/// whether two files are the same.
pub(super) fn digest(bytes: &[u8]) -> Option<String> {
    if bytes.len() < SMALLEST {
        return None;
    }
    let digest = Sha256::digest(bytes);
    let mut hexadecimal = String::with_capacity(2 * digest.len());
    for byte in digest {
        write!(hexadecimal, "{byte:02x}").expect("a string takes all");
    }
    Some(hexadecimal)
}

#[cfg(test)]
mod tests {
    use super::{SMALLEST, digest};

    #[test]
    fn small_pictures_are_icons() {
        assert_eq!(digest(&[7; SMALLEST - 1]), None);
        let picture = digest(&[7; SMALLEST]).unwrap();
        assert_eq!(picture.len(), 64);
        assert_ne!(digest(&[8; SMALLEST]), Some(picture));
    }
}
