//! What light in glass allows, and what paths are like: red-flags §3.1 to §3.3.

use serde::{Deserialize, Serialize};

use super::place::Spot;
use crate::reference::distance_km;

/// Light covers 204 km of fibre in a millisecond, there and back half of that.
pub const KM_PER_MS_OF_ROUND_TRIP: f64 = 102.0;

/// How much longer than the great circle real paths are, in time: 1.4 to 2.
pub const DETOUR: f64 = 1.7;

/// From the house to the network, there and back, where nothing is wrong.
pub const LAST_MILE_MS: f64 = 8.0;

/// By which factor a distance that is estimated from an excess may be off.
pub const BAND: f64 = 2.0;

/// An excess beyond this no path on earth explains: a satellite far out does. It is not scored.
pub const BEYOND_EARTH_MS: f64 = 450.0;

/// The least round trip over a distance.
pub fn floor_ms(distance_km: f64) -> f64 {
    distance_km.max(0.0) / KM_PER_MS_OF_ROUND_TRIP
}

/// The farthest that the other end can be.
pub fn bound_km(rtt_ms: f64) -> f64 {
    rtt_ms.max(0.0) * KM_PER_MS_OF_ROUND_TRIP
}

/// What a claimed place means for the round trip to a probe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct Claim {
    /// From the middle of the claimed place to the probe.
    pub distance_km: f64,
    /// The least round trip from anywhere in it.
    pub floor_ms: f64,
    /// What is usual from its far side.
    pub expected_ms: f64,
}

impl Claim {
    /// Both ends give the benefit of the doubt: the floor is of the near side, the expected of the far.
    pub fn of(claim: &Spot, probe: (f64, f64)) -> Self {
        let distance_km = distance_km(claim.point(), probe);
        let far_ms = floor_ms(distance_km + claim.radius_km);
        Self {
            distance_km,
            floor_ms: floor_ms(distance_km - claim.radius_km),
            expected_ms: far_ms.mul_add(DETOUR, LAST_MILE_MS),
        }
    }
}

/// How much farther than claimed an excess would be if distance caused it: an estimate, no bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct Farther {
    /// The estimate.
    pub km: f64,
    /// The lower end of its band.
    pub from_km: f64,
    /// The upper end.
    pub to_km: f64,
}

/// The estimate of a positive excess that a path on earth can have.
pub fn farther(excess_ms: f64) -> Option<Farther> {
    let on_earth = excess_ms > 0.0 && excess_ms <= BEYOND_EARTH_MS;
    on_earth.then(|| {
        let km = excess_ms * KM_PER_MS_OF_ROUND_TRIP / DETOUR;
        Farther {
            km,
            from_km: km / BAND,
            to_km: km * BAND,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(lat: f64, lon: f64) -> Spot {
        Spot {
            lat,
            lon,
            radius_km: 0.0,
        }
    }

    #[test]
    fn floors_are_those_that_were_computed() {
        let (seattle, phoenix) = (spot(47.61, -122.33), spot(33.45, -112.07));
        let (new_york, san_francisco) = (spot(40.71, -74.01), spot(37.77, -122.42));
        let ashburn = spot(39.04, -77.49);
        for (from, to, ms) in [
            (seattle, phoenix.point(), 18.0),
            (new_york, san_francisco.point(), 40.0),
            (seattle, (35.68, 139.69), 75.0),
            (seattle, (37.57, 126.98), 82.0),
            (seattle, (41.80, 123.43), 80.0),
            (phoenix, (41.80, 123.43), 97.0),
            (ashburn, (37.57, 126.98), 109.0),
            (ashburn, (39.90, 116.41), 109.0),
        ] {
            let claim = Claim::of(&from, to);
            assert!((claim.floor_ms - ms).abs() < 1.0, "{claim:?} {ms}");
        }
    }

    #[test]
    fn doubt_of_the_claim_lowers_its_floor_and_raises_what_is_expected() {
        let sure = spot(40.71, -74.01);
        let vague = Spot {
            radius_km: 510.0,
            ..sure
        };
        let probe = (37.77, -122.42);
        let (sure, vague) = (Claim::of(&sure, probe), Claim::of(&vague, probe));
        assert!((sure.floor_ms - vague.floor_ms - 5.0).abs() < 1e-9);
        assert!((vague.expected_ms - sure.expected_ms - 8.5).abs() < 1e-9);
        let inside = Spot {
            radius_km: 9000.0,
            ..Spot::default()
        };
        assert!(Claim::of(&inside, (1.0, 1.0)).floor_ms.abs() < f64::EPSILON);
    }

    #[test]
    fn a_distance_is_estimated_of_an_excess_on_earth_alone() {
        assert_eq!(farther(0.0), None);
        assert_eq!(farther(-20.0), None);
        assert_eq!(farther(500.0), None);
        let estimate = farther(100.0).unwrap();
        assert!((estimate.km - 6000.0).abs() < 1e-6);
        assert!((estimate.to_km / estimate.from_km - 4.0).abs() < 1e-9);
        assert!((bound_km(20.0) - 2040.0).abs() < 1e-9);
    }
}
