//! How long devices were on, how they were used, and how evenly the pointer moved.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{day, minutes};
use crate::telemetry::{DeviceId, Record, Seen};

/// Days that are looked at: a fortnight (red-flags §1, `dev.always_on`).
const DAYS: usize = 14;

/// Minutes of a day; two reports of one span do not make it longer.
const DAY_MINUTES: f64 = 24.0 * 60.0;

/// A device over the last fortnight with data, without the day that is not over.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Presence {
    /// Which.
    pub device: DeviceId,
    /// Days with data, fourteen at most.
    pub days: usize,
    /// Hours it was on, on the day on which these were fewest.
    pub least_hours: f64,
    /// Whether the lid was shut whenever it was looked at.
    pub lid_shut: Option<bool>,
    /// Whether its own keyboard or camera was ever used, in these days or before.
    pub own_input: Option<bool>,
}

/// The most even movement of a device's pointer.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Pointer {
    /// Which.
    pub device: DeviceId,
    /// Coefficient of variation of the time between movements over half an hour, at its lowest.
    pub variation: f64,
}

#[derive(Default)]
struct Use {
    online_minutes: BTreeMap<Date, f64>,
    lid_shut: BTreeMap<Date, bool>,
    own_input: Option<bool>,
    variation: Option<f64>,
}

/// Every device with data of how long it was on.
pub(super) fn of(record: &Record) -> Vec<Presence> {
    let today = day(record.home.as_ref(), record.now);
    let devices = uses(record).into_iter();
    devices
        .filter_map(|(device, used)| {
            let days: Vec<(Date, f64)> = used
                .online_minutes
                .into_iter()
                .rev()
                .filter(|(date, _)| *date < today)
                .take(DAYS)
                .collect();
            let shut = days.iter().filter_map(|(date, _)| used.lid_shut.get(date));
            let least = days.iter().map(|(_, online)| *online).reduce(f64::min)?;
            Some(Presence {
                device: device.clone(),
                days: days.len(),
                least_hours: least.min(DAY_MINUTES) / 60.0,
                lid_shut: shut.copied().reduce(|a, b| a && b),
                own_input: used.own_input,
            })
        })
        .collect()
}

/// Every device whose pointer was measured.
pub(super) fn pointers(record: &Record) -> Vec<Pointer> {
    let devices = uses(record).into_iter();
    devices
        .filter_map(|(device, used)| {
            Some(Pointer {
                device: device.clone(),
                variation: used.variation?,
            })
        })
        .collect()
}

fn uses(record: &Record) -> BTreeMap<&DeviceId, Use> {
    let mut by_device: BTreeMap<&DeviceId, Use> = BTreeMap::new();
    for one in &record.observations {
        let Seen::Activity {
            online_minutes,
            pointer_cv,
            own_input,
            lid_shut,
            ..
        } = &one.seen
        else {
            continue;
        };
        let date = day(record.home.as_ref(), one.at);
        let used = by_device.entry(&one.device).or_default();
        if let Some(online) = online_minutes {
            *used.online_minutes.entry(date).or_default() += minutes(*online);
        }
        if let Some(shut) = lid_shut {
            *used.lid_shut.entry(date).or_insert(true) &= shut;
        }
        if let Some(own) = own_input {
            used.own_input = Some(*own || used.own_input == Some(true));
        }
        if let Some(variation) = pointer_cv.filter(|cv| cv.is_finite() && *cv >= 0.0) {
            let known = used.variation.unwrap_or(variation);
            used.variation = Some(known.min(variation));
        }
    }
    by_device
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::devices::testing::record;

    fn seen(online: f64, own: Option<bool>, shut: Option<bool>, cv: Option<f64>) -> Seen {
        Seen::Activity {
            active_minutes: 10.0,
            online_minutes: Some(online),
            pointer_cv: cv,
            own_input: own,
            lid_shut: shut,
        }
    }

    #[test]
    fn a_fortnight_is_summed_by_day() {
        let mut days: Vec<(String, Seen)> = (1..=20)
            .flat_map(|n: i8| {
                let half = |hour: i8| {
                    let time = format!("2026-03-{n:02}T{hour:02}:00:00Z");
                    let online = if n == 3 { 30.0 } else { 680.0 };
                    (time, seen(online, Some(false), Some(true), None))
                };
                [half(1), half(13)]
            })
            .collect();
        let of_days = |days: &[(String, Seen)]| {
            let seen = days.iter().map(|(time, seen)| (&**time, seen.clone()));
            of(&record(seen.collect())).remove(0)
        };
        let found = of_days(&days);
        assert_eq!(
            (found.days, found.lid_shut, found.own_input),
            (14, Some(true), Some(false))
        );
        assert!((found.least_hours - 680.0 / 30.0).abs() < 1e-9);
        let few = of_days(&days[..10]);
        assert_eq!(few.days, 5);
        assert!((few.least_hours - 1.0).abs() < 1e-9);
        days[0].1 = seen(680.0, Some(true), None, None);
        assert_eq!(of_days(&days).own_input, Some(true));
        let today = [(
            "2026-03-31T01:00:00Z".to_owned(),
            seen(9.0, None, None, None),
        )];
        let today = today.iter().map(|(time, seen)| (&**time, seen.clone()));
        assert_eq!(of(&record(today.collect())), []);
    }

    #[test]
    fn the_most_even_half_hour_is_kept() {
        let record = record(vec![
            ("2026-03-02T01:00:00Z", seen(60.0, None, None, Some(0.8))),
            ("2026-03-02T02:00:00Z", seen(60.0, None, None, Some(0.02))),
            (
                "2026-03-02T03:00:00Z",
                seen(60.0, None, None, Some(f64::NAN)),
            ),
            ("2026-03-02T04:00:00Z", seen(60.0, None, None, None)),
        ]);
        let found = pointers(&record);
        assert_eq!(found.len(), 1);
        assert!((found[0].variation - 0.02).abs() < 1e-9);
    }
}
