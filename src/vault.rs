//! Seals what must be read again and must not lie open: secrets of connections, raw deliveries.
//!
//! XChaCha20-Poly1305 under a key derived from the installation's, a random nonce of 24 bytes in
//! front. What is sealed is bound to its place, such as a table, a column and a row's id: moved
//! elsewhere it no longer opens.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};

/// Which kind of sealing a byte string carries; another kind or key gets another number.
const VERSION: u8 = 1;

/// Bytes of a nonce.
const NONCE: usize = 24;

/// The key that seals.
#[derive(Clone)]
pub struct Vault(XChaCha20Poly1305);

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(..)")
    }
}

/// What was sealed cannot be opened: another key, another place, or damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what was sealed cannot be opened with this installation's key")]
pub struct Unopenable;

impl Vault {
    /// A vault with this key.
    pub fn new(key: [u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(&Key::from(key)))
    }

    /// Seals bytes for a place.
    pub fn seal(&self, place: &str, bytes: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).expect("the system gives random bytes");
        let payload = Payload {
            msg: bytes,
            aad: place.as_bytes(),
        };
        let sealed = self
            .0
            .encrypt(&XNonce::from(nonce), payload)
            .expect("what fits in memory is not too long");
        [&[VERSION][..], &nonce, &sealed].concat()
    }

    /// Opens what was sealed for a place.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, Unopenable> {
        let (version, rest) = sealed.split_first().ok_or(Unopenable)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or(Unopenable)?;
        if *version != VERSION {
            return Err(Unopenable);
        }
        let payload = Payload {
            msg: sealed,
            aad: place.as_bytes(),
        };
        self.0
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| Unopenable)
    }

    /// Seals a value as JSON.
    pub fn seal_json<T: serde::Serialize>(&self, place: &str, value: &T) -> Vec<u8> {
        let json = serde_json::to_vec(value).expect("our own types serialize");
        self.seal(place, &json)
    }

    /// Opens a value that was sealed as JSON.
    pub fn open_json<T: serde::de::DeserializeOwned>(
        &self,
        place: &str,
        sealed: &[u8],
    ) -> Result<T, Unopenable> {
        serde_json::from_slice(&self.open(place, sealed)?).map_err(|_| Unopenable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_in_its_place_alone() {
        let vault = Vault::new([7; 32]);
        for bytes in [&b""[..], b"secret", &[0; 10_000]] {
            let sealed = vault.seal("connections.secrets/1", bytes);
            assert_eq!(vault.open("connections.secrets/1", &sealed).unwrap(), bytes);
            assert_eq!(
                vault.open("connections.secrets/2", &sealed),
                Err(Unopenable)
            );
            let other = Vault::new([8; 32]);
            assert_eq!(
                other.open("connections.secrets/1", &sealed),
                Err(Unopenable)
            );
            for at in 0..sealed.len().min(60) {
                let mut damaged = sealed.clone();
                damaged[at] ^= 1;
                assert_eq!(
                    vault.open("connections.secrets/1", &damaged),
                    Err(Unopenable)
                );
                assert!(vault.open("connections.secrets/1", &sealed[..at]).is_err());
            }
        }
    }

    #[test]
    fn nothing_is_sealed_twice_alike() {
        let vault = Vault::new([7; 32]);
        assert_ne!(vault.seal("a", b"x"), vault.seal("a", b"x"));
    }
}
