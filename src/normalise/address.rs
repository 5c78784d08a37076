//! Postal addresses: country, state and a unit-level key.

use crate::application;

/// A postal address in its normal form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Address {
    /// As written.
    pub raw: application::Address,
    /// ISO 3166-1 alpha-2 code.
    pub country: Option<&'static str>,
    /// Two-letter code of a US state or a Canadian province; elsewhere the region folded.
    pub region: Option<String>,
    /// Key of the delivery point, to the unit; `None` when street or place is missing.
    pub unit_key: Option<String>,
}

/// An address's normal form.
pub fn read(raw: &application::Address) -> Address {
    Address {
        raw: raw.clone(),
        ..Address::default()
    }
}
