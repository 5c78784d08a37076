//! Keys: what two records must share to be neighbours, as keyed 64-bit hashes.
//!
//! Reuse is found by exact look-up of these, never by scanning. A key is a
//! keyed hash, so an index that leaks says nothing without the installation's key.

use std::hash::Hasher;

use serde::{Deserialize, Serialize};
use siphasher::sip::SipHasher24;

use crate::candidate::Candidate;

/// What is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An E.164 number.
    Phone,
    /// A canonical mailbox.
    Email,
    /// A canonical profile URL.
    Link,
    /// A postal address, to the unit: tells households, and links nobody.
    Home,
}

/// A candidate has at most this many keys of one kind. People have one or two, so that a record is
/// some ten stored rows; the limit bounds what a record made for the purpose can store.
const AT_MOST_OF_A_KIND: usize = 10;

/// A candidate that shares a key with more than this many others shares a hub, which links nobody.
pub const HUB_ABOVE: usize = 50;

/// A key is an agency's own when this many candidates of one agency use it.
pub const AGENCY_OWNED_FROM: usize = 3;

/// An identifier of a candidate that others could share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// What it is.
    pub kind: Kind,
    /// Where it stands: `phones[0]`.
    pub field: String,
    /// As written.
    pub value: String,
    /// The normal form that is compared.
    pub normal: String,
}

/// The keys of a candidate: its own identifiers, not those of referees and employers.
pub fn of(candidate: &Candidate) -> Vec<Key> {
    let mut keys = Keys::default();
    for phone in candidate.phones.iter().filter(|phone| phone.seen.own) {
        // A number that cannot exist reaches nobody, and many people invent the same one.
        let possible = phone.nanp.is_none_or(|plan| plan.fault.is_none());
        if let Some(e164) = phone.e164.as_ref().filter(|_| possible) {
            keys.add(Kind::Phone, &phone.field, &phone.raw, e164);
        }
    }
    for email in candidate.emails.iter().filter(|email| email.seen.own) {
        if let Some(canonical) = &email.canonical {
            keys.add(Kind::Email, &email.field, &email.raw, canonical);
        }
    }
    for link in candidate
        .links
        .iter()
        .filter(|link| link.seen.own && link.profile)
    {
        if let Some(canonical) = &link.canonical {
            keys.add(Kind::Link, &link.field, &link.raw, canonical);
        }
    }
    keys.0
}

#[derive(Default)]
struct Keys(Vec<Key>);

impl Keys {
    fn add(&mut self, kind: Kind, field: &str, value: &str, normal: &str) {
        let of_kind = self.0.iter().filter(|key| key.kind == kind).count();
        let known = self
            .0
            .iter()
            .any(|key| key.kind == kind && key.normal == normal);
        if of_kind < AT_MOST_OF_A_KIND && !known {
            self.0.push(Key {
                kind,
                field: field.to_owned(),
                value: value.to_owned(),
                normal: normal.to_owned(),
            });
        }
    }
}

/// Turns keys into hashes that only this installation can make.
#[derive(Clone)]
pub struct Hash([u8; 16]);

impl std::fmt::Debug for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hash(..)")
    }
}

impl Hash {
    /// From 16 secret bytes.
    pub fn new(secret: [u8; 16]) -> Self {
        Self(secret)
    }

    /// The hash of a normal form. Kinds never collide by being written alike.
    pub fn of(&self, kind: Kind, normal: &str) -> i64 {
        let mut hasher = SipHasher24::new_with_key(&self.0);
        hasher.write_u8(kind as u8);
        hasher.write(normal.as_bytes());
        hasher.finish().cast_signed()
    }
}

#[cfg(test)]
mod tests {
    use super::{Hash, Kind};

    #[test]
    fn a_hash_depends_on_the_secret_and_on_the_kind() {
        let ours = Hash::new([1; 16]);
        let theirs = Hash::new([2; 16]);
        let hash = ours.of(Kind::Phone, "+12127365000");
        assert_eq!(hash, ours.of(Kind::Phone, "+12127365000"));
        assert_ne!(hash, theirs.of(Kind::Phone, "+12127365000"));
        assert_ne!(hash, ours.of(Kind::Email, "+12127365000"));
    }
}
