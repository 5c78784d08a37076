//! How a worker's devices were used, when, and where they were.

use super::devices::{DEVICE, facts, row, some_rows};
use super::{Column, Kind, Shape, Signal, Subject, Value};

/// The share of activity from afar.
pub(super) const REMOTE_SHARE: Signal = Signal {
    name: "dev.remote_share",
    about: "Share of active minutes in sessions from afar over five days, 0 to 1, of the device with the highest; of less than an hour it is not known",
    shape: Shape::One(Kind::Number),
    needs: &[],
    read: |subject| facts(subject)?.sessions.remote_share.map(Value::Number),
};

/// Days at the device.
pub(super) const LOCAL_DAYS: Signal = Signal {
    name: "dev.local_days",
    about: "Days with a session by the device's own keyboard since the last one from afar",
    shape: Shape::One(Kind::Number),
    needs: &[],
    read: |subject| facts(subject)?.sessions.local_days.map(Value::count),
};

/// How long devices were on.
pub(super) const PRESENCE: Signal = Signal {
    name: "dev.presence",
    about: "How long each device was on over the last fortnight with data",
    shape: Shape::Rows(&[
        DEVICE,
        Column::new("days", "Days with data, fourteen at most", Kind::Number),
        Column::new(
            "least_hours",
            "Hours it was on, on the day on which these were fewest",
            Kind::Number,
        ),
        Column::new(
            "lid_shut",
            "The lid was shut whenever it was looked at",
            Kind::Flag,
        ),
        Column::new(
            "own_input",
            "Its own keyboard or camera was ever used",
            Kind::Flag,
        ),
    ]),
    needs: &[],
    read: presence,
};

/// How far the hours are off.
pub(super) const HOURS_OFF: Signal = Signal {
    name: "dev.hours_off",
    about: "Hours from the middle of activity on workdays to that of a working day in the claimed state, 0 to 12",
    shape: Shape::One(Kind::Number),
    needs: &[],
    read: |subject| {
        let hours = facts(subject)?.hours.as_ref()?;
        Some(Value::Number(rounded(hours.hours_off)))
    },
};

/// Over how many days.
pub(super) const WORKDAYS: Signal = Signal {
    name: "dev.workdays",
    about: "Workdays with activity of which the hour is known, over a month",
    shape: Shape::One(Kind::Number),
    needs: &[],
    read: |subject| Some(Value::count(facts(subject)?.hours.as_ref()?.workdays)),
};

/// Ways of devices.
pub(super) const TRAVEL: Signal = Signal {
    name: "dev.travel",
    about: "Ways between two places that one device was at, the one after the other, without a VPN",
    shape: Shape::Rows(&[
        DEVICE,
        Column::new(
            "distance_km",
            "Kilometres between the two, at least",
            Kind::Number,
        ),
        Column::new("speed_kmh", "Kilometres an hour, at least", Kind::Number),
        Column::new("hours", "Hours between the two times", Kind::Number),
    ]),
    needs: &[],
    read: travel,
};

/// How far devices were from where they were sent.
pub(super) const FAR: Signal = Signal {
    name: "addr.devices",
    about: "How far each device was from where it was sent, over its first ten days",
    shape: Shape::Rows(&[
        DEVICE,
        Column::new("days", "Days on which its place is known", Kind::Number),
        Column::new(
            "third_day_km",
            "Kilometres from there, at least, on the third-farthest day",
            Kind::Number,
        ),
    ]),
    needs: &[],
    read: far,
};

fn presence(subject: &Subject) -> Option<Value> {
    let rows = facts(subject)?.presence.iter().map(|one| {
        let cells = vec![
            Some(Value::count(one.days)),
            Some(Value::Number(rounded(one.least_hours))),
            one.lid_shut.map(Value::Flag),
            one.own_input.map(Value::Flag),
        ];
        let text = format!("{} hours a day or more", rounded(one.least_hours));
        row(&one.device, text, cells)
    });
    some_rows(rows.collect())
}

fn travel(subject: &Subject) -> Option<Value> {
    let rows = facts(subject)?.trips.iter().map(|one| {
        let hours = one.to.duration_since(one.from).as_secs_f64() / 3600.0;
        let km = one.distance_km.round();
        let cells = vec![
            Some(Value::Number(km)),
            Some(Value::Number(one.speed_kmh.round())),
            Some(Value::Number(rounded(hours))),
        ];
        let text = format!("{km} km in {} hours", rounded(hours));
        row(&one.device, text, cells)
    });
    some_rows(rows.collect())
}

fn far(subject: &Subject) -> Option<Value> {
    let rows = facts(subject)?.far.iter().map(|one| {
        let km = one.third_day_km.map(f64::round);
        let cells = vec![Some(Value::count(one.days)), km.map(Value::Number)];
        let text = match km {
            Some(km) => format!("{km} km away on the third-farthest of {} days", one.days),
            None => format!("its place is known on {} days", one.days),
        };
        row(&one.device, text, cells)
    });
    some_rows(rows.collect())
}

/// A tenth is as fine as anybody reads these.
fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::Candidate;
    use crate::devices::{Facts, Far, Hours, Presence, Sessions, Trip};
    use crate::signals::testing::{cells, subject};
    use crate::telemetry::{DeviceId, Gauge};
    use jiff::Timestamp;

    fn read(facts: Facts, signal: &Signal) -> Option<Value> {
        let candidate = Candidate::default();
        let gauge = Gauge {
            devices: facts,
            ..Gauge::default()
        };
        let subject = Subject {
            work: Some(&gauge),
            ..subject(&candidate, &[])
        };
        (signal.read)(&subject)
    }

    fn full() -> Facts {
        let device = DeviceId::of("LT-0042").unwrap();
        Facts {
            sessions: Sessions {
                remote_share: Some(0.75),
                active_minutes: 300.0,
                device: Some(device.clone()),
                local_days: Some(4),
            },
            presence: vec![Presence {
                device: device.clone(),
                days: 14,
                least_hours: 23.456,
                lid_shut: Some(true),
                own_input: None,
            }],
            far: vec![Far {
                device: device.clone(),
                days: 5,
                third_day_km: Some(412.4),
            }],
            trips: vec![Trip {
                device,
                from: Timestamp::UNIX_EPOCH,
                to: Timestamp::from_second(5400).unwrap(),
                distance_km: 3000.0,
                speed_kmh: 2000.0,
            }],
            hours: Some(Hours {
                hours_off: 9.04,
                workdays: 12,
                middle: 22.0,
            }),
            ..Facts::default()
        }
    }

    #[test]
    fn what_is_measured_is_known_and_else_it_is_not() {
        for (signal, value) in [
            (REMOTE_SHARE, 0.75),
            (LOCAL_DAYS, 4.0),
            (HOURS_OFF, 9.0),
            (WORKDAYS, 12.0),
        ] {
            assert_eq!(read(full(), &signal), Some(Value::Number(value)));
            assert_eq!(read(Facts::default(), &signal), None, "{}", signal.name);
        }
        for (signal, text) in [
            (PRESENCE, "23.5 hours a day or more"),
            (TRAVEL, "3000 km in 1.5 hours"),
            (FAR, "412 km away on the third-farthest of 5 days"),
        ] {
            let value = read(full(), &signal).unwrap();
            let Shape::Rows(columns) = signal.shape else {
                panic!("{}", signal.name);
            };
            assert_eq!(cells(&value)[0].len(), columns.len());
            let Value::Rows(rows) = value else { return };
            assert_eq!(
                (&*rows[0].field, &*rows[0].value),
                ("devices.lt-0042", text)
            );
            assert_eq!(read(Facts::default(), &signal), None, "{}", signal.name);
        }
    }
}
