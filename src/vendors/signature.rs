//! Signatures: HMAC-SHA256 over bytes, written in one of a few ways, compared in constant time.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// How far a signed time may be off where the vendor names no limit, seconds.
pub const TOLERANCE_S: i64 = 300;

/// Why a delivery is not taken for the vendor's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forged {
    /// There is no signature.
    #[error("the delivery carries no signature: the header {0} is missing")]
    Missing(&'static str),
    /// It was not made with any secret of this connection, or over other bytes.
    #[error("the signature is not one of this connection's secrets over these bytes")]
    Wrong,
    /// It is too old, or from the future.
    #[error("the signature's time is too far from now")]
    Stale,
}

/// HMAC-SHA256 of the parts one after another.
pub fn mac(secret: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Whether bytes are the expected MAC.
fn is(given: &[u8], expected: &[u8; 32]) -> bool {
    expected[..].ct_eq(given).into()
}

/// Bytes of hexadecimal digits in either case.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let value = |digit: u8| char::from(digit).to_digit(16);
    let pair = |pair: &[u8]| u8::try_from(value(pair[0])? * 16 + value(pair[1])?).ok();
    digits.chunks_exact(2).map(pair).collect()
}

/// Whether hexadecimal digits are the MAC of the parts under any secret.
pub fn hex(given: &str, secrets: &[String], parts: &[&[u8]]) -> Result<(), Forged> {
    let given = unhex(given).ok_or(Forged::Wrong)?;
    any(secrets, |secret| is(&given, &mac(secret, parts)))
}

/// The same for base64.
pub fn base64(given: &str, secrets: &[String], parts: &[&[u8]]) -> Result<(), Forged> {
    let given = STANDARD.decode(given).map_err(|_| Forged::Wrong)?;
    any(secrets, |secret| is(&given, &mac(secret, parts)))
}

/// The same for base64 with the letters of URLs, padded or not.
pub fn base64url(given: &str, secrets: &[String], parts: &[&[u8]]) -> Result<(), Forged> {
    let given = URL_SAFE_NO_PAD
        .decode(given.trim_end_matches('='))
        .map_err(|_| Forged::Wrong)?;
    any(secrets, |secret| is(&given, &mac(secret, parts)))
}

/// Whether any secret does; every one is tried, so that time tells nothing.
pub fn any(secrets: &[String], good: impl Fn(&str) -> bool) -> Result<(), Forged> {
    let good = secrets.iter().filter(|secret| good(secret)).count() > 0;
    if good { Ok(()) } else { Err(Forged::Wrong) }
}

/// Whether two texts are equal, in constant time.
pub fn same(given: &str, expected: &str) -> bool {
    given.as_bytes().ct_eq(expected.as_bytes()).into()
}

/// A header such as `t=1700000000,v1=…,v1=…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamped<'a> {
    /// The time as written, which is what is signed.
    pub time: &'a str,
    /// The signatures of the version asked for.
    pub signatures: Vec<&'a str>,
}

impl<'a> Stamped<'a> {
    /// Reads such a header; parts of other versions are passed over.
    pub fn read(header: &'a str, version: &str) -> Option<Self> {
        let parts = || {
            header
                .split(',')
                .filter_map(|part| part.trim().split_once('='))
        };
        let of = |wanted: &'a str| parts().filter(move |(name, _)| *name == wanted);
        let time = of("t").next()?.1;
        let signatures = parts().filter(|(name, _)| *name == version);
        Some(Self {
            time,
            signatures: signatures.map(|(_, value)| value).collect(),
        })
    }

    /// Whether any signature is good, and the time near now.
    pub fn verify(
        &self,
        secrets: &[String],
        parts: &[&[u8]],
        now: Timestamp,
    ) -> Result<(), Forged> {
        let good = (self.signatures.iter()).any(|given| hex(given, secrets, parts).is_ok());
        if !good {
            return Err(Forged::Wrong);
        }
        near(self.time, now, TOLERANCE_S)
    }
}

/// Whether a time in whole seconds is near now.
pub fn near(seconds: &str, now: Timestamp, tolerance_s: i64) -> Result<(), Forged> {
    let seconds: i64 = seconds.trim().parse().map_err(|_| Forged::Wrong)?;
    near_time(seconds, now, tolerance_s)
}

/// The same of a number.
pub fn near_time(seconds: i64, now: Timestamp, tolerance_s: i64) -> Result<(), Forged> {
    let apart = now.as_second().saturating_sub(seconds).saturating_abs();
    if apart <= tolerance_s {
        Ok(())
    } else {
        Err(Forged::Stale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_is_read_in_either_case_and_nothing_else() {
        assert_eq!(unhex("0aFf"), Some(vec![10, 255]));
        for bad in ["0", "0g", "é1", "+1", " 1"] {
            assert_eq!(unhex(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_stamped_header_is_read_whole() {
        let read = Stamped::read("t=17, v1=aa,v0=bb,v1=cc", "v1").unwrap();
        assert_eq!((read.time, read.signatures), ("17", vec!["aa", "cc"]));
        assert_eq!(Stamped::read("v1=aa", "v1"), None);
    }

    #[test]
    fn time_is_near_on_both_sides() {
        let now = Timestamp::from_second(1_000_000).unwrap();
        for (seconds, expected) in [
            ("1000000", Ok(())),
            ("999700", Ok(())),
            ("1000300", Ok(())),
            ("999699", Err(Forged::Stale)),
            ("1000301", Err(Forged::Stale)),
            ("-9223372036854775808", Err(Forged::Stale)),
            ("99999999999999999999", Err(Forged::Wrong)),
            ("1e6", Err(Forged::Wrong)),
        ] {
            assert_eq!(near(seconds, now, 300), expected, "{seconds}");
        }
    }
}
