//! Keys that sign: RS256 with an operator's key, ES256 with an operator's or one that is made here.
//!
//! CAEP's interoperability profile asks for RS256 and 2048 bits. The signature is `ring`'s, as TLS's
//! is; what is left of a JWT (RFC 7515) is base64 with dots between, for which no library is worth its
//! weight.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// RSA, PKCS #1 v1.5, SHA-256.
pub const RS256: &str = "RS256";

/// ECDSA over P-256, SHA-256.
pub const ES256: &str = "ES256";

/// A key that signs.
pub enum Key {
    /// An operator's RSA key.
    Rsa(RsaKeyPair),
    /// A key over P-256.
    P256(EcdsaKeyPair),
}

/// Base64 as JWTs have it.
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Back again.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// A new key over P-256, PKCS#8.
pub fn new() -> Vec<u8> {
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
    made.expect("the system gives random bytes")
        .as_ref()
        .to_vec()
}

/// The key in a PEM file.
pub fn der_of_pem(pem: &str) -> Result<Vec<u8>, String> {
    match PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()) {
        Ok(der) => Ok(der.secret_pkcs8_der().to_vec()),
        Err(_) => Err(
            "a PEM file with BEGIN PRIVATE KEY is expected, not encrypted; \
                       openssl pkcs8 -topk8 -nocrypt makes one of other files"
                .to_owned(),
        ),
    }
}

impl Key {
    /// The key in PKCS#8.
    pub fn of_der(der: &[u8]) -> Result<Self, String> {
        let as_rsa = match RsaKeyPair::from_pkcs8(der) {
            Ok(key) => return Ok(Self::Rsa(key)),
            Err(why) => why.to_string(),
        };
        let random = SystemRandom::new();
        match EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der, &random) {
            Ok(key) => Ok(Self::P256(key)),
            Err(_) if as_rsa == "TooSmall" => {
                Err("this RSA key is too small: 2048 bits are the least".to_owned())
            }
            Err(_) => {
                Err("an RSA key of 2048 to 4096 bits or a key over P-256 is expected".to_owned())
            }
        }
    }

    /// How it signs.
    pub fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(_) => RS256,
            Self::P256(_) => ES256,
        }
    }

    /// The public key as receivers read it (RFC 7517), named by its thumbprint.
    pub fn public(&self) -> Value {
        let mut key = match self {
            Self::Rsa(pair) => {
                let PublicKeyComponents::<Vec<u8>> { n, e } = pair.public().into();
                json!({"e": encode(e), "kty": "RSA", "n": encode(n)})
            }
            Self::P256(pair) => {
                // A byte that says "not compressed", then both coordinates.
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                json!({"crv": "P-256", "kty": "EC", "x": encode(x), "y": encode(y)})
            }
        };
        let name = thumbprint(&key);
        key["kid"] = json!(name);
        key["alg"] = json!(self.algorithm());
        key["use"] = json!("sig");
        key
    }

    /// Claims as a signed security event token.
    pub fn sign(&self, claims: &[u8]) -> Result<String, ring::error::Unspecified> {
        let header = json!({
            "typ": "secevent+jwt",
            "alg": self.algorithm(),
            "kid": self.public()["kid"],
        });
        let mut token = format!("{}.{}", encode(header.to_string()), encode(claims));
        let random = SystemRandom::new();
        let signature = match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, token.as_bytes(), &mut signature)?;
                signature
            }
            Self::P256(pair) => pair.sign(&random, token.as_bytes())?.as_ref().to_vec(),
        };
        token.push('.');
        token.push_str(&encode(signature));
        Ok(token)
    }
}

/// The name of a public key that says nothing but what the key has to say (RFC 7638): its required
/// members in the order of the alphabet.
fn thumbprint(key: &Value) -> String {
    let required: &[&str] = match key["kty"].as_str() {
        Some("RSA") => &["e", "kty", "n"],
        _ => &["crv", "kty", "x", "y"],
    };
    let members: Vec<String> = required
        .iter()
        .map(|name| format!("\"{name}\":{}", key[*name]))
        .collect();
    encode(Sha256::digest(format!("{{{}}}", members.join(","))))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    use ring::signature::{
        ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
        UnparsedPublicKey,
    };

    use super::*;

    /// What openssl answers, of options and what it is given.
    fn openssl(options: &[&str], given: &[u8]) -> String {
        let mut running = Command::new("openssl")
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("openssl is installed");
        running.stdin.take().unwrap().write_all(given).unwrap();
        let done = running.wait_with_output().unwrap();
        String::from_utf8(done.stdout).unwrap()
    }

    fn rsa(bits: &str) -> String {
        let size = format!("rsa_keygen_bits:{bits}");
        openssl(&["genpkey", "-algorithm", "RSA", "-pkeyopt", &size], b"")
    }

    fn curve(name: &str) -> String {
        let curve = format!("ec_paramgen_curve:{name}");
        openssl(&["genpkey", "-algorithm", "EC", "-pkeyopt", &curve], b"")
    }

    fn read(pem: &str) -> Result<Key, String> {
        Key::of_der(&der_of_pem(pem)?)
    }

    #[test]
    fn a_thumbprint_is_that_of_the_specification() {
        // RFC 7638, section 3.1.
        let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        let key = json!({"kty": "RSA", "n": n, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"});
        assert_eq!(
            thumbprint(&key),
            "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
        );
    }

    #[test]
    fn a_token_verifies_with_the_public_key_alone() {
        let given = [rsa("2048"), curve("P-256")];
        let made = Key::of_der(&new()).unwrap();
        let keys = given.iter().map(|pem| read(pem).unwrap()).chain([made]);
        for (key, algorithm) in keys.zip([RS256, ES256, ES256]) {
            let public = key.public();
            let token = key.sign(br#"{"iss":"https://telltale.example"}"#).unwrap();
            let parts: Vec<&str> = token.split('.').collect();
            let header: Value = serde_json::from_slice(&decode(parts[0]).unwrap()).unwrap();
            assert_eq!(
                header,
                json!({"typ": "secevent+jwt", "alg": algorithm, "kid": public["kid"]})
            );
            let member = |name: &str| decode(public[name].as_str().unwrap()).unwrap();
            let said = format!("{}.{}", parts[0], parts[1]);
            let signature = decode(parts[2]).unwrap();
            let verified = |said: &str| {
                let said = said.as_bytes();
                if algorithm == RS256 {
                    let (n, e) = (member("n"), member("e"));
                    let key = RsaPublicKeyComponents { n, e };
                    key.verify(&RSA_PKCS1_2048_8192_SHA256, said, &signature)
                } else {
                    let point = [&[4][..], &member("x"), &member("y")].concat();
                    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
                    key.verify(said, &signature)
                }
            };
            assert!(verified(&said).is_ok(), "{algorithm}");
            assert!(verified(&said.replace('.', "..")).is_err());
        }
    }

    #[test]
    fn a_key_that_cannot_serve_says_why() {
        let ed25519 = openssl(&["genpkey", "-algorithm", "ed25519"], b"");
        let good = rsa("2048");
        let old = openssl(&["rsa", "-traditional"], good.as_bytes());
        let public = openssl(&["pkey", "-pubout"], good.as_bytes());
        for (pem, why) in [
            (rsa("1024"), "too small"),
            (curve("P-384"), "over P-256 is expected"),
            (ed25519, "over P-256 is expected"),
            (old, "openssl pkcs8"),
            (public, "BEGIN PRIVATE KEY"),
            ("no key".to_owned(), "BEGIN PRIVATE KEY"),
        ] {
            let Err(refused) = read(&pem) else {
                panic!("taken: {why}");
            };
            assert!(refused.contains(why), "{refused}");
        }
    }
}
