//! Where an address lies.
// merge: replaced by latency

use crate::normalise::address::Address;

/// A place on the globe and how far its true spot may be from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// Kilometres around it in which the address lies.
    pub radius_km: f64,
}

/// The place of an American address: its city, or else nothing.
pub fn of(address: &Address) -> Option<Place> {
    let state = address.us_state()?;
    let city = address.raw.city.as_deref()?;
    let (lat, lon) = crate::reference::base::shipped().city(city, state)?;
    Some(Place {
        lat,
        lon,
        radius_km: 25.0,
    })
}
