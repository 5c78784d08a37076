//! Standard Webhooks: how a message is signed, and how a signature is checked.
//!
//! <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>. The
//! signature covers `id.timestamp.body`. `v1` is HMAC-SHA256 under a secret `whsec_…`, `v1a` is Ed25519
//! with a public key `whpk_…`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use ring::signature::{ED25519, UnparsedPublicKey};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// How far a timestamp may be off, seconds.
pub const TOLERANCE_S: i64 = 300;

/// Prefixes of keys.
const SECRET: &str = "whsec_";
const PUBLIC: &str = "whpk_";

/// Bytes of a secret that we make.
const SECRET_BYTES: usize = 32;

/// The least and the most bytes of a secret, by the specification.
const SECRET_LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;

/// A new secret, `whsec_` and base64 of 256 random bits.
pub fn new_secret() -> String {
    let mut bytes = [0; SECRET_BYTES];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    format!("{SECRET}{}", STANDARD.encode(bytes))
}

/// What is wrong with a key, if anything is.
pub fn refusal(key: &str) -> Option<String> {
    if key.starts_with("whsk_") {
        return Some(
            "whsk_ is a private key, which only the sender may have; give the public one, whpk_"
                .into(),
        );
    }
    let (what, bytes) = match (key.strip_prefix(PUBLIC), key.strip_prefix(SECRET)) {
        (Some(rest), _) => ("a public key", STANDARD.decode(rest)),
        (_, rest) => ("a secret", STANDARD.decode(rest.unwrap_or(key))),
    };
    match bytes {
        Err(_) => Some("whsec_ or whpk_ followed by base64 is expected".into()),
        Ok(bytes) if what == "a public key" && bytes.len() != 32 => Some(format!(
            "a public key has 32 bytes, this has {}",
            bytes.len()
        )),
        Ok(bytes) if what == "a secret" && !SECRET_LENGTHS.contains(&bytes.len()) => Some(format!(
            "a secret has 24 to 64 bytes, this has {}",
            bytes.len()
        )),
        Ok(_) => None,
    }
}

fn mac(key: &[u8], id: &str, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
        mac.update(part);
    }
    mac
}

/// The value of `webhook-signature` for a message: one entry for each secret that can sign.
pub fn sign(secrets: &[String], id: &str, at: Timestamp, body: &[u8]) -> String {
    let timestamp = at.as_second().to_string();
    let entries = secrets.iter().filter_map(|secret| {
        let key = STANDARD.decode(secret.strip_prefix(SECRET)?).ok()?;
        let mac = mac(&key, id, &timestamp, body).finalize().into_bytes();
        Some(format!("v1,{}", STANDARD.encode(mac)))
    });
    entries.collect::<Vec<_>>().join(" ")
}

/// Whether any entry of a signature header is good under any key. Entries of versions that are not known
/// are passed over.
pub fn verifies(keys: &[String], id: &str, timestamp: &str, body: &[u8], header: &str) -> bool {
    let entries = header.split(' ').filter_map(|entry| entry.split_once(','));
    entries
        .filter_map(|(version, signature)| Some((version, STANDARD.decode(signature).ok()?)))
        .any(|(version, signature)| {
            keys.iter().any(|key| match version {
                "v1" => verifies_v1(key, id, timestamp, body, &signature),
                "v1a" => verifies_v1a(key, id, timestamp, body, &signature),
                _ => false,
            })
        })
}

fn verifies_v1(key: &str, id: &str, timestamp: &str, body: &[u8], signature: &[u8]) -> bool {
    if key.starts_with(PUBLIC) {
        return false;
    }
    let Ok(key) = STANDARD.decode(key.strip_prefix(SECRET).unwrap_or(key)) else {
        return false;
    };
    let expected = mac(&key, id, timestamp, body).finalize().into_bytes();
    expected[..].ct_eq(signature).into()
}

fn verifies_v1a(key: &str, id: &str, timestamp: &str, body: &[u8], signature: &[u8]) -> bool {
    let Some(Ok(key)) = key.strip_prefix(PUBLIC).map(|key| STANDARD.decode(key)) else {
        return false;
    };
    let message = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body].concat();
    UnparsedPublicKey::new(&ED25519, key)
        .verify(&message, signature)
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of `ats-webhooks.md` §12.2 and of the specification.
    #[test]
    fn known_answers() {
        let body = br#"{"a":3,"n":"\u00e9"}"#;
        let secret = "whsec_0euGhoJ1FkhDWf8NS9lZvsnTJ0XtBy6LKj6jdD+RzbI=".to_owned();
        let at = Timestamp::from_second(1_700_000_000).unwrap();
        let signature = "v1,Eu8i9h1QyAkh1X9vY+io2D7qwShfn7vW9PSF47xIj1o=";
        assert_eq!(
            sign(std::slice::from_ref(&secret), "msg_kat1", at, body),
            signature
        );
        let public = "whpk_3fCUgBKCfr9jHsyAprvF8odDCvalpuG3cjeoHwf3dPU=".to_owned();
        let asymmetric = "v1a,x5044zj1RZxT6fNpgJNTkbljqXR7a/4BuwvYoLLtY8bEoUmckljen874RSXRFikNB2VvvAP98Z07Waq8OVsgBw==";
        let check =
            |keys: &[String], header: &str| verifies(keys, "msg_kat1", "1700000000", body, header);
        let keys = [public, secret];
        assert!(check(&keys[1..], signature) && check(&keys[..1], asymmetric));
        for (header, good) in [
            (format!("v2,abc nonsense {signature}"), true),
            (format!("{asymmetric} {signature}"), true),
            (signature.replace("v1,", "v1a,"), false),
            (asymmetric.replace("v1a,", "v1,"), false),
            (signature.replace("Eu8", "Eu9"), false),
            (signature.replace("v1,", "v1,="), false),
            (String::new(), false),
        ] {
            assert_eq!(check(&keys, &header), good, "{header}");
        }
        assert!(!verifies(&keys, "msg_kat2", "1700000000", body, signature));
        assert!(!verifies(&keys, "msg_kat1", "1700000001", body, signature));
        let published = ["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD".to_owned()];
        let body = br#"{"email":"test@example.com","username":"test_user"}"#;
        let at = Timestamp::from_second(1_649_367_553).unwrap();
        assert_eq!(
            sign(&published, "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", at, body),
            "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="
        );
    }

    #[test]
    fn keys_are_what_they_say() {
        assert_eq!(refusal(&new_secret()), None);
        assert_ne!(new_secret(), new_secret());
        for bad in [
            "",
            "whsec_",
            "whsec_c2hvcnQ=",
            "whsec_not base64",
            "whpk_c2hvcnQ=",
            "whsk_AAAA",
        ] {
            assert!(refusal(bad).is_some(), "{bad}");
        }
    }
}
