//! What the tests of all vendors share.

use axum::http::HeaderMap;
use jiff::Timestamp;
use serde_json::Value;

use super::event::Event;
use super::signature::Forged;
use super::{Delivered, Vendor};

/// The key and the body of the known answers (`ats-webhooks.md` §12.2).
pub(super) const KAT_KEY: &str = "kat-key-0001";
/// See [`KAT_KEY`].
pub(super) const KAT_BODY: &[u8] = br#"{"a":3,"n":"\u00e9"}"#;

/// The time of the known answers.
pub(super) fn kat_time() -> Timestamp {
    Timestamp::from_second(1_700_000_000).unwrap()
}

/// Headers by name and value.
pub(super) fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    let pair = |(name, value): &(&str, &str)| {
        let name: axum::http::HeaderName = name.parse().unwrap();
        (name, value.parse().unwrap())
    };
    pairs.iter().map(pair).collect()
}

/// Whether a vendor takes a delivery for its own at the time of the known answers.
pub(super) fn verifies(
    vendor: &Vendor,
    secrets: &[&str],
    pairs: &[(&str, &str)],
    body: &[u8],
) -> Result<(), Forged> {
    let secrets: Vec<String> = secrets.iter().map(|one| (*one).to_owned()).collect();
    let headers = headers(pairs);
    (vendor.verify)(&posted(&headers, body), &secrets, kat_time())
}

/// A delivery.
pub(super) fn posted<'a>(headers: &'a HeaderMap, body: &'a [u8]) -> Delivered<'a> {
    Delivered {
        method: "POST",
        query: "",
        headers,
        body,
    }
}

/// What a vendor reads of a body without headers.
pub(super) fn read(vendor: &Vendor, body: &Value) -> Vec<Event> {
    let bytes = body.to_string();
    (vendor.read)(&posted(&HeaderMap::new(), bytes.as_bytes())).unwrap()
}

/// Tries a signature in one header over the body as every scheme of that kind must take and refuse
/// it: good, upper case, of the second secret, of a wrong key, of a changed body, missing, empty.
pub(super) fn takes_and_refuses(vendor: &Vendor, name: &str, good: &str, others: &[(&str, &str)]) {
    let with = |value: &str| {
        [&[(name, value)][..], others]
            .concat()
            .into_iter()
            .map(|(n, v)| (n.to_owned(), v.to_owned()))
            .collect::<Vec<_>>()
    };
    let verifies = |secrets: &[&str], pairs: Vec<(String, String)>, body: &[u8]| {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        verifies(vendor, secrets, &pairs, body)
    };
    assert_eq!(verifies(&[KAT_KEY], with(good), KAT_BODY), Ok(()));
    assert_eq!(
        verifies(&["other", KAT_KEY], with(good), KAT_BODY),
        Ok(()),
        "the second live secret"
    );
    assert!(
        verifies(&["other"], with(good), KAT_BODY).is_err(),
        "a wrong key"
    );
    assert!(verifies(&[], with(good), KAT_BODY).is_err(), "no key");
    let longer = [KAT_BODY, b" "].concat();
    assert!(
        verifies(&[KAT_KEY], with(good), &longer).is_err(),
        "a byte more"
    );
    let shorter = &good[..good.len() - 2];
    assert!(
        verifies(&[KAT_KEY], with(shorter), KAT_BODY).is_err(),
        "cut off"
    );
    assert!(verifies(&[KAT_KEY], with(""), KAT_BODY).is_err(), "empty");
    let missing = others
        .iter()
        .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
        .collect();
    assert!(verifies(&[KAT_KEY], missing, KAT_BODY).is_err(), "missing");
}
