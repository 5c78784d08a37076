//! Where devices were: beside where they were sent, and from one place to the next.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::programs::Use;
use super::{day, seen, since_issue};
use crate::latency::place;
use crate::reference::distance_km;
use crate::telemetry::{DeviceId, Observation, Record, Seen};

/// How far off a place may be that was read off an address on the internet, or in a way not known,
/// where the sender does not say, kilometres: such addresses are often placed in the next large city.
const IP_ACCURACY_KM: f64 = 100.0;

/// The same of what was read off satellites or wireless networks.
const RADIO_ACCURACY_KM: f64 = 1.0;

/// The first days of a device at a worker's (red-flags §1, `addr.device_far`).
const FIRST: SignedDuration = SignedDuration::from_hours(10 * 24);

/// Two places of one moment are taken as so far apart in time, hours: clocks are no better.
const LEAST_HOURS: f64 = 1.0 / 60.0;

/// Ways that are kept.
const MOST: usize = 20;

/// How far a device was from where it was sent, over its first ten days.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Far {
    /// Which.
    pub device: DeviceId,
    /// Days on which its place is known.
    pub days: usize,
    /// The third-farthest of these days, kilometres; of each day the nearest that it was, or may have been.
    pub third_day_km: Option<f64>,
}

/// A way between two places that one device was at, the one after the other.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Trip {
    /// Which.
    pub device: DeviceId,
    /// Seen at the first.
    pub from: Timestamp,
    /// Seen at the second.
    pub to: Timestamp,
    /// Kilometres between them, at least.
    pub distance_km: f64,
    /// Kilometres an hour, at least.
    pub speed_kmh: f64,
}

/// A place of a device.
struct Spot {
    at: Timestamp,
    place: (f64, f64),
    accuracy_km: f64,
}

/// The devices whose places are known in their first days, where they were sent to a known place.
pub(super) fn far(record: &Record) -> Vec<Far> {
    let Some(sent) = record.ship_to.as_ref().and_then(place::of) else {
        return Vec::new();
    };
    let spots = spots(record).into_iter();
    spots
        .filter_map(|(device, spots)| {
            let mut days: BTreeMap<Date, f64> = BTreeMap::new();
            for spot in spots {
                if since_issue(record, device, spot.at).is_none_or(|age| age >= FIRST) {
                    continue;
                }
                let away = distance_km(spot.place, (sent.lat, sent.lon));
                let least = (away - spot.accuracy_km - sent.radius_km).max(0.0);
                let date = day(record.home.as_ref(), spot.at);
                let known = days.entry(date).or_insert(least);
                *known = known.min(least);
            }
            let mut distances: Vec<f64> = days.into_values().collect();
            distances.sort_by(|a, b| b.total_cmp(a));
            (!distances.is_empty()).then(|| Far {
                device: device.clone(),
                days: distances.len(),
                third_day_km: distances.get(2).copied(),
            })
        })
        .collect()
}

/// The farthest and fastest ways: none is left out that is both farther and faster than one kept.
pub(super) fn trips(record: &Record) -> Vec<Trip> {
    let spots = spots(record);
    let mut trips: Vec<Trip> = spots
        .iter()
        .flat_map(|(device, spots)| spots.windows(2).filter_map(|pair| trip(device, pair)))
        .collect();
    trips.sort_by(|a, b| b.distance_km.total_cmp(&a.distance_km));
    let mut fastest = 0.0;
    trips.retain(|trip| {
        let is_faster = trip.speed_kmh > fastest;
        fastest = f64::max(fastest, trip.speed_kmh);
        is_faster
    });
    trips.truncate(MOST);
    trips
}

fn trip(device: &DeviceId, pair: &[Spot]) -> Option<Trip> {
    let [from, to] = pair else { return None };
    let slack = from.accuracy_km + to.accuracy_km;
    let distance_km = distance_km(from.place, to.place) - slack;
    let hours = to.at.duration_since(from.at).as_secs_f64() / 3600.0;
    (distance_km > 0.0).then(|| Trip {
        device: device.clone(),
        from: from.at,
        to: to.at,
        distance_km,
        speed_kmh: distance_km / hours.max(LEAST_HOURS),
    })
}

/// Where each device was, the earliest first. What an address on the internet says while a VPN is in
/// use is not where the device was.
fn spots(record: &Record) -> BTreeMap<&DeviceId, Vec<Spot>> {
    let hidden = hidden_days(record);
    let mut spots: BTreeMap<&DeviceId, Vec<Spot>> = BTreeMap::new();
    for one in &record.observations {
        let Seen::Location {
            lat,
            lon,
            accuracy_km,
            source,
            vpn,
        } = &one.seen
        else {
            continue;
        };
        let source = source.as_deref().unwrap_or_default().trim();
        let by_radio = ["gps", "wifi"]
            .iter()
            .any(|radio| source.eq_ignore_ascii_case(radio));
        let date = day(record.home.as_ref(), one.at);
        let is_hidden = *vpn == Some(true) || hidden.contains(&(&one.device, date));
        let on_earth = lat.abs() <= 90.0 && lon.abs() <= 180.0; // false of what is no number
        if !on_earth || (is_hidden && !by_radio) {
            continue;
        }
        let usual = if by_radio {
            RADIO_ACCURACY_KM
        } else {
            IP_ACCURACY_KM
        };
        let said = accuracy_km.filter(|km| km.is_finite() && *km >= 0.0);
        spots.entry(&one.device).or_default().push(Spot {
            at: one.at,
            place: (*lat, *lon),
            accuracy_km: said.unwrap_or(usual),
        });
    }
    for spots in spots.values_mut() {
        spots.sort_by_key(|spot| spot.at);
    }
    spots
}

/// Days on which a VPN was seen on a device.
fn hidden_days(record: &Record) -> BTreeSet<(&DeviceId, Date)> {
    let is_vpn = |one: &&Observation| {
        seen::program(one)
            .is_some_and(|(_, purpose, _)| matches!(purpose, Use::Vpn | Use::NamedVpn))
    };
    let seen = record.observations.iter().filter(is_vpn);
    seen.map(|one| (&one.device, day(record.home.as_ref(), one.at)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::devices::testing::{home, record};

    const AUSTIN: (f64, f64) = (30.27, -97.74);
    const BOSTON: (f64, f64) = (42.36, -71.06);
    const DENVER: (f64, f64) = (39.74, -104.99);

    fn at(place: (f64, f64), source: &str, vpn: Option<bool>) -> Seen {
        Seen::Location {
            lat: place.0,
            lon: place.1,
            accuracy_km: None,
            source: Some(source.into()),
            vpn,
        }
    }

    #[test]
    fn the_third_farthest_day_counts_over_ten_days() {
        let far_of = |seen: Vec<(&str, Seen)>| {
            let mut record = record(seen);
            record.ship_to = Some(home("Austin", "TX"));
            far(&record)
                .first()
                .map(|far| (far.days, far.third_day_km.map(f64::round)))
        };
        let away = || at(BOSTON, "ip", None);
        let near = || at(AUSTIN, "gps", None);
        let two = || {
            vec![
                ("2026-03-02T12:00:00Z", away()),
                ("2026-03-03T12:00:00Z", away()),
            ]
        };
        let with =
            |more: Vec<(&'static str, Seen)>| far_of(two().into_iter().chain(more).collect());
        assert_eq!(far_of(vec![]), None);
        assert_eq!(with(vec![]), Some((2, None)));
        let (days, third) = with(vec![("2026-03-04T12:00:00Z", away())]).unwrap();
        assert!(days == 3 && third.unwrap() > 2400.0, "{third:?}");
        // At home on the third day; a day that began elsewhere and ended at home; the eleventh day.
        let third = with(vec![("2026-03-04T12:00:00Z", near())]).unwrap();
        assert_eq!(third, (3, Some(0.0)));
        let both = vec![
            ("2026-03-04T12:00:00Z", away()),
            ("2026-03-04T20:00:00Z", near()),
        ];
        assert_eq!(with(both), Some((3, Some(0.0))));
        assert_eq!(
            with(vec![("2026-03-11T12:00:00Z", away())]),
            Some((2, None))
        );
        let hidden = vec![("2026-03-04T12:00:00Z", at(BOSTON, "ip", Some(true)))];
        assert_eq!(with(hidden), Some((2, None)));
        assert_eq!(far(&record(two())), []); // sent nowhere that is known
    }

    #[test]
    fn ways_are_as_short_and_slow_as_they_can_have_been() {
        let trips_of = |seen: Vec<(&str, Seen)>| {
            let trips = trips(&record(seen)).into_iter();
            trips
                .map(|trip| (trip.distance_km.round(), trip.speed_kmh.round()))
                .collect::<Vec<_>>()
        };
        let noon = "2026-03-02T12:00:00Z";
        let later = "2026-03-02T14:00:00Z";
        let found = trips_of(vec![
            (noon, at(AUSTIN, "gps", None)),
            (later, at(BOSTON, "ip", None)),
        ]);
        assert_eq!(found.len(), 1);
        assert!(
            (found[0].0 - 2625.0).abs() < 20.0 && (found[0].1 - 1312.0).abs() < 10.0,
            "{found:?}"
        );
        for seen in [
            vec![
                (noon, at(AUSTIN, "ip", None)),
                (later, at((31.5, -97.1), "ip", None)),
            ],
            vec![
                (noon, at(AUSTIN, "ip", None)),
                (later, at(BOSTON, "ip", Some(true))),
            ],
            vec![
                (noon, at((f64::NAN, 0.0), "gps", None)),
                (later, at(BOSTON, "gps", None)),
            ],
        ] {
            assert_eq!(trips_of(seen.clone()), [], "{seen:?}");
        }
        // A slow long way hides no fast one.
        let both = trips_of(vec![
            (noon, at(AUSTIN, "gps", None)),
            ("2026-03-04T14:00:00Z", at(BOSTON, "gps", None)),
            ("2026-03-06T12:00:00Z", at(DENVER, "gps", None)),
            ("2026-03-06T12:30:00Z", at(AUSTIN, "gps", None)),
        ]);
        assert!(
            both.len() == 2 && both[1].1 > 900.0 && both[1].0 > 500.0,
            "{both:?}"
        );
    }
}
